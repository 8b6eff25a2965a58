"""
What is said in passing and points at one person: an age at the head of a case, days after a transplant, where somebody was found, a
lock of white hair, a face in the second picture, the last glove-maker of the valley, a credential, a plate read out, "we operated on her".
"""

from __future__ import annotations

from collections.abc import Iterator

from app.editorial.guard.context import ASK, BLOCK, Context, Finding
from app.editorial.guard.evasion import NUMBER_WORD
from app.editorial.guard.lazy import Lazy

_N = rf"(?:1[01]\d|[1-9]\d|{NUMBER_WORD}(?:[ -](?:y |i |et |e |and )?{NUMBER_WORD}){{0,3}})"
_YEARS = r"(?:anni|ans|anos|anys|years)"
_BODY = r"(?:senora?|hombre|mujer|varon|chic[oa]|joven|donna|uomo|signora?|signore|ragazz[oa]|homme|femme|dame|monsieur|jeune|dona|home|senyora?|noia?|woman|man|lady|gentleman|girl|boy|female|male)"
_OLD = Lazy(
    rf"(?:^|[.:;] ?)(?:an? |un[ae]? )?(?P<n>{_N}[ -]year[ -]old)\b(?= (?:with|man|woman|lady|male|female|who|on|after|post))"
    rf"|(?:^|[.:;] ?)(?:an? |un[ae]? |una )?{_BODY},? (?:de |di |d'|of |aged )(?P<m>{_N})(?: {_YEARS})?(?=,| (?:with|con|avec|amb) )"
    rf"|(?:^|[.:;] ?)(?P<o>{_N} {_YEARS})(?=, (?!(?:of|de|di|d'|un[ae]?|an?|the|el|la|le|il) ))"
)
_CARE = r"(?:transplant\w*|trasplant\w*|trapianto|greffe|empelt|injerto|graft|operation|operacion?|operazione|surgery|cirug\w+|cirurgia|chirurgi\w+|intervento|intervention|intervencion?|bypass|protesis?|prothese|implant\w*)"
_ORDINAL = (
    r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|primo|secondo|terzo|quarto|quinto|sesto|settimo|ottavo|nono|decimo|premier|deuxieme|troisieme|quatrieme|cinquieme|sixieme|septieme|huitieme|neuvieme|dixieme|"
    r"primer|segundo|tercer|cuarto|sexto|septimo|octavo|noveno|segon|quart|cinque|sise|sete|vuite|nove|dese|\d{1,2}(?:st|nd|rd|th|o|e|eme|r|n|t|a)?)"
)
_AFTER = Lazy(
    rf"\b(?P<n>(?:{_N}|\d) (?:days?|nights?|weeks?|giorni|notti|settimane|jours|nuits|semaines|dias|noches|semanas|dies|nits|setmanes) (?:after|since|post|dopo|dal|dalla|apres|despues|despues de|del|de la|tras|despres|despres de|des de|de) ?(?:the |her |his |il |la |lo |l'|le |el |al |del |de |su |seu |son |sa |suo )*{_CARE})\b"
    rf"|\b(?P<m>{_ORDINAL} (?:day|night|giorno|notte|jour|nuit|dia|noche|nit) (?:after|since|post|dopo|dal|dalla|dall'|apres|depuis|despues|tras|despres|des de|de|del|desde) ?(?:the |her |his |il |la |lo |l'|le |el |al |del |de |su |seu |son |sa |suo )*{_CARE})\b"
    rf"|\b(?P<o>(?:j|d|g|dia|day|giorno|jour) ?\+?\d{{1,3}} (?:of |de |d'|di |del |dal |post |apres |after )?(?:the |la |l'|il |el )?{_CARE})\b"
)
_POSTCODE = Lazy(
    r"\b(?:zip(?: code)?|post ?code|postal code|cap|codice postale|code postal|c\.? ?p\.?|npa|codigo postal|codi postal)[ :,.=]*(?:is |e |es |est )?(?P<n>(?:ad ?)?\d{3,4}|ad\d{3})(?![\w]|[.,:/]\d|\d| ?(?:ml|mg|%|min|euros?|doses))"
)
_AVENUE = r"(?:gran via|(?:la|las|les) rambl(?:a|as|es)|la diagonal|el paral·?lel|la meridiana|la castellana|la canebiere|la croisette|les champs[- ]elysees|(?:il|sul) lungomare|lungarno|lungotevere|the high street|the strand|piccadilly(?: circus)?|broadway|the promenade)"
_FOUND = Lazy(
    rf"\b(?:found|picked up|fell|collapsed|hit|struck|knocked down|trovat[oa]|raccolt[oa]|cadut[oa]|cadde|investit[oa]|travolt[oa]|trouvee?|retrouvee?|ramassee?|tombee?|renversee?|encontr\w+|recogi\w+|cayo|caido|caida|atropell\w+|va(?:n)? trobar|trobat|trobada|recollit|recollida|va caure|caigu\w+)\b[^.!?]{{0,50}}\b(?P<n>{_AVENUE})\b"
)
_LOCK = Lazy(
    r"\b(?:streak|lock|patch|tuft) of (?:white|grey|silver|red) hair|\bwhite (?:streak|forelock|lock)\b|\bciuffo (?:bianco|grigio|rosso)|\bciocca (?:bianca|grigia|rossa)|\bmeche (?:blanche|grise|rousse|blanc)|\bmechon (?:blanco|gris|rojo|pelirrojo)|\bflocs? (?:blancs?|gris\w*)|\bble (?:blanc|gris|vermell)\b|\bmetxa blanca"
    r"|\b(?:is missing|missing|lost|has only|le falta|le faltan|li falta|li falten|gli manca|le manca|gli mancano|il lui manque|lui manque|sin|sense|senza|sans) (?:\w+'? ){0,3}?(?:phalanx|fingertip|earlobe|falange|falanges|phalange|dedo|dedos|menique|dit petit|polze|dito|mignolo|doigt|auriculaire|lobulo|lobe|lobo dell'orecchio|pouce|pulgar|thumb|little finger|ring finger|index finger|paleta|front tooth|incisivo)\b"
    r"|\b(?:lleva|porta|duu|has|wears|wearing|ha|with|con|amb|avec|porte|tiene|te) (?:un|una|a|an|une) (?:\w+ )?(?:dragon|drago|drac|serpiente|serpent|snake|serp|ancora|ancre|anchor|eagle|aquila|aguila|aigle|calavera|skull|teschio|crane|mermaid|sirena|sirene|tiger|tigre|wolf|lobo|lupo|loup|llop|golondrina|swallow|rondine|hirondelle|oreneta|rosa|rose|butterfly|mariposa|farfalla|papillon|papallona) (?:\w+ )?(?:en|sul|sulla|sullo|sur|on|au|al|a|over|dans|nel) (?:el |la |l'|le |his |her |the |son |sa |su )?(?:shoulder|neck|forearm|arm|hand|ankle|back|chest|calf|hombro|cuello|brazo|antebrazo|mano|tobillo|espalda|pecho|espatlla|coll|brac|avantbrac|ma|turmell|esquena|pit|spalla|collo|braccio|avambraccio|caviglia|schiena|petto|epaule|cou|bras|avant-bras|main|cheville|dos|mollet|polpaccio)\b"
)
_PICTURE = r"(?:photos?|fotos?|pics?|pictures?|images?|imatges?|imagen(?:es)?|immagin[ei]|scatt[oi]|snaps?|frames?|video|clip)"
_FACED = Lazy(
    rf"\b{_PICTURE}\b[^.!?]{{0,28}}\b(?P<n>(?:regarde|fixe) l'objectif|de face\b|(?:sans|sin|senza|sense|without|no) (?:son |su |la |a |her |his )?(?:masque|mascarilla|mascherina|mascareta|mask)\b|(?:sale|se la ve|se le ve|surt|se'l veu|se la veu|esce|e) (?:de |di )?(?:frente|cara|fronte)\b|(?:mira|mirando|mirant) (?:a |cap a )?(?:la |a la )?camara|mira (?:a )?(?:la )?camera|guarda (?:in camera|l'obiettivo|dritto)|look(?:s|ing)? (?:straight |right )?(?:at|into|to) (?:the )?(?:camera|lens)|fac(?:es|ing) (?:the )?camera|maquillee?|truccata|maquillada|made[- ]up|sonrie\w*|somri\w*|sorride\w*|souri\w*|smil\w+)"
)
_CREW = Lazy(
    r"\b(?:team|staff|crew|surgeon\w*|nurse\w*|doctors?|us|we|equip\w*|squadra|chirurg\w*|infermier\w*|infirm\w*|enfermer\w*|cirujan\w*|cirurgi\w*|medic[oi]s?|metges?|medecins?|personal\w*|robot|noi|nous|nosotr\w+|nosaltres|todos|tots|tutti|tous|blur\w*|pixel\w*|flou\w*|sfoca\w*|difumina\w*|drape\w*)\b"
)
_LAND = r"(?:canton|canto|cantone|vall\w{0,4}|village|isl\w+|illa|ile|isola|comarca|poble|pueblo|paese|borgo|bourg|province|provincia|county|dale|glen|departement|quartier|barrio|barri|quartiere|coast|cote|costa|archipelago|arxipelag|archipel\w*|hameau|parish)"
_THE_LAST = Lazy(
    rf"\b(?:the |la |el |l'|le |il |lo )?(?:last|only|youngest|oldest|dernier\w?|derniere|seule?|ultim[oa]?|unic[oa]?|sol[oa]) (?!hospital|ospedale|hopital|cent|road|bus|scanner|helicop|heliport|carret|bridge|pont|theatre|operat|team|unit|centro|strada|surg|chirurg|ambul|station|shelter|day|night|train|time|fois|vez|vegada|volta)(?P<n>[a-z-]{{5,}}(?:er|or|ist|man|wife|eur|euse|ier|iere|ero|era|or|ora|aio|aia|aro|ara|iste|ista|dor|dora|aire|ere|ra|re|tor|trice)(?: (?:de|di|d'|of) ?[a-z]+)?) (?:du|de la|de l'|de|del|della|dell'|dello|of the|in the|on the|in|en el|en la|a la|al|nel|nella) ?{_LAND}\b"
    rf"|\b(?:the |la |le |il |el )?(?:first|prim[oa]|premiere?|primer[oa]?) (?:person\w*|patient\w*|paziente|pacient\w*|human|man|woman|donna|uomo|home|dona|hombre|mujer|homme|femme)? ?(?:in|en|de|a|al|du|della|del|de la|de l'|dell'|of the|on the|in the) ?(?:the |la |l'|el )?(?!the |all|this|our|surg|any|hospital|team)(?:{_LAND}|[a-z]{{4,}}) (?:with|con|amb|avec|to (?:get|have|receive)) (?:this|quest\w+|est[ea]|aquest\w*|cett?e?)\b"
)
_WHO_FELL = Lazy(
    r"\b(?:the (?:one|man|woman|guy|lad|girl|lady) who|el que|la que|quell[oa] che|celui qui|celle qui|aquell? que|aquella que) (?:se |es |s'|si |was |got |fue |va |est |e |a ete )?(?P<n>(?:fell|jumped|crashed|thrown|hit|gored|cayo|tiro|estrello|cogio|cornead[oa]|caure|estavellar|saltar|cadut[oa]|cadde|buttat[oa]|schiantat[oa]|tombee?|jetee?|sautee?|ecrasee?|renversee?)\b[^.!?]{3,40}?\b(?:yesterday|last night|this morning|ayer|anoche|esta manana|ahir|anit|aquest mati|ieri|stanotte|stamattina|hier|cette nuit|ce matin|festival|fair|parade|fiestas?|feria|festes|festa|sagra|palio|fete|foire|carnaval|carnevale|carnival|marathon|maraton|maratona|marato))\b"
)
_CREDENTIAL = Lazy(
    r"\b(?:credencial|credenziale|carte professionnelle|carta professional|tesserino|colegiad[oa]|col·?legiad[oa]|warrant card|taxi (?:badge|licen[cs]e)|hackney (?:badge|licen[cs]e)|licenza taxi|licence de taxi|licencia de taxi|llicencia de taxi|badge)\b[ :,.]*(?:n[.o°º]*|num\.?|numero|no\.?|number)? ?(?P<n>[a-z]{0,3}-?\d{1,3}[. ]?\d{3,})(?![\d%])"
)
_ACCESSION = Lazy(
    r"\b(?:accession|accesion|accessione|accettazione|acces|specimen|sample|lab|laborator\w+|laboratoire|anapath|anatomia|peticion|peticio|richiesta|demande|muestra|mostra|campione|prelevement|echantillon)\b[^.!?\d]{0,18}(?P<n>\d{2}[ :/-]{1,2}[a-z]{1,3}-?\d{4,8})(?!\w)"
)
_VEHICLE = r"(?:car|van|truck|motorbike|moto|scooter|plates?|reg|macchina|auto|furgone|targa|voiture|camion|plaque|coche|furgoneta|matricula|cotxe|vespa|seat|taxi)"
_PLATE = Lazy(rf"\b{_VEHICLE}\b[^.!\n]{{0,26}}?[ :?](?P<n>(?:[a-z\d][ .·-]{{1,3}}){{5,8}}[a-z\d])(?![a-z\d])")
_STORY = Lazy(
    r"\b(?:storia|story|histoire|historia|blog|diario|diary|journal|journey|diari|percorso|parcours|web)\b[^!?\n]{0,40}?(?P<n>(?:https?://|www\.)\S+[a-z0-9/])"
)
_TOLD_BY = Lazy(
    r"\b(?:she|he|her|his|lei|lui|elle|il raconte|son|sa|ella|ell|su|sus|seva|seu|sua|suo|patient\w*|pazient\w|pacient\w*)\b"
)
_WE_DID = Lazy(
    r"\b(?:(?:el|la|li|els|les|lo|le) (?:vam|varem|hem) (?:intervenir|atendre|intervingut\w*|dur|portar)|(?:la|lo|le|les|los) (?:intervinimos|operamos|tratamos) nosotr\w+|l'abbiamo (?:operat|curat|trattat|seguit|salvat)[oa] noi|siamo stati noi (?:a|ad) (?:operar|curar|trattar|seguir)l[ao]|c'est (?:bien )?nous qui l'avons \w+|we (?:were|are) the ones who (?:operated|treated|looked after|cared)|it was us who (?:operated|treated)|somos (?:nosotr\w+ )?(?:los|las) que (?:la|lo|le) \w+mos|som (?:nosaltres )?(?:els|les) que (?:el|la|li) vam)\b"
    r"|\b(?:as|com a|como|en tant qu'?|en tant que|comme|come) ?(?:the |l'|el |la )?(?:team|equip|equipo|equipe|squadra) (?:that|who|que|qui|che) (?:(?:li|el|la|le|lo|vous|l'|gli|te|ti|us|os|vi) ?(?:va|vam|hizo|ha|a|fece|avons|hem|hemos|abbiamo|opero|operat\w*)|did|performed|operated|carried out|treated|put|removed)\b"
    r"|\b(?:will (?:stay|sleep|spend)|dormira|es quedara|se quedara|restera|dort|passera|passara|pasara) (?:the |la |le )?(?:here|aqui|ici|qui|with us|chez nous|da noi|amb nosaltres|con nosotros)\b[^.!?]{0,16}\b(?:nights?|days?|nits?|dies|noches?|dias?|notti?|notte|giorni|nuits?|jours?)\b"
)
_SLEEPS = Lazy(
    r"\b(?:your (?:husband|wife|son|daughter|mum|dad|mother|father)(?: is|'s)? (?:sleeping|asleep|resting|sleeps)|(?:suo marito|sua moglie|suo figlio|sua figlia|sua madre|suo padre) (?:dorme|riposa)|votre (?:mari|femme|fils|fille|mere|pere) (?:dort|se repose)|su (?:marido|mujer|hijo|hija|madre|padre) (?:duerme|descansa)|(?:el seu|la seva|el teu|la teva) (?:home|marit|dona|fill|filla|mare|pare) (?:dorm|descansa|reposa))\b"
)
_DAY_BEFORE = Lazy(
    r"\b(?:(?:li|la|el|l'|l'hi) ?vam \w+(?:-l[oai]|-li|-l'hi)?|(?:le|lo|la|se l[oa]) (?:quitamos|operamos|sacamos|pusimos)|(?:gliel'|l'|gli |le )abbiamo (?:operat|tolt|mess)[oaie]|on (?:le |la |l'a |lui a )(?:\w+ )?(?:operee?|enlevee?|retiree?)|we (?:operated|took (?:it|him|her) (?:out|in)|took it)) (?P<n>(?:abans d')?ahir|ayer|anteayer|ieri|l'altro ieri|hier|avant-hier|yesterday|the day before yesterday)\b"
)
_CAME_IN = Lazy(
    r"\b(?:admitted|came in|brought in|discharged|ricoverat[oa]|entrat[oa]|arrivat[oa]|dimess[oa]|hospitalisee?|entree?|arrivee?|sortie?|ingreso|ingresad[oa]|entro|llego|salio|va (?:entrar|ingressar|arribar|sortir)|ingressa[td]a?)\b[^.!?\d]{0,28}?\b(?P<n>(?:(?:el|al|le|il) )?(?:dia|giorno|jour|day) \d{1,2}|on the \d{1,2}(?:st|nd|rd|th))(?!\d|[:.,]\d)"
)
_FARM = Lazy(
    r"\b(?:[Ll]ives?|[Vv]iu|[Ss]'est[aà]|[Rr]esid\w+|[Vv]ive[n]?|[Aa]bita|[Hh]abite|[Ll]oge|[Mm]ora) (?:a|al|at|in|en|à|au|alla|nel|nella|dans)(?: l[ae]| el| il| the| une?)? ?(?P<n>(?:[Cc]al|[Cc]an|[Cc]a la|[Cc]a l'|[Cc]a'n|[Cc]a n'|[Ss]on|[Mm]as|[Mm]asia|[Cc]ascina|[Pp]odere|[Mm]asseria|[Cc]ortijo|[Cc]aserio|[Ff]inca|[Ll]ieu-dit|[Ff]erme|[Vv]illa) ?[A-Z][\w'-]+|[A-Z][a-z]+ (?:Farm|Cottage|Lodge|Croft|Manor))(?! [Hh]ospital)"
)
_AGE = "An age narrows down who it is."


