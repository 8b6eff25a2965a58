"""
Answers and lessons that point at one person without a name: a known role that "is fine", a treatment that took place with us, what
stands in the file, the one in bed 3. Asked about or, where an answer confirms that somebody is a patient, blocked.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.editorial.guard.context import ASK, BLOCK, Context, Finding
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.words.callings import CALLINGS, LEADERS
from app.editorial.guard.words.people import RELATIVES

_IS_WELL = r"(?:is (?:doing )?(?:fine|ok|okay|well|better|stable|safe|recovering|out of danger)|(?:are|is) ok|sta (?:bene|meglio|benone)|e (?:stabile|fuori pericolo|salv[oa])|va (?:bien|mieux|tres bien)|est (?:stable|hors de danger)|esta (?:bien|mejor|estable|fuera de peligro|be|millor)|se recupera|es recupera|va be|is recovering|se remet|si sta riprendendo)"
_ROLE = rf"(?:{CALLINGS}|{LEADERS}|mister|coach|manager|trainer|captain|entraineur|entraineuse|capitaine|allenatore|allenatrice|capitano|entrenadora?|capitana?|preside|proviseure?|directora?|rettore|gestore|bidell[oa]|conserje|conserge|caretaker|headteacher|scout leader|vicar|lollipop (?:lady|man))"
_ROLE_WELL = Lazy(
    rf"\b(?:the (?:[\w']+ ){{1,3}}?|the|your|il|la|lo|le|el|l'|el vostre|votre|vuestr[oa]|notre|nostr[oae]|nuestr[oa]|our) ?{_ROLE}\b[^.!?;]{{0,60}}?\b{_IS_WELL}\b(?! (?:with|con|avec|amb)\b)"
)
_PLACE_OF_ONE = Lazy(
    r"\b(?:school|college|village|town|parish|club|team|choir|band|pub|bakery|shop|bank|church|island|street|squad|scuola|liceo|paese|parrocchia|squadra|coro|banda|panificio|chiesa|bar|quartiere|oratorio|ecole|lycee|college|village|paroisse|equipe|chorale|fanfare|boulangerie|eglise|quartier|commune|colegio|escuela|instituto|pueblo|parroquia|equipo|coro|banda|panaderia|iglesia|barrio|escola|institut|poble|parroquia|equip|cor|forn|esglesia|barri)\b"
)
_ROOM = r"(?:room|bed|bay|cubicle|theatre bed|stanza|camera|letto|box|chambre|lit|habitacion|cama|habitacio|llit|cambra)"
_TREATED = r"(?:\w+(?:ectom(?:y|ia|ie)|scop(?:y|ia|ie)|plast(?:y|ia|ie)|otom(?:y|ia|ie)|ostom(?:y|ia|ie)|graph(?:y|ie)|grafia)|operation|operations|surgery|procedure|stay|admission|treatment|birth|delivery|scan|visit|intervento|operazione|ricovero|degenza|parto|visita|cesareo|intervention|operation|hospitalisation|sejour|accouchement|passage|cesarienne|operacion|intervencion|cirugia|ingreso|estancia|parto|cesarea|operacio|intervencio|cirurgia|ingres|estada|part)"
_WITH_US = r"(?:with us|at ours|here|on our ward|in our (?:unit|hospital|clinic)|da noi|qui|nel nostro \w+|chez nous|ici|dans notre \w+|con nosotros|aqui|en nuestr[oa] \w+|amb nosaltres|al nostre \w+|a la nostra \w+)"
_TREATED_HERE = Lazy(
    rf"\b(?:after|during|since|following|for|about|dopo|durante|per|apres|pendant|depuis|lors de|pour|tras|despues de|por|despres de|durant|per)(?: ?(?:l'|il|la|lo|le|el|your|his|her|the|suo|sua|votre|son|sa|su|seu|seva|un|una|une|an?))* ?{_TREATED}(?: \w+){{0,4}}? {_WITH_US}\b"
)
_JUST = Lazy(
    rf"\b(?:your|ta|ton|votre|tua|tuo|sua|suo|(?:la|il) (?:tua|tuo|sua|suo)|tu|su|vuestr[oa]|la teva|el teu|la seva|el seu) (?:\w+ )?(?:{RELATIVES}),? (?:(?:ya|ja|gia|deja|already|now|still|non|no|did not|didn't|n'a pas|a|ha|va|is|e|est|es) ){{0,2}}(?:respira|respire|breath(?:es|ing)|walk(?:s|ed|ing)|eat(?:s|ing)|ate|mangia|mange|menja|come sol[oa]|parla|habla|cammina|camina|survived?|survecu|sobrevivi\w*|sobreviscut|sopravviss\w+|made it|pulled through)\b"
    r"|\b(?:il|la|le|el|l'|the|your|su|votre|sua|suo) ?[\w'-]+ (?:e|est|ha|a|is|came|esta) (?:uscit[oa]|sortie?|salido|sortit|out|came out) (?:dal|du|del|of the|of a|of his|of her) coma\b"
    rf"|\b(?:your|ta|ton|votre|tua|tuo|sua|suo|(?:la|il) (?:tua|tuo|sua|suo)|tu|su|vuestr[oa]|la teva|el teu|la seva|el seu) (?:\w+ )?(?:{RELATIVES}),? (?:vient (?:d'|de )\w+|acaba (?:de|d')? ?\w+|has just \w+|just \w+ed|just (?:had|gave|came|went|woke)|ha appena \w+|e appena \w+)\b"
)
_ONLY_ONE = Lazy(
    r"\b(?:the only|l'unic[oa]|le seul|la seule|el unico|la unica|l'unica?)(?: (?!day|time|way|thing|patient|hope|case)[\w'-]+){1,5}? (?:of|in|on|della|del|dell'|dello|di|du|de la|de l'|de|en|a) ?(?:the |la |el |l'|le |our |nostra |notre )?(?:town|village|county|province|region|valley|island|city|country|provincia|regione|regio|valle|vall|isola|citta|paese|comune|province|vallee|ile|ville|village|canton|departement|region|isla|ciudad|pueblo|comarca|illa|ciutat|poble|pais)\b"
)
_SOMEBODY = Lazy(
    rf"\b(?:{CALLINGS}|{LEADERS}|man|woman|person|survivor|child|twins?|uomo|donna|persona|vigil\w+|homme|femme|personne|pompiere?|hombre|mujer|bomber[oa]?|home|dona|superstite|rescape\w*|supervivient\w+|supervivent)\b"
)
_ADVISES = Lazy(
    r"\b(?:please|can|may|will|bring|fill|use|must|should|could|prego|per favore|porti|portate|puo|potete|puoi|compili|veuillez|pouvez|apportez|remplissez|merci de|s'il|puede|pueden|puedes|traiga|rellene|por favor|pot|poden|porteu|ompli|si us plau)\b"
)
_ROOM_PATIENT = Lazy(
    rf"\b{_ROOM} ?(?:n\.? ?|no\.? ?|number |numero )?\d{{1,3}} ?-?[a-d]?(?:'s)?,? (?:patient|pt|pz|pte|pcte|lady|gentleman|paziente|patiente|paciente|pacient)\b"
)
_YOU = Lazy(
    rf"\b(?:you|your|he|she|his|her|lei|suo|sua|le|gli|abbia|vous|votre|il|elle|son|usted|su|le|haya|tuvo|voste|seu|seva|li|hagi|{RELATIVES})\b"
)
_ANYBODY = Lazy(
    r"\b(?:patients|pazienti|pacientes|pacients|everyone|anyone|people|chi|chiunque|quiconque|quien|qualsevol|if|se|si|whether|when|quando|quand|cuando|quan)\b"
)
_WRITTEN = Lazy(
    r"\b(?:in|nella|sulla|dans (?:le|son|votre)|en (?:la|el|su)|a (?:la|l'|el|les)|on|it's all in|all in) ?(?:(?:the|your|his|her|sua|suo|votre|son|su|seva|seu) )?(?:cartella|dossier|historia|historial|expediente|expedient|file|notes|records?|chart|letter|lettera|referto|informe|fitxa)\b[^.!?;]{0,14}\b(?:scritt\w+|tutto|riportat\w+|written|noted|recorded|documented|ecrit\w*|note\w*|consigne\w*|escrit\w*|anotad\w+|consta\w*|figura\w*|recogid\w+|anotat|anotada|recollit)\b"
)
_ONE_IN = Lazy(
    rf"\b(?:the (?:one|lady|man|woman|gent|gentleman|patient|kid|child|boy|girl|guy|chap|lad)|(?:your|our|my) (?:one|lady|man|patient)|quell[oa]|l'uomo|la (?:signora|donna|paziente|dama|dame|senora|mujer|dona|paciente|pacient|senyora|de)|il (?:signore|paziente)|celui|celle|(?:le|la) patiente?|el (?:de|senor|paciente|pacient|hombre|senyor|home)|lo de)(?: (?:in|of|from|at|nella|della|del|nel|al|alla|de|de la|a la|dans la|du|en la|en el|de l'|a l'))*(?: the| la| el| l')? ?{_ROOM} ?(?:n\.? ?|no\.? ?|number |numero )?\d{{1,3}}[a-d]?\b"
)


def answers(c: Context) -> Iterator[Finding]:
    if c.kind == "reply":
        for match in _ROLE_WELL.finditer(c.low):
            if _PLACE_OF_ONE.search(match.group()):
                reason = "A known role, and that they are well, points at one patient."
                yield Finding(
                    *match.span(), "R", ASK, reason, "We cannot speak about individual people here."
                )
        reason, instead = (
            "This confirms that somebody is or was a patient.",
            "We cannot speak about individual people here.",
        )
        for pattern in (_TREATED_HERE, _WRITTEN, _JUST):
            for match in pattern.finditer(c.low):
                first, last = c.sentence(*match.span())
                around = c.low[first:last]
                if (
                    c.low[last : last + 1] != "?"
                    and _YOU.search(around)
                    and not (
                        _ANYBODY.search(around) or (pattern is _TREATED_HERE and _ADVISES.search(around))
                    )
                ):
                    yield Finding(*match.span(), "R", BLOCK, reason, instead)
    if c.kind == "surgery":
        for match in _ONLY_ONE.finditer(c.low):
            if _SOMEBODY.search(match.group()):
                yield Finding(*match.span(), "R", ASK, "Being the only one points at one person.", "")
        for match in _ROOM_PATIENT.finditer(c.low):
            yield Finding(*match.span(), "R", ASK, "A room or bed points at one person.", "")
    if c.kind in ("training", "reply", "crisis"):
        for match in _ONE_IN.finditer(c.low):
            yield Finding(*match.span(), "R", ASK, "A room or bed points at one person.", "")
