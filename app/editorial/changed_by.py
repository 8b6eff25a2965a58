"""Who changed what of an event last, as the record says; a key in it is whoever made the key."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.editorial.safety import LETS
from app.errors import Forbidden
from app.models import ApiKey, AuditEntry, LiveEvent

CREATED, CHANGED, LIVE = "event.create", "event.change", "event.go_live"


async def last_changes(
    session: AsyncSession, event_id: str, names: Collection[str], *, since_live: bool
) -> dict[str, str]:
    """
    By field, the identity of the human who set it last.

    Args:
        since_live: Only what was changed after the event first went live.
    """
    rows = await session.execute(
        select(col(AuditEntry.actor), col(AuditEntry.action), col(AuditEntry.detail))
        .where(col(AuditEntry.event_id) == event_id, col(AuditEntry.action).in_((CREATED, CHANGED, LIVE)))
        .order_by(col(AuditEntry.seq))
    )
    by: dict[str, str] = {}
    counts = not since_live
    for actor, action, detail in rows.all():
        counts = counts or action == LIVE
        if counts and action != LIVE:
            by.update({name: actor for name in detail.get("fields", ()) if name in names})
    return {name: await _identity(session, actor) for name, actor in by.items()}


async def refuse_own_allowances(session: AsyncSession, event: LiveEvent, identity: str) -> None:
    """
    What the privacy check lets through takes two people: whoever chose it does not open the event with it alone.

    Raises:
        Forbidden: this human chose some of it and now takes the event live for the first time.
    """
    if event.started_at is not None or not any(getattr(event, name) for name in LETS):
        return
    chosen = await last_changes(session, event.id, LETS, since_live=False)
    own = sorted(name for name, who in chosen.items() if who == identity and getattr(event, name))
    if own:
        raise Forbidden(
            "You chose names or numbers that the privacy check lets through here, so somebody else takes it live. "
            "Or take them out: once it is live, two people can add them.",
            code="own_allowances",
            fields=own,
        )


async def _identity(session: AsyncSession, label: str) -> str:
    kind, _, who = label.partition(":")
    key = await session.get(ApiKey, who) if kind == "key" else None
    return f"person:{key.created_by}" if key is not None and key.created_by else label
