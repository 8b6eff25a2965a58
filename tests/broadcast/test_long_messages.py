"""A long text message is delivered when all its parts are, whoever hears of them and whenever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import update

from app.audience.retention import Retention
from app.broadcast.intents import PlannedDelivery
from app.channels.base import Receipt
from app.channels.registry import kind
from app.clock import SystemClock
from app.http import Client
from app.models import Delivery, MessagePart, PendingReceipt, RecipientDelivery
from tests.broadcast.house import sqlite_url
from tests.broadcast.running import show
from tests.broadcast.test_list_truth import LOST, SILENT, People
from tests.broadcast.two_providers import TwoProviders, two_providers

LONG = Receipt("71 +", segments=3, part_ids=("71", "72", "73"))


@pytest_asyncio.fixture(params=["sqlite", "postgresql"])
async def people(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[People]:
    url = sqlite_url(tmp_path) if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    async with show(url, channels=("twilio",), start=False) as made:
        yield People(made)


async def told_of_parts(people: People, *ids: str, state: str = "delivered") -> str:
    """What a gateway says of parts to who knows nothing but their ids; returns how the person stands then."""
    for remote_id in ids:
        await people.receipt(remote_id, state, 5, of_part=True)
    return (await people.person()).state


class TestParts:
    async def test_I04_it_is_delivered_when_the_last_part_is(self, people: People) -> None:
        """In any order, and twice; two of three are not all."""
        await people.publish()
        (message,) = await people.permit()
        await people.answered(message, LONG)
        assert await told_of_parts(people, "73", "71", "73") == "sent"
        assert await told_of_parts(people, "72") == "delivered"
        (row,) = await people.show.stage.rows(Delivery)
        assert (row.state, row.counts) == ("delivered", {"people": 1, "delivered": 1})
        assert await people.show.stage.rows(PendingReceipt) == []

    async def test_I04_it_has_failed_when_one_part_has(self, people: People) -> None:
        """Without that one the rest is worth nothing, whatever is said of the others before or after."""
        await people.publish()
        (message,) = await people.permit()
        await people.answered(message, LONG)
        await told_of_parts(people, "71")
        assert await told_of_parts(people, "72", state="rejected") == "rejected"
        assert await told_of_parts(people, "72", "73") == "rejected"

    @pytest.mark.parametrize("early", [("71",), ("71", "72", "73")])
    async def test_I04_parts_may_overtake_the_answer(self, people: People, early: tuple[str, ...]) -> None:
        """Nobody knows then whose they are; they count as soon as the answer names them."""
        await people.publish()
        (message,) = await people.permit()
        assert await told_of_parts(people, *early) == "sending"
        await people.answered(message, LONG)
        rest = [one for one in LONG.part_ids if one not in early]
        assert (await people.person()).state == ("sent" if rest else "delivered")
        assert await told_of_parts(people, *rest) == "delivered"
        assert await people.show.stage.rows(PendingReceipt) == []

    async def test_I04_a_message_whose_answer_was_lost_is_delivered_by_the_receipts_of_all_parts(
        self, people: People
    ) -> None:
        """The gateway took it: that much is proven by a word about a part from who knows all of them, and no more."""
        await people.publish(priority="normal")
        (message,) = await people.permit()
        await told_of_parts(people, "71")
        await people.answered(message, LOST)
        await people.looked(SILENT)
        assert (await people.person()).state == "held"
        known = {"ref": message.id, "of_part": True, "whole": LONG}
        await people.receipt("72", "delivered", 5, **known)
        assert ((await people.person()).state, (await people.person()).remote_id) == ("sent", "71 +")
        await people.receipt("73", "delivered", 5, **known)
        assert (await people.person()).state == "delivered"

    async def test_I04_a_receipt_of_a_part_and_an_answer_that_passed_each_other_are_merged(
        self, people: People
    ) -> None:
        """Two nodes, each commits before the other looks."""
        await people.publish()
        (message,) = await people.permit()
        await people.answered(message, LONG)
        now = SystemClock().now()
        async with people.show.stage.database.transaction() as session:
            await session.execute(update(RecipientDelivery).values(permit_at=now - timedelta(minutes=1)))
            for remote_id in LONG.part_ids:
                session.add(
                    PendingReceipt(
                        channel_id=people.channel_id,
                        remote_id=remote_id,
                        rank=5,
                        state="delivered",
                        at=now - timedelta(seconds=5),
                    )
                )
        await people.show.engine.receipts.take_up_missed()
        assert (await people.person()).state == "delivered"
        assert await people.show.stage.rows(PendingReceipt) == []

    async def test_I04_a_refused_part_of_the_first_try_says_nothing_about_the_second(
        self, people: People
    ) -> None:
        """Both went by one reference; the parts of each are known apart."""
        await people.publish()
        (first,) = await people.permit()
        await people.answered(first, LOST)
        await people.looked(SILENT)
        (second,) = await people.permit()
        await people.receipt(
            "61",
            "rejected",
            5,
            ref=first.id,
            of_part=True,
            whole=Receipt("61 +", segments=2, part_ids=("61", "62")),
        )
        await people.answered(second, LONG)
        assert await told_of_parts(people, "62", "71", "72") == "sent"
        assert await told_of_parts(people, "73") == "delivered"

    async def test_I04_an_id_that_a_gateway_uses_again_is_the_newest_messages(self, people: People) -> None:
        """A short one has the id of an old part by now, and the other way round."""
        await people.publish(priority="normal")
        (old,) = await people.permit()
        await people.answered(old, LONG)
        await people.publish(priority="normal")
        (short,) = await people.permit()
        await people.answered(short, Receipt("72"))
        await told_of_parts(people, "72")
        assert (await people.person()).state == "delivered"
        await people.publish(priority="normal")
        (new,) = await people.permit()
        await people.answered(new, LONG)
        assert await told_of_parts(people, "71", "72", "73") == "delivered"
        states = {row.id: row.state for row in await people.show.stage.rows(RecipientDelivery)}
        assert states == {old.id: "sent", short.id: "delivered", new.id: "delivered"}

    async def test_parts_are_forgotten_when_nothing_is_said_of_them_any_more(self, people: People) -> None:
        """Thirty days: no gateway keeps a message for longer."""
        await people.publish()
        (message,) = await people.permit()
        await people.answered(message, LONG)
        clock = SystemClock()
        for days, left in ((29, 3), (31, 0)):
            async with people.show.stage.database.transaction() as session:
                await session.execute(update(MessagePart).values(at=clock.now() - timedelta(days=days)))
            await Retention(people.show.stage.database, clock).sweep()
            assert len(await people.show.stage.rows(MessagePart)) == left


async def bind_anew(both: TwoProviders) -> None:
    """The adapter of a process that has started since: it has sent nothing, and knows no id."""
    smpp, old = kind("smpp"), both.adapters["smpp"]
    fresh = smpp.build(
        smpp.settings.model_validate(
            {
                "host": "127.0.0.1",
                "port": both.gateway.port,
                "tls": False,
                "system_id": both.gateway.system_id,
                "source": "55501",
            }
        ),
        smpp.credentials.model_validate({"password": both.gateway.password}),
        Client(),
        SystemClock(),
    )
    both.adapters["smpp"] = fresh  # type: ignore[index]
    await old.aclose()
    await fresh.probe()


class TestGateway:
    @pytest.mark.parametrize(("word", "state"), [("DELIVRD", "delivered"), ("UNDELIV", "rejected")])
    @pytest.mark.parametrize("before", [0, 1])
    async def test_I04_receipts_after_a_restart_decide_what_became_of_a_long_message(
        self, tmp_path: Path, word: str, state: str, before: int
    ) -> None:
        """To a list and to one person; some parts may have been reported before it."""
        text = "The bridge is closed to all traffic. " * 8
        async with two_providers(sqlite_url(tmp_path), "smpp", second=False) as both:
            both.gateway.faults.receipt = None
            audience = await both.stage.add_audience(2)
            channel = both.stage.channels["smpp"]
            planned = (
                PlannedDelivery(channel, (text,), audience_id=audience),
                PlannedDelivery(channel, (text,), act="reply", recipient="+12025550199"),
            )
            for intent in planned:
                await both.engine.publisher.accept(
                    both.stage.decided(text, deliveries=(intent,)), lambda accepted: b"{}"
                )
            rows = await both.stage.until(
                lambda rows: len(rows) == 2 and all(r.state == "sent" for r in rows)
            )
            taken = list(both.gateway.taken)
            assert len(taken) == 6
            both.gateway.faults.receipt = "DELIVRD"
            told = [one for one in taken if one.octets[5] <= before]
            for one in told:
                await both.gateway.report(one)
            async with asyncio.timeout(30):
                while len(both.receipts) < len(told):
                    await asyncio.sleep(0.005)
            await bind_anew(both)
            both.gateway.faults.receipt = word
            for one in taken:
                if one not in told:
                    await both.gateway.report(one)
            rows = await both.stage.until(lambda rows: all(row.state == state for row in rows))
            assert {row.state for row in rows} == {state}
            assert {row.state for row in await both.stage.rows(RecipientDelivery)} == {state}
