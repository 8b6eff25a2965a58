"""The announcement of the day before and the reminder of the morning: planned, approved, and out at their time or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from app.models import AuditEntry, Delivery, DeliveryPart, LiveEvent, Update
from tests.routes.live_house import Live, live

pytestmark = pytest.mark.asyncio(loop_scope="module")
TAG = "ValdoraKidney"


def noon_zone() -> str:
    """A zone in which it is about noon now, so that "today" and "tomorrow" do not end during a test."""
    hours = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-hours:+d}" if hours else "UTC"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    folder = tmp_path_factory.mktemp("planned")
    async with live(folder, time_zone=noon_zone()) as made:
        yield made


def now_of(house: Live) -> datetime:
    return house.house.clock.now()


def jump(house: Live, to: datetime) -> None:
    """Let the house's clock, and its release, be there."""
    house.house.clock.steer(to)  # type: ignore[attr-defined]
    house.house.engine.wake()


async def upcoming(house: Live, kind: str = "press", **fields: Any) -> str:
    """An event that begins tomorrow at this hour."""
    starts_at = now_of(house) + timedelta(days=1)
    return await house.event(kind, live=False, starts_at=starts_at.isoformat(), **fields)


async def plan(
    house: Live, event_id: str, at: datetime, occasion: str = "day_before", text: str = "", **fields: Any
) -> Any:
    planned = {"occasion": occasion, "at": at.isoformat()}
    return await house.submit(
        "presenter", event_id, text or "Tomorrow we show an operation.", planned=planned, **fields
    )


async def agreed(house: Live, update_id: str, who: str = "approver") -> Any:
    view = (await house["auditor"].get(f"/updates/{update_id}/approval")).json()
    body = {"version": view["version"], "checked": True}
    return await house[who].post(f"/updates/{update_id}/approve", json=body)


async def approved(house: Live, event_id: str, minutes: float = 10, **fields: Any) -> tuple[str, datetime]:
    """Planned for so many minutes from now, and agreed to."""
    at = now_of(house) + timedelta(minutes=minutes)
    made = await plan(house, event_id, at, **fields)
    assert made.status_code == 201, made.text
    done = await agreed(house, made.json()["id"])
    assert done.status_code == 200, done.text
    return made.json()["id"], at


async def row(house: Live, update_id: str) -> Update:
    found: Update = (await house.rows(Update, id=update_id))[0]
    return found


async def becomes(house: Live, update_id: str, state: str) -> Update:
    await house.until(lambda: house.rows(Update, id=update_id), lambda rows: rows[0].state == state)
    return await row(house, update_id)


