"""Ordinary words of the five languages that stand where a name could: adjectives, states, things and people, folded."""

from __future__ import annotations

PLAIN = frozenset(
    """
scivola scivolano scorre tira tirano fuma fumano abbastanza abierta abierto aboard abord abrigo abroad absent absente abuelita accablee accanto acostada acostado adagio adelante afraid again age agee
agite agitee agotada agotado agotat agradable agradecida agradecido agraida agrait agreable aguja ahead ahir ahora aigre aillada ailleurs aimable
ainsi aise aiuto ajena alcuni alegre algu alguien alguna alguno alhora alive aliviada aliviado allegra allegro allonge allongee allora almeno almost
alone alors already also alta although alto altra altre always amable amagada amara amarga amarillo amaro amazing ambdos ambos amere amoinada ampia
ampio ample amunt amusante ancha ancho anciana anciano ancien ancienne ancora angoissee angry animada animado annoyed anoche another ansiosa antes
antiga antigua antiguo anxieuse anxieux anxious anyway anziana anziano apaise apaisee aparte apenas aperta aperto apeuree appena apres aprop around
arrabbiata arrabbiato arreu arriba asleep asombrada asseguda assegut assente assez assieme assis assise asustada asustado atenta atento ateses atras
attachante attenta attentif attentive attento aturada aturat aucun aucune aujourdhui aun aunque aussi aussitot autant autour autre avall avant avanti
avec avertie avesada aveugle aviat avisada avisado avisados avisats avisee avorrida avui avvisata avvisati avvisato away awful ayuda azul bad bagnata
bagnato baixa baja bajo bambola bandage barata barely bas basse basso bastano bastant bastante bavard bavarde beau beaucoup beautiful because beginner
behind believe bella belle bello belly bendita benvinguda bianca bianco bien bientot bienvenida bigger bionda biondo birthday bizarre blanc blanca
blanche blanco blanda blando blanket blau blava bleu bleue blond blonde boba bocadillo boig boite boja bona bone bonic bonica bonita bonito bonne
bonnet borsa bottle bouche bougonne brava brave bravissima bravissimo bravo bread breakfast bref breu breve brilliant bring broken brought brown brun
brune brut bruta brutta brutto bruyante buena bueno buffa buffo buia buida buio buit buona buono busy button cabezota cabreada calba calda caldo
calent calenta caliente caline callada callado calm calma calme calmo calva calvo camera cansada cansado cansat capable capaz capgros cara careful
carina carino carinosa caro casa casada case casi casse cassee cattiva cattivo cauta cauto cega celebre cement cena cerca cercana cerrada cerrado
certa certain certaine certo chair chaise chaleureuse chaque chaqueta charmante chaud chaude chaussettes chauve cheap cheerful cheese cher chere
children chiusa chiuso choose chouette cieca cieco ciega ciego cierta cierto cinco cinq cinque cinquieme circa clair claire clar clara claro clean
clear clever clip clips coberta cochon cocina coffee coix coixa coixi cojin cold colour combative comfy comida coming commossa commosso comoda comode
comodo complet completa complete completo complex comprise concentree concerned confiant confiante confortable confosa confus confusa confuse confused
conmigo conscient consciente content contenta contente contenti contento contigo contre convinta convinto cool coperta coperto coquette coquine corba
correcta corta corto cosciente cosi costaude cosy couche couchee coucou couloir couragee courageuse courageux coure court courte couverte couverture
crazy creuse crevee crispee crua cruixida crying cualquier cuando cuanto cuarta cuarto cuatro cubierta cuchara cucina cuina cuisine culpa curieuse
curieux curios curiosa curioso curious curt curta curtain cuscino cute daft damage dark darrer darrera davant dead deaf debajo debil debole debout
decidee decidida decima decisa deciso decu decue dedans dedo deep definitiva deguisee dehors deixada deja delante delayed delgada delgado delicada
delicado delicat delicata delicate delicato deliciosa delusa deluso demain dentro derecha derecho dernier derniere derriere desayuno descansada desena
desolee despacio despert desperta despues despulla dessota dessous dessus destra destro determinada detras deuxieme devant dieci diez diferent
diferente different differente difficile difficult dificil digne diminuta dinar dinner directa directe diritta diritto dirty discrete disperata
disperato disponible distinta distinto distraite diversa diverso divertida divertido divertit dixieme doble docena docile doing dolca dolce dolent
dolenta dolorida dona done door dopo doppia doppio dormeuse dormida dormido dormilona double doubt douce douleureuse douloureux doux dozen dret dreta
drill drink driver droit droite drole drowsy dry dues dulce dull dur dura dure duro early easy eaten eccetto eccitata edat efficace egale eight
eixerida eixerit elbow elegante eleven else emocionada emocionado emocionat emotive emozionata emozionato empipada empty emu emue encantada encantado
encantat encara enceinte enchantee encima encore encuriosida endavant endins endormi endormie enervee enfadada enfadado enfadat enfin enfora enfrente
enganxada enlloc ennesima ennesimo ennuyee enorme enough enrere ensemble ensems ensopida ensuite entera enterada entero entier entiere entonces
entrambi entre entremaliada epaisse epuise epuisee esatto escasa esgotada esgotat espantada espantat especial esposada essoufflee estable estesa
estimada estimat estirada estranea estranya estrecha estreta estupenda estupendo etonne etonnee etrange etroite eveille eveillee even ever every
everything exactly excelente excellent excellente excited excitee exigeante exprimee extra extrana fabulous facil facile faible fairly fameuse famos
famosa famoso fantastic fantastica far farceuse farta fast fastidiosa fatal fatigue fatiguee fausse fea feble fedele feixuga felic felice feliz fellow
ferm ferma ferme fermee fermo feta fidel fidele fiel fier fiera fiere fiero fifteen fifth fifty fight fin fina fine finestra finger finie finish
finita finito fins firm firme fissa five flaca flaque flat floja flonja floor fluids fluixa folle food foot forceps fort forta forte fortunata
fortunato forty forward forza fosc fosca fou four fragile fraiche frais franche fred freda fredda freddo frequente fresc fresca fresco fresh fretta
fria friendly frightened frileuse frio froid froide front frozen fuera fuerte fugac funny furba furbo furieuse furiosa further fussy gafas gai gaie
gairebe galleta ganduls gastada gauche geante gelada gelat generale genereuse generosa genial geniale gentil gentille gentle gently giallo giant
giornata giovane giusta giusto glad gloves gone gonfia gonfio gorda gordo gorgeous gorro goulue gourmande gown gran grand grande gras grassa grasse
grata grateful grato gratuite greix gris grisa groc groga gros grosera grossa grosse grosso grumpy guapa guapo gueri guerie guerrera guerrero habil
half hambrienta hammer handicapee happily happy hard harta harto hasta haut haute hauteur healthy heavy helada helper helpful hereuse hermosa heureuse
heureux hier higher hilarious hinchada hinchado honnete hoping hores horrible hot however huge huit humeda humida humide hundred hungry hurry idea
idee identica idonea igual iguals ill immense impacient impaciente impatient impatiente impaurita impaurito impegnata important importante incinta
incluso incomoda incomodo inconnue inconsolable incredula increible incubo infine inflada inflat informada informado informados informata informati
informato informats informe informee ingrata inmensa inquiet inquieta inquiete inquieto inquiets inside insieme instead intacta intacte intensa intera
interieure intero into intorno inutil inutile invited irritata itchy izquierda izquierdo jamais jamas jaune jeune joke joli jolie jouet jove joven
joyeuse juguete jumelee jumpy junta junts just justa juste justo keen kettle kind kitchen knees knife laggiu laide larga large largo lasse last late
lately later lavoro lazy least leaves leggera leggero lejana lejos lendemain lent lenta lentamente lente lento less lettree leve libera libero libre
ligera light ligne likely limpia limpio lisse lista listo little living llarg llarga lleig llena lleno llenta llest llesta lletja lleu lleugera lliure
lluny llunyana loads loca local loco loin lonely long longer longue lontana lontano loose loud lourd lourde lovely lower lucida lucide lucido lucky
lunch lunettes lunga lungo maca maco mad maggiore magra magre magro mai maigre main major mala malaltissa malament malconcia male malgrado malgre
malheureuse malheureux maligne malin malo manana mandra manta manteau mantita maregada marejada marejat marrante marron maschera mask mateix mateixa
matinale matta matto mauvais mauvaise maybe mayor media medio meglio meilleur meilleure meitat mejor meme meno menor menos mentre menuda menut
meravellosa mes mezza mezzo middle mientras migliore mignon mignonne mild mille million mina mince mind minor minore minuscola minute missing mitja
mitjana mixed moderna moguda moindre moins moitie mojada mojado molesta molla molle molt molta molto moment monster morbida morbido morena moreno mort
most motivata mouillee mouth much muchas muchos muda muerta muette mullada mullat mundo muscle music mut muta muto nadie naissance nasty natural
naturelle naughty nearby nearly neat needed negra negre negro neither nera nero nerveuse nerveux nervios nerviosa nervioso nervosa nervoso nervous
nessuna nessuno net neta nette neuf neuve never nice nine ninety ningu ninguna ninguno nit nitida nobody noche noir noire noisy nombreuse nombreux
none normal normale nostra nothing notte nou nouveau nouvelle nova nove novena nua nue nueva nueve nuevo nuit nulle numb numerosa nunca nuova nuovo
obeissante obert oberta obscura obscure obvia occupata occupee ocho octava ocupada odd often ogni older onesta onto orange ordinaire ordinary
orgogliosa orgoglioso orgullos orgullosa orgulloso originaria orpheline oscura otherwise otra otro ottima ottimo otto outside ouverte over packed pain
pale palida palido pallida pallido pan pane panique pantalla parada parecchi parecida pareille paresseuse parfait parfaite parfois pari partida
partout party parziale pasada passada passee patiente pauvre paziente peggio peligrosa pena pendant penible pensierosa peor pequena pequeno perche
perduda perdue perfect perfecta perfecto perfetta perfetto perhaps pero perplexe person personne perspicace pesada pesado pesante petit petita petite
peu peureuse piano piccola piccolo piena pieno pigra pillow pink pinza pire pitjor plaisante plana plastic plastica plate ple pleased plein pleine
plena plenty plusieurs pobra pobre pobrecita pobrecito pobreta pobrissona poc poca pocas poco pocos poli polida polie polite poorly popular porridge
porta porte poruga posee posible possible pourtant povera poveretta poveretto povero preciosa precioso precisa precise preciso prefer prefere premier
premiere preoccupata preoccupati preoccupato preocupada preocupado preocupados preocupat preocupats presente presque pressee presto pret prete pretty
prevenu prevenue prevenus prim prima primer primera primero primo privada privata private probably problem prochaine proche profonda profonde profondo
profunda prompte pronta pronto proper propera properly propi propia propio propre propria proprio prossima prou proud proxima prudent prudente puerta
puis pulita pulito purple purtroppo quarta quarto quasi quatre quatrieme quattro quelle quelque quick quickly quiet quieta quiete quieto quinta quinze
quite quoi rabiosa ragazza raide rapid rapida rapide rapido rar rara rare raro rassure rassuree rassures rather ravi ravie ready real really recente
reciente reconnaissante recta redonda reelle regirada reguliere relajada relajado relaxada relaxat relaxed relieved renyida repose reposee respectuosa
respetuosa ressuscitee rest restless retard reussie reveuse ric rica ricca ricco riche rico ridicula right rigida rigide rigido rigolote rilassata
rilassato rimasta robotic robuste rodona roig roja rojo ronde ros rose rossa rosso rota rotta rotunda rouge rough round rousse roux royal rubia rubio
rude rugueuse ruidosa rumorosa rusee sa sabates sabia sad safe sage sain saine salada sale salee same sana sandwich sano sante satisfaite satisfecha
satisfeta savon saw sazia scared scarpe schiena scissors scossa screw sdraiata sec seca seche seco second seconda secondo seconds secouee sedia seduta
seduto segon segona segunda segundo segur segura seguro sei seis seize semblable semejante semplice sempre sencer sencera sencilla sencillo sense
sensibile sensible senzilla septieme sera sere serein sereine serena sereno seria serieuse serieux serio serios seriosa serious serree setena sette
settled seul seule seven seventy severa several severe sfinita shaky shallow sharp shocked shoes short shortly shower sick siempre siete silencieuse
silent silenziosa silla silly similar simile simpatica simpatico simple since sincera sincere single singola sinistra sisena sister six sixieme sixty
skinny sleepy slightly slippery slow slowly small smile smooth soaked sobre soeur soft soigneuse sol sola soleta solide solita solito solo sombre some
somebody someone something sometimes soon sopra sord sorda sordo sore sorprendida sorprendido sorpres sorpresa sorpreso sorry sota sottile sotto
souffrante soulage soulagee soulages souple sourd sourde souriant souriante souvent sovint spaventata spaventato special speciale spessa spesso sporca
stabile stable stanca stanco stanno steady stessa stesso stiff still stitch stomach storta straight strana strange strano stresse stressee stretta
stretto stricte strong stubborn student stunned stupenda stupita suada suau suave subito such sucia sucio sucosa sucree suction sudden suddenly suelta
sueno suffisante suficient sugar suivante superb superbe superior sure surely surpris surprise surprised sveglia sveglio sweaty swollen sympa table
tachee tall tampoco tanta tanto tard tarde tardi tardiva tea tears tebia tellement temblando temprano ten tendra tendre tendue tensa tercera tercero
terminada terrible terrified terrifiee terza terzo tesa teso testarda tetu tetue therefore thick thin thing things third thirsty thirteen thirty
thousand three through tiede tiepida tierna tierno tight tijera timida timide timido tiny tired toast together toilet tolerante tomorrow tonight tonta
tonto torcida tossuda tossut tosta tosto tota total totale touchante touchee tough toujours toute tova towel toys traffic tranquila tranquilla
tranquille tranquillo tranquilo tras tray tre tremblant tremblante tremenda tremolosa trencada tres trist trista triste troisieme trolley trop
tropicale troppo trouble true trust trying tutta tutto twelve twenty twice twin ugly ulleres ultima ultimo umida uncomfortable under unhappy unic
unica unico unie unique unita until unusual unwell upset upstairs urgent urgente usee useful usual usually util utile vacia vacio vacuna vaillant
vaillante valable valiente varias varios various vecchia vecchio vecindad veinte vell vella veloce venerable vents vera verd verda verdadera verde
vermell vermella vero vert verte very vestida vexee vicina vicino vide vieille vieja viejo vieux vigoureuse vingt viola violente vite viu viuda viva
vivante vive vivo voisine volontaire vora vrai vraie vuota vuoto warm watch weak weather weekend weird well wet whole wide wild window winner wire
within without wonderful worn worried worse worst wrong xerraire xicoteta xula yellow yesterday young younger zero zitta zitto
""".split()
)
