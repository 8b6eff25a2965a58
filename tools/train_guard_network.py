"""
Fit the guard's network from the labelled texts: `python -m tools.train_guard_network VALUES`, some twenty minutes on two cores.

It writes `app/editorial/guard/learned/network.npz` and to the file VALUES what networks say of each text that never read its author, which
`tools.train_guard` weighs. JAX is needed here only (`requirements/train.lock`, beside those of the tests). The same texts give the same network on the same machine; on another
the last digits differ.
"""

import json
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from app.editorial.guard.dictionary import names
from app.editorial.guard.learned.network import (
    BETWEEN,
    KINDS,
    MEMBERS,
    MOST_PIECES,
    MOST_PIECES_BEFORE,
    NETWORK,
    OF_LETTERS,
    OF_SORT,
    SHAPES,
    place,
    signs,
)
from tools.train_guard_texts import BESIDE, GROUPS, Text, in_small_letters, read_texts, strangers

JUDGES: Final = 2
"""Of a stranger's text so many networks that differ by their dice are asked, and averaged."""
KEPT: Final = 8
"""The seed of the first network that reads everybody."""
APART: Final = 50
"""The seeds of one member's dice from the next one's."""
EPOCHS: Final = 10
TOGETHER: Final = 128
"""Texts in one step."""
RATE: Final = 2e-3
WARMED_UP: Final = 200
SHRINK: Final = 0.01
LENGTHS: Final = (8, 16, 24, 32, 48, 64, 96, 128)
OF_MADE: Final = 0.3
"""Of the texts that were put together only this share is read."""
IN_SMALL_LETTERS: Final = 0.25
"""Of the texts with capitals this share is read without them, drawn anew each time that all are read: so one types in haste."""
BESIDE_ANOTHER: Final = 0.2
"""Of those without updates before, this share is read with a harmless text before or behind it: what one sentence tells stays told."""
MOST_BESIDE: Final = 60
"""Pieces that both may have together."""
SMOOTH: Final = 0.01
OF_PARTS: Final = 0.35
"""What a piece's vector is of the sum of its parts; so the table learns no faster than the layers."""

Weights = dict[str, Any]
Batch = tuple[
    NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.float32], NDArray[np.float32]
]
Row = tuple[NDArray[np.int32], int, int]
"""The places of a text's pieces, how many are of the updates before, and its kind."""


def row(text: Text) -> Row:
    known = names()

    def padded(found: list[str]) -> list[int]:
        at = [place(sign) for sign in found]
        return at + [0] * (OF_SORT + OF_LETTERS - len(at))

    found: list[list[int]] = []
    for tokens in text.earlier:
        found += [padded(signs(token, known)) for token in tokens[-MOST_PIECES_BEFORE:]]
        found.append(padded([BETWEEN]))
    before = len(found)
    found += [padded(signs(token, known)) for token in text.pieces[:MOST_PIECES]]
    return np.array(found or [padded([BETWEEN])], np.int32), before, KINDS.index(text.kind)


def first_weights(key: Any) -> Weights:
    spread = {"table": 0.08, "kinds": 0.1, "sides": 0.1, "attention": 0.1, "values": 0.1}
    found: Weights = {}
    for name, shape in SHAPES.items():
        if name == "steps":
            continue
        key, mine = jax.random.split(key)
        if len(shape) == 1:
            found[name] = jnp.zeros(shape)
        else:
            found[name] = jax.random.normal(mine, shape) * spread.get(name, shape[0] ** -0.5)
    found["table"] = found["table"].at[0].set(0)
    return found


def neighbours(rows: Any, reach: int) -> Any:
    none = jnp.zeros_like(rows[:, :reach])
    before = jnp.concatenate([none, rows[:, :-reach]], 1)
    behind = jnp.concatenate([rows[:, reach:], none], 1)
    return jnp.concatenate([before, rows, behind], -1)


