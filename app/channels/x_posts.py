"""
Posts on X as data: what is sent, what comes back, and whether one that is there is the one we sent. Pure.

Source: docs.x.com, "Manage Posts" and "Edit Posts"; openapi.json 2.167, read 2026-08-22.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from app.channels.base import OutboundPost
from app.channels.http import dicts

_EPOCH_MS = 1288834974657
_POST_ID = re.compile(r"[0-9]{1,19}")
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_LONE_SLASH = re.compile(r"/(?=\s|$)")
_LEADING_MENTIONS = re.compile(r"^(@\w{1,15}\s+)+")
_TRAILING_MEDIA = re.compile(r"/(photo|video)/\d+$")
# Our clock and theirs agree to within this once the Date header has been taken into account.
MARGIN = timedelta(seconds=5)


def create_body(post: OutboundPost, *, previous_id: str | None = None) -> dict[str, Any]:
    """The JSON of a create call; `previous_id` makes it an edit. Unknown keys are refused, so none is sent empty."""
    body: dict[str, Any] = {"text": post.text}
    if post.reply_to is not None and previous_id is None:
        body["reply"] = {"in_reply_to_tweet_id": post.reply_to}
    media_ids = [media.remote_id for media in post.media if media.remote_id is not None]
    if media_ids:
        body["media"] = {"media_ids": media_ids}
    if previous_id is not None:
        body["edit_options"] = {"previous_post_id": previous_id}
    return body


def read_id(body: Mapping[str, Any]) -> str | None:
    """The id in an answer to a create call, None when there is no believable one."""
    data = body.get("data")
    return post_id(data.get("id")) if isinstance(data, dict) else None


def post_id(value: object) -> str | None:
    """The id of a post, None for what is none."""
    return value if isinstance(value, str) and _POST_ID.fullmatch(value) else None


def post_url(site_address: str, username: str, remote_id: str) -> str:
    """Where people see it."""
    return f"{site_address}/{username}/status/{remote_id}"


def intent_url(site_address: str, post: OutboundPost) -> str:
    """Where a person can send by hand an answer that X refuses from an app."""
    query = {"in_reply_to": post.reply_to or "", "text": post.text}
    return f"{site_address}/intent/post?{urlencode(query, quote_via=quote)}"


def created_at(remote_id: str) -> datetime:
    """When a post was made, from its id alone."""
    return datetime.fromtimestamp(((int(remote_id) >> 22) + _EPOCH_MS) / 1000, UTC)


def id_at(at: datetime) -> str:
    """The smallest id a post made at that time can have."""
    return str(max(int(at.timestamp() * 1000) - _EPOCH_MS, 0) << 22)


def first_of(mapping: Mapping[str, Any], *names: str) -> Any:
    """A value under its new or its old spelling."""
    return next((mapping[name] for name in names if name in mapping), None)


def parent_of(item: Mapping[str, Any]) -> str | None:
    """The post that this one replies to."""
    for reference in dicts(first_of(item, "referenced_posts", "referenced_tweets")):
        if reference.get("type") == "replied_to":
            return str(reference.get("id") or "") or None
    return None


def full_text(item: Mapping[str, Any]) -> str:
    """What the author wrote: the long form if any, links expanded, entities unescaped, media link dropped, NFC."""
    note = first_of(item, "note_post", "note_tweet")
    source = note if isinstance(note, dict) and isinstance(note.get("text"), str) else item
    text = str(source.get("text") or "")
    entities = source.get("entities") or item.get("entities")
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    for link in dicts(entities.get("urls") if isinstance(entities, dict) else None):
        if not link.get("url"):
            continue
        expanded = str(link.get("expanded_url") or link["url"])
        if "media_key" in link or _TRAILING_MEDIA.search(expanded):
            expanded = ""
        text = text.replace(str(link["url"]), expanded)
    return unicodedata.normalize("NFC", text).strip()


def not_found_in(body: Mapping[str, Any]) -> set[str]:
    """The posts that an answer names as not there; one that is hidden from us is not among them."""
    return {
        str(error.get("resource_id") or error.get("value"))
        for error in dicts(body.get("errors"))
        if str(error.get("type") or "").endswith("/resource-not-found")
    }


def is_whole_page(body: Mapping[str, Any]) -> bool:
    """Whether an answer lists what there is: what is not in a page with errors, or with nothing, may be there all the same."""
    data, meta = body.get("data"), body.get("meta")
    if body.get("errors"):
        return False
    return isinstance(data, list) or (
        data is None and isinstance(meta, dict) and not meta.get("result_count")
    )


def is_ours(item: Mapping[str, Any], post: OutboundPost, *, not_before: datetime) -> bool:
    """
    Whether a post on our timeline is the one that was sent.

    Args:
        not_before: When it was sent, by the platform's clock.
    """
    remote_id = str(item.get("id") or "")
    if not _POST_ID.fullmatch(remote_id) or created_at(remote_id) < not_before - MARGIN:
        return False
    return parent_of(item) == post.reply_to and says(item, post.text)


def says(item: Mapping[str, Any], text: str) -> bool:
    """Whether a post has these words; X puts the names of whom it answers before them."""
    there, wanted = full_text(item), _comparable(unicodedata.normalize("NFC", text).strip())
    if _comparable(there) == wanted:
        return True
    return parent_of(item) is not None and _comparable(_LEADING_MENTIONS.sub("", there)) == wanted


def newest_version(item: Mapping[str, Any]) -> str | None:
    """The id of the last of a post's edits, its own where there is none."""
    versions = first_of(item, "edit_history_post_ids", "edit_history_tweet_ids")
    known = [one for version in versions if (one := post_id(version))] if isinstance(versions, list) else []
    return max(known, key=int, default=None)


def _comparable(text: str) -> str:
    # X writes "hospital.org" back as "http://hospital.org/": the address is the same.
    return _LONE_SLASH.sub("", _SCHEME.sub("", text))
