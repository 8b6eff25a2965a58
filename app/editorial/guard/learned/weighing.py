"""
What rules and learned opinions say of a text, weighed against one another: whether to block, to ask or to let it pass.

A few dozen weights (`weighing.json`), learned from what the rules said of texts when they were new to them: a rule that was mended for
a text is always right about it, and says nothing of how often such a rule is right. So a name that only a rule sees may become a question, and what
several see a little of may block.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from app.editorial.guard.context import ASK, BLOCK, Context, Finding
from app.editorial.guard.decision import Verdict
from app.editorial.guard.dictionary import Names
from app.editorial.guard.learned.continuing import said_together
from app.editorial.guard.learned.naming import Named, likeliest
from app.editorial.guard.learned.network import network
from app.editorial.guard.learned.opinion import opinion, somebody_is_spoken_of
from app.editorial.guard.learned.signs import Token, features, hashed, tokens

WEIGHING: Final = Path(__file__).parent / "weighing.json"
BLOCKS: Final = {"surgery": -1.0, "reply": -0.6, "crisis": -1.2, "press": -1.0, "training": -0.8}
"""
From here on what no rule blocks is blocked. Chosen with each author left out in turn, as the others: as long as a step down finds more slips
than it stops harmless texts, of which each kind of text has its own.
"""
BLOCKS_NAMELESS: Final = 0.3
ASKS_NAMELESS: Final = 0.6
NAMELESS: Final = frozenset({"surgery", "training"})
SHORT: Final = 8
"""The same in so few pieces of these kinds, where no word could be a name: "O2 95-98" is like a code. What is a code is surer by far."""
BLOCKS_UNREAD: Final = {"surgery": 0.6, "crisis": 0.3, "press": 0.0, "training": 0.0}
"""
From here on the others block without the network, which has not read everything: it never saw a family told by its street and number. Chosen likewise.
In answers, where it knows best, it is never left out.
"""
HOLDS: Final = -0.9
"""Below this a name that rules block is asked about."""
HOLDS_TOGETHER: Final = -3.0
"""Below this what rules block only because of the updates before is asked about."""
ASKS: Final = -0.6
ASKS_ALONE: Final = 2.3
"""From here on the opinion on the whole text asks, whatever is weighed: somebody may be told without a name ("your husband")."""
ASKS_UNLIKELY: Final = -2.0
"""Not where the network is as good as sure of the contrary: "Tomorrow we show an operation" tells nobody."""
ASKS_NAMED: Final = 2.0
"""
From here on a word is as good as a name, and under an operation it is asked about whatever the others say: of strangers' texts as many told somebody as
were harmless. Elsewhere people go by their names.
"""
TOGETHER: Final = 0.2
"""From here on a text is blocked for what it says together with those before it: short updates follow one another all day."""
TOGETHER_IN_CRISIS: Final = 0.8
"""The same where places, numbers and people of authority are what is told, one after another."""
ASKS_TOGETHER: Final = 3.0
FEW: Final = 5
_MOST: Final = 6.0
"""Of what one opinion may say: one that is very sure is not heard alone."""
_SURE: Final = 2.0
_MOST_READ: Final = 8.0
"""The same of the network, which is surer by its nature."""

Weights = dict[str, float]


class Signals(NamedTuple):
    """What is known of a text before it is weighed."""

    verdict: Verdict
    kind: str
    block: float
    ask: float
    name: Named | None
    pieces: int
    over: float | None = None
    """Of the text together with those before it, where there are any."""
    read: tuple[float, float] = (0.0, 0.0)
    """What the network says, for blocking and for asking at least."""

    def parts(self) -> Weights:
        """Each opinion as such, where the rules say what they say, and in its kind of text."""
        block, ask = _bounded(self.block), _bounded(self.ask)
        name = -_MOST if self.name is None else _bounded(self.name.most)
        found = {
            "block": block,
            "ask": ask,
            "name": name,
            "block above": max(0.0, block),
            "name above": max(0.0, name),
            f"name above:{self.verdict}": max(0.0, name),
            f"name far above:{self.verdict}": _far(name),
            "length": min(self.pieces, 30) / 10,
            "short": float(self.pieces < FEW),
            "one": 1.0,
        }
        for how, value in zip(("read block", "read ask"), self.read, strict=True):
            read = max(-_MOST_READ, min(_MOST_READ, value))
            found |= {
                how: read,
                f"{how} above": max(0.0, read),
                f"{how} far above": max(0.0, read - _SURE),
                f"{how} far below": max(0.0, -_SURE - read),
                f"{how}:{self.verdict}": read,
                f"{how}:{self.kind}": read,
            }
        for where in (str(self.verdict), self.kind):
            found |= {where: 1.0, f"block:{where}": block, f"ask:{where}": ask, f"name:{where}": name}
        for how, value in self.name._asdict().items() if self.name else ():
            if value is not None and how != "most":
                found |= {
                    how: _bounded(value),
                    f"{how} above": max(0.0, value),
                    f"{how} far above": _far(value),
                }
        if self.over is not None:
            over = _bounded(self.over)
            found |= {
                "after": 1.0,
                "over": over,
                "over above": max(0.0, over),
                f"over:{self.verdict}": over,
                f"after:{self.verdict}": 1.0,
            }
        return found


def unread(parts: Weights) -> Weights:
    """What is said of a text without the network."""
    return {name: value for name, value in parts.items() if not name.startswith("read ")}


def _bounded(value: float) -> float:
    return max(-_MOST, min(_MOST, value))


def _far(value: float) -> float:
    """What is as good as sure counts beyond its share."""
    return max(0.0, _bounded(value) - _SURE)


def total(weights: Weights, parts: Weights) -> float:
    return math.fsum(weights.get(name, 0.0) * value for name, value in parts.items())


class Weighed(NamedTuple):
    """What is to be done with a text, and the piece of it that led there, where a learned opinion did."""

    verdict: Verdict
    finding: Finding | None


def weighed(context: Context, names: Names, verdict: Verdict, earlier: Sequence[list[Token]] = ()) -> Weighed:
    """
    `verdict`: of the rules. What they ask about is never let pass, and what they block at least asked about.

    `earlier`: the pieces of the texts that are read together with this one, oldest first.
    """
    found = tokens(context.plain, context.low, names)
    named = likeliest(found, context, names)
    nobody = named is None and not earlier and not somebody_is_spoken_of(found)
    if verdict == Verdict.PASS and context.kind == "reply" and nobody:
        return Weighed(verdict, None)  # what people write under an operation is mostly wishes
    over = said_together(earlier, found, context.kind) if earlier else None
    said = opinion()
    block, ask = said.of(hashed(features(found, context.kind)))
    read = network().of(earlier, found, context.kind, names)
    parts = Signals(verdict, context.kind, block, ask, named and named[0], len(found), over, read).parts()
    rows = weighing()
    blocks = total(rows["block"], parts)
    if verdict == BLOCK and earlier:
        return Weighed(BLOCK if blocks >= HOLDS_TOGETHER else ASK, None)
    if verdict == BLOCK:
        # In a few words there is nothing that would speak against a name.
        return Weighed(BLOCK if blocks >= HOLDS or len(found) < FEW else ASK, None)
    alone = not earlier and context.kind in BLOCKS_UNREAD
    nameless = named is None and context.kind in NAMELESS and len(found) <= SHORT
    if blocks >= _blocks_from(context.kind, after_others=bool(earlier), nameless=nameless) or (
        alone and total(rows["block unread"], parts) >= BLOCKS_UNREAD[context.kind]
    ):
        decided = BLOCK
    elif (
        verdict == ASK
        or (ask >= ASKS_ALONE and read[1] >= ASKS_UNLIKELY)
        or (named and context.kind == "surgery" and not earlier and named[0].most >= ASKS_NAMED)
        or total(rows["ask"], parts) >= _asks_from(after_others=bool(earlier), nameless=nameless)
    ):
        decided = ASK
    else:
        return Weighed(verdict, None)
    if decided == verdict:
        return Weighed(verdict, None)
    if named and named[0].most >= max(0.0, block if decided == BLOCK else ask):
        reason = "This stands where the name of a person stands."
        if decided == ASK:
            reason = "Is this the name of a person?"
        return Weighed(decided, Finding(named[1].start, named[1].end, "A", decided, reason, "the patient"))
    start, end, cls = said.place(found, context.kind)
    if end <= start:
        return Weighed(verdict, None)
    if over is not None and over >= max(0.0, block if decided == BLOCK else ask):
        reason = "Together with the updates before, this tells who somebody is."
        if decided == ASK:
            reason = "Could this, together with the updates before, tell somebody who is meant?"
        return Weighed(decided, Finding(start, end, cls, decided, reason))
    reason = "Taken together, these words are like others that told who somebody is."
    if decided == ASK:
        reason = "Could these words tell somebody who is meant? Leave out what is not needed."
    return Weighed(decided, Finding(start, end, cls, decided, reason))


def _blocks_from(kind: str, *, after_others: bool, nameless: bool) -> float:
    if not after_others:
        return BLOCKS_NAMELESS if nameless else BLOCKS[kind]
    return TOGETHER_IN_CRISIS if kind == "crisis" else TOGETHER


def _asks_from(*, after_others: bool, nameless: bool) -> float:
    if after_others:
        return ASKS_TOGETHER
    return ASKS_NAMELESS if nameless else ASKS


@lru_cache(maxsize=1)
def weighing() -> dict[str, Weights]:
    rows: dict[str, Weights] = json.loads(WEIGHING.read_text(encoding="utf-8"))
    if set(rows) != {"block", "ask", "block unread"}:
        raise ValueError("The guard's weighing lacks a row for blocking or for asking: train it again.")
    return rows
