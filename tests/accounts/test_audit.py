"""The audit chain shows every edit, removal, swap and insertion."""

import random
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.audit import GENESIS, AuditLog, Record, broken_at, chain
from app.db import Database
from app.models import AuditEntry

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def entries(count: int) -> list[AuditEntry]:
    records = [Record("person:a", f"act.{n}", "e1", f"s{n}", {"n": n}) for n in range(count)]
    return [AuditEntry(**row) for row in chain(0, GENESIS, records, NOW)]


class TestChain:
    def test_an_untouched_chain_verifies(self) -> None:
        """Nothing is said of a chain that is whole."""
        assert broken_at(entries(50)) is None

    @pytest.mark.parametrize("seed", range(200))
    def test_S16_any_tampering_is_found(self, seed: int) -> None:
        """One field edited, one entry removed, two swapped or one doubled, anywhere before the end."""
        rng = random.Random(seed)
        rows = entries(20)
        place = rng.randrange(19)
        match rng.choice(["edit", "remove", "swap", "double"]):
            case "edit":
                field = rng.choice(["actor", "action", "event_id", "subject", "detail"])
                setattr(rows[place], field, {"n": -1} if field == "detail" else "changed")
            case "remove":
                del rows[place]
            case "swap":
                rows[place], rows[place + 1] = rows[place + 1], rows[place]
            case "double":
                rows.insert(place, rows[place])

        assert broken_at(rows) is not None

    async def test_entries_of_one_transaction_follow_each_other(self, database: Database) -> None:
        """What was appended to either database reads back as a whole chain."""
        log = AuditLog()

        for n in range(5):

            async def work(session: AsyncSession, n: int = n) -> None:
                records = [Record("system", f"a{n}", detail={"n": n}), Record("system", f"b{n}")]
                await log.append_many(session, records, datetime.now(UTC))

            await database.write(work)

        async with database.read() as session:
            rows = (await session.execute(select(AuditEntry).order_by(col(AuditEntry.seq)))).scalars().all()
        assert [row.seq for row in rows] == list(range(1, 11))
        assert broken_at(rows) is None
