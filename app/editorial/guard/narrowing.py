"""
What narrows down who one person is, where `calendar`, `years`, `roles` and `origins` have the set phrases: the oldest of those admitted,
an age beside an arrival or a discharge, "J4 for our patient", a day in a case for students, a birthmark, the town of one of the two,
the ferryman of the last ferry, the one who climbed the tower. Asked about.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.editorial.guard.confirming import NOBODY
from app.editorial.guard.context import ASK, HIDDEN, Context, Finding
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.words.callings import CALLINGS, PLAYERS
from app.editorial.guard.words.people import PATIENT

_TENS = r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|vent|trent|quarant|cinquant|sessant|settant|ottant|novant|vingt|trente|quarante|cinquante|soixante|quatre-vingt|veinti?|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa|cien|seixanta|setanta|vuitanta|noranta|cent)"
_YEARS = rf"(?:1[01]\d|[1-9]\d|{_TENS}[a-z-]*(?: y [a-z]+)?)"
_CARED = r"(?:operated|admitted|treated|discharged|hospitali[sz]ed|transplanted|rescued|sent home|operat[oa]|ricoverat[oa]|dimess[oa]|trapiantat[oa]|salvat[oa]|operee?|opere|hospitalisee?|sortie?|greffee?|admise?|operad[oa]|ingresad[oa]|dad[oa] de alta|trasplantad[oa]|hospitalizad[oa]|rescatad[oa]|opera[td]a?|ingressa[td]a?|donad?[at]? d'alta|trasplanta[td]a?|hospitalitza[td]a?|rescata[td]a?)"
_TREATED = Lazy(
    rf"\b(?:{_CARED}|in (?:our|the) (?:trauma |burns? )?(?:ward|unit|icu)|reparto|terapia intensiva|notre service|nuestr[oa] (?:planta|unidad|servicio)|nostr[ea] (?:planta|unitat|servei)|evacue[ed]s?|evacuad[oa]s?|evacuat[oaie]?|sfollat[oaie]|ingresados|ingressats|ricoverati|hospitalises|patients|pazienti|pacientes|pacients|injured|casualt\w+|feriti|blesses|heridos|ferits)\b"
)
_OLDEST = Lazy(
    rf"\b(?:oldest|eldest|youngest|most elderly|piu (?:anzian|vecchi|giovan|grand|longev)\w*|plus (?:age|vieu|vieil|jeune)\w*|mas (?:mayor|ancian[oa]|viej[oa]|joven|longev[oa])|mes (?:gran|grans|vell|vella|jove)|mayor|major)\b[^.!?;]{{0,28}}?\b(?:turn(?:s|ed)?|is|was|has|ha|ne ha|compie|ha compiuto|a|en a|fete|tiene|cumple|cumplio|te|en te|fa|en fa|compleix)"
    rf"(?: (?:only|just|already|ya|ja|gia|deja|los|els|ses|i|en|ne|quasi|casi|almost|nearly|presque|gairebe|solo|sols))* (?P<n>{_YEARS})(?=[,.;!)]|$| (?:years?|anni|ans|anos|anys|and|but|e|et|y|i)\b)"
)
_ARRIVES = Lazy(
    rf"\b(?:arriv\w+|comes? in|came in|brought in|llega|llego|ingresa|entra|arriba|arrive|on (?:recoit|amene)|traemos|portem|portiamo)\b(?P<b>[^.!?;\d]{{0,40}}), (?P<n>{_YEARS}[ -](?:years?(?:[ -]old)?|anni|ans|anos|anys))\b|\b(?:arriv\w+|llega|llego|arriba|entra|ingresa)\b[^.!?;\d]{{0,36}}\bde (?P<m>{_YEARS} (?:anos|anys|ans))\b"
)
_FOLK = r"(?:gent|gentleman|chap|bloke|fella|feller|guy|dude|lady|lad|lass|man|woman|madam|gran|granny|grandma|grandpa|monsieur|madame|signora?|senora?|senyora?|caballero|abuel[oa]|avi|avia|iaia|nonn[oa]|nonnin[oa]|mamie|papi)"
_SOMEONE = Lazy(
    rf"\b(?:{CALLINGS}|{PLAYERS}|{PATIENT}|{_FOLK}|boy|girl|child|bambin[oa]|ragazz[oa]|uomo|donna|homme|femme|garcon|fille|hombre|mujer|nin[oa]|chic[oa]|home|dona|noi|noia|nen[a]?|cyclist|driver|conductora?|conducteur|conductrice|conducente|autista)\b"
)
_AGED = r"(?:(?:1[01]\d|[1-9]\d)[ -]year[ -]old|(?:vent|trent|quarant|cinquant|sessant|settant|ottant|novant|cent)\w*enne|\d\denne|(?:sexagen|septuagen|octogen|nonagen|centen|quincuagen|cuadragen|quadragen|quinquagen)(?:arian|ari[oa]?|aire))"
_AGED_TREATED = Lazy(
    rf"\b(?:(?:the|an?|our|il|lo|la|le|una?|une|el) |l'|un')(?P<n>{_AGED})(?: (?:{_FOLK}|{CALLINGS}|{PATIENT}))?,? (?:(?:who|che|qui|que|was|is|being|has|been|e|stat[oa]|est|a|ete|ha|sido|fue|va|ser|estat|successfully|con exito|avec succes) ){{0,3}}{_CARED}(?![a-z])|\b{_CARED},? (?:\w+ ){{0,2}}?(?:(?:il|la|lo|le|el|the|a|an|una?|une) |l'|un')?(?P<m>{_AGED})\b"
)
_FOLK_IS = Lazy(
    rf"\b{_FOLK}(?: here| today)?(?:'s| is| was| ha| a| tiene| te) (?:only |just |now |already |ya |ja |gia |deja )?(?P<n>1[01]\d|[2-9]\d)(?=[,.;!]|$| (?:and|with|but|con|y|e|et|avec|amb)\b)"
)
_AT_THEIR = Lazy(
    r"\b(?:a sus|con sus|als seus|amb els seus|ai suoi|coi suoi|con i suoi|at (?:her|his)|malgre ses|avec ses) (?P<n>1[01]\d|[3-9]\d)(?=[,.;!]|$| (?!(?:\w+ )?(?:%|min|lat|puls|ml|mm|cm|mmhg|bpm))[a-z]+)"
    rf"|(?:^|[.!?:;,] ?)(?P<m>{_TENS}[a-z-]*(?: y [a-z]+)?|1[01]\d|[4-9]\d) (?:primavere|primaveras|primaveres|printemps|summers|springs|winters|inverni|inviernos|hiverns)\b"
)
_OURS = rf"(?:(?:notre|la|le|el|il|our|the|this|nostr[oa]|la nostra|il nostro|nuestr[oa]|el nostre|aquest[a]?|est[ae]|cette?|ce) ?|l'|quest[oa] )?(?:{PATIENT}|{_FOLK}|malade|malat[oa]|malalta?|enferm[oa]|operee?|operat[oa]|operad[oa])"
_FIRST_OP = r"(?:sa |la |le |su |the |his |her |l'|il |el |seva )*(?:premiere?|prima|primo|primera?|primer|first|deuxieme|second[oa]?|segunda?|segona?) (?:op\b|operation|intervention|intervento|operazione|operacion|intervencion|cirugia|operacio|intervencio|cirurgia|surgery|greffe|graft|trapianto|trasplante)"
_POD = r"(?:[jg] ?\+? ?\d{1,2}|d ?\+? ?[1-9]|pod ?#?\d{1,2}|dpo ?\d{1,2}|(?:day|dia|giorno|jour|giornata) \d{1,2})"
_DAY_OF = Lazy(
    rf"(?<![\w.-])(?P<n>{_POD})(?:,| (?:for|pour|per|para|per a|of|de|from|after|della?|dalla?|dopo|apres|despres de|tras))* ?(?:{_OURS}\b|{_FIRST_OP})"
)
_MONTHS = r"(?:jan\w*|feb\w*|mar(?:ch|zo|s|c)?|apr\w*|avr\w*|abr\w*|ma[iy]\w*|maggio|jun\w*|juin|giugno|jul\w*|juil\w*|luglio|aug\w*|aout|ago\w*|sep\w*|set\w*|oct\w*|ott\w*|nov\w*|dec\w*|des\w*|dic\w*|gen\w*|ene\w*|fev\w*)"
_STAY_DATE = Lazy(
    rf"\b(?!treated){_CARED} (?:on |il |le |el |l'|the |op )?(?P<n>\d{{1,2}}(?:st|nd|rd|th|er)? (?:of |de |d'|di )?{_MONTHS}|(?:{_MONTHS}) \d{{1,2}})(?![\w])(?! (?:19|20)\d\d|,? (?:at|in|by) (?:the first|conference))"
)
_MARK = Lazy(
    r"\b(?:birth ?marks?|port[- ]wine (?:stain|mark)|strawberry mark|voglia (?:di (?:vino|fragola|caffe)|scura|rossa|marrone|chiara|sul\w*|in )|tache (?:de (?:naissance|vin)|lie de vin)|mancha (?:de (?:nacimiento|vino)|vinosa)|antojo|taca (?:de (?:naixement|vi)|vinosa)|angioma|hemangiome?)\b[^.!?;]{0,30}?\b(?:face|cheek|chin|forehead|neck|brow|lip|nose|ear|temple|jaw|arm|hand|viso|volto|guancia|mento|fronte|collo|labbro|naso|orecchio|tempia|braccio|mano|joue|menton|front|cou|levre|nez|oreille|tempe|bras|main|visage|mejilla|barbilla|frente|cuello|labio|nariz|oreja|sien|brazo|cara|galta|barbeta|templa|coll|llavi|nas|orella|brac)\b"
)
_OF_ONE = Lazy(
    rf"\b(?:(?:our|the|this|nostr[oa]|notre|nuestr[oa]|nostre) (?:real |true |vraie? |vero |vera |verdader[oa] |autentic[oa]? )?(?:{PATIENT})|(?:{PATIENT}) (?:real|vrai|vraie|vero|vera|reale)|(?:no|without|senza|sans|sin|sense) (?:papers|id\b|documents|documenti|papiers|papeles|documentacion|documentacio)|unidentified|unknown|sconosciut[oa]|inconnue?|desconocid[oa]|desconegu[td]a?)\b"
)
_SICK_ONE = rf"(?:pregnant (?:woman|lady|girl)|mother-to-be|embarazada|parturienta?|embarassada|(?:donna )?incinta|partoriente|femme enceinte|gestante|dialysis patient|dializzat[oa]|dializad[oa]|dialitza[td]a?|dialysee?|transplant patient|trapiantat[oa]|trasplantad[oa]|trasplanta[td]a?|greffee?|cardiopatic[oa]|diabetic[oa]?|diabetique|{PATIENT})"
_TAKEN = Lazy(
    rf"\b(?:mov(?:e|ing)|transfer\w*|taking|bringing|trasladamos|traemos|llevamos|traslladem|portem|trasferiamo|portiamo|on transfere|nous transferons|on amene|amenons)\b[^.!?]{{0,12}}?\b(?i:a |an |one |una? |un'|une |l'|la |el |il )(?i:{_SICK_ONE})\b[^.!?A-Z]{{0,12}}?\b(?:from |de |da |di |d')(?P<t>[A-Z][\w'-]{{2,}})"
)
_POSTCODE = Lazy(
    rf"\b{_SICK_ONE}\b[^.!?;]{{0,30}}?\b(?:cap|c\.a\.p\.?|cp|c\.p\.?|code postal|codi postal|codigo postal|post ?code|zip(?: code)?) (?P<n>\d{{5}}|[a-z]{{1,2}}\d{{1,2}}[a-z]? ?\d?[a-z]{{0,2}})\b"
)
_FELL = r"(?:fell|fallen|fallen from|hit|struck|burnt|burned|injured|rescued|pulled|cadut[oa]|ferit[oa]|ustionat[oa]|travolt[oa]|investit[oa]|salvat[oa]|tombee?|blessee?|brulee?|renversee?|secourue?|caid[oa]|herid[oa]|quemad[oa]|atropellad[oa]|rescatad[oa]|caigu[td]a?|ferit|ferida|cremat|cremada|atropella[td]a?|rescata[td]a?)"
_STREET_OF = Lazy(
    rf"\b(?:(?:resident|neighbou?r|man|woman) (?:of|from)|vecin[oa] de(?:l)?|vei(?:na)? del?|abitante (?:di|in)|residente (?:in|di)|riveraine? d[eu]|habitante? d[eu]) (?:the |la |el |l')?(?P<n>(?:(?:via|viale|corso|vicolo|piazza|rue|avenue|chemin|impasse|quai|calle|c/|plaza|avenida|paseo|carrer|placa|avinguda|passeig) (?:[a-z'-]+ ?){{1,4}}|(?:[a-z'-]+ ){{1,2}}(?:street|road|lane|avenue|close|row|terrace|way))) ?,[^.!?;]{{0,30}}?\b{_FELL}(?![a-z])"
)
_ONE_OF_TWO = Lazy(
    r"\b(?i:one of the|uno dei|una delle|l'une? des|une? des|uno de los|una de las|un dels|una de les) (?i:(?:two|three|four|due|tre|quattro|deux|trois|quatre|dos|tres|dues|cuatro|\d) )?(?P<w>[a-z]{4,}(?: [a-z]+){0,2}?) (?i:lives?|living|resides?|risiede|abita|vive|vit|habite|reside|resideix|viu|comes|hails|viene|vient|ve)(?i: in| at| from| a| ad| en| de| da| di)? ?(?i:d'|l')?(?P<t>[A-Z][\w'-]{2,})"
)
_HURT_PLURAL = Lazy(
    r"injured|wounded|poisoned|intoxi|intossica|burn|patient|pazient|pacient|victim|vittim|victime|casualt|ferit|ferid|bless|herid|operat|operad|operes|ricovera|hospital|ingres|rescue|rescat|salvat|evacu|missing|dispers|disparu|desapar|dead|mort|muert|quemad|cremat|brul|ustion|trapped|atrapa|survivor|superstit|surviv|superviv|contagi|infect"
)
_THE = r"(?:(?:the|our|il|lo|la|le|el|un|una|une|a|notre|nostr[oa]|nuestr[oa]) |l')"
_TO_BED = Lazy(
    rf"(?:^|[.!?:;,] ?){_THE}(?P<n>{CALLINGS}|{PLAYERS}) (?:goes|moves|is moved|is going|passa|passe|pasa|va|entra|entre|puja|monte|sube|sale|torna|retourne|vuelve|is|e|est|esta) (?:to|into|in|al|alla|a|a la|a l'|au|aux|en|nel|nella|dans) ?(?:the |la |el |il |le |l')?(?:box|bay|cubicle|resus|theatre|bed|sala|salle|quirofan\w*|bloc|icu|uci|rea|reanimation|rianimazione|letto|lit|cama|llit|room|camera|chambre|habitaci\w+)\b"
)
_PUBLIC = Lazy(
    r"\b(?:press|briefing|meeting|stampa|riunione|presse|reunion|prensa|reunio|premsa|brings?|porta il|visit\w*|inaugur\w+|concert\w*|plays|suona|joue|toca)\b"
)
_SURVIVOR = Lazy(
    r"\b(?:only|sole|lone|last|unic[oa]?|seule?|ultim[oa]?|dernier|derniere|darrera?) (?:surviv\w+|superstite|superviv\w+|rescapee?|sobreviv\w+|supervivent)\b[^.!?;]{0,50}?\b(?:is|e|est|esta|es|was|lies|goes|va|passa|passe|pasa)\b"
)
_LAST_OF = Lazy(
    rf"\b{_THE}(?:last|only|ultim[oa]?|dernier|derniere|seule?|unic[oa]?|darrera?) (?P<n>{CALLINGS}|{PLAYERS})\b|\b{_THE}(?P<m>{CALLINGS}|{PLAYERS}) (?:of|du|de la|de l'|del|della|dell'|dels?|de) ?(?:the )?(?:last|only|ultim[oa]?|dernier|derniere|seule?|unic[oa]?|darrera?) [a-z]{{3,}}"
    rf"|\b{_THE}(?P<o>[a-z]{{5,}}) (?:du|de la|de l') ?(?:dernier|derniere|seule?) [a-z]{{3,}}"
)
_THE_SAME = Lazy(
    rf"\b(?:(?:el|la|il|lo|le|the|l') ?(?:ingresad[oa]|ingressa[td]a?|ricoverat[oa]|hospitalisee?|operad[oa]|operat[oa]?|operada|operee?|herid[oa]|ferit[oa]?|ferida|blessee?|hospitalizad[oa]|{PATIENT}|man (?:we )?(?:have )?admitted|woman (?:we )?(?:have )?admitted|person admitted|admitted (?:man|woman|person)))(?: \w+)? (?:is|was|e|est|es|era) "
    r"(?:(?:indeed|proprio|bien|precisamente|justament) )?(?:the (?:one|same|very|man|woman|person)(?: \w+)? (?:who|that)|el mism[oa] que|la misma que|lo stess[oa] che|la stessa che|le meme qui|la meme qui|celui qui|celle qui|quell[oa] che|chi|quien|qui|el que|la que|el mateix que|la mateixa que|aquell[a]? que) (?P<n>[^.!?;]{3,60})"
)
_TEAM = r"(?:nazionale|national|nacional|squadra|equipe|seleccion?|equipo|equip|team|club|side|league|serie [ab]|liga|ligue|lliga|olympi\w+|olimpi\w+|parlament\w*|parliament|gover\w+|govern\w+|cabinet|band|banda|orquesta|orchestra|orchestre|orquestra|opera|ballet)"
_HELD = rf"(?:{CALLINGS}|{PLAYERS}|pilier|international\w*|internacional|nazionale|capitan\w*|captain|capitaine|presentador\w*|presentat\w+|conduttor\w*|keeper|member|membre|miembro|membro|lateral|[a-z]+(?:ista|iste))"
_FORMER = Lazy(
    rf"(?:^|[.!?:;,] ?)(?:our |nostr[oa] |notre |nuestr[oa] |un |una |une |an? |the |l')?(?P<n>(?:ex[ -]?|former |anciens? |ancienne |antic |antiga |antiguo |antigua ){_HELD}(?: [a-z]+)?) (?:of|for|della|del|dello|dell'|de la|de l'|du|de|d'|delle) ?(?:the |la |l')?(?:[a-z]+ )?{_TEAM}\b"
)
_CHAMPION = Lazy(
    rf"\b(?:on (?:the|our) table|under the knife|sul tavolo|sotto i ferri|sur (?:la|notre) table|en la mesa|a la taula|en (?:el )?quirofano|a(?:l)? quirofan|in theatre|au bloc|in sala)\b[^.!?;]{{0,22}}?\b{_THE}(?P<n>(?:\w+ )?(?:{PLAYERS}))\b"
)


def narrowing(c: Context) -> Iterator[Finding]:
    if c.kind == "reply":
        return
    yield from _ages(c)
    yield from _days(c)
    if c.kind == "surgery":
        for pattern in (_FORMER, _CHAMPION):
            for match in pattern.finditer(c.low):
                yield Finding(*match.span("n"), "R", ASK, "A known role points at one person.", "")
        return
    for match in _MARK.finditer(c.low):
        if _OF_ONE.search(c.low[slice(*c.sentence(*match.span()))]):
            yield Finding(*match.span(), "P", ASK, "A bodily mark points at one person.", "")
    if c.kind == "training":
        return
    yield from _roles(c)
    yield from _towns(c)


def _ages(c: Context) -> Iterator[Finding]:
    patterns = (_FOLK_IS, _AT_THEIR) if c.kind == "surgery" else (_OLDEST, _ARRIVES, _AGED_TREATED)
    for pattern in patterns:
        for match in pattern.finditer(c.low):
            if pattern is _OLDEST and not _TREATED.search(c.low[slice(*c.sentence(*match.span()))]):
                continue
            if pattern is _ARRIVES and not _SOMEONE.search(match.group()):
                continue
            group = match.lastgroup if match.lastgroup in ("n", "m") else "n"
            yield Finding(*match.span(group), "C", ASK, "An age narrows down who it is.", "adult")


def _days(c: Context) -> Iterator[Finding]:
    if not c.has_digit:
        return
    if c.kind == "surgery":
        for match in _DAY_OF.finditer(c.low):
            reason = "Days after an operation give its date away."
            yield Finding(*match.span("n"), "C", ASK, reason, "after the operation")
    elif c.kind == "training":
        for match in _STAY_DATE.finditer(c.low):
            yield Finding(*match.span("n"), "C", ASK, "A date of a stay can point at one person.", "")


def _roles(c: Context) -> Iterator[Finding]:
    reason = "A known role points at one person."
    for match in _THE_SAME.finditer(c.low):
        yield Finding(*match.span("n"), "R", ASK, "What somebody did points at one person.", "")
    for match in _LAST_OF.finditer(c.low):
        if _TREATED.search(c.low[slice(*c.sentence(*match.span()))]):
            yield Finding(*match.span(), "R", ASK, reason, "the patient")
    if c.kind == "crisis":
        for pattern in (_TO_BED, _SURVIVOR):
            for match in pattern.finditer(c.low):
                around = c.low[slice(*c.sentence(*match.span()))]
                if not (NOBODY.search(around) or _PUBLIC.search(around)):
                    yield Finding(*match.span(), "R", ASK, reason, "the patient")


def _towns(c: Context) -> Iterator[Finding]:
    for match in _ONE_OF_TWO.finditer(c.plain):
        if _HURT_PLURAL.search(match["w"]) and HIDDEN not in match.group():
            yield Finding(*match.span("t"), "B", ASK, "A town narrows down who it is.", "the region")
    if c.kind != "crisis":
        return
    for match in _TAKEN.finditer(c.plain):
        if HIDDEN not in match.group():
            yield Finding(*match.span("t"), "B", ASK, "A town narrows down who it is.", "the region")
    for pattern in (_POSTCODE, _STREET_OF):
        for match in pattern.finditer(c.low):
            yield Finding(*match.span("n"), "B", ASK, "A place narrows down who it is.", "the region")
