"""
The loop between the outbox and the platforms: one scheduler per channel, so that a silent platform delays nobody else.
"""

from __future__ import annotations

import asyncio
import logging

from app.broadcast import store
from app.broadcast.channel_lane import ChannelLane
from app.broadcast.means import Means
from app.broadcast.settings import windows_of

log = logging.getLogger(__name__)


class Dispatcher:
    """Runs until `stop`. Everything it decides with is handed in."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._lanes: dict[str, ChannelLane] = {}
        self._stopping = False

    def wake(self) -> None:
        """Something may be due."""
        self._means.woken.set()
        for lane in self._lanes.values():
            lane.wake()

    async def run(self) -> None:
        """Keep one scheduler per channel; until cancelled or stopped. What runs then is drained, and ended by `end`."""
        while not self._stopping:
            self._means.woken.clear()
            try:
                await self._keep_lanes()
            except Exception:
                log.exception("reading the channels failed")
            try:
                async with asyncio.timeout(self._means.settings.scan_s):
                    await self._means.woken.wait()
            except TimeoutError:
                pass

    async def drain(self) -> None:
        """Stop permitting, let what runs finish for a while, then write what is known."""
        self._stopping = True
        self._means.woken.set()
        for lane in list(self._lanes.values()):
            lane.stop_permitting()
        deadline = self._means.clock.monotonic() + self._means.settings.drain_s
        for lane in list(self._lanes.values()):  # a channel may still be added while one of them drains
            await lane.drain(max(0.0, deadline - self._means.clock.monotonic()))

    async def end(self) -> None:
        """Break off what is left, once `run` is over."""
        await asyncio.gather(*(lane.end() for lane in self._lanes.values()))

    async def renew(self) -> None:
        """Keep the leases of what is running."""
        for lane in list(self._lanes.values()):
            await lane.renew()

    async def _keep_lanes(self) -> None:
        async with self._means.database.read() as session:
            channels = await store.channels(session)
        for channel in channels:
            try:
                windows = windows_of(channel.adapter, channel.settings, self._means.settings)
            except (ValueError, LookupError):
                # Whatever is wrong with one channel, the others send.
                log.exception("a channel's settings are none", extra={"channel": channel.id})
                continue
            if not self._means.limits.known(channel.id, windows):
                await self._means.limits.load(
                    self._means.database, channel.id, windows, self._means.clock.now()
                )
            lane = self._lanes.get(channel.id)
            if lane is None:
                lane = self._lanes[channel.id] = ChannelLane(self._means, channel)
            was_on = lane.channel.state == "on"
            lane.channel = channel
            if channel.state == "on" and not was_on:
                lane.wake()
