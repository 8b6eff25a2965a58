"""
Patterns that are compiled when they are first asked: the long lists of words take half a second, and most programs that import the
guard (the command line, the migrations, a test of something else) never let it judge a text.

Each pattern also knows letters without which it cannot match ("insulin|steroid" needs one of their beginnings), so that of three hundred
patterns most are not run over a text at all (`looked_at` tells which letters a text has). Where the library's parser cannot be asked,
patterns simply run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, Final

try:
    from re import _compiler, _constants, _parser  # type: ignore[attr-defined]
except ImportError:  # another Python keeps it elsewhere
    _compiler = None

_ALL: Final[list[Lazy]] = []
_HOPEFUL: Final[dict[str, set[int]]] = {}
"""Of the texts being judged: the patterns that may match, by their numbers."""
_NEEDED_BY: Final[dict[str, list[int]]] = {}
"""The patterns that need one of these runs of three or four letters."""
_NUMBERED: Final[list[Lazy]] = []
_MANY: Final = 600
_COST: Final = {1: 400, 2: 60, 3: 5}
"""How often a beginning of so many letters stands in a text, compared with one of four."""


def looked_at(*texts: str) -> None:
    """From now on these are whole texts that many patterns are asked about; what was before is forgotten."""
    if len(_HOPEFUL) > 16:
        _HOPEFUL.clear()
    for text in texts:
        if text not in _HOPEFUL:
            low = text.lower()
            runs = {*map("".join, zip(low, low[1:], low[2:], low[3:], strict=False))}
            runs.update(map("".join, zip(low, low[1:], low[2:], strict=False)))
            hopeful: set[int] = set()
            for run in runs & _NEEDED_BY.keys():
                hopeful.update(_NEEDED_BY[run])
            _HOPEFUL[text] = hopeful


class Lazy:
    """A regular expression, compiled at the first search or by `compile_all`."""

    def __init__(self, source: str) -> None:
        self._source = source
        _ALL.append(self)

    @cached_property
    def regex(self) -> re.Pattern[str]:
        if _compiler is None:
            made, needed = re.compile(self._source), None
        else:
            tree = _parser.parse(self._source)
            made, needed = _compiler.compile(tree), _needed(tree)
        # From now on the pattern answers itself: a hundred of them are asked for each text.
        vars(self).update(search=made.search, match=made.match, finditer=made.finditer)
        if needed is not None and min(map(len, needed)) > 2:
            self._guarded(made, needed)
        return made

    def _guarded(self, made: re.Pattern[str], needed: frozenset[str]) -> None:
        number = len(_NUMBERED)
        _NUMBERED.append(self)
        for run in {word[:4] for word in needed}:
            _NEEDED_BY.setdefault(run, []).append(number)
        _HOPEFUL.clear()  # what was looked at before this pattern was known was not looked at for it
        known, search, finditer = _HOPEFUL.get, made.search, made.finditer

        def guarded_search(text: str, start: int = 0) -> re.Match[str] | None:
            hopeful = known(text)
            return None if hopeful is not None and number not in hopeful else search(text, start)

        def guarded_finditer(text: str) -> Iterator[re.Match[str]]:
            hopeful = known(text)
            return iter(()) if hopeful is not None and number not in hopeful else finditer(text)

        vars(self).update(search=guarded_search, finditer=guarded_finditer)

    def search(self, text: str, start: int = 0) -> re.Match[str] | None:
        return self.regex.search(text, start)

    def match(self, text: str, start: int = 0) -> re.Match[str] | None:
        return self.regex.match(text, start)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        return self.regex.finditer(text)


def _needed(tree: Iterable[tuple[Any, Any]]) -> frozenset[str] | None:
    """Strings of which one stands, in some case, in whatever the pattern matches; None when there is no telling."""
    best: frozenset[str] | None = None
    price = 0
    run = ""
    for op, value in [*tree, (None, None)]:
        if op is _constants.LITERAL:
            run += chr(value).lower()
            continue
        found = [_inside(op, value)]
        if run:
            found.append(frozenset((run,)))
            run = ""
        for one in found:
            if one and len(one) < _MANY and (best is None or _price(one) < price):
                best, price = one, _price(one)
    return best


def _inside(op: Any, value: Any) -> frozenset[str] | None:
    if op is _constants.BRANCH:
        each = [_needed(one) for one in value[1]]
        return None if None in each else frozenset().union(*(one for one in each if one))
    if op is _constants.SUBPATTERN:
        return _needed(value[3])
    if op in (_constants.MAX_REPEAT, _constants.MIN_REPEAT) and value[0] > 0:
        return _needed(value[2])
    if op is _constants.ASSERT:
        return _needed(value[1])
    return None


def _price(words: frozenset[str]) -> int:
    return sum(_COST.get(len(word), 1) for word in words)


def compile_all() -> None:
    """Compile what is left now, so that no text waits for it."""
    for pattern in _ALL:
        _ = pattern.regex
