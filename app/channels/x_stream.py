"""
Replies as X pushes them: the activity stream and activity webhooks carry the same events.

The stream ends or raises when its connection does; whoever reads it reconnects and repairs the gap by polling,
because this tier gets no backfill.

Source: docs.x.com, "X Activity API", "Consuming streaming data", "Securing webhooks", read 2026-08-22.
"""

from __future__ import annotations

import hmac
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

import orjson

from app.channels.base import Backoff, Inbound, InboundReply, Reconnect, WebhookAnswer, WebhookRequest
from app.channels.http import Call, from_transport, json_object, read_json, send
from app.channels.x_calls import XCalls, spell
from app.channels.x_replies import POST_FIELDS, USER_FIELDS, items_of, read_reply, users_of
from app.channels.x_signing import webhook_signature
from app.errors import ChannelError, Forbidden, InvalidInput, Unavailable
from app.http import HttpRequest, HttpResponse, TransportFailure

EVENT_TYPES = ("post.reply.create", "post.mention.create")
# "Consuming streaming data": linear for broken connections, exponential for errors, longer for too many.
RECONNECT = Reconnect(
    broken=Backoff(0.25, 16.0, step_s=0.25), refused=Backoff(5.0, 320.0), limited=Backoff(60.0, 900.0)
)
# A keep-alive comes at least every 20 s.
_SILENCE_S = 21.0
_KNOWN_USERS = 2000
_SEEN_EVENTS = 5000


def read_event(event: Mapping[str, Any], *, own_id: str, site_address: str) -> InboundReply | None:
    """A reply, or None for an event of another kind, which must be tolerated."""
    data = event.get("data")
    if not isinstance(data, dict) or data.get("event_type") not in EVENT_TYPES:
        return None
    payload = data.get("payload")
    if not isinstance(payload, dict):
        return None
    users = users_of(data) or users_of(event)
    return read_reply(payload, users, own_id=own_id, site_address=site_address, watch=None)


def answer_webhook(
    request: WebhookRequest, consumer_secret: str, *, own_id: str, site_address: str
) -> WebhookAnswer:
    """
    Answer a challenge, or read signed events.

    Raises:
        Forbidden: the signature is missing or wrong.
        InvalidInput: signed, yet unreadable.
    """
    if request.method == "GET":
        token = request.query.get("crc_token", "")
        if not token:
            raise Forbidden("A challenge needs crc_token.", code="bad_signature")
        answer = {"response_token": webhook_signature(consumer_secret, token.encode())}
        return WebhookAnswer(body=orjson.dumps(answer), media_type="application/json")
    given = _header(request.headers, "x-twitter-webhooks-signature")
    if not hmac.compare_digest(given.encode(), webhook_signature(consumer_secret, request.body).encode()):
        raise Forbidden("This request is not signed by X; nothing was taken from it.", code="bad_signature")
    try:
        body = read_json(request.body)
    except orjson.JSONDecodeError as exc:
        raise InvalidInput("The signed body is no JSON.", code="unreadable_webhook") from exc
    events = body if isinstance(body, list) else [body]
    replies = [
        read_event(event, own_id=own_id, site_address=site_address)
        for event in events
        if isinstance(event, dict)
    ]
    return WebhookAnswer(inbound=Inbound(replies=tuple(r for r in replies if r is not None)))


