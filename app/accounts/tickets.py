"""One-time tickets: how a signed-in screen opens a staff stream without a token in any address."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.codes import token_hash
from app.accounts.people import People
from app.accounts.rights import Action, Actor, allows
from app.clock import Clock
from app.db import Database
from app.errors import Forbidden, InvalidInput
from app.models import StreamTicket

LIFE = timedelta(seconds=30)
ACTION_OF = {"desk": Action.STREAM_DESK, "family": Action.STREAM_FAMILY}


class Tickets:
    """Issues and redeems; a ticket works once, for one topic, for half a minute."""

    def __init__(
        self, database: Database, people: People, clock: Clock, token: Callable[[], str] | None = None
    ) -> None:
        self._database = database
        self._people = people
        self._clock = clock
        self._token = token or (lambda: secrets.token_urlsafe(24))

    async def issue(self, actor: Actor, topic: str) -> str:
        """
        Raises:
            InvalidInput: not a staff topic.
            Forbidden: not for this person.
        """
        event_id, _, name = topic.rpartition(":")
        action = ACTION_OF.get(name)
        if not event_id or action is None:
            raise InvalidInput(
                "Tickets are for the desk and family topics of an event.", code="unknown_topic"
            )
        if actor.session_id is None or not allows(actor, action, event_id):
            raise Forbidden(
                "You may not watch this. Ask an admin for a role on this event.", code="not_allowed"
            )
        ticket, session_id = self._token(), actor.session_id
        expires_at = self._clock.now() + LIFE

        async def work(session: AsyncSession) -> None:
            session.add(
                StreamTicket(
                    ticket_hash=token_hash(ticket),
                    session_id=session_id,
                    topic_id=topic,
                    expires_at=expires_at,
                )
            )

        await self._database.write(work)
        return ticket

    async def redeem(self, ticket: str) -> tuple[str, str] | None:
        """
        Use a ticket up.

        Returns:
            (topic, session id); None for a ticket that is unknown, used or too old, or whose owner may not any more.
        """

        async def work(session: AsyncSession) -> tuple[str, str] | None:
            row = (
                await session.execute(
                    delete(StreamTicket)
                    .where(
                        col(StreamTicket.ticket_hash) == token_hash(ticket),
                        col(StreamTicket.expires_at) > self._clock.now(),
                    )
                    .returning(col(StreamTicket.session_id), col(StreamTicket.topic_id))
                )
            ).one_or_none()
            return None if row is None else (row[0], row[1])

        found = await self._database.write(work)
        if found is None:
            return None
        session_id, topic = found
        return (topic, session_id) if await self.allows(session_id, topic) else None

    async def allows(self, session_id: str, topic: str) -> bool:
        """Asked again and again of an open socket: the session is open and its owner still has the right."""
        event_id, _, name = topic.rpartition(":")
        actor = await self._people.actor_of_open_session(session_id)
        return actor is not None and allows(actor, ACTION_OF[name], event_id)
