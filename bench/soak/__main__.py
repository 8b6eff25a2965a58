"""python -m bench.soak PART [options]"""

import importlib
import pkgutil
import sys

import bench.soak


def main() -> int:
    parts = sorted(found.name for found in pkgutil.iter_modules(bench.soak.__path__) if found.name[0] != "_")
    if len(sys.argv) < 2 or sys.argv[1] not in parts:
        print(f"usage: python -m bench.soak {'|'.join(parts)} [options]", file=sys.stderr)
        return 2
    module = importlib.import_module(f"bench.soak.{sys.argv[1]}")
    return int(module.main(sys.argv[2:]))


if __name__ == "__main__":
    sys.exit(main())
