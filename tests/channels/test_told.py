"""What the platforms tell of their own accord, over real sockets: webhooks as the simulators sign them, and X's stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from app.channels.base import DeviceReceipt, Inbound, InboundReply, Media, TakesWebhooks, WebhookRequest
from app.channels.registry import kind
from app.channels.simulators.facebook.settings import FacebookSettings
from app.channels.simulators.settings import SimulatorSettings
from app.channels.x import XAdapter
from app.clock import ManualClock, SystemClock
from app.errors import Forbidden, RateLimited
from app.http import Client
from tests.channels.made import go
from tests.channels.scripted import Asked, Scripted, answer
from tests.channels.stages import PHONE, Stage, stage


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something to have happened on the other side of a socket."""
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.01)


class Desk:
    """A receiver that hands every webhook to the adapter and answers what the adapter says."""

    def __init__(self) -> None:
        self.adapter: Any = None
        self.inbound: list[Inbound] = []
        self.forged = 0
        self.requests: list[WebhookRequest] = []
        self.server = Scripted([self.answer])

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked: Asked = self.server.asked[-1]
        url = self.server.origin + asked.target
        request = WebhookRequest(asked.method, url, asked.headers, asked.query, asked.body)
        self.requests.append(request)
        try:
            said = self.adapter.parse_webhook(request)
        except Forbidden:
            self.forged += 1
            writer.write(answer(403))
        else:
            self.inbound.append(said.inbound)
            writer.write(answer(said.status, said.body, {"content-type": said.media_type}))
        await writer.drain()

    @property
    def replies(self) -> list[InboundReply]:
        return [reply for inbound in self.inbound for reply in inbound.replies]

    @property
    def receipts(self) -> list[DeviceReceipt]:
        return [receipt for inbound in self.inbound for receipt in inbound.receipts]


@asynccontextmanager
async def told(name: str, **settings: Any) -> AsyncIterator[tuple[Stage, Desk, Any]]:
    desk = Desk()
    async with stage(name) as here, desk.server as server:
        if name == "twilio":
            settings["callback_address"] = f"{server.origin}/hooks/7"
        desk.adapter = here.adapter(**settings)
        platform: Any = here.app.platforms[name]
        await platform.install_webhook(f"{server.origin}/hooks/7")
        yield here, desk, desk.adapter
        await desk.adapter.aclose()


