"""The Facebook simulator does what platform notes section 2.8 asks of it, each behaviour by name."""

import asyncio

import orjson
import pytest
import pytest_asyncio

from app.channels.simulators.facebook.feed import envelope, signature
from app.channels.simulators.facebook.fields import parse_fields
from app.channels.simulators.facebook.settings import FacebookSettings
from app.channels.simulators.facebook.tokens import proof
from app.channels.simulators.facebook.usage import PageUsage
from app.channels.simulators.settings import SimulatorSettings
from tests.channels.simulators.callers import Hook, calling, start_again

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
    answer = await sim.client.post("/_sim/webhooks", json={"platform": "facebook", "url": hook.url})
    assert answer.status_code == 201, answer.text
    return hook


def error(answer):
    return answer.json()["error"]


def values(heard):
    return [change["value"] for entry in orjson.loads(heard.body)["entry"] for change in entry["changes"]]


class TestVectors:
    def test_the_proof_of_a_token_is_the_documented_one(self):
        """Vector of section 8."""
        expected = "b5257d6bda337a16c7c4935f1bc5cfa30985dced6014647c9c95ac322773ad7c"
        assert proof("app-secret", "PAGE-TOKEN") == expected

    def test_a_signed_body_is_escaped_and_signed_as_documented(self):
        """Vector of section 8: the accent leaves as an escape, and the signature covers those bytes."""
        body = envelope("1", 1700000000, [{"item": "comment", "verb": "add", "message": "café"}])
        assert b"caf\\u00e9" in body
        expected = "63e5a64a412c826815d28c07f4733b5b253b09f196a0c9ad2b2f43b17ee476fb"
        assert signature("app-secret", body) == f"sha256={expected}"

    def test_fields_may_nest_and_carry_modifiers(self):
        """`from{id,name}` and `.limit(5)` are understood."""
        assert parse_fields("id, from{id,name}, comments.limit(5){id}") == {
            "id": {},
            "from": {"id": {}, "name": {}},
            "comments": {"id": {}},
        }


