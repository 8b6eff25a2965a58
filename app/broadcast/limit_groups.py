"""
Which windows are counted together: those of one owner, by as many channels as the owner has.

A platform's limits belong to an account, a page, a sender or an app, and several channels may have one of these in
common. What is charged to such a window is kept under the owner's key, so every channel sees what the others took.
Deletions have windows of their own on some platforms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

from app.broadcast.limits import CALL, DELETE, Window
from app.broadcast.shared_limits import SharedLimiter, Taken

_MOST_GROUPS = 16


def counting(windows: Sequence[Window], *, deleting: bool) -> tuple[Window, ...]:
    """What a call is counted in: a deletion in the windows of deletions, where there are any, else like a post."""
    if deleting and any(w.unit == DELETE for w in windows):
        return tuple(w for w in windows if w.unit in (DELETE, CALL))
    return tuple(w for w in windows if w.unit != DELETE)


def key_of(channel_id: str, window: Window) -> str:
    """Under which a window's grants are written: its owner's, else its channel's; deletions by themselves."""
    owner, apart = window.owner or channel_id, window.unit == DELETE
    if owner == channel_id and not apart:
        return channel_id
    return blake2b(f"{owner}\n{DELETE if apart else ''}".encode(), digest_size=16).hexdigest()


def grouped(channel_id: str, windows: Sequence[Window]) -> dict[str, tuple[Window, ...]]:
    """By key; there is always a first, which what the platform says of the whole is kept under."""
    found: dict[str, tuple[Window, ...]] = {}
    for window in windows:
        key = key_of(channel_id, window)
        found[key] = (*found.get(key, ()), window)
    return found or {channel_id: ()}


def grant_ids(grant_id: str, groups: int = _MOST_GROUPS) -> list[str]:
    """One row for each group that a grant was charged to."""
    return [grant_id, *(f"{grant_id}.{n}" for n in range(1, groups))]


class JoinedMeter:
    """
    Several shared limiters asked as one: all grant, or none keeps anything.

    Two groups cannot be asked in one question, as they may lie on different servers. So what one has granted and
    another refuses is given back in the same transaction.
    """

    def __init__(self, limiters: Mapping[str, SharedLimiter]) -> None:
        self._limiters = tuple(limiters.values())

    async def take(
        self,
        units: int,
        ids: Sequence[str],
        *,
        session: Any,
        urgent: bool,
        late_s: float,
        within_s: float = 0.0,
    ) -> Taken:
        """As each of them. A grant starts when the last of them allows it, so all are kept as late as that may be."""
        found: list[tuple[SharedLimiter, list[str], Taken]] = []
        many = len(ids)
        for n, limiter in enumerate(self._limiters):
            mine = [grant_ids(id_, n + 1)[-1] for id_ in ids[:many]]
            taken = await limiter.take(
                units, mine, session=session, urgent=urgent, late_s=late_s + within_s, within_s=within_s
            )
            found.append((limiter, mine, taken))
            many = len(taken.starts_in_s)
            if many == 0:
                break
        for limiter, mine, taken in found:
            surplus = list(zip(mine, taken.starts_at, strict=False))[many:]
            if surplus:
                await limiter.take_back(session, units, surplus)
        short = [taken.wait_s for _, mine, taken in found if len(taken.starts_in_s) < len(mine)]
        return Taken(
            tuple(max(taken.starts_in_s[n] for _, _, taken in found) for n in range(many)),
            max(short, default=0.0),
            max(taken.held_s for _, _, taken in found),
            tuple(max(taken.starts_at[n] for _, _, taken in found) for n in range(many)),
        )

    async def give_back(self, units: int, grant_id: str | None, at: float) -> None:
        for n, limiter in enumerate(self._limiters):
            await limiter.give_back(units, grant_id and grant_ids(grant_id, n + 1)[-1], at)

    async def learn(self, hold_s: float, lowers: Sequence[tuple[str, int, float]]) -> None:
        """A wish to be left alone is kept by the first; each takes what is said of its own windows."""
        for n, limiter in enumerate(self._limiters):
            await limiter.learn(hold_s if n == 0 else 0.0, lowers)
