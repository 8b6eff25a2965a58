"""
Capitalised words that are not somebody here: eponyms, drugs, makes, places above town level, institutions, calendar.

A patient may bear any of them; then a title, a relative or another sign of a person beside it says so.
"""

from __future__ import annotations

from app.editorial.guard.words.surgical import MORE_EPONYMS, MORE_MAKES

EPONYMS = frozenset(
    "galeno silvi galien gale galenus varolio varoli varole silvio silvius sylvius rolando rolandi vieussens valsalva botallo botal botalli monro spieghel spigelio spiegel highmore limberg weck satinsky hardinge langenbeck pfannenstiel smith-petersen watson-jones tunel falloppio fallope falopio falopi gamma blake cormack lehane pinard bengala robson alexis".split()
) | frozenset(
    """
adams addison adie adson albee alcock allen allis alport alzheimer angelman apgar arnold asherman aschoff auerbach
auvard avellis babcock babinski backhaus baker bakes balfour ballance bankart barlow barr barraquer barrett bartholin
barton basedow bassini bazett beau beaver beck becker beckwith behcet bell bence bennett berger bergman bernard bernoulli
bevan bier biffi bigelow billroth birkett bishop blalock blumberg blumenau bochdalek boerhaave borg boston bovie bowman
boyden boyle brock broca brodie brooke broselow broviac browne brown-sequard brudzinski brugada bruce brunner buck budd buerger
buie bunnell burkitt burow caldwell calot camper cantlie cantrell carlens carpentier carrel castroviejo celsius chagas charcot charnley
charriere chevassu cheyne chiari child chopart churg chvostek cloquet cobb codman cohn collin colles conn cooley coombs
cooper cori corrigan cottle courvoisier couvelaire cowden cowper crafoord crigler crile crohn cronin cruveilhier
cullen cushing czerny dacosta dakin dandy darier david deaver debakey debre delorme denonvilliers desmarres devic dexter
dieulafoy dixon dohlman donati doppler dor dormia dos douglas down doyen drummond duchenne duhamel dukes dupuytren duval ebstein
edwards ehlers eisenmenger ellis eppinger erb esmarch eustachian ewing fahrenheit fallopian fallot fanconi farabeuf felty
fenwick ferguson fick finney finochietto finkelstein fisher fitz fogarty foley fontan forester foster fournier fowler frankenhauser
frazier fredet freer french freund friedreich froment gallie gambee gardner gaucher gelpi gerbode gerdy gerota gilbert gilles
gillies girdlestone glasgow gleason glenn glisson goligher golgi goodpasture gore gosset gowers graefe graves grawitz grey greulich groshong gross guedel
guerin guillain guyon hagar hahn halsted haglund hartley hartmann hashimoto hasson haversian hawkins heaney hegar heimlich heineke heinz heller henle
henoch hesselbach hickman hill hippocrates hirschsprung his hodgkin hoffmann hohmann holmium holter homans
horner horton houston howell howship hudson hunter huntington hutchinson immergut ivor jackson jacobson jaboulay jansen javid johne jones judkins jude
kaposi kaplan kawasaki kegel kehr keller kelly kerley kerrison kersting killian killip kimmelstiel kirschner klatskin
kleihauer klinefelter klumpke kocher koch konno kraske krukenberg kuntscher kussmaul ladd laennec lahey lane langenbeck
langerhans langer larrey lasegue latarjet lauenstein leadbetter lefort leksell lembert leriche levine lewis lewy
lich lichtenstein liebermann ligasure linton lisfranc lister littlewood littre liston litt lloyd-davies louis lovset luer
lugol luschka lyme lynch macintosh mackenrod mackenzie maddox magill malgaigne mallampati mallory malpighi marfan
marshall mason mathieu maisonneuve maunder maydl mayfield mayo mayo-hegar mcburney mcdonald mccoy mcgrath mcindoe mcivor mckeown mckissock mcmurray meckel meigs
mendelson meniere merkel metzenbaum michel mikulicz miles miller millin mirizzi mitchell mitrofanoff mohrenheim mohs moll monro monteggia montgomery
moore morgagni morison morrison morton moynihan muller munchausen murphy mustard nagle navarro negus nelson nelaton neufeld
nissen noonan norwood nuss nyhus oddi ohm olier osler ovadia paget palmer pancoast papanicolaou parkes parkinson parks parona parsonnet partipilo
pascal passavant patau payr paul pean penfield penrose perthes peyer peyronie pezzer pfannenstiel pfeiffer phalen pick plummer
poirier polya pott potts pouchet poupart prader pratt price pringle purkinje puestow putti pyrah quervain quincke ramstedt ranson ranvier
ramsay rankin raynaud reed reinke reiter retzius rett reye reynolds rhesus richter rickham riedel riester ringer rinne risdon rives
roberts robinson rochester rodin roeder rolando romberg rosenmuller ross rotter rouviere roux rousseau rowe ruysch ryle
salem santorini satinsky savary scarpa scheie schirmer schatzki schiotz schwann schwartz sebileau seldinger semm sellick semb
sengstaken senning seton shallow sheehan shirodkar shone shouldice silber sims sipple sistrunk sjogren skene smead smith snellen
soave souttar spencer spiegelman spiegel spigelian spitz starling starr steinmann stenson stensen stevens still stokes stoppa
sturge sudeck sugiura swan swanson swan-ganz swenson sydenham syme takayasu takotsubo tanner tay tenckhoff terrien thal thiersch thomas thompson thomsen tinel
todani toldt torkildsen torek toupet tourette treacher treitz trendelenburg trousseau truelove tudor turcot turner usher
valsalva vater veress verner vesling virchow volkmann waardenburg waldeyer wallenberg wangensteen warren
warthin waterhouse waterston weaver weber wegener weil weitlaner wells wernicke wernicke-korsakoff wertheim wharton wheelhouse whipple
white whitehead whitmore williams willebrand willis wilms wilson winslow wirsung wolff wolf worth wormian wright yankauer yates
young youngs zavanelli zellweger zenker ziehl zieve zollinger zuckerkandl zweifel weiss boari bricker studer lapides
bentall yacoub ross cabrol tirone ozaki dvi maze cox hotchkiss kimura ilizarov herbert lauge weil akin scarf austin keller lapidus evans cotton
bjork shiley hancock hemashield dacron gelweave starr kay hufnagel mosquito allis-babcock crile-wood castro-viejo senn army-navy richardson
simpson kielland wrigley neville barnes tucker-mclane piper pajot ogino naegele leopold bishop apgar moro galant landau snell goldmann
""".split()
)
DRUGS_AND_MAKES = frozenset(
    """
propofol fentanyl remifentanil sufentanil alfentanil ketamine etomidate midazolam rocuronium vecuronium succinylcholine
suxamethonium cisatracurium sugammadex neostigmine atropine glycopyrrolate adrenaline noradrenaline epinephrine
norepinephrine ephedrine phenylephrine dobutamine dopamine milrinone vasopressin heparin protamine warfarin aspirin
clopidogrel ticagrelor tranexamic cefazolin cefuroxime ceftriaxone amoxicillin vancomycin gentamicin meropenem
sevoflurane desflurane isoflurane bupivacaine lidocaine ropivacaine paracetamol ibuprofen morphine oxycodone naloxone
insulin furosemide amiodarone esmolol labetalol metoprolol nitroglycerin prednisolone dexamethasone ondansetron
mannitol albumin ringer hartmanns plasmalyte gelofusine cisplatin carboplatin paclitaxel rituximab trastuzumab tacrolimus
prolene vicryl monocryl ethibond pds nylon silk ethilon mersilene surgicel tachosil floseal tisseel bioglue surgiflo
medtronic abbott stryker zimmer biomet depuy synthes johnson ethicon edwards lifesciences boston scientific philips siemens
olympus storz zeiss leica getinge maquet draeger drager baxter fresenius braun cook gore terumo livanova sorin
abiomed impella heartware heartmate mitraclip evolut sapien acurate watchman amplatzer perceval epic trifecta inspiris
da vinci davinci versius hugo mako rosa navio cyberknife gammaknife lma igel glidescope mcgrath ambu bis ecmo iabp tavi tavr tee tte cabg
pfizer moderna astrazeneca novavax janssen roche novartis bayer sanofi tamiflu remdesivir paxlovid botox
twitter facebook instagram youtube tiktok whatsapp telegram mastodon bluesky zoom teams google apple android iphone
tesla toyota ford fiat seat renault iveco mercedes volvo boeing airbus
""".split()
)
CALENDAR = frozenset(
    """
january february march april may june july august september october november december jan feb mar apr jun jul aug
sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat
sun gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre lunedi martedi
mercoledi giovedi venerdi sabato domenica janvier fevrier mars avril mai juin juillet aout septembre octobre novembre
decembre lundi mardi mercredi jeudi vendredi samedi dimanche enero febrero abril mayo junio julio septiembre
octubre noviembre diciembre lunes martes miercoles jueves viernes sabado domingo gener febrer abril maig juny juliol
agost setembre octubre novembre desembre dilluns dimarts dimecres dijous divendres dissabte diumenge easter christmas
pasqua pascua natale noel navidad nadal ramadan eid thanksgiving halloween today tomorrow tonight
""".split()
)
WIDE_PLACES = frozenset(
    """
monegres alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho illinois indiana
iowa kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri montana nebraska
nevada ohio oklahoma oregon pennsylvania tennessee texas utah vermont virginia washington wisconsin wyoming dakota
carolina hampshire jersey mexico york england scotland wales britain ireland uk usa us eu un europe africa asia america
italy italia france francia spain espana espanya catalonia catalunya cataluna catalogne portugal germany germania
allemagne alemania andorra switzerland austria belgium belgio greece turkey japan china india russia ukraine canada
australia brazil brasil argentina chile peru colombia israel syria sudan congo haiti chad jordan niger nigeria kenya
lombardia lazio toscana sicilia sardegna piemonte veneto liguria puglia calabria campania umbria marche abruzzo molise
basilicata bretagne normandie alsace provence occitanie aquitaine corse bourgogne andalucia aragon asturias cantabria
castilla extremadura galicia murcia navarra valencia euskadi baleares canarias atlantic pacific mediterranean
alps pyrenees andes english italian italiano french francais spanish espanol catalan catala catalana american european
spagna grecia portogallo olanda polonia romania croazia svizzera svezia norvegia danimarca finlandia irlanda scozia inghilterra giappone cina egitto marocco tunisia albania europa grece pologne roumanie croatie suisse suede norvege danemark finlande irlande ecosse angleterre maroc tunisie japon chine egypte belgique autriche hollande turquie inde bresil mexique grecia polonia rumania suiza suecia noruega dinamarca irlanda escocia inglaterra marruecos japon belgica holanda turquia brasil suissa suecia dinamarca anglaterra marroc turquia netherlands sweden norway denmark finland poland romania croatia portugal hungary slovenia slovakia czechia bulgaria serbia albania morocco egypt tunisia senegal ghana ethiopia pakistan bangladesh nepal indonesia vietnam thailand philippines malaysia singapore korea zealand bolivia ecuador uruguay paraguay venezuela panama honduras guatemala cuba jamaica
british german african asian latin arabic chinese russian ukrainian american
""".split()
)
INSTITUTIONS = frozenset(
    """
hospital hospitals ospedale hopital clinic clinica clinique clinico chu chuv icu ccu ed er or pacu nicu picu uci uti rianimazione
reanimation university universita universite universidad universitat institute istituto institut instituto centre center
centro trust nhs who cdc fema ecdc unicef red cross croce rossa croix rouge cruz roja creu protezione civile samu smur sem suma
bomberos bombers mossos carabinieri polizia policia police fire rescue department ministry ministero ministere ministerio
conselleria prefecture prefettura comune ayuntamiento ajuntament mairie city town county state national federal school
scuola ecole escuela escola college church chiesa eglise iglesia esglesia stadium stadio stade estadio estadi arena park parco parc parque
airport aeroporto aeroport aeropuerto station stazione gare estacion estacio metro mall museum theatre theater teatro
theatre bridge ponte pont puente hall sala salle aula gate porta porte puerta building edificio batiment edifici tower torre
tour north south east west nord sud est ovest norte sur este oeste ouest street avenue road ward unit
""".split()
)
SAINTS = frozenset("st saint san santa sant sainte santo santi sta ste".split())
STORMS = frozenset(
    "storm hurricane cyclone typhoon tempete tempesta ouragan uragano ciclone temporal borrasca huracan huraca "
    "tifon dana ciclon tempesta operation operazione cyclone".split()
)
"""What comes after one of these is the name of a storm or an exercise."""
EPONYMS = EPONYMS | MORE_EPONYMS
DRUGS_AND_MAKES = DRUGS_AND_MAKES | MORE_MAKES
HARMLESS = EPONYMS | DRUGS_AND_MAKES | CALENDAR | WIDE_PLACES | INSTITUTIONS | SAINTS | STORMS

