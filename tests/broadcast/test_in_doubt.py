"""What may be out is never called stopped: a kill or a correction leaves it to a person, and it stays correctable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.broadcast.refusals import withdraw_waiting
from app.broadcast.restoring import mark_restored
from app.channels.base import Finding, Unclear
from app.clock import SystemClock
from app.editorial.corrections import Out
from app.editorial.outgoing import outgoing_of
from app.models import Delivery
from tests.broadcast.house import sqlite_url
from tests.broadcast.running import Show, show


async def unclear(*_: object, **__: object) -> Finding:
    return Unclear("its list does not answer")


async def in_doubt(s: Show) -> Delivery:
    """One delivery whose answer was lost, on a platform whose list cannot be read."""
    s.adapters[s.stage.channels["x"]].find = unclear  # type: ignore[attr-defined]
    await s.publish("The upper floor is closed.")
    (row,) = await s.stage.until(lambda rows: bool(rows) and rows[0].state == "held")
    assert row.reason == "cannot_tell"
    return row


async def out_of(s: Show, row: Delivery) -> Out:
    async with s.stage.database.read() as session:
        (out,) = (await outgoing_of(session, row.update_id)).deliveries
    return out


async def state_of(s: Show, row: Delivery) -> Delivery:
    found: Delivery = await s.stage.one(Delivery, id=row.id)
    return found


def lost(n: int, _: dict[str, Any]) -> str:
    return "cut+applied" if n == 1 else "ok"


class TestInDoubt:
    @pytest.mark.parametrize("by", ["kill", "correction"])
    async def test_G4_K03_what_may_be_out_is_not_called_stopped_and_can_still_be_corrected(
        self, tmp_path: Path, by: str
    ) -> None:
        """It stays held as it was; a person finds it there, and it is sent, in no state between called never out."""
        async with show(sqlite_url(tmp_path), {"x": lost}, channels=("x",)) as s:
            row = await in_doubt(s)
            if by == "kill":
                await s.engine.stop_control.kill_update(row.update_id, "op")
            else:
                marks = {"corrected": row.update_id}
                await s.publish("Not so.", kind="correction", priority="correction", to=(), marks=marks)
                await s.engine.release.release_due()
            now = await state_of(s, row)
            assert (now.state, now.reason, now.why) == ("held", "cannot_tell", row.why)
            assert (await out_of(s, row)).may_be_out
            await s.engine.decisions.decide(row.id, "it_is_there", "op", remote_id="r1")
            assert (await state_of(s, row)).state == "sent"
            assert (await out_of(s, row)).may_be_out
            assert len(s.platforms["x"].calls) == 1

    async def test_a_person_who_drops_it_settles_it(self, tmp_path: Path) -> None:
        """The decision about that very delivery still ends it, after a kill too."""
        async with show(sqlite_url(tmp_path), {"x": lost}, channels=("x",)) as s:
            row = await in_doubt(s)
            await s.engine.stop_control.kill_update(row.update_id, "op")
            await s.engine.decisions.decide(row.id, "drop", "op")
            now = await state_of(s, row)
            assert (now.state, now.reason) == ("withdrawn", "dropped")

    async def test_G4_what_a_restore_put_in_doubt_is_not_called_stopped(self, tmp_path: Path) -> None:
        """It waited when the backup was made and may have left since: withdrawn by nobody but a person."""
        async with show(sqlite_url(tmp_path), channels=("x",), start=False) as s:
            await s.publish("The upper floor is closed.")
            await s.engine.release.release_due()
            (row,) = await s.stage.rows(Delivery)
            now, settings = SystemClock().now(), s.engine.settings
            async with s.stage.database.transaction() as session:
                await mark_restored(session, now, settings.zone)
                of_it = Delivery.update_id == row.update_id
                assert await withdraw_waiting(session, of_it, "superseded", now, settings) == []
            assert ((await state_of(s, row)).state, (await out_of(s, row)).may_be_out) == ("held", True)
