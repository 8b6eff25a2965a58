"""The Twilio simulator does what platform notes section 3A asks of it, each behaviour by name."""

import asyncio
import re
from email.utils import parsedate_to_datetime
from random import Random

import pytest
import pytest_asyncio

from app.channels.simulators.settings import SimulatorSettings
from app.channels.simulators.twilio.account import Sender, TwilioAccount, TwilioRules
from app.channels.simulators.twilio.errors import TwilioRefusal
from app.channels.simulators.twilio.segments import is_gsm7, segment_count, smart_encode
from app.channels.simulators.twilio.settings import TwilioSettings
from app.channels.simulators.twilio.signing import is_callback_url, signature, without_fragment
from tests.channels.simulators.callers import Hook, calling, start_again

NOW = 1_800_000_000.0
LONG, SHORT, SERVICE = "+12025550101", "55501", "MG1"


one_loop = pytest.mark.asyncio(loop_scope="module")  # one process for all, a fresh world for each


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def process():
    async with calling() as caller, Hook().listening() as hook:
        yield caller, hook


@pytest_asyncio.fixture(loop_scope="module")
async def sim(process):
    sim, _ = process
    await start_again(sim)
    return sim


@pytest_asyncio.fixture(loop_scope="module")
async def hook(sim, process):
    _, hook = process
    hook.start_again()
    return hook


def account(**rules):
    senders = [Sender(LONG, 1.0, "long code"), Sender(SHORT, 100.0, "short code")]
    obeyed = TwilioRules(receipt_after_s=(0.5, 0.5), **rules)
    return TwilioAccount(senders, SERVICE, [LONG, SHORT], Random(1), obeyed)


def send(machine, at=NOW, to="+12025550150", body="x", **more):
    params = {"To": to, "Body": body, **more}
    if "MessagingServiceSid" not in params:
        params.setdefault("From", LONG)
    return machine.create(params, at)


def refusal(machine, **more):
    with pytest.raises(TwilioRefusal) as caught:
        send(machine, **more)
    return caught.value.code


class TestVectors:
    def test_a_signature_is_the_documented_one(self):
        """Vector of section 8: the address with its query, then names and values, sorted."""
        params = {
            "MessageSid": "SM0123456789abcdef0123456789abcdef",
            "MessageStatus": "delivered",
            "To": "+15005550006",
            "From": "+15005550001",
            "AccountSid": "AC0123456789abcdef0123456789abcdef",
        }
        url = "https://desk.example.org/sms/status?ref=outbox-42"
        assert signature("12345", url, params) == "jsvWnB6fyjkrwbWrXhjZtqiA76U="

    @pytest.mark.parametrize(
        ("text", "gsm7", "segments"),
        [
            ("a" * 160, True, 1),
            ("a" * 161, True, 2),
            ("a" * 306, True, 2),
            ("a" * 307, True, 3),
            ("€" * 80, True, 1),
            ("€" * 81, True, 2),
            ("€" * 153, True, 3),
            ("a" * 159 + "^", True, 2),
            ("é" * 160, True, 1),
            ("ç", False, 1),
            ("`", False, 1),
            ("漢" * 70, False, 1),
            ("漢" * 71, False, 2),
            ("😀" * 35, False, 1),
            ("😀" * 36, False, 2),
            ("😀" * 67, False, 3),
            ("a" * 69 + "😀", False, 2),
        ],
    )
    def test_segments_are_counted_as_networks_cut(self, text, gsm7, segments):
        """Vectors of section 8; neither an escape pair nor a surrogate pair is cut."""
        assert (is_gsm7(text), segment_count(text)) == (gsm7, segments)

    def test_typographic_characters_have_lookalikes(self):
        """What SmartEncoded does."""
        assert smart_encode("“hi” – it’s…") == '"hi" - it\'s...'

    def test_addresses_have_fragments_with_overrides_and_no_underscores(self):
        """The fragment is an instruction, not a part of what is requested."""
        url, overrides = without_fragment("https://a.example/s?ref=1#rc=3&rp=ct,rt,5xx")
        assert (url, overrides) == ("https://a.example/s?ref=1", {"rc": "3", "rp": "ct,rt,5xx"})
        assert is_callback_url("http://127.0.0.1:8000/hook")
        assert not is_callback_url("https://a_b.example/")
        assert not is_callback_url("ftp://a.example/")
        assert not is_callback_url("http://[broken")


