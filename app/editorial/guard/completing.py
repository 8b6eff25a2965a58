"""
What was begun of somebody in an earlier update and is whole with this one: the year to a birthday, the door to a street somebody lies
in, the letters of a plate, the domain of an address, the path of a page, the second line of a serial, the surname, the "the very same".

Here both texts say what they are about; `rests` and `pieces` follow what is plainly left open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.editorial.guard.context import BLOCK, HIDDEN, Context, Finding
from app.editorial.guard.dictionary import Names
from app.editorial.guard.evasion import NUMBER_WORD
from app.editorial.guard.homes import CALLED_TO
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.numbers import UNIT_AFTER
from app.editorial.guard.rests import SHELTERS, TREATED
from app.editorial.guard.words.callings import CALLINGS
from app.editorial.guard.words.people import CLINICIANS, COMMON, RELATIVES

_WHY = "Together with the updates before, this identifies somebody."
_OURS = Lazy(
    r"\b(?:his|hers?|sa|son|su|sua|suo|seva|seu|our|nostr[oa]|notre|nuestr[oa]|nostre|(?:rescued|injured|hurt|wounded) \w+|trasplantad[oa]|trapiantat[oa]|greffee?|trasplanta(?:t|da)|operad[oa]|operat[oa]?|operada|operee?|fillette|garcon|bambin[oa]|bimb[oa]|nin[oa]|nen[ae]?|child|toddler|cyclist|teen\w*|pol[iy]-?trauma\w*|atropellad[oa]|atropella[td]a?|renversee?|investit[oa]|reanimad[oa]|reanima[td]a?|reanimee?|patient\'s)\b"
)
_STAFF = Lazy(
    r"\b(?:surgeons?|nurses?|doctors?|residents?|interns?|students?|colleagues?|team|unit|ward|hospital|technique|clinic|chirurg\w+|infermier\w+|strumentist\w+|medic[oi]|specializzand\w+|collegh?[aei]|reparto|ospedale|tecnica|infirmi\w+|ibode|internes?|collegues?|service|hopital|"
    r"enfermer\w+|cirujan\w+|medic[oa]s?|residentes?|compan\w+|servicio|infermer\w+|cirurgi[an]\w*|metge\w*|instrumentist\w*|company\w*|servei)\b"
)

_MONTH = r"(?:jan(?:uary|vier)?|feb(?:ruary|braio|rero|rer)?|fevrier|mar(?:ch|zo|s|c)|apr(?:il|ile)|avril|abril|may|maggio|mai|mayo|maig|june?|giugno|juin|junio|juny|july?|luglio|juillet|julio|juliol|august|agosto?|aout|sep(?:tember)?|settembre|septembre|septiembre|setembre|oct(?:ober|ubre|obre)?|ottobre|nov(?:ember|embre|iembre)?|dec(?:ember|embre)?|dicembre|diciembre|desembre|gennaio|enero|gener)"
_BIRTHDAY = Lazy(
    r"\b(?:born|birth\w*|dob|bday|candles?|nat[oa]|nascit\w+|nacque|compleanno|candelin[ae]|compie|festeggia\w*|nee?|naissance|anniversaire|bougies?|fete|nacid[oa]|nacio|nacimiento|cumple\w*|velas|nascu\w+|neixer|naixement|aniversari|espelmes)\b"
)
_DAY = Lazy(
    rf"\b(?:{NUMBER_WORD}(?:st|nd|rd|th|er|o)?,? ?(?:of |de |d'|di )?{_MONTH}|{_MONTH} (?:the )?\d{{1,2}}(?:st|nd|rd|th)?)\b"
)
_TENS = r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|vent|trent|quarant|cinquant|sessant|settant|ottant|novant|vingt|trente|quarante|cinquante|soixante|quatre-vingt|veint|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa|vint|trenta|quaranta|cinquanta|seixanta|setanta|vuitanta|noranta)"
_YEAR = Lazy(
    rf"^\W*(?:(?:and|y|e|et|i|of|in|en|el|del?|di|nel|dell|dell'|du|l'|il|le|l|the|back in|anyo?|any|ano|anno|annee|year|l'any|l'annee|classe|leva|vintage|cru|cosecha|anyada|on|it|was it|quinta|fue|was|is|es|fa|era|c'etait|est)[ ':,]{{1,3}}){{0,6}}"
    rf"(?P<n>(?:19\d\d|20[0-2]\d)(?![\d%/-]|[.,:]\d)|'\d\d\b|(?:nineteen|two thousand|mille ?novecent|mil nou[ -]cents|mil novecientos|mil neuf cent|dix-neuf cent|duemila|deux mille|dos mil)[a-z -]*|{_TENS}[a-z]*(?:[ -](?:i-|et |y )?(?:[a-z]{{2,6}}))?)"
    r"(?=\W*$|[,;.!)]| (?:exact\w*|esatt\w+|para ser|per ser|per la|nothing|nada|but|if|dit|dice|says|segun|segons|secondo|selon|according|like|come|como|com|comme)\b)"
)
_OF_A_THING = Lazy(
    r"\b(?:first|described|invented|published|founded|opened|protocol|valves?|prima|descri\w+|invent\w+|pubblic\w+|fondat\w+|premiere?|publie\w*|fonde\w*|primer[ao]?|public\w+|fund\w+|stitches|minut\w+|points|punti|puntos|punts|degrees|gradi|grados|graus|degres|seconds|ml|mm|bpm)\b"
)

_WAY = Lazy(
    r"\b(?:street|road|avenue|lane|drive|close|terrace|court|crescent|grove|row|gardens|mews|yard|walk|wharf|quay|hill|end|side|via|viale|piazza|corso|vicolo|vicoletto|largo|contrada|borgo|salita|rue|ruelle|venelle|boulevard|impasse|allee|chemin|sentier|passage|quai|place|route|"
    r"calle|callejon|callejuela|avenida|plaza|paseo|travesia|camino|carrer|carrero|avinguda|placa|passeig|rambla|passatge|pujada|baixada|cami)\b"
)
_DOOR = Lazy(
    r"^\W*(?:(?:and|y|e|et|i|it's|it is|c'est|es|e il|al|au|a l'|en|el|la|le|il|the|house at) ){0,4}"
    r"(?P<n>(?:number|numero|num\.?|no\.?|n\.?|nr\.?|n[o°]|portal|civico|house|flat|door|porta|porte|puerta)[ .:]{1,2}\d{1,4} ?(?:bis|ter|[a-d]\b)?|\d{1,4}(?: ?bis| ?ter|[a-d])?(?=,? (?:\d ?(?:st|nd|rd|th|[aoe])|[a-z]+(?: [a-z]+)? (?:floor|piano|planta|piso|pis|etage)|[a-z]+ (?:izquierda|derecha|esquerra|dreta|interior|exterior)|bajo|baixos|ground|code|interno|(?:[a-z]+ )?(?:gate|door|bell))\b))(?!\d)"
)
_THING_SHUT = Lazy(
    r"\b(?:fire|flood\w*|burst|power|cut|closed|bus|water main|without power|incendi\w*|allagat\w*|chius[oa]|evacuat[oa]|luce|fermee?|inonde\w*|feu|incendio|inundaci\w+|cortad\w+|sin luz|tall|tallat|llum|inundaci\w*|foc|restablert\w*|nessun ferit\w+)\b"
)

_PLATE = Lazy(
    r"\b(?:(?:number ?|license |licence )?plate|registration|targa|plaque|immatricul\w+|matricul\w+|placa)\b(?P<said>[^!?]*)$"
)
_SCREWED = Lazy(
    r"\b(?:holes?|screws?|titan\w+|fori|viti|trous|vis|agujeros|tornillos|forats|cargols|bone|osso|os|hueso|femur\w*|radi\w+)\b"
)
_PLATE_PIECE = re.compile(
    r"(?:(?<![\w.,:/])|(?<=\.\.\.))-?(?:\d{1,4}[ -]?[A-Z]{1,3}|[A-Z]{1,3}[ -]?\d{1,4}(?:[ -]?[A-Z]{1,3})?|[A-Z]{2,3}|\d{3,4})(?![\w%°]|[.,:]\d)"
)
_ACRONYMS = frozenset("ICU ITU UCI SEM CT MRI TC TAC RX ECG EKG EEG ORL OR ER ED OK TV UK EU US USA DGT RCP CPR EMS VAR PCR SOS PS USC HR BP IV GPS OT RM IRM SMR SMU UTI DEA SVA SVB".split())  # fmt: skip

_MAIL = Lazy(
    r"\b(?:e-?mails?|mail|inbox|posta elettronica|posta|courriels?|mel|adresse electronique|correos?|correu|direccion de correo)\b"
)
_AT_DOMAIN = Lazy(
    r"^\W*(?:(?:and then|then|and|y|e|et|i|luego|poi|puis|despres) )?(?P<n>(?P<at>at|arroba|arrova|chiocciola|arobase|a commercial|@) ?[a-z0-9-]+(?:(?:\.| dot | punto | point | punt )[a-z0-9-]+)*(?:\.| dot | punto | point | punt )[a-z]{2,8})\b"
)
_SITE = Lazy(
    r"\b[a-z0-9-]{2,}\.(?:[a-z0-9-]+\.)*(?:com|org|net|info|me|io|blog|tv|es|fr|it|cat|uk|eu|app|example)\b"
)
_PATH = Lazy(
    r"(?:(?:^|[\s:])/|\b(?:slash|s?barra|barre) )(?P<n>[a-z0-9]+(?:[-_][a-z0-9]+)+|(?<=/)[a-z][a-z0-9]{4,})(?![\w/])"
)

_LABEL = Lazy(
    r"\b(?:mrn|(?:patient's|his|her|son|sa|sua|suo|su|seva|seu) (?:reference|referencia|riferimento|code|codice|codigo|codi)|(?:reference|referencia|riferimento) (?:du|de la|del|della|of the) (?:patient\w*|pazient\w|pacient\w?)|nhc|ipp|record|chart|dossier|cartella|historia\w*|histori\w*|encounter|episod\w+|admission|ricovero|ingres\w*|trial|essai|ensayo|assaig|studio|estudio?|etude|participant\w*|partecipante|subject|sample|specimen|biops\w+|campione|muestra|mostra|serial|serie|series|implant\w*|pacemaker|defibrillat\w+|prothese|protesi\w*|"
    r"policy|polizza|poliza|polissa|mutu\w+|insur\w+|account|conto|compte|cuenta|iban|passport|passaporto|passeport|pasaporte|passaport|dni|nie|identi\w+|codice fiscale|licen[cs]e|permis|patente|carnet)\b[^!?]*$"
)
_CODE_LEFT = re.compile(
    r"(?<![\w.,])(?!(?:19|20)\d\d\W*$)(?:[A-Z]{2,}(?:-[A-Z0-9]+)+|[A-Z]{1,4}[ -]?\d[A-Z\d-]*|\d{4}-\d{2,}|\d{4,}[A-Z]?)\W*$|\b[A-Z]{3,}-[A-Z]{2,5}\b(?!-)"
)
_ENDS_IT = Lazy(
    r"\b(?:(?:it )?(?:closes|ends|finishes) (?:with|in|on)|(?:si )?(?:chiude|conclude) con|finisce (?:con|per)|se (?:ferme|termine|conclut) (?:par|sur)|finit par|(?:se )?(?:cierra|termina|acaba) (?:con|en)|(?:es )?(?:tanca|acaba) (?:amb|en)|(?:second|next|third) (?:line|half|part|row)|line two|followed by|what was missing|the missing|and then dash|and finally|at the end|then dash|dash|"
    r"(?:seconda|altra) (?:riga|meta|parte)|seguit[oa] d[ai]|quel che mancava|quello che mancava|in fondo|alla fine|trattino|"
    r"(?:deuxieme|seconde|autre) (?:ligne|moitie|partie)|suivie? (?:de|par|du)|ce qui manquait|pour finir|a la fin|tiret|"
    r"segunda (?:linea|mitad|parte)|seguid[oa] (?:de|por)|lo que faltaba|el resto|letra final|al final|guion|"
    r"segona (?:linia|meitat|part)|seguit de|seguida de|el que faltava|lletra final|guio)\b"
)
_CODE = re.compile(
    r"(?<![\w.,:/])-?(?:[A-Z]{1,4}[ -]?)?\d[\dA-Z]*(?:[ -](?:\d[\dA-Z]*|[A-Z]{1,2}\b))*(?![\w%/]|[.,:]\d)"
)

_CALLED = Lazy(
    r"\b(?:(?:first |given )?name|named|called|chiam\w+|nome|appell\w+|prenomme\w*|prenom|llam\w+|nombre|es diu|dir-se|nom)\b"
)
_FAMILY_NAME = Lazy(
    r"^\W*(?P<n>(?:(?:[Dd][eiu]|[Dd]el|[Ll]a|[Vv]an) )?[A-Z][\w'-]{2,}(?: [A-Z][\w'-]+)?)(?:,? (?:is|was|e|est|es|seria|sarebbe|serait)(?: (?:the|his|her|their|il|suo|le|son|la|su|sus|el|seu|de))* (?:family name|surname|last name|cognome|nom(?: de famille)?|apellidos?|cognom)\b|,? (?:donc|dunque|quindi|pues|doncs|then|so)\W*$)"
)

_ASKED = Lazy(
    r"\?|\b(?:ask(?:s|ed|ing)?|chied\w+|demand\w+|pregunt\w+|vol(?:en)? saber|wonder\w*|enquir\w+|inquir\w+)\b"
)
_SOMEBODY = Lazy(
    rf"\b(?:{CALLINGS}|{RELATIVES}|charcuter[oa]|butcher|peixater[a]|pescader[oa]|lady|gentleman|patient|paziente|patiente|paciente|pacient)\b(?!'s)"
)
_TWO_NAMES = re.compile(r"(?<![.!?¿] )(?<!^)\b[A-Z][a-z]{2,} [A-Z][a-z]{2,}")
_VERY_SAME = Lazy(
    r"^\W*(?P<n>(?:(?:yes|si|oui|exactly|exact|esatto|indeed|efectivamente|exacte),? )?(?:that(?:'s| is) (?:him|her|the (?:one|man|woman))|(?:the )?very same|the same(?: one)?|none other|him indeed|her indeed|the man himself|herself|himself|proprio l(?:ui|ei)|(?:e )?l(?:ui|ei) in persona|l[oa] stess[oa]|"
    r"lui-meme|elle-meme|c'est (?:bien )?(?:lui|elle)|en personne|(?:est?e |el |la )mism[oa]|es[ea] mism[oa]|est[ea] mism[oa]|en persona|aquest[a]? mateix[a]?|(?:el|la) mateix[a]?|ell mateix|ella mateixa))(?=[,;.!:]|$| (?:and|y|e|et|i)\b)"
)
_AT_YOURS = Lazy(
    r"\b(?:chez vous|with you|at yours|da voi|vostro reparto|vostra|vosotros|ahi|alli|vuestr[oa]|amb vosaltres|a la vostra|al vostre|your (?:hospital|ward|unit|care|icu)|in (?:the )?hospital|hospitali\w+|ricoverat[oa]|ingresad[oa]|ingressa(?:t|da)|admitted|treating|operated|operating|being operated|in sala|quirofan\w*|bloc|opereu|operau|operais|opere\w*|operad[oa]|operat[oa]?|a l'hopital|in ospedale|all'ospedale|en el hospital|a l'hospital)\b"
)
_AFFIRMED = Lazy(
    r"^\W*(?P<n>(?:yes|si|oui),? (?:e l(?:ui|ei)|es (?:el|ella)|c'est (?:lui|elle)|it(?:'s| is) (?:him|her))|tout a fait|absolument|effectivement|en effet|exactly|exactement|absolutely|indeed|correct|certo che si|esatto|esattamente|confermo|assolutamente|exacto|en efecto|efectivamente|asi es|desde luego|exacte|efectivament|aixi es|i tant)(?=[,;.!:]|$| (?:and|y|e|et|i|(?:she|he) is|we are)\b)"
)
_ECHOED = Lazy(rf"^\W*(?:yes|si|oui)[,.!]? (?P<n>(?:the |la |el |le |il |lo |l')(?P<who>{CALLINGS}))\b")


def completing(texts: list[str], lows: list[str], c: Context, names: Names) -> Iterator[Finding]:
    """Findings in the new text's own view; `texts` and `lows` are the earlier ones, oldest first."""
    if c.kind == "reply":
        yield from _confirmed(texts, lows, c, names)
    if c.low[:1] and not c.plain.isupper():
        yield from _families(texts, lows, c)
        yield from _doors(lows, c)
        yield from _links(lows, c)
        told = c.kind == "surgery" or any(TREATED.search(low) or _OURS.search(low) for low in lows)
        if told:
            yield from _years(lows, c)
            yield from _plates(texts, lows, c)
            yield from _phones(lows, c)
            yield from _codes(texts, lows, c)


