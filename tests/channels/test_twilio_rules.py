"""The pure rules of the Twilio adapter: signatures, callbacks, opt-out words, matching, settings."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

import pytest
from pydantic import ValidationError

from app.channels.base import Absent, Failed, Found, OutboundPost, Unclear, WebhookRequest
from app.channels.registry import kind
from app.channels.twilio import build_message, is_ours, read_receipt
from app.channels.twilio_settings import TwilioSettings
from app.channels.twilio_webhooks import addresses, answer_webhook, signature
from app.errors import ContentRejected, CredentialsRejected, Forbidden, InvalidInput
from tests.channels.made import ACCOUNT, NOW, build, clock, go
from tests.channels.scripted import Scripted, answer

URL = "https://desk.example.org/sms/status?ref=outbox-42"
SID = "SM0123456789abcdef0123456789abcdef"
STATUS = {
    "MessageSid": SID,
    "MessageStatus": "delivered",
    "To": "+15005550006",
    "From": "+15005550001",
    "AccountSid": ACCOUNT,
}


def told(
    form: dict[str, str] | list[tuple[str, str]],
    *,
    url: str = URL,
    signed_url: str | None = None,
    signed: str | None = None,
    headers: dict[str, str] | None = None,
    ref: str | None = "outbox-42",
):
    pairs = list(form.items()) if isinstance(form, dict) else form
    given = signature("12345", signed_url or url, pairs) if signed is None else signed
    request = WebhookRequest(
        "POST",
        url,
        {"X-Twilio-Signature": given, **(headers or {})},
        {"ref": ref} if ref else {},
        urlencode(pairs).encode(),
    )
    return answer_webhook(request, auth_token="12345", signing_key="shared", account_sid=ACCOUNT, now=NOW)


async def test_F29_a_sender_that_is_not_twilios_pauses_the_channel() -> None:
    """Refused one by one, everybody of a list would be called unreachable for a mistyped setting."""
    body = {"code": 21659, "message": "'From' +15005550006 is not a Twilio phone number", "status": 400}
    async with Scripted([answer(400, body)]) as server:
        adapter = build("twilio", server.origin)
        with pytest.raises(CredentialsRejected):
            await adapter.publish(OutboundPost("r", "Hi", recipient="+15005550010"), may_start=go)


class TestSignature:
    def test_it_equals_the_vector(self) -> None:
        """Address, then names and values in order of the names."""
        assert signature("12345", URL, list(STATUS.items())) == "jsvWnB6fyjkrwbWrXhjZtqiA76U="

    def test_repeated_names_count_once_per_value_in_order(self) -> None:
        """As the official validator does."""
        pairs = [("a", "2"), ("a", "1"), ("a", "2")]
        assert signature("k", "u", pairs) == signature("k", "u", [("a", "1"), ("a", "2")])

    def test_the_default_port_may_be_there_or_not(self) -> None:
        """Which form was signed is not always clear."""
        assert addresses("https://d.example/x") == ("https://d.example/x", "https://d.example:443/x")
        assert addresses("https://d.example:443/x") == ("https://d.example:443/x", "https://d.example/x")
        assert addresses("https://d.example:8443/x#f") == ("https://d.example:8443/x",)
        told(STATUS, signed_url=URL.replace(".org", ".org:443"))
        told(STATUS, url=URL.replace(".org", ".org:443"), signed_url=URL)

    def test_unknown_and_empty_parameters_are_part_of_it(self) -> None:
        """Twilio adds parameters without notice."""
        told({**STATUS, "Invented": "später", "Empty": ""})
        with pytest.raises(Forbidden):
            told({**STATUS, "Invented": "x"}, signed=signature("12345", URL, list(STATUS.items())))

    @pytest.mark.parametrize("signed", ["", "jsvWnB6fyjkrwbWrXhjZtqiA76V=", "é"])
    def test_a_wrong_signature_is_forbidden(self, signed: str) -> None:
        """Nothing forged is believed."""
        with pytest.raises(Forbidden):
            told(STATUS, signed=signed)

    def test_the_new_header_means_the_shared_key_and_sha256(self) -> None:
        """With it, the old signature no longer counts, and an unknown algorithm never does."""
        settings = {"X-Twilio-Webhooks-Signature-Settings": "key=K1,algorithm=HMAC_SHA256"}
        right = signature("shared", URL, list(STATUS.items()), algorithm="sha256")
        assert told(STATUS, signed=right, headers=settings).inbound.receipts
        with pytest.raises(Forbidden):
            told(STATUS, headers=settings)
        with pytest.raises(Forbidden):
            told(STATUS, headers={"X-Twilio-Webhooks-Signature-Settings": "algorithm=NONE"})

    def test_a_json_body_is_bound_by_its_hash(self) -> None:
        """The address is signed, and the address names the body's hash."""
        body = b'{"a":1}'
        url = f"https://d.example/x?bodySHA256={hashlib.sha256(body).hexdigest()}"
        signed = signature("12345", url, [])

        def ask(content: bytes):
            request = WebhookRequest("POST", url, {"X-Twilio-Signature": signed}, {}, content)
            return answer_webhook(request, auth_token="12345", signing_key=None, account_sid=ACCOUNT, now=NOW)

        with pytest.raises(InvalidInput):  # believed, yet no message
            ask(body)
        with pytest.raises(Forbidden):
            ask(b'{"a":2}')

    def test_another_accounts_webhook_is_forbidden(self) -> None:
        """One token, one account."""
        with pytest.raises(Forbidden):
            told({**STATUS, "AccountSid": "AC" + "f" * 32})


