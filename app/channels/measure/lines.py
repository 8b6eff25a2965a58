"""
The body of `tocsin measure`: JSON lines in, JSON lines out, one for one and in order.

A line that cannot be measured is answered with an error in its place; the stream goes on.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from app.channels.measure import measure
from app.errors import InvalidInput


def measure_lines(channel: str, lines: Iterable[str | bytes]) -> Iterator[str]:
    """
    Measure the `text` of every line.

    Args:
        lines: Best the raw bytes of a stream, so that a broken character spoils its own line only; decoded lines
            are taken as well.

    Yields:
        A line without its line end: the keys of Measured, or `error` with `code` and `detail`.

    Raises:
        InvalidInput: No such channel; before the first line is read.
    """
    measure(channel, "")
    return (json.dumps(_answer(channel, line)) for line in lines)


def _answer(channel: str, line: str | bytes) -> dict[str, Any]:
    try:
        return asdict(measure(channel, _read_text(line)))
    except InvalidInput as error:
        return {"error": {"code": error.code, "detail": error.detail}}


def _read_text(line: str | bytes) -> str:
    try:
        if isinstance(line, bytes):
            line = line.decode("utf-8-sig")  # a byte order mark is common in files from offices
        value = json.loads(line)
    except UnicodeDecodeError as exc:
        raise InvalidInput("The line is not UTF-8. Save the file as UTF-8.", code="not_utf8") from exc
    except (ValueError, RecursionError) as exc:
        raise InvalidInput(
            'The line is not JSON. Write one object a line, such as {"text": "…"}.', code="not_json"
        ) from exc
    if not isinstance(value, dict):
        raise InvalidInput('The line is not an object. Write {"text": "…"}.', code="not_an_object")
    if "text" not in value:
        raise InvalidInput('The object has no "text". Add one.', code="no_text")
    text = value["text"]
    if not isinstance(text, str):
        raise InvalidInput('"text" is not a string. Put it in quotes.', code="wrong_type")
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise InvalidInput(
            '"text" holds half a character (a lone surrogate). Write the whole character.', code="not_unicode"
        )
    return text
