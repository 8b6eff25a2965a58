"""What somebody looks like, in words: pictures in which a face or a name can be seen, scars, rare marks (classes P and Q)."""

from __future__ import annotations

from collections.abc import Iterator

from app.editorial.guard.context import ASK, Context, Finding
from app.editorial.guard.lazy import Lazy

_PICTURE = r"(?:photos?|photographs?|pictures?|pics?|snaps?|snapshots?|images?|shots?|stills?|frames?|clips?|videos?|footage|selfies?|stream|feed|close-?ups?|foto(?:s|grafi[ae])?|immagin[ei]|scatt[oi]|inquadratura|ripresa|photographies?|cliches?|plan|imagen(?:es)?|plano|imatges?|pla)"
_LOOKS = r"(?:faces?|wrist ?bands?|name ?tags?|name ?plates?|eyes|profile|features|volto|viso|faccia|braccialetto|occhi|lineamenti|visages?|traits|yeux|bracelet|cara|rostro|rasgos|pulsera|ojos|rostre|trets|polsera|ulls)"
_SEEN = r"(?:visible|uncovered|unblurred|recogni[sz]able|identifiable|shown|showing|shows|in view|in shot|in frame|can be seen|is seen|see|seen|looks? at the camera|smiling|clear|sharp|full|whole|si vede\w*|si riconosce|scopert[oa]|visibil[ei]|riconoscibil[ei]|appare|compare|intero|on (?:voit|reconnait|distingue)|decouverte?|reconnaissable|apparait|entier|se (?:le |la |li |l')?(?:ve\w*|reconoce|reconeix|aprecia|distingue)|es (?:veu|reconeix|distingeix)|descubiert[oa]|reconocible|sale|aparece|entera|descobert[ao]?|reconeixible|surt|apareix|sencera)"
_HIDDEN = Lazy(
    r"\b(?:no|not|never|without|blur\w*|hidden|hide|cover\w*|crop\w*|mask\w*|out of|nessun\w*|non|senza|sfoc\w+|oscur\w+|copert[oa]|coprire|nascost\w+|sans|pas|aucun\w*|flout\w+|cach\w+|masqu\w+|couvert\w*|sin|ningun\w*|borros\w+|tapad[oa]|ocult\w+|pixel\w*|sense|cap|difumin\w+|tapat|amag\w+|clock|watch|retract\w*)\b"
)
_IN_PICTURE = Lazy(
    rf"\b{_PICTURE}\b[^.!?;]{{0,44}}\b{_LOOKS}\b|\b{_LOOKS}\b[^.!?;]{{0,28}}\b{_SEEN}\b|\b{_SEEN}\b[^.!?;]{{0,16}}\b{_LOOKS}\b[^.!?;]{{0,20}}\b(?:{_PICTURE}|monitor|screen|schermo|ecran|pantalla)\b|\b{_LOOKS}\b[^.!?;]{{0,24}}\b{_PICTURE}\b"
)
_OF_WHOM = Lazy(
    r"\b(?:patient\w*|pz|pte|pcte|pac|pt|paziente|paciente|pacient|his|her|their|suo|sua|son|sa|su|seva|seu|se le|se li|li|gli|lui|lei|bab(?:y|ies)|child|boy|girl|man|woman|donor|famil\w+|mother|father|mum|dad)\b"
)
_THINGS = Lazy(
    r"\b(?:valve|graft|tumou?r|mass|liver|bone|cartilage|joint|prosthesis|clock|die|cutting|articular|protesi|valvola|osso|articolar\w+|osseu\w*|articulaire|articular|implant)\b"
)
_PLACE_SEEN = r"(?:face|cheek|chin|forehead|neck|eyebrow|brow|lip|nose|ear|temple|jaw|hand|arm|forearm|wrist|knee|calf|ankle|viso|volto|guancia|mento|fronte|collo|sopracciglio|labbro|naso|orecchio|tempia|mano|braccio|polso|polpaccio|joue|menton|front|cou|sourcil|levre|nez|oreille|tempe|main|bras|poignet|mejilla|menton|barbilla|frente|cuello|ceja|labio|nariz|oreja|sien|mano|brazo|muneca|galta|barbeta|mento|coll|cella|llavi|nas|orella|templa|ma|brac|canell)"
_MARK = r"(?:scars?|birth ?marks?|moles?|brand|burn mark|cicatric[ei]|voglia|neo|cicatrices?|tache|grain de beaute|cicatriz|cicatrices|lunar|mancha|antojo|cicatriu|cicatrius|piga|taca)"
_MARKED = Lazy(
    rf"\b{_MARK}\b[^.!?;]{{0,12}}\b(?:shaped|shape|a forma|en forma|in forma|com una|como una|comme une|like an?|come un\w*)\b|\b{_MARK}\b[^.!?;]{{0,24}}\b{_PLACE_SEEN}\b"
)
_RECOGNISED = Lazy(
    r"\b(?:(?:easy|easily|facile|facil|facilment|easy to|instantly) (?:to |da |a |de )?(?:recogni[sz]e|recogni[sz]ed|riconoscere|reconnaitre|reconocer|reconeixer|spot)|recogni[sz]able|identifiable|unmistakable|riconoscibil[ei]|identificabil[ei]|reconnaissable|identifiable|reconocible|identificable|reconeixible|inconfundible|inconfondibil[ei])\b|\b(?:you|anyone|everybody|everyone|tutti|chiunque|tout le monde|cualquiera|todos|tothom|qualsevol) (?:would|will|'ll|could|can|lo|la|le|el)? ?(?:recogni[sz]e|spot|riconosc\w+|reconnai\w+|reconoc\w+|reconeix\w+)\b"
)
_RARE_BODY = Lazy(
    r"\b(?:six|seven|four|three|two|extra|missing|webbed|sei|quattro|tre|sette|six|sept|quatre|trois|seis|siete|cuatro|tres|sis|set|[3-7])[ -](?:(?:ring|index|middle|little|big|left|right) )?(?:finger(?:s|ed)?|toe(?:s|d)?|dita|doigts|orteils|dedos|dits)\b(?! ?(?:breadth|width|wide|below|above|sotto|sopra|sous|debajo|sota|retractor|technique|sweep|dissection))"
    r"|\b(?:eyes? of (?:two|different) colou?rs?|different[- ]colou?red eyes|heterochromia|occhi di (?:due )?color[ei] divers[oi]|yeux (?:vairons|de couleur differente)|ojos de (?:distinto|diferente) color|ulls de (?:diferent|dos) colors?|albin[oa]s?|dwarfism|nan[oi]smo)\b"
)


