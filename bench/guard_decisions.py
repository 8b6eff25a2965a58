"""
A labelled set by its decisions: what `python -m bench.guard score FILE` prints, for sets written by anybody.

A text counts as caught when the guard's decision is at least as strict as the label; where it pointed is counted apart. Texts
that share a frame (`family`) are not independent, so that each figure has two intervals: Wilson's over the texts, and Wilson's
over as many texts as the families are worth (the design effect of their clusters; the number of families where all agree).
"""

import hashlib
import json
import math
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.editorial.guard.engine import RuleGuard
from app.editorial.guard.lines import read_request

RANK = {"pass": 0, "ask": 1, "block": 2}
LANGS = ("en", "it", "fr", "es", "ca")


def wilson(hits: float, n: float) -> tuple[float, float]:
    """The 95 % interval of a share."""
    if not n:
        return 0.0, 1.0
    z = 1.959964
    p = hits / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass
class Share:
    """Hits and tries of one thing, by family."""

    families: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))

    def count(self, family: str, hit: bool) -> None:
        self.families[family][0] += hit
        self.families[family][1] += 1

    @property
    def hits(self) -> int:
        return sum(hits for hits, _ in self.families.values())

    @property
    def n(self) -> int:
        return sum(n for _, n in self.families.values())

    @property
    def share(self) -> float:
        return self.hits / self.n if self.n else 1.0

    def independent(self) -> float:
        """How many texts with a frame each would tell as much."""
        p, n, k = self.share, self.n, len(self.families)
        if k < 2 or p in (0.0, 1.0):
            return float(k)
        spread = sum((hits - p * tries) ** 2 for hits, tries in self.families.values()) * k / (k - 1)
        return min(n, p * (1 - p) * n * n / spread) if spread else float(n)

    def line(self, label: str, aim: str = "") -> str:
        low, high = wilson(self.hits, self.n)
        worth = self.independent()
        wide_low, wide_high = wilson(self.share * worth, worth)
        return (
            f"| {label} | {self.share:.1%} | {low:.1%} to {high:.1%} | {wide_low:.1%} to {wide_high:.1%}"
            f" | {self.n} | {len(self.families)} | {aim} |"
        )


@dataclass
class Decisions:
    """Shares by what is measured, and what went wrong."""

    shares: defaultdict[str, Share] = field(default_factory=lambda: defaultdict(Share))
    misses: list[str] = field(default_factory=list)
    ms: list[float] = field(default_factory=list)


def labelled(row: dict[str, Any]) -> dict[str, Any]:
    """A row of any format (`decision`/`verdict`/`evasion`, or `expect` with `must`/`tags` or `group`/`class`) as one of ours."""
    if "expect" not in row:
        return row
    if "group" in row:  # a set without spans: one class for the whole text, the frame in the id
        group, cls = str(row["group"]), str(row["class"])
        tags = {"split": ["split"], "evasion": ["evasion:any"], "trap": ["trap"]}.get(group, [])
        whole = {"start": 0, "end": len(row["text"]), "class": cls, "must": row["expect"]}
        kept = {k: v for k, v in row.items() if k not in ("group", "class", "note")}
        spans = [whole] if cls and row["expect"] != "pass" else []
        row = {**kept, "family": str(row["id"]).rsplit("-", 1)[0], "tags": tags, "spans": spans}
    tags = [str(tag) for tag in row.get("tags", ())]
    evasion = "split" if "split" in tags else next((t[8:] for t in tags if t.startswith("evasion:")), "")
    kept = {k: v for k, v in row.items() if k not in ("expect", "spans", "tags")}
    spans = [{**{k: v for k, v in s.items() if k != "must"}, "verdict": s["must"]} for s in row["spans"]]
    more = [tag for tag in tags if tag not in ("split", "trap") and not tag.startswith("evasion:")]
    return {
        **kept,
        "decision": row["expect"],
        "spans": spans,
        "trap": "trap" in tags or row["expect"] == "pass",
        "evasion": evasion,
        **({"tags": more} if more else {}),
    }