@one_loop
class TestPosting:
    async def test_a_post_has_a_page_and_post_id_and_can_be_read_back_in_the_same_call(self, sim):
        """`fields` on the call itself gives the address of the post."""
        answer = await sim.post("Ward 3 is open", fields="id,permalink_url")
        assert answer.status_code == 200
        assert answer.json()["id"].startswith(sim.fb["page_id"] + "_")
        assert answer.json()["permalink_url"].endswith(answer.json()["id"])
        assert answer.headers["facebook-api-version"] == "v26.0"

    @pytest.mark.parametrize("way", ["query", "form", "json"])
    async def test_parameters_come_by_query_form_or_json(self, sim, way):
        """The three ways are one."""
        token = {"access_token": sim.fb["page_token"], "appsecret_proof": sim.proof()}
        given = {**token, "message": "one"}
        kwargs = {"query": {"params": given}, "form": {"data": given}, "json": {"json": given}}[way]
        answer = await sim.client.post(f"/facebook/v25.0/{sim.fb['page_id']}/feed", **kwargs)
        assert answer.status_code == 200, answer.text
        assert await sim.texts() == ["one"]

    async def test_a_bearer_header_carries_the_token_as_well(self, sim):
        """Authorization: Bearer."""
        answer = await sim.client.get(
            "/facebook/v26.0/me",
            params={"appsecret_proof": sim.proof()},
            headers={"Authorization": f"Bearer {sim.fb['page_token']}"},
        )
        assert answer.json()["id"] == sim.fb["page_id"]

    async def test_saying_the_same_again_is_refused_with_506(self, sim):
        """The previous post's text is refused, and nothing is made; another text in between frees it."""
        await sim.posted("same")
        answer = await sim.post("same")
        assert (answer.status_code, error(answer)["code"]) == (400, 506)
        await sim.posted("other")
        await sim.posted("same")
        assert await sim.texts() == ["same", "other", "same"]

    async def test_a_draft_is_invisible_until_it_is_published_and_publishing_repeats_harmlessly(self, sim):
        """The two-phase way: create with published=false, then is_published=true, twice."""
        draft = await sim.posted("draft", published="false")
        assert await sim.texts() == []
        for _ in range(2):
            answer = await sim.graph("POST", draft, {"is_published": "true"})
            assert answer.json() == {"success": True}
        assert await sim.texts() == ["draft"]
        answer = await sim.graph("GET", draft, fields="is_published")
        assert answer.json() == {"is_published": True, "id": draft}

    async def test_a_scheduled_post_appears_at_its_time(self, sim):
        """Ten minutes at the earliest; then it is there by itself."""
        now = sim.app.world.clock.epoch_s()
        early = await sim.post("soon", published="false", scheduled_publish_time=str(int(now + 60)))
        assert error(early)["code"] == 100
        at = str(int(now + 700))
        post = await sim.posted("later", published="false", scheduled_publish_time=at)
        assert await sim.texts() == []
        await sim.advance(701)
        assert await sim.texts() == ["later"]
        assert (await sim.graph("GET", post, fields="is_published")).json()["is_published"] is True

    async def test_a_photo_answers_with_its_own_id_and_the_posts(self, sim):
        """Multipart or by address, with its alternative text."""
        answer = await sim.client.post(
            f"/facebook/v26.0/{sim.fb['page_id']}/photos",
            params={"access_token": sim.fb["page_token"], "appsecret_proof": sim.proof()},
            data={"message": "The gate", "alt_text_custom": "An open gate"},
            files={"source": ("gate.png", b"png", "image/png")},
        )
        assert set(answer.json()) == {"id", "post_id"}
        assert (await sim.state("facebook"))["posts"][0]["photos"] == ["An open gate"]

    async def test_several_photos_are_attached_to_one_post(self, sim):
        """Unpublished photos first, then a post with their ids; an id is used once."""
        ids = []
        for url in ("https://pictures.example/1.png", "https://pictures.example/2.png"):
            form = {"url": url, "published": "false"}
            ids.append((await sim.graph("POST", f"{sim.fb['page_id']}/photos", form)).json()["id"])
        attached = orjson.dumps([{"media_fbid": one} for one in ids]).decode()
        await sim.posted("two", attached_media=attached)
        assert error(await sim.post("again", attached_media=attached))["error_subcode"] == 33

    async def test_a_text_beyond_the_limit_is_refused(self, sim):
        """63,206 characters."""
        assert error(await sim.post("x" * 63_207))["code"] == 100
        await sim.posted("x" * 63_206)

    async def test_an_unknown_version_and_an_unknown_path_are_refused(self, sim):
        """Versions end; paths are known or not."""
        assert error(await sim.client.get("/facebook/v3.0/me"))["code"] == 2635
        assert error(await sim.client.get("/facebook/v26.0/a/b/c"))["code"] == 2500


@one_loop
class TestChanging:
    async def test_a_post_is_edited_in_place_and_deleted(self, sim):
        """Same id after an edit; gone after a delete, with code 100/33 for whoever asks."""
        post = await sim.posted("before")
        assert (await sim.graph("POST", post, {"message": "after"})).json() == {"success": True}
        assert await sim.texts() == ["after"]
        assert (await sim.graph("DELETE", post)).json() == {"success": True}
        gone = await sim.graph("GET", post)
        assert (error(gone)["code"], error(gone)["error_subcode"]) == (100, 33)

    async def test_a_post_of_another_app_cannot_be_edited(self, sim):
        """Only the app that made a post may change it."""
        other = (await sim.client.post("/_sim/facebook/post", json={"message": "theirs"})).json()["id"]
        answer = await sim.graph("POST", other, {"message": "ours"})
        assert error(answer)["code"] == 200
        assert await sim.texts() == ["theirs"]

    async def test_links_of_a_post_cannot_be_changed(self, sim):
        """Only the words."""
        post = await sim.posted("words")
        answer = await sim.graph("POST", post, {"message": "new", "link": "https://a.example"})
        assert error(answer)["code"] == 100
        assert await sim.texts() == ["words"]


