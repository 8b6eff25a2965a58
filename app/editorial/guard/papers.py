"""
Numbers of papers, stays and vehicles told in other words than "number 123": the insurer, the ward or a remark stands between the label
and the digits, the label comes after them, or the plate is read out; and whose car it is (classes G to L, R).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.editorial.guard.context import BLOCK, Context, Finding
from app.editorial.guard.evasion import NUMBER_WORD
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.words.alternatives import by_start

_BEARER = (
    ("I", by_start(r"affiliat\w*|afiliad[oa]|afiliacion|afiliat|afiliada|afiliacio|affilie\w*|adherent[es]*|adherente|aderente|member|membership|memberships|assistit[oa]|beneficiari[oa]|beneficiaire|beneficiary|mutualista|mutuelle|mutua|socio|socia|soci|abonad[oa]|asegurad[oa]|assegurat|assegurada|assicurat[oa]|assuree?|insured|subscriber|tessera|polizza|poliza|polissa|policy|cobertura|insurance|insurer|assicurazione|assurance|aseguranza|seguro|asseguranca|targeta sanitaria|tarjeta sanitaria|carte vitale|carta sanitaria"), "a health plan number"),
    ("K", by_start(r"dl|patentino|permis|permit|permiso|permesso|licen[cs]e|licence|licencia|llicencia|licenza|patente|carnet|passport|passeport|passaporto|passaport|pasaporte|brevet|brevetto|titulo|titol|tesserino|certificate|certificat|certificado|certificato|badge|warrant card|colegiad[oa]|col·?legiad[oa]|col·?legiat"), "a licence or certificate number"),
    ("R", by_start(r"episod\w*|encounter|visit|admission|attendance|accesso|accettazione|ricovero|ingreso|ingres|sejour|passage|venue|hospitalisation|urgencies|urgencias|asistencia|assistencia|estudi|specimen|sample|campione|provetta|echantillon|prelevement|muestra|mostra|biopsi\w+|histolog\w+|istologico"), "a code that stands for one person"),
    ("M", by_start(r"serial|matricola|serie|sn|s/n|pump|pompa|pompe|bomba|pacemaker|marcapasos|marcapassos|implant\w*|protesi\w*|prothese|protesis|tige|stelo|vastago|tija|stem|device|dispositiv\w+|dispositif"), "a device's number"),
    ("H", by_start(r"record|chart|file|cartella|dossier|historia|historial|expediente|expedient|nhc|mrn|nosologico|patient number|hospital number|ipp"), "a record number"),
)  # fmt: skip
_BETWEEN = r"(?:[ :'\"#=º°.,-]|\b(?!call|ring|phone|tel|text|fax|dial|chiam|appel|llam|truc|whatsapp|our\b|booth|stand\b|line\b|linea|ligne|linia|www|euro|dose|lot\b|lotto|batch|grant|charity|onlus|donat|donaz|dona\b|iban|press|media|hotline|info)[a-z]+\b){1,8}?"
_LONG = r"(?P<n>[a-z]{0,4}[ -]?\d{6,24}(?:[ -]?[a-z](?![a-z]))?|[a-z]{0,3}\d{2,6}(?:[ /-]\d{2,8}){1,5}(?:-[a-z])?|[a-z]{2,4} \d{6,12}/\d{1,2})(?![\w%]|[.,]\d|/\d)"
_FAR = tuple((cls, Lazy(rf"(?<![a-z0-9]){label}\b{_BETWEEN}{_LONG}"), what) for cls, label, what in _BEARER)
_MANY_DIGITS = Lazy(r"\d{5}|\d[ /-]\d{2,}[ /-]\d")
_NOT_ONES_OWN = Lazy(
    r"\b(?:charity|registered|onlus|association|asociacion|associacio|donat\w+|donaz\w+|dons?|grant|isbn|doi|lot|lotto|batch|version|guideline|protocol|phone|telephone|telefono|telefon|tel|call|calls|ring|hotline|helpline|freephone|numero verde|centralin\w|switchboard|standard|chiam\w+|appel\w+|llam\w+|truq\w+|iban|euros?|followers|views)\b"
)
_MONEY_OR_UNIT = Lazy(
    r"^ ?(?:€|\$|£|euros?|eur\b|doses?|people|person\w*|pazienti|pacient\w+|patients|ml\b|mg\b|km\b|units?|followers|views|visits?|visites?|casos?|cases|cas\b|casi\b)"
)
_DATE_OR_PHONE = Lazy(
    r"^(?:\d{1,2}[/. -]\d{1,2}[/. -](?:19|20)?\d\d|(?:19|20)\d\d[/-]\d{1,2}(?:[/-]\d{1,2})?|(?:19|20)\d\d[ -](?:19|20)\d\d)$"
)
_THEN_LABEL = Lazy(
    r"(?<![\w.,/+-])(?P<n>[a-z]{0,3}-?(?=[^ ]*\d{4})\d[\da-z-]{3,}(?:[/-][\da-z]+)*)[^.!?]{0,26}?(?:that'?s|that is|this is|which is|is|=|,|\(|e|es|est|c'est|so|sarebbe) ?(?:(?:it|all|just|now) )?"
    r"(?:(?:her|his|their|the patient'?s|the pt'?s) (?:\w+ )?(?:number|no|id|record|file|mrn|chart|policy|plate|badge|passport|account|nhs)\b|(?:il|la|el|le|l'|son|sa|su|suo|sua)(?: ?suo| ?sua| ?seu| ?seva)? ?(?:numero|n\.|num\.?|codice|codigo|codi|cartella|dossier|historia|tessera|dni|nhc|ipp|poliza|polizza|matricula|targa)\b)"
)
_QUOTED_SERIAL = Lazy(
    r"(?:\b(?:serial|serie|matricola|s/n|sn)\b)[^!?\n]{0,40}?[\"“« ](?:sn|s/n|n|no)?[ .:#]*(?P<n>[a-z]{0,4}-?\d{4,}(?:-?[a-z0-9]{1,3})?)(?![\w%])"
)

_PLATE = r"(?:[a-z]{2}[ -]?\d{3}[ -]?[a-z]{2}|\d{4}[ -]?[b-df-hj-np-tv-z]{3}|[a-z]{2}\d{2}[ -]?[a-z]{3}|[a-z]{3}[ -]?\d{3,4}|[a-z]{1,2}[ -]\d{4}[ -][a-z]{2}|\d[a-z]{3}\d{3}|\d{1,4}[ -][a-z]{2,3}[ -]\d{2,3}|[a-z]\d{1,3}[ -]?[a-z]{3})"
_IN_IT = by_start(
    r"driver|owner|rider|keeper|passenger|occupant|occupants|conducente|conducenti|autista|guidatore|guidatrice|proprietari[oa]|intestatari[oa]|passegger[oa]|chi guidava|conducteur|conductrice|proprietaire|titulaire|passagere?|occupante?s?|motarde?|conductor|conductora|duen[oa]|propietari[oa]|titular|pasajer[oa]|ocupantes?|propietaria|amo|mestressa|passatger[a]?|ocupants?|motorista|family|famiglia|famille|familia|wife|husband|son|daughter|father|mother|parents"
)
_PLATED = Lazy(
    r"\b(?:targat[oaie]|targa|immatriculee?s?|matriculad[oa]|matriculat|matriculada|amb matricula|con matricula|registered(?: as)?|reg(?: no)?\.?|plated|plates?|plaque)(?: (?:is|e|est|es))?:? (?P<n>[a-z]{1,3}[ -]?\d{4,6}(?:[ -]?[a-z]{1,3})?|[a-z]\d[ -]?[a-z]{4}|\d{4}[ -]?[a-z]{2,3})(?![\w/-])"
)
_DRIVEN = Lazy(
    rf"\b{_IN_IT}\b(?: [a-z']+){{0,3}}? ?(?:of|from|in|with|on|behind|della|dello|dell'|del|di|sulla|nella|de la|du|de l'|de|dans|en|al|a la|amb|con|,|:|\()(?: (?:the|a|la|el|le|il|lo))?(?: [a-z]+){{0,3}}? ?'?(?P<n>{_PLATE})(?![\w-])"
)
_VEHICLE = r"(?:plates?|number plate|reg|registration|rego|vrn|car|truck|van|targa|targhe|auto|macchina|furgone|plaque|immat\w*|voiture|camion|matricula|coche|furgoneta|cotxe)"
_SAID_ONE = rf"(?:{NUMBER_WORD}|[a-z]|alpha|alfa|bravo|charlie|delta|echo|foxtrot|golf|hotel|india|juliet\w*|kilo|lima|mike|november|oscar|papa|quebec|romeo|sierra|tango|uniform|victor|whisk[e]?y|x-?ray|yankee|zulu|doble uve|doble ve|doppia vu|double ve|ve baixa|be|bi|ci|ce|di|de|effe|efe|efa|gi|ge|acca|hache|hac|elle|ele|ela|emme|eme|ema|enne|ene|ena|pi|pe|cu|qu|erre|erra|esse|ese|essa|ti|te|vu|uve|ve|ics|equis|xeix|ye|ipsilon|zeta|jota|ka|kappa|ca)"
_PLATE_SAID = Lazy(
    rf"\b{_VEHICLE}\b[^.!?\n]{{0,24}}?[ :](?P<n>{_SAID_ONE}(?:[ ,.-]{{1,2}}{_SAID_ONE}){{4,9}})(?![a-z0-9])"
)
_LONE_LETTER = Lazy(
    r"(?<![a-z'])[a-z](?![a-z'])|alpha|bravo|charlie|delta|foxtrot|golf|kilo|lima|tango|zulu|romeo|sierra|victor|effe|efe|ics|equis|kappa|zeta|esse|ese|erre|emme|enne|eme|ene|uve|acca|hache|\b(?:be|bi|ti|te|gi|pi|pe|vu|ka|elle|ele)\b"
)
_VIN_SAID = Lazy(
    r"\b(?:vin|chassis|frame|telaio|chassi|bastidor|bastidors|numero de serie)\b[^!?\n]{0,30}?[ :#](?P<n>(?=(?:[^\n]{0,4}\d){3})(?:[a-hj-npr-z0-9]{11,17}|[a-hj-npr-z0-9]{1,8}(?:[ -][a-hj-npr-z0-9]{1,8}){1,8}))(?![a-z0-9])"
)


def papers(c: Context) -> Iterator[Finding]:
    if _MANY_DIGITS.search(c.low):
        yield from _far_labels(c)
        for match in _THEN_LABEL.finditer(c.low):
            reason = "This looks like a number that belongs to somebody."
            yield Finding(*match.span("n"), "H", BLOCK, reason, "the number")
        for match in _QUOTED_SERIAL.finditer(c.low):
            yield Finding(*match.span("n"), "M", BLOCK, "This looks like a device's number.", "the device")
    yield from _vehicles(c)


def _far_labels(c: Context) -> Iterator[Finding]:
    for cls, pattern, what in _FAR:
        for match in pattern.finditer(c.low):
            text = match["n"]
            digits = sum(ch.isdigit() for ch in text)
            if digits < 6 or _DATE_OR_PHONE.match(text) or _MONEY_OR_UNIT.match(c.low[match.end("n") :]):
                continue
            first, last = c.sentence(*match.span())
            if _NOT_ONES_OWN.search(c.low[first:last]) and not c.tied(*match.span("n")):
                continue
            yield Finding(*match.span("n"), cls, BLOCK, f"This looks like {what}.", "the number")


def _vehicles(c: Context) -> Iterator[Finding]:
    if c.has_digit:
        for match in _DRIVEN.finditer(c.low):
            text = c.plain[match.start("n") : match.end("n")]
            if _TRAIN.search(match.group()):
                continue
            if text == text.upper() or _PLATE_WORD.search(c.low):
                yield Finding(*match.span("n"), "L", BLOCK, "This looks like a number plate.", "the car")
        for match in _PLATED.finditer(c.low):
            if not c.is_public or c.tied(*match.span()):
                yield Finding(*match.span("n"), "L", BLOCK, "This looks like a number plate.", "the car")
        for match in _VIN_SAID.finditer(c.low):
            text = re.sub(r"[ -]", "", match["n"])
            if 11 <= len(text) <= 20 and sum(ch.isdigit() for ch in text) > 3:
                reason = "This looks like a vehicle identification number."
                yield Finding(*match.span("n"), "L", BLOCK, reason, "the car")
    for match in _PLATE_SAID.finditer(c.low):
        if sum(1 for _ in _LONE_LETTER.finditer(match["n"])) > 1:
            yield Finding(*match.span("n"), "L", BLOCK, "This looks like a number plate.", "the car")


_TRAIN = Lazy(
    r"\b(?:trains?|treno|tren|tram\w*|flights?|volo|vol|vuelo|metro|ferry|line|linea|ligne|linia|bus line|lot|lotto|route|tgv|ave|ice|iryo|ouigo|alvia|airbus|boeing)\b|\b(?:bus|autobus|coach|pullman|autocar) (?!.*[a-z]{2}[ -]?\d{3}[ -]?[a-z]{2})"
)
_PLATE_WORD = Lazy(r"plate|targa|plaque|immatric|matric|\breg\b")