class TestPace:
    def test_a_sender_lets_out_its_segments_a_second_and_no_more(self):
        """Three messages of two segments on a long code leave two seconds apart, in order."""
        machine = account()
        sent = [send(machine, body="a" * 161) for _ in range(3)]
        changes = machine.advance(NOW + 60)
        leaving = [(change.message, change.at - NOW) for change in changes if change.status == "sent"]
        assert leaving == [(sent[0], 0), (sent[1], 2), (sent[2], 4)]
        assert [message.status for message in sent] == ["delivered"] * 3

    def test_nothing_leaves_before_its_turn(self):
        """Between two turns a message is still queued."""
        machine = account()
        first, second = send(machine), send(machine)
        machine.advance(NOW + 0.9)
        assert (first.status, second.status) == ("delivered", "queued")
        machine.advance(NOW + 1.0)
        assert second.status == "sent"

    def test_a_pace_factor_speeds_a_sender_up(self):
        """A rehearsal of hours takes minutes."""
        machine = account()
        machine.senders[LONG].pace = 10
        for _ in range(10):
            send(machine)
        last = [change.at - NOW for change in machine.advance(NOW + 60) if change.status == "sent"][-1]
        assert last == pytest.approx(0.9)

    def test_a_service_picks_the_sender_that_is_free_soonest(self):
        """Accepted without a sender first; then the fast number takes most of it."""
        machine = account()
        messages = [send(machine, MessagingServiceSid=SERVICE) for _ in range(150)]
        assert {message.status for message in messages} == {"accepted"}
        assert {message.from_ for message in messages} == {""}
        machine.advance(NOW)
        chosen = [message.from_ for message in messages]
        assert chosen[0] == SHORT
        assert 1 <= chosen.count(LONG) <= 3

    def test_a_message_that_waits_too_long_expires_at_its_time(self):
        """30036 when the validity is over, not when its turn would have come; it costs no capacity."""
        machine = account()
        for _ in range(100):
            send(machine)
        short = send(machine, ValidityPeriod="30")
        after = send(machine)
        machine.advance(NOW + 29)
        assert short.status == "queued"
        (expired,) = [change for change in machine.advance(NOW + 31) if change.message is short]
        assert (expired.status, expired.error_code, expired.at) == ("failed", 30036, NOW + 30)
        machine.advance(NOW + 1000)
        assert (after.status, after.sent_at) == ("delivered", NOW + 100)

    def test_ten_hours_of_traffic_fill_a_sender(self):
        """21611 for the sender itself; by a service, 30001 after acceptance once every sender is full."""
        machine = account()
        machine.senders[SHORT].segments_per_s = 0.001
        for _ in range(36_000):
            send(machine)
        assert refusal(machine) == 21611
        for _ in range(36):
            send(machine, From=SHORT)
        message = send(machine, MessagingServiceSid=SERVICE)
        assert message.status == "accepted"
        machine.advance(NOW)
        assert (message.status, message.error_code) == ("failed", 30001)

    def test_a_cancelled_message_gives_its_turn_away(self):
        """The next one leaves in its place."""
        machine = account()
        _, second, third = send(machine), send(machine), send(machine)
        machine.advance(NOW)
        machine.cancel(second, NOW)
        assert machine.senders[LONG].waiting_segments == 1
        machine.advance(NOW + 10)
        assert (second.status, second.sent_at, third.sent_at) == ("canceled", 0, NOW + 1)
        with pytest.raises(TwilioRefusal):
            machine.cancel(third, NOW + 10)

    def test_a_hundred_thousand_messages_stay_quick_and_bounded(self):
        """The last thousand cost no more than a few times the first, and the oldest are forgotten in time."""
        machine = account(keep_messages=60_000)
        machine.senders[SHORT].segments_per_s = 1_000_000
        most = 0
        for n in range(100_000):
            send(machine, NOW + n * 1e-4, to=f"+1202{n:07d}", From=SHORT)
            if n % 1000 == 0:
                machine.advance(NOW + n * 1e-4)
                most = max(most, len(machine._timers))
        machine.advance(NOW + 100)
        assert 60_000 <= len(machine.messages) <= 70_000
        assert len(machine.phones) == len(machine.messages)
        assert most < 20_000
        assert machine.next_at() is None


