"""
Deciding and accepting as one: where the event's rules were changed in between, or something was said meanwhile that the
privacy check has to read it with, the same is decided again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from app.broadcast.accept_work import EVENT_CHANGED
from app.broadcast.intents import Accepted, DecidedUpdate
from app.broadcast.publisher import Publisher
from app.errors import Conflict

TRIES = 5


async def decide_and_accept(
    publisher: Publisher,
    decide: Callable[[], Awaitable[DecidedUpdate]],
    answer: Callable[[str, Accepted], bytes],
) -> tuple[DecidedUpdate, Accepted]:
    """
    Args:
        decide: Runs every rule afresh.
        answer: Makes the stored answer from the update's state and what was accepted.

    Raises:
        AppError: a rule, or the door, says no.
    """
    decided = await decide()
    turn = publisher.turn(decided.event_id)
    if not turn.locked():
        try:
            return decided, await publisher.accept(decided, partial(answer, decided.state))
        except Conflict as exc:
            if exc.code != EVENT_CHANGED:
                raise
    # Of many at once all but one are decided again, each after the one before it: together they would go on colliding.
    async with turn:
        for left in range(TRIES - 1, 0, -1):
            decided = await decide()
            try:
                return decided, await publisher.accept(decided, partial(answer, decided.state))
            except Conflict as exc:
                if exc.code != EVENT_CHANGED or left == 1:
                    raise
    raise AssertionError("unreachable")
