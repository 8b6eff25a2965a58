"""
What an update leaves open and the next one ends, though neither says so: the tail of a code or of a handle, the number of a house, the
surname to a given name, the month to a day, the last words of a number; and who somebody is, a trait an update.

`window` reads texts joined, `pieces` follows what is announced as a part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.editorial.guard.context import ASK, BLOCK, HIDDEN, Context, Finding
from app.editorial.guard.dictionary import Names
from app.editorial.guard.evasion import NUMBER_WORD
from app.editorial.guard.heard import is_unheard
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.words.callings import CALLINGS
from app.editorial.guard.words.harmless import DRUGS_AND_MAKES, EPONYMS
from app.editorial.guard.words.people import COMMON, PATIENT, RELATIVES

_WHY = "Together with the updates before, this identifies somebody."

_HUMAN = (
    rf"(?:{PATIENT}|{RELATIVES}|m[ae]n|wom[ae]n|lady|gentleman|the gent|chap|boy|girl|driver|rider|pilot|uomo|donna|signor[ae]?|anzian[oa]|bimb[oa]|ragazz[oa]|conducente|homme|femme|dame|monsieur|conduct(?:eur|rice)|automobiliste|motard\w*|"
    r"senora?|hombre|mujer|chic[oa]|conductora?|motorista|senyora?|home|dona|noia?|nen[ae]?|malalta?|malat[oa]|malade|enferm[oa]|infartad[oa]|infarta[td]a?|intoxi\w+|intossic\w+|operat[oa]?|operada?|operad[oa]|operee?|hospitali[sz]\w+|ricoverat[oa]|ingresad[oa]|ingressa[td]a?|accidentad[oa]|accidenta[td]a?|accidentee?|he|she|him|her)"
)
TREATED = Lazy(rf"\b{_HUMAN}\b")

_LABEL = (
    r"(?:mrn|nhc|ipp|record|chart|dossier|cartella|historia|histori\w*|encounter|episod\w+|sejour|admission|stud(?:y|io)|estudio?|etude|trial|essai|ensayo|assaig|sperimentazione|participant\w*|partecipante|"
    r"sample|specimen|biops\w+|anapath|prelev\w+|echantillon|campione|istologic\w+|muestra|mostra|serial|serie|seriale|series|lot|policy|polizza|poliza|polissa|mutu\w+|insur\w+|assicura\w+|account|conto|compte|cuenta|iban|"
    r"plate|registration|immatricul\w+|targa\w*|matricul\w+|plaque|licen[cs]e|permis|patente|carnet|passport|passaporto|passeport|pasaporte|passaport|dni|nie|ni number|secu|identit\w+|cartellino|tag|phone|mobile|movil|mobil|portable|cell\w*|telefono?|telephone)"
)
_CODE_SAID = Lazy(rf"\b{_LABEL}\b")
_CODE_LEFT = re.compile(r"(?:\b[A-Z]{1,4}|\d[A-Z]{0,2})\W*$")
_JOINED_ON = Lazy(
    r"^\s*(?P<n>[-/_]{1,2}(?:[A-Z]{0,4}\d[\dA-Z]*(?:[ -][\dA-Z]+)*|[A-Z]{1,4}))(?=[,.;:!)]|$|(?<=\w\w\w)\s)(?! ?(?:mm|cm|ml|mg|mcg|min|bpm|kg|%|g\b|h\b|l\b|°))"
)
_LITTLE = Lazy(r"^\W*(?P<n>[A-Z]{0,3}\d[\dA-Z]{0,7}(?:[ -](?:bis|ter|[A-Z\d]{1,4})){0,2})\W*$")
_PIECE = re.compile(
    r"(?:(?<![\w.,:/])|(?<=\.\.\.))(?:[A-Z]{1,4}[ -]?\d|\d)[\dA-Z]*(?:[ -](?:\d[\dA-Z]*|[A-Z]{1,3}\b))*(?![\w/%]|[.,:]\d)"
)
_ANY_PIECE = re.compile(r"\b(?:[A-Z]{0,4}-?\d[\dA-Z.-]*|[A-Z]{2,4}-\d*)")
_IS_REST = Lazy(
    r"\b(?:the rest|rest of|remaining|ends? (?:in|with)|at the end|the last (?:digits|characters|letters|part)|il resto|finisce|in fondo|alla fine|completo|le reste|la fin|voila la fin|finit|la suite|debut du|au dos|"
    r"el resto|al final|termina en|acaba en|tras el|completo|la resta|acaba en|acaba amb|al darrere|darrere|es llegeix|i les lletres|y las letras|e le lettere|et les lettres|and the letters)\b|^(?:suite|fin|resto?|rest)\b|^(?:…|\.\.\.?)\W*\d"
)
_LETTERS_LEFT = re.compile(r"[:=] ?(?P<n>[A-Z]{1,4})\W*$")
_CUT_SAID = Lazy(
    r"\b(?:the rest|cut off|cuts off|is missing|torn|il resto|si taglia|manca|strappat[oa]|le reste|coupee?|manque|el resto|se corta|falta|la resta|es talla)\b"
)
_DIGITS_FIRST = Lazy(r"^\W*(?:and |e |et |y |i )?\d")
_OWN = Lazy(r"\b(?:his|her|sa|son|su|sua|suo|seva|seu)\b")
_HANDLE_LEFT = re.compile(r"@[A-Za-z][\w.]*?(?P<j>[_.-])?[^\w.-]*$")
_HANDLE_ON = re.compile(r"^\W*(?P<n>[_.]?[a-z0-9]+(?:[_.][a-z0-9]+)*_?)\W*$")

_WAY = (
    r"(?:street|road|avenue|lane|drive|close|terrace|court|crescent|grove|row|gardens|mews|yard|walk|wharf|quay|hill|via|viale|piazza|corso|vicolo|largo|contrada|borgo|rue|boulevard|impasse|allee|chemin|quai|place|route|"
    r"calle|avenida|plaza|paseo|travesia|camino|carrer|avinguda|placa|passeig|rambla|passatge|cami|c/)"
)
_STREET = Lazy(rf"\b{_WAY}(?![a-z])")
_AT_HOME = Lazy(
    r"\b(?:live[sd]?|living|home|house|address|collected|picked up|fetched|found|coming|abita\w*|viveva|stava|prelevat[oa]|raccolt[oa]|soccors[oa]|tratt[oa]|indirizzo|vit|habit\w+|demeur\w+|domicil\w*|loge|pris en charge|recupere\w*|secouru\w*|adresse|"
    r"viv[eia]\w*|recogid[oa]|recogemos|aviso|direccion|casa|viu|vivia|recollit|recollida|trobat|trobada|adreca|es al)\b"
)
_DOOR = Lazy(
    r"^\W*(?:(?:and|y|e|et|i|it was|it is|it's|that was|c'etait|c'est|era|es|e il|concretamente|al|au|a l'|en|el|la|le|il|the|l'adreca|adreca|address|indirizzo|adresse|direccion|acaba|ends|finisce|finit|termina|en un|amb un|con un|par un|in|with)[ ,]{1,2}){0,5}"
    r"(?:(?P<n>(?:number|numero|num\.?|no\.?|n\.?|nr\.?|nº|n°|portal|civico|house|flat|door|porta|puerta)[ .:o°º]{1,3}(?:es el |es |is |e |est )?(?:el )?\d{1,4} ?[a-d]?)(?=[,;!)]|[.:](?!\d)|\W*$| (?:for the|per il|pour le|para el|per al|where|dove|donde|on (?:on|l')))"
    r"|(?P<m>\d{1,4} ?[a-d]?)(?=[ ,]+(?:\d{1,2} ?[oªº°]|(?:primer|segon|tercer|quart|quint|sext|sext|atic|entresol|principal)[a-z]*\b|\w+ (?:floor|piano|planta|piso|pis|etage|izquierda|derecha|esquerra|dreta|exterior|interior)\b|baix\w*|bajo\w*|escal\w+|interno|rez-de|volets|bis\b|ter\b|ground)|\W*$))"
)
_ASKS_NUMBER = Lazy(
    r"\b(?:number|numero|num|no|n|portal|civico|au|al|at|n°)\W*\d*\W*$|^\W*\d{1,4} ?(?:bis|ter|[a-d])?\W*$"
)
_LIVES_NOW = Lazy(
    rf"\b(?P<n>(?:lives?|abita\w*|viv[eo]\w*|habite\w*|vit|viu\w*|demeure\w*)\b[^.!?]{{0,12}}?\b{_WAY}(?![a-z]) ?[^,.;!?]{{3,30}})"
)
_FLAT = Lazy(
    r"^\W*(?P<n>(?:escalier|escalera|escala|scala|interno|etage|appartement|apartment|flat|porte|puerta|porta|code porte|piso|pis|piano) ?[a-z0-9]{1,3}\b|code porte|\w+ (?:floor|piano|planta|piso|pis|etage)\b)"
)
SHELTERS = Lazy(
    r"\b(?:shelters?|rest centre|schools?|albergue|alberg|rifugio|refuge|gymnase|polideportivo|pavello|pabellon|palestra|collection point|punt d'|punto de|punto di|point d'accueil|closed|cortad[oa]|tallat|tallada|chius[oa]|fermee?|hotline|drop-?off|donations?)\b"
)

_GIVEN_SAID = Lazy(
    r"\b(?:first name|given name|name(?:'s| is)?|named|called|si chiama|nome|s'appelle|appelee?|prenom|se llama|nombre|es diu|de nom|nom)\b"
)
_SURNAME_NOW = Lazy(
    r"^\W*(?:(?P<l>(?i:se apellida|su apellido(?: es)?|de apellidos?|apellidos?|last name|surname|family name|her surname(?: is)?|his surname(?: is)?|di cognome(?: fa)?|cognome|il cognome(?: e)?|nom de famille|de son nom|son nom de famille(?: est)?|de cognom|el cognom(?: es)?|cognoms?)\b[ :,=-]*))?"
    r"(?P<n>(?:(?:[Dd][eiu]|[Dd]el|[Dd]ella|[Dd]ell'|[Dd]'|[Vv]an|[Vv]on|[Ll][ae]|[Mm]ac|[Oo]') ?)?[A-Z][\w'-]+(?: (?:i |y |de )?[A-Z][\w'-]+)?)(?P<e>\W*$|[,;.!] ?(?P<x>(?i:per la precisione|per l'esattezza|to be (?:exact|precise|complete)|by the way|for the record|in full|para ser exact\w+|por m[aá]s se[nñ]as|pour [eê]tre (?:pr[eé]cis|exact|complete?)\w*|au complet|per ser exactes?|per ser exactos|al complet))?| (?P<y>it is|para ser)\b)"
)
_SURNAME_ASKED = Lazy(r"\b(?:last name|surname|family name|cognome|nom de famille|apellidos?|cognoms?)\b")
_NAME_GOES_ON = Lazy(
    r"\b(?:name|nome|nom|nombre|surname|cognome|apellido|cognom)\b[^!?]{0,60}\b(?:goes on|continues|and then|continua|prosegue|e poi|puis|se poursuit|sigue|segueix|i despres)\W*$"
)
_WORD_LEFT = re.compile(r"(?:^|[ ?!.,'])[A-Z][a-z]+-\s*$")
_WORD_ON = re.compile(r"^(?P<n>[A-Za-z][\w'-]+)")
_MONTH = r"(?:jan(?:uary|vier)?|feb(?:ruary|braio|rero|rer)?|fevrier|mar(?:ch|zo|s|c)?|apr(?:il|ile)?|avril|abril|may|maggio|mai|mayo|maig|june?|giugno|juin|junio|juny|july?|luglio|juillet|julio|juliol|aug(?:ust)?|agosto?|aout|sep(?:tember)?|settembre|septembre|septiembre|setembre|oct(?:ober|ubre|obre)?|ottobre|nov(?:ember|embre|iembre)?|dec(?:ember|embre)?|dicembre|diciembre|desembre|gennaio|enero|gener)"
_BORN = Lazy(
    r"\b(?:born|birth\w*|dob|nat[oa]|nascita|nee?|naissance|nacid[oa]|nacio|nacimiento|nascu\w+|neixer|naixement)\b"
)
_STAYED = Lazy(
    r"\b(?:admitted|discharged|operated on|came in|hospitalisee?|entree?|sortie?|operee?|ricoverat[oa]|entrat[oa]|dimess[oa]|ingresad[oa]|ingreso|operad[oa]|entro|ingressa[td]a?|va (?:entrar|ingressar)|vau operar)\b"
)
_MONTH_SAID = Lazy(rf"\b{_MONTH}\b")
_DAY_SAID = Lazy(
    rf"\b(?:on the|the|il|el|le|l'|dia) ?(?:\d{{1,2}}|{NUMBER_WORD})(?:st|nd|rd|th)?\b|^\W*{NUMBER_WORD}\W*$"
)
_MONTH_NOW = Lazy(rf"^\W*(?:of |de |d'|di |in |en |a )?(?P<n>{_MONTH})\b(?! (?:be|i|we|have))")
_DAY_NOW = Lazy(
    r"^\W*(?:on |el |le |il |the |dia |al )*(?P<n>[0-3]?\d(?:st|nd|rd|th)?)(?= (?:to be|de |d'|of|exact|per |para |pour )|[,.!]|\W*$)"
)
_DATE_NOW = Lazy(rf"(?<![\d.,])(?P<n>\d{{1,2}}(?:st|nd|rd|th|er)?,? ?(?:of |de |d'|di )?{_MONTH})\b")
_WHEN_ASKED = Lazy(
    r"\b(?:what day|which day|when|che giorno|quando|quel jour|quand|que dia|cuando|quin dia|quan)\b[^.!]*\?"
)
_YEAR_SAID = Lazy(r"\b(?:19|20)\d\d\b")

_ROOM_LEFT = Lazy(
    r"\b(?:room|bed|cubicle|camera|stanza|letto|lit|chambre|cama|habitacion|llit|habitacio)\b[^.!?]{0,30}[: ][\w -]{0,24}$"
)
_NUMBER_ONLY = Lazy(
    rf"^\W*(?P<n>(?:[a-z-]+(?:cents?|cient[oa]s|cento|hundred)[ -]?(?:and |et |i |y )?)?(?:{NUMBER_WORD})(?:[ -]{NUMBER_WORD}){{0,2}})\W*$"
)
_AGE_ASKED = Lazy(
    r"\b(?:how old|what age|quanti anni|che eta|quel age|cuantos anos|que edad|quants anys|quina edat)\b"
)
_AGE_NOW = Lazy(
    r"^\W*(?:[a-z]+[, :]+){0,5}?(?P<n>1[01]\d|[2-9]\d|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|trent|quarant|cinquant|sessant|settant|ottant|novant|vingt|trente|quarante|cinquante|soixante|quatre-vingt|veint|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa|vint|trenta|quaranta|cinquanta|seixanta|setanta|vuitanta|noranta)[\w-]*)(?=\W|$)(?! ?(?:%|min|mm|ml|mg|patients|cases))"
)

_AGE = Lazy(
    r"\b(?:1[01]\d|[1-9]\d)[- ]?(?:years?|yrs?|yo|anni|ans|anos|anys)\b|\baged? (?:1[01]\d|[1-9]\d)\b|^\W*(?:1[01]\d|[1-9]\d) or so\b|\b(?:she|he)(?: is| was|'s) [1-9]\d(?=\W*$|,)|\b(?:en te|ne ha) [1-9]\d\b|^[1-9]\d(?= (?:and|et|e|y|i) (?:the|leur|l'))"
)
_TOWN = Lazy(
    rf"^\W*[A-Z][\w'-]+(?: [A-Z][\w'-]+)*, [^.!?]{{0,30}}\b(?:village|town|hamlet|bourg|ville|paesino|paese|borgo|pueblo|aldea|poble|poblet|vila)\b|\b(?i:{_HUMAN}|{PATIENT}) (?:from|de|di|d[e']|du) ?(?:[Ll]a |[Ee]l |[Ll]es? |[Ll]')?(?!M\.|Mme)[A-Z][a-z]{{2}}|\b(?:from|(?:lives?|living|home)(?: up| down| over| out)? in|viene da|abita a|vive en|vive a|viu a|ve d[e']|(?:he|she|es|is|est|il est|elle est|e) (?:from|d[ei]|d')|vient d[e']|natur(?:al|el) de|d'on ve|habite|originari[oa] di|resident in|vecin[oa] de|veina? d[e']|down from|up from) ?(?:[Ll]a |[Ee]l |[Ll]es? |[Ll]')?[A-Z][a-z]"
)
_TOWN_NOW = Lazy(
    r"^\W*(?:from|a|da|di|de|d'|of|en|in|near) ?(?:[Ll]a |[Ee]l |[Ll]es? |[Ll]')?(?P<n>[A-Z][a-z][\w'-]+(?: [A-Z][\w'-]+)*)"
)
_TRADE = Lazy(
    rf"\b(?:{CALLINGS})\b|\b(?:fa|fait|fa di mestiere|tient la|porta el|lleva el) (?:de |le |la |il )?(?:raier|far|forge|forja|faro|phare|mulino|moulin|molino|moli)\b|\b(?:ex-?alcalde\w*|ancien maire|ex mayor|former mayor|ex sindac[oa]|regidor\w*|councillor|midwife|ostetrica|levatrice|sage-femme|comadrona|matrona|llevadora)\b|\b(?:retired|former|ancien(?:ne)?|jubilad[oa]|pensionat[oa]|retraitee?) (?!patient|pacient|pazient)[a-z]{{5,}}"
)
_RARE = Lazy(
    r"\b(?:rare(?:st)?|rar[aoei]s?|rarissim\w*|rarisim\w*|rarity|rarita|rareza|raresa)\b|\b(?:ten|diez|dix|dieci|deu|\d{1,2}|few|pocos|pochi|pocs|quelques) (?:cases|casos|casi|cas) (?:in|en|nel|dans|al|au)\b|\b(?:carotid body|cos carotidi|cuerpo carotideo|glomus carotid\w+|paraganglio\w+|insulinom\w+)\b"
)
_TRAITS = (_AGE, _TOWN, _TRADE, _RARE)
_OPERATION = Lazy(
    r"\b(?:transplant\w*|trasplant\w*|trapiant\w*|greffe\w*|graft|bypass|pontage|whipple|\w{4,}(?:ectom|plast|stom|scop)(?:y|ia|ie)|resec\w+|amputa\w+|valv\w+|prothes\w+|protes\w+)\b"
)

_ASKED_OF = Lazy(rf"\b(?:{RELATIVES}|friend|amic[oa]|amie?|amig[oa])\b[^?]*\?")
_STATE_TOLD = Lazy(
    r"^\W*(?:yes|si|oui)[,.! ]+(?:s?he(?:'s| is)|e |est |esta |es |il est|elle est|hi es|en (?:la )?(?:planta|trauma|uci|observacion|rea|chirurgie|salle)|in (?:reparto|sala|icu|recovery|theatre)|a (?:planta|trauma|l'uci)|on the ward)"
    r"|\b(?:is|e|est|esta|es) (?:out of (?:surgery|theatre)|uscit[oa] (?:adesso |ora )?(?:dalla|di) sala|sortie? (?:du bloc|de salle|de rea)|fuera de peligro|fora de perill|awake|svegli[oa]|reveillee?|despiert[oa]|desperta?|stable|stabile|estable)\b|\bsta (?:bene|meglio)\b|\bva (?:bien|mieux)\b|\besta (?:bien|be|mejor)\b|\bis (?:fine|doing well|doing fine|ok)\b"
    r"|\b(?:ha|a) (?:desayunado|comido|cenado|mangiato|dormito|dormido|dormi|mange|esmorzat|menjat|dinat|sopat)\b|\b(?:has )?(?:eaten|slept|had (?:breakfast|lunch|tea|supper))\b"
)
_TELLS_NOTHING = Lazy(
    r"\b(?:can(?:not|'t)|can not|could|whether|if|non (?:possiamo|diamo)|se|ne (?:pouvons|donnons)|si (?:vous|votre|quelqu'un)|no (?:podemos|damos|podem|donem)|nobody|call|chiam\w+|appelez|llam\w+|truqu\w+)\b"
)


def rests(texts: list[str], lows: list[str], c: Context, names: Names) -> Iterator[Finding]:
    """
    Findings in the new text's own view.

    Args:
        texts: The earlier texts, oldest first, with what the event publishes hidden.
        lows: The same in lower case.
        c: The new text.
    """
    yield from _codes(texts, lows, c)
    yield from _doors(lows, c)
    yield from _surnames(texts, lows, c, names)
    yield from _days(lows, c)
    if c.kind == "surgery":
        yield from _numbers_in_words(lows, c)
    yield from _who(texts, lows, c)


def _codes(texts: list[str], lows: list[str], c: Context) -> Iterator[Finding]:
    handle = _HANDLE_LEFT.search(texts[0]) or _HANDLE_LEFT.search(texts[-1])
    if (
        handle
        and (on := _HANDLE_ON.match(c.plain))
        and (handle["j"] or on["n"][0] in "_.")
        and not on["n"].isalpha()
    ):
        yield Finding(*on.span("n"), "A", BLOCK, _WHY, "the patient")
    said = [i for i, low in enumerate(lows) if _CODE_SAID.search(low)]
    if not said and not _CODE_SAID.search(c.low):
        return
    since = texts[said[0] :] if said else texts
    on = _JOINED_ON.match(c.plain)
    if on and any(_CODE_LEFT.search(text) for text in since):
        yield Finding(*on.span("n"), "H", BLOCK, _WHY, "the number")
        return
    told = c.kind == "surgery" or any(TREATED.search(low) or _OWN.search(low) for low in lows)
    if not told:
        return
    on = _LITTLE.match(c.plain) if len(since) > 1 and _ANY_PIECE.search(since[0]) else None
    if on and all(_LITTLE.match(text) for text in since[1:]):
        yield Finding(*on.span("n"), "H", BLOCK, _WHY, "the number")
        return
    cut = any(_CUT_SAID.search(low) for low in lows) and _DIGITS_FIRST.match(c.low)
    is_rest = _IS_REST.search(c.low) is not None
    if is_rest and (letters := _LETTERS_LEFT.search(c.plain)) and _ANY_PIECE.search(since[-1]):
        yield Finding(*letters.span("n"), "H", BLOCK, _WHY, "the number")
        return
    begun = [piece.group() for text in since for piece in _ANY_PIECE.finditer(text)]
    if (cut or is_rest) and begun:
        longest = max(map(len, begun))
        for piece in _PIECE.finditer(c.plain):
            if sum(ch.isdigit() for ch in piece.group()) > 1 and len(piece.group()) + longest > 4:
                yield Finding(*piece.span(), "H", BLOCK, _WHY, "the number")
                return


def _doors(lows: list[str], c: Context) -> Iterator[Finding]:
    """A street where a patient lives or was fetched before, the number of the house now; or the street now."""
    if (
        c.kind == "crisis"
        and (street := _LIVES_NOW.search(c.low))
        and any(TREATED.search(low) for low in lows)
        and not SHELTERS.search(" . ".join(lows))
    ):
        yield Finding(*street.span("n"), "B", ASK, _WHY, "at home")
    door = _DOOR.match(c.low)
    group = "n" if door and door["n"] else "m"
    if door is None:
        if not _ASKS_NUMBER.search(lows[-1]):
            return
        door, group = _FLAT.match(c.low), "n"
        if door is None:
            return
    joined = " . ".join(lows)
    if SHELTERS.search(joined) or SHELTERS.search(c.low):
        return
    if not (_STREET.search(joined) and _AT_HOME.search(joined)):
        return
    if TREATED.search(joined) or TREATED.search(c.low):
        yield Finding(*door.span(group), "B", BLOCK, _WHY, "at home")


def _surnames(texts: list[str], lows: list[str], c: Context, names: Names) -> Iterator[Finding]:
    on = _WORD_ON.match(c.plain)
    if on and _NAME_GOES_ON.search(lows[-1]):
        yield Finding(*on.span("n"), "A", BLOCK, _WHY, "the patient")
        return
    if (
        on
        and c.kind == "surgery"
        and _WORD_LEFT.search(texts[-1])
        and any(TREATED.search(low) for low in lows)
    ):
        yield Finding(*on.span("n"), "B", ASK, _WHY, "")
        return
    now = _SURNAME_NOW.match(c.plain)
    if now is None or HIDDEN in c.plain[now.start("n") : now.end("n") + 2]:
        return
    words = [part for part in re.split(r"[ -]|(?<=')", now["n"]) if part[:1].isupper()]
    if not words or any(len(word) < 3 or word.isupper() for word in words):
        return
    if all(w in COMMON or w in EPONYMS or w in DRUGS_AND_MAKES for w in map(str.lower, words)):
        return
    sure = now["l"] or now["x"] or (now["y"] and any(_SURNAME_ASKED.search(low) for low in lows))
    if not sure and not any(
        word.lower() in names.last or is_unheard(names, word.lower(), by_ending=False) for word in words
    ):
        return
    if not sure and all(word.lower() in names.plain_words for word in words):
        return
    for text, low in zip(texts, lows, strict=True):
        given = any(
            word.lower() in names.first and word.lower() not in COMMON
            for word in re.findall(r"(?<![\w-])[A-Z][a-z]{2,}(?![\w-])", text)
        )
        said = _GIVEN_SAID.search(low) is not None
        if not given and not (said and re.search(r"[a-z,:] [A-Z][a-z]{2,}", text)):
            continue
        if (
            now["l"]
            or now["y"]
            or (said and TREATED.search(low))
            or (given and (c.kind in ("surgery", "reply") or TREATED.search(low)))
        ):
            yield Finding(*now.span("n"), "A", BLOCK, _WHY, "the patient")
            return


def _days(lows: list[str], c: Context) -> Iterator[Finding]:
    joined = " . ".join(lows)
    born = _BORN.search(joined) is not None
    if not born and not (_STAYED.search(joined) and c.kind in ("surgery", "reply")):
        return
    if born and c.is_public and not TREATED.search(joined):
        return
    verdict = BLOCK if born else ASK
    if date := _DATE_NOW.search(c.low):
        if (born and _YEAR_SAID.search(joined)) or _WHEN_ASKED.search(joined):
            yield Finding(*date.span("n"), "C", verdict, _WHY, "")
        return
    if (now := _MONTH_NOW.match(c.low)) and any(_DAY_SAID.search(low) for low in lows):
        yield Finding(*now.span("n"), "C", verdict, _WHY, "")
    elif born and (now := _DAY_NOW.match(c.low)) and _MONTH_SAID.search(joined):
        yield Finding(*now.span("n"), "C", BLOCK, _WHY, "")


def _numbers_in_words(lows: list[str], c: Context) -> Iterator[Finding]:
    if (now := _NUMBER_ONLY.match(c.low)) and not now["n"].isdigit():
        joined = " ".join(lows)
        if _ROOM_LEFT.search(joined) and TREATED.search(joined):
            yield Finding(*now.span("n"), "R", ASK, _WHY, "the ward")
    if _AGE_ASKED.search(lows[-1]) and (now := _AGE_NOW.match(c.low)):
        yield Finding(*now.span("n"), "C", ASK, _WHY, "adult")


def _who(texts: list[str], lows: list[str], c: Context) -> Iterator[Finding]:
    """Age, town, trade, a rare illness: three of them, or a trade and its town, and the last one comes now."""
    if c.kind == "reply":
        told = _STATE_TOLD.search(c.low) if _ASKED_OF.search(lows[-1]) else None
        if told and not _TELLS_NOTHING.search(c.low):
            confirmed = "This confirms that somebody is or was a patient."
            yield Finding(
                *told.span(), "R", BLOCK, confirmed, "We cannot speak about individual people here."
            )
        return
    joined = " . ".join(lows)
    if not TREATED.search(joined) and c.kind != "surgery":
        return
    before = {
        i
        for i, trait in enumerate(_TRAITS)
        if any(trait.search(text if trait is _TOWN else low) for text, low in zip(texts, lows, strict=True))
    }
    if not before:
        return
    now = {}
    for i, trait in enumerate(_TRAITS):
        match = trait.search(c.plain if trait is _TOWN else c.low)
        if match is None and trait is _TOWN:
            match = _TOWN_NOW.match(c.plain)
        if match is not None and i not in before:
            now[i] = match
    if not now and before >= {0, 1} and c.kind == "surgery" and (match := _OPERATION.search(c.low)):
        now[len(_TRAITS)] = match
    if not now:
        return
    together = before | now.keys()
    if len(together) > 2 or together >= {1, 2}:  # a trade and its town
        match = next(iter(now.values()))
        yield Finding(
            *match.span(),
            "R",
            ASK,
            "What the updates tell of somebody, taken together, points at one person.",
            "",
        )


__all__ = ["SHELTERS", "TREATED", "rests"]
