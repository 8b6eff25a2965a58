"""How long a platform takes: a profile, a range of seconds per action, and seeded dice."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Final, Literal

Profile = Literal["faithful", "fast"]
PROFILES: Final[tuple[Profile, ...]] = ("faithful", "fast")

FAST_S: Final = (0.0, 0.005)


@dataclass(frozen=True, slots=True)
class LatencyTable:
    """
    Seconds from request to answer, as a platform shows them.

    Args:
        default: Lowest and highest for actions without an own row.
        actions: Own rows, by action.
    """

    default: tuple[float, float]
    actions: Mapping[str, tuple[float, float]]


class Latency:
    """The profile in force for all platforms of a run."""

    def __init__(self, profile: Profile, rng: Random) -> None:
        self.profile: Profile = profile
        self._initial = profile
        self._rng = rng
        self._tables: dict[str, LatencyTable] = {}

    def declare(self, platform: str, table: LatencyTable) -> None:
        self._tables[platform] = table

    def draw_s(self, platform: str, action: str) -> float:
        low, high = FAST_S
        if self.profile == "faithful":
            table = self._tables[platform]
            low, high = table.actions.get(action, table.default)
        return self._rng.uniform(low, high)

    def reset(self) -> None:
        self.profile = self._initial
