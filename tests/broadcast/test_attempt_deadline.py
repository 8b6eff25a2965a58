"""Every attempt has its own time, though one timer keeps it for all of them."""

import asyncio

import pytest

from app.broadcast.attempt_deadline import AttemptDeadline

SOON_S = 0.05


async def for_ever() -> None:
    await asyncio.Event().wait()


class TestAttemptDeadline:
    async def test_an_attempt_that_takes_too_long_is_ended_and_its_task_goes_on(self) -> None:
        deadline = AttemptDeadline(SOON_S)
        ended = False

        async def attempt() -> None:
            nonlocal ended
            try:
                await for_ever()
            finally:
                ended = True

        with pytest.raises(TimeoutError):
            await deadline.keep(attempt())
        assert ended
        task = asyncio.current_task()
        assert task is not None
        assert not task.cancelling()
        assert await deadline.keep(asyncio.sleep(0, "the next one")) == "the next one"

    async def test_an_attempt_has_its_time_from_its_own_beginning(self) -> None:
        """The timer of one that is over goes off while another one has time left."""
        deadline, loop = AttemptDeadline(0.2), asyncio.get_running_loop()
        first = asyncio.create_task(deadline.keep(for_ever()))
        await asyncio.sleep(0.1)
        began = loop.time()
        second = asyncio.create_task(deadline.keep(for_ever()))
        with pytest.raises(TimeoutError):
            await first
        assert not second.done()
        with pytest.raises(TimeoutError):
            await second
        assert loop.time() - began >= 0.2

    async def test_what_an_attempt_raises_or_returns_in_time_is_left_as_it_is(self) -> None:
        deadline = AttemptDeadline(60.0)

        async def refused() -> None:
            raise LookupError("no such page")

        assert await deadline.keep(asyncio.sleep(0, "done")) == "done"
        with pytest.raises(LookupError, match="no such page"):
            await deadline.keep(refused())

    async def test_whoever_else_cancels_an_attempt_is_obeyed(self) -> None:
        """In the very moment in which its time is up as well."""
        deadline = AttemptDeadline(SOON_S)

        async def stubborn() -> None:
            try:
                await for_ever()
            finally:
                task.cancel()

        task: asyncio.Task[None] = asyncio.create_task(deadline.keep(for_ever()))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        task = asyncio.create_task(deadline.keep(stubborn()))
        with pytest.raises(asyncio.CancelledError):
            await task
