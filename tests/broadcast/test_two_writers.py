"""PostgreSQL takes two writers: neither holds what the other one waits for while it waits for that one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app.broadcast.intents import PlannedDelivery
from app.broadcast.list_lane import ListLane
from app.broadcast.settle import after_attempt
from app.channels.base import Receipt
from app.clock import SystemClock
from app.db import SHARED_LOCK_WAIT_S, Database
from app.models import Delivery, DeliveryPart, PendingReceipt, RecipientDelivery
from tests.broadcast.running import show
from tests.broadcast.test_list_truth import People

pytestmark = pytest.mark.servers


@pytest_asyncio.fixture
async def people(postgres_url: str) -> AsyncIterator[People]:
    plain = postgres_url.replace("+asyncpg", "")
    async with show(plain, channels=("twilio",), start=False) as made:
        yield People(made)


def seen_apart(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Work that met a locked row and was tried again by itself; everybody who shared its commit waited until then."""
    found: list[object] = []
    set_apart = Database._set_apart

    def noted(self: Database, unit: Any) -> None:
        found.append(unit)
        set_apart(self, unit)

    monkeypatch.setattr(Database, "_set_apart", noted)
    return found


class TestTwoWriters:
    async def test_I04_receipts_and_answers_of_one_list_never_wait_for_each_other_in_a_circle(
        self, people: People, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """One receipt has the list's sums, the next one waits for a person whose answer waits for the sums."""
        await people.publish(people=2)
        first, second = await people.permit()
        await people.answered(first, Receipt("SM1"))
        apart = seen_apart(monkeypatch)
        sums, at_the_sums, go_on, counted = (
            people.means.lists.sums,
            asyncio.Event(),
            asyncio.Event(),
            asyncio.Event(),
        )
        count = sums.count

        async def held_up(*args: Any, **more: Any) -> Any:
            if not at_the_sums.is_set():
                at_the_sums.set()
                await go_on.wait()
                return await count(*args, **more)
            done = await count(*args, **more)
            counted.set()
            return done

        monkeypatch.setattr(sums, "count", held_up)
        lane = ListLane(people.means, lambda _: None, lambda: None, lambda _: None, lambda _: None)
        change = after_attempt(
            second.standing, Receipt("SM2"), started=True, intent_at=second.intent_at, now=SystemClock().now(),
            rules=people.show.engine.settings.retry, random=lambda: 0.0,
        )  # fmt: skip
        lane._done.append((second, change))
        lane._flush_soon()
        async with asyncio.timeout(10):
            await at_the_sums.wait()
        receipts = [
            asyncio.create_task(people.receipt(id_, "delivered", 5, ref=message.id))
            for id_, message in (("SM1", first), ("SM2", second))
        ]
        with suppress(TimeoutError):
            async with asyncio.timeout(SHARED_LOCK_WAIT_S / 2):
                await counted.wait()
        go_on.set()
        async with asyncio.timeout(20):
            await asyncio.gather(*receipts)
            assert lane.flushing is not None
            await lane.flushing
        assert not apart
        assert {row.state for row in await people.show.stage.rows(RecipientDelivery)} == {"delivered"}
        (row,) = await people.show.stage.rows(Delivery)
        assert (row.state, row.counts) == ("delivered", {"people": 2, "delivered": 2})

    async def test_what_is_written_alone_holds_nothing_for_what_comes_behind_it(
        self, people: People, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The permits of two lists, while the outcomes of the same two are written in the other order."""
        apart = seen_apart(monkeypatch)
        database, sums = people.show.stage.database, people.means.lists.sums
        await people.publish()
        one = people.delivery_id
        await people.publish()
        other = people.delivery_id
        at_once, both = asyncio.Barrier(2), asyncio.Barrier(2)

        async def begin(_session: AsyncSession) -> None:
            await at_once.wait()

        async def first(session: AsyncSession, delivery_id: str) -> None:
            await sums.count(session, delivery_id, {})
            await both.wait()

        async def then(session: AsyncSession, delivery_id: str) -> None:
            await sums.count(session, delivery_id, {})

        async with asyncio.timeout(20):
            await asyncio.gather(
                database.write(begin),
                database.write(begin, beside=True),
                database.write(lambda session: first(session, one), alone=True),
                database.write(lambda session: then(session, other), alone=True),
                database.write(lambda session: first(session, other), beside=True),
                database.write(lambda session: then(session, one), beside=True),
            )
        assert not apart

    async def test_I04_a_receipt_that_passed_its_answer_is_taken_up_by_the_only_node_as_well(
        self, people: People
    ) -> None:
        await people.publish()
        (message,) = await people.permit()
        await people.answered(message, Receipt("SM1"))
        then = SystemClock().now() - timedelta(seconds=5)
        async with people.show.stage.database.transaction() as session:
            kept = {"channel_id": people.channel_id, "state": "delivered", "rank": 5, "at": then}
            session.add(PendingReceipt(**kept, remote_id="SM1", ref=message.id))
        assert people.show.engine.settings.sole_node
        await people.show.engine._scan()
        assert (await people.person()).state == "delivered"
        assert await people.show.stage.rows(PendingReceipt) == []

    async def test_I04_a_receipt_of_an_earlier_try_that_meets_the_answer_of_the_next_one_undoes_nothing(
        self, people: People, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """To a single number: the first try failed late, and says so between two steps of the second one's answer."""
        stage, receipts = people.show.stage, people.show.engine.receipts
        planned = PlannedDelivery(people.channel_id, ("Leave now.",), recipient="+15550000001")
        await people.show.publish("Leave now.", deliveries=(planned,))
        await people.show.engine.release.release_due()

        async def make(now: str, **of_part: Any) -> None:
            async def work(session: AsyncSession) -> None:
                await session.execute(update(Delivery).values(state=now))
                if of_part:
                    await session.execute(update(DeliveryPart).values(**of_part))

            await stage.database.write(work)

        await make("sending")
        ref, find = (await stage.one(DeliveryPart)).ref, receipts._part

        async def meanwhile(*args: Any) -> Any:
            found = await find(*args)
            await make("sent", state="sent", remote_id="SM2")
            return found

        monkeypatch.setattr(receipts, "_part", meanwhile)
        await people.receipt("SM1", "rejected", 5, ref=ref)
        assert (await stage.one(Delivery)).state == "sent"
        part = await stage.one(DeliveryPart)
        assert (part.state, part.remote_id) == ("sent", "SM2")
