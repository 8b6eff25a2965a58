"""
Write docs/openapi.json, from which the frontend's types are made.

    python -m tools.openapi
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from app.config import Settings, World
from app.main import create_app

TARGET = Path(__file__).resolve().parent.parent / "docs" / "openapi.json"


def document() -> str:
    """The document as text, the same on every machine."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(data_dir=Path(folder)), World.DRILL, "http://localhost:8000")
        return json.dumps(app.openapi(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    TARGET.write_text(document(), "utf-8")
