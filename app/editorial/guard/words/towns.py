"""
Towns and counties that patients come from, folded. Not complete and need not be: after "lives in" or "came from" any
capitalised place counts; the list is for places named in passing.
"""

TOWNS = frozenset(
    """
houston|dallas|austin|san antonio|fort worth|el paso|waco|abilene|lubbock|amarillo|laredo|galveston|tyler|midland|odessa|plano|corpus christi|brownsville|mcallen|beaumont|
new york|new york city|brooklyn|queens|bronx|manhattan|buffalo|albany|syracuse|yonkers|newark|jersey city|trenton|camden|philadelphia|pittsburgh|allentown|scranton|baltimore|annapolis|
boston|worcester|cambridge|springfield|salem|lowell|providence|hartford|new haven|stamford|portland|bangor|burlington|manchester|concord|nashua|
chicago|peoria|rockford|aurora|joliet|naperville|evanston|detroit|flint|lansing|grand rapids|ann arbor|kalamazoo|cleveland|columbus|cincinnati|toledo|akron|dayton|canton|youngstown|
indianapolis|fort wayne|gary|south bend|muncie|milwaukee|madison|green bay|racine|minneapolis|saint paul|st paul|duluth|rochester|des moines|cedar rapids|davenport|omaha|lincoln|
kansas city|st louis|st. louis|saint louis|wichita|topeka|tulsa|oklahoma city|little rock|memphis|nashville|knoxville|chattanooga|louisville|lexington|atlanta|savannah|macon|augusta|athens|
miami|tampa|orlando|jacksonville|tallahassee|fort lauderdale|st petersburg|naples|sarasota|pensacola|gainesville|new orleans|baton rouge|shreveport|lafayette|jackson|biloxi|birmingham|mobile|montgomery|huntsville|
charlotte|raleigh|durham|greensboro|asheville|wilmington|charleston|columbia|greenville|richmond|norfolk|virginia beach|roanoke|alexandria|arlington|
denver|boulder|colorado springs|pueblo|aspen|fort collins|salt lake city|provo|ogden|phoenix|tucson|mesa|tempe|scottsdale|flagstaff|yuma|albuquerque|santa fe|las cruces|las vegas|reno|carson city|
los angeles|san francisco|san diego|san jose|oakland|sacramento|fresno|bakersfield|long beach|anaheim|stockton|modesto|berkeley|pasadena|santa barbara|santa monica|santa cruz|palo alto|
seattle|tacoma|spokane|olympia|eugene|boise|billings|missoula|bozeman|helena|cheyenne|casper|fargo|bismarck|sioux falls|rapid city|anchorage|fairbanks|juneau|honolulu|hilo|
toronto|montreal|vancouver|ottawa|calgary|edmonton|winnipeg|quebec|halifax|
london|manchester|birmingham|liverpool|leeds|sheffield|bristol|newcastle|nottingham|leicester|coventry|bradford|hull|stoke|wolverhampton|plymouth|southampton|portsmouth|derby|sunderland|brighton|norwich|luton|swindon|
oxford|cambridge|york|bath|exeter|gloucester|cheltenham|worcester|chester|lancaster|preston|blackpool|bolton|oldham|rochdale|stockport|wigan|warrington|huddersfield|doncaster|rotherham|barnsley|wakefield|harrogate|durham|
middlesbrough|darlington|carlisle|croydon|bromley|ealing|hackney|islington|camden|lambeth|lewisham|tottenham|brixton|wimbledon|watford|slough|reading|guildford|woking|basingstoke|winchester|salisbury|bournemouth|poole|
canterbury|dover|margate|hastings|eastbourne|colchester|ipswich|chelmsford|southend|peterborough|bedford|northampton|milton keynes|kettering|lincoln|grimsby|scunthorpe|shrewsbury|telford|hereford|truro|penzance|torquay|
edinburgh|glasgow|aberdeen|dundee|inverness|perth|stirling|paisley|cardiff|swansea|newport|wrexham|bangor|aberystwyth|belfast|derry|lisburn|armagh|dublin|cork|galway|limerick|waterford|kilkenny|sligo|
roma|rome|milano|milan|napoli|naples|torino|turin|palermo|genova|genoa|bologna|firenze|florence|bari|catania|venezia|venice|verona|messina|padova|padua|trieste|taranto|brescia|parma|prato|modena|reggio emilia|reggio calabria|
perugia|livorno|ravenna|cagliari|foggia|rimini|salerno|ferrara|sassari|latina|giugliano|monza|siracusa|pescara|bergamo|forli|trento|vicenza|terni|bolzano|novara|piacenza|ancona|andria|arezzo|udine|cesena|lecce|pesaro|
la spezia|alessandria|catanzaro|pistoia|lucca|como|varese|treviso|cremona|pavia|mantova|lodi|lecco|sondrio|cuneo|asti|biella|vercelli|aosta|savona|imperia|sanremo|pisa|siena|grosseto|massa|carrara|empoli|viterbo|rieti|frosinone|
l'aquila|aquila|teramo|chieti|campobasso|isernia|caserta|benevento|avellino|potenza|matera|brindisi|barletta|trani|cosenza|crotone|vibo valentia|trapani|agrigento|caltanissetta|enna|ragusa|marsala|gela|nuoro|oristano|olbia|alghero|
rovigo|belluno|pordenone|gorizia|macerata|fermo|ascoli piceno|faenza|imola|carpi|sassuolo|cortina|merano|amatrice|norcia|lampedusa|ischia|capri|sorrento|pozzuoli|
paris|marseille|lyon|toulouse|nice|nantes|montpellier|strasbourg|bordeaux|lille|rennes|reims|saint-etienne|toulon|le havre|grenoble|dijon|angers|nimes|villeurbanne|clermont-ferrand|le mans|aix-en-provence|brest|tours|amiens|limoges|
annecy|perpignan|boulogne|metz|besancon|orleans|rouen|mulhouse|caen|nancy|argenteuil|montreuil|roubaix|tourcoing|dunkerque|avignon|nanterre|poitiers|versailles|creteil|pau|la rochelle|calais|cannes|antibes|beziers|colmar|bourges|quimper|
valence|merignac|troyes|lorient|chambery|niort|charleville|saint-malo|beauvais|cholet|hyeres|vannes|frejus|arles|laval|evry|albi|bayonne|biarritz|belfort|saint-nazaire|evreux|carcassonne|blois|chalon|macon|auxerre|nevers|agen|tarbes|
ajaccio|bastia|gap|digne|rodez|aurillac|cahors|auch|foix|mende|privas|gueret|tulle|epinal|verdun|lens|arras|douai|cambrai|laon|soissons|geneve|lausanne|bruxelles|liege|namur|charleroi|luxembourg|monaco|
madrid|barcelona|valencia|sevilla|seville|zaragoza|malaga|murcia|palma|las palmas|bilbao|alicante|cordoba|valladolid|vigo|gijon|hospitalet|vitoria|a coruna|la coruna|elche|granada|oviedo|badalona|cartagena|terrassa|jerez|sabadell|mostoles|
santa cruz de tenerife|pamplona|almeria|alcala de henares|fuenlabrada|leganes|donostia|san sebastian|getafe|burgos|albacete|santander|castellon|alcorcon|logrono|badajoz|salamanca|huelva|lleida|lerida|marbella|leon|tarragona|parla|torrejon|dos hermanas|
cadiz|jaen|ourense|orense|girona|gerona|lugo|santiago de compostela|reus|barakaldo|caceres|lorca|torrevieja|algeciras|ceuta|melilla|palencia|zamora|avila|segovia|soria|guadalajara|cuenca|toledo|ciudad real|talavera|teruel|huesca|merida|aviles|ponferrada|
pontevedra|ferrol|eibar|irun|tudela|estepona|ronda|motril|linares|ubeda|benidorm|gandia|denia|alcoy|elda|ibiza|eivissa|mahon|mao|manacor|inca|paiporta|utiel|
l'hospitalet|mataro|santa coloma|cornella|sant cugat|sant boi|manresa|rubi|vilanova|viladecans|granollers|cerdanyola|mollet|vic|figueres|olot|berga|tortosa|amposta|valls|igualada|vilafranca|el prat|blanes|lloret|palamos|ripoll|puigcerda|la seu d'urgell|
tarrega|balaguer|solsona|sitges|castelldefels|calella|banyoles|martorell|esplugues|gava|cambrils|salou|montblanc|falset|mora d'ebre|sort|tremp|vielha|andorra la vella|amer|alella|cadaques|roses
""".replace("\n", "").split("|")
)

