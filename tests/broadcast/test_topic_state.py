"""What one process holds of a topic while a flood runs through it."""

import itertools
from datetime import UTC, datetime, timedelta

import orjson

from app.broadcast.reading import DESK_REPLIES, Reading, Things
from app.broadcast.topic_state import WINDOW_REFS_MOST, TopicState
from app.schemas.frames import Author, DeskReply, EventState

TOPIC = "event:desk"
EVENT = EventState(id="event", slug="flood", kind="crisis", title="Flood", state="live")
BEGAN = datetime(2026, 3, 1, 9, tzinfo=UTC)
BATCH = 200


def reply(n: int) -> DeskReply:
    at = BEGAN + timedelta(milliseconds=n)
    return DeskReply(
        id=f"r{n:06}",
        version=1,
        state="new",
        text=f"Reply {n}",
        author=Author(name="Ada"),
        at=at,
        received_at=at,
    )


def batch(offset: int, replies: list[DeskReply]) -> Reading:
    refs = tuple(("reply", one.id) for one in replies)
    return Reading("a", offset, [(offset, refs)], Things(replies=replies))


def test_N04_a_flood_of_replies_leaves_a_desk_with_the_newest_and_not_with_all_of_them() -> None:
    """Whoever opens the desk during it gets what they would get after a restart, and the server holds no more."""
    state = TopicState(TOPIC, Reading("a", 0, [], Things(event=EVENT)), 0.0)
    numbers = itertools.count()
    for offset in range(1, 601):
        state.advance(batch(offset, [reply(next(numbers)) for _ in range(BATCH)]), offset / 10)
    last = next(numbers) - 1
    told = [one["id"] for one in orjson.loads(state.snapshot())["replies"]]
    assert len(told) <= 2 * DESK_REPLIES + BATCH
    assert told == [f"r{last - n:06}" for n in range(len(told))]
    assert sum(len(refs) for _, _, refs in state._window) <= WINDOW_REFS_MOST
    assert orjson.loads(state.opening("a", 599))["type"] == "delta"
    assert orjson.loads(state.opening("a", 1))["type"] == "snapshot"
    state.advance(batch(601, [reply(0)]), 61.0)  # decided on only now, long after it was let go
    assert [op["reply"]["id"] for op in orjson.loads(state.opening("a", 600))["ops"]] == ["r000000"]
