"""Ways to reach somebody: phones, faxes, e-mails, personal pages, portals, IP addresses, handles (classes D, E, F, N, O, A)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from app.editorial.guard.context import ASK, BLOCK, Context, Finding
from app.editorial.guard.dictionary import Names
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.words.people import RELATIVES

_AT = r"(?:@|\s?[\[({<]\s?(?:at|arroba|arrova|chiocciola|arobase)\s?[\])}>]\s?|\s(?:at|arroba|arrova|chiocciola|arobase|chez)\s|\s@\s?|\s?@\s)"
_DOT = r"(?:\.|\s?[\[({<]\s?(?:dot|punto|point|punt)\s?[\])}>]\s?|\s(?:dot|punto|point|punt)\s|\s?\.\s?(?=(?:com|org|net|it|fr|es|cat|uk)\b))"
_EMAIL = Lazy(
    rf"(?<![a-z0-9._%+-])[a-z0-9](?:[a-z0-9._%+-]|(?:\s(?:dot|punto|point|punt|underscore|dash|guion(?: bajo)?|guio(?: baix)?|trattino(?: basso)?|tiret(?: bas)?|barra ba(?:ssa|ixa))\s)){{0,63}}{_AT}[a-z0-9-]{{1,40}}(?:{_DOT}[a-z0-9-]{{2,24}}){{1,3}}(?![a-z0-9])"
)
_WRITTEN_EMAIL = Lazy(r"(?<![a-z0-9._%+-])[a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9.-]+\.[a-z]{2,24}(?![a-z0-9])")
_SHORT_AT = Lazy(r"\s(?:at|chez)\s")
_MAILBOX = Lazy(
    r"^(?:info|press|presse|prensa|premsa|stampa|media|contact|contatto|contacto|contacte|help|helpdesk|support|desk|office|ufficio|admin|emergency|emergenza|emergencia|crisis|volunteer|volunteers|donate|donations|urp|protezionecivile|hello|news|comms|communications?|comunicazione|comunicacion|comunicacio|registration|events?)\b"
)
_LINK = Lazy(
    r"(?:https?://|www\.)[^\s<>\"¤]+|(?<![a-z0-9@._-])(?:[a-z0-9-]+\.)+(?:com|org|net|info|me|io|co|blog|app|page|health|care|uk|it|fr|es|cat|eu|de|us|example)(?:/[^\s<>\"¤]*)?(?![a-z0-9@])|(?<![a-z0-9@._-])(?:[a-z0-9-]+\.)+(?:tv|live|gg|bio|link|fans|social|fm|page|fan)/[^\s<>\"¤]+"
)
_PERSONAL = Lazy(
    r"bit\.ly|tinyurl|goo\.gl|ow\.ly|blog|caringbridge|gofundme|justgiving|teaming|leetchi|gofund|facebook\.|instagram|linkedin|tiktok|twitter|x\.com/|t\.me|wordpress|tumblr|medium\.com|flickr|photos|drive\.google|dropbox|mychart|portal|patient|paziente|paciente|pacient|fascicolo|carpeta|/p/|/u/|/user|/~|profile|family|famil|obituar|memor|diary|diari\b|journal|journey|story|youtube\.com/@|youtu\.be|tiktok\.com|substack|onlyfans|patreon|kofi|ko-fi|strava|kick\.com|dailymotion|vimeo\.com/user|bandcamp|bereal\.|snapchat|threads\.|bsky\.|mastodon|pinterest|twitch|telegram|whatsapp|wa\.me|discord|reddit\.com/u|vk\.com|soundcloud|spotify|about\.me|linktr\.ee|carrd|wix|blogspot|squarespace|weebly|everloved|inmemori|necrolog|esquela|obituari|/@"
)
_OWN_PAGE = Lazy(
    r"\b(?:(?:family|personal|own|fan|support|fundrais\w+|donation|memorial|tribute|recovery)(?:'s)? (?:page|site|website|blog|web|link|account|channel)|blog|diary|follow (?:his|her|their)|(?:his|her|their|the family's|patient's) (?:\w+ )?(?:page|site|website|web|link|channel|story|journey|shop|business)|pagina (?:della famiglia|personale|di)|sito (?:della famiglia|personale)|diar(?:io|i|ies)|journal|carnet de bord|vlog|chaine|canale|canal|channel|profile?|profilo|perfil|crowdfund\w*|petition|petizione|peticion|peticio|page (?:de la famille|perso\w*)|site (?:de la famille|perso\w*)|cagnotte|pagina (?:de la familia|personal)|web (?:de la familia|personal)|pagina (?:de la familia|personal)|raccolta|colecta|recapte)\b[^.!?]{0,24}$"
)
_IP4 = Lazy(r"(?<![\d.])(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?![\d.]\d|\d)")
_IP6 = Lazy(r"(?<![0-9a-f:])(?=[0-9a-f:]*:[0-9a-f:]*:)[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![0-9a-f:])")
_MAC = Lazy(r"(?<![0-9a-f:-])[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}(?![0-9a-f:-])")
_HANDLE = Lazy(r"(?<![a-z0-9._%+@/-])@[a-z0-9_][a-z0-9_.]{1,39}(?:@[a-z0-9.-]+\.[a-z]{2,})?")
_SPLIT_HANDLE = Lazy(r"(?<![a-z0-9])(?:@ [a-z0-9_]{3,30}|at[ -](?:sign )?[a-z]+_[a-z0-9_]+)")
_SOCIAL_USER = Lazy(
    r"\b(?:insta(?:gram)?|ig|twitter|tiktok|snap(?:chat)?|facebook|fb|telegram|username|handle|nick)(?: is| handle| user(?:name)?| account|:| -| ->|=){1,3}\s?(@?[a-z0-9_.]{3,30})"
)

_SEP = r"[ .\-/]"
_PHONES = Lazy(
    r"(?<![\w.,+#/-])(?:"
    r"\+\s?\d{1,3}(?:[ .\-()/]{0,3}\d){6,12}"
    r"|00\s?[1-9]\d(?:[ .\-()/]{0,2}\d){7,11}"
    r"|(?:1[ .-])?\(\s?[2-9]\d\d\s?\)[ .-]?\d{3}[ .-]?\d{4}"
    r"|(?:1[ .-])?[2-9]\d\d([ .-])\d{3}\1\d{4}"
    r"|[2-9]\d\d[ .-]\d{3}[ .-]?\d{4}"
    rf"|\(?0\d{{1,4}}\)?{_SEP}?\d{{2,4}}(?:{_SEP}?\d{{2,4}}){{1,4}}"
    rf"|3\d\d{_SEP}?\d{{3}}{_SEP}?\d{{3,4}}|3\d\d{_SEP}?\d{{2}}{_SEP}?\d{{2}}{_SEP}?\d{{2,3}}|3\d\d{_SEP}\d{{6,7}}"
    rf"|[6-9]\d\d{_SEP}?\d{{3}}{_SEP}?\d{{3}}|[6-9]\d\d(?:{_SEP}?\d\d){{3}}|[89]\d{_SEP}\d{{3}}{_SEP}\d\d{_SEP}\d\d|[89]\d{_SEP}\d{{3}}{_SEP}?\d{{4}}"
    r"|\d{7,13}"
    r")(?![\w/]|[.,]\d|-\d)"
)
_LOCAL = Lazy(r"(?<![\w.,+#/-])\d{3}[ .-]\d{4}(?![\w/%]|[.,]\d|-\d)")
_CALL = Lazy(
    r"(?:phone|tel|telephone|telefono|telefon|mobile|movil|mobil|cell|cellulare|portable|call|ring|text|sms|whatsapp|dial|reach|number|chiam|appel|joindre|llam|truc|contact|sul|fax|line|linea|ligne)[^\d]{0,28}$"
)
_FAX = Lazy(r"\bfax\b[^\d]{0,20}$")
_PUBLIC_LINE = Lazy(
    r"hotline|helpline|help line|information|info\b|\binfo|linea|ligne|linia|\bline\b|call cent|switchboard|centralin|centralita|standard|numero verde|verde|vert\b|verd\b|public|shelter|albergue|alberg|refuge|accueil|"
    r"accredit|acredit|press|presse|prensa|premsa|stampa|media|desk|office|ufficio|oficina|urgence|emergen|emergenz|donat|donaz|dons|donacion|volunteer|volontari|benevol|voluntari|toll.free|free ?phone|gratuit|"
    r"renseignement|attenzione|atencion|atencio|24 ?h|h24|all night|day and night|jour et nuit|dia y noche|dia i nit|round the clock|reunification|report|segnal|signal|register|registra|inscri|booking|prenota|reserv|call us|chiamateci|appelez-nous|families can|"
    r"questions|domande|preguntas|preguntes|gas leak|hotel|poison|suicide|crisis|samaritans|red cross|croce rossa|croix-rouge|cruz roja|creu roja|mental health|support|\btel\b|aiut|ayuda|ajuda|\baide|\bhelp|call |chiamare|chiamate|appelez|llamen|llame|truqueu|contact"
)
_DESK_BEFORE = Lazy(
    r"\b(?:switchboard|helpline|hotline|(?:info(?:rmation)?|help|enquir(?:y|ies)|appointments?|bookings?|booking) (?:line|desk|office)|patient liaison|pals|press office|for (?:appointments|bookings)|to book(?: an appointment)?|"
    r"centralino|cup|urp|numero verde|ufficio (?:relazioni|stampa|informazioni)\w*|(?:per|le) (?:gli )?(?:appuntamenti|prenotazioni)|prenotazioni|"
    r"standard(?: telephonique)?|accueil|secretariat|(?:prise de |prendre |pour (?:un |les )?)rendez-vous|numero vert|service (?:des )?(?:admissions|presse|relations)\w*|"
    r"centralita|(?:pedir|para|su) cita|citas|citaciones|atencion al (?:paciente|usuario)|oficina de prensa|"
    r"centraleta|(?:demanar|per a?) (?:cita|hora)|cites|programacio|atencio (?:al|a l') ?(?:pacient|usuari)|oficina de premsa)"
    r"(?: \w+){0,2}[ :,(]{1,3}(?:(?:is|on|at|e|est|es|al|au|el|il|le|tel\.?|call|llame al|truqueu al|chiamate lo|dallo|n[o°.]*) ?){0,2}$"
)
_DESK_AFTER = Lazy(
    r"^,? ?\(?(?:(?:is|that's|it's|e|c'est|es|le|la|el|il|the|our|nostr[oa]|notre|nuestra) ?){0,2}(?:switchboard|helpline|hotline|information (?:desk|line)|centralino|standard\b|centralita|centraleta|numero verde|cup\b|urp\b)"
)
"""Whose line it is told to be right beside the number: an answer tells where to call."""
_FREE_LINE = Lazy(
    r"^(?:\+?44|0)?(?:800|808|300|845|844)\d{6,7}$|^(?:39)?800\d{6}$|^(?:33|0)80\d{7}$|^(?:34)?90[0-2]\d{6}$|^1?8(?:00|88|77|66|55)\d{7}$|^116\d{3}$"
)
_SOMEBODYS = Lazy(
    r"\b(?:my|his|her|mobile|cell|cellulare|portable|movil|mobil|mio|mia|mon|mi|meu|meva|sua|suo|home|privat\w+|personal\w*)\b"
)
_NOT_A_PHONE = Lazy(
    r"(?:isbn|doi|pmid|nct|icd|cpt|loinc|snomed|ref|lot|lotto|batch|€|\$|£|eur|usd|grant|no\. of)[ :.#]*$"
)
_AMOUNT_AFTER = Lazy(
    r"\s?(?:€|\$|£|eur|euros?|usd|dollars?|people|persone|personnes|personas|persones|doses|units?|ml|mg|mcg|followers|views|viewers|steps|km|cells|copies|platelets|/)\b"
)


_SPOKEN_LINK = Lazy(
    r"(?<![a-z0-9@])(?:(?:www|w w w) ?(?:dot|punto|point|punt)? ?)?[a-z0-9-]{4,}(?: (?:dot|punto|point|punt) (?:com|org|net|info|it|fr|es|cat|eu|uk|blog|me|io|co)\b)+(?: (?:slash|barra|barre) [a-z0-9-]+)*"
)


_LETTERS_FOR_DIGITS = Lazy(
    r"\b(?:tel|tfno|tlf|tfn|telf|telefon\w*|phone|mobile|mobil|movil|cell\w*|portable|number|numero|num)\b[^.!?\n]{0,24}?[ :](?P<n>(?=(?:[^\n]{0,3}\d){2})(?:[\dOoIlSsBZzEeGgqAT]{1,3}[ .-]?){4,}(?<![ .-]))(?![A-Za-z])"
)
_IP_SAID = Lazy(
    r"\bip\b[^!?]{0,30}?(?P<n>[\w -]{1,24}? (?:dot|punto|point|punt) [\w -]{1,24}? (?:dot|punto|point|punt) [\w -]{1,24}? (?:dot|punto|point|punt) [\w-]+)"
)


_CALL_IT = Lazy(
    r"(?:chiami|chiamino|chiamate|chiamare|call|calls|llame|llamen|llamar|appelez|appeler|truqui|truqueu|trucar)(?: (?:lo|il|allo|al|us|us on|us at|on|au|nous au|le|el|ens al|nos al))? $"
)
"""Whoever is meant shall call this number: it is the desk's."""
_FAMILYS = Lazy(
    r"\b(?:fundraiser|fund|collection|page|cagnotte|collecte|raccolta(?: fondi)?|colletta|colecta|recaudacion|recapte|collecta|crowdfunding)\b[^.!?]{0,20}\b(?:the family|of the family|family's|for the family|de la famille|della famiglia|per la famiglia|de la familia|para la familia|per a la familia|pour la famille)\b|\b(?:the family's|family's) (?:\w+ )?(?:fundraiser|page|fund|collection)\b"
)
_OF_ONES_KIN = Lazy(
    rf"\b(?:number|phone|mobile|fax|cell|numero|telefono|cellulare|tel|fixe|portable|movil|telefon|mobil) (?:of|for|della|del|dello|di|de la|de|du|d'en|pour|per) ?(?:his |her |their |the |la |el |le |il |sua |suo |sa |son |su |seva |seu |l')*(?:{RELATIVES})\b[^.!?]{{0,24}}$"
    r"|\b(?:her|his) (?:own |home |private |personal )?(?:fax|mobile|phone|cell|landline|number|home number)\b[^.!?]{0,20}$"
    rf"|\b(?:his|her|the \w+'s) (?:{RELATIVES})'s (?:number|mobile|phone|cell)\b[^.!?]{{0,20}}$"
)
_SAID_HANDLE = re.compile(
    r"(?<![a-z0-9])(?:arroba|arrova|chiocciola|arobase|at[- ](?:sign|symbol)|a commerciale)[ :]+(?P<n>[a-z0-9][a-z0-9_.]{3,}(?: (?:underscore|dot|punto|point|punt|guion bajo|guio baix|trattino basso|tiret bas|barra baixa|barra baja) ?[a-z0-9]+)*)"
    r"|(?<![a-z0-9.])(?P<m>(?=[a-z0-9_.]*[a-z]{3})[a-z0-9_.]{6,30}),? \(?(?:all one word|(?:with )?no spaces?|all joined up|all together|tutto (?:attaccato|unito)|senza spazi|tout attache|tout colle|sans espaces?|todo (?:junto|seguido)|sin espacios|tot (?:junt|seguit)|sense espais)\b"
)
_HANDLE_MEANT = Lazy(
    r"\b(?:insta\w*|ig|tiktok|twitter|facebook|fb|snap\w*|telegram|find (?:us|me|her|him)|follow|handle|account|user\w*|nick\w*|trova\w+|cerca\w+|seguite|seguitemi|profilo|cuenta|buscad\w*|buscanos|seguid\w*|perfil|compte|cherchez|suivez|retrouvez|cerqueu|seguiu|arroba|arrova|chiocciola|arobase|at[- ]sign)\b"
)


