"""Which deliveries may be next, however many wait behind them."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.broadcast import lane_heads
from app.broadcast.waiting import needs_words
from app.ids import new_id
from app.models import Delivery, LiveEvent, Update
from tests.broadcast.house import NOW, Stage, open_stage, sqlite_url

LATER = NOW + timedelta(hours=1)


async def lay(stage: Stage, rows: list[dict[str, Any]]) -> None:
    """Deliveries with these values, each of an update of its own."""
    async with stage.database.transaction() as session:
        for n, row in enumerate(rows, start=1):
            event_id = row.get("event_id", stage.event_id)
            one = Update(
                id=new_id(), event_id=event_id, seq=1000 + n, client_key=f"k{n}", composed_at=NOW,
                received_at=NOW, expires_at=LATER, state="released",
            )  # fmt: skip
            session.add(one)
            await session.flush()
            given = {
                "id": f"d{n:05d}", "update_id": one.id, "event_id": event_id, "priority": "normal", "rank": 2,
                "channel_id": stage.channels["x"], "lane": "a", "seq": n, "claimable_at": NOW, "due_at": NOW,
                "expires_at": LATER, "created_at": NOW, "reason": "next_up" if n == 1 else "waits_for_turn",
            }  # fmt: skip
            session.add(Delivery(**{**given, **row}))


async def steps(stage: Stage, ask: Callable[[AsyncSession], Awaitable[Any]]) -> int:
    """How many tens of steps SQLite's machine takes for a question."""
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += 1
        return 0

    async with stage.database.read() as session:
        await ask(session)
        raw = await (await session.connection()).get_raw_connection()
        driver: Any = raw.driver_connection
        await driver._execute(driver._conn.set_progress_handler, count, 10)
        await ask(session)
        await driver._execute(driver._conn.set_progress_handler, None, 10)
    return taken


class TestHeads:
    async def test_it_is_the_first_of_every_lane_and_class_where_that_is_due(self, tmp_path: Path) -> None:
        """As counted row by row: of held events, lists, other channels and what does not wait, nothing."""
        async with open_stage(sqlite_url(tmp_path), ("x", "facebook")) as stage:
            held, draw = await stage.add_event(), random.Random(5)
            async with stage.database.transaction() as session:
                row = await session.get(LiveEvent, held)
                row.sending = "hold"
                session.add(row)
            rows = [
                {
                    "lane": draw.choice("abc"),
                    "rank": draw.choice((0, 1, 2, 3)),
                    "seq": draw.randrange(40),
                    "state": draw.choice(("queued", "queued", "queued", "sent", "sending", "unknown")),
                    "due_at": draw.choice((NOW, NOW, LATER)),
                    "claimable_at": draw.choice((NOW, NOW, NOW, None)),
                    "channel_id": stage.channels[draw.choice(("x", "x", "x", "facebook"))],
                    "event_id": draw.choice((stage.event_id, stage.event_id, held)),
                }
                for _ in range(150)
            ]
            await lay(stage, rows)
            first: dict[tuple[str, int], tuple[Any, ...]] = {}
            for n, row in enumerate(rows, start=1):
                waits = row["state"] == "queued" and row["claimable_at"] is not None
                if waits and row["channel_id"] == stage.channels["x"] and row["event_id"] == stage.event_id:
                    key = (row["lane"], row["rank"])
                    mine = (row["seq"], row["due_at"], f"d{n:05d}")
                    first[key] = min(first.get(key, mine), mine)
            for after in (None, 0, 1):
                wanted = sorted(
                    (rank, seq, id_)
                    for (_, rank), (seq, due_at, id_) in first.items()
                    if due_at == NOW and (after is None or rank > after)
                )
                async with stage.database.read() as session:
                    found = await lane_heads.heads(session, stage.channels["x"], NOW, 100, after_rank=after)
                assert [(c.delivery.rank, c.delivery.seq, c.delivery.id) for c in found] == wanted
                assert len(wanted) > 2
            due = [rank for (_, rank), (_, due_at, _) in first.items() if due_at == NOW]
            async with stage.database.read() as session:
                assert await lane_heads.first_rank(session, stage.channels["x"], NOW) == min(due)

    async def test_behind_many_that_wait_it_is_found_as_fast(self, tmp_path: Path) -> None:
        """Counted in the database's own steps: with 300 in the lane an emergency is found with those of six."""
        taken: list[int] = []
        for n in (6, 300):
            folder = tmp_path / str(n)
            folder.mkdir()
            async with open_stage(sqlite_url(folder), ("x",)) as stage:
                await lay(stage, [*({} for _ in range(n)), {"rank": 1}])
                channel_id = stage.channels["x"]
                taken.append(await steps(stage, lambda s, id_=channel_id: lane_heads.heads(s, id_, NOW, 32)))
                # Each that waits is looked at once, not with all others.
                words = await steps(stage, needs_words)
                assert words < 12 * n + 60, words
        assert taken[1] <= taken[0] + 3, taken
