"""
Train the guard's learned opinion from the labelled texts, and the words that it has heard: `python -m tools.train_guard [--without=SET,…] [--out=FILE]`.

Logistic regression over the hashed signs of `app/editorial/guard/learned/signs.py`, by AdaGrad with averaged weights; pure Python, no
randomness but a seeded shuffle, so that the same texts give the same file. Texts of one frame and language count as two at most. Two rows of
weights: "must be blocked", and "must be asked about or blocked". With `--without` the named sets are left out and judged instead:
how the opinion does on authors that it never read.
"""

import random
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from app.editorial.guard.allowed import hide
from app.editorial.guard.dictionary import names
from app.editorial.guard.fold import fold
from app.editorial.guard.heard import HEARD
from app.editorial.guard.heard import packed as packed_words
from app.editorial.guard.learned.opinion import WEIGHTS, Opinion, packed
from app.editorial.guard.learned.signs import SIZE, features, hashed, tokens
from app.editorial.guard.lines import read_request
from bench.guard_decisions import read

FIXTURES = Path(__file__).resolve().parents[1] / "tests" / "fixtures" / "guard"
SETS = (
    "seen",
    "held",
    "fresh",
    "tune",
    "final",
    "hand",
    "worked",
    "kinds",
    "library",
    "dev",
    "second",
    "third",
    "third_b",
    "fourth",
    "fourth_b",
    "fifth",
    "seventh",
    "eighth",
)
AUTHORS = {
    "dev": 1,
    "second": 2,
    "third": 3,
    "third_b": 3,
    "fourth": 4,
    "fourth_b": 4,
    "fifth": 5,
    "seventh": 7,
    "eighth": 8,
}
"""Who wrote a set; what is not here was written beside the rules."""
PER_FRAME = 2
EPOCHS = 12
RATE = 0.1
SHRINK = 1e-4

Example = tuple[list[int], str]


def examples(name: str) -> list[Example]:
    """The signs and the label of each text of a set."""
    path = FIXTURES / f"{name}.jsonl" if (FIXTURES / f"{name}.jsonl").exists() else Path(name)
    seen: Counter[tuple[str, str]] = Counter()
    found = []
    for index, row in enumerate(read(path)):
        frame = (str(row.get("family", index)), str(row.get("lang", "")))
        seen[frame] += 1
        if seen[frame] <= PER_FRAME:
            found.append((signs(row), str(row["decision"])))
    return found


def signs(row: dict[str, Any]) -> list[int]:
    request = read_request(row)
    view = hide(fold(request.text), tuple(request.staff_allow), request.allow)
    return hashed(features(tokens(view.plain, view.low, names()), request.kind))


def heard(without: list[str]) -> set[str]:
    """The words of harmless texts, and those that more than one author uses; no names."""
    known = names()
    harmless: set[str] = set()
    by: dict[str, set[int]] = {}
    for name in SETS:
        for row in read(FIXTURES / f"{name}.jsonl") if name not in without else ():
            for match in _SMALL.finditer(fold(row["text"]).plain):
                by.setdefault(match.group(), set()).add(AUTHORS.get(name, 0))
                if row["decision"] == "pass":
                    harmless.add(match.group())
    return {
        word
        for word in by
        if len(word) > 3
        and (word in harmless or len(by[word]) > 1)
        and (word in known.plain_words or not (word in known.first or word in known.last))
    }


_SMALL = re.compile(r"(?<![A-Za-z])[a-z]+(?![A-Za-z])")


def train(rows: list[Example], least: tuple[str, ...]) -> list[float]:
    """Weights by which the sum over a text's signs tells whether its label is one of `least`."""
    weights, sums, squares = [0.0] * SIZE, [0.0] * SIZE, [1e-3] * SIZE
    dice = random.Random(5)
    order = list(range(len(rows)))
    for epoch in range(EPOCHS):
        dice.shuffle(order)
        for at in order:
            found, label = rows[at]
            scale = Opinion.scale(len(found))
            value = sum([weights[i] for i in found]) * scale
            right = 1.0 if label in least else 0.0
            wrong = right - Opinion.share(value)
            if abs(wrong) < 0.01:
                continue
            step = wrong * scale
            for i in found:
                slope = step - SHRINK * weights[i]
                squares[i] += slope * slope
                weights[i] += RATE * slope / squares[i] ** 0.5
        if epoch >= EPOCHS // 2:
            for i, weight in enumerate(weights):
                if weight:
                    sums[i] += weight
    return [total / (EPOCHS - EPOCHS // 2) for total in sums]


def main() -> None:
    without = next((word[10:].split(",") for word in sys.argv[1:] if word.startswith("--without=")), [])
    out = next((Path(word[6:]) for word in sys.argv[1:] if word.startswith("--out=")), None)
    words = heard(without)
    if not without:
        HEARD.write_bytes(packed_words(words))
    rows = [row for name in SETS if name not in without for row in examples(name)]
    block = train(rows, ("block",))
    ask = train(rows, ("block", "ask"))
    data = packed(block, ask)
    if out or not without:
        (out or WEIGHTS).write_bytes(data)
    print(f"{len(rows)} texts, {len(data)} bytes; {len(words)} words")


if __name__ == "__main__":
    main()
