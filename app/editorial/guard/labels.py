"""
Codes behind their label, as they are typed in haste: a plate that ends in three letters, a serial with dashes, a professional's number,
histology and trials with letters in their middle.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.editorial.guard.context import ASK, BLOCK, HIDDEN, Context, Finding
from app.editorial.guard.lazy import Lazy

_CODE = r"(?=[A-Za-z0-9./-]*\d)[A-Za-z0-9]{1,10}(?:[ ./-][A-Z0-9]{1,10}){0,5}"
_PLATE = r"(?:car|coche|cotxe|voiture|macchina|moto|furgoneta|plates?|reg(?:istration)?|number plate|targa|targat[oa]|matricula|matriculad[oa]|plaque|immatricul\w+|matricul\w+)"
_PLATE_END = Lazy(
    rf"\b(?i:{_PLATE})\b[^.!?\n]{{0,24}}?\b(?i:end(?:s|ing)?(?: in| with)?|finish(?:es|ing)?(?: in| with)?|last (?:letters|three|two|digits)|starts?(?: with)?|starting(?: with)?|begin\w*(?: with)?|finisce(?: con| per| in)?|che finisce (?:con|per|in)|termina(?: con| en| amb| per)?|inizia(?: con| per)?|comincia(?: con| per)?|finit(?: par| en)?|finissant (?:par|en)|se terminant par|commence(?: par)?|acaba(?: en| amb)?|acabad[oa](?: en| amb)?|empieza(?: por| con)?|comenca(?: per| amb)?)[ :]+(?P<n>[A-Z0-9]{{2,5}})(?![\w-])"
    rf"|\b(?i:last|ultim[eaoi]s?|derniere?s?|darrer[ae]?s?|first|prime|premiere?s|primer[ae]?s)(?: \w+)? ?(?i:letters|lettere|lettres|letras|lletres|digits|cifre|chiffres|numeros)[^.!?\n]{{0,16}}?(?i:{_PLATE})[ :]+(?i:is |e |es |est |son )?(?P<m>[A-Z0-9]{{2,5}})(?![\w-])"
)
_TARGET = Lazy(
    r"\b(?i:targat[oai]|matriculad[oa]|immatricul\w+|matricul\w+|registered|reg\.?|plates?|plaque|targa|matricula)[ :]+(?P<n>[A-Z]{1,3}[ -]?\d{2,4}[ -]?[A-Z]{1,3}|[A-Z]{2}\d{2}[ -]?[A-Z]{3}|\d{2,4}[ -][A-Z]{2,3})(?![\w-])"
)
_OWNED_CAR = Lazy(
    r"(?<![\w-])(?P<n>[A-Z]{2}\d{2} ?[A-Z]{3}|[A-Z]{2}[ -]?\d{3}[ -]?[A-Z]{2}|\d{4} ?[B-DF-HJ-NP-TV-Z]{3})(?![\w-])(?=[^.!?]{0,60}\b(?i:owner|driver|chofer|xofer|autista|its|proprietari[oa]|conducente|proprietaire|conducteur|conductrice|propietari[oa]?|duen[oa]|conductora?|amo)\b[^.!?]{0,60}\b(?i:resus|theatre|icu|with us|hospital|ward|surgery|treat\w*|sala|rianimazione|da noi|ricover\w+|reparto|chez nous|bloc|reanimation|rea|hopital|soins|quirofano|uci|con nosotros|ingresad\w+|quirofan|amb nosaltres|ingressa\w+|reanim\w+|lo tenemos|la tenemos|l'abbiamo|on l'a|el tenim|la tenim|here|ici|aqui)\b)"
)
_PROFESSION = Lazy(
    rf"\b(?i:nmc|gmc|hcpc|gdc|rcvs|nmc pin|pin|rpps|adeli|ordine|albo|opi|fnomceo|colegiad[oa]|col\.legia\w+|collegiad[oa]|collegiat|sra|faa|caa|licence|registration)(?: (?i:pin|no|n|num|number|numero|number is|n\.o))?[ .:#°º]+(?P<n>{_CODE})(?![\w-])"
)
_OWNER = Lazy(
    r"\b(?:her|his|she|he|patient\w*|pazient\w+|paciente?s?|pacient\w*|malad\w+|malalt\w*|wife|husband|mother|father|midwife|pilot|lies|operated|ricoverat\w+|operat\w+|operad\w+|operee?|hospitalis\w+|ingres\w+|sua|suo|sa|son|su|seva|seu|collegue|collega|colega|today|oggi|hoy|avui|aujourd\w*|asleep|dorm\w*|table|tavolo|mesa|taula)\b"
)
_LAST_BIT = Lazy(
    r"\b(?:fin (?:de|du) (?:secu|nir|ipp|dossier|numero)|(?:etiquette|etichetta|etiqueta|pulsera|polsera|bracelet|braccialetto|wristband|band|label|sticker|tag|chart|mrn|nhc|dossier|record|historia)\b[^.!?\n]{0,20}?(?:\.{2,3}|x{2,}|\*{2,}))\W{0,3}(?P<n>\d{3,4})(?!\d|[.,]\d|%)(?! ?(?:ml|mm|mg|cm))"
)
_AT_END = Lazy(
    r"\b(?:coda|cola|cua|bout|queue|tail|ultime|ultimas|ultimes|final)\b[^.!?\d]{0,12}[,:] ?(?P<p>\d{3,4}[a-z]?)(?![\w%]|[.,]\d)|(?<![\d.,])(?P<q>\d{3,4}[a-z]?),? (?:c'est tout ce qui reste|le ultime|las ultimas|les ultimes|les derniers|the last|is all that is left)\b|(?<![\d.,])(?P<n>\d{3,4}) (?:al final|at the end|alla fine|a la fin|en fin) (?:de|of|della|du|del)\b|\b(?:quatre|cuatro|four|quattro|tres|tre|three|trois) (?:darrer\w*|ultim\w+|last|dernier\w*)[ :]+(?P<m>\d{3,4})(?!\d|[.,]\d|%)|\b(?:last|ultim\w+|dernier\w*|darrer\w*|els|los|le|les) (?:quatre|cuatro|four|quattro|tres|tre|three|trois)(?: (?:digits|digitos|cifre|chiffres|xifres|darrers|ultimos))?[ :]+(?P<o>\d{3,4})(?!\d|[.,]\d|%)"
)
_IDENTITY = Lazy(
    rf"\b(?i:identitat|identidad|identita|identite|identity|passaport\w*|passeport|pasaporte|passport|residencia|residence|soggiorno|sejour)\b[^.,;!?\d\n]{{0,24}}?(?P<n>{_CODE})(?![\w-])"
)
_SERIAL = Lazy(
    rf"\b(?i:seriale?|serial number|serial no|numero di serie|n\.? di serie|num(?:ero)? de serie|n\.? de serie|no de serie|numero de serie|s/n|matricola|sn)[ .:#°º]+(?P<n>{_CODE})(?![\w-])"
)
_PATHOLOGY = Lazy(
    rf"\b(?i:istologic[oa]|istologia|histolog\w+|histo|anapath|anatomia patologica|patologia|estemporanea|extempo\w*|pathology|path|cytology|citologia|cytologie|biopsia|biopsie|biopsy|specimen|campione|muestra|mostra|prelevement|piece|pieza|pezzo|peca|vetrino|lame|porta|block|blocco|bloc|bloque|frasco|pot|flacon|vaso|exame)(?: (?i:n|no|num|numero|number|ref|code|codice|codi|codigo|labelled|istologico|rotulad[oa]|etichettat[oa]|etiquet\w+))*[ .:#°º]+(?P<n>{_CODE})(?![\w-])"
)
_TRIAL = Lazy(
    r"\b(?i:patient|patiente|paziente|paciente|pacient|sujet|subject|soggetto|sujeto|subjecte|participant\w*|partecipante|participante)(?: (?i:n|no|num|numero|number|id|code|codice|codi|codigo))?[ .:#°º]+(?P<n>\d{2,5}-[A-Z]{2,3}|\d{2,4}-\d{2,4}|[A-Z]{2,6}-?\d{2,6}(?:-[A-Z0-9]{1,6})*)(?![\w-])"
)
_TRIAL_SAID = Lazy(
    r"\b(?:trial|study|arm|randomi\w+|protocol|essai|etude|bras|sperimentazione|studio|braccio|ensayo|estudio|brazo|assaig|estudi|brac|dose|injection|placebo|visit|cohort\w*)\b"
)
_NO_CODE = Lazy(
    r"(?i)^(?:\d{1,2}|[a-z]?\d(?:[.,]\d)?|[ivx]+|t\d\w*|n\d|m\d|g\d|\d+ ?(?:mm|cm|ml|mg|min|h|x|%)|(?:19|20)\d\d)$"
)
_DIGITS = {"G": 4, "M": 4, "R": 4, "K": 4, "L": 2}


def labels(c: Context) -> Iterator[Finding]:
    if not c.has_digit and not _PLATE_END.search(c.plain):
        return
    if c.kind == "surgery" or c.tied(0, len(c.low)):
        for match in _PLATE_END.finditer(c.plain):
            group = "n" if match["n"] else "m"
            yield Finding(
                *match.span(group), "L", ASK, "A part of a plate helps to find its owner.", "the car"
            )
    for match in _AT_END.finditer(c.low) if c.kind == "surgery" else ():
        yield Finding(
            *match.span(match.lastgroup or "n"),
            "H",
            ASK,
            "The last digits of a number help to find its owner.",
            "",
        )
    for match in _LAST_BIT.finditer(c.low) if c.kind in ("surgery", "training") else ():
        yield Finding(*match.span("n"), "H", ASK, "The last digits of a number help to find its owner.", "")
    for pattern, cls in (
        (_TARGET, "L"),
        (_OWNED_CAR, "L"),
        (_SERIAL, "M"),
        (_IDENTITY, "G"),
        (_PATHOLOGY, "R"),
        (_TRIAL, "R"),
        (_PROFESSION, "K"),
    ):
        if pattern is _TARGET and c.kind == "crisis" and not c.tied(0, len(c.low)):
            continue
        if cls == "R" and c.kind == "crisis":
            continue
        for match in pattern.finditer(c.plain):
            text = match["n"]
            if (
                HIDDEN in text
                or _NO_CODE.match(text)
                or sum(ch.isdigit() for ch in text) < (2 if pattern in (_TRIAL, _TARGET) else _DIGITS[cls])
            ):
                continue
            around = c.low[slice(*c.sentence(*match.span()))]
            if (pattern is _TRIAL and not _TRIAL_SAID.search(around)) or (
                pattern is _PROFESSION and not _OWNER.search(around)
            ):
                continue
            yield Finding(
                *match.span("n"),
                cls,
                BLOCK,
                "This looks like a code that stands for one person or thing.",
                "",
            )
