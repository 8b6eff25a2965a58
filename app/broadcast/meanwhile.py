"""
Work of ours while the database is at a statement.

A process that waits for every answer before it goes on, and a server that waits for every question, take turns: neither
of two processors is ever busy for long. Hundreds of rows keep the server for milliseconds, in which ours can make what
is needed next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

Answer = TypeVar("Answer")
Built = TypeVar("Built")


async def meanwhile(
    statement: Coroutine[Any, Any, Answer], build: Callable[[], Built]
) -> tuple[Answer, Built]:
    """
    Send a statement, and build something before its answer is read.

    The statement has ended when this returns or raises: its connection is free for the next one, or for a rollback.
    """
    task = asyncio.create_task(statement, name="statement")
    try:
        await asyncio.sleep(0)  # the statement leaves
        built = build()
    finally:
        answer = await task
    return answer, built
