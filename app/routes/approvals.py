"""Second opinions: what waits, the approver's view, and every decision about it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from app.accounts.rights import Action, Actor, roles_on
from app.editorial.approval import BREAK_GLASS_AFTER, Need, may_decide
from app.editorial.approvals import Approvals
from app.editorial.approver_view import View
from app.editorial.guard.language import little_known_among
from app.editorial.planning import Planned
from app.editorial.submission import Submission
from app.editorial.templates import blanks_of
from app.models import UpdateState
from app.routes.deps import ActorDep, HouseDep, event_for
from app.routes.house import House
from app.routes.me import ask_password_again
from app.routes.previews import span_answers
from app.routes.problems import responses
from app.schemas.access import PasswordBody
from app.schemas.bodies import SpanAnswer
from app.schemas.editorial import (
    ApprovalAnswer,
    ApproveBody,
    ChannelShareAnswer,
    ConfirmationAnswer,
    DecisionAnswer,
    DelegateAnswer,
    DelegatesAnswer,
    PhoneAskedAnswer,
    PhoneBody,
    PhoneSheetAnswer,
    PieceAnswer,
    ReasonBody,
    ReviewBody,
    RewriteBody,
    ShownPictureAnswer,
    TurnAnswer,
    VersionBody,
)

router = APIRouter(tags=["approval"])


@router.get(
    "/events/{event_id}/approvals",
    summary="What waits for a second person, and what was sent alone and needs a look",
    responses=responses(401, 403, 404),
)
async def waiting(event_id: str, house: HouseDep, actor: ActorDep) -> list[ApprovalAnswer]:
    event, asker = await event_for(house, actor, event_id, Action.EVENT_READ)
    rows = await house.approver_view.waiting(event.id)
    return [await _answer(house, asker, row.id) for row in rows]


@router.get(
    "/events/{event_id}/delegates",
    summary="Who is asked in turn when an approver does not answer; changed with the event's policy",
    responses=responses(401, 403, 404),
)
async def delegates(event_id: str, house: HouseDep, actor: ActorDep) -> DelegatesAnswer:
    event, _ = await event_for(house, actor, event_id, Action.EVENT_READ)
    chain = await house.approver_view.chain(event.id)

    def named(people: Iterable[tuple[str, str]]) -> list[DelegateAnswer]:
        return [DelegateAnswer(person_id=person_id, name=name) for person_id, name in people]

    return DelegatesAnswer(people=named(chain.people), each_s=chain.each_s, approvers=named(chain.approvers))


@router.get(
    "/updates/{update_id}/approval",
    summary="The approver's view: final texts, reach in words, what changed",
    responses=responses(401, 403, 404),
)
async def view(update_id: str, house: HouseDep, actor: ActorDep) -> ApprovalAnswer:
    row = await house.looks.update(update_id)
    _, asker = await event_for(house, actor, row.event_id, Action.EVENT_READ)
    return await _answer(house, asker, row.id)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One update, and somebody who may do this with it."""

    house: House
    asker: Actor
    update_id: str
    event_id: str

    def noting(self) -> AbstractAsyncContextManager[None]:
        """Around what begins a countdown: a refusal of the privacy check is recorded."""
        return self.house.blocks.noting(self.asker, self.event_id)

    @property
    def approvals(self) -> Approvals:
        return self.house.approvals

    async def answer(self) -> ApprovalAnswer:
        """How it stands after what was done."""
        return await _answer(self.house, self.asker, self.update_id)


def _for(action: Action) -> Any:
    async def waiting_for(update_id: str, house: HouseDep, actor: ActorDep) -> Waiting:
        row = await house.looks.update(update_id)
        _, asker = await event_for(house, actor, row.event_id, action)
        return Waiting(house, asker, update_id, row.event_id)

    return Depends(waiting_for)


DecideDep = Annotated[Waiting, _for(Action.UPDATE_DECIDE)]
SubmitDep = Annotated[Waiting, _for(Action.UPDATE_SUBMIT)]
acts = partial(router.post, responses=responses(401, 403, 404, 409))