class TestStatus:
    def test_a_callback_brings_our_ref_home(self) -> None:
        """Even before the create call has answered."""
        answer = told(STATUS)
        (receipt,) = answer.inbound.receipts
        assert (receipt.ref, receipt.remote_id, receipt.state) == ("outbox-42", SID, "delivered")
        assert answer.status == 204

    def test_statuses_rise_and_the_final_ones_are_equal(self) -> None:
        """Out of order, the rank decides; no final status replaces another."""
        names = ["accepted", "queued", "sending", "sent", "delivered"]
        ranks = [told({**STATUS, "MessageStatus": n}).inbound.receipts[0].rank for n in names]
        assert ranks == sorted(set(ranks))
        for final in ("undelivered", "failed", "canceled"):
            assert told({**STATUS, "MessageStatus": final}).inbound.receipts[0].rank == ranks[-1]

    def test_a_failure_has_its_code_its_words_and_an_opt_out(self) -> None:
        """A service tells STOP only afterwards."""
        (receipt,) = told({**STATUS, "MessageStatus": "failed", "ErrorCode": "21610"}).inbound.receipts
        assert (receipt.state, receipt.code, receipt.opted_out) == ("rejected", "21610", True)
        (receipt,) = told({**STATUS, "MessageStatus": "undelivered", "ErrorCode": "30003"}).inbound.receipts
        assert "could not be reached" in receipt.words

    @pytest.mark.parametrize("status", ["failed", "undelivered", "teleported"])
    def test_M02_a_STOP_in_a_callback_names_whose_it_is(self, status: str) -> None:
        """Whoever does not know the message any more can still keep it."""
        (receipt,) = told({**STATUS, "MessageStatus": status, "ErrorCode": "21610"}).inbound.receipts
        assert (receipt.opted_out, receipt.number) == (True, STATUS["To"])

    def test_an_unknown_status_is_tolerated(self) -> None:
        """New words must not break the webhook."""
        assert told({**STATUS, "MessageStatus": "teleported"}).inbound.receipts == ()


class TestMessages:
    def say(self, text: str, **more: str):
        form = {"MessageSid": SID, "From": "+15005550010", "To": "+1", "Body": text, "AccountSid": ACCOUNT}
        return told({**form, **more}, ref=None)

    def test_a_message_is_a_reply_and_gets_an_empty_answer(self) -> None:
        """We never answer a phone by accident."""
        answer = self.say("How is he?", NumMedia="0", SmsStatus="received")
        (reply,) = answer.inbound.replies
        assert (reply.text, reply.author_id, reply.remote_id) == ("How is he?", "+15005550010", SID)
        assert (answer.status, answer.media_type) == (200, "text/xml")
        assert answer.body.endswith(b"<Response/>")

    @pytest.mark.parametrize(
        "word", ["STOP", " stop ", "StopAll", "unsubscribe", "END", "quit", "CANCEL", "revoke", "optout"]
    )
    def test_a_stop_word_alone_opts_out(self, word: str) -> None:
        """In any case, and only as the whole message."""
        inbound = self.say(word).inbound
        assert [(o.number, o.stopped) for o in inbound.opt_outs] == [("+15005550010", True)]
        assert inbound.replies == ()
        assert self.say(f"please {word} it").inbound.opt_outs == ()

    def test_resuming_words_opt_in_and_yes_is_an_answer_as_well(self) -> None:
        """START, YES, UNSTOP."""
        for word in ("START", "unstop"):
            inbound = self.say(word).inbound
            assert [o.stopped for o in inbound.opt_outs] == [False]
            assert inbound.replies == ()
        inbound = self.say("Yes").inbound
        assert [o.stopped for o in inbound.opt_outs] == [False]
        assert len(inbound.replies) == 1

    @pytest.mark.parametrize(("told_type", "stopped"), [("STOP", [True]), ("START", [False]), ("HELP", [])])
    def test_what_twilio_understood_wins(self, told_type: str, stopped: list[bool]) -> None:
        """Advanced Opt-Out knows words that we do not."""
        inbound = self.say("arrêt", OptOutType=told_type).inbound
        assert [o.stopped for o in inbound.opt_outs] == stopped
        assert inbound.replies == ()

    def test_help_is_no_reply(self) -> None:
        """Twilio answers it itself."""
        assert self.say("INFO").inbound.replies == ()


