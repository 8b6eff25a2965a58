"""The templates of this house: the starter library, and what was brought in; a brought one replaces its namesake."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audit import AuditLog
from app.accounts.rights import Actor
from app.clock import Clock
from app.db import Database
from app.editorial.template_files import read
from app.editorial.templates import Template, library
from app.errors import InvalidInput, NotFound
from app.models import StoredTemplate
from app.schemas.bodies import nul_in


class TemplateShelf:
    def __init__(self, database: Database, audit: AuditLog, clock: Clock) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock
        self._library = {one.id: one for one in library()}

    async def listed(self) -> list[Template]:
        async with self._database.read() as session:
            rows = (await session.execute(select(StoredTemplate))).scalars()
            own = {row.id: Template.model_validate(row.body) for row in rows}
        return sorted({**self._library, **own}.values(), key=lambda one: (one.kind, one.id))

    async def found(self, template_id: str) -> Template:
        """
        Raises:
            NotFound: no such template.
        """
        for one in await self.listed():
            if one.id == template_id:
                return one
        raise NotFound("There is no such template. Reload the list.", code="template_not_found")

    async def bring(self, actor: Actor, source: str) -> list[Template]:
        """
        Read a file in, all of it or nothing.

        Raises:
            InvalidInput: one of them is not whole.
        """
        found = read(source)
        if nul_in([one.model_dump(mode="json") for one in found]) is not None:
            raise InvalidInput(
                "There is a character in it that cannot be kept (U+0000). Take it out and send again.",
                code="nul_character",
            )
        now = self._clock.now()

        async def work(session: AsyncSession) -> None:
            for one in found:
                row = await session.get(StoredTemplate, one.id) or StoredTemplate(
                    id=one.id, body={}, imported_at=now
                )
                row.body, row.imported_by, row.imported_at = one.model_dump(mode="json"), actor.identity, now
                session.add(row)
            await self._audit.append(
                session,
                actor=actor.label,
                action="templates.imported",
                detail={"ids": [one.id for one in found]},
                now=now,
            )

        await self._database.write(work)
        return found
