"""
Who somebody is by what the town has heard of them (class R): what they did, won or survived, in the news or yesterday; whose
relative they are; an invitation to guess. In operations only, and asked about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.editorial.guard.context import ASK, Context, Finding
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.words.people import PATIENT, RELATIVES

_SICK = rf"(?:{PATIENT}|malade|malat[oa]|malalta?|enferm[oa]|infortunat[oa]|accidentee?|accidentad[oa]|accidentat)"
_GUESS = Lazy(
    r"\b(?:guess who|you'll never guess|you (?:all )?know who|indovinate chi|indovina chi|sapete chi e|devinez qui|vous savez qui|adivin(?:ad|a|en) quien|a que no sab\w+ quien|ya sab\w+ quien|endevineu qui|sabeu qui es|who do you think)\b"
)
_DID = Lazy(
    r"\b(?:who|that|che|qui|que)(?: (?:once|just|also|has|had|a|ha|va|avait|habia|havia|l'anno scorso|recently|famously|s'est))* (?:won|win|wins|scored|sang|sings|plays? (?:for|in|the)|played (?:for|in|the)|presents?|presented|wrote|founded|runs? (?:the|for)|ran for|coached|trains|captained|starred|appeared|survived|saved|rescued|killed|robbed|confessed|was (?:arrested|rescued|on)|made the|set the|broke the|holds the|swam|climbed|crossed|sued|"
    r"vinto|vince|vincera|segnato|cantat\w|canta|giocat\w|gioca (?:in|nel|nella|per)|presenta|scritto|fondato|allena\w*|salvato|sopravviss\w+|attraversato|scalato|arrestat\w|rapinat\w|"
    r"gagne\w*|marque|chante\w*|joue\w*|presente\w*|ecrit|fonde|entraine\w*|sauve|survecu|traverse|gravi|arretee?|braque\w*|remporte\w*|"
    r"gano|ganado|marco|metio|canto|jugo|jugaba|juega|presenta\w*|escribio|fundo|entrena\w*|salvo|sobrevivio|cruzo|escalo|detenid\w|atraco|rescataron|guanya\w*|marca\w*|cantar|jugar|jugava|juga|escriure|fundar|salvar|sobreviure|creuar|detingu\w+)\b"
)
_NEWS = Lazy(
    r"\b(?:(?:on|in|from|by|made) (?:the |last night's |yesterday's |today's |this morning's |local )?(?:tv |evening |local |national |morning )?(?:news|newspapers?|papers?|headlines|front page|telly|tv|television|radio)\b|(?:del|al|dal|nel) (?:tg|telegiornale|giornale)|(?:sui|dei|nei) giornali|in (?:tv|televisione|prima pagina)|(?:du|au|dans le) (?:jt|20 heures|journal)|(?:aux|des|dans les) (?:infos|informations|journaux|actualites)|a la (?:tele|tv|television|une)|(?:del|en el|por el) (?:telediario|informativo|periodico)|(?:en|de|por) (?:las noticias|los periodicos|la tele|la television|los diarios|portada)|(?:al|del|pel) (?:telenoticies|tn|diari)|(?:a|de|per) (?:les noticies|la tele|la televisio|els diaris)|(?:als|dels) diaris|viral)\b"
)
_MISFORTUNE = Lazy(
    r"\b(?:fell|fallen|hit by|struck|crash\w*|run over|knocked (?:down|off)|pulled|fished|dragged|rescued|winched|airlifted|thrown|trapped|buried|shot|stabbed|attacked|bitten|gored|burn(?:ed|t)|drown\w+|jumped|accident|collision|pile-?up|fire|shooting|explosion|blast|avalanche|landslide|robbery|riot|stampede|derail\w+|"
    r"cadut[oa]|precipitat[oa]|investit[oa]|travolt[oa]|estratt[oa]|ripescat[oa]|salvat[oa]|soccors[oa]|recuperat[oa]|accoltellat[oa]|sparat\w*|aggredit[oa]|mors[oa]|ustionat[oa]|annegat\w*|sepolt[oa]|schiant\w+|incidente|incendio|rogo|esplosione|valanga|frana|crollo|rapina|"
    r"tombee?|renversee?|fauchee?|percutee?|repechee?|secourue?|sauvee?|degagee?|extraite?|helitreuillee?|poignardee?|agressee?|mordue?|encornee?|brulee?|noyee?|ensevelie?|accident|incendie|explosion|avalanche|effondrement|braquage|carambolage|"
    r"cay\w+|caid[oa]|atropellad[oa]|arrollad[oa]|rescatad[oa]|sacad[oa]|pescad[oa]|apunalad[oa]|tirotead[oa]|agredid[oa]|mordid[oa]|cornead[oa]|quemad[oa]|ahogad[oa]|sepultad[oa]|accidente|incendio|explosion|alud|derrumbe|choque|atraco|corneado|"
    r"caigu\w+|va caure|atropella[td]a?|rescata[td]a?|tret|treta|pesca[td]a?|apunyala[td]a?|agredi[td]a?|mossega[td]a?|cremat|cremada|ofega[td]a?|colga[td]a?|incendi|explosio|allau|esfondrament|xoc|atracament)\b"
)
_LATELY = Lazy(
    r"\b(?:this (?:morning|afternoon|evening)|yesterday\w*|last night|earlier today|today|tonight|(?:on |last )?(?:mon|tues|wednes|thurs|fri|satur|sun)day\w*|stamattina|stamani|ieri|stanotte|oggi|stasera|ce matin|hier|cette nuit|aujourd'hui|esta (?:manana|noche|tarde|madrugada)|ayer|anoche|hoy|aquest mati|aquesta (?:nit|tarda|matinada)|ahir|anit|avui|lunedi|martedi|mercoledi|giovedi|venerdi|sabato|domenica|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miercoles|jueves|viernes|sabado|domingo|dilluns|dimarts|dimecres|dijous|divendres|dissabte|diumenge)\b"
)
_WHERE = Lazy(
    r"\b(?:from|off|out of|in|at|on|under|dal|dalla|dal[l']|sul|sulla|nel|nella|de la|de l'|du|dans|sur|del|en el|en la|al|a la|des de|d'un|d'una|di un|da un)\b[^.!?]{0,12}\b(?:river|lake|sea|canal|well|cliff|bridge|roof|scaffold\w*|train|tram|bus|tractor|motorway|highway|mountain|quarry|mine|fiume|lago|mare|pozzo|scogliera|ponte|tetto|impalcatura|treno|trattore|autostrada|montagna|cava|riviere|fleuve|lac|mer|puits|falaise|pont|toit|echafaudage|train|tracteur|autoroute|montagne|rio|mar|pozo|acantilado|puente|tejado|andamio|tren|autopista|autovia|montana|riu|llac|pou|penya-?segat|teulada|bastida|muntanya|ronda)\b"
)
_THE_ONE = re.compile(
    rf"\b(?:{_SICK}|the|l'|il|la|lo|le|el|our|notre|nostr[oaie]|nuestr[oa]|he|she|lui|elle|ella|ell|man|woman|uomo|donna|homme|femme|hombre|mujer|home|dona)\b"
)
_IS_KIN = re.compile(
    rf"\b(?:{_SICK}|he|she|on the table|on table|under the knife|lui|lei|il|elle|ella)\b[^.!?]{{0,24}}(?:\b(?:is|was|'s|e|est|es|era|etait|sul tavolo|c'est)\b|:|=|,)[^.!?]{{0,12}} ?(?:\b(?:the|a|il|la|lo|le|el|un|una|une)\b |l')?(?:\w+ )?(?:{RELATIVES}|jumeau|jumelle|gemell[oa]|gemel[oa]|melliz[oa]|bess[oa]|bessona|ex) (?:of|de|del|della|dell'|du|di|d'|dels|de la|de l')"
    rf"|\b(?:our|my|notre|nos|nuestr[oa]|nostr[oae]|mio|mia|mon|ma|mi|meu|meva) (?:\w+ )?(?:boss|chief|head|colleague|consultant|matron|manager|porter|registrar|receptionist|chaplain|surgeon|nurse|anaesthetist|director|ceo)'s (?:own |twin |eldest |little )?(?:{RELATIVES})\b"
)
_FAMED = re.compile(
    r"\b(?:(?:record|title|trophy|belt|crown)[ -]holder|mascot|whistle-?blower|defendant|fugitive|(?:the|an?|le|la|un|une|our|notre|murder|prime|armed) suspecte?|suspect (?:in|of|du|from)|suspect's|hostage|plaintiff|lone survivor|sole survivor|last (?:speaker|survivor|lighthouse keeper|miner|veteran)|town crier|lollipop (?:man|lady)|carnival queen|scandal|on trial for|court case|imputat[oa]|ostaggio|unic[oa] superstite|sopravvissut[oa]|accusee?|otage|seule? survivante?|rescapee?|acusad[oa]|rehen|unic[oa] superviviente|supervivient[ae]|acusat|ostatge|unica? supervivent|pregoner[oa]?|rey mago|reina de las fiestas|pubilla|hereu|gegant\w*|influencer|youtuber|streamer|tiktoker|instagramer|blogger|bloguer[ao])\b"
)


_IS_THE_OF = Lazy(
    r"(?:^|[.!?:,;] ?)(?:(?:e|es|c'est|it's|that's|he's|she's|ell es|ella es|lui e|lei e|yes,? it's) )(?:il |la |lo |l'|le |el |the |our |un |una |une |an? )(?!first|last|next|only|prim|ultim|same|mateix|mism|stess|meme)[\w'-]+(?: [\w'-]+)?? (?:del|della|dell'|dello|de l'|de la|du|de|of|at|from|in|di|al|a la) ?(?:the |our |la |el |il |nostr[oae] |notre |nuestr[oa] )?(?:local |primary |high |old )?(?:school|college|village|town|parish|club|bank|market|bakery|church|choir|team|radio|council|post office|pub|corner shop|institute|scuola|liceo|paese|comune|parrocchia|squadra|banca|mercato|panificio|chiesa|coro|posta|bar|ecole|lycee|village|commune|paroisse|equipe|banque|marche|boulangerie|eglise|chorale|poste|mairie|colegio|escuela|instituto|pueblo|ayuntamiento|parroquia|equipo|banco|mercado|panaderia|iglesia|correos|escola|institut|poble|ajuntament|equip|banc|mercat|forn|esglesia|cor|correus)\b"
)


def hearsay(c: Context) -> Iterator[Finding]:
    if c.kind != "surgery":
        return
    for pattern, reason in (
        (_GUESS, "This invites readers to find out who it is."),
        (_IS_KIN, "Whose relative it is points at one person."),
        (_IS_THE_OF, "A known role points at one person."),
        (_FAMED, "A known role points at one person."),
    ):
        for match in pattern.finditer(c.low):
            yield Finding(*match.span(), "R", ASK, reason, "")
    for pattern, reason in (
        (_DID, "A known deed points at one person."),
        (_NEWS, "This tells readers where to look for who it is."),
    ):
        for match in pattern.finditer(c.low):
            first, last = c.sentence(*match.span())
            if _PERSONAL.search(c.low[first : match.start()]) or _PERSONAL.search(c.low[match.end() : last]):
                yield Finding(*match.span(), "R", ASK, reason, "")
    for match in _MISFORTUNE.finditer(c.low):
        first, last = c.sentence(*match.span())
        around = c.low[first:last]
        if (_LATELY.search(around) or _WHERE.search(around)) and _PERSONAL.search(around):
            reason = "A known incident points at those who were in it."
            yield Finding(*match.span(), "R", ASK, reason, "")


_PERSONAL = re.compile(
    rf"\b(?:{_SICK}|{RELATIVES}|man|woman|boy|girl|lad|lady|guy|gentleman|teenager|teen|toddler|driver|cyclist|biker|motorcyclist|pedestrian|passenger|climber|skier|hiker|swimmer|diver|jockey|worker|builder|pilot|singer|actor|teacher|fisherman|farmer|he|she|him|quell[oa]|lui|lei|elle|celui|celle|ell|ella|aquell[ao]?|aquel|aquella|the one|on (?:the|our) table|sul tavolo|sur la table|en la mesa|a la taula|"
    r"uomo|donna|ragazz[oa]|bambin[oa]|signor[ae]?|ciclista|motociclista|automobilista|alpinista|escursionista|sciatore|nuotatore|sub|pescatore|autista|conducente|pedone|operaio|homme|femme|garcon|fille|dame|monsieur|cycliste|motard\w*|alpiniste|randonneu\w+|skieu\w+|nageu\w+|plongeu\w+|pecheur|conduct\w+|pieton\w*|ouvrie\w+|"
    r"hombre|mujer|chic[oa]|chaval\w*|nin[oa]|senora?|motorista|montaner[oa]|excursionista|esquiadora?|nadadora?|buzo|pescadora?|conductora?|peaton|obrer[oa]|home|dona|noi|noia|nen|nena|senyora?|alpinista|escaladora?|nedadora?|vianant|climber)\b"
)
