"""
How a mistake is put right on every channel at once: what is done where, what cannot be recalled, what it costs. Pure.

The plan names every channel that the wrong text went to, or may have gone to, and everybody who got it is told
first. Where nothing can be done it says so instead of leaving the channel out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from app.broadcast.intents import DecidedUpdate, PlannedDelivery
from app.broadcast.projection import QUIET
from app.channels.base import Capabilities
from app.errors import InvalidInput
from app.models import Act, DeliveryState, Priority, UpdateKind

LABELS: Mapping[str, Mapping[str, str]] = {
    UpdateKind.CORRECTION: {
        "en": "Correction",
        "it": "Rettifica",
        "fr": "Rectification",
        "es": "Rectificación",
        "ca": "Rectificació",
    },
    UpdateKind.RETRACTION: {
        "en": "Taken back",
        "it": "Ritirato",
        "fr": "Retiré",
        "es": "Retirado",
        "ca": "Retirat",
    },
    UpdateKind.ALL_CLEAR: {
        "en": "All clear",
        "it": "Cessato allarme",
        "fr": "Fin d’alerte",
        "es": "Fin de la alerta",
        "ca": "Fi de l’alerta",
    },
}
"""Put before the text everywhere; nobody can take it off."""

TAKEN_BACK: Mapping[str, str] = {
    "en": "We have taken this message back. Please do not share it.",
    "it": "Abbiamo ritirato questo messaggio. Per favore non condividetelo.",
    "fr": "Nous avons retiré ce message. Merci de ne pas le partager.",
    "es": "Hemos retirado este mensaje. Por favor, no lo compartan.",
    "ca": "Hem retirat aquest missatge. Si us plau, no el compartiu.",
}
"""What a retraction says when nobody wrote anything else: no claim, old or new."""


class Way(StrEnum):
    """What is done on one channel."""

    EDIT = "edit"
    REPLACE = "replace"  # delete it, then post the right one
    REPLY = "reply"
    TEXT = "text"  # a follow-up text message
    DELETE = "delete"
    POST = "post"
    NOTHING = "nothing"


MAY_BE_OUT = (DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.UNKNOWN, DeliveryState.SENDING)


@dataclass(frozen=True, slots=True)
class Out:
    """
    One delivery of the wrong text.

    Attributes:
        people: Of a list: how many were sent it; None on channels that are pages.
        told_with: How many other updates are told in the very same post.
        begun: A first byte may have left, whatever the state says now.
        fence: As it was read: it moves when anything begins.
        deleted: Its post is gone: nothing can be changed, answered or deleted there any more.
    """

    delivery_id: str
    channel_id: str
    channel_name: str
    adapter: str
    capabilities: Capabilities
    state: str
    begun: bool
    parts: int = 1
    told_with: int = 0
    fence: int = 0
    deleted: bool = False
    audience_id: str | None = None
    recipient: str | None = None
    people: int | None = None

    @property
    def texts_people(self) -> bool:
        return self.audience_id is not None or self.recipient is not None

    @property
    def may_be_out(self) -> bool:
        return self.state in MAY_BE_OUT or (self.state == DeliveryState.HELD and self.begun)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An update with what became of it on each channel."""

    update_id: str
    event_id: str
    deliveries: tuple[Out, ...]


