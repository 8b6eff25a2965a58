"""
Ages told otherwise than by "years old" (class C): a number beside somebody, what is celebrated, reached or approached, candles and
springs; days of a stay by their number alone. Asked about, in operations. `calendar` and `moments` have the set phrases.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.editorial.guard.context import ASK, BLOCK, Context, Finding
from app.editorial.guard.evasion import NUMBER_WORD
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.words.people import PATIENT, RELATIVES

_TENS = (
    r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|a hundred|one hundred|venti?|trenta?|quaranta?|cinquanta?|sessanta?|settanta?|ottanta?|novanta?|cento|vingt|trente|quarante|cinquante|soixante(?:[ -]dix)?|quatre[ -]vingts?(?:[ -]dix)?|cent|"
    r"veinti?|veinte|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa|cien(?:to)?|vint|seixanta|setanta|vuitanta|noranta)"
)
_ONES = r"(?:[ -]?(?:and |y |i-|et[ -]|e )?(?:a |one|two|three|four|five|six|seven|eight|nine|uno?|due|tre|quattro|cinque|sei|sette|otto|nove|une?|deux|trois|quatre|cinq|sept|huit|neuf|onze|douze|treize|quatorze|quinze|seize|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|cinc|sis|set|vuit|nou))?"
_TEENS = r"(?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|undici|dodici|tredici|quattordici|quindici|sedici|diciassette|diciotto|diciannove|onze|douze|treize|quatorze|quinze|seize|dix-(?:sept|huit|neuf)|once|doce|trece|catorce|quince|dieciseis|diecisiete|dieciocho|diecinueve|dotze|tretze|setze|disset|divuit|dinou)"
_WORDS = rf"(?:{_TENS}{_ONES}|{_TEENS})"
_AGE = rf"(?:1[01]\d|[1-9]\d|[3-9]|{_WORDS})"
_CHILD = r"(?:two|three|four|five|six|seven|eight|nine|due|tre|quattro|cinque|sei|sette|otto|nove|deux|trois|quatre|cinq|six|sept|huit|neuf|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|dues|cinc|sis|set|vuit|nou)"
_UNIT = (
    r"(?! ?(?:%|°|/|:|x\b|mm|cm|ml|cc|mg|mcg|kg|g\b|l\b|min|sec|h\b|hours?|days?|weeks?|months?|minutes?|stitches|staples|points?|cases|patients|people|times|degrees|or[ae]\b|giorn\w|settiman\w|mes[ei]\b|minut\w|punti|pazienti|casi|gradi|volte|heures?|jours?|semaines?|mois|points|degres|fois|"
    r"horas?|dias?|semanas?|mes(?:es)?\b|puntos|casos|grados|veces|hores|dies|setmanes|mesos|punts|graus|vegades|bpm|mmhg|fr\b|ch\b|unit\w*|litr\w*|gram\w*))"
)
_END = r"(?=[,.;:!?)\"']|$| (?:and|but|who|with|from|in|on|is|was|has|came|to be|years?|anni|ans|anos|anys|y|e|et|i|con|avec|amb|che|qui|que|da|de|di|du|des|mai|pero|ma|ha|est|esta|sta|va|per|para|pour|today|tomorrow|next|this|last|oggi|hoy|avui|en|al|a|au)\b)"
_BODY = (
    rf"(?:{PATIENT}|{RELATIVES}|m[ae]n|wom[ae]n|boy|girl|lad|lass|kid|lady|gentleman|chap|fella|guy|teen(?:ager)?|youngster|toddler|pensioner|widow(?:er)?|bachelor|student|pupil|schoolboy|schoolgirl|monk|nun|priest|farmer|teacher|worker|driver|"
    r"signor[ae]?|uomo|donna|ragazz[oa]|bambin[oa]|bimb[oa]|giovane|anzian[oa]|pensionat[oa]|vedov[oa]|student(?:e|essa)|suora|prete|contadin[oa]|operai[oa]|dame|monsieur|homme|femme|garcon|fillette|fille|gamine?|ado(?:lescente?)?|jeune|retraitee?|veuf|veuve|etudiante?|ouvriere?|"
    r"senora?|hombre|mujer|chic[oa]|chaval[a]?|nin[oa]|joven|ancian[oa]|jubilad[oa]|viud[oa]|estudiante|monja|cura|obrer[oa]|senyora?|home|dona|noi|noia|nen|nena|jove|avi|avia|jubilat|jubilada|vidu|vidua|estudiant|monja|obrera?|malalt[a]?|malat[oa]|malade|enferm[oa])"
)
_BESIDE = Lazy(
    rf"\b{_BODY}(?:,| of| aged| age| de| di| d'| amb| con| avec| -)? ?\(?(?P<n>{_AGE}|{_CHILD}(?=,)){_UNIT}{_END}"
)
_ONLY_OF = Lazy(r"(?:,| of| aged| age| de| di| d'|\() ?\(?$")
_YOUNG = Lazy(
    rf"\b(?P<n>{_AGE}|{_CHILD})[ -](?:years?[ -](?:young|on (?:this|the) (?:earth|planet|clock))|(?:springs|candles|birthdays|something|odd)\b|(?:primavere|candeline|printemps|bougies|balais|piges|primaveras|velas|tacos|castanas|primaveres|espelmes)\b|(?:ans|anni|anos|anys) (?:bien|ben|portati|portats|llevados|passes|compiuti|cumplidos|fets|tondi|revolus|sonnes|y pico|i escaig|i mig|suonati|muy bien))"
    rf"|\b(?P<m>{_AGE}),? (?:to be (?:exact|precise|honest)|per l'esattezza|per la precisione|pour etre (?:precis|exact)|exactement|para ser exact\w+|exactos|per ser exactes?|exactes)\b"
)
_FOND = Lazy(
    rf"\b(?:a|al|en) (?P<o>j ?\+? ?\d{{1,2}}) (?:de|d'|apres|post)|\b(?P<n>{_AGE}) ?(?:anitos|anyets|annetti|anyassos|anazos|piges|balais|berges|tacos|castanas|palos|primavere|primaveras|primaveres|printemps|summers|winters|springs|inviernos|hiverns|inverni)\b"
    rf"|(?:^|[.!?:;,] )(?P<m>[6-9]\d|10\d|{_TENS}{_ONES})(?:,? (?:and|y|e|et|i) (?:still|todavia|ancora|encore|encara|sigue|segueix|baila|balla|danse|canta|gardening|driving|counting|going|tan|cosi|toujours|so)\b)"
)
_REACHED = Lazy(
    r"\b(?:turn(?:s|ed|ing)?|celebrat\w+|reach(?:es|ed|ing)?|approach(?:es|ing)|push(?:es|ing)|near(?:s|ing)|rising|going on|not far off|close to|just shy of|well (?:over|past|into)|blow(?:s|ing)? out|"
    r"(?:he|she|mum|dad|gran|patient)(?:'s| is|'ll be| will be| will soon be| was)(?: only| just| nearly| almost| barely| now| already| not yet| a (?:young|sprightly|proud|spritely))?|"
    r"compi\w+|festeggia\w*|spegn\w+|va per|viaggia verso|si avvicina a|sfiora|ne fara|ne compie|ha compiuto|ha superato|"
    r"fete\w*|souffl\w+|frise|frole|court sur|va sur|aura(?: bientot)?|vient d'avoir|d'avoir|"
    r"cumpl\w+|sopla\w*|ronda\w*|roza\w*|pasa de|camino de|va para|anda por|tendra|"
    r"fara|acaba de fer|ha fet|bufa\w*|voreja\w*|frega|passa dels?|va cap|s'acosta|tindra)"
    r"(?: (?:the|her|his|their|gli|i|le|les|los|las|els|ses|sus|als|ai|dels|a|ya|gia|deja|ja|bientot|presto|pronto|aviat|just|only|solo|suoi|seus|au|del|in|en|de))* ?"
    rf"(?P<n>{_WORDS}|(?:eighteenth|twentieth|thirtieth|fortieth|fiftieth|sixtieth|seventieth|eightieth|ninetieth|hundredth|[2-9]0th|100th)){_UNIT}{_END}"
)
_OWN_YEARS = Lazy(
    rf"\b(?:his|her|their|i suoi|suoi|ses|sus|els seus|les seves) (?P<n>[2-9]\d|10\d|{_TENS}{_ONES}){_UNIT}(?: years?| anni| ans| anos| anys|(?=[,.;!]|$))"
    r"|\b(?:his|her|their) (?P<m>(?:eighteenth|twenty-first|thirtieth|fortieth|fiftieth|sixtieth|seventieth|eightieth|ninetieth|hundredth|[1-9]\d(?:st|nd|rd|th))) (?:birthday|year)\b"
)
_SEX_FIRST = Lazy(
    r"(?:^|[.!?:;] )(?:[fmhdv]|fem\w{0,5}|masc\w{0,6}|male|female|uomo|donna|homme|femme|hombre|mujer|varon|home|dona|maschio|femmina)[ .,/]{1,2}(?P<n>1[01]\d|[1-9]\d?)(?: ?(?:y|yo|a|ans|anni|anos|anys|yrs))?(?=[,;:)])"
)
_BARE_YEARS = Lazy(
    rf"(?:^|[.!?:;,] |\b(?:ha|tiene|te|a|l'a|de|di|d'|has|is|only|just|just|appena|solo|seulement|nomes|quasi|presque|casi|gairebe|all of|of)) ?(?P<n>(?:{_CHILD}|{_TEENS}|1[01]\d|[1-9]\d?) (?:years|anni|ans|anos|anys))(?=[,.;!)]|$| (?:and|but|ed?|et|y|i|mais|ma|pero|que|che|qui|of wisdom|old) )(?! (?:and|e|et|y|i) (?:\d|counting|more|later|older|over|above|up|mes|mas|plus|piu))"
    r"|\b(?:ne|en) (?:fa|fara|compie|compira) (?P<m>[1-9]\d)(?=[,.;!]|$)"
    rf"|\b(?:youngest|oldest|eldest|littlest|smallest|(?:piu|plus|mas|mes) (?:giovane|anzian[oa]|piccol[oa]|jeune|agee?|petite?|joven|mayor|jove|gran|petita?))\b[^.!?]{{0,16}}\b(?:is|was|turns|has|ha|a|tiene|te|est|es) (?:only |just |solo |seulement |nomes )?(?P<o>{_CHILD}|{_WORDS}|1[01]\d|[1-9]\d?)(?=[,.;!]|$| (?:anni|ans|anos|anys|years))"
    r"|(?:^|[.!?:;] )(?P<p>1[01]\d|[1-9]\d) ?[fm](?=[,:])"
)
_COUNTED = Lazy(
    r"\d (?:a|to|o|y|i|-) ?$|\b(?:after|for|last|past|every|within|since|next|in|over|under|dopo|da|per|ogni|entro|oltre|tra|fra|depuis|pendant|il y a|tous les|dans|pour|apres|hace|durante|desde|cada|tras|en|fa|durant|des de|despres de|al cap de|dins)(?: (?:only|just|de|di|d'|a))* ?$"
)
_NOT_LIVED = Lazy(
    r"\b(?:surviv\w+|sopravviv\w+|survie|superviv\w+|follow-?up|mortal\w+|experience|esperienza|experiencia|carrer\w*|career|garan\w+|guarantee|durab\w+|result\w*|outcome\w*|lasts?|dura\w*|stud\w+|etude|estud\w+|trial|valve|technique|tecnica|together|insieme|ensemble|juntos|junts)\b"
)
_NIGHTS = r"(?P<q>(?:\d{1,2}|two|three|four|five|six|seven|eight|nine|ten|due|tre|quattro|cinque|sei|sette|deux|trois|quatre|cinq|sept|dos|tres|cuatro|cinco|seis|siete|dues|cinc|sis|set) (?:days?|nights?|weeks?|giorni|notti|settimane|jours|nuits|semaines|dias|noches|semanas|dies|nits|setmanes) (?:already |now |gia |deja |ya |ja )?(?:in|on|en|a|al|dans|de) (?:the |our |la |le |il |l'|el |nostra |notre |nuestra )?(?:icu|itu|hdu|intensive care|hospital|the ward|ward|terapia intensiva|rianimazione|ospedale|reparto|rea\b|reanimation|soins intensifs|hopital|service|uci|cuidados intensivos|planta|cures intensives|ingres\w*|hospitali\w+)(?: so far)?)"
_DAY_OF_STAY = Lazy(
    r"(?:^|[.!?:;] )(?:the |la |le |el |il |al |au |en )?(?P<n>(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d(?:st|nd|rd|th)) (?:post-?op )?(?:day|morning|night)|(?:prima|seconda|terza|quarta|quinta|sesta|settima) (?:giornata|notte|mattina)|(?:primo|secondo|terzo|quarto|quinto|sesto|settimo) giorno|(?:premier|deuxieme|troisieme|quatrieme|cinquieme|sixieme|septieme) jour|(?:premiere|deuxieme|troisieme|seconde) nuit|(?:primer|segundo|tercer|cuarto|quinto|sexto|septimo) dia|(?:primera|segunda|tercera) noche|(?:primer|segon|tercer|quart|cinque|sise|sete) dia|(?:primera|segona|tercera) nit)(?=[,:;!]| (?:and|e|et|y|i) )|\b"
    + _NIGHTS
)
_BORN_IN_WORDS = Lazy(
    r"\b(?:born|birth\w*|dob|nat[oa]|nascita|nee?|naissance|nacid[oa]|nacio|nacimiento|nascu\w+|neixer|naixement)\b[^.!?]{0,24}\b(?P<n>(?:the |il |le |el |l')?[\w-]+(?: of| de| d'| di)? ?(?:january|february|march|april|may|june|july|august|september|october|november|december|gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre|janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre|enero|febrero|abril|mayo|junio|julio|septiembre|octubre|noviembre|diciembre|gener|febrer|marc|maig|juny|juliol|agost|setembre|desembre)"
    rf"(?: (?:the )?(?:first|second|third|\w+th))?,? (?:of |de |del |dell?'? ?|el )?(?:the year )?(?:nineteen|mille(?: ?nov\w+)?|mil novecientos|mil nou-?cents|millenovecento|dix-neuf cent|two thousand|duemila|deux mille|dos mil|'?\d\d\b|{_TENS})[\w' -]{{0,40}})"
)


_BORN_SAID = Lazy(
    r"\b(?:born|birth\w*|dob|bday|nat[oa]|nasc\w*|nee?|naissance|nac\w*|nascu\w+|naixement)\b[^.!?]{0,16}?(?P<n>[\w -]{2,24}? (?:slash|barra|barre|dash|trattino|tiret|guion|guio|stroke|punto|point|punt|dot) [\w -]{2,24}? (?:slash|barra|barre|dash|trattino|tiret|guion|guio|stroke|punto|point|punt|dot) [\w -]{2,24})"
    rf"|\b(?:born|nat[oa]|nee?|nacid[oa]|nascu\w+)(?: on| the| il| le| el| l'| in)* (?P<p>(?:[a-z-]+(?:th|rd|nd|st) (?:of )?{NUMBER_WORD}(?:[ ,/.-]+)(?:{NUMBER_WORD})|(?:{NUMBER_WORD}(?:[ ,/.-]+(?:of |de |d')?|(?=[.,;!]|$| (?:the|our|il|la|el|notre|nuestr|nostr)))){{3,8}}))"
    r"|\b(?:born|nat[oa]|nee?|nacid[oa]|nascu\w+|pacient\w*|patient\w*|paziente|pz|pt|pcte) (?:nel|en|el|in|l'any|del|de l'|of|de) ?'?(?:19|20)?\d\d,? (?P<q>(?:on |the |il |le |el |l')*\d{1,2}(?:st|nd|rd|th)? (?:of |de |d'|di )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|gen|fev|avr|mai|juin|juil|aout|ene|abr|ago|gener|maig|juny|agost|set|des|dic|mag|giu|lug|ott)\w*)"
    rf"|\b(?:{PATIENT}) (?:del|dell'|of|from|de|du|born|nat[oa]) '?(?:19|20)?\d\d,? (?:the |el |il |le )?(?P<m>\d{{1,2}}(?:st|nd|rd|th)? ?(?:of |de |d'|di )?(?:[a-z]+|[/.-]\d{{1,2}}))(?=[,.;!]|$)"
    r"|\b(?:nac|naix|nasc|nat|nt|nts?|ddn|dn|fn)[.:]? (?P<o>\d{1,2}[-/. ]\d{1,2}[-/. ](?:19|20)?\d\d)\b"
)
_STAY_DAY = Lazy(
    r"\b(?:admitted|discharged|operated|came in|hospitalisee?|entree?|sortie?|operee?|ricoverat[oa]|entrat[oa]|dimess[oa]|operat[oa]|ingresad[oa]|ingreso|operad[oa]|entro|ingressa[td]a?|va (?:entrar|ingressar)|operada?) (?P<n>(?:on the|le|il|el|l'|del|al|dal) ?\d{1,2}(?:st|nd|rd|th)?)(?=[,.;!]|$)"
    r"|\b(?P<m>(?:in |en |a )?\d{1,2} ?(?:st|nd|rd|th|[aoe]|er|ere|eme|r|n|t)? ?(?:gpo|dpo|jpo|pod|giorn\w+ p\.?o|dia p\.?o|jour p\.?o|(?:dia|giorno|jour|day|giornata) po(?:s|st)[ -]?op\w*)|[jdg] ?\+?\d{1,2} (?:gpo|po|dpo|post\w*))\b"
)
_AA = Lazy(r"(?:^|[.!?:;,(] ?)(?P<n>1[01]\d|[1-9]\d) ?(?:aa|a|y|ys|yo|anys|anni|ans|anos)\b\.?(?=[,;:)])")


_ANY_NUMBER = Lazy(
    rf"\d|(?<![a-z])(?:{_TENS}|{_TEENS}|{_CHILD}|\w+(?:ieth|eenth))(?![a-z])|(?<![a-z])ninety|hundred"
)


_LONG_AGO = Lazy(
    r"(?<![\d./-])(?P<n>(?:0?[1-9]|[12]\d|3[01])[/.-](?:0?[1-9]|1[0-2])[/.-](?:19[2-9]\d|200\d|201[0-5]))(?![\d/-])"
)
"""A whole date so old is somebody's first day more often than anything else."""
_OF_A_THING = Lazy(
    r"\b(?:opened|built|founded|since|installed|first|law|decree|edition|version|manufactur\w+|fabric\w+|made|expir\w*|published|aperto|costruit\w+|fondat\w+|dal|legge|decreto|installat\w+|prodott\w+|pubblicat\w+|ouvert\w*|construit\w*|fonde\w*|depuis|loi|installee?|publie\w*|abiert\w+|construid\w+|fundad\w+|desde|ley|instalad\w+|publicad\w+|obert\w*|construit\w*|fundat\w*|des de|llei|instal\w+|publicat\w*|inaugur\w+)\b"
)


