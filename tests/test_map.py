"""
The map of the rooms, held by the machine.

The rows themselves stand in `pyproject.toml` under `tool.importlinter`; what that tool cannot say (imports hidden
in functions, who may import `main`, how alone a simulator is) is read from the syntax trees here.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent


class Import(NamedTuple):
    """One imported dotted name, and where it stands."""

    importer: str
    imported: str
    line: int
    in_function: bool

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.imported}"


def imports_of(source: str, importer: str, *, is_package: bool) -> Iterator[Import]:
    """Every import of a module of `app`, absolute names, the hidden ones marked."""
    parts = importer.split(".")

    def visit(node: ast.AST, in_function: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                for alias in child.names:
                    yield Import(importer, alias.name, child.lineno, in_function)
            elif isinstance(child, ast.ImportFrom):
                base = child.module or ""
                if child.level:
                    here = parts if is_package else parts[:-1]
                    here = here[: len(here) - child.level + 1]
                    base = ".".join([*here, base] if base else here)
                for alias in child.names:
                    yield Import(importer, f"{base}.{alias.name}", child.lineno, in_function)
            inside = in_function or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from visit(child, inside)

    for found in visit(ast.parse(source), False):
        if found.imported == "app" or found.imported.startswith("app."):
            yield found


def imports_of_app() -> list[Import]:
    found: list[Import] = []
    for path in sorted((ROOT / "app").rglob("*.py")):
        dotted = path.relative_to(ROOT).with_suffix("").parts
        is_package = dotted[-1] == "__init__"
        importer = ".".join(dotted[:-1] if is_package else dotted)
        found += imports_of(path.read_text("utf-8"), importer, is_package=is_package)
    return found


def is_within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


class TestRows:
    def test_every_room_imports_only_its_own_row_or_the_rows_beneath(self) -> None:
        """The layers of `pyproject.toml` hold, and every module of `app` stands in a row."""
        # A process of its own: the tool changes the import path and the logging of the one it runs in.
        tool = "from importlinter.cli import lint_imports_command; lint_imports_command()"
        run = subprocess.run(
            [sys.executable, "-c", tool, "--no-cache", "--no-logo"], cwd=ROOT, capture_output=True, text=True
        )
        assert run.returncode == 0, run.stdout + run.stderr

    def test_nothing_imports_main(self) -> None:
        """`main` builds every object and hands it down, so nobody can reach up for one."""
        reaching = [found for found in imports_of_app() if is_within(found.imported, "app.main")]
        # `serving` turns what `main` builds into a listening process; it is the one that has to.
        assert [str(found) for found in reaching if found.importer != "app.serving"] == []

    def test_simulators_import_nothing_else_of_ours(self) -> None:
        """A simulator that shared code with an adapter would share its mistakes."""
        simulators = "app.channels.simulators"
        assert [
            str(found)
            for found in imports_of_app()
            if is_within(found.importer, simulators) and not is_within(found.imported, simulators)
        ] == []

    def test_no_import_hides_in_a_function(self) -> None:
        """An import inside a function is how a circle gets past the rows; nothing imports the command line."""
        hidden = [found for found in imports_of_app() if found.in_function]
        # Each command asks for its own rooms, so that none waits for those of the others.
        assert [str(found) for found in hidden if found.importer != "app.cli"] == []


class TestImportsOf:
    """The reader of imports finds what the promises above rest on."""

    def test_an_import_in_a_function_is_marked_and_absolute(self) -> None:
        """Relative names are resolved, and the place is kept."""
        source = "from ..errors import NotFound\ndef f():\n    from app.main import create_app\n"
        assert list(imports_of(source, "app.routes.pages", is_package=False)) == [
            Import("app.routes.pages", "app.errors.NotFound", 1, False),
            Import("app.routes.pages", "app.main.create_app", 3, True),
        ]

    def test_what_is_not_ours_is_left_out(self) -> None:
        """`apprise` begins like `app` and is somebody else's."""
        assert list(imports_of("import apprise, json", "app.cli", is_package=False)) == []
