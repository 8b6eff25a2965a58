"""
What should be true the day before an event and on its morning, looked up and never ticked by hand. Pure.

Each item says how it stands and what to do next, so that whoever reads it at seven in the morning knows whom to ask.
Nothing here stops an event: what must, such as a consent, is refused where it is needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.models import EventKind, Occasion

When = Literal["day_before", "morning"]
DAY_BEFORE: When = "day_before"
MORNING: When = "morning"


@dataclass(frozen=True, slots=True)
class Facts:
    """
    How things stand now.

    Attributes:
        consent: "" where it stands or none is needed, else why it does not.
        steps, signed: Of the course of the cue sheet.
        channels: Name of each channel in use, and why it is not ready ("" when it is).
        stale: Channels that nobody has looked at for a quarter of an hour.
        roles: How many people hold each role here.
        unread: How many people with a role here have not read the house's policy.
        tablets: Paired and not wiped; `tablets_seen` of them answered within a day.
        announced, reminded: An update with the hashtag came out in the last two days; in the last twelve hours.
        planned: For each occasion with a post planned on the event itself: "waits", "approved" or "out".
    """

    kind: str
    consent: str = ""
    line_ready: bool = False
    steps: int = 0
    signed: int = 0
    hashtags: int = 0
    denied: bool = False
    staff: int = 0
    channels: tuple[tuple[str, str], ...] = ()
    stale: tuple[str, ...] = ()
    roles: tuple[tuple[str, int], ...] = ()
    unread: int = 0
    delegates: int = 0
    tablets: int = 0
    tablets_seen: int = 0
    button: bool = False
    offered: bool = False
    drill: bool = False
    announced: bool = False
    reminded: bool = False
    planned: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """`words` say how it stands, `next_step` what to do; empty when nothing is to be done."""

    key: str
    when: When
    ok: bool
    words: str
    next_step: str = ""


def checklist(facts: Facts) -> list[Item]:
    """In the order in which people go through it."""
    return [*_day_before(facts), *_morning(facts)]


def _item(key: str, when: When, ok: bool, good: str, bad: str, next_step: str) -> Item:
    return Item(key, when, ok, good if ok else bad, "" if ok else next_step)


def _day_before(facts: Facts) -> Iterator[Item]:
    surgery, crisis = facts.kind == EventKind.SURGERY, facts.kind == EventKind.CRISIS
    roles = dict(facts.roles)
    if surgery:
        yield Item(
            "consent",
            DAY_BEFORE,
            not facts.consent,
            facts.consent or "The consent stands, checked by two people.",
            "Open Consent: have what is missing signed, and a second person check it."
            if facts.consent
            else "",
        )
        yield _item(
            "line",
            DAY_BEFORE,
            facts.line_ready,
            "A line for a complication is signed.",
            "No line for a complication is signed.",
            "A clinician reviewer and a second person sign one on the cue sheet.",
        )
        yield _item(
            "deny_list",
            DAY_BEFORE,
            facts.denied,
            "The names to keep off every channel are registered.",
            "No names of the patient and the family are registered, so the privacy check cannot know them.",
            "Register them at the event; they are sealed and shown to nobody.",
        )
        yield _item(
            "staff_list",
            DAY_BEFORE,
            facts.staff > 0,
            f"{facts.staff} staff names may be said.",
            "No staff name may be said yet.",
            "Enter the names of the team that agreed to be named, or leave it: nobody is then.",
        )
    yield _item(
        "cue_sheet",
        DAY_BEFORE,
        facts.steps > 0 and facts.signed == facts.steps,
        f"All {facts.steps} steps of the cue sheet are signed.",
        f"{facts.steps - facts.signed} of {facts.steps} steps of the cue sheet are not signed."
        if facts.steps
        else "The cue sheet is empty.",
        "Have somebody who did not write them sign the steps."
        if facts.steps
        else "Write the steps, then have them signed.",
    )
    yield _item(
        "hashtags",
        DAY_BEFORE,
        facts.hashtags > 0,
        "The hashtag is fixed; no other running event has it.",
        "No hashtag is fixed.",
        "Enter one at the event; it is put in and counted everywhere.",
    )
    yield _channels(facts, DAY_BEFORE)
    wanted = {"presenter": 1, "approver": 2 if crisis else 1}
    if surgery:
        wanted |= {"clinician_reviewer": 1, "family_liaison": 1, "moderator": 1}
    lacking = [name.replace("_", " ") for name, least in wanted.items() if roles.get(name, 0) < least]
    yield _item(
        "people",
        DAY_BEFORE,
        not lacking,
        "Every duty has its people.",
        f"Not enough people for: {', '.join(lacking)}.",
        "An admin gives the roles; a second person confirms.",
    )
    yield _item(
        "policy",
        DAY_BEFORE,
        facts.unread == 0,
        "Everybody with a role here has read the house's policy.",
        f"{facts.unread} of those with a role here have not read the house's policy.",
        "Ask them to sign in and read it: before that they cannot post.",
    )
    if crisis:
        yield _item(
            "delegates",
            DAY_BEFORE,
            facts.delegates > 1,
            f"{facts.delegates} approvers are asked in turn.",
            "Nobody is named to be asked when the first approver does not answer.",
            "Name the approvers in their order at the event.",
        )
    yield _before(
        "announcement",
        DAY_BEFORE,
        facts.announced,
        dict(facts.planned).get(Occasion.DAY_BEFORE, ""),
        "It was announced with its hashtag.",
        "No announcement is planned, and nothing with its hashtag has come out in the last two days.",
    )


def _morning(facts: Facts) -> Iterator[Item]:
    yield _item(
        "tablet",
        MORNING,
        facts.tablets_seen > 0,
        f"{facts.tablets_seen} paired tablets answered within a day.",
        "A tablet is paired, but it has not answered for a day." if facts.tablets else "No tablet is paired.",
        "Switch it on in the room, and look at its screen."
        if facts.tablets
        else "Pair one: Tablets, then its code.",
    )
    yield _channels(facts, MORNING)
    yield _item(
        "button",
        MORNING,
        facts.button and not facts.offered,
        "One person has the button.",
        "The button was offered and not taken yet." if facts.offered else "Nobody has the button.",
        "The other person takes it." if facts.offered else "Whoever leads takes it on the desk.",
    )
    yield _item(
        "drill",
        MORNING,
        not facts.drill,
        "No drill runs here.",
        "A drill runs here.",
        "Stop it before the event begins.",
    )
    yield _before(
        "reminder",
        MORNING,
        facts.reminded,
        dict(facts.planned).get(Occasion.MORNING, ""),
        "A reminder with its hashtag came out this morning.",
        "No reminder is planned, and nothing with its hashtag has come out in the last twelve hours.",
    )


def _before(key: str, when: When, said: bool, planned: str, good: str, bad: str) -> Item:
    """A post before the event: out, or planned here and agreed to by a second person."""
    if said or planned == "out":
        return Item(key, when, True, good)
    if planned == "approved":
        return Item(key, when, True, "It is planned and approved, and goes out at its time.")
    if planned == "waits":
        return Item(
            key,
            when,
            False,
            "It is planned, and waits for a second person.",
            "An approver reads it on the desk and agrees to it.",
        )
    return Item(
        key, when, False, bad, "Plan it on the cue sheet, under “Before the event”; then have it approved."
    )


def _channels(facts: Facts, when: When) -> Item:
    bad = [f"{name}: {why}" for name, why in facts.channels if why]
    if when == MORNING:
        bad += [f"{name}: nobody has looked for 15 minutes" for name in facts.stale]
    least = 2 if facts.kind == EventKind.CRISIS else 1
    ready = len(facts.channels) - len(bad)
    if len(facts.channels) < least:
        bad.append(f"{least} independent channels are wanted beside our page, {len(facts.channels)} are on")
    return _item(
        "channels",
        when,
        not bad,
        f"{ready} channels would take a post now; our page needs none of them.",
        f"{'; '.join(bad)}.",
        "Open Channels: each says what it needs.",
    )
