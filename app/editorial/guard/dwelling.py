"""Where somebody comes from, in any words (class B): by a landmark, a quarter, a way there; lesser kinds of streets with a number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.editorial.guard.context import ASK, BLOCK, HIDDEN, Context, Finding
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.words.harmless import HARMLESS
from app.editorial.guard.words.people import COMMON

_LINK = r"(?:(?:de la|de las|de los|dels|de l'|del|della|delle|dei|degli|dell'|des|du|di|de|d'|la|le|les|los|las|el|els|il|lo) ?)?"
_KINDS = (
    r"ruelle|venelle|sentier|passage|montee|traverse|cite|residence|lotissement|hameau|faubourg|promenade|esplanade|voie|lieu-dit|cour|clos|quai|villa|domaine|"
    r"callejuela|callejon|carretera|ctra\.?|travesia|travessia|barrio|barri|barriada|urbanizacion|urbanitzacio|urb\.?|poligono|bajada|subida|cuesta|costanilla|alameda|senda|sendero|partida|caserio|cortijo|finca|masia|mas|can|cal|colonia|bloque|residencial|"
    r"carrero|carreró|cami|pla|placeta|baixada|pujada|costa|riera|torrent|raval|moll|volta|ronda|passatge|rambla|veinat|"
    r"salita|rampa|piazzetta|vicoletto|vico|campo|campiello|fondamenta|calle|localita|loc\.?|frazione|fraz\.?|traversa|lungarno|lungomare|contra|borgata|masseria|cascina|podere|rione|quartiere|scalinata|strada|viuzza|rua|ramo|sestiere|via|vicolo|corso|largo|piazza|"
    r"rue|chemin|impasse|allee|calle|plaza|paseo|avenida|carrer|avinguda|placa|passeig"
)
_NUMBERED = Lazy(
    rf"(?<![\w/.])(?:(?P<one>\d{{1,4}})(?: ?(?:bis|ter|[a-d]\b))?,? )?(?:{_KINDS}) (?P<name>{_LINK}{_LINK}[a-z][\w'-]+(?: {_LINK}[a-z][\w'-]{{2,}}){{0,3}}?)(?:,? (?:n\.?[o°º]? ?|num\.? ?|numero |numero civico |civico |al numero |al )?(?P<two>\d{{1,4}})(?!\d|[.,:]\d| ?(?:min|mm|km|h\b|%|:\d|ml|cm|metri|metros|metres|posti|plazas|places|anni|anys|anos|ans)))?"
)
_EN_NUMBERED = Lazy(
    r"(?<![\w#.,/])(?:(?:flat|apartment|apt|unit|house|cottage|cabin|caravan|trailer|plot|lot|pitch) (?:no\.? )?\d{1,4}[a-d]?,? (?:at |in |on )?[A-Z][a-z]+|\d{1,4}[a-d]? (?:[A-Z][a-z']+ ){1,3}(?:Wharf|Path|Steps|Wynd|Brae|Gate|Mill|Barn|Farm|House|Lodge|Manor|Towers?|Heights|Estate|Quays?|Pier|Strand|Passage|Arcade|Reach|Ridge|Bend|Hollow|Glen|Dell|Copse|Spinney|Broadway|Esplanade|Promenade|Causeway|Viaduct|Lanes?)\b)"
)
_AT_HOME = Lazy(
    r"\b(?:at home|home address|his home|her home|lives?|living|resid\w+|deliver\w*|house|door|key|a casa|domicil\w*|abita|vive|risied\w+|domicilia\w+|consegn\w+|portare|chez (?:lui|elle|moi)|habite\w*|livr\w+|son adresse|en (?:su )?casa|entreg\w+|llevar|a casa seva|viu|lliur\w+|porteu|portar|adreca|direccion|indirizzo|recoger|recollir|ritirare|patient\w*|pazient\w|paciente|pacient|malad\w+|malat\w|malalt\w*|enferm[oa]|he|she|him|her|ferit[oa]|blessee?|herid[oa])\b"
)
_LANDMARK = (
    r"(?:mill|church|chapel|cathedral|station|school|harbou?r|bakery|bakers?|butchers?|pub|bar|bridge|lighthouse|castle|farm|square|market|cemetery|post office|town hall|river|lake|beach|pier|quarry|mine|factory|pharmacy|stadium|park|vineyard|windmill|abbey|monastery|convent|fountain|roundabout|petrol station|gas station|fire station|police station|prison|barracks|shop|library|campsite|hospital|green|forge|pier|"
    r"mulino|chiesa|cappella|duomo|cattedrale|stazione|scuola|porto|panificio|forno|macelleria|bar|ponte|faro|castello|fattoria|piazza|mercato|cimitero|posta|municipio|fiume|lago|spiaggia|cava|miniera|fabbrica|farmacia|stadio|parco|vigna|abbazia|monastero|convento|fontana|rotonda|benzinaio|caserma|carcere|negozio|biblioteca|campeggio|osteria|"
    r"moulin|eglise|chapelle|cathedrale|gare|ecole|port|boulangerie|boucherie|bar|cafe|pont|phare|chateau|ferme|place|marche|cimetiere|poste|mairie|riviere|lac|plage|carriere|mine|usine|pharmacie|stade|parc|vigne|abbaye|monastere|couvent|fontaine|rond-point|caserne|prison|bibliotheque|camping|auberge|tabac|"
    r"molino|iglesia|ermita|catedral|estacion|escuela|puerto|panaderia|carniceria|puente|castillo|granja|plaza|mercado|cementerio|correos|ayuntamiento|rio|playa|cantera|mina|fabrica|estadio|parque|vina|abadia|monasterio|fuente|gasolinera|cuartel|carcel|tienda|camping|fonda|"
    r"moli|esglesia|ermita|catedral|estacio|escola|forn|fleca|carnisseria|pont|far|castell|granja|placa|mercat|cementiri|correus|ajuntament|riu|platja|pedrera|mina|estadi|parc|vinya|abadia|monestir|convent|font|benzinera|caserna|preso|botiga|biblioteca|hostal)"
)
_LIVING = r"(?:lives?|living|lived|resid\w+|home is|house|cottage|flat|farm|shop|runs|keeps|next door|neighbou?rs?|abita\w*|vive|vivono|casa|sta di casa|ha (?:il|la|un|una)|tiene|gestisce|habite\w*|vit|loge|maison|ferme|tient|piso|casa|vecin[oa]s?|regenta|lleva (?:el|la)|viu|pis|veina?|te (?:el|la)|porta (?:el|la)|regenta)"
_NEAR_LANDMARK = Lazy(
    rf"\b{_LIVING}\b(?: [\w']+){{0,4}}? (?:by|near|next to|beside|behind|opposite|above|over|across from|at|in front of|round the corner from|just past|down from|"
    rf"vicino a\w*|accanto a\w*|dietro|davanti a\w*|di fronte a\w*|sopra|sotto|presso|pres d\w*|a cote d\w*|derriere|en face d\w*|devant|au-dessus d\w*|sous|junto a\w*|cerca d\w*|detras d\w*|frente a\w*|delante d\w*|encima d\w*|al lado d\w*|sobre|prop d\w*|al costat d\w*|darrere|davant|damunt|sobre)(?: (?:the|our|that|il|la|lo|l'|le|el|els|les|de|del|dell'|della|de la|du|vell|old|vecchi[oa]|vieux|vieille|viej[oa]))*[ ']*(?:old |vecchi[oa] |vieux |vieille |viej[oa] |vell )?{_LANDMARK}\b"
)
_QUARTER = Lazy(
    r"\b(?:(?:the )?(?:village|hamlet|parish|suburb|district|neighbou?rhood|borough|island|valley|town) of|(?:frazione|contrada|borgo|rione|quartiere|paese|paesino|parrocchia|isola|valle|comune)(?: di| del| della)?|(?:hameau|village|bourg|quartier|paroisse|commune|ile|vallee)(?: de| du| des| d')?|(?:aldea|pedania|pueblo|barrio|parroquia|isla|valle|urbanizacion|caserio)(?: de| del)?|(?:llogaret|poble|barri|veinat|parroquia|illa|vall|urbanitzacio)(?: de| del| d')?) ?(?:la |el |les |las |los |els |l')?[A-Z][\w'-]{2,}"
)
_CAME = Lazy(
    r"(?:\b(?:picked up|collected|found|fetched|flown|driven|ferried|winched|airlifted|drove|came|walked|travelled|raised|schooled|grew up|brought up|works the land|farms|keeps (?:bees|goats|sheep|a shop|a bar)|runs (?:the|a) \w+|teaches|preaches|"
    r"raccolt[oa]|trovat[oa]|pres[oa]|portat[oa]|cresciut[oa]|venut[oa]|arrivat[oa]|scend\w+|sale|insegna|"
    r"recueillie?|trouvee?|ramassee?|amenee?|grandi(?:t)?|venue?|arrivee?|descendue?|monte|enseigne|"
    r"recogi\w+|encontr\w+|traj\w+|trai\w+|llev\w+|criad[oa]|crecio|crio|llegad[oa]|vino|bajo|subio|ensena|"
    r"recolli\w*|troba\w*|dut|duta|porta\w*|criad[ao]|creixer|va creixer|vingu\w+|arriba\w*|baixa\w*|puja\w*|ensenya)\b(?: (?:up|here|to us|in|over|down|all the way|fins aqui|fino a qui|jusqu'ici|hasta aqui))*(?: [a-z']+){0,2}? (?:in|near|outside|from|at|around|on|da|a|ad|vicino a|presso|fuori|de|d'|a|pres de|en|desde|cerca de|de|des de|prop de|als afores de)) (?P<t>[A-Z][a-z][\w'-]+)"
)
_MAN_FROM = Lazy(
    r"\b(?:man|woman|boy|girl|lad|lass|guy|kid|lady|gentleman|couple|twins?|family|fisherm[ae]n|sailor|shepherd(?:ess)?|farmer|miner|baker|butcher|teacher|nurse|student|pensioner|widow(?:er)?|grandmother|grandfather|mum|mother|dad|father|biker|climber|patient|"
    r"ragazz[oa]|uomo|donna|signor[ae]|bambin[oa]|marinaio|pescatore|pastore|contadin[oa]|operai[oa]|insegnante|studente(?:ssa)?|pensionat[oa]|vedov[oa]|nonn[oa]|mamma|papa|coppia|famiglia|paziente|turista|malato|malata|"
    r"gamin[e]?|gars|garcon|fille|homme|femme|dame|monsieur|marin|pecheur|berger|bergere|agriculteur|agricultrice|ouvriere?|etudiante?|retraitee?|veu(?:f|ve)|grand-mere|grand-pere|couple|famille|patiente?|malade|"
    r"chaval(?:a)?|chic[oa]|hombre|mujer|senora?|nin[oa]|marinero|pescador|pastora?|agricultora?|ganader[oa]|obrer[oa]|estudiante|jubilad[oa]|viud[oa]|abuel[oa]|pareja|familia|paciente|enferm[oa]|"
    r"noi|noia|xicot|xicota|home|dona|senyora?|nen|nena|mariner|pescador|pages|pagesa|obrera?|estudiant|jubila[td]a?|viudo|vidu|vidua|avi|avia|parella|pacient|malalt|malalta)(?:,? (?:de |di |d'|of |aged )?\d{1,3}(?: (?:anni|ans|anos|anys|years old))?)?,? (?:from|near|outside|da|di|de|d'|des de|desde|vicino a|pres de|cerca de|prop de) ?(?:la |el |les |l')?(?P<t>[A-Z][a-z][\w'-]+)"
)
_POST = Lazy(
    r"\b(?:zip|post ?code|postal code|cap|c\.p\.|cp|codice postale|code postal|codigo postal|codi postal)\b(?: [a-z']+){0,3}[ :]+(?:is |e |es |est )?(\d{5}|[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}|[a-z]{1,2}\d{1,2}[a-z]?)(?!\w)"
)
_NAMED_STREET = Lazy(
    r"\b(?:[Gg]rew up|[Ll]ives?|[Bb]orn|[Rr]aised|[Bb]rought up|[Mm]oved|[Hh]ouse|[Hh]ome|[Ff]lat|[Ff]rom|[Nn]eighbours?|[Cc]ollected|[Ff]ound|[Ff]ell|[Pp]icked up)\b[^.!?]{0,40}\b(?:on|in|off|at|from|near|by) (?:the )?(?P<t>(?:[A-Z][\w']+ ){1,3}(?:Row|Close|Way|Place|Court|Park|Hill|Green|Rise|Walk|Yard|Wharf|Quay|Mews|Fold|Croft|Chase|Mead|Vale|Bank|End|Terrace|Gardens|Buildings|Estate|Crescent|Square|Circle|Loop|Trail))\b"
)
_IS_FROM = Lazy(
    r"\b(?:[Hh]e|[Ss]he|[Ww]ho|[Pp]atient\w*|[Pp]aziente|[Pp]aciente|[Pp]acient|[Mm]alade|[Mm]alat[oa]|[Mm]alalta?|[Dd]ame|[Mm]onsieur|[Ll]ady|[Gg]entleman|[Mm]an|[Ww]oman|[Ss]ignor[ae]?|[Ss]enor[ae]?|[Ss]enyora?|[Hh]omme|[Ff]emme|[Dd]onna|[Uu]omo|[Mm]ujer|[Hh]ombre|[Dd]ona|[Hh]ome|[Ee]lle|[Ii]l|[Ll]ui|[Ll]ei|[Ee]lla|[Ee]ll)(?:'s| is| was| est| etait| e| es| era| esta| ve| viene| vient) (?:from|of|de|d'|di|da|del|des de|desde) ?(?:la |el |le |les |los |l')?(?P<t>[A-Z][a-z][\w'-]+)(?=[ ,.;!]|$)"
)
_DOMICILED = Lazy(
    r"\b(?:(?:[Pp]atient\w*|[Pp]aziente|[Pp]aciente|[Pp]acient)[^.!?]{0,24}\b(?:domicili\w*|resid\w+|living|from|lives|habitant|vecin[oa]|veina?|native|originari\w+|natural|provenient\w+) (?:in|a|at|en|de|di|from|of|near|da)|(?:[Oo]ur|[Nn]uestr[oa]|[Nn]otre|[Ll]a nostra|[Ii]l nostro|[Ee]l nostre) (?:lady|gentleman|man|woman|lad|boy|girl|patient\w*|senora?|mujer|hombre|chic[oa]|dame|monsieur|signora?|donna|uomo|senyora?|dona|home|noia?|paziente|paciente|pacient) (?:from|of|de|di|da|d')) ?(?:la |el |l')?(?P<t>[A-Z][a-z][\w'-]+)"
)
_DOORS_AWAY = Lazy(
    r"\b(?:two|three|four|a few|some|due|tre|poche|deux|trois|quelques|dos|tres|unas|pocas|dues|quatre|\d+|next) (?:doors?|houses|streets|blocks|porte|case|strade|portes|maisons|rues|puertas|casas|calles|cases|carrers)(?: (?:down|up|away|along|over|past|dopo|da|dal|dalla|de|d'|du|de la|del|dels|de l'|apres|mas alla|mes enlla|from|to|abajo|avall))+\b"
)
_IN_A_STREET = Lazy(
    rf"\b{_LIVING}\b(?: [\w']+){{0,3}}? (?:off|on|in|along|down|up|over|round|just off|nella|in|sulla|sul|lungo|sur|dans|rue|en|por|junto a|a|al|sobre|la) ?(?:the |our |a |la |le |el |l')*(?:high|main|church|station|mill|market|old|back|harbour|principal\w*|maggiore|mayor|major|grand-?)? ?(?:street|road|lane|square|seafront|prom(?:enade)?|hill|green|estate|harbour|terraces?|cul-de-sac|close|corner|docks?|piazza|corso|viale|lungomare|porto|vicolo|grand-rue|rue principale|place du \w+|bord de mer|quai|plaza|calle mayor|paseo|muelle|barrio|placa|carrer major|rambla|passeig|moll|barri)\b"
)
_FAR_PLACE = Lazy(
    r"\b(?:[Cc]omes?|[Cc]ame|[Ll]ives|[Ll]iving|[Ff]rom|[Nn]ative|[Bb]orn|[Ff]lown|[Dd]rove|[Ww]orks? in|[Ff]arms?|[Aa]rriv\w+|[Vv]iene|[Vv]ien(?:t|nent)|[Vv]enut\w|[Vv]enue?|[Aa]bita|[Vv]ive|[Vv]it|[Hh]abite|[Oo]riginari\w+|[Vv]iu|[Vv]e|[Vv]ingu\w+|[Ll]leg\w+|[Vv]ino|[Nn]at[oa]|[Nn]ee?|[Nn]acid[oa]|[Nn]ascu\w+)\b(?: (?!per\b|pour\b|para\b|with\b|con\b|amb\b|avec\b)[a-z'-]+){0,6}? (?:from|in|near|of|off|down in|up in|da|dal|dall[ae]|dai|dagli|di|del|della|dei|nel|nell[ae]|de|du|des|de la|dans (?:le|la|les)|en (?:el|la|los|las)|del|al|a la|als|dels|a l')[ '](?:the )?(?P<t>[A-Z][a-z][\w'-]+)"
)
_HOURS_AWAY = Lazy(
    r"\b(?:lives?|comes?|came|drove|abita|viene|venut[oa]|habite|vient|venue?|vive|vino|llego|viu|ve|vingu\w+)\b[^.!?]{0,24}\b(?:\d+|two|three|four|five|due|tre|quattro|deux|trois|quatre|dos|tres|cuatro|dues|quatre|half an|mezz'|una|one|an|une) ?(?:hours?|miles|kilomet\w+|km|ore|ora|chilometri|heures?|kilometres|horas?|kilometros|hores|hora|quilometres)\b(?: (?:away|from|di|da|de|d'|d'aqui|by|drive))"
)


_CIVIC = Lazy(
    r"\b(?:civico|numero|num\.?|n\.?|number|no\.?|al|au) \d{1,4}[a-z]? (?:di|de|of|on|del|de la|d'|du) ?(?:via|viale|piazza|vicolo|corso|rue|avenue|allee|place|calle|plaza|avenida|carrer|avinguda|placa) [a-z]"
    r"|\b(?:house|home|address|flat)\b[^.!?\d]{0,12}[ :][a-z]{3,} (?:lane|street|road|avenue|close|drive|way|court|terrace|crescent|gardens) \d{1,4}\b"
)
_BED_OF = Lazy(
    r"\b(?:gentleman|lady|man|woman|boy|girl|patient|signor[ae]?|uomo|donna|paziente|monsieur|dame|homme|femme|patiente|senora?|hombre|mujer|paciente|senyora?|home|dona|pacient)(?: who is)? (?:in|from|of|del|della|dell'|al|alla|du|de la|de|a la|a l') ?(?:the )?(?P<n>(?:bed|box|bay|room|cubicle|letto|stanza|camera|lit|chambre|cama|habitacion|llit|habitacio)(?: number| no\.?| n\.?| numero)? ?\d{1,3}[a-z]?)\b"
)
_WORDED_HOUSE = Lazy(
    r"\b(?:[Ll]ives?|[Hh]ome|[Aa]ddress|[Hh]ouse|[Aa]bita|[Hh]abite|[Vv]ive|[Vv]iu)\b[^.!?]{0,16}? (?i:at |in |on |en |a |au |al )?(?i:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))? (?:[A-Z][\w']+ ){1,3}(?:Street|Road|Avenue|Lane|Drive|Close|Way|Place|Court|Terrace|Crescent|Gardens|Row|Hill|Park|Square|Mews|Rise|Walk|Grove|Boulevard)\b"
)


_INSIDE = Lazy(r"[a-z,'] ?[A-Z][a-z]")


def dwelling(c: Context) -> Iterator[Finding]:
    low = c.low
    if c.has_digit:
        yield from _houses(c)
        for match in _CIVIC.finditer(low):
            if not c.is_public or c.tied(*match.span()) or _HURT.search(low):
                yield Finding(*match.span(), "B", BLOCK, "This is a house address.", "at home")
    for match in _BED_OF.finditer(low):
        yield Finding(*match.span("n"), "R", ASK, "A bed or a room points at who lies there.", "the ward")
    for match in _WORDED_HOUSE.finditer(c.plain) if _INSIDE.search(c.plain) else ():
        if not c.is_public or c.tied(*match.span()):
            yield Finding(*match.span(), "B", BLOCK, "This is a house address.", "at home")
    for match in _DOMICILED.finditer(c.plain) if _INSIDE.search(c.plain) else ():
        if match.group("t").lower() not in HARMLESS:
            yield Finding(*match.span("t"), "B", ASK, "A town narrows down who it is.", "the region")
    if c.kind != "surgery":
        return
    for pattern in (_NEAR_LANDMARK, _HOURS_AWAY, _IN_A_STREET, _DOORS_AWAY):
        for match in pattern.finditer(low):
            yield Finding(*match.span(), "B", ASK, "Where somebody lives narrows down who it is.", "nearby")
    for match in _POST.finditer(low):
        yield Finding(*match.span(1), "B", ASK, "A post code narrows down who it is.", "")
    for match in _QUARTER.finditer(c.plain):
        if HIDDEN not in match.group() and match.group().split()[-1].lower() not in HARMLESS:
            yield Finding(
                *match.span(), "B", ASK, "A quarter or a village narrows down who it is.", "the region"
            )
    if not _INSIDE.search(c.plain):
        return
    for pattern in (_CAME, _MAN_FROM, _FAR_PLACE, _NAMED_STREET, _IS_FROM):
        for match in pattern.finditer(c.plain):
            town = match.group("t").lower()
            if pattern is _FAR_PLACE and match.group()[:3].lower() == "ve " and not c.may_be("ca"):
                continue  # "ve" is comes in Catalan and sees in Spanish
            if town in COMMON or town in HARMLESS or match.group("t").isupper():
                continue
            yield Finding(*match.span("t"), "B", ASK, "A town narrows down who it is.", "the region")


_REFUGE = Lazy(
    r"\b(?:pabellon|polideportivo|colegio|instituto|albergue|refugio|iglesia|biblioteca|palestra|palazzetto|palasport|tensostruttura|scuola|oratorio|chiesa|gymnase|salle|ecole|college|eglise|pavello|poliesportiu|escola|casal|alberg|esglesia|hall|centre|center|centro|school|church|library|shelter|refuge|arena|gym|mosque|gurdwara)\b.*\b(?:abiert[oa]s?|open(?:s|ed)?|apert[oa]|ouverte?|obert[a]?|camas?|beds|lits|letti|brande|llits|accueil|accueille|acogida|acoge|accoglie\w*|accoglienza|acull|acollida|welcomes?|hosts|mantas|coperte|couvertures|mantes|blankets)\b"
)
_FOR_ALL = Lazy(
    r"\b(?:evacuad[oa]s|evacuats|evacuades|evacue[e]?s|evacuati|evacuation|evacuacion|evacuacio|rescatados|ingresos)\b"
)
"""Of many, a shelter is for them; one who was evacuated may have lived there."""


def _houses(c: Context) -> Iterator[Finding]:
    for match in _NUMBERED.finditer(c.low):
        if not (match["one"] or match["two"]) or HIDDEN in match.group():
            continue
        first, last = c.sentence(*match.span())
        around = c.low[first : match.start()] + " | " + c.low[match.end() : last]
        if not c.plain[match.start("name") :][:40].strip() or not _proper(c, match):
            continue
        if _REFUGE.search(around):
            around = _FOR_ALL.regex.sub("", around)
        hurt = c.is_public and _HURT.search(around)
        if hurt or (_AT_HOME.search(around) and (not c.is_public or c.tied(*match.span()))):
            yield Finding(*match.span(), "B", BLOCK, "This is a house address.", "at home")
    for match in _EN_NUMBERED.finditer(c.plain):
        first, last = c.sentence(*match.span())
        around = c.low[first : match.start()] + " | " + c.low[match.end() : last]
        if _AT_HOME.search(around) and (not c.is_public or _HURT.search(around)):
            yield Finding(*match.span(), "B", BLOCK, "This is a house address.", "at home")


_HURT = Lazy(
    r"\b(?:(?:intossicat|intoxi[qc]u?|intoxicad|hospitalise|ricoverat|ingresad|hospitalizad|ingressad?|recuperat|evacuat|evacuad|evacue|secouru|soccors|rescatad|poison|rescued)\w*|(?:en|in) caisson|(?:he|she) (?:was|is|got|fell|collapsed)|hurt at home|at (?:his|her) home|(?:his|her) (?:house|home|flat)|si e (?:ferit[oa]|fatt[oa] male)|a casa sua|il ferito|la ferita|s'est blessee?|blessee? (?:a|chez)|son domicile|se (?:hirio|lesiono)|en su casa|s'ha ferit|a casa seva|el herido|el ferit|ara es a quirofan|now in (?:surgery|theatre)|ora in sala|au bloc|en quirofano|a quirofan)\b"
)


def _proper(c: Context, match: re.Match[str]) -> bool:
    """A name of a street is written large, or the number stands right behind it."""
    text = c.plain[match.start("name") : match.end("name")]
    return any(word[:1].isupper() for word in re.split(r"[ ']", text)) or bool(match["two"] and len(text) > 4)
