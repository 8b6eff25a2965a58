"""
Playing a rehearsal: the cue sheet step by step as the presenter would send it, and a public that answers.

It goes through the same door as everybody: `Desk.decide` and `publisher.accept`. It starts only when somebody presses
Play, and stops when they press Stop, when the sheet ends, or when the event is stopped.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import structlog

from app.accounts.rights import Actor
from app.broadcast.engine import Engine
from app.editorial.accepting import decide_and_accept
from app.editorial.approvals import Approvals
from app.editorial.events import Events
from app.editorial.handover import Handovers
from app.editorial.submission import Submission
from app.editorial.submit import Desk
from app.errors import AppError, Conflict
from app.models import EVERY_EVENT, Role
from app.rehearsal.furnish import Simulators, SimulatorsUnreachable
from app.rehearsal.scenarios import ARRIVALS, SCENARIOS

log = structlog.get_logger()

TICK_S = 6.0
# Not a person: there is no row of it, and an author is one.
PRESENTER = Actor("key", "rehearsal", "Rehearsal")
SECOND = Actor(
    "key", "rehearsal-second", "Rehearsal, second person", roles={EVERY_EVENT: frozenset({Role.APPROVER})}
)


class Player:
    """One play at a time."""

    def __init__(
        self,
        desk: Desk,
        engine: Engine,
        events: Events,
        approvals: Approvals,
        handovers: Handovers,
        simulators: Simulators,
    ) -> None:
        self._desk = desk
        self._engine = engine
        self._events = events
        self._approvals = approvals
        self._handovers = handovers
        self._simulators = simulators
        self._starting = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []
        self._scenario: str | None = None
        self._step = 0
        self._steps = 0

    def state(self) -> dict[str, Any]:
        return {
            "playing": any(not task.done() for task in self._tasks),
            "scenario": self._scenario,
            "step": self._step,
            "steps": self._steps,
            "events": {name: scenario.event.slug for name, scenario in SCENARIOS.items()},
            "simulators_url": self._simulators.base,
        }

    async def play(self, scenario: str, replies_per_min: float) -> None:
        """
        Raises:
            Conflict: it plays already, or the button changes hands.
        """
        async with self._starting:
            if self.state()["playing"]:
                raise Conflict("The rehearsal is playing. Stop it first.", code="already_playing")
            chosen = SCENARIOS[scenario]
            event = await self._events.found(chosen.event.slug or "")
            await self._handovers.begin_play(event.id)
            self._scenario = scenario
            steps = asyncio.create_task(self._steps_of(event.id, chosen.gap_s), name="rehearsal-steps")
            steps.add_done_callback(lambda _: self._handovers.end_play(event.id))
            self._tasks = [steps]
            if replies_per_min > 0:
                self._tasks.append(
                    asyncio.create_task(self._public(replies_per_min), name="rehearsal-public")
                )

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    async def _steps_of(self, event_id: str, gap_s: float) -> None:
        sheet = await self._events.steps(event_id)
        self._steps = len(sheet)
        for self._step, (step, sent) in enumerate(sheet, 1):
            if sent is not None:
                continue
            # The key is the step's own, so a rehearsal that was killed and played again sends no step twice.
            key = f"rehearsal-{step.id}"
            try:
                decided, accepted = await decide_and_accept(
                    self._engine.publisher,
                    partial(
                        self._desk.decide,
                        PRESENTER,
                        event_id,
                        Submission(
                            texts=step.texts,
                            key_moment=step.key_moment,
                            source="rehearsal",
                            confirmed=True,
                            step_id=step.id,
                        ),
                        key=key,
                        body_hash=key,
                    ),
                    lambda _, accepted: accepted.update_id.encode(),
                )
                if decided.needs:
                    # The rehearsal plays both people, and its second one looks at version 1.
                    await self._approvals.approve(SECOND, accepted.update_id, 1)
            except AppError as exc:
                log.warning("rehearsal_step_refused", step=step.n, code=exc.code)
                return
            await asyncio.sleep(gap_s)

    async def _public(self, replies_per_min: float) -> None:
        tick = 0
        while not self._tasks[0].done() or tick < 1:
            rate = replies_per_min / 60 * ARRIVALS[tick % len(ARRIVALS)]
            for platform, share in (("x", 0.6), ("facebook", 0.25), ("twilio", 0.15)):
                try:
                    await self._simulators.post(
                        "flood", {"platform": platform, "rate_per_s": rate * share, "seconds": TICK_S}
                    )
                except SimulatorsUnreachable as exc:
                    log.warning("rehearsal_public_silent", why=str(exc))
            tick += 1
            await asyncio.sleep(TICK_S)
