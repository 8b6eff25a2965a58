"""
Follow a Tocsin event from a terminal. Needs only `pip install websockets`.

    python watch.py wss://alerts.example.org EVENT

EVENT is the event's slug or id. The rules are those of docs/stream.md.
"""

import asyncio
import contextlib
import json
import random
import re
import sys

import websockets

QUIET_S = 15
HEALTHY_S = 30


class Watch:
    """One topic: its items by id, and where we are."""

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self.epoch: str | None = None
        self.offset: int | None = None
        self.items: dict[str, dict] = {}

    def hello(self) -> str:
        place = {} if self.epoch is None else {"epoch": self.epoch, "offset": self.offset}
        return json.dumps({"type": "hello", "topic": self.topic, **place})

    def take(self, message: dict) -> bool:
        """Apply a message; False means: say hello again."""
        if message["type"] == "snapshot":
            self.items = {item["id"]: item for item in message["items"]}
            print(f"== {message['event']['title']} ==")
            for item in reversed(message["items"]):
                show(item)
        elif message["epoch"] != self.epoch:
            return False
        elif message["offset"] <= self.offset:
            return True
        elif message["type"] == "heartbeat" or message["prev"] != self.offset:
            return False
        else:
            for op in message["ops"]:
                self.apply(op)
        self.epoch, self.offset = message["epoch"], message["offset"]
        return True

    def apply(self, op: dict) -> None:
        item = op.get("item")
        if item is None or self.items.get(item["id"], item)["version"] > item["version"]:
            return
        if item["state"] == "removed":
            self.items.pop(item["id"], None)
        else:
            self.items[item["id"]] = item
        show(item)


def show(item: dict) -> None:
    who = (item["author"] or {}).get("name") or item["type"]
    text = next(iter(item["texts"].values()), f"({item['state']})")
    # A terminal obeys control characters; nobody's words may steer it.
    print(f"{item['at'][11:19]}  {who}: {''.join(c for c in text if c.isprintable())}", flush=True)


async def follow(server: str, watch: Watch) -> None:
    failures = 0
    while True:
        began = asyncio.get_running_loop().time()
        wait_s = None
        try:
            async with websockets.connect(f"{server}/api/v1/stream") as socket:
                await socket.send(watch.hello())
                while True:
                    message = json.loads(await asyncio.wait_for(socket.recv(), QUIET_S))
                    if not watch.take(message):
                        await socket.send(watch.hello())
        except websockets.ConnectionClosed as closed:
            code, reason = (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (1006, "")
            if code >= 4500:
                raise SystemExit(f"The server says not to come back: {code} {reason}") from closed
            hint = re.search(r"retry_after_ms=(\d+)", reason)
            wait_s = int(hint[1]) / 1000 if hint else None
        except (OSError, TimeoutError, websockets.InvalidHandshake) as error:
            print(f"-- reconnecting ({error or 'nothing heard'})", file=sys.stderr)
        failures = 0 if asyncio.get_running_loop().time() - began > HEALTHY_S else failures + 1
        # Full jitter, so that a thousand viewers of a server that restarts do not come back as one.
        await asyncio.sleep(random.random() * min(60, 0.5 * 2**failures) if wait_s is None else wait_s)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(follow(sys.argv[1].rstrip("/"), Watch(f"{sys.argv[2]}:public")))
