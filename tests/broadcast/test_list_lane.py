"""F-32, one round at a time: whom a trial of the first provider takes, and what keeps the second one from being taken out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import update

from app.accounts.audit import AuditLog
from app.accounts.vault import new_key_file, open_vault
from app.broadcast import store
from app.broadcast.breaker import BreakerRules, Sign
from app.broadcast.intents import PlannedDelivery
from app.broadcast.limits import Window
from app.broadcast.list_lane import ListLane
from app.broadcast.settings import EngineSettings
from app.broadcast.switchboard import Switchboard
from app.clock import SystemClock
from app.errors import Conflict
from app.ids import new_id
from app.models import Channel, RecipientDelivery
from tests.broadcast.house import NOW, render, sqlite_url
from tests.broadcast.running import FREE, Show, show

SLOW = Window("sender:1s", 1, 30.0, pace=True)


@dataclass
class Rounds:
    """A lane whose messages are permitted and never start; the engine itself has no adapters and gives nothing."""

    show: Show
    lane: ListLane
    switchboard: Switchboard

    def id_of(self, adapter: str) -> str:
        return str(self.show.stage.channels[adapter])

    async def publish(self, audience_id: str) -> str:
        planned = PlannedDelivery(self.id_of("twilio"), ("Stay inside.",), audience_id=audience_id)
        decided = self.show.stage.decided("Stay inside.", deliveries=(planned,))
        accepted = await self.show.engine.publisher.accept(decided, render)
        delivery_id = str(accepted.delivery_ids[0])
        async with asyncio.timeout(30):
            while not await self.people(delivery_id):
                await asyncio.sleep(0.01)
        return delivery_id

    async def people(self, delivery_id: str) -> list[RecipientDelivery]:
        return await self.show.stage.rows(RecipientDelivery, delivery_id=delivery_id)

    async def make(self, delivery_id: str, **values: Any) -> None:
        async with self.show.stage.database.transaction() as session:
            await session.execute(
                update(RecipientDelivery)
                .where(RecipientDelivery.delivery_id == delivery_id)  # type: ignore[arg-type]
                .values(**values)
            )

    def rest_is_over(self) -> None:
        """The first provider failed long ago and is to be tried now."""
        breaker = self.show.engine.health.breaker(self.id_of("twilio"))
        for _ in range(BreakerRules().in_a_row):
            breaker.heard(Sign.FAILED, SystemClock().monotonic() - 1000)

    async def channels(self) -> tuple[Channel, Channel]:
        first, second = [
            await self.show.stage.one(Channel, id=self.id_of(adapter)) for adapter in ("twilio", "smpp")
        ]
        return first, second

    async def lists(self) -> list[store.Candidate]:
        async with self.show.stage.database.read() as session:
            return await store.lists(session, self.id_of("twilio"))

    async def round(self) -> list[tuple[str, str]]:
        """Who was given somebody of which list."""
        first, second = await self.channels()
        await self.lane.round(first, second, await self.lists())
        names = {self.id_of(adapter): adapter for adapter in ("twilio", "smpp")}
        return [(names[one.channel_id], one.delivery_id) for one in self.lane.running.values()]


@pytest_asyncio.fixture
async def rounds(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Rounds]:
    settings = EngineSettings(windows=getattr(request, "param", FREE), drain_s=2.0)
    async with show(sqlite_url(tmp_path), channels=("twilio", "smpp"), settings=settings) as made:
        adapters = dict(made.adapters)
        made.adapters.clear()

        def never(sending: Coroutine[Any, Any, None]) -> None:
            sending.close()

        means = replace(made.engine._dispatcher._means, adapters=adapters.__getitem__)
        lane = ListLane(means, never, lambda: None, lambda _: None, lambda _: None)
        new_key_file(tmp_path / "key")
        vault = open_vault(tmp_path / "key")
        switchboard = Switchboard(
            made.stage.database, vault, AuditLog(), SystemClock(), new_id, drill=False, simulators_url="",
            public_url="",
        )  # fmt: skip
        ids = made.stage.channels
        await switchboard.set_second("person:1", ids["twilio"], ids["smpp"], instead_of=None)
        yield Rounds(made, lane, switchboard)


class TestPace:
    @pytest.mark.parametrize("rounds", [{"twilio": (SLOW,)}], indirect=True)
    async def test_P01_the_next_are_permitted_before_the_last_has_left(self, rounds: Rounds) -> None:
        """A round that came back only when the sender is free again would leave it idle while it permits."""
        await rounds.publish(await rounds.show.stage.add_audience(3))
        assert len(await rounds.round()) == 1
        free_in_s, _ = rounds.show.engine.limits.wait_s(
            rounds.id_of("twilio"), SystemClock().now(), urgent=False
        )
        back_in_s = await rounds.lane.round(*await rounds.channels(), await rounds.lists())
        assert 0 < back_in_s <= free_in_s - EngineSettings().permit_s / 4


class TestTrials:
    async def test_F32_a_trial_of_the_first_keeps_the_order_of_two_lists_to_the_same_people(
        self, rounds: Rounds
    ) -> None:
        """All wait for the first list: the trial is one of that, and nobody has the second list's text before it."""
        audience_id = await rounds.show.stage.add_audience(3)
        before = await rounds.publish(audience_id)
        await rounds.publish(audience_id)
        rounds.rest_is_over()
        given = await rounds.round()
        assert ("twilio", before) in given
        assert {delivery_id for _, delivery_id in given} == {before}

    async def test_F32_the_first_is_tried_with_an_earlier_list_when_nobody_of_the_last_is_fresh(
        self, rounds: Rounds
    ) -> None:
        """Somebody of the earlier list stays with the first and would wait for ever."""
        stays = await rounds.publish(await rounds.show.stage.add_audience(1))
        tried = await rounds.publish(await rounds.show.stage.add_audience(1))
        await rounds.make(stays, via_id=rounds.id_of("twilio"), attempts=1)
        await rounds.make(tried, attempts=1)
        rounds.rest_is_over()
        assert ("twilio", stays) in await rounds.round()

    async def test_G11_who_may_not_go_by_the_second_is_tried_with_the_first_though_tried_before(
        self, rounds: Rounds
    ) -> None:
        """Nobody is fresh and the second was not signed for: a trial must still find somebody, and only by the first."""
        rounds.show.gate.not_by = {rounds.id_of("smpp")}
        delivery_id = await rounds.publish(await rounds.show.stage.add_audience(2))
        await rounds.make(delivery_id, attempts=1)
        rounds.rest_is_over()
        assert await rounds.round() == [("twilio", delivery_id)]


