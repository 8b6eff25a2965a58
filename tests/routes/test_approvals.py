"""Two people: who lets a dangerous text go, what they read, and that nobody does it alone."""

import asyncio
import itertools
import json
import os
import random
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audit import AuditLog
from app.accounts.proposals import Kind, Wish
from app.accounts.rights import Action, Actor, allows
from app.broadcast.gate import Refusal
from app.broadcast.intents import DecidedUpdate
from app.broadcast.words import sentence
from app.editorial.accepting import decide_and_accept
from app.editorial.correcting import Ask
from app.editorial.cue_sheet import NewCue
from app.editorial.delegate_watch import DelegateWatch
from app.editorial.gate import EditorialGate
from app.editorial.lapse_watch import LapseWatch
from app.editorial.scripted import is_signed
from app.editorial.submission import Submission, TemplateUse
from app.editorial.templates import Template, fill, origin_of
from app.errors import AppError, Conflict, Forbidden
from app.ids import new_id
from app.models import (
    Approval,
    AuditEntry,
    Delivery,
    DeliveryPart,
    LiveEvent,
    Person,
    PhoneCode,
    Proposal,
    Role,
    Step,
    StoredTemplate,
    Update,
    UpdateRevision,
    UpdateState,
)
from tests.routes.live_house import PEOPLE, Live, live

pytestmark = pytest.mark.asyncio(loop_scope="module")

