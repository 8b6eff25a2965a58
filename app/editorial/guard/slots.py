"""
Names that no list has, in lower case, by their place: behind a title, a grandfather, a family, what is done to people or the article that
a language gives to people, and before what only people do. What stands there is a name when it is no word that was ever heard (`heard`),
a listed one that is no word, or ("pilar", "grace", "mar") a name that is a word as well, where words of that kind do not stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.editorial.guard.bynames import WORD_NAMES
from app.editorial.guard.context import ASK, BLOCK, HIDDEN, Context, Finding
from app.editorial.guard.decision import Verdict
from app.editorial.guard.dictionary import Names
from app.editorial.guard.heard import is_unheard
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.learned.concepts import concept
from app.editorial.guard.surroundings import DEVICE_AFTER
from app.editorial.guard.words.alternatives import by_start
from app.editorial.guard.words.frames import CLINICAL, SPOKE
from app.editorial.guard.words.harmless import DRUGS_AND_MAKES, HARMLESS
from app.editorial.guard.words.people import CLINICIANS, COMMON, PATIENT, PUBLIC_ROLES, RELATIVES

_N = r"[a-z][a-z'-]*[a-z]"
_ART = r"(?:(?:la|el|il|lo|en|na|le|don|dona|old|little|young|poor|baby|the|senor|senora|nuestr[oa]|petite?|piccol[oa]|pequen[oa]) |l')?"
_END = r"(?![a-z'-])"
_HUMAN_NEXT = r"(?:is|was|has|had|will|ja|ya|gia|deja|va|ha|a|est|es|e|esta|sta|no|ne|n'|s'|se|si|ens|nos|ci|nous|li|te|tiene|vol|veut|vuole|quiere|dorm|dort|ronca|russa|ronfle|surt|sort|esce|sale|belluga|mou|aguanta|resiste|tient|regge|saluda|salue|saluta|demana|demande|chiede|pide|sleeps|woke|wakes|snores|sent|says)\b"

_DOES = (
    r"(?:(?:ja|ya|gia|deja|now|still|encara|aun|ancora|encore|no|non|not|just|finally|per fi|por fin|enfin|finalmente|tambe|tambien|aussi|pure|also|li|es|s'|se|si|ens|nos|ci|nous|m'|em|me|mi|ne|n'|que|so|has|had|is|was) ?)*"
    r"(?:(?:next on|on the table|in recovery|out of (?:theatre|surgery|recovery|the woods)|going under|up on the ward|back on the ward|prepped|intubated|extubated|sedated|asleep|awake|scared|nervous|brave|doing (?:great|well|fine|ok|brilliantly|amazing)|stable and|waking|all (?:done|closed)|under now|coming round|ready for theatre|going home)\b|"
    r"did (?:great|brilliantly|well|fine|amazing|so well)|had a (?:rough|bad|good|quiet|great) night|(?:goes|went) (?:under|home|to sleep)|came (?:round|through)|made it\b|pulled through|wakes\b|woke\b|slept\b|cracked a joke|cried\b|smiled\b|says\b|said\b|asks\b|asked\b|wants\b|loves\b|gave us|thanks\b|thanked\b|signed\b|snores\b|"
    r"demana\w*|pregunta\b|preguntava|plora\w*|riu\b|somri\w*|tremola|ronca\b|despert[ai]\w*|despiert[ae]\w*|(?:nos )?(?:ha puesto|puso) (?:mal|malit)\w*|remonto|sort de (?:cec|bloc)|aguanta\b|resiste\b|tient le coup|regge\b|held up|dorm\b|dorm[ei]\b|dormia|dormiva|dort\b|duerme|russa\b|ronfle|respira (?:sol|be|tranquil|bien|bene)\w*|marxa a|sortira|puja a planta|surt de|menja\w*|beu\b|camina\w*|parla\b|saluda\w*|te (?:por|gana|set|mal|son|fred)|"
    r"lo dona\b|la dona\b|ne fait don|ha (?:vuelto|tornat) a casa|e tornat[oa] a casa|est rentree?|has gone home|is (?:back )?home|tiene ya|ya tiene|ja te|ha gia|ha (?:plorat|rigut|dormit|somrigut|dit|demanat|preguntat|signat|firmat|parit|menjat|caminat|despertat|fet broma|llorado|reido|dormido|sonreido|dicho|pedido|preguntado|firmado|comido|caminado|costado|pianto|riso|dormito|sorriso|detto|chiesto|firmato|partorito|mangiato|camminato|paura|fame|sete|freddo|scherzato|salutato|passat|pasado|passato)|va (?:com un rellotge|como un reloj|molt be|muy bien|benissimo|tres bien|dormir|despertar|plorar|dir|signar)|"
    r"pide\b|pedia|llora\w*|tiembla|sonrie|desperto\b|despierta\b|firmo (?:ayer|hoy|el|la)|sube a|sale de quirofano|tiene (?:miedo|hambre|sed|sueno|frio)|esta (?:despiert|dormid|adormi|tranquil|content|sedad|sedat|nervios|estable|en quirofano|en reanimacion|al quirofan)\w*|sigue (?:dormid|sedad|estable)\w*|quiere (?:agua|ver|saber|un|una|su)|le ha costado|tiene dolor|no tiene|ya habla|ya (?:come|bebe|camina|respira)|nos (?:ha dado|saluda|pide|cuenta)|"
    r"demande\b|pleure\b|tremble\b|sourit\b|reveille\w*|est (?:reveille|endormi|calme|sedate|stable|en salle|au bloc|sur la table|remonte|sorti)\w*|a (?:pleure|ri\b|dormi|souri|dit\b|demande|signe|plaisante|mange|marche|faim|soif|froid|peur|eu (?:peur|mal|froid))|n'a (?:plus|pas) (?:mal|peur|froid|soif|de douleur)|a plus mal|veut (?:de l'eau|voir|savoir|un|une|sa|son)|remonte en chambre|sort du bloc|va (?:bien|mieux) |"
    r"chiede|piange\w*|trema\b|sorride|dorme\b|(?:e |s')?(?:e )?svegli\w*|sale in reparto|esce (?:dalla|di) sala|ha (?:freddo|sonno)|non ha (?:piu )?(?:dolore|male|nausea)|vuole (?:acqua|vedere|sapere|un|una|la|il)|e (?:addormentat|tranquill|sedat|agitat|in sala|sul tavolo|uscit|stabile)\w*|sta (?:bene|dormendo|meglio|sveglia)|"
    r"(?:te|no te) (?:mal|dolor)|vol (?:aigua|veure|saber|un|una)|es a (?:la taula|quirofan|reanimacio)|es (?:a la taula|al quirofan|despert|adormi)\w*|esta be\b)"
)
_PARTICLE = r"(?:(?:le|la|lo|de|di|da|del|della|dalla|van|von|el|al|ben|mac|du|des|st|saint) |d'|l')?"
_TITLED = Lazy(
    rf"\b(?P<t>(?:la|a la|de la|una|ta la|en|el|al|su|il|le|l'|lo|seu|his|her)? ?(?:dona|inge|ing|ingeniero|ingeniera|maestr[oa]|mestre|mestra|profe|prof|professoressa|ragionier[ea]|geometra|avvocat[oa]|avv|abogad[oa]|licenciad[oa]|lic|maitre|notai[oa]?|pare|mossen|padre|fra|sor|suor|don|donna|compare|comare)|mrs?|ms|miss|mister|madame|monsieur|mademoiselle|mme|mlle|signor[ae]?|signorina|sig\.?ra|sig|senora|senor|senorita|sra|srta|senyora|senyor|senyoreta|don)\.? {_PARTICLE}(?P<n>{_N})(?P<m>)"
)
_GRAND = Lazy(
    rf"\b(?:nonn[oa]|zi[oa]|avi|avia|l'avi|iaio|iaia|padri|padrina|tiet|tieta|conco|oncle|mamie|papi|papy|mamy|tonton|tata|tatie|pere|mere|abuel[oa]|yay[oa]|ti[oa]|uncle|aunt|auntie|granny|grandad|granddad|grandma|grandpa|nana|nan) (?:(?:en|na|la|el|lo) )?(?P<n>{_N})(?P<m>)(?=[,.!?:;]|$| {_HUMAN_NEXT})"
)
_FAMILY = Lazy(
    rf"\b(?:famil(?:ia|ie|le|iglia)|famiglia|famille|fam\.|coniugi|genitori di|parents de|padres de|pares de|casa (?:dels?|de los|dei|des)|chez (?:les|la famille)|(?:als|els|los|les|gli|gens) de (?:cal?|can|casa)|(?:a|de) (?:cal|can)|la gent (?:de|d'en)|los de casa|germans?|fratelli|hermanos|freres|bessons|gemelli) (?P<n>{_N})(?P<m>)"
    rf"|\b(?:the|tell|call|ring|update|phone) (?P<n2>{_N}) (?:family|clan|girl|boy|twins|kid|household)\b"
)
_PLURAL = Lazy(
    rf"\b(?:the|els|los|les|i|gli|aux|als|ai|agli|a los|to the) (?P<n>{_N})(?: (?:ja|ya|gia|deja|now|already|que|che|c'|n'))? (?:(?:are|were|have|son|estan|sont|sono|hanno|han|ont|aspettano|esperan|esperen|attendent|venen|vienen|viennent|vengono)(?: [a-z]+)? (?:with|at|in|on|here|amb|con|avec|fora|fuera|fuori|dehors|la|qui|aqui)|(?:are|son|sont|sono|estan) (?:avec|with|amb|con)|(?:que c'est|c'est fini)\b)"
    rf"|\b(?:tell the|to the|aux|als|agli|a los|a las|dites aux|digues als|dile a los) (?P<n2>{_N}) (?:that|que|che|it's|its|he's|she's|hes|shes)\b"
)
_HANDLED = Lazy(
    r"\b(?:"
    + by_start(
        r"prepping|prepped|operating on|operated on|intubating|intubated|extubating|extubated|anaesthetising|anesthetizing|waking|wheeling|wheeled|draping|positioning|reassuring|sedating|sedated|consenting|consented|cannulating|recovering|repositioning|tubing|scrubbing for|closing up|opening up|done with|finished with|ready for|next up is|next is|up next is|next up|then it's|here comes|in comes|comes|say hi to|say hello to|"
        r"operiamo|addormentiamo|svegliamo|intubiamo|estubiamo|portiamo (?:su|giu|via|in sala)|riportiamo (?:su|giu)|dimettiamo|sediamo|accompagniamo|trasferiamo|operando|addormentando|svegliando|tocca a|salutate|arriva|entra|esce|scende|"
        r"(?:on|nous) (?:endort|reveille|opere|intube|extube|emmene|remonte|descend|installe|sedate|prepare|attend|rassure)|endormons|operons|reveillons|intubons|extubons|au tour de|arrivee de|sortie de|"
        r"(?:dormimos|operamos|intubamos|extubamos|despertamos|subimos|bajamos|sedamos|llevamos|preparamos|tranquilizamos|esperamos|recibimos|damos de alta|sacamos|metemos|anestesiamos|acostamos|cosemos|pinchamos|vigilamos|acompanamos|trasladamos|toca|le toca|operando|durmiendo|despertando|sedando|intubando) a|sube a planta|baja a quirofano|sale de quirofano|entra en quirofano|"
        r"adormim|operem|intubem|extubem|despertem|pugem|baixem|sedem|portem|preparem|tranquil?itzem|esperem|rebem|cosim|punxem|vigilem|acompanyem|traslladem|toca a|li toca a|operant|adormint|despertant|puja a planta|baixa a quirofan|surt de quirofan|entra al quirofan|entra a quirofan"
    )
    + rf")(?: (?:now|ja|ya|gia|deja|ara|ahora|ora))?(?: d')? {_ART}(?P<n>{_N})(?: (?P<m>{_N}))?{_END}"
)
_SUBJECT = Lazy(
    rf"(?:^|[.!?:;,…(-] ?|\b(?:and|that|so|ok|then|que|che|i|y|et|e|diu|dice|dit|says|ara|ahora|ora|now|mentre|mientras|uy|ay|ojo|pendant que|while|la nostra|our|here|avui|hoy|oggi|today|perche|perque|porque|car) ){_ART}(?P<n>{_N})(?: (?P<m>{_N}))?,? (?={_DOES})"
)
_OUR_CASE = Lazy(
    r"(?<![\w'-])(?P<n>[A-Z][\w'-]+ (?:(?:de |del |la |van |di |da |el |le )?[A-Z][\w'-]+)),? (?i:our|il nostro|la nostra|notre|nuestr[oa]|el nostre) (?!(?i:professor|chirurg|surgeon|anest|nurse|primari|docent|relator|speaker|registrar|consultant|director|infermier|enfermer|infirmier|ponent|tutor|formador|chef|capo|head|cap|jef)\w*)[a-z]+\b"
    r"|\b(?i:cas|case|caso) (?i:d'en|de na) (?P<m>[A-Z][\w'-]+)"
)
_CASE_OF = Lazy(
    r"\b(?:case|cas|caso|airway|via aerea|via aeria|intubation|intubacion|intubacio|intubazione|anesthesia|anestesia|anesthesie|operation|operacion|operacio|operazione|intervento|file|chart|scan|historia|story|storia|histoire|arrest|parada|aturada|arresto) "
    rf"(?:of|de|d'|di|de l'en|d'en|de la|del|de na) ?{_ART}(?P<n>{_N}) (?P<m>{_N}){_END}"
)
_ISAID = Lazy(
    rf"\b(?:is|es|e|c'est|est|era|was|called|named|se llama|es diu|si chiama|s'appelle|(?:known|named) (?:by \w+ )?as|(?:son|sono|are)|trovat[oa]|found|ferit[oa]?|herid[oa]|bless[e]{{1,2}}|looking for|relatives of|family of|familia de|famiglia di|famille de|mere de|madre de|madre di|mare de|padre de|padre di|pere de) (?:en |na |la |l'|el )?(?P<n>{_N}) (?P<m>{_N}){_END}"
)
_KIN_OF = Lazy(
    rf"\b(?:{RELATIVES}|dona|home|xicot|xicota|famil(?:y|ia|le)|famiglia|famille|gent) (?:(?:of|de la|de na|de el|d'en|del|de|di|du|della) |dell'|d')(?P<n>{_N})(?: (?P<m>{_N}))?(?=[.,;:!?)]|$| (?:is|are|was|esta|estan|espera|esperan|espera|es\b|e\b|est\b|sont|son\b|aspetta|aspettano|attend|attendent|pregunta|demana|demande|chiede|plora|llora|piange|pleure|ha\b|a ete|ja\b|ya\b|gia\b|no\b|non\b|says|asked|wants|vol\b|quiere|vuole|veut|ens|nos|ci|nous|duu|porta|trae|apporte|li\b|le\b|gli\b|lui\b))"
)
_ARTICLED = Lazy(
    rf"(?:^|[.!?:;,(] ?|\b(?:i|que|perque|avui|ara|diu|diuen|quan) )(?:en|na) (?P<n>{_N})(?: (?P<m>{_N}))? (?=(?:ja|ha|han|va|s'ha|s'|es|esta|te|no|li|vol|diu|dorm|surt|puja|baixa|entra|segueix|continua|aguanta|belluga|mou|menja|beu|demana|pregunta|saluda|somriu|riu|plora|respira|desperta|ronca|torna|marxa|tindra|anira|sortira|es)\b)"
)
"""The article that Catalan gives to people, before what somebody does."""
_OF_THE_SHOP = Lazy(
    rf"(?:^|[.!?:;,] ?|\b(?:y|i|e|et|and|que|che) )(?:la |el |en |na |lo |le |il |old )?(?P<n>{_N})(?: (?:la|el|il|le))? (?:del|de la|de los|de las|dels|de les|de l'|d'en|della|dello|dei|delle|dell'|du|des|from the|of the) ?[a-z'-]+,? (?=(?:ja|ya|gia|deja|already|es|is|est|e|esta|sta|ha|has|va|tiene|te|a|ronca|dorm|duerme|dort|surt|sale|sort|esce|despert\w+|s'|se|si|nos|ens|our|nuestr[oa]|nostr[oa]|notre)\b)"
)
"""Known in town by a name and a shop."""
_AND_THEIRS = Lazy(
    rf"(?:^|[.!?:;,] ?)(?:la |el |en |na |lo |le )?(?P<n>{_N}) (?:i (?:el seu|la seva|els seus)|y (?:su|sus)|e (?:il suo|la sua|i suoi)|et (?:son|sa|ses)|and (?:his|her|their)) (?:[a-z]+ )?(?:{RELATIVES}|xiquet|xiqueta|nen|nena|bebe|bimbo|bimba|nino|nina|petit|petite|family|familia|famiglia|famille|baby|boy|girl)\b"
)
_ROLE_THEN = Lazy(
    rf"\b(?:{RELATIVES}|dona|home),? (?:el|la|il|lo|le|l'|the|en|na) ?[a-z]+ (?P<n>{_N})(?=,? (?:is|was|has|ha|a|va|esta|sta|est|es|e|firm\w+|sign\w*|demana|pregunta|pide|chiede|demande|espera|aspetta|attend|waits|asks|llora|plora|piange|pleure)\b|[.;!]|$)"
)
_QUOTED = Lazy(
    rf"[\"'«“](?:(?:el|la|il|lo|le|the|er|en|na) |l')?(?P<n>{_N})[\"'»”],? (?=(?:{_DOES}|tarda|tarde|se ha|s'ha|s'est|si e|takes|is taking|woke|sale|surt|sort|esce|va|already|ya|ja|gia|deja|aguanta|resiste|tient))"
)
_HALF = Lazy(
    r"\b(?:mrs?|ms|mme|m|madame|monsieur|signor[ae]?|sig|senora?|sra?|senyora?|don|dona|patient|pazient\w|paciente?|certain|certaine|certa?|certo|tal|called|named|llamad[oa]|dit[ae]?|pt|pz|la|el|en|na|il|le)\.? (?P<n>(?!f\W|s\W|m\W)[a-z]{1,4}(?:\*{2,}|_{3,}|#{2,}|x{3,}|-{3,})[a-z]{0,4})(?![\w*])"
)
"""Names half hidden behind stars."""
_OUR_FRIEND = Lazy(
    rf"\b(?:our|la nostra|il nostro|nuestr[oa]|notre|el nostre|my) (?:dear |car[oa] |chere? |querid[oa] |estimad[a]? )?(?:friend|star|hero|heroine|champion|lady|amic[oa]?|amica|amig[oa]|amie?|stella|estrella|eroe|eroina|heroine?|heroe|heroina|heroi|campion[ei]?|campionessa|campeon[a]?|campio|campiona|protagonist[ae]|guerrier[oa]|guerrer[oa]?) (?P<n>{_N})(?![a-z'-])"
)
_SO_WE_SAY = Lazy(
    rf"(?P<n>{_N}),? \(?(?:asi|aixi|cosi|comme ca|as) (?:(?:le|la|lo|li|l'|we|they|on) ?){{1,2}}(?:decimos|llamamos|diem|chiamiamo|appelons|appelle|call|dicen|llaman|diuen|chiamano)\b"
)
_ASKED_FOR = Lazy(
    rf"\b(?:preguntan|pregunta|preguntais|pregunten|preguntaven) (?:x|por|per) (?:el |la |en |na )?(?:[a-z]+ )?(?P<n>{_N})(?=[,.:;!?]|$)"
)
_TWICE = Lazy(
    rf"(?<![\w'-])(?P<n>{_N}) (?P=n),? (?=despert|despiert|wake|svegli|reveil|obre|abre|apri|ouvre|open|escolta|escucha|listen|ascolta|ecoute)"
)
_DETTO = Lazy(
    rf"\b(?:dett[oa]|surnommee?|nicknamed|apodad[oa]|anomena[td]a?|conegu[td]a? com|known as|conosciut[oa] come) (?P<n>{_N}) (?:da|par|by|por|per) (?:tutt[aio]|tous|tout|toute|everyone|everybody|all|todos|todo|toda|tothom|tota|tots|the whole|half|mezz[oa]|mig|media|medio|gli amici|ses|su|sus|els|los|les)\b"
)
_DONE_WITH = Lazy(
    r"\b(?i:fini pour|fini avec|c'est fini pour|finito con|finito per|terminado con|terminamos con|acabado con|acabamos con|acabat amb|acabem amb|done with|that's it for|all done for|finished with|au tour de|le toca a|li toca a|tocca a) (?P<n>[A-Z][\w'-]+)(?=[.,;:!?]|$)"
)
_CERTAIN = Lazy(
    r"\b(?i:a certain|one|une? certaine?|una certa|un certo|una tal|un tal|una tale|una certa|una dita|un tal) (?P<n>[A-Z][a-z]{0,4}(?:-{1,3}|\*{2,}|_{2,}|\.{2,3})[a-z]{0,4}(?: [A-Z][a-z]{0,4}(?:-{1,3}|\*{2,}|\.{2,3})[a-z]{0,4})?)"
)
_BIG = r"[A-Z][\w'-]+(?: (?:de |del |la |van |di |da |el |le )?[A-Z][\w'-]+){1,2}"
_CONDITION_OF = Lazy(
    rf"\b(?i:condizioni|estado|estat|etat|condition|pronostico|prognosi|pronostic|bollettino|parte medico) (?i:of|de|di|del|della|dell'|dello|de la|d'en|du|d') ?(?:[a-z]+ )?(?P<n>{_BIG})"
    rf"|\b(?i:novillero|torero|operaio|operaia|ciclista|motociclista|muratore|escalador[a]?|alpinista|calciatore|futbolista|footballeur|cycliste|motard|grimpeu(?:r|se)|ouvrier|obrero|albanil|paleta|climber|cyclist|worker|driver|biker|jockey|rider|autista|conductor[a]?|bomber[oa]?|pompier|firefighter|vigile|alumn[oa]|student\w*) (?P<m>{_BIG}),? (?i:cogid[oa]|herid[oa]|operad[oa]|atropellad[oa]|accidentad[oa]|intervenid[oa]|ingresad[oa]|cadut[oa]|ferit[oa]?|investit[oa]|operat[oa]?|ricoverat[oa]|travolt[oa]|renversee?|blessee?|operee?|hospitalisee?|tombee?|fauchee?|percutee?|hurt|injured|hit|struck|operated|admitted|knocked|who fell|caigut|atropellat|ingressat|accidentat)\b"
    rf"|\b(?:en|na|el|la) (?P<o>[A-Z][\w'-]+(?: i)?(?: [A-Z][\w'-]+)+),? (?i:segueix|continua|esta|es troba|roman|surt|evoluciona|sigue|permanece|evoluciona)\b"
)
_CALLED_BY = Lazy(
    r"\b(?:(?:everyone|everybody|they|all|locals?|mates|friends|the (?:whole )?(?:village|town|lads|ward)|we)(?: [a-z]+){0,4}? (?:calls?|nicknamed?|know) (?:him|her)|(?:goes|went) by|nickname(?:d|s)?(?: is|:)?|"
    r"(?:le|la|lo) (?:llaman|dicen|conocen (?:como|por)|apodan)|(?:de )?(?:mote|apodo)(?: es|:)?|conocid[oa] (?:como|por)|apodad[oa]|"
    r"(?:lo|la|gli|le) (?:chiamano|dicono|conoscono come)(?: tutti)?|l[oa] chiamano|soprannome(?: e|:)?|soprannominat[oa]|dett[oa]|(?:per|da) tutti|"
    r"on l'(?:appelle|surnomme)|(?:ils|tout le monde|les copains|le village) l'(?:appelle|appellent|surnomme|surnomment)|surnommee?|surnom(?: est| c'est|:)?|que (?:ses|les) \w+ appellent|alias|aka|"
    r"(?:li|el|la) (?:diuen|coneixen (?:com|per))|tothom li diu|conegu[td]a? com(?: a)?|de malnom|malnom(?: es|:)?|sobrenom(?: es|:)?|(?:li )?diuen) "
    rf"(?P<n>(?:the |el |la |il |lo |le |l'|er |en |na |un |big |little |old )?{_N}(?: (?:de|del|di|du|of|from|le|la) (?:the |la |l')?{_N}| {_N})?)(?P<m>)"
)
_ABOUT_A_PATIENT = Lazy(
    rf"\b(?:{PATIENT}|operad[oa]|operat[oa]?|operee?|malalta?|malat[oa]|malade|enferm[oa]|ingresad[oa]|ingressa[td]a?|ricoverat[oa]|quirofan\w*|sala operatoria|bloc|theatre|legament\w*|protesis?|prothese|pacemaker|marcapas\w*|on the table|sul tavolo|sur la table|a la taula|en la mesa|asleep|awake|dorm\w*|duerme|hernia|hip|knee|surgery|icu|uci|rea\b|rianimazione|second (?:pt|patient)|case)\b"
)
_NOT_A_PERSON = Lazy(
    r"\b(?:it|robot|machine|macchina|maquina|pump|pompa|bomba|pompe|technique|tecnica|manoeuvre|maniobra|manovra|sign|signe|segno|signo|instrument|strumento|instrumento|clamp|stent|surgeon|chirurg\w+|cirujan\w+|cirurgia\w*|nurse|infermier\w+|enfermer\w+|infirmier\w*|anaesthetist|anest\w+|doctor\w*|dottor\w*|virus|storm|bacteri\w+|syndrome|sindrom\w*|disease|malattia|maladie|enfermedad|malaltia|procedure|theatre|sala|device|scope|trocar|retractor|drain|suture|score|scale|valve|nerve|muscle|bone|vein|artery|nervo|nervio|nervi|nerf|muscol\w|muscul\w|osso|hueso|os\b|vena|veine|arteria|artere|valvola|valvula)\b"
)
_REASON = "This looks like somebody's name."
_FUNCTION = frozenset(
    "who whom with from that this they them their there then what when where will would could should into onto been being have having your yours mine ours "
    "come chi cosa dove quando questa questo quella quello della delle degli dalla dallo nella nello sulla sullo loro lei lui noi voi anche ancora gia "
    "quien quienes donde cuando esta este esto ella ellos ellas nosotros vosotros tambien desde hasta para sobre "
    "elle elles lui leur nous vous cette cela celui celle dans pour avec sans chez mais donc aussi "
    "aixo aquesta aquest aquella aquell ella ells elles nosaltres vosaltres tambe des fins per amb sense dins".split()
)


def slots(c: Context, names: Names) -> Iterator[Finding]:
    if c.kind in ("surgery", "reply"):
        for start, end, verdict in _within(c, names):
            yield Finding(start, end, "A", verdict, _REASON, "the patient")
    else:
        for start, end in _in_public(c, names):
            yield Finding(start, end, "A", BLOCK, _REASON, "the patient")
    if c.kind == "press" and (half := _CERTAIN.search(c.plain)):
        yield Finding(*half.span("n"), "A", ASK, "A half-hidden name still tells who it is.", "")
    if c.kind == "training":
        for match in _OUR_CASE.finditer(c.plain):
            if HIDDEN not in match.group() and not SPOKE.search(c.low):
                yield Finding(*match.span(match.lastgroup or "n"), "A", BLOCK, _REASON, "the patient")
    if c.kind in ("press", "crisis"):
        for match in _CONDITION_OF.finditer(c.plain):
            if any(word.lower() in _GROUND for word in match.group(match.lastgroup or "n").split()):
                continue
            if HIDDEN not in match.group() and not SPOKE.search(c.low[match.start() : match.end()]):
                yield Finding(*match.span(match.lastgroup or "n"), "A", BLOCK, _REASON, "the patient")
    if c.kind in ("surgery", "training", "press"):
        for match in _CALLED_BY.finditer(c.low):
            if _is_byname(c, match):
                yield Finding(*match.span("n"), "A", BLOCK, "A by-name tells who it is.", "the patient")


def _within(c: Context, names: Names) -> Iterator[tuple[int, int, Verdict]]:
    for match in _TITLED.finditer(c.low):
        low = match["n"]
        if _unheard(c, names, match, low, sure=not match["t"].endswith(_SOFT)) and not SPOKE.search(
            c.low[match.end() : match.end() + 12]
        ):
            yield match.start("n"), match.end("n"), BLOCK
    for match in _GRAND.finditer(c.low):
        if _unheard(c, names, match, match["n"]) or _given(names, match["n"]):
            yield match.start("n"), match.end("n"), BLOCK
    for match in _ARTICLED.finditer(c.low):
        low = match["n"]
        if c.may_be("ca") and (_unheard(c, names, match, low) or _given(names, low)):
            yield match.start("n"), match.end("n"), BLOCK
    for pattern in (
        _OF_THE_SHOP,
        _AND_THEIRS,
        _ROLE_THEN,
        _QUOTED,
        _TWICE,
        _OUR_FRIEND,
        _SO_WE_SAY,
        _ASKED_FOR,
    ):
        for match in pattern.finditer(c.low):
            low = match["n"]
            if pattern is _OF_THE_SHOP and (low in WORD_NAMES or low in _ALSO or not _given(names, low)):
                continue
            if (
                _unheard(c, names, match, low)
                or _given(names, low)
                or (pattern is _QUOTED and low not in COMMON)
            ):
                yield match.start("n"), match.end("n"), BLOCK
    for match in _DETTO.finditer(c.low):
        if match["n"] not in HARMLESS and match["n"] not in COMMON:
            yield match.start("n"), match.end("n"), BLOCK
    for match in _HALF.finditer(c.low):
        yield match.start("n"), match.end("n"), ASK
    for match in _DONE_WITH.finditer(c.plain):
        low = match["n"].lower()
        if low in WORD_NAMES or low in names.first or is_unheard(names, low):
            yield match.start("n"), match.end("n"), BLOCK
    for match in _FAMILY.finditer(c.low):
        group = "n" if match["n"] else "n2"
        if _unheard(c, names, match, match[group], group):
            yield match.start(group), match.end(group), BLOCK
    for match in _PLURAL.finditer(c.low):
        group = "n" if match["n"] else "n2"
        low = match[group]
        if _unheard(c, names, match, low, group) and (
            not low.endswith("s") or is_unheard(names, low[:-1]) or low in names.last
        ):
            yield match.start(group), match.end(group), BLOCK
    for match in _HANDLED.finditer(c.low):
        yield from _one_or_two(c, names, match, words_too=False)
    for match in _SUBJECT.finditer(c.low):
        yield from _one_or_two(c, names, match, words_too=True)
    for match in _KIN_OF.finditer(c.low):
        yield from _one_or_two(c, names, match, words_too=True)


_THING_ARTICLE = Lazy(r"(?:^|[^a-z])(?:the|il|lo|le|la|el|l') ?$")
"""Before a word that no list has these stand with things as well as with people: a question then."""


def _one_or_two(
    c: Context, names: Names, match: re.Match[str], *, words_too: bool
) -> Iterator[tuple[int, int, Verdict]]:
    low, then = match["n"], match["m"]
    if then and (then in _FUNCTION or len(then) < 4):
        then = None
    thing = (
        not (c.may_be("ca") and c.low[: match.start("n")].endswith(("la ", "el ", "l'")))
        and _THING_ARTICLE.search(c.low[max(0, match.start("n") - 4) : match.start("n")]) is not None
    )
    if _unheard(c, names, match, low):
        yield (
            match.start("n"),
            match.end("m" if then and is_unheard(names, then) else "n"),
            ASK if thing else BLOCK,
        )
    elif then and _given(names, low) and _unheard(c, names, match, then, "m"):
        yield match.start("n"), match.end("m"), BLOCK
    elif words_too and not then and _is_word_name(c, names, match, low):
        yield match.start("n"), match.end("n"), BLOCK


def _is_word_name(c: Context, names: Names, match: re.Match[str], low: str) -> bool:
    if (low not in WORD_NAMES and low not in _ALSO) or low in _NEVER:
        return False
    return HIDDEN not in c.plain[match.start("n") : match.end("n") + 2] and not DEVICE_AFTER.match(
        c.low[match.end("n") :]
    )


_GROUND = frozenset(
    "ponte puente pont bridge via strada road calle carrer rue san santa saint sant monte mont mount valle vall lago lake rio river fiume port porto puerto ospedale hospital hopital stadio estadio stade torre tower tour".split()
)
_NEVER = frozenset(
    "sole soleil luna lluna noel natale pasquale domenica mark bill gene max rich skip reed chase chance".split()
)
"""Of these a sentence in lower case tells too much that is no person."""


_ALSO = frozenset(
    "brisa candela desire cielo alma jazmin dalia camelia coral nieve marina carmen montse prune iris perle lilas garance melodie cerise olive capucine anemone jasmine cannelle harmonie lys marin "
    "azzurra sveva asia italia neve celestino benigno prudenza costanza provvidenza ambra giada corallo rosetta rosina stellina mimosa primula camilla ginestra "
    "brook willow poppy skye dawn misty stormy heaven destiny trinity cherish sky rain angel precious princess blossom clover primrose rosie dolly jewel sage rowan ash robin jay lark martin "
    "ona jana bruna mariona alba gala aura cinta fe caritat misericordia puritat dolca estrella pepa quima".split()
)


def _given(names: Names, low: str) -> bool:
    return (
        low in names.first
        and low not in COMMON
        and low not in names.plain_words
        and len(low) > 2
        and not concept(low)
        and low not in _DRUGS_SHORT
    )


_DRUGS_SHORT = frozenset("remi nora dobu dexa mida keta vanco genta atro".split())
"""Drugs, as a theatre calls them"""


_SOFT = (
    "dona",
    "pare",
    "padre",
    "fra",
    "sor",
    "profe",
    "prof",
    "mestre",
    "mestra",
    "maestro",
    "maestra",
    "donna",
    "en",
    "compare",
    "comare",
)


def _unheard(
    c: Context, names: Names, match: re.Match[str], low: str, group: str = "n", *, sure: bool = False
) -> bool:
    at, end = match.start(group), match.end(group)
    if low in _FUNCTION or low in CLINICIANS or low in PUBLIC_ROLES or low in DRUGS_AND_MAKES:
        return False
    if HIDDEN in c.plain[max(0, at - 1) : end + 2] or DEVICE_AFTER.match(c.low[end:]):
        return False
    if c.plain[at : at + 2].isupper() and end - at < 6:
        return False
    return is_unheard(names, low, by_ending=not sure)


def _in_public(c: Context, names: Names) -> Iterator[tuple[int, int]]:
    """In a crisis, a training or for the press: only a given name with a strange surname, of one who is treated or tied to one."""
    for pattern in (_ISAID, _CASE_OF) if c.kind == "training" else (_ISAID,):
        for match in pattern.finditer(c.low):
            if not _given(names, match["n"]) or not _unheard(c, names, match, match["m"], "m"):
                continue
            first, last = c.sentence(*match.span("n"))
            around = c.low[first:last]
            ill = CLINICAL.search(around) and not SPOKE.search(around)
            if ill or c.tied(match.start("n"), match.end("m")) or pattern is _CASE_OF:
                yield match.start("n"), match.end("m")


def _is_byname(c: Context, match: re.Match[str]) -> bool:
    if HIDDEN in c.plain[match.start("n") : match.end("n") + 2]:
        return False
    around = c.low[slice(*c.sentence(*match.span("n")))]
    last = match["n"].split()[-1]
    if last in CLINICIANS or last in COMMON - {"big", "small", "red", "blue", "black"}:
        return False
    return bool(_ABOUT_A_PATIENT.search(around)) and not _NOT_A_PERSON.search(around)
