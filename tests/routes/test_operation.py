"""An operation and a crisis as the people in them live it: who takes part, what is said of whom, and what is kept of it."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audit_verify import judge
from app.accounts.checkpoints import CHECKPOINTS, Checkpoints
from app.accounts.vault import Vault
from app.backup import back_up
from app.ids import new_id
from app.models import AuditEntry, ConsentRecord, LiveEvent, Reply, Update
from tests.routes.live_house import Live, live

pytestmark = pytest.mark.asyncio(loop_scope="module")

DUTIES = {
    "admin": ("admin",),
    "typist": ("presenter",),
    "narrator": ("narrator",),
    "moderator": ("moderator",),
    "clinician": ("clinician_reviewer",),
    "approver": ("approver",),
    "liaison": ("family_liaison",),
    "surgeon": (),
}
NAME = "Rosalind Ferrando"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    async with live(tmp_path_factory.mktemp("operation"), people=DUTIES) as made:
        yield made


async def done(house: Live, who: str, path: str, **body: Any) -> Any:
    answer = await house[who].post(path, json=body)
    assert answer.status_code in (200, 201, 204), (who, path, answer.text)
    return answer


async def acts_of(house: Live, event_id: str) -> dict[str, str]:
    """By action, who did it last."""
    return {one.action: one.actor for one in await house.rows(AuditEntry, event_id=event_id)}


class TestPeople:
    async def test_S1_an_operation_goes_its_whole_way_and_the_surgeon_touches_nothing(
        self, house: Live
    ) -> None:
        """
        From the consent, which the surgeon signs on paper, to the end: every duty does its part, and somebody without
        any is neither needed for it nor let in.
        """
        event_id = await house.event("surgery")
        path = f"/events/{event_id}"
        for who in ("typist", "narrator"):
            sent = await house.submit(who, event_id, f"The {who} writes: the first cut is made.")
            assert sent.status_code == 201, sent.text
        await done(house, "moderator", f"{path}/hold")
        await done(house, "moderator", f"{path}/resume")
        await done(house, "liaison", f"{path}/complication")
        await done(house, "liaison", f"{path}/complication/family-told")
        await done(house, "typist", f"{path}/complication/course", course="text_only")
        await done(house, "moderator", f"{path}/stop")
        await done(house, "approver", f"{path}/restart", decisions={})
        await done(house, "admin", f"{path}/end")

        took_part = {one.actor for one in await house.rows(AuditEntry, event_id=event_id)}
        surgeon = f"person:{house.ids['surgeon']}"
        assert {f"person:{house.ids[who]}" for who in DUTIES} - took_part == {surgeon}
        record = (await house.rows(ConsentRecord, event_id=event_id))[0]
        assert "surgeon" in record.terms["parties"]
        refused = await house["surgeon"].get(path)
        assert refused.status_code == 403, refused.text

    async def test_S2_everybody_on_duty_can_stop_and_is_asked_nothing_more(self, house: Live) -> None:
        """One request without a body, for whoever is signed in with any duty; then nothing new is taken."""
        for who in ("typist", "narrator", "moderator", "clinician", "liaison"):
            event_id = await house.event("press")
            await done(house, who, f"/events/{event_id}/stop")
            assert (await house.rows(LiveEvent, id=event_id))[0].sending == "stop"
            late = await house.submit("typist", event_id)
            assert (late.status_code, late.json()["code"]) == (409, "sending_stopped")


class TestNamed:
    async def test_S4_the_patient_is_the_patient_unless_the_consent_has_a_tick_for_the_name(
        self, house: Live
    ) -> None:
        """The guard blocks the name and offers “the patient”; a reason and a second person are no way round the consent."""
        event_id = await house.event("surgery", deny=[NAME])
        text = f"{NAME} is asleep."
        blocked = await house.submit("typist", event_id, text)
        assert (blocked.status_code, blocked.json()["code"]) == (403, "guard_blocked")
        assert [one["replacement"] for one in blocked.json()["spans"]] == ["the patient"]
        for words in (text, "ROSALIND  FERRANDO is asleep.", "R\u00f3salind Ferrando is asleep."):
            refused = await house.submit("typist", event_id, words, override_reason="The family asked")
            assert (refused.status_code, refused.json()["code"]) == (403, "consent_scope"), refused.text
        assert await house.rows(Update, event_id=event_id) == []
        assert (await house.submit("typist", event_id, "The patient is asleep.")).status_code == 201

        named = await house.event("surgery", live=False, deny=[NAME])
        await house.consent(named, scopes=["text", "name"])
        await house.line(named)
        await done(house, "admin", f"/events/{named}/go-live")
        assert (await house.submit("typist", named, text)).status_code == 403
        asked = await house.submit("typist", named, text, override_reason="The patient wants it")
        assert (asked.status_code, asked.json()["state"]) == (201, "awaiting_approval"), asked.text

    async def test_S15_an_answer_runs_through_the_same_guard_and_a_template_says_whom_to_call(
        self, house: Live
    ) -> None:
        """To say that somebody is a patient is blocked although no name is in it; the template's words go out."""
        phone = "713 555 0134"
        event_id = await house.event("surgery", live=False, allow={"phones": [phone]})
        await house.consent(event_id)
        await house.line(event_id)
        alone = await house["admin"].post(f"/events/{event_id}/go-live")
        assert (alone.status_code, alone.json()["code"]) == (403, "own_allowances"), "S-14: they allowed it"
        assert (await house["approver"].post(f"/events/{event_id}/go-live")).status_code == 200
        reply_id, now = new_id(), house.house.clock.now()

        async def asks(session: AsyncSession) -> None:
            session.add(
                Reply(
                    id=reply_id, event_id=event_id, channel_id=house.channels["x"], remote_id=reply_id,
                    text="Is my mother with you?", lang="en", author_name="Ada", at=now, received_at=now,
                )
            )  # fmt: skip

        await house.house.database.write(asks)
        confirms = await house.submit(
            "typist", event_id, "Yes, your mother was treated here.", answers_reply_id=reply_id
        )
        assert (confirms.status_code, confirms.json()["code"]) == (403, "guard_blocked"), confirms.text
        values = {"phone": phone}
        filled = await house["typist"].post("/templates/cannot-discuss/fill", json={"values": values})
        answered = await house.submit(
            "typist", event_id, filled.json()["texts"]["en"]["280"], answers_reply_id=reply_id, confirmed=True,
            template={"id": "cannot-discuss", "values": values},
        )  # fmt: skip
        assert answered.status_code == 201, answered.text
        assert (await house.rows(Update, id=answered.json()["id"]))[0].kind == "answer"


