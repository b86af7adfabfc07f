"""procrastinate's fetch and run of jobs that do nothing. Runs in .venv-bench; prints JSON.

Environment: DATABASE_URL, JOBS, AT_ONCE.
"""

import asyncio
import json
import os
import time

from procrastinate import App, PsycopgConnector

app = App(connector=PsycopgConnector(conninfo=os.environ["DATABASE_URL"]))
done: list[int] = []


@app.task(name="nothing")
async def nothing(number: int) -> None:
    done.append(number)


async def main() -> None:
    jobs = int(os.environ["JOBS"])
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        await nothing.batch_defer_async(*({"number": number} for number in range(jobs)))
        began, cpu = time.perf_counter(), time.process_time()
        await app.run_worker_async(wait=False, concurrency=int(os.environ["AT_ONCE"]))
        took = time.perf_counter() - began
    if sorted(done) != list(range(jobs)):
        raise RuntimeError(f"{len(done)} jobs ran of {jobs}")
    print(json.dumps({"per_second": jobs / took, "cpu_s": time.process_time() - cpu}))


if __name__ == "__main__":
    asyncio.run(main())
