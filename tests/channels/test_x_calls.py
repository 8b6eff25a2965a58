"""X over a socket: tokens that renew, spellings, uploads, edits, polls, streams, with answers as fixtures."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, ClassVar

import orjson
import pytest

from app.channels.base import Absent, Found, Media, OutboundPost, Unclear
from app.channels.x import XAdapter
from app.channels.x_oauth import authorize_url
from app.channels.x_posts import id_at
from app.channels.x_settings import XCredentials, XSettings
from app.errors import ContentRejected, CredentialsRejected, RateLimited, Unavailable
from tests.channels.made import CREATED, NOW, SETTINGS, build, clock, go
from tests.channels.scripted import Reply, Scripted, answer

OWN = SETTINGS["x"]["user_id"]
OAUTH2 = {
    "client_id": "client",
    "user_token": "old",
    "refresh_token": "r1",
    "expires_at": "2026-09-01T14:00:00Z",
    "app_token": "app",
}
TOKENS = answer(200, {"access_token": "new", "refresh_token": "r2", "expires_in": 7200})
UNAUTHORIZED = answer(401, {"title": "Unauthorized", "type": "about:blank", "status": 401})
ME = answer(200, {"data": {"id": OWN, "username": "valdora_general"}})
CREATED_X = answer(*CREATED["x"])


class Kept:
    """Where renewed pairs are stored; remembers how much had been asked when each was."""

    def __init__(self, server: Scripted) -> None:
        self.server = server
        self.pairs: list[tuple[str, str, int]] = []

    async def __call__(self, credentials: XCredentials) -> None:
        assert credentials.user_token is not None
        assert credentials.refresh_token is not None
        self.pairs.append(
            (
                credentials.user_token.get_secret_value(),
                credentials.refresh_token.get_secret_value(),
                len(self.server.asked),
            )
        )


class TestOAuth2:
    async def test_an_expiring_token_is_renewed_and_stored_before_its_first_use(self) -> None:
        """A crash between renewal and use must not lock the account out."""
        async with Scripted([TOKENS, ME]) as server:
            now = clock()
            adapter = build("x", server.origin, clock=now, credentials=OAUTH2)
            kept = Kept(server)
            adapter.when_renewed(kept)
            now.advance(7200 - 30)
            await adapter.probe()
        assert kept.pairs == [("new", "r2", 1)]
        assert server.asked[0].form == {
            "grant_type": "refresh_token",
            "refresh_token": "r1",
            "client_id": "client",
        }
        assert server.asked[1].headers["authorization"] == "Bearer new"

    async def test_a_confidential_client_names_itself_by_basic(self) -> None:
        """Not in the form."""
        async with Scripted([TOKENS, ME]) as server:
            now = clock()
            adapter = build("x", server.origin, clock=now, credentials={**OAUTH2, "client_secret": "s"})
            adapter.when_renewed(Kept(server))
            now.advance(7200)
            await adapter.probe()
        assert server.asked[0].headers["authorization"].startswith("Basic ")
        assert "client_id" not in server.asked[0].form

    async def test_F28_ten_callers_with_a_dead_token_make_one_renewal(self) -> None:
        """A refresh token works once, so one task uses it and nine wait."""

        async def by_token(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            asked = server.asked[-1]
            if asked.path == "/2/oauth2/token":
                await asyncio.sleep(0.02)
                writer.write(TOKENS)
            else:
                writer.write(ME if asked.headers["authorization"] == "Bearer new" else UNAUTHORIZED)
            await writer.drain()

        async with Scripted([by_token]) as server:
            adapter = build("x", server.origin, clock=clock(), credentials=OAUTH2)
            kept = Kept(server)
            adapter.when_renewed(kept)
            probes = await asyncio.gather(*(adapter.probe() for _ in range(10)))
        assert all(probe.ok for probe in probes)
        assert len(kept.pairs) == 1
        assert sum(asked.path == "/2/oauth2/token" for asked in server.asked) == 1

    async def test_a_401_on_a_create_renews_for_the_next_attempt_and_does_not_post_twice(self) -> None:
        """One call can publish; the attempt after it uses the new token."""
        async with Scripted([UNAUTHORIZED, TOKENS, CREATED_X]) as server:
            adapter = build("x", server.origin, clock=clock(), credentials=OAUTH2)
            adapter.when_renewed(Kept(server))
            with pytest.raises(Unavailable) as caught:
                await adapter.publish(OutboundPost("r", "Hi"), may_start=go)
            assert caught.value.code == "token_renewed"
            await adapter.publish(OutboundPost("r", "Hi"), may_start=go)
        assert [asked.path for asked in server.asked] == ["/2/tweets", "/2/oauth2/token", "/2/tweets"]
        assert server.asked[2].headers["authorization"] == "Bearer new"

    async def test_F28_a_refused_renewal_stops_the_channel(self) -> None:
        """A person must connect the account again."""
        refused = answer(400, {"error": "invalid_request", "error_description": "Value passed for the token"})
        async with Scripted([UNAUTHORIZED, refused]) as server:
            adapter = build("x", server.origin, clock=clock(), credentials=OAUTH2)
            adapter.when_renewed(Kept(server))
            with pytest.raises(CredentialsRejected):
                await adapter.publish(OutboundPost("r", "Hi"), may_start=go)

    @pytest.mark.parametrize("meanwhile", [False, True])
    async def test_F28_a_token_that_another_process_has_renewed_is_taken_over(self, meanwhile: bool) -> None:
        """Before we ask, or while we ask and are refused for it: the account stays connected."""
        stored = XCredentials.model_validate({**OAUTH2, "user_token": "new", "refresh_token": "r2"})
        seen = [XCredentials.model_validate(OAUTH2)] if meanwhile else []
        refused = answer(400, {"error": "invalid_request", "error_description": "Value passed for the token"})
        async with Scripted([refused, ME] if meanwhile else [ME]) as server:
            now = clock()
            adapter = build("x", server.origin, clock=now, credentials=OAUTH2)

            async def latest() -> XCredentials:
                return seen.pop() if seen else stored

            adapter.when_renewed(Kept(server), latest)
            now.advance(7200)
            assert (await adapter.probe()).ok
        assert server.asked[-1].headers["authorization"] == "Bearer new"
        assert len(server.asked) == 1 + meanwhile

    async def test_a_pair_that_could_not_be_stored_is_not_lost_and_not_used(self) -> None:
        """The next caller stores it again instead of refreshing with a spent token."""
        async with Scripted([TOKENS, ME]) as server:
            now = clock()
            adapter = build("x", server.origin, clock=now, credentials=OAUTH2)
            tries: list[str] = []

            async def save(credentials: XCredentials) -> None:
                tries.append("x")
                if len(tries) == 1:
                    raise OSError("disk full")

            adapter.when_renewed(save)
            now.advance(7200)
            with pytest.raises(OSError, match="disk full"):
                await adapter.probe()
            await adapter.probe()
        assert [asked.path for asked in server.asked] == ["/2/oauth2/token", "/2/users/me"]

    async def test_without_a_place_to_store_nothing_is_renewed(self) -> None:
        """An unsaved pair would lock us out at the next start."""
        async with Scripted([UNAUTHORIZED]) as server:
            adapter = build("x", server.origin, clock=clock(), credentials=OAUTH2)
            with pytest.raises(CredentialsRejected):
                await adapter.probe()
        assert [asked.path for asked in server.asked] == ["/2/users/me"]

    def test_the_way_to_authorize_carries_a_challenge_and_never_the_verifier(self) -> None:
        """PKCE with S256."""
        settings = XSettings.model_validate(SETTINGS["x"])
        url = authorize_url(
            settings,
            client_id="c",
            redirect_uri="https://d.example/cb",
            state="s",
            # RFC 7636 appendix B
            code_verifier="dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        )
        assert url.startswith("https://x.com/i/oauth2/authorize?response_type=code&")
        assert "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&" in url
        assert "offline.access" in url
        assert "dBjft" not in url


class TestSpelling:
    async def test_a_400_that_names_the_parameter_is_asked_once_more_with_the_other_name(self) -> None:
        """And what worked is kept."""
        refused = answer(
            400,
            {
                "errors": [
                    {"parameters": {"post.fields": ["x"]}, "message": "unknown query parameter [post.fields]"}
                ]
            },
        )
        empty = answer(200, {"meta": {"result_count": 0}})
        async with Scripted([refused, empty]) as server:
            adapter = build("x", server.origin, clock=clock())
            for _ in range(2):
                await adapter.find(OutboundPost("r", "Hi"), sent_after=NOW, last=False)
        first, second, third = (asked.query for asked in server.asked)
        assert "referenced_posts" in first["post.fields"]
        assert "referenced_tweets" in second["tweet.fields"]
        assert "post.fields" not in second
        assert "tweet.fields" in third

    async def test_another_400_is_not_asked_again(self) -> None:
        """Once more is for the spelling alone."""
        async with Scripted(
            [answer(400, {"detail": "since_id is bad", "title": "Invalid Request"})]
        ) as server:
            adapter = build("x", server.origin, clock=clock())
            with pytest.raises(ContentRejected):
                await adapter.find(OutboundPost("r", "Hi"), sent_after=NOW, last=False)
        assert len(server.asked) == 1


class TestFind:
    def page(self, *items: dict, **meta: str) -> Reply:
        return answer(200, {"data": list(items), "meta": meta} if items else {"meta": meta})

    async def look(self, *replies: Reply, last: bool = False):
        async with Scripted(list(replies)) as server:
            adapter = build("x", server.origin, clock=clock())
            return await adapter.find(OutboundPost("r", "Hi"), sent_after=NOW, last=last)

    async def test_C01_absence_is_believed_only_at_the_last_look(self) -> None:
        """The timeline lags behind."""
        assert isinstance(await self.look(self.page()), Unclear)
        assert isinstance(await self.look(self.page(), last=True), Absent)

    async def test_C01_the_right_post_is_found_on_a_later_page(self) -> None:
        """Others may have been made since."""
        ours = {"id": id_at(NOW + timedelta(seconds=1)), "text": "Hi"}
        found = await self.look(
            self.page({"id": id_at(NOW + timedelta(seconds=9)), "text": "Other"}, next_token="n"),
            self.page(ours),
        )
        assert isinstance(found, Found)
        assert found.receipt.remote_id == ours["id"]
        assert found.receipt.url == f"https://x.com/valdora_general/status/{ours['id']}"

    async def test_C01_two_that_look_alike_are_for_a_person(self) -> None:
        """A wrong id is worse than none."""
        items = [{"id": id_at(NOW + timedelta(seconds=s)), "text": "Hi"} for s in (1, 2)]
        assert isinstance(await self.look(self.page(*items), last=True), Unclear)

    async def test_C01_a_clock_of_ours_that_is_ahead_hides_nothing(self) -> None:
        """The platform's Date header corrects ours: 4 minutes ahead, the post is still ours."""
        ours = {"id": id_at(NOW - timedelta(minutes=4) + timedelta(seconds=1)), "text": "Hi"}
        there = {"date": "Tue, 01 Sep 2026 11:56:00 GMT"}
        assert isinstance(await self.look(answer(200, {"data": [ours]}, there)), Found)

    async def test_C01_a_clock_of_ours_that_is_an_hour_ahead_hides_nothing(self) -> None:
        """The question itself left the post out: it is asked again, from where the platform's clock says."""
        ours = {"id": id_at(NOW - timedelta(hours=1) + timedelta(seconds=1)), "text": "Hi"}
        there = {"date": "Tue, 01 Sep 2026 11:00:00 GMT"}
        async with Scripted(
            [answer(200, {"meta": {"result_count": 0}}, there), answer(200, {"data": [ours]}, there)]
        ) as server:
            adapter = build("x", server.origin, clock=clock())
            found = await adapter.find(OutboundPost("r", "Hi"), sent_after=NOW, last=True)
        assert isinstance(found, Found)
        assert found.receipt.remote_id == ours["id"]
        assert (
            int(server.asked[1].query["since_id"]) < int(ours["id"]) < int(server.asked[0].query["since_id"])
        )

    async def test_C01_a_clock_that_was_put_back_meanwhile_makes_no_absence(self) -> None:
        """Sent by a clock four minutes fast, looked for by a right one: the same text is there, and never sent again."""
        ours = {"id": id_at(NOW - timedelta(minutes=4)), "text": "Hi"}
        there = {"date": "Tue, 01 Sep 2026 12:00:00 GMT"}
        assert isinstance(await self.look(answer(200, {"data": [ours]}, there), last=True), Unclear)

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"errors": [{"title": "Authorization Error", "type": "about:blank"}]},
            {"errors": [{"title": "Partial"}], "data": [], "meta": {"result_count": 0}},
            {"meta": {"result_count": 3}},
            {"data": {}, "meta": {"result_count": 0}},
            {"data": "", "meta": []},
        ],
    )
    async def test_C01_an_answer_that_lists_nothing_is_no_absence(self, body: dict) -> None:
        """X answers 200 with errors and no data: whoever took that for an empty timeline would post again."""
        assert isinstance(await self.look(answer(200, body), last=True), Unclear)

    async def test_a_failed_look_says_nothing_about_the_post(self) -> None:
        """It raises and is repeated."""
        with pytest.raises(Unavailable):
            await self.look(answer(503, b"<html>"), last=True)


