"""
The permit: one transaction that checks everything a last time, charges the limit and writes down the intent.

After it commits, the attempt exists in the database and its outcome is unknown until somebody knows better. A crash
at any later moment leaves exactly that, and never a second post on a guess.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast import deletions, earlier_tries, lane_heads, permit_rows, store
from app.broadcast.desk_notes import DeskNotes
from app.broadcast.digests import REFUSED, Digests, Turn
from app.broadcast.evidence import AGAIN
from app.broadcast.fence import Scope, Start, scopes_of
from app.broadcast.gate import Refusal
from app.broadcast.health import Health
from app.broadcast.jobs import Job, Units
from app.broadcast.last_check import LastCheck
from app.broadcast.lifecycle import is_settled, move
from app.broadcast.limit_book import LimitBook
from app.broadcast.settings import EngineSettings, policy_of
from app.broadcast.settle import Standing, blocks
from app.broadcast.store import Candidate
from app.broadcast.topics import Position
from app.broadcast.words import sentence
from app.channels.base import Adapter, OutboundPost, Reconciles
from app.clock import Clock
from app.ids import NewId
from app.models import (
    Act,
    Channel,
    Delivery,
    DeliveryPart,
    DeliveryState,
    EventKind,
)

log = logging.getLogger(__name__)

URGENT_RANK = 1
"""Classes up to this rank may use the reserve and the extra starts."""

FLOOR_EVERY = 20
"""Of so many starts on a channel one is routine's, however many emergencies wait: it never starves completely."""


