"""Somebody says STOP, and two processes hear of it at the same moment."""

from __future__ import annotations

import asyncio

from app.audience import consents
from app.channels.base import OptOut
from app.models import OptedOut, SeenInbound
from tests.broadcast.house import NOW, open_stage

PHONE = "+15550000001"


async def test_M02_N01_a_STOP_that_two_nodes_hear_at_once_fails_on_neither(postgres_url: str) -> None:
    """A gateway that is not answered repeats itself elsewhere: what came with the second one is not lost with it."""
    async with open_stage(postgres_url, ("twilio",)) as stage:
        stop = OptOut(PHONE, "STOP", True, NOW, "SM1")

        async def hear() -> bool:
            async with stage.database.transaction() as session:
                return await consents.apply(session, stage.channels["twilio"], stop)

        async with stage.database.transaction() as session:
            assert await consents.apply(session, stage.channels["twilio"], stop)
            second = asyncio.create_task(hear())
            await asyncio.wait({second}, timeout=0.5)  # it stands at the row that is not committed
        assert await second is False
        assert [row.number for row in await stage.rows(OptedOut)] == [PHONE]
        assert len(await stage.rows(SeenInbound)) == 1


async def test_M02_a_refusal_and_a_STOP_at_once_are_one(postgres_url: str) -> None:
    """The platform's own list and the person's word, by two processes; the word is not answered with an error."""
    async with open_stage(postgres_url, ("twilio",)) as stage:

        async def hear(remote_id: str) -> bool:
            async with stage.database.transaction() as session:
                stop = OptOut(PHONE, "STOP", True, NOW, remote_id)
                return await consents.apply(session, stage.channels["twilio"], stop)

        async with stage.database.transaction() as session:
            session.add(OptedOut(number=PHONE, word="platform", at=NOW))
            await session.flush()
            second = asyncio.create_task(hear("SM2"))
            await asyncio.wait({second}, timeout=0.5)
        await second
        assert [row.number for row in await stage.rows(OptedOut)] == [PHONE]
