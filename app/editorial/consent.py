"""
What an authorization must hold, and what it lets through. Pure.

The elements are those of 45 CFR 164.508(c) (description, who discloses, to whom, purpose, expiry, signature, the
three statements, plain language, a copy) and our own: scopes, channels, stop conditions, the other parties, and who
can withdraw while the patient sleeps. Taking back what is out is never refused for want of consent.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.broadcast.gate import Permit, Refusal
from app.models import Act, ConsentRecord, ConsentState, EventKind

SCOPES = ("text", "images", "video", "name", "face", "family_room")
PARTIES = ("surgeon", "hospital", "device_maker")
PARTIES_NEEDED = ("surgeon", "hospital")
PATIENT_EVENTS = frozenset({EventKind.SURGERY})


class Standing(StrEnum):
    """How an event's authorization stands at one moment."""

    NOT_NEEDED = "not_needed"
    NONE = "none"
    INCOMPLETE = "incomplete"
    WRONG_WORLD = "wrong_world"
    EXPIRED = "expired"
    REVOKED = "revoked"
    GOOD = "good"


WHY: Mapping[Standing, str] = {
    Standing.NONE: "There is no consent record for this patient event. Record the signed consent first.",
    Standing.INCOMPLETE: "The consent record is not complete. Fill what is missing, then have a second person check it.",
    Standing.WRONG_WORLD: "An invented record is for drills only, and a drill takes no other. Record the right one.",
    Standing.EXPIRED: "The consent has run out. Nothing more can go out; record a new one if the patient agrees.",
    Standing.REVOKED: "The consent was withdrawn. Nothing more can go out.",
}

