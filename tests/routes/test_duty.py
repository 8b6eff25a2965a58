"""What the desks are told of an event and nobody else: who stopped it, who has the button, a changed course."""

import secrets
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from app.models import LiveEvent
from tests.routes.live_house import Live, live

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    async with live(tmp_path_factory.mktemp("duty")) as made:
        yield made


async def duty(house: Live, event_id: str) -> dict[str, object]:
    answer = await house["auditor"].get(f"/events/{event_id}")
    return dict(answer.json()["event"]["duty"])


class TestDuty:
    async def test_N2_a_stop_says_who_and_when_to_staff_and_to_nobody_else(self, house: Live) -> None:
        """The desks' topic has both; the public page, its stream and the family's are given neither."""
        event_id = await house.event("press")
        assert (await house["presenter"].post(f"/events/{event_id}/stop", json={})).status_code == 200
        found = await duty(house, event_id)
        assert found["sending_by"] == "Presenter"
        assert found["sending_since"] is not None
        desk = await house.house.stream.reader.read_whole(
            (await house.house.stream.open(f"{event_id}:desk")).topic_id
        )
        assert desk.things.event is not None
        assert desk.things.event.duty is not None
        assert desk.things.event.duty.sending_by == "Presenter"
        for topic in ("public", "family"):
            tail = await house.house.stream.open(f"{event_id}:{topic}")
            seen = (await house.house.stream.reader.read_whole(tail.topic_id)).things.event
            assert seen is not None
            assert seen.duty is None, topic
        page = await house["auditor"].get(f"/events/{event_id}/timeline/public/snapshot")
        assert "Presenter" not in page.text

    async def test_the_button_and_its_offer_are_seen_by_every_desk(self, house: Live) -> None:
        """Nobody has it, one has it, one is offered it, the other has it."""
        event_id = await house.event("press")
        assert (await duty(house, event_id))["button_by"] is None
        await house["presenter"].post(f"/events/{event_id}/button/take")
        await house["presenter"].post(
            f"/events/{event_id}/button/offer", json={"person_id": house.ids["approver"]}
        )
        found = await duty(house, event_id)
        assert (found["button_by_name"], found["offered_to_name"]) == ("Presenter", "Approver")
        assert found["offered_to"] == house.ids["approver"]
        await house["approver"].post(f"/events/{event_id}/button/accept")
        found = await duty(house, event_id)
        assert (found["button_by"], found["offered_to"]) == (house.ids["approver"], None)

    async def test_N10_every_desk_sees_that_the_family_was_told(self, house: Live) -> None:
        """Whoever waits for the liaison is told by the stream: the event's version moves."""
        event_id = await house.event("surgery", delay_s=300)
        await house["presenter"].post(f"/events/{event_id}/complication")
        called = (await house["auditor"].get(f"/events/{event_id}")).json()["event"]
        assert called["duty"]["complication"] == "called"
        await house["liaison"].post(f"/events/{event_id}/complication/family-told")
        told = (await house["auditor"].get(f"/events/{event_id}")).json()["event"]
        assert told["duty"]["complication"] == "family_told"
        assert told["version"] > called["version"]
        tail = await house.house.stream.open(f"{event_id}:desk")
        assert tail.state.event.model.version == told["version"]
        await house["presenter"].post(f"/events/{event_id}/complication/course", json={"course": "text_only"})
        assert (await duty(house, event_id))["complication"] == ""


class TestAddress:
    async def test_events_of_one_title_have_each_an_address_of_its_own(
        self, house: Live, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Of many fire drills two draw the same ending one day; the second of them draws again."""
        drawn, draw = iter(("c0de", "c0de", "beef")), secrets.token_hex
        monkeypatch.setattr("secrets.token_hex", lambda n: next(drawn) if n == 2 else draw(n))
        ids = [await house.event("press", title="Fire drill", live=False) for _ in range(3)]
        slugs = [row.slug for id_ in ids for row in await house.rows(LiveEvent, id=id_)]
        assert slugs == ["fire-drill", "fire-drill-c0de", "fire-drill-beef"]


class TestMarks:
    async def test_G10_a_preview_says_where_each_mark_stands_and_what_it_asks(self, house: Live) -> None:
        """Every text that is not simply passed, its language and the channel whose own words it is; code points."""
        event_id = await house.event("press")
        text = "\U0001f642 The record is MRN 00482913."
        answer = await house["presenter"].post(
            f"/events/{event_id}/preview",
            json={
                "texts": {"en": text},
                "channel_texts": {"x": {"en": "Call the patient: +44 20 7946 0958"}},
            },
        )
        spans = answer.json()["guard"]["spans"]
        assert {(span["where"], span["lang"]) for span in spans} == {("", "en"), ("x", "en")}
        assert {span["verdict"] for span in spans} <= {"ask", "block"}
        mine = next(span for span in spans if span["where"] == "")
        assert "00482913" in text[mine["start"] : mine["end"]]

    async def test_G10_the_second_person_reads_the_marks_and_why_it_was_asked(self, house: Live) -> None:
        """They are made anew from the words that wait; what is stored has the reason and no words."""
        event_id = await house.event("press")
        asked = await house.submit(
            "presenter", event_id, "The record is MRN 00482913.", override_reason="It is the form's number"
        )
        view = (await house["approver"].get(f"/updates/{asked.json()['id']}/approval")).json()
        assert view["guard"]["asked"] == "It is the form's number"
        assert "00482913" not in str(view["guard"])
        assert [(span["lang"], span["verdict"]) for span in view["spans"]] == [("en", "block")]
