"""What comes after a send: receipts in any order, people's decisions, thaws, several nodes."""

from __future__ import annotations

import asyncio
import itertools
import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.accounts.audit import AuditLog
from app.broadcast.engine import Engine
from app.broadcast.intents import PlannedDelivery
from app.broadcast.settings import EngineSettings
from app.channels.base import DeviceReceipt, Finding, Unclear
from app.clock import SystemClock
from app.errors import Conflict
from app.ids import new_id
from app.models import Attempt, Channel, Delivery, DeliveryPart, OptedOut, PendingReceipt, RecipientDelivery
from tests.broadcast.house import open_stage, render, sqlite_url
from tests.broadcast.platform import running
from tests.broadcast.running import FREE, OpenGate, show


def all_in(*states: str) -> Any:
    return lambda rows: bool(rows) and all(row.state in states for row in rows)


async def unclear(*_: object, **__: object) -> Finding:
    return Unclear("its list does not answer")


class ShiftedClock(SystemClock):
    """The machine's clocks, some time later when told to: time that has passed, and not a clock that was moved."""

    shift = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.shift

    def monotonic(self) -> float:
        return super().monotonic() + self.shift.total_seconds()


class TestReceipts:
    @pytest.mark.parametrize(
        "order",
        [
            *itertools.permutations(("answer", "sent", "delivered", "late")),
            *itertools.permutations(("lost", "sent", "delivered")),
        ],
    )
    async def test_I04_receipts_in_any_order_end_in_the_same_state(
        self, tmp_path: Path, order: tuple[str, ...]
    ) -> None:
        """Before or after the send's own answer or its loss, doubled and reversed: delivered, and never back."""
        plan = lambda *_: "cut+applied" if "lost" in order else "ok"  # noqa: E731
        async with show(sqlite_url(tmp_path), {"twilio": plan}, channels=("twilio",)) as s:
            platform = s.platforms["twilio"]
            gate = asyncio.Event()
            answer = platform._answer

            async def held(writer: Any, request: Any, word: str) -> bool:
                await gate.wait()
                return bool(await answer(writer, request, word))

            platform._answer = held
            channel = s.stage.channels["twilio"]
            s.adapters[channel].find = unclear  # only the receipts can tell
            audience = await s.stage.add_audience(1)
            planned = PlannedDelivery(channel, ("Stay inside.",), audience_id=audience)
            await s.publish("Stay inside.", deliveries=(planned,))
            await asyncio.wait_for(platform.arrived.wait(), 30)
            ref = (await s.stage.one(RecipientDelivery)).id
            receipts = {
                "sent": DeviceReceipt("r1", "sent", 1, ref=ref),
                "delivered": DeviceReceipt("r1", "delivered", 3, ref=ref),
                "late": DeviceReceipt("r1", "sent", 2, ref=ref),
            }
            for step in order:
                if step in ("answer", "lost"):
                    gate.set()
                    async with asyncio.timeout(30):
                        while (await s.stage.one(RecipientDelivery)).state == "sending":
                            await asyncio.sleep(0.01)
                else:
                    await s.engine.receipts.apply(channel, [receipts[step], receipts[step]])
            rows = await s.stage.until(all_in("delivered"))
            assert rows[0].counts == {"people": 1, "delivered": 1}
            assert (await s.stage.one(RecipientDelivery)).remote_id == "r1"
            assert await s.stage.rows(PendingReceipt) == []

    async def test_a_receipt_settles_what_nobody_could_find(self, tmp_path: Path) -> None:
        """A held message whose receipt arrives is delivered; nobody has to decide."""
        async with show(sqlite_url(tmp_path), {"x": lambda *_: "cut"}, channels=("x",)) as s:
            s.adapters[s.stage.channels["x"]].__class__.look_after_s = ()
            try:
                await s.publish("Clamp on.")
                await s.stage.until(all_in("held"))
            finally:
                s.adapters[s.stage.channels["x"]].__class__.look_after_s = (0.05, 0.1)
            ref = (await s.stage.one(DeliveryPart)).ref
            await s.engine.receipts.apply(
                s.stage.channels["x"], [DeviceReceipt("r9", "delivered", 3, ref=ref)]
            )
            row = await s.stage.one(Delivery)
            assert (row.state, row.remote_id) == ("delivered", "r9")

    async def test_an_opt_out_in_a_receipt_is_remembered(self, tmp_path: Path) -> None:
        """The platform says that this person has unsubscribed: never again."""
        async with show(sqlite_url(tmp_path), channels=("twilio",)) as s:
            channel = s.stage.channels["twilio"]
            audience = await s.stage.add_audience(1)
            planned = PlannedDelivery(channel, ("Stay inside.",), audience_id=audience)
            await s.publish("Stay inside.", deliveries=(planned,))
            await s.stage.until(all_in("sent"))
            ref = (await s.stage.one(RecipientDelivery)).id
            receipt = DeviceReceipt("r1", "rejected", 3, ref=ref, opted_out=True)
            await s.engine.receipts.apply(channel, [receipt])
            assert (await s.stage.one(OptedOut)).number == "+15550000000"
            row = await s.stage.one(Delivery)
            assert (row.state, row.counts) == ("rejected", {"people": 1, "rejected": 1})


