"""
A tiny platform on a real socket that does what its script says and keeps a ledger, and the adapter that speaks it.

The adapter stands on the product's own HTTP client, so phases of failure and the last check before the first byte
are the real ones. `plan` answers each publishing call with one word: see `Platform._answer`. Its list is read back as
real ones are, by words, place and time: `ref` is for the tests' own bookkeeping, and no look may go by it.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from app.channels.base import (
    Absent,
    Adapter,
    Capabilities,
    Finding,
    Found,
    OutboundPost,
    Probe,
    Receipt,
    Unclear,
)
from app.errors import (
    ContentRejected,
    CredentialsRejected,
    DuplicateRefused,
    OutcomeUnknown,
    RateLimited,
    RecipientRejected,
    Unavailable,
)
from app.http import Client, HttpRequest, MayStart, Phase, TransportFailure

Plan = Callable[[int, dict[str, Any]], str]


@dataclass
class Platform:
    """What it was asked, what it applied, and when each call's first byte came."""

    plan: Plan = lambda _n, _request: "ok"
    calls: list[dict[str, Any]] = field(default_factory=list)
    applied: list[dict[str, Any]] = field(default_factory=list)
    first_bytes_at: list[float] = field(default_factory=list)
    hang_s: float = 30.0
    let_go: asyncio.Event = field(default_factory=asyncio.Event)  # ends every hanging answer
    retry_after_s: float = 1.0
    slow_s: float = 0.0
    lists_after_calls: int = 0  # until then its list lags and shows nothing
    port: int = 0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def texts(self) -> list[str]:
        return [post["text"] for post in self.applied if not post.get("deleted")]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        came_at = asyncio.get_running_loop().time()
        line, *rest = head.decode().split("\r\n")
        method, path, _ = line.split(" ")
        headers = dict(h.lower().split(": ", 1) for h in rest if h)
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        if method == "GET":
            asked = parse_qs(urlsplit(path).query, keep_blank_values=True)
            return self._reply(writer, 200, {"posts": self._listed({k: v[0] for k, v in asked.items()})})
        request = {"method": method, "path": path, **(json.loads(body) if body else {})}
        self.first_bytes_at.append(came_at)
        self.calls.append(request)
        self.arrived.set()
        word = self.plan(len(self.calls), request)
        if self.slow_s:
            await asyncio.sleep(self.slow_s)
        return await self._answer(writer, request, word)

    async def _answer(self, writer: asyncio.StreamWriter, request: dict[str, Any], word: str) -> bool:
        """Words: ok 429 401 refuse duplicate recipient optout 503 cut hang garbage, and "+applied" after the last four."""
        word, _, effect = word.partition("+")
        remote_id = self._apply(request) if word == "ok" or effect == "applied" else ""
        match word:
            case "ok":
                return self._reply(writer, 200, {"id": remote_id})
            case "429":
                return self._reply(writer, 429, {"retry_after_s": self.retry_after_s})
            case "401" | "503":
                return self._reply(writer, int(word), {})
            case "refuse" | "duplicate" | "recipient" | "optout":
                return self._reply(writer, 400, {"code": word})
            case "hang":
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.let_go.wait(), self.hang_s)
                return False
            case "garbage":
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>")
                return True
            case _:
                return False

    def _listed(self, asked: dict[str, str]) -> list[dict[str, Any]]:
        """What is out with these very words, under this post, to this number, not before this time."""
        if len(self.calls) < self.lists_after_calls:
            return []
        return [
            post
            for post in self.applied
            if post["text"] == asked["text"]
            and (post["reply_to"] or "") == asked["reply_to"]
            and (post["recipient"] or "") == asked["recipient"]
            and post["at"] >= float(asked["since"])
            and not post.get("deleted")
        ]

    def _apply(self, request: dict[str, Any]) -> str:
        if request["method"] == "POST":
            remote_id = f"r{len(self.applied) + 1}"
            self.applied.append({"id": remote_id, "at": time.time(), **request})
            return remote_id
        remote_id = str(request["path"]).rsplit("/", 1)[1]
        for post in self.applied:
            if post["id"] == remote_id:
                post["deleted" if request["method"] == "DELETE" else "text"] = request.get("text", True)
        return remote_id

    def _reply(self, writer: asyncio.StreamWriter, status: int, body: dict[str, Any]) -> bool:
        raw = json.dumps(body).encode()
        writer.write(
            f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {len(raw)}\r\n\r\n".encode()
            + raw
        )
        return True


