"""app/channels/x_posts.py: what is sent, and whether a post on the timeline is the one that was sent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.channels.base import Media, OutboundPost
from app.channels.x_posts import create_body, created_at, full_text, id_at, intent_url, is_ours, read_id
from tests.channels.made import NOW

ID = id_at(NOW + timedelta(seconds=1))


def listed(text: str, **more: object) -> dict:
    return {"id": ID, "text": text, **more}


class TestCreateBody:
    def test_only_what_is_needed_is_sent(self) -> None:
        """X refuses unknown and empty members."""
        assert create_body(OutboundPost("r", "Hi")) == {"text": "Hi"}

    def test_a_part_names_its_parent_and_its_pictures(self) -> None:
        """A thread is a chain of replies to ourselves."""
        media = Media(b"x", "image/png", "alt", remote_id="9")
        assert create_body(OutboundPost("r", "Hi", reply_to="5", media=(media,))) == {
            "text": "Hi",
            "reply": {"in_reply_to_tweet_id": "5"},
            "media": {"media_ids": ["9"]},
        }

    def test_an_edit_names_what_it_replaces(self) -> None:
        """Editing is creating with a predecessor."""
        body = create_body(OutboundPost("r", "Hi", reply_to="5"), previous_id="7")
        assert body == {"text": "Hi", "edit_options": {"previous_post_id": "7"}}


class TestReadId:
    @pytest.mark.parametrize(
        "body",
        [{}, {"data": None}, {"data": []}, {"data": {"id": 5}}, {"data": {"id": "x"}}, {"data": {"id": ""}}],
    )
    def test_an_answer_without_a_believable_id_has_none(self, body: dict) -> None:
        """Nothing but digits in a string is an id."""
        assert read_id(body) is None


class TestIsOurs:
    def test_a_snowflake_tells_its_time(self) -> None:
        """Ids carry milliseconds; the two directions agree."""
        assert created_at(id_at(NOW)) == NOW

    @pytest.mark.parametrize(
        ("sent", "there"),
        [
            ("Plain", listed("Plain")),
            ("a & b < c > d", listed("a &amp; b &lt; c &gt; d")),
            ("literal &lt;", listed("literal &amp;lt;")),
            ("cafe\u0301", listed("café")),
            ("café", listed("cafe\u0301")),
            ("line\n\nline", listed("line\n\nline")),
            (
                "see https://h.example.org/live now",
                listed(
                    "see https://t.co/abc now",
                    entities={
                        "urls": [{"url": "https://t.co/abc", "expanded_url": "https://h.example.org/live"}]
                    },
                ),
            ),
            (
                "see hospital.org",
                listed(
                    "see https://t.co/abc",
                    entities={"urls": [{"url": "https://t.co/abc", "expanded_url": "http://hospital.org/"}]},
                ),
            ),
            (
                "with picture",
                listed(
                    "with picture https://t.co/pic",
                    entities={
                        "urls": [
                            {
                                "url": "https://t.co/pic",
                                "expanded_url": "https://x.com/v/status/1/photo/1",
                                "media_key": "3_1",
                            }
                        ]
                    },
                ),
            ),
            ("long " * 80, listed("long long…", note_post={"text": ("long " * 80).strip()})),
            ("long " * 80, listed("long long…", note_tweet={"text": ("long " * 80).strip()})),
        ],
        ids=lambda value: value[:12] if isinstance(value, str) else None,
    )
    def test_C01_what_x_does_to_a_text_is_seen_through(self, sent: str, there: dict) -> None:
        """t.co links, entities, normal form, picture links and long posts do not hide our own post."""
        assert is_ours(there, OutboundPost("r", sent), not_before=NOW)

    @pytest.mark.parametrize(
        ("post", "there"),
        [
            (OutboundPost("r", "A [1]"), listed("A [2]")),
            (OutboundPost("r", "A"), {"id": id_at(NOW - timedelta(seconds=6)), "text": "A"}),
            (OutboundPost("r", "A"), listed("A", referenced_posts=[{"type": "replied_to", "id": "5"}])),
            (OutboundPost("r", "A", reply_to="5"), listed("A")),
            (
                OutboundPost("r", "A", reply_to="5"),
                listed("A", referenced_tweets=[{"type": "replied_to", "id": "6"}]),
            ),
            (OutboundPost("r", "A"), {"id": "x", "text": "A"}),
            (OutboundPost("r", "A"), {"text": "A"}),
        ],
    )
    def test_C01_another_text_an_older_post_and_another_parent_are_not_ours(self, post, there) -> None:
        """A wrong id is never attached."""
        assert not is_ours(there, post, not_before=NOW)

    @pytest.mark.parametrize("name", ["referenced_posts", "referenced_tweets"])
    def test_a_reply_is_ours_under_both_spellings_with_the_mention_x_puts_in_front(self, name: str) -> None:
        """The automatic mention of the person answered is not ours."""
        there = listed("@ana thanks", **{name: [{"type": "replied_to", "id": "5"}]})
        assert is_ours(there, OutboundPost("r", "thanks", reply_to="5"), not_before=NOW)

    def test_an_unknown_link_stays_what_it_is(self) -> None:
        """Without an entity a t.co address is text."""
        assert full_text(listed("https://t.co/abc")) == "https://t.co/abc"


def test_the_link_for_answering_by_hand_is_escaped() -> None:
    """A person can send what an app may not."""
    post = OutboundPost("r", "a&b #c", reply_to="5")
    assert intent_url("https://x.com", post) == "https://x.com/intent/post?in_reply_to=5&text=a%26b%20%23c"
