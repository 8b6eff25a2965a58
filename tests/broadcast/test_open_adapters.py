"""An adapter stays open as long as it is made of the same: what is on its way is not cut by a word on its channel."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest_asyncio
from sqlalchemy import update

from app.accounts.audit import AuditLog
from app.accounts.vault import new_key_file, open_vault
from app.broadcast.switchboard import Switchboard
from app.channels.base import OutboundPost
from app.channels.simulators.smpp import SmppSimulator
from app.clock import SystemClock
from app.ids import new_id
from app.models import Channel
from tests.broadcast.house import open_stage, sqlite_url


class Board:
    def __init__(self, switchboard: Switchboard, gateway: SmppSimulator, channel_id: str) -> None:
        self.switchboard, self.gateway, self.channel_id = switchboard, gateway, channel_id


@pytest_asyncio.fixture
async def board(tmp_path: Path) -> AsyncIterator[Board]:
    async with AsyncExitStack() as stack:
        stage = await stack.enter_async_context(open_stage(sqlite_url(tmp_path), ()))
        gateway = SmppSimulator()
        stack.push_async_callback(gateway.aclose)
        port = await gateway.start()
        new_key_file(tmp_path / "key")
        made = Switchboard(
            stage.database, open_vault(tmp_path / "key"), AuditLog(), SystemClock(), new_id, drill=False,
            simulators_url="", simulators_smpp="", public_url="",
        )  # fmt: skip
        stack.push_async_callback(made.aclose)
        where = {
            "host": "127.0.0.1",
            "port": port,
            "tls": False,
            "system_id": gateway.system_id,
            "source": "55501",
        }
        channel = await made.add(
            "person:1", adapter="smpp", name="Gateway", settings=where,
            credentials={"password": gateway.password},
        )  # fmt: skip
        yield Board(made, gateway, channel.id)


async def on_its_way(board: Board) -> asyncio.Task[object]:
    """One message that the gateway has and has not answered."""
    adapter = await board.switchboard.adapter(board.channel_id)
    board.gateway.faults.silent = 1
    post = OutboundPost(ref="d1.1", text="Stay inside.", recipient="+12025550199")
    task: asyncio.Task[object] = asyncio.create_task(adapter.publish(post, may_start=lambda: None))
    async with asyncio.timeout(30):
        while not board.gateway.taken:
            await asyncio.sleep(0.005)
    return task


class TestOpenAdapters:
    async def test_G4_a_pause_a_rest_or_a_learned_limit_cuts_nothing_that_is_on_its_way(
        self, board: Board
    ) -> None:
        """Each is written on the channel's row; whoever asks for the adapter then gets the one that is open."""
        task = await on_its_way(board)
        before = board.switchboard.current(board.channel_id)
        async with board.switchboard._database.transaction() as session:
            await session.execute(update(Channel).values(version=Channel.version + 1, state="paused"))
        assert await board.switchboard.adapter(board.channel_id) is before
        assert not task.done()
        task.cancel()

    async def test_G4_new_credentials_make_a_new_adapter_and_the_old_one_keeps_what_it_has_under_way(
        self, board: Board
    ) -> None:
        """The next message goes by the new one; the answer to the one before may still come."""
        task = await on_its_way(board)
        before = board.switchboard.current(board.channel_id)
        await board.switchboard.change_credentials(
            "person:1", board.channel_id, {"password": board.gateway.password}
        )
        after = board.switchboard.current(board.channel_id)
        assert after is not before
        post = OutboundPost(ref="d2.1", text="All clear.", recipient="+12025550199")
        assert (await after.publish(post, may_start=lambda: None)).remote_id
        assert not task.done()
        task.cancel()
