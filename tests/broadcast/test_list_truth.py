"""One person of a list, step by step: what is known of their message survives a crash, a take-over and late receipts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast import store
from app.broadcast.calling import Stamps
from app.broadcast.expansion import EXPANSION
from app.broadcast.failover import Turn
from app.broadcast.intents import PlannedDelivery
from app.broadcast.list_lane import ListLane
from app.broadcast.messages import Message
from app.broadcast.retry import RetryRules
from app.broadcast.settle import Standing, after_attempt, after_look
from app.channels.base import Absent, DeviceReceipt, Failed, Finding, Receipt, Unclear
from app.clock import SystemClock
from app.editorial.outgoing import outgoing_of
from app.errors import OutcomeUnknown, RateLimited, RecipientRejected
from app.models import Channel, Delivery, DeliveryPart, OptedOut, PendingReceipt, RecipientDelivery
from tests.broadcast.house import sqlite_url
from tests.broadcast.running import Show, show


@dataclass
class People:
    """A list of an engine that does nothing by itself: each step is taken by the test."""

    show: Show
    delivery_id: str = ""

    @property
    def channel_id(self) -> str:
        return str(self.show.stage.channels["twilio"])

    @property
    def means(self) -> Any:
        return self.show.engine._dispatcher._means

    async def publish(self, people: int = 1, priority: str = "emergency") -> None:
        audience = await self.show.stage.add_audience(people)
        planned = PlannedDelivery(self.channel_id, ("Stay inside.",), audience_id=audience)
        accepted = await self.show.publish("Stay inside.", deliveries=(planned,), priority=priority)
        self.delivery_id = str(accepted.delivery_ids[0])
        await self.show.engine.release.release_due()
        await self.show.engine.release.expansion.expand_lists()
        await self.means.limits.load(self.show.stage.database, self.channel_id, (), SystemClock().now())

    async def permit(self) -> list[Message]:
        stamps = Stamps(self.means.fence)
        adapter = self.show.adapters[self.channel_id]
        channel = await self.show.stage.one(Channel, id=self.channel_id)

        async def work(session: AsyncSession) -> list[Message]:
            found = await store.lists(session, self.channel_id)
            (candidate,) = [one for one in found if one.delivery.id == self.delivery_id]
            messages, _ = await self.means.lists.give(
                session,
                candidate,
                channel,
                adapter,
                now=await store.lease_now(session, SystemClock().now()),
                mono=SystemClock().monotonic(),
                room=50,
                earlier=(),
                turn=Turn(False),
                stamp_of=stamps.of,
            )
            return list(messages)

        return list(await self.show.stage.database.write(work))

    async def answered(self, message: Message, result: Receipt | Exception) -> None:
        change = after_attempt(
            message.standing, result, started=True, intent_at=message.intent_at, now=SystemClock().now(),
            rules=self.show.engine.settings.retry, random=lambda: 0.0,
        )  # fmt: skip
        await self._apply(message, change)

    async def looked(self, finding: Finding) -> None:
        """Every look that there is for everybody of whom nobody knows."""
        channel = await self.show.stage.one(Channel, id=self.channel_id)
        while (await self.person()).state == "unknown":
            await self.make(due_at=SystemClock().now())

            async def lease(session: AsyncSession) -> list[Message]:
                return list(await self.means.list_looking.lease(session, channel, self.show.adapters.get))

            for message in await self.show.stage.database.write(lease):
                change = after_look(
                    message.standing, (message.known and _found(message.known)) or finding,
                    intent_at=message.intent_at, now=SystemClock().now(),
                    rules=self.show.engine.settings.retry, random=lambda: 0.0,
                )  # fmt: skip
                await self._apply(message, change)

    async def _apply(self, message: Message, change: Any) -> None:
        async def work(session: AsyncSession) -> Any:
            return await self.means.lists.apply(session, [(message, change)], SystemClock().now())

        await self.show.stage.database.write(work)

    async def receipt(self, remote_id: str, state: str, rank: int, **more: Any) -> None:
        await self.show.engine.receipts.apply(
            self.channel_id, [DeviceReceipt(remote_id=remote_id, state=state, rank=rank, **more)]
        )

    async def dies(self) -> None:
        """The process ends, and the next one looks after what it left."""
        await self.show.engine._sweeps.recover()

    async def make(self, **values: Any) -> None:
        async with self.show.stage.database.transaction() as session:
            await session.execute(update(RecipientDelivery).values(**values))

    async def person(self) -> RecipientDelivery:
        rows = await self.show.stage.rows(RecipientDelivery, delivery_id=self.delivery_id)
        return rows[0]


def _found(receipt: Receipt) -> Finding:
    from app.channels.base import Found

    return Found(receipt)


LOST = OutcomeUnknown("no answer")
SILENT = Unclear("its list does not answer")


@pytest_asyncio.fixture
async def people(tmp_path: Path) -> AsyncIterator[People]:
    async with show(sqlite_url(tmp_path), channels=("twilio",), start=False) as made:
        yield People(made)


class TestDoubles:
    async def test_G4_D02_a_crash_does_not_forget_that_a_double_was_preferred_already(
        self, people: People
    ) -> None:
        """Once is once: the second try dies with its process, and nobody sends a third."""
        await people.publish()
        (first,) = await people.permit()
        await people.answered(first, LOST)
        await people.looked(SILENT)
        assert ((await people.person()).state, (await people.person()).reason) == (
            "queued",
            "duplicate_preferred",
        )
        assert len(await people.permit()) == 1
        await people.dies()
        await people.looked(SILENT)
        assert ((await people.person()).state, (await people.person()).reason) == ("held", "cannot_tell")


class TestLateAnswers:
    async def test_N01_an_answer_that_comes_after_a_take_over_still_counts(self, people: People) -> None:
        """Its node was frozen and another one looks for the message: the id is proof, and nobody sends it again."""
        await people.publish()
        (message,) = await people.permit()
        await people.dies()
        await people.answered(message, Receipt("SM1"))
        await people.looked(SILENT)
        person = await people.person()
        assert (person.state, person.remote_id) == ("sent", "SM1")
        (row,) = await people.show.stage.rows(Delivery)
        assert (row.state, row.counts) == ("sent", {"people": 1, "sent": 1})

    async def test_N01_an_answer_that_comes_when_it_is_held_already_settles_it(self, people: People) -> None:
        """A person is not asked about what we know."""
        await people.publish(priority="normal")
        (message,) = await people.permit()
        await people.dies()
        await people.looked(SILENT)
        assert (await people.person()).state == "held"
        await people.answered(message, Receipt("SM1"))
        assert ((await people.person()).state, (await people.person()).remote_id) == ("sent", "SM1")

    async def test_M02_a_stop_that_the_platform_knows_is_kept_though_the_answer_came_late(
        self, people: People
    ) -> None:
        """Whoever looks after the message now, the person said STOP."""
        await people.publish()
        (message,) = await people.permit()
        await people.dies()
        await people.answered(message, RecipientRejected("unsubscribed", opted_out=True))
        assert [one.number for one in await people.show.stage.rows(OptedOut)] == [message.post.recipient]
        assert (await people.person()).state == "rejected"


class TestFailed:
    async def test_G3_a_message_that_is_found_and_has_failed_is_refused_with_its_reason(
        self, people: People
    ) -> None:
        """Nobody is told that somebody has it, and nobody has to decide."""
        await people.publish()
        (message,) = await people.permit()
        await people.answered(message, LOST)
        await people.looked(Failed("The phone could not be reached; it may be off.", "30003"))
        person = await people.person()
        assert (person.state, person.reason) == ("rejected", "recipient")
        assert "could not be reached" in person.why

    async def test_G4_where_a_double_was_preferred_one_that_failed_says_nothing_of_the_other(
        self, people: People
    ) -> None:
        """A person decides, as before."""
        await people.publish()
        (first,) = await people.permit()
        await people.answered(first, LOST)
        await people.looked(SILENT)
        (second,) = await people.permit()
        await people.answered(second, LOST)
        await people.looked(Failed("The phone could not be reached; it may be off.", "30003"))
        assert ((await people.person()).state, (await people.person()).reason) == ("held", "cannot_tell")


class TestReceipts:
    async def test_I04_a_receipt_that_only_names_the_platforms_id_may_overtake_the_answer(
        self, people: People
    ) -> None:
        """A gateway gives its receipts to whichever node is bound; that one knows neither our reference nor yet the id."""
        await people.publish()
        (message,) = await people.permit()
        await people.receipt("77", "delivered", 5)
        await people.answered(message, Receipt("77"))
        assert (await people.person()).state == "delivered"
        (row,) = await people.show.stage.rows(Delivery)
        assert (row.state, row.counts) == ("delivered", {"people": 1, "delivered": 1})

    async def test_I04_a_receipt_from_before_a_message_began_says_nothing_of_it(self, people: People) -> None:
        """A gateway that was restarted counts its ids anew; what is kept of an old one, and fits nobody, is dropped."""
        await people.receipt("77", "delivered", 5)
        async with people.show.stage.database.transaction() as session:
            await session.execute(update(PendingReceipt).values(at=SystemClock().now() - timedelta(days=1)))
        await people.publish()
        (message,) = await people.permit()
        await people.answered(message, Receipt("77"))
        assert (await people.person()).state == "sent"
        assert await people.show.stage.rows(PendingReceipt) == []
        await people.receipt("77", "delivered", 5)
        assert (await people.person()).state == "delivered"

    async def test_I04_a_receipt_and_an_answer_that_passed_each_other_are_merged_afterwards(
        self, people: People
    ) -> None:
        """Two nodes, each commits before the other looks; an older message's bare id stays what it is, nobody's."""
        await people.publish(people=3)
        named, bare, other = await people.permit()
        for message, remote_id in ((named, "SM1"), (bare, "SM2"), (other, "SM3")):
            await people.answered(message, Receipt(remote_id))
        now = SystemClock().now()
        kept = {"channel_id": people.channel_id, "state": "delivered", "rank": 5, "at": now}
        async with people.show.stage.database.transaction() as session:
            session.add(PendingReceipt(**kept, remote_id="SM1", ref=named.id))
            session.add(PendingReceipt(**kept, remote_id="SM2"))
            session.add(PendingReceipt(**kept | {"at": now - timedelta(days=1)}, remote_id="SM3"))
            await session.execute(update(RecipientDelivery).values(permit_at=now - timedelta(minutes=1)))
        await people.show.engine.receipts.take_up_missed()
        assert [row.remote_id for row in await people.show.stage.rows(PendingReceipt)] == [
            "SM1",
            "SM2",
            "SM3",
        ]
        async with people.show.stage.database.transaction() as session:
            await session.execute(
                update(PendingReceipt)
                .where(col(PendingReceipt.remote_id) != "SM3")
                .values(at=now - timedelta(seconds=5))
            )
        await people.show.engine.receipts.take_up_missed()
        rows = {row.remote_id: row.state for row in await people.show.stage.rows(RecipientDelivery)}
        assert rows == {"SM1": "delivered", "SM2": "delivered", "SM3": "sent"}
        assert [row.remote_id for row in await people.show.stage.rows(PendingReceipt)] == ["SM3"]

    async def test_I04_what_another_channel_said_of_a_message_is_left_alone(self, people: People) -> None:
        """It cannot be merged, such as a second provider's that had it before: nobody writes it anew in every scan."""
        await people.publish()
        (message,) = await people.permit()
        await people.answered(message, Receipt("SM1"))
        then = SystemClock().now() - timedelta(minutes=1)
        async with people.show.stage.database.transaction() as session:
            kept = {"channel_id": "elsewhere", "remote_id": "77", "state": "delivered", "rank": 5, "at": then}
            session.add(PendingReceipt(**kept, ref=message.id))
        await people.show.engine.receipts.take_up_missed()
        (row,) = await people.show.stage.rows(PendingReceipt)
        assert row.at == then
        assert (await people.person()).state == "sent"

    async def test_I04_what_overtook_the_answer_is_told_in_the_same_words_as_what_came_after(
        self, people: People
    ) -> None:
        """A refusal by the network is a refusal with its reason, and counted with its like."""
        await people.publish(people=2)
        early, late = await people.permit()
        words = {"code": "30003", "words": "The phone could not be reached; it may be off."}
        await people.receipt("SM1", "rejected", 5, ref=early.id, **words)
        for message, remote_id in ((early, "SM1"), (late, "SM2")):
            await people.answered(message, Receipt(remote_id))
        await people.receipt("SM2", "rejected", 5, ref=late.id, **words)
        rows = await people.show.stage.rows(RecipientDelivery)
        assert {(row.state, row.reason, row.why) for row in rows} == {("rejected", "recipient", rows[0].why)}
        assert "could not be reached" in rows[0].why

    async def test_I04_a_refusal_of_the_first_try_says_nothing_about_the_second(self, people: People) -> None:
        """The platform names the message that failed; the one that was sent instead is still on its way, and arrives."""
        await people.publish()
        (first,) = await people.permit()
        await people.answered(first, LOST)
        await people.looked(SILENT)
        (second,) = await people.permit()
        await people.answered(second, Receipt("SM2"))
        await people.receipt("SM1", "rejected", 5, ref=second.id, code="30003")
        assert (await people.person()).state == "sent"
        await people.receipt("SM2", "delivered", 5, ref=second.id)
        assert (await people.person()).state == "delivered"

    @pytest.mark.parametrize(
        "second",
        [RateLimited("later", retry_after_s=0.0), RecipientRejected("gone"), LOST],
        ids=["not_now", "refused", "lost"],
    )
    async def test_G4_I04_a_receipt_of_the_first_try_counts_although_the_second_was_not_taken(
        self, people: People, second: Exception
    ) -> None:
        """It came while the second was under way: the phone has it, and there is no third."""
        await people.publish()
        (first,) = await people.permit()
        await people.answered(first, LOST)
        await people.looked(SILENT)
        (again,) = await people.permit()
        await people.receipt("SM1", "delivered", 5, ref=again.id)
        await people.answered(again, second)
        if second is LOST:
            await people.looked(SILENT)
        person = await people.person()
        assert (person.state, person.remote_id) == ("delivered", "SM1")
        assert await people.show.stage.rows(PendingReceipt) == []
        (row,) = await people.show.stage.rows(Delivery)
        assert (row.state, row.counts) == ("delivered", {"people": 1, "delivered": 1})

    async def test_G4_I04_a_first_try_that_failed_is_no_reason_not_to_try_again(self, people: People) -> None:
        """Its receipt says that it did not arrive; the second was not taken yet."""
        await people.publish()
        (first,) = await people.permit()
        await people.answered(first, LOST)
        await people.looked(SILENT)
        (again,) = await people.permit()
        await people.receipt("SM1", "rejected", 5, ref=again.id, code="30003")
        await people.answered(again, RateLimited("later", retry_after_s=0.0))
        assert (await people.person()).state == "queued"

    async def test_M02_a_STOP_in_a_receipt_that_fits_no_message_is_kept(self, people: People) -> None:
        """Of a message from before a restore nobody here knows; whoever it was for is not texted again all the same."""
        await people.publish()
        (number,) = {row.number for row in await people.show.stage.rows(RecipientDelivery)}
        await people.receipt("SM404", "rejected", 5, ref="gone", code="21610", opted_out=True, number=number)
        assert await people.permit() == []
        assert (await people.person()).reason == "opted_out"


