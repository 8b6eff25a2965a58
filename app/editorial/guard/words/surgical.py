"""More of what surgery is named after, made of and given: eponyms, makes and drugs that are seldom somebody's name, folded."""

MORE_EPONYMS = frozenset(
    """
barouk krackow metaizeau papineau shuck tscherne
mascagni wrisberg bauhin beckman beckmann connell bugnion riolano riolan cajal camey
burch abrams alagille arantius arlt austin-flint balthazar barany barthel batson baxter beighton bellini belsey bismuth bosniak botal botallo bourneville bowen braden bristow brucke bruch buford caroli caplan carvallo cavernoma child-pugh clavien collis corti cotrel couinaud crutchfield cryer dega deiters
denis descemet desault dieffenbach dindo disse dressler dubin dubousset ducuing duroziez eden-hybinette epley erlenmeyer essex-lopresti fabry ferriman frankel freiberg galeazzi galveston gartland gigli gimbernat gitelman gorlin graham-steell gritti guglielmi gustilo guttmann harrington hasner
haller hamman hering hering-breuer herlyn heister hinchey hoffa huber hurler ilioinguinal janeway jatene jefferson jeghers jobe kallmann kartagener kasai katz keith kienbock killip kleinert kohlrausch krabbe krompecher kupffer lachman lambert-eaton laplace ledderhose leibovich libman lieberkuhn liddle
lissauer loeys longmire lutembacher luque luys maffucci malecot malherbe masaoka mcarthur mcvay meibom menetrier menkes minerva minnesota mixter morquio mosteller muller-weiss najjar neer niemann norton nuck obwegeser ombredanne ortner osgood osserman paneth papez paterson peutz piaget piriformis pompe
poseur prinzmetal puusepp quadrangular ramirez-stoppa rampley raney rastelli refsum reil renshaw rex rex-cantlie richmond-rass rives-stoppa rokitansky roos rosai rotor rutherford sachs sanfilippo sano scheuermann schlatter schlemm schober schmorl sezary sharpey shwachman siewert singer sister-mary smeloff soderstrom
sprengel sprotte steell steffee stevens-johnson stiles stille straddle sugita svenson taussig taussig-bing tenon tessier tiemann tile traverso trethowan treves tru-cut tuohy waldenstrom warshaw weibel westermark whitacre williams-beuren yasargil zancolli zeis zinn zung kerr pfannenstiel-kerr misgav joel-cohen bakri b-lynch arabin
""".split()
)
MORE_MAKES = frozenset(
    """
actrapid acuitel adalat adenocor adiro advagraf advil aerius aldactone alimta allevyn allopurinol ambisome
amchafibrin amikacina amlor anafranil andexxa androcur anexate anvitoff apidra apiretal aprotinina aquamantys
aranesp arixtra atarax ativan atrovent avlocardyl azactam baclofen bactrim bactroban baypress benadryl berocca
betaserc biprofenid bisoprolol bondronat bricanyl brilique bromazepam brufen budesonide bupropion buscopan
buspirone calciparine calcium canesten captopril carbetocin carbocaina cardioxane carvedilol cefalexin cefepime
cefoxitin ceftriaxona celebrex celestone certican ciflox cipro ciprofloxacino clindamicina clindamycin
clonazepam cloxacilina colchicine colimycine concerta contramal cordarex corotrope cortisone cosyntropin
coumadin creon crestor cubicin cusa cymbalta cytotec dafalgan daktarin dalacin dantrium decapeptyl depakine
desferal dexketoprofeno diamox diazepam diclofenaco digoxin dihydan diltiazem diprophos diprosone dolantina
doliprane dolosal donormyl dostinex doxycycline droleptan dulcolax duraprep duratobal durogesic efedrina
efferalgan efient elocom eloxatin emend emerade entresto epipen eprex erythromycin escitalopram esidrex euthyrox
exacyl exforge ezetrol feldene ferinject ferlixit flebocortid flixotide flumazenil fortecortin forxiga
fosfomicina fraxiparina fraxiparine frisium fucidin fucidine fungizone gabapentin ganciclovir gardenal gaviscon
gelocatil glivec glucagen glucantime glucophage glypressin haldol haloperidol hemabate hemovas hibor humalog
humira humulin hydrea hydrocortisone hypnomidate hypotensil imigran imodium imovane imuran inderal inspra
insulatard integrilin intralipid invanz isofundin isoptin jardiance juvedal kaletra kardegic kayexalate kenacort
keppra ketalar konakion kytril lamictal largactil laroxyl lercan lescol levemir levetiracetam levofloxacino
levothyrox lexatin lexomil librium lioresal lipitor losec loxen lyrica lysanxia mabthera madopar maxipime medrol
meronem mestinon metalyse methergin methotrexate methylene micardis mopral motilium moxifloxacino mucomyst
mycostatin myolastan nalador narcan nardelzine natrecor nebilet neupogen neurontin nexium nimotop nitroprussiat
nitroprusside nizoral nootropil norvasc novorapid nplate nubain nurofen octreotide oflocet omeprazol oramorph
orbenine orfidal orgaran orthofix otrivin oxycontin oxynorm pabal palacos palexia pantecta parlodel paroxetine
pentothal perfusalgan pethidine phenergan physiotens piperacilina pipril polaramine praluent pravafen praxbind
prazosin prednisolona prednisone prepidil prevena previscan primperan profenid propess prozac pulmicort
quetiapine quinine ranitidine reactine refludan remicade renitec requip retrovir rifadin risperdal rivotril
robinul rohypnol sabril salbutamol sandostatin scandicaine seguril seretide seroplex seroquel sevredol sinemet
singulair sintrom sintron solucortef solupred soluprick spasfon spiriva stealth sterillium stilnox strepsils
subutex suprane synacthen syntocinon targin tavanic tavor tegretol temesta tenormin terlipressin thymoglobuline
tildiem timoptic topalgic topamax trandate trangorex tranxene tranxilium trasylol trental tresiba triatec
trileptal trinitrina trinitrine tutobone tygacil tylenol ultracortenol unacim urapidil urokinase uromitexan
utrogestan valcyte valium valtrex vancocin velcade ventavis ventolin ventoline verapamil vfend viagra
vibramycine vimpat viread visken vistide xanax xeloda xilocaina xolair xyzal zaldiar zantac zelitrex zinnat
zithromax zocor zoladex zoloft zometa zophren zovirax zyloric zyprexa zyrtec
kiwi michelin endoloop endoloops
abthera aggrastat airtraq alteplase amoxiclav amplatz anectine angiomax angioseal anidulafungin apixaban aprotinin aquacel argatroban argipressin arista artivion bair-hugger bbraun bemiparin beriplast beriplex biotronik bivalirudin bridion bupivacaina cangrelor carto caspofungin cefazolina ceftazidime cellsaver clevidipine
clexane colistin cordis corcym coseal covidien cryolife cytosorb dabigatran dantrolene daptomycin desflurano dexdor dexketoprofen dexmedetomidine diprivan dobutamina dopamina dynamesh echelon edoxaban eliquis emla enantyum endobutton endogia enoxaparin ensite epidex eptifibatide eraxis erbe ertapenem esmeron esmocard evicel
exparel fenilefrina fentanilo fentanest fibrillar fibrinogen flowtron fluconazole fluimucil fragmin gadolinium gadovist gelfoam gelofusin gelaspon gentamicina giapreza gore-tex goretex harmonic heparina hemolok hem-o-lok hemopatch hemovac hextend hypnovel idarucizumab innohep integra intellivue isoprenaline isuprel jotec kcentra kabiven
ketorolac lactato landiolol levobupivacaine levosimendan lidocaina ligaclip linezolid lixiana lovenox masimo maxon metamizol metaraminol midazolan midazolam milrinona mindray mivacron monosyn morfina nepro neopuff nimbex nimodipine nolotil noradrenalina norcuron novosyn novoseven nuromax octaplex omnipaque omnex optison optiray
optiflow oxycel oxytocin parecoxib penumbra perclose perfalgan peri-strips permcath piperacillin pleur-evac polysorb portacath portex pradaxa precedex progel prograf prontosan propofol prothromplex protamina purastat quill rapifen redivac remifentanilo rivaroxaban rocuronio ropivacaina rotem seprafilm sevorane sevoflurano signia
simdax simulect smof solumedrol sonicision sonopet sonovue spongostan stratafix streptokinase sufenta surgiseal swissstick symbicort tachyben taxol tazobactam tazocin teicoplanin tenecteplase teg thoraflex thunderbeat thymoglobulin tigecycline tinzaparin tirofiban tissucol toradol tramadol tranexamico tranexamique transpac trisoplast
ultiva ultravist urbason vacutainer valleylab vancomicina vasopresina vasopressina vasostrict vascutek venofer verigene versajet visipaque voluven voltaren xarelto xylocaine zerbaxa zinacef zofran zoll zyvox augmentine betadine chloraprep clorhexidina clorexidina gopro sony canon nikon samsung huawei lenovo dell hp cisco webex slack
netflix spotify linkedin snapchat signal discord wikipedia microsoft amazon uber ikea bluetooth wifi covid excel powerpoint doppler fowler sims lloyd kraske
""".split()
)

