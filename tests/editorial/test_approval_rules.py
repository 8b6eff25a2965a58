"""Who must agree and who may: the pure rules, before any door."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.editorial.approval import (
    BREAK_GLASS_AFTER,
    Need,
    Wanted,
    break_glass,
    may_decide,
    may_resubmit,
    need_for,
    settles,
)
from app.editorial.confirmation import Share, confirm
from app.editorial.diff import word_diff
from app.models import Approval, Role, Verdict

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def wanted(**fields: object) -> Wanted:
    return Wanted(
        **{
            "event_kind": "crisis",
            "severity": "Severe",
            "kind": "update",
            "priority": "emergency",
            "policy": {},
            **fields,
        }  # type: ignore[arg-type]
    )


SURGERY = {
    "event_kind": "surgery",
    "severity": None,
    "priority": "normal",
    "policy": {"off_script": "nod"},
}
"""An operation whose lines outside the script need a clinician's nod."""


def said(verdict: str, who: str = "person:a", revision: int = 1) -> Approval:
    return Approval(
        id=f"{verdict}{who}",
        update_id="u",
        event_id="e",
        revision=revision,
        verdict=verdict,
        identity=who,
        at=NOW,
    )


class TestNeed:
    @pytest.mark.parametrize(
        ("fields", "need"),
        [
            ({}, Need.APPROVER),
            ({"severity": "Extreme"}, Need.APPROVER),
            ({"severity": "Moderate", "priority": "normal"}, Need.NOBODY),
            ({"severity": "Moderate", "priority": "emergency"}, Need.APPROVER),
            ({"kind": "all_clear"}, Need.APPROVER),
            ({"kind": "all_clear", "severity": "Minor"}, Need.NOBODY),
            ({"kind": "answer"}, Need.APPROVER),
            ({"kind": "answer", "severity": "Moderate", "priority": "normal"}, Need.NOBODY),
            (
                {
                    "kind": "answer",
                    "event_kind": "surgery",
                    "severity": None,
                    "priority": "normal",
                    "policy": {"off_script": "nod"},
                },
                Need.NOD,
            ),
            ({"event_kind": "surgery", "severity": None, "priority": "normal"}, Need.NOBODY),
            (
                {
                    "event_kind": "surgery",
                    "severity": None,
                    "priority": "normal",
                    "policy": {"off_script": "nod"},
                },
                Need.NOD,
            ),
            (
                {
                    "event_kind": "surgery",
                    "severity": None,
                    "priority": "normal",
                    "policy": {"off_script": "nod"},
                    "scripted": True,
                },
                Need.NOBODY,
            ),
            ({"event_kind": "surgery", "severity": None, "priority": "emergency"}, Need.APPROVER),
            (
                {"kind": "correction", "original_needed": True, "prepared": True, "sender_approves": True},
                Need.NOBODY,
            ),
            ({"kind": "correction", "original_needed": True, "prepared": True}, Need.APPROVER),
            ({"kind": "correction", "original_needed": True, "sender_approves": True}, Need.APPROVER),
            (
                {"kind": "retraction", "original_needed": True, "prepared": True, "sender_approves": True},
                Need.NOBODY,
            ),
            ({"kind": "correction"}, Need.APPROVER),
            ({"kind": "correction", "prepared": True}, Need.APPROVER),
            ({"kind": "retraction"}, Need.APPROVER),
            ({"kind": "retraction", "prepared": True}, Need.NOBODY),
            ({"kind": "correction", "severity": "Minor"}, Need.NOBODY),
            *(
                ({"kind": kind, **SURGERY, "prepared": prepared}, need)
                for kind in ("correction", "retraction", "all_clear")
                for prepared, need in ((False, Need.NOD), (True, Need.NOBODY))
                if not (kind == "all_clear" and prepared)  # there are no fixed words for one
            ),
            ({"kind": "all_clear", **SURGERY, "scripted": True}, Need.NOBODY),
            ({"guard_blocked": True}, Need.OVERRIDE),
            ({"guard_blocked": True, "kind": "answer"}, Need.OVERRIDE),
        ],
    )
    def test_each_kind_of_update_needs_whom_the_documents_say(
        self, fields: dict[str, object], need: Need
    ) -> None:
        """A table, one row per rule."""
        assert need_for(wanted(**fields)) == need


