"""
Somebody's state told with their name, as spokespeople tell it (class A): "the minister, Ada Lovell, is stable", a title and a name after "the
condition of"; initials that open a case; a name spelled, mocked or inherited; a birth date in any order; a page behind brackets; "one of our
patients"; and in a crisis the car or the balcony that tells which of the injured is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.editorial.guard.context import BLOCK, HIDDEN, Context, Finding
from app.editorial.guard.dictionary import Names
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.presented import is_strange, is_thing
from app.editorial.guard.words.harmless import EPONYMS, INSTITUTIONS, MNEMONICS
from app.editorial.guard.words.people import COMMON
from app.editorial.guard.words.towns import TOWNS

_CAP = r"[A-Z][\w'-]+"
_PARTICLE = r"(?:(?:de|del|de la|della|di|da|du|d'|van|von|el|al|ben|i|y|le|la) ?)?"
_FULL = rf"{_CAP}(?: {_PARTICLE}{_CAP}){{1,3}}"
_LADY = r"(?:mrs?\.?|ms\.?|miss|sig\.?(?:ra)?|signora?|signor|mme|mlle|m\.|madame|monsieur|sra?\.?|senyora?|senora?|don|dona|na|en)"
_CONDITION = r"(?:state|condition|stato(?: di salute)?|condizioni|etat(?: de sante)?|estado(?: de salud)?|estat(?: de salut)?|pronostico|pronostic|prognosi|prognosis|evolucion|evolucio|salute|salud|salut|sante|health)"
_THE = r"(?:the |la |el |l'|il |lo |le |na |en )?"
_STATE_OF = Lazy(
    rf"\b(?i:{_CONDITION} (?:of|de|del|de la|du|d'|di|della|dello|dell'|de l') ?{_THE}(?:(?:ex )?[a-z]{{4,}} ){{0,3}}?)(?P<t>(?i:{_LADY}) )?(?P<n>{_FULL}|{_CAP})"
)
_WELL = (
    r"(?:stable|stationary|critical|serious|comfortable|improving|recovering|satisfactory|grave|gravissim[oa]|stabil[ei]|stazionari[oa]|critic[oa]?|critiques?|stationnaire|serieux|estables?|grev?u?|estacionari[oa]?|preocupa\w+|preoccupant\w*|"
    r"rassurant\w*|favorable\w*|out of danger|fuori pericolo|hors de danger|fuera de peligro|fora de perill|reservad[oa]|reservat|riservata)"
)
_TELLS = Lazy(
    rf"\b{_WELL}(?![a-z])|\b(?:improv|worsen|miglior|peggior|amelior|aggrav|mejor|empeor|millor|empitjor)\w+"
)
_FARES = (
    r"(?:(?:evoluciona|evolue|evolve|evolves|recovers|is recovering|continues to (?:recover|improve)|progresses) ?(?:favorable\w*|be\b|bien\b|bene\b|well\b|positiva\w*|correcta\w*|satisfactor\w*)?|"
    r"(?:(?:is|was|remains|stays|has been|e|est|es|esta|sta|resta|reste|rimane|permanece|sigue|continua|roman|segueix|se encuentra|es troba|si trova|se trouve|a ete|e stat[oa]|ha sido|ha estat|va ser|fue|era)(?: (?:still|now|in a|in|en|ancora|encore|aun|encara|ya|ja|gia|deja|estado|estat|condizioni|etat|condition|currently|successfully|con exito))* "
    rf"(?:{_WELL}|admitted|operated|sedated|intubated|awake|in (?:intensive care|icu|theatre|surgery)|intensive care|ricoverat[oa]|operat[oa]|sedat[oa]|intubat[oa]|svegli[oa]|hospitalisee?|operee?|intubee?|sedee?|ingresad[oa]|operad[oa]|sedad[oa]|intubad[oa]|hospitalizad[oa]|ingressa[td]a?|operada|hospitalitza[td]a?|uci|terapia intensiva|reanimation|soins intensifs|rianimazione)))"
)
_FIGURE = Lazy(rf"(?<![\w@#'-])(?P<n>{_FULL}),? {_FARES}(?![a-z])")
_CLINICIAN = Lazy(
    r"\b(?:dra?|doctora?s?|dott\w*|prof\w*|docteur|surgeon|cirujan[oa]|cirurgian[a]?|chirurg\w+|nurse|director\w*|spokes\w+|portavo\w+|portaveu|porte-parole)\.? [\w' -]{0,40}$"
)
_SEX = r"(?:varon|mujer|hombre|senora?|paciente|pacient|uomo|donna|paziente|signora?|homme|femme|patiente?|monsieur|dame|home|dona|senyora?|man|woman|male|female|lady|gentleman|patient)"
_CASE_INITIALS = Lazy(
    rf"(?:^|[.!?:;] ?)(?P<n>(?:[A-Z]\. ?){{2,4}}),? ?(?i:{_SEX})\b(?=,? (?:de |di |d'|of |aged )?\d)|\b(?i:pac|pcte|pcient|pz|paz|pt|pat)\. ?(?P<m>(?:[A-Z][A-Z]?\. ?){{2,4}})(?=[,;: ]|$)"
)
_LITTLE_M = Lazy(
    rf"(?:^|[.!?:;,] ?)m\. (?:d'|de |du |des |le |la )?(?P<n>{_CAP}(?: {_CAP})?)(?=,? [a-z]|[,.;!?]|$)"
)
_OF_HOUSE = Lazy(
    rf"\b(?i:senyora?|senora?|signora?|signor|monsieur|madame|mme|m\.) (?:de|d'|di|von|van|du|des) ?(?P<n>{_CAP})(?=,? [a-z]|[,.;!?]|$)"
)
_MOCKED = Lazy(
    rf"\b(?i:(?:le|lo|la) (?:dicen|dicon|llaman|chiamano|chiamavano)|li diuen|el coneixen per|la coneixen per|l'anomenen|on (?:l'appelle|le surnomme|la surnomme)|they call (?:him|her)|(?:lo|la) conocen (?:por|como)) [\"“«']?(?i:el |la |l'|en |na |il |lo |le |the )?(?P<n>{_CAP})"
)
_HEIR = Lazy(
    rf"\b(?i:hereu|pubilla|mestressa|jove|vell|gent|fill|filla|nen|nena|amo|madona) (?i:de (?:cal|can|ca la|ca l'|son|mas)|d'en) ?(?P<n>{_CAP})"
)
_ZI = Lazy(rf"\b(?:zi'|cumpa'?|compa'?|mast'?|maste|comare|compare) ?(?P<n>{_CAP})(?=,? [a-z'])")
_OWN_WISH = Lazy(
    r"(?P<n>[\"“«][A-Z][^\"”»]{3,30}[\"”»])[^.!?]{0,30}\b(?:com vol que|tal com vol|com li agrada que|como quiere que|como le gusta que|as (?:he|she) (?:likes|wants) (?:to be|us to)|come vuole (?:essere|che)|comme (?:il|elle) veut qu)"
)
_MONTHS = (
    "(?:january|february|march|april|may|june|july|august|september|october|november|december|gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre|"
    "janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre|enero|febrero|abril|mayo|junio|julio|septiembre|setiembre|octubre|noviembre|diciembre|"
    "gener|febrer|marc|maig|juny|juliol|agost|setembre|desembre)"
)
_BORN = Lazy(
    r"\b(?:(?:va |vaig |van )?n[ae]ixer|nad[ae]|nat|nascut|nascuda|nacio|nacid[oa]|nato|nata|e nat[oa]|nee?|est nee?|naquit|born)\b(?: (?:on|the|il|le|el|al|la|es|dia|giorno|jour|day|en|a|in))* ?"
    rf"(?P<n>\d{{1,2}}(?:er|st|nd|rd|th)? ?(?:of |de |del |d'|di )?{_MONTHS},? ?(?:of |de |del |de l'any |dell'anno )?(?:de )?(?:19|20)\d\d|\d{{1,2}}[./-]\d{{1,2}}[./-](?:(?:19|20)\d\d|\d\d))(?!\d)"
)
_INSTITUTION = Lazy(
    r"\b(?:hospital|ospedale|hopital|clini\w+|unit\w*|servei|service|servicio|reparto|centre)\b"
)
_ONE_OF_OURS = Lazy(
    r"\b(?:he|she|they)(?: is|'s| are|'re| was| were) (?:indeed |really |actually |certainly |in fact |also |still |already |now )*(?:one of our (?:patients|own)|a patient of ours|our patient|a patient here|under our care|in our care)"
    r"|\b(?:lui |lei )?(?:e|era) (?:effettivamente |proprio |davvero |in effetti |anche )*(?:(?:uno|una|un) (?:dei|delle) nostr[ie] pazienti|un[oa]? nostr[oa] paziente|nostr[oa] paziente)\b"
    r"|\b(?:il|elle) (?:est|fait|etait) (?:bien |en effet |effectivement |aussi |partie )*(?:(?:l')?une? de nos patiente?s|de nos patiente?s|notre patiente?)\b"
    r"|\b(?:es|era) (?:efectivamente |en efecto |de hecho |si |tambien )*(?:un[oa] de nuestr[oa]s pacientes|paciente (?:nuestr[oa]|de aqui|de la casa)|nuestr[oa] paciente)\b"
    r"|\b(?:es|era) (?:efectivament |en efecte |de fet |tambe )*(?:un[a]? (?:dels|de les) nostr[ea]s pacients|pacient nostr[ea]|el nostre pacient|la nostra pacient)\b"
)
_UNSAID = Lazy(
    r"\b(?:if|whether|se|si(?! que\b)|cannot say|can't say (?:if|whether)|not|non|no|pas)\b[^,.!?]{0,30}$"
)
_OPEN = r"[\[({<]\s?"
_SHUT = r"\s?[\])}>]"
_DEFANGED = Lazy(
    rf"(?P<n>(?:h(?:xx|\*\*)ps?(?:://|\[:\]//|:) ?|https?(?:\[:\]// ?|:// ))[^\s<>\"¤]{{4,}}|(?<![\w@.-])[a-z0-9-]{{4,}}(?:\s?{_OPEN}(?:\.|,|dot|punto|punt|point|pt){_SHUT}\s?[a-z0-9-]{{2,}}){{1,3}}(?:/\S*)?)"
)
_FUNDED = Lazy(
    r"(?P<n>(?:https?://)?(?:www\.)?(?:verkami|migranodearena|goteo|ulule|helloasso|produzionidalbasso|eppela|retedeldono|kisskissbankbank|lanzanos|gofund\.me|gofundme|justgiving|leetchi|teaming|cotizup|buonacausa)\.[a-z]{2,4}/[^\s<>\"¤]+)"
)
_FOREIGN_CAR = Lazy(
    r"\b(?:vehicles?|car|van|coche|furgon\w*|turismo|cotxe|turisme|vehicul[oe]?|veicolo|auto|macchina|voiture|vehicule|camion\w*|lorry|truck|moto\w*|matricula|targa|plaque|plate)\b[^.!?\d]{0,28}?(?P<n>\b(?:[a-z]{1,3}[ -]?\d{3,5}(?:[ -]?[a-z]{1,3})?|\d{4}[ -]?[a-z]{3}))(?![\w/-])"
)
_ROAD_CODE = Lazy(r"^(?:[acenrsdmptv][ -]?\d{1,4}|[a-z]{1,2}-\d{1,4}|rn ?\d+|ss ?\d+|sp ?\d+)$")
_OCCUPANT = Lazy(
    r"\b(?:trapped|extricated|atrapad[oa]|atrapat|atrapada|incastrat[oa]|intrappolat[oa]|estratt[oa]|coincee?|(?:des)?incarceree?)\b[^.!?]{0,24}\b(?:car|van|lorry|truck|auto|macchina|furgone|voiture|camion|coche|furgoneta|cotxe)\b|\b(?:l'ocupant|occupant|ocupante|occupante|driver|passenger|conductora?|passatger\w*|pasajer\w*|conducteur|conductrice|passager\w*|conducente|autista|passegger\w|rider|biker|motociclist\w*|motorista|motorist[ei]|motarde?|scooterista|centauro)\b[^.!?]{0,80}\b(?:intuba\w*|sedat\w*|sedad[oa]|operat\w*|operad[oa]|here|operando|operant|operiamo|operons|opere|operem|operamos|aqui|qui|ici|with us|amb nosaltres|theatre|quirofan\w*|sala operatoria|bloc|rianimazione|reanimacio\w*|rea|uci|icu|ferit|injured|bless\w+|herid[oa])\b"
)
_BALCONY = Lazy(
    r"\b(?:the|el|la|l'|il|lo|le) ?(?:nen[a]?|noi[a]?|xiquet[a]?|nin[oa]|chic[oa]|bambin[oa]|ragazz[oa]|boy|girl|child|kid|toddler|baby|fille|fillette|garcon|petite?|bebe|avi|avia|abuel[oa]|anzian[oa]|old (?:man|lady|woman)|dona|home|mujer|hombre|donna|uomo|homme|femme|dame|vei|veina|vecin[oa]) (?:[\w'-]+ ){0,4}?"
    r"(?P<n>(?:carrer|c/|placa|avinguda|calle|plaza|avenida|via|piazza|corso|viale|rue|avenue|place|boulevard) (?:de |del |de la |des |du |di |della |d')?[\w'-]+(?: [\w'-]+){0,3}?,? \d{1,4}|\d{1,4},? (?:rue|avenue|boulevard|place) [\w' -]{3,30}|\d{1,4} [a-z]+ (?:street|road|lane|avenue|row|close|drive))\b"
    r"[^.!?]{0,40}\b(?:tenim|tenemos|abbiamo|have|avons|chez nous|cremades|cremat\w*|quemad\w+|ustion\w+|burn\w*|brulee?\w*|ingres\w*|intuba\w*|operat\w*|operad[oa]|operee?|critical|grave|stable|estable)\b"
)
_LETTERS = Lazy(
    r"(?<![A-Za-z0-9])(?P<n>(?:[A-Za-z](?P<by> |-|\.|\*|_|·)(?!\s))(?:[A-Za-z](?P=by)){3,}[A-Za-z])(?![A-Za-z0-9])"
)
_REASON = "This looks like somebody's name."
_STATED = "A name with somebody's state tells who is a patient."
_CONFIRMED = "This confirms that somebody is or was a patient."


def bulletins(c: Context, names: Names) -> Iterator[Finding]:
    if c.kind in ("press", "surgery", "crisis", "reply"):
        for start, end in _states(c, names):
            yield Finding(start, end, "A", BLOCK, _STATED, "the patient")
    if c.kind == "reply":
        for match in _ONE_OF_OURS.finditer(c.low):
            if not _UNSAID.search(c.before(match.start(), 60)) and c.after(match.end(), 1) != "?":
                yield Finding(
                    *match.span(), "R", BLOCK, _CONFIRMED, "We cannot speak about individual people here."
                )
    if c.kind == "crisis":
        for match in _BALCONY.finditer(c.low):
            yield Finding(*match.span("n"), "B", BLOCK, "This is the house address of somebody injured.", "")
        if _OCCUPANT.search(c.low):
            for match in _FOREIGN_CAR.finditer(c.low):
                if not _ROAD_CODE.match(match["n"]):
                    yield Finding(*match.span("n"), "L", BLOCK, "This looks like a number plate.", "")
    if c.kind not in ("surgery", "reply"):
        return
    for start, end in _named(c, names):
        yield Finding(start, end, "A", BLOCK, _REASON, "the patient")
    for match in _BORN.finditer(c.low):
        first, _ = c.sentence(*match.span())
        if (
            not _INSTITUTION.search(c.low[first : match.start()])
            and HIDDEN not in c.plain[first : match.start()]
        ):
            yield Finding(*match.span("n"), "C", BLOCK, "This is a birth date.", "")
    for pattern in (_DEFANGED, _FUNDED):
        for match in pattern.finditer(c.low):
            if HIDDEN not in c.plain[match.start("n") : match.end("n")]:
                yield Finding(*match.span("n"), "N", BLOCK, "This link may lead to somebody's own page.", "")


def _states(c: Context, names: Names) -> Iterator[tuple[int, int]]:
    for match in _STATE_OF.finditer(c.plain):
        first, last = c.sentence(*match.span())
        if not _TELLS.search(c.low[first : match.start()] + " " + c.low[match.end() : last]):
            continue
        titled = match["t"] is not None
        if _is_person(c, names, match, alone=titled):
            yield match.span("n")
    for match in _FIGURE.finditer(c.plain):
        shown = c.low[max(0, match.start("n") - 30) : match.start("n")] + match["n"].lower()
        if not _CLINICIAN.search(shown) and _is_person(c, names, match, alone=False):
            yield match.span("n")


def _is_person(c: Context, names: Names, match: re.Match[str], *, alone: bool) -> bool:
    """Two words or more of which one is a known name and none a thing; one word after a title."""
    words = [w for w in re.findall(r"[a-z'-]+", match["n"].lower()) if len(w) > 2]
    if HIDDEN in match["n"] or not words or is_thing(words, c.low[match.end("n") :]):
        return False
    if any(w in COMMON for w in words) or (len(words) == 1 and not alone):
        return False
    if not alone and all(w in names.plain_words or w in INSTITUTIONS for w in words):
        return False
    given = any(w in names.strong_first or w in names.first for w in words)
    town = " ".join(words) in TOWNS or (words[0] in TOWNS and words[0] not in names.first)
    return (given or alone) and (alone or not town)


def _named(c: Context, names: Names) -> Iterator[tuple[int, int]]:
    for match in _CASE_INITIALS.finditer(c.plain):
        yield match.span(match.lastgroup or "n")
    patterns = [_MOCKED, _HEIR, _ZI]
    if c.kind == "surgery":
        patterns.append(_OF_HOUSE)
    if c.may_be("fr"):
        patterns.append(_LITTLE_M)
    for pattern in patterns:
        for match in pattern.finditer(c.plain):
            low = match["n"].lower().split()[0]
            if (
                HIDDEN in match["n"]
                or low in EPONYMS
                or low in COMMON
                or (pattern is _OF_HOUSE and low in TOWNS)
            ):
                continue
            if (
                pattern in (_MOCKED, _HEIR, _ZI)
                or low in names.strong_last
                or is_strange(names, match["n"], c.low[match.end("n") :], inside=True)
            ):
                yield match.span("n")
    for match in _OWN_WISH.finditer(c.plain):
        yield match.span("n")
    for match in _LETTERS.finditer(c.plain):
        joined = re.sub(r"[^A-Za-z]", "", match["n"])
        low = joined.lower()
        if low in MNEMONICS:
            continue
        if 5 < len(low) < 25 and is_strange(names, low, "", inside=False) and not _two_words(names, low):
            yield match.span("n")


def _two_words(names: Names, low: str) -> bool:
    def known(word: str) -> bool:
        return word in names.plain_words or word in COMMON

    return any(known(low[:i]) and known(low[i:]) for i in range(2, len(low) - 1))
