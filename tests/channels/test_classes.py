"""Error tables of the three platforms, row by row (F-29): each answer falls into exactly one class."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from app.channels import facebook_errors, twilio_errors, x_errors
from app.channels.http import Call
from app.channels.x_settings import PAY_PER_USE, TIERS
from app.errors import CredentialsRejected, OutcomeUnknown, RateLimited, RecipientRejected, Unavailable
from tests.channels.made import NOW

FIXTURES = Path(__file__).parents[1] / "fixtures"


def cases(name: str) -> list[dict]:
    return orjson.loads((FIXTURES / name / "errors.json").read_bytes())


class TestX:
    @pytest.mark.parametrize("case", cases("x"), ids=lambda c: f"{c['status']}-{c['code']}")
    def test_F29_every_documented_answer_has_its_class(self, case: dict) -> None:
        """Status, then type, then wording decide, whichever of the three shapes came."""
        error = x_errors.classify(case["status"], {}, case["body"], Call.PUBLISH, NOW)
        assert (type(error).__name__, error.code) == (case["class"], case["code"])

    def test_a_server_error_on_a_reading_is_tried_again(self) -> None:
        """What is ambiguous on a create is merely unavailable on a read."""
        assert type(x_errors.classify(503, {}, None, Call.READ, NOW)) is Unavailable

    def test_F23_a_429_waits_for_the_latest_exhausted_window(self) -> None:
        """The 24-hour header counts when it is the one that is used up."""
        headers = {
            "x-rate-limit-limit": "40000",
            "x-rate-limit-remaining": "39999",
            "x-rate-limit-reset": str(int(NOW.timestamp()) + 60),
            "x-user-limit-24hour-limit": "100",
            "x-user-limit-24hour-remaining": "0",
            "x-user-limit-24hour-reset": str(int(NOW.timestamp()) + 7200),
        }
        limits = x_errors.read_limits(headers, NOW, unit="post", windows=PAY_PER_USE)
        error = x_errors.classify(429, headers, {}, Call.PUBLISH, NOW, limits=limits)
        assert isinstance(error, RateLimited)
        assert error.retry_after_s == 7200
        assert {seen.window for seen in error.limits} == {"user:15min", "user:24h"}

    def test_F24_a_429_that_still_shows_grants_waits_for_the_plain_reset_and_one_without_headers_a_quarter_hour(
        self,
    ) -> None:
        """The status decides, not the remaining count."""
        headers = {"x-rate-limit-remaining": "14", "x-rate-limit-reset": str(int(NOW.timestamp()) + 60)}
        limits = x_errors.read_limits(headers, NOW, unit="post", windows=PAY_PER_USE)
        assert x_errors.wait_s(limits, NOW) == 60
        assert x_errors.wait_s((), NOW) == 900

    def test_two_headers_about_one_window_keep_the_tighter_one(self) -> None:
        """On a tier whose plain header means the day, the day's own header wins when it is lower."""
        headers = {"x-rate-limit-remaining": "40000", "x-user-limit-24hour-remaining": "3"}
        (seen,) = x_errors.read_limits(headers, NOW, unit="post", windows=TIERS["basic"])
        assert (seen.window, seen.remaining) == ("user:24h", 3)

    def test_a_refused_signature_names_a_wrong_clock(self) -> None:
        """Skew fails as 401; the words say so."""
        headers = {"date": "Tue, 01 Sep 2026 12:10:00 GMT"}
        error = x_errors.classify(401, headers, {}, Call.PUBLISH, NOW)
        assert isinstance(error, CredentialsRejected)
        assert "600 s off" in error.detail


