"""
Which update takes the next place of a platform's window when more wait than it allows; pure.

Asked for each place anew, with everything that waits and the very limiter that sending obeys, so nothing is decided
about a future that may come otherwise. While all fit, each goes by itself. Once some could not go before they are
too old: key moments go first, each by itself; of the rest as many as can go by themselves do, and the last place
that comes in time tells the others in one post, oldest first.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import takewhile

from app.broadcast.limits import Limiter
from app.broadcast.plan import Batch, forecasts

MOST_TOLD = 12
"""Updates in one post, its own included, however much room a platform has."""

SPARE_S = 30.0
"""A later place counts as in time only if it comes this long before the first of them is too old."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """
    One delivery that waits on the channel, in the order in which they go.

    Attributes:
        line: Its lane and class: what goes in one order.
        key: A key moment; it goes first and is never told with others.
        begun: Some posts of its thread are out; nothing comes between them.
        may_merge: A routine text that fits one post, of which nothing was tried yet.
    """

    id: str
    line: tuple[str, int]
    batch: Batch
    key: bool = False
    begun: bool = False
    may_merge: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """Who takes the place; `others` are told in the same post, after it and in their order."""

    id: str
    others: tuple[str, ...] = ()


def choose(
    queue: Sequence[Waiting], head_id: str, limiter: Limiter, now: float, most: int = MOST_TOLD
) -> Choice:
    """
    Who takes the place that is free now in the line of `head_id`, its oldest.

    Args:
        queue: Everything that waits on the channel, of other lines too: they take places as well.
        limiter: Left as it is.
        most: Updates that one post of this channel has room for. A last place that could not tell all who wait for
            it would leave some to expire that this place could have told.
    """
    head = next(one for one in queue if one.id == head_id)
    line = head.line
    told = forecasts(limiter, [one.batch for one in queue], now)
    too_late = {one.id for one, its in zip(queue, told, strict=True) if its.late and one.line == line}
    mine = [one for one in queue if one.line == line]
    if not too_late or head.begun:
        return Choice(head_id)
    key = next((one for one in mine if one.key and one.batch.not_before <= now), None)
    if key is not None:
        return Choice(key.id)
    run = list(takewhile(lambda one: one.may_merge, mine))
    behind = [n for n, one in enumerate(run) if one.id in too_late]
    if not run or run[0].id != head_id or not behind or behind[-1] == 0:
        return Choice(head_id)
    next_at = _next_at(limiter, now, {one.line for one in queue if one.batch.not_before <= now} | {line})
    in_time = next_at + SPARE_S <= min(run[n].batch.until for n in behind)
    if in_time and behind[-1] <= most:
        return Choice(head_id)
    return Choice(head_id, tuple(one.id for one in run[1 : min(behind[-1], most - 1) + 1]))


def _next_at(limiter: Limiter, now: float, lines: Collection[tuple[str, int]]) -> float:
    """When the line that goes now has a place again: after every other line of the channel has had one."""
    ahead, at = limiter.copy(), now
    for _ in lines:
        ahead.take(1, at)
        at += ahead.wait_s(1, at)
    return at
