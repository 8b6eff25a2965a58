"""
What the public writes to us on X, read by the mentions timeline and by searching our conversations.

Mentions are the cheap way and bring direct replies; the search brings replies to replies. Both are asked a little
further back than the last time, because posts appear out of order; whoever stores them knows the repeats by id.

Source: docs.x.com, "User mention timeline", "Search Posts", read 2026-08-22.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from app.channels.base import Inbound, InboundReply
from app.channels.x_calls import XCalls
from app.channels.x_posts import created_at, first_of, full_text, id_at, parent_of
from app.errors import Unavailable

POST_FIELDS = (
    "created_at,author_id,conversation_id,in_reply_to_user_id,referenced_tweets,entities,"
    "edit_history_tweet_ids,lang,note_tweet"
)
USER_FIELDS = "username,name,profile_image_url,verified_type"
_MAX_QUERY_CHARS = 512
_MAX_PAGES = 10
_OVERLAP = timedelta(seconds=60)
_FIRST_LOOK_BACK = timedelta(minutes=15)


def read_reply(
    item: Mapping[str, Any],
    users: Mapping[str, Mapping[str, Any]],
    *,
    own_id: str,
    site_address: str,
    watch: Collection[str] | None,
) -> InboundReply | None:
    """
    Turn a post by somebody else into a reply; None for our own and for what has no usable id.

    Args:
        watch: Our roots; None when whoever reads the result knows them.
    """
    post_id = str(item.get("id") or "")
    author_id = str(item.get("author_id") or "")
    if not post_id.isascii() or not post_id.isdigit() or author_id == own_id:
        return None
    user = users.get(author_id, {})
    handle = str(user.get("username") or "")
    history = [str(i) for i in first_of(item, "edit_history_post_ids", "edit_history_tweet_ids") or ()]
    # An edit comes as a new post; the first id of its history is the one the reply has been known by.
    first_id = history[0] if history and history[0].isdigit() else post_id
    conversation = str(item.get("conversation_id") or "")
    answers = parent_of(item) if str(item.get("in_reply_to_user_id") or "") == own_id else None
    if answers is None and conversation not in ("", post_id) and (watch is None or conversation in watch):
        answers = conversation
    return InboundReply(
        remote_id=first_id,
        event="added" if first_id == post_id else "edited",
        at=_written_at(item, post_id),
        text=full_text(item),
        author_id=author_id,
        author_name=str(user.get("name") or ""),
        author_handle=handle,
        author_url=f"{site_address}/{handle}" if handle else "",
        avatar_url=str(user.get("profile_image_url") or ""),
        url=f"{site_address}/{handle or 'i'}/status/{post_id}",
        answers=answers,
        lang=item.get("lang") if isinstance(item.get("lang"), str) else None,
        version=history.index(post_id) if post_id in history else 0,
    )


def _written_at(item: Mapping[str, Any], post_id: str) -> datetime:
    try:
        at = datetime.fromisoformat(str(item.get("created_at")))
    except ValueError:
        return created_at(post_id)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def users_of(body: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The authors that came along, by id."""
    includes = body.get("includes")
    listed = includes.get("users") if isinstance(includes, dict) else None
    return {str(u["id"]): u for u in listed or () if isinstance(u, dict) and "id" in u}


