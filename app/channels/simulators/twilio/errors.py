"""
Twilio's refusals: the classic shape and the newer problem shape, and the sentence behind each code.

Source: twilio.com/docs/api/errors/{code} as summarised in the project's platform notes, section 3A, read 2026-11-21.
"""

from __future__ import annotations

from typing import Any

SENTENCES: dict[int, tuple[int, str]] = {
    20001: (400, "Unknown parameters"),
    20003: (401, "Authenticate"),
    20009: (409, "Cannot delete this resource before it is complete"),
    20404: (404, "The requested resource was not found"),
    20429: (429, "Too many requests"),
    20500: (500, "An internal server error has occurred"),
    20503: (503, "Service is temporarily unavailable"),
    21211: (400, "Invalid 'To' Phone Number"),
    21212: (400, "Invalid From Number (caller ID)"),
    21408: (
        400,
        "Permission to send an SMS has not been enabled for the region indicated by the 'To' number",
    ),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number or a 'MessagingServiceSid' is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (
        400,
        "The 'From' phone number provided is not a valid, SMS-capable inbound phone number for your account.",
    ),
    21608: (400, "The number is unverified. Trial accounts cannot send messages to unverified numbers"),
    21609: (400, "Invalid 'StatusCallback' URL"),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21611: (400, "This 'From' number has exceeded the maximum number of queued messages"),
    21612: (400, "The 'To' phone number is not currently reachable via SMS from this 'From' number"),
    21614: (400, "'To' number is not a valid mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
    21635: (400, "'To' number cannot be a landline"),
    21701: (400, "The Messaging Service does not exist"),
    30001: (400, "Queue overflow"),
    30002: (400, "Account suspended"),
    30003: (400, "Unreachable destination handset"),
    30004: (400, "Message blocked"),
    30005: (400, "Unknown destination handset"),
    30006: (400, "Landline or unreachable carrier"),
    30007: (400, "Message filtered"),
    30008: (400, "Unknown error"),
    30034: (400, "US A2P 10DLC - Message from an Unregistered Number"),
    30036: (400, "Validity Period Expired"),
    30409: (409, "The message is not cancelable"),
    35114: (400, "SendAt must be between 15 minutes and 35 days in the future"),
    35117: (400, "ScheduleType=fixed needs SendAt and a MessagingServiceSid"),
    63017: (400, "Account exceeded its message rate"),
    90007: (400, "ValidityPeriod must be between 1 and 36000 seconds"),
}

# Twilio's test credentials answer for these numbers; the table is from memory of public material, unconfirmed.
MAGIC_TO = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}
MAGIC_FROM = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611}
MAGIC_GOOD_FROM = "+15005550006"


class TwilioRefusal(Exception):
    """An answer other than success; raised by the rules, rendered once in the shell."""

    def __init__(self, code: int, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail

    @property
    def status(self) -> int:
        return SENTENCES[self.code][0]

    @property
    def message(self) -> str:
        sentence = SENTENCES[self.code][1]
        return f"{sentence}: {self.detail}" if self.detail else sentence

    def classic(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }

    def problem(self) -> dict[str, Any]:
        return {
            "type": f"https://www.twilio.com/docs/errors/{self.code}",
            "title": SENTENCES[self.code][1],
            "status": self.status,
            "code": self.code,
            "detail": self.message,
        }