class TestRefusals:
    @pytest.mark.parametrize(
        ("more", "code"),
        [
            ({"to": ""}, 21604),
            ({"to": "12025550150"}, 21211),
            ({"body": ""}, 21602),
            ({"body": "x" * 1601}, 21617),
            ({"From": ""}, 21603),
            ({"From": "+12025550199"}, 21606),
            ({"From": "nobody"}, 21212),
            ({"MessagingServiceSid": "MG0"}, 21701),
            ({"ValidityPeriod": "0"}, 90007),
            ({"ValidityPeriod": "36001"}, 90007),
            ({"ValidityPeriod": "²"}, 90007),
            ({"StatusCallback": "https://under_score.example/"}, 21609),
            ({"SendAt": "2027-01-16T00:00:00Z"}, 35117),
            ({"to": "+15005550001"}, 21211),
            ({"to": "+15005550002"}, 21612),
            ({"to": "+15005550003"}, 21408),
            ({"to": "+15005550004"}, 21610),
            ({"to": "+15005550009"}, 21614),
            ({"From": "+15005550001"}, 21212),
            ({"From": "+15005550007"}, 21606),
            ({"From": "+15005550008"}, 21611),
        ],
    )
    def test_bad_input_and_magic_numbers_have_their_codes(self, more, code):
        """Refused, and nothing taken."""
        machine = account()
        assert refusal(machine, **more) == code
        assert not machine.messages

    def test_the_good_magic_number_sends(self):
        """As with Twilio's test credentials."""
        assert send(account(), From="+15005550006").status == "queued"

    def test_a_scheduled_message_waits_for_its_time(self):
        """With a service only; from 15 minutes to 35 days ahead."""
        machine = account()
        fixed = {"MessagingServiceSid": SERVICE, "ScheduleType": "fixed"}
        assert refusal(machine, SendAt="2027-01-15T08:05:00Z", **fixed) == 35114
        message = send(machine, SendAt="2027-01-15T08:30:00Z", **fixed)
        assert message.status == "scheduled"
        machine.advance(NOW + 1799)
        assert message.status == "scheduled"
        machine.advance(NOW + 1802)
        assert message.status == "delivered"


class TestOptOut:
    @pytest.mark.parametrize(
        "word", ["STOP", "stopall", " Unsubscribe ", "END", "quit", "CANCEL", "REVOKE", "OptOut"]
    )
    def test_a_stop_word_blocks_at_once_and_start_lifts_it(self, word):
        """21610 after any stop word; Twilio answers the phone by itself."""
        machine = account()
        _, asked, answer = machine.inbound("+12025550150", "+15005550006", word, NOW)
        assert asked == "STOP"
        assert "unsubscribed" in answer.message.body
        assert refusal(machine, From="+15005550006") == 21610
        machine.inbound("+12025550150", "+15005550006", "Unstop", NOW)
        assert send(machine, From="+15005550006").status == "queued"

    def test_a_stop_to_one_number_holds_for_its_whole_service(self):
        """By the number at once; by the service it is accepted and fails afterwards."""
        machine = account()
        machine.inbound("+12025550150", LONG, "STOP", NOW)
        assert refusal(machine, From=LONG) == 21610
        assert send(machine, From="+15005550006").status == "queued"
        message = send(machine, MessagingServiceSid=SERVICE)
        machine.advance(NOW)
        assert (message.status, message.error_code) == ("failed", 21610)

    def test_a_stop_word_inside_a_sentence_stops_nothing(self):
        """The whole message or nothing."""
        machine = account()
        assert machine.inbound("+12025550150", LONG, "please stop the noise", NOW)[1:] == ("", None)
        assert send(machine).status == "queued"


