"""
What a crisis desk names that looks like somebody, and what a theatre says that does: bridges, torrents, villages to stay in or drive through,
the hall of a blood drive, a hospital's birthday, a name that opens a sentence as a word. What the rules saw there is taken back.
"""

from __future__ import annotations

from app.editorial.guard.context import HIDDEN, Context, Finding
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.words.harmless import EPONYMS

_GROUND = (
    r"(?:bridges?|roads?|river|stream|brook|creek|lake|beach|harbour|port|valley|pass|tunnel|dam|village|villages|town|towns|parish|junction|exit|station|"
    r"pont[es]?|puentes?|ponti|torrents?|torrentes?|rius?|rios?|fium[ei]|rivieres?|ruisseau|rieres?|riera|barrancs?|barrancos?|rambla|lagos?|lac|llac|lago|plat[jg]a|playa|plage|spiaggia|port|porto|puerto|coll|col|passo|puerto de|vall|valle|vallee|"
    r"galleria|tunel|presa|diga|barrage|embassament|poble|pobles|pueblos?|paes[ei]|villages?|communes?|comune|comuni|municipi[so]?|frazion[ei]|barris?|barrios?|quartieri?|quartiers?|sortida|salida|uscita|sortie|estacio|estacion|stazione|gare|carretera|cami|camino|strada|route|ermita|parroquia)"
)
_OF_GROUND = Lazy(
    rf"\b{_GROUND},? (?:(?:of|de|del|de la|de l'|dels|des|du|di|della|dello|dei|d'|near|at|san|sant|santa|sainte?) ?)*$"
)
_THROUGH = Lazy(
    r"\b(?:(?:passeu|passau|aneu|anau|desvieu-vos|circuleu|sortiu|gireu|veniu|evacueu|pasen|pasad|vayan|circulen|desvio|desviense|salgan|passate|passare|uscite|deviazione|andate|passez|passer|sortez|prenez|contournez|deviation|evitez|eviteu|eviten|evitad|evitate|go|drive|turn|detour|avoid|diversion|divert\w*|alternativa|alternative|itinerari\w*) "
    r"(?:(?:per|por|par|via|through|by|at|towards?|cap a|hacia|verso|vers|a|al|en|in|de|da|la|el|l'|les|los|il|le) ?)*)$"
    r"|\b(?:closed|shut|cut|blocked|flooded|tallat|tallada|tancat|tancada|cortad[oa]|cerrad[oa]|chius[oa]|coupee?|fermee?|inunda[td]\w*|allagat[oa]|inondee?)\b[^.;:!?]{0,40} (?:between|entre|tra|fra|from|de|des de|da|desde|depuis|at|a|en|in) $"
)
_STAY_IN = Lazy(
    r"^(?:,? (?:(?:i|y|e|et|and|,) ?)?[A-Z][\w'’-]+(?: (?:de |del |la |i |d')?[A-Z][\w'’-]+){0,2}){0,5} ?[:,—-]? ?(?i:no (?:salgan|salgais|sortiu|surtiu|surtin)|quedau|quedeu|resteu|quedense|quedaos|quedaros|permanezcan|restate|rimanete|restez|ne sortez|stay|remain|leave|evacuate|evacu\w+|do not|don't|non uscite|boil|bullan|bulliu|hiervan|fate bollire|faites|shelter\w*|confin\w+|confina\w*|tancau|tanqueu|cierren|chiudete|fermez|pugeu|suban|salite|montez|road|sense|sin |senza|sans|no (?:water|power)|without)"
)
_PLACE_INSIDE = Lazy(
    rf"^{_GROUND}\b|^(?:san|santa|santo|sant|sainte?|st|torre|porto|borgo|villa|pian|costa|monte|mont|val|vila|casas|fuente|font|pla|mas|puig|roca|serra|sierra) |\b(?:mills?|creek|hill|hall|bank|green|bridge|brook|ford|field|park|tunnel|underpass|flyover|viaduct|interchange|roundabout|pier|cross|moor|common|end|heath|vale|quay|wharf)$"
)
_SOMEBODY = Lazy(
    r"\b(?:found|pulled|rescued|missing|alive|conscious|unconscious|injured|wounded|hurt|dead|died|killed|saved|named|identified|trovat\w+|estratt\w+|salvat\w*|dispers[oa]|ferit[oa]?|vivo|viva|mort[oa]?|cosciente|retrouvee?|sauvee?|disparue?|blessee?|vivante?|conscient\w*|decedee?|rescatad[oa]|hallad[oa]|desaparecid[oa]|herid[oa]|muert[oa]|rescata[td]a?|troba[td]a?|desaparegu\w+|ferida|viu|intuba\w+|operat\w*|operad[oa]|operee?)\b"
)
_HALL = Lazy(
    r"\b(?:donor|donation|blood|shelter|reception|evacuation|rest|testing|community|leisure|sports|town|village|health|call) (?:centre|center|hall|point|hub|office)[,:]? (?:at |in |on )?$"
    r"|\b(?:centre|center|hall|school|church|library|gym|club|centro|centre civic|pavello|poliesportiu|polideportivo|pabellon|palestra|scuola|gymnase|salle|ecole|escola|escuela|biblioteca|casal|banc de sang|banco de sangre|centro trasfusionale|etablissement du sang)[,:]? (?:at |in |on |a |en |al |alla |au )?$"
)
_BIRTHDAY = Lazy(
    rf"{HIDDEN}[^.!?]{{0,12}} (?:spegne|compie|festeggia|celebra|fete|souffle|a|cumple|sopla|fa|bufa|compleix|turns|celebrates|is|marks|blows out)(?: (?:oggi|hoy|avui|today|aujourd'hui|ses|sus|els|els seus|its|i suoi|le sue|les))* ?$"
)
_YEARS_OF = Lazy(
    r"^ ?(?:candeline|candelin|bougies|velas|velitas|espelmes|candles|anni|ans|anos|anys|years?|today|oggi|hoy|avui|[,.!]|$)"
)
_LISTED = Lazy(
    r"\b(?:San|Santa|Sant|Saint|Sainte|St)[ -][A-Z][\w'’-]+(?:,| e| i| y| et| and)(?: [A-Z][\w'’-]+,)* $"
)
"""A name in a row of places that begins with a saint."""
_AS_WORD = Lazy(
    r"^ (?:hi ha|hi havia|there (?:is|are)|c'e\b|ci sono|il y a|hay |(?:thanks|words?|talk|discussion|question|answer|opinion|blood|pus|haematuria|exchange|feedback)\b)"
)
_IT_DOES = Lazy(
    r"^ (?:fait|sert|marche|fonctionne|tourne|sonne|fa|fa rumore|suona|hace|suena|sona|makes|beeps)\b"
)
_VERTEBRAE = Lazy(r"(?<![\w/])(?P<n>[ctls]\d{1,2}[/-][ctls]?\d{1,2}\b(?: [a-z]+)?)")
_TRUE_OR_FALSE = Lazy(r"(?<![\w.])(?P<n>[vt] ?(?:/|o|ou|or|u) ?f)(?=[:?) ,.]|$)")
_THERE_IS = Lazy(r"(?:^|[.!?] )(?P<n>[a-z]+) hi ha\b")
_FOUNDED = Lazy(
    r"\b(?:hospital|ospedale|hopital|clini\w+|unit\w*|servei|service|servicio|reparto|centre|centro|programa?|programme|project\w*|projecte|equip\w*|team|school|escola|escuela|scuola|ecole) (?:[\w'-]+ ){0,3}?(?:va n[ae]ixer|nacio|nasce|nacque|e nat[oa]|est nee?|naquit|was born)[^.!?]{0,24}$"
)
_FOUNDED_ON = Lazy(
    r"\b(?:hospital|ospedale|hopital|clini\w+|unit\w*|servei|service|servicio|reparto|centre|centro|team|school|escola|escuela|scuola|ecole) (?:[\w'-]+ ){0,3}?(?:va n[ae]ixer|nacio|nasce|nacque|e nat[oa]|est nee?|naquit|was born) (?P<n>[^.!?]{0,30}?(?:19|20)\d\d)\b"
)
_INKED = Lazy(r"\b(?:polyp\w*|polip\w*|polype\w*|colon\w*|endoscop\w*|lesio\w*)\b")
_PLACE_NAME = Lazy(r"(?<![\w'-])[A-Z][\w'’-]+(?: (?:de |del |la |d'|i )?[A-Z][\w'’-]+){0,3}")
_SAID_OF_SPINE = Lazy(
    r"^\S+ (?:liber[oaie]|libre|libero|lliure|free|lib(?:e|é)ree?|clear|solid[oa]?|blanc|pla|pulit[oa]|net|nette?)$"
)
_SUPPLIES = Lazy(
    r"\b(?:lots?|lott[oi]|lotes?|batch(?:es)?|partita)(?: (?:de|des|delle|dei|del|di|of|la|les|las|los|els|n\.?|num\.?|no\.?))* (?:garz[ae]|gas[ae]s|compress\w+|gauzes?|swabs?|sponges?|sutur\w+|guant[is]|guantes|gants|gloves|bosses|bolsas|bags?|suer[o]s?|serums?|saline|fisiologic\w*|drapes?|mallas?|teli|talles|gel|cola|colla|glue|cement\w*|agulles|agujas|aghi|needles|xeringues|jeringas|siringhe)[ :,]*(?:n\.? ?|num\.? ?)?$"
)
"""Boxes of what is used up: their numbers lead to nobody."""
_LABORATORY = Lazy(
    r"\b(?:plaquet\w*|piastrine|platelets?|plts?|leucocit\w*|leucos?|gb|wbc|white cells|globul\w*|globos|hematies|neutr\w*|d-?dimer\w*|ferritin\w*|ck|bnp|nt-?probnp|tropon\w*|lipas\w*|amilas\w*|amylase|pcr|crp|ldh)[ :,=]*(?:at|a|de|of|son|are)? ?$"
)