MORE_MAKES = MORE_MAKES | frozenset(
    """
augmentin tazocin bair hugger clexane lovenox fragmin tienam zyvox rocephin flagyl ancef kefzol targocid zinacef diprivan ultiva esmeron anectine bridion marcaine naropin xylocaine emla
perfalgan ofirmev toradol dynastat zofran decadron solumedrol lasix cordarone brevibloc tridil levophed pitressin primacor cyklokapron novoseven octaplex beriplex fibryga haemocomplettan
plasmalyte voluven tetraspan gelaspan hextend sterofundin ringerfundin albutein octagam privigen prograf neoral cellcept simulect thymoglobulin campath nulojix keytruda opdivo herceptin avastin
betadine chloraprep hibiscrub prontosan ioban steri-strip dermabond leukosan mepilex aquacel tegaderm opsite kerlix coban velcro gelfoam spongostan arista hemopatch evicel vistaseal coseal
duraseal adherus tutopatch permacol strattice alloderm marlex gore-tex goretex teflon dyneema ethibond vicryl stratafix quill v-loc maxon biosyn caprosyn polysorb surgipro ticron novafil
thunderbeat ligasure voyant enseal caiman valleylab erbe force-triad endogia echelon signia endostitch endocatch gelport omnitract
midas stealthstation brainlab navio excelsius airo o-arm ziehm cios artis allura azurion
levitronix centrimag tandem rotaflow cardiohelp novalung prismaflo prismax multifiltrate picco flotrac swan-ganz vigileo hemosphere lidco masimo nellcor invos sedline
trachelith portex shiley rusch mallinckrodt viva-sight univent robertshaw fastrach proseal supreme i-gel airtraq truview cmac mcgrath kingvision pentax bullard
lodox somatom magnetom aquilion ingenia signa biograph lightspeed pacs dicom epic cerner meditech medisoft lifepak zoll corpuls weinmann servo primus aisys
""".split()
)

