"""
Rows to wire: what the public, the family and the desk are shown of an event. Pure.

The public topic knows an update only once it is released and a reply only while it is let through; a text that was
taken back is not in what these functions return, so it cannot be in a frame, a delta, a snapshot or a cache.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, cast

from app.models import (
    NAMELESS,
    Channel,
    Delivery,
    LiveEvent,
    Reply,
    ReplyState,
    Update,
    UpdateKind,
    UpdateRevision,
    UpdateState,
)
from app.schemas.frames import (
    Author,
    ChannelState,
    DeskDelivery,
    DeskReply,
    DeskUpdate,
    DutyState,
    EventState,
    Item,
    Picture,
    StepPlace,
)

LABELS = {
    UpdateKind.CORRECTION: "correction",
    UpdateKind.RETRACTION: "retraction",
    UpdateKind.ALL_CLEAR: "all_clear",
    UpdateKind.ANSWER: "answer",
}
NUMBER_DIGITS_SHOWN = 3

Quiet = Literal["fine", "prompt", "holding_line", "promise_missed"]
AboutPatient = Literal["", "agreed", "unnamed"]

QUIET = "quiet"
"""In Update.marks: it only takes something back elsewhere, and is no item of its own."""


def event_state(event: LiveEvent, *, drill: bool, duty: DutyState | None = None) -> EventState:
    return EventState(
        id=event.id,
        slug=event.slug,
        kind=event.kind,
        title=event.title,
        place=event.place,
        headline=event.headline,
        state=event.state,
        sending=cast("Literal['open', 'hold', 'stop']", str(event.sending)),
        delay_s=event.delay_s,
        default_lang=event.default_lang,
        langs=tuple(event.langs),
        hashtags=tuple(event.hashtags),
        severity=event.severity,
        urgency=event.urgency,
        certainty=event.certainty,
        promised_next_at=event.promised_next_at,
        pinned=event.pinned if duty is not None else shown_facts(event.pinned),
        replies_open=event.replies_open,
        about_patient=cast("AboutPatient", event.about_patient),
        quiet=cast("Quiet", event.quiet) if duty is not None else "fine",
        drill=drill,
        starts_at=event.starts_at,
        started_at=event.started_at,
        ended_at=event.ended_at,
        duty=duty,
        version=event.version,
    )


def shown_facts(pinned: Mapping[str, Any]) -> dict[str, Any]:
    """Without what was said before, which may have been taken out for a reason, and without names of staff."""
    return {name: value for name, value in pinned.items() if name != "history"}


def update_item(update: Update, revision: UpdateRevision | None) -> Item | None:
    """What a viewer sees of an update; None while it is not released."""
    if update.state != UpdateState.RELEASED or revision is None or QUIET in update.marks:
        return None
    retracted = update.on_page == "retracted"
    return Item(
        id=update.id,
        type="update",
        version=update.version,
        at=update.released_at or update.received_at,
        texts={} if retracted else dict(revision.texts),
        state=cast("Literal['shown', 'corrected', 'retracted']", update.on_page),
        label=LABELS.get(UpdateKind(update.kind), ""),
        of=update.of_update_id or update.answers_reply_id,
        by=update.corrected_by,
        key_moment=update.key_moment,
        pinned=update.pinned,
        late=update.late,
        composed_at=update.composed_at if update.late else None,
        pictures=() if retracted else pictures(revision),
        step=step_place(revision, is_standing=update.on_page == "shown"),
    )


def step_place(revision: UpdateRevision, *, is_standing: bool) -> StepPlace | None:
    """What was put right or taken back is no place any more; that the course was left stays so."""
    place = revision.place
    return StepPlace(**place) if place and (is_standing or place["n"] == 0) else None


def pictures(revision: UpdateRevision) -> tuple[Picture, ...]:
    """Pictures whose size is known, so that a page does not jump when they load."""
    return tuple(
        Picture(
            url=media.get("url") or f"/media/{media['id']}",
            alt=media.get("alt") or {},
            width=media["width"],
            height=media["height"],
            graphic=bool(media.get("graphic")),
        )
        for media in revision.media
        if media.get("width") and media.get("height")
    )


def reply_item(reply: Reply, adapter: str) -> Item | None:
    """What a viewer sees of a reply; None unless it is let through."""
    if reply.state != ReplyState.SHOWN:
        return None
    # Somebody who texted has no public name: what the platform calls the author is the number. Another calls himself
    # by what identifies a patient, and the address of his reply has it too.
    nameless = bool(reply.number or reply.guard.get(NAMELESS))
    author = Author(channel=adapter) if nameless else reply_author(reply, adapter)
    return Item(
        id=reply.id,
        type="reply",
        version=reply.version,
        at=reply.at,
        texts={reply.lang or "und": reply.text},
        of=reply.update_id,
        author=author,
        url="" if nameless else reply.url,
    )


def removed_item(item_id: str, kind: Literal["update", "reply"], version: int, at: object) -> Item:
    """The tombstone: an id and nothing that was said."""
    return Item.model_validate(
        {"id": item_id, "type": kind, "version": version, "at": at, "state": "removed", "texts": {}}
    )


def reply_author(reply: Reply, adapter: str) -> Author:
    return Author(name=reply.author_name, handle=reply.author_handle, url=reply.author_url, channel=adapter)


def masked(number: str | None) -> str | None:
    if not number:
        return None
    return "•" * max(0, len(number) - NUMBER_DIGITS_SHOWN) + number[-NUMBER_DIGITS_SHOWN:]


def desk_reply(reply: Reply, adapter: str) -> DeskReply:
    author = reply_author(reply, adapter)
    if reply.number:
        hide = masked(reply.number) or ""
        author = Author(name=hide, handle="", url="", channel=adapter)
    return DeskReply(
        id=reply.id,
        version=reply.version,
        state=reply.state,
        text=reply.text,
        lang=reply.lang,
        author=author,
        number=masked(reply.number),
        url=reply.url,
        update_id=reply.update_id,
        labels=tuple(reply.labels),
        guard=reply.guard,
        claimed_by=reply.claimed_by,
        answered_by_update_id=reply.answered_by_update_id,
        at=reply.at,
        received_at=reply.received_at,
        edited_at=reply.edited_at,
    )


def desk_delivery(delivery: Delivery, part_states: Sequence[str]) -> DeskDelivery:
    return DeskDelivery(
        id=delivery.id,
        update_id=delivery.update_id,
        channel_id=delivery.channel_id,
        act=delivery.act,
        state=delivery.state,
        reason=delivery.reason,
        why=delivery.why,
        next_step=delivery.next_step,
        due_at=delivery.due_at,
        attempts=delivery.attempts,
        parts=max(1, len(part_states)),
        parts_sent=sum(state in ("sent", "delivered") for state in part_states),
        counts=delivery.counts,
        url=delivery.url,
        sent_at=delivery.sent_at,
        version=delivery.version,
    )


def desk_update(
    update: Update, revision: UpdateRevision | None, deliveries: Iterable[DeskDelivery]
) -> DeskUpdate:
    return DeskUpdate(
        id=update.id,
        seq=update.seq,
        version=update.version,
        kind=update.kind,
        state=update.state,
        priority=update.priority,
        texts=dict(revision.texts) if revision else {},
        channel_texts=dict(revision.channel_texts) if revision else {},
        on_page=update.on_page,
        of=update.of_update_id,
        by=update.corrected_by,
        answers_reply_id=update.answers_reply_id,
        key_moment=update.key_moment,
        pinned=update.pinned,
        author_id=update.author_id,
        author_name=update.author_name,
        source=update.source,
        late=update.late,
        composed_at=update.composed_at,
        received_at=update.received_at,
        release_at=update.release_at,
        hold_left_s=update.hold_left_s,
        released_at=update.released_at,
        expires_at=update.expires_at,
        occasion=cast("Literal['', 'day_before', 'morning']", update.occasion),
        planned_at=update.planned_at,
        media=tuple(revision.media) if revision else (),
        guard=revision.guard if revision else {},
        deliveries=tuple(deliveries),
    )


def channel_state(
    channel: Channel, *, audience_size: int | None, limited_until: datetime | None = None
) -> ChannelState:
    return ChannelState(
        id=channel.id,
        adapter=channel.adapter,
        name=channel.name,
        state=channel.state,
        why=channel.why,
        limited_until=limited_until,
        resting_until=channel.resting_until,
        resting_why=channel.resting_why,
        carried_by=channel.carried_by,
        probe_ok=channel.probe_ok,
        probe_words=channel.probe_words,
        audience_size=audience_size,
        version=channel.version,
    )
