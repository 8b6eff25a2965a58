"""What platforms tell over open connections, and what they no longer show, reaches the desk and the public page."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from sqlalchemy import update

from app.audience.listening import Listening
from app.audience.rechecking import period_s
from app.audience.streaming import wait_s
from app.channels.registry import kind
from app.channels.x_settings import TIERS
from app.channels.x_stream import RECONNECT
from app.errors import CredentialsRejected, RateLimited, Unavailable
from app.models import Channel, EventChannel, LiveEvent, Reply
from tests.audience.instance import Instance, instance, until
from tests.broadcast.house import open_stage, sqlite_url

NOW = datetime(2026, 11, 9, 9, tzinfo=UTC)

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(90)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Instance]:
    async with instance(tmp_path_factory.mktemp("listening")) as made:
        yield made


class TestPaces:
    async def test_X_is_left_alone_as_long_as_it_asks_for(self) -> None:
        """TCP: linear by 250 ms to 16 s; errors: doubling from 5 s to 320 s; too many: from 60 s."""
        fell, error = Unavailable("", code="not_reached"), Unavailable("", code="503")
        limited = RateLimited("", retry_after_s=1)

        assert [wait_s(fell, n, RECONNECT) for n in (1, 2, 3, 64, 500)] == [0.25, 0.5, 0.75, 16.0, 16.0]
        assert [wait_s(None, n, RECONNECT) for n in (1, 2)] == [0.25, 0.5]
        assert [wait_s(error, n, RECONNECT) for n in (1, 2, 3, 7, 50)] == [5, 10, 20, 320, 320]
        assert [wait_s(limited, n, RECONNECT) for n in (1, 2, 3)] == [60, 120, 240]
        assert wait_s(RateLimited("", retry_after_s=500), 1, RECONNECT) == 500
        assert wait_s(CredentialsRejected(""), 1, RECONNECT) >= 300

    @pytest.mark.parametrize(("tier", "expected_s"), [("pay_per_use", 30), ("basic", 1200), ("free", 18_000)])
    async def test_N24_asking_again_keeps_to_half_of_the_lookup_window(
        self, tier: str, expected_s: float
    ) -> None:
        """500 shown replies are ten calls at most; the period says when all have been asked about."""
        assert period_s(500, TIERS[tier], every_s=30) == expected_s
        rng = random.Random(1)
        for _ in range(500):
            shown = rng.randrange(0, 501)
            period = period_s(shown, TIERS[tier], every_s=30)
            (window,) = [one for one in TIERS[tier] if one.unit == "read:lookup"]
            assert -(-shown // 50) * window.per_s / period <= window.limit * 0.5 + 1e-9

    async def test_kinds_whose_receipts_come_by_stream_are_always_listened_to(self) -> None:
        """Receipts come after an event has ended."""
        assert kind("smpp").capabilities.receipts


class TestStreams:
    async def test_I02_a_reply_on_X_comes_over_the_stream_in_a_second(self, here: Instance) -> None:
        """Polls come every four seconds; the stream does not wait for them."""
        await here.submit("The robot is docked.")
        (post,) = await until(lambda: here.applied("x", "robot is docked"), bool)
        await until(lambda: _words(here), lambda words: "stream is open" in words)
        late = []
        for n in range(6):
            began = time.monotonic()
            await here.world.post(
                "/_sim/x/reply",
                json={
                    "handle": "teo",
                    "name": "Teo",
                    "text": f"Quick {n}?",
                    "in_reply_to": post["remote_id"],
                },
            )
            await until(lambda n=n: here.reply(f"Quick {n}?"), lambda found: found is not None)
            late.append(time.monotonic() - began)

        # By polls alone each would wait a whole round of four seconds: it is asked for right after the one before.
        assert sorted(late)[3] < 3, late

    @pytest.mark.parametrize("fault", ["stream_cut", "stream_disconnect", "stream_disorder"])
    async def test_a_stream_that_breaks_is_opened_again_and_what_it_missed_is_read(
        self, here: Instance, fault: str
    ) -> None:
        """Cut in the middle of a line, closed by X, or mixed up: every reply is on the desk, once."""
        await here.submit(f"Now {fault} happens.")
        (post,) = await until(lambda: here.applied("x", f"Now {fault}"), bool)
        await until(lambda: _words(here), lambda words: "stream is open" in words)
        await here.world.post("/_sim/faults", json={"platform": "x", "name": fault, "times": 1})

        for n in range(5):
            await here.world.post(
                "/_sim/x/reply",
                json={
                    "handle": "teo",
                    "name": "Teo",
                    "text": f"{fault} {n}?",
                    "in_reply_to": post["remote_id"],
                },
            )

        async def texts() -> list[str]:
            return sorted(one.text for one in await here.replies() if one.text.startswith(fault))

        wanted = [f"{fault} {n}?" for n in range(5)]
        await until(texts, lambda found: found == wanted)
        await until(lambda: _words(here), lambda words: "stream is open" in words)


class TestUpstream:
    @pytest.mark.parametrize("act", ["delete", "edit"])
    @pytest.mark.parametrize("platform", ["x", "facebook"])
    async def test_I03_N24_what_its_author_takes_back_or_changes_is_gone_from_every_viewer_within_5_s(
        self, here: Instance, platform: str, act: str
    ) -> None:
        """X by asking again every 2 s in a drill (30 s live, more on small plans), Facebook by webhook."""
        text = f"Can she {act} it on {platform}?"
        await here.submit("The kidney is pink again.")
        (post,) = await until(lambda: here.applied(platform, "The kidney is pink again."), bool)
        if platform == "x":
            body = {"handle": "ana", "name": "Ana", "text": text, "in_reply_to": post["remote_id"]}
            made = (await here.world.post("/_sim/x/reply", json=body)).json()
        else:
            body = {"post_id": post["remote_id"], "name": "Ana", "text": text}
            made = (await here.world.post("/_sim/facebook/comment", json=body)).json()
        reply = await until(lambda: here.reply(text), lambda found: found is not None)
        assert reply is not None
        answer = await here.marta.post(f"/replies/{reply.id}/show", json={"version": reply.version})
        assert answer.status_code == 200, answer.text
        assert text in await here.public()

        changed = {"id": made["id"]} if act == "delete" else {"id": made["id"], "text": "Something else."}
        path = "remove" if (platform, act) == ("facebook", "delete") else act
        answer = await here.world.post(f"/_sim/{platform}/{path}", json=changed)
        assert answer.status_code < 300, answer.text
        await until(here.public, lambda page: text not in page, patience_s=30)

        assert "Something else." not in await here.public()


class TestOver:
    """After all others: the event of this module ends here."""

    async def test_I03_what_its_author_takes_back_after_the_end_is_gone_as_well(self, here: Instance) -> None:
        """The page of an event that is over is still read; X tells nobody, so it is asked."""
        await here.submit("The last stitch is set.")
        (post,) = await until(lambda: here.applied("x", "The last stitch is set."), bool)
        said = {
            "handle": "ana",
            "name": "Ana",
            "text": "Well done all of you!",
            "in_reply_to": post["remote_id"],
        }
        made = (await here.world.post("/_sim/x/reply", json=said)).json()
        reply = await until(lambda: here.reply(said["text"]), lambda found: found is not None)
        assert reply is not None
        answer = await here.marta.post(f"/replies/{reply.id}/show", json={"version": reply.version})
        assert answer.status_code == 200, answer.text
        answer = await here.marta.post(f"/events/{here.event['id']}/end")
        assert answer.status_code == 200, answer.text
        await here.world.post("/_sim/x/delete", json={"id": made["id"]})
        await until(here.public, lambda page: said["text"] not in page, patience_s=30)


async def _words(here: Instance) -> str:
    await asyncio.sleep(0)
    return here.house.switchboard.also_say(here.channels["x"].id)


class TestWhoIsListenedTo:
    async def test_I03_a_channel_is_asked_about_what_is_over_as_long_as_replies_are_shown(
        self, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        """Polls end with the event."""

        async def never(_channel_id: str) -> None:
            raise AssertionError

        async with open_stage(sqlite_url(tmp_path_factory.mktemp("over")), ("x",)) as stage:
            listening = Listening(stage.database, {"poll": never, "recheck": never}, look_s=1.0)
            x = stage.channels["x"]
            reply = Reply(
                id="r1",
                event_id=stage.event_id,
                channel_id=x,
                remote_id="1",
                state="shown",
                at=NOW,
                received_at=NOW,
            )
            async with stage.database.transaction() as session:
                session.add_all([EventChannel(event_id=stage.event_id, channel_id=x), reply])
                await session.execute(update(LiveEvent).values(state="ended"))
            assert await listening._wanted() == {("recheck", x)}
            async with stage.database.transaction() as session:
                await session.execute(update(Reply).values(state="hidden"))
            assert await listening._wanted() == set()

    async def test_M02_a_paused_gateway_is_still_listened_to_and_polls_nobody(
        self, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        """A STOP that a phone says to it counts on every channel, and receipts of what is out still come."""
        async with open_stage(sqlite_url(tmp_path_factory.mktemp("paused")), ("smpp", "x")) as stage:
            async with stage.database.transaction() as session:
                await session.execute(update(Channel).values(state="paused"))

            async def never(_channel_id: str) -> None:
                raise AssertionError

            listening = Listening(stage.database, {"poll": never, "stream": never}, look_s=1.0)
            assert await listening._wanted() == {("stream", stage.channels["smpp"])}
