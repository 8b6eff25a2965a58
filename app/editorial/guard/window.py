"""Identifiers split over up to three consecutive updates: the last two texts are read together with the new one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from app.editorial.guard.combined import combined
from app.editorial.guard.completing import completing
from app.editorial.guard.context import BLOCK, HIDDEN, Context, Finding
from app.editorial.guard.dictionary import names
from app.editorial.guard.fold import fold
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.pieces import pieces
from app.editorial.guard.rests import rests
from app.editorial.guard.words.people import PATIENT, RELATIVES

WINDOW = 3
_ENDS_SENTENCE = Lazy(r"[.!?…]\s*$")
_CONTINUES = Lazy(
    r"^\W*(?:\.{2,}|…|then|and|next|rest|the rest|continued|cont|finally|followed by|ending|ends|last|second|third|part|plus|also|poi|e |e infine|infine|il resto|segue|continua|finisce|seguito da|puis|et |enfin|la suite|suite|le reste|fin|ensuite|luego|y |por ultimo|finalmente|sigue|el resto|resto|termina|despues|acaba|despres|i |finalment|segueix|la resta|acaba|continua|\d)"
)
_LABEL_LEFT = Lazy(r"(?<![a-z])(?:mrn|record|chart|phone|tel|cell|mobile|number|numero|num|no|ssn|social|dni|nie|nhc|cartella|dossier|histori|cognome|nome|name|called|surname|chiama|appelle|nom|prenom|llama|nombre|apellido|diu|cognom|email|e-mail|address|plate|targa|serial|patient|paziente|paciente|pacient|telefon\w*|initials?|born|dob)\b[^.!?]{0,24}$")  # fmt: skip


def split_over(
    texts: Sequence[str],
    main: Context,
    alone: Sequence[Finding],
    judge: Callable[[str], tuple[Context, list[Finding]]],
) -> Iterator[Finding]:
    """
    What shows only when the new text is read after the earlier ones.

    Args:
        texts: The earlier texts, oldest first; at most two count.
        main: The new text.
        alone: What it shows by itself.
        judge: The rules, for a joined text.

    Yields:
        Findings in the new text's own view.
    """
    earlier = [text for text in texts if text.strip()][-(WINDOW - 1) :]
    if not earlier:
        return
    loose = list(_fragments(earlier, main))
    views = [fold(text) for text in earlier]
    plains, lows = [view.plain for view in views], [view.low for view in views]
    loose += rests(plains, lows, main, names())
    loose += completing(plains, lows, main, names())
    if loose:
        # What the event publishes may be cut by the seam, too.
        head = " ".join(earlier) + " "
        context, _ = judge(head + main.plain)
        seam = len(fold(head).plain)
        loose = [f for f in loose if HIDDEN not in context.plain[seam + f.start : seam + f.end]]
    yield from loose
    if (then := _THEN_NAME.match(main.plain)) and any(_NAME_SAID.search(fold(text).low) for text in earlier):
        reason = "Together with the update before, this is somebody's name."
        yield Finding(*then.span("n"), "A", BLOCK, reason, "the patient")
    yield from _resumed(earlier, main)
    yield from pieces(earlier, main)
    yield from combined(earlier, main)
    yield from _house(earlier, main)
    yield from _rest_of_code(earlier, main)
    if _FIRST_INITIAL.search(fold(earlier[-1]).plain) and (second := _NEXT_INITIAL.search(main.plain)):
        reason = "Together with the update before, these are somebody's initials."
        yield Finding(*second.span("n"), "A", BLOCK, reason, "the patient")
    covered = [(f.start, f.end) for f in alone if f.verdict == BLOCK]
    for joint in (" ", ""):
        head = ""
        for text in earlier:
            head += re.sub(r"[\s.…,;:\-]+$", "", text) + joint
        # Each new sentence after a finished one is judged alone; only a loose end is read on.
        if (
            _ENDS_SENTENCE.search(earlier[-1])
            and not re.search(r"\.\.\.|…", earlier[-1][-4:])
            and not _dangling(earlier[-1])
        ):
            if joint == " " and len(earlier) > 1 and not _ENDS_SENTENCE.search(earlier[0]):
                yield from split_over(earlier[:1], main, alone, judge)  # something else was said in between
            return
        if joint == "" and not (head[-1:].isalnum() and main.plain[:1].isalnum()):
            return
        seam = len(fold(head).plain)
        context, findings = judge(head + main.plain)
        for finding in findings:
            if finding.end <= seam or finding.verdict != BLOCK:
                continue
            start, end = max(finding.start, seam) - seam, finding.end - seam
            near = finding.start < seam or (start <= 40 and _LABEL_LEFT.search(context.low[:seam]))
            if not near or end <= start or any(a < end and start < b for a, b in covered):
                continue
            yield Finding(
                start,
                end,
                finding.cls,
                BLOCK,
                "Together with the update before, this identifies somebody.",
                finding.replacement,
            )


_THEN_NAME = Lazy(
    r"\W*(?i:and then|then|and|e poi|poi|y luego|luego|y|i despres|despres|i|et puis|puis|et|ensuite|finally|surname|last name|cognome|apellido|cognom|nom) (?P<n>[A-Z][\w'-]+)\W*$"
)
_FIRST_INITIAL = Lazy(
    r"\b(?i:initials?|letter|inizial[ei]|lettera|initiales?|lettre|inicial(?:es|s)?|letra|lletra)\b[^.!?]{0,28}[ :][A-Z]\b\.?\W*$"
)
_NEXT_INITIAL = Lazy(
    r"\b(?i:second|other|last|surname|then|next|and|seconda|altra|poi|cognome|deuxieme|2e|2nd|2a|seconde|autre|puis|nom|segunda|otra|luego|apellido|segona|altra|despres|cognom)\b[^.!?]{0,16}?[ :](?P<n>[A-Z])(?=[.,;! ]|$)"
)


def leads_on(text: str, *, label_only: bool = False) -> bool:
    """Whether the rest of an identifier may follow: it ends in what names one, or is little but digits."""
    return _dangling(text) or (not label_only and _digit_piece(fold(text).low) is not None)


def _dangling(text: str) -> bool:
    return bool(_LABEL_LEFT.search(fold(text).low.rstrip(" .…")))


def _fragments(earlier: Sequence[str], main: Context) -> Iterator[Finding]:
    """Pieces of one number, a few digits an update."""
    here = _digit_piece(main.low)
    if here is None:
        return
    start, end, digits, loose = here
    total, labelled = len(digits), False
    if _MEASURED.search(main.low) and all(len(number) < 4 for number in _NUMBER.findall(main.low)):
        return
    for text in reversed(earlier):
        low = fold(text).low
        piece = _digit_piece(low)
        if piece is None:
            labelled = labelled or bool(_LABEL_LEFT.search(low.rstrip(" .:…")))
            if re.search(r"\d", low) or labelled:
                break
            continue  # something else was said in between
        total += len(piece[2])
        labelled = labelled or bool(_LABEL_LEFT.search(low[: piece[0]].rstrip()))
        loose = loose and piece[3]
    if not labelled and (
        (main.kind in ("crisis", "press") and _counts([*earlier, main.plain]))
        or any(_MEASURED.search(fold(text).low) for text in earlier)
        or _measures([*earlier, main.plain])
    ):
        return
    if main.kind == "crisis" and any(_said_in_full(main.low, fold(text).low) for text in earlier):
        return
    if total > len(digits) and (total >= 7 or (labelled and total >= 5)) and (labelled or loose):
        yield Finding(start, end, "H" if not labelled or re.search(r"record|mrn|chart|cartella|dossier|histori|nhc", " ".join(earlier).lower()) else "D", BLOCK, "Together with the updates before, this is a number that identifies somebody.", "the number")  # fmt: skip
    elif labelled and total == len(digits) and total >= 4 and loose:
        yield Finding(
            start,
            end,
            "H",
            BLOCK,
            "Together with the update before, this is a number that identifies somebody.",
            "the number",
        )


def _counts(texts: Sequence[str]) -> bool:
    """Do these tell how many, when or which road? Numbers that grow from update to update are no number in pieces, either."""
    lows = [fold(text).low for text in texts]
    if any(_COUNTED.search(low) for low in lows):
        return True
    pieces = [piece[2] for low in lows if (piece := _digit_piece(low)) is not None]
    grown = [int(piece) for piece in pieces if len(piece) <= 4]
    return len(grown) == len(pieces) > 1 and all(a <= b <= 2 * a for a, b in pairwise(grown))


def _measures(texts: Sequence[str]) -> bool:
    """Vitals and hours that go on from update to update, each as short as one is, the first with its word."""
    lows = [fold(text).low for text in texts]
    said = [(piece, low) for low in lows if (piece := _digit_piece(low)) is not None]
    if any(_VITAL.search(low) for low in lows):
        return all(len(number) < 4 for _, low in said for number in _NUMBER.findall(low))
    return all(_HOUR.match(low) for _, low in said)


_NUMBER = re.compile(r"\d+")
_VITAL = Lazy(
    r"\b(?:heart rate|pulse|blood pressure|pressure|systolic|diastolic|sats?|saturation|spo2|bpm|mmhg|frequenza|polso|pressione|saturazione|sistolica|freq|"
    r"frequence|pouls|tension|pression|saturation|frecuencia|pulso|presion|tension|saturacion|frequencia|pols|pressio|tensio|saturacio|degrees|gradi|degres|grados|graus)\b"
)
_HOUR = Lazy(r"(?:at |a las |alle |a les |a )?(?:[01]?\d|2[0-3])\.[0-5]\d,? [a-z]{3,}")


def _said_in_full(low: str, before: str) -> bool:
    """Does it begin with a whole number that stood there? What follows are hours, then."""
    number = re.search(r"\d[\d \-.]{5,}\d", low)
    return number is not None and re.sub(r"\D", "", number.group()) in re.sub(r"\D", "", before)


_COUNTED = Lazy(
    r"\b\d{1,2} ?h\b|\b(?:routes?|roads?|miles?|km|exits?|lines?|linies?|lineas?|lignes?|linee|junctions?|carreteras?|strad[ae]|uscit[ae]|salidas?|sorti\w+|numero de|beds?|llits|camas|letti|lits|shelters?|people|persone|personas|persones|personnes|buses|calls|"
    r"injured|wounded|dead|missing|found|rescued|evacuat\w+|homes|families|sfollat[ie]|displaced|desplazad\w+|desplacats|deplaces|heridos|feriti|blesses|ferits|muertos|morti|morts|desaparecidos|dispersi|disparus|desapareguts|clasificad\w+|triat\w+|triages?|tries|classifica\w+|trasladad\w+|trasllada\w+|evacuad\w+|atendid\w+|ates\w*|rescat\w+|salvat\w*)\b"
)
"""In a crisis numbers that grow over updates are counts, roads and hours; those of a telephone come with its word."""


_MEASURED = Lazy(
    r"\b(?:heart rate|pulse|pressure|systolic|sats?|saturation|rate|frequenza|polso|pressione|sistolica|saturazione|frequence|pouls|tension|systolique|frecuencia|pulso|presion|sistolica|saturacion|frequencia|pols|pressio|saturacio|hr|bp|fc|ta|pa) (?:is |at |a |e |es |est |de |di )?\d"
)


def _digit_piece(low: str) -> tuple[int, int, str, bool] | None:
    """The digits of a text that says little else."""
    matches = list(
        re.finditer(
            r"(?<![\w:/.,+%])\d[\d \-.]*\d(?![\w:/%]|[.,]\d)|(?<![\w:/.,+%])\d(?![\w:/%]|[.,]\d)", low
        )
    )
    if not matches:
        return None
    first, last = matches[0].start(), matches[-1].end()
    digits = re.sub(r"\D", "", low[first:last])
    words = re.findall(r"[a-z]{2,}", low)
    if (
        re.match(
            r"\s?(?:mm|cm|ml|mg|mcg|kg|min|bpm|fr\b|h\b|%|g\b|l\b|years|anni|ans|anos|anys|u\b|stitches|units|people|hours)",
            low[last:],
        )
        or len(words) > 9
    ):
        return None
    loose = len(words) <= 3 or bool(_CONTINUES.match(low)) or last >= len(low.rstrip(" .!…")) - 1
    if (
        len(words) > 4
        and not _CONTINUES.match(low)
        and not _LABEL_LEFT.search(low[:first].rstrip())
        and last < len(low.rstrip(" .…"))
    ):
        return None
    return first, last, digits, loose


_CUT_SHORT = re.compile(
    rf"\b(?:{PATIENT}|{RELATIVES}|malalta?|malat[oa]|malade|enferm[oa]|operat[oa]?|operad[oa]|operee?|tel\w*|phone|mobile|movil|mobil|portable|cell\w*|nhc|mrn|nosologico|historia|dossier|ipp|record|chart|cip|dni)\b[^!?]{{0,40}}?\d[\d/ .-]*$"
)
_GOES_ON = Lazy(r"^\W*(?:[a-z]+ ){0,3}?(?P<n>[/-]?\d[\d \-./]*\d)(?![\d%]| ?(?:ml|mm|cm|mg|%|km|h\b|min))")


def _resumed(earlier: Sequence[str], main: Context) -> Iterator[Finding]:
    """The rest of a number that an update broke off, whatever was said in between."""
    here = _GOES_ON.match(main.low)
    if here is None or sum(ch.isdigit() for ch in here["n"]) < 4 or _COUNTED.search(main.low):
        return
    if not (main.low.lstrip()[:1] in "/-" or main.low.lstrip()[:1].isdigit() or _CONTINUES.match(main.low)):
        return
    if any(_CUT_SHORT.search(fold(text).low.rstrip(" .…")) for text in earlier):
        reason = "Together with the updates before, this is a number that identifies somebody."
        yield Finding(*here.span("n"), "H", BLOCK, reason, "the number")


_BEGINS = Lazy(
    r"(?:starts?|starting|begins?|beginning|opens|first (?:half|part|bit|digits|letters|four|three|two|4|3|2)|inizia|comincia|prim[aeio] (?:parte|meta|cifre|lettere|quattro|tre|due)|commence|debute|debut|premiere?s? (?:partie|moitie|chiffres|lettres)|empieza|comienza|primer[ao]?s? (?:parte|mitad|cifras|digitos|letras)|comenca|comença|primer[ae]?s? (?:part|meitat|xifres|digits|lletres))\b[^.!?]{0,30}$"
)
_NAME_SAID = Lazy(
    r"\b(?:name|surname|called|nickname|nome|cognome|soprannome|nom|prenom|surnom|nombre|apellidos?|apodo|cognoms?|sobrenom|renom)\b"
)
_REST = Lazy(
    r"^\W*(?:and |y |e |et |i )?(?:then|ends?|ending|finishes|finally|the rest|rest|second (?:half|part|bit)|last (?:part|bit|half|digits|letters|three|four|two)|followed by|continues?|next|it goes on|poi|finisce|il resto|resto|seconda (?:parte|meta)|ultime?|seguito da|continua|segue|puis|finit|la suite|suite|le reste|reste|deuxieme (?:partie|moitie)|derniers?|dernieres?|suivie? de|se termine|luego|sigue|siguen|termina|acaba|el resto|segunda (?:parte|mitad)|ultim[ao]s?|seguido de|despues|despres|segueix|la resta|resta|segona (?:part|meitat)|i acaba)\b"
)
_PIECE = re.compile(
    r"(?<![\w.,:/])(?:[A-Z]{0,4}[ -]?\d[\dA-Z -]*[A-Z0-9]|\d|[A-Z]{2,4}|[A-Z])(?![\w/%]|[.,:]\d)"
)


def _rest_of_code(earlier: Sequence[str], main: Context) -> Iterator[Finding]:
    """A number or a plate that was begun before and ends now, letters among its digits."""
    if not _REST.match(main.low):
        return
    for text in reversed(earlier):
        low = fold(text).low.rstrip(" .…")
        words = re.findall(r"[A-Za-z]{2,}", main.plain)
        if words and _NAME_SAID.search(low) and _BEGINS.search(low) and re.search(r"[a-z]{2,}$", low):
            at = main.plain.rindex(words[-1])
            reason = "Together with the update before, this is somebody's name."
            yield Finding(at, at + len(words[-1]), "A", BLOCK, reason, "the patient")
            return
        if re.search(r"\d|\b[a-z]{1,3}$", low) and _BEGINS.search(low):
            pieces = list(_PIECE.finditer(main.plain))
            if pieces:
                reason = "Together with the update before, this identifies somebody."
                yield Finding(*pieces[-1].span(), "H", BLOCK, reason, "the number")
            return


def _house(earlier: Sequence[str], main: Context) -> Iterator[Finding]:
    """A street before, the number of the house now."""
    match = _HOUSE_NUMBER.match(main.low)
    if match is None or main.is_public:
        return
    if any(_STREET_SAID.search(fold(text).low) for text in earlier):
        reason = "Together with the update before, this is a house address."
        yield Finding(*match.span(1), "B", BLOCK, reason, "at home")


_HOUSE_NUMBER = Lazy(
    r"\W*(?:(?:and |y |e |et |i )?(?:at|al|au|en el|a l'|in|the|el|il|le)? ?((?:house |flat |door |portal |civico )?(?:number|numero|num|no|n|nr|house|flat|civico|portal)[ .:o°º]*\d{1,4}[a-d]?|(?<= )\d{1,4}[a-d]?(?=,? (?:\d{1,2} ?(?:[oªº°]|st|nd|rd|th|er|e|n|r)\b|bajos?|baixos|bis|planta|pis|piso|puerta|porta|escalera|escala|etage|piano|interno|scala|floor|flat))))(?!\d| ?(?:ml|mm|cm|mg|fr\b|%|min))"
)
_STREET_SAID = re.compile(
    r"\b(?:live|lives|living|home|house|abita|vive|viu|habite|domicil\w*|casa|resid\w*|address|indirizzo|adresse|direccion|adreca)\b[^.!?]{0,40}\b(?:street|st|road|rd|avenue|ave|lane|drive|close|way|terrace|court|crescent|grove|via|viale|piazza|corso|vicolo|largo|rue|boulevard|impasse|allee|chemin|place|calle|avenida|plaza|paseo|travesia|camino|carrer|avinguda|placa|passeig|rambla)\b"
)