class TestFacebook:
    async def test_the_handshake_and_a_comment_with_accents_arrive(self) -> None:
        """The body has its accents escaped; the signature is on the raw bytes."""
        async with told("facebook") as (here, desk, adapter):
            assert isinstance(adapter, TakesWebhooks)
            receipt = await adapter.publish(here.post("Ask us"), may_start=go)
            comment_id = here.speak("Wie geht’s ihm? — Zoë", receipt.remote_id)
            await until(lambda: bool(desk.replies))
            (reply,) = desk.replies
        assert (reply.remote_id, reply.text) == (comment_id, "Wie geht’s ihm? — Zoë")
        assert (reply.answers, reply.event) == (receipt.remote_id, "added")
        assert desk.requests[0].method == "GET"

    async def test_edits_and_removals_upstream_arrive_and_our_own_answers_do_not(self) -> None:
        """What the page itself says under its post comes back as an echo."""
        async with told("facebook") as (here, desk, adapter):
            receipt = await adapter.publish(here.post("Ask us"), may_start=go)
            comment_id = here.speak("Where?", receipt.remote_id)
            await adapter.publish(here.post("Here.", reply_to=comment_id), may_start=go)
            async with httpx.AsyncClient(timeout=30, trust_env=False) as hands:
                control = f"{here.origin}/_sim/facebook"
                await hands.post(f"{control}/edit", json={"comment_id": comment_id, "text": "Where exactly?"})
                await hands.post(f"{control}/remove", json={"comment_id": comment_id})
            await until(lambda: any(r.event == "removed" for r in desk.replies))
            events = {(r.remote_id, r.event) for r in desk.replies}
        assert events == {(comment_id, e) for e in ("added", "edited", "removed")}

    async def test_a_forged_webhook_is_refused(self) -> None:
        """Nothing of it is believed."""
        async with told("facebook") as (here, desk, adapter):
            receipt = await adapter.publish(here.post("Ask us"), may_start=go)
            here.arm("webhook_forged", times=None)
            here.speak("I am not signed", receipt.remote_id)
            await until(lambda: desk.forged > 0)
            assert desk.replies == []

    async def test_photos_are_one_published_post(self) -> None:
        """One photo travels with its post; two go up unpublished first."""
        photo = Media(PNG, "image/png", "A ward")
        async with told("facebook") as (here, _, adapter):
            for count in (1, 2):
                post = here.post(f"{count} pictures", media=(photo,) * count)
                receipt = await adapter.publish(await adapter.prepare(post), may_start=go)
                state: Any = here.app.platforms["facebook"].state()
                assert state["posts"][0]["id"] == receipt.remote_id
                assert state["posts"][0]["photos"] == ["A ward"] * count
            assert len(state["posts"]) == 2

    async def test_F24_reading_comments_leaves_the_rest_of_the_budget_to_posts(self) -> None:
        """A poll costs a call for each post: an hour of polls used up a quiet Page's day, and no emergency got through."""
        budget = SimulatorSettings(facebook=FacebookSettings(call_budget=100, usage_after_calls=1))
        async with stage("facebook", budget) as here:
            adapter: Any = here.adapter()
            roots = [
                (await adapter.publish(here.post(f"Part {n}"), may_start=go)).remote_id for n in range(8)
            ]
            said = {here.speak(f"Question under {root}", root) for root in roots}
            cursor, heard, polls = None, set(), 0
            refused: RateLimited | None = None
            while polls < 50:
                try:
                    inbound = await adapter.fetch_replies(cursor=cursor, watch=roots)
                except RateLimited as exc:
                    refused = exc
                    break
                cursor, polls = inbound.cursor, polls + 1
                heard |= {reply.remote_id for reply in inbound.replies}
            assert polls > 5
            assert heard == said
            assert refused is not None
            assert refused.retry_after_s > 60
            assert not refused.holds_channel
            asked = len(here.ledger())
            with pytest.raises(RateLimited):
                await adapter.fetch_replies(cursor=cursor, watch=roots)
            assert len(here.ledger()) == asked, "not even one call"
            assert 75 <= here.app.platforms["facebook"].usage.percent(here.app.world.clock.epoch_s()) < 80
            assert (await adapter.publish(here.post("Leave now"), may_start=go)).remote_id
            await adapter.aclose()

    async def test_F24_a_reading_that_was_broken_off_goes_on_where_it_was(self) -> None:
        """Of the posts that were not read nothing is forgotten, and a post's later pages come with the next poll."""
        async with stage("facebook") as here:
            clock = ManualClock(datetime.now(UTC))
            adapter: Any = here.adapter(clock=clock)
            roots = [
                (await adapter.publish(here.post(f"Part {n}"), may_start=go)).remote_id for n in range(3)
            ]
            said = {here.speak(f"Question {n}", roots[n % 3]) for n in range(360)}
            here.arm("usage", times=None, percent=90)
            cursor, heard = None, set()
            for _ in range(12):
                inbound = await adapter.fetch_replies(cursor=cursor, watch=roots)
                cursor = inbound.cursor
                heard |= {reply.remote_id for reply in inbound.replies}
                with pytest.raises(RateLimited):
                    await adapter.fetch_replies(cursor=cursor, watch=roots)
                if heard == said:
                    break
                clock.advance(301)
            await adapter.aclose()
        assert heard == said

    async def test_ranked_empty_and_nameless_pages_lose_no_comment(self) -> None:
        """Three oddities of the list at once."""
        async with stage("facebook") as here:
            adapter: Any = here.adapter()
            receipt = await adapter.publish(here.post("Ask us"), may_start=go)
            said = {here.speak(f"Question {n}", receipt.remote_id) for n in range(130)}
            for fault in ("ranked_comments", "missing_from", "empty_page"):
                here.arm(fault, times=None if fault != "empty_page" else 1)
            inbound = await adapter.fetch_replies(cursor=None, watch=[receipt.remote_id])
            await adapter.aclose()
        assert {reply.remote_id for reply in inbound.replies} == said
        assert [r.at for r in inbound.replies] == sorted(r.at for r in inbound.replies)


