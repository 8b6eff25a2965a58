"""What every rule is given (the view and what is known around it) and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from app.editorial.guard.decision import Verdict
from app.editorial.guard.fold import View
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.words.people import CASUALTY, PATIENT, RELATIVES

ASK = Verdict.ASK
BLOCK = Verdict.BLOCK
HIDDEN = "\u00a4"
"""Stands for every character of an allowed stretch: no letter, no digit, same length."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something seen in a view; places are those of `view.plain`."""

    start: int
    end: int
    cls: str
    verdict: Verdict
    reason: str
    replacement: str | None = None


# One person is meant: a patient, or somebody by their family. Compounds like "patient flow" are not.
_COMPOUND = r"(?! (?:information|info|transport|transfers?|centres?|centers?|session|sessions|drive|wanted|cards?|flow|care|safety|portal|line|desk|services?|persons|people|records? office|experience|room|food|milk|formula|clothes|nappies|diapers|wipes|bottles|supplies|blankets)\b)"
_NOT_FOR = "".join(
    f"(?<!{word} )"
    for word in (
        "lait",
        "lait de",
        "leche",
        "leche de",
        "latte",
        "latte per",
        "llet",
        "llet de",
        "ropa de",
        "roba de",
        "lait pour",
        "leche para",
        "llet per a",
        "couches",
        "petits pots",
    )
)
"""Milk for a baby is no baby."""
_TIE = Lazy(
    rf"\b(?=(?:{PATIENT})\b){_NOT_FOR}(?:{PATIENT})\b{_COMPOUND}"
    rf"|\b(?:his|her|their|my|the patient's|sua|suo|la sua|il suo|son|sa|leur|su|sus|seu|seva|la seva|el seu) (?:{RELATIVES})\b"
    rf"|\b(?:{RELATIVES})(?:'s)? (?:of|de|del|della|du|d'|di|dello) (?:the |la |el |il |le |l')?(?:{PATIENT}|boy|girl|man|woman|bambin[oa]|ragazz[oa]|fillette|garcon|nin[oa]|nen[ae]?|chic[oa]|petite?|pequen[oa]|piccol[oa]|bimb[oa]|noi|noia|xiquet[a]?|menuda?|lad|kid|child|toddler|teenager|ferit[oa]|blessee?|herid[oa])"
    r"|\b(?:inform|notify|avvisare|avvisate|avvertire|prevenir|prevenez|avisar|avisad|aviseu|avisen|update) (?:the |la |el |i |il |al |a la )*(?:family|next of kin|famil|figli|son\b|daughter|fils|fille|hij|fill)"
    r"|\b(?:the |il |la |el |le |al |del |della |du |de la |l')?(?:defunt[oa]|fallecid[oa]|finad[oa]|difunt[a]?|difunta|defunte?|decedut[oa]|decedee?|identified (?:man|woman|body|victim))\b"
    r"|\b(?:man|woman|boy|girl|body|uomo|donna|homme|femme|hombre|mujer|home|dona|corpo|corps|cuerpo|cos) (?:was |e stat[oa] |fue )?(?:found|trovat[oa]|retrouvee?|hallad[oa]|encontrad[oa]|troba[td]a?|recuperat[oa]|identified|identificad[oa]|identificat[oa]|identifiee?)\b"
    r"|\b(?:of the|del|della|dell'|de la|de l'|du) ?(?:drowned (?:man|woman|boy|girl)|annegat[oa]|noyee?|ahogad[oa]|ofega[td]a?|accidentad[oa]|accidentat|accidentada|accidentee?|infortunat[oa])\b"
    r"|\bnext of kin\b|\b(?:injured|wounded|missing|lost|deceased|dead|trapped|rescued) (?:boy|girl|man|woman|child|teenager|girl|person|toddler|driver|passenger)\b"
    r"|\b(?:bambin[oa]|ragazz[oa]|uomo|donna|fillette|garcon|homme|femme|nin[oa]|chic[oa]|hombre|mujer|nen[ae]?|noi[ae]?|home|dona) (?:ferit[oa]|dispers[oa]|scompars[oa]|bless\w+|disparue?|herid[oa]|desaparecid[oa]|desaparegu\w+)\b"
    r"|\b(?:he|she) (?:lives|was|is|has|had|went|goes|can be|collapsed)\b|\bcollapsed\b|\bher (?:home|house|mobile|phone|cell|address|number|email)\b|\bhis (?:home|house|mobile|phone|cell|address|number|email)\b"
    r"|\b(?:son|sa) (?:domicile|adresse|portable|numero|mari)\b|\b(?:suo|sua) (?:casa|indirizzo|cellulare|numero)\b|\bsu (?:casa|domicilio|movil|numero)\b|\b(?:seva|seu) (?:casa|domicili|mobil|numero)\b"
)
_HUMAN = r"(?:girl|boy|man|woman|lady|gentleman|child|kid|teen|teenager|toddler|driver|passenger|cyclist|biker|pedestrian|climber|worker|guy|lad|nurse|tourist|signora?|signore|donna|uomo|ragazz[oa]|bambin[oa]|bimb[oa]|autista|ciclista|turista|dame|monsieur|femme|homme|garcon|fille|fillette|petite?|conducteur|conductrice|cycliste|touriste|senora?|mujer|hombre|chic[oa]|nin[oa]|conductora?|pequen[oa]|senyora?|dona|home|noi[a]?|nen[a]?|nena|conductora?)"
_STATE = r"(?:poisoned|intoxicated|intossicat[oa]|intoxiquee?|intoxicad[oa]|intoxicat|intoxicada|ventilat\w+|ventilee?|intubat\w*|intubad[oa]|intubee?|sedat\w*|sedad[oa]|sedee?|burn(?:t|ed)|injured|wounded|hurt|hospitali[sz]\w+|operat[oaie]\w?|operad[oa]|operee?|unconscious|critical|comatose|dying|shot|stabbed|admitted|resuscitated|ustionat[oa]|incoscient\w|ricoverat[oa]|investit[oa]|travolt[oa]|accoltellat[oa]|brulee?|inconsciente?|inconscient|renversee?|fauchee?|percutee?|poignardee?|quemad[oa]|ingresad[oa]|atropellad[oa]|apunalad[oa]|cremat|cremada|ingressa[td]a?|atropella[td]a?|apunyala[td]a?|in coma|en coma|dans le coma|grave)"
_ILL = Lazy(
    rf"\b(?:{_STATE}|struck|run[- ]over) {_HUMAN}\b|\b{_HUMAN},? (?:who (?:is|was) |che e |qui est |que esta |que es )?(?:(?:ora|now|ahora|ara) )?{_STATE}(?![a-z])"
    r"|\b(?:in|en|a|dans|nella|al|a la) (?:our|nostr[ao]|la nostr[ae]|notre|nuestr[ao]) (?:icu|itu|uci|uti|reani?\w*|rea\b|terapia intensiva|rianimazione|theatre|ward|planta|reparto|service|quirofan\w*|unita\w*|unidad|burns unit)"
    r"|\b(?:was|got|been|fue|ha sido|e stat[oa]|a ete|va ser|estat) (?:hit|struck|run over|knocked down|stabbed|shot|atropellad[oa]|arrollad[oa]|investit[oa]|travolt[oa]|renversee?|fauchee?|atropella[td]a?)\b|, (?:hit|struck|run over|knocked down|stabbed|shot|investit[oa]|travolt[oa]|accoltellat[oa]|renversee?|fauchee?|percutee?|atropellad[oa]|arrollad[oa]|apunalad[oa]|atropella[td]a?|apunyala[td]a?) "
)
_OURS = Lazy(
    r"\b(?:one of our|uno dei nostri|una delle nostre|une? de nos|un[oa] de nuestr[oa]s|un dels nostres|una de les nostres) (?!staff|team|nurse|doctor|volunteer|colleague|surgeon|ambulan|chirurg|infermier|infirm|enfermer|medic|colleg|lector|reader)[a-z]+"
    r"|\b(?:our|nostr[oa]|notre|nuestr[oa]|el nostre) (?:dialy[sz]\w+|dialitz\w+|diali[sz]\w+|greffee?|trapiantat\w*|trasplanta\w+|ventilated|ossigenodip\w+|oxigenod\w+|amputee?|operat[oa]?|operad[oa]|operee?|ingressat|ingressada|ingresad[oa]|ricoverat[oa]|malalt[a]?|malat[oa]|malade|enferm[oa])\b"
    r"|\b(?:lady|gentleman|man|woman|child|boy|girl|signora|signore|uomo|donna|bambin[oa]|dame|monsieur|homme|femme|enfant|senora?|hombre|mujer|nin[oa]|senyora?|home|dona|nen[a]?) (?:on|con|en|sous|avec|amb|in|a) (?:home |the )?(?:dialysis|oxygen|a ventilator|dialisi|ossigeno|ventilatore|dialyse|oxygene|respirateur|dialisis|oxigeno|respirador|oxigen)\b"
    r"|\b(?:that|que|che|qui) (?:we have|tenim|tenemos|abbiamo|nous avons|on a) (?:[a-z]+ )?(?:critical|critic[oa]?|critique|grave?|greu|intubat\w*|intubad\w*|intubee?|sedat\w*|unconscious|inconscient\w*|ingressa\w*|ingresad\w*|ricoverat\w*|hospitalis\w*|operat\w*|operad\w*)"
    r"|\b(?:the|la|una?|our|una donna|une) (?:pregnant (?:woman|lady|girl)|embarazada|embarassada|donna incinta|femme enceinte|partera|parturienta?|partoriente)\b|\b(?:ditta|azienda|datore|employer|company|boss|empresa|patron|entreprise|jefe|botiga|negozio) (?:of|de|del|de la|della|dell'|di|du|d'en) ?(?:the |la |l'|el )?(?:woman|man|donna|uomo|dona|home|mujer|hombre|femme|homme|patient\w*|pazient\w|pacient\w?)\b"
    r"|\b(?:father|mother|parents|padre|madre|genitori|padres|pere|mere|pare|mare|pares|uncle|aunt|zio|zia|tio|tia) (?:of the|dei|delle|de los|de las|dels|de les|des) (?:[a-z]+ )?(?:children|kids|boys|girls|twins|bambin[ie]|ragazz[ie]|gemell[ie]|ninos|ninas|chicos|chicas|mellizos|gemelos|enfants|garcons|filles|jumeaux|nens|nenes|nois|noies|bessons)\b"
    r"|\b(?:owner|driver|proprietari[oa]|proprietaire|conducteur|conductrice|propietari[oa]?|conductora?)\b[^.!?]{0,30}\b(?:resus|theatre|icu|rianimazione|reanimation|rea\b|quirofan\w*|uci|ricoverat\w+|ingresad\w+|ingressa\w+|hospitalis\w+)\b"
)
_CASUALTY = Lazy(CASUALTY)
_PLURAL = Lazy(
    r"\b(?:patients|pazienti|pacientes|pacients|victims|vittime|victimes|casualties|feriti|blesses|heridos|ferits)\b"
)
_SENTENCE = Lazy(r"[.!?\n](?:\s|$)")