@one_loop
class TestCreate:
    async def test_a_message_has_the_documented_shape(self, sim):
        """201 with strings, RFC 2822 dates, nothing sent and no price yet."""
        answer = await sim.send(body="a" * 161)
        body = answer.json()
        assert answer.status_code == 201
        assert re.fullmatch(r"SM[0-9a-f]{32}", body["sid"])
        assert (body["status"], body["direction"], body["num_segments"]) == ("queued", "outbound-api", "2")
        assert (body["date_sent"], body["price"], body["price_unit"], body["error_code"]) == (
            None,
            None,
            "USD",
            None,
        )
        assert parsedate_to_datetime(body["date_created"]).tzinfo is not None
        assert body["uri"].endswith(f"/Messages/{body['sid']}.json")
        assert answer.headers["twilio-request-id"].startswith("RQ")

    async def test_a_service_accepts_before_it_has_a_sender(self, sim):
        """accepted, no from, zero segments; later a sender, a price and a day."""
        body = (await sim.send(MessagingServiceSid=sim.tw["messaging_service_sid"])).json()
        assert (body["status"], body["from"], body["num_segments"]) == ("accepted", None, "0")
        done = await sim.until_status(body["sid"], "delivered")
        assert (done["from"], done["num_segments"], done["price"]) == ("55501", "1", "-0.00790")
        assert done["date_sent"] is not None

    async def test_both_key_pairs_open_and_others_do_not(self, sim):
        """Account and token, or API key and secret; else 401 with code 20003."""
        url = f"{sim.base}/Messages.json"
        form = {"To": "+12025550150", "From": "55501", "Body": "x"}
        good = (sim.tw["api_key_sid"], sim.tw["api_key_secret"])
        assert (await sim.client.post(url, data=form, auth=good)).status_code == 201
        for bad in ((sim.tw["account_sid"], "wrong"), None):
            answer = await sim.client.post(url, data=form, auth=bad)
            assert (answer.status_code, answer.json()["code"]) == (401, 20003)
        assert len(await sim.ledger("twilio")) == 3

    async def test_errors_come_in_either_shape(self, sim):
        """The classic one, and the newer problem fields on demand."""
        answer = await sim.send(to="nobody")
        assert answer.status_code == 400
        assert answer.json() == {
            "code": 21211,
            "message": "Invalid 'To' Phone Number: nobody",
            "more_info": "https://www.twilio.com/docs/errors/21211",
            "status": 400,
        }
        await sim.arm("twilio", "problem_errors")
        answer = await sim.send(to="nobody")
        assert answer.headers["content-type"] == "application/problem+json"
        assert set(answer.json()) == {"type", "title", "status", "code", "detail"}

    async def test_too_many_at_once_get_429_and_are_not_processed(self):
        """Code 20429 beyond the limit; every 201 is a message, no 429 is."""
        settings = SimulatorSettings(twilio=TwilioSettings(max_concurrent=2))
        async with calling(settings) as sim:
            await sim.arm("twilio", "slow", params={"seconds": 0.2})
            answers = await asyncio.gather(*(sim.send(to=f"+1202555015{n}") for n in range(6)))
            codes = [answer.status_code for answer in answers]
            assert sorted(codes) == [201, 201, 429, 429, 429, 429]
            refused = next(answer for answer in answers if answer.status_code == 429)
            assert refused.json()["code"] == 20429
            assert (await sim.state("twilio"))["messages_total"] == 2

    async def test_an_emergency_of_the_senders_queue_can_be_asked_for(self, sim):
        """The refusal of a full queue and other refusals, on demand."""
        await sim.arm("twilio", "refuse", params={"code": "21611"}, times=1)
        assert (await sim.send()).json()["code"] == 21611
        assert (await sim.send()).status_code == 201

    async def test_revoked_credentials_open_nothing(self, sim):
        """401 on every call until it is cleared."""
        await sim.arm("twilio", "revoke_token")
        assert (await sim.send()).json()["code"] == 20003
        assert (await sim.client.get(f"{sim.base}.json", auth=sim.auth)).status_code == 401
        await sim.clear("twilio")
        assert (await sim.client.get(f"{sim.base}.json", auth=sim.auth)).json()["status"] == "active"

    async def test_an_answer_can_be_lost_after_the_message_was_taken(self, sim):
        """5xx afterwards: the caller cannot know, the list can."""
        await sim.arm("twilio", "accept_then_503", times=1)
        assert (await sim.send()).status_code == 503
        rows = (await sim.client.get(f"{sim.base}/Messages.json", auth=sim.auth)).json()["messages"]
        assert [row["to"] for row in rows] == ["+12025550150"]

    @pytest.mark.parametrize("name", ["empty_body", "malformed_body"])
    async def test_an_answer_can_be_unreadable_after_the_message_was_taken(self, sim, name):
        """201, and nothing that is JSON."""
        await sim.arm("twilio", name, times=1)
        answer = await sim.send()
        assert answer.status_code == 201
        with pytest.raises(ValueError):
            answer.json()
        assert (await sim.ledger("twilio"))[0]["applied"] is True


