"""
Delivery states and the moves between them that are legal; pure.

Nothing here knows why a delivery moves. A move that is not in the table is a defect of the caller and raises: `sent`
and `delivered` are never overwritten by anything weaker, and what is final stays final.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.models import DeliveryState

_S = DeliveryState

MOVES: Mapping[DeliveryState, frozenset[DeliveryState]] = {
    # queued -> sent: a receipt proved that an earlier try, believed lost, had landed.
    _S.QUEUED: frozenset({_S.SENDING, _S.SENT, _S.DELIVERED, _S.HELD, _S.REJECTED, _S.EXPIRED, _S.WITHDRAWN}),
    _S.SENDING: frozenset({_S.QUEUED, _S.SENT, _S.DELIVERED, _S.UNKNOWN, _S.HELD, _S.REJECTED, _S.EXPIRED}),
    _S.UNKNOWN: frozenset({_S.QUEUED, _S.SENT, _S.DELIVERED, _S.HELD, _S.REJECTED, _S.EXPIRED}),
    _S.HELD: frozenset({_S.QUEUED, _S.SENT, _S.DELIVERED, _S.REJECTED, _S.EXPIRED, _S.WITHDRAWN}),
    _S.SENT: frozenset({_S.DELIVERED, _S.REJECTED}),  # a receipt said more
    _S.DELIVERED: frozenset(),
    _S.REJECTED: frozenset(),
    _S.EXPIRED: frozenset(),
    _S.WITHDRAWN: frozenset(),
}

FINAL = frozenset({_S.SENT, _S.DELIVERED, _S.REJECTED, _S.EXPIRED, _S.WITHDRAWN})
OPEN = frozenset({_S.QUEUED, _S.SENDING, _S.UNKNOWN})
OUT = frozenset({_S.SENT, _S.DELIVERED})


class IllegalMove(Exception):
    """A delivery was asked to go where it cannot."""


def can_move(old: str, new: str) -> bool:
    return DeliveryState(new) in MOVES[DeliveryState(old)]


def move(old: str, new: str) -> DeliveryState:
    """
    The new state, when it may follow the old one.

    Raises:
        IllegalMove: it may not.
    """
    target = DeliveryState(new)
    if target not in MOVES[DeliveryState(old)]:
        raise IllegalMove(f"{old} -> {new}")
    return target


def is_final(state: str) -> bool:
    """Nothing but a receipt can change it any more."""
    return DeliveryState(state) in FINAL


def is_settled(state: str) -> bool:
    """The next one in its lane may start: whatever this one became, it no longer waits for us."""
    return DeliveryState(state) not in OPEN


def sum_up(counts: Mapping[str, int]) -> DeliveryState:
    """
    The state of a delivery to many people, from how many are in which state.

    While anybody waits, is being called or looked for, it is `sending`; then the state that needs a person most wins.
    """
    have = {state for state, n in counts.items() if n > 0 and state in DeliveryState.__members__.values()}
    if not have:
        return _S.WITHDRAWN  # nobody to send to
    if have & {_S.QUEUED, _S.SENDING, _S.UNKNOWN}:
        return _S.SENDING
    for state in (_S.HELD, _S.SENT, _S.DELIVERED):
        if state in have:
            return state
    for state in (_S.REJECTED, _S.EXPIRED):
        if state in have:
            return state
    return _S.WITHDRAWN


def reachable(start: str, moves: Iterable[str]) -> DeliveryState:
    """Follow several moves; for replaying a history."""
    state = DeliveryState(start)
    for target in moves:
        state = move(state, target)
    return state