class ScriptedAdapter:
    """Speaks to a Platform."""

    name: ClassVar[str] = "scripted"
    capabilities: ClassVar[Capabilities] = Capabilities(
        measure="x", max_weight=280, threads=True, recipients=True, edits=True, deletes=True
    )
    look_after_s: ClassVar[tuple[float, ...]] = (0.05, 0.1)

    def __init__(self, platform: Platform, *, deadline_s: float = 5.0) -> None:
        self._platform = platform
        self._client = Client(deadline_s=deadline_s, max_connections=200)

    def _url(self, path: str) -> str:
        return f"http://127.0.0.1:{self._platform.port}{path}"

    async def publish(self, post: OutboundPost, *, may_start: MayStart) -> Receipt:
        body = {
            "ref": post.ref,
            "text": post.text,
            "reply_to": post.reply_to,
            "recipient": post.recipient,
        }
        return await self._send(HttpRequest("POST", self._url("/posts"), json=body), may_start)

    async def edit(self, post: OutboundPost, remote_id: str, *, may_start: MayStart) -> Receipt:
        return await self._send(
            HttpRequest("PUT", self._url(f"/posts/{remote_id}"), json={"text": post.text}), may_start
        )

    async def delete(self, remote_id: str, *, may_start: MayStart) -> None:
        await self._send(HttpRequest("DELETE", self._url(f"/posts/{remote_id}")), may_start)

    async def find(self, post: OutboundPost, *, sent_after: datetime, last: bool) -> Finding:
        asked = {
            "text": post.text,
            "reply_to": post.reply_to or "",
            "recipient": post.recipient or "",
            "since": repr(sent_after.timestamp()),
        }
        try:
            answer = await self._client.send(HttpRequest("GET", self._url("/posts"), params=asked))
        except TransportFailure as exc:
            raise Unavailable(exc.detail) from exc
        posts = json.loads(answer.body)["posts"]
        if len(posts) > 1:
            return Unclear(f"{len(posts)} posts with this text")
        return Found(Receipt(posts[0]["id"])) if posts else Absent()

    async def _send(self, request: HttpRequest, may_start: MayStart) -> Receipt:
        try:
            answer = await self._client.send(request, may_start=may_start)
        except TransportFailure as exc:
            if exc.phase is Phase.BEFORE_FIRST_BYTE:
                raise Unavailable(exc.detail) from exc
            raise OutcomeUnknown(exc.detail) from exc
        try:
            body = json.loads(answer.body)
        except ValueError as exc:
            raise OutcomeUnknown("unreadable") from exc
        match answer.status, body.get("code"):
            case 200, _:
                return Receipt(body["id"], url=f"https://platform.test/{body['id']}")
            case 429, _:
                raise RateLimited("too many", retry_after_s=body["retry_after_s"])
            case 401, _:
                raise CredentialsRejected("token refused", platform_words="token refused")
            case 400, "duplicate":
                raise DuplicateRefused("duplicate")
            case 400, "recipient":
                raise RecipientRejected("bad number")
            case 400, "optout":
                raise RecipientRejected("unsubscribed", opted_out=True)
            case 400, _:
                raise ContentRejected("refused", platform_words="not allowed")
        raise OutcomeUnknown(f"status {answer.status}")

    async def probe(self) -> Probe:
        return Probe(True, "fine")

    async def aclose(self) -> None:
        await self._client.aclose()


@asynccontextmanager
async def running(plan: Plan | None = None) -> Any:
    """A Platform that listens, with its adapter."""
    platform = Platform()
    if plan is not None:
        platform.plan = plan
    tasks: set[asyncio.Task[Any]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            # asyncio's own callback asks a cancelled server task for its exception, and logs one.
            with suppress(asyncio.CancelledError):
                await platform.serve(reader, writer)
        finally:
            tasks.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    platform.port = server.sockets[0].getsockname()[1]
    adapter: Adapter = ScriptedAdapter(platform)
    try:
        yield platform, adapter
    finally:
        await adapter.aclose()
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
