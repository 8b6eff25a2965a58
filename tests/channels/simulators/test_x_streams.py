"""The X simulator's streams: rules, subscriptions, keep-alives, one connection, and their faults."""

import asyncio
from contextlib import asynccontextmanager

import orjson
import pytest

from tests.channels.simulators.x_client import x_served


class Stream:
    """An open stream, line by line; a keep-alive is an empty line, None is its end."""

    def __init__(self, answer):
        self.answer = answer
        self._chunks = answer.aiter_raw()
        self._rest = b""

    async def line(self):
        while b"\r\n" not in self._rest:
            try:
                self._rest += await asyncio.wait_for(anext(self._chunks), 30)
            except StopAsyncIteration:
                rest, self._rest = self._rest, b""
                return rest or None
        line, self._rest = self._rest.split(b"\r\n", 1)
        return line

    async def message(self):
        return orjson.loads(await self.line())


@asynccontextmanager
async def opened(x, path, **params):
    header = {"authorization": f"Bearer {x.keys['bearer_token']}"}
    async with x.client.stream("GET", x.base + path, params=params, headers=header) as answer:
        assert answer.status_code == 200, await answer.aread()
        yield Stream(answer)


def app_call(x, method, path, **more):
    return x.call(method, path, bearer=x.keys["bearer_token"], **more)


async def follow(x, root):
    answer = await app_call(
        x,
        "POST",
        "/2/tweets/search/stream/rules",
        json={"add": [{"value": f"conversation_id:{root}", "tag": "live"}]},
    )
    assert answer.status_code == 201
    return answer.json()["data"][0]["id"]


FILTERED = "/2/tweets/search/stream"


class TestRules:
    async def test_rules_are_added_listed_and_deleted(self, x):
        """A duplicate and a broken one are named in the errors."""
        rule_id = await follow(x, "1")
        body = {"add": [{"value": "conversation_id:1"}, {"value": "nonsense:1"}, {"value": "ok"}]}
        mixed = (await app_call(x, "POST", FILTERED + "/rules", json=body)).json()
        assert [error["title"] for error in mixed["errors"]] == ["DuplicateRule", "UnprocessableEntity"]
        assert mixed["meta"]["summary"]["created"] == 1
        listed = (await app_call(x, "GET", FILTERED + "/rules")).json()
        assert listed["data"][0] == {"id": rule_id, "value": "conversation_id:1", "tag": "live"}
        gone = (
            await app_call(x, "POST", FILTERED + "/rules", json={"delete": {"ids": [rule_id, "5"]}})
        ).json()
        assert gone["meta"]["summary"] == {"deleted": 1, "not_deleted": 1}

    async def test_a_stream_without_rules_is_409(self, x):
        """Add rules first."""
        assert (await app_call(x, "GET", FILTERED)).status_code == 409

    async def test_there_is_no_backfill_for_self_serve(self, x):
        """400 naming the parameter."""
        await follow(x, "1")
        assert (await app_call(x, "GET", FILTERED, params={"backfill_minutes": "5"})).status_code == 400


class TestFiltered:
    async def test_matching_answers_arrive_with_old_names_and_their_rule(self, x):
        """Others do not; nothing from before the connection does."""
        root = await x.posted("hello")
        rule_id = await follow(x, root)
        await x.public("too early", root)
        async with opened(x, FILTERED, expansions="author_id", **{"tweet.fields": "author_id"}) as stream:
            await x.public("elsewhere", "")
            reply = await x.public("in time", root)
            message = await stream.message()
            assert message["data"]["id"] == reply
            assert message["data"]["edit_history_tweet_ids"] == [reply]
            assert message["includes"]["users"][0]["username"] == "ada"
            assert message["matching_rules"] == [{"id": rule_id, "tag": "live"}]

    async def test_keep_alives_are_empty_lines(self):
        """Every 20 s; here sooner, and muted on demand."""
        async with x_served(keep_alive_s=0.05) as x:
            await follow(x, "1")
            async with opened(x, FILTERED) as stream:
                assert [await stream.line() for _ in range(3)] == [b"", b"", b""]

    async def test_a_second_connection_is_refused_until_the_first_is_closed(self, x):
        """TooManyConnections; `DELETE /2/connections/all` clears it."""
        await follow(x, "1")
        async with opened(x, FILTERED) as stream:
            second = await app_call(x, "GET", FILTERED)
            assert (second.status_code, second.json()["connection_issue"]) == (429, "TooManyConnections")
            assert (await app_call(x, "DELETE", "/2/connections/all")).json()["data"]["successful_kills"] == 1
            assert await stream.line() is None
        async with opened(x, FILTERED):
            pass

    async def test_a_connection_that_went_away_makes_room(self, x):
        """The platform notices that its reader is gone."""
        await follow(x, "1")
        async with opened(x, FILTERED):
            pass
        for _ in range(50):
            answer = await x.client.send(
                x.client.build_request(
                    "GET", x.base + FILTERED, headers={"authorization": f"Bearer {x.keys['bearer_token']}"}
                ),
                stream=True,
            )
            await answer.aclose()
            if answer.status_code == 200:
                return
            await asyncio.sleep(0.02)
        pytest.fail("The stale connection was never cleared.")

    async def test_duplicates_and_disorder_come_on_demand(self, x):
        """Everything twice; neighbours swapped."""
        root = await x.posted("hello")
        await follow(x, root)
        async with opened(x, FILTERED) as stream:
            await x.fault("stream_duplicate", times=1)
            first = await x.public("one", root)
            assert [(await stream.message())["data"]["id"] for _ in range(2)] == [first, first]
            await x.fault("stream_disorder", times=1)
            second, third = await x.public("two", root), await x.public("three", root)
            assert [(await stream.message())["data"]["id"] for _ in range(2)] == [third, second]

    async def test_a_line_can_be_cut_and_a_disconnect_announced(self, x):
        """Half a line and the end; or an operational-disconnect and the end."""
        root = await x.posted("hello")
        await follow(x, root)
        async with opened(x, FILTERED) as stream:
            await x.fault("stream_cut", times=1)
            await x.public("one", root)
            half = await stream.line()
            with pytest.raises(orjson.JSONDecodeError):
                orjson.loads(half)
            assert await stream.line() is None
        async with opened(x, FILTERED) as stream:
            await x.fault("stream_disconnect", times=1)
            await x.fault("stream_unknown", times=1)
            await x.public("two", root)
            kinds = [next(iter(await stream.message())) for _ in range(3)]
            assert kinds == ["data", "notice", "errors"]
            assert await stream.line() is None


