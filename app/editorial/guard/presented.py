"""
People by how they are brought up in a text (class A): presented, asked after, sent for, spoken to, quoted, called something by
everybody, told of as a family. What stands there is somebody's name whatever word it is, unless it is a known thing.

`strangers` looks at what a capitalised word does; here the words around it say that a person follows.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from app.editorial.guard.context import BLOCK, HIDDEN, Context, Finding
from app.editorial.guard.dictionary import Names
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.people import of_others
from app.editorial.guard.surroundings import DEVICE_AFTER, looks_ordinary
from app.editorial.guard.words.harmless import CALENDAR, DRUGS_AND_MAKES, EPONYMS, HARMLESS, INSTITUTIONS
from app.editorial.guard.words.homonyms import HOMONYMS
from app.editorial.guard.words.people import BOTH_NAME_AND_WORD as BOTH
from app.editorial.guard.words.people import CLINICIANS, COMMON, PATIENT, PUBLIC_ROLES, RELATIVES
from app.editorial.guard.words.towns import TOWNS

_ONE = r"(?:[A-Z]'[A-Z]|[A-Z])[a-z][A-Za-z'-]*"
_N = rf"(?P<n>{_ONE}(?: (?:(?i:de|del|della|di|da|van|von|der|den|el|al|la|bin|ibn|mac|mc|o) ){{0,2}}{_ONE}){{0,2}})"
_ART = r"(?:(?:the|our|little|dear|la|el|il|lo|le|en|na|l'|els|a|al|nostr[oae]|nuestr[oa]|notre|mon|ma|mi|mio|mia|poor|young|old|petit|petite|piccol[oa]|pequen[oa]|petita?) ?)*(?<![a-z])"
_BY_ALL = r"(?:everyone|everybody|all|the (?:whole )?\w+|(?:his|her) \w+|friends|mates|family|tutti|gli amici|in paese|tous|toutes|tout le monde|les (?:copains|amis)|ses \w+|todos|todo el mundo|los amigos|sus \w+|tothom|tots|els amics|la familia)"

_CALLED = Lazy(
    rf"\b(?i:known|calls?|called|conosciut[oa]|conosc\w+|chiamat[oa]|chiam\w+|connue?|conna\w+|appelee?|appel\w+|conocid[oa]|conoc\w+|llamad[oa]|llam\w+|conegu[td]a?|coneix\w*|anomen\w+)(?i:(?: (?:to|by|da|de|par|per|por|a|pour|on|in|here|here as|simply|just|affectionately))?(?: {_BY_ALL})?(?: \w+){{0,3}}? (?:as|come|como|comme|com|simply|just)(?: the| il| la| le| el| l'| en| na)? ?)(?P<n>[A-Z][\w'-]+(?: [A-Z][\w'-]+){{0,2}})"
)
_ONE_CALLED = Lazy(
    r"(?i:\b(?:boy|girl|lad|lass|man|woman|lady|gentleman|child|toddler|baby|teenager|pensioner|ragazz[oa]|bambin[oa]|uomo|donna|anzian[oa]|"
    r"garcon|fille|fillette|homme|femme|dame|enfant|nin[oa]|chic[oa]|hombre|mujer|ancian[oa]|nen[a]?|noi[a]?|home|dona|avi|avia) "
    r"(?:called|named|by the name of|di nome|chiamat[oa]|che si chiama|nommee?|prenommee?|appelee?|qui s'appelle|de nombre|llamad[oa]|que se llama|anomena(?:t|da)|que es diu|de nom)) "
    rf"(?:la |el |en |na |l')?{_N}"
)
"""For press and crisis desks, who name places and officials, too: behind "a girl called" stands neither."""
_ANSWERS = Lazy(
    rf"\b(?i:answers? to|goes by|went by|risponde al nome di|repond au (?:doux )?(?:nom|prenom) de?|responde al nombre de|respon al nom (?:de|d')|se fait appeler|si fa chiamare|se hace llamar|es fa dir)(?: the| il| la| le| el| l')? ?(?:la |el |en |na |l')?{_N}"
)
_NAME_IS = Lazy(
    r"\b(?i:name|surname|names|nome|cognome|nom|prenom|nombre|apellidos?|cognoms?|monikers?)(?i:\? (?:it's |e |c'est |es )?| as | reads? | says | confirmed(?: as)? | given as | on (?:the )?(?:band|chart|list|label)(?: is|:| reads)? )"
    rf"{_N}"
)
_READS = Lazy(
    r"\b(?i:(?:form|band|bracelet|wrist ?band|label|chart|sheet|board|tag|sticker|braccialetto|etichetta|cartellino|foglio|lavagna|etiquette|fiche|feuille|tableau|pulsera|etiqueta|hoja|ficha|pizarra|polsera|full|fitxa|pissarra)(?: \w+){0,2}?(?: (?:reads?|says|shows|dice|riporta|porta scritto|indique|dit|pone|dice|diu|posa)| (?:si|on|se|es) (?:legge|lit|lee|llegeix))(?: clearly| bene| bien| be)?:? )"
    rf"{_N}"
)
_SENT_FOR = Lazy(
    r"\b(?i:(?:sent|sending|send|calls?|called|calling|ready|waiting|wait|waits|all set|set|prepared|booked|slot|on (?:its|the) way|turn|round|good|well|smoothly|time|doing (?:this|it|that|all this)|this (?:one|is|stitch|valve|shift)(?: is| goes)?|made it|happy|delighted|over the moon|fingers crossed|give it up|hats off|here's|a? ?toast|three cheers|big (?:hand|cheer|day|moment|one|smile)|dedicated|hold on|hang on)(?: (?:out|up|today|now|next|again|all))? (?:for|to)"
    r"|fetch(?:es|ed|ing)?|collect(?:ed|ing)|picked up|pushing|wheel(?:s|ed|ing)(?: in| out| down| away)?|greet(?:s|ed|ing)?|meet(?:ing)?|met"
    r"|aspettiamo|aspettando|stiamo aspettando|pronti per|tutto pronto per|e il momento di|e l'ora di|facciamo il tifo per|mandato a prendere|attendons|on attend|en attendant|prets? pour|c'est (?:l'heure|le moment) de|on fait venir|allons chercher"
    r"|esperamos a|esperando a|listos? para|todo listo para|es la hora de|es el momento de|hemos llamado a|vamos a por|esperem|esperant|tot a punt per a?|es l'hora de|es el moment de|hem cridat|anem a buscar)(?i: (?:a|al|d'|de|di|per|per a))? "
    rf"{_ART}{_N}"
)
_ON_TABLE = Lazy(
    r"(?i:\b(?:in sala|in theatre|in recovery|on (?:the |our )?table|under the (?:knife|lights)|au bloc|en salle|a table|sur la table|en (?:la mesa|mesa|quirofano)|a (?:taula|quirofan|la taula)|sul tavolo|sotto i ferri))"
    rf"(?i:,?:? ?(?:c'e|abbiamo|on a|nous avons|il y a|tenemos a|esta|hi ha|tenim|we have|is|lies|today|oggi|hoy|avui|aujourd'hui|now)? ?(?:la |el |l'|en |na |a )?) ?{_N}(?=[,.;:!?]|$)"
    rf"|(?i:\b(?:today|oggi|hoy|avui|aujourd'hui|now|next|first|second|third|star|donor|recipient|mum|dad|wife|husband|turn|name|donante|donant|donneur|donatore|table|sala|bloc|quirofano|quirofan|mesa|taula|paziente|paciente|pacient|patiente?)) ?: (?:la |el |l'|en |na |il )?(?P<m>{_ONE})(?=[,.;!?]|$)"
    rf"|(?i:\b(?:kidneys?|heart|liver|lungs?|lobe|marrow|cornea|graft|stem cells|rene|cuore|fegato|polmon[ei]|midollo|rein|coeur|foie|poumons?|moelle|rinon|corazon|higado|pulmon|medula|ronyo|cor|fetge|pulmo|medul·?la)\b(?: \w+){{0,3}}? (?:from|to|for|into|inside|da|dal|dalla|a|per|del|della|di|de|d'|du|pour|vers|para|al|en)) (?:la |el |l'|en |na |il )?(?P<o>{_ONE})(?=[ ,.;:!?']|$)"
)
_NICKNAMED = Lazy(
    r"(?:^|[,.;:(] ?|[a-z] )(?i:alias|a\.?k\.?a\.?|dite?|detto|detta|apodad[oa]|surnommee?|soprannominat[oa]|anomena(?:t|da)|mote|malnom|sobrenom) (?i:the|le|la|el|il|lo|en|na|l'|big|little|old) ?(?P<n>[A-Z][\w'-]+(?: [A-Z][\w'-]+)?)"
)
_FIRM = r"(?P<n>[A-Z][\w'.-]+(?: (?:&|(?i:and|e|et|y|i|de|di|del|della|du|des|la|the)(?: (?:la|les|los))?)(?= [A-Z]))?(?: [A-Z&][\w'.-]*(?: (?:de|di|del|della|du|des|&|and|y|i|e|et)(?= [A-Z]))?){1,4})"
_EMPLOYED = Lazy(
    r"\b(?i:colleagues?|co-?workers?|workmates?|mates|boss|manager|foreman|chef|employer|supervisor|owner|hr|team-?mates|colleg(?:a|hi|he)|capo|titolare|datore|principale|collegues?|patronn?e?|employeur|chef d'equipe|companer[oa]s?|jef[ea]s?|encargad[oa]|compan(?:y|ya|ys|yes)|cap|mestressa|encarrega(?:t|da))"
    rf"(?i:(?: (?!at\b|from\b|of\b)[a-z]+){{0,3}}? (?:at|from|of|in|alla|della|delle|dei|del|dell'|di|da|presso|des|de la|du|de|chez|d'|dels|a la|a|en)) ?(?i:la |l'|the |los |els |les )?{_FIRM}"
)
_WORKS = Lazy(
    r"\b(?i:works?|worked|working|drives?|drove|driver|packs|stacks|cleans|cooks|welds|delivers|codes|sews|types|job|apprentice\w*|trainee|temp|shifts?|clerk|cashier|accountant|labourer|operator|receptionist|guard|on the (?:line|till|night shift)|paid by|sacked by|retired from|pension from|laid off (?:by|from)|"
    r"lavora\w*|dipendente|impiegat[oa]|operai[oa]|magazzinier\w|cassier[ea]|autista|commess[oa]|apprendista|turn[oi]|travaill\w+|bosse|salariee?|employee?|ouvri\w+|caissi\w+|magasini\w+|chauffeur|vende\w+|apprentie?|interimaire|embauchee?|retraitee?|"
    r"trabaj\w+|curra|emplead[oa]|obrer[oa]|moz[oa]|cajer[oa]|dependient[ae]|repartidora?|aprendiz[a]?|turno|despedid[oa]|treball\w*|penca|empleat|empleada|obrer[a]?|mosso|mossa|caixer[a]?|dependent[a]?|repartidora?|aprenent[a]?|torn|acomiada(?:t|da))"
    rf"(?i:(?: (?!at\b|for\b|with\b)[a-z']+){{0,4}}? (?:for|at|with|from|by|alla|per la|per|presso|da|dalla|della|nella|in|chez|pour|au|aux|a la|a|en|para|de|dels|als|al)) (?i:la |l'|the |los |els |les )?{_FIRM}"
)
_IT_IS = Lazy(
    r"(?:^|[.!?:;,-] ?|\b)(?i:(?:(?:that|this|he|she|it)(?:'s| is| was)|here(?:'s| is| comes| lies)|enter|and now|now|next(?: up| in| on| is)?|remember|ladies and gentlemen|ecco|e|questo e|questa e|e adesso|ed ecco|adesso|ora|oggi|e ora|voici|voila|c'est|et maintenant|maintenant|aujourd'hui|este es|esta es|aqui esta|aqui tenemos a|y ahora|ahora|hoy|aquest es|aquesta es|aqui tenim|i ara|ara|avui)(?: (?:in sala|in theatre|on (?:the )?table|au bloc|a table|sur la table|en (?:la mesa|quirofano)|a (?:taula|quirofan)|sul tavolo)(?: c'e| abbiamo| on a| tenemos a| hi ha)?)?,?:? ?"
    r"(?:our|the (?:brave|great|one and only)|nostr[oae]|il nostro|la nostra|notre|nuestr[oa]|el nostre|la nostra|little|our little|il piccolo|la piccola|la petite|le petit|la peque|el petit|la petita))"
    rf" {_N}(?=[,.;:!?]|$| (?!\w+(?:er|or|tor|scope|ty|tion)\b)[a-z])"
)
_OF_FAMILY = Lazy(
    rf"\b[Tt]he {_N} (?i:girl|boy|lad|lass|kid|kids|baby|twins?|sisters?|brothers?|siblings|children|family|household|clan|couple|grandchildren|parents|gang|lot|tribe|boys|girls|widow|estate)\b"
    r"|\b(?i:i coniugi|i fratelli|le sorelle|i gemelli|casa|les epoux|les freres|les soeurs|les jumeaux|la tribu|le couple|le clan|los hermanos|las hermanas|los gemelos|el matrimonio|el clan|els germans|les germanes|els bessons|el matrimoni|can|ca l'|a casa dels|chez les) "
    rf"(?P<m>{_ONE}(?:-{_ONE})?)(?=[ ,.;:!?]|$)"
)
_WHOLE_FAMILY = Lazy(
    rf"(?:^|[.!?:;,] )(?:The|Les|Los|Els|Gli|I|Las|Tous les|Tutti i|Todos los|Tots els|All the|the|les|los|els|gli|i) (?P<n>{_ONE}) (?i:(?:have|has|are|were|can|must|all|now|just|both|ont|sont|peuvent|vont|nous|vous|han|son|estan|ya|pueden|nos|os|hanno|sono|stanno|possono|ci|vi|ringraz|son|poden|ens|us|ja|s'han|es|se|si|send|thank|wait|hope|sit|stay|live|want|know|love|say|keep|cry|smile|breathe|bring|brought|sent|thanked|waited|arriv\w*|attend\w*|remerci\w*|esper\w*|agrade\w*|aspett\w*|saluta\w*|sped\w*|envi\w*|manda\w*|agrae\w*|donen|dan|respir\w*|pleur\w*|plor\w*|llor\w*|piang\w*)\w*)\b"
)
_QUOTED = Lazy(
    rf"[\"!?,'] ?,?-? ?(?i:says?|said|told|asks?|asked|whispered|joked|laughed|were|was|dice|disse|ha detto|chiede|ha chiesto|sussurra|dit|a dit|demande|a demande|murmure|lance|dijo|dice|ha dicho|pregunto|pregunta|susurra|solto|va dir|ha dit|diu|pregunta|va preguntar|xiuxiueja|repeteix|ripete|repete|repite) (?:la |el |en |na |l'|il |our |poor |little )?{_N}(?=[,.;:!?]|$|'s | [a-z])"
)
_TOLD_OFF = Lazy(
    r"\b(?i:signed|chosen|picked|selected|requested|consented|given|donated|written|drawn|painted|baked|knitted|sent|filled in|answered|told|confirmed|agreed|firmat[oae]|scelt[oae]|richiest[oae]|donat[oae]|scritt[oae]|disegnat[oae]|mandat[oae]|signee?s?|choisie?s?|demandee?s?|donnee?s?|ecrite?s?|dessinee?s?|envoyee?s?|firmad[oa]s?|elegid[oa]s?|pedid[oa]s?|escrit[oa]s?|dibujad[oa]s?|enviad[oa]s?|signada?|triada?|triat|demanada?|escrita?|dibuixada?|enviada?)(?i: (?!by |da |par |por |per )[a-z']+){0,3}? (?i:by|da|dal|dalla|par|por|per|per la|per en|per l') ?"
    rf"{_ART}{_N}"
    r"|\b(?i:l[ao]?'?(?: ha)? ?scelt[oae]|ha (?:scelto|firmato|chiesto|voluto)|l'a choisie?|a (?:choisi|signe|demande|voulu)|(?:la |lo )?(?:eligio|escogio|firmo|pidio|queria|quiso)|(?:la |ho |el )?(?:va|ha) (?:triar|signar|demanar|voler|triat|signat|demanat)) "
    rf"(?:la |el |en |na |l'|il )?(?P<m>{_ONE})(?=[,.;:!?]|$)"
)
_FROM_WHO = Lazy(
    r"\b(?i:from|of|da|dal|dalla|de|du|d'|desde|del|de la|de l'|per|per a|pour|para|to|with|con|amb|avec|a|en|na|l'|la|el) ?"
    rf"{_N}(?i:,? (?:who|whose|che (?:sta|si|e|ha|dorme|vuole)|qui (?:va|est|a|dort|se|s'|vous|attend)|que (?:esta|va|se|ya|ha|duerme|quiere|dorm|s'ha|vol)|before (?:she|he|the mask|going|falling)|as (?:she|he)\b|while (?:she|he)\b|prima (?:di|che|dell')|avant (?:de|d'|que)|antes de|abans (?:de|d'|que)|and (?:her|his|their)\b|e (?:il|la|i) su|et s(?:on|a|es)\b|y su\b|i (?:el|la) se))"
)
_VOCATIVE = Lazy(
    rf"(?:^|[.!?] |\b(?i:now|ahora|ora|ara|maintenant), ?)(?P<n>{_ONE}), (?i:if you|when you|you(?:'ve|'re|'ll|r)?\b|we(?:'ve|'re|'ll)?\b|this (?:is|one) |your|see you|rest|sleep|breathe|almost|not long|hang|keep|be brave|don't|cuando (?:leas|te|despiertes)|si (?:lees|me|nos)|te |ti |tu |tua|tuo|ton |ta |tes |teu|teva|quando (?:leggerai|ti)|se (?:leggi|ci)|quand tu|si tu|quan (?:llegeixis|et)|si (?:llegeixes|ens)|ets |eres |sei |tiens|tieni|aguanta|resisti|estas en|ja (?:esta|quasi|ets)|ya (?:esta|casi)|ci siamo|on y est|c'est (?:fini|bon|presque)|e finita|respira|dormi |dors |duerme|tranquil\w*|gracias por|merci (?:de|pour)|grazie (?:di|per)|gracies per|thank(?:s| you) for|descansa|riposa|repose)"
)
_LAST_WORDS = Lazy(
    rf"\b(?:[Ww]hen|[Aa]fter|[Bb]efore|[Oo]nce|[Uu]ntil|[Ww]hile|[Bb]ecause|[Aa]s|[Qq]uando|[Dd]opo che|[Aa]ppena|[Qq]uand|[Aa]pres que|[Dd]es que|[Cc]uando|[Dd]espues de que|[Ee]n cuanto|[Qq]uan|[Dd]espres que|[Aa]ixi que) (?:la |el |en |na |l'|il )?{_N} (?i:woke|wakes|is|was|has|had|gets|got|comes|came|goes|went|opened|opens|asked|smiled|reads|signed|arriv\w+|can|si|e|ha|apr\w+|chied\w+|legg\w+|uscir\w+|sera|se|s'|est|a|ouvr\w+|lira|sort\w*|va|despiert\w+|desperto|salga|lea|abra|este|llegue|es|esta|desperti|surti|llegeixi|obri|arribi|vegi)\b"
)
_NEW_PART = Lazy(
    rf"(?:^|[.!?:;,] ?|\b(?:[Ee]n|[Nn]a|[Ll]a|[Ee]l|[Ll]') ?)(?P<n>{_ONE}) (?i:(?:now |already |ya |ja |gia |ora |finally |finalmente )?(?:has|have got|got|gets|tiene|estrena|ha|a|te|riceve|recoit|recibe|rep|tient|wears|porta|lleva|stands|owns)(?: already| ya| ja| gia| deja)?(?: a| an| his| her| the| una?| un| une| la| el| le| il| sa| su| son| l')* ?(?:brand[- ]new|new|nuov[oae]|nouve(?:l|lle|au)|toute? neuve?|nueva?|nuevo|nova|nou|shiny)\b)"
    rf"|(?:^|[.!?:;,] ?|\b(?:[Ee]n|[Nn]a|[Ll]a|[Ee]l|[Ll]') ?)(?P<m>{_ONE}) (?i:(?:has|tiene|ha|a|te) (?:una? |un |une )?(?:\w+ ){{0,2}}?(?:brand[- ]new|nuov[oae]|toute? neuve?|nouve(?:lle|au)|nueva|nuevo|nova|nou)\b)"
    rf"|(?:^|[.!?:;,] ?)(?:L'|En |Na |La |El )?(?P<o>{_ONE}) (?i:agrae\w*|agrade\w*|ringraz\w*|remerci\w*|thanks|salut\w+|saluda|s'ador\w+|s'endort|si addorment\w+|se duerme|falls asleep|nods off|winks|waves|blinks|snores|giggles|hums|sings|canta|chante|russa|ronfle|ronca|fa l'ullet|guina)\b"
)
_OPENED_SMALL = Lazy(
    r"(?:^|[.!?:;] |\b(?:salle d'attente|waiting room|sala d'attesa|sala de espera|sala d'espera|news|update|info)[^.!?:]{0,16}: ?)(?:l'|la |el |en |na |il |our )?(?P<n>[a-z][a-z'-]{2,}) (?="
    r"(?:is|was|has been|'s|e|est|a ete|esta|es|ha estat|va ser)? ?(?:now |already |gia |deja |ya |ja |finally |finalmente |safely )?(?:out of (?:theatre|surgery|the or|recovery|anaesthesia)|awake and|awake$|wide awake|fast asleep|waking up|extubated|estubat[oa]|svegli[oa]|uscit[oa] dalla sala|reveillee?|extubee?|sortie? du bloc|despiert[oa]|extubad[oa]|fuera de quirofano|despert[a]?\b|extubat|extubada|fora de quirofan)|s'est (?:bien |deja )?(?:reveille|endormi)|si e (?:svegliat|addormentat)|se ha (?:despertado|dormido)|s'ha (?:despertat|adormit)|woke up|fell asleep|says hi|says hello|says thank|asks? for (?:a |her |his |tea|coffee|water)|reclame (?:son|sa)|chiede (?:il|la|un)|pide (?:su|un|cafe|agua)|demana (?:el|la|un|cafe|aigua))"
)
_TITLED = Lazy(
    r"\b(?:Sergeant|Sgt|Corporal|Private|Lieutenant|Captain|Capt|Major|Colonel|Col|General|Admiral|Commander|Reverend|Rev|Father|Fr|Sister|Brother|Bishop|Rabbi|Imam|Deacon|Vicar|Judge|Justice|Officer|Constable|PC|Inspector|Detective|Sir|Lady|Lord|Dame|Baroness|Count|Princess|Prince|Coach|Nanny|Uncle|Aunt|Auntie|Granny|Grandma|Grandpa|Granddad|Grandad|Nan|Nana|"
    r"Maresciallo|Brigadiere|Sergente|Capitano|Colonnello|Suor|Padre|Fra|Monsignor|Don|Donna|Zio|Zia|Nonno|Nonna|Comandante|Adjudant|Sergent|Capitaine|Soeur|Pere|Frere|Abbe|Tonton|Tata|Tatie|Papi|Mamie|Sargento|Capitan|Coronel|Sor|Fray|Dona|Tio|Tia|Abuelo|Abuela|Mossen|Capita|Oncle|Tieta|Avi|Avia|Iaia|"
    r"uncle|aunt|auntie|granny|grandma|grandpa|granddad|grandad|nana|zio|zia|nonno|nonna|tonton|tatie|papi|mamie|tio|tia|abuelo|abuela|oncle|tieta|avi|avia|iaia|papa|mamma|maman|mama|dad|daddy|mum|mummy|sergente|maresciallo|adjudant|sargento|sergent|capitan|capitano|capitaine|sor|suor|soeur|don|dona|donya|fra|fray|mossen)\.? "
    rf"(?:en |na |l')?(?P<n>{_ONE})(?![A-Za-z])"
)
_IS_OUR_PATIENT = Lazy(
    rf"\b(?:[Dd]r|[Dd]ra|[Dd]ott|[Pp]rof\w*|[Dd]octor\w*|[Dd]ott\w+|[Dd]octeure?|[Nn]urse|[Ii]nfermier[ea]|[Ii]nfirmiere?|[Ee]nfermer[oa])\.? {_N}(?=[^.!?]{{0,44}}\b(?i:(?:is|was|as|now|today|e|es|est|era|hoy|oggi|avui|aujourd'hui|'s)(?: \w+)? (?:our|the|a|il|la|nostr[oae]|il nostro|la nostra|el nostre|la|le|el|notre|nuestr[oa]|un|una|une) ?(?:own )?(?:patient|paziente|patiente|paciente|pacient)|on the (?:other side|table)|under the knife)\b)"
)
_HOLDS = Lazy(
    rf"(?:^|[.!?:;,] ?|\b(?:and|so|then|now|that|because|e|et|y|i|ora|ara|ahora|poi|luego) )(?P<n>{_ONE})(?:'s (?!team|group|lab|law|rule|theorem|paper|book|classification|criteria|method|idea)| \((?i:dad|mum|mom|mother|father|wife|husband|son|daughter|brother|sister|patient|donor|the patient|his \w+|her \w+|marito|moglie|padre|madre|figli[oa]|paziente|mari|femme|fils|fille|pere|mere|marido|mujer|hij[oa]|paciente|marit|dona|fill|filla|pare|mare|pacient)\))"
)
_AS_WE_SAY = Lazy(
    r"(?<![A-Za-z])(?P<n>[A-Z][\w'-]+(?: [A-Z][\w'-]+)?),? (?:as (?:we|everyone|everybody|they|he|she|friends|his \w+|her \w+)(?: all)?(?: \w+)? (?:calls?|knows?|names?|likes?|say)|come (?:lo|la) (?:chiam\w+|conosc\w+)|comme on (?:l'|le |la )?(?:appelle|surnomme)|como (?:le|lo|la) (?:llam\w+|dec\w+|conoc\w+)|com (?:li|el|la|l') ?(?:di\w+|anomen\w+|conei\w+))\b"
)
_SPELT = Lazy(
    r"\b(?i:name|surname|nome|cognome|nom|prenom|nombre|apellidos?|cognoms?|initials?|iniziali|initiales|iniciales|inicials|patient|paziente|patiente|paciente|pacient|pz|pt|pcte|called|spelled|spelt)\b[^!?\n]{0,60}?[ :\"](?P<n>[A-Z](?:[-.·] ?[A-Z]){2,}|[A-Z](?: [A-Z]){2,})(?![A-Za-z])"
    r"|(?<![\w.])(?P<m>[A-Z] ?\. ?(?:-? ?[A-Z] ?\. ?){1,2}),? ?(?=(?:our|the|il nostro|la nostra|nostr[oae]|notre|nuestr[oa]|el nostre|la nostra)? ?(?:patient|paziente|patiente|paciente|pacient|pt|pz)\b)"
    r"|\b(?:pt|pte|pz|pcte|pac|patient|paziente|patiente|paciente|pacient)\.? (?P<o>[A-Z](?:-[A-Z])?\.? ?-?[A-Z]\.?)(?= [a-z]|[,;:])"
)
_KIN_OF_NAME = Lazy(
    rf"(?:^|[.!?:;,] |\b(?:and|so|but|that|because|now|then|e|y|i|et) )(?P<n>{_ONE})'s (?i:mum|mom|mother|dad|father|wife|husband|son|daughter|sister|brother|family|partner|fiancee?|boyfriend|girlfriend|gran|granny|grandma|grandad|grandpa|nan|aunt|auntie|uncle|parents|kids|children|friends?|carer|neighbou?r|operation|op|surgery)\b"
)
_IN_BETWEEN = Lazy(rf", (?:la|il|el|na|en|l') ?(?P<n>{_ONE}), (?i:e|es|est|is|sta|esta|era|ya|ja|gia)\b")
_WITH_INITIALS = Lazy(
    r"\b(?i:dame|lady|gentleman|man|woman|boy|girl|lad|signor[ae]?|senora?|senyora?|monsieur|homme|femme|uomo|donna|mujer|hombre|dona|home|patient\w*|pazient\w|pacient\w*|friend|amic[oa]) (?P<n>[A-Z]\.? ?[A-Z]\.(?: ?[A-Z]\.)?)(?!\w)"
    r"|(?:^|[.!?:;,] )(?P<m>(?:[A-Z]\. ?){2,3}),? (?i:(?:is |est |e |es |esta )?(?:awake|asleep|extubated|out|moving|stable|smiling|despert|desperta|despiert[oa]|svegli[oa]|reveillee?|extubat|extubad[oa]|extubada|extubee?|estubat[oa]|stabile|estable|mou|mueve|bouge|muove))\b"
)
_SLIP = Lazy(
    rf"(?:^|[.:;\n|] ?|\b(?:list|slip|next|first|second|third|lista|liste|llista|case|caso|cas|patient|booked) ?:? )(?P<n>{_ONE}(?:-{_ONE})?)(?:,? [A-Z]\b\.?)(?=[,:;.]|$| -|\))"
    rf"|(?:^|[.:;\n|] )(?P<m>[A-Z][A-Z'-]{{3,}}), {_ONE}(?=[,:;.]|$| -)"
)
_SLIP_SMALL = Lazy(
    r"(?:(?:list|slip|lista|liste|llista|parte|programme|programma|booking)[a-z ]{0,12}: |^)(?P<n>[a-z][a-z'-]{4,})(?:, | )[a-z]\.?(?=$|[,;:] )"
)
_OWNED_SMALL = Lazy(
    r"(?:^|[.!?:;,] )(?P<n>[a-z][a-z'-]{4,}?)'s (?:airway|op|operation|surgery|heart|valve|hip|knee|leg|arm|hand|liver|kidneys?|lungs?|gallbladder|appendix|spleen|tumou?r|scan|x-?ray|bloods?|bp|sats|mum|mom|dad|wife|husband|family|partner|son|daughter|sister|brother|chart|notes|file|bed|turn|eyes|smile)\b"
    r"|^(?P<m>[a-z][a-z'-]{4,}) (?:done|finished|ready|prepped|asleep|positioned|draped|closed|is (?:done|next|ready|asleep|closed|in recovery|in pacu|on the table)|(?:e|est|esta|es) (?:in|a|en|au|al) (?:sala(?: risveglio| operatoria)?|recovery|reparto|salle(?: de reveil)?|bloc|rea|quirofano|quirofan|reanimacion|planta|la uci|uci|l'uci))(?=[,.;!]|$)"
)
_EXPOSED = Lazy(
    r"\b(?:crop\w*|redact\w*|remove|removed|take (?:it )?(?:out|off|down)|blur\w*|delete|anonymi\w+|de-?identif\w+|still (?:shows?|has|have|says?|visible|there|on)|real name|is visible|left on|forgot to|mask it|hide|oscur\w+|togli\w*|cancell\w+|rimuov\w+|si legge ancora|nome vero|flout\w+|enlev\w+|supprim\w+|masqu\w+|encore (?:le|lisible|visible)|vrai nom|borr\w+|quit\w+|tap\w+|elimin\w+|todavia|nombre real|se ve aun|esborr\w+|trev\w+|trai\w+|amag\w+|encara|nom real)\b"
)
_TWO_NAMES = re.compile(
    rf"(?<![\w-])(?:[A-Z][A-Z'-]{{2,}}[ ,]{{1,2}}[A-Z][A-Z'-]{{2,}}|(?:(?:Mrs?|Ms|Mme|M|Sig\.?ra|Sig|Sra?|Senyora?|Senora?)\.? )?{_ONE}(?: (?:de|del|della|van|von|i|y|el|al))? {_ONE}(?: {_ONE})?)(?![\w-])"
)
_PAIR_OF_CAPITALS = Lazy(r"(?<![\w-])[A-Z][A-Z'-]{2,}(?:[ ,]{1,2}[A-Z][A-Z'-]{2,}){1,2}(?![\w-])")
_ODD_INITIALS = Lazy(
    r"\b(?i:initials?|iniziali|initiales|iniciales|inicials)\b[^.!?;\n]{0,28}?[ :](?P<n>(?:[A-Z][a-z]{0,2}\.? ?){2,4}(?<! )|[A-Z][a-z]{0,2}[A-Z][A-Za-z]{0,2})(?![a-z])"
)
_BOTH_WAYS = Lazy(
    rf"(?:^|[.!?:;] )(?P<n>{_ONE}), (?i:(?:our|the|la|il|le|el|l'|nostr[oae]|la nostra|il nostro|notre|nuestr[oa]|el nostre|today's)(?: \w+)? ?(?:patient|paziente|patiente|paciente|pacient|donor|donatore|donatrice|donneu\w+|donante|donant|recipient|ricevente|star|heroine|hero|fighter|boy|girl|malata?))\b"
    rf"|(?<=[a-z,;] )(?i:patient|pt|paziente|patiente|paciente|pacient) (?P<m>{_ONE})(?= (?i:is|was|has|e|est|esta|es|ha|va)\b)|^(?:Patient|Pt|Paziente|Patiente|Paciente|Pacient) (?P<o>{_ONE})(?= (?i:is|was|has|e|est|esta|es|ha|va)\b)"
)

_LABELLED = Lazy(
    r"(?:^|[.!?;|] ?)(?i:(?:alt(?:ernative)? text|alt|image description|link(?: title)?|file(?: ?name)?|caption|title|poll|quiz|option|testo alternativo|titolo(?: del link)?|didascalia|nome del file|sondaggio|texte alternatif|titre(?: du lien)?|legende|nom du fichier|sondage|texto alternativo|titulo(?: del enlace)?|pie de foto|nombre del archivo|encuesta|text alternatiu|titol(?: de l'enllac)?|peu de foto|nom del fitxer|enquesta)[^:.!?]{0,16}: ?)"
    rf"[\"']?(?P<n>{_ONE}(?: (?:(?i:de|del|della|di|da|van|von|el|al|i|y) )?{_ONE}){{1,2}})(?=[ ,.;:|)\"'-]|$)"
)
_MAY_BE_ORDINARY = (_CALLED, _ANSWERS, _NICKNAMED, _BOTH_WAYS, _AS_WE_SAY, _KIN_OF_NAME, _IN_BETWEEN)
"""Here a word that is no name elsewhere is one: "Big Tam", "Faith"."""


def presented(c: Context, names: Names, seen: Sequence[Finding] = ()) -> Iterator[Finding]:
    """What these frames find beside what was `seen` already."""
    things: list[tuple[int, int]] | None = None
    for finding in _presented(c, names, seen):
        if things is None:
            things = of_others(c)
        if not any(a < finding.end and finding.start < b for a, b in things):
            yield finding


def _to_try(c: Context, names: Names, seen: Sequence[Finding]) -> tuple[Lazy, ...]:
    """Where no capitalised word is left that could be a name, only what makes a name of any word need be looked for."""
    sure = [(f.start, f.end) for f in seen if f.verdict == BLOCK]
    words = {
        match.group().lower()
        for match in _CAPITALISED.finditer(c.plain)
        if not any(a <= match.start() < b for a, b in sure)
    }
    strange = any(
        word in names.first or not (word in names.plain_words or word in HARMLESS or looks_ordinary(word))
        for word in words
    )
    if c.kind == "reply":
        return _IN_REPLIES if strange else ()
    return _EVERY if strange else _MAY_BE_ORDINARY if words else ()


_CAPITALISED = Lazy(rf"(?<![A-Za-z]){_ONE}")


def _presented(c: Context, names: Names, seen: Sequence[Finding]) -> Iterator[Finding]:
    if c.kind in ("crisis", "press"):
        for match in _ONE_CALLED.finditer(c.plain):
            words = match["n"].lower().split()
            if words[0] in names.first and not is_thing(words, c.low[match.end("n") :]):
                yield Finding(
                    *match.span("n"), "A", BLOCK, "Somebody's name seems to stand here.", "somebody"
                )
    if c.kind not in ("surgery", "reply"):
        yield from _left_on(c, names)
        return
    tried = _to_try(c, names, seen)
    for pattern in tried:
        for match in pattern.finditer(c.plain):
            group = match.lastgroup or "n"
            start, end = match.span(group)
            if HIDDEN in c.plain[max(0, start - 2) : end + 2]:
                continue
            if pattern in _MAY_BE_ORDINARY:
                if pattern is _CALLED and not (c.tied(start, end) or _PERSON_MEANT.search(c.low)):
                    continue
                low = match[group].lower()
                if (
                    pattern in (_BOTH_WAYS, _KIN_OF_NAME)
                    and low in names.plain_words
                    and low not in names.first
                    and low not in BOTH
                ):
                    continue
                if is_thing(low.split(), c.low[end:]) and not (pattern is _BOTH_WAYS and low in names.first):
                    continue
            elif not is_strange(
                names, match[group], c.low[end:], inside=bool(c.plain[:start].strip()) and pattern in _SURE
            ):
                continue
            yield Finding(start, end, "A", BLOCK, "Somebody's name seems to stand here.", "the patient")
    if c.kind == "surgery":
        if tried:
            yield from _employers(c, names)
        yield from _small(c, names)
        yield from _capitals(c, names)
        lone = _LONE_CAPITAL.search(c.plain) is not None
        for pattern in (_SPELT, _WITH_INITIALS) if lone else ():
            for match in pattern.finditer(c.plain):
                start, end = match.span(match.lastgroup or "n")
                text = c.plain[start:end]
                if "." in text or re.sub(r"[^A-Z]", "", text) not in _NO_INITIALS:
                    yield Finding(start, end, "A", BLOCK, "Initials point at a person.", "the patient")
        for match in _ODD_INITIALS.finditer(c.plain):
            if sum(ch.isupper() for ch in match["n"]) > 1:
                yield Finding(*match.span("n"), "A", BLOCK, "Initials point at a person.", "the patient")


_LONE_CAPITAL = re.compile(r"(?<![A-Za-z])[A-Z](?=[-. ·])")
_NO_INITIALS = frozenset(
    "OK ICU ITU ED ER OR BP HR CT MR MRI ECG EKG IV AV LV RV GA LA RA ASA PACU HDU CPB BMI DNR UCI UTI CEC TAC RX TC PS SV AF PVC NGT ETT LMA CVC PICC TEE TOE ECMO".split()
)
_EVERY = (
    _CALLED, _ANSWERS, _NAME_IS, _READS, _SENT_FOR, _IT_IS, _OF_FAMILY, _WHOLE_FAMILY, _QUOTED, _TOLD_OFF, _FROM_WHO,
    _VOCATIVE, _LAST_WORDS, _NEW_PART, _BOTH_WAYS, _ON_TABLE, _NICKNAMED,
    _KIN_OF_NAME, _IN_BETWEEN, _LABELLED, _TITLED, _IS_OUR_PATIENT, _HOLDS, _AS_WE_SAY, _SLIP,
)  # fmt: skip
_SURE = (_TOLD_OFF, _QUOTED, _NAME_IS, _LAST_WORDS, _SENT_FOR, _ON_TABLE)
"""Here a given name that is a word as well is one, when it is written large."""
_IN_REPLIES = (_ANSWERS, _NAME_IS, _OF_FAMILY, _BOTH_WAYS)
_PERSON_MEANT = Lazy(
    rf"\b(?:he|she|him|her|his|hers|lui|lei|elle|ell|ella|aquell[ao]?|{PATIENT}|{RELATIVES}|everyone|everybody|tutti|tout le monde|todos|tothom|on the ward|al que|a la que)\b"
)


def is_thing(words: list[str], after: str) -> bool:
    """What is called after somebody, bought, or a place."""
    known = DRUGS_AND_MAKES | INSTITUTIONS | CALENDAR | CLINICIANS
    return (
        any(w in known for w in words)
        or (words[0] in EPONYMS and len(words) == 1)
        or " ".join(words) in TOWNS
        or DEVICE_AFTER.match(after) is not None
    )


def is_strange(names: Names, text: str, after: str, *, inside: bool) -> bool:
    """No word, no thing, no town: or a given name that may be a word, if more than the word follows."""
    words = text.lower().split()
    first = words[0]
    if is_thing(words, after) or first in HARMLESS or first in PUBLIC_ROLES or first in COMMON:
        return False
    if first in names.strong_first or (first in names.first and (len(words) > 1 or inside)):
        return True
    if first in names.plain_words or looks_ordinary(first) or first in HOMONYMS - names.first:
        return False
    return len(first) > 2 and first not in TOWNS and not all(p in names.plain_words for p in first.split("-"))


def _employers(c: Context, names: Names) -> Iterator[Finding]:
    for pattern in (_EMPLOYED, _WORKS):
        for match in pattern.finditer(c.plain):
            words = match["n"].lower().split()
            if HIDDEN in match["n"] or any(w in INSTITUTIONS or w in DRUGS_AND_MAKES for w in words):
                continue
            first, _ = c.sentence(*match.span())
            if _OURS.search(c.low[first : match.start("n")]) and not _PERSON_MEANT.search(
                c.low[first : match.start("n")]
            ):
                continue
            if (
                words[0] not in CALENDAR
                and words[0] not in names.strong_first
                and " ".join(words) not in TOWNS
            ):
                yield Finding(
                    *match.span("n"), "A", BLOCK, "An employer points at a person.", "their employer"
                )


_OURS = Lazy(
    r"\b(?:surgeons?|nurses?|team|doctors?|robot|machine|device|technique|our|we|colleagues|visiting|guests?|chirurg\w*|medic\w*|infermier\w*|equip\w*|nostr\w+|nos|notre|nuestr\w+|ospiti|invit\w+|visitants?)\b"
)


def _small(c: Context, names: Names) -> Iterator[Finding]:
    for match in itertools.chain(*(p.finditer(c.low) for p in (_OPENED_SMALL, _SLIP_SMALL, _OWNED_SMALL))):
        group = match.lastgroup or "n"
        low = match[group]
        if not c.plain[match.start(group)].islower() or low in COMMON or low in HARMLESS:
            continue
        known = low in names.first or low in names.last
        if low in _NOBODY or (low in names.plain_words and not known) or looks_ordinary(low):
            continue
        if not known and (low in HOMONYMS or low in TOWNS or low in CLINICIANS or len(low) < 4):
            continue
        yield Finding(*match.span(group), "A", BLOCK, "This looks like somebody's name.", "the patient")


_NOBODY = frozenset(
    "everyone everybody nobody somebody patient paziente paciente pacient patiente donor recipient baby bebe mum mom dad boy girl kid lady man woman "
    "tutti tous todos tots tothom bimbo bimba bambino bambina petit petite enfant nino nina nen nena pequeno pequena twin twins both one she he it they "
    "donante donant donatore donneur receveur ricevente malato malata malade malalt malalta enfermo enferma kiddo team equip equipe hero star champ".split()
)
_LABEL = Lazy(
    rf"\b(?:band|wrist ?band|bracelet|label|name|surname|patient|paziente|paciente|pacient|patiente|braccialetto|etichetta|nome|cognome|etiquette|nom|pulsera|etiqueta|nombre|apellidos?|polsera|cognoms?|checked|identity|identita|identite|identidad|identitat|{RELATIVES})\b[^.!?]{{0,30}}$"
)


_CASE_OF = Lazy(
    rf"\b(?i:case|caso|cas|cartella|dossier|historia|chart|file|signora?|patient\w*|pazient\w|pacient\w*|intub\w+|extub\w+|operat(?:ed|ing) on|operamos|operando|operant|resuscitat\w+|treating|treated|lost)(?i: (?:of|de|del|de la|di|d'|a|en|na|la|il|el|,|:))* ?(?P<n>(?:(?:Lo|La|De|Di|Del|El|Al|Ben|Van|Mc|O') ?)?{_ONE}(?: {_ONE})?)(?=[ ,.;:!?]|$)"
    rf"|(?P<m>{_ONE} {_ONE})'s (?i:ecg|ekg|scan|chart|x-?rays?|bloods?|ct|mri|film|films|echo|labs|notes|gas|abg|angiogram|results?|case|family|consent)\b"
)
_THEIR_PAGE = Lazy(
    r"\b(?:his|her|their|suo|sua|son|sa|su|seu|seva)(?: \w+)? (?P<n>(?:instagram|facebook|tiktok|twitter|youtube|linkedin)\.com/\S+)"
)


def _left_on(c: Context, names: Names) -> Iterator[Finding]:
    """In a training or for the press: a name that somebody says should come off a picture or a slide."""
    if c.kind not in ("training", "press"):
        return
    if c.kind == "training":
        for match in _CASE_OF.finditer(c.plain):
            group = match.lastgroup or "n"
            low = match[group].lower().split()
            if HIDDEN in match[group] or is_thing(low, c.low[match.end(group) :]) or HARMLESS & set(low):
                continue
            listed = any(w in names.first or w in names.last for w in low)
            if listed and not all(w in names.plain_words for w in low):
                yield Finding(
                    *match.span(group), "A", BLOCK, "A patient's name seems to stand here.", "the patient"
                )
    for match in _THEIR_PAGE.finditer(c.low):
        yield Finding(*match.span("n"), "N", BLOCK, "This link may lead to a patient's page.", "")
    for match in _EXPOSED.finditer(c.low):
        first, last = c.sentence(*match.span())
        for name in _TWO_NAMES.finditer(c.plain, first, last):
            parts = [p for p in re.split(r"[ ,.'-]+", name.group().lower()) if p]
            known = sum(p in names.first or p in names.last for p in parts)
            if (
                known
                and HIDDEN not in name.group()
                and not any(p in INSTITUTIONS or p in CLINICIANS for p in parts)
            ):
                yield Finding(
                    *name.span(), "A", BLOCK, "A patient's name seems to be left on this.", "the patient"
                )
                return


def _capitals(c: Context, names: Names) -> Iterator[Finding]:
    """A family name and a given one in capitals, as forms have them, in a text that is not all in capitals."""
    if sum(ch.islower() for ch in c.plain) < 6:
        return
    for match in _PAIR_OF_CAPITALS.finditer(c.plain):
        parts = [p for p in re.split(r"[ ,'-]+", match.group().lower()) if p]
        named = sum(p in names.first or p in names.last for p in parts)
        labelled = named == len(parts) and _LABEL.search(c.before(match.start(), 50))
        if not labelled and any(p in HARMLESS or p in COMMON or p in names.plain_words for p in parts):
            continue
        if named and (named == len(parts) or _LABEL.search(c.before(match.start(), 50))):
            yield Finding(*match.span(), "A", BLOCK, "This looks like somebody's name.", "the patient")
