"""The two edges of every attempt: the call that may do anything, and the outcome that must be written."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.broadcast.fence import Fence, Scope
from app.broadcast.means import Means
from app.broadcast.reach import RECORDED
from app.broadcast.topics import Position
from app.channels.base import Receipt
from app.errors import ChannelError

log = logging.getLogger(__name__)


class Stamps:
    """The fence as it was at one moment, whichever scopes turn out to matter."""

    def __init__(self, fence: Fence) -> None:
        self._seen = fence.copy_stamps()

    def of(self, scopes: Sequence[Scope]) -> tuple[int, ...]:
        return tuple(self._seen.get(scope, 0) for scope in scopes)


async def outcome_of(
    means: Means, channel_id: str, publish: Callable[[], Awaitable[Receipt]]
) -> Receipt | Exception:
    """The call under the engine's own deadline; everything it raises is an answer."""
    try:
        return await means.deadline.keep(publish())
    except ChannelError as exc:
        return exc
    except Exception as exc:  # noqa: BLE001 - a seam: whatever it is, the delivery gets a state
        if not isinstance(exc, TimeoutError):
            log.info("an attempt failed", extra={"channel": channel_id, "error": type(exc).__name__})
        return exc


async def write_for_sure(
    means: Means, work: Callable[[AsyncSession], Awaitable[Sequence[Position]]], *, beside: bool = False
) -> None:
    """
    What we know must get into the database; until it can, the lease is renewed and we try again.

    Args:
        beside: As `Database.write` has it.
    """
    delay_s = 0.05
    while True:
        try:
            positions = await means.database.write(work, beside=beside)
        except Exception:
            log.exception("an outcome could not be written; trying again")
            await asyncio.sleep(delay_s)
            delay_s = min(2.0, delay_s * 2)
        else:
            means.reach(RECORDED)
            means.notes.announce(positions)
            return
