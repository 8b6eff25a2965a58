"""app/channels/x_signing.py against the documented example and vectors computed by others."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from app.channels.x_signing import OAuth1Keys, oauth1_header, webhook_signature

KEYS = OAuth1Keys(
    "xvz1evFS4wEEPTGEFPHBog",
    "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
    "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
    "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
)


@pytest.mark.parametrize(
    ("method", "url", "params", "form", "expected"),
    [
        (
            "POST",
            "https://api.x.com/1.1/statuses/update.json?include_entities=true",
            {},
            {"status": "Hello Ladies + Gentlemen, a signed OAuth request!"},
            "Ls93hJiZbQ3akF3HF3x1Bz8/zU4=",
        ),
        ("POST", "https://api.x.com/2/tweets", {}, None, "lr+tV/DKclEvXKVjG6tgaSSLV0k="),
        (
            "GET",
            "https://api.x.com/2/tweets/search/recent",
            {"query": "conversation_id:123 -is:retweet", "max_results": "100"},
            None,
            "TgqOVnqW0yC1/83yftzDVxHzHJo=",
        ),
    ],
)
def test_oauth1_signatures_equal_the_vectors(method, url, params, form, expected) -> None:
    """Query and form are signed, JSON is not, and every value is percent-encoded the strict way."""
    header = oauth1_header(
        method,
        url,
        params,
        KEYS,
        nonce="kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg",
        timestamp=1318622958,
        form=form,
    )
    found = re.search(r'oauth_signature="([^"]+)"', header)
    assert found is not None
    assert unquote(found[1]) == expected
    assert len(re.findall(r'oauth_\w+="', header)) == 7


def test_a_crc_challenge_is_answered_as_documented() -> None:
    """The answer to X's challenge equals the vector."""
    assert (
        webhook_signature("consumer-secret", b"challenge_string")
        == "sha256=S/mG8E9n5SjoGuCqHguvP8K8uuu5ogCPF0dOpIdyZlk="
    )
