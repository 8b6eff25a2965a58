"""Drills against a real database: clear of a hand-over whoever comes first, and alive when a write fails."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from app.accounts.audit import AuditLog
from app.accounts.rights import Actor
from app.clock import SystemClock
from app.editorial.handover import Handovers
from app.errors import Conflict
from app.http import Client, HttpRequest
from app.ids import new_id
from app.models import DrillRun, DrillState, Handover, Update, UpdateState
from app.rehearsal.drills import Drills
from app.rehearsal.furnish import Simulators
from app.rehearsal.player import PRESENTER, SECOND
from tests.broadcast.house import Stage, open_stage, sqlite_url

MARTA, TOM = Actor("person", "marta", "Marta"), Actor("person", "tom", "Tom")
PACK: dict[str, Any] = {
    "id": "notes", "kind": "surgery", "title": "Notes", "brief": "B", "seconds": 60,
    "injects": [{"at_s": n, "kind": "note", "text": f"Note {n}."} for n in range(3)],
}  # fmt: skip


class NoSimulators(Client):
    """A pack of notes asks no simulator for anything."""

    def __init__(self) -> None:
        pass

    async def send(self, request: HttpRequest) -> Any:
        raise AssertionError(request)


@asynccontextmanager
async def drills(stage: Stage, folder: Path, sleep: Any) -> AsyncIterator[tuple[Drills, Handovers]]:
    folder.mkdir(exist_ok=True)
    (folder / "notes.json").write_text(json.dumps(PACK))
    common = (AuditLog(), SystemClock(), new_id, lambda _positions: None)
    made = Drills(
        stage.database, Simulators(NoSimulators(), "http://127.0.0.1:9"), *common, packs=folder, sleep=sleep
    )
    try:
        yield made, Handovers(stage.database, *common)
    finally:
        await made.aclose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    url = sqlite_url(tmp_path) if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))
    async with open_stage(url, ()) as made:
        yield made


class TestHandover:
    async def test_N20_a_drill_and_an_offer_at_one_moment_never_both_stand(
        self, stage: Stage, tmp_path: Path
    ) -> None:
        """Twelve times an offer of the button and a start of a pack, or of Play, together: one of the two is refused."""

        async def for_ever(_seconds: float) -> None:
            await asyncio.Event().wait()

        async with drills(stage, tmp_path / "packs", for_ever) as (made, handovers):
            refused = []
            for n in range(12):
                event_id = await stage.add_event()
                await handovers.take(MARTA, event_id)
                start = made.start(MARTA, event_id, "notes") if n % 3 else handovers.begin_play(event_id)
                both: list[Any] = [handovers.offer(MARTA, event_id, "tom"), start]
                found = await asyncio.gather(*(both if n % 2 else both[::-1]), return_exceptions=True)
                codes = [one.code for one in found if isinstance(one, Conflict)]
                assert len(codes) == 1, (n, found)
                refused += codes
                offers = await stage.rows(Handover, event_id=event_id)
                assert len(offers) == (codes == ["handover_near"])
            assert set(refused) <= {"handover_near", "drill_running"}

    async def test_N20_what_plays_keeps_the_button_where_it_is_until_it_ends(
        self, stage: Stage, tmp_path: Path
    ) -> None:
        """Neither offered nor taken over while the rehearsal plays; afterwards it is."""

        async with drills(stage, tmp_path / "packs", asyncio.sleep) as (_, handovers):
            await handovers.take(MARTA, stage.event_id)
            await handovers.begin_play(stage.event_id)
            with pytest.raises(Conflict) as refused:
                await handovers.offer(MARTA, stage.event_id, "tom")
            assert refused.value.code == "drill_running"
            handovers.end_play(stage.event_id)
            await handovers.offer(MARTA, stage.event_id, "tom")
            await handovers.accept(TOM, stage.event_id)


class TestFailedWrites:
    async def test_N14_a_write_that_fails_ends_no_drill(self, tmp_path: Path) -> None:
        """Every note is written once the database takes writes again, and the run ends as it should."""
        async with open_stage(sqlite_url(tmp_path), ()) as stage:
            failed = asyncio.Event()
            healed = asyncio.Event()

            async def sleep(seconds: float) -> None:
                if seconds == 3.0:  # it tries again
                    failed.set()
                    await healed.wait()
                await asyncio.sleep(0)

            async with drills(stage, tmp_path / "packs", sleep) as (made, _):
                async with stage.database.transaction() as session:
                    await session.execute(
                        text(
                            "CREATE TRIGGER full BEFORE UPDATE ON drill_run"
                            " BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END"
                        )
                    )
                run = await made.start(MARTA, stage.event_id, "notes")
                await asyncio.wait_for(failed.wait(), 10)
                async with stage.database.transaction() as session:
                    await session.execute(text("DROP TRIGGER full"))
                healed.set()
                async with asyncio.timeout(30):
                    while (row := (await stage.one(DrillRun))).state == DrillState.RUNNING:
                        await asyncio.sleep(0.01)
            assert (row.id, row.state) == (run.id, DrillState.ENDED)
            assert sorted(one["n"] for one in row.injects) == [1, 2, 3]


class TestMonth:
    async def test_a_month_is_one_of_the_hospitals_clock(self, stage: Stage, tmp_path: Path) -> None:
        """A drill of the first morning of December is none of November's, though by Greenwich it still was."""
        starts = {
            "november": datetime(2026, 11, 30, 22, 59, tzinfo=UTC),
            "december": datetime(2026, 11, 30, 23, 1, tzinfo=UTC),
        }
        rome = ZoneInfo("Europe/Rome")
        async with stage.database.transaction() as session:
            for name, at in starts.items():
                session.add(
                    DrillRun(
                        id=name, event_id=stage.event_id, pack="notes", title=name, started_by="person:marta",
                        started_at=at, ended_at=at, state=DrillState.ENDED, goals={},
                    )
                )  # fmt: skip
        async with drills(stage, tmp_path / "packs", asyncio.sleep) as (made, _):
            assert [one.run.id for one in await made.month(2026, 11, rome)] == ["november"]
            assert [one.run.id for one in await made.month(2026, 12, rome)] == ["december"]

    async def test_what_the_rehearsal_plays_is_nobodys_achievement(
        self, stage: Stage, tmp_path: Path
    ) -> None:
        """Played beside a pack it would meet the team's goals, and stand in the month's table as a person."""
        began = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
        async with stage.database.transaction() as session:
            session.add(
                DrillRun(
                    id="run", event_id=stage.event_id, pack="notes", started_by=MARTA.identity, started_at=began,
                    ended_at=began + timedelta(minutes=9), state=DrillState.ENDED, goals={},
                )
            )  # fmt: skip
            for n, who in enumerate((PRESENTER, SECOND, MARTA), 1):
                at = began + timedelta(minutes=n)
                session.add(
                    Update(
                        id=f"u{n}", event_id=stage.event_id, seq=n, client_key=f"k{n}", asked_by=who.identity,
                        composed_at=at, received_at=at, released_at=at, expires_at=at, state=UpdateState.RELEASED,
                    )
                )  # fmt: skip
        async with drills(stage, tmp_path / "packs", asyncio.sleep) as (made, _):
            report = await made.report(stage.event_id, "run")
        assert (report.team.messages, report.team.first_message_s, report.team.silence_s) == (1, 180.0, 360.0)
        assert set(report.people) == {MARTA.identity}
