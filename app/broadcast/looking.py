"""Finding out what became of a send whose answer never came: leases on unknown deliveries, and reading back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast import earlier_tries, store
from app.broadcast.digests import tied_to
from app.broadcast.fence import Start, scopes_of
from app.broadcast.jobs import Job
from app.broadcast.outcomes import kept_receipts
from app.broadcast.settings import EngineSettings, policy_of
from app.broadcast.settle import Change, Standing, after_crash, after_look
from app.broadcast.store import Candidate
from app.channels.base import Adapter, Finding, Found, OutboundPost, Receipt, Reconciles, Unclear
from app.clock import Clock
from app.errors import ChannelError, DuplicateRefused, Unavailable
from app.models import Act, Channel, Delivery, DeliveryState, EventKind

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Look:
    """One reconciliation read, leased."""

    job: Job
    since: datetime  # the oldest try that it may be from
    known: Receipt | None  # our own ledger has the answer already


class Looking:
    """Leases what is unknown and reads it back."""

    def __init__(self, clock: Clock, settings: EngineSettings, worker: str) -> None:
        self._clock = clock
        self._settings = settings
        self._worker = worker

    async def lease(self, session: AsyncSession, channel: Channel, adapter: Adapter) -> list[Look]:
        """Take what it is time to look for."""
        now = self._clock.now()
        stamp = await store.lease_now(session, now)
        looks: list[Look] = []
        for candidate in await store.to_look_for(session, channel.id, stamp, limit=8):
            delivery = candidate.delivery
            fence = delivery.fence + 1  # taken down first: the update is mirrored into the object
            taken = await session.execute(
                update(Delivery)
                .where(
                    col(Delivery.id) == delivery.id,
                    col(Delivery.fence) == delivery.fence,
                    col(Delivery.state) == DeliveryState.UNKNOWN,
                )
                .values(
                    fence=fence,
                    lease_owner=self._worker,
                    lease_until=stamp + timedelta(seconds=self._settings.look_lease_s),
                )
                .returning(col(Delivery.id))
            )
            if taken.first() is not None:
                look = await self._look(session, candidate, channel, adapter, fence)
                if look is not None:
                    looks.append(look)
        return looks

    async def _look(
        self,
        session: AsyncSession,
        candidate: Candidate,
        channel: Channel,
        adapter: Adapter,
        fence: int,
    ) -> Look | None:
        delivery = candidate.delivery
        parts = await store.parts_of(session, delivery.id)
        part = next((p for p in parts if p.state == DeliveryState.QUEUED), None)
        if part is None:
            return None
        attempt = await earlier_tries.last_attempt(session, delivery.id, part.n)
        targets = await store.ids_of(session, await store.original_of(session, delivery))
        parent = store.parent_of(delivery, part.n, parts, targets)
        refused = attempt is not None and attempt.outcome == DuplicateRefused.__name__
        standing = standing_of(
            candidate,
            channel,
            adapter,
            refused_as_double=refused,
            parts_left=sum(1 for p in parts if p.state == DeliveryState.QUEUED) - 1,
            duplicates=await earlier_tries.duplicates_preferred(session, delivery.id, part.n),
        )
        intent_at = attempt.intent_at if attempt is not None else delivery.permit_at or self._clock.now()
        since = intent_at
        if refused:
            # What it has is from a try before this one, whose answer was lost.
            since = await earlier_tries.first_ambiguous_at(session, delivery.id, part.n) or intent_at
        known = None
        if attempt is not None and attempt.outcome == "sent":
            known = Receipt(attempt.words)
        elif delivery.recipient is not None:
            known = (await kept_receipts(session, [part.ref])).get(part.ref)
        job = Job(
            delivery_id=delivery.id,
            event_id=delivery.event_id,
            update_id=delivery.update_id,
            channel_id=channel.id,
            channel_name=channel.name,
            act=delivery.act,
            part=part.n,
            parts=len(parts),
            post=OutboundPost(
                ref=part.ref,
                text=delivery.digest or part.text,
                part=part.n,
                parts=len(parts),
                reply_to=parent,
                recipient=delivery.recipient,
                lang=candidate.event_lang,
            ),
            media_refs=(),
            target=None,
            attempt_id=attempt.id if attempt is not None else "",
            fence=fence,
            standing=standing,
            intent_at=intent_at,
            expires_at=delivery.expires_at,
            start=Start(
                delivery.id, part.ref, scopes_of(delivery.event_id, delivery.update_id, channel.id), (), 0.0
            ),
            charged=(0.0, 0, None),
            told=() if delivery.digest is None else await tied_to(session, delivery.id),
        )
        return Look(job, since, known)

    async def read(self, look: Look, adapter: Adapter, random: Callable[[], float]) -> Change:
        """Ask the platform, outside of every transaction."""
        job = look.job
        finding = await read_back(
            adapter,
            job.post,
            job.standing,
            known=look.known,
            sent_after=look.since,
            within_s=self._settings.attempt_deadline_s,
            delivery_id=job.delivery_id,
        )
        return after_look(
            job.standing,
            finding,
            intent_at=job.intent_at,
            now=self._clock.now(),
            rules=self._settings.retry,
            random=random,
        )


async def read_back(
    adapter: Adapter | None,
    post: OutboundPost,
    standing: Standing,
    *,
    known: Receipt | None,
    sent_after: datetime,
    within_s: float,
    delivery_id: str,
) -> Finding | ChannelError:
    """
    What the platform says of one send whose answer never came, a post or one person's message.

    Args:
        known: Our own ledger has the answer already; nobody is asked.
    """
    if known is not None:
        return Found(known)
    if not isinstance(adapter, Reconciles):
        return Unclear("this platform cannot be asked")
    last = standing.looks + 1 >= len(standing.look_after_s)
    try:
        async with asyncio.timeout(within_s):
            return await adapter.find(post, sent_after=sent_after, last=last)
    except ChannelError as exc:
        return exc
    except TimeoutError:
        return Unavailable("no answer in time")
    except Exception as exc:  # a seam: a failed reading says nothing
        log.exception("looking failed", extra={"delivery_id": delivery_id})
        return Unavailable(type(exc).__name__)


def standing_of(
    candidate: Candidate,
    channel: Channel,
    adapter: Adapter,
    *,
    parts_left: int,
    duplicates: int,
    refused_as_double: bool,
) -> Standing:
    delivery = candidate.delivery
    return Standing(
        state=DeliveryState.UNKNOWN,
        attempts=delivery.attempts,
        looks=delivery.looks,
        expires_at=delivery.expires_at,
        ambiguous_before=True,
        duplicates=duplicates,
        parts_left=parts_left,
        crisis=candidate.event_kind == EventKind.CRISIS,
        policy=policy_of(channel.adapter, channel.settings, delivery.priority),
        look_after_s=tuple(adapter.look_after_s) if isinstance(adapter, Reconciles) else (),
        refused_as_double=refused_as_double,
    )


async def recover(
    session: AsyncSession,
    now: datetime,
    *,
    sole_node: bool,
    settings: EngineSettings,
    adapter_of: Callable[[str], Adapter | None],
) -> list[tuple[Delivery, str, Change]]:
    """
    Deliveries of dead workers: a lease that ran out, or any lease at the start of the only node.

    Returns each with its channel's name and its change; the caller writes. Who had no permit goes back in the
    queue; who had one may have landed and is looked for, on several nodes not before the dead one's call could have
    ended.
    """
    stamp = await store.lease_now(session, now)
    horizon = stamp if sole_node else stamp - timedelta(seconds=settings.takeover_margin_s)
    theirs = [
        col(Delivery.state) == DeliveryState.SENDING,
        col(Delivery.audience_id).is_(None),
        col(Delivery.digest_id).is_(None),  # becomes what its carrier becomes
    ]
    query = select(Delivery, col(Channel.name)).join(Channel, col(Channel.id) == col(Delivery.channel_id))
    if sole_node:
        query = query.where(*theirs)
    else:
        theirs.append(col(Delivery.lease_until) <= horizon)
        # A stop locks its event before the deliveries, so whoever asks about stops does as well.
        events = await session.scalars(select(col(Delivery.event_id)).where(*theirs).distinct())
        await store.still_open(session, set(events))
        query = query.where(*theirs).with_for_update(of=Delivery, skip_locked=True)
    out: list[tuple[Delivery, str, Change]] = []
    for delivery, channel_name in (await session.execute(query)).all():
        if delivery.permit_at is None:
            change = Change(DeliveryState.QUEUED, "", now, delivery.attempts, 0)
        else:
            adapter = adapter_of(delivery.channel_id)
            looks = tuple(adapter.look_after_s) if isinstance(adapter, Reconciles) else ()
            standing = Standing(
                DeliveryState.SENDING,
                delivery.attempts,
                delivery.looks,
                delivery.expires_at,
                look_after_s=looks,
                repeatable=await _in_place(session, delivery),
            )
            change = after_crash(standing, intent_at=delivery.permit_at, now=now)
        out.append((delivery, channel_name, change))
    return out


async def _in_place(session: AsyncSession, delivery: Delivery) -> bool:
    """Whether what a dead worker was doing may simply be done again."""
    if delivery.act != Act.EDIT:
        return delivery.act == Act.DELETE
    open_parts = [p.n for p in await store.parts_of(session, delivery.id) if p.state == DeliveryState.QUEUED]
    targets = await store.ids_of(session, await store.original_of(session, delivery))
    return bool(open_parts) and store.in_place(delivery, open_parts[0], targets)
