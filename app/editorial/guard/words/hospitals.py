"""
Large hospitals of the five languages whose names look like somebody's, folded: saints, kings, doctors of old, valleys.

A text may name them: that a kidney came from Can Ruti tells nobody. Names that somebody alive may bear are here with the word "hospital" or with the
hyphens of the institution only.
The event's own hospital, and any other, can be put on its list.
"""

HOSPITALS = frozenset(
    " ".join(name.split())
    for name in """
    virgen del rocio, virgen macarena, virgen de la macarena, virgen de las nieves, virgen de la victoria, virgen de la arrixaca,
    virgen del camino, virgen de valme, virgen de la salud, reina sofia, puerta del mar, puerta de hierro, doce de octubre, 12 de octubre,
    ramon y cajal, fundacion jimenez diaz, clinico san carlos, infanta leonor, infanta sofia, rey juan carlos,
    hospital nino jesus, hospital del nino jesus, marques de valdecilla, valdecilla, txagorritxu, son espases, son llatzer, can misses,
    torrecardenas, lucus augusti, hospital la paz, hospital la fe,
    vall d'hebron, can ruti, bellvitge, sant joan de deu, san juan de dios, parc tauli, mutua de terrassa, mutua terrassa,
    arnau de vilanova, joan xxiii, verge de la cinta, hospital del mar, santa creu i sant pau,
    pitie-salpetriere, pitie salpetriere, la pitie, salpetriere, edouard-herriot, georges-pompidou, lariboisiere,
    kremlin-bicetre, bicetre, henri-mondor, hotel-dieu, purpan, rangueil, la timone, lapeyronie, gui de chauliac, arnaud de villeneuve,
    haut-leveque, pontchaillou, la cavale blanche, cavale blanche, croix-rousse, hautepierre, brabois, jeanne de flandre, claude-huriez,
    robert-debre, avicenne, ambroise-pare, raymond-poincare, marie-lannelongue, gustave-roussy,
    quinze-vingts, val-de-grace,
    policlinico umberto i, policlinico gemelli, niguarda, san raffaele, molinette, careggi, cisanello, sant'orsola, bambino gesu,
    spallanzani, san camillo, tor vergata, borgo trento, borgo roma, cattinara, papa giovanni xxiii, giovanni xxiii, santobono,
    pausilipon, brotzu, istituto gaslini, istituto besta, casa sollievo della sofferenza,
    guy's and st thomas', st thomas', great ormond street, addenbrooke's, addenbrookes, royal marsden, royal papworth, papworth,
    alder hey, queen elizabeth hospital, royal victoria infirmary, freeman hospital, wythenshawe, st james's, ninewells, raigmore, altnagelvin,
    craigavon, st vincent's, mayo clinic, cleveland clinic, johns hopkins, mount sinai, cedars-sinai, cedars sinai, massachusetts general, mass general,
    brigham and women's, the john radcliffe, john radcliffe hospital,
    hospital germans trias, hospital josep trueta, hospital trueta, hospital moises broggi, hospital mateu orfila, hospital severo ochoa, hospital miguel servet,
    hospital lozano blesa, hospital gregorio maranon, el gregorio maranon, ospedale regina margherita, il regina margherita, policlinico agostino gemelli,
    hopital edouard herriot, hopital georges pompidou, hopital henri mondor, hopital robert debre, hopital ambroise pare, hopital raymond poincare,
    institut gustave roussy, hopital claude huriez
    """.split(",")
)
