"""What an entry of the public page says."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from app.feeds.event_page import Reader, item_view
from app.feeds.words import Words
from app.schemas.frames import Item

AT = datetime(2026, 11, 23, 14, 26, tzinfo=UTC)


def reader() -> Reader:
    words = Words(
        "en", {"correct.now": "What is right", "view.was": "We said", "correct.label": "Correction"}
    )
    return Reader(words, "en", "en", ZoneInfo("UTC"), AT)


def said(id_: str, text: str, **more: str) -> Item:
    return Item.model_validate(
        {"id": id_, "type": "update", "version": 1, "at": AT, "texts": {"en": text}, **more}
    )


class TestACorrection:
    def test_beside_what_was_said_stands_all_of_what_is_right(self) -> None:
        """Its first sentence is its headline as well, and is most of it: alone, the rest would put nothing right."""
        wrong = said("1", "The hospital is closed.")
        for text in ("Only A&E is closed. Maternity is open.", "Only A&E is closed."):
            view = item_view(said("2", text, label="correction", of="1"), {"1": wrong}, reader(), "flood")
            assert view.right == "What is right"
            assert "".join(words for words, _ in view.rest) == text
