"""
What is said or typed around a sign instead of with it: addresses of machines and pages with "dot" and "slash", e-mail with "(a)" and
"[at]", digits and words of digits glued together or kept apart by pictures, codes read aloud, names turned round.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.editorial.guard.context import BLOCK, HIDDEN, Context, Finding
from app.editorial.guard.dictionary import Names
from app.editorial.guard.evasion import NUMBER_WORD
from app.editorial.guard.heard import is_unheard
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.words.people import PATIENT, RELATIVES

_DOT = r"(?:dot|punto|point|punt|punkt|[\[({] ?(?:dot|punto|point|punt|punkt|\.) ?[\])}])"
_NUM = rf"(?:\d[\do]{{0,2}}|{NUMBER_WORD}(?:[ -]{NUMBER_WORD}){{0,3}})"
_IP = Lazy(rf"(?<![\w.]){_NUM}(?: ?{_DOT} ?{_NUM}){{3}}(?!\w)")
_AT = r"(?:\(a\)|\[a\]|\{a\}|\(at\)|\[at\]|\{at\}|<at>|\(@\)|\[@\]|\(arroba\)|\[arroba\]|\(arrova\)|\[arrova\]|\(chiocciola\)|\[chiocciola\]|\(arobase\)|\[arobase\]|\barrova\b|\barroba\b|\bchiocciola\b|\barobase\b|\bat sign\b)"
_MAIL = Lazy(rf"(?<![\w.])[a-z0-9][a-z0-9._ +-]{{1,28}}? ?{_AT} ?[a-z0-9-]{{2,}}")
_SITE = Lazy(
    rf"(?<![\w@.])(?:www {_DOT} )?[a-z0-9-]{{5,}}(?: ?(?:dash|hyphen|trattino|tiret|guion|guio) ?[a-z0-9-]+)* {_DOT} (?:com|org|net|example|info|me|io|blog|tv|gal|cat|eu|co|es|fr|it|uk)\b(?:(?: (?:slash|barra|barre) |/)[a-z0-9-]+)?"
    r"|\b(?:youtube|insta\w*|tiktok|twitch|facebook|blog|page|canal|canale|chaine|pagina|web|site|sito)\b[^.!?\n]{0,20}\b(?:slash|barra|barre) (?P<n>[a-z0-9_]{6,})"
)
_OWN = Lazy(
    rf"\b(?:her|his|their|she|he|su|sus|sua|suo|suoi|son|sa|ses|seva|seu|seus|seves|{PATIENT}|{RELATIVES}|famil\w+|cagnotte|colletta|raccolta|colecta|recapta|fundraiser)\b"
)
_DIGIT = r"(?:\d|zero|oh|one|two|three|four|five|six|seven|eight|nine|uno|due|tre|quattro|cinque|sei|sette|otto|nove|un|deux|trois|quatre|cinq|sept|huit|neuf|cero|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|dues|cinc|sis|set|vuit|nou)"
_GLUED = Lazy(
    rf"(?<!\w)(?=[^\n]{{0,40}}?(?:[a-z]\)?\d|\d\(?[a-z]))(?:\d{{1,4}}|\(?{NUMBER_WORD}\)?)(?:[ -]{{0,2}}(?:\d{{1,4}}|\(?{NUMBER_WORD}\)?)){{2,}}(?!\w)"
)
_RUN_ON = Lazy(
    r"(?<![a-z])(?:zero|cero|oh|one|two|three|four|five|six|seven|eight|nine|uno?|u|due|dos|dues|tre|tres|trois|deux|quatre|cuatro|quattro|cinc|cinco|cinque|cinq|sis|seis|sei|set|sept|siete|sette|vuit|ocho|otto|huit|nou|nueve|nove|neuf){5,}(?![a-z])"
)
_PICTURED = Lazy(r"(?<!\d)\d(?:[^\w\s.,:/%+-]{1,3} ?/? ?\d|[ /]{1,3}\d){6,}(?!\d)")
_READ_OUT = Lazy(
    rf"\b(?:document[o]?|dni|nie|adherente?|mutuelle|mutua|polizza|poliza|polissa|policy|identita|identite|identitat|identidad|extempo\w*|estemporanea|specimen|sample|histolog\w*|istologic[oa]|campione|biops\w+|prelevement|echantillon|anapath|muestra|mostra|anatomia|sdo|episodio|episodi|mrn|nhc|ipp|record|cartella|dossier|historia|referto|pot|frasco|vaso|study|trial|subject|participant|serial\w*|serie|seriale|plate|targa|matricula|plaque|reg)\b[^.!?\n]{{0,28}}?(?P<n>(?:[a-z]{{1,3}}[ -]){{0,3}}(?:{NUMBER_WORD}|\d+)(?:(?:[ ,-]+| - )(?:{NUMBER_WORD}|u|space|espace|spazio|espacio|espai|\d+|[a-z-]*cents?|[a-z]*cient[oa]s|cento|guionet|[a-z]\b|slash|barra|barre|dash|trattino|tiret|guion|guio|stroke|hyphen|punto|dot|point|punt)){{3,}})(?![a-z])"
)
_LETTERS = r"(?:[b-df-hj-np-tv-z]|bi|ci|di|gi|pi|ti|vi|ef[ae]|effe|ge|hac|hache|acca|jota|ka|kappa|el[ae]|elle|em[ae]|emme|en[ae]|enne|pe|cu|er[ae]|err[ae]|es[ae]|ess[ae]|te|uve|vu|doble (?:ve|uve)|ics|equis|zeta|zet[ae]|zed|a|e|i|o|u|be|ce|de|ve|i grega|i griega|y griega|i grec|bee|cee|dee|eff|gee|aitch|jay|kay|ell|em|en|ar|ess|tee|vee|ex|wy|pee|cue|double [a-z]+|doppia [a-z]+|deux [a-z])"
_HANDLE_SAID = Lazy(
    r"(?:\b(?:arroba|arrova|chiocciola|arobase|at sign)|@)\W{1,3}(?:(?:and |y |e |et |i )?(?:the word|la palabra|la parola|le mot|la paraula|el mot))\W{1,3}(?P<n>[a-z0-9_]+)"
)
_INITIALS_SAID = Lazy(
    rf"\b(?:initials?|inicials?|iniciales|iniziali|initiales)\b[^a-z]{{0,3}}(?:(?:are|is|son|sono|sont|es|e)[ :]+)?(?P<n>{_LETTERS}(?:,? ?(?:punto|punt|point|dot|stop)?,? (?:e |y |i |et |and )?{_LETTERS}){{1,3}}(?: (?:punto|punt|point|dot))?)(?![a-z'])"
)
_RECORD_IN_WORDS = Lazy(
    r"\b(?:historia|historial|record|mrn|nhc|ipp|dossier|cartella|chart|cartella clinica|historia clinica|numero d'historia|nosologico|episodi[o]?)\b[^.!?\n]{0,18}?(?P<n>(?:[a-z]+[ -]){1,8}?(?:millon(?:es)?|million|milione|milioni|milio|milions|mil|mille|mila|thousand)(?:[ -][a-z]+){0,8})"
)
_TURNED = Lazy(
    r"\b(?:backwards?|back to front|reversed|in reverse|in the mirror|right to left|de droite a gauche|da destra a sinistra|de derecha a izquierda|de dreta a esquerra|mirror(?:ed)?|allo specchio|al contrario|a rovescio|alla rovescia|all'indietro|a l'envers|en verlan|dans le miroir|al reves|del reves|en el espejo|hacia atras|a l'inreves|al reves|del reves|en el mirall|cap enrere|per la cua|per la coda|par la fin|por el final|desde el final|dal fondo|(?:turn|read|spell) (?:it|this|that) (?:around|round))\b"
)
_WORD = re.compile(r"[A-Za-z]{3,}")
_NATO = "alpha|alfa|bravo|charlie|delta|echo|foxtrot|golf|hotel|india|juliett?|kilo|lima|mike|november|oscar|papa|quebec|romeo|sierra|tango|uniform|victor|whiskey|x-?ray|yankee|zulu"
_CITIES = "ancona|bari|bologna|como|catania|domodossola|empoli|firenze|genova|imola|livorno|milano|napoli|otranto|padova|palermo|quarto|roma|savona|salerno|torino|udine|venezia|zara|barcelona|madrid|sevilla|valencia|toledo|granada|huelva|oviedo|paris|nice|marseille|lille|bordeaux|nantes"
_NAME_SPELLED = Lazy(
    rf"\b(?:surname|last name|name|cognom|llinatge|nom|cognome|nome|apellido|nombre|prenom|lettres(?: dans l'ordre)?|letters(?: in order)?|lettere(?: in ordine)?|letras(?: en orden)?|lletres(?: en ordre)?|s'escriu|se escribe|si scrive|s'ecrit|spelled|spelt|spelling)\b[^a-z0-9]{{0,4}}(?:(?:is|e|es|est|fa|be|like this|cosi|asi|aixi|comme ca|with|con|avec|amb)[ :,]+)?(?P<n>{_LETTERS}(?:(?:, ?|-| - | ?\. ?| ){_LETTERS}){{3,}}|(?:{_NATO})(?:[ ,-]+(?:{_NATO})){{2,}}|(?:{_CITIES})(?:[ ,-]+(?:{_CITIES})){{3,}})(?![a-z'])"
)


_SIGNS = (
    "dot",
    "point",
    "punt",
    "slash",
    "barra",
    "barre",
    "(a",
    "[a",
    "{a",
    "arro",
    "chiocc",
    "arobase",
    "at sign",
    "(@",
    "[@",
    "<at",
    "[.",
    "(.",
    "{.",
)


def spoken(c: Context, names: Names) -> Iterator[Finding]:
    if c.has_digit or any(sign in c.low for sign in _SIGNS):
        yield from _machines(c)
    if c.kind in ("surgery", "reply") or c.kind == "press":
        yield from _pages(c)
    if not c.is_public:
        for match in _READ_OUT.finditer(c.low):
            if len(re.findall(r"[a-z]+|\d", match["n"])) > 3:
                yield Finding(*match.span("n"), "H", BLOCK, "A code is read out here.", "the code")
        for match in _NAME_SPELLED.finditer(c.low):
            yield Finding(*match.span("n"), "A", BLOCK, "A name is spelled here.", "the patient")
        for match in _RUN_ON.finditer(c.low):
            yield Finding(*match.span(), "H", BLOCK, "A number is written out here.", "the number")
        for pattern, cls in ((_HANDLE_SAID, "A"), (_INITIALS_SAID, "A"), (_RECORD_IN_WORDS, "H")):
            for match in pattern.finditer(c.low):
                yield Finding(*match.span("n"), cls, BLOCK, "This is read out and identifies somebody.", "")
        if _TURNED.search(c.low):
            yield from _turned(c, names)


def _machines(c: Context) -> Iterator[Finding]:
    signs = any(sign in c.low for sign in _SIGNS)
    for match in _IP.finditer(c.low) if signs else ():
        if not match.group().replace(".", "").isdigit():
            yield Finding(*match.span(), "O", BLOCK, "The address of a machine leads to its owner.", "")
    for match in _MAIL.finditer(c.low) if signs else ():
        if not c.is_public or c.tied(*match.span()):
            yield Finding(*match.span(), "F", BLOCK, "This is somebody's e-mail address.", "")
    if c.is_public and not c.tied(0, len(c.low)):
        return
    if c.has_digit:
        for pattern in (_GLUED, _PICTURED):
            for match in pattern.finditer(c.low):
                text = match.group()
                digits = sum(ch.isdigit() for ch in text)
                mixed = re.search(r"[a-z]\)?\d|\d\(?[a-z]", text) and len(re.findall(r"\d|[a-z]+", text)) > 5
                if digits > 6 if pattern is _PICTURED else digits > 1 and mixed:
                    yield Finding(*match.span(), "D", BLOCK, "This looks like a telephone number.", "")


def _pages(c: Context) -> Iterator[Finding]:
    if not any(sign in c.low for sign in _SIGNS):
        return
    for match in _SITE.finditer(c.low):
        group = "n" if match["n"] else 0
        if HIDDEN in match.group():
            continue
        first, last = c.sentence(*match.span())
        if c.kind != "press" and _OWN.search(c.low[first:last]):
            yield Finding(*match.span(group), "N", BLOCK, "This may lead to a patient's page.", "")


def _turned(c: Context, names: Names) -> Iterator[Finding]:
    """Names written from their end, where the text says that something is turned round."""
    triggers = [m.span() for m in _TURNED.finditer(c.low)]
    for match in _WORD.finditer(c.plain):
        low = match.group().lower()
        back = low[::-1]
        if any(a <= match.start() < b for a, b in triggers):
            continue
        if (len(low) > 3 and (back in names.first or back in names.last) and is_unheard(names, low)) or (
            len(low) > 4 and is_unheard(names, low) and is_unheard(names, back) and low not in names.last
        ):
            yield Finding(*match.span(), "A", BLOCK, "A name is turned round here.", "the patient")
