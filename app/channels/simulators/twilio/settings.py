"""The well-known credentials and numbers of the simulated Twilio account. None of them opens anything real."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SenderSettings:
    """A number with its pace; the paces are Twilio's published ones for each kind."""

    number: str
    kind: str
    segments_per_s: float


@dataclass(frozen=True, slots=True)
class TwilioSettings:
    """
    Args:
        auth_token: Also the key of every signature, whichever key pair a caller uses.
        pool: The senders of the messaging service.
        pace: Multiplies every sender's rate, so that a rehearsal of hours takes minutes.
        max_concurrent: More requests at once than this get 429 with code 20429.
        keep_messages: The oldest are forgotten beyond this many.
    """

    account_sid: str = "AC51a1510000000000000000000000d411"
    auth_token: str = "simulator-twilio-auth-token"
    api_key_sid: str = "SK51a1510000000000000000000000d411"
    api_key_secret: str = "simulator-twilio-api-key-secret"
    service_sid: str = "MG51a1510000000000000000000000d411"
    senders: tuple[SenderSettings, ...] = (
        SenderSettings("55501", "short code", 100.0),
        SenderSettings("+12025550101", "long code", 1.0),
        SenderSettings("+12025550102", "long code", 1.0),
        SenderSettings("+18335550103", "toll-free", 3.0),
    )
    pool: tuple[str, ...] = ("55501", "+12025550101", "+12025550102")
    pace: float = 1.0
    max_concurrent: int = 100
    keep_messages: int = 250_000
