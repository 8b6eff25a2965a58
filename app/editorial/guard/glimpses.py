"""
What can be seen, heard or felt of one person, put together from parts: a picture, a screen or a reflection with somebody in it
(class Q); a voice, a gait, teeth, hair, eyes or a hand that would be known again (class P). Asked about, never blocked.

`traits` and `likeness` have set phrases; here a kind of thing and a kind of telling need only stand in one sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.editorial.guard.context import ASK, Context, Finding
from app.editorial.guard.lazy import Lazy

_SOMEBODY = Lazy(
    r"\b(?:patient\w*|pts?|pazient[ei]|pacient[es]*|malades?|malat[oaie]|malalt[aes]*|enferm[oa]s?|infortunat[oa]|ferit[oa]|blessee?s?|herid[oa]s?|ferida|donors?|donant[e]?|"
    r"he|she|him|her|his|hers|they|their|who|whose|chi|qui|quien|lui|lei|suo|sua|suoi|sue|gli|elle|ses|sa|sus|su|seus?|seva|seves|ella|"
    r"m[ae]n|wom[ae]n|boy|girl|kid|child|lad|lady|guy|baby|mum|mom|dad|mother|father|husband|wife|family|uomo|donna|ragazz[oa]|bambin[oa]|signor[ae]?|mamma|marito|moglie|famiglia|"
    r"homme|femme|garcon|fille|enfant|dame|bebe|mari|famille|hombre|mujer|chic[oa]|nin[oa]|senora?|madre|padre|marido|familia|home|dona|noi|noia|nen|nena|senyora?|mare|pare|marit|players?|athlete|couple|twins?|gemell\w+|jumea\w+|jumelle\w*|gemel[oa]s|bess\w+|papi|papy|mamie|mamy|grand-?(?:mere|pere|ma|pa)|granny|nan|nonn[oa]|abuel[oa]|avi|avia|iaia|petite?|piccol[oa]|teenager|somebody|everyone|everybody|tutti|tots|tothom|todos|tous)\b"
)
_PICTURE = Lazy(
    r"\b(?:alt(?:ernative)? text|alt|testo alternativo|texte alternatif|texto alternativo|text alternatiu|caption|didascalia|legende|pie de foto|peu de foto|photos?|photographs?|pics?|pictures?|snaps?|snapshots?|selfies?|selfis?|shots?|screenshots?|screen ?grabs?|stills?|clips?|videos?|footage|films?|filmed|filming|reels?|gifs?|boomerang|trailer|timelapse|vids?|recorded|recording|captured|caught on|photographed|livestream|live ?stream|webcam|thumbnail|polaroids?|portraits?|camera|"
    r"reflections?|mirror(?:ed)?|reflected|foto(?:s|grafi[ae])?|scatt[oi]|immagin[ei]|cattura|schermata|rifless[oi]|riflett\w+|specchi[oa]|ritratt[oi]|diretta|telecamera|"
    r"photographies?|cliches?|captures?|reflets?|miroir|reflete\w*|ecran|imagen|imagenes|captura|capturas|pantallazos?|reflejos?|reflejad[oa]|espejo|retratos?|reflex(?:os)?|reflectid[ao]|mirall|imatges?|retrats?|refleja\w*|reflectei[xi]\w*|fotograma|video-?llamada|videollamada|videochiamata|zoom call|selfi|filmat[oi]|filmiamo|ripres[aeo]|inquadra\w*|filme\w*|enregistr\w+|filman\w*|filmamos|filmado|grabad[oa]|grabacion|gravat|gravada|gravacio|filmem|film)\b"
)
_REFLECTED = Lazy(
    r"\b(?:reflections?|mirror(?:ed)?|reflected|rifless[oi]|riflett\w+|specchi[oa]|reflets?|reflete\w*|refleja\w*|miroir|reflejos?|reflejad[oa]|espejo|reflex(?:os)?|reflectid[ao]|reflectei[xi]\w*|mirall)\b"
)
_LOOK = Lazy(
    r"\b(?:faces?|mugs?|uncovered|features|smil(?:es?|ing)|eyes|cheeks|hair|tattoos?|wrist ?bands?|id band|name|surname|names|initials|label|whiteboard|board|list|looking (?:at|into|straight)|looks (?:at|into)|recogni[sz]\w+|identif\w+|at the camera|awake|asleep|crying|waving|thumbs? up|"
    r"volt[oi]|vis[oi]|facci[ae]|lineamenti|sorri\w+|occhi|capelli|tatuaggi\w*|braccialetto|nome|cognome|iniziali|etichetta|lavagna|lista|riconosc\w+|si capisce|si vede|si distingue|guarda|in camera|"
    r"visages?|figure|frimousse|minois|bouille|visages|tete|binette|traits|souri\w+|yeux|cheveux|tatouages?|bracelet|nom|prenom|initiales|etiquette|tableau|liste|reconnai\w+|on (?:voit|distingue|devine)|regarde|objectif|"
    r"caras?|rostros?|rasgos|sonri\w+|ojos|pelo|tatuajes?|pulsera|nombre|apellidos?|iniciales|etiqueta|pizarra|lista|reconoc\w+|se (?:ve|distingue|nota|aprecia|adivina)|mira(?:ndo)?|"
    r"car[ae]s|rostres?|trets|somri\w+|ulls|cabells?|tatuatges?|polsera|cognoms?|inicials|pissarra|llista|reconei\w+|es (?:veu|distingeix|nota|endevina)|mirant)\b"
)
_HIDDEN = Lazy(
    r"\b(?:no|not|never|without|blur\w*|hidden|hide|cover(?:ed|ing)|crop\w*|anonymi\w+|nessun\w*|non|senza|sfoc\w+|oscur\w+|copert[oa]|coprire|nascost\w+|sans|pas|aucun\w*|flout\w+|cach\w+|masqu\w+|couvert\w*|sin|ningun\w*|borros\w+|tapad[oa]|ocult\w+|pixel\w*|sense|cap|difumin\w+|tapat|amag\w+|forbidden|prohibi\w+|vietat\w+|interdit\w*|please|don't)\b"
)
_ORGANS = Lazy(
    r"\b(?:valve|graft|tumou?r|mass|liver|gallbladder|bone|cartilage|joint|prosthesis|anastomosis|vessels?|artery|aorta|lung|kidney|scope|endoscop\w+|laparoscop\w+|thoracoscop\w+|clock|wound|incision|protesi|valvola|osso|fegato|colecisti|arteria|polmone|rene|ferita|incisione|prothese|valvule|valve|os|foie|vesicule|artere|poumon|rein|plaie|protesis|valvula|hueso|higado|vesicula|pulmon|rinon|herida|pròtesi|os|fetge|pulmo|ronyo|implant|x-?rays?|radiografi\w+|scanner|ct|mri|echo|eco)\b"
)
_KNOWN_AGAIN = Lazy(
    r"\b(?:know (?:it|that|this|him|her)(?: \w+){0,2} anywhere|(?:tutti|tout le monde|tothom|everybody|todos|todo el mundo)(?: (?:la|lo|le|el|les|los))? ?(?:conosc\w+|connai\w+|conoc\w+|coneix\w+|knows?)|(?:conosc\w+|conoc\w+|coneix\w+|know\w*) (?:tutti|tots|tothom|todos|todo el mundo|everyone)|recogni[sz]\w*|unmistak\w+|distinctive|distinct|unique|one of a kind|famous|well[- ]known|legendary|identif\w+|gives (?:him|her|them) away|tells? (?:you )?who|only (?:he|she|one)|nobody else|no one else|like nobody|you (?:would |'d |will )?know|everyone (?:here )?knows|"
    r"inconfondibil\w*|unic[oa]|famos[oa]|celebre|riconosc\w*|identific\w*|che (?:conoscete|tutti conoscono)|tutti (?:lo |la )?conoscono|lo tradisce|la tradisce|solo (?:lui|lei)|nessun altro|"
    r"reconnai\w+|inimitable|unique|fameu(?:x|se)|celebre|identifi\w+|le trahit|la trahit|que (?:tout le monde|lui|elle)|personne d'autre|bien connue?|"
    r"inconfundible|reconoc\w+|unic[oa]|famos[oa]|identific\w*|lo delata|la delata|que (?:todos|solo)|solo (?:el|ella)|nadie mas|inconfusible|reconei\w+|famosa|famos|identific\w*|el delata|la delata|que tothom|nomes (?:ell|ella)|ningu mes|pas deux comme|como ningun\w*|com cap altr\w*|come nessun\w*|de oro|d'or\b|d'oro|gold(?:en)?)\b"
)
_BODILY = Lazy(
    r"\b(?:voice|laugh|laughter|stutter|stammer|lisp|accent|whistle|gait|walk|walks|limp|limps|swagger|posture|hunch\w*|teeth|tooth|gap|denture\w*|dental \w+|smile|dimples?|freckles|nose|ears?|chin|beard|moustache|mustache|hair|haircut|braids?|dreadlocks|eyes?|eyebrows?|hands?|fingers?|toes?|foot|feet|handwriting|signature|scars?|moles?|birthmark|tattoos?|piercings?|prosthe\w+|height|skull|jaw|"
    r"voce|risata|balbuzie|balbett\w+|accento|fischi\w+|andatura|camminata|passo|zoppic\w+|postura|denti|dente|dentiera|ponte dentale|sorriso|fossett[ae]|lentiggini|naso|orecchi[oe]?|mento|barba|baffi|capelli|trecci[ae]|occhi|occhio|sopracciglia|mani|mano|dita|dito|piede|calligrafia|grafia|firma|cicatric[ei]|nei|neo|voglia|tatuaggi\w*|"
    r"voix|rire|begaiement|begaie|zozot\w+|demarche|boite|boiterie|allure|dents?|dentier|bridge|sourire|fossettes?|taches de rousseur|nez|oreilles?|menton|barbe|moustache|cheveux|tresses?|yeux|oeil|sourcils|mains?|doigts?|orteils?|pied|ecriture|signature|cicatrices?|grain de beaute|tatouages?|"
    r"voz|risa|carcajada|tartamude\w+|acento|andares|forma de andar|manera de andar|cojera|cojea|dientes|diente|dentadura|sonrisa|hoyuelos?|pecas|nariz|orejas?|barbilla|barba|bigote|pelo|trenzas?|ojos?|cejas|manos?|dedos?|pies?|letra|firma|cicatriz|cicatrices|lunar|tatuajes?|"
    r"veu|rialla|riure|quequei\w+|tartamud\w+|caminar|manera de caminar|coixe\w+|coixesa|dents?|dentadura|somriure|clotets?|pigues|nas|orell\w+|barbeta|bigoti|cabells?|trenes|ulls?|celles|mans?|dits?|peus?|lletra|signatura|cicatriu|cicatrius|piga|tatuatges?)\b"
)
_RECORDED = Lazy(
    r"\b(?:record(?:ed|ing|ings)?|audio|voicemail|voice ?notes?|podcast|registra\w*|registrazion[ei]|vocale|vocali|enregistr\w+|vocal|grabaci\w+|grabad[oa]|nota de voz|gravaci\w+|gravat|gravada|nota de veu)\b"
)
_HEARD = Lazy(
    r"\b(?:voice|voce|voix|voz|veu|singing|laugh|speaks?|talking|parla|canta|chante|habla|stutter|stammer|balbuzie|begai\w+|tartamud\w+|quequei\w+)\b"
)
_MEASURED = Lazy(
    r"\b(?:(?:palm|finger|thumb|foot|hand|ear|lip)[ -]?(?:print|prints|vein|scan)s?|(?:eye|iris|retina|retinal|face|facial|palm|vein) (?:scan|scans|template|map|print|id)|(?:prints?|impronte?|empreintes?|huellas?|empremt[ae]s?|petjad\w+) (?:of|del(?:la|l')?|du|de la|de l'|de|dels?|on file|tak\w+|presa|prese|prises?|tomad\w+|pres\w*|match\w*)|face ?id|touch ?id|biometr\w+|"
    r"(?:scansione|scan|escaner|escaneo|lectura|lettura|lecture|mappa|carte|mapa|patron|patro|pattern) (?:de |del |della |dell'|du |de la |de l'|d')?(?:la |l')?(?:iride|iris|retina|retine|palmo|paume|palma|palmell|volto|visage|rostro|cara|rostre|dita|doigt|dedo|dit)|(?:iris|retina|retine|iride) (?:del(?:la|l')?|du|de la|de l'|de|dels?|of) |dna|adn|genoma?|genome|genotyp\w+|genotip\w+|(?:voice|vocal|voce|voz|veu)[ -]?prints?|sblocc\w+|unlock\w*|desbloque\w+|deverrouill\w+)\b"
)
_COLOURS = r"(?:blue|brown|green|grey|gray|hazel|black|amber|azzurr[oi]|blu|celest[ei]|marron[ei]?|castan[oi]|verd[ei]?|grigi[oa]?|ner[oi]|bleus?|verts?|vert|noisette|noirs?|gris|azul|azules|verdes?|negros?|blau|blaus|blava|marro|marrons|verds?|negre)"
_ODD_EYES = Lazy(
    rf"\b(?:eyes?|occh\w+|oeil|yeux|ojos?|ulls?)\b[^.!?]{{0,20}}\b{_COLOURS}\b[^.!?]{{0,24}}\b{_COLOURS}\b|\b{_COLOURS}\b[^.!?]{{0,12}}\b(?:eye|occhio|oeil|ojo|ull)\b[^.!?]{{0,24}}\b{_COLOURS}\b|\b(?:one|un|l'un) (?:eye|occhio|oeil|ojo|ull)\b[^.!?]{{0,24}}\b(?:other|altro|autre|otro|altre)\b"
)
_TWO_COLOURS = Lazy(
    r"\b(?:occhi|yeux|ojos|ulls|eyes) (?:di|de|d'|of|in) ?(?:un )?(?:due|deux|dos|two|different\w*|divers\w*|distint\w+|diferent\w*) (?:colou?rs?|colori?|couleurs?|colore?s)\b|\b(?:two|different(?:ly)?|odd)[ -](?:different )?colou?red eyes\b|\bhe?terocrom\w+"
)
_OUTWARD = Lazy(
    r"\b(?:(?:red|ginger|purple|pink|blue|green|silver|bright)[ -]hair(?:ed)?|redhead|mohawk|dreadlocks|(?:capelli|cheveux|pelo|cabell\w*) (?:ross[oi]|roux|rojo|vermell\w*|vert[s]?|verde|viola|violets?|lila|rosa|blu|bleus?|azul|blau\w*)|rossa di capelli|rouquin\w*|rousse|pelirroj[oa]|pel-?roig|pel-?roja|panocha|"
    r"\d[.,]\d\d ?(?:m|metres?|metri|metros|metros) (?:tall|alt[oa]?|de haut|de alto|de altura|d'alcada)|(?:six|seven) (?:foot|feet)(?: \w+)? tall|(?:glass|prosthetic|false|fake) (?:eye|leg|hand|arm|foot|nose|ear)|(?:occhio|gamba|mano|braccio) (?:di vetro|di legno|fint[oa]|bionic[oa])|(?:oeil|jambe|main|bras) (?:de verre|de bois|artificielle?|bionique)|(?:ojo|pierna|mano|brazo) (?:de cristal|de vidrio|de madera|postiz[oa]|bionic[oa])|(?:ull|cama|ma|brac) (?:de vidre|de fusta|postis\w*|bionic[oa]?)|"
    r"inked|body art|sleeve of ink|tat(?:too|tooed|uad[oa]|ouee?|uat|uata|uaggi\w+|ouages?|uajes?|uatges?|uada)s?|(?:missing|lost|without|manca\w*|senza|perso|sans|il (?:lui )?manque|le falta|sin|perdio|li falta|sense)(?: (?:a|an|the|his|her|one|two|un|una|une|il|la|le|el|l'|due|deux|dos))* (?:front |incisiv\w+ )?(?:finger|fingers|thumb|ear|toe|tooth|teeth|dito|dita|pollice|orecchio|dente|denti|doigts?|pouce|oreille|dents?|dedos?|pulgar|oreja|dientes?|dits?|polze|orella))\b"
)


_ONLY_PEOPLE = Lazy(
    r"(?:voice|laugh|laughter|stutter|lisp|swagger|freckles|dimples|handwriting|voce|risata|balbuzie|calligrafia|voix|rire|begaiement|demarche|voz|risa|carcajada|andares|veu|rialla|riure)$"
)


def glimpses(c: Context) -> Iterator[Finding]:
    if c.kind not in ("surgery", "reply"):
        return
    picture = _picture(c)
    if picture is not None:
        reason = "A picture of a person or of their name needs a second pair of eyes."
        yield Finding(*picture, "Q", ASK, reason, "")
    for match in _LISTED_BEHIND.finditer(c.low):
        first, last = c.sentence(*match.span())
        if not _COVERED.search(c.low[first:last]):
            reason = "A board or a screen with names needs a second pair of eyes."
            yield Finding(*match.span(), "Q", ASK, reason, "")
    body = _body(c)
    if body is not None:
        yield Finding(*body, "P", ASK, "What would be known again points at one person.", "")


_BOARD = r"(?:white ?boards?|boards?|screens?|monitors?|rota|lavagn[ae]|tabellon[ei]|scherm[oi]|monitor|tableaux?|ecrans?|pizarras?|pantallas?|tablon|pissarr[ae]s?|pantall[ae]s?|tauler)"
_LISTED = r"(?:names?|surnames?|(?:patient|theatre|operating|ward) lists?|list of \w+|nom[ie]|cognom[ei]|(?:elenco|lista|liste)(?: \w+)? (?:pazienti|malati|degenti|ricoverati|nomi|operatori\w*)|noms?|prenoms|(?:liste)(?: \w+)? (?:malades|patients|noms|operes)|nombres?|apellidos|lista(?: \w+)? (?:enfermos|pacientes|nombres|ingresados)|llista(?: \w+)? (?:malalts|pacients|noms|ingressats))"
_LISTED_BEHIND = Lazy(
    rf"\b{_BOARD}\b[^.!?]{{0,36}}\b(?:{_LISTED})\b[^.!?]{{0,30}}|\b(?:{_LISTED})\b[^.!?]{{0,24}}\b(?:on|sulla|sullo|sul|sur|en|a|al|a la) (?:the |la |lo |le |l'|el )?{_BOARD}\b[^.!?]{{0,24}}(?:behind|background|visible|in (?:view|shot|frame|the picture)|dietro|sfondo|visibil\w|derriere|fond|visible|detras|fondo|darrere|fons)"
)
_COVERED = Lazy(
    r"\b(?:no|not|never|without|blur\w*|cover(?:ed|ing)|crop\w*|wiped|blank|staff|team|drug|instrument|counts?|surgeons?|nessun\w*|non|senza|copert[oa]|cancellat\w|personale|sans|pas|aucun\w*|cach\w+|efface\w*|equipe|sin|ningun\w*|tapad[oa]|borrad\w|personal|sense|cap|tapat|tapada|esborrad\w|equip|file|brand|companies|sponsors?)\b"
)
_SEE_WHO = Lazy(
    r"\b(?:see|tell|make out|guess|spot|read|si (?:vede|capisce|distingue|riconosce|legge)|on (?:voit|distingue|devine|reconnait|lit)|se (?:ve|distingue|adivina|reconoce|lee|nota)|es (?:veu|distingeix|endevina|reconeix|llegeix|nota)|(?:you can|can|puoi|si puo|podeis|podeu|puedes) \w+) (?:exactly |bene |bien |be |perfectament |clarament )?(?:who(?:se)?|whom|chi|qui|quien|a quien|a qui)\b"
)


_SELFIE = Lazy(r"selfi")
_FACE = Lazy(
    r"\b(?:face|features|smile|visage|tete|figure|traits|viso|volto|faccia|sorriso|cara|rostro|sonrisa|rostre|somriure)\b"
)


def _picture(c: Context) -> tuple[int, int] | None:
    for match in _SEE_WHO.finditer(c.low):
        first, last = c.sentence(*match.span())
        if not _HIDDEN.search(c.low[first:last]) and not re.search(
            r"\b(?:wins?|won|vince|gagne|gana|guanya|pays?)\b", c.low[match.end() : last]
        ):
            return match.span()
    for match in _PICTURE.finditer(c.low):
        first, last = c.sentence(*match.span())
        around = c.low[first:last]
        if _HIDDEN.search(around):
            continue
        if _SELFIE.match(match.group()) and _SOMEBODY.search(around):
            return match.span()
        rest = c.low[first : match.start()] + " " + c.low[match.end() : last]
        if not _SOMEBODY.search(around) and not (_REFLECTED.search(match.group()) and _FACE.search(rest)):
            continue
        if _ORGANS.search(around) and not re.search(r"face|volt|vis[oa]|cara|rostr", around):
            continue
        if _REFLECTED.search(match.group()) or _LOOK.search(rest):
            return first + len(around) - len(around.lstrip()), last
    return None


def _body(c: Context) -> tuple[int, int] | None:
    if (two := _TWO_COLOURS.search(c.low)) is not None:
        return two.span()
    for pattern in (_ODD_EYES, _OUTWARD, _MEASURED):
        for match in pattern.finditer(c.low):
            first, last = c.sentence(*match.span())
            if _SOMEBODY.search(c.low[first:last]):
                return match.span()
    for match in _KNOWN_AGAIN.finditer(c.low):
        first, last = c.sentence(*match.span())
        around = c.low[first:last]
        part = _BODILY.search(around)
        if (
            part
            and (_SOMEBODY.search(around) or _ONLY_PEOPLE.match(part.group()))
            and not re.search(r"\b(?:vein|sutur\w+|stapl\w+|technique|tecnica)\b", around)
        ):
            return first + part.start(), first + part.end()
    for match in _RECORDED.finditer(c.low):
        first, last = c.sentence(*match.span())
        heard = _HEARD.search(c.low[first:last])
        if heard and not _HIDDEN.search(c.low[first:last]):
            return first + heard.start(), first + heard.end()
    return None
