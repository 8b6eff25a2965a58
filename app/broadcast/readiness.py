"""
Whether each channel would take a post now, asked again and again without publishing anything.

What a probe tells is kept here until the next one: quota left, balance, and how far the platform's clock is from ours.
Nothing of it decides whether this process is ready: an outside platform's trouble is not ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import ValidationError

from app.broadcast.switchboard import Switchboard
from app.channels.base import LimitWindow, Probe
from app.clock import Clock, Repeat
from app.errors import NotFound
from app.models import Channel

PROBE_DEADLINE_S = 10.0
MOST_SKEW_S = 5.0
"""A Date header has whole seconds; beyond this, signatures and expiries begin to fail."""

_READS = "read:me"
_SHARE = 1 / 3  # of a window that is for such readings alone
_SHARE_OF_ALL = 0.1  # of one that publishing needs too


@dataclass(frozen=True, slots=True)
class Reading:
    """
    Attributes:
        skew_s: How far the platform's clock is ahead of ours; None where it tells no time.
    """

    at: datetime
    probe: Probe
    skew_s: float | None

    @property
    def clock_is_right(self) -> bool:
        return self.skew_s is None or abs(self.skew_s) <= MOST_SKEW_S


def period_s(windows: Sequence[LimitWindow], every_s: float) -> float:
    """How often a channel may be asked without eating what posting and reading need of its limits."""
    longest = every_s
    for window in windows:
        share = _SHARE if window.unit == _READS else _SHARE_OF_ALL if window.unit == "call" else None
        if share is not None:
            longest = max(longest, window.per_s / (window.limit * share))
    return longest


def skew_of(probe: Probe, before: datetime, after: datetime) -> float | None:
    """Ahead of the middle of the call; half a second more, because a Date header is cut to whole seconds."""
    if probe.server_at is None:
        return None
    middle = before + (after - before) / 2
    return (probe.server_at + timedelta(seconds=0.5) - middle).total_seconds()


class Readiness(Repeat):
    """`readings` by channel id."""

    task_name = "readiness"
    failure = "round_of_probes_failed"

    def __init__(self, switchboard: Switchboard, clock: Clock, *, every_s: float, drill: bool) -> None:
        super().__init__(min(5.0, every_s))
        self._switchboard = switchboard
        self._clock = clock
        self._probe_every_s = every_s
        self._drill = drill
        self._due: dict[str, float] = {}
        self.readings: dict[str, Reading] = {}

    async def look(self, channel_id: str) -> Reading:
        """
        Probe one channel now.

        Raises:
            NotFound: there is none.
        """
        before = self._clock.now()
        probe = await self._switchboard.test(channel_id, within_s=PROBE_DEADLINE_S)
        now = self._clock.now()
        reading = Reading(now, probe, skew_of(probe, before, now))
        self.readings[channel_id] = reading
        return reading

    def reading_of(self, channel: Channel) -> Reading | None:
        """The newest that any process saw; of another one's probe no more is known than its words."""
        mine = self.readings.get(channel.id)
        if channel.unseen_why and channel.probed_at is not None:
            skew_s = mine.skew_s if mine is not None else None
            return Reading(channel.probed_at, Probe(False, channel.unseen_why), skew_s)
        if channel.probed_at is None:
            return mine
        if channel.probe_ok is None:
            # Being asked: meanwhile the last reading holds. Longer than a probe takes, whoever asked has died.
            asked_for = self._clock.now() - channel.probed_at
            return mine if asked_for <= timedelta(seconds=2 * PROBE_DEADLINE_S) else None
        if mine is not None and mine.at >= channel.probed_at - timedelta(seconds=PROBE_DEADLINE_S):
            return mine
        return Reading(channel.probed_at, Probe(channel.probe_ok, channel.probe_words), None)

    async def _turn(self) -> None:
        await self.round()

    async def round(self) -> None:
        """Look at every channel that is due, where no other process does."""
        channels = await self._switchboard.listed()
        for channel in channels:
            mono = self._clock.monotonic()
            if self._due.get(channel.id, 0.0) > mono:
                continue
            try:
                windows = await self._switchboard.windows(channel.id)
            except (ValidationError, LookupError):
                windows = ()  # its probe says that its settings cannot be read; those of the others go on
            # Simulators' quotas are nobody's: there a token that is taken away shows at once.
            period = self._probe_every_s if self._drill else period_s(windows, self._probe_every_s)
            since = (
                0.0 if channel.probed_at is None else (self._clock.now() - channel.probed_at).total_seconds()
            )
            if channel.probed_at is not None and since < period:
                # Another process asked, or this one did before a restart: what it saw is in the row.
                self._due[channel.id] = mono + period - since
                continue
            self._due[channel.id] = mono + period
            if not await self._switchboard.claim_probe(channel.id, period):
                continue
            try:
                await self.look(channel.id)
            except NotFound:
                continue
        here = {channel.id for channel in channels}
        self.readings = {one: reading for one, reading in self.readings.items() if one in here}
