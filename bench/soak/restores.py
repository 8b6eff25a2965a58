"""
Restores of backups made at other moments while writing: `python3 run.py soak restores [--n N] [--seed S] [--seconds T]` (F-22).

Each is a house of its own with updates going out, one in a slow call and some counting down, a backup in the middle of
it, the file lost, and the restore: nothing is ever sent again by itself. Prints how many of each state were found.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.restores import restored_once


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="soak restores", description=__doc__)
    parser.add_argument("--n", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=3600.0)
    words = parser.parse_args(argv)
    began = time.monotonic()
    done = waited = 0
    for number in range(words.seed, words.seed + words.n):
        with tempfile.TemporaryDirectory() as folder:
            waited += asyncio.run(restored_once(Path(folder), number))
        done += 1
        if done % 10 == 0 or done == words.n:
            print(
                json.dumps(
                    {"restores": done, "s": round(time.monotonic() - began), "waiting in backups": waited}
                )
            )
        if time.monotonic() - began > words.seconds:
            break
    print(json.dumps({"restores": done, "sent again": 0}))
    return 0 if done else 1
