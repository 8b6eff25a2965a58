"""What a user writes first: FastAPI, one handler per viewer, `await ws.send_text()` in a loop.
NAIVE=loop (default) | gather | queue (one asyncio.Queue and one sender task per viewer) | sse (sse-starlette)"""

import asyncio
import os

from fastapi import FastAPI, Request, WebSocket, WebSocketDisconnect

app = FastAPI()
MODE = os.environ.get("NAIVE", "loop")
viewers: set = set()


@app.websocket("/ws")
async def ws(sock: WebSocket):
    await sock.accept()
    if MODE == "queue":
        q: asyncio.Queue = asyncio.Queue(100)

        async def pump():
            while True:
                await sock.send_text(await q.get())

        task = asyncio.create_task(pump())
        viewers.add(q)
    else:
        q, task = sock, None
        viewers.add(sock)
    try:
        while True:
            await sock.receive_text()
    except WebSocketDisconnect:
        pass
    finally:
        viewers.discard(q)
        if task:
            task.cancel()


@app.get("/sse")
async def sse(request: Request):
    from sse_starlette.sse import EventSourceResponse

    q: asyncio.Queue = asyncio.Queue(100)
    viewers.add(q)

    async def gen():
        try:
            while True:
                yield {"data": await q.get()}
        finally:
            viewers.discard(q)

    return EventSourceResponse(gen())


@app.post("/pub", status_code=204)
async def pub(request: Request):
    text = (await request.body()).decode()
    if MODE in ("queue", "sse"):
        for q in list(viewers):
            if not q.full():
                q.put_nowait(text)
    elif MODE == "gather":
        await asyncio.gather(*(v.send_text(text) for v in list(viewers)), return_exceptions=True)
    else:
        for v in list(viewers):
            try:
                await v.send_text(text)
            except Exception:
                viewers.discard(v)


@app.get("/health")
async def health():
    return {"n": len(viewers)}


@app.get("/gc")
async def gc_time():
    import gc
    import time

    t = time.perf_counter()
    gc.collect()
    return {"full_gc_ms": round((time.perf_counter() - t) * 1e3, 1), "objects": len(gc.get_objects())}