@dataclass(frozen=True, slots=True)
class NoRecall:
    """What no program can take back."""

    channel_id: str
    channel_name: str
    people: int | None
    words: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the forecast says of posting on a channel; `cost` is None when no price is set."""

    seconds: float = 1.0
    cost: float | None = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """
    One channel of a plan.

    Attributes:
        words: What happens there, for the person who confirms.
        stays: What cannot be recalled, empty when nothing stays.
        cost: In the currency of the channel's price; None when no price is set.
    """

    out: Out
    way: Way
    words: str
    stays: str = ""
    seconds: float = 1.0
    cost: float | None = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    kind: str
    lines: tuple[Line, ...]
    page: str

    @property
    def people(self) -> int:
        return sum(line.out.people or 0 for line in self.lines if line.way == Way.TEXT)

    @property
    def seconds(self) -> float:
        return max((line.seconds for line in self.lines), default=1.0)

    @property
    def cost(self) -> float | None:
        costs = [line.cost for line in self.lines]
        return None if any(cost is None for cost in costs) else sum(cost or 0.0 for cost in costs)


def ways(kind: str, out: Out) -> tuple[Way, ...]:
    """What can be done on a channel, the one that is proposed first."""
    if not out.may_be_out:
        return (Way.NOTHING,)
    if out.texts_people:
        return (Way.TEXT, Way.NOTHING)
    if out.deleted:
        # Who read it is told all the same, by a post of its own: the platform takes no reply to what is gone.
        return (Way.NOTHING,) if kind == UpdateKind.RETRACTION else (Way.POST, Way.NOTHING)
    can = out.capabilities
    found: list[Way] = []
    match kind:
        case UpdateKind.RETRACTION:
            found += [Way.DELETE] if can.deletes else []
            found += [Way.REPLY]
        case UpdateKind.CORRECTION:
            # A thread that becomes shorter would keep wrong posts at its end, and a post that tells other updates
            # too would lose them, so neither is edited or replaced.
            editable = can.edits and out.parts == 1 and not out.told_with
            if editable and out.adapter == "facebook":
                found.append(Way.EDIT)
            found.append(Way.REPLY)
            if editable and Way.EDIT not in found:
                found.append(Way.EDIT)
            found += [Way.REPLACE] if can.deletes and not out.told_with else []
        case _:
            found += [Way.REPLY, Way.POST] if can.threads else [Way.POST, Way.REPLY]
    return (*found, Way.NOTHING)


def plan(
    kind: str,
    original: Outgoing,
    *,
    told: Mapping[str, Told],
    chosen: Mapping[str, str] | None = None,
) -> Plan:
    """
    What will be done everywhere.

    Args:
        told: By channel id: what the forecast says of posting the right text there.
        chosen: By channel id: another way than the proposed one.

    Raises:
        InvalidInput: a way the channel does not have.
    """
    lines = []
    for out in original.deliveries:
        possible = ways(kind, out)
        way = Way((chosen or {}).get(out.channel_id, possible[0]))
        if way not in possible:
            raise InvalidInput(
                f"{out.channel_name} cannot do that. Choose one of: {', '.join(possible)}.",
                code="not_possible",
                channel_id=out.channel_id,
            )
        lines.append(_line(out, way, told.get(out.channel_id, Told())))
    page = {
        UpdateKind.CORRECTION: "Our page shows both, the old one struck through.",
        UpdateKind.RETRACTION: "Our page says that it was taken back, without its text.",
    }.get(UpdateKind(kind), "Our page shows it as the newest update.")
    return Plan(kind, tuple(lines), page)


def _line(out: Out, way: Way, told: Told) -> Line:
    name = out.channel_name
    unsure = "" if out.state in (DeliveryState.SENT, DeliveryState.DELIVERED) else " once we know it is out"
    match way:
        case Way.NOTHING if not out.may_be_out:
            return Line(out, way, f"It never went out on {name}, and will not.", seconds=0)
        case Way.NOTHING if out.deleted:
            return Line(out, way, f"The post on {name} is deleted already.", "Reposts and copies stay.", 0)
        case Way.NOTHING:
            return Line(out, way, f"Nothing is done on {name}.", "The wrong text stays there.", 0)
        case Way.EDIT:
            return Line(out, way, f"The post on {name} is changed{unsure}.", "Copies and screenshots stay.")
        case Way.REPLACE:
            return Line(
                out,
                way,
                f"The post on {name} is deleted and posted anew{unsure}.",
                "Reposts and copies stay.",
                told.seconds + 1,
                told.cost,
            )
        case Way.DELETE:
            words = f"The post on {name} is deleted{unsure}."
            if out.told_with:
                others = "1 other update" if out.told_with == 1 else f"{out.told_with} other updates"
                words = (
                    f"The digest on {name} that told it is deleted{unsure}. It told {others} too;"
                    " our page still shows them."
                )
            return Line(out, way, words, "Reposts and copies stay.", 1)
        case Way.REPLY:
            post = "digest" if out.told_with else "post"
            return Line(
                out,
                way,
                f"A reply under the {post} on {name} says what is right{unsure}.",
                f"The old {post} stays.",
                told.seconds,
                told.cost,
            )
        case Way.POST:
            return Line(out, way, f"A new post on {name}.", "", told.seconds, told.cost)
    return Line(
        out,
        way,
        f"A text to {people_words(out.people or 1)}, those who got the first one before all others.",
        "A text message cannot be recalled.",
        told.seconds,
        told.cost,
    )


def people_words(n: int) -> str:
    """Three figures and “about”, as people can take in."""
    if n == 1:
        return "1 person"
    if n < 1000:
        return f"{n} people"
    step = 10 ** (len(str(n)) - 3)
    return f"about {round(n / step) * step:,} people".replace(",", "\u202f")


def intents(planned: Plan, parts: Mapping[str, Sequence[str]]) -> Iterator[PlannedDelivery]:
    """
    The plan as deliveries.

    Args:
        parts: By channel id: the final texts, label and stamp included.
    """
    for line in planned.lines:
        out, texts = line.out, tuple(parts.get(line.out.channel_id, ()))
        about = PlannedDelivery(out.channel_id, texts, of_delivery_id=out.delivery_id)
        match line.way:
            case Way.EDIT:
                yield replace(about, act=Act.EDIT)
            case Way.REPLY:
                yield replace(about, act=Act.REPLY)
            case Way.DELETE:
                yield replace(about, act=Act.DELETE, parts=())
            case Way.REPLACE:
                yield replace(about, act=Act.DELETE, parts=())
                yield replace(about, of_delivery_id=None)
            case Way.POST:
                yield replace(about, of_delivery_id=None)
            case Way.TEXT:
                yield replace(
                    about,
                    of_delivery_id=None,
                    audience_id=out.audience_id,
                    recipient=out.recipient,
                    first_to=out.delivery_id if out.audience_id else None,
                )


def recall(original: Outgoing) -> Iterator[Out | NoRecall]:
    """Each delivery that may be out: deletable, or named as what stays."""
    for out in original.deliveries:
        if not out.may_be_out or out.deleted:
            continue
        if out.capabilities.deletes and not out.texts_people:
            yield out
        else:
            words = f"{people_words(out.people or 1)} got it as a text; a text cannot be recalled."
            if not out.texts_people:
                words = f"{out.channel_name} cannot delete it. Ask the platform."
            yield NoRecall(out.channel_id, out.channel_name, out.people, words)


def take_back(original: Outgoing, *, lang: str, now: datetime) -> DecidedUpdate:
    """Delete wherever that can be done, without another word in public."""
    return DecidedUpdate(
        event_id=original.event_id,
        kind=UpdateKind.RETRACTION,
        priority=Priority.CORRECTION,
        # No key of anybody else's: a client's is visible ASCII, and whoever used this one would keep the post out there.
        client_key=f"§take-back-{original.update_id}",
        body_hash=original.update_id,
        texts={lang: TAKEN_BACK.get(lang, TAKEN_BACK["en"])},
        deliveries=tuple(
            PlannedDelivery(out.channel_id, (), act=Act.DELETE, of_delivery_id=out.delivery_id)
            for out in _one_each(original)
        ),
        delay_s=0,
        expires_in_s=86_400,
        composed_at=now,
        guard={"decision": "pass", "classes": [], "code": ""},
        of_update_id=original.update_id,
        marks={"retracted": original.update_id, QUIET: "1"},
        source="desk",
    )


def _one_each(original: Outgoing) -> Iterator[Out]:
    """An update has one delivery per channel and act, so of several on a channel the first is deleted here."""
    seen: set[str] = set()
    for share in recall(original):
        if isinstance(share, Out) and share.channel_id not in seen:
            seen.add(share.channel_id)
            yield share
