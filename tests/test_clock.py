"""What runs as time goes on."""

import asyncio
import time

import pytest
from structlog.testing import capture_logs

from app.clock import Repeat, SteadyTime, SystemClock
from app.errors import Conflict


class TestAsleep:
    @pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="this system has no such clock")
    def test_G8_time_passes_while_the_machine_is_suspended(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """What a platform asked for and what a permit lasts is over when it is over, asleep or not."""
        slept_s = 0.0
        read = time.clock_gettime

        def kernel(which: int) -> float:
            """The clocks of a machine that was suspended: one of them was not told."""
            return read(which) + (slept_s if which == time.CLOCK_BOOTTIME else 0.0)

        monkeypatch.setattr(time, "clock_gettime", kernel)
        clock = SystemClock()
        steady = SteadyTime(clock)
        before = clock.monotonic(), steady.now()
        slept_s = 3600.0
        assert 3600.0 <= clock.monotonic() - before[0] < 3700.0
        assert 3600.0 <= steady.now() - before[1] < 3700.0


class Stumbling(Repeat):
    """Fails twice, once as foreseen and once not; then it is well again."""

    task_name = "stumbling"
    failure = "stumbled"

    def __init__(self) -> None:
        super().__init__(every_s=0.0)
        self.turns = 0
        self.well = asyncio.Event()

    async def _turn(self) -> None:
        self.turns += 1
        if self.turns == 1:
            raise Conflict("The database is busy.")
        if self.turns == 2:
            raise ZeroDivisionError
        self.well.set()


class TestRepeat:
    async def test_a_turn_that_failed_ends_no_loop_and_stands_in_the_log(self) -> None:
        """The next turn comes; only what nobody foresaw brings its trace along."""
        loop = Stumbling()
        with capture_logs() as logged:
            loop.start()
            async with asyncio.timeout(30):
                await loop.well.wait()
            await loop.stop()
        assert [(one["event"], one["loop"], one["error"], one["exc_info"]) for one in logged] == [
            ("stumbled", "stumbling", "Conflict", False),
            ("stumbled", "stumbling", "ZeroDivisionError", True),
        ]

    async def test_after_stop_there_is_no_turn(self) -> None:
        """Also where a turn was under way or due at once."""
        loop = Stumbling()
        loop.start()
        async with asyncio.timeout(30):
            await loop.well.wait()
        await loop.stop()
        before = loop.turns
        for _ in range(10):
            await asyncio.sleep(0)
        assert loop.turns == before
