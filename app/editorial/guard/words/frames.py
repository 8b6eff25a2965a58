"""Where names stand: before what only people do, behind what is done for, said by or asked about people."""

from __future__ import annotations

import re

from app.editorial.guard.lazy import Lazy

_STATE_EN = (
    r"awake|asleep|sedated|intubated|extubated|reintubated|discharged|smiling|talking|waking|sleeping|resting|recovering|stable|critical|walking|eating|drinking|comfortable|"
    r"fasted|in recovery|in pain|pain.free|allergic|nil by mouth|doing (?:well|great|fine|ok)|ready (?:for|to)|out of (?:theatre|surgery|recovery|bed)|back (?:on the ward|from|in)|on bypass|off bypass|"
    r"on the (?:table|ward)|in (?:icu|hdu|itu|theatre|surgery)|home|alive|dead|missing"
)
_STATE_ROM = (
    r"svegli|estubat|intubat|sedat|dimess|ricoverat|trasferit|operat|stabil|seren|tranquill|mort|deced|nat[oa]\b|tornat|arrivat|uscit|entrat|pront|allergic|a digiun|in (?:sala|ripresa|reparto|rianimazione|recovery|risveglio|circolazione)|"
    r"reveill|extube|intube|sorti|decede|arrive|nee?\b|pret|serein|calme|stable|hospitalis|opere|allerg|a jeun|en (?:salle|rea|reveil|soins)|sous (?:cec|sedation)|rentre|"
    r"despiert|extubad|sedad|intubad|ingresad|operad|trasladad|estable|list[oa]\b|fallec|dormid|en (?:ayunas|quirofano|la uci|uci|planta|bomba|reanimacion)|ayunas|alerg|"
    r"despert|extubat|ingressa|trasllada|opera[td]|a punt|llest|adormi|al·lerg|en (?:deju|bomba)|a (?:l'uci|la uci|quirofan|planta)|viva?\b|vivant"
)
HUMAN = Lazy(
    rf"^(?:'s)?,? (?:(?:is|was|has been|remains|now|already|still|just|looks|feels|seems) )*(?:{_STATE_EN})\b"
    r"|^(?:,? (?:who|che|qui|que))?,? (?:has |have |had |just |finally |now |already |then |also )*(?:woke|wakes|slept|sleeps|smiled|smiles|thanked|thanks|says|said|asks|asked|wants|wanted|walks|walked|ate|eats|drank|drinks|tolerat\w+ (?:sips|diet|fluids|food|oral|water|clear)|tolerating|cried|cries|laughed|laughs|joked|sends|signed|squeezed|feels|felt|died|passed away|survived|collapsed|lives|underwent|received (?:her|his|a new|the new)|was (?:admitted|born|brought|transferred|discharged|taken|operated|rescued|pulled|injured|killed|found|last seen)|came round|went home|goes home|gave (?:us|consent|birth)|gives consent|complain\w+|denies|presents with|presented with|consented|refused|agreed|drifted off|vomited|recovered|recovers|is waiting|is going|can breathe|breathes|breathed|lost (?:his|her)|turns \d|turned \d|hopes|loves|joined us from|opened (?:her|his) eyes)\b"
    r"|^,? (?:(?:nous|ci|nos|ens) (?:l')?(?:a|ha|fa|fait|dice|dit|diu|pide|chiede|demande|demana|demano|pidio|chiese|hizo|va)\b|(?:made|let|showed|told|asked|begged|reminds?|reminded|invited|beat|warned) us\b)"
    rf"|^,? (?:e|est|es|esta|sta|era|resta|sigue|segueix|reste|fue|ha sido|e stat[oa]|va ser|a ete|ja es|ya esta|gia|deja|ya|ja)? ?(?:{_STATE_ROM})\w*"
    r"|^,? (?:ha|a|va|si e|s'est|se ha|s'ha|si|se|vient de|vient d'|vuole|veut|quiere|vol|acaba de|appena|ya|ja|gia|deja|ne|non|no|ha ben|ha gia|ha mal|a bien|a mal|a deja|m'a|mi ha|me ha|m'ha|ens ha|nos ha|ci ha|nous a)? ?(?:dormi\w*|dorm\b|mangia\w*|mange\w*|com(?:ido|e)\b|menja\w*|menjat|beve\b|bevuto|bu\b|boit\b|bebe\b|bebido|beu\b|begut|chiesto|chiede|demande\w*|pedido|pidio|pide|demana\w*|detto|dice\b|dit\b|dicho|diu\b|firmat[oa]?|signe\b|firmado|signat|ringrazia\w*|remerci\w*|agrade\w+|agrai\w*|sorris\w*|sorride|souri\w*|sonri\w+|somri\w+|piang\w+|pianto|pleur\w+|llora\w*|plora\w*|parla\b|parle\b|habla\b|cammina\w*|marche\b|camina\w*|salut\w+|saluda\w*|racconta\w*|raconte\w*|cuenta\b|explica\b|aspetta\w*|attend\b|espera\b|sveglia\w*|reveill\w+|despert\w+|respira\w*|respire\b|tollera\w*|tolere\w*|tolera\w*|nascera|partorit\w*|accouche\w*|serre\w*|stretto|apretad\w+|estret|trova bene|trouve bien|encuentra|recupera\w*|riprende\b|sente\b|sent (?:bien|mieux|be)|siente\b|sta (?:bene|meglio|male|dormendo)|va (?:bene|bien|mieux|be|millor|mejor)|torna a casa|rentre a|vuelve a casa|vivo|viva|scherzava|plaisantait|bromeaba)\b"
    r"|^,? (?:murio|fallecio|nacio|ingreso|salio|llego|desperto|duerme|despierta|mori|naquit|mangeait|va morir|va neixer|va ingressar|va sortir|va arribar|visto? per|vista? per|vue? pour|visto por|vista por|vist per|beve|boit|bebe|beu|dorme|dort|dorm|souffre|soffre|sufre|pateix|vomita|vomit|ha avuto|a eu|ha tenido|ha tingut|mi ha|m'a|me ha|m'ha)\b"
)
"""What only people do or are, right behind the name."""

