"""
Names, numbers and addresses in pieces: the rest of a name after "her name is Philippa Swa", of a code after "starts with", of a street
after its first half. `window` reads texts joined; these are what a join does not show.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.editorial.guard.context import BLOCK, HIDDEN, Context, Finding
from app.editorial.guard.fold import fold
from app.editorial.guard.lazy import Lazy

_NAME_SAID = Lazy(
    r"\b(?:name(?:'s| is)?|named|called|surname(?: is)?|si chiama|nome(?: e)?|cognome(?: e)?|s'appelle|appelee?|nom(?: est)?|prenom(?: est)?|se llama|nombre(?: es)?|apellid\w+|es diu|de nom|nom(?: es)?|cognom\w*|diuen)\b(?::| is| e| es| est)?[^.!?]{0,30}$|\b(?:cognom|cognome|surname|nom de famille|apellido)\b[^.!?]{0,24}$"
)
_REST_OF_NAME = Lazy(
    r"^\W*(?:(?i:y|e|i|et|and)\W{1,4})?(?:(?i:su apellido|el cognom|il cognome|(?:his|her) surname|son nom|apellido|cognom|cognome|surname)\b[^.!?]{0,30}?[:, ])?[ -]*(?P<n>(?:(?:de|di|del|da|van|le|la|von) )?[A-Z][\w'-]+(?: [A-Z][\w'-]+)?)(?=[.,;:!]|$| (?:and|is|e|est|es|ja|ya|gia|deja)\b)"
)
_APPEND = Lazy(r"^\W*(?:\.\.|…|-)\W*(?P<n>[A-Za-z][\w'-]+)")
_ENDS_IN_NAME = Lazy(r"(?:[A-Z][\w'-]*|\b(?:de|di|del|da|van|le|la|von|el|ben))\W*$")
_CODE_BEGUN = Lazy(
    r"\b(?:starts?|begins?|inizia|comincia|commence|debute|empieza|comienza|comenca|first|prim[aeio]\w*|premier\w*|primer\w*|then|poi|puis|luego|despres|codice|code|codigo|codi|tessera|tarjeta|targeta|carte|card|policy|poliza|polizza|polissa|serial\w*|serie|seriale|dni|nie|fiscal\w*|iban|cuenta|conto|compte|account|mrn|nhc|record|dossier|cartella|historia|plate|targa|matricula|plaque|passport|passaporto|passeport|pasaporte|passaport|insurance|mutua|mutuelle|assicur\w+|asegur\w+|assegur\w+)\b[^!?]*[a-z]?\d[a-z0-9 ./-]*$"
)
_CODE_ENDS = Lazy(
    r"^\W*(?:(?:and |e |et |y |i )?(?:(?:the )?(?:last|final|ending|rest)|ultim[aeoi]s?|per ultim[oa]?|por ultimo|per finir|finalment|finalmente|enfin|finally|la resta|il resto|el resto|le reste|dernier\w*|darrer\w*|poi|puis|luego|despres|then)\b[^.!?\d]{0,24})?(?P<n>[A-Z]{0,3}\d[\dA-Z ./-]*|[A-Z]{1,2})(?=[.,;:! ]|$)(?! ?(?:ml|mm|cm|mg|mcg|min|%|bpm|h\b|g\b|kg|x\b))"
)
_STREET_BEGUN = Lazy(
    r"\b(?:home|house|lives?|living|send (?:him|her|them) home|number|numero|no\.|casa|torna a casa|abita|vive|viu|habite|rentre|domicil\w*|direccion|indirizzo|adresse|adreca|address|a casa (?:seva|sua)|chez (?:lui|elle))\b"
)
_STREET_REST = Lazy(
    r"^\W*(?P<n>(?:street|road|avenue|lane|drive|close|way|terrace|court|crescent|grove|row|gardens|mews|square|walk|place)\b|(?:bajo|baixos?|primero|segundo|tercero|\w+) (?:piano|planta|piso|pis|etage|floor|derecha|izquierda|esquerra|dreta)\b|\d{1,4}(?= ?,? (?:\w+ (?:piano|planta|piso|pis|etage|floor|interno|puerta|porta|scala|escala|bajo|bis)\b)))"
)
_HOUSE_AT_END = Lazy(
    r"\b(?:number|numero|no\.?|n\.?|num\.?) ?\d{1,4}[a-d]?\W*(?:[a-z]+\W*)?$|\b\d{1,4}\W*[a-z'-]+\W*$|\b(?:via|viale|corso|rue|calle|carrer|avenida|avinguda|plaza|placa|piazza)\b[^.!?]*\d?\W*$"
)
_DOMAIN = Lazy(
    r"^(?P<n>/[a-z0-9_-]{4,}|\.(?:[a-z0-9-]+\.)*(?:com|org|net|info|me|io|blog|tv|es|fr|it|cat|uk|eu|example)(?:/\S*)?)(?![a-z])"
)
_SITE_BEFORE = Lazy(r"\.(?:com|org|net|info|me|io|blog|tv|es|fr|it|cat|uk|eu|example)$")
_THING_NAMED = Lazy(
    r"\b(?:robots?|dogs?|cats?|storms?|machines?|manikins?|dummy|console|microscope|cane|gatt[oa]|tempesta|macchina|manichino|colonna|chien\w*|chat|tempete|machine|mannequin|perr[oa]|gat[oa]|borrasca|temporal|dana|maquina|maniqui|torre|gos|gossa|tempesta|llevantada|manequi)\b"
)
_WHY = "Together with the update before, this identifies somebody."


def pieces(texts: Sequence[str], c: Context) -> Iterator[Finding]:
    """Findings in the new text's own view; `texts` are the earlier ones, oldest first."""
    views = [fold(text) for text in texts]
    if not views:
        return
    last = views[-1].plain.rstrip()
    said = any(
        _NAME_SAID.search(view.low.rstrip(" .…,")) and not _THING_NAMED.search(view.low) for view in views
    )
    if said:
        rest = _APPEND.match(c.plain) if _ENDS_IN_NAME.search(last) else None
        if rest is None and (_NAME_SAID.search(views[-1].low.rstrip(" .…,")) or _ENDS_IN_NAME.search(last)):
            found = _REST_OF_NAME.match(c.plain)
            rest = found if found and found["n"].split()[-1][0].isupper() else None
        if rest is not None and HIDDEN not in c.plain[rest.start("n") : rest.end("n") + 2]:
            yield Finding(*rest.span("n"), "A", BLOCK, _WHY, "the patient")
    joined = " ".join(view.low.rstrip(" .…,:") for view in views)
    if _CODE_BEGUN.search(joined):
        ends = _CODE_ENDS.match(c.plain)
        if ends is not None:
            yield Finding(*ends.span("n"), "H", BLOCK, _WHY, "the number")
    link = _DOMAIN.match(c.low)
    if link is not None and joined[-1:].isalnum() and (c.low[0] == "." or _SITE_BEFORE.search(joined)):
        yield Finding(*link.span("n"), "N", BLOCK, _WHY, "")
    link = _DOMAIN.match(c.low)
    if link is not None and joined[-1:].isalnum():
        yield Finding(*link.span("n"), "N", BLOCK, _WHY, "")
    if (
        not c.is_public
        and any(_STREET_BEGUN.search(view.low) for view in views)
        and _HOUSE_AT_END.search(joined)
    ):
        street = _STREET_REST.match(c.low)
        if street is not None:
            yield Finding(*street.span("n"), "B", BLOCK, _WHY, "at home")
