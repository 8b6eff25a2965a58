"""Puts the built frontend into wheels, so that `pip install tocsin` needs no node."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# An isolated build imports this file by its path, without its folder.
sys.path.insert(0, str(Path(__file__).resolve().parent))

from build_frontend import build


class FrontendHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs the same build as `run.py`; an editable install leaves it to that."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "editable":
            build(Path(self.root))
