"""Answers that no platform should give: whatever stands in them, an adapter says one of the things it may say."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx
import orjson
import pytest

from app.channels.base import Inbound, OutboundPost, Receipt, WebhookRequest
from app.channels.facebook_comments import hub_signature
from app.channels.registry import kind
from app.channels.x_posts import id_at
from app.channels.x_settings import XCredentials
from app.channels.x_signing import webhook_signature
from app.channels.x_stream import read_event
from app.errors import AppError, ChannelError, Unavailable
from app.http import Client
from tests.channels.made import CREDENTIALS, NOW, PAGE, SETTINGS, build, clock, go, post
from tests.channels.scripted import Scripted, answer

HUGE = 10**18
VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    HUGE,
    1e300,
    "\u0000",
    "x" * 3_000,
    "9" * 5_000,
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    [],
    {},
    [None, 5, "x", [], {}],
    {"id": None},
)
_AT = "2026-09-01T12:00:01.000Z"
_POST_ID = id_at(NOW)
_X_POST = {
    "id": _POST_ID,
    "text": "Hello https://t.co/a",
    "created_at": _AT,
    "author_id": "77",
    "conversation_id": "1950000000000000001",
    "in_reply_to_user_id": SETTINGS["x"]["user_id"],
    "referenced_posts": [{"type": "replied_to", "id": "1950000000000000001"}],
    "note_post": {
        "text": "Hello",
        "entities": {"urls": [{"url": "https://t.co/a", "expanded_url": "https://a.b"}]},
    },
    "entities": {"urls": [{"url": "https://t.co/a", "expanded_url": "https://a.b", "media_key": "m"}]},
    "edit_history_post_ids": [_POST_ID],
    "edit_controls": {
        "is_edit_eligible": True,
        "editable_until": "2026-09-01T13:00:00Z",
        "edits_remaining": 3,
    },
    "lang": "en",
}
_X_USER = {"id": "77", "name": "A", "username": "a", "profile_image_url": "https://p.example/a"}
_X_PAGE = {
    "data": [_X_POST],
    "includes": {"users": [_X_USER]},
    "meta": {"result_count": 1, "newest_id": _POST_ID},
    "errors": [{"resource_id": "5", "value": "5", "type": "https://api.x.com/2/problems/resource-not-found"}],
}
_X_FEW = {"data": [{"id": _POST_ID, "edit_history_post_ids": [_POST_ID]}], "errors": _X_PAGE["errors"]}
_X_PROBLEM = {
    "title": "T",
    "detail": "d",
    "type": "https://api.x.com/2/problems/x",
    "errors": [{"message": "m", "code": 88, "parameters": {"post.fields": ["a"]}}],
}
_FB_POST = {
    "id": f"{PAGE}_5",
    "message": "Hello",
    "created_time": "2026-09-01T12:00:01+0000",
    "permalink_url": "https://www.facebook.com/x/posts/5",
    "from": {"id": PAGE, "name": "P"},
}
_FB_PAGE = {"data": [_FB_POST], "paging": {"cursors": {"after": "a"}}}
_FB_ERROR = {
    "error": {"message": "m", "code": 80001, "error_subcode": 5, "error_user_msg": "u", "is_transient": True}
}
_FB_TOKEN = {
    "data": {
        "is_valid": True,
        "profile_id": PAGE,
        "scopes": ["pages_manage_posts"],
        "expires_at": 1_790_000_000,
    }
}
_SMS = {
    "sid": "SM" + "0" * 32,
    "status": "queued",
    "num_segments": "1",
    "direction": "outbound-api",
    "to": "+15005550010",
    "body": "Hello",
    "date_created": "Tue, 01 Sep 2026 12:00:01 +0000",
}
_SMS_PAGE = {"messages": [_SMS], "next_page_uri": None}
_SMS_ERROR = {"code": 21211, "message": "m", "more_info": "i", "status": 400}
_HEADERS = {
    "date": "Tue, 01 Sep 2026 12:00:00 GMT",
    "x-rate-limit-limit": "100",
    "x-rate-limit-remaining": "0",
    "x-rate-limit-reset": "1788264000",
    "retry-after": "5",
    "x-app-usage": '{"call_count":28}',
    "x-business-use-case-usage": orjson.dumps(
        {PAGE: [{"type": "pages", "call_count": 97, "estimated_time_to_regain_access": 5}]}
    ).decode(),
}
HEADER_VALUES = (
    "",
    "x",
    "9" * 400,
    "-1",
    "1e400",
    "Mon, 01 Jan 0001 00:00:00 +1400",
    "Fri, 31 Dec 9999 23:59:59 -1400",
    "0001-01-01T00:00:00+14:00",
    '{"call_count":1e300,"estimated_time_to_regain_access":1e300}',
    "[1]",
    '{"1001":[{"call_count":-1e300,"estimated_time_to_regain_access":-5}]}',
)

Calls = Callable[[Any], Awaitable[object]]


def _post(name: str) -> OutboundPost:
    return post(name)


CALLS: list[tuple[str, str, int, Any, Calls]] = [
    ("x", "publish", 201, {"data": {"id": _POST_ID, "text": "Hello"}}, lambda a: a.publish(_post("x"), may_start=go)),
    ("x", "refusal", 403, _X_PROBLEM, lambda a: a.publish(_post("x"), may_start=go)),
    ("x", "find", 200, _X_PAGE, lambda a: a.find(_post("x"), sent_after=NOW, last=True)),
    ("x", "edit", 200, {"data": _X_POST}, lambda a: a.edit(_post("x"), _POST_ID, may_start=go)),
    ("x", "delete", 200, {"data": {"deleted": True}}, lambda a: a.delete(_POST_ID, may_start=go)),
    ("x", "missing", 200, _X_FEW, lambda a: a.missing([_POST_ID])),
    ("x", "replies", 200, _X_PAGE, lambda a: a.fetch_replies(cursor=None, watch=["1950000000000000001"])),
    ("x", "refused reading", 400, _X_PROBLEM, lambda a: a.find(_post("x"), sent_after=NOW, last=True)),
    ("x", "recheck", 200, _X_FEW, lambda a: a.recheck([_POST_ID])),
    ("x", "probe", 200, {"data": _X_USER}, lambda a: a.probe()),
    ("facebook", "publish", 200, {"id": f"{PAGE}_5", "permalink_url": "https://f.example/a"},
     lambda a: a.publish(_post("facebook"), may_start=go)),
    ("facebook", "refusal", 400, _FB_ERROR, lambda a: a.publish(_post("facebook"), may_start=go)),
    ("facebook", "find", 200, _FB_PAGE, lambda a: a.find(_post("facebook"), sent_after=NOW, last=True)),
    ("facebook", "replies", 200, _FB_PAGE, lambda a: a.fetch_replies(cursor=None, watch=[f"{PAGE}_5"])),
    ("facebook", "edit", 200, {"success": True}, lambda a: a.edit(_post("facebook"), f"{PAGE}_5", may_start=go)),
    ("facebook", "missing", 200, {"id": f"{PAGE}_5"}, lambda a: a.missing([f"{PAGE}_5"])),
    ("facebook", "probe", 200, _FB_TOKEN, lambda a: a.probe()),
    ("twilio", "publish", 201, _SMS, lambda a: a.publish(_post("twilio"), may_start=go)),
    ("twilio", "refusal", 400, _SMS_ERROR, lambda a: a.publish(_post("twilio"), may_start=go)),
    ("twilio", "find", 200, _SMS_PAGE, lambda a: a.find(_post("twilio"), sent_after=NOW, last=True)),
    ("twilio", "cancel", 200, {"status": "canceled"}, lambda a: a.cancel("SM" + "0" * 32)),
    ("twilio", "probe", 200, {"status": "active", "friendly_name": "A", "balance": "5", "currency": "USD"},
     lambda a: a.probe()),
]  # fmt: skip


def spoilt(value: Any) -> Iterator[Any]:
    """The same with each of its nodes replaced by each of the values, one at a time, and with one left out."""
    yield from VALUES
    if isinstance(value, dict):
        for key, inner in value.items():
            yield {k: v for k, v in value.items() if k != key}
            for other in spoilt(inner):
                yield {**value, key: other}
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            for other in spoilt(inner):
                yield [*value[:at], other, *value[at + 1 :]]


class Says(httpx.AsyncBaseTransport):
    """Gives one answer to every request."""

    def __init__(self) -> None:
        self.status, self.body, self.headers = 200, b"", dict(_HEADERS)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(self.status, content=self.body, headers=self.headers)


def made(name: str, says: Says) -> Any:
    one = kind(name)
    return one.build(
        one.settings.model_validate({"base_address": "http://127.0.0.1:9", **SETTINGS[name]}),
        one.credentials.model_validate(CREDENTIALS[name]),
        Client(transport=says),
        clock(),
    )


def check_storable(result: object) -> None:
    """What is kept of an answer fits into any column: no NUL, and no id of a size that nobody's id has."""
    words: list[str] = []
    if isinstance(result, Receipt):
        assert len(result.remote_id) <= 200
        words = [result.remote_id, result.url or ""]
    elif isinstance(result, ChannelError):
        assert len(result.code) <= 200
        words = [result.code, result.detail, result.platform_words]
    elif isinstance(result, Inbound):
        for reply in result.replies:
            assert len(reply.remote_id) <= 200
            words += [reply.remote_id, reply.text, reply.author_name, reply.author_id, reply.answers or ""]
        words.append(result.cursor or "")
    assert not any("\0" in word for word in words)


