"""A flood is taken up as the budget allows, and who asks for help first of all."""

from app.audience.attention import Attention


class TestAttention:
    def test_who_asks_for_help_is_looked_at_when_others_have_used_up_the_time(self) -> None:
        attention = Attention(per_s=10)
        while attention.has_time(0):
            attention.spent(0)
        assert attention.has_time(0, urgent=True)

    def test_what_is_taken_for_calls_for_help_is_bounded_too(self) -> None:
        """Somebody who floods us with them costs no more than any other flood."""
        attention = Attention(per_s=10)
        looked = 0
        while attention.has_time(0, urgent=True):
            attention.spent(0)
            looked += 1
        assert 20 <= looked <= 21
        assert not attention.has_time(0.5)
        assert attention.has_time(0.5, urgent=True)

    def test_those_that_had_to_wait_come_before_the_others(self) -> None:
        attention = Attention()
        for reply_id in ("a", "b"):
            attention.wait(reply_id)
        attention.wait("plea", urgent=True)
        assert (attention.waiting, attention.is_urgent) == (3, True)
        assert attention.next(2) == ["plea", "a"]
        assert (attention.next(5), attention.is_urgent) == (["b"], False)
