"""
Where somebody comes from, in lower case and by any word of moving ("she came down from penrith"): asked about; homes of one who is treated
in a crisis or for the press; and addresses as other countries write them.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.editorial.guard.context import ASK, BLOCK, HIDDEN, Context, Finding
from app.editorial.guard.dictionary import Names
from app.editorial.guard.heard import is_unheard
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.words.harmless import HARMLESS, WIDE_PLACES
from app.editorial.guard.words.people import CASUALTY, COMMON
from app.editorial.guard.words.towns import TOWNS

_N = r"(?!mas\b)[a-z][a-z'-]*[a-z]"
_MOVED = (
    r"(?:came|comes|descend|debarque|emigrad[oa]|emigra|emigrat[oa]?|emigree?|coming|come|flew|flown|flies|travell?ed|drove|driven|brought|bussed|sailed|airlifted|helicoptered|shipped|rode|hitched|walked|journeyed|arrived|hails|sent over|sent down|native|fresh|"
    r"vien[ei]|venut[oa]|arrivat[oa]|arriva|sces[oa]|salit[oa]|partit[oa]|portat[oa]|trasferit[oa]|mandat[oa]|volat[oa]|originari[oa]|elicottero|"
    r"vient|venue?|arrivee?|descendue?|montee?|partie?|amenee?|transferee?|envoyee?|originaire|debarquee?|debarque|helico|"
    r"viene|vino|venid[oa]|llegad[oa]|llego|llega|bajo|bajad[oa]|subid[oa]|traid[oa]|trasladad[oa]|mandad[oa]|volad[oa]|natural|helicoptero|trajeron|trajimos|"
    r"ve|vingut|vinguda|arribat|arribada|arriba|baixat|baixada|pujat|pujada|portat|portada|traslladat|traslladada|natural|helicopter|fill|filla)"
)
_FROM = Lazy(
    rf"\b{_MOVED}(?: [a-z'-]+){{0,3}}? (?:(?:from|out of|da|dal|dalla|dallo|de|du|des|des de|desde|del|de la)(?: (?:la|el|les|los|las|le|els|lo|sa|es|little|great|upper|lower|monte|mont|san|sant|santa|saint|st))? |(?:from |de |des de |d)?(?:dall|d|de l|l)')(?P<n>{_N})(?![a-z'-])"
)
_HURT_AT = Lazy(
    rf"\b(?:cogid[oa]|atropellad[oa]|accidentad[oa]|caid[oa]|despenad[oa]|investit[oa]|cadut[oa]|precipitat[oa]|renversee?|tombee?|fauchee?|knocked down|fell|crashed|caigut|caiguda|atropella[td]a?|estimba[td]a?|brulee?|emigrad[oa]|emigrat[oa]?|ouvri(?:er|ere)) (?:en|a|in|at|near|prop de|cerca de|vicino a|pres de|sur|de|outside) (?:(?:la|el|les|los|las|le|els|san|sant|santa|saint|st) )?(?P<n>{_N})(?![a-z'-])"
)
_ONE_OF = Lazy(
    rf"(?:^|[.!?:;,] ?|\b(?:una?|un'|the|our|a|la|el|il|l'|le|une) )(?:young |little |old |petita? |pequen[oa] |piccol[oa] |jove |joven |giovane )?(?:noieta|noia|noi|nen|nena|xaval|xavala|iaia|pages|pagesa|mestra|mestre|ragazzin[oa]|ragazz[oa]|signora|signore|nonn[oa]|bimb[oa]|bambin[oa]|contadin[oa]|maestr[oa]|pescator[e]?|fillette|gamin[e]?|mamie|papi|dame|retraitee?|agricult\w+|pecheur|chaval[a]?|chic[oa]|abuel[oa]|senora|pescador[a]?|labrador[a]?|jubilad[oa]|girl|boy|lad|lass|lady|gent|farmer|fisherman|crofter|pensioner|grandmother|grandfather) (?:(?:de|da|di|from|of) (?:la |el |les |los |l'|le |san |sant |santa |saint )?|d')(?P<n>{_N})(?=[,.;!:]|$| (?:with|con|amb|avec|who|que|che|qui)\b)"
)
_LIVES_BY = Lazy(
    r"\b(?:vive por|viu per|viu cap a|vive dalle parti|abita dalle parti|abita verso|habite du cote|habite vers|vit vers|lives (?:round|out|up|down|over) (?:by|near|towards|past))\b(?P<n>(?: (?:la|el|l'|de|del|di|du|della|zona|the|way|of|a)){0,5} ?[a-z'-]+(?: (?:de|del|di|du|of) [a-z'-]+)?)"
)
_RUNS = Lazy(
    r"\b(?:regenta|lleva|dirige|runs|owns|gestisce|manda avanti|tient|gere|porta|regenta) (?:el|la|il|lo|le|the|un|una|une|a|l'|su|sa|sua) ?(?P<n>(?:only )?(?:quiosco|bar|estanco|merceria|panaderia|carniceria|farmacia|fruteria|libreria|kiosk|pub|chippy|chip shop|bakery|butcher'?s?|post office|newsagent'?s?|newsstand|edicola|tabaccheria|panetteria|macelleria|ferramenta|trattoria|tabac|boulangerie|boucherie|epicerie|kiosque|cafe|quiosc|estanc|forn|fleca|carnisseria|llibreria|fonda)(?: [a-z'-]+){0,5})"
)
_HAMLET = Lazy(
    r"\b(?:from|lives?|living|born|grew up|comes?|came|da|abita|vive|viu|viene|vient|ve|nat[oa]|nascu\w+|nacid[oa]|nee?|habite|vit|originari[oa]|originaire|natural|resid\w+)\b(?: [a-z'-]+){0,5}? "
    r"(?:(?:a|an|the|una?|un'|une?|la|el|l'|il|lo|le) ?)?(?P<n>(?:tiny |little |small |piccol[oa] |petite? |pequen[oa] |petita? )?(?:hamlet|village|farm|croft|cottage|island|houseboat|lighthouse|frazione|borgo|borgata|contrada|cascina|masseria|paesino|isoletta|malga|hameau|lieu-dit|bourg|village|mas|ferme|ile|pedania|aldea|pueblo|caserio|cortijo|barriada|parroquia|masia|llogaret|vilatge|poble|veinat|poblet|illa|mas))\b"
)
_OPPOSITE = Lazy(
    r"\b(?:lives?|living|house|home|flat|abita|casa|vive|viu|habite|vit|loge|maison|piso|pis|apartment|appartement|appartamento)\b(?: [a-z'-]+){0,3}? (?P<n>(?:opposite|near|close to|by|next (?:door )?to|a tocar (?:de|del|dels|d')|prop (?:de|del|d')|cerca (?:de|del)|pegad[oa] (?:a|al)|vicino a(?:l|lla|ll')?|attaccat[oa] a(?:l|lla)?|pres (?:de|du)|colle[e]? (?:a|au)|above|over|behind|across from|(?:two|three|a few) doors (?:down )?from|di fronte a(?:l|lla|ll')?|accanto a(?:l|lla)?|sopra (?:il|la|l')|dietro (?:il|la|l')|di fianco a(?:l|lla)?|en face (?:de|du)|a cote (?:de|du)|au-dessus (?:de|du)|derriere (?:la|le|l')|enfrente (?:de|del)|frente a(?:l)?|al lado (?:de|del)|encima (?:de|del)|detras (?:de|del)|davant (?:de|del|dels|d')|al costat (?:de|del|d')|a sobre (?:de|del)|damunt (?:de|del)|darrere (?:de|del)) ?(?:the |la |el |l'|les |los |las |una? |a |our |nuestr[oa] )?[a-z'-]+(?: (?:of|de|di|du|del|della|d') ?(?:the |la |el |l')?[a-z'-]+(?: [a-z'-]+)?)?)"
)
_MEXICAN = Lazy(
    r"\b(?P<n>(?:mz|mza|manzana|lt|lote|sm|supermanzana|interior|int|depto|km)\.? ?\d+[a-z]?,? (?:lt|lote|mz|colonia|col|fracc|calle|barrio)\.? ?\w+(?:,? (?:colonia|col\.?|calle|barrio) \w+){0,2})|\b(?:rua|ruga|calata|fondamenta|partida|venelle|sente|diseminado|urb\.?|urbanizacion|urbanitzacio|caserio|masia|cascina|localita) [a-z]+(?: [a-z]+)?,? \d{1,4}(?![\d.,]\d)|\bcolonia [a-z]+,? calle [a-z]+|\bcalle [a-z]+,? colonia [a-z]+"
)
_STREET = r"(?:yard|wharf|fold|croft|street|road|avenue|lane|drive|close|way|terrace|court|crescent|grove|row|gardens|mews|hill|square|gate|walk|rise|view|place)"
_HOME_OF_ONE = Lazy(
    rf"\b(?P<n>(?:flat \w+,? )?\d{{1,4}}[a-d]? (?:[a-z'-]+ ){{1,2}}{_STREET}|(?:via|viale|corso|vicolo|piazza|rue|avenue|chemin|impasse|allee|quai|calle|c/|camino|avenida|plaza|paseo|ronda|travesia|veinat|cami|strada|contrada|localita|urbanizacion|urbanitzacio|carrer|avinguda|passeig|placa) (?:[a-z'.-]+ ){{0,4}}?(?:[a-z'-]+),? (?:n\.? ?|parcela |chalet |numero |num\.? )?\d{{1,4}}|(?:portal|numero|civico) \d{{1,4}} (?:de la |del |de |di |della )?(?:calle|plaza|via|piazza|placa|carrer|avenida) (?:de la |del |de |di )?[a-z]+|\d{{1,4}}(?: bis)?,? (?:rue|avenue|chemin|impasse|allee|quai|boulevard|place|route) (?:[a-z'-]+ ){{0,4}}?[a-z'-]+)\b"
)
_CARED_FOR_WORDS = (
    r"\b(?:(?:patiente?|paziente|paciente|pacient|malalta?|malat[oa]|malade|enferm[oa]|lady|gentleman|man|woman|child|boy|girl|signora|signore|uomo|donna|bambin[oa]|dame|monsieur|homme|femme|enfant|senora?|hombre|mujer|nin[oa]|senyora?|home|dona|nen[a]?) (?:on|in|with|con|en|sous|avec|amb|a) (?:home |the )?(?:dialysis|oxygen|ventilator|dialisi|ossigeno|ventilatore|dialyse|oxygene|respirateur|dialisis|oxigeno|respirador|oxigen)|"
    r"(?:one of our|uno dei nostri|una delle nostre|un de nos|une de nos|uno de nuestros|una de nuestras|un dels nostres|una de les nostres) (?!staff|team|nurse|doctor|volunteer)[a-z]+|"
    r"(?:our|nostr[oa]|il nostro|la nostra|notre|nuestr[oa]|el nostre) (?:dialy\w+|dialitz\w+|dialis\w+|dializ\w+|greffee?|trapiant\w+|trasplant\w+|transplant\w+|ventilated|ossigenodip\w+|oxigenod\w+|insuff\w+|amputee?|home patient|diabeti[cq]\w*)|(?:la|il|le|the|el|l') ?(?:greffee?|operee?|amputee?|trapiantat[oa]|trasplantad[oa]|trasplantat|trasplantada|operat[oa]|operad[oa]|dialisee?|dialysee?|brulee?|ustionat[oa]|recipient)(?=,| (?:is|e|est|es|vive|viu|habite|abita|domicil\w+|resid\w+)))"
)
_CARED_FOR = Lazy(_CARED_FOR_WORDS)

_TREATED_HERE = Lazy(rf"{CASUALTY}|{_CARED_FOR_WORDS}")
_AT_HOME = Lazy(
    r"\b(?:home|house|lives?|lived|living|casa(?! (?:de (?:cultura|la vila|acogida|la cultura)|consistorial|rural|della salute|comunale))|vive|viu|abita|habite|habitait|domicil\w*|maison|piso|flat|cortijo|finca|mas|masia|ferme|farm|cascina|fattoria|reside|salio del?|rescued from|pulled from|pulled out|sacad[oa]|recogid[oa]|estratt[oa]|sorti[et]?|tret|treta|evacuee? (?:de|du)|oxigen\w*|oxygen\w*|ossigen\w*|dialys\w*|dialis\w*)\b"
)
_TOWN_OF = Lazy(
    rf"(?i:{CASUALTY}|\b(?:victim|casualty|patiente?|paziente|paciente|pacient|blessee?|herid[oa]|ferit|ferida|ferit[oa]))(?: (?:grave|greu|en|gravissim[oa]))?"
    r"(?:[^.!?;:]{0,40}?\b(?i:(?:est|es|e|is|was|era|etait)(?: originaire| natural| originari[oa]?| veina?| vecin[oa]| native)? (?:from|of|de|di|da|des de|desde)|(?:est|es) d'|(?:procede|proviene|viene) d[ea]l?|vient (?:de|d')|(?:ve|prove) (?:de |d')|provient de|comes from|lives in|vive (?:en|a)|viu a|habite a?|abita a|(?:torna|tornara|tornera|returns?|rentre|retourne|regresa|vuelve)(?: \w+)? (?:a|cap a|to))|,? (?i:de |di |da |from |d')) ?(?i:la |el |l'|les |los |le )?(?P<t>[A-Z][a-z][\w'-]+)"
)
_HAILS = Lazy(
    r"^(?:(?i:si|yes|oui|exact\w*|esatto|correct\w*)[,.! ]+)?(?:Ve |Viene |Vient |Comes |Came |He comes |She comes |Il vient |Elle vient |ve |viene |vient |comes )(?:from |de |d'|da |des de |desde )(?:la |el |l')?(?P<t>[A-Z][a-z][\w'-]+)(?=[,.!]|$)"
)


def _town(c: Context) -> Iterator[Finding]:
    for match in (_TOWN_OF if c.kind != "reply" else _HAILS).finditer(c.plain):
        low = match["t"].lower()
        if (
            low not in COMMON
            and low not in HARMLESS
            and low not in WIDE_PLACES
            and HIDDEN not in match.group()
        ):
            yield Finding(*match.span("t"), "B", ASK, "A town narrows down who it is.", "the region")


def origins(c: Context, names: Names) -> Iterator[Finding]:
    if c.kind == "surgery":
        for match in _FROM.finditer(c.low):
            low, at = match["n"], match.start("n")
            if HIDDEN in c.plain[at : match.end("n") + 2] or low in COMMON or c.plain[at].isupper():
                continue
            if low in TOWNS or is_unheard(names, low):
                yield Finding(*match.span("n"), "B", ASK, "A place narrows down who it is.", "the region")
        for match in (*_HURT_AT.finditer(c.low), *_ONE_OF.finditer(c.low)):
            if (match["n"] not in COMMON and is_unheard(names, match["n"])) or match["n"] in TOWNS:
                yield Finding(*match.span("n"), "B", ASK, "A place narrows down who it is.", "the region")
        for pattern in (_HAMLET, _OPPOSITE, _LIVES_BY, _RUNS):
            for match in pattern.finditer(c.low):
                yield Finding(*match.span("n"), "B", ASK, "A place narrows down who it is.", "")
        for match in _MEXICAN.finditer(c.low):
            yield Finding(*match.span(), "B", BLOCK, "This looks like a house address.", "at home")
    if c.kind in ("crisis", "press", "reply"):
        yield from _town(c)
    if c.kind in ("crisis", "press") and c.has_digit and (one := _TREATED_HERE.search(c.low)):
        known = _CARED_FOR.search(c.low) is not None
        for match in _HOME_OF_ONE.finditer(c.low):
            first, last = c.sentence(*match.span())
            if not known and not _AT_HOME.search(c.low[first:last]):
                continue
            if (
                first <= one.start()
                and one.end() <= last
                and HIDDEN not in c.plain[match.start() : match.end()]
            ):
                yield Finding(
                    *match.span("n"), "B", BLOCK, "This is the home of one who is treated.", "at home"
                )
