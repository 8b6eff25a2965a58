"""What points at one person without naming them: bed and room, biometrics and photos in words, public relatives, firsts, combinations (P, Q, R)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.editorial.guard.context import ASK, Context, Finding
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.words.people import RELATIVES

_ROOM = Lazy(
    r"\b(?:beds?|bay|cubicle|room|rm|ward|letto|camera|stanza|box|reparto|lit|chambre|box|cama|habitacion|hab\.?|box|llit|habitacio|cambra)\b(?: (?:single|double|private|singola|doppia|seule|simple|double|individuelle|individual|doble|privada|senzilla))?(?: (?:no\.?|number|n\.?|num\.?|numero|n°|nº|no))? ?#?-?(\d{1,4}[a-z]?|[a-z]-?\d{1,3}|(?<=cubicle )[a-h]|(?<=bay )[a-h]|(?<=bed )[b-h])(?![\w%]|[.,:]\d| ?(?:mm|ml|cm|min|beds?|patients?|people|%|°|degrees))"
)
_PUBLIC_ROOM = Lazy(
    r"\b(?:operating|hybrid|conference|meeting|press|recovery|control|class|lecture|briefing|waiting|emergency|resus|trauma|chat|zoom|breakout)[ -]?(?:room|rm|bay)s?\b"
)
_SUITE = Lazy(
    r"\b(?:icu|itu|ccu|nicu|pacu|uci|uti|rianimazione|reanimation) (?:bed|bay|letto|lit|cama|llit|box)? ?#?(\d{1,2}[a-z]?)\b(?! ?(?:beds|patients|min|h\b|hours))"
)
_UNIT_ROOM = r"(?:sspi|icu|itu|pacu|recovery|resus|intensive care|terapia intensiva|rianimazione|recupero|degenza|reparto|rea\b|reanimation|salle de reveil|reveil|soins intensifs|uci|reanimacion|despertar|observacion|planta|cuidados intensivos|reanimacio|despertador|observacio|cures intensives|urgencies|urgencias|urgences|pronto soccorso)"
_PLACED = Lazy(
    rf"\b(?P<n>(?:place|spot|slot|space|station|posto|postazione|poste|emplacement|puesto|plaza|lugar|posicion|placa|lloc|posicio|bay|trolley|barella|brancard|camilla|llitera|poltrona|sillon) (?:n\.? ?|numero |number |no\.? )?\d{{1,3}}[a-d]?,? (?:(?:of|in|at|on|en|de|d'|della|dell'|del|di|in|du|a|al|alla) ?)(?:the |la |l'|el |our )?{_UNIT_ROOM})"
    r"|\b(?:warn|prepare|wake|fetch|avvisa\w*|prepara\w*|sveglia\w*|porta\w*|prevenez|preparez|reveillez|amenez|descendez|avisad?|avisa|preparad?|despertad|bajad|traed|aviseu|prepareu|desperteu|baixeu|porteu) (?:a la |al |a l'|the |la |le |el |il |lo |l')(?P<m>\d{1,3}[a-d]?)(?=[ ,.;:!)]|$)(?! ?(?:mm|ml|min|fr\b|cm|gauge|ch\b|h\b|%|or more|punt|degrees|de bisturi|scalpel|\d))"
)
_BIO = Lazy(
    r"\b(?:fingerprints?|thumbprint|palm ?print|handprints?|voice ?print|retina(?:l)? scan|iris scan|iris pattern|dna (?:profile|sample|sequence|match|test)|genome|face ?id|facial recognition|gait|biometric\w*|tattoos?|tattooed|birthmark|(?:distinctive|facial|large|visible|old) (?:scar|mole)|scar (?:over|across|on|above|under) (?:his |her |the )?(?:left |right )?(?:face|cheek|eye|eyebrow|forehead|chin|lip)|port[- ]wine|red hair(?:ed)?|one[- ](?:eyed|legged|armed)|gold tooth|piercings?|dental records|(?:voice|audio) recordings?|voice message|iris|retina(?:l)? (?:image|photo|pattern)|hand geometry|prosthetic (?:leg|eye|arm)"
    r"|(?:registrazion[ei]|messaggi\w*|nota|note) (?:della (?:sua )?voce|vocal[ei])|(?:scansione|scanner) (?:dell'|della )?(?:iride|retina)|enregistrements? (?:de (?:la|sa) voix|vocal\w*)|message vocal|scan(?:ner)? (?:de |d'|du )?(?:l')?(?:iris|retine|visage)|(?:grabacion|nota|mensaje) de (?:la |su )?voz|escaner (?:de |del )?(?:iris|retina|rostro)|(?:gravacio|nota|missatge) de (?:la (?:seva )?)?veu|escaner (?:de |de l')?(?:iris|retina)|reconocimiento facial|reconeixement facial|reconnaissance faciale|riconoscimento facciale|antojo (?:de nacimiento|en|bajo|rojo)|marca de (?:nacimiento|naixement)|voglia (?:color|rosso|a forma|sotto|sopra)|taca de naixement|lunar (?:en|bajo)|piga (?:a|sota)"
    r"|impront[ae] digital[ei]|scansione (?:della retina|dell'iride)|impronta vocale|profilo (?:del )?dna|tatuaggi\w*|tatuat[oa]|voglia (?:sul|di|rossa)|cicatrice (?:sul|sulla|visibile|in) (?:viso|volto|guancia|fronte|mento|occhio)?|neo sul|occhio di vetro|dente d'oro"
    r"|empreintes? (?:digitales?|vocale|genetique)|scan (?:de la retine|retinien|de l'iris)|profil adn|tatouages?|tatouee?|tache de naissance|cicatrice (?:au|sur|a la|visible)|grain de beaute|dent en or|oeil de verre"
    r"|huellas? (?:dactilar(?:es)?|digital(?:es)?)|escaner (?:de retina|de iris)|huella de voz|perfil (?:de )?adn|perfil genetico|tatuajes?|tatuad[oa]|marca de nacimiento|mancha de nacimiento|cicatriz (?:en|sobre|visible)|lunar en|diente de oro|ojo de cristal"
    r"|empremt[ae]s? (?:dactilars?|digitals?)|escaner (?:de retina|d'iris)|tatuatges?|tatuat|tatuada|marca de naixement|taca de naixement|cicatriu (?:a|sobre|visible)|piga a|dent d'or|ull de vidre)\b"
)
_BIO_HARMLESS = Lazy(
    r"(?:surgical|c-section|uterine|old) scar tissue|(?:gait (?:analysis|training|lab))|genome (?:project|center|centre|wide)|tattoo(?:ed)? (?:the|ink) (?:lesion|polyp|margin|colon)|(?:endoscopic|colonic) tattoo|dna (?:damage|repair|virus)|(?:removal|clinic)"
)
_PICTURE = r"(?:photos?|snaps?|shots?|stills?|close-?ups?|scatt[oi]|pictures?|pics?|selfies?|snapshots?|images?|portraits?|video(?:s| clip)?|screenshots?|x-rays? (?:with|showing) (?:the )?name|foto(?:grafi[ae]|s)?|immagin[ei]|ritratt[oi]|video|photos?|photographies?|portraits?|videos?|imagen(?:es)?|retratos?|videos?|imatges?|retrats?)"
_WHOM = r"(?:patients?|patiente|face|him|her|his|baby|boy|girl|child|man|woman|family|mother|father|wife|husband|son|daughter|wrist ?band|bracelet|name|whiteboard|monitor|chart|screen|id card|tattoo|paziente|volto|viso|faccia|bambin[oa]|famiglia|moglie|marito|figli[oa]|braccialetto|nome|lavagna|schermo|monitor|cartella|visage|enfant|famille|femme|mari|fils|fille|bracelet|nom|tableau|ecran|dossier|cara|rostro|paciente|nino|nina|familia|mujer|marido|hij[oa]|pulsera|nombre|pizarra|pantalla|historia|pacient|nen|nena|familia|dona|marit|fill|filla|polsera|nom|pissarra|pantalla)"
_PHOTO = Lazy(
    rf"\b{_PICTURE}\b(?: \w+){{0,3}}? (?:of|with|showing|shows|di|del|della|con|che mostra|du|de|de la|avec|montrant|de|del|de la|con|amb|que mostra|mostrando|where|in which|dove|ou|donde|on)(?: \w+'?)?(?: ?(?:the|our|a|an|il|la|lo|l'|nostro|nostra|le|les|notre|son|sa|el|los|su|nuestr[oa]|el|els|seu|seva|patient's|his|her|del|de la))*[ ']*{_WHOM}\b(?:(?:'s)? (?:face|del paziente|de la paziente|du patient|de la patiente|del paciente|de la paciente|del pacient|de la pacient))?"
)
_FACE = Lazy(
    r"\b(?:(?:family|patient|bedside) (?:portrait|photo|picture|selfie)|(?:patient|her|his|the baby|baby)(?:'s)? (?:face|wrist ?band|name) (?:is )?(?:visible|in (?:the )?(?:photo|picture|shot|frame|view)|can be seen|on (?:camera|screen))|(?:wrist ?band|whiteboard|name tag|id card|chart|name|face)s? (?:is |are |still |clearly )*(?:visible|readable|legible|in (?:the )?(?:photo|picture|shot|frame|view))(?: in (?:the )?(?:photo|picture|shot|frame|view))?|full[- ]face (?:photo\w*|picture|shot|image)|face (?:is )?(?:visible|not blurred|unblurred|in the (?:shot|frame))|selfie with (?:the |our )?(?:patient|him|her)|(?:volto|viso|faccia) (?:del paziente|della paziente|visibile|riconoscibile|in primo piano)|visage (?:du patient|de la patiente|visible|reconnaissable)|(?:cara|rostro) (?:del paciente|de la paciente|visible|reconocible)|cara (?:del pacient|de la pacient|visible|reconeixible)|name (?:is )?(?:visible|readable) on (?:the )?(?:monitor|screen|whiteboard|wrist ?band|board))\b"
)
_PUBLIC = r"(?:vice-?sindac[oa]|teniente de alcalde|tinenta? d'alcalde|maire adjointe?|adjointe? au maire|deputy mayor|proviseure|rettore|rettrice|rectora?|notaio|notaire|notari[oa]?|farmaceutic\w+|pharmacienn?e?|presenter|presentator\w*|presentador\w*|presentatrice|(?:direct(?:eur|rice|or|ora)|cap) (?:de l'|del |de la |d'|dell'|della )?(?:ecole|instituto?|institut|lycee|college|colegio|escola|escuela|scuola)|mayor|governor|president|minister|senator|congress(?:man|woman)|bishop|archbishop|priest|vicar|pastor|imam|rabbi|headmaster|headteacher|head teacher|school principal|principal|judge|sheriff|police chief|fire chief|chief of police|coach|baker|butcher|goalkeeper|captain of|ceo|tv presenter|newsreader|weatherman|bank manager|postman|mp|councillor|lord|king|queen|prince|princess|famous \w+|local \w+|hospital director|director|celebrity|footballer|singer|actor|actress|sindac[oa]|governatore|presidente|ministr[oa]|senatore|onorevole|vescovo|parroco|prete|preside|giudice|prefett[oa]|questore|farmacista|fornai[oa]|maire|prefete?|ministre|depute|eveque|cure|pretre|proviseur|juge|boulanger|boulangere|alcaldesa|alcalde|ministr[oa]|diputad[oa]|obispo|cura|juez|jueza|panader[oa]|alcaldessa|batlle|conseller[a]?|bisbe|rector|mossen|jutge|jutgessa|forner[a]?|director[a]? de l'escola)"
_RELATIVE_OF = Lazy(
    rf"\b(?:the |our |el |la |il |le |l')?(?:{_PUBLIC})'s (?:own |only |youngest |eldest |elder |younger |\d+[- ]year[- ]old )?(?:{RELATIVES})\b"
    rf"|\b(?:{RELATIVES}) (?:of the (?:town's |city's |local |former )?|del(?:la|l')? ?|dell'|du |de la |de l'|d'(?:un |une )?|de |di |do )(?:la |el |il |le |l'|nostro |nostra |notre |nuestr[oa] |nostr[ea] )?(?:ex |former |ancien |antiguo )?{_PUBLIC}\b"
)
_IS_PUBLIC = Lazy(
    rf"\b(?:patient|he|she|paziente|patiente?|paciente|pacient) (?:today |here )?(?:is|was|e|est|es|era|etait) (?:in fact |indeed )?(?:also )?(?:the |our (?:own )?|a (?:former |well[- ]known |famous |local )|il |la |lo |l'|un[a']? |le |un[e]? |el |una? )(?:ex |former |current |only |local |town |town's |city's |village |well-known |famous |famos[oa] |celebre |conegu[td]a? |conocid[oa] )*(?:{_PUBLIC}|only|mayor|famous|well[- ]known|goalkeeper|keeper|striker|olympic|champion|winner|survivor of|star of|teacher at|head of|owner of|campion\w*|portiere|calciat\w+|champion\w*|gardien de but|campeo\w+|porter[oa]? (?:del|de l)|futbolist\w+)"
)
_KNOWN = Lazy(
    r"\b(?:you (?:may|might|will|'ll) (?:remember|recogni[sz]e|know) (?:him|her|them)|(?:seen|known|famous) (?:on|from) (?:tv|television|the news|radio)|(?:who|he|she) (?:made|was in|hit|won|appeared (?:in|on)|scored|starred) (?:the )?(?:headlines|news|lottery|final|show|x factor|marathon|olympics)|(?:local|national) (?:celebrity|hero|footballer|politician|champion|star|legend)|household name|only (?:\w+ ){0,3}(?:in (?:the )?(?:town|village|county|city|country|state)|in town|person)|whole (?:town|village) knows|everyone in (?:town|the village) knows"
    r"|(?:lo|la) (?:conoscete|riconoscerete|ricorderete)|vist[oa] in tv|(?:noto|nota|famos[oa]) (?:attore|attrice|cantante|calciatore|politic[oa])|unic[oa] (?:caso |medico |farmacist\w |fornai\w )?(?:del paese|in paese|in citta|della provincia)|tutto il paese (?:lo|la) conosce"
    r"|vous (?:le|la) (?:reconnaitrez|connaissez)|vue? a la (?:tele|television)|(?:celebre|connue?) (?:acteur|actrice|chanteur|chanteuse|footballeur)|seule? (?:\w+ )?(?:du village|de la ville|de la region)|tout le village (?:le|la) connait"
    r"|(?:lo|la) (?:recordareis|reconocereis|conoceis)|vist[oa] en (?:la )?tele\w*|(?:famos[oa]|conocid[oa]) (?:actor|actriz|cantante|futbolista|politic[oa])|unic[oa] (?:caso |\w+ )?(?:del pueblo|de la ciudad|de la provincia|de la comarca)|todo el pueblo (?:lo|la) conoce"
    r"|(?:el|la) (?:recordareu|reconeixereu|coneixeu)|vist[a]? a la tele\w*|(?:famos|famosa|conegut|coneguda) (?:actor|actriu|cantant|futbolista|politic[a]?)|unic[a]? (?:cas |\w+ )?(?:del poble|de la ciutat|de la comarca)|tot el poble (?:el|la) coneix)\b"
)
_FIRST = Lazy(
    r"\b(?:first|only|youngest|oldest|smallest|heaviest|tallest)(?:[ -]ever| recorded| known| reported| case| successful)?(?: [\w-]+){0,6}? (?:in|of) (?:the )?(?:[A-Z][a-z]+(?: [A-Z][a-z]+)?|world|country|state|county|region|history|europe|city|nation|uk|us)\b"
    r"|\b(?:[Pp]rim[oa]|[Uu]nic[oa]|[Pp]iu giovane|[Pp]iu anzian[oa])(?: caso| in assoluto| trapianto| intervento| paziente)?(?: [\w-]+){0,5}? (?:in|nel|nella|al|del|della|d'|di) ?(?:[A-Z][a-z]+|mondo|regione|paese|storia|europa)\b"
    r"|\b(?:[Pp]remiere?|[Ss]eule?|[Pp]lus jeune|[Pp]lus agee?)(?: cas| fois| greffe| patient\w*| operation)?(?: [\w-]+){0,5}? (?:en|au|dans|du|de la|de) ?(?:le |la |l')?(?:[A-Z][a-z]+|monde|region|pays|histoire|europe)\b"
    r"|\b(?:[Pp]rimer[oa]?|[Uu]nic[oa]|[Mm]as joven|[Mm]as mayor)(?: caso| trasplante| paciente| vez)?(?: [\w-]+){0,5}? (?:en|de|del) (?:el |la |toda |todo )?(?:[A-Z][a-z]+|mundo|region|pais|historia|europa|espana)\b"
    r"|\b(?:[Pp]rimera?|[Uu]nica?|[Mm]es jove|[Mm]es gran)(?: cas| trasplantament| pacient| vegada)?(?: [\w-]+){0,5}? (?:a|al|de|d'|del|en) ?(?:la |el |tot |tota )?(?:[A-Z][a-z]+|mon|regio|pais|historia|europa|espanya)\b"
)
_FIRST_CASE = Lazy(
    r"person|first in|only (?:one|woman|man|person) in|ever|case|transplant|patient|recorded|known|reported|operation|procedure|survivor|birth|surgery|craniotomy|implant|graft|caso|trapiant|pazient|interven|giovane|anzian|cas\b|greffe|operation|jeune|agee?|trasplant|pacient|joven|mayor|operaci|jove|gran|only|unic|seul|youngest|oldest|smallest|heaviest|tallest"
)
_EVENT = Lazy(
    r"\b(?:the|this (?:morning|afternoon|evening)'s|yesterday's|last night's|today's|saturday's|sunday's) (?:\w+ )?(?:crash|accident|shooting|stabbing|explosion|collision|pile-?up|fire|attack|derailment|plane crash|bus crash|car crash|house fire|collapse|landslide|avalanche|stampede|assault|robbery|wreck|blast|riot|rescue)(?: (?:on|at|in|near) [\w\- ]{2,20}?)?(?: (?:this (?:morning|afternoon|evening)|yesterday|today|last night|on \w+day))?\b"
    r"|\b(?:incidente|schianto|esplosione|sparatoria|accoltellamento|rogo|crollo|frana|valanga|aggressione|rapina|deragliamento|incendio) (?:(?:del|della|dello|in|sul|sulla|nel|nella) [\w\-]+ )?(?:di (?:ieri|stamattina|oggi|stanotte)|sulla? [\w\-]+)\b|\b(?:accident|collision|fusillade|explosion|incendie|effondrement|eboulement|avalanche|agression|braquage|deraillement) (?:(?:du|de la|de l'|dans|sur) ?(?:le |la |l')?[\w\-]+ )?(?:d'hier|de ce matin|de cette nuit|sur l'[\w\-]+)\b|\b(?:accidente|choque|tiroteo|explosion|incendio|derrumbe|hundimiento|avalancha|atraco|descarrilamiento|apuñalamiento) (?:(?:del|de la|en el|en la) [\w\-]+ )?(?:de (?:ayer|esta manana|anoche|hoy)|en la [ANM][\w\-]*)\b|\b(?:accident|xoc|tiroteig|explosio|incendi|esfondrament|esllavissada|allau|atracament|descarrilament) (?:(?:del|de la|de l'|al|a la) ?[\w\-]+ )?(?:d'ahir|d'aquest mati|d'aquesta nit|a l'[\w\-]+)\b"
)
_JOB = Lazy(
    r"\b(?:our patient|the patient|patient|he|she|paziente|patiente?|paciente|pacient)(?:, | is | e | est | es |, e |, est )(?:a |an |the |un |una |un' |une |il |la |le |el |l')?(?:retired |former |local |only |young |ex |pensionat[oa] )?(?:teacher|firefighter|police officer|policeman|policewoman|farmer|priest|nun|lawyer|judge|pilot|footballer|musician|singer|journalist|baker|butcher|bus driver|fisherman|dancer|professor at|student at|insegnante|maestr[oa]|pompiere|poliziott[oa]|contadin[oa]|suora|avvocat[oa]|pilota|calciatore|musicista|cantante|giornalista|fornaio|professeure?|pompier|policier|policiere|agriculteur|agricultrice|religieuse|avocate?|pilote|footballeur|musicien|musicienne|journaliste|boulanger|boulangere|profesora?|bomber[oa]|policia|agricultora?|monja|abogad[oa]|piloto|futbolista|music[oa]|periodista|panader[oa]|professora?|bomber[a]?|pagesa?|monja|advocat|advocada|pilot|futbolista|music|musica|periodista|forner[a]?)\b(?! (?:at|in|from|di|de|del|della|du) the operation)"
)
_LOCAL_ROLE = Lazy(
    rf"\b(?:the|a|our|un[ae]?|el|la|il|le|l') ?(?:{_PUBLIC}|actress|actor|singer|teacher|goalkeeper|priest|striker|pharmacist) (?:of|from) (?:our|the local|that|the town|the village|your)\b(?: \w+){{1,2}}"
    r"|\b(?:local|retired|well[- ]known|beloved|village|former|town) (?:teacher|firefighter|police officer|policeman|farmer|priest|nun|lawyer|judge|pilot|musician|journalist|baker|butcher|doctor|shopkeeper|politician|athlete|coach|pharmacist|fisherman|librarian|postman)\b"
    r"|\b(?:world|[a-z]+)'s (?:first|only|youngest|oldest)(?:[ -]ever)? (?:[\w-]+ ){0,3}(?:transplant|patient|case|recipient|survivor|operation|procedure|implant)|\bworld first\b|\b(?:prima|premiere|primera) (?:mondiale|mundial)\b|\bprimicia mundial\b"
)
_RARE = Lazy(
    r"\b(?:awake cranio\w+|face transplant|(?:double[- ])?hands? transplant|uterus transplant|womb transplant|tongue transplant|penis transplant|conjoined|siamese|situs inversus|hemispherectomy|heart[- ]lung transplant|multivisceral|xenotransplant|pig (?:heart|kidney)|in[- ]utero|fetal surgery|ex vivo|domino (?:liver|transplant)|auto-?transplant|rotationplasty|separation of twins|craniopagus|ectopia cordis|total artificial heart"
    r"|craniotomia (?:da svegli[oa]|desperta)|trapianto (?:di|delle|della|del) (?:due |entrambe le )?(?:faccia|volto|man[oi]|utero|lingua|braccia)|gemelli siamesi|emisferectomia|trapianto cuore[- ]polmoni|xenotrapianto|chirurgia fetale|cuore artificiale totale"
    r"|craniotomie eveillee|greffe (?:de|des|du|d'une|d') ?(?:la |deux |double )?(?:visage|mains?|uterus|face|langue|bras)|siamoises?|siamois|hemispherectomie|greffe coeur[- ]poumons?|xenogreffe|chirurgie foetale|coeur artificiel total"
    r"|craneotomia (?:despiert[oa]|despert[a]?)|trasplante (?:de|del|de la|de las|de las dos) (?:cara|manos?|utero|lengua|brazos)|siames[ea]s|hemisferectomia|trasplante de corazon y pulmon|xenotrasplante|cirugia fetal|corazon artificial total"
    r"|(?:trasplantament|trasplant) (?:de|de la|de les|de les dues) (?:cara|ma|mans|uter|llengua)|hemisferectomia|siamesos|siameses|xenotrasplantament|cirurgia fetal|cor artificial total)\b"
)


_ALONE_IN = Lazy(
    r"\b(?:[Nn]obody|[Nn]o one|[Nn]o-one|[Nn]essun[oa]?|[Pp]ersonne|[Nn]adie|[Nn]ingu)(?: else| altr[oa]| d'autre| mas| mes)(?: \w+)? (?:in|en|a|au|dans|al|nel|nella)(?: (?:la|el|le|lo|il|all of|tota|toda|tutta|toute))? ?(?:l')?[A-Z][\w'-]+"
)
_VOICE = Lazy(
    r"\b(?:record\w*|registr\w+|enregistr\w+|grab\w+|grav\w+|captur\w+|capt\w+)(?: \w+){0,2} (?:his|her|their|the patient's|la sua|sua|sa|su|la seva|seva) (?:voice|voce|voix|voz|veu)\b"
)
_NEAR = Lazy(
    r"\b(?:close-?ups?|primo piano|gros plan|primer plano|primer pla|zoom)\b[^.!?]{0,30}\b(?:patient\w*|paziente|paciente|pacient|face|eyes|viso|volto|visage|yeux|ojos|cara|rostro|ulls)\b"
    r"|\b(?:you (?:can )?(?:read|see)|can be read|visible|legible|si (?:legge|vede)|on (?:lit|voit)|se (?:lee|ve)|es (?:llegeix|veu))(?: \w+'?){0,2}[ ']?(?:whiteboard|name tag|wristband|chart|lavagna|nome|braccialetto|cartella|tableau blanc|tableau|bracelet|dossier|pizarra|nombre|pulsera|historia|pissarra|polsera|historial|(?:patient's )?names?\b|nom(?:bre|e)? (?:of|du|de la|del|della) (?:the )?pa[tcz]\w+)"
    r"|\b(?:photos?|foto(?:s|grafi[ae])?|pictures?|images?|imatges?|imagen|videos?) ?: [^.!?]{0,30}\b(?:patient\w*|paziente|paciente|pacient)\b"
    r"|\b(?:husband|wife|kids|children|family|mother|father|son|daughter|marito|moglie|figli|famiglia|mari|femme|enfants|famille|marido|mujer|hijos|familia|marit|dona|fills)\b[^.!?]{0,20} (?:in|on|nella|sur|dans|en|a) (?:this|the|questa|la|cette|esta|aquesta|l') ?(?:picture|photo|foto|image|imatge|imagen)\b"
)
_IS_THE = Lazy(
    r"\b(?:patient|he|she|paziente|patiente?|paciente|pacient) (?:today |here )?(?:is|was|e|est|es|era|etait) (?:the |il |la |lo |l'|le |el )(?!first|last|next|one|prim|ultim|premier|dernier|derni|proxim|seguent|siguiente|prochain|same|only)\w+(?: \w+){0,2} (?:of|from|at|in|on|del|della|dello|di|du|de la|de l'|de|des|d'una|d'un) ?(?:the |our |this |this |el |la |le |il |l'|nostr[oa] |notre |nuestr[oa] )?(?:town|village|city|parish|school|college|channel|tv|news|team|club|church|council|paese|citta|parrocchia|scuola|liceo|squadra|comune|ville|paroisse|ecole|lycee|equipe|mairie|pueblo|ciudad|parroquia|escuela|instituto|equipo|barrio|poble|ciutat|escola|institut|equip|barri)\b"
)


_ONLY_ONE = Lazy(
    r"\b(?:only|last|unic[oa]?|seule?|ultim[oa]?|dernier|derniere)(?: \w+){1,2}?(?: left| rimast[oa]| qued\w*| que queda)? (?:in|of|de la|de l'|del|della|dell'|du|d'|a la|al|a l'|en el|en la|nella|nel|dans) ?(?:the |our |our )?(?:valley|village|town|island|county|parish|neighbou?rhood|school|valle|vallee|vall|paese|isola|borgo|quartiere|ile|bourg|quartier|pueblo|isla|barrio|comarca|poble|illa|barri|escola|escuela|scuola|ecole|provincia)\b"
    r"|\b(?:know|knows|conoc\w+|connaissez|connaissent|coneix\w+|conosc\w+|recogni[sz]e)(?: \w+){0,3} (?:from|dalla|de la|della|en la|a la|por la|par la) (?:the )?(?:tv|tele|television\w*|televisio|televisione|radio|news)\b"
    r"|\b(?:surviv(?:ed|or of)|sopravviss\w+|survecu|rescapee?|sobreviv\w+|va sobreviure|supervivient\w+)(?: to)?(?: [a-z]*'?){0,3}[ '](?:crash|accident\w*|incident\w*|fire|attack|shooting|explosion|collapse|incendi\w*|attentat\w*|atentado|crollo|terremoto|earthquake|flood|inondation|inundacion|alluvione)\b"
)


def traits(c: Context) -> Iterator[Finding]:
    yield from _rooms(c)
    for match in _BIO.finditer(c.low):
        if _BIO_HARMLESS.search(c.low[max(0, match.start() - 20) : match.end() + 24]) or (
            c.is_public and not c.tied(*match.span())
        ):
            continue
        yield Finding(*match.span(), "P", ASK, "A bodily mark or print points at one person.", "")
    for pattern in (_PHOTO, _FACE, _NEAR):
        for match in pattern.finditer(c.low):
            if c.is_public and not (
                c.tied(*match.span())
                or re.search(r"patient|pazient|pacient|face|volto|visage|rostro|victim|vittim", match.group())
            ):
                continue
            yield Finding(
                *match.span(),
                "Q",
                ASK,
                "A picture of a person or of their name needs a second pair of eyes.",
                "",
            )
    for match in _ALONE_IN.finditer(c.plain):
        if c.kind == "surgery":
            reason = "A first or only case in a place points at one person."
            yield Finding(*match.span(), "R", ASK, reason, "a rare operation")
    for match in _VOICE.finditer(c.low):
        if not c.is_public or c.tied(*match.span()):
            yield Finding(*match.span(), "P", ASK, "A voice is as good as a name.", "")
    for match in _RELATIVE_OF.finditer(c.low):
        if (
            not c.is_public
            or c.tied(*match.span())
            or re.search(r"surgery|operat|injur|critical|hospital|icu|admitted", c.low)
        ):
            yield Finding(*match.span(), "R", ASK, "Whose relative it is points at one person.", "a relative")
    if c.is_public:
        return
    for pattern, reason in (
        (_IS_PUBLIC, "A public role points at one person."),
        (_KNOWN, "This tells readers where to look for who it is."),
        (_ONLY_ONE, "This tells readers where to look for who it is."),
        (_IS_THE, "A public role points at one person."),
        (_EVENT, "A known incident points at those who were in it."),
        (_LOCAL_ROLE, "A known role or a first points at one person."),
        (_JOB, "An occupation narrows down who it is."),
    ):
        if c.kind == "reply" and pattern is not _IS_PUBLIC:
            continue
        for match in pattern.finditer(c.low):
            yield Finding(*match.span(), "R", ASK, reason, "")
    if c.kind == "surgery":
        for match in _FIRST.finditer(c.plain):
            if _FIRST_CASE.search(match.group().lower()) and not re.match(
                r"(?i)(?:first|prim\w+|premi\w+) (?:incision|stitch|step|of|cut|phase|look|part|session|dose|suture|port|aid|responder)",
                match.group(),
            ):
                yield Finding(
                    *match.span(),
                    "R",
                    ASK,
                    "A first or only case in a place points at one person.",
                    "a rare operation",
                )


def _rooms(c: Context) -> Iterator[Finding]:
    for match in _ROOM.finditer(c.low):
        text = match.group()
        if re.match(
            r" (?:is |was |now |being |has been )*(?:clean|turned over|disinfect|sanificat|pulit|nettoye|limpi|net[ae]?j?\b)",
            c.low[match.end() :],
        ):
            continue  # a room, with nobody in it
        if _PUBLIC_ROOM.search(c.low[max(0, match.start() - 14) : match.end()]):
            continue
        word = re.match(r"[a-z]+", text)
        kind = word.group() if word else ""
        if kind in ("ward", "reparto") and not re.search(r"\d+[a-z]|[a-z]-?\d", text) and c.is_public:
            continue
        bed = kind in ("bed", "letto", "lit", "cama", "llit")
        if c.is_public and not c.tied(*match.span()) and not bed:
            continue
        if kind == "camera" and not re.search(
            r"\b(?:in|nella|alla|della|dalla|sua|la|degenza|reparto|ricovero|letto)[,:]? $",
            c.before(match.start(), 10),
        ):
            continue
        if (
            kind == "camera"
            and re.match(r"camera (?:\d|[ab])$", text)
            and re.search(r"angle|view|video|feed|scope", c.low)
        ):
            continue
        if match.group(1) in ("3d", "2d", "4k", "8k") or kind == "beds" or (kind == "bay" and c.is_public):
            continue
        if c.is_public and bed and re.search(r"available|free|spare|liber|disponi|lliure", c.low):
            continue
        yield Finding(*match.span(), "R", ASK, "A bed or room leads to the patient.", "the ward")
    for match in _PLACED.finditer(c.low) if c.has_digit else ():
        if c.kind == "surgery" or (match["n"] and c.tied(*match.span())):
            yield Finding(*match.span(), "R", ASK, "A bed or room leads to the patient.", "the ward")
    for match in _SUITE.finditer(c.low):
        if not c.is_public:
            yield Finding(*match.span(), "R", ASK, "A bed or room leads to the patient.", "intensive care")


def rare_operation(c: Context) -> tuple[int, int] | None:
    match = _RARE.search(c.low)
    return match.span() if match else None
