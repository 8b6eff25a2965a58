"""What the guard promises for any text: policy, its own deny list, properties, speed, failing closed."""

import json
import random
import time
import unicodedata
from pathlib import Path

import pytest

from app.editorial.guard import Allow, GuardDecision, GuardRequest, Verdict, checked
from app.editorial.guard.dictionary import names
from app.editorial.guard.engine import RuleGuard
from app.editorial.guard.lazy import Lazy, compile_all
from app.editorial.guard.lines import read_request
from tests.editorial.guard.corpus import ALLOW, FIXTURES, STAFF

RANK = {Verdict.PASS: 0, Verdict.ASK: 1, Verdict.BLOCK: 2}
GUARD = RuleGuard()


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def decide(text: str, kind: str = "surgery", **more: object) -> GuardDecision:
    return GUARD.check(GuardRequest(text=text, kind=kind, **more))  # type: ignore[arg-type]


class TestPolicy:
    @pytest.mark.parametrize("verdict", ["block", "ask", "pass"])
    def test_hand_written_lines_get_the_decision_of_the_policy(self, verdict: str) -> None:
        """Lines typed one by one, identifying and harmless, each with the decision the policy asks for."""
        wrong = []
        for row in rows(FIXTURES / "hand.jsonl"):
            if row["decision"] != verdict:
                continue
            found = decide(
                str(row["text"]), str(row["kind"]), staff_allow=("Dr. Elena Rivera", "Marco Dubois")
            )
            if found.verdict != verdict:
                wrong.append((row["text"], found))
        assert not wrong

    def test_the_same_phone_is_public_in_a_crisis_and_private_beside_a_patient(self) -> None:
        """A crisis desk's number passes; tied to a patient it blocks, in a crisis too."""
        assert decide("Information line 713 555 0134, day and night.", "crisis").verdict == "pass"
        assert decide("The patient's wife is on 713 555 0134.", "crisis").verdict == "block"

    def test_staff_pass_and_their_namesakes_do_not(self) -> None:
        """A listed surgeon passes by any part of the name; a patient with another surname does not."""
        staff = ("Dr. Elena Rivera",)
        for text in ("Dr Rivera begins.", "Elena Rivera begins.", "Rivera begins.", "Elena begins."):
            assert decide(text, staff_allow=staff).verdict == "pass", text
        assert decide("Elena Whitfield is awake.", staff_allow=staff).verdict == "block"
        assert decide("Our patient Elena is awake.", staff_allow=staff).verdict == "block"

    def test_what_the_event_published_passes_in_other_spellings(self) -> None:
        """Phones by their digits, links below the published one, names whatever the case and accents."""
        allow = Allow(**{k: tuple(v) for k, v in ALLOW.items()})
        text = "HOSPITAL CLINIC, Carrer de Villarroel 170: (713) 555-0199, www.stanselm.example/map @stanselmlive"
        assert decide(text, allow=allow, staff_allow=STAFF).verdict == "pass"
        assert decide(text).verdict == "block"

    def test_a_link_written_to_get_past_a_filter_blocks_and_a_plain_one_does_not(self) -> None:
        """A plain one that is not the event's is asked about beside an operation, and is nobody's page in an answer."""
        assert decide("her page, hxxps://a-second-heart[.]example[.]com", "reply").verdict == Verdict.BLOCK
        assert decide("See https://x.org/visiting for more.", "reply").verdict == Verdict.PASS
        assert decide("See https://x.org/visiting for more.").verdict == Verdict.ASK

    @pytest.mark.parametrize(
        "text", ["A knee", "A hip", "A new heart valve", "Y empezamos.", "E adesso si chiude."]
    )
    def test_a_word_of_one_letter_is_nobodys_initial(self, text: str) -> None:
        """The title of an operation begins with an article more often than with somebody."""
        assert decide(text).verdict == Verdict.PASS

    def test_a_span_says_where_why_and_what_instead(self) -> None:
        """Offsets count code points of the original, with what cannot be seen included."""
        text = "👩‍⚕️ Call T\u200bom at ７１３ ５５５ ０１３４ now"
        decision = decide(text)
        assert decision.verdict == "block"
        phone = next(span for span in decision.spans if span.cls == "D")
        assert text[phone.start : phone.end] == "７１３ ５５５ ０１３４"
        assert phone.reason.endswith(".")
        assert phone.replacement


