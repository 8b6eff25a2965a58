"""
Commands to Redis that are cancelled wherever they wait (R-05), through a line that is slow.

Each command carries a number and must get that number back. The commands go through the very client that the shared
limits use. A client that reuses a connection after a cancelled command would hand its late answer to the next one.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from redis.asyncio.connection import Connection
from redis.exceptions import RedisError

from app.broadcast.shared_limits import SharedLimits
from app.clock import SystemClock
from app.ids import new_id
from tests.faultproxy import FaultProxy


@dataclass
class Found:
    cancelled: int = 0
    answered: int = 0
    failed: int = 0
    wrong: int = 0


async def cancel_everywhere(url: str, n: int, seed: int, *, keep: bool = False) -> Found:
    """
    Args:
        keep: The seeded bug: a connection is kept whatever happened on it.
    """
    dice = random.Random(seed)
    parts = urlsplit(url)
    found = Found()
    async with FaultProxy(str(parts.hostname), int(parts.port or 6379)) as line:
        limits = SharedLimits(
            f"redis://127.0.0.1:{line.port}/0?protocol=2",
            SystemClock(),
            new_id,
        )
        client: Any = limits._client
        client.connection_pool.max_connections = 4
        disconnect = Connection.disconnect
        if keep:
            Connection.disconnect = kept  # type: ignore[method-assign]
        try:
            await client.echo("warm")
            line.faults.delay_s = 0.004
            for number in range(n):
                await _ask(client, f"n{number}", dice, found)
        finally:
            Connection.disconnect = disconnect  # type: ignore[method-assign]
            await limits.aclose()
    return found


async def kept(_connection: Any, *_words: Any, **_more: Any) -> None:
    return None


async def _ask(client: Any, number: str, dice: random.Random, found: Found) -> None:
    """One question, cancelled after a random number of turns of the loop, or after a random moment, or not at all."""
    task = asyncio.create_task(client.echo(number))
    way = dice.random()
    if way < 0.4:
        for _ in range(dice.randrange(12)):
            await asyncio.sleep(0)
    elif way < 0.85:
        await asyncio.sleep(dice.uniform(0.0, 0.012))
    else:
        await asyncio.wait([task], timeout=2)
    task.cancel()
    try:
        answer = await task
    except asyncio.CancelledError:
        found.cancelled += 1
    except (RedisError, OSError):
        found.failed += 1
    else:
        found.answered += 1
        found.wrong += answer != number.encode()
