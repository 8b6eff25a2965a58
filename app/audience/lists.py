"""Who is texted: lists of numbers with proof of consent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import phonenumbers
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.audit import AuditLog
from app.accounts.rights import Actor
from app.audience import consents
from app.clock import Clock
from app.db import Database
from app.errors import Conflict, InvalidInput, NotFound
from app.ids import NewId
from app.models import Audience, OptedOut, Recipient


@dataclass(frozen=True, slots=True)
class NewRecipient:
    number: str
    consent: str
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. `refused` is [(line, why)]."""

    added: int
    known: int
    refused: tuple[tuple[int, str], ...]


class Lists:
    def __init__(self, database: Database, audit: AuditLog, clock: Clock, new_id: NewId) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock
        self._new_id = new_id

    async def create(self, actor: str, name: str) -> Audience:
        now = self._clock.now()

        async def work(session: AsyncSession) -> Audience:
            if (await session.execute(select(col(Audience.id)).where(col(Audience.name) == name))).first():
                raise Conflict(f"There is a list called “{name}” already.", code="name_taken")
            audience = Audience(id=self._new_id(), name=name, created_at=now)
            session.add(audience)
            await self._audit.append(
                session, actor=actor, action="audience.create", subject=audience.id, now=now
            )
            return audience

        return await self._database.write(work)

    async def import_(
        self, actor: Actor, audience_id: str, rows: Sequence[NewRecipient], *, region: str | None
    ) -> Imported:
        """
        Add numbers. A number on the list already stays as it is; one without proof of consent is refused.

        Raises:
            NotFound: no such list.
        """
        now = self._clock.now()
        good: dict[str, NewRecipient] = {}
        refused: list[tuple[int, str]] = []
        for line, row in enumerate(rows, 1):
            try:
                number = e164(row.number, region)
                if not row.consent.strip():
                    raise InvalidInput("There is no proof of consent for this number.", code="no_consent")
            except InvalidInput as exc:
                refused.append((line, exc.detail))
            else:
                good.setdefault(number, row)

        async with self._database.transaction() as session:
            if await session.get(Audience, audience_id) is None:
                raise NotFound("There is no such list.", code="audience_not_found")
            known: set[str] = set()
            numbers = list(good)
            for start in range(0, len(numbers), 500):
                known.update(
                    (
                        await session.execute(
                            select(col(Recipient.number)).where(
                                col(Recipient.audience_id) == audience_id,
                                col(Recipient.number).in_(numbers[start : start + 500]),
                            )
                        )
                    ).scalars()
                )
            fresh = [number for number in numbers if number not in known]
            session.add_all(
                Recipient(
                    id=self._new_id(),
                    audience_id=audience_id,
                    number=number,
                    lang=good[number].lang,
                    consent=good[number].consent[:500],
                    created_at=now,
                )
                for number in fresh
            )
            await consents.keep_stopped(session, fresh)
            await self._audit.append(
                session,
                actor=actor.label,
                action="audience.import",
                subject=audience_id,
                detail={"added": len(fresh), "known": len(known), "refused": len(refused)},
                now=now,
            )
        return Imported(len(fresh), len(known), tuple(refused))

    async def listed(self) -> list[tuple[Audience, int, int]]:
        """Every list with its people and how many of them said STOP."""
        async with self._database.read() as session:
            rows = (
                await session.execute(
                    select(Audience, func.count(col(Recipient.id)), func.count(col(OptedOut.number)))
                    .outerjoin(Recipient, col(Recipient.audience_id) == col(Audience.id))
                    .outerjoin(OptedOut, col(OptedOut.number) == col(Recipient.number))
                    .group_by(col(Audience.id))
                    .order_by(col(Audience.name))
                )
            ).all()
        return [(audience, people, stopped) for audience, people, stopped in rows]


def e164(number: str, region: str | None) -> str:
    """
    Raises:
        InvalidInput: not a number that can exist.
    """
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException as exc:
        raise InvalidInput(
            "This is not a phone number. Write it with its country, like +34 600 000 000.", code="bad_number"
        ) from exc
    if not phonenumbers.is_possible_number(parsed):
        raise InvalidInput("This number is too short or too long.", code="bad_number")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
