"""
Whether anything new may come before the public now that is no update: a reply that is let through, a headline, a fact.

Updates are asked about by the gate. These have no countdown and no permit, so they are asked about at the door:
nothing of a patient's event without their consent, and nothing before the family has been told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.editorial.complication_now import refuse_while_open
from app.editorial.consent import WHY, Standing
from app.editorial.consent_now import stands
from app.editorial.facts import BOXES, SOURCE
from app.editorial.guard.decision import Guard
from app.editorial.guard.registered import names_anybody_of
from app.editorial.looking import look_at
from app.errors import Conflict
from app.models import LiveEvent, Reply

_NAMES = "A"


def refuse_author(reply: Reply, names: Sequence[str]) -> None:
    """
    Who wrote a reply is on the page beside it, and may be a relative who is called as the patient is.

    Raises:
        Conflict: the name or handle is one to keep off every channel.
    """
    if any(names_anybody_of(said, names) for said in (reply.author_name, reply.author_handle)):
        raise Conflict(
            "The name of whoever wrote this is on the event's own list. It cannot be shown.",
            code="guard_blocked",
        )


def names_itself_by(guard: Guard | None, event: LiveEvent, reply: Reply, deny: tuple[str, ...]) -> bool:
    """
    Whether what its author is called tells more than a name: a record, a telephone, a date of birth, an address.

    A name alone is the author's own, and on the page as it is on the platform.
    """
    said = [
        ("author", reply.lang or event.default_lang, one) for one in (reply.author_name, reply.author_handle)
    ]
    # As the words of a reply are read, which is stricter than what a desk says in a crisis. Nobody can be asked to
    # look again at a name, so what the guard only asks about is not shown either.
    decisions = [one.decision for one in look_at(guard, event, said, deny, {}, "")]
    return any(one.code or any(span.cls != _NAMES for span in one.spans) for one in decisions)


def says_more(event: LiveEvent, checked: Mapping[str, Any]) -> bool:
    """Whether a change puts words before the public that are not there now; taking some away is no such change."""
    there, lines = _lines(event.pinned), _lines(checked.get("pinned", {}))
    words = {name: checked[name] for name in ("title", "place", "headline") if checked.get(name)}
    return bool(lines - there) or any(said != getattr(event, name) for name, said in words.items())


def _lines(pinned: Mapping[str, Any]) -> set[str]:
    found = {line for box in BOXES for line in pinned.get(box, ())}
    return found | ({pinned[SOURCE]} if pinned.get(SOURCE) else set())


async def refuse_to_show(session: AsyncSession, event: LiveEvent, *, drill: bool, now: datetime) -> None:
    """
    Raises:
        Conflict: the course has changed and the family waits to be told, or the consent does not stand.
    """
    await refuse_while_open(session, event)
    how = (await stands(session, event, drill=drill, now=now)).standing
    if how not in (Standing.GOOD, Standing.NOT_NEEDED):
        raise Conflict(WHY[how], code=f"consent_{how}")
