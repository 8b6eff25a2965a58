"""How a list went out over time, from its rows: what left by when, and what arrived; on both databases."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

from app.broadcast.course import STEPS, Courses, course_of
from app.broadcast.list_sums import PEOPLE
from app.broadcast.publisher import Publisher
from app.clock import SystemClock
from app.ids import new_id
from app.models import Delivery, RecipientDelivery
from tests.broadcast.house import Stage, open_stage, render, sqlite_url

SINCE = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    url = sqlite_url(tmp_path) if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))
    async with open_stage(url, channels=("twilio",)) as made:
        yield made


async def list_of(stage: Stage, people: list[dict[str, Any]]) -> Delivery:
    """A delivery that was released at `SINCE`, with these people on it."""
    publisher = Publisher(stage.database, SystemClock(), new_id, lambda positions: None, zone=UTC)
    await publisher.accept(stage.decided(to=("twilio",)), render)
    row = await stage.one(Delivery)
    audience_id = await stage.add_audience(len(people))
    states = [one["state"] for one in people]
    counts = {state: states.count(state) for state in set(states)} | ({PEOPLE: len(people)} if people else {})
    async with stage.database.transaction() as session:
        await session.execute(
            update(Delivery).where(col(Delivery.id) == row.id).values(counts=counts, claimable_at=SINCE)
        )
        for n, one in enumerate(people):
            where = {"delivery_id": row.id, "recipient_id": f"{audience_id}-{n:06d}"}
            values = {"number": f"+1555{n:07d}", "due_at": SINCE, **where, **one}
            session.add(RecipientDelivery(id=f"r{n}", **values))
    return await stage.one(Delivery)


def after(seconds: float) -> datetime:
    return SINCE + timedelta(seconds=seconds)


class TestCourseOf:
    def test_what_left_by_each_step_ends_with_all_and_never_falls(self) -> None:
        """The last number is everybody; no step says fewer than the one before it."""
        begin = int(SINCE.timestamp())
        left = {begin + second: 7 for second in range(0, 900, 3)}
        found = course_of(SINCE, SINCE, 2_500, left, {begin + 901: 2})
        assert found.sent[0] == found.delivered[0] == 0
        assert found.sent[-1] == sum(left.values())
        assert list(found.sent) == sorted(found.sent)
        assert found.delivered[-2:] == (0, 2)
        assert len(found.sent) == len(found.delivered) <= STEPS + 1
        assert SINCE + timedelta(seconds=found.step_s * (len(found.sent) - 1)) > SINCE + timedelta(
            seconds=901
        )

    def test_a_course_of_one_second_has_one_step(self) -> None:
        """Where everything left at once there is still something to draw."""
        found = course_of(SINCE, SINCE, 3, {int(SINCE.timestamp()): 3}, {})
        assert (found.step_s, found.sent, found.delivered) == (1, (0, 3), (0, 0))


class TestCourses:
    async def test_people_are_counted_by_when_they_left_and_arrived(self, stage: Stage) -> None:
        """From the rows of the list; whoever waits or was refused before it left has not left."""
        row = await list_of(
            stage,
            [
                {"state": "delivered", "sent_at": after(0.1), "settled_at": after(4)},
                {"state": "delivered", "sent_at": after(2.5), "settled_at": after(4.9)},
                {"state": "sent", "sent_at": after(2.9)},
                {"state": "rejected", "sent_at": after(1), "settled_at": after(9)},
                {"state": "rejected", "settled_at": after(0)},
                {"state": "queued"},
            ],
        )
        found = await Courses(stage.database).of(row, after(5))
        assert (found.since, found.step_s, found.people) == (SINCE, 1, 6)
        assert found.sent == (0, 1, 2, 4, 4, 4, 4)
        assert found.delivered == (0, 0, 0, 0, 0, 2, 2)

    async def test_where_nobody_is_counted_there_is_nothing_to_draw(self, stage: Stage) -> None:
        """A post on a platform has no list."""
        row = await list_of(stage, [])
        found = await Courses(stage.database).of(row, after(60))
        assert (found.people, found.sent[-1], found.delivered[-1]) == (0, 0, 0)
