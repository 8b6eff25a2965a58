"""What the X simulator publishes and refuses: create, threads, edits, deletion, media, and its rules."""

import html
import time

import pytest

from tests.channels.simulators.x_client import x_served

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


class TestCreate:
    async def test_a_post_has_a_snowflake_id_and_rewritten_text(self, x):
        """201; the id holds the milliseconds, the text is escaped and its link shortened."""
        before_ms = time.time() * 1000
        answer = await x.post("Q & A <live> at hospital.org")
        assert answer.status_code == 201
        data = answer.json()["data"]
        assert before_ms - 1 <= (int(data["id"]) >> 22) + 1288834974657 <= time.time() * 1000 + 1
        assert data["text"].startswith("Q &amp; A &lt;live&gt; at https://t.co/")
        assert data["edit_history_post_ids"] == [data["id"]]

    @pytest.mark.parametrize(
        "body",
        [
            {"text": "x", "idempotency_key": "k"},
            {"text": "x", "reply": {"in_reply_to": "1"}},
            {"text": "x", "reply": {"in_reply_to_tweet_id": 17}},
            {"text": "x", "reply_settings": "everyone"},
            {"text": 5},
            {},
            [],
        ],
    )
    async def test_a_body_outside_the_schema_is_400(self, x, body):
        """Unknown keys at any depth, wrong types and nothing to say."""
        answer = await x.call("POST", "/2/tweets", json=body)
        assert (answer.status_code, answer.json()["title"]) == (400, "Invalid Request")
        assert (await x.client.get("/_sim/ledger")).json()["entries"][0]["applied"] is False

    async def test_a_body_that_is_not_json_is_400(self, x):
        """Not a 500."""
        assert (await x.call("POST", "/2/tweets", content=b"\xff{")).status_code == 400

    async def test_280_is_taken_and_281_is_refused(self, x):
        """Weighted: 140 ideographs fill it."""
        assert (await x.post("字" * 140)).status_code == 201
        refused = await x.post("字" * 140 + "a")
        assert refused.status_code == 400
        assert "too long" in refused.text

    async def test_the_same_text_twice_is_403(self, x):
        """Duplicate content, until the first is deleted; a changed counter passes."""
        first = await x.posted("same")
        again = await x.post("same")
        assert (again.status_code, "duplicate content" in again.json()["detail"]) == (403, True)
        assert (await x.post("same 2")).status_code == 201
        await x.call("DELETE", f"/2/tweets/{first}")
        assert (await x.post("same")).status_code == 201

    async def test_two_cashtags_are_403(self, x):
        """One is allowed to self-serve applications."""
        assert (await x.post("$ABC and $DEF")).status_code == 403
        assert (await x.post("$ABC only")).status_code == 201

    async def test_quotes_are_not_for_self_serve(self, x):
        """403 without a reason."""
        assert (await x.post("look", quote_tweet_id="1")).status_code == 403


class TestReplies:
    async def test_a_thread_is_answers_to_oneself(self, x):
        """All parts share the root's conversation."""
        root = await x.posted("1/3")
        second = (await x.reply_to(root, "2/3")).json()["data"]["id"]
        third = (await x.reply_to(second, "3/3")).json()["data"]["id"]
        found = await x.search(f"conversation_id:{root}")
        assert found == [third, second, root]

    async def test_answering_is_only_allowed_when_summoned(self, x):
        """A viewer who answered without a mention cannot be answered; one who mentioned us can."""
        root = await x.posted("hello")
        plain = await x.public("how long?", root)
        summons = await x.public("how long @valdora_general?", root)
        refused = await x.reply_to(plain, "an hour")
        assert refused.status_code == 403
        assert refused.json()["type"].endswith("/not-authorized-for-resource")
        assert (await x.reply_to(summons, "an hour")).status_code == 201

    async def test_a_gone_parent_is_not_visible(self, x):
        """403 in the words of the platform."""
        refused = await x.reply_to("123", "hello?")
        assert (refused.status_code, "deleted or not visible" in refused.json()["detail"]) == (403, True)

    async def test_a_fresh_parent_is_not_visible_for_a_while(self, x):
        """Replication lags; the same call works a little later."""
        await x.fault("parent_not_visible", seconds=3)
        root = await x.posted("1/2")
        assert (await x.reply_to(root, "2/2")).status_code == 403
        await x.sim("/clock", advance_s=3)
        assert (await x.reply_to(root, "2/2")).status_code == 201


class TestDropped:
    async def test_F35_a_post_is_answered_with_an_id_and_is_nowhere(self, x):
        """A yes like any other; no timeline has it, and looked up it is not found."""
        await x.fault("accept_and_drop")
        dropped = await x.posted("dropped")
        assert await x.own_ids() == []
        shown = await x.get("/2/tweets", ids=dropped)
        assert "data" not in shown
        assert [one["resource_id"] for one in shown["errors"]] == [dropped]