@one_loop
class TestAfterwards:
    async def test_a_message_is_redacted_then_deleted(self, sim):
        """Body emptied, everything else kept; then 204 and 404."""
        sid = (await sim.send(body="private")).json()["sid"]
        await sim.until_status(sid, "delivered")
        url = f"{sim.base}/Messages/{sid}.json"
        assert (await sim.client.post(url, data={"Body": ""}, auth=sim.auth)).json()["body"] == ""
        assert (await sim.client.delete(url, auth=sim.auth)).status_code == 204
        answer = await sim.client.get(url, auth=sim.auth)
        assert (answer.status_code, answer.json()["code"]) == (404, 20404)

    async def test_only_what_has_not_left_can_be_cancelled(self, sim):
        """canceled while it waits, a refusal afterwards."""
        first = (await sim.send(From="+12025550101")).json()["sid"]
        second = (await sim.send(From="+12025550101")).json()["sid"]
        url = f"{sim.base}/Messages/{second}.json"
        answer = await sim.client.post(url, data={"Status": "canceled"}, auth=sim.auth)
        assert answer.json()["status"] == "canceled"
        await sim.until_status(first, "sent", "delivered")
        url = f"{sim.base}/Messages/{first}.json"
        answer = await sim.client.post(url, data={"Status": "canceled"}, auth=sim.auth)
        assert answer.json()["code"] == 30409

    async def test_the_list_pages_from_the_newest_and_filters(self, sim):
        """next_page_uri until it is absent; To; and a day of sending hides what was not sent."""
        for n in range(5):
            await sim.send(to=f"+1202555015{n}", From="+12025550101")
        uri, seen = f"{sim.base}/Messages.json?PageSize=2", []
        while uri:
            body = (await sim.client.get(uri, auth=sim.auth)).json()
            seen += [row["to"] for row in body["messages"]]
            uri = body["next_page_uri"] and "/twilio" + body["next_page_uri"]
        assert seen == [f"+1202555015{n}" for n in (4, 3, 2, 1, 0)]

        async def listed(**params):
            url = f"{sim.base}/Messages.json"
            return (await sim.client.get(url, params=params, auth=sim.auth)).json()["messages"]

        assert [row["to"] for row in await listed(To="+12025550153")] == ["+12025550153"]
        assert await listed(To="+12025550199") == []
        await sim.until_status((await listed(To="+12025550150"))[0]["sid"], "delivered")
        sent = await listed(**{"DateSent>": "2020-01-01"})
        assert [row["to"] for row in sent] == ["+12025550150"]

    async def test_a_probe_reads_account_and_balance(self, sim):
        """Nothing is published by asking."""
        balance = await sim.client.get(f"{sim.base}/Balance.json", auth=sim.auth)
        assert balance.json()["currency"] == "USD"


