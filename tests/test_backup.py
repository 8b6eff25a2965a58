"""A backup made while everything runs, and a restore after which nothing goes out by itself."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlmodel import col

from app.backup import BackupRefused, back_up, restore
from app.db_faults import DatabaseDamaged
from app.models import (
    ApiKey,
    ConsentRecord,
    Delivery,
    DeliveryState,
    Device,
    EventRole,
    LiveEvent,
    OptedOut,
    Person,
    PhoneCode,
    Proposal,
    Reply,
    Session,
    SignInCode,
    Update,
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
        """They came after the backup, as did a narrower consent: they are read from the file that is replaced."""
        target = tmp_path / "one.sqlite3"
        async with show(sqlite_url(tmp_path), channels=("x",), settings=SETTINGS, start=False) as here:
            async with here.stage.database.transaction() as session:
                for n in (1, 2):
                    session.add(
                        ConsentRecord(
                            id=f"c{n}", n=n, event_id=here.stage.event_id, state="complete", made_at=NOW,
                            terms={"scopes": ["text", "images"]},
                        )
                    )  # fmt: skip
            await asyncio.to_thread(back_up, tmp_path / "tocsin.db", target)
            async with here.stage.database.transaction() as session:
                session.add(OptedOut(number="+15550001", word="STOP", at=NOW))
                await session.execute(
                    update(ConsentRecord)
                    .where(col(ConsentRecord.id) == "c1")
                    .values(state="revoked", revoked_at=NOW + timedelta(hours=1))
                )
                await session.execute(
                    update(ConsentRecord)
                    .where(col(ConsentRecord.id) == "c2")
                    .values(state="recorded", terms={"scopes": ["text"]}, version=2)
                )
            await here.engine.stop_control.stop(here.stage.event_id, "person:ada")

        done = await restore(sqlite_url(tmp_path), target, datetime.now(UTC), UTC)

        assert done.carried is not None
        async with again(tmp_path, "", "") as (here, _):
            assert (await here.stage.one(OptedOut)).number == "+15550001"
            assert (await here.stage.one(ConsentRecord, id="c1")).state == "revoked"
            changed = await here.stage.one(ConsentRecord, id="c2")
            assert (changed.state, changed.terms) == ("recorded", {"scopes": ["text"]})
            event = await here.stage.one(LiveEvent)
            assert (event.sending, event.sending_by) == ("stop", "person:ada")

    async def test_F22_a_way_in_that_was_closed_stays_closed_after_the_restore(self, tmp_path: Path) -> None:
        """A lost tablet, a signed-out browser, a key, a role, a password, used codes, a refusal; what stands stays."""
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
                        PhoneCode(id="p1", person_id="tom", code_hash="p1", expires_at=LATER),
                        Proposal(
                            id="w1", kind="role.give", secret_enc=b"-", proposed_by="person:ada",
                            proposed_at=NOW, expires_at=LATER,
                        ),
                    ]
                )  # fmt: skip
            await asyncio.to_thread(back_up, tmp_path / "tocsin.db", target)
            async with database.transaction() as session:
                await session.execute(update(Device).values(wiped_at=NOW, wiped_why="lost"))
                await session.execute(update(Session).where(col(Session.id) == "s1").values(revoked_at=NOW))
                await session.execute(update(ApiKey).values(revoked_at=NOW))
                await session.execute(update(SignInCode).values(used_at=NOW))
                await session.execute(update(PhoneCode).values(used_at=NOW))
                await session.execute(update(Proposal).values(state="refused", secret_enc=None))
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
            assert (await here.stage.one(PhoneCode)).used_at == NOW
            proposal = await here.stage.one(Proposal)
            assert (proposal.state, proposal.secret_enc) == ("refused", None)
            assert [(row.person_id, row.role) for row in await here.stage.rows(EventRole)] == [
                ("ada", "admin")
            ]

    async def test_F22_H03_what_was_taken_back_from_the_public_does_not_come_back_with_the_backup(
        self, tmp_path: Path
    ) -> None:
        """
        A text that was taken back, one that was put right, a reply that was hidden or deleted by who wrote it, a
        headline that was emptied, an event that is over, a text that was rejected: after the restore they are as they were before it.
        """
        target = tmp_path / "one.sqlite3"
        about: dict[str, Any] = {"composed_at": NOW, "received_at": NOW, "expires_at": LATER}
        async with show(sqlite_url(tmp_path), channels=("x",), settings=SETTINGS, start=False) as here:
            database, event_id = here.stage.database, here.stage.event_id
            channel_id = here.stage.channels["x"]
            async with database.transaction() as session:
                for seq, (name, state) in enumerate(
                    [
                        ("leak", "released"),
                        ("wrong", "released"),
                        ("fine", "released"),
                        ("asked", "awaiting_approval"),
                    ]
                ):
                    session.add(
                        Update(
                            id=name, event_id=event_id, seq=100 + seq, client_key=name, state=state, **about
                        )
                    )
                await session.flush()
                session.add(
                    Delivery(
                        id="d1",
                        update_id="asked",
                        event_id=event_id,
                        channel_id=channel_id,
                        lane="l",
                        seq=103,
                        priority="normal",
                        rank=2,
                        due_at=NOW,
                        expires_at=LATER,
                        created_at=NOW,
                    )
                )
                for name in ("rude", "gone", "kind"):
                    session.add(
                        Reply(
                            id=name,
                            event_id=event_id,
                            channel_id=channel_id,
                            remote_id=name,
                            state="shown",
                            text=name,
                            author_name=name,
                            at=NOW,
                            received_at=NOW,
                        )
                    )
                event = await session.get_one(LiveEvent, event_id)
                event.headline, event.pinned = "Mrs Doe is well.", {"know": ["Mrs Doe"]}
            await asyncio.to_thread(back_up, tmp_path / "tocsin.db", target)
            async with database.transaction() as session:
                for name, how in (("leak", "retracted"), ("wrong", "corrected")):
                    row = await session.get_one(Update, name)
                    row.on_page, row.corrected_by = how, "later"
                (await session.get_one(Update, "asked")).state = "withdrawn"
                delivery = await session.get_one(Delivery, "d1")
                delivery.state, delivery.reason = DeliveryState.WITHDRAWN, "rejected_here"
                (await session.get_one(Reply, "rude")).state = "hidden"
                gone = await session.get_one(Reply, "gone")
                gone.state, gone.text, gone.author_name = "removed", "", ""
                event = await session.get_one(LiveEvent, event_id)
                event.headline, event.pinned, event.state, event.ended_at = "", {}, "ended", NOW

        done = await restore(sqlite_url(tmp_path), target, datetime.now(UTC), UTC)

        assert done.carried is not None
        async with again(tmp_path, "", "") as (here, _):
            shown = {row.id: (row.state, row.on_page) for row in await here.stage.rows(Update)}
            assert shown == {
                "leak": ("released", "retracted"),
                "wrong": ("released", "corrected"),
                "fine": ("released", "shown"),
                "asked": ("withdrawn", "shown"),
            }
            # The one that put it right came after the backup: nothing links to what is not there.
            assert (await here.stage.one(Update, id="wrong")).corrected_by is None
            assert (await here.stage.one(Delivery)).reason == "rejected_here"
            replies = {row.id: (row.state, row.text, row.author_name) for row in await here.stage.rows(Reply)}
            assert replies == {
                "rude": ("hidden", "rude", "rude"),
                "gone": ("removed", "", ""),
                "kind": ("shown", "kind", "kind"),
            }
            event = await here.stage.one(LiveEvent)
            assert (event.headline, event.pinned, event.state, event.ended_at) == ("", {}, "ended", NOW)

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