class TestEdit:
    async def test_an_edit_has_a_new_id_and_the_history_of_both(self, x):
        """The timeline shows the new one alone, the old one still leads to the history."""
        old = await x.posted("two hurt")
        answer = await x.edit(old, "three hurt")
        new = answer.json()["data"]["id"]
        assert answer.status_code == 201
        assert new != old
        assert answer.json()["data"]["edit_history_post_ids"] == [old, new]
        assert await x.own_ids() == [new]
        shown = await x.get("/2/tweets", ids=old, **{"post.fields": "edit_controls"})
        assert shown["data"][0]["edit_history_post_ids"] == [old, new]
        assert shown["data"][0]["edit_controls"]["edits_remaining"] == 4

    async def test_five_edits_are_all(self, x):
        """The sixth is 403."""
        post_id = await x.posted("v0")
        for n in range(5):
            assert (await x.edit(post_id, f"v{n + 1}")).status_code == 201
        assert (await x.edit(post_id, "v6")).status_code == 403

    async def test_after_an_hour_it_is_too_late(self, x):
        """403 once `editable_until` has passed."""
        post_id = await x.posted("v0")
        await x.sim("/clock", advance_s=3601)
        assert (await x.edit(post_id, "v1")).status_code == 403

    async def test_without_premium_nothing_can_be_edited(self):
        """403 without a reason."""
        async with x_served(premium=False) as x:
            assert (await x.edit(await x.posted("v0"), "v1")).status_code == 403

    async def test_a_part_of_ones_own_thread_can_be_edited(self, x):
        """It is an answer, but to oneself."""
        root = await x.posted("1/2")
        second = (await x.reply_to(root, "2/2")).json()["data"]["id"]
        assert (await x.edit(second, "2/2 corrected")).status_code == 201


class TestDelete:
    async def test_deleting_any_version_deletes_the_chain(self, x):
        """Neither id is found afterwards, and a second delete is 404."""
        old = await x.posted("v0")
        new = (await x.edit(old, "v1")).json()["data"]["id"]
        answer = await x.call("DELETE", f"/2/tweets/{old}")
        assert (answer.status_code, answer.json()) == (200, {"data": {"deleted": True}})
        looked = await x.get("/2/tweets", ids=f"{old},{new}")
        assert "data" not in looked
        assert {error["resource_id"] for error in looked["errors"]} == {old, new}
        again = await x.call("DELETE", f"/2/tweets/{new}")
        assert (again.status_code, again.json()["type"].endswith("/resource-not-found")) == (404, True)

    async def test_others_posts_cannot_be_deleted(self, x):
        """403."""
        theirs = await x.public("mine", await x.posted())
        assert (await x.call("DELETE", f"/2/tweets/{theirs}")).status_code == 403


class TestHide:
    async def test_an_answer_in_ones_conversation_can_be_hidden_and_shown_again(self, x):
        """200 with the new state; elsewhere 403."""
        reply = await x.public("rude", await x.posted())
        for hidden in (True, False):
            answer = await x.call("PUT", f"/2/tweets/{reply}/hidden", json={"hidden": hidden})
            assert answer.json() == {"data": {"hidden": hidden}}
        alone = await x.public("elsewhere", "")
        assert (await x.call("PUT", f"/2/tweets/{alone}/hidden", json={"hidden": True})).status_code == 403
        assert (await x.call("PUT", f"/2/tweets/{reply}/hidden", json={"hidden": "yes"})).status_code == 400