class TestDenyList:
    DENY = ("María-José Zubizarreta", "Will May")

    @pytest.mark.parametrize(
        "text",
        [
            "zubizarreta is doing well",
            "Maria Jose Zubizarreta",
            "Mariajose did well",
            "ZUBIZARETA extubated",
            "Z.u.b.i.z.a.r.r.e.t.a",
            "#zubizarretastrong",
            "Ｚｕｂｉｚａｒｒｅｔａ",
            "Will did well",
            "Mr May",
        ],
    )
    @pytest.mark.parametrize("kind", ["surgery", "crisis", "training", "reply"])
    def test_registered_names_block_however_they_are_written(self, text: str, kind: str) -> None:
        """Folded, misspelt, run together, one part alone; in every kind of text."""
        assert decide(text, kind, deny=self.DENY).verdict == "block"

    def test_words_are_not_stopped_for_being_like_a_registered_name(self) -> None:
        """A patient called Will May does not take two words from everybody."""
        assert decide("We may close soon, and will count first.", deny=self.DENY).verdict == "pass"

    def test_what_is_stored_never_holds_the_name(self) -> None:
        """The summary and the reasons name classes, not people."""
        decision = decide("Zubizarreta is awake", deny=self.DENY)
        assert "ubizarreta" not in json.dumps(decision.summary())
        assert all("ubizarreta" not in span.reason.lower() for span in decision.spans)


class TestFailure:
    def test_G10_a_guard_that_breaks_blocks(self) -> None:
        """Whatever is raised, nothing leaves."""

        class Broken:
            def check(self, request: GuardRequest) -> GuardDecision:
                raise MemoryError

        assert checked(Broken(), GuardRequest("x", "surgery")).verdict == "block"
        assert checked(None, GuardRequest("x", "surgery")).verdict == "block"

    def test_an_unknown_kind_is_judged_like_the_strictest(self) -> None:
        """A kind that nobody planned for does not open a door."""
        assert decide("Call 713 555 0134 for information", "banner").verdict == "block"

    def test_a_text_too_long_to_check_is_blocked(self) -> None:
        """No update is that long, and what is not judged does not leave."""
        assert decide("ok " * 2000).verdict == "block"


class TestProperties:
    def test_inserting_an_identifier_anywhere_never_lowers_the_decision(self) -> None:
        """At any place of any text, in any kind: it blocks."""
        dice = random.Random(11)
        identifiers = [
            "MRN 00482913",
            "SSN 123-45-6789",
            "patient Tom Alvarez",
            "RSSMRA80A01H501U",
            "DOB 3/14/61",
        ]
        for row in dice.sample([*rows(FIXTURES / "seen.jsonl"), *rows(FIXTURES / "held.jsonl")], 400):
            text = str(row["text"])
            at = dice.randint(0, len(text))
            identifier = dice.choice(identifiers)
            changed = f"{text[:at]} {identifier} {text[at:]}"
            found = GUARD.check(read_request({**row, "text": changed}))
            assert found.verdict == "block", (row["kind"], changed)

    def test_harmless_edits_never_raise_it(self) -> None:
        """White space, a full stop, thanks, an emoji, another normal form: nothing new is seen."""
        dice = random.Random(13)
        edits = {
            "trailing space": lambda t: t + "  ",
            "leading newline": lambda t: "\n" + t,
            "emoji": lambda t: t + " 👏",
            "thanks": lambda t: t.rstrip(" .!") + ". Thank you.",
            "decomposed": lambda t: unicodedata.normalize("NFD", t),
            "typographic": lambda t: t.replace("'", "’"),
            "mark at the end": lambda t: t + "\u200b",
        }
        for row in dice.sample([*rows(FIXTURES / "seen.jsonl"), *rows(FIXTURES / "held.jsonl")], 250):
            before = GUARD.check(read_request(row)).verdict
            for name, edit in edits.items():
                after = GUARD.check(read_request({**row, "text": edit(str(row["text"]))})).verdict
                assert RANK[after] <= RANK[before], (name, row["text"])


