"""
The stop fence of one process: nothing that was stopped may start its first byte; no I/O.

A stop is a commit in the database, which every later permit reads, and a stamp here, which every earlier permit
reads again just before its first byte. A sender takes its stamp *before* the permit's transaction begins. So either
the transaction saw the stop, or the stamp has changed by the time the byte would leave.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from app.errors import StartRefused

EVERYTHING = "*"
Scope = tuple[str, str]
"""("event" | "update" | "channel", id), or (EVERYTHING, "")"""


@dataclass(slots=True)
class Start:
    """
    One permitted send of this process, from its permit to its outcome.

    Attributes:
        must_start_by: By the monotonic clock.
        started: The first byte was let go.
    """

    delivery_id: str
    ref: str
    scopes: tuple[Scope, ...]
    stamp: tuple[int, ...]
    must_start_by: float
    started: bool = False
    refused_as: str | None = None
    recipients: int = 1


@dataclass(slots=True)
class Fence:
    """Stamps of every scope, and the permits that are out."""

    monotonic: Callable[[], float]
    _stamps: dict[Scope, int] = field(default_factory=dict)
    _starts: dict[int, Start] = field(default_factory=dict)

    def stamp(self, scopes: Iterable[Scope]) -> tuple[int, ...]:
        """What a sender remembers before its permit's transaction begins."""
        return tuple(self._stamps.get(scope, 0) for scope in scopes)

    def copy_stamps(self) -> Mapping[Scope, int]:
        """Every stamp there is now; a scope that is missing has 0."""
        return dict(self._stamps)

    def permit(
        self,
        delivery_id: str,
        ref: str,
        scopes: tuple[Scope, ...],
        stamp: tuple[int, ...],
        must_start_by: float,
    ) -> Start:
        """A Start that is entered at once."""
        start = Start(delivery_id, ref, scopes, stamp, must_start_by)
        self.enter(start)
        return start

    def enter(self, start: Start) -> None:
        """
        Its permit is committed, so a stop has to answer for it until its outcome is known.

        Not before: a permit whose transaction failed has no outcome, and would be counted for ever.
        """
        self._starts[id(start)] = start

    def check(self, start: Start) -> None:
        """
        The last thing before the first byte.

        Raises:
            StartRefused: a stop was pressed, or the permit is too old.
        """
        if self.stamp(start.scopes) != start.stamp:
            start.refused_as = "stopped"
            raise StartRefused("stopped before the first byte")
        if self.monotonic() >= start.must_start_by:
            start.refused_as = "late"
            raise StartRefused("the permit ran out before the first byte")
        start.started = True

    def finish(self, start: Start) -> None:
        """Its outcome is known, or it never started."""
        self._starts.pop(id(start), None)

    def kill(self, scope: Scope) -> list[Start]:
        """
        Let nothing of a scope start any more on a permit given so far.

        Returns:
            What had started already and has no outcome yet.
        """
        self._stamps[scope] = self._stamps.get(scope, 0) + 1
        return [s for s in self._starts.values() if s.started and scope in s.scopes]

    def outstanding(self) -> list[Start]:
        return list(self._starts.values())


def scopes_of(event_id: str, update_id: str, *channel_ids: str) -> tuple[Scope, ...]:
    """Every scope whose stop concerns this delivery; its channel, and another one that carries it."""
    channels = tuple(("channel", channel_id) for channel_id in dict.fromkeys(channel_ids))
    return ((EVERYTHING, ""), ("event", event_id), ("update", update_id), *channels)