class TestDecisions:
    async def _held(self, s: Any) -> Delivery:
        adapter = s.adapters[s.stage.channels["x"]]
        adapter.__class__.look_after_s = ()
        try:
            await s.publish("Clamp on.")
            rows = await s.stage.until(all_in("held"))
        finally:
            adapter.__class__.look_after_s = (0.05, 0.1)
        assert "Send again" in rows[0].next_step
        return rows[0]

    async def test_it_is_there_settles_a_held_delivery(self, tmp_path: Path) -> None:
        """A person saw it; of two people who decide, the second hears so."""
        async with show(sqlite_url(tmp_path), {"x": lambda *_: "cut+applied"}, channels=("x",)) as s:
            row = await self._held(s)
            await s.engine.decisions.decide(row.id, "it_is_there", "person:1", remote_id="r1")
            row = await s.stage.one(Delivery)
            assert (row.state, row.remote_id) == ("sent", "r1")
            with pytest.raises(Conflict) as refused:
                await s.engine.decisions.decide(row.id, "send_again", "person:2")
            assert refused.value.code == "not_held"
            assert len(s.platforms["x"].calls) == 1

    async def test_send_again_sends_again(self, tmp_path: Path) -> None:
        """A person looked, and it is not there."""
        async with show(
            sqlite_url(tmp_path), {"x": lambda n, _: "cut" if n == 1 else "ok"}, channels=("x",)
        ) as s:
            row = await self._held(s)
            await s.engine.decisions.decide(row.id, "send_again", "person:1")
            await s.stage.until(all_in("sent"))
            assert s.platforms["x"].texts == ["Clamp on."]


class TestPolicy:
    async def test_G4_a_preferred_duplicate_is_sent_once_counted_and_logged(self, tmp_path: Path) -> None:
        """Where a double is better than silence: one more try, then a person."""
        async with show(sqlite_url(tmp_path), {"x": lambda *_: "cut"}, channels=("x",)) as s:
            adapter = s.adapters[s.stage.channels["x"]]
            async with s.stage.database.transaction() as session:
                channel = await session.get(Channel, s.stage.channels["x"])
                channel.settings = {"on_unknown": {"emergency": "prefer_duplicate_once"}}
            adapter.__class__.look_after_s = ()
            try:
                await s.publish("Evacuate.", priority="emergency")
                await s.stage.until(all_in("held"))
            finally:
                adapter.__class__.look_after_s = (0.05, 0.1)
            assert len(s.platforms["x"].calls) == 2
            codes = sorted(a.code for a in await s.stage.rows(Attempt))
            assert codes == ["", "duplicate_preferred"]


