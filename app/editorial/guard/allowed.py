"""Hiding what the event has published (staff, hospital, addresses, phones, links, e-mails, handles, hashtags), large hospitals and emergency numbers."""

from __future__ import annotations

import re
from functools import lru_cache

from app.editorial.guard.context import HIDDEN
from app.editorial.guard.decision import Allow
from app.editorial.guard.fold import View, folded
from app.editorial.guard.surroundings import PARTICLES
from app.editorial.guard.words.hospitals import HOSPITALS

_TITLE = re.compile(
    r"^(?:dr|dra|prof|prof\.ssa|dott|dott\.ssa|dottor|dottoressa|doctor|doctora|doctor|docteur|sr|sra|mr|mrs|ms|nurse|sister)\.? "
)
_DEGREES = re.compile(
    r",? (?:rn|md|phd|bsn|msn|crna|do|frcs|frca|mbbs|np|pa-c|msc|ibode|iade|facs|dpt|oss|due|dui)\.?$"
)
_SAINT = re.compile(r"\b(?:san|santo|santa|sant|sainte?|st\.?)[ -][a-z][a-z' -]+$")
"""A hospital named after a saint is called by the saint."""
_EMERGENCY = re.compile(r"(?<![\d.,+-])116 ?\d{3}(?!\d|[ .-]\d)")
"""The European help lines; the shorter emergency numbers are too short for any rule."""
_HOSPITAL = re.compile(
    rf"(?<![a-z0-9@#])(?:{'|'.join(re.escape(name) for name in sorted(HOSPITALS, key=len, reverse=True))})(?![a-z0-9])"
)
_OF_HOSPITALS = frozenset(name.split()[0].split("-")[0].split("'")[0] for name in HOSPITALS)
"""Their first words; a text without one of these is not looked through."""
_WORDS = re.compile(r"[a-z0-9]+")


@lru_cache(maxsize=128)
def _patterns(
    staff: tuple[str, ...], allow: Allow
) -> tuple[re.Pattern[str] | None, frozenset[str], re.Pattern[str] | None]:
    people: set[str] = set()
    for raw in staff:
        name = _DEGREES.sub("", _TITLE.sub("", folded(raw)))
        if not name:
            continue
        people.add(name)
        words = [w for w in name.split() if len(w) > 1]
        if len(words) > 1:
            people.update(
                (
                    words[0],
                    words[-1],
                    " ".join(words[1:]),
                    f"{words[0][0]}. {words[-1]}",
                    f"{words[0][0]} {words[-1]}",
                )
            )
            given = [w for w in words if w not in PARTICLES]
            for one in given[1:]:
                # Of "Núria Bosch i Vidal" people say "Núria Bosch", "Bosch" and "N. Bosch".
                people.update((one, f"{words[0]} {one}", f"{words[0][0]}. {one}", f"{words[0][0]} {one}"))
            if len(given) > 2:
                people.add(f"{given[0][0]}. {given[1][0]}. {given[-1]}")
                people.add(f"{given[0][0]}.{given[1][0]}. {given[-1]}")
                people.add(" ".join(given[:2]))
    facts: list[str] = []
    for raw in (*allow.hospital, *allow.addresses, *allow.emails):
        if name := folded(raw):
            facts.append(re.escape(name).replace(r"\ ", r"[ ,]{1,3}"))
            if raw in allow.hospital and (saint := _SAINT.search(name)):
                facts.append(re.escape(saint.group()).replace(r"\ ", r"[ ,]{1,3}"))
    for raw in allow.links:
        bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", folded(raw)).rstrip("/")
        if bare:
            facts.append(rf"(?:https?://)?(?:www\.)?{re.escape(bare)}(?:/[^\s<>]*)?")
    for raw in (*allow.handles, *allow.hashtags):
        word = folded(raw).lstrip("@#")
        if word:
            facts.append(rf"[@#]{re.escape(word)}")
    phones = frozenset(_digits(phone) for phone in allow.phones if len(_digits(phone)) >= 3)
    named = "|".join(sorted((re.escape(p) for p in people if len(p) > 1), key=len, reverse=True))
    return (
        re.compile(
            rf"(?<![a-z0-9@#])(?:(?:dr|dra|prof|dott|doctor|doctora|dottor|dottoressa|docteur|nurse|sister|matron|charge nurse|scrub nurse|registrar|infermier[ae]|caposala|infirmiere?|enfermer[oa]|infermera?|cirujan[oa]|chirurg[oa]|anestesista|perfusionista)\.? )?(?:{named})(?![a-z0-9])(?:'s)?"
        )
        if named
        else None,
        phones,
        re.compile("|".join(rf"(?<![a-z0-9.@]){f}(?![a-z0-9])" for f in sorted(facts, key=len, reverse=True)))
        if facts
        else None,
    )


def _digits(text: str) -> str:
    return "".join(ch for ch in text if ch.isdigit())


_NUMBERS = re.compile(r"\+?\(?\d(?:[ ().\-/]{0,3}\d){2,14}")
_PATIENT_BEFORE = re.compile(
    r"\b(?:patient|paziente|paciente|pacient|mr|mrs|ms|signora|signor|mme|wife|husband|son|daughter|named|called)[ .,:]*$"
)


def hide(view: View, staff: tuple[str, ...], allow: Allow) -> View:
    """The view with every allowed stretch blanked; offsets stay."""
    people, phones, facts = _patterns(staff, allow)
    low = view.low
    spans: list[tuple[int, int]] = [m.span() for m in _EMERGENCY.finditer(low)]
    if not _OF_HOSPITALS.isdisjoint(_WORDS.findall(low)):
        spans += [m.span() for m in _HOSPITAL.finditer(low)]
    if people is not None:
        for match in people.finditer(low):
            # A patient may share a first name with a surgeon; and lower-case words are no names of staff.
            word = match.group()
            if _PATIENT_BEFORE.search(
                low[max(0, match.start() - 14) : match.start()]
            ) and not word.startswith(("dr", "prof")):
                continue
            if " " not in word and not view.plain[match.start()].isupper():
                continue
            if (
                " " not in word
                and re.match(r" [A-Z][a-z]", view.plain[match.end() : match.end() + 3])
                and not word.startswith("dr")
            ):
                continue  # the first name of a longer one that is not on the list
            spans.append(match.span())
    if facts is not None:
        spans += [m.span() for m in facts.finditer(low)]
    if phones:
        for match in _NUMBERS.finditer(low):
            found = _digits(match.group())
            national = found.lstrip("0")
            if len(found) >= 3 and any(
                found == p
                or (
                    len(national) >= 7
                    and (p.endswith(national) or national.endswith(p.lstrip("0")))
                    and abs(len(p) - len(found)) <= 4
                )
                for p in phones
            ):
                spans.append(match.span())
    if not spans:
        return view
    letters = list(view.plain)
    for start, end in spans:
        letters[start:end] = HIDDEN * (end - start)
    return View("".join(letters), view.starts, view.ends, view.only)