class TestPlanned:
    async def test_S12_it_waits_for_a_second_person_and_goes_out_at_its_time_with_the_hashtag(
        self, house: Live
    ) -> None:
        """
        Whatever the kind of the event: nobody watches this countdown. Before its time neither a channel nor the public
        page knows of it; at its time both do, the hashtag inserted, and the desk saw it all along.
        """
        event_id = await upcoming(house, hashtags=[TAG])
        at = now_of(house) + timedelta(minutes=10)
        made = await plan(house, event_id, at)
        assert (made.status_code, made.json()["state"]) == (201, "awaiting_approval"), made.text
        update_id = made.json()["id"]
        own = await agreed(house, update_id, "presenter")
        assert own.status_code == 403
        view = (await house["approver"].get(f"/updates/{update_id}/approval")).json()
        assert "It goes out by itself on" in view["confirmation"]["sentence"]
        assert (await agreed(house, update_id)).status_code == 200
        desk = (await house["auditor"].get(f"/updates/{update_id}")).json()
        assert (desk["state"], desk["occasion"]) == ("counting_down", "day_before")
        assert datetime.fromisoformat(desk["planned_at"]) == at == datetime.fromisoformat(desk["release_at"])

        jump(house, at - timedelta(seconds=2))
        await asyncio.sleep(0.05)
        assert (await row(house, update_id)).state == "counting_down"
        assert (await house["auditor"].get(f"/events/{event_id}/timeline/public/snapshot")).status_code == 404
        assert {one.claimable_at for one in await house.rows(Delivery, update_id=update_id)} == {None}
        jump(house, at)
        out = await becomes(house, update_id, "released")
        assert out.released_at is not None
        assert timedelta(0) <= out.released_at - at < timedelta(seconds=5)
        page = (await house["auditor"].get(f"/events/{event_id}/timeline/public/snapshot")).json()
        assert [one["id"] for one in page["items"]] == [update_id]
        assert page["event"]["state"] == "scheduled"
        deliveries = await house.rows(Delivery, update_id=update_id)
        assert len(deliveries) == 2
        for one in deliveries:
            assert one.claimable_at is not None
            assert f"#{TAG}" in (await house.rows(DeliveryPart, delivery_id=one.id))[0].text
        acts = {one.action for one in await house.rows(AuditEntry, subject=update_id)}
        assert {"update.accepted", "update.approved", "update.released"} <= acts

    async def test_S12_a_time_that_cannot_be_right_is_refused_in_words(self, house: Live) -> None:
        """No beginning, the past, after the beginning, another day than the words will say, an event that runs."""
        event_id = await upcoming(house)
        now = now_of(house)
        no_start = await house.event("press", live=False)
        running = await house.event("press", starts_at=(now + timedelta(hours=3)).isoformat())
        for answer, code in (
            (await plan(house, no_start, now + timedelta(minutes=5)), "no_start"),
            (await plan(house, event_id, now - timedelta(minutes=5)), "bad_time"),
            (await plan(house, event_id, now + timedelta(days=1, minutes=5)), "bad_time"),
            (await plan(house, event_id, now + timedelta(minutes=5), "morning"), "bad_time"),
            (await plan(house, event_id, now + timedelta(hours=23), "day_before"), "bad_time"),
            (await plan(house, running, now + timedelta(minutes=5)), "event_begun"),
            (await plan(house, event_id, now + timedelta(minutes=5), kind="all_clear"), "not_plannable"),
        ):
            assert answer.json()["code"] == code, answer.text
            assert answer.status_code in (409, 422)
            assert answer.headers["content-type"] == "application/problem+json"
        assert await house.rows(Update, event_id=event_id) == []

    async def test_S12_one_stands_for_each_occasion_even_when_two_people_plan_at_once(
        self, house: Live
    ) -> None:
        """The other hears of it; what was undone makes room; a reminder has a place of its own."""
        event_id = await upcoming(house)
        at = now_of(house) + timedelta(minutes=30)
        both = await asyncio.gather(*(plan(house, event_id, at) for _ in range(4)))
        assert sorted(one.status_code for one in both) == [201, 409, 409, 409]
        assert {one.json()["code"] for one in both if one.status_code == 409} == {"planned_before"}
        first = next(one.json()["id"] for one in both if one.status_code == 201)
        reminder = await plan(house, event_id, at + timedelta(hours=20), "morning", text="Today we show it.")
        assert reminder.status_code == 201, reminder.text
        assert (await house["presenter"].post(f"/updates/{first}/undo")).status_code == 200
        assert (await plan(house, event_id, at)).status_code == 201

    async def test_S12_the_guard_and_the_consent_bind_it(self, house: Live) -> None:
        """A name is blocked; an operation without a consent plans nothing; one withdrawn takes it back for good."""
        event_id = await upcoming(house, "surgery", deny=["Rosalind Ferrando"])
        at = now_of(house) + timedelta(minutes=10)
        without = await plan(house, event_id, at)
        assert (without.status_code, without.json()["code"][:8]) == (409, "consent_"), without.text
        await house.consent(event_id)
        named = await plan(house, event_id, at, text="Tomorrow we operate on Rosalind Ferrando.")
        assert (named.status_code, named.json()["code"]) == (403, "guard_blocked"), named.text
        update_id, at = await approved(house, event_id)
        revoked = await house["admin"].post(f"/events/{event_id}/consent/revoke", json={"how": "By phone"})
        assert revoked.status_code == 200, revoked.text
        jump(house, at)
        await asyncio.sleep(0.05)
        await house.house.engine.release.release_due()
        assert (await row(house, update_id)).state == "withdrawn"

    async def test_S12_a_hold_does_not_move_its_time_and_a_stop_keeps_it_in(self, house: Live) -> None:
        """Lifted before its time it goes then; while the event is stopped its time passes and nothing leaves."""
        event_id = await upcoming(house)
        update_id, at = await approved(house, event_id)
        path = f"/events/{event_id}"
        assert (await house["presenter"].post(f"{path}/hold")).status_code == 200
        assert (await row(house, update_id)).release_at is None
        jump(house, at - timedelta(minutes=2))
        assert (await house["presenter"].post(f"{path}/resume")).status_code == 204
        assert (await row(house, update_id)).release_at == at
        assert (await house["presenter"].post(f"{path}/stop")).status_code == 200
        jump(house, at + timedelta(seconds=1))
        await house.house.engine.release.release_due()
        assert (await row(house, update_id)).state == "counting_down"
        keep = {"decisions": {update_id: "keep"}}
        assert (await house["approver"].post(f"{path}/restart", json=keep)).status_code == 204
        assert (await house["approver"].post(f"{path}/resume")).status_code == 204
        await becomes(house, update_id, "released")