_CATHETER = Lazy(r" ?(?:ch|fr|charrieres?|french)\b")


def outdoors(c: Context, found: list[Finding]) -> list[Finding]:
    """The findings without what these explain."""
    return [f for f in found if not _explained(c, f)]


def unspoken(c: Context) -> list[tuple[int, int]]:
    """Stretches that the learned opinion must not read as somebody: vertebrae and what is said of them, a question to be answered by a letter."""
    found = []
    if c.kind in ("surgery", "training"):
        for match in _VERTEBRAE.finditer(c.low):
            end = match.end("n")
            if not _SAID_OF_SPINE.search(match["n"]):
                end = match.start("n") + len(match["n"].split()[0])
            found.append((match.start("n"), end))
    found += [m.span("n") for m in _FOUNDED_ON.finditer(c.low)]
    found += [m.span("n") for m in _THERE_IS.finditer(c.low)]
    if c.kind == "crisis":
        for match in _PLACE_NAME.finditer(c.plain):
            if _is_ground(c, *match.span()) and not c.tied(*match.span()):
                found.append(match.span())
    if c.kind == "training":
        found += [m.span("n") for m in _TRUE_OR_FALSE.finditer(c.low)]
    return found


def _explained(c: Context, f: Finding) -> bool:
    before = c.before(f.start, 60)
    if f.cls in ("H", "M", "R") and (
        _LABORATORY.search(before) or (_SUPPLIES.search(before) and not c.tied(f.start, f.end))
    ):
        return True
    if f.cls == "P" and c.low[f.start : f.start + 3] == "tat":
        return _INKED.search(c.low[slice(*c.sentence(f.start, f.end))]) is not None
    if (
        f.cls == "B"
        and c.low[f.start : f.end].split()[-1] in EPONYMS
        and not c.low[f.start].isdigit()
        and c.kind in ("surgery", "training")
    ):
        return True
    if f.cls == "C":
        if _CATHETER.match(c.low[f.end :]):
            return True
        if _FOUNDED.search(before):
            return True
        return _BIRTHDAY.search(before) is not None and _YEARS_OF.match(c.low[f.end :]) is not None
    if f.cls == "A" and " " not in c.low[f.start : f.end] and _AS_WORD.match(c.low[f.end :]):
        return not c.low[c.sentence(f.start, f.end)[0] : f.start].strip()
    if f.cls == "R" and c.kind == "reply" and c.low[f.start : f.end].split(" ")[0] in ("oui", "si", "yes"):
        return len(c.low[f.start : f.end].split()) == 2 and _IT_DOES.match(c.low[f.end :]) is not None
    if f.cls == "A" and c.low[f.start : f.end] in ("xi", "si", "sp", "x") and before.endswith("da vinci "):
        return True
    if c.kind != "crisis":
        return False
    if f.cls == "A" and not c.tied(f.start, f.end):
        if (
            _OF_GROUND.search(before)
            or _THROUGH.search(before)
            or _PLACE_INSIDE.search(c.low[f.start : f.end])
        ):
            return True
        if _LISTED.search(c.plain[c.sentence(f.start, f.end)[0] : f.start]):
            return True
        return _at_head(c, f) and _STAY_IN.search(c.plain[f.end :]) is not None
    return f.cls == "B" and _HALL.search(before) is not None and not c.tied(f.start, f.end)


def _is_ground(c: Context, start: int, end: int) -> bool:
    """By what stands before it, or by a part of its own, if nobody is spoken of."""
    before = c.before(start, 60)
    if _OF_GROUND.search(before) or _THROUGH.search(before):
        return True
    inside = _PLACE_INSIDE.search(c.low[start:end])
    return inside is not None and _SOMEBODY.search(c.low[slice(*c.sentence(start, end))]) is None


def _at_head(c: Context, f: Finding) -> bool:
    """Only capitalised words, articles and what joins them stand before it in its sentence."""
    first = c.sentence(f.start, f.end)[0]
    return all(
        word[:1].isupper()
        or word.lower() in ("i", "y", "e", "et", "and", "de", "la", "el", "sa", "es", "les")
        for word in c.plain[first : f.start].replace(",", " ").split()
    )
