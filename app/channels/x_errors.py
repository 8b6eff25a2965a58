"""
What an answer of X means: its error shapes, its classes, and what its headers say about limits. Pure.

Classified by HTTP status, then by the last segment of the problem type (the same types appear under two hosts),
then by a piece of the wording; never by a whole string.

Source: docs.x.com, "Response codes & errors" and "Rate limits", read 2026-08-22; issue logs of public clients.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.channels.base import LimitWindow
from app.channels.http import Call, ahead_s, ambiguous, reset_at
from app.errors import (
    ChannelError,
    ContentRejected,
    CredentialsRejected,
    DuplicateRefused,
    LimitObservation,
    RateLimited,
    Unavailable,
)

_QUARTER_S = 900.0
_DAY_S = 86400.0
_AUTH_KINDS = frozenset({"client-forbidden", "unsupported-authentication", "oauth1-permissions"})
_AUTH_CODES = frozenset({32, 89, 64, 326, 226})
_NOT_SUMMONED = ("mentioned or are the author", "not been mentioned or otherwise engaged")


@dataclass(frozen=True, slots=True)
class Problem:
    """Any of X's three error shapes, or a mix of them, in one form."""

    kind: str
    title: str
    words: str
    codes: frozenset[int]

    def says(self, *pieces: str) -> bool:
        """Whether the wording contains one of the pieces, letters' case aside."""
        lowered = self.words.lower()
        return any(piece in lowered for piece in pieces)


def read_problem(body: Mapping[str, Any]) -> Problem:
    """Gather type, title, wording and legacy codes from wherever they stand."""
    listed = body.get("errors")
    members = [body, *(e for e in listed if isinstance(e, dict))] if isinstance(listed, list) else [body]
    words: list[str] = []
    codes: set[int] = set()
    kind = title = ""
    for member in members:
        for key in ("detail", "message", "reason", "connection_issue"):
            text = member.get(key)
            if isinstance(text, str) and text not in words:
                words.append(text)
        code = member.get("code")
        if isinstance(code, int):
            codes.add(code)
        member_type = member.get("type")
        if not kind and isinstance(member_type, str):
            kind = member_type.rstrip("/").rsplit("/", 1)[-1]
        if not title and isinstance(member.get("title"), str):
            title = member["title"]
    return Problem(kind, title, " ".join(words) or title, frozenset(codes))


def read_limits(
    headers: Mapping[str, str], now: datetime, *, unit: str, windows: Sequence[LimitWindow]
) -> tuple[LimitObservation, ...]:
    """
    Every window that an answer speaks about, under the names that the configuration gives them.

    The plain headers do not say which window they mean; it is the tier's first one for this kind of call.
    """
    plain = next((w for w in windows if w.unit == unit), None)
    plain_name = plain.name if plain is not None else f"{unit.removeprefix('read:')}:15min"
    plain_cap_s = plain.per_s if plain is not None else _QUARTER_S
    suffix = "" if unit == "post" else f":{unit.removeprefix('read:')}"
    found = [
        _read_window(headers, "x-rate-limit-", plain_name, now, plain_cap_s),
        _read_window(headers, "x-user-limit-24hour-", f"user:24h{suffix}", now, _DAY_S),
        _read_window(headers, "x-app-limit-24hour-", f"app:24h{suffix}", now, _DAY_S),
    ]
    by_name: dict[str, LimitObservation] = {}
    for seen in found:
        if seen is None:
            continue
        before = by_name.get(seen.window)
        # Two headers about one window: the tighter one, since the plain ones have shown meaningless huge values.
        if before is None or (
            seen.remaining is not None and (before.remaining is None or seen.remaining < before.remaining)
        ):
            by_name[seen.window] = seen
    return tuple(by_name.values())


def _read_window(
    headers: Mapping[str, str], prefix: str, name: str, now: datetime, cap_s: float
) -> LimitObservation | None:
    limit, remaining = (_whole(headers.get(prefix + part)) for part in ("limit", "remaining"))
    reset = headers.get(prefix + "reset")
    if limit is None and remaining is None and reset is None:
        return None
    at = reset_at(reset, headers, now, cap_s=cap_s) if reset else None
    return LimitObservation(name, limit=limit, remaining=remaining, reset_at=at)


def _whole(value: str | None) -> int | None:
    return (
        int(value) if value is not None and value.isascii() and value.isdigit() and len(value) < 16 else None
    )