ABBREVIATION = Lazy(
    r"(?<![a-z])(?:dr|dra|drs|sr|sra|srta|sig|sigra|prof|profa|dott|ssa|st|sta|mr|mrs|ms|mme|mlle|m|no|n|num|nr|tel|av|avda|bd|c|d|p|pt|approx|vs|ca|ext|[a-z])$"
)


@dataclass(frozen=True)
class Context:
    """
    Attributes:
        view: With allowed stretches hidden.
        kind: As in the request.
        lang: Of the whole text.
        langs: What it may be as well, where nobody said and a short text leaves it open.
    """

    view: View
    kind: str
    lang: str = ""
    langs: tuple[str, ...] = ()

    def may_be(self, lang: str) -> bool:
        """Is the text in this language, or could it be?"""
        return self.lang == lang or lang in self.langs

    @cached_property
    def plain(self) -> str:
        return self.view.plain

    @cached_property
    def low(self) -> str:
        return self.view.low

    @cached_property
    def has_digit(self) -> bool:
        return any(map(str.isdigit, self.view.low))

    @property
    def is_public(self) -> bool:
        """Kinds in which the public's own places, numbers and dates are what it is about."""
        return self.kind in ("crisis", "training", "press")

    @cached_property
    def _ties(self) -> list[tuple[int, int]]:
        return [m.span() for pattern in (_TIE, _ILL, _OURS, _CASUALTY) for m in pattern.finditer(self.low)]

    @cached_property
    def _ends(self) -> list[int]:
        return [
            m.start()
            for m in _SENTENCE.finditer(self.low)
            if not ABBREVIATION.search(self.low[max(0, m.start() - 6) : m.start()])
        ]

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        first = max((e + 1 for e in self._ends if e < start), default=0)
        last = min((e for e in self._ends if e >= end), default=len(self.low))
        return first, last

    def tied(self, start: int, end: int) -> bool:
        """Is what stands here said of one patient, victim or relative? Looks at the sentence."""
        first, last = self.sentence(start, end)
        return any(first <= a and b <= last and not (a < end and start < b) for a, b in self._ties)

    def before(self, at: int, count: int = 40) -> str:
        return self.low[max(0, at - count) : at]

    def after(self, at: int, count: int = 40) -> str:
        return self.low[at : at + count]