class Permits:
    """Gives permits to the deliveries to pages and to single numbers; lists have their own way."""

    def __init__(
        self,
        last_check: LastCheck,
        limits: LimitBook,
        notes: DeskNotes,
        clock: Clock,
        new_id: NewId,
        settings: EngineSettings,
        worker: str,
        units: Units,
        health: Health,
        digests: Digests,
    ) -> None:
        self._last_check = last_check
        self._limits = limits
        self._notes = notes
        self._clock = clock
        self._new_id = new_id
        self._settings = settings
        self._worker = worker
        self._units = units
        self._health = health
        self._digests = digests
        self.late_streak: dict[str, int] = {}
        self._urgent_run: dict[str, int] = {}

    async def give(
        self,
        session: AsyncSession,
        channel: Channel,
        adapter: Adapter,
        *,
        in_flight: int,
        probe: bool,
        stamp_of: Callable[[Sequence[Scope]], tuple[int, ...]],
    ) -> tuple[list[Job], float | None, list[Position]]:
        """
        Permit what may start now on one channel.

        Args:
            probe: The platform did not answer lately: one only, and of the lowest risk unless something is urgent.
            stamp_of: The fence's stamps as they were before this transaction began.

        Returns:
            Jobs, seconds until the limit allows the next (None: not what stands in the way), desk positions.
        """
        # The shared clock, asked anew: a node that slept or was frozen must not go by what it was told before. Our own
        # clock first: whoever freezes in between has less time, never more than the row says.
        mono = self._clock.monotonic()
        now = await store.lease_now(session, self._clock.now())
        jobs: list[Job] = []
        if not await store.is_on(session, channel.id):
            return [], None, []
        changed: dict[str, list[str]] = {}
        wait_s: float | None = None
        busy = await store.busy(session, channel.id)
        chosen: list[Candidate] = []
        room = self._settings.per_channel - in_flight
        extra = self._settings.urgent_extra
        heads = await lane_heads.heads(session, channel.id, now, limit=32)
        budget = self._health.budget(channel.id)
        if probe:
            room, extra = min(room, 1), 0
            heads.sort(key=lambda c: (c.delivery.rank > URGENT_RANK, -c.delivery.rank))
        before = max(0, FLOOR_EVERY - 1 - self._urgent_run.get(channel.id, 0))
        turns = await self._turns(session, channel.id, now) if before < room + extra and not probe else []
        # Another node may have permitted the head of a lane in between: then what came up behind it is no head.
        lanes = store.lane_keys(await store.busy_since(session, channel.id, busy))
        order = [(c, False) for c in heads]
        # Whose place among the heads comes before that goes by it, like everybody; nobody is asked for twice.
        early = {c.delivery.id for c in heads[:before]}
        order[before:before] = [(c, True) for c in turns if c.delivery.id not in early]
        floor: Candidate | None = None
        for candidate, turn in order:
            delivery = candidate.delivery
            if (turn and floor is not None) or (floor is not None and delivery.id == floor.delivery.id):
                continue
            urgent = delivery.rank <= URGENT_RANK
            if room + (extra if urgent or turn else 0) - len(chosen) <= 0:
                continue
            again_s = budget.wait_s(mono) if delivery.attempts and not probe and not urgent else 0.0
            if again_s > 0:
                await self._postpone(session, delivery, "retry_budget", now + timedelta(seconds=again_s))
                changed.setdefault(delivery.event_id, []).append(delivery.id)
                continue
            key = (delivery.lane, delivery.rank)
            hold_max_s = self._settings.hold_max_for(candidate.event_kind)
            others = [(b.state, b.permit_at) for b in lanes.get(key, ()) if b.delivery_id != delivery.id]
            if blocks(others, now=now, hold_max_s=hold_max_s):
                continue
            lanes.setdefault(key, []).append(
                store.Busy(delivery.lane, delivery.rank, delivery.seq, delivery.id, "sending", now)
            )
            chosen.append(candidate)
            if turn:
                floor = candidate
        going = await store.still_open(session, {c.delivery.event_id for c in chosen})
        chosen = [c for c in chosen if c.delivery.event_id in going]
        posts = await self._digests.turns(session, channel, chosen, now)
        asked_for = [c.delivery.id for post in posts for c in (post.first, *post.others)]
        answers = await self._last_check.ask(session, asked_for) if asked_for else {}
        for was, post in zip(chosen, posts, strict=True):
            candidate = post.first
            delivery = candidate.delivery
            permitted: list[Candidate] = []
            for one in (candidate, *post.others):
                refused = await self._last_check.refusal(session, one, answers.get(one.delivery.id), now)
                if refused is None:
                    permitted.append(one)
                else:
                    await self._last_check.write(session, one.delivery, refused, now)
                    changed.setdefault(one.delivery.event_id, []).append(one.delivery.id)
            if candidate not in permitted:
                continue
            parts, part, target, in_place = await self._next_part(session, delivery, channel, now)
            if part is None:
                changed.setdefault(delivery.event_id, []).append(delivery.id)
                continue
            units = max(1, self._units(channel.adapter, part.text)) if part.text else 1
            urgent = delivery.rank <= URGENT_RANK or was is floor
            late_s, deleting = self.permit_s(channel.id), delivery.act == Act.DELETE
            grants, wait, asked = await self._limits.take(
                channel.id, units, session=session, n=1, urgent=urgent, late_s=late_s, deleting=deleting
            )
            if not grants:
                wait_s = wait if wait_s is None else min(wait_s, wait)
                if await self._wait_for_limit(session, delivery, channel, asked, wait, now):
                    changed.setdefault(delivery.event_id, []).append(delivery.id)
                continue
            grant = grants[0]
            told = await self._told(session, channel, Turn(candidate, tuple(permitted[1:])))
            job = await self._permit(
                session,
                candidate,
                channel,
                adapter,
                parts,
                part,
                target,
                units,
                now,
                mono,
                stamp_of,
                told,
                in_place,
            )
            if job is None:
                await self._limits.give_back(channel.id, units, grant.at, grant.id, deleting=deleting)
                continue
            await self._limits.store_grants(session, channel.id, grants, late_s, deleting=deleting)
            job.charged = (grant.at, units, grant.id)
            jobs.append(job)
            run = self._urgent_run.get(channel.id, 0)
            self._urgent_run[channel.id] = run + 1 if delivery.rank <= URGENT_RANK else 0
            if delivery.attempts:
                budget.retry(mono)
            else:
                budget.first(mono)
            for id_ in (delivery.id, *job.told):
                self._notes.note(delivery.event_id, id_)
        positions: list[Position] = []
        for event_id, ids in sorted(changed.items()):
            positions += await self._notes.tell(session, event_id, ids)
        return jobs, wait_s, positions

    async def _told(
        self, session: AsyncSession, channel: Channel, turn: Turn
    ) -> tuple[tuple[Candidate, ...], str | None]:
        """Who is told in the same post, and its text; nobody and None where the delivery goes by itself."""
        if not turn.others:
            return (), None
        others, text = await self._digests.text(session, channel, turn)
        return (others, text) if others else ((), None)

    async def _turns(self, session: AsyncSession, channel_id: str, now: datetime) -> list[Candidate]:
        """Routine whose turn it may be after a long run, asked for by itself: the heads may all be urgent."""
        return await lane_heads.heads(session, channel_id, now, limit=8, after_rank=URGENT_RANK)

    async def _wait_for_limit(
        self,
        session: AsyncSession,
        delivery: Delivery,
        channel: Channel,
        asked: bool,
        wait_s: float,
        now: datetime,
    ) -> bool:
        """Say in words why it waits, when that takes long enough to be worth saying; not for every second."""
        until = now + timedelta(seconds=min(wait_s, 86_400.0 * 7))
        reason = "limited" if asked else "own_limit"
        said = sentence(reason, channel=channel.name, until=until, zone=self._settings.zone)
        if delivery.reason in (AGAIN, REFUSED):
            reason = delivery.reason  # says more than the limit does
        if wait_s < 1.0 or (delivery.reason == reason and delivery.why == said.why):
            return False
        await session.execute(
            update(Delivery)
            .where(col(Delivery.id) == delivery.id, col(Delivery.state) == DeliveryState.QUEUED)
            .values(reason=reason, why=said.why, next_step=said.next_step, version=col(Delivery.version) + 1)
        )
        return True

    async def _next_part(
        self, session: AsyncSession, delivery: Delivery, channel: Channel, now: datetime
    ) -> tuple[list[DeliveryPart], DeliveryPart | None, str | None, bool]:
        """
        All parts, the one to send now, what it is about, and whether that is changed in place. No part: it must wait.

        For an edit or a delete the target is the post of the same number of the earlier delivery; for a post and a
        reply it is the parent it hangs under.
        """
        # A deletion that waits for a decision is let go by it, so that must not be committed behind this one's back.
        original = await store.original_of(session, delivery, locked=delivery.act == Act.DELETE)
        if original is not None and not is_settled(original.state) and original.permit_at is not None:
            await self._postpone(session, delivery, "waits_for_original", now + timedelta(seconds=0.5))
            return [], None, None, False
        targets = await store.ids_of(session, original)
        if delivery.act == Act.DELETE:
            parts, obstacle = await deletions.prepare(session, delivery, original, targets)
            if obstacle is not None:
                said = sentence(obstacle[1], channel=channel.name, zone=self._settings.zone)
                await self._last_check.write(session, delivery, Refusal(*obstacle, said.why), now)
                return [], None, None, False
            # Last post first: a thread never shows a gap at its head.
            waiting = [p for p in parts if p.state == DeliveryState.QUEUED and p.n in targets]
            waiting.sort(key=lambda p: -p.n)
        else:
            parts = await store.parts_of(session, delivery.id)
            waiting = [p for p in parts if p.state == DeliveryState.QUEUED]
            if len(waiting) == len(parts) and await deletions.never_left(session, original):
                said = sentence("nothing_out", channel=channel.name, zone=self._settings.zone)
                await self._last_check.write(
                    session, delivery, Refusal("withdrawn", "nothing_out", said.why), now
                )
                return [], None, None, False
        if not waiting:
            log.error("delivery without a waiting part", extra={"delivery_id": delivery.id})
            said = sentence("broken", channel="the platform", zone=self._settings.zone)
            await self._last_check.write(session, delivery, Refusal("held", "broken", said.why), now)
            return [], None, None, False
        part = waiting[0]
        if store.in_place(delivery, part.n, targets):
            return parts, part, targets.get(part.n), True
        return parts, part, store.parent_of(delivery, part.n, parts, targets), False

    async def _postpone(
        self, session: AsyncSession, delivery: Delivery, reason: str, due_at: datetime
    ) -> None:
        said = sentence(reason, zone=self._settings.zone)
        await session.execute(
            update(Delivery)
            .where(col(Delivery.id) == delivery.id, col(Delivery.state) == DeliveryState.QUEUED)
            .values(
                due_at=due_at,
                reason=reason,
                why=said.why,
                next_step=said.next_step,
                version=col(Delivery.version) + (0 if delivery.reason == reason else 1),
            )
        )

    def permit_s(self, channel_id: str) -> float:
        """
        How long a permit lasts on this channel.

        A platform whose connections take longer than a permit would never be reached. After refused starts the
        permit grows: freely where our own flags alone end a stop, and little where other nodes wait for its end.
        """
        streak = self.late_streak.get(channel_id, 0)
        most_s = 4.0 if self._settings.sole_node else max(0.8, self._settings.permit_s)
        return min(most_s, self._settings.permit_s * (1 + streak))

    async def _permit(
        self,
        session: AsyncSession,
        candidate: Candidate,
        channel: Channel,
        adapter: Adapter,
        parts: list[DeliveryPart],
        part: DeliveryPart,
        target: str | None,
        units: int,
        now: datetime,
        mono: float,
        stamp_of: Callable[[Sequence[Scope]], tuple[int, ...]],
        told: tuple[tuple[Candidate, ...], str | None],
        in_place: bool,
    ) -> Job | None:
        delivery = candidate.delivery
        others, digest = told
        fence, again = delivery.fence + 1, delivery.by_itself == AGAIN
        # Nothing starts after an expiry either, whoever is told in the same post.
        too_old_at = min(one.delivery.expires_at for one in (candidate, *others))
        permit_s = min(self.permit_s(channel.id), (too_old_at - now).total_seconds())
        taken = {
            "state": move(delivery.state, DeliveryState.SENDING),
            "reason": "sending",
            "why": sentence("sending", channel=channel.name, zone=self._settings.zone).why,
            "next_step": "",
            "fence": delivery.fence + 1,
            "lease_owner": self._worker,
            "lease_until": now + timedelta(seconds=self._settings.lease_s),
            "permit_at": now,
            "must_start_by": now + timedelta(seconds=permit_s),
            "kill_epoch": candidate.kill_epoch,
            "digest": digest,
            "version": delivery.version + 1,
        }
        if not await permit_rows.take(session, delivery.id, delivery.fence, taken):
            return None  # somebody else was faster
        tied = await self._digests.tie(
            session,
            delivery,
            channel,
            others,
            worker=self._worker,
            now=now,
            must_start_by=now + timedelta(seconds=permit_s),
        )
        first_try = fence == 1
        doubles = 0 if first_try else await earlier_tries.duplicates_preferred(session, delivery.id, part.n)
        # The very try that a double was accepted with, once; every later one is only another try.
        preferred = again and doubles == 0
        left = sum(1 for p in parts if p.state == DeliveryState.QUEUED) - 1
        looks = adapter.look_after_s if isinstance(adapter, Reconciles) else ()
        standing = Standing(
            state=DeliveryState.SENDING,
            attempts=delivery.attempts,
            looks=delivery.looks,
            expires_at=delivery.expires_at,
            ambiguous_before=not first_try
            and await earlier_tries.was_ambiguous(session, delivery.id, part.n),
            duplicates=doubles + preferred,
            parts_left=left,
            crisis=candidate.event_kind == EventKind.CRISIS,
            policy=policy_of(channel.adapter, channel.settings, delivery.priority),
            look_after_s=tuple(looks),
            repeatable=in_place,
        )
        attempt_id = self._new_id()
        await permit_rows.intend(
            session,
            {
                "id": attempt_id,
                "delivery_id": delivery.id,
                "part": part.n,
                "recipient_delivery_id": None,
                "n": delivery.attempts + 1,
                "fence": fence,
                "worker": self._worker,
                "intent_at": now,
                "finished_at": None,
                "outcome": None,
                "code": "duplicate_preferred" if preferred else "",
                "words": "",
            },
        )
        scopes = scopes_of(delivery.event_id, delivery.update_id, channel.id)
        scopes += tuple(("update", one.delivery.update_id) for one in others)
        return Job(
            delivery_id=delivery.id,
            event_id=delivery.event_id,
            update_id=delivery.update_id,
            channel_id=channel.id,
            channel_name=channel.name,
            act=delivery.act,
            part=part.n,
            parts=max(len(parts), 1),
            post=_post(candidate, part, len(parts), None if in_place else target, digest, adapter, now),
            media_refs=tuple(part.media),
            target=target if in_place else None,
            attempt_id=attempt_id,
            fence=fence,
            standing=standing,
            intent_at=now,
            expires_at=delivery.expires_at,
            start=Start(delivery.id, part.ref, scopes, stamp_of(scopes), mono + permit_s),
            charged=(now.timestamp(), units, None),
            told=tied,
            urgent=delivery.rank <= URGENT_RANK,
            preferred=preferred,
        )


def _post(
    candidate: Candidate,
    part: DeliveryPart,
    parts: int,
    parent: str | None,
    digest: str | None,
    adapter: Adapter,
    now: datetime,
) -> OutboundPost:
    delivery = candidate.delivery
    left_s = int((delivery.expires_at - now).total_seconds())
    return OutboundPost(
        ref=part.ref,
        text=digest or part.text,
        part=part.n,
        parts=parts,
        reply_to=parent,
        recipient=delivery.recipient,
        lang=candidate.event_lang,
        validity_s=max(1, min(left_s, 36_000)) if adapter.capabilities.takes_validity else None,
    )
