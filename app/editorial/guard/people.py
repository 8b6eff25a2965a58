"""
Names of patients and those around them (class A): by dictionary, by what stands beside them, by shape.

A name of the event's staff or of its hospital is hidden before these rules look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.editorial.guard.context import ABBREVIATION, ASK, BLOCK, HIDDEN, Context, Finding
from app.editorial.guard.decision import Verdict
from app.editorial.guard.dictionary import Names
from app.editorial.guard.words.harmless import (
    CALENDAR,
    DEVICE_BEFORE,
    DEVICE_NOUNS,
    EPONYMS,
    HARMLESS,
    INSTITUTIONS,
    SAINTS,
    STORMS,
    WIDE_PLACES,
)
from app.editorial.guard.words.people import BOTH_NAME_AND_WORD as BOTH
from app.editorial.guard.words.people import CLINICIANS, COMMON, PATIENT, PUBLIC_ROLES, RELATIVES
from app.editorial.guard.words.towns import TOWNS

_WORD = re.compile(r"[A-Za-z]+(?:['-][A-Za-z]+)*")
_PARTICLES = frozenset(
    "de del della dello dei degli di da dal la le lo los las el al van von der den du des d' i y e bin ibn abu ben mac mc san st ap".split()
)
_STATES = (
    r"awake|waking|woke|stable|resting|recovering|home|smiling|asleep|extubated|intubated|sedated|discharged|talking|breathing|well|fine|great|okay|ok\b|in recovery|on the table|out of|ready for|prepped|brave|alive|"
    r"dead|bleeding|doing|tolerat|leaves|left|went|says|said|asked|asks|wants|lost|died|needs|had|has|came|walked|walks|thanked|thanks|underwent|received|signed|lives|works|survived|suffered|collapsed|tested|presented|presents|arrived|arrives|sends|recovers|recovered|goes|is|was|remains|looks|feels|gets|got|will be|under anaesthesia|in icu|in theatre|joined|told|opened|"
    r"e |sta|ha |si |dorme|respira|torna|era|resta|aspetta|ricoverat|trasferit|operat|dimess|tollera|"
    r"est|va |a |se |s'est|dort|respire|sort|reste|attend|reveill|transfer|hospitalis|opere|supporte|souffre|"
    r"esta|es |duerme|sigue|tuvo|fue|sale|ingresad|trasladad|operad|tolera|pasa|segueix|surt|dorm|ingressa|trasllada|sent|porta"
)
_THEN_STATE = re.compile(
    rf"^(?:'s)?,? (?:now |already |still |finally |just |gia |deja |ya |ja |ora |ha |is |was |sta |est |a |esta |es |e )*(?:{_STATES})"
)
_THEN_AGE = re.compile(
    r"^(?:,? ?\(?\d{1,3}(?: ?(?:y|yo|yrs?|years?|anni|ans|anos|anys|m|f)\b|\)|,| ?-year)|, \d{2}(?=[.;]|$))"
)
_DEVICE_AFTER = re.compile(rf"^(?:'s?)?[ -](?:{DEVICE_NOUNS})\b")
_DEVICE_BEFORE = re.compile(
    rf"\b(?:{DEVICE_BEFORE})(?: (?:de|di|del|della|d'|of|the|la|le|tipo|type|de la))? ?$"
)
_DONE_TO = re.compile(
    r"(?:operat|operac|operaz|interven|procedur|procedim|malattia|maladie|enfermedad|malaltia|posizione|position|posicio|hernia|ernia|hernie|frattur|fractur|tumor|tumeur|protesi|prothese|protesis|valv|by)"
)
_STRONG_TITLE = re.compile(
    r"\b(?:mr|mrs|ms|miss|mister|sig\.ra|sig|signor|signore|signora|signorina|sig\.na|mme|mlle|monsieur|madame|mademoiselle|sr|sra|srta|senor|senora|senorita|senyor|senyora|senyoreta|m)\.? $"
)
_WHO = re.compile(
    rf"\b(?:(?:our |the |this |la |il |le |el |l'|un |una |une |nostr[oa] |notre |nuestr[oa] |nostr[ea] )?(?:{PATIENT})(?: is| was| e| est| es|:| -|,)?"
    rf"|(?:{RELATIVES})(?: is|:|,)?"
    r"|(?:among|tra|fra|parmi|entre) (?:the |i |gli |le |les |los |els |las )\w+(?: (?:is|are|c'e|ci sono|il y a|esta|estan|hi ha|figure|figura))?"
    rf"|(?:name|names|named|called|surname|first name|last name|family name|full name|alias|aka|a\.k\.a\.|goes by|known as|nicknamed|nickname|introducing|meet|dear|baby|little|poor|old)(?: is|'s|:| was| of)?"
    rf"|(?:nome|cognome|nome e cognome|chiamat[oa]|si chiama|di nome|dett[oa]|soprannominat[oa]|piccol[oa]|car[oa]|per tutti)(?: e|:)?"
    rf"|(?:nom|prenom|nomme|nommee|s'appelle|appelee?|dit|dite|surnommee?|petit|petite|cher|chere)(?: est|:)?"
    rf"|(?:nombre|apellidos?|llamad[oa]|se llama|de nombre|apodad[oa]|llaman|conocid[oa] como|pequen[oa]|querid[oa])(?: es|:)?"
    rf"|(?:nom|cognoms?|anomenat|anomenada|es diu|de nom|sobrenom|diuen|tothom diu|diu|conegu[td]a? com|petit[a]?|estimad[a])(?: es|:)?)[ ,:]*[\"']? ?$"
)
_NICK = re.compile(
    r"\b(?:nicknamed|nickname(?: is)?|calls? (?:our patient|him|her|the patient|them)|known (?:here )?as|goes by|a\.?k\.?a\.?|alias|dite?|surnommee?|apodad[oa]|detto|detta|conegu(?:t|da) com|soprannominat[oa]|per tutti|tutti (?:lo |la )?chiamano|llaman|le decimos|conocid[oa] como|sobrenom|tothom (?:li )?diu|diuen|anomenem|on l'appelle|que nous appelons|appelle)[ ,:]*(?P<n>\"[^\"]{2,30}\"|'[^']{2,30}'|\" ?[^\"]{2,30} ?\"|[A-Z][\w'-]+(?: [A-Z][\w'-]*){0,2})"
)
_EMPLOYER = re.compile(
    r"\b(?i:works? (?:for|at)|working (?:for|at)|teaches at|taught at|studies at|student at|pupil at|attends|goes to school at|insegna (?:a|al|alla|presso)|enseigne (?:a|au)|ensena en|da clases en|employed (?:by|at)|employee (?:of|at)|employer(?: is|:)?|staff at|retired from|(?:manager|driver|clerk|teacher|engineer|worker|cashier|director|ceo|boss) (?:of|at|for)|lavora (?:per|da|presso|alla|in|al)|dipendente (?:di|della|del)|impiegat[oa] (?:di|da|alla|presso)|datore di lavoro:?|operai[oa] (?:della|alla|di)|travaille (?:chez|pour|a)|employee? (?:de|chez|par)|salariee? (?:de|chez)|ouvrier (?:de|chez)|trabaja (?:en|para)|emplead[oa] (?:de|en)|treballa (?:a|per|per a|en)|empleat|empleada de) (?P<n>(?:the |la |el |il |l')?[A-Z][\w&'.-]+(?: (?:&|de|and|y|e|i|of)? ?[A-Z][\w&'.-]+){0,3})"
)
_GREETED = re.compile(
    r"\b(?:dear|love|thanks|thank you|hi|hey|hello|bravo|brava|ciao|forza|animo|anims|courage|merci|gracias|gracies|grazie|get well soon|congrats|congratulations|vamos|allez|dai|enhorabuena|felicidades|felicitats|auguri|complimenti|bienvenid[oa]|benvenut[oa]|bienvenue|benvingu[dt]a?|welcome)[,!]? $"
)
_HUMAN = re.compile(
    r"^(?:'s)? (?:is |was |e |si sta |est |se |esta |es |sta )?(?:now |already |gia |deja |ya |ja )?(?:awake|waking up|smiling|extubated|asleep|talking|recovering|doing (?:well|fine|great|ok|good)|out of (?:surgery|theatre)|going home|svegli|estubat|reveill|extube|despert|despiert|extubad|extubat|estable|stabile|stable|(?:sta |va |esta |fa )?(?:molto |tres |muy |molt )?(?:benissimo|bene|bien|be))\b"
)
_BEFORE_NAME = re.compile(
    r"\b(?:for|to|with|dear|love|loves|thanks|thank you|hi|hey|hello|bravo|brava|ciao|forza|animo|anims|courage|merci|gracias|gracies|grazie|per|para|pour|avec|con|amb|and|y|e|et|i|of|get well soon|bye|congrats|go|about|a|di|de|meet|our|little|poor|sweet|caro|cara|querid[oa]|cher|chere) $"
)
_INITIALS = re.compile(
    r"(?<![\w.])(?:[A-Z]\.[ -]?){1,3}[A-Z]\.?(?!\w)|(?<![\w.])[A-Z]\.[A-Z]\.?(?!\w)|(?<![\w.])[A-Z]{2}(?![\w.-])|(?<![\w.])[A-Z]\.(?=[ ,;:']|$)"
)
_RESCUED = re.compile(
    r"\b(?:pulled|rescued|identified|injured|wounded|missing|alive|found|dead|killed|died|estratt|salvat|dispers|ferit|mort[oi]|vivo|viva|identificat|sauve|sorti|bless|disparu|retrouve|vivant|rescat|sacaron|herid|desaparec|fallec|identificad|con vida|tret|treta|ferit|desaparegu|amb vida|identificat)"
)
_MODAL = frozenset(
    "may will mark grant hope rose bill pat sue rob jack hunter art drew chase wade faith grace joy".split()
)
_INITIALS_BEFORE = re.compile(
    rf"\b(?:(?:{PATIENT})|(?:{RELATIVES})|initials?(?: are| is|:)?|iniziali:?|initiales:?|iniciales:?|inicials:?|(?:mr|mrs|ms|miss|sig|sig\.ra|signora|signor|mme|m|mlle|sr|sra|senora?|senyora?|don|dona)\.?)[ ,:]*$"
)
_SPOKEN_INITIAL = re.compile(
    r"\b(?i:mr|mrs|ms|miss|sig|sig\.ra|signora|signor|mme|mlle|sr|sra|senora|senor|senyora|senyor|patient|paziente|paciente|pacient|pt)\.? ([A-Z](?: [A-Z])?)(?= (?:is|was|has|e|est|va|esta|es|si|sta|ha)\b|[,;:']|$)"
)
_FAMILY = re.compile(
    r"\b(?:[Tt]he ([A-Z][a-z'-]+(?:-[A-Z][a-z]+)?)(?:s| family| household| kids)\b|(?:famiglia|famille|familia|famil[iy]e) ([A-Z][A-Za-z'-]+(?: [A-Z][a-z'-]+)?))"
)
_INITIALS_AFTER = re.compile(
    r"^,? (?:\(?\d{1,3}(?:[ ,).;]|yo|y/o|-year| anni| ans| anos| anys|m\b|f\b|$)|a \d{2}[ -]year)"
)
_INITIAL_LAST = re.compile(r"(?<![\w.])((?:[A-Z]\. ?){1,2})([A-Z][a-z'\-]+(?:-[A-Z][a-z]+)?)")
_LAST_INITIAL = re.compile(r"(?<![\w.])([A-Z][a-z'\-]{2,}) ([A-Z])\.(?!\w)(?![A-Z]\.)")
_MASKED = re.compile(
    r"(?<![\w*#])[A-Za-z]{1,4}(?:[*#•.]{3,}|[*•]{1,}|_{2,}|[xX]{3,}|-{3,}|…)[a-z]{0,3}\.?(?: ?[A-Z](?:[*#•_.xX-]{2,}[a-z]{0,3}|\.|[a-z]+)?)?"
)
_ACRONYMS = frozenset(
    "OR ER ED OK TV US UK EU UN AM PM CT MR IV IM PR BP HR PA FC TA GP MD RN PT AI IT HQ QR ID NO VS AV LV RV LA RA AF VT VF ST PE DC AC SC PO OT SU IO IL LE LA UE EE UU CV BB CC ML MM CM KG GS GI GU EP TO UV RX DX HX SX TX FX ET AL DR CA TC RM RX PS PD PC PH HB HT WBC O2 LT RT LS RS UL LL CP NG IF IS IN ON AT BY WE HE MY ME SO DO GO UP AN AS BE OF SI NO TU MI TI LO CI NE MA HA VA SA FA DA TI EL UN ES DE AL OS YA SE TE LI HI JO NI ELS NY NJ TX FL GA OH MI NC VA WA MA TN IN MO MD WI CO MN SC KY OR OK CT UT IA NV AR MS KS NM NE WV ID HI NH ME MT RI DE SD ND AK VT WY DC PAE SAE".split()
)


@dataclass(frozen=True, slots=True)
class Word:
    start: int
    end: int
    text: str
    low: str
    opens: bool  # first of a sentence

    @property
    def cap(self) -> bool:
        return self.text[0].isupper()


def people(c: Context, names: Names) -> Iterator[Finding]:
    words = _words(c.plain)
    yield from _nicknames(c, names)
    yield from _initials(c, names)
    yield from _marked(c, names, words)
    yield from _sequences(c, names, words)
    yield from _employers(c)
    yield from _masks(c)


def _words(plain: str) -> list[Word]:
    found = []
    for match in _WORD.finditer(plain):
        text = match.group()
        end = match.end()
        if text[-2:] in ("'s", "'S"):
            text, end = text[:-2], end - 2
        elif (
            text[:2].lower() in ("l'", "d'", "s'", "n'", "m'", "c'", "j'", "t'")
            and len(text) > 3
            and not (text[0].isupper() and text[2].isupper() and text[0] in "D")
        ):
            text = text[2:]
        elif re.match(r"(?:dell|all|nell|dall|sull|un|quest|qu)'", text.lower()):
            text = text[text.index("'") + 1 :]
        if not text or (
            plain[match.end() : match.end() + 1].isdigit() and (len(text) < 5 or not text[1:].islower())
        ):
            continue  # "PaCO2", "CHA2DS2": no words
        before = plain[: match.start()].rstrip(" \"'(¿¡-")
        opens = not before or (before[-1] in ".!?:\n>|" and not ABBREVIATION.search(before[:-1][-6:].lower()))
        found.append(Word(end - len(text), end, text, text.lower(), opens))
    return found


def _role(low: str, word: Word | None) -> bool:
    return word is not None and (word.low in CLINICIANS or word.low in PUBLIC_ROLES)


def _is_public_person(c: Context, words: list[Word], index: int) -> bool:
    """Staff, speakers and officials: a role just before the name, or just after it."""
    window = words[max(0, index - 6) : index]
    first, last = c.sentence(words[index].start, words[index].end)
    for word in reversed(window):
        if word.start < first and not (
            word.end + 2 >= words[index].start and word.text.lower() in ("dr", "prof", "sig", "dott", "st")
        ):
            continue
        between = c.plain[word.end : words[index].start]
        if word.low in CLINICIANS and re.fullmatch(
            r"[. ]{0,3}(?:[A-Z][\w'-]*\.? (?:(?:de|del|la|i|y|van|von|di|da) ){0,2}){0,3}", between
        ):
            return not re.search(rf"\b(?:{PATIENT}|{RELATIVES})[ ,]+$", c.before(word.start, 24))
        if (
            word.low in PUBLIC_ROLES
            and c.kind != "surgery"
            and len(between) <= 44
            and not re.search(r"[;()]", between)
        ):
            return not re.search(
                r"'s |\b(?:daughter|son|wife|husband|mother|father|figli|mogli|fille|fils|femme|hij|espos|fill)",
                between,
            )
    if c.kind != "surgery":
        tail = c.low[words[index].end : min(last, words[index].end + 60)]
        if re.match(
            r"(?: [a-z'-]+){0,2}, (?:the |our |il |la |le |el |l')?(?:chief|mayor|head|director|spokes|minister|governor|president|professor|surgeon|consultant|portavoce|sindac|primario|direttor|maire|prefet|directeur|directrice|chef|porte-parole|alcald|conseller|consejer|portavoz|director|jef[ea]|cap d)",
            tail,
        ):
            return True
    return False


def _marked(c: Context, names: Names, words: list[Word]) -> Iterator[Finding]:
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
            and re.search(r"\b(?:don|dona|d\.|dna\.|da\.|en|na) $", before)
            and word.cap
            and low in names.first
        )
        if soft_title and before.rstrip().endswith((" en", " na")) and low not in names.strong_first:
            soft_title = None
        if (
            soft_title
            and before.rstrip().endswith(("d.", "da."))
            and not re.search(r"\bD[a]?\. $", c.plain[: word.start])
        ):
            soft_title = None
        if title or soft_title:
            if low in COMMON and not word.cap:
                continue
            if not word.cap and (low not in names.first and low not in names.last):
                continue
            if (
                re.match(r"(?:presid|ministr|direct|alcald|conseller|maire|sindac|prefet)", low)
                or low in CLINICIANS
                or (low in PUBLIC_ROLES and not word.cap)
            ):
                continue
            end = _extend(c, words, i, names)
            start = word.start - len(title.group()) if title else word.start
            if _is_public_person(c, words, i) and not re.search(rf"\b(?:{PATIENT})\b", before[:-4]):
                continue
            if c.kind != "surgery" and c.is_public and _after_role(c, end):
                continue
            start = word.start if not title else start
            yield Finding(start, end, "A", BLOCK, "This looks like a patient's name.", "the patient")
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
            if capital and named and words_next_cap(words, i) is not None:
                end = words[i + 1].end
                yield Finding(word.start, end, "A", BLOCK, "This looks like a patient's name.", "the patient")
            continue
        if low in COMMON or low in CALENDAR or low in PUBLIC_ROLES or low in CLINICIANS:
            continue
        if soft and re.match(r"called|nom\b|diu", label) and re.search(rf"\b(?:{PATIENT})\b", before):
            soft = None
        if soft and low not in names.first and low not in names.strong_last:
            continue
        if not capital:
            known = low in names.strong_first_low or (
                low in names.strong_last_low and (named or label.startswith("pt"))
            )
            state = _THEN_STATE.match(c.low[word.end :])
            known = known or (low in names.low_first and bool(relative or named or state))
            known = known or (low in names.last and label.startswith("pt") and bool(state))
            if not known and not (named and (low in names.strong_first) and not soft):
                continue
        known = low in names.first or low in names.last
        if (
            capital
            and low in HARMLESS
            and not (known and (named or (relative and low in names.first)))
            and not (
                known and _THEN_STATE.match(c.low[word.end :]) and not _DEVICE_AFTER.match(c.low[word.end :])
            )
            and not _THEN_AGE.match(c.low[word.end :])
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
            if _looks_ordinary(low) or (label.rstrip().endswith(":") and not named):
                continue
        if (
            capital
            and not named
            and low in BOTH
            and low not in names.strong_last
            and not _THEN_STATE.match(c.low[word.end :])
            and relative is None
            and words_next_cap(words, i) is None
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
        if named and re.search(
            r"\b(?:storm|hurricane|street|road|hospital|centre|operation|school|shelter|team|robot|machine|device|procedure|technique|tempesta|ciclone|tempete|ouragan|temporal|borrasca|huracan|drug|sign|test|method|manoeuvre|song|dog|cat)\b",
            before,
        ):
            continue
        yield Finding(
            word.start,
            _extend(c, words, i, names),
            "A",
            BLOCK,
            "This looks like a patient's or relative's name.",
            "the patient" if not relative else "a relative",
        )


PARTICLES_ALONE = _PARTICLES | frozenset("mr mrs ms miss dr sr sra sig mme".split())


def _looks_ordinary(low: str) -> bool:
    return (
        bool(
            re.search(
                r"(?:tion|sion|ment|ness|ity|ing|ously|ally|zione|mente|logia|logy|itis|osis|ectomy|otomy|plasty|scopy|ectomie|ectomia|cion|cio|dad|tat|age|ance|ence|able|ible|ical|ous|ated|ized|ised|ato|ata|ado|ada|ed|ly)$",
                low,
            )
        )
        and len(low) > 5
    )


def _after_role(c: Context, end: int) -> bool:
    return bool(
        re.match(
            r",? (?:\()?(?:the |our |il |la |le |el |l')?(?:chief|mayor|head|director|spokes|minister|governor|president|press|portavoce|sindac|direttor|maire|prefet|directeur|alcald|conseller|consejer|portavoz|jef)",
            c.low[end : end + 40],
        )
    )


def words_next_cap(words: list[Word], i: int) -> Word | None:
    return (
        words[i + 1]
        if i + 1 < len(words) and words[i + 1].cap and words[i + 1].start - words[i].end <= 1
        else None
    )


def _extend(c: Context, words: list[Word], i: int, names: Names) -> int:
    """The end of the name that begins with word i."""
    end = words[i].end
    j = i + 1
    lower = not words[i].cap
    while j < len(words) and j - i <= 5:
        word = words[j]
        gap = c.plain[end : word.start]
        if gap not in (" ", "-", "  ", " '", ". "):
            break
        if gap == ". " and len(words[j - 1].text) > 1:
            break
        if word.low in _PARTICLES and j + 1 < len(words) and words[j + 1].cap and not lower:
            j += 1
            end_try = word.end
            if c.plain[end_try : words[j].start] in (" ", "", "'"):
                end = end_try if c.plain[end_try : words[j].start] == "" else end
                gap_word = words[j]
                if gap_word.low in COMMON or gap_word.low in CALENDAR:
                    break
                end = gap_word.end
                j += 1
                continue
            break
        if lower:
            if (
                word.cap
                or not (word.low in names.last or word.low in names.strong_first_low)
                or word.low in COMMON
                or word.low in _PARTICLES
            ):
                break
        elif (
            not word.cap
            or (word.low in COMMON and word.low not in names.strong_last)
            or word.low in CALENDAR
            or (
                word.text.isupper()
                and len(word.text) in (2, 3, 4)
                and word.low not in names.first
                and not words[i].text.isupper()
            )
        ):
            break
        end = word.end
        j += 1
    return end


def _sequences(c: Context, names: Names, words: list[Word]) -> Iterator[Finding]:
    """Names that show by themselves: known first and last names side by side, or one known name where a person is meant."""
    i = 0
    while i < len(words):
        nxt = words[i + 1] if i + 1 < len(words) else None
        step = 1
        if (
            (nxt is not None and (found := _pair(c, names, words, i)) is not None)
            or (found := _comma_pair(c, names, words, i)) is not None
            or (found := _single(c, names, words, i)) is not None
        ):
            yield found
            while i + step < len(words) and words[i + step].start < found.end:
                step += 1
        i += step


def _place_like(c: Context, words: list[Word], i: int, end: int, *, sure: bool = False) -> bool:
    """Named after somebody: streets, hospitals, stations, storms, devices."""
    before = words[i - 1] if i else None
    after = next((w for w in words[i + 1 :] if w.start >= end), None)
    if (
        before is not None
        and words[i].start - before.end <= 2
        and (before.low in SAINTS or before.low in STORMS)
    ):
        return True
    if re.search(
        r"\b(?:via|viale|piazza|piazzale|corso|vicolo|largo|rue|avenue|av|boulevard|place|quai|calle|c/|avenida|plaza|paseo|carrer|avinguda|placa|passeig|rambla|ronda|route|street|road|hospital|ospedale|hopital|scuola|ecole|escuela|escola|liceo|lycee|instituto|institut|istituto|universita|universite|universidad|universitat|stadio|stade|estadio|estadi|aeroporto|aeroport|aeropuerto|parco|parc|parque|ponte|pont|puente|teatro|theatre|teatre|sala|salle|aula|hall|room|centro|centre|center|clinica|clinique|fondazione|fondation|fundacion|fundacio|biblioteca|palazzo|palais|palau|palacio|villa|stazione|gare|estacion|estacio|metro|cappella|chiesa|eglise|iglesia|esglesia|mercat|mercado|gate|storm|hurricane|tempesta|operation|torre|residencia|residenza|poliesportiu|polideportivo|pavello|pabellon|gymnase|palestra|collegio|college|colegio|barrio|barri|quartiere|quartier)(?: (?:de|del|della|d'|di|du|des|de la|dei|l'|dr|prof|general|generale|presidente|president))*[ ']*$",
        c.low[max(0, words[i].start - 50) : words[i].start],
    ):
        return True
    if (
        after is not None
        and after.start - end <= 1
        and (
            after.low in INSTITUTIONS
            or after.low
            in (
                "avenue",
                "road",
                "street",
                "lane",
                "drive",
                "boulevard",
                "square",
                "park",
                "gardens",
                "garden",
                "beach",
                "bay",
                "river",
                "lake",
                "valley",
                "island",
                "islands",
                "county",
                "airport",
                "junction",
                "interchange",
                "plaza",
                "pavilion",
                "memorial",
                "medical",
                "house",
                "library",
                "primary",
                "high",
                "elementary",
                "foundation",
                "trust",
                "award",
                "prize",
                "lecture",
                "fund",
                "wing",
                "blvd",
                "ave",
                "rd",
                "ln",
                "expressway",
                "freeway",
                "motorway",
                "tunnel",
                "suite",
                "auditorium",
                "reservoir",
                "dam",
                "hill",
                "heights",
                "springs",
                "beach",
                "creek",
                "crossing",
                "mills",
                "ii",
                "iii",
                "xxiii",
            )
        )
        and c.plain[after.start].isupper()
    ):
        return True
    if _DEVICE_AFTER.match(c.low[end:]) and not sure:
        return True
    before_it = _DEVICE_BEFORE.search(c.low[max(0, words[i].start - 40) : words[i].start])
    # "the operation of Maria": done to somebody, where "the manoeuvre of Kocher" is called after somebody.
    return before_it is not None and not (sure and _DONE_TO.match(before_it.group()))


def _pair(c: Context, names: Names, words: list[Word], i: int) -> Finding | None:
    first = words[i]
    j = i + 1
    while (
        j < len(words)
        and j - i <= 3
        and words[j].low in _PARTICLES
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
    known_first = first.low in names.first or any(part in names.first for part in first.low.split("-"))
    known_last = (
        last.low in names.last or last.low in names.first or any(p in names.last for p in last.low.split("-"))
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
        end = _extend(c, words, i, names)
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
        if _is_public_person(c, words, i) or any(
            _place_like(c, words, i, at, sure=strong) for at in {last.end, end}
        ):
            return None
        if c.kind in ("crisis", "press", "training") and _after_role(c, end):
            return None
        if (
            c.kind in ("training", "press")
            and not c.tied(first.start, end)
            and not _THEN_AGE.match(c.low[end:])
        ):
            return Finding(first.start, end, "A", ASK, "Is this a patient's name?", "the patient")
        return Finding(first.start, end, "A", verdict, "This looks like somebody's name.", "the patient")
    if not first.cap and not last.cap:
        return _full_name_in_lower_case(c, names, words, i, j, gap)
    return None


def _full_name_in_lower_case(
    c: Context, names: Names, words: list[Word], i: int, j: int, gap: str
) -> Finding | None:
    """Two words without capitals: only names that are little else, or that do what only people do."""
    first, last = words[i], words[j]
    joined = gap.strip(" -") + " ".join(w.low for w in words[i + 1 : j + 1])
    end = max(last.end, _extend(c, words, i, names))
    found = Finding(first.start, end, "A", BLOCK, "This looks like somebody's name.", "the patient")
    if c.kind in ("training", "press") or first.low in COMMON or len(first.low) < 3:
        return None
    known_first = first.low in names.first
    known_last = (last.low in names.last and len(last.low) > 2) or joined in names.last
    if known_first and known_last and _HUMAN.match(c.low[last.end :]):
        return found
    if last.low in COMMON or (last.low in HARMLESS and last.low not in names.strong_last):
        return None
    surely_first = first.low in names.strong_first_low
    both_given = j == i + 1 and first.low in names.low_first and last.low in names.low_first
    if both_given and (surely_first or last.low in names.strong_first_low):
        return found  # "maria luisa"
    if _DEVICE_AFTER.match(c.low[last.end :]) or _place_like(c, words, i, last.end):
        return None
    if surely_first and known_last:
        return found
    surely_last = last.low in names.strong_last_low and last.low not in names.ordinary
    if j == i + 1 and known_first and surely_last and first.low not in _MODAL and first.low not in _PARTICLES:
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
    aged = _THEN_AGE.match(after)
    state = aged or _THEN_STATE.match(after)
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
    odd = (
        _looks_ordinary(first.low) or _looks_ordinary(last.low) or first.text.isupper() or last.text.isupper()
    )
    if known_first and known_last and not (first.opens and both and not state):
        return BLOCK
    if (
        known_first
        and known_last
        and not {first.low, last.low} & (names.ordinary | TOWNS | CALENDAR)
        and re.match(r"[,;:(]", after)
    ):
        return BLOCK
    if known_first and state and not _looks_ordinary(last.low) and (not both or known_last or not odd):
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
    if ends not in (",", ";", ")", ".", "", " ") or (not sure and not listed):
        return None
    if last.low in names.strong_first and not listed:
        return None  # a list of first names: each judged alone
    if c.is_public and not (c.tied(last.start, first.end) or listed):
        return None
    return Finding(last.start, first.end, "A", BLOCK, "This looks like somebody's name.", "the patient")


def _single(c: Context, names: Names, words: list[Word], i: int) -> Finding | None:
    word = words[i]
    low = word.low
    if len(word.text) < 3 or c.kind in ("training", "press"):
        return None
    after = c.low[word.end :]
    if HIDDEN in c.plain[word.end : word.end + 2] or HIDDEN in c.plain[max(0, word.start - 2) : word.start]:
        return None
    state = _THEN_STATE.match(after) or _THEN_AGE.match(after)
    person = c.kind == "crisis" or c.kind == "reply"
    if word.cap:
        if low in CALENDAR or low in COMMON or (low in HARMLESS and low not in names.low_or_eponym):
            return None
        if word.text.isupper() and low not in names.strong_first:
            return None
        if word.text.isupper() and len(word.text) <= 4:
            return None
        if _place_like(c, words, i, word.end, sure=low in names.strong_first) or _is_public_person(
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
        if low in EPONYMS and low in names.low_or_eponym and not person and (greeted or _HUMAN.match(after)):
            return Finding(
                word.start, word.end, "A", BLOCK, "This looks like somebody's first name.", "the patient"
            )
        if low in names.strong_first and (low in names.core_first or not word.opens or state):
            if low in TOWNS and not state:
                return None
            if person and not state and not c.tied(word.start, word.end):
                return None
            nxt = words_next_cap(words, i)
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
    if low in names.low_first and word.opens and not person and _HUMAN.match(after):
        return Finding(
            word.start, word.end, "A", BLOCK, "This looks like somebody's first name.", "the patient"
        )
    if low in names.strong_first_low and not person and low not in HARMLESS:
        if _place_like(c, words, i, word.end):
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
        verdict = BLOCK if company or re.match(r"'s\b|[!,?]", after) else ASK
        return Finding(
            word.start, word.end, "A", verdict, "This looks like somebody's first name.", "the patient"
        )
    return None


def _initials(c: Context, names: Names) -> Iterator[Finding]:
    for match in _INITIALS.finditer(c.plain):
        text = match.group()
        start, end = match.start(), match.start() + len(text.rstrip())
        before, after = c.before(start, 30), c.low[end : end + 24]
        letters = re.sub(r"[^A-Z]", "", text)
        if "." not in text and letters in _ACRONYMS and not re.search(r"initial|inizial|inicial", before):
            continue
        spoken = _INITIALS_BEFORE.search(before)
        if spoken and spoken.group().strip() in ("m", "m.", "en", "na"):
            spoken = None
        if (
            spoken
            and len(letters) == 1
            and not re.search(
                r"\b(?:mr|mrs|ms|miss|sig|sig\.ra|signora|signor|mme|mlle|sr|sra|senora?|senyora?|don|dona|initials?|patient|paziente|paciente|pacient)\.?[ ,:]*$",
                before,
            )
        ):
            spoken = None
        if (
            spoken
            and "." not in text
            and not re.search(
                r"initial|inizial|inicial|patient|paziente|paciente|pacient|\bpt\b|victim|mr|mrs|ms", before
            )
        ):
            spoken = None
        aged = _INITIALS_AFTER.match(after) and len(letters) >= 2
        if aged and "." not in text and (letters in _ACRONYMS or c.is_public or after[:1] != ","):
            aged = None
        if ((spoken or aged) and not _DEVICE_AFTER.match(after)) or (
            re.fullmatch(r"(?:[A-Z]\.){2,3}", text)
            and c.kind in ("surgery", "reply")
            and re.match(r" (?:is|was|has|si|sta|est|va|esta|es|ha)\b", after)
            and letters not in {"US", "UK", "EU", "ICU", "ER", "OR", "BP", "HR", "IV"}
        ):
            yield Finding(start, end, "A", BLOCK, "Initials point at a person.", "the patient")
    for match in _SPOKEN_INITIAL.finditer(c.plain):
        yield Finding(*match.span(1), "A", BLOCK, "Initials point at a person.", "the patient")
    if c.is_public:
        return
    for match in _FAMILY.finditer(c.plain):
        group = 1 if match.group(1) else 2
        low = match.group(group).lower().split()[0]
        if (
            low in COMMON
            or (low in HARMLESS - EPONYMS and not (low in names.last and "family" in match.group()))
            or (low not in names.last and group == 1 and "family" not in match.group())
        ):
            continue
        if group == 1 and "family" not in match.group() and low not in names.strong_last:
            continue
        yield Finding(*match.span(group), "A", BLOCK, "A family's name points at the patient.", "the family")
    for match in _INITIAL_LAST.finditer(c.plain):
        low = match.group(2).lower()
        start, end = match.span()
        state = _THEN_STATE.match(c.low[end:]) or c.low[end : end + 13] == " on the table"
        known = low in names.strong_last or (
            low in names.last and low not in COMMON and (state or low not in HARMLESS)
        )
        if known and not re.search(r"(?:dr|prof|dott|dra|surgeon|doctor)[. ]*$", c.before(start, 12)):
            yield Finding(start, end, "A", BLOCK, "This looks like somebody's name.", "the patient")
    for match in _LAST_INITIAL.finditer(c.plain):
        low = match.group(1).lower()
        if (low in names.strong_first or low in names.strong_last) and not re.search(
            r"(?:dr|prof|dott|dra)[. ]*$", c.before(match.start(), 12)
        ):
            yield Finding(
                match.start(), match.end(), "A", BLOCK, "This looks like somebody's name.", "the patient"
            )


def _nicknames(c: Context, names: Names) -> Iterator[Finding]:
    for match in _NICK.finditer(c.plain):
        start, end = match.span("n")
        text = match["n"].strip("\"' ").lower()
        if text in COMMON or text in HARMLESS:
            continue
        if c.is_public and not c.tied(start, end):
            continue
        if match["n"][0] not in "\"'" and not (
            c.tied(start, end) or c.tied(match.start(), match.start() + 1)
        ):
            continue
        yield Finding(start, end, "A", BLOCK, "A nickname points at a person.", "the patient")


def _employers(c: Context) -> Iterator[Finding]:
    for match in _EMPLOYER.finditer(c.plain):
        start, end = match.span("n")
        if (
            HIDDEN in match["n"]
            or match["n"].lower() in WIDE_PLACES
            or match["n"].split()[0].lower() in CALENDAR
        ):
            continue
        first, _ = c.sentence(start, end)
        said_of = c.low[first : match.start()]
        about = (
            c.tied(match.start(), match.start())
            or re.search(rf"\b(?:he|she|who|that|{PATIENT}|{RELATIVES})\b", said_of)
            or re.search(r"(?:^|[.!?] )$", c.low[max(0, match.start() - 2) : match.start()])
            or re.match(r"employer|datore|dipendente|employee", match.group())
        )
        if not about or (c.is_public and not c.tied(start, end)):
            continue
        if re.search(
            r"\b(?:surgeon|nurse|team|doctor|robot|machine|device|technique|chirurg|medic|infermier|equip)\w*\b",
            said_of,
        ) and not re.search(rf"\b(?:{PATIENT})\b", said_of):
            continue
        yield Finding(start, end, "A", BLOCK, "An employer points at a person.", "their employer")


def _masks(c: Context) -> Iterator[Finding]:
    for match in _MASKED.finditer(c.plain):
        text = match.group()
        if (
            not text[0].isupper()
            or (text[1:2] in "xX" and not re.search(r"[xX]{3}", text))
            or re.match(r"[A-Za-z]+\.{3}$|[A-Za-z]+-{3}", text)
        ):
            continue
        if re.match(r"[A-Za-z]{1,4}\.{3,}", text) and not re.match(
            r"[A-Z][a-z]{0,2}\.{3,} ?[A-Z]\.{2,}", text
        ):
            continue
        if re.match(r"[A-Za-z]+…", text) and not re.match(r"[A-Z][a-z]{0,2}… ?[A-Z][a-z]?…", text):
            continue
        if re.fullmatch(r"[A-Z]{1,4}[*#]\d*", text):
            continue
        yield Finding(
            match.start(),
            match.start() + len(text.rstrip(" ")),
            "A",
            ASK,
            "A half-hidden name still helps to find its owner.",
            "the patient",
        )
