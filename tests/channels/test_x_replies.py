"""app/channels/x_replies.py and x_stream.py: what the public writes on X, in both spellings."""

from __future__ import annotations

import orjson
import pytest

from app.channels.base import WebhookRequest
from app.channels.x_replies import queries, read_cursor, read_reply
from app.channels.x_signing import webhook_signature
from app.channels.x_stream import answer_webhook, read_event
from app.errors import Forbidden, InvalidInput

OWN = "1720000000000000001"
USERS = {"8": {"id": "8", "name": "Ana", "username": "ana", "profile_image_url": "https://i.example/a.png"}}
ITEM = {
    "id": "30",
    "author_id": "8",
    "text": "Is he &lt;ok&gt;?",
    "created_at": "2026-09-01T12:00:00.000Z",
    "conversation_id": "10",
    "in_reply_to_user_id": OWN,
    "lang": "en",
}


def read(item: dict, watch=("10",)):
    return read_reply(item, USERS, own_id=OWN, site_address="https://x.com", watch=watch)


class TestReadReply:
    @pytest.mark.parametrize("name", ["referenced_posts", "referenced_tweets"])
    def test_a_direct_answer_names_the_part_it_answers(self, name: str) -> None:
        """Both spellings of the reference are read."""
        reply = read({**ITEM, name: [{"type": "replied_to", "id": "12"}]})
        assert reply is not None
        assert (reply.answers, reply.author_handle, reply.text) == ("12", "ana", "Is he <ok>?")
        assert reply.url == "https://x.com/ana/status/30"

    def test_an_answer_to_an_answer_belongs_to_the_root(self) -> None:
        """Somebody answering somebody in our thread is joined to the thread."""
        item = {**ITEM, "in_reply_to_user_id": "9", "referenced_posts": [{"type": "replied_to", "id": "29"}]}
        reply = read(item)
        assert reply is not None
        assert reply.answers == "10"

    def test_a_mention_elsewhere_answers_nothing_of_ours(self) -> None:
        """A plain mention has no update to be joined to."""
        reply = read({**ITEM, "in_reply_to_user_id": "9", "conversation_id": "77"})
        assert reply is not None
        assert reply.answers is None

    @pytest.mark.parametrize("name", ["edit_history_post_ids", "edit_history_tweet_ids"])
    def test_an_edited_reply_keeps_its_first_id_and_counts_its_versions(self, name: str) -> None:
        """An edit upstream has a new id there, and none here."""
        reply = read({**ITEM, "id": "33", name: ["30", "31", "33"]})
        assert reply is not None
        assert (reply.remote_id, reply.event, reply.version) == ("30", "edited", 2)

    def test_our_own_posts_are_left_out_and_an_unknown_author_is_neutral(self) -> None:
        """Echoes are not replies; a missing author does not lose one."""
        assert read({**ITEM, "author_id": OWN}) is None
        reply = read({**ITEM, "author_id": "99"})
        assert reply is not None
        assert (reply.author_handle, reply.url) == ("", "https://x.com/i/status/30")


class TestQueries:
    def test_searches_stay_inside_their_length_and_name_every_root_once(self) -> None:
        """512 characters hold a dozen conversations."""
        roots = [str(1720000000000000000 + i) for i in range(40)]
        asked = queries(roots, "valdora_general")
        assert all(len(q) <= 512 for q in asked)
        assert len(asked) == 4
        assert [sum(r in q for q in asked) for r in roots] == [1] * 40

    def test_one_root_needs_no_brackets_and_none_needs_no_search(self) -> None:
        """Nothing is asked when nothing is watched."""
        assert queries(["5"], "v") == ["conversation_id:5 -from:v -is:retweet"]
        assert queries([], "v") == []

    @pytest.mark.parametrize("cursor", [None, "", "junk", "[]", '{"mentions":5}', '{"mentions":"x"}'])
    def test_an_unreadable_cursor_is_a_fresh_start(self, cursor) -> None:
        """A broken cursor costs a repeat, never a reply."""
        assert read_cursor(cursor) == {}


EVENT = {
    "data": {
        "event_uuid": "e1",
        "filter": {"user_id": OWN},
        "event_type": "post.reply.create",
        "payload": {**ITEM, "referenced_tweets": [{"type": "replied_to", "id": "12"}]},
        "includes": {"users": [USERS["8"]]},
    }
}


class TestEvents:
    def test_a_reply_event_is_a_reply_and_other_events_are_tolerated(self) -> None:
        """Unknown types pass without a word."""
        reply = read_event(EVENT, own_id=OWN, site_address="https://x.com")
        assert reply is not None
        assert (reply.remote_id, reply.answers, reply.author_name) == ("30", "12", "Ana")
        for other in ({}, {"data": []}, {"data": {"event_type": "like.create", "payload": {}}}):
            assert read_event(other, own_id=OWN, site_address="https://x.com") is None


class TestWebhook:
    def answer(self, request: WebhookRequest):
        return answer_webhook(request, "consumer-secret", own_id=OWN, site_address="https://x.com")

    def signed(self, body: bytes, signature: str | None = None) -> WebhookRequest:
        given = webhook_signature("consumer-secret", body) if signature is None else signature
        return WebhookRequest(
            "POST", "https://d.example/h", {"X-Twitter-Webhooks-Signature": given}, {}, body
        )

    def test_a_challenge_is_answered(self) -> None:
        """X asks now and then whether we still hold the secret."""
        request = WebhookRequest("GET", "https://d.example/h", {}, {"crc_token": "challenge_string"}, b"")
        assert b"sha256=S/mG8E9n5SjoGuCqHguvP8K8uuu5ogCPF0dOpIdyZlk=" in self.answer(request).body

    def test_signed_events_are_read_and_forged_ones_are_not(self) -> None:
        """A wrong, missing or odd signature raises Forbidden and nothing is believed."""
        body = orjson.dumps(EVENT)
        assert len(self.answer(self.signed(body)).inbound.replies) == 1
        for signature in ("", "sha256=", "sha256=é", webhook_signature("other", body)):
            with pytest.raises(Forbidden):
                self.answer(self.signed(body, signature))
        with pytest.raises(InvalidInput):
            self.answer(self.signed(b"{half"))