class TestFacebook:
    @pytest.mark.parametrize("case", cases("facebook"), ids=lambda c: f"{c['code']}-{c.get('subcode', 0)}")
    @pytest.mark.parametrize("status", [400, 403, 500])
    def test_F29_the_code_decides_and_the_status_does_not(self, case: dict, status: int) -> None:
        """Code 4 really comes as 403, permissions as 400."""
        error = {"message": case.get("message", "x"), "code": case["code"]}
        if "subcode" in case:
            error["error_subcode"] = case["subcode"]
        found = facebook_errors.classify(status, {"error": error}, Call.PUBLISH, NOW)
        assert type(found).__name__ == case["class"]

    def test_F24_percentages_become_observations_and_minutes_become_the_wait(self) -> None:
        """80001 with an estimate of 7 minutes waits 420 s; without any, an hour."""
        headers = {
            "x-app-usage": '{"call_count":28,"total_time":25,"total_cputime":91}',
            "x-business-use-case-usage": (
                '{"1001":[{"type":"pages","call_count":100,"total_cputime":23,"total_time":23,'
                '"estimated_time_to_regain_access":7}],"9":[{"type":"pages","call_count":1}]}'
            ),
        }
        limits = facebook_errors.read_usage(headers, "1001", NOW)
        assert [(seen.window, seen.used_percent) for seen in limits] == [
            ("app:1h", 91.0),
            ("page:24h", 100.0),
        ]
        assert limits[1].reset_at == NOW + timedelta(minutes=7)
        body = {"error": {"code": 80001, "message": "x"}}
        error = facebook_errors.classify(400, body, Call.PUBLISH, NOW, limits=limits)
        assert isinstance(error, RateLimited)
        assert error.retry_after_s == 420
        without = facebook_errors.classify(400, body, Call.PUBLISH, NOW)
        assert isinstance(without, RateLimited)
        assert without.retry_after_s == 3600

    @pytest.mark.parametrize("value", ["", "nonsense", "[]", "{}", '{"call_count":"many"}'])
    def test_unreadable_usage_headers_say_nothing(self, value: str) -> None:
        """A broken header never breaks a post."""
        assert facebook_errors.read_usage({"x-app-usage": value}, "1001", NOW) == ()

    def test_a_passing_error_on_a_reading_is_tried_again(self) -> None:
        """Code 2 on a write may have published; on a read it is nothing."""
        body = {"error": {"code": 2, "message": "x", "is_transient": True}}
        assert type(facebook_errors.classify(500, body, Call.PUBLISH, NOW)) is OutcomeUnknown
        assert type(facebook_errors.classify(500, body, Call.READ, NOW)) is Unavailable


class TestTwilio:
    @pytest.mark.parametrize("case", cases("twilio"), ids=lambda c: str(c["code"]))
    @pytest.mark.parametrize("shape", ["classic", "rfc9457"])
    def test_F29_every_code_has_its_class_in_both_shapes(self, case: dict, shape: str) -> None:
        """Older and newer products of Twilio word their errors differently."""
        code, status = case["code"], case["status"]
        body = (
            {"code": code, "message": "x", "more_info": "y", "status": status}
            if shape == "classic"
            else {"type": "u", "title": "x", "status": status, "code": code, "detail": "y"}
        )
        error = twilio_errors.classify(status, {}, body, Call.PUBLISH, NOW)
        assert type(error).__name__ == case["class"]
        if isinstance(error, RecipientRejected):
            assert error.opted_out is case.get("opted_out", False)

    @pytest.mark.parametrize(
        ("sender", "error"),
        [
            (
                "+12025550100",
                CredentialsRejected,
            ),  # no number of Twilio's: nobody of a list would fare better
            ("VALDORA", CredentialsRejected),
            ("24680", RecipientRejected),  # of another country than this number, say its documents
            (None, RecipientRejected),  # a service has none but Twilio's own, short codes among them
        ],
    )
    def test_F29_a_sender_that_is_not_twilios_pauses_and_a_country_mismatch_refuses_one(
        self, sender: str | None, error: type
    ) -> None:
        """One code for two causes: which it is shows in the sender that was sent from."""
        body = {
            "code": 21659,
            "message": "'From' is not a Twilio phone number or Short Code country mismatch",
        }
        found = twilio_errors.classify(400, {}, body, Call.PUBLISH, NOW, sender=sender)
        assert (type(found), found.code) == (error, "21659")

    def test_F24_a_429_is_never_ambiguous_even_as_html(self) -> None:
        """Twilio documents a 429 as never processed."""
        assert type(twilio_errors.classify(429, {}, None, Call.PUBLISH, NOW)) is RateLimited

    def test_F27_a_5xx_on_a_create_is_unknown(self) -> None:
        """A retry might reach somebody twice."""
        assert type(twilio_errors.classify(502, {}, None, Call.PUBLISH, NOW)) is OutcomeUnknown