def _years(lows: list[str], c: Context) -> Iterator[Finding]:
    year = _YEAR.match(c.low)
    if year is None or _OF_A_THING.search(c.low):
        return
    if any(_BIRTHDAY.search(low) and _DAY.search(low) and not _STAFF.search(low) for low in lows):
        yield Finding(*year.span("n"), "C", BLOCK, _WHY, "")


def _doors(lows: list[str], c: Context) -> Iterator[Finding]:
    """A street with somebody who is ill, and now the door."""
    door = _DOOR.match(c.low)
    if door is None:
        return
    joined = " . ".join(lows)
    street = next((low for low in lows if _WAY.search(low)), None)
    if street is None or any(shut.search(s) for shut in (SHELTERS, _THING_SHUT) for s in (street, c.low)):
        return
    if CALLED_TO.search(joined) or TREATED.search(joined) or TREATED.search(c.low):
        yield Finding(*door.span("n"), "B", BLOCK, _WHY, "at home")


def _plates(texts: list[str], lows: list[str], c: Context) -> Iterator[Finding]:
    """What an earlier text had of a plate was too little for one, and this one has what was missing."""
    for text, low in zip(texts, lows, strict=True):
        plate = _PLATE.search(low)
        if plate is None or _SCREWED.search(low) or _SCREWED.search(c.low):
            continue
        had = "".join(re.findall(r"\b[A-Z]{1,3}\b|\d+", text[plate.start("said") :]))
        if not had or len(had) > 6:
            continue
        for piece in _PLATE_PIECE.finditer(c.plain):
            got = piece.group().strip("- ")
            if got in _ACRONYMS or UNIT_AFTER.match(c.low[piece.end() :]):
                continue
            if (had.isdigit() and got.isdigit()) or (had.isalpha() and got.isalpha()):
                continue
            yield Finding(*piece.span(), "L", BLOCK, _WHY, "the car")
            return