class TestMedia:
    async def upload(self, x, data=PNG):
        return await x.call(
            "POST",
            "/2/media/upload",
            files={"media": ("a.png", data)},
            data={"media_category": "tweet_image"},
        )

    async def test_one_shot_alt_text_and_attach(self, x):
        """The post ends with a link to its picture; the alternative text is kept."""
        media = (await self.upload(x)).json()["data"]
        assert media["media_key"] == "3_" + media["id"]
        alt = {"id": media["id"], "metadata": {"alt_text": {"text": "A ward"}}}
        assert (await x.call("POST", "/2/media/metadata", json=alt)).status_code == 200
        answer = await x.post("Look", media={"media_ids": [media["id"]]})
        assert answer.json()["data"]["text"].startswith("Look https://t.co/")
        (post,) = (await x.client.get("/_sim/state")).json()["x"]["posts"]
        assert post["alt_texts"] == ["A ward"]

    async def test_media_alone_is_enough(self, x):
        """No text needed."""
        media = (await self.upload(x)).json()["data"]
        assert (
            await x.call("POST", "/2/tweets", json={"media": {"media_ids": [media["id"]]}})
        ).status_code == 201

    async def test_in_chunks_with_processing(self, x):
        """Initialize, append, finalize, wait for succeeded; attaching earlier is 400."""
        body = {"media_type": "video/mp4", "total_bytes": 6, "media_category": "tweet_video"}
        media_id = (await x.call("POST", "/2/media/upload/initialize", json=body)).json()["data"]["id"]
        for n, part in enumerate((b"abc", b"def")):
            form = {"data": {"segment_index": str(n)}, "files": {"media": ("c", part)}}
            assert (await x.call("POST", f"/2/media/upload/{media_id}/append", **form)).status_code == 200
        await x.fault("media_processing", seconds=5)
        final = (await x.call("POST", f"/2/media/upload/{media_id}/finalize")).json()["data"]
        assert final["processing_info"]["state"] == "in_progress"
        assert (await x.post("v", media={"media_ids": [media_id]})).status_code == 400
        await x.sim("/clock", advance_s=5)
        status = await x.get("/2/media/upload", command="STATUS", media_id=media_id)
        assert status["data"]["processing_info"]["state"] == "succeeded"
        assert (await x.post("v", media={"media_ids": [media_id]})).status_code == 201

    async def test_a_missing_chunk_and_a_failed_processing_are_told(self, x):
        """400 at finalize; `failed` with an error at status."""
        body = {"media_type": "video/mp4", "total_bytes": 6, "media_category": "tweet_video"}
        media_id = (await x.call("POST", "/2/media/upload/initialize", json=body)).json()["data"]["id"]
        form = {"data": {"segment_index": "0"}, "files": {"media": ("c", b"abc")}}
        await x.call("POST", f"/2/media/upload/{media_id}/append", **form)
        assert (await x.call("POST", f"/2/media/upload/{media_id}/finalize")).status_code == 400
        form = {"data": {"segment_index": "1"}, "files": {"media": ("c", b"def")}}
        await x.call("POST", f"/2/media/upload/{media_id}/append", **form)
        await x.fault("media_fails", times=1)
        await x.call("POST", f"/2/media/upload/{media_id}/finalize")
        info = (await x.get("/2/media/upload", media_id=media_id))["data"]["processing_info"]
        assert (info["state"], "error" in info) == ("failed", True)

    async def test_unknown_used_expired_and_strange_files_are_400(self, x):
        """A media id serves one post, for a day; only pictures are pictures."""
        assert (await x.post("a", media={"media_ids": ["1"]})).status_code == 400
        media_id = (await self.upload(x)).json()["data"]["id"]
        assert (await x.post("b", media={"media_ids": [media_id]})).status_code == 201
        assert (await x.post("c", media={"media_ids": [media_id]})).status_code == 400
        late = (await self.upload(x)).json()["data"]["id"]
        await x.sim("/clock", advance_s=86_401)
        assert (await x.post("d", media={"media_ids": [late]})).status_code == 400
        assert (await self.upload(x, b"MZ not a picture")).status_code == 400


class TestPublic:
    async def test_the_public_answers_edits_and_deletes(self, x):
        """What they do shows in the reads at once."""
        root = await x.posted("hello")
        reply = await x.public("helo?", root)
        edited = (await x.sim("/x/edit", id=reply, text="hello?"))["id"]
        assert [post["id"] for post in (await x.mentions())["data"]] == [edited]
        await x.sim("/x/delete", id=edited)
        assert (await x.mentions()) == {"meta": {"result_count": 0}}

    async def test_answering_nothing_is_409(self, x):
        """A sentence, not a crash."""
        answer = await x.client.post("/_sim/x/reply", json={"handle": "a", "text": "b"})
        assert answer.status_code == 409

    async def test_a_post_by_hand_is_on_the_timeline_and_counts_against_the_cap(self, x):
        """Somebody of the hospital posts past us."""
        await x.fault("cap_per_3_hours", posts=2)
        by_hand = (await x.sim("/x/post", text="by hand"))["id"]
        assert await x.own_ids() == [by_hand]
        assert (await x.post("one")).status_code == 201
        refused = await x.post("two")
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (403, 185)
        await x.sim("/clock", advance_s=10_801)
        assert (await x.post("two")).status_code == 201

    async def test_a_flood_becomes_answers_to_our_newest_post(self, x):
        """Every one is a mention of us."""
        root = await x.posted("hello")
        await x.sim("/flood", platform="x", rate_per_s=400, seconds=0.1)
        found = []
        while len(found) < 40:
            found = await x.search(f"conversation_id:{root} -from:valdora_general", max_results="100")
        assert len(found) == 40


class TestState:
    async def test_text_of_the_public_stays_text(self, x):
        """Raw for our pages to escape, escaped once in the API."""
        root = await x.posted("hello")
        said = "<script>alert('&')</script>"
        await x.public(said, root)
        posts = (await x.client.get("/_sim/state")).json()["x"]["posts"]
        assert posts[1]["raw_text"] == said
        assert html.unescape((await x.mentions())["data"][0]["text"]) == said
