"""
What the rehearsal shows: two invented events with their cue sheets, and the shape of a public that answers.

Every name, place and number here is invented. The arrival shape follows real crises (steps within one minute, then a
long tail), normalised to a mean of one; the words are the simulators' own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.editorial.new_event import NewEvent, NewStep

ARRIVALS = (0.2, 0.3, 0.3, 1.4, 2.6, 2.1, 1.7, 1.5, 1.2, 1.1, 1.0, 0.9, 0.8, 0.7, 0.6, 0.6)
"""Replies of each tenth of a minute relative to the mean, repeated while it plays."""


@dataclass(frozen=True, slots=True)
class Scenario:
    name: str
    event: NewEvent
    steps: tuple[NewStep, ...]
    gap_s: float  # between two steps when it plays
    extra: dict[str, str] = field(default_factory=dict)


def _step(
    title: str, en: str, it: str, *, key: bool = False, minutes: float | None = None, shown: str = ""
) -> NewStep:
    """`shown` is the step's name on the page, in Italian; in English that is its title."""
    return NewStep(
        title, {"en": en, "it": it}, key, minutes, label={"en": title, "it": shown} if shown else {}
    )


SURGERY = Scenario(
    "surgery",
    NewEvent(
        kind="surgery",
        title="Robot-assisted kidney surgery",
        place="Theatre 4, Valdora General Hospital",
        headline="Follow the operation step by step. All of it is invented.",
        default_lang="en",
        langs=("en", "it"),
        hashtags=("KidneyLive",),
        slug="kidney-surgery",
        allow={"hospital": ["Valdora General Hospital", "Valdora General"], "hashtags": ["KidneyLive"]},
        staff_allow=("Dr. Lena Rivera", "Marta Serra", "Tom Okafor"),
        deny=("Alba Ferrando", "Ferrando"),
    ),
    (
        _step("Team checklist", "The whole team has stopped for the safety checklist: right person, right side, right plan.", "Tutta la squadra si è fermata per la lista di sicurezza: persona, lato e piano giusti.", minutes=0, shown="Lista di sicurezza"),
        _step("Asleep and positioned", "The patient is asleep and lying on one side, padded at every joint. The anaesthetist watches every breath.", "La persona dorme ed è distesa su un fianco, con imbottiture a ogni giuntura.", minutes=8),
        _step("Robot docked", "Four arms of the robot are in place. The surgeon sits three metres away and moves them with both hands.", "I quattro bracci del robot sono in posizione. La chirurga siede a tre metri e li muove con le mani.", minutes=18, shown="Robot in posizione"),
        _step("Reaching the kidney", "The team has moved the bowel aside and can see the kidney. Everything is where the scans said it would be.", "La squadra ha spostato l'intestino e vede il rene. Tutto è dove le immagini lo mostravano.", minutes=32, shown="Verso il rene"),
        _step("Mapping the tumour", "A small ultrasound probe, held by the robot, shows the surgeon where the tumour ends and the healthy kidney begins.", "Una piccola sonda a ultrasuoni mostra dove finisce il tumore e dove comincia il rene sano.", minutes=44),
        _step("Blood flow paused", "The team has paused blood flow to the kidney. From now the clock matters: the goal is under 25 minutes.", "La squadra ha fermato il flusso di sangue al rene. Ora il tempo conta: meno di 25 minuti.", key=True, minutes=55, shown="Flusso di sangue fermato"),
        _step("Tumour removed", "The tumour is out in one piece, with a rim of healthy tissue around it.", "Il tumore è fuori in un solo pezzo, con un bordo di tessuto sano attorno.", key=True, minutes=66, shown="Tumore tolto"),
        _step("Kidney stitched", "Two layers of stitches close the kidney. The robot's wrists turn in ways a hand cannot.", "Due strati di punti chiudono il rene. I polsi del robot ruotano come una mano non può.", minutes=73),
        _step("Blood flow back", "Blood flow is back after 19 minutes. The kidney is pink again.", "Il sangue scorre di nuovo dopo 19 minuti. Il rene è di nuovo rosa.", key=True, minutes=75, shown="Il sangue scorre di nuovo"),
        _step("Checking for bleeding", "The surgeon waits and watches. No bleeding. Patience is part of the operation.", "La chirurga aspetta e osserva. Nessun sanguinamento.", minutes=85),
        _step("Closing and waking", "The small cuts are closed. The anaesthetist is waking the patient. Thank you for following.", "Le piccole incisioni sono chiuse. La persona si sta svegliando. Grazie di averci seguito.", minutes=100, shown="Chiusura e risveglio"),
    ),
    gap_s=20.0,
)  # fmt: skip