@pytest.mark.parametrize(
    ("finding", "stopped", "state"),
    [
        (SILENT, "", "held"),
        (Absent(), "", "queued"),
        (Absent(), "stop", "held"),
        (Absent(), "kill", "withdrawn"),
    ],
    ids=["could_not_tell", "did_not_find_it", "was_stopped_then", "was_killed_then"],
)
async def test_N01_a_post_whose_answer_comes_when_another_node_has_settled_what_is_next_is_sent(
    tmp_path: Path, finding: Finding, stopped: str, state: str
) -> None:
    """
    The node that sent it was frozen, another one looked: with the id in hand nobody asks a person or sends it again. What
    was ended by then stays so, and says that it is out.
    """
    async with show(sqlite_url(tmp_path), channels=("x",), start=False) as s:
        means = s.engine._dispatcher._means
        channel_id = s.stage.channels["x"]
        await s.publish("The upper floor is closed.")
        await s.engine.release.release_due()
        await means.limits.load(s.stage.database, channel_id, (), SystemClock().now())
        channel, stamps = await s.stage.one(Channel, id=channel_id), Stamps(means.fence)

        async def permit(session: AsyncSession) -> Any:
            jobs, _, _ = await means.permits.give(
                session, channel, s.adapters[channel_id], in_flight=0, probe=False, stamp_of=stamps.of
            )
            return jobs

        async def look(session: AsyncSession) -> Any:
            return await means.looking.lease(session, channel, s.adapters[channel_id])

        async def settle(job: Any, change: Any) -> None:
            now = SystemClock().now()
            await s.stage.database.write(
                lambda session: means.outcomes.apply(session, job, change, now, learned=False)
            )

        (job,) = await s.stage.database.write(permit)
        await s.engine._sweeps.recover()
        rules, now = s.engine.settings.retry, SystemClock().now()
        while (await s.stage.one(Delivery)).state == "unknown":
            async with s.stage.database.transaction() as session:
                await session.execute(update(Delivery).values(due_at=now))
            for one in await s.stage.database.write(look):
                change = after_look(
                    one.job.standing, finding, intent_at=now, now=now, rules=rules, random=lambda: 0.0
                )
                await settle(one.job, change)
        if stopped == "stop":
            await s.engine.stop_control.stop(s.stage.event_id, "op")
        elif stopped == "kill":
            await s.engine.stop_control.kill_update(job.update_id, "op")
        assert (await s.stage.one(Delivery)).state == state
        answer = after_attempt(
            job.standing, Receipt("r1"), started=True, intent_at=now, now=now, rules=rules, random=lambda: 0.0
        )
        await settle(job, answer)
        row = await s.stage.one(Delivery)
        async with s.stage.database.read() as session:
            (out,) = (await outgoing_of(session, job.update_id)).deliveries
        assert out.may_be_out
        assert (await s.stage.one(DeliveryPart)).remote_id == "r1"
        if stopped == "kill":
            assert (row.state, row.why) == (
                "withdrawn",
                "1 of 1 posts are out on X; the others are not sent any more.",
            )
        else:
            assert (row.state, row.remote_id) == ("sent", "r1")