def items_of(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The posts of a page; an empty page has no `data` at all."""
    data = body.get("data")
    return [item for item in data if isinstance(item, dict)] if isinstance(data, list) else []


def queries(roots: Iterable[str], username: str) -> list[str]:
    """As few searches as the length of a query allows, each for several conversations."""
    tail = f" -from:{username} -is:retweet"
    room = _MAX_QUERY_CHARS - len(tail) - 2
    groups: list[str] = []
    current = ""
    for root in roots:
        term = f"conversation_id:{root}"
        if current and len(current) + 4 + len(term) > room:
            groups.append(current)
            current = ""
        current = f"{current} OR {term}" if current else term
    if current:
        groups.append(current)
    return [f"({group}){tail}" if " OR " in group else group + tail for group in groups]


def read_cursor(cursor: str | None) -> dict[str, str]:
    """The newest ids seen by way of reading; an unreadable cursor is a fresh start."""
    try:
        stored = orjson.loads(cursor or "{}")
    except orjson.JSONDecodeError:
        return {}
    if not isinstance(stored, dict):
        return {}
    return {k: v for k, v in stored.items() if isinstance(k, str) and isinstance(v, str) and v.isdigit()}


class XReplies:
    """Polls. Our own posts and repeats inside one poll are left out."""

    def __init__(self, calls: XCalls) -> None:
        self._calls = calls

    async def fetch(self, *, cursor: str | None, watch: Sequence[str]) -> Inbound:
        """Everything since the cursor, oldest first."""
        newest = read_cursor(cursor)
        settings = self._calls.settings
        beginning = self._beginning(watch)
        found: dict[str, InboundReply] = {}
        params = {"max_results": "100", "since_id": _overlapped(newest.get("mentions"), beginning)}
        newest["mentions"] = await self._pages(
            f"/2/users/{settings.user_id}/mentions",
            params,
            "pagination_token",
            "read:mentions",
            watch,
            found,
            newest.get("mentions"),
        )
        # Search forgets after seven days and refuses an older since_id.
        oldest = id_at(self._calls.clock.now() - timedelta(days=6, hours=23))
        searched = newest.get("search")
        since = max(_overlapped(searched, beginning), oldest, key=int)
        for query in queries(watch, settings.username):
            params = {"query": query, "max_results": "100", "since_id": since}
            newest["search"] = await self._pages(
                "/2/tweets/search/recent",
                params,
                "next_token",
                "read:search",
                watch,
                found,
                newest.get("search") or searched,
            )
        replies = sorted(found.values(), key=lambda reply: (reply.at, reply.remote_id))
        return Inbound(replies=tuple(replies), cursor=orjson.dumps(newest).decode())

    async def recheck(self, remote_ids: Sequence[str]) -> Inbound:
        """Ask which of these are gone or edited. Those that the platform hides from us count as gone too."""
        now = self._calls.clock.now()
        changed: list[InboundReply] = []
        newest: list[str] = []
        for start in range(0, len(remote_ids), 100):
            ids = remote_ids[start : start + 100]
            answer = await self._calls.read(
                "/2/tweets", {"ids": ",".join(ids)}, unit="read:lookup", fields="edit_history_tweet_ids"
            )
            items = items_of(answer.body)
            there = {str(item.get("id")) for item in items}
            named = {
                str(error.get("resource_id") or error.get("value"))
                for error in answer.body.get("errors") or ()
                if isinstance(error, dict)
            }
            # Only what the answer names as missing: a short answer is no proof.
            changed += [
                InboundReply(remote_id=i, event="removed", at=now)
                for i in ids
                if i in named and i not in there
            ]
            histories = [first_of(item, "edit_history_post_ids", "edit_history_tweet_ids") for item in items]
            newest += [str(history[-1]) for history in histories if history and len(history) > 1]
        for start in range(0, len(newest), 100):
            changed += await self._edited(newest[start : start + 100])
        return Inbound(replies=tuple(changed))

    async def _edited(self, ids: Sequence[str]) -> list[InboundReply]:
        """The newest versions, which have ids of their own."""
        settings = self._calls.settings
        params = {"ids": ",".join(ids), "expansions": "author_id", "user.fields": USER_FIELDS}
        answer = await self._calls.read("/2/tweets", params, unit="read:lookup", fields=POST_FIELDS)
        users = users_of(answer.body)
        replies = [
            read_reply(item, users, own_id=settings.user_id, site_address=settings.site_address, watch=None)
            for item in items_of(answer.body)
        ]
        return [reply for reply in replies if reply is not None and reply.event == "edited"]

    def _beginning(self, watch: Sequence[str]) -> str:
        recently = id_at(self._calls.clock.now() - _FIRST_LOOK_BACK)
        return min((root for root in watch if root.isdigit()), key=int, default=recently)

    async def _pages(
        self,
        path: str,
        params: dict[str, str],
        page_parameter: str,
        unit: str,
        watch: Sequence[str],
        found: dict[str, InboundReply],
        newest: str | None,
    ) -> str:
        settings = self._calls.settings
        highest = newest or params["since_id"]
        for _ in range(_MAX_PAGES):
            asked = {
                **params,
                "expansions": "author_id",
                "user.fields": USER_FIELDS,
            }
            answer = await self._calls.read(path, asked, unit=unit, fields=POST_FIELDS)
            users = users_of(answer.body)
            for item in items_of(answer.body):
                if str(item.get("id") or "").isdigit():
                    highest = max(highest, str(item["id"]), key=int)
                reply = read_reply(
                    item,
                    users,
                    own_id=settings.user_id,
                    site_address=settings.site_address,
                    watch=frozenset(watch),
                )
                known = found.get(reply.remote_id) if reply is not None else None
                if reply is not None and (known is None or reply.version > known.version):
                    found[reply.remote_id] = reply
            meta = answer.body.get("meta")
            following = meta.get("next_token") if isinstance(meta, dict) else None
            if not isinstance(following, str) or not following:
                return highest
            params = {**params, page_parameter: following}
        if path.endswith("/mentions"):
            # The timeline itself keeps only 800; older ones are beyond reach and the search has its own way.
            return highest
        raise Unavailable("More replies came than one poll can read.", code="too_many_pages")


def _overlapped(newest: str | None, beginning: str) -> str:
    if newest is None:
        return beginning
    return id_at(created_at(newest) - _OVERLAP)
