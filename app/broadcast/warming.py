"""
The first emergency of a process goes a way that was gone before.

A statement that is put together for the first time costs twenty times what it costs afterwards, and thirty stand
between an accept and the first byte: that was a fifth of a second. So at the start a made-up emergency is released,
permitted and settled in a transaction that is then undone. It has a fence, limits and notes of its own, calls nobody
and tells nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audit import AuditLog
from app.broadcast.calling import Stamps
from app.broadcast.desk_notes import DeskNotes
from app.broadcast.digests import Digests
from app.broadcast.expansion import Expansion
from app.broadcast.fence import Fence
from app.broadcast.gate import Gate, Permit, Refusal
from app.broadcast.health import Health
from app.broadcast.jobs import one_unit
from app.broadcast.last_check import LastCheck
from app.broadcast.limit_book import LimitBook
from app.broadcast.limits import Window
from app.broadcast.list_sums import Sums
from app.broadcast.outcomes import Outcomes
from app.broadcast.permits import Permits
from app.broadcast.release import Release, ReleaseGate
from app.broadcast.settings import EngineSettings
from app.broadcast.settle import Change
from app.broadcast.topics import create_topics
from app.channels.base import Capabilities, OutboundPost, Probe, Receipt
from app.clock import Clock
from app.db import Database
from app.http import MayStart
from app.ids import NewId
from app.models import (
    PRIORITY_RANK,
    Channel,
    Delivery,
    DeliveryPart,
    DeliveryState,
    EventKind,
    EventState,
    LiveEvent,
    Priority,
    Update,
)

_WINDOWS = (Window("warm", 10, 60.0),)
_NOBODY = "warm-up"


class _Undone(Exception):
    """Ends the transaction, which leaves nothing."""


class _Asking:
    """Asks the real gate, so that its questions have been put once, and lets everything through."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    async def check(
        self, session: AsyncSession, delivery_ids: Sequence[str], *, second_id: str | None = None
    ) -> Mapping[str, Permit | Refusal]:
        await self._gate.check(session, delivery_ids)
        return {id_: Permit() for id_ in delivery_ids}

    async def check_release(
        self, session: AsyncSession, update_ids: Sequence[str]
    ) -> Mapping[str, Permit | Refusal]:
        if isinstance(self._gate, ReleaseGate):
            await self._gate.check_release(session, update_ids)
        return {id_: Permit() for id_ in update_ids}


class _Nobody:
    """Is given permits and never called; a call would be a fault, and says so."""

    name: ClassVar[str] = _NOBODY
    capabilities: ClassVar[Capabilities] = Capabilities(measure="x", max_weight=280)

    async def publish(self, post: OutboundPost, *, may_start: MayStart) -> Receipt:
        raise AssertionError("a made-up emergency calls nobody")

    async def probe(self) -> Probe:
        raise AssertionError("a made-up emergency calls nobody")

    async def aclose(self) -> None: ...


async def warm_up(
    database: Database, gate: Gate, clock: Clock, new_id: NewId, settings: EngineSettings
) -> int:
    """How many permits were given, which is one."""
    now, asking = clock.now(), _Asking(gate)
    fence, limits, audit = Fence(clock.monotonic), LimitBook(new_id, clock), AuditLog()
    notes = DeskNotes(clock, settings.desk_interval_s, _tell_nobody)
    health, digests = Health(clock, settings.breaker), Digests(limits, settings, None)
    last_check = LastCheck(asking, notes, settings)
    permits = Permits(last_check, limits, notes, clock, new_id, settings, _NOBODY, one_unit, health, digests)
    outcomes = Outcomes(audit, limits, notes, settings, _NOBODY)
    recount = Sums(clock, settings).recount
    expansion = Expansion(database, clock, settings, _tell_nobody, _wake_nobody, recount)
    release = Release(database, asking, audit, clock, settings, _tell_nobody, _wake_nobody, expansion)
    channel = _channel(new_id(), now)
    await limits.load(database, channel.id, _WINDOWS, now)
    given = 0
    try:
        async with database.transaction() as session:
            one = await _made_up(session, channel, new_id, now)
            await release.release_one(session, one, now)
            jobs, _, _ = await permits.give(
                session, channel, _Nobody(), in_flight=0, probe=False, stamp_of=Stamps(fence).of
            )
            given = len(jobs)
            for job in jobs:
                sent = Change(
                    DeliveryState.SENT,
                    "sent",
                    now,
                    1,
                    0,
                    part_sent=True,
                    receipt=Receipt(_NOBODY),
                    outcome="sent",
                )
                await outcomes.apply(session, job, sent, now, learned=False)
            raise _Undone
    except _Undone:
        return given


def _tell_nobody(_positions: object) -> None: ...


def _wake_nobody() -> None: ...


def _channel(id_: str, now: datetime) -> Channel:
    return Channel(id=id_, adapter=_NOBODY, name=id_, credentials_enc=b"", created_at=now)


async def _made_up(session: AsyncSession, channel: Channel, new_id: NewId, now: datetime) -> Update:
    event = LiveEvent(
        id=new_id(),
        slug=new_id(),
        kind=EventKind.CRISIS,
        title=_NOBODY,
        state=EventState.LIVE,
        created_at=now,
    )
    until = now + timedelta(minutes=5)
    one = Update(
        id=new_id(),
        event_id=event.id,
        seq=1,
        priority=Priority.EMERGENCY,
        client_key=_NOBODY,
        composed_at=now,
        received_at=now,
        release_at=now,
        expires_at=until,
    )
    delivery = Delivery(
        id=new_id(),
        update_id=one.id,
        event_id=event.id,
        channel_id=channel.id,
        lane=f"{event.id}:{channel.id}",
        seq=1,
        priority=Priority.EMERGENCY,
        rank=PRIORITY_RANK[Priority.EMERGENCY],
        due_at=now,
        expires_at=until,
        created_at=now,
    )
    part = DeliveryPart(delivery_id=delivery.id, n=1, ref=new_id(), text=_NOBODY)
    for row in (channel, event, one, delivery, part):
        session.add(row)
        await session.flush()
    create_topics(session, event.id)
    await session.flush()
    return one