AT_REST = Lazy(
    r"^(?:'s)?,? (?:is |was |now |e |est |esta |es |sta )*(?:awake|asleep|sedated|extubated|intubated|discharged|estubat[oa]|intubat[oa]|sedat[oa]|svegli[oa]|dimess[oa]|extubee?|intubee?|sedatee?|reveillee?|extubad[oa]|intubad[oa]|sedad[oa]|despiert[oa]|extubat|extubada|despert|desperta|(?:a|ha|va) (?:mal |bien |ben |bene |molto |tres |muy |molt |poco |peu |poc )?(?:dormi|dormito|dormido|dormit|dormir)|woke up|said goodbye|tolerating sips|slept|thanked)\b"
)
"""The surest of these: even the first word of a text is a person then."""

_BODY = (
    r"bell(?:y|ies)|tummy|abdomen|stomach|skin|eyes?|hands?|foot|feet|back|neck|throat|nose|ears?|face|hair|skull|shoulders?|elbow|ankle|wrist|spine|appendix|gallbladder|spleen|bladder|womb|uterus|slippers|glasses|pyjamas|teddy|phone|bag|ring|wheelchair|crutches|dentures|turn|family|friends|"
    r"pancia|addome|ventre|stomaco|pelle|occhi|mano|mani|piede|schiena|collo|gola|naso|viso|spalla|gomito|caviglia|polso|colonna|appendice|colecisti|milza|vescica|utero|ciabatte|occhiali|pigiama|peluche|telefono|borsa|turno|famiglia|amici|"
    r"estomac|peau|yeux|oeil|mains?|pieds?|dos|cou|gorge|nez|visage|epaule|coude|cheville|poignet|colonne|vesicule|rate|vessie|chaussons|lunettes|pyjama|doudou|telephone|sac|famille|amis|"
    r"barriga|tripa|estomago|piel|ojos?|manos?|pies?|espalda|cuello|garganta|nariz|cara|hombro|codo|tobillo|muneca|columna|apendice|bazo|vejiga|zapatillas|gafas|pijama|bolso|familia|amigos|"
    r"panxa|pell|ulls?|mans?|peus?|esquena|coll|nas|espatlla|colze|turmell|canell|apendix|melsa|bufeta|sabatilles|ulleres|peluix|bossa|amics|"
    r"operation|surgery|procedure|x-ray|xray|scan|ct|mri|echo|angiogram|chart|file|record|records|case|heart|kidney|liver|lungs?|valve|hip|knee|legs?|arms?|brain|chest|blood|biopsy|results?|consent|photo|picture|fundraiser|story|name|body|life|recovery|bedside|bed|band|label|sheet|surname|"
    r"operazione|intervento|radiografia|rx|tac|risonanza|ecografia|eco|cartella|scheda|caso|rene|cuore|fegato|polmon[ei]|valvola|anca|ginocchio|gamba|braccio|cervello|sangue|biopsia|esami|esito|consenso|foto|raccolta fondi|storia|corpo|vita|letto|etichetta|foglio|"
    r"intervention|chirurgie|radio|scanner|irm|echographie|dossier|cas|rein|coeur|foie|poumons?|hanche|genou|jambe|bras|cerveau|sang|biopsie|resultats?|consentement|cagnotte|histoire|corps|vie|lit|etiquette|feuille|fiche|chambre|"
    r"operacion|cirugia|radiografia|resonancia|ecografia|historia|expediente|ficha|rinon|corazon|higado|pulmon|pulmones|valvula|cadera|rodilla|pierna|brazo|cerebro|sangre|resultados?|consentimiento|colecta|cuerpo|vida|cama|etiqueta|hoja|"
    r"operacio|cirurgia|ressonancia|ecografia|historial|fitxa|ronyo|cor|fetge|pulmo|maluc|genoll|cama|brac|cervell|sang|resultats?|consentiment|recapte|cos|llit|full"
)
BELONGS = Lazy(
    rf"\b(?:{_BODY})(?: (?!in\b|with\b|con\b|amb\b|avec\b|sans\b|on\b|to\b|from\b|by\b)[a-z'-]+){{0,2}}? (?:of|for|belongs? to|is|de|di|d'|del|della|dell'|du|pour|per|per a|para|e di|est celle de|es de|es d')(?: l')? ?$"
)
"""A part, a picture or the papers of somebody."""