class TestMedia:
    PNG = Media(b"png", "image/png", "A quiet ward")

    async def test_a_small_picture_goes_up_in_one_call_with_its_description_before_the_post(self) -> None:
        """prepare() does it ahead of the permit; publish() does not do it twice."""
        uploaded = answer(200, {"data": {"id": "77", "media_key": "3_77", "expires_after_secs": 86400}})
        async with Scripted([uploaded, answer(200, {}), CREATED_X]) as server:
            adapter = build("x", server.origin)
            ready = await adapter.prepare(OutboundPost("r", "Hi", media=(self.PNG,)))
            await adapter.publish(ready, may_start=go)
        upload, metadata, create = server.asked
        assert upload.path == "/2/media/upload"
        assert b'name="media_category"\r\n\r\ntweet_image' in upload.body
        assert metadata.json == {"id": "77", "metadata": {"alt_text": {"text": "A quiet ward"}}}
        assert create.json["media"] == {"media_ids": ["77"]}

    async def test_a_large_picture_goes_up_in_pieces(self) -> None:
        """Each piece fits one call."""
        big = Media(b"x" * ((1 << 20) + 5), "image/jpeg", "")
        named = answer(200, {"data": {"id": "78"}})
        async with Scripted([named, answer(200, {"data": {}}), answer(204), named, CREATED_X]) as server:
            adapter = build("x", server.origin)
            await adapter.publish(OutboundPost("r", "Hi", media=(big,)), may_start=go)
        assert [asked.path.removeprefix("/2/media/upload") for asked in server.asked] == [
            "/initialize",
            "/78/append",
            "/78/append",
            "/78/finalize",
            "/2/tweets",
        ]
        assert server.asked[0].json["total_bytes"] == len(big.content)

    async def test_a_picture_still_in_work_is_tried_later_and_nothing_is_posted(self) -> None:
        """Attach only what is ready."""
        pending = answer(200, {"data": {"id": "7", "processing_info": {"state": "pending"}}})
        async with Scripted([pending]) as server:
            adapter = build("x", server.origin)
            with pytest.raises(Unavailable):
                await adapter.publish(OutboundPost("r", "Hi", media=(self.PNG,)), may_start=go)
        assert len(server.asked) == 1

    @pytest.mark.parametrize(
        "media",
        [
            (PNG,) * 5,
            (PNG, Media(b"gif", "image/gif", "")),
            (Media(b"x", "image/tiff", ""),),
            (Media(b"x" * (5 << 20 | 1), "image/png", ""),),
            (Media(b"x", "image/png", "a" * 1001),),
        ],
    )
    async def test_what_x_would_refuse_is_refused_before_any_upload(self, media: tuple[Media, ...]) -> None:
        """Nothing is uploaded for a post that cannot be."""
        async with Scripted([answer(200, {"data": {"id": "7"}})]) as server:
            adapter = build("x", server.origin)
            with pytest.raises(ContentRejected):
                await adapter.publish(OutboundPost("r", "Hi", media=media), may_start=go)
        assert server.asked == []