@one_loop
class TestTokens:
    @pytest.mark.parametrize("given", ["", "0" * 64, "ü"])
    async def test_a_missing_or_wrong_proof_is_refused(self, sim, given):
        """The proof is verified, not merely present."""
        params = {"access_token": sim.fb["page_token"]}
        if given:
            params["appsecret_proof"] = given
        answer = await sim.client.post(
            f"/facebook/v26.0/{sim.fb['page_id']}/feed", params=params, data={"message": "no"}
        )
        assert (answer.status_code, error(answer)["code"]) == (400, 100)
        assert "appsecret_proof" in error(answer)["message"]
        assert await sim.texts() == []

    async def test_no_token_and_a_wrong_token_are_told_apart(self, sim):
        """2500 without one, 190 for one that nobody issued."""
        assert error(await sim.client.get("/facebook/v26.0/me"))["code"] == 2500
        answer = await sim.graph("GET", "me", token="made-up")
        assert error(answer)["code"] == 190
        assert "invalid_token" in answer.headers["www-authenticate"]

    @pytest.mark.parametrize("subcode", [458, 459, 460, 463, 464, 467])
    async def test_a_revoked_token_names_its_subcode(self, sim, subcode):
        """Every documented subcode of 190, and nothing is posted."""
        await sim.arm("facebook", "revoke_token", params={"subcode": str(subcode)})
        answer = await sim.post()
        assert (error(answer)["code"], error(answer)["error_subcode"]) == (190, subcode)
        await sim.clear("facebook")
        assert await sim.texts() == []

    async def test_debug_token_tells_a_good_one_from_a_bad_one(self, sim):
        """With the app's own token."""
        app_token = f"{sim.fb['app_id']}|{sim.fb['app_secret']}"
        for token, valid in ((sim.fb["page_token"], True), ("made-up", False)):
            answer = await sim.graph("GET", "debug_token", token=app_token, input_token=token)
            assert answer.json()["data"]["is_valid"] is valid

    async def test_the_token_chain_ends_in_the_pages_own_token(self, sim):
        """User token, long-lived user token, page token, as an app gets them."""
        exchange = {
            "grant_type": "fb_exchange_token",
            "client_id": sim.fb["app_id"],
            "client_secret": sim.fb["app_secret"],
            "fb_exchange_token": sim.fb["user_token"],
        }
        longer = (await sim.client.get("/facebook/v26.0/oauth/access_token", params=exchange)).json()
        assert 5_000_000 < longer["expires_in"] <= 5_184_000
        pages = await sim.graph("GET", "me/accounts", token=longer["access_token"], fields="access_token")
        assert pages.json()["data"][0]["access_token"] == sim.fb["page_token"]
        answer = await sim.graph(
            "POST", f"{sim.fb['page_id']}/feed", {"message": "x"}, token=longer["access_token"]
        )
        assert (answer.status_code, error(answer)["code"]) == (403, 200)


class TestUsage:
    def test_usage_is_a_rolling_day_in_percent_and_says_the_minutes(self):
        """Absent at first, climbing, over; calls while over count as well and prolong the block."""
        usage = PageUsage(budget=10, headers_after=3)
        start = 1_700_000_000.0
        usage.count(start)
        assert usage.headers("1", start) == {}
        for _ in range(9):
            usage.count(start)
        assert orjson.loads(usage.headers("1", start)["X-App-Usage"])["call_count"] == 100
        assert not usage.is_over(start)
        usage.count(start + 3600)
        business = orjson.loads(usage.headers("1", start + 3600)["X-Business-Use-Case-Usage"])["1"][0]
        assert (business["type"], business["call_count"]) == ("pages", 110)
        first = business["estimated_time_to_regain_access"]
        assert 23 * 60 - 1 <= first <= 23 * 60 + 1
        for _ in range(10):
            usage.count(start + 3600)
        assert usage.regain_minutes(start + 3600) > first
        assert not usage.is_over(start + 2 * 86_400)


@one_loop
class TestLimits:
    async def test_a_page_over_its_budget_gets_80001_with_minutes(self):
        """The business header says how long, in minutes."""
        settings = SimulatorSettings(facebook=FacebookSettings(call_budget=6))
        async with calling(settings) as sim:
            percents = []
            for n in range(6):
                answer = await sim.post(f"n {n}")
                usage = answer.headers.get("x-business-use-case-usage")
                percents.append(orjson.loads(usage)[sim.fb["page_id"]][0]["call_count"] if usage else None)
            assert percents == [None, None, None, None, 83, 100]
            answer = await sim.post("too much")
            assert error(answer)["code"] == 80001
            told = orjson.loads(answer.headers["x-business-use-case-usage"])[sim.fb["page_id"]][0]
            assert 1400 < told["estimated_time_to_regain_access"] <= 1441
            assert len((await sim.state("facebook"))["posts"]) == 6

    @pytest.mark.parametrize(("code", "status"), [("80001", 400), ("4", 403), ("32", 400), ("613", 400)])
    async def test_a_limit_on_demand_has_its_code_its_status_and_its_minutes(self, sim, code, status):
        """Code 4 comes as 403, as it really does."""
        await sim.arm("facebook", "rate_limit", params={"code": code, "minutes": 9})
        answer = await sim.post()
        assert (answer.status_code, error(answer)["code"]) == (status, int(code))
        told = orjson.loads(answer.headers["x-business-use-case-usage"])[sim.fb["page_id"]][0]
        assert (told["call_count"], told["estimated_time_to_regain_access"]) == (100, 9)


