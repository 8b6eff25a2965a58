"""Names, things and places of the wide set: many origins, typed by hand; even places serve `tune`, odd ones `final`."""

from typing import Any

STAFF = (
    "Dr. Ngozi Eze",
    "Prof. Paolo Ferri",
    "Claire Vasseur",
    "Iñigo Larrañaga",
    "Mercè Vidal",
    "Tomasz Nowak RN",
)
STAFF_SHOWN = {
    "STAFF": ("Dr. Ngozi Eze", "Dr Eze", "Prof. Ferri", "Paolo Ferri", "Claire Vasseur"),
    "STAFF2": ("Iñigo Larrañaga", "Mercè Vidal", "Tomasz Nowak", "Dr. Larrañaga", "Vidal"),
}
ALLOW = {
    "hospital": ["Northfield Royal Infirmary", "Ospedale Maggiore Santa Lucia", "CHU Montclair"],
    "addresses": ["45 Quay Parade", "viale Europa 200", "18 rue des Tanneurs"],
    "phones": ["+44 20 7946 0321", "+39 051 555 7788", "+33 1 70 18 99 00"],
    "links": ["https://northfield.example/live", "chu-montclair.example"],
    "emails": ["press@northfield.example", "stampa@maggiore.example"],
    "handles": ["@NorthfieldLive"],
    "hashtags": ["#NorthfieldLive", "#ScrubIn"],
}
SHOWN = {
    "HOSPITAL": ALLOW["hospital"],
    "OWNADDRESS": ALLOW["addresses"],
    "OWNPHONE": [*ALLOW["phones"], "020 7946 0321", "051 5557788", "01 70 18 99 00"],
    "OWNMAIL": ALLOW["emails"],
    "OWNLINK": [*ALLOW["links"], "northfield.example/live"],
    "OWNTAG": ALLOW["hashtags"],
}
FIRST = {
    "en": "Maisie Kwame Roisin Anjali Tyrone Zainab Piotr Bronwyn Hyun-woo Callum Shanice Mehmet Ingrid Desmond Xiaoli "
    "Aoife Tobias Esperanza Rajesh Sinead Olumide Freya Dwayne Thuy Alastair Nasreen Jerome Svetlana Cormac Philippa "
    "Babatunde Clementine Vikram Agnieszka Rhys Yusuf Marjorie Kofi Dolores Ewan",
    "it": "Fiorenza Alessio Concetta Amedeo Ivana Ionut Samira Gaetano Nunzia Edoardo Oksana Vito Debora Renzo Blessing "
    "Pierluigi Assunta Kevin Mariangela Dragan Tiziana Ciro Aurora Gianmarco Khadija Ottavio Luana Elio Snezana Fulvio "
    "Annamaria Walid Carmela Egidio Yulia Rosalba Umberto Chantal Filomena Massimiliano",
    "fr": "Apolline Moussa Ghislaine Théodore Fatoumata Loan Priscilla Ewen Nawel Baptiste Rokhaya Guénolé Maryvonne "
    "Ismaël Clothilde Thuong Jocelyne Bilal Perrine Célestin Mariam Tanguy Odette Raphaël Djamila Enzo Bérénice Souleymane "
    "Huguette Killian Assia Gwendal Solange Amadou Léonie Mathis Yasmina Pierrick Josiane Abdoulaye",
    "es": "Maricarmen Wilson Eider Fátima Asier Yesenia Ramiro Candela Mohamed Xoán Leire Edwin Pilar Aitana Bogdan "
    "Covadonga Jhonatan Nekane Eusebio Marisa Breogán Ximena Íñigo Dolors Wendy Germán Ainhoa Casimiro Zulema Lisandro "
    "Mirta Sabela Evaristo Jimena Rodolfo Noelia Baltasar Iria Heriberto Azucena",
    "ca": "Txell Ernest Griselda Pere Youssef Queralt Dídac Fatoumata Feliu Blai Remei Ïu Assumpta Gerard Malika Jofre "
    "Lluïsa Isard Mariona Eudald Nora Berta Narcís Ona Jaume Rut Sadurní Ivet Ot Meritxell Bru Montserrat Otger Zahra Valentí "
    "Roser Hilari Emma Salvador Cinta",
}
LAST = {
    "en": "Adeyemi Thistlethwaite Rodriguez O'Sullivan Chaudhry Kaminski Vanterpool MacLeod Tran Balogun Featherstone "
    "Gutierrez Papadopoulos Sutherland Nwosu Ramaswamy Hargreaves Zielinski Begum Fairweather Ferreira Boateng Choi Ashworth "
    "Mensah Hutchinson Dimitrov Khalil Pickering Llewellyn Banerjee Cartwright Haque Greenwood Sokolov Achebe Tipton Villareal "
    "McConnell Abernathy",
    "it": "Fumagalli Scognamiglio Popescu Dell'Acqua Brambilla Cossu Trovato El Amrani Zambon Cacciapuoti Hoxha Bonfiglio "
    "Degli Esposti Marangoni Pappalardo Chukwu Locatelli Di Gennaro Ceccarelli Vezzali Kovalenko Tagliabue Sanna Lo Iacono "
    "Bertolini Petrella Diop Castagna Ungaro Dalla Costa Mazzanti Iannone Quaranta Hossain Nardelli Buonocore Schiavone "
    "Mura Passalacqua Orsini",
    "fr": "Quéméner Sissoko Boulanger Ben Salah Delacourt Nguyen Thibodeau Kerbrat Ouedraogo Maillard Da Silva Vandenberghe "
    "Hamidou Ferrand Chouaki Le Bihan Poncelet N'Diaye Lagarde Bruneau Zerrouki Coulibaly Bellanger Weber Rakotomalala "
    "Desjardins Mbappé Guivarch Schneider Tessier Khelifi Cordonnier Lemoine Sow Baudry Wozniak Evrard Kaboré Pichon Hervieu",
    "es": "Arizmendi Quispe Carballo Bermúdez Etxeberria Huamán Seoane Trujillo Chávez Barrios El Idrissi Mondragón Lago "
    "Pizarro Ibarretxe Cifuentes Ionescu Zambrano Llorente Mamani Castaño Gurruchaga Villaverde Ocaña Touriño Restrepo "
    "Arteaga Salgado Bustamante Elorza Caballero Vizcaíno Tejada Condori Larrea Noguera Espinosa Fajardo Ucelay Rubiales",
    "ca": "Puigcerver Bassols El Khattabi Llorens Vilaseca Comas Terradellas Mestres Ndiaye Prats Clapés Ventura Rius "
    "Masdéu Solà Diallo Guitart Cardona Moliner Raventós Benet Fontanals Armengol Chaib Güell Barceló Marquès Sagarra Pallarès "
    "Rossell Vives Espígul Dalmau Ametller Tarrés Gispert Verdaguer Colomines Estruch Barnils",
}
NICK = [
    "Skip",
    "Big Dave",
    "Nonno Beppe",
    "Pulga",
    "Tonton Fred",
    "La Rubia",
    "Lefty",
    "Coco",
    "Boomer",
    "El Zurdo",
    "Zizou",
    "Tieta Fina",
]
COMPANY = [
    "Harlow Biscuits",
    "Electrolux",
    "Carrefour",
    "Lidl",
    "Mercadona",
    "Brembo",
    "Tata Steel",
    "Decathlon",
    "Kwik Fit",
    "Luxottica",
    "Seat",
    "Airbus",
]
ROAD = {
    "en": [
        "Hawthorn Close",
        "Station Road",
        "Peachtree Street",
        "Willow Lane",
        "Marlborough Avenue",
        "Mill Hill Drive",
        "Orchard Way",
        "Kingsley Terrace",
    ],
    "it": [
        "via Bixio",
        "viale dei Tigli",
        "corso Umberto I",
        "piazza Matteotti",
        "vicolo Stretto",
        "via Fratelli Cervi",
        "via XXV Aprile",
        "largo Europa",
    ],
    "fr": [
        "rue des Lavandières",
        "avenue Foch",
        "boulevard Gambetta",
        "impasse du Puits",
        "rue Marcel Pagnol",
        "allée des Tilleuls",
        "place Carnot",
        "chemin des Vignes",
    ],
    "es": [
        "calle Hermosilla",
        "avenida de la Constitución",
        "calle Real",
        "plaza Mayor",
        "calle Doctor Fleming",
        "paseo de la Estación",
        "travesía del Pozo",
        "calle Lepanto",
    ],
    "ca": [
        "carrer de la Riera",
        "carrer Major",
        "passeig de la Pau",
        "carrer de Verdaguer",
        "rambla Nova",
        "carrer dels Horts",
        "avinguda Catalunya",
        "carrer de Provença",
    ],
}
TOWN = {
    "en": ["Amarillo", "Harrogate", "Spokane", "Limerick", "Chattanooga", "Wrexham", "Fresno", "Paisley"],
    "it": [
        "Voghera",
        "Taormina",
        "Gubbio",
        "Bassano del Grappa",
        "Cefalù",
        "Sondrio",
        "Termoli",
        "Pordenone",
    ],
    "fr": [
        "Guingamp",
        "Saint-Dizier",
        "Montauban",
        "Thonon-les-Bains",
        "Béthune",
        "Carcassonne",
        "Vierzon",
        "Sète",
    ],
    "es": [
        "Ponferrada",
        "Almansa",
        "Vélez-Málaga",
        "Tudela",
        "Calatayud",
        "Sanlúcar de Barrameda",
        "Baza",
        "Mieres",
    ],
    "ca": [
        "Balaguer",
        "Vilafranca del Penedès",
        "Puigcerdà",
        "Palafrugell",
        "Cervera",
        "Amposta",
        "La Bisbal d'Empordà",
        "Sant Celoni",
    ],
}
DISEASE = [
    "Hashimoto",
    "Barrett",
    "Chagas",
    "Eisenmenger",
    "Sjögren",
    "Behçet",
    "Charcot-Marie-Tooth",
    "von Willebrand",
    "Gaucher",
    "Dupuytren",
    "Fabry",
    "Ebstein",
]
DRUG = [
    "Sugammadex",
    "Tranexamic acid",
    "Levosimendan",
    "Dexmedetomidine",
    "Esmolol",
    "Clevidipine",
    "Amiodarone",
    "Cangrelor",
    "Atropine",
    "Ondansetron",
    "Augmentin",
    "Clexane",
]
EPONYM = [
    "Hasson",
    "Langenbeck",
    "Richardson",
    "Mayo scissors",
    "Harrington",
    "Jackson-Pratt",
    "Veress",
    "Gelpi",
    "Senn",
    "Hohmann",
    "Farabeuf",
    "Redon",
]
OP = [
    "Bentall",
    "Nissen",
    "Ivor Lewis",
    "Hartmann",
    "Roux-en-Y",
    "Ross",
    "Billroth II",
    "Lichtenstein",
    "Norwood",
    "Kasai",
    "Whipple",
    "Fontan",
]
ANAT = [
    "Calot",
    "Scarpa",
    "Vater",
    "Hesselbach",
    "Winslow",
    "Santorini",
    "Monro",
    "Cooper",
    "Treitz",
    "Gerota",
    "Toldt",
    "Retzius",
]
STORM = ["Ciarán", "Beryl", "Leslie", "Gloria", "Boris", "Filomena", "Eunice", "Dana"]
BAND = ("tune", "final")


def pool(turn: int) -> dict[str, Any]:
    """Every second value, beginning with `turn`."""
    part = slice(turn, None, 2)
    compound = {"El", "Di", "Lo", "Le", "Da", "Ben", "Dalla", "Degli"}

    def split(text: str) -> list[str]:
        words, out = text.split(), []
        for word in words:
            if out and out[-1] in compound:
                out[-1] = f"{out[-1]} {word}"
            else:
                out.append(word)
        return out

    return {
        "first": {lang: split(text)[part] for lang, text in FIRST.items()},
        "last": {lang: split(text)[part] for lang, text in LAST.items()},
        "road": {lang: many[part] for lang, many in ROAD.items()},
        "town": {lang: many[part] for lang, many in TOWN.items()},
        "nick": NICK[part], "company": COMPANY[part], "disease": DISEASE[part], "drug": DRUG[part], "eponym": EPONYM[part],
        "op": OP[part], "anat": ANAT[part], "storm": STORM[part],
    }  # fmt: skip
