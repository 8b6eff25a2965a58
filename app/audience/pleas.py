"""
Which replies ask for help: somebody fell, cannot breathe, is trapped, wants to die, calls out.

A moderator reads from the top; such a reply must stand there, whatever else came in. So it is found by its words, in
the languages of our public, and marked for a person: nothing is answered and nobody is called by it. What names an
emergency in passing ("help us understand the valve", "my father fell ill last year") is none. Pure.

Read in the folded words of each sentence, `|` between two of them and where a handle or a link stood. What only one's own need or one's own present
says counts always (`_CALLS`); what is said of somebody (`_STATES`) does not count in a story of the past, in what is
asked of a case, nor of the patient whose operation is told.
"""

from __future__ import annotations

import re

from app.channels.opt_out import folded

MAX_CHARS = 1_000
"""Read of one reply: who asks for help says so early."""

_ENDS = re.compile(r"@\w+|https?://\S+|[.!?;:,…\n¡¿。！？،؟()\"«»“”—–]+|\s-\s")

# After a call: its end, polite words, or how somebody goes on to tell what happened; not what to help with.
_AFTER = {
    "en": r"(?: (?:please|pls|plz|now|asap|quick|quickly|urgently|immediately|somebody|someone|anyone|god))*(?: (?:i|im|we|he|she|they|my|our|there|the (?:house|water|fire|building|car))\b| ?\||$)",
    "es": r"(?: (?:por favor|urgente|urgentemente|ya|rapido|ahora|alguien))*(?: (?:mi|mis|estoy|estamos|nos|no|hay|se|tengo|tenemos|la casa|el agua)\b| ?\||$)",
    "ca": r"(?: (?:si us plau|sisplau|urgent|urgentment|ja|rapid|ara|algu))*(?: (?:el meu|la meva|els meus|soc|som|estic|estem|no|hi ha|s ha|tinc|tenim|la casa|l aigua)\b| ?\||$)",
    "it": r"(?: (?:per favore|vi prego|ti prego|la prego|urgente|urgentemente|presto|subito|adesso|qualcuno))*(?: (?:mio|mia|mi|miei|sono|siamo|sto|ho|non|c e|il mio|la mia|la casa|l acqua)\b| ?\||$)",
    "fr": r"(?: (?:s il vous plait|svp|s il te plait|stp|vite|urgent|urgence|maintenant|quelqu un|je vous en prie))*(?: (?:mon|ma|mes|je|j|nous|on|il|elle|ils|notre|la maison|l eau)\b| ?\||$)",
}

_FOR_ONE = {  # what somebody in need asks for; a noun of help itself only where it is not help with something
    "en": r"(?:help(?! (?:with|understand\w*|finding|find|about|on|from|to (?!get (?:out|down|away)|escape|breathe|move)))|(?:an? )?(?:ambulance|paramedics?|doctor(?! like)|rescue|rescuers|firefighters|helicopter)|insulin|oxygen|drinking water|water)",
    "es": r"(?:ayuda(?! (?:para|con|a) )|auxilio|socorro|rescate|(?:una )?ambulancia|(?:un )?(?:medico|doctor)|bomberos|insulina|oxigeno|agua)",
    "ca": r"(?:ajuda(?! (?:per|amb|a) )|auxili|socors|rescat|(?:una )?ambulancia|(?:un )?metge|bombers|insulina|oxigen|aigua)",
    "it": r"(?:aiuto(?! (?:per|con|a) )|aiuti|soccorso|soccorsi|(?:un )?(?:ambulanza|medico|dottore|elicottero)|pompieri|insulina|ossigeno|acqua)",
    "fr": r"(?:(?:l )?aide(?! (?:pour|avec|a) )|secours|(?:une )?ambulance|(?:un )?(?:medecin|docteur|helicoptere)|(?:les )?pompiers|(?:l )?insuline|(?:l )?oxygene|(?:l )?eau)",
}