def half_of(family: str) -> str:
    """ "A" or "B": rules are tuned on one half of a set's families, and the other tells whether that carries over."""
    return "AB"[hashlib.sha256(family.encode()).digest()[0] & 1]


def read(path: Path, half: str = "") -> list[dict[str, Any]]:
    rows = [
        labelled(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()
    ]
    return [row for row in rows if not half or half_of(row["family"]) == half]


def decisions(rows: Iterable[dict[str, Any]]) -> Decisions:
    guard = RuleGuard()
    guard.preload()
    found = Decisions()
    for row in rows:
        request = read_request(row)
        began = time.perf_counter()
        decision = guard.check(request)
        found.ms.append((time.perf_counter() - began) * 1000)
        got, want, family = str(decision.verdict), row["decision"], str(row["family"])
        lang = row.get("lang") or "no language"
        hit = RANK[got] >= RANK[want]

        def count(name: str, hit: bool, family: str = family) -> None:
            found.shares[name].count(family, hit)

        if want == "pass":
            count("harmless not blocked", got != "block")
            count("harmless not asked", got != "ask")
            count(f"harmless {lang}", got == "pass")
            right = got == "pass"
        else:
            right = hit
            evasion = row.get("evasion")
            if evasion:
                count("split" if evasion == "split" else "evasions", hit)
                count(f"tag {evasion}", hit)
            elif want == "block":
                count("direct", hit)
            else:
                count("asks", hit)
            count(f"caught {lang}", hit)
            for cls, least in sorted({(s["class"], s["verdict"]) for s in row["spans"]}):
                count(f"class {cls}", RANK[got] >= RANK[least])
            for span in row["spans"]:
                touched = any(s.start < span["end"] and span["start"] < s.end for s in decision.spans)
                count("spans pointed at", touched)
            for tag in row.get("tags", ()):
                count(f"tag {tag}", hit)
        count("exactly as labelled", got == want)
        if not right:
            seen = [(row["text"][s.start : s.end], s.cls, str(s.verdict)) for s in decision.spans]
            found.misses.append(
                f"{want} -> {got} [{lang} {row['kind']}] {row['id']}: {row.get('previous', '')} {row['text']!r} {seen}"
            )
    return found


def table(found: Decisions, classes: dict[str, str], *, with_tags: bool = True) -> str:
    head = "| {} | figure | 95 % over texts | 95 % over families | n | families | aim |\n|---|---|---|---|---|---|---|"
    shares = found.shares
    lines = [
        head.format("what"),
        shares["direct"].line("direct identifiers blocked", "≥ 99.5 %"),
        shares["asks"].line("to be asked about, asked or blocked"),
        shares["evasions"].line("evasions caught", "≥ 97 %"),
        shares["split"].line("split over updates, caught", "≥ 95 %"),
        shares["harmless not blocked"].line("harmless not blocked", "≥ 99 %"),
        shares["harmless not asked"].line("harmless not asked about", "≥ 95 %"),
        shares["spans pointed at"].line("spans pointed at"),
        shares["exactly as labelled"].line("decision exactly as labelled"),
        "",
        head.format("class"),
        *(shares[f"class {c}"].line(f"{c} {words}", "≥ 98 %") for c, words in classes.items() if f"class {c}" in shares),
        "",
        head.format("language"),
    ]  # fmt: skip
    for lang in (*LANGS, "no language"):
        if f"caught {lang}" in shares or lang in LANGS:
            lines.append(shares[f"caught {lang}"].line(f"{lang}: caught", "within 2 points of en"))
            lines.append(shares[f"harmless {lang}"].line(f"{lang}: harmless passed", "within 2 points of en"))
    if not with_tags:
        return "\n".join(lines)
    tags = sorted(name for name in shares if name.startswith("tag "))
    return "\n".join([*lines, "", head.format("tag"), *(shares[name].line(name[4:]) for name in tags)])
