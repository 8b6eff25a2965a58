"""Steering: the changed course, the button, and silence."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.testing import capture_logs

from app.accounts.audit import AuditLog
from app.clock import Clock
from app.editorial.silence import Quiet, look
from app.editorial.silence_watch import SilenceWatch
from app.errors import Conflict
from app.models import AuditEntry, Delivery, LiveEvent, Step, Topic, TopicChange, Update, UpdateRevision
from tests.routes.live_house import Live, live

pytestmark = pytest.mark.asyncio(loop_scope="module")
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class Later:
    """The house's clock, some minutes on."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.by = timedelta()

    def now(self) -> datetime:
        return self.clock.now() + self.by

    def monotonic(self) -> float:
        return self.clock.monotonic()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    async with live(tmp_path_factory.mktemp("watch")) as made:
        yield made


async def public_event(house: Live, event_id: str) -> dict[str, Any]:
    """The event as whoever reads the public topic from now on gets it."""
    whole = await house.house.stream.reader.read_whole(f"{event_id}:public")
    assert whole.things.event is not None
    return whole.things.event.model_dump()


class TestComplication:
    async def test_H04_N10_one_tap_freezes_and_the_family_hears_first(self, house: Live) -> None:
        """
        Any duty: sending holds, questions close, new text is refused, and the public page knows no reason. The line
        waits for the family flag and is then submitted word for word; what counted down before is withdrawn.
        """
        event_id = await house.event("surgery", delay_s=300)
        before = (await house.submit("presenter", event_id, "The tumour is nearly out.")).json()
        shown = await public_event(house, event_id)
        called = await house["liaison"].post(f"/events/{event_id}/complication")
        assert called.status_code == 200, called.text
        row = (await house.rows(LiveEvent, id=event_id))[0]
        assert (row.sending, row.replies_open) == ("hold", False)
        page = await house["auditor"].get(f"/events/{event_id}/timeline/public/snapshot")
        assert "complication" not in page.text.lower()
        now = await public_event(house, event_id)
        assert {name for name in now if now[name] != shown[name]} == {"sending", "version"}, (
            "as after any hold"
        )
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
        signed = next(step for step in await house.rows(Step, event_id=event_id) if step.branch)
        line = (await house.rows(Update, id=signed.sent_update_id))[0]
        words = (await house.rows(UpdateRevision, update_id=line.id))[0]
        assert (words.texts, words.made_from) == (signed.texts, {"step": signed.id})
        assert line.state == "counting_down"
        assert (await house.rows(LiveEvent, id=event_id))[0].sending == "hold"
        later = await house.submit("presenter", event_id, "The operation is over.")
        assert later.status_code == 201, later.text

    async def test_N10_N11_a_stop_is_no_way_past_the_family(self, house: Live) -> None:
        """Chosen before they were told, and lifted by a second person: until they are, nobody writes to the public."""
        event_id = await house.event("surgery")
        path = f"/events/{event_id}"
        assert (await house["presenter"].post(f"{path}/complication")).status_code == 200
        stopped = await house["presenter"].post(f"{path}/complication/course", json={"course": "stop"})
        assert stopped.status_code == 200, stopped.text
        assert (await house.rows(LiveEvent, id=event_id))[0].sending == "stop"
        for who, what, body in (("approver", "restart", {"decisions": {}}), ("approver", "resume", None)):
            done = await house[who].post(f"{path}/{what}", json=body)
            assert done.status_code == 204, done.text
        early = await house.submit("presenter", event_id, "The team needs quiet.")
        assert (early.status_code, early.json()["code"]) == (409, "complication")
        assert (await house["liaison"].post(f"{path}/complication/family-told")).status_code == 200
        chosen = await house["presenter"].post(f"{path}/complication/course", json={"course": "text_only"})
        assert chosen.status_code == 200, chosen.text
        later = await house.submit("presenter", event_id, "The team needs quiet.")
        assert later.status_code == 201, later.text

    async def test_H04_N11_nothing_else_reaches_the_public_before_the_family(self, house: Live) -> None:
        """Neither a reply that is let through nor a new headline or fact; what is already there may be taken away."""
        event_id = await house.event("surgery", headline="The first cut is made.")
        shown, waits = (
            await house.reply(event_id, "Good luck!"),
            await house.reply(event_id, "He bleeds badly."),
        )
        assert (
            await house["presenter"].post(f"/replies/{shown}/show", json={"version": 1})
        ).status_code == 200
        assert (await house["liaison"].post(f"/events/{event_id}/complication")).status_code == 200

        async def patched(**fields: object) -> Any:
            version = (await house.rows(LiveEvent, id=event_id))[0].version
            return await house["presenter"].patch(f"/events/{event_id}", json={"version": version, **fields})

        refused = [
            await house["presenter"].post(f"/replies/{waits}/show", json={"version": 1}),
            await patched(headline="The team fights for him."),
            await patched(pinned={"know": ["There is a bleeding."], "source": "the ward"}),
        ]
        assert [(one.status_code, one.json()["code"]) for one in refused] == [(409, "complication")] * 3
        assert (await patched(headline="", promised_next_at=None)).status_code == 200
        assert (
            await house["presenter"].post(f"/replies/{shown}/hide", json={"version": 2})
        ).status_code == 200

    async def test_S4_no_reply_brings_a_registered_name_with_its_author(self, house: Live) -> None:
        """Its words may be harmless: who wrote it is on the page too. The address of the event names nobody either."""
        event_id = await house.event("crisis", deny=["Rosalind Ferrando"])
        for fields in ({"author_name": "Rosalind Ferrando's son"}, {"author_handle": "rosalindferrando"}):
            reply_id = await house.reply(event_id, "Thank you all.", **fields)
            refused = await house["presenter"].post(f"/replies/{reply_id}/show", json={"version": 1})
            assert (refused.status_code, refused.json()["code"]) == (409, "guard_blocked"), fields
        body = {
            "kind": "crisis",
            "title": "A flood",
            "deny": ["Rosalind Ferrando"],
            "slug": "rosalind-ferrando",
        }
        named = await house["admin"].post("/events", json=body)
        assert (named.status_code, named.json()["code"]) == (403, "guard_blocked")

    @pytest.mark.parametrize(
        ("name", "handle"),
        [
            ("MRN 4471239", "ward7"),
            ("Call me +34 600 100 101", "x"),
            ("Pere", "mrn4471239"),
            ("Luca, born 12/03/1961", "luca"),
            ("ana.puig@example.org", "ana"),
            ("Bed 4, Mrs. Rossi's son", "son"),
        ],
    )
    async def test_S4_a_reply_of_somebody_called_by_an_identifier_is_shown_without_that_name(
        self, house: Live, name: str, handle: str
    ) -> None:
        """Neither name, handle nor address of it reaches a viewer; its words do."""
        event_id = await house.event("crisis")
        fields = {"author_name": name, "author_handle": handle, "author_url": f"https://x.com/{handle}"}
        url = f"https://x.com/{handle}/status/1"
        reply_id = await house.reply(event_id, "Thank you all.", url=url, **fields)
        shown = await house["presenter"].post(f"/replies/{reply_id}/show", json={"version": 1})
        assert shown.status_code == 200, shown.text
        said = await house["auditor"].get(f"/events/{event_id}/timeline/public/snapshot")
        (item,) = [one for one in said.json()["items"] if one["id"] == reply_id]
        assert item["texts"] == {"en": "Thank you all."}
        assert item["author"] == {"name": "", "handle": "", "url": "", "channel": "x"}
        assert not [one for one in (name, handle) if len(one) > 3 and one in said.text]

    @pytest.mark.parametrize("name", ["Maria Rossi", "luca_1961", "Dr. Anna", "", "ACME Ltd", "Jo 🚑"])
    async def test_S4_an_ordinary_name_stands_beside_its_reply(self, house: Live, name: str) -> None:
        """People are called as people are called."""
        event_id = await house.event("crisis")
        reply_id = await house.reply(event_id, "Thank you.", author_name=name, author_handle="mrossi")
        assert (
            await house["presenter"].post(f"/replies/{reply_id}/show", json={"version": 1})
        ).status_code == 200
        said = (await house["auditor"].get(f"/events/{event_id}/timeline/public/snapshot")).json()
        (item,) = [one for one in said["items"] if one["id"] == reply_id]
        assert (item["author"]["name"], item["author"]["handle"]) == (name, "mrossi")

    async def test_N10_two_who_choose_at_once_choose_one_way(self, house: Live) -> None:
        """Two lines, or a line and another course, in one moment: one stands, the others are told, one line is out."""
        event_id = await house.event("surgery", live=False)
        step = {
            "title": "Other",
            "texts": {"en": "The team pauses. The family knows."},
            "branch": "complication",
        }
        other = (await house["presenter"].post(f"/events/{event_id}/steps", json=step)).json()
        for who in ("clinician", "approver"):
            signed = await house[who].post(
                f"/events/{event_id}/steps/{other['id']}/sign", json={"version": other["version"]}
            )
            assert signed.status_code == 200, signed.text
            other = signed.json()
        await house.consent(event_id)
        first = await house.line(event_id)
        assert (await house["admin"].post(f"/events/{event_id}/go-live")).status_code == 200
        path = f"/events/{event_id}/complication"
        bodies: list[dict[str, str]] = [
            {"course": "line", "step_id": first["id"]},
            {"course": "line", "step_id": other["id"]},
            {"course": "slow"},
            {"course": "text_only"},
        ]
        for n in range(6):
            await house["liaison"].post(path)
            assert (await house["liaison"].post(f"{path}/family-told")).status_code == 200
            sent = len(await house.rows(Update, event_id=event_id))
            answers = await asyncio.gather(
                *(
                    house["presenter"].post(f"{path}/course", json=body)
                    for body in bodies[n % 3 :] + bodies[: n % 3]
                )
            )
            done = [one.json()["course"] for one in answers if one.status_code == 200]
            told = [one.json()["code"] for one in answers if one.status_code == 409]
            assert (len(done), len(told)) == (1, 3), [one.text for one in answers]
            assert set(told) <= {"course_chosen", "line_chosen", "no_complication"}, told
            new = len(await house.rows(Update, event_id=event_id)) - sent
            assert new == (done == ["line"]), (n, done)

    async def test_N10_S7_an_operation_does_not_go_live_without_a_signed_line(self, house: Live) -> None:
        """
        A clinician reviewer and a second person sign one; one alone does not, a non-clinician pair does not, and
        other words need both again.
        """
        event_id = await house.event("surgery", live=False)
        await house.consent(event_id)
        path = f"/events/{event_id}"
        went = await house["admin"].post(f"{path}/go-live")
        assert (went.status_code, went.json()["code"]) == (409, "line_needed")
        rows = (await house["admin"].get(f"{path}/steps", params={"whole": True})).json()
        line = next(row for row in rows if row["branch"] == "complication")
        sign = f"{path}/steps/{line['id']}/sign"
        first = await house["approver"].post(sign, json={"version": line["version"]})
        assert (first.json()["signatures"], first.json()["signed"]) == (1, False)
        version = {"version": first.json()["version"]}
        assert (await house["approver"].post(sign, json=version)).json()["code"] == "already_signed"
        assert (await house["second"].post(sign, json=version)).json()["code"] == "clinician_needed"
        assert (await house["admin"].post(f"{path}/go-live")).json()["code"] == "line_needed"
        signed = await house["clinician"].post(sign, json=version)
        assert signed.json()["signed"] is True
        other = {"version": signed.json()["version"], "texts": {"en": "We pause here. The family knows."}}
        changed = await house["admin"].patch(f"{path}/steps/{line['id']}", json=other)
        assert (changed.json()["signatures"], changed.json()["signed"]) == (0, False)
        assert (await house["admin"].post(f"{path}/go-live")).json()["code"] == "line_needed"
        await house.line(event_id)
        assert (await house["admin"].post(f"{path}/go-live")).status_code == 200

    async def test_N10_the_line_leaves_only_for_a_complication(self, house: Live) -> None:
        """Nobody sends it by hand, and no branch brings it into the course."""
        event_id = await house.event("surgery")
        line = next(step for step in await house.rows(Step, event_id=event_id) if step.branch)
        sent = await house.submit("presenter", event_id, line.texts["en"], step_id=line.id)
        taken = await house["presenter"].post(
            f"/events/{event_id}/steps/branch", json={"branch": "complication"}
        )
        assert (sent.status_code, sent.json()["code"]) == (409, "line_kept")
        assert (taken.status_code, taken.json()["code"]) == (409, "line_kept")
        course = (await house["presenter"].get(f"/events/{event_id}/steps")).json()
        assert course == []

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
        with pytest.raises(Conflict):
            await house.house.handovers.begin_play(event_id)
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
    async def test_N13_the_loop_asks_the_presenter_then_tells_the_desk_and_never_posts(
        self, house: Live
    ) -> None:
        """
        Eight quiet minutes ask, fifteen tell the desk; each once, on the desk's topic only, kept in the record. The
        guard writes no update; a word of a person ends it.
        """
        event_id = await house.event("surgery")
        # The house's own loop looks as well, by the same clock; which of them tells is all one.
        clock: Any = house.house.clock
        watch = SilenceWatch(house.house.database, AuditLog(), clock, house.house.announce)
        began, seen = (await house.rows(LiveEvent, id=event_id))[0].started_at, []
        for minutes in (7, 8.1, 9, 15.1, 16):
            clock.steer(began + timedelta(minutes=minutes))
            await watch.look()
            seen.append((await house.rows(LiveEvent, id=event_id))[0].quiet)
        assert seen == ["fine", "prompt", "prompt", "holding_line", "holding_line"]
        acts = [one.action for one in await house.rows(AuditEntry, event_id=event_id, actor="system")]
        assert [one for one in acts if one.startswith("silence")] == [
            "silence.presenter_asked",
            "silence.desk_told",
        ]
        assert await house.rows(Update, event_id=event_id) == []
        desk = (await house["presenter"].get(f"/events/{event_id}")).json()["event"]
        page = (await house["auditor"].get(f"/events/{event_id}/timeline/public/snapshot")).json()["event"]
        assert (desk["quiet"], page["quiet"]) == ("holding_line", "fine")
        sent = (await house.submit("presenter", event_id, "The team goes on, step by step.")).json()
        await house.until(lambda: house.rows(Update, id=sent["id"]), lambda rows: rows[0].state == "released")
        await watch.look()
        assert (await house.rows(LiveEvent, id=event_id))[0].quiet == "fine"

    async def test_N13_after_an_all_clear_nobody_is_asked_to_say_that_nothing_has_changed(
        self, house: Live
    ) -> None:
        """Until there is news again."""
        event_id = await house.event("surgery")
        clock = Later(house.house.clock)
        clock.by = timedelta(minutes=16)
        watch = SilenceWatch(house.house.database, AuditLog(), clock, house.house.announce)

        async def quiet_after(text: str, **how: object) -> str:
            sent = (await house.submit("presenter", event_id, text, **how)).json()
            await house.until(
                lambda: house.rows(Update, id=sent["id"]), lambda rows: rows[0].state == "released"
            )
            await watch.look()
            return str((await house.rows(LiveEvent, id=event_id))[0].quiet)

        await watch.look()
        assert (await house.rows(LiveEvent, id=event_id))[0].quiet == "holding_line"
        assert await quiet_after("It is over and went well.", kind="all_clear") == "fine"
        assert await quiet_after("The team is back in the room.") == "holding_line"

    async def test_N13_a_database_that_takes_nothing_for_a_while_does_not_end_the_loop(
        self, house: Live
    ) -> None:
        """What could not be told is told as soon as it can be."""
        event_id = await house.event("surgery")
        clock = Later(house.house.clock)
        clock.by = timedelta(minutes=9)
        database = house.house.database
        watch = SilenceWatch(database, AuditLog(), clock, house.house.announce, every_s=0.01)
        database.closed_because = "a disk that said no"
        try:
            with capture_logs() as logged:
                watch.start()
                async with asyncio.timeout(30):
                    while not any(one["event"] == "silence_look_failed" for one in logged):
                        await asyncio.sleep(0.01)
            database.closed_because = ""
            await house.until(
                lambda: house.rows(LiveEvent, id=event_id), lambda rows: rows[0].quiet == "prompt"
            )
        finally:
            database.closed_because = ""
            await watch.stop()

    async def test_N13_the_server_runs_the_loop_by_itself(self, house: Live) -> None:
        """What was asked is taken back within seconds of a word, and nobody asked for a look."""
        event_id = await house.event("surgery")
        before = (await house.rows(LiveEvent, id=event_id))[0]

        async def work(session: AsyncSession) -> None:
            row = await session.get_one(LiveEvent, event_id)
            row.quiet = "prompt"
            session.add(row)

        await house.house.database.write(work)
        rows = await house.until(
            lambda: house.rows(LiveEvent, id=event_id), lambda rows: rows[0].quiet == "fine"
        )
        assert rows[0].version > before.version

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


class TestFamily:
    async def test_N11_S9_no_public_item_comes_before_the_family_has_it(self, house: Live) -> None:
        """Both topics get it in one transaction, the family's entry is written first and says the same."""
        event_id = await house.event("surgery")
        sent = (await house.submit("presenter", event_id, "The first cut is made.")).json()
        await house.until(lambda: house.rows(Update, id=sent["id"]), lambda rows: rows[0].state == "released")
        topics = {row.name: row for row in await house.rows(Topic, event_id=event_id)}
        found = {}
        for name in ("family", "public"):
            changes = await house.rows(TopicChange, topic_id=topics[name].id)
            found[name] = [one for one in changes if sent["id"] in str(one.refs)]
        assert [one.at for one in found["family"]] == [one.at for one in found["public"]]
        assert len(found["family"]) == 1