FAR_TOWNS = frozenset(
    """
dakar|abidjan|bamako|conakry|lome|cotonou|accra|lagos|abuja|kinshasa|luanda|nairobi|kampala|kigali|addis ababa|khartoum|cairo|il cairo|el caire|alexandria|tunis|tunisi|tripoli|algiers|alger|algeri|argel|oran|rabat|casablanca|marrakech|marrakesh|tangier|tanger|
johannesburg|cape town|pretoria|durban|harare|maputo|antananarivo|ouagadougou|niamey|libreville|yaounde|douala|brazzaville|beirut|beyrouth|amman|damascus|baghdad|tehran|teheran|doha|dubai|riyadh|jeddah|jerusalem|tel aviv|ankara|istanbul|izmir|
karachi|lahore|islamabad|delhi|new delhi|mumbai|kolkata|chennai|bangalore|hyderabad|dhaka|colombo|kathmandu|bangkok|hanoi|saigon|manila|jakarta|kuala lumpur|taipei|seoul|tokyo|osaka|kyoto|beijing|shanghai|hong kong|
quito|guayaquil|bogota|medellin|cali|lima|cusco|la paz|santa cruz|asuncion|montevideo|buenos aires|rosario|mendoza|santiago de chile|valparaiso|caracas|maracaibo|managua|tegucigalpa|san salvador|la habana|havana|santo domingo|port-au-prince|monterrey|puebla|tijuana|
sao paulo|rio de janeiro|brasilia|recife|porto alegre|montreal|quebec|toronto|ottawa|vancouver|winnipeg|halifax|sydney|melbourne|perth|brisbane|adelaide|auckland|wellington|
lisbon|lisboa|lisbona|porto|athens|atene|atenas|tirana|skopje|sofia|bucharest|bucarest|belgrade|belgrado|zagreb|ljubljana|lubiana|vienna|viena|vienne|budapest|prague|praga|warsaw|varsavia|varsovia|krakow|berlin|berlino|munich|hamburg|stockholm|oslo|copenhagen|helsinki|tallinn|riga|vilnius|kyiv|kiev|lviv|
alguer|l'alguer|perpinya|perpignan|noumea|papeete|cayenne|pointe-a-pitre|fort-de-france|saint-denis|bruxelles|brussels|bruselas|brussel·les|luxembourg|luxemburg|bern|berna|berne|zurich|zurigo|lausanne|lugano
""".replace("\n", "").split("|")
)
"""Towns far away, whose people watch; only where a town is greeted, for a few of them are names as well."""
