"""What the composers and the board are told before and while it goes out."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from app.editorial.guard import GuardDecision, Span, Verdict
from app.editorial.looking import Looked
from app.routes.previews import money, span_answers
from tests.routes.whole import FIRST, stage


class TestForecast:
    async def test_N8_a_preview_says_how_many_when_and_at_what_price(
        self, tmp_path: Path, migrated_file: Path
    ) -> None:
        """One post on X with its link: the plan stands beside the measure, and nothing is stored."""
        async with stage(tmp_path, migrated_file) as s:
            marta = await s.signed_in(FIRST)
            channel = await s.house.switchboard.add(
                "person:1",
                adapter="x",
                name="X",
                settings={
                    "username": "valdora",
                    "user_id": "17",
                    "base_address": "http://127.0.0.1:9",
                    "price_per_post": "0.01",
                    "link_surcharge": 0.19,
                },
                credentials={"client_id": "c", "user_token": "t"},
            )
            await s.event(marta, channels={channel.id: None})
            answer = await marta.post("/events/flood/preview", json={"texts": {"en": "See valdora.org now."}})
            plan = answer.json()["channels"][0]["plan"]
            assert plan["cost"] == {"kind": "priced", "amount": "0.2000", "currency": "USD"}
            assert (plan["messages"], plan["ahead"], plan["waiting"], plan["too_late"]) == (1, 0, 0, 0)
            assert plan["first_s"] == plan["last_s"] == answer.json()["delay_s"]
            assert (await marta.get("/events/flood/forecast")).json() == []
            nothing = {"told": 0, "counting": 0, "asked": 0, "dropped": []}
            assert (await marta.get("/events/flood/all-clear")).json() == nothing

    async def test_a_preview_says_which_texts_the_privacy_check_knows_little_of(
        self, tmp_path: Path, migrated_file: Path
    ) -> None:
        """It still passes what nothing speaks against; whoever wrote it is asked to read it again."""
        async with stage(tmp_path, migrated_file) as s:
            marta = await s.signed_in(FIRST)
            await s.event(marta, langs=["en", "es"])
            texts = {"en": "The lifts are working again.", "es": "المصاعد تعمل من جديد."}
            guard = (await marta.post("/events/flood/preview", json={"texts": texts})).json()["guard"]
            assert (guard["decision"], guard["little_known"]) == ("pass", ["es"])
            known = {"texts": {**texts, "es": "Los ascensores vuelven a funcionar."}}
            guard = (await marta.post("/events/flood/preview", json=known)).json()["guard"]
            assert (guard["decision"], guard["little_known"]) == ("pass", [])

    def test_money_has_no_exponent_and_keeps_what_a_text_costs(self) -> None:
        """Whole cents from one unit up; four digits below."""
        assert [money(Decimal(one)) for one in ("0.0079", "1E+3", "47.4", "0")] == [
            "0.0079",
            "1000.00",
            "47.40",
            "0.00",
        ]
        assert money(None) is None


class TestMarkedPlaces:
    def test_a_place_is_told_once_however_often_its_text_was_read(self) -> None:
        """A text is read after each row that it may follow: a name in it is still one thing to change."""
        name = Span(0, 10, "A", "This looks like somebody's name.", "the patient", Verdict.BLOCK)
        age = Span(12, 14, "C", "An age narrows down who it is.", None, Verdict.ASK)
        found = span_answers(
            [
                Looked("", "en", GuardDecision(Verdict.ASK, (replace(name, verdict=Verdict.ASK), age))),
                Looked("", "en", GuardDecision(Verdict.BLOCK, (name, age))),
                Looked("", "en", GuardDecision(Verdict.ASK, (replace(name, verdict=Verdict.ASK), age))),
                Looked("x", "en", GuardDecision(Verdict.BLOCK, (name,))),
            ]
        )
        assert [(one.where, one.start, one.verdict) for one in found] == [
            ("", 0, "block"),
            ("", 12, "ask"),
            ("x", 0, "block"),
        ]
