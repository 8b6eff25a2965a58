"""
What travels on the stream: frames, snapshots, deltas and the things in them. See docs/stream.md.

One encoded frame goes to every viewer of a topic, so nothing personal is ever in one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Wire(BaseModel):
    """Base of everything on the wire: unknown fields are an error, on both sides."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Author(Wire):
    """Who wrote a reply, as the platform shows them. `channel` is the adapter's name."""

    name: str = ""
    handle: str = ""
    url: str = ""
    channel: str = ""


class Picture(Wire):
    url: str
    alt: dict[str, str]
    width: int
    height: int
    graphic: bool = False


class StepPlace(Wire):
    """
    Where the operation is: step `n` of `of`, and what it is called on the page.

    The page says the greatest `n` of the items since the last whose `n` is 0, which says that the course was left.
    """

    n: int
    of: int
    label: dict[str, str]


class Item(Wire):
    """
    An update or a reply as a viewer sees it.

    Attributes:
        version: Grows with every change of this item; the same version says the same.
        state: "shown", "corrected" (struck through; `by` names the correction), or "retracted"/"removed" (no text).
        label: "correction", "retraction", "all_clear", "answer" or "".
        of: Id of the item this one corrects or answers.
    """

    id: str
    type: Literal["update", "reply"]
    version: int
    at: datetime
    texts: dict[str, str] = Field(default_factory=dict)
    state: Literal["shown", "corrected", "retracted", "removed"] = "shown"
    label: str = ""
    of: str | None = None
    by: str | None = None
    key_moment: bool = False
    pinned: bool = False
    late: bool = False
    composed_at: datetime | None = None
    author: Author | None = None
    url: str = ""
    pictures: tuple[Picture, ...] = ()
    step: StepPlace | None = None


class DeskDelivery(Wire):
    """One row of the delivery board; an aggregate, never a recipient."""

    id: str
    update_id: str
    channel_id: str
    act: str
    state: str
    reason: str = ""
    why: str = ""
    next_step: str = ""
    due_at: datetime | None = None
    attempts: int = 0
    parts: int = 1
    parts_sent: int = 0
    counts: dict[str, int] = Field(default_factory=dict)
    url: str | None = None
    sent_at: datetime | None = None
    version: int = 1


class DeskUpdate(Wire):
    """An update with everything that the public is not shown."""

    id: str
    seq: int
    version: int
    kind: str
    state: str
    priority: str
    texts: dict[str, str]
    channel_texts: dict[str, dict[str, str]] = Field(default_factory=dict)
    on_page: str = "shown"
    of: str | None = None
    by: str | None = None
    answers_reply_id: str | None = None
    key_moment: bool = False
    pinned: bool = False
    author_id: str | None = None
    author_name: str = ""
    source: str = ""
    late: bool = False
    composed_at: datetime
    received_at: datetime
    release_at: datetime | None = None
    hold_left_s: float | None = None
    released_at: datetime | None = None
    expires_at: datetime
    # Of a post planned before the event: what it is for, and when it is to go out.
    occasion: Literal["", "day_before", "morning"] = ""
    planned_at: datetime | None = None
    media: tuple[dict[str, Any], ...] = ()
    guard: dict[str, Any] = Field(default_factory=dict)
    deliveries: tuple[DeskDelivery, ...] = ()


class DeskReply(Wire):
    """
    A reply with its moderation. `number` is masked but for the last three digits; among `labels`, `help` says that
    somebody asks for help.
    """

    id: str
    version: int
    state: str
    text: str
    lang: str | None = None
    author: Author
    number: str | None = None
    url: str = ""
    update_id: str | None = None
    labels: tuple[str, ...] = ()
    guard: dict[str, Any] = Field(default_factory=dict)
    claimed_by: str | None = None
    answered_by_update_id: str | None = None
    at: datetime
    received_at: datetime
    edited_at: datetime | None = None


class TurnState(Wire):
    """Whose turn it is to answer about one update that waits, and since when."""

    update_id: str
    person_id: str
    name: str
    since: datetime
    unanswered: bool = False


class DutyState(Wire):
    """
    What only staff are told of an event: who stopped it and when, who has the button, whether its course has changed.

    Attributes:
        sending_since: When `sending` became what it is; `sending_by` is the name of who did it.
        button_by: Id of the person who has the button.
        offered_to: Id of the person it is being offered to.
        turns: For updates that wait where approvers are asked in turn.
        complication: "" when the course has not changed, "called" until the family was told, then "family_told".
    """

    sending_since: datetime | None = None
    sending_by: str = ""
    button_by: str | None = None
    button_by_name: str = ""
    offered_to: str | None = None
    offered_to_name: str = ""
    complication: Literal["", "called", "family_told"] = ""
    complication_at: datetime | None = None
    turns: tuple[TurnState, ...] = ()


