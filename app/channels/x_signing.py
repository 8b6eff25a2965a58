"""
Signatures of X: OAuth 1.0a for requests, HMAC-SHA256 for webhooks. Pure.

Source: docs.x.com, "Creating a signature" and "Securing webhooks", read 2026-08-22.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlsplit


@dataclass(frozen=True, slots=True)
class OAuth1Keys:
    """The four values of one app and one account."""

    consumer_key: str
    consumer_secret: str
    token: str
    token_secret: str


def _encode(value: str) -> str:
    return quote(value, safe="-._~")


def oauth1_signature(
    method: str, url: str, pairs: Iterable[tuple[str, str]], consumer_secret: str, token_secret: str
) -> str:
    """
    Sign a request.

    Args:
        pairs: oauth_ values, query and, only for a form-encoded body, the form.
    """
    joined = "&".join(f"{k}={v}" for k, v in sorted((_encode(k), _encode(v)) for k, v in pairs))
    base = f"{method.upper()}&{_encode(url)}&{_encode(joined)}"
    key = f"{_encode(consumer_secret)}&{_encode(token_secret)}"
    return base64.b64encode(hmac.new(key.encode(), base.encode(), hashlib.sha1).digest()).decode()


def oauth1_header(
    method: str,
    url: str,
    params: Mapping[str, str],
    keys: OAuth1Keys,
    *,
    nonce: str,
    timestamp: int,
    form: Mapping[str, str] | None = None,
) -> str:
    """The Authorization header; JSON and multipart bodies are not signed."""
    parts = urlsplit(url)
    oauth = {
        "oauth_consumer_key": keys.consumer_key,
        "oauth_nonce": nonce,
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": str(timestamp),
        "oauth_token": keys.token,
        "oauth_version": "1.0",
    }
    pairs = [
        *oauth.items(),
        *params.items(),
        *(form or {}).items(),
        *parse_qsl(parts.query, keep_blank_values=True),
    ]
    bare = f"{parts.scheme}://{parts.netloc}{parts.path}"
    oauth["oauth_signature"] = oauth1_signature(method, bare, pairs, keys.consumer_secret, keys.token_secret)
    return "OAuth " + ", ".join(f'{k}="{_encode(v)}"' for k, v in sorted(oauth.items()))


def webhook_signature(consumer_secret: str, body: bytes) -> str:
    """What X puts into x-twitter-webhooks-signature, and what it wants as an answer to a CRC token."""
    digest = hmac.new(consumer_secret.encode(), body, hashlib.sha256).digest()
    return "sha256=" + base64.b64encode(digest).decode()
