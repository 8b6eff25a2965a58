"""What the guard is asked about the texts of one update."""

import pytest

from app.editorial.guard import Verdict
from app.editorial.guard.engine import RuleGuard
from app.editorial.looking import look_at, obey_above, strictest
from app.editorial.said_before import ended
from app.errors import Forbidden
from app.models.live_event import LiveEvent

EVENT = LiveEvent(kind="surgery", staff_allow=[], allow={})
EVENT_EN = LiveEvent(kind="surgery", staff_allow=[], allow={}, default_lang="en")


def decide(text: str, asked: str | None) -> Verdict:
    return strictest(look_at(RuleGuard(), EVENT, [("", "en", text)], (), {}, asked)).verdict


def test_an_answer_is_looked_at_as_an_answer_too() -> None:
    """Said to nobody, somebody asks whose husband that is; said to somebody who asked, it confirms who is here."""
    text = "Your husband is well."
    assert decide(text, None) == Verdict.ASK
    assert decide(text, "How is he?") == Verdict.BLOCK


def test_a_number_that_goes_on_from_the_question_is_seen() -> None:
    """The question stands before the answer like an update before an update."""
    assert decide("and then 8821", "is it record number 4410") == Verdict.BLOCK


def test_without_a_guard_every_text_is_blocked() -> None:
    """G10: a guard that is missing blocks."""
    assert (
        strictest(look_at(None, EVENT, [("", "en", "Skin closed.")], (), {}, None)).verdict == Verdict.BLOCK
    )


class TestReadTogether:
    """An identifier may be split over what is read one after the other, wherever it stands."""

    def test_each_channel_is_read_after_what_it_said_itself(self) -> None:
        """X has words of its own; the page, and every other channel, said something harmless before."""
        before = {"en": ("Skin closed.",), "x:en": ("The record number begins 4410",)}
        own = look_at(RuleGuard(), EVENT, [("x", "en", "and it ends in 88")], (), before, None)
        common = look_at(RuleGuard(), EVENT, [("", "en", "and it ends in 88")], (), before, None)
        elsewhere = look_at(RuleGuard(), EVENT, [("facebook", "en", "and it ends in 88")], (), before, None)
        assert strictest(own).verdict == Verdict.BLOCK
        assert strictest(common).verdict == Verdict.BLOCK, "X has no words of its own now, so it takes these"
        assert strictest(elsewhere).verdict == Verdict.PASS

    def test_a_line_above_is_read_after_the_updates_and_after_the_lines_above_it(self) -> None:
        """A headline that goes on in what was said, or in the title, identifies as a text does."""
        updates = {"en": ("The record number begins 4410",)}
        for lines, previous in (
            ([("headline", "and then 8821")], updates),
            ([("title", "Record number 4410"), ("headline", "and then 8821")], {}),
        ):
            with pytest.raises(Forbidden) as caught:
                obey_above(
                    RuleGuard(), EVENT_EN, lines[-1:], (), confirmed=True, previous=previous, among=lines
                )
            assert caught.value.code == "guard_blocked"

    @pytest.mark.parametrize(
        "lines",
        [
            ("Knee replacement", "Hospital Sant Pau", "The first cut is made", "#surgery", "Call 112"),
            (
                "Flood in the old town",
                "Via Roma 12",
                "Ward 4 is closed",
                "3 injured",
                "24 rescued",
                "Call 061",
            ),
            ("Heart surgery, live", "Theatre 2", "Dr. Anna Puig operates", "4 hours expected"),
        ],
    )
    def test_lines_that_say_nothing_of_anybody_pass(self, lines: tuple[str, ...]) -> None:
        """Beside each other, and beside what was said."""
        event = LiveEvent(kind="crisis", staff_allow=["Anna Puig"], allow={}, default_lang="en")
        said = [("headline", line) for line in lines]
        before = {"en": ("Water has entered A&E.", "12 people are safe.")}
        obey_above(RuleGuard(), event, said, (), confirmed=True, previous=before, among=said)
        for line in lines:
            texts = {"en": ("Skin closed.",), "above1:en": (ended(line),)}
            looked = look_at(RuleGuard(), event, [("", "en", "24 people are at the gym.")], (), texts, None)
            assert strictest(looked).verdict == Verdict.PASS, line