class TestEditAndDelete:
    def controls(self, versions: dict | None = None, **more: object) -> Reply:
        editable = {
            "is_edit_eligible": True,
            "edits_remaining": 5,
            "editable_until": "2026-09-01T13:00:00.000Z",
        }
        return answer(200, {"data": {"id": "5", "edit_controls": {**editable, **more}, **(versions or {})}})

    async def test_an_edit_asks_first_and_has_a_new_id(self) -> None:
        """X edits by creating."""
        async with Scripted([self.controls(), CREATED_X]) as server:
            adapter = build("x", server.origin, clock=clock())
            receipt = await adapter.edit(OutboundPost("r", "Hi"), "5", may_start=go)
        assert receipt.remote_id == "1950000000000000001"
        assert server.asked[1].json == {"text": "Hi", "edit_options": {"previous_post_id": "5"}}

    @pytest.mark.parametrize(
        "more",
        [
            {"is_edit_eligible": False},
            {"edits_remaining": 0},
            {"editable_until": "2026-09-01T11:59:59.000Z"},
        ],
    )
    async def test_an_edit_that_is_not_allowed_any_more_is_not_tried(self, more: dict) -> None:
        """What the platform says about this post counts, not what a page says about all."""
        async with Scripted([self.controls(**more)]) as server:
            adapter = build("x", server.origin, clock=clock())
            with pytest.raises(ContentRejected) as caught:
                await adapter.edit(OutboundPost("r", "Hi"), "5", may_start=go)
        assert caught.value.code == "not_editable"
        assert len(server.asked) == 1

    @pytest.mark.parametrize("name", ["edit_history_post_ids", "edit_history_tweet_ids"])
    @pytest.mark.parametrize("more", [{}, {"edits_remaining": 0}])
    async def test_D04_an_edit_whose_answer_was_lost_is_found_and_not_made_again(
        self, name: str, more: dict
    ) -> None:
        """The post's newest version says it already; the last edit that X allows may have been that one."""
        now = self.controls(**more, versions={name: ["5", "1950000000000000001"]})
        newest = answer(200, {"data": {"id": "1950000000000000001", "text": "Theatre &amp; ward"}})
        async with Scripted([now, newest]) as server:
            adapter = build("x", server.origin, clock=clock())
            receipt = await adapter.edit(OutboundPost("r", "Theatre & ward"), "5", may_start=go)
        assert receipt.remote_id == "1950000000000000001"
        assert [asked.method for asked in server.asked] == ["GET", "GET"]

    async def test_D04_an_edit_that_X_refuses_because_it_is_there_is_found(self) -> None:
        """X shows the new version late: the look before the try did not see it, the one after the refusal does."""
        there = self.controls(versions={"edit_history_post_ids": ["5", "1950000000000000001"]})
        newest = answer(200, {"data": {"id": "1950000000000000001", "text": "Hi"}})
        refused = answer(403, {"detail": "You are not allowed to create a Tweet with duplicate content."})
        async with Scripted([self.controls(), refused, there, newest]) as server:
            adapter = build("x", server.origin, clock=clock())
            receipt = await adapter.edit(OutboundPost("r", "Hi"), "5", may_start=go)
        assert receipt.remote_id == "1950000000000000001"

    async def test_a_version_in_other_words_is_edited_like_any_post(self) -> None:
        """Somebody changed it by hand, or an earlier correction did."""
        there = self.controls(versions={"edit_history_post_ids": ["5", "7"]})
        newest = answer(200, {"data": {"id": "7", "text": "Ho"}})
        async with Scripted([there, newest, CREATED_X]) as server:
            adapter = build("x", server.origin, clock=clock())
            receipt = await adapter.edit(OutboundPost("r", "Hi"), "5", may_start=go)
        assert receipt.remote_id == "1950000000000000001"
        assert server.asked[2].json == {"text": "Hi", "edit_options": {"previous_post_id": "5"}}

    async def test_an_edit_that_X_refuses_stays_refused_where_the_post_is_unchanged(self) -> None:
        """Looked at once more, with nothing new to see."""
        refused = answer(403, {"detail": "This Post is no longer eligible for editing."})
        async with Scripted([self.controls(), refused, self.controls()]) as server:
            adapter = build("x", server.origin, clock=clock())
            with pytest.raises(ContentRejected):
                await adapter.edit(OutboundPost("r", "Hi"), "5", may_start=go)
        assert [asked.method for asked in server.asked] == ["GET", "POST", "GET"]

    async def test_deleting_what_is_gone_counts_as_deleted_and_a_lost_answer_is_tried_again(self) -> None:
        """Twice deleted is deleted."""
        gone = answer(
            404, {"title": "Not Found Error", "type": "https://api.x.com/2/problems/resource-not-found"}
        )
        async with Scripted([answer(503, b"<html>"), gone]) as server:
            adapter = build("x", server.origin)
            with pytest.raises(Unavailable):
                await adapter.delete("5", may_start=go)
            await adapter.delete("5", may_start=go)
        assert [(asked.method, asked.path) for asked in server.asked] == [("DELETE", "/2/tweets/5")] * 2

    async def test_an_answer_that_may_not_be_given_by_an_app_names_the_way_by_hand(self) -> None:
        """The moderator gets a link instead of a dead end."""
        refused = answer(
            403, {"detail": "only reply to or quote posts where you are mentioned or are the author of"}
        )
        async with Scripted([refused]) as server:
            adapter = build("x", server.origin)
            with pytest.raises(ContentRejected) as caught:
                await adapter.publish(OutboundPost("r", "Hi", reply_to="5"), may_start=go)
        assert "https://x.com/intent/post?in_reply_to=5&text=Hi" in caught.value.detail


