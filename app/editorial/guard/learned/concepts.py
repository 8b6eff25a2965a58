"""
What the words of five languages mean, coarsely: the classes that the learned opinion sees instead of words.

A frame in Catalan then looks like one in English, and one told in other words like one told before. A star stands for any ending.
Words are folded (lower case, no accents). Where a word means two things the first class in this table has it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

_TABLE: Final[dict[str, str]] = {
    "patient": "patient pt pts pte paziente pz paciente pcte pac pacient pcient malade malato malata malalt malalta enfermo enferma inpatient outpatient",
    "patients": "patients pazienti pacientes pacients malades malati malalts enfermos cases casos casi victims vittime victimas victimes casualties feriti heridos ferits blesses",
    "victim": "victim vittima victima victime casualty ferito ferita herido herida ferit blesse blessee injured wounded survivor superstite superviviente supervivent rescape deceased dead body corpse defunt* fallecid* difunt* decedut* decede* mort morta morto muert* missing dispers* disparu* desaparecid* desaparegu* trapped rescued rescatad* salvat* hurt intoxicat* intoxicad* intoxique* poisoned",
    "donor": "donor donatore donatrice donneur donneuse donante donant recipient ricevente receveur receptor receptora",
    "child": "child children kid kids baby infant newborn neonat* boy girl toddler teen teenager teenage bambin* bimb* bimba ragazz* neonat* enfant enfants garcon fille fillette nouveau-ne nourrisson bebe nino nina ninos chico chica niet* nen nena nens noi noia xiquet* adolesc* lad lass piccol* petit petite pequen* peque crio criatura creatura lactant* lattante",
    "adult": "man woman lady gentleman guy bloke uomo donna signor* homme femme dame monsieur hombre mujer senor* home dona senyor* widow vedov* veuf veuve viud* vidu*",
    "elder": "elderly pensioner pensionat* retraite retired jubilad* jubilat* granny nonagenarian centenarian anzian* ancian* abuel*",
    "kin": "wife husband son daughter mother father mum mom mummy mam dad daddy brother sister aunt* uncle cousin* niece nephew grand* nana nan fiance* girlfriend boyfriend partner spouse parent parents twin twins stepdad stepmum stepson stepdaughter stepfather stepmother stepbrother stepsister in-law brother-in-law mother-in-law sister-in-law hubby auntie sibling* triplets moglie marito figli* madre padre mamma papa fratell* sorell* zio zia cugin* nonn* nipot* fidanzat* genitor* gemell* suocer* cognat* nuora genero femme epou* mari fils mere pere maman frere* soeur* oncle tante grand-* conjoint* jumeau jumelle* belle-* beau-* espos* marido hijo hija hijos madre hermano hermana hermanos hermanas tio tia primo prima abuel* novio novia pareja sobrin* niet* suegr* cunad* gemel* melliz* yerno nuera marit fill filla fills mare pare germa germana germans oncle tieta avi avia iaia iaio cosi cosina parella nebo* besso* bessona sogr* cuny* nuvi nuvia",
    "family": "family families fam relatives relative next kin famigli* familiar* famille proches parents famili* parient* parent* parenti familiars household",
    "friend": "friend friends neighbour neighbor neighbours roommate flatmate housemate colleague workmate classmate boss employer amic* vicin* coinquilin* ami amie amis voisin* colleg* collegue* patron amig* vecin* companer* jefe jefa company companya vei veina",
    "clinician": "dr dra doctor doctora doctors dott dottor* prof professor* surgeon* consultant registrar resident fellow nurse nurses anaesthetist* anesthe* anaesthe* anestes* chirurg* medic medico medici medica medicin* cirujan* cirurgi* chirurgi* infermier* infirmi* enfermer* perfusion* radiolog* cardiolog* trainee trainees student* midwife matron scrub residente* mir r1 r2 r3 r4 interne interno specializzand* adjunt* adjoint staff team equip* equipo squadra personale personal",
    "official": "mayor minister president* governor spokes* portavoce portavoz porte-parole portaveu sindac* prefet* maire alcald* ministr* conseller* consejer* director* direttor* directeur* chief head police polici* polizia",
    "celebrity": "singer cantante chanteur chanteuse cantant footballer calciator* futbolista footballeur* goalkeeper portiere portero porter actor actress attor* attrice acteur actrice actriu star famous famos* celebre celebr* coach mister entraineur entrenador* teacher maestr* profesor* professor* priest parroco cure parroco capella captain driver conduc* autista chauffeur bus pilot farmer contadin* pages agricult* fisherman pescator* pecheur pescador* baker panetti* boulang* panader* forner* plumber fontaner* idraulic* plombier lampista miner minatore mineur miner* shepherd pastor* berger butcher macella* boucher carnicer* carnisser* judge giudice juge juez jutge lawyer avvocat* avocat abogad* advocat* firefighter vigil* bomber* pompier* mechanic meccanic* mecanic* waiter camerier* camarer* cambrer* hairdresser parrucch* coiffeu* peluquer* perruquer* postman postino facteur carter* librarian taxi",
    "operated": "operated operat* operad* opere operee operer surgery intervent* intervenc* intervencio intervention interveng* operaz* operac* procedure chirurg* cirug* cirurg* bypass transplant* trasplant* trapiant* grafted",
    "treated": "treated treat treating cared care looked curat* curad* cur* trattat* tractat* tratad* soigne* pris atendid* atendemos atesa ates assistit* assistid* attended seen visto vista vist visited visitat* helped",
    "admitted": "admitted admission admit ricover* ingres* ingress* hospitalis* hospitaliz* admis admise transferred trasfer* traslad* trasllad* transfere* transf* arrived arriv* llegad* arribad* entrat* entrad* brought portat* traid* amene*",
    "discharged": "discharge* dimess* dimission* alta sorti sortie sortant went leaves lascia* returned home casa maison",
    "awake": "awake woke wakes waking wake svegli* sveglia reveill* despiert* despert* asleep sleeping sleeps slept dorm* addorment* endorm* duerme durm* adorm* snores russa ronca ronfle* snoring",
    "state": "stable stabil* estable* critical critic* critiqu* grave grav* serious fine well okay ok recovering recover* bene bien be recuper* remis recup* alive viv* vivant improving miglior* mejor* millor* comfortable extubat* extub* intubat* intub* sedat* sedad* sedee* breathing respir* smiling smile* sorri* sourit sonri* somriu ventilated unconscious coma incosc* inconsc* danger pericolo peligro perill fuori fora salvo salvi sauf saufs safe sains",
    "feeling": "brave scared afraid nervous anxious worried happy crying cried paura peur miedo por valiente valent* courag* corag* piange pleure llora plora thanked thanks grazie merci gracias gracies asked chiede demande pregunta pide demana says said dice dit dijo diu told tells wants vuole veut quiere vol waves wave saluta salue saluda hero heroe eroe",
    "name": "name names named called call nome nomi chiama chiamat* nom noms appelle* nombre nombres llama llamad* llamamos nom es-diu anomenat diuen surname cognome prenom apellido* cognom* nickname soprannom* surnomm* apodo apodad* malnom conocid* conegut* known alias aka dit initials inizial* initiale* inicial*  spelled spell spells spelling scritto letter* lettr* lletr* deletre* epel* signed firma* signe*",
    "label": "label labels wristband bracelet braccialett* pulsera polsera etichett* etiquet* band tag sticker adesivo adhesi* says reads dice pone posa indique shows lists list lista liste llista llistat board whiteboard lavagna tableau pizarra pissarra consent consenso consent* form modulo formulari* header corner angolo esquina cantonada coin",
    "record": "mrn nhc hc historia historial history record records chart file dossier cartella nosografico nosologico ipp nip nda fitxa ficha scheda hospital-number registro registre registered matricola episode episodi* episodio encounter encuentro visit venue passage sejour accesso accettazione stay admission-number case-number",
    "code": "number num no nr n numero numeros numeri n° code codice codigo codi id identifier identif* ref reference riferimento referencia referenc* digits digit cifr* xifr* chiffre* last ultim* dernier* ending end",
    "nationalid": "ssn nhs dni nie nif nuss ssn fiscale fiscal secu social securite passport passaport* passeport pasaporte passaport identity identita identite identidad identitat cie cni cf tsi cip carte-vitale vitale",
    "plan": "insurance insurer insured policy plan member membership assicur* polizza assuranc* mutuelle mutua poliza polissa asegur* assegur* afiliad* afiliat* tessera tarjeta targeta carte card medicare medicaid adherent adhesion beneficiari* health-card tis tse",
    "account": "account iban bank banca banque banco compte conto cuenta bonific* virement transfer* transferenc* paypal invoice fattura facture factura bill card sepa",
    "licence": "licence license licensed driving patente permis permiso carnet carne permit llicencia licencia dl conduc*",
    "vehicle": "car plate plates registration reg targa auto macchina plaque immatricul* voiture matricul* coche cotxe van furgone* camion truck lorry motorbike moto scooter parked parcheggiat* garee aparcad* aparcat vehicle veicol* vehicul* vehicle",
    "device": "serial serie seriale serie sn device dispositiv* dispositif pacemaker implant impianto implante marcapasos marcapassos stimulateur pump pompa bomba pompe prosthesis protes* udi lot icd stent defibrillator",
    "phone": "phone tel mobile cell cellular* telefon* telephone portable movil mobil tfno tlf number whatsapp call ring text sms chiamat* chiamare appele* llam* truc* contact contatt* contacter contactar reach reached ringing",
    "fax": "fax telefax",
    "email": "email e-mail mail correo correu posta mel courriel gmail yahoo hotmail outlook libero arroba arrova arobase chiocciola at-sign",
    "handle": "instagram insta ig tiktok twitter facebook fb handle account profile profil* perfil* follow segui* suivez tag tagged username user",
    "link": "blog website site web link enlace lien enllac url http https www page pagina pagin* fundraiser gofundme cagnotte colletta raccolta donat* crowdfunding podcast channel canal canale youtube dot punto punt point slash barra",
    "ip": "ip address ipv4 ipv6 router",
    "specimen": "specimen sample biopsy histology slide campione campion* biopsia vetrino echantillon prelevement biopsie lame muestra mostra frasco pot pathology path anatomia block blocc* bloc",
    "trial": "trial study protocol participant subject arm randomi* randomiz* studio sperimentaz* partecipant* soggett* essai etude sujet bras estudio ensayo participante sujeto brazo estudi assaig subjecte brac enrolled arruolat* inclus recruted reclut*",
    "photo": "photo photos picture pic pics selfie video film image images foto fotos imagen imatge immagine scatto cliche shot snap footage screenshot captur* alt thumbnail portrait x-ray radiografia placa plaque lastra xray cxr ct tac rx radio scan scanner ressonancia resonancia rm irm risonanza ecg",
    "face": "face faces volto viso visage cara rostro rostre tattoo tattoos tatuaggi* tatouage* tatuaje* tatuatge* scar cicatri* birthmark voglia mole neo eyes occhi yeux ojos ulls beard barba barbe voice voce voix voz veu fingerprint* impront* empreinte* huella* empremt* hair capelli cheveux pelo cabell piercing smile retina iris",
    "room": "bed beds room rooms bay ward letto stanza camera lit chambre cama habitacion box llit habitacio cubicle boxe cubiculo corridor corridoio couloir pasillo passadis floor piano etage planta",
    "live": "lives live living lived resides resident residing home house flat address abita abitano vive viven vivo risiede residente domicil* habite demeure vit loge adresse reside viu viuen adreca direccion indirizzo casa domiciliat* domiciliad* empadronad* neighbour tower apartment appartament* appartement piso pis doorbell citofono sonnette timbre interfon*",
    "street": "street road avenue lane drive close terrace court crescent via viale piazza corso vicolo strada salita largo rue avenue av boulevard bd allee chemin impasse place quai calle c plaza avenida avda camino paseo ronda carrer c/ placa avinguda passeig cami passatge travessera rambla contrada localita",
    "town": "village town hamlet city borough parish paese paesino frazione borgo citta comune village bourg hameau ville commune pueblo aldea ciudad municipio barrio poble llogaret ciutat municipi barri quartiere quartier island isola ile isla illa valley valle vallee vall county provincia province provincia comarca",
    "from": "from da dal dalla dall de du d' desde des",
    "born": "born birth dob birthday birthdate nat* nasc* nato nata nascita ne nee naissance anniversaire nacid* nacimiento nac cumple cumpleanos naixement neix aniversari nascut* nascuda complean* compie turned turns",
    "age": "age aged years year old yo yrs anni aa eta ans age anos edad anys edat months mesi mois meses mesos",
    "day": "monday tuesday wednesday thursday friday saturday sunday lunedi martedi mercoledi giovedi venerdi sabato domenica lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miercoles jueves viernes sabado domingo dilluns dimarts dimecres dijous divendres dissabte diumenge yesterday ieri hier ayer ahir tomorrow domani demain manana dema christmas natale noel navidad nadal easter pasqua paques pascua weekend",
    "month": "january february march april may june july august september october november december jan feb mar apr jun jul aug sept oct nov dec gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre enero febrero abril mayo junio julio agosto septiembre octubre noviembre diciembre gener febrer abril maig juny juliol agost setembre desembre",
    "today": "today oggi aujourd'hui hoy avui tonight stasera soir noche nit morning stamattina mattin* matin manana mati afternoon now adesso ora maintenant ahora ara just appena",
    "stayday": "pod postop post-op postoperat* post-operat* postoperatori* gpo giornata jpo j1 j2 dpo dia day jour giorno ago fa hace fa",
    "first": "first prim* premier* primer* only unic* unique* seul* sol* sole youngest oldest tallest ever rare rar* world country region",
    "work": "works work worked worker lavora lavorava travaille travaillait trabaja trabajaba treballa treballava employee employed dipendent* employe* emplead* empleat* company azienda ditta entreprise empresa factory fabbrica usine fabrica school scuola ecole escuela escola institute istituto lycee instituto institut teaches insegna enseigne ensena ensenya runs owner titolare dueno club squadra equipe shop negozio boutique tienda botiga bakery",
    "crash": "crash accident incidente accident* accidente collision fell fall fallen caduta caduto chute tombe cayo caido caigut hit struck stabbed shot burned fire incendio incendie foc derailment bus autobus autocar pullman coach car train treno tren",
    "you": "you your yours yourself lei suo sua suoi sue tuo tua tu vous votre vos ton ta tes usted ustedes su sus voste vostre vostra teu teva seu seva li",
    "he": "he she him her his hers lui elle ella ell",
    "we": "we us our ours noi nostro nostra nostri nostre ci nous notre nos nosotros nuestro nuestra nos nosaltres nostre nostra",
    "confirm": "confirm* conferm* sorry scus* spiac* desole* lament* disculp* perdon* glad content* felic* heureux ravi* pleased delighted remember ricord* souvien* record* record*  regret* dispiace apolog* yes si oui thank",
    "hotline": "hotline helpline line desk centralino sportello standard accueil centralita centraleta linea linia information info informazion* informacio* switchboard press stampa presse prensa premsa office ufficio bureau oficina urp",
    "shelter": "shelter shelters centre center centro punt point punto hub gym palestra gymnase pabellon pavello poliesport* polideport* evacuat* evacuac* evacua* closed close chius* ferme* cerrad* tancat* tanca open apert* ouvert* abiert* obert* road strada route carretera bridge ponte pont puente avoid evit* traffic traffico trafic trafico water acqua eau agua aigua power warning allerta alerte alerta gate varco porta porte puerta entrance ingresso entree entrada",
    "count": "people persone personnes personas persones persone dozens decine dizaines units doses dosi viewers followers km metres meters euro euros dollars",
    "measure": "mg ml mcg g kg cm mm l bpm mmhg fr ch french ui iu units hb inr spo2 etco2 bp ta pa hr fc temp tª lactate ph k na po2 pco2 min mins minutes minuti minutos minuts sec hours ore heures horas hores h",
    "anatomy": "heart cuore coeur corazon cor valve valv* aort* mitral* artery arteri* vein ven* liver fegato foie higado fetge kidney rene rein rinon ronyo lung polmon* poumon* pulmon* knee ginocchio genou rodilla genoll hip anca hanche cadera maluc spine colonna rachis columna bowel intestin* colon gallbladder colecist* cistifellea vesicule vesicula bone osso os hueso os skin cute peau piel pell chest torace thorax torax pit brain cervell* cerveau cerebro cervell femur tibia shoulder spalla epaule hombro espatlla",
    "tool": "clamp forceps retractor catheter drain drains suture sutures stitch needle scalpel clip clips screw screws plate nail rod cement pinz* pince* pinza pinces ago aiguille aguja agulla filo fil hilo vite viti vis tornill* cargol* placca chiodo clou clavo clau punti point puntos forbici ciseaux tijeras tisores bisturi bistouri drenagg* drenaje drenatge sonda sonde tubo tube robot laser scope camera",
    "step": "incision incisione incisio closed closing chiud* ferm* cerr* tanc* opening open start* inizi* debut* empez* comenc* count conta compte recuento recompte timeout checklist check sign-in checklist prep* ready pront* pret* list* llest*",
    "numword": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety oh double triple hundred due tre quattro cinque sette otto nove dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove vent* trent* quarant* cinquant* sessant* settant* ottant* novant* cento deux trois quatre cinq sept huit neuf dix onze douze treize quatorze quinze seize vingt trente quarante cinquante soixante cent cero dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis diecisiete dieciocho veint* treinta cuarenta cincuenta sesenta setenta ochenta noventa cien quatre cinc sis set vuit nou deu onze dotze tretze catorze quinze setze disset divuit trenta quaranta cinquanta seixant* setanta vuitanta noranta cent sei",
    "negation": "not no non ne pas nunca never mai jamais senza sans sin sense without nobody nessuno personne nadie ningu",
    "anon": "someone somebody anyone everyone qualcuno tutti quelqu'un tous alguien todos algu tothom general generale imaginary fictional invented fictiv* fictici* inventat* inventad* simulat* simulad* simul* mannequin manichino maniqui dummy example esempio exemple ejemplo",
    "quizword": "question quiz poll sondaggio sondage encuesta enquesta vote voti voter vota* hint indizio indice pista guess indovin* devin* adivin* endevin* answer risposta reponse respuesta resposta case caso cas",
    "visit": "visiting visitors visita visite visites visitas orari* horaires horari* appointment appuntament* rendez-vous cita cites survey sondaggio questionario enquete encuesta enquesta feedback",
}


@lru_cache(maxsize=1)
def _lists() -> tuple[dict[str, str], dict[str, str]]:
    whole: dict[str, str] = {}
    starts: dict[str, str] = {}
    for concept, words in _TABLE.items():
        for word in words.split():
            if word.endswith("*"):
                starts.setdefault(word[:-1], concept)
            else:
                whole.setdefault(word, concept)
    return whole, starts


@lru_cache(maxsize=65536)
def concept(low: str) -> str:
    """The class of a folded word, "" when it has none. The longest beginning in the table decides."""
    whole, starts = _lists()
    if low in whole:
        return whole[low]
    for cut in range(len(low), 2, -1):
        if low[:cut] in starts:
            return starts[low[:cut]]
    return ""
