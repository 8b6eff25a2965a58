"""The document for search engines says of the page what is true of it, whatever becomes of its entries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.feeds.live_blog import live_blog
from app.schemas.frames import EventState, Item

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
EVENT = EventState(id="e", slug="flood", kind="crisis", title="Flood", state="live", started_at=NOW)


def said(minute: int, **fields: Any) -> Item:
    at = NOW + timedelta(minutes=minute)
    return Item(id=f"u{minute}", type="update", version=1, at=at, texts={"en": f"Word {minute}."}, **fields)


def modified(*items: Item) -> datetime:
    newest_first = sorted(items, key=lambda item: item.at, reverse=True)
    document = live_blog(
        EVENT, newest_first, url="https://live.example/e/flood", hospital="H", lang="en", now=NOW
    )
    return datetime.fromisoformat(document["dateModified"])


@pytest.mark.parametrize("state", ["corrected", "retracted", "removed"])
def test_a_page_whose_last_word_is_taken_back_is_no_older_than_before(state: Any) -> None:
    """It was changed again, if anything; what reads it would take it for a copy from before."""
    first, last = said(1), said(5)
    assert modified(first, last) == last.at
    assert modified(first, said(5, state=state)) == last.at


def test_a_page_without_a_word_was_changed_when_it_began() -> None:
    """And replies are other people's words."""
    assert modified() == NOW
    assert modified(said(1), said(7).model_copy(update={"type": "reply"})) == said(1).at
