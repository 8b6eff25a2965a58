"""
Reading a file of templates, in YAML or JSON, all of it or nothing; a refusal names the template, the place and why.

YAML is read plainly: every word stays a word (no `no` that turns false, no 14:30 that turns a number), and nothing
refers to something else, so a small file cannot unfold into a large one.
"""

from __future__ import annotations

import json
from typing import Any

import yaml
from pydantic import ValidationError

from app.editorial.templates import Template
from app.errors import InvalidInput

MOST = 200


class _Plain(yaml.BaseLoader):
    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="a reference (*) is not read here", problem_mark=mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(problem="a name has to be a word", problem_mark=key.start_mark)
            if key.value in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"“{key.value}” is there twice", problem_mark=key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def read(source: str) -> list[Template]:
    """
    One template or a list of them.

    Raises:
        InvalidInput: unreadable, or a template that is not whole.
    """
    raw = _parsed(source)
    rows = raw if isinstance(raw, list) else [raw]
    if not rows or len(rows) > MOST:
        raise InvalidInput(f"A file holds 1 to {MOST} templates.", code="bad_template")
    found = [_template(n, row) for n, row in enumerate(rows, 1)]
    ids = [one.id for one in found]
    twice = next((one for one in ids if ids.count(one) > 1), None)
    if twice is not None:
        raise InvalidInput(f"Template {twice} is in this file twice. Keep one.", code="bad_template")
    return found


def _parsed(source: str) -> Any:
    text = source.removeprefix("\ufeff")
    if text.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as exc:
            where = f"line {exc.lineno}" if isinstance(exc, json.JSONDecodeError) else "somewhere"
            raise InvalidInput(
                f"This file is not JSON: {where} cannot be read. Mend it, then send it again.",
                code="bad_template",
            ) from exc
    try:
        return yaml.load(text, Loader=_Plain)  # noqa: S506  (a plain loader: it makes nothing but text)
    except RecursionError as exc:
        raise InvalidInput("This file is nested too deeply.", code="bad_template") from exc
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark is not None else "somewhere"
        why = getattr(exc, "problem", None) or "it cannot be read"
        raise InvalidInput(
            f"This file is not YAML: {where}, {why}. Mend it, then send it again.", code="bad_template"
        ) from exc


def _template(n: int, row: Any) -> Template:
    if not isinstance(row, dict):
        raise InvalidInput(
            f"Entry {n} is no template: it has no fields such as id and title.", code="bad_template"
        )
    name = row.get("id", f"number {n}")
    try:
        return Template.model_validate(row)
    except ValidationError as exc:
        first = exc.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        what = first["msg"].removeprefix("Value error, ")
        more = f" {exc.error_count() - 1} more to mend." if exc.error_count() > 1 else ""
        raise InvalidInput(
            f"Template {name}: {where + ': ' if where else ''}{what}.{more}", code="bad_template"
        ) from exc
