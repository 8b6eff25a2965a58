"""Scenario packs of a drill: start, stop, how it went for each person, and the month's proficiency. Not in live."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Response

from app.accounts.rights import Action, require
from app.errors import NotFound
from app.feeds.cells import attachment, csv_table
from app.models import DrillRun
from app.rehearsal.drills import Drills, Report
from app.rehearsal.scoring import Score
from app.routes.deps import ActorDep, HouseDep, SignedInDep, event_for
from app.routes.house import House
from app.routes.problems import responses
from app.schemas.drills import (
    ClearanceAnswer,
    DrillBody,
    DrillReportAnswer,
    DrillRunAnswer,
    PackAnswer,
    PersonScoreAnswer,
    ProficiencyAnswer,
    ScoreAnswer,
    WaitsForAnswer,
)

router = APIRouter(tags=["drills"])
HEADER = (
    "month", "person", "drill", "started_at", "score", "messages", "first_message_s", "corrections",
    "correction_s", "approvals", "approval_s", "sent_back", "guard_blocks", "undone", "holds",
)  # fmt: skip


@router.get("/drill-packs", summary="Scenario packs of this house", responses=responses(401, 404))
async def packs(house: HouseDep, _actor: SignedInDep) -> list[PackAnswer]:
    return [
        PackAnswer(
            id=one.id,
            kind=one.kind,
            title=one.title,
            brief=one.brief,
            seconds=one.seconds,
            injects=len(one.injects),
            goals=one.goals.model_dump(),
        )
        for one in _drills(house).packs()
    ]


@router.get(
    "/drills/proficiency",
    summary="A month's drills, scored for each person; as JSON or CSV",
    response_model=ProficiencyAnswer,
    responses={**responses(401, 403, 404), 200: {"content": {"text/csv": {}}}},
)
async def proficiency(
    house: HouseDep,
    actor: ActorDep,
    month: Annotated[
        str | None, Query(pattern=r"^20\d\d-(0[1-9]|1[0-2])$", description="This one when left out.")
    ] = None,
    as_: Annotated[Literal["json", "csv"], Query(alias="format")] = "json",
) -> Any:
    require(actor, Action.DRILL_READ)
    zone = ZoneInfo(house.settings.time_zone)
    month = month or house.clock.now().astimezone(zone).strftime("%Y-%m")
    year, number = (int(part) for part in month.split("-"))
    reports = await _drills(house).month(year, number, zone)
    if as_ == "json":
        return ProficiencyAnswer(month=month, drills=[_report(one) for one in reports])
    rows = [
        (
            month, one.names.get(who, who), one.run.title, one.run.started_at.isoformat(), score.score, score.messages,
            score.first_message_s, score.corrections, score.correction_s, score.approvals, score.approval_s,
            score.sent_back, score.guard_blocks, score.undone, score.holds,
        )
        for one in reports
        for who, score in one.people.items()
    ]  # fmt: skip
    return Response(
        csv_table(HEADER, rows),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": attachment(f"drills-{month}", "csv")},
    )


@router.get("/events/{event_id}/drills", summary="Runs, newest first", responses=responses(401, 403, 404))
async def listed(event_id: str, house: HouseDep, actor: ActorDep) -> list[DrillRunAnswer]:
    event, _ = await event_for(house, actor, event_id, Action.DRILL_READ)
    return [_run(run) for run in await _drills(house).listed(event.id)]


@router.post(
    "/events/{event_id}/drills",
    status_code=201,
    summary="Start a scenario pack; not within 15 minutes of a hand-over of the button",
    responses=responses(401, 403, 404, 409),
)
async def start(event_id: str, body: DrillBody, house: HouseDep, actor: ActorDep) -> DrillRunAnswer:
    event, asker = await event_for(house, actor, event_id, Action.DRILL_RUN)
    return _run(await _drills(house).start(asker, event.id, body.pack, speed=body.speed))


@router.get(
    "/events/{event_id}/drills/clearance",
    summary="Whether a hand-over of the button keeps drills away, and who could say that they know",
    responses=responses(401, 403, 404),
)
async def clearance(event_id: str, house: HouseDep, actor: ActorDep) -> ClearanceAnswer:
    event, _ = await event_for(house, actor, event_id, Action.DRILL_READ)
    _drills(house)
    found = await house.handovers.clearance(event.id)
    return ClearanceAnswer(
        near=found.near,
        free_at=found.free_at,
        waits_for=[
            WaitsForAnswer(id=who.removeprefix("person:"), name=name) for who, name in found.waits_for.items()
        ],
    )


@router.post(
    "/events/{event_id}/drills/stop",
    summary="Stop the pack that runs; its faults and crowds end, what was said stays said",
    responses=responses(401, 403, 404, 409),
)
async def stop(event_id: str, house: HouseDep, actor: ActorDep) -> DrillRunAnswer:
    event, asker = await event_for(house, actor, event_id, Action.DRILL_RUN)
    return _run(await _drills(house).stop(asker, event.id))


@router.get(
    "/events/{event_id}/drills/{run_id}",
    summary="One run: what was given, and the score of the team and of each person",
    responses=responses(401, 403, 404),
)
async def found(event_id: str, run_id: str, house: HouseDep, actor: ActorDep) -> DrillReportAnswer:
    event, _ = await event_for(house, actor, event_id, Action.DRILL_READ)
    return _report(await _drills(house).report(event.id, run_id))


def _drills(house: House) -> Drills:
    if house.drills is None:
        raise NotFound("Drills are run in a drill. Start one with: python3 run.py", code="not_a_drill")
    return house.drills


def _run(run: DrillRun) -> DrillRunAnswer:
    return DrillRunAnswer.model_validate(run.model_dump())


def _report(report: Report) -> DrillReportAnswer:
    return DrillReportAnswer(
        run=_run(report.run),
        team=_score(report.team),
        people=[
            PersonScoreAnswer(who=who, name=report.names.get(who, ""), score=_score(score))
            for who, score in report.people.items()
        ],
    )


def _score(score: Score) -> ScoreAnswer:
    return ScoreAnswer(
        score=score.score,
        goals=dict(score.goals),
        messages=score.messages,
        corrections=score.corrections,
        first_message_s=score.first_message_s,
        correction_s=score.correction_s,
        approvals=score.approvals,
        sent_back=score.sent_back,
        approval_s=score.approval_s,
        silence_s=score.silence_s,
        guard_blocks=score.guard_blocks,
        undone=score.undone,
        holds=score.holds,
    )
