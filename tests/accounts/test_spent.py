"""What opens nothing any more is not kept; what says that it was used is, for as long as it could be used again."""

from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.tickets import Tickets
from app.audience import retention
from app.audience.retention import Retention
from app.db import Database
from app.models import (
    Pairing,
    PhoneCode,
    RecoveryCode,
    Role,
    Session,
    SignInCode,
    StreamTicket,
    UsedChallenge,
)
from tests.accounts.rooms import Rooms

TABLES = (StreamTicket, Session, Pairing, SignInCode, PhoneCode, UsedChallenge, RecoveryCode)
HOUR = timedelta(hours=1)


class TestSpent:
    async def test_what_opens_nothing_any_more_goes_a_day_after_its_end_and_never_before(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Used or revoked is not over: that row is what keeps it from being used again. In portions, until all is gone."""
        monkeypatch.setattr(retention, "CHUNK", 2)
        rooms = Rooms(database)
        marta = await rooms.person("marta", Role.ADMIN)
        event_id, now = await rooms.event(), rooms.clock.now()
        _, actor = await rooms.people.open_session(marta.id, "test", "password")
        await Tickets(database, rooms.people, rooms.clock).issue(actor, f"{event_id}:desk")
        await rooms.sessions.revoke_all(marta, marta.id)
        until = now + timedelta(hours=12)  # as long as a session

        async def fill(session: AsyncSession) -> None:
            for n in range(3):
                session.add_all(
                    [
                        Pairing(locator=f"AAA{n}", secret_hash="", event_id=event_id, person_id=marta.id, name="",
                                made_by="", expires_at=until, used_at=now),
                        SignInCode(code_hash=f"s{n}", purpose="sign_in", person_id=marta.id, expires_at=until, used_at=now),
                        PhoneCode(id=f"p{n}", person_id=marta.id, code_hash=f"p{n}", expires_at=until, used_at=now),
                        UsedChallenge(challenge_hash=f"c{n}", expires_at=until),
                        RecoveryCode(code_hash=f"r{n}", person_id=marta.id, used_at=now + timedelta(hours=12)),
                    ]
                )  # fmt: skip
            session.add(RecoveryCode(code_hash="unused", person_id=marta.id))

        await database.write(fill)
        sweeper = Retention(database, rooms.clock)

        async def left() -> dict[str, int]:
            await sweeper.sweep()
            return {table.__name__: len(await rooms.rows(table)) for table in TABLES}

        assert set((await left()).values()) == {1, 3, 4}
        rooms.clock.advance(36 * HOUR.total_seconds())
        assert await left() == {
            "StreamTicket": 0,
            "Session": 1,
            "Pairing": 3,
            "SignInCode": 3,
            "PhoneCode": 3,
            "UsedChallenge": 3,
            "RecoveryCode": 4,
        }
        rooms.clock.advance(1)
        assert await left() == {**dict.fromkeys((table.__name__ for table in TABLES), 0), "RecoveryCode": 1}
        assert [row.code_hash for row in await rooms.rows(RecoveryCode)] == ["unused"]
