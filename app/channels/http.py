"""
From what the transport saw to what the dispatcher must do, the same for every platform that speaks HTTP.

Three kinds of call differ in what silence means: after a call that can publish it is an unknown outcome; a call
that may be repeated without harm, and a reading, are simply tried again. Waiting times are read here too, against
the answer's own Date header, because a platform's clock and ours are two clocks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any

import orjson

from app.errors import ChannelError, OutcomeUnknown, Unavailable
from app.http import Client, HttpRequest, HttpResponse, MayStart, Phase, TransportFailure

MIN_WAIT_S = 1.0
# An hour: a longer wait is either a daily window, which its caller names, or nonsense to be asked about again.
MAX_WAIT_S = 3600.0
# How far back the same text is asked for: our clock may be off, or may have been moved since. A platform that refuses
# its own repeats shows it there only because it is the one that is looked for.
LOOK_BACK = timedelta(minutes=10)
_REMOTE_ID = re.compile(r"[0-9A-Za-z_.:-]{1,128}")
_NUMBER = re.compile(r"\d{1,20}(\.\d{1,9})?")


class Call(StrEnum):
    """What a call can do, and so what its silence means."""

    PUBLISH = "publish"
    REPEATABLE = "repeatable"  # changes something, but twice is the same as once: deleting, replacing a text
    READ = "read"


def ambiguous(
    detail: str, call: Call, *, code: str = "", platform_words: str = ""
) -> OutcomeUnknown | Unavailable:
    """No trustworthy answer: unknown where it may have published, otherwise to be tried again."""
    kind = OutcomeUnknown if call is Call.PUBLISH else Unavailable
    return kind(detail, code=code, platform_words=platform_words)


def from_transport(failure: TransportFailure, call: Call) -> ChannelError:
    """Map a failed call by how far it got."""
    if failure.phase is Phase.BEFORE_FIRST_BYTE:
        return Unavailable(f"The platform could not be reached ({failure.detail}).", code="not_reached")
    words = "did not answer" if failure.phase is Phase.AFTER_FIRST_BYTE else "gave no readable answer"
    code = str(failure.status or "no_answer")
    return ambiguous(f"The platform {words} ({failure.detail}).", call, code=code)


async def send(
    client: Client,
    request: HttpRequest,
    call: Call,
    *,
    may_start: MayStart | None = None,
    max_response_bytes: int | None = None,
) -> HttpResponse:
    """
    Make one call.

    Raises:
        Unavailable, OutcomeUnknown: no whole answer came.
        StartRefused: may_start said no.
    """
    try:
        return await client.send(request, may_start=may_start, max_response_bytes=max_response_bytes)
    except TransportFailure as exc:
        raise from_transport(exc, call) from exc


# Each escape is taken whole, so that a backslash that is escaped itself begins none.
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)"
)


def json_object(response: HttpResponse) -> dict[str, Any] | None:
    """The body when it is one JSON object; None for HTML, nothing, half an answer, or another shape."""
    try:
        body = read_json(response.body)
    except orjson.JSONDecodeError:
        return None
    return body if isinstance(body, dict) else None


def read_json(body: bytes) -> Any:
    """
    What a platform says in JSON. What is no text comes as U+FFFD: NUL, which no column of PostgreSQL takes, half a
    character (a lone surrogate), bytes that are no UTF-8. A stranger's broken emoji must not spoil a whole page of
    replies, nor hide the id of what was posted.

    Raises:
        orjson.JSONDecodeError: it is none.
    """
    body = body.replace(rb"\u0000", rb"\ufffd")
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        text = body.decode("utf-8", "replace")
        return orjson.loads(_ESCAPE.sub(lambda one: r"\ufffd" if one["half"] else one[0], text))


def dicts(value: object) -> list[dict[str, Any]]:
    """The objects of what should be a list of objects."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def read_remote_id(value: object) -> str | None:
    """A platform's id as we keep it and put it into addresses; None for what nobody's id looks like."""
    return value if isinstance(value, str) and _REMOTE_ID.fullmatch(value) else None


def utc(at: datetime) -> datetime | None:
    """The same instant in UTC, without a zone taken for UTC; None for one that is nobody's time."""
    if at.year < 2000:
        return None
    try:
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError:
        return None


def read_iso(value: object) -> datetime | None:
    """A time as most platforms write it, None when it is none."""
    try:
        return utc(datetime.fromisoformat(str(value)))
    except ValueError:
        return None


def server_date(headers: Mapping[str, str]) -> datetime | None:
    """The platform's own time, from the Date header; None for a clock that nobody has."""
    at = read_mail_date(headers.get("date", ""))
    return at if at is not None and at.year < 2200 else None


def ahead_s(headers: Mapping[str, str], now: datetime) -> float:
    """Seconds by which the platform's clock is ahead of ours; 0 when it does not tell."""
    there = server_date(headers)
    return 0.0 if there is None else (there - now).total_seconds()


def seconds_until(
    value: str, headers: Mapping[str, str], now: datetime, *, cap_s: float = MAX_WAIT_S
) -> float | None:
    """
    Read when something resets: epoch seconds or milliseconds, seconds from now, an HTTP date or ISO-8601.

    Returns:
        Seconds to wait, at least MIN_WAIT_S and at most `cap_s` however absurd the value; None when unreadable.
    """
    value = value.strip()
    there = server_date(headers) or now
    if _NUMBER.fullmatch(value):
        number = float(value)
        if number < 1e8:
            wait_s = number
        else:
            wait_s = (number / 1000 if number >= 1e11 else number) - there.timestamp()
    else:
        at = read_mail_date(value) or read_iso(value)
        if at is None:
            return None
        wait_s = (at - there).total_seconds()
    return min(max(wait_s, MIN_WAIT_S), cap_s)


def reset_at(
    value: str, headers: Mapping[str, str], now: datetime, *, cap_s: float = MAX_WAIT_S
) -> datetime | None:
    """The same as an instant of our own clock."""
    wait_s = seconds_until(value, headers, now, cap_s=cap_s)
    return None if wait_s is None else now + timedelta(seconds=wait_s)


def retry_after_s(
    headers: Mapping[str, str], now: datetime, *, default_s: float, cap_s: float = MAX_WAIT_S
) -> float:
    """The Retry-After header, or the default."""
    wait_s = seconds_until(headers.get("retry-after", ""), headers, now, cap_s=cap_s)
    return default_s if wait_s is None else wait_s


def read_mail_date(value: str) -> datetime | None:
    """A time as headers and mails write it, None when it is none."""
    try:
        return utc(parsedate_to_datetime(value))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