@one_loop
class TestCallbacks:
    async def test_a_message_reports_each_step_signed(self, sim, hook):
        """queued, sent, delivered, to the address with our reference and without its fragment."""
        sid = (await sim.send(StatusCallback=f"{hook.url}?ref=outbox-42#rc=2&rp=ct,5xx")).json()["sid"]
        heard = await hook.until(3)
        statuses = [one.form["MessageStatus"] for one in heard]
        assert sorted(statuses) == ["delivered", "queued", "sent"]
        for one in heard:
            assert one.url == f"{hook.url}?ref=outbox-42"
            assert one.headers["x-twilio-signature"] == signature(sim.tw["auth_token"], one.url, one.form)
            assert (one.form["MessageSid"], one.form["AccountSid"]) == (sid, sim.tw["account_sid"])
        delivered = next(one for one in heard if one.form["MessageStatus"] == "delivered")
        assert re.fullmatch(r"\d{10}", delivered.form["RawDlrDoneDate"])

    async def test_a_callback_can_come_before_the_answer(self, sim, hook):
        """The report is here while the caller still waits for its 201."""
        await sim.arm("twilio", "callback_first", params={"seconds": 0.4})
        sending = asyncio.create_task(sim.send(StatusCallback=hook.url))
        await hook.until(1)
        assert not sending.done()
        sid = (await sending).json()["sid"]
        assert {one.form["MessageSid"] for one in hook.heard} == {sid}

    @pytest.mark.parametrize("code", ["30003", "30005", "30007", "30034"])
    async def test_a_failure_on_the_way_is_reported_with_its_code(self, sim, hook, code):
        """undelivered, with ErrorCode and its sentence."""
        await sim.arm("twilio", "bad_receipt", params={"code": code})
        await sim.send(StatusCallback=hook.url)
        heard = await hook.until(3)
        last = next(one.form for one in heard if one.form["MessageStatus"] == "undelivered")
        assert last["ErrorCode"] == code
        assert last["ErrorMessage"]

    async def test_one_phone_can_be_made_unreachable_or_silent(self, sim):
        """By number: a code, no receipt for ever, or well again."""
        for number, outcome in (("+12025550151", "30005"), ("+12025550152", "silent")):
            form = {"number": number, "outcome": outcome}
            assert (await sim.client.post("/_sim/twilio/phone", json=form)).status_code == 200
        bad, silent, good = [(await sim.send(to=f"+1202555015{n}")).json()["sid"] for n in (1, 2, 3)]
        assert (await sim.until_status(bad, "undelivered"))["error_code"] == 30005
        await sim.until_status(good, "delivered")
        assert (await sim.message(silent))["status"] == "sent"

    async def test_callbacks_can_be_doubled_or_missing(self, sim, hook):
        """Twice the same; or none at all."""
        await sim.arm("twilio", "webhook_duplicate", action="message.status")
        await sim.send(StatusCallback=hook.url)
        heard = await hook.until(6)
        assert sorted(one.form["MessageStatus"] for one in heard) == sorted(
            ["queued", "sent", "delivered"] * 2
        )
        await sim.clear("twilio")
        await sim.arm("twilio", "webhook_omit")
        sid = (await sim.send(StatusCallback=hook.url)).json()["sid"]
        await sim.until_status(sid, "delivered")
        assert len(hook.heard) == 6

    async def test_callbacks_can_overtake_each_other(self, sim, hook):
        """With disorder, some message ends before it begins."""
        await sim.arm("twilio", "webhook_disorder", params={"within_s": 0.3})
        for n in range(6):
            await sim.send(to=f"+1202555015{n}", StatusCallback=f"{hook.url}?ref={n}")
        order = {}
        for one in await hook.until(18):
            order.setdefault(one.form["MessageSid"], []).append(one.form["MessageStatus"])
        assert any(statuses != ["queued", "sent", "delivered"] for statuses in order.values())

    async def test_a_failed_callback_is_tried_again_as_the_fragment_says(self, sim, hook):
        """5xx is not retried by default; with rc and rp it is, and the retry carries a token."""
        await sim.arm("twilio", "no_receipt")
        hook.statuses = [500, 500]
        sid = (await sim.send(StatusCallback=hook.url)).json()["sid"]
        await hook.until(2)
        await sim.until_status(sid, "sent")
        hook.statuses = [500, 500]
        await sim.send(StatusCallback=f"{hook.url}?second#rc=1&rp=5xx")
        heard = await hook.until(4, since=2)
        retried = [one for one in heard if "i-twilio-idempotency-token" in one.headers]
        assert len(retried) == 2
        assert len(hook.heard) == 6

    async def test_a_forged_callback_does_not_carry_the_right_signature(self, sim, hook):
        """Signed with another token."""
        await sim.arm("twilio", "webhook_forged", times=1)
        await sim.send(StatusCallback=hook.url)
        heard = await hook.until(3)
        right = [
            one.headers["x-twilio-signature"] == signature(sim.tw["auth_token"], one.url, one.form)
            for one in heard
        ]
        assert sorted(right) == [False, True, True]


