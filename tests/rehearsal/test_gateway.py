"""A drill's own SMS gateway: simulated like every other platform, and the only one it speaks to."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from app.channels.base import OutboundPost
from app.channels.simulators.settings import SimulatorSettings
from app.errors import ChannelError, CredentialsRejected, InvalidInput
from tests.audience.instance import instance


async def test_a_drill_sends_over_the_simulated_gateway_and_over_no_other(tmp_path: Path) -> None:
    """The simulators tell where it is; a channel that points there is ready and delivers, one that does not is refused."""
    async with instance(tmp_path, SimulatorSettings(smpp_port=0)) as made:
        house = made.app.state.house
        known = (await made.world.get("/_sim/credentials")).json()["smpp"]
        secrets = {"password": known.pop("password")}
        fields = {**known, "tls": False}
        for wrong in (
            {**fields, "port": 9},
            {**fields, "host": "gateway.hospital.example", "private_network": True},
        ):
            with pytest.raises(InvalidInput) as refused:
                await house.switchboard.check(
                    adapter="smpp", name="Gateway", settings=wrong, credentials=secrets
                )
            assert refused.value.code == "real_platform_in_drill"
        await house.switchboard.check(adapter="smpp", name="Gateway", settings=fields, credentials=secrets)
        channel = await house.switchboard.add(
            "person:1", adapter="smpp", name="Gateway", settings=fields, credentials=secrets
        )
        assert (await house.switchboard.test(channel.id)).ok
        adapter = await house.switchboard.adapter(channel.id)
        post = OutboundPost(ref="d1.1", text="Exercise. Stay inside.", recipient="+12025550199")
        receipt = await adapter.publish(post, may_start=lambda: None)
        (taken,) = made.simulators.gateway.taken
        assert (str(taken.number), taken.octets) == (receipt.remote_id, b"Exercise. Stay inside.")


async def test_N14_a_drill_sends_nothing_over_a_gateway_that_only_has_the_simulated_ones_address(
    tmp_path: Path,
) -> None:
    """A port of this machine may be a real gateway's, or a tunnel to one: what it calls itself is looked at before a message."""
    async with instance(tmp_path, SimulatorSettings(smpp_port=0)) as made:
        house, gateway = made.app.state.house, made.simulators.gateway
        known = (await made.world.get("/_sim/credentials")).json()["smpp"]
        secrets = {"password": known.pop("password")}
        # Whatever the channel's own settings say: a drill knows whom it may speak to.
        fields = {**known, "tls": False, "gateway_name": "Kannel"}
        channel = await house.switchboard.add(
            "person:1", adapter="smpp", name="Gateway", settings=fields, credentials=secrets
        )
        gateway.name = "Kannel"
        adapter = await house.switchboard.adapter(channel.id)
        post = OutboundPost(ref="d1.1", text="Exercise. Stay inside.", recipient="+12025550199")
        with pytest.raises(CredentialsRejected):
            await adapter.publish(post, may_start=lambda: None)
        assert gateway.taken == []


async def test_what_the_gateway_was_given_is_in_the_drills_ledger_and_on_its_page(tmp_path: Path) -> None:
    """Taken, refused, cut off without an answer: each with what was done and said; the page shows what was taken."""
    async with instance(tmp_path, SimulatorSettings(smpp_port=0)) as made:
        house = made.app.state.house
        known = (await made.world.get("/_sim/credentials")).json()["smpp"]
        secrets = {"password": known.pop("password")}
        channel = await house.switchboard.add(
            "person:1", adapter="smpp", name="Gateway", settings={**known, "tls": False}, credentials=secrets
        )
        adapter = await house.switchboard.adapter(channel.id)
        gateway = made.simulators.gateway
        texts = ("Gehen Sie ins Haus: größte Eile [3]", "Στείλτε 🚑", "Refused.", "Cut off.")
        for n, text in enumerate(texts):
            if text == "Refused.":
                gateway.faults.statuses.append(0x58)
            gateway.faults.drop_after = int(text == "Cut off.")
            post = OutboundPost(ref=f"d{n}.1", text=text, recipient="+12025550199")
            with contextlib.suppress(ChannelError):
                await adapter.publish(post, may_start=lambda: None)
        entries = (await made.world.get("/_sim/ledger?platform=smpp")).json()["entries"]
        assert [(e["action"], e["status"], e["applied"], e["text"], e["fault"]) for e in entries] == [
            ("message.create", 0, True, texts[0], None),
            ("message.create", 0, True, texts[1], None),
            ("message.create", 0x58, False, texts[2], None),
            ("message.create", None, True, texts[3], "drop_after"),
        ]
        assert {e["to"].lstrip("+") for e in entries} == {"12025550199"}
        shown = (await made.world.get("/_sim/view")).json()["smpp"]
        assert ([one["text"] for one in shown["messages"]], shown["messages_total"]) == (
            [texts[0], texts[1], texts[3]],
            3,
        )
        await made.world.post("/_sim/reset")
        assert (await made.world.get("/_sim/view")).json()["smpp"]["messages"] == []