_CALLS = {
    "en": rf"""
        (?<!can )(?<!could )(?<!would )(?<!will )(?<!you )(?<!to )help (?:me|us){_AFTER["en"]}
        |\| (?:please )?(?:help|sos|mayday)(?: help)*{_AFTER["en"]}
        |please help (?:him|her|them|my|our)\b
        |(?:can|could|will) (?:some|any)(?:one|body) (?:please )?(?:help(?: (?:me|us|him|her))?{_AFTER["en"]}|call)
        |(?:some|any)(?:one|body) (?:please )?(?:help(?: (?:me|us|him|her))?{_AFTER["en"]}|call (?:an ambulance|the ambulance|911|999|112|118))
        |i (?:have |just |ve )*(?:fell|fallen) (?:and |\w+ \w+ and )?(?:\| )?i? ?(?:can ?t|cannot|can not) (?:get up|move|stand)|who can help(?: us| me)?(?: please)? ?(?:\||$)
        |(?:please|\|) (?:send|get us|get me) (?:us |me |some |the |an? )*(?:help|ambulance|doctor|paramedics|rescue|boat|helicopter)\b
        |(?<!do )(?<!did )(?<!if )(?<!when )(?<!should )(?:(?:i|we|they)(?: (?:urgently|really|desperately|all))? need|(?:he|she)(?: (?:urgently|really))? needs) {_FOR_ONE["en"]}
        |\| (?:please )?(?:urgently )?need {_FOR_ONE["en"]}
        |(?:i|\|) (?:can ?t|cannot|can not|can barely|can hardly|could hardly) (?:breathe|get (?:any )?air)
        |(?:i m|im|i am|we re|we are) (?:bleeding|choking|drowning|suffocating|trapped(?! in traffic)|stranded on|injured|badly hurt|passing out|having (?:a |an )?(?:heart attack|stroke|seizure|chest pains?|trouble breathing)|dying(?! (?:to|of|for|from|with|laughing)))
        |(?:i m|im|i am|we re|we are)(?: \w+)?(?: \w+)? stuck (?:in|inside|on|under) (?:the |a |an |our |my )?(?:lift|elevator|cellar|basement|stairwell|stairs|roof|attic|car park|tunnel|water|smoke|flat|shaft|ward)
        |(?:we are|we re) \w+ people (?:in|on|at) the (?:stairwell|roof|cellar|basement|lift|tunnel)
        |(?:can ?t|cannot|can not) get out(?: of (?:the|our|my) (?:house|flat|car|lift|elevator|cellar|basement|building|room|water))? ?(?:\||$)
        |i (?:have|ve got|got|feel) (?:a )?(?:strong |severe |terrible |bad )?(?:chest pains?|pain in (?:my|the) chest)|my chest hurts
        |(?:i (?:just )?(?:want to|wanna|m going to|am going to|will)|i d rather) (?:die|kill myself|end my life|end it all)|i (?:don ?t|do not) want to live
        |(?:cannot|can ?t|can not) (?:reach|find) (?:my|our) (?:@KIN)
        |(?:i m|i am|im|i think i m|i might be|she s|he s|she is|he is) having (?:a |an )?(?:heart attack|stroke|seizure|fit|contractions)|i(?: ve)? (?:have )?been (?:shot|stabbed|hit by|run over)|(?:send|come and) (?:someone|somebody|get us|get me|rescue us)|(?:waters? (?:has |have |just )?broke|going into labou?r|is in labou?r)|(?:we re|we are|i m|i am)(?: \w+)? (?:on the roof|in the attic)|oxygen(?: \w+)? (?:is )?(?:\w+ )?(?:empty|running out|run out)
        |(?:fire|smoke) (?:everywhere |all over )?in (?:my|our) (?:building|flat|house|stairwell|home)
    """,
    "es": rf"""
        \| (?:por favor )?(?:ayuda|socorro|auxilio|sos)(?: (?:ayuda|socorro|auxilio))*{_AFTER["es"]}
        |(?:ayuden|ayudad|ayuda|ayude|socorran|rescaten|salven)(?:me|nos|lo|la|los){_AFTER["es"]}
        |(?:que )?alguien (?:que )?(?:me|nos) ayude{_AFTER["es"]}
        |(?:necesito|necesitamos)(?: \w+)? {_FOR_ONE["es"]}
        |(?:manden|mande|mandad|envien|envie|enviad|llamen|llame|llamad|pidan) (?:a )?(?:una |un |la |los |mas )?(?:ambulancia|ayuda|bomberos|medico|rescate|emergencias)
        |no (?:puedo|podemos|logro|consigo) (?:respirar|salir(?: de (?:la casa|casa|aqui|el|la|nuestra|mi))? ?(?:\||$))|no respiro\b
        |me estoy (?:ahogando|asfixiando|desangrando|desmayando|muriendo(?! (?:de|por)))|(?:estoy|estamos) (?:atrapad|encerrad|sangrando|herid|aislad|rodead|bloquead)\w*\b(?! en el (?:trafico|atasco))
        |me duele (?:mucho )?el pecho|(?:tengo|siento) (?:un )?dolor (?:\w+ )?en el pecho|me he caido(?! (?:de la silla|bien))|me cai (?:de|por|en|y)
        |(?:me quiero|quiero|voy a|prefiero) (?:morir(?:me)?|matarme|suicidarme|matar)\b|me voy a matar|quitarme la vida|no quiero (?:seguir viviendo|vivir)
        |no (?:encuentro|localizo|encontramos|puedo localizar) a (?:mi|mis|nuestr\w) (?:@KIN)
        |(?:creo que )?(?:me|le|nos) (?:esta|estan) dando (?:un |una )?(?:infarto|ictus|ataque|derrame)|(?:estoy|estamos)(?: \w+)? (?:en el tejado|en la azotea|en el techo)|(?:vengan|vengan ya|venid|venga) (?:a )?(?:rescatar|buscar|ayudar|por)|(?:estoy|esta|se ha puesto) de parto|(?:he|ha) roto aguas
        |no puedo (?:mover(?:me)?|levantarme)|(?:hay fuego|huele a gas|hay humo) en (?:mi|nuestr\w|el piso|la casa)
    """,
    "ca": rf"""
        \| (?:si us plau |sisplau )?(?:ajuda|auxili|socors|sos)(?: (?:ajuda|auxili|socors))*{_AFTER["ca"]}
        |(?:ajuda|ajudeu|ajudi|ajudin|salveu|rescateu) (?:m|ns|me|nos|em|ens){_AFTER["ca"]}
        |(?:que )?algu (?:que )?(?:m|em|ens|ns) ajudi{_AFTER["ca"]}
        |(?:necessito|necessitem|ens cal|em cal)(?: \w+)? {_FOR_ONE["ca"]}
        |(?:envieu|envii|enviin|truqueu|truca|truqui|aviseu|demaneu) (?:a )?(?:una |un |els |l |la |mes )?(?:ambulancia|ajuda|bombers|metge|rescat|emergencies)
        |no (?:puc|podem|aconsegueixo) (?:respirar|sortir(?: de (?:casa|la|l|aqui))? ?(?:\||$))|no respiro\b
        |m estic (?:ofegant|asfixiant|dessagnant|desmaiant|morint(?! (?:de|per)))|(?:estic|estem|som) (?:atrapa|tanca[td]|sagnant|ferit|ferid|aillat|bloquejat)\w*\b(?! (?:al transit|a la cua))
        |em fa (?:molt )?mal el pit|(?:tinc|sento) (?:un )?dolor (?:\w+ )?al pit|(?:m )?he caigut(?! (?:be|de la cadira))
        |(?:em vull|vull|prefereixo) (?:morir(?: me)?|matar(?: me)?|suicidar(?: me)?)\b|treure m la vida|no vull (?:seguir )?vi(?:u|v)re?
        |no (?:trobo|trobem|localitzo) (?:el meu|la meva|els meus|el nostre|la nostra) (?:@KIN)
        |(?:crec que )?(?:tinc|estic tenint|m esta agafant|em ve) (?:un |una )?(?:infart|ictus|atac de cor)|(?:som|estem|soc)(?: \w+){0, 2} (?:a la teulada|al terrat|a la coberta)|(?:vingueu|vinguin|vine) a (?:buscar|rescatar|ajudar)|(?:estic|esta|s ha posat) de part\b|(?:he|ha) trencat aigues
        |no (?:em|m) puc (?:moure|aixecar)|no puc (?:moure m|aixecar me)|(?:hi ha foc|hi ha fum|fa olor de gas) (?:a|al|en) (?:casa|l edifici|el meu|la meva|nostre)
    """,
    "it": rf"""
        \| (?:per favore |vi prego )?(?:aiuto|soccorso|sos)(?: aiuto)*{_AFTER["it"]}
        |(?:aiutate|soccorrete|salvate|aiuta)(?:mi|ci|lo|la|li){_AFTER["it"]}
        |(?:qualcuno )?(?:mi|ci) aiuti(?:no)?{_AFTER["it"]}|qualcuno (?:mi|ci) aiuta{_AFTER["it"]}
        |(?:ho|abbiamo)(?: \w+)? bisogno (?:di|d|urgente di) {_FOR_ONE["it"]}|(?:(?:ci|mi) serv(?:e|ono)|\| serv(?:e|ono)) (?:subito )?{_FOR_ONE["it"]}
        |(?:mandate|inviate|chiamate|mandi|chiami) (?:subito )?(?:un |l |i |dei |il |una )?(?:ambulanza|aiuto|aiuti|soccorsi|medico|dottore|pompieri|elicottero|112|118)
        |non (?:riesco|riusciamo) (?:piu )?(?:a|ad) (?:respirare|uscire(?: (?:di|da|dalla|dal) \w+)? ?(?:\||$))|non (?:posso|possiamo) (?:respirare|uscire(?: (?:di|da|dalla|dal) \w+)? ?(?:\||$))|non respiro\b
        |mi manca (?:il respiro|l aria|il fiato)|sto (?:soffocando|sanguinando|svenendo|annegando|morendo(?! (?:da|di|dal|dalla)))|(?:siamo (?:intrappolat|bloccat|ferit|isolat|sepolt)\w+|(?:sono|sto) (?:intrappolat|bloccat|ferit|isolat|sepolt)[oa])(?! nel traffico)
        |ho (?:un )?(?:forte |un forte )?dolore al petto|mi fa male il petto|(?:sono|ero) (?:cadut[oa])(?! (?:dalle nuvole|dal pero|in))
        |(?:voglio|vorrei|mi voglio|preferisco) (?:morire|uccidermi|ammazzarmi|uccidere|ammazzare|farla finita)\b|togliermi la vita|non voglio (?:piu )?vivere
        |non (?:trovo|troviamo|riesco a trovare|riesco a contattare) (?:piu )?(?:mio|mia|i miei|il mio|la mia|nostr\w) (?:@KIN)
        |(?:credo di avere|ho|sto avendo|mi sta venendo) (?:un )?(?:infarto|ictus|attacco di cuore)|(?:sono|siamo|stiamo)(?: \w+){0, 2} (?:sul tetto|in soffitta)|(?:venite|venga|vieni) a (?:prender|salvar|soccorrer|aiutar)\w+|(?:sto|sta) partorendo|(?:ha|ho|si sono|mi si sono) rotte? le acque|c e un incendio (?:da noi|in casa|nel palazzo|qui)
        |non (?:riesco|posso) (?:piu )?(?:a )?(?:muovermi|alzarmi)
    """,
    "fr": rf"""
        \| (?:s il vous plait |svp )?(?:a l aide|au secours|sos)(?: (?:a l aide|au secours))*{_AFTER["fr"]}
        |(?:aidez|aide|sauvez|secourez) (?:moi|nous|le|la|les){_AFTER["fr"]}
        |(?:que )?quelqu un (?:m aide|nous aide|peut m aider|peut nous aider){_AFTER["fr"]}|venez (?:m|nous) (?:aider|chercher|sauver|secourir)
        |(?:(?:j ai|nous avons|on a)(?: \w+)?|\|) besoin (?:d|de|du|des) {_FOR_ONE["fr"]}
        |(?:envoyez|appelez|envoie|appelle)(?: (?:moi|nous|vite))? (?:une |un |l |les |des |du |de l )?(?:ambulance|secours|aide|pompiers|samu|medecin|helicoptere|112|15|18)\b
        |(?:j |je )?(?:n )?arrive (?:pas|plus) a respirer|je (?:ne |n )?(?:peux|respire|arrive) (?:pas|plus)(?: a)?(?: respirer)? ?(?:respirer|sortir(?: d \w+| de (?:chez moi|la \w+|l \w+))? ?(?:\||$))|je (?:ne )?respire (?:pas|plus)|on (?:ne )?peut (?:pas|plus) sortir ?(?:\||$)
        |j etouffe|je m etouffe|je saigne|je suis (?:bloque|coince|piege|blesse)\w*\b(?! dans les (?:bouchons|embouteillages))|je suis en train de mourir|(?:nous sommes|on est) (?:bloque|coince|piege|blesse|enferme|isole)\w*\b(?! dans les (?:bouchons|embouteillages))
        |j ai (?:tres |vraiment )?mal (?:a la|dans la) poitrine|(?:j ai )?(?:une )?douleur (?:a la|dans la) poitrine|je fais (?:un malaise|un infarctus|un avc|une crise cardiaque)|je suis tombee?(?! (?:sur|amoureu\w+|malade|par hasard|enceinte|d accord))
        |je (?:veux|voudrais|vais) (?:mourir|me tuer|me suicider|en finir)|je (?:ne )?veux plus vivre
        |je (?:ne |n )?(?:trouve|arrive) (?:pas|plus)(?: a (?:joindre|trouver))? (?:mon|ma|mes|notre) (?:@KIN)
        |(?:je crois que )?je fais (?:un |une )?(?:infarctus|avc|crise cardiaque|malaise)|(?:on est|nous sommes|je suis)(?: \w+)? sur le toit|(?:en train d accoucher|perdu les eaux|perds les eaux)|(?:il )?y a le feu (?:chez (?:nous|moi)|dans (?:mon|notre|l))
        |je (?:ne |n )?(?:peux|arrive) (?:plus|pas) (?:a )?(?:bouger|me lever|me relever)|il (?:me|nous) faut (?:vite )?(?:de )?{_FOR_ONE["fr"]}
    """,
}

