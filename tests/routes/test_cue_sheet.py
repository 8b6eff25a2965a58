"""The cue sheet over HTTP: written, ordered, signed off, branched, timed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from app.editorial import pacing, scripted
from app.editorial.pacing import Cue
from app.errors import InvalidInput
from app.models import AuditEntry, LiveEvent, Step, Update, UpdateRevision
from tests.routes.live_house import Live, live

pytestmark = pytest.mark.asyncio(loop_scope="module")
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    async with live(tmp_path_factory.mktemp("cues")) as made:
        yield made


async def added(
    house: Live, event_id: str, title: str, *, who: str = "presenter", **fields: Any
) -> dict[str, Any]:
    body = {"title": title, "texts": {"en": f"{title} is done."}, **fields}
    answer = await house[who].post(f"/events/{event_id}/steps", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def titles(house: Live, event_id: str, **params: Any) -> list[str]:
    answer = await house["auditor"].get(f"/events/{event_id}/steps", params=params)
    return [one["title"] for one in answer.json()]


class TestWriting:
    async def test_N12_steps_are_added_moved_and_taken_out(self, house: Live) -> None:
        """The order is whole after each, counted from one."""
        event_id = await house.event("training", live=False)
        made = [await added(house, event_id, name) for name in ("Asleep", "Docked", "Closed")]
        await added(house, event_id, "Checked", n=1)
        assert await titles(house, event_id) == ["Checked", "Asleep", "Docked", "Closed"]
        path = f"/events/{event_id}/steps/{made[2]['id']}"
        moved = await house["presenter"].patch(path, json={"version": 1, "n": 2})
        assert (moved.status_code, moved.json()["n"]) == (200, 2), moved.text
        assert await titles(house, event_id) == ["Checked", "Closed", "Asleep", "Docked"]
        gone = await house["presenter"].delete(path, params={"version": moved.json()["version"]})
        assert gone.status_code == 204
        rows = (await house["auditor"].get(f"/events/{event_id}/steps")).json()
        assert [(one["n"], one["title"]) for one in rows] == [(1, "Checked"), (2, "Asleep"), (3, "Docked")]

    async def test_N12_a_sheet_from_a_file_comes_whole_or_not_at_all(self, house: Live) -> None:
        """In its order at the end, nothing signed; a step that cannot be right is named, and nothing of it stays."""
        event_id = await house.event("training", live=False)
        await added(house, event_id, "Asleep")
        path = f"/events/{event_id}/steps/import"
        file = [
            {"title": "Docked", "texts": {"en": "Docked after {minutes} minutes."}, "minutes": 5},
            {"title": "Bleeding", "texts": {"en": "We wait."}, "branch": "bleeding"},
        ]
        wrong = await house["presenter"].post(path, json={"steps": [*file, {**file[0], "minutes": -1}]})
        assert (wrong.status_code, wrong.json()["code"], wrong.json()["step"]) == (422, "bad_minutes", 3)
        assert "Step 3 of the file" in wrong.json()["detail"]
        assert await titles(house, event_id) == ["Asleep"]
        right = await house["presenter"].post(path, json={"steps": file})
        assert right.status_code == 201, right.text
        assert [(one["n"], one["slots"], one["signed"], one["parked"]) for one in right.json()] == [
            (2, ["minutes"], False, False),
            (3, [], False, True),
        ]
        assert await titles(house, event_id, whole=True) == ["Asleep", "Docked", "Bleeding"]

    async def test_what_somebody_changed_meanwhile_is_not_overwritten(self, house: Live) -> None:
        """And what is out cannot be rewritten."""
        event_id = await house.event("training")
        step = await added(house, event_id, "Asleep")
        path = f"/events/{event_id}/steps/{step['id']}"
        assert (await house["presenter"].patch(path, json={"version": 1, "title": "A"})).status_code == 200
        late = await house["admin"].patch(path, json={"version": 1, "title": "B"})
        assert (late.status_code, late.json()["code"]) == (409, "changed_meanwhile")
        sent = await house.submit("presenter", event_id, "Asleep is done.", step_id=step["id"])
        assert sent.status_code == 201, sent.text
        out = await house["admin"].patch(path, json={"version": 2, "title": "B"})
        assert (out.status_code, out.json()["code"]) == (409, "step_sent")

    async def test_N12_two_tablets_that_send_one_step_send_it_once(self, house: Live) -> None:
        """The second is told in words; the same key is answered as before; taken back, it may be sent again."""
        event_id = await house.event("training", delay_s=30)
        step = await added(house, event_id, "Asleep")
        body = {"texts": {"en": "Asleep is done."}, "step_id": step["id"]}

        async def send(key: str) -> Any:
            return await house["presenter"].post(
                f"/events/{event_id}/updates", json=body, headers={"idempotency-key": key}
            )

        both = await asyncio.gather(send("tablet-one-1"), send("tablet-two-1"), send("tablet-one-1"))
        first = next(one for one in both if one.status_code == 201)
        assert len(await house.rows(Update, event_id=event_id)) == 1
        refused = [one.json() for one in both if one.status_code == 409]
        assert refused, [one.text for one in both]
        assert {one["code"] for one in refused} == {"step_sent"}
        assert "Take the next step" in refused[0]["detail"]
        winner = "tablet-one-1" if both[0].status_code == 201 else "tablet-two-1"
        again = await send(winner)
        assert (again.status_code, again.content) == (201, first.content)
        undone = await house["presenter"].post(f"/updates/{first.json()['id']}/undo")
        assert undone.status_code == 200, undone.text
        assert (await send("tablet-two-2")).status_code == 201
        assert len(await house.rows(Update, event_id=event_id)) == 2

    async def test_a_text_in_a_language_that_the_event_does_not_use_is_refused(self, house: Live) -> None:
        """And so is a step without the event's own."""
        event_id = await house.event("training", live=False)
        for texts, code in (({"it": "Ciao."}, "unknown_language"), ({"en": " "}, "empty_text")):
            answer = await house["presenter"].post(
                f"/events/{event_id}/steps", json={"title": "A", "texts": texts}
            )
            assert (answer.status_code, answer.json()["code"]) == (422, code)


