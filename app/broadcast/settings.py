"""What the engine can be told: times, shares, limits and policies, each with a default that is safe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Any

from app.broadcast.breaker import BreakerRules
from app.broadcast.limits import CALL, DELETE, MAX_LOG, Window
from app.broadcast.retry import RetryRules
from app.broadcast.settle import HOLD, PREFER_DUPLICATE_ONCE
from app.channels.registry import kind
from app.models import EventKind, Priority

PUBLISHING = frozenset(
    {"post", "segment", CALL}
)  # units of a platform's limits that a publishing call is charged
CHARGED = PUBLISHING | {DELETE}


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """
    Attributes:
        permit_s: A permit must start its first byte within this.
        lease_s: A dead worker's deliveries are looked after once this is over; renewed every `renew_s`.
        attempt_deadline_s: Wall-clock limit around a whole attempt, preparatory calls included.
        scan_s: How often the database is looked at when nothing woke us.
        prune_s: How often grants that no limit counts any more are dropped.
        per_channel: Attempts of one channel that may run at once; the top classes have `urgent_extra` more.
        list_batch: People taken from a list at once.
        sole_node: No other process works on this database, so a stop is over as soon as our own flags are set.
        zone: For times in sentences.
        windows: By adapter, instead of what the channel's own settings say; for tests and simulations.
    """

    permit_s: float = 0.5
    lease_s: float = 15.0
    renew_s: float = 5.0
    attempt_deadline_s: float = 30.0
    takeover_margin_s: float = 1.0
    scan_s: float = 1.0
    prune_s: float = 600.0
    per_channel: int = 8
    urgent_extra: int = 4
    list_batch: int = 50
    list_in_flight: int = 64
    drain_s: float = 10.0
    desk_interval_s: float = 0.25
    hold_max_s: float = 60.0
    crisis_hold_max_s: float = 10.0
    sole_node: bool = True
    zone: tzinfo = UTC
    retry: RetryRules = field(default_factory=RetryRules)
    breaker: BreakerRules = field(default_factory=BreakerRules)
    windows: Mapping[str, tuple[Window, ...]] | None = None

    @property
    def look_lease_s(self) -> float:
        """Nobody renews the lease of a look: it outlasts the longest reading, or no slow one would ever count."""
        return max(self.lease_s, self.attempt_deadline_s + self.renew_s)

    def hold_max_for(self, event_kind: str) -> float:
        return self.crisis_hold_max_s if event_kind == EventKind.CRISIS else self.hold_max_s


def windows_of(
    adapter: str, channel_settings: Mapping[str, Any], settings: EngineSettings
) -> tuple[Window, ...]:
    """
    The windows of one channel, as its settings name them: each adapter's defaults are its platform's documented ones.

    Rates of some units a second are paced, so that a burst never meets the platform's own limiter; longer windows
    keep the exact log of their grants. One that is too large for a log, as a brand's day of SMS, is paced as well: half
    of it may go at once and the rest over its time, or a list would take all day.

    A limit belongs to whom its `scope` names: channels under one account or app have it together.
    """
    if settings.windows is not None:
        return settings.windows.get(adapter, ())
    one_kind = kind(adapter)
    model = one_kind.settings.model_validate(dict(channel_settings))
    return tuple(
        Window(
            one.name,
            one.limit,
            one.per_s,
            pace=one.per_s <= 1.0 or one.limit > MAX_LOG,
            burst=one.limit // 2 if one.per_s > 1.0 and one.limit > MAX_LOG else 1,
            unit=one.unit,
            owner=one_kind.owner(model, one.scope),
        )
        for one in one_kind.windows_for(model)
        if one.unit in CHARGED
    )


def digests_on(adapter: str, channel_settings: Mapping[str, Any]) -> bool:
    """Whether several updates may be told in one post: on pages, unless the channel's `digest` says no."""
    can = kind(adapter).capabilities
    return not can.recipients and not can.receipts and channel_settings.get("digest", True) is True


def policy_of(adapter: str, channel_settings: Mapping[str, Any], priority: str) -> str:
    """
    What to do when nobody can find out whether a post is there.

    A channel says it by class in `on_unknown`: {"emergency": "prefer_duplicate_once"}. By default only an emergency
    by SMS is worth a double.
    """
    own = channel_settings.get("on_unknown")
    if isinstance(own, Mapping) and priority in own:
        return PREFER_DUPLICATE_ONCE if own[priority] == PREFER_DUPLICATE_ONCE else HOLD
    return PREFER_DUPLICATE_ONCE if adapter == "twilio" and priority == Priority.EMERGENCY else HOLD
