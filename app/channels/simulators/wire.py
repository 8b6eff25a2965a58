"""
What can go wrong between a platform and its caller, for every platform alike.

`Wire` wraps a platform's application: it names the action, waits as long as the platform would, writes the
ledger before an answer leaves, and lets the faults of WIRE_FAULTS loose on the answer or the connection.
Handlers say what they did by filling the `Deed` of their request.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.channels.simulators.clock import iso
from app.channels.simulators.connection import hang_up, stall
from app.channels.simulators.faults import FaultSpec, Param, ParamValue
from app.channels.simulators.ledger import Entry
from app.channels.simulators.world import World

WIRE_FAULTS: Final[tuple[FaultSpec, ...]] = (
    FaultSpec("slow", "Answers slowly.", (Param("seconds", 5.0, "Seconds"),), "all"),
    FaultSpec("silent", "Does nothing and says nothing.", (Param("seconds", 60.0, "Seconds"),)),
    FaultSpec("accept_then_timeout", "Does it, but never answers.", (Param("seconds", 60.0, "Seconds"),)),
    FaultSpec("accept_then_503", "Does it, but answers 503.", (Param("status", 503, "Status"),)),
    FaultSpec("refuse_503", "Answers 503 without doing it.", (Param("status", 503, "Status"),)),
    FaultSpec(
        "html_body",
        "Answers with a web page from a proxy.",
        (Param("status", 502, "Status"), Param("applied", False, "Done all the same")),
    ),
    FaultSpec("drop_before", "Closes the connection before doing it."),
    FaultSpec("drop_after", "Does it, then closes the connection without an answer."),
    FaultSpec("empty_body", "Does it, and answers with nothing in the body."),
    FaultSpec("malformed_body", "Does it, and answers with something that is not JSON."),
    FaultSpec("cut_body", "Does it, and stops in the middle of the answer."),
    FaultSpec(
        "huge_body",
        "Does it, and answers with far too many bytes.",
        (Param("mebibytes", 32, "Mebibytes"),),
    ),
)

_HTML: Final = (
    b"<!DOCTYPE html>\n<html><head><title>Over capacity</title></head>"
    b"<body><h1>Something is technically wrong.</h1></body></html>\n"
)
_JSON_TYPE: Final = b"application/json; charset=utf-8"
_DEED_KEY: Final = "simulators.deed"


@dataclass(slots=True)
class Deed:
    """What a handler did; the ledger entry is made of it. `streams` lets the answer through unbuffered."""

    applied: bool = False
    remote_id: str | None = None
    text: str | None = None
    to: str | None = None
    ref: str | None = None
    credential: str | None = None
    fault: str | None = None
    streams: bool = False


def deed_of(request: Request) -> Deed:
    deed: Deed = request.scope[_DEED_KEY]
    return deed


@dataclass(slots=True)
class _Answer:
    """An answer held back until the faults have looked at it."""

    status: int = 500
    headers: Sequence[tuple[bytes, bytes]] = ()
    body: bytes = b""


async def _answer(send: Send, answer: _Answer) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": list(answer.headers)})
    await send({"type": "http.response.body", "body": answer.body})


class Wire:
    """
    One platform's outermost layer.

    Args:
        routes: Their names are the actions ("post.create").
        writes: Actions that publish: faults concern these alone unless told otherwise.
        error_body: The platform's own JSON for a status of the 5xx family.
    """

    def __init__(
        self,
        world: World,
        platform: str,
        app: ASGIApp,
        routes: Sequence[BaseRoute],
        writes: frozenset[str],
        error_body: Callable[[int], bytes],
    ) -> None:
        self._world = world
        self._platform = platform
        self._app = app
        self._routes = routes
        self._writes = writes
        self._error_body = error_body

    def _action(self, scope: Scope) -> str:
        for route in self._routes:
            if isinstance(route, Route) and route.matches(scope)[0] is Match.FULL:
                return route.name
        return "unknown"

    def _take(self, name: str, action: str) -> dict[str, ParamValue] | None:
        return self._world.faults.take(self._platform, name, action, action in self._writes)

    def _record(self, scope: Scope, action: str, deed: Deed, status: int | None, fault: str | None) -> None:
        ledger = self._world.ledger
        # Mounted below a prefix: the ledger shows the path as the platform's own.
        path = str(scope["path"]).removeprefix(str(scope.get("root_path", "")))
        query = scope.get("query_string", b"")
        ledger.append(
            Entry(
                n=ledger.next_n(),
                at=iso(self._world.clock.now()),
                platform=self._platform,
                method=str(scope["method"]),
                path=path + ("?" + _without_secrets(query.decode("latin-1")) if query else ""),
                action=action,
                status=status,
                applied=deed.applied,
                remote_id=deed.remote_id,
                text=deed.text,
                to=deed.to,
                ref=deed.ref,
                fault=fault or deed.fault,
                credential=deed.credential,
            )
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        action = self._action(scope)
        deed = Deed()
        scope[_DEED_KEY] = deed
        delay_s = self._world.latency.draw_s(self._platform, action)
        slow = self._take("slow", action)
        if slow is not None:
            delay_s += float(slow["seconds"])
            deed.fault = "slow"
        await asyncio.sleep(delay_s / 2)
        if await self._fails_before(scope, receive, send, action, deed):
            return
        answer = await self._apply(scope, receive, send, deed, action)
        if answer is None:
            return
        await self._answer_or_fail(scope, receive, send, action, deed, answer, delay_s / 2)

    async def _fails_before(
        self, scope: Scope, receive: Receive, send: Send, action: str, deed: Deed
    ) -> bool:
        """The faults that keep the platform from doing anything."""
        if self._take("drop_before", action) is not None:
            self._record(scope, action, deed, None, "drop_before")
            await hang_up(scope, receive)
            return True
        silent = self._take("silent", action)
        if silent is not None:
            self._record(scope, action, deed, None, "silent")
            await stall(float(silent["seconds"]), receive)
            await hang_up(scope, receive)
            return True
        refused = self._take("refuse_503", action)
        if refused is not None:
            status = int(refused["status"])
            self._record(scope, action, deed, status, "refuse_503")
            await _answer(send, self._json(status))
            return True
        # Asked whether it applies only once: a fault for the next call must not be used up twice.
        page = self._take("html_body", action)
        if page is not None:
            status = int(page["status"])
            if page["applied"]:
                await self._apply(scope, receive, send, deed, action)
            self._record(scope, action, deed, status, "html_body")
            await _answer(send, _Answer(status, ((b"content-type", b"text/html"),), _HTML))
            return True
        return False

    def _json(self, status: int) -> _Answer:
        return _Answer(status, ((b"content-type", _JSON_TYPE),), self._error_body(status))

    async def _apply(
        self, scope: Scope, receive: Receive, send: Send, deed: Deed, action: str
    ) -> _Answer | None:
        """Let the platform act. None when its answer is a stream, which has then been sent already."""
        answer = _Answer()
        chunks: list[bytes] = []

        async def hold(message: Message) -> None:
            if deed.streams:
                if message["type"] == "http.response.start":
                    self._record(scope, action, deed, message["status"], None)
                await send(message)
            elif message["type"] == "http.response.start":
                answer.status, answer.headers = message["status"], message["headers"]
            elif message["type"] == "http.response.body":
                chunks.append(message.get("body", b""))

        await self._app(scope, receive, hold)
        if deed.streams:
            return None
        answer.body = b"".join(chunks)
        return answer

    async def _answer_or_fail(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        action: str,
        deed: Deed,
        answer: _Answer,
        delay_s: float,
    ) -> None:
        """The faults of an answer to something that has been done."""
        timeout = self._take("accept_then_timeout", action)
        if timeout is not None:
            self._record(scope, action, deed, None, "accept_then_timeout")
            await stall(float(timeout["seconds"]), receive)
            await hang_up(scope, receive)
            return
        if self._take("drop_after", action) is not None:
            self._record(scope, action, deed, None, "drop_after")
            await hang_up(scope, receive)
            return
        replaced = self._take("accept_then_503", action)
        if replaced is not None:
            status = int(replaced["status"])
            self._record(scope, action, deed, status, "accept_then_503")
            await asyncio.sleep(delay_s)
            await _answer(send, self._json(status))
            return
        huge = self._take("huge_body", action)
        cut = huge is None and self._take("cut_body", action) is not None
        fault = "huge_body" if huge is not None else "cut_body" if cut else None
        if fault is None:
            fault = self._spoil(action, answer)
        self._record(scope, action, deed, answer.status, fault)
        await asyncio.sleep(delay_s)
        if huge is not None:
            await self._flood_body(send, answer, int(huge["mebibytes"]))
        elif cut:
            await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
            half = answer.body[: len(answer.body) // 2]
            await send({"type": "http.response.body", "body": half, "more_body": True})
            await hang_up(scope, receive)
        else:
            await _answer(send, answer)

    def _spoil(self, action: str, answer: _Answer) -> str | None:
        """Whole answers that nobody can read; the lengths they declare are their own."""
        for name, body in (("empty_body", b""), ("malformed_body", b'{"id": "12')):
            if self._take(name, action) is not None:
                answer.body = body
                answer.headers = [pair for pair in answer.headers if pair[0].lower() != b"content-length"]
                return name
        return None

    @staticmethod
    async def _flood_body(send: Send, answer: _Answer, mebibytes: int) -> None:
        start: Mapping[str, object] = {
            "type": "http.response.start",
            "status": answer.status,
            "headers": [(b"content-type", _JSON_TYPE)],
        }
        await send(dict(start))
        for _ in range(mebibytes):
            await send({"type": "http.response.body", "body": b" " * 1_048_576, "more_body": True})
        await send({"type": "http.response.body", "body": answer.body})


_SECRET_PARAMETERS: Final = ("access_token=", "appsecret_proof=", "client_secret=", "fb_exchange_token=")


def _without_secrets(query: str) -> str:
    """A query string for the ledger, its credentials blotted out."""
    return "&".join(
        part.split("=", 1)[0] + "=…" if part.startswith(_SECRET_PARAMETERS) else part
        for part in query.split("&")
    )
