"""Which desks hear of a channel."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.broadcast.channel_desks import tell_channel
from app.db import Database
from app.models import Channel, EventChannel
from tests.broadcast.stage import Event

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


async def hearing(database: Database, channel_id: str) -> list[str]:
    """The desks that are told of a change of this channel, in the order they are."""

    async def work(session: AsyncSession) -> list[str]:
        return [position.topic_id for position in await tell_channel(session, channel_id, NOW)]

    return await database.write(work)


async def uses(event: Event, channel_id: str) -> None:
    async with event.database.transaction() as session:
        session.add(EventChannel(event_id=event.id, channel_id=channel_id))


async def sends(event: Event, state: str) -> None:
    """A delivery of the event on its own channel."""
    update_id, _ = await event.release("The knee is open.")
    await event.delivery(update_id, state)


async def stands_in(database: Database, second_id: str, *, of: str) -> None:
    async with database.transaction() as session:
        (await session.get_one(Channel, of)).second_id = second_id


@pytest.mark.parametrize("state", ["draft", "scheduled", "live", "paused"])
async def test_an_event_that_may_use_it_hears_before_anything_went_there(
    database: Database, state: str
) -> None:
    event = await Event(database).create(state)
    await uses(event, event.channel_id)
    assert await hearing(database, event.channel_id) == [event.desk]


@pytest.mark.parametrize("state", ["ended", "archived"])
async def test_an_event_that_is_over_hears_no_more(database: Database, state: str) -> None:
    event = await Event(database).create(state)
    await uses(event, event.channel_id)
    await sends(event, "sent")
    assert await hearing(database, event.channel_id) == []


@pytest.mark.parametrize(
    ("event_state", "state"),
    [("ended", "queued"), ("ended", "sending"), ("ended", "unknown"), ("ended", "held"), ("live", "queued")],
)
async def test_an_event_hears_while_something_of_it_is_open_there_though_it_may_be_over(
    database: Database, event_state: str, state: str
) -> None:
    """A retraction is sent after the end as well, and its desk waits for the channel."""
    event = await Event(database).create(event_state)
    await sends(event, state)
    assert await hearing(database, event.channel_id) == [event.desk]


async def test_an_event_hears_of_the_second_provider_of_its_channel(database: Database, event: Event) -> None:
    spare = await Event(database, "spare").create("ended")
    await stands_in(database, spare.channel_id, of=event.channel_id)
    await uses(event, event.channel_id)
    assert await hearing(database, spare.channel_id) == [event.desk]


async def test_an_event_is_told_once_for_whatever_reasons(database: Database, event: Event) -> None:
    spare = await Event(database, "spare").create()
    await stands_in(database, spare.channel_id, of=event.channel_id)
    for one in (event.channel_id, spare.channel_id):
        await uses(spare, one)
    await sends(spare, "queued")
    await sends(spare, "queued")
    assert await hearing(database, spare.channel_id) == [spare.desk]


async def test_an_event_with_other_channels_hears_nothing(database: Database, event: Event) -> None:
    other = await Event(database, "hip").create()
    await uses(other, other.channel_id)
    await sends(other, "queued")
    assert await hearing(database, event.channel_id) == []


async def test_desks_are_told_in_the_order_of_their_events(database: Database, event: Event) -> None:
    """Each desk is locked until the commit: two that tell at once must not meet crosswise."""
    others = [await Event(database, slug).create() for slug in ("hip", "eye", "ear")]
    for one in sorted((event, *others), key=lambda one: one.id, reverse=True):
        await uses(one, event.channel_id)
    assert await hearing(database, event.channel_id) == sorted(one.desk for one in (event, *others))
