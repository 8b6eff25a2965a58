"""A rare operation told with an age or a town before it, or a town, an age and any operation: together they point at one person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.editorial.guard.context import ASK, Context, Finding
from app.editorial.guard.fold import fold
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.rests import TREATED
from app.editorial.guard.traits import rare_operation

_SOMEONE_NARROWED = Lazy(
    r"\b(?:aged? |is |turns |just turned |compie |ha |tiene |cumple |cumplio |a |te |fa |fara |ha fet |va fer )(?:hoy |oggi |avui |today |just |only |solo |nomes )?\d{1,3}(?=[,;!]|\W*$| (?:years?|anni|ans|anos|anys)\b)|\b\d{1,3}[- ]?(?:year|yr|anni|ans|anos|anys)"
)
_CAME_FROM = Lazy(
    r"\b(?:from|in from|down from|near|viene da|venut[oa] da|arriva da|abita a|vive (?:a|en)|viu a|ve d[e']|viene de|llega de|vino de|desde|des de|vient d[e']|habite(?: a)?|originari[oa] di|natural de|resident in|lives in) ?(?:[Ll]a |[Ee]l |[Ll]es? |[Ll]')?(?!Dr\b|Prof)[A-Z][a-z]{2}|\b(?:came|comes|man|woman|lad|lass|girl|boy|patient|old),? from [a-z]{4,}|^\W*[A-Z][\w'-]+(?: [A-Z][\w'-]+)*, [^.!?]{0,30}\b(?:village|town|hamlet|bourg|ville|paese|paesino|borgo|pueblo|aldea|ciudad|poble|poblet|vila)\b"
)
_OPERATED_AT = Lazy(
    r"\b(?:\w*transplant\w*|trasplant\w*|trapiant\w*|greffe|bypass|pontage|whipple|\w{4,}(?:ectom|plast)(?:y|ia|ie))\b[^.!?]{0,30}?(?: at|,| aged?| a| con| a los| als| amb| de| di) [1-9]\d(?=[,;!]|\W*$)"
)


def combined(earlier: Sequence[str], main: Context) -> Iterator[Finding]:
    """A rare operation is worth asking about where an update before told a town or an age; those ask by themselves already."""
    if main.kind != "surgery":
        return
    rare = rare_operation(main)
    aged = None if rare else _OPERATED_AT.search(main.low)
    if rare is None and aged is not None:
        rare = aged.span()
    if rare is None:
        return
    for view in map(fold, earlier):
        from_town = _CAME_FROM.search(view.plain) and TREATED.search(view.low)
        if from_town or (aged is None and _SOMEONE_NARROWED.search(view.low)):
            yield Finding(
                *rare,
                "R",
                ASK,
                "A rare operation, with what was said before, points at one person.",
                "the operation",
            )
            return
