"""Names that show by themselves: a first name and a surname side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.editorial.guard.context import ASK, BLOCK, HIDDEN, Context, Finding
from app.editorial.guard.decision import Verdict
from app.editorial.guard.dictionary import Names
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.singlenames import single_name
from app.editorial.guard.surroundings import (
    DEVICE_AFTER,
    HUMAN_STATE,
    PARTICLES,
    STREETS,
    THEN_AGE,
    THEN_STATE,
    Word,
    after_role,
    end_of_name,
    is_place_like,
    is_public_person,
    looks_ordinary,
)
from app.editorial.guard.words.frames import CLINICAL, REAL_CASE, SPOKE, WAS_TREATED
from app.editorial.guard.words.harmless import (
    CALENDAR,
    DEVICE_BEFORE,
    EPONYMS,
    HARMLESS,
    INSTITUTIONS,
    WIDE_PLACES,
)
from app.editorial.guard.words.people import BOTH_NAME_AND_WORD as BOTH
from app.editorial.guard.words.people import CLINICIANS, COMMON, PUBLIC_ROLES
from app.editorial.guard.words.towns import TOWNS

_RESCUED = Lazy(
    r"\b(?:pulled|rescued|identified|injured|wounded|missing|alive|found|dead|killed|died|estratt|salvat|dispers|ferit|mort[oi]|vivo|viva|identificat|sauve|sorti|bless|disparu|retrouve|vivant|rescat|sacaron|herid|desaparec|fallec|identificad|con vida|tret|treta|ferit|desaparegu|amb vida|identificat)"
)

_HOUSE_NUMBER = Lazy(r", \d{1,4}[a-d]? $")
_THING = re.compile(DEVICE_BEFORE)
_MODAL = frozenset(
    "may will mark grant hope rose bill pat sue rob jack hunter art drew chase wade faith grace joy".split()
)


def sequences(c: Context, names: Names, words: list[Word]) -> Iterator[Finding]:
    """Names that show by themselves: known first and last names side by side, or one known name where a person is meant."""
    i = 0
    while i < len(words):
        nxt = words[i + 1] if i + 1 < len(words) else None
        step = 1
        if (
            (nxt is not None and (found := _pair(c, names, words, i)) is not None)
            or (found := _comma_pair(c, names, words, i)) is not None
            or (found := single_name(c, names, words, i)) is not None
        ):
            yield found
            while i + step < len(words) and words[i + step].start < found.end:
                step += 1
        i += step


def _pair(c: Context, names: Names, words: list[Word], i: int) -> Finding | None:
    first = words[i]
    j = i + 1
    while (
        j < len(words)
        and j - i <= 3
        and words[j].low in PARTICLES
        and words[j - 1].end + 1 >= words[j].start - 1
        and c.plain[words[j - 1].end : words[j].start] == " "
    ):
        j += 1
    if j >= len(words):
        return None
    last = words[j]
    gap = c.plain[words[j - 1].end : last.start]
    if gap not in (" ", "  ", "-", "", "'", " d'", " o'"):
        return None
    if first.text.isupper() and len(first.text) <= 2:
        return None
    if len(first.text) < 3 and first.start > 1 and c.plain[first.start - 2].isdigit():
        return None  # "19 Fr Blake"
    if j > i + 1 and last.low in EPONYMS and _THING.fullmatch(first.low):
        return None  # "Signe de Murphy": Signe is a given name, too
    if (
        c.kind == "crisis"
        and first.low not in names.core_first
        and _HOUSE_NUMBER.search(c.before(first.start, 8))
    ):
        return None  # "leisure centre, 88 Canal Side"
    known_first = first.low in names.first or (
        "-" in first.low and any(part in names.first for part in first.low.split("-"))
    )
    known_last = (
        last.low in names.last
        or last.low in names.first
        or ("-" in last.low and any(part in names.last for part in last.low.split("-")))
    )
    if last.low[:2] in ("d'", "o'") and len(last.low) > 4 and known_first and first.cap == last.cap:
        known_last = True
    if j > i + 1 and " ".join(w.low for w in words[i + 1 : j + 1]) in names.last:
        known_last = True
    strong = first.low in names.strong_first or first.low.split("-")[0] in names.strong_first
    strong_last = last.low in names.strong_last or last.low.split("-")[0] in names.strong_last
    if first.cap and last.cap:
        if (
            first.low in COMMON
            or (first.low in CALENDAR and first.opens)
            or first.low in CLINICIANS
            or first.low in PUBLIC_ROLES
            or first.low in INSTITUTIONS
            or (last.low in STREETS and not strong)
            or last.low == "claus"
            or (first.opens and first.low in names.plain_words and first.low not in names.first)
        ):
            return None
        if (
            HIDDEN in c.plain[first.start - 2 : first.start]
            or c.plain[last.end : last.end + 2].find(HIDDEN) >= 0
        ):
            return None
        verdict = _full_name(c, names, first, last, known_first, known_last, strong, strong_last)
        if verdict is None:
            return None
        end = end_of_name(c, words, i, names)
        end = max(end, last.end)
        if (
            c.plain[last.end : last.end + 1] == " "
            and j + 1 < len(words)
            and words[j + 1].low in ("de", "i", "y", "del", "della", "e")
            and j + 2 < len(words)
            and words[j + 2].cap
            and words[j + 2].low in names.last
        ):
            end = words[j + 2].end
        if is_public_person(c, words, i) or any(
            is_place_like(c, words, i, at, sure=strong) for at in {last.end, end}
        ):
            return None
        if c.kind in ("crisis", "press", "training") and after_role(c, end):
            return None
        if (
            c.kind in ("training", "press")
            and not c.tied(first.start, end)
            and not THEN_AGE.match(c.low[end:])
            and not (WAS_TREATED if c.kind == "press" else REAL_CASE).search(
                c.low[slice(*c.sentence(first.start, end))]
            )
        ):
            around = c.low[slice(*c.sentence(first.start, end))]
            sick = CLINICAL.search(around) and not SPOKE.search(around)
            found = BLOCK if sick else ASK
            return Finding(first.start, end, "A", found, "Is this a patient's name?", "the patient")
        return Finding(first.start, end, "A", verdict, "This looks like somebody's name.", "the patient")
    if (
        j > i + 1
        and last.cap
        and first.low in names.first
        and (strong_last or last.low in names.strong_first)
    ):
        if c.is_public or first.low in COMMON or is_public_person(c, words, i):
            return None
        end = max(last.end, end_of_name(c, words, j, names))
        return Finding(first.start, end, "A", BLOCK, "This looks like somebody's name.", "the patient")
    if not first.cap and not last.cap:
        return _full_name_in_lower_case(c, names, words, i, j, gap)
    return None


def _full_name_in_lower_case(
    c: Context, names: Names, words: list[Word], i: int, j: int, gap: str
) -> Finding | None:
    """Two words without capitals: only names that are little else, or that do what only people do."""
    first, last = words[i], words[j]
    joined = gap.strip(" -") + " ".join(w.low for w in words[i + 1 : j + 1])
    end = max(last.end, end_of_name(c, words, i, names))
    found = Finding(first.start, end, "A", BLOCK, "This looks like somebody's name.", "the patient")
    if c.kind == "training":
        ill = first.low in names.only_names and last.low in names.last and last.low not in COMMON
        return found if ill and CLINICAL.search(c.low[slice(*c.sentence(first.start, end))]) else None
    if c.kind == "press" or first.low in COMMON or len(first.low) < 3:
        return None
    if first.low in names.plain_words and last.low in names.plain_words:
        return None
    known_first = first.low in names.first
    known_last = (last.low in names.last and len(last.low) > 2) or joined in names.last
    if known_first and known_last and HUMAN_STATE.match(c.low[last.end :]):
        return found
    if last.low in COMMON or (last.low in HARMLESS and last.low not in names.strong_last):
        return None
    surely_first = first.low in names.strong_first_low
    both_given = j == i + 1 and first.low in names.low_first and last.low in names.low_first
    if both_given and (surely_first or last.low in names.strong_first_low):
        return found  # "maria luisa"
    if DEVICE_AFTER.match(c.low[last.end :]) or is_place_like(c, words, i, last.end):
        return None
    if surely_first and known_last:
        return found
    words_too = names.small_doubts
    if (
        first.low in names.strong_first
        and first.low in names.given
        and known_last
        and not {first.low, last.low} & words_too
        and min(len(first.low), len(last.low)) > 3
        and last.low not in BOTH
    ):
        return found
    surely_last = last.low in names.strong_last_low and last.low not in names.ordinary
    if j == i + 1 and known_first and surely_last and first.low not in _MODAL and first.low not in PARTICLES:
        return found
    return None


def _full_name(
    c: Context,
    names: Names,
    first: Word,
    last: Word,
    known_first: bool,
    known_last: bool,
    strong: bool,
    strong_last: bool,
) -> Verdict | None:
    """Two capitalised words side by side: how sure is it that they are somebody's first name and surname?"""
    after = c.low[last.end :]
    aged = THEN_AGE.match(after)
    state = aged or THEN_STATE.match(after)
    ordinary = (
        last.low in COMMON or last.low in CALENDAR or last.low in WIDE_PLACES or last.low in INSTITUTIONS
    )
    both = first.low in BOTH
    if first.text.isupper() and last.text.isupper() and not (strong and known_last and len(last.text) > 3):
        return None
    if strong and last.text.isupper() and len(last.text) > 2 and not re.fullmatch(r"[IVXL]+", last.text):
        return BLOCK
    if strong and last.low in names.last and last.low not in CALENDAR and last.low not in INSTITUTIONS:
        return BLOCK
    if known_first and strong_last:
        return BLOCK
    if (
        first.low in names.core_first
        and last.low in names.last
        and last.low in EPONYMS
        and last.low not in COMMON
        and c.plain[first.end : first.end + 1] == " "
        and (state or re.match(r"[,.;:!?)]|$", after) or not first.opens)
    ):
        return BLOCK  # "David Hartley," may be two eponyms, and is more often a man
    if ordinary or last.low in HARMLESS:
        return BLOCK if known_first and known_last and state and not ordinary else None
    if strong:
        return BLOCK
    odd = looks_ordinary(first.low) or looks_ordinary(last.low) or first.text.isupper() or last.text.isupper()
    if known_first and known_last and not (first.opens and both and not state):
        return BLOCK
    if (
        known_first
        and known_last
        and not {first.low, last.low} & (names.ordinary | TOWNS | CALENDAR)
        and re.match(r"[,;:(]", after)
    ):
        return BLOCK
    if known_first and state and not looks_ordinary(last.low) and (not both or known_last or not odd):
        return BLOCK
    if known_last and first.low in names.last and first.low not in HARMLESS and state:
        return BLOCK
    rescue = c.kind == "crisis" and _RESCUED.search(c.low)
    if known_first and both and not first.opens and not odd and last.low not in names.ordinary | TOWNS:
        return BLOCK if c.kind in ("surgery", "reply") or rescue else None
    if first.low in HARMLESS or odd or both:
        return None
    if aged:
        return BLOCK
    colon = c.plain[: first.start].rstrip().endswith(":")
    inside = not first.opens or colon
    if strong_last and inside:
        return BLOCK if c.kind not in ("training", "press") else ASK
    if c.kind == "surgery" and state and (inside or known_last):
        return BLOCK if known_last else ASK
    strange = not {first.low, last.low} & (names.ordinary | TOWNS | COMMON)
    strange = strange and not all(part in names.plain_words for part in first.low.split("-"))
    if c.kind in ("surgery", "reply") and inside and strange and min(len(first.low), len(last.low)) > 3:
        capitals = sum(word[:1].isupper() for word in c.plain.split())
        return ASK if capitals * 2 <= len(c.plain.split()) + 1 else None
    return None


def _comma_pair(c: Context, names: Names, words: list[Word], i: int) -> Finding | None:
    if i + 1 >= len(words):
        return None
    last, first = words[i], words[i + 1]
    if c.plain[last.end : first.start] != ", " or not (last.cap and first.cap):
        return None
    if (
        last.low not in names.last
        or first.low not in names.first
        or last.low in COMMON
        or first.low in COMMON
        or (first.low in CALENDAR and not re.search(r":\s*$", c.before(last.start, 6)))
    ):
        return None
    sure = last.low in names.strong_last and first.low in names.strong_first
    listed = re.search(r":\s*$", c.before(last.start, 6)) is not None
    ends = c.plain[first.end : first.end + 1]
    listed = listed or (ends == ":" and not c.plain[: last.start].strip())
    if ends not in (",", ";", ")", ".", "", " ", ":") or (not sure and not listed):
        return None
    if last.low in names.strong_first and not listed:
        return None  # a list of first names: each judged alone
    if c.is_public and not (c.tied(last.start, first.end) or listed):
        return None
    return Finding(last.start, first.end, "A", BLOCK, "This looks like somebody's name.", "the patient")
