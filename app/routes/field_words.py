"""
What is wrong with a field, in a sentence for whoever filled it in. Pure.

The framework's own words ("Input should be a valid string") are for programmers. One table from its stable types to
sentences; a type that is not here still gets a plain one. Nothing that was sent is repeated: it may be a name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_SENTENCES: Mapping[str, str] = {
    "missing": "{field} is missing. Add it and send again.",
    "extra_forbidden": "There is no field called {field}. Check its spelling, or leave it out.",
    "string_type": "{field} has to be a text.",
    "string_too_long": "{field} is too long: at most {max_length} characters.",
    "string_too_short": "{field} is too short: at least {min_length} characters.",
    "string_pattern_mismatch": "{field} has a character that cannot be in it. Use small letters, digits and dashes.",
    "string_unicode": "{field} cannot be read as a text. Send it in UTF-8.",
    "bool": "{field} is either yes or no: true or false.",
    "int": "{field} has to be a whole number.",
    "float": "{field} has to be a number.",
    "finite_number": "{field} has to be a number.",
    "list_type": "{field} has to be a list.",
    "tuple_type": "{field} has to be a list.",
    "dict_type": "{field} has to have a value for each name, such as a text for each language.",
    "model_type": "{field} has to be a group of fields.",
    "model_attributes_type": "{field} has to be a group of fields.",
    "literal_error": "{field} is one of: {expected}.",
    "enum": "{field} is one of: {expected}.",
    "too_long": "{field} has too many entries: at most {max_length}.",
    "too_short": "{field} has too few entries: at least {min_length}.",
    "greater_than": "{field} has to be more than {gt}.",
    "greater_than_equal": "{field} has to be {ge} or more.",
    "less_than": "{field} has to be less than {lt}.",
    "less_than_equal": "{field} has to be {le} or less.",
    "timezone": "{field} needs its time zone, for example 2026-11-01T15:20:00Z.",
    "datetime": "{field} has to be a day and a time, for example 2026-11-01T15:20:00Z.",
    "date": "{field} has to be a day, for example 2026-11-01.",
    "none_required": "{field} has to be left out.",
}
_ANY = "{field} cannot be used as it is. Look at it again and correct it."
_WHOLE = "What was sent"


def field_of(loc: Sequence[int | str]) -> str:
    """The path of a field as its sender wrote it; empty for the body as a whole."""
    # "[key]" is said of a name inside a field; lists count from 0 on the wire, and so do the paths.
    return ".".join(str(part) for part in loc[1:] if part != "[key]")


def sentence(error: Mapping[str, Any]) -> str:
    """
    One error of the framework in plain words.

    Args:
        error: One of `RequestValidationError.errors()`.
    """
    kind = str(error.get("type", ""))
    pattern = _SENTENCES.get(kind) or next(
        (_SENTENCES[start] for start in _FAMILIES if kind.startswith(f"{start}_")), _ANY
    )
    field = field_of(error.get("loc", ()))
    # A limit of a decimal field is read as people write it: 10, not 10.0.
    values = {
        name: int(value) if isinstance(value, float) and value.is_integer() else value
        for name, value in (error.get("ctx") or {}).items()
        if name != "field"
    }
    if "expected" in values:
        values["expected"] = str(values["expected"]).replace("'", "").replace(" or ", ", ")
    try:
        return pattern.format(field=f"“{field}”" if field else _WHOLE, **values)
    except KeyError:
        return _ANY.format(field=f"“{field}”" if field else _WHOLE)


_FAMILIES = ("bool", "int", "float", "timezone", "datetime", "date")
