"""Consent records: recorded by one person, checked by a second, withdrawn by anybody who hears of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.audit import AuditLog
from app.accounts.rights import Actor
from app.accounts.vault import Vault
from app.broadcast import topics
from app.broadcast.engine import Engine
from app.broadcast.intents import DecidedUpdate
from app.broadcast.neighbours import next_out_at
from app.clock import Clock
from app.db import Database
from app.editorial import consent
from app.editorial.consent import Missing
from app.editorial.consent_now import Stands, missing_of, stands
from app.editorial.corrections import NoRecall, Outgoing, recall, take_back
from app.editorial.finding import find_event, newest_consents
from app.editorial.outgoing import outgoing_of
from app.errors import Conflict, Forbidden, NotFound
from app.ids import NewId
from app.models import (
    ConsentRecord,
    ConsentState,
    LiveEvent,
    Person,
    TopicName,
    Update,
    UpdateState,
)

INVENTED_NAME = "An invented person"


@dataclass(frozen=True, slots=True)
class Revoked:
    """
    What a withdrawal did.

    Attributes:
        deletions: (channel id, posts being deleted there).
        stays: What no program can take back, in words.
    """

    at: datetime
    taken_back: int
    deletions: tuple[tuple[str, int], ...]
    stays: tuple[NoRecall, ...]


class _NotOver(Exception):
    """A new one was signed, it was withdrawn, or another process was first."""


class Consents:
    def __init__(
        self,
        database: Database,
        vault: Vault,
        audit: AuditLog,
        clock: Clock,
        new_id: NewId,
        engine: Engine,
        announce: Callable[[Sequence[topics.Position]], None],
        *,
        drill: bool,
    ) -> None:
        self._database = database
        self._vault = vault
        self._audit = audit
        self._clock = clock
        self._new_id = new_id
        self._engine = engine
        self._announce = announce
        self._drill = drill

    async def stands(self, event_id: str) -> Stands:
        async with self._database.read() as session:
            event = await find_event(session, event_id)
            return await stands(session, event, drill=self._drill, now=self._clock.now())

    async def write(
        self,
        actor: Actor,
        event_id: str,
        terms: Mapping[str, Any],
        *,
        signed_by: str,
        revoker_outside: str,
        expires_at: datetime | None,
        version: int | None,
    ) -> Stands:
        """
        Write the form down, or change it; a change undoes what was checked before.

        Args:
            signed_by, revoker_outside: Sealed at once and never shown. A drill takes none: its record is about nobody.
            version: The one that was read; None for a first or a new record.

        Raises:
            Forbidden: a name in a drill (H-06).
            Conflict: somebody changed it meanwhile, or it stands already.
        """
        if self._drill and (signed_by or revoker_outside):
            raise Forbidden(
                "A drill takes no patient's record. Leave the names out: an invented person signs.",
                code="drill_takes_no_patient",
            )
        names = f"{INVENTED_NAME}\n" if self._drill else f"{signed_by.strip()}\n{revoker_outside.strip()}"

        async def work(session: AsyncSession) -> list[topics.Position]:
            now = self._clock.now()
            event = await find_event(session, event_id)
            await session.refresh(event, with_for_update=True)
            record = (await newest_consents(session, {event.id})).get(event.id)
            # What has run out is history like what was withdrawn: it was agreed so, and is over once and for good.
            new = record is None or record.state == ConsentState.REVOKED or record.taken_back_at is not None
            if record is None or new:
                record = ConsentRecord(
                    id=self._new_id(),
                    event_id=event.id,
                    n=1 if record is None else record.n + 1,
                    invented=self._drill,
                    made_by=actor.identity,
                    made_at=now,
                )
            elif record.version != version or record.ran_out_at is not None:
                # One that has just run out is being taken back: a moment later it is history.
                raise Conflict(
                    "Somebody changed this record meanwhile. Read it again.",
                    code="changed_meanwhile",
                    current=record.version,
                )
            else:
                record.version += 1
            record.state = ConsentState.DRAFT
            record.terms = dict(terms)
            record.expires_at = expires_at
            record.made_by = actor.identity
            record.recorded_by = record.completed_by = None
            record.recorded_at = record.completed_at = None
            if self._drill or signed_by.strip() or new:
                has = names.split("\n", 1)[0]
                record.names_enc = (
                    self._vault.seal(names.encode(), about=f"consent:{record.id}") if has else None
                )
            session.add(record)
            noted = await self._note(session, actor, "consent.written", record, now)
            return [noted, *await self._on_page(session, record, now)]

        self._announce(await self._database.write(work))
        return await self.stands(event_id)

    async def confirm(self, actor: Actor, event_id: str, version: int) -> Stands:
        """
        Say that the record matches the signed paper: first one person, then another.

        Raises:
            Conflict: something is missing, or it changed.
            Forbidden: the same person twice, or a program.
        """
        if actor.kind != "person":
            raise Forbidden(
                "Only a person can say that they have seen the signed form.", code="person_needed"
            )

        async def work(session: AsyncSession) -> list[topics.Position]:
            now = self._clock.now()
            record = await self._current(session, event_id, version)
            lacks = missing_of(record, now) + await self._unknown_revokers(session, record)
            if lacks:
                raise Conflict(
                    lacks[0].sentence,
                    code="consent_incomplete",
                    missing=[{"field": one.field, "sentence": one.sentence} for one in lacks],
                )
            if record.state == ConsentState.DRAFT:
                record.state = ConsentState.RECORDED
                record.recorded_by, record.recorded_at = actor.identity, now
            elif record.state == ConsentState.RECORDED:
                if actor.identity in (record.recorded_by, record.made_by):
                    raise Forbidden(
                        "A second person must check it against the signed form. Ask a colleague.",
                        code="second_person",
                    )
                record.state = ConsentState.COMPLETE
                record.completed_by, record.completed_at = actor.identity, now
            else:
                raise Conflict(f"This record is {record.state} already.", code="wrong_state")
            record.version += 1
            session.add(record)
            noted = await self._note(session, actor, f"consent.{record.state}", record, now)
            return [noted, *await self._on_page(session, record, now)]

        self._announce(await self._database.write(work))
        return await self.stands(event_id)

    async def revoke(self, actor: Actor, event_id: str, how: str = "") -> Revoked:
        """
        The patient, or who may speak for them, withdraws: nothing more starts, and what is out is taken back.

        Args:
            how: How it was told, such as "by the daughter, on the phone". Kept with the record, in no log.

        Raises:
            NotFound: there is no record. Conflict: it was withdrawn before.
        """
        async with self._database.read() as session:
            event = await find_event(session, event_id)

        async def first(session: AsyncSession, now: datetime) -> None:
            record = (await newest_consents(session, {event.id})).get(event.id)
            if record is None:
                raise NotFound("There is no consent record on this event.", code="consent_none")
            if record.state == ConsentState.REVOKED:
                raise Conflict("The consent was withdrawn already.", code="consent_revoked")
            record.state = ConsentState.REVOKED
            # Later than all that is out, also where the clock was set back: by it a later look tells what to take back.
            at = await next_out_at(session, event.id, now)
            record.revoked_by, record.revoked_at, record.revoked_how = actor.identity, at, how[:300]
            record.version += 1
            session.add(record)
            await self._note(session, actor, "consent.revoked", record, now)

        out = await self._engine.take_off.event(event.id, "consent_revoked", first)
        done = await self.retract(actor.person_id, actor.label, event, out)
        await self._taken_back(event.id, col(ConsentRecord.state) == ConsentState.REVOKED)
        return done

    async def finish(self, record_id: str) -> None:
        """Take back what a withdrawal left out there because its process died half-way; harmless to do again."""
        async with self._database.read() as session:
            record = await session.get_one(ConsentRecord, record_id)
            event = await session.get_one(LiveEvent, record.event_id)
            rows = await session.execute(
                select(col(Update.id))
                .where(
                    col(Update.event_id) == event.id,
                    col(Update.state) == UpdateState.RELEASED,
                    col(Update.released_at) <= record.revoked_at,
                )
                .order_by(col(Update.seq))
            )
            out = list(rows.scalars())
        await self.retract(None, "system", event, out)
        await self._taken_back(event.id, col(ConsentRecord.id) == record_id)

    async def run_out(self, event_id: str) -> Revoked | None:
        """
        The time that was signed for is over: the event is taken off and what is out is taken back, as when it is
        withdrawn. None when that is not so, or is done. Harmless to do again after a crash half-way.
        """
        async with self._database.read() as session:
            event = await find_event(session, event_id)

        async def first(session: AsyncSession, now: datetime) -> None:
            record = (await newest_consents(session, {event.id})).get(event.id)
            if record is None or not consent.has_run_out(record, now):
                raise _NotOver
            if record.ran_out_at is None:
                record.ran_out_at = now
                record.version += 1
                session.add(record)
                await self._note(session, None, "consent.ran_out", record, now)

        try:
            out = await self._engine.take_off.event(event.id, "consent_expired", first)
        except _NotOver:
            return None
        done = await self.retract(None, "system", event, out)

        await self._taken_back(event.id, col(ConsentRecord.ran_out_at).is_not(None))
        return done

    async def _taken_back(self, event_id: str, which: Any) -> None:
        async def work(session: AsyncSession) -> None:
            await session.execute(
                update(ConsentRecord)
                .where(
                    col(ConsentRecord.event_id) == event_id, which, col(ConsentRecord.taken_back_at).is_(None)
                )
                .values(taken_back_at=self._clock.now())
            )

        await self._database.write(work)

    async def retract(
        self, author_id: str | None, actor: str, event: LiveEvent, update_ids: Sequence[str]
    ) -> Revoked:
        """Start deleting what is out; harmless to do again, so a crash half-way is repaired by repeating it."""
        deletions: dict[str, int] = {}
        stays: list[NoRecall] = []
        async with self._database.read() as session:
            outgoing: list[Outgoing] = [await outgoing_of(session, update_id) for update_id in update_ids]
        decisions: list[DecidedUpdate] = []
        for one in outgoing:
            for share in recall(one):
                if isinstance(share, NoRecall):
                    stays.append(share)
                else:
                    deletions[share.channel_id] = deletions.get(share.channel_id, 0) + 1
            decided = take_back(one, lang=event.default_lang, now=self._clock.now())
            if decided.deliveries:
                decisions.append(replace(decided, author_id=author_id, actor=actor))
        # Together, so that they share commits: fifty posts are taken back as fast as one.
        await asyncio.gather(
            *(self._engine.publisher.accept(one, lambda done: done.update_id.encode()) for one in decisions)
        )
        return Revoked(self._clock.now(), len(outgoing), tuple(sorted(deletions.items())), tuple(stays))

    async def _current(self, session: AsyncSession, event_id: str, version: int) -> ConsentRecord:
        event = await find_event(session, event_id)
        await session.refresh(event, with_for_update=True)
        record = (await newest_consents(session, {event.id})).get(event.id)
        if record is None:
            raise NotFound("There is no consent record on this event. Write one first.", code="consent_none")
        if record.version != version:
            raise Conflict(
                "Somebody changed this record meanwhile. Read it again.",
                code="changed_meanwhile",
                current=record.version,
            )
        return record

    async def _unknown_revokers(self, session: AsyncSession, record: ConsentRecord) -> tuple[Missing, ...]:
        wanted = set(record.terms.get("revokers") or ())
        known = set(
            (
                await session.execute(
                    select(col(Person.id)).where(
                        col(Person.id).in_(wanted), col(Person.disabled_at).is_(None)
                    )
                )
            ).scalars()
        )
        if wanted - known:
            return (
                Missing("revokers", "Somebody named there has no account any more. Choose people who do."),
            )
        return ()

    async def _note(
        self, session: AsyncSession, actor: Actor | None, action: str, record: ConsentRecord, now: datetime
    ) -> topics.Position:
        await session.flush()
        await self._audit.append(
            session,
            actor=actor.label if actor is not None else "system",
            action=action,
            event_id=record.event_id,
            subject=record.id,
            detail={"n": record.n, "version": record.version, "invented": record.invented},
            now=now,
        )
        return await topics.append(
            session, record.event_id, TopicName.DESK, [("event", record.event_id)], now
        )

    async def _on_page(
        self, session: AsyncSession, record: ConsentRecord, now: datetime
    ) -> list[topics.Position]:
        """Let the event's page say what this record lets it say; the desk hears of the record anyway."""
        event = await session.get_one(LiveEvent, record.event_id)
        said = consent.about_patient(event.kind, record)
        if event.about_patient == said:
            return []
        event.about_patient = said
        event.version += 1
        session.add(event)
        await session.flush()
        return [
            await topics.append(session, event.id, name, [("event", event.id)], now)
            for name in (TopicName.FAMILY, TopicName.PUBLIC)
        ]
