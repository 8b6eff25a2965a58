"""An adapter stays open as long as it is made of the same: what is on its way is not cut by a word on its channel."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest_asyncio
from sqlalchemy import update
from sqlmodel import col

from app.accounts.audit import AuditLog
from app.accounts.vault import new_key_file, open_vault
from app.broadcast.readiness import Readiness
from app.broadcast.switchboard import Switchboard
from app.channels.base import OutboundPost
from app.channels.simulators.smpp import SmppSimulator
from app.clock import SystemClock
from app.ids import new_id
from app.models import Channel
from tests.broadcast.house import open_stage, sqlite_url
from tests.channels.scripted import Scripted, answer


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
            simulators_url="", public_url="",
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


async def test_F28_tokens_that_a_person_entered_are_not_overwritten_by_a_renewal_under_way(
    tmp_path: Path,
) -> None:
    """X answers with a new pair for the old account after the new account was connected: the new one stays."""
    entered = {"client_id": "other", "user_token": "theirs", "refresh_token": "q1"}
    async with AsyncExitStack() as stack:
        stage = await stack.enter_async_context(open_stage(sqlite_url(tmp_path), ()))
        new_key_file(tmp_path / "key")
        vault = open_vault(tmp_path / "key")
        board = Switchboard(
            stage.database, vault, AuditLog(), SystemClock(), new_id, drill=False,
            simulators_url="", public_url="",
        )  # fmt: skip
        stack.push_async_callback(board.aclose)
        changed: list[str] = []

        async def renewed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await board.change_credentials("person:1", changed[0], entered)
            writer.write(answer(200, {"access_token": "new", "refresh_token": "r2", "expires_in": 7200}))
            await writer.drain()

        server = await stack.enter_async_context(
            Scripted([renewed, answer(200, {"data": {"id": "1", "username": "a"}})])
        )
        channel = await board.add(
            "person:1", adapter="x", name="X",
            settings={"base_address": server.origin, "username": "a", "user_id": "1"},
            credentials={"client_id": "c", "user_token": "old", "refresh_token": "r1", "expires_at": "2026-01-01T00:00:00Z"},
        )  # fmt: skip
        changed.append(channel.id)
        assert not (await board.test(channel.id)).ok  # tried again by the adapter of the new account
        stored = await board.found(channel.id)
        kept = vault.open(stored.credentials_enc, about=f"channel:{channel.id}")
    assert json.loads(kept) == entered


async def test_one_channel_that_cannot_be_read_keeps_no_other_from_opening_or_being_probed(
    tmp_path: Path,
) -> None:
    """Settings of another version, or changed by hand: its own probe says so, and the board is told of the rest."""
    async with AsyncExitStack() as stack:
        stage = await stack.enter_async_context(open_stage(sqlite_url(tmp_path), ()))
        new_key_file(tmp_path / "key")
        server = await stack.enter_async_context(
            Scripted([answer(200, {"data": {"id": "1", "username": "a"}})])
        )
        boards = [
            Switchboard(
                stage.database, open_vault(tmp_path / "key"), AuditLog(), SystemClock(), new_id, drill=False,
                simulators_url="", public_url="",
            )
            for _ in range(2)
        ]  # fmt: skip
        ids = []
        for name in ("Broken", "X"):
            made = await boards[0].add(
                "person:1", adapter="x", name=name,
                settings={"base_address": server.origin, "username": "a", "user_id": "1"},
                credentials={"client_id": "c", "user_token": "t"},
            )  # fmt: skip
            ids.append(made.id)
        await stage.database.write(
            lambda session: session.execute(
                update(Channel).where(col(Channel.id) == ids[0]).values(settings={"username": 5})
            )
        )
        stack.push_async_callback(boards[0].aclose)
        stack.push_async_callback(boards[1].aclose)
        await boards[1].open_all()
        assert boards[1].current(ids[1]) is not None
        ready = Readiness(boards[1], SystemClock(), every_s=300.0, drill=False)
        await ready.round()
        assert [ready.readings[one].probe.ok for one in ids] == [False, True]
