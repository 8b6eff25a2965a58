"""
Answers that tell of somebody's care in this house without any yes: what they come for and on which days, where they lie, what was done to
them and when, what may be brought to them. Blocked, in replies only. What dialysis is, who may visit and what to bring confirm nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.editorial.guard.confirming import CONFIRMED, INSTEAD, KIN, NOBODY, PART, YOURS, spoken_of
from app.editorial.guard.context import BLOCK, Context, Finding
from app.editorial.guard.lazy import Lazy

_COURSE = (
    r"(?:dialys[ei]s?|haemodialysis|hemodialys[ei]s?|emodialisi|hemodialisis?|dialisis?|chemo(?:therapy)?|chemioterapia|chemio|chimio(?:therapie)?|quimio(?:terapia)?|radiotherap(?:y|ie)|radioterapia|radiation|"
    r"physio(?:therapy)?|fisio(?:terapia)?|kine(?:sitherapie)?|rehab\w*|riabilitazione|reeducation|rehabilitaci\w+|infusions?|infusion[ei]|perfusions?|transfusions?|trasfusion[ei]|transfusion(?:es|s)?|immunotherap(?:y|ie)|immunoterapia|inmunoterapia|"
    r"iron drip|phototherapy|medicazion[ei]|pansements?|curas|cures|dressings?|biopsy results?|psychotherapy|methadone|metadona?)"
)
_DAY = (
    r"(?:\w+days?|(?:once|twice|three times|\w+ times) (?:a|per|every) week|every (?:week|month|other day|fortnight)|each (?:week|month)|as (?:always|usual)|since|next (?:week|month)|again|still|weekly|"
    r"(?:lun|mart|mercole|giove|vener)di|sabato|domenica|(?:volte|volta) (?:a|alla) settimana|ogni (?:settimana|mese|giorno)|come (?:sempre|al solito)|da (?:anni|mesi|settimane)|ancora|di nuovo|"
    r"(?:lun|mar|mercre|jeu|vendre|same)dis?|dimanches?|fois par (?:semaine|mois)|(?:chaque|toutes les) semaines?|comme (?:toujours|d'habitude)|depuis|toujours|encore|"
    r"lunes|martes|miercoles|jueves|viernes|sabados?|domingos?|ve(?:z|ces) (?:por|a la) semana|cada (?:semana|mes|dia|dos semanas)|como (?:siempre|cada)|desde|todavia|otra vez|"
    r"dilluns|dimarts|dimecres|dijous|divendres|dissabtes?|diumenges?|(?:cop|vegad|cops|vegades|vegada)s? (?:per|a la) setmana|cada (?:setmana|mes|dos dies)|com (?:sempre|cada)|des d\w+|encara|altre cop)"
)
_US = (
    r"(?:with us|here|in our (?:unit|ward|clinic|department|centre|day hospital)|on our ward|at our (?:unit|clinic|centre)|da noi|qui|con noi|nel nostro (?:reparto|centro|ambulatorio|day hospital)|chez nous|ici|avec nous|dans notre (?:service|unite|centre)|"
    r"con nosotros|aqui|en nuestr[oa] (?:unidad|centro|planta|hospital de dia|servicio)|amb nosaltres|a casa nostra|a la nostra unitat|al nostre (?:centre|servei|hospital de dia))"
)
_OPENS = r"(?:^\W*|[,.;:!?] ?|\b(?:si|yes|oui|claro|certo|bien sur|i tant|y|e|et|i|pero|porque|perche|parce qu'|perque|ya|ja|gia|deja|aun|encara|ancora|todavia) )"
_COMES = (
    r"(?:(?:viene|venia|vino|vendra|acude|acudia|vuelve|volvera|sigue viniendo|lleva viniendo|le toca|veniva|verra|torna|tornera|(?:il|elle|vous) (?:vient|venait|viendra|venez|veniez|revient|revenez)|ve|vindra|tornara|li toca)"
    r"(?! (?:bien|bene|be|mal|male|muy|molto)\b)[^.!?;,]{0,30}? (?:a|al|alla|para|por|per|pour|en|de|faire|fer-se|hacerse|a fare)"
    r"|se hace|es fa|recibe|continua(?: con)?|termina|empezo|empieza|fa|faceva|comincia|finisce|sta facendo|riceve|ha (?:iniziato|finito|cominciato)|feia|rep|segueix(?: amb)?|va (?:comencar|acabar)|"
    r"(?:il|elle|vous) (?:fait|faites|suit|suivez|recoit|recevez|continue|continuez|a (?:commence|fini)|avez (?:commence|fini)))"
)
_THE = r"(?: (?:la|el|il|le|les|las|los|els|i|su|sus|sa|son|ses|sua|suo|la seva|la sua|un|una|une|de|d'))*"
# "viene a diálisis tres veces por semana", "ve cada dilluns a fer-se la quimio"
_COMES_FOR = Lazy(
    rf"{_OPENS}(?:(?:si|oui|yes|ya|ja|gia|deja|hi|ci|y) )?{_COMES}{_THE} {_COURSE}(?![a-z])"
    rf"|\b(?:he|she|they|you|{YOURS} (?:\w+ )?{KIN})(?:'s|'re|'ve)?(?: (?:still|now|always|usually|also|has|have|had|is|are|was|were|been))* (?:comes?|coming|came|attends?|attending|attended|gets?|getting|has|have|having|had|goes|going|receiv\w+|starts?|started|finish\w*|continu\w+|viene|va|vient|fa|fait|ve|torna|acude|recibe|riceve)\b[^.!?;]{{0,30}}?\b{_COURSE}(?![a-z])"
)
_WHEN_OR_HERE = Lazy(rf"\b(?:{_DAY}|{_US})(?![a-z])")
# "En su caso la diálisis continúa aquí martes y jueves"
_IN_YOUR_CASE = Lazy(
    rf"\b(?:in (?:your|his|her) case|en su caso|nel suo caso|dans (?:votre|son|ton) cas|en el (?:seu|teu) cas|en tu caso|nel tuo caso|(?:quant a|pour) (?:lui|elle|vous)|para (?:ella|usted)|per (?:lei|lui|ella)|for (?:him|her))\b[^.!?]{{0,30}}?\b{_COURSE}(?![a-z])"
)
_TURN = r"(?:next|second|third|fourth|fifth|last|first|final|weekly|session of|prossim[ao]|second[ao]|terz[ao]|quart[ao]|ultim[ao]|prochaine?|deuxieme|seconde|troisieme|derniere?|seance de|sesion de|proxim[ao]|segund[ao]|tercer[ao]?|ultim[ao]|segon[a]?|darrera|propera?|sessio de|seduta di)"
_YOUR_COURSE = Lazy(
    rf"\b(?:(?:{YOURS}|his|her)(?: {_TURN}){{0,2}}|(?:the|next|al|alla|del|dalla|la|il|le|el|l')(?: {_TURN}){{1,2}}) {_COURSE}(?![a-z])(?! (?:open|talk|day|info|event|stream|quiz|special))"
)
_SEEN_AGAIN = Lazy(
    r"\b(?:see you|(?:thanks|thank you) for (?:coming|returning|being)|good luck (?:with|for) your|ci (?:vediamo|rivediamo)|(?:la|ti|vi) aspettiamo (?:per|alla|lunedi|martedi|mercoledi|giovedi|venerdi)|grazie (?:di|per) ess\w+ (?:tornat|venut)\w|(?:on se|nous nous|on vous|on te) (?:revoit|voit|retrouve|revoyons|attend)|merci d'etre (?:re)?venue?|nos vemos|le (?:vemos|esperamos)|te (?:vemos|esperamos)|gracias por (?:venir|volver)|ens veiem|(?:l'|us |et |la )esperem|gracies per (?:venir|tornar))\b"
)
_DID = (
    r"(?:tolto|messo|cambiato|cucito|operato|fatto|rimosso|sistemato|ingessato|dimess[oa]|ricoverat[oa]|svegliat[oa]|"
    r"enleve|retire|mis|pose|change|recousue?|recousu|operee?|fait|platree?|endormie?|reveillee?|"
    r"quitado|puesto|cambiado|cosido|operado|hecho|sacado|tret|posat|canviat|cosit|operat|fet|llevat)"
)
_DEVICE = rf"(?:{PART}|gesso|platre|escayola|guix|cast|drain\w*|drenaggio|drenaje|drenatge|catheter|catetere|sonda|sonde|tub[eio]?s?|pins?|plates?|screws?|viti|tornillos|cargols|vis|broches?|staples|grapas|grapes|agrafes|bandage|benda\w*|venda\w*|bandage|via|port|stoma|tac|ecografia|ecographie|echographie|radio(?:grafia|graphie)?|lastra|prelievo|prise de sang|analitica|biops\w+)"
# "quando ti abbiamo tolto il gesso", "quan et vam treure el guix"
_DONE_TO_YOU = Lazy(
    rf"\b(?:(?:ti|vi) abbiamo|(?:on|nous) (?:t'|vous )(?:a|avons)|(?:te|os) hemos|(?:t'|us )hem) (?:gia |appena |bien |ja |ya )?{_DID}\b[^.!?;]{{0,20}}\b{_DEVICE}(?![a-z])"
    rf"|\b(?:et|us) vam (?:treure|posar|canviar|cosir|operar|fer|llevar|enguixar)\b[^.!?;]{{0,20}}\b{_DEVICE}(?![a-z])"
    rf"|\b(?:when|after|the day|the night|since|while) we (?:\w+ )?(?:took|put|removed|fitted|changed|stitched|set|pinned|drained|did|sewed|bandaged|cut)(?: (?:off|out|up|in|on|back))? (?:your|you|his|her)\b[^.!?;]{{0,20}}\b{_DEVICE}(?![a-z])"
)
_WHEN = r"(?:cuando|quando|quand|lorsque|lorsqu'|quan|el dia que|il giorno che|le jour ou|la (?:noche|nit|notte|nuit) (?:que|in cui|ou)|despues de que|dopo che|apres qu'|desde que)"
# "cuando le intervinimos el oído", "quand nous l'avons opéré"
_WHEN_WE_DID = Lazy(
    rf"\b{_WHEN} ?(?:(?:le|la|lo|te|os) (?:intervinimos|operamos|quitamos|pusimos|sacamos|cosimos|ingresamos|atendimos|escayolamos|sedamos|dormimos|despertamos|hicimos|vendamos|trasladamos|bajamos|subimos|dimos)"
    r"|(?:l'|la |lo |le |gli |ti |vi )abbiamo (?:operat|tolto|messo|ricoverat|cucit|ingessat|sedat|svegliat|addormentat|medicat|dimess|fatt[oa] (?:la|il|una|l'))\w*"
    r"|(?:on|nous) (?:l'|t'|vous |lui )(?:a|avons) (?:oper|enlev|retir|mis|pos|recous|hospitalis|platr|endorm|reveill|soign|fait (?:la|le|l'|une))\w*"
    r"|(?:el|la|li|et|us) vam (?:operar|intervenir|treure|posar|cosir|ingressar|atendre|enguixar|sedar|adormir|despertar|fer|embenar|traslladar))\b"
)
_BRING_THING = (
    r"(?:py?jamas?|pigiama|pijama|pyjama|slippers|pantofole|ciabatte|chaussons|zapatillas|sabatilles|glasses|occhiali|lunettes|gafas|ulleres|clothes|vestiti|vetements|affaires|ropa|roba|phone charger|charger|caricabatterie|chargeur|cargador|carregador|"
    r"dressing gown|vestaglia|bata|robe de chambre|toothbrush|spazzolino|brosse a dents|cepillo|raspall|dentures?|dentiera|dentier|dentadura|hearing aids?|audifono|audiofon|appareil auditif|teddy|doudou|peluche|peluix|flowers|fiori|fleurs|flores|flors|books?|libr[oi]s?|livres?|llibres?|biscuits?|biscotti|galletas|galetes|gateaux?|dolci|chocolat\w*|cioccolat\w+|newspaper|giornale|periodico|diari|musica|music|tablet|wash ?bag|neceser|soup|brodo|caldo|brou|doudou)"
)
# "può portarle il pigiama", "you can bring her slippers"
_BROUGHT = Lazy(
    rf"\b(?:(?:puo|puoi|potete|possono) (?:portar(?:le|gli)|venire a portar(?:le|gli))|(?:le|gli) (?:puo|puoi|potete) portare|(?:le|gli) porti(?:no|te)?|port(?:i|ate|a)(?:le|gli)"
    r"|(?:vous pouvez|tu peux|pouvez-vous) lui (?:apporter|amener|ramener|deposer)|(?:apportez|amenez|ramenez)-lui"
    r"|(?:puedes?|pueden|podeis) (?:traer|llevar|subir)le|le (?:puedes?|pueden|podeis) (?:traer|llevar|subir)|(?:traiga|lleve|suba|trae|lleva|traed|llevad)n?le"
    r"|li (?:pot|pots|poden|podeu) (?:portar|dur|pujar)|(?:pot|pots|poden|podeu) (?:portar|dur|pujar)-li|(?:porti|porta|porteu|portin)-li"
    rf"|(?:you (?:can|may|could)|please|do|feel free to|just) (?:bring|take|drop off|hand in) (?:in )?(?:him|her|your (?:\w+ )?{KIN}))\b[^.!?;]{{0,24}}?\b{_BRING_THING}(?![a-z])"
    rf"|\b(?:you (?:can|may|could)|please|do) (?:bring|drop off|take|leave) (?:in )?(?:his|her|your {KIN}'s) {_BRING_THING}(?![a-z])"
)
_HAZY = r"(?:stordit[oa]|assonnat[oa]|intontit[oa]|frastornat[oa]|svegli[oa]|addormentat[oa]|sedat[oa]|groggy|sonnee?|somnolente?|endormie?|reveillee?|vaseuse|vaseux|atontad[oa]|adormilad[oa]|aturdid[oa]|despiert[oa]|dormid[oa]|grogui|atordi[td]a?|endormisca[td]a?|ensopida?|despert[a]?|adormi[td]a?|dazed|drowsy|sleepy|woozy|awake|asleep|sedated)"
# "dopo l'intervento è un po' stordita"
_AFTERWARDS = Lazy(
    rf"(?:\b(?:dopo|apres|despues de|tras|despres de) (?:l'|la |il |el |lo )?(?:intervento|operazione|anestesia|operation|intervention|anesthesie|operacion|intervencion|operacio|intervencio),? |{_OPENS})(?:(?:il|elle|lui|lei) )?(?:e|est|esta|sta|sigue|segueix)(?: (?:ancora|encore|toujours|todavia|aun|encara|ja|ya|gia|deja|molto|un po'|un po|un peu|tres|un poco|algo|muy|una mica|molt|ben))* {_HAZY}(?![a-z])"
    rf"|\b(?:he|she|{YOURS} (?:\w+ )?{KIN})(?:'s| is| was)(?: (?:still|now|just|a bit|a little|rather|very|quite|already|back|up|and))* {_HAZY}(?![a-z])"
)
_KEPT = Lazy(
    r"\b(?:we (?:left|kept|had|made|put) (?:you|him|her|your \w+)|(?:la|el|us|et) vam (?:tenir|deixar|fer esperar)|(?:la|lo|le|te|os) (?:tuvimos|dejamos|hicimos esperar|hemos tenido)|(?:l'|la |lo |ti |vi )abbiamo (?:tenut|lasciat|fatt)[oaie](?: aspettare| attendere)?|(?:on|nous) (?:vous |l'|t')(?:a|avons) (?:laissee?|gardee?|tenue?|fait attendre))\b"
    r"[^.!?;]{0,40}?\b(?:corridors?|hallway|trolley|stretcher|waiting room|a&e|er|icu|ward|bay|corridoio|barella|sala d'attesa|pronto soccorso|reparto|rianimazione|couloirs?|brancard|salle d'attente|urgences|service|reanimation|pasillos?|camilla|sala de espera|urgencias|planta|uci|box|passadis|llitera|sala d'espera|urgencies|observacio|observacion|osservazione|observation)(?![a-z])"
)
_ANYONE = Lazy(
    r"\b(?:patients|people|person|someone|somebody|anyone|anybody|everyone|everybody|whoever|most|normally|generally|in general|a patient|each patient|every patient|the patient|if|whether|unless|should|"
    r"pazienti|persone|qualcuno|chiunque|chi|ciascun\w*|ogni paziente|il paziente|in genere|di solito|normalmente|generalmente|(?<!-)se (?:lei|la|il|suo|sua|viene|deve|dovete|avete|qualcuno|ha|un|una|fa|si)|"
    r"patients|personnes|quelqu'un|quiconque|ceux|chacun|le patient|la personne|en general|d'ordinaire|normalement|lorsqu'on|quand on (?:est|fait)|si (?:vous|on|la|le|votre|quelqu)|"
    r"pacientes|personas|gente|alguien|quien|quienes|cualquiera|cada paciente|el paciente|en general|normalmente|por lo general|si (?:le|te|el|la|su|alguien|usted|viene|tiene|se|un)|"
    r"pacients|persones|gent|algu|qui|tothom|cada pacient|el pacient|normalment|si (?:li|et|el|la|ve|te|es|algu|un)|"
    r"can(?:not|'t)|could not|neither|nor|nobody|non (?:possiamo|diciamo|diamo)|ne (?:pouvons|disons)|no (?:podemos|decimos|damos|podem|diem|donem)|ask|call|ring|phone|llame|llamad|pregunte|truqui|truqueu|demani|appelez|demandez|chiami|chiamate|chieda)\b"
)
_MACHINE = Lazy(
    r"\b(?:talks?|open day|webinars?|lectures?|congress|conferenz\w+|conferenci\w+|incontr[oi]|dirett[ae]|charlas?|xerrad\w+|directos?|directes?|jornada\w*|curs[oi]?|videos?|cam[ae]ras?|episodi\w*|machine|macchina|maquina|filter|filtro|filtre|pump|bomba|pompa|pompe|device|app|video|stream|replay|episode|programme|programma|leaflet|plant|puppet|doll|manikin|manichino|mannequin|maniqui|teddy bear hospital|actor|actress|attore|attrice|acteur|actrice)\b"
)


_LONG = Lazy(
    r"\b(?:sorry|apolog\w+|excuse\w*|disculp\w+|perdon\w*|scus\w+|desolee?s?|lamentamos|lamentem|sentimos|sentim|dispiace|spiacenti|regret|hours?|nights?|ore|notte|heures?|nuit|horas?|noche|hores|nit|days?|giorni|jours|dias|dies)\b"
)


def bedside(c: Context) -> Iterator[Finding]:
    for pattern in (
        _COMES_FOR,
        _IN_YOUR_CASE,
        _YOUR_COURSE,
        _DONE_TO_YOU,
        _WHEN_WE_DID,
        _BROUGHT,
        _AFTERWARDS,
        _KEPT,
    ):
        for match in pattern.finditer(c.low):
            first, last = c.sentence(*match.span())
            whole = c.low[first:last]
            if c.low[last : last + 1] == "?" or NOBODY.search(spoken_of(whole)) or _MACHINE.search(whole):
                continue
            if pattern in (_COMES_FOR, _IN_YOUR_CASE) and not _WHEN_OR_HERE.search(whole):
                continue
            if pattern is _KEPT and not _LONG.search(c.low):
                continue
            if pattern is _YOUR_COURSE and not _SEEN_AGAIN.search(whole):
                continue
            if pattern is not _BROUGHT and _ANYONE.search(c.low[first : match.end()]):
                continue
            yield Finding(*match.span(), "R", BLOCK, CONFIRMED, INSTEAD)
