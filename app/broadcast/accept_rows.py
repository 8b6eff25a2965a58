"""
The rows of an accepted update; pure.

Everything that one accept writes is made here from the decision, the time and fresh identifiers, as plain rows for
bulk inserts: a hundred accepts that share a commit share their statements too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any

from app.accounts.audit import Record
from app.broadcast.bulk import Shape
from app.broadcast.intents import Accepted, DecidedUpdate, PlannedDelivery
from app.broadcast.topics import topic_id
from app.broadcast.words import Sentence, sentence
from app.ids import NewId
from app.models import (
    PRIORITY_RANK,
    Act,
    AuditEntry,
    Delivery,
    DeliveryPart,
    DeliveryState,
    IdempotencyRecord,
    Priority,
    TopicChange,
    TopicName,
    Update,
    UpdateRevision,
    UpdateState,
)

Rows = list[dict[str, Any]]
ACCEPTED_STATUS = 201


def _table(model: Any) -> Any:
    return model.__table__


UPDATES = Shape(
    _table(Update),
    {
        "revision": 1,
        "on_page": "shown",
        "corrected_by": None,
        "released_at": None,
        "asked_id": None,
        "asked_at": None,
        "unanswered": False,
        "version": 1,
    },
    now=("received_at",),
)
REVISIONS = Shape(_table(UpdateRevision), {"revision": 1}, now=("created_at",))
DELIVERIES = Shape(
    _table(Delivery),
    {
        "revision": 1,
        "state": str(DeliveryState.QUEUED),
        "claimable_at": None,
        "attempts": 0,
        "by_itself": "",
        "looks": 0,
        "fence": 0,
        "lease_owner": None,
        "lease_until": None,
        "permit_at": None,
        "must_start_by": None,
        "kill_epoch": 0,
        "remote_id": None,
        "url": None,
        "digest": None,
        "digest_id": None,
        "reread_at": None,
        "counts": {},
        "sent_at": None,
        "settled_at": None,
        "version": 1,
    },
    now=("created_at",),
)
PARTS = Shape(
    _table(DeliveryPart),
    {"state": str(DeliveryState.QUEUED), "remote_id": None, "url": None, "sent_at": None},
)
CHANGES = Shape(_table(TopicChange), now=("at",))
KEYS = Shape(_table(IdempotencyRecord), {"status": ACCEPTED_STATUS}, now=("created_at",))
AUDIT = Shape(_table(AuditEntry))
"""What a fresh row has in common with all others; the rows below say the rest."""


@dataclass(slots=True)
class AcceptRows:
    """Rows by table, in an order that satisfies the foreign keys."""

    updates: Rows = field(default_factory=list)
    revisions: Rows = field(default_factory=list)
    deliveries: Rows = field(default_factory=list)
    parts: Rows = field(default_factory=list)
    changes: Rows = field(default_factory=list)
    keys: Rows = field(default_factory=list)
    audit: list[Record] = field(default_factory=list)

    def by_shape(self) -> Sequence[tuple[Shape, Rows]]:
        return (
            (UPDATES, self.updates),
            (REVISIONS, self.revisions),
            (DELIVERIES, self.deliveries),
            (PARTS, self.parts),
            (CHANGES, self.changes),
            (KEYS, self.keys),
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where an update comes in its event, and its change on the desk's topic."""

    seq: int
    desk_offset: int
    desk_epoch: str
    held: bool = False  # the event is on hold: nothing counts down


def lane_of(event_id: str, planned: PlannedDelivery) -> str:
    """Answers to somebody have a lane of their own, so that they never wait for the main thread."""
    base = f"{event_id}:{planned.channel_id}"
    if planned.recipient:
        return f"{base}:{planned.recipient}"
    if planned.reply_to:
        return f"{base}:{planned.reply_to}"
    return base


@lru_cache(maxsize=8)
def _said(reason: str, zone: tzinfo) -> Sentence:
    return sentence(reason, zone=zone)