def _links(lows: list[str], c: Context) -> Iterator[Finding]:
    """The domain to what stands before the at, the path to a page of somebody's."""
    mail = _AT_DOMAIN.match(c.low)
    if (
        mail
        and (mail["at"] != "at" or any(_MAIL.search(low) for low in lows))
        and HIDDEN not in c.plain[mail.start() : mail.end()]
    ):
        yield Finding(*mail.span("n"), "F", BLOCK, _WHY, "")
    path = _PATH.search(c.low)
    if path and any(_SITE.search(low) and (TREATED.search(low) or _OURS.search(low)) for low in lows):
        yield Finding(*path.span("n"), "N", BLOCK, _WHY, "")


def _codes(texts: list[str], lows: list[str], c: Context) -> Iterator[Finding]:
    if not c.has_digit or not _ENDS_IT.search(c.low):
        return
    if not any(_LABEL.search(low) and _CODE_LEFT.search(text) for text, low in zip(texts, lows, strict=True)):
        return
    for piece in _CODE.finditer(c.plain):
        if sum(map(str.isdigit, piece.group())) > 2 and not UNIT_AFTER.match(c.low[piece.end() :]):
            yield Finding(*piece.span(), "H", BLOCK, _WHY, "the number")
            return


_SURNAME_IS = Lazy(
    r"^\W*(?i:(?:his|her|their|the|il (?:suo )?|la|son|le|su|el (?:seu )?) ?(?:surname|family name|last name|cognome|nom de famille|apellido|cognom))\b[^.!?]{0,30}?(?: (?i:is|was|e'?|è|est|es|és|era)|:) (?P<n>(?:(?:[Dd][eiu]|[Dd]el|[Ll]a|[Vv]an) )?[A-Z][\w'-]{2,}(?: [A-Z][\w'-]+)?)(?=\W|$)"
)


