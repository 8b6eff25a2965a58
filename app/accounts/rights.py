"""
Who may do what, as one table: a flat set of roles per event, each action open to some of them, nothing by default.

Roles and the rights they carry: architecture decisions, section 9.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from app.errors import Forbidden, Unauthorized
from app.models import EVERY_EVENT, Role


class Action(StrEnum):
    """Everything that can be asked for. A name stored in an API key's scopes never changes."""

    EVENT_READ = "event.read"
    EVENT_CREATE = "event.create"
    EVENT_EDIT = "event.edit"
    EVENT_LIFECYCLE = "event.lifecycle"  # go live, end
    UPDATE_SUBMIT = "update.submit"
    UPDATE_UNDO = "update.undo"
    UPDATE_DECIDE = "update.decide"  # approve, reject, send back; who may is in editorial.approval
    UPDATE_CORRECT = "update.correct"
    CONSENT_READ = "consent.read"
    CONSENT_RECORD = "consent.record"
    CONSENT_REVOKE = "consent.revoke"
    MEDIA_UPLOAD = "media.upload"
    COMPLICATION_CALL = "complication.call"
    FAMILY_TELL = "family.tell"
    BUTTON_HAND = "button.hand"  # who has the button
    TEMPLATE_MANAGE = "template.manage"
    CUE_EDIT = "cue.edit"
    CUE_SIGN = "cue.sign"
    DRILL_RUN = "drill.run"
    DRILL_READ = "drill.read"  # how people did
    SENDING_HOLD = "sending.hold"
    SENDING_RESUME = "sending.resume"
    SENDING_STOP = "sending.stop"
    SENDING_RESTART = "sending.restart"
    DELIVERY_RESOLVE = "delivery.resolve"
    REPLY_MODERATE = "reply.moderate"
    CHANNEL_READ = "channel.read"
    CHANNEL_MANAGE = "channel.manage"
    AUDIENCE_MANAGE = "audience.manage"
    PEOPLE_READ = "people.read"
    PEOPLE_MANAGE = "people.manage"
    DEVICE_MANAGE = "device.manage"  # pair and wipe tablets
    POLICY_MANAGE = "policy.manage"
    PROPOSAL_READ = "proposal.read"
    PROPOSAL_CONFIRM = "proposal.confirm"  # be the second person
    KEYS_MANAGE = "keys.manage"
    AUDIT_READ = "audit.read"
    REHEARSAL_PLAY = "rehearsal.play"
    STREAM_DESK = "stream.desk"
    STREAM_FAMILY = "stream.family"


_R = Role
_DUTY = frozenset(
    {_R.PRESENTER, _R.NARRATOR, _R.MODERATOR, _R.CLINICIAN_REVIEWER, _R.APPROVER, _R.FAMILY_LIAISON, _R.ADMIN}
)
_EVERYBODY = _DUTY | {_R.AUDITOR}

