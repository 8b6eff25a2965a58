"""What may be used once is used once, also by two who type it at the same moment at two nodes."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.accounts.codes import code_hash, new_code
from app.accounts.sessions import only_admin
from app.db import Database
from app.errors import Conflict, Unauthorized
from app.models import EVERY_EVENT, Person, Role, SignInCode
from tests.accounts.rooms import Rooms

pytestmark = pytest.mark.servers

_WAITING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


async def waits_or_is_done(database: Database, task: asyncio.Task[Any]) -> None:
    """Until it stands in front of a lock, or has got through."""
    while not task.done():
        async with database.read() as session:
            if (await session.execute(_WAITING)).scalar_one():
                return
        await asyncio.sleep(0.005)


class TestSignInCodes:
    @pytest.mark.timeout(60)
    async def test_S03_of_two_who_type_one_code_at_once_one_comes_in(self, postgres_url: str) -> None:
        """The first has looked and is not committed when the second looks: that one waits, and finds it used."""
        database = Database(postgres_url)
        await database.start()
        try:
            rooms, code = Rooms(database), new_code()
            person = await rooms.person("marta")
            until = rooms.clock.now() + timedelta(minutes=5)
            async with database.transaction() as session:
                session.add(
                    SignInCode(
                        code_hash=code_hash(code), purpose="sign_in", person_id=person.id, expires_at=until
                    )
                )
            async with database.transaction() as session:
                await rooms.people._use_code(session, code, "sign_in")
                second = asyncio.create_task(rooms.people.owner_of_code(code))
                await waits_or_is_done(database, second)
            with pytest.raises(Unauthorized):
                await second
        finally:
            await database.stop()


class TestLastAdmin:
    @pytest.mark.timeout(60)
    @pytest.mark.parametrize("how", ["close", "take"])
    async def test_S14_of_two_admins_who_remove_each_other_at_once_one_stays(
        self, postgres_url: str, how: str
    ) -> None:
        """Each saw the other as the admin who is left: the second waits for the first, and is told they are the last."""
        database = Database(postgres_url)
        await database.start()
        try:
            rooms = Rooms(database)
            marta, tom = await rooms.person("marta", Role.ADMIN), await rooms.person("tom", Role.ADMIN)
            removing = {
                "close": lambda: rooms.sessions.disable(tom, marta.id),
                "take": lambda: rooms.people.set_role(
                    tom, event_id=EVERY_EVENT, person_id=marta.id, role=Role.ADMIN, held=False
                ),
            }[how]
            async with database.transaction() as session:
                assert not await only_admin(session, tom.id)
                (await session.get_one(Person, tom.id)).disabled_at = rooms.clock.now()
                await session.flush()
                second = asyncio.create_task(removing())
                await waits_or_is_done(database, second)
            with pytest.raises(Conflict) as told:
                await second
            assert told.value.code == "last_admin"
        finally:
            await database.stop()
