"""Connecting an account on X itself: there and back, by whoever began it, once, and the right account or none."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from app.broadcast import connecting
from app.broadcast.simulators_only import SimulatorsOnly
from app.channels.simulators.settings import SimulatorSettings
from app.channels.x_settings import XCredentials
from tests.channels.stages import Stage as Platform
from tests.channels.stages import stage as platform
from tests.routes.whole import FIRST, ORIGIN, SECOND, Stage, stage

WAY_BACK = f"{ORIGIN}/channels/x/callback"


@pytest.fixture
async def x() -> AsyncIterator[Platform]:
    settings = SimulatorSettings()
    async with platform("x", replace(settings, x=replace(settings.x, redirect_uri=WAY_BACK))) as made:
        yield made


@pytest.fixture
async def house(tmp_path: Path, migrated_file: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path / "data", migrated_file) as made:
        yield made


def asked(x: Platform, **settings: Any) -> dict[str, Any]:
    known = x.app.platforms["x"].credentials()
    return {
        "adapter": "x",
        "name": "Ours",
        "settings": x.settings(site_address=f"{x.origin}/x", **settings),
        "credentials": {
            "client_id": known["client_id"],
            "client_secret": known["client_secret"],
            "consumer_secret": known["consumer_secret"],
            "user_token": "an old one",
        },
    }


async def said_yes(begun: httpx.Response) -> dict[str, str]:
    """The account's owner says yes on the platform; what our page then has."""
    assert begun.status_code == 200, begun.text
    async with httpx.AsyncClient(trust_env=False) as browser:
        led = await browser.get(begun.json()["address"])
    assert led.status_code == 302, led.text
    back = urlsplit(led.headers["location"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == WAY_BACK
    query = {name: values[0] for name, values in parse_qs(back.query).items()}
    return {"pending": begun.json()["pending"], **query}


class TestConnecting:
    async def test_S15_an_account_is_connected_without_copying_a_token_and_again_when_its_access_is_lost(
        self, house: Stage, x: Platform
    ) -> None:
        """There and back; the second person confirms as for entered tokens, and no secret passes the screen."""
        marta, tom = await house.signed_in(FIRST), await house.signed_in(SECOND)
        kinds = {kind["adapter"]: kind for kind in (await marta.get("/channel-kinds")).json()}
        assert (kinds["x"]["way_back"], kinds["twilio"]["way_back"]) == (WAY_BACK, "")
        begun = await marta.post("/channels/connect", json=asked(x))
        assert asked(x)["credentials"]["client_secret"] not in begun.text
        assert "code_challenge_method=S256" in begun.json()["address"]
        assert (await marta.get("/channels")).json() == []
        proposal = await marta.post("/channels/connected", json=await said_yes(begun))
        assert proposal.status_code == 202, proposal.text
        done = await tom.post(f"/proposals/{proposal.json()['id']}/confirm")
        assert done.json()["state"] == "done", done.text
        (channel,) = (await marta.get("/channels")).json()
        assert (await marta.post(f"/channels/{channel['id']}/test")).json()["ok"] is True

        x.app.platforms["x"]._oauth2.revoke_all()
        assert (await marta.post(f"/channels/{channel['id']}/test")).json()["ok"] is False
        begun = await marta.post(f"/channels/{channel['id']}/connect")
        proposal = await marta.post("/channels/connected", json=await said_yes(begun))
        assert proposal.status_code == 202, proposal.text
        await tom.post(f"/proposals/{proposal.json()['id']}/confirm")
        assert (await tom.post(f"/channels/{channel['id']}/test")).json()["ok"] is True
        kept = house.house.switchboard.kept_of(
            await house.house.switchboard.found(channel["id"]), XCredentials
        )
        # What proves the platform's own calls stays; what renews the token is there.
        assert kept["consumer_secret"] == asked(x)["credentials"]["consumer_secret"]
        assert kept["refresh_token"]

    async def test_S14_the_way_back_is_good_once_soon_and_for_whoever_began_it(
        self, house: Stage, x: Platform, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Another session, another state, a second time, too late: nothing is connected, and the code is not spent."""
        marta, tom = await house.signed_in(FIRST), await house.signed_in(SECOND)
        body = await said_yes(await marta.post("/channels/connect", json=asked(x)))
        other = await said_yes(await marta.post("/channels/connect", json=asked(x)))
        refused = [
            await tom.post("/channels/connected", json=body),
            await (await house.signed_in(FIRST)).post("/channels/connected", json=body),
            await marta.post("/channels/connected", json={**body, "state": other["state"]}),
            await marta.post("/channels/connected", json={**body, "state": "é"}),
            await marta.post("/channels/connected", json={**body, "pending": "é"}),
            await marta.post("/channels/connected", json={**body, "pending": body["pending"][:-8]}),
        ]
        assert (await marta.post("/channels/connected", json=body)).status_code == 202
        refused.append(await marta.post("/channels/connected", json=body))
        monkeypatch.setattr(connecting, "LIFE", timedelta(seconds=-1))
        late = await said_yes(await marta.post("/channels/connect", json=asked(x)))
        refused.append(await marta.post("/channels/connected", json=late))
        assert [(one.status_code, one.json()["code"]) for one in refused] == [(409, "connect_over")] * 8

    async def test_another_account_or_a_refused_code_connects_nothing(
        self, house: Stage, x: Platform
    ) -> None:
        """
        Whoever is signed in there with an account of their own must not speak for the hospital with it. A mistyped
        secret is told as one: to begin again with it would fail for ever.
        """
        marta = await house.signed_in(FIRST)
        wrong = await said_yes(await marta.post("/channels/connect", json=asked(x, user_id="1")))
        right = await said_yes(await marta.post("/channels/connect", json=asked(x)))
        mistyped = asked(x)
        mistyped["credentials"]["client_secret"] = "of another app"
        told = [
            await marta.post("/channels/connected", json=wrong),
            await marta.post("/channels/connected", json={**right, "code": "made-up"}),
            await marta.post(
                "/channels/connected",
                json=await said_yes(await marta.post("/channels/connect", json=mistyped)),
            ),
        ]
        assert [one.json()["code"] for one in told] == [
            "connect_wrong_account",
            "connect_failed",
            "connect_app_refused",
        ]
        assert (await marta.get("/proposals")).json() == []

    async def test_what_cannot_be_connected_is_said_before_anybody_leaves(
        self, house: Stage, x: Platform, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Another kind of channel, an app that is not named, and, in a drill, the real platform."""
        marta = await house.signed_in(FIRST)
        body = asked(x)
        told = [
            await marta.post("/channels/connect", json={**body, "adapter": "twilio"}),
            await marta.post("/channels/connect", json={**body, "credentials": {}}),
        ]
        monkeypatch.setattr(house.house.switchboard, "simulators", SimulatorsOnly(x.origin, drill=True))
        assert (await marta.post("/channels/connect", json=body)).status_code == 200
        del body["settings"]["site_address"]
        told.append(await marta.post("/channels/connect", json=body))
        assert [one.json()["code"] for one in told] == [
            "no_connect",
            "bad_credentials",
            "real_platform_in_drill",
        ]

    async def test_the_page_that_x_leads_back_to_goes_on_to_the_desk_with_what_it_brought(
        self, house: Stage
    ) -> None:
        """A page of ours in between: from another site a browser brings no cookie along. It leads nowhere else."""
        page = await house.client().get(f"{WAY_BACK}?state=s%22%3E&code=c%0D%0Ax&next=https://evil.example")
        assert page.status_code == 200
        assert page.headers["refresh"] == "0; url=/desk?state=s%22%3E&code=c%0D%0Ax#channels"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert "evil" not in page.text
