"""
Names of people: Faker's lists, read once from the installed package, folded and sorted by how much a name alone says.

Faker is a dependency already and MIT; what it lacks is typed by hand in `words/`. Loading takes a fraction of a second and a few
megabytes, and happens at the first decision (or `preload`), not at import.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from app.editorial.guard.fold import folded
from app.editorial.guard.words.everyday import GIVEN_EVERYDAY, SURNAMES_EVERYDAY
from app.editorial.guard.words.given import GIVEN
from app.editorial.guard.words.harmless import EPONYMS, HARMLESS, WIDE_PLACES
from app.editorial.guard.words.homonyms import HOMONYMS
from app.editorial.guard.words.ordinary import ORDINARY
from app.editorial.guard.words.people import BOTH_NAME_AND_WORD, COMMON, ONLY_LOWER_DOUBT
from app.editorial.guard.words.surnames import SURNAMES, WORDS_TOO
from app.editorial.guard.words.towns import TOWNS

# The service's languages first; the others because patients come from everywhere.
_CORE = "en_US en_GB it_IT fr_FR es_ES es_CA es_MX fr_BE fr_CH en_IN".split()
_MORE = (
    "de_DE nl_NL pt_BR pt_PT pl_PL ro_RO tr_TR sv_SE da_DK no_NO fi_FI cs_CZ hr_HR hu_HU ig_NG yo_NG en_NG en_KE ha_NG "
    "es_AR es_CL es_CO fr_DZ fr_QC de_CH ga_IE id_ID vi_VN sw en_PK ar_DZ tw_GH zu_ZA lt_LT sk_SK nl_BE et_EE az_AZ "
    "en_IE en_NZ fr_CA de_AT sl_SI lv_LV"
).split()
_MORE_NAMES = frozenset(
    """
mohammed muhammad mohammad ahmad abdullah omar ali hussein fatima aisha khadija yusuf ibrahim ismail hassan layla leila zainab maryam
priya anjali ravi sanjay rajesh sunita lakshmi arjun rahul deepa vikram anil sunil kavita meera
tommy bobby billy jimmy johnny katie annie maggie lizzie charlie freddie teddy eddie jackie mikey danny timmy betty peggy nelly becky mandy nanny
paquita paqui conchita lolita juanito pedrito luisito manolito carmencita teresita toni loli puri nati vane rafa santi javi fede chelo charo merche maite
quimet peret joanet montse ramonet tonet peppino beppe mimmo ciccio toto sandrino luisella gigi pinuccio enzino giannina momo juju loulou titi nono mimi
elisenda carme eloi ariadna bernat judit marti carles cesc estel gisela ignasi immaculata jaume joaquim lluc lluisa magda marcal maurici mireia nuria oleguer olga onofre pere queralt quirze ramona remei
rosell sadurni salvador sergi sibil·la sigrid sever tecla txell valenti ventura vicenç xenia zeneida aleix anton arcadi artur bartomeu blanca caterina cristofol domenec elvira emili esteve eugeni eva feliu ferriol frederic
gabriela gaspar gerard gil·la glòria gonçal hortensia isaac jan jofre josepa juli juliana leonci llorenç manel marcel·li margarida mariona matilda miquel narcis noemi obduli octavi pasqual pompeu quima rafel raimon ricard rita
sveva rachele ruggero cosimo ettore achille manuela ginevra ludovica vittoria tancredi lapo brando edoardo giulia martina camillo domenico gianluca gianmarco pierluigi pierpaolo annamaria mariateresa maristella donatella antonella raffaella graziella nicoletta simonetta ornella fiorella mariangela giuseppina vincenza
capucine ludivine hortense gaspard florian mehdi yannick anais aurelie benedicte berengere blandine celestin clemence clotilde cyprien delphine domitille edwige eglantine enguerrand fantine fleur ghislaine gwenaelle honorine jeannine josiane leopoldine maelys marceau mathilde nolwenn oceane perrine philippine quitterie raphaelle rozenn sixtine solveig tiphaine ursule violaine yoann ysee zelie
almudena rebeca joaquin ruben emilio ainara amaia arantxa aranzazu candelaria casilda chus eneko garazi guadalupe iciar idoia iratxe izaskun jimena koldo leocadia macarena maravillas nekane pelayo rosaura saioa uxue yeray zuriñe
nathaniel beatrice kwabena declan yvonne arjun trevor nigel clive gareth beverley lorraine maureen doreen geoffrey rupert tarquin jemima philippa harriet imogen persephone saoirse fionnuala cillian tadhg oisin sinead grainne
wei mei xiao hui jing ming chen lin hiroshi yuki takashi keiko haruto sakura kenji minh linh thanh nguyen
chukwuemeka oluwaseun chinedu ngozi amara kwame kofi abena ama adaeze emeka tunde folake yetunde babatunde thabo sipho nomvula
olena oksana dmytro sergei olga tatiana svetlana ivan vladimir natasha boris igor andriy yulia
rashid karim jamal tariq nadia samira yasmin imran bilal hamza latoya keisha darnell jamal tyrone shanice lakisha tamika deshawn
hamish imogen siobhan niamh aoife eoin ciaran padraig rhys gareth bronwen angus fergus morag callum ewan isla freya
olivia ethan jayden mason logan aiden noah liam lucas mia ella zoe zoey chloe madison brooklyn addison aubrey
ginevra niccolo ornella mirella ilaria loredana noemi gennaro tommaso federica pasquale carmela assunta concetta immacolata rosaria
solene oceane maelle gaelle corentin thibault bastien aurelien loic yannick fatou mamadou moussa awa aissatou
unai iker nerea estibaliz macarena inmaculada begona rocio ainhoa itziar gorka jokin leire maialen xabier
mireia laia meritxell montserrat nuria neus quim ferran pol oriol arnau biel jordi pau gemma aina roger marti jaume carles lluis josep joan
merce montse eulalia dolors assumpta roser xavier enric eudald guillem bernat blai cesc toni toña ot
""".split()
)
_MORE_LAST = frozenset(
    """