@one_loop
class TestAmbiguity:
    async def test_500_code_2_comes_although_the_post_was_made(self, sim):
        """The answer says retry; the page shows the post; the retry is a 506."""
        await sim.arm("facebook", "code2_after", times=1)
        answer = await sim.post("once")
        assert (answer.status_code, error(answer)["code"], error(answer)["is_transient"]) == (500, 2, True)
        assert await sim.texts() == ["once"]
        assert error(await sim.post("once"))["code"] == 506
        created = [entry for entry in await sim.ledger("facebook") if entry["action"] == "post.create"]
        assert [(entry["status"], entry["applied"]) for entry in created] == [(500, True), (400, False)]
        assert created[0]["fault"] == "code2_after"

    async def test_500_code_2_comes_also_when_nothing_was_made(self, sim):
        """From outside the two cannot be told apart."""
        await sim.arm("facebook", "code2_before", times=1)
        answer = await sim.post("never")
        assert (answer.status_code, error(answer)["code"]) == (500, 2)
        assert await sim.texts() == []

    async def test_F35_a_post_is_answered_with_an_id_and_is_nowhere(self, sim):
        """A yes like any other; the page does not list it, its id leads nowhere, the ledger says what was done."""
        kept = await sim.posted("kept")
        await sim.arm("facebook", "accept_and_drop", times=1)
        answer = await sim.post("dropped")
        assert answer.status_code == 200
        dropped = answer.json()["id"]
        assert dropped.partition("_")[0] == kept.partition("_")[0]
        assert await sim.texts() == ["kept"]
        gone = await sim.graph("GET", dropped)
        assert (error(gone)["code"], error(gone)["error_subcode"]) == (100, 33)
        entry = [one for one in await sim.ledger("facebook") if one["action"] == "post.create"][-1]
        assert (entry["applied"], entry["remote_id"], entry["fault"]) == (False, dropped, "accept_and_drop")

    async def test_a_new_post_can_be_late_in_the_list(self, sim):
        """Looking too early finds nothing; the post is there all the same."""
        await sim.arm("facebook", "list_lag", params={"seconds": 30})
        post = await sim.posted("late")
        assert await sim.texts() == []
        assert (await sim.graph("GET", post)).json()["message"] == "late"
        await sim.advance(31)
        assert await sim.texts() == ["late"]

    @pytest.mark.parametrize("reason", ["link not scraped", "abusive", "confirm identity", "duplicate"])
    async def test_refusals_on_demand_post_nothing(self, sim, reason):
        """A refusal is readable and final."""
        await sim.arm("facebook", "refuse", params={"reason": reason}, times=1)
        assert (await sim.post()).status_code in {400, 403}
        assert await sim.texts() == []


