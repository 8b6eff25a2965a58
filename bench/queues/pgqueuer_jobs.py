"""
Trivial jobs through pgqueuer: `python pgqueuer_jobs.py DSN N`, with the interpreter of requirements/queues.lock.

One worker, its own batches, its drain mode, and the loop that its command line takes. Prints one JSON line.
"""

import json
import sys
import time

import asyncpg
import uvloop
from pgqueuer.db import AsyncpgDriver
from pgqueuer.models import Job
from pgqueuer.qm import QueueManager
from pgqueuer.queries import Queries
from pgqueuer.types import QueueExecutionMode

BATCH = 100


async def main(dsn: str, n: int) -> None:
    connection = await asyncpg.connect(dsn)
    manager = QueueManager(Queries(AsyncpgDriver(connection)))
    await manager.queries.install()
    done = 0

    @manager.entrypoint("tell")
    async def tell(job: Job) -> None:
        nonlocal done
        done += 1

    began = time.perf_counter()
    for start in range(0, n, 5000):
        some = min(5000, n - start)
        await manager.queries.enqueue(["tell"] * some, [b"Stay inside."] * some, [0] * some)
    rows_s = time.perf_counter() - began
    await connection.execute("ANALYZE")
    began, cpu = time.perf_counter(), time.process_time()
    await manager.run(batch_size=BATCH, mode=QueueExecutionMode.drain)
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    left = await connection.fetchval("SELECT count(*) FROM pgqueuer")
    print(json.dumps({"done": done, "left": left, "rows_s": rows_s, "took_s": took, "cpu_s": cpu}))
    await connection.close()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], int(sys.argv[2])))
