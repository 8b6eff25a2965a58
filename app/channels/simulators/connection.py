"""Acts below ASGI: hanging up without an answer, and saying nothing for a while."""

import asyncio
import contextlib
from typing import Final

from starlette.types import Receive, Scope, Send

_TRANSPORT_KEY: Final = "simulators.transport"


def stash_transport(scope: Scope, send: Send) -> None:
    """
    Remember the connection below ASGI, so that it can be cut without an answer.

    ASGI knows no such act; uvicorn's `send` is a method of an object that holds the transport.
    """
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is not None:
        scope[_TRANSPORT_KEY] = transport


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def hang_up(scope: Scope, receive: Receive) -> None:
    """Close the connection at once, with no answer."""
    transport = scope.get(_TRANSPORT_KEY)
    if transport is None:
        raise ConnectionResetError("The simulator closed the connection.")
    transport.abort()
    await _until_gone(receive)


async def stall(seconds: float, receive: Receive) -> None:
    """Say nothing for so long, or until the caller has given up."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(_until_gone(receive), seconds)