def remarks(c: Context) -> Iterator[Finding]:
    if c.kind == "training":
        for match in _OLD.finditer(c.low):
            yield Finding(*match.span(match.lastgroup or "n"), "C", ASK, _AGE, "adult")
    if c.kind == "reply":
        for match in (*_WE_DID.finditer(c.low), *_SLEEPS.finditer(c.low)):
            reason = "This confirms that somebody is or was a patient."
            yield Finding(*match.span(), "R", BLOCK, reason, "We cannot speak about individual people here.")
    if c.kind in ("surgery", "reply"):
        for match in _AFTER.finditer(c.low):
            first, last = c.sentence(*match.span())
            if "?" not in c.low[first : last + 1]:
                reason = "Days after an operation give its date away."
                yield Finding(*match.span(match.lastgroup or "n"), "C", ASK, reason, "after the operation")
    if c.kind != "surgery":
        return
    for pattern, cls, reason in (
        (_POSTCODE, "B", "A post code narrows down where somebody lives."),
        (_FOUND, "B", "Where somebody was found points at them."),
        (_DAY_BEFORE, "C", "This gives the date away."),
        (_CAME_IN, "C", "A day of a stay can point at one person."),
        (_LOCK, "P", "A bodily mark points at one person."),
        (_FACED, "Q", "A picture of a person needs a second pair of eyes."),
        (_THE_LAST, "R", "A first or only one in a place points at one person."),
        (_WHO_FELL, "R", "A known incident points at those who were in it."),
    ):
        for match in pattern.finditer(c.low):
            if pattern is _FACED and _CREW.search(c.low[slice(*c.sentence(*match.span()))]):
                continue
            yield Finding(*match.span(match.lastgroup or 0), cls, ASK, reason, "")
    for match in _FARM.finditer(c.plain):
        yield Finding(*match.span("n"), "B", BLOCK, "A house by its name is an address.", "at home")
    for pattern, cls, reason in (
        (_CREDENTIAL, "K", "This looks like a licence's number."),
        (_ACCESSION, "R", "This looks like a specimen's number."),
        (_PLATE, "L", "This looks like a number plate."),
        (_STORY, "N", "A personal page points at its owner."),
    ):
        for match in pattern.finditer(c.low):
            if pattern is _STORY and not _TOLD_BY.search(c.low):
                continue
            if pattern is _PLATE and not _mixed(match["n"]):
                continue
            yield Finding(*match.span("n"), cls, BLOCK, reason, "")


def _mixed(text: str) -> bool:
    return sum(ch.isdigit() for ch in text) > 1 and sum(ch.isalpha() for ch in text) > 1
