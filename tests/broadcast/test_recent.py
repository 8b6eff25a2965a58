"""The one delta that all who poll share: how far back it goes, and for how long it is the same document."""

import random

import orjson
import pytest

from app.broadcast.timeline import Resync, Timeline, take
from app.broadcast.topic_state import (
    RECENT_CHANGES,
    RECENT_S,
    RECENT_THINGS_MOST,
    TopicState,
)
from tests.broadcast.oracle import TOPIC, World

LONG_AGO_S = 10 * RECENT_S


def change(world: World, state: TopicState, now_s: float, times: int = 1) -> None:
    for _ in range(times):
        world.change()
    state.advance(world.after(state.place.offset, times), now_s)


@pytest.fixture
def world() -> World:
    return World(random.Random(7))


@pytest.fixture
def state(world: World) -> TopicState:
    return TopicState(TOPIC, world.whole(), 0.0)


def shown(state: TopicState) -> Timeline:
    return take(None, orjson.loads(state.snapshot()))


class TestRecent:
    def test_it_holds_the_last_changes_however_long_ago_they_were(
        self, world: World, state: TopicState
    ) -> None:
        """An event that moves once an hour: a reader that slept through a few changes still finds them."""
        for n in range(40):
            change(world, state, LONG_AGO_S * n)
        prev, body = state.recent()
        assert (prev, orjson.loads(body)["prev"]) == (40 - RECENT_CHANGES,) * 2

    def test_it_holds_all_of_the_last_seconds(self, world: World, state: TopicState) -> None:
        """Four changes a second: whoever asked within the last ten seconds applies it, and is where the server is."""
        readers = [shown(state)]
        for n in range(1, 120):
            change(world, state, n / 4)
            readers.append(shown(state))
        document = orjson.loads(state.recent()[1])
        for reader in readers[-40:]:
            assert take(reader, document) == readers[-1]

    def test_it_is_the_same_document_until_something_changes(self, world: World, state: TopicState) -> None:
        """Time alone does not change it, so that a cache that asks again is answered with 304."""
        change(world, state, 0.0, times=3)
        before = state.recent()
        assert state.recent() is before
        change(world, state, LONG_AGO_S)
        assert state.recent() != before

    def test_a_flood_does_not_make_it_longer_than_a_snapshot(self) -> None:
        """Of more things than that only the newest are in it; whoever is further behind is told to start again."""
        world = World(random.Random(7))
        state = TopicState(TOPIC, world.whole(), 0.0)
        behind = shown(state)
        for _ in range(60):
            change(world, state, 1.0, times=10)
        document = orjson.loads(state.recent()[1])
        assert len(document["ops"]) <= RECENT_THINGS_MOST
        with pytest.raises(Resync):
            take(behind, document)

    def test_one_change_of_too_many_things_sends_everybody_to_the_snapshot(self, world: World) -> None:
        """It then begins where it ends."""
        state = TopicState(TOPIC, world.whole(), 0.0)
        behind = shown(state)
        for _ in range(3 * RECENT_THINGS_MOST):
            world.change()
        reading = world.after(0, 10**6)
        everything = tuple({ref for _, refs in reading.changes for ref in refs})
        assert len(everything) > RECENT_THINGS_MOST
        reading.changes[-1] = (reading.changes[-1][0], everything)
        state.advance(reading, 1.0)
        prev, body = state.recent()
        assert prev == state.place.offset
        assert take(shown(state), orjson.loads(body)) == shown(state)
        with pytest.raises(Resync):
            take(behind, orjson.loads(body))
