"""Names because of what stands before them: a title, a patient, a relative, "is called"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.editorial.guard.context import BLOCK, Context, Finding
from app.editorial.guard.dictionary import Names
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.surroundings import (
    DEVICE_AFTER,
    PARTICLES,
    THEN_AGE,
    THEN_STATE,
    Word,
    after_role,
    end_of_name,
    is_public_person,
    looks_ordinary,
    next_capital,
)
from app.editorial.guard.words.harmless import CALENDAR, HARMLESS
from app.editorial.guard.words.homonyms import HOMONYMS
from app.editorial.guard.words.people import BOTH_NAME_AND_WORD as BOTH
from app.editorial.guard.words.people import (
    CLINICIANS,
    COMMON,
    ONLY_LOWER_DOUBT,
    PATIENT,
    PUBLIC_ROLES,
    RELATIVES,
)

_STRONG_TITLE = Lazy(
    r"\b(?:mr|mrs|ms|miss|mister|sig\.ra|sig|signor|signore|signora|signorina|sig\.na|mme|mlle|monsieur|madame|mademoiselle|sr|sra|srta|senor|senora|senorita|senyor|senyora|senyoreta|m)\.? $"
)

_WHO = Lazy(
    rf"\b(?:(?:our |the |this |la |il |le |el |l'|un |una |une |nostr[oa] |notre |nuestr[oa] |nostr[ea] )?(?:{PATIENT})(?: is| was| e| est| es|:| -|,)?"
    rf"|(?:{RELATIVES})(?: is|:|,)?"
    r"|(?:among|tra|fra|parmi|entre) (?:the |i |gli |le |les |los |els |las )\w+(?: (?:is|are|c'e|ci sono|il y a|esta|estan|hi ha|figure|figura))?"
    rf"|(?:name|names|named|called|surname|first name|last name|family name|full name|alias|aka|a\.k\.a\.|goes by|known as|nicknamed|nickname|introducing|meet|dear|baby|little|poor|old)(?: is|'s|:| was| of)?"
    rf"|(?:nome|cognome|nome e cognome|chiamat[oa]|si chiama|di nome|dett[oa]|soprannominat[oa]|piccol[oa]|car[oa]|per tutti)(?: e|:)?"
    rf"|(?:nom|prenom|nomme|nommee|s'appelle|appelee?|dit|dite|surnommee?|petit|petite|cher|chere)(?: est| ?:)?"
    rf"|(?:nombre|apellidos?|llamad[oa]|se llama|de nombre|apodad[oa]|llaman|conocid[oa] como|pequen[oa]|querid[oa])(?: es|:)?"
    rf"|(?:nom|cognoms?|anomenat|anomenada|es diu|de nom|sobrenom|diuen|tothom diu|diu|conegu[td]a? com|petit[a]?|estimad[a])(?: es|:)?|(?:surname|last name|family name|cognome|apellidos?|cognoms?)\?)[ ,:]*[\"']? ?$"
)

PARTICLES_ALONE = PARTICLES | frozenset("mr mrs ms miss dr sr sra sig mme".split())


_WELL = Lazy(
    r"^ (?:(?:is|e|est|esta|es|sta|va) )?(?:doing (?:well|fine|great|ok)|awake|asleep|extubated|stable|sta (?:bene|benissimo)|(?:va|esta) (?:bien|be)|svegli[oa]|estubat[oa]|reveillee?|extubee?|despiert[oa]|extubad[oa]|despert[a]?|extubat)\b"
)


_OUR_PATIENT = Lazy(
    r"(?:(?:our|the|la|il|le|el|l'|nostr[oae]|notre|nuestr[oa]) )?(?:patient|patiente|paziente|paciente|pacient)[ ,]*$"
)


def _small_full_name(names: Names, words: list[Word], i: int) -> bool:
    """After "is called", in lower case: a given name that is a word too, and what follows it only in names."""
    if words[i].low not in names.first or i + 1 >= len(words):
        return False
    after = words[i + 1]
    if after.start - words[i].end != 1:
        return False
    particle = after.low in PARTICLES and after.low not in (
        "y",
        "e",
        "i",
        "a",
        "la",
        "le",
        "el",
        "di",
        "de",
        "da",
        "al",
    )
    return particle or after.low in names.only_surnames | names.only_names


_PLAYED = Lazy(
    r"simulat|simulad|manikin|mannequin|manichin|maniqui|dummy|doll\b|puppe|fictional|fictici|fittizi|fictif|imaginar"
)


_SOFT_TITLE = Lazy(r"\b(?:don|dona|d\.|dna\.|da\.|en|na) $")
_SOFT_TITLE_ENDS = ("on ", "na ", "d. ", "a. ", "en ")


def marked(c: Context, names: Names, words: list[Word]) -> Iterator[Finding]:
    """A name because of the word before it: title, patient, relative, 'is called'."""
    for i, word in enumerate(words):
        if len(word.text) < 2:
            continue
        low = word.low
        before = c.low[max(0, word.start - 60) : word.start]
        title = _STRONG_TITLE.search(before)
        if (
            title
            and title.group().strip() in ("m", "m.")
            and not c.plain[word.start - len(title.group()) : word.start].startswith("M. ")
        ):
            title = None
        soft_title = (
            not title
            and word.cap
            and before.endswith(_SOFT_TITLE_ENDS)
            and _SOFT_TITLE.search(before)
            and (
                low in names.first
                or (
                    not c.is_public
                    and before.endswith(("don ", "dona "))
                    and low not in HARMLESS | names.plain_words
                )
            )
        )
        if soft_title and before.rstrip().endswith((" en", " na")) and low not in names.strong_first:
            soft_title = None
        if (
            soft_title
            and before.rstrip().endswith(("d.", "da."))
            and not re.search(r"\bD[a]?\. $", c.plain[: word.start])
        ):
            soft_title = None
        if (title or soft_title) and c.kind == "training" and _PLAYED.search(c.low):
            continue
        if title or soft_title:
            if not word.cap and (
                low in COMMON or (low in names.plain_words and title and title.group().strip(" .") == "m")
            ):
                continue
            if not word.cap and (low not in names.first and low not in names.last):
                known_word = names.plain_words | HARMLESS | CLINICIANS | PUBLIC_ROLES | CALENDAR
                sure = title and re.match(
                    r"(?:mr|mrs|ms|mme|mlle|sig|signora|senora|senor|senyora|senyor|sra)\b", title.group()
                )
                if not (sure and len(low) > 3 and low not in known_word and not looks_ordinary(low)):
                    continue
            if (
                re.match(r"(?:presid|ministr|direct|alcald|conseller|maire|sindac|prefet)", low)
                or low in CLINICIANS
                or (low in PUBLIC_ROLES and not word.cap)
            ):
                continue
            end = end_of_name(c, words, i, names)
            start = word.start - len(title.group()) if title else word.start
            if is_public_person(c, words, i) and not re.search(rf"\b(?:{PATIENT})\b", before[:-4]):
                continue
            if c.kind != "surgery" and c.is_public and after_role(c, end):
                continue
            if re.match(
                r",? \((?:our |the )?(?:consultant|surgeon|registrar|anaesthetist|physio\w*|pharmacist|scrub|theatre|chirurg\w+|primario|anestesista|cirujan[oa]|cirurgi\w+)\b",
                c.low[end:],
            ):
                continue
            start = word.start if not title else start
            yield Finding(start, end, "A", BLOCK, "This looks like a patient's name.", "the patient")
            continue
        # What stands before is looked at for the few words that may be a name only: it is long to look at.
        if low in PARTICLES_ALONE:
            if not word.cap:
                continue
        elif (
            low in COMMON
            or low in CALENDAR
            or low in PUBLIC_ROLES
            or low in CLINICIANS
            or not (word.cap or low in names.first or low in names.last or _WELL.match(c.low[word.end :]))
        ):
            continue
        who = _WHO.search(before)
        if not who:
            continue
        label = who.group()
        capital = word.cap
        relative = re.match(rf"(?:{RELATIVES})", label)
        named = re.match(
            r"(?:name|named|called|surname|first name|last|family|full|alias|aka|goes|known|nick|introducing|meet|nome|cognome|chiamat|si chiama|di nome|dett|soprann|per tutti|nom|prenom|s'appelle|appelee?|surnomm|nombre|apellid|llamad|se llama|de nombre|apodad|llaman|conocid|anomen|es diu|de nom|cognom|sobrenom|diuen|tothom)",
            label,
        )
        if c.plain[word.end : word.end + 1] in ("*", "_", "#"):
            continue  # half hidden: judged as such
        soft = re.match(
            r"(?:dear|baby|little|poor|old|meet|introducing|dit|dite|petit|petite|cher|chere|piccol|car[oa]|pequen|querid|estimad|detto|detta|diu|nom\b|called)",
            label,
        )
        if low in PARTICLES_ALONE:
            if capital and named and next_capital(words, i) is not None:
                end = words[i + 1].end
                yield Finding(word.start, end, "A", BLOCK, "This looks like a patient's name.", "the patient")
            continue
        if (
            soft
            and re.match(r"nom ?(?:est|:)", label)
            and re.search(
                r"(?:^|[.!?;|] ?)nom ?:[ ,:?]*$|\b(?:son|mon|le|de famille) nom(?: de famille)?(?: est| ?:)[ ,:?]*$",
                before,
            )
        ):
            soft = None
        if (
            soft
            and re.match(r"called|nom\b|diu", label)
            and re.search(
                rf"\b(?:{PATIENT}|man|woman|gentleman|lady|boy|girl|uomo|donna|homme|hombre|home)\b", before
            )
        ):
            soft = None
        if soft and low not in names.first and low not in names.strong_last:
            continue
        if not capital:
            known = low in names.strong_first_low or (
                low in names.strong_last_low and (named or label.startswith("pt"))
            )
            state = THEN_STATE.match(c.low[word.end :])
            known = known or (low in names.low_first and bool(relative or named or state))
            known = known or (low in names.last and label.startswith("pt") and bool(state))
            known = known or (
                re.match(
                    r"(?:(?:our|la|il|le|el) )?(?:patient|paziente|patiente|paciente|pacient|pt|pz)\b", label
                )
                is not None
                and len(low) > 4
                and _WELL.match(c.low[word.end :]) is not None
                and low not in names.plain_words | HARMLESS | HOMONYMS
                and not looks_ordinary(low)
            )
            known = known or (
                soft is not None
                and low in names.strong_first
                and low not in names.plain_words | ONLY_LOWER_DOUBT
            )
            called = bool(named) and not soft
            if not known and not (
                called
                and (low in names.strong_first or (not c.is_public and _small_full_name(names, words, i)))
            ):
                continue
        known = low in names.first or low in names.last
        if (
            capital
            and low in HARMLESS
            and not (known and (named or ((relative or _OUR_PATIENT.match(label)) and low in names.first)))
            and not (
                known and THEN_STATE.match(c.low[word.end :]) and not DEVICE_AFTER.match(c.low[word.end :])
            )
            and not THEN_AGE.match(c.low[word.end :])
        ):
            continue
        if word.text.isupper() and len(word.text) <= 5 and low not in names.first:
            continue
        if capital and not (low in names.first or low in names.last):
            # Unknown: only straight after the label, and not where every noun may be written large.
            if not (
                named
                or relative
                or re.match(r"(?:our |the |la |il |le |el |l')?(?:patient|paziente|paciente|pacient)", label)
            ):
                continue
            if c.is_public and not (
                named or re.search(r"(?:patient|paziente|paciente|pacient|victim|missing)", label)
            ):
                continue
            if (
                looks_ordinary(low) and (word.opens or not (relative or named) or low in names.plain_words)
            ) or (label.rstrip().endswith(":") and not named):
                continue
        if (
            capital
            and not named
            and low in BOTH
            and low not in names.strong_last
            and not THEN_STATE.match(c.low[word.end :])
            and relative is None
            and next_capital(words, i) is None
            and not re.search(r"[:,] ?$|patient |pazient|pacient|pacien", label)
        ):
            continue
        if (
            named
            and c.is_public
            and not c.tied(word.start, word.end)
            and re.match(r"(?:called|named|known|nom|llamad|chiamat|nome|nombre|meet|introducing)", label)
            and low not in names.strong_first
        ):
            continue
        if c.kind == "training" and _PLAYED.search(c.low):
            continue
        if named and re.search(
            r"\b(?:storm|hurricane|street|road|hospital|centre|operation|school|shelter|team|robot|machine|device|procedure|technique|tempesta|ciclone|tempete|ouragan|temporal|borrasca|huracan|drug|sign|test|method|manoeuvre|song|dog|cat)\b",
            before,
        ):
            continue
        yield Finding(
            word.start,
            end_of_name(c, words, i, names),
            "A",
            BLOCK,
            "This looks like a patient's or relative's name.",
            "the patient" if not relative else "a relative",
        )