def build(
    rows: AcceptRows, decided: DecidedUpdate, place: Place, *, now: datetime, new_id: NewId, zone: tzinfo
) -> Accepted:
    """Append one update's rows; all but its idempotency record, which needs the rendered answer."""
    update_id = new_id()
    counts_down = decided.state == UpdateState.COUNTING_DOWN
    counting = counts_down and not place.held
    release_at = now + timedelta(seconds=decided.delay_s) if counting else None
    expires_at = now + timedelta(seconds=decided.delay_s + decided.expires_in_s)
    rows.updates.append(
        {
            "id": update_id,
            "event_id": decided.event_id,
            "seq": place.seq,
            "kind": str(decided.kind),
            "state": str(decided.state),
            "priority": str(decided.priority),
            "key_moment": decided.key_moment,
            "pinned": decided.pinned,
            "of_update_id": decided.of_update_id,
            "answers_reply_id": decided.answers_reply_id,
            "author_id": decided.author_id,
            "author_name": decided.author_name,
            "source": decided.source,
            "device_id": decided.device_id,
            "device_seq": decided.device_seq,
            "client_key": decided.client_key,
            "composed_at": decided.composed_at,
            "release_at": release_at,
            "hold_left_s": decided.delay_s if place.held and counts_down else None,
            "expires_at": expires_at,
            "late": decided.late,
            "marks": decided.marks,
            "needs": decided.needs,
            "asked_by": decided.asked_by,
            "occasion": str(decided.occasion),
            "planned_at": decided.planned_at,
            "waits_since": now if decided.state == UpdateState.AWAITING_APPROVAL else None,
        }
    )
    rows.revisions.append(
        {
            "update_id": update_id,
            "texts": decided.texts,
            "channel_texts": decided.channel_texts,
            "media": decided.media,
            "guard": decided.guard,
            "correction": decided.correction,
            "made_from": decided.made_from,
            "place": decided.place,
            "author_id": decided.author_id,
        }
    )
    reason = "on_hold" if place.held else "waits_for_release"
    said = _said(reason, zone)
    rank = PRIORITY_RANK[Priority(decided.priority)]
    delivery_ids: list[str] = []
    for planned in decided.deliveries:
        delivery_id = new_id()
        delivery_ids.append(delivery_id)
        rows.deliveries.append(
            {
                "id": delivery_id,
                "update_id": update_id,
                "event_id": decided.event_id,
                "channel_id": planned.channel_id,
                "act": str(Act(planned.act)),
                "of_delivery_id": planned.of_delivery_id,
                "reply_to": planned.reply_to,
                "recipient": planned.recipient,
                "audience_id": planned.audience_id,
                "first_to": planned.first_to,
                "lane": lane_of(decided.event_id, planned),
                "seq": place.seq,
                "priority": str(decided.priority),
                "rank": rank,
                "reason": reason,
                "why": said.why,
                "next_step": said.next_step,
                "due_at": release_at or now,
                "expires_at": expires_at,
            }
        )
        rows.parts.extend(
            {
                "delivery_id": delivery_id,
                "n": n,
                "ref": f"{delivery_id}.{n}",
                "text": text,
                "media": planned.media if n == 1 else (),
            }
            for n, text in enumerate(planned.parts, start=1)
        )
    rows.changes.append(
        {
            "topic_id": topic_id(decided.event_id, TopicName.DESK),
            "offset": place.desk_offset,
            "refs": [["update", update_id], *(["delivery", d] for d in delivery_ids)],
        }
    )
    rows.audit.append(
        Record(
            decided.actor,
            "update.accepted",
            decided.event_id,
            update_id,
            {
                "seq": place.seq,
                "kind": str(decided.kind),
                "priority": str(decided.priority),
                "state": str(decided.state),
                "channels": [planned.channel_id for planned in decided.deliveries],
            },
        )
    )
    return Accepted(update_id, place.seq, release_at, now, tuple(delivery_ids))


def key_row(decided: DecidedUpdate, answer: bytes) -> dict[str, Any]:
    return {
        "scope": decided.event_id,
        "key": decided.client_key,
        "body_hash": decided.body_hash,
        "answer": answer,
    }
