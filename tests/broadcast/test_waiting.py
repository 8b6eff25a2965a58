"""Whatever waits says why, and what happens next, on the desk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import update
from sqlmodel import col

from app.broadcast.limits import Window
from app.broadcast.settings import EngineSettings, windows_of
from app.broadcast.waiting import Waits, why
from app.models import Channel, Delivery, DeliveryState
from tests.broadcast.house import sqlite_url
from tests.broadcast.running import FREE, show

QUICK = EngineSettings(windows=FREE, drain_s=0.2, scan_s=0.1, hold_max_s=30.0)


def said(reason: str) -> Any:
    return lambda found: any(d.reason == reason and d.why and d.next_step for d in found)


class TestWhy:
    def test_a_paused_channel_is_named_before_the_lane_and_the_limit(self) -> None:
        """What a person can do something about comes first."""
        assert why(Waits("paused", True, 60.0)) == "channel_paused"
        assert why(Waits("off", False)) == "channel_off"
        assert why(Waits("on", True, 60.0)) == "waits_for_turn"
        assert why(Waits("on", False, 60.0)) == "own_limit"
        assert why(Waits("on", False, 60.0, asked=True)) == "limited"
        assert why(Waits("on", False, 0.2)) == "next_up"


class TestWords:
    async def test_one_behind_an_unknown_in_its_lane_says_so(self, tmp_path: Path) -> None:
        """The first may be out; the second waits for its turn, in words."""
        async with show(
            sqlite_url(tmp_path), {"x": lambda n, _r: "hang" if n == 1 else "ok"}, settings=QUICK
        ) as it:
            await it.publish("One.")
            await it.platforms["x"].arrived.wait()
            await it.publish("Two.")
            found = await it.stage.until(said("waits_for_turn"))
            behind = next(d for d in found if d.reason == "waits_for_turn")
            assert behind.why == "Earlier updates on X go first."
            assert behind.state == DeliveryState.QUEUED

    async def test_one_that_waits_for_the_limit_and_the_one_behind_it_have_words(
        self, tmp_path: Path
    ) -> None:
        """One an hour: the second waits for the limit, the third for the second."""
        windows = {"x": (Window("w", 1, 3600.0, reserve=0.0),)}
        settings = EngineSettings(windows=windows, drain_s=0.2, scan_s=0.1)
        async with show(sqlite_url(tmp_path), settings=settings) as it:
            for text in ("One.", "Two.", "Three."):
                await it.publish(text)
            await it.stage.until(said("own_limit"))
            found = await it.stage.until(said("waits_for_turn"))
            waiting = [d for d in found if d.state == DeliveryState.QUEUED]
            assert len(waiting) == 2
            assert all(d.reason and d.why and d.next_step for d in waiting)

    async def test_what_waits_for_a_paused_channel_says_so_until_it_is_on_again(self, tmp_path: Path) -> None:
        """And goes out once it is."""
        async with show(sqlite_url(tmp_path), settings=QUICK) as it:

            async def turn(state: str) -> None:
                async with it.stage.database.transaction() as session:
                    await session.execute(
                        update(Channel)
                        .where(col(Channel.id) == it.stage.channels["x"])
                        .values(state=state, why="somebody paused it.")
                    )

            await turn("paused")
            await it.publish("One.")
            found = await it.stage.until(said("channel_paused"))
            assert found[0].why == "X is paused: somebody paused it."
            await turn("on")
            await it.stage.until(lambda rows: all(d.state == DeliveryState.SENT for d in rows))

    async def test_nothing_that_was_released_is_ever_without_words(self, tmp_path: Path) -> None:
        """From the first moment on, before any scan."""
        async with show(sqlite_url(tmp_path), settings=QUICK, start=False) as it:
            await it.publish("One.")
            await it.engine.release.release_due()
            row = await it.stage.one(Delivery)
            assert (row.reason, row.why) == ("next_up", "It is next for X.")
            assert row.next_step


class TestWindows:
    def test_a_channel_without_windows_of_its_own_obeys_the_documented_ones(self) -> None:
        """Settings that name no window mean the platform's limits, not none."""
        settings = {"username": "a", "user_id": "1"}
        names = {window.name: window.limit for window in windows_of("x", settings, EngineSettings())}
        assert names == {"user:15min": 100, "app:24h": 10_000, "account:3h": 300, "delete:15min": 50}