class TestReplies:
    ITEM: ClassVar[dict[str, Any]] = {
        "id": id_at(NOW),
        "author_id": "8",
        "text": "Hello",
        "conversation_id": "10",
        "in_reply_to_user_id": OWN,
        "referenced_posts": [{"type": "replied_to", "id": "10"}],
    }
    USERS: ClassVar[dict[str, Any]] = {"users": [{"id": "8", "name": "Ana", "username": "ana"}]}

    async def test_mentions_and_conversations_are_read_once_each_and_joined(self) -> None:
        """The same reply by both ways is one reply, and the cursor moves with a little overlap."""
        page = answer(200, {"data": [self.ITEM], "includes": self.USERS, "meta": {"result_count": 1}})
        async with Scripted([page]) as server:
            adapter = build("x", server.origin, clock=clock())
            first = await adapter.fetch_replies(cursor=None, watch=["10"])
            again = await adapter.fetch_replies(cursor=first.cursor, watch=["10"])
        assert [(r.text, r.author_handle, r.answers) for r in first.replies] == [("Hello", "ana", "10")]
        assert again.replies == first.replies  # inside the overlap; known by id
        mentions, search = server.asked[:2]
        assert mentions.path == f"/2/users/{OWN}/mentions"
        assert search.query["query"] == "conversation_id:10 -from:valdora_general -is:retweet"
        assert server.asked[2].query["since_id"] == id_at(NOW - timedelta(seconds=60))

    async def test_all_pages_are_read(self) -> None:
        """A busy minute has more than a hundred."""
        one = answer(200, {"data": [self.ITEM], "meta": {"next_token": "n"}})
        two = answer(200, {"data": [{**self.ITEM, "id": id_at(NOW - timedelta(seconds=9))}], "meta": {}})
        async with Scripted([one, two]) as server:
            adapter = build("x", server.origin, clock=clock())
            inbound = await adapter.fetch_replies(cursor=None, watch=[])
        assert len(inbound.replies) == 2
        assert server.asked[1].query["pagination_token"] == "n"
        assert inbound.replies[0].at < inbound.replies[1].at

    async def test_more_than_one_poll_can_read_is_read_by_the_next_ones(self) -> None:
        """A gap of 25 pages: each poll goes on below the one before, and then what came meanwhile; none is lost."""
        root = "1950000000000000001"
        ids = [id_at(NOW - timedelta(seconds=n)) for n in range(2500)]  # newest first

        def found(query: dict[str, str]) -> bytes:
            below = int(query.get("next_token") or query.get("until_id") or 10**19)
            chosen = [i for i in ids if int(query["since_id"]) < int(i) < below]
            meta: dict[str, Any] = {"result_count": len(chosen[:100])}
            if len(chosen) > 100:
                meta["next_token"] = chosen[99]
            data = [{"id": i, "text": "Hi", "author_id": "7", "conversation_id": root} for i in chosen[:100]]
            return answer(200, {"data": data, "meta": meta})

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            asked = server.asked[-1]
            writer.write(found(asked.query) if "search" in asked.path else answer(200, {"meta": {}}))
            await writer.drain()

        seen: set[str] = set()
        cursor: str | None = orjson.dumps({"search": id_at(NOW - timedelta(hours=1))}).decode()
        async with Scripted([serve]) as server:
            adapter = build("x", server.origin, clock=clock())
            for poll in range(4):
                inbound = await adapter.fetch_replies(cursor=cursor, watch=[root])
                seen |= {reply.remote_id for reply in inbound.replies}
                cursor = inbound.cursor
                if poll == 0:
                    assert len(seen) == 1000
                    ids.insert(0, id_at(NOW + timedelta(seconds=1)))
            await adapter.aclose()
        assert seen == set(ids)
        assert orjson.loads(cursor or "")["search"] == ids[0]

    async def test_an_id_from_the_future_hides_nothing_that_comes_later(self) -> None:
        """It is kept out of the beginning of the next poll, which would ask for nothing else ever again."""
        odd = {"id": "9" * 19, "text": "Hi", "author_id": "7", "conversation_id": "1"}
        async with Scripted([answer(200, {"data": [odd], "meta": {}})]) as server:
            adapter = build("x", server.origin, clock=clock())
            inbound = await adapter.fetch_replies(cursor=None, watch=["1950000000000000001"])
            await adapter.fetch_replies(cursor=inbound.cursor, watch=["1950000000000000001"])
            await adapter.aclose()
        latest = int(id_at(NOW))
        assert all(int(asked.query["since_id"]) < latest for asked in server.asked)

    async def test_only_what_is_named_as_missing_is_gone(self) -> None:
        """A short answer is no proof of absence."""
        body = {"data": [{"id": "1"}], "errors": [{"resource_id": "2", "title": "Not Found Error"}]}
        async with Scripted([answer(200, body)]) as server:
            adapter = build("x", server.origin, clock=clock())
            inbound = await adapter.recheck(["1", "2", "3"])
        assert [(r.remote_id, r.event) for r in inbound.replies] == [("2", "removed")]