ALLOWED: Mapping[Action, frozenset[Role]] = {
    Action.EVENT_READ: _EVERYBODY,
    Action.EVENT_CREATE: frozenset({_R.APPROVER, _R.ADMIN}),
    Action.EVENT_EDIT: frozenset({_R.PRESENTER, _R.APPROVER, _R.ADMIN}),
    Action.EVENT_LIFECYCLE: frozenset({_R.PRESENTER, _R.APPROVER, _R.ADMIN}),
    Action.UPDATE_SUBMIT: frozenset({_R.PRESENTER, _R.NARRATOR, _R.APPROVER, _R.ADMIN}),
    Action.UPDATE_UNDO: _DUTY,  # pull-back from any desk
    Action.UPDATE_DECIDE: frozenset({_R.APPROVER, _R.NARRATOR, _R.CLINICIAN_REVIEWER}),
    Action.UPDATE_CORRECT: frozenset({_R.PRESENTER, _R.NARRATOR, _R.APPROVER, _R.ADMIN}),
    Action.CONSENT_READ: _EVERYBODY,
    Action.CONSENT_RECORD: frozenset({_R.APPROVER, _R.CLINICIAN_REVIEWER, _R.ADMIN}),
    Action.CONSENT_REVOKE: _DUTY,  # whoever hears that the patient withdraws
    Action.MEDIA_UPLOAD: frozenset({_R.PRESENTER, _R.NARRATOR, _R.APPROVER, _R.ADMIN}),
    Action.COMPLICATION_CALL: _DUTY,
    Action.FAMILY_TELL: frozenset({_R.FAMILY_LIAISON, _R.CLINICIAN_REVIEWER}),
    Action.BUTTON_HAND: frozenset({_R.PRESENTER, _R.MODERATOR, _R.APPROVER, _R.ADMIN}),
    Action.TEMPLATE_MANAGE: frozenset({_R.APPROVER, _R.ADMIN}),
    Action.CUE_EDIT: frozenset({_R.PRESENTER, _R.APPROVER, _R.ADMIN}),
    Action.CUE_SIGN: frozenset({_R.CLINICIAN_REVIEWER, _R.APPROVER}),
    Action.DRILL_RUN: frozenset({_R.PRESENTER, _R.APPROVER, _R.ADMIN}),
    Action.DRILL_READ: frozenset({_R.PRESENTER, _R.APPROVER, _R.AUDITOR, _R.ADMIN}),
    Action.SENDING_HOLD: _DUTY,
    Action.SENDING_RESUME: _DUTY,
    Action.SENDING_STOP: _DUTY,
    Action.SENDING_RESTART: _DUTY,  # by a second person; the rule is in broadcast.stop
    Action.DELIVERY_RESOLVE: frozenset({_R.PRESENTER, _R.MODERATOR, _R.APPROVER, _R.ADMIN}),
    Action.REPLY_MODERATE: frozenset(
        {_R.MODERATOR, _R.CLINICIAN_REVIEWER, _R.PRESENTER, _R.APPROVER, _R.ADMIN}
    ),
    Action.CHANNEL_READ: _EVERYBODY,
    Action.CHANNEL_MANAGE: frozenset({_R.ADMIN}),
    Action.AUDIENCE_MANAGE: frozenset({_R.ADMIN}),
    Action.PEOPLE_READ: _EVERYBODY,
    Action.PEOPLE_MANAGE: frozenset({_R.ADMIN}),
    Action.DEVICE_MANAGE: frozenset({_R.ADMIN}),
    Action.POLICY_MANAGE: frozenset({_R.ADMIN}),
    Action.PROPOSAL_READ: frozenset({_R.APPROVER, _R.AUDITOR, _R.ADMIN}),
    Action.PROPOSAL_CONFIRM: frozenset({_R.APPROVER, _R.ADMIN}),
    Action.KEYS_MANAGE: frozenset({_R.ADMIN}),
    Action.AUDIT_READ: frozenset({_R.AUDITOR, _R.ADMIN}),
    Action.REHEARSAL_PLAY: frozenset({_R.PRESENTER, _R.APPROVER, _R.ADMIN}),
    Action.STREAM_DESK: _EVERYBODY,
    Action.STREAM_FAMILY: frozenset({_R.FAMILY_LIAISON, _R.ADMIN}),
}

# What a second person does in person: a key is nobody's second pair of eyes, whatever its scopes say.
IN_PERSON = frozenset(
    {
        Action.SENDING_RESTART,
        Action.PROPOSAL_CONFIRM,
        Action.UPDATE_DECIDE,
        Action.CONSENT_RECORD,
        Action.CUE_SIGN,
        Action.FAMILY_TELL,
        Action.BUTTON_HAND,
    }
)

CONFIRMING = ALLOWED[Action.PROPOSAL_CONFIRM]
"""Who can be the second of two people."""

BY_TWO = frozenset({Role.ADMIN, Role.APPROVER, Role.NARRATOR, Role.CLINICIAN_REVIEWER, Role.FAMILY_LIAISON})
"""Roles that one person cannot give: the word of whoever holds one lets something go that waited for it."""

