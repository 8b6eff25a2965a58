"""Where a text comes from: a template or a step, word for word, and the place of that step on the course."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.intents import FromStep
from app.editorial import scripted
from app.editorial.published import Cue, place_of
from app.editorial.submission import Submission
from app.editorial.template_shelf import TemplateShelf
from app.editorial.templates import made_from, origin_of
from app.models import LiveEvent, Step, Update


async def provenance_of(
    session: AsyncSession,
    templates: TemplateShelf | None,
    event: LiveEvent,
    submission: Submission,
    key: str = "",
) -> tuple[dict[str, str], FromStep | None]:
    """
    Where the text comes from, when not a word of it was changed; and the step that it is sent as.

    With a picture it is from nowhere: nobody who signed the words has seen what they would stand beside.

    Args:
        key: See `scripted.may_send`.

    Raises:
        AppError: a blank is left in the text, or the step cannot be sent now.
        NotFound: no such template.
    """
    texts = {lang: text.strip() for lang, text in submission.texts.items() if text.strip()}
    # A channel's own words are words: other ones there are a text that nobody has signed.
    by_channel = (
        {lang: text.strip() for lang, text in words.items() if text.strip()}
        for words in submission.channel_texts.values()
    )
    own = [words for words in by_channel if words]
    pictured = bool(submission.media or submission.alt)
    step = None if submission.step_id is None else await session.get(Step, submission.step_id)
    if step is None or step.event_id != event.id:
        sent_as = None
    else:
        sent = None if step.sent_update_id is None else await session.get(Update, step.sent_update_id)
        refusal = scripted.left_blank(step, texts)
        if not submission.in_complication:
            refusal = refusal or scripted.may_send(step, sent, key)
        if refusal is not None:
            raise refusal
        sent_as = FromStep(step.id, step.version, once=not submission.in_complication)
    if submission.template is not None and templates is not None:
        template = await templates.found(submission.template.id)
        same = all(made_from(template, submission.template.values, one) for one in (texts, *own))
        return (origin_of(template, submission.template.values) if same and not pictured else {}), sent_as
    if step is not None and sent_as is not None:
        same = all(scripted.is_as_signed(step, one, submission.step_values) for one in (texts, *own))
        return ({"step": step.id} if same and not pictured else {}), sent_as
    return {}, sent_as


async def place_on_course(
    session: AsyncSession, event: LiveEvent, step: FromStep | None
) -> Mapping[str, Any]:
    """See `published.place_of`."""
    rows = await session.execute(
        select(col(Step.id), col(Step.label), col(Step.signed_by), col(Step.parked))
        .where(col(Step.event_id) == event.id, col(Step.branch) == scripted.MAIN)
        .order_by(col(Step.n))
    )
    course = [Cue(id_, label, signed_by is not None, parked) for id_, label, signed_by, parked in rows]
    return place_of(course, None if step is None else step.id)
