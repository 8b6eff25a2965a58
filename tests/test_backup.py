"""A backup made while everything runs, and a restore after which nothing goes out by itself."""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update
from sqlmodel import col

from app.accounts.audit import AuditLog
from app.backup import BackupRefused, back_up, restore, words
from app.broadcast.engine import Engine
from app.broadcast.settings import EngineSettings
from app.clock import SystemClock
from app.db import Database
from app.db_faults import DatabaseDamaged, DatabaseOwned
from app.ids import new_id
from app.models import (
    ApiKey,
    AuditEntry,
    ConsentRecord,
    Delivery,
    DeliveryState,
    Device,
    EventRole,
    LiveEvent,
    OptedOut,
    Person,
    Session,
    SignInCode,
    Topic,
    Update,
)
from tests.broadcast.house import NOW, Stage, sqlite_url
from tests.broadcast.platform import Platform, running
from tests.broadcast.running import FREE, OpenGate, Show, show

SETTINGS = EngineSettings(windows=FREE, drain_s=1.0, scan_s=0.1)
LATER = NOW + timedelta(hours=8)
RESTORES = int(os.environ.get("RESTORES", "1"))  # each at another moment; the soak does 50
SETTLED = (DeliveryState.SENT, DeliveryState.HELD, DeliveryState.WITHDRAWN)


async def busy(here: Show, folder: Path, after: int) -> Path:
    """Updates go out, one waits in a slow call and some count down; a backup is made in the middle of it."""
    target = folder / "backup" / "one.sqlite3"
    for n in range(30):
        await here.publish(f"Sent or not {n}")
        if n == after:
            backup = asyncio.create_task(asyncio.to_thread(back_up, folder / "tocsin.db", target))
    await here.publish("Counts down", delay_s=2.0)
    made = await backup
    assert made.entries > after
    await here.stage.until(lambda rows: all(d.state in SETTLED for d in rows), within_s=25.0)
    return target


@asynccontextmanager
async def again(folder: Path, channel_id: str, event_id: str) -> AsyncIterator[tuple[Show, Platform]]:
    """A new process on the file that is there now, with a platform that starts empty."""
    async with AsyncExitStack() as stack:
        database = Database(sqlite_url(folder))
        await database.start()
        stack.push_async_callback(database.stop)
        platform, adapter = await stack.enter_async_context(running())
        engine = Engine(
            database=database,
            adapters=lambda _channel: adapter,
            gate=OpenGate(),
            audit=AuditLog(),
            clock=SystemClock(),
            new_id=new_id,
            random=random.Random(7).random,
            announce=lambda _positions: None,
            settings=SETTINGS,
        )
        await engine.start()
        stack.push_async_callback(engine.stop)
        stage = Stage(database, event_id, {"x": channel_id})
        yield Show(stage, engine, OpenGate(), {"x": platform}, {}), platform