INVENTED_TERMS: Mapping[str, Any] = {
    "description": "INVENTED FOR A DRILL. Text and images of this operation, from theatre. There is no patient.",
    "discloser": "Valdora General Hospital, by the theatre team",
    "recipients": "The public, on the channels named here and on the hospital's page",
    "purpose": "Rehearsal of teaching and public information",
    "until_event_ends": True,
    "signed_at": "2026-01-01",
    "signer": "patient",
    "right_to_revoke": "In writing to the hospital, or by telling anybody on the team, at any time.",
    "not_conditioned": True,
    "redisclosure": True,
    "plain_language": True,
    "copy_given": True,
    "scopes": ["text", "images", "family_room"],
    "stop_conditions": ["A complication", "The team asks for quiet"],
    "parties": ["surgeon", "hospital"],
}
"""What the invented record of a drill says; channels and people are those of the drill."""

FLOOD = Scenario(
    "flood",
    NewEvent(
        kind="crisis",
        title="Flooding at Valdora General Hospital",
        place="Valdora General Hospital, ground floor and Via del Molo",
        headline="A&E is closed to walk-in patients. In an emergency call 112.",
        default_lang="en",
        langs=("en", "it"),
        hashtags=("ValdoraFlood",),
        severity="Severe",
        urgency="Immediate",
        certainty="Observed",
        slug="valdora-flood",
        allow={
            "hospital": ["Valdora General Hospital", "Monteverde", "Collalto"],
            "addresses": ["Via del Molo", "North Gate"],
            "hashtags": ["ValdoraFlood"],
        },
        staff_allow=("Marta Serra", "Tom Okafor"),
    ),
    (
        _step("First word", "We are checking reports of flooding near the hospital. We will tell you more in 15 minutes.", "Stiamo verificando notizie di allagamenti vicino all'ospedale. Vi diremo di più entro 15 minuti.", minutes=0),
        _step("A&E diverted", "A&E at Valdora General is closed to walk-in patients because of flooding. In an emergency call 112. Ambulances are going to Monteverde and Collalto.", "Il pronto soccorso di Valdora General è chiuso per allagamento. In emergenza chiamate il 112. Le ambulanze vanno a Monteverde e Collalto.", key=True, minutes=12),
        _step("Dialysis and maternity", "Maternity and dialysis are open: use the North Gate. All patients are safe. Power is stable.", "Maternità e dialisi sono aperte: usate l'ingresso nord. Tutti i pazienti sono al sicuro.", minutes=20),
        _step("Visits", "No visits today. Relatives can follow this page; we post at least every hour.", "Oggi niente visite. I familiari possono seguire questa pagina; pubblichiamo almeno ogni ora.", minutes=35),
        _step("Water going down", "The water is going down. Via del Molo stays closed to cars tonight.", "L'acqua scende. Via del Molo resta chiusa alle auto questa notte.", minutes=90),
    ),
    gap_s=12.0,
)  # fmt: skip

SCENARIOS = {scenario.name: scenario for scenario in (SURGERY, FLOOD)}

PHONES = (
    ("+34600100101", "en"),
    ("+34600100102", "en"),
    ("+393330100103", "it"),
    ("+393330100104", "it"),
    ("+447700900105", "en"),
    ("+34600100106", "en"),
)
"""The phones on the simulator's shelf."""