def streamed(*lines: bytes) -> Reply:
    async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n")
        for line in lines:
            writer.write(line)
            await writer.drain()

    return reply


class TestStream:
    EVENT: ClassVar[dict[str, Any]] = {
        "data": {
            "event_uuid": "e1",
            "event_type": "post.reply.create",
            "payload": TestReplies.ITEM,
            "includes": {},
        }
    }

    async def collect(self, stream: AsyncIterator) -> list:
        return [reply async for inbound in stream for reply in inbound.replies]

    async def test_subscriptions_are_made_and_repeats_keepalives_and_strangers_pass(self) -> None:
        """A missing author is looked up once; a line cut in the middle loses nothing else."""
        event = orjson.dumps(self.EVENT)
        other = orjson.dumps({"data": {**self.EVENT["data"], "event_uuid": "e2"}})
        lines = [
            b"\r\n",
            event + b"\r\n",
            event + b"\r\n",
            b'{"strange":1}\r\n',
            other + b"\r\n",
            b'{"data":',
        ]
        user = answer(200, {"data": {"id": "1"}, "includes": TestReplies.USERS})
        replies = [
            answer(200, {}),
            answer(201, {"data": {}}),
            answer(201, {"data": {}}),
            streamed(*lines),
            user,
        ]
        async with Scripted(list(replies)) as server:
            adapter = build("x", server.origin, clock=clock(), credentials=OAUTH2)
            assert isinstance(adapter, XAdapter)
            found = await self.collect(adapter.stream_replies())
        assert [(r.author_handle, r.text) for r in found] == [("ana", "Hello")] * 2
        assert [asked.headers["authorization"] for asked in server.asked[:4]] == [
            "Bearer app",
            "Bearer old",
            "Bearer old",
            "Bearer app",
        ]
        assert [asked.json["event_type"] for asked in server.asked[1:3]] == [
            "post.reply.create",
            "post.mention.create",
        ]
        assert len(server.asked) == 5

    async def test_an_announced_end_raises(self) -> None:
        """The caller reconnects and repairs by polling."""
        gone = orjson.dumps({"errors": [{"title": "operational-disconnect"}]}) + b"\r\n"
        async with Scripted([answer(200, {}), answer(201, {}), answer(201, {}), streamed(gone)]) as server:
            adapter = build("x", server.origin, clock=clock(), credentials=OAUTH2)
            with pytest.raises(Unavailable):
                await self.collect(adapter.stream_replies())