class TestExpansion:
    @pytest.mark.parametrize("how", ["kill", "stop"])
    async def test_G3_a_list_stopped_while_its_rows_are_made_leaves_nobody_waiting_for_ever(
        self, people: People, how: str
    ) -> None:
        """Who has a row is withdrawn, or waits for the decision; nobody is added behind it."""
        s = people.show
        expand = s.engine.release.expansion.expand_next
        audience = await s.stage.add_audience(EXPANSION + 2)
        planned = PlannedDelivery(people.channel_id, ("Stay inside.",), audience_id=audience)
        accepted = await s.publish("Stay inside.", deliveries=(planned,))
        await s.engine.release.release_due()
        assert await expand()
        if how == "kill":
            await s.engine.stop_control.kill_update(accepted.update_id, "person:1")
        else:
            await s.engine.stop_control.stop(s.stage.event_id, "person:1")
        while await expand():
            pass
        row = await s.stage.one(Delivery)
        states = [one.state for one in await s.stage.rows(RecipientDelivery)]
        if how == "kill":
            assert (row.state, row.reason, set(states)) == ("withdrawn", "killed", {"withdrawn"})
            assert row.counts == {"withdrawn": len(states)}
            return
        assert (row.state, len(states)) == ("held", EXPANSION)
        await s.engine.stop_control.restart(s.stage.event_id, "person:2", {row.id: "keep"})
        await s.engine.stop_control.resume(s.stage.event_id, "person:2")
        while await expand():
            pass
        assert (await s.stage.one(Delivery)).counts == {"people": EXPANSION + 2, "queued": EXPANSION + 2}

    async def test_P01_an_emergencys_list_is_written_down_before_the_rest_of_a_routine_one(
        self, people: People
    ) -> None:
        """Released in the middle of a long one, it waits for one piece of that and no more."""
        s = people.show
        expand = s.engine.release.expansion.expand_next
        ids = []
        for n, priority in ((EXPANSION + 2, "normal"), (2, "emergency")):
            audience = await s.stage.add_audience(n)
            planned = PlannedDelivery(people.channel_id, ("Stay inside.",), audience_id=audience)
            ids += (await s.publish("Stay inside.", deliveries=(planned,), priority=priority)).delivery_ids
            await s.engine.release.release_due()
            assert await expand()
        made = [len(await s.stage.rows(RecipientDelivery, delivery_id=id_)) for id_ in ids]
        assert made == [EXPANSION, 2]


