"""The pure rules of the Facebook adapter: signatures, batches, comments, matching, tokens."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any, ClassVar

import orjson
import pytest

from app.channels.base import Absent, Found, Media, OutboundPost, Unclear, WebhookRequest
from app.channels.facebook import build_post, is_ours, judge_token
from app.channels.facebook_calls import appsecret_proof
from app.channels.facebook_comments import answer_webhook, following_page, hub_signature, read_comment
from app.errors import ContentRejected, CredentialsRejected, Forbidden, InvalidInput
from tests.channels.made import NOW, PAGE, build, clock, go
from tests.channels.scripted import Scripted, answer

VECTOR = (
    b'{"object":"page","entry":[{"id":"1","time":1700000000,"changes":[{"field":"feed","value":'
    b'{"item":"comment","verb":"add","message":"caf\\u00e9"}}]}]}'
)


def test_the_apps_proof_equals_the_vector() -> None:
    """Lowercase hex HMAC-SHA256 of the token."""
    assert (
        appsecret_proof("app-secret", "PAGE-TOKEN")
        == "b5257d6bda337a16c7c4935f1bc5cfa30985dced6014647c9c95ac322773ad7c"
    )


def change(**value: object) -> dict:
    return {"field": "feed", "value": {"item": "comment", "verb": "add", **value}}


def batch(*changes: dict, page: str = PAGE) -> bytes:
    return orjson.dumps(
        {"object": "page", "entry": [{"id": page, "time": 1_788_000_000, "changes": list(changes)}]}
    )


def told(body: bytes, signature: str | None = None, method: str = "POST", query: dict | None = None):
    given = hub_signature("app-secret", body) if signature is None else signature
    request = WebhookRequest(method, "https://d.example/h", {"X-Hub-Signature-256": given}, query or {}, body)
    return answer_webhook(
        request,
        app_secret="app-secret",
        verify_token="agreed",
        page_id=PAGE,
        site_address="https://www.facebook.com",
        now=NOW,
    )


COMMENT = {
    "comment_id": "5_9",
    "post_id": f"{PAGE}_5",
    "parent_id": f"{PAGE}_5",
    "from": {"id": "8", "name": "Ana"},
    "message": "Is he ok?",
    "created_time": 1_788_000_001,
}


class TestWebhook:
    def test_the_signature_equals_the_vector_on_raw_bytes(self) -> None:
        """The accent is escaped on the wire; only the raw bytes have the right signature."""
        expected = "sha256=63e5a64a412c826815d28c07f4733b5b253b09f196a0c9ad2b2f43b17ee476fb"
        assert hub_signature("app-secret", VECTOR) == expected
        assert hub_signature("app-secret", orjson.dumps(orjson.loads(VECTOR))) != expected

    @pytest.mark.parametrize("signature", ["", "sha256=", "sha1=abc", "sha256=" + "0" * 64, "é"])
    def test_a_wrong_signature_is_forbidden(self, signature: str) -> None:
        """Nothing forged is believed."""
        with pytest.raises(Forbidden):
            told(batch(change(**COMMENT)), signature)

    def test_the_handshake_echoes_the_challenge_only_for_the_agreed_token(self) -> None:
        """Anybody may ask; only the platform knows the word."""
        query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "agreed"}
        assert told(b"", method="GET", query=query).body == b"1158201444"
        for wrong in ({**query, "hub.verify_token": "no"}, {**query, "hub.mode": "x"}, {}):
            with pytest.raises(Forbidden):
                told(b"", method="GET", query=wrong)

    def test_a_batch_is_read_in_order_without_echoes_other_pages_and_unknown_items(self) -> None:
        """Own comments come back, and so do likes and posts; none of them is a reply."""
        body = orjson.dumps(
            {
                "object": "page",
                "entry": [
                    {
                        "id": PAGE,
                        "time": 1_788_000_005,
                        "changes": [
                            change(**COMMENT),
                            change(**{**COMMENT, "comment_id": "5_10", "from": {"id": PAGE}}),
                            {"field": "feed", "value": {"item": "reaction", "verb": "add"}},
                            {"field": "feed", "value": {"item": "status"}},
                            {"field": "mention", "value": {}},
                            change(**{**COMMENT, "comment_id": "5_11", "from": None}),
                            change(**{**COMMENT, "verb": "unhide"}),
                        ],
                    },
                    {"id": "2002", "changes": [change(**COMMENT)]},
                    {"id": PAGE, "time": 1_788_000_006, "changes": [change(**{**COMMENT, "verb": "edited"})]},
                    {"id": PAGE, "time": 1_788_000_007, "changes": [change(**{**COMMENT, "verb": "remove"})]},
                ],
            }
        )
        replies = told(body).inbound.replies
        assert [(r.remote_id, r.event) for r in replies] == [
            ("5_9", "added"),
            ("5_11", "added"),
            ("5_9", "edited"),
            ("5_9", "removed"),
        ]
        assert replies[0].answers == f"{PAGE}_5"
        assert replies[0].text == "Is he ok?"
        assert replies[1].author_id == ""
        assert replies[0].version < replies[2].version < replies[3].version

    def test_a_repeated_batch_has_the_same_ids(self) -> None:
        """Deliveries are repeated; ids make that harmless."""
        body = batch(change(**COMMENT))
        assert told(body).inbound == told(body).inbound

    def test_a_signed_body_that_is_no_batch_is_invalid(self) -> None:
        """Signed nonsense is told apart from forgery."""
        for body in (b"{half", b"[]"):
            with pytest.raises(InvalidInput):
                told(body)


class TestComments:
    def test_a_listed_comment_without_an_author_is_kept(self) -> None:
        """People who never met the app have no name here."""
        item = {"id": "5_9", "message": "Hi", "created_time": "2026-09-01T10:00:00+0000"}
        reply = read_comment(item, f"{PAGE}_5", PAGE, "https://www.facebook.com", NOW)
        assert reply is not None
        assert (reply.author_id, reply.at.hour, reply.answers) == ("", 10, f"{PAGE}_5")

    def test_the_next_page_is_asked_of_us_and_never_of_the_address_given(self) -> None:
        """An address in an answer could point anywhere; only its parameters are used, without its tokens."""
        body = {"data": [], "paging": {"next": "https://evil.example/x?access_token=T&after=abc&limit=9"}}
        assert following_page(body) == {"after": "abc", "limit": "9"}
        assert following_page({"paging": {}}) is None


class TestBuildPost:
    def test_text_one_photo_several_photos_and_an_answer_each_are_one_call(self) -> None:
        """Exactly one call publishes, whatever comes along."""
        photo = Media(b"png", "image/png", "A ward")
        assert build_post(PAGE, OutboundPost("r", "Hi"))[:1] == (f"/{PAGE}/feed",)
        path, form, files = build_post(PAGE, OutboundPost("r", "Hi", media=(photo,)))
        assert (path, form["alt_text_custom"], files) == (
            f"/{PAGE}/photos",
            "A ward",
            {"source": ("picture", b"png", "image/png")},
        )
        up = Media(b"png", "image/png", "A", remote_id="3")
        path, form, files = build_post(PAGE, OutboundPost("r", "Hi", media=(up, up)))
        assert (path, form["attached_media"], files) == (
            f"/{PAGE}/feed",
            '[{"media_fbid":"3"},{"media_fbid":"3"}]',
            None,
        )
        assert build_post(PAGE, OutboundPost("r", "Hi", reply_to="5_9"))[0] == "/5_9/comments"


class TestIsOurs:
    ITEM: ClassVar[dict[str, Any]] = {
        "id": "1",
        "message": "Hello",
        "created_time": "2026-09-01T12:00:01+0000",
    }

    def test_C01_same_words_after_the_start_are_ours(self) -> None:
        """Line ends and normal form aside."""
        assert is_ours(self.ITEM, OutboundPost("r", "Hello"), PAGE, not_before=NOW)
        item = {**self.ITEM, "message": "cafe\u0301\r\nb"}
        assert is_ours(item, OutboundPost("r", "café\nb"), PAGE, not_before=NOW)

    def test_C01_other_words_earlier_times_and_other_authors_are_not(self) -> None:
        """A wrong id is never attached."""
        post = OutboundPost("r", "Hello")
        assert not is_ours({**self.ITEM, "message": "Hello!"}, post, PAGE, not_before=NOW)
        assert not is_ours(self.ITEM, post, PAGE, not_before=NOW + timedelta(seconds=7))
        assert not is_ours({**self.ITEM, "from": {"id": "8"}}, post, PAGE, not_before=NOW)
        assert not is_ours({"message": "Hello"}, post, PAGE, not_before=NOW)
        answer = OutboundPost("r", "Hello", reply_to="5")
        assert not is_ours(self.ITEM, answer, PAGE, not_before=NOW)


class TestJudgeToken:
    GOOD: ClassVar[dict[str, Any]] = {
        "is_valid": True,
        "expires_at": 0,
        "scopes": [
            "pages_manage_posts",
            "pages_read_engagement",
            "pages_read_user_content",
            "pages_manage_engagement",
            "pages_manage_metadata",
        ],
    }

    def test_a_good_token_is_good(self) -> None:
        """Nothing to say."""
        assert judge_token(self.GOOD, PAGE, NOW) == (True, "Facebook accepts the Page's token.")

    def test_missing_permissions_another_page_and_an_end_in_sight_are_told(self) -> None:
        """The board says what to do before it matters."""
        ok, words = judge_token({**self.GOOD, "scopes": ["pages_read_engagement"]}, PAGE, NOW)
        assert not ok
        assert "pages_manage_posts" in words
        assert not judge_token({**self.GOOD, "profile_id": "9"}, PAGE, NOW)[0]
        soon = int((NOW + timedelta(days=2)).timestamp())
        assert "2026-09-03" in judge_token({**self.GOOD, "data_access_expires_at": soon}, PAGE, NOW)[1]

    def test_F28_an_invalid_token_is_refused(self) -> None:
        """The probe fails like a post would."""
        with pytest.raises(CredentialsRejected):
            judge_token({"is_valid": False}, PAGE, NOW)


class TestFind:
    async def look(self, body: object, *, reply_to: str | None = None) -> object:
        async with Scripted([answer(200, body, {"date": "Tue, 01 Sep 2026 12:00:00 GMT"})]) as server:
            adapter = build("facebook", server.origin, clock=clock())
            post = OutboundPost("r", "Hi", reply_to=reply_to)
            return await adapter.find(post, sent_after=NOW, last=True)

    @pytest.mark.parametrize("body", [{}, {"data": None}, {"data": {}}, {"paging": {}}])
    async def test_C01_an_answer_without_a_list_is_no_absence(self, body: dict) -> None:
        """Whoever took it for an empty Page would post again."""
        assert isinstance(await self.look(body), Unclear)
        assert isinstance(await self.look({"data": []}), Absent)

    @pytest.mark.parametrize("there", [True, False])
    async def test_a_deletion_that_was_refused_is_not_called_done(self, there: bool) -> None:
        """The same words are said of a post that does not exist and of one that we may not delete: it is looked up."""
        refused = answer(400, {"error": {"message": "Unsupported", "code": 100, "error_subcode": 33}})
        async with Scripted([refused, answer(200, {"id": f"{PAGE}_5"}) if there else refused]) as server:
            adapter = build("facebook", server.origin, clock=clock())
            if there:
                with pytest.raises(ContentRejected) as said:
                    await adapter.delete(f"{PAGE}_5", may_start=go)
                assert said.value.code == "100/33"
            else:
                await adapter.delete(f"{PAGE}_5", may_start=go)
            await adapter.aclose()
        assert [asked.method for asked in server.asked] == ["DELETE", "GET"]

    async def test_C01_a_clock_that_was_put_back_meanwhile_makes_no_absence(self) -> None:
        """Sent by a clock four minutes fast, looked for by a right one: the same text is there, and never sent again."""
        item = {"id": f"{PAGE}_5", "message": "Hi", "created_time": "2026-09-01T11:56:00+0000"}
        assert isinstance(await self.look({"data": [item]}), Unclear)

    async def test_C01_what_cannot_be_told_apart_is_for_a_person(self) -> None:
        """Our words under the post, without an author; our words on the Page, without a time."""
        item = {"id": "5_9", "message": "Hi", "created_time": "2026-09-01T12:00:01+0000"}
        assert isinstance(await self.look({"data": [item]}, reply_to=f"{PAGE}_5"), Unclear)
        assert isinstance(await self.look({"data": [{**item, "created_time": None}]}), Unclear)
        assert isinstance(await self.look({"data": [item]}), Found)


class TestPolls:
    async def test_a_post_that_was_taken_back_does_not_silence_the_others(self) -> None:
        """Its comments are gone with it; those of the other posts are read all the same, at this and every later poll."""
        gone = answer(400, {"error": {"message": "m", "code": 100, "error_subcode": 33}})
        comment = {"id": "5_9", "message": "Hi", "created_time": "2026-09-01T10:00:00+0000"}
        async with Scripted([gone, answer(200, {"data": [comment]})]) as server:
            adapter = build("facebook", server.origin, clock=clock())
            inbound = await adapter.fetch_replies(cursor=None, watch=[f"{PAGE}_6", f"{PAGE}_5"])
            await adapter.aclose()
        assert [reply.remote_id for reply in inbound.replies] == ["5_9"]

    async def test_more_than_one_poll_can_read_is_read_by_the_next_ones(self) -> None:
        """Fifty pages under one post: each poll goes on where the one before stopped, and none is lost."""
        total = 50

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            n = int(server.asked[-1].query.get("after", "0"))
            item = {"id": f"5_{n}", "message": "Hi", "created_time": f"2026-09-01T10:{n:02}:00+0000"}
            more = {"paging": {"next": f"https://g.example/x?after={n + 1}"}} if n + 1 < total else {}
            writer.write(answer(200, {"data": [item], **more}))
            await writer.drain()

        seen: list[str] = []
        cursor: str | None = None
        async with Scripted([serve]) as server:
            adapter = build("facebook", server.origin, clock=clock())
            for _ in range(3):
                inbound = await adapter.fetch_replies(cursor=cursor, watch=[f"{PAGE}_5"])
                seen += [reply.remote_id for reply in inbound.replies]
                cursor = inbound.cursor
            await adapter.fetch_replies(cursor=cursor, watch=[f"{PAGE}_5"])
            await adapter.aclose()
        assert seen == [f"5_{n}" for n in range(total)]
        assert int(server.asked[total].query["since"]) > 0

    async def test_a_page_that_is_none_any_more_is_a_fresh_start(self) -> None:
        """A stored place may be forgotten at Facebook's; it must not end the reading for ever."""
        refused = answer(400, {"error": {"message": "Invalid cursor", "code": 100}})
        cursor = orjson.dumps({f"{PAGE}_5": {"since": 5000, "top": 6000, "page": {"after": "old"}}}).decode()
        async with Scripted([refused, answer(200, {"data": []})]) as server:
            adapter = build("facebook", server.origin, clock=clock())
            inbound = await adapter.fetch_replies(cursor=cursor, watch=[f"{PAGE}_5"])
            await adapter.aclose()
        assert [asked.query.get("after") for asked in server.asked] == ["old", None]
        assert orjson.loads(inbound.cursor or "") == {f"{PAGE}_5": 6000}

    async def test_a_time_from_the_future_hides_nothing_that_comes_later(self) -> None:
        """It is kept out of the beginning of the next poll."""
        comment = {"id": "5_9", "message": "Hi", "created_time": "2199-09-01T10:00:00+0000"}
        async with Scripted([answer(200, {"data": [comment]})]) as server:
            adapter = build("facebook", server.origin, clock=clock())
            inbound = await adapter.fetch_replies(cursor=None, watch=[f"{PAGE}_5"])
            await adapter.aclose()
        assert orjson.loads(inbound.cursor or "") == {f"{PAGE}_5": 0}
