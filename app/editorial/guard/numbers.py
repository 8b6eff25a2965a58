"""Numbers that belong to one person or thing: national ids, records, plans, accounts, licences, plates, serials, codes (G to M, R)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from stdnum import iban, luhn
from stdnum.es import dni, nie
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.it import codicefiscale

from app.editorial.guard.context import ASK, BLOCK, Context, Finding
from app.editorial.guard.decision import Verdict
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.words.alternatives import by_start

_NO = r"(?:\W{0,3}(?:number|numbers|num|nums|no|nr|nbr|n|n\.o|no\.|n°|id|ids|code|codice|codigo|codi|numero|numer|is|was|e|es|est|reads|shows|says|si legge|on lit|se lee|es llegeix|dice|dit|diu|ends?|of|del|de|di|du|:|#|=|->)\b\W{0,3}|\W{1,3}){1,4}"
# A code: letters and digits with at most single separators, at least two digits.
_CODE = r"((?:[a-z]{0,4}[ \-]?|[a-z]{5,12})\d[a-z0-9]*(?:[ .\-/][a-z0-9]*\d[a-z0-9]*)*)"
_LABELS: tuple[tuple[str, str, str, str, int], ...] = (
    # class, label, what it is, replacement, fewest digits
    ("G", r"ssn|ss ?#|social security|social|sozialversicherung|ni number|nino|national insurance|codice fiscale|cod\.? ?fisc\w*|c\.?f\.?|(?:numero de )?secu(?:rite sociale)?|nir|insee|dni|nif|nie|nuss|naf|seguridad social|seguretat social|national id|id card|identity card|carta d'identita|carte d'identite|documento de identidad|document d'identitat", "a national id", "the patient", 4),
    ("H", r"id (?:band|label|sticker|bracelet)|mrn|m\.r\.n\.?|mr ?#|med(?:ical)?\.? rec(?:ord)?s?|record|records?|chart|hospital(?: number| no| nr| id| #|#)|hosp\.? (?:no|number|id)|patient(?:'s)? (?:id|number|no|nr|ref|identifier|file|#)|pt (?:id|no|#)|nhs|chi number|unit no|file(?: no| number| #)?|emr|ehr|epr|medical file|cartella(?: clinica)?|nosogra[a-z]+|nosolog[a-z]+|numero nosologico|scheda|dossier(?: medical| patient)?|ipp|nip|numero patient|historia(?: clinica)?|nhc|expediente|(?:pt|pz|pac|patient|paziente|paciente|pacient)\.? (?:n|no|nr|num|n°|nº|n\.º)\.?|historial|historia|nuhsa|cipa?-?sns|codigo paciente|numero de paciente|codi pacient", "a record number", "the record", 4),
    ("I", r"member(?:ship)?(?: id| no| number| #)|subscriber|policy|insurance(?: id| no| number| card| #)?|beneficiary|health plan|plan (?:id|no|number|#)|medicare|medicaid|mbi|group (?:no|number|#)|blue cross(?: \w+)?|aetna|cigna|kaiser|humana|unitedhealth\w*|bupa|tessera sanitaria|tessera|team|polizza|assicurazione|mutuelle|carte vitale|amo|adherent|adeli|poliza|seguro|tarjeta sanitaria|tsi|cip|sip|asegurado|mutua|targeta sanitaria|catsalut|polissa|asseguranca|assegurat|adeslas|sanitas|ayuda", "a health plan number", "the plan", 4),
    ("J", r"account|acct|a/c|billing|bill|invoice|iban|bank|sort code|routing|card|credit card|debit card|visa|mastercard|amex|guarantor|conto(?: corrente)?|c/c|fattura|carta di credito|compte(?: courant| corrent| bancaire)?|facture|carte bancaire|cuenta(?: corriente| bancaria)?|factura|tarjeta de credito|compte corrent|targeta de credit|paypal", "an account number", "the account", 5),
    ("K", r"driver'?s?'? licen[cs]e|driving licen[cs]e|dl|licen[cs]e(?! plate)|permit|certificate|cert|dea|passport|patente|passaporto|permis(?: de conduire)?|passeport|carnet(?: de conduc?ir)?|permiso(?: de conducir)?|colegiad[oa]|col.?legia(?:t|da)|patentino(?: d[ai])?(?: [a-z]+)?|licenza(?: [a-z]+)?|brevetto(?: [a-z]+)?|tesserino(?: [a-z]+)?|porto d'armi|iscritt[oa] all'(?:albo|ordine)|albo|ordine|rpps|ordre|brevet(?: [a-z]+)?|carte professionnelle|carnet(?: de [a-z]+| [a-z]+)?|permis(?: de [a-z]+)?|llicencia(?: de [a-z]+)?|licencia(?: de [a-z]+)?|permiso(?: de [a-z]+)?|permesso(?: di [a-z]+)?|titulo|(?:pilot|nursing|medical|taxi|hunting|fishing|gun|firearms?|forklift|boating|skipper|sia|hgv|work|residence)(?:'?s)? (?:certificate|licen[cs]e|permit|card|badge|registration|pin)|(?:gmc|nmc|hcpc|bar|dea|npi|badge|warrant|pin|union) (?:no|number|card|#)|registration|pasaporte|passaport|licencia|llicencia|certificat|certificado|certificato", "a licence or certificate number", "the licence", 4),
    ("L", r"licen[cs]e plate|number plate|plates?|reg(?:istration)?(?: plate)?|vin|vehicle|targa|targata|telaio|plaque|immatriculation|immatriculee?|matricula|bastidor|license tag", "a vehicle's number", "the car", 2),
    ("M", r"engraved|gravat (?:el |un )?numero|grabado (?:el |un )?numero|inciso (?:il |un )?numero|grave (?:le |un )?numero|serial|s/n|sn|ser\.? ?no|udi|device id|imei|device (?:no|number)|pacemaker|icd device|implant (?:no|id|number)|matricola|seriale|numero di serie|(?:numero|no|n°|n) de serie|(?:num|numero)\.? de serie|serie|mac address", "a device's number", "the device", 3),
    ("R", r"(?:patient|paziente|paciente|pacient)(?: (?:d'|de |del |della |dello |dell'|di |of the |de l')?(?:etude|essai|studio|trial|estudio|ensayo|estudi|assaig|study))|(?:sujet|subjecte|sujeto|soggetto) (?:d'|de |del |della |dello |dell'|de l')?(?:etude|essai|studio|estudio|ensayo|estudi|assaig)|codice (?:paziente|soggetto)(?: studio)?|codigo de (?:sujeto|paciente)|codi de (?:subjecte|pacient)|code (?:sujet|patient)|trial (?:id|subject)|case (?:no|number|#)|histology|histopathology|path(?:ology)? (?:no|number|ref)|istologi\w+|histologi\w+|anapath|anatomia patologica|citologi\w+|specimen|accession|biopsy|sample|slide|block|encounter|visit|episode|admission (?:no|number|id)|csn|fin|(?:trial|study|research)?[ -]?(?:subject|participant)|partecipante|participante?|participant[e]?|arruolat[oa]|randomizzat[oa]|(?:trial|study) (?:id|no|number|patient)|randomi[sz]ation|screening (?:no|number)|enrol\w+ as|wrist ?band|wrist ?label|bar ?code|order (?:no|number|#)|campione|provetta|vasetto|bocal|flacon d'anapath|frasco|recipiente|pot d'anatomia|accettazione|ricovero n|soggetto|episodio|braccialetto|echantillon|prelevement|sejour|sujet|inclusion|bracelet|muestra|episodio|sujeto|pulsera|mostra|episodi|subjecte|polsera|biopsia|espina|numero de sujet|caso n", "a code that stands for one person", "the code", 3),
)  # fmt: skip
_FILLER = r"(?:(?:(?:of |de |del |de la |di |d'|du )?(?:my|his|her|their|mon|ma|son|sa|mi|su|mio|mia|suo|sua|el meu|la meva|meu|meva|seu|seva) (?:father|mother|dad|mum|mom|wife|husband|son|daughter|brother|sister|pere|mere|mari|femme|fils|fille|frere|soeur|padre|madre|marido|mujer|hijo|hija|hermano|hermana|marito|moglie|figlio|figlia|fratello|sorella|nonno|nonna|pare|mare|marit|dona|fill|filla|germa|germana|abuelo|abuela|avi|avia)|ending|starting|verified|checked|registered|as|under|in|on file|is|was|the|for|dello|del|de|di|do|no|of|nella|en|a|au|sous|le|el|la|il|numero|number|study|studio|assaig|ensayo|etude|soggetto|sujeto) ){0,3}"
_LABELLED = [
    (
        cls,
        Lazy(rf"(?<![a-z0-9]){by_start(label)}\)?'?s?{_NO}{_FILLER}\(?{_CODE}(?![a-z0-9])"),
        what,
        replacement,
        fewest,
    )
    for cls, label, what, replacement, fewest in _LABELS
]
_ANY_LABEL = Lazy(r"(?<![a-z0-9])" + by_start("|".join(label for _, label, _, _, _ in _LABELS)))
# Labels that are ordinary words: they need more digits, and no unit or noun behind.
_WEAK = Lazy(
    r"^(?:record|records|file\W|chart|card|bill|bank|reg|serie|serial|slide|block|sample|visit|episode|plates?|vehicle|team|compte|conto|cap|certificate|cert|permit|permis|policy|tessera|dossier|scheda|historia|historial|account|social|billing|visa|social|ayuda|mutua|caso n|plaque|inclusion|episodio|episodi|sample|mostra|muestra|campione|fin|cf|c\.f\.|sn|dl|nir|nie|cip|sip|amo|medicare|order|pacemaker|group|mr|registration|license tag)"
)
UNIT_AFTER = Lazy(
    r"\s?(?:%|mg|mcg|ug|g\b|kg|ml|l\b|dl|mm|cm|m\b|km|min|s\b|sec|h\b|hours?|hrs|bpm|mmhg|fr\b|ch\b|u\b|ui\b|iu\b|meq|mmol|gauge|j\b|w\b|hz|kpa|°|years?|yrs|yo|y/o|anni|ans|anos|anys|days?|giorni|jours|dias|dies|weeks?|months?|times|people|persons?|patients?|pazienti|pacientes|pacients|personas|persone|personnes|persones|donors?|beds?|units?|doses|dosi|cases|casi|cas|casos|members?|volunteers|families|points?|stitches|slides|samples|copies|pages|euros?|€|\$|£|am\b|pm\b|minutes?|minuti|minutos|minuts|degrees|mil\b|million|mila)"
)
_MASKED_TAIL = Lazy(r"(?:end(?:s|ing)?|last (?:four|4|three|3)(?: digits)?|finisce|finiscono|termina|terminano|ultime (?:quattro|4)(?: cifre)?|se termin(?:e|ant)|terminant|terminando|finit|finissant|derniers chiffres|acaba|acabado|terminado|terminada|terminen?|ultim[oae]?s? (?:cuatro|quatre|4)?(?: (?:digitos|cifras|xifres|digits))?|acabat|acabada|quatre derniers(?: chiffres)?)(?: +(?:in|with|con|par|en|per|amb|de|is|son|are|:|=)){0,2}\W{0,3}(\d{3,4}|\d\d [.-]?\d\d|[xX*•#]{2,}\d{2,4})(?![\d-])")  # fmt: skip
_STARS = Lazy(r"(?<![\w*#])(?:[xX*#•]{2,4}[- ]?){1,4}\d{2,4}(?!\d)")

_SSN = Lazy(r"(?<![\d-])(?!000|666|9)\d{3}([- .])\d{2}\1\d{4}(?![\d-])")
_NINO = Lazy(r"(?<![a-z0-9])[a-z]{2}([ .-]?)\d{2}\1\d{2}\1\d{2}\1[a-d](?![a-z0-9])")
_UK_LICENCE = Lazy(r"(?<![a-z0-9])[a-z]{2,5}9{0,3}\d[015-7]\d{4}[a-z9]{2}\d[a-z]{2}(?![a-z0-9])")
_CF = Lazy(
    r"(?<![a-z0-9])[a-z]{6}[ -]?[0-9lmnpqrstuv]{2}[abcdehlmprst][0-9lmnpqrstuv]{2}[ -]?[a-z][0-9lmnpqrstuv]{3}[ -]?[a-z](?![a-z0-9])"
)
_DNI = Lazy(r"(?<![a-z0-9])(?:\d{8}|\d{2}\.\d{3}\.\d{3})[ -]?[a-z](?![a-z0-9])")
_NIE = Lazy(r"(?<![a-z0-9])[xyz][ -]?\d{7}[ -]?[a-z](?![a-z0-9])")
_NIR = Lazy(
    r"(?<![\d])[1278][ .-]?\d{2}[ .-]?(?:0[1-9]|1[0-2]|[2-9]\d)[ .-]?(?:\d{2}|2[ab])[ .-]?\d{3}[ .-]?\d{3}(?:[ .-]?\d{2})?(?!\d)"
)
_NHS = Lazy(r"(?<![\d-])\d{3}([ -])\d{3}\1\d{4}(?![\d-])|(?<!\d)\d{10}(?!\d)")
_IBAN = Lazy(r"(?<![a-z0-9])[a-z]{2}\d{2}(?:[ -]?[a-z0-9]{4}){3,7}(?:[ -]?[a-z0-9]{1,4})?(?![a-z0-9])")
_CARD = Lazy(
    r"(?<![\d-])\d{4}([ -]?)\d{4}\1\d{4}\1\d{1,7}(?![\d-])|(?<!\d)3[47]\d{2}[ -]?\d{6}[ -]?\d{5}(?!\d)"
)
_VIN = Lazy(r"(?<![a-z0-9])(?=[a-z0-9]*\d{4})(?=[a-z0-9]*[a-z])[a-hj-npr-z0-9]{17}(?![a-z0-9])")
_CIP = Lazy(
    r"(?<![a-z0-9])(?!(?:call|ring|dial|text|line|help|info|from|with|over|desk|fono|code|tele)\b)[a-z]{4}[ -]?[01]\d{3}[ -]?\d{4,6}[ -]?\d{0,2}(?![a-z0-9])"
)
_UDI = Lazy(
    r"\(01\)\s?\d{13,14}(?:\s?\(\d{2,3}\)\s?[a-z0-9\-]+)*|(?<![a-z0-9])\+[a-z]\d{3}[a-z0-9]{4,}/[a-z0-9$]+"
)
_GS1 = Lazy(r"\((?:21|10|17|11)\)\s?[a-z0-9]{4,}")
_PLATES = Lazy(
    r"(?<![a-z0-9-])(?:[a-z]{2}[ -]?\d{3}[ -]?[a-z]{2}|\d{4}[ -]?[b-df-hj-np-tv-z]{3}|[a-z]{2}\d{2}[ ]?[a-z]{3}|[a-z]{3}[ -]\d{4}|[a-z]{1,2}[ -]\d{4}[ -][a-z]{2}|\d[a-z]{2,3}\d{3,4})(?![a-z0-9-])"
)
_BARE_CODE = Lazy(r"(?<![A-Za-z0-9.,/#@+:_-])(?:[A-Z]{1,4}-?\d{5,}[A-Z]{0,2}|[A-Z]\d[A-Z0-9]{5,}|\d{5,}[A-Z]{1,3}|[A-Z]{1,4}\d{2,4}-\d{3,}|S\d\d-\d{4,}|\d{3}-\d{4}-\d{2,}|\d{2,4}-[A-Z]{1,4}-\d{3,})(?![A-Za-z0-9])")  # fmt: skip
_GROUPED = Lazy(
    r"(?<![\w.,/#@+:€$£-])(?:20\d\d/\d{4,8}|\d{5,8}/\d{2}|\d{2}/\d{5,8}|\d{3}-\d{3}-\d{3}|\d{2}\.\d{3}\.\d{3})(?![\w%/€$£°-]|[.,:]\d)"
)
_HASH = Lazy(r"#\s?(\d[\d \-]{3,}\d)(?!\w)")
_BARE_DIGITS = Lazy(
    r"(?<![\w.,/#@+:€$£-])(\d{5,6}|\d{2,4}[ \-]\d{2,4}[ \-]\d{2,4})(?![\w%/€$£°]|[.,:]\d|[ -]\d)"
)
_TRIAL = Lazy(r"(?<![a-z0-9])(?:nct\d{8}|eudract[ :#]*\d{4}-\d{6}-\d{2}|isrctn\d{8})(?!\d)")
BENIGN_BEFORE = Lazy(
    r"(?<![a-z])(?:icd|icd-10|icd-10-cm|icd-9|icd-11|cim-10|cie-10|cpt|hcpcs|drg|loinc|snomed|opcs|ccam|nomesco|iso|ce|din|en|ref|lot|lotto|batch|model|modello|modele|modelo|flight|volo|vol|vuelo|train|treno|tren|bus|route|highway|line|un|pmid|doi|isbn|issn|grant|version|rev|part|episode|season|hall|gate|(?:error|fault|alarm)(?: code)?|errore|codice (?:di )?errore|(?:code d')?erreur|(?:codigo de |codi d')error|doses?|magnitude|worth|about|circa|environ|unos|uns|some|over|more than|nearly|almost|up to|total of|exceed|[$€£])[ :.#-]*$"
)
_AGENT = Lazy(
    r"^(?:covid|h\d+n\d+|sars|cov|az|ba|af|ib|fr|lh|vy|u2|ua|aa|dl|ek|i|a|m|e|c|n|ap|ss|sp|rn|sr|us|d|b|l|t)-?\d{1,4}$"
)


def _valid(check: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda text: check(re.sub(r"[^A-Za-z0-9]", "", text).upper())


_SHAPES: tuple[tuple[Lazy, str, Callable[[str], bool] | None, str, str], ...] = (
    (_IBAN, "J", _valid(iban.is_valid), "This is a bank account (IBAN).", "the account"),
    (_CF, "G", None, "This is an Italian tax code.", "the patient"),
    (_UK_LICENCE, "K", None, "This looks like a driving licence.", "the licence"),
    (_NINO, "G", None, "This looks like a National Insurance number.", "the patient"),
    (_DNI, "G", _valid(dni.is_valid), "This is a Spanish identity number (DNI).", "the patient"),
    (_NIE, "G", _valid(nie.is_valid), "This is a Spanish foreigner's number (NIE).", "the patient"),
    (_NIR, "G", None, "This looks like a French social security number.", "the patient"),
    (_SSN, "G", None, "This looks like a social security number.", "the patient"),
    (_UDI, "M", None, "This is a device identifier (UDI).", "the device"),
    (_GS1, "M", None, "This is a device's serial or lot.", "the device"),
    (_CARD, "J", _valid(luhn.is_valid), "This looks like a payment card.", "the card"),
    (_NHS, "H", _valid(nhs.is_valid), "This is an NHS number.", "the record"),
    (_VIN, "L", None, "This looks like a vehicle identification number.", "the car"),
    (_CIP, "I", None, "This looks like a health card number.", "the plan"),
)
assert codicefiscale  # the shape of a tax code says enough: a mistyped one still names its person


_LAST_OF = Lazy(
    r"\b(?:last|final|ending|ends|end|ultim[aeio]s?|derniers?|dernieres?|quatre derniers|final(?:es)?|acab\w+|termin\w+|finiss\w+|finish\w*|closing|clos[ei]\w*|tail|coda|cola|cua|finisc\w+|finit|fini[sr]?)\b(?: \w+'?){0,9}?,?[ :'\u00ab\"(]+(?P<n>\d{2,4}|\d{2,3}[a-z]|[a-z]\d{2,3}|\d[ -]\d[ -]\d(?:[ -]\d)?)(?![\d/:%\w]|[.,]\d|-\d)(?! ?(?:min|mm|cm|ml|mg|kg|h\b|hours?|ore|heures?|horas?|hores|years?|anni|ans|anos|anys|days?|giorni|jours|dias|dies|patients?|pazienti|pacientes|pacients|people|cases|stitches|punti|puntos|punts|points|weeks|months|beats|degrees|steps))"
)
_NUMBERED_THING = Lazy(
    r"\b(?:digits?|numbers?|no\.|figures|id|mrn|record|chart|file|card|phone|mobile|account|policy|member\w*|plate|ssn|passport|licen[cs]e|nhs|cifr[ae]s?|numer[oi]|cartella|tessera|telefono|cellulare|conto|polizza|targa|codice|patente|passaporto|chiffres?|numeros?|dossier|carte|telephone|portable|compte|contrat|mutuelle|plaque|secu|permis|passeport|digitos?|historia|tarjeta|movil|cuenta|poliza|matricula|dni|carnet|pasaporte|xifr\w+|digits|historial|targeta|mobil|compte|polissa|passaport|fitxa|expedient\w*)\b"
)


def _last_of(c: Context) -> Iterator[Finding]:
    """The last digits of something numbered, however that is said."""
    for match in _LAST_OF.finditer(c.low):
        first, last = c.sentence(*match.span())
        if _NUMBERED_THING.search(c.low[first:last]) and (not c.is_public or c.tied(*match.span())):
            reason = "The last digits of a number help to find its owner."
            yield Finding(*match.span("n"), "H", ASK, reason, "on file")


_OWNED = Lazy(
    r"\b(?:patient\w*|pazient[ei]|pacient\w*|malade|malat[oa]|malalta?|enferm[oa]|his|her|hers|their|suo|sua|son|sa|su|seva|seu|pt|mother|father|wife|husband|madre|padre|mere|pere|marido|mujer|moglie|marito|femme|mari|mare|pare|dona|marit)\b"
)
_KIND_OF_CODE = Lazy(
    r"\b(?:n[.o]? ?[o\u00ba\u00b0]|no\.|nr\.?|num\.?|number|numero|n\u00b0|id|code|codice|codigo|codi|card|carta|carte|tarjeta|targeta|tessera|carnet|badge|licen[cs]\w*|llicencia|permi\w+|certific\w+|policy|polizza|poliza|polissa|contrat\w*|plan|scheme|cover|insur\w+|assicur\w+|assur\w+|segur\w+|asseguran\w*|mutua|mutuelle|fondo|member\w*|socio|socia|soci|afiliad\w+|afilia\w+|adherent\w*|abonad\w+|beneficiar\w+|record|chart|file|dossier|cartella|historia|fitxa|expedient\w*|episod\w*|ticket|voucher|reference|ref|label|wristband|bracelet|braccialetto|pulsera|polsera|registr\w+|inscri\w+|iscri\w+|matricul\w+|passport|passeport|passaport\w*|pasaporte|account|conto|compte|cuenta|iban|key|folder|band|sticker|etichetta|etiquet\w+)\b"
)
_SOME_CODE = Lazy(
    r"(?<![\w.,/:+\u20ac$-])(?=[a-z0-9-]*\d{2})(?:\d{4,14}|[a-z]{1,4}[ -]?\d{4,12}[a-z]{0,3}|\d{14,24}|\d{2,4}/\d{4,10}/\d{1,4}|\d{2,4}/\d{5,12}|\d{2,8}[ -][a-z]{1,3}|\d{2,6}(?:[ -]\d{2,6}){1,4}|[a-z]{1,5}(?:-[a-z0-9]{1,8}){1,3})(?![\w%]|/\w|[.,:]\d)"
)


_SPECIMEN_SAID = Lazy(
    r"\b(?:specimen|sample|biopsy|histology|path|pot|campione|provetta|istologic[oa]|biopsia|echantillon|prelevement|biopsie|muestra|mostra|frasco|pot)\b[^.!?\d]{0,12}(?P<n>[a-z]?(?: ?\d){1,4} (?:dash|slash|stroke|trattino|barra|tiret|barre|guion|guio) ?(?:\d ?){3,9})(?<! )"
)
_GLUED = Lazy(
    r"(?<![a-z0-9])(?:nhc|mrn|ipp|nip|nhs|nuhsa|cip|ssn|nif|dni|nosografico|nosologico)[-.:#_]?\d{4,}(?![\d.,])"
)
_TITLE_OF = Lazy(r"\b(?:titol|titulo|patente|brevet\w*|licenza|cartilla|libretto|livret|llibreta)\b")


_CALLED = Lazy(
    r"\b(?:call|dial|ring|phone|llame|llamen|llamar|llama|chiami|chiamate|chiamare|appelez|appeler|truqui|truqueu|trucar)(?: (?:us|on|at|al|a|allo|lo|le|el|the|ci|nos|nous))* ?$"
)


def _owned_codes(c: Context) -> Iterator[Finding]:
    """A code in the sentence of a patient in which something that bears codes stands: a card, a cover, a permit."""
    for match in _SOME_CODE.finditer(c.low):
        text = match.group()
        digits = sum(ch.isdigit() for ch in text)
        if (
            digits < 4
            or UNIT_AFTER.match(c.low[match.end() :])
            or BENIGN_BEFORE.search(c.before(match.start(), 16))
            or re.fullmatch(r"(?:19|20)\d\d", text)
            or _AGENT.match(text)
            or _CALLED.search(c.before(match.start(), 20))
        ):
            continue
        first, last = c.sentence(*match.span())
        around = c.low[first : match.start()] + " " + c.low[match.end() : last]
        if digits > 13 or (
            _OWNED.search(around) and (digits > 8 or _KIND_OF_CODE.search(around) or _TITLE_OF.search(around))
        ):
            reason = "This looks like a number that belongs to somebody."
            yield Finding(*match.span(), "H", BLOCK, reason, "the number")


def numbers(c: Context) -> Iterator[Finding]:
    if not c.has_digit:
        return
    yield from _labelled(c)
    for match in _SPECIMEN_SAID.finditer(c.low):
        yield Finding(*match.span("n"), "R", BLOCK, "This looks like a specimen's number.", "the specimen")
    for match in _GLUED.finditer(c.low):
        yield Finding(*match.span(), "H", BLOCK, "This looks like a record number.", "the record")
    for pattern, cls, valid, reason, replacement in _SHAPES:
        for match in pattern.finditer(c.low):
            if valid is not None and not valid(match.group()):
                continue
            if len({ch for ch in match.group() if ch.isdigit()}) == 1:
                continue  # "00000000T": nobody's
            if pattern is _NIR and not _looks_like_nir(match.group(), c):
                continue
            if pattern in (_NHS, _CARD) and c.is_public and not c.tied(*match.span()):
                continue
            yield Finding(*match.span(), cls, BLOCK, reason, replacement)
    yield from _plates(c)
    yield from _tails(c)
    yield from _last_of(c)
    for match in _TRIAL.finditer(c.low):
        if c.kind == "surgery" or c.tied(*match.span()):
            yield Finding(
                *match.span(),
                "R",
                ASK,
                "A trial number with an operation can point at one person.",
                "the trial",
            )
    if c.kind in ("surgery", "reply"):
        yield from _bare(c)


def _looks_like_nir(text: str, c: Context) -> bool:
    digits = re.sub(r"[^0-9AB]", "", text.upper())
    return len(digits) == 13 or nir.is_valid(digits)


def _labelled(c: Context) -> Iterator[Finding]:
    if not _ANY_LABEL.search(c.low):
        return
    for cls, pattern, what, replacement, fewest in _LABELLED:
        for match in pattern.finditer(c.low):
            start, end = match.span(1)
            code = c.low[start:end]
            # "record 00482913 on 12 May": words between digits are not part of the code.
            digits = sum(ch.isdigit() for ch in code)
            if re.match(r"visit|partic\w+s\b", match.group()) and re.fullmatch(r"\d{1,2}[-/]\d{1,2}", code):
                continue  # visiting hours, or participants from one to another
            if digits > 5 and len({ch for ch in code if ch.isdigit()}) == 1:
                continue  # "00000000": nobody's
            label = match.group()
            verdict: Verdict = BLOCK
            if digits < (fewest if not _WEAK.match(label) else max(fewest, 4)) or _AGENT.match(code):
                continue
            if _WEAK.match(label) and (UNIT_AFTER.match(c.low[end:]) or re.fullmatch(r"(?:19|20)\d\d", code)):
                continue
            if cls in ("L", "M", "R", "K", "J") and UNIT_AFTER.match(c.low[end:]) and digits < 5:
                continue
            if (
                cls == "H"
                and re.match(r"hospital|record", label)
                and re.match(r"\s?(?:street|road|avenue|st\b)", c.low[end:])
            ):
                continue
            if re.fullmatch(r"(?:19|20)\d\d[ /-](?:(?:19|20)\d\d|\d\d)", code):
                continue  # two years
            if re.match(
                r"(?:line|ligne|call|tel|fax|dial|ring|text|room|gate|page|form|level|exit|zone|aula|sala|caja)\W",
                code,
            ):
                continue  # a telephone: judged as one
            if re.search(r"(?:lot|lotto|batch|ref)\W*$", c.before(start, 12)):
                continue
            if c.is_public and _WEAK.match(label) and not c.tied(*match.span()) and cls != "H":
                continue
            if re.search(r"(?:end|ending|ends|last|termin|finisc|acab)", label) and digits <= 4:
                verdict = ASK
            yield Finding(start, end, cls, verdict, f"This looks like {what}.", replacement)


def _plates(c: Context) -> Iterator[Finding]:
    for match in _PLATES.finditer(c.low):
        text = match.group()
        original = c.plain[match.start() : match.end()]
        near = re.search(
            r"plate|targa|plaque|immatricul|matricul|car\b|auto\b|voiture|coche|cotxe|vehic|veic|van\b|driver|parked|motor|moto\b|scooter|bike|truck|camion|furgon",
            c.low,
        )
        if not near and (original != original.upper() or c.is_public):
            continue
        if re.fullmatch(r"[a-z]{2,3}[ -]?(?:19|20)\d\d", text) or BENIGN_BEFORE.search(
            c.before(match.start(), 16)
        ):
            continue
        if (
            c.is_public
            and not c.tied(*match.span())
            and not re.search(r"plate|targa|plaque|immatricul|matricul", c.low)
        ):
            continue
        yield Finding(*match.span(), "L", BLOCK, "This looks like a number plate.", "the car")


def _tails(c: Context) -> Iterator[Finding]:
    for match in _MASKED_TAIL.finditer(c.low):
        first, _ = c.sentence(*match.span())
        before = c.low[first : match.start()] + c.low[match.end() : match.end() + 30]
        cls = next((k for k, word in (("G", "ssn|social|dni|nie|secu|fiscale"), ("H", "record|mrn|chart|cartella|dossier|histor"), ("J", "card|account|iban|cuenta|conto|compte|carta|carte|targeta|tarjeta"), ("I", "member|policy|insur"), ("L", "plate|targa|matric"))
                    if re.search(word, before)), "D")  # fmt: skip
        yield Finding(
            *match.span(1), cls, ASK, "The last digits of a number help to find its owner.", "on file"
        )
    for match in _STARS.finditer(c.plain):
        if any(ch.isdigit() for ch in match.group()) and not re.search(r"#\d{1,2}$", match.group()):
            yield Finding(
                *match.span(), "R", ASK, "A half-hidden number still helps to find its owner.", "on file"
            )


_DASHED = Lazy(
    r"(?<![\w/.@#+-])(?=[A-Z0-9-]*\d{2})[A-Z]{1,10}(?:\d{1,6})?(?:[-/][A-Z0-9]{1,8}){1,4}(?![\w-]|/\w|\.\d)"
)
_STANDS_FOR = Lazy(
    r"\b(?:code|id|identifier|number|no|enrol\w*|randomi[sz]\w*|inclu\w+|trial|study|registry|biobank|label\w*|tagged|logged|filed|pseudonym|"
    r"codice|numero|arruolat\w*|randomizzat\w*|studio|registro|etichett\w+|sigla|enrolee?s?|randomisee?s?|essai|etude|etiquet\w+|codigo|reclutad\w*|aleatorizad\w*|ensayo|estudio|codi|reclutad\w*|aleatoritza\w*|assaig|estudi)\b"
)


def _dashed(c: Context) -> Iterator[Finding]:
    """Letters and digits in groups: where they are called a code, or long enough to be nothing else."""
    for match in _DASHED.finditer(c.plain):
        text, start = match.group(), match.start()
        digits = sum(ch.isdigit() for ch in text)
        if BENIGN_BEFORE.search(c.before(start, 16)) or UNIT_AFTER.match(c.low[match.end() :]):
            continue
        if re.match(
            r"(?:ICD|CPT|OPCS|ISO|NCT|COVID|SARS|CIE|CIM|ASA|NYHA|CA|PD|IL|HLA|HPV|T|L|C|S)(?:-|\d)", text
        ):
            continue
        first, last = c.sentence(*match.span())
        called = _STANDS_FOR.search(c.low[first:start]) or _STANDS_FOR.match(c.low[match.end() + 1 : last])
        if (called and digits >= 2) or digits >= 5 or (digits >= 4 and len(re.split("[-/]", text)) > 2):
            reason = "This looks like a code that stands for one person."
            yield Finding(*match.span(), "R", BLOCK, reason, "the code")


def _bare(c: Context) -> Iterator[Finding]:
    yield from _dashed(c)
    yield from _owned_codes(c)
    for match in _HASH.finditer(c.plain):
        digits = sum(ch.isdigit() for ch in match.group())
        if digits >= 5:
            yield Finding(*match.span(), "H", BLOCK, "This looks like a record number.", "the record")
    for match in _GROUPED.finditer(c.plain):
        if not (UNIT_AFTER.match(c.low[match.end() :]) or BENIGN_BEFORE.search(c.before(match.start(), 16))):
            sure = "." not in match.group() or re.search(
                r"n[.o°º]|num|record|file|chart|dossier|histori|cartella|patient|pz|pac",
                c.before(match.start(), 40),
            )
            verdict = BLOCK if sure else ASK
            yield Finding(*match.span(), "H", verdict, "This looks like a record number.", "the record")
    for match in _BARE_CODE.finditer(c.plain):
        if (
            BENIGN_BEFORE.search(c.before(match.start(), 16))
            or _AGENT.match(match.group().lower())
            or re.fullmatch(r"[A-Z]\d{2}(?:\.\d+)?", match.group())
        ):
            continue
        if match.group().lower().startswith(("nct", "icd", "cpt", "iso")):
            continue
        yield Finding(
            *match.span(), "H", BLOCK, "This looks like a code that stands for one person.", "the code"
        )
    for match in _BARE_DIGITS.finditer(c.plain):
        text = match.group()
        digits = sum(ch.isdigit() for ch in text)
        if (
            digits < 5
            or UNIT_AFTER.match(c.low[match.end() :])
            or BENIGN_BEFORE.search(c.before(match.start(), 16))
        ):
            continue
        if " " in text and (digits < 7 or re.search(r"[a-z]\s*$", c.before(match.start(), 3))) and digits < 8:
            continue
        if re.match(r"\s[a-z]{4,}s\b", c.low[match.end() :]) and text.isdigit() and digits <= 6:
            continue  # a count of something
        yield Finding(
            *match.span(),
            "R",
            ASK,
            "What is this number? Leave out whatever could be looked up.",
            "the number",
        )