class TestLooks:
    async def test_G3_a_reading_as_slow_as_may_be_still_counts(self, people: People) -> None:
        """Its lease outlasts it: else the next look takes over before the answer comes, again and again."""
        await people.publish()
        (message,) = await people.permit()
        await people.answered(message, LOST)
        now = SystemClock().now()
        await people.make(due_at=now)
        channel = await people.show.stage.one(Channel, id=people.channel_id)

        async def lease(session: AsyncSession) -> list[Message]:
            return list(await people.means.list_looking.lease(session, channel, people.show.adapters.get))

        assert len(await people.show.stage.database.write(lease)) == 1
        until = (await people.person()).lease_until
        assert until is not None
        assert (until - now).total_seconds() > people.show.engine.settings.attempt_deadline_s

    async def test_F32_who_is_with_a_provider_that_cannot_be_asked_keeps_nobody_from_being_looked_for(
        self, people: People
    ) -> None:
        """Many are with the second one, which is not open; the one who is with the first is found."""
        gone = await people.show.stage.add_channel("smpp")
        await people.publish(people=20)
        messages = await people.permit()
        for message in messages:
            await people.answered(message, LOST)
        now = SystemClock().now()
        await people.make(due_at=now - timedelta(seconds=5), via_id=gone)
        async with people.show.stage.database.transaction() as session:
            mine = RecipientDelivery.id == messages[-1].id
            await session.execute(
                update(RecipientDelivery)
                .where(mine)  # type: ignore[arg-type]
                .values(due_at=now, via_id=people.channel_id)
            )
        channel = await people.show.stage.one(Channel, id=people.channel_id)

        async def lease(session: AsyncSession) -> list[Message]:
            return list(await people.means.list_looking.lease(session, channel, people.show.adapters.get))

        assert [one.id for one in await people.show.stage.database.write(lease)] == [messages[-1].id]

    async def test_G3_a_reading_that_our_own_code_broke_is_told_to_whoever_keeps_the_log(
        self, people: People, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Of the message it says nothing, so it would come back for a quarter of an hour and nobody knew why."""
        await people.publish()
        (message,) = await people.permit()

        async def broken(*_: object, **__: object) -> Finding:
            raise ValueError("ours")

        people.show.adapters[people.channel_id].find = broken
        lane = ListLane(people.means, lambda later: later.close(), *[lambda *_: None] * 3)
        await lane.look_for(message)
        ((_, change),) = lane._done
        assert (change.state, change.looks) == ("unknown", message.standing.looks)
        (told,) = [one for one in caplog.records if one.exc_info]
        assert told.__dict__["delivery_id"] == message.delivery_id
        assert lane.flushing is not None
        await lane.flushing

    @pytest.mark.parametrize(("minutes", "state"), [(14, "unknown"), (16, "held")])
    def test_G3_what_may_not_be_read_any_more_is_left_to_a_person(self, minutes: int, state: str) -> None:
        """A platform that says "too many" to every reading would leave it unknown for ever."""
        now = SystemClock().now()
        standing = Standing("unknown", 1, 0, now + timedelta(hours=1), look_after_s=(5.0, 30.0))
        change = after_look(
            standing, RateLimited("too many", retry_after_s=60.0), intent_at=now - timedelta(minutes=minutes),
            now=now, rules=RetryRules(), random=lambda: 0.0,
        )  # fmt: skip
        assert change.state == state


class TestGuesses:
    async def test_I04_a_receipt_whose_id_stands_for_another_message_is_that_ones(
        self, people: People
    ) -> None:
        """A gateway's late word on the first list, guessed to be of the second: the second is not called delivered."""
        await people.publish(priority="normal")
        (first,) = await people.permit()
        await people.answered(first, Receipt("71"))
        await people.publish(priority="normal")
        (second,) = await people.permit()
        await people.answered(second, LOST)
        await people.receipt("71", "delivered", 5, ref=second.id)
        rows = await people.show.stage.rows(RecipientDelivery)
        states = {row.id: row.state for row in rows}
        assert states == {first.id: "delivered", second.id: "unknown"}

    async def test_I04_an_id_that_a_gateway_uses_again_is_the_newest_message(self, people: People) -> None:
        """It counts anew after a restart; a word about it is about what it was given for last."""
        sent = []
        for _ in range(2):
            await people.publish(priority="normal")
            (message,) = await people.permit()
            await people.answered(message, Receipt("71"))
            sent.append(message.id)
        await people.receipt("71", "delivered", 5)
        states = {row.id: row.state for row in await people.show.stage.rows(RecipientDelivery)}
        assert [states[one] for one in sent] == ["sent", "delivered"]
