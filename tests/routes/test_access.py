"""People, tablets and two-person actions through the real application: what each door answers."""

import base64
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pyotp
import pytest
from sqlalchemy import select

from app.accounts.proposals import Kind
from app.accounts.rights import IN_PERSON, Action
from app.errors import Conflict
from app.models import ApiKey, AuditEntry, Channel, EventRole, LiveEvent, Person, PolicyText, Role
from tests.accounts.test_devices import Tablet
from tests.routes.whole import FIRST, PASSWORD, SECOND, Stage, stage

TWILIO = {"account_sid": "AC" + "0" * 32, "messaging_service_sid": "MG" + "0" * 32}
GATEWAY = {"host": "127.0.0.1", "port": 9, "tls": False, "system_id": "t", "source": "55501"}
PAGE = {"page_token": "t", "app_secret": "s", "verify_token": "v"}


@pytest.fixture
async def house(tmp_path: Path, migrated_file: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path / "data", migrated_file) as made:
        yield made


class TestSigningIn:
    async def test_the_second_factor_is_asked_for_and_a_code_works_once(self, house: Stage) -> None:
        """Set up with the password, on after its first code, asked for from then on."""
        marta = await house.signed_in(FIRST)
        begun = await marta.post("/me/totp", json={"password": PASSWORD})
        totp = pyotp.TOTP(begun.json()["secret"])
        codes = (await marta.post("/me/totp/confirm", json={"code": totp.now()})).json()["codes"]

        client, body = house.client(), {"email": FIRST, "password": PASSWORD}
        asked = await client.post("/session", json=body)
        assert (asked.status_code, asked.json()["code"]) == (401, "second_factor_needed")
        again = await client.post("/session", json={**body, "second": totp.now()})
        assert (again.status_code, again.json()["code"]) == (401, "second_factor_wrong")
        assert (await client.post("/session", json={**body, "second": codes[3]})).status_code == 200
        assert (await client.get("/me")).json()["recovery_codes_left"] == 9

    async def test_a_wrong_own_password_changes_nothing(self, house: Stage) -> None:
        """An unlocked screen is not enough to change how its person comes in."""
        marta = await house.signed_in(FIRST)
        for path, body in (
            ("/me/password", {"old": "not it at all", "new": "another long sentence"}),
            ("/me/totp", {"password": "not it at all"}),
            ("/me/totp/remove", {"password": "not it at all"}),
        ):
            answer = await marta.post(path, json=body)
            assert (answer.status_code, answer.json()["code"]) == (403, "password_wrong")
        await house.signed_in(FIRST)


class TestChoices:
    async def test_language_and_colours_are_ones_own_and_each_is_changed_alone(self, house: Stage) -> None:
        """What is left out stays; a language that no catalogue has is refused; nobody else's screens change."""
        marta, tom = await house.signed_in(FIRST), await house.signed_in(SECOND)
        first = (await marta.get("/me")).json()
        assert (first["lang"], first["theme"]) == ("", "light")
        assert (await marta.patch("/me", json={"lang": "it"})).json() == {"lang": "it", "theme": "light"}
        assert (await marta.patch("/me", json={"theme": "dark"})).json() == {"lang": "it", "theme": "dark"}
        assert (await marta.patch("/me", json={"lang": "de"})).status_code == 422
        assert (await marta.patch("/me", json={"theme": "pink"})).status_code == 422
        kept, other = (await marta.get("/me")).json(), (await tom.get("/me")).json()
        assert (kept["lang"], kept["theme"]) == ("it", "dark")
        assert (other["lang"], other["theme"]) == ("", "light")
        assert (await marta.patch("/me", json={"lang": ""})).json()["lang"] == ""