class XStream:
    """Holds one connection open. Repeats by event id are dropped; posts come out of order."""

    def __init__(self, calls: XCalls) -> None:
        self._calls = calls
        self._users: OrderedDict[str, Mapping[str, Any]] = OrderedDict()
        self._seen: OrderedDict[str, None] = OrderedDict()

    async def subscribe(self) -> None:
        """Make the subscriptions that are missing. They belong to the account, so its own token makes them."""
        present = await self._subscribed()
        settings = self._calls.settings
        for event_type in EVENT_TYPES:
            if event_type not in present:
                await self._subscription_call(
                    "POST", json={"event_type": event_type, "filter": {"user_id": settings.user_id}}
                )

    async def _subscribed(self) -> set[str]:
        body = await self._subscription_call("GET")
        own_id = self._calls.settings.user_id
        return {
            str(item.get("event_type"))
            for item in items_of(body)
            if isinstance(item.get("filter"), dict) and str(item["filter"].get("user_id")) == own_id
        }

    async def _subscription_call(self, method: str, json: object = None) -> Mapping[str, Any]:
        header = self._calls.auth.app_header() if method == "GET" else self._calls.auth.oauth2_header()
        url = f"{self._calls.settings.base_address}/2/activity/subscriptions"
        request = HttpRequest(method, url, headers={"authorization": header}, json=json)
        response = await send(self._calls.client, request, Call.REPEATABLE)
        body = json_object(response)
        if not 200 <= response.status < 300 or body is None:
            raise self._calls.classify(response, Call.READ, "read:subscriptions")
        return body

    async def replies(self) -> AsyncIterator[Inbound]:
        """
        Open the stream and yield what comes, after an empty one that says it is open.

        Raises:
            RateLimited: too many connections or connects.
            Unavailable: the connection fell silent, broke, or X said that it closes.
        """
        settings = self._calls.settings
        request = HttpRequest(
            "GET",
            f"{settings.base_address}/2/activity/stream",
            headers={"authorization": self._calls.auth.app_header()},
            params={
                settings.stream_fields_parameter: spell(POST_FIELDS, settings.stream_fields_parameter),
                "expansions": "author_id",
                "user.fields": USER_FIELDS,
            },
        )
        try:
            async with self._calls.client.stream_lines(request, silence_s=_SILENCE_S) as opened:
                status, headers, lines = opened
                if status != 200:
                    raise await self._refusal(status, headers, lines)
                yield Inbound()
                async for line in lines:
                    if line:
                        reply = await self._read_line(line)
                        if reply is not None:
                            yield Inbound(replies=(reply,))
        except TransportFailure as exc:
            raise from_transport(exc, Call.READ) from exc

    async def _refusal(
        self, status: int, headers: Mapping[str, str], lines: AsyncIterator[bytes]
    ) -> ChannelError:
        body = b""
        async for line in lines:
            body += line
            if len(body) > 65536:
                break
        return self._calls.classify(HttpResponse(status, headers, body), Call.READ, "read:stream")

    async def _read_line(self, line: bytes) -> InboundReply | None:
        try:
            event = read_json(line)
        except orjson.JSONDecodeError:
            # Half a line before a cut; the poll after the reconnect brings it whole.
            return None
        if not isinstance(event, dict):
            return None
        data = event.get("data")
        if not isinstance(data, dict):
            if event.get("errors"):
                raise Unavailable("X is closing the stream.", code="operational-disconnect")
            return None
        if self._is_repeat(str(data.get("event_uuid") or "")):
            return None
        settings = self._calls.settings
        reply = read_event(event, own_id=settings.user_id, site_address=settings.site_address)
        if reply is None or reply.author_handle or not reply.author_id:
            return reply
        user = await self._look_up(reply.author_id, str(data["payload"]["id"]))
        handle = str(user.get("username") or "")
        return replace(
            reply,
            author_name=str(user.get("name") or ""),
            author_handle=handle,
            author_url=f"{settings.site_address}/{handle}" if handle else "",
            avatar_url=str(user.get("profile_image_url") or ""),
        )

    def _is_repeat(self, event_id: str) -> bool:
        if not event_id:
            return False
        if event_id in self._seen:
            return True
        self._seen[event_id] = None
        if len(self._seen) > _SEEN_EVENTS:
            self._seen.popitem(last=False)
        return False

    async def _look_up(self, author_id: str, post_id: str) -> Mapping[str, Any]:
        if author_id not in self._users:
            params = {"expansions": "author_id", "user.fields": USER_FIELDS}
            try:
                answer = await self._calls.read(f"/2/tweets/{post_id}", params, unit="read:lookup")
            except ChannelError:
                # A reply without a name is worth more than no reply.
                return {}
            self._users[author_id] = users_of(answer.body).get(author_id, {})
            if len(self._users) > _KNOWN_USERS:
                self._users.popitem(last=False)
        return self._users.get(author_id, {})


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value for key, value in headers.items() if key.lower() == name), "")