_PHONE_BEGUN = Lazy(
    r"\b(?:phone|mobile|contact\w*|number|telefono|cellulare|recapito|contatto|numero|telephone|portable|numero|note le debut|movil|telefon|mobil|contacte)\b[^!?]*?(?<![\d.,/+])(?P<d>(?:\+?\d{2,3} )?0?\d{2,3}(?: ?\d{1,3}){1,3})\W*$|(?<![\d.,/])(?P<e>0[67](?: ?\d\d){1,3})\W*$"
)
_PHONE_REST = Lazy(r"^\W*(?P<n>\d{2,4}(?:[ .-]\d{2,3}){0,3})(?=[,;.!)]|\W*$)(?![.,]\d)")


def _phones(lows: list[str], c: Context) -> Iterator[Finding]:
    """The other half of somebody's number."""
    rest = _PHONE_REST.match(c.low)
    if rest is None or (begun := _PHONE_BEGUN.search(lows[-1])) is None:
        return
    had = sum(map(str.isdigit, begun["d"] or begun["e"]))
    if 4 < had < 10 and 8 < had + sum(map(str.isdigit, rest["n"])) < 13:
        yield Finding(*rest.span("n"), "D", BLOCK, _WHY, "the number")


def _families(texts: list[str], lows: list[str], c: Context) -> Iterator[Finding]:
    name = _FAMILY_NAME.match(c.plain) or _SURNAME_IS.match(c.plain)
    if name is None or HIDDEN in name["n"] or name["n"].lower() in COMMON:
        return
    for text, low in zip(texts, lows, strict=True):
        said = _CALLED.search(low) if TREATED.search(low) or _OURS.search(low) else None
        if said and re.search(r"[A-Z][a-z]{2}", text[said.end() :]):
            yield Finding(*name.span("n"), "A", BLOCK, _WHY, "the patient")
            return