class TestEnding:
    async def test_S03_one_session_all_sessions_or_the_account(self, house: Stage) -> None:
        """Each is one request; the cookie opens nothing at the next."""
        first, second, third = [await house.signed_in(SECOND) for _ in range(3)]
        rows = (await first.get("/me")).json()["sessions"]
        other = next(row["id"] for row in rows if not row["this"])
        assert (await first.delete(f"/me/sessions/{other}")).status_code == 204
        opened = [(await client.get("/session")).status_code for client in (first, second, third)]
        assert sorted(opened) == [200, 200, 401]
        assert (await first.delete("/me/sessions")).status_code == 204
        assert [(await one.get("/session")).status_code for one in (first, second, third)] == [200, 401, 401]

        marta = await house.signed_in(FIRST)
        tom = (await house.actor(SECOND)).id
        assert (await marta.post(f"/people/{tom}/disable")).status_code == 204
        assert (await first.get("/session")).status_code == 401
        answer = await house.client().post("/session", json={"email": SECOND, "password": PASSWORD})
        assert answer.json()["code"] == "sign_in_failed"

    async def test_nobody_closes_their_own_account_or_the_last_admins(self, house: Stage) -> None:
        """There is always somebody who can put things right."""
        marta = await house.signed_in(FIRST)
        own = (await house.actor(FIRST)).id
        assert (await marta.post(f"/people/{own}/disable")).json()["code"] == "not_oneself"

    async def test_S21_signing_out_clears_what_the_browser_keeps_and_nothing_is_cached(
        self, house: Stage
    ) -> None:
        """A shared tablet forgets; every answer to staff says no-store."""
        marta = await house.signed_in(FIRST)
        for path in ("/session", "/me", "/people", "/channels", "/proposals", "/events"):
            assert (await marta.get(path)).headers["cache-control"] == "no-store", path
        answer = await marta.delete("/session")
        assert answer.headers["clear-site-data"] == '"cache", "cookies", "storage"'
        assert "Max-Age=0" in answer.headers["set-cookie"]

    async def test_S21_the_cookie_cannot_be_read_nor_sent_along(self, house: Stage) -> None:
        """Bound to this host, https only, not for scripts, not from other sites."""
        answer = await house.client().post("/session", json={"email": FIRST, "password": PASSWORD})
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-tocsin=")
        for flag in ("HttpOnly", "Secure", "SameSite=strict", "Path=/"):
            assert flag in cookie
        assert "Domain" not in cookie


Door = tuple[str, str, Any]


async def doors_of_two(
    house: Stage, marta: httpx.AsyncClient, tom: httpx.AsyncClient
) -> tuple[list[Door], httpx.AsyncClient]:
    """Every door behind which something waits for a second person, and a key of marta's that may knock at all."""
    switchboard, people = house.house.switchboard, house.house.people
    sms, spare, old = [
        await switchboard.add(
            "person:1", adapter="twilio", name=name, settings=TWILIO, credentials={"auth_token": "t"}
        )
        for name in ("SMS", "Spare", "Old")
    ]
    nurse = await house.person("Nurse")
    closed = await house.person("Closed")
    assert (await tom.post(f"/people/{closed}/disable")).status_code == 204
    invited = await marta.post(
        "/people", json={"name": "New", "email": "new@valdora.example", "roles": ["admin"]}
    )
    assert (await tom.post(f"/proposals/{invited.json()['id']}/confirm")).status_code == 200
    new = next(one.id for one, _ in await people.listed() if one.email == "new@valdora.example")
    event = await house.event(marta, severity="Severe", headline="Stay inside.")
    address = f"/events/{event['id']}"
    calm = await house.event(marta, "wet-lobby", severity="Moderate")
    said = {"version": calm["version"], "headline": "The lobby is closed."}
    calm = (await marta.patch(f"/events/{calm['id']}", json=said)).json()["event"]
    scopes = [str(action) for action in Action if action not in IN_PERSON]
    key = await marta.post("/api-keys", json={"name": "All", "scopes": scopes})
    assert (await tom.post(f"/proposals/{key.json()['id']}/confirm")).status_code == 200
    program = house.client()
    program.headers["authorization"] = f"Bearer {key.json()['key']}"
    channel = {"adapter": "twilio", "settings": TWILIO, "credentials": {"auth_token": "n"}}
    return [
        ("POST", "/people", {"name": "P", "email": "p@valdora.example", "roles": ["approver"]}),
        ("POST", f"/people/{new}/invitation", None),
        ("POST", f"/people/{closed}/enable", None),
        ("POST", "/events/*/roles", {"person_id": nurse, "role": "approver"}),
        ("POST", "/channels", {**channel, "name": "Another"}),
        ("POST", f"/channels/{sms.id}/credentials", {"credentials": {"auth_token": "n"}}),
        ("PUT", f"/channels/{sms.id}/second", {"second_id": spare.id}),
        ("DELETE", f"/channels/{old.id}", None),
        ("POST", "/api-keys", {"name": "More", "scopes": ["event.read"]}),
        ("POST", "/policy", {"texts": {"en": "Whatever I like."}}),
        ("PATCH", address, {"version": event["version"], "severity": "Minor", "delay_s": 0}),
        ("PATCH", address, {"version": event["version"], "headline": "Leave at once."}),
        ("PATCH", f"/events/{calm['id']}", {"version": calm["version"], "severity": "Severe"}),
    ], program