class TestSigning:
    async def test_S5_a_change_after_the_sign_off_voids_it(self, house: Live) -> None:
        """Signed by another than the writer; other words undo it and the record says so, another minute does not."""
        event_id = await house.event("training", live=False)
        step = await added(house, event_id, "Docked")
        path = f"/events/{event_id}/steps/{step['id']}"
        stale = await house["clinician"].post(f"{path}/sign", json={"version": 7})
        signed = await house["clinician"].post(f"{path}/sign", json={"version": step["version"]})
        assert (stale.json()["code"], signed.json()["signed"]) == ("changed_meanwhile", True)
        assert [bool(one["name"] and one["at"]) for one in signed.json()["signers"]] == [True]
        version = signed.json()["version"]
        later = await house["presenter"].patch(path, json={"version": version, "minutes": 12, "n": 1})
        assert later.json()["signed"] is True
        changed = await house["presenter"].patch(
            path, json={"version": later.json()["version"], "texts": {"en": "The robot is in place."}}
        )
        assert changed.json()["signed"] is False
        assert changed.json()["signers"] == []
        notes = [one.detail for one in await house.rows(AuditEntry, event_id=event_id, action="cue.changed")]
        assert [one["sign_off_voided"] for one in notes] == [False, True]

    async def test_S14_nobody_signs_their_own_words(self, house: Live) -> None:
        """Whoever wrote all of it anew is its writer."""
        event_id = await house.event("training", live=False)
        step = await added(house, event_id, "Docked")
        path = f"/events/{event_id}/steps/{step['id']}"
        rewritten = await house["approver"].patch(path, json={"version": 1, "texts": {"en": "In place."}})
        own = await house["approver"].post(f"{path}/sign", json={"version": rewritten.json()["version"]})
        assert (own.status_code, own.json()["code"]) == (403, "own_words")
        other = await house["second"].post(f"{path}/sign", json={"version": rewritten.json()["version"]})
        assert other.status_code == 200

    async def test_S14_touching_a_step_up_makes_nobody_its_writer(self, house: Live) -> None:
        """
        A title or a key mark from somebody else voids the signature and lets the writer not sign; a text in another
        language is theirs and leaves the first writer theirs. Who wrote nothing signs.
        """
        event_id = await house.event("training", live=False, langs=["en", "it"])
        texts = {"en": "The robot is docked.", "it": "Il robot è agganciato."}
        step = await added(house, event_id, "Docked", texts=texts, who="approver")
        path = f"/events/{event_id}/steps/{step['id']}"

        async def changed(**fields: object) -> dict[str, Any]:
            version = (await house.rows(Step, id=step["id"]))[0].version
            done = await house["second"].patch(path, json={"version": version, **fields})
            assert done.status_code == 200, done.text
            return dict(done.json())

        async def signed(who: str) -> Any:
            version = (await house.rows(Step, id=step["id"]))[0].version
            return await house[who].post(f"{path}/sign", json={"version": version})

        for fields in ({"title": "Robot docked"}, {"key_moment": True}):
            assert (await changed(**fields))["writers"] == [house.ids["approver"]]
            own = await signed("approver")
            assert (own.status_code, own.json()["code"]) == (403, "own_words"), fields
        assert (await signed("second")).json()["signed"] is True
        both = await changed(texts={**texts, "it": "Il robot è pronto."})
        assert both["writers"] == [house.ids["approver"], house.ids["second"]]
        assert [(await signed(who)).json()["code"] for who in ("approver", "second")] == ["own_words"] * 2
        anew = await changed(texts={"en": "It is in place.", "it": "È al suo posto."})
        assert anew["writers"] == [house.ids["second"]]
        assert (await signed("approver")).json()["signed"] is True

    async def test_a_step_that_the_privacy_check_blocks_cannot_be_signed(self, house: Live) -> None:
        """It is found while there is time to write another one."""
        event_id = await house.event("training", live=False)
        step = await added(house, event_id, "Name", texts={"en": "Mr. Alvarez, MRN 00482913, is stable."})
        refused = await house["clinician"].post(
            f"/events/{event_id}/steps/{step['id']}/sign", json={"version": 1}
        )
        assert (refused.status_code, refused.json()["code"]) == (403, "guard_blocked")


