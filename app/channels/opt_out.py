"""
Words by which a person stops our messages or resumes them: the whole message, in any case.

Source: twilio.com/docs/messaging/tutorials/advanced-opt-out, read 2026; gateways of one's own follow the same custom.
"""

from __future__ import annotations

from enum import StrEnum

_STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "CANCEL", "REVOKE", "OPTOUT"})
_START = frozenset({"START", "YES", "UNSTOP"})
_HELP = frozenset({"HELP", "INFO"})


class Wish(StrEnum):
    """What such a word asks for."""

    STOP = "STOP"
    START = "START"
    HELP = "HELP"


def read_wish(text: str) -> Wish | None:
    """The wish that a message is, None for anything else."""
    word = text.strip().upper()
    if word in _STOP:
        return Wish.STOP
    if word in _START:
        return Wish.START
    return Wish.HELP if word in _HELP else None


def is_answer_too(text: str, wish: Wish | None) -> bool:
    """YES resumes, and may as well be an answer to a question, so it is both."""
    return wish is None or text.strip().upper() == "YES"
