"""
What makes one person known again, in the words of a theatre: birthmarks by their shape and place, what somebody lacks, height and hair, the
room they lie in, firsts of a country in the press, work on local television. Asked about.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.editorial.guard.context import ASK, Context, Finding
from app.editorial.guard.lazy import Lazy

_MARK = Lazy(
    r"\b(?P<n>(?:birthmark|mole|port[- ]wine stain|strawberry mark|freckle|scar|tattoo|piercing|lunar|antojo|peca|angioma|mancha|neo|voglia|cicatrice|tatuaggio|angiome|tache de (?:vin|naissance)|grain de beaute|cicatrice|tatouage|piga|taca|cicatriu|tatuatge|angioma|verruca|verrue|verruga)(?: [a-z'-]+){0,5}? (?:in the shape of|shaped like|like a|en forma de|a forma di|en forme de|amb forma de|con la forma de|on (?:the|his|her)|en (?:la|el|los)|sulla|sul|sur (?:la|le|l')|a (?:la|l'|el)|al) ?[a-z'-]+)"
)
_SCARRED = Lazy(
    r"\b(?P<n>costuron(?:es)?|chirlo|cicatrizon|balafres?|balafree?|sfregi(?:o|at[oa])|cicatrice in (?:viso|volto)|slash scar|(?:old |long |jagged |knife |duelling |shark )scar (?:from|of|across|down|on) [a-z]+|cosidot|nafra vella|(?:angiome|angioma|hemangioma|emangioma)s?(?: (?:lie[ -]de[ -]vin|plan[oa]?|piano|vino|color|en|di|de|rosso|rouge|rojo|vermell))*(?: [a-z]+){0,3} (?:joue|visage|front|cou|menton|guancia|volto|viso|fronte|collo|mejilla|cara|frente|cuello|mento|barbilla|galta|front|coll|cheek|face|forehead|neck)|lie[ -]de[ -]vin|vitiligo|labbro leporino|labio leporino|llavi lepori|bec de lievre|harelip|cleft lip scar)\b"
)
_BORN_WITH = Lazy(
    r"\b(?P<n>(?:taca|mancha|tache|macchia|voglia|marca|marque|mark) (?:de |di )?(?:vi |vino |vin |fraise |cafe )?(?:de |di )?(?:naixement|nacimiento|naissance|nascita)|(?:know|recogni[sz]e|conei\w+|reconei\w+|reconoc\w+|riconosc\w+|reconna\w+)(?: [a-z']+){0,3} (?:voice|voce|voix|voz|veu)|(?:doyenne?|decan[oa]|degan[a]?) (?:du|de la|del|della|of the) (?:village|commune|pueblo|poble|paese|town|quartier|barri|barrio)|(?:oldest|mas (?:viej[oa]|mayor)|piu anzian[oa]|mes (?:vell[a]?|gran)|plus (?:vieille?|agee?))(?: \w+)? (?:in|of|del|de la|della|du|de) (?:the )?(?:village|town|parish|pueblo|paese|poble|hameau|commune))\b"
)
_LACKS = Lazy(
    r"\b(?P<n>(?:(?:he|she|patient)(?:'s| is) missing|lacks?|has (?:only|just) (?:one|half an?)|le falta|li falta|gli manca|le manca|il lui manque|nacio sin|nascut sense|nat[oa] senza|nee? sans|born without|perdio|va perdre|ha perso)(?: (?:an?|the|one|two|three|half|media|medio|un|una|une|el|la|il|l'|le|dos|due|deux|tres|tre|trois|mitja|mig|mezz[oa]|la moitie (?:de l'|d'une?)|most of (?:his|her)|part of (?:his|her)|su|il suo|la sua|son|sa))* ?(?:ear|eye|finger|thumb|toe|arm|leg|hand|foot|nose|teeth|tooth|earlobe|oreja|ojo|dedo|pulgar|brazo|pierna|mano|pie|nariz|dientes?|orella|ull|dit|polze|brac|cama|ma|peu|nas|dents?|orecchio|occhio|dito|pollice|braccio|gamba|piede|naso|denti?|oreille|oeil|doigt|pouce|bras|jambe|main|pied|nez)s?)\b(?! (?:drop|clamp|open|block))"
)
_LOOKS = Lazy(
    r"\b(?P<n>(?:green|blue|pink|purple|orange|turquoise|red|ginger|white|silver) (?:hair|mohawk|mohican|beard|dreadlocks|dreads|plaits?|braids?)|(?:pelo|cresta|barba|trenzas?|rastas) (?:verde|azul|rosa|morad[oa]|naranja|turquesa|roj[oa]|blanc[oa]|pelirroj[oa])|(?:cabell|cresta|barba|trenes|rastes) (?:verd[a]?|blau|blava|rosa|lila|taronja|vermell[a]?|blanc[a]?)|(?:capelli|cresta|barba|trecce) (?:verd[ei]|blu|rosa|viola|arancion[ei]|ross[aie]|bianc\w+)|(?:cheveux|crete|barbe|tresses|dreadlocks) (?:verts?|verte|bleus?|bleue|roses?|violets?|violette|oranges?|roux|rousse|blanche?s?)"
    r"|(?:over|more than|nearly|almost|well over) (?:two met(?:re|er)s|six foot \w+|seven f(?:oo|ee)t)|(?:six|seven) foot (?:\w+ )?(?:tall|in (?:his|her) socks)|(?:mas de|casi|pasa de) dos metros|(?:mes de|gairebe|quasi) dos metres|(?:piu di|quasi|oltre) due metri|(?:plus de|presque) deux metres|(?:albin[oa]s?|one[- ](?:eyed|legged|armed)|tuert[oa]|borni|born[ea]|manchot[e]?|borgne|unijambiste|monoco|guercio))\b(?! (?:de (?:sutura|hilo|cateter|tub)|of (?:tub|line|cable|suture)|di (?:filo|tubo|cavo)|de (?:fil|tube|cable)))"
)
_ROOM = Lazy(
    r"\b(?:on l'installe|s'installe|stays?|goes|going|rests?|queda|sube|esta|pasa|descansa|vuelve|baja|puja|torna|sta|resta|va|sale|remonte|reste|est|va|monte|dort|dorm|duerme|dorme|dormira|estara|sara|sera|will be|anira|ira) (?:in|to|up to|en|a|in|dans|chez|alla|nella|al|a la|en la|dans la|a la) (?:the |la |l'|room |habitacion |habitacio |stanza |camera |chambre |num(?:ero)?\.? )*(?P<n>[1-9]\d{2}[a-d]?)(?!\d|[.,:/]\d|%)(?! ?(?:mm|ml|mg|mcg|bpm|h\b|metres?|metros?|metri|pieds|people|g\b|kg|cc|j\b|joules|u\b|ui\b|w\b|mmhg|de (?:presion|pression|pressio)))"
)
_ON_AIR = Lazy(
    r"\b(?P<n>(?:(?:local|regional|county|community) (?:tv|telly|television|radio|paper|news)|(?:tele|television|radio|tv|emisora|emissora|telegiornale|giornale|periodic[o]?|diari[o]?) (?:local[e]?|regional[e]?|comarcal|provincial[e]?|de la comarca|del pueblo|del poble|del paese|du coin|du pays)|(?:radio|tele) (?:locale|regionale)))\b"
)
_FIRST_OF = Lazy(
    r"\b(?P<n>(?:first|second|third|only|oldest|youngest|last|primer[ao]?|segund[oa]|tercer[ao]?|unic[oa]?|ultim[oa]|prim[oa]|second[oa]|terz[oa]|premi(?:er|ere)|deuxieme|troisieme|seule?|dernier|derniere|doyenne?|segona?|darrer[a]?|decan[oa])\b[^.!?]{0,60}?\b(?:greff\w+|transplant\w*|trasplant\w+|trapiant\w+|operat\w{0,2}|operad[oa]|operee?s?|implant\w*|heart|coeur|cuore|corazon|cor artificial|protesis|prothese|protesi|valve|face|visage|rostro|cara|hands?|mains|manos|mans|bionic\w*|robot\w*))\b"
)
_AGED = Lazy(r"\b(?:\d{2}[- ]?(?:years?|ans|anni|anos|anys|yo)|(?:aged|de|di) \d{2})\b")
_PICTURED = Lazy(
    r"\b(?P<n>(?:before and after|prima e dopo|antes y despues|el antes y el despues|abans i despres|l'abans i el despres|avant[- ]apres|l'avant et l'apres|first smile|primo sorriso|primera sonrisa|primer somriure|premier sourire)\b[^.!?]{0,40}\b(?:nose|face|eyelid|lip|ear|jaw|breast|mouth|scar|naso|viso|volto|faccia|palpebra|labbr\w+|orecchi\w*|seno|bocca|cicatrice|nariz|cara|rostro|parpado|labio|oreja|pecho|boca|cicatriz|nas|parpella|llavi|orella|pit|cicatriu|nez|visage|paupiere|levre|oreille|sein|bouche|menton|barbeta|barbilla|mento|chin)\b)"
)
_FAMILY_SHOWN = Lazy(
    r"\b(?:photos?|fotos?|fotografia|picture|image|imagen|imatge|immagine|video)\b[^.!?]{0,24}\b(?:father|mother|dad|mum|baby|newborn|wife|husband|son|daughter|padre|madre|mamma|papa|neonat[oa]|figli[oa]|marito|moglie|pere|mere|bebe|nouveau-ne|fils|fille|mari|hij[oa]|marido|recien nacid[oa]|pare|mare|nado|fill|filla|marit)\b"
)
_SHOWN = Lazy(
    r"\b(?:post\w*|publish\w*|upload\w*|share|photos?|pics?|video|clip|reel|story|see|watch|pubblic\w+|mett[oi]\w*|metto|carico|foto|vedete|guardate|public\w+|sub[oi]\w*|compart\w+|colg\w+|se ve|mirad|pengem|penj\w+|es veu|mireu|publi\w+|montre\w*|voici|regardez|on voit)\b"
)


def marks(c: Context) -> Iterator[Finding]:
    if c.kind == "press":
        match = _FIRST_OF.search(c.low)
        if match is not None and _AGED.search(c.low[slice(*c.sentence(*match.span()))]):
            yield Finding(*match.span("n"), "R", ASK, "A first of its kind points at one person.", "")
        return
    if c.kind == "crisis":
        for match in _FAMILY_SHOWN.finditer(c.low):
            yield Finding(*match.span(), "Q", ASK, "A picture of a person needs a second pair of eyes.", "")
    if c.kind != "surgery":
        return
    for pattern, cls in (
        (_MARK, "P"),
        (_SCARRED, "P"),
        (_BORN_WITH, "P"),
        (_LACKS, "P"),
        (_LOOKS, "P"),
        (_ON_AIR, "R"),
    ):
        for match in pattern.finditer(c.low):
            yield Finding(*match.span("n"), cls, ASK, "This makes one person known again.", "")
    for match in _ROOM.finditer(c.low) if c.has_digit else ():
        yield Finding(*match.span("n"), "R", ASK, "A room tells where somebody lies.", "the ward")
    for match in _PICTURED.finditer(c.low):
        if _SHOWN.search(c.low):
            yield Finding(
                *match.span("n"), "Q", ASK, "A picture of a person needs a second pair of eyes.", ""
            )
