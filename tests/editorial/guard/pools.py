"""Typed values for the corpus: one pool for the families the rules were tuned on, one for those held apart."""

from typing import Any

MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre".split(),
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split(),
    "ca": "gener febrer març abril maig juny juliol agost setembre octubre novembre desembre".split(),
}
WEEKDAYS = {
    "en": ["Monday", "Tuesday", "Thursday", "Friday"],
    "it": ["lunedì", "martedì", "giovedì", "venerdì"],
    "fr": ["lundi", "mardi", "jeudi", "vendredi"],
    "es": ["lunes", "martes", "jueves", "viernes"],
    "ca": ["dilluns", "dimarts", "dijous", "divendres"],
}
SEEN: dict[str, Any] = {
    "weekday": WEEKDAYS,
    "first": {
        "en": ["Tom", "Ashley", "Darnell", "Priya", "Keisha", "Liam", "Wei", "Fatima", "Duncan", "Siobhan"],
        "it": ["Luca", "Chiara", "Matteo", "Ginevra", "Salvatore", "Ornella", "Nicolò", "Mirella"],
        "fr": ["Camille", "Thibault", "Mélanie", "Youssef", "Amélie", "Loïc", "Fatou", "Gaëlle"],
        "es": ["Javier", "Lucía", "Iker", "Rocío", "Begoña", "Álvaro", "Yolanda", "Nerea"],
        "ca": ["Jordi", "Núria", "Oriol", "Montserrat", "Laia", "Arnau", "Meritxell", "Biel"],
    },
    "last": {
        "en": ["Alvarez", "Nguyen", "O'Brien", "Whitfield", "Kowalski", "Singh", "McAllister", "Okonkwo"],
        "it": ["Bianchi", "Esposito", "Colombo", "De Luca", "Ferraro", "Gallo", "Moretti", "Pellegrini"],
        "fr": ["Lefèvre", "Moreau", "Benali", "Dupont", "Garnier", "Faure", "Le Goff", "Traoré"],
        "es": ["García", "Fernández", "Ibáñez", "Domínguez", "Echevarría", "Muñoz", "Sastre", "Ortega"],
        "ca": ["Ferrer", "Vilanova", "Casals", "Rovira", "Soler", "Serra", "Puigdomènech", "Bosch"],
    },
    "nick": ["Big Mike", "Nonna Pina", "Chispa", "Titi", "El Lobo", "Sparky"],
    "company": ["Acme Bakery", "Telefónica", "Renault", "Fincantieri", "Walmart"],
    "streetname": {
        "en": ["Elm", "Maple"],
        "it": ["Garibaldi", "Mazzini", "Verdi", "dei Mille"],
        "fr": ["Victor Hugo", "Pasteur", "de la Paix", "des Lilas"],
        "es": ["Cervantes", "del Carmen", "Goya", "Velázquez"],
        "ca": ["de Balmes", "d'Aragó", "Gran", "de la Pau"],
    },
    "word": ["Elm", "Maple", "Cedar", "Washington", "Church"],
    "town": {
        "en": ["Waco", "Boise", "Sheffield", "Toledo"],
        "it": ["Bergamo", "Lecce", "Cuneo", "Viterbo"],
        "fr": ["Lyon", "Roubaix", "Nîmes", "Vannes"],
        "es": ["Getafe", "Albacete", "Soria", "Lugo"],
        "ca": ["Girona", "Vic", "Reus", "Manresa"],
    },
    "disease": [
        "Parkinson",
        "Crohn",
        "Down syndrome",
        "Marfan",
        "Hodgkin",
        "Lyme",
        "Kawasaki",
        "Guillain-Barré",
    ],
    "drug": ["Propofol", "Fentanyl", "Rocuronium", "Heparin", "Cefazolin"],
    "eponym": ["Foley", "Kocher", "Bovie", "Swan-Ganz", "DeBakey", "Whipple", "Allis", "Penrose"],
    "brand": ["Edwards Sapien", "Medtronic Evolut", "St. Jude valve", "Carpentier-Edwards"],
}
HELD: dict[str, Any] = {
    "weekday": WEEKDAYS,
    "first": {
        "en": ["Ethan", "Olivia", "Rashid", "Imogen", "Latoya", "Hamish", "Mei", "Sanjay", "Brendan", "Gwen"],
        "it": ["Davide", "Federica", "Gennaro", "Ilaria", "Tommaso", "Loredana", "Pasquale", "Noemi"],
        "fr": ["Bastien", "Océane", "Karim", "Solène", "Aurélien", "Aïcha", "Maëlle", "Corentin"],
        "es": ["Gonzalo", "Inmaculada", "Unai", "Rosario", "Sergio", "Macarena", "Adrián", "Estíbaliz"],
        "ca": ["Pol", "Mireia", "Ferran", "Aina", "Gemma", "Roger", "Neus", "Quim"],
    },
    "last": {
        "en": ["Hartley", "Delgado", "O'Connell", "Patel", "Fitzgerald", "Mbeki", "Lindqvist", "Yamamoto"],
        "it": ["Rizzo", "Caruso", "D'Amico", "Santoro", "Marchetti", "Lo Presti", "Zanetti", "Bruno"],
        "fr": ["Girard", "Lacroix", "Diallo", "Perrin", "Rousseau", "Le Gall", "Chevalier", "Bouchard"],
        "es": ["Navarro", "Zubizarreta", "Cabrera", "Peña", "Villalobos", "Ríos", "Maldonado", "Quintana"],
        "ca": ["Bonet", "Camps", "Fàbregas", "Pujol", "Torrents", "Carbonell", "Roca", "Subirats"],
    },
    "nick": ["Uncle Bo", "Turbo", "La Flaca", "Pepino", "Gigi", "Coach D"],
    "company": ["Northgate Mills", "Iberdrola", "Michelin", "Barilla", "Tesco"],
    "streetname": {
        "en": ["Birch", "Juniper"],
        "it": ["Dante", "Cavour", "Manzoni", "delle Rose"],
        "fr": ["Jean Moulin", "Voltaire", "du Moulin", "des Acacias"],
        "es": ["Quevedo", "de la Fuente", "Ronda", "Zurbarán"],
        "ca": ["de Mallorca", "Nou", "de Sants", "del Pi"],
    },
    "word": ["Birch", "Juniper", "Lincoln", "Mill", "Chestnut"],
    "town": {
        "en": ["Abilene", "Swansea", "Dayton", "Galway"],
        "it": ["Cremona", "Matera", "Asti", "Rovigo"],
        "fr": ["Limoges", "Quimper", "Dijon", "Perpignan"],
        "es": ["Huelva", "Zamora", "Mérida", "Avilés"],
        "ca": ["Figueres", "Berga", "Tortosa", "Olot"],
    },
    "disease": [
        "Alzheimer",
        "Wilson disease",
        "Addison",
        "Cushing",
        "Graves",
        "Raynaud",
        "Sjögren",
        "Huntington",
    ],
    "drug": ["Sevoflurane", "Ketamine", "Noradrenaline", "Protamine", "Remifentanil"],
    "eponym": [
        "Babcock",
        "Weitlaner",
        "Balfour",
        "Yankauer",
        "Metzenbaum",
        "Hartmann",
        "Finochietto",
        "Adson",
    ],
    "brand": ["Abbott MitraClip", "Boston Scientific Acurate", "Björk-Shiley valve", "Stryker plate"],
}
FRESH: dict[str, Any] = {
    **HELD,
    "first": {
        "en": ["Nathaniel", "Beatrice", "Kwabena", "Jasmine", "Declan", "Yvonne", "Arjun", "Trevor"],
        "it": ["Ettore", "Beatrice", "Cosimo", "Rachele", "Manuela", "Ruggero", "Sveva", "Achille"],
        "fr": ["Florian", "Capucine", "Mehdi", "Ludivine", "Gaspard", "Hortense", "Anaïs", "Yannick"],
        "es": ["Ignacio", "Rebeca", "Joaquín", "Almudena", "Rubén", "Itziar", "Nuria", "Emilio"],
        "ca": ["Guillem", "Ariadna", "Bernat", "Carme", "Eloi", "Judit", "Martí", "Elisenda"],
    },
    "last": {
        "en": ["Pemberton", "Castillo", "Nakamura", "Osei", "Lockwood", "Hussain", "McGregor", "Vance"],
        "it": ["Barbieri", "Sorrentino", "Di Stefano", "Grassi", "Testa", "Mancuso", "Piras", "Valentini"],
        "fr": ["Bourgeois", "Meunier", "Cissé", "Le Roux", "Delattre", "Haddad", "Poulain", "Vasseur"],
        "es": ["Escobar", "Aguirre", "Benítez", "Palacios", "Montesinos", "Rueda", "Olmedo", "Urrutia"],
        "ca": ["Castellví", "Bosch", "Marimon", "Sanahuja", "Planas", "Oller", "Brugués", "Costa"],
    },
    "town": {
        "en": ["Peoria", "Halifax", "Tulsa", "Derby"],
        "it": ["Trapani", "Biella", "Imola", "Teramo"],
        "fr": ["Poitiers", "Metz", "Cahors", "Brest"],
        "es": ["Cuenca", "Jaén", "Lorca", "Burgos"],
        "ca": ["Igualada", "Ripoll", "Valls", "Sitges"],
    },
    "disease": ["Ménière", "Takayasu", "Ehlers-Danlos", "Wegener", "Paget", "Bell's palsy"],
    "drug": ["Milrinone", "Cisatracurium", "Vasopressin", "Ropivacaine"],
    "eponym": ["Allis", "DeBakey", "Satinsky", "Deaver", "Frazier", "Veress", "Fogarty"],
}
POOLS = {"seen": SEEN, "held": HELD, "fresh": FRESH}
