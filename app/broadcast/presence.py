"""How many watch, over all processes: cheap, and roughly right. Each process says its counts; old words expire."""

from __future__ import annotations

from collections.abc import Mapping

EXPIRES_S = 35.0


class PresenceBoard:
    """Counts by process and topic. Pure but for the time it is given."""

    def __init__(self) -> None:
        self._by_node: dict[str, tuple[float, Mapping[str, int]]] = {}

    def note(self, node: str, counts: Mapping[str, int], now_s: float) -> None:
        self._by_node[node] = (now_s, counts)

    def total(self, topic_id: str, now_s: float) -> int:
        for node, (at_s, _) in list(self._by_node.items()):
            if now_s - at_s > EXPIRES_S:
                del self._by_node[node]
        return sum(counts.get(topic_id, 0) for _, counts in self._by_node.values())


def about(count: int) -> int:
    """Two digits that mean something: 12,345 is told as 12,000, so the number does not flicker."""
    if count < 100:
        return count
    step: int = 10 ** (len(str(count)) - 2)
    return count // step * step
