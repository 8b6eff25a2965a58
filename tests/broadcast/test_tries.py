"""What the page of a delivery says of its tries: how far each came, and what comes next and when."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.broadcast.earlier_tries import Reached, reached
from app.broadcast.retry import RetryRules
from app.broadcast.tries import Round, Step, Tries, What, ahead
from app.models import Attempt, Delivery
from tests.broadcast.house import Stage, open_stage, sqlite_url
from tests.broadcast.test_course import list_of

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
DUE, END = NOW + timedelta(seconds=20), NOW + timedelta(hours=1)
RULES = RetryRules()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    url = sqlite_url(tmp_path) if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))
    async with open_stage(url, channels=("twilio",)) as made:
        yield made


def delivery(state: str, **values: object) -> Delivery:
    known: dict[str, object] = {"due_at": DUE, "expires_at": END, "claimable_at": NOW}
    return Delivery(id="d", state=state, lane="l", **{**known, **values})  # type: ignore[arg-type]


def steps(row: Delivery, *, channel_on: bool = True, kind: str = "crisis") -> tuple[Step, ...]:
    return ahead(row, channel_on=channel_on, event_kind=kind, rules=RULES)


class TestReached:
    @pytest.mark.parametrize(
        ("outcome", "how_far"),
        [
            ("sent", "taken"),
            ("StartRefused", "nothing_left"),
            ("Unavailable", "not_taken"),
            ("RateLimited", "not_taken"),
            ("ContentRejected", "refused"),
            ("OutcomeUnknown", "in_doubt"),
            ("RuntimeError", "in_doubt"),
        ],
    )
    def test_what_is_not_known_to_be_absent_is_in_doubt(self, outcome: str, how_far: str) -> None:
        """Only outcomes that prove it say that nothing is there; a failure of our own proves nothing."""
        assert reached(outcome, "queued") == how_far

    def test_a_try_whose_worker_died_is_not_under_way_for_ever(self) -> None:
        """Nobody wrote an outcome: while it is being sent it is under way, afterwards it is in doubt."""
        assert reached(None, "sending") == "under_way"
        assert reached(None, "unknown") == "in_doubt"


class TestAhead:
    def test_a_failed_try_is_followed_by_more_until_it_is_too_old(self) -> None:
        """The next one has its time; the ones after it are at most the longest back-off apart; the end is its expiry."""
        row = delivery("queued", reason="unavailable")
        assert steps(row) == (Step(What.TRY, DUE), Step(What.MORE, every_s=15.0), Step(What.END, END))
        assert steps(row, kind="surgery")[1].every_s == 60.0

    def test_what_the_platform_asked_to_wait_for_is_one_try(self) -> None:
        """No back-off follows an announced wait."""
        assert steps(delivery("queued", reason="limited")) == (Step(What.TRY, DUE), Step(What.END, END))

    def test_no_try_is_promised_on_a_channel_that_is_paused(self) -> None:
        """It waits for somebody who puts the channel right."""
        assert steps(delivery("queued"), channel_on=False) == (Step(What.ACCESS), Step(What.END, END))

    def test_what_may_be_out_is_looked_for_and_what_nobody_can_tell_is_asked(self) -> None:
        """A look has its time; a person has none, and is waited for as long as it takes."""
        assert steps(delivery("unknown")) == (Step(What.LOOK, DUE),)
        assert steps(delivery("held")) == (Step(What.PERSON),)

    @pytest.mark.parametrize("state", ["sent", "delivered", "rejected", "expired", "withdrawn"])
    def test_nothing_follows_what_is_over(self, state: str) -> None:
        """What is final has no next step."""
        assert steps(delivery(state)) == ()

    def test_nothing_is_promised_before_it_is_released(self) -> None:
        """A countdown or a second person comes first, and says so itself."""
        assert steps(delivery("queued", claimable_at=None)) == ()


class TestAgain:
    async def test_of_a_list_only_those_are_told_who_are_tried_once_more(self, stage: Stage) -> None:
        """Who has it and who never had a turn are left out; the tries of the others are counted by how far they came."""
        due, seen = NOW + timedelta(seconds=40), NOW + timedelta(seconds=5)
        row = await list_of(
            stage,
            [
                {"state": "queued", "attempts": 1, "due_at": due},
                {"state": "queued", "attempts": 1, "due_at": NOW + timedelta(seconds=60)},
                {"state": "unknown", "attempts": 1, "due_at": seen},
                {"state": "queued", "attempts": 0, "due_at": NOW},
                {"state": "sent", "attempts": 1, "due_at": NOW},
            ],
        )
        tried = ("Unavailable", "RateLimited", None, None, "sent")
        async with stage.database.transaction() as session:
            for n, outcome in enumerate(tried):
                if n != 3:
                    who = {"delivery_id": row.id, "recipient_delivery_id": f"r{n}"}
                    at = NOW + timedelta(seconds=n)
                    session.add(Attempt(id=f"a{n}", n=1, intent_at=at, outcome=outcome, **who))

        found = await Tries(stage.database, RULES).again(row)

        assert found is not None
        assert (found.people, found.looked_for) == (3, 1)
        assert (found.next_at, found.last_next_at) == (seen, NOW + timedelta(seconds=60))
        assert sorted(found.rounds, key=lambda one: one.reached) == [
            Round(1, Reached.IN_DOUBT, 1, NOW + timedelta(seconds=2), NOW + timedelta(seconds=2)),
            Round(1, Reached.NOT_TAKEN, 2, NOW, NOW + timedelta(seconds=1)),
        ]