class TestTakingOut:
    @pytest.mark.parametrize("state", ["queued", "sending", "unknown", "held"])
    async def test_F32_a_second_provider_stays_while_somebody_may_have_a_message_from_it(
        self, rounds: Rounds, state: str
    ) -> None:
        """Taken out, replaced or switched off, it would never be their turn; when they are done, it may go."""
        delivery_id = await rounds.publish(await rounds.show.stage.add_audience(1))
        await rounds.make(delivery_id, via_id=rounds.id_of("smpp"), state=state)
        spare = rounds.id_of("smpp")

        async def named(second_id: str | None) -> None:
            await rounds.switchboard.set_second(
                "person:1", rounds.id_of("twilio"), second_id, instead_of=spare
            )

        with pytest.raises(Conflict) as refused:
            await named(None)
        assert refused.value.code == "channel_in_use"
        await named(spare)
        with pytest.raises(Conflict, match="People of a list") as refused:
            await rounds.switchboard.set_state("person:1", spare, "off")
        assert refused.value.code == "channel_in_use"
        await rounds.make(delivery_id, state="sent")
        await named(None)
        await rounds.switchboard.set_state("person:1", spare, "off")


@pytest.mark.servers
class TestTwoNodes:
    async def test_N01_who_is_being_looked_for_is_not_leased_by_the_other_node_as_well(
        self, postgres_url: str
    ) -> None:
        """Else both would have asked, and neither could write what it was told; nor does one wait for the other."""
        url = postgres_url.replace("+asyncpg", "")
        settings = EngineSettings(windows=FREE, sole_node=False, drain_s=1.0)
        async with show(url, {"twilio": lambda *_: "cut"}, channels=("twilio",), settings=settings) as s:
            channel = await s.stage.one(Channel, adapter="twilio")
            s.adapters[channel.id].look_after_s = (60.0,)
            planned = PlannedDelivery(
                channel.id, ("Stay inside.",), audience_id=await s.stage.add_audience(3)
            )
            await s.publish("Stay inside.", deliveries=(planned,))
            async with asyncio.timeout(30):
                while [one.state for one in await s.stage.rows(RecipientDelivery)] != ["unknown"] * 3:
                    await asyncio.sleep(0.01)
            await s.engine.stop()
            async with s.stage.database.transaction() as session:
                await session.execute(update(RecipientDelivery).values(due_at=NOW))
            looking, write = s.engine._dispatcher._means.list_looking, s.stage.database.transaction
            async with write() as one, write() as other:
                ours = await looking.lease(one, channel, s.adapters.get)
                theirs = await looking.lease(other, channel, s.adapters.get)
            assert (len(ours), theirs) == (3, [])
