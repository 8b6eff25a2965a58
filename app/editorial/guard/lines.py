"""
The body of `tocsin guard check`: JSON lines in, JSON lines out, one for one and in order.

A line that cannot be read is answered with a block: what the guard cannot judge does not leave.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from multiprocessing import get_all_start_methods, get_context
from time import perf_counter
from typing import Any, Final

from app.editorial.guard.decision import Allow, GuardDecision, GuardRequest, Verdict, checked
from app.editorial.guard.engine import RuleGuard

_READ: Final = 1 << 17
"""Bytes."""
_WORTH_SHARING: Final = 64
_PART: Final = 16
"""Lines."""


def check_lines(lines: Iterable[str | bytes]) -> Iterator[str]:
    """
    Decide the `text` of every line.

    Args:
        lines: Best the raw bytes of a stream, so that a broken character spoils its own line only.

    Yields:
        A line without its line end: id, decision, spans, ms; and `error` when the line could not be read.
    """
    guard = _ready()
    for line in lines:
        if line.strip():
            yield json.dumps(_answer(guard, line))


def check_stream(descriptor: int) -> Iterator[str]:
    """
    Decide the `text` of every line that can be read from an open file, as `check_lines` does and in order.

    Whoever writes one line and waits is answered at once. Where many are at hand the processors share them.
    """
    _ready()  # before the others are made: they have it from here
    with contextlib.ExitStack() as when_done:
        others: ProcessPoolExecutor | None = None
        for lines in _at_hand(descriptor):
            if len(lines) < _WORTH_SHARING or _processors() < 2:
                yield from check_lines(lines)
                continue
            if others is None:
                made = ProcessPoolExecutor(_processors(), mp_context=get_context("fork"))
                others = when_done.enter_context(made)
            parts = [lines[at : at + _PART] for at in range(0, len(lines), _PART)]
            for answers in others.map(_answers, parts):
                yield from answers


def _at_hand(descriptor: int) -> Iterator[list[bytes]]:
    """The whole lines that one reading brings, as soon as there are any."""
    rest = b""
    while read := os.read(descriptor, _READ):
        *lines, rest = (rest + read).split(b"\n")
        if lines:
            yield lines
    if rest:
        yield [rest]


def _answers(lines: list[bytes]) -> list[str]:
    return list(check_lines(lines))


@lru_cache(maxsize=1)
def _ready() -> RuleGuard:
    guard = RuleGuard()
    # The dictionaries and patterns stay for good, and are not looked through for garbage while they grow, nor after.
    collects = gc.isenabled()
    gc.disable()
    try:
        guard.preload()
        gc.freeze()
    finally:
        if collects:
            gc.enable()
    return guard


def _processors() -> int:
    if "fork" not in get_all_start_methods():
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _answer(guard: RuleGuard, line: str | bytes) -> dict[str, Any]:
    began = perf_counter()
    value: Any = None
    error = ""
    decision = GuardDecision(Verdict.BLOCK, code="guard_failed")
    try:
        value = json.loads(line.decode("utf-8-sig") if isinstance(line, bytes) else line)
        request = read_request(value)
    except (ValueError, RecursionError, TypeError) as exc:
        error = f'This line cannot be read ({type(exc).__name__}), so it is blocked. Write one object a line with a "text".'
    else:
        decision = checked(guard, request)
        error = "The privacy check failed, so this is blocked." if decision.code == "guard_failed" else ""
    line_id = value.get("id") if isinstance(value, dict) else None
    return {
        "id": line_id,
        "decision": str(decision.verdict),
        "spans": [
            {"start": s.start, "end": s.end, "class": s.cls, "reason": s.reason, "replacement": s.replacement}
            for s in decision.spans
        ],
        "ms": round((perf_counter() - began) * 1000, 3),
        **({"error": error} if error else {}),
    }


def read_request(value: Any) -> GuardRequest:
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        raise TypeError("no text")
    allow = value.get("allow")
    lang, kind = value.get("lang"), value.get("kind")
    return GuardRequest(
        text=value["text"],
        kind=kind if isinstance(kind, str) else "surgery",
        lang=lang if isinstance(lang, str) and lang else None,
        staff_allow=_strings(value.get("staff_allow")),
        allow=_allow(allow if isinstance(allow, dict) else {}),
        deny=_strings(value.get("deny")),
        previous=_strings(value.get("previous")),
    )


def _allow(value: Mapping[str, Any]) -> Allow:
    return Allow(**{name: _strings(value.get(name)) for name in Allow.__dataclass_fields__})


def _strings(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(v for v in value if isinstance(v, str)) if isinstance(value, list) else ()
