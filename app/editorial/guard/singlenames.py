"""One known name alone, where a person is meant."""

from __future__ import annotations

import re

from app.editorial.guard.context import ASK, BLOCK, HIDDEN, Context, Finding
from app.editorial.guard.dictionary import Names
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.surroundings import (
    HUMAN_STATE,
    THEN_AGE,
    THEN_STATE,
    Word,
    is_place_like,
    is_public_person,
    next_capital,
)
from app.editorial.guard.words.harmless import CALENDAR, DRUGS_AND_MAKES, EPONYMS, HARMLESS, INSTITUTIONS
from app.editorial.guard.words.people import BOTH_NAME_AND_WORD as BOTH
from app.editorial.guard.words.people import COMMON
from app.editorial.guard.words.towns import TOWNS

_GREETED = Lazy(
    r"\b(?:dear|love|thanks|thank you|hi|hey|hello|bravo|brava|ciao|forza|animo|anims|courage|merci|gracias|gracies|grazie|get well soon|congrats|congratulations|vamos|allez|dai|enhorabuena|felicidades|felicitats|auguri|complimenti|bienvenid[oa]|benvenut[oa]|bienvenue|benvingu[dt]a?|welcome)[,!]? $"
)

_BEFORE_NAME = Lazy(
    r"\b(?:for|to|with|dear|love|loves|thanks|thank you|hi|hey|hello|bravo|brava|ciao|forza|animo|anims|courage|merci|gracias|gracies|grazie|per|para|pour|avec|con|amb|and|y|e|et|i|of|get well soon|bye|congrats|go|about|a|di|de|meet|our|little|poor|sweet|caro|cara|querid[oa]|cher|chere) $"
)


_ONE_OF_A_KIND = Lazy(r"(?:^|[^a-z])(?:an|un|une|una|another|un'|uno) $")
"""Before a thing called after somebody: "a Burch", "un Kocher"."""


def single_name(c: Context, names: Names, words: list[Word], i: int) -> Finding | None:
    word = words[i]
    low = word.low
    if len(word.text) < 3 or c.kind in ("training", "press"):
        return None
    if not (word.cap or low in names.first or low in names.last):
        return None  # no list has it
    after = c.low[word.end :]
    if HIDDEN in c.plain[word.end : word.end + 2] or HIDDEN in c.plain[max(0, word.start - 2) : word.start]:
        return None
    state = THEN_STATE.match(after) or THEN_AGE.match(after)
    person = c.kind == "crisis" or c.kind == "reply"
    if word.cap:
        if _ONE_OF_A_KIND.search(c.before(word.start, 8)) or c.low[word.end : word.end + 5] == " that":
            return None
        if low in CALENDAR or low in COMMON or (low in HARMLESS and low not in names.low_or_eponym):
            return None
        if word.text.isupper() and low not in names.strong_first:
            return None
        if re.match(r" (?:at |a |up to |down to )?\d+[.,]\d", after):
            return None  # "Remi at 0.1": a drug by its short name
        if word.text.isupper() and len(word.text) <= 4:
            return None
        if is_place_like(c, words, i, word.end, sure=low in names.strong_first) or is_public_person(
            c, words, i
        ):
            return None
        greeted = _GREETED.search(c.before(word.start, 24))
        if (
            greeted
            and not person
            and low in names.first
            and low in BOTH
            and re.match(r"[,!.?:]|$", after.lstrip())
        ):
            return Finding(
                word.start, word.end, "A", BLOCK, "This looks like somebody's first name.", "the patient"
            )
        if (
            low in EPONYMS
            and low in names.low_or_eponym
            and not person
            and (greeted or HUMAN_STATE.match(after))
        ):
            return Finding(
                word.start, word.end, "A", BLOCK, "This looks like somebody's first name.", "the patient"
            )
        if low in names.strong_first and (
            low in names.core_first or low in names.only_names or not word.opens or state
        ):
            if low in TOWNS and not state:
                return None
            if person and not state and not c.tied(word.start, word.end):
                return None
            nxt = next_capital(words, i)
            if nxt is not None and nxt.low in DRUGS_AND_MAKES:
                return None
            if nxt is not None and nxt.low in INSTITUTIONS:
                return None
            return Finding(
                word.start, word.end, "A", BLOCK, "This looks like somebody's first name.", "the patient"
            )
        if (
            low in BOTH
            and low in names.first
            and not person
            and not word.opens
            and re.match(
                r"^(?:'s)?,? (?:is|was|sta|esta|est|es) (?:now |already |gia |deja |ya |ja )?(?:awake|waking|stable|resting|recovering|smiling|asleep|extubated|sedated|home|talking|svegli|stabile|estubat|reveill|extube|despiert|estable|extubad|despert|desperta)",
                after,
            )
        ):
            return Finding(
                word.start, word.end, "A", BLOCK, "This looks like somebody's first name.", "the patient"
            )
        if low in TOWNS and (
            not state or re.search(r"\b(?:from|near|in|to|of|de|da|di|a|en|d') ?$", c.before(word.start, 8))
        ):
            return None
        if low in names.strong_last and not person:
            if (state or (word.opens and after[:1] == ":")) and not re.match(
                r"^ (?:in|is) (?:place|position|on)", after
            ):
                return Finding(
                    word.start, word.end, "A", BLOCK, "This looks like somebody's surname.", "the patient"
                )
            if not word.opens:
                return Finding(word.start, word.end, "A", ASK, "Is this a patient's surname?", "the patient")
        return None
    if low in names.low_first and word.opens and not person and HUMAN_STATE.match(after):
        return Finding(
            word.start, word.end, "A", BLOCK, "This looks like somebody's first name.", "the patient"
        )
    if low in names.strong_first_low and not person and low not in HARMLESS:
        if is_place_like(c, words, i, word.end):
            return None
        # In lower case a name is easily a verb of another language: it must stand where names stand.
        company = (
            state
            or word.opens
            or _BEFORE_NAME.search(c.before(word.start, 24))
            or (
                i + 1 < len(words)
                and words[i + 1].low not in names.ordinary | COMMON | BOTH
                and len(words[i + 1].low) > 3
            )
            or not after.strip(" .!?,;:)*")
        )
        company = company or low in names.only_names
        verdict = BLOCK if company or re.match(r"'s\b|[!,?]", after) else ASK
        return Finding(
            word.start, word.end, "A", verdict, "This looks like somebody's first name.", "the patient"
        )
    if low in names.only_surnames and not person and not is_place_like(c, words, i, word.end):
        surely = state or re.search(_DONE_FOR, c.before(word.start, 24))
        verdict = BLOCK if surely else ASK
        return Finding(word.start, word.end, "A", verdict, "Is this a patient's surname?", "the patient")
    return None


_DONE_FOR = r"\b(?:for|to|with|and|per|para|pour|avec|con|amb|operando|operiamo|operons|operamos|operem|operating on|thank|thanks) $"