def contacts(c: Context, names: Names) -> Iterator[Finding]:
    yield from _emails(c)
    if c.kind in ("surgery", "reply"):
        for match in _LETTERS_FOR_DIGITS.finditer(c.plain):
            text = re.sub(r"[ .-]", "", match["n"])
            if len(text) > 7 and sum(ch.isdigit() for ch in text) > 3:
                yield Finding(
                    *match.span("n"), "D", BLOCK, "This looks like a phone number.", "the number we have"
                )
    for match in _SAID_HANDLE.finditer(c.low):
        group = match.lastgroup or "n"
        after = c.low[match.end(group) : match.end(group) + 12]
        if re.match(r"\.[a-z]{2,}|@| (?:punto|dot|point|punt) (?:com|it|es|fr|cat|org|net|uk)\b", after):
            continue  # an address: judged as one
        if (group == "m" and not _HANDLE_MEANT.search(c.low)) or (c.is_public and not c.tied(*match.span())):
            continue
        yield Finding(*match.span(group), "A", BLOCK, "This is somebody's handle.", "the patient")
    for match in _IP_SAID.finditer(c.low):
        yield Finding(*match.span("n"), "O", BLOCK, "This is an IP address.", "")
    yield from _links(c)
    yield from _addresses(c)
    yield from _handles(c, names)
    yield from _phones(c)


