"""The official Twilio and Facebook libraries, in an environment of their own, find the simulators like the real ones."""

import asyncio
import json
import os
from pathlib import Path

import pytest

from tests.channels.simulators.callers import Hook, calling

pytestmark = pytest.mark.peers
SCRIPT = Path(__file__).with_name("sdk_twilio_facebook.py")


async def peer(given):
    """Run the script in the peers environment; its absence is a failure with a remedy, never a skip."""
    python = os.environ.get("TOCSIN_PEERS_PYTHON")
    assert python, "TOCSIN_PEERS_PYTHON names no interpreter; `python3 run.py test` sets the peers up."
    process = await asyncio.create_subprocess_exec(
        python,
        str(SCRIPT),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(json.dumps(given).encode()), 50)
    assert process.returncode == 0, err.decode()
    return json.loads(out)


async def test_the_official_libraries_pass_a_round_trip():
    """Create, list over pages, fetch, cancel, refusals; post, edit, comment, list over pages, delete; signatures."""
    async with calling() as sim, Hook().listening() as hook:
        given = {
            "origin": str(sim.client.base_url).rstrip("/"),
            "twilio": sim.tw,
            "facebook": sim.fb,
            "callback": f"{hook.url}?ref=outbox-1",
        }
        seen = await peer(given)
        (heard,) = await hook.until(1)
        check = {
            "token": sim.tw["auth_token"],
            "url": heard.url,
            "params": heard.form,
            "signature": heard.headers["x-twilio-signature"],
        }
        genuine = await peer({"check": check})
        forged = await peer({"check": {**check, "params": {**heard.form, "MessageStatus": "failed"}}})

    twilio, facebook = seen["twilio"], seen["facebook"]
    assert heard.form["MessageSid"] == twilio["sid"]
    assert (genuine["valid"], forged["valid"]) == (True, False)
    assert (twilio["status"], twilio["created_is_aware"]) == ("accepted", True)
    assert twilio["listed"] == ["+12025550172", "+12025550171", "+12025550170", "+12025550161"]
    assert (twilio["fetched"], twilio["cancelled"]) == ("où est le café ?", "canceled")
    assert twilio["refused"][:2] == [400, 21610]
    assert facebook["id"].startswith(sim.fb["page_id"])
    assert facebook["published"] == ["edited"]
    assert facebook["comments"] == [f"comment {n}" for n in range(3)]
    assert facebook["refused"] == [400, 506]
    assert (facebook["name"], facebook["left"]) == (sim.fb["page_name"], 0)
