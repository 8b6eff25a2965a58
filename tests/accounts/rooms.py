"""The rooms of accounts on a real database, with cheap hashes and a clock that the test moves."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from app.accounts.audit import AuditLog
from app.accounts.challenges import Challenges
from app.accounts.devices import Devices
from app.accounts.factors import SecondFactors
from app.accounts.passwords import Passwords
from app.accounts.people import People
from app.accounts.policy import Policy
from app.accounts.proposals import Proposals
from app.accounts.rights import Actor
from app.accounts.sessions import Sessions
from app.accounts.vault import Vault
from app.clock import ManualClock
from app.db import Database
from app.ids import new_id
from app.models import EVERY_EVENT, EventRole, LiveEvent, Person, Role

PASSWORD = "a long enough sentence"


@dataclass
class Rooms:
    database: Database
    clock: ManualClock = field(default_factory=lambda: ManualClock(datetime(2026, 11, 21, 9, 0, tzinfo=UTC)))
    ended: list[datetime] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.vault = Vault({"00" * 8: bytes(32)})
        self.audit = AuditLog()
        self.passwords = Passwords(time_cost=1, memory_cost_kib=64)
        self.factors = SecondFactors(self.database, self.vault, self.audit, self.clock, issuer="Tocsin")
        self.people = People(
            self.database,
            self.passwords,
            self.audit,
            self.clock,
            new_id,
            session_hours=12,
            factors=self.factors,
        )
        self.sessions = Sessions(
            self.database,
            self.passwords,
            self.audit,
            self.clock,
            lambda: self.ended.append(self.clock.now()),
        )
        self.devices = Devices(
            self.database,
            self.people,
            self.sessions,
            self.passwords,
            Challenges(self.vault, self.clock),
            self.audit,
            self.clock,
            new_id,
        )
        self.proposals = Proposals(self.database, self.vault, self.audit, self.clock, new_id)
        self.policy = Policy(self.database, self.audit, self.clock)

    async def person(self, name: str, *roles: Role, event_id: str = EVERY_EVENT) -> Actor:
        """Somebody with a password, made in one go."""
        person_id, now = new_id(), self.clock.now()
        hashed = await self.passwords.hash(PASSWORD)

        async def work(session: Any) -> None:
            session.add(
                Person(
                    id=person_id,
                    email=f"{name}@valdora.example",
                    name=name,
                    password_hash=hashed,
                    created_at=now,
                )
            )
            await session.flush()
            for role in roles:
                session.add(EventRole(event_id=event_id, person_id=person_id, role=role, granted_at=now))

        await self.database.write(work)
        return Actor("person", person_id, name, roles={event_id: frozenset(roles)})

    async def event(self, slug: str = "flood") -> str:
        event_id = new_id()

        async def work(session: Any) -> None:
            session.add(
                LiveEvent(
                    id=event_id,
                    slug=slug,
                    kind="crisis",
                    title="Flood",
                    delay_s=10,
                    created_at=self.clock.now(),
                )
            )

        await self.database.write(work)
        return event_id

    async def rows(self, model: Any) -> list[Any]:
        async with self.database.read() as session:
            return list((await session.execute(select(model))).scalars())
