"""A drill's own SMS gateway: simulated like every other platform, and the only one it speaks to."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.channels.base import OutboundPost
from app.channels.simulators.settings import SimulatorSettings
from app.errors import InvalidInput
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