class EventState(Wire):
    """What everybody sees of the event itself. `duty` is for staff; nobody else gets it."""

    id: str
    slug: str
    kind: str
    title: str
    place: str = ""
    headline: str = ""
    state: str
    sending: Literal["open", "hold", "stop"] = "open"
    delay_s: int = 20
    default_lang: str = "en"
    langs: tuple[str, ...] = ("en",)
    hashtags: tuple[str, ...] = ()
    severity: str | None = None
    urgency: str | None = None
    certainty: str | None = None
    promised_next_at: datetime | None = None
    pinned: dict[str, Any] = Field(default_factory=dict)
    # Whether questions are taken; true for everybody but staff.
    replies_open: bool = True
    # What the page may say of the patient: nothing, that the consent stands, or also that nobody says who it is.
    about_patient: Literal["", "agreed", "unnamed"] = ""
    # What the silence guard asks of the desk; "fine" for everybody else.
    quiet: Literal["fine", "prompt", "holding_line", "promise_missed"] = "fine"
    drill: bool = False
    starts_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    duty: DutyState | None = None
    version: int = 1


class ItemAdded(Wire):
    op: Literal["item.added"] = "item.added"
    item: Item


class ItemRevised(Wire):
    op: Literal["item.revised"] = "item.revised"
    item: Item


class EventChanged(Wire):
    op: Literal["event.changed"] = "event.changed"
    event: EventState


class UpdateChanged(Wire):
    """Desk only: an update is new or has changed."""

    op: Literal["update.changed"] = "update.changed"
    update: DeskUpdate


class DeliveryChanged(Wire):
    """Desk only."""

    op: Literal["delivery.changed"] = "delivery.changed"
    delivery: DeskDelivery


class ReplyChanged(Wire):
    """Desk only: a reply came in or was decided on."""

    op: Literal["reply.changed"] = "reply.changed"
    reply: DeskReply


class ChannelState(Wire):
    """Desk only: one channel of this event and how it is."""

    id: str
    adapter: str
    name: str
    state: str
    why: str = ""
    probe_ok: bool | None = None
    probe_words: str = ""
    limited_until: datetime | None = None
    resting_until: datetime | None = None
    resting_why: str = ""
    carried_by: str = ""
    audience_size: int | None = None
    version: int = 1


class ChannelChanged(Wire):
    op: Literal["channel.changed"] = "channel.changed"
    channel: ChannelState


Op = Annotated[
    ItemAdded | ItemRevised | EventChanged | UpdateChanged | DeliveryChanged | ReplyChanged | ChannelChanged,
    Field(discriminator="op"),
]


class Frame(Wire):
    """One change or several in a row: from `prev` to `offset`, in one epoch of one topic."""

    type: Literal["frame"] = "frame"
    topic: str
    epoch: str
    prev: int
    offset: int
    ops: tuple[Op, ...]


class Snapshot(Wire):
    """The whole state at `offset`. Items newest first; `more` says that older ones can be paged for."""

    type: Literal["snapshot"] = "snapshot"
    topic: str
    epoch: str
    offset: int
    event: EventState
    items: tuple[Item, ...] = ()
    updates: tuple[DeskUpdate, ...] = ()
    replies: tuple[DeskReply, ...] = ()
    channels: tuple[ChannelState, ...] = ()
    more: bool = False
    viewers: int | None = None


class Delta(Wire):
    """Everything that changed after `prev`, rewritten through the current state."""

    type: Literal["delta"] = "delta"
    topic: str
    epoch: str
    prev: int
    offset: int
    ops: tuple[Op, ...]


class Heartbeat(Wire):
    """Every 10 s: where the topic is, a digest of its public state, and about how many watch."""

    type: Literal["heartbeat"] = "heartbeat"
    topic: str
    epoch: str
    offset: int
    digest: str = ""
    viewers: int | None = None
    at: datetime


class Hello(Wire):
    """First message of a viewer: where it was, if anywhere; `ticket` on staff topics."""

    type: Literal["hello"] = "hello"
    topic: str
    epoch: str | None = None
    offset: int | None = None
    ticket: str | None = None
