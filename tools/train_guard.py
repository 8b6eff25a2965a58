"""
Train what the guard has learned from the labelled texts: `python -m tools.train_guard READ [--values=FILE]`, some ten minutes.

READ is what `tools.train_guard_network` wrote beside its network: what networks say of each text that never read its author.

Five files of `app/editorial/guard/learned/`: the words that were heard, two rows of weights over a text's signs ("must be blocked", "must be asked about or blocked"), one over
the signs of a word ("is a name"), one over those of a text and the texts before it ("tells somebody together"), and how these are weighed with the rules. For the last the authors are left out a quarter at a time, so that what is weighed is
what the others' opinions are of a stranger's text, beside what the rules said of it when they had not been tuned on it (`first_looks.json`; the letters p, a, b
in the order of each set's texts). `--values` writes these values, for choosing thresholds.
"""

import json
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

from app.editorial.guard.decision import checked
from app.editorial.guard.engine import RuleGuard
from app.editorial.guard.heard import HEARD
from app.editorial.guard.heard import packed as packed_words
from app.editorial.guard.learned.continuing import CONTINUING
from app.editorial.guard.learned.naming import NAMING, Named
from app.editorial.guard.learned.opinion import WEIGHTS, Opinion
from app.editorial.guard.learned.row import packed
from app.editorial.guard.learned.weighing import WEIGHING, Signals, unread
from tools.train_guard_rows import fitted, fitted_naming, fitted_weighing
from tools.train_guard_texts import (
    BESIDE,
    GROUPS,
    SETS,
    Text,
    Vocabulary,
    read_texts,
    strangers,
    words_that_may_be_names,
)


class Learned(NamedTuple):
    block: list[float]
    ask: list[float]
    name: list[float]
    over: list[float]


@cache
def material() -> tuple[list[Text], Vocabulary]:
    """Read once: where processes are forked, all of them have it."""
    texts = read_texts()
    return texts, Vocabulary(texts)


def learned(without: frozenset[str]) -> Learned:
    texts, vocabulary = material()
    ours = [text for text in texts if text.counts and text.source not in without]
    # A text that tells somebody only together with others says nothing by itself.
    chosen = [text for text in ours if not text.earlier or (text.decision == "pass" and not text.is_made)]
    asked = words_that_may_be_names(
        texts, vocabulary, [name for name in SETS if name not in without], without
    )
    with_names = [
        ([word.signs for word in words], texts[at].has_name)
        for at, words in asked.items()
        if words and not texts[at].earlier and (texts[at].has_name or texts[at].decision == "pass")
    ]
    return Learned(
        fitted([(text.signs, text.decision == "block") for text in chosen]),
        fitted([(text.signs, text.decision != "pass") for text in chosen]),
        fitted_naming(with_names),
        fitted([(text.over, text.decision != "pass") for text in ours if text.over]),
    )


Value = tuple[str, str, Signals]
"""The set and the label of a text that was new to everything, and what was said of it."""


def values(read: dict[str, tuple[float, float]], turn: int) -> list[Value]:
    """What is said of the texts of strangers by weights that never read them; `read`: by networks, by the text's place."""
    texts, vocabulary = material()
    unknown = strangers(turn)
    rows = learned(unknown | BESIDE)
    rules = RuleGuard(second_opinion=False)
    found: list[Value] = []
    for at, words in words_that_may_be_names(texts, vocabulary, sorted(unknown), unknown | BESIDE).items():
        text = texts[at]
        first = checked(rules, text.request).verdict if text.is_made else text.first
        if first is None:
            continue
        scale = Opinion.scale(len(text.signs))
        block, ask = (sum([row[i] for i in text.signs]) * scale for row in (rows.block, rows.ask))
        said = [sum([rows.name[i] for i in word.signs]) for word in words]
        over = None
        if text.over:
            over = sum([rows.over[i] for i in text.over]) * Opinion.scale(len(text.over))
        named = Named.of(said, words)
        signals = Signals(first, text.kind, block, ask, named, len(text.pieces), over, read[str(at)])
        found.append((text.source, text.decision, signals))
    return found


def main() -> None:
    out = next((Path(word[9:]) for word in sys.argv[1:] if word.startswith("--values=")), None)
    read = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    texts, vocabulary = material()
    with ProcessPoolExecutor() as pool:
        by_turn = pool.map(partial(values, read), range(GROUPS))
        words = vocabulary.heard()
        HEARD.write_bytes(packed_words(words))
        rows = learned(frozenset())
        found = [value for turn in by_turn for value in turn]
    WEIGHTS.write_bytes(packed(rows.block, rows.ask))
    NAMING.write_bytes(packed(rows.name))
    CONTINUING.write_bytes(packed(rows.over))
    weighed = {
        "block": fitted_weighing([(signals.parts(), label == "block") for _, label, signals in found]),
        "block unread": fitted_weighing(
            [(unread(signals.parts()), label == "block") for _, label, signals in found]
        ),
        "ask": fitted_weighing([(signals.parts(), label != "pass") for _, label, signals in found]),
    }
    WEIGHING.write_text(json.dumps(weighed, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    if out:
        out.write_text("".join(json.dumps(value) + "\n" for value in found), encoding="utf-8")
    print(f"{len(texts)} texts, {len(words)} words, {len(found)} weighed as a stranger's")


if __name__ == "__main__":
    main()
