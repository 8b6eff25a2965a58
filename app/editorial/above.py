"""
The words around the updates: title, place, headline, facts and hashtags; which of them a second person reads first.

A hashtag stands below every post on X, one that is taken back in the fixed words included.

They have no countdown and no approval of their own, and everybody reads them first. So where an update needs a second
person, words that were not there do too; else one person could put on the page what they could never send. To take
words away, to leave them where they are, and to go back to what two people have read needs nobody.

A crisis that grows worse would carry such words along: whoever changed them while one person sufficed does not also
raise the severity above them alone. Somebody else does, which is a second pair of eyes, or confirms it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.proposals import Kind
from app.editorial.approval import Need, Wanted, need_for
from app.editorial.changed_by import last_changes
from app.editorial.event_fields import checked_fields
from app.editorial.facts import BOXES, SOURCE
from app.editorial.safety import NOT_RUNNING
from app.models import EventKind, LiveEvent, Priority, Proposal, UpdateKind

LINES = ("title", "place", "headline")
TAGS = "hashtags"
ABOVE = (*LINES, TAGS, "pinned")

Word = tuple[str, str]
"""Where it stands, and what it says: what is known, and what is not, may be the same line and is not the same news."""


def words_of(fields: Mapping[str, Any]) -> set[Word]:
    """Every line of these fields of an event; what is empty says nothing."""
    found = {(name, str(fields[name])) for name in LINES if fields.get(name)}
    found |= {(TAGS, tag) for tag in fields.get(TAGS) or ()}
    pinned = fields.get("pinned") or {}
    found |= {(box, line) for box in BOXES for line in pinned.get(box, ())}
    return found | ({(SOURCE, str(pinned[SOURCE]))} if pinned.get(SOURCE) else set())


def shown_lines(event: LiveEvent) -> list[tuple[str, str]]:
    """What the public reads above the updates, by field."""
    pinned = [("pinned", line) for box in BOXES for line in event.pinned.get(box, ())]
    pinned.append(("pinned", str(event.pinned.get(SOURCE, ""))))
    tags = [("hashtags", f"#{tag}") for tag in event.hashtags]
    return [("title", event.title), ("place", event.place), ("headline", event.headline), *tags, *pinned]


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


def raises(event: LiveEvent, checked: Mapping[str, Any]) -> bool:
    """Does this change make a running crisis one whose updates need a second person?"""
    return (
        event.state not in NOT_RUNNING
        and event.kind == EventKind.CRISIS
        and "severity" in checked
        and not _two_for(event, event.severity, event.policy)
        and _two_for(event, checked["severity"], event.policy)
    )


def carried(
    event: LiveEvent, at_once: Mapping[str, Any], own: Collection[str], read: Collection[Word]
) -> dict[str, Any]:
    """
    The words that a raise would take along though only whoever raises it chose them, by field, as a change has them.

    Args:
        at_once: What of the change needs no second person otherwise.
        own: Fields that the same human changed last, since the event went live.
        read: What two people have agreed on before.
    """
    after = {name: at_once.get(name, getattr(event, name)) for name in ABOVE}
    found = {name: after[name] for name in ABOVE if name in own and words_of({name: after[name]}) - set(read)}
    if "pinned" in found:
        sheet = found["pinned"]
        found["pinned"] = {**{box: list(sheet.get(box, ())) for box in BOXES}, SOURCE: sheet.get(SOURCE, "")}
    return found


def _asks_for_two(event: LiveEvent, checked: Mapping[str, Any]) -> bool:
    """Would the plainest update need a second person, before this change or after it?"""
    after = (checked.get("severity", event.severity), {**event.policy, **checked.get("policy", {})})
    return _two_for(event, event.severity, event.policy) or _two_for(event, *after)


def _two_for(event: LiveEvent, severity: str | None, policy: Mapping[str, Any]) -> bool:
    wanted = Wanted(
        event_kind=event.kind,
        severity=severity,
        kind=UpdateKind.UPDATE,
        priority=Priority.NORMAL,
        policy=policy,
    )
    return need_for(wanted) != Need.NOBODY


async def changed_last_by(session: AsyncSession, event_id: str, identity: str) -> set[str]:
    """
    The words above the updates, by field, that nobody but this human has changed since they last changed them.

    What stood when the event went live is nobody's change: who makes an event alone may also open its page.
    """
    last = await last_changes(session, event_id, ABOVE, since_live=True)
    return {name for name, who in last.items() if who == identity}


async def read_by_two(session: AsyncSession, event_id: str) -> set[Word]:
    """Every word above the updates that one person proposed and another confirmed."""
    rows = await session.execute(
        select(col(Proposal.payload)).where(
            col(Proposal.event_id) == event_id,
            col(Proposal.kind).in_((Kind.EVENT_WORDS, Kind.EVENT_SAFETY, Kind.EVENT_RAISE)),
            col(Proposal.state) == "done",
        )
    )
    found: set[Word] = set()
    for payload in rows.scalars():
        given = payload.get("changes", {})
        found |= words_of(checked_fields({name: given[name] for name in ABOVE if name in given}))
    return found
