"""
What the public writes under our posts on Facebook: told by signed webhook, and read by poll to fill the gaps.

Source: developers.facebook.com, "Webhooks for Pages", "Object comments", read 2026; payload shapes from public logs.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson

from app.channels.base import Inbound, InboundReply, WebhookAnswer, WebhookRequest
from app.channels.facebook_calls import FacebookCalls
from app.errors import Forbidden, InvalidInput, Unavailable

_EVENTS = {"add": "added", "edited": "edited", "edit": "edited", "remove": "removed", "hide": "removed"}
_FIELDS = "id,message,created_time,from{id,name},parent{id},permalink_url,is_hidden"
_MAX_PAGES = 20
_OVERLAP_S = 60


def hub_signature(app_secret: str, body: bytes) -> str:
    """What X-Hub-Signature-256 must say about these raw bytes."""
    return "sha256=" + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()


def answer_webhook(
    request: WebhookRequest,
    *,
    app_secret: str,
    verify_token: str | None,
    page_id: str,
    site_address: str,
    now: datetime,
) -> WebhookAnswer:
    """
    Answer the handshake, or read a signed batch.

    Raises:
        Forbidden: wrong token or signature.
        InvalidInput: signed, yet unreadable.
    """
    if request.method == "GET":
        return _answer_handshake(request.query, verify_token)
    given = next((v for k, v in request.headers.items() if k.lower() == "x-hub-signature-256"), "")
    if not hmac.compare_digest(given.encode(), hub_signature(app_secret, request.body).encode()):
        raise Forbidden(
            "This request is not signed by Facebook; nothing was taken from it.", code="bad_signature"
        )
    try:
        body = orjson.loads(request.body)
    except orjson.JSONDecodeError as exc:
        raise InvalidInput("The signed body is no JSON.", code="unreadable_webhook") from exc
    if not isinstance(body, dict):
        raise InvalidInput("The signed body is no webhook batch.", code="unreadable_webhook")
    return WebhookAnswer(inbound=Inbound(replies=tuple(read_batch(body, page_id, site_address, now))))


def _answer_handshake(query: Mapping[str, str], verify_token: str | None) -> WebhookAnswer:
    given = query.get("hub.verify_token", "")
    if (
        query.get("hub.mode") != "subscribe"
        or not verify_token
        or not hmac.compare_digest(given.encode(), verify_token.encode())
    ):
        raise Forbidden("The handshake does not carry the agreed token.", code="bad_verify_token")
    return WebhookAnswer(body=query.get("hub.challenge", "").encode())


def read_batch(body: Mapping[str, Any], page_id: str, site_address: str, now: datetime) -> list[InboundReply]:
    """The comments of a batch, in its order; other Pages, our own echoes and unknown items are left out."""
    if body.get("object") != "page":
        return []
    found: list[InboundReply] = []
    for entry in _dicts(body.get("entry")):
        if str(entry.get("id")) != page_id:
            continue
        for change in _dicts(entry.get("changes")):
            value = change.get("value")
            if change.get("field") == "feed" and isinstance(value, dict) and value.get("item") == "comment":
                reply = _read_change(value, _epoch_s(entry.get("time")), page_id, site_address, now)
                if reply is not None:
                    found.append(reply)
    return found


def _read_change(
    value: Mapping[str, Any], told_s: int, page_id: str, site_address: str, now: datetime
) -> InboundReply | None:
    event = _EVENTS.get(str(value.get("verb")))
    comment_id = value.get("comment_id")
    author = value.get("from") if isinstance(value.get("from"), dict) else {}
    author_id = str(author.get("id") or "") if isinstance(author, dict) else ""
    if event is None or not isinstance(comment_id, str) or not comment_id or author_id == page_id:
        return None
    written_s = _epoch_s(value.get("created_time"))
    return InboundReply(
        remote_id=comment_id,
        event=event,
        at=datetime.fromtimestamp(written_s or told_s, UTC) if written_s or told_s else now,
        text=str(value.get("message") or "") if event != "removed" else "",
        author_id=author_id,
        author_name=str(author.get("name") or "") if isinstance(author, dict) else "",
        url=f"{site_address}/{comment_id}",
        answers=str(value.get("post_id") or "") or None,
        version=0 if event == "added" else told_s,
    )


def read_comment(
    item: Mapping[str, Any], post_id: str, page_id: str, site_address: str, now: datetime
) -> InboundReply | None:
    """A comment as the edge lists it; `from` is missing for people who never met the app."""
    comment_id = item.get("id")
    author = item.get("from")
    author = author if isinstance(author, dict) else {}
    author_id = str(author.get("id") or "")
    if not isinstance(comment_id, str) or not comment_id or author_id == page_id:
        return None
    is_hidden = item.get("is_hidden") is True
    return InboundReply(
        remote_id=comment_id,
        event="removed" if is_hidden else "added",
        at=read_time(item.get("created_time")) or now,
        text="" if is_hidden else str(item.get("message") or ""),
        author_id=author_id,
        author_name=str(author.get("name") or ""),
        url=str(item.get("permalink_url") or f"{site_address}/{comment_id}"),
        answers=post_id,
    )


def read_time(value: object) -> datetime | None:
    """Times look like 2026-08-01T10:00:00+0000."""
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def following_page(body: Mapping[str, Any]) -> dict[str, str] | None:
    """
    The parameters of the next page, None at the end.

    Only the query of the address is used: following the address itself would send our token wherever it points.
    """
    paging = body.get("paging")
    address = paging.get("next") if isinstance(paging, dict) else None
    if not isinstance(address, str) or not address:
        return None
    given = dict(parse_qsl(urlsplit(address).query, keep_blank_values=True))
    return {k: v for k, v in given.items() if k not in ("access_token", "appsecret_proof")}


class FacebookComments:
    """Polls the comments of our posts."""

    def __init__(self, calls: FacebookCalls) -> None:
        self._calls = calls

    async def fetch(self, *, cursor: str | None, watch: Sequence[str]) -> Inbound:
        """Comments since the last poll, sorted by us: a post with ranked comments ignores the order asked for."""
        newest = _read_cursor(cursor)
        settings = self._calls.settings
        found: list[InboundReply] = []
        kept: dict[str, int] = {}
        for post_id in watch:
            since_s = newest.get(post_id)
            items = await self._comments(post_id, since_s)
            for item in items:
                reply = read_comment(
                    item, post_id, settings.page_id, settings.site_address, self._calls.clock.now()
                )
                if reply is not None:
                    found.append(reply)
            times = [at for item in items if (at := read_time(item.get("created_time"))) is not None]
            latest_s = max((int(at.timestamp()) for at in times), default=since_s or 0)
            kept[post_id] = max(latest_s, since_s or 0)
        found.sort(key=lambda reply: (reply.at, reply.remote_id))
        return Inbound(replies=tuple(found), cursor=orjson.dumps(kept).decode())

    async def _comments(self, post_id: str, since_s: int | None) -> list[Mapping[str, Any]]:
        params = {"filter": "stream", "order": "chronological", "fields": _FIELDS, "limit": "100"}
        if since_s:
            params["since"] = str(since_s - _OVERLAP_S)
        items: list[Mapping[str, Any]] = []
        for _ in range(_MAX_PAGES):
            answer = await self._calls.read(f"/{post_id}/comments", params)
            items += _dicts(answer.body.get("data"))
            following = following_page(answer.body)
            if following is None:
                return items
            params = {**params, **following}
        raise Unavailable("More comments came than one poll can read.", code="too_many_pages")


def _read_cursor(cursor: str | None) -> dict[str, int]:
    try:
        stored = orjson.loads(cursor or "{}")
    except orjson.JSONDecodeError:
        return {}
    if not isinstance(stored, dict):
        return {}
    return {k: v for k, v in stored.items() if isinstance(k, str) and isinstance(v, int)}


def _dicts(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _epoch_s(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
        return 0
    # Some batches tell milliseconds.
    seconds = value // 1000 if value > 100_000_000_000 else value
    return seconds if seconds < 10_000_000_000 else 0