_JUST_YES = Lazy(
    r"^\W*(?P<n>(?:yes|yep|si|oui)(?:[,.]? (?:we (?:confirm|do|are|have)|(?:lo |ho |le |la )?conferm\w+|(?:nous )?confirm\w+|indeed|certo|claro|bien sur|efectivamente|efectivament|en effet))?)\W*$"
)
_ALREADY = Lazy(
    r"^\W*(?P<n>(?:s?he(?:'s| is) (?:\w+ )?(?:awake|eating|walking|asleep|resting|recovering|sitting up|doing (?:well|fine)|stable)|(?:(?:ja|ya|gia|il|elle) )?(?:(?:deja|ja|ya|gia) )?(?:menja|dorm|camina|respira|come|duerme|anda|mangia|dorme|cammina|mange|dort|marche|remarche|parla|habla|parle)(?: deja)? (?:sol[ao]?|sola|seule?|tot[a]?|tout|be|bien|bene|ja|ya|gia|per si|por si|da sol[ao])))\b"
)
_THE_NAMED = re.compile(r"\b(?:la|el|en|na|il) [A-Z][a-z]{2,}")
_ASKS_LEAVE = Lazy(
    r"\b(?:can|may|could|allowed|possible|possibile|possible|posible|posso|possiamo|si puo|puo|puis-je|peut|peux|peut-on|pouvez|puedo|puede|podemos|pot|puc|podem|visit\w*|how|when|where|why|come|quando|perche|comment|quand|pourquoi|como|cuando|quan|doctors?|staff|parking)\b"
)