async def decided_by_two(house: Stage) -> dict[str, list[Any]]:
    """Every row of what two people decide, whole; keys without the moment they were used."""
    found: dict[str, list[Any]] = {}
    async with house.house.database.read() as session:
        for model in (Channel, ApiKey, Person, EventRole, PolicyText, LiveEvent):
            rows = (await session.execute(select(model))).scalars()
            found[model.__name__] = [
                row.model_dump(exclude={"probed_at", "probe_ok", "probe_words"}) for row in rows
            ]
    return found


class TestTwoPeople:
    async def test_S14_a_key_opens_nothing_until_a_second_person_confirmed_it(self, house: Stage) -> None:
        """Its text is shown once, to the one who asked for it."""
        marta, tom = await house.signed_in(FIRST), await house.signed_in(SECOND)
        asked = await marta.post("/api-keys", json={"name": "Cues", "scopes": ["people.read"]})
        assert asked.status_code == 202
        program = house.client()
        program.headers["authorization"] = f"Bearer {asked.json()['key']}"
        assert (await program.get("/people")).json()["code"] == "key_refused"
        own = await marta.post(f"/proposals/{asked.json()['id']}/confirm")
        assert (own.status_code, own.json()["code"]) == (403, "second_person_needed")

        done = await tom.post(f"/proposals/{asked.json()['id']}/confirm")

        assert (done.status_code, done.json()["state"], done.json()["key"]) == (200, "done", None)
        assert (await program.get("/people")).status_code == 200

    async def test_S14_nobody_makes_their_own_second(self, house: Stage) -> None:
        """A person waits, and so does every role whose word lets something go; a presenter's role does not."""
        marta = await house.signed_in(FIRST)
        body = {"name": "Puppet", "email": "p@valdora.example", "roles": ["approver"]}
        assert (await marta.post("/people", json=body)).status_code == 202
        nurse = await house.person("Nurse")
        waits = ("admin", "approver", "narrator", "clinician_reviewer", "family_liaison")
        for role, status in [*((one, 202) for one in waits), ("presenter", 204)]:
            answer = await marta.post("/events/*/roles", json={"person_id": nurse, "role": role})
            assert answer.status_code == status, role
        mine = {
            role.role
            for person, roles in await house.house.people.listed()
            if person.id == nurse
            for role in roles
        }
        assert mine == {"presenter"}
        waiting = (await marta.get("/proposals")).json()
        assert sorted(one["kind"] for one in waiting) == ["person.add", *["role.give"] * len(waits)]

    async def test_S15_a_proposed_channel_shows_no_credential_and_is_there_after_the_second(
        self, house: Stage
    ) -> None:
        """To nobody, in no answer."""
        marta, tom = await house.signed_in(FIRST), await house.signed_in(SECOND)
        body = {
            "adapter": "twilio",
            "name": "SMS",
            "settings": {"account_sid": "AC" + "0" * 32, "messaging_service_sid": "MG" + "0" * 32},
            "credentials": {"auth_token": "canary-token-1"},
        }
        asked = await marta.post("/channels", json=body)
        assert asked.status_code == 202, asked.text
        shown = asked.text + (await tom.get("/proposals")).text
        done = await tom.post(f"/proposals/{asked.json()['id']}/confirm")
        assert done.status_code == 200, done.text
        shown += done.text + (await tom.get("/channels")).text
        assert "canary-token-1" not in shown
        assert [row["name"] for row in (await tom.get("/channels")).json()] == ["SMS"]
        channel = (await tom.get("/channels")).json()[0]["id"]
        other = await tom.post(f"/channels/{channel}/credentials", json={"credentials": {"auth_token": "n2"}})
        assert (other.status_code, other.json()["kind"]) == (202, "channel.credentials")
        assert (await marta.post(f"/proposals/{other.json()['id']}/confirm")).status_code == 200
        gone = await marta.delete(f"/channels/{channel}")
        assert gone.status_code == 202
        assert (await tom.post(f"/proposals/{gone.json()['id']}/confirm")).status_code == 200
        assert (await tom.get("/channels")).json() == []

    async def test_F32_a_second_provider_is_another_sms_channel_that_stands_alone(self, house: Stage) -> None:
        """None by default; not itself, not a page, no chain; and it cannot be removed while it is one."""
        marta, tom = await house.signed_in(FIRST), await house.signed_in(SECOND)
        made = {}
        for adapter, name, settings, credentials in (
            ("twilio", "SMS", TWILIO, {"auth_token": "t"}),
            ("twilio", "Spare", TWILIO, {"auth_token": "t"}),
            ("smpp", "Gateway", GATEWAY, {"password": "p"}),
            ("facebook", "Page", {"page_id": "1", "app_id": "2"}, PAGE),
        ):
            row = await house.house.switchboard.add(
                "person:1", adapter=adapter, name=name, settings=settings, credentials=credentials
            )
            made[name] = row.id
        assert {row["second_id"] for row in (await marta.get("/channels")).json()} == {None}

        async def name_second(first: str, second: str | None) -> int:
            body = {"second_id": None if second is None else made[second]}
            answer = await marta.put(f"/channels/{made[first]}/second", json=body)
            if answer.status_code == 202:
                done = await tom.post(f"/proposals/{answer.json()['id']}/confirm")
                assert done.json()["state"] == "done", done.text
            return int(answer.status_code)

        assert await name_second("SMS", "SMS") == 422
        assert await name_second("SMS", "Page") == 422
        assert await name_second("Page", "SMS") == 422
        assert await name_second("SMS", "Gateway") == 202
        assert await name_second("Gateway", "Spare") == 422
        assert await name_second("Spare", "SMS") == 422
        rows = {row["name"]: row["second_id"] for row in (await marta.get("/channels")).json()}
        assert rows == {"SMS": made["Gateway"], "Spare": None, "Gateway": None, "Page": None}
        with pytest.raises(Conflict):
            await house.house.switchboard.set_state("person:1", made["Gateway"], "off")
        assert await name_second("SMS", None) == 202

    async def test_S14_a_second_provider_is_named_by_two_and_not_in_place_of_one_that_nobody_saw(
        self, house: Stage
    ) -> None:
        """It processes people's numbers: one proposes it, another confirms; what was chosen meanwhile stays."""
        marta, tom = await house.signed_in(FIRST), await house.signed_in(SECOND)
        ids = [
            (
                await house.house.switchboard.add(
                    "person:1", adapter="twilio", name=name, settings=TWILIO, credentials={"auth_token": "t"}
                )
            ).id
            for name in ("SMS", "Gateway", "Spare")
        ]

        async def seconds() -> list[str | None]:
            return [row["second_id"] for row in (await tom.get("/channels")).json()]

        asked, other = [
            await marta.put(f"/channels/{ids[0]}/second", json={"second_id": one}) for one in ids[1:]
        ]
        assert (asked.status_code, asked.json()["kind"]) == (202, "channel.second"), asked.text
        said = asked.json()["payload"]
        assert (said["name"], said["second"], said["instead_of"]) == ("SMS", "Gateway", "")
        own = await marta.post(f"/proposals/{asked.json()['id']}/confirm")
        assert (own.status_code, own.json()["code"]) == (403, "second_person_needed")
        assert await seconds() == [None, None, None]

        done = await tom.post(f"/proposals/{asked.json()['id']}/confirm")
        assert (done.status_code, done.json()["state"]) == (200, "done"), done.text
        late = await tom.post(f"/proposals/{other.json()['id']}/confirm")
        assert (late.status_code, late.json()["code"]) == (409, "changed_meanwhile"), late.text
        assert await seconds() == [ids[1], None, None]

    async def test_S14_one_person_with_every_role_and_a_key_changes_nothing_that_two_decide(
        self, house: Stage
    ) -> None:
        """
        Each kind of proposal through its own door, by session and by key, confirmed by both: all of it still waits,
        nothing that decides who may what, where posts go or how safe an event is has moved. A kind that is new and
        has no door here fails the test; a second person then confirms one of each, so the doors are real ones.
        """
        marta, tom = await house.signed_in(FIRST), await house.signed_in(SECOND)
        doors, program = await doors_of_two(house, marta, tom)
        before = await decided_by_two(house)
        waiting: dict[str, str] = {}
        for one in (marta, program):
            for method, path, body in doors:
                asked = await one.request(method, path, json=body)
                assert asked.status_code == 202, (method, path, asked.text)
                waiting[asked.json()["kind"]] = asked.json()["id"]
                for hand in (marta, program):
                    refused = await hand.post(f"/proposals/{asked.json()['id']}/confirm")
                    assert refused.status_code == 403, (path, refused.text)
        assert set(waiting) == set(Kind)
        assert await decided_by_two(house) == before

        for kind, proposal in waiting.items():
            done = await tom.post(f"/proposals/{proposal}/confirm")
            assert (done.status_code, done.json()["state"]) == (200, "done"), (kind, done.text)

    async def test_S14_alone_at_first_set_up_it_is_done_and_recorded(
        self, tmp_path: Path, migrated_file: Path
    ) -> None:
        """Once: the second person must be somebody who can confirm. Alone, one is shown the whole invitation."""
        async with stage(tmp_path / "alone", migrated_file, second=False) as house:
            marta = await house.signed_in(FIRST)
            body = {"name": "Tom", "email": SECOND, "roles": ["presenter"]}
            refused = await marta.post("/people", json=body)
            assert (refused.status_code, refused.json()["code"]) == (422, "second_person_role")
            made = await marta.post("/people", json={**body, "roles": ["admin"]})
            assert made.status_code == 201, made.text
            tom = house.client()
            came = await tom.post("/session", json={"code": made.json()["code"]})
            assert (came.status_code, came.json()["choose_password"]) == (200, True), came.text
            third = {**body, "email": "c@valdora.example", "roles": ["admin"]}
            assert (await marta.post("/people", json=third)).status_code == 202
            async with house.house.database.read() as session:
                actions = [row.action for row in (await session.execute(select(AuditEntry))).scalars()]
            assert actions.count("two_people.excepted") == 1
            assert actions.count("invitation.make") == 1


