"""
The two streams: filtered by rules, and account activity by subscription. Newline-delimited JSON.

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
from app.channels.simulators.x.problems import (
    XProblem,
    invalid,
    no_rules,
    not_found,
    too_many_connections,
    unsupported_authentication,
)
from app.channels.simulators.x.query import BadQuery, Matcher, compile_query
from app.channels.simulators.x.render import Wanted

PRIVATE_EVENTS: Final = frozenset(
    ("post.mention.create", "post.reply.create", "post.quote.create", "post.repost.create")
)
EVENTS: Final = frozenset(("post.create", "post.delete")) | PRIVATE_EVENTS
_MAX_SUBSCRIPTIONS: Final = 1_500
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


class _Stream:
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


class FilteredStream(_Stream):
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


class ActivityStream(_Stream):
    """`/2/activity/stream` and its subscriptions."""

    def __init__(self, world: World, store: PostStore) -> None:
        super().__init__(world, store)
        self._subscriptions: dict[str, dict[str, Any]] = {}

    def reset(self) -> None:
        self.close_all()
        self._subscriptions.clear()

    def _meta(self) -> dict[str, Any]:
        return {"total_subscriptions": len(self._subscriptions)}

    def subscribe(self, body: dict[str, Any], kind: str) -> dict[str, Any]:
        """
        Args:
            kind: How the caller signed in; private events need the user's own OAuth 2.0 token.
        """
        event = body.get("event_type")
        user_id = (body.get("filter") or {}).get("user_id")
        if set(body) - {"event_type", "filter", "tag", "webhook_id"}:
            raise invalid("The body has a field that is not defined", body=sorted(body))
        if event not in EVENTS:
            raise invalid(f"event_type [{event}] is not known", event_type=[str(event)])
        if not isinstance(user_id, str) or not user_id.isdigit():
            raise invalid("filter.user_id is needed", filter=[str(user_id)])
        if event in PRIVATE_EVENTS and (kind != "oauth2" or user_id != self._store.own.id):
            raise unsupported_authentication("OAuth 2.0 User Context of the filtered user")
        same = (event, user_id)
        if any((one["event_type"], one["filter"]["user_id"]) == same for one in self._subscriptions.values()):
            raise XProblem(
                409,
                {
                    "title": "DuplicateSubscription",
                    "detail": "Subscribed already.",
                    "type": "about:blank",
                    "status": 409,
                },
            )
        if len(self._subscriptions) >= _MAX_SUBSCRIPTIONS:
            raise XProblem(
                403,
                {
                    "title": "Forbidden",
                    "detail": "Too many subscriptions.",
                    "type": "about:blank",
                    "status": 403,
                },
            )
        now = iso(self._world.clock.now())
        made = {"subscription_id": self._store.ids.next_id(), "created_at": now, "updated_at": now, **body}
        self._subscriptions[made["subscription_id"]] = made
        return {"data": made, "meta": self._meta()}

    def subscriptions(self) -> dict[str, Any]:
        listed = list(self._subscriptions.values())
        return {"data": listed, "meta": self._meta()} if listed else {"meta": self._meta()}

    def unsubscribe(self, subscription_id: str) -> dict[str, Any]:
        if self._subscriptions.pop(subscription_id, None) is None:
            raise not_found(subscription_id, "subscription_id")
        return {"data": {"deleted": True}, "meta": self._meta()}

    def retag(self, subscription_id: str, body: dict[str, Any]) -> dict[str, Any]:
        if subscription_id not in self._subscriptions:
            raise not_found(subscription_id, "subscription_id")
        if set(body) - {"tag", "webhook_id"}:
            raise invalid("Only tag and webhook_id can be changed", body=sorted(body))
        found = self._subscriptions[subscription_id]
        found |= body | {"updated_at": iso(self._world.clock.now())}
        return {"data": found, "meta": self._meta()}

    def hear(self, happening: Happening, post: Post) -> None:
        for subscription in list(self._subscriptions.values()):
            if self._concerns(subscription["event_type"], subscription["filter"]["user_id"], happening, post):
                for connection in list(self._open):
                    self._send(connection, self._event(subscription, post))

    @staticmethod
    def _concerns(event: str, user_id: str, happening: Happening, post: Post) -> bool:
        own = post.author.id == user_id
        if happening == "delete":
            return event == "post.delete" and own
        parent = post.in_reply_to
        match event:
            case "post.create":
                return own
            case "post.reply.create":
                return not own and parent is not None and parent.author.id == user_id
            case "post.mention.create":
                # Explicit mentions only: an answer alone does not count.
                return not own and happening == "create" and "@" in post.raw_text
        return False

    def _event(self, subscription: dict[str, Any], post: Post) -> dict[str, Any]:
        event = subscription["event_type"]
        payload: dict[str, Any] = {"id": post.id, "author_id": post.author.id}
        included: dict[str, Any] = {}
        if event != "post.delete":
            payload = render.post(post, render.EVENT_FIELDS, "old", self._store)
            if self._world.faults.take("x", "stream_no_includes", "*") is None:
                included = {"users": [render.user(post.author, render.USER_FIELDS)]}
        data = {
            "event_uuid": self._store.ids.next_id(),
            "filter": subscription["filter"],
            "event_type": event,
            "payload": payload,
            "includes": included,
        }
        if subscription.get("tag"):
            data["tag"] = subscription["tag"]
        return {"data": data}
