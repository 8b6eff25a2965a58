"""
Races of stops with sends (K-01): this process stops, another one sends and is frozen between two of its steps.

The sender is a real process with the real engine on the same PostgreSQL; it freezes itself with SIGSTOP at an ordered
step, or is frozen at a random instant. Several events are sent and stopped in a round, each at its own instant, so that
one freeze finds each of them at another step; each event is one race. Mostly the sender goes on only after the last
stop has returned, now and then while stops are still under way. The platform lives here, so it knows by one clock
what came after a return.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from app.broadcast.engine import Engine
from app.broadcast.intents import DecidedUpdate
from app.broadcast.reach import ANSWERED, PERMITTED, RECORDED, RELEASED, STARTING
from app.broadcast.settings import EngineSettings
from app.broadcast.stop_report import LAST_STEP_S, StopReport
from app.clock import SystemClock
from app.errors import Unready
from app.ids import new_id
from app.models import Delivery, DeliveryState
from tests.broadcast.house import Stage, audit_log, open_stage, render
from tests.broadcast.platform import Platform, running
from tests.broadcast.running import FREE, OpenGate

ANYWHERE = "anywhere"  # at an instant of the clock
AT_WORK = "at work"  # after some processor time of the sender's own
CHECKING = "checking"
STEPS = (PERMITTED, AT_WORK, CHECKING, ANYWHERE, RELEASED, AT_WORK, ANSWERED, AT_WORK, RECORDED)
THE_GAP = STARTING  # between the last check and the first byte: cannot be closed from here, so it is counted
CHANNELS = ("x", "facebook")
ONCE_FOR_MANY = (RELEASED, PERMITTED)  # steps that one transaction of many deliveries reaches once
PRESS_WITHIN_S = 0.3
THAW_WITHIN_S = 0.8
SETTLED_WITHIN_S = 180.0
READ_WITHIN_S = 0.02  # what left before a return was read here by then, if the sender was not frozen
ON_ITS_WAY = (DeliveryState.SENDING, DeliveryState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Race:
    """
    What one race came to.

    Attributes:
        was_frozen: The sender, when the stop was pressed or when it returned.
        waited_for_cpu_s: Of the time until the return, what this process was ready to run and did not.
        late: First bytes after the return that the stop had to keep from leaving.
        from_the_gap: First bytes after the return whose last check had been passed long enough before it.
        unlisted: Out, and not in the answer as on its way or out.
        made_up: In the answer as out, and not out.
        missing: Deliveries that the answer says nothing about.
        kept: Starts that the last check refused.
    """

    step: str
    was_frozen: bool
    returned_in_s: float
    waited_for_cpu_s: float
    late: int
    from_the_gap: int
    unlisted: int
    made_up: int
    missing: int
    kept: int
    not_started: int
    in_flight: int
    out: int

    @property
    def is_broken(self) -> bool:
        return bool(self.late or self.unlisted or self.made_up or self.missing)


@dataclass
class Sender:
    """The other process, for one database after another."""

    process: asyncio.subprocess.Process
    platform: Platform
    ledger: Path
    said: Path
    read_to: int = 0

    def tell(self, **words: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(words).encode() + b"\n")

    async def order(self, **words: Any) -> None:
        assert self.process.stdout is not None
        self.tell(**words)
        answering = asyncio.create_task(self.process.stdout.readline())
        for _ in range(240):
            self.thaw()  # what was ordered before may freeze it when nobody waits for that any more
            await asyncio.wait({answering}, timeout=0.5)
            if answering.done():
                break
        answer = await asyncio.wait_for(answering, 1)
        assert answer.strip() == b"ok", f"the sender ended: {self.said.read_text('utf-8', 'replace')[-3000:]}"

    @property
    def is_frozen(self) -> bool:
        stat = Path(f"/proc/{self.process.pid}/stat").read_text()
        return stat.rsplit(")", 1)[1].split()[0] == "T"

    def freeze(self) -> None:
        os.kill(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.process.pid, signal.SIGCONT)

    def read_checks(self) -> dict[str, list[tuple[float, str]]]:
        """What its last checks said since they were read before, by post."""
        found: dict[str, list[tuple[float, str]]] = {}
        with self.ledger.open() as lines:
            lines.seek(self.read_to)
            for line in lines.readlines():
                ref, at, word = line.split()
                found.setdefault(ref, []).append((float(at), word))
            self.read_to = lines.tell()
        return found


@dataclass
class Track:
    """
    A stopper here, a sender there, one database.

    Attributes:
        spans: How long the sending of a round takes, by the clock and in processor time for each event; learned, so
            that a freeze at any instant falls into it.
    """

    stage: Stage
    engine: Engine
    sender: Sender
    spans: dict[str, float] = field(default_factory=lambda: {ANYWHERE: 0.4, AT_WORK: 0.08})


@dataclass(frozen=True, slots=True)
class Pressed:
    """A stop that has returned."""

    report: StopReport
    was_frozen: bool
    took_s: float
    waited_for_cpu_s: float
    returned_at: float


@asynccontextmanager
async def sending(*, unchecked: bool = False) -> AsyncIterator[Sender]:
    """
    Args:
        unchecked: The seeded bug: the sender leaves out its last check before the first byte.
    """
    async with running() as (platform, _):
        with tempfile.TemporaryDirectory() as folder, (Path(folder) / "said").open("wb") as said:
            ledger = Path(folder) / "checks"
            ledger.touch()
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "tests.broadcast.race_child",
                str(platform.port),
                str(ledger),
                "unchecked" if unchecked else "checked",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=said,  # a frozen one's transactions are ended for it, and it says so at length
            )
            sender = Sender(process, platform, ledger, Path(folder) / "said")
            try:
                yield sender
            finally:
                sender.thaw()
                assert process.stdin is not None
                process.stdin.close()
                try:
                    await asyncio.wait_for(process.wait(), 15)
                except TimeoutError:
                    process.kill()
                    await process.wait()


@asynccontextmanager
async def track(sender: Sender, url: str, *, unwaited: bool = False) -> AsyncIterator[Track]:
    """
    Args:
        unwaited: The other seeded bug: the stop does not wait for permits that the other process holds. These last
            long then, since on a busy machine they would have run out before even such a stop returned.
    """
    permit_s = 20.0 if unwaited else EngineSettings().permit_s

    def nothing(_channel: str) -> Any:
        raise LookupError("this process does not send")

    plain = url.replace("+asyncpg", "")
    async with open_stage(plain, CHANNELS) as stage:
        engine = Engine(
            database=stage.database,
            adapters=nothing,
            gate=OpenGate(),
            audit=audit_log(),
            clock=SystemClock(),
            new_id=new_id,
            random=random.Random(3).random,
            announce=lambda _positions: None,
            settings=EngineSettings(windows=FREE, sole_node=unwaited, permit_s=permit_s),
        )
        await sender.order(url=plain, permit_s=permit_s)
        yield Track(stage, engine, sender)
        await sender.order(leave=True)


async def race(
    place: Track, step: str, dice: random.Random, *, events: int = 1, at_once: bool = False
) -> list[Race]:
    """
    A round: events with some updates each, a freeze, a stop of each that returns, and the thaw.

    Args:
        at_once: Every stop is pressed at the freeze, and the thaw comes after the last return.
    """
    loop = asyncio.get_running_loop()
    sender, first = place.sender, len(place.sender.platform.calls)
    ids = [await place.stage.add_event() for _ in range(events)]
    decided = [
        place.stage.decided(f"{event_id} {n}", event_id=event_id, to=CHANNELS)
        for event_id in ids
        for n in range(dice.randint(1, 3))
    ]
    await asyncio.gather(*(_accept(place, one) for one in decided))
    span_s = place.spans[ANYWHERE]
    if step == AT_WORK:
        await sender.order(arm="", after_s=dice.uniform(0.001, place.spans[AT_WORK] * events))
    elif step == ANYWHERE:
        await sender.order(arm="")
    else:
        most = 2 if step in ONCE_FOR_MANY else len(decided)
        await sender.order(arm=step, count=dice.randint(1, most))

    freezing = asyncio.create_task(_freeze(place, step, ids, dice.uniform(0.0, span_s)))
    sender.tell(wake=True)
    woken_at = loop.time()
    if at_once or dice.random() < 0.75:
        await freezing
        spread_s = 0.0 if at_once else dice.choice((0.0, PRESS_WITHIN_S))
        presses = [loop.time() + dice.uniform(0.0, spread_s) for _ in ids]
    else:
        presses = [woken_at + dice.uniform(0.0, span_s) for _ in ids]
    thawing = None
    if not at_once and dice.random() < 0.25:
        thawing = asyncio.create_task(_thaw(sender, freezing, dice.uniform(0.0, THAW_WITHIN_S)))
    pressed = await asyncio.gather(
        *(_press(place, event_id, at) for event_id, at in zip(ids, presses, strict=True))
    )
    await freezing
    if thawing is not None:
        await thawing
    deliveries = await _settled(place, ids)

    checks = sender.read_checks()
    calls = list(zip(sender.platform.calls[first:], sender.platform.first_bytes_at[first:], strict=True))
    _learn_span(place, step, len(calls), len(deliveries))
    strays = sum(
        call["text"].split()[0] not in ids for call, _ in calls
    )  # of rounds whose stops returned long ago
    found = []
    for event_id, stop in zip(ids, pressed, strict=True):
        mine = [(call["ref"], at) for call, at in calls if call["text"].startswith(event_id)]
        all_ids = {delivery_id for delivery_id, of in deliveries.items() if of == event_id}
        found.append(_judge(step, stop, mine, all_ids, checks, strays if event_id == ids[0] else 0))
    return found


async def _accept(place: Track, decided: DecidedUpdate) -> None:
    """As a client does: again with the same key, while the answer is that nobody knows."""
    for _ in range(10):
        with suppress(Unready):
            await place.engine.publisher.accept(decided, render)
            return
        await asyncio.sleep(0.1)
    await place.engine.publisher.accept(decided, render)


async def _freeze(place: Track, step: str, ids: Collection[str], after_s: float) -> None:
    if step == ANYWHERE:
        await asyncio.sleep(after_s)
        place.sender.freeze()
    for n in range(3000):
        if place.sender.is_frozen or (n % 10 == 9 and await _is_over(place, ids)):
            return  # where the step is not reached any more, waiting on would be most of a soak's time
        await asyncio.sleep(0.01)


async def _thaw(sender: Sender, freezing: asyncio.Task[None], after_s: float) -> None:
    await asyncio.shield(freezing)
    await asyncio.sleep(after_s)
    sender.thaw()


async def _press(place: Track, event_id: str, at: float) -> Pressed:
    loop = asyncio.get_running_loop()
    await asyncio.sleep(max(0.0, at - loop.time()))
    frozen = place.sender.is_frozen
    began, waited_s = loop.time(), _waited_for_cpu_s()
    report = await place.engine.stop_control.stop(event_id, "person:tom")
    returned_at = loop.time()
    return Pressed(
        report,
        frozen or place.sender.is_frozen,
        returned_at - began,
        _waited_for_cpu_s() - waited_s,
        returned_at,
    )


def _waited_for_cpu_s() -> float:
    """How long this thread was ready to run and did not, since it began."""
    return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9


async def _states(place: Track, ids: Collection[str]) -> list[tuple[str, str, str]]:
    async with place.stage.database.read() as session:
        rows = await session.execute(
            select(col(Delivery.id), col(Delivery.event_id), col(Delivery.state)).where(
                col(Delivery.event_id).in_(ids)
            )
        )
        return [(row.id, row.event_id, row.state) for row in rows.all()]


async def _is_over(place: Track, ids: Collection[str]) -> bool:
    """Everything was sent, or stopped, before the step came; False where the database cannot say just now."""
    waiting = (*ON_ITS_WAY, DeliveryState.QUEUED)
    with suppress(Unready):
        return all(state not in waiting for _, _, state in await _states(place, ids))
    return False


async def _settled(place: Track, ids: Collection[str]) -> dict[str, str]:
    """Each delivery's event, once nothing is on its way any more."""
    loop = asyncio.get_running_loop()
    until = loop.time() + SETTLED_WITHIN_S
    while True:
        place.sender.thaw()  # a step that is reached only now freezes it once more
        rows = await _states(place, ids)
        if all(state not in ON_ITS_WAY for _, _, state in rows):
            return {delivery_id: event_id for delivery_id, event_id, _ in rows}
        if loop.time() > until:
            left = [row for row in await place.stage.rows(Delivery) if row.state in ON_ITS_WAY]
            said = place.sender.said.read_text("utf-8", "replace")[-3000:]
            raise AssertionError(f"not settled in {SETTLED_WITHIN_S:.0f} s: {left}; the sender says: {said}")
        await asyncio.sleep(0.03)


