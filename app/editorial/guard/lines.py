"""
The body of `tocsin guard check`: JSON lines in, JSON lines out, one for one and in order.

A line that cannot be read is answered with a block: what the guard cannot judge does not leave.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from time import perf_counter
from typing import Any

from app.editorial.guard.decision import Allow, GuardDecision, GuardRequest, Verdict, checked
from app.editorial.guard.engine import RuleGuard


def check_lines(lines: Iterable[str | bytes]) -> Iterator[str]:
    """
    Decide the `text` of every line.

    Args:
        lines: Best the raw bytes of a stream, so that a broken character spoils its own line only.

    Yields:
        A line without its line end: id, decision, spans, ms; and `error` when the line could not be read.
    """
    guard = RuleGuard()
    guard.preload()
    for line in lines:
        if line.strip():
            yield json.dumps(_answer(guard, line))


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
