"""
Two people: what is dangerous is proposed by one and happens only when a second confirms.

Whoever answers for the proposal (for a key, the person who made it) cannot confirm it, nor can whoever gains by it;
a key confirms nothing. Adding a person is on the list, or an admin could make their own second; for the same reason
the code by which the person comes in is half the proposer's and half the confirmer's (`invitations`). While there is
only one person at all, at first set-up, there is nobody to ask: then it happens at once and the record says that it
did so alone. Once a second person has ever existed, that exception is gone for good: closing an account does not
bring it back.

A proposal is marked before it is carried out, so that two confirmations at once do it once. If the process dies
between, it stays "confirmed" and is proposed again: never done twice, never done half in silence.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.audit import AuditLog
from app.accounts.rights import Action, Actor, allows
from app.accounts.vault import Vault
from app.clock import Clock
from app.db import Database
from app.errors import AppError, Conflict, Forbidden, Gone, NotFound
from app.ids import NewId
from app.models import ApiKey, EventRole, Person, Proposal, Role

log = structlog.get_logger()

LIFE = timedelta(hours=24)
ALONE = "alone"
"""In the secret that is carried out: there was nobody to ask."""


class Kind(StrEnum):
    """What two people do. Stored with every proposal: never rename."""

    PERSON_ADD = "person.add"
    PERSON_INVITE = "person.invite"
    PERSON_ENABLE = "person.enable"
    ROLE_GIVE = "role.give"
    CHANNEL_ADD = "channel.add"
    CHANNEL_REMOVE = "channel.remove"
    CHANNEL_CREDENTIALS = "channel.credentials"
    CHANNEL_SECOND = "channel.second"
    KEY_MAKE = "key.make"
    POLICY_PUBLISH = "policy.publish"
    EVENT_SAFETY = "event.safety"
    EVENT_WORDS = "event.words"
    EVENT_RAISE = "event.raise"


ASKS: Mapping[Kind, Action] = {
    **dict.fromkeys(
        (Kind.PERSON_ADD, Kind.PERSON_INVITE, Kind.PERSON_ENABLE, Kind.ROLE_GIVE), Action.PEOPLE_MANAGE
    ),
    **dict.fromkeys(
        (Kind.CHANNEL_ADD, Kind.CHANNEL_REMOVE, Kind.CHANNEL_CREDENTIALS, Kind.CHANNEL_SECOND),
        Action.CHANNEL_MANAGE,
    ),
    Kind.KEY_MAKE: Action.KEYS_MANAGE,
    Kind.POLICY_PUBLISH: Action.POLICY_MANAGE,
    **dict.fromkeys((Kind.EVENT_SAFETY, Kind.EVENT_WORDS, Kind.EVENT_RAISE), Action.EVENT_EDIT),
}
"""What a person needs to propose each, then and when it is confirmed."""


@dataclass(frozen=True, slots=True)
class Wish:
    """
    What is asked for.

    Attributes:
        payload: What both people see; enough to carry it out.
        secret: What nobody sees again; sealed until then and gone afterwards.
        benefits: The person who gains by it.
    """

    kind: Kind
    payload: Mapping[str, Any]
    secret: Mapping[str, Any] = field(default_factory=dict)
    event_id: str | None = None
    subject: str = ""
    benefits: str | None = None


Doer = Callable[[Actor, Mapping[str, Any], Mapping[str, Any]], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Either it waits for a second person, or it was done alone."""

    proposal: Proposal | None = None
    result: Any = None


