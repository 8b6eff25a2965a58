"""
What the public writes to us on X, read by the mentions timeline and by searching our conversations.

Mentions are the cheap way and bring direct replies; the search brings replies to replies. Both are asked a little
further back than the last time, because posts appear out of order; whoever stores them knows the repeats by id.

Source: docs.x.com, "User mention timeline", "Search Posts", read 2026-08-22.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson

from app.channels.base import Inbound, InboundReply
from app.channels.http import dicts, read_iso
from app.channels.x_calls import XCalls
from app.channels.x_posts import created_at, first_of, full_text, id_at, parent_of
from app.channels.x_posts import post_id as read_post_id

POST_FIELDS = (
    "created_at,author_id,conversation_id,in_reply_to_user_id,referenced_tweets,entities,"
    "edit_history_tweet_ids,lang,note_tweet"
)
USER_FIELDS = "username,name,profile_image_url,verified_type"
_MAX_QUERY_CHARS = 512
_MAX_PAGES = 10
_OVERLAP = timedelta(seconds=60)
_BEYOND = timedelta(days=1)  # our clock may be behind
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
    post_id = read_post_id(item.get("id"))
    author_id = str(item.get("author_id") or "")
    if post_id is None or author_id == own_id:
        return None
    user = users.get(author_id, {})
    handle = str(user.get("username") or "")
    history = history_of(item)
    # An edit comes as a new post; the first id of its history is the one the reply has been known by.
    first_id = history[0] if history else post_id
    conversation = str(item.get("conversation_id") or "")
    answers = parent_of(item) if str(item.get("in_reply_to_user_id") or "") == own_id else None
    if answers is None and conversation not in ("", post_id) and (watch is None or conversation in watch):
        answers = conversation
    return InboundReply(
        remote_id=first_id,
        event="added" if first_id == post_id else "edited",
        at=read_iso(item.get("created_at")) or created_at(post_id),
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


def history_of(item: Mapping[str, Any]) -> list[str]:
    """The ids of a post's versions, the first one first; an id that is none counts as no history."""
    listed = first_of(item, "edit_history_post_ids", "edit_history_tweet_ids")
    ids = [read_post_id(one) for one in listed] if isinstance(listed, list) else []
    known = [one for one in ids if one is not None]
    return known if len(known) == len(ids) else []


def users_of(body: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The authors that came along, by id."""
    includes = body.get("includes")
    listed = includes.get("users") if isinstance(includes, dict) else None
    return {str(u["id"]): u for u in dicts(listed) if "id" in u}


def items_of(body: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The posts of a page; an empty page has no `data` at all."""
    return dicts(body.get("data"))


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
    return {k: v for k, v in stored.items() if read_post_id(v) is not None}


@dataclass(frozen=True, slots=True)
class _Pages:
    """
    What was read of a list, newest first.

    Attributes:
        lowest: The oldest id that was read, where there is more below it.
    """

    highest: str
    lowest: str | None = None


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
        mentions = await self._pages(
            f"/2/users/{settings.user_id}/mentions", params, "pagination_token", "read:mentions", watch, found
        )
        # The timeline itself keeps only 800; older ones are beyond reach and the search has its own way.
        newest["mentions"] = _newer(newest.get("mentions") or params["since_id"], mentions.highest)
        # Search forgets after seven days and refuses an older since_id.
        oldest = id_at(self._calls.clock.now() - timedelta(days=6, hours=23))
        since = max(_overlapped(newest.get("search"), beginning), oldest, key=int)
        until = newest.pop("until", None)
        top = newest.pop("top", None) or newest.get("search") or since
        left: list[str] = []
        asked = queries(watch, settings.username)
        for query in asked:
            params = {"query": query, "max_results": "100", "since_id": since}
            if until is not None and int(until) > int(since):
                params["until_id"] = until
            pages = await self._pages(
                "/2/tweets/search/recent", params, "next_token", "read:search", watch, found
            )
            top = _newer(top, pages.highest)
            if pages.lowest is not None:
                left.append(pages.lowest)
        if left:
            # More than one poll can read: the next one goes on below, and only then the beginning moves.
            newest |= {"until": max(left, key=int), "top": top}
        elif asked:
            newest["search"] = top
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
                for error in dicts(answer.body.get("errors"))
            }
            # Only what the answer names as missing: a short answer is no proof.
            changed += [
                InboundReply(remote_id=i, event="removed", at=now)
                for i in ids
                if i in named and i not in there
            ]
            histories = [history_of(item) for item in items]
            newest += [history[-1] for history in histories if len(history) > 1]
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
    ) -> _Pages:
        settings = self._calls.settings
        highest = lowest = params["since_id"]
        # An id from beyond now is nobody's post; as a beginning it would hide every later one.
        beyond = int(id_at(self._calls.clock.now() + _BEYOND))
        for _ in range(_MAX_PAGES):
            asked = {
                **params,
                "expansions": "author_id",
                "user.fields": USER_FIELDS,
            }
            answer = await self._calls.read(path, asked, unit=unit, fields=POST_FIELDS)
            users = users_of(answer.body)
            items = items_of(answer.body)
            ids = [i for item in items if (i := read_post_id(item.get("id"))) is not None and int(i) < beyond]
            highest = max([highest, *ids], key=int)
            lowest = min(ids, key=int, default=lowest)
            for item in items:
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
                return _Pages(highest)
            params = {**params, page_parameter: following}
        return _Pages(highest, lowest if int(lowest) > int(params["since_id"]) else None)


def _newer(one: str, other: str) -> str:
    return max(one, other, key=int)


def _overlapped(newest: str | None, beginning: str) -> str:
    if newest is None:
        return beginning
    return id_at(created_at(newest) - _OVERLAP)
