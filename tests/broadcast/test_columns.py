"""Many rows in one statement on PostgreSQL: what they share handed over once, and who was taken over left alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.broadcast.bulk import Shape, insert_rows, update_as_seen, update_rows, write
from app.broadcast.bulk_columns import MANY
from app.broadcast.settle import after_attempt
from app.channels.base import Receipt
from app.clock import SystemClock
from app.db import Database
from app.errors import OutcomeUnknown
from app.models import Delivery, LimitHold, RecipientDelivery
from tests.broadcast.running import show
from tests.broadcast.test_list_truth import People

pytestmark = pytest.mark.servers

_HOLDS = LimitHold.__table__  # type: ignore[attr-defined]
AT = datetime(2026, 3, 1, 8, 30, 0, 123456, tzinfo=UTC)


@pytest.fixture
async def people(postgres_url: str) -> AsyncIterator[People]:
    async with show(postgres_url, channels=("twilio",), start=False) as made:
        yield People(made)


@pytest.mark.parametrize("n", [2, MANY, MANY + 3])
async def test_rows_by_columns_are_stored_as_they_were_given(postgres_url: str, n: int) -> None:
    """Few or many; the same for all, different, and missing; texts with quotes, numbers and microseconds."""
    given = [
        {
            "key": f"it's {i} \\ é",
            "until": AT + timedelta(microseconds=i),
            "cap": None if i % 2 else i,
            "why": "x",
        }
        for i in range(n)
    ]
    database = Database(postgres_url)
    await database.start()

    async def work(session: AsyncSession) -> list[dict[str, object]]:
        await write(session, insert_rows(Shape(_HOLDS), given, sqlite=False))
        found = await session.execute(select(_HOLDS).order_by(_HOLDS.c.until))
        return [dict(row) for row in found.mappings()]

    try:
        assert await database.write(work) == given
    finally:
        await database.stop()


async def test_what_many_rows_share_and_what_they_do_not_is_changed(people: People) -> None:
    """A value for all, one each, and none, each where it belongs; those that are not named stay as they were."""
    await people.publish(people=MANY + 2)
    rows = await people.show.stage.rows(RecipientDelivery)
    *named, left = sorted(row.id for row in rows)
    changes = [
        {"id": id_, "sent_at": AT, "settled_at": None, "looks": i, "remote_id": f"SM{i}" if i else None}
        for i, id_ in enumerate(named)
    ]

    async def work(session: AsyncSession) -> None:
        table = RecipientDelivery.__table__  # type: ignore[attr-defined]
        await write(session, update_rows(table, changes, sqlite=False))

    await people.show.stage.database.write(work)
    now = {row.id: row for row in await people.show.stage.rows(RecipientDelivery)}
    for change in changes:
        row = now[str(change["id"])]
        assert {name: getattr(row, name) for name in change} == change
    assert now[left].sent_at is None


async def test_G6_many_outcomes_are_written_but_of_who_was_taken_over(people: People) -> None:
    """Of a whole group two were taken over by another node meanwhile: these stay as it left them, and are counted so."""
    await people.publish(people=MANY + 4)
    messages = await people.permit()
    taken = {messages[0].id, messages[-1].id}

    async def take_over(session: AsyncSession) -> None:
        await session.execute(
            update(RecipientDelivery)
            .where(RecipientDelivery.id.in_(taken))  # type: ignore[attr-defined]
            .values(state="unknown", reason="another", fence=RecipientDelivery.fence + 1)
        )
        await people.means.lists.sums.recount(session, people.delivery_id, SystemClock().now())

    await people.show.stage.database.write(take_over)
    outcomes = [
        (
            message,
            after_attempt(
                message.standing,
                OutcomeUnknown("no answer") if message.id in taken else Receipt(f"SM{n}"),
                started=True,
                intent_at=message.intent_at,
                now=SystemClock().now(),
                rules=people.show.engine.settings.retry,
                random=lambda: 0.0,
            ),
        )
        for n, message in enumerate(messages)
    ]

    async def settle(session: AsyncSession) -> None:
        await people.means.lists.apply(session, outcomes, SystemClock().now())

    await people.show.stage.database.write(settle)
    now = {row.id: row for row in await people.show.stage.rows(RecipientDelivery)}
    assert {id_ for id_, row in now.items() if row.state != "sent"} == taken
    assert {(now[id_].state, now[id_].reason, now[id_].fence) for id_ in taken} == {("unknown", "another", 2)}
    row = await people.show.stage.one(Delivery, id=people.delivery_id)
    assert row.counts["sent"] == len(messages) - 2
    assert row.counts["unknown"] == 2


async def test_a_row_that_is_not_as_it_was_seen_is_neither_changed_nor_told(people: People) -> None:
    """By its number or by its state."""
    await people.publish(people=3)
    one, two, three = sorted(row.id for row in await people.show.stage.rows(RecipientDelivery))
    table = RecipientDelivery.__table__  # type: ignore[attr-defined]
    rows = [
        {"id": one, "looks": 7, "seen": 0, "was": "queued"},
        {"id": two, "looks": 7, "seen": 1, "was": "queued"},
        {"id": three, "looks": 7, "seen": 0, "was": "sending"},
    ]

    async def work(session: AsyncSession) -> list[tuple[object, ...]]:
        seen = update_as_seen(table, rows, (("seen", "fence"), ("was", "state")))
        return [tuple(row) for row in await write(session, seen)]

    assert await people.show.stage.database.write(work) == [(one, 0, "queued")]
    assert {row.id: row.looks for row in await people.show.stage.rows(RecipientDelivery)} == {
        one: 7,
        two: 0,
        three: 0,
    }
