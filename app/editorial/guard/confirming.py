"""
Answers that state something about the asker's relative or about their own treatment, put together from parts: who acts (we),
what is done in a hospital, whose it is. `replying` has the set phrases; here stands what they have in common.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.editorial.guard.context import BLOCK, Context, Finding
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.words.people import PATIENT, RELATIVES

CONFIRMED = "This confirms that somebody is or was a patient."
INSTEAD = "We cannot speak about individual people here."
KIN = (
    rf"(?:{RELATIVES}|little one|loved one|family member|relative|toddler|baby|boy|girl|lad|piccol[oa]|bimb[oa]|bambin[oa]|familiare|parente|proche|bebe|petite?|"
    r"garcon|pequen[oa]|familiar|chic[oa]|nin[oa]|nen[ae]?|petita|menuda?)"
)
YOURS = (
    r"(?:your|(?:il|la|i|le|lo) (?:suo|sua|tuo|tua|suoi|sue|tuoi|tue|vostr[oaie])|suo|sua|tuo|tua|votre|vos|ton|ta|tes|su|sus|tu|tus|vuestr[oa]s?|"
    r"(?:el|la|els|les) (?:seus?|seva|seves|teus?|teva|teves|vostr[ea]s?))"
)
_CARED = (
    r"(?:treat(?:ed|ing)?|operat(?:ed|e|ing)(?: on)?|admit(?:ted)?|discharged?|saw|seen|looked after|look(?:ing)? after|cared for|car(?:e|ing) for|(?:took|taken|take|taking) (?:\w+ )?care of|delivered|transferred|moved|"
    r"examined|scanned|x-rayed|sedated|intubated|extubated|stitched(?: up)?|sent \w+ home|kept|met|helped|nursed|saved|resuscitated|transplanted|had|"
    r"operat[oaie]|curat[oaie]|ricoverat[oaie]|dimess[oaie]|visitat[oaie]|assistit[oaie]|trattat[oaie]|seguit[oaie]|trasferit[oaie]|accolt[oaie]|medicat[oaie]|pres[oaie] (?:in carico|cura di)|preso cura di|vist[oaie]|salvat[oaie]|"
    r"operee?s?|soignee?s?|traitee?s?|hospitalisee?s?|recue?s?|suivie?s?|accueillie?s?|examinee?s?|transferee?s?|sauvee?s?|vue?s?|garde|pris (?:bien |grand )?(?:soin de|en charge)|"
    r"operad[oa]s?|tratad[oa]s?|atendid[oa]s?|ingresad[oa]s?|cuidad[oa]s?(?: de)?|vist[oa]s?|trasladad[oa]s?|dado de alta|intervenid[oa]s?|salvad[oa]s?|"
    r"operat|operada|operats|tractat|tractada|ates|atesa|ingressa[td]a?|cuidat|cuidada|trasllada[td]a?|donat d'alta|intervingu[td]a?|salva[td]a?)"
)
# "we operated on your sister", "nous avons pris soin de votre père", "vam operar la seva filla", "a su mujer la operamos"
_WE_CARED = Lazy(
    rf"\b(?:we|i|our (?:\w+ )?(?:team|surgeons?|doctors?|nurses?|staff|ward|unit|midwives))(?:'ve|'re)?(?: (?:did|have|had|just|also|really|already|were|are|so|all|very much|indeed|certainly)){{0,3}} (?:loved |enjoyed )?{_CARED} (?:up )?(?:{YOURS} (?:\w+ )?{KIN}|you|him|her|them)\b"
    rf"|\b(?:abbiamo|l'abbiamo|vi abbiamo|ci siamo|avons|nous (?:l'|vous )?avons|on (?:a|l'a|vous a)|hemos|le hemos|lo hemos|la hemos|hem|l'hem|li hem)(?: \w+){{0,2}}? {_CARED}(?: (?:di|de|a|bene|bien|be|molto))* {YOURS} {KIN}\b"
    rf"|\b(?:operamos|tratamos|atendimos|ingresamos|cuidamos(?: de)?|vimos|trasladamos|intervenimos|dimos (?:el |de )?alta|(?:vam|hem de|varem) (?:operar|tractar|atendre|ingressar|cuidar|veure|traslladar|intervenir|donar (?:l')?alta)|operammo|curammo)(?: \w+){{0,2}}? (?:a )?{YOURS} {KIN}\b"
    rf"|\ba {YOURS} {KIN} (?:ya )?(?:la|lo|le|el|li|l')? ?(?:operamos|tratamos|atendimos|ingresamos|cuidamos|vimos|trasladamos|intervenimos|dimos|hemos|vam|hem|estamos|tenemos|hicimos)\b"
    rf"|\b(?:pleasure|honou?r|privilege|joy|piacere|onore|plaisir|honneur|placer|honor|plaer)(?: (?:to|di|de|d'|for us to|per noi|pour nous de))? ?(?:care for|look after|treat|operate on|meet|deliver|curare|assistere|operare|soigner|accompagner|prendre soin de|cuidar(?: de)?|atender|tratar|operar|tenir cura de|atendre) (?:a )?(?:{YOURS} (?:\w+ )?{KIN}|you|him|her)\b"
)
_STATED = (
    r"(?:(?:was|were|has been|is being|is|'s)(?: (?:now|already|still|just|safely|finally|all))? (?!in (?:our|my) (?:thoughts|prayers|hearts)|welcome|lucky|right|interested|curious|confused|upset|invited|able)(?:\w+ed|sent|seen|taken|given|brought|put|kept|in|on|here|out|home|off|back|up|well|fine|stable|better|ok|okay|asleep|awake|comfortable|ready|safe|doing|breathing|sleeping|eating|resting|recovering|going)"
    r"|(?:went|came|woke|left|died|passed away|recovered|arrived|slept|ate|survived|pulled through|made it|did (?:well|great|fine)|had (?:a|an|the|her|his|surgery)|got (?:a|the|his|her)|goes home|can go home|will go home|will be (?:home|discharged|moved|transferred|operated))"
    r"|(?:e|era|ha|sta|si e|si sta|torna|esce|dorme|verra|sara) (?!ragione|il diritto|la possibilita|dirit)\w+|(?:est|etait|a|va|dort|sort|s'est|vient de|sera) (?!raison|le droit|la possibilite|droit)\w+"
    r"|(?:esta|estuvo|fue|ha|salio|llego|sigue|duerme|va|tuvo|ingreso|paso|se recupera|sera|murio|fallecio|desperto|es paciente)\b(?! (?:derecho|razon))|(?:va (?:sortir|ingressar|arribar|morir|passar|tenir|ser|estar)|segueix|dorm|surt|es recupera|sera|ha|es a|esta)\b(?! (?:dret|rao)))"
)
# "your dad went home this morning", "sí, su madre salió ayer"
_KIN_DID = Lazy(rf"\b{YOURS} (?:\w+ )?{KIN},? (?:ya |ja |gia |deja |also )?{_STATED}")
_TREATMENT = (
    r"(?:\w*(?:scop(?:y|ia|ie)|ectom(?:y|ia|ie)|[oe]stom(?:y|ia|ie)|otom(?:y|ia|ie)|plast(?:y|ia|ie|ica)|graph(?:y|ie)|grafia|biops(?:y|ia|ie)|dialys[ei]s?|dialisi|therap(?:y|ie)|terapia)|"
    r"surger(?:y|ies)|operation|procedure|(?:hip|knee|valve|shoulder|joint) (?:replacement|operation|surgery)|replacement|transplant|bypass|stent|pacemaker|caesarean|c-section|delivery|labour|chemo|infection|wound|scar|stitches|fracture|diagnosis|tumou?r|cancer|miscarriage|stay(?: with us| here| on our ward)|admission|discharge|blood tests?|test results?|results|x-ray|ct scan|scan|mri|medication|prescription|"
    r"intervento|operazione|ricovero|degenza|dimissione|trapianto|parto|cesareo|infezione|ferita|frattura|diagnosi|tumore|referto|esami(?: del sangue)?|esito|"
    r"intervention|hospitalisation|admission|sejour(?: chez nous)?|sortie|greffe|accouchement|cesarienne|infection|plaie|cicatrice|fracture|diagnostic|cancer|resultats?|examens?|"
    r"operacion|intervencion|cirugia|ingreso|estancia|alta|trasplante|cesarea|infeccion|herida|fractura|diagnostico|cancer|resultados?|analitica|pruebas?|"
    r"operacio|intervencio|cirurgia|ingres|estada|trasplantament|part|infeccio|ferida|diagnostic|resultats|analitica|proves)"
)
_FEELING = Lazy(
    r"\b(?:sorry|apologi[sz]e|apologies|regret|glad|pleased|happy|delighted|relieved|thrilled|delay|delayed|wait|waited|pain|confirm\w*|since|after|before|"
    r"dispiace|spiacenti|scus\w+|content[ie]|felici|liet[ie]|attesa|ritardo|dopo|prima|desoles?|navres?|excus\w+|pardon|ravis?|heureux|contents?|attente|retard|avant|apres|depuis|"
    r"sentimos|lamentamos|disculp\w+|perdon\w*|alegra\w*|contentos|espera|retraso|despues|antes|tras|sentim|lamentem|alegre\w*|contents|greu|endarrer\w+|despres|abans)\b"
)
_YOUR_TREATMENT = Lazy(rf"\b{YOURS} (?:(?:recent|last|first|second|own|{KIN}'s?) ){{0,2}}{_TREATMENT}\b")
_HAPPENED = Lazy(
    r"^[^.!?;]{0,24}\b(?:was|were|went|is back|are back|took|has been|had to|got|did|e stat[oa]|e andat[oa]|ha avuto|si e|a ete|s'est|etait|fue|se retras\w+|se cancel\w+|ha sido|salio|estuvo|tardo|va (?:ser|anar|sortir|trigar)|es va|ha estat)\b"
)
_WE_DO = Lazy(
    r"\b(?:we|i)(?:'ll| will| have| had|'ve| did| are| are going to| just)? (?!can|could|hope|need|want|offer)[a-z]+(?: out| off| up| on)? $|\b(?:toglieremo|togliamo|abbiamo (?:tolto|fatto|rimosso)|retirerons|retirons|enlevons|quitaremos|quitamos|traurem|traiem)(?: [a-z]+)? $"
)
_IN_HOSPITAL = Lazy(
    r"\b(?:he|she)(?:'s| is| was) (?:still |now |already |back )?(?:in (?:recovery|icu|intensive care|theatre|surgery|(?:the )?ward|room|bed)|on the ward|out of (?:theatre|surgery|icu|recovery))\b"
    r"|\b(?:le|li|te|us|vi|le|vous) (?:quitaremos|quitamos|retiraremos|traurem|traiem|togliamo|toglieremo|retirons|retirerons|enlevons|enleverons) (?:los|els|i|les) (?:puntos|punts|punti|fils|agrafes|points|grapas|grapes)\b|\b(?:togliamo|toglieremo|abbiamo tolto|retirons|enlevons|quitamos|traiem) (?:i|vos|tes|tus|sus|els) (?:(?:tuoi|suoi|vostri|seus|teus) )?(?:punti|points|fils|puntos|punts)\b"
)
_OF_KIN = Lazy(
    rf"\b(?:sorry|sentimos|lamentamos|sentim|lamentem|dispiace|desoles|navres)(?: (?:so|very|molto|tres|mucho|molt|lo|el que|about|for|per|pour|de|del|d'|to hear about|what happened to))+ (?:que (?:le |li )?(?:paso|va passar) a )?{YOURS} {KIN}\b"
)
_IF = Lazy(
    r"\b(?:if|whether|unless|in case|should you|hope|hoping|wish|speriamo|auguriamo|esperons|souhaitons|esperamos|deseamos|esperem|desitgem|qualora|se (?:ha|hai|avete|il|la|suo|sua)|cuando|quando|quand|when|quan|can(?:not|'t)|unable|non possiamo|ne pouvons|no podemos|no podem)\b"
)
_SI = Lazy(r"\bsi (?=\w)")
_THEN_DO = Lazy(
    r"\b(?:llame|llama|llamen|acuda|contacte|consulte|vaya|pida|escriba|truqui|truca|vagi|demani|escrigui|appelez|contactez|consultez|prenez|venez|ecrivez|chiami|chiamate|contatti|venga|scriva)\b"
)
_ASKS = Lazy(
    r"\b(?:please|call|ask|discuss|contact|bring|about|to (?:get|book|change|cancel|see|request)|per|pour|para|sobre|su|sur)(?: (?!sorry)[\w']+){0,3} $"
)


_FELT = r"(?:glad|happy|pleased|delighted|honou?red|proud|relieved|thrilled|overjoyed|sorry|sad|content[aeis]*|feli[cz]\w*|liet[oaie]|orgoglios[ei]|sollevat[ie]|dispiace|spiacenti|addolorati|heureu\w+|ravie?s?|fiers?|fieres?|soulage\w*|desolee?s?|navree?s?|encantad[oa]s|alegr\w+|orgullos[oa]s|aliviad[oa]s|sentimos|lamentamos|satisfech[oa]s|satisfets|encantats|contents|orgullosos|alleujats|sap greu|sentim|lamentem)"
_WORKED = (
    r"(?:operat\w*|treat\w*|remov\w+|taken out|fixed|mended|repair\w*|replac\w+|saved?|deliver\w*|look(?:ed|ing)? after|cared? for|nursed|transplant\w*|stitch\w*|discharg\w+|admit\w*|welcomed you|get (?:it|that) out|sent (?:you|him|her) home|"
    r"tolto|toglier\w+|rimoss\w+|cambiat\w+|ripara\w+|sostitui\w+|salvat\w+|assist\w+|curat\w+|curar\w+|operar\w+|dimett\w+|dimess\w+|accolt\w+|"
    r"retir\w+|enlev\w+|ote\b|oter|soign\w+|oper\w+|remplac\w+|repar\w+|sauv\w+|accueilli\w*|accouch\w+|gueri\w*|"
    r"quitad\w+|quitar\w*|extirp\w+|cambiad\w+|cambiar\w*|curad\w+|curar\w*|cuidad\w+|cuidar\w*|atendid\w+|atender\w*|sacad\w+|operad\w+|tratad\w+|tratar\w*|"
    r"tret|treure\w*|llevat|canviat|canviar\w*|cuida\w+|ates\w*|atendre\w*|tracta\w+|extirpat)"
)
PART = (
    r"(?:hip|knee|heart|valve|kidney|liver|lungs?|eyes?|ears?|nose|hand|foot|leg|arm|shoulder|back|spine|breast|stitches|wound|scar|tumou?r|cyst|lump|stones?|appendix|gallbladder|tonsils|cataract|hernia|baby|twins|stent|pacemaker|cast|plaster|teeth|tooth|"
    r"anca|ginocchio|cuore|valvola|rene|fegato|polmon[ei]|occhi\w*|orecchi\w*|naso|mano|piede|gamba|braccio|spalla|schiena|seno|punti|ferita|cicatrice|tumore|cisti|calcol\w+|appendice|colecisti|tonsille|cataratta|ernia|bimb[oa]|gess[oi]|gemelli|dente|denti|"
    r"hanche|genou|coeur|valve|rein|foie|poumons?|yeux|oeil|oreilles?|nez|main|pied|jambe|bras|epaule|dos|sein|points|agrafes|plaie|cicatrice|tumeur|kyste|calculs?|appendice|vesicule|amygdales|cataracte|hernie|bebe|jumeaux|platre|dents?|"
    r"cadera|rodilla|corazon|valvula|rinon|higado|pulmon\w*|ojos?|oidos?|nariz|mano|pie|pierna|brazo|hombro|espalda|pecho|mama|puntos|herida|cicatriz|quiste|piedras?|apendice|vesicula|amigdalas|cataratas?|bebe|gemelos|yeso|escayola|dientes?|"
    r"maluc|genoll|cor|ronyo|fetge|pulmo\w*|ulls?|orell\w+|nas|ma|peu|cama|brac|espatlla|esquena|pit|punts|ferida|cicatriu|quist|pedres|apendix|cataractes|hernia|nado|bessons|guix|dents?)"
)
# "glad to have taken your tumour out", "felici di averle tolto il tumore"
_GLAD_TO_HAVE = Lazy(
    rf"\b{_FELT}\b[^.!?;]{{0,50}}\b{_WORKED}\b[^.!?;]{{0,40}}(?:\b(?:you|your|him|her|them|le|li|la|lo|vous|votre|vos|su|sus|usted|vosotr\w+|suo|sua|tuo|tua|seva|seu|teva|teu|vostr\w+)\b|\b{PART}\b)"
    rf"|\b{_FELT}\b[^.!?;]{{0,24}}\b(?:aver(?:le|la|lo|ti|vi|gli)|haber(?:le|la|lo|te|os|les)|haver-(?:li|lo|la|te|vos)|poder(?:le|la|lo|te)|vous avoir|l'avoir|t'avoir)\b (?:(?:ben|bien|be|pogut|podido|pu|potuto) )?{_WORKED}\b"
)
# "nos alegra que su cadera nueva vaya bien", "glad the new hip works"
_PART_WELL = Lazy(
    rf"\b{_FELT}\b[^.!?;]{{0,36}}\b{PART}(?: (?:new|nuov[oa]|neuf|neuve|nouvelle|nuev[oa]|nou|nova))?\b[^.!?;]{{0,30}}\b(?:work\w*|heal\w*|doing|going|better|fine|well|hold\w*|funzion\w+|va|vada|stia|sta|bene|meglio|guari\w+|fonctionn\w+|aille|vont?|tient|bien|mieux|gueri\w*|cicatris\w+|funcion\w+|vaya|van|mejor|cur\w+|vagi|vagin|be|millor|aguant\w+)\b"
)
_GLAD_OF_PART = Lazy(
    rf"\b(?:glad|happy|pleased|delighted|relieved|thrilled|content[aei]|felici|liet[ei]|piacere|heureux|ravis|soulages|alegra\w*|contentos|encantados|contents|alegre\w*)\b[^.!?;]{{0,24}}\b{YOURS} (?:\w+ (?:'s |de |di |of )?){{0,3}}?{PART}\b"
    rf"|\b(?:glad|happy|pleased|felici|content[ie]|piacere|heureux|ravis|alegra|contentos|contents)\b[^.!?;]{{0,24}}\b(?:{PART})(?: \w+)? (?:de |di |d'|of ){YOURS} {KIN}\b|\b(?:felici|content[ie]|piacere)\b[^.!?;]{{0,16}}\b(?:il|la|i|le) {PART}(?: nuov[oa])? (?:la|lo|le|gli|ti|vi)\b"
)
_IN_RECORDS = Lazy(
    r"\b(?:our|nos|notre|i nostri|le nostre|nuestr[oa]s?|(?:als |dels |els |les )?nostres|el nostre|nel nostro|dal nostro|dai nostri) (?:\w+ )?(?:records?|files?|notes|system|log|database|charts?|dossiers?|fichiers?|registres?|systeme|archiv\w+|registri|sistema|cartelle|registros?|historiales|ficheros|arxius|fitxes|historials)\b(?: \w+)?,? (?:show\w*|say\w*|indicat\w*|confirm\w*|tell\w*|suggest\w*|list\w*|have you|you |he |she |your |montr\w+|indiqu\w+|disent|revel\w+|mentionn\w+|risult\w+|mostra\w*|indica\w*|dicono|dice|conferma\w*|muestra\w*|indican?|dicen|consta\w*|figura\w*|refleja\w*|mostren|diuen|indiquen|vous|votre|lei|suo|sua|su|usted|voste|la seva|el seu)"
    r"|\b(?:according to|as per|in|per|secondo|da|d'apres|selon|dans|segun|en|segons|als|a) (?:our|nos|notre|i nostri|le nostre|nuestr[oa]s|els nostres|les nostres|el nostre) (?:records|files|notes|system|dossiers|fichiers|registres|archivi|registri|registros|historiales|arxius|fitxes|registre|sistema)\b[^.!?;]{0,20}\b(?:you|your|he|she|him|her|lei|suo|sua|vous|votre|il|elle|usted|su|sus|voste|vos|ella|seva|seu)\b"
    r"|\b(?:you|vous|lei|usted|voste|he|she|your \w+) (?:missed|did not attend|didn't (?:attend|come|show)|cancelled|avez (?:manque|annule|rate)|ha (?:saltato|disdetto|faltado|faltat|perdut|perdido|mancato)|falto a|va (?:faltar|perdre))\b[^.!?;]{0,16}\b(?:appointments?|visits?|sessions?|check-?ups?|rendez-vous|consultations?|appuntament\w+|visit[ae]s?|control\w+|citas?|revision\w*|consultas?|cites|visites)"
)
_KIN_DID_INDEED = Lazy(
    rf"\b{YOURS} (?:\w+ )?{KIN},? (?:(?:did|indeed|in fact|really|sadly|unfortunately|just|safely|already|now|purtroppo|malheureusement|por desgracia|desgraciadamente|per desgracia|lamentablemente|effettivamente|ben|bien) )*(?:die|died|pass(?:ed)? away|pass(?:ed)?|give birth|gave birth|come|came|check(?:ed)? in|check(?:ed)? out|register(?:ed)?|sign(?:ed)? in|stay(?:ed)?|undergo|underwent|get|got|wake|woke|suffer(?:ed)?|receive[d]?|leave|left|arrive[d]?|enter(?:ed)?|need(?:ed|s)?|respond(?:ed|s)|spent|si trova|si e|e mort\w+|e stat\w+|e arriv\w+|e entrat\w+|est mort\w*|est decede\w*|est arriv\w+|est entre\w*|est venu\w*|murio|fallecio|entro|llego|vino|ingreso|se registro|va morir|va entrar|va arribar|va venir|va ingressar|es va morir|s'ha registrat|ha ingressat|ha entrat|ha arribat|s'est enregistr\w+|a ete (?:admis\w*|opere\w*|hospital\w+))\b"
)


_SPEAKER = (
    r"(?:person|man|woman|lady|gentleman|child|boy|girl|guy|one|patient|neighbou?r|persona|signor[ae]?|uomo|donna|ragazz[oa]|bambin[oa]|vicin[oa]|paziente|colui|colei|"
    r"personne|monsieur|dame|homme|femme|garcon|fille|enfant|voisine?|patiente?|senora?|hombre|mujer|chic[oa]|nin[oa]|vecin[oa]|paciente|senyora?|senyor|home|dona|noia?|nen[a]?|vei|veina|pacient|"
    + RELATIVES
    + ")"
)
YOU_SPEAK = (
    r"(?:(?:who|whom|that)? ?you(?:'re| are)? (?:mean|mention(?:ed)?|named?|describe[d]?|ask(?:ing|ed)? (?:about|for|after)|look(?:ing)? for|talk(?:ing)? about|search(?:ing)? for|saw|see|recogni[sz]ed?)"
    r"|(?:che|di cui|a cui|per cui) (?:lei )?(?:dice|dici|dite|cerca|cerchi|cercate|chiede|chiedi|chiedete|nomina|nomini|nominate|parla|parli|parlate|ha visto|hai visto|avete visto|vedi|vede|vedete|intende|intendi)"
    r"|(?:que|dont) (?:vous|tu) (?:dites|dis|cherchez|cherches|demandez|demandes|nommez|mentionnez|decrivez|evoquez|parlez|parles|avez vue?|voyez|vois|reconnaissez)"
    r"|(?:(?:por|de|a) (?:la |el )?)?(?:que|quien) (?:usted )?(?:dices?|busca[sn]?|pregunta[sn]?|menciona[sn]?|nombra[sn]?|habla[sn]?|comenta[sn]?|describe[sn]?|has visto|ha visto|habeis visto|ves|ve|reconoces?)"
    r"|(?:(?:per|de|a) (?:la |el )?)?(?:que|qui) (?:voste )?(?:dius|diu|dieu|busques|busca|busqueu|cerques|cerca|cerqueu|preguntes|pregunta|pregunteu|anomenes|anomena|anomeneu|parles|parla|parleu|esmentes|esmenteu|has vist|heu vist|ha vist|veus|veieu|coneixes|coneixeu))"
)
_IN_CARE = (
    r"(?:operat\w*|operad[oa]|operant|operando|operee?|opere|greffee?|trapiantat[oa]|trasplantad[oa]|trasplantat|transplanted|admitted|admise?|hospitalisee?|ricoverat[oa]|ingresad[oa]|ingressa[td]a?|sedat\w*|sedad[oa]|intubat\w*|intubad[oa]|"
    r"treated|soignee?|curat[oa]|atendid[oa]|atesa?|tractat|tractada|tratad[oa]|discharged|dimess[oa]|sortie?|d'alta|de alta|"
    r"in (?:theatre|surgery|icu|recovery|resus|intensive care)|(?:on|under) (?:our|the) (?:table|ward|knife|list)|with us|our ward|da noi|nel nostro|in (?:sala|reparto|rianimazione|terapia intensiva)|sul (?:nostro )?(?:tavolo|lettino)|sotto i ferri|"
    r"chez nous|(?:notre|dans le) service|au bloc|en (?:salle|rea|reanimation|chirurgie|observation)|sur (?:la|notre) table|con nosotros|nuestr[oa] (?:planta|servicio|mesa|quirofano)|en (?:planta|quirofano|la uci|uci|urgencias|observacion|la mesa|reanimacion|cirugia|medicina)|"
    r"amb nosaltres|(?:la nostra|el nostre) (?:planta|servei|taula|quirofan)|a (?:planta|quirofan|la uci|l'uci|uci|urgencies|observacio|la taula|reanimacio|cirurgia|medicina|la planta|medicina interna))"
)
# "the person you mention was operated on here", "el veí que dius és a medicina interna"
_SPOKEN_OF = Lazy(
    rf"\b{_SPEAKER},? {YOU_SPEAK}[^.!?;]{{0,30}}?\b{_IN_CARE}(?![a-z])|\b{_IN_CARE},? [^.!?;]{{0,20}}?\b{_SPEAKER},? {YOU_SPEAK}(?![a-z])"
)
_NEAR = rf"(?:{KIN}|landlord|landlady|tenant|flatmate|classmate|colleague|workmate|teacher|coach|padrone di casa|inquilin[oa]|collega|prof|allenat\w+|proprio|proprietaire|colocataire|collegue|professeur|coloc|caser[oa]|profesora?|companer[oa]|llogater[a]?|propietari|mestr[ea]|company[a]?|professora?)"
# "that is indeed your landlord on our table", "és el teu germà, sí, el que estem operant"
_IS_YOURS = Lazy(
    rf"\b(?:is|'s|was|e|era|est|c'est|etait|es)(?: (?:indeed|really|in fact|actually|just|proprio|davvero|effettivamente|bien|effectivement|vraiment|efectivamente|realmente|justo|efectivament|realment))* {YOURS} (?:\w+ )?{_NEAR}\b"
)
_ON_TABLE = Lazy(
    rf"\b{_IN_CARE}(?![a-z])|\b(?:(?:who|that|whom) we(?:'re| are)|(?:che|quell[oa] che) stiamo|qu'on|que (?:nous|estem|estamos)|on (?:the )?(?:screen|stream|camera|live)|in diretta|en direct|en directo|a la pantalla|en pantalla)(?![a-z])"
)
_GUESSED = (
    r"(?:you(?:'ve| have)? (?:guessed|got) (?:it|right|that right)|(?:good|right) guess|well spotted|(?:ha|hai|avete) (?:indovinato|azzeccato)|ci (?:hai|ha|avete) (?:preso|azzeccato)|"
    r"(?:vous avez|tu as) (?:devine|vu juste|trouve)|bien (?:devine|vu)|bonne reponse|(?:has|ha|habeis|han) (?:acertado|adivinado)|lo (?:has|ha|habeis) (?:acertado|adivinado)|(?:l'|ho |l')?(?:has|ha|heu|han) (?:encertat|endevinat)(?:-ho)?)"
)
# "you guessed right, it's the head teacher we're doing today"
_IS_WHOM_YOU_MEAN = Lazy(
    rf"\b{_GUESSED}\W[^.!?]{{0,20}}?\b(?:is|'s|e|est|c'est|es|was|era) (?:indeed |bien |proprio )?(?:the|our|your|la|el|l'|il|lo|le|una?|une?) ?[a-z]{{4,}}"
)
# "your former tenant was indeed treated as an inpatient here"
_YOURS_IN_CARE = Lazy(
    rf"\b{YOURS} (?:\w+ )?{_NEAR}[^.!?;,]{{0,12}}? (?:is|was|has been|e|era|e stat[oa]|est|a (?:bien )?ete|etait|es|esta|fue|ha sido|va ser|ha estat)(?: \w+)? {_IN_CARE}(?![a-z])"
)
# "sí, hi és, va ingressar ahir"
_YES_HERE = Lazy(
    r"^\W*(?:si|yes|oui|exact\w*|esatto|correct\w*)[,.!]* (?:(?:s?he)(?:'s| is)|hi es|es aqui|esta aqui|e qui|il est|elle est)\b[^.!?]{0,24}\b(?:admitted|came in|ingres\w+|entrar|entro|entree?|arriv\w+|ricoverat[oa]|hospitalisee?|admise?)\b"
)
# "la tenemos ingresada", "l'abbiamo in reparto", "des del maig que la portem"
_WE_HAVE = Lazy(
    r"\b(?:we(?:'ve| have)? (?:got |had )?(?:her|him) (?:admitted|sedated|asleep|on (?:the|our) (?:ward|table|list)|in (?:icu|theatre|recovery|bed|surgery|intensive care|resus)|with us|under (?:our care|anaesthe\w+))"
    r"|(?:ce )?l'abbiamo (?:gia |ancora |appena )?(?:ricoverat|operat|intubat|sedat|in (?:reparto|rianimazione|terapia|osservazione|cura)|da noi)\w*|(?:la|lo) (?:seguiamo|curiamo|assistiamo|teniamo|abbiamo) (?:noi|qui da noi|in (?:reparto|rianimazione|cura|osservazione|terapia)|dal? )"
    r"|(?:nous l'avons|on l'a) (?:bien |encore |deja )?(?:admis|operee?\b|intubee?|chez nous|en (?:rea|reanimation|chirurgie|observation|soins)|dans (?:le|notre) service)\w*|(?:on|nous) (?:la|le) (?:suivons|suit|garde|gardons|soigne|soignons) (?:ici|chez nous|depuis|encore|en )"
    r"|(?:lo|la|le) (?:tenemos|tuvimos|mantenemos) (?:ya |aun |todavia |aqui )?(?:ingresad|operad|intubad|sedad|en (?:planta|la uci|uci|observacion|urgencias|reanimacion))\w*|desde[^.!?]{1,20} (?:que )?(?:lo|la) (?:llevamos|tratamos|seguimos|atendemos|tenemos)"
    r"|(?:el|la|l') ?(?:tenim|teniem|mantenim) (?:ja |encara |aqui )?(?:ingressa|opera|intuba|seda|a (?:la )?(?:planta|uci|observacio|urgencies|reanimacio))\w*|des d(?:e|el|els|'|e la|e l')[^.!?]{1,20} (?:que )?(?:el|la) (?:portem|tractem|seguim|atenem|visitem|tenim))\b"
)
_DAY_SAID = r"(?:yesterday|this morning|last (?:night|week|month|\w+day)|on \w+day|\w+day|the other day|ieri|stamattina|l'altro ieri|(?:la settimana|lunedi|martedi|mercoledi|giovedi|venerdi|sabato|domenica)(?: scors[oa])?|hier|avant-hier|ce matin|(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)(?: dernier)?|la semaine derniere|ayer|anteayer|anoche|esta manana|(?:el )?(?:lunes|martes|miercoles|jueves|viernes|sabado|domingo)(?: pasado)?|la semana pasada|ahir|abans-d'ahir|anit|aquest mati|(?:dilluns|dimarts|dimecres|dijous|divendres|dissabte|diumenge)(?: passat)?|la setmana passada)"
_WENT_HOME = (
    r"(?:(?:was|were|been|got) (?:sent home|discharged)|went home|left (?:us|the ward|hospital)|left our (?:ward|unit|hospital)|"
    r"e (?:stat[oa] dimess[oa]|uscit[oa] (?:dall'ospedale|dal reparto|dalla \w+)|tornat[oa] a casa|andat[oa] a casa)|(?:l'|la |lo )abbiamo dimess[oa]|"
    r"est (?:sortie? (?:de l'hopital|du service|de rea\w*|de notre \w+)|(?:rentree?|repartie?) (?:chez (?:elle|lui|eux)|a la maison))|(?:a|ont) (?:quitte (?:le service|l'hopital|notre service)|eu (?:sa|son) (?:bon de )?sortie)|"
    r"(?:se (?:fue|marcho)|salio|volvio) (?:de alta|a casa)|(?:le|la|lo) (?:dieron|dimos) (?:el |de )?alta|(?:fue|ha sido) dad[oa] de alta|recibio el alta|"
    r"va (?:marxar|sortir|anar-se'n) (?:d'alta|cap a casa|a casa)|va rebre l'alta|(?:li|la|el) (?:van|vam) donar (?:l'|d')alta|(?:se'n )?va anar a casa)"
)
# "Ahir va marxar d'alta", "she went home on Monday"
_LEFT = Lazy(rf"\b{_DAY_SAID},? (?:\w+ )?{_WENT_HOME}\b|\b{_WENT_HOME}(?: \w+)?,? {_DAY_SAID}\b")
_CARE_THING = (
    r"(?:samples?|specimens?|urine|blood|swabs?|tests?|diet|meals?|bed|room|dressings?|drip|dose|doses|medication|medicines|tablets|operation|surgery|x-rays?|scans?|results|records?|dentures|hearing aid|"
    r"campion[ei]|provett[ae]|urine|sangue|tampone|esam[ei]|dieta|pasto|letto|stanza|medicazione|flebo|dose|terapia|farmaci|intervento|lastr[ae]|referto|cartella|dentiera|"
    r"echantillons?|prelevements?|urines?|sang|examens?|regime|repas|lit|chambre|pansement|perfusion|dose|traitement|medicaments|operation|radios?|resultats|dentier|"
    r"muestras?|orina|sangre|pruebas?|dieta|comida|cama|habitacion|gotero|dosis|tratamiento|medicacion|operacion|radiografia|resultados|dentadura|"
    r"mostr[ae]s?|orina|sang|prov[ae]s?|dieta|apat|menjar|llit|habitacio|medicacio|tractament|operacio|radiografia|resultats|dentadura)"
)
_SLIPPED = (
    r"(?:we(?:'ve| have)? (?:\w+ )?(?:lost|mislaid|misplaced|mixed up|swapped|mislabell?ed|spilled|dropped|changed|moved|forgot(?:ten)?|delayed|postponed|cancelled|missed|wasted|contaminated)|"
    r"abbiamo (?:\w+ )?(?:perso|smarrito|scambiato|cambiato|spostato|dimenticato|rovesciato|rinviato|rimandato|saltato|annullato|sbagliato)|"
    r"(?:nous (?:vous )?avons|on (?:vous )?a) (?:\w+ )?(?:perdu|egare|echange|change|deplace|oublie|renverse|reporte|decale|annule|rate|interverti)|"
    r"(?:hemos (?:\w+ )?(?:perdido|extraviado|cambiado|movido|olvidado|derramado|aplazado|retrasado|anulado|confundido)|perdimos|extraviamos|cambiamos|olvidamos|aplazamos|retrasamos|anulamos|confundimos)|"
    r"(?:vam|hem|varem|us hem|us vam) (?:\w+ )?(?:perdre|perdut|extraviar|extraviat|canviar|canviat|moure|mogut|oblidar|oblidat|vessar|vessat|ajornar|ajornat|endarrerir|anul·?lar|anul·?lat|confondre|confos))"
)
# "vam perdre la teva mostra d'orina", "on a changé votre régime"
_SLIP = Lazy(rf"\b{_SLIPPED} (?:\w+ )?{YOURS} (?:\w+ )?{_CARE_THING}\b")
NOBODY = Lazy(
    r"\b(?:surgeons?|nurses?|an(?:a)?esth\w+|staff|volunteers?|students?|doctors?|chirurg\w+|infermier\w+|anest\w+|strumentist\w+|medic[oi]|volontari\w*|specializzand\w+|infirmi\w+|medecins?|benevoles?|internes?|enfermer\w+|cirujan\w+|medic[oa]s?|voluntari\w+|residentes?|infermer\w+|cirurgi[an]\w*|metge\w*|robots?|machines?|macchin\w+|maquin\w+|appar\w+|aparat\w*|ecograf\w+|echograph\w+|scanner|monitor\w*|camera|videos?|replay|podcast|links?|enlla\w+|enlace\w*|kits?)\b"
)
"""Whom or what an answer may tell everything about."""
REFUSED = Lazy(
    r"\b(?:can(?:not|'t| not)|could|not|n't|never|nothing|no one|nor|neither|non|niente|nulla|nessun\w*|mai|ne|n'\w+|pas|jamais|rien|aucune?|no|nada|nunca|ningun\w*|ni|res|cap|mai|whether|if|would|may|might|please|anyone|someone|should|qualora|se (?:lei|ha|qualcuno|il|la)|si (?:vous|quelqu'un|la|le|el|su|alguien|algu|es)|potrebbe|pourrait|podria)\b|n't\b"
)


_A_PATIENT = Lazy(
    rf"\b{PATIENT}\b|\bwe(?:'re| are)(?: just| now)? (?:doing|operating|treating|fixing|working)|\b(?:che|quell[oa] che) (?:operiamo|curiamo)|qu'on (?:opere|soigne)|que (?:operamos|operem|tractem|tratamos)\b"
)


_SENT_TO = Lazy(
    r"\b(?:parl(?:i|ino|ate|a|eu|in|ez)|speak|talk|ask|habl(?:e|en|a|ad)|demandez|adressez-vous|chied(?:a|ete|i)|rivolg\w+|pregunt(?:e|en|a|eu|ad)|consult\w+) (?:con|amb|with|to|avec|a|au|aux|al|alla|for)\b[^.!?,;]{0,30}"
)


def spoken_of(sentence: str) -> str:
    """Without those somebody is sent to: "ask the doctor" is not about a doctor."""
    return _SENT_TO.regex.sub("", sentence)


def confirming(c: Context) -> Iterator[Finding]:
    for pattern in (
        _SPOKEN_OF,
        _IS_YOURS,
        _WE_HAVE,
        _LEFT,
        _SLIP,
        _IS_WHOM_YOU_MEAN,
        _YOURS_IN_CARE,
        _YES_HERE,
    ):
        for match in pattern.finditer(c.low):
            first, last = c.sentence(*match.span())
            whole = c.low[first:last]
            if c.low[last : last + 1] == "?" or REFUSED.search(c.low[first : match.end()]):
                continue
            if pattern in (_SPOKEN_OF, _WE_HAVE) and NOBODY.search(spoken_of(whole)):
                continue
            if pattern in (_IS_YOURS, _IS_WHOM_YOU_MEAN) and not (
                _ON_TABLE.search(whole) or (pattern is _IS_WHOM_YOU_MEAN and _A_PATIENT.search(whole))
            ):
                continue
            yield Finding(*match.span(), "R", BLOCK, CONFIRMED, INSTEAD)
    for pattern in (
        _WE_CARED,
        _KIN_DID,
        _OF_KIN,
        _IN_HOSPITAL,
        _YOUR_TREATMENT,
        _GLAD_TO_HAVE,
        _PART_WELL,
        _GLAD_OF_PART,
        _IN_RECORDS,
        _KIN_DID_INDEED,
    ):
        for match in pattern.finditer(c.low):
            first, last = c.sentence(*match.span())
            before = c.low[first : match.start()]
            if _IF.search(before) or (_SI.search(before) and _THEN_DO.search(c.low[match.end() : last])):
                continue
            if pattern is _YOUR_TREATMENT:
                felt = _FEELING.search(before) or _WE_DO.search(before)
                if not felt and (_ASKS.search(before) or not _HAPPENED.match(c.low[match.end() : last])):
                    continue
            text = match.group().rstrip(" .!?,")
            yield Finding(
                match.start(), match.start() + len(text), "R", BLOCK,
                CONFIRMED, INSTEAD,
            )  # fmt: skip
