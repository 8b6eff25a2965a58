"""Days told without a date (class C): feasts, dates and days after an operation in words, ages by decade. Asked about, in operations."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.editorial.guard.context import ASK, BLOCK, Context, Finding
from app.editorial.guard.evasion import NUMBER_WORD
from app.editorial.guard.lazy import Lazy

_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre|"
    r"janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre|enero|febrero|abril|mayo|junio|julio|septiembre|octubre|noviembre|diciembre|gener|febrer|marc|maig|juny|juliol|agost|setembre|desembre)"
)
_NTH = (
    r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|twenty-\w+|thirtieth|thirty-first|"
    r"primo|due|tre|quattro|cinque|sei|sette|otto|nove|dieci|undici|dodici|tredici|quattordici|quindici|sedici|diciassette|diciotto|diciannove|vent\w*|trent\w*|"
    r"premier|deux|trois|quatre|cinq|six|sept|huit|neuf|dix(?:-\w+)?|onze|douze|treize|quatorze|quinze|seize|vingt(?:[- ]\w+){0,2}|trente(?:[- ]et[- ]un)?|"
    r"primero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|dieci\w+|veint\w+|treinta(?: y uno)?|"
    r"u|un|dues|cinc|sis|set|vuit|nou|deu|dotze|tretze|setze|disset|divuit|dinou|vint(?:-i-\w+)?|trenta(?:-u)?)"
)
_DATE_SAID = Lazy(
    rf"\b(?:the |il |le |el |l'|on |del |al )?{_NTH} (?:of |de |d'|di )?{_MONTH}\b|\b{_MONTH} (?:the )?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|twenty-\w+|thirtieth|thirty-first)\b"
)
_BORN = Lazy(
    r"\b(?:born|birth\w*|dob|nat[oaie]|nascita|compleanno|nee?|naissance|anniversaire|nacid[oa]|nacio|nacimiento|cumple\w*|nascu\w+|neixer|naixement|aniversari)\b"
)
_FEAST = Lazy(
    r"\b(?:christmas(?: (?:eve|day))?|boxing day|new year'?s(?: (?:eve|day))?|epiphany|twelfth night|easter(?: (?:sunday|monday))?|good friday|palm sunday|ash wednesday|shrove tuesday|pancake day|whit (?:sunday|monday)|pentecost|ascension day|all saints'?|all souls'?|halloween|bonfire night|guy fawkes|thanksgiving|valentine'?s(?: day)?|st\.? (?:patrick|george|andrew|david|stephen|john)'?s(?: day| eve)?|labou?r day|memorial day|independence day|fourth of july|mother'?s day|father'?s day|diwali|eid|ramadan|yom kippur|hanukkah|passover|bank holiday|mardi gras|(?:last|first|second) day of (?:term|school)|"
    r"natale|vigilia(?: di natale)?|santo stefano|capodanno|san silvestro|epifania|befana|pasqua|pasquetta|lunedi dell'angelo|venerdi santo|domenica delle palme|le palme|pentecoste|corpus domini|ferragosto|ognissanti|i morti|immacolata|san valentino|san giuseppe|san giovanni|sant'ambrogio|san gennaro|santa lucia|il patrono|festa (?:del(?:la)? \w+|del patrono)|carnevale|martedi grasso|venticinque aprile|primo maggio|"
    r"noel|reveillon|saint-sylvestre|jour de l'an|nouvel an|paques|lundi de paques|vendredi saint|rameaux|ascension|pentecote|assomption|toussaint|quatorze juillet|14 juillet|fete nationale|armistice|saint-valentin|saint-jean|mardi gras|chandeleur|fete des (?:meres|peres)|premier mai|rentree|"
    r"navidad|nochebuena|nochevieja|ano nuevo|(?:dia de )?reyes|noche de reyes|semana santa|jueves santo|viernes santo|domingo de ramos|pascua|lunes de pascua|pentecostes|corpus|san juan|noche de san juan|san isidro|san fermin|santiago|asuncion|todos los santos|el pilar|dia del pilar|la inmaculada|la constitucion|san valentin|carnaval|martes de carnaval|dia de(?:l| la) (?:madre|padre)|fiestas? (?:del pueblo|patronales|mayor)|"
    r"nadal|nit de nadal|sant esteve|cap d'any|nit de cap d'any|reis|nit de reis|setmana santa|divendres sant|dijous sant|diumenge de rams|pasqua|dilluns de pasqua|segona pasqua|sant joan|revetlla(?: de sant joan)?|sant jordi|sant josep|la merce|tots sants|castanyada|la diada|onze de setembre|purissima|la candelera|carnestoltes|dimecres de cendra|festa major|sant valenti|la mare de deu\b[^.!?]{0,16}|la verge)\b"
)
_STAY = Lazy(
    r"\b(?:admi\w+|came in|arriv\w+|discharg\w+|hospitali[sz]\w+|operat\w+|surgery|procedure|transferred|died|transfer\w*|trasferi\w*|traslad\w*|trasllad\w*|went home|go(?:es|ing)? home|brought in|in since|here since|since|stay\w*|collapsed|fell|had (?:his|her)|operation|transplant\w*|listed|re-?admi\w*|"
    r"arriba\w*|lleg\w+|vingu\w+|vino|came|brought|flown|landed|venut[oa]|venue?|ricover\w*|dimess\w+|dimission\w*|intervento|entrat[oa]|portat[oa]|trasferi\w*|mort[oa]|qui dal?|da|dal|uscit[oa]|torna\w* a casa|esce|caduta?|trapian\w*|"
    r"entree?|sortie?|sort|opere\w*|decede\w*|admis\w*|urgences|depuis|rentre|chute|greffe\w*|"
    r"ingres\w*|alta|intervenid[oa]|trasladad[oa]|fallec\w+|urgencias|desde|salio|sale|entro|cayo|trasplant\w*|"
    r"ingressa\w*|intervingu\w+|trasllad\w+|mor[it]\w*|urgencies|des de|surt|va (?:entrar|sortir|caure)|patient|paziente|paciente|pacient|malalt\w*|malad\w|he|she|him|her|lui|lei|elle|ella|ell)\b"
)
_AFTER = Lazy(
    r"(?<![\w.])(?:j[ ]?[+-]? ?|(?:d|dpo|gpo|g)[ ]?\+ ?)(?:\d{1,2})(?=[,:;.!?]|$)(?![.,]\d)|(?<![\w.])(?:j|d|g|dia|day|giorno|jour) ?\+ ?\d{1,2}\b|^(?:day|giorno|jour|dia) (?:\d{1,2}|one|two|three|four|five|six|seven|uno|due|tre|quattro|cinque|un|deux|trois|quatre|cinq|dos|tres|cuatro|cinco|quatre|cinc)\b(?= ?[,:;.!]| (?:and|y|e|et|i|of|after|post)\b)"
    r"|\b(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|a|un[ao']?|due|tre|quattro|cinque|sei|sette|otto|dieci|une|deux|trois|quatre|cinq|six|sept|huit|dix|dos|tres|cuatro|cinco|seis|siete|ocho|diez|dues|cinc|sis|set|vuit|deu) ?(?:days?|nights?|weeks?|months?|giorn[oi]|nott[ei]|settiman[ae]|mes[ei]|jours?|nuits?|semaines?|mois|dias?|noches?|semanas?|mes(?:es|os)?|dies|dia|nits?|setman[ae]s?|hours|ore|heures|horas|hores) (?:after|since|post[ -]?op\w*|post|on from|following|past|out from|dopo|dall[a']?|dal|dalla|apres|depuis|despues|tras|desde|despres|des de|d'ençà|d'enca)(?: (?:his|her|the|their|l'|la|el|il|le|del?|de la|de l'|su|sua|suo|sa|son|seva|seu))* ?'?(?:surgery|operation|op|pontage|baipas|parche|protesis|prothese|protesi|stent|cesarean|caesarean|cesareo|cesarienne|cesarea|valve|hip|knee|ictus|infarto|infart|infarctus|avc|fall|caduta|chute|caida|caiguda|burn|fire|chemo\w*|transplant|bypass|stroke|crash|accident|birth|delivery|graft|amputation|admission|discharge|procedure|intervent\w*|operazione|trapianto|parto|ricovero|dimissione|incidente|operation|greffe|accouchement|admission|sortie|operacion|cirugia|trasplante|ingreso|alta|accidente|operacio|cirurgia|trasplantament|part|ingres|intervencio\w*)"
    r"|\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|prim[oa]|second[oa]|terz[oa]|quart[oa]|quint[oa]|sest[oa]|settim[oa]|ottav[oa]|premiere?|deuxieme|troisieme|quatrieme|cinquieme|sixieme|septieme|huitieme|dixieme|primera?|segund[oa]|tercera?|cuart[oa]|sext[oa]|septim[oa]|octav[oa]|segona?|quarta?|cinquena?|cinque|sise|sisena|sete|setena|vuite) (?:post[ -]?op\w* (?:day|night|morning)|(?:day|night|morning|week|giornata|giorno|notte|settimana|jour|nuit|semaine|dia|noche|nit|setmana) (?:post\w*|on (?:the|our) ward|at home|in (?:the )?icu|after|since|out of bed|in reparto|a casa|in rianimazione|dopo|da|dall\w*|en (?:salle|reanimation|service)|apres|depuis|en (?:planta|uci|casa)|tras|despues|desde|a (?:planta|l'uci|casa)|despres|d'enca))"
    r"|\b(?:post[ -]?op\w*|postoperator\w+|postoperatoire|postoperatori) (?:day|giorno|giornata|jour|dia)? ?(?:\d{1,2}|one|two|three|four|five|six|seven|un[oa]?|due|tre|quattro|cinque|deux|trois|quatre|cinq|dos|cuatro|cinco|cinc)\b"
    r"|\b\d{1,2} ?(?:st|nd|rd|th|o|a|e|er|eme|r|n|t)?\.? (?:day|giorno|giornata|jour|dia|noche|nit|nuit|notte) (?:de |di |del )?(?:p\. ?o\b|po\b|pop\b|p/o|post\b|d'op\w*)|\b(?:day|giorno|giornata|jour|dia) \d{1,2} (?:p\. ?o\b|po\b|pop\b|p/o|post\b)"
    r"|\b(?:day|giorno|jour|dia) (?:number |numero |n\.? ?|no\.? ?)?(?:\d{1,2}|one|two|three|four|five|six|seven|due|tre|quattro|cinque|deux|trois|quatre|cinq|dos|tres|cuatro|cinco|dues|quatre|cinc) (?:of (?:his|her|the) (?:stay|recovery|admission|hospital)|in (?:hospital|icu)|post|del (?:ricovero|post\w*)|di (?:ricovero|degenza)|d'hospitalisation|de (?:hospitalizacion|ingreso|ingres|estada|estancia|posto\w*)|del (?:posto\w*|ingreso|ingres))"
)
_NTH_DAY = r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|prim[oa]|second[oa]|terz[oa]|quart[oa]|quint[oa]|sest[oa]|settim[oa]|ottav[oa]|non[oa]|decim[oa]|premiere?|deuxieme|troisieme|quatrieme|cinquieme|sixieme|septieme|huitieme|neuvieme|dixieme|primera?|primero|segund[oa]|tercera?|tercero|cuart[oa]|sext[oa]|septim[oa]|octav[oa]|noven[oa]|decim[oa]|segona?|quarta?|cinque|cinquena|sise|sisena|sete|setena|vuite|vuitena|nove|novena|dese|desena|\d{1,2} ?(?:st|nd|rd|th|o|a|e|er|eme|r|n|t))"
_DAY_AFTER = Lazy(
    rf"\b{_NTH_DAY} (?:(?:day|night|morning|week|giorno|giornata|notte|jour|nuit|semaine|dia|noche|semana|jornada|nit|setmana) (?:(?:de |di |del |of )?post[ -]?op\w*|posop\w*|postq\w*|(?:after|since|des (?:que|de)|d'enca|desde|depuis|apres|da quando|dopo|que) ?(?:we |que |qu'on |qu'|la |el |l'|lo |li |le |her |his |the |su |sa |son |da |che )*[a-z]+)|post[ -]?op\w* (?:day|night|giorno|giornata|jour|dia|nit))(?![a-z])"
    r"|(?<![\w/.])[jd] ?\+? ?\d{1,2} (?:of|from|after|post|de|d'|du|des|apres|della|dopo|del|dal|despues|despres) ?(?:his |her |the |sa |son |la |le |l'|su |el |seva |seu )*\w*(?:ectom|plast|stom|scop|tom)(?:y|ia|ie)\b|(?<![\w/.])[jd] ?\+? ?\d{1,2} (?:of|from|after|de|d'|du|apres|della|dopo|del|dal) ?(?:his |her |the |sa |son |la |le |l'|su |el )*(?:op|operation|surgery|intervention|intervento|greffe|transplant\w*|trapianto|trasplant\w*|bypass|pontage|cesarienne|section|cirugia|operacion|cirurgia|operacio)\b"
    r"|\b\w*(?:ectom|plast|stom|scop)(?:y|ia|ie)s? (?:of|on|del|de|du|dal|el|il|le|the|al|feta el|hecha el|faite le|fatta il) ?(?:the |el |il |le )?(?P<n>\d{1,2}/\d{1,2})(?![\w/])|\b(?:we did|did|vam fer|va fer|hicimos|hizo|abbiamo fatto|avons fait|a fait|made|done)(?: (?:the|la|l'|une?|una|his|her|el|le))? ?\w*(?:ectom|plast|stom|scop)(?:y|ia|ie) (?:on |el |il |le |the )?(?P<m>\d{1,2}/\d{1,2})(?![\w/])"
)
_RELATIVE_DAY = Lazy(
    r"\b(?:yesterday|the day before yesterday|last night|last (?:week|month|weekend)|the weekend|(?:over|at|on) the weekend|the other (?:day|night)|tomorrow|ieri(?: l'altro| sera| notte)?|l'altro ieri|avantieri|stanotte|la settimana scorsa|settimana scorsa|il mese scorso|nel fine settimana|domani|hier(?: soir)?|avant-hier|cette nuit|la semaine derniere|le mois dernier|ce week-end|demain|ayer|anteayer|anoche|la semana pasada|el mes pasado|el fin de semana|manana por la (?:manana|tarde)|ahir|abans-d'ahir|anit|la setmana passada|el mes passat|el cap de setmana|dema)\b"
)
_STAY_SURE = Lazy(
    r"\b(?:admitted|discharged|readmitted|transferred|hospitali[sz]ed|went home|came in|brought in|ricoverat[oa]|dimess[oa]|trasferit[oa]|entrat[oa]|arrivat[oa]|hospitalisee?|sortie?|transferee?|admise?|ingresad[oa]|ingreso|dad[oa] de alta|alta|trasladad[oa]|ingressa[td]a?|va ingressar|traslladat|traslladada|donat d'alta|donada d'alta|operated on (?:him|her)|ha dormito|passat[oa] dal)\b"
)
_DECADE = Lazy(
    r"\b(?:in (?:his|her|their) (?:early |mid |late |mid-)?(?:teens|\d0'?s|\w+ties)|(?:(?:is|was|'s) (?:barely|nearly|almost|not yet|just|over|past)|pushing|well past) (?:\d\d|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|a hundred)(?: years?)?(?= (?:and|patient|woman|man|lady)|[,.;!]|$)|sulla (?:\w+ntina)|(?:una?|sur la|la|sa) (?:quarantaine|cinquantaine|soixantaine|trentaine|vingtaine)|(?:sobre|en|ronda|pasa de|cerca de|casi|unos|los|sus) (?:los |sus )?(?:veinte|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa)(?: (?:largos|anos|pico)| anos|[,.;!]|$)|(?:treint|cuarent|cincuent|sesent|setent|ochent|novent)(?:on|ona|anero|anera|añero|añera)|(?:cuadragenari|quincuagenari|sexagenari|septuagenari|octogenari|nonagenari|centenari|quarentenari|cinquantenari|seixantenari|cinquanton|seixanton)[oa]?|quarantenn\w+|a la (?:seixantena|cinquantena|quarantena|setantena|vuitantena|norantena)|(?:born|nat[oa]|nee?|nacid[oa]|nascu[td]a?) (?:in|nel|en|el|l'any) (?:the )?(?:'?\d\ds?|nineteen[ -]\w+(?:[ -]\w+)?|mille\w*|mil nov\w+ \w+)|(?:class of|classe|quinta del|quinta de|lleva del|annata) '?\d\d(?:\d\d)?|(?:turn(?:s|ed|ing)|compie|compira|fete ses|cumple|fa|fara) (?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|a hundred|vent\w+|trent\w+|quarant\w+|cinquant\w+|sessant\w+|settant\w+|ottant\w+|novant\w+|cent'?\w*|vingt\w*|soixante\w*|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa|cien|vint\w*|seixanta|setanta|vuitanta|noranta|cent)(?! (?:minut|secon|segon|or[ae]\b|hor|heure|hour|per cent|gram|ml|mil))(?:[ -](?:y |i |et )?\w+)?)\b"
)
_TEENAGE = Lazy(
    r"\b(?:he|she|patient|paziente|paciente|pacient|patiente?)(?: is|'s| ha| a| tiene| te)? (?:only |just |solo |appena |seulement |solament |nomes )?(?:twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|dodici|tredici|quattordici|quindici|sedici|diciassette|diciotto|diciannove|douze|treize|quatorze|quinze|seize|dix-\w+|vingt|doce|trece|catorce|quince|dieciseis|diecisiete|dieciocho|diecinueve|veinte|dotze|tretze|setze|disset|divuit|dinou|vint)(?: (?:years|anni|ans|anos|anys)|[,.;!]|$)"
)
_SHORT_AGE = Lazy(
    r"\b(?:[fmhdvw]|fem|masc|male|female|donna|uomo|maschio|femmina|paziente|pz|homme|femme|patiente?|hombre|mujer|varon|paciente|home|dona|pacient)\.?,? (?:di |de |d'|of |aged )?(?:1[01]\d|[1-9]\d) ?(?:aa?\.?|ans|anni|anos|anys|y\.?o?\.?|yrs?|years)(?=[ ,.;:)]|$)"
)
_AGE_IN_WORDS = Lazy(
    r"\b(?:(?:vent|trent|quarant|cinquant|sessant|settant|ottant|novant)(?:[aio]\w*|')|cento?\w*|vingt(?:[ -]\w+){0,2}|trente(?:[ -]\w+){0,2}|quarante(?:[ -]\w+){0,2}|cinquante(?:[ -]\w+){0,2}|soixante(?:[ -]\w+){0,2}|quatre-vingts?(?:[ -]\w+){0,2}|cent(?:[ -]\w+){0,2}|veint\w+|(?:treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa)(?: y \w+)?|cien|ciento(?: \w+){1,3}|vint(?:-i-\w+)?|(?:trenta|quaranta|cinquanta|seixanta|setanta|vuitanta|noranta)(?:-\w+)?|(?:a|one) hundred(?: and \w+)?|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -]\w+)?) ?'?(?:anni|ans|anos|anys|years old|years of age|year[- ]old)\b(?! (?:fa|d'esper|de exp|d'exp|di esp|ago|later|dopo|apres|despues|despres|di storia|d'histoire|de historia|d'historia|di servizio|de servicio))"
    r"|\b(?:he|she|patient|lady|gentleman|man|woman) (?:is|was|turned|turns) (?:now |only |just )?(?:a|one) hundred(?: and \w+)?\b"
)
_COUNTED_YEARS = Lazy(
    r"\b(?:after|for|last|past|every|within|since|next|dopo|da|per|negli ultimi|ogni|entro|depuis|pendant|il y a|tous les|hace|durante|desde|cada|tras|fa|durant|des de fa|il|i|gli|les|los|els) $"
)
_PUBLIC_DAY = Lazy(
    r"\b(?:merry|happy|season's|buon(?:e|a)?|felice|joyeux|joyeuse|bonne|feliz|felices|bon(?:es|a)?|feli[cç]\w*|menu|dinner|lecture|programme|program|stream|session|webinar|rota|shift|turno|garde|guardia|decorations|tree|albero|arbol|arbre|sapin|closed|chius\w|ferme\w*|cerrad\w|tancat\w*|course|congress|conference|published|study|trial|visiting hours|since (?:19|20)\d\d)\b"
)


_TIME_TOLD = Lazy(
    r"da[yi]|di[ae]|night|week|month|giorn|nott|settiman|mes|jour|nuit|semaine|mois|noch|seman|nit|setman|hour|ore\b|heure|hor[ae]|post|[jdg] ?[+-]|\bj ?\d|dpo|gpo|morning"
)


_NUM = rf"(?:{NUMBER_WORD}|{_NTH}|{_MONTH})"
_BORN_IN_NUMBERS = Lazy(
    rf"\b(?:born|dob|birth\w*|nat[oaie]|nascita|compleanno|nee?|naissance|nacid[oa]|nacio|nacimiento|nascu\w+|naixement)\b(?: (?:on|the|il|le|el|al|del|dia|giorno|jour|day|is|e|es|est|:|de|date|fecha|data))*:? (?P<n>{_NUM}(?:(?:,| -| /)?(?: of| the| del?| di| d'| de l'any| del mes| dell'anno| de l'annee| del ano)* ?[/-]? ?{_NUM}){{2,6}})(?![a-z0-9])"
)
_STAY_DAY = Lazy(
    r"\b(?:admitted|discharged|operated|readmitted|transferred|came in|ricoverat[oa]|dimess[oa]|operat[oa]|trasferit[oa]|hospitalisee?|entree?|sortie?|operee?|admise?|ingresad[oa]|ingreso|operad[oa]|trasladad[oa]|alta|ingressa[td]a?|operada|trasllada[td]a?|va ingressar)(?: on| in| from| since| dal| depuis| desde| des)?(?: (?:the|il|el|le|l'|al|del|dal|de|du|day|dia|giorno|jour)){1,3} (?P<n>[1-3]?\d(?:st|nd|rd|th)?)(?= |[,.;:!?)]|$)(?! ?(?:%|mm|cm|min|h\b|hours?|ore|horas|hores|heures|patients|of \d|/))"
)
_WILL_BE = Lazy(
    r"\b(?:he|she|patient|pt)(?:'ll| will|'s about to|'s going to| is about to| is going to) (?:be|turn) (?P<n>1[01]\d|[1-9]\d)(?=[ ,.;!]|$)(?! ?(?:%|min|hours|days|cm|kg))"
)
_VIGNETTE_AGE = Lazy(
    r"(?:^|[:;] ?)(?P<m>(?:1[01]\d|[1-9]\d) ?[fmhvd])(?=[,.;:)]| (?:con|with|amb|avec|c/|w/))|(?:^|[:.;(] ?|\b(?:case|caso|cas|cas clinic|caso clinico|pz|pt|pcte)\b[ :,]*)(?:[fmhdvw]|fem|masc|varon|mujer|hombre|home|dona|uomo|donna|homme|femme|male|female)\.?,? ?(?P<n>(?:1[01]\d|[1-9]\d) ?(?:aa?\.?|ans|anni|anos|anys|y\.?o?\.?|yrs?|years)?)(?=[,.;:)]|$| (?:con|with|amb|avec|dolor|douleur|chest|dispnea|dispnee|tos\b))"
)


def moments(c: Context) -> Iterator[Finding]:
    for match in _BORN_IN_NUMBERS.finditer(c.low):
        yield Finding(*match.span("n"), "C", BLOCK, "This is a birth date.", "")
    if c.kind == "training":
        for match in _VIGNETTE_AGE.finditer(c.low):
            group = match.lastgroup or "n"
            yield Finding(*match.span(group), "C", ASK, "An age narrows down who it is.", "adult")
    if c.kind != "surgery":
        return
    for match in _WILL_BE.finditer(c.low):
        yield Finding(*match.span("n"), "C", ASK, "An age narrows down who it is.", "adult")
    for match in _STAY_DAY.finditer(c.low):
        yield Finding(*match.span("n"), "C", ASK, "A date of a stay can point at one person.", "")
    for match in _DATE_SAID.finditer(c.low):
        first, last = c.sentence(*match.span())
        around = c.low[first : match.start()] + " " + c.low[match.end() : last]
        if _BORN.search(around) and re.match(
            r"[ ,]*(?:of |de |del |del? )?(?:19|20)?\d\d\b", c.low[match.end() :]
        ):
            yield Finding(*match.span(), "C", BLOCK, "This is a birth date.", "")
        elif not _PUBLIC_DAY.search(around):
            yield Finding(*match.span(), "C", ASK, "A date can point at one person.", "")
    for match in _FEAST.finditer(c.low):
        first, last = c.sentence(*match.span())
        around = c.low[first : match.start()] + " " + c.low[match.end() : last]
        if _STAY.search(around) and not _PUBLIC_DAY.search(around):
            yield Finding(*match.span(), "C", ASK, "A feast gives the date away.", "")
    for match in _AFTER.finditer(c.low) if _TIME_TOLD.search(c.low) else ():
        reason = "Days after an operation give its date away."
        yield Finding(*match.span(), "C", ASK, reason, "after the operation")
    for match in _DAY_AFTER.finditer(c.low):
        reason = "Days after an operation give its date away."
        yield Finding(*match.span(match.lastgroup or 0), "C", ASK, reason, "after the operation")
    for match in _RELATIVE_DAY.finditer(c.low):
        first, last = c.sentence(*match.span())
        around = c.low[first : match.start()] + " " + c.low[match.end() : last]
        if _STAY_SURE.search(around) and not _PUBLIC_DAY.search(around):
            yield Finding(*match.span(), "C", ASK, "This gives the date away.", "")
    for match in _AGE_IN_WORDS.finditer(c.low):
        if not _COUNTED_YEARS.search(c.before(match.start(), 14)):
            yield Finding(*match.span(), "C", ASK, "An age narrows down who it is.", "adult")
    for pattern in (_DECADE, _TEENAGE, _SHORT_AGE):
        for match in pattern.finditer(c.low):
            yield Finding(*match.span(), "C", ASK, "An age narrows down who it is.", "adult")
