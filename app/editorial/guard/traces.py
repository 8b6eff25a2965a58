"""What somebody bears or went through, told in passing, and worth a question: days of a first operation, marks, ages that are one word, home towns."""

from __future__ import annotations

from collections.abc import Iterator

from app.editorial.guard.context import ASK, Context, Finding
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.words.harmless import INSTITUTIONS
from app.editorial.guard.words.people import COMMON
from app.editorial.guard.words.towns import TOWNS

_BEFORE = (
    r"(?:operat\w*|operee?s?|operad[oa]|opera(?:do|da)|reprise|repris|ripres[ao]|reinterven\w*|reopera\w*|reoperee?|redo|re-?do|revision of the (?:one|first|last)|first (?:one|op\w*|time|surgery|go|procedure)|previous (?:one|op\w*|surgery)|last (?:op\w*|surgery)|"
    r"la prima|la primera|la premiere|l'anterior|l'altra|la otra|l'autre|la precedente?|la vez anterior|intervent[oi]|intervention|intervencion?|surgery|admission|ingres[os]*|ricover\w+|hospitalis\w+|alta|dimess[oa]|sortie?|discharged)"
)
_DAY_MONTH = Lazy(
    rf"\b{_BEFORE}\b[^.!?\d]{{0,24}}?\b(?:il|el|le|du|del|dal|l'|on|on the|from|from the|of the|of|al|dia) ?(?P<n>(?:0?[1-9]|[12]\d|3[01])[/.-](?:0?[1-9]|1[0-2])(?:[/.-]\d\d(?:\d\d)?)?)(?![\d/%:h]|[.,]\d| ?(?:mm|cm|ml|min|fr\b|mg))"
)
_HUNDRED = Lazy(
    r"\b(?:cent\w{2,12}enn[ei]|(?:ultra)?centenari[ao]|centenaires?|supercentenarian)\b(?! (?:ospedale|hospital|hopital|fondazione|institu\w+|societa))"
)
_AGED = Lazy(
    r"^(?:cent\w+enn[ei])$|\b(?:la|il|un[ao]?|une|our|nostr[oa]|nuestr[oa]|notre|pazient\w|pacient\w?|patiente?)\b[^.!?]{0,16}$"
)
_INKED = Lazy(
    r"\b(?:tatou(?:ee?s?|es)|tatuat[ei]|tatuad[oa]s|tatuats|tatuades|tattooed|(?:inked|inchiostrat\w|encree?s?) (?:on|sul|sulla|sur|en))\b"
)
_MARKING = Lazy(
    r"\b(?:polyp\w*|polip\w*|polype\w*|lesion\w*|lesio\w*|colon\w*|endoscop\w*|margin\w*|marge\w*|margen\w*|china|nodul\w*|node|corne\w*|reper\w*|clip)\b"
)
_TWO_EYES = Lazy(
    r"\bull (?:\w+ )?i l'altre\b|\bulls de (?:dos|diferent) colors?\b|\bojo (?:\w+ )?y (?:el )?otro\b|\bojos de (?:dos|distinto|diferente) colou?r\w*|\b(?:occhio \w+ e (?:uno|l'altro)|occhi di (?:due colori|colore divers\w))\b|\boeil (?:\w+ )?(?:et|,) ?l'autre\b|\byeux (?:vairons|de deux couleurs|de couleurs? differentes?)\b|\bone (?:\w+ )?eye(?: is)? \w+,? (?:and )?(?:one|the other)\b|\bone \w+ eye,? (?:and )?(?:one|the other)\b|\beyes of (?:two|different) colou?rs\b|\b(?:one eye|un ull|un ojo|un occhio|un oeil) [^.!?]{2,14} (?:the other|l'altre|el otro|l'altro|l'autre)\b|\bh?eterocromi\w+|\bheterochrom\w+"
)
_FACING = Lazy(
    r"\b(?:photos?|fotos?|pics?|pictures?|imatges?|imagen|immagin[ei]|scatt[oi]|video|clip)\b[^.!?]{0,28}\b(?P<n>mira(?:nt|ndo)-?(?:nos|te|vos|os)|guarda(?:ndoci|ci)|en nous regardant|nous regarde|looks? (?:straight |right )?at us|looking (?:straight |right )?at us|nos mira|ens mira|ci guarda)\b"
)
_KNOCKED = Lazy(
    r"\b(?:l[oae] (?:arroll|atropell|embisti|tiro|investi|travolse)\w*|l'(?:ha|han|hanno|a) (?:arroll|atropell|investit|travolt|renvers|fauch|envestit)\w*|(?:hit|knocked|struck|ran) (?:him|her))\b[^.!?]{0,30}\b(?:en|in|on|a|al|alla|sur|sulla|over on) (?:the |la |el |l')?(?P<n>(?:[A-Z]|gran via|via |calle |carrer |rue |avenue |high street|rambl|diagonal|meridiana|corso )[\w'-]*(?: [A-Z][\w'-]+)?)"
)
_TRADE_OF = Lazy(
    r"^\W*(?:an? |un |una |une |el |la |le |il |the )?(?P<w>[a-z]{5,}) (?:d'|de |di |del |from )(?P<n>[A-Z][\w'-]+(?: [A-Z][\w'-]+)?)(?=,)"
)


def traces(c: Context) -> Iterator[Finding]:
    if c.kind != "surgery":
        return
    for match in _DAY_MONTH.finditer(c.low):
        yield Finding(*match.span("n"), "C", ASK, "A date of a stay can point at one person.", "")
    for match in _HUNDRED.finditer(c.low):
        if _AGED.search(match.group()) or _AGED.search(c.before(match.start(), 30)):
            yield Finding(*match.span(), "C", ASK, "An age narrows down who it is.", "adult")
    for match in _INKED.finditer(c.low):
        if not _MARKING.search(c.low[slice(*c.sentence(*match.span()))]):
            yield Finding(*match.span(), "P", ASK, "A bodily mark points at one person.", "")
    for match in _TWO_EYES.finditer(c.low):
        yield Finding(*match.span(), "P", ASK, "A bodily mark points at one person.", "")
    for match in _FACING.finditer(c.low):
        yield Finding(*match.span("n"), "Q", ASK, "A picture of a person needs a second pair of eyes.", "")
    for match in _KNOCKED.finditer(c.plain):
        yield Finding(*match.span("n"), "B", ASK, "Where somebody was found points at them.", "")
    for match in _TRADE_OF.finditer(c.plain):
        if match["n"].lower() in TOWNS and match["w"] not in INSTITUTIONS and match["w"] not in COMMON:
            yield Finding(*match.span("n"), "B", ASK, "A town narrows down who it is.", "the region")
