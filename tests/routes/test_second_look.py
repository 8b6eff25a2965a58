"""What a text calls itself, and what became of it meanwhile, takes nobody's second look away, nor its countdown."""

import uuid
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
import pytest_asyncio

from app.models import AuditEntry, Delivery, DeliveryState, LiveEvent, Update
from tests.routes.live_house import Live, live

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    async with live(tmp_path_factory.mktemp("second")) as made:
        yield made


async def patched(house: Live, event_id: str, **fields: object) -> None:
    version = (await house.rows(LiveEvent, id=event_id))[0].version
    done = await house["admin"].patch(f"/events/{event_id}", json={"version": version, **fields})
    assert done.status_code == 200, done.text


async def out(house: Live, update_id: str) -> None:
    await house.until(lambda: house.rows(Update, id=update_id), lambda rows: rows[0].state == "released")


async def corrected(house: Live, update_id: str, kind: str, **texts: str) -> Update:
    done = await house["presenter"].post(
        f"/updates/{update_id}/corrections",
        json={"kind": kind, "texts": texts},
        headers={"idempotency-key": str(uuid.uuid4())},
    )
    assert done.status_code == 201, done.text
    return (await house.rows(Update, id=done.json()["id"]))[0]


async def approve(house: Live, update_id: str) -> httpx.Response:
    view = (await house["approver"].get(f"/updates/{update_id}/approval")).json()
    return await house["approver"].post(
        f"/updates/{update_id}/approve", json={"version": view["version"], "checked": True}
    )


class TestKind:
    async def test_S5_S14_where_lines_need_a_nod_no_kind_of_own_words_goes_without_one(
        self, house: Live
    ) -> None:
        """An all clear, and a retraction that says something of its own, are read by a clinician like any line."""
        event_id = await house.event("surgery")
        first = (await house.submit("presenter", event_id, "The kidney is in view.")).json()["id"]
        await out(house, first)
        await patched(house, event_id, policy={"off_script": "nod"})
        sent = await house.submit("presenter", event_id, "The kidney was moved.", kind="all_clear")
        assert sent.json()["state"] == "awaiting_approval", sent.text
        for kind in ("all_clear", "retraction"):
            row = await corrected(house, first, kind, en="The kidney was moved.")
            assert (kind, row.state, row.needs) == (kind, "awaiting_approval", "nod")
        fixed = await corrected(house, first, "retraction")
        assert fixed.needs == ""

    async def test_S8_N1_own_words_count_down_whatever_they_say_they_take_back(self, house: Live) -> None:
        """What is fixed beforehand goes at once; a sentence that somebody just wrote can be pulled back."""
        event_id = await house.event("surgery")
        first = (await house.submit("presenter", event_id, "The kidney is in view.")).json()["id"]
        await out(house, first)
        await patched(house, event_id, delay_s=120)
        own = await corrected(house, first, "retraction", en="The liver is in view.")
        assert own.release_at - own.received_at == timedelta(seconds=120)
        assert (await house["presenter"].post(f"/updates/{own.id}/undo")).status_code == 200
        fixed = await corrected(house, first, "retraction")
        assert fixed.release_at == fixed.received_at


