"""Addresses in settings: https everywhere, plain http for this machine alone."""

from __future__ import annotations

import ipaddress
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator


def is_loopback(host: str) -> bool:
    """Whether a host name or literal address can only be this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_base_address(value: str) -> str:
    """
    Accept an address that tokens may be sent to, and drop its trailing slash.

    Raises:
        ValueError: not http(s), carries credentials, a query or a fragment, or is plain http beyond this machine.
    """
    address = value.strip().rstrip("/")
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError as exc:
        raise ValueError("is not a readable address; write it like https://api.example.org") from exc
    if parts.scheme not in ("http", "https") or not host:
        raise ValueError("must start with https:// and name a host")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must not carry a user name or password; put them into the credentials")
    if parts.query or parts.fragment:
        raise ValueError("must not carry a query or a fragment")
    if parts.scheme == "http" and not is_loopback(host):
        raise ValueError("must use https; plain http is for this machine alone")
    return address


BaseAddress = Annotated[str, AfterValidator(check_base_address)]
