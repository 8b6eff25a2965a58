"""
What Twilio writes: messages as JSON, parameters of callbacks and of inbound messages, and what it reads in TwiML.

Source: github.com/twilio/twilio-oai `spec/json/twilio_api_v2010.json` as summarised in the project's platform
notes, section 3A, read 2026-11-21.
"""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

from app.channels.simulators.twilio.account import Change, Message
from app.channels.simulators.twilio.errors import SENTENCES

API_VERSION = "2010-04-01"
_TWIML_MESSAGE = re.compile(r"<(?:Message|Sms)\b[^>]*>(.*?)</(?:Message|Sms)>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


@lru_cache(maxsize=64)  # a flood of messages shares its seconds
def _rfc2822(epoch_s: int) -> str:
    return format_datetime(datetime.fromtimestamp(epoch_s, UTC))


def message_json(message: Message, account_sid: str, price_per_segment: float) -> dict[str, Any]:
    """A message as the API shows it: numbers as text, times as RFC 2822, a price once it was sent."""
    uri = f"/{API_VERSION}/Accounts/{account_sid}/Messages/{message.sid}"
    is_waiting = message.status in {"accepted", "scheduled"}
    return {
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "body": message.body,
        "date_created": _rfc2822(int(message.created_at)),
        "date_sent": _rfc2822(int(message.sent_at)) if message.sent_at else None,
        "date_updated": _rfc2822(int(message.updated_at)),
        "direction": message.direction,
        "error_code": message.error_code or None,
        "error_message": SENTENCES[message.error_code][1] if message.error_code else None,
        "from": message.from_ or None,
        "messaging_service_sid": message.service_sid or None,
        "num_media": "0",
        "num_segments": "0" if is_waiting and message.service_sid else str(message.segments),
        "price": f"-{message.segments * price_per_segment:.5f}" if message.sent_at else None,
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {"media": f"{uri}/Media.json", "feedback": f"{uri}/Feedback.json"},
        "to": message.to,
        "uri": f"{uri}.json",
    }


def callback_params(change: Change, account_sid: str) -> dict[str, str]:
    """The form of a status callback. The status is the change's, not what the message has become since."""
    message = change.message
    params = {
        "AccountSid": account_sid,
        "ApiVersion": API_VERSION,
        "From": message.from_,
        "MessageSid": message.sid,
        "MessageStatus": change.status,
        "SmsSid": message.sid,
        "SmsStatus": change.status,
        "To": message.to,
    }
    if message.service_sid:
        params["MessagingServiceSid"] = message.service_sid
    if change.error_code:
        params["ErrorCode"] = str(change.error_code)
        params["ErrorMessage"] = SENTENCES[change.error_code][1]
    if change.status in {"delivered", "undelivered"}:
        params["RawDlrDoneDate"] = datetime.fromtimestamp(change.at, UTC).strftime("%y%m%d%H%M")
    return params


def inbound_params(message: Message, account_sid: str, opt_out: str) -> dict[str, str]:
    """The form of an inbound message."""
    params = {
        "AccountSid": account_sid,
        "ApiVersion": API_VERSION,
        "Body": message.body,
        "From": message.from_,
        "FromCountry": "US" if message.from_.startswith("+1") else "",
        "MessageSid": message.sid,
        "NumMedia": "0",
        "NumSegments": str(message.segments),
        "SmsMessageSid": message.sid,
        "SmsSid": message.sid,
        "SmsStatus": "received",
        "To": message.to,
        "ToCountry": "US",
    }
    if message.service_sid:
        params["MessagingServiceSid"] = message.service_sid
    if opt_out:
        params["OptOutType"] = opt_out
    return params


def twiml_messages(document: str) -> list[str]:
    """The texts that an answer to an inbound message asks to send back."""
    found = (html.unescape(_TAG.sub("", match[1])).strip() for match in _TWIML_MESSAGE.finditer(document))
    return [text for text in found if text]