class TestVerdicts:
    def test_the_last_word_counts_and_a_review_is_no_word(self) -> None:
        """Approved, taken back, approved again; looking at it afterwards changes nothing."""
        approved, back = said(Verdict.APPROVED), said(Verdict.WITHDRAWN)
        assert settles([approved])
        assert not settles([approved, back])
        assert settles([approved, back, approved])
        assert settles([said(Verdict.BREAK_GLASS), said(Verdict.REVIEWED)])
        assert not settles([])
        assert not settles([said(Verdict.REVIEWED)])

    def test_every_combination_of_role_and_need_is_decided_and_most_are_no(self) -> None:
        """Default deny: 8 roles by 3 needs, and only the named ones may."""
        may = {
            (role, need)
            for role, need in itertools.product(Role, (Need.APPROVER, Need.NOD, Need.OVERRIDE))
            if may_decide("person:b", {role}, need=need, authors={"person:a"}, approving=True) is None
        }
        assert may == {
            (Role.APPROVER, Need.APPROVER),
            (Role.APPROVER, Need.NOD),
            (Role.APPROVER, Need.OVERRIDE),
            (Role.NARRATOR, Need.NOD),
            (Role.CLINICIAN_REVIEWER, Need.NOD),
        }

    def test_nobody_approves_their_own_words_and_everybody_may_reject_them(self) -> None:
        """The writer is told to ask another; taking one's own back needs nobody."""
        assert may_decide("person:a", {Role.APPROVER}, need="approver", authors={"person:a"}, approving=True)
        assert not may_decide(
            "person:a", {Role.APPROVER}, need="approver", authors={"person:a"}, approving=False
        )

    def test_whoever_sent_it_back_cannot_write_the_next_version(self) -> None:
        """Not now, and not after somebody else has written one in between."""
        history = [said(Verdict.RETURNED, "person:b"), said(Verdict.CHANGED, "person:a", 2)]
        assert may_resubmit("person:b", history) is not None
        assert may_resubmit("person:a", history) is None


class TestBreakGlass:
    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({}, None),
            ({"waits_since": NOW - BREAK_GLASS_AFTER + timedelta(seconds=1)}, "too_early"),
            ({"waits_since": None}, "too_early"),
            ({"made_from": {}}, "not_a_template"),
            ({"made_from": {"step": "s"}}, "not_a_template"),
            ({"reason": "busy"}, "reason_needed"),
            ({"need": "override"}, "second_person"),
            ({"need": "nod"}, "second_person"),
            ({"own_template": True}, "own_template"),
            ({"made_from": {"template": "t", "blank:place": "the North Gate stairs"}}, None),
            (
                {"made_from": {"template": "t", "blank:place": "here. Leave the town at once"}},
                "blank_too_free",
            ),
        ],
    )
    def test_alone_only_a_template_only_after_ten_minutes_and_never_past_the_guard(
        self, fields: dict[str, object], code: str | None
    ) -> None:
        """Each condition alone refuses."""
        given_: dict[str, object] = {
            "need": "approver",
            "waits_since": NOW - BREAK_GLASS_AFTER,
            "made_from": {"template": "t"},
            "own_template": False,
            "reason": "No approver answers and the water is rising.",
            **fields,
        }
        refusal = break_glass(**given_, now=NOW)  # type: ignore[arg-type]
        assert (refusal.code if refusal else None) == code


class TestDiff:
    @given(st.text(), st.text())
    def test_the_pieces_make_up_both_texts_to_the_character(self, before: str, after: str) -> None:
        """Nothing is lost, nothing invented, whatever is in the texts."""
        pieces = word_diff(before, after)
        assert "".join(p.text for p in pieces if p.op != "new") == before
        assert "".join(p.text for p in pieces if p.op != "gone") == after

    def test_a_changed_word_is_one_piece_out_and_one_in(self) -> None:
        """Readers see words, not letters."""
        ops = [(p.op, p.text) for p in word_diff("Use the North Gate.", "Use the South Gate.")]
        assert ops == [("same", "Use the "), ("gone", "North"), ("new", "South"), ("same", " Gate.")]

    def test_words_that_changed_beside_each_other_are_one_change(self) -> None:
        """A new sentence is read after the old one, and not word by word between its words."""
        ops = [(p.op, p.text) for p in word_diff("Go home today.", "Use Gate two.")]
        assert ops == [("gone", "Go home today."), ("new", "Use Gate two.")]


class TestConfirmation:
    def test_the_sentence_names_act_place_people_channels_time_and_cost(self) -> None:
        """And the button says the verb again, with the people."""
        found = confirm(
            event_kind="crisis",
            kind="update",
            place="Via del Molo",
            shares=[
                Share("SMS", 41_234, 2056.0, 3298.72),
                Share("X", None, 1, 0),
                Share("Facebook", None, 1, 0),
            ],
            delay_s=10,
            drill=False,
        )
        assert found.sentence == (
            "Alert about 41\u202f200 people by SMS and everybody who follows X, Facebook and our page about"
            " Via del Molo. It goes out 10 s after you agree, and the last text is sent about 35 min later."
            " It costs 3298.72."
        )
        assert found.button == "Alert about 41\u202f200 people"

    def test_a_price_nobody_set_is_said_and_a_drill_costs_nothing(self) -> None:
        """Never a zero that is not one."""
        shares = [Share("SMS", 10, 1, None)]
        kinds = {"event_kind": "press", "kind": "update", "place": "", "shares": shares, "delay_s": 0.0}
        assert "not known" in confirm(**kinds, drill=False).sentence  # type: ignore[arg-type]
        assert "costs nothing" in confirm(**kinds, drill=True).sentence  # type: ignore[arg-type]