@one_loop
class TestInbound:
    async def test_a_text_arrives_signed_and_may_be_answered(self, sim, hook):
        """The webhook of a phone's text; a document with a message puts it on the phone."""
        await sim.client.post("/_sim/webhooks", json={"platform": "twilio", "url": hook.url})
        hook.document = "<Response><Message>We hear &amp; see you</Message></Response>"
        sid = await sim.text_in("Where do I go?", to="+12025550101")
        (heard,) = await hook.until(1)
        form = heard.form
        assert (form["MessageSid"], form["From"], form["To"]) == (sid, "+12025550150", "+12025550101")
        assert (form["Body"], form["NumMedia"], form["NumSegments"]) == ("Where do I go?", "0", "1")
        assert "OptOutType" not in form
        assert heard.headers["x-twilio-signature"] == signature(sim.tw["auth_token"], hook.url, form)
        for _ in range(100):
            (phone,) = (await sim.state("twilio"))["phones"]
            if len(phone["texts"]) == 2:
                break
            await asyncio.sleep(0.01)
        assert [text["text"] for text in phone["texts"]] == ["Where do I go?", "We hear & see you"]

    @pytest.mark.parametrize(("word", "kind"), [("stop", "STOP"), ("Start", "START"), ("INFO", "HELP")])
    async def test_opt_out_words_are_named(self, sim, hook, word, kind):
        """OptOutType, and Twilio's own answer on the phone."""
        await sim.client.post("/_sim/webhooks", json={"platform": "twilio", "url": hook.url})
        await sim.text_in(word)
        (heard,) = await hook.until(1)
        assert heard.form["OptOutType"] == kind
        (phone,) = (await sim.state("twilio"))["phones"]
        assert phone["stopped"] is (kind == "STOP")
        assert len(phone["texts"]) == 2

    async def test_a_number_can_be_given_its_address_by_twilios_own_call(self, sim, hook):
        """SmsUrl of an incoming phone number."""
        url = f"{sim.base}/IncomingPhoneNumbers.json"
        rows = (await sim.client.get(url, auth=sim.auth)).json()["incoming_phone_numbers"]
        number = next(row for row in rows if row["phone_number"] == "+12025550102")
        url = f"{sim.base}/IncomingPhoneNumbers/{number['sid']}.json"
        answer = await sim.client.post(url, data={"SmsUrl": hook.url}, auth=sim.auth)
        assert answer.json()["sms_url"] == hook.url
        await sim.text_in("hello", to="+12025550102")
        assert (await hook.until(1))[0].form["Body"] == "hello"

    async def test_a_phone_exists_once_it_was_texted_and_answers_whoever_texted_it(self, sim):
        """Before that a crowd has nobody who could answer; afterwards it has."""
        assert (await sim.state("twilio"))["phones"] == []
        sid = (await sim.send(to="+12025550177", From="+12025550102")).json()["sid"]
        await sim.until_status(sid, "delivered")
        await sim.client.post("/_sim/flood", json={"platform": "twilio", "rate_per_s": 100, "seconds": 0.05})
        for _ in range(100):
            (phone,) = (await sim.state("twilio"))["phones"]
            if len(phone["texts"]) == 6:
                break
            await asyncio.sleep(0.01)
        assert (phone["number"], phone["sender"], len(phone["texts"])) == ("+12025550177", "+12025550102", 6)

    @pytest.mark.parametrize(
        "body",
        [
            {"from": "me", "body": "x"},
            {"from": "+12025550150", "body": ""},
            {"from": "+12025550150", "body": "x", "to": "1"},
        ],
    )
    async def test_impossible_texts_are_refused_with_a_sentence(self, sim, body):
        """409 and what is wrong."""
        answer = await sim.client.post("/_sim/twilio/inbound", json=body)
        assert answer.status_code == 409
        assert len(answer.json()["detail"]) > 20

    async def test_a_reset_leaves_a_fresh_account(self, sim):
        """No messages, no opt-outs."""
        await sim.send()
        await sim.text_in("STOP", to="55501")
        await sim.client.post("/_sim/reset")
        assert (await sim.state("twilio"))["messages_total"] == 0
        assert (await sim.send()).status_code == 201
