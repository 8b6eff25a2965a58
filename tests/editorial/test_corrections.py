"""The planner: what is done where, what stays, what it costs; no database."""

from dataclasses import replace

import pytest

from app.channels.registry import kind as adapter_kind
from app.editorial.correcting import labelled
from app.editorial.corrections import Out, Outgoing, Told, Way, intents, people_words, plan, recall, ways
from app.errors import InvalidInput
from app.models import DeliveryState


def out(adapter: str, state: str = "sent", **fields: object) -> Out:
    made = Out(
        delivery_id=f"d-{adapter}",
        channel_id=adapter,
        channel_name=adapter.title(),
        adapter=adapter,
        capabilities=adapter_kind(adapter).capabilities,
        state=state,
        begun=state not in ("queued", "withdrawn", "expired", "rejected"),
    )
    return replace(made, **fields)  # type: ignore[arg-type]


SMS = out("twilio", "delivered", audience_id="list", people=41_000)
ALERT = Outgoing("u", "e", (out("x"), out("facebook"), SMS))


class TestPlan:
    @pytest.mark.parametrize(
        ("kind", "expected"),
        [
            ("correction", [Way.REPLY, Way.EDIT, Way.TEXT]),
            ("retraction", [Way.DELETE, Way.DELETE, Way.TEXT]),
            ("all_clear", [Way.REPLY, Way.POST, Way.TEXT]),
        ],
    )
    def test_N7_every_channel_that_got_it_is_in_the_plan_with_the_way_that_suits_it(
        self, kind: str, expected: list[Way]
    ) -> None:
        """None is left out, and what cannot be recalled is said."""
        planned = plan(kind, ALERT, told={"twilio": Told(4100.0, 6560.0)})
        assert [line.way for line in planned.lines] == expected
        assert planned.lines[2].stays == "A text message cannot be recalled."
        assert planned.people == 41_000
        assert planned.seconds == 4100.0
        assert planned.cost == 6560.0

    @pytest.mark.parametrize("state", list(DeliveryState))
    def test_N7_what_may_be_out_is_corrected_and_what_never_left_is_not(self, state: DeliveryState) -> None:
        """Unknown and sending count as out; the rest says in words that nothing is there."""
        made = Outgoing("u", "e", (out("x", state),))
        line = plan("correction", made, told={}).lines[0]
        maybe = {"sent", "delivered", "unknown", "sending", "held"}
        assert (line.way != Way.NOTHING) == (state in maybe)
        assert ("once we know" in line.words) == (state in {"unknown", "sending", "held"})

    @pytest.mark.parametrize(
        ("kind", "way", "words"),
        [
            ("correction", Way.POST, "A new post on X."),
            ("all_clear", Way.POST, "A new post on X."),
            ("retraction", Way.NOTHING, "The post on X is deleted already."),
        ],
    )
    def test_N7_under_a_post_that_is_gone_nobody_is_answered(self, kind: str, way: Way, words: str) -> None:
        """A platform refuses a reply to what was deleted, and who read it must hear what is right all the same."""
        made = Outgoing("u", "e", (out("x", deleted=True),))
        line = plan(kind, made, told={}).lines[0]
        assert (line.way, line.words) == (way, words)
        assert list(recall(made)) == []

    def test_a_held_one_that_never_began_is_not_out(self) -> None:
        """A stop before the first byte leaves nothing to correct."""
        assert ways("correction", out("x", "held", begun=False)) == (Way.NOTHING,)

    def test_a_thread_is_never_edited(self) -> None:
        """A shorter text would leave wrong posts at its end."""
        assert Way.EDIT not in ways("correction", out("facebook", parts=2))

    def test_a_way_the_channel_does_not_have_is_refused_by_name(self) -> None:
        """A text cannot be deleted, whatever somebody sends."""
        with pytest.raises(InvalidInput) as refused:
            plan("retraction", ALERT, told={}, chosen={"twilio": "delete"})
        assert refused.value.extra["channel_id"] == "twilio"

    def test_no_price_is_not_a_price_of_zero(self) -> None:
        """One unknown makes the sum unknown."""
        told = {"twilio": Told(1.0, None), "x": Told(1.0, 0.2)}
        assert plan("correction", ALERT, told=told).cost is None


class TestIntents:
    def test_each_way_becomes_its_acts_and_the_first_readers_are_first(self) -> None:
        """A reply and an edit point at the old one; a list goes first to those who got it."""
        planned = plan("correction", ALERT, told={})
        made = {
            one.channel_id: one
            for one in intents(planned, dict.fromkeys(("x", "facebook", "twilio"), ("right",)))
        }
        assert (made["x"].act, made["x"].of_delivery_id) == ("reply", "d-x")
        assert (made["facebook"].act, made["facebook"].of_delivery_id) == ("edit", "d-facebook")
        assert (made["twilio"].act, made["twilio"].audience_id, made["twilio"].first_to) == (
            "post",
            "list",
            "d-twilio",
        )

    def test_delete_and_replace_is_both(self) -> None:
        """The wrong post goes, the right one comes, on the same channel."""
        planned = plan("correction", ALERT, told={}, chosen={"x": "replace"})
        acts = [(one.act, one.parts) for one in intents(planned, {"x": ("right",)}) if one.channel_id == "x"]
        assert acts == [("delete", ()), ("post", ("right",))]

    def test_a_deletion_carries_no_text(self) -> None:
        """Nothing of the new words goes with it."""
        planned = plan("retraction", ALERT, told={})
        assert [one.parts for one in intents(planned, {"x": ("t",)}) if one.act == "delete"] == [(), ()]


class TestWords:
    def test_the_label_is_in_the_language_of_the_text(self) -> None:
        """Five languages, each with its own word."""
        texts = dict.fromkeys(("en", "it", "fr", "es", "ca"), "x")
        assert labelled("correction", texts) == {
            "en": "Correction: x",
            "it": "Rettifica: x",
            "fr": "Rectification: x",
            "es": "Rectificación: x",
            "ca": "Rectificació: x",
        }

    def test_people_are_counted_to_three_figures(self) -> None:
        """Exact while small, "about" when large."""
        said = [people_words(n) for n in (1, 999, 41_234, 1_234_567)]
        assert said == [
            "1 person",
            "999 people",
            "about 41\u202f200 people",
            "about 1\u202f230\u202f000 people",
        ]

    def test_taking_back_names_what_no_program_can_recall(self) -> None:
        """Posts are deleted; a text stays, and with how many."""
        shares = list(recall(ALERT))
        assert [type(one).__name__ for one in shares] == ["Out", "Out", "NoRecall"]
        assert "about 41\u202f000 people" in shares[2].words  # type: ignore[union-attr]
