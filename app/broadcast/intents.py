"""What the editorial side hands over: an update that has been decided, and what is to happen on each channel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class PlannedDelivery:
    """
    One channel's share of a decided update.

    Attributes:
        parts: Final texts in order, drill stamp, hashtags and numbering included; none for act "delete".
        act: "post", "edit", "delete" or "reply".
        of_delivery_id: The earlier delivery that an edit, delete or correcting reply is about.
        reply_to: Remote id that a reply answers.
        recipient: One number, for an answer to somebody's text.
        audience_id: The list, frozen here; expanded to recipients after release.
        first_to: Delivery id whose recipients go first (a correction), if any.
    """

    channel_id: str
    parts: tuple[str, ...]
    act: str = "post"
    of_delivery_id: str | None = None
    reply_to: str | None = None
    recipient: str | None = None
    audience_id: str | None = None
    media: tuple[Mapping[str, Any], ...] = ()
    first_to: str | None = None


@dataclass(frozen=True, slots=True)
class FromStep:
    """
    The step of the cue sheet that an update is sent as, at the version it was decided on.

    Attributes:
        once: Nobody sends it a second time; a line kept for complications serves in every one of them.
    """

    id: str
    version: int
    once: bool = True


@dataclass(frozen=True, slots=True)
class DecidedUpdate:
    """
    An update that may be accepted as it stands.

    Attributes:
        client_key: The submitter's own idempotency key; unique in the event.
        body_hash: SHA-256 of the canonical request, to tell a repeat from a different body under one key.
        state: "counting_down", or "awaiting_approval" (then nothing counts down yet).
        delay_s: Seconds from accept to release.
        expires_in_s: Seconds from release (or accept, while waiting) after which nothing may start.
        not_out: Of a correction: earlier deliveries that it does nothing about, as they never left, each with its fence
            as it was read then. Where one has begun since, it is decided again.
        marks: {"corrected": update id} or {"retracted": update id}: what the public page strikes or empties at release.
        needs: Whose second opinion the gate must find before it leaves; empty for nobody's.
        asked_by: The human behind the request, whatever door was used; never their second opinion.
        correction: Saved with it, so that a mistake can be put right at once.
        step: The step of the cue sheet it is sent as, whether its words are still the step's or not.
        place: Where the operation is by it, as the page says it once this is out.
        occasion, planned_at: Of a post planned before the event: one stands for each occasion, and it goes at its time.
        event_version: Of the event whose rules it was decided by; with others it is decided again. None: by no such rules.
        read_with: What the privacy check read it together with (`neighbours.said_last`), the same. None: with nothing.
    """

    event_id: str
    kind: str
    priority: str
    client_key: str
    body_hash: str
    texts: Mapping[str, str]
    deliveries: tuple[PlannedDelivery, ...]
    delay_s: float
    expires_in_s: float
    composed_at: datetime
    channel_texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    media: tuple[Mapping[str, Any], ...] = ()
    guard: Mapping[str, Any] = field(default_factory=dict)
    state: str = "counting_down"
    key_moment: bool = False
    pinned: bool = False
    of_update_id: str | None = None
    answers_reply_id: str | None = None
    not_out: tuple[tuple[str, int], ...] = ()
    marks: Mapping[str, str] = field(default_factory=dict)
    needs: str = ""
    asked_by: str = ""
    correction: Mapping[str, str] = field(default_factory=dict)
    made_from: Mapping[str, str] = field(default_factory=dict)
    step: FromStep | None = None
    place: Mapping[str, Any] = field(default_factory=dict)
    author_id: str | None = None
    author_name: str = ""
    actor: str = "system"
    source: str = "api"
    device_id: str | None = None
    device_seq: int | None = None
    late: bool = False
    occasion: str = ""
    planned_at: datetime | None = None
    event_version: int | None = None
    read_with: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """What one accepted update became. `answer` is the stored reply body, byte for byte the same on every repeat."""

    update_id: str
    seq: int
    release_at: datetime | None
    received_at: datetime
    delivery_ids: tuple[str, ...]
    answer: bytes = b""
    replayed: bool = False


RenderAnswer = Callable[[Accepted], bytes]
