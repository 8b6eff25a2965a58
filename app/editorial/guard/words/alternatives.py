"""Long lists of alternatives as regular expressions that are searched quickly."""

from __future__ import annotations

import re
from collections import defaultdict


def by_start(pattern: str) -> str:
    """The same alternatives, grouped by their first two letters: a search tries a few of them instead of all."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    depth, one = 0, ""
    for char in pattern + "|":
        if char == "|" and not depth:
            head = one[:2] if re.match(r"[a-z]{2}(?![?*+{])", one) else ""
            groups[head].append(one[len(head) :])
            one = ""
            continue
        depth += (char in "([") - (char in ")]")
        one += char
    return (
        "(?:" + "|".join(f"{head}(?:{'|'.join(dict.fromkeys(rest))})" for head, rest in groups.items()) + ")"
    )