MORE_EPONYMS = MORE_EPONYMS | frozenset(
    """
falciforme falciform pecquet varolio varolius varolii rosenmuller redon jackson-pratt hemovac hardinge watson-jones smith-robinson cloward wiltse thompson-henry kaplan-henry letournel stoppa kocher-langenbeck ludloff gibson-moore judet letenneur hueter anterolateral trendelenburg colles smith barton galeazzi monteggia bennett rolando pott maisonneuve jones lisfranc
tillaux segond hill-sachs bankart salter salter-harris weber denis danis schatzker garden pauwels vancouver evans tronzo neer mason essex kirschner steinmann kuntscher ender rush hoffmann ilizarov taylor thomas bohler braun-bohler sarmiento velpeau desault gilchrist spica hohmann langenbeck volkmann senn
farabeuf roux richardson deaver balfour gosset finochietto adson-beckman gelpi weitlaner kelly crile halsted pean kocher-ochsner rochester mixter satinsky debakey cooley bulldog babcock allis duval lahey backhaus mayo metzenbaum potts castroviejo barraquer westcott vannas iris lister ryder hegar mayo-hegar mathieu
trocart verres veress hasson palmer lloyd-davies jackknife gallbladder vater oddi santorini wirsung calot hartmann heister morrison morison winslow rouviere couinaud cantlie glisson rex spiegel arantius treitz meckel mcburney lanz blumberg rovsing murphy courvoisier charcot reynolds ranson balthazar ogilvie hirschsprung houston toldt
waldeyer denonvilliers retzius bogros hesselbach fruchaud gimbernat poupart cooper scarpa camper colles-fascia buck tunica alcock gartner wolff muller nuck bartholin skene naboth cowper littre morgagni henle bowman gerota zuckerkandl santorini gowers willis galen monro magendie luschka sylvius rolando broca wernicke heschl reil meynert
bichat sibson kiesselbach waldeyer-ring eustachio eustaqui eustachi eustaquio corti reissner botallo bachmann his-purkinje aschoff-tawara keith-flack thebesius eustachian koch-triangle todaro kent mahaim lancisi vieussens marshall-vein chiari lambl arantius-nodule morgagni-sinus valsalva-sinus bentall cabrol david-procedure yacoub ross konno
norwood-sano glenn fontan senning mustard rastelli jatene-switch lecompte waterston blalock-taussig potts-shunt brock cox-maze maze dor-procedure batista alfieri carpentier-edwards starr-edwards bjork-shiley medtronic-hall stentor cabg lima rima radner seldinger stenosis sengstaken-blakemore linton-nachlas minnesota-tube
dormia fogarty foley tiemann couvelaire nelaton pezzer malecot marion mercier beniques benique hegar-dilator kehr levin salem-sump ryle cantor miller-abbott blake-drain jackson pratt penrose robinson-drain kehr-drain mikulicz-drain saratoga abramson shirley sump
apgar silverman capurro ballard dubowitz bishop-score leopold mauriceau rojas moro babinski lasegue kernig brudzinski romberg trousseau-sign chvostek-sign homans-sign kussmaul-sign beck-triad virchow-triad cushing-triad whipple-triad saint-triad glasgow-coma ramsay-scale aldrete mallampati-score cormack-lehane wells-score geneva killip-kimball
""".split()
)