class TestBuildMessage:
    SETTINGS: ClassVar[dict[str, Any]] = {
        "account_sid": ACCOUNT,
        "callback_address": "https://d.example/hooks/7",
    }

    def test_sender_validity_and_our_ref_go_along(self) -> None:
        """The ref in the callback's query is what settles a lost answer."""
        settings = TwilioSettings.model_validate({**self.SETTINGS, "from_number": "+15005550006"})
        form = build_message(settings, OutboundPost("d 1&x", "Hi", recipient="+15005550010", validity_s=300))
        assert form == {
            "To": "+15005550010",
            "From": "+15005550006",
            "Body": "Hi",
            "ValidityPeriod": "300",
            "StatusCallback": "https://d.example/hooks/7?ref=d+1%26x",
        }

    def test_a_service_replaces_the_sender_and_the_validity_stays_in_bounds(self) -> None:
        """1 to 36,000 seconds; below six Twilio advises against."""
        settings = TwilioSettings.model_validate({**self.SETTINGS, "messaging_service_sid": "MG" + "0" * 32})
        form = build_message(settings, OutboundPost("r", "Hi", recipient="+1", validity_s=10**6))
        assert (form["MessagingServiceSid"], form["ValidityPeriod"]) == ("MG" + "0" * 32, "36000")
        assert "From" not in form
        assert (
            build_message(settings, OutboundPost("r", "Hi", recipient="+1", validity_s=0))["ValidityPeriod"]
            == "6"
        )
        with pytest.raises(ContentRejected):
            build_message(settings, OutboundPost("r", "Hi"))

    @pytest.mark.parametrize(
        "wrong",
        [
            {},
            {"from_number": "+15005550006", "messaging_service_sid": "MG" + "0" * 32},
            {"from_number": "not a number!"},
            {"from_number": "+15005550006", "callback_address": "https://my_desk.example"},
            {"from_number": "+15005550006", "callback_address": "http://desk.example"},
            {"from_number": "+15005550006", "segments_per_s": "many"},
            {"from_number": "+15005550006", "colour": "red"},
        ],
    )
    def test_settings_that_cannot_work_are_refused(self, wrong: dict) -> None:
        """Before the first message, not with it."""
        with pytest.raises(ValidationError):
            TwilioSettings.model_validate({**self.SETTINGS, **wrong})

    def test_windows_count_segments_for_all_senders(self) -> None:
        """A pool of five numbers sends five times as much; the brand's day stays one."""
        settings = TwilioSettings.model_validate(
            {**self.SETTINGS, "from_number": "+15005550006", "senders": 5, "segments_per_day": 2000}
        )
        windows = kind("twilio").windows_for(settings)
        assert [(w.limit, w.per_s, w.unit) for w in windows] == [
            (5, 1.0, "segment"),
            (2000, 86400.0, "segment"),
        ]


