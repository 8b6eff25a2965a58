"""Words that say a person is meant: titles, patients, relatives, roles; and names that are words as well."""

from __future__ import annotations

from app.editorial.guard.words.alternatives import by_start

TITLES = (
    r"mr|mrs|ms|miss|mister|master|madam|sir|lady|sig|sig\.ra|signor|signore|signora|signorina|sig\.na|mme|mlle|monsieur|madame|mademoiselle|"
    r"sr|sra|srta|senor|senora|senorita|don|dona|senyor|senyora|senyoreta|en|na"
)
CLINICIANS = frozenset(
    """
dr dra pr doctor doctora dott dottssa dottor dottore dottoressa prof profssa professor professore professoressa professeur
profesor profesora docteur docteure surgeon surgeons chirurgo chirurga chirurgien chirurgienne cirujano cirujana
cirurgia cirurgiana anaesthetist anesthetist anesthesiologist anaesthesiologist anestesista anesthesiste nurse
infermiera infermiere infirmiere infirmier enfermera enfermero infermer perfusionist perfusionista perfusionniste
registrar resident fellow consultant specialista primario caposala tecnico technician scrub orthopod cardiologist
cardiologo cardiologue cardiologa cardioleg radiologist matron sister chair moderator speaker relatore relatrice
orateur ponente moderatore moderateur moderador moderadora dir director directora direttore direttrice directeur directrice
""".split()
)
"""Who treats, teaches or leads: their names are not the patient's."""
PUBLIC_ROLES = frozenset(
    """
mayor governor president minister premier chief commissioner spokesperson spokesman spokeswoman officer sheriff
superintendent captain commander colonel general secretary senator councillor chairman ceo coordinator sindaco sindaca
presidente ministro ministra prefetto prefetta questore assessore assessora portavoce comandante capo generale
maire ministre prefet prefete porte-parole commandant colonel capitaine directeur directrice alcalde alcaldesa
presidenta consejero consejera portavoz delegado delegada comandante jefe jefa alcaldessa conseller consellera
portaveu president cap batlle batllessa intendent intendente pope papa king queen rey reina re regina bishop archbishop vescovo
inspector sergeant lieutenant pastor reverend rabbi imam contact press media stampa presse prensa premsa briefing
ministro subsecretario secretario secretaria concejal regidor regidora commissaire maggiore
""".split()
)
PATIENT = by_start(
    r"pz|pac|pcte|pcient|patient|patiente|paziente|paziente|paciente|pacient|pt|pte|victim|vittima|victime|victima|casualty|ferito|ferita|blesse|blessee|"
    r"herido|herida|ferit|ferida|survivor|deceased|infant|newborn|baby|neonato|neonata|nourrisson|bebe|recien nacido|nadó|nado|"
    r"recipient|ricevente|receveur|receveuse|receptor|receptora|donor|donatore|donatrice|donneur|donneuse|donante|donant|"
    r"missing|disperso|dispersa|disparu|disparue|desaparecido|desaparecida|desaparegut|desapareguda|volunteer|"
    r"inpatient|outpatient|parturient|mother-to-be|subject|case of"
)
RELATIVES = by_start(
    r"wife|husband|son|daughter|mother|father|mum|mom|mummy|dad|daddy|brother|sister|aunt|uncle|cousin|niece|nephew|grandson|granddaughter|grandmother|"
    r"grandfather|grandma|grandpa|nana|granny|fiancee?|girlfriend|boyfriend|partner|spouse|parents?|kids?|child|children|twin|twins|neighbou?r|roommate|"
    r"housemate|boss|employer|carer|caregiver|next of kin|guardian|stepson|stepdaughter|stepmother|stepfather|in-law|friend|"
    r"moglie|marito|figlio|figlia|figli|madre|padre|mamma|papa|fratello|sorella|zio|zia|cugino|cugina|nonno|nonna|nipote|"
    r"fidanzata|fidanzato|compagno|compagna|genitori|vicino|vicina|coinquilino|datore di lavoro|suocera|suocero|nuora|genero|cognat[oa]|bisnonn[oa]|figliocci[oa]|"
    r"femme|epouse|mari|epoux|fils|fille|mere|pere|maman|frere|soeur|oncle|tante|grand-mere|grand-pere|mamie|papi|fiancee|"
    r"compagne|compagnon|conjoint|conjointe|neveu|niece|petit-fils|petite-fille|voisin|voisine|patron|beau-pere|belle-mere|beau-frere|belle-soeur|beau-fils|belle-fille|gendre|parrain|marraine|filleule?|"
    r"esposa|esposo|marido|mujer|hijo|hija|hijos|madre|padre|mama|hermano|hermana|tio|tia|primo|prima|abuelo|abuela|novia|novio|pareja|"
    r"vecino|vecina|jefe|jefa|sobrino|sobrina|nieto|nieta|companero de piso|suegra|suegro|cunad[oa]|nuera|yerno|padrino|madrina|ahijad[oa]|bisabuel[oa]|"
    r"dona|marit|espos|fill|filla|fills|mare|pare|germa|germana|oncle|tieta|avi|avia|iaia|cosi|cosina|parella|vei|veina|nebot|neboda|net|neta|nuvi|nuvia|sogra|sogre|cunyad[ao]?|cunyat|padri|padrina|fillola?|besavi|besavia|"
    r"stepdad|stepmum|stepmom|stepbrother|stepsister|grandad|granddad|hubby|auntie|patrigno|matrigna|fratellastro|sorellastra|figliastr[oa]|gemell[oa]|jumeau|jumelle|demi-frere|demi-soeur|padrastro|madrastra|hermanastr[oa]|hijastr[oa]|melliz[oa]|gemel[oa]|padrastre|germanastr[ea]|fillastr[ea]|besso|bessona|"
    r"(?:brother|sister|mother|father|son|daughter)-in-law|god(?:mother|father|son|daughter|child)|great-(?:aunt|uncle|grandmother|grandfather|niece|nephew)|half-(?:brother|sister)"
)
_TREATED = (
    r"trapiantat[oa]|ustionat[oa]|ricoverat[oa]|operat[oa]|intubat[oa]|annegat[oa]|soccors[oa]|evacuat[oa]|sfollat[oa]|politraumatizzat[oa]|intossicat[oa]|accoltellat[oa]|amputat[oa]|dializzat[oa]|infortunat[oa]|"
    r"greffee?|brulee?|hospitalisee?|operee?|intubee?|noyee?|rescapee?|evacuee?|polytraumatisee?|intoxiquee?|amputee?|dialysee?|accidentee?|secourue?|naufragee?|"
    r"trasplantad[oa]|quemad[oa]|ingresad[oa]|operad[oa]|intubad[oa]|ahogad[oa]|rescatad[oa]|evacuad[oa]|politraumatizad[oa]|intoxicad[oa]|amputad[oa]|atropellad[oa]|accidentad[oa]|apunalad[oa]|hospitalizad[oa]|"
    r"trasplantat|trasplantada|ingressat|ingressada|operada|intubat|intubada|ofegat|ofegada|rescatat|rescatada|evacuat|evacuada|politraumatitzat|politraumatitzada|intoxicat|intoxicada|accidentat|accidentada|hospitalitzat|hospitalitzada"
)
CASUALTY = (
    rf"(?:(?:\b(?:un[ao']?|une|il|lo|la|el|le|al|del|della|du|alla|aquest[a]?|este|esta|questo|questa) |\b(?:[ld]|un|all|dell|quest|aquest)')(?:{by_start(_TREATED)})"
    rf"|\b(?:one of the|un[oa]? de l[ao]s|un[ao]? dels|une? des|un[oa] de(?:i|gli|lle)|una de les) (?:{by_start(_TREATED)}|cremat|herid[oa]|ferit[aei]?|ferid[ae]|rescued|evacuees|injured|wounded|drowned|burned|burnt|(?:burned |burnt |injured )?(?:patient|casualtie|victim))s?"
    rf"|(?:^|[.!?:;] )(?:{by_start(_TREATED)})(?=,? (?:grave|greu|de |d'|di |a \d|\d)|,| (?:aun|todavia|ancora|encara|encore|recogid[oa]|recollit|recollida|raccolt[oa]|prelevat[oa]|secourue?|pris|prise|trobat|trobada|encontrad[oa]|trovat[oa]|trouvee?|rescatad[oa]) )"
    r"|\b(?:il|lo|la|l'|el|le|un|una|une|un') ?[a-z]{4,} (?:ustionat[oa]|ricoverat[oa]|hospitalisee?|ingresad[oa]|ingressa[td]a?|intubat[oa]|intubad[oa]|intubee?)"
    r"|\b(?:salvat[oa]|ahogad[oa]|ofegat|ofegada|noyee?|annegat[oa]) (?:grave|in mare|al mar|en mer|en el mar)|\bpolitrauma\w*|\bpolytrauma\w*"
    r"|\b(?:girl|boy|man|woman|child|lady|gentleman|teenager|toddler|person) (?:(?:who|whom|that) )?we (?:have |'ve |are |'re )?(?:just )?(?:transplant\w*|operat\w+|admitted|treat\w*|rescued|took in|have in)"
    r"|\b(?:ancian[oa]|hombre|mujer|senora?|nin[oa]|chic[oa]|joven|varon|uomo|donna|signora?|bambin[oa]|ragazz[oa]|anzian[oa]|homme|femme|dame|monsieur|enfant|jeune|home|dona|avia?|nen[a]?|noia?|malalta?|malade|malat[oa]|enferm[oa])(?: [a-z]+)? (?:que|che|qu') ?(?:hemos |estamos |abbiamo |nous avons |on a |hem |estem )?(?:rescat|ingres|operam|atend|trat|salvam|soccors|ricover|oper|soign|hospitalis|port[ae]m|tenim|atenem|tract|atenem|evacu)\w*)(?![a-z])"
)
"""One who is hurt, rescued or treated, by what befell them ("el ahogado", "l'une des rescapées"), where `PATIENT` has what they are called."""
BOTH_NAME_AND_WORD = frozenset(
    """
dolors chiara chiaro limpida serena sereno pura lucida felicia gioia fortunata modesta prudenza clemenza roger charlie
abril africa alba albina ale alma amada amado amor amore amparo angel angeles april aria august augusto aura aurora austin autumn azahar
azucena bella bill bianca blanca blanche blue bob brandy brook brooke candela candida candido caridad carol celeste chad chance
charity chase chelsea christian clement claire clara clare clair cole concha concepcion consuelo coral cristal cruz crystal daisy
dakota dale dalia dallas dan dana dawn dean delfin desire destiny devon diamond dolores domingo don donna dulce durante earl
ebony eden edu elba eli elmo esperanza estela estrella eve faith fe felice fidel flor flora flore florence forest fortuna
franc franca france franco frank gala gala gemma gene genesis georgia german germana gloria grace gracia grant grazia greco guy harmony
hazel heather heaven holly hope houston hunter ida iris isla israel italia ivo ivory ivy jack jade jasmine jasmin jay jean jersey jesus jewel
jordan joy jude june justice justo kent kelvin kit lance lane laurel leal leo leon leone levi liberta libertad liberty licia lila lily
lima line lino loan london lope lou lourdes luce luna luz macario madison mai malaga mane mar march marco marina marine mark mars marshal
martini mason max maxim maxima maximo maxime may melody merce mercedes mercy mia milagros milan mina mindy minerva miracle miranda misty modesta
modesto mora moreno morena morgan nancy natale nevada nieves nil nilo nina noel norma norman nova octavia olimpia olive oliva
ona opal orlando ottone paca pace pace paige paloma paris parker pasqua pastor pastora pat patience patrick pau paz pearl penny perla petra
piedad pier pierre pilar pina pino pio placido pol poppy porter porto preston prima primo prudence pura queen rain ramos randy raven ray reed regina reina
reine remedios rey reyes rich rico river rob robin rocco rocio rock roma roman romana romane romano rosa rosario rose rosie roy ruby
rusty sage said sal salud salvador salvatore sandy santa sante santiago santo santos savannah scout serena sereno severo shelly sierra
simple skip sky socorro sol sole soledad star stella sterling stone storm sue summer sunny sydney tea tecla temple terra tesoro tim tina
tino tito tonia tosca trinidad troy true urbano valencia valentine vega venus vera verde vernon victor victoria vida vidal viola
violet violeta violette virginia visitacion vita vito vittoria ward warren will willow winter woody york zara
beata benedetta benigna benigno benito ben beth bo bonnie bonita brice bruna bruno caro casey cat cesar charo che chus chuy claro come constance costanza
curro deb desiderio drew dora el elea fausto felicia fiamma fiore fito fleur francis franz gail gil gino gioia goyo guido hank herb honor honore
imane indira inmaculada janis jenny jo joan jon juniper kitty lacey lana lang lara lazaro lea lee lena leona letizia
lia libera libero linda lisa liz lola lorena lori loreto luc luciano male manolo manu marcial mariana marisol marjoram martin martina martino
marion massimo matilda matt mel melba mercurio mila moises molly moses nacho narciso nardo nat nazaret nell nella nerea nestor nick nico noa noe nola
nour oriana oscar ovidio pam pancho panda parfait pascal pascual patty pax pepa pepe peggy penelope peppe pia pili piper pol
pompeo primitivo puccio purificacion quique rafa red reece regine rene rex ripley roman romeo ronda ross rufus russ sabina saga
salma salome salvi sancho santino sara sasha saul scott sean selena seve shay sid silva silver sonny spencer sommer spring
stacy storm tara tami tate taylor telma tere terry tess thi tibi tiffany tino tobia tod toni tonino tore tracy trini tristan
ugo ulises val valente vanda vasco velia vic vince viviana wade walker wayne wells wes wesley yuma zen zita
""".split()
)
"""Given names that are words, towns or months too: alone, even with a capital, they are not evidence of a person."""
ONLY_LOWER_DOUBT = frozenset(
    """
remei pilar izquierdo aime fred marguerite desire nieves constant parfait fidele juste prosper violette neige marin perla estrella socorro milagros soledad consol llum adela alina alison allegra amanda amara amina anais ana ani anis ann anna anne anita arthur axel barbara bella ben beth blas boris brenda bruno carla carina carmen
carol celia cesare chiara cindy clara claudia claudio colette colin cora corrado cristina cruz dani dante danilo dina dino dirk edgar elia elisa ema emma emilia eric erica
eva fabio ferran felix fernanda fina flavio frida gaia gabriel gala gary gema gian gina gino gira giuliano gonzalo hilario ignacio ines irma isa iva jaime jan joan
jose josep juan karma lalo lana larry laura laure lazaro lea leila lena leonor lia lidia linda lisa livia lola lucia lucio luis maite manna manuel mara marc marcel marcela
marcelo marga mari maria mariano mario marta martha marti martin martina matteo mateo maura mauro max mel merche michel miguel mike mila milo mimi mina mireia mona monica nadia nando
napoleon neus nica nico nicola nina nino noemi nora nour olga oliver ona orla oscar pablo paco palma paola paolo pascal patricia paul paula pedro peter petra piera
piero pol ponce quim quique ramona rita roberta rocio romina ronnie rufo ruth sabina sally salva sam sami samba sandra sandro sara sasha serge sergi silvana silvia simon sofia sonia stefano
susana tania tara teresa tessa theo tia tom toni tony tobia ugo ursula valentina valeria velia vera viola vilma vina walter xavi yuri zora mai mae mei wei min lin li an so do la le lo de
adora amando armando aurea calista canto cantara colton costanza daria dario delicia donata donato eligio esparta estela etta fedele feliciano florentina fortunato fortunata generosa
giordano harry julieta juliana lope marcos marino modesto montana patricio patrizia pepita pepito prospero renata renato restituto salomon silvestre serafina severino urbana valentino vitalia vicenta
milagros asuncion concepcion encarnacion trinidad angustias purificacion resurreccion visitacion ascension anunciacion benedetto innocenzo perfecta primitivo prudencio generoso victorino consolacion
santa sante rachid nel dal del sul serra sala costa prado amin said sila sira siena romain valentin augustin justin
""".split()
)
"""With a capital these are a person; in lower case they are too often something else."""
COMMON = frozenset(
    """
mille vitale i'm i've i'll
audio chole coelio femore giornata quelqu quelqu'un quelqu'une
ta som sou soc ibode iade ibades ide tcae dui oss benvenuti benvenute benvinguts bienvenidos bienvenues bienvenus
the this that these those our your his her their its my we you he she it they and or but if then so not no yes now here there what who why how
when where which all any both each few more most other some such only own same than too very can will just should new next first last second
third great good well done live update updates watch join thank thanks please hello hi dear follow team teams everyone nobody somebody today night day
morning evening patient patients case cases surgery surgeons surgeon operation theatre room table incision heart valve brain lung liver
kidney aorta aortic mitral artery vein bypass pump graft clamp suture closure bleeding blood pressure rate rhythm sinus sats oxygen
temperature dose drug anaesthesia anesthesia perfusion recovery intensive care ward bed stable alert warning evacuation shelter road
closed open water power school emergency urgent crisis fire flood storm earthquake shaking training session press conference question
questions answer answers reply off on out up down in at by for from to of with without under over after before during between
chest skin bone joint hip knee spine step steps phase start starting time timeout check count counting sponge sponges nurse doctor
back home hands hand eyes eye face left right upper lower big small high low long short part full free final
il lo la i gli le un uno una l dell del della dei degli delle al alla allo ai agli alle dal dalla nel nella sul sulla col con per tra fra di da
in su a e o ma se non che chi cui come quando dove perche oggi ora adesso qui questo questa questi queste quello quella nostro nostra
vostro suo sua loro primo prima secondo seconda tutto tutta tutti tutte bene grazie ciao buongiorno buonasera prego paziente pazienti
sala squadra intervento chirurgia cuore valvola aorta fegato rene polmone cervello vena arteria pompa sutura chiusura sangue pressione
frequenza ritmo temperatura dose farmaco anestesia letto reparto stanza strada chiusa aperta acqua luce scuola allerta emergenza
terremoto alluvione incendio tempesta evacuazione centro punto accoglienza numero linea via viale piazza corso vicolo
le les un une des du de la au aux ce cet cette ces notre votre son sa ses leur leurs mon ma mes et ou mais donc or ni car que qui quoi dont ou
ici la maintenant aujourd hui premier premiere second seconde dernier tout toute tous toutes bien merci bonjour bonsoir courage patient
patiente patients salle equipe operation chirurgie coeur valve aorte foie rein poumon cerveau veine artere pompe suture fermeture sang
pression frequence rythme temperature dose medicament anesthesie lit service chambre route fermee ouverte eau ecole alerte urgence
seisme inondation incendie tempete evacuation centre point accueil numero ligne rue avenue boulevard place chemin impasse quai allee
el los las un una unos unas lo al del de y o pero si no que quien cual como cuando donde porque hoy ahora aqui este esta estos estas ese esa
nuestro nuestra vuestro su sus mi mis primer primero primera segundo segunda ultimo todo toda todos todas bien gracias hola buenos buenas
animo paciente pacientes sala quirofano equipo cirugia corazon valvula higado rinon pulmon cerebro vena arteria bomba sutura cierre
sangre presion frecuencia ritmo temperatura dosis farmaco anestesia cama planta habitacion carretera cortada abierta agua luz colegio
alerta emergencia terremoto inundacion incendio tormenta evacuacion centro punto acogida numero linea calle avenida plaza paseo camino ronda fuera
els les uns unes ens dels pels als i pero perque avui ara aqui aquest aquesta aquests nostre nostra seu seva seus primer primera segon segona
ultim tot tota tots totes be gracies bon bona bones anims pacient pacients quirofan equip cirurgia cor valvula fetge ronyo pulmo cervell
artera bomba tancament sang pressio ritme dosi anestesia llit carrer avinguda placa passeig cami carretera tallada oberta aigua llum
escola alerta emergencia terratremol inundacio incendi tempesta evacuacio centre punt acollida fora sortida entrada
son tenia tiene have has had was were is are be been being do does did go goes went come came take takes takes look looks see sees
sending lots love big huge hugs hug prayers pray praying best wishes thinking mucho muchos molts pensee pensees pensiero un abbraccio abrazo abracada
forza bravo brava bravi dai vamos va venga allez bravissima bravissimo orgullosos orgogliosi fiers proud welcome congrats congratulations get got give gives let lets
bonjour salut ciao hey oh wow yes okay ok thread photo picture video pictures foto photos image immagini images imagen imatges
asa nyha bmi ecg ekg mri ct age sex name note case file covid flu measles ebola mers sars cholera dengue malaria zika norovirus norwalk mpox tb hiv hepatitis stroke sepsis trauma code blue red green yellow
robot laser scope camera monitor ecmo tube drain drains catheter line lines needle needles glue mesh stent stents plate screw screws rod
""".split()
)
"""Ordinary words that may begin a sentence or a title with a capital."""