class TestTwilio:
    async def test_status_callbacks_bring_the_ref_home_and_end_in_delivered(self) -> None:
        """Whatever their order, the highest rank is the truth."""
        async with told("twilio") as (here, desk, adapter):
            receipt = await adapter.publish(here.post("Road closed"), may_start=go)
            await until(lambda: any(r.state == "delivered" for r in desk.receipts))
            assert {r.ref for r in desk.receipts} == {"d1.1"}
            assert {r.remote_id for r in desk.receipts} == {receipt.remote_id}
            assert max(desk.receipts, key=lambda r: r.rank).state == "delivered"

    async def test_D04_a_callback_names_the_message_whose_answer_was_lost(self) -> None:
        """The ref in the query is how an unknown outcome settles within a second."""
        async with told("twilio") as (here, desk, adapter):
            here.arm("drop_after")
            with suppress(Exception):
                await adapter.publish(here.post("Road closed"), may_start=go)
            await until(lambda: bool(desk.receipts))
            assert desk.receipts[0].ref == "d1.1"
            assert desk.receipts[0].remote_id == here.published()[0].remote_id

    async def test_what_phones_do_not_get_has_its_reason(self) -> None:
        """Per recipient, in words."""
        async with told("twilio") as (here, desk, adapter):
            here.arm("bad_receipt", code="30003")
            await adapter.publish(here.post("Road closed"), may_start=go)
            await until(lambda: any(r.state == "rejected" for r in desk.receipts))
            refused = max(desk.receipts, key=lambda r: r.rank)
        assert (refused.code, refused.state) == ("30003", "rejected")
        assert refused.words

    async def test_answers_and_stop_words_of_phones_arrive(self) -> None:
        """An answer is a reply; STOP is an opt-out, and the next message to that phone is refused for ever."""
        async with told("twilio") as (here, desk, adapter):
            await adapter.publish(here.post("Road closed"), may_start=go)
            here.speak("Which road? 🚧", PHONE)
            await until(lambda: bool(desk.replies))
            assert (desk.replies[0].text, desk.replies[0].author_id) == ("Which road? 🚧", PHONE)
            here.speak("Stop", PHONE)
            await until(lambda: any(inbound.opt_outs for inbound in desk.inbound))
            (opt_out,) = [o for inbound in desk.inbound for o in inbound.opt_outs]
            assert (opt_out.number, opt_out.stopped) == (PHONE, True)
            with pytest.raises(Exception, match="STOP") as caught:
                await adapter.publish(here.post("Road open"), may_start=go)
            assert getattr(caught.value, "opted_out", False) is True

    async def test_a_forged_callback_is_refused(self) -> None:
        """Nothing of it is believed."""
        async with told("twilio") as (here, desk, adapter):
            here.arm("webhook_forged", times=None)
            await adapter.publish(here.post("Road closed"), may_start=go)
            await until(lambda: desk.forged > 0)
            assert desk.receipts == []

    async def test_a_repeated_webhook_says_the_same_again(self) -> None:
        """Ids make repeats harmless."""
        async with told("twilio") as (here, desk, adapter):
            await adapter.publish(here.post("Road closed"), may_start=go)
            await until(lambda: any(r.state == "delivered" for r in desk.receipts))
            for request in desk.requests:
                again = adapter.parse_webhook(request).inbound
                assert again.receipts[0] in desk.receipts

    async def test_a_text_can_be_redacted_and_what_is_out_is_too_late_to_cancel(self) -> None:
        """Redacting blanks what Twilio keeps."""
        async with told("twilio") as (here, desk, adapter):
            receipt = await adapter.publish(here.post("Road closed"), may_start=go)
            await until(lambda: any(r.state == "delivered" for r in desk.receipts))
            assert await adapter.cancel(receipt.remote_id) is False
            await adapter.redact(receipt.remote_id)
            assert "Road closed" not in str(here.app.platforms["twilio"].state())

    async def test_a_service_sends_from_its_pool(self) -> None:
        """Segments are unknown until a sender is chosen."""
        async with stage("twilio") as here:
            given: Any = here.app.platforms["twilio"].credentials()
            adapter: Any = here.adapter(
                from_number=None, messaging_service_sid=given["messaging_service_sid"]
            )
            receipt = await adapter.publish(here.post("Road closed"), may_start=go)
            await adapter.aclose()
            assert receipt.remote_id == here.published()[0].remote_id


