"""What a person chose for their own screens: language and colours. They follow the person from desk to tablet."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.rights import Actor
from app.db import Database
from app.errors import NotFound
from app.models import Person


class Choices:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def set(self, actor: Actor, *, lang: str | None = None, theme: str | None = None) -> Person:
        """
        Args:
            lang: Empty for the browser's; None leaves it as it is, as with `theme`.

        Raises:
            NotFound: the person is gone.
        """

        async def work(session: AsyncSession) -> Person:
            person = await session.get(Person, actor.id)
            if person is None:
                raise NotFound("There is no such person.", code="person_not_found")
            person.lang = person.lang if lang is None else lang
            person.theme = person.theme if theme is None else theme
            return person

        return await self._database.write(work)
