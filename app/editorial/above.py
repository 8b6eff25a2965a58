"""
The words above the updates: title, place, headline and facts; and which of them a second person has to read first.

They have no countdown and no approval of their own, and everybody reads them first. So where an update needs a second
person, words that were not there do too; else one person could put on the page what they could never send. To take
words away, to leave them where they are, and to go back to what two people have read needs nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.proposals import Kind
from app.editorial.approval import Need, Wanted, need_for
from app.editorial.event_fields import checked_fields
from app.editorial.facts import BOXES, SOURCE
from app.editorial.safety import NOT_RUNNING
from app.models import LiveEvent, Priority, Proposal, UpdateKind

LINES = ("title", "place", "headline")
ABOVE = (*LINES, "pinned")

Word = tuple[str, str]
"""Where it stands, and what it says: what is known, and what is not, may be the same line and is not the same news."""


def words_of(fields: Mapping[str, Any]) -> set[Word]:
    """Every line of these fields of an event; what is empty says nothing."""
    found = {(name, str(fields[name])) for name in LINES if fields.get(name)}
    pinned = fields.get("pinned") or {}
    found |= {(box, line) for box in BOXES for line in pinned.get(box, ())}
    return found | ({(SOURCE, str(pinned[SOURCE]))} if pinned.get(SOURCE) else set())


def there_now(event: LiveEvent, names: Collection[str]) -> list[list[str]]:
    """What these fields say now, as a proposal keeps it: in one order, as lists."""
    return sorted(
        list(word) for word in words_of({name: getattr(event, name) for name in ABOVE if name in names})
    )


def unread(event: LiveEvent, checked: Mapping[str, Any], read: Collection[Word]) -> list[str]:
    """
    The fields of a change that put words before the public which a second person has to read.

    Args:
        read: What two people have agreed on before.
    """
    if event.state in NOT_RUNNING or not _asks_for_two(event, checked):
        return []
    known = words_of({name: getattr(event, name) for name in ABOVE}) | set(read)
    return [name for name in ABOVE if name in checked and words_of({name: checked[name]}) - known]


def _asks_for_two(event: LiveEvent, checked: Mapping[str, Any]) -> bool:
    """Would the plainest update need a second person, before this change or after it?"""
    before = (event.severity, event.policy)
    after = (checked.get("severity", event.severity), {**event.policy, **checked.get("policy", {})})
    return any(
        need_for(
            Wanted(
                event_kind=event.kind,
                severity=severity,
                kind=UpdateKind.UPDATE,
                priority=Priority.NORMAL,
                policy=policy,
            )
        )
        != Need.NOBODY
        for severity, policy in (before, after)
    )


async def read_by_two(session: AsyncSession, event_id: str) -> set[Word]:
    """Every word above the updates that one person proposed and another confirmed."""
    rows = await session.execute(
        select(col(Proposal.payload)).where(
            col(Proposal.event_id) == event_id,
            col(Proposal.kind).in_((Kind.EVENT_WORDS, Kind.EVENT_SAFETY)),
            col(Proposal.state) == "done",
        )
    )
    found: set[Word] = set()
    for payload in rows.scalars():
        given = payload.get("changes", {})
        found |= words_of(checked_fields({name: given[name] for name in ABOVE if name in given}))
    return found