_KIN = {
    "en": "nephew|niece|father|mother|dad|daddy|mum|mom|mummy|mam|son|daughter|child|children|baby|babies|kids?|husband|wife|partner|boyfriend|girlfriend|brother|sister|gran(?:d ?)?(?:father|mother|son|daughter|pa|ma|dad)|granny|gran|nan|uncle|aunt|parents|family|friends?|neighbou?rs?|colleague|man|woman|boy|girl|lady|person|people|someone|somebody",
    "es": "sobrin[oa]|padre|madre|papa|mama|hij[oa]s?|bebe|nin[oa]s?|marido|mujer|espos[oa]|pareja|novi[oa]|herman[oa]s?|abuel[oa]s?|ti[oa]|prim[oa]|niet[oa]|suegr[oa]|padres|familia|amig[oa]s?|vecin[oa]s?|companer[oa]|hombre|senor|senora|chic[oa]|persona|personas|gente|alguien",
    "ca": "nebo[td]?a?|pare|mare|papa|mama|fill|filla|fills|nado|bebe|nen|nena|marit|dona|home|espos[oa]|parella|xicot|xicota|germa|germana|avi|avia|oncle|tiet[ao]|cosi|cosina|net|neta|sogr[ea]|pares|familia|amic|amiga|vei|veina|veins|company|companya|senyor|senyora|noi|noia|persona|gent|algu",
    "it": "padre|madre|papa|babbo|mamma|figli[oa]|bambin[oaie]|bimb[oa]|neonat[oa]|marito|moglie|compagn[oa]|fidanzat[oa]|fratello|sorella|nonn[oa]|zi[oa]|cugin[oa]|nipote|suocer[oa]|genitori|famiglia|amic[oa]|vicin[oa]|collega|uomo|donna|signor|signore|signora|ragazz[oa]|persona|persone|gente|qualcuno",
    "fr": "pere|mere|papa|maman|fils|fille|bebe|enfants?|mari|femme|epou(?:x|se)|compagn(?:on|e)|copain|copine|conjointe?|frere|soeur|petite?|neveu|niece|grand pere|grand mere|papi|papy|mamie|oncle|tante|cousine?|beau pere|belle mere|parents|famille|amie?|voisine?s?|collegue|homme|dame|monsieur|garcon|personne|gens|quelqu un",
}

