"""The generated table (see `tools/build_measure_tables.py`), read once; TypeScript reads a copy of the same file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

TABLES: Final[dict[str, Any]] = json.loads(
    Path(__file__).with_name("tables.json").read_text(encoding="utf-8")
)
X: Final[dict[str, Any]] = TABLES["x"]
SMS: Final[dict[str, Any]] = TABLES["sms"]
FACEBOOK: Final[dict[str, Any]] = TABLES["facebook"]
