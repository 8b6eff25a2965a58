"""
What an object shows: the `fields` language and the cursors of the Graph API.

Source: the project's platform notes, section 2.3, read 2026-11-21.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.channels.simulators.facebook.errors import bad_parameter

Fields = dict[str, "Fields"]
_TOKEN = re.compile(r"([A-Za-z0-9_]+)(?:\.[a-z]+\([^)]*\))*|([{},])")


def parse_fields(text: str) -> Fields:
    """`id,from{id,name}` as nested names; modifiers such as `.limit(5)` are read over."""
    stack: list[Fields] = [{}]
    name, position = "", 0
    text = text.replace(" ", "")
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise bad_parameter(f"Syntax error in fields at '{text[position : position + 20]}'")
        position = match.end()
        if match[1]:
            name = match[1]
            stack[-1][name] = {}
        elif match[2] == "{":
            if not name:
                raise bad_parameter("Syntax error: '{' without a field before it")
            stack.append(stack[-1][name])
        elif match[2] == "}":
            if len(stack) == 1:
                raise bad_parameter("Syntax error: '}' without '{'")
            stack.pop()
    if len(stack) != 1:
        raise bad_parameter("Syntax error: '{' is not closed")
    return stack[0]


def project(values: Mapping[str, Any], fields: Fields, kind: str) -> dict[str, Any]:
    """
    The asked fields of an object; its id is always there, a field without a value is left out.

    Raises:
        GraphRefusal: a field that this kind of object does not have.
    """
    shown: dict[str, Any] = {}
    for name, below in fields.items():
        if name not in values:
            raise bad_parameter(f"Tried accessing nonexisting field ({name}) on node type ({kind})")
        value = values[name]
        if value is None:
            continue
        shown[name] = project(value, below, kind) if below and isinstance(value, Mapping) else value
    shown["id"] = values["id"]
    return shown


def graph_time(epoch_s: float) -> str:
    return datetime.fromtimestamp(epoch_s, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def parse_time(text: str) -> float:
    """An epoch in seconds or an ISO-8601 time."""
    try:
        return float(text) if text.replace(".", "", 1).isdigit() else datetime.fromisoformat(text).timestamp()
    except ValueError:
        raise bad_parameter(f"'{text}' is not a time") from None


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list: after this id; `past_empty` once an empty page has been shown for it."""

    object_id: str
    past_empty: bool = False

    def encode(self) -> str:
        text = ("e:" if self.past_empty else "c:") + self.object_id
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> Cursor:
        try:
            mark, _, object_id = (
                base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().partition(":")
            )
        except (binascii.Error, UnicodeDecodeError):
            raise bad_parameter("Invalid cursors values") from None
        return cls(object_id, mark == "e")