_STATES = {
    "en": r"(?:fell(?= ?(?:\||$)| (?:down|off|from|over|and|on|out|into|through|in the (?:street|bath|shower|kitchen|hall|garden|water|toilet|corridor))\b)|(?:has |s |have |just )?fallen(?! (?:ill|in love|for))|collapsed|passed out|fainted|unconscious|unresponsive|(?:not|isn ?t|aren ?t|stopped) (?:breathing|responding|moving|waking)|(?:won ?t|will not|doesn ?t|does not) (?:wake|respond|move|breathe)|(?:can ?t|cannot|can not|can barely|can hardly) (?:breathe|move|get out|get up|walk|swallow|speak|feel)|is (?:badly |heavily )?(?:bleeding|choking|injured|hurt|dying|drowning|trapped|missing(?! (?:the|a|out|his|her|you|this))|having (?:a )?(?:heart attack|stroke|seizure|contractions))|has (?:chest pains?|had (?:a )?(?:heart attack|stroke|seizure)|taken (?:too many|all) \w*|overdosed)|(?:are|re|is|s) (?:trapped|choking|drowning|buried|stuck (?:in|inside|on|under) the)|bleeding (?:a lot|badly|heavily)|turn(?:ed|ing) blue|took (?:too many|all (?:the|his|her)) pills|been (?:hit by|shot|stabbed|run over)|(?:hit|banged|cut) (?:his|her|their) (?:head|wrists?)|(?:dropped|is lying|lying|s lying) (?:to|on) the (?:floor|ground|street)|(?:took|swallowed|has taken) (?:a whole |an? )?(?:too many|all|box|bottle|handful)\b|having (?:a |an )?(?:heart attack|stroke|seizure|fit)|is (?:in labou?r|turning blue|suicidal)|swallowed (?:a |some |the )?(?:batter\w+|bleach|pills|coin|poison|cleaner)|(?:is|s) on the (?:floor|ground)|(?:has )?had a (?:bad )?fall(?! out)|cut (?:his|her) wrists?|(?:is )?(?:not|isn ?t) answering me)",
    "es": r"(?:se (?:ha |acaba de )?(?:caido|cayo|caer|desmayado|desmayo|desplomado|desplomo|ahoga|ahogado|quemado)|se esta (?:ahogando|muriendo|desangrando|asfixiando)|cayo (?:de|por|al|en)|no (?:respira|respiran|responde|reacciona|despierta|se mueve|se despierta|puede(?:n)? (?:respirar|moverse|salir|levantarse|hablar|tragar))|(?:dejo|ha dejado|deja) de respirar|inconsciente|(?:perdio|ha perdido) (?:el conocimiento|la conciencia)|(?:esta |esta n )?sangra(?:ndo|n)?\b|convulsion\w*|(?:tiene|le ha dado|le esta dando|le dio|esta sufriendo|ha tenido|ha sufrido) (?:un |una )?(?:infarto|ictus|derrame|convulsiones|ataque|dolor en el pecho)|atrapad\w+|herid[oa]s?|desaparecid\w+|ha desaparecido|atropellad\w+|se ha (?:golpeado|tomado (?:un monton|muchas|demasiadas|todas)|puesto azul)|esta (?:azul|tirad\w|en el suelo|de parto)|tirad[oa] en|(?:ha tomado|se tomo|ha tragado) (?:demasiadas|muchas|un monton|todas)|se (?:ahoga|asfixia|desangra|muere)\b)",
    "ca": r"(?:ha caigut|s ha (?:caigut|desmaiat|desplomat|ofegat|cremat|fet mal)|s esta (?:ofegant|morint|dessagnant|asfixiant)|no (?:respira|respiren|respon|reacciona|es desperta|es mou|pot (?:respirar|moure|sortir|aixecar|parlar))|(?:ha deixat|deixa) de respirar|inconscient|ha perdut (?:el coneixement|la consciencia)|(?:esta )?sagna(?:nt)?\b|convulsion\w*|(?:te|ha tingut|li ha donat|li esta agafant|esta tenint|pateix) (?:un |una )?(?:infart|ictus|atac|convulsions|dolor al pit)|atrapa(?:t|da|ts|des)|ferit|ferida|desaparegu\w+|ha desaparegut|atropella(?:t|da)|s ha (?:colpejat|donat un cop|pres (?:massa|moltes|un munt|totes)|posat blau)|esta (?:blau|blava|estirat|estirada|a terra|de part)|estira(?:t|da) a terra|ha pres (?:massa|moltes|un munt|totes)|s (?:ofega|asfixia|dessagna)\b)",
    "it": r"(?:(?:e|si e|sono) cadut[oaie](?! (?:in amore|malat\w))|cadut[oa] (?:dalle|dalla|dal|per|dai)|svenut[oa]|si e (?:sentit[oa] male|accasciat[oa])|ha perso (?:i sensi|conoscenza|coscienza)|perde (?:molto |tanto )?sangue|priv[oa] di sensi|incosciente|non (?:respira|respirano|risponde(?! al telefono)|reagisce|si muove|si sveglia|si alza|riesce (?:piu )?a (?:respirare|muoversi|alzarsi|parlare|uscire|deglutire))|ha smesso di respirare|sta (?:soffocando|morendo|sanguinando|annegando|molto male)|sanguina|(?:ha|ha avuto|sta avendo) (?:un |le |una )?(?:infarto|ictus|convulsioni|crisi epilettica|dolore al petto)|intrappolat\w|bloccat[oaie] (?:in|nel|nell|nella|sul|sotto|dentro)(?! traffico)|ferit[oaie]\b|scompars[oa]|e stat[oa] investit[oa]|(?:e|sta) (?:diventat[oa] )?(?:blu|cianotic[oa])|ha battuto la testa|(?:e|sta) (?:a|per) terra|ha preso (?:troppe|tutte|un sacco)|sta partorendo)",
    "fr": r"(?:(?:est|vient de|sont) tomb(?:e|ee|er|es)(?! (?:amoureu\w+|sur|d accord|enceinte|malade))|a fait (?:une chute|un malaise|un avc|un infarctus|un arret|une crise cardiaque)|fait (?:un malaise|un avc|un infarctus|une crise cardiaque|un arret)|s est (?:effondree?|evanouie?|etouffee?|blessee?|brulee?)|(?:ne )?respire(?:nt)? (?:pas|plus)|(?:a )?arrete de respirer|n? ?arrive (?:pas|plus) a respirer|(?:ne )?peu(?:t|vent) (?:pas|plus) (?:respirer|bouger|sortir|se lever|parler)|(?:ne )?(?:repond|reagit|bouge|se reveille) (?:pas|plus)(?! au telephone)|inconsciente?|(?:a perdu|perd) (?:connaissance|du sang|son sang|beaucoup de sang)|saigne|s etouffe|convuls\w*|(?:est|sont) (?:bloque|coince|piege|blesse|disparu|enseveli)\w*|portee? disparue?|renversee? par|(?:est|devient|devenue?) (?:tout(?:e)? )?bleue?|s est (?:cognee?|tapee?)(?: \w+)? la tete|est (?:par terre|au sol|allongee?)|a avale|a pris (?:trop|plein|toute)|s etouffe|accouche)",
}