def years(c: Context) -> Iterator[Finding]:
    for match in _BORN_SAID.finditer(c.low):
        if not c.is_public or c.tied(*match.span()):
            yield Finding(*match.span(match.lastgroup or "n"), "C", BLOCK, "This is a birth date.", "")
    if c.kind not in ("surgery", "reply"):
        return
    for match in _LONG_AGO.finditer(c.low) if c.has_digit else ():
        if not _OF_A_THING.search(c.low[slice(*c.sentence(*match.span()))]):
            yield Finding(*match.span("n"), "C", BLOCK, "This is a birth date.", "")
    for match in _BORN_IN_WORDS.finditer(c.low):
        yield Finding(*match.span("n"), "C", BLOCK, "This is a birth date.", "")
    if c.kind != "surgery":
        return
    for match in _DAY_OF_STAY.finditer(c.low):
        yield Finding(
            *match.span(match.lastgroup or "n"),
            "C",
            ASK,
            "Days after an operation give its date away.",
            "after the operation",
        )
    for match in _STAY_DAY.finditer(c.low):
        reason = "A day of a stay can point at one person."
        yield Finding(*match.span(match.lastgroup or "n"), "C", ASK, reason, "")
    if not _ANY_NUMBER.search(c.low):
        return
    for pattern in (_AA, _BESIDE, _YOUNG, _FOND, _REACHED, _OWN_YEARS, _SEX_FIRST, _BARE_YEARS):
        for match in pattern.finditer(c.low):
            group = match.lastgroup or "n"
            if pattern is _BARE_YEARS and (
                _COUNTED.search(c.before(match.start(group), 20))
                or _NOT_LIVED.search(c.low[slice(*c.sentence(*match.span(group)))])
            ):
                continue
            if (
                pattern is _BESIDE
                and match[group].isdigit()
                and not _ONLY_OF.search(c.low[match.start() : match.start(group)])
            ):
                continue
            yield Finding(*match.span(group), "C", ASK, "An age narrows down who it is.", "adult")
