"""One platform that lies, hangs or refuses never delays another, and the board says what is true."""

from collections.abc import AsyncIterator
from datetime import datetime
from functools import partial

import pytest
import pytest_asyncio

from tests.e2e.stage import Stage, stage, until

pytestmark = [pytest.mark.processes, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with stage(tmp_path_factory.mktemp("rehearsal"), TOCSIN_DELAYS__REHEARSAL="1") as made:
        yield made


async def fault(rehearsal: Stage, platform: str, name: str, **params: object) -> None:
    body = {"platform": platform, "name": name, "params": params, "times": 1}
    answer = await rehearsal.world.post("/_sim/faults", json=body)
    assert answer.status_code < 300, answer.text


async def delivery_of(rehearsal: Stage, update_id: str, adapter: str) -> dict[str, object]:
    event = (await rehearsal.marta.get("/events/kidney-surgery")).json()
    channel = next(one["id"] for one in event["channels"] if one["adapter"] == adapter)
    update = await rehearsal.update(update_id)
    return dict(next(one for one in update["deliveries"] if one["channel_id"] == channel))


class TestOneBadPlatform:
    async def test_C8_F25_a_platform_that_says_nothing_for_a_minute_blocks_no_other(
        self, rehearsal: Stage
    ) -> None:
        """X is silent; Facebook and the phones have it as if nothing were wrong."""
        text = "X is silent while this goes out."
        await fault(rehearsal, "x", "silent", seconds=60)

        accepted = await rehearsal.submit(text)
        found = await until(
            partial(rehearsal.applied, text),
            lambda found: (len(found["facebook"]), len(found["twilio"])) == (1, 6),
            patience_s=8,
        )

        release_at = datetime.fromisoformat(accepted["release_at"])
        assert not found["x"]
        assert all(
            (datetime.fromisoformat(entry["at"]) - release_at).total_seconds() < 5
            for entry in [*found["facebook"], *found["twilio"]]
        )
        row = await delivery_of(rehearsal, accepted["id"], "x")
        assert row["state"] in ("sending", "unknown")

    @pytest.mark.parametrize(
        "name", ["accept_then_503", "html_body", "drop_after", "empty_body", "malformed_body"]
    )
    async def test_D04_an_answer_that_says_nothing_sure_is_settled_by_looking_and_never_by_posting_again(
        self, rehearsal: Stage, name: str
    ) -> None:
        """Done, and told badly: the board ends at "sent" with the right id, and there is one post."""
        text = f"Facebook answers with {name}."
        params = {"applied": True} if name == "html_body" else {}
        await fault(rehearsal, "facebook", name, **params)
        accepted = await rehearsal.submit(text)

        row = await until(
            partial(delivery_of, rehearsal, accepted["id"], "facebook"),
            lambda row: row["state"] == "sent",
            patience_s=40,
        )

        (post,) = (await rehearsal.applied(text))["facebook"]
        delivery = (await rehearsal.marta.get(f"/deliveries/{row['id']}")).json()
        assert delivery["parts"][0]["remote_id"] == post["remote_id"]

    @pytest.mark.parametrize(("status", "what"), [(500, "slows down"), (504, "takes a breath")])
    async def test_F27_a_5xx_on_posting_is_looked_into_on_every_platform_and_never_posted_twice(
        self, rehearsal: Stage, status: int, what: str
    ) -> None:
        """One update, done and answered with a 5xx on X, Facebook and one of the phones: in the end each has it once."""
        text = f"The team {what}."
        for platform in ("x", "facebook", "twilio"):
            await fault(rehearsal, platform, "accept_then_503", status=status)
        accepted = await rehearsal.submit(text)

        async def unsettled() -> list[dict[str, object]]:
            update = await rehearsal.update(accepted["id"])
            return [
                row
                for row in update["deliveries"]
                if row["state"] not in ("sent", "delivered", "held")
                or any(row["counts"].get(state, 0) for state in ("queued", "sending", "unknown"))
            ]

        await until(unsettled, lambda rows: rows == [], patience_s=100)
        found = await rehearsal.applied(text)
        phones = [entry["to"] for entry in found["twilio"]]
        assert (len(found["x"]), len(found["facebook"])) == (1, 1)
        assert len(phones) == len(set(phones)) == 6

    async def test_F28_a_token_taken_away_pauses_the_channel_and_the_desk_is_told_what_to_do(
        self, rehearsal: Stage
    ) -> None:
        """Paused within one attempt, in words; what waits goes out by itself once it is connected again."""
        text = "The page's token was taken away."
        body = {"platform": "facebook", "name": "revoke_token", "params": {}}
        assert (await rehearsal.world.post("/_sim/faults", json=body)).status_code < 300
        accepted = await rehearsal.submit(text)

        async def channel() -> dict[str, object]:
            rows = (await rehearsal.marta.get("/channels")).json()
            return dict(next(row for row in rows if row["adapter"] == "facebook"))

        paused = await until(channel, lambda row: row["state"] == "paused")
        assert paused["why"]
        assert (await delivery_of(rehearsal, accepted["id"], "facebook"))["state"] == "queued"
        await until(partial(rehearsal.applied, text), lambda found: len(found["twilio"]) == 6)

        assert (await rehearsal.world.delete("/_sim/faults/facebook/revoke_token")).status_code < 300
        resumed = await rehearsal.marta.post(f"/channels/{paused['id']}/resume")
        assert resumed.status_code < 300, resumed.text
        await until(partial(rehearsal.applied, text), lambda found: len(found["facebook"]) == 1)


class TestStop:
    async def test_G6_nothing_starts_after_stop_has_answered_and_a_second_person_starts_again(
        self, rehearsal: Stage
    ) -> None:
        """The ledger holds nothing that began after the answer; whoever stopped cannot start again alone."""
        event = await rehearsal.event()
        text = "This waits for its countdown when STOP is pressed."
        await rehearsal.submit(text)

        stopped = await rehearsal.marta.post(f"/events/{event['id']}/stop")
        assert stopped.status_code == 200, stopped.text
        assert stopped.json()["not_started"] >= 1
        refused = await rehearsal.marta.post(
            f"/events/{event['id']}/updates",
            json={"texts": {"en": "One more."}},
            headers={"idempotency-key": "after-the-stop"},
        )
        alone = await rehearsal.marta.post(f"/events/{event['id']}/restart", json={})
        again = await rehearsal.tom.post(f"/events/{event['id']}/restart", json={})

        assert (refused.status_code, refused.json()["code"]) == (409, "sending_stopped")
        assert alone.status_code == 403, alone.text
        assert again.status_code < 300, again.text
        later = (await rehearsal.event())["sending"]
        if later == "hold":
            assert (await rehearsal.tom.post(f"/events/{event['id']}/resume")).status_code < 300
        after = "And this one goes out after the restart."
        await rehearsal.submit(after)
        await until(partial(rehearsal.applied, after), lambda found: len(found["twilio"]) == 6)
        assert not any((await rehearsal.applied(text)).values())
