"""
The rows of an accepted update; pure.

Everything that one accept writes is made here from the decision, the time and fresh identifiers, as plain rows for
bulk inserts: a hundred accepts that share a commit share their statements too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Any

from app.accounts.audit import Record
from app.broadcast.intents import Accepted, DecidedUpdate, PlannedDelivery
from app.broadcast.topics import topic_id
from app.broadcast.words import sentence
from app.ids import NewId
from app.models import (
    PRIORITY_RANK,
    Act,
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
    steps: list[tuple[str, str]] = field(default_factory=list)  # a step of the cue sheet, and what it became

    def by_table(self) -> Sequence[tuple[Any, Rows]]:
        return (
            (Update, self.updates),
            (UpdateRevision, self.revisions),
            (Delivery, self.deliveries),
            (DeliveryPart, self.parts),
            (TopicChange, self.changes),
            (IdempotencyRecord, self.keys),
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
            "revision": 1,
            "key_moment": decided.key_moment,
            "pinned": decided.pinned,
            "on_page": "shown",
            "of_update_id": decided.of_update_id,
            "corrected_by": None,
            "answers_reply_id": decided.answers_reply_id,
            "author_id": decided.author_id,
            "author_name": decided.author_name,
            "source": decided.source,
            "device_id": decided.device_id,
            "device_seq": decided.device_seq,
            "client_key": decided.client_key,
            "composed_at": decided.composed_at,
            "received_at": now,
            "release_at": release_at,
            "hold_left_s": decided.delay_s if place.held and counts_down else None,
            "released_at": None,
            "expires_at": expires_at,
            "late": decided.late,
            "marks": dict(decided.marks),
            "needs": decided.needs,
            "asked_by": decided.asked_by,
            "occasion": str(decided.occasion),
            "planned_at": decided.planned_at,
            "asked_id": None,
            "asked_at": None,
            "unanswered": False,
            "waits_since": now if decided.state == UpdateState.AWAITING_APPROVAL else None,
            "version": 1,
        }
    )
    rows.revisions.append(
        {
            "update_id": update_id,
            "revision": 1,
            "texts": dict(decided.texts),
            "channel_texts": {k: dict(v) for k, v in decided.channel_texts.items()},
            "media": [dict(m) for m in decided.media],
            "guard": dict(decided.guard),
            "correction": dict(decided.correction),
            "made_from": dict(decided.made_from),
            "author_id": decided.author_id,
            "created_at": now,
        }
    )
    said = sentence("on_hold" if place.held else "waits_for_release", zone=zone)
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
                "revision": 1,
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
                "state": str(DeliveryState.QUEUED),
                "reason": "on_hold" if place.held else "waits_for_release",
                "why": said.why,
                "next_step": said.next_step,
                "claimable_at": None,
                "due_at": release_at or now,
                "expires_at": expires_at,
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
                "created_at": now,
                "sent_at": None,
                "settled_at": None,
                "version": 1,
            }
        )
        rows.parts.extend(
            {
                "delivery_id": delivery_id,
                "n": n,
                "ref": f"{delivery_id}.{n}",
                "text": text,
                "state": str(DeliveryState.QUEUED),
                "remote_id": None,
                "url": None,
                "media": [dict(m) for m in planned.media] if n == 1 else [],
                "sent_at": None,
            }
            for n, text in enumerate(planned.parts, start=1)
        )
    rows.changes.append(
        {
            "topic_id": topic_id(decided.event_id, TopicName.DESK),
            "offset": place.desk_offset,
            "refs": [["update", update_id], *(["delivery", d] for d in delivery_ids)],
            "at": now,
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


def key_row(decided: DecidedUpdate, answer: bytes, now: datetime) -> dict[str, Any]:
    return {
        "scope": decided.event_id,
        "key": decided.client_key,
        "body_hash": decided.body_hash,
        "status": ACCEPTED_STATUS,
        "answer": answer,
        "created_at": now,
    }
