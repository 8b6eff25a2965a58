"""
Trivial jobs through procrastinate: `python procrastinate_jobs.py DSN N`, with the interpreter of
requirements/queues.lock.

One worker, 64 jobs at once, until nothing is left. Prints one JSON line.
"""

import asyncio
import json
import sys
import time

import procrastinate


async def main(dsn: str, n: int) -> None:
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=dsn))
    done = 0

    @app.task(name="tell")
    async def tell(text: str) -> None:
        nonlocal done
        done += 1

    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        began = time.perf_counter()
        for start in range(0, n, 5000):
            await tell.batch_defer_async(*({"text": "Stay inside."} for _ in range(min(5000, n - start))))
        rows_s = time.perf_counter() - began
        await app.connector.execute_query_async("ANALYZE")
        began, cpu = time.perf_counter(), time.process_time()
        await app.run_worker_async(concurrency=64, wait=False, listen_notify=False)
        took, cpu = time.perf_counter() - began, time.process_time() - cpu
        row = await app.connector.execute_query_one_async(
            "SELECT count(*) AS n FROM procrastinate_jobs WHERE status <> 'succeeded'"
        )
    print(json.dumps({"done": done, "left": row["n"], "rows_s": rows_s, "took_s": took, "cpu_s": cpu}))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