@acts("/updates/{update_id}/approve", summary="Let it go; its countdown begins")
async def approve(one: DecideDep, body: ApproveBody) -> ApprovalAnswer:
    async with one.noting():
        await one.approvals.approve(one.asker, one.update_id, body.version, reason=body.reason)
    return await one.answer()


@acts("/updates/{update_id}/reject", summary="Not this; it is withdrawn")
async def reject(one: DecideDep, body: ReasonBody) -> ApprovalAnswer:
    await one.approvals.reject(one.asker, one.update_id, body.version, body.reason)
    return await one.answer()


@acts("/updates/{update_id}/send-back", summary="Not in these words; somebody else than you writes others")
async def send_back(one: DecideDep, body: ReasonBody) -> ApprovalAnswer:
    await one.approvals.send_back(one.asker, one.update_id, body.version, body.reason)
    return await one.answer()


@acts(
    "/updates/{update_id}/rewrite",
    summary="Other words for what waits; voids what was decided about the old ones",
)
async def rewrite(one: SubmitDep, body: RewriteBody) -> ApprovalAnswer:
    house = one.house
    await house.policy.require_read(one.asker)
    row = await house.looks.update(one.update_id)
    now = await house.approver_view.of(one.update_id)
    async with house.blocks.noting(one.asker, row.event_id):
        decided = await house.desk.decide(
            one.asker,
            row.event_id,
            Submission(
                texts=body.texts,
                channel_texts=body.channel_texts,
                channels=[share.channel_id for share in now.channels],
                kind=row.kind,
                priority=row.priority if row.priority in ("emergency", "normal", "backfill") else None,
                correction=body.correction,
                override_reason=body.override_reason,
                confirmed=body.confirmed,
                answers_reply_id=row.answers_reply_id,
                media=[one["id"] for one in now.revision.media] if body.media is None else body.media,
                planned=None if row.planned_at is None else Planned(row.occasion, row.planned_at),
            ),
            key=row.client_key,
            body_hash="",
        )
    await one.approvals.rewrite(one.asker, one.update_id, body.version, decided)
    return await one.answer()


@acts("/updates/{update_id}/approval/withdraw", summary="Take an approval back while it counts down")
async def withdraw(one: DecideDep, body: VersionBody) -> ApprovalAnswer:
    await one.approvals.take_back(one.asker, one.update_id, body.version)
    return await one.answer()


@acts(
    "/updates/{update_id}/break-glass",
    summary="Send a template alone after ten minutes without an approver; everybody is told",
)
async def break_glass(one: SubmitDep, body: ReasonBody) -> ApprovalAnswer:
    async with one.noting():
        await one.approvals.break_glass(one.asker, one.update_id, body.version, body.reason)
    return await one.answer()


@acts("/updates/{update_id}/review", summary="Look at what somebody sent alone")
async def review(one: DecideDep, body: ReviewBody) -> ApprovalAnswer:
    await one.approvals.review(one.asker, one.update_id, body.note)
    return await one.answer()


@acts(
    "/updates/{update_id}/read-out",
    summary="Before it is read out on the telephone: whom to call, and which of their codes to ask for",
)
async def read_out(one: SubmitDep, body: VersionBody) -> list[PhoneAskedAnswer]:
    """Each code is good for the text as it is now; a change makes it void, and another number is asked for."""
    asked = await one.house.telephone.read_out(one.asker, one.update_id, body.version)
    return [PhoneAskedAnswer(person_id=each.person_id, name=each.name, n=each.n) for each in asked]


@acts(
    "/updates/{update_id}/approve-by-phone",
    summary="Type in the code that an approver reads out on the telephone",
)
async def by_phone(one: SubmitDep, body: PhoneBody) -> ApprovalAnswer:
    async with one.noting():
        await one.house.telephone.approve(one.asker, one.update_id, body.version, body.code)
    return await one.answer()