DEVICE_NOUNS = (
    r"clamps?|forceps|retractors?|catheters?|procedure|sign|syndrome|disease|operation|manoeuvre|maneuver|technique|incision|"
    r"tubes?|drains?|point|scores?|classification|test|stitch|sutures?|ligament|triangle|stents?|graft|scale|position|needle|"
    r"scissors|blade|balloon|valve|stand|tray|device|robot|law|line|approach|approximator|repair|shunt|space|nodes?|cells?|loop|"
    r"team|squad|unit|shift|plication|sling|machine|absent|present|negative|positive|assente|negativ\w+|positiv\w+|ausente|normale?|criteria|phenomenon|effect|index|method|reflex|tumou?r|lymphoma|anastomosis|pouch|flap|plate|pin|wire|nail|frame|splint|"
    r"bandage|tourniquet|hook|elevator|holder|dissector|dilator|sound|speculum|spatula|cannula|port|trocar|knot|grade|stage|class|bag|mask|laryngoscope|airway|"
    r"circuit|solution|lactate|pressure|protocol|trial|study|manoeuvres|fracture|hernia|palsy|contracture|suction"
)
DEVICE_BEFORE = (
    r"vendaje|vendatge|bandage|bendaggio|fasciatura|ferula|attelle|fossa|fosa|fosse|cisterna|citerne|foro|foramen|forame|trou|forat|agujero|ponte|pont|puente|papilla|papila|papille|recesso|receso|recessus|seno|sinus|si de|fascia|vaina|aponeurosi\\w*|"
    r"colgajo|lembo|lambeau|penjoll|abord|approach|approccio|accesso|abordaje|abordatge|"
    r"squadra|equipe|equipo|equip|team|clamp|pinza|pinze|pince|pinces|pinces|pinca|pinces|manovra|manoeuvre|maniobra|segno|signe|signo|morbo|malattia|maladie|"
    r"enfermedad|malaltia|sindrome|syndrome|sindrome|procedura|procedure|procediment|procedimiento|intervento|intervention|operazione|operacion|operacio|"
    r"tecnica|technique|punto|point|punt|test|prova|scala|echelle|escala|punteggio|score|catetere|catheter|cateter|sonda|sonde|"
    r"drenaggio|drain|drenaje|drenatge|divaricatore|ecarteur|separador|forbici|ciseaux|tijeras|tisores|tavolo|table|mesa|taula|valvola|valve|valvula|robot|"
    r"ansa|anse|asa|nansa|legamento|ligament|ligamento|triangolo|triangle|triangulo|circolo|polygone|poligono|poligon|polígon|cellule|cellules|celulas|"
    r"isole|ilots|islotes|illots|islets|circle|bundle|fascio|faisceau|haz|feix|incisione|incision|incisio|"
    r"posizione|position|posicion|posicio|linfoma|lymphome|lymphoma|tumore|tumeur|tumor|hernia|ernia|hernie|frattura|fracture|fractura|legge|loi|ley|llei|"
    r"ampolla|ampoule|protesi|prothese|protesis|protesis|filo|fil|hilo|canale|canal|conducto|conducte|nodo|noeud|nodulo|node|sacca|bolsa|ligne|linea|linia|"
    r"classificazione|classification|clasificacion|classificacio|criteri|criteres|criterios|indice|index|by|ago|aiguille|aguja|agulla"
)
MNEMONICS = frozenset(
    "spikes sample sbar isbar avpu fast befast mist atmist methane ethane socrates opqrst dope soap start triss rice abcd abcde cabcde live stop".split()
)
"""Steps that are taught by their letters."""
