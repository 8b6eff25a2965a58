"""Live events: list, make, change, go live, end; hold, resume, stop, restart."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from app.accounts.proposals import Kind, Wish
from app.accounts.rights import Action, Actor, allows, require
from app.broadcast.stop_report import StopReport, Touched
from app.editorial.above import ABOVE, there_now
from app.editorial.new_event import NewEvent, NewStep
from app.editorial.timing import old_after_s
from app.errors import Forbidden
from app.models import LiveEvent
from app.routes.answers import PROPOSED, proposed
from app.routes.deps import ActorDep, HouseDep, SignedInDep, event_for
from app.routes.house import House
from app.routes.problems import responses
from app.routes.projections import event_state, rights_on
from app.schemas.access import ProposalAnswer
from app.schemas.bodies import (
    ChangeEventBody,
    EventAnswer,
    EventChannelAnswer,
    NewEventBody,
    RestartBody,
    StopAnswer,
    TouchedAnswer,
)
from app.schemas.frames import EventState

router = APIRouter(prefix="/events", tags=["events"])


@router.get("", summary="Events you have a role on, newest first", responses=responses(401))
async def listed(house: HouseDep, actor: SignedInDep) -> list[EventState]:
    return [
        event_state(event, drill=house.drill)
        for event in await house.events.listed()
        if allows(actor, Action.EVENT_READ, event.id)
    ]


@router.post("", status_code=201, summary="Make an event", responses=responses(401, 403, 404, 409))
async def create(body: NewEventBody, house: HouseDep, actor: ActorDep) -> EventAnswer:
    asker = require(actor, Action.EVENT_CREATE)
    fields = body.model_dump(exclude={"steps", "confirmed"})
    steps = [
        NewStep(step.title, step.texts, step.key_moment, step.minutes, step.branch, step.label)
        for step in body.steps
    ]
    async with house.blocks.noting(asker, None):
        event = await house.events.create(asker, NewEvent(**fields), steps, confirmed=body.confirmed)
    return await _answer(house, asker, event)


@router.get("/{event_id}", summary="One event, by id or address", responses=responses(401, 403, 404))
async def found(event_id: str, house: HouseDep, actor: ActorDep) -> EventAnswer:
    event, asker = await event_for(house, actor, event_id, Action.EVENT_READ)
    return await _answer(house, asker, event)


@router.patch(
    "/{event_id}",
    summary="Change an event; what makes it less safe while it runs, or says something new where updates need two, "
    "is confirmed by a second person",
    responses={**responses(401, 403, 404, 409), **PROPOSED},
)
async def change(
    event_id: str, body: ChangeEventBody, house: HouseDep, actor: ActorDep, response: Response
) -> EventAnswer | ProposalAnswer:
    """
    202 and a proposal when it lowers the severity, shortens the delay, or widens what the privacy check allows; and,
    where an update would need a second person, for a title, a place, a headline or facts with words that are new
    there; and for a severity raised over words that the same person chose while one sufficed. The rest is done at once; so are words taken away, and those that two people agreed on before.
    """
    event, asker = await event_for(house, actor, event_id, Action.EVENT_EDIT)
    changes: dict[str, Any] = body.model_dump(exclude_unset=True, exclude={"version", "confirmed"})
    try:
        async with house.blocks.noting(asker, event.id):
            changed = await house.events.change(
                asker, event.id, body.version, changes, confirmed=body.confirmed
            )
    except Forbidden as exc:
        if exc.code != "second_person_needed":
            raise
        loose = set(exc.extra["fields"])
        if rest := {name: value for name, value in changes.items() if name not in loose}:
            event = await house.events.change(asker, event.id, body.version, rest, confirmed=body.confirmed)
        along = exc.extra["words"]
        asked = {**along, **body.model_dump(mode="json", include=loose)}
        kind, within = (Kind.EVENT_RAISE, {*ABOVE, "severity"}) if along else (Kind.EVENT_WORDS, set(ABOVE))
        wish = Wish(
            kind if loose <= within else Kind.EVENT_SAFETY,
            {
                "event_id": event.id,
                "name": event.title,
                "changes": asked,
                "seen": there_now(event, asked),
            },
            event_id=event.id,
            subject=f"event:{event.id}",
        )
        outcome = await house.proposals.ask(asker, wish)
        if outcome.proposal is not None:
            response.status_code = 202
            return await proposed(house, asker, outcome.proposal)
        changed = outcome.result
    return await _answer(house, asker, changed)


@router.post("/{event_id}/go-live", summary="Go live", responses=responses(401, 403, 404, 409))
async def go_live(event_id: str, house: HouseDep, actor: ActorDep) -> EventAnswer:
    event, asker = await event_for(house, actor, event_id, Action.EVENT_LIFECYCLE)
    return await _answer(house, asker, await house.events.go_live(asker, event.id))


@router.post(
    "/{event_id}/end",
    summary="End the event; a grave incident after an all clear by two people",
    responses=responses(401, 403, 404, 409),
)
async def end(event_id: str, house: HouseDep, actor: ActorDep) -> EventAnswer:
    event, asker = await event_for(house, actor, event_id, Action.EVENT_LIFECYCLE)
    return await _answer(house, asker, await house.events.end(asker, event.id))


@router.post(
    "/{event_id}/hold",
    summary="Pause: countdowns freeze, nothing is lost",
    responses=responses(401, 403, 404, 409),
)
async def hold(event_id: str, house: HouseDep, actor: ActorDep) -> StopAnswer:
    event, asker = await event_for(house, actor, event_id, Action.SENDING_HOLD)
    return _stop_answer(await house.engine.stop_control.hold(event.id, asker.label, human=asker.identity))


@router.post(
    "/{event_id}/resume",
    status_code=204,
    summary="Go on after a hold",
    responses=responses(401, 403, 404, 409),
)
async def resume(event_id: str, house: HouseDep, actor: ActorDep) -> None:
    event, asker = await event_for(house, actor, event_id, Action.SENDING_RESUME)
    await house.engine.stop_control.resume(event.id, asker.label, human=asker.identity)


@router.post(
    "/{event_id}/stop",
    summary="Stop: when this answers, nothing new starts; the answer is the honest list",
    responses=responses(401, 403, 404),
)
async def stop(event_id: str, house: HouseDep, actor: ActorDep) -> StopAnswer:
    event, asker = await event_for(house, actor, event_id, Action.SENDING_STOP)
    return _stop_answer(await house.engine.stop_control.stop(event.id, asker.label, human=asker.identity))


@router.post(
    "/{event_id}/restart",
    status_code=204,
    summary="Leave a stop; by a second person, who decides about each item. It lands on hold",
    responses=responses(401, 403, 404, 409),
)
async def restart(event_id: str, body: RestartBody, house: HouseDep, actor: ActorDep) -> None:
    event, asker = await event_for(house, actor, event_id, Action.SENDING_RESTART)
    await house.engine.stop_control.restart(event.id, asker.label, dict(body.decisions), human=asker.identity)


async def _answer(house: House, actor: Actor, event: LiveEvent) -> EventAnswer:
    held = actor.roles.get("*", frozenset()) | actor.roles.get(event.id, frozenset())
    return EventAnswer(
        event=event_state(event, drill=house.drill, duty=await house.stream.reading.duty(event)),
        channels=[
            EventChannelAnswer(
                id=channel.id,
                adapter=channel.adapter,
                name=channel.name,
                state=channel.state,
                why=channel.why,
                audience_id=link.audience_id,
                people=people,
            )
            for channel, link, people in await house.events.channels(event.id)
        ],
        roles=sorted(str(role) for role in held),
        rights=rights_on(actor, event.id),
        at=house.clock.now(),
        sending_since=event.sending_since,
        old_after_s=old_after_s(house.settings.expiry, event.kind),
    )


def _stop_answer(report: StopReport) -> StopAnswer:
    return StopAnswer(
        at=report.at,
        not_started=report.not_started,
        recipients_not_started=report.recipients_not_started,
        in_flight=[_touched(one) for one in report.in_flight],
        may_be_out=[_touched(one) for one in report.may_be_out],
        out=[_touched(one) for one in report.out],
    )


def _touched(one: Touched) -> TouchedAnswer:
    return TouchedAnswer(
        delivery_id=one.delivery_id,
        update_id=one.update_id,
        channel_id=one.channel_id,
        state=one.state,
        recipients=one.recipients,
        url=one.url,
        parts_out=one.parts_out,
        parts=one.parts,
    )