class TestPublished:
    async def test_N10_the_page_knows_of_a_step_its_signed_name_once_it_is_out_and_nothing_else(
        self, house: Live
    ) -> None:
        """
        No title, no text, no name of a step that has not gone out, in no document; that the course was left is
        public with the first words about it, not when the course is parked.
        """
        event_id = await house.event("surgery", live=False)
        await house.consent(event_id)
        named = [
            await added(house, event_id, title, label={"en": label})
            for title, label in (("Note A", "Asleep"), ("Note B", "Docked"), ("Note C", "Stitched"))
        ]
        unnamed = await added(house, event_id, "Note D")
        other = await added(house, event_id, "Note E", branch="bleeding", label={"en": "Bleeding stopped"})
        for step in (*named[:2], unnamed, other):
            signed = await house["clinician"].post(
                f"/events/{event_id}/steps/{step['id']}/sign", json={"version": step["version"]}
            )
            assert signed.status_code == 200, signed.text
        await house.line(event_id)
        assert (await house["admin"].post(f"/events/{event_id}/go-live")).status_code == 200
        await house.shortened(event_id, 0)

        async def page() -> Any:
            answer = await house["auditor"].get(f"/events/{event_id}/timeline/public/snapshot")
            known = [
                word for word in ("Note", "Docked", "Stitched", "Bleeding stopped") if word in answer.text
            ]
            return [item["step"] and item["step"]["n"] for item in answer.json()["items"]], known

        async def send(step: dict[str, Any], text: str) -> None:
            sent = await house.submit("presenter", event_id, text, step_id=step["id"])
            assert sent.status_code == 201, sent.text
            await house.until(
                lambda: house.rows(Update, id=sent.json()["id"]), lambda rows: rows[0].state == "released"
            )

        assert await page() == ([], [])
        await send(named[0], "The anaesthetist watches every breath.")
        assert await page() == ([1], [])
        await send(named[2], "Two layers of stitches close it.")
        await send(unnamed, "We wait and watch.")
        assert await page() == ([None, None, 1], [])
        path = f"/events/{event_id}/steps/branch"
        assert (await house["presenter"].post(path, json={"branch": "bleeding"})).status_code == 204
        assert await page() == ([None, None, 1], [])
        await send(other, "The surgeon takes more time.")
        assert await page() == ([0, None, None, 1], [])

    async def test_N3_S14_a_name_for_the_page_is_checked_and_signed_like_a_text(self, house: Live) -> None:
        """Who writes it does not sign it, another one voids the signature, and whoever must not be named is not."""
        event_id = await house.event("surgery", live=False, deny=["Alba Ferrando"])
        step = await added(house, event_id, "Docked")
        path = f"/events/{event_id}/steps/{step['id']}"
        for who, code in (("it", "unknown_language"), ("en", "guard_blocked")):
            refused = await house["presenter"].patch(
                path, json={"version": 1, "label": {"en": "x", who: "Alba Ferrando is asleep"}}
            )
            assert refused.json()["code"] == code, refused.text
        signed = await house["clinician"].post(f"{path}/sign", json={"version": 1})
        named = await house["approver"].patch(
            path, json={"version": signed.json()["version"], "label": {"en": "Robot docked"}}
        )
        assert (named.status_code, named.json()["signed"]) == (200, False), named.text
        own = await house["approver"].post(f"{path}/sign", json={"version": named.json()["version"]})
        assert (own.status_code, own.json()["code"]) == (403, "own_words")


