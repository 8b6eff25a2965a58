"""
Names that no list can tell from words (class A): "Mar", "Felice", "Frank" by what only a patient does, by their place beside the
patient or by what is said of the name; somebody recognised in a reply; a patient who shares the surgeon's surname; letters said one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.editorial.guard.context import BLOCK, HIDDEN, Context, Finding
from app.editorial.guard.dictionary import Names
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.presented import is_strange, is_thing
from app.editorial.guard.words.frames import AT_REST
from app.editorial.guard.words.harmless import EPONYMS, HARMLESS
from app.editorial.guard.words.people import COMMON, PATIENT, RELATIVES

WORD_NAMES = frozenset(
    "dolores mar soledad salvador consuelo rosario pilar mercedes luz paz alba rocio nieves milagros remedios angustias angeles sol cruz amparo socorro "
    "esperanza caridad encarnacion paloma estrella reyes leon fidel justo placido angel domingo pastora gracia gloria luna perla azucena violeta margarita "
    "blanca aurora linda primitivo bienvenido prudencio modesto concepcion asuncion candela iris flor consolacion trinidad ventura olvido vega victoria "
    "neus remei consol roser merce lluna estel bru clara pau dolors maig abril pla assumpcio immaculada candelera concepcio esperanca "
    "sole felice gioia grazia luce fiore stella bianca chiara serena letizia speranza fortunato fortunata viola margherita rosa pace benedetta modesta "
    "prospero angelo angela pasquale natale domenica mare azzurra vera libero celeste santo salvatore massimo costante fiorella mia italia allegra "
    "fleur noel aimee desiree constance clemence prudence victoire marguerite rose violette olive ange blanche claire aurore modeste parfait colombe "
    "perle soleil neige marin lune dieudonne felicite juste fidele placide reine "
    "frank grace hope faith joy ruby pearl dawn summer autumn mark bill rob pat jack sandy art ray dale cliff glen hunter chase chance reed miles gene dean "
    "penny daisy lily ivy violet holly heather hazel ginger jade amber crystal honor patience charity mercy verity melody harmony carol eve sunny rusty "
    "rocky buck skip max vic rich earnest ernest".split()
)
"""Given names that a sentence may open with as words."""
_SKIES = frozenset(
    "sol sole luna lluna stella estrella mar mare natale noel soleil lune neige dawn summer autumn alba".split()
)
"""These rise, come and go as well: only what is done to a patient tells."""

_NAME = r"[A-Z][a-z'’-]+"
_OPENS = Lazy(rf"(?:^|[.!?:;…\n] ?|[\"«“] ?)(?P<n>{_NAME})(?= |'s )")
_UNDER = (
    r"^(?:'s)?,? (?:(?:is|was|now|already|e|est|es|esta|sta|ya|gia|deja|ja|se|s'|si|s'est|se ha|s'ha|si e|la|lo|ha|a|has|ora|ahora|ara|maintenant) ?)*"
    r"(?:fell asleep|went (?:to sleep|under)|drifted off|put under|asleep|awake|extubat\w+|intubat\w+|sedat\w+|under (?:anaesth\w+|general)|addormentat\w+|dorm[ei]\b|svegli\w|"
    r"endormie?|reveillee?|extubee?|intubee?|durmio|dormid[oa]|despert\w+|despiert[oa]|intubad[oa]|extubad[oa]|sedad[oa]|adormi\w+|adormit)\b"
)
_ASLEEP = Lazy(_UNDER)
_OFF_PUMP = Lazy(
    r"^ (?:has |ha |is |est |e )?(?:already |ya |ja |gia |deja )?(?:came off|come off|came out of|woke|salio de|ha salido de|salido de|surt de|ha sortit de|va sortir de|(?:e )?uscit[oa] (?:da|dal|dalla)|sortie? de) (?:the )?(?:pump|bypass|bomba|cec|circolazione|circulation|pompa|theatre|quirofano|quirofan|sala|reanimacion|reanimacio|rianimazione|bloc)\b"
    r"|^ (?:ya no tiene|ja no te|no longer has|non ha piu|n'a plus) (?:\w+ )?(?:dolor\w*|mal\b|pain|male|douleurs?|fiebre|febre|fever|febbre|fievre)"
    r"|^ (?:ha|tiene|te|a|has) (?:\w+'?){1,3} ?(?:anni|anos|anys|ans|years) (?:di fumo|de fumador\w*|de tabac\w*|of smoking)"
)
_BESIDE = Lazy(
    rf"\b(?i:our|the|la|el|il|lo|le|nuestr[oa]|la nostra|el nostre|nostr[oa]|notre) (?i:{PATIENT}|enferm[oa]|malalta?|malat[oa]|malade|operad[oa]|operat[oa]?|lady|gentleman|senora|senyora|signora|dame)(?i:,| (?:is called|is named|se llama|si chiama|s'appelle|es diu|called|named|de nombre|di nome|prenommee?|de nom|anomenada?))+ (?P<n>{_NAME})(?=[ ,.;!?]|$)"
)
_TO_WHOM = Lazy(
    rf"(?:^|[.!?:;…,] ?)(?i:a|ad|to|for|para|per a|per) (?P<n>{_NAME}),? (?i:(?:ya |ja )?(?:le|la|lo|li|l'|els|gli|les) ?(?:hemos|han|vamos|acabamos|estamos|quitamos|pusimos|ponemos|operamos|hem|vam|anem|acabem|estem|traiem|posem|abbiamo|stiamo|togliamo|mettiamo)|abbiamo (?:tolto|messo|dato|fatto)|we (?:gave|removed|put))\b"
)
_OWN_NAME = Lazy(
    rf"(?<![\w'-])(?P<n>{_NAME})(?: {_NAME})? (?:(?:is|was)(?: really| indeed)? (?:his|her|their) (?:real |first |actual |given |own |last |proper )*(?:name|surname)\b|(?:e|era) (?:proprio )?il suo (?:vero )?(?:nome|cognome)\b|(?:est|c'est) (?:bien |vraiment )?son (?:vrai )?(?:pre)?nom\b|es (?:de verdad )?su (?:verdadero )?(?:nombre|apellido)\b|es (?:de debo )?el seu (?:nom|cognom)\b)"
)
_LIKE_THE_NAME = Lazy(
    r"\b(?:like (?:his|her|their) name|true to (?:his|her) name|by name and (?:by )?nature|come il suo nome|di nome e di fatto|nome omen|(?:bien|porte bien) son (?:pre)?nom|comme son (?:pre)?nom|como su (?:propio )?nombre|hace honor a su nombre|haciendo honor a su nombre|nunca mejor dicho|com el seu nom|fa honor al (?:seu )?nom|de nom i de fets)\b"
)

_RECOGNISED = Lazy(
    r"\b(?:it's|that's|thats|its|that is|it is|bet (?:it|that)(?:'s| is)|must be|sure it's|(?:ese|esa|este|esta|seguro que|fijo que|si|que|claro que) es|es|es clar que es|segur que es|aquest es|aquell es|ell es|c'est|cest|je parie que c'est|surement|e|quello e|quella e|che e|scommetto che e|sara|sera|(?:non )?sara(?: mica)?|ce (?:ne )?serait pas|(?:it )?wouldn't be|no sera|es qui penso|who i think(?: it is)?|qui je pense|quien (?:creo|pienso)|chi (?:penso|dico) io)"
    r",? (?:old |our |good old |il |la |lo |l'|el |en |na |le |el tio |la tia |el senor |the |sor )?(?P<n>[A-Z][\w'-]+(?: (?:de |la |del |van |di |el )?[A-Z][\w'-]+)?)"
    r"(?:,? (?:the (?:one|guy|woman|man|bloke|lady) (?:who|from|with|that)|from (?:the|our|my|number|down)|who (?:owns|runs|works|lives|never)|quell[oa] (?:che|del|della|dell')|il (?:tizio|signore) (?:del|che)|celui (?:qui|du|de)|celle (?:qui|du|de)|le (?:mec|gars|type|voisin) (?:du|de|qui)|la (?:voisine|dame|fille) (?:du|de|qui)|el (?:que|del|de la|de l')|la (?:que|del|de la|de l')|aquell? que|aquella que)|,? (?:du|de la|de l'|del|dels|della|dell'|dello|des|delle) ?(?=[a-z]))"
)
_TITLE = r"(?:dra?|doctora?s?|dott(?:oressa|ssa)?|prof\w*|surgeon|cirujan[oa]|cirurgian[a]?|chirurg\w+|docteur\w*|nurse)"
_NAMESAKE = Lazy(rf"\b{_TITLE}\.? (?:[a-z]+ )?(?P<s>[a-z][a-z'-]{{2,}})")
_TWO_OF_THEM = Lazy(
    r"\b(?:two|both|another|same (?:sur)?name|no relation|dues?|deux|dos|un altre|una altra|otr[oa]|altr[oa]|autre|stesso (?:cog)?nome|nessuna parentela|meme nom|sans lien|mismo apellido|sin parentesco|mateix (?:cog)?nom|sense parentiu|namesake|homonim\w*|homonyme\w*|omonim\w*|tocay[oa])\b"
)
_BEFORE_HIDDEN = Lazy(
    rf"\b(?i:la|en|na|l'|el|il|lo|the|and|i|y|e|et|une?|un|don|dona) ?(?P<n>{_NAME}) {HIDDEN}+"
)
_AMONG = Lazy(
    rf"\b(?P<n>{_NAME} (?:(?:Le|La|De|Van|El|Ben|Di|Da|Del|Von|Al) )?{_NAME}),? (?i:(?:est|e|is|esta|es|are) (?:here )?(?:chez nous|ici|da noi|qui da noi|qui|with us|here with us|in our (?:care|hospital|unit)|con nosotros|aqui|amb nosaltres|a casa nostra))\b"
)
_INJURED = Lazy(
    r"\b(?:blesse|ferit|herid|injur|wound|rescued|sauve|salvat|rescat|victim|vittim|operee?|operat|operad|hospitalis|ricover|ingres|fractur|frattur)\w*"
)
_SCAN_OF = Lazy(
    rf"\b(?i:tac|tc|ct|rx|ecg|ekg|eeg|eco|echo|rmn?|irm|mri|lastra|radiografia|radio|scanner|scan|ecografia|biopsia|biopsie|placa|esami|analisi|bilan) (?i:della|del|dello|de la|de l'|de el|d'en|de na|du|of old) ?(?P<n>{_NAME})(?=[.,;:!?]|$| (?:di |de |du |d'|of )?(?:oggi|ieri|hoy|ayer|avui|ahir|hier|aujourd))"
)
_OUR_MAN = Lazy(
    rf"\b(?i:our|nuestr[oa]|il nostro|la nostra|el nostre|notre) (?i:man|woman|lady|guy|girl|boy|home|dona|noi|noia|senyora?|hombre|mujer|chico|chica|senora?|uomo|donna|ragazz[oa]|signora?e?|homme|femme|dame|monsieur|garcon|fille|{RELATIVES}) (?i:is|es|e|est|era|was|'s)(?i: en| na| la| l'| il)? ?(?P<n>{_NAME})(?=[ ,.;!?]|$)"
)
_LETTER = (
    r"(?:[a-z]|be(?: alta| llarga| baixa)?|ve(?: baixa| corta)?|ce|de|ef[ae]|effe|ge|hac|hache|acca|jota|ca|ka|kappa|el[ae]|elle|em[ae]|emme|en[ae]|enne|pe|cu|er[ae]|err[ae]|es[ae]|ess[ae]|te|ti|uve|vu|doble (?:ve|uve)|ics|equis|zeta|zet|zed|"
    r"bi|ci|di|gi|pi|qu|erre|esse|ix|i grega|i griega|i grec|ipsilon|y grec|ay|bee|cee|dee|eff|gee|aitch|jay|kay|ell|em|en|oh|pee|cue|ar|ess|tee|you|vee|ex|wy|double [a-z]+|doppia [a-z]+|deux [a-z])"
)
_SAID_LETTERS = Lazy(
    rf"\b(?:surname|last name|name|cognom|llinatge|nom|cognome|nome|apellido|nombre|prenom)\b[^a-z0-9]{{1,4}}(?:(?:is|e|es|est|fa|se escribe|s'escriu|si scrive|s'ecrit|spelled|spelt)[ :]+)?(?P<n>{_LETTER}(?:(?:, ?|-| - | ?\. ?){_LETTER}){{3,}})(?![a-z])"
)
_SAID_HANDLE = Lazy(
    r"\b(?:insta\w*|ig|tiktok|twitter|facebook|telegram|threads|bluesky|snap\w*|x)\b[^.!?\n]{0,24}?\b(?:arrova|arroba|chiocciola|arobase|at)[ ,]+(?P<n>[a-z0-9_]+(?: (?:punt|punto|dot|point|barra baja|barra baixa|underscore|trattino basso|tiret bas|guion bajo|guio baix) (?:de )?[a-z0-9_]+)+)"
)
_PAIR_ASLEEP = Lazy(
    r"(?<![\w'@#-])(?P<a>[a-z]{3,}) (?P<b>[a-z]{3,})(?=,? (?:ya |ja |gia |deja |already |is |esta |e |est )?(?:dormid|adormi|addormentat|endormi|asleep|intubad|intubat|intubee?\b|sedad|sedat|extubad|extubat|extubee?\b))"
)
_ARTICLED = Lazy(
    rf"(?:^|[.!?:;,…] ?)(?i:en|na|n'|l') ?(?P<n>{_NAME}(?: {_NAME})?),? (?:ja|ha|va|s'ha|li|te|vol|diu|surt|dorm|respira|aguanta|menja|saluda|camina|desperta|demana|somriu|plora|no (?:te|vol|es)|esta|segueix)\b"
)
"""The article that Catalan gives to people."""
_GRAND = r"(?:avi|avia|iaio|iaia|padri|padrina|padri jove|tiet|tieta|conco|yayo|yaya|abuel[oa]|ti[oa]|nonn[oa]|zi[oa]|papi|mamie|papy|mamy|tonton|tata|grandad|granddad|grandma|granny|nana|gran|uncle|aunt(?:ie)?)"
_KIN_NAMED = Lazy(rf"\b(?i:{_GRAND}) (?P<n>{_NAME})(?=,? [a-z]|[,.;!?]|$)")
_NICKNAMED = Lazy(
    rf"\b(?i:de malnom|per mal nom|de mote|de apodo|de sobrenombre|alias|soprannominat[oa]|dett[oa]|di soprannome|surnommee?|dite?|nicknamed|a\.?k\.?a\.?|known round here as),? [\"“«']?(?i:el |la |l'|en |na |il |lo |le |the )?(?P<n>{_NAME})(?=[ ,.;!?\"”»']|$)"
)
_INITIALLED = Lazy(
    r"\b(?i:en|na|don|dona|sr\.?|sra\.?|senyor|senyora|signor|signora|sig\.?|m\.|mme|mr\.?|mrs\.?|ms\.?) (?P<n>[A-Z]\. ?[A-Z]\.)"
    r"|(?<![\w.])(?P<m>[A-Z]\. ?[A-Z]\.),? (?:the one (?:with|from)|el (?:de|del) |la (?:de|del) |quell[oa] (?:del|con)|cel(?:ui|le) (?:du|de|a) )"
)
_OF_THE_SHOP = Lazy(
    rf"^\W*(?i:la |el |il |le |en |na |l'|old )?(?P<n>{_NAME}(?: {_NAME})?),? (?i:from (?:the|our|my)|della|dello|dell'|del|du|de la|de l'|de l|d'en) ?(?:bar|forn|fleca|merceria|mercerie|haberdashery|bakery|butcher'?s?|pub|bookies|chip shop|post office|gym|corner shop|boulangerie|boucherie|tabac|pressing|panetteria|macelleria|edicola|tabaccheria|ferramenta|panaderia|carniceria|estanco|ferreteria|gasolinera|quiosco|quiosc|estanc|benzinera|carnisseria|peixateria|pescaderia|farmacia|farmacie|pharmacie|pharmacy)\b"
)
"""A reply that begins with somebody everybody knows."""
_PLATE_OF = Lazy(
    rf"\b(?i:look at|guarda(?:te|mo)?|mira(?:d|mos)?|mireu|mirem|fixeu-vos en|regarde[zs]?|regardons) (?i:the|l[ae]|el|il|l'|this)? ?(?i:tac|tc|ct|rx|ecg|ekg|eco|rmn?|irm|mri|lastra|radiografia|radio|scanner|placa|analitica|xray|x-ray) (?i:de|di|d'|of) ?(?P<n>{_NAME})(?=[.,;:!?]|$)"
)
_REASON = "This looks like somebody's name."


def bynames(c: Context, names: Names) -> Iterator[Finding]:
    found: list[tuple[int, int]] = []
    if c.kind == "surgery":
        found += _of_words(c)
        found += _of_namesakes(c, names)
        found += _small_pairs(c, names)
        for match in _SAID_LETTERS.finditer(c.low):
            found.append(match.span("n"))
        for match in _SAID_HANDLE.finditer(c.low):
            found.append(match.span("n"))
    for pattern, kinds in (
        (_OUR_MAN, ("surgery", "reply")),
        (_SCAN_OF, ("surgery", "training")),
        (_RECOGNISED, ("reply",)),
        (_OF_THE_SHOP, ("reply",)),
        (_AMONG, ("crisis",)),
        (_ARTICLED, ("surgery",) if c.may_be("ca") else ()),
        (_KIN_NAMED, ("surgery",)),
        (_NICKNAMED, ("surgery",)),
    ):
        for match in pattern.finditer(c.plain) if c.kind in kinds else ():
            if HIDDEN in c.plain[match.start("n") : match.end("n") + 2]:
                continue
            low = match["n"].lower().split()[0].split("'")[0]
            words = COMMON | HARMLESS if " " not in match["n"] else COMMON
            if low in EPONYMS or (low in words and pattern is not _NICKNAMED):
                continue
            if pattern is _AMONG and not _INJURED.search(c.low):
                continue
            known = (low in names.strong_last or pattern in (_KIN_NAMED, _NICKNAMED)) and not is_thing(
                [low], c.low[match.end("n") :]
            )
            if known or is_strange(names, match["n"], c.low[match.end("n") :], inside=True):
                found.append(match.span("n"))
    if c.kind == "surgery":
        for match in _INITIALLED.finditer(c.plain):
            found.append(match.span(match.lastgroup or "n"))
    if c.kind == "training":
        for match in _PLATE_OF.finditer(c.plain):
            low = match["n"].lower()
            if low not in EPONYMS and (
                low in names.strong_last or is_strange(names, match["n"], "", inside=True)
            ):
                found.append(match.span("n"))
    for start, end in found:
        yield Finding(start, end, "A", BLOCK, _REASON, "the patient")


def _of_words(c: Context) -> Iterator[tuple[int, int]]:
    for match in _OPENS.finditer(c.plain):
        low = match["n"].lower()
        if low not in WORD_NAMES:
            continue
        after = c.low[match.end("n") :]
        asleep = _ASLEEP.search(after) or AT_REST.match(after)
        if asleep or _LIKE_THE_NAME.search(after) or (low not in _SKIES and _OFF_PUMP.search(after)):
            yield match.span("n")
    for pattern in (_BESIDE, _TO_WHOM):
        for match in pattern.finditer(c.plain):
            if match["n"].lower() in WORD_NAMES:
                yield match.span("n")
    for match in _OWN_NAME.finditer(c.plain):
        low = match["n"].lower()
        if low not in COMMON and not is_thing([low], ""):
            yield match.span("n")


def _of_namesakes(c: Context, names: Names) -> Iterator[tuple[int, int]]:
    """A patient beside a doctor of the same surname, hidden by the event's list or not."""
    if c.plain.count(HIDDEN * 3) and _TWO_OF_THEM.search(c.low):
        for match in _BEFORE_HIDDEN.finditer(c.plain):
            low = match["n"].lower()
            if re.fullmatch(_TITLE, low) is None and is_strange(names, match["n"], "", inside=True):
                yield match.span("n")
    for doctor in _NAMESAKE.finditer(c.low):
        surname = doctor["s"]
        if surname in names.plain_words or surname in COMMON or f" {surname}" not in c.low[doctor.end() :]:
            continue
        for match in re.finditer(rf"\b(?P<n>{_NAME} (?i:{re.escape(surname)}))\b", c.plain):
            low = match["n"].split()[0].lower()
            titled = re.fullmatch(_TITLE, low) is not None
            if not titled and low in names.first and match.start() >= doctor.end():
                yield match.span("n")


def _small_pairs(c: Context, names: Names) -> Iterator[tuple[int, int]]:
    """Two surnames in lower case before somebody's sleep: "quispe huamán dormido"."""
    for match in _PAIR_ASLEEP.finditer(c.low):
        pair = {match["a"], match["b"]}
        if pair & (names.explained | HARMLESS):
            continue
        if any(word in names.last or word in names.first for word in pair):
            yield match.start("a"), match.end("b")
