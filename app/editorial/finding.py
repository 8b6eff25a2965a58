"""Reading what several parts of this room need: an event, its names, its list sizes, its newest consent."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.accounts.vault import Vault
from app.errors import Conflict, NotFound
from app.models import (
    EVERY_EVENT,
    Approval,
    ConsentRecord,
    ConsentState,
    EventRole,
    LiveEvent,
    OptedOut,
    Person,
    Recipient,
    Role,
    Update,
    UpdateRevision,
    UpdateState,
    Verdict,
)


async def find_event(session: AsyncSession, event_id: str) -> LiveEvent:
    """
    By id or slug.

    Raises:
        NotFound: neither.
    """
    event = await session.get(LiveEvent, event_id)
    if event is None:
        event = (
            await session.execute(select(LiveEvent).where(col(LiveEvent.slug) == event_id))
        ).scalar_one_or_none()
    if event is None:
        raise NotFound(
            "There is no such event. Check the address, or look at the list of events.",
            code="event_not_found",
        )
    return event


async def find_update(session: AsyncSession, update_id: str, *, lock: bool = False) -> Update:
    """
    Raises:
        NotFound: no such update.
    """
    row = await session.get(Update, update_id, with_for_update=lock or None, populate_existing=lock)
    if row is None:
        raise NotFound("There is no such update. Reload the page.", code="update_not_found")
    return row


async def find_waiting(
    session: AsyncSession,
    update_id: str,
    version: int,
    states: Collection[str] = (UpdateState.AWAITING_APPROVAL,),
) -> Update:
    """
    An update that is to be decided about, locked, as it was read.

    Raises:
        NotFound: no such update.
        Conflict: it changed since it was read, or does not wait.
    """
    row = await find_update(session, update_id, lock=True)
    if row.version != version:
        raise Conflict(
            "This changed after you opened it. Read it again.",
            code="changed_meanwhile",
            current=row.version,
            state=row.state,
        )
    if row.state not in states:
        raise Conflict(f"This does not wait any more, it is {row.state}.", code="not_waiting")
    return row


async def revision_of(session: AsyncSession, update: Update, number: int | None = None) -> UpdateRevision:
    """What an update says now, or said in an earlier revision."""
    return await session.get_one(UpdateRevision, (update.id, number or update.revision))


def registered_names(vault: Vault, event: LiveEvent) -> tuple[str, ...]:
    """The event's own deny list, opened for one check and forgotten."""
    if event.deny_enc is None:
        return ()
    return tuple(vault.open(event.deny_enc, about=f"deny:{event.id}").decode().split("\n"))


async def decisions_about(session: AsyncSession, update_ids: Collection[str]) -> list[Approval]:
    """Oldest first: which of them is the last word goes by this order."""
    if not update_ids:
        return []
    rows = await session.execute(
        select(Approval)
        .where(col(Approval.update_id).in_(update_ids))
        .order_by(col(Approval.at), col(Approval.id))
    )
    return list(rows.scalars())


async def writers_of(session: AsyncSession, row: Update) -> set[str]:
    """
    Identities of everybody who wrote any of it: nobody is asked about their own words, or lets them go.

    Who wrote by a key is found behind the key.
    """
    written = await session.execute(
        select(col(UpdateRevision.author_id)).where(col(UpdateRevision.update_id) == row.id)
    )
    found = {f"person:{author}" for author in written.scalars() if author is not None}
    changed = await session.execute(
        select(col(Approval.identity)).where(
            col(Approval.update_id) == row.id,
            col(Approval.verdict).in_((Verdict.CHANGED, Verdict.BREAK_GLASS)),
        )
    )
    return found | set(changed.scalars()) | ({row.asked_by} if row.asked_by else set())


async def decided_at(session: AsyncSession, update_id: str, now: datetime) -> datetime:
    """The time of a decision that is made now: later than those before it, since their order says which is the last."""
    last = await session.scalar(
        select(func.max(col(Approval.at))).where(col(Approval.update_id) == update_id)
    )
    return now if last is None else max(now, last + timedelta(microseconds=1))


async def approver_ids(session: AsyncSession, event_id: str) -> list[str]:
    """Who may give a second opinion on this event, by id."""
    rows = await session.execute(
        select(col(EventRole.person_id))
        .join(Person, col(Person.id) == col(EventRole.person_id))
        .where(
            col(EventRole.event_id).in_((event_id, EVERY_EVENT)),
            col(EventRole.role) == Role.APPROVER,
            col(Person.disabled_at).is_(None),
        )
        .distinct()
    )
    return sorted(rows.scalars())


async def audience_size(session: AsyncSession, audience_id: str) -> int:
    """People on the list who have not said STOP."""
    return int(
        (
            await session.execute(
                select(func.count())
                .select_from(Recipient)
                .outerjoin(OptedOut, col(OptedOut.number) == col(Recipient.number))
                .where(col(Recipient.audience_id) == audience_id, col(OptedOut.number).is_(None))
            )
        ).scalar_one()
    )


async def newest_consents(session: AsyncSession, event_ids: Collection[str]) -> dict[str, ConsentRecord]:
    """The record that counts, per event."""
    rows = await session.execute(
        select(ConsentRecord).where(col(ConsentRecord.event_id).in_(event_ids)).order_by(col(ConsentRecord.n))
    )
    return {record.event_id: record for record in rows.scalars()}


async def consents_run_out(session: AsyncSession, now: datetime) -> list[str]:
    """Events whose consent's time is over, and is not yet taken back for it; a newer record counts instead."""
    newer = aliased(ConsentRecord)
    rows = await session.execute(
        select(col(ConsentRecord.event_id)).where(
            col(ConsentRecord.state) == ConsentState.COMPLETE,
            # Seen to be over stays over, also where the clock is set back before all is taken back.
            or_(col(ConsentRecord.expires_at) <= now, col(ConsentRecord.ran_out_at).is_not(None)),
            col(ConsentRecord.taken_back_at).is_(None),
            ~exists().where(
                col(newer.event_id) == col(ConsentRecord.event_id), col(newer.n) > col(ConsentRecord.n)
            ),
        )
    )
    return sorted(rows.scalars())


async def withdrawn_half_way(session: AsyncSession) -> list[tuple[str, datetime]]:
    """Consents that were withdrawn, and of which nobody has said that all deletions are on their way; since when."""
    rows = await session.execute(
        select(col(ConsentRecord.id), col(ConsentRecord.revoked_at)).where(
            col(ConsentRecord.state) == ConsentState.REVOKED,
            col(ConsentRecord.taken_back_at).is_(None),
        )
    )
    return [(id_, at) for id_, at in rows if at is not None]
