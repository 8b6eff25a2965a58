"""What one person alone, or somebody who may not any more, once got past: each way in, shut."""

import uuid
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.passwords import Passwords
from app.accounts.rights import Actor
from app.editorial.correcting import Ask
from app.models import AuditEntry, Delivery, LiveEvent, Person, PhoneCode, Role, Update
from tests.routes.live_house import PEOPLE, Live, live

pytestmark = pytest.mark.asyncio(loop_scope="module")

PASSWORD = "a sentence that nobody guesses"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    async with live(
        tmp_path_factory.mktemp("ways"), people={**PEOPLE, "both": ("presenter", "approver")}
    ) as made:
        yield made


async def out(house: Live, update_id: str) -> None:
    await house.until(lambda: house.rows(Update, id=update_id), lambda rows: rows[0].state == "released")


async def agreed(house: Live, update_id: str) -> None:
    """A second person lets it go, and it is out."""
    view = (await house["approver"].get(f"/updates/{update_id}/approval")).json()
    done = await house["approver"].post(
        f"/updates/{update_id}/approve", json={"version": view["version"], "checked": True}
    )
    assert done.status_code == 200, done.text
    await out(house, update_id)


async def corrected(house: Live, who: str, update_id: str, kind: str, text: str = "") -> tuple[int, str]:
    answer = await house[who].post(
        f"/updates/{update_id}/corrections",
        json={"kind": kind, "texts": {"en": text} if text else {}, "confirmed": True},
        headers={"idempotency-key": str(uuid.uuid4())},
    )
    return answer.status_code, answer.json().get("code", "")


class TestTimes:
    @pytest.mark.parametrize(
        "written", ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "1970-01-01T00:00:00Z"]
    )
    async def test_G3_a_clock_that_shows_a_strange_year_keeps_nothing_else_from_going_out(
        self, house: Live, written: str
    ) -> None:
        """One text from a tablet with a dead clock once stopped every release of the house for good."""
        event_id = await house.event("press")
        late = await house.submit("presenter", event_id, "From a tablet.", composed_at=written)
        assert late.status_code == 201, late.text
        await out(house, late.json()["id"])
        row = (await house.rows(Update, id=late.json()["id"]))[0]
        assert row.composed_at >= (await house.rows(LiveEvent, id=event_id))[0].created_at

    async def test_S22_a_time_without_a_zone_or_of_no_calendar_is_refused_and_breaks_nothing(
        self, house: Live
    ) -> None:
        """422 with the field, never a failure of ours."""
        event_id = await house.event("press")
        naive = await house.submit("presenter", event_id, "Now.", composed_at="2026-11-22T10:00:00")
        assert (naive.status_code, naive.json()["code"]) == (422, "invalid_input"), naive.text
        version = (await house.rows(LiveEvent, id=event_id))[0].version
        for name in ("starts_at", "promised_next_at"):
            for value in ("2026-11-22T10:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"):
                answer = await house["admin"].patch(
                    f"/events/{event_id}", json={"version": version, name: value}
                )
                assert answer.status_code == 422, (name, value, answer.text)


class TestSaid:
    async def test_G10_the_address_of_an_event_is_read_by_the_privacy_check_as_its_title_is(
        self, house: Live
    ) -> None:
        """It is on every link, in every log of every browser, and nobody can take it back."""
        for slug in ("mrs-jane-doe-hip", "mrn-00482913"):
            body = {"kind": "surgery", "title": "An operation", "slug": slug}
            refused = await house["admin"].post("/events", json=body)
            assert (refused.status_code, refused.json()["code"]) == (403, "guard_blocked")
            assert refused.json()["where"] == "address"
        assert not await house.rows(LiveEvent, slug="mrn-00482913")
        plain = await house["admin"].post("/events", json={**body, "slug": "kidney-surgery"})
        assert plain.status_code == 201, plain.text

    async def test_G10_a_correction_does_not_finish_what_an_update_began(self, house: Live) -> None:
        """Half a number in one text and half in the next is a number, whatever the next one calls itself."""
        event_id = await house.event("press")
        first = (await house.submit("presenter", event_id, "The number starts with 0048")).json()
        await out(house, first["id"])
        again = await house.submit("presenter", event_id, "then 2913", confirmed=True)
        assert (again.status_code, again.json()["code"]) == (403, "guard_blocked")
        for kind in ("correction", "retraction", "all_clear"):
            assert await corrected(house, "presenter", first["id"], kind, "then 2913") == (
                403,
                "guard_blocked",
            )
        assert await corrected(house, "presenter", first["id"], "retraction") == (201, "")

    async def test_S17_one_request_asks_the_privacy_check_for_a_bounded_number_of_looks(
        self, house: Live
    ) -> None:
        """A body full of channels or languages that do not exist once held up the whole house."""
        event_id = await house.event("press")
        many = {f"c{n}": {"en": "Gate 1."} for n in range(17)}
        for path, body in (
            ("updates", {"texts": {"en": "Gate 1."}, "channel_texts": many}),
            ("preview", {"texts": {"en": "Gate 1."}, "channel_texts": many}),
            ("preview", {"texts": {"en": "Gate 1."}, "alt": {f"l{n}": "Gate 1." for n in range(9)}}),
        ):
            answer = await house["presenter"].post(
                f"/events/{event_id}/{path}", json=body, headers={"idempotency-key": str(uuid.uuid4())}
            )
            assert answer.status_code == 422, answer.text


