"""
Answers that tell somebody what happened to them with us: seen, admitted, refused a scan, left, missed a visit; or that their file
was looked at. Any of it confirms that they are a patient, in whatever words. Blocked, in replies only.

Three things in one sentence: who is spoken to or of, what is done to patients, and that it was here. What is asked, offered,
denied or only possible confirms nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.editorial.guard.context import BLOCK, Context, Finding
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.words.people import RELATIVES

_DONE_SURELY = Lazy(
    r"\b(?:(?:you|he|she|your \w+)(?:'ve|'d|'s)? (?:\w+ )?(?:were|was|have been|has been|had been|been|got) (?:\w+ )?(?:seen|treated|admitted|hospitali[sz]ed|operated|examined|assessed|triaged|scanned|x-rayed|discharged|diagnosed|referred|transferred|sedated|scheduled|booked|listed|registered|stitched|prescribed|given|offered|told|advised|under)"
    r"|(?:you|he|she|your \w+)(?: \w+)? (?:refused|declined|missed|skipped|cancelled|self-discharged|walked out|signed (?:yourself|himself|herself)|did not (?:attend|turn up|show)|didn't (?:attend|turn up|show)|never (?:attended|came back|turned up)|discharged (?:yourself|himself|herself)|left (?:before|against|without|the ward|our)|(?:came|passed|went|was) through|came (?:in|to us|back)|attended|presented|spent (?:the|a|two|three|\w+) (?:nights?|days?|weeks?|hours?)|stayed|turned up drunk|arrived (?:at|in|by))"
    r"|we(?:'ve|'d)? (?:\w+ )?(?:saw|seen|treated|admitted|examined|assessed|discharged|operated on|scanned|x-rayed|diagnosed|referred|told|warned|advised|offered|gave|called|prescribed|stitched|sedated|looked after) (?:you|him|her|your \w+)"
    r"|(?:e|era|fu) stat[oa] (?:\w+ )?(?:visitat[oa]|vist[oa]|ricoverat[oa]|operat[oa]|curat[oa]|trattat[oa]|dimess[oa]|medicat[oa]|trasferit[oa]|accolt[oa]|seguit[oa]|assistit[oa]|esaminat[oa]|informat[oa]|chiamat[oa]|pres[oa] in carico)|ha (?:\w+ )?(?:saltato|rifiutato|disdetto|mancato|firmato|lasciato|abbandonato|ritirato|fatto (?:la|una|il|gli))|(?:e|era) (?:\w+ )?(?:passat[oa]|venut[oa]|arrivat[oa]|entrat[oa]) |(?:se n'e|se ne e) andat[oa]|non si e presentat[oa]|(?:l'|la |lo |le |vi )(?:abbiamo|avevamo) (?:\w+ )?\w+(?:at|it|ut|st)[oaie]|risult\w+ (?:che |ricoverat|dimess|operat|un)"
    r"|(?:avez|aviez|a|avait) (?:\w+ )?ete (?:\w+ )?(?:vue?|recue?|soignee?|operee?|hospitalisee?|admise?|examinee?|traitee?|suivie?|transferee?|prise? en charge|convoquee?|prevenue?|informee?)|(?:avez|aviez|a|avait) (?:\w+ )?(?:refuse|manque|annule|rate|signe|quitte|consulte)|(?:etes|etiez|est|etait) (?:\w+ )?(?:passee?|rentree?|partie?|venue?|sortie?|arrivee?|hospitalisee?|repartie?|restee?)|ne (?:vous |s')?(?:etes|est) pas (?:presentee?|venue?)|nous vous avons (?:\w+ )?\w+(?:e|u|is)\b"
    r"|(?:lo|la|le|les|los|las) (?:operaron|atendieron|vieron|ingresaron|trataron|visitaron|curaron|trasladaron|dieron de alta)|(?:el|la|li|els|les) van (?:operar|atendre|veure|ingressar|tractar|visitar|curar|traslladar|donar l'alta)|(?:l'hanno|lo hanno|la hanno) (?:operat|curat|ricoverat|visitat|dimess)\w+|(?:on l'a|ils l'ont) (?:operee?|soignee?|hospitalisee?|vue?)|(?:lo|la|le|les) (?:vimos|atendimos|tratamos|operamos|ingresamos|recibimos|visitamos|exploramos|dimos|llamamos|citamos|avisamos|hemos (?:visto|atendido|tratado|operado|ingresado))|(?:fue|estuvo|ha sido|ha estado|estaba) (?:\w+ )?(?:atendid[oa]|vist[oa]|tratad[oa]|operad[oa]|ingresad[oa]|dad[oa] de alta|trasladad[oa]|citad[oa]|hospitalizad[oa])|(?:se (?:marcho|fue|nego|dio de alta)|rechazo|falto a|(?:paso|vino|entro|ingreso|estuvo|llego) (?:por|a|en) |no (?:acudio|se presento|vino)|acudio|pidio el alta|firmo el alta|anulo)"
    r"|(?:el|la|li|els|les) vam (?:veure|atendre|visitar|tractar|operar|ingressar|rebre|explorar|donar|trucar|citar|avisar)|(?:va ser|va estar|ha estat|estava|era) (?:\w+ )?(?:atesa?|vist[a]?|tracta[td]a?|opera[td]a?|ingressa[td]a?|donat d'alta|donada d'alta|trasllada[td]a?|cita[td]a?|hospitalitza[td]a?|visita[td]a?)|(?:va (?:marxar|refusar|rebutjar|faltar|signar l'alta|demanar l'alta|anul·?lar|acudir)|va (?:passar|venir|entrar|arribar|estar) (?:per|a|amb) |no (?:va venir|es va presentar|va acudir))"
    r"|quand (?:vous )?etiez|cuando estuvo|quan va (?:ser|estar)|quando (?:e|era) stat[oa]|when you were|while you were|during your (?:stay|admission|visit)|durante (?:il suo ricovero|su ingreso|su estancia)|pendant votre (?:sejour|hospitalisation)|durant (?:la seva estada|el seu ingres))\b"
)
_HERE = Lazy(
    r"\b(?:here|with us|(?:our|the) (?:ed|er|a&e|a & e|emergency(?: department| room)?|ward|clinic|hospital|unit|icu|theatre|department|outpatients?|surgery|team|doctors?|nurses?|consultant|surgeon|scan|blood|bloods|results|ct|mri|x-ray|treatment|appointments?|check-?ups?|follow-?ups?|operation|medication|notes|files?|records?|scanner|biops\w+|blood tests?|discharge)|on (?:the )?ward|in (?:a&e|ed|er|icu|emergency|hospital|outpatients)|treatment|appointments?|medical advice|"
    r"qui|da noi|nostr[oaie] (?:ps|pronto soccorso|reparto|ambulatorio|ospedale|medic\w+|servizio|clinica|cartell\w+|registr\w+|archiv\w+|equipe)|pronto soccorso|ps|reparto|ambulatorio|ricover\w+|visit[ae]|appuntament\w+|la tac|l'esame|gli esami|intervento|terapia|"
    r"ici|chez nous|(?:nos|notre) (?:urgences|service|hopital|clinique|consultation|medecins?|equipe|dossiers?|fichiers?)|aux urgences|urgences|le scanner|l'irm|les examens|l'operation|rendez-vous|hospitalis\w+|consultation|traitement|"
    r"aqui|con nosotros|nuestr[oa]s? (?:urgencias|servicio|hospital|planta|clinica|consulta|medic\w+|equipo|historial\w*|registr\w+)|urgencias|planta|ingres\w+|consulta|citas?|el tac|la resonancia|las pruebas|la operacion|tratamiento|el alta|"
    r"amb nosaltres|nostr[ea]s? (?:urgencies|servei|hospital|planta|clinica|consulta|metges?|equip|historial\w*|registres?)|urgencies|ingressa\w*|visites?|cites?|el tac|la ressonancia|les proves|l'operacio|tractament|l'alta)\b"
)
_FILE_READ = Lazy(
    rf"\b(?:we|i|our \w+|staff)(?:'ve|'re| have| has| had| are| just| also| already)* (?:look(?:ed|ing)? (?:at|into|up|through)|check(?:ed|ing)?|review(?:ed|ing)?|pull(?:ed|ing)(?: up)?|open(?:ed|ing)|read(?:ing)?|search(?:ed|ing)?|went through|gone through|go(?:ing)? through|see(?: from| in)?|found|have|got|hold|keep|amend(?:ed)?|correct(?:ed)?|updated?) (?:\w+ ){{0,2}}?(?:your|his|her|your (?:{RELATIVES})'s) (?:\w+ )?(?:files?|records?|charts?|notes|case|history|bill|account|admission|results?|scans?|x-rays?|bloods?|blood tests?|imaging|referral|letter|medication|prescription|admission|discharge)\b"
    r"|\b(?:your|his|her) (?:\w+ )?(?:files?|records?|charts?|notes|history|chart|bloods|scan|scans|bloodwork) (?:\w+ )?(?:says?|shows?|states?|confirms?|tells?|indicates?|reads?|mentions?|has|have|is|are|was|were)\b"
    r"|\b(?:dall[ae]|nell[ae]|secondo l[ae]|dai|nei) (?:nostr[aei] |su[aeo]i? )?(?:cartell[ae](?: clinic[ae]| sanitari[ae])?|registri|archivi|dati|documentazione|note)\b[^.!?]{0,20}\b(?:risult\w+|emerge|si vede|si legge|vediamo|leggiamo|appare|e scritto|ha|lei)"
    r"|\b(?:abbiamo|stiamo|ho) (?:\w+ )?(?:guardato|controllato|verificato|aperto|letto|rivisto|consultato|esaminato|controllando|verificando) (?:la sua|il suo|i suoi|le sue|la tua|il tuo) (?:\w+ )?(?:cartella|fascicolo|caso|referti?|esami|conto|fattura|pratica|documentazione|analisi|lastre)\b"
    r"|\b(?:nous avons|on a|j'ai) (?:\w+ )?(?:regarde|verifie|relu|ouvert|consulte|examine|revu|repris|retrouve) (?:votre|vos|son|sa|ses) (?:\w+ )?(?:dossier|cas|resultats?|examens?|facture|compte|radios?|analyses?|ordonnance|fiche)\b|\b(?:d'apres|selon|dans) (?:votre|nos|son|notre) (?:\w+ )?(?:dossiers?|fiches?|fichiers?|registres?)\b[^.!?]{0,30}\b(?:vous|il|elle|votre|vos)\b"
    r"|\b(?:hemos|he) (?:\w+ )?(?:mirado|revisado|comprobado|abierto|leido|consultado|visto) (?:su|sus|tu|tus|el|la) (?:\w+ )?(?:historia(?:l)?|expediente|ficha|caso|pruebas|resultados?|factura|cuenta|analitica|analisis|radiografias?)\b|\b(?:segun|en) (?:su|sus|nuestr[oa]s?) (?:\w+ )?(?:historia(?:l|les)?|expediente|ficha|registros?|archivos?)\b[^.!?]{0,30}\b(?:usted|consta|figura|aparece|no|se|su|le|vino|acudio|falto)\b"
    r"|\b(?:hem|he) (?:\w+ )?(?:mirat|revisat|comprovat|obert|llegit|consultat|vist) (?:la seva|el seu|les seves|els seus|la teva|el teu) (?:\w+ )?(?:historia(?:l)?|expedient|fitxa|cas|proves|resultats?|factura|compte|analitica|radiografies?)\b|\b(?:segons|a|en) (?:la seva|el seu|els nostres|les nostres|el nostre|la nostra) (?:\w+ )?(?:historia(?:l|ls)?|expedient|fitxa|fitxes|registres?|arxius?)\b[^.!?]{0,30}\b(?:voste|consta|figura|apareix|no|es|va|li)\b"
)
_ABOUT_YOU = Lazy(
    r"\b(?:as |like |what )?your (?:surgeon|consultant|anaesthetist|midwife|specialist|cardiologist|oncologist|physio\w*|ward|theatre|care) ?(?:team|nurse|doctor|sister)? (?:\w+ )?(?:explained|said|told|warned|wrote|discussed|operated|noted|removed|prescribed|asked|has|did|is|was)\b"
    r"|\b(?:il suo|la sua|votre|su|el seu|la seva) (?:chirurg\w+|cirujan\w+|cirurgi\w+|anestesist\w+|anesthesiste|ostetrica|sage-femme|matrona|llevadora|cardiolog\w+|oncolog\w+|primario) (?:le |vous |li |lo |la |gli )?(?:ha|a|va|hizo|\w+o)\b"
    r"|\b(?:fee|bill|invoice|costs?|charge|deposit|refund|complaint|letter|report|results?|implant|stitches|sutures|dressing|plaster|cast|drain|tube)s? (?:for|about|of|regarding|from|after|in) your (?:recent |last )?(?:stay|visit|\w*(?:scopy|ectomy|plasty|otomy|ostomy|graphy|opsy)|operation|surgery|procedure|treatment|scan|x-ray|mri|admission|delivery|birth|transplant|replacement|appointment|baby|hip|knee|heart)\b"
    r"|\byour (?:recent |next )?(?:appointment|operation|surgery|procedure|scan|biopsy|follow-up|admission|discharge|blood tests?|stitches|results?)\b[^.!?]{0,30}\b(?:is|are|was|were|has been|have been) (?:now |already )?(?:confirmed|booked|moved|cancelled|rescheduled|postponed|brought forward|ready|back|in|normal|clear|fine|due|removed|arranged|scheduled|on \w+day)\b"
    r"|\b(?:he|she|your \w+) (?:sadly |unfortunately |is |was |has |'s )*(?:passed away|died|still|remains|recovering|improving|stable|out of|in)\b[^.!?]{0,20}\b(?:here|intensive care|icu|theatre|our (?:ward|unit|care|hospital)|on the ward)\b"
    r"|\b(?:i|we) (?:\w+ )?(?:remember|recall) (?:you|him|her) (?:\w+ )?(?:from|on|in|at) (?:the|our)\b|\b(?:we|i|our \w+) (?:called|rang|phoned|texted|wrote to|contacted|emailed) (?:you|him|her) (?:\w+ ){0,2}(?:about|with|after|regarding|for|to)\b"
)
_CARED_PART = Lazy(
    rf"\b(?:with|con|avec|amb|for|per|pour|por) (?:your|his|her|il suo|la sua|votre|ton|su|el seu|la seva|el|la) (?:\w+ )?(?:ankle|wrist|leg|arm|knee|hip|shoulder|hand|foot|chest pain|fever|broken \w+|caviglia|polso|gamba|braccio|ginocchio|anca|spalla|mano|piede|febbre|cheville|poignet|jambe|bras|genou|hanche|epaule|main|pied|fievre|tobillo|muneca|pierna|brazo|rodilla|cadera|hombro|turmell|canell|cama|brac|genoll|maluc|espatlla|dolor|dolore|douleur)\b"
    r"|\b(?:when|while|after|before|since) we (?:\w+ )?(?:took|removed|fixed|replaced|stitched|operated|scanned|set|opened|repaired|put|gave|treated) (?:out )?(?:his|her|your)\b"
    r"|\b(?:durante|per) (?:il|la|lo) (?:ricovero|degenza|parto|intervento|operazione|convalescenza)\b|\b(?:pendant|lors de|apres) (?:l'|la |le |son |votre )(?:hospitalisation|accouchement|operation|intervention|sejour)\b|\bdurante (?:el|la|su) (?:ingreso|parto|operacion|estancia|intervencion)\b|\bdurant (?:el|la|l') ?(?:ingres|part|operacio|estada|intervencio)\b|\bduring (?:the|your|her|his) (?:stay|birth|delivery|labour|operation|admission|surgery)\b"
    rf"|\b(?:your|il suo|la sua|votre|su|el seu|la seva) (?:\w+ )?(?:{RELATIVES}|boy|girl|little one|bimb[oa]|petite?|nin[oa]|nen[a]?) (?:was|is|e|est|es|era|fue|va ser|esta|sta) (?:\w+ ){{0,2}}?(?:hero|star|champ\w*|brave|courageu\w+|coraggios\w+|valient\w*|valent\w*|in our (?:care|hands)|under our care|nelle nostre mani|entre nos mains|en nuestras manos|a les nostres mans|with us|da noi|chez nous|con nosotros|amb nosaltres)\b"
)
_HANDS = Lazy(
    rf"\b(?:(?:your|il suo|la sua|suo|sua|votre|ton|ta|su|tu|el seu|la seva|el teu|la teva) (?:\w+ )?(?:{RELATIVES}|little one|boy|girl)|he|she|lui|lei|elle|il|ella|ell)\b[^.!?]{{0,30}}\b(?:alle|nelle|in|a|aux|a les|en|dans|entre|under|with) (?:le |las |les )?(?:nostr\w+|nos|nuestr\w+|buone|bonnes|buenas|bones|good|safe|our) (?:best )?(?:cur[ae]s?|mani|soins|mains|manos|mans|cuidados|hands|care|attenzioni|atenciones)\b"
    r"|\b(?:(?:le|li|vi|vous|us|os|gli|ti|te) confirm\w+|(?:i|we) (?:can |do |hereby )?confirm|(?:posso|possiamo) conferma\w+|(?:je|nous) (?:vous )?(?:peux|pouvons|puis)? ?(?:vous )?confirm\w+|(?:puedo|podemos) confirmar\w*|(?:puc|podem) confirmar\w*|(?:confermo|confermiamo|confirmo|confirmamos|confirmem|confirme|confirmons)) (?:que|che|that|qu')"
    rf"|\b(?:i|we) (?:can |do |hereby )?confirm (?:they|he|she|you|your (?:{RELATIVES})) (?:\w+ed|were|was|is|are|had|has|have)\b"
)
_WAITED = Lazy(
    r"\b(?:waited|waiting|wait|asp?ett\w+|attendu|attente|esper\w+|happy|glad|pleased|felic\w+|content\w*|ravis?|heureu\w+|alegr\w+|sorry|dispiace|scus\w+|desole\w*|perd\w+|sentim\w*|lament\w+|thank\w*|grazie|merci|gracias|gracies|hero|star|brave|care|cure|mani|mans|manos|mains)\b"
)
_AFTER_BUT = re.compile(r"\b(?:but|pero|mais|ma|tuttavia|cependant|however|though)\b")
_NOT_SAID = Lazy(
    r"\b(?:if|whether|unless|in case|can(?:not|'t| not)|could|would|should|may|might|never (?:confirm|comment)|please|any(?:one|body)|someone|somebody|people|patients|everyone|all|when you come|next time|will|se (?:lei|e|ha|qualcuno|una)|qualora|chi|chiunque|puo|possiamo|possono|potrebbe|non possiamo|si (?:vous|quelqu|une|votre|vous avez)|quiconque|toute personne|pouvez|pourriez|pouvons|ne pouvons|veuillez|si (?:usted|alguien|una|su|ha|fue|estuvo|li|algu|el|la|va|vostè|voste)|quien|cualquier\w*|puede|podemos|podria|no podemos|qui|qualsevol|pot|podem|podria|no podem|rumou?rs?|claims?|it is said|newspaper)\b"
)


_WITH_US = Lazy(
    r"\b(?:votre (?:passage|sejour|hospitalisation|operation|intervention) (?:dans|chez|en|aux|au) (?:nos|notre|nous)|(?:que|qu') ?(?:nous )?(?:vous )?(?:avons|a|on vous a) fait(?:e|es)? (?:chez nous|ici|au bloc)|(?:nous|on) vous (?:avons|a) (?:vue?|operee?|soignee?)|"
    r"su (?:paso|estancia|ingreso|operacion) (?:por|en) (?:nuestr\w+|el quirofano)|que (?:le|te|os) (?:hicimos|pusimos|operamos|sacamos)|(?:le|te|os) (?:vimos|operamos|atendimos|hicimos|pusimos)|"
    r"(?:il suo|la sua) (?:passaggio|ricovero|intervento|degenza) (?:nel|nella|da|in) (?:noi|nostr\w+)|che (?:le|ti|vi) abbiamo (?:fatto|messo|tolto)|l[ae]? ?'?abbiamo (?:vist[ao]|operat[ao]|curat[ao])|"
    r"(?:el seu|la seva) (?:pas|estada|operacio|ingres) (?:per|a) (?:la nostra|el nostre|casa nostra|urgencies)|que (?:et|us|li) vam (?:fer|posar|treure)|(?:et|us|li) vam (?:veure|operar|atendre|fer|posar|treure)|"
    r"your (?:visit|stay|operation|surgery|time) (?:in|at|with) (?:our|us)|we (?:saw|operated on|looked after) you|(?:that )?we (?:did|put in|took out) for you|urgencies nostres)\b"
)
_KIN_AMONG = Lazy(
    rf"\b(?:si|yes|oui|yep|claro|certo),? (?:que )?(?:su|your|votre|suo|sua|il suo|la sua|el seu|la seva|son|sa|tu|ton|ta) (?:{RELATIVES}) (?:es|is|est|e) (?:uno|una|one|une?|dels|among|parmi|tra|entre)\b"
)


def attended(c: Context) -> Iterator[Finding]:
    reason = "This confirms that somebody is or was a patient."
    instead = "We cannot speak about individual people here."
    if c.kind == "crisis" and (one := _KIN_AMONG.search(c.low)):
        yield Finding(*one.span(), "R", BLOCK, reason, instead)
    if c.kind != "reply":
        return
    for match in _WITH_US.finditer(c.low):
        first, last = c.sentence(*match.span())
        before = _AFTER_BUT.split(c.low[first : match.end()])[-1]
        if c.low[last : last + 1] != "?" and not _NOT_SAID.search(before):
            yield Finding(*match.span(), "R", BLOCK, reason, instead)
    for pattern in (_DONE_SURELY, _FILE_READ, _ABOUT_YOU, _CARED_PART, _HANDS):
        for match in pattern.finditer(c.low):
            first, last = c.sentence(*match.span())
            before = _AFTER_BUT.split(c.low[first : match.end()])[-1]
            if c.low[last : last + 1] == "?" or _NOT_SAID.search(before):
                continue
            if pattern is _CARED_PART and not _WAITED.search(c.low[first:last]):
                continue
            if pattern is _DONE_SURELY and not (
                _HERE.search(c.low[match.start() : last]) or _HERE.search(c.low[first : match.start()])
            ):
                continue
            yield Finding(*match.span(), "R", BLOCK, reason, instead)
