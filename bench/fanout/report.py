"""The runs as tables: medians, and ratios to the bare C loop within the same round."""

from collections import defaultdict
from collections.abc import Iterable
from statistics import median
from typing import Any

Row = dict[str, Any]


def report(rows: list[Row]) -> str:
    groups: dict[tuple[str, int], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        groups[row["experiment"], row["viewers"]][row["server"]].append(row)
    parts = []
    for (experiment, viewers), servers in groups.items():
        made = TABLES[experiment]
        parts.append(f"\n### {experiment}, {viewers:,} viewers\n")
        parts.append("| server | " + " | ".join(column for column, _ in made) + " | n |")
        parts.append("|---" * (len(made) + 2) + "|")
        reference = {row["round"]: row for row in servers.get("c", []) if "failed" not in row}
        for server, runs in servers.items():
            good = [row for row in runs if "failed" not in row]
            cells = [cell(pick, good, reference) for _, pick in made]
            failed = "" if len(good) == len(runs) else f" ({len(runs) - len(good)} failed)"
            parts.append(f"| {server} | " + " | ".join(cells) + f" | {len(good)}{failed} |")
    return "\n".join(parts)


def cell(pick: Any, rows: Iterable[Row], reference: dict[int, Row]) -> str:
    found = [value for row in rows if (value := pick(row, reference.get(row["round"]))) is not None]
    return f"{median(found):,.4g}" if found else "–"


def at(*path: str) -> Any:
    def pick(row: Row, _reference: Row | None) -> float | None:
        value: Any = row
        for step in path:
            value = (value or {}).get(step)
        return value or None

    return pick


def against_c(*path: str) -> Any:
    pick = at(*path)

    def ratio(row: Row, reference: Row | None) -> float | None:
        mine, theirs = pick(row, None), pick(reference, None) if reference else None
        return mine / theirs if mine and theirs else None

    return ratio


def grown_per_slow(row: Row, _reference: Row | None) -> float | None:
    return (row["rss2_kb"] - row["rss1_kb"]) / row["slow"] if row.get("slow") else None


def cpu_per_return(row: Row, _reference: Row | None) -> float | None:
    return row["storm_cpu_s"] * 1e6 / row["storm_k"] if row.get("storm_k") else None


def missing(row: Row, _reference: Row | None) -> float:
    return float(row["rate"]["missing"])


def lost(row: Row, _reference: Row | None) -> float:
    return float(row["lost"] + row["dups"] + row["badmark"])


TABLES: dict[str, list[tuple[str, Any]]] = {
    "table": [
        ("CPU µs/delivery", at("sat_cpu_us")),
        ("× C", against_c("sat_cpu_us")),
        ("last viewer p50 ms", at("lat", "last_p50_ms")),
        ("handshakes/s", at("conn_per_s")),
        ("CPU µs/handshake", at("hs_cpu_us")),
        ("kB/viewer", at("rss_per_conn_kb")),
        ("lost, doubled, reordered", lost),
    ],
    "rate": [
        ("delivered/s", at("rate_dps")),
        ("CPU µs/update", at("rate_cpu_us")),
        ("× C", against_c("rate_cpu_us")),
        ("p50 ms", at("rate", "p50_ms")),
        ("missing", missing),
        ("bytes/update", at("rate_bytes_per_update")),
    ],
    "storm": [
        ("all back s", at("storm_restore_s")),
        ("CPU µs/handshake", cpu_per_return),
        ("last stable p50 ms", at("storm", "last_p50_ms")),
        ("worst ms", at("storm", "last_max_ms")),
    ],
    "slow": [
        ("others' p50 ms", at("rate", "p50_ms")),
        ("others' p99 of last ms", at("rate", "last_p99_ms")),
        ("kB a frozen viewer", grown_per_slow),
        ("missing", missing),
    ],
    "health": [
        ("/health p50 ms", at("probe", "p50_ms")),
        ("/health p99 ms", at("probe", "p99_ms")),
        ("CPU µs/delivery", at("sat_cpu_us")),
    ],
}
TABLES["scale"] = TABLES["table"]
