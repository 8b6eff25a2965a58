"""
How well and how fast the guard decides: `python -m bench.guard [unread|seen|held|FILE …] [--write]`, and for a set written by
anybody, by decisions and families, `python -m bench.guard score FILE [--half=A|B] [--misses]` (`guard_decisions.py`).

Prints the figures of the labelled sets in `tests/fixtures/guard/` with n and 95 % Wilson bounds; `--write` puts those of the
unread part (`UNREAD`) and of the once held-out set into `docs/guard.md`. A span counts as caught when the decision is at least as strict as it asks and a reported
span touches it; the class is counted apart. `--misses` lists what went wrong, of sets that may be looked at.
"""

import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.editorial.guard import GuardDecision
from app.editorial.guard.engine import RuleGuard
from app.editorial.guard.lines import read_request
from bench import guard_decisions
from bench.guard_decisions import wilson

ROOT = Path(__file__).resolve().parents[1]
FIXTURES = ROOT / "tests" / "fixtures" / "guard"
UNREAD = FIXTURES / "unread"
"""Sets by strangers that neither rules, weights, thresholds nor people who work on the guard have read: only totals are taken of them."""
NOTE = ROOT / "docs" / "guard.md"
RANK = {"pass": 0, "ask": 1, "block": 2}
DIRECT = frozenset("ADEFGHIJK")
CLASSES = {
    "A": "names, handles, employers", "B": "places", "C": "dates, ages", "D": "phones", "E": "fax", "F": "e-mail",
    "G": "national ids", "H": "records", "I": "health plans", "J": "accounts", "K": "licences", "L": "vehicles",
    "M": "devices", "N": "links", "O": "IP addresses", "P": "biometrics", "Q": "photos", "R": "other codes and traits",
}  # fmt: skip


@dataclass
class Scores:
    """Counts of hits and tries by what is measured."""

    hits: Counter[str] = field(default_factory=Counter)
    tries: Counter[str] = field(default_factory=Counter)
    ms: list[float] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)
    families: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))

    def count(self, name: str, hit: bool) -> None:
        self.hits[name] += hit
        self.tries[name] += 1

    def share(self, name: str) -> float:
        return self.hits[name] / self.tries[name] if self.tries[name] else 1.0

    def line(self, label: str, name: str, aim: str = "") -> str:
        low, high = wilson(self.hits[name], self.tries[name])
        return f"| {label} | {self.share(name):.2%} | {low:.2%} to {high:.2%} | {self.tries[name]} | {aim} |"


def caught(row: dict[str, Any], span: dict[str, Any], decision: GuardDecision) -> bool:
    return RANK[str(decision.verdict)] >= RANK[span["verdict"]] and any(
        s.start < span["end"] and span["start"] < s.end and RANK[str(s.verdict)] >= RANK[span["verdict"]]
        for s in decision.spans
    )


