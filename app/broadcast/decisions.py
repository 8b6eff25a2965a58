"""What a person decides about a held delivery: it is there, send it again, or drop it; or that they posted it by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast import store
from app.broadcast.audit_log import AuditLog
from app.broadcast.canary import NOT_SEEN
from app.broadcast.channel_desks import tell_channel
from app.broadcast.digests import follow, tied_to
from app.broadcast.list_sums import PEOPLE, Sums
from app.broadcast.refusals import ORIGINAL_IN_DOUBT, withdraw_waiting
from app.broadcast.settings import EngineSettings
from app.broadcast.topics import Position, append
from app.broadcast.words import sentence
from app.clock import Clock
from app.db import Database
from app.errors import Conflict, InvalidInput, NotFound
from app.models import (
    Channel,
    Delivery,
    DeliveryPart,
    DeliveryState,
    LiveEvent,
    RecipientDelivery,
    Sending,
    TopicName,
    Update,
    UpdateState,
)

IT_IS_THERE, SEND_AGAIN, DROP, BY_HAND = "it_is_there", "send_again", "drop", "by_hand"


class Decisions:
    """Compare-and-set: of two people who decide at once, the second hears what the first did."""

    def __init__(
        self,
        database: Database,
        audit: AuditLog,
        clock: Clock,
        settings: EngineSettings,
        sums: Sums,
        announce: Callable[[Sequence[Position]], None],
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock
        self._settings = settings
        self._sums = sums
        self._announce = announce
        self._wake = wake

    async def decide(
        self, delivery_id: str, choice: str, actor: str, *, remote_id: str | None = None
    ) -> None:
        """
        Settle a held delivery.

        Args:
            choice: "it_is_there", "send_again", "drop", or "by_hand": also for what waits on a paused channel. Of a
                post that was not there when it was read back, "it_is_there" or "by_hand".
            remote_id: The post's id, where the person found it.

        Raises:
            NotFound, InvalidInput; Conflict when it is not held any more (code `not_held`), or its update waits for
                its release (`not_released`): until then it can only be dropped.
        """
        if choice not in (IT_IS_THERE, SEND_AGAIN, DROP, BY_HAND):
            raise InvalidInput("Choose it_is_there, send_again, drop or by_hand.", code="bad_decision")

        async def work(session: AsyncSession) -> list[Position]:
            now = self._clock.now()
            # The event first, as a stop locks it.
            stopped = await _is_stopped(session, delivery_id)
            row = await session.get(Delivery, delivery_id, with_for_update=True)
            if row is None:
                raise NotFound("There is no such delivery. Reload the board.", code="no_delivery")
            if row.digest_id is not None:
                # Told in another one's post: while that one is undecided, a decision is about the post.
                carrier = await session.get(Delivery, row.digest_id, with_for_update=True)
                if carrier is not None and carrier.state == DeliveryState.HELD:
                    row = carrier
            tied = await tied_to(session, row.id) if row.digest is not None else ()
            channel = await session.get(Channel, row.channel_id)
            waits = row.state == DeliveryState.QUEUED and channel is not None and channel.state == "paused"
            if (
                choice != DROP
                and (row.state == DeliveryState.HELD or (choice == BY_HAND and waits))
                and await _is_unreleased(session, row)
            ):
                # Let go now it would be refused as superseded, and not go out when its update does.
                raise Conflict("It is not released yet. Wait until it is, then post it.", code="not_released")
            if choice == BY_HAND and row.audience_id is not None:
                raise InvalidInput("A list cannot be sent by hand.", code="not_by_hand")
            unseen = row.state == DeliveryState.SENT and row.reason == NOT_SEEN
            settles = unseen and choice in (IT_IS_THERE, BY_HAND)
            if row.state != DeliveryState.HELD and not settles and not (waits and choice == BY_HAND):
                raise Conflict(f"It is not held any more, it is {row.state}.", code="not_held")
            if choice == IT_IS_THERE and row.reason == ORIGINAL_IN_DOUBT:
                raise Conflict(
                    "This deletes a post that may be out. Decide about that post first.",
                    code=ORIGINAL_IN_DOUBT,
                )
            if choice == SEND_AGAIN and stopped:
                raise Conflict("Sending is stopped on this event.", code="stopped")
            name = channel.name if channel is not None else "the platform"
            told: list[Position] = []
            if choice == DROP:
                await withdraw_waiting(
                    session,
                    col(Delivery.id).in_((row.id, *tied)),
                    "dropped",
                    now,
                    self._settings,
                    decided=True,
                )
            elif unseen:
                tied = await self._unseen(session, row, choice, name)
                if choice == IT_IS_THERE and channel is not None and channel.unseen_why:
                    told = await self._seen_by_somebody(session, channel, now)
            elif row.audience_id is not None:
                await self._people(session, row, choice, name, now)
            else:
                await self._page(session, row, choice, name, remote_id, now, stopped=stopped)
            waited = await self._let_go(session, (row.id, *tied), now, stopped=stopped)
            await self._audit.append(
                session,
                actor=actor,
                action=f"delivery.{choice}",
                event_id=row.event_id,
                subject=row.id,
                now=now,
            )
            refs = [("delivery", id_) for id_ in (row.id, *tied, *waited)]
            return [*told, await append(session, row.event_id, TopicName.DESK, refs, now)]

        self._announce(await self._database.write(work))
        self._wake()

    async def _seen_by_somebody(
        self, session: AsyncSession, channel: Channel, now: datetime
    ) -> list[Position]:
        """The channel is believed again until the next reading that finds nothing."""
        await session.execute(
            update(Channel)
            .where(col(Channel.id) == channel.id)
            .values(
                unseen_why="",
                probe_ok=True,
                probe_words=f"Somebody on the desk saw the post on {channel.name}.",
                version=col(Channel.version) + 1,
            )
        )
        return await tell_channel(session, channel.id, now)

    async def _unseen(
        self, session: AsyncSession, row: Delivery, choice: str, channel: str
    ) -> tuple[str, ...]:
        """It stays sent, as the platform said; whoever was told in the same post is settled with it."""
        reason = "confirmed" if choice == IT_IS_THERE else "by_hand"
        said = sentence(reason, channel=channel, zone=self._settings.zone)
        row_id, post = row.id, row.digest_id or row.id
        changed = await session.execute(
            update(Delivery)
            .where(
                or_(col(Delivery.id) == post, col(Delivery.digest_id) == post),
                col(Delivery.state) == DeliveryState.SENT,
                col(Delivery.reason) == NOT_SEEN,
            )
            .values(reason=reason, why=said.why, next_step=said.next_step, version=col(Delivery.version) + 1)
            .returning(col(Delivery.id))
        )
        return tuple(sorted(id_ for id_ in changed.scalars() if id_ != row_id))

    async def _let_go(
        self, session: AsyncSession, ids: Sequence[str], now: datetime, *, stopped: bool
    ) -> list[str]:
        """The deletions that waited until somebody knew whether these are out; the permit looks at them again."""
        reason = "stopped" if stopped else "waits_for_original"
        said = sentence(reason, channel="its channel", zone=self._settings.zone)
        found = await session.execute(
            update(Delivery)
            .where(
                col(Delivery.of_delivery_id).in_(ids),
                col(Delivery.state) == DeliveryState.HELD,
                col(Delivery.reason) == ORIGINAL_IN_DOUBT,
            )
            .values(
                state=DeliveryState.HELD if stopped else DeliveryState.QUEUED,
                reason=reason,
                why=said.why,
                next_step=said.next_step,
                due_at=now,
                version=col(Delivery.version) + 1,
            )
            .returning(col(Delivery.id))
        )
        return list(found.scalars())

    async def _page(
        self,
        session: AsyncSession,
        row: Delivery,
        choice: str,
        channel: str,
        remote_id: str | None,
        now: datetime,
        *,
        stopped: bool,
    ) -> None:
        values: dict[str, Any]
        out = of = 1
        if choice == BY_HAND:
            await session.execute(
                update(DeliveryPart)
                .where(
                    col(DeliveryPart.delivery_id) == row.id, col(DeliveryPart.state) == DeliveryState.QUEUED
                )
                .values(state=DeliveryState.SENT, sent_at=now)
            )
            reason = "by_hand"
            values = {"state": DeliveryState.SENT, "reason": reason, "settled_at": now, "sent_at": now}
            values["by_itself"] = ""
        elif choice == IT_IS_THERE:
            every = await store.parts_of(session, row.id)
            parts = [part for part in every if part.state == DeliveryState.QUEUED]
            of, out = len(every), len(every) - len(parts) + 1
            if parts:
                parts[0].state = DeliveryState.SENT
                parts[0].remote_id = remote_id
                parts[0].sent_at = now
                await session.flush()
            more = len(parts) > 1
            reason = "more_parts" if more else "confirmed"
            values = {"state": DeliveryState.QUEUED if more else DeliveryState.SENT, "reason": reason}
            values["by_itself"] = ""
            if not more:
                values |= {"settled_at": now, "sent_at": now}
            elif stopped:
                # The rest waits for the question that starting again asks of all that waits.
                reason = "held_partly"
                values |= {"state": DeliveryState.HELD, "reason": "stopped"}
            if parts and parts[0].n == 1 and remote_id is not None:
                values["remote_id"] = remote_id
        else:
            reason = "send_again"
            values = {"state": DeliveryState.QUEUED, "reason": reason, "attempts": 0, "looks": 0}
            values["by_itself"] = reason
            if row.claimable_at is None:
                values["claimable_at"] = now
        tied = row.digest is not None
        if tied and values["state"] == DeliveryState.QUEUED:
            values["digest"] = None  # each for itself again
        said = sentence(reason, channel=channel, done=out, parts=of, zone=self._settings.zone)
        url, fence, version = row.url, row.fence, row.version
        await session.execute(
            update(Delivery)
            .where(col(Delivery.id) == row.id)
            .values(
                why=said.why,
                next_step=said.next_step,
                due_at=now,
                digest_id=None,
                fence=fence + 1,
                version=version + 1,
                **values,
            )
        )
        if tied:
            await follow(
                session,
                row.id,
                values["state"],
                reason,
                channel=channel,
                url=url,
                why=said.why,
                next_step=said.next_step,
                now=now,
                settings=self._settings,
            )

    async def _people(
        self, session: AsyncSession, row: Delivery, choice: str, channel: str, now: datetime
    ) -> None:
        state = DeliveryState.SENT if choice == IT_IS_THERE else DeliveryState.QUEUED
        delivery_id = row.id
        unwritten = PEOPLE not in row.counts
        await session.execute(
            update(RecipientDelivery)
            .where(
                col(RecipientDelivery.delivery_id) == delivery_id,
                col(RecipientDelivery.state) == DeliveryState.HELD,
            )
            .values(
                state=state,
                reason="confirmed" if choice == IT_IS_THERE else "send_again",
                due_at=now,
                fence=col(RecipientDelivery.fence) + 1,
            )
        )
        stays = choice == IT_IS_THERE and await _somebody_waits(session, delivery_id)
        if not stays:
            # Else it stays held as it is: that some have it says nothing about those who were not called.
            await session.execute(
                update(Delivery).where(col(Delivery.id) == delivery_id).values(state=DeliveryState.SENDING)
            )
        if unwritten and choice == IT_IS_THERE and not stays:
            # A backup from before all its people were written down: that they have it ends it for all of them.
            count = select(func.count()).where(col(RecipientDelivery.delivery_id) == delivery_id)
            people = (await session.execute(count)).scalar_one()
            said = sentence("confirmed", channel=channel, zone=self._settings.zone)
            await session.execute(
                update(Delivery)
                .where(col(Delivery.id) == delivery_id)
                .values(
                    state=DeliveryState.SENT,
                    reason="confirmed",
                    why=said.why,
                    next_step=said.next_step,
                    counts={PEOPLE: people, **({str(state): people} if people else {})},
                    sent_at=now,
                    settled_at=now,
                    version=col(Delivery.version) + 1,
                )
            )
            return
        await self._sums.recount(session, delivery_id, now)


async def _somebody_waits(session: AsyncSession, delivery_id: str) -> bool:
    found = await session.execute(
        select(col(RecipientDelivery.id))
        .where(
            col(RecipientDelivery.delivery_id) == delivery_id,
            col(RecipientDelivery.state) == DeliveryState.QUEUED,
        )
        .limit(1)
    )
    return found.first() is not None


async def _is_unreleased(session: AsyncSession, row: Delivery) -> bool:
    if row.claimable_at is not None:
        return False
    found = await session.execute(select(col(Update.state)).where(col(Update.id) == row.update_id))
    return found.scalar_one() in (UpdateState.AWAITING_APPROVAL, UpdateState.COUNTING_DOWN)


async def _is_stopped(session: AsyncSession, delivery_id: str) -> bool:
    """Its event; it stays so until this is committed, so that whoever starts again is asked about all that waits."""
    found = await session.execute(
        select(col(LiveEvent.sending))
        .join(Delivery, col(Delivery.event_id) == col(LiveEvent.id))
        .where(col(Delivery.id) == delivery_id)
        .with_for_update(read=True, of=LiveEvent)
    )
    return found.scalars().first() == Sending.STOP
