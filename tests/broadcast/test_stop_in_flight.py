"""What was in flight when a stop came, and comes back to wait: a person decides about it as about everything else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app.broadcast.calling import Stamps
from app.broadcast.intents import PlannedDelivery
from app.broadcast.settle import after_attempt, after_look
from app.channels.base import Absent, Receipt
from app.clock import SystemClock
from app.errors import OutcomeUnknown, RateLimited
from app.models import Channel, Delivery, RecipientDelivery
from tests.broadcast.house import sqlite_url
from tests.broadcast.running import Show, show
from tests.broadcast.test_list_truth import People


class Posts:
    """Posts of an engine that does nothing by itself: each step is taken by the test."""

    def __init__(self, made: Show) -> None:
        self.show = made
        self.channel_id = made.stage.channels["x"]
        self.means = made.engine._dispatcher._means

    async def publish(self, *parts: str) -> str:
        accepted = await self.show.publish(parts[0], parts=parts)
        await self.show.engine.release.release_due()
        await self.means.limits.load(self.show.stage.database, self.channel_id, (), SystemClock().now())
        return str(accepted.delivery_ids[0])

    async def permit(self) -> list[Any]:
        channel = await self.show.stage.one(Channel, id=self.channel_id)
        stamps, adapter = Stamps(self.means.fence), self.show.adapters[self.channel_id]

        async def work(session: AsyncSession) -> Any:
            jobs, _, _ = await self.means.permits.give(
                session, channel, adapter, in_flight=0, probe=False, stamp_of=stamps.of
            )
            return jobs

        return list(await self.show.stage.database.write(work))

    async def answered(self, job: Any, result: Receipt | Exception) -> None:
        now = SystemClock().now()
        change = after_attempt(
            job.standing, result, started=True, intent_at=job.intent_at, now=now,
            rules=self.show.engine.settings.retry, random=lambda: 0.0,
        )  # fmt: skip
        await self._apply(job, change)
        self.means.fence.finish(job.start)

    async def not_found(self) -> None:
        """Every look finds nothing."""
        now = SystemClock().now()

        async def lease(session: AsyncSession) -> Any:
            return await self.means.looking.lease(session, channel, self.show.adapters[self.channel_id])

        channel = await self.show.stage.one(Channel, id=self.channel_id)
        while (await self.show.stage.one(Delivery)).state == "unknown":
            async with self.show.stage.database.transaction() as session:
                await session.execute(update(Delivery).values(due_at=now))
            for one in await self.show.stage.database.write(lease):
                change = after_look(
                    one.job.standing, Absent(), intent_at=now, now=now,
                    rules=self.show.engine.settings.retry, random=lambda: 0.0,
                )  # fmt: skip
                await self._apply(one.job, change)

    async def _apply(self, job: Any, change: Any) -> None:
        async def work(session: AsyncSession) -> Any:
            return await self.means.outcomes.apply(session, job, change, SystemClock().now(), learned=False)

        await self.show.stage.database.write(work)

    async def open_again(self) -> None:
        """A second person starts again and names nothing."""
        control, event_id = self.show.engine.stop_control, self.show.stage.event_id
        await control.restart(event_id, "person:2", {})
        await control.resume(event_id, "person:2")


@pytest_asyncio.fixture
async def posts(tmp_path: Path) -> AsyncIterator[Posts]:
    async with show(sqlite_url(tmp_path), channels=("x",), start=False) as made:
        yield Posts(made)


@pytest_asyncio.fixture
async def people(tmp_path: Path) -> AsyncIterator[People]:
    async with show(sqlite_url(tmp_path), channels=("twilio",), start=False) as made:
        yield People(made)


class TestPosts:
    @pytest.mark.parametrize("how", ["429", "absent", "more"])
    async def test_G6_what_comes_back_after_a_stop_does_not_leave_unless_somebody_decides_it(
        self, posts: Posts, how: str
    ) -> None:
        """Refused for now, proven not there, or the rest of a thread: nobody named it, so it stays held."""
        await posts.publish(*(("one 1/2", "two 2/2") if how == "more" else ("one",)))
        (job,) = await posts.permit()
        await posts.show.engine.stop_control.stop(posts.show.stage.event_id, "person:1")
        answers = {
            "429": RateLimited("too many", retry_after_s=0.0), "absent": OutcomeUnknown("lost"), "more": Receipt("r1")
        }  # fmt: skip
        await posts.answered(job, answers[how])
        await posts.not_found()
        row = await posts.show.stage.one(Delivery)
        assert (row.state, row.reason) == ("held", "stopped")
        assert ("1 of 2" in row.why) == (how == "more"), row.why
        await posts.open_again()
        assert await posts.permit() == []

    async def test_G6_it_goes_on_when_somebody_keeps_it(self, posts: Posts) -> None:
        """The rest of a thread leaves as soon as it is named."""
        delivery_id = await posts.publish("one 1/2", "two 2/2")
        (job,) = await posts.permit()
        control, event_id = posts.show.engine.stop_control, posts.show.stage.event_id
        await control.stop(event_id, "person:1")
        await posts.answered(job, Receipt("r1"))
        await control.restart(event_id, "person:2", {delivery_id: "keep"})
        await control.resume(event_id, "person:2")
        (job,) = await posts.permit()
        assert (job.part, job.post.reply_to) == (2, "r1")

    @pytest.mark.parametrize("act", ["edit", "delete"])
    @pytest.mark.parametrize("how", ["crash", "lost"])
    async def test_G6_a_change_of_what_is_out_that_was_in_flight_at_a_stop_is_decided_by_a_person(
        self, posts: Posts, act: str, how: str
    ) -> None:
        """Its worker died, or nobody answered: it may be made again, and is not before somebody says so."""
        of = await posts.publish("wrong")
        (job,) = await posts.permit()
        await posts.answered(job, Receipt("r1"))
        change = PlannedDelivery(posts.channel_id, ("right",), act=act, of_delivery_id=of)
        made = await posts.show.publish(
            "right", deliveries=(change,), kind="correction", priority="correction"
        )
        await posts.show.engine.release.release_due()
        (job,) = await posts.permit()
        job.start.started = True
        await posts.show.engine.stop_control.stop(posts.show.stage.event_id, "person:1")
        if how == "crash":
            await posts.show.engine._sweeps.recover()
        else:
            await posts.answered(job, OutcomeUnknown("lost"))
        row = await posts.show.stage.one(Delivery, id=made.delivery_ids[0])
        assert (row.state, row.reason) == ("held", "stopped")
        assert "may be out" in row.why
        await posts.open_again()
        assert await posts.permit() == []
        assert (await posts.show.stage.one(Delivery, id=made.delivery_ids[0])).state == "held"


class TestLists:
    async def test_G6_the_last_people_of_a_stopped_list_are_not_called_again_undecided(
        self, people: People
    ) -> None:
        """All were in flight: one has it, the other was refused for now, and the list stays stopped."""
        await people.publish(people=2, priority="normal")
        first, second = await people.permit()
        control, event_id = people.show.engine.stop_control, people.show.stage.event_id
        await control.stop(event_id, "person:1")
        await people.answered(first, Receipt("SM1"))
        await people.answered(second, RateLimited("too many", retry_after_s=0.0))
        (row,) = await people.show.stage.rows(Delivery)
        assert (row.state, row.reason) == ("held", "stopped")
        await control.restart(event_id, "person:2", {})
        await control.resume(event_id, "person:2")
        states = sorted(one.state for one in await people.show.stage.rows(RecipientDelivery))
        assert (states, (await people.show.stage.one(Delivery)).state) == (["queued", "sent"], "held")

    async def test_G3_a_stopped_list_of_whom_everybody_has_it_is_sent(self, people: People) -> None:
        """Nothing is left to decide."""
        await people.publish(people=2, priority="normal")
        messages = await people.permit()
        await people.show.engine.stop_control.stop(people.show.stage.event_id, "person:1")
        for n, message in enumerate(messages):
            await people.answered(message, Receipt(f"SM{n}"))
        assert (await people.show.stage.one(Delivery)).state == "sent"