CHEERED = Lazy(
    r"\b(?:fingers crossed|keep going|come on|hang in there|hold on|thx|night night|good night|sleep well|see you(?: soon)?|venga|aguanta|daje|resisti|buonanotte|bonne nuit|tiens bon|buenas noches|bona nit|thinking of|thoughts are with|(?:present|gift|card|flowers|song) for|shout ?out|shoutout|pray(?:ers?|ing)?|rooting|cheers?|cheering|applause|round of applause|love|hugs?|good luck|best wishes|say (?:hello|hi)|hello|hi|hey|thanks|thank you|strength|get well(?: soon)?|welcome(?: back)?|happy birthday|congratulations|congrats|well done|big day|proud of|goodbye|rest in peace|rip|missing you|introducing|meet|"
    r"dita|incrociamo|pregh\w+|forza|tifo|auguri|buon compleanno|salut\w+|complimenti|bravo|brava|un abbraccio|baci\w*|grazie|benvenut[oa]|gran giorno|applaus\w+|ciao|"
    r"doigts|pri(?:ere|ez|ons)\w*|courage|bon courage|allez|dites bonjour|bonjour|bisous?|merci|joyeux anniversaire|felicitations|bravo|grand jour|applaudi\w+|bienvenue|une pensee|pensees|"
    r"dedos|rez(?:ad|amos|en)|fuerza|animo|saludad|saludos|un beso|besos?|abrazos?|gracias|feliz cumpleanos|felicidades|enhorabuena|gran dia|aplauso|bienvenid[oa]|todos con|vamos|"
    r"dits|preg(?:ueu|uem)|forca|anims|saludeu|salutacions|peto|petons|abracad\w+|gracies|per molts anys|felicitats|aplaudiment\w*|benvingu[td]a?|tots amb)"
    r"(?:,? (?!staff|team|equip|everyone|all the|our team|from|desde|des|da|dal|dalla|depuis)[a-z]+){0,3}?,? (?:(?:for|to|with|of|al|alla|a|ad|per|per a|per l'|por|para|pour|avec|con|amb|de|di|on|nostr[oa]|little|big|our)(?: (?:la|le|el|il|els|our|l'|the|little|dear))? )?$"
)
"""Wishes, thanks and greetings go to people."""

