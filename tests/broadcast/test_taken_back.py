"""What was under way when it was taken back, and waits again: its words do not go out any more."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import update

from app.models import Act, Delivery, Update
from tests.broadcast.house import sqlite_url
from tests.broadcast.running import Show, show

TAKEN_BACK = "A correction or retraction came before it left."


async def waits_again(here: Show, on_page: str, act: Act = Act.POST) -> None:
    """One update whose post came back to the queue after the page said something else of it."""
    accepted = await here.publish("The east car park is closed.")
    await here.engine.release.release_due()
    async with here.stage.database.transaction() as session:
        await session.execute(
            update(Update).where(Update.id == accepted.update_id).values(on_page=on_page)  # type: ignore[arg-type]
        )
        await session.execute(update(Delivery).values(act=act))


class TestTakenBack:
    @pytest.mark.parametrize("on_page", ["retracted", "corrected"])
    async def test_K03_a_post_that_waits_again_after_its_correction_or_retraction_does_not_go_out(
        self, tmp_path: Path, on_page: str
    ) -> None:
        """It was in a call, the platform did not take it, and meanwhile somebody took it back."""
        async with show(sqlite_url(tmp_path), channels=("x",), start=False) as here:
            await waits_again(here, on_page)
            await here.engine.start()
            (row,) = await here.stage.until(lambda rows: all(r.settled_at is not None for r in rows))
            assert (row.state, row.reason, row.why) == ("withdrawn", "superseded", TAKEN_BACK)
            assert here.platforms["x"].calls == []

    async def test_what_is_shown_goes_out(self, tmp_path: Path) -> None:
        """The same without a correction: the check above can fail."""
        async with show(sqlite_url(tmp_path), channels=("x",), start=False) as here:
            await waits_again(here, "shown")
            await here.engine.start()
            (row,) = await here.stage.until(lambda rows: all(r.settled_at is not None for r in rows))
            assert row.state == "sent"