async def outcome(call: Calls, adapter: Any) -> object:
    try:
        return await call(adapter)
    except ChannelError as exc:
        return exc


@pytest.mark.parametrize(
    ("name", "what", "status", "body", "call"), CALLS, ids=[f"{c[0]} {c[1]}" for c in CALLS]
)
async def test_a_spoilt_answer_has_a_class(name: str, what: str, status: int, body: Any, call: Calls) -> None:
    """Every node of a good answer replaced by what should not stand there, one at a time; nothing else is raised."""
    says = Says()
    adapter = made(name, says)
    says.status = status
    for one in spoilt(body):
        says.body = orjson.dumps(one)
        try:
            check_storable(await outcome(call, adapter))
        except Exception as exc:
            exc.add_note(repr(one)[:400])
            raise
    await adapter.aclose()


@pytest.mark.parametrize("name", ["x", "facebook", "twilio"])
@pytest.mark.parametrize("status", [200, 429])
async def test_a_spoilt_header_has_a_class(name: str, status: int) -> None:
    """Dates, waits and percentages that cannot be: the answer keeps its meaning."""
    says = Says()
    adapter = made(name, says)
    says.status = status
    bodies = {"x": _X_PAGE, "facebook": _FB_PAGE if status == 200 else _FB_ERROR, "twilio": _SMS_PAGE}
    for header in _HEADERS:
        for value in HEADER_VALUES:
            says.headers = {**_HEADERS, header: value}
            for _, what, right, body, call in (
                c for c in CALLS if c[0] == name and c[1] in ("publish", "find")
            ):
                says.body = orjson.dumps(body if right == status or status == 200 else bodies[name])
                try:
                    check_storable(await outcome(call, adapter))
                except Exception as exc:
                    exc.add_note(f"{what}: {header}: {value}")
                    raise
    await adapter.aclose()