SOUGHT = re.compile(
    r"\b(?:(?:has )?anyone (?:seen|heard from)|any (?:news|word|update) (?:of|on|about|from)|how(?:'s| is| are)|come sta|notizie di|comment va|nouvelles d[e']|como esta|noticias de|com esta|noticies d[e']|(?:qualcuno|nessuno) ha visto|quelqu'un (?:a vu|connait)|alguien (?:ha visto|sabe de|conoce)|algu (?:ha vist|coneix)|body of|famil(?:y|ia|le|ille|iglia) (?:of|di|de|d')|search(?:es|ing)?(?: (?:continues?|continue|goes on|is on|on))? for|looking for|look for|hunt for|concern for|appeal to find|trying to (?:find|reach)|last contact with|identified (?:today )?as|named (?:locally |today |by \w+ )?as|known locally as|victims?(?: is| are|:)?|among the (?:dead|injured|missing|victims)(?: is| are|:)?|body of|death of|remains of|remember|in memory of|tribute to|survived by|pulled|rescued|"
    r"(?:relatives|kin|loved ones|visitors?|visitor|next of kin|guests) (?:of|for)|parenti (?:di|del|della)|familiari di|congiunti di|accompagnator\w+ di|proches de|accompagnants? de|parents de|familiares de|acompanantes de|parientes de|allegados de|familiars d(?:e|')|acompanyants d(?:e|')|parents d(?:e|')|(?:ask|asks|asking|asked|enquir\w+|inquir\w+) (?:us )?(?:about|after)|chied\w+ (?:notizie )?di|demandent (?:des nouvelles )?(?:de|apres)|interrogent sur|preguntan por|pregunta por|pregunten per|pregunta per|s'informent (?:de|sur)|"
    r"ricerche (?:di|per trovare)|si cerca|cerchiamo|cerco|cercando|scomparsa di|identificat[oa] (?:come|in)|conoscono come|nota? come|tra le vittime(?: ci sono| c'e|:)?|tra i (?:morti|feriti|dispersi)(?: ci sono| c'e|:)?|morte di|corpo di|salvat[oa]|estratt[oa] (?:viv[oa]|salv[oa])|"
    r"recherch(?:es? de|e|ons|e activement)|retrouver|a la recherche de|je cherche|on cherche|sans nouvelles de|disparition de|identifiee? (?:comme|etant)|parmi les (?:morts|victimes|blesses|disparus)(?: figurent?| figure| il y a|:)?|mort de|corps de|en memoire de|sorti|sauve|"
    r"busqueda de|se busca a|buscamos a|busco a|desaparicion de|identificad[oa] como|entre (?:los|las) (?:fallecidos|victimas|muertos|heridos|desaparecidos)(?: estan| esta| figuran| figura|:)?|muerte de|cuerpo de|con vida a|rescatad[oa] a|sacaron (?:con vida )?a|en memoria de|"
    r"recerca (?:de|d')|es busca|busquem|busco|desaparicio de|identifica(?:t|da) com a?|entre (?:els|les) (?:morts|victimes|ferits|desapareguts)(?: hi ha| hi figura| hi figuren|:)?|mort de|cos de|amb vida|en memoria de|rescatat|tret)(?: (?:a|al|el|la|en|l'|els|le|il|d'|the))?[ ']?$"
)
"""Missing, found, dead: a name follows."""

KIN = Lazy(
    r"\b(?:(?:my|his|her|our|their|mio|mia|suo|sua|nostro|nostra|mon|ma|son|sa|notre|mi|su|nuestr[oa]|(?:el )?(?:meu|seu|nostre)|(?:la )?(?:meva|seva|nostra)|patient's|the|la|il|le|el|l'|les|els|los) ?)?"
    r"(?:wife|husband|daughter|mother|father|mum|mom|dad|brother|sister|twin sister|twin brother|twin|grandson|granddaughter|grandmother|grandfather|grandma|grandpa|granny|uncle|aunt|cousin|niece|nephew|son|fiancee?|girlfriend|boyfriend|parents|siblings|couple|twins|donor|recipient|"
    r"moglie|marito|figlio|figlia|madre|padre|mamma|papa|fratello|sorella|gemell[oa]|zio|zia|cugin[oa]|nonn[oa]|nipote|fidanzat[oa]|compagn[oa]|genitori|gemelli|coniugi|donatore|donatrice|ricevente|sig|sig\.ra|"
    r"epouse|epoux|femme|mari|fille|mere|pere|maman|frere|soeur|jumelle|jumeau|oncle|tante|grand-mere|grand-pere|mamie|papi|compagne|compagnon|conjointe?|neveu|niece|parents|donneu(?:r|se)|receveu(?:r|se)|"
    r"esposa|esposo|marido|mujer|hij[oa]|herman[oa]|melliz[oa]|gemel[oa]|ti[oa]|abuel[oa]|novi[oa]|sobrin[oa]|niet[oa]|padres|donante|receptora?|"
    r"lodger|landlord|landlady|tenant|nanny|babysitter|au pair|godparents?|badante|inquilin[oa]|coinquilin[oa]|colf|padrino|madrina|locataire|logeuse|nounou|aide-soignante|auxiliaire de vie|caser[oa]|cuidadora?|canguro|llogatera?|mainadera|cangur|"
    r"nuora|genero|cognat[oa]|suocer[oa]|beau-frere|belle-soeur|beau-pere|belle-mere|gendre|belle-fille|parrain|marraine|suegr[oa]|cunad[oa]|nuera|yerno|cunyad[ao]?|cunyat|sogra|sogre|padri|padrina|brother-in-law|sister-in-law|mother-in-law|father-in-law|godmother|godfather|godson|goddaughter|"
    r"marit|fill|filla|germa|germana|besso|bessona|oncle|tieta|avia|iaia|nebot|neboda|parella|pares|donant|dona|xicot|xicota)"
    r"(?: (?:of|de|di|d'|del|della|e|et|and|y|i|is|was|named|called))?,?:? ?$"
)
"""Somebody of the family, or giver and receiver of an organ."""

