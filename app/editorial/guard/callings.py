"""
Who somebody is by what they do or did, and by who knows them (class R): a trade and its place, a deed told of her or him, what
everybody knows, being the youngest or the only one, an accident. Asked about, in operations.

`roles` and `hearsay` have the set phrases; here a trade of `words/callings.py` need only be said of somebody.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.editorial.guard.context import ASK, Context, Finding
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.words.callings import CALLINGS, LEADERS
from app.editorial.guard.words.people import PATIENT, RELATIVES

_THE = r"(?:the|a|an|our|that|this|your|il|lo|la|l'|un|uno|una|un'|le|une|notre|cet|cette|ce|el|nuestr[oa]|aquel|aquella|este|esta|en|na|nostr[oae]|aquell[a]?|aquest[a]?)"
_ADJ = r"(?:(?:retired|former|ex|old|young|local|famous|beloved|village|town|only|last|well-known|tv|ex-|pensionat[oa]|vecchi[oa]|giovane|unic[oa]|ultim[oa]|ancien|ancienne|vieux|vieille|jeune|seule?|derniere?|celebre|jubilad[oa]|antigu[oa]|viej[oa]|joven|famos[oa]|jubilat|jubilada|antic|antiga|vell|vella|jove|unica?)[ -])"
_MARKED = r"(?:retired|former|village|town|local|only|last|famous|well-known|beloved|ex|pensionat[oa]|unic[oa]|ultim[oa]|ancien|ancienne|seule?|celebre|jubilad[oa]|famos[oa]|jubilat|jubilada|unica?)"
_SICK = rf"(?:{PATIENT}|malade|malat[oa]|malalta?|enferm[oa]|he|she|who|lui|lei|il|elle|ell|ella|usted)"
_PLACE = (
    r"(?:village|town|city|island|valley|parish|school|market|harbour|port|coast|square|street|mountains?|hills|church|corner|paese|citta|isola|valle|quartiere|scuola|mercato|porto|piazza|montagna|"
    r"ile|vallee|quartier|ecole|marche|place|montagne|pueblo|ciudad|isla|barrio|escuela|mercado|puerto|plaza|montana|poble|ciutat|illa|vall|barri|escola|mercat|placa|muntanya|comarca|region|county|city)"
)
_TRADE = Lazy(
    rf"\b{_THE} ?{_ADJ}?(?:(?!trial|study)[a-z]{{3,}} )?{CALLINGS}(?:,? (?:of|from|in|on|at|by|down|who|whose|we all|everybody|del|dello|della|dell'|dei|di|da|che|in|sull'|nel|nella|du|de la|de l'|des|de|d'|qui|que|dans|sur|au|en|al|dels|tothom|todos|tutti|a)\b| ?[.!,]? ?$)"
    rf"|(?:^|[.!?:;] ){_ADJ}{CALLINGS}\b|\b{_MARKED} {CALLINGS}\b"
    rf"|(?:^|[.!?:;] )(?:{_THE} )?{CALLINGS}(?:,? (?:di |de |d'|of |aged )?\d{{2}}\b|[,:])"
    rf"|^{_THE} ?{CALLINGS}(?: [\w'-]+)?[.!]?$"
)
_IS_TRADE = Lazy(
    rf"\b(?:{_SICK}|{RELATIVES}|today|dad|mum)(?: today| here| di oggi| du jour| de hoy| d'avui)?(?:,| is| was|'s| works as| used to be| e| era| fa| faceva| lavora come| est| etait| travaille comme| es| trabaja de| fue| fa de| feia de| treballa de| treballa com a)+ ?(?:{_THE} ?)?{_ADJ}{{0,2}}(?:il |la |lo |l'|el |de )?{CALLINGS}\b"
    rf"|(?:^|[.!?:;,] )(?:e|es|c'est|era|fa|faceva|fa de|feia de|trabaja de|lavora come|travaille comme|il est|elle est|he is|she is|he's|she's)(?: {_THE}| de)? ?{_ADJ}?(?:il |la |lo |l'|el |de )?{CALLINGS}\b"
    rf"|\b{CALLINGS} by (?:trade|profession|day)|\b(?:di (?:mestiere|professione)|de (?:profesion|oficio|metier|son etat|profession|professio|ofici)) ?,? {CALLINGS}\b|\b{CALLINGS} (?:di mestiere|di professione|de profesion|de oficio|de metier|de son etat|de professio|d'ofici)\b"
)
_STAFFED = Lazy(
    r"\b(?:trial|study|protocol|lecture|course|visiting|guest|fellow|speaker|symposium|book|paper|called after|named after|invented|described|manoeuvre|sign|congress)\b"
)
_KIN_OF_ONE = Lazy(
    rf"\b(?:{RELATIVES}|widow(?:er)?|vedov[oa]|veu(?:f|ve)|viud[oa]|vidu|vidua) (?:of|del|dello|della|dell'|dei|du|de la|de l'|des|de|di|d'|dels) ?(?:the |our |a |an |il |la |lo |l'|un |una |une |nostr[oae] |il nostro |la nostra |notre |nos |nuestr[oa] |el nostre |la nostra |su |el |seu )*(?:{CALLINGS}|{LEADERS})\b"
    rf"|\b(?:the|our|a|own) (?:\w+ )?(?:{CALLINGS}|{LEADERS})'s (?:own |only |eldest |youngest |little |twin )?(?:{RELATIVES}|widow(?:er)?)\b"
)
_MARRIED = Lazy(
    rf"\b(?:married|engaged|related|sposat[oa]|fidanzat[oa]|imparentat[oa]|mariee?|fiancee?|casad[oa]|prometid[oa]|emparentad[oa]|casat|casada|promes[oa]?|emparentat|emparentada) (?:to|con|a|au|avec|amb|with)(?: (?:the|a|an|our|il|lo|la|un|una|une|le|el|l'|notre|nuestr[oa]|nostr[oa]|famous|well-known))* ?(?:{CALLINGS}|{LEADERS})\b"
    rf"|\b(?:his|her|their|suo|sua|il suo|la sua|son|sa|su|el seu|la seva) (?:\w+ )?(?:{RELATIVES}|granddad|grandad) (?:\w+ )?(?:founded|built|opened|designed|invented|discovered|ran|runs|owned|owns|ha fondato|fondo|ha costruito|costrui|inauguro|progetto|a fonde|fonda|a construit|a dessine|fundo|construyo|diseno|inauguro|va (?:fundar|construir|dissenyar|inaugurar))\b"
    r"|\b(?:one|eldest|youngest|first|second|third|una?|une|l'un[ae]?|uno) (?:of|dei|delle|des|de|d'un[ea]?|de unos|de unas|dels|de les) (?:the |a set of |famous |unes |uns |trio de )?(?:identical )?(?:triplets?|quadruplets?|quads|quintuplets?|sextuplets?|(?:tre|quattro|cinque) gemelli|triples?|quadruples?|trillizos|trillizas|cuatrillizos|trigemin\w+|trigemell\w+|bessonada)\b|\b(?:last|only|sole) surviving\b|\b(?:unic[oa]|ultim[oa]|seule?|derniere?|unica?|darrera?|ultima?) (?:superstite|survivante?|superviviente|supervivent|rescapee?)\b"
    r"|\b(?:you (?:\w+ )?(?:saw|heard|have seen|know|watched|remember|read about) (?:him|her|them)|(?:l'avete|lo avete|la avete) (?:\w+ )?(?:visto|vista|sentito|sentita)|vous l'avez (?:\w+ )?(?:vue?|entendue?)|(?:lo|la) (?:visteis|habeis visto|oisteis)|(?:el|la|l')(?: vau veure| heu vist)) (?:on|in|from|at|about|in tv|alla|al|sui|a la|au|dans|en|per)\b"
    r"|\b(?:politician|man|woman|lady|face|voice|guy|one|actor|singer|politico|volto|voce|uomo|donna|politique|homme|femme|visage|voix|cara|voz|hombre|mujer|politic|home|dona|veu|el|la|quell[oa]|cel(?:ui|le)|aquel|aquella|aquell)(?: (?:who|that|whom|che|que|qui))? (?:you|vous|avete|tutti|habeis|visteis|visto|hemos|heu|vau|hem|we|everyone|they)(?: (?:all|have|avez|avete|habeis|heu|may|might|will|often|once|always|tous|todos|tots))* ?(?:saw|see|seen|know|remember|heard|hear|read|recogni[sz]e|visto|vista|vu|vue|connaissez|entendu|visteis|oido|conoceis|veure|vist|vista|sentit|coneixeu) (?:\w+ )?(?:on|from|in|about|every|in tv|alla tv|al tg|sui|a la|au|aux|dans|en la|en el|en las|per la|al|als)\b"
)
_DEED = Lazy(
    r"(?:^|[.!?:;,] ?|\b(?:and|who|che|qui|que|y|e|et|i|patient|paziente|patiente?|paciente|pacient|quell[oa]|celui|celle|el|la|aquel|aquella|aquell|aquella) )(?:she|he|lei|lui|elle|il|ella|el|ell|who|che|qui|que)? ?(?:l'|les |le |la )?(?:once |also |still |used to |has |had |a |ha |va |avait |habia |havia )*"
    r"(?:taught (?:half|all|most|generations|your)|sang|sung|sings|teaches|taught|owns|owned|coaches|coached|captains|conducts|conducted|preaches|farms|keeps (?:the|a|bees|goats|sheep)|sells|bakes|brews|runs (?:the|a (?!fever|temp|low|high|risk|little|bit)|our)|ran (?:the|for)|leads the|plays (?:for|in|the|goal)|played (?:for|in|the)|presents the|presented the|reads the (?:news|weather)|drives (?:the|a|our)|rang|won|saved|rescued|founded|"
    r"insegna|insegnava|possiede|allena|allenava|gestisce|vende|alleva|suona (?:in|nel|l'organo|le campane)|gioca (?:in|nel|per)|presenta|conduce|guida (?:lo|il|l'|la)|ha (?:vinto|salvato|fondato|cantato)|"
    r"enseigne|enseignait|possede|entraine|tient (?:le|la|un|une|l')|vend|eleve des|joue (?:au|a|de|dans|pour)|presente|conduit (?:le|la|un)|a (?:gagne|sauve|fonde|chante|appris)|enseno|ha ensenyat|ha insegnato|"
    r"ensena|ensenaba|regenta|entrena|vende|cria|toca (?:en|el organo|las campanas)|juega (?:en|al|de)|conduce (?:el|la|un)|salvo|gano|fundo|canto en|"
    r"ensenya|ensenyava|entrena|ven |cria|toca (?:a|l'orgue|les campanes)|juga (?:a|al|de)|condueix|va (?:salvar|guanyar|fundar|cantar))\b"
    rf"[^.!?]{{0,34}}\b(?:{_PLACE}|paese|pueblo|poble|village|channel|canale|chaine|cadena|wedding|shop|pub|bar|bakery|restaurant|hotel|bus|taxi|ferry|choir|band|club|team|olympics|lottery|news|weather|show|festival|opera|goats|sheep|bees|cows|farm|chip shop|stall|kiosk|nozze|negozio|panificio|ristorante|albergo|pullman|scuolabus|coro|banda|squadra|lotteria|telegiornale|meteo|capre|pecore|api|bancarella|edicola|"
    r"mariage|boutique|boulangerie|auberge|car|chorale|fanfare|equipe|loterie|journal|meteo|chevres|moutons|abeilles|kiosque|boda|tienda|panaderia|bar|autobus|coro|equipo|loteria|telediario|tiempo|cabras|ovejas|abejas|puesto|quiosco|casament|botiga|forn|fleca|autobus|cor|equip|loteria|telenoticies|cabres|ovelles|abelles|parada|quiosc|migrants?|migranti|migrantes|naufrag\w*|naufraghi)\b"
)
_KNOWN = Lazy(
    r"\b(?:everyone|everybody|anyone|anybody|the (?:whole|entire) (?:town|village|island|city|valley|street|school|parish|country)|half the (?:town|village|country)|you(?:'ll| will| all| may| might)?|we all|all of you|some of you|many of you|locals|tutti|chiunque|tutto il (?:paese|quartiere)|tutta la (?:citta|valle)|mezzo paese|tout le monde|n'importe qui|tout le (?:village|quartier|pays)|toute la (?:ville|vallee)|vous (?:tous)?|todos|todo el mundo|todo el (?:pueblo|barrio|pais)|toda la (?:ciudad|isla)|cualquiera|medio pueblo|tothom|qualsevol|tot el (?:poble|barri)|tota la (?:ciutat|vall)|mig poble)"
    r"(?: (?:in|from|on|at|of|del|della|in|de|du|dans|en|al|a)(?: [\w']+){1,3})?(?: (?:here|surely|probably|certainly|already|will|would|can|may|must|might|'ll|lo|la|le|el|l'|les|los|vi|os|us|ha|a|han))*? ?(?:knows?|knew|recogni[sz]e\w*|remembers?|(?:have |has )?heard of|have seen|seen|met|conosc\w+|riconosc\w+|ricord\w+|connai\w+|reconnai\w+|souvien\w+|conoc\w+|reconoc\w+|recuerd\w+|record\w+|coneix\w*|reconeix\w*)\b"
)
_OF_A_PERSON = Lazy(
    rf"\b(?:him|her|them|this (?:man|woman|lady|gentleman|lad|boy|girl|face|name|patient|farmer|family)|(?:he|she) (?:is|was|'s)|lo conosc\w+|la conosc\w+|lo ricord\w+|la riconosc\w+|le connai\w+|la connai\w+|le reconnai\w+|lo conoc\w+|la conoc\w+|lo reconoc\w+|la reconoc\w+|el coneix\w*|la coneix\w*|el reconeix\w*|{PATIENT}|{CALLINGS}|man|woman|lady|gentleman|boy|girl|lad|signor[ae]?|uomo|donna|ragazz[oa]|homme|femme|dame|garcon|fille|hombre|mujer|senora?|chic[oa]|home|dona|senyora?|noi|noia|who once|famil\w+)\b"
)
_MOST = Lazy(
    r"\b(?:youngest|oldest|eldest|tallest|smallest|tiniest|heaviest|lightest|(?:piu|plus|mas|mes) (?:giovane|anzian[oa]|vecchi[oa]|piccol[oa]|pesante|jeune|agee?|vieux|vieille|petite?|lourde?|joven|mayor|viej[oa]|pequen[oa]|jove|gran|vell|vella|petita?))\b"
    r"[^.!?]{0,44}\b(?:ever|so far|to (?:have|get|undergo|receive|survive)|on record|we(?:'ve| have)? (?:ever )?(?:operated|treated|done|had|seen)|operat\w+|opere\w*|operad[oa]|here|patient|recipient|donor|in our|mai|finora|qui da noi|jamais|ici|a ce jour|jam[ae]s|nunca|hasta (?:hoy|ahora)|aqui|mai|fins (?:ara|avui)|trapiant\w+|greff\w+|trasplant\w+|pazient\w|patiente?|paciente|pacient)\b"
    r"|\b(?:the only|l'unic[oa]|le seul|la seule|el unico|la unica|l'unic|l'unica) (?:other |living |known |surviving )?(?:\w+ ){0,2}?(?:left|still|alive|rimast[oa]|ancora|encore|qui reste|que queda|que quedan|quedat|in (?:the )?(?:town|village|country|world|county|valley|island)|on the island|nel(?:la)? (?:paese|citta|valle|regione)|in citta|in paese|sull'isola|du village|de la ville|de l'ile|de la vallee|del pueblo|de la ciudad|de la isla|del valle|en el pueblo|del poble|de la ciutat|de l'illa|de la vall)\b"
    r"|\b(?:owns?|runs?|keeps?|possiede|gestisce|tient|possede|tiene|regenta|te|porta|regenta) the only \w+|\b(?:possiede|gestisce|ha) l'unic[oa] \w+|\b(?:tient|possede|a) l(?:e|a) seule? \w+|\b(?:tiene|regenta|lleva) (?:el|la) unic[oa] \w+|\b(?:te|porta|regenta) l'unica? \w+"
)
_HARM = r"(?:accident|crash|collision|pile-?up|wreck|fire|blaze|shooting|stabbing|explosion|blast|flood|landslide|avalanche|drowning|shipwreck|capsiz\w+|overturned|sank|sunk|derailment|fall|robbery|hold-?up|kidnap\w*|incidente|schianto|scontro|incendio|rogo|sparatoria|esplosione|alluvione|frana|valanga|naufragio|ribaltat[oa]|rovesciat[oa]|affondat[oa]|deragliamento|caduta|rapina|accident|carambolage|incendie|fusillade|inondation|glissement|naufrage|renversee?|retournee?|coulee?|deraillement|chute|braquage|accidente|choque|incendio|tiroteo|explosion|inundacion|riada|alud|naufragio|volcad[oa]|hundid[oa]|descarrilamiento|caida|atraco|xoc|incendi|tiroteig|explosio|inundacio|riuada|allau|naufragi|bolcad?[oa]?t?|enfonsad?[oa]?|descarrilament|caiguda|atracament)"
_FROM_HARM = Lazy(
    rf"\b(?:man|woman|boy|girl|lad|lass|kid|child|teenager|lady|guy|driver|rider|cyclist|biker|one|ones|passenger|survivor|victim|uomo|donna|ragazz[oa]|bambin[oa]|signor[ae]?|quell[oa]|conducente|ciclista|motociclista|passegger[oa]|homme|femme|garcon|(?:jeune )?fille|enfant|dame|celui|celle|conduct\w+|cycliste|motard\w*|passag\w+|hombre|mujer|chic[oa]|nin[oa]|senora?|el|la|aquel|conductor[a]?|ciclista|motorista|home|dona|noi|noia|nen|nena|senyora?|aquell[a]?|motorista) (?:from|in|of|del|dello|della|dell'|dal|dalla|du|de la|de l'|de|d'un|d'une|en el|en la|al|a l'|a la|dels|who (?:survived|escaped|caused)) ?(?:the |a |last (?:week|night)'s |yesterday's |this morning's |\w+day's |l'|la |le |el |il )?(?:[\w-]+ ){{0,2}}?{_HARM}\b"
)
_ON_AIR = Lazy(
    r"\b(?:who|che|qui|que|twins?|siames\w+|siamois\w*|family|boy|girl|man|woman|father|mother|pare|mare|padre|madre|pere|mere|patient\w*|pazient\w|pacient\w*)\b[^.!?]{0,44}\b(?:on|in|a|al|su|sur|en|by|da|de|per) (?:the |la |el |le |l')?(?:tv ?\d?|tv\w+|tele ?\d+|telecinco|antena ?\d|rai ?\d?|canale ?\d|canal ?\+?\w+|tf1|france ?\d|m6|bbc\w*|itv|cnn|fox|netflix|sky|la 1|la1|rtve|catalunya radio|rac1|youtube|tiktok)\b"
)
_REMEMBERED = Lazy(
    rf"\b(?:remember|recall|ricordate|ricordi|vi ricordate|(?:vous )?(?:vous )?(?:souvenez|rappelez)|recordais|recordad|os acordais|recordeu|us en recordeu) (?:that |the |del |della |quel |quella |du |de la |ce |cette |el |la |al |aquel |aquella |aquell )+(?:man|woman|boy|girl|lad|kid|lady|guy|family|driver|{CALLINGS}|uomo|donna|ragazz[oa]|bambin[oa]|signor[ae]|homme|femme|garcon|fille|petite?|hombre|mujer|chic[oa]|nin[oa]|senora?|home|dona|noi|noia|nen|nena|senyora?)\b"
    r"|\b(?:known|know (?:him|her)|seen|recogni[sz]e (?:him|her)|famous) (?:\w+ )?(?:from|on|for) (?:the |his |her |tv|that )|\b(?:appar(?:so|sa)|comparso|passee?|sorti[et]?|salio|aparecio|va (?:sortir|apareixer)|been|was|era|ete) (?:\w+ )?(?:on|in|al|nel|au|dans|a la|en el|en la|al) ?(?:l'|the |le |la |el )?(?:tv|tele\w*|telegiornale|tg\d?|giornali?|journal|journaux|news|papers?|headlines|telediario|noticias|periodicos?|telenoticies|noticies|diaris?|prima pagina|une|portada)\b"
)


def callings(c: Context) -> Iterator[Finding]:
    if c.kind == "training":
        for match in _TRADE_FROM.finditer(c.plain):
            yield Finding(*match.span(), "R", ASK, "A trade and a town point at one person.", "")
    if c.kind != "surgery":
        return
    called = _ANY.search(c.low) is not None
    for pattern, reason in _RULES:
        if pattern in _NEED_ONE and not called:
            continue
        for match in pattern.finditer(c.low):
            if pattern is _TRADE and _STAFFED.search(c.low[slice(*c.sentence(*match.span()))]):
                continue
            if pattern is _KNOWN:
                first, last = c.sentence(*match.span())
                if not _OF_A_PERSON.search(c.low[first:last]):
                    continue
            start = match.start() + len(match.group()) - len(match.group().lstrip(" .,!?:;"))
            yield Finding(start, match.end(), "R", ASK, reason, "")


_TRADE_FROM = Lazy(
    rf"(?i:\b{CALLINGS}),? (?:from|of|in|near|de|d'|di|da|du|del|della|des de|desde|a|en) ?(?:la |el |le |les |los |l')?(?P<t>[A-Z][a-z][\w'-]+)"
)
_ANY = Lazy(rf"(?<![a-z])(?:{CALLINGS}|{LEADERS})\b")
_NEED_ONE = (_TRADE, _IS_TRADE, _KIN_OF_ONE)
_RULES = (
    (_TRADE, "A trade and its place point at one person."),
    (_IS_TRADE, "A trade points at one person."),
    (_KIN_OF_ONE, "Whose relative it is points at one person."),
    (_MARRIED, "Whose family it is points at one person."),
    (_DEED, "A known deed points at one person."),
    (_KNOWN, "Whom everybody knows, readers know too."),
    (_MOST, "Being the only or the most points at one person."),
    (_FROM_HARM, "A known incident points at those who were in it."),
    (_ON_AIR, "This tells readers where to look for who it is."),
    (_REMEMBERED, "This reminds readers of who it is."),
)