class TestUnreleased:
    async def test_N1_nobody_says_of_what_counts_down_that_it_is_out_or_sends_it_by_itself(
        self, house: Live
    ) -> None:
        """All was stopped in its countdown: it has not left, and would then be missing when its update goes."""
        event_id = await house.event("press", delay_s=60)
        sent = (await house.submit("presenter", event_id, "The gate is open.")).json()["id"]
        stop = await house["admin"].post(f"/events/{event_id}/stop")
        assert stop.status_code == 200, stop.text
        rows = await house.rows(Delivery, update_id=sent)
        assert {(row.state, row.reason) for row in rows} == {(DeliveryState.HELD, "stopped")}
        for row in rows:
            for decision in ("send_again", "it_is_there", "by_hand"):
                done = await house["presenter"].post(
                    f"/deliveries/{row.id}/resolve", json={"decision": decision}
                )
                assert (done.status_code, done.json()["code"]) == (409, "not_released"), done.text
        kept = {"decisions": {sent: "keep", "Mrs Doe in room four": "drop"}}
        restarted = await house["approver"].post(f"/events/{event_id}/restart", json=kept)
        assert restarted.status_code == 204, restarted.text
        waiting = {row.state for row in await house.rows(Delivery, update_id=sent)}
        assert waiting == {DeliveryState.QUEUED}
        # The record cannot be changed any more: it keeps what was decided about, and nobody's words.
        entry = (await house.rows(AuditEntry, event_id=event_id, action="event.restarted"))[0]
        assert entry.detail == {sent: "keep"}


class TestOvertaken:
    async def test_H03_K03_a_correction_brings_no_text_back_that_was_taken_back_meanwhile(
        self, house: Live
    ) -> None:
        """
        It counts down when a colleague takes the wrong text back at once. It does not show it again, struck through,
        nor say what is right about something that nobody can read any more.
        """
        event_id = await house.event("press")
        first = (await house.submit("presenter", event_id, "It is in room four.")).json()["id"]
        await out(house, first)
        await house.shortened(event_id, 2)
        late = await corrected(house, first, "correction", en="It is in the left wing.")
        assert (await corrected(house, first, "retraction")).release_at is not None
        await house.until(lambda: house.rows(Update, id=first), lambda rows: rows[0].on_page == "retracted")
        row = (
            await house.until(
                lambda: house.rows(Update, id=late.id), lambda rows: rows[0].state != "counting_down"
            )
        )[0]
        assert row.state == "withdrawn"
        assert (await house.rows(Update, id=first))[0].on_page == "retracted"
        page = await house["auditor"].get(f"/events/{event_id}/timeline/public/snapshot")
        assert "room four" not in page.text

    async def test_K03_a_correction_of_what_was_taken_back_is_not_let_go(self, house: Live) -> None:
        """Whoever approves it hears that there is nothing to put right any more."""
        event_id = await house.event("press")
        first = (await house.submit("presenter", event_id, "It is in room four.")).json()["id"]
        await out(house, first)
        await house.shortened(event_id, 60)
        late = await corrected(house, first, "correction", en="It is in the left wing.")
        view = (await house["approver"].get(f"/updates/{late.id}/approval")).json()
        back = await house["approver"].post(
            f"/updates/{late.id}/approval/withdraw", json={"version": view["version"]}
        )
        assert back.json()["state"] == "awaiting_approval", back.text
        await corrected(house, first, "retraction")
        await house.until(lambda: house.rows(Update, id=first), lambda rows: rows[0].on_page == "retracted")
        done = await approve(house, late.id)
        assert (done.status_code, done.json()["code"]) == (409, "already_retracted"), done.text

    async def test_N15_what_waits_when_an_event_ends_is_not_let_go_afterwards(self, house: Live) -> None:
        """Everybody has read that it is over; what puts right what is out may still be said."""
        event_id = await house.event("press")
        first = (await house.submit("presenter", event_id, "The gate is open.")).json()["id"]
        await out(house, first)
        waits = (await house.submit("presenter", event_id, "Gate two.", priority="emergency")).json()["id"]
        await house.shortened(event_id, 60)
        right = await corrected(house, first, "correction", en="The gate is shut.")
        view = (await house["approver"].get(f"/updates/{right.id}/approval")).json()
        await house["approver"].post(
            f"/updates/{right.id}/approval/withdraw", json={"version": view["version"]}
        )
        ended = await house["admin"].post(f"/events/{event_id}/end")
        assert ended.status_code == 200, ended.text
        done = await approve(house, waits)
        assert (done.status_code, done.json()["code"]) == (410, "event_ended"), done.text
        assert (await approve(house, right.id)).status_code == 200
