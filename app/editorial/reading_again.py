"""
Words that waited are read once more next to what is said by the time they go: others may have gone before them.

They were read with what stood before them when they were written. A second person may have let others go late, or some
were planned for this time; an identifier may then stand in two texts that nobody has read together.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from app.broadcast.neighbours import named, out_last
from app.editorial.approval import Need
from app.editorial.finding import find_event, revision_of
from app.editorial.guard import GuardDecision, Verdict
from app.editorial.looking import blocked, strictest
from app.editorial.privacy_check import PrivacyCheck
from app.editorial.said_before import LABEL, READ_WITH, said_before
from app.models import LiveEvent, Update, UpdateRevision


class ReadingAgain:
    """The privacy check of words that were decided before."""

    def __init__(self, privacy: PrivacyCheck) -> None:
        self._privacy = privacy

    async def read_together(self, session: AsyncSession, row: Update) -> None:
        """
        Read words that are about to count down.

        Raises:
            Forbidden: the guard blocks them, and nobody decided to send them all the same.
        """
        event, revision = await find_event(session, row.event_id), await revision_of(session, row)
        found = self._strictest(event, revision, await said_before(session, event))
        if row.needs != Need.OVERRIDE and found.verdict == Verdict.BLOCK:
            raise blocked(found)

    async def may_follow(self, session: AsyncSession, update_id: str) -> bool:
        """Whether words that are about to go out may stand next to what went out just before them."""
        row = await session.get_one(Update, update_id)
        revision = await revision_of(session, row)
        read_with = revision.guard.get(READ_WITH, ())
        out = await out_last(session, row.event_id)
        if read_with is None or row.needs == Need.OVERRIDE or named(out) <= set(read_with):
            return True
        event = await find_event(session, row.event_id)
        found = self._strictest(event, revision, await said_before(session, event, out))
        return found.verdict != Verdict.BLOCK

    def _strictest(
        self, event: LiveEvent, revision: UpdateRevision, previous: Mapping[str, tuple[str, ...]]
    ) -> GuardDecision:
        own = {**revision.channel_texts, LABEL: revision.place.get(LABEL, {})}
        return strictest(self._privacy.looked(event, revision.texts, own, previous))
