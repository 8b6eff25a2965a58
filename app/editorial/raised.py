"""
What counts down by one person's word alone when the crisis grows worse: it waits for a second person like all that follows.

It was decided under rules that do not hold any more. What two people let go counts on, and so does what takes something
back in the fixed words.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.asked_again import ask_again
from app.broadcast.words import sentence
from app.editorial.approval import Need, Wanted, need_for
from app.editorial.corrections import TAKEN_BACK
from app.editorial.finding import revision_of
from app.models import LiveEvent, Update, UpdateKind, UpdateRevision, UpdateState

RULES = ("severity", "policy")
REASON = "crisis_raised"


def needs_now(event: LiveEvent, checked: Mapping[str, Any], row: Update, said: UpdateRevision) -> Need:
    """
    Whose opinion an update that nobody had to agree to would need after this change; nobody's where it goes on.

    Args:
        checked: Fields of the event as they are to be.
    """
    fixed = row.kind == UpdateKind.RETRACTION and all(
        text == TAKEN_BACK.get(lang, TAKEN_BACK["en"]) for lang, text in said.texts.items()
    )
    return need_for(
        Wanted(
            event_kind=event.kind,
            severity=checked.get("severity", event.severity),
            kind=row.kind,
            priority=row.priority,
            policy={**event.policy, **checked.get("policy", {})},
            scripted="step" in said.made_from,
            prepared=fixed,
        )
    )


async def wait_for_second(
    session: AsyncSession, event: LiveEvent, checked: Mapping[str, Any], now: datetime, zone: tzinfo
) -> list[tuple[str, str]]:
    """Under the event's lock, before the change is made; returns what changed on the desk."""
    if not any(name in checked for name in RULES):
        return []
    rows = await session.execute(
        select(Update)
        .where(
            col(Update.event_id) == event.id,
            col(Update.state) == UpdateState.COUNTING_DOWN,
            col(Update.needs) == Need.NOBODY,
        )
        .order_by(col(Update.seq))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    refs: list[tuple[str, str]] = []
    for row in rows.scalars().all():
        if await _agreed_to_before(session, row):
            continue
        needs = needs_now(event, checked, row, await revision_of(session, row))
        if not needs:
            continue
        row.needs = needs
        refs += await ask_again(session, row, REASON, sentence(REASON, zone=zone).why, now)
    await session.flush()
    return refs


async def _agreed_to_before(session: AsyncSession, row: Update) -> bool:
    """The correction of what needed two people, in the words that two have read, needs nobody whatever the severity."""
    if row.of_update_id is None or row.kind == UpdateKind.ALL_CLEAR:
        return False
    of = await session.get(Update, row.of_update_id)
    return of is not None and bool(of.needs)
