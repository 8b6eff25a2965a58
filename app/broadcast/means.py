"""What the scheduling of deliveries works with: built once by the engine, shared by every channel's lane."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from app.broadcast.attempt_deadline import AttemptDeadline
from app.broadcast.canary import Canary
from app.broadcast.desk_notes import DeskNotes
from app.broadcast.fence import Fence
from app.broadcast.health import Health
from app.broadcast.jobs import LoadMedia
from app.broadcast.last_check import LastCheck
from app.broadcast.limit_book import LimitBook
from app.broadcast.list_looking import ListLooking
from app.broadcast.looking import Looking
from app.broadcast.outcomes import Outcomes
from app.broadcast.permits import Permits
from app.broadcast.reach import Reach
from app.broadcast.recipients import Lists
from app.broadcast.retry import Random
from app.broadcast.settings import EngineSettings
from app.channels.base import Adapter
from app.clock import Clock
from app.db import Database

AdapterOf = Callable[[str], Adapter]
"""The adapter of a channel; LookupError while there is none."""


@dataclass(frozen=True, slots=True)
class Means:
    """`woken` is set when the channels themselves are to be read again."""

    database: Database
    adapters: AdapterOf
    permits: Permits
    last_check: LastCheck
    lists: Lists
    list_looking: ListLooking
    looking: Looking
    canary: Canary
    outcomes: Outcomes
    fence: Fence
    limits: LimitBook
    health: Health
    notes: DeskNotes
    clock: Clock
    random: Random
    settings: EngineSettings
    load_media: LoadMedia | None
    reach: Reach
    deadline: AttemptDeadline
    woken: asyncio.Event = field(default_factory=asyncio.Event)