@router.post(
    "/events/{event_id}/phone-codes",
    status_code=201,
    summary="A fresh sheet of codes for approving by telephone; asks for your password once more",
    responses=responses(401, 403, 404, 429),
)
async def phone_codes(
    event_id: str, body: PasswordBody, request: Request, house: HouseDep, actor: ActorDep
) -> PhoneSheetAnswer:
    """An earlier sheet stops working. Whoever takes one at a colleague's unlocked screen has their word for a day."""
    _, asker = await event_for(house, actor, event_id, Action.UPDATE_DECIDE)
    await ask_password_again(body, request, house, asker)
    codes, expires_at = await house.telephone.new_sheet(asker)
    return PhoneSheetAnswer(codes=codes, expires_at=expires_at)


async def _answer(house: House, asker: Actor, update_id: str) -> ApprovalAnswer:
    found = await house.approver_view.of(update_id)
    yours = ""
    if found.update.state == UpdateState.AWAITING_APPROVAL:
        refusal = may_decide(
            asker.identity,
            roles_on(asker, found.update.event_id),
            need=found.update.needs or "approver",
            authors=await house.approvals.writers(update_id),
            approving=True,
        )
        yours = refusal.detail if refusal is not None else ""
    spans: list[SpanAnswer] = []
    if found.update.needs == Need.OVERRIDE:
        said = found.revision
        looked = await house.desk.look(
            found.update.event_id, said.texts, {**said.channel_texts, "correction": said.correction}
        )
        spans = span_answers(looked)
    return _approval_answer(found, yours, spans)


def _approval_answer(found: View, yours: str, spans: list[SpanAnswer]) -> ApprovalAnswer:
    row = found.update
    said = found.revision
    return ApprovalAnswer(
        update_id=row.id,
        event_id=row.event_id,
        kind=row.kind,
        state=row.state,
        version=row.version,
        revision=row.revision,
        needs=row.needs,
        author_name=row.author_name,
        texts=said.texts,
        channel_texts=said.channel_texts,
        blanks=blanks_of(said.made_from),
        correction=said.correction,
        pictures=[
            ShownPictureAnswer(
                id=one["id"],
                url=f"/api/v1/media/{one['id']}?size=small",
                alt=one["alt"],
                width=one["width"],
                height=one["height"],
                graphic=one["graphic"],
            )
            for one in said.media
        ],
        channels=[
            ChannelShareAnswer(
                channel_id=one.channel_id,
                name=one.name,
                adapter=one.adapter,
                act=one.act,
                parts=list(one.parts),
                people=one.people,
                reach=one.reach,
                seconds=one.seconds,
                cost=one.cost,
            )
            for one in found.channels
        ],
        changed={
            lang: [PieceAnswer.model_validate({"op": piece.op, "text": piece.text}) for piece in pieces]
            for lang, pieces in found.changed.items()
        },
        compared_with=found.compared_with,
        confirmation=ConfirmationAnswer(
            sentence=found.confirmation.sentence,
            button=found.confirmation.button,
            people=found.confirmation.people,
            seconds=found.confirmation.seconds,
            cost=found.confirmation.cost,
        ),
        guard=said.guard,
        spans=spans,
        little_known=little_known_among(
            said.texts, said.correction, *said.channel_texts.values(), *(one["alt"] for one in said.media)
        ),
        decisions=[
            DecisionAnswer(
                verdict=one.verdict,
                revision=one.revision,
                by=one.identity,
                by_name=one.by_name,
                by_phone=one.entered_by is not None,
                reason=one.reason,
                at=one.at,
            )
            for one in found.decisions
        ],
        waits_since=row.waits_since,
        alone_from=None if row.waits_since is None else row.waits_since + BREAK_GLASS_AFTER,
        review_due=found.review_due,
        asked=[
            TurnAnswer(person_id=one.person_id, name=name, from_at=one.from_at, until_at=one.until_at)
            for one, name in found.asked
        ],
        yours=yours,
    )
