"""What a gateway's status means, and what its receipts say. Pure. Source: SMPP v3.4 specification, section 5.1.3."""

from __future__ import annotations

from collections.abc import Collection

from app.errors import (
    ChannelError,
    ContentRejected,
    CredentialsRejected,
    OutcomeUnknown,
    RateLimited,
    RecipientRejected,
    Unavailable,
)

_LATER = frozenset({0x04, 0x05, 0x08, 0x45, 0x64})
_THROTTLED = frozenset({0x14, 0x58})
_SIGN_IN = frozenset({0x0D, 0x0E, 0x0F})
# Sender, service and system type are of the whole channel: nobody of a list would fare better.
_OUR_SIDE = {
    0x0A: "The gateway does not take our sender; check it in the channel's settings.",
    0x15: "The gateway asks for another type of service; ask who runs it.",
    0x48: "The gateway does not take our kind of sender; check it in the channel's settings.",
    0x49: "The gateway does not take our kind of sender; check it in the channel's settings.",
    0x53: "The gateway does not take our system type; check it in the channel's settings.",
}
_RECIPIENT = frozenset({0x0B, 0x50, 0x51})
NOT_BOUND = 0x04
"""It has forgotten our sign-in: on this link every later message fares the same."""
# Between one and five seconds: the caller's limiter halves its rate besides.
_THROTTLED_WAIT_S = 2.0
# Rank and our state for each final word of a receipt.
STATES: dict[str, tuple[int, str]] = {
    "ENROUTE": (3, "sent"),
    "ACCEPTD": (3, "sent"),
    "UNKNOWN": (3, "sent"),
    "DELIVRD": (5, "delivered"),
    "EXPIRED": (5, "rejected"),
    "DELETED": (5, "rejected"),
    "UNDELIV": (5, "rejected"),
    "REJECTD": (5, "rejected"),
}
WORDS = {
    "EXPIRED": "The message waited longer than it was valid.",
    "DELETED": "The gateway deleted the message.",
    "UNDELIV": "The phone could not be reached.",
    "REJECTD": "The network refused the message.",
}


def classify(status: int, account: Collection[int] = ()) -> ChannelError:
    """
    Which of the classes a refused submit_sm or sign-in belongs to.

    Args:
        account: Values of the gateway's own by which it refuses the whole account, such as for want of credit.
    """
    code = f"0x{status:02X}"
    if status in account:
        return CredentialsRejected(
            f"The gateway refuses our account ({code}), perhaps for want of credit; ask who runs it.",
            code=code,
        )
    if status in _OUR_SIDE:
        return CredentialsRejected(_OUR_SIDE[status], code=code)
    if status in _THROTTLED:
        return RateLimited(
            "The gateway takes no more for the moment.", retry_after_s=_THROTTLED_WAIT_S, code=code
        )
    if status in _LATER:
        return Unavailable("The gateway refused for now.", code=code)
    if status in _SIGN_IN:
        return CredentialsRejected("The gateway does not accept our name and password.", code=code)
    if status in _RECIPIENT:
        return RecipientRejected("The gateway does not take this number.", code=code)
    if status in (0, 0xFF):
        return OutcomeUnknown("The gateway's answer says nothing.", code=code)
    return ContentRejected("The gateway refused this message.", code=code)