nguyen tran pham chen wang li zhang liu yang huang zhao wu zhou kim lee park choi jung kang tanaka suzuki sato yamamoto watanabe nakamura
singh patel kumar sharma gupta khan ahmed hussain malik iqbal chaudhry begum das rao reddy nair iyer menon mehta joshi
okonkwo okafor adeyemi adebayo mbeki mensah owusu diallo traore keita toure diop ndiaye fall sow barry camara kone coulibaly
kowalski nowak wisniewski ivanov petrov smirnov popescu ionescu horvath novak lindqvist johansson andersson nielsen hansen larsen
haddad khoury benali bouazza el-amin rahman hassan abdi mohamed farah yilmaz kaya demir silva santos oliveira souza pereira costa ferreira
o'brien o'connor o'connell o'neill o'sullivan macdonald mcdonald mcallister fitzgerald fitzpatrick gallagher murphy doyle kavanagh
esposito russo ferrari bianchi rossi romano ricci marino greco colombo rizzo caruso santoro marchetti zanetti moretti pellegrini ferraro
lefevre moreau dupont durand bernard petit robert richard girard lacroix perrin rousseau garnier faure benali
zubizarreta echevarria ibanez dominguez navarro cabrera villalobos maldonado quintana sastre ortega munoz fernandez garcia
ferrer vilanova casals rovira soler serra bosch puig puigdomenech bonet camps fabregas pujol torrents carbonell roca subirats vila
vidal mas font riera sala pons roig costa martorell figueras llopis batlle miralles prat vives torres gil marti
""".split()
)

_LIST = re.compile(r"(?ms)^    (?:[a-z]+_)?(first|last)_names?\w*[^\n=]*= (.*?)(?=^    \w|\Z)")
_STRING = re.compile(r"[\"']([^\"'\n{}]{2,30})[\"']\s*[,:)\]}]")
_NAME = re.compile(r"[a-z]+(?:[ '-][a-z]+)*")


class Names:
    """What the dictionaries say about a folded word."""

    def __init__(
        self,
        first: frozenset[str],
        last: frozenset[str],
        core_first: frozenset[str],
        core_last: frozenset[str],
        ordinary: frozenset[str],
        weak: frozenset[str],
        given: frozenset[str],
    ) -> None:
        self.first = first
        self.last = last
        taken = HARMLESS | COMMON | BOTH_NAME_AND_WORD
        self.strong_first = frozenset(n for n in first - taken - weak if len(n) > 2)
        self.strong_last = frozenset(n for n in core_last - taken if len(n) > 2)
        doubt = ONLY_LOWER_DOUBT | ordinary
        self.strong_first_low = frozenset(n for n in (self.strong_first & core_first) - doubt if len(n) > 3)
        # However it is written: no word of the five languages, and long enough not to be an abbreviation.
        self.only_names = frozenset(
            n
            for n in self.strong_first - HOMONYMS - doubt - ORDINARY
            if len(n) > 4 or (len(n) == 4 and n in core_first)
        )
        self.strong_first_low |= self.only_names
        self.core_first = core_first
        self.given = core_first | given
        self.ordinary = ordinary
        self.plain_words = ordinary | ORDINARY | COMMON
        # Joined once: a union costs more than all the look-ups of a text.
        self.explained = self.plain_words | HARMLESS | TOWNS
        self.explained_or_both = self.explained | BOTH_NAME_AND_WORD
        self.small_doubts = self.plain_words | ONLY_LOWER_DOUBT | TOWNS
        # Doubtful in lower case: only beside something that says a person is meant.
        self.low_first = frozenset(
            n
            for n in core_first - HARMLESS - COMMON - BOTH_NAME_AND_WORD
            if len(n) > 2 and n not in ("sara", "ira")
        )
        self.low_or_eponym = self.strong_first | (core_first & EPONYMS - COMMON - BOTH_NAME_AND_WORD)
        not_people = taken | HOMONYMS | doubt | ORDINARY | WIDE_PLACES | TOWNS
        self.only_surnames = frozenset(n for n in last - not_people if len(n) > 4)
        self.strong_last_low = self.only_surnames | {
            n for n in self.strong_last - ONLY_LOWER_DOUBT if len(n) > 3
        }

    def is_person_word(self, word: str) -> bool:
        return word in self.strong_first or word in self.strong_last

    def split(self, word: str) -> tuple[str, ...]:
        """A first and a last name run together, or a first name alone; empty when it is neither."""
        if word in self.strong_first:
            return (word,)
        for cut in range(len(word) - 2, 2, -1):
            if (
                word[:cut] in self.first
                and (word[cut:] in self.last)
                and (word[:cut] in self.strong_first or word[cut:] in self.strong_last)
            ):
                return (word[:cut], word[cut:])
        return ()


@lru_cache(maxsize=1)
def names() -> Names:
    first: set[str] = set(_MORE_NAMES)
    last: set[str] = set(_MORE_LAST)
    core_first: set[str] = set(_MORE_NAMES)
    core_last: set[str] = set(_MORE_LAST)
    # Not importlib.resources: that would import Faker, for 1 s and 70 MB.
    spec = find_spec("faker")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("The package Faker, with the name lists, is not installed.")
    people = Path(spec.origin).parent / "providers" / "person"
    first = {folded(name) for name in first}
    core_first = set(first)
    for locale in [*_CORE, *_MORE]:
        source = people / locale / "__init__.py"
        if not source.is_file():
            continue  # another Faker has other locales; what is left still serves
        for block in _LIST.finditer(source.read_text(encoding="utf-8")):
            is_first = block.group(1) == "first"
            for value in set(_STRING.findall(block.group(2))):
                name = folded(value)
                if not _NAME.fullmatch(name):
                    continue
                (first if is_first else last).add(name)
                if is_first:
                    first.update(name.split("-"))
                    if locale in _CORE:
                        core_first.update((name, *name.split("-")))
                elif locale in _CORE:
                    core_last.add(name)
    ordinary: set[str] = set()
    for locale in ("en_US", "fr_FR", "it_IT", "es_ES"):
        source = people.parent / "lorem" / locale / "__init__.py"
        if source.is_file():
            ordinary.update(folded(word) for word in _STRING.findall(source.read_text(encoding="utf-8")))
    # Filler text holds a few surnames as well.
    ordinary -= {word for word in ordinary if word in _MORE_LAST or word.endswith("ez")}
    words = ordinary | ORDINARY | COMMON | {folded(word) for word in WORDS_TOO}
    given = {folded(name) for name in GIVEN}
    surnames = {folded(name) for name in SURNAMES}
    everyday = {folded(name) for name in GIVEN_EVERYDAY}
    # A short form that a dictionary has as a word ("cinta", "pep") tells nothing by itself.
    doubtful = {name for name in everyday - first - given if name in HOMONYMS or len(name) < 4}
    given |= everyday
    surnames |= {folded(name) for name in SURNAMES_EVERYDAY}
    # Typed ones that are words as well, or very short, count only where a person is meant.
    weak = {name for name in given - first if name in words or len(name) < 4} | doubtful
    first |= given
    last |= surnames
    core_last |= {name for name in surnames - words if len(name) > 3}
    return Names(
        frozenset(first),
        frozenset(last),
        frozenset(core_first),
        frozenset(core_last),
        frozenset(ordinary),
        frozenset(weak),
        frozenset(given),
    )