class TestRestore:
    @pytest.mark.timeout(90)
    @pytest.mark.parametrize("number", range(RESTORES))
    async def test_F22_a_backup_made_while_writing_is_restored_and_nothing_is_ever_sent_again(
        self, tmp_path: Path, number: int
    ) -> None:
        """
        What waited at the moment of the backup went out since: afterwards the platform sees not one post more.

        It is held in words, events are on hold, countdowns wait for approval, viewers get new epochs, and a person's
        decision is what moves it.
        """
        folder = tmp_path
        async with show(sqlite_url(folder), channels=("x",), settings=SETTINGS) as here:
            target = await busy(here, folder, 12 if number == 0 else random.Random(number).randrange(2, 28))
            channel_id, event_id = here.stage.channels["x"], here.stage.event_id
            epochs = {t.id: t.epoch for t in await here.stage.rows(Topic)}
            with pytest.raises(DatabaseOwned, match="Stop it first"):
                await restore(sqlite_url(folder), target, datetime.now(UTC), UTC)
            posts = Counter(post["text"] for post in here.platforms["x"].applied)
        assert set(posts.values()) == {1}
        with closing(sqlite3.connect(target)) as link:
            waiting = link.execute(
                "SELECT count(*) FROM delivery WHERE state IN ('queued', 'sending', 'unknown')"
            ).fetchone()[0]
        assert waiting, "nothing was on its way when the backup was made: nothing is shown"

        done = await restore(sqlite_url(folder), target, datetime.now(UTC), UTC)

        assert done.kept is not None
        assert done.kept.exists()
        assert "held" in words(done)
        async with again(folder, channel_id, event_id) as (here, platform):
            await asyncio.sleep(2.5)  # longer than the countdown that was under way
            assert platform.applied == []
            rows = await here.stage.rows(Delivery)
            assert done.marked.deliveries == sum(d.reason == "restored" for d in rows)
            assert {d.state for d in rows} <= {DeliveryState.SENT, DeliveryState.HELD, DeliveryState.QUEUED}
            assert all(d.claimable_at is None for d in rows if d.state == DeliveryState.QUEUED)
            event = await here.stage.one(LiveEvent)
            assert (event.sending, event.sending_by) == ("hold", "restore")
            assert not {t.epoch for t in await here.stage.rows(Topic)} & set(epochs.values())
            assert [u for u in await here.stage.rows(Update) if u.state == "counting_down"] == []
            assert (await here.stage.rows(AuditEntry))[-1].action == "database.restored"
            # A person has looked: what is out is confirmed, and new words leave as ever.
            for row in rows:
                if row.state == DeliveryState.HELD:
                    await here.engine.decisions.decide(row.id, "it_is_there", "person:tom")
            await here.engine.stop_control.resume(event_id, "person:tom")
            await here.publish("We are back")
            async with asyncio.timeout(30):
                while not platform.applied:
                    await asyncio.sleep(0.02)
            assert [post["text"] for post in platform.applied] == ["We are back"]

    async def test_F22_a_stop_an_opt_out_and_a_withdrawn_consent_outlive_the_restore(
        self, tmp_path: Path
    ) -> None:
        """They came after the backup: they are read from the file that is replaced."""
        target = tmp_path / "one.sqlite3"
        async with show(sqlite_url(tmp_path), channels=("x",), settings=SETTINGS, start=False) as here:
            async with here.stage.database.transaction() as session:
                session.add(
                    ConsentRecord(id="c1", event_id=here.stage.event_id, state="complete", made_at=NOW)
                )
            await asyncio.to_thread(back_up, tmp_path / "tocsin.db", target)
            async with here.stage.database.transaction() as session:
                session.add(OptedOut(number="+15550001", word="STOP", at=NOW))
                await session.execute(
                    update(ConsentRecord)
                    .where(col(ConsentRecord.id) == "c1")
                    .values(state="revoked", revoked_at=NOW + timedelta(hours=1))
                )
            await here.engine.stop_control.stop(here.stage.event_id, "person:ada")

        done = await restore(sqlite_url(tmp_path), target, datetime.now(UTC), UTC)

        assert done.carried is not None
        async with again(tmp_path, "", "") as (here, _):
            assert (await here.stage.one(OptedOut)).number == "+15550001"
            assert (await here.stage.one(ConsentRecord)).state == "revoked"
            event = await here.stage.one(LiveEvent)
            assert (event.sending, event.sending_by) == ("stop", "person:ada")

    async def test_F22_a_way_in_that_was_closed_stays_closed_after_the_restore(self, tmp_path: Path) -> None:
        """A lost tablet, a signed-out browser, a key, a role, a password and a used code; what stands stays."""
        target = tmp_path / "one.sqlite3"
        async with show(sqlite_url(tmp_path), channels=("x",), settings=SETTINGS, start=False) as here:
            database, event_id = here.stage.database, here.stage.event_id
            async with database.transaction() as session:
                session.add_all(
                    [Person(id=who, email=who, name=who, created_at=NOW) for who in ("ada", "tom")]
                )
                await session.flush()
                session.add_all(
                    [
                        Device(
                            id="d1", event_id=event_id, person_id="tom", name="T", public_key=b"k", pin_hash="h",
                            paired_by="person:ada", paired_at=NOW,
                        ),
                        *(
                            Session(
                                id=one, token_hash=one, person_id="tom", created_at=NOW, seen_at=NOW, expires_at=LATER
                            )
                            for one in ("s1", "s2")
                        ),
                        ApiKey(id="k1", name="K", key_hash="k", prefix="k", created_at=NOW),
                        EventRole(event_id="*", person_id="tom", role="admin", granted_at=NOW),
                        SignInCode(code_hash="c1", purpose="sign_in", person_id="tom", expires_at=LATER),
                    ]
                )  # fmt: skip
            await asyncio.to_thread(back_up, tmp_path / "tocsin.db", target)
            async with database.transaction() as session:
                await session.execute(update(Device).values(wiped_at=NOW, wiped_why="lost"))
                await session.execute(update(Session).where(col(Session.id) == "s1").values(revoked_at=NOW))
                await session.execute(update(ApiKey).values(revoked_at=NOW))
                await session.execute(update(SignInCode).values(used_at=NOW))
                await session.execute(
                    update(Person).where(col(Person.id) == "tom").values(password_hash="new")
                )
                await session.execute(delete(EventRole))
                session.add(EventRole(event_id="*", person_id="ada", role="admin", granted_at=NOW))

        done = await restore(sqlite_url(tmp_path), target, datetime.now(UTC), UTC)

        assert done.carried is not None
        async with again(tmp_path, "", "") as (here, _):
            assert (await here.stage.one(Device)).wiped_why == "lost"
            assert {row.id: row.revoked_at for row in await here.stage.rows(Session)} == {
                "s1": NOW,
                "s2": None,
            }
            assert (await here.stage.one(ApiKey)).revoked_at == NOW
            assert (await here.stage.one(Person, id="tom")).password_hash == "new"
            assert await here.stage.rows(SignInCode) == []
            assert [(row.person_id, row.role) for row in await here.stage.rows(EventRole)] == [
                ("ada", "admin")
            ]

    async def test_F22_a_backup_that_is_damaged_is_refused_and_nothing_is_replaced(
        self, tmp_path: Path
    ) -> None:
        """Looked through before anything is moved."""
        target = tmp_path / "one.sqlite3"
        async with show(sqlite_url(tmp_path), channels=("x",), settings=SETTINGS, start=False):
            await asyncio.to_thread(back_up, tmp_path / "tocsin.db", target)
        before = (tmp_path / "tocsin.db").read_bytes()
        raw = bytearray(target.read_bytes())
        raw[8192 : 8192 + 200] = bytes(200)
        target.write_bytes(raw)
        with pytest.raises(DatabaseDamaged):
            await restore(sqlite_url(tmp_path), target, datetime.now(UTC), UTC)
        assert (tmp_path / "tocsin.db").read_bytes() == before
        with pytest.raises(BackupRefused, match="never overwritten"):
            back_up(tmp_path / "tocsin.db", target)
