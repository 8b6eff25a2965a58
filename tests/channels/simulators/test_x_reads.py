"""What the X simulator shows: fields and spellings, paging, lag, search."""

import pytest


class TestFields:
    async def test_defaults_are_id_text_and_history_and_nothing_empty(self, x):
        """Fields come when asked for; empty ones never."""
        post_id = await x.posted("hello")
        plain = (await x.get("/2/tweets", ids=post_id))["data"][0]
        assert set(plain) == {"id", "text", "edit_history_post_ids"}
        asked = {
            "post.fields": "created_at,author_id,conversation_id,referenced_posts,entities,attachments,note_post"
        }
        full = (await x.get(f"/2/tweets/{post_id}", **asked))["data"]
        assert set(full) == {
            "id",
            "text",
            "edit_history_post_ids",
            "created_at",
            "author_id",
            "conversation_id",
        }
        assert full["created_at"].endswith(":00.000Z"[3:])

    async def test_authors_and_parents_come_by_expansion(self, x):
        """Each once, joined by id."""
        root = await x.posted("hello")
        await x.public("one", root)
        await x.public("two", root)
        found = await x.mentions(
            expansions="author_id,referenced_posts.id", **{"post.fields": "author_id,referenced_posts"}
        )
        (author,) = found["includes"]["users"]
        (parent,) = found["includes"]["posts"]
        assert {post["author_id"] for post in found["data"]} == {author["id"]}
        assert parent["id"] == root
        assert found["data"][0]["referenced_posts"] == [{"type": "replied_to", "id": root}]

    async def test_a_deleted_parent_is_an_error_beside_the_data(self, x):
        """200 with both."""
        root = await x.posted("hello")
        await x.public("one", root)
        await x.call("DELETE", f"/2/tweets/{root}")
        found = await x.mentions(expansions="referenced_posts.id")
        assert found["data"]
        assert found["errors"][0]["resource_id"] == root

    async def test_both_spellings_are_understood_and_either_answered(self, x):
        """New by default, old on demand, both on demand."""
        root = await x.posted("hello")
        await x.public("one", root)
        for asked in ("tweet.fields", "post.fields"):
            found = await x.mentions(**{asked: "referenced_tweets"})
            assert "referenced_posts" in found["data"][0]
        await x.fault("field_spelling", answers="old")
        assert "referenced_tweets" in (await x.mentions(**{"post.fields": "referenced_posts"}))["data"][0]
        assert "edit_history_tweet_ids" in (await x.post("two")).json()["data"]
        await x.fault("field_spelling", answers="both")
        both = (await x.mentions())["data"][0]
        assert both["edit_history_tweet_ids"] == both["edit_history_post_ids"]

    @pytest.mark.parametrize(
        ("requests", "refused", "taken"),
        [("old", "post.fields", "tweet.fields"), ("new", "tweet.fields", "post.fields")],
    )
    async def test_one_spelling_alone_refuses_the_other_by_name(self, x, requests, refused, taken):
        """400 naming the parameter, so that a caller can try the other."""
        await x.fault("field_spelling", answers="new", requests=requests)
        path = f"/2/users/{x.keys['user_id']}/mentions"
        answer = await x.call("GET", path, {refused: "created_at"})
        assert answer.status_code == 400
        assert refused in answer.json()["errors"][0]["parameters"]
        assert (await x.call("GET", path, {taken: "created_at"})).status_code == 200

    async def test_a_long_text_is_cut_and_whole_in_the_note(self, x):
        """Only members with more room write so much."""
        root = await x.posted("hello")
        await x.public("word " * 100, root)
        post = (await x.mentions(**{"post.fields": "note_post"}))["data"][0]
        assert len(post["text"]) <= 280
        assert post["note_post"]["text"].startswith("word word")
        assert len(post["note_post"]["text"]) == 500

    @pytest.mark.parametrize(
        "params",
        [
            {"post.fields": "nonsense"},
            {"expansions": "nonsense"},
            {"max_results": "4"},
            {"max_results": "101"},
            {"since_id": "x"},
            {"pagination_token": "?"},
            {"nonsense": "1"},
        ],
    )
    async def test_an_unknown_parameter_or_value_is_400(self, x, params):
        """Named in the errors."""
        answer = await x.call("GET", f"/2/users/{x.keys['user_id']}/mentions", params)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["parameters"]


