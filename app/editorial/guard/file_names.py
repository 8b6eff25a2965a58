"""Names of people in the names of files: a given name and what stands beside it, a surname beside what was photographed."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from app.editorial.guard.context import BLOCK, Context, Finding
from app.editorial.guard.dictionary import Names
from app.editorial.guard.strangers import TECHNICAL
from app.editorial.guard.surroundings import looks_ordinary
from app.editorial.guard.words.harmless import HARMLESS
from app.editorial.guard.words.homonyms import HOMONYMS


def file_names(c: Context, names: Names) -> Iterator[Finding]:
    """A given name and what stands beside it in the name of a file; or a surname beside what was photographed."""
    for match in _FILE.finditer(c.plain):
        yield from _named_in_file(c, names, match)
        pieces = [
            (m.start() + match.start(), m.group()) for m in re.finditer(r"[A-Za-z']+", match.group("stem"))
        ]
        for index, ((at, one), (then, two)) in enumerate(itertools.pairwise(pieces)):
            about = any(_DOCUMENT.match(piece.lower()) for _, piece in pieces[:index])
            later = [piece.lower() for _, piece in pieces[index + 1 : index + 3]]
            if about and one.lower() in names.first and any(word in names.last for word in later):
                yield Finding(
                    at, then + len(two), "A", BLOCK, "A name stands in this file's name.", "picture"
                )
        for (at, one), (then, two) in itertools.pairwise(pieces):
            low = {one.lower(), two.lower()}
            given = [
                w
                for w in low
                if w not in names.plain_words and (w in names.first or w in names.only_surnames)
            ]
            if (
                given
                and not low & HARMLESS
                and (
                    not low & names.plain_words
                    or any(w in names.only_surnames | names.only_names for w in low)
                )
            ):
                yield Finding(
                    at, then + len(two), "A", BLOCK, "A name stands in this file's name.", "picture"
                )


def _named_in_file(c: Context, names: Names, match: re.Match[str]) -> Iterator[Finding]:
    if c.is_public:
        return
    for piece in re.finditer(r"[A-Za-z']{5,}", match.group("stem")):
        low = piece.group().lower()
        word = low in names.explained_or_both or low in HOMONYMS or low in _FILE_WORDS or looks_ordinary(low)
        if not word and (low in names.first or low in names.last or not TECHNICAL.search(low)):
            at = match.start() + piece.start()
            yield Finding(at, at + len(low), "A", BLOCK, "A name stands in this file's name.", "picture")


_FILE_WORDS = frozenset(
    "xray rontgen rx intraop preop postop theatre thumb thumbnail final draft export screenshot whatsapp image images video photo foto timelapse livestream banner header poster slide slides agenda flyer "
    "livetweet update hospital cover scope laparo laparoscopy thorax torax pelvis pelvi femur tibia humerus radius ulna clavicle lumbar cervical cerebral coronary mitral aortic valve graft stent mesh implant before after left right lateral anterior posterior axial sagittal coronal "
    "prima dopo sinistra destra avant apres gauche droite antes despues izquierda derecha abans despres esquerra dreta captura schermata locandina affiche cartel cartell logo icon copia copie backup version draft sala equipo equipe equip squadra robot console monitor tower consent consentiment consentimiento consentement consenso informe report referto rapport".split()
)

_DOCUMENT = re.compile(
    r"^(?:consent\w*|consens\w*|informes?|report|referto|cr|compte|rapport|alta|discharge|dimission\w*|lettera|letter|carta|lettre|fitxa|ficha|scheda|fiche|analitica|analisi|bilan|labs?|ecg|tac|rx|scan|scanner|biopsia|biopsie|biopsy)$"
)
_FILE = re.compile(
    r"(?P<stem>[A-Za-z0-9'_\-]{4,80})(?: ?\(\d{1,3}\))?\.(?:jpe?g|png|gif|webp|heic|tiff?|dcm|mp4|mov|avi|pdf|docx?|xlsx?|csv|txt)\b"
)
