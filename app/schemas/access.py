"""Bodies and answers about coming in: factors, sessions, tablets, what two people decide, the policy."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field, SecretStr

from app.schemas.bodies import Answer, Body
from app.schemas.people import PersonAnswer, RoleAnswer

Secret = SecretStr


class PasswordBody(Body):
    """Your own password once more."""

    password: Secret = Field(examples=["a sentence only you know"])


class ChangePasswordBody(Body):
    old: Secret = Field(examples=["a sentence only you know"])
    new: Secret = Field(examples=["another sentence, longer still"])


class TotpCodeBody(Body):
    code: str = Field(max_length=20, examples=["492039"])


class EnrolmentAnswer(Answer):
    """Shown once, while an authenticator app is set up."""

    secret: str
    uri: str
    qr_svg: str


class RecoveryCodesAnswer(Answer):
    """Each works once; shown this once."""

    codes: list[str]


class PasskeyBody(Body):
    """What `navigator.credentials.create` answered, as JSON."""

    name: str = Field(default="", max_length=60, examples=["Phone"])
    credential: dict[str, Any] = Field(
        repr=False, examples=[{"id": "…", "type": "public-key", "response": {}}]
    )


class PasskeySignInBody(Body):
    """What `navigator.credentials.get` answered, as JSON."""

    credential: dict[str, Any] = Field(
        repr=False, examples=[{"id": "…", "type": "public-key", "response": {}}]
    )


class PasskeyAnswer(Answer):
    id: str
    name: str
    created_at: datetime
    used_at: datetime | None


class SessionRow(Answer):
    id: str
    by: Literal["password", "code", "passkey", "device"]
    user_agent: str
    created_at: datetime
    expires_at: datetime
    device_id: str | None
    this: bool = Field(description="The session that asks.")


StaffLang = Literal["", "en", "it", "fr", "es", "ca"]
Theme = Literal["light", "dark", "auto"]


class ChoicesBody(Body):
    """What is left out stays as it is."""

    lang: StaffLang | None = Field(
        default=None,
        description="Language of the staff's pages; empty for the browser's.",
        examples=["it"],
    )
    theme: Theme | None = Field(
        default=None, description="Colours of the staff's pages; auto is as the device.", examples=["dark"]
    )


class ChoicesAnswer(Answer):
    lang: str
    theme: Theme


class FactorsAnswer(Answer):
    """How you come in, and what you chose for your screens."""

    lang: str
    theme: Theme
    totp: bool
    recovery_codes_left: int
    passkeys: list[PasskeyAnswer]
    sessions: list[SessionRow]
    policy_version: int | None
    policy_read: bool


class PairingBody(Body):
    person_id: str = Field(max_length=64, examples=["0190c3a0-0000-7000-8000-000000000001"])
    name: str = Field(max_length=60, examples=["Theatre 3"])


class PairingAnswer(Answer):
    """Shown once. The picture holds the address of the pairing page with the code behind its #, which no server sees."""

    code: str
    expires_at: datetime
    qr_svg: str


class PairBody(Body):
    """What the tablet sends: the admin's code, its own new public key, a PIN, and proof of the person it is for."""

    code: str = Field(max_length=40, examples=["K7QX-M2VH9-TBCDE"])
    public_key: str = Field(max_length=400, description="SubjectPublicKeyInfo of a P-256 key, base64url.")
    pin: Secret = Field(examples=["7391"])
    password: Secret | None = None
    second: str | None = Field(default=None, max_length=40)
    person_code: str | None = Field(default=None, max_length=40)


class DeviceAnswer(Answer):
    id: str
    event_id: str
    person_id: str
    name: str
    paired_by: str
    paired_at: datetime
    seen_at: datetime | None
    wiped_at: datetime | None
    wiped_why: str


class PairedAnswer(Answer):
    device: DeviceAnswer
    person: PersonAnswer
    roles: list[RoleAnswer]
    session_s: float = Field(description="Renew before so many seconds have passed.")
    idle_s: float = Field(description="After so many seconds without a touch, the PIN is asked for.")


class RenewedAnswer(Answer):
    locked: bool
    session_s: float


class ChallengeBody(Body):
    device_id: str = Field(max_length=64)


class ChallengeAnswer(Answer):
    challenge: str = Field(
        description="base64url; sign `tocsin-device-1\\n` and these bytes, ECDSA with SHA-256."
    )


class RenewBody(Body):
    device_id: str = Field(max_length=64)
    challenge: str = Field(max_length=1000)
    signature: str = Field(max_length=200, description="r and s, 64 bytes, base64url; as WebCrypto makes it.")


class PinBody(Body):
    pin: Secret = Field(examples=["7391"])


class ProposalAnswer(Answer):
    """What one person asked for and a second has to confirm. Credentials are never part of it."""

    id: str
    kind: str
    event_id: str | None
    subject: str
    payload: dict[str, Any]
    proposed_by: str
    proposed_by_name: str = ""
    proposed_at: datetime
    expires_at: datetime
    state: Literal["open", "confirmed", "done", "failed", "refused", "withdrawn", "expired"]
    decided_by: str | None
    decided_at: datetime | None
    why: str
    yours: bool = Field(description="You proposed it, so a second person confirms it.")
    key: str | None = Field(
        default=None,
        description="Of a new key: its text, in this answer alone. It opens nothing until confirmed.",
    )
    half: str | None = Field(
        default=None,
        description="Of an invitation: your half, in this answer alone. With the other person's half it lets in once.",
        examples=["K7QXM-2VH9T"],
    )


class RefuseBody(Body):
    why: str = Field(default="", max_length=300, examples=["Not this account."])


class CredentialsBody(Body):
    credentials: dict[str, Any] = Field(repr=False, examples=[{"auth_token": "…"}])


class PolicyAnswer(Answer):
    version: int
    texts: dict[str, str]
    published_at: datetime
    read: bool


class PolicyBody(Body):
    texts: dict[str, str] = Field(examples=[{"en": "Before you post for this hospital …"}])


class AcknowledgeBody(Body):
    version: int = Field(ge=1, le=2**31 - 1, examples=[1])