async def handed_out(here: Stage) -> dict[str, Any]:
    """OAuth 2.0 credentials of the simulated account."""
    given: Any = here.app.platforms["x"].credentials()
    async with httpx.AsyncClient(timeout=30, trust_env=False) as hands:
        pair = (await hands.post(f"{here.origin}/_sim/x/token", json={})).json()
    return {
        "client_id": given["client_id"],
        "client_secret": given["client_secret"],
        "user_token": pair["access_token"],
        "refresh_token": pair["refresh_token"],
        "app_token": given["bearer_token"],
    }


class TestX:
    async def test_a_thread_is_a_chain_of_answers_to_ourselves(self) -> None:
        """Each part names the one before."""
        async with stage("x") as here:
            adapter: Any = here.adapter()
            parent = None
            for n in (1, 2, 3):
                receipt = await adapter.publish(here.post(f"Part ({n}/3)", reply_to=parent), may_start=go)
                parent = receipt.remote_id
            await adapter.aclose()
            assert [entry.text for entry in here.published()] == ["Part (1/3)", "Part (2/3)", "Part (3/3)"]

    async def test_D04_a_lost_part_of_a_thread_is_found_by_its_parent(self) -> None:
        """Same words under another parent are not it."""
        async with stage("x") as here:
            adapter: Any = here.adapter()
            root = await adapter.publish(here.post("Root"), may_start=go)
            post = here.post("(2/2) End", reply_to=root.remote_id)
            here.arm("drop_after")
            with suppress(Exception):
                await adapter.publish(post, may_start=go)
            started = SystemClock().now().replace(microsecond=0)
            found = await adapter.find(post, sent_after=started, last=True)
            other = await adapter.find(here.post("(2/2) End"), sent_after=started, last=True)
            await adapter.aclose()
            assert found.receipt.remote_id == here.published()[-1].remote_id
            assert not hasattr(other, "receipt")

    async def test_F28_an_oauth2_token_that_expires_is_renewed_and_stored(self) -> None:
        """Posting goes on, with the pair that was stored."""
        async with stage("x") as here:
            adapter: Any = here.adapter(credentials=await handed_out(here))
            stored: list[Any] = []

            async def save(credentials: Any) -> None:
                stored.append(credentials)

            adapter.when_renewed(save)
            await adapter.publish(here.post("Before"), may_start=go)
            here.advance(7201)
            with pytest.raises(Exception, match="renewed"):
                await adapter.publish(here.post("After"), may_start=go)
            await adapter.publish(here.post("After"), may_start=go)
            assert len(stored) == 1
            await adapter.aclose()
            # A process that starts again with what was stored gets on, too.
            made = kind("x")
            given: Any = here.app.platforms["x"].credentials()
            again: Any = made.build(
                made.settings.model_validate(
                    {
                        "base_address": f"{here.origin}/x",
                        "username": given["username"],
                        "user_id": given["user_id"],
                    }
                ),
                stored[0],
                Client(),
                SystemClock(),
            )
            await again.publish(here.post("Later"), may_start=go)
            await again.aclose()

    async def test_pictures_with_descriptions_are_attached(self) -> None:
        """Uploaded first, then named by the post."""
        async with stage("x") as here:
            adapter: Any = here.adapter()
            big = Media(PNG + b"\0" * (1 << 20), "image/png", "Large")
            post = here.post("Two pictures", media=(Media(PNG, "image/png", "A ward"), big))
            await adapter.publish(await adapter.prepare(post), may_start=go)
            await adapter.aclose()
            assert len(here.published()) == 1
            assert "media.metadata" in [entry.action for entry in here.ledger()]

    @pytest.mark.parametrize("spelling", ["new", "old", "both"])
    async def test_both_spellings_are_understood_in_answers_and_requests(self, spelling: str) -> None:
        """Renamed fields lose neither a reply nor an author."""
        async with stage("x") as here:
            here.arm("field_spelling", times=None, answers=spelling, requests=spelling)
            adapter: Any = here.adapter()
            receipt = await adapter.publish(here.post("Ask us"), may_start=go)
            reply_id = here.speak("Where?", receipt.remote_id)
            inbound = await adapter.fetch_replies(cursor=None, watch=[receipt.remote_id])
            await adapter.aclose()
        (reply,) = inbound.replies
        assert (reply.remote_id, reply.answers, reply.author_handle) == (reply_id, receipt.remote_id, "ana")

    @pytest.mark.parametrize("fault", [None, "stream_duplicate", "stream_unknown", "stream_no_includes"])
    async def test_the_stream_brings_each_reply_as_it_is_written(self, fault: str | None) -> None:
        """Subscribed, joined, named, once."""
        async with stage("x") as here:
            adapter: Any = here.adapter(credentials=await handed_out(here))
            assert isinstance(adapter, XAdapter)
            receipt = await adapter.publish(here.post("Ask us"), may_start=go)
            if fault:
                here.arm(fault, times=None)
            found: list[InboundReply] = []

            async def listen() -> None:
                async for inbound in adapter.stream_replies():
                    found.extend(inbound.replies)

            task = asyncio.create_task(listen())
            await until(lambda: any(e.action == "activity.stream" for e in here.ledger()) or task.done())
            ids = [here.speak(f"Where? {n}", receipt.remote_id) for n in range(5)]
            await until(lambda: {r.remote_id for r in found} >= set(ids) or task.done())
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            await adapter.aclose()
        assert {r.remote_id for r in found} == set(ids)
        assert {r.author_handle for r in found} == {"ana"}
        assert {r.answers for r in found} == {receipt.remote_id}

    async def test_a_reply_removed_upstream_is_told_by_asking_again(self) -> None:
        """What is deleted there must not stay here."""
        async with stage("x") as here:
            adapter: Any = here.adapter()
            receipt = await adapter.publish(here.post("Ask us"), may_start=go)
            ids = [here.speak(f"Where? {n}", receipt.remote_id) for n in range(3)]
            async with httpx.AsyncClient(timeout=30, trust_env=False) as hands:
                await hands.post(f"{here.origin}/_sim/x/delete", json={"id": ids[1]})
            inbound = await adapter.recheck(ids)
            await adapter.aclose()
        assert [(r.remote_id, r.event) for r in inbound.replies] == [(ids[1], "removed")]

    async def test_a_reply_edited_upstream_is_told_under_its_first_id(self) -> None:
        """An edit is a post of its own there; here it is the same reply with other words."""
        async with stage("x") as here:
            adapter: Any = here.adapter()
            receipt = await adapter.publish(here.post("Ask us"), may_start=go)
            ids = [here.speak(f"Where? {n}", receipt.remote_id) for n in range(3)]
            async with httpx.AsyncClient(timeout=30, trust_env=False) as hands:
                await hands.post(f"{here.origin}/_sim/x/edit", json={"id": ids[1], "text": "Where else?"})
            inbound = await adapter.recheck(ids)
            await adapter.aclose()
        assert [(r.remote_id, r.event, r.text, r.version) for r in inbound.replies] == [
            (ids[1], "edited", "Where else?", 1)
        ]


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001"
    "e221bc330000000049454e44ae426082"
)
