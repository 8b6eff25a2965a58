"""
What Twilio's codes mean: refusals of a call, and later words about one message. Pure.

Source: twilio.com/docs/api/errors, read 2026; "Rate limits and queueing"; changelog of July 2024, "number validation errors".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.channels.http import Call, ambiguous, retry_after_s
from app.errors import ChannelError, ContentRejected, CredentialsRejected, RateLimited, RecipientRejected

_RECIPIENT = {
    # Of this one number: were the whole account to blame, one number abroad would stop a list for everybody.
    "21408": "The Twilio account may not send to this country; allow it in its geographic permissions.",
    "21211": "This is not a phone number that can be reached.",
    "21612": "Twilio has no route from our sender to this number.",
    "21614": "This number is not a mobile phone.",
    "21635": "This number is a landline.",
    # Only where the sender is a short code: any other is not Twilio's, and everybody would be refused.
    "21659": "Our short code is of another country than this number.",
}
_SENDER = "The sender number is not the account's, or cannot send SMS; check the channel's settings."
_SERVICE = "The messaging service is not the account's, or has no numbers; check the channel's settings."
_CREDENTIALS = {
    "20003": "Twilio no longer accepts these credentials; enter them again.",
    "21212": "Twilio does not know the sender number; check the channel's settings.",
    "21606": _SENDER,
    # What 21606 said of all of these until 2024; nobody of a list would fare better.
    "21601": _SENDER,
    "21660": _SENDER,
    "21661": _SENDER,
    "21701": _SERVICE,
    "21704": _SERVICE,
    "21705": _SERVICE,
    "21608": "A Twilio trial account sends only to verified numbers; upgrade the account.",
}
_OURS_OR_THEIRS = "21659"
_SHORT_CODE = re.compile(r"[0-9]+")
_CONTENT = {
    "21617": "This message is longer than 1,600 characters.",
    "90007": "Twilio refused the validity period.",
}
OPTED_OUT = "21610"
_QUEUE_FULL = "21611"
_TOO_MANY = "20429"
# Documented as never processed, to be repeated after 100 ms and then more slowly; the caller's back-off does that.
_TOO_MANY_WAIT_S = 1.0
_QUEUE_FULL_WAIT_S = 60.0

NO_REASON = "The network did not deliver it."
WORDS = {
    "21610": "The person said STOP.",
    "30001": "Twilio's queue for the sender was full.",
    "30002": "The Twilio account is suspended.",
    "30003": "The phone could not be reached; it may be off.",
    "30004": "The phone or its network blocks our messages.",
    "30005": "The number does not exist any more.",
    "30006": "A landline, or a network that cannot be reached.",
    "30007": "The network filtered the message as spam.",
    "30008": "The network gave no reason.",
    "30034": "The sender number is not registered for US traffic.",
    "30036": "The message waited longer than it was valid.",
    "63017": "The account sends more than its limit a second.",
}


def classify(
    status: int,
    headers: Mapping[str, str],
    body: Mapping[str, Any] | None,
    call: Call,
    now: datetime,
    *,
    sender: str | None = None,
) -> ChannelError:
    """
    Which of the classes an answer that is not a success belongs to; both error shapes carry `code`.

    Args:
        sender: What was sent from; None for a messaging service, which chooses among its numbers.
    """
    code = str(body.get("code") or "") if body is not None else ""
    words = _words(body)
    if status == 429 or code == _TOO_MANY:
        # The one status that proves nothing was processed, whatever the body looks like.
        return RateLimited(
            "Twilio takes no more calls for the moment.",
            retry_after_s=retry_after_s(headers, now, default_s=_TOO_MANY_WAIT_S),
            code=code or "429",
            platform_words=words,
        )
    if body is None or status >= 500 or status == 408 or status < 400:
        if call is Call.READ and status in (401, 403):
            return CredentialsRejected(_CREDENTIALS["20003"], code=str(status))
        return ambiguous(f"Twilio answered {status}.", call, code=code or str(status), platform_words=words)
    if code == OPTED_OUT:
        return RecipientRejected(WORDS[code], code=code, opted_out=True, platform_words=words)
    if code == _OURS_OR_THEIRS and sender is not None and not _SHORT_CODE.fullmatch(sender):
        return CredentialsRejected(_SENDER, code=code, platform_words=words)
    if code in _RECIPIENT:
        return RecipientRejected(_RECIPIENT[code], code=code, platform_words=words)
    if code in _CREDENTIALS or status in (401, 403):
        return CredentialsRejected(
            _CREDENTIALS.get(code, _CREDENTIALS["20003"]), code=code or str(status), platform_words=words
        )
    if code == _QUEUE_FULL:
        return RateLimited(
            "The sender has ten hours of messages waiting at Twilio.",
            retry_after_s=_QUEUE_FULL_WAIT_S,
            code=code,
            platform_words=words,
        )
    return ContentRejected(
        _CONTENT.get(code, "Twilio refused this message."), code=code or str(status), platform_words=words
    )


def _words(body: Mapping[str, Any] | None) -> str:
    if body is None:
        return ""
    return str(body.get("message") or body.get("detail") or body.get("title") or "")