SAID = re.compile(
    r"(?:said|says|told us|adds|added|explains|confie|confiait|dit|raconte|explique|temoigne|declare|ha detto|dice|racconta|spiega|confida|cuenta|explica|asegura|relata|ha dicho|diu|assegura|ha dit|a dit|recalls|ricorda|se souvient|recuerda|recorda|writes|scrive|ecrit|escribe|escriu) $"
)

LISTED = Lazy(
    r"\b(?:next|next up|next on the list|list|patient|pt|case|caso|cas|signed|firmato|signe|firmado|signat|name|today|first on|poll|prossim[oa](?: in lista)?|in lista|lista|oggi|nome|suivante?|prochaine?(?: au programme)?|programme|nom|siguiente(?: en (?:el parte|la lista))?|parte|hoy|nombre|seguent(?: a la llista)?|llista|avui|nom)(?: [a-z']+){0,3}: $"
)

OWNS = re.compile(
    r"^'s (?:(?:new|old|own|left|right|first|second|own|little|big|brave|tiny|elderly|worried) )*(?:kidneys?|heart|liver|lungs?|valve|hip|knee|leg|arm|hand|foot|brain|chest|skin|eye|eyes|face|spine|back|bp|blood|sats|pain|pulse|temperature|scan|x-ray|biopsy|results?|op|operation|surgery|transplant|procedure|chart|file|notes|bed|room|mum|mom|mother|dad|father|wife|husband|son|daughter|family|parents|sister|brother|birthday|smile|recovery|journey|story|fight|turn|graft|fracture|tumou?r|bypass|chemo|dressing|drain|lines?|obs|consent|phone|number|house|home|car|school|job|boss|friends?)\b"
)
"""A part or a relative of somebody: not of an eponym, whose are signs and diseases."""

CREDITED = Lazy(
    r"\b(?:died|dead|death|killed|injured|missing|identified|victim|victims|wife|husband|family of|mother|father|morto|morta|mort|morts|vittima|vittime|famiglia|ferit[oa]|dispers[oa]|tue|tuee|blessee?|disparue?|victime|famille|murio|fallecid[oa]|fallecio|muert[oa]|herid[oa]|desaparecid[oa]|familia|va morir|ferida|desaparegu[td]a?|rescued|salvat[oa]|rescatad[oa]|rescatat|hospital|ospedale|hopital)\b"
)

