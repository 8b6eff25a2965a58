"""Stops on PostgreSQL against what other processes hold: rows of the frozen, and permits that are being committed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import TextClause, event, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlmodel import col, update

from app.broadcast import store
from app.broadcast.calling import Stamps
from app.broadcast.gate import Refusal
from app.broadcast.intents import PlannedDelivery
from app.broadcast.jobs import Job
from app.broadcast.settings import EngineSettings
from app.clock import SystemClock
from app.db import FROZEN_S
from app.db_urgent import URGENT, clear_the_way
from app.models import Act, Channel, Delivery, DeliveryPart, Topic, Update
from tests.broadcast.running import FREE, Show, show

pytestmark = pytest.mark.servers
SETTINGS = EngineSettings(windows=FREE, drain_s=1.0, scan_s=5.0, sole_node=False)


@asynccontextmanager
async def stage_of(postgres_url: str) -> AsyncIterator[Show]:
    plain = postgres_url.replace("+asyncpg", "")
    async with show(plain, channels=("x",), settings=SETTINGS, start=False) as here:
        yield here


async def waits_for_a_lock(engine: AsyncEngine, who: asyncio.Task[object]) -> bool:
    """Until it waits for a lock; False when it is over instead."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    while not who.done():
        async with (
            engine.connect() as looking
        ):  # a transaction of its own each time: what it sees stays as it was
            if (await looking.execute(waiting)).scalar_one():
                return True
        await asyncio.sleep(0.005)
    return False


async def end_whoever_waits(engine: AsyncEngine) -> None:
    """The server process of every transaction that waits for a lock."""
    async with engine.connect() as other:
        await other.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
        )


