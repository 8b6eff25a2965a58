"""Dates and ages (class C): birth dates block; admission and procedure dates, weekdays, post-operative days and ages are asked about."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.editorial.guard.context import ASK, BLOCK, Context, Finding
from app.editorial.guard.lazy import Lazy

_MONTHS = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|"
    r"gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre|"
    r"janv(?:ier)?|fevrier|fev|mars|avril|avr|mai|juin|juil(?:let)?|aout|septembre|octobre|novembre|decembre|"
    r"enero|ene|febrero|abril|abr|mayo|junio|julio|septiembre|setiembre|octubre|noviembre|diciembre|dic|"
    r"gener|febrer|marc|maig|juny|juliol|agost|setembre|desembre"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?:19|20)\d\d"
_NUMERIC = Lazy(
    rf"(?<![\w.,/-])(?:{_DAY}([/.\-])(?:{_DAY})\1(?:{_YEAR}|\d\d)|{_YEAR}([/.\-])(?:0?[1-9]|1[0-2])\2{_DAY}|{_DAY} (?:0[1-9]|1[0-2]) {_YEAR}|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d\d|(?:19[2-9]\d|20[0-2]\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?![\w/]|[.,-]\d)"
)
_TEXTUAL = Lazy(
    rf"(?<![\w/])(?:(?:{_DAY})(?:st|nd|rd|th|er|o|a)?[ .\-]?(?:of |de |d'|di )?(?:{_MONTHS})\b\.?(?:,? ?(?:de |del |d')?(?:{_YEAR}|'?\d\d(?![:h\d]))\b)?|(?:{_MONTHS})\.? (?:the )?(?:{_DAY})(?:st|nd|rd|th)?\b(?!:)(?:,? ?(?:{_YEAR})\b)?)"
)
_SHORT = Lazy(rf"(?<![\w.,/+-]){_DAY}[/.\-](?:{_DAY})(?![\w/%]|[.,/-]\d)")
_BORN = Lazy(
    r"(?:\b(?:band|bracelet|label|braccialetto|etichetta|etiquette|pulsera|etiqueta|polsera)(?: \w+)? (?:says|reads|shows|dice|riporta|indique|dit|pone|dice|diu|posa|:)|(?<![a-z])(?:n|nt|nat|nac|naix|nasc|geb)\. (?:il|el|le|l'|a|in|on)\b|(?<![a-z])(?:n|nat)\.? ?(?:le|il|el) |\bborn\b|\bbirth|\bdob\b|d\.o\.b|\bb\.|\bbday\b|\bbirthday|\bnat[oaie]\b|\bnascita\b|\bddn\b|\bd\.d\.n|\bcompleanno|\bcompie\b|\bnee?\b|\bnaissance\b|\bdate de naiss|\banniversaire|\bnacid[oa]\b|\bnacio\b|\bnacimiento\b|\bf\.? ?nac\.?|\bfn\b|\bcumpleanos|\bnascut|\bnascuda|\bnaixement|\bva neixer\b|\bneixer\b|\bdn\b|\baniversari|\bturns \d+ on|\bcelebrat\w+ (?:his|her))[^!?]{0,40}$"
)
_YEAR_BORN = Lazy(
    rf"\b(?:born (?:in )?|nat[oa] nel |classe |nee? en |nacid[oa] en |nascu\w+ (?:el|l'any) |year of birth:? |yob:? |anno di nascita:? |annee de naissance:? )({_YEAR}|'\d\d)\b"
)
_BORN_SPELLED = Lazy(
    rf"\b(?:born|birth|nat[oa]|nascita|nee?|naissance|nacid[oa]|nacimiento|nascu[td]a?|naixement)\b(?: [a-z:']+){{0,3}} (?:(?!in\b|nel\b|en\b|el\b|il\b|le\b|of\b|de\b)[a-z]{{2,}})(?:[ -][a-z]+)?(?: of| de| d')? ?(?:{_MONTHS})\b,?(?: de| del| of)? {_YEAR}\b"
)
_DAYS = (
    r"mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|lunedi|martedi|mercoledi|giovedi|venerdi|sabato|domenica|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|"
    r"lunes|miercoles|jueves|viernes|sabado|domingo|dilluns|dimarts|dimecres|dijous|divendres|dissabte|diumenge"
)
_WEEKDAY = Lazy(
    rf"\b(?:{_DAYS}|(?<=el )martes|(?<=este )martes|(?<=pasado )martes|martes (?=por|que|a las|pasado)|(?:mon|tue|tues|wed|thu|thurs|fri)(?=[ ,.](?:am\b|pm\b|morning|night|evening)))\b"
)
_MARTES = Lazy(r"\bmartes\b")
_STAY = Lazy(
    r"admi(?:t|ssion)|came in|arriv|discharg|released|hospitali[sz]ed|operat|surgery (?:on|was|took|is)|procedure (?:on|was)|transferred|died|passed away|went home|going home|presented|brought in|in hospital since|seen (?:on|in)|appointment|follow-?up|biopsy|"
    r"ricover|dimess|dimission|operat[oa]|intervento (?:del|il)|entrat[oa]|portat[oa]|trasferi|decedut|mort[oa]|visita|controllo|"
    r"hospitalis|entree|sorti[e ]|sortie|opere|transfere|decede|admis|arrive|urgences|rendez-vous|"
    r"ingres|alta\b|operad|llego|intervenid|trasladad|fallec|cita\b|revision|urgencias|"
    r"ingressa|operad|operat|intervingu|trasllad|mort|visita|urgencies|va arribar"
)
_PROGRAMME = Lazy(
    r"\b(?:publi\w+|resume|recap|replay|summary|riassunto|resumen|resum|podcast|session|sessio|sesion|seduta|webinar|stream|live again|broadcast|registr|inscri|iscri|course|corso|cours\b|curso|curs\b|congress|conference|conferenza|congreso|congres|programme|program\b|deadline|open(?:s|ing)? (?:hours|from|on|to)|lecture|lezione|workshop|grand rounds|join us|next (?:event|live)|proxim|published|study|trial|guideline|since 19|first performed|invented|described in)"
)
_NEXT_LIVE = Lazy(
    r"\b(?:prossim[ao]|prochaine?|proxim[ao]|proper[a]?|next|nuova|nouvelle|nueva|nova) (?:diretta|directe?|directo|live|emision|emissio|emission|trasmissione|transmi\w+|retransmi\w+|broadcast|stream|puntata|episod\w+|capitulo|capitol)\b"
    r"|\b(?:torniamo|torneremo|ritorniamo|ci (?:ri)?vediamo|(?:we are|we're|we will be|we'll be) (?:back|live)|see you|back (?:live|on air)|on revient|nous revenons|on se retrouve|de retour|volvemos|volveremos|repetimos|nos vemos|tornem|tornarem|repetim|ens (?:tornem a veure|veiem|retrobem))\b"
    r"[^.!?]{0,24}\b(?:live|on air|diretta|in onda|directe?|antenne|directo|emision|antena|emissio)\b"
)
_ON_THE_TABLE = Lazy(
    r"\b(?:re)?(?:oper|surg|chirurg|cirurg|ciru[gj]|patient|pazient|pacient|malad|malat|malalt|enferm|interven)"
)
_STUDIED = Lazy(
    r"\b(?:on average|average|mean|median|in media|mediamente|mediana?|en moyenne|moyenne?|mediane|en promedio|promedio|de media|de mitjana|mitjana"
    r"|(?:this|that|the|our|a|most) (?:study|series|trial|cohort|registry)|(?:questo|quello|nello|uno) studio|(?:questa|nella|una) (?:serie|casistica|coorte)"
    r"|(?:cette|notre|une|l')(?: ?)(?:etude|serie|cohorte)|(?:este|ese|el|un) (?:estudio|ensayo)|(?:esta|la|una) (?:serie|cohorte)"
    r"|(?:aquest|l'|un )(?: ?)(?:estudi|assaig)|(?:aquesta|la|una) cohort)\b"
)
"""Ages of many people, of whom nobody is told apart."""
_MANY = Lazy(
    r"\b(?:patients|operes|operees|people|cases|participants|pazienti|operati|operate|partecipanti|casi|malades|personnes|cas|pacientes|operad[oa]s|participantes|casos|personas|malalts|pacients|operats|operades|participants|persones|they|age|eta|edad|edat|l'age)\b"
)
_POD = Lazy(
    r"\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|primo|secondo|terzo|quarto|quinto|sesto|settimo|ottavo|premier|deuxieme|troisieme|quatrieme|cinquieme|sixieme|septieme|primer|segundo|tercer|cuarto|quinto|sexto|septimo|octavo|segon|quart|cinque|sise|sete|\d{1,2}(?:st|nd|rd|th|o|e|eme|r|n|t)) (?:day|morning|night|giorno|jour|dia|nit|noche|notte|nuit) (?:after|since|post|following|dopo|dal|dall'|apres|depuis|tras|despues|despres|d'enca)\b|\b(?:pod|dpo|gpo)[ #:-]?\d{1,2}\b|\bpost[ -]?op(?:erative|eratorio|eratoria|eratori|eratoire)?[ -](?:day|giorno|giornata|jour|dia)[ #:-]?\d{1,2}\b|\bday \d{1,2} (?:post|after (?:the )?(?:surgery|operation|op\b|transplant))\w*(?:[ -]?op(?:erative)?)?|\b(?:first|second|third|fourth|fifth|\d(?:st|nd|rd|th)) post[ -]?op(?:erative)? day\b"
    r"|\b(?:\d{1,2}[ao]?|prima|seconda|terza|quarta|quinta|[ivx]+) (?:giornata|giorno) (?:dal |dopo l')?(?:post[ -]?operatori[ao]|intervento|post)\b|\bgiornata (?:post[ -]?operatoria )?\d{1,2}\b|\bj ?\+? ?\d{1,2} (?:post[ -]?op\w*|apres l'operation)|\bpost[ -]?op\w* j ?\+? ?\d{1,2}\b|(?<!\w)j ?\+ ?\d{1,2}\b(?! ?(?:min|h\b))|\b(?:premier|deuxieme|troisieme|\d{1,2}(?:e|eme)) jour (?:post[ -]?operatoire|apres)"
    r"|\bdia \d{1,2} (?:de(?:l|spues)? ?)(?:la |de la )?(?:post\w*|operacio\w*|cirurgia|cirugia)\b|\b(?:\d{1,2}[ero]*|primer|segundo|tercer|cuarto|segon|quart) dia (?:de |del )?(?:post[ -]?\w+|despres)|\bpost[ -]?operatori[o]? dia \d{1,2}\b|\bdia \+ ?\d{1,2}\b|\b(?:day|giorno|jour|dia) \d{1,2} (?:on the ward|in icu|in the icu|in terapia intensiva|en reanimation|en uci|a l'uci)"
    r"|\b\d{1,2} (?:days|giorni|jours|dias|dies) (?:post[ -]?op\w*|after (?:his|her|the|their) (?:surgery|operation|transplant)|dopo l'intervento|apres l'operation|despues de la (?:operacion|cirugia)|despres de l'operacio)"
)
_N = r"(?:1[01]\d|\d{1,2})"
_AGE = Lazy(
    rf"(?<![\w.,/+-])(?:{_N}[ -]?(?:year|yr)s?[ -]?old\b(?:s\b)?|{_N} ?(?:y\.?/?o\.?|yo[mf]?|y/o|yrs?)(?![a-z])|{_N} ?(?:anni|ans|anos|anys)\b|{_N}[ -](?:month|week|day)s?[ -]old\b|{_N} (?:mesi|mois|meses|mesos)\b(?= d'eta| de edad| d'edat)|{_N}[ -]?[mf](?=[ ,.;:)])|\({_N}(?: ?[mfy])?\)|{_N}a(?=[ ,.])|[mf] ?/? ?{_N}(?=[ ,.;:)]))"
    rf"|\b(?:aged?|age:|eta:?|edad:?|edat:?|anys:?|turned|turns|compie|compira|cumple|complira) (?:of |di |de |is )?(?:{_N})\b(?! ?(?:mm|%|to|-|and (?:over|older|up|above)))"
    r"|\b(?:in (?:his|her|their) (?:early |mid |late |mid-)?(?:\d0'?s|teens|twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties))\b"
    r"|\b(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?|eighteen|nineteen|a hundred|one hundred)[ -](?:year|yr)s?[ -]old\b"
    r"|\b(?:centenarian|nonagenarian|octogenarian|septuagenarian|centenari[ao]|novantenne|ottantenne|settantenne|sessantenne|cinquantenne|quarantenne|trentenne|ventenne|nonagenaire|octogenaire|septuagenaire|quinquagenaire|sexagenaire|quadragenaire|centenaire|nonagenari[ao]?|octogenari[ao]?|septuagenari[ao]?|sexagenari[ao]?)\b|\b\d{2}enne\b|\b(?:vent|trent|quarant|cinquant|sessant|settant|ottant|novant)\w*enn[ei]\b"
)
_YEARS_WORD = Lazy(r"(?:anni|ans|anos|anys|yrs?)$")
_NOT_AGE_AFTER = Lazy(
    r"^[ -](?:of (?:experience|practice|service|data|follow|work|age and (?:over|older)|research)|d'esper|d'exper|de exper|di esper|ago|later|before|earlier|now|in practice|survival|follow-?up|sooner|outcomes?|di follow|de suivi|de seguimiento|de seguiment|di attivita|di carriera|de carriere|de carrera|di servizio|de servicio|de servei|fa\b|apres|despues|despres|dopo|plus tard|mas tarde|mes tard|de pratique|de practica|di pratica|"
    r"building|technique|tecnica|bridge|hospital|device|valve|graft|prosthesis|stent|implant|tradition|protocol|machine|study|trial|idea|method|concept|procedure|anniversary|warranty|wing|school|tree|house|church|model|recall|plan|record|system|di storia|d'histoire|de historia|d'historia|de vida util|de garantia|y mas|et plus|e piu|i mes|o mas|o mes|and (?:over|older|above|up)|or (?:over|older|above))"
)
_NOT_AGE_BEFORE = re.compile(
    r"(?<![a-z])(?:des dels|dels|desde los|a partir de|a partir dels|a partire dai|a partire da|\d a|over|under|above|below|older than|younger than|more than|less than|at least|up to|from|between|to|and|aged|ages|after|for|last|past|every|in|within|since|next|about|almost|nearly|oltre|sopra i|sotto i|dai|ai|da|a|fra|tra|dopo|per|negli ultimi|ogni|entro|piu di|meno di|piu di i|minori di|maggiori di|gli|i|over|plus de|moins de|depuis|pendant|pour|entre|et|dans|il y a|apres|les|des|tous les|mayores de|menores de|mas de|menos de|hace|durante|desde|entre|y|cada|los|a los|tras|en|majors de|menors de|mes de|menys de|fa|durant|des de fa|entre|i|cada|als|els|en)[ ]?$"
)
_COMPARED = re.compile(
    r"\b(?:over|under|above|below|older than|younger than|more than|less than|at least|up to|from|between|to|and|aged|ages|every|all)[ ]?$"
)
_AFTER_PERSON = Lazy(
    r"\b(?:patient|pt|man|woman|boy|girl|male|female|lady|gentleman|paziente|uomo|donna|patiente|homme|femme|paciente|hombre|mujer|pacient|home|dona)[,:]? \(?(1[01]\d|\d{1,2})\)?(?=[,;.)]|$)(?![.,]\d)"
)
_IS_AGED = Lazy(
    r"\b(?:(?:patient|pt|he|she|man|woman|boy|girl|lady|gentleman|donor|recipient|mother|father|wife|husband|son|daughter)(?: today| here)?(?: is|'s| was|,| just turned| is only| is just| is now| is nearly| is almost)|(?:paziente|pacient|paciente|patiente?|donna|uomo|femme|homme|mujer|hombre|dona|home)(?: di oggi| du jour| de hoy| d'avui)?,) \(?(1[01]\d|[1-9]\d)\)?"
    r"(?=(?: and| but| with| otherwise| today| now| from| y| e| i| et| con| amb| avec)\b|[,;.!)]|$)(?![.,]\d)(?! (?:and|y|e|i|et) (?:\d|rising|falling|stable|warm|climbing|dropping))"
)
_SEX = Lazy(r"(?<![\w.,/+-])(?:[2-9]\d|1[89]|10\d)M(?![\w])|(?<![\w.,/+-])(?:[4-9]\d|10\d)F(?!\w| ?r)")
_SURVIVAL = re.compile(
    r"(?:surviv|sopravviv|survie|superviv|esperienza|experience|experiencia|career|carriera|since|hace|fa |mortalit|garant)"
)
_OF_PATIENT = re.compile(
    r"\b(?:patiente?|paziente|paciente|pacient|homme|femme|uomo|donna|hombre|mujer|varon|home|dona)(?: de| d'| di|,) ?$"
)
_GROUP = re.compile(
    r"(?:people|everyone|anyone|adults|children|kids|persons|residents|women|men|those|chi ha|bambini|persone|adulti|anziani|donne|uomini|enfants|personnes|adultes|ninos|personas|adultos|nens|persones|adults|mayores|majors|patients|pazienti|pacientes|pacients|students|vaccin|vacun|eligible)[^.]{0,40}$"
)


_BIRTH_AFTER = re.compile(
    r"^[^.!?]{0,24}\b(?:birth|born|dob|nascita|naissance|nacimiento|naixement|birthday|compleanno|anniversaire|cumpleanos|aniversari)\b"
)


_TENS = r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|vent[i']?|trent[a']?|quarant[a']?|cinquant[a']?|sessant[a']?|settant[a']?|ottant[a']?|novant[a']?|vingt|trente|quarante|cinquante|soixante(?:[ -]dix)?|quatre[ -]vingts?(?:[ -]dix)?|veint[ei]|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa|vint|trenta|quaranta|cinquanta|seixanta|setanta|vuitanta|noranta)"
_ONES = r"(?:[ -]?(?:and|y|i|et|e)?[ -]?(?:one|two|three|four|five|six|seven|eight|nine|uno?|due|tre|quattro|cinque|sei|sette|otto|nove|une?|deux|trois|quatre|cinq|sept|huit|neuf|onze|douze|treize|quatorze|quinze|seize|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|quatre|cinc|sis|set|vuit|nou))?"
_AGE_SAID = Lazy(
    rf"\b(?:(?:he|she|patient) is|he's|she's|aged|turn(?:s|ed|ing)|who is|ha|tiene|te|il a|elle a|l'a|a|de|di|d'|con|amb|at|his|her|sus|els seus|als|ai|con sus) ({_TENS}{_ONES}(?:[ -]years?[ -]old| years| anni| ans| anos| anys)(?! (?:of exp|d'esp|de exp|d'exp|ago|later|fa\b))|(?<=is ){_TENS}{_ONES}(?=[ ,.;!]|$)(?! (?:minutes|min|percent|per cent|ml|mm|cm|people|stitches|beds|seconds|hours|days))|(?<=he's ){_TENS}{_ONES}(?= and\b|[,.;!]|$))"
    r"|\b(?:turned|turning|turns|cumpl(?:ir|io|e|ido)|acaba de cumplir|compiuto|compie|fer|acaba de fer|d'avoir|vient d'avoir|fete ses) (?:just )?(1[01]\d|[1-9]\d)(?=[ ,.;!]|$)(?! ?(?:%|min|mm|ml|cm|times|degrees|graus|gradi|grados|degres|passes|passos|pasos|passi|punts|punti|puntos|points))"
    r"|(?:^|[.!?] )at (1[01]\d|[2-9]\d),? (?:he|she|our|this)\b"
)
_AT_AGE = re.compile(
    r"(?:^|[.!?,;:] ?)(?:a|con|con sus|a sus|als|als seus|ai|agli|amb|amb els seus|con i suoi|coi suoi|at|with) $"
)
_PERSON_THEN = re.compile(
    r"^,? (?:he|she|our|the patient|his|her|e (?:la|il|una?|ancora|gia|stat)|ha|si|il paziente|la paziente|il|elle|c'est|est|es|esta|la mas|el mas|ya|aun|sigue|encara|ja|la mes|el mes|ens|la pacient|el pacient|la paciente|el paciente|nos|ci|nous)\b"
)


_DAYS_TOLD = Lazy(r"da[yi]|di[ae]|giorn|jour|pod|dpo|gpo|post|j ?\+|nit|night|morning|noche|notte|nuit")


def calendar(c: Context) -> Iterator[Finding]:
    yield from _dates(c)
    yield from _weekdays(c)
    for match in _POD.finditer(c.low) if _DAYS_TOLD.search(c.low) else ():
        if c.kind in ("training", "press") and not c.tied(*match.span()):
            continue
        yield Finding(
            *match.span(), "C", ASK, "Days after an operation give its date away.", "after the operation"
        )
    for match in _AGE_SAID.finditer(c.low):
        if (not c.is_public or c.tied(*match.span())) and not _of_many(c, *match.span()):
            yield Finding(
                *match.span(match.lastindex or 0), "C", ASK, "An age narrows down who it is.", "adult"
            )
    for match in _YEAR_BORN.finditer(c.low):
        yield Finding(*match.span(1), "C", ASK, "The year of birth narrows down who it is.", "")
    for match in _BORN_SPELLED.finditer(c.low):
        yield Finding(*match.span(), "C", BLOCK, "This is a birth date.", "")
    yield from _ages(c)
    if c.kind == "surgery":
        for match in _SEX.finditer(c.plain):
            yield Finding(*match.span(), "C", ASK, "An age narrows down who it is.", "adult")
    for match in _IS_AGED.finditer(c.low):
        if not c.is_public:
            yield Finding(*match.span(1), "C", ASK, "An age narrows down who it is.", "")
    for match in _AFTER_PERSON.finditer(c.low):
        yield Finding(*match.span(1), "C", ASK, "An age narrows down who it is.", "")


def _dates(c: Context) -> Iterator[Finding]:
    seen: list[tuple[int, int]] = []
    for pattern in (_NUMERIC, _TEXTUAL):
        for match in pattern.finditer(c.low):
            start, end = match.span()
            if any(a < end and start < b for a, b in seen):
                continue
            seen.append((start, end))
            text = match.group()
            year = re.search(r"(?:19|20)\d\d", text) or re.search(r"[/.\- ']\d\d$", text)
            full = year is not None
            if (
                pattern is _TEXTUAL
                and re.fullmatch(
                    r"(?:may|mar|mars|marc|dec|set|mai|ene|dic|fev|avr) ?\.? ?\d+|\d+[ .-]?(?:mar|marc|may|dic|ene|mai|set|dec|avr|fev)\b.?",
                    text,
                )
                and not re.match(r"may \d|\d+ may|\d+ mai|\d+ mars", text)
            ):
                continue
            before = c.before(start, 60)
            if (
                _BORN.search(before)
                or (re.search(r"(?:^|[ ,;(])(?:n|d\. ?naix|naix)\. ?$", before) and full)
                or (full and _BIRTH_AFTER.match(c.after(end, 60)))
            ):
                if full:
                    yield Finding(start, end, "C", BLOCK, "This is a birth date.", "")
                    continue
                yield Finding(start, end, "C", ASK, "This is part of a birth date.", "")
                continue
            tied = c.tied(start, end)
            old = full and _is_past(text)
            if tied and old:
                yield Finding(start, end, "C", BLOCK, "This looks like a patient's birth date.", "")
                continue
            first, last = c.sentence(start, end)
            around = c.low[first:start] + " " + c.low[end:last]
            if c.is_public:
                if tied and _STAY.search(around):
                    yield Finding(start, end, "C", ASK, "A date of a stay can point at one person.", "")
                continue
            if c.kind == "reply" and not (tied or _STAY.search(around)):
                continue
            if (
                _PROGRAMME.search(around)
                and not tied
                and not re.search(r"admi(?:t|ssion)|ricover|hospitalis|ingres", around)
            ):
                continue
            yield Finding(
                start, end, "C", ASK, "A date of admission or operation can point at one person.", ""
            )
    if c.kind in ("surgery", "reply") or c.tied(0, 0):
        for match in _SHORT.finditer(c.low):
            if any(a < match.end() and match.start() < b for a, b in seen):
                continue
            before = c.before(match.start(), 30)
            if _EDITION.search(before):
                continue
            if re.search(
                r"(?:(?:intervento|operazione|operacion|intervencion|operacio|intervencio|operation|intervention|procedure)(?= (?:on|the|il|el|le|del|l'|was))|admitted|discharged|operated|surgery|born|dob|birthday|ricoverat[oa]|dimess[oa]|nat[oa]|operat[oa]|hospitalisee?|nee?|sortie?|operee?|ingres\w+|alta|nacid[oa]|operad[oa]|nascut|nascuda|since|dal|depuis|desde|des de)(?: on| the| il| el| le| del| l'| in| was)*:? $",
                before,
            ):
                yield Finding(*match.span(), "C", ASK, "A date of a stay can point at one person.", "")


_EDITION = Lazy(
    r"\b(?:version[e]?|versio|release|firmware|software|build|update|aggiornamento|actualizacion|mise a jour|actualitzacio)(?: (?:alla|to|a la|la|a))? $"
)


def _is_past(text: str) -> bool:
    """A date that can only be long ago: a year before 2020, or a two-digit one that cannot be near."""
    four = re.search(r"(?:19|20)\d\d", text)
    if four:
        return int(four.group()) < 2020
    two = re.search(r"(\d\d)$", text)
    return two is not None and not 20 <= int(two.group(1)) <= 35


_WISHED = Lazy(r"\b(?:happy|good|lovely|buon|buona|bon|bona|joyeux|feliz|felic|felices) $")


def _weekdays(c: Context) -> Iterator[Finding]:
    for pattern in (_WEEKDAY, _MARTES):
        for match in pattern.finditer(c.low):
            start, end = match.span()
            first, last = c.sentence(start, end)
            around = c.low[first:start] + " " + c.low[end:last]
            stay = _STAY.search(around)
            if c.kind != "surgery" and not (stay and c.tied(start, end)):
                continue
            if _WISHED.search(c.before(start, 16)) and not c.tied(start, end):
                continue
            if _PROGRAMME.search(around) and (not stay or stay.group() == "rendez-vous"):
                continue
            if _NEXT_LIVE.search(around) and not stay and not _ON_THE_TABLE.search(around):
                continue
            yield Finding(start, end, "C", ASK, "The day of the week gives the date away.", "")


def _of_many(c: Context, start: int, end: int) -> bool:
    around = c.low[slice(*c.sentence(start, end))]
    return (
        _STUDIED.search(around) is not None
        and _MANY.search(around) is not None
        and not c.tied(start, end)
        and _ONE.search(around) is None
    )


_ONE = Lazy(
    r"\b(?:he|she|his|her|ours?|today's|nostr[oa]|oggi|il|elle|lui|notre|aujourd'hui|nuestr[oa]|hoy|avui|este paciente|il paziente|la paziente|le patient|la patiente|el paciente|la paciente|el pacient|la pacient)\b"
)


def _ages(c: Context) -> Iterator[Finding]:
    for match in _AGE.finditer(c.low):
        start, end = match.span()
        text = match.group()
        number = int(m.group()) if (m := re.search(r"\d+", text)) else 60
        if number > 119 or (_NOT_AGE_AFTER.match(c.after(end, 40))):
            continue
        before = c.before(start, 60)
        first, last = c.sentence(start, end)
        around = c.low[first:start] + " " + c.low[end:last]
        tied = c.tied(start, end)
        if c.is_public and not tied and text.startswith("in "):
            continue  # "a man in his fifties": what the police say
        short = re.fullmatch(r"\(\d+\)|\d+ ?[mf]|[mf] ?/? ?\d+|\d+a", text)
        if short and not (
            tied
            or (
                c.kind == "surgery"
                and re.search(r"\b(?:male|female|woman|man|case|h/o|history|with|presents?)\b", around)
                and not text.startswith("(")
            )
        ):
            continue
        years = bool(_YEARS_WORD.search(text))
        if years and number < 1:
            continue
        if (_GROUP.search(before) and not tied) or _of_many(c, start, end):
            continue
        if (
            (_NOT_AGE_BEFORE if years else _COMPARED).search(before)
            and not (text.endswith("ans") and re.search(r"(?<!\d )\ba $", before))  # French "a 62 ans": is 62
            and not (number > 17 and _AT_AGE.search(before) and _PERSON_THEN.match(c.after(end, 40)))
            and (years or not tied)
            and not re.search(r"\b(?:aged|age|eta di|a l'age de|a l'edat de|de edad)\s?$", before)
        ):
            compare = re.search(
                r"(?:over|oltre|plus de|mas de|mes de|more than|above|older than|almost|nearly|quasi|casi|gairebe|presque)[ ]?$",
                before,
            )
            if not (compare and tied):
                continue
        if _SURVIVAL.search(c.before(start, 30)) and not tied:
            continue
        if (
            years
            and _SURVIVAL.search(c.before(start, 34) + c.after(end, 20))
            and not (tied and _OF_PATIENT.search(before))
        ):
            continue
        if (
            c.is_public
            and not tied
            and not re.search(
                r"\b(?:man|woman|boy|girl|male|female|uomo|donna|bambin[oa]|ragazz[oa]|homme|femme|garcon|fille|hombre|mujer|nin[oa]|chic[oa]|home|dona|nen|nena|noi|noia|varon)\b"
                r"|\b(?:was|a ete|fue|ha sido|e stat[oa]|va ser|ha estat|est) (?:operated|admitted|transplanted|treated|operee?|greffee?|hospitalisee?|admise?|operad[oa]|trasplantad[oa]|ingresad[oa]|operat[oa]?|trapiantat[oa]|ricoverat[oa]|trasplantat|ingressa[td]a?)\b"
                r"|\b(?:among|parmi|entre|tra|fra) (?:the |les |las |los |els |le |i )(?:injured|wounded|victim\w*|blesses|heridos|ferits|vittime|feriti)\b",
                around,
            )
        ):
            continue
        verdict = ASK
        reason = "An age above 89 points at one person." if number > 89 else "An age narrows down who it is."
        yield Finding(start, end, "C", verdict, reason, "adult" if number >= 18 else "child")
