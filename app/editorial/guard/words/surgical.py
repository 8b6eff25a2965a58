"""More of what surgery is named after, made of and given: eponyms, makes and drugs that are seldom somebody's name, folded."""

MORE_EPONYMS = frozenset(
    """
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