class TestTime:
    async def test_S8_an_operation_waits_two_minutes_by_default_and_five_at_most(self, house: Live) -> None:
        """Nobody has to set it: what is sent counts down for two minutes; the viewers' stream knows of it."""
        event_id = await house.event("surgery", delay_s=None)
        sent = (await house.submit("typist", event_id, "The first cut is made.")).json()
        waits = datetime.fromisoformat(sent["release_at"]) - datetime.fromisoformat(sent["received_at"])
        assert abs(waits - timedelta(seconds=120)) < timedelta(seconds=1)
        page = (await house["admin"].get(f"/events/{event_id}/timeline/public/snapshot")).json()
        assert (page["event"]["delay_s"], page["items"]) == (120, [])
        body = {"kind": "surgery", "title": "A knee"}
        longest = await house["admin"].post("/events", json={**body, "delay_s": 300})
        longer = await house["admin"].post("/events", json={**body, "delay_s": 301})
        assert (longest.status_code, longer.status_code, longer.json()["code"]) == (201, 422, "bad_delay")

    async def test_S8_nobody_alone_gives_an_operation_less_than_a_minute(self, house: Live) -> None:
        """Made with less it is refused in words; changed to less, before it is live too, a second person confirms it."""
        body = {"kind": "surgery", "title": "A hip"}
        for delay_s in (0, 59):
            refused = await house["admin"].post("/events", json={**body, "delay_s": delay_s})
            assert (refused.status_code, refused.json()["code"]) == (422, "delay_too_short"), refused.text
            assert refused.headers["content-type"] == "application/problem+json"
            assert (refused.json()["least_s"], "60 seconds" in refused.json()["detail"]) == (60, True)
        made = await house["admin"].post("/events", json={**body, "delay_s": 60})
        assert made.status_code == 201, made.text
        event_id = made.json()["event"]["id"]

        async def delay() -> int:
            return int((await house.rows(LiveEvent, id=event_id))[0].delay_s)

        asked = await house["admin"].patch(f"/events/{event_id}", json={"version": 1, "delay_s": 0})
        assert (asked.status_code, await delay()) == (202, 60), asked.text
        path = f"/proposals/{asked.json()['id']}/confirm"
        assert (await house["admin"].post(path)).json()["code"] == "second_person_needed"
        assert (await house["approver"].post(path)).json()["state"] == "done"
        assert await delay() == 0
        told = (await house["typist"].get("/session")).json()["delays"]
        assert told["surgery"] == {"usual_s": 120, "least_s": 60}
        press = await house["admin"].post("/events", json={"kind": "press", "title": "News", "delay_s": 0})
        assert press.status_code == 201

    async def test_C6_the_promise_of_the_next_word_is_on_every_desk_and_on_the_page(
        self, house: Live
    ) -> None:
        """One time, said once, the same for the staff and for the public; taken back it is gone from both."""
        event_id = await house.event("crisis")
        at = house.house.clock.now() + timedelta(minutes=30)
        for promised in (at, None):
            version = (await house.rows(LiveEvent, id=event_id))[0].version
            body = {"version": version, "promised_next_at": promised and promised.isoformat()}
            answer = await house["admin"].patch(f"/events/{event_id}", json=body)
            assert answer.status_code == 200, answer.text
            desk = (await house["typist"].get(f"/events/{event_id}")).json()["event"]
            page = (await house["admin"].get(f"/events/{event_id}/timeline/public/snapshot")).json()["event"]
            said = [one["promised_next_at"] for one in (desk, page)]
            assert [one and datetime.fromisoformat(one) for one in said] == [promised, promised]

    async def test_C7_a_fact_never_changes_without_its_time_and_a_line_of_who_changed_it(
        self, house: Live
    ) -> None:
        """
        The page's facts carry the moment they were looked at, which nobody writes by hand, and their source, without
        which nothing is known. Each change is recorded, and the desk reads what it said before; the public does not.
        """
        event_id = await house.event("crisis", severity="Moderate")
        for n, count in enumerate(("38 people are upstairs.", "41 people are upstairs."), 1):
            before = house.house.clock.now().replace(microsecond=0)
            version = (await house.rows(LiveEvent, id=event_id))[0].version
            pinned: dict[str, Any] = {"know": [count], "unknown": ["Since when."], "do": ["Stay upstairs."]}
            path = f"/events/{event_id}"
            unsourced = await house["admin"].patch(path, json={"version": version, "pinned": pinned})
            assert (unsourced.status_code, unsourced.json()["code"]) == (422, "source_needed")
            pinned["source"] = "The ward's own count"
            by_hand = {"version": version, "pinned": {**pinned, "checked_at": "2020-01-01T00:00:00Z"}}
            assert (await house["admin"].patch(path, json=by_hand)).status_code == 422
            answer = await house["admin"].patch(path, json={"version": version, "pinned": pinned})
            assert answer.status_code == 200, answer.text
            page = (await house["admin"].get(f"{path}/timeline/public/snapshot")).json()["event"]["pinned"]
            assert (page["know"], page["source"]) == ([count], "The ward's own count")
            assert "history" not in page
            assert before <= datetime.fromisoformat(page["checked_at"]) <= house.house.clock.now()
            lines = await house.rows(AuditEntry, event_id=event_id, action="event.change")
            assert [one.detail["fields"] for one in lines] == [["pinned"]] * n
            assert {one.actor for one in lines} == {f"person:{house.ids['admin']}"}
            history = (await house["typist"].get(path)).json()["event"]["pinned"]["history"]
            assert [(one["was"], one["now"], one["by"]) for one in history][-1] == (
                ["38 people are upstairs."] if n > 1 else [],
                [count],
                "Admin",
            )
            assert len(history) == n