class TestThaw:
    async def test_E01_after_three_hours_of_silence_nothing_stale_leaves_and_corrections_do(
        self, tmp_path: Path
    ) -> None:
        """40 routine updates waited behind a dead network; at the thaw only the correction goes."""
        clock = ShiftedClock()
        async with show(sqlite_url(tmp_path), {"x": lambda *_: "429"}, channels=("x",), clock=clock) as s:
            s.platforms["x"].retry_after_s = 3000.0
            for n in range(40):
                await s.publish(f"Step {n}", expires_in_s=600.0)
            await s.publish("Not so.", priority="correction", expires_in_s=86_400.0)
            await s.stage.until(lambda rows: any(r.reason in ("limited", "own_limit") for r in rows))
            s.platforms["x"].plan = lambda *_: "ok"
            before = len(s.platforms["x"].calls)
            clock.shift = timedelta(hours=3)
            s.engine.wake()
            await s.stage.until(lambda rows: all(r.state in ("sent", "expired") for r in rows))
            assert s.platforms["x"].texts == ["Not so."]
            assert len(s.platforms["x"].calls) == before + 1


@pytest.mark.servers
class TestNodes:
    async def test_N01_two_nodes_send_everything_once_and_in_order(self, postgres_url: str) -> None:
        """Two engines on one PostgreSQL, lost answers included: each post applied once, each lane in order."""
        plan = lambda n, _: "cut+applied" if n % 9 == 0 else "cut" if n % 7 == 0 else "ok"  # noqa: E731
        async with (
            open_stage(postgres_url, ("x", "facebook")) as stage,
            running(plan) as (x, on_x),
            running(plan) as (facebook, on_facebook),
        ):
            adapters = {stage.channels["x"]: on_x, stage.channels["facebook"]: on_facebook}
            engines = [
                Engine(
                    database=stage.database,
                    adapters=adapters.__getitem__,
                    gate=OpenGate(),
                    audit=AuditLog(),
                    clock=SystemClock(),
                    new_id=new_id,
                    random=random.Random(n).random,
                    announce=lambda _positions: None,
                    settings=EngineSettings(windows=FREE, sole_node=False, scan_s=0.2, drain_s=2.0),
                )
                for n in range(2)
            ]
            for n in range(16):
                await engines[n % 2].publisher.accept(
                    stage.decided(f"Step {n}", to=("x", "facebook")), render
                )
            # All at once, so that both nodes are after the head of the same lane all the time.
            await engines[0].release.release_due()
            for engine in engines:
                await engine.start()
            await stage.until(
                lambda rows: len(rows) == 32 and all(r.state == "sent" for r in rows), within_s=90
            )
            for engine in engines:
                await engine.stop()
            assert x.texts == facebook.texts == [f"Step {n}" for n in range(16)]

    async def test_N01_a_node_that_comes_back_after_its_lease_writes_nothing(self, postgres_url: str) -> None:
        """Its delivery was taken over and found; its own late outcome changes only its attempt."""
        async with open_stage(postgres_url, ("x",)) as stage, running() as (platform, adapter):
            platform.plan = lambda n, _: "hang+applied" if n == 1 else "ok"
            platform.hang_s = 3.5

            def node(n: int, lease_s: float, renew_s: float) -> Engine:
                return Engine(
                    database=stage.database,
                    adapters=lambda _channel: adapter,
                    gate=OpenGate(),
                    audit=AuditLog(),
                    clock=SystemClock(),
                    new_id=new_id,
                    random=random.Random(n).random,
                    announce=lambda _positions: None,
                    settings=EngineSettings(
                        windows=FREE,
                        sole_node=False,
                        scan_s=0.1,
                        drain_s=1.0,
                        lease_s=lease_s,
                        renew_s=renew_s,
                        takeover_margin_s=0.1,
                    ),
                )

            frozen, other = node(1, 0.5, 1000.0), node(2, 15.0, 5.0)
            await frozen.start()
            await frozen.publisher.accept(stage.decided("Clamp on."), render)
            await asyncio.wait_for(platform.arrived.wait(), 30)
            await other.start()
            rows = await stage.until(all_in("sent"))
            version = rows[0].version
            await asyncio.sleep(3.5)
            row = await stage.one(Delivery)
            assert (row.state, row.remote_id, row.version) == ("sent", "r1", version)
            assert len(platform.applied) == 1
            await frozen.stop()
            await other.stop()