class TestPaging:
    async def test_pages_join_without_gap_or_double_newest_first(self, x):
        """17 answers in pages of five."""
        root = await x.posted("hello")
        said = [await x.public(f"answer {n}", root) for n in range(17)]
        seen, token = [], None
        while True:
            page = await x.mentions(max_results="5", **({"pagination_token": token} if token else {}))
            seen += [post["id"] for post in page["data"]]
            token = page["meta"].get("next_token")
            if token is None:
                break
        assert seen == said[::-1]

    async def test_since_id_gives_only_what_is_newer(self, x):
        """And no `data` at all when there is nothing."""
        root = await x.posted("hello")
        first, second = await x.public("one", root), await x.public("two", root)
        assert [post["id"] for post in (await x.mentions(since_id=first))["data"]] == [second]
        assert await x.mentions(since_id=second) == {"meta": {"result_count": 0}}

    async def test_mentions_reach_back_800(self, x):
        """Older ones cannot be had here."""
        root = await x.posted("hello")
        await x.sim("/flood", platform="x", rate_per_s=10_000, seconds=0.081)
        while len((await x.client.get("/_sim/state")).json()["x"]["posts"]) < 811:
            pass
        seen, token = 0, {}
        while token is not None:
            page = await x.mentions(max_results="100", **token)
            seen += len(page["data"])
            token = {"pagination_token": page["meta"]["next_token"]} if "next_token" in page["meta"] else None
        assert seen == 800
        assert len(await x.search(f"conversation_id:{root}", max_results="100")) == 100


class TestSearch:
    async def test_conversation_search_finds_answers_to_answers(self, x):
        """The whole tree, without ourselves."""
        root = await x.posted("hello")
        one = await x.public("one", root)
        two = await x.public("two", one, handle="bruno")
        assert await x.search(f"conversation_id:{root} -from:valdora_general -is:retweet") == [two, one]
        assert await x.search(f"in_reply_to_tweet_id:{one}") == [two]
        assert [post["id"] for post in (await x.mentions())["data"]] == [one]

    async def test_alternatives_and_groups_are_read_as_the_platform_reads_them(self, x):
        """One search watches several conversations; AND binds before OR."""
        first, second = await x.posted("hello"), await x.posted("hello again")
        one, two = await x.public("one", first), await x.public("two", second)
        both = f"(conversation_id:{first} OR conversation_id:{second}) -from:valdora_general -is:retweet"
        assert await x.search(both) == [two, one]
        assert await x.search(f"conversation_id:{first} one OR conversation_id:{second} one") == [one]
        assert await x.search(f"conversation_id:{first} -(one OR two)") == [first]

    async def test_seven_days_are_all(self, x):
        """Older posts are not found."""
        root = await x.posted("hello")
        await x.sim("/clock", advance_s=7 * 86_400 + 60)
        assert await x.search(f"conversation_id:{root}") == []
        assert await x.own_ids() == [root]

    @pytest.mark.parametrize(
        "query", ["", "-from:somebody", "nonsense:1 word", "a OR", "(a b", "a)", "x" * 513]
    )
    async def test_a_query_that_is_not_understood_is_400(self, x, query):
        """Including one of only negations, and one that is too long."""
        assert (await x.call("GET", "/2/tweets/search/recent", {"query": query})).status_code == 400


class TestLag:
    async def test_timelines_lag_behind_creation(self, x):
        """Lookup by id has it at once; timeline and search after the lag."""
        await x.fault("timeline_lag", seconds=10)
        root = await x.posted("hello")
        assert (await x.get("/2/tweets", ids=root))["data"]
        assert (await x.own_ids(), await x.search(f"conversation_id:{root}")) == ([], [])
        await x.sim("/clock", advance_s=10)
        assert (await x.own_ids(), await x.search(f"conversation_id:{root}")) == ([root], [root])