def test_a_spoilt_event_is_read_or_refused() -> None:
    """What is pushed: X's stream and both webhooks that carry JSON, signed and wrong."""
    x, facebook = made("x", Says()), made("facebook", Says())
    event = {
        "data": {"event_uuid": "u", "event_type": "post.reply.create", "payload": _X_POST, "includes": {}}
    }
    value = {
        "item": "comment", "verb": "add", "comment_id": "5_9", "post_id": f"{PAGE}_5", "message": "Hi",
        "from": {"id": "8", "name": "A"}, "created_time": 1_788_000_000,
    }  # fmt: skip
    batch = {
        "object": "page",
        "entry": [{"id": PAGE, "time": 1, "changes": [{"field": "feed", "value": value}]}],
    }
    secret = CREDENTIALS["x"]["consumer_secret"]
    for adapter, good, header, sign in (
        (x, event, "x-twitter-webhooks-signature", lambda body: webhook_signature(secret, body)),
        (facebook, batch, "x-hub-signature-256", lambda body: hub_signature("app-secret", body)),
    ):
        for one in spoilt(good):
            body = orjson.dumps(one)
            request = WebhookRequest("POST", "https://d.example/h", {header: sign(body)}, {}, body)
            try:
                check_storable(adapter.parse_webhook(request).inbound)
            except AppError:
                continue
            if isinstance(one, dict):
                read_event(one, own_id="1", site_address="https://x.com")


@pytest.mark.parametrize("lifetime", [1e300, -5, 0, HUGE, "7200", None, True, []])
async def test_a_renewed_pair_is_kept_whatever_its_lifetime_says(lifetime: object) -> None:
    """The old pair is spent when the answer comes: to fail over anything else in it would lock the account out."""
    tokens = {"access_token": "new", "refresh_token": "r2", "expires_in": lifetime}
    me = {"data": {"id": SETTINGS["x"]["user_id"], "username": "valdora_general"}}
    kept: list[XCredentials] = []

    async def keep(credentials: XCredentials) -> None:
        kept.append(credentials)

    async with Scripted([answer(200, tokens), answer(200, me)]) as server:
        credentials = {
            "client_id": "c",
            "user_token": "old",
            "refresh_token": "r1",
            "expires_at": "2026-09-01T11:00:00Z",
        }
        adapter = build("x", server.origin, clock=clock(), credentials=credentials)
        adapter.when_renewed(keep)
        for _ in range(2):
            await adapter.probe()
        await adapter.aclose()
    assert [one.refresh_token.get_secret_value() for one in kept if one.refresh_token] == ["r2"]


@pytest.mark.parametrize("token", ["né", "a b\r\nx: y", "", "x" * 9000])
async def test_a_token_that_fits_no_header_is_not_taken(token: str) -> None:
    """Else every later call would break on its way out."""
    async with Scripted([answer(200, {"access_token": token, "refresh_token": "r2"})]) as server:
        credentials = {
            "client_id": "c",
            "user_token": "old",
            "refresh_token": "r1",
            "expires_at": "2026-09-01T11:00:00Z",
        }
        adapter = build("x", server.origin, clock=clock(), credentials=credentials)
        adapter.when_renewed(_never)
        with pytest.raises(Unavailable):
            await adapter.probe()
        await adapter.aclose()


async def _never(credentials: object) -> None:
    raise AssertionError(credentials)
