"""People without their whole name: initials, family names, nicknames, employers, half-hidden names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.editorial.guard.context import ASK, BLOCK, HIDDEN, Context, Finding
from app.editorial.guard.dictionary import Names
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.surroundings import DEVICE_AFTER, THEN_STATE
from app.editorial.guard.words.frames import OWNS
from app.editorial.guard.words.harmless import CALENDAR, EPONYMS, HARMLESS, WIDE_PLACES
from app.editorial.guard.words.people import COMMON, PATIENT, RELATIVES

_NICK = Lazy(
    r"\b(?:nicknamed|nickname(?: is)?|calls? (?:our patient|him|her|the patient|them)|known (?:here )?as|goes by|a\.?k\.?a\.?|alias|dite?|surnommee?|apodad[oa]|detto|detta|conegu(?:t|da) com|soprannominat[oa]|per tutti|tutti (?:lo |la )?chiamano|(?:lo|la) chiam\w+(?: tutti)?|(?:lo|la) conosc\w+ (?:tutti )?come|(?:le|lo|la) (?:dicen|llaman|decimos|conocen como)(?: todos)?|(?:l'appellent|l'appelle|le surnomm\w+|la surnomm\w+)(?: tous)?|li (?:diuen|diem)(?: tots)?|everyone calls (?:him|her)|(?:de |by the |per |col |con el |amb el )?(?:malnom|sobrenom|mote|apodo|alias|sobriquet|surnom|nomignolo|soprannome|pet name|nickname)(?: de)?|in arte|llaman|le decimos|conocid[oa] como|sobrenom|tothom (?:li )?diu|diuen|anomenem|on l'appelle|que nous appelons|appelle)[ ,:]*(?P<n>\"[^\"]{2,30}\"|'[^']{2,30}'|\" ?[^\"]{2,30} ?\"|[A-Z][\w'-]+(?: [A-Z][\w'-]*){0,2})"
)

_CALLED_THEM = Lazy(
    r"\b(?:call(?:s|ed)? (?:him|her|them)|knows? (?:him|her|them) as|(?:lo|la) (?:chiam\w+|conosc\w+)|(?:lo|la|le) (?:llam\w+|dec\w+|conoc\w+)|(?:l'|on l')(?:appel\w+|anomen\w+)|li (?:diuen|diem|diu))\b"
)
_TO_FRIENDS = Lazy(
    r"\" ?(?P<n>[^\"]{2,30}?) ?\",? (?:to (?:his|her|all|everyone)|per (?:gli|le|tutti|als?|les)|pour (?:ses|les|tous)|para (?:los|sus|las|todos)) ?\w*"
)
_EMPLOYER = Lazy(
    r"\b(?i:works?(?: [a-z]+){0,2} (?:for|at)|working(?: [a-z]+){0,2} (?:for|at)|teaches at|taught at|studies at|student at|pupil at|attends|goes to school at|insegna (?:a|al|alla|presso)|enseigne (?:a|au)|ensena en|da clases en|employed (?:by|at)|employee (?:of|at)|employer(?: is|:)?|staff at|retired from|(?:manager|driver|clerk|teacher|engineer|worker|cashier|director|ceo|boss) (?:of|at|for)|lavora(?: [a-z]+){0,2} (?:per|da|presso|alla|in|al)|dipendente (?:di|della|del)|impiegat[oa] (?:di|da|alla|presso)|datore di lavoro:?|operai[oa] (?:della|alla|di)|(?<= e )(?:della|del|dell'|di)(?= [A-Z][\w.&-]+(?: [A-Z][\w.&-]+)?,? (?:turno|reparto|squadra))|travaille(?: [a-z]+){0,2} (?:chez|pour|a)|employee? (?:de|chez|par)|salariee? (?:de|du|chez)|ouvri(?:er|ere) (?:de|du|chez)|bosse(?: [a-z]+){0,2} (?:chez|pour|a)|(?:curra|limpia|faena|chambea|sirve|cocina)(?: [a-z]+){0,2} en|(?:encargad[oa]|capataz|gerente|trabajadora?|operari[oa]) (?:de|en)|(?:penca|neteja|feina|cuina)(?: [a-z]+){0,2} a|(?:encarregat|encarregada|treballadora?|operari|operaria) (?:de|a)|(?:fa le pulizie|fa il turno)(?: [a-z]+){0,2} (?:da|alla|in)|(?:foreman|cleans|caretaker|cleaner|porter|welder|packer) (?:at|for|of)|trabaja(?: [a-z]+){0,2} (?:en|para)|emplead[oa] (?:de|en)|treballa(?: [a-z]+){0,2} (?:a|per|per a|en)|empleat|empleada de) (?:(?:the |la |le |el |il |l')?(?!mina|casa|la\b)(?:scierie|fabrica|fabrique|usine|empresa|societe|ditta|azienda|firm|factory|mill|taller|entreprise|cooperativa|cooperative|serradora|serreria|segheria|cantina|bodega|hotel|hostal|granja|ferme|cantera|conservera|acciaieria|forja|fonderia|fonderie|fundicion|boucherie|boulangerie|garage|garatge|magatzem|almacen|nave) )?(?P<n>(?:the |la |el |il |l')?[A-Z][\w&'.-]+(?: (?:&|de|and|y|e|i|of)? ?[A-Z][\w&'.-]+){0,3})"
)

_INITIALS = Lazy(
    r"(?<![\w.])(?:[A-Z]\.[ -]?){1,3}[A-Z]\.?(?!\w)|(?<![\w.])[A-Z]\.[A-Z]\.?(?!\w)|(?<![\w.])[A-Z]{2}(?![\w.-])|(?<![\w.])[A-Z]\.(?=[ ,;:']|$)"
)

_INITIALS_BEFORE = Lazy(
    rf"\b(?:(?:{PATIENT})|(?:{RELATIVES})|initials?(?: are| is|:)?|iniziali:?|initiales:?|iniciales:?|inicials:?|(?:mr|mrs|ms|miss|sig|sig\.ra|signora|signor|mme|m|mlle|sr|sra|senora?|senyora?|don|dona)\.?)[ ,:]*$"
)

_DOTTED = re.compile(r"(?:[A-Z]\. ?){2,4}[A-Z]?\.?")
_BAND_BEFORE = Lazy(
    r"\b(?:initials?|iniziali|initiales|iniciales|inicials|wrist|band|label|bracelet|braccialetto|etichetta|etiquette|etiqueta|pulsera|polsera|marked|reads|named?|nome|nom|nombre|patient|paziente|paciente|pacient)\b[^.!?]{0,32}$"
)
_SPOKEN_INITIAL = Lazy(
    r"\b(?i:mr|mrs|ms|miss|sig|sig\.ra|signora|signor|mme|mlle|sr|sra|senora|senor|senyora|senyor|patient|paziente|paciente|pacient|pt)\.? ([A-Z](?: [A-Z])?)(?= (?:is|was|has|e|est|va|esta|es|si|sta|ha)\b|[,;:']|$)"
)

_FAMILY = Lazy(
    r"\b(?:[Tt]he ([A-Z][a-z'-]+(?:-[A-Z][a-z]+)?)(?:s| family| household| kids)\b|(?:famiglia|famille|familia|famil[iy]e) ([A-Z][A-Za-z'-]+(?: [A-Z][a-z'-]+)?))"
)

_INITIALS_AFTER = Lazy(
    r"^,? (?:\(?\d{1,3}(?:[ ,).;]|yo|y/o|-year| anni| ans| anos| anys|m\b|f\b|$)|a \d{2}[ -]year)"
)

_INITIAL_LAST = Lazy(r"(?<![\w.])((?:[A-Z]\. ?){1,2})([A-Z][a-z'\-]+(?:-[A-Z][a-z]+)?)")

_LAST_COMMA_INITIAL = Lazy(r"(?<![\w.])([A-Z][A-Za-z'\-]{3,}), [A-Z]\b(?![\w-])\.?")
_LAST_INITIAL = Lazy(r"(?<![\w.])([A-Z][a-z'\-]{2,}) ([A-Z])\.(?!\w)(?![A-Z]\.)")

_MASKED = Lazy(
    r"(?<![\w*#])[A-Za-z]{1,4}(?:[*#•.]{3,}|[*•]{1,}|_{2,}|[xX]{3,}|-{3,}|…)[a-z]{0,3}\.?(?: ?[A-Z](?:[*#•_.xX-]{2,}[a-z]{0,3}|\.|[a-z]+)?)?"
)

_ACRONYMS = frozenset(
    "OR ER ED OK TV US UK EU UN AM PM CT MR IV IM PR BP HR PA FC TA GP MD RN PT AI IT HQ QR ID NO VS AV LV RV LA RA AF VT VF ST PE DC AC SC PO OT SU IO IL LE LA UE EE UU CV BB CC ML MM CM KG GS GI GU EP TO UV RX DX HX SX TX FX ET AL DR CA TC RM RX PS PD PC PH HB HT WBC O2 LT RT LS RS UL LL CP NG IF IS IN ON AT BY WE HE MY ME SO DO GO UP AN AS BE OF SI NO TU MI TI LO CI NE MA HA VA SA FA DA TI EL UN ES DE AL OS YA SE TE LI HI JO NI ELS NY NJ TX FL GA OH MI NC VA WA MA TN IN MO MD WI CO MN SC KY OR OK CT UT IA NV AR MS KS NM NE WV ID HI NH ME MT RI DE SD ND AK VT WY DC PAE SAE".split()
)


def initials(c: Context, names: Names) -> Iterator[Finding]:
    for match in _INITIALS.finditer(c.plain):
        text = match.group()
        start, end = match.start(), match.start() + len(text.rstrip())
        before, after = c.before(start, 30), c.low[end : end + 24]
        letters = re.sub(r"[^A-Z]", "", text)
        if "." not in text and letters in _ACRONYMS and not re.search(r"initial|inizial|inicial", before):
            continue
        spoken = _INITIALS_BEFORE.search(before) or (
            _DOTTED.fullmatch(text) and _BAND_BEFORE.search(c.before(start, 48))
        )
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
        owned = "." in text and c.kind in ("surgery", "reply") and OWNS.match(c.low[end:])
        if (
            owned
            or ((spoken or aged) and not DEVICE_AFTER.match(after))
            or (
                re.fullmatch(r"(?:[A-Z]\.){2,3}", text)
                and c.kind in ("surgery", "reply")
                and re.match(r" (?:is|was|has|si|sta|est|va|esta|es|ha)\b", after)
                and letters not in {"US", "UK", "EU", "ICU", "ER", "OR", "BP", "HR", "IV"}
            )
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
        state = THEN_STATE.match(c.low[end:]) or c.low[end : end + 13] == " on the table"
        strange = (
            c.kind in ("surgery", "reply")
            and len(low) > 3
            and low not in HARMLESS | names.plain_words
            and not DEVICE_AFTER.match(c.low[end:])
        )
        known = (
            strange
            or low in names.strong_last
            or (low in names.last and low not in COMMON and (state or low not in HARMLESS))
        )
        if known and not re.search(r"(?:dr|prof|dott|dra|surgeon|doctor)[. ]*$", c.before(start, 12)):
            yield Finding(start, end, "A", BLOCK, "This looks like somebody's name.", "the patient")
    for match in _LAST_COMMA_INITIAL.finditer(c.plain):
        if match.group(1).lower() not in HARMLESS | names.plain_words:
            yield Finding(*match.span(), "A", BLOCK, "This looks like somebody's name.", "the patient")
    for match in _LAST_INITIAL.finditer(c.plain):
        low = match.group(1).lower()
        if (low in names.strong_first or low in names.strong_last) and not re.search(
            r"(?:dr|prof|dott|dra)[. ]*$", c.before(match.start(), 12)
        ):
            yield Finding(
                match.start(), match.end(), "A", BLOCK, "This looks like somebody's name.", "the patient"
            )


def nicknames(c: Context, names: Names) -> Iterator[Finding]:
    for match in _TO_FRIENDS.finditer(c.plain):
        if not c.is_public:
            yield Finding(*match.span("n"), "A", BLOCK, "A nickname points at a person.", "the patient")
    for match in _NICK.finditer(c.plain):
        start, end = match.span("n")
        text = match["n"].strip("\"' ").lower()
        if text in COMMON or text in HARMLESS:
            continue
        if c.is_public and not c.tied(start, end):
            continue
        if match["n"][0] not in "\"'" and not (
            c.tied(start, end)
            or c.tied(match.start(), match.start() + 1)
            or (c.kind == "surgery" and _CALLED_THEM.search(c.low[max(0, match.start() - 16) : start]))
        ):
            continue
        yield Finding(start, end, "A", BLOCK, "A nickname points at a person.", "the patient")


def employers(c: Context) -> Iterator[Finding]:
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
            or re.search(rf"\b(?:he|she|his|her|who|that|{PATIENT}|{RELATIVES})\b", said_of)
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


_TRADE_AT = Lazy(
    rf"\b(?i:{PATIENT}|malade|malat[oa]|malalta?|enferm[oa]|he|she|lui|lei|il|elle|{RELATIVES})\b[^.!?]{{0,20}}?(?i:,| is| was| e| est| es| era| etait| c'est| fa de| trabaja de| fait| lavora come| works as)(?i: (?:an?|the|un[ae]?|el|la|il|le|l'|de))? (?!(?i:operat|operad|operee?|intubat|stab|estab|ricover|ingres|hospit|transfer|admitt|treated|born|nat[oa]\b|nacid|nascu|nee?\b))(?:[a-z'-]+ ){{0,2}}?[a-z'-]*(?:er|or|ist|man|woman|men|ian|ant|eer|ess|hand|clerk|chef|cook|guard|nurse|pilot|apprentice|boss|owner|staff|tore|trice|ista|aio|aia|iere|iera|ante|ente|aro|ino|essa|cuoc[oa]|operai[oa]|eur|euse|ier|ien|ienne|iste|rice|patron|cuisto|ora|ero|era|ario|aria|nte|aire|ari|caixer|cap|dueno|duena|titolare|soci[oa]|socia)(?i: (?:at|for|of|with|en|a|da|presso|alla|al|nel|nella|chez|au|del|della|de|dels|di|in))(?i: (?:the|la|el|il|los|las|els|les|l'))? (?P<n>[A-Z][\w&'.-]+(?: (?:(?:&|de|del|della|di|du|y|i|e|and) )?[A-Z][\w&'.-]+){{0,3}})"
)


_SOMEWHERE = Lazy(
    r" (?:at|for|of|with|en|a|da|presso|alla|al|nel|nella|chez|au|del|della|de|dels|di|in) (?:(?:the|la|el|il|los|las|els|les|l') ?)?[A-Z]"
)


def trades(c: Context) -> Iterator[Finding]:
    """Somebody's trade and where they follow it: two words written large are a firm, one may be a town."""
    if (c.kind != "surgery" and not c.is_public) or not _SOMEWHERE.search(c.plain):
        return
    for match in _TRADE_AT.finditer(c.plain):
        name = match["n"]
        if HIDDEN in name or name.lower() in WIDE_PLACES or name.split()[0].lower() in CALENDAR:
            continue
        if c.is_public and not c.tied(*match.span("n")):
            continue
        firm = " " in name or re.search(r"(?i)(?:ltd|spa|srl|sarl|gmbh|inc|co)$|&", name)
        verdict = BLOCK if firm else ASK
        yield Finding(*match.span("n"), "A", verdict, "An employer points at a person.", "their employer")


_MASKED_NAME = Lazy(
    rf"\b(?i:mrs?|ms|miss|sig(?:nora?|\.ra|\.)?|mme|mlle|m\.|madame|monsieur|sra?|senora?|senyora?|don|dona|{PATIENT}|{RELATIVES}|name|surname|nome|cognome|nom|prenom|nombre|apellidos?|cognoms?)[.: ]+(?P<n>[A-Z][a-z]{{0,3}} ?(?:[-_.*#•~?xX]{{2,}}|…)[a-z]{{0,3}})(?![\w])"
)


_HALF_HIDDEN = Lazy(r"[*#•_~?…]|\.\.|--|[xX]{2}")


def half_hidden(c: Context) -> Iterator[Finding]:
    if not _HALF_HIDDEN.search(c.plain):
        return
    for match in _MASKED_NAME.finditer(c.plain):
        reason = "A half-hidden name still helps to find its owner."
        yield Finding(*match.span("n"), "A", ASK, reason, "the patient")
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