KEPT = {
    "button.taken": "typist",
    "update.rewritten": "narrator",
    "update.approved": "approver",
    "guard.overridden": "approver",
    "event.hold": "moderator",
    "event.stop": "moderator",
    "event.restarted": "approver",
}
"""What a court asks for later, and who does it in the test."""


class TestRecord:
    async def test_N19_G12_what_was_held_stopped_edited_and_overridden_is_kept_and_any_change_to_it_shows(
        self, house: Live, tmp_path: Path
    ) -> None:
        """
        A whole course leaves a line for each act with its person, the button's too. Afterwards the database's owner
        changes, or takes out, each of those lines and the last one: the verifier finds every single one.
        """
        event_id = await house.event("crisis", delay_s=300)
        path = f"/events/{event_id}"
        await done(house, "typist", f"{path}/button/take")
        first = (await house.submit("typist", event_id, "Leave the ground floor.")).json()

        async def act(who: str, what: str, update: dict[str, Any], **body: Any) -> None:
            view = (await house["approver"].get(f"/updates/{update['id']}/approval")).json()
            await done(house, who, f"/updates/{update['id']}/{what}", version=view["version"], **body)

        await act("narrator", "rewrite", first, texts={"en": "Leave the ground floor now."})
        await act("approver", "approve", first, checked=True)
        code = (await house.submit("typist", event_id, "Form MRN 00482913.", override_reason="A form")).json()
        await act("approver", "approve", code, checked=True, reason="It is a form's number")
        await done(house, "moderator", f"{path}/hold")
        await done(house, "moderator", f"{path}/stop")
        await done(house, "approver", f"{path}/restart", decisions={first["id"]: "drop", code["id"]: "drop"})

        by = await acts_of(house, event_id)
        assert {name: by.get(name) for name in KEPT} == {
            name: f"person:{house.ids[who]}" for name, who in KEPT.items()
        }
        key = Vault({"00" * 8: bytes(32)}).signing_key(CHECKPOINTS)
        points = Checkpoints(house.house.database, key, house.house.clock, tmp_path / "second", every_s=60)
        assert await points.write()
        kept = tmp_path / "kept.sqlite3"
        await asyncio.to_thread(back_up, Path(str(house.house.database.url.database)), kept)

        def verdict(*statements: str) -> str:
            copy = tmp_path / "copy.sqlite3"
            shutil.copy(kept, copy)
            with sqlite3.connect(copy) as link:
                for name in ("audit_entry_no_update", "audit_entry_no_delete"):
                    link.execute(f"DROP TRIGGER {name}")
                for statement in statements:
                    assert link.execute(statement).rowcount == 1
            link.close()
            return judge(str(copy), tmp_path / "second", [points.public_key]).broken

        assert verdict() == ""
        seqs = {
            one.action: one.seq
            for one in await house.rows(AuditEntry, event_id=event_id)
            if one.action in KEPT
        }
        last = max(one.seq for one in await house.rows(AuditEntry))
        unseen = [
            (name, statement)
            for name, seq in [*seqs.items(), ("the last", last)]
            for statement in (
                f"UPDATE audit_entry SET actor = 'person:nobody' WHERE seq = {seq}",
                f"DELETE FROM audit_entry WHERE seq = {seq}",
            )
            if not verdict(statement)
        ]
        assert unseen == []
