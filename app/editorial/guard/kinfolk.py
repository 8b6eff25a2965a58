"""
Names told by what is built around them: brothers of one surname, "X, his twin", a name that is spelled, a film or a band on which
a family name and an initial stand, a mother's name between quotes, letters that are said to be the patient.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.editorial.guard.context import BLOCK, HIDDEN, Context, Finding
from app.editorial.guard.dictionary import Names
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.presented import is_strange, is_thing
from app.editorial.guard.words.harmless import HARMLESS
from app.editorial.guard.words.homonyms import HOMONYMS
from app.editorial.guard.words.people import PATIENT, RELATIVES

_ONE = r"(?:Lo |La |Le |Del |Della |Dal |Ben |Abd |O'|D'|Mc|Mac|El |Al-|De |Di |Van )?[A-Z][a-z'’-]*[a-z](?:-?[A-Z][a-z]+)?"
_BROOD = (
    r"(?:brothers|sisters|siblings|twins|triplets|cousins|parents|couple|boys|girls|kids|children|fratelli|sorelle|gemelli|gemelle|cugini|coniugi|"
    r"freres|soeurs|jumeaux|jumelles|cousins|epoux|hermanos|hermanas|mellizos|mellizas|gemelos|gemelas|primos|esposos|germans|germanes|bessons|bessones|cosins|cosines)"
)
_BROTHERS = Lazy(
    rf"\b(?i:both|the|two|three|four|all|i|le|due|tre|tutti e due|entrambi|les|nos|deux|trois|los|las|dos|tres|ambos|els|tots dos|totes dues) (?i:(?:little|two|three|four|young|due|tre|deux|trois|petits|petites|dos|tres|quatre|dues) )?"
    rf"(?:(?P<n>{_ONE}) (?:brothers|sisters|siblings|twins|triplets|cousins|parents|couple|boys|girls|kids|children)\b(?! (?:hospital|ward|unit|clinic|home))|(?i:{_BROOD}) (?P<m>{_ONE})(?![a-z]))"
)
_FAMOUS = frozenset("wright grimm marx mayo montgolfier lumiere jonas siamese santi sant saint".split())

_OWN = r"(?:his|her|their|the patient's|il suo|la sua|suo|sua|son|sa|su|el seu|la seva|seu|seva)"
_TWIN = r"(?:jumeau|jumelle|gemell[oa]|gemel[oa]|melliz[oa]|besso|bessona|step(?:dad|mum|mom|brother|sister)|grandad|granddad|hubby|auntie|gran|nan|ex|better half|flatmate|bestie|copain|copine|moros[oa]|babbo|yay[oa])"
_APPOSED = Lazy(
    rf"(?<![\w'-])(?P<n>{_ONE}(?: {_ONE})?), (?i:{_OWN}) (?i:(?:little|big|own|only|older|younger|elder|eldest|identical|adoptive|foster|piccol[oa]|petite?|grande?) )?(?i:{_TWIN}|{RELATIVES})\b"
    rf"|(?<![\w'-])(?i:{_TWIN}|step(?:son|daughter|mother|father)) (?P<m>{_ONE})(?![a-z])"
)
_SPELLED_OUT = Lazy(
    r"(?<![\w'@#-])(?P<n>[A-Z][a-z'-]{2,})(?: [a-z]+)?,? (?i:with|con|avec|amb) (?i:an?|one|two|double|una?|une|due|doppi[oa]|deux|dos|doble|dues)? ?(?i:(?!(?:no|un|el|la|il|lo|su|sa|mi|my|an|us|we|he|it|in|on|al|di|de|da|io|te|tu|ma|ta|iv|im|me|ii|ct|mr)\b)[a-z]{1,2}|acca|ve (?:baixa|corta)|be (?:alta|larga)|uve|doble ve|i gr[ie]\w+|hache|hac|ics|ipsilon|ye|zeta|zed|ji|double [a-z]|doble [a-z]|doppia [a-z]|accent\w*|tilde|umlaut|trema|dieresi\w*|apostro\w+|hyphen|guion\w*|guio\w*|tiret|trattino)(?= |[,.;:!?)]|$)"
)
_ON_FILM = Lazy(r"(?<![\w-])(?P<n>[A-Z]{2,}(?:['-][A-Z]{2,})?,? [A-Z]\.?)(?=[\s,;:!?)\"'»]|$)(?! ?[A-Z]{2})")
_FILM_SAID = Lazy(
    r"\b(?:label|labell?ed|corner|top left|top right|top|says|reads?|sticker|hint|clue|header|band|wristband|name|whose|film|plate|x-?ray|cxr|ecg|ekg|slide|scan|etichett\w+|angolo|in alto|in basso|scritto|indizio|lastra|di chi|nome|braccialetto|etiquette|coin|en haut|en bas|ecrit|indice|radio|a qui|nom|bracelet|cliche|etiqueta|esquina|arriba|abajo|pone|pista|placa|de quien|nombre|pulsera|cantonada|dalt|baix|posa|diu|de qui|polsera|radiografia|diapositiva)\b"
)
_EXAM_OF = Lazy(
    r"\b(?:ecg|ekg|eeg|eco|echo|tac|tc|ct|rx|rmn|irm|mri|emogas\w*|ega|gas|abg|abgs|gasometria|gasa|lastra|lastre|radio|radiografia|scan|scanner|bloods|labs|analitica|analisi|placa|cartella|scheda|consenso|dossier|historia|fitxa|traccia\w*|film|biopsi\w+|esami|bilan|proves|prueba\w*)(?: (?:of|di|de|del|della|d'en|de la|de l')| d'|,|:) ?(?P<a>[a-z]{3,}) (?P<b>[a-z]{3,})(?= |[,.;:!?]|$)"
)
_CALLED_MOTHER = Lazy(
    rf"\b(?i:{RELATIVES}|{PATIENT})(?i:[,:]| is| e| est| es| named| called| se llama| si chiama| s'appelle| es diu| dit| diu que es)? ?(?i:la |el |le |il |l'|en |na |una |un |une |a )?[\"“«'] ?(?P<n>[A-Z][\w'-]+(?: [A-Z][\w'-]+)?) ?[\"”»'](?!\w)"
)
_LETTERS_ARE = Lazy(
    rf"(?<![\w.])(?P<n>[A-Z]{{2,3}}|(?:[A-Z]\.){{2,3}})(?= )[^.!?]{{0,70}}(?i:that'?s|that is|which is|i mean|meaning|cioe|sarebbe|o sea|es decir|c'est|c'est-a-dire|vull dir|es a dir|ie|i\.e\.) ?(?i:(?:the|our|il|la|le|notre|nostr[oa]|nuestr[oa]|el|l'|el nostre|la nostra) ?)*(?i:{PATIENT})\b"
)
_KNOWN_AS = Lazy(
    r"\b(?i:known|conosciut[oa]|connue?|conocid[oa]|conegu(?:t|da)|noto|nota) (?i:as|to all as|come|da tutti come|comme|sous le nom de|como|por|com(?: a)?|per) [\"“«'] ?(?P<n>[^\"”»'\n]{2,30}?) ?[\"”»']"
)
_JOINED = Lazy(r"(?<![\w@./#-])(?P<n>(?P<a>[a-z]{3,})[._](?P<b>[a-z]{3,}))(?![\w@/.-]|\.\w)")
_JUNIOR = Lazy(
    r"(?<![\w'-])(?P<n>[A-Z][a-z'-]{2,}) (?i:junior|jr\b|senior|el gran|bis|ii|iii)(?![\w-])|\b(?i:baby|bebe|little|piccol[oa]|petite?|pequen[oa]|petita?) (?P<m>[A-Z][a-z'-]{2,})(?=[ ,.;:!?]|$)"
)
_ARTICLE = Lazy(
    r"\b(?:la|en|na|el) (?P<n>[A-Z][a-z'-]{2,}),? (?:s'ha|ha|va|vol|diu|esta|ja|no|es|surt|dorm)\b"
)
_SO_CALLED = Lazy(
    rf"\b(?i:un cert[oa]|una certa|un certain|une certaine|a certain|un tal|una tal|un cierto|una cierta|un tal senor|(?:gives?|gave|giving) (?:his|her|the) (?:first )?name as|(?:says?|said) (?:his|her) name(?: is|'s)?|(?:says?|said) (?:he|she) is called|answers to|dice di (?:chiamarsi|essere)|dit s'appeler|dit (?:etre|se nommer)|dice (?:que se llama|llamarse|ser)|diu que es diu|diu dir-se) (?P<n>{_ONE}(?: {_ONE})?)(?![a-z])"
)
_AGED = Lazy(
    rf"(?<![\w'-])(?P<n>{_ONE}(?: {_ONE})?),? \((?:aged |age )?\d{{1,2}}(?: ?(?:y|yo|anni|ans|anos|anys))?\)"
)
_CAPITALS = Lazy(r"(?<![\w-])(?P<a>[A-Z]{3,}(?:['-][A-Z]+)?),? (?P<b>[A-Z]{3,})(?![\w-])")
_FAMILY_OF = Lazy(
    rf"\b(?i:the) (?P<n>{_ONE}) (?i:family|household)\b|\b(?i:famiglia|famille|familia|famiglia dei|familia de los) (?P<m>{_ONE})(?= |[,.;:!?]|$)"
)
_FOUND = Lazy(
    r"\b(?:found|safe|alive|dead|died|killed|injured|hurt|rescued|missing|with us|pulled out|evacuated|trovat[aoi]|viv[aoi]|salv[aoi]|mort[aoi]|ferit[aoi]|dispers[aoi]|estratt[aoi]|sfollat[aoi]|da noi|retrouvee?s?|saufs?|sauve|vivante?s?|morte?s?|blessee?s?|disparue?s?|chez nous|evacuee?s?|encontrad[ao]s?|a salvo|con vida|muert[oa]s?|fallec\w+|herid[oa]s?|desaparecid[oa]s?|evacuad[oa]s?|con nosotros|trobad[ae]s?|amb vida|ferid[ae]s?|ferits|desaparegu\w+|evacuad[ae]s?|amb nosaltres)\b"
)
_WE_CALL = Lazy(
    r"\b(?i:(?:we|they|all|everyone|everybody|nurses) (?:all )?calls? (?:her|him|them)|(?:la|lo) (?:chiamiamo|chiamano|chiamiamo tutti)|(?:on|nous|ils|elles|tout le monde) (?:l'|la |le |les )(?:appel\w+|surnomm\w+)|(?:la|lo|le) (?:llamamos|llaman|decimos|conocemos como)|(?:li|el|la) (?:diem|diuen|anomenem|coneixem com a)|l'(?:anomenem|appelle|appellent)) (?P<n>[A-Z][a-z'-]+(?: [A-Z]\.?(?![a-z]))?)"
)
_NO_LETTERS = frozenset("ICU ITU CT MR MRI ECG EKG BP HR OR ED ER OK TV UCI PS CEC TAC IRM RX PT PZ".split())


def kinfolk(c: Context, names: Names) -> Iterator[Finding]:
    quoted = any(mark in c.plain for mark in "\"“«'")
    for pattern, sure in (
        (_BROTHERS, False),
        (_APPOSED, False),
        (_SPELLED_OUT, True),
        (_CALLED_MOTHER, False),
    ):
        if pattern in (_APPOSED, _SPELLED_OUT) and c.is_public:
            continue
        if pattern is _CALLED_MOTHER and not quoted:
            continue
        if pattern is _CALLED_MOTHER and c.kind in ("training", "press"):
            continue
        for match in pattern.finditer(c.plain):
            group = match.lastgroup or "n"
            start, end = match.span(group)
            low = match[group].lower()
            if HIDDEN in c.plain[max(0, start - 2) : end + 2] or low in _FAMOUS:
                continue
            if pattern is _BROTHERS and (low in HARMLESS or c.kind in ("training", "press")):
                continue
            if (
                pattern is _SPELLED_OUT
                and (start == 0 or low in names.plain_words)
                and low not in names.strong_first
                and (low in names.plain_words | HARMLESS or len(low) < 5 or not _SPELLING.search(c.low))
            ):
                continue  # "Start with a": a word opens the text
            surname = low.split()[-1]
            if (
                pattern is _BROTHERS and (surname in names.last or surname not in names.explained | HOMONYMS)
            ) or is_strange(names, match[group], c.low[end:], inside=sure or bool(c.plain[:start].strip())):
                yield Finding(start, end, "A", BLOCK, "Somebody's name seems to stand here.", "the patient")
    for match in (
        _AGED.finditer(c.plain) if "(" in c.plain and c.kind in ("crisis", "surgery", "reply") else ()
    ):
        if is_strange(names, match["n"], "", inside=True):
            yield Finding(*match.span("n"), "A", BLOCK, "Somebody's name stands here.", "the person")
    for match in _SO_CALLED.finditer(c.plain) if c.kind in ("crisis", "surgery") else ():
        if is_strange(names, match["n"], c.low[match.end("n") :], inside=True):
            yield Finding(*match.span("n"), "A", BLOCK, "Somebody's name stands here.", "the person")
    for match in _FAMILY_OF.finditer(c.plain) if c.kind == "crisis" else ():
        group = match.lastgroup or "n"
        low = match[group].lower().split()[-1]
        known = low in names.last and low not in names.explained
        if (known or is_strange(names, match[group], "", inside=True)) and _FOUND.search(
            c.low[slice(*c.sentence(*match.span()))]
        ):
            yield Finding(*match.span(group), "A", BLOCK, "A family's name points at somebody.", "the family")
    if not c.is_public:
        for match in _KNOWN_AS.finditer(c.plain) if quoted else ():
            if c.tied(*match.span("n")):
                yield Finding(*match.span("n"), "A", BLOCK, "A nickname points at a person.", "the patient")
        for match in _JOINED.finditer(c.low):
            if match["a"] in names.first and match["b"] in names.last and match["b"] not in names.plain_words:
                yield Finding(*match.span("n"), "A", BLOCK, "This looks like somebody's name.", "the patient")
        for match in _JUNIOR.finditer(c.plain):
            group = match.lastgroup or "n"
            low = match[group].lower()
            known = low in (names.strong_last if group == "n" else names.strong_first | names.strong_last)
            if (
                group == "m"
                and len(low) > 3
                and is_strange(names, match[group], c.low[match.end(group) :], inside=True)
            ):
                known = True
            if known and low not in HARMLESS | names.plain_words:
                yield Finding(
                    *match.span(group), "A", BLOCK, "This looks like somebody's name.", "the patient"
                )
        for match in _ARTICLE.finditer(c.plain) if c.may_be("ca") else ():
            low = match["n"].lower()
            if low in names.core_first and not is_thing([low], c.low[match.end("n") :]):
                yield Finding(*match.span("n"), "A", BLOCK, "This looks like somebody's name.", "the patient")
    for match in () if c.is_public else _WE_CALL.finditer(c.plain):
        low = match["n"].lower().split()[0]
        if low in names.first and not is_thing([low], ""):
            yield Finding(*match.span("n"), "A", BLOCK, "Somebody's name stands here.", "the patient")
    yield from _films(c, names)
    yield from _letters(c)


_SPELLING = Lazy(
    r"\b(?:spel(?:t|led|ls|ling)|spell|letters?|typo|surname|compit\w+|lettera|lettere|si scrive|scritto|cognome|epel\w+|lettres?|s'ecrit|orthograph\w+|note|saisi\w*|deletre\w+|letras?|se escribe|apellido|lletre\w+|lletres?|s'escriu|cognom|patient\w*|pazient\w|pacient\w*)\b"
)


def _films(c: Context, names: Names) -> Iterator[Finding]:
    """What stands on a film, a slide or a band: a family name in capitals and an initial; and whose an examination is."""
    if sum(map(str.islower, c.plain)) > 6:
        for match in _CAPITALS.finditer(c.plain) if c.kind in ("training", "press") else ():
            first, last = match["a"].lower(), match["b"].lower()
            listed = (first in names.last and last in names.first) or (
                first in names.first and last in names.last
            )
            if (
                listed
                and not {first, last} & (names.explained | HARMLESS)
                and _FILM_SAID.search(c.low[max(0, match.start() - 60) : match.start()])
            ):
                reason = "A patient's name seems to be left on this."
                yield Finding(*match.span(), "A", BLOCK, reason, "the patient")
        for match in _ON_FILM.finditer(c.plain):
            low = re.split(r"[ ,'-]", match["n"].lower())[0]
            known = low in names.last or low in names.first
            if low in HARMLESS or (low in names.plain_words and low not in names.last):
                continue
            if HIDDEN in match["n"] or len(low) < 3 or not (known or len(low) > 4):
                continue
            if _FILM_SAID.search(c.low[max(0, match.start() - 60) : match.start()]) or (
                known and _FILM_SAID.search(c.low) and len(low) > 3
            ):
                reason = "A patient's name seems to be left on this."
                yield Finding(*match.span("n"), "A", BLOCK, reason, "the patient")
    if c.kind in ("training", "surgery"):
        for match in _EXAM_OF.finditer(c.low):
            first, last = match["a"], match["b"]
            words = names.plain_words | HARMLESS
            if first in words or last in words or is_thing([first], ""):
                continue
            pair = {first, last}
            large = c.plain[match.start("a")].isupper() and c.plain[match.start("b")].isupper()
            if c.plain[match.start("a")].isupper() != c.plain[match.start("b")].isupper():
                continue
            known = any(word in names.first or word in names.last for word in pair)
            if large and known and not pair & (names.explained | HOMONYMS):
                reason = "A patient's name seems to stand here."
                yield Finding(match.start("a"), match.end("b"), "A", BLOCK, reason, "the patient")
                continue
            if (
                (first in names.last and last in names.first)
                or (first in names.first and last in names.last)
                or (
                    pair & names.only_names
                    and not pair & (names.explained | HOMONYMS)
                    and min(map(len, pair)) > 3
                )
            ):
                reason = "A patient's name seems to stand here."
                yield Finding(match.start("a"), match.end("b"), "A", BLOCK, reason, "the patient")


def _letters(c: Context) -> Iterator[Finding]:
    if c.is_public:
        return
    for match in _LETTERS_ARE.finditer(c.plain):
        if match["n"].replace(".", "") not in _NO_LETTERS:
            yield Finding(*match.span("n"), "A", BLOCK, "Initials point at a person.", "the patient")
