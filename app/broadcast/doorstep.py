"""
A new connection until its request is whole: one small object, for ten thousand may stand here and say nothing.

A viewer that asks what another was let in for is let in from here, by the decision that `doors` keeps: no parser, no
scope, no task. Everybody else is handed to the whole protocol with every byte that was said.
"""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

from starlette.requests import HTTPConnection

from app.broadcast.doors import read_address
from app.broadcast.handshake import END_OF_HEADERS, come_back, read_upgrade
from app.broadcast.hub import Hub
from app.broadcast.viewer import Viewer

HEAD_MOST_BYTES = 16_384
_BEGINNING = b"GET /"


class Doorstep(asyncio.Protocol):
    """What uvicorn makes for each connection; a subclass names the hub and the protocol `inside`."""

    __slots__ = ("_given", "_said", "transport")
    hub: ClassVar[Hub]
    inside: ClassVar[type[asyncio.Protocol]]

    def __init__(
        self, config: Any, server_state: Any, app_state: Any, _loop: asyncio.AbstractEventLoop | None = None
    ) -> None:
        self._given = (config, server_state, app_state, _loop)
        self._said = b""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.transport = transport
        self._given[1].connections.add(self)
        self.hub.watch_young(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._leave()

    def data_received(self, data: bytes) -> None:
        said = self._said + data if self._said else data
        if said[:5] != _BEGINNING[: len(said)] or len(said) > HEAD_MOST_BYTES:
            self._hand_over(said)
        elif said.endswith(END_OF_HEADERS):
            if not self._enter(said):
                self._hand_over(said)
        elif END_OF_HEADERS in said:
            self._hand_over(said)
        else:
            self._said = said

    def give_up(self) -> None:
        """It did not bring a whole request in time."""
        self.transport.abort()

    def shutdown(self) -> None:
        """uvicorn calls this on every connection when it stops."""
        self.transport.abort()

    def _leave(self) -> None:
        self._given[1].connections.discard(self)
        self.hub.grown(self)

    def _hand_over(self, said: bytes) -> None:
        self._leave()
        config, server_state, app_state, loop = self._given
        inside: Any = self.inside(  # type: ignore[call-arg]
            config=config, server_state=server_state, app_state=app_state, _loop=loop
        )
        self.transport.set_protocol(inside)
        inside.connection_made(self.transport)
        inside.data_received(said)

    def _enter(self, head: bytes) -> bool:
        """Let a viewer in at once if the application let in another who asked the same."""
        upgrade = read_upgrade(head)
        found = None if upgrade is None else read_address(upgrade.target)
        if upgrade is None or found is None:
            return False
        asked, epoch, offset = found
        door = self.hub.doors.find((upgrade.headers.get(b"host", b""), asked))
        if door is None:
            return False
        if not self.hub.may_connect():
            self._leave()
            self.transport.write(come_back(self.hub.retry_hint_ms()))
            self.transport.close()
            return True
        peer = self.transport.get_extra_info("peername")
        client = (str(peer[0]), int(peer[1])) if isinstance(peer, tuple) else None
        address = door.address_of(
            HTTPConnection({"type": "http", "client": client, "headers": list(upgrade.headers.items())})
        )
        if self.hub.enter(address):
            return False  # the long way says why
        door.tail.touch()
        fanout = door.tail.fanout
        group = fanout.deflated if upgrade.is_deflated else fanout.plain
        self._leave()
        viewer = Viewer(self.transport, self._given[1].connections, self.hub, fanout, group, address, None)
        viewer.begin(door.tail.opening(epoch, offset), upgrade.answer)
        return True
