"""
What counts as the script: who must have signed a step, and what may stand in its blanks. Pure.

A signature is for exactly these words. A blank is for a figure that nobody can know beforehand; any other word in it
is a new sentence and is treated as one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from app.broadcast.accept_steps import sent_before
from app.editorial.figures import is_figure
from app.errors import AppError, Conflict, Forbidden, InvalidInput
from app.models import NOT_OUT, Step, Update

MAIN = ""
COMPLICATION = "complication"
"""The branch whose lines are kept for a complication; each has two signatures, one of them a clinician's."""

BRANCH = re.compile(r"[a-z][a-z0-9-]{0,29}")
BLANK = re.compile(r"\{([a-z_]{1,30})\}")

Place = Literal["signed", "seconded"]


def blanks_of(texts: Mapping[str, str]) -> list[str]:
    """
    The blanks of a step, in the order of its first text.

    Raises:
        InvalidInput: the languages do not have the same ones.
    """
    found = {lang: list(dict.fromkeys(BLANK.findall(text))) for lang, text in texts.items()}
    first = next(iter(found.values()), [])
    for lang, names in found.items():
        if set(names) != set(first):
            odd = sorted(set(names) ^ set(first))[0]
            raise InvalidInput(
                f"The blank “{odd}” is not in every language ({lang}). Write it in all of them.",
                code="blanks_differ",
            )
    return first


def filled(texts: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    """A step's texts with figures in their blanks; a blank without a value stays one."""
    return {
        lang: BLANK.sub(lambda blank: values.get(blank.group(1), blank.group(0)).strip(), text).strip()
        for lang, text in texts.items()
    }


def is_as_signed(step: Step, texts: Mapping[str, str], values: Mapping[str, str]) -> bool:
    """
    Is this the step as it was signed, word for word, with nothing but figures in its blanks?

    Fewer languages are still the script; an own word in any is not.
    """
    if not is_signed(step) or not all(map(is_figure, values.values())):
        return False
    script = filled(step.texts, values)
    return bool(texts) and all(script.get(lang) == text.strip() for lang, text in texts.items())


def is_signed(step: Step) -> bool:
    if step.branch == COMPLICATION:
        return step.signed_by is not None and step.seconded_by is not None
    return step.signed_by is not None


def left_blank(step: Step, texts: Mapping[str, str]) -> AppError | None:
    """A blank of the step that is still one in the text."""
    for text in texts.values():
        for name in BLANK.findall(text):
            if name in step.slots:
                return InvalidInput(f"Fill the blank “{name}” first.", code="blank_empty", blank=name)
    return None


def may_send(step: Step, sent: Update | None, key: str = "") -> AppError | None:
    """
    Why this step cannot be sent by hand now; None when it can.

    Args:
        sent: The update it became.
        key: The key of this request: a repeat of the one that sent it is answered as that one was.
    """
    if is_out(sent) and sent is not None and sent.client_key != key:
        return sent_before()
    if step.branch == COMPLICATION:
        return Conflict(
            "This line is kept for a complication. Call one, then choose the line.", code="line_kept"
        )
    if step.parked:
        return Conflict("This step is parked. Take its branch first, or write your own.", code="step_parked")
    return None


def is_out(sent: Update | None) -> bool:
    """Has a step become an update that stands? One taken back before it left, or expired, may be sent again."""
    return sent is not None and sent.state not in NOT_OUT


def signature(step: Step, identity: str, *, clinician: bool) -> Place | AppError:
    """
    Which signature this person gives; or why they may not.

    Every step takes two people, the writer and one who signs. The line for a complication takes two signatures of two
    people, one of them a clinician's.
    """
    if identity in (step.signed_by, step.seconded_by):
        return Conflict("You have signed these words. Somebody else signs next.", code="already_signed")
    if is_signed(step):
        return Conflict("These words are signed.", code="already_signed")
    if step.branch != COMPLICATION:
        if identity in writers(step):
            return Forbidden("These are your own words: somebody else signs them.", code="own_words")
        return "signed"
    if clinician and step.signed_by is None:
        return "signed"
    if step.seconded_by is None:
        return "seconded"
    return Forbidden("The other signature is a clinician reviewer's. Ask one.", code="clinician_needed")


def writers(step: Step) -> list[str]:
    """Everybody whose words stand in the step, the first to write them first."""
    return step.written_by.split()


def writers_of(step: Step, texts: Mapping[str, str], identity: str, label: Mapping[str, str]) -> str:
    """
    Who has written the step once this person gives it these texts, and this name on the page.

    A change of its title or of what it counts as makes nobody its writer; else whoever wrote it could have somebody
    touch it up and then sign their own words. Who changes it in one language shares it with who wrote the others.
    """
    same = all(step.texts.get(lang) == text for lang, text in texts.items())
    if same and label == step.label:
        return step.written_by
    kept = same or any(step.texts.get(lang) == text for lang, text in texts.items())
    others = [one for one in writers(step) if kept and one != identity]
    return " ".join([*others, identity])


def unsign(step: Step) -> bool:
    """Void every signature; whether there was one."""
    had = step.signed_by is not None or step.seconded_by is not None
    step.signed_by = step.signed_at = step.seconded_by = step.seconded_at = None
    return had


def moved(order: Sequence[str], step_id: str, to: int) -> list[str]:
    """The order with one step at another place; places count from one, and what is beyond the end is the end."""
    rest = [one for one in order if one != step_id]
    at = max(0, min(len(rest), to - 1))
    return [*rest[:at], step_id, *rest[at:]]