_SELFIE = Lazy(
    r"\b(?:selfies?|pics?|photos?|fotos?|video|clip)\b[^.!?;]{0,16}\b(?:with|of|con|del|della|di|avec|de|du|amb)\b(?: (?:the|our|la|il|lo|el|le|l'|nostr[oae]|notre|nuestr[oa]|el nostre|la nostra|my|mia|mi))* ?(?:patient\w*|pt|pz|pte|pcte|pac|paziente|paciente|pacient|malat[oa]|malade|enferm[oa]|malalta?)\b"
)


def likeness(c: Context) -> Iterator[Finding]:
    if c.is_public:
        return
    for match in _SELFIE.finditer(c.low):
        first, last = c.sentence(*match.span())
        if not _HIDDEN.search(c.low[first:last]):
            yield Finding(*match.span(), "Q", ASK, "A picture of a patient needs a second pair of eyes.", "")
    for match in _IN_PICTURE.finditer(c.low):
        first, last = c.sentence(*match.span())
        around = c.low[first:last]
        if _HIDDEN.search(around) or (_THINGS.search(around) and not _OF_WHOM.search(around)):
            continue
        reason = "A picture of a person or of their name needs a second pair of eyes."
        yield Finding(*match.span(), "Q", ASK, reason, "")
    for pattern in (_MARKED, _RARE_BODY, _RECOGNISED):
        for match in pattern.finditer(c.low):
            first, last = c.sentence(*match.span())
            if pattern is _RECOGNISED and (
                c.kind != "surgery"
                or _HIDDEN.search(c.low[first:last])
                or not _OF_WHOM.search(c.low[first:last])
            ):
                continue
            yield Finding(*match.span(), "P", ASK, "A bodily mark or print points at one person.", "")
