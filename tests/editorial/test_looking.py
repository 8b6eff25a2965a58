"""What the guard is asked about the texts of one update."""

from app.editorial.guard import Verdict
from app.editorial.guard.engine import RuleGuard
from app.editorial.looking import look_at, strictest
from app.models.live_event import LiveEvent

EVENT = LiveEvent(kind="surgery", staff_allow=[], allow={})


def decide(text: str, asked: str | None) -> Verdict:
    return strictest(look_at(RuleGuard(), EVENT, [("", "en", text)], (), {}, asked)).verdict


def test_an_answer_is_looked_at_as_an_answer_too() -> None:
    """Said to nobody, somebody asks whose husband that is; said to somebody who asked, it confirms who is here."""
    text = "Your husband is recovering in our unit."
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
