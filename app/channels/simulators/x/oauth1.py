"""OAuth 1.0a as a server checks it: signature, clock, nonce. Source: RFC 5849 and X's signing guide."""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import parse_qsl, quote, unquote

from app.channels.simulators.clock import Clock
from app.channels.simulators.x.problems import XProblem, legacy, unauthorized
from app.channels.simulators.x.settings import XSettings

_PAIR: Final = re.compile(r'^\s*([A-Za-z0-9_]+)="([^"]*)"\s*$')
_REQUIRED: Final = frozenset(
    (
        "oauth_consumer_key",
        "oauth_nonce",
        "oauth_signature",
        "oauth_signature_method",
        "oauth_timestamp",
        "oauth_token",
    )
)


def _encode(value: str) -> str:
    return quote(value, safe="-._~")


def signature(
    method: str, url: str, parameters: Iterable[tuple[str, str]], consumer_secret: str, token_secret: str
) -> str:
    """
    The HMAC-SHA1 signature.

    Args:
        url: Scheme, host and path, without a query.
        parameters: Those of the query, of a form body, and the oauth ones but the signature.
    """
    pairs = sorted((_encode(key), _encode(value)) for key, value in parameters)
    base = "&".join(
        (method.upper(), _encode(url), _encode("&".join(f"{key}={value}" for key, value in pairs)))
    )
    key = f"{_encode(consumer_secret)}&{_encode(token_secret)}"
    return base64.b64encode(hmac.new(key.encode(), base.encode(), hashlib.sha1).digest()).decode()


def parse_header(header: str) -> dict[str, str]:
    """The fields of an Authorization header; what is not `key="value"` makes it unreadable (401)."""
    fields: dict[str, str] = {}
    for part in header.removeprefix("OAuth ").split(","):
        pair = _PAIR.match(part)
        if pair is None or pair[1] in fields:
            raise unauthorized()
        fields[pair[1]] = unquote(pair[2])
    return fields


class OAuth1:
    """Checks requests against the one application and its one user."""

    def __init__(self, settings: XSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._seen: dict[tuple[str, int], float] = {}
        self.revoked = False

    def reset(self) -> None:
        self._seen.clear()
        self.revoked = False

    def verify(
        self, header: str, method: str, urls: Iterable[str], query: str, form: str, platform_skew_s: float
    ) -> None:
        """
        Args:
            urls: The addresses that the caller may have signed: its own view of ours, and X's.
            form: The body when it is a form, else empty: other bodies are not signed.
            platform_skew_s: How wrong the platform's clock is, by a fault.

        Raises:
            XProblem: 401.
        """
        fields = parse_header(header)
        settings = self._settings
        if not fields.keys() >= _REQUIRED or fields["oauth_signature_method"] != "HMAC-SHA1":
            raise unauthorized()
        if (
            fields["oauth_consumer_key"] != settings.consumer_key
            or fields["oauth_token"] != settings.access_token
        ):
            raise unauthorized()
        if self.revoked:
            raise _expired()
        if not fields["oauth_timestamp"].isdigit():
            raise unauthorized()
        stamped_s, now_s = int(fields["oauth_timestamp"]), self._clock.unshifted_epoch_s() + platform_skew_s
        if abs(now_s - stamped_s) > settings.clock_skew_s:
            raise legacy(401, 135, "Timestamp out of bounds.")
        given = fields.pop("oauth_signature")
        parameters = [
            *((key, value) for key, value in fields.items() if key != "realm"),
            *parse_qsl(query, keep_blank_values=True),
            *parse_qsl(form, keep_blank_values=True),
        ]
        secrets = settings.consumer_secret, settings.access_token_secret
        if not any(hmac.compare_digest(given, signature(method, url, parameters, *secrets)) for url in urls):
            raise legacy(401, 32, "Could not authenticate you.")
        self._use_nonce(fields["oauth_nonce"], stamped_s, now_s)

    def _use_nonce(self, nonce: str, stamped_s: int, now_s: float) -> None:
        key = (nonce, stamped_s)
        if key in self._seen:
            raise unauthorized()
        if len(self._seen) > 10_000:
            kept_s = 2 * self._settings.clock_skew_s
            self._seen = {key: at for key, at in self._seen.items() if now_s - at <= kept_s}
        self._seen[key] = now_s


def _expired() -> XProblem:
    return legacy(401, 89, "Invalid or expired token.")
