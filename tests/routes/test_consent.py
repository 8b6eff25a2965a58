"""No consent, no publication: at the door, at go-live, at the permit, and when it is withdrawn."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.gate import Permit, Refusal
from app.broadcast.intents import DecidedUpdate, PlannedDelivery
from app.clock import ManualClock
from app.editorial.consent_watch import OVERDUE, ConsentWatch
from app.editorial.gate import EditorialGate
from app.models import Attempt, AuditEntry, Channel, ConsentRecord, Delivery, LiveEvent, Update
from tests.routes.live_house import SIGNED, Live, live

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    async with live(tmp_path_factory.mktemp("consent")) as made:
        yield made


EACH_FIELD = {
    **dict.fromkeys(("description", "discloser", "recipients", "purpose", "right_to_revoke"), ""),
    **dict.fromkeys(("not_conditioned", "redisclosure", "plain_language", "copy_given"), False),
    "until_event_ends": False,
    "signed_by": "",
    "signed_at": "",
    "signer": None,
    "scopes": [],
    "channels": [],
    "stop_conditions": [],
    "parties": ["surgeon"],
    "revokers": [],
}


class TestGoingLive:
    @pytest.mark.parametrize("field", sorted(EACH_FIELD))
    async def test_H01_S3_one_missing_field_keeps_the_event_from_going_live(
        self, house: Live, field: str
    ) -> None:
        """The record cannot be confirmed, the refusal names the field, and the event stays where it is."""
        event_id = await house.event("surgery", live=False)
        written = await house["admin"].put(
            f"/events/{event_id}/consent", json=house.form(**{field: EACH_FIELD[field]})
        )
        assert written.status_code == 200, written.text

        confirmed = await house["admin"].post(
            f"/events/{event_id}/consent/confirm", json={"version": written.json()["version"]}
        )
        went = await house["admin"].post(f"/events/{event_id}/go-live")

        wanted = "expires_at" if field == "until_event_ends" else field
        assert confirmed.status_code == 409
        assert [one["field"] for one in confirmed.json()["missing"]] == [wanted]
        assert (went.status_code, went.json()["code"]) == (409, "consent_incomplete")
        assert (await house.rows(LiveEvent, id=event_id))[0].state == "draft"

    @pytest.mark.parametrize(
        ("fields", "wanted"),
        [
            ({"signer": "representative"}, "representative_authority"),
            ({"minor": True}, "assent"),
            ({"marketing": True}, "remuneration"),
            ({"until_event_ends": False, "expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
            ({"scopes": ["text", "everything"]}, "scopes"),
            ({"revokers": ["nobody"]}, "revokers"),
        ],
    )
    async def test_H01_S3_what_one_answer_makes_necessary_is_asked_for(
        self, house: Live, fields: dict[str, object], wanted: str
    ) -> None:
        """A representative needs an authority, a minor assents, marketing says who pays, the past is no expiry."""
        event_id = await house.event("surgery", live=False)
        written = await house["admin"].put(f"/events/{event_id}/consent", json=house.form(**fields))
        confirmed = await house["admin"].post(
            f"/events/{event_id}/consent/confirm", json={"version": written.json()["version"]}
        )
        assert [one["field"] for one in confirmed.json()["missing"]] == [wanted]

    async def test_S22_a_stranger_does_not_learn_which_events_there_are(self, house: Live) -> None:
        """An event that is there and one that is not answer alike, drafts included, on every way to withdraw."""
        event_id = await house.event("surgery", live=False, slug="a-secret-operation")
        stranger = httpx.AsyncClient(
            timeout=30, base_url=f"{house.base}/api/v1", headers={"x-tocsin": "1"}, trust_env=False
        )
        async with stranger:
            answers = [
                await stranger.post(f"/events/{one}/consent/revoke", json={})
                for one in ("a-secret-operation", event_id, "not-there")
            ]
        assert [(one.status_code, one.json()) for one in answers] == [(401, answers[0].json())] * 3

    async def test_N4_no_record_no_go_live(self, house: Live) -> None:
        """The event says what is missing before anything else."""
        event_id = await house.event("surgery", live=False)
        went = await house["admin"].post(f"/events/{event_id}/go-live")
        assert (went.status_code, went.json()["code"]) == (409, "consent_none")

    async def test_a_second_person_must_check_it(self, house: Live) -> None:
        """The one who wrote or confirmed it cannot confirm it again; half a check is no check."""
        event_id = await house.event("surgery", live=False)
        record = (await house["admin"].put(f"/events/{event_id}/consent", json=house.form())).json()
        path = f"/events/{event_id}/consent/confirm"
        record = (await house["admin"].post(path, json={"version": record["version"]})).json()
        assert record["state"] == "recorded"

        again = await house["admin"].post(path, json={"version": record["version"]})
        went = await house["admin"].post(f"/events/{event_id}/go-live")
        stale = await house["approver"].post(path, json={"version": record["version"] - 1})
        done = await house["approver"].post(path, json={"version": record["version"]})

        assert (again.status_code, again.json()["code"]) == (403, "second_person")
        assert (went.status_code, went.json()["code"]) == (409, "consent_incomplete")
        assert (stale.status_code, stale.json()["code"]) == (409, "changed_meanwhile")
        assert done.json()["standing"] == "good"

    async def test_a_change_undoes_the_check(self, house: Live) -> None:
        """What two people confirmed is that form and no other."""
        event_id = await house.event("surgery", live=False)
        await house.consent(event_id)
        version = (await house["admin"].get(f"/events/{event_id}/consent")).json()["version"]
        changed = await house["admin"].put(
            f"/events/{event_id}/consent", json=house.form(version=version, purpose="Something else")
        )
        assert changed.json()["standing"] == "incomplete"
        assert (await house["admin"].post(f"/events/{event_id}/go-live")).status_code == 409

    async def test_H03_the_page_promises_what_two_people_confirmed_and_nothing_once_it_is_not_so(
        self, house: Live
    ) -> None:
        """Said after the second look; not while the record is changed, and never after a withdrawal. No term is public."""
        event_id = await house.event("surgery")

        async def said() -> str:
            answer = await house["auditor"].get(f"/events/{event_id}/timeline/public/snapshot")
            assert "representative" not in answer.text
            return str(answer.json()["event"]["about_patient"])

        path = f"/events/{event_id}/consent"
        assert await said() == "unnamed"
        version = (await house["admin"].get(path)).json()["version"]
        changed = house.form(version=version, scopes=["text", "name"], signer="representative",
                             representative_authority="Parent")  # fmt: skip
        record = (await house["admin"].put(path, json=changed)).json()
        assert await said() == ""
        for who in ("admin", "approver"):
            confirmed = await house[who].post(f"{path}/confirm", json={"version": record["version"]})
            assert confirmed.status_code == 200, confirmed.text
            record = confirmed.json()
        assert await said() == "agreed"
        assert (await house["liaison"].post(f"{path}/revoke", json={})).status_code == 200
        assert await said() == ""

    async def test_a_channel_the_signer_did_not_see_keeps_the_event_from_going_live(
        self, house: Live
    ) -> None:
        """Consent names its channels."""
        event_id = await house.event("surgery", live=False)
        await house.consent(event_id, channels=[house.channels["x"]])
        went = await house["admin"].post(f"/events/{event_id}/go-live")
        assert (went.status_code, went.json()["code"]) == (409, "consent_channel")

    async def test_G11_the_second_provider_of_a_channel_needs_the_consent_as_well(self, house: Live) -> None:
        """Going live names it; the gate lets the first alone carry; named later, it keeps no update back."""
        x, facebook = house.channels["x"], house.channels["facebook"]

        async def name_second(second_id: str | None) -> None:
            async with house.house.database.transaction() as session:
                await session.execute(update(Channel).where(col(Channel.id) == x).values(second_id=second_id))

        event_id = await house.event("surgery", live=False, channels={x: None})
        await house.consent(event_id, channels=[x])
        await house.line(event_id)
        await name_second(facebook)
        try:
            went = await house["admin"].post(f"/events/{event_id}/go-live")
            stands = (await house["admin"].get(f"/events/{event_id}/consent")).json()
            assert (went.status_code, went.json()["code"]) == (409, "consent_channel")
            assert "Facebook, a second provider" in went.json()["detail"]
            assert stands["uncovered_channels"] == [facebook]
            assert stands["seconds"] == [{"id": facebook, "name": "Facebook"}]
            await name_second(None)
            assert (await house["admin"].post(f"/events/{event_id}/go-live")).status_code == 200
            await name_second(facebook)
            said = await house.submit("presenter", event_id, "The valve is in view.")
            assert said.status_code < 300, said.text
            (delivery,) = await house.rows(Delivery, update_id=said.json()["id"])
            gate = EditorialGate(house.house.clock, drill=False)
            async with house.house.database.read() as session:
                first = await gate.check(session, [delivery.id])
                second = await gate.check(session, [delivery.id], second_id=facebook)
                kept = [await gate.keeps_from(session, {event_id}, one) for one in (facebook, x)]
        finally:
            await name_second(None)
        assert first[delivery.id] == Permit()
        assert kept == [{event_id}, set()]
        answer = second[delivery.id]
        assert isinstance(answer, Refusal)
        assert (answer.state, answer.reason) == ("held", "consent_second")
        assert answer.why == "The consent does not cover the second provider."

    async def test_S3_the_name_is_sealed_and_in_no_answer_and_no_audit(self, house: Live) -> None:
        """Who signed is on no screen, in no log and in no readable column."""
        event_id = await house.event("surgery", live=False)
        await house.consent(event_id)
        answer = (await house["auditor"].get(f"/events/{event_id}/consent")).text
        record = (await house.rows(ConsentRecord, event_id=event_id))[0]
        entries = await house.rows(AuditEntry, event_id=event_id)
        assert record.names_enc is not None
        for place in (answer, str(record.terms), str(record.names_enc), str([e.detail for e in entries])):
            assert "Ferrando" not in place
        opened = house.house.consents._vault.open(record.names_enc, about=f"consent:{record.id}").decode()
        assert opened.startswith(SIGNED["signed_by"])


LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


async def run_out(house: Live, event_id: str, *, seen: bool = False) -> None:
    """
    The event's consent has just ended; `seen` is one whose taking back died after its first transaction, and since
    when the clock was set back.
    """

    async def expire(session: AsyncSession) -> None:
        record = max(await house.rows(ConsentRecord, event_id=event_id), key=lambda row: row.n)
        ago = -timedelta(hours=1) if seen else timedelta(seconds=1)
        record.expires_at = house.house.clock.now() - ago
        record.ran_out_at = LONG_AGO if seen else None
        await session.merge(record)

    await house.house.database.write(expire)


class TestWhileLive:
    async def test_H02_expiry_in_the_middle_refuses_the_door_and_the_permit(self, house: Live) -> None:
        """What was accepted under a good consent does not leave under one that has run out, and never will."""
        event_id = await house.event("surgery", delay_s=1)
        accepted = await house.submit("presenter", event_id, "The first cut is made.")
        assert accepted.status_code == 201, accepted.text

        await run_out(house, event_id)
        refused = await house.submit("presenter", event_id, "The second cut is made.")
        update_id = accepted.json()["id"]
        rows = await house.until(
            lambda: house.rows(Update, id=update_id), lambda rows: rows[0].state != "counting_down"
        )
        await ConsentWatch(house.house.database, house.house.consents, house.house.clock).look()

        assert (refused.status_code, refused.json()["code"]) == (409, "consent_expired")
        assert rows[0].state in (
            "awaiting_approval",
            "withdrawn",
        )  # whoever of the gate and the watch came first
        assert (await house.rows(Update, id=update_id))[0].state == "withdrawn"
        assert {d.reason for d in await house.rows(Delivery, update_id=update_id)} == {"consent_expired"}
        assert all(d.claimable_at is None for d in await house.rows(Delivery, update_id=update_id))

    async def test_H02_what_is_out_is_taken_back_once_the_time_that_was_signed_for_is_over(
        self, house: Live
    ) -> None:
        """By itself and once, by the way a withdrawal goes: our page is emptied, and the record says so."""
        event_id = await house.event("surgery")
        out = (await house.submit("presenter", event_id, "The kidney is in view.")).json()["id"]
        await house.until(lambda: house.rows(Update, id=out), lambda rows: rows[0].state == "released")
        watch = ConsentWatch(house.house.database, house.house.consents, house.house.clock)
        assert event_id not in await watch.look()

        await run_out(house, event_id)
        took = [await watch.look(), await watch.look()]

        records = await house.rows(ConsentRecord, event_id=event_id)
        assert records[0].ran_out_at is not None
        assert records[0].taken_back_at is not None
        assert sum(found.count(event_id) for found in took) <= 1  # the house's own watch may have been first
        assert (await house.rows(Update, id=out))[0].on_page == "retracted"
        page = await house["auditor"].get(f"/events/{event_id}/timeline/public/snapshot")
        assert "kidney" not in page.text
        told = [entry.action for entry in await house.rows(AuditEntry, event_id=event_id)]
        assert told.count("consent.ran_out") == 1

    async def test_H02_a_take_back_that_died_half_way_is_done_by_the_next_look(self, house: Live) -> None:
        """
        The event was off and nothing was deleted yet: the next look asks for the deletions, without a second entry, and
        nothing goes out again because by the clock its consent still holds.
        """
        event_id = await house.event("surgery")
        out = (await house.submit("presenter", event_id, "The kidney is in view.")).json()["id"]
        await house.until(lambda: house.rows(Update, id=out), lambda rows: rows[0].state == "released")
        await run_out(house, event_id, seen=True)
        await ConsentWatch(house.house.database, house.house.consents, house.house.clock).look()
        records = await house.until(
            lambda: house.rows(ConsentRecord, event_id=event_id),
            lambda rows: rows[0].taken_back_at is not None,
        )
        assert records[0].ran_out_at == LONG_AGO
        again = await house.submit("presenter", event_id, "The second cut is made.")
        assert (again.status_code, again.json()["code"]) == (409, "consent_expired")
        assert (await house.rows(Update, id=out))[0].on_page == "retracted"
        told = [entry.action for entry in await house.rows(AuditEntry, event_id=event_id)]
        assert "consent.ran_out" not in told

    async def test_H02_a_consent_that_is_signed_anew_runs_out_like_the_first(self, house: Live) -> None:
        """A record of its own, signed by name again; what went out under it is taken back in its turn."""
        event_id = await house.event("surgery")
        watch = ConsentWatch(house.house.database, house.house.consents, house.house.clock)
        for n in (1, 2):
            sent = (await house.submit("presenter", event_id, f"Part {n} begins.")).json()["id"]
            await house.until(partial(house.rows, Update, id=sent), lambda rows: rows[0].state == "released")
            await run_out(house, event_id)
            await watch.look()
            await house.until(
                lambda: house.rows(ConsentRecord, event_id=event_id),
                lambda rows, n=n: len(rows) == n and all(row.taken_back_at is not None for row in rows),
            )
            assert (await house.rows(Update, id=sent))[0].on_page == "retracted"
            if n == 1:
                version = (await house["admin"].get(f"/events/{event_id}/consent")).json()["version"]
                unsigned = house.form(version=version, signed_by="")
                again = await house["admin"].put(f"/events/{event_id}/consent", json=unsigned)
                assert [one["field"] for one in again.json()["missing"]] == ["signed_by"], again.text
                await house.consent(event_id, version=again.json()["version"])
                live = await house["admin"].post(f"/events/{event_id}/go-live")
                assert live.status_code == 200, live.text
        # What was agreed first is kept as it was, as the law asks.
        first, second = sorted(await house.rows(ConsentRecord, event_id=event_id), key=lambda row: row.n)
        assert (first.state, first.n, second.n) == ("complete", 1, 2)

    async def test_H02_a_newer_consent_counts_and_nothing_is_taken_back(self, house: Live) -> None:
        """Signed again before the first one ended: the old record's time means nothing any more."""
        event_id = await house.event("surgery")
        out = (await house.submit("presenter", event_id, "The kidney is in view.")).json()["id"]
        await house.until(lambda: house.rows(Update, id=out), lambda rows: rows[0].state == "released")
        first = (await house.rows(ConsentRecord, event_id=event_id))[0]
        later = house.house.clock.now() + timedelta(days=9)
        fields = {**first.model_dump(), "id": f"{first.id}-2", "n": first.n + 1, "expires_at": later}

        async def sign_again(session: AsyncSession) -> None:
            session.add(ConsentRecord(**fields))
            await session.merge(
                ConsentRecord(
                    **{**first.model_dump(), "expires_at": house.house.clock.now() - timedelta(seconds=1)}
                )
            )

        await house.house.database.write(sign_again)
        assert (
            event_id
            not in await ConsentWatch(house.house.database, house.house.consents, house.house.clock).look()
        )
        assert (await house.rows(Update, id=out))[0].on_page != "retracted"

    async def test_H03_N4_anybody_on_duty_withdraws_and_nothing_waits_or_starts_any_more(
        self, house: Live
    ) -> None:
        """One call: the composer is locked, what waited is withdrawn, our page is emptied, within a second."""
        event_id = await house.event("surgery")
        out = await house.submit("presenter", event_id, "The kidney is in view.")
        await house.until(
            lambda: house.rows(Update, id=out.json()["id"]), lambda rows: rows[0].state == "released"
        )
        answer = await house["admin"].patch(
            f"/events/{event_id}",
            json={"version": (await house.rows(LiveEvent, id=event_id))[0].version, "delay_s": 300},
        )
        assert answer.status_code == 200, answer.text
        waiting = await house.submit("presenter", event_id, "And now the stitches.")

        asked_at = house.house.clock.now()
        revoked = await house["liaison"].post(f"/events/{event_id}/consent/revoke", json={"how": "daughter"})

        assert revoked.status_code == 200, revoked.text
        record = (await house.rows(ConsentRecord, event_id=event_id))[0]
        assert (record.revoked_at - asked_at).total_seconds() < 1
        assert revoked.json()["taken_back"] == 1
        locked = await house.submit("presenter", event_id, "One more thing.")
        assert (locked.status_code, locked.json()["code"]) == (409, "consent_revoked")
        assert (await house.rows(Update, id=waiting.json()["id"]))[0].state == "withdrawn"
        assert (await house.rows(Update, id=out.json()["id"]))[0].on_page == "retracted"
        # What was being tried at that moment comes back refused by the dead platform; its next permit is refused too.
        await house.until(
            lambda: house.rows(Delivery, event_id=event_id),
            lambda rows: {d.state for d in rows if d.act != "delete"} <= {"withdrawn", "sent"},
        )
        ids = {d.id for d in await house.rows(Delivery, event_id=event_id) if d.act != "delete"}
        starts = [a.intent_at for a in await house.rows(Attempt) if a.delivery_id in ids]
        assert [start for start in starts if start >= record.revoked_at] == []
        page = await house["auditor"].get(f"/events/{event_id}/timeline/public/snapshot")
        assert [item["state"] for item in page.json()["items"]] == ["retracted"]
        assert "kidney" not in page.text
        assert "daughter" not in str([e.detail for e in await house.rows(AuditEntry, event_id=event_id)])

    @pytest.mark.parametrize("ago", [timedelta(minutes=2), -timedelta(hours=1)], ids=["", "clock_set_back"])
    async def test_H03_a_withdrawal_that_died_half_way_is_finished_by_a_later_look(
        self, house: Live, ago: timedelta
    ) -> None:
        """The event was off and nothing was deleted yet: nobody can withdraw again, so the watch deletes what is out."""
        event_id = await house.event("surgery")
        out = (await house.submit("presenter", event_id, "The kidney is in view.")).json()["id"]
        await house.until(lambda: house.rows(Update, id=out), lambda rows: rows[0].state == "released")
        now = house.house.clock.now()

        async def is_out(session: AsyncSession, when: datetime) -> None:
            (await session.get_one(Update, out)).released_at = when - timedelta(minutes=3)
            where = col(Delivery.update_id) == out
            await session.execute(update(Delivery).where(where).values(state="sent", permit_at=when))
            records = await house.rows(ConsentRecord, event_id=event_id)
            records[0].state, records[0].revoked_at = "revoked", when - ago
            await session.merge(records[0])

        await house.house.engine.take_off.event(event_id, "consent_revoked", is_out)
        clock = ManualClock(house.house.clock.now())
        watch = ConsentWatch(house.house.database, house.house.consents, clock)
        await watch.look()
        clock.advance(OVERDUE.total_seconds())
        await watch.look()
        record = (await house.rows(ConsentRecord, event_id=event_id))[0]
        assert record.taken_back_at >= now
        back = (await house.rows(Update, of_update_id=out))[0]
        deletions = await house.rows(Delivery, update_id=back.id)
        assert {(one.act, one.channel_id) for one in deletions} == {
            ("delete", channel_id) for channel_id in house.channels.values()
        }

    async def test_H03_no_key_that_somebody_sends_keeps_a_post_from_being_taken_back(
        self, house: Live
    ) -> None:
        """What we ask for ourselves has keys that nobody else can send: theirs are visible ASCII."""
        event_id = await house.event("surgery")
        out = (await house.submit("presenter", event_id, "The kidney is in view.")).json()["id"]
        await house.until(lambda: house.rows(Update, id=out), lambda rows: rows[0].state == "released")
        sent = await house["presenter"].post(
            f"/events/{event_id}/updates",
            json={"texts": {"en": "The artery is closed."}},
            headers={"idempotency-key": f"take-back-{out}"},
        )
        assert sent.status_code == 201, sent.text
        where = col(Delivery.update_id) == out
        async with house.house.database.transaction() as session:
            await session.execute(update(Delivery).where(where).values(state="sent"))

        revoked = await house["liaison"].post(f"/events/{event_id}/consent/revoke", json={})

        assert revoked.status_code == 200, revoked.text
        (back,) = await house.rows(Update, of_update_id=out)
        assert {one.act for one in await house.rows(Delivery, update_id=back.id)} == {"delete"}
        assert not back.client_key.isascii()

    async def test_H03_G11_nothing_about_the_patient_stays_on_our_page_or_comes_back_to_it(
        self, house: Live
    ) -> None:
        """Replies that were let through, the headline and the facts go with the updates; nobody puts others there."""
        event_id = await house.event("surgery", headline="The bypass begins at noon.")
        first, second = (
            await house.reply(event_id, "So brave of her."),
            await house.reply(event_id, "How is she?"),
        )
        shown = await house["presenter"].post(f"/replies/{first}/show", json={"version": 1})
        assert shown.status_code == 200, shown.text

        async def patched(**fields: object) -> Any:
            version = (await house.rows(LiveEvent, id=event_id))[0].version
            return await house["admin"].patch(f"/events/{event_id}", json={"version": version, **fields})

        assert (
            await patched(pinned={"know": ["The chest is open."], "source": "the ward"})
        ).status_code == 200
        page = f"/events/{event_id}/timeline/public/snapshot"
        before = (await house["auditor"].get(page)).text
        assert all(words in before for words in ("So brave", "bypass", "chest"))

        assert (await house["liaison"].post(f"/events/{event_id}/consent/revoke", json={})).status_code == 200

        after = (await house["auditor"].get(page)).text
        assert [words for words in ("So brave", "bypass", "chest") if words in after] == []
        refused = [
            await house["presenter"].post(f"/replies/{second}/show", json={"version": 1}),
            await patched(headline="She goes on."),
            await patched(pinned={"do": ["Think of her."]}),
            await patched(place="Theatre 4"),
        ]
        assert [(one.status_code, one.json()["code"]) for one in refused] == [(409, "consent_revoked")] * 4

    async def test_H03_a_named_revoker_without_a_role_of_duty_can_withdraw(self, house: Live) -> None:
        """The person the patient named is enough, whatever else they may not do; a stranger is not."""
        event_id = await house.event("surgery", live=False)
        await house.consent(event_id, revokers=[house.ids["auditor"]])
        assert (await house["auditor"].post(f"/events/{event_id}/consent/revoke", json={})).status_code == 200

        other = await house.event("surgery", live=False)
        await house.consent(other)
        refused = await house["auditor"].post(f"/events/{other}/consent/revoke", json={})
        assert refused.status_code == 403

    async def test_G11_the_gate_refuses_what_slipped_past_the_door(self, house: Live) -> None:
        """An update that some other code accepted on a patient event without consent leaves no process."""
        event_id = await house.event("surgery", live=False)
        decided = DecidedUpdate(
            event_id=event_id,
            kind="update",
            priority="normal",
            client_key="slipped-past",
            body_hash="x",
            texts={"en": "Slipped past."},
            deliveries=(PlannedDelivery(house.channels["x"], ("Slipped past.",)),),
            delay_s=0,
            expires_in_s=600,
            composed_at=house.house.clock.now(),
            guard={"decision": "pass"},
        )
        accepted = await house.house.engine.publisher.accept(decided, lambda _: b"{}")
        rows = await house.until(
            lambda: house.rows(Update, id=accepted.update_id), lambda rows: rows[0].state != "counting_down"
        )
        assert rows[0].state == "awaiting_approval"
        assert (await house.rows(Delivery, update_id=accepted.update_id))[0].reason == "consent_none"


class TestWorlds:
    async def test_H06_live_refuses_an_invented_record(self, house: Live) -> None:
        """The mark is the world's own: no field of the form sets it, and a moved row is refused."""
        event_id = await house.event("surgery", live=False)
        await house.consent(event_id)

        async def mark(session: object) -> None:
            record = (await house.rows(ConsentRecord, event_id=event_id))[0]
            record.invented = True
            await session.merge(record)  # type: ignore[attr-defined]

        await house.house.database.write(mark)
        forged = await house["admin"].put(
            f"/events/{event_id}/consent", json=house.form(version=1, invented=True)
        )
        went = await house["admin"].post(f"/events/{event_id}/go-live")
        assert forged.status_code == 422
        assert (went.status_code, went.json()["code"]) == (409, "consent_wrong_world")