class TestBlanks:
    async def test_N12_figures_in_a_signed_blank_are_still_the_script(self, house: Live) -> None:
        """Where lines off the script need a nod: a figure does not, an own word does, a blank left blank is refused."""
        event_id = await house.event("surgery", live=False)
        patched = await house["admin"].patch(
            f"/events/{event_id}", json={"version": 1, "policy": {"off_script": "nod"}}
        )
        assert patched.status_code == 200, patched.text
        step = await added(
            house, event_id, "Back", texts={"en": "Blood flow is back after {minutes} minutes."}
        )
        assert step["slots"] == ["minutes"]
        path = f"/events/{event_id}/steps/{step['id']}"
        signed = await house["clinician"].post(f"{path}/sign", json={"version": 1})
        assert signed.status_code == 200, signed.text
        await house.consent(event_id)
        await house.line(event_id)
        assert (await house["admin"].post(f"/events/{event_id}/go-live")).status_code == 200
        blank = await house.submit("presenter", event_id, step["texts"]["en"], step_id=step["id"])
        assert (blank.status_code, blank.json()["code"]) == (422, "blank_empty")
        words = await house.submit(
            "presenter",
            event_id,
            "Blood flow is back after far too many minutes.",
            step_id=step["id"],
            step_values={"minutes": "far too many"},
        )
        assert words.json()["state"] == "awaiting_approval", words.text
        undone = await house["presenter"].post(f"/updates/{words.json()['id']}/undo")
        assert undone.status_code == 200, undone.text
        elsewhere = await house.submit(
            "presenter",
            event_id,
            "Blood flow is back after 19 minutes.",
            channel_texts={"x": {"en": "It went badly, and we go on."}},
            step_id=step["id"],
            step_values={"minutes": "19"},
        )
        assert elsewhere.json()["state"] == "awaiting_approval", elsewhere.text
        undone = await house["presenter"].post(f"/updates/{elsewhere.json()['id']}/undo")
        assert undone.status_code == 200, undone.text
        figure = await house.submit(
            "presenter",
            event_id,
            "Blood flow is back after 19 minutes.",
            step_id=step["id"],
            step_values={"minutes": "19"},
        )
        assert figure.json()["state"] == "counting_down", figure.text
        revision = (await house.rows(UpdateRevision, update_id=figure.json()["id"]))[0]
        assert revision.made_from == {"step": step["id"]}

    async def test_the_languages_of_a_step_have_the_same_blanks(self) -> None:
        """A figure that one language cannot show is missing there."""
        with pytest.raises(InvalidInput):
            scripted.blanks_of({"en": "After {minutes} minutes.", "it": "Dopo minuti."})
        assert scripted.blanks_of({"en": "{b} of {a}", "it": "{a}, {b}"}) == ["b", "a"]

    @pytest.mark.parametrize(
        ("value", "fits"),
        [("19", True), ("10:42", True), ("3.5 cm", True), ("20–25 min", True), ("95 %", True),
         ("120/80 mmHg", True), ("37,5 °C", True), ("400 mL", True), ("5 mg/kg", True), ("12 Fr", True),
         ("20 minuti", True), ("3 HEURES", True), ("2 días", True), ("2 segons", True), ("19.", True),
         ("2 dead", False), ("3 die", False), ("1 son", False), ("1 dies", False), ("2 dies", False), ("1 boy", False), ("2 lost", False), ("4 Tom", False),
         ("7 mort", False), ("2 h late", False), ("2h dead", False), ("19\nmin", False), ("5 MG", False),
         ("far too many", False), ("Mr. Alvarez", False), ("95 percent", True), ("2 muertos", False), ("19 and the patient died", False), ("", False)],
    )  # fmt: skip
    async def test_only_a_figure_fits_a_blank(self, value: str, fits: bool) -> None:
        """A number, a time, a size: nothing that says more than was signed."""
        step = Step(id="s", event_id="e", n=1, title="t", texts={"en": "It is {x}."}, signed_by="person:a")
        step.slots = ["x"]
        assert scripted.is_as_signed(step, {"en": f"It is {value}.".strip()}, {"x": value}) is fits