# What makes one text another. Counted, not drawn: the privacy check rightly asks about some random letters and digits.
NUMBERS = itertools.count(1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    async with live(
        tmp_path_factory.mktemp("approvals"), people={**PEOPLE, "both": ("presenter", "approver")}
    ) as made:
        yield made


async def waiting(house: Live, who: str = "presenter", **fields: object) -> dict[str, object]:
    """A Severe crisis with one text that waits; the approver's view of it."""
    event_id = await house.event("crisis", place="Via del Molo", delay_s=10)
    answer = await house.submit(who, event_id, "Leave the ground floor now.", **fields)
    assert answer.status_code == 201, answer.text
    assert answer.json()["state"] == "awaiting_approval"
    view = await house["approver"].get(f"/updates/{answer.json()['id']}/approval")
    assert view.status_code == 200, view.text
    return dict(view.json())


async def do(house: Live, who: str, view: dict[str, object], what: str, **body: object) -> object:
    return await house[who].post(
        f"/updates/{view['update_id']}/{what}", json={"version": view["version"], **body}
    )


def lapse_watch(house: Live) -> LapseWatch:
    made = house.house
    return LapseWatch(made.database, AuditLog(), made.clock, new_id, made.announce)


class Undone(Exception):
    """What was tried in a transaction is not kept."""


class TestApprove:
    async def test_a_severe_crisis_waits_and_an_approver_lets_it_go(self, house: Live) -> None:
        """Nothing counts down before; afterwards it does, and the record says who."""
        view = await waiting(house)
        assert (await house.rows(Update, id=view["update_id"]))[0].release_at is None
        done = await do(house, "approver", view, "approve", checked=True)
        assert done.status_code == 200, done.text
        row = (await house.rows(Update, id=view["update_id"]))[0]
        assert row.state == "counting_down"
        assert 0 < (row.release_at - house.house.clock.now()).total_seconds() <= 10
        assert [one["by_name"] for one in done.json()["decisions"]] == ["Approver"]

    async def test_the_writer_cannot_approve_and_neither_can_who_is_no_approver(self, house: Live) -> None:
        """Their view says so before they press, and the server says it again."""
        view = await waiting(house, "both")
        own = (await house["both"].get(f"/updates/{view['update_id']}/approval")).json()
        assert "own message" in own["yours"]
        refused = await do(house, "both", view, "approve", checked=True)
        assert (refused.status_code, refused.json()["code"]) == (403, "own_message")
        clinician = await do(house, "clinician", view, "approve", checked=True)
        assert (clinician.status_code, clinician.json()["code"]) == (403, "not_an_approver")
        assert (await do(house, "presenter", view, "approve", checked=True)).status_code == 403

    async def test_the_view_says_which_texts_the_privacy_check_knows_little_of(self, house: Live) -> None:
        """Nobody who lets it go takes for checked what was only not found, in whatever words of it."""
        view = await waiting(house)
        assert view["little_known"] == []
        own = {"x": {"en": "غادروا الطابق الأرضي الآن."}}
        assert (await waiting(house, channel_texts=own))["little_known"] == ["en"]

    async def test_the_view_shows_every_final_text_the_reach_in_words_and_what_changed(
        self, house: Live
    ) -> None:
        """Not the form: what leaves, per channel, against what is out."""
        view = await waiting(house, correction={"en": "You can stay where you are."})
        assert [one["parts"] for one in view["channels"]] == [["Leave the ground floor now."]] * 2
        assert [one["reach"] for one in view["channels"]] == [
            "everybody who follows X",
            "everybody who follows Facebook",
        ]
        assert view["changed"]["en"] == [{"op": "new", "text": "Leave the ground floor now."}]
        assert "Alert everybody" in view["confirmation"]["button"]
        assert "Via del Molo" in view["confirmation"]["sentence"]
        assert view["correction"] == {"en": "You can stay where you are."}

    async def test_many_who_look_at_once_do_not_wait_for_each_other(self, house: Live) -> None:
        """Twenty approvers open one view together: a view takes one connection after the other, never two at a time."""
        view = await waiting(house)
        async with asyncio.timeout(20):
            answers = await asyncio.gather(
                *(house["approver"].get(f"/updates/{view['update_id']}/approval") for _ in range(20))
            )
        assert {one.status_code for one in answers} == {200}

    async def test_G10_an_identifier_split_over_two_texts_that_wait_is_seen_when_the_second_is_let_go(
        self, house: Live
    ) -> None:
        """Each was harmless when it was written, since the other had not been said; a harmless third one goes."""
        event_id = await house.event("crisis", place="Via del Molo", delay_s=10)
        texts = ("The record number begins 4410", "and then 8821", "The car park is open.")
        views = []
        for text in texts:
            answer = await house.submit("presenter", event_id, text)
            assert (answer.status_code, answer.json()["state"]) == (201, "awaiting_approval"), answer.text
            view = await house["approver"].get(f"/updates/{answer.json()['id']}/approval")
            views.append(view.json())
        done = [await do(house, "approver", view, "approve", checked=True) for view in views]
        assert [one.status_code for one in done] == [200, 403, 200], [one.text for one in done]
        assert done[1].json()["code"] == "guard_blocked"
        rows = [(await house.rows(Update, id=view["update_id"]))[0].state for view in views]
        assert rows == ["counting_down", "awaiting_approval", "counting_down"]
        noted = await house.rows(AuditEntry, event_id=event_id, action="guard.blocked")
        assert [(one.actor, one.detail["classes"]) for one in noted] == [
            (f"person:{house.ids['approver']}", ["H"])
        ]

    async def test_not_ticking_the_check_approves_nothing(self, house: Live) -> None:
        """The one human check is not optional."""
        view = await waiting(house)
        assert (await do(house, "approver", view, "approve", checked=False)).status_code == 422

    async def test_rejecting_withdraws_it_for_good_and_says_why(self, house: Live) -> None:
        """The reason is for the writer; the audit keeps that there was one, not its words."""
        view = await waiting(house)
        done = await do(house, "approver", view, "reject", reason="The gate is the wrong one")
        assert done.json()["state"] == "withdrawn"
        entries = await house.rows(AuditEntry, subject=view["update_id"])
        assert "update.rejected" in {one.action for one in entries}
        assert "gate" not in str([one.detail for one in entries])


class TestChange:
    async def test_sent_back_it_needs_other_words_from_somebody_else(self, house: Live) -> None:
        """The returner cannot resubmit, nobody approves the old words, and the new ones are asked about anew."""
        view = await waiting(house)
        view = (await do(house, "both", view, "send-back", reason="Name the gate")).json()
        stale = await do(house, "approver", view, "approve", checked=True)
        assert (stale.status_code, stale.json()["code"]) == (409, "sent_back")
        own = await do(house, "both", view, "rewrite", texts={"en": "Leave by the North Gate."})
        assert (own.status_code, own.json()["code"]) == (403, "returner_cannot_resubmit")
        view = (
            await do(house, "presenter", view, "rewrite", texts={"en": "Leave by the North Gate."})
        ).json()
        assert view["revision"] == 2, view
        assert (view["channels"][0]["parts"], view["channel_texts"]) == (["Leave by the North Gate."], {})
        own = {"x": {"en": "NORTH GATE"}}
        view = (
            await do(
                house, "presenter", view, "rewrite", texts={"en": "By the North Gate."}, channel_texts=own
            )
        ).json()
        assert view["channel_texts"] == own
        assert [one["parts"] for one in view["channels"]] == [["NORTH GATE"], ["By the North Gate."]]
        assert view["compared_with"] == "the version before"
        assert (await do(house, "approver", view, "approve", checked=True)).status_code == 200

    async def test_K02_a_change_voids_what_was_read(self, house: Live) -> None:
        """An approval of the version before is refused and says which one to read."""
        view = await waiting(house)
        assert (await do(house, "admin", view, "rewrite", texts={"en": "Stay inside."})).status_code == 200
        late = await do(house, "approver", view, "approve", checked=True)
        assert (late.status_code, late.json()["code"]) == (409, "changed_meanwhile")
        assert late.json()["current"] > view["version"]

    async def test_K02_of_two_at_once_one_wins_and_the_other_sees_why(self, house: Live) -> None:
        """Approve, change, reject, send back and undo in random pairs at the same time: never both, never neither."""
        acts = {
            "approve": ("approver", {"checked": True}),
            "reject": ("second", {"reason": "Not now"}),
            "send-back": ("second", {"reason": "Not so"}),
            "rewrite": ("presenter", {"texts": {"en": "Go upstairs."}}),
        }
        dice = random.Random(2)
        for _ in range(12):
            view = await waiting(house)
            pair = dice.sample(sorted(acts), 2)
            answers = await asyncio.gather(
                *(do(house, acts[name][0], view, name, **acts[name][1]) for name in pair)
            )
            assert sorted(one.status_code for one in answers) == [200, 409], (pair, [a.text for a in answers])
            loser = next(one for one in answers if one.status_code == 409).json()
            assert loser["code"] == "changed_meanwhile"

    async def test_K02_an_approval_taken_back_in_the_countdown_stops_it(self, house: Live) -> None:
        """It waits again, and the gate finds no approval any more."""
        view = await waiting(house)
        view = (await do(house, "approver", view, "approve", checked=True)).json()
        back = await do(house, "approver", view, "approval/withdraw")
        assert back.json()["state"] == "awaiting_approval"
        assert (await house.rows(Update, id=view["update_id"]))[0].release_at is None

    async def test_the_last_word_is_the_one_that_was_said_last_also_after_a_clock_was_set_back(
        self, house: Live
    ) -> None:
        """Taken back at what the clock then called ten minutes from now: who approves afterwards has the last word."""
        view = await waiting(house)
        view = (await do(house, "approver", view, "approve", checked=True)).json()
        view = (await do(house, "approver", view, "approval/withdraw")).json()

        async def fast(session: AsyncSession) -> None:
            for one in await house.rows(Approval, update_id=view["update_id"]):
                one.at += timedelta(minutes=10)
                await session.merge(one)

        await house.house.database.write(fast)
        answer = await do(house, "second", view, "approve", checked=True)
        assert [one["verdict"] for one in answer.json()["decisions"]] == ["approved", "withdrawn", "approved"]
        async with house.house.database.read() as session:
            gate = EditorialGate(house.house.clock, drill=False)
            told = await gate.check_release(session, [view["update_id"]])  # type: ignore[list-item]
        assert not isinstance(told[view["update_id"]], Refusal)  # type: ignore[index]

    @pytest.mark.parametrize("reason", ["crisis_raised", "planned_late", "read_together", "restored"])
    async def test_what_it_waited_for_is_not_said_any_more_once_it_counts_down(
        self, house: Live, reason: str
    ) -> None:
        """Its deliveries said why somebody was asked; from the approval on they count down like any other."""
        view = await waiting(house)
        of_it = {"update_id": view["update_id"]}

        async def as_after(session: AsyncSession) -> None:
            said = {"reason": reason, "why": "It waited.", "next_step": "Look first."}
            await session.execute(
                update(Delivery).where(Delivery.update_id == view["update_id"]).values(**said)  # type: ignore[arg-type]
            )

        await house.house.database.write(as_after)
        answer = await do(house, "approver", view, "approve", checked=True)
        assert answer.status_code == 200, answer.text
        said = {(row.reason, row.why, row.next_step) for row in await house.rows(Delivery, **of_it)}
        words = sentence("waits_for_release", zone=UTC)
        assert said == {("waits_for_release", words.why, words.next_step)}

    @pytest.mark.parametrize("how", ["approver_closed", "approver_role", "approver_signed_out"])
    async def test_a_word_lapses_with_the_right_to_give_it_as_long_as_it_counts_down(
        self, house: Live, how: str
    ) -> None:
        """The countdown stops, the desk reads why, the record has it, and somebody else's word lets it go."""
        who = f"gone-{how}"
        await house.add_person(who, ["approver"])
        view = await waiting(house)
        view = (await do(house, who, view, "approve", checked=True)).json()
        person, admin = house.ids[who], house["admin"]
        match how:
            case "approver_closed":
                done = await admin.post(f"/people/{person}/disable")
            case "approver_role":
                body = {"person_id": person, "role": "approver", "held": False}
                done = await admin.post("/events/*/roles", json=body)
            case _:
                done = await admin.delete(f"/people/{person}/sessions")
        assert done.status_code == 204, done.text
        await lapse_watch(house).look()
        row = (await house.rows(Update, id=view["update_id"]))[0]
        assert (row.state, row.release_at, row.needs) == ("awaiting_approval", None, "approver")
        assert {(one.state, one.reason) for one in await house.rows(Delivery, update_id=row.id)} == {
            ("queued", how)
        }
        (entry,) = await house.rows(AuditEntry, subject=row.id, action="update.approval_lapsed")
        assert (entry.actor, entry.detail["reason"]) == ("system", how)
        # The screen that is still open says that its owner is out; it does not only do nothing.
        again = await do(house, who, {**view, "version": row.version}, "approve", checked=True)
        assert again.status_code == (403 if how == "approver_role" else 401), again.text
        view = (await house["second"].get(f"/updates/{row.id}/approval")).json()
        assert [one["verdict"] for one in view["decisions"]] == ["approved", "lapsed"]
        assert view["decisions"][-1]["reason"] == how
        assert (await do(house, "second", view, "approve", checked=True)).status_code == 200
        assert await lapse_watch(house).look() == []
        assert (await house.rows(Update, id=row.id))[0].state == "counting_down"
        await admin.post(f"/people/{person}/disable")  # who is asked in other tests is the house's own people

    @pytest.mark.parametrize("written", ["before", "after"])
    async def test_a_word_that_is_written_while_every_session_ends_does_not_count(
        self, house: Live, written: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Both asked already when the database was busy: whichever of them it writes first, nothing goes out."""
        who = f"ends-{written}"
        await house.add_person(who, ["approver"])
        view = await waiting(house)
        end = partial(house["admin"].delete, f"/people/{house.ids[who]}/sessions")
        approve = partial(do, house, who, view, "approve", checked=True)
        database, free, busy, asked = house.house.database, asyncio.Event(), asyncio.Event(), asyncio.Event()

        async def is_busy(_session: AsyncSession) -> None:
            busy.set()
            await free.wait()

        write = database.write

        async def noted(work: Any, **how: Any) -> Any:
            if work.__qualname__.startswith(("Approvals.", "Sessions.")):
                asked.set()
            return await write(work, **how)

        holds = asyncio.create_task(write(is_busy))
        await busy.wait()
        monkeypatch.setattr(database, "write", noted)
        tasks = []
        for ask in (approve, end) if written == "before" else (end, approve):
            asked.clear()
            tasks.append(asyncio.create_task(ask()))
            await asked.wait()
        free.set()
        answers = await asyncio.gather(*tasks)
        await holds
        await lapse_watch(house).look()
        assert sorted(one.status_code for one in answers) == (
            [200, 204] if written == "before" else [204, 401]
        )
        assert (await house.rows(Update, id=view["update_id"]))[0].state == "awaiting_approval"
        await house["admin"].post(f"/people/{house.ids[who]}/disable")

    @pytest.mark.parametrize("how", ["sender_closed", "sender_signed_out"])
    async def test_what_one_person_sent_alone_waits_when_it_may_not_be_theirs(
        self, house: Live, how: str
    ) -> None:
        """Closing a stolen account stops what was sent with it; what somebody else has read by then goes on."""
        who = f"stolen-{how}"
        await house.add_person(who, ["presenter"])
        event_id = await house.event("crisis", severity="Moderate", delay_s=300)
        sent = (await house.submit(who, event_id, "All are dead.")).json()
        other = (await house.submit("presenter", event_id, "Gate 3 is open.")).json()
        assert (sent["state"], other["state"]) == ("counting_down", "counting_down")
        assert await lapse_watch(house).look() == []
        person, admin = house.ids[who], house["admin"]
        if how == "sender_closed":
            await admin.post(f"/people/{person}/disable")
        else:
            await admin.delete(f"/people/{person}/sessions")
        gate = EditorialGate(house.house.clock, drill=False)
        async with house.house.database.read() as session:
            told = await gate.check_release(session, [other["id"]])
        assert not isinstance(told[other["id"]], Refusal)
        await lapse_watch(house).look()
        row = (await house.rows(Update, id=sent["id"]))[0]
        assert (row.state, row.release_at, row.needs) == ("awaiting_approval", None, "approver")
        assert {one.reason for one in await house.rows(Delivery, update_id=row.id)} == {how}
        assert (await house.rows(Update, id=other["id"]))[0].state == "counting_down"
        view = (await house["approver"].get(f"/updates/{row.id}/approval")).json()
        assert (await do(house, "approver", view, "approve", checked=True)).status_code == 200
        assert await lapse_watch(house).look() == []
        assert (await house.rows(Update, id=row.id))[0].state == "counting_down"

    async def test_the_gate_asks_for_the_right_at_release_and_not_of_what_is_out(self, house: Live) -> None:
        """Whatever the loop has not seen yet does not go out; a list that is half sent is not cut in two."""
        await house.add_person("late", ["approver"])
        view = await waiting(house)
        await do(house, "late", view, "approve", checked=True)
        ids = [row.id for row in await house.rows(Delivery, update_id=view["update_id"])]
        gate = EditorialGate(house.house.clock, drill=False)

        async def look(session: AsyncSession) -> list[str]:
            reasons = []
            for state in (UpdateState.COUNTING_DOWN, UpdateState.RELEASED):
                for closed_at in (None, house.house.clock.now()):
                    (await session.get_one(Person, house.ids["late"])).disabled_at = closed_at
                    (await session.get_one(Update, view["update_id"])).state = state
                    await session.flush()
                    answers = [
                        *(await gate.check(session, ids)).values(),
                        *(await gate.check_release(session, [view["update_id"]])).values(),  # type: ignore[list-item]
                    ]
                    assert len(set(answers)) == 1
                    reasons.append(getattr(answers[0], "reason", ""))
            raise Undone(reasons)

        with pytest.raises(Undone) as undone:
            await house.house.database.write(look)
        assert undone.value.args == (["", "approver_closed", "", ""],)
        await house["admin"].post(f"/people/{house.ids['late']}/disable")

    async def test_the_gate_wants_the_approval_of_the_very_revision(self, house: Live) -> None:
        """A countdown that began without one comes back to waiting instead of going out."""
        view = await waiting(house)

        async def force(session: object) -> None:
            row = (await house.rows(Update, id=view["update_id"]))[0]
            row.state, row.release_at = UpdateState.COUNTING_DOWN, house.house.clock.now()
            await session.merge(row)  # type: ignore[attr-defined]

        await house.house.database.write(force)
        house.house.engine.wake()
        rows = await house.until(
            lambda: house.rows(Update, id=view["update_id"]), lambda rows: rows[0].state != "counting_down"
        )
        assert rows[0].state == "awaiting_approval"


class TestOverride:
    async def test_a_block_goes_out_only_with_a_reason_and_a_second_person_with_one(
        self, house: Live
    ) -> None:
        """The audit keeps the classes, never the words; without a reason from both it stays blocked."""
        event_id = await house.event("press")
        text = "The record is MRN 00482913."
        blocked = await house.submit("both", event_id, text)
        assert (blocked.status_code, blocked.json()["code"]) == (403, "guard_blocked")
        asked = await house.submit("both", event_id, text, override_reason="It is the desk's own line")
        assert asked.json()["state"] == "awaiting_approval"
        view = (await house["approver"].get(f"/updates/{asked.json()['id']}/approval")).json()
        assert view["needs"] == "override"
        own = await do(house, "both", view, "approve", checked=True, reason="It is ours")
        bare = await do(house, "approver", view, "approve", checked=True)
        done = await do(house, "approver", view, "approve", checked=True, reason="It is the desk's line")
        assert (own.status_code, bare.status_code, done.status_code) == (403, 422, 200)
        rows = await house.until(
            lambda: house.rows(Update, id=view["update_id"]), lambda rows: rows[0].state == "released"
        )
        assert rows[0].needs == "override"
        entry = (await house.rows(AuditEntry, action="guard.overridden"))[0]
        assert entry.detail["classes"]
        assert "00482913" not in str(entry.detail)
        assert "line" not in str(entry.detail)

    async def test_S8_a_blocked_text_is_in_the_record_whichever_way_it_came(self, house: Live) -> None:
        """A correction as much as a new text: who, which classes, never the words."""
        event_id = await house.event("press")
        sent = (await house.submit("admin", event_id)).json()
        await house.until(lambda: house.rows(Update, id=sent["id"]), lambda rows: rows[0].state == "released")
        refused = await house["admin"].post(
            f"/updates/{sent['id']}/corrections",
            json={"kind": "correction", "texts": {"en": "It was MRN 00482913."}},
            headers={"idempotency-key": "blocked-correction"},
        )
        assert (refused.status_code, refused.json()["code"]) == (403, "guard_blocked")
        entry = (await house.rows(AuditEntry, event_id=event_id, action="guard.blocked"))[0]
        assert entry.detail["classes"]
        assert "00482913" not in str(entry.detail)


async def no_codes(session: AsyncSession) -> None:
    await session.execute(delete(PhoneCode))


async def sheet_of(house: Live, who: str, event_id: str) -> list[str]:
    made = await house[who].post(f"/events/{event_id}/phone-codes", json={"password": ""})
    assert made.status_code == 201, made.text
    return list(made.json()["codes"])


async def read_out(house: Live, who: str, view: dict[str, object], name: str = "Second") -> int:
    """The text is read to somebody on the telephone; the number of the code that the desk asks them for."""
    answer = await do(house, who, view, "read-out")
    assert answer.status_code == 200, answer.text
    return next(int(one["n"]) for one in answer.json() if one["name"] == name)


class TestTelephone:
    async def test_a_code_read_out_on_the_telephone_approves_once(self, house: Live) -> None:
        """The writer may type it in; it counts as the approver's word; it works once, and their own never."""
        view = await waiting(house, "both")
        codes = await sheet_of(house, "second", view["event_id"])
        own = await sheet_of(house, "both", view["event_id"])
        n = await read_out(house, "both", view)
        mine = await do(house, "both", view, "approve-by-phone", code=own[0])
        assert (mine.status_code, mine.json()["code"]) == (403, "own_code")
        code = codes[n - 1]
        done = await do(house, "both", view, "approve-by-phone", code=code.lower().replace("-", " "))
        assert done.status_code == 200, done.text
        assert [(one["by_name"], one["by_phone"]) for one in done.json()["decisions"]] == [("Second", True)]
        other = await waiting(house, "both")
        again = await do(house, "both", other, "approve-by-phone", code=code)
        assert (again.status_code, again.json()["code"]) == (403, "wrong_code")

    async def test_S14_a_text_changed_after_it_was_read_out_voids_the_code(self, house: Live) -> None:
        """The code was the approver's word for other words: it opens neither these, nor the same ones written again."""
        view = await waiting(house)
        codes = await sheet_of(house, "second", view["event_id"])
        n = await read_out(house, "presenter", view)
        for said in ("Leave by the north gate, not the south one.", "Leave the ground floor now."):
            view = (await do(house, "presenter", view, "rewrite", texts={"en": said})).json()
            refused = await do(house, "presenter", view, "approve-by-phone", code=codes[n - 1])
            assert (refused.status_code, refused.json()["code"]) == (409, "not_read_out")
            assert await read_out(house, "presenter", view) != n
            refused = await do(house, "presenter", view, "approve-by-phone", code=codes[n - 1])
            assert (refused.status_code, refused.json()["code"]) == (409, "not_read_out")
        fresh = await read_out(house, "presenter", view)
        done = await do(house, "presenter", view, "approve-by-phone", code=codes[fresh - 1])
        assert done.status_code == 200, done.text

    async def test_S14_a_code_given_for_one_update_or_before_any_was_read_out_opens_no_other(
        self, house: Live
    ) -> None:
        """Nobody keeps a code for later: what was not asked for by its number is nobody's word for anything."""
        view, other = await waiting(house), await waiting(house)
        codes = await sheet_of(house, "second", view["event_id"])
        unread = await do(house, "presenter", view, "approve-by-phone", code=codes[5])
        assert (unread.status_code, unread.json()["code"]) == (409, "not_read_out")
        first, second = [await read_out(house, "presenter", one) for one in (view, other)]
        assert first != second
        crossed = await do(house, "presenter", other, "approve-by-phone", code=codes[first - 1])
        assert (crossed.status_code, crossed.json()["code"]) == (409, "not_read_out")
        assert await read_out(house, "presenter", other) == second, "the same words are the same code"

    async def test_S14_a_code_is_for_the_channels_texts_the_list_and_the_expiry_as_they_were(
        self, house: Live
    ) -> None:
        """Whatever leaves otherwise than it was read out, by whatever way it came to be changed, voids the code."""

        audience_id = await house.add_audience(1)

        async def other_part(session: AsyncSession, delivery: Delivery) -> None:
            (await session.get_one(DeliveryPart, (delivery.id, 1))).text = "Stay where you are."

        async def other_list(session: AsyncSession, delivery: Delivery) -> None:
            delivery.audience_id = audience_id

        async def later(session: AsyncSession, delivery: Delivery) -> None:
            (await session.get_one(Update, delivery.update_id)).expires_at += timedelta(hours=1)

        async def other_picture(session: AsyncSession, delivery: Delivery) -> None:
            (await session.get_one(UpdateRevision, (delivery.update_id, 1))).media = [{"id": "p", "alt": {}}]

        for change in (other_part, other_list, later, other_picture):
            view = await waiting(house)
            codes = await sheet_of(house, "second", view["event_id"])
            n = await read_out(house, "presenter", view)
            delivery = (await house.rows(Delivery, update_id=view["update_id"]))[0]
            async with house.house.database.transaction() as session:
                await change(session, await session.get_one(Delivery, delivery.id))
            refused = await do(house, "presenter", view, "approve-by-phone", code=codes[n - 1])
            assert refused.json()["code"] == "not_read_out", change.__name__

    async def test_a_reading_names_only_who_may_approve_and_says_when_nobody_carries_codes(
        self, house: Live
    ) -> None:
        """Not its writer, not who types, not somebody whose account is closed or whose role was taken."""
        view = await waiting(house, "both")
        await house.house.database.write(no_codes)
        for who in ("both", "clinician"):
            await sheet_of(house, who, view["event_id"])
        nobody = await do(house, "both", view, "read-out")
        assert (nobody.status_code, nobody.json()["code"]) == (409, "no_codes")
        await sheet_of(house, "approver", view["event_id"])
        answer = await do(house, "both", view, "read-out")
        assert [(one["name"], one["n"]) for one in answer.json()] == [("Approver", 1)]

    async def test_five_wrong_codes_close_the_telephone_even_all_at_once(self, house: Live) -> None:
        """Twenty guesses at the same time are five guesses; then even the right code is refused."""
        view = await waiting(house)
        codes = await sheet_of(house, "second", view["event_id"])
        n = await read_out(house, "presenter", view)
        answers = await asyncio.gather(
            *(
                do(house, "presenter", view, "approve-by-phone", code=f"AAAA-AAA{c}")
                for c in "ABCDEFGHJKMNPQRSTUVW"
            )
        )
        assert [one.json()["code"] for one in answers].count("wrong_code") == 5
        right = await do(house, "presenter", view, "approve-by-phone", code=codes[n - 1])
        assert right.json()["code"] == "phone_closed"


class TestGrownWorse:
    """Alone while it was harmless, not any more once it is grave: what has not gone yet waits for a second person."""

    async def raised(self, house: Live, event_id: str, **fields: object) -> httpx.Response:
        version = (await house.rows(LiveEvent, id=event_id))[0].version
        body = {"version": version, "severity": "Severe", **fields}
        return await house["admin"].patch(f"/events/{event_id}", json=body)

    async def test_S14_what_one_person_has_counting_down_waits_when_the_crisis_is_called_graver(
        self, house: Live
    ) -> None:
        """It says why on the desk, the record names it, and a second person lets it go; nobody alone."""
        event_id = await house.event("crisis", severity="Moderate", delay_s=300)
        texts = ("Leave the ground floor.", "It is over.")
        sent = [
            (await house.submit("both", event_id, text, kind=kind)).json()
            for text, kind in zip(texts, ("update", "all_clear"), strict=True)
        ]
        assert {one["state"] for one in sent} == {"counting_down"}
        assert (await self.raised(house, event_id)).status_code == 200
        for one in sent:
            row = (await house.rows(Update, id=one["id"]))[0]
            assert (row.state, row.needs, row.release_at) == ("awaiting_approval", "approver", None)
            deliveries = await house.rows(Delivery, update_id=row.id)
            assert {delivery.reason for delivery in deliveries} == {"crisis_raised"}
            assert all("second person" in delivery.why for delivery in deliveries)
            view = (await house["approver"].get(f"/updates/{row.id}/approval")).json()
            alone = await do(house, "both", view, "approve", checked=True)
            assert alone.json()["code"] == "own_message"
            assert (await do(house, "approver", view, "approve", checked=True)).status_code == 200
            assert (await house.rows(Update, id=row.id))[0].state == "counting_down"
            deliveries = await house.rows(Delivery, update_id=row.id)
            assert {delivery.reason for delivery in deliveries} == {"waits_for_release"}
        entry = (await house.rows(AuditEntry, event_id=event_id, action="event.change"))[-1]
        assert entry.detail["waiting"] == [one["id"] for one in sent]

    async def test_S14_what_two_let_go_or_a_hold_has_frozen_is_treated_alike(self, house: Live) -> None:
        """A hold keeps nobody's text from waiting for its second; what has its second counts on."""
        event_id = await house.event("crisis", severity="Moderate", delay_s=300)
        agreed = (await house.submit("presenter", event_id, "Leave by gate 1.", priority="emergency")).json()
        view = (await house["approver"].get(f"/updates/{agreed['id']}/approval")).json()
        assert (await do(house, "approver", view, "approve", checked=True)).status_code == 200
        alone = (await house.submit("presenter", event_id, "Leave by gate 2.")).json()
        assert (await house["presenter"].post(f"/events/{event_id}/hold")).status_code == 200
        assert (await self.raised(house, event_id, severity="Extreme")).status_code == 200
        assert (await house["presenter"].post(f"/events/{event_id}/resume")).status_code == 204
        states = {row.id: row.state for row in await house.rows(Update, event_id=event_id)}
        assert states == {agreed["id"]: "counting_down", alone["id"]: "awaiting_approval"}

    async def test_S14_a_script_that_asks_for_a_nod_from_now_on_asks_for_what_counts_down_too(
        self, house: Live
    ) -> None:
        """The same for an operation whose lines need a nod from this moment."""
        event_id = await house.event("surgery", delay_s=None)
        sent = (await house.submit("presenter", event_id, "We begin to sew.")).json()
        version = (await house.rows(LiveEvent, id=event_id))[0].version
        body = {"version": version, "policy": {"off_script": "nod"}}
        assert (await house["presenter"].patch(f"/events/{event_id}", json=body)).status_code == 200
        row = (await house.rows(Update, id=sent["id"]))[0]
        assert (row.state, row.needs) == ("awaiting_approval", "nod")

    async def test_S14_a_text_decided_before_the_raise_and_accepted_after_it_is_decided_again(
        self, house: Live
    ) -> None:
        """Between a decision and the door lies a moment; who must agree is asked by the rules that hold at the door."""
        event_id = await house.event("crisis", severity="Moderate", delay_s=300)
        writer = Actor("person", house.ids["presenter"], "P", roles={"*": frozenset({Role.PRESENTER})})
        before = await decided(house, writer, event_id)
        assert before.needs == ""
        assert (await self.raised(house, event_id)).status_code == 200
        with pytest.raises(Conflict) as refused:
            await house.house.engine.publisher.accept(before, lambda _: b"{}")
        assert refused.value.code == "event_changed"

        asked = iter([before])

        async def again() -> DecidedUpdate:
            return next(asked, None) or await decided(house, writer, event_id)

        _, accepted = await decide_and_accept(
            house.house.engine.publisher, again, lambda state, _: state.encode()
        )
        assert accepted.answer == b"awaiting_approval"


class TestStopped:
    async def test_a_key_and_its_maker_are_one_person_for_starting_again(self, house: Live) -> None:
        """Who stopped through a program cannot start again at the desk; it lands on hold for whoever does."""
        event_id = await house.event("press")
        key = Actor("key", "k1", "Key", owner_id=house.ids["admin"])
        await house.house.engine.stop_control.stop(event_id, key.label, human=key.identity)
        alone = await house["admin"].post(f"/events/{event_id}/restart", json={"decisions": {}})
        assert (alone.status_code, alone.json()["code"]) == (403, "second_person")
        second = await house["approver"].post(f"/events/{event_id}/restart", json={"decisions": {}})
        assert second.status_code == 204
        assert (await house.rows(LiveEvent, id=event_id))[0].sending == "hold"

    async def test_the_word_that_is_asked_for_at_the_new_start_is_a_word_like_any_other(
        self, house: Live
    ) -> None:
        """Also where nobody had to be asked before the stop: approvers are, and their word can lapse."""
        await house.add_person("asked", ["approver"])
        event_id = await house.event("crisis", severity="Moderate", delay_s=300)
        sent = (await house.submit("presenter", event_id, "Gate 3 is open.")).json()
        assert sent["state"] == "counting_down"
        await house.house.engine.stop_control.stop(event_id, "person:op")
        await house["approver"].post(f"/events/{event_id}/restart", json={"decisions": {}})
        await house["approver"].post(f"/events/{event_id}/resume")
        row = (await house.rows(Update, id=sent["id"]))[0]
        assert (row.state, row.needs) == ("awaiting_approval", "approver")
        view = (await house["asked"].get(f"/updates/{row.id}/approval")).json()
        assert (await do(house, "asked", view, "approve", checked=True)).status_code == 200
        await house["admin"].post(f"/people/{house.ids['asked']}/disable")
        assert await lapse_watch(house).look() == [row.id]


LOOSE = (
    {"severity": "Minor"},
    {"delay_s": 0},
    {"allow": {"phones": ["713 555 0134"]}},
    {"staff_allow": ["Rosalind Ferrando"]},
    {"policy": {"off_script": "delay"}},
)


class TestSafetySettings:
    @pytest.mark.parametrize("change", LOOSE, ids=lambda change: next(iter(change)))
    async def test_S14_what_makes_a_running_event_less_safe_is_confirmed_by_a_second_person(
        self, house: Live, change: dict[str, object]
    ) -> None:
        """One alone could lower the severity and send alone; so nothing changes before another confirms."""
        event_id = await house.event("crisis", delay_s=10)
        field = next(iter(change))

        async def row() -> LiveEvent:
            return (await house.rows(LiveEvent, id=event_id))[0]

        safer = await house["admin"].patch(
            f"/events/{event_id}", json={"version": (await row()).version, "policy": {"off_script": "nod"}}
        )
        assert safer.status_code == 200, safer.text
        before = getattr(await row(), field)
        asked = await house["admin"].patch(
            f"/events/{event_id}", json={"version": (await row()).version, "urgency": "Expected", **change}
        )
        assert asked.status_code == 202, asked.text
        assert (getattr(await row(), field), (await row()).urgency) == (before, "Expected")
        path = f"/proposals/{asked.json()['id']}/confirm"
        alone = await house["admin"].post(path)
        assert (alone.status_code, alone.json()["code"]) == (403, "second_person_needed")
        done = await house["approver"].post(path)
        assert done.json()["state"] == "done", done.text
        assert getattr(await row(), field) != before


class TestDelay:
    async def test_S8_N1_a_running_operation_waits_longer_at_once_and_shorter_by_two(
        self, house: Live
    ) -> None:
        """By a desk: the next text gets what is in force then, and what counts down keeps what it was given."""
        event_id = await house.event("surgery", delay_s=120)

        async def changed(delay_s: int) -> Any:
            version = (await house.rows(LiveEvent, id=event_id))[0].version
            return await house["presenter"].patch(
                f"/events/{event_id}", json={"version": version, "delay_s": delay_s}
            )

        async def given_s() -> list[float]:
            await house.submit("presenter", event_id, f"Step {next(NUMBERS)} is ready.")
            rows = await house.rows(Update, event_id=event_id)
            spans = [row.release_at - row.received_at for row in rows if row.release_at is not None]
            return sorted(round(span.total_seconds()) for span in spans)

        assert await given_s() == [120]
        longer = await changed(180)
        assert (longer.status_code, longer.json()["event"]["delay_s"]) == (200, 180), longer.text
        assert await given_s() == [120, 180]
        asked = await changed(60)
        assert (asked.status_code, asked.json()["kind"]) == (202, "event.safety"), asked.text
        assert await given_s() == [120, 180, 180]
        own = await house["presenter"].post(f"/proposals/{asked.json()['id']}/confirm")
        assert own.status_code == 403, own.text
        done = await house["approver"].post(f"/proposals/{asked.json()['id']}/confirm")
        assert done.json()["state"] == "done", done.text
        assert await given_s() == [60, 120, 180, 180]


FACTS = {
    "know": ["The dam holds."],
    "unknown": ["Until when."],
    "do": ["Go upstairs."],
    "source": "Fire service",
}
SAID: tuple[dict[str, Any], ...] = (
    {"headline": "Leave the town at once."},
    {"title": "The dam has broken"},
    {"place": "The whole town"},
    {"pinned": {"do": ["Leave the town at once."]}},
    {"pinned": {**FACTS, "source": "The dam's own engineer"}},
    {"pinned": {**FACTS, "know": ["Until when."], "unknown": []}},
    {"hashtags": ["LeaveTheTownNow"]},
)


class TestWordsAbove:
    """Title, place, headline and facts have no countdown: new ones are read by two where updates are."""

    @staticmethod
    async def event(house: Live, kind: str = "crisis", **fields: Any) -> str:
        place = "Via del Molo" if kind == "crisis" else ""
        headline = "Stay at home." if kind == "crisis" else "It is about to begin."
        event_id = await house.event(kind, live=False, headline=headline, place=place, **fields)
        version = (await house.rows(LiveEvent, id=event_id))[0].version
        given = await house["admin"].patch(f"/events/{event_id}", json={"version": version, "pinned": FACTS})
        assert given.status_code == 200, given.text
        if kind == "surgery":
            await house.consent(event_id)
            await house.line(event_id)
        assert (await house["admin"].post(f"/events/{event_id}/go-live")).status_code == 200
        return event_id

    @staticmethod
    async def patch(house: Live, who: str, event_id: str, **fields: Any) -> Any:
        version = (await house.rows(LiveEvent, id=event_id))[0].version
        return await house[who].patch(f"/events/{event_id}", json={"version": version, **fields})

    @staticmethod
    async def page(house: Live, event_id: str) -> dict[str, Any]:
        shown = (await house["auditor"].get(f"/events/{event_id}/timeline/public/snapshot")).json()["event"]
        return {name: shown[name] for name in ("title", "place", "headline", "hashtags", "pinned")}

    @pytest.mark.parametrize("change", SAID, ids=lambda change: str(next(iter(change))))
    async def test_S14_new_words_above_a_severe_crisis_come_before_the_public_by_two(
        self, house: Live, change: dict[str, Any]
    ) -> None:
        """One proposes them and the page stays as it is; the same person cannot confirm, and a second one does."""
        event_id = await self.event(house)
        before = await self.page(house, event_id)
        asked = await self.patch(house, "both", event_id, urgency="Immediate", **change)
        assert (asked.status_code, asked.json()["kind"]) == (202, "event.words"), asked.text
        assert asked.json()["payload"]["name"] == before["title"]
        assert await self.page(house, event_id) == before
        assert (await house.rows(LiveEvent, id=event_id))[0].urgency == "Immediate"
        path = f"/proposals/{asked.json()['id']}/confirm"
        alone = await house["both"].post(path)
        assert (alone.status_code, alone.json()["code"]) == (403, "second_person_needed")
        done = await house["approver"].post(path)
        assert done.json()["state"] == "done", done.text
        after, (field, said) = await self.page(house, event_id), next(iter(change.items()))
        shown = after[field]
        assert (shown if field != "pinned" else {name: shown[name] for name in said}) == said

    async def test_S14_words_taken_away_or_read_by_two_before_need_nobody(self, house: Live) -> None:
        """Less, the same in another order, or what was confirmed once: at once. What nobody confirmed still waits."""
        event_id = await self.event(house)
        asked = await self.patch(house, "presenter", event_id, headline="Go  upstairs. ")
        assert (await house["approver"].post(f"/proposals/{asked.json()['id']}/confirm")).status_code == 200
        for fields in (
            {"headline": ""},
            {"headline": "Go upstairs."},
            {"pinned": {**FACTS, "do": []}},
            {"pinned": {"know": [], "unknown": [], "do": []}},
            {"place": "", "promised_next_at": None},
        ):
            done = await self.patch(house, "presenter", event_id, **fields)
            assert done.status_code == 200, (fields, done.text)
        for fields in ({"headline": "Stay at home."}, {"pinned": {"do": ["Go upstairs."]}}):
            assert (await self.patch(house, "presenter", event_id, **fields)).status_code == 202, fields

    async def test_S14_a_proposal_of_words_does_not_replace_words_that_nobody_saw(self, house: Live) -> None:
        """Changed since it was proposed, it fails when it is confirmed, and says what to do."""
        event_id = await self.event(house)
        old = await self.patch(house, "presenter", event_id, headline="Leave the town at once.")
        assert (await self.patch(house, "presenter", event_id, headline="")).status_code == 200
        late = await house["approver"].post(f"/proposals/{old.json()['id']}/confirm")
        assert (late.status_code, late.json()["code"]) == (409, "changed_meanwhile")
        assert (await self.page(house, event_id))["headline"] == ""
        assert (await house["admin"].get("/proposals", params={"all": True})).json()[0]["state"] == "failed"

    async def test_S14_the_privacy_check_comes_before_the_second_person(self, house: Live) -> None:
        """Nobody is asked to confirm words that are blocked, and none of them is kept in a proposal."""
        event_id = await self.event(house)
        blocked = await self.patch(house, "presenter", event_id, headline="The record is MRN 00482913.")
        assert (blocked.status_code, blocked.json()["code"]) == (403, "guard_blocked")
        assert await house.rows(Proposal, event_id=event_id) == []

    async def test_S14_a_severity_raised_with_the_words_does_not_carry_them(self, house: Live) -> None:
        """The severity at once, since that is the safer way; its new headline waits."""
        event_id = await self.event(house, severity="Moderate")
        assert (await self.patch(house, "presenter", event_id, headline="Stay in.")).status_code == 200
        both = await self.patch(house, "both", event_id, severity="Extreme", headline="Leave at once.")
        assert (both.status_code, both.json()["kind"]) == (202, "event.words"), both.text
        row = (await house.rows(LiveEvent, id=event_id))[0]
        assert (row.severity, row.headline) == ("Extreme", "Stay in.")

    async def test_S14_whoever_chose_the_words_does_not_raise_the_severity_over_them_alone(
        self, house: Live
    ) -> None:
        """Chosen while one sufficed, they would stand over a graver crisis unread: raise and words wait for a second."""
        event_id = await self.event(house, severity="Moderate")
        assert (await self.patch(house, "presenter", event_id, headline="Leave the town.")).status_code == 200
        key, wish = house.house.people.wish_for_key(
            name="K", scopes=[Action.EVENT_EDIT, Action.EVENT_READ], event_id="*", days=None
        )
        made = Actor("person", house.ids["presenter"], "Presenter")
        await house.house.people.new_key(made, wish.payload, wish.secret["key_hash"])
        async with httpx.AsyncClient(timeout=30, base_url=f"{house.base}/api/v1", trust_env=False) as program:
            program.headers["authorization"] = f"Bearer {key}"
            version = (await house.rows(LiveEvent, id=event_id))[0].version
            by_key = await program.patch(
                f"/events/{event_id}", json={"version": version, "severity": "Severe"}
            )
        assert (by_key.status_code, by_key.json()["kind"]) == (202, "event.raise"), by_key.text
        asked = await self.patch(house, "presenter", event_id, severity="Extreme", urgency="Immediate")
        assert (asked.status_code, asked.json()["kind"]) == (202, "event.raise"), asked.text
        assert asked.json()["payload"]["changes"] == {"severity": "Extreme", "headline": "Leave the town."}
        row = (await house.rows(LiveEvent, id=event_id))[0]
        assert (row.severity, row.urgency) == ("Moderate", "Immediate")
        path = f"/proposals/{asked.json()['id']}/confirm"
        assert (await house["presenter"].post(path)).status_code == 403
        assert (await house["approver"].post(path)).json()["state"] == "done"
        row = (await house.rows(LiveEvent, id=event_id))[0]
        assert (row.severity, row.headline) == ("Extreme", "Leave the town.")

    @pytest.mark.parametrize("by", ["another", "taken away", "since it went live"])
    async def test_S14_a_severity_is_raised_at_once_where_no_words_of_that_person_come_along(
        self, house: Live, by: str
    ) -> None:
        """By whoever else sees them there, without them, or over what the event went live with."""
        event_id = await self.event(house, severity="Moderate")
        who, fields = "presenter", {"severity": "Severe"}
        if by != "since it went live":
            said = await self.patch(house, "presenter", event_id, headline="Leave the town.")
            assert said.status_code == 200, said.text
        if by == "another":
            who = "both"
        if by == "taken away":
            fields["headline"] = ""
        done = await self.patch(house, who, event_id, **fields)
        assert (done.status_code, done.json()["event"]["severity"]) == (200, "Severe"), done.text

    async def test_S5_where_lines_need_a_nod_new_words_above_them_are_read_by_two_as_well(
        self, house: Live
    ) -> None:
        """In an operation without that policy the headline is one person's; with it, it is not."""
        event_id = await self.event(house, "surgery")
        assert (await self.patch(house, "presenter", event_id, headline="It begins.")).status_code == 200
        assert (
            await self.patch(house, "presenter", event_id, policy={"off_script": "nod"})
        ).status_code == 200
        assert (await self.patch(house, "presenter", event_id, headline="It goes on.")).status_code == 202


HUMANS = ("presenter", "approver", "second", "both")
ABOVE = "Stay at home."
ROLE_GRAPHS = int(os.environ.get("ROLE_GRAPHS", "6"))  # who holds what, at random; the soak does 40


class TestNobodyAlone:
    @pytest.mark.timeout(400)  # of work, not of waiting: seconds alone, minutes where others use the machine
    async def test_S14_no_identity_completes_a_two_person_action_alone(self, house: Live) -> None:
        """
        Random people with random roles and random keys try everything in random order, the ways in which one of them
        once got round it first. Whatever goes out was let go by a human who wrote none of it, past the privacy check
        too, or is a template that somebody else chose, word for word; the words above it were confirmed by a second
        person; whoever stopped never started again; and when one human alone holds every role and every door, nothing
        else goes out.
        """
        dice = random.Random(14)
        released = overridden = restarted = tried = 0
        round_: Counter[str] = Counter()
        for graph in range(ROLE_GRAPHS):
            alone = graph % 2 == 0
            people = HUMANS[:1] if alone else HUMANS
            event_id, harmless, reply_id = await grown_worse(house)
            actors = [
                actor for name in people for actor in doors(house, name, event_id, dice, everything=alone)
            ]
            stopped_by = ""
            for act in [*dice.sample(ROUND, len(ROUND)), "glass", "glass", "confirm", "confirm"]:
                known = harmless if act == "correct" else reply_id
                round_[act] += await go_round(house, event_id, dice.choice(actors), dice, act, known)
            for _ in range(12):
                actor = dice.choice(actors)
                act = await attempt(house, event_id, actor, dice)
                tried += act != ""
                if act == "stop":
                    stopped_by = stopped_by or actor.identity  # a second press changes nothing
                if act == "restart":
                    assert actor.identity != stopped_by
                    assert not alone, "one human started it again"
                    stopped_by, restarted = "", restarted + 1
            for row in await house.rows(
                Update, event_id=event_id, needs="override", state="awaiting_approval"
            ):
                for actor in actors:  # whoever may let it past the privacy check now does
                    with suppress(AppError):
                        await house.house.approvals.approve(actor, row.id, row.version, reason="A form's")
            assert await read_by_two(house, event_id) <= (not alone), "one human put words above the rest"
            for row in await house.rows(Update, event_id=event_id):
                if row.state not in (UpdateState.COUNTING_DOWN, UpdateState.RELEASED) or row.id == harmless:
                    continue
                decisions = await house.rows(Approval, update_id=row.id)
                if await sent_alone(house, row, decisions):
                    continue
                writers = {row.asked_by} | {one.identity for one in decisions if one.verdict == "changed"}
                last = [
                    one for one in decisions if one.verdict == "approved" and one.revision == row.revision
                ]
                assert last
                assert not {one.identity for one in last} & writers
                assert not alone, "one human let it go"
                released += 1
                overridden += row.needs == "override"
        assert tried > ROLE_GRAPHS, "the histories did not get anywhere"
        assert released * 10 >= ROLE_GRAPHS, "nothing was ever approved: the test would not see a hole"
        assert overridden, "nothing was ever let past the privacy check: the test would not see a hole"
        assert restarted, "nothing was ever started again: the test would not see a hole"
        missed = [act for act in ROUND if not round_[act]]
        assert missed == [], "these were never let happen: the test would not see a hole"


def doors(house: Live, name: str, event_id: str, dice: random.Random, *, everything: bool) -> list[Actor]:
    """One human's ways in: their session, and keys they made."""
    person = house.ids[name]
    roles = frozenset(Role) if everything else frozenset(dice.sample(list(Role), dice.randint(1, 5)))
    return [
        Actor("person", person, name.title(), roles={event_id: roles}),
        Actor("key", f"key-{name}", "Key", roles={"*": roles}, owner_id=person),
    ]


ACTS = (
    "submit", "override", "override", "approve", "approve", "approve", "send_back", "rewrite", "take_back", "phone",
    "stop", "restart", "restart",
)  # fmt: skip


async def attempt(house: Live, event_id: str, actor: Actor, dice: random.Random) -> str:
    """One random thing by one actor; its name when the house let it happen."""
    approvals, stops = house.house.approvals, house.house.engine.stop_control
    rows = await house.rows(Update, event_id=event_id)
    row = dice.choice(rows) if rows else None
    act = dice.choice(ACTS)
    try:
        if act == "stop":
            await stops.stop(event_id, actor.label, human=actor.identity)
        elif act == "restart":
            await stops.restart(event_id, actor.label, {}, human=actor.identity)
            await stops.resume(event_id, actor.label, human=actor.identity)
        elif act in ("submit", "override") or row is None:
            said = await decided(house, actor, event_id, blocked=act == "override")
            await house.house.engine.publisher.accept(said, lambda _: b"{}")
        elif act == "approve":
            await approvals.approve(actor, row.id, row.version, reason="It is right")
        elif act == "send_back":
            await approvals.send_back(actor, row.id, row.version, "Other words")
        elif act == "rewrite":
            await approvals.rewrite(actor, row.id, row.version, await decided(house, actor, event_id))
        elif act == "take_back":
            await approvals.take_back(actor, row.id, row.version)
        else:
            codes, _ = await house.house.telephone.new_sheet(actor)
            asked = {
                one.person_id: one.n
                for one in await house.house.telephone.read_out(actor, row.id, row.version)
            }
            n = asked.get(actor.id, 1)
            await house.house.telephone.approve(actor, row.id, row.version, codes[n - 1])
    except AppError:
        return ""
    return act


ROUND = (
    "answer", "answer_to", "correct", "template", "channel_words", "own_template", "blanks", "kept", "glass", "headline",
    "facts", "hashtags", "confirm",
)  # fmt: skip
"""The ways in which one person once got words out alone, and what the second one does about them."""


async def grown_worse(house: Live) -> tuple[str, str, str]:
    """A crisis in which one harmless text went out while nobody had to agree, Extreme since; and a question in it."""
    event_id = await house.event("crisis", severity="Moderate", headline=ABOVE)
    harmless = (await house.submit("presenter", event_id, "The lobby is wet.")).json()["id"]
    await house.until(lambda: house.rows(Update, id=harmless), lambda rows: rows[0].state == "released")
    version = (await house.rows(LiveEvent, id=event_id))[0].version
    worse = {"version": version, "severity": "Extreme", "delay_s": 300}
    assert (await house["presenter"].patch(f"/events/{event_id}", json=worse)).status_code == 200
    return event_id, harmless, await house.reply(event_id, "Where do we go?")


async def go_round(
    house: Live, event_id: str, actor: Actor, dice: random.Random, act: str, known: str
) -> bool:
    """
    One way round by one actor; whether the house took it, to be sent or to be read by somebody.

    Args:
        known: The update to correct, or the question to answer.
    """
    words = f"Leave by gate {next(NUMBERS)}."
    made = house.house
    try:
        above: dict[str, dict[str, Any]] = {
            "headline": {"headline": words},
            "facts": {"pinned": {"do": [words]}},
            "hashtags": {"hashtags": [f"Leave{next(NUMBERS)}"]},
        }
        if act in above:
            await asked_above(house, event_id, actor, above[act])
        elif act == "confirm":
            for waits in await house.rows(Proposal, event_id=event_id, state="open"):
                with suppress(AppError):
                    await made.proposals.confirm(actor, waits.id)
                    return True
            return False
        elif act == "glass":
            for row in await house.rows(Update, event_id=event_id, state="awaiting_approval"):
                await waits_long(house, row.id)
                with suppress(AppError):
                    await made.approvals.break_glass(
                        actor, row.id, row.version, "Nobody answers and it rises."
                    )
                    return True
            return False
        else:
            key = str(uuid.uuid4())
            if act == "correct":
                ask = Ask("correction", {"en": words}, {}, confirmed=True)
                said_now = await made.corrector.decide(actor, known, ask, key=key, body_hash=key)
            else:
                wish = await round_words(house, actor, act, words, known)
                said_now = await made.desk.decide(actor, event_id, wish, key=key, body_hash=key)
            await made.engine.publisher.accept(said_now, lambda _: b"{}")
    except AppError:
        return False
    return True


async def round_words(house: Live, actor: Actor, act: str, words: str, reply_id: str) -> Submission:
    if act == "answer":
        return Submission(texts={"en": words}, kind="answer")
    if act == "answer_to":
        return Submission(texts={"en": words}, answers_reply_id=reply_id)
    shelf = house.house.templates
    template = await shelf.found("holding-statement")
    if act == "own_template":
        (template,) = await shelf.bring(
            actor, json.dumps([{**template.model_dump(mode="json"), "id": f"own-{uuid.uuid4().hex[:8]}"}])
        )
    values = {slot.name: slot.example for slot in template.slots}
    if act == "blanks":
        values["event"] = f"the water. {words}"
    return Submission(
        texts={"en": fill(template, values).texts["en"]["280"]},
        channel_texts={"x": {"en": words}} if act == "channel_words" else {},
        correction={"en": words} if act == "kept" else {},
        template=TemplateUse(template.id, values),
        confirmed=True,
    )


async def asked_above(house: Live, event_id: str, actor: Actor, said: dict[str, Any]) -> None:
    """As the door does: done, or proposed where that needs a second person."""
    version = (await house.rows(LiveEvent, id=event_id))[0].version
    try:
        await house.house.events.change(actor, event_id, version, said, confirmed=True)
    except Forbidden as exc:
        if exc.code != "second_person_needed":
            raise
        wish = Wish(Kind.EVENT_WORDS, {"event_id": event_id, "changes": said}, event_id=event_id)
        await house.house.proposals.ask(actor, wish)


async def waits_long(house: Live, update_id: str) -> None:
    async def work(session: AsyncSession) -> None:
        row = await session.get_one(Update, update_id)
        row.waits_since = house.house.clock.now() - timedelta(minutes=11)
        session.add(row)

    await house.house.database.write(work)


async def read_by_two(house: Live, event_id: str) -> bool:
    """Whether new words stand above the updates; each of them was confirmed by somebody who did not propose it."""
    row = (await house.rows(LiveEvent, id=event_id))[0]
    new = {one for one in (row.headline, *row.pinned.get("do", ()), *row.hashtags) if one not in ("", ABOVE)}
    agreed: set[str] = set()
    for one in await house.rows(Proposal, event_id=event_id, state="done"):
        assert one.decided_by != f"person:{one.proposed_by_person}"
        agreed |= {one.payload["changes"].get("headline", "")}
        agreed |= set(one.payload["changes"].get("pinned", {}).get("do", ()))
        agreed |= set(one.payload["changes"].get("hashtags", ()))
    assert new <= agreed
    return bool(new)


async def sent_alone(house: Live, row: Update, decisions: list[Approval]) -> bool:
    """Whether one person sent it in an emergency; it is then a template of somebody else's, and no word is their own."""
    glass = [one for one in decisions if one.verdict == "break_glass" and one.revision == row.revision]
    if not glass:
        return False
    said = (await house.rows(UpdateRevision, update_id=row.id, revision=row.revision))[0]
    template = await house.house.templates.found(said.made_from["template"])
    brought = await house.rows(StoredTemplate, id=template.id)
    assert glass[-1].identity not in {one.imported_by for one in brought}
    forms = fill(template, {slot.name: slot.example for slot in template.slots}).texts["en"].values()
    assert {one["en"] for one in (said.texts, *said.channel_texts.values())} <= set(forms)
    return True


async def decided(house: Live, actor: Actor, event_id: str, *, blocked: bool = False) -> DecidedUpdate:
    """Words for now; `blocked` are some that the privacy check lets nobody say without a second person."""
    text = f"Leave by gate {next(NUMBERS)}."
    key = str(uuid.uuid4())
    return await house.house.desk.decide(
        actor,
        event_id,
        Submission(
            texts={"en": f"{text} Form MRN 00482913." if blocked else text},
            override_reason="It is the number of a form" if blocked else "",
            composed_at=house.house.clock.now() - timedelta(seconds=1),
        ),
        key=key,
        body_hash=key,
    )


class TestOver:
    async def test_S14_a_grave_incident_is_called_over_by_two(self, house: Live) -> None:
        """Its page says so to everybody: an all clear that somebody else agreed to, or nothing that stands."""

        async def ended(event_id: str) -> tuple[int, str]:
            answer = await house["presenter"].post(f"/events/{event_id}/end")
            return answer.status_code, answer.json().get("code", "")

        silent = await house.event("crisis")
        assert (await ended(silent))[0] == 200, "nothing was said, so nothing is over"
        event_id = await house.event("crisis", severity="Moderate")
        first = (await house.submit("presenter", event_id, "The lobby is wet.")).json()["id"]
        clear = (await house.submit("presenter", event_id, "The lobby is dry.", kind="all_clear")).json()[
            "id"
        ]
        await house.until(
            lambda: house.rows(Update, event_id=event_id),
            lambda rows: {row.state for row in rows} == {"released"},
        )
        version = (await house.rows(LiveEvent, id=event_id))[0].version
        worse = {"version": version, "severity": "Severe"}
        assert (await house["presenter"].patch(f"/events/{event_id}", json=worse)).status_code == 200
        assert await ended(event_id) == (409, "all_clear_first"), "one person's all clear, from before"
        for update_id in (first, clear):
            headers = {"idempotency-key": str(uuid.uuid4())}
            gone = await house["presenter"].post(
                f"/updates/{update_id}/corrections", json={"kind": "retraction", "texts": {}}, headers=headers
            )
            assert gone.status_code == 201, gone.text
        await house.until(
            lambda: house.rows(Update, event_id=event_id),
            lambda rows: {row.on_page for row in rows if row.id in (first, clear)} == {"retracted"},
        )
        assert (await ended(event_id))[0] == 200

    async def test_S14_after_an_all_clear_by_two_one_person_ends_it(self, house: Live) -> None:
        """Which is then no alert any more; while it waits, or counts down, it is not out and ends nothing."""
        view = await waiting(house)
        event_id = str(view["event_id"])
        assert (await do(house, "approver", view, "approve", checked=True)).status_code == 200
        sent = await house.submit("presenter", event_id, "It is over.", kind="all_clear")
        assert sent.json()["state"] == "awaiting_approval"

        async def freed(update_id: str) -> None:
            async def work(session: AsyncSession) -> None:
                row = await session.get_one(Update, update_id)
                row.release_at = house.house.clock.now()
                session.add(row)

            await house.house.database.write(work)
            house.house.engine.wake()
            await house.until(
                lambda: house.rows(Update, id=update_id), lambda rows: rows[0].state == "released"
            )

        await freed(str(view["update_id"]))
        early = await house["presenter"].post(f"/events/{event_id}/end")
        assert (early.status_code, early.json()["code"]) == (409, "all_clear_first")
        view = (await house["approver"].get(f"/updates/{sent.json()['id']}/approval")).json()
        assert (await do(house, "approver", view, "approve", checked=True)).status_code == 200
        await freed(sent.json()["id"])
        over = await house["presenter"].post(f"/events/{event_id}/end")
        assert (over.status_code, over.json()["event"]["state"]) == (200, "ended"), over.text


class TestHashtags:
    async def test_S12_two_running_events_do_not_share_a_hashtag(self, house: Live) -> None:
        """Whatever its letters' case; an event that has ended gives it back."""
        tag = f"Knee{next(NUMBERS)}"
        first = await house.event("press", hashtags=[tag])
        body = {"kind": "press", "title": "Other", "hashtags": [f"#{tag.upper()}"]}
        taken = await house["admin"].post("/events", json=body)
        assert (taken.status_code, taken.json()["code"]) == (409, "hashtag_taken")
        second = await house.event("press")
        changed = await house["admin"].patch(
            f"/events/{second}", json={"version": 2, "hashtags": [tag.lower()]}
        )
        assert (changed.status_code, changed.json()["code"]) == (409, "hashtag_taken")
        assert (await house["admin"].post(f"/events/{first}/end")).status_code == 200
        assert (await house["admin"].post("/events", json=body)).status_code == 201


class TestDelegates:
    async def test_C5_who_does_not_answer_is_followed_by_the_next_and_two_people_it_stays(
        self, house: Live
    ) -> None:
        """The chain names approvers only, in order, each with their time; a writer on it is passed over."""
        event_id = await house.event("crisis", delay_s=10)
        ids = house.ids

        async def chain(*people: str, **fields: object) -> Any:
            body = {"people": [ids[one] for one in people], **fields}
            version = (await house.rows(LiveEvent, id=event_id))[0].version
            return await house["admin"].patch(
                f"/events/{event_id}", json={"version": version, "policy": {"delegates": body}}
            )

        for refused, code in (
            (await chain("presenter"), "not_an_approver"),
            (await chain("approver", "approver"), "bad_delegates"),
            (await chain("approver", each_s=5), "bad_delegates"),
        ):
            assert (refused.status_code, refused.json()["code"]) == (422, code), refused.text
        assert (await chain("both", "approver", "second", each_s=120)).status_code == 200
        sent = (await house.submit("both", event_id, "Leave the ground floor now.")).json()
        view = (await house["auditor"].get(f"/updates/{sent['id']}/approval")).json()
        asked = view["asked"]
        assert [one["person_id"] for one in asked] == [ids["approver"], ids["second"]]
        assert asked[0]["name"]
        since, first, then = (
            datetime.fromisoformat(one)
            for one in (view["waits_since"], asked[0]["from_at"], asked[1]["from_at"])
        )
        assert (first - since, then - first, asked[0]["until_at"]) == (
            timedelta(0),
            timedelta(seconds=120),
            asked[1]["from_at"],
        )
        assert asked[1]["until_at"] is None
        view = {**view, "update_id": sent["id"]}
        own = await do(house, "both", view, "approve", checked=True)
        assert own.json()["code"] == "own_message"
        done = await do(house, "second", view, "approve", checked=True)
        assert (done.json()["state"], done.json()["asked"]) == ("counting_down", [])

    async def test_C5_each_is_asked_on_the_desks_in_turn_once_and_it_is_recorded(self, house: Live) -> None:
        """
        The first at once, the next when their time is over, then that nobody answered: each once, on the desk's stream
        and in the record, however many look; what was read stays decidable, and the public sees nothing.
        """
        event_id = await house.event("crisis", delay_s=10)
        ids = house.ids
        version = (await house.rows(LiveEvent, id=event_id))[0].version
        chain = {"people": [ids["approver"], ids["second"]], "each_s": 60}
        named = await house["admin"].patch(
            f"/events/{event_id}", json={"version": version, "policy": {"delegates": chain}}
        )
        assert named.status_code == 200, named.text
        told = (await house["presenter"].get(f"/events/{event_id}/delegates")).json()
        assert [one["person_id"] for one in told["people"]] == chain["people"]
        assert told["each_s"] == 60
        assert {ids["approver"], ids["second"], ids["both"]} == {
            one["person_id"] for one in told["approvers"]
        }
        sent = (await house.submit("presenter", event_id, "Leave the ground floor now.")).json()
        view = (await house["approver"].get(f"/updates/{sent['id']}/approval")).json()
        clock = house.house.clock
        watches = [
            DelegateWatch(house.house.database, AuditLog(), clock, house.house.announce) for _ in range(2)
        ]

        async def turns() -> list[tuple[str, bool]]:
            event = (await house["presenter"].get(f"/events/{event_id}")).json()["event"]
            return [(one["person_id"], one["unanswered"]) for one in event["duty"]["turns"]]

        seen, asked_at = [], (await house.rows(Update, id=sent["id"]))[0].waits_since
        for seconds in (0, 50, 60, 110, 120, 500):
            clock.steer(asked_at + timedelta(seconds=seconds))  # type: ignore[attr-defined]
            told_by = [sent["id"] in one for one in await asyncio.gather(*(one.look() for one in watches))]
            assert sum(told_by) <= 1, seconds
            seen.append((await turns())[0])
        first, then = (ids["approver"], False), (ids["second"], False)
        assert seen == [first, first, then, then, (ids["second"], True), (ids["second"], True)]
        acts = [
            (one.action, one.detail["person"])
            for one in await house.rows(AuditEntry, subject=sent["id"])
            if one.action.startswith("approval.")
        ]
        assert acts == [
            ("approval.asked", ids["approver"]),
            ("approval.asked", ids["second"]),
            ("approval.unanswered", ids["second"]),
        ]
        page = await house["auditor"].get(f"/events/{event_id}/timeline/public/snapshot")
        assert page.json()["event"]["duty"] is None
        done = await do(house, "approver", {**view, "update_id": sent["id"]}, "approve", checked=True)
        assert done.status_code == 200, done.text
        assert await turns() == []

    async def test_C5_the_server_asks_by_itself(self, house: Live) -> None:
        """Within seconds of the submit, and nobody asked for a look."""
        event_id = await house.event("crisis", delay_s=10)
        body = {"version": 2, "policy": {"delegates": {"people": [house.ids["second"]]}}}
        assert (await house["admin"].patch(f"/events/{event_id}", json=body)).status_code == 200
        sent = (await house.submit("presenter", event_id, "Leave the ground floor now.")).json()
        rows = await house.until(
            lambda: house.rows(Update, id=sent["id"]), lambda rows: rows[0].asked_id is not None
        )
        assert (rows[0].asked_id, rows[0].version) == (house.ids["second"], 1)


class TestActivation:
    async def test_C4_a_crisis_that_goes_live_silences_routine_in_the_same_transaction(
        self, house: Live
    ) -> None:
        """Press and training hold, their countdowns keep what they have left; an operation and a failed start do not."""
        press = await house.event("press", delay_s=200)
        training = await house.event("training", delay_s=200)
        surgery = await house.event("surgery", delay_s=200)
        update = (await house.submit("presenter", press, "The new wing opens tomorrow.")).json()["id"]
        crisis = await house.event("crisis", live=False)
        before = {one.id: one.sending for one in await house.rows(LiveEvent)}
        assert {before[one] for one in (press, training, surgery)} == {"open"}
        assert (await house["admin"].post(f"/events/{crisis}/go-live")).status_code == 200
        after = {one.id: one for one in await house.rows(LiveEvent)}
        assert [after[one].sending for one in (press, training, surgery, crisis)] == [
            "hold",
            "hold",
            "open",
            "open",
        ]
        assert after[press].sending_by == f"person:{house.ids['admin']}"
        row = (await house.rows(Update, id=update))[0]
        assert row.hold_left_s is not None
        assert row.hold_left_s > 0
        notes = await house.rows(AuditEntry, action="event.hold", event_id=press)
        assert len(notes) == 1
        assert (await house["admin"].post(f"/events/{press}/resume")).status_code == 204
        again = await house["admin"].post(f"/events/{crisis}/go-live")
        assert again.status_code == 409
        assert (await house.rows(LiveEvent, id=press))[0].sending == "open"


class TestAction:
    async def test_C3_a_severe_template_without_what_to_do_is_refused(self, house: Live) -> None:
        """Blanks of spaces count as empty; with the blank filled the same form is taken."""
        event_id = await house.event("crisis")
        shelf = (await house["presenter"].get("/templates")).json()
        chosen = next(one for one in shelf if one["id"] == "leave-the-building")
        values = {slot["name"]: slot["example"] for slot in chosen["slots"]}
        path = f"/templates/{chosen['id']}/fill"

        async def sent(values: dict[str, str]) -> Any:
            text = (await house["presenter"].post(path, json={"values": values})).json()["texts"]["en"][
                "page"
            ]
            use = {"id": chosen["id"], "values": values}
            return await house.submit("presenter", event_id, text, template=use, confirmed=True)

        for empty in (
            {**values, "way": "   "},
            {name: value for name, value in values.items() if name != "way"},
        ):
            refused = await sent(empty)
            assert (refused.status_code, refused.json()["code"]) == (422, "blank_empty"), refused.text
        assert await house.rows(Update, event_id=event_id) == []
        assert (await sent(values)).status_code == 201


class TestFirstStatement:
    async def test_C1_a_holding_statement_is_out_within_three_minutes_of_activation(
        self, house: Live
    ) -> None:
        """
        Five requests: live, the template with the three blanks that are the hour's own, the submit, the approver's look
        and their yes. The approver is told on the desk meanwhile; what is counted is the countdown and all that waits.
        """
        event_id = await house.event("crisis", live=False, delay_s=None, place="North Gate")
        chain = {"people": [house.ids["approver"], house.ids["second"]], "each_s": 60}
        body = {"version": 1, "policy": {"delegates": chain}}
        assert (await house["admin"].patch(f"/events/{event_id}", json=body)).status_code == 200
        assert (await house["admin"].post(f"/events/{event_id}/go-live")).status_code == 200
        chosen = next(
            one
            for one in (await house["presenter"].get("/templates")).json()
            if one["id"] == "holding-statement"
        )
        blanks = {slot["name"]: slot["example"] for slot in chosen["slots"]}
        assert set(blanks) - {"hospital", "link"} == {"event", "place", "next_at"}
        filled = await house["presenter"].post("/templates/holding-statement/fill", json={"values": blanks})
        use = {"id": "holding-statement", "values": blanks}
        sent = await house.submit(
            "presenter", event_id, filled.json()["texts"]["en"]["280"], template=use, confirmed=True
        )
        assert sent.status_code == 201, sent.text
        update_id = sent.json()["id"]

        async def asked() -> list[str]:
            event = (await house["approver"].get(f"/events/{event_id}")).json()["event"]
            return [one["person_id"] for one in event["duty"]["turns"]]

        assert await house.until(asked, lambda found: found) == [house.ids["approver"]]
        view = (await house["approver"].get(f"/updates/{update_id}/approval")).json()
        done = await do(house, "approver", view, "approve", checked=True)
        assert done.status_code == 200, done.text
        due_at = (await house.rows(Update, id=update_id))[0].release_at
        house.house.clock.steer(due_at)  # type: ignore[attr-defined]
        house.house.engine.wake()
        rows = await house.until(
            lambda: house.rows(Update, id=update_id), lambda rows: rows[0].state == "released"
        )
        began = (await house.rows(LiveEvent, id=event_id))[0].started_at
        assert rows[0].released_at - began < timedelta(minutes=3)


class TestNoWayRound:
    """Texts that looked as if they needed nobody, and went to everybody."""

    async def test_S14_an_answer_needs_whom_any_other_text_needs(self, house: Live) -> None:
        """To call an alert an answer, with a question or without one, takes nobody's second look away."""
        event_id = await house.event("crisis")
        reply_id = await house.reply(event_id, "Where do we go?")
        for fields in (
            {"kind": "answer"},
            {"kind": "answer", "priority": "emergency"},
            {"answers_reply_id": reply_id},
            {"answers_reply_id": reply_id, "priority": "normal", "channels": [house.channels["x"]]},
        ):
            sent = await house.submit("presenter", event_id, "Leave the town at once.", **fields)
            assert (sent.status_code, sent.json()["state"]) == (201, "awaiting_approval"), (fields, sent.text)

    async def test_S14_a_channels_own_words_are_no_template(self, house: Live) -> None:
        """A template with other words for one channel is not the template; with its own shorter form it is."""
        event_id = await house.event("crisis")
        templates = (await house["presenter"].get("/templates")).json()
        chosen = next(one for one in templates if one["id"] == "holding-statement")
        values = {slot["name"]: slot["example"] for slot in chosen["slots"]}
        forms = (
            await house["presenter"].post(f"/templates/{chosen['id']}/fill", json={"values": values})
        ).json()["texts"]["en"]
        made = []
        for words in ("Leave the town at once.", forms["160"]):
            sent = await house.submit(
                "presenter", event_id, forms["280"], template={"id": chosen["id"], "values": values},
                channel_texts={"x": {"en": words}}, confirmed=True,
            )  # fmt: skip
            assert sent.status_code == 201, sent.text
            made.append((await house.rows(UpdateRevision, update_id=sent.json()["id"]))[0].made_from)
        assert made == [{}, origin_of(Template.model_validate(chosen), values)]

    async def test_S5_S8_a_correction_in_own_words_waits_like_any_other_text(self, house: Live) -> None:
        """To correct something is no way past the countdown or the nod; what is fixed beforehand goes at once."""
        event_id = await house.event("surgery")
        sent = (await house.submit("presenter", event_id, "The kidney is in view.")).json()
        await house.until(lambda: house.rows(Update, id=sent["id"]), lambda rows: rows[0].state == "released")

        async def patched(**fields: object) -> None:
            version = (await house.rows(LiveEvent, id=event_id))[0].version
            done = await house["admin"].patch(f"/events/{event_id}", json={"version": version, **fields})
            assert done.status_code == 200, done.text

        async def corrected(kind: str, **texts: str) -> Update:
            done = await house["presenter"].post(
                f"/updates/{sent['id']}/corrections",
                json={"kind": kind, "texts": texts},
                headers={"idempotency-key": str(uuid.uuid4())},
            )
            assert done.status_code == 201, done.text
            return (await house.rows(Update, id=done.json()["id"]))[0]

        await patched(delay_s=120)
        own = await corrected("correction", en="The liver is in view.")
        assert own.release_at - own.received_at == timedelta(seconds=120)
        assert (await house["presenter"].post(f"/updates/{own.id}/undo")).status_code == 200
        await patched(policy={"off_script": "nod"})
        nod = await corrected("correction", en="The liver is in view.")
        assert (nod.state, nod.needs) == ("awaiting_approval", "nod")
        fixed = await corrected("retraction")
        assert (fixed.needs, fixed.release_at - fixed.received_at) == ("", timedelta(0))

    async def test_S14_what_was_harmless_is_not_corrected_into_an_alert_by_one_person(
        self, house: Live
    ) -> None:
        """Sent while nobody had to agree, corrected after it became Extreme: in any words but the fixed ones it waits."""
        event_id = await house.event("crisis", severity="Moderate")
        kept = {"en": "Leave the town at once."}
        sent = (await house.submit("presenter", event_id, "The lobby is wet.", correction=kept)).json()
        await house.until(lambda: house.rows(Update, id=sent["id"]), lambda rows: rows[0].state == "released")
        version = (await house.rows(LiveEvent, id=event_id))[0].version
        worse = {"version": version, "severity": "Extreme"}
        assert (await house["presenter"].patch(f"/events/{event_id}", json=worse)).status_code == 200
        found = []
        for body in (
            {"kind": "correction", "texts": kept},
            {"kind": "correction", "texts": {}},
            {"kind": "retraction", "texts": {"en": "Leave the town at once."}},
            {"kind": "retraction", "texts": {}},
        ):
            headers = {"idempotency-key": str(uuid.uuid4())}
            done = await house["presenter"].post(
                f"/updates/{sent['id']}/corrections", json=body, headers=headers
            )
            assert done.status_code == 201, done.text
            found.append(done.json()["state"])
            if done.json()["state"] == "awaiting_approval":  # its label and its ways come from the original
                view = {
                    "update_id": done.json()["id"],
                    "version": (await house.rows(Update, id=done.json()["id"]))[0].version,
                }
                anew = await do(house, "presenter", view, "rewrite", texts={"en": "Go home."})
                assert (anew.status_code, anew.json()["code"]) == (409, "correct_again"), anew.text
        assert found == ["awaiting_approval"] * 3 + ["counting_down"]


class TestAlone:
    async def test_C1_after_ten_minutes_one_person_sends_a_template_and_another_looks_at_it(
        self, house: Live
    ) -> None:
        """
        Too early is refused with the minutes left; own words are refused; then it goes, everybody sees that it was
        alone, and the look afterwards is somebody else's, once.
        """
        event_id = await house.event("crisis")
        template = (await house["presenter"].get("/templates")).json()
        chosen = next(one for one in template if one["id"] == "holding-statement")
        values = {slot["name"]: slot["example"] for slot in chosen["slots"]}
        filled = await house["presenter"].post(f"/templates/{chosen['id']}/fill", json={"values": values})
        text = filled.json()["texts"]["en"]["280"]
        sent = await house.submit(
            "presenter", event_id, text, template={"id": chosen["id"], "values": values}, confirmed=True
        )
        own = await house.submit("presenter", event_id, "Leave by the North Gate.")
        assert (sent.status_code, own.status_code) == (201, 201), sent.text + own.text
        reason = "Nobody of the approvers answers and the water rises."

        async def glass(update_id: str) -> Any:
            view = (await house["presenter"].get(f"/updates/{update_id}/approval")).json()
            body = {"version": view["version"], "reason": reason}
            return await house["presenter"].post(f"/updates/{update_id}/break-glass", json=body)

        async def ten_minutes_ago(session: AsyncSession) -> None:
            for one in (sent, own):
                row = await session.get_one(Update, one.json()["id"])
                row.waits_since = house.house.clock.now() - timedelta(minutes=10, seconds=1)
                session.add(row)

        early = await glass(sent.json()["id"])
        assert (early.status_code, early.json()["code"]) == (409, "too_early")
        await house.house.database.write(ten_minutes_ago)
        words = await glass(own.json()["id"])
        assert (words.status_code, words.json()["code"]) == (403, "not_a_template")
        alone = await glass(sent.json()["id"])
        assert alone.status_code == 200, alone.text
        assert (alone.json()["state"], alone.json()["review_due"]) == ("counting_down", True)
        path = f"/updates/{sent.json()['id']}/review"
        waiting = (await house["approver"].get(f"/events/{event_id}/approvals")).json()
        assert sent.json()["id"] in {one["update_id"] for one in waiting if one["review_due"]}
        by_self = await house["presenter"].post(path, json={"note": "It was right."})
        looked = await house["approver"].post(path, json={"note": "It was right."})
        again = await house["second"].post(path, json={"note": "It was right."})
        assert by_self.status_code == 403
        assert looked.json()["review_due"] is False, looked.text
        assert (again.status_code, again.json()["code"]) == (409, "nothing_to_review")
        acts = {one.action for one in await house.rows(AuditEntry, event_id=event_id)}
        assert {"update.break_glass", "update.reviewed"} <= acts

    async def test_C1_S14_nobody_sends_alone_what_they_brought_in_as_a_template_themselves(
        self, house: Live
    ) -> None:
        """Else the words of one person would be a template because the same person says so."""
        shipped = (await house["both"].get("/templates")).json()
        chosen = next(one for one in shipped if one["id"] == "holding-statement")
        source = json.dumps([{**chosen, "id": "of-one-person"}])
        brought = await house["both"].post("/templates/import", content=source)
        assert brought.status_code == 201, brought.text
        values = {slot["name"]: slot["example"] for slot in chosen["slots"]}
        filled = await house["both"].post("/templates/of-one-person/fill", json={"values": values})
        event_id, codes = await house.event("crisis"), []
        for who in ("both", "presenter"):
            sent = await house.submit(
                who, event_id, filled.json()["texts"]["en"]["280"], confirmed=True,
                template={"id": "of-one-person", "values": values},
            )  # fmt: skip
            assert sent.status_code == 201, sent.text

            async def long_ago(session: AsyncSession, update_id: str = sent.json()["id"]) -> None:
                row = await session.get_one(Update, update_id)
                row.waits_since = house.house.clock.now() - timedelta(minutes=11)
                session.add(row)

            await house.house.database.write(long_ago)
            view = (await house[who].get(f"/updates/{sent.json()['id']}/approval")).json()
            body = {"version": view["version"], "reason": "Nobody answers and the water rises."}
            done = await house[who].post(f"/updates/{sent.json()['id']}/break-glass", json=body)
            codes.append((done.status_code, done.json().get("code", done.json().get("state"))))
        assert codes == [(403, "own_template"), (200, "counting_down")]

    async def test_S14_a_template_that_was_replaced_since_is_no_template_for_whoever_sends_alone(
        self, house: Live
    ) -> None:
        """A colleague who brings the house's file in anew does not vouch for words that are not in it any more."""
        shipped = (await house["both"].get("/templates")).json()
        chosen = next(one for one in shipped if one["id"] == "holding-statement")
        own = json.loads(json.dumps({**chosen, "id": "replaced"}))
        values = {slot["name"]: slot["example"] for slot in chosen["slots"]}
        assert (await house["both"].post("/templates/import", content=json.dumps([own]))).status_code == 201
        filled = await house["both"].post("/templates/replaced/fill", json={"values": values})
        event_id = await house.event("crisis")
        sent = await house.submit(
            "both", event_id, filled.json()["texts"]["en"]["280"], confirmed=True,
            template={"id": "replaced", "values": values},
        )  # fmt: skip
        assert sent.status_code == 201, sent.text
        brought = await house["approver"].post("/templates/import", content=json.dumps([own]))
        assert brought.status_code == 201, brought.text

        async def long_ago(session: AsyncSession) -> None:
            row = await session.get_one(Update, sent.json()["id"])
            row.waits_since = house.house.clock.now() - timedelta(minutes=11)
            session.add(row)

        await house.house.database.write(long_ago)
        view = (await house["both"].get(f"/updates/{sent.json()['id']}/approval")).json()
        body = {"version": view["version"], "reason": "Nobody answers and the water rises."}
        done = await house["both"].post(f"/updates/{sent.json()['id']}/break-glass", json=body)
        assert (done.status_code, done.json()["code"]) == (403, "not_a_template"), done.text

    async def test_S14_what_was_kept_with_a_template_sent_alone_is_still_one_persons_words(
        self, house: Live
    ) -> None:
        """Nobody read it, so to correct with it waits, an approver's own too; after somebody's look it goes at once."""
        event_id = await house.event("crisis")
        shelf = (await house["both"].get("/templates")).json()
        chosen = next(one for one in shelf if one["id"] == "holding-statement")
        values = {slot["name"]: slot["example"] for slot in chosen["slots"]}
        filled = await house["both"].post(f"/templates/{chosen['id']}/fill", json={"values": values})
        sent = await house.submit(
            "both", event_id, filled.json()["texts"]["en"]["280"], confirmed=True,
            template={"id": chosen["id"], "values": values}, correction={"en": "Leave the town at once."},
        )  # fmt: skip
        assert sent.status_code == 201, sent.text
        update_id = sent.json()["id"]

        async def long_ago(session: AsyncSession) -> None:
            row = await session.get_one(Update, update_id)
            row.waits_since = house.house.clock.now() - timedelta(minutes=11)
            session.add(row)

        async def corrected() -> str:
            done = await house["both"].post(
                f"/updates/{update_id}/corrections",
                json={"kind": "correction", "texts": {}},
                headers={"idempotency-key": str(uuid.uuid4())},
            )
            assert done.status_code == 201, done.text
            return str(done.json()["state"])

        await house.house.database.write(long_ago)
        view = (await house["both"].get(f"/updates/{update_id}/approval")).json()
        alone = await do(house, "both", view, "break-glass", reason="Nobody answers and the water rises.")
        assert alone.status_code == 200, alone.text
        await house.until(lambda: house.rows(Update, id=update_id), lambda rows: rows[0].state == "released")
        assert await corrected() == "awaiting_approval"
        looked = await house["approver"].post(f"/updates/{update_id}/review", json={"note": "It was right."})
        assert looked.status_code == 200, looked.text
        assert await corrected() == "counting_down"

    @pytest.mark.timeout(120)
    async def test_S14_no_identity_signs_a_line_or_a_step_alone(self, house: Live) -> None:
        """Random people with random roles and keys write and sign at random: what counts as signed took two humans."""
        dice = random.Random(1410)
        sheet, signed, tried = house.house.cue_sheet, 0, 0
        for graph in range(ROLE_GRAPHS):
            event_id = await house.event("surgery", live=False)
            people = HUMANS[:1] if graph % 2 == 0 else HUMANS
            actors = [
                one
                for name in people
                for one in doors(house, name, event_id, dice, everything=graph % 2 == 0)
            ]
            new, writer = NewCue("Docked", {"en": "The robot is in place."}), dice.choice(actors)
            wrote = {(await sheet.add(writer, event_id, new)).id: writer.identity}
            for _ in range(14):
                actor = dice.choice(actors)
                step = dice.choice(await house.rows(Step, event_id=event_id))
                try:
                    if dice.random() < 0.1:
                        words = {"texts": {"en": f"We pause before step {next(NUMBERS)}."}}
                        await sheet.change(actor, event_id, step.id, step.version, words)
                        wrote[step.id] = actor.identity
                    elif dice.random() < 0.2:  # what is no text makes nobody its writer
                        touch = dice.choice(
                            ({"title": f"Docked {tried}"}, {"key_moment": not step.key_moment})
                        )
                        await sheet.change(actor, event_id, step.id, step.version, touch)
                    elif allows(actor, Action.CUE_SIGN, event_id):
                        await sheet.sign(actor, event_id, step.id, step.version)
                except AppError:
                    continue
                tried += 1
            for step in await house.rows(Step, event_id=event_id):
                if not is_signed(step):
                    continue
                assert graph % 2 == 1, "one human signed it alone"
                assert step.signed_by != (step.seconded_by if step.branch else wrote[step.id])
                signed += 1
        assert tried > ROLE_GRAPHS
        assert signed * 10 >= ROLE_GRAPHS, "nothing was ever signed: the test would not see a hole"


class TestWriter:
    async def test_G2_what_one_person_wrote_is_not_sent_by_the_session_of_another(self, house: Live) -> None:
        """A tablet's text names its writer: who signed in there meanwhile does not become its author."""
        event_id = await house.event("press")
        path, writer = f"/events/{event_id}/updates", house.ids["presenter"]
        body = {"texts": {"en": "The presenter wrote this."}, "source": "presenter"}
        asked = {"idempotency-key": "whose-words-are-they", "x-tocsin-person": writer}
        refused = await house["both"].post(path, json=body, headers=asked)
        assert (refused.status_code, refused.json()["code"]) == (403, "other_person")
        taken = await house["presenter"].post(path, json=body, headers=asked)
        assert taken.status_code == 201, taken.text
        row = (await house["presenter"].get(f"/updates/{taken.json()['id']}")).json()
        assert row["author_id"] == writer
