"""
What an answer of the Graph API means. Pure.

Classified by the error's code and subcode, not by HTTP status: throttling really comes as 403, permission as 400.

Source: developers.facebook.com, "Handle errors" and "Rate limits", read 2026; issue logs of public clients.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson

from app.channels.http import Call, ambiguous
from app.errors import (
    ChannelError,
    ContentRejected,
    CredentialsRejected,
    DuplicateRefused,
    LimitObservation,
    RateLimited,
)

_THROTTLED = frozenset({4, 17, 32, 341, 613, 80001})
_TOKEN = frozenset({102, 190})
_CONTENT = frozenset({100, 1609005})
_DEFAULT_WAIT_S = 3600.0
_MAX_WAIT_S = 86400.0
_TOKEN_WORDS = {
    458: "the app was removed from the account",
    459: "Facebook wants the person to confirm who they are",
    460: "the password was changed",
    463: "the token expired",
    464: "the account is not confirmed",
    467: "the token is invalid",
}
_CONTENT_SUBCODES = {
    1366046: "This photo is too large for Facebook.",
    1346003: "Facebook refused this content.",
    1404102: "Facebook refused this content.",
}
_AUTH_SUBCODES = {
    1404078: "Facebook wants the Page's publishing authorisation to be completed.",
    4854002: "Facebook wants the person to confirm who they are.",
}
_TEMPORARY_SUBCODES = frozenset({1363047, 1609010})


def read_usage(headers: Mapping[str, str], page_id: str, now: datetime) -> tuple[LimitObservation, ...]:
    """The percentages in the usage headers, which appear only after enough traffic."""
    found = [
        _percent("app:1h", _json(headers.get("x-app-usage")), now),
        _percent("page:usage", _json(headers.get("x-page-usage")), now),
    ]
    business = _json(headers.get("x-business-use-case-usage"))
    entries = business.get(page_id) if isinstance(business, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and entry.get("type", "pages") == "pages":
            found.append(_percent("page:24h", entry, now))
    return tuple(seen for seen in found if seen is not None)


def _json(value: str | None) -> dict[str, Any] | None:
    try:
        parsed = orjson.loads(value) if value else None
    except orjson.JSONDecodeError:
        return None
    return parsed if isinstance(parsed, dict) else None


def _percent(name: str, usage: Mapping[str, Any] | None, now: datetime) -> LimitObservation | None:
    if usage is None:
        return None
    counts = [usage.get(key) for key in ("call_count", "total_time", "total_cputime")]
    percents = [float(count) for count in counts if isinstance(count, int | float)]
    if not percents:
        return None
    minutes = usage.get("estimated_time_to_regain_access")
    reset_at = None
    if isinstance(minutes, int | float) and minutes > 0:
        reset_at = now + timedelta(seconds=min(minutes * 60.0, _MAX_WAIT_S))
    return LimitObservation(name, used_percent=max(percents), reset_at=reset_at)


def wait_s(limits: Sequence[LimitObservation], now: datetime) -> float:
    """The longest estimate of the headers, else an hour. Calls made meanwhile would prolong it."""
    waits = [(seen.reset_at - now).total_seconds() for seen in limits if seen.reset_at is not None]
    return max(waits, default=_DEFAULT_WAIT_S)


def classify(
    status: int,
    body: Mapping[str, Any] | None,
    call: Call,
    now: datetime,
    *,
    limits: Sequence[LimitObservation] = (),
) -> ChannelError:
    """Which of the classes an answer that is not a success belongs to."""
    error = body.get("error") if body is not None else None
    if not isinstance(error, dict):
        return ambiguous(f"Facebook answered {status} without its own format.", call, code=str(status))
    code, subcode = _whole(error.get("code")), _whole(error.get("error_subcode"))
    words = str(error.get("error_user_msg") or error.get("message") or "")
    name = f"{code}/{subcode}" if subcode else str(code)
    by_subcode = _by_subcode(subcode, name, words, call, now, limits)
    if by_subcode is not None:
        return by_subcode
    if code in _THROTTLED:
        return RateLimited(
            "Facebook takes no more calls for now.",
            retry_after_s=wait_s(limits, now),
            code=name,
            limits=limits,
            platform_words=words,
        )
    if code in _TOKEN:
        why = _TOKEN_WORDS.get(subcode, "the token is no longer accepted")
        return CredentialsRejected(
            f"Connect the Page again: {why}.", code=name, limits=limits, platform_words=words
        )
    if code in (3, 10) or 200 <= code <= 299:
        return CredentialsRejected(
            "Facebook says that a permission is missing; connect the Page again with all of them.",
            code=name,
            platform_words=words,
        )
    if code == 506 or (code == 368 and _says_already_posted(words)):
        return DuplicateRefused("Facebook already has this text from us.", code=name, platform_words=words)
    if code == 368:
        return CredentialsRejected(
            "Facebook has blocked the Page for a while; repeating makes it worse. Post by hand.",
            code=name,
            platform_words=words,
        )
    if code in (1, 2):
        # Copies were really published behind these answers, so is_transient proves nothing.
        return ambiguous("Facebook reports an error of its own.", call, code=name, platform_words=words)
    if code not in _CONTENT and (code == 0 or status >= 500):
        return ambiguous(f"Facebook answered {status}.", call, code=name, platform_words=words)
    return ContentRejected("Facebook refused this post.", code=name, platform_words=words)


def _by_subcode(
    subcode: int,
    name: str,
    words: str,
    call: Call,
    now: datetime,
    limits: Sequence[LimitObservation],
) -> ChannelError | None:
    if subcode == 1366051:
        return DuplicateRefused("These photos are posted already.", code=name, platform_words=words)
    if subcode == 1390008:
        return RateLimited(
            "Facebook says that the Page posts too fast.",
            retry_after_s=wait_s(limits, now),
            code=name,
            limits=limits,
            platform_words=words,
        )
    if subcode in _CONTENT_SUBCODES:
        return ContentRejected(_CONTENT_SUBCODES[subcode], code=name, platform_words=words)
    if subcode in _AUTH_SUBCODES:
        return CredentialsRejected(_AUTH_SUBCODES[subcode], code=name, platform_words=words)
    if subcode in _TEMPORARY_SUBCODES:
        return ambiguous("Facebook reports a passing error.", call, code=name, platform_words=words)
    return None


def _says_already_posted(words: str) -> bool:
    lowered = words.lower()
    return "already posted" in lowered or "already been posted" in lowered or "duplicate" in lowered


def _whole(value: object) -> int:
    if isinstance(value, int):
        return value
    return (
        int(value)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16
        else 0
    )
