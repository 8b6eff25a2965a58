"""Rate windows, their headers, and X's refusals that are armed by hand."""

import httpx
import pytest

from app.channels.simulators.clock import Clock
from app.channels.simulators.x.problems import REFUSALS
from tests.channels.simulators.x_client import x_served

THREE = ("x-rate-limit-limit", "x-rate-limit-remaining", "x-rate-limit-reset")


class TestWindows:
    async def test_all_answers_carry_the_three_headers(self, x):
        """Good ones, refusals, 401 and reads."""
        answers = [
            await x.post("one"),
            await x.post("one"),
            await x.call("GET", "/2/users/me"),
            await x.call("DELETE", "/2/tweets/1"),
            await x.client.post(x.base + "/2/tweets", json={"text": "nobody"}),
        ]
        assert [answer.status_code for answer in answers] == [201, 403, 200, 404, 401]
        for answer in answers:
            assert all(answer.headers[name].isdigit() for name in THREE)
        assert [answer.headers[THREE[1]] for answer in answers[:2]] == ["99", "98"]

    async def test_a_create_carries_the_24_hour_headers(self, x):
        """The application's day beside the user's quarter of an hour."""
        headers = (await x.post()).headers
        assert (headers["x-app-limit-24hour-limit"], headers["x-app-limit-24hour-remaining"]) == (
            "10000",
            "9999",
        )

    async def test_the_hundred_and_first_post_is_429_until_the_reset(self):
        """100 per 15 minutes and user; the window opens at the second that the header named."""
        now = [1_800_000_000.25]
        async with x_served(Clock(lambda: now[0])) as x:
            token = await x.token()

            async def post(n):
                return await x.call("POST", "/2/tweets", bearer=token, json={"text": f"post {n}"})

            for n in range(100):
                assert (await post(n)).status_code == 201
            refused = await post(100)
            assert (refused.status_code, refused.headers[THREE[1]]) == (429, "0")
            assert refused.json()["errors"][0]["code"] == 88
            assert refused.json()["title"] == "Too Many Requests"
            reset_s = int(refused.headers[THREE[2]])
            assert reset_s == 1_800_000_901
            now[0] = reset_s - 1
            assert (await post(100)).status_code == 429
            now[0] = reset_s
            assert (await post(100)).status_code == 201

    async def test_the_free_plan_has_seventeen_posts_a_day_and_meaningless_plain_headers(self):
        """The real cap stands only in the 24-hour headers."""
        async with x_served(plan="free") as x:
            for n in range(17):
                answer = await x.post(f"post {n}")
                assert answer.status_code == 201
            assert (answer.headers[THREE[0]], answer.headers["x-user-limit-24hour-remaining"]) == (
                "40000",
                "0",
            )
            assert (await x.post("post 17")).status_code == 429


class TestArmed:
    @pytest.mark.parametrize(
        ("shape", "keys"), [("legacy", {"errors"}), ("problem", {"title", "detail", "type", "status"})]
    )
    async def test_rate_limit_now_in_either_shape(self, x, shape, keys):
        """429 with a reset in the headers, then business as usual."""
        await x.fault("rate_limit_now", times=1, shape=shape, wait_s=30)
        answer = await x.post()
        assert (answer.status_code, set(answer.json())) == (429, keys)
        assert answer.headers[THREE[1]] == "0"
        assert (await x.post()).status_code == 201

    async def test_rate_limit_without_headers_or_with_headers_that_contradict(self, x):
        """The code decides, not the count."""
        await x.fault("rate_limit_now", times=1, headers=False)
        assert THREE[0] not in (await x.post()).headers
        await x.fault("rate_limit_now", times=1, remaining=14)
        answer = await x.post()
        assert (answer.status_code, answer.headers[THREE[1]]) == (429, "14")

    async def test_spent_credits_are_402_on_reads_and_writes(self, x):
        """The same answer on both."""
        await x.fault("credits_depleted")
        for answer in (await x.post(), await x.call("GET", "/2/users/me")):
            assert (answer.status_code, answer.json()["title"]) == (402, "CreditsDepleted")
            assert isinstance(answer.json()["account_id"], int)

    async def test_a_suspended_account_is_403_with_its_type(self, x):
        """Not to be mistaken for a refused text."""
        await x.fault("user_suspended", times=1)
        answer = await x.post()
        assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[1]) == (403, "user-suspended")

    @pytest.mark.parametrize("reason", REFUSALS)
    async def test_every_rarer_refusal_can_be_had_and_posts_nothing(self, x, reason):
        """A status of refusal, with a legacy code or a typed problem."""
        await x.fault("refuse_as", times=1, reason=reason)
        answer = await x.post()
        assert answer.status_code in (403, 429, 500)
        body = answer.json()
        if reason[-1].isdigit() and answer.status_code != 500:
            assert body["errors"][0]["code"] == int(reason.rsplit("_", 1)[1])
        else:
            assert body["type"]
        assert await x.own_ids() == []

    async def test_accept_then_503_has_posted_and_a_repeat_is_a_duplicate(self, x):
        """The lie of the platform, and the evidence against it."""
        await x.fault("accept_then_503", times=1)
        answer = await x.post("once")
        assert (answer.status_code, answer.json()["title"]) == (503, "Service Unavailable")
        assert (await x.post("once")).status_code == 403
        assert len(await x.own_ids()) == 1

    async def test_accept_then_timeout_has_posted(self, x):
        """Nobody hears of it but the timeline."""
        await x.fault("accept_then_timeout", times=1)
        with pytest.raises(httpx.ReadTimeout):
            await x.call("POST", "/2/tweets", json={"text": "once"}, timeout=0.3)
        assert len(await x.own_ids()) == 1

    async def test_a_fault_meant_for_posts_is_not_used_up_by_polls(self, x):
        """Reading mentions leaves it armed."""
        await x.fault("refuse_503", times=1)
        await x.mentions()
        assert (await x.post()).status_code == 503
        assert (await x.post()).status_code == 201