class TestBranches:
    async def test_N12_a_branch_is_taken_and_left_again(self, house: Live) -> None:
        """The course shows one branch at a time; what was sent stays in it; a parked step cannot be sent."""
        event_id = await house.event("training")
        first = await added(house, event_id, "Asleep")
        second = await added(house, event_id, "Docked")
        await added(house, event_id, "Open operation", branch="open")
        assert await titles(house, event_id) == ["Asleep", "Docked"]
        await house.submit("presenter", event_id, "Asleep is done.", step_id=first["id"])
        path = f"/events/{event_id}/steps/branch"
        assert (await house["presenter"].post(path, json={"branch": "open"})).status_code == 204
        assert await titles(house, event_id) == ["Asleep", "Open operation"]
        parked = await house.submit("presenter", event_id, "Docked is done.", step_id=second["id"])
        assert (parked.status_code, parked.json()["code"]) == (409, "step_parked")
        assert (await house["presenter"].post(path, json={"branch": ""})).status_code == 204
        assert await titles(house, event_id) == ["Asleep", "Docked"]
        assert await titles(house, event_id, whole=True) == ["Asleep", "Docked", "Open operation"]
        nowhere = await house["presenter"].post(path, json={"branch": "nowhere"})
        assert (nowhere.status_code, nowhere.json()["code"]) == (404, "branch_not_found")