def _emails(c: Context) -> Iterator[Finding]:
    if "@" not in c.low and not re.search(r"\b(?:at|arroba|arrova|chiocciola|arobase|chez)\b", c.low):
        return
    found = list(_EMAIL.finditer(c.low))
    covered = [m.span() for m in found if "@" in m.group()]
    # "reached at jane.doe@…": what looks like a spoken address may hide a written one.
    written = (m for m in _WRITTEN_EMAIL.finditer(c.low) if not any(a <= m.start() < b for a, b in covered))
    for match in (*found, *written):
        text = match.group()
        if (
            "@" not in text
            and _SHORT_AT.search(text)
            and "." in text
            and not re.search(r"\s(?:dot|punto|point|punt)\s", text)
            and not re.search(r"\.(?:com|net|org)$", text)
        ):
            continue  # "look at stanselm.example": a sentence with a link
        if c.is_public and not c.tied(*match.span()):
            first, last = c.sentence(*match.span())
            if _MAILBOX.match(text) or _PUBLIC_LINE.search(
                c.low[first : match.start()] + c.low[match.end() : last]
            ):
                continue
        yield Finding(*match.span(), "F", BLOCK, "This is an e-mail address.", "the e-mail we have")


def _links(c: Context) -> Iterator[Finding]:
    if c.kind == "surgery":
        for match in _SPOKEN_LINK.finditer(c.low):
            if not re.search(r" (?:at|arroba|chiocciola|arobase) $", c.before(match.start(), 14)):
                yield Finding(
                    *match.span(), "N", BLOCK, "This link may lead to a patient's page or record.", ""
                )
    if "." not in c.low and "http" not in c.low:
        return
    for match in _LINK.finditer(c.low):
        text = match.group().rstrip(".,;:!?)")
        start, end = match.start(), match.start() + len(text)
        if (start and c.low[start - 1] == "@") or c.low[end : end + 1] == "@":
            continue
        personal = bool(_PERSONAL.search(text)) or bool(
            c.kind == "surgery" and _OWN_PAGE.search(c.before(start, 48))
        )
        tied = c.tied(start, end) or re.search(
            r"\b(?:his|her|their|sua|suo|su|seva|seu|sa|son) \w+ ?:? ?(?:at |on |su |en |a )?$",
            c.before(start),
        )
        if personal and c.is_public and _FAMILYS.search(c.low[slice(*c.sentence(start, end))]):
            yield Finding(start, end, "N", BLOCK, "This link may lead to a patient's page.", "")
            continue
        if (
            c.is_public
            and not (tied and personal)
            and not re.search(r"mychart|caringbridge|gofundme|patientportal|portal\.", text)
        ):
            continue
        if c.kind == "reply" and not personal and not tied:
            continue
        if personal or tied:
            yield Finding(start, end, "N", BLOCK, "This link may lead to a patient's page or record.", "")
        else:
            yield Finding(start, end, "N", ASK, "This link is not one of the event's own.", "")


