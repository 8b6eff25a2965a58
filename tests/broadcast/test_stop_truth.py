"""What a stop, a hold and a withdrawal say is true: of what is out in part, of what may be out, and of the rest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from app.broadcast.intents import PlannedDelivery
from app.broadcast.limits import Window
from app.broadcast.settings import EngineSettings
from app.broadcast.stop_report import StopReport
from app.errors import Unready
from app.models import Attempt, AuditEntry, Channel, Delivery, RecipientDelivery, Update
from tests.broadcast.house import sqlite_url
from tests.broadcast.running import Show, show
from tests.broadcast.test_in_doubt import in_doubt, lost, out_of, state_of

PREFERRED = {"on_unknown": {"emergency": "prefer_duplicate_once"}}


def places(name: str, n: int, per_s: float = 60.0) -> EngineSettings:
    """So many calls in a while, without a reserve."""
    return EngineSettings(windows={name: (Window("w", n, per_s, reserve=0.0),)}, drain_s=2.0, scan_s=0.1)


async def press(s: Show, how: str, row: Delivery) -> StopReport:
    control = s.engine.stop_control
    match how:
        case "hold":
            return await control.hold(row.event_id, "op")
        case "stop":
            return await control.stop(row.event_id, "op")
        case "channel":
            return await control.kill_channel(row.channel_id, "op")
    return await control.kill_update(row.update_id, "op")


async def recorded(s: Show) -> AuditEntry:
    """The stop in the audit log."""
    entries: list[AuditEntry] = await s.stage.rows(AuditEntry)
    return next(
        one
        for one in sorted(entries, key=lambda one: one.seq, reverse=True)
        if one.action in ("event.hold", "event.stop", "channel.killed", "update.killed")
    )


def ids(touched: Any) -> list[str]:
    return [one.delivery_id for one in touched]


@asynccontextmanager
async def half_out(tmp_path: Path) -> AsyncIterator[tuple[Show, Delivery]]:
    """A thread of three whose second post the platform puts off for an hour."""
    plan = lambda n, _: "429" if n == 2 else "ok"  # noqa: E731
    async with show(sqlite_url(tmp_path), {"x": plan}, channels=("x",)) as s:
        s.platforms["x"].retry_after_s = 3600.0
        await s.publish("Stay inside.", parts=["one 1/3", "two 2/3", "three 3/3"], expires_in_s=7200.0)
        (row,) = await s.stage.until(
            lambda rows: [r.reason in ("limited", "own_limit") for r in rows] == [True]
        )
        yield s, row


@asynccontextmanager
async def double_preferred(
    tmp_path: Path, windows: EngineSettings, plan: Callable[[int, Any], str] = lambda *_: "cut"
) -> AsyncIterator[tuple[Show, Delivery]]:
    """An emergency whose answer was lost: one more try is allowed, and waits for its place."""
    async with show(sqlite_url(tmp_path), {"x": plan}, channels=("x",), settings=windows, start=False) as s:
        async with s.stage.database.transaction() as session:
            channel = await session.get(Channel, s.stage.channels["x"])
            channel.settings = PREFERRED
        s.adapters[s.stage.channels["x"]].look_after_s = ()  # type: ignore[attr-defined]
        await s.engine.start()
        await s.publish("Evacuate.", priority="emergency")
        (row,) = await s.stage.until(lambda rows: [r.by_itself for r in rows] == ["duplicate_preferred"])
        yield s, row


@asynccontextmanager
async def list_in_the_middle(tmp_path: Path) -> AsyncIterator[tuple[Show, Delivery]]:
    """Five people: one whose answer was lost for good, one who has it, and three for whom there is no place yet."""
    windows = places("twilio", 2)
    async with show(
        sqlite_url(tmp_path), {"twilio": lost}, channels=("twilio",), settings=windows, start=False
    ) as s:
        s.adapters[s.stage.channels["twilio"]].look_after_s = ()  # type: ignore[attr-defined]
        await s.engine.start()
        audience = await s.stage.add_audience(5)
        planned = PlannedDelivery(s.stage.channels["twilio"], ("Stay inside.",), audience_id=audience)
        await s.publish("Stay inside.", deliveries=(planned,))
        (row,) = await s.stage.until(
            lambda rows: [(r.counts.get("held"), r.counts.get("sent")) for r in rows] == [(1, 1)]
        )
        yield s, row


PRESSED = ("hold", "stop", "channel", "update")


class TestReport:
    @pytest.mark.parametrize("how", PRESSED)
    async def test_G6_what_nobody_can_tell_about_is_named_and_not_among_what_never_started(
        self, tmp_path: Path, how: str
    ) -> None:
        """Held because its answer was lost: in the report under its own name, and in the record of the stop."""
        async with show(sqlite_url(tmp_path), {"x": lost}, channels=("x",)) as s:
            row = await in_doubt(s)
            report = await press(s, how, row)
            assert (report.not_started, report.in_flight, report.out) == (0, (), ())
            assert ids(report.may_be_out) == [row.id]
            assert (await recorded(s)).detail == {"may_be_out": [row.id]}

    @pytest.mark.parametrize("how", PRESSED)
    async def test_G6_a_thread_that_is_out_in_part_is_named_as_out(self, tmp_path: Path, how: str) -> None:
        """One of three posts is out: the report says which, the record too, and not that it never started."""
        async with half_out(tmp_path) as (s, row):
            report = await press(s, how, row)
            assert (report.not_started, report.in_flight, report.may_be_out) == (0, (), ())
            assert [(o.delivery_id, o.parts_out, o.parts) for o in report.out] == [(row.id, 1, 3)]
            assert (await recorded(s)).detail == {"partly_out": [row.id]}

    @pytest.mark.parametrize("how", PRESSED)
    async def test_G6_a_list_in_the_middle_is_told_person_by_person(self, tmp_path: Path, how: str) -> None:
        """Three were not called, one has it, of one nobody can tell; the list itself is not “not started”."""
        async with list_in_the_middle(tmp_path) as (s, row):
            report = await press(s, how, row)
            assert (report.not_started, report.recipients_not_started, report.in_flight) == (0, 3, ())
            assert [(o.delivery_id, o.recipients) for o in report.may_be_out] == [(row.id, 1)]
            assert [(o.delivery_id, o.recipients) for o in report.out] == [(row.id, 1)]
            assert (await recorded(s)).detail == {"may_be_out": [row.id]}

    async def test_G6_a_permit_that_could_not_be_written_is_counted_for_nobody(self, tmp_path: Path) -> None:
        """The database was busy for a moment when three were permitted; they are called now, and the stop says so."""
        async with show(
            sqlite_url(tmp_path), {"twilio": lambda *_: "hang"}, channels=("twilio",), start=False
        ) as s:
            sums, failures = s.engine._dispatcher._means.lists.sums, [1, 2]
            count = sums.count

            async def fails_at_first(
                session: Any, delivery_id: str, deltas: Mapping[str, int], **how: Any
            ) -> bool:
                if "sending" in deltas and failures:
                    failures.pop()
                    raise Unready("The database is busy.", code="database_busy")
                return bool(await count(session, delivery_id, deltas, **how))

            sums.count = fails_at_first
            await s.engine.start()
            audience = await s.stage.add_audience(3)
            planned = PlannedDelivery(s.stage.channels["twilio"], ("Stay inside.",), audience_id=audience)
            await s.publish("Stay inside.", deliveries=(planned,))
            async with asyncio.timeout(30):
                while len(s.platforms["twilio"].calls) < 3:
                    await asyncio.sleep(0.01)
            report = await s.engine.stop_control.stop(s.stage.event_id, "op")
            assert not failures
            assert [one.recipients for one in report.in_flight] == [3]
            assert (report.not_started, report.recipients_not_started) == (0, 0)
            s.platforms["twilio"].let_go.set()

    async def test_G6_what_waits_and_was_never_tried_is_counted_as_before(self, tmp_path: Path) -> None:
        """The other side: three that wait for their place are three that did not start, and nothing else is named."""
        async with show(sqlite_url(tmp_path), channels=("x",), settings=places("x", 1)) as s:
            for n in range(4):
                await s.publish(f"Step {n}.")
            await s.stage.until(lambda rows: sum(r.state == "sent" for r in rows) == 1)
            report = await s.engine.stop_control.stop(s.stage.event_id, "op")
            assert (report.not_started, len(report.out), report.in_flight, report.may_be_out) == (
                3,
                1,
                (),
                (),
            )
            assert (await recorded(s)).detail == {}


class TestThreads:
    async def test_a_killed_thread_that_is_half_out_says_so_and_can_be_taken_back(
        self, tmp_path: Path
    ) -> None:
        """Withdrawn in words that are true; a correction still knows that there is something to correct."""
        async with half_out(tmp_path) as (s, row):
            await press(s, "update", row)
            now = await state_of(s, row)
            assert (now.state, now.reason) == ("withdrawn", "killed")
            assert now.why == "1 of 3 posts are out on X; the others are not sent any more."
            assert "Take back" in now.next_step
            assert (await out_of(s, row)).may_be_out

    async def test_a_stopped_thread_that_is_half_out_says_so(self, tmp_path: Path) -> None:
        """Held by a stop: not “before it left”."""
        async with half_out(tmp_path) as (s, row):
            await press(s, "stop", row)
            now = await state_of(s, row)
            assert (now.state, now.reason) == ("held", "stopped")
            assert now.why == "Sending was stopped when 1 of 3 posts were out on X."

    async def test_a_thread_that_grows_too_old_half_out_says_so(self, tmp_path: Path) -> None:
        """Expired, with what is out named."""
        async with half_out(tmp_path) as (s, row):
            async with s.stage.database.transaction() as session:
                one = await session.get(Delivery, row.id)
                one.expires_at = one.created_at
            s.engine.wake()
            (now,) = await s.stage.until(lambda rows: [r.state for r in rows] == ["expired"])
            assert now.why.startswith("1 of 3 posts are out on X")
            assert (await out_of(s, row)).may_be_out

    async def test_a_thread_that_is_killed_before_it_left_keeps_its_words(self, tmp_path: Path) -> None:
        """The other side: nothing of it is out, and nothing is to be taken back."""
        async with show(sqlite_url(tmp_path), channels=("x",), start=False) as s:
            await s.publish("Stay inside.", parts=["one 1/2", "two 2/2"])
            await s.engine.release.release_due()
            (row,) = await s.stage.rows(Delivery)
            await press(s, "update", row)
            now = await state_of(s, row)
            assert (now.state, now.why) == ("withdrawn", "It was stopped before it left.")
            assert not (await out_of(s, row)).may_be_out


class TestPreferredDuplicates:
    @pytest.mark.parametrize("how", ["kill", "correction", "expiry"])
    async def test_G4_what_waits_to_go_twice_is_held_when_it_ends_not_called_stopped(
        self, tmp_path: Path, how: str
    ) -> None:
        """Its first try may be out, so a person looks; until then it can be corrected."""
        async with double_preferred(tmp_path, places("x", 1)) as (s, row):
            if how == "kill":
                report = await press(s, "update", row)
                assert (report.not_started, ids(report.may_be_out)) == (0, [row.id])
            elif how == "correction":
                marks = {"corrected": row.update_id}
                await s.publish("Not so.", kind="correction", priority="correction", to=(), marks=marks)
                await s.engine.release.release_due()
            else:
                async with s.stage.database.transaction() as session:
                    one = await session.get(Delivery, row.id)
                    one.expires_at = one.created_at
                s.engine.wake()
            (now,) = await s.stage.until(lambda rows: [r.state for r in rows if r.id == row.id] == ["held"])
            assert (now.reason, now.why) == (
                "cannot_tell",
                "Nothing more of it is sent, but an earlier try may be out on X.",
            )
            assert (await out_of(s, row)).may_be_out
            await s.engine.decisions.decide(row.id, "it_is_there", "op", remote_id="r1")
            assert (await state_of(s, row)).state == "sent"
            assert len(s.platforms["x"].calls) == 1

    @pytest.mark.parametrize("how", ["hold", "stop"])
    async def test_G4_a_hold_or_a_stop_in_between_allows_no_second_double(
        self, tmp_path: Path, how: str
    ) -> None:
        """What the wait is called meanwhile does not matter: two calls in all, the second one counted, then a person."""
        async with double_preferred(tmp_path, places("x", 1, 0.5)) as (s, row):
            report = await press(s, how, row)
            assert ids(report.may_be_out) == [row.id]
            if how == "stop":
                now = await state_of(s, row)
                assert now.why == "Sending was stopped; an earlier try may be out on X."
                await s.engine.stop_control.restart(row.event_id, "second", {row.id: "keep"})
            await s.engine.stop_control.resume(row.event_id, "op")
            await s.stage.until(lambda rows: [(r.state, r.reason) for r in rows] == [("held", "cannot_tell")])
            # The stop may have refused the second try just before its first byte; then there is one more, without a mark.
            assert [a.code for a in await s.stage.rows(Attempt)].count("duplicate_preferred") == 1
            assert len(s.platforms["x"].calls) == 2

    async def test_a_person_who_sends_it_again_ends_the_doubt(self, tmp_path: Path) -> None:
        """Somebody looked: from then on a kill finds it kept back, not in doubt."""
        async with double_preferred(tmp_path, places("x", 1)) as (s, row):
            await press(s, "update", row)
            async with s.stage.database.transaction() as session:
                update = await session.get(Update, row.update_id)
                update.marks = {}
            await s.engine.decisions.decide(row.id, "send_again", "op")
            report = await press(s, "update", row)
            assert (report.not_started, report.may_be_out) == (1, ())
            assert (await state_of(s, row)).state == "withdrawn"


class TestLists:
    @pytest.mark.parametrize("how", ["update", "stop and drop"])
    async def test_G3_people_in_doubt_of_a_list_that_was_withdrawn_can_be_decided_on(
        self, tmp_path: Path, how: str
    ) -> None:
        """The list is held for them, says how many, and a person's answer ends it with the others withdrawn."""
        async with list_in_the_middle(tmp_path) as (s, row):
            if how == "update":
                await press(s, "update", row)
            else:
                await press(s, "stop", row)
                assert (
                    await state_of(s, row)
                ).why == "Sending was stopped when 1 of 5 people had been sent to."
                await s.engine.stop_control.restart(row.event_id, "second", {row.id: "drop"})
            now = await state_of(s, row)
            assert (now.state, now.reason) == ("held", "cannot_tell")
            assert now.why == "It was stopped. Sent to: 1. Of so many nobody can tell: 1."
            assert now.counts == {"people": 5, "held": 1, "sent": 1, "withdrawn": 3}
            await s.engine.decisions.decide(row.id, "it_is_there", "op")
            now = await state_of(s, row)
            assert (now.state, now.why) == ("sent", "It was stopped when 2 of 5 people had been sent to.")
            people = await s.stage.rows(RecipientDelivery)
            assert sorted(one.state for one in people) == ["sent"] * 2 + ["withdrawn"] * 3
            assert len(s.platforms["twilio"].calls) == 2

    async def test_a_list_of_whom_nobody_was_called_is_withdrawn(self, tmp_path: Path) -> None:
        """The other side: nothing of it is out, and nobody is asked."""
        async with show(sqlite_url(tmp_path), channels=("twilio",), settings=places("twilio", 1)) as s:
            channel = s.stage.channels["twilio"]
            audience = await s.stage.add_audience(3)
            planned = PlannedDelivery(channel, ("Stay inside.",), audience_id=audience)
            await s.publish("Stay inside.", deliveries=(planned,), delay_s=60.0)
            (row,) = await s.stage.rows(Delivery)
            await press(s, "update", row)
            now = await state_of(s, row)
            assert (now.state, now.why) == ("withdrawn", "It was stopped before it left.")

    async def test_G4_somebody_who_may_have_it_and_waits_to_be_texted_again_is_held(
        self, tmp_path: Path
    ) -> None:
        """A double was preferred for one person, and the list is killed before it: that person is not “stopped”."""
        async with list_in_the_middle(tmp_path) as (s, row):
            async with s.stage.database.transaction() as session:
                for person in await s.stage.rows(RecipientDelivery, state="held"):
                    one = await session.get(RecipientDelivery, person.id)
                    one.state, one.reason = "queued", "duplicate_preferred"
            report = await press(s, "update", row)
            assert [(o.delivery_id, o.recipients) for o in report.may_be_out] == [(row.id, 1)]
            assert report.recipients_not_started == 3
            states = sorted((p.state, p.reason) for p in await s.stage.rows(RecipientDelivery))
            assert states.count(("held", "cannot_tell")) == 1
