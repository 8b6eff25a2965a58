"""
Both error trees of Tocsin.

AppError: something the caller did or asked; `routes/problems.py` answers every one in one JSON shape.

    AppError
    ├── InvalidInput         422  the request cannot be right as it stands
    ├── Unauthorized         401  nobody is signed in
    ├── Forbidden            403  this person may not do this here
    ├── NotFound             404
    ├── Conflict             409  true a moment ago, not now
    ├── Gone                 410
    ├── TooLarge             413
    ├── TooManyRequests      429  carries retry_after_s
    ├── StorageFull          507  nothing was accepted
    └── Unready              503  carries retry_after_s

ChannelError: what a platform did with our call. The class says what to do next, not merely what broke.

    ChannelError
    ├── Unavailable          no request byte left, or the platform documents "not processed": retry
    ├── RateLimited          wait; costs no attempt
    ├── OutcomeUnknown       the request left and no trustworthy answer came: reconcile, never re-send blindly
    ├── ContentRejected      this text or picture was refused: stop, show the author the reason
    │   └── DuplicateRefused the platform says it already has this: evidence while reconciling
    ├── RecipientRejected    this one number or account: stop for it alone; remember an opt-out
    └── CredentialsRejected  token refused, scope missing, suspended, out of credit: pause the channel, tell the desk

StartRefused is neither: the last check before the first byte said no, so nothing left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar


class AppError(Exception):
    """Base of what a caller can be told. `code` is stable; `detail` is a sentence naming the next action."""

    status: ClassVar[int] = 500
    default_code: ClassVar[str] = "internal"

    def __init__(self, detail: str, *, code: str | None = None, **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.default_code
        self.extra: Mapping[str, Any] = extra


class InvalidInput(AppError):
    status = 422
    default_code = "invalid_input"


class Unauthorized(AppError):
    status = 401
    default_code = "not_signed_in"


class Forbidden(AppError):
    status = 403
    default_code = "not_allowed"


class NotFound(AppError):
    status = 404
    default_code = "not_found"


class Conflict(AppError):
    status = 409
    default_code = "conflict"


class Gone(AppError):
    status = 410
    default_code = "gone"


class TooLarge(AppError):
    status = 413
    default_code = "too_large"


class TooManyRequests(AppError):
    status = 429
    default_code = "too_many_requests"

    def __init__(self, detail: str, *, retry_after_s: float, code: str | None = None, **extra: Any) -> None:
        super().__init__(detail, code=code, **extra)
        self.retry_after_s = retry_after_s


class Unready(AppError):
    status = 503
    default_code = "unready"

    def __init__(
        self, detail: str, *, retry_after_s: float = 2.0, code: str | None = None, **extra: Any
    ) -> None:
        super().__init__(detail, code=code, **extra)
        self.retry_after_s = retry_after_s


class StorageFull(AppError):
    status = 507
    default_code = "storage_full"


@dataclass(frozen=True, slots=True)
class LimitObservation:
    """
    What one answer said about one of the platform's windows.

    Attributes:
        window: The platform's own name for it, e.g. "user:15min", "app:24h", "page:24h".
        remaining: Grants left in the window, None when only a percentage is told.
        used_percent: 0-100 where the platform speaks in percentages (Facebook).
        reset_at: When the window is fresh again, by the platform's clock corrected with its Date header.
    """

    window: str
    limit: int | None = None
    remaining: int | None = None
    used_percent: float | None = None
    reset_at: datetime | None = None


class ChannelError(Exception):
    """Base of what a platform's answer, or its silence, means for the delivery."""

    def __init__(
        self,
        detail: str,
        *,
        code: str = "",
        limits: Sequence[LimitObservation] = (),
        platform_words: str = "",
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code[:100]  # the platform's own code, as text
        self.limits = tuple(limits)
        self.platform_words = platform_words[:500]  # shown to the operator as what the platform said


class Unavailable(ChannelError):
    """Not sent: safe to try again."""


class RateLimited(ChannelError):
    """Not sent, and nothing may be until then; where it does not hold the channel, nothing of this kind of call."""

    def __init__(
        self,
        detail: str,
        *,
        retry_after_s: float,
        code: str = "",
        limits: Sequence[LimitObservation] = (),
        platform_words: str = "",
        holds_channel: bool = True,
    ) -> None:
        super().__init__(detail, code=code, limits=limits, platform_words=platform_words)
        self.retry_after_s = retry_after_s
        self.holds_channel = holds_channel


class OutcomeUnknown(ChannelError):
    """May have landed."""


class ContentRejected(ChannelError):
    """Refused for what it says."""


class DuplicateRefused(ContentRejected):
    """Refused because the platform has the same already."""


class RecipientRejected(ChannelError):
    """Refused for one recipient. `opted_out` means: never again until they come back."""

    def __init__(
        self, detail: str, *, code: str = "", opted_out: bool = False, platform_words: str = ""
    ) -> None:
        super().__init__(detail, code=code, platform_words=platform_words)
        self.opted_out = opted_out


class CredentialsRejected(ChannelError):
    """Refused for who we are."""


class StartRefused(Exception):
    """Raised by the last check before the first byte: the permit is too old, or a stop was pressed."""