class TestActivity:
    async def subscribe(self, x, event, bearer):
        body = {"event_type": event, "filter": {"user_id": x.keys["user_id"]}, "tag": event}
        return await x.call("POST", "/2/activity/subscriptions", bearer=bearer, json=body)

    async def test_private_events_need_the_users_own_token(self, x):
        """The app-only bearer may subscribe to public ones only."""
        assert (await self.subscribe(x, "post.reply.create", x.keys["bearer_token"])).status_code == 403
        assert (await self.subscribe(x, "post.create", x.keys["bearer_token"])).status_code == 200
        answer = await self.subscribe(x, "post.reply.create", await x.token())
        assert answer.json()["meta"] == {"total_subscriptions": 2}
        assert answer.json()["data"]["event_type"] == "post.reply.create"

    async def test_events_arrive_by_their_kind(self, x):
        """Own creates and deletes, direct answers, explicit mentions; an answer to an answer is neither."""
        token = await x.token()
        for event in ("post.create", "post.delete", "post.reply.create", "post.mention.create"):
            assert (await self.subscribe(x, event, token)).status_code == 200
        async with opened(x, "/2/activity/stream") as stream:
            root = await x.posted("hello")
            reply = await x.public("an answer", root)
            await x.public("an answer to the answer", reply)
            mention = await x.public("ask @valdora_general", "")
            await x.call("DELETE", f"/2/tweets/{root}")
            events = [(await stream.message())["data"] for _ in range(4)]
            assert [(event["event_type"], event["payload"]["id"]) for event in events] == [
                ("post.create", root),
                ("post.reply.create", reply),
                ("post.mention.create", mention),
                ("post.delete", root),
            ]
            assert len({event["event_uuid"] for event in events}) == 4
            assert events[1]["includes"]["users"][0]["username"] == "ada"
            assert events[1]["payload"]["edit_history_tweet_ids"] == [reply]

    async def test_events_can_come_without_their_author(self, x):
        """`includes` is then empty."""
        await self.subscribe(x, "post.reply.create", await x.token())
        root = await x.posted("hello")
        await x.fault("stream_no_includes")
        async with opened(x, "/2/activity/stream") as stream:
            await x.public("an answer", root)
            assert (await stream.message())["data"]["includes"] == {}

    async def test_subscriptions_are_listed_changed_and_removed(self, x):
        """A doubled one is refused."""
        made = (await self.subscribe(x, "post.create", x.keys["bearer_token"])).json()["data"]
        assert (await self.subscribe(x, "post.create", x.keys["bearer_token"])).status_code == 409
        path = f"/2/activity/subscriptions/{made['subscription_id']}"
        assert (await app_call(x, "PUT", path, json={"tag": "new"})).json()["data"]["tag"] == "new"
        listed = (await app_call(x, "GET", "/2/activity/subscriptions")).json()
        assert [one["tag"] for one in listed["data"]] == ["new"]
        assert (await app_call(x, "DELETE", path)).json() == {
            "data": {"deleted": True},
            "meta": {"total_subscriptions": 0},
        }