class TestIsOurs:
    ITEM: ClassVar[dict[str, Any]] = {
        "sid": SID,
        "direction": "outbound-api",
        "to": "+15005550010",
        "body": "Hi",
        "date_created": "Tue, 01 Sep 2026 12:00:00 +0000",
        "num_segments": "2",
    }
    POST = OutboundPost("r", "Hi", recipient="+15005550010")

    def test_C01_same_words_to_the_same_number_after_the_start(self) -> None:
        """Whole seconds on their side, fractions on ours."""
        assert is_ours(self.ITEM, self.POST, not_before=NOW + timedelta(milliseconds=900))
        trial = {**self.ITEM, "body": "Sent from your Twilio trial account - Hi"}
        assert is_ours(trial, self.POST, not_before=NOW)

    @pytest.mark.parametrize(
        "other",
        [
            {"body": "Hi!"},
            {"to": "+15005550011"},
            {"direction": "inbound"},
            {"date_created": "Tue, 01 Sep 2026 11:59:57 +0000"},
            {"date_created": None},
        ],
    )
    def test_C01_anything_else_is_not_ours(self, other: dict) -> None:
        """A wrong id is never attached."""
        assert not is_ours({**self.ITEM, **other}, self.POST, not_before=NOW)

    @pytest.mark.parametrize(
        ("sent", "listed"),
        [
            ("It’s “safe” – wait…", 'It\'s "safe" - wait...'),
            ("It’s “safe” – wait…", "It’s “safe” – wait…"),
            ("Entrée « B »\u00a0: à côté", 'Entrée " B " : à côté'),
            ("Zero\u200bwidth", "Zerowidth"),
            ("Pulse: 1\u00bd h ➜ B", "Pulse: 11/2 h ➜ B"),
        ],
    )
    def test_G4_a_text_whose_typography_twilio_has_replaced_is_ours(self, sent: str, listed: str) -> None:
        """Called absent, it went to the phone a second time; services do it unless somebody switches it off."""
        post = OutboundPost("r", sent, recipient="+15005550010")
        assert is_ours({**self.ITEM, "body": listed}, post, not_before=NOW)

    @pytest.mark.parametrize(
        ("sent", "listed"),
        [
            ("Wait…", "Wait."),
            ("Wait – inside", "Wait, all inside"),
            ("Ward “A”", 'Ward "B"'),
            ("Café", "Cafe"),
            ("🚨 Leave", "Leave"),
        ],
    )
    def test_C01_another_text_is_not_ours_for_its_typography(self, sent: str, listed: str) -> None:
        """Only the characters that are replaced may differ, and only by what stands for them."""
        post = OutboundPost("r", sent, recipient="+15005550010")
        assert not is_ours({**self.ITEM, "body": listed}, post, not_before=NOW)

    def test_segments_of_nought_mean_not_known_yet(self) -> None:
        """With a service the sender is chosen later."""
        assert read_receipt(self.ITEM).segments == 2
        assert read_receipt({**self.ITEM, "num_segments": "0"}).segments is None
        assert read_receipt({"sid": "XX"}) is None


@pytest.mark.parametrize("body", [{}, {"messages": None}, {"messages": {}}, {"status": 200}])
async def test_C01_an_answer_without_a_list_is_no_absence(body: dict) -> None:
    """Whoever took it for an empty list would send the same message again."""
    async with Scripted([answer(200, body), answer(200, {"messages": []})]) as server:
        adapter = build("twilio", server.origin, clock=clock())
        message = OutboundPost("r", "Hi", recipient="+15005550010")
        assert isinstance(await adapter.find(message, sent_after=NOW, last=True), Unclear)
        assert isinstance(await adapter.find(message, sent_after=NOW, last=True), Absent)


@pytest.mark.parametrize("status", ["failed", "undelivered", "canceled"])
async def test_G3_a_message_that_is_found_and_has_failed_is_not_called_sent(status: str) -> None:
    """Its answer was lost and so was what Twilio told of it; one that did not fail is it, where there are two."""
    one = {
        "sid": SID, "to": "+15005550010", "body": "Hi", "direction": "outbound-api", "status": status,
        "date_created": "Tue, 01 Sep 2026 12:00:00 +0000", "error_code": 30003, "num_segments": "1",
    }  # fmt: skip
    other = {**one, "sid": SID[:-1] + "0", "status": "sent", "error_code": None}
    pages = [{"messages": [one]}, {"messages": [one, other]}]
    async with Scripted(
        [answer(200, page, {"date": "Tue, 01 Sep 2026 12:00:00 GMT"}) for page in pages]
    ) as server:
        adapter = build("twilio", server.origin, clock=clock())
        message = OutboundPost("r", "Hi", recipient="+15005550010")
        found = await adapter.find(message, sent_after=NOW, last=False)
        assert found == Failed("The phone could not be reached; it may be off.", code="30003")
        second = await adapter.find(message, sent_after=NOW, last=False)
        assert isinstance(second, Found)
        assert second.receipt.remote_id == other["sid"]