MORE_EPONYMS = MORE_EPONYMS | frozenset(
    """
adamkiewicz albarran alibert amsler anitschkow ankeney argyll auspitz auvard barre bechterew bengolea biot bitot bozeman braasch budde castleman clostridium creutzfeldt crouzon crutchfield dandy
delbet dercum doleris drake einthoven ekbom elschnig erichsen favaloro froin gaisbock gardner-wells graaf greenberg groenblad haemophilus halstead herrick hofmeister hyrtl jobert kehrer kerckring
klemmer klippel koplik korotkoff korsakoff lambotte lenegre leydig leyla lhermitte ludloff maissonneuve malpighio mayfield meissner moschcowitz moskito mosquit mosquits museux myerson ollier
overholt penfield phemister pinard poiseuille politzer quenu recklinghausen remak reverdin rhoton riolan rovsing sauerbruch semont sertoli sherren spalteholz spetzler spigelius stenon strasberg
struthers sundt taenzer tarlov trelat verbrugge verneuil vidius vogt yasargil
""".split()
)

MORE_MAKES = MORE_MAKES | frozenset(
    """
accuchek acutrak aintree airseal airvo arthrex aview avitene bougie butterfly combitube corail cvvhdf dermabond dexcom dhs endogia evicel exactech exactofix fiberwire fibrewire floseal freestyle
frova gelport glidescope hemocue hemolok hemopatch lapdisc mapleson mepilex mepitel mersilk nirs omnipod omniport opsite optiview parietex physiomesh pinnacle prismaflex quantra smofkabiven sonoclot
surgiflo swivelock symbotex tachosil taperloc tegaderm thunderbeat tightrope tisseel ultrapro ventralight versaport visiport wendl
""".split()
)
