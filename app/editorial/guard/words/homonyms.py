"""
Names on our lists that a dictionary of one of the five languages has as words too, folded; four letters and more.

In lower case these say nothing of a person. Every other name of the lists is one however it is written. Found by reading the
lists beside simplemma's word forms (en, it, fr, es, ca); nothing of it is needed to run.
"""

HOMONYMS = frozenset(
    """
aage abad abada abarca abate abba abbas abbasi abbassi abbes abbey abbi abed abella abeto abid abola abrego
abril acar acedo acerbi acero achola acosta acuna adame adamo adams adan addolorata adelina adeline aden
adia adis aditi admir adomas adonis adora adoracion aedo afer afia afil africa afua agapi agata agate aghas
agostina agris aguade aguado agudo aguero aguila aguilera aguilo agullo agus agusti agustina ahumada aida
aiden aime aimee aina ainara aine aino airi ajan akin alabi alam alami alamo alan alana alara alas alba
albana albane albanese albano alber albero albers albin albina albino albo albornoz alcaide alcalde alcazar
alea alegre alegria alejandrina alejo aleman alemany alen alena ales alessandrini alexander alexandrina
alexia alfaras alfieri alfonsi alfonsina alfred aliaga alida alier alin alina aline alio alis alisa alise
alistar alize alla allana allas allegra allegri allende aller allis alma almagro almendra almirall alois
alomar alondra alpin altera altimira alvear alzate alzina amac amada amadeu amadeus amado amador amandine
amando amani amar amara amari amaro amat amato ambar amber amble ambre amel amela amelia america amico amie
amigo amin amina amine amir amit ammari amol among amor amores amoros amos amparo anar anas anastasi
anastasia anca anda andra andre andrei anele anemona anes ange angel angela angeles angeli angelica angelina
angelino angelique angelo angles angulo anil anima anina anis anisa anjana anna annalise annetta annette
anni annunziata annus ansa ansis ante antia antic antoni antonia antonina ants anunciacion anyi aparecida
aparicio apelles apine apolinar apollo aporti apostolos april apte arab aragones arai aran arana aranda
arboleda arcadi arcan arcangelo arce archer archie arco arcos arda ardian ardit ardita arena arenas arenos
arens argan argelaguer argentero argenti argento aria arian ariana ariane arias arie ariel ariens ariki arin
arino aris ariza arlo armando armas armata armin arminas arnas arnau arne arnis arno aromi aros arpad arque
arran arrate arribas arroyo arrufat artemisa artemisia artigas artigues arto arts arunas arvo aryan asad
asare ascension asenso asia asir askew asma asman assumpcio assumpta assunta asta astuti asuncion atabala
ates atte auger august augusta augustas auguste augustin augusto augusts aulenti aulet aune aura aurea
aurelia aurica aurora aurore autumn avila aviles avril axel ayan ayyubi azahar azalea azcona aznar azocar
azucena azzurra baba babbo babel babol baca bach bacha bacher bacia back backer badal badan bader badia
bagas bahia bail bailey bailly bains bajan baker bala balan balas balay balbi balbo balca balde baldi bale
balestra bali balint ball balla ballester ballesteros ballet balli balmat balta baltas bamba bana banara
banas bancar banderas bandi banks bannister bano banos banque banus bany banys baptist baptista baptiste
bara baracca barajas baraka baran barba barbara barbato barbe barbel barber barbera barbero barbet barbier
barbieri barbosa barbu barcella barcena barco bardin bare barer barese baresi bargallo baria baric barica
baris barker barman barnes baro baron barone barr barra barragan barral barranco barre barreda barrena
barrera barria barriga barrio barrios barron barros barroso barry basa basaran basem basic basil basili
basilio basir basista baso bass bassa bassi basso bastardes baster bastian bastida bastidas bastide bastien
bastin bataille batalla bates bath batista batlle batra batta battaglia battelli battisti baudet bautista
bauza bava bave baya bayer bayle bayo beal bean beard beat beata beate beau bebe becerra becerril beck
becquet beer beffa begin begue beguin begum bela belaid beland belda bele belen belin bell bella belles
bello belo bena benard benat bender benedetti benedetto benes benet beni benigna benigni benigno benita
benito benjamin benoit bent bento benvenuti benvenuto benvinguda benvingut benziane beray beren berend
berends berg bergant berge berger berk bermejo bernarda bernardo bernat berner berra berran berrocal berry
bertha beryl besa besin besson best beste bevan bianca bianchi bibi bielas bien bienvenida bigas biggen
bigot bilge bill billard billings billy bina binder binner biondi birben birch bird biro bisar bishop
bisogno bite bitten black blair blaise blake blanc blanca blanch blanche blanco blandin blanes blank blaser
blessing blick blin block blot bluette boba bobby bocca boccia bocelli bock bodhi bodkin boer boers bogan
bogus boiardo boisson boix bojan boje boke bolanos boles bolin bolivar bollen boma bona bonastre bonaventura
bond boner bones bonet bonhomme boni bonifaci bonilla bonnard bonnet bonnie bonte booker boon booth bora
borde bordoni bore borg borges borghese borgia boris borja bork borner boros borra borras borrego borrell
borroni bors borsellino bosc boschi bose bossi bota botella botica botor botta bouchat boucher bouchez bouet
bouillon boulanger bouquet bourdon bourgeois bourguignon bouvier bova bover bowers bowler bowman boyan bozo
bozzi bracken brad brais bram bramante branca branch branco brandan brandi brando brandon brands brandy
brassard brasseur bravo bray bree breen bregar bres bresciani bressan bresse breton brewer brian brice brick
bridge bridges bright brinda brink brisee brit brita brito brock brodin brogan broman brooks broquet bros
brossa brousse brown browning bruce bruguera brun bruna brune brunet bruni bruno brus bruschi bruyere bucar
bucher buck buenaventura bueno buffa bugno buisson bujas bull bulle bullock bureau burel bures burger
burgess burgos burgues burke burns burr burri burrows bury bush bustos butcher butler butt butte buza bylina
cabala caballero caballo caban cabanas cabanes cabello cabeza cabezas cabo cabot caboto cabre cabrer cabrera
cabrero caceres cadena cadenas cader cadet caga caille caio cairn cairns cairo caironi calabrese calafat
calcedonio caldera calderon calero calin callan calle calleja callis calogera calogero calvi calvo calzada
camacho camara cambra camelia camicione camil camila camilla camilo caminero camino campagna campana
campanella campano campo campos camps camus canal canales canali canals canas candela candelas candia candid
candida candido canela canet cangur canil canizares canning cannon canny cano cansin cant cantero cantillo
cantin canton cantone canyelles capa caparros capel capelle capelli capiga capone cappelletti cappelli
capuana capucine caputo cara carbo carbone carcamo cardano cardenas cardillo cardinal cardon caren cares
carey caridad carin carina carine carini carita carl carla carli carlin carlos carlota carme carmelina
carmelita carmen carmina carmine carner carnera carnero carnevale caro carod carol carola carolin carolina
caroline carpenter carpio carr carranza carrasco carrascosa carre carren carrera carreras carrero carrete
carretero carrier carriera carrillo carrion carrizo carro carroll carron carry carta carter cartes carton
carver carys casado casal casale casals casares casas case caselli cases casier casillas casimir casini
cassara cassen cassie cassin castano castanyer castell castella castellano castellanos castelli castello
castells castilla castillo castro catala catalan catalano cataldo catalina caterina cato catrin catrina caus
cavad cavalcante cavalcanti cavaliere cavalli cavallini cazares cebo cecchini ceci cecilia ceja cela celem
celeste celesti celestin celestina celestine celestino celis cenan centeno cepeda ceran cerar cerda cerezo
ceri cerna cerne ceron cerro cesar cesare cespedes chabot chacha chacon chad chai chaima chaman chamane
chamberlain chambers chambon chamorro champagne champak champion chana chandler chapa chaparro chapelain
chapelle chapman char charbonnier chardon charity charles charlot charlotte charpentier charpie charrier
charron chase chatelain chau chaudhuri chauvin chavez checa cheikh chelo chenaux chenu cherie cherry
cherubini chetan chevalier chiara chico chiesa chima ching chioma chita choque choros chow chretien christen
christian chucho chumba chumo church chus cian ciara ciaran cias cibin cicala cicero cielo cimino cindy
cinque cinta cinto cipolla cirera cisem cisterna cisternas clair claire clapa clara clarence claret clarisa
clarissa clarisse claude claudia claus claustre clavel clavell claveria clavero clavin clay clear clemence
clemencia clement clemente clementina clements clerc clinton clive clos closa close clotet coca cocci cochet
coco codina codony cofre colas cole coles colgan colic colin colins coll collado collard collazo colleen
collen colleran collet collette colletti colley collier collin collina collis colly colman colom coloma
colomba colombier colombo colomer colon colpan coma comar comas comba comber combes combi combs come comer
comfort comisso comment company companys compere compte comte concepcio concepcion concepta concha conde
condon conn conree consol consolata constance constant consuela consuelo conte conti contractor contreras
convey cook cools cooper coppola cora coral corbacho corbat corbel corbella corbelli corbo cord cordell
cordero cordier cordoba cordova cornejo cornella cornet cornez cornil cornu cornut coromines corona coronado
coronel corr corral corrales correa corredor correr corrie corsi cortada cortes cortese cortesi cortina
cosentino cosette costa costante coste costello costin cote cots cotter cotto courtier courtois cousin
cousins coutant couture couturier couvreur cozzi crane craven craw crean creed cremer cremin cremonesi
crepin crespi crespo creus crevar criado crin crina crispi cristal cristian cristiana cristiano cristina
crivelli croad croce cros cross crossan cruces cruise cruz crystal cuadrado cuadras cubillos cucurull cuenca
cuervo cuesta cueto cuevas culi cullen cully culot cumming cummins cuny curran currie curro curry curt
curtis curto cusido custodia custodio czech dace daci dada dadas dadi dado dafne dagli dahir daina daisy
dakota dale dalia dalla dallaire dallara dalton damps dana dane danes dang danica daniel danish danna dano
danso dante dany daphne dara daren dari daria darling dash dass date dauphin dave davenport davi david
davies davila dawn deacon dean decamps decker deckers decock deep degas dejan delfi delfin delfina delfino
delgado delia delle delmas deman demange demetra demi denes denis denise denning dering derrick desean
desideri desiderio desio desire desiree destiny detaille detti devan devane dever devi devin devine deviner
devon diamond dian diana diane dias dick dickens dickey dida dieter dieu diez digna dignan diletta dima
dimas dina dinan dinda dindi ding dinis dino dionisia dirk dita ditte divan diver divine doblado dobler
doctor dodd dodo dolan dolca dolly dolores dolors domas domen domenica domingo domingos dominic domino dona
donaire donat donata donati donato doner dong donna dono donoso dora doran dore doria doriana doriane dorien
dorin doris dorna dorotea dossi doucet dower downing downs doyen draga dragan draghi drago dragos drake
drame drew dries drolet droma drop droppa drub drum druso duale duba duda dudas dudo duenas duff duke dula
dulas dulce duma duman dumas duna dung dunning duque duran durant durante duras duris durkin duro dyer each
earl early ebbe ebony ecrin eddy eden edit edita edite edouard egal egea eglantine egli eider eines elfi
elia elias elie eligia eligio elira elis elisa elise eliseo ella elli elmi elmo eloi else elver eman emery
emiliana emiliano emilien emilienne emir emiro emis emmen emperatriz encarna encarnacion encarni encina
encinas enea enes engin english enver eral erem eren eric erica erices erina ermes erol erola eroles
escalona escarre escobar escoda escolano escribano escriva escuder escudero esma esmeralda espada espanol
esparta esparza espejo esperanca esperanza espinal espinas espino espinos espinosa esposti espuny esquerra
esquius estay estel estela estella estelle ester estera esteri estes esteva esteve esteves estey estrada
estrella eufrasia eugenia eulalia evangelista ever evert everts evita exposito fabbri fabia fabiana fabien
fabrice facchini facundo fadi fagan fagiani fagotto faine fair faisa faith fajardo falba falco falcon
falcone fall fallaci fami famula fancy fang fanning fanny fantini farai faras farell fares faria farias
farina farmer farras fatma fatos fattori faucher faucon fauconnier faust fausta faustas fausto fede fedele
fedeli federica federico feixas felice felici felicia feliciana feliciano felicidad felicitas felicite
felicity feline felipa fella fellah felus femi ferm fermi fermin fermo fernandez ferrada ferran ferrando
ferrante ferrara ferrata ferre ferrer ferrera ferreras ferrero ferres ferri ferrigno ferris ferry feys fiala
fiamma fica fico fidan fidel field fielding fields fien fiere fierro filar filas filippini filomena fina
finan finch fini finian fink fintan fiorentini fiorentino fiori fiorino firat firmin firth fischer fisher
fiso fita fitas fito fitore flavia fleck fleming fletcher fleur flood floor flor flora flore florea
florencia florent florentin florentina florentine florentino flores florim florin floris florit flowers
fogas fois folga folguera folta fondo fonoll font fontaine fontana foot foran forcada ford forero forestier
forget forjan forma formica forn fornells fors forte fortin fortunata fortunato forum forza fosca fossas
foster fowler fraga fraile frana franas franc franca frances franchi franci francia francis francisca
francisco francisque franco francois frania franjo frank franklin frano franquesa fras fred freda fredes
freely freeman frei freia freire freis freixes frema french frere fresh fresia frey frias fridolin frimer
frisk fritz frode front frost fructuos fructuoso frutos fuente fuentes fuertes fugen fuller fuma fundi fura
furga fusco fuster gaba gabara gabarro gabba gabela gabi gabin gada gade gagliardi gagne gaia gaillard gaine
gaines gala galan galdos galica galindo gallardo galle gallego gallegos gallen galler gallet galletti galli
gallina gallo galo galon galos gama gamble gambo gamboa gamon ganda gandi gandia ganga gani gara garance
garba garbi garces garcia garda garde garibaldi garland garner garret garrido garriga garrigosa garrison
garro garrone gartner garza garzon garzoni gasa gascon gasela gaspar gaspard gaspare gasso gasti gaston
gatell gates gatti gatto gavilan gaya gaye gema gemito gemma gene gener genesis genet genis genoves gentile
gentili gentry george georgia georgian georgiana gera gerber gerd gerda gergo germain germaine german
germana germani germano geta giacconi giada gibbon gibbons gica gigante gigli gilbert gilda gildas giles
gili gill gilles gillies ginesta ginyas gioconda gioia giordana giordani giorgi giovine giro giron girones
girts gitau giuliana giuliani giuliano giunta giunti giusti giusto glass glasses glauco glazer glazier gleba
glen gloria gluck goba goblet goda godet godin gogol gola golas golden golding gole golos goma gomes gong
good goral gordana gordo gore gorm gorman goss gosset gote gotic goto goujon goulet gour gozzi grab graban
grabara grabas grace gracia graf graham grahams gral granado granados granat granata grand grande grandi
grane granger grant gras grassi grasso grattan grau gravel graves gray grazia graziano greca greco green
greenwood greer greet grega gregg greggio gregoria gregorian grenier gretchen gretta grey griego grieta
griffin grifoll grill grimaud grimes grit groen grondin gros gross grossi gruel grunt grupa gual guarana
guard guardado guardia guardiola guerra guerrero guida guidi guido guijarro guillaume guillem guillemot
guillen guillot guinan guindo guisado guit guito guix guixa gula gulper gunita gunnel gunner gunning gust
gustas gustavo gusti gustin guyot guzman habil hachemi hacker hadas hadji hafiz hagan hagen haines haire
hajo hala halat hale hall hammer hamza handler hanno hara haran hardi hardie hardy hare haren haring harm
harmony haro haron harper harry harsh hart harte harto hasani hasta hastie hasty hava hawthorn haya hays
hazel hearty heath heather hector hedges hedi helan held heleen helen helena heli heliodoro hell hella helle
hellena helm hemal hemant henna henni henning henny henry hens heraldo herba herd heredero herma hermine
hermoso heron herrera herrero herring herron hervia hickey hicks hidalgo hierro higueras hill hills hina
hinca hind hines hoes hogan holden holder holgado holler holly holm holt honda hong honing honora honorat
honore honori hood hook hoover hope hora horn horne horst hortense hortensia hosp hospital hoste hough houle
house houston hovel hoyos hoza huerta huertas huff huguet huia hull hume humer hummel hummer hung hunt
hunter hurst hurtado husar husmen huso huyen iban ibis iglesia iglesias igne ilari illa illes imam imane
imants immacolata immaculate impastato imperatore indi india indie indira indu infante infantes inga ingo
ingrosso inmaculada innocent innocenti innocenza insa ionica irati iria iris irureta isidro isla islam issa
italo ivory iwan izquierdo jabri jacint jacinthe jacinto jack jacobi jacobine jacquemart jacques jacuzzi
jada jade jaffer jaga jail jais jake jalees jalonen jama jamar james jamila jana janes jans jaque jara jardi
jared jaros jasmin jasmine jasper jaume jaumet javier jazmin jean jeanne jeannette jeff jelle jena jenna
jenny jeremias jerez jerome jeronimo jesus jeton jihad jill jimmy jina joan joaquim jobe jochen jodi joey
johan johanne john johns joke jole jolie jones joni jorda jordan jordana jordi jorn jose josee josef
josefina josep josh joss jove jover juan juarez judge juju juli julia juliana julienne julio juma juna junas
juncosa june juni junior junk jurado juras jurca jurco jure juri juris just justas justin justo kaiser kale
kanak kane karim karma kata kelvin kemp kent kern khan khoi kick kidney killer kinder king kink kirgiz kirk
kirs kismet kiss kline klug knight knoll knut kohl kora koros kraft kudo kuna kurda labbe labelle labra laca
lacasse lace lacis laco lacy lada ladina lady lago lagos laguna laida laine lais lama lamas lamb lambe
lambert lament lamia lamine lampa lana lance landa landais lande lander landers lando lane lang lange langer
lanza lapo lappin lapsa largan lars lasa lascar lass lasse lassen lassi lastra lata lato laura laure laurea
laureano laureen lavan lavender lavin lawless lazar lazaro laze lazo leach leal lean lebel lebron lechat
leda ledger leech leen lees lega leger legnante leguen leia leila leis leke leks lelas lema lena lene leni
leon leona leone leoni leopardi leopoldina leos lere lesna lester leticia letizia leto letta levan levente
levi levin levy leys lian liana liane lias liba liban liber libera libero liberto libia libor lica lice
licia lidia lien lies lieve liga ligas ligia lila lill lily lima liman limar limo limon linares linda linde
linden line ling link linnea lino lippens lips lira lisa lise lisi liss list lister liston little liza
llagostera llamas llano llanos llaurador lledo lleixa llibert llibertat llop lloveras lluc lluis lluna
llunell loan loba lobato lobo lobos lode lodi loes logan logar logue lois lola lolita lomas lombard lombardi
lombardo lona london lone long longobardi longuet loos loot lope lopes lopez lord lordan lore lorette lori
loris lorrain lorraine losa losada lotta lotte lotti loulou lourdes lova love lower loyal lozano lubina luca
lucchesi luce lucero lucette lucho lucia lucian luciano lucid lucio lucky ludo luengo luger luigi luis luisa
luise lumbreras lumi luna lupe lupi lupina lupo luster luts lutz lynch maas maca macan macaria mace mach
macha machado macharia macher macheta macho machon machuca macia macias mack mackle maco macri macs madden
made madeleine madera madide madrigal mads madura maestre magana magdalena maggi maggio magi magic magne
magni magnolia magret magyar mahdi maia maie maillet maillot maina maire maja majola major majorana majos
maki maks mala malas malea malik malin mall malle mallet mallol malm malo maltais malte maltese malva maman
mamba mambo mame mamen mami mamo manaia manan manana manca mancebo mancera mancilla mancini manco mand manda
mandala mander mane manea manel manent mangal mangan mangano mangin mani manne manning manola manolo manresa
mans mansa manso mantas mante mantilla manuel manuela manuella manya manzanares manzano manzi manzo maquet
mara maragall marano maras maravillas marc marcal marcantonio marce marcel marcelina marchais marchand
marchant marchese marchesi marchi marcia marcial marciano marcien marcin marcio marco marcos marcotte mare
marechal maree mareen mares marga margall margarida margarita margas margherita margo marguerite mari maria
marian mariana mariane mariani marianne mariano marica marie marin marina marine marini marino maris
mariscal marit marita maritim marjolaine mark marks marmol marques marquez marquis marra marras marren
marron marrone marroquin marry marsh mart marta marte martel martelli marten martens martial martin martine
martinez martini martins martirio marx masa masai masar mascaro mascheroni masi maslo mason massa masse
massimo masso massot master mata matara matas mate matea mateo mater materne mateu mathurin mati maties mato
maton matous mats matti matura mauger maura mauri maurin mauro maxi maxim maxima maxime maximo maxwell maya
maye mayo mayor mayoral mays maza mazan mazen mazza mazzi meadows meads meara meda medic medici medina medir
mees mele meler melero melet melgar meli melia melina melisa melissa mella mellado melle mellon melo melodie
melody meloni melton membrillo mena mencia menez mengi menon mens mensa menton mentor mercadal mercader
mercado mercati merce mercedes mercer merchant mercier mercy merda merino merita merle merlin merlo mero
merry mesa mesquita messager mestre mestur meta metayer mete metin metodi mets mette meunier meza miara mias
miceli mich micha michael michel mick miel mies migliore mignon miguel mihrab mijo mike mila milagros milan
milana milanesi milano mile milena miles milla millar millares mille miller millet mills milo mimi mimica
mina minac miner minerva minet ming mingo miniati minta miquel mira miracle miran miranda miro miron mirona
miros mirza mise misty mitera mitica mitjans mitra mitt moan modest modesta modesto modi modica moher moira
moise moises moix molano molas molder moldovan molen moles molga molin molina moliner molinero molins moll
molla mollet mollie molly molto momo mona monaco moneta monge monis monja monjo monk monks montagna montagne
montalvo montana montanari montane montano monte montero montes montesinos montez montgomery monti
montserrat monzon moody moon moons moor moors mora morabito moraga morais moral morales moran morar morara
morcillo more moreau morel morell morelli morello morena moreno morera moret moretti moretto morgan morgane
mori morillo morin moro moron morra morrow morse mortier mosca moscarda mosquera moss mota motte moulin
mountain moura moussa mouton mucha mude muga mugo muia muir mule mulet muli mullan mullen muller mulligan
mullin muna munga muni munir munt muntada muntaner munte munyi murad murat murata murati muratori murcia
muret murgas murin murino murit murk muro murphy murri musa musau musee musi musso must mutai muti mutua
muya nacer nacho nacio nada nades nadi nadin nadir naia naide nail naima naja nana nanna nanni nanny
napolitano naranjo narcis narcisa narciso narcisse nary natale natali nate nati natividad natta nava navarra
navarro navas nazareno nazari nazi neal nebot necla nedas negre negrea negri negro negron nelson nene
nereida neri neto nette neus nevado neven neves neveu nevin newton nial niara nick nickel nicol nicolas nida
nidia niel nieto nieves nievo nightingale nilo nils nina nino nitra nivelle nobile noble noel nogue noguer
noguera nogues noman nomme nono nora noras nord nori noriega norma norman normand north nota noto nova
novais novell novellas novelli novi nubia nula nunzio nurser obrien obst ocasio oceane ocenas octave octavi
octavia octaviana octavie odin ojala olas olea olga olguin olimpia oliva olivar olivares olivas olive
olivella oliver olivera oliveras oliveros olivier olivo oller olma olmedo olmo olmos olympe omani omar
ondine onorato opas oran oras orban orchard ordenes orellana orina oriol oriola orla orlando orna ornat orni
ortega ortolani osada oscar oscuro osses ossi ostler osuna otero ottone over pabla pablo paca pace pacia
pacifica paco padilla padovani padovano padron pagani pagano page pages paillard paillet paio paisley pala
palacio palacios palan palau palazzo palesa palin pall palla palladio pallares palle pallo palm palma
palmada palman palmas palmer palmira palo paloma palomar palomares palomino palomo pamela pamfil panades
panait panca pancho pandit panfilo pani panico panini pansa pant panya paolo paor papa pape papi papin
paquet paquette para parada paradis parda pardo pare paredes pareja parejo parellada parent parera pares
paris park parkin parkinson parks parodi parra parras parry parsa parsons partida partridge parts parus pasa
pascal pascale paschal pascual pasman pasqua pasqual pasquale pasten pastor pastora pastore pastorelli
pastrana paten paterno patience patin patino paton patrici patricia patricio patrizia patrizio patti patty
paul paula paule pauli paulina paulino paulo pauls pavesi pavez pavlova pavon pavone paye payer pazos peace
peacock pearl peck pecora peda peder pedrero pedrerol pedro pedrol pedros pedrosa peer peinado peio peix
pela pelin pelle pellegrini pellegrino pellet pelletier pelli pellico pello pena penar penas pender penic
pennacchi penny pent pepa pepe pepin pepita pepito pera peral perales peralta pere pereda perello perera
peres peri peris perla perlita perna pero peros perron perry persico perugini pesa pesce pesent pesta petar
pete peter peters petit petra petras petre petri petro petros petty philippine phoebe phoenix piacentini
piane piaras piazza piazzi picard picas picazo piccoli piccolo pichon pico piedad pien pier piera pierce
pierini pierino piero pierre pierrot pieter pietra pika pike pilar pili pillai pilon pimenta pina pinar
pineau pineda pinedo ping pinna pino pinol pinson pintar pinter pinto pintor pinzon piovani piper pique
piquer piqueras piquet piran piras pire pires pisani pisano pison pita pius pizzetti pizzo placid placida
placide placido plana planas planell planes planeta plank plans plante plata platini playa plaza plover pock
poder podra poggi poil poirier poisson poitevin polak pole poli polis politi polito poll polla pollard
pollet pollini pollock polo pomar pomares pomes pompa pompea pompeo ponc ponce ponci pons pont ponti ponzi
popa pope poppe poppy porras porta porter portero portier portilla portillo porto posada post potier potter
potters pottier poulain poulet poupon pous power powers poza pozo pozuelo pozzi prada pradell prado prados
prat pratesi prati prats pratt preciado preda prem prentice pres presas price priego priest prieto prima
primitiva primitivo primo prims prince principe prisca privet proc procacci proctor prodi proietti proll
prosper provost prudence prudencia prune prunes puck puente puentes puerta puga pugliese puig pujadas pujol
pujolar pula pulci pulgar pulido punit puput puri purificacion purina purins purity puti puto putz quaglia
quan quartier quasimodo queen quel quer quero querre quijada quill quim quin quinn quinones quintana quinten
quinter quintero quinteros quinti quinto raba rabadan rabassa rabea rabee rabi rabia racha racine rada radi
radic radin rado raed raes rafa rafal rafia rafter ragot ragus raid raik rails raimo raina rainer rais
raissa raja rajan ralph rama ramadan raman ramata rami ramis ramona ramos rampini rana rand randa randi
randy rani rapa rapin raposo rares rasa rascon raspor rastelli ratta rattan ratti raut raval ravel raven
ravi raya rayan rayana rayen raza razan razo razzi read reader reagan real rebane rebeca rebelo rebis
rebolledo rebollo rebull recer recers recio reda redi redon redondo reed reem rees reeves refet regalado
regan rege regge regina regine regis reguera regula regulo reid reig rein reina reine reino reis reiter
reiterer relu remedios remei remi remo rena renard renat renate renders rendon rene renee reni renier renou
rens repo resi retamal retamales reto reva reverter reyes reza rhonda rian riba ribalta ribas ribeiro ribera
riberas ribes rica ricci riccio ricciuti rice rich richard richards richer rick rico rida riddle ridge
rieder riem riera rifa rifai righi rigo rigola riha rima rimante rina rincon ring rino riojas rios riquer
risa risco riso risto rita ritt ritu rius riva rivas rivera rivers rivet riviere riza rizzi rizzo roach roan
roar roba robert roberts robi robin robinson robledo robles roca rocca roce rocha roche rocher rocio rock
roda rodas rode roden rodenas rodes rodica rodo rodrigo rodrigue rodrigues roel roger rogers roget rogge
rogner roig rojas rojo rola rolando rolf rollin rolon roma romagnoli romain romaine roman romana romane
romani romano romeo romer romero romeu romeva romiti romo rompa rona ronan rondeau rono rony ronya room
roots ropero roque rosa rosada rosado rosales rosaria rosario rosas rosati rosca rose rosella rosemary rosen
roser rosero roses rosetta rosette rosi rosie rosin rosita roso ross rossa rossetti rossi rossignol
rossinyol rota roter rotter roure roures rousse rousseau rousseaux rout routier roux rovira rowan roya royal
royo roza rozas roze ruano ruba rubin rubina rubino rubio ruby ruddy rudi rueda ruelle rufa rufina rull
rumen rumora rune rush russi russo rust ruta rute ruth rutherford rutto saba sabala sabater sabatino sabato
sabela saber sabin sabina sabine sabino sabir sabria sacchi sacco sacha sachar sacre sacristan sade sado
safari saffron safiri saga sagal sager sagna sagrista sagues sahraoui said sailer saim saima saina sala
salami salas salat salata salcedo salem sales saleta salgado salguero sali salic salinas salis sally salma
salman salmeron salmi salmon salo salome salomo salud saluda salut salva salvado salvador salvat salvati
salvatore salvatori salvi salvo sama samara samaras sammy sana sancho sandal sander sanders sandra sandy
sane sang sani sanja sanmartin sano sans sant santa sante santi santini santino santo santoni santos sanudo
sapa sara saraceno saracino sarai saran sarda sardo sari sarin sarmiento sarna sarrias sarti sartori sass
sassi sastre saturnina saturnino sauceda saunier saura sauro sauvage savage savane savannah savant savater
savina savoia sawyer saxo sayers scaduto scala scalera scardino scarlet scarpa scarpetta scarponi schiavi
schiavo scollan scotti scotto scullion sean sears sebo secchi seco secondo seda sedano sedat segni segovia
segui seguin segun segundo segura sellers selles sels selva selvaggia semat semine sena senad senan senator
senna senne senta sentis seppe serafi serafin serafina serban serem serena serge serine serna serpi serra
serraglio serrano serrat serrate serrato serre servais servant server seta seto seve seven sever severi
severo sevilla sevillano sexton sforza sgarbi shah shahid sharp shay sheikh shelly shepherd sherif sherlock
sherry shields shin shine shire shona short sian sibilla sibylle siciliano side sidi sidonia sien siena
sienna sierra signe sila sile silk siller silva silvana silvano silvestre silvestri sima simara simas simber
sime simen simi simo simon sims sina sine singer singleton sinica sinisa sira sire siren siri sirin siro
sirvio sita sitar siti sitja sito sitters sivert skelly skinner slater slava slovak smail small smart smit
smith smolders snow sobrero sobrino socorro soffici sofi sola solana solanas solanes solano solans solar
solares solari soldati soldo sole soledad soledat solenne soler solera solis solomon soltan soltani soltes
somers sommer sona sonad sonata song soni sonny soon soot soots soper sophie soprano sorbian sordi sorger
soria soriano sorolla sosa sota soto soufi soulier spada spadoni spagnolo spain spano sparks sparrow spears
speer spela spence spencer spenser speri spies spina spinelli springer stabile stack stan stana stanca stark
steed steen steer stein stela stella stellan stempin stephanie stern sterna steve steven stevens steward
stian stilla stiller stocchi stock stocker stoica stokes stone stook storey storm story stott stout strada
strand strano street strid stringer strong stucchi sturgeon suat subira such suda sudi suero suits sultan
sultane suman sumit summer summers sunder sunyer supple sura sureda suri susanna swazi swift swords sylvain
sylvestre tacchini tack tailor taina tait taja talat tali tall talpas tamara tamarit tamborini tamburello
tamburi tamburini tamer tammy tanase tane tang tangen tania tanir tanja tank tanner tanya tapia tapias tapio
tara tarantini tarantino taras tardif tardy tari tarja tarmo tarquin tarrago tartaglia tasar tasca tasche
tascon tasso tata tatar tate tatu tavernier tecla teddy tedeschi tedesco tedi teixidor teja tejada tejas
tejedor tejera tella tena tenis tenorio tepes teras teresa teresia ternan terrades terranova terrats
terrazas terri terrier terron terry terzi tesar tessa testa testi teter teulats thai thais thaler thatcher
theres thole thomas thor thorne tiara tiare tiba tibe tiberi tibo tibor tien ties tikka tilda tilde till
tilo timo timon timothy tina tinca tindra tine tinne tino tins tinto tira tirado tirs tisa tison titas titi
titin tito toan tobar tola toldo toledano tolga tolosa tolu toma toman tomas tome tomi tommy tomo toms tona
tonc tone toner toni tonia tonino tono tony toom tooming toon toots topa topic tora toral torben tord tore
tori tormo torne torner toro torra torras torre torrejon torrent torrente torrents torres torri torrico tort
tory tosca toscani toscano tosi tosin toso tosto toto tova tozzi tozzo traba traci traian transito trapanese
trapani travaglia travaglio traversa travia travis trebbi trentini treo treves triado trias tricot trigo
trigueros triin trillo trina trine trini trinidad trinity triplat tripodi troc trombetta tron trotta trotter
troy tuca tucker tuda tulio tullia tunar tunde tupa tura turan turati turchi turco turkmen turner turon
turro tusk tutu tweedy twidle ucar udinese udinesi ugne ulla ulle unger urba urbain urban urbano urgelles
uros urpi ursina ursula ursuline urte usada usero utrera vaca vacher vahar vaillant vain valdes valdivia
valencia valenciano valent valenta valente valenti valentin valentina valentine valentino valer valera
valere valeria vali valid valiente valija vall valladares valle vallee vallejo valles vallin valls valon
vane vanesa vang vani vanna vannier vaque vaquer vaquero vara varano varas varenne vares varga vargas varis
varo vasa vasco veas vecchi vecchio veda vedant vedat vedran veer vega veis vejar vela velez veli vella
vello vendetti venera veneranda veneta veneziano ventallo vento ventos ventosa ventura venturi vera verda
verde verdejo verdes verdi verdier verdone verdugo veres verga verge verger verges vermeil vero veronica
veronique verrier vesa vespa veta vial viale vicini victoire victor victoria victoriano victorien victory
vida vidas vide vidiella vieira vienne viera vigil vigneron vigo viking vila vilain vill villa villain
villani villar ville vilte vina vinas vince vincente vinci vineta vino vinyes vinyet viola violante violet
violeta violetta violette viot virginia virginie virot virtudes viruela visar visconti visitacion visser
vita vitale vitali vitelli viti vito vitola vitor vittoria viveros vives vivi vivia vivian vivien vivier
vizcaino voisin volpe volpi volta vora wade wadi wage wakefield wale wali walker wall waller walls wally
walter walters wang ward ware warmer warren warrior washington waterman waters watt watts weaver webby weber
webster weeks weir welch wellington wells wende were west wester wheeler white whitehead whiting widen
wiener wild wilder william willie willow wills willy winchester winter winters wise wolf wolfram wons wood
woodruff woods wren wright wurm xala xaloc xamis xavier xifra xita xiti xumar yago yana yang yates yaya yoga
yogi york young younger yuan yuri zafar zafir zafra zaida zambrano zamorano zampa zander zapata zapatero
zappa zaraza zarina zayas zera zero ziga zigo zizi zoppi zorrilla zubia zulu zuma zurita
""".split()
)