def _confirmed(texts: list[str], lows: list[str], c: Context, names: Names) -> Iterator[Finding]:
    """Asked about somebody, the answer is that it is them."""
    if not _ASKED.search(lows[-1]):
        return
    same = _VERY_SAME.match(c.low)
    if same is None and _AT_YOURS.search(lows[-1]):
        same = _AFFIRMED.match(c.low)
    if same is None and _AT_YOURS.search(lows[-1]) and not _ASKS_LEAVE.search(lows[-1]):
        same = _JUST_YES.match(c.low) or _ALREADY.match(c.low)
    if same is None and (echoed := _ECHOED.match(c.low)) and echoed["who"] in lows[-1]:
        same = echoed
    if same is None:
        return
    words = re.findall(r"[A-Za-z'-]{3,}", texts[-1])
    named = bool(_TWO_NAMES.search(texts[-1])) or any(
        word[0].isupper() and word.lower() in names.only_names for word in words[1:]
    )
    named = bool(named or (same.re is _ALREADY.regex and _THE_NAMED.search(texts[-1])))
    if (named or _SOMEBODY.search(lows[-1])) and not any(word.lower() in CLINICIANS for word in words):
        confirmed, instead = (
            "This confirms that somebody is or was a patient.",
            "We cannot speak about individual people here.",
        )
        yield Finding(*same.span("n"), "R", BLOCK, confirmed, instead)


__all__ = ["completing"]
