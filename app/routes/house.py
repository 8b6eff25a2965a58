"""Everything the routes may call, built by `main` and found on the application's state."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.accounts.audit_reading import AuditReading
from app.accounts.choices import Choices
from app.accounts.devices import Devices
from app.accounts.factors import SecondFactors
from app.accounts.invitations import Invitations
from app.accounts.passkeys import Passkeys
from app.accounts.people import People
from app.accounts.policy import Policy
from app.accounts.proposals import Proposals
from app.accounts.sessions import Sessions
from app.accounts.throttle import SignInThrottle
from app.accounts.tickets import Tickets
from app.audience.ingest import Ingest
from app.audience.lists import Lists
from app.audience.moderation import Moderation
from app.audience.webhooks import Webhooks
from app.broadcast.all_clear import AllClear
from app.broadcast.connecting import Connecting
from app.broadcast.course import Courses
from app.broadcast.engine import Engine
from app.broadcast.looks import Looks
from app.broadcast.readiness import Readiness
from app.broadcast.stream import Stream
from app.broadcast.switchboard import Switchboard
from app.broadcast.topics import Position
from app.broadcast.tries import Tries
from app.clock import Clock
from app.config import Settings, World
from app.db import Database
from app.editorial.approvals import Approvals
from app.editorial.approver_view import ApproverView
from app.editorial.blocked import Blocks
from app.editorial.complications import Complications
from app.editorial.consents import Consents
from app.editorial.correcting import Corrector
from app.editorial.cue_sheet import CueSheet
from app.editorial.events import Events
from app.editorial.handover import Handovers
from app.editorial.phone import Telephone
from app.editorial.pictures import Pictures
from app.editorial.preparing import Preparing
from app.editorial.submit import Desk
from app.editorial.template_shelf import TemplateShelf
from app.rehearsal.drills import Drills


class Rehearsal(Protocol):
    """The drill's own player; a live process has none."""

    def state(self) -> dict[str, Any]: ...

    async def play(self, scenario: str, replies_per_min: float) -> None: ...

    async def stop(self) -> None: ...


@dataclass(slots=True)
class House:
    settings: Settings
    world: World
    clock: Clock
    database: Database
    people: People
    factors: SecondFactors
    passkeys: Passkeys
    sessions: Sessions
    invitations: Invitations
    choices: Choices
    devices: Devices
    proposals: Proposals
    policy: Policy
    audit: AuditReading
    throttle: SignInThrottle
    tickets: Tickets
    events: Events
    consents: Consents
    approvals: Approvals
    approver_view: ApproverView
    telephone: Telephone
    corrector: Corrector
    blocks: Blocks
    pictures: Pictures
    templates: TemplateShelf
    complications: Complications
    handovers: Handovers
    preparing: Preparing
    cue_sheet: CueSheet
    desk: Desk
    engine: Engine
    stream: Stream
    looks: Looks
    courses: Courses
    tries: Tries
    all_clear: AllClear
    switchboard: Switchboard
    connecting: Connecting
    readiness: Readiness
    ingest: Ingest
    webhooks: Webhooks
    moderation: Moderation
    lists: Lists
    announce: Callable[[Sequence[Position]], None]
    rehearsal: Rehearsal | None = None
    drills: Drills | None = None
    ready: bool = False
    refused: Exception | None = None  # why the start ended, in words for whoever started it
    public_url: str = ""
    once_listening: Callable[[], Coroutine[Any, Any, None]] | None = None
    sign_in_codes: list[tuple[str, str]] = field(default_factory=list)

    @property
    def drill(self) -> bool:
        return self.world == World.DRILL
