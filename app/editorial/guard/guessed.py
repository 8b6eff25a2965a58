"""
Guesses that an answer confirms: whose knee was on the screen, which footballer is treated here, in which room a friend lies, who sends
a greeting from their bed, which volunteer of a trial got the implant. `confirming` has what is said of the asker's relative.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.editorial.guard.confirming import CONFIRMED, INSTEAD, KIN, NOBODY, PART, REFUSED, YOU_SPEAK, YOURS
from app.editorial.guard.context import BLOCK, Context, Finding
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.words.callings import CALLINGS, PLAYERS

_MORE_PARTS = (
    r"(?:elbow|wrist|ankle|meniscus|aorta|brain|bladder|prostate|thyroid|womb|ovary|gut|bowel|pancreas|spleen|jaw|hip ?bone|collarbone|artery|skull|thumb|toe|finger|"
    r"gomito|polso|caviglia|menisco|cervello|vescica|prostata|tiroide|utero|intestino|milza|mandibola|femore|clavicola|arteria|aorta|vertebra|"
    r"coude|poignet|cheville|menisque|aorte|cerveau|vessie|thyroide|uterus|intestin|rate|machoire|femur|clavicule|artere|vertebre|"
    r"codo|muneca|tobillo|cerebro|vejiga|tiroides|intestino|bazo|mandibula|femur|arteria|"
    r"colze|canell|turmell|menisc|cervell|bufeta|melsa|intesti|budell|ventre|amigdales|amygdales|tonsille|calculs|hernies?|varices)"
)
_WAS = r"(?:was|is|were|both were|era|erano|eran|eren|es|e|fu|fue|sono|son|va ser|ha sido|ha estat|(?:ce |c')?(?:est|etait|etaient))"
_THINE = (
    r"(?:yours|(?:(?:il|la|el|i|le|lo|els|les|los|las) |l')?(?:tu[oa]|su[oa]|tuoi|tue|suoi|sue|tuy[oa]s?|suy[oa]s?|vostr[oaie]|vostres?|vuestr[oa]s?|teus?|teva|teves|seus?|seva|seves)|"
    r"(?:le|la|les) (?:tiens?|tiennes?|votres?|siens?|siennes?)|(?:a|de) (?:toi|vous|usted|voste|ti|lei))(?= ?(?:[,.;!?:)\"]|$)| (?:and|y|e|et|i|thank\w*|grazie|merci|gracias|gracies|well|all|indeed|davvero|proprio|from|del|de la|dal|du)\b)"
)
_SURELY = r"(?:indeed|really|actually|in fact|certainly|bel et bien|bien|vraiment|en effet|proprio|davvero|effettivamente|realmente|de verdad|justo|de veritat|en efecto|efectivamente|efectivament)"
# "that knee on the stream was yours", "aquell genoll del directe era el teu"
_PART_YOURS = Lazy(rf"\b(?:{PART}|{_MORE_PARTS})\b[^.!?;]{{0,44}}?,? ?\b{_WAS}(?: {_SURELY})* {_THINE}")
_MADE = Lazy(
    r"\b(?:model\w*|modell\w+|maquet\w*|simul\w+|phantom|plastic\w*|rubber|silicon\w*|gom[am]\w*|latex|draw\w+|dibuj\w+|dibuix\w*|disegn\w*|dessin\w*|turn|choice|question|pregunta|domanda|cup|mug|card|book|prize|donated)\b|\b(?:of|del|della|dello|de la|du|dels?|de l'|de les)(?: (?:the|our|las|los))* ?(?:surgeon|nurse|doctor|team|cirujan|enfermer|equipo|cirurgi|infermer|equip|chirurg|infirmi|medec|equipe|medic|infermier)"
)
_AFFIRMED = (
    r"(?:(?:good|right|nice|great|lucky|correct) guess|well (?:guessed|spotted)|spot on|correct|that(?:'s| is) (?:correct|right|true|so|it)|it(?:'s| is) true|right|true|yes|yep|indeed|exactly|you(?:'re| are) (?:right|spot on)|you guessed it|"
    r"si|esatto|giusto|e vero|vero|(?:lei )?ha ragione|hai ragione|ha visto bene|(?:ha |hai )?indovinato|(?:buona|bella|ottima) (?:intuizione|idea)|proprio cosi|confermo|corretto|brav[oa]|"
    r"oui|c'est (?:exact|vrai|juste|correct|bien (?:ca|cela))|exact|exactement|bien (?:devine|vu)|(?:vous avez|tu as) (?:raison|devine|vu juste)|en effet|effectivement|(?:bonne|belle) (?:intuition|deduction|reponse)|tout a fait|gagne|"
    r"es (?:verdad|cierto|correcto|asi)|cierto|verdad|correcto|exacto|efectivamente|asi es|en efecto|(?:buena|bonita) (?:intuicion|deduccion|vista)|tienes? razon|(?:ha|has) acertado|acertaste|bien visto|adivinado|"
    r"si que ho es|es (?:cert|veritat|correcte|aixi)|cert|correcte|exacte|exactament|efectivament|en efecte|aixi es|ben vist|bona (?:intuicio|vista)|te rao|tens rao|(?:ho |l')(?:has|ha|heu) encertat)"
)
_THE = r"(?:(?:the|your|our|that|il|lo|la|el|le|quel|quella|ese|esa|aquel|aquella|aquell|ce|cet|cette|su|tu|votre|ton) |l'|quell')"
_IS = r"(?:is|was|'s|has been|is being|was being|e|era|e stat[oa]|est|etait|a ete|esta|estuvo|fue|ha sido|es|va ser|ha estat)"
_ADV = r"(?: (?:indeed|still|now|already|currently|really|ancora|adesso|ora|gia|effettivamente|encore|deja|actuellement|bien|aun|ahora|ya|todavia|ara|ja|encara|efectivamente|efectivament))*"
_SURE = (
    r"(?:(?:being )?(?:treated|looked after|cared for|operated(?: on)?|nursed|monitored|seen) (?:by|in|on|at|here) ?(?:our|the|us)?|admitted|hospitali[sz]ed|discharged|sedated|intubated|recovering|in intensive care|under our care|in our (?:care|hands|unit|ward)|on our (?:ward|table|unit|list)|with us|one of our patients|"
    r"ricoverat[oa]|dimess[oa]|intubat[oa]|sedat[oa]|operat[oa]|in cura|seguit[oa] (?:da|dai|dal)|curat[oa] (?:da|dai|dal)|assistit[oa] (?:da|dai|dal)|sotto i ferri|da noi|nel nostro reparto|nelle nostre mani|"
    r"hospitalisee?|operee?|opere|soignee?|suivie? (?:par|chez|dans)|intubee?|chez nous|entre nos mains|(?:dans|en) (?:notre|nos) (?:service|unite|soins)|"
    r"ingresad[oa]|operad[oa]|hospitalizad[oa]|atendid[oa]|intubad[oa]|sedad[oa]|tratad[oa] (?:por|en)|con nosotros|en nuestr[oa]s? (?:manos|unidad|planta|servicio)|"
    r"ingressa[td]a?|operat|operada|hospitalitza[td]a?|atesa?|intuba[td]a?|seda[td]a?|tracta[td]a? (?:per|a)|amb nosaltres|a (?:la nostra|les nostres|el nostre) (?:unitat|planta|mans|servei))"
)
_PLACED = r"(?:in (?:theatre|recovery|icu|resus|surgery|hospital|bed|reparto|rianimazione|sala operatoria|ospedale|terapia)|on the ward|au bloc|en (?:rea|reanimation|salle d'operation|soins|planta|quirofano|la uci|uci|reanimacion|cuidados)|a (?:planta|quirofan|l'uci|la uci|reanimacio|l'hopital|l'hospital))"
_CARED = rf"{_IS}{_ADV} (?:{_SURE}|{_PLACED})(?![a-z])"
# "that's correct, the goalkeeper is being treated in our unit", "és cert, el músic està ingressat"
_AFFIRMS = Lazy(
    rf"(?:^|[.!?:;,] ?){_AFFIRMED}[,.!:;]* (?:(?:che|que|that) )?{_THE}(?P<who>[a-z'-]{{3,}}(?: [a-z'-]+){{0,6}}?) {_IS}{_ADV} (?:{_SURE}|{_PLACED})(?![a-z])"
)
_THING = Lazy(
    r"^(?:\w+ )?(?:request|demand\w*|question|message|comment|complaint|email|robot|machine|room|theatre|screen|camera|video|stream|replay|coffee|cafeteria|parking|car park|light|lift|scanner|table|wound|case|waste|water|organ|specimen|sample|"
    r"richiesta|domanda|messaggio|macchina|sala|musica|schermo|telecamera|diretta|bar|parcheggio|luce|ascensore|letto|risonanza|tac|acqua|organo|campione|carrello|mensa|"
    r"demande|question|message|salle|musique|ecran|direct|cafeteria|parking|lumiere|ascenseur|eau|organe|chariot|irm|"
    r"pregunta|mensaje|solicitud|maquina|pantalla|directo|cafeteria|aparcamiento|luz|ascensor|agua|organo|muestra|carro|resonancia|tele|"
    r"missatge|sollicitud|sala|pantalla|directe|aparcament|llum|ascensor|aigua|organ|mostra|carro|ressonancia|capella|botiga|tienda|shop|chapel)\b"
)
_ANY = Lazy(
    r"^(?:patient|donor|recipient|paziente|donatore|ricevente|patiente?|donneur|receveur|paciente|donante|receptor|pacient|donant)$"
)
"""Of whom an explanation speaks: "yes, the patient is sedated"."""
# "the footballer is being treated by our team"
_CALLED = Lazy(rf"\b{_THE}(?:\w+ )?(?P<who>{CALLINGS}|{PLAYERS}),? {_IS}{_ADV} {_SURE}(?![a-z])")
_ASKED = Lazy(rf"\b{_THE}(?P<who>[a-z]{{4,}}(?: [a-z]+)?) {YOU_SPEAK},? {_CARED}")
_THEIRS = rf"(?:{YOURS}|his|her|their|sa|son|ses)"
_FRIEND = (
    rf"(?:{KIN}|friends?|mate|pal|buddy|colleague|classmate|flatmate|workmate|teacher|coach|landlord|landlady|tenant|roommate|boss|neighbou?r|amic[oa]|collega|compagn[oa]|vicin[oa]|capo|insegnante|"
    r"amie?|collegue|copain|copine|camarade|voisine?|chef|patron(?:ne)?|prof|amig[oa]|colega|companer[oa]|vecin[oa]|jef[ea]|profesora?|entrenadora?|amic|amiga|company[a]?|vei|veina|cap|mestr[ea]|allenat\w+|entraineu\w+|profe|mister)"
)
_NO = r"(?:n\.? ?|no\.? ?|number |numero |num\.? )?"
_UNLIT = r"(?! ?(?:%|euros?|€|people|person\w*|km|min\w*|am\b|pm\b|h\b|hours?))"
# "su amiga está en la 412", "your friend is in 306"
_IN_ROOM = Lazy(
    rf"\b(?:{_THEIRS} (?:\w+ )?{_FRIEND},?|he|she|lui|lei|il|elle|ella) (?:is|'s|e|est|es|esta|si trova|se trouve|se encuentra|es troba)(?: (?:still|now|ora|ancora|maintenant|encore|ahora|ya|ara|ja))? "
    rf"(?:in|on|at|nella|nel|alla|al|a la|a l'|en la|en el|au|dans la|dans le) ?(?:(?:room|bed|bay|stanza|camera|letto|chambre|lit|habitacion|cama|habitacio|llit|cambra) )?{_NO}\d{{1,4}}[a-d]?\b{_UNLIT}"
)
_DOES = (
    r"(?:(?:is|'s|was)(?: (?:now|already|still|just|finally|safely|all))? (?:awake|asleep|sleeping|eating|walking|resting|recovering|discharged|admitted|sedated|out of (?:surgery|theatre|danger)|stable|laughing|in recovery|back (?:on the ward|in bed))|woke up|came (?:round|through)|made it through|"
    r"si e (?:svegliat[oa]|alzat[oa]|ripres[oa])|dorme|e (?:svegli[oa]|stabile|fuori pericolo)|mangia gia|cammina gia|ha superato|si sta riprendendo|"
    r"s'est (?:reveillee?|levee?|remise?)|dort|est (?:reveillee?|stable|hors de danger)|a (?:bien )?supporte|remarche|mange deja|"
    r"(?:ya )?(?:desperto|se desperto|come|camina|anda|duerme)(?= |[,.!]|$)|salio (?:bien|del quirofano|de quirofano)|ha salido (?:bien|de|del)|se (?:ha despertado|ha levantado|recupera)|esta (?:despiert[oa]|estable|dormid[oa]|fuera de peligro)|"
    r"(?:ja )?(?:camina|menja|dorm)(?= |[,.!]|$)|s'ha (?:despertat|llevat)|es va despertar|ha sortit (?:be|de|del)|va sortir be|esta (?:despert[a]?|adormi[td]a?|fora de perill))"
)
_FRIEND_DOES = Lazy(rf"\b{_THEIRS} (?:\w+ )?{_FRIEND},? (?:ja |ya |gia |deja |already )?{_DOES}")
_ONE = r"(?:lady|gentleman|gent|man|woman|boy|girl|lad|lass|chap|guy|kid|child|patient|one|neighbou?r|signor[ae]?|donna|uomo|ragazz[oa]|bambin[oa]|nonn[oa]|paziente|quell[oa]|monsieur|dame|homme|femme|garcon|fille|petite?|patiente?|celui|celle|mamie|papi|senora?|hombre|mujer|chic[oa]|nin[oa]|abuel[oa]|paciente|senyora?|home|dona|noi|noia|nen[a]?|avi|avia|pacient|malalta?)"
_GREETS = Lazy(
    r"\b(?:sends?|says?|saying|waves?|waving|blows?|thanks|thank|wishes|greets?|salut\w+|ringrazi\w+|mand\w+|abbracci\w+|remerci\w+|embrass\w+|fait (?:coucou|signe|un)|envo\w+|passe le bonjour|agradec\w+|da las gracias|envi\w+|recuerdos|besos|agra\w+|dona les gracies|petons|records|laugh\w*|ride|rie|riu)\b"
)
# "the gentleman in bed 3 sends you a wave"
_BED_OF_ONE = Lazy(
    rf"\b{_ONE}(?: (?:in|of|from|at|on|nella|della|dello|del|nel|dal|al|alla|de|du|dans|de la|a la|en la|en el|de l'|a l'|d'))+ ?(?:the |la |el |l'|le )?(?:room|bed|bay|cubicle|stanza|camera|letto|box|chambre|lit|habitacion|cama|habitacio|llit|cambra) ?{_NO}\d{{1,4}}[a-d]?\b"
)


def guessed(c: Context) -> Iterator[Finding]:
    for pattern in (_PART_YOURS, _AFFIRMS, _CALLED, _ASKED, _IN_ROOM, _FRIEND_DOES, _BED_OF_ONE):
        for match in pattern.finditer(c.low):
            first, last = c.sentence(*match.span())
            whole = c.low[first:last]
            if c.low[last : last + 1] == "?" or REFUSED.search(c.low[first : match.end()]):
                continue
            if pattern is _PART_YOURS:
                if _MADE.search(whole):
                    continue
            elif NOBODY.search(whole):
                continue
            if pattern is _BED_OF_ONE and not _GREETS.search(whole):
                continue
            if pattern in (_AFFIRMS, _ASKED) and (_THING.search(match["who"]) or _ANY.search(match["who"])):
                continue
            yield Finding(*match.span(), "R", BLOCK, CONFIRMED, INSTEAD)
