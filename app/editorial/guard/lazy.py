"""
Patterns that are compiled when they are first asked: the long lists of words take half a second, and most programs that import the
guard (the command line, the migrations, a test of something else) never let it judge a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Final

_ALL: Final[list[Lazy]] = []


class Lazy:
    """A regular expression, compiled at the first search or by `compile_all`."""

    def __init__(self, source: str) -> None:
        self._source = source
        _ALL.append(self)

    @cached_property
    def regex(self) -> re.Pattern[str]:
        made = re.compile(self._source)
        # From now on the pattern answers itself: a hundred of them are asked for each text.
        vars(self).update(search=made.search, match=made.match, finditer=made.finditer)
        return made

    def search(self, text: str, start: int = 0) -> re.Match[str] | None:
        return self.regex.search(text, start)

    def match(self, text: str, start: int = 0) -> re.Match[str] | None:
        return self.regex.match(text, start)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        return self.regex.finditer(text)


def compile_all() -> None:
    """Compile what is left now, so that no text waits for it."""
    for pattern in _ALL:
        _ = pattern.regex