class TestOvertaken:
    async def test_S12_what_is_late_asks_a_person_and_goes_only_when_they_agree_again(
        self, house: Live
    ) -> None:
        """Nothing of it is out; the desk says why; a new yes gives it a countdown, and past its expiry none does."""
        event_id = await upcoming(house, delay_s=0)
        update_id, at = await approved(house, event_id)
        assert (await house["presenter"].post(f"/events/{event_id}/hold")).status_code == 200
        jump(house, at + timedelta(minutes=6))
        assert (await house["presenter"].post(f"/events/{event_id}/resume")).status_code == 204
        await becomes(house, update_id, "awaiting_approval")
        seen = (await house["auditor"].get(f"/updates/{update_id}")).json()["deliveries"]
        assert {(one["state"], one["reason"]) for one in seen} == {("queued", "planned_late")}
        assert all("planned for" in one["why"] for one in seen)
        listed = (await house["approver"].get(f"/events/{event_id}/approvals")).json()
        assert [one["update_id"] for one in listed] == [update_id]
        assert (await agreed(house, update_id)).status_code == 200
        await becomes(house, update_id, "released")

        other = await upcoming(house, delay_s=0)
        waits = (await plan(house, other, now_of(house) + timedelta(minutes=5))).json()["id"]
        jump(house, (await row(house, waits)).expires_at)
        late = await agreed(house, waits)
        assert (late.status_code, late.json()["code"]) == (409, "expired"), late.text

    async def test_S12_an_event_that_is_moved_asks_again_and_one_that_has_begun_lets_none_out(
        self, house: Live
    ) -> None:
        """ "Tomorrow" was true of another day; and nothing announces what is running."""
        event_id = await upcoming(house)
        update_id, at = await approved(house, event_id)
        event = (await house.rows(LiveEvent, id=event_id))[0]
        later = {"version": event.version, "starts_at": (event.starts_at + timedelta(hours=1)).isoformat()}
        moved = await house["admin"].patch(f"/events/{event_id}", json=later)
        assert moved.status_code == 200, moved.text
        assert (await row(house, update_id)).state == "awaiting_approval"
        assert {one.reason for one in await house.rows(Delivery, update_id=update_id)} == {"planned_moved"}
        assert (await agreed(house, update_id)).status_code == 200
        assert (await row(house, update_id)).release_at == at
        assert (await house["admin"].post(f"/events/{event_id}/go-live")).status_code == 200
        jump(house, at)
        await becomes(house, update_id, "expired")
        waits = await upcoming(house)
        made = (await plan(house, waits, now_of(house) + timedelta(minutes=5))).json()["id"]
        assert (await house["admin"].post(f"/events/{waits}/go-live")).status_code == 200
        refused = await agreed(house, made)
        assert (refused.status_code, refused.json()["code"]) == (409, "event_begun")

    async def test_C4_S12_a_crisis_that_goes_live_puts_what_is_planned_on_hold(self, house: Live) -> None:
        """An operation that is announced tomorrow is routine today: its announcement waits for a person."""
        event_id = await upcoming(house, "surgery")
        await house.consent(event_id)
        update_id, at = await approved(house, event_id)
        await house.event("crisis")
        assert (await house.rows(LiveEvent, id=event_id))[0].sending == "hold"
        jump(house, at)
        await house.house.engine.release.release_due()
        assert (await row(house, update_id)).state == "counting_down"

    async def test_S12_the_checklist_says_whether_it_is_planned_and_approved(self, house: Live) -> None:
        """Nothing, planned, approved, out: three sentences, and the item turns with the second person."""
        event_id = await upcoming(house)

        async def item() -> tuple[bool, str]:
            found = (await house["auditor"].get(f"/events/{event_id}/checklist")).json()
            one = next(one for one in found if one["key"] == "announcement")
            return one["ok"], one["words"]

        said = [await item()]
        at = now_of(house) + timedelta(minutes=10)
        update_id = (await plan(house, event_id, at)).json()["id"]
        said.append(await item())
        assert (await agreed(house, update_id)).status_code == 200
        said.append(await item())
        jump(house, at)
        await becomes(house, update_id, "released")
        said.append(await item())
        assert [ok for ok, _ in said] == [False, False, True, True]
        assert len({words for _, words in said}) == 4