class TestPolicy:
    async def test_nobody_posts_before_they_have_read_the_policy_of_now(self, house: Stage) -> None:
        """By version: a new text is read anew. A key reads nothing."""
        marta, tom = await house.signed_in(FIRST), await house.signed_in(SECOND)
        await house.event(marta)
        await house.person("Nurse", {"*": [Role.PRESENTER]}, read=False)
        nurse = await house.signed_in("nurse@valdora.example")
        assert (await nurse.get("/session")).json()["policy_read"] is False
        update_id = (await house.submit(marta)).json()["id"]
        before = await house.counts()
        refused = await house.submit(nurse)
        assert (refused.status_code, refused.json()["code"]) == (403, "policy_not_read")
        for path, body in (
            (f"/updates/{update_id}/corrections", {"kind": "correction", "texts": {"en": "It is dry."}}),
            (f"/updates/{update_id}/rewrite", {"version": 1, "texts": {"en": "It is dry."}}),
        ):
            other = await nurse.post(path, json=body, headers={"idempotency-key": "other-ways"})
            assert (other.status_code, other.json()["code"]) == (403, "policy_not_read"), path
        assert await house.counts() == before
        assert (await nurse.get("/policy")).json()["version"] == 1
        assert (await nurse.post("/policy/acknowledge", json={"version": 1})).status_code == 204
        assert (await house.submit(nurse)).status_code == 201

        asked = await marta.post("/policy", json={"texts": {"en": "Read this anew."}})
        await tom.post(f"/proposals/{asked.json()['id']}/confirm")
        assert (await house.submit(nurse)).json()["code"] == "policy_not_read"
        old = await nurse.post("/policy/acknowledge", json={"version": 1})
        assert (old.status_code, old.json()["code"]) == (409, "policy_moved")