HANDLED = Lazy(
    r"\b(?:operating on|operated on|working on|wheel(?:ed|ing) in|bringing in|brought in|intubat(?:ed|ing)|extubat(?:ed|ing)|re-?intubating|wak(?:e|ing)(?: up)?|sedat(?:ed|ing)|prepping|positioning|an(?:a)?esthetising|an(?:a)?esthetizing|reassur(?:ed|ing)|comfort(?:ed|ing)|visit(?:ed|ing)|promised|told|promess[oa](?: \w+){1,3}|promis (?:une?|la|le|de|des)(?: \w+){1,2}|prometimos(?: \w+){1,3}|promes(?: \w+){1,3}|tell|remind(?:ed)?|hugged|tuck(?:ed|ing) in|settl(?:ed|ing)|discharg(?:ed|ing)|transfusing|requested by|asked for by|chosen by|picked by|donated by|goes to|go to|given to|destined for|chart says|band says|band reads|label says|label reads|labelled|labeled|etichettat[oa]|etiquetee?|etiquetad[oa]|etiquetat|etiquetada|"
    r"operiamo|operando|stiamo operando|opereremo|svegliamo|svegliando|intubiamo|intubato|estubiamo|estubato|addormentiamo|addormentato|portiamo (?:in sala|via)|dimettiamo|tocca a|tocca ad|e il turno di|scelt[oa] da|chiest[oa] da|promesso a|detto a|rassicurato|"
    r"operons|opere|reveillons|reveille|intubons|extubons|endormons|amenons|au tour de|au tour d'|promis a|dit a|choisi[e]? par|demandee? par|rassure|"
    r"operamos a|operando a|despertamos a|intubamos a|extubamos a|dormimos a|bajamos a|subimos a|le toca a|turno de|prometimos a|dijimos a|elegid[oa] por|pedid[oa] por|tranquilizamos a|"
    r"operem|operant|despertem|intubem|extubem|adormim|baixem|li toca a|torn de|torn d'|vam prometre a|vam dir a|triada? per|demanada? per|tranquil·?litzem)(?: (?:the|la|el|il|en|na|l'|a|al|poor|little|our))?[ ']?$"
)
"""What is done to or asked by people: whom it names is one, unless it is a thing that nothing else explains."""

REAL_CASE = re.compile(
    r"\b(?:(?:case|patient|one) (?:from|of|last|we had)|last (?:week|month|year|night|summer|winter)|yesterday|real (?:case|patient|story)|remember|we (?:once )?(?:had|lost|treated|operated)|taught us|"
    r"caso (?:di|del|vero|reale)|settimana scorsa|mese scorso|ieri|ricordate|ci ha insegnato|cas (?:de|du|reel)|semaine derniere|mois dernier|hier|rappelez|nous a appris|caso (?:de|real)|semana pasada|mes pasado|ayer|recordad|recordais|nos enseno|setmana passada|mes passat|ahir|recordeu|ens va ensenyar)\b"
)
"""In a training a real patient is told of."""
WAS_TREATED = Lazy(
    r"\b(?:(?:remains?|stays?|continues?|resta|restano|rimane|rimangono|reste|restent|demeure|continua|continuan|sigue|siguen|permanece|segueix|segueixen|roman|esta|e|est|is) (?:in (?:a )?|in condizioni |dans un etat |en estado |en estat )?(?:critical|serious|grave?|gravi|gravissim\w|critic[oai]|critique|critiques|greu|greus|stable|stabil[ei]|estables?|condition)|(?:condition|conditions|condizioni|etat(?: de sante)?|estado(?: de salud)?|estat(?: de salut)?|prognosi|pronostico) (?:of|di|de|d'|del|della)|medical bulletin|bollettino medico|parte medico|bulletin de sante|comunicat medic|underwent|had (?:\w+ ){0,3}(?:surgery|operation|transplant|procedure|bypass|stroke|heart attack)|(?:was|is|been|being|were|currently|still) (?:\w+ )?(?:operated|treated|admitted|hospitali[sz]ed|discharged|transferred (?:to|from)|recovering|in (?:intensive care|icu|surgery|theatre|recovery|(?:a )?(?:stable|critical|serious) condition|(?:our|this) (?:care|hospital|ward))|stable|critical)|recovering (?:well|from|in|after|here)|our patient|patient (?:of|at|here|in)|in intensive care|diagnosed|"
    r"(?:e|e stat[oa]|sara|era|sono stat[oi]) (?:\w+ )?(?:operat[oa]|ricoverat[oa]|curat[oa]|dimess[oa]|trasferit[oa] (?:in|da)|stabile|in (?:terapia intensiva|rianimazione|prognosi|condizioni|cura))|ha subito|si e sottopost[oa]|ricoverat[oa]|in prognosi|in convalescenza|"
    r"(?:a ete|est|sera|etait) (?:\w+ )?(?:operee?|hospitalisee?|soignee?|admise?|transferee?|sortie? de|stable|dans un etat|en (?:soins intensifs|reanimation|convalescence))|a subi|hospitalisee?|"
    r"(?:fue|ha sido|esta|estuvo|sera|sigue) (?:\w+ )?(?:operad[oa]|ingresad[oa]|atendid[oa]|tratad[oa]|intervenid[oa]|dad[oa] de alta|trasladad[oa]|estable|en (?:la uci|cuidados intensivos|estado)|recuperandose)|ingresad[oa]|se recupera|se sometio|fue sometid[oa]|"
    r"(?:va ser|ha estat|esta|sera|segueix) (?:\w+ )?(?:operat|operada|ingressa[td]a?|ates|atesa|tracta[td]a?|intervingu[td]a?|dona[td]a? d'alta|trasllada[td]a?|estable|a l'uci|en estat)|ingressa[td]a?|es recupera|es va sotmetre)\b"
)
"""Somebody is told of as treated: in press and crisis texts their name is a patient's."""

