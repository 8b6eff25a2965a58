"""How the guard's rows of weights are fitted: logistic regression by AdaGrad, pure Python, the same texts give the same weights."""

import random
from dataclasses import dataclass

from app.editorial.guard.learned.opinion import Opinion
from app.editorial.guard.learned.signs import SIZE
from app.editorial.guard.learned.weighing import Weights, total

Example = tuple[list[int], bool]


@dataclass(frozen=True, slots=True)
class Descent:
    """
    How a row is fitted.

    Attributes:
        least: What is wrong by less than this teaches nothing any more.
        seed: Of the order in which the examples come.
        scaled: Are long examples made comparable with short ones?
    """

    epochs: int
    rate: float
    shrink: float
    least: float
    seed: int
    scaled: bool


OF_TEXTS = Descent(epochs=12, rate=0.1, shrink=1e-4, least=0.01, seed=5, scaled=True)
OF_WORDS = Descent(epochs=8, rate=0.05, shrink=2e-3, least=0.02, seed=7, scaled=False)

TURNS = 3

WEIGHING_EPOCHS = 60
WEIGHING_RATE = 0.05


def fitted(rows: list[Example], how: Descent = OF_TEXTS) -> list[float]:
    """Weights by which the sum over an example's signs tells whether its label is the right one."""
    weights, sums, squares = [0.0] * SIZE, [0.0] * SIZE, [1e-3] * SIZE
    dice = random.Random(how.seed)
    order = list(range(len(rows)))
    half = how.epochs // 2
    rate, shrink = how.rate, how.shrink  # asked for once a sign of an example
    for epoch in range(how.epochs):
        dice.shuffle(order)
        for at in order:
            found, label = rows[at]
            scale = Opinion.scale(len(found)) if how.scaled else 1.0
            wrong = float(label) - Opinion.share(sum([weights[i] for i in found]) * scale)
            if abs(wrong) < how.least:
                continue
            step = wrong * scale
            for i in found:
                slope = step - shrink * weights[i]
                squares[i] += slope * slope
                weights[i] += rate * slope / squares[i] ** 0.5
        if epoch >= half:
            for i, weight in enumerate(weights):
                if weight:
                    sums[i] += weight
    return [total / (how.epochs - half) for total in sums]


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
        weights = fitted(rows, OF_WORDS)
    return weights


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
