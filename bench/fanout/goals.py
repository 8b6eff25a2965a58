"""
Every goal with its figure, from one interleaved run: what to run for that, and how each is judged.

    python -m bench.fanout goals               some 13 minutes on a quiet machine
    python -m bench.fanout goals --viewers 300 a try of everything at a small size, whose figures mean nothing
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median
from typing import Any

Row = dict[str, Any]

PLAN: list[tuple[str, list[str] | None, int]] = [
    # experiment, servers (None: all of it), rounds
    ("table", ["c", "ours", "nchan", "uwebsockets", "nats", "node-ws", "fastapi"], 3),
    ("health", None, 2),
    ("storm", ["ours", "uwebsockets", "nchan", "node-ws"], 2),
    ("slow", ["ours", "uwebsockets", "nchan", "node-ws"], 2),
    ("rate", ["c", "ours", "ours-deflate", "uwebsockets"], 2),
    ("scale", None, 2),
    ("rate", ["nchan", "nats", "node-ws", "fastapi"], 1),
]


@dataclass(frozen=True, slots=True)
class Goal:
    """`figure` of the runs is at most `most`, or at least `least`; None where nothing was measured."""

    words: str
    figure: Callable[[list[Row]], float | None]
    most: float | None = None
    least: float | None = None

    def is_met(self, value: float) -> bool:
        return (self.most is None or value <= self.most) and (self.least is None or value >= self.least)


def judge(rows: list[Row]) -> str:
    """The goals as a table: aim, figure, n, met or missed."""
    good = [row for row in rows if "failed" not in row]
    lines = ["", "### Goals", "", "| goal | aim | here | |", "|---|---|---|---|"]
    for goal in GOALS:
        value = goal.figure(good)
        aim = f"≤ {goal.most:g}" if goal.most is not None else f"≥ {goal.least:g}"
        verdict = "not measured" if value is None else "met" if goal.is_met(value) else "missed"
        lines.append(f"| {goal.words} | {aim} | {'–' if value is None else f'{value:.3g}'} | {verdict} |")
    lines += ["", f"Runs: {len(good)} good, {len(rows) - len(good)} failed; load {loads(rows)}."]
    return "\n".join(lines)


def loads(rows: Iterable[Row]) -> str:
    found = [row["load"] for row in rows if "load" in row]
    return f"{min(found)} to {max(found)}" if found else "unknown"


def step(row: Row, path: str) -> float | None:
    value: Any = row
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def of(rows: list[Row], experiment: str, server: str, viewers: int | None = None) -> list[Row]:
    return [
        row
        for row in rows
        if row["experiment"] == experiment
        and row["server"] == server
        and (viewers is None or row["viewers"] == viewers)
    ]


def middle(values: Iterable[float | None]) -> float | None:
    found = [value for value in values if value is not None]
    return median(found) if found else None


def ours(experiment: str, path: str, server: str = "ours") -> Callable[[list[Row]], float | None]:
    """The median of a figure."""
    return lambda rows: middle(step(row, path) for row in of(rows, experiment, server))


def ratio(
    experiment: str, path: str, other: str, server: str = "ours"
) -> Callable[[list[Row]], float | None]:
    """The median over rounds of ours by theirs in the same round."""

    def found(rows: list[Row]) -> float | None:
        theirs = {row["round"]: step(row, path) for row in of(rows, experiment, other)}
        return middle(
            mine / against
            for row in of(rows, experiment, server)
            if (mine := step(row, path)) is not None and (against := theirs.get(row["round"]))
        )

    return found


def within(experiment: str, path: str, by: str) -> Callable[[list[Row]], float | None]:
    """One figure by another of the same run."""
    return lambda rows: middle(
        (step(row, path) or 0.0) / below for row in of(rows, experiment, "ours") if (below := step(row, by))
    )


def per_frozen(rows: list[Row]) -> float | None:
    """
    kB a frozen viewer, above what the same updates cost with viewers who all read.

    Only a bound: the run's own rings and logs are in it. Test L-06 measures it without them.
    """
    return middle((row["rss2_kb"] - row["rss1_kb"]) / row["slow"] for row in of(rows, "slow", "ours"))


def wrong(rows: list[Row]) -> float | None:
    mine = [row for row in rows if row["server"].startswith("ours")]
    return float(sum(row["lost"] + row["dups"] + row["badmark"] for row in mine)) if mine else None


def spread(rows: list[Row]) -> float | None:
    """The dearest delivery by the cheapest, over the sizes."""
    sizes = {row["viewers"] for row in of(rows, "scale", "ours")}
    costs = [middle(step(row, "sat_cpu_us") for row in of(rows, "scale", "ours", size)) for size in sizes]
    found = [cost for cost in costs if cost]
    return max(found) / min(found) if len(found) > 1 else None


CPU = "sat_cpu_us"
GOALS = [
    Goal("CPU a delivery by the C loop, 5,000 viewers", ratio("table", CPU, "c"), most=1.25),
    Goal("… stretch", ratio("table", CPU, "c"), most=1.0),
    Goal("… by nchan", ratio("table", CPU, "nchan"), most=0.95),
    Goal("… by uWebSockets", ratio("table", CPU, "uwebsockets"), most=1.15),
    Goal("… by Node ws", ratio("table", CPU, "node-ws"), most=0.75),
    Goal("… by NATS", ratio("table", CPU, "nats"), most=0.6),
    Goal("… by plain FastAPI", ratio("table", CPU, "fastapi"), most=0.6),
    Goal("10,000 updates a minute: missing", ours("rate", "rate.missing"), most=0),
    Goal("… p50 ms", ours("rate", "rate.p50_ms"), most=100),
    Goal("… CPU an update by the C loop", ratio("rate", "rate_cpu_us", "c"), most=0.25),
    Goal("… bytes deflated by plain", ratio("rate", "rate_bytes_per_update", "ours", "ours-deflate"), most=0.35),
    Goal("… CPU deflated by plain", ratio("rate", "rate_cpu_us", "ours", "ours-deflate"), most=1.1),
    Goal("kB a viewer", ours("table", "rss_per_conn_kb"), most=4),
    Goal("handshakes a second by plain uvicorn", ratio("table", "conn_per_s", "fastapi"), least=4),
    Goal("… their CPU, plain uvicorn by ours", ratio("table", "hs_cpu_us", "ours", "fastapi"), least=4),
    Goal("half of 8,000 reconnect: all back s", ours("storm", "storm_restore_s"), most=1.5),
    Goal("… the others' worst by their median", within("storm", "storm.last_max_ms", "storm.last_p50_ms"), most=2.5),
    Goal("20 % frozen: the others' p99 by uWebSockets", ratio("slow", "rate.last_p99_ms", "uwebsockets"), most=1.5),
    Goal("… kB a frozen viewer, at most", per_frozen, most=64),
    Goal("/health p99 ms at saturation, 10,000 viewers", ours("health", "probe.p99_ms"), most=10),
    Goal("lost, doubled, reordered", wrong, most=0),
    Goal("a delivery from 1,000 to 18,000 viewers, dearest by cheapest", spread, most=1.3),
]  # fmt: skip
