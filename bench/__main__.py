"""
Every measurement by name: `python3 run.py bench` lists them, `python3 run.py bench NAME …` runs one.
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

HERE = Path(__file__).parent


def names() -> list[str]:
    return sorted(
        path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_") and path.stem != "soak"
    )


def main() -> int:
    words = sys.argv[1:]
    if not words:
        for name in names():
            doc = (HERE / f"{name}.py").read_text("utf-8").split('"""')[1].strip().splitlines()[0]
            print(f"{name:<14} {doc}")
        return 0
    if words[0] not in names():
        print(
            f"There is no measurement called {words[0]}. Next: choose one of {', '.join(names())}.",
            file=sys.stderr,
        )
        return 2
    sys.argv = [f"bench.{words[0]}", *words[1:]]
    runpy.run_module(f"bench.{words[0]}", run_name="__main__")
    return 0


if __name__ == "__main__":
    sys.exit(main())
