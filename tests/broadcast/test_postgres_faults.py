"""PostgreSQL that vanishes around COMMIT, and rows that somebody else holds. More: `soak commits`."""

from __future__ import annotations

import asyncio
import os
import time

import pytest
from sqlalchemy import text

from app.broadcast.settings import EngineSettings
from app.db import LOCK_WAIT_S, POOL_WAIT_S, Database
from app.errors import Unready
from app.models import DeliveryState, LiveEvent, Sending
from tests.broadcast.commitcut import AFTER, BEFORE, cuts
from tests.broadcast.running import FREE, show

pytestmark = pytest.mark.servers
CUTS = 50
HELD_S = float(
    os.environ.get("HELD_ROW_S", "0")
)  # as long as it takes to be refused; the soak holds it for 30 s


class TestCutAroundCommit:
    @pytest.mark.timeout(90)
    async def test_F16_a_cut_between_COMMIT_and_its_reply_loses_nothing_and_doubles_nothing(
        self, postgres_url: str
    ) -> None:
        """The key is looked up before anything is done again: every submit is answered, each update is there once."""
        ledger = await cuts(postgres_url, CUTS, seed=1)
        assert ledger.cuts[BEFORE] >= CUTS // 5
        assert ledger.cuts[AFTER] >= CUTS // 5
        assert (ledger.lost, ledger.doubled) == (0, 0)
        assert ledger.deliveries == ledger.answered

    async def test_F16_asking_again_without_looking_is_caught(self, postgres_url: str) -> None:
        """The harness has teeth: under a fresh key what had happened happens twice."""
        assert (await cuts(postgres_url, 8, seed=1, blind=True)).doubled > 0


class TestHeldRow:
    @pytest.mark.timeout(60)
    async def test_F18_a_row_that_is_held_delays_its_own_event_alone_and_says_when_to_come_back(
        self, postgres_url: str
    ) -> None:
        """Its submits get 503 with a time after a bounded wait; other events are accepted and sent meanwhile."""
        settings = EngineSettings(windows=FREE, drain_s=1.0, scan_s=0.1)
        async with show(postgres_url.replace("+asyncpg", ""), channels=("x",), settings=settings) as here:
            held = await here.stage.add_event()
            async with here.stage.database._write_engine.connect() as holder, holder.begin():
                await holder.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
                await holder.execute(text("SELECT 1 FROM live_event WHERE id = :id FOR UPDATE"), {"id": held})
                began = time.monotonic()
                waiting = [asyncio.create_task(here.publish(f"Held {n}", event_id=held)) for n in range(5)]
                waits: list[float] = []
                while len(waits) < 20 or time.monotonic() - began < HELD_S:
                    asked = time.monotonic()
                    await here.publish(f"Free {len(waits)}")
                    waits.append(time.monotonic() - asked)
                refused = await asyncio.gather(*waiting, return_exceptions=True)
                waited = time.monotonic() - began
                await here.stage.until(
                    lambda rows: sum(d.state == DeliveryState.SENT for d in rows) == len(waits), within_s=40.0
                )
            assert all(isinstance(one, Unready) and one.code == "database_busy" for one in refused), refused
            assert all(one.retry_after_s > 0 for one in refused if isinstance(one, Unready))
            # All were refused while the row was held, after they had waited for it; nobody else did. No wall clock: it
            # is what the others waited that a busy machine must be compared with.
            print(
                f"F-18: {len(waits)} others, p50 {sorted(waits)[len(waits) // 2]:.3f} s, max {max(waits):.3f} s"
            )
            assert waited >= LOCK_WAIT_S - 0.5
            assert sorted(waits)[len(waits) // 2] <= waited / 4
            assert max(waits) < waited
            again = await here.publish("Held 9", event_id=held)
            assert again.seq == 1

    async def test_F18_a_write_that_meets_a_held_row_is_done_apart_and_the_others_are_not_kept(
        self, postgres_url: str
    ) -> None:
        """Group commit: one unit waits for its row, the units behind it are durable meanwhile."""
        async with show(postgres_url.replace("+asyncpg", ""), channels=("x",), start=False) as here:
            held, free = await here.stage.add_event(), here.stage.event_id

            def touch(event_id: str):  # type: ignore[no-untyped-def]
                async def work(session):  # type: ignore[no-untyped-def]
                    await session.execute(
                        text("UPDATE live_event SET version = version + 1 WHERE id = :id"), {"id": event_id}
                    )

                return work

            database: Database = here.stage.database
            async with database._write_engine.connect() as holder, holder.begin():
                await holder.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
                await holder.execute(text("SELECT 1 FROM live_event WHERE id = :id FOR UPDATE"), {"id": held})
                slow = asyncio.create_task(database.write(touch(held)))
                began = time.monotonic()
                await asyncio.gather(*(database.write(touch(free)) for _ in range(5)))
                assert time.monotonic() - began <= 1.5
                assert not slow.done()
            await slow

    async def test_K01_a_stop_that_meets_a_held_row_is_done_without_a_second_press(
        self, postgres_url: str
    ) -> None:
        """The wait for the row ends with "busy" once; the stop asks again by itself and is answered when it is free."""
        async with show(postgres_url.replace("+asyncpg", ""), channels=("x",), start=False) as here:
            event = here.stage.event_id
            async with here.stage.database._write_engine.connect() as holder, holder.begin():
                await holder.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
                await holder.execute(
                    text("SELECT 1 FROM live_event WHERE id = :id FOR UPDATE"), {"id": event}
                )
                # At work, not silent: somebody silent in its way is ended (test_stops_on_postgres).
                work = asyncio.create_task(holder.execute(text(f"SELECT pg_sleep({LOCK_WAIT_S + 1.0})")))
                stop = asyncio.create_task(here.engine.stop_control.stop(event, "person:1"))
                done, _ = await asyncio.wait((stop,), timeout=LOCK_WAIT_S + 0.5)
                assert not done
                await work
            await stop
            async with here.stage.database.read() as session:
                found = await session.get(LiveEvent, event)
                assert found is not None
                assert found.sending == Sending.STOP

    async def test_F18_a_pool_without_a_free_connection_is_503_with_a_time_to_come_back(
        self, postgres_url: str
    ) -> None:
        """Bounded wait, then a sentence; with a free connection it works again."""
        database = Database(postgres_url.replace("+asyncpg", ""), pool_size=1)
        await database.start()
        try:
            async with database._write_engine.connect() as holder:
                await holder.execute(text("SET idle_in_transaction_session_timeout = 0"))
                began = time.monotonic()
                with pytest.raises(Unready) as told:
                    async with database.read() as session:
                        await session.execute(text("SELECT 1"))
                assert time.monotonic() - began <= POOL_WAIT_S + 1.5
                assert (told.value.code, told.value.retry_after_s > 0) == ("database_busy", True)
            async with database.read() as session:
                await session.execute(text("SELECT 1"))
        finally:
            await database.stop()
