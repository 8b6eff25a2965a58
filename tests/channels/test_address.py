"""app/channels/address.py: where tokens may be sent."""

from __future__ import annotations

import pytest

from app.channels.address import check_base_address


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://api.x.com/", "https://api.x.com"),
        ("http://127.0.0.1:8001/x", "http://127.0.0.1:8001/x"),
        ("http://[::1]:8001", "http://[::1]:8001"),
        ("http://localhost:8001", "http://localhost:8001"),
    ],
)
def test_https_anywhere_and_http_for_this_machine_are_taken(given: str, kept: str) -> None:
    """Real platforms and local simulators both fit."""
    assert check_base_address(given) == kept


@pytest.mark.parametrize(
    "given",
    [
        "http://api.x.com",
        "http://10.0.0.1",
        "http://localhost.example.org",
        "http://127.0.0.1.example.org",
        "ftp://api.x.com",
        "https://",
        "api.x.com",
        "https://user:pass@api.x.com",
        "https://api.x.com/?a=b",
        "https://api.x.com/#f",
        "http://[::1",
        "https://api.x.com:99999",
    ],
)
def test_plain_http_beyond_this_machine_and_odd_addresses_are_refused(given: str) -> None:
    """A token never travels in the clear, and nothing hides in an address."""
    with pytest.raises(ValueError):
        check_base_address(given)