_SOMEBODY = {  # said of nobody by name: by what he does, and only where it cannot be the patient of the operation
    "en": r"(?:he|she|they)",
    "es": r"\|",
    "ca": r"\|",
    "it": r"\|",
    "fr": r"(?:il|elle|ils|elles)",
}

_HOW = r"(?:herid|atrapad|desapareci|atropell|ferit|ferid|atrapa|intrappolat|bloccat|scompars|inconscient|incosciente|convuls|se ha caido|se cayo|e caduta|si e|ha caigut|s ha)"
"""What people are, of whom one asks as well as of whom one calls for."""

_PAST = re.compile(
    r"\b(?:last (?:year|month|week|summer|winter|spring|christmas)|(?:years?|months?|weeks?) ago|when i was|used to|back in|thank|thanks|saved|survived|recovered"
    r"|hace (?:\w+ )?(?:anos?|meses|semanas?)|el ano pasado|la semana pasada|gracias|salvaron|sobrevivio|se recupero"
    r"|fa (?:\w+ )?(?:anys?|mesos|setmanes)|l any passat|gracies|van salvar|es va recuperar"
    r"|(?:anni|mesi|settimane|anno|mese) fa|l anno scorso|la settimana scorsa|grazie|avete salvato|e guarit[oa]"
    r"|il y a (?:\w+ )?(?:ans?|mois|semaines?)|l an dernier|l annee derniere|merci|avez sauve|est guerie?)\b"
)
"""A story that ended."""
_CASE = re.compile(
    r"\b(?:if (?:my|our|a|an|the|someone|somebody|he|she|they)|what if|imagine|suppose"
    r"|si (?:mi|un|una|alguien|el|la)|se (?:mio|mia|un|una|uno|qualcuno|il)|si (?:mon|ma|un|une|quelqu un|on|il|elle)|si (?:el meu|la meva|algu)|how many|cuant[oa]s|quant[ei]|quantes|quants|combien|is any(?:one|body)|are (?:there|any))\b"
)
"""What is asked of a case that has not happened."""
_OPERATION = re.compile(
    r"\b(?:patients?|surg\w+|operat\w+|bypass|machine|ventilat\w+|an(?:a)?esth\w+|pacientes?|cirug\w+|quirofano|operacion|maquina|anestesi\w*"
    r"|pazient[ei]|intervento|operazione|sala operatoria|macchina|anestesi\w*|chirurg\w+|patient\w*|operation|bloc|pacients?|quirofan|operacio|respirador|respiratore|respirateur)\b"
)
"""Talk of the operation: who does not breathe there by himself is in good hands."""


