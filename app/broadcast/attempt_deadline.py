"""
The wall-clock limit around every attempt, by one timer for all of them.

Tens of thousands of messages are under way in a minute and nearly none is ever too late; a timer for each, set and taken
back, costs a tenth of all that we do for a message. All have the same time, so they are due in the order in which they
began.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar

T = TypeVar("T")


class AttemptDeadline:
    """
    Args:
        seconds: How long each attempt may take, from its own beginning.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._due: dict[asyncio.Task[Any], float] = {}  # by the loop's clock; the first is due first
        self._late: set[asyncio.Task[Any]] = set()
        self._timer: asyncio.TimerHandle | None = None

    async def keep(self, attempt: Awaitable[T]) -> T:
        """
        Await an attempt, of which a task has one at a time.

        Raises:
            TimeoutError: it took too long, and was cancelled.
        """
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        assert task is not None
        cancelled_before = task.cancelling()
        self._due[task] = loop.time() + self._seconds
        if self._timer is None:
            self._timer = loop.call_later(self._seconds, self._end_late)
        try:
            return await attempt
        except asyncio.CancelledError as exc:
            # Whoever else cancelled it as well is obeyed.
            if task in self._late and task.cancelling() - 1 <= cancelled_before:
                raise TimeoutError from exc
            raise
        finally:
            self._due.pop(task, None)
            if task in self._late:
                self._late.discard(task)
                task.uncancel()

    def _end_late(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = None
        for task, due in list(self._due.items()):
            if due > loop.time():
                self._timer = loop.call_at(due, self._end_late)
                return
            del self._due[task]
            self._late.add(task)
            task.cancel()
