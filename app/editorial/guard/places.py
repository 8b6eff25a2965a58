"""Where somebody lives (class B): house addresses of a patient block; streets, post codes and towns are asked about."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.editorial.guard.context import ASK, BLOCK, Context, Finding
from app.editorial.guard.homes import lives_here
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.words.harmless import HARMLESS
from app.editorial.guard.words.people import COMMON
from app.editorial.guard.words.towns import TOWNS

_W = r"[A-Z0-9][A-Za-z'’\-]*\.?"
_TYPE_AFTER = r"(?:Street|St|Road|Rd|Avenue|Ave|Av|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Close|Crescent|Way|Terrace|Place|Pl|Square|Sq|Gardens|Grove|Mews|Hill|Row|Parkway|Pkwy|Highway|Hwy|Circle|Cir|Trail|Alley|Walk|Crossing|Loop|Pike|Turnpike|Common|Green|Rise|View|Villas?|Park|Yard|Wharf|Quay|Parade|Croft|Chase|Mead|Meadows?|Vale|Fold|Cottages?|Buildings|Bank|End|Cross|Field|Fields)"
_TYPE_BEFORE = r"(?:[Vv]ia|[Vv]iale|[Pp]iazza|[Pp]iazzale|[Pp]\.za|[Cc]orso|[Vv]icolo|[Ll]argo|[Ss]trada|[Cc]ontrada|[Bb]orgo|[Cc]alata|[Rr]ue|[Aa]venue|[Aa]v\.|[Bb]oulevard|[Bb]d|[Aa]llee|[Ii]mpasse|[Qq]uai|[Cc]hemin|[Pp]lace|[Rr]oute de|[Ss]quare|[Cc]ours|[Cc]alle|[Cc]/|[Cc]l\.|[Aa]venida|[Aa]vda\.?|[Pp]laza|[Pp]za\.?|[Pp]aseo|[Pp]\.º|[Cc]amino|[Rr]onda|[Tt]ravesia|[Gg]lorieta|[Pp]asaje|[Cc]allejon|[Uu]rbanizacion|[Vv]ial|[Ac]cceso|[Cc]uesta|[Rr]ambla|[Cc]arrer|[Aa]vinguda|[Pp]laca|[Pp]l\.|[Pp]asseig|[Cc]ami|[Tt]ravessera|[Pp]assatge|[Bb]aixada)"
_LINK = r"(?:(?:de|del|della|delle|dei|degli|dell'|di|du|des|d'|de la|de las|de los|dels|de l'|la|le|les|los|las|el|els|san|santa|XX|IV|dal|dalla) ?)"
_NAME_BEFORE = rf"(?:{_LINK}){{0,2}}[A-Z0-9][\w'\-]*(?: (?:{_LINK}){{0,2}}[A-Z][\w'\-]*){{0,3}}"
_HOUSE = r"\d{1,5} ?(?:bis|ter|[A-Da-d](?![a-z]))?(?:[/-]\d{1,4})?"
_STREET_EN = Lazy(rf"(?<![\w#])(?:(?:(?:No\.? ?)?{_HOUSE},?|(?:Flat|Apt|Apartment|Unit|Studio|Suite|House) ?#?\w{{1,5}},? (?:{_HOUSE},? )?) )?(?:(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West|Old|New|Upper|Lower)\.? )?(?:{_W} ){{1,3}}{_TYPE_AFTER}\b\.?(?:,? (?:#|Apt\.?|Apartment|Flat|Unit|Suite|No\.?) ?\w{{1,5}}\b)?|(?<![\w#]){_HOUSE},? (?:\d{{1,3}}(?:st|nd|rd|th)) (?:{_TYPE_AFTER})\b|(?<![\w#])(?:\d{{1,3}}(?:st|nd|rd|th)) (?:Street|Avenue|St|Ave)\b")  # fmt: skip
_STREET_EN_LOW = Lazy(
    r"(?<![\w#])\d{1,5}[a-d]? (?:(?:north|south|east|west|old|new) )?[a-z]{3,}(?: [a-z]{3,})? (?:street|road|avenue|lane|drive|boulevard|blvd|terrace|crescent|ave|rd)\b"
)
_STREET_ROM = Lazy(rf"(?<![\w/])(?:(?P<no1>{_HOUSE}),? ?(?:,|bis,?)? ?)?{_TYPE_BEFORE} (?P<name>{_NAME_BEFORE})(?:,? ?(?:n\.?[o°]? ?|num\.? ?|numero |num |civico |al (?:numero |civico )?|nº ?)?(?P<no2>\d{{1,4}}(?!\d| ?(?:min|mm|km|h\b|%|:|h\d))(?:[ /-]?[A-Za-z](?![a-z]))?(?:,? ?\d{{1,2}}[oºa]?(?: ?-? ?\d{{0,2}}[a-zªº]?)?(?!\w))?))?")  # fmt: skip
_STREET_ROM_LOW = Lazy(
    r"(?<!\w)(?:(?P<no1>\d{1,4})(?: bis)?,? )?(?:via|viale|piazza|corso|rue|avenue|boulevard|calle|c/|avenida|plaza|paseo|carrer|avinguda|placa|passeig) (?P<name>(?:(?:de|del|della|delle|dei|di|du|des|de la|de los|dels) )?[a-z'][a-z'\-]{2,}(?: [a-z]{3,})?),? (?:n\.? ?|num\.? ?|numero )?(?P<no2>\d{1,4})(?!\d| ?(?:min|mm|km|h\b|%|:))"
)
_FALSE_ROMANCE = Lazy(
    r"(?i)^(?:via|strada|place|cours|corso|route|calle|ronda|largo|cami|camino) (?:libera|aerea|biliare|biliari|endovenosa|venosa|orale|aerienne|libre|to|de acceso|d'abord|d'acces|d'access)"
)
_FALSE_EN = Lazy(
    r"(?i)^(?:\d+ )?(?:the|a|this|that|our|in|on|by|no|one|every|each|to|new|airway|operating|exit|follow|take|closed|recovery|clinical|care|best|right|first|second|third|great|what|long|my|their|any|some) (?:way|place|view|close|court|drive|walk|green|hill|row|rise|common|park|square|circle|lane|loop|trail|road|cross)"
)
_ZIP_WORD = Lazy(
    r"\b(?:zip(?: ?code)?|postcode|post code|postal code|cap|codice postale|code postal|cp|c\.p\.|codigo postal|codi postal|area code)\b\W{0,3}(?:is |e |es |est |: ?|no\.? )?([a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}|\d{5}(?:-\d{4})?|\d{3})(?!\w)"
)
_UK = Lazy(r"(?<![A-Z0-9])[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}(?![A-Z0-9])")
_BOX = Lazy(
    r"\b(?:p\.? ?o\.? ?box|casella postale|boite postale|apartado (?:de correos|postal)|apartat (?:de correus|postal)) ?(?:n[.o]* ?)?\d{1,6}\b"
)
_CITY_ZIP = Lazy(r"(?<![\w.])(?:\d{5}(?:-\d{4})? (?=[A-Z][a-z]{2,})|(?<=, )(?:[A-Z]{2} )\d{5}(?:-\d{4})?)")
_TOWN = r"([A-Z][A-Za-z'\-]+(?:[ -](?:(?:de|del|di|la|le|les|sur|sous|in|on|upon|the|d'|l')[ -])?[A-Z][A-Za-z'\-]+){0,3})"
_FROM = Lazy(
    rf"\b(?:[Ff]rom|[Nn]ear|[Oo]utside|[Dd]own in|[Uu]p in|[Bb]ack in|[Hh]ome in|[Hh]ome to|[Ll]ives? in|[Ll]iving in|[Rr]esident of|[Rr]esides in|[Nn]ative of|[Bb]orn in|[Bb]ased in|[Gg]rew up in|[Rr]aised in|[Bb]rought in from|[Tt]ransferred from|[Ff]lown in from|[Tt]own of|[Vv]illage of|[Cc]ity of|[Ii]n|[Oo]f"
    rf"|[Dd]a|[Dd]i|[Aa]|[Ii]n|[Vv]icino a|[Aa]bita a|[Vv]ive a|[Rr]esidente a|[Oo]riginari[oa] di|[Nn]at[oa] a|[Vv]iene da|[Pp]roveniente da|[Pp]rovincia di|[Cc]omune di|[Pp]aese di"
    rf"|[Dd]e|[Dd]'|[Dd]es|[Dd]u|[Hh]abite a|[Hh]abite|[Hh]abitant|[Vv]it a|[Nn]ee? a|[Vv]enue? de|[Oo]riginaire de|[Pp]res de|[Vv]illage de|[Vv]ille de"
    rf"|[Dd]esde|[Vv]ive en|[Nn]atural de|[Vv]ecin[oa] de|[Nn]acid[oa] en|[Ee]n|[Pp]ueblo de|[Cc]erca de|[Pp]rocedente de|[Ll]lega de|[Vv]iene de"
    rf"|[Vv]iu a|[Vv]ei(?:na)? de|[Nn]ascu[tda]+ a|[Pp]oble de|[Pp]rop de|[Vv]e de|[Vv]eni[rt] de|[Vv]ingu[td]a? de|[Dd]es de) ?{_TOWN}"
)
_LIVES = Lazy(
    r"\b(?:lives?|living|home|resident|resides|teach\w*|taught|farms?|sheep|shop|bakery|drives?|two hours|hours|commutes|native|born|based|grew up|raised|comes?|came|come|drove|flown|travell?ed|arrived|transferred|brought|hails|man|woman|boy|girl|teacher|farmer|nurse|fisherman|patient|pt|lady|gentleman|guy|mother|father|from|mum|dad|town|village|all the way|up|over|down|visiting"
    r"|retired|pensioner|worker|student|driver|builder|plumber|shepherd|pensione|pensionat[oa]|contadin[oa]|operai[oa]|agricoltore|pastore|student\w*|retraitee?|agriculteur|agricultrice|ouvriere?|etudiante?|jubilad[oa]|agricultora?|ganader[oa]|obrer[oa]|estudiante?|jubilat|jubilada|pages|pagesa|obrera?|estudiant"
    r"|abita|vive|viene|venut[oa]|residente|originari[oa]|nat[oa]|provenient\w+|arriv\w+|paziente|signor\w*|uomo|donna|ragazz\w|bambin\w|paese|comune|apposta"
    r"|habite|vit|venue?|vient|originaire|nee?|arrive\w*|patiente?|homme|femme|garcon|fille|dame|monsieur|village|ville|expres"
    r"|natural|vecin[oa]|nacid[oa]|procedente|vino|llega|llego|paciente|hombre|mujer|chic[oa]|nin[oa]|senor\w*|pueblo|venid[oa]|expresamente"
    r"|viu|vei|veina|nascu\w+|ve|ving\w+|venir|arriba\w*|pacient|home|dona|noi|noia|nen|nena|senyor\w*|poble|expressament)(?: (?:to us|here|the hospital|in|last night|ieri|hier|ayer|ahir|anoche|up|over|down|all the way|expres|apposta|expresamente|expressament))* $"
)
_DEMONYM = Lazy(
    r"\b([A-Z][a-z]{3,}(?: [A-Z][a-z]+)?)(?:-(?:based|born|area))? (?:man|woman|boy|girl|resident|native|local|teenager|teen|mother|father|grandmother|grandfather|farmer|teacher|pensioner|couple|family)\b"
)
_STATE_AFTER = Lazy(r"^, (?:TX|CA|NY|FL|[A-Z]{2})\b")
_ORG_AFTER = Lazy(
    r"^ (?:Hospital|Clinic|University|Medical|Trust|Scientific|Foundation|Institute|School|Protocol|Registry|Congress|Declaration|classification|Children|criteria|score|scale|Coma|consensus|guidelines?)"
)
_CALLED_AFTER_TOWN = Lazy(
    r"\b(?:nodo|noeud|nudo|nus|knot|punto|point|score|scala|scale|escala|echelle|classificazione|classification|clasificacion|classificacio|criteri|criteria|criterios|criteres|ratio|protocol\w*|method\w*|metodo|consensus|consenso|linee guida|guidelines|dichiarazione|declaration) (?:of|di|de|d'|del) ?$"
)
_INLAND = frozenset("houston boston mayo toronto glasgow paris rochester".split())


def places(c: Context) -> Iterator[Finding]:
    taken: list[tuple[int, int]] = []
    for finding in (*_streets(c),):
        taken.append((finding.start, finding.end))
        yield finding
    if not c.is_public or c.tied(0, 0) or _tied_anywhere(c):
        for finding in (*_codes(c), *_towns(c)):
            if not any(a < finding.end and finding.start < b for a, b in taken):
                yield finding


def _tied_anywhere(c: Context) -> bool:
    return bool(c._ties)


def _streets(c: Context) -> Iterator[Finding]:
    found: list[tuple[int, int, bool]] = []
    for match in _STREET_EN.finditer(c.plain):
        text = match.group()
        if _FALSE_EN.match(text) or re.match(r"(?:\d+ )?(?:Dr|Mr|Mrs|Ms|Prof)\b", text):
            continue
        words = [w.lower().strip(".,") for w in re.findall(r"[A-Za-z][\w'.]*", text)]
        if len(words) < 2 or (all(w in COMMON for w in words[:-1]) and not re.match(r"\d", text)):
            continue
        if words[-1] in (
            "park",
            "hill",
            "view",
            "green",
            "common",
            "close",
            "way",
            "place",
            "row",
            "rise",
            "court",
            "st",
            "dr",
            "walk",
            "loop",
            "circle",
            "square",
            "cross",
            "yard",
            "wharf",
            "quay",
            "parade",
            "croft",
            "chase",
            "mead",
            "meadow",
            "meadows",
            "vale",
            "fold",
            "cottage",
            "cottages",
            "buildings",
            "bank",
            "end",
            "field",
            "fields",
        ) and not re.match(r"\d", text):
            continue
        found.append(
            (
                *match.span(),
                bool(
                    re.match(
                        r"(?:No\.? ?)?\d+(?!st|nd|rd|th)|Flat|Apt|Apartment|Unit|Studio|Suite|House", text
                    )
                ),
            )
        )
    for match in _STREET_ROM.finditer(c.plain):
        text = match.group()
        name = match["name"].split()[0].lower() if match["name"] else ""
        if re.match(r"ronda[n]? (?:los|las|els|les|el|la) \d", text):
            continue  # "is about 40"
        if _FALSE_ROMANCE.match(text) or not re.search(r"[A-Z0-9]", match["name"]):
            continue
        kind = (
            text[max(0, match.start("name") - match.start() - 13) : match.start("name") - match.start()]
            .strip()
            .lower()
        )
        if re.search(r"\b(?:place|cours|strada|largo|route de|square|vial|cami|pl\.)$", kind) and not (
            match["no1"] or match["no2"]
        ):
            continue
        if re.search(r"\bplaca$", kind) and name.isalpha() and match["name"].split()[0].isupper():
            continue  # "placa LCP": an implant
        if re.search(r"\bvia$", kind) and (name in HARMLESS or name.isupper()) and not match["no2"]:
            continue
        if re.search(r"\bvia$", kind) and re.match(r"^(?:[A-Z]{2,}|Zoom|Teams|X|Twitter)$", match["name"]):
            continue
        found.append((*match.span(), bool(match["no1"] or match["no2"])))
    for pattern in (_STREET_EN_LOW, _STREET_ROM_LOW):
        for match in pattern.finditer(c.low):
            if not any(a < match.end() and match.start() < b for a, b, _ in found):
                found.append((*match.span(), True))
    for start, end, numbered in found:
        if _IMPLANT.match(c.low[start:]):
            continue
        while end > start and c.plain[end - 1] in " ,":
            end -= 1
        tied = c.tied(start, end) or (numbered and lives_here(c, start))
        lives = re.search(
            r"\b(?:lives?|living|resid\w+|home|house|abita|vive|viu|habite|domicili\w*|address|indirizzo|adresse|direccion|adreca|casa|chez)\b",
            c.before(start, 40),
        )
        if c.is_public:
            if not tied and not (
                lives and re.search(r"\b(?:he|she|lives|abita|vive|habite|viu)\b", c.before(start, 40))
            ):
                continue
            if not tied and re.search(
                r"\b(?:people|residents|anyone|who|chi|si|personas|qui|todos|everyone|those)\b",
                c.before(start, 50),
            ):
                continue
        if c.kind == "reply" and not (tied or lives):
            continue
        if numbered:
            yield Finding(start, end, "B", BLOCK, "This is a house address.", "at home")
        else:
            yield Finding(start, end, "B", ASK, "A street narrows down who it is.", "nearby")


_IMPLANT = Lazy(
    r"placa (?:[a-z-]+ ){0,4}?(?:\d{1,2}|con|amb|bloquejada|bloqueada) (?:\d{1,2} )?(?:agujeros|orificios|forats|tornillos|cargols|corticales|corticals)\b"
)
"""Of metal, with holes and screws."""


def _codes(c: Context) -> Iterator[Finding]:
    for match in _BOX.finditer(c.low):
        if not c.is_public or c.tied(*match.span()):
            yield Finding(*match.span(), "B", BLOCK, "This is where somebody gets their post.", "at home")
    for match in _ZIP_WORD.finditer(c.low):
        if (
            match.group().startswith(("cap", "cp", "area"))
            and len(match.group(1)) < 5
            and not match.group().startswith("area")
        ):
            continue
        if not c.is_public or c.tied(*match.span()):
            yield Finding(*match.span(1), "B", ASK, "A post code narrows down who it is.", "")
    for pattern in (_UK, _CITY_ZIP):
        for match in pattern.finditer(c.plain):
            if not c.is_public or c.tied(*match.span()):
                yield Finding(
                    match.start(),
                    match.start() + len(match.group().rstrip()),
                    "B",
                    ASK,
                    "A post code narrows down who it is.",
                    "",
                )


def _towns(c: Context) -> Iterator[Finding]:
    seen: set[tuple[int, int]] = set()
    for match in _FROM.finditer(c.plain):
        town, (start, end) = match.group(1), match.span(1)
        low = town.lower()
        word = low.split()[0].strip("'")
        if (
            _ORG_AFTER.match(c.plain[end:])
            or re.match(r"[a-z]+'$", match.group()[:2])
            or re.search(
                r"(?:live|direct|direct[eo]|diretta|directo|directe|streaming|broadcasting|reporting) (?:from|da|de|desde|des de|depuis) ?$",
                c.low[max(0, start - 24) : start],
            )
        ):
            continue
        if _CALLED_AFTER_TOWN.search(c.low[max(0, start - 40) : start]):
            continue
        lives = bool(
            _LIVES.search(c.low[max(0, match.start() - 60) : match.start()])
            or re.match(
                r"(?i)from|lives|living|resident|resides|native|born|grew|raised|town|village|abita|vive|residente|originari|nat[oa]|viene|provenient|habite|vit|nee?|venue|originaire|natural|vecin|nacid|procedente|viu|vei|nascu|home|brought|flown|poble|pueblo|comune|paese",
                match.group(),
            )
        )
        tied = c.tied(start, end)
        known = low in TOWNS or word in TOWNS
        if word in COMMON and low not in TOWNS:
            continue
        if low in HARMLESS or (not known and any(part in HARMLESS for part in re.findall(r"[a-z]+", low))):
            continue
        if c.is_public and not (tied and (known or lives)):
            continue
        if c.kind == "reply" and not ((tied or _SOMEBODY.search(c.low[: match.start()])) and known):
            continue
        if known and not (
            match.group()[0].islower()
            and match.group().startswith(("of ", "di ", "de ", "d'"))
            and not lives
            and low in _INLAND
        ):
            pass
        elif not (lives and _may_be_town(c, match)):
            continue
        if (start, end) not in seen:
            seen.add((start, end))
            yield Finding(start, end, "B", ASK, "A town narrows down who it is.", "the region")
    for match in _DEMONYM.finditer(c.plain):
        low = match.group(1).lower()
        if low in TOWNS and (not c.is_public or c.tied(*match.span())):
            yield Finding(*match.span(1), "B", ASK, "A town narrows down who it is.", "the region")


_SOMEBODY = Lazy(
    r"\b(?:the|that|a|il|la|quel|quella|un[ae]?|le|cet|cette|el|aquel|aquella|aquell) ?(?:guy|man|woman|lady|boy|girl|kid|lad|gentleman|teenager|driver|uomo|donna|ragazz[oa]|signor[ae]?|homme|femme|garcon|fille|dame|monsieur|hombre|mujer|chic[oa]|senora?|home|dona|noi|noia|senyora?) ?$"
)


def _may_be_town(c: Context, match: re.Match[str]) -> bool:
    """Unknown, capitalised, after words of living or coming somewhere."""
    before = c.low[max(0, match.start() - 40) : match.start()]
    word = match.group(1).split()[0].lower()
    return (
        word not in COMMON
        and word not in HARMLESS
        and not re.search(
            r"(?:message|gift|help|support|team|colleagues|guidance|feedback|email|question|valve|device|data|graft|stent)s? $",
            before,
        )
    )
