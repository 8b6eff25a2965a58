"""
Things and greeted towns that bear a name: the robot that is called Gaston, manikin Annie, "pince de Rochester", "good morning Lagos".
Where nobody is meant, neither the rules nor the learned opinion may read somebody there. Only what cannot be said of a patient stands
here: a name let through is worse than a joke that is stopped.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.editorial.guard.context import Context
from app.editorial.guard.dictionary import names
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.words.towns import FAR_TOWNS

_DOLL = r"(?:manikins?|simman|resusci|mannequins?|manichin[oi]|maniqui(?:s|es)?|dumm(?:y|ies)|simulador|simulatore|simulateur|ninot)"
_MACHINE = (
    r"(?:robots?|robot(?:ic)? arm|c-arm|generators?|monitors?|autoclaves?|stack|printer|microscope|cell saver|"
    r"braccio (?:robotico|del robot|uno|due|tre|quattro|[1-4])|colonna (?:video|laparoscopica)|generator[ei]|aspiratore|stampante|microscopio|scialitica|ecografo|"
    r"bras (?:du robot|[1-4])|colonne(?: video| de coelio)?|groupes? electrogenes?|generateurs?|moniteur|imprimante|scialytique|echographe|"
    r"brazo (?:del robot|uno|dos|tres|cuatro|[1-4])|torre de laparoscopia|generador(?:es)?|impresora|autotransfusor|brac (?:del robot|[1-4])|autoclau|impressora|microscopi|ecograf)"
)
_THING = rf"(?:{_DOLL}|{_MACHINE})"
_ART = r"(?:the |our |il |lo |la |le |el |els |els nostres |les |los |l'|un |una |une |a |an |(?:il |la |el )?(?:nostr[oae]|notre|nuestr[oa])(?: vecchi[oa]| viej[oa]| vieux| vieille| vell[a]?| old| new| brave| fidel| fidele)? )"
_CALLED = r"(?:(?:(?:is|are|was|were|we) )?(?:called|named|nicknamed|known as|baptised|christened)|s[ie] chiama(?:no)?|chiamat[oaie]|soprannominat[oaie]|battezzat[oaie]|s'appelle(?:nt)?|se nomme|(?:sur)?nommee?s?|appelee?s?|baptisee?s?|se llaman?|llamad[oa]s?|apodad[oa]s?|bautizad[oa]s?|es diu(?:en)?|anomena(?:t|da|ts)|bateja(?:t|da|ts))"
_NAME = r"(?P<n>[a-z][\w'-]+)"


_THING_CALLED = Lazy(
    rf"\b{_ART}?{_THING} (?:(?:que|che|qui|which|that|who) )?{_CALLED} (?:el |la |en |na |l')?{_NAME}(?! [a-z]+,? \d)"
)
_IS_THE_NAME = Lazy(
    rf"(?:^|[.!?:;] )(?P<n>[a-z][\w'-]+(?: [a-z][\w'-]+)?) (?:(?:es|e|is|c'est|est) (?:el nombre|el nom|il nome|le nom|the name|what we call|come chiamiamo) ?(?:del|de la|de l'|du|della|dell'|of the|of our|the|de|di|la|il)|es diu|si chiama|s'appelle|se llama) ?{_ART}?{_THING}\b(?! (?:case|patient|pazient|pacient))"
)
_DOLL_BESIDE = Lazy(rf"\b{_DOLL} {_NAME}(?= |[,.;:!]|$)")
"""A doll with its name behind it: "manikin Annie"."""
_PERSON = Lazy(
    r"\b(?:patient\w*|pazient\w+|paciente?s?|pacients?|malalt[a]?|malad[ei]s?|malat[oa]|enferm[oa]|bed|letto|lit|cama|llit|room|operated|operat[oa]|operad[oa]|operee?|asleep|awake|dorm[ei]?|duerme|dort|despert\w*|despiert\w+|svegli[oa]?|reveill\w+|wife|husband|(?:his|her|their|our|my|the|a|whose|'s) son|daughter|mother|father|mum|dad|brother|sister|family|moglie|marito|figli[oa]|madre|padre|famiglia|femme|mari|fils|fille|mere|pere|famille|mujer|marido|hij[oa]|familia|dona|fill[a]?|mare|pare|plora|cries|piange|pleure|llora|ingres\w+|admitted|hospitalisee?|ricoverat[oa]|bleeding|sanguina|saigne|baby|bebe|babies|child\w*|kids?|boys?|girls?|lads?|man|men|woman|women|lady|gentleman|riders?|pilots?|operators?|residents?|bambin[oaie]|ragazz[oaie]|uomo|donna|garcons?|homme|gamine?|ninos?|ninas?|chic[oa]s?|hombre|nen[a]?|noi[a]?|home|bite|bitten|morsi?|morsure|mordisco|mossegad\w*|wound|fractur\w*|frattur\w*|broken|casse|rott[oa]|rot[oa]|trencat|amputat\w*|arrache|next on|victims?|vittim[ae]|victim[ae]s?|injured|wounded|ferit[oa]?|ferida|blessee?|herid[oa])\b"
)

_TOOL = r"(?:pinces?|pinz[ae]s?|pinca|forceps|clamps?|spatules?|espatul[ae]s?|spatol[ae]|ecarteurs?|separadors?|separadores|divaricator[ei]|ciseaux|forbic[ei]|tijeras?|tisores|ventouses?|ventos[ae]s?|curettes?|legras?|porta-?agulles|porta-?agujas|porte-aiguilles?|portaaghi|raspatori?|rugine|bistouri|manoeuvres?|manovr[ae]|maniobr[ae]s?)"
_TOOL_OF = Lazy(
    rf"\b(?i:{_TOOL}) (?i:de |di |d'|du )(?P<n>[A-Z][\w'-]+)(?! [A-Z])(?:(?: (?i:au lieu d[eu']|plutot que|en vez de|en lugar de|en lloc de|invece (?:di|della)|al posto (?:di|della))(?: ?(?i:la|le|les|el|une?|una|l'))?|,? (?i:et|ou|i|y|e|o) (?i:la|une?|una|{_TOOL}(?: de| di| d')))? ?(?P<m>[A-Z][\w'-]+)(?! [A-Z]))?"
)
_CHILDBIRTH = Lazy(
    r"\b(?:parto?|nacimiento|naixement|nascita|naissance|accouchement|birth|delivery|bebe|nado|cesarea)\b"
)

_GREETED = Lazy(
    r"(?:^|[.!?] )(?:good morning|good evening|good afternoon|hello|hi|welcome|thanks|thank you|greetings|bon dia|bona nit|bona tarda|hola|benvinguts|benvingudes|gracies|salutacions|buenas (?:noches|tardes)|buenas|buenos dias|bienvenidos|gracias|saludos|bonjour|bonsoir|salut|bien recu|bienvenue|merci|ciao|buongiorno|buonasera|benvenuti|grazie|saluti),? (?:(?:to|from|a|de|da|di|desde|des de) )?(?P<n>[a-z][a-z'-]+(?: [a-z][a-z'-]+)?)(?= ?(?:[.!;:]|$|, ?(?!(?:il |la |el |le )?(?:your|his|her|votre|son|sa|su|sua|suo|seva|seu|vostr|tu|tua|tuo|ton|ta)\b)))"
)


def namesakes(c: Context) -> Iterator[tuple[int, int]]:
    """Stretches where what stands like somebody's name is that of a thing or a town."""
    for pattern in (_THING_CALLED, _IS_THE_NAME, _DOLL_BESIDE):
        for match in pattern.finditer(c.low):
            if not _somebody(c, *match.span("n")):
                yield match.span("n")
    for match in _TOOL_OF.finditer(c.plain):
        if _somebody(c, *match.span()) or _CHILDBIRTH.search(c.low):
            continue
        for group in ("n", "m"):
            if match[group] and match[group].lower() not in names().first:
                yield match.span(group)
    for match in _GREETED.finditer(c.low):
        if match["n"] in FAR_TOWNS and match["n"] not in names().first:
            yield match.span("n")


def _somebody(c: Context, start: int, end: int) -> bool:
    """Is a person spoken of in the same sentence?"""
    first, last = c.sentence(start, end)
    return c.tied(start, end) or bool(_PERSON.search(c.low[first:start]) or _PERSON.search(c.low[end:last]))
