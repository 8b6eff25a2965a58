"""Reading what the checklist of an event is made of: consent, people, channels, tablets, the button, what came out."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.clock import Clock
from app.db import Database
from app.editorial import consent, scripted
from app.editorial.checklist import Facts, Item, checklist
from app.editorial.complication_now import approved_line
from app.editorial.consent import Standing
from app.editorial.consent_now import stands
from app.editorial.finding import find_event
from app.editorial.handover import drill_on
from app.models import (
    EVERY_EVENT,
    NOT_OUT,
    Channel,
    Device,
    EventChannel,
    EventRole,
    Handover,
    LiveEvent,
    Person,
    PolicyAck,
    PolicyText,
    Step,
    Update,
    UpdateRevision,
    UpdateState,
)

FRESH = timedelta(minutes=15)
SEEN = timedelta(days=1)
ANNOUNCED, REMINDED = timedelta(hours=48), timedelta(hours=12)
MOST_READ = 500


class Preparing:
    def __init__(self, database: Database, clock: Clock, *, drill: bool) -> None:
        self._database = database
        self._clock = clock
        self._drill = drill

    async def of(self, event_id: str) -> list[Item]:
        """
        Raises:
            NotFound: no such event.
        """
        async with self._database.read() as session:
            return checklist(await self._facts(session, await find_event(session, event_id)))

    async def _facts(self, session: AsyncSession, event: LiveEvent) -> Facts:
        now = self._clock.now()
        found = await stands(session, event, drill=self._drill, now=now)
        why = ""
        if found.standing not in (Standing.GOOD, Standing.NOT_NEEDED):
            why = found.missing[0].sentence if found.missing else consent.WHY[found.standing]
        elif found.uncovered:
            why = "The consent does not cover every channel of this event."
        elif found.uncovered_seconds:
            why = "The consent does not cover the second provider of every channel."
        steps = list(
            (
                await session.execute(
                    select(Step).where(
                        col(Step.event_id) == event.id, col(Step.branch) != scripted.COMPLICATION
                    )
                )
            ).scalars()
        )
        channels = list(
            (
                await session.execute(
                    select(Channel)
                    .join(EventChannel, col(EventChannel.channel_id) == col(Channel.id))
                    .where(
                        col(EventChannel.event_id) == event.id,
                        col(EventChannel.on),
                        col(Channel.state) != "off",
                    )
                    .order_by(col(Channel.created_at))
                )
            ).scalars()
        )
        roles, unread = await _people(session, event.id)
        tablets = list(
            (
                await session.execute(
                    select(Device).where(col(Device.event_id) == event.id, col(Device.wiped_at).is_(None))
                )
            ).scalars()
        )
        offered = await session.scalar(
            select(func.count())
            .select_from(Handover)
            .where(col(Handover.event_id) == event.id, col(Handover.state) == "open")
        )
        said_at = await _said_with_hashtag(session, event, now - ANNOUNCED)
        return Facts(
            kind=event.kind,
            consent=why,
            line_ready=await approved_line(session, event.id) is not None,
            steps=len(steps),
            signed=sum(scripted.is_signed(one) for one in steps),
            hashtags=len(event.hashtags),
            denied=event.deny_enc is not None,
            staff=len(event.staff_allow),
            channels=tuple((one.name, _trouble(one)) for one in channels),
            stale=tuple(one.name for one in channels if one.probed_at is None or one.probed_at < now - FRESH),
            roles=tuple(sorted(roles.items())),
            unread=unread,
            delegates=len(event.policy.get("delegates", {}).get("people", ())),
            tablets=len(tablets),
            tablets_seen=sum(one.seen_at is not None and one.seen_at > now - SEEN for one in tablets),
            button=event.button_by is not None,
            offered=bool(offered),
            drill=await drill_on(session, event.id) is not None,
            announced=said_at is not None,
            reminded=said_at is not None and said_at > now - REMINDED,
            planned=await _planned(session, event.id),
        )


def _trouble(channel: Channel) -> str:
    if channel.state != "on":
        return channel.why or f"it is {channel.state}"
    if channel.probe_ok is None:
        return "nobody has looked yet"
    return "" if channel.probe_ok else channel.probe_words or "it would not take a post"


async def _people(session: AsyncSession, event_id: str) -> tuple[dict[str, int], int]:
    """How many people hold each role here, and how many of them have not read the newest policy."""
    rows = await session.execute(
        select(col(EventRole.person_id), col(EventRole.role))
        .join(Person, col(Person.id) == col(EventRole.person_id))
        .where(col(EventRole.event_id).in_((event_id, EVERY_EVENT)), col(Person.disabled_at).is_(None))
        .distinct()
    )
    roles: dict[str, int] = {}
    people = set()
    for person_id, role in rows.all():
        roles[role] = roles.get(role, 0) + 1
        people.add(person_id)
    newest = await session.scalar(select(func.max(col(PolicyText.version))))
    if newest is None:
        return roles, 0
    read = await session.execute(select(col(PolicyAck.person_id)).where(col(PolicyAck.version) == newest))
    return roles, len(people - set(read.scalars()))


async def _planned(session: AsyncSession, event_id: str) -> tuple[tuple[str, str], ...]:
    rows = await session.execute(
        select(col(Update.occasion), col(Update.state)).where(
            col(Update.event_id) == event_id, col(Update.occasion) != "", col(Update.state).not_in(NOT_OUT)
        )
    )
    said = {UpdateState.RELEASED: "out", UpdateState.COUNTING_DOWN: "approved"}
    return tuple((occasion, said.get(UpdateState(state), "waits")) for occasion, state in rows.all())


async def _said_with_hashtag(session: AsyncSession, event: LiveEvent, since: datetime) -> datetime | None:
    """When an update, of whichever event, last came out with one of the event's hashtags in its text."""
    tags = [f"#{tag}".casefold() for tag in event.hashtags]
    rows = await session.execute(
        select(col(Update.released_at), UpdateRevision)
        .join(UpdateRevision, col(UpdateRevision.update_id) == col(Update.id))
        .where(
            col(Update.state) == UpdateState.RELEASED,
            col(Update.released_at) > since,
            col(Update.revision) == col(UpdateRevision.revision),
        )
        .order_by(col(Update.released_at).desc())
        .limit(MOST_READ)
    )
    for released_at, revision in rows.all():
        if any(tag in text.casefold() for text in revision.texts.values() for tag in tags):
            return released_at
    return None
