"""Work of ours while the database is at a statement."""

from __future__ import annotations

import asyncio

import pytest

from app.broadcast.meanwhile import meanwhile


class Server:
    """Says in which order things happened; answers when it is told to."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.may_answer = asyncio.Event()

    async def statement(self) -> str:
        self.told.append("asked")
        await self.may_answer.wait()
        self.told.append("answered")
        return "rows"


async def test_something_is_built_while_the_server_is_at_the_statement() -> None:
    server = Server()

    def build() -> int:
        server.told.append("built")
        server.may_answer.set()
        return 7

    assert await meanwhile(server.statement(), build) == ("rows", 7)
    assert server.told == ["asked", "built", "answered"]


async def test_the_statement_has_ended_when_building_fails() -> None:
    """Or the rollback that follows would meet a connection that is still busy."""
    server = Server()

    def build() -> None:
        asyncio.get_running_loop().call_soon(server.may_answer.set)
        raise ValueError("no such sentence")

    with pytest.raises(ValueError, match="no such sentence"):
        await meanwhile(server.statement(), build)
    assert server.told == ["asked", "answered"]


async def test_what_the_statement_raises_is_raised() -> None:
    async def statement() -> None:
        raise ConnectionError("cut")

    with pytest.raises(ConnectionError, match="cut"):
        await meanwhile(statement(), lambda: None)


async def test_whoever_goes_away_takes_the_statement_along() -> None:
    """It does not go on by itself on a connection that somebody else is given."""
    server = Server()
    asking = asyncio.create_task(meanwhile(server.statement(), lambda: None))
    while not server.told:
        await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert server.told == ["asked"]
    assert [task for task in asyncio.all_tasks() if task.get_name() == "statement"] == []
