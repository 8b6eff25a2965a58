"""
Whom to ask for a second opinion, one after the other, when the first does not answer. Pure.

The chain says who is asked and when, never who may: everybody on it is an approver already, made so by two people,
and whoever of them sees the update first may decide. Nobody is asked about their own words.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.errors import InvalidInput

MOST = 8
SHORTEST_S, LONGEST_S = 30, 3600
DEFAULT_S = 180
"""A crisis has its first statement within three minutes of activation; nobody is waited for longer than that."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is from then on, until the next one's; the last goes on being asked."""

    person_id: str
    from_at: datetime
    until_at: datetime | None


def checked_chain(value: Any) -> dict[str, Any]:
    """
    Raises:
        InvalidInput: it is no chain.
    """
    people = value.get("people") if isinstance(value, Mapping) else None
    each_s = value.get("each_s", DEFAULT_S) if isinstance(value, Mapping) else None
    if (
        not isinstance(people, list)
        or not all(isinstance(one, str) for one in people)
        or len(set(people)) != len(people)
        or len(people) > MOST
        or not isinstance(each_s, int)
        or not SHORTEST_S <= each_s <= LONGEST_S
        or set(value) - {"people", "each_s"}
    ):
        raise InvalidInput(
            f"The delegates are at most {MOST} people, each once, in the order in which they are asked, and each_s: "
            f"how long each has, {SHORTEST_S} to {LONGEST_S} seconds.",
            code="bad_delegates",
        )
    return {"people": list(people), "each_s": each_s}


def turns(
    chain: Mapping[str, Any],
    waits_since: datetime | None,
    *,
    approvers: Collection[str],
    authors: Collection[str],
) -> Sequence[Turn]:
    """
    Who is asked about an update that waits, and from when.

    Args:
        approvers: Ids of those who are approvers on the event now; who is not any more is left out.
        authors: Identities of those who wrote any of it.
    """
    if waits_since is None:
        return ()
    people = [one for one in chain.get("people", ()) if one in approvers and f"person:{one}" not in authors]
    each = timedelta(seconds=int(chain.get("each_s", DEFAULT_S)))
    return [
        Turn(one, waits_since + n * each, None if n + 1 == len(people) else waits_since + (n + 1) * each)
        for n, one in enumerate(people)
    ]


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked now and since when; `unanswered` once the last of them has had their time too."""

    person_id: str | None = None
    since: datetime | None = None
    unanswered: bool = False


def asked_now(found: Sequence[Turn], chain: Mapping[str, Any], now: datetime) -> Asked:
    """Of a chain's turns the one that has come; nobody where there is no chain."""
    come = [one for one in found if one.from_at <= now]
    if not come:
        return Asked()
    last = come[-1]
    each = timedelta(seconds=int(chain.get("each_s", DEFAULT_S)))
    return Asked(last.person_id, last.from_at, last.until_at is None and now >= last.from_at + each)
