"""
Pictures on their way to X. An upload publishes nothing, so repeating one only leaves an orphan.

Pictures up to 1 MiB go in one call, larger ones in pieces, since a whole one may not fit one call's deadline.

Source: docs.x.com, "Media upload v2", read 2026-08-22.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.channels.base import Media
from app.channels.http import Call
from app.channels.x_calls import XCalls
from app.errors import ContentRejected, Unavailable

_PIECE_BYTES = 1 << 20
_MAX_IMAGE_BYTES = 5 << 20
_MAX_GIF_BYTES = 15 << 20
_MAX_ALT_CHARS = 1000
_MIME_TYPES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})


def check(media: Media) -> str:
    """
    Return the category to upload under.

    Raises:
        ContentRejected: X would refuse it.
    """
    if media.mime_type not in _MIME_TYPES:
        raise ContentRejected("X takes JPEG, PNG, WebP and GIF pictures.", code="media_type")
    is_gif = media.mime_type == "image/gif"
    if len(media.content) > (_MAX_GIF_BYTES if is_gif else _MAX_IMAGE_BYTES):
        raise ContentRejected("This picture is too large for X.", code="media_size")
    if len(media.alt_text) > _MAX_ALT_CHARS:
        raise ContentRejected("X takes descriptions of up to 1,000 characters.", code="alt_text")
    return "tweet_gif" if is_gif else "tweet_image"


async def upload(calls: XCalls, media: Media) -> Media:
    """Upload one picture with its description and return it with its id."""
    if media.remote_id is not None:
        return media
    category = check(media)
    if len(media.content) <= _PIECE_BYTES:
        answer = await calls.write(
            "POST",
            "/2/media/upload",
            Call.REPEATABLE,
            unit="upload",
            form={"media_category": category, "media_type": media.mime_type},
            files={"media": (media.name, media.content, media.mime_type)},
        )
        data = _data(answer.body)
    else:
        data = await _upload_pieces(calls, media, category)
    media_id = _media_id(data)
    _check_ready(data)
    if media.alt_text:
        metadata = {"id": media_id, "metadata": {"alt_text": {"text": media.alt_text}}}
        await calls.write("POST", "/2/media/metadata", Call.REPEATABLE, unit="metadata", json=metadata)
    return replace(media, remote_id=media_id)


async def _upload_pieces(calls: XCalls, media: Media, category: str) -> Mapping[str, Any]:
    begun = await calls.write(
        "POST",
        "/2/media/upload/initialize",
        Call.REPEATABLE,
        unit="upload",
        json={
            "media_type": media.mime_type,
            "total_bytes": len(media.content),
            "media_category": category,
        },
    )
    media_id = _media_id(_data(begun.body))
    for index, start in enumerate(range(0, len(media.content), _PIECE_BYTES)):
        piece = media.content[start : start + _PIECE_BYTES]
        await calls.write(
            "POST",
            f"/2/media/upload/{media_id}/append",
            Call.REPEATABLE,
            unit="upload",
            form={"segment_index": str(index)},
            files={"media": (media.name, piece, "application/octet-stream")},
        )
    ended = await calls.write("POST", f"/2/media/upload/{media_id}/finalize", Call.REPEATABLE, unit="upload")
    return _data(ended.body)


def _data(body: Mapping[str, Any]) -> Mapping[str, Any]:
    data = body.get("data")
    return data if isinstance(data, dict) else {}


def _media_id(data: Mapping[str, Any]) -> str:
    media_id = data.get("id")
    if not isinstance(media_id, str) or not media_id.isdigit():
        raise Unavailable("X took a picture without naming it.", code="no_media_id")
    return media_id


def _check_ready(data: Mapping[str, Any]) -> None:
    processing = data.get("processing_info")
    state = processing.get("state", "succeeded") if isinstance(processing, dict) else "succeeded"
    if state == "failed":
        raise ContentRejected("X could not read this picture.", code="media_failed")
    if state != "succeeded":
        raise Unavailable("X is still working on the picture.", code="media_pending")