def score(rows: Iterable[dict[str, Any]]) -> Scores:
    guard = RuleGuard()
    guard.preload()
    scores = Scores()
    for row in rows:
        request = read_request(row)
        began = time.perf_counter()
        decision = guard.check(request)
        scores.ms.append((time.perf_counter() - began) * 1000)
        got = str(decision.verdict)
        right = got == row["decision"]
        for span in row["spans"]:
            hit = caught(row, span, decision)
            right = right and hit
            direct = span["class"] in DIRECT and span["verdict"] == "block"
            if row.get("evasion") == "split":
                scores.count("split", hit)
            elif row.get("evasion"):
                scores.count("evasions", hit)
                scores.count(f"evasion {row['evasion']}", hit)
            else:
                scores.count(f"class {span['class']}", hit)
                scores.count(f"{span['verdict']} spans", hit)
                if direct:
                    scores.count("direct", hit)
            scores.count("all spans", hit)
            scores.count(f"recall {row['lang']}", hit)
            if hit:
                scores.count("class named", any(s.cls == span["class"] and s.start < span["end"] and span["start"] < s.end for s in decision.spans))  # fmt: skip
        if not row["spans"]:
            scores.count("not blocked", got != "block")
            scores.count("not asked", got != "ask")
            scores.count(f"harmless {row['lang']}", got == "pass")
        if got == "block":
            scores.count("block precision", row["decision"] == "block")
        scores.count("decision", got == row["decision"])
        scores.families[row["family"]][0] += right
        scores.families[row["family"]][1] += 1
        if not right:
            found = [(row["text"][s.start : s.end], s.cls, str(s.verdict)) for s in decision.spans]
            scores.misses.append(f"{row['decision']} -> {got} {row['id']}: {row['text']} {found}")
    return scores


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def table(scores: Scores) -> str:
    head = "| what | figure | 95 % bounds | n | aim |\n|---|---|---|---|---|"
    lines = [
        head,
        scores.line("direct identifiers caught (A, D to K to be blocked)", "direct", "≥ 99.5 %"),
        scores.line("spans to be blocked, caught", "block spans"),
        scores.line("spans to be asked about, caught", "ask spans"),
        scores.line("evasions caught", "evasions", "≥ 97 %"),
        scores.line("split over updates, caught", "split", "≥ 95 %"),
        scores.line("harmless texts not blocked", "not blocked", "≥ 99 %"),
        scores.line("harmless texts not asked about", "not asked", "≥ 95 %"),
        scores.line("blocks that were right", "block precision", "≥ 97 %"),
        scores.line("decision exactly as labelled", "decision"),
        scores.line("class named as labelled, of those caught", "class named"),
        "",
        head.replace("what", "class"),
    ]
    lines += [scores.line(f"{c} {words}", f"class {c}", "≥ 98 %") for c, words in CLASSES.items()]
    lines += ["", head.replace("what", "language")]
    for lang in ("en", "it", "fr", "es", "ca"):
        lines.append(scores.line(f"{lang}: spans caught", f"recall {lang}", "within 2 points of en"))
        lines.append(scores.line(f"{lang}: harmless passed", f"harmless {lang}", "within 2 points of en"))
    lines += ["", head.replace("what", "evasion")]
    lines += [scores.line(name, name) for name in sorted(scores.tries) if name.startswith("evasion ")]
    return "\n".join(lines)


def unread_rows() -> list[dict[str, Any]]:
    return [row for path in sorted(UNREAD.glob("*.jsonl")) for row in guard_decisions.read(path)]


def written(mark: str, text: str) -> None:
    """Put into the note what stands between its marks."""
    before, _, rest = NOTE.read_text(encoding="utf-8").partition(f"<!-- {mark} -->")
    _, _, after = rest.partition(f"<!-- end of {mark} -->")
    NOTE.write_text(f"{before}<!-- {mark} -->\n{text}\n<!-- end of {mark} -->{after}", encoding="utf-8")


def score_unread() -> None:
    """Totals alone: a set whose misses are listed is no longer unread."""
    rows = unread_rows()
    text = guard_decisions.table(guard_decisions.decisions(rows), CLASSES, with_tags=False)
    print(f"## unread: {len(rows)} texts\n\n{text}")
    if "--write" in sys.argv:
        written("unread", text)


def score_file(path: Path, half: str, misses: bool) -> None:
    rows = guard_decisions.read(path, half)
    found = guard_decisions.decisions(rows)
    families = {row["family"] for row in rows}
    print(f"## {path.name}{' half ' + half if half else ''}: {len(rows)} texts, {len(families)} families\n")
    print(guard_decisions.table(found, CLASSES))
    print(f"\np50 {percentile(found.ms, 0.5):.2f} ms, p99 {percentile(found.ms, 0.99):.2f} ms")
    if misses:
        print("\n".join(found.misses))


def main() -> None:
    if sys.argv[1:2] == ["score"]:
        half = next((word[7:] for word in sys.argv[2:] if word.startswith("--half=")), "")
        for word in sys.argv[2:]:
            if not word.startswith("--"):
                score_file(Path(word), half, "--misses" in sys.argv)
        return
    if sys.argv[1:2] == ["unread"]:
        score_unread()
        return
    names = [word for word in sys.argv[1:] if not word.startswith("--")] or ["held"]
    for name in names:
        path = FIXTURES / f"{name}.jsonl" if (FIXTURES / f"{name}.jsonl").exists() else Path(name)
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        scores = score(rows)
        text = table(scores)
        print(f"## {name}: {len(rows)} texts, {len(scores.families)} families\n\n{text}\n")
        print(f"p50 {percentile(scores.ms, 0.5):.2f} ms, p99 {percentile(scores.ms, 0.99):.2f} ms")
        if "--families" in sys.argv:
            print({family: f"{a}/{b}" for family, (a, b) in scores.families.items() if a < b})
        if "--misses" in sys.argv:
            print("\n".join(scores.misses))
        if "--write" in sys.argv and name == "held":
            written("scores", text)


if __name__ == "__main__":
    main()
