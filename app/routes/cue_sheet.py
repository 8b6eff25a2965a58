"""The cue sheet: writing and ordering it, signing it off, branches, the time plan, and two runs compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query

from app.accounts.rights import Action
from app.editorial import pacing, scripted
from app.editorial.cue_sheet import NewCue
from app.models import Step, Update
from app.routes.deps import ActorDep, HouseDep, event_for
from app.routes.house import House
from app.routes.problems import responses
from app.schemas.bodies import SignerAnswer, StepAnswer
from app.schemas.editorial import (
    BranchBody,
    ChangeStepBody,
    CompareBody,
    ComparedAnswer,
    ImportStepsBody,
    PlanAnswer,
    StepBody,
    TimedAnswer,
    VersionBody,
)

router = APIRouter(prefix="/events/{event_id}/steps", tags=["cue sheet"])


@router.get("", summary="The cue sheet", responses=responses(401, 403, 404))
async def steps(
    event_id: str,
    house: HouseDep,
    actor: ActorDep,
    whole: Annotated[bool, Query(description="Parked steps and other branches too.")] = False,
) -> list[StepAnswer]:
    event, _ = await event_for(house, actor, event_id, Action.EVENT_READ)
    found = await house.events.steps(event.id, whole=whole)
    names = await house.cue_sheet.names([step for step, _ in found])
    return [_step(step, names, update) for step, update in found]


@router.post("", status_code=201, summary="Add a step", responses=responses(401, 403, 404))
async def add(event_id: str, body: StepBody, house: HouseDep, actor: ActorDep) -> StepAnswer:
    """`{name}` in a text is a blank, filled with a figure when it is sent. At the end of the sheet, or at place `n`."""
    event, asker = await event_for(house, actor, event_id, Action.CUE_EDIT)
    new = NewCue(
        body.title, body.texts, body.key_moment, body.minutes, body.branch, body.n, body.confirmed, body.label
    )
    async with house.blocks.noting(asker, event.id):
        return await _told(house, await house.cue_sheet.add(asker, event.id, new))


@router.post(
    "/import",
    status_code=201,
    summary="Add a sheet from a file, all of it or nothing",
    responses=responses(401, 403, 404),
)
async def add_all(event_id: str, body: ImportStepsBody, house: HouseDep, actor: ActorDep) -> list[StepAnswer]:
    event, asker = await event_for(house, actor, event_id, Action.CUE_EDIT)
    sheet = [
        NewCue(
            one.title,
            one.texts,
            one.key_moment,
            one.minutes,
            one.branch,
            confirmed=body.confirmed,
            label=one.label,
        )
        for one in body.steps
    ]
    async with house.blocks.noting(asker, event.id):
        return [_step(step, {}) for step in await house.cue_sheet.add_all(asker, event.id, sheet)]


@router.get(
    "/plan",
    summary="The time plan: what is next, how late it runs, and what the pace asks for",
    responses=responses(401, 403, 404),
)
async def plan(event_id: str, house: HouseDep, actor: ActorDep) -> PlanAnswer:
    event, _ = await event_for(house, actor, event_id, Action.EVENT_READ)
    found = await house.cue_sheet.plan(event.id)
    fillers = [one.id for one in await house.templates.listed() if one.filler] if found.filler else []
    return PlanAnswer(
        steps=[TimedAnswer(**asdict(one)) for one in found.steps],
        next_id=found.next_id,
        late_min=found.late_min,
        pace=found.pace,
        next_due_at=found.next_due_at,
        ends_at=found.ends_at,
        fillers=fillers,
    )


@router.post(
    "/compare",
    summary="This run beside another one, such as its rehearsal; nothing is stored",
    responses=responses(401, 403, 404),
)
async def compare(event_id: str, body: CompareBody, house: HouseDep, actor: ActorDep) -> list[ComparedAnswer]:
    """Give the `steps` of the other run's plan; steps are matched by their title."""
    event, _ = await event_for(house, actor, event_id, Action.EVENT_READ)
    mine = [(one.title, one.actual_min) for one in (await house.cue_sheet.plan(event.id)).steps]
    other = [(one.title, one.actual_min) for one in body.steps]
    return [ComparedAnswer(**asdict(one)) for one in pacing.compared(other, mine)]


@router.post(
    "/branch",
    status_code=204,
    summary="Go on with a branch; the rest of the course is parked. Empty goes back to the main course",
    responses=responses(401, 403, 404, 409),
)
async def take(event_id: str, body: BranchBody, house: HouseDep, actor: ActorDep) -> None:
    event, asker = await event_for(house, actor, event_id, Action.CUE_EDIT)
    await house.cue_sheet.take(asker, event.id, body.branch)


@router.patch(
    "/{step_id}",
    summary="Change a step; other words void its sign-off",
    responses=responses(401, 403, 404, 409),
)
async def change(
    event_id: str, step_id: str, body: ChangeStepBody, house: HouseDep, actor: ActorDep
) -> StepAnswer:
    event, asker = await event_for(house, actor, event_id, Action.CUE_EDIT)
    changes: dict[str, Any] = body.model_dump(exclude_unset=True, exclude={"version", "confirmed"})
    # Only the planned minute may be taken away; null elsewhere leaves what is there.
    changes = {name: value for name, value in changes.items() if value is not None or name == "minutes"}
    async with house.blocks.noting(asker, event.id):
        step = await house.cue_sheet.change(
            asker, event.id, step_id, body.version, changes, confirmed=body.confirmed
        )
        return await _told(house, step)


@router.delete(
    "/{step_id}",
    status_code=204,
    summary="Take a step out that has not been sent",
    responses=responses(401, 403, 404, 409),
)
async def remove(
    event_id: str,
    step_id: str,
    house: HouseDep,
    actor: ActorDep,
    version: Annotated[int, Query(description="The one you read; without it nothing is taken out.")] = 0,
) -> None:
    event, asker = await event_for(house, actor, event_id, Action.CUE_EDIT)
    await house.cue_sheet.remove(asker, event.id, step_id, version)


@router.post(
    "/{step_id}/sign",
    summary="Sign exactly these words off; by somebody who did not write them",
    responses=responses(401, 403, 404, 409),
)
async def sign(
    event_id: str, step_id: str, body: VersionBody, house: HouseDep, actor: ActorDep
) -> StepAnswer:
    """A line for a complication takes two signatures of two people, one of them a clinician reviewer's."""
    event, asker = await event_for(house, actor, event_id, Action.CUE_SIGN)
    return await _told(house, await house.cue_sheet.sign(asker, event.id, step_id, body.version))


async def _told(house: House, step: Step) -> StepAnswer:
    return _step(step, await house.cue_sheet.names([step]))


def _step(step: Step, names: Mapping[str, str], update: Update | None = None) -> StepAnswer:
    signed = [(step.signed_by, step.signed_at), (step.seconded_by, step.seconded_at)]
    wrote = [one.removeprefix("person:") for one in scripted.writers(step) if one.startswith("person:")]
    return StepAnswer(
        id=step.id,
        n=step.n,
        title=step.title,
        texts=step.texts,
        label=step.label,
        key_moment=step.key_moment,
        minutes=step.minutes,
        branch=step.branch,
        slots=step.slots,
        signed=scripted.is_signed(step),
        signatures=sum(one is not None for one in (step.signed_by, step.seconded_by)),
        signers=[SignerAnswer(name=names.get(who, ""), at=at) for who, at in signed if who is not None],
        written_by=wrote[-1] if wrote else None,
        writers=wrote,
        parked=step.parked,
        version=step.version,
        sent_update_id=None if update is None else update.id,
        sent_state=None if update is None else update.state,
    )