# What a tablet that waits for its PIN still does: whoever picks it up may stop, never say.
WHILE_LOCKED = frozenset({Action.SENDING_HOLD, Action.SENDING_STOP, Action.COMPLICATION_CALL})

WORDS: Mapping[Role, str] = {
    _R.PRESENTER: "presenter",
    _R.NARRATOR: "narrator",
    _R.MODERATOR: "moderator",
    _R.CLINICIAN_REVIEWER: "clinician reviewer",
    _R.APPROVER: "approver",
    _R.FAMILY_LIAISON: "family liaison",
    _R.AUDITOR: "auditor",
    _R.ADMIN: "admin",
}


@dataclass(frozen=True, slots=True)
class Actor:
    """
    Who asks: a person with roles, or a program with a key.

    Attributes:
        roles: event id (or "*") -> roles there. A key has none and is bound by its scopes and its event instead.
        session_id: The browser session, when there is one; revoking it ends its sockets too.
        device_id: The paired tablet that the session lives on, when it does.
        locked: The tablet was left alone and waits for its PIN.
        chooses: Came in by an invitation, or was let in again: may choose a password, and until then nothing else.
        owner_id: The person who made a key and answers for it.
    """

    kind: str  # "person" or "key"
    id: str
    name: str
    roles: Mapping[str, frozenset[Role]] = field(default_factory=dict)
    scopes: frozenset[str] = frozenset()
    key_event_id: str | None = None
    session_id: str | None = None
    device_id: str | None = None
    locked: bool = False
    chooses: bool = False
    owner_id: str | None = None

    @property
    def identity(self) -> str:
        """The human behind it, for rules that want two of them; a key that nobody answers for is only itself."""
        return self.label if self.answers is None else f"person:{self.answers}"

    @property
    def label(self) -> str:
        """As written in the audit."""
        return f"{self.kind}:{self.id}"

    @property
    def person_id(self) -> str | None:
        return self.id if self.kind == "person" else None

    @property
    def answers(self) -> str | None:
        """The person who stands behind what is asked: two of them make two people."""
        return self.id if self.kind == "person" else self.owner_id


def roles_on(actor: Actor, event_id: str) -> frozenset[Role]:
    """A person's roles on one event, those on every event included; a key has none."""
    return actor.roles.get(EVERY_EVENT, frozenset()) | actor.roles.get(event_id, frozenset())


def allows(actor: Actor | None, action: Action, event_id: str | None = None) -> bool:
    """Default deny. Without an event, only a role on every event counts."""
    if actor is None:
        return False
    if actor.kind == "key":
        return (
            action not in IN_PERSON
            and action.value in actor.scopes
            and actor.key_event_id in (EVERY_EVENT, event_id)
        )
    if actor.locked and action not in WHILE_LOCKED:
        return False
    held = actor.roles.get(EVERY_EVENT, frozenset())
    if event_id is not None:
        held = held | actor.roles.get(event_id, frozenset())
    return bool(held & ALLOWED.get(action, frozenset()))


def require(actor: Actor | None, action: Action, event_id: str | None = None) -> Actor:
    """
    Raises:
        Unauthorized: nobody is signed in.
        Forbidden: somebody is, without the right; the sentence says who may.
    """
    if actor is None:
        raise Unauthorized("Sign in first.")
    if not allows(actor, action, event_id):
        if actor.locked and allows(replace(actor, locked=False), action, event_id):
            raise Forbidden("This tablet was left alone. Enter its PIN to go on.", code="pin_needed")
        if actor.kind == "key" and action in IN_PERSON:
            raise Forbidden("This is done by a person, not by a key. Sign in.", code="not_by_key")
        if actor.kind == "key":
            raise Forbidden(
                f"This key lacks the scope {action.value} for this event. Ask an admin for one that has it."
            )
        who = ", ".join(sorted(WORDS[role] for role in ALLOWED.get(action, frozenset())))
        raise Forbidden(
            f"This needs one of these roles on the event: {who}. Ask an admin to give you one.", action=action
        )
    return actor