class TestPlan:
    async def test_N12_the_plan_says_what_is_next_and_two_runs_are_compared(self, house: Live) -> None:
        """One tap loads `next_id`; the rehearsal's steps are set beside today's by title."""
        event_id = await house.event("surgery")
        first = await added(house, event_id, "Checklist", minutes=0)
        second = await added(house, event_id, "Docked", minutes=30)
        await house.submit("presenter", event_id, "Checklist is done.", step_id=first["id"])
        plan = (await house["presenter"].get(f"/events/{event_id}/steps/plan")).json()
        assert plan["next_id"] == second["id"]
        assert plan["steps"][0]["actual_min"] == 0
        assert plan["pace"] == "early"
        assert plan["steps"][1]["expected_at"] == plan["ends_at"]
        assert "anaesthetist" in plan["fillers"]
        other = {
            "steps": [{"title": "Checklist", "actual_min": 2.0}, {"title": "Docked", "actual_min": 28.0}]
        }
        rows = (await house["presenter"].post(f"/events/{event_id}/steps/compare", json=other)).json()
        assert [(one["title"], one["first_min"], one["second_min"], one["later_min"]) for one in rows] == [
            ("Checklist", 2.0, 0.0, -2.0),
            ("Docked", 28.0, None, None),
        ]
        assert len(await house.rows(Update, event_id=event_id)) == 1

    async def test_S6_what_is_late_moves_the_rest(self) -> None:
        """Ten minutes late at the second step: the third is expected ten minutes later, and the pace is due."""
        started = NOW - timedelta(minutes=40)
        cues = [
            Cue("a", "A", 0, started),
            Cue("b", "B", 20, started + timedelta(minutes=30)),
            Cue("c", "C", 45, None),
            Cue("d", "D", 50, None, parked=True),
        ]
        found = pacing.plan(
            cues, kind="surgery", started_at=started, last_word_at=NOW - timedelta(minutes=9), now=NOW
        )
        assert (found.late_min, found.next_id, found.pace) == (10.0, "c", "due")
        assert found.steps[2].expected_at == started + timedelta(minutes=55)
        assert found.steps[3].expected_at is None
        assert found.filler

    async def test_S6_a_course_whose_next_step_is_overdue_is_not_on_time(self) -> None:
        """Nothing sent 25 minutes after a first step for minute 0: 25 minutes late, and so is what follows."""
        started = NOW - timedelta(minutes=25)
        cues = [Cue("a", "A", 0, None), Cue("b", "B", 20, None)]
        found = pacing.plan(cues, kind="surgery", started_at=started, last_word_at=None, now=NOW)
        assert found.late_min == 25.0
        assert [one.expected_at for one in found.steps] == [NOW, NOW + timedelta(minutes=20)]