def said(w: Weights, at: Any, side: Any, kind: Any, key: Any = None) -> Any:
    """What the network says of a batch; with a key as it is while it learns, with parts of it hidden."""
    there = (at[..., 0] > 0).astype(jnp.float32)[..., None]
    parts = w["table"][at]
    if key is not None:
        one, two, three = jax.random.split(key, 3)
        # Which word it is, is hidden now and then, as a stranger's would be; what it is, is not.
        word = jax.random.bernoulli(one, 0.6, (*at.shape[:2], 1, 1))
        parts = parts * jnp.where(
            (jnp.arange(OF_SORT + OF_LETTERS) >= OF_SORT)[None, None, :, None], word, 1.0
        )
        parts = parts * jax.random.bernoulli(two, 0.9, (*at.shape, 1)) / 0.9
    rows = (parts.sum(2) * OF_PARTS + w["kinds"][kind][:, None] + w["sides"][side]) * there
    near = jax.nn.relu(neighbours(rows, 1) @ w["near"] + w["near bias"]) * there
    wide = near + jax.nn.relu(neighbours(near, 1) @ w["wide"] + w["wide bias"]) * there
    far = wide + jax.nn.relu(neighbours(wide, 2) @ w["far"] + w["far bias"]) * there
    nowhere = (1 - there) * -1e4
    attention = jax.nn.softmax(far @ w["attention"] + nowhere, axis=1)
    looked_at = jnp.einsum("btd,bta->bad", far, attention).reshape(far.shape[0], -1)
    here = (1 - side)[..., None] * there
    mean = (far * here).sum(1) / jnp.maximum(here.sum(1), 1)
    whole = jnp.concatenate([looked_at, (far + nowhere).max(1), mean, (near + nowhere).max(1)], -1)
    if key is not None:
        whole = whole * jax.random.bernoulli(three, 0.7, whole.shape) / 0.7
    return jax.nn.relu(whole @ w["whole"] + w["whole bias"]) @ w["values"] + w["values bias"]


def wrong(w: Weights, batch: Any, key: Any) -> Any:
    at, side, kind, label, counts = batch
    value = said(w, at, side, kind, key)
    label = label * (1 - 2 * SMOOTH) + SMOOTH
    each = jnp.maximum(value, 0) - value * label + jnp.log1p(jnp.exp(-jnp.abs(value)))
    return (each.mean(1) * counts).sum() / counts.sum()


@jax.jit
def stepped(w: Weights, moments: Any, batch: Any, key: Any, rate: float, time: float) -> Any:
    """One step of Adam."""
    slopes = jax.grad(wrong)(w, batch, key)
    first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, moments[0], slopes)
    second = jax.tree.map(lambda m, g: 0.98 * m + 0.02 * g * g, moments[1], slopes)
    one, two = 1 - 0.9**time, 1 - 0.98**time

    def moved(weight: Any, m: Any, v: Any) -> Any:
        return weight * (1 - rate * SHRINK) - rate * (m / one) / (jnp.sqrt(v / two) + 1e-7)

    w = jax.tree.map(moved, w, first, second)
    w["table"] = w["table"].at[0].set(0)
    return w, (first, second)


def batches(
    rows: list[Row], chosen: list[int], dice: random.Random | None = None
) -> list[tuple[int, list[int]]]:
    """Texts of about the same length together."""
    by: dict[int, list[int]] = {}
    for at in chosen:
        by.setdefault(next((n for n in LENGTHS if len(rows[at][0]) <= n), LENGTHS[-1]), []).append(at)
    found: list[tuple[int, list[int]]] = []
    for length, members in by.items():
        if dice:
            dice.shuffle(members)
        found += [(length, members[at : at + TOGETHER]) for at in range(0, len(members), TOGETHER)]
    if dice:
        dice.shuffle(found)
    return found


def batch(rows: list[Row], texts: list[Text], length: int, members: list[int]) -> Batch:
    at = np.zeros((TOGETHER, length, OF_SORT + OF_LETTERS), np.int32)
    side = np.zeros((TOGETHER, length), np.int32)
    kind = np.zeros(TOGETHER, np.int32)
    label = np.zeros((TOGETHER, 2), np.float32)
    counts = np.zeros(TOGETHER, np.float32)
    for here, index in enumerate(members):
        pieces, before, kind[here] = rows[index]
        gone = max(0, len(pieces) - length)
        pieces = pieces[gone:]
        at[here, : len(pieces)] = pieces
        side[here, : max(0, before - gone)] = 1
        decision = texts[index].decision
        label[here] = decision == "block", decision != "pass"
        counts[here] = 1
    return at, side, kind, label, counts