def _learn_span(place: Track, step: str, calls: int, deliveries: int) -> None:
    if step in place.spans and calls in (0, deliveries):
        span_s = place.spans[step] * (1.4 if calls == 0 else 0.8)
        place.spans[step] = min(4.0, max(0.02, span_s))


def _judge(
    step: str,
    stop: Pressed,
    calls: list[tuple[str, float]],
    deliveries: set[str],
    checks: dict[str, list[tuple[float, str]]],
    strays: int,
) -> Race:
    after = [ref for ref, at in calls if at > stop.returned_at + (0.0 if stop.was_frozen else READ_WITHIN_S)]
    # A stop waits this long for a first byte after a permit's last moment; a sender that needs longer froze in the gap.
    had_to_wait_from = stop.returned_at - LAST_STEP_S
    late = [
        ref
        for ref in after
        if max((at for at, word in checks.get(ref, ()) if word == "passed"), default=stop.returned_at)
        > had_to_wait_from
    ]
    report = stop.report
    out = {ref.rsplit(".", 1)[0] for ref, _ in calls}
    flying, said_out = ({one.delivery_id for one in side} for side in (report.in_flight, report.out))
    named = flying | said_out | {one.delivery_id for one in report.may_be_out}
    refused = [ref for ref, said in checks.items() for _, word in said if word == "refused"]
    return Race(
        step=step,
        was_frozen=stop.was_frozen,
        returned_in_s=stop.took_s,
        waited_for_cpu_s=stop.waited_for_cpu_s,
        late=len(late) + strays,
        from_the_gap=len(after) - len(late),
        unlisted=len(out - flying - said_out),
        made_up=len(said_out - out),
        missing=len(deliveries) - len(named) - report.not_started,
        kept=sum(ref.rsplit(".", 1)[0] in deliveries for ref in refused),
        not_started=report.not_started,
        in_flight=len(flying),
        out=len(said_out),
    )