class TestTitles:
    async def test_N3_what_stands_above_the_texts_is_looked_at_as_they_are(self, house: Live) -> None:
        """Event and step titles, headline, hashtag, the lines that are pinned: made or changed, blocked and recorded."""
        named = "Mr. Alvarez, MRN 00482913"
        fields: list[dict[str, Any]] = [
            {"title": named},
            {"title": "Operation", "headline": f"{named} is in theatre."},
            {"title": "Operation", "hashtags": ["TomFerrando"]},
            {"title": "Operation", "steps": [{"title": named, "texts": {"en": "It begins."}}]},
        ]
        before = len(await house.rows(AuditEntry, action="guard.blocked"))
        for one in fields:
            made = await house["admin"].post(
                "/events", json={"kind": "training", "deny": ["Tom Ferrando"], **one}
            )
            assert (made.status_code, made.json()["code"]) == (403, "guard_blocked"), made.text
            assert made.json()["spans"]
        event_id = await house.event("training", live=False, deny=["Tom Ferrando"])
        changes: list[dict[str, Any]] = [
            {"title": "The kidney of Tom Ferrando"},
            {"headline": named},
            {"pinned": {"know": [f"{named} is stable."], "unknown": [], "do": [], "source": "Us"}},
            {"pinned": {"know": ["All is dry."], "source": named}},
        ]
        for change in changes:
            changed = await house["admin"].patch(f"/events/{event_id}", json={"version": 1, **change})
            assert (changed.status_code, changed.json()["code"]) == (403, "guard_blocked"), changed.text
        step = await added(house, event_id, "Asleep")
        path = f"/events/{event_id}/steps"
        for answer in (
            await house["presenter"].post(path, json={"title": named, "texts": {"en": "A."}}),
            await house["presenter"].patch(f"{path}/{step['id']}", json={"version": 1, "title": named}),
        ):
            assert (answer.status_code, answer.json()["code"]) == (403, "guard_blocked"), answer.text
            assert answer.json()["where"] == "title"
        notes = await house.rows(AuditEntry, action="guard.blocked")
        assert len(notes) == before + len(fields) + len(changes) + 2
        assert "Alvarez" not in str([one.detail for one in notes])
        fine = await house["admin"].patch(f"/events/{event_id}", json={"version": 1, "title": "A knee"})
        assert fine.status_code == 200, fine.text

    async def test_N3_what_the_guard_asks_about_above_the_texts_waits_for_a_second_look(
        self, house: Live
    ) -> None:
        """
        An age in a title or a headline, a street in a place: refused with the question and the field, kept when the
        person confirms it. A name stays blocked whatever is confirmed.
        """
        asked = "A 57-year-old patient in theatre"
        fields: list[tuple[str, dict[str, Any]]] = [
            ("title", {"title": asked}),
            ("headline", {"title": "An operation", "headline": f"{asked} today."}),
            (
                "step title",
                {"title": "An operation", "steps": [{"title": asked, "texts": {"en": "It begins."}}]},
            ),
            ("place", {"title": "An operation", "place": "14 Elm Street"}),
        ]
        for where, one in fields:
            body = {"kind": "surgery", **one}
            made = await house["admin"].post("/events", json=body)
            assert (made.status_code, made.json()["code"], made.json()["where"]) == (
                403,
                "guard_asks",
                where,
            ), made.text
            assert made.json()["spans"]
            again = await house["admin"].post("/events", json={**body, "confirmed": True})
            assert again.status_code == 201, again.text
        event_id = await house.event("surgery", live=False, deny=["Tom Ferrando"])
        path = f"/events/{event_id}"
        steps = f"{path}/steps"
        step = await added(house, event_id, "Asleep")
        sheet = {"steps": [{"title": asked, "texts": {"en": "A."}}]}
        for ask in (
            lambda more: house["admin"].patch(path, json={"version": 1, "place": "14 Elm Street", **more}),
            lambda more: house["presenter"].post(steps, json={"title": asked, "texts": {"en": "A."}, **more}),
            lambda more: house["presenter"].patch(
                f"{steps}/{step['id']}", json={"version": 1, "title": asked, **more}
            ),
            lambda more: house["presenter"].post(f"{steps}/import", json={**sheet, **more}),
        ):
            first = await ask({})
            assert (first.status_code, first.json()["code"]) == (403, "guard_asks"), first.text
            second = await ask({"confirmed": True})
            assert second.status_code in (200, 201), second.text
        for change in ({"place": "The house of Tom Ferrando"}, {"title": "Tom Ferrando"}):
            version = (await house.rows(LiveEvent, id=event_id))[0].version
            body = {"version": version, "confirmed": True, **change}
            blocked = await house["admin"].patch(path, json=body)
            assert (blocked.status_code, blocked.json()["code"]) == (403, "guard_blocked"), blocked.text
        hospital = {"kind": "crisis", "title": "Flood", "place": "Valdora General Hospital, ground floor"}
        assert (await house["admin"].post("/events", json=hospital)).status_code == 201
