"""Steering a live event: the changed course, who has the button, and how long nothing has been said."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlmodel import SQLModel

from app.accounts.rights import Action, Actor
from app.editorial.handover import Handovers
from app.editorial.silence import HOLDING_LINES, NEED_A_READER
from app.routes.deps import ActorDep, HouseDep, event_for
from app.routes.problems import responses
from app.schemas.editorial import (
    ChecklistItemAnswer,
    ComplicationAnswer,
    CourseBody,
    OfferBody,
    SilenceAnswer,
)

router = APIRouter(prefix="/events/{event_id}", tags=["watch"])


@router.post(
    "/complication",
    summary="One tap: freeze, close questions, park the script",
    responses=responses(401, 403, 404),
)
async def call(event_id: str, house: HouseDep, actor: ActorDep) -> ComplicationAnswer:
    """No public page says why. Pressing again changes nothing."""
    event, asker = await event_for(house, actor, event_id, Action.COMPLICATION_CALL)
    return _complication(await house.complications.call(asker, event.id))


@router.post(
    "/complication/family-told",
    summary="The family has been told; only then may the public line leave",
    responses=responses(401, 403, 404, 409),
)
async def told(event_id: str, house: HouseDep, actor: ActorDep) -> ComplicationAnswer:
    event, asker = await event_for(house, actor, event_id, Action.FAMILY_TELL)
    return _complication(await house.complications.family_told(asker, event.id))


@router.post(
    "/complication/course",
    summary="How it goes on: the signed line, text alone, slowly, or stop",
    responses=responses(401, 403, 404, 409),
)
async def course(event_id: str, body: CourseBody, house: HouseDep, actor: ActorDep) -> ComplicationAnswer:
    """
    `line` submits the signed line word for word, on every channel; 409 `line_needed` when none is signed. Sending stays
    on hold: resume lets it out. What was counting down before is withdrawn.
    """
    event, asker = await event_for(house, actor, event_id, Action.UPDATE_SUBMIT)
    return _complication(await house.complications.go_on(asker, event.id, body.course, step_id=body.step_id))


@dataclass(frozen=True, slots=True)
class Button:
    """The button of an event, for somebody who may hand it on."""

    handovers: Handovers
    asker: Actor
    event_id: str


async def button_of(event_id: str, house: HouseDep, actor: ActorDep) -> Button:
    event, asker = await event_for(house, actor, event_id, Action.BUTTON_HAND)
    return Button(house.handovers, asker, event.id)


ButtonDep = Annotated[Button, Depends(button_of)]
moves = partial(router.post, status_code=204, responses=responses(401, 403, 404, 409))


@moves("/button/take", summary="Take the button where nobody has it")
async def take(button: ButtonDep) -> None:
    await button.handovers.take(button.asker, button.event_id)


@moves("/button/offer", summary="Offer the button; it stays yours until they take it")
async def offer(button: ButtonDep, body: OfferBody) -> None:
    await button.handovers.offer(button.asker, button.event_id, body.person_id)


@moves("/button/accept", summary="Take what was offered to you")
async def accept(button: ButtonDep) -> None:
    await button.handovers.accept(button.asker, button.event_id)


@moves(
    "/button/drill-known",
    summary="Say that a drill may run although the button changes hands; both sides have to",
)
async def drill_known(button: ButtonDep) -> None:
    await button.handovers.know_of_drill(button.asker, button.event_id)


@router.get(
    "/checklist",
    summary="What should be true the day before and on the morning, as it stands now",
    responses=responses(401, 403, 404),
)
async def checklist(event_id: str, house: HouseDep, actor: ActorDep) -> list[ChecklistItemAnswer]:
    event, _ = await event_for(house, actor, event_id, Action.EVENT_READ)
    return [ChecklistItemAnswer(**asdict(one)) for one in await house.preparing.of(event.id)]


@router.get(
    "/silence", summary="How long nothing has been said in public", responses=responses(401, 403, 404)
)
async def silence(event_id: str, house: HouseDep, actor: ActorDep) -> SilenceAnswer:
    """`holding_line` and `promise_missed` come with a line to send, which goes the way of every update."""
    event, _ = await event_for(house, actor, event_id, Action.EVENT_READ)
    look = await house.events.silence(event.id)
    line = HOLDING_LINES.get(event.kind, {}) if look.quiet in ("holding_line", "promise_missed") else {}
    offered = {lang: text for lang, text in line.items() if lang in event.langs}
    return SilenceAnswer(
        quiet=look.quiet,
        quiet_s=look.quiet_s,
        due_at=look.due_at,
        line=offered,
        needs_a_reader=[lang for lang in offered if lang in NEED_A_READER],
    )


def _complication(row: SQLModel) -> ComplicationAnswer:
    return ComplicationAnswer.model_validate(
        row.model_dump(exclude={"called_by", "family_told_by", "settled_by"})
    )
