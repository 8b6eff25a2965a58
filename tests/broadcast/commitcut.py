"""
A line to PostgreSQL that is cut around COMMIT (F-16): the far side is real, the cut falls where nobody can know.

Before: the COMMIT never arrives, so nothing happened. After: it is done there, and the reply never arrives here. Both
look the same from this side, and each is counted, because a run in which only one of them occurred has shown half.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC

from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlmodel import col

from app.broadcast.publisher import Publisher
from app.clock import SystemClock
from app.db import Database
from app.ids import new_id
from app.models import AuditEntry, Delivery, Update
from tests.broadcast.house import Stage, open_stage, render
from tests.faultproxy import reset

BEFORE, AFTER = "before", "after"
_COMMIT = b"COMMIT"


@dataclass
class Cutter:
    """Stands between a client and the server; `plan` holds what happens at the next commits."""

    target: tuple[str, int]
    plan: list[str] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(*self.target)
        answers = asyncio.create_task(self._back(far_reader, writer))
        try:
            while chunk := await reader.read(65536):
                fault = self.plan.pop(0) if _COMMIT in chunk and self.plan else ""
                if fault == BEFORE:
                    self.done[fault] += 1
                    return
                if fault == AFTER:
                    answers.cancel()
                    await asyncio.gather(answers, return_exceptions=True)
                    far_writer.write(chunk)
                    await far_reader.read(65536)  # it is durable now, and only we know
                    self.done[fault] += 1
                    return
                far_writer.write(chunk)
        except OSError:
            pass
        finally:
            answers.cancel()
            reset(writer)
            far_writer.transport.abort()

    async def _back(self, far_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while chunk := await far_reader.read(65536):
                writer.write(chunk)
            writer.close()


@asynccontextmanager
async def cutter(host: str, port: int) -> AsyncIterator[tuple[Cutter, int]]:
    made = Cutter((host, port))
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(made.serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield made, int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass(frozen=True, slots=True)
class Ledger:
    """After the cuts: what was answered and what is there."""

    cuts: Counter[str]
    answered: int
    lost: int
    doubled: int
    deliveries: int


async def cuts(url: str, n: int, seed: int, *, blind: bool = False) -> Ledger:
    """
    Submit, two or three at a time, while every commit but the last is cut.

    Args:
        blind: The seeded bug: asked again under a fresh key, as a client does that has none.
    """
    plain = make_url(url.replace("+asyncpg", ""))
    dice = random.Random(seed)
    async with AsyncExitStack() as stack:
        stage: Stage = await stack.enter_async_context(
            open_stage(plain.render_as_string(hide_password=False), ("x",))
        )
        line, port = await stack.enter_async_context(cutter(str(plain.host), int(plain.port or 5432)))
        database = Database(plain.set(host="127.0.0.1", port=port).render_as_string(hide_password=False))
        await database.start()
        stack.push_async_callback(database.stop)
        publisher = Publisher(database, SystemClock(), new_id, lambda _positions: None, zone=UTC)
        texts: list[str] = []
        while sum(line.done.values()) < n:
            some = [f"{len(texts) + i}" for i in range(dice.randint(1, 3))]
            texts += some
            line.plan[:] = dice.choices((BEFORE, AFTER), k=dice.choice((1, 1, 2)))
            if blind:
                await submit_blindly(publisher, stage, some)
            else:
                accepted = await asyncio.gather(
                    *(publisher.accept(stage.decided(text, key=text), render) for text in some)
                )
                assert len(accepted) == len(some)
        async with stage.database.read() as session:
            there = list((await session.execute(select(col(Update.client_key)))).scalars())
            deliveries = len(list((await session.execute(select(col(Delivery.id)))).scalars()))
            entries = list((await session.execute(select(col(AuditEntry.seq)))).scalars())
        assert sorted(entries) == list(range(1, len(entries) + 1)), "the audit chain has a gap"
        return Ledger(
            line.done,
            len(texts),
            len(set(texts) - {key.split("/")[0] for key in there}),
            len(there) - len({key.split("/")[0] for key in there}),
            deliveries,
        )


async def submit_blindly(publisher: Publisher, stage: Stage, texts: Iterable[str]) -> None:
    publisher._commit = once(publisher)  # type: ignore[method-assign]
    for text in texts:
        for attempt in range(5):
            try:
                await publisher.accept(stage.decided(text, key=f"{text}/{attempt}"), render)
                break
            except Exception:
                continue


def once(publisher: Publisher):  # type: ignore[no-untyped-def]
    """One try, and whatever it says is the answer."""

    async def commit(batch, *, lock_wait_s=None):  # type: ignore[no-untyped-def]
        answers, _ = await publisher._write(batch, lock_wait_s)
        for submit, answer in zip(batch, answers, strict=True):
            submit.done.set_result(answer)

    return commit