def wait_s(limits: Sequence[LimitObservation], now: datetime) -> float:
    """
    How long a 429 means: until the latest reset of an exhausted window.

    A 429 may come while every header still shows grants left: the status decides, and the plain window's reset,
    which is the first, is the best guess. Without any header it is the usual quarter of an hour.
    """
    with_reset = [seen for seen in limits if seen.reset_at is not None]
    exhausted = [seen for seen in with_reset if seen.remaining == 0]
    chosen = [seen.reset_at for seen in (exhausted or with_reset[:1]) if seen.reset_at is not None]
    return max((max(at - now, timedelta()).total_seconds() for at in chosen), default=_QUARTER_S)


def classify(
    status: int,
    headers: Mapping[str, str],
    body: Mapping[str, Any] | None,
    call: Call,
    now: datetime,
    *,
    limits: Sequence[LimitObservation] = (),
) -> ChannelError:
    """Which of the classes an answer that is not a success belongs to."""
    if body is None:
        if call is Call.PUBLISH or status not in (401, 402, 429):
            return ambiguous(
                f"X answered {status} with something that is not its own format.", call, code=str(status)
            )
        body = {}
    problem = read_problem(body)
    words = problem.words
    if status >= 500 or status == 408 or status < 400:
        return ambiguous(f"X answered {status}.", call, code=str(status), platform_words=words)
    if status == 429 or 88 in problem.codes:
        return RateLimited(
            "X takes no more for now.",
            retry_after_s=wait_s(limits, now),
            code=problem.kind if problem.kind not in ("", "about:blank") else "429",
            limits=limits,
            platform_words=words,
        )
    if status == 401 or problem.codes & {32, 89}:
        off_s = ahead_s(headers, now)
        clock = f" This machine's clock is {abs(off_s):.0f} s off." if abs(off_s) > 60 else ""
        return CredentialsRejected(
            f"X no longer accepts these tokens; connect the account again.{clock}",
            code="unauthorized",
            platform_words=words,
        )
    if status == 402:
        return CredentialsRejected(
            "The X account's credit is used up; buy credits in the X console.",
            code="credits_depleted",
            platform_words=words,
        )
    if status == 403:
        return _classify_forbidden(problem, now, limits)
    if status == 404:
        return ContentRejected("X no longer has what this refers to.", code="not_found", platform_words=words)
    return ContentRejected("X refused this text.", code=problem.kind or str(status), platform_words=words)


def _classify_forbidden(problem: Problem, now: datetime, limits: Sequence[LimitObservation]) -> ChannelError:
    words = problem.words
    if 187 in problem.codes or problem.says("duplicate content"):
        return DuplicateRefused("X already has this text from us.", code="duplicate", platform_words=words)
    if 385 in problem.codes or problem.says("deleted or not visible"):
        # Replication lag right behind our own post; a clean refusal, so trying again is safe.
        return Unavailable(
            "X does not show the post that this one continues yet.",
            code="parent_not_visible",
            platform_words=words,
        )
    if 185 in problem.codes or problem.says("update limit"):
        # The window slides over 3 hours and X names no reset; a quarter of an hour frees a twelfth of it.
        account = LimitObservation(
            "account:3h", limit=300, remaining=0, reset_at=now + timedelta(seconds=_QUARTER_S)
        )
        return RateLimited(
            "The X account has reached its posting limit for 3 hours.",
            retry_after_s=_QUARTER_S,
            code="185",
            limits=(*limits, account),
            platform_words=words,
        )
    if problem.kind.endswith(("user-suspended", "app-suspended")) or problem.codes & _AUTH_CODES:
        return CredentialsRejected(
            "X has suspended or locked this account or app; post by hand and settle it on x.com.",
            code=problem.kind if problem.kind.endswith("suspended") else "locked",
            platform_words=words,
        )
    if problem.kind in _AUTH_KINDS or problem.says("client-not-enrolled"):
        return CredentialsRejected(
            "These X tokens may not post; check the app's permissions and its project.",
            code=problem.kind,
            platform_words=words,
        )
    if problem.says(*_NOT_SUMMONED):
        return ContentRejected(
            "X lets an app answer only people who mentioned or quoted the account.",
            code="not_summoned",
            platform_words=words,
        )
    return ContentRejected("X refused this post.", code=problem.kind or "403", platform_words=words)