class TestTablet:
    async def test_S13_from_the_code_to_the_wipe(self, house: Stage) -> None:
        """Offer, pair, post, wipe; the wiped tablet is told to forget everything."""
        marta = await house.signed_in(FIRST)
        event = await house.event(marta)
        await house.event(marta, slug="other")
        nurse = await house.person("Nurse", {event["id"]: [Role.PRESENTER]})
        offer = (await marta.post("/events/flood/pairings", json={"person_id": nurse, "name": "T3"})).json()
        assert offer["qr_svg"].startswith("<svg")
        tablet, key = house.client(), Tablet()
        paired = await tablet.post("/devices", json={**_pair(offer["code"], key), "password": PASSWORD})
        assert paired.status_code == 201, paired.text
        assert paired.json()["roles"] == [{"event_id": event["id"], "role": "presenter"}]
        assert (await house.submit(tablet)).status_code == 201
        assert (await house.submit(tablet, slug="other")).status_code == 403
        assert (await tablet.get("/me")).json()["code"] == "not_on_tablet"
        assert (await tablet.get("/people")).status_code == 403
        listed = (await marta.get("/events/flood/devices")).json()
        assert (await marta.delete(f"/devices/{listed[0]['id']}")).status_code == 204

        told = await tablet.get("/session")

        assert (told.status_code, told.json()["code"]) == (401, "device_wiped")
        assert "storage" in told.headers["clear-site-data"]