class TestWindows:
    LIMITED = answer(
        429,
        {"title": "Too Many Requests", "type": "about:blank"},
        {
            "date": "Tue, 01 Sep 2026 12:00:00 GMT",
            "x-rate-limit-limit": "5",
            "x-rate-limit-remaining": "0",
            "x-rate-limit-reset": str(int(NOW.timestamp()) + 600),
        },
    )

    @pytest.mark.parametrize("what", ["delete", "edit", "find", "publish"])
    async def test_G8_only_a_window_of_posting_keeps_posts_waiting(self, what: str) -> None:
        """Deletions and readings have limits of their own: a full one must not keep a correction waiting 10 minutes."""
        post = OutboundPost("r", "Hi")
        async with Scripted([self.LIMITED]) as server:
            adapter = build("x", server.origin, clock=clock())
            calls = {
                "delete": lambda: adapter.delete("1950000000000000001", may_start=go),
                "edit": lambda: adapter.edit(post, "1950000000000000001", may_start=go),
                "find": lambda: adapter.find(post, sent_after=NOW, last=True),
                "publish": lambda: adapter.publish(post, may_start=go),
            }
            with pytest.raises(RateLimited) as caught:
                await calls[what]()
            await adapter.aclose()
        assert caught.value.retry_after_s == 600
        assert caught.value.holds_channel is (what == "publish")
        assert bool(caught.value.limits) is (what == "publish")
