"""Steering: the changed course, the button, and silence."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from app.editorial.silence import Quiet, look
from app.models import Delivery, LiveEvent, Update
from tests.routes.live_house import Live, live

pytestmark = pytest.mark.asyncio(loop_scope="module")
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    async with live(tmp_path_factory.mktemp("watch")) as made:
        yield made


class TestComplication:
    async def test_H04_N10_one_tap_freezes_and_the_family_hears_first(self, house: Live) -> None:
        """
        Any duty: sending holds, questions close, new text is refused, and the public page knows no reason. The line
        waits for the family flag; what counted down before is withdrawn.
        """
        event_id = await house.event("surgery", delay_s=300)
        before = (await house.submit("presenter", event_id, "The tumour is nearly out.")).json()
        called = await house["liaison"].post(f"/events/{event_id}/complication")
        assert called.status_code == 200, called.text
        row = (await house.rows(LiveEvent, id=event_id))[0]
        assert (row.sending, row.replies_open) == ("hold", False)
        page = await house["auditor"].get(f"/events/{event_id}/timeline/public/snapshot")
        assert "complication" not in page.text.lower()
        written = await house.submit("presenter", event_id, "The team needs quiet.")
        early = await house["presenter"].post(
            f"/events/{event_id}/complication/course", json={"course": "line"}
        )
        unqualified = await house["presenter"].post(f"/events/{event_id}/complication/family-told")
        assert (written.status_code, written.json()["code"]) == (409, "complication")
        assert (early.status_code, early.json()["code"]) == (403, "family_first")
        assert unqualified.status_code == 403
        assert (
            await house["liaison"].post(f"/events/{event_id}/complication/family-told")
        ).status_code == 200
        went_on = await house["presenter"].post(
            f"/events/{event_id}/complication/course", json={"course": "line"}
        )
        assert went_on.status_code == 200, went_on.text
        assert (await house.rows(Update, id=before["id"]))[0].state == "withdrawn"
        assert (await house.submit("presenter", event_id, "The team needs quiet.")).status_code == 201
        assert (await house.rows(LiveEvent, id=event_id))[0].sending == "hold"

    async def test_N10_lifting_the_hold_lets_nothing_out_before_the_family_knows(self, house: Live) -> None:
        """A colleague who resumes by habit sends nothing: the gate holds what was counting down."""
        event_id = await house.event("surgery", delay_s=1)
        update_id = (await house.submit("presenter", event_id, "The tumour is nearly out.")).json()["id"]
        await house["clinician"].post(f"/events/{event_id}/complication")
        assert (await house["presenter"].post(f"/events/{event_id}/resume")).status_code == 204
        rows = await house.until(
            lambda: house.rows(Update, id=update_id), lambda rows: rows[0].state != "counting_down"
        )
        assert rows[0].state == "awaiting_approval"
        assert {d.reason for d in await house.rows(Delivery, update_id=update_id)} == {"complication"}


class TestButton:
    async def test_N20_two_operators_never_both_have_it(self, house: Live) -> None:
        """Taken by one; offered, it stays; accepted, it moves; the old one cannot offer it again."""
        event_id = await house.event("press")
        path = f"/events/{event_id}/button"
        assert (await house["presenter"].post(f"{path}/take")).status_code == 204
        taken = await house["admin"].post(f"{path}/take")
        assert (taken.status_code, taken.json()["code"]) == (409, "button_taken")
        assert (await house["admin"].post(f"{path}/accept")).json()["code"] == "not_offered"
        offered = await house["presenter"].post(f"{path}/offer", json={"person_id": house.ids["admin"]})
        assert offered.status_code == 204
        holder = f"person:{house.ids['presenter']}"
        assert (await house.rows(LiveEvent, id=event_id))[0].button_by == holder
        assert await house.house.handovers.near(event_id)
        assert (await house["admin"].post(f"{path}/accept")).status_code == 204
        assert (await house.rows(LiveEvent, id=event_id))[0].button_by == f"person:{house.ids['admin']}"
        again = await house["presenter"].post(f"{path}/offer", json={"person_id": house.ids["second"]})
        assert again.json()["code"] == "not_your_button"

    async def test_a_hold_is_lifted_by_its_maker_or_by_the_button(self, house: Live) -> None:
        """Somebody else is told whose it is."""
        event_id = await house.event("press")
        await house["admin"].post(f"/events/{event_id}/button/take")
        await house["presenter"].post(f"/events/{event_id}/hold")
        other = await house["approver"].post(f"/events/{event_id}/resume")
        assert (other.status_code, other.json()["code"]) == (403, "not_your_hold")
        assert (await house["admin"].post(f"/events/{event_id}/resume")).status_code == 204


class TestSilence:
    @pytest.mark.parametrize(
        ("kind", "minutes", "promised", "expected"),
        [
            ("surgery", 7, None, Quiet.FINE),
            ("surgery", 8, None, Quiet.PROMPT),
            ("surgery", 15, None, Quiet.HOLDING_LINE),
            ("surgery", 15, 5, Quiet.FINE),
            ("crisis", 19, None, Quiet.FINE),
            ("crisis", 30, None, Quiet.HOLDING_LINE),
            ("crisis", 10, 0, Quiet.PROMISE_MISSED),
            ("press", 500, None, Quiet.FINE),
        ],
    )
    async def test_N13_quiet_is_first_a_prompt_and_then_a_line(
        self, kind: str, minutes: int, promised: int | None, expected: Quiet
    ) -> None:
        """By kind, and a promise comes before any rule."""
        at = None if promised is None else NOW + timedelta(minutes=promised)
        found = look(
            kind=kind,
            state="live",
            sending="open",
            last_word_at=NOW - timedelta(minutes=minutes),
            promised_at=at,
            now=NOW,
        )
        assert found.quiet == expected
