"""Before and while it goes out: how it will look, what it will do, when what waits is out. Nothing is stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from math import isfinite

from fastapi import APIRouter

from app.accounts.rights import Action
from app.broadcast.forecasts import Asked, ChannelPlan, DeliveryPlan
from app.editorial.guard import Verdict
from app.editorial.guard.language import little_known_among
from app.editorial.looking import Looked
from app.editorial.submission import Submission
from app.editorial.submit import Preview
from app.models import PRIORITY_RANK, Priority, UpdateKind
from app.routes.deps import ActorDep, HouseDep, event_for
from app.routes.problems import responses
from app.schemas.bodies import (
    AllClearAnswer,
    ChannelPreview,
    CostAnswer,
    DeliveryForecast,
    DroppedAnswer,
    ForecastAnswer,
    GuardAnswer,
    MeasuredAnswer,
    OffenderAnswer,
    PreviewAnswer,
    PreviewBody,
    SpanAnswer,
)

router = APIRouter(tags=["updates"])


@router.post(
    "/events/{event_id}/preview",
    summary="What each channel would be sent, and what the privacy check thinks; nothing is stored",
    responses=responses(401, 403, 404),
)
async def preview(event_id: str, body: PreviewBody, house: HouseDep, actor: ActorDep) -> PreviewAnswer:
    event, asker = await event_for(house, actor, event_id, Action.EVENT_READ)
    found = await house.desk.preview(
        asker,
        event.id,
        Submission(
            texts=body.texts,
            channel_texts=body.channel_texts,
            channels=body.channels,
            kind=body.kind,
            step_id=body.step_id,
            step_values=body.step_values,
            answers_reply_id=body.answers_reply_id,
            alt=body.alt,
        ),
    )
    routine = body.kind == UpdateKind.UPDATE and not (body.key_moment or body.answers_reply_id)
    plans = await house.engine.forecasts.of_update(
        [Asked(one.target.channel_id, one.parts, one.target.people, routine) for one in found.rendered],
        rank=PRIORITY_RANK[Priority(found.priority)],
        delay_s=found.delay_s,
        expires_in_s=found.expires_in_s,
        event_id=event.id,
    )
    little_known = little_known_among(body.texts, body.alt, *body.channel_texts.values())
    return _preview_answer(found, plans, little_known, drill=house.drill)


@router.get(
    "/events/{event_id}/forecast",
    summary="When what still waits of an event will be out",
    responses=responses(401, 403, 404),
)
async def forecast(event_id: str, house: HouseDep, actor: ActorDep) -> list[DeliveryForecast]:
    event, _ = await event_for(house, actor, event_id, Action.EVENT_READ)
    return [
        delivery_forecast(plan, house.clock.now()) for plan in await house.engine.forecasts.of_event(event.id)
    ]


@router.get(
    "/events/{event_id}/all-clear",
    summary="What an all clear would do now: what that still waits is dropped, what would come after it",
    responses=responses(401, 403, 404),
)
async def all_clear(event_id: str, house: HouseDep, actor: ActorDep) -> AllClearAnswer:
    event, _ = await event_for(house, actor, event_id, Action.EVENT_READ)
    found = await house.all_clear.effects(event.id)
    return AllClearAnswer(
        told=found.told,
        counting=found.counting,
        asked=found.asked,
        dropped=[
            DroppedAnswer(channel_id=one.channel_id, name=one.name, updates=one.updates, people=one.people)
            for one in found.dropped
        ],
    )


def span_answers(looked: Iterable[Looked]) -> list[SpanAnswer]:
    """
    Every place that the guard marks, with the text it stands in.

    A text is looked at once for each row of texts that it would follow, and as an answer once more. What is found each
    time is one thing to change: it is told once, with the strictest of the verdicts.
    """
    marked: dict[tuple[str, str, int, int, str], SpanAnswer] = {}
    for one in looked:
        for s in one.decision.spans:
            place = (one.where, one.lang, s.start, s.end, s.reason)
            if place in marked and (marked[place].verdict == Verdict.BLOCK or s.verdict != Verdict.BLOCK):
                continue
            marked[place] = SpanAnswer(
                start=s.start,
                end=s.end,
                cls=s.cls,
                reason=s.reason,
                replacement=s.replacement,
                verdict=s.verdict,
                lang=one.lang,
                where=one.where,
            )
    return list(marked.values())


def _preview_answer(
    found: Preview, plans: Sequence[ChannelPlan], little_known: list[str], *, drill: bool
) -> PreviewAnswer:
    return PreviewAnswer(
        channels=[
            ChannelPreview(
                channel_id=one.target.channel_id,
                adapter=one.target.adapter,
                name=one.target.name,
                lang=one.lang,
                parts=list(one.parts),
                measured=MeasuredAnswer(
                    weight=one.measured.weight,
                    limit=one.measured.limit,
                    fits=one.measured.fits,
                    encoding=one.measured.encoding,
                    segments=one.measured.segments,
                    offenders=[
                        OffenderAnswer(char=o.char, index=o.index, replacement=o.replacement)
                        for o in one.measured.offenders[:20]
                    ],
                ),
                people=one.target.people,
                plan=plan_answer(plan, drill=drill),
            )
            for one, plan in zip(found.rendered, plans, strict=True)
        ],
        guard=GuardAnswer(
            decision=found.guard.verdict,
            code=found.guard.code,
            spans=span_answers(found.looked),
            little_known=little_known,
        ),
        delay_s=found.delay_s,
        needs=found.needs,
    )


def plan_answer(plan: ChannelPlan, *, drill: bool) -> ForecastAnswer:
    told = plan.forecast
    return ForecastAnswer(
        messages=plan.sends,
        units=plan.units,
        ahead=plan.ahead,
        first_s=_seconds(told.first_s),
        last_s=_seconds(told.last_s),
        waiting=plan.sends - told.soon,
        too_late=0 if plan.in_digest else told.late,
        in_digest=told.late if plan.in_digest else 0,
        units_per_s=plan.units_per_s,
        cost=CostAnswer(kind="drill", amount="0") if drill else cost_answer(plan),
    )


def cost_answer(plan: ChannelPlan) -> CostAnswer:
    return CostAnswer.model_validate(
        {"kind": plan.cost.kind, "amount": money(plan.cost.amount), "currency": plan.cost.currency}
    )


def money(amount: Decimal | None) -> str | None:
    """An amount without an exponent: whole cents, or more digits where a text costs less than one."""
    if amount is None:
        return None
    digits = Decimal("0.01") if amount >= 1 or amount == 0 else Decimal("0.0001")
    return f"{amount.quantize(digits):f}"


def delivery_forecast(plan: DeliveryPlan, now: datetime) -> DeliveryForecast:
    told = plan.forecast
    return DeliveryForecast(
        delivery_id=plan.delivery_id,
        messages=plan.sends,
        ahead=plan.ahead,
        first_at=_instant(told.first_s, now),
        last_at=_instant(told.last_s, now),
        too_late=0 if plan.in_digest else told.late,
        in_digest=told.late if plan.in_digest else 0,
    )


def _seconds(s: float) -> float | None:
    return round(s, 3) if isfinite(s) else None


def _instant(s: float, now: datetime) -> datetime | None:
    return now + timedelta(seconds=s) if isfinite(s) else None
