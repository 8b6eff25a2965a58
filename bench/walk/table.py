"""
The table of a walk as a document: a row for each state, with the looks and widths it was walked in, what axe found and
the day. A walk of a part replaces its own rows and leaves the others as they were walked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.walk.reference import ELSEWHERE, REFERENCE

HEAD = """# Screens and states

Written by `python3 run.py bench shots DIR --table docs/screens.md`, never by hand: each state is brought about in a real
browser against a real rehearsal, photographed in each look and width, and scanned by axe (WCAG 2.2 A and AA). A walk of
a part of the states (`--only`) replaces its own rows.
"""
ROW = re.compile(r"\| `([a-z-]+)` \| (.*?) \| (.*?) \| (\d+) \| (.*?) \| (\d{4}-\d\d-\d\d) \|")


@dataclass(frozen=True)
class Row:
    """
    Attributes:
        pictures: How many were taken, one for each look and width.
        axe: The rules that are broken, with where; empty where none is.
        day: On which it was walked.
    """

    name: str
    looks: str
    widths: str
    pictures: int
    axe: str
    day: str

    @property
    def is_clean(self) -> bool:
        return not self.axe


def row_of(name: str, found: Mapping[tuple[str, int], set[str]], day: str) -> Row:
    looks = " ".join(dict.fromkeys(look for look, _ in found))
    widths = " ".join(dict.fromkeys(str(width) for _, width in found))
    broken = sorted(f"{rule} ({look} {width})" for (look, width), rules in found.items() for rule in rules)
    return Row(name, looks, widths, len(found), ", ".join(broken), day)


def read(text: str) -> dict[str, Row]:
    """The rows of a document that was written before."""
    rows = (ROW.fullmatch(line) for line in text.splitlines())
    return {
        one[1]: Row(one[1], one[2], one[3], int(one[4]), "" if one[5] == "0" else one[5], one[6])
        for one in rows
        if one
    }


def document(rows: Mapping[str, Row], order: Sequence[str]) -> str:
    """Every walked state in the order of the walk, then the reference's states with the walked ones that show them."""
    walked = [rows[name] for name in order if name in rows]
    broken = sum(not one.is_clean for one in walked)
    missing = [name for name in order if name not in rows]
    unwalked = (
        [f"Not walked yet: {shown(missing)}. Next: the same command with `--missing`.", ""] if missing else []
    )
    lines = [
        HEAD,
        f"{len(walked)} of {len(order)} states, {sum(one.pictures for one in walked)} pictures and scans; "
        f"{broken} states break a rule.",
        "",
        "| state | looks | widths, px | pictures | axe | walked |",
        "|---|---|---|---|---|---|",
        *(
            f"| `{one.name}` | {one.looks} | {one.widths} | {one.pictures} | {one.axe or 0} | {one.day} |"
            for one in walked
        ),
        "",
        *unwalked,
        "## The states of the design reference",
        "",
        "| part | state | shown by |",
        "|---|---|---|",
        *(f"| {part} | {state} | {shown(names)} |" for part, state, names in REFERENCE),
        "",
        "Not in the walk, each for its reason:",
        "",
        *(f"- {state}: {reason}" for state, reason in ELSEWHERE),
        "",
    ]
    return "\n".join(lines)


def shown(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def merge(path: Path, fresh: Iterable[Row], order: Sequence[str]) -> None:
    before = read(path.read_text("utf-8")) if path.exists() else {}
    path.write_text(document({**before, **{one.name: one for one in fresh}}, order), "utf-8")