# (field, what to write there); in the order of the form.
_TEXTS = (
    (
        "description",
        "Say what is shown, specifically, such as “text and images of this operation, from theatre”.",
    ),
    ("discloser", "Say who discloses it: the hospital, and who writes."),
    ("recipients", "Say to whom: the public, on the named channels."),
    ("purpose", "Say what for."),
    ("right_to_revoke", "Say how the consent can be withdrawn in writing, and what the exceptions are."),
)
_STATEMENTS = (
    ("not_conditioned", "The form must say that treatment does not depend on signing."),
    ("redisclosure", "The form must say that what is out may be passed on and is no longer protected."),
    ("plain_language", "Confirm that the form is in plain language the signer understood."),
    ("copy_given", "Give the signer a copy, then tick this."),
)


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing a record lacks; `sentence` names the next action."""

    field: str
    sentence: str


def missing(
    terms: Mapping[str, Any], *, has_signer: bool, expires_at: datetime | None, now: datetime
) -> tuple[Missing, ...]:
    """
    What keeps a record from being complete, in the order of the form.

    Args:
        has_signer: A name of who signed is sealed with the record.
    """
    found = [Missing(field, words) for field, words in _TEXTS if not str(terms.get(field) or "").strip()]
    if expires_at is None and not terms.get("until_event_ends"):
        found.append(Missing("expires_at", "Say until when it holds: a time, or the end of this event."))
    elif expires_at is not None and expires_at <= now:
        found.append(Missing("expires_at", "This consent has run out already. Have a new one signed."))
    if not has_signer:
        found.append(Missing("signed_by", "Write who signed; the name is sealed and shown on no screen."))
    if not terms.get("signed_at"):
        found.append(Missing("signed_at", "Write the date of the signature."))
    signer = terms.get("signer")
    if signer not in ("patient", "representative"):
        found.append(Missing("signer", "Say whether the patient or a representative signed."))
    elif signer == "representative" and not str(terms.get("representative_authority") or "").strip():
        found.append(Missing("representative_authority", "Say by what authority the representative signed."))
    if terms.get("minor") and not terms.get("assent"):
        found.append(Missing("assent", "A minor must agree too. Tick this when that has been asked."))
    found += [Missing(field, words) for field, words in _STATEMENTS if terms.get(field) is not True]
    if terms.get("marketing") and not str(terms.get("remuneration") or "").strip():
        found.append(Missing("remuneration", "For marketing, say whether somebody is paid, and by whom."))
    scopes = terms.get("scopes") or ()
    if "text" not in scopes or any(scope not in SCOPES for scope in scopes):
        found.append(Missing("scopes", f"Choose what was agreed to, text at least: {', '.join(SCOPES)}."))
    if not terms.get("channels"):
        found.append(Missing("channels", "Choose the channels the signer agreed to."))
    if not any(str(one).strip() for one in terms.get("stop_conditions") or ()):
        found.append(Missing("stop_conditions", "Name at least one thing that stops the event at once."))
    agreed = set(terms.get("parties") or ())
    if not agreed.issuperset(PARTIES_NEEDED):
        found.append(Missing("parties", "The surgeon and the hospital must have agreed. Tick each that has."))
    if not terms.get("revokers"):
        found.append(
            Missing("revokers", "Name at least one person who can withdraw it while the patient sleeps.")
        )
    return tuple(found)


def standing(
    kind: str, record: ConsentRecord | None, *, event_ended: bool, drill: bool, now: datetime
) -> Standing:
    """How things stand. An event of another kind is bound too once somebody has recorded a consent for it."""
    if record is None:
        return Standing.NONE if kind in PATIENT_EVENTS else Standing.NOT_NEEDED
    if record.state == ConsentState.REVOKED:
        return Standing.REVOKED
    if record.invented is not drill:
        return Standing.WRONG_WORLD
    if record.state != ConsentState.COMPLETE:
        return Standing.INCOMPLETE
    if _is_over(record, now):
        return Standing.EXPIRED
    if record.terms.get("until_event_ends") and event_ended:
        return Standing.EXPIRED
    return Standing.GOOD


def has_run_out(record: ConsentRecord, now: datetime) -> bool:
    """Whether the time that was signed for is over and what is out is still to be taken back."""
    return record.state == ConsentState.COMPLETE and _is_over(record, now) and record.taken_back_at is None


def _is_over(record: ConsentRecord, now: datetime) -> bool:
    """Once seen it stays so: what was taken off for it does not come back because a clock was set back."""
    return record.ran_out_at is not None or (record.expires_at is not None and record.expires_at <= now)


def permit(
    how: Standing,
    terms: Mapping[str, Any],
    *,
    channel_id: str | None,
    act: str,
    pictures: bool,
    by_second: bool = False,
) -> Permit | Refusal:
    """
    May this leave now?

    Args:
        channel_id: None for what is shown on our own page.
        by_second: It is the second provider of the channel that was chosen.
    """
    if act == Act.DELETE or how == Standing.NOT_NEEDED:
        return Permit()
    if how == Standing.REVOKED:
        return Refusal("withdrawn", "consent_revoked", WHY[how])
    if how != Standing.GOOD:
        return Refusal("held", f"consent_{how}", WHY[how])
    if channel_id is not None and channel_id not in terms["channels"]:
        if by_second:
            return Refusal("held", "consent_second", "The consent does not cover the second provider.")
        return Refusal("withdrawn", "consent_channel", "The consent does not cover this channel.")
    if pictures and "images" not in terms["scopes"]:
        return Refusal("withdrawn", "consent_scope", "The consent does not cover pictures.")
    return Permit()


def about_patient(kind: str, record: ConsentRecord) -> str:
    """
    What the public page says of the patient while this record is the newest: "", "agreed" or "unnamed".

    No more of it is public. Who signed would tell a child or somebody who cannot decide; what was agreed to, until
    when and on which channels are between the signer and the hospital. "unnamed" promises that nobody says who it is,
    so it is not said where the name or the face was agreed to.
    """
    if kind not in PATIENT_EVENTS or record.state != ConsentState.COMPLETE:
        return ""
    return "agreed" if {"name", "face"} & set(record.terms.get("scopes") or ()) else "unnamed"


def uncovered(terms: Mapping[str, Any], channel_ids: Collection[str]) -> Sequence[str]:
    """Channels in use that the signer did not agree to."""
    return sorted(set(channel_ids) - set(terms.get("channels") or ()))
