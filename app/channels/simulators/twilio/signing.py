"""
How Twilio signs what it sends: HMAC-SHA1 over the address and the sorted parameters.

Source: twilio.com/docs/usage/security and github.com/twilio/twilio-python `twilio/request_validator.py`, as
summarised in the project's platform notes, section 3A, read 2026-11-21; the vector is in section 8.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urldefrag, urlsplit


def signature(auth_token: str, url: str, params: Mapping[str, str]) -> str:
    """Sign a form POST; `url` is exactly what is requested, without a fragment."""
    text = url + "".join(name + params[name] for name in sorted(params))
    return base64.b64encode(hmac.new(auth_token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def without_fragment(url: str) -> tuple[str, dict[str, str]]:
    """Split an address into what is requested and the connection overrides in its fragment (#rc=3&rp=ct,rt,5xx)."""
    plain, fragment = urldefrag(url)
    pairs = (piece.partition("=") for piece in fragment.split("&") if piece)
    return plain, {name: value for name, _, value in pairs}


def is_callback_url(url: str) -> bool:
    """Whether Twilio would take this address: http or https, a host, and no underscore in it."""
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in {"http", "https"} and bool(parts.hostname) and "_" not in (parts.hostname or "")
        )
    except ValueError:
        return False
