"""What docs/stream.md and docs/schemas promise to somebody who writes a client."""

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.broadcast import hub
from app.broadcast.digest import DIGEST_ITEMS
from app.broadcast.reading import SNAPSHOT_ITEMS
from app.broadcast.stream import Stream, StreamSettings
from app.db import Database
from app.schemas.frames import Delta, Frame, Heartbeat, Snapshot
from tests.broadcast.stage import Event, serving, streaming
from tools.write_schemas import FOLDER, schemas

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = (ROOT / "docs" / "stream.md").read_text("utf-8")
KINDS = {"snapshot": Snapshot, "delta": Delta, "frame": Frame, "heartbeat": Heartbeat}


@pytest.fixture
async def stream(database: Database) -> AsyncIterator[Stream]:
    async with streaming(database, settings=StreamSettings(heartbeat_s=0.2)) as made:
        yield made


class TestSchemas:
    def test_the_schemas_are_what_the_models_say(self) -> None:
        """Changed a model? `python -m tools.write_schemas`."""
        assert {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.json")} == schemas()

    async def test_every_message_is_what_its_schema_says(self, stream: Stream, event: Event) -> None:
        """The bytes are put together by hand for speed; here they are read back by the models, desk and public."""
        for topic in (event.public, event.desk):
            tail = await stream.open(topic)
            update_id, _ = await event.release("one")
            await event.delivery(update_id)
            reply_id, _ = await event.reply("thanks", number="+15550100777")
            await event.decide(reply_id, "shown")
            await event.mark(update_id, "corrected", by="other")
            stream.announce(*await event.decide(reply_id, "removed"))
            await tail.caught_up()
            seen = [tail.state.snapshot(), stream.heartbeat(tail)]
            seen += [
                made for n in range(tail.place.offset + 1) if (made := tail.state.delta(tail.place.epoch, n))
            ]
            kinds = set()
            for payload in seen:
                kind = json.loads(payload)["type"]
                KINDS[kind].model_validate_json(payload)
                kinds.add(kind)
            assert kinds == {"snapshot", "delta", "heartbeat"}


class TestDocument:
    def test_every_close_code_of_ours_is_explained(self) -> None:
        """And none that does not exist."""
        ours = {
            str(value) for name, value in vars(hub).items() if name.startswith(("COME_BACK_", "STAY_AWAY_"))
        }
        assert ours == set(
            re.findall(r"(?<!\d)(4[0-9]{3})(?=[, |])", DOCS.split("## When it ends")[1].split("4000 to")[0])
        )

    def test_the_numbers_are_the_codes(self) -> None:
        """Sizes that a client must know."""
        assert f"newest {SNAPSHOT_ITEMS} items" in DOCS
        assert f"newest {DIGEST_ITEMS} items" in DOCS
        assert f"took no bytes for {hub.SLOW_S:.0f} s" in DOCS


class TestExample:
    async def test_the_example_follows_an_event(self, stream: Stream, event: Event) -> None:
        """The client of the documentation, as anybody would run it, against a real server."""
        await event.release("the first")
        async with serving(stream) as served:
            words = [
                sys.executable,
                str(ROOT / "examples" / "watch.py"),
                f"ws://127.0.0.1:{served.port}",
                "knee",
            ]
            process = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE)
            assert process.stdout is not None
            try:
                async with asyncio.timeout(20):
                    lines = [await process.stdout.readline() for _ in range(2)]
                    _, positions = await event.release("the second")
                    stream.announce(*positions)
                    lines.append(await process.stdout.readline())
            finally:
                process.kill()
                await process.wait()
        assert [line.decode().split("  ")[-1].strip() for line in lines] == [
            "== A knee ==",
            "update: the first",
            "update: the second",
        ]
