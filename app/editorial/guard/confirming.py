"""
Answers that state something about the asker's relative or about their own treatment, put together from parts: who acts (we),
what is done in a hospital, whose it is. `replying` has the set phrases; here stands what they have in common.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.editorial.guard.context import BLOCK, Context, Finding
from app.editorial.guard.words.people import RELATIVES

_KIN = (
    rf"(?:{RELATIVES}|little one|loved one|family member|relative|toddler|baby|boy|girl|lad|piccol[oa]|bimb[oa]|bambin[oa]|familiare|parente|proche|bebe|petite?|"
    r"garcon|pequen[oa]|familiar|chic[oa]|nin[oa]|nen[ae]?|petita|menuda?)"
)
_YOURS = (
    r"(?:your|(?:il|la|i|le|lo) (?:suo|sua|tuo|tua|suoi|sue|tuoi|tue|vostr[oaie])|suo|sua|tuo|tua|votre|vos|ton|ta|tes|su|sus|tu|tus|vuestr[oa]s?|"
    r"(?:el|la|els|les) (?:seus?|seva|seves|teus?|teva|teves|vostr[ea]s?))"
)
_CARED = (
    r"(?:treat(?:ed|ing)?|operat(?:ed|e|ing)(?: on)?|admit(?:ted)?|discharged?|saw|seen|looked after|look(?:ing)? after|cared for|car(?:e|ing) for|(?:took|taken|take|taking) (?:\w+ )?care of|delivered|transferred|moved|"
    r"examined|scanned|x-rayed|sedated|intubated|extubated|stitched(?: up)?|sent \w+ home|kept|met|helped|nursed|saved|resuscitated|transplanted|had|"
    r"operat[oaie]|curat[oaie]|ricoverat[oaie]|dimess[oaie]|visitat[oaie]|assistit[oaie]|trattat[oaie]|seguit[oaie]|trasferit[oaie]|accolt[oaie]|medicat[oaie]|pres[oaie] (?:in carico|cura di)|preso cura di|vist[oaie]|salvat[oaie]|"
    r"operee?s?|soignee?s?|traitee?s?|hospitalisee?s?|recue?s?|suivie?s?|accueillie?s?|examinee?s?|transferee?s?|sauvee?s?|vue?s?|garde|pris (?:bien |grand )?(?:soin de|en charge)|"
    r"operad[oa]s?|tratad[oa]s?|atendid[oa]s?|ingresad[oa]s?|cuidad[oa]s?(?: de)?|vist[oa]s?|trasladad[oa]s?|dado de alta|intervenid[oa]s?|salvad[oa]s?|"
    r"operat|operada|operats|tractat|tractada|ates|atesa|ingressa[td]a?|cuidat|cuidada|trasllada[td]a?|donat d'alta|intervingu[td]a?|salva[td]a?)"
)
# "we operated on your sister", "nous avons pris soin de votre père", "vam operar la seva filla", "a su mujer la operamos"
_WE_CARED = re.compile(
    rf"\b(?:we|i|our (?:\w+ )?(?:team|surgeons?|doctors?|nurses?|staff|ward|unit|midwives))(?:'ve|'re)?(?: (?:did|have|had|just|also|really|already|were|are|so|all|very much|indeed|certainly)){{0,3}} (?:loved |enjoyed )?{_CARED} (?:up )?(?:{_YOURS} (?:\w+ )?{_KIN}|you|him|her|them)\b"
    rf"|\b(?:abbiamo|l'abbiamo|vi abbiamo|ci siamo|avons|nous (?:l'|vous )?avons|on (?:a|l'a|vous a)|hemos|le hemos|lo hemos|la hemos|hem|l'hem|li hem)(?: \w+){{0,2}}? {_CARED}(?: (?:di|de|a|bene|bien|be|molto))* {_YOURS} {_KIN}\b"
    rf"|\b(?:operamos|tratamos|atendimos|ingresamos|cuidamos(?: de)?|vimos|trasladamos|intervenimos|dimos (?:el |de )?alta|(?:vam|hem de|varem) (?:operar|tractar|atendre|ingressar|cuidar|veure|traslladar|intervenir|donar (?:l')?alta)|operammo|curammo)(?: \w+){{0,2}}? (?:a )?{_YOURS} {_KIN}\b"
    rf"|\ba {_YOURS} {_KIN} (?:ya )?(?:la|lo|le|el|li|l')? ?(?:operamos|tratamos|atendimos|ingresamos|cuidamos|vimos|trasladamos|intervenimos|dimos|hemos|vam|hem|estamos|tenemos|hicimos)\b"
    rf"|\b(?:pleasure|honou?r|privilege|joy|piacere|onore|plaisir|honneur|placer|honor|plaer)(?: (?:to|di|de|d'|for us to|per noi|pour nous de))? ?(?:care for|look after|treat|operate on|meet|deliver|curare|assistere|operare|soigner|accompagner|prendre soin de|cuidar(?: de)?|atender|tratar|operar|tenir cura de|atendre) (?:a )?(?:{_YOURS} {_KIN}|you|him|her)\b"
)
_STATED = (
    r"(?:(?:was|were|has been|is being|is|'s)(?: (?:now|already|still|just|safely|finally|all))? (?!in (?:our|my) (?:thoughts|prayers|hearts)|welcome|lucky|right|interested|curious|confused|upset|invited|able)(?:\w+ed|sent|seen|taken|given|brought|put|kept|in|on|here|out|home|off|back|up|well|fine|stable|better|ok|okay|asleep|awake|comfortable|ready|safe|doing|breathing|sleeping|eating|resting|recovering|going)"
    r"|(?:went|came|woke|left|died|passed away|recovered|arrived|slept|ate|survived|pulled through|made it|did (?:well|great|fine)|had (?:a|an|the|her|his|surgery)|got (?:a|the|his|her)|goes home|can go home|will go home|will be (?:home|discharged|moved|transferred|operated))"
    r"|(?:e|era|ha|sta|si e|si sta|torna|esce|dorme|verra|sara) (?!ragione|il diritto|la possibilita|dirit)\w+|(?:est|etait|a|va|dort|sort|s'est|vient de|sera) (?!raison|le droit|la possibilite|droit)\w+"
    r"|(?:esta|estuvo|fue|ha|salio|llego|sigue|duerme|va|tuvo|ingreso|paso|se recupera|sera|murio|fallecio|desperto|es paciente)\b(?! (?:derecho|razon))|(?:va (?:sortir|ingressar|arribar|morir|passar|tenir|ser|estar)|segueix|dorm|surt|es recupera|sera|ha|es a|esta)\b(?! (?:dret|rao)))"
)
# "your dad went home this morning", "sí, su madre salió ayer"
_KIN_DID = re.compile(rf"\b{_YOURS} (?:\w+ )?{_KIN},? (?:ya |ja |gia |deja |also )?{_STATED}")
_TREATMENT = (
    r"(?:\w*(?:scop(?:y|ia|ie)|ectom(?:y|ia|ie)|[oe]stom(?:y|ia|ie)|otom(?:y|ia|ie)|plast(?:y|ia|ie|ica)|graph(?:y|ie)|grafia|biops(?:y|ia|ie)|dialys[ei]s?|dialisi|therap(?:y|ie)|terapia)|"
    r"surger(?:y|ies)|operation|procedure|(?:hip|knee|valve|shoulder|joint) (?:replacement|operation|surgery)|replacement|transplant|bypass|stent|pacemaker|caesarean|c-section|delivery|labour|chemo|infection|wound|scar|stitches|fracture|diagnosis|tumou?r|cancer|miscarriage|stay(?: with us| here| on our ward)|admission|discharge|blood tests?|test results?|results|x-ray|ct scan|scan|mri|medication|prescription|"
    r"intervento|operazione|ricovero|degenza|dimissione|trapianto|parto|cesareo|infezione|ferita|frattura|diagnosi|tumore|referto|esami(?: del sangue)?|esito|"
    r"intervention|hospitalisation|sejour(?: chez nous)?|sortie|greffe|accouchement|cesarienne|infection|plaie|cicatrice|fracture|diagnostic|cancer|resultats?|examens?|"
    r"operacion|intervencion|cirugia|ingreso|estancia|alta|trasplante|cesarea|infeccion|herida|fractura|diagnostico|cancer|resultados?|analitica|pruebas?|"
    r"operacio|intervencio|cirurgia|ingres|estada|trasplantament|part|infeccio|ferida|diagnostic|resultats|analitica|proves)"
)
_FEELING = re.compile(
    r"\b(?:sorry|apologi[sz]e|apologies|regret|glad|pleased|happy|delighted|relieved|thrilled|delay|delayed|wait|waited|pain|confirm\w*|since|after|before|"
    r"dispiace|spiacenti|scus\w+|content[ie]|felici|liet[ie]|attesa|ritardo|dopo|prima|desoles?|navres?|excus\w+|ravis?|heureux|contents?|attente|retard|avant|apres|"
    r"sentimos|lamentamos|disculp\w+|perdon\w*|alegra\w*|contentos|espera|retraso|despues|antes|tras|sentim|lamentem|alegre\w*|contents|greu|endarrer\w+|despres|abans)\b"
)
_YOUR_TREATMENT = re.compile(
    rf"\b{_YOURS} (?:(?:recent|last|first|second|own|{_KIN}'s?) ){{0,2}}{_TREATMENT}\b"
)
_HAPPENED = re.compile(
    r"^[^.!?;]{0,24}\b(?:was|were|went|is back|are back|took|has been|had to|got|did|e stat[oa]|e andat[oa]|ha avuto|si e|a ete|s'est|etait|fue|se retras\w+|se cancel\w+|ha sido|salio|estuvo|tardo|va (?:ser|anar|sortir|trigar)|es va|ha estat)\b"
)
_WE_DO = re.compile(
    r"\b(?:we|i)(?:'ll| will| have| had|'ve| did| are| are going to| just)? (?!can|could|hope|need|want|offer)[a-z]+(?: out| off| up| on)? $|\b(?:toglieremo|togliamo|abbiamo (?:tolto|fatto|rimosso)|retirerons|retirons|enlevons|quitaremos|quitamos|traurem|traiem)(?: [a-z]+)? $"
)
_IN_HOSPITAL = re.compile(
    r"\b(?:he|she)(?:'s| is| was) (?:still |now |already |back )?(?:in (?:recovery|icu|intensive care|theatre|surgery|(?:the )?ward|room|bed)|on the ward|out of (?:theatre|surgery|icu|recovery))\b"
    r"|\b(?:le|li|te|us|vi|le|vous) (?:quitaremos|quitamos|retiraremos|traurem|traiem|togliamo|toglieremo|retirons|retirerons|enlevons|enleverons) (?:los|els|i|les) (?:puntos|punts|punti|fils|agrafes|points|grapas|grapes)\b|\b(?:togliamo|toglieremo|abbiamo tolto|retirons|enlevons|quitamos|traiem) (?:i|vos|tes|tus|sus|els) (?:(?:tuoi|suoi|vostri|seus|teus) )?(?:punti|points|fils|puntos|punts)\b"
)
_OF_KIN = re.compile(
    rf"\b(?:sorry|sentimos|lamentamos|sentim|lamentem|dispiace|desoles|navres)(?: (?:so|very|molto|tres|mucho|molt|lo|el que|about|for|per|pour|de|del|d'|to hear about|what happened to))+ (?:que (?:le |li )?(?:paso|va passar) a )?{_YOURS} {_KIN}\b"
)
_IF = re.compile(
    r"\b(?:if|whether|unless|in case|should you|hope|hoping|wish|speriamo|auguriamo|esperons|souhaitons|esperamos|deseamos|esperem|desitgem|qualora|se (?:ha|hai|avete|il|la|suo|sua)|cuando|quando|quand|when|quan|can(?:not|'t)|unable|non possiamo|ne pouvons|no podemos|no podem)\b"
)
_SI = re.compile(r"\bsi (?=\w)")
_THEN_DO = re.compile(
    r"\b(?:llame|llama|llamen|acuda|contacte|consulte|vaya|pida|escriba|truqui|truca|vagi|demani|escrigui|appelez|contactez|consultez|prenez|venez|ecrivez|chiami|chiamate|contatti|venga|scriva)\b"
)
_ASKS = re.compile(
    r"\b(?:please|call|ask|discuss|contact|bring|about|to (?:get|book|change|cancel|see|request)|per|pour|para|sobre|su|sur)(?: (?!sorry)[\w']+){0,3} $"
)


def confirming(c: Context) -> Iterator[Finding]:
    for pattern in (_WE_CARED, _KIN_DID, _OF_KIN, _IN_HOSPITAL, _YOUR_TREATMENT):
        for match in pattern.finditer(c.low):
            first, last = c.sentence(*match.span())
            before = c.low[first : match.start()]
            if _IF.search(before) or (_SI.search(before) and _THEN_DO.search(c.low[match.end() : last])):
                continue
            if pattern is _YOUR_TREATMENT:
                felt = _FEELING.search(before) or _WE_DO.search(before)
                if not felt and (_ASKS.search(before) or not _HAPPENED.match(c.low[match.end() : last])):
                    continue
            text = match.group().rstrip(" .!?,")
            yield Finding(
                match.start(), match.start() + len(text), "R", BLOCK,
                "This confirms that somebody is or was a patient.", "We cannot speak about individual people here.",
            )  # fmt: skip
