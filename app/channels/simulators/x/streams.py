"""
Streams of newline-delimited JSON, and the one that is filtered by rules.

A stream never repeats what was said before it was opened: there is no backfill for self-serve applications.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from app.channels.simulators.clock import iso
from app.channels.simulators.world import World
from app.channels.simulators.x import render
from app.channels.simulators.x.posts import Happening, Post, PostStore
from app.channels.simulators.x.problems import no_rules, too_many_connections
from app.channels.simulators.x.query import BadQuery, Matcher, compile_query
from app.channels.simulators.x.render import Wanted

_MAX_RULES: Final = 1_000
_MAX_RULE_CHARS: Final = 1_024
_END: Final = b"\r\n"
_DISCONNECT: Final = {
    "errors": [
        {
            "title": "operational-disconnect",
            "disconnect_type": "UpstreamOperationalDisconnect",
            "detail": "This stream has been disconnected upstream for operational reasons.",
            "type": "https://api.x.com/2/problems/operational-disconnect",
        }
    ]
}


@dataclass(slots=True)
class _Connection:
    """One open stream; None in its queue closes it, a torn line stays torn."""

    want: Wanted | None
    queue: asyncio.Queue[bytes | None] = field(default_factory=asyncio.Queue)
    held_back: bytes | None = None


@dataclass(frozen=True, slots=True)
class _Rule:
    id: str
    value: str
    tag: str | None
    matcher: Matcher

    def describe(self) -> dict[str, Any]:
        return {"id": self.id, "value": self.value} | ({"tag": self.tag} if self.tag else {})


class Stream:
    """What both streams share: one connection at a time, keep-alives, and their faults."""

    def __init__(self, world: World, store: PostStore) -> None:
        self._world = world
        self._store = store
        self._open: list[_Connection] = []

    def connect(self, want: Wanted | None) -> AsyncIterator[bytes]:
        """
        Open the stream.

        Raises:
            XProblem: Another connection is open, or a fault says that one is.
        """
        if self._open or self._world.faults.take("x", "stream_too_many", "*") is not None:
            raise too_many_connections()
        connection = _Connection(want)
        self._open.append(connection)
        return self._lines(connection)

    async def _lines(self, connection: _Connection) -> AsyncIterator[bytes]:
        try:
            while True:
                try:
                    line = await asyncio.wait_for(connection.queue.get(), self._world.settings.x.keep_alive_s)
                except TimeoutError:
                    if self._world.faults.take("x", "stream_mute", "*") is None:
                        yield _END
                    continue
                if line is None:
                    return
                yield line
        finally:
            if connection in self._open:
                self._open.remove(connection)

    def close_all(self) -> int:
        """What `DELETE /2/connections/all`, a reset and the end of the process do."""
        for connection in self._open:
            connection.queue.put_nowait(None)
        closed = len(self._open)
        self._open.clear()
        return closed

    def _send(self, connection: _Connection, message: dict[str, Any]) -> None:
        """One message, after the faults of streams had their turn."""
        faults, line = self._world.faults, orjson.dumps(message) + _END
        if faults.take("x", "stream_cut", "*") is not None:
            connection.queue.put_nowait(line[: len(line) // 2])
            self._end(connection)
            return
        if faults.take("x", "stream_disorder", "*") is not None and connection.held_back is None:
            connection.held_back = line
            return
        connection.queue.put_nowait(line)
        if connection.held_back is not None:
            connection.queue.put_nowait(connection.held_back)
            connection.held_back = None
        if faults.take("x", "stream_duplicate", "*") is not None:
            connection.queue.put_nowait(line)
        if faults.take("x", "stream_unknown", "*") is not None:
            connection.queue.put_nowait(b'{"notice":{"kind":"of a type nobody knows"}}' + _END)
        if faults.take("x", "stream_disconnect", "*") is not None:
            connection.queue.put_nowait(orjson.dumps(_DISCONNECT) + _END)
            self._end(connection)

    def _end(self, connection: _Connection) -> None:
        connection.queue.put_nowait(None)
        if connection in self._open:
            self._open.remove(connection)


class FilteredStream(Stream):
    """`/2/tweets/search/stream` and its rules."""

    def __init__(self, world: World, store: PostStore) -> None:
        super().__init__(world, store)
        self._rules: dict[str, _Rule] = {}

    def reset(self) -> None:
        self.close_all()
        self._rules.clear()

    def rules(self) -> dict[str, Any]:
        listed = [rule.describe() for rule in self._rules.values()]
        meta = {"sent": iso(self._world.clock.now()), "result_count": len(listed)}
        return {"data": listed, "meta": meta} if listed else {"meta": meta}

    def change_rules(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        sent = iso(self._world.clock.now())
        if "delete" in body:
            ids = [str(one) for one in body["delete"].get("ids", [])]
            values = set(body["delete"].get("values", []))
            ids += [rule.id for rule in self._rules.values() if rule.value in values]
            gone = sum(1 for rule_id in ids if self._rules.pop(rule_id, None))
            return 200, {"meta": {"sent": sent, "summary": {"deleted": gone, "not_deleted": len(ids) - gone}}}
        added: list[dict[str, Any]] = []
        errors: list[dict[str, Any]] = []
        for wish in body.get("add", []):
            outcome = self._add(str(wish.get("value", "")), wish.get("tag"))
            (added if isinstance(outcome, _Rule) else errors).append(
                outcome.describe() if isinstance(outcome, _Rule) else outcome
            )
        summary = {
            "created": len(added),
            "not_created": len(errors),
            "valid": len(added),
            "invalid": len(errors),
        }
        answer: dict[str, Any] = {"meta": {"sent": sent, "summary": summary}}
        if added:
            answer["data"] = added
        if errors:
            answer["errors"] = errors
        return (201 if added or not errors else 400), answer

    def _add(self, value: str, tag: str | None) -> _Rule | dict[str, Any]:
        known = next((rule for rule in self._rules.values() if rule.value == value), None)
        if known is not None:
            kind = "https://api.x.com/2/problems/duplicate-rules"
            return {"value": value, "id": known.id, "title": "DuplicateRule", "type": kind}
        kind = "https://api.x.com/2/problems/invalid-rules"
        if len(value) > _MAX_RULE_CHARS or len(self._rules) >= _MAX_RULES:
            return {
                "value": value,
                "details": ["Too long, or too many rules."],
                "title": "UnprocessableEntity",
                "type": kind,
            }
        try:
            matcher = compile_query(value)
        except BadQuery as exc:
            return {"value": value, "details": [str(exc)], "title": "UnprocessableEntity", "type": kind}
        rule = _Rule(self._store.ids.next_id(), value, tag, matcher)
        self._rules[rule.id] = rule
        return rule

    def open(self, want: Wanted) -> AsyncIterator[bytes]:
        if not self._rules:
            raise no_rules()
        return self.connect(want)

    def hear(self, happening: Happening, post: Post) -> None:
        if happening == "delete" or not self._open:
            return
        matching = [rule for rule in self._rules.values() if rule.matcher(post)]
        if not matching:
            return
        for connection in list(self._open):
            want = connection.want
            assert want is not None
            message: dict[str, Any] = {"data": render.post(post, want.post_fields, "old", self._store)}
            included = render.includes([post], want, self._store)
            if included:
                message["includes"] = included
            message["matching_rules"] = [
                {"id": rule.id} | ({"tag": rule.tag} if rule.tag else {}) for rule in matching
            ]
            self._send(connection, message)