class TestFrozen:
    @pytest.mark.timeout(60)
    async def test_K01_a_stop_does_not_wait_until_the_database_ends_a_frozen_transaction(
        self, postgres_url: str
    ) -> None:
        """
        One client sleeps inside its transaction on a row that a second waits for, which holds the row that the stop
        needs. The stop ends the sleeper, so that the second goes on, and returns earlier than the server would.
        """
        async with stage_of(postgres_url) as here:
            event = here.stage.event_id
            engine = here.stage.database._write_engine

            async def second() -> None:
                async with engine.connect() as link, link.begin():
                    await link.execute(text("SET LOCAL lock_timeout = 0"))
                    await link.execute(_touch(f"{event}:desk"))
                    await link.execute(_touch(f"{event}:family"))

            async with engine.connect() as sleeper:
                await sleeper.execute(text("SET LOCAL idle_in_transaction_session_timeout = '20s'"))
                await sleeper.execute(_touch(f"{event}:family"))
                between = asyncio.create_task(second())
                assert await waits_for_a_lock(engine, between)
                async with asyncio.timeout(FROZEN_S * 4):  # without it: 20 s
                    await here.engine.stop_control.stop(event, "person:tom")
                await between
                await sleeper.invalidate()

    @pytest.mark.timeout(60)
    async def test_K01_a_stop_whose_connection_ends_asks_again_by_itself(self, postgres_url: str) -> None:
        """Its server process is ended while it waits for a row; nobody has to press twice."""
        async with stage_of(postgres_url) as here:
            event = here.stage.event_id
            engine = here.stage.database._write_engine
            async with engine.connect() as holder, holder.begin():
                await holder.execute(_name(URGENT))
                await holder.execute(_touch(f"{event}:desk"))
                stop = asyncio.create_task(here.engine.stop_control.stop(event, "person:tom"))
                assert await waits_for_a_lock(engine, stop)
                await end_whoever_waits(engine)
            await stop

    @pytest.mark.parametrize("reading", ["until_others_cannot_start", "report"])
    @pytest.mark.timeout(60)
    async def test_K01_a_stop_that_is_done_is_answered_though_the_connection_of_its_reading_ends(
        self, postgres_url: str, monkeypatch: pytest.MonkeyPatch, reading: str
    ) -> None:
        """The commit stands; whoever pressed hears what was on its way, and not that it failed."""
        async with stage_of(postgres_url) as here:
            await here.publish("Step 1")
            await here.engine.release.release_due()
            engine, control = here.stage.database._write_engine, here.engine.stop_control
            read = getattr(control._flying, reading)

            async def cut(*where: object) -> object:
                monkeypatch.setattr(control._flying, reading, read)
                async with engine.connect() as holder, holder.begin():
                    await holder.execute(text("LOCK TABLE delivery IN ACCESS EXCLUSIVE MODE"))
                    asking = asyncio.create_task(read(*where))
                    assert await waits_for_a_lock(engine, asking)
                    await end_whoever_waits(engine)
                return await asking

            monkeypatch.setattr(control._flying, reading, cut)
            report = await control.stop(here.stage.event_id, "person:tom")
            assert (report.not_started, report.in_flight, report.out) == (1, (), ())

    @pytest.mark.timeout(60)
    async def test_K01_a_stop_does_not_end_another_stop_that_is_a_little_late(
        self, postgres_url: str
    ) -> None:
        """Half a second of silence is a busy event loop there, and not a frozen process."""
        async with stage_of(postgres_url) as here:
            event = here.stage.event_id
            engine = here.stage.database._write_engine
            async with engine.connect() as late, late.begin():
                await late.execute(_name(URGENT))
                await late.execute(_touch(f"{event}:desk"))
                stop = asyncio.create_task(here.engine.stop_control.stop(event, "person:tom"))
                assert await waits_for_a_lock(engine, stop)
                done, _ = await asyncio.wait((stop,), timeout=0.7)
                assert not done
                await late.execute(text("SELECT 1"))
            await stop

    @pytest.mark.timeout(60)
    async def test_K01_stops_of_one_process_never_end_each_other(self, postgres_url: str) -> None:
        """Whoever looks for the frozen is not frozen: its own urgent writes are let be, however long one is silent."""
        async with stage_of(postgres_url) as here:
            database = here.stage.database
            engine, desk = database._write_engine, _touch(f"{here.stage.event_id}:desk")
            silent, go_on, looked = asyncio.Event(), asyncio.Event(), asyncio.Event()
            looks = 0

            def note(_link: object, _cursor: object, statement: str, *_more: object) -> None:
                nonlocal looks
                looks += "pg_terminate_backend" in statement
                if looks == 3:
                    looked.set()

            event.listen(engine.sync_engine, "after_cursor_execute", note)

            async def be_silent(session: AsyncSession) -> None:
                await session.execute(desk)
                silent.set()
                await go_on.wait()

            async def wait_for_it(pid: asyncio.Future[int]) -> None:
                async with engine.connect() as link, link.begin():
                    await link.execute(text("SET LOCAL lock_timeout = 0"))
                    pid.set_result((await link.execute(text("SELECT pg_backend_pid()"))).scalar_one())
                    await link.execute(desk)

            stop = asyncio.create_task(database.write_urgently(be_silent))
            await silent.wait()
            pid: asyncio.Future[int] = asyncio.get_running_loop().create_future()
            waiting = asyncio.create_task(wait_for_it(pid))
            assert await waits_for_a_lock(engine, waiting)
            clearing = asyncio.create_task(
                clear_the_way(engine, pid, waiting, database._urgent, urgent_silent_s=0.0)
            )
            await asyncio.wait((asyncio.create_task(looked.wait()), waiting), return_when="FIRST_COMPLETED")
            assert not waiting.done(), "the silent one was ended"
            go_on.set()
            await asyncio.gather(stop, waiting, clearing)