def _addresses(c: Context) -> Iterator[Finding]:
    for match in _IP4.finditer(c.low):
        if re.search(
            r"(?:version|v|ver\.|release|firmware|software|section|chapter)\s?$", c.before(match.start(), 12)
        ):
            continue
        yield Finding(*match.span(), "O", BLOCK, "This is an IP address.", "")
    if ":" in c.low or "-" in c.low:
        for match in _IP6.finditer(c.low):
            text = match.group()
            if sum(ch in "0123456789abcdef" for ch in text) < 3 or not _is_ip6(text):
                continue
            yield Finding(*match.span(), "O", BLOCK, "This is an IP address.", "")
        for match in _MAC.finditer(c.low):
            yield Finding(*match.span(), "M", BLOCK, "This is the address of a device.", "the device")


def _is_ip6(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return text.count(":") >= 3 or "::" in text


def _handles(c: Context, names: Names) -> Iterator[Finding]:
    for match in _SOCIAL_USER.finditer(c.low):
        if not c.is_public or c.tied(*match.span(1)):
            yield Finding(*match.span(1), "A", BLOCK, "This is somebody's account name.", "the patient")
    if "@" not in c.low:
        for match in _SPLIT_HANDLE.finditer(c.low):
            yield Finding(*match.span(), "A", BLOCK, "This is somebody's handle.", "the patient")
        return
    for pattern in (_HANDLE, _SPLIT_HANDLE):
        for match in pattern.finditer(c.low):
            text = match.group().rstrip(".")
            start, end = match.start(), match.start() + len(text)
            if text.count("@") > 1 and "." in text.rpartition("@")[2] and text[0] != "@":
                continue
            if c.low[end : end + 2] == ".c":
                continue
            word = re.sub(r"[^a-z]+", " ", text).strip()
            parts = word.split()
            person = any(p in names.first for p in parts if len(p) > 2) or (
                len(parts) == 1 and bool(names.split(parts[0]))
            )
            if c.kind == "reply" and start == 0:
                continue  # whom we answer
            if (
                c.kind in ("crisis", "training", "press", "reply")
                and not c.tied(start, end)
                and not re.match(r"'s (?:mum|mom|wife|son|daughter)", c.after(end))
            ):
                if person and c.kind == "crisis":
                    yield Finding(start, end, "A", ASK, "This looks like a person's handle.", "")
                continue
            yield Finding(start, end, "A", BLOCK, "This handle is not one of the event's own.", "the patient")


def _phones(c: Context) -> Iterator[Finding]:
    for pattern in (_PHONES, _LOCAL):
        for match in pattern.finditer(c.plain):
            text = match.group()
            start, end = match.span()
            digits = "".join(ch for ch in text if ch.isdigit())
            before = c.before(start, 30)
            if _NOT_A_PHONE.search(before) or _AMOUNT_AFTER.match(c.after(end, 14)) or len(digits) < 7:
                continue
            if pattern is _LOCAL and not _CALL.search(before) and "-" not in text:
                continue
            if re.fullmatch(
                r"(?:19|20)\d\d[ .-]?(?:0[1-9]|1[0-2])[ .-]?(?:[0-2]\d|3[01])", text
            ) or re.fullmatch(r"(?:0[1-9]|[12]\d|3[01])[ .-](?:0[1-9]|1[0-2])[ .-](?:19|20)\d\d", text):
                continue  # a date: judged as one
            if re.fullmatch(r"\d{1,2}[./-]\d{1,2}[./-](?:\d{2}|\d{4})", text):
                continue
            if len(digits) == 8 and re.fullmatch(r"(?:19|20)\d\d[ ]?[-/ ][ ]?(?:19|20)\d\d", text):
                continue
            fax = bool(_FAX.search(before))
            if c.kind != "surgery" and _FREE_LINE.match(digits):
                continue  # a line that costs nothing or is shared by everybody is nobody's own
            kins = _OF_ONES_KIN.search(c.before(start, 60)) is not None
            tied = c.tied(start, end) and not (c.kind != "training" and _CALL_IT.search(c.before(start, 24)))
            if c.kind == "reply" and not (tied or kins):
                near = c.before(start, 60)
                desk = _DESK_BEFORE.search(near) or _DESK_AFTER.match(c.after(end, 30))
                if desk and not _SOMEBODYS.search(near):
                    continue
            if c.is_public and not (tied or kins):
                first, last = c.sentence(start, end)
                around = c.low[first:start] + "|" + c.low[end:last]
                if _PUBLIC_LINE.search(around) or not c.is_public:
                    continue
                if c.is_public:
                    if not _SOMEBODYS.search(c.before(start, 40)):
                        continue
                    if text.isdigit() and not _CALL.search(before) and len(digits) < 9:
                        continue
                    yield Finding(start, end, "D", ASK, "Whose number is this?", "the published line")
                    continue
            plain_number = text.isdigit() and not _CALL.search(before)
            if plain_number and len(digits) != 9 and not (len(digits) in (10, 11) and digits[0] in "023"):
                if not c.is_public:
                    yield Finding(start, end, "H", BLOCK, "This looks like a record number.", "the record")
                continue
            yield Finding(
                start,
                end,
                "E" if fax else "D",
                BLOCK,
                "This looks like a fax number." if fax else "This looks like a phone number.",
                "the number we have",
            )
