"""
Tables for spreadsheets: RFC 4180, and no cell that a spreadsheet would run as a formula.

What the public or a colleague typed ends up in these cells. A spreadsheet takes a text that begins with =, +, - or @
(also in full width, also after blanks, quotes or a line break) as something to calculate; an apostrophe before it
says "text".
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence

_RUNS = re.compile(
    r"[\s\"'\x00-\x1f\ufeff\u200b-\u200f\u2060]*[=+\-@\uff1d\uff0b\uff0d\uff20\u2212\ufe63\ufe62\ufe66\ufe6b]|[\t\r\n\x00]"
)


def text_cell(value: object) -> str:
    """A value as a cell that stays text. Numbers and None are themselves."""
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    text = "".join(c for c in str(value) if c in "\t\n\r" or unicodedata.category(c) != "Cc")
    return f"'{text}" if _RUNS.match(str(value)) else text


def csv_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Every cell quoted, lines ended as the standard says."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([text_cell(value) for value in row] for row in rows)
    return out.getvalue()


def attachment(stem: str, ending: str) -> str:
    """A Content-Disposition whose name cannot break out of it, whatever the stem was."""
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip("-.")[:80] or "export"
    return f'attachment; filename="{safe}.{ending}"'