class TestStart:
    @pytest.mark.timeout(60)
    async def test_a_start_whose_connection_ends_looks_after_the_dead_once_more(
        self, postgres_url: str
    ) -> None:
        """Its server process is ended in the middle of looking; the process starts all the same."""
        async with stage_of(postgres_url) as here:
            await here.publish("Incision made.")
            engine = here.stage.database._write_engine
            long_ago = datetime(2026, 11, 20, tzinfo=UTC)
            async with engine.connect() as holder:
                await holder.execute(
                    update(Delivery).values(
                        state="sending", lease_owner="dead", lease_until=long_ago, claimable_at=long_ago
                    )
                )
                await holder.commit()
                await holder.execute(_touch(f"{here.stage.event_id}:desk"))
                start = asyncio.create_task(here.engine.start())
                assert await waits_for_a_lock(engine, start)
                await end_whoever_waits(engine)
                await holder.rollback()
            await start
            assert await here.stage.until(lambda rows: all(row.lease_owner != "dead" for row in rows))


class TestPermitsUnderWay:
    @pytest.mark.timeout(60)
    @pytest.mark.parametrize("what", ["hold", "channel"])
    async def test_G6_a_stop_waits_for_a_permit_that_has_looked_and_is_not_committed(
        self, postgres_url: str, what: str
    ) -> None:
        """What has seen that sending is open commits before the stop does, so the stop's answer has it."""
        async with stage_of(postgres_url) as here:
            event, channel = here.stage.event_id, here.stage.channels["x"]
            asked: dict[str, Callable[[AsyncSession], Awaitable[object]]] = {
                "hold": lambda session: store.still_open(session, {event}),
                "channel": lambda session: store.is_on(session, channel),
            }
            control = here.engine.stop_control
            async with here.stage.database.transaction() as permit:
                assert await asked[what](permit)
                stop = asyncio.create_task(
                    control.hold(event, "person:tom")
                    if what == "hold"
                    else control.kill_channel(channel, "tom")
                )
                assert await waits_for_a_lock(here.stage.database._write_engine, stop), "it did not wait"
                await permit.execute(text("SELECT 1"))
            await stop
            async with here.stage.database.transaction() as session:
                assert not await asked[what](session)

    @pytest.mark.timeout(60)
    async def test_G6_a_stop_freezes_the_countdown_that_is_just_being_approved(
        self, postgres_url: str
    ) -> None:
        """Else nobody would be asked about it, and it would leave at once when sending goes on."""
        async with stage_of(postgres_url) as here:
            accepted = await here.publish("Leave now.", state="awaiting_approval")
            async with here.stage.database.transaction() as approval:
                assert await here.engine.release.begin_countdown(
                    approval, accepted.update_id, delay_s=5.0, now=datetime.now(UTC)
                )
                stop = asyncio.create_task(here.engine.stop_control.stop(here.stage.event_id, "person:tom"))
                assert await waits_for_a_lock(here.stage.database._write_engine, stop), "it did not wait"
                await approval.execute(text("SELECT 1"))
            await stop
            row = await here.stage.one(Update)
            assert (row.state, row.release_at) == ("counting_down", None)
            assert row.hold_left_s is not None


async def permitting(here: Show, channel: Channel) -> Callable[[], Awaitable[list[Job]]]:
    """What gives permits on this channel, once at a call, in a transaction of its own."""
    means = here.engine._dispatcher._means
    await means.limits.load(here.stage.database, channel.id, (), means.clock.now())

    async def permit() -> list[Job]:
        async with here.stage.database.transaction() as session:
            given, _, _ = await means.permits.give(
                session,
                channel,
                here.adapters[channel.id],
                in_flight=0,
                probe=False,
                stamp_of=Stamps(means.fence).of,
            )
        return given

    return permit