class TestWorkedLines:
    def test_lines_typed_while_the_rules_changed_keep_their_decision(self) -> None:
        """Each with a frame of its own; 97 % at least are decided as labelled, and 99 % of the harmless pass."""
        worked = list(rows(FIXTURES / "worked.jsonl"))
        right = [str(GUARD.check(read_request(row)).verdict) == row["decision"] for row in worked]
        harmless = [ok for ok, row in zip(right, worked, strict=True) if row["decision"] == "pass"]
        assert len(worked) > 600
        assert sum(right) >= 0.97 * len(right)
        assert sum(harmless) >= 0.99 * len(harmless)

    def test_lines_typed_kind_by_kind_in_five_languages_keep_their_decision(self) -> None:
        """Every third of some 1,400: how people are brought up, trades, ages, answers; 96 % caught, 98 % of the harmless pass."""
        typed = list(rows(FIXTURES / "kinds.jsonl"))
        assert len(typed) > 1300
        hits: dict[bool, list[bool]] = {True: [], False: []}
        for row in typed[::3]:
            harmless = row["decision"] == "pass"
            got = GUARD.check(read_request(row)).verdict
            hits[harmless].append(RANK[got] <= 0 if harmless else RANK[got] >= RANK[Verdict(row["decision"])])
        assert sum(hits[False]) >= 0.96 * len(hits[False])
        assert sum(hits[True]) >= 0.98 * len(hits[True])


class TestKindsToldInOtherWords:
    """Each pair: what identifies, and what is built alike and harmless. Names and numbers stand in no set."""

    @pytest.mark.parametrize(
        ("kind", "identifies", "harmless"),
        [
            ("crisis", "both Ravensdale sisters are safe with us", "both sisters are safe with us"),
            ("crisis", "il conducente della KT 481 ZB è da noi", "il treno 481 è fermo in galleria, nessun ferito"),
            ("training", "whose film is this? top left says OKEREKE T.", "whose film is this? top left says LEFT T."),
            ("training", "n.º de episodio 481516234: mirad el ECG", "episodio 12: mirad el ECG"),
            ("surgery", "Teodolinda avec deux d, la patiente l'a épelé", "le fil avec deux aiguilles, prêt"),
            ("surgery", "il paziente abita in via Dante numero tre otto", "il numero unico della rivista esce oggi"),
            ("crisis", "dialysé seul au 31 allée des Ormes", "couvertures au 31 allée des Ormes"),
            ("reply", "sorry that after your colectomy with us you had pain", "after a colectomy patients have pain"),
            ("press", "Bollettino: le condizioni di Ivo Caruso restano gravi", "Le condizioni dei feriti restano gravi"),
        ],
    )  # fmt: skip
    def test_a_kind_is_blocked_and_its_harmless_likeness_passes(
        self, kind: str, identifies: str, harmless: str
    ) -> None:
        """Names, plates, films, far labels, spelled names, homes in words, stays with us, bulletins."""
        assert decide(identifies, kind).verdict == Verdict.BLOCK
        assert decide(harmless, kind).verdict == Verdict.PASS

    def test_a_published_number_cut_by_an_update_is_no_identifier(self) -> None:
        """The switchboard's number begun in one update and ended in the next; another number's end is asked about at least."""
        allow = Allow(phones=("91 555 01 00",))
        before = ("nuestra centralita responde en el 91 555",)
        assert decide("01 00, día y noche", "reply", previous=before, allow=allow).verdict == Verdict.PASS
        assert decide("01 77, día y noche", "reply", previous=before, allow=allow).verdict != Verdict.PASS


class TestBudget:
    def test_a_long_list_is_compiled_when_it_is_first_asked(self) -> None:
        """Whoever only imports the guard does not wait for it, and `compile_all` leaves nothing to wait for."""
        pattern = Lazy("ab+")
        assert "regex" not in pattern.__dict__
        assert pattern.search("xabb") is not None
        other = Lazy("cd+")
        compile_all()
        assert "regex" in other.__dict__

    def test_the_dictionaries_load_within_a_second(self) -> None:
        """By processor time, and from the installed package alone."""
        names.cache_clear()
        began = time.process_time()
        loaded = names()
        assert time.process_time() - began <= 1
        assert len(loaded.strong_first) > 5000
        assert len(loaded.strong_last) > 3000

    def test_a_decision_takes_milliseconds(self) -> None:
        """p50 at most 5 ms and p99 at most 30 ms of processor time, over the held-out texts."""
        texts = [read_request(row) for row in rows(FIXTURES / "held.jsonl")[::4]]
        GUARD.preload()
        spent = []
        for request in texts:
            began = time.process_time()
            GUARD.check(request)
            spent.append((time.process_time() - began) * 1000)
        spent.sort()
        assert spent[len(spent) // 2] <= 5
        assert spent[int(len(spent) * 0.99)] <= 30
