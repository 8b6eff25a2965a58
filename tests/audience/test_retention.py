"""What is kept no longer than it is needed really vanishes, and what is still needed stays."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

from app.audience.ingest import Ingest
from app.audience.retention import Retention
from app.broadcast import topics
from app.channels.base import Inbound, InboundReply
from app.clock import ManualClock
from app.db import Database
from app.ids import new_id
from app.models import (
    Attempt,
    Channel,
    Delivery,
    EventChannel,
    IdempotencyRecord,
    LiveEvent,
    PendingReceipt,
    Reply,
    SeenInbound,
    Update,
)

ENDED = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
PEOPLE = 1_200  # more than two chunks


class House:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = ManualClock(ENDED)
        self.retention = Retention(database, self.clock)
        self.ingest = Ingest(
            database,
            self.clock,
            new_id,
            lambda *_: {"decision": "pass"},
            None,
            lambda _: None,  # type: ignore[arg-type]
        )

    async def count(self, table: type[SQLModel]) -> int:
        async with self.database.read() as session:
            return int(await session.scalar(select(func.count()).select_from(table)) or 0)

    async def fill(self) -> None:
        async def work(session: AsyncSession) -> None:
            session.add(Channel(id="c1", adapter="x", name="X", credentials_enc=b"", created_at=ENDED))
            for name, ended_at in (("old", ENDED), ("live", None)):
                session.add(
                    LiveEvent(
                        id=name,
                        slug=name,
                        kind="press",
                        title="T",
                        state="ended" if ended_at else "live",
                        created_at=ENDED,
                        started_at=ENDED,
                        ended_at=ended_at,
                    )
                )
                await session.flush()
                topics.create_topics(session, name)
                session.add(EventChannel(event_id=name, channel_id="c1"))
                session.add(
                    IdempotencyRecord(
                        scope=name, key="k", body_hash="h", status=201, answer=b"", created_at=ENDED
                    )
                )
            session.add(
                IdempotencyRecord(
                    scope="global", key="k", body_hash="h", status=201, answer=b"", created_at=ENDED
                )
            )
            session.add(PendingReceipt(channel_id="c1", remote_id="m", rank=1, state="sent", at=ENDED))
            session.add(
                Update(
                    id="u",
                    event_id="old",
                    seq=1,
                    client_key="u",
                    composed_at=ENDED,
                    received_at=ENDED,
                    expires_at=ENDED,
                )
            )
            await session.flush()
            session.add(
                Delivery(
                    id="d",
                    update_id="u",
                    event_id="old",
                    channel_id="c1",
                    lane="l",
                    seq=1,
                    priority="normal",
                    rank=2,
                    due_at=ENDED,
                    expires_at=ENDED,
                    created_at=ENDED,
                )
            )
            await session.flush()
            session.add(Attempt(id="a", delivery_id="d", intent_at=ENDED))

        await self.database.write(work)
        replies = [(event, n) for event, most in (("old", PEOPLE), ("live", 3)) for n in range(most)]
        # Not all at once: PostgreSQL ends a transaction in which a busy machine thinks for too long.
        for start in range(0, len(replies), 100):
            await self._add_replies(replies[start : start + 100])

    async def _add_replies(self, replies: list[tuple[str, int]]) -> None:
        async def work(session: AsyncSession) -> None:
            session.add_all(
                Reply(
                    id=f"{event}-{n}",
                    event_id=event,
                    channel_id="c1",
                    remote_id=f"{event}-{n}",
                    text="Words of a stranger",
                    at=ENDED,
                    received_at=ENDED,
                )
                for event, n in replies
            )

        await self.database.write(work)


@pytest.fixture
async def house(database: Database) -> House:
    made = House(database)
    await made.fill()
    return made


class TestRetention:
    @pytest.mark.parametrize(
        ("table", "days", "stay"),
        [(Reply, 30, 3), (IdempotencyRecord, 7, 1), (PendingReceipt, 7, 0), (Attempt, 365, 0)],
    )
    async def test_rows_vanish_when_their_time_is_over_and_not_a_day_before(
        self, house: House, table: type[SQLModel], days: int, stay: int
    ) -> None:
        """Replies 30 days after the end, keys 7 days after it, raw data 7 days, attempts a year; a live event keeps its own."""
        before = await house.count(table)
        house.clock.advance(timedelta(days=days, minutes=-1).total_seconds())
        await house.retention.sweep()
        kept = await house.count(table)
        house.clock.advance(120)
        await house.retention.sweep()

        assert kept == before
        assert await house.count(table) == stay

    async def test_I01_a_reply_that_has_vanished_does_not_come_back_when_its_platform_repeats_itself(
        self, house: House
    ) -> None:
        """Its id alone is kept."""
        house.clock.advance(timedelta(days=31).total_seconds())
        await house.retention.sweep()

        again = InboundReply("old-7", "added", ENDED, text="Words of a stranger")
        assert await house.ingest.take("c1", Inbound(replies=(again,))) == 0
        assert await house.count(Reply) == 3
        assert await house.count(SeenInbound) == PEOPLE

    async def test_a_second_sweep_finds_nothing(self, house: House) -> None:
        """Harmless to repeat."""
        house.clock.advance(timedelta(days=400).total_seconds())
        first = await house.retention.sweep()

        assert {name: n for name, n in first.items() if n} == {
            "replies": PEOPLE,
            "keys": 2,
            "raw": 1,
            "attempts": 1,
        }
        assert not any((await house.retention.sweep()).values())