class TestDecisions:
    @pytest.mark.timeout(60)
    async def test_K03_a_deletion_does_not_begin_to_wait_for_a_decision_that_is_being_committed(
        self, postgres_url: str
    ) -> None:
        """The decision lets go what waits for it; a deletion that it could not see yet would wait for ever."""
        async with stage_of(postgres_url) as here:
            channel = await here.stage.one(Channel)
            permit = await permitting(here, channel)
            accepted = await here.publish("The upper floor is closed.")
            await here.engine.release.release_due()
            (original,) = accepted.delivery_ids
            async with here.stage.database.transaction() as session:
                await session.execute(
                    update(Delivery)
                    .where(col(Delivery.id) == original)
                    .values(state="held", reason="cannot_tell", permit_at=datetime.now(UTC))
                )
            share = PlannedDelivery(channel.id, (), act=Act.DELETE, of_delivery_id=original)
            await here.publish("", kind="retraction", priority="correction", deliveries=(share,))
            await here.engine.release.release_due()

            async with here.stage.database.transaction() as decision:
                row = await decision.get(Delivery, original, with_for_update=True)
                assert row is not None
                permits = asyncio.create_task(permit())
                assert await waits_for_a_lock(here.stage.database._write_engine, permits), "it did not wait"
                row.state = "sent"
                await decision.execute(
                    update(DeliveryPart)
                    .where(col(DeliveryPart.delivery_id) == original)
                    .values(state="sent", remote_id="r1")
                )
            (job,) = await permits
            assert (job.act, job.target) == (Act.DELETE, "r1")


class TestOrder:
    @pytest.mark.timeout(60)
    async def test_G5_two_nodes_do_not_let_one_lane_go_twice_at_once(
        self, postgres_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """One has seen the lane free; the other permits its first update; the second update is nobody's turn."""
        async with stage_of(postgres_url) as here:
            channel = await here.stage.one(Channel)
            permit = await permitting(here, channel)
            for words in ("Step 1", "Step 2"):
                await here.publish(words)
            await here.engine.release.release_due()

            look, others = store.busy, []

            async def busy(session: AsyncSession, channel_id: str) -> list[store.Busy]:
                found = await look(session, channel_id)
                if not others:
                    others.append(None)
                    others[:] = await permit()
                return found

            monkeypatch.setattr(store, "busy", busy)
            assert await permit() == []
            assert [job.post.text for job in others] == ["Step 1"]


class TestLists:
    @pytest.mark.parametrize("ended", ["kill", "stop"])
    @pytest.mark.timeout(60)
    async def test_G6_a_gate_that_holds_a_list_does_not_undo_what_ended_it_meanwhile(
        self, postgres_url: str, monkeypatch: pytest.MonkeyPatch, ended: str
    ) -> None:
        """One node asks the gate about a list that another one stops: it stays stopped, or withdrawn, for its reason."""
        async with stage_of(postgres_url) as here:
            audience = await here.stage.add_audience(1)
            channel_id = here.stage.channels["x"]
            planned = PlannedDelivery(channel_id, ("Stay inside.",), audience_id=audience)
            made = await here.publish("Stay inside.", deliveries=(planned,))
            await here.engine.release.release_due()
            await here.engine.release.expansion.expand_lists()
            control, last_check = here.engine.stop_control, here.engine._dispatcher._means.last_check

            async def check(session: AsyncSession, ids: Sequence[str]) -> dict[str, Refusal]:
                if ended == "kill":
                    await control.kill_update(made.update_id, "person:1")
                else:
                    await control.stop(here.stage.event_id, "person:1")
                return {one: Refusal("held", "consent", "Nobody signed.") for one in ids}

            monkeypatch.setattr(here.gate, "check", check)
            async with here.stage.database.transaction() as session:
                (candidate,) = await store.lists(session, channel_id)
                assert await last_check.list_refusal(session, candidate, SystemClock().now())
            row = await here.stage.one(Delivery)
        expected = {"kill": ("withdrawn", "killed"), "stop": ("held", "stopped")}[ended]
        assert (row.state, row.reason) == expected


def _touch(topic: str) -> object:
    return update(Topic).where(col(Topic.id) == topic).values(offset=col(Topic.offset))


def _name(name: str) -> TextClause:
    return text("SELECT set_config('application_name', :name, true)").bindparams(name=name)
