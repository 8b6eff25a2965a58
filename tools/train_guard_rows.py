"""How the guard's rows of weights are fitted: logistic regression by AdaGrad, pure Python, the same texts give the same weights."""

import random

from app.editorial.guard.learned.opinion import Opinion
from app.editorial.guard.learned.signs import SIZE
from app.editorial.guard.learned.weighing import Weights, total

Example = tuple[list[int], bool]

EPOCHS = 12
RATE = 0.1
SHRINK = 1e-4

TURNS = 3
NAMING_EPOCHS = 8
NAMING_RATE = 0.05
NAMING_SHRINK = 2e-3

WEIGHING_EPOCHS = 60
WEIGHING_RATE = 0.05


def fitted(rows: list[Example]) -> list[float]:
    """Weights by which the sum over a text's signs tells whether its label is the right one."""
    weights, sums, squares = [0.0] * SIZE, [0.0] * SIZE, [1e-3] * SIZE
    dice = random.Random(5)
    order = list(range(len(rows)))
    for epoch in range(EPOCHS):
        dice.shuffle(order)
        for at in order:
            found, label = rows[at]
            scale = Opinion.scale(len(found))
            value = sum([weights[i] for i in found]) * scale
            wrong = float(label) - Opinion.share(value)
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


def fitted_naming(texts: list[tuple[list[list[int]], bool]]) -> list[float]:
    """
    Weights by which the sum over a word's signs tells whether it is a name.

    Of each text its words that may be names, and whether one of them is; which one, has to be found: the likeliest.
    """
    weights = [0.0] * SIZE
    for turn in range(TURNS):
        rows: list[Example] = []
        for words, has_name in texts:
            said = [sum([weights[i] for i in word]) for word in words]
            most = max(said)
            rows += [
                (word, has_name and (turn == 0 or value > 0 or value == most))
                for word, value in zip(words, said, strict=True)
            ]
        weights = _fitted_words(rows)
    return weights


def _fitted_words(rows: list[Example]) -> list[float]:
    weights, sums, squares = [0.0] * SIZE, [0.0] * SIZE, [1e-3] * SIZE
    dice = random.Random(7)
    order = list(range(len(rows)))
    for epoch in range(NAMING_EPOCHS):
        dice.shuffle(order)
        for at in order:
            word, right = rows[at]
            wrong = float(right) - Opinion.share(sum([weights[i] for i in word]))
            if abs(wrong) < 0.02:
                continue
            for i in word:
                slope = wrong - NAMING_SHRINK * weights[i]
                squares[i] += slope * slope
                weights[i] += NAMING_RATE * slope / squares[i] ** 0.5
        if epoch >= NAMING_EPOCHS // 2:
            for i, weight in enumerate(weights):
                if weight:
                    sums[i] += weight
    return [total / (NAMING_EPOCHS - NAMING_EPOCHS // 2) for total in sums]


def fitted_weighing(rows: list[tuple[Weights, bool]]) -> Weights:
    """A weight for each opinion, by what came of it."""
    weights: Weights = {}
    sums: Weights = {}
    squares: Weights = {}
    dice = random.Random(11)
    order = list(range(len(rows)))
    for epoch in range(WEIGHING_EPOCHS):
        dice.shuffle(order)
        for at in order:
            parts, right = rows[at]
            wrong = float(right) - Opinion.share(total(weights, parts))
            for name, value in parts.items():
                slope = wrong * value
                squares[name] = squares.get(name, 1.0) + slope * slope
                weights[name] = weights.get(name, 0.0) + WEIGHING_RATE * slope / squares[name] ** 0.5
        if epoch >= WEIGHING_EPOCHS // 2:
            for name, weight in weights.items():
                sums[name] = sums.get(name, 0.0) + weight
    return {name: round(value / (WEIGHING_EPOCHS - WEIGHING_EPOCHS // 2), 4) for name, value in sums.items()}