CLINICAL = Lazy(
    r"\b(?:vf|vt|fv|tv|pea|pcr|cpr|rcp|rcr|compressions|massaggio|massage cardiaque|masaje|massatge|reparto|how is|come sta|comment va|como esta|com esta|case|cases|patient\w*|pt|admitted|discharged|surgery|operated|operation|transplant\w*|treated|treating|treats|looks? after|caring for|burn(?:s|t|ed)|stemi|nstemi|ecg|ekg|scan|x-?ray|ct|mri|echo|bloods|chest pain|pain|fever|stroke|arrest|sepsis|fracture|tumou?r|cancer|biopsy|consent|wristband|label|bed|ward|icu|intubat\w+|resuscitat\w+|diagnos\w+|presents|presented|symptoms?|breathless\w*|recover\w*|go(?:es)? home|going home|left (?:our |the |this )?hospital|leaves|out of hospital|thanks the|"
    r"caso|casi|pazient[ei]|pz|ricover\w+|dimess\w+|operat[oa]|intervento|trapiant\w+|curat[oa]|cura|ustion\w+|ecografia|tac|dolore|febbre|ictus|frattura|tumore|consenso|braccialetto|letto|reparto|terapia intensiva|rianimazione|intubat\w+|intubare|diagnosi|sintomi|guarit[oa]|lasciato l'ospedale|a casa|"
    r"cas|malade|hospitalis\w+|sortie?|sort|operee?|greffe\w*|soign\w+|brulures?|scanner|irm|douleur|fievre|avc|fracture|tumeur|consentement|bracelet|lit|service|reanimation|intubant|intub\w+|symptomes?|gueri\w*|essoufflement|dyspnee|quitte l'hopital|"
    r"caso|pacientes?|ingres\w+|alta|operad[oa]|operacion|trasplant\w+|atiende|atendid[oa]|quemaduras|ecografia|tac|dolor|fiebre|ictus|fractura|cancer|consentimiento|pulsera|cama|planta|uci|intubar|diagnostic\w+|sintomas?|disnea|se va|sale|curad[oa]|"
    r"pacients?|ingressa\w*|operat|operada|operacio|aten|ates|atesa|cremades|ofec|febre|ictus|fractura|consentiment|polsera|llit|intubar|simptom\w*|surt|marxa|curat|curada|dolor)\b"
)
"""Somebody is ill here: in a training or for the press a full name beside such a word is a patient's."""
SPOKE = Lazy(
    r"\b(?:speakers?|spokes\w+|chair\w*|moderat\w+|lectur\w+|teach\w*|presents? the (?:case|session|results)|presented by|by dr|professor|prof|dr|dra|doctor\w*|surgeons?|nurses?|consultants?|director\w*|head of|contact|press office|author\w*|trainers?|instructors?|tutors?|faculty|led by|hosted|mayor|minister|president|relator\w+|relatrice|docent[ei]|moderat\w+|dott\w*|primario|direttor\w+|direttrice|ufficio stampa|contatt\w+|condott[oa] da|sindac[oa]|orateur|oratrice|intervenant\w*|formateur|formatrice|animee? par|dirigee? par|docteur|pr|chirurgien\w*|infirmi\w+|directeur|directrice|chef de|maire|ministre|auteur|ponentes?|docentes?|impartid[oa]|moderad[oa]|doctor[a]?|cirujan[oa]|enfermer[oa]|jef[ea]|alcalde\w*|ministr[oa]|autor[a]?|ponents?|formador[a]?|impartit|impartida|cirurgia\w*|infermer[a]?|cap de|alcaldessa|firma el libro|simulat\w+|simulad\w+|fictici\w*|fictif|fictional|manikin|mannequin|maniqui|manichino|actor|actress)\b"
)
"""Who speaks, teaches or leads; and patients who are played."""
