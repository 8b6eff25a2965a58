"""
Holding open the connections over which platforms tell: replies as they are written, receipts, messages of phones.

A connection that ends is opened again at the pace that its platform asks for, and what was said in between is read
by a poll at once. What a stream brings is never dropped because we could not store it: it is tried until it is in,
and only then the next one is asked for.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime

import structlog

from app.audience import metrics
from app.audience.ingest import Ingest
from app.broadcast.switchboard import Switchboard
from app.channels.base import Inbound, Reconnect, StreamsReplies
from app.clock import Clock
from app.errors import ChannelError, CredentialsRejected, NotFound, RateLimited

log = structlog.get_logger()

REFUSED_AGAIN_S = 300.0  # credentials do not mend themselves; a person's new ones make a new adapter


@dataclass(slots=True)
class Health:
    """One channel's stream, for people."""

    since: datetime
    is_open: bool = False
    why: str = ""
    failures: int = 0


def wait_s(error: ChannelError | None, failures: int, pace: Reconnect) -> float:
    """
    Seconds before the stream is opened again, before jitter.

    Args:
        error: None when the platform ended the stream without a word.
        failures: In a row, this one included.
    """
    if isinstance(error, RateLimited):
        return max(error.retry_after_s, pace.limited.after(failures))
    if isinstance(error, CredentialsRejected):
        return max(REFUSED_AGAIN_S, pace.refused.after(failures))
    # A numeric code is a status that the platform answered; anything else is a connection that failed or fell.
    if error is not None and error.code.isdigit():
        return pace.refused.after(failures)
    return pace.broken.after(failures)


class Streaming:
    """`run` is one channel's task."""

    def __init__(
        self,
        switchboard: Switchboard,
        ingest: Ingest,
        clock: Clock,
        rng: random.Random,
        repair: Callable[[str], None],
    ) -> None:
        self._switchboard = switchboard
        self._ingest = ingest
        self._clock = clock
        self._rng = rng
        self._repair = repair
        self._health: dict[str, Health] = {}

    def words(self, channel_id: str) -> str:
        """A sentence for the readiness board; empty where nothing streams."""
        health = self._health.get(channel_id)
        if health is None:
            return ""
        if health.is_open:
            return f"Its stream is open since {health.since:%H:%M:%S} UTC."
        return f"Its stream is closed since {health.since:%H:%M:%S} UTC: {health.why or 'it ended'}"

    def is_open(self, channel_id: str) -> bool:
        health = self._health.get(channel_id)
        return health is not None and health.is_open

    async def run(self, channel_id: str) -> None:
        """Until cancelled; returns at once for a channel that does not stream."""
        failures = 0
        while True:
            error: ChannelError | None = None
            began = self._clock.monotonic()
            try:
                adapter = await self._switchboard.adapter(channel_id)
                if not isinstance(adapter, StreamsReplies):
                    return
                pace, name = adapter.reconnect, adapter.name
                try:
                    await self._listen(channel_id, name, adapter)
                except ChannelError as exc:
                    error = exc
            except NotFound:
                return
            except asyncio.CancelledError:
                self._health.pop(channel_id, None)
                raise
            except Exception as exc:
                log.error("stream_broke", channel=channel_id, exc_info=exc)
                await asyncio.sleep(5.0)
                continue
            # A connection that held for a minute was a good one: the next failure is the first again.
            failures = 1 if self._clock.monotonic() - began > 60 else failures + 1
            why = "" if error is None else error.detail
            self._health[channel_id] = Health(self._clock.now(), False, why, failures)
            metrics.STREAM_ENDS.labels(name, type(error).__name__ if error else "ended").inc()
            pause_s = wait_s(error, failures, pace) * self._rng.uniform(1.0, 1.25)
            log.warning("stream_ended", channel=channel_id, why=why, again_in_s=round(pause_s, 2))
            await asyncio.sleep(pause_s)

    async def _listen(self, channel_id: str, name: str, adapter: StreamsReplies) -> None:
        is_open = False
        async with aclosing(adapter.stream_replies()) as stream:  # type: ignore[type-var]
            try:
                async for inbound in stream:
                    if not is_open:
                        is_open = True
                        metrics.STREAMS.labels(name).inc()
                        self._health[channel_id] = Health(self._clock.now(), True)
                        # What was written while nobody listened, the time before the first stream included.
                        self._repair(channel_id)
                    await self._take(channel_id, inbound)
            finally:
                if is_open:
                    metrics.STREAMS.labels(name).dec()

    async def _take(self, channel_id: str, inbound: Inbound) -> None:
        """Nothing brings it again, so it is kept until the database takes it."""
        tries = 0
        while True:
            try:
                await self._ingest.take(channel_id, inbound)
                return
            except Exception as exc:
                tries += 1
                log.error("stream_not_stored", channel=channel_id, tries=tries, exc_info=exc)
                if tries >= 5 and not isinstance(exc, OSError) and not _may_pass(exc):
                    return  # what the database refuses for what it is would stop everything behind it
                await asyncio.sleep(min(30.0, 0.2 * 2**tries))


def _may_pass(exc: Exception) -> bool:
    """Whether waiting can help: a full disk, a busy database."""
    return hasattr(exc, "retry_after_s") or getattr(exc, "status", 0) == 507