@one_loop
class TestComments:
    async def test_replies_are_hidden_unless_all_levels_are_asked_for(self, sim):
        """filter=toplevel is the default; stream shows the parent of each reply."""
        post = await sim.posted()
        top = await sim.say("top", name="Ada")
        reply = await sim.say("below", name="Bruno", comment_id=top)
        plain = (await sim.graph("GET", f"{post}/comments")).json()["data"]
        assert [row["id"] for row in plain] == [top]
        stream = (
            await sim.graph("GET", f"{post}/comments", filter="stream", fields="id,parent{id},from{name}")
        ).json()["data"]
        assert stream == [
            {"id": top, "from": {"name": "Ada", "id": stream[0]["from"]["id"]}},
            {"id": reply, "parent": {"id": top}, "from": {"name": "Bruno", "id": stream[1]["from"]["id"]}},
        ]

    async def test_order_is_kept_until_the_comments_are_ranked(self, sim):
        """A ranked post ignores the asked order."""
        post = await sim.posted()
        ids = [await sim.say(f"c {n}") for n in range(12)]

        async def listed(order):
            rows = await sim.graph("GET", f"{post}/comments", order=order, limit="50")
            return [row["id"] for row in rows.json()["data"]]

        assert await listed("chronological") == ids
        assert await listed("reverse_chronological") == ids[::-1]
        await sim.arm("facebook", "ranked_comments")
        ranked = await listed("chronological")
        assert ranked != ids
        assert sorted(ranked) == sorted(ids)
        assert await listed("reverse_chronological") == ranked

    async def test_the_author_may_be_missing(self, sim):
        """For people who have not authorised the app."""
        post = await sim.posted()
        await sim.say("who am I", name="Ada")
        await sim.arm("facebook", "missing_from")
        rows = (await sim.graph("GET", f"{post}/comments", fields="id,from,message")).json()["data"]
        assert rows[0]["message"] == "who am I"
        assert "from" not in rows[0]

    async def test_an_empty_page_can_have_a_next_page_and_no_comment_is_lost(self, sim):
        """Follow `next` until it is absent: every comment comes once, among empty pages."""
        post = await sim.posted()
        ids = [await sim.say(f"c {n}") for n in range(5)]
        await sim.arm("facebook", "empty_page")
        answer = await sim.graph("GET", f"{post}/comments", limit="2")
        seen, pages, empty = [], 0, 0
        while True:
            body = answer.json()
            seen += [row["id"] for row in body["data"]]
            pages, empty = pages + 1, empty + (not body["data"])
            following = body.get("paging", {}).get("next")
            if following is None:
                break
            assert sim.proof() not in following
            answer = await sim.client.get(
                following,
                params={"appsecret_proof": sim.proof()}
                | dict(pair.split("=", 1) for pair in following.split("?", 1)[1].split("&")),
            )
            assert pages < 20
        assert seen == ids
        assert empty >= 2

    async def test_the_page_answers_hides_and_deletes(self, sim):
        """A reply, is_hidden and DELETE."""
        post = await sim.posted()
        theirs = await sim.say("shown")
        own = (await sim.graph("POST", f"{theirs}/comments", {"message": "Thank you"})).json()["id"]
        assert (await sim.graph("POST", theirs, {"is_hidden": "true"})).json() == {"success": True}
        row = (await sim.graph("GET", theirs, fields="is_hidden")).json()
        assert row["is_hidden"] is True
        await sim.graph("DELETE", theirs)
        assert (await sim.graph("GET", own)).status_code == 400
        assert (await sim.graph("GET", f"{post}/comments")).json()["data"] == []

    async def test_the_page_cannot_rewrite_a_visitors_comment(self, sim):
        """Hiding is all that is allowed."""
        await sim.posted()
        theirs = await sim.say("mine")
        assert error(await sim.graph("POST", theirs, {"message": "yours"}))["code"] == 200


