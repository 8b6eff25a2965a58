"""People, their roles, sessions and keys: what the API takes and answers."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field, SecretStr

from app.schemas.bodies import Answer, Body


class NewPersonBody(Body):
    """Without a password: nobody chooses another's. The person comes in by an invitation and chooses their own."""

    name: str = Field(examples=["Marta Serra"])
    email: str = Field(examples=["marta@valdora.example"])
    roles: list[str] = Field(default_factory=list, examples=[["presenter"]])


class FirstPersonBody(Body):
    name: str
    email: str
    password: SecretStr


class SetUpBody(Body):
    """The first admin, and the second person whom dangerous things need."""

    code: str = Field(examples=["K7QXM-2VH9T"])
    name: str
    email: str
    password: SecretStr
    second: FirstPersonBody | None = None


class SignInBody(Body):
    """E-mail address and password, or a single-use code."""

    email: str | None = None
    password: SecretStr | None = None
    second: str | None = Field(
        default=None,
        max_length=40,
        description="Six digits of the authenticator app, or a recovery code; after 401 `second_factor_needed`.",
    )
    code: str | None = Field(default=None, max_length=40)


class PersonAnswer(Answer):
    id: str
    name: str
    email: str
    lang: str = ""
    disabled: bool = False
    invited: bool = Field(default=False, description="Has yet to come in and choose a password.")


class InvitedAnswer(PersonAnswer):
    """Somebody whom the only person in the house added: there was nobody to share the invitation with."""

    code: str = Field(description="Lets in once, in this answer alone.", examples=["K7QXM-2VH9T"])


class RoleAnswer(Answer):
    event_id: str
    role: str


class DelayAnswer(Answer):
    """Seconds that posts of a kind of event wait, and the least that one person may give one."""

    usual_s: float
    least_s: float


class SessionAnswer(Answer):
    person: PersonAnswer
    roles: list[RoleAnswer]
    drill: bool
    hospital: str
    device_id: str | None = Field(default=None, description="The paired tablet, when this is one.")
    locked: bool = Field(default=False, description="The tablet waits for its PIN.")
    policy_read: bool = Field(default=True, description="False: show the policy before the first post.")
    choose_password: bool = Field(
        default=False,
        description="True: nothing else is open to you until you have chosen your own password.",
    )
    delays: dict[str, DelayAnswer] = Field(default_factory=dict, description="By kind of event.")


class SetUpAnswer(Answer):
    needed: bool
    drill: bool


class PeopleAnswer(Answer):
    person: PersonAnswer
    roles: list[RoleAnswer]


class RoleBody(Body):
    person_id: str
    role: str = Field(examples=["moderator"])
    held: bool = True


class NewKeyBody(Body):
    name: str
    scopes: list[str] = Field(examples=[["update.submit"]])
    event_id: str = "*"
    days: float | None = Field(default=90, gt=0, le=3650)


class KeyAnswer(Answer):
    id: str
    name: str
    prefix: str
    scopes: list[str]
    event_id: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    key: str | None = Field(
        default=None, description="The key itself; in the answer to its making and nowhere else."
    )
