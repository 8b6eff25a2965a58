"""The cases both languages are tested from, and X's own conformance files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


def shared(name: str) -> dict[str, Any]:
    return json.loads((FIXTURES / "measure" / f"{name}.json").read_text(encoding="utf-8"))


def conformance(name: str) -> dict[str, list[dict[str, Any]]]:
    text = (FIXTURES / "twitter-text" / f"{name}.yml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=yaml.CSafeLoader)["tests"]