def _pair(code: str, key: Any) -> dict[str, str]:
    return {"code": code, "public_key": base64.urlsafe_b64encode(key.public_key).decode(), "pin": "7391"}


class TestAudit:
    async def test_one_action_takes_an_events_record_away_as_json_or_csv(self, house: Stage) -> None:
        """Complete, with hashes; the taking is in the record; names that look like formulas stay text (S-08)."""
        marta = await house.signed_in(FIRST)
        await house.event(marta)
        nasty = await house.person("=HYPERLINK", {"*": [Role.PRESENTER]})
        nurse = await house.signed_in("=hyperlink@valdora.example")
        await house.submit(nurse)
        exported = await marta.get("/events/flood/audit")
        body = exported.json()
        assert [one["action"] for one in body["entries"]][:2] == ["event.create", "event.go_live"]
        assert body["entries"][-1]["action"] == "audit.export"
        assert body["head"]["seq"] == body["entries"][-1]["seq"]
        table = await marta.get("/events/flood/audit", params={"format": "csv"})
        assert table.headers["content-disposition"] == 'attachment; filename="audit-flood.csv"'
        assert f'"person:{nasty}","\'=HYPERLINK"' in table.text
        assert '"=HYPERLINK' not in table.text
        assert (await nurse.get("/events/flood/audit")).status_code == 403
