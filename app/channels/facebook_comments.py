"""
What the public writes under our posts on Facebook: told by signed webhook, and read by poll to fill the gaps.

Source: developers.facebook.com, "Webhooks for Pages", "Object comments", read 2026; payload shapes from public logs.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson

from app.channels.base import Inbound, InboundReply, WebhookAnswer, WebhookRequest
from app.channels.facebook_calls import FacebookCalls
from app.channels.http import dicts, read_iso, read_json, read_remote_id
from app.errors import ContentRejected, Forbidden, InvalidInput, RateLimited

_EVENTS = {"add": "added", "edited": "edited", "edit": "edited", "remove": "removed", "hide": "removed"}
_FIELDS = "id,message,created_time,from{id,name},parent{id},permalink_url,is_hidden"
_MAX_PAGES = 20
_OVERLAP_S = 60
_BEYOND = timedelta(days=1)  # our clock may be behind


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
        body = read_json(request.body)
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
    for entry in dicts(body.get("entry")):
        if str(entry.get("id")) != page_id:
            continue
        for change in dicts(entry.get("changes")):
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
    comment_id = read_remote_id(value.get("comment_id"))
    author = value.get("from") if isinstance(value.get("from"), dict) else {}
    author_id = str(author.get("id") or "") if isinstance(author, dict) else ""
    if event is None or comment_id is None or author_id == page_id:
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
    comment_id = read_remote_id(item.get("id"))
    author = item.get("from")
    author = author if isinstance(author, dict) else {}
    author_id = str(author.get("id") or "")
    if comment_id is None or author_id == page_id:
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
    return read_iso(value)


def following_page(body: Mapping[str, Any]) -> dict[str, str] | None:
    """
    The parameters of the next page, None at the end.

    Only the query of the address is used: following the address itself would send our token wherever it points.
    """
    paging = body.get("paging")
    address = paging.get("next") if isinstance(paging, dict) else None
    if not isinstance(address, str) or not address:
        return None
    try:
        given = dict(parse_qsl(urlsplit(address).query, keep_blank_values=True, max_num_fields=50))
    except ValueError:
        return None
    return {k: v for k, v in given.items() if k not in ("access_token", "appsecret_proof")}


@dataclass(frozen=True, slots=True)
class Read:
    """
    How far the comments of one post have been read.

    Attributes:
        since_s: Written no later than this: all read.
        top_s: The latest of what has been read above it, while there is more to read.
        page: The parameters of the next page, empty where the last poll came to the end.
    """

    since_s: int = 0
    top_s: int = 0
    page: Mapping[str, str] = field(default_factory=dict)

    def as_kept(self) -> object:
        """As `read_cursor` reads it."""
        if not self.page:
            return self.since_s
        return {"since": self.since_s, "top": self.top_s, "page": dict(self.page)}


class FacebookComments:
    """Polls the comments of our posts."""

    def __init__(self, calls: FacebookCalls) -> None:
        self._calls = calls

    async def fetch(self, *, cursor: str | None, watch: Sequence[str]) -> Inbound:
        """
        Comments since the last poll, sorted by us: a post with ranked comments ignores the order asked for.

        Each post costs a call. While most of the Page's budget is used one is read now and then, each in its turn.

        Raises:
            RateLimited: what is left is for posts.
        """
        if (rest_s := self._calls.rest_s()) > 0:
            raise RateLimited(
                "Most of the Page's budget is used; what is left is for posts.",
                retry_after_s=rest_s,
                code="budget",
                holds_channel=False,
            )
        known = read_cursor(cursor)
        settings = self._calls.settings
        found: list[InboundReply] = []
        later: dict[str, object] = {}
        kept: dict[str, object] = {}
        places = {post_id: n for n, post_id in enumerate(known)}
        for post_id in sorted(watch, key=lambda one: places.get(one, -1)):
            was = known.get(post_id, Read())
            if self._calls.rest_s() > 0:
                later[post_id] = was.as_kept()
                continue
            try:
                items, page = await self._comments(post_id, was)
            except ContentRejected as exc:
                if exc.code != "100/33":
                    raise
                # The post was taken back, by us or by hand: the comments of the others are to be read all the same.
                kept[post_id] = was.as_kept()
                continue
            now = self._calls.clock.now()
            for item in items:
                reply = read_comment(item, post_id, settings.page_id, settings.site_address, now)
                if reply is not None:
                    found.append(reply)
            # A time from beyond now is nobody's; as a beginning it would hide every later one.
            beyond = now + _BEYOND
            times = [
                at
                for item in items
                if (at := read_time(item.get("created_time"))) is not None and at < beyond
            ]
            top_s = max([was.since_s, was.top_s, *(int(at.timestamp()) for at in times)])
            kept[post_id] = Read(was.since_s if page else top_s, top_s, page).as_kept()
        found.sort(key=lambda reply: (reply.at, reply.remote_id))
        # In the order in which the next poll reads them.
        return Inbound(replies=tuple(found), cursor=orjson.dumps({**later, **kept}).decode())

    async def _comments(self, post_id: str, was: Read) -> tuple[list[dict[str, Any]], Mapping[str, str]]:
        """As many as one poll reads, and where the next one goes on."""
        begin = {"filter": "stream", "order": "chronological", "fields": _FIELDS, "limit": "100"}
        if was.since_s:
            begin["since"] = str(was.since_s - _OVERLAP_S)
        params = {**begin, **was.page}
        items: list[dict[str, Any]] = []
        for n in range(_MAX_PAGES):
            try:
                answer = await self._calls.read(f"/{post_id}/comments", params)
            except ContentRejected as exc:
                if n or not was.page or exc.code == "100/33":
                    raise
                # The page of the last poll is none any more: from the beginning again.
                params = begin
                continue
            items += dicts(answer.body.get("data"))
            following = following_page(answer.body)
            if following is None:
                return items, {}
            params = {**params, **following}
            if self._calls.rest_s() > 0:
                break
        return items, {k: v for k, v in params.items() if begin.get(k) != v}


def read_cursor(cursor: str | None) -> dict[str, Read]:
    """By post; an unreadable one is a fresh start."""
    try:
        stored = orjson.loads(cursor or "{}")
    except orjson.JSONDecodeError:
        return {}
    if not isinstance(stored, dict):
        return {}
    read: dict[str, Read] = {}
    for post_id, one in stored.items():
        if isinstance(one, int):
            read[post_id] = Read(one)
        elif isinstance(one, dict) and isinstance(one.get("page"), dict):
            page = {k: v for k, v in one["page"].items() if isinstance(v, str)}
            read[post_id] = Read(_epoch_s(one.get("since")), _epoch_s(one.get("top")), page)
    return read


def _epoch_s(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
        return 0
    # Some batches tell milliseconds.
    seconds = value // 1000 if value > 100_000_000_000 else value
    return seconds if seconds < 10_000_000_000 else 0
