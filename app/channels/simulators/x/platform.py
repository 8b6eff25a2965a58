"""The X simulator as the core knows it."""

from collections.abc import Sequence
from typing import ClassVar

from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from app.channels.simulators.latency import LatencyTable
from app.channels.simulators.platform import CannotSpeak
from app.channels.simulators.wire import WIRE_FAULTS, Wire
from app.channels.simulators.world import World


class XSimulator:
    """Not answering yet: only its place in the core."""

    name: ClassVar[str] = "x"

    def __init__(self, world: World) -> None:
        world.faults.declare(self.name, WIRE_FAULTS)
        world.latency.declare(self.name, LatencyTable((0.08, 0.4), {"post.create": (0.15, 0.8)}))
        routes: list[BaseRoute] = []
        self._app = Wire(world, self.name, Starlette(routes=routes), routes, frozenset(), lambda _: b"{}")

    @property
    def app(self) -> ASGIApp:
        return self._app

    @property
    def controls(self) -> Sequence[BaseRoute]:
        return ()

    def credentials(self) -> dict[str, object]:
        return {}

    def state(self) -> dict[str, object]:
        return {}

    def speak(self, handle: str, name: str, text: str, in_reply_to: str | None = None) -> str:
        raise CannotSpeak("There is no post to answer.")

    def reset(self) -> None:
        pass

    async def start(self) -> None:
        pass

    async def aclose(self) -> None:
        pass
