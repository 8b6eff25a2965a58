"""A backup made while everything runs, and a restore after which nothing goes out by itself."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update
from sqlmodel import col

from app.backup import BackupRefused, back_up, restore
from app.db_faults import DatabaseDamaged
from app.models import (
    ApiKey,
    ConsentRecord,
    Device,
    EventRole,
    LiveEvent,
    OptedOut,
    Person,
    Session,
    SignInCode,
)
from tests.broadcast.house import NOW, sqlite_url
from tests.broadcast.running import show
from tests.restores import SETTINGS, again, restored_once

LATER = NOW + timedelta(hours=8)


class TestRestore:
    @pytest.mark.timeout(90)
    async def test_F22_a_backup_made_while_writing_is_restored_and_nothing_is_ever_sent_again(
        self, tmp_path: Path
    ) -> None:
        """
        What waited at the moment of the backup went out since: afterwards the platform sees not one post more.

        It is held in words, events are on hold, countdowns wait for approval, viewers get new epochs, and a person's
        decision is what moves it. At other moments by `python3 run.py soak restores`.
        """
        assert await restored_once(tmp_path, 0)

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