class TestOver:
    async def test_S14_an_all_clear_that_was_taken_back_ends_no_incident(self, house: Live) -> None:
        """Two gave it and one took it back, so the danger stands: nobody calls the incident over alone."""
        event_id = await house.event("crisis")
        alert = (await house.submit("presenter", event_id, "Leave the ground floor.")).json()
        await agreed(house, alert["id"])
        clear = (await house.submit("presenter", event_id, "All is safe.", kind="all_clear")).json()
        await agreed(house, clear["id"])
        assert (await corrected(house, "approver", clear["id"], "retraction"))[0] == 201
        await house.until(
            lambda: house.rows(Update, id=clear["id"]), lambda rows: rows[0].on_page == "retracted"
        )
        ended = await house["presenter"].post(f"/events/{event_id}/end")
        assert (ended.status_code, ended.json()["code"]) == (409, "all_clear_first")


class TestComingIn:
    async def test_S14_an_unlocked_screen_gives_nobody_a_passkey_of_somebody_else(self, house: Live) -> None:
        """Whoever adds one at a colleague's desk would be the second person of their own decisions from then on."""
        hashed = await Passwords().hash(PASSWORD)

        async def has_a_password(session: AsyncSession) -> None:
            (await session.get_one(Person, house.ids["second"])).password_hash = hashed

        await house.house.database.write(has_a_password)
        for body, status in (({}, 422), ({"password": "not it at all"}, 403), ({"password": PASSWORD}, 200)):
            answer = await house["second"].post("/me/passkeys/options", json=body)
            assert answer.status_code == status, answer.text

    async def test_S14_an_unlocked_screen_gives_nobody_a_sheet_of_codes_of_somebody_else(
        self, house: Live
    ) -> None:
        """Twelve codes are twelve words of a colleague for a day, without the colleague."""
        event_id = await house.event("crisis")
        path = f"/events/{event_id}/phone-codes"
        hashed = await Passwords().hash(PASSWORD)

        async def has_a_password(session: AsyncSession) -> None:
            (await session.get_one(Person, house.ids["second"])).password_hash = hashed

        await house.house.database.write(has_a_password)
        for body, status in (({}, 422), ({"password": "not it at all"}, 403), ({"password": PASSWORD}, 201)):
            assert (await house["second"].post(path, json=body)).status_code == status
        assert len(await house.rows(PhoneCode, person_id=house.ids["second"])) == 12

    async def test_S13_a_sheet_of_codes_ends_with_the_account_and_does_not_come_back_with_it(
        self, house: Live
    ) -> None:
        """Closed because it was in wrong hands, opened again an hour later: the old sheet is still nobody's word."""
        event_id = await house.event("crisis")
        sheet = await house["second"].post(f"/events/{event_id}/phone-codes", json={"password": PASSWORD})
        assert sheet.status_code == 201
        admin = Actor("person", house.ids["admin"], "Admin")
        await house.house.sessions.disable(admin, house.ids["second"])
        await house.house.sessions.enable(admin.label, house.ids["second"])
        row = (await house.submit("presenter", event_id, "Leave now.")).json()
        asked = await house["presenter"].post(f"/updates/{row['id']}/read-out", json={"version": 1})
        assert (asked.status_code, asked.json()["code"]) == (409, "no_codes")

    async def test_S14_what_somebody_proposed_who_may_not_any_more_is_not_confirmed(
        self, house: Live
    ) -> None:
        """Two people are two who may; a role that was taken takes the half of the decision with it."""
        event_id = await house.event("crisis")
        version = (await house.rows(LiveEvent, id=event_id))[0].version
        asked = await house["both"].patch(
            f"/events/{event_id}", json={"version": version, "headline": "Leave by gate 3."}
        )
        assert asked.status_code == 202
        for role in ("presenter", "approver"):
            body = {"person_id": house.ids["both"], "role": role, "held": False}
            assert (await house["admin"].post("/events/*/roles", json=body)).status_code == 204
        refused = await house["approver"].post(f"/proposals/{asked.json()['id']}/confirm")
        assert (refused.status_code, refused.json()["code"]) == (409, "proposer_gone")
        assert (await house.rows(LiveEvent, id=event_id))[0].headline == ""
        assert not await house.rows(AuditEntry, event_id=event_id, action="proposal.confirm")


class TestPutRight:
    async def test_K03_what_a_correction_takes_for_not_out_is_looked_at_again_at_the_door(
        self, house: Live
    ) -> None:
        """Both channels are paused, so nobody got the wrong text there; until the right one is out nobody does."""
        engine = house.house.engine
        for channel_id in house.channels.values():
            await engine.stop_control.kill_channel(channel_id, "op")
        event_id = await house.event("press")
        first = (await house.submit("presenter", event_id, "The left gate is open.")).json()
        await out(house, first["id"])
        waiting = await house.rows(Delivery, update_id=first["id"])
        actor = Actor("person", house.ids["presenter"], "Pres", {"*": frozenset({Role.PRESENTER})})
        ask = Ask(kind="correction", texts={"en": "The right gate is open."}, ways={})
        decided = await house.house.corrector.decide(actor, first["id"], ask, key="k", body_hash="h")
        assert sorted(decided.not_out) == sorted((row.id, row.fence) for row in waiting)
        await house.shortened(event_id, 600)
        assert await corrected(house, "presenter", first["id"], "correction", "The right gate is open.") == (
            201,
            "",
        )
        for channel_id in house.channels.values():
            await engine.stop_control.resume_channel(channel_id, "op")
        rows = await house.until(
            lambda: house.rows(Delivery, update_id=first["id"]),
            lambda rows: all(row.reason == "put_right" for row in rows),
        )
        assert len(rows) == len(waiting) > 0
        assert all(row.attempts == waiting[0].attempts == 0 for row in rows)