@dataclass(frozen=True, slots=True)
class Read:
    """The labelled texts as the network reads them, each in its place, and those that have capitals once more without."""

    texts: list[Text]
    rows: list[Row]
    small: dict[int, Row]

    @classmethod
    def of(cls, texts: list[Text]) -> "Read":
        small = ((at, in_small_letters(text)) for at, text in enumerate(texts) if text.counts)
        return cls(texts, [row(text) for text in texts], {at: row(text) for at, text in small if text})

    def dressed(self, chosen: list[int], dice: random.Random) -> list[Row]:
        """All rows, those of `chosen` as they are read this time."""
        harmless: dict[str, list[int]] = {}
        for at in chosen:
            text = self.texts[at]
            if text.decision == "pass" and not text.earlier and text.source != "product":
                harmless.setdefault(text.kind, []).append(at)
        found = list(self.rows)
        for at in chosen:
            text = self.texts[at]
            if at in self.small and dice.random() < IN_SMALL_LETTERS:
                found[at] = self.small[at]
            if not text.earlier and text.source != "product" and dice.random() < BESIDE_ANOTHER:
                both = [found[at][0], self.rows[dice.choice(harmless[text.kind])][0]]
                if sum(map(len, both)) <= MOST_BESIDE:
                    dice.shuffle(both)
                    found[at] = np.concatenate(both), 0, found[at][2]
        return found


def fitted(read: Read, chosen: list[int], seed: int) -> Weights:
    dice = random.Random(seed)
    chosen = [at for at in chosen if not read.texts[at].is_made or dice.random() < OF_MADE]
    w = first_weights(jax.random.PRNGKey(seed))
    moments = (jax.tree.map(jnp.zeros_like, w), jax.tree.map(jnp.zeros_like, w))
    key = jax.random.PRNGKey(100 + seed)
    steps, time = EPOCHS * len(batches(read.rows, chosen)), 0
    for _ in range(EPOCHS):
        rows = read.dressed(chosen, dice)
        for length, members in batches(rows, chosen, dice):
            time += 1
            key, mine = jax.random.split(key)
            rate = RATE * min(1, time / WARMED_UP) * max(0, 1 - time / steps) + 1e-5
            w, moments = stepped(
                w, moments, batch(rows, read.texts, length, members), mine, rate, float(time)
            )
    return w


def values(w: Weights, read: Read, chosen: list[int]) -> Iterator[tuple[int, list[float]]]:
    ask = jax.jit(partial(said, w))
    for length, members in batches(read.rows, chosen):
        at, side, kind, _, _ = batch(read.rows, read.texts, length, members)
        yield from zip(members, np.asarray(ask(at, side, kind)).tolist(), strict=False)


def saved(members: list[Weights]) -> None:
    """The table in whole numbers, each row in steps of its own; the rest in half precision."""
    arrays: dict[str, list[NDArray[Any]]] = {name: [] for name in SHAPES}
    for w in members:
        table = np.asarray(w["table"]) * OF_PARTS
        steps = np.maximum(np.abs(table).max(1) / 127, 1e-8).astype(np.float32)
        arrays["table"].append(np.round(table / steps[:, None]).astype(np.int8))
        arrays["steps"].append(steps)
        for name in w.keys() - {"table"}:
            arrays[name].append(np.asarray(w[name], np.float16))
    np.savez_compressed(
        NETWORK, allow_pickle=False, **{name: np.stack(each) for name, each in arrays.items()}
    )


def main() -> None:
    out = Path(sys.argv[1])
    texts = read_texts()
    read = Read.of(texts)
    counted = [at for at, text in enumerate(texts) if text.counts]
    found: dict[int, Any] = {}
    for turn in range(GROUPS):
        left_out = strangers(turn)
        others = [at for at in counted if texts[at].source not in left_out | BESIDE]
        theirs = [at for at in counted if texts[at].source in left_out]
        for member in range(JUDGES):
            w = fitted(read, others, turn + APART * member)
            for at, value in values(w, read, theirs):
                found[at] = np.array(value) / JUDGES + found.get(at, 0)
        print(f"{turn + 1} of {GROUPS}: {len(others)} texts read, {len(theirs)} were strangers'", flush=True)
    saved([fitted(read, counted, KEPT + APART * member) for member in range(MEMBERS)])
    out.write_text(json.dumps({at: value.tolist() for at, value in found.items()}) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
