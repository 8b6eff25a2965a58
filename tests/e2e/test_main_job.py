"""The main job with nothing pretended: two real processes, real HTTP, a real socket; out to everybody and back."""

import time
from collections.abc import AsyncIterator
from datetime import datetime

import pytest
import pytest_asyncio

from tests.e2e.stage import Stage, stage, until, watching

pytestmark = [pytest.mark.processes, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with stage(tmp_path_factory.mktemp("rehearsal"), TOCSIN_DELAYS__REHEARSAL="1") as made:
        yield made


class TestOut:
    async def test_an_update_reaches_X_Facebook_every_phone_and_the_viewer_within_a_second_of_release(
        self, rehearsal: Stage
    ) -> None:
        """Typed once; after its countdown it is everywhere, stamped as a drill, once each."""
        text = "A small ultrasound probe shows where the tumour ends."
        async with watching(rehearsal) as viewer:
            assert (await viewer.next())["type"] == "snapshot"
            accepted = await rehearsal.submit(text)
            release_at = datetime.fromisoformat(accepted["release_at"])

            item = await viewer.item(text)
            seen_late_s = time.time() - release_at.timestamp()

        found = await until(
            lambda: rehearsal.applied(text),
            lambda found: [len(found[name]) for name in ("x", "facebook", "twilio")] == [1, 1, 6],
        )
        last_s = max(
            datetime.fromisoformat(entry["at"]).timestamp() - release_at.timestamp()
            for entries in found.values()
            for entry in entries
        )
        assert item["type"] == "update"
        assert 0 <= seen_late_s < 1
        assert last_s < 1
        for entries in found.values():
            assert all(entry["text"].startswith("DRILL DRILL DRILL.") for entry in entries)

    async def test_the_board_says_sent_only_when_the_platform_has_it_and_delivered_when_a_phone_does(
        self, rehearsal: Stage
    ) -> None:
        """Every delivery ends with the platform's own id or its receipts; the people add up."""
        accepted = await rehearsal.submit("The kidney is pink again.")

        def settled(update: dict[str, object]) -> bool:
            return {one["state"] for one in update["deliveries"]} == {"sent", "delivered"}  # type: ignore[attr-defined]

        update = await until(lambda: rehearsal.update(accepted["id"]), settled)

        by_people = {bool(one["counts"]): one for one in update["deliveries"]}
        assert by_people[True]["state"] == "delivered"
        counts = by_people[True]["counts"]
        assert all(count >= 0 for count in counts.values()), counts
        assert counts["people"] == 6
        assert counts["delivered"] == 6

    async def test_N1_an_update_undone_while_it_counts_down_is_never_sent_anywhere(
        self, rehearsal: Stage
    ) -> None:
        """Undo, then a later update goes out everywhere: the undone one is on no platform and no page."""
        undone = await rehearsal.submit("This was typed by mistake.")
        answer = await rehearsal.tom.post(f"/updates/{undone['id']}/undo")
        assert answer.status_code == 200, answer.text
        later = "This one was meant."
        await rehearsal.submit(later)

        await until(lambda: rehearsal.applied(later), lambda found: len(found["twilio"]) == 6)

        assert not any((await rehearsal.applied("typed by mistake")).values())
        async with watching(rehearsal) as viewer:
            snapshot = await viewer.next()
        assert "mistake" not in str(snapshot)

    async def test_G2_the_same_key_makes_one_update_and_the_same_answer(self, rehearsal: Stage) -> None:
        """A retry is answered byte for byte; another text under the key is refused."""
        event = await rehearsal.event()
        path, headers = f"/events/{event['id']}/updates", {"idempotency-key": "the-same-key-twice"}
        body = {"texts": {"en": "No bleeding."}, "source": "presenter"}

        first = await rehearsal.marta.post(path, json=body, headers=headers)
        second = await rehearsal.marta.post(path, json=body, headers=headers)
        other = await rehearsal.marta.post(path, json={**body, "texts": {"en": "Bleeding."}}, headers=headers)

        assert (first.status_code, second.status_code) == (201, 201)
        assert first.content == second.content
        assert second.headers["idempotency-replayed"] == "true"
        assert (other.status_code, other.json()["code"]) == (422, "key_reused")


class TestBack:
    @pytest.mark.parametrize("platform", ["x", "facebook", "twilio"])
    async def test_an_answer_of_the_public_comes_to_the_desk_is_let_through_and_shows_on_the_viewer(
        self, rehearsal: Stage, platform: str
    ) -> None:
        """Written on the platform, held back, shown by one decision, streamed."""
        text = f"How long does this take, asks {platform}?"
        accepted = await rehearsal.submit(f"The robot is docked, for {platform}.")
        found = await until(
            lambda: rehearsal.applied(f"for {platform}."),
            lambda found: bool(found[platform]) and bool(found["x"]),
        )
        entry = found[platform][0]
        if platform == "x":
            body = {"handle": "nurse_teo", "name": "Teo", "text": text, "in_reply_to": entry["remote_id"]}
            answer = await rehearsal.world.post("/_sim/x/reply", json=body)
        elif platform == "facebook":
            body = {"post_id": entry["remote_id"], "name": "Paolo Riva", "text": text}
            answer = await rehearsal.world.post("/_sim/facebook/comment", json=body)
        else:
            body = {"from": entry["to"], "to": "", "body": text}
            answer = await rehearsal.world.post("/_sim/twilio/inbound", json=body)
        assert answer.status_code < 300, answer.text

        async def replies() -> list[dict[str, object]]:
            return [one for one in await rehearsal.replies() if one["text"] == text]

        (reply,) = await until(replies, lambda found: len(found) == 1)
        assert reply["state"] == "new"
        async with watching(rehearsal) as viewer:
            assert text not in str(await viewer.next())
            shown = await rehearsal.tom.post(
                f"/replies/{reply['id']}/show", json={"version": reply["version"]}
            )
            assert shown.status_code == 200, shown.text
            item = await viewer.item(text)

        assert item["type"] == "reply"
        assert reply["update_id"] == accepted["id"] or platform == "twilio"
