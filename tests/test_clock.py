"""What runs as time goes on."""

import asyncio

from structlog.testing import capture_logs

from app.clock import Repeat
from app.errors import Conflict


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
