"""
The built frontend: which hashed files an entry needs, and serving them.

Read once from the manifest that the build leaves in `app/static/`; a build while the process runs shows after a
restart, as a page and its scripts must be of one build.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).resolve().parent.parent / "static"
PREFIX = "/static/"
HASHED = "assets/"  # where the build puts files whose name changes with their content
FOREVER = "public, max-age=31536000, immutable"
BRIEFLY = "public, max-age=300"


class NotBuilt(Exception):
    """There are no built screens, or none of this name."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Addresses of one entry: its module, what to fetch beside it, and its styles."""

    script: str
    preloads: tuple[str, ...]
    styles: tuple[str, ...]


class Assets:
    """The manifest of one folder of built files."""

    def __init__(self, folder: Path = STATIC) -> None:
        self.folder = folder
        self._entries: dict[str, Entry] = {}

    @cached_property
    def _manifest(self) -> dict[str, dict[str, Any]]:
        path = self.folder / "manifest.json"
        try:
            found: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8"))
        except FileNotFoundError as exc:
            raise NotBuilt("manifest.json") from exc
        return found

    @cached_property
    def staff_languages(self) -> frozenset[str]:
        """Languages that the staff's screens have every word of; none where nothing is built."""
        try:
            return frozenset(json.loads((self.folder / "i18n" / "staff.json").read_text("utf-8")))
        except FileNotFoundError:
            return frozenset()

    def entry(self, name: str) -> Entry:
        """
        What a page needs to start `name` ("desk/main.tsx").

        Raises:
            NotBuilt: no build, or one without this entry.
        """
        found = self._entries.get(name)
        if found is None:
            chunk = self._manifest.get(name)
            if chunk is None:
                raise NotBuilt(name)
            chunks = list(self._with_imports(name, set()))
            found = Entry(
                script=PREFIX + chunk["file"],
                preloads=tuple(PREFIX + one["file"] for one in chunks if one is not chunk),
                styles=tuple(dict.fromkeys(PREFIX + css for one in chunks for css in one.get("css", ()))),
            )
            self._entries[name] = found
        return found

    def text(self, name: str) -> str:
        """
        A file of the build that is served under an address of its own.

        Raises:
            NotBuilt: no build, or one without this file.
        """
        try:
            return (self.folder / name).read_text("utf-8")
        except FileNotFoundError as exc:
            raise NotBuilt(name) from exc

    def _with_imports(self, name: str, seen: set[str]) -> Iterator[dict[str, Any]]:
        """A chunk after those it imports, so that styles come in the order they were written for."""
        if name in seen:
            return
        seen.add(name)
        chunk = self._manifest[name]
        for imported in chunk.get("imports", ()):
            yield from self._with_imports(imported, seen)
        yield chunk


class BuiltFiles(StaticFiles):
    """`/static/`: files with a hash in their name never change, the others may."""

    def __init__(self, folder: Path = STATIC) -> None:
        super().__init__(directory=folder, check_dir=False)

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = FOREVER if path.startswith(HASHED) else BRIEFLY
        # The embed runs on other people's pages; nothing here is personal.
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response
