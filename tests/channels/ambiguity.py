"""
Lost answers by the thousand (C-01, D-04, F-27): every adapter, every way of losing one, seeded.

What the dispatcher would do is done here with the adapter alone: an unknown outcome is looked for at the adapter's own
moments on the platform's clock, found means its id, absent at the last look means once more, anything else is left to
a person. What is refused as a repeat after a lost answer is looked for since that try. Every second post is a reply,
where the platform has them. The platform's ledger says what was really published.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from app.channels.base import Absent, Adapter, Found, OutboundPost, Reconciles
from app.errors import ChannelError, DuplicateRefused, OutcomeUnknown, RateLimited, Unavailable
from tests.channels.made import go
from tests.channels.stages import LAGS, Stage, stage

CUTS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "cut after the request": ("drop_after", {}),
    "cut before it was done": ("drop_before", {}),
    "504, done": ("accept_then_503", {"status": 504}),
    "502, done": ("accept_then_503", {"status": 502}),
    "500, done": ("accept_then_503", {"status": 500}),
    "503, not done": ("refuse_503", {"status": 503}),
    "empty 200": ("empty_body", {}),
    "malformed JSON": ("malformed_body", {}),
    "cut inside the answer": ("cut_body", {}),
    "200 with HTML, done": ("html_body", {"applied": True}),
    "502 with HTML, not done": ("html_body", {"applied": False}),
}
STAGE = 25  # posts on one world
MOST_LAG_S = 30.0


@dataclass
class Tally:
    """What became of every post."""

    posts: int = 0
    replies: int = 0
    unknown: int = 0
    found: int = 0
    absent: int = 0
    held: int = 0
    doubled: int = 0
    wrong_id: int = 0
    lost: int = 0
    other: Counter[str] = field(default_factory=Counter)

    @property
    def broken(self) -> int:
        return self.doubled + self.wrong_id + self.lost

    def add(self, other: Tally) -> None:
        for name in ("posts", "replies", "unknown", "found", "absent", "held", "doubled", "wrong_id", "lost"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.other.update(other.other)


async def cut_posts(name: str, cut: str, first: int, n: int, *, blind: bool = False) -> Tally:
    """
    Seeds first..first+n of one platform and one cut.

    Args:
        blind: The seeded bug: an unknown outcome is taken for "not sent".
    """
    tally = Tally()
    for start in range(first, first + n, STAGE):
        async with stage(name) as here:
            adapter = here.adapter()
            try:
                about = None
                if adapter.capabilities.replies and not adapter.capabilities.recipients:
                    about = (await adapter.publish(here.post("What it is about"), may_start=go)).remote_id
                for seed in range(start, min(first + n, start + STAGE)):
                    dice = random.Random(f"{name}-{cut}-{seed}")
                    parent = about if seed % 2 else None
                    await _one(here, adapter, cut, dice, seed, tally, blind, parent)
            finally:
                await adapter.aclose()
    return tally


async def _one(
    here: Stage,
    adapter: Adapter,
    cut: str,
    dice: random.Random,
    seed: int,
    tally: Tally,
    blind: bool,
    parent: str | None,
) -> None:
    assert isinstance(adapter, Reconciles)
    words = dice.choice(("The team begins", "Tutto bene — ünï “so far”", "A & B <ok>", "Line one\nline two"))
    post = here.post(f"{words} [{seed}]", reply_to=parent)
    fault, params = CUTS[cut]
    here.arm(fault, **params)
    if here.name in LAGS:
        here.arm(LAGS[here.name], None, None, seconds=dice.choice((0.0, dice.uniform(0.0, MOST_LAG_S))))
    remote_id, held = await _deliver(here, adapter, post, dice, tally, blind)
    tally.posts += 1
    tally.replies += parent is not None
    there = [entry.remote_id for entry in here.published() if f"[{seed}]" in (entry.text or "")]
    tally.doubled += max(0, len(there) - 1)
    tally.held += held
    if remote_id is not None and remote_id not in there:
        tally.wrong_id += 1
    if not there and not held:
        tally.lost += 1
    here.advance(dice.uniform(20.0, 120.0))


async def _deliver(
    here: Stage, adapter: Adapter, post: OutboundPost, dice: random.Random, tally: Tally, blind: bool
) -> tuple[str | None, bool]:
    """The post's id, and whether a person has to decide."""
    lost_at: datetime | None = None  # when the first try began whose answer was lost
    for _ in range(6):
        started = datetime.now(UTC) - timedelta(milliseconds=50)
        try:
            return (await adapter.publish(post, may_start=go)).remote_id, False
        except RateLimited as exc:
            here.advance(exc.retry_after_s + 1.0)
            continue
        except Unavailable:
            continue
        except OutcomeUnknown:
            tally.unknown += 1
            lost_at, refused = lost_at or started, False
        except DuplicateRefused:
            tally.other[DuplicateRefused.__name__] += 1
            if lost_at is None:
                return None, True
            started, refused = lost_at, True
        except ChannelError as exc:
            tally.other[type(exc).__name__] += 1
            return None, True
        if blind:
            continue
        found = await _look(here, adapter, post, started)
        if isinstance(found, Found):
            tally.found += 1
            return found.receipt.remote_id, False
        if refused or not isinstance(found, Absent):
            return None, True
        tally.absent += 1
    return None, True


async def _look(here: Stage, adapter: Any, post: OutboundPost, started: datetime) -> Any:
    """At the adapter's own moments, on the platform's clock."""
    before = 0.0
    found: Any = None
    for n, after in enumerate(adapter.look_after_s):
        here.advance(after - before)
        before = after
        last = n + 1 == len(adapter.look_after_s)
        try:
            found = await adapter.find(post, sent_after=started, last=last)
        except ChannelError:
            continue
        if isinstance(found, Found | Absent):
            return found
    return found