class Proposals:
    """Asks, confirms, refuses. `doers` are those of `app.doers`: one for each kind, nothing else can be proposed."""

    def __init__(
        self, database: Database, vault: Vault, audit: AuditLog, clock: Clock, new_id: NewId
    ) -> None:
        self._database = database
        self._vault = vault
        self._audit = audit
        self._clock = clock
        self._new_id = new_id
        self.doers: dict[Kind, Doer] = {}

    async def alone(self) -> bool:
        """Whether only one person was ever made."""
        async with self._database.read() as session:
            return ((await session.scalar(select(func.count()).select_from(Person))) or 0) <= 1

    async def ask(self, actor: Actor, wish: Wish) -> Outcome:
        """
        Propose; or, alone in the house, do it.

        Raises:
            Forbidden: a key that nobody answers for.
            AppError: it could not be done.
        """
        if actor.answers is None:
            raise Forbidden("Nobody answers for this key. Make a new one.", code="key_without_owner")
        now = self._clock.now()
        if await self.alone():
            result = await self.doers[wish.kind](actor, wish.payload, {**wish.secret, ALONE: True})

            async def noted(session: AsyncSession) -> None:
                await self._audit.append(
                    session,
                    actor=actor.label,
                    action="two_people.excepted",
                    event_id=wish.event_id,
                    subject=wish.subject,
                    detail={"kind": str(wish.kind), "why": "only_one_person"},
                    now=now,
                )

            await self._database.write(noted)
            return Outcome(result=result)
        proposal_id = self._new_id()
        sealed = None
        if wish.secret:
            sealed = self._vault.seal(json.dumps(dict(wish.secret)).encode(), about=f"proposal:{proposal_id}")
        row = Proposal(
            id=proposal_id,
            kind=wish.kind,
            event_id=wish.event_id,
            subject=wish.subject,
            payload=dict(wish.payload),
            secret_enc=sealed,
            proposed_by=actor.label,
            proposed_by_person=actor.answers,
            benefits=wish.benefits,
            proposed_at=now,
            expires_at=now + LIFE,
        )

        async def work(session: AsyncSession) -> None:
            session.add(row)
            await self._note(session, actor, "proposal.make", row)

        await self._database.write(work)
        return Outcome(proposal=row)

    async def confirm(
        self, actor: Actor, proposal_id: str, adds: Mapping[str, Any] | None = None
    ) -> Proposal:
        """
        The second person says yes, and it is done.

        Args:
            adds: What the second person gives to the secret; it is kept nowhere.

        Raises:
            Forbidden: the same person, the one who gains, or a key.
            Conflict, Gone: decided already, too old, or proposed by somebody whose account is closed since.
            AppError: it cannot be done any more; the proposal keeps why.
        """

        async def work(session: AsyncSession) -> Proposal:
            row = await self._open(session, proposal_id)
            may_confirm(actor, row)
            proposer = await session.get(Person, row.proposed_by_person, populate_existing=True)
            if proposer is None or proposer.disabled_at is not None:
                raise Conflict(
                    "The account of whoever proposed this is closed. Propose it yourself.",
                    code="proposer_gone",
                )
            if not await self._still_may(session, row):
                raise Conflict(
                    "Whoever proposed this may not do it any more. Propose it yourself.",
                    code="proposer_gone",
                )
            row.state, row.decided_by, row.decided_at = "confirmed", actor.label, self._clock.now()
            session.add(row)
            await self._note(session, actor, "proposal.confirm", row)
            return row

        row = await self._database.write(work)
        kind, _, who = row.proposed_by.partition(":")
        proposer = Actor(kind, who, "", owner_id=row.proposed_by_person)
        try:
            secret = {}
            if row.secret_enc is not None:
                secret = json.loads(self._vault.open(row.secret_enc, about=f"proposal:{row.id}"))
            await self.doers[Kind(row.kind)](proposer, row.payload, {**secret, **(adds or {})})
        except AppError as exc:
            await self._close(row.id, "failed", exc.detail)
            raise
        except (LookupError, ValueError) as exc:
            # What this version needs is not in it, or it asks for something this version does not know: another
            # version proposed it before the last start. Logged whole, since our own mistake would look the same.
            log.exception("proposal_not_understood", proposal_id=row.id, kind=row.kind)
            stale = Conflict(
                "This was proposed to another version of Tocsin and cannot be done any more. Propose it again.",
                code="proposal_outdated",
            )
            await self._close(row.id, "failed", stale.detail)
            raise stale from exc
        return await self._close(row.id, "done", "")

    async def refuse(self, actor: Actor, proposal_id: str, why: str) -> Proposal:
        """Say no: a second person, or whoever proposed it."""

        async def work(session: AsyncSession) -> Proposal:
            row = await self._open(session, proposal_id)
            own = actor.answers == row.proposed_by_person
            row.state = "withdrawn" if own else "refused"
            row.decided_by, row.decided_at, row.why = actor.label, self._clock.now(), why[:300]
            row.secret_enc = None
            session.add(row)
            await self._note(session, actor, "proposal.withdraw" if own else "proposal.refuse", row)
            return row

        return await self._database.write(work)

    async def found(self, proposal_id: str) -> Proposal:
        async with self._database.read() as session:
            row = await session.get(Proposal, proposal_id)
        if row is None:
            raise NotFound("There is no such proposal.", code="proposal_not_found")
        return row

    async def listed(self, *, open_only: bool) -> list[Proposal]:
        """Newest first, at most 200."""
        which = select(Proposal).order_by(col(Proposal.proposed_at).desc()).limit(200)
        if open_only:
            which = which.where(col(Proposal.state) == "open", col(Proposal.expires_at) > self._clock.now())
        async with self._database.read() as session:
            return list((await session.execute(which)).scalars())

    async def _open(self, session: AsyncSession, proposal_id: str) -> Proposal:
        row = await session.get(Proposal, proposal_id, populate_existing=True, with_for_update=True)
        if row is None:
            raise NotFound("There is no such proposal.", code="proposal_not_found")
        if row.state != "open":
            raise Conflict("Somebody decided about this already.", code="decided_already", state=row.state)
        if row.expires_at <= self._clock.now():
            raise Gone("This proposal is too old. Propose it again.", code="proposal_expired")
        return row

    async def _still_may(self, session: AsyncSession, row: Proposal) -> bool:
        """Two people are two who may: a role or a key that was taken takes its half of the decision with it."""
        kind, _, who = row.proposed_by.partition(":")
        if kind == "key":
            key = await session.get(ApiKey, who, populate_existing=True)
            return key is None or key.revoked_at is None
        rows = await session.execute(
            select(col(EventRole.event_id), col(EventRole.role)).where(
                col(EventRole.person_id) == row.proposed_by_person
            )
        )
        held: dict[str, frozenset[Role]] = {}
        for event_id, role in rows.all():
            held[event_id] = held.get(event_id, frozenset()) | {Role(role)}
        proposer = Actor("person", who, "", roles=held)
        asked = (
            ASKS.get(Kind(row.kind)) if row.kind in tuple(Kind) else None
        )  # of another version: its doer says so
        return asked is None or allows(proposer, asked, row.event_id)

    async def _close(self, proposal_id: str, state: str, why: str) -> Proposal:
        async def work(session: AsyncSession) -> Proposal:
            row = await session.get(Proposal, proposal_id, populate_existing=True)
            if row is None:
                raise NotFound("There is no such proposal.", code="proposal_not_found")
            row.state, row.why, row.secret_enc = state, why[:300], None
            session.add(row)
            return row

        return await self._database.write(work)

    async def _note(self, session: AsyncSession, actor: Actor, action: str, row: Proposal) -> None:
        await self._audit.append(
            session,
            actor=actor.label,
            action=action,
            event_id=row.event_id,
            subject=f"proposal:{row.id}",
            detail={"kind": row.kind, "about": row.subject},
            now=self._clock.now(),
        )


def may_confirm(actor: Actor, proposal: Proposal) -> None:
    """
    The rule of two people, as one pure decision.

    Raises:
        Forbidden: this is not a second person.
    """
    if actor.kind != "person" or actor.device_id is not None:
        raise Forbidden("A person confirms this, at a desk. Sign in there.", code="not_by_key")
    if actor.id == proposal.proposed_by_person:
        raise Forbidden("You proposed this. A second person confirms it.", code="second_person_needed")
    if actor.id == proposal.benefits:
        raise Forbidden("You gain by this. Somebody else confirms it.", code="second_person_needed")
