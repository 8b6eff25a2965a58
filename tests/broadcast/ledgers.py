"""
What a simulated history of delivery leaves behind, and the oracle that judges it.

The rows are what our side believes, the applied posts and the first bytes what the platform knows.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Protocol

from app.broadcast.lifecycle import OPEN
from app.models import DeliveryState as S


class Broken(AssertionError):
    """A promise did not hold in this history."""


@dataclass(slots=True)
class Row:
    id: int
    lane: str
    rank: int
    seq: int
    parts: int
    expires: float
    policy: str
    repeatable: bool = False
    part: int = 1
    state: str = S.QUEUED
    reason: str = ""
    due: float = 0.0
    attempts: int = 0
    looks: int = 0
    fence: int = 0
    owner: tuple[int, int] | None = None  # worker and its life: a restarted process is somebody else
    lease_until: float = 0.0
    permit_at: float | None = None
    intent_at: float = 0.0
    looking: bool = False
    ambiguous: set[int] = field(default_factory=set)
    preferred: Counter[int] = field(default_factory=Counter)
    remote: dict[int, str] = field(default_factory=dict)
    evidence: dict[int, str] = field(default_factory=dict)  # our own ledger of attempts
    settled_at: dict[int, float] = field(default_factory=dict)


@dataclass(slots=True)
class Applied:
    ref: tuple[int, int]
    id: str
    parent: str | None
    at: float
    visible_at: float


class History(Protocol):
    """What the oracle looks at."""

    now: float
    rows: list[Row]
    applied: list[Applied]
    first_bytes: list[tuple[float, int, int]]
    calls: list[float]
    window_s: float
    limit: int
    seen: Counter[str]


def judge(history: History) -> None:
    """
    Compare what the workers believe with what the platform did.

    Raises:
        Broken: a promise did not hold.
    """
    by_ref: dict[tuple[int, int], list[Applied]] = {}
    for one in history.applied:
        by_ref.setdefault(one.ref, []).append(one)
    for row in history.rows:
        if row.state in OPEN:
            raise Broken(f"G3: delivery {row.id} is {row.state} ({row.reason}) at {history.now}")
        for part in range(1, row.parts + 1):
            posts = by_ref.get((row.id, part), [])
            if len(posts) > 1 + row.preferred[part]:
                raise Broken(f"G4: {len(posts)} posts for {row.id}.{part}")
            if part in row.remote and row.remote[part] not in {p.id for p in posts}:
                raise Broken("a delivery carries the id of another post")
        if row.state == S.SENT and row.part != row.parts + 1:
            raise Broken("sent without all of its parts")
    if _worst(sorted(history.calls), history.window_s - 1e-4) > history.limit:
        raise Broken(f"G8: more than {history.limit} calls in a window")
    _judge_order(history)


def _judge_order(history: History) -> None:
    firsts: dict[int, float] = {}
    for at, row_id, part in history.first_bytes:
        if part == 1:
            firsts.setdefault(row_id, at)
    for a in history.rows:
        for b in history.rows:
            if (a.lane, a.rank) != (b.lane, b.rank) or a.seq >= b.seq:
                continue
            # Both went out smoothly: nothing unknown, held or retried on the way.
            smooth = all(r.state == S.SENT and not r.ambiguous and "stop" not in history.seen for r in (a, b))
            both = smooth and a.id in firsts and b.id in firsts and not history.seen["kept"]
            if both and firsts[b.id] < min(a.settled_at.values()) - 1e-9:
                raise Broken(f"G5: {b.id} before {a.id} was settled")


def _worst(times: list[float], window_s: float) -> int:
    most, low = 0, 0
    for high, at in enumerate(times):
        while at - times[low] >= window_s:
            low += 1
        most = max(most, high - low + 1)
    return most
