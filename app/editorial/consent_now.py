"""How an event's consent stands at this moment, read from the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.editorial import consent
from app.editorial.consent import Missing, Standing
from app.editorial.finding import newest_consents
from app.editorial.guard.registered import names_anybody_of
from app.errors import Conflict, Forbidden
from app.models import Channel, ConsentRecord, EventChannel, EventState, LiveEvent


@dataclass(frozen=True, slots=True)
class Stands:
    """
    A record as screens see it; no name is in it.

    Attributes:
        uncovered: Channels of the event that the signer did not agree to.
        seconds: The second providers of its channels; `uncovered_seconds` are those that were not agreed to.
    """

    standing: Standing
    record: ConsentRecord | None
    missing: tuple[Missing, ...] = ()
    uncovered: tuple[str, ...] = ()
    seconds: tuple[Channel, ...] = ()
    uncovered_seconds: tuple[str, ...] = ()


def missing_of(record: ConsentRecord, now: datetime) -> tuple[Missing, ...]:
    return consent.missing(
        record.terms, has_signer=record.names_enc is not None, expires_at=record.expires_at, now=now
    )


async def stands(session: AsyncSession, event: LiveEvent, *, drill: bool, now: datetime) -> Stands:
    """Everything that can be said about an event's consent at this moment."""
    record = (await newest_consents(session, {event.id})).get(event.id)
    how = consent.standing(
        event.kind, record, event_ended=event.state == EventState.ENDED, drill=drill, now=now
    )
    in_use = (
        await session.execute(
            select(col(Channel.id), col(Channel.second_id))
            .join(EventChannel, col(EventChannel.channel_id) == col(Channel.id))
            .where(col(EventChannel.event_id) == event.id, col(EventChannel.on), col(Channel.state) != "off")
        )
    ).all()
    channels = {row.id for row in in_use}
    second_ids = {row.second_id for row in in_use if row.second_id is not None} - channels
    seconds = await _named(session, second_ids)
    if record is None:
        return Stands(how, None, seconds=seconds)
    return Stands(
        how,
        record,
        missing_of(record, now),
        tuple(consent.uncovered(record.terms, channels)),
        seconds,
        tuple(consent.uncovered(record.terms, second_ids)),
    )


async def _named(session: AsyncSession, ids: set[str]) -> tuple[Channel, ...]:
    if not ids:
        return ()
    rows = await session.execute(select(Channel).where(col(Channel.id).in_(ids)).order_by(col(Channel.name)))
    return tuple(rows.scalars())


def require_good(found: Stands, *, going_live: bool = False) -> None:
    """
    Args:
        going_live: A second provider that was not agreed to is named too. Later it keeps nothing back: the gate leaves
            the lists with the first.

    Raises:
        Conflict: the event may not go live, or send, as its consent stands.
    """
    if found.standing not in (Standing.GOOD, Standing.NOT_NEEDED):
        raise Conflict(
            found.missing[0].sentence
            if found.missing and found.standing == Standing.INCOMPLETE
            else consent.WHY[found.standing],
            code=f"consent_{found.standing}",
            missing=[{"field": one.field, "sentence": one.sentence} for one in found.missing],
        )
    if found.uncovered:
        raise Conflict(
            "The consent does not cover every channel of this event. Switch the others off, or have it signed anew.",
            code="consent_channel",
            channels=list(found.uncovered),
        )
    if going_live and found.uncovered_seconds:
        names = ", ".join(one.name for one in found.seconds if one.id in found.uncovered_seconds)
        raise Conflict(
            f"The consent does not cover {names}, a second provider. Take it out, or have it signed anew.",
            code="consent_channel",
            channels=list(found.uncovered_seconds),
        )


def require_name_covered(found: Stands, texts: Iterable[str], names: Sequence[str]) -> None:
    """
    Whoever is on the event's own list is “the patient”, whoever overrides the privacy check, unless the consent has a
    tick of its own for the name.

    Raises:
        Forbidden: a text names somebody, and nobody agreed to that.
    """
    if found.record is None or "name" in found.record.terms.get("scopes", ()):
        return
    if any(names_anybody_of(text, names) for text in texts):
        raise Forbidden(
            "The patient did not agree to be named. Write “the patient” instead.", code="consent_scope"
        )
