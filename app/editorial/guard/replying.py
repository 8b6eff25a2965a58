"""Answers that confirm, to whoever asked, that somebody is or was a patient. Praise and worry alike get no such answer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.editorial.guard.context import BLOCK, Context, Finding
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.words.people import RELATIVES

_R = RELATIVES
_WHO = rf"(?:you|him|her|them|your (?:{_R}|loved one|relative)|the lady|this (?:lady|gentleman|patient)|mr\.? \w+|mrs\.? \w+|ms\.? \w+)"
_CONFIRMS = Lazy(
    rf"\b(?:(?:he|she|they|that|this|your (?:{_R})|you)(?:'s|'re| is| are| was| were| has been| have been)(?: still| now| already| indeed| in fact| once| also)? (?:(?:our|a|one of our|currently (?:a|our)|an? \w+) patient|being (?:treated|cared|looked after|operated)|treated|admitted|operated|discharged|recovering|in (?:our|the) (?:care|icu|ward|hospital|unit|recovery)|here (?:with us|in|on|at|since|for)|under our care|with us|on our (?:ward|list|table)|in theatre|in surgery|out of surgery|doing (?:well|fine|great)|stable|seen (?:here|by|in|at)|resting)\b)"
    rf"|\b(?:your|his|her|their) (?:{_R})(?:'s|s') (?:recent |last )?(?:surgery|operation|procedure|(?:biopsy |test |scan |blood )?results?|scan|biopsy|appointment|visit|stay|treatment|admission|discharge|records?|chart|diagnosis|transplant|recovery|condition|wound|bed|room|case)\b"
    rf"|\b(?:we|i|our (?:team|surgeons?|doctors?|staff|nurses?))(?:'ve| have| had| did| are|'re)?(?: just| already| indeed| recently| really| all)? (?:operat(?:ed|ing) on|treat(?:ed|ing)|admitted|discharged|saw|see|seen|remember|looked after|looking after|cared for|caring for|met|took care of|taking care of|removed|replaced|fixed|delivered|performed|transplanted|enjoyed (?:looking|caring|having)|loved (?:caring|having|looking))(?: for| after)? {_WHO}\b"
    r"|\b(?:your|his|her|their) (?:recent |last |own )?(?:surgery|operation|procedure|results?|test results?|scan|biopsy|appointment|visit|stay|treatment|admission|discharge|records?|chart|file|medication|diagnosis|bill|consultation|transplant|delivery|x-ray|mri|recovery|follow-up|condition|prescription)(?: with us| here| at our \w+| on our ward| in our \w+)?(?:,? (?:on|in|last|was|were|is|are|went|shows?|showed|has|have|came|by|yesterday|today|this|under|as|for)\b|[.!?,]|$)"
    r"|\b(?:yes|correct|right|confirmed|indeed|true|that's right|absolutely)[,.! ]+(?:that (?:is|was)|it (?:is|was)|(?:he|she|they)(?:'s| is| was| are| were)|you (?:are|were)|we (?:did|do|have|are)|your (?:\w+) (?:is|was)|(?:mr|mrs|ms)\.? )"
    r"|\b(?:thank you|thanks|grateful) for (?:choosing us|trusting us|being (?:our|a|such a) (?:\w+ )?patient|letting us (?:treat|care|operate|look)|your visit|your stay|coming (?:in|to see us) (?:for|on|last)|staying with us)"
    r"|\b(?:glad|happy|pleased|delighted|sorry|so good)(?: to (?:hear|see|know))?(?: that)? (?:your|you|his|her|he|she) (?:\w+ )?(?:surgery|operation|procedure|recover\w+|treatment|knee|hip|heart|is recovering|was|stay|visit|wait|are recovering|had to wait(?!(?: so| too| that| quite)?(?: long)?(?:[.,!;]|$))(?![^.!?]{0,40}\b(?:car park|parking|phone|line|stream|live|reply|answer|replay|video|link|queue for|talk)))"
    r"|\bour (?:records|files|notes|system) (?:show|say|indicate|confirm)|\bas (?:our|a former|a) patient\b|\b(?:is|was|are|were|been) (?:indeed |one of )?(?:our|a) patients?\b|\bcan confirm (?:that )?(?:he|she|they|your|mr|mrs|ms|you|the patient)|\bconfirm(?:s|ed)? (?:he|she|they|your \w+) (?:is|was|are|were)"
)
_IN_OUR_HANDS = Lazy(
    rf"\b(?:your|his|her|suo|sua|tuo|tua|vostro|vostra|votre|ton|ta|su|tu|el seu|la seva|seu|seva|el teu|la teva) (?:{_R}|chemo\w*|radiotherapy|treatment|care|labour|delivery|op|terapia|chemioterapia|cura|degenza|chimio\w*|traitement|accouchement|quimio\w*|tratamiento|parto|tractament|part)(?:'s)?\b[^.!?]{{0,30}}\b(?:with us|here|in (?:our|safe|good|the best) (?:care|hands|ward|unit|hospital)|da noi|in buone mani|nel nostro|chez nous|entre de bonnes mains|dans notre|con nosotros|en buenas manos|en nuestr[oa]|amb nosaltres|en bones mans|al nostre|a la nostra|qui|ici|aqui)\b"
    r"|\b(?:you|vous|lei|usted|voste) (?:were|have been|etes|avez ete|e stat[oa]|fue|recibio|ha recibido|ha sido|va (?:rebre|ser)|ha estat) ?(?:discharged|admitted|treated|operated|seen|sorti|sortie|hospitalisee?|operee?|soignee?|dimess[oa]|operat[oa]|ricoverat[oa]|curat[oa]|el alta|dad[oa] de alta|operad[oa]|ingresad[oa]|atendid[oa]|l'alta|ingressa[dt]a?|opera[dt]a?|atesa?)\b"
)
_CONFIRMS_ROMANCE = Lazy(
    rf"\b(?:(?:biopsia|operazione|intervento|ricovero|esami|referto|referti|dimissione|operation|intervention|biopsie|hospitalisation|examens?|resultats?|sejour|sortie|operacion|intervencion|ingreso|resultados?|pruebas?|alta|estancia|operacio|intervencio|ingres|proves?|estada)(?: [a-z]+)? (?:di|de|d'|del|de la|de l') ?(?:suo|sua|tuo|tua|vostro|vostra|votre|ton|ta|vos|su|tu|la seva|el seu|la teva|el teu|seva|seu) (?:{_R})\b"
    rf"|(?:abbiamo|l'abbiamo|vi abbiamo|la abbiamo|ti abbiamo|lo abbiamo)(?: gia| appena)? (?:operat\w+|curat\w+|ricoverat\w+|dimess\w+|visitat\w+|trattat\w+|seguit\w+|assistit\w+)(?: (?:suo|sua|tuo|tua|vostro|vostra|lei|la signora|il signor|tua|il suo|la sua) ?(?:{_R}|\w+)?)?"
    rf"|(?:e|era|e stat[oa]|sono|lei e|lui e|suo \w+ e|sua \w+ e)(?: ancora| gia)? (?:un |una |nostr[oa] |un nostro |una nostra |in )?(?:nostr[oa] pazient\w|pazient\w (?:nostr|del nostro|da noi)|ricoverat[oa] (?:da noi|qui|nel nostro|presso|in)|in cura (?:da noi|qui|presso)|stat[oa] (?:ricoverat|operat|dimess|curat)\w*|operat[oa] (?:qui|da noi|ieri|oggi)|(?:cura|rianimazione|reparto) (?:da noi|qui)|sotto osservazione|nel nostro reparto)"
    r"|(?:il suo|la sua|il tuo|la tua|i suoi) (?:intervento|ricovero|visita|referto|referti|esami|operazione|biopsia|dimissione|cartella|terapia|degenza|esito)\b"
    r"|grazie (?:per|di) (?:averci scelto|esser\w+ stat\w|la (?:sua )?visita|aver scelto|la fiducia dopo)|(?:si|certo|esatto|confermo|confermiamo)[,.! ]+(?:(?:e|era) (?:un |una )?(?:nostr|qui|ricoverat|stat|da noi)|(?:il signor|la signora|suo|sua|lei|lui) \w+|che (?:e|era))"
    rf"|(?:nous (?:avons|l'avons|vous avons|soignons|suivons|l'|vous )(?: bien| deja)? ?(?:oper\w+|soign\w+|trait\w+|hospitalis\w+|accueilli\w*|suivi\w*|recu\w*|pris en charge|admis\w*)(?: (?:votre|ta|ton|sa|son|la|le) ?(?:{_R}|\w+)?)?)"
    r"|(?:il|elle|votre \w+|c') ?(?:est|etait|a ete)(?: bien| toujours| encore)? (?:notre patiente?|une? (?:de nos |de )?patiente?s?|hospitalisee? (?:chez|dans|ici)|chez nous|operee?|suivie? (?:chez|ici|par)|dans notre service|soignee? (?:chez|ici)|l'une? de nos patiente?s|en reanimation chez|sortie? de (?:chez|notre))"
    r"|votre (?:operation|intervention|hospitalisation|sejour|consultation|dossier|examen|resultats?|biopsie|sortie|traitement|rendez-vous) |vos (?:resultats|examens)|merci (?:de nous avoir (?:choisi|fait confiance)|d'avoir ete|pour votre (?:visite|sejour|venue))|(?:oui|exact|effectivement|en effet|tout a fait)[,.! ]+(?:il (?!y (?:a|en|aura)\b|faut|suffit|existe|fait|reste|est (?:possible|prevu|interdit|permis|conseille|recommande|temps|tard))|elle|c'|votre|m\.|mme|nous l)"
    rf"|(?:hemos|le hemos|la hemos|lo hemos|te hemos)(?: ya)? (?:operad\w|tratad\w|ingresad\w|atendid\w|dado de alta|visto|cuidado|intervenid\w)(?: (?:a )?(?:su|tu|la|el) ?(?:{_R}|\w+)?)?|(?:operamos|tratamos|atendimos|ingresamos|vimos|cuidamos)(?: ayer| hoy)? a (?:su|tu|la|el|usted) ?\w*"
    r"|(?:es|era|fue|ha sido|esta|estaba|estuvo)(?: ya| aun| todavia)? (?:un |una )?(?:paciente (?:nuestr|del|de nuestr)\w*|nuestr[oa] pacient\w*|ingresad[oa] (?:aqui|en|con)|operad[oa] (?:aqui|ayer|hoy|por)|atendid[oa] (?:aqui|en|por)|en nuestra (?:uci|planta|unidad)|dad[oa] de alta)|su (?:operacion|ingreso|cita|consulta|historia|intervencion|estancia|prueba|biopsia|tratamiento|alta|resultado|analitica)\b|sus (?:resultados|pruebas)\b|gracias por (?:elegirnos|confiar en nosotros|ser (?:nuestr[oa] )?paciente|su (?:visita|estancia))|(?:si|efectivamente|correcto|asi es|exacto)[,.! ]+(?:es (?:paciente|nuestr|una?)|esta (?:aqui|ingresad|en)|su \w+ (?:esta|es|fue)|la (?:senora|chica|mujer|nina|abuela|joven|anciana|paciente|persona|operada|ingresada|{_R}) \w*|(?:lo|la) (?:tenemos|tuvimos|operamos|operaron|atendimos|atendemos|tratamos|ingresamos|ingresaron|vimos|vemos|visitamos|cuidamos|trasladamos|intervenimos|seguimos|conocemos|recordamos|recibimos|hemos|estamos|mandamos|dimos)\b)"
    rf"|(?:hem|l'hem|us hem|t'hem|la hem|li hem)(?: ja)? (?:operat|operada|tractat|tractada|ingressat|ingressada|ates|atesa|donat (?:d')?alta|vist|cuidat|intervingut)(?: (?:a )?(?:el seu|la seva|el teu|la teva|la|el) ?(?:{_R}|\w+)?)?"
    rf"|(?:es|era|ha estat|esta|va ser)(?: ja| encara)? (?:un |una )?(?:pacient (?:nostr|del nostr|de l)\w*|(?:el |la )?nostr[ea] pacient|ingressa[dt]a? (?:aqui|a|amb)|opera[dt]a? (?:aqui|ahir|avui|per)|atesa? (?:aqui|a|per)|a la nostra (?:uci|planta|unitat)|donat d'alta)|(?:la seva|el seu|els seus) (?:operacio|ingres|visita|historia|intervencio|estada|prova|biopsia|tractament|resultats?|alta|analitica)\b|gracies per (?:triar-nos|confiar en nosaltres|ser pacient|haver|la seva (?:visita|estada))|(?:si|efectivament|correcte|aixi es|exacte)[,.! ]+(?:es (?:pacient|nostr|una?)|esta (?:aqui|ingressa)|el seu|la seva|la (?:senyora|noia|dona|nena|avia|pacient|persona|operada|ingressada|{_R}) es))"
)
_DENIES = Lazy(
    r"\b(?:can(?:not|'t| not)|could not|couldn't|unable|not able|never|neither confirm(?:ing)? nor deny(?:ing)? (?:that|whether|if|who) \w|ne conferm\w+ ne smenti\w+ (?:che|se|chi) \w|ni confirm\w+ ni (?:desm|dem|inf|neg)\w+ (?:que|qu'|si|qui|quien) ?\w|don't|do not|won't|will not|whether|if (?:someone|somebody|anyone|a person|you)|any(?:one|body)|non possiamo|non (?:confermiamo|commentiamo|diamo)|se (?:una persona|qualcuno)|nous ne (?:pouvons|sommes|confirmons|commentons)|ne pouvons|si (?:une personne|quelqu)|no (?:podemos|confirmamos|comentamos|damos)|si (?:alguien|una persona)|no (?:podem|confirmem|comentem|donem)|si (?:alg[uú]|una persona))\b"
)


_THEN_DO = Lazy(
    r"\b(?:llame|llamen|llama|acuda|acudan|contacte|consulte|pregunte|pida|puede|pueden|diganos|truqui|truquin|contacti|consulti|pregunti|demani|pot|poden|digui'ns|appelez|contactez|demandez|chiami|chiamate|contatti|chieda|puo)\b"
)
_AFTER_BUT = re.compile(r"\b(?:but|pero|mais|ma|pero|tuttavia|cependant|however|though)\b")
"""What is said after a denial counts by itself: "we cannot say much but your brother is here"."""
_THING_SAID = Lazy(
    r"^(?:est)?,? ?(?:the |an? |our |l'|la |le |el |il |lo |una? |une |right\b|correct\b|true\b|possible\b|normal\w*\b|exact\w*\b|why\b|how\b|what\b)(?!patient|pacient|pazient|lady|man\b|woman|boy|girl|gentleman|child|mother|father|son\b|daughter|signor|dame|femme|homme|mujer|hombre|dona\b|home\b)"
)


_BRING = Lazy(
    r"\b(?:traigan?|lleven?|presenten?|traed|porti|portate|portino|mostri|apportez|presentez|munissez-vous de|porteu|portin|presenteu|bring|show) $"
)
_BROUGHT = ("cita", "appointment", "appuntamento", "rendez-vous", "visita", "consulta")
_OF_THINGS = Lazy(
    r"(?:yes|si|oui),? (?:the |la |el |il |le |l')?(?:machines?|maquin[ae]s?|macchin[ae]|bomba|pumps?|pompe?|robots?|llums?|lampad?[ae]s?|lampes?|camer[ae]s?|ordinador|sierra|serra|monitor\w*)\b(?![^.!?]*\b(?:of|seva?|seu|su|sua|suo|sa|son|votre|your|his|her|mother|father|wife|husband|mare|pare|madre|padre|mere|pere)\b)"
    r"|sorry you had to wait(?: so| too| that)?(?: long)? (?:in (?:the|our) (?:car park|queue|phone queue)|on (?:the )?(?:phone|line|hold)|at the (?:car park|barrier|till|cafe|gate)|for (?:a reply|an answer|our reply|the stream))\b"
)


def replying(c: Context) -> Iterator[Finding]:
    if c.kind != "reply":
        return
    for pattern in (_CONFIRMS, _CONFIRMS_ROMANCE, _IN_OUR_HANDS):
        for match in pattern.finditer(c.low):
            first, _ = c.sentence(*match.span())
            before = c.low[first : match.start() + 12]
            if _DENIES.search(_AFTER_BUT.split(before)[-1]):
                continue
            if re.search(
                r"\b(?:please|call|ask|discuss|contact|bring|about|traigan?|trae|pidan?|pedir|solicit\w+|anul\w+|confirme|consult\w+|gestion\w+|reserv\w+|porti|portin|porteu|demanin?|portate|prenot\w+|prenez|apportez|prendre|presenten?) (?:\w+ ){0,3}$",
                c.low[first : match.start()],
            ) and re.match(r"(?:your|su |il suo|la sua|votre|la seva|el seu)", match.group()):
                continue
            text = match.group().rstrip(" .!?,")
            if _BRING.search(c.low[first : match.start()]) and text.endswith(_BROUGHT):
                continue  # "bring your appointment": said to whoever has one
            if _OF_THINGS.match(c.low[match.start() : match.start() + 60]):
                continue
            if text.startswith(("si ", "se ")) and _THEN_DO.search(c.low[match.end() : match.end() + 90]):
                continue  # "if your father is here, call": nothing is said of him
            if re.search(r"\b(?:if|whether|unless) $", c.low[first : match.start()]) or (
                re.search(r"(?:\bthat is|\bit is|\bthat's|\bc')$", text)
                and _THING_SAID.match(c.low[match.end() :])
            ):
                continue
            yield Finding(
                match.start(), match.start() + len(text), "R", BLOCK,
                "This confirms that somebody is or was a patient.", "We cannot speak about individual people here.",
            )  # fmt: skip
