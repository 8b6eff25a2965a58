"""
Whose database this is. A drill and a live service never share one, whatever the settings name.

One environment often serves both on the same machine, and a rehearsal that opened the live database would replace
its channels' credentials by the simulators' and put an invented flood on its page. Who was there first tells: a
drill makes its two people itself, before anybody can, and nobody is ever deleted.
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect, select
from sqlmodel import col

from app.config import RefusesToStart
from app.db import Database
from app.models import Person
from app.rehearsal.furnish import PEOPLE

_THEIRS = frozenset(email for _, email, _ in PEOPLE)


async def refuse_the_others(database: Database, *, drill: bool) -> None:
    """
    Asked before anything is written, migrations included.

    Raises:
        RefusesToStart: a live service's database in a drill, or the other way round.
    """

    def first_person(connection: Connection) -> str | None:
        if not inspect(connection).has_table(str(Person.__tablename__)):
            return None
        first = select(col(Person.email)).order_by(col(Person.created_at), col(Person.id)).limit(1)
        email: str | None = connection.execute(first).scalar_one_or_none()
        return email

    async with database.connection() as connection:
        email = await connection.run_sync(first_person)
    if email is None or (email in _THEIRS) == drill:
        return
    if drill:
        raise RefusesToStart(
            "This is the database of a live service, and a drill never opens it. "
            "Next: leave TOCSIN_DATABASE_URL out for the drill, or name another database."
        )
    raise RefusesToStart(
        "This is the database of a drill; its events are invented. "
        "Next: name the live service's database in TOCSIN_DATABASE_URL."
    )