def _compiled(part: str) -> str:
    return re.sub(r"\n\s*", "", part)


_CALL = re.compile(
    " (?:" + "|".join(_compiled(part).replace("@KIN", _KIN[lang]) for lang, part in _CALLS.items()) + ")"
)
_OF_KIN = re.compile(
    " (?:"
    + "|".join(
        rf"(?:{_KIN[lang]})(?! s (?:dog|cat|car|phone))(?: \w+){{0,5}}? {state}"
        for lang, state in _STATES.items()
    )
    + ")"
)
_OF_SOMEBODY = re.compile(
    " (?:"
    + "|".join(rf"{_SOMEBODY[lang]} (?:\w+ )??(?!{_HOW}){state}" for lang, state in _STATES.items())
    + ")"
)
_PLACE = re.compile(
    r"\b(?:my|our) (?:house|home|flat|building|kitchen|car|street) is (?:on fire|burning|flooded|flooding|under water|full of smoke)"
    r"|\b(?:fire|smoke|water) in (?:my|our) (?:house|home|flat|building|kitchen|cellar|basement|stairwell)"
    r"|(?:mi|nuestra) casa (?:se quema|se inunda|esta (?:ardiendo|en llamas|inundada))|la casa mia brucia|(?:la (?:mia|nostra) casa) (?:brucia|va a fuoco|e allagata)"
    r"|(?:la meva|nostra) casa (?:crema|s inunda|esta inundada)|(?:ma|notre) maison (?:brule|est en feu|est inondee)"
)


def asks_for_help(text: str) -> bool:
    """Whether somebody asks for help in an emergency, for himself or for another."""
    words = " | " + " | ".join(filter(None, (folded(part) for part in _ENDS.split(text[:MAX_CHARS]))))
    if _CALL.search(words) or _PLACE.search(words):
        return True
    if _PAST.search(words) or _CASE.search(words):
        return False
    return bool(_OF_KIN.search(words) or (not _OPERATION.search(words) and _OF_SOMEBODY.search(words)))
