"""A message is laid out by the same rules here and in the browser: the cases are shared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.feeds.texts import chosen, headline_and_rest, link_pieces, web_address

CASES: dict[str, list[Any]] = json.loads(
    (Path(__file__).parent.parent / "fixtures" / "viewer" / "texts.json").read_text("utf-8")
)


class TestTexts:
    """The same cases run in frontend/viewer/texts.test.ts."""

    @pytest.mark.parametrize(("text", "headline", "rest"), CASES["headline_and_rest"])
    def test_the_first_sentence_is_the_headline(self, text: str, headline: str, rest: str) -> None:
        """Nothing is lost between the two."""
        assert headline_and_rest(text) == (headline, rest)

    @pytest.mark.parametrize(("text", "pieces"), CASES["link_pieces"])
    def test_links_are_found(self, text: str, pieces: list[list[str]]) -> None:
        """Only web addresses become links, and the pieces are the whole text."""
        assert link_pieces(text) == [tuple(piece) for piece in pieces]
        assert "".join(words for words, _ in link_pieces(text)) == text

    @pytest.mark.parametrize(("texts", "lang", "default", "found"), CASES["chosen"])
    def test_a_language_is_chosen(
        self, texts: dict[str, str], lang: str, default: str, found: list[str]
    ) -> None:
        """The reader's, else the event's own, else what there is."""
        assert chosen(texts, lang, default) == tuple(found)

    @pytest.mark.parametrize(("url", "found"), CASES["web_address"])
    def test_only_web_addresses_are_linked(self, url: str, found: str) -> None:
        """Any other scheme can be a program."""
        assert web_address(url) == found
