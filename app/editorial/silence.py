"""When nothing has been said for too long: first a prompt on the desk, then a holding line to approve. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.models import EventKind, EventState, Sending


class Quiet(StrEnum):
    FINE = "fine"
    PROMPT = "prompt"
    HOLDING_LINE = "holding_line"
    PROMISE_MISSED = "promise_missed"


# Operations: observers paced updates 5-8 minutes apart, and feared what a silent feed means. Crises: a word at least
# as often as was promised, and every half hour without a promise.
LIMITS: Mapping[str, tuple[timedelta, timedelta]] = {
    EventKind.SURGERY: (timedelta(minutes=8), timedelta(minutes=15)),
    EventKind.CRISIS: (timedelta(minutes=20), timedelta(minutes=30)),
}

HOLDING_LINES: Mapping[str, Mapping[str, str]] = {
    EventKind.SURGERY: {
        "en": "The team is working, step by step. Nothing is wrong when we write less. More soon.",
        "it": "La squadra lavora, passo dopo passo. Se scriviamo meno non significa che qualcosa vada male.",
        "fr": "L'équipe travaille, pas à pas. Si nous écrivons moins, ce n'est pas que quelque chose va mal.",
        "es": "El equipo trabaja, paso a paso. Si escribimos menos, no significa que algo vaya mal.",
        "ca": "L'equip treballa, pas a pas. Si escrivim menys, no vol dir que res vagi malament.",
    },
    EventKind.CRISIS: {
        "en": "Nothing has changed since our last message. What we asked you to do still holds.",
        "it": "Nulla è cambiato dal nostro ultimo messaggio. Le indicazioni date valgono ancora.",
        "fr": "Rien n'a changé depuis notre dernier message. Ce que nous vous avons demandé reste valable.",
        "es": "Nada ha cambiado desde nuestro último mensaje. Lo que les pedimos sigue vigente.",
        "ca": "Res no ha canviat des del nostre darrer missatge. El que us hem demanat continua vigent.",
    },
}

NEED_A_READER = ("it", "fr", "es", "ca")
"""Languages of the holding lines that no native speaker has read; they are offered to be read, and said so."""

ASKS: Mapping[Quiet, str] = {
    Quiet.PROMPT: "silence.presenter_asked",
    Quiet.HOLDING_LINE: "silence.desk_told",
    Quiet.PROMISE_MISSED: "silence.desk_told",
}
"""What the record says when the guard speaks up; it never posts."""


@dataclass(frozen=True, slots=True)
class Look:
    """How quiet it is; `quiet_s` since the last public word, `due_at` when the next thing happens."""

    quiet: Quiet
    quiet_s: float
    due_at: datetime | None


def look(
    *,
    kind: str,
    state: str,
    sending: str,
    last_word_at: datetime | None,
    promised_at: datetime | None,
    now: datetime,
    all_clear: bool = False,
) -> Look:
    """
    Args:
        last_word_at: The newest public update, or the moment of going live.
        all_clear: It was said that all is over, and nothing new since: then silence is what people expect.
    """
    limits = LIMITS.get(kind)
    if state != EventState.LIVE or sending == Sending.STOP or last_word_at is None or limits is None:
        return Look(Quiet.FINE, 0.0, None)
    quiet = now - last_word_at
    prompt, line = limits
    if promised_at is not None and promised_at > last_word_at:
        if now >= promised_at:
            return Look(Quiet.PROMISE_MISSED, quiet.total_seconds(), None)
        return Look(Quiet.FINE, quiet.total_seconds(), promised_at)
    if all_clear:
        return Look(Quiet.FINE, quiet.total_seconds(), None)
    if quiet >= line:
        return Look(Quiet.HOLDING_LINE, quiet.total_seconds(), None)
    if quiet >= prompt:
        return Look(Quiet.PROMPT, quiet.total_seconds(), last_word_at + line)
    return Look(Quiet.FINE, quiet.total_seconds(), last_word_at + prompt)