@one_loop
class TestWebhooks:
    async def test_the_handshake_must_echo_the_challenge(self, sim):
        """Facebook's own subscription call: wrong token refused, right one taken; both subscriptions needed."""
        app_token = f"{sim.fb['app_id']}|{sim.fb['app_secret']}"
        async with Hook().listening() as hook:
            form = {"object": "page", "callback_url": hook.url, "fields": "feed", "verify_token": "wrong"}
            path = f"{sim.fb['app_id']}/subscriptions"
            assert error(await sim.graph("POST", path, form, token=app_token))["code"] == 2200
            form["verify_token"] = sim.fb["verify_token"]
            assert (await sim.graph("POST", path, form, token=app_token)).json() == {"success": True}
            await sim.posted("unheard")
            subscribed = {"subscribed_fields": "feed"}
            await sim.graph("POST", f"{sim.fb['page_id']}/subscribed_apps", subscribed)
            await sim.posted("heard")
            (heard,) = await hook.until(1)
            assert values(heard)[0]["message"] == "heard"

    async def test_an_address_that_fails_the_handshake_is_refused_with_a_sentence(self, sim):
        """Nobody listens there."""
        answer = await sim.client.post(
            "/_sim/webhooks", json={"platform": "facebook", "url": "http://127.0.0.1:9/hook"}
        )
        assert answer.status_code == 409
        assert "verification failed" in answer.json()["detail"]

    async def test_a_comment_arrives_signed_with_its_accents_escaped(self, sim, hook):
        """The signature covers the raw bytes; parsing and writing them again would break it."""
        post = await sim.posted()
        comment = await sim.say("où est le café ?", name="Renée")
        heard = (await hook.until(2))[1]
        assert heard.headers["x-hub-signature-256"] == signature(sim.fb["app_secret"], heard.body)
        assert heard.body.isascii()
        (value,) = values(heard)
        assert (value["item"], value["verb"], value["comment_id"]) == ("comment", "add", comment)
        assert (value["parent_id"], value["post_id"]) == (post, post)
        assert (value["message"], value["from"]["name"]) == ("où est le café ?", "Renée")

    async def test_the_pages_own_posts_and_comments_come_back_as_well(self, sim, hook):
        """Whoever listens must leave out from.id == page id."""
        post = await sim.posted()
        await sim.graph("POST", f"{post}/comments", {"message": "own"})
        heard = await hook.until(2)
        assert [values(one)[0]["item"] for one in heard] == ["status", "comment"]
        assert {values(one)[0]["from"]["id"] for one in heard} == {sim.fb["page_id"]}

    async def test_edits_removals_and_hiding_are_told(self, sim, hook):
        """The verbs of a comment's life."""
        await sim.posted()
        comment = await sim.say("one")
        await sim.client.post("/_sim/facebook/edit", json={"comment_id": comment, "message": "two"})
        await sim.graph("POST", comment, {"is_hidden": "true"})
        await sim.client.post("/_sim/facebook/remove", json={"comment_id": comment})
        verbs = [(values(one)[0]["verb"], values(one)[0].get("message")) for one in (await hook.until(5))[1:]]
        assert sorted(verbs, key=str) == [
            ("add", "one"),
            ("edited", "two"),
            ("hide", "two"),
            ("remove", None),
        ]

    async def test_changes_can_be_batched_and_webhooks_doubled(self, sim, hook):
        """Several entries in one body; the same body twice."""
        await sim.posted()
        await hook.until(1)
        await sim.arm("facebook", "webhook_batch", params={"within_s": 0.15})
        await sim.arm("facebook", "webhook_duplicate", times=1)
        await asyncio.gather(*(sim.say(f"c {n}") for n in range(3)))
        first, second = await hook.until(2, since=1)
        assert first.body == second.body
        assert len(orjson.loads(first.body)["entry"]) == 3

    async def test_a_failed_webhook_is_sent_again_at_once(self, sim, hook):
        """Then with falling frequency."""
        hook.statuses = [500]
        await sim.posted()
        first, second = await hook.until(2)
        assert first.body == second.body

    async def test_a_webhook_can_be_lost_or_forged(self, sim, hook):
        """Lost: only polling finds it. Forged: the signature does not fit."""
        await sim.arm("facebook", "webhook_omit", times=1)
        await sim.posted()
        await sim.arm("facebook", "webhook_forged", times=1)
        await sim.say("lie")
        (heard,) = await hook.until(1)
        assert values(heard)[0]["message"] == "lie"
        assert heard.headers["x-hub-signature-256"] != signature(sim.fb["app_secret"], heard.body)


@one_loop
class TestPublic:
    async def test_a_crowd_answers_the_newest_post(self, sim):
        """The flood of the control surface."""
        await sim.posted()
        await sim.client.post("/_sim/flood", json={"platform": "facebook", "rate_per_s": 200, "seconds": 0.1})
        for _ in range(100):
            if (await sim.state("facebook"))["posts"][0]["comments_total"] == 20:
                break
            await asyncio.sleep(0.02)
        assert (await sim.state("facebook"))["posts"][0]["comments_total"] == 20

    async def test_nothing_can_be_said_where_nothing_was_posted(self, sim):
        """A sentence, not a stack trace."""
        answer = await sim.client.post("/_sim/facebook/comment", json={"message": "hello?"})
        assert answer.status_code == 409
        assert "Nothing is posted" in answer.json()["detail"]
        answer = await sim.client.post("/_sim/facebook/comment", content=b"{")
        assert answer.status_code == 409

    async def test_the_state_is_cheap_to_ask_for_again(self, sim):
        """Its version is an ETag: 304 while nothing changed, another version after a change."""
        first = await sim.client.get("/_sim/state")
        again = {"If-None-Match": first.headers["etag"]}
        assert (await sim.client.get("/_sim/state", headers=again)).status_code == 304
        await sim.posted()
        assert (await sim.client.get("/_sim/state", headers=again)).status_code == 200

    async def test_no_secret_enters_the_ledger(self, sim):
        """Tokens and proofs are blotted out; the caller has a name."""
        await sim.posted("seen")
        text = (await sim.client.get("/_sim/ledger.jsonl")).text
        assert sim.fb["page_token"] not in text
        assert sim.proof() not in text
        assert (await sim.ledger("facebook"))[0]["credential"] == "page token"
