"""
The digest of what a public viewer sees: a viewer compares its own with the heartbeat's, and takes a snapshot if they differ.

The sum, modulo 2^64, of one 64-bit mark for the event and one for each of the newest `DIGEST_ITEMS` items, so the
order of arrival does not matter. It finds accidents (a lost frame, a bug in a reducer), not attackers. The same rule
stands in frontend/shared/timeline.ts; both run tests/fixtures/timeline/*.json.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

DIGEST_ITEMS = 50
MASK = (1 << 64) - 1
SEPARATOR = "\x1f"

Key = tuple[int, str]
"""Where an item stands in the timeline: milliseconds since 1970, then its id. Newest first is descending."""


def key_of(at: datetime, item_id: str) -> Key:
    # Whole milliseconds, as a browser counts: both sides must agree on which items are the newest.
    return (int(at.replace(microsecond=0).timestamp()) * 1000 + at.microsecond // 1000, item_id)


@lru_cache(maxsize=4096)
def fnv1a64(text: str) -> int:
    """FNV-1a over UTF-8. Source: draft-eastlake-fnv, offset basis and prime for 64 bits."""
    value = 0xCBF29CE484222325
    for byte in text.encode("utf-8", "surrogatepass"):
        value = ((value ^ byte) * 0x100000001B3) & MASK
    return value


def item_words(item: Mapping[str, Any]) -> str:
    """Everything of an item that a reader can see change, as one line."""
    flags = "".join(name[0] for name in ("key_moment", "pinned", "late") if item.get(name))
    texts = [f"{lang}={text}" for lang, text in sorted((item.get("texts") or {}).items())]
    parts = [item["id"], item.get("state") or "shown", item.get("label") or "", item.get("of") or ""]
    return SEPARATOR.join([*parts, item.get("by") or "", flags, *texts])


def event_words(event: Mapping[str, Any]) -> str:
    parts = ["event", event["id"], event["state"], event.get("sending") or "open", event["title"]]
    return SEPARATOR.join([*parts, event.get("headline") or ""])


def digest_of(event: Mapping[str, Any], newest_items: Iterable[Mapping[str, Any]]) -> str:
    """
    Sixteen hexadecimal digits.

    Args:
        newest_items: The newest `DIGEST_ITEMS` items, or all if there are fewer; in any order.
    """
    total = fnv1a64(event_words(event))
    for item in newest_items:
        total += fnv1a64(item_words(item))
    return f"{total & MASK:016x}"
