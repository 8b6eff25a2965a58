"""Write docs/schemas/*.json from app/schemas/frames.py: `python -m tools.write_schemas`. A test compares."""

from __future__ import annotations

import json
from pathlib import Path

from app.schemas.frames import Delta, Frame, Heartbeat, Hello, Snapshot, Wire

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "schemas"
MESSAGES: tuple[type[Wire], ...] = (Hello, Snapshot, Delta, Frame, Heartbeat)


def schemas() -> dict[str, str]:
    """File name to its text."""
    made: dict[str, str] = {}
    for message in MESSAGES:
        # A viewer's message may leave fields out; the server's always has all of them.
        mode = "validation" if message is Hello else "serialization"
        schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
        schema |= message.model_json_schema(mode=mode)  # type: ignore[arg-type]
        made[f"{message.__name__.lower()}.json"] = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    return made


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in schemas().items():
        (FOLDER / name).write_text(text, "utf-8")
