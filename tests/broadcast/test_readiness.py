"""A channel that cannot post is known before somebody needs it, and being asked costs nothing that posting needs."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from app.broadcast.readiness import Readiness, period_s, skew_of
from app.channels.base import LimitWindow, Probe
from app.channels.registry import kind
from app.channels.simulators.app import create_simulators
from app.channels.simulators.serving import served
from app.clock import SystemClock
from app.models import Channel
from tests.channels import stages
from tests.routes.whole import stage

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class TestReadiness:
    async def test_N22_a_token_that_is_pulled_shows_by_itself_and_nothing_was_published(
        self, tmp_path: Path, migrated_file: Path
    ) -> None:
        """Simulated Twilio: ready with its balance; its credentials are taken away; the next probe is red with words."""
        simulators = create_simulators()
        async with served(simulators) as origin, stage(tmp_path, migrated_file) as s:
            there = stages.Stage("twilio", origin, simulators)
            given = simulators.platforms["twilio"].credentials()
            channel = await s.house.switchboard.add(
                "person:1",
                adapter="twilio",
                name="SMS",
                settings=there.settings(),
                credentials={key: given[key] for key in ("auth_token", "api_key_sid", "api_key_secret")},
            )
            ready = Readiness(s.house.switchboard, SystemClock(), every_s=0.2, drill=True)
            ready.start()
            try:
                async with asyncio.timeout(30):
                    while channel.id not in ready.readings:
                        await asyncio.sleep(0.02)
                seen = ready.readings[channel.id]
                assert seen.probe.ok
                assert seen.probe.balance
                assert seen.clock_is_right
                assert seen.skew_s is not None
                there.arm("revoke_token", times=None)
                async with asyncio.timeout(30):
                    while ready.readings[channel.id].probe.ok:
                        await asyncio.sleep(0.02)
                (row,) = await s.house.switchboard.listed()
                assert (row.probe_ok, row.probe_words) == (False, ready.readings[channel.id].probe.words)
                assert there.published() == []
                assert s.house.ready
            finally:
                await ready.stop()

    async def test_of_several_processes_one_asks_and_all_tell(
        self, tmp_path: Path, migrated_file: Path
    ) -> None:
        """Three on one database, asked to look at once and again: one call in all, and each has its words."""
        simulators = create_simulators()
        async with served(simulators) as origin, stage(tmp_path, migrated_file) as s:
            there = stages.Stage("x", origin, simulators)
            given = simulators.platforms["x"].credentials()
            await s.house.switchboard.add(
                "person:1",
                adapter="x",
                name="X",
                settings=there.settings(),
                credentials=stages.credentials_of("x", given),
            )
            nodes = [
                Readiness(s.house.switchboard, SystemClock(), every_s=300.0, drill=False) for _ in range(3)
            ]
            for _ in range(2):
                await asyncio.gather(*(node.round() for node in nodes))
            (row,) = await s.house.switchboard.listed()
            assert row.probe_ok
            assert len(there.ledger()) == 1
            told = {reading.probe.words for node in nodes if (reading := node.reading_of(row))}
            assert told == {row.probe_words}
            assert [node.reading_of(row) is not None for node in nodes] == [True] * 3

    async def test_N22_a_probe_that_breaks_or_dies_leaves_no_old_ok(
        self, tmp_path: Path, migrated_file: Path
    ) -> None:
        """A defect of ours in a probe is red with words; of a claimed probe that never ended nothing is known."""
        simulators = create_simulators()
        async with served(simulators) as origin, stage(tmp_path, migrated_file) as s:
            there = stages.Stage("twilio", origin, simulators)
            given = simulators.platforms["twilio"].credentials()
            board = s.house.switchboard
            channel = await board.add(
                "person:1",
                adapter="twilio",
                name="SMS",
                settings=there.settings(),
                credentials={key: given[key] for key in ("auth_token", "api_key_sid", "api_key_secret")},
            )
            ready = Readiness(board, SystemClock(), every_s=0.0, drill=True)
            assert (await ready.look(channel.id)).probe.ok

            # Claimed, and the process died.
            assert await board.claim_probe(channel.id, 0.0)
            (row,) = await board.listed()
            assert row.probe_ok is None
            assert ready.reading_of(row) == ready.readings[channel.id]  # it may still be asked
            row.probed_at -= timedelta(minutes=1)
            assert ready.reading_of(row) is None

            async def broken() -> Probe:
                raise KeyError("secret words")

            (await board.adapter(channel.id)).probe = broken  # type: ignore[method-assign]
            await ready.round()
            (row,) = await board.listed()
            assert row.probe_ok is False
            assert row.probe_words == "Our own code for it failed (KeyError). Tell the administrator."
            seen = ready.reading_of(row)
            assert seen is not None
            assert not seen.probe.ok

    async def test_F35_a_channel_whose_post_vanished_stays_red_whatever_the_platform_says_of_itself(
        self, tmp_path: Path, migrated_file: Path
    ) -> None:
        """The probe is fine, the post was not there: the row and the board name what was not found."""
        simulators = create_simulators()
        async with served(simulators) as origin, stage(tmp_path, migrated_file) as s:
            there = stages.Stage("x", origin, simulators)
            given = simulators.platforms["x"].credentials()
            channel = await s.house.switchboard.add(
                "person:1",
                adapter="x",
                name="X",
                settings=there.settings(),
                credentials=stages.credentials_of("x", given),
            )
            ready = Readiness(s.house.switchboard, SystemClock(), every_s=300.0, drill=False)
            assert (await ready.look(channel.id)).probe.ok

            why = "X said yes at 15:20, and the post is not to be found there."
            async with s.house.database.transaction() as session:
                await session.execute(update(Channel).values(unseen_why=why))
            assert (await ready.look(channel.id)).probe.ok
            (row,) = await s.house.switchboard.listed()
            assert (row.probe_ok, row.probe_words) == (False, why)
            reading = ready.reading_of(row)
            assert reading is not None
            assert (reading.probe.ok, reading.probe.words) == (False, why)

    @pytest.mark.parametrize(("adapter", "least_s"), [("x", 60.0), ("facebook", 180.0), ("twilio", 60.0)])
    def test_probing_leaves_the_limits_to_what_needs_them(self, adapter: str, least_s: float) -> None:
        """A tenth of calls that posting shares at most, a third of readings that nobody else makes."""
        assert period_s(kind(adapter).windows, 60.0) == pytest.approx(least_s)

    def test_a_free_account_is_asked_once_in_hours(self) -> None:
        """25 readings a day: every 2.9 h, not until they are gone."""
        assert period_s((LimitWindow("me:24h", 25, 86_400.0, "user", "read:me"),), 60.0) == pytest.approx(
            10_368
        )

    def test_the_clock_is_measured_in_the_middle_of_the_call(self) -> None:
        """A slow answer is no wrong clock; a platform ten seconds ahead is."""
        probe = Probe(True, "fine", server_at=NOON + timedelta(seconds=3))
        assert skew_of(probe, NOON, NOON + timedelta(seconds=6)) == pytest.approx(0.5)
        assert skew_of(probe, NOON - timedelta(seconds=8), NOON - timedelta(seconds=6)) == pytest.approx(10.5)
        assert skew_of(Probe(True, "fine"), NOON, NOON) is None
