"""
Who must agree before something goes out, and who may. Pure.

One rule for every door: the person who wrote any of it cannot be the one who lets it go, and the one who sent it
back cannot write the next version. What is compared is the human, not the account: a key counts as its maker.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from app.editorial.templates import MOST_ALONE, blanks_of, is_phrase
from app.errors import AppError, Conflict, Forbidden
from app.models import Approval, EventKind, Priority, Role, UpdateKind, Verdict

BREAK_GLASS_AFTER = timedelta(minutes=10)
URGENT_SEVERITIES = frozenset({"Extreme", "Severe"})


class Need(StrEnum):
    """Whose second opinion an update needs."""

    NOBODY = ""
    APPROVER = "approver"
    NOD = "nod"  # a clinician's word on a line that was not in the script
    OVERRIDE = "override"  # of the privacy check


DECIDERS: Mapping[str, frozenset[Role]] = {
    Need.APPROVER: frozenset({Role.APPROVER}),
    Need.NOD: frozenset({Role.NARRATOR, Role.CLINICIAN_REVIEWER, Role.APPROVER}),
    Need.OVERRIDE: frozenset({Role.APPROVER}),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    What is known of an update when the question comes up.

    Attributes:
        policy: The event's safety settings.
        scripted: It is a signed-off step of the cue sheet, word for word.
        prepared: It is the correction that was approved with its alert, or a retraction in the fixed words.
        original_needed: What it corrects needed a second person.
        sender_approves: The sender is an approver on this event.
        planned: It goes out at its time, and nobody watches its countdown.
        guard_blocked: The privacy check blocks and somebody gave a reason to send it all the same.
    """

    event_kind: str
    severity: str | None
    kind: str
    priority: str
    policy: Mapping[str, Any]
    scripted: bool = False
    prepared: bool = False
    original_needed: bool = False
    sender_approves: bool = False
    guard_blocked: bool = False
    planned: bool = False


def need_for(wanted: Wanted) -> Need:
    """
    Whose opinion is needed.

    A crisis that is Severe or Extreme, and whatever claims to be an emergency, needs an approver; so does an all
    clear there. A correction needs one approver where the original needed two people: it goes at once when an
    approver sends what was approved with the alert. In an operation the countdown is the protection, unless the
    event asks for a nod to lines that are not in the script. An answer is read by everybody, so it needs whom any
    other text needs: what a text calls itself takes nobody's second look away.
    """
    if wanted.guard_blocked:
        return Need.OVERRIDE
    if wanted.planned:
        return Need.APPROVER
    urgent = wanted.event_kind == EventKind.CRISIS and wanted.severity in URGENT_SEVERITIES
    match wanted.kind:
        case UpdateKind.CORRECTION | UpdateKind.RETRACTION:
            if wanted.original_needed:
                return Need.NOBODY if wanted.prepared and wanted.sender_approves else Need.APPROVER
            fixed = wanted.prepared and wanted.kind == UpdateKind.RETRACTION
            if urgent and not fixed:  # what was harmless when it went out must not become an alert alone
                return Need.APPROVER
            return Need.NOBODY if wanted.prepared else _own_words(wanted)
        case UpdateKind.ALL_CLEAR:
            return Need.APPROVER if urgent or wanted.original_needed else _own_words(wanted)
        case _:
            if urgent or wanted.priority == Priority.EMERGENCY:
                return Need.APPROVER
            return _own_words(wanted)


def _own_words(wanted: Wanted) -> Need:
    """A clinician's nod in an operation that asks for one, unless it is the script."""
    nods = wanted.event_kind == EventKind.SURGERY and wanted.policy.get("off_script") == "nod"
    return Need.NOD if nods and not wanted.scripted else Need.NOBODY


def settles(decisions: Sequence[Approval]) -> bool:
    """Do these decisions about one revision, oldest first, let it go? The last word counts."""
    return last_word(decisions) is not None


def last_word(decisions: Sequence[Approval]) -> Approval | None:
    """The one that lets it go, unless another followed."""
    last = None
    for one in decisions:
        if one.verdict != Verdict.REVIEWED:
            last = one
    return last if last is not None and last.verdict in (Verdict.APPROVED, Verdict.BREAK_GLASS) else None


def may_decide(
    identity: str, roles: Iterable[Role], *, need: str, authors: Collection[str], approving: bool
) -> AppError | None:
    """
    Why this person may not give the second opinion; None when they may.

    Args:
        authors: Everybody who wrote any revision, or asked for it.
        approving: False for rejecting and sending back, which a writer may do to their own text too.
    """
    if not set(roles) & DECIDERS.get(need, DECIDERS[Need.APPROVER]):
        who = ", ".join(
            sorted(role.replace("_", " ") for role in DECIDERS.get(need, DECIDERS[Need.APPROVER]))
        )
        return Forbidden(f"This needs one of these roles on the event: {who}.", code="not_an_approver")
    if approving and identity in authors:
        return Forbidden(
            "This is your own message: you cannot approve it. Ask another approver.", code="own_message"
        )
    return None


def may_resubmit(identity: str, decisions: Sequence[Approval]) -> AppError | None:
    """Whoever sent a text back cannot write its next version: they would then approve their own words by proxy."""
    returners = {one.identity for one in decisions if one.verdict == Verdict.RETURNED}
    if identity in returners:
        return Forbidden(
            "You sent this back, so somebody else must write the next version.",
            code="returner_cannot_resubmit",
        )
    return None


def break_glass(
    *,
    need: str,
    waits_since: datetime | None,
    made_from: Mapping[str, str],
    own_template: bool,
    reason: str,
    now: datetime,
) -> AppError | None:
    """
    Why one person may not send this alone now; None when they may.

    Only a template as it stands, only after ten minutes of waiting, only with a reason, and never past the privacy
    check. Its blanks are the one thing that nobody chose beforehand: each holds a phrase, and no message of its own.

    Args:
        own_template: The same person brought the template in, so that nobody else has chosen its words.
    """
    if need != Need.APPROVER:
        return Forbidden("This always needs a second person. Call one.", code="second_person")
    if "template" not in made_from:
        return Forbidden(
            "Alone you can send only a template as it stands. Use one, or find an approver.",
            code="not_a_template",
        )
    if own_template:
        return Forbidden(
            "You brought this template in yourself. Use another one, or find an approver.",
            code="own_template",
        )
    for name, value in blanks_of(made_from).items():
        if not is_phrase(value):
            return Forbidden(
                f"Alone you put only a phrase into a blank: at most {MOST_ALONE} characters, and no sentence. "
                f"Shorten what stands in “{name}”, or find an approver.",
                code="blank_too_free",
                blank=name,
            )
    if waits_since is None or now - waits_since < BREAK_GLASS_AFTER:
        since = waits_since or now
        left_s = int((BREAK_GLASS_AFTER - (now - since)).total_seconds())
        return Conflict(
            f"You can send it alone in {max(1, -(-left_s // 60))} min if nobody answers. Call an approver meanwhile.",
            code="too_early",
            left_s=left_s,
        )
    if len(reason.strip()) < 10:
        return Forbidden("Say in a sentence why nobody else could be asked.", code="reason_needed")
    return None
