"""How the rules and the learned opinions are weighed: what may become stricter, what may become a question, and what may not."""

import json
from itertools import product
from pathlib import Path

import pytest

from app.editorial.guard import GuardRequest, Verdict, checked, engine
from app.editorial.guard.context import Context
from app.editorial.guard.dictionary import names
from app.editorial.guard.engine import RuleGuard
from app.editorial.guard.fold import fold
from app.editorial.guard.learned import weighing as learned
from app.editorial.guard.learned.naming import Named
from app.editorial.guard.learned.network import network
from app.editorial.guard.learned.signs import Token, tokens
from app.editorial.guard.learned.weighing import (
    WEIGHING,
    Signals,
    Weighed,
    total,
    unread,
    weighed,
    weighing,
)
from app.editorial.guard.lines import read_request
from tests.editorial.guard.corpus import FIXTURES

RANK = {Verdict.PASS: 0, Verdict.ASK: 1, Verdict.BLOCK: 2}
GUARD = RuleGuard()
RULES_ALONE = RuleGuard(second_opinion=False)


def said(text: str, verdict: Verdict, kind: str = "surgery") -> Weighed:
    return weighed(Context(fold(text), kind, "en"), names(), verdict)


def pieces(text: str) -> list[Token]:
    view = fold(text)
    return tokens(view.plain, view.low, names())


class TestWeighing:
    def test_every_part_has_a_weight(self) -> None:
        """For each verdict of the rules and each kind of text, alone and after others, for blocking and for asking."""
        for verdict, kind, over in product(Verdict, engine.KINDS, (None, 1.0)):
            for named in (None, Named(1.0, 1.0, 0.0, 1.0, 0.0)):
                parts = Signals(verdict, kind, 1.0, -1.0, named, 7, over).parts()
                for name, row in weighing().items():
                    assert set(unread(parts) if name == "block unread" else parts) <= set(row)

    def test_what_speaks_for_a_name_never_speaks_against_blocking(self) -> None:
        """More of either opinion weighs more where the rules let pass."""
        low, high = (
            total(weighing()["block"], Signals(Verdict.PASS, "surgery", value, 0.0, named, 12).parts())
            for value in (0.5, 4.0)
            for named in (Named(value, None, value, None, value),)
        )
        assert high > low

    def test_it_sees_what_no_rule_has_and_says_where(self) -> None:
        """A text that the rules let pass is stopped, at a place inside it, with a class and a reason."""
        text = "typist, note: patient's tag in the corner has QUARRENGTON V on it, surname first"
        found = said(text, Verdict.PASS)
        assert found.verdict != Verdict.PASS
        assert found.finding is not None
        assert 0 <= found.finding.start < found.finding.end <= len(text)
        assert found.finding.reason.endswith((".", "?"))
        assert found.finding.cls in "ABCDEFGHIJKLMNOPQR"

    @pytest.mark.parametrize(
        ("kind", "text"),
        [
            ("crisis", "At 14 Birch Close, four families are trapped."),
            (
                "press",
                "The pressure is stable and the team checks the next step with care. The postman of Whitby is one of our patients.",
            ),
        ],
    )
    def test_G10_what_the_network_never_saw_is_still_told_by_the_others(self, kind: str, text: str) -> None:
        """Families by street and number, a role behind calm words: harmless to it alone."""
        assert network().of([], pieces(text), kind, names())[0] < 0
        assert GUARD.check(GuardRequest(text, kind)).verdict == Verdict.BLOCK

    def test_a_calm_text_is_none_of_its_business(self) -> None:
        """Steps, counts and measures of an operation; a question that names nobody."""
        for text in ("Second layer of the suture, count correct.", "Sats 98, pressure 110/70, all calm."):
            assert said(text, Verdict.PASS) == (Verdict.PASS, None)
        assert said("Is he ok?", Verdict.PASS, "reply") == (Verdict.PASS, None)

    @pytest.mark.parametrize(
        "text", ["Tomorrow we show an operation.", "Tomorrow we show an operation at 10 am."]
    )
    def test_what_the_network_is_sure_of_is_not_asked_about_for_one_opinion_alone(self, text: str) -> None:
        """An announcement tells nobody, although a few of its words stand where people are told."""
        assert GUARD.check(GuardRequest(text, "surgery")).verdict == Verdict.PASS

    @pytest.mark.parametrize("set_name", ["dev", "third_b", "held"])
    def test_G10_what_rules_ask_about_is_never_let_pass(self, set_name: str) -> None:
        """Over texts of every set: what is weighed stays asked about at least, and what is no name stays blocked."""
        lines = (FIXTURES / f"{set_name}.jsonl").read_text(encoding="utf-8").splitlines()[::100]
        requests = [read_request(json.loads(line)) for line in lines]
        for request in requests:
            decision, rules = GUARD.check(request), RULES_ALONE.check(request)
            assert RANK[decision.verdict] >= min(RANK[rules.verdict], 1), request.text
            if any(span.cls != "A" for span in rules.spans if span.verdict == Verdict.BLOCK):
                assert decision.verdict == Verdict.BLOCK, request.text

    def test_G10_the_events_own_list_is_never_doubted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A registered name blocks whatever the weights say of it."""
        monkeypatch.setattr(engine, "weighed", lambda *_: Weighed(Verdict.ASK, None))
        request = GuardRequest("quarrington is on the table", "surgery", deny=("Quarrington",))
        assert GUARD.check(request).verdict == Verdict.BLOCK

    def test_G10_a_guard_without_this_file_blocks(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """A file that cannot be read, or that lacks a row, is a failure, and a failure blocks."""

        def broken() -> dict[str, dict[str, float]]:
            raise FileNotFoundError

        monkeypatch.setattr(learned, "weighing", broken)
        request = GuardRequest("The patient is on the table.", "surgery")
        assert checked(GUARD, request).verdict == Verdict.BLOCK
        half = tmp_path / "weighing.json"
        half.write_text(json.dumps({"block": json.loads(WEIGHING.read_text(encoding="utf-8"))["block"]}))
        monkeypatch.setattr(learned, "WEIGHING", half)
        with pytest.raises(ValueError, match="train it again"):
            weighing.__wrapped__()
