"""Scenario packs and scores: what is refused when a pack is read, and what the numbers say."""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.channels.simulators.facebook.faults import FACEBOOK_FAULTS
from app.channels.simulators.faults import FaultPanel
from app.channels.simulators.twilio.faults import TWILIO_FAULTS
from app.channels.simulators.x.faults import FAULTS as X_FAULTS
from app.errors import InvalidInput
from app.rehearsal import packs, scoring
from app.rehearsal.packs import Goals
from app.rehearsal.scoring import Decided, Did, Facts, Said

PANEL = FaultPanel(random.Random(1))
PANEL.declare("x", X_FAULTS)
PANEL.declare("facebook", FACEBOOK_FAULTS)
PANEL.declare("twilio", TWILIO_FAULTS)
TOLD = {"platforms": PANEL.describe()}
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SHIPPED = packs.read()
KNOWN = {
    "x": {one.name for one in X_FAULTS},
    "facebook": {one.name for one in FACEBOOK_FAULTS},
    "twilio": {one.name for one in TWILIO_FAULTS},
}


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def short(**fields: Any) -> dict[str, Any]:
    return {
        "id": "short", "kind": "crisis", "title": "Short", "brief": "B", "seconds": 60,
        "injects": [{"at_s": 0, "kind": "note", "text": "Water."}], **fields,
    }  # fmt: skip


class TestPacks:
    @pytest.mark.parametrize("name", sorted(SHIPPED))
    def test_every_shipped_pack_can_be_played(self, name: str) -> None:
        """Its faults are those of the simulators, and it says what it expects."""
        pack = SHIPPED[name]
        for one in pack.injects:
            if one.kind == "fault":
                assert one.platform is not None
                assert one.fault in KNOWN[one.platform]
        assert pack.brief
        assert pack.goals.first_message_s > 0

    @pytest.mark.parametrize(
        ("inject", "says"),
        [
            ({"kind": "handover"}, "no inject"),
            ({"kind": "reply", "text": "Hello?"}, "names its platform"),
            ({"kind": "note"}, "has a text"),
            ({"kind": "fault", "platform": "x"}, "names which"),
            ({"kind": "note", "text": "Late.", "at_s": 61}, "before the end"),
            ({"kind": "note", "text": "A", "surprise": 1}, "surprise"),
        ],
    )
    def test_a_pack_that_cannot_be_played_is_refused_when_it_is_read(
        self, inject: dict[str, Any], says: str
    ) -> None:
        """The sentence names the pack and what is wrong; a hand-over of the button is never played."""
        with pytest.raises(InvalidInput) as refused:
            packs.parse(json.dumps(short(injects=[{"at_s": 0, **inject}])))
        assert says in refused.value.detail
        assert "short" in refused.value.detail

    @pytest.mark.parametrize(
        ("fault", "says"),
        [
            ({"fault": "rate_limit"}, "no fault rate_limit on x. There are: accept_and_drop, "),
            ({"fault": "bad_receipt"}, "rate_limit_now, "),
            (
                {"fault": "rate_limit_now", "params": {"seconds": 3}},
                "has no seconds. It has: shape, wait_s, ",
            ),
        ],
    )
    def test_a_fault_that_nobody_can_play_is_refused_when_the_pack_is_read(
        self, tmp_path: Path, fault: dict[str, Any], says: str
    ) -> None:
        """The sentence names the file, the fault and those there are; in the middle of a drill it would be too late."""
        known = packs.known_faults(TOLD)
        inject = {"at_s": 5, "kind": "fault", "platform": "x", **fault}
        (tmp_path / "own.json").write_text(json.dumps(short(injects=[inject])))
        with pytest.raises(InvalidInput) as refused:
            packs.read(tmp_path, known)
        assert refused.value.detail.startswith("own.json: Pack short: ")
        assert says in refused.value.detail
        assert packs.read(None, known) == SHIPPED

    def test_the_houses_own_packs_lie_beside_its_data(self, tmp_path: Path) -> None:
        """One with the id of a shipped one takes its place; a broken file is named."""
        (tmp_path / "a.json").write_text(json.dumps(short(id="false-evacuation")))
        found = packs.read(tmp_path)
        assert found["false-evacuation"].title == "Short"
        assert len(found) == len(SHIPPED)
        (tmp_path / "b.json").write_text("{")
        with pytest.raises(InvalidInput) as refused:
            packs.read(tmp_path)
        assert "b.json" in refused.value.detail


class TestScores:
    def test_each_person_is_judged_by_what_they_had_occasion_to_do(self) -> None:
        """Times from the start and from the call for a correction; nobody is judged by what was another's."""
        facts = Facts(
            started_at=NOW,
            ended_at=at(600),
            said=(
                Said("a", "update", at(100), at(160)),
                Said("b", "correction", at(340), at(345)),
                Said("b", "update", at(500), at(510)),
            ),
            decided=(Decided("c", "approved", at(150), 50.0), Decided("c", "returned", at(200), 9.0)),
            did=(Did("a", "guard.blocked", at(90)), Did("d", "event.hold", at(400))),
            called_for=(at(300),),
        )
        goals = Goals(first_message_s=180, correction_s=60, approval_s=40, silence_s=200)
        people = scoring.people(facts, goals)
        assert set(people) == {"a", "b", "c", "d"}
        a, b, c, d = (people[who] for who in "abcd")
        assert (a.first_message_s, a.correction_s, a.guard_blocks, a.score) == (100, None, 1, 50)
        assert (b.first_message_s, b.correction_s, b.goals["first_message_s"]) == (340, 40, False)
        assert b.goals["correction_s"] is True
        assert (c.approvals, c.sent_back, c.approval_s, c.score) == (1, 1, 50, 0)
        assert (d.holds, d.score) == (1, None)
        team = scoring.team(facts, goals)
        assert (team.messages, team.first_message_s, team.correction_s, team.silence_s) == (3, 100, 40, 185)

    def test_what_nobody_did_counts_against_the_team(self) -> None:
        """No word and no correction: both goals are missed, and the silence is the whole drill."""
        facts = Facts(started_at=NOW, ended_at=at(600), called_for=(at(300),))
        team = scoring.team(facts, Goals())
        assert team.goals == {"first_message_s": False, "correction_s": False, "silence_s": True}
        assert (team.correction_s, team.silence_s) == (300, 600)
        assert scoring.people(facts, Goals()) == {}

    def test_an_inject_that_did_not_reach_the_team_calls_for_nothing(self) -> None:
        """Its simulator did not answer: nobody is late with a correction that nobody could know of."""
        given = {"calls_for": "correction", "given_at": at(30).isoformat()}
        calls = scoring.calls_of([{**given, "ok": True}, {**given, "ok": False}])
        assert calls == (at(30),)
