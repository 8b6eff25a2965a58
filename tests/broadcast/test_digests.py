"""Several updates in one post, through the running engine: what is told, what becomes of each, and nothing twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from app.accounts.audit import AuditLog
from app.broadcast.engine import Engine
from app.broadcast.forecasts import Asked
from app.broadcast.intents import PlannedDelivery
from app.broadcast.limits import Window
from app.broadcast.reach import ANSWERED, PERMITTED, RECORDED, STARTING, Reach, nowhere
from app.broadcast.settings import EngineSettings, windows_of
from app.channels.base import Finding, Unclear
from app.clock import SystemClock
from app.editorial.digest import Digest
from app.editorial.outgoing import outgoing_of
from app.ids import new_id
from app.models import Act, Attempt, Channel, Delivery, DeliveryPart, LiveEvent
from tests.broadcast.house import Stage, sqlite_url
from tests.broadcast.platform import Plan
from tests.broadcast.running import OpenGate, Show, show

TEXTS = [f"Step {n} of the operation is done." for n in range(6)]
LINK = "https://live.example.org/e/"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.servers)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return sqlite_url(tmp_path) if request.param == "sqlite" else request.getfixturevalue("postgres_url")


@asynccontextmanager
async def waiting(
    url: str,
    *,
    places: int = 2,
    reserve: int = 0,
    plan: Plan | None = None,
    texts: Mapping[str, Mapping[str, Any]] | None = None,
    reach: Reach = nowhere,
    start: bool = True,
    digest: bool = True,
) -> AsyncIterator[Show]:
    """Six updates for X that were accepted while nothing was sent, and a minute's window of so many places."""
    settings = EngineSettings(
        windows={"x": (Window("w", places + reserve, 60.0, reserve=reserve / (places + reserve)),)},
        drain_s=2.0,
        permit_s=4.0,
        scan_s=0.05,
    )
    tell = Digest("https://live.example.org/", drill=False)
    plans = {"x": plan} if plan else None
    async with show(url, plans, channels=("x",), settings=settings, tell=tell, start=False, reach=reach) as s:
        await set_rule(s, on=digest)
        async with s.stage.database.transaction() as session:
            await session.execute(update(LiveEvent).values(hashtags=["valveLive"]))
        for text in TEXTS:
            await s.publish(text, **{"expires_in_s": 50.0, **(texts or {}).get(text, {})})
        await s.engine.release.release_due()
        if start:
            await s.engine.start()
        yield s


async def settled(stage: Stage, n: int = 6, **how: Any) -> list[Delivery]:
    rows = await stage.until(lambda rows: sum(r.settled_at is not None for r in rows) >= n, **how)
    return sorted(rows, key=lambda row: row.seq)


def judge(s: Show, rows: list[Delivery], wanted: Mapping[str, int]) -> None:
    """The platform's ledger beside ours: in so many posts is each told, and who is `sent` is told, once."""
    told = {text: told_in(s, text) for text in TEXTS}
    assert told == dict(wanted)
    order = sorted(rows, key=lambda row: row.seq)
    sent = {text: row.state == "sent" for text, row in zip(TEXTS, order, strict=True)}
    assert sent == {text: n == 1 for text, n in told.items()}


async def crashed(s: Show, died: asyncio.Event) -> None:
    """Once the sender of X died, end what is left of the process without another word written."""
    engine = s.engine
    async with asyncio.timeout(30):
        await died.wait()
    (lane,) = engine._dispatcher._lanes.values()
    for task in (*engine._tasks, lane._loop_task, *lane._tasks):
        task.cancel()
    await asyncio.gather(*engine._tasks, lane._loop_task, *lane._tasks, return_exceptions=True)
    engine._tasks = []


@asynccontextmanager
async def after(s: Show, **settings: Any) -> AsyncIterator[Stage]:
    """The process that comes after: a new engine on the same database, in front of the same platform."""
    engine = Engine(
        database=s.stage.database,
        adapters=s.adapters.__getitem__,
        gate=OpenGate(),
        audit=AuditLog(),
        clock=SystemClock(),
        new_id=new_id,
        random=lambda: 0.5,
        announce=lambda _positions: None,
        settings=replace(s.engine.settings, **settings),
        tell=Digest("https://live.example.org/", drill=False),
    )
    await engine.start()
    try:
        yield s.stage
    finally:
        await engine.stop()


async def unclear(*_: object, **__: object) -> Finding:
    return Unclear("its list does not answer")


def is_digest(text: str) -> bool:
    return text.startswith("In short:")


def told_in(s: Show, text: str) -> int:
    """In how many posts that are out a text is told."""
    return sum(text[: len("Step 0 of ")] in post for post in s.platforms["x"].texts)


class TestDigest:
    async def test_what_cannot_go_in_time_is_told_in_one_post_and_leads_to_it(self, url: str) -> None:
        """Two places for six: the first alone, five in a post within X's limit, oldest first, with page and hashtag."""
        async with waiting(url) as s:
            first, *others = await settled(s.stage)
            alone, digest = s.platforms["x"].texts
            slug = (await s.stage.one(LiveEvent)).slug
            assert alone == TEXTS[0]
            lines = ["In short:", *(f"• {text}" for text in TEXTS[1:]), f"{LINK}{slug} #valveLive"]
            assert digest == "\n".join(lines)
            assert (first.state, first.reason) == ("sent", "sent")
            assert {(r.state, r.reason, r.url) for r in others} == {
                ("sent", "told_in_digest", "https://platform.test/r2")
            }
            assert {r.why for r in others} == {"It was told in the digest on X: 5 updates in one post."}
            assert [r.digest_id for r in others] == [None, *[others[0].id] * 4]
            # A stop of any of them, on whatever node, waits until the post of all can no longer start.
            assert {r.must_start_by for r in others} == {others[0].must_start_by}
            assert {p.state for p in await s.stage.rows(DeliveryPart)} == {"sent"}

    async def test_more_than_one_post_holds_are_told_by_the_places_that_there_are(
        self, tmp_path: Path
    ) -> None:
        """Two places for twelve long ones, of which X's length holds eight: none is left to expire."""
        tell = Digest("https://live.example.org/", drill=False)
        settings = EngineSettings(
            windows={"x": (Window("w", 2, 60.0, reserve=0.0),)}, permit_s=4.0, scan_s=0.05
        )
        long = [f"Step {n:02} of the operation went as it should, and everybody is calm." for n in range(12)]
        async with show(
            sqlite_url(tmp_path), channels=("x",), settings=settings, tell=tell, start=False
        ) as s:
            await set_rule(s, on=True)
            for text in long:
                await s.publish(text, expires_in_s=50.0)
            await s.engine.release.release_due()
            await s.engine.start()
            rows = await settled(s.stage, 12)
            assert {r.state for r in rows} == {"sent"}
            assert [sum(text[:8] in post for post in s.platforms["x"].texts) for text in long] == [1] * 12

    async def test_a_key_moment_and_an_emergency_keep_posts_of_their_own(self, url: str) -> None:
        """Of three places the urgent one takes the first, the key moment the second, the rest is told in the third."""
        how = {TEXTS[3]: {"key_moment": True}, TEXTS[5]: {"priority": "emergency"}}
        async with waiting(url, places=3, texts=how) as s:
            await settled(s.stage)
            urgent, key, digest = s.platforms["x"].texts
            assert {urgent, key} == {TEXTS[5], TEXTS[3]}
            assert [TEXTS[n] in digest for n in range(6)] == [True, True, True, False, True, False]

    async def test_with_the_rule_off_they_wait_for_themselves_and_say_so(self, url: str) -> None:
        """`digest` false in the channel's settings: one place, one post, nobody merged."""
        async with waiting(url, places=1, digest=False) as s:
            rows = await s.stage.until(
                lambda rows: {r.reason for r in rows} == {"sent", "own_limit", "waits_for_turn"}
            )
            assert s.platforms["x"].texts == [TEXTS[0]]
            assert {r.digest_id for r in rows} == {None}

    @pytest.mark.parametrize("word", ["cut+applied", "cut", "429", "503+applied", "refuse"])
    async def test_G3_G4_whatever_the_answer_nothing_is_lost_and_nothing_told_twice(
        self, tmp_path: Path, word: str
    ) -> None:
        """The digest's answer is lost, late or a refusal: who is `sent` is out once, who waits again is not out."""
        plan = lambda n, _: word if n == 1 else "ok"  # noqa: E731
        async with waiting(sqlite_url(tmp_path), places=1, plan=plan) as s:
            s.platforms["x"].retry_after_s = 30.0
            async with asyncio.timeout(30):
                while True:
                    rows = await s.stage.rows(Delivery)
                    if s.platforms["x"].calls and not any(r.state in ("sending", "unknown") for r in rows):
                        break
                    await asyncio.sleep(0.01)
            judge(s, rows, dict.fromkeys(TEXTS, 1) if "applied" in word else dict.fromkeys(TEXTS, 0))
            if word in ("cut", "429", "refuse"):
                assert {(r.state, r.digest, r.digest_id) for r in rows} == {("queued", None, None)}
                assert all(r.why for r in rows)

    @pytest.mark.parametrize("held", [False, True])
    async def test_G3_G4_a_digest_that_is_refused_costs_nobody_a_post_of_its_own(
        self, tmp_path: Path, held: bool
    ) -> None:
        """A platform that takes single posts only: all end sent, each by itself, whatever they wait for meanwhile."""
        plan = lambda _, request: "refuse" if is_digest(request["text"]) else "ok"  # noqa: E731
        async with waiting(sqlite_url(tmp_path), plan=plan) as s:
            rows = await s.stage.until(lambda rows: sum(r.reason == "digest_refused" for r in rows) == 5)
            left = [r for r in rows if r.state != "sent"]
            assert {(r.state, r.digest, r.digest_id, r.attempts) for r in left} == {("queued", None, None, 0)}
            if held:
                await s.engine.stop_control.hold(s.stage.event_id, "op")
                await s.engine.stop_control.resume(s.stage.event_id, "op")
            await s.engine.stop()
            # One place more would be worth a digest again: its carrier takes it alone.
            async with after(s, windows={"x": (Window("w", 3, 60.0, reserve=0.0),)}) as again:
                await again.until(lambda rows: sum(r.state == "sent" for r in rows) == 2)
            async with after(s, windows={"x": (Window("w", 20, 60.0, reserve=0.0),)}) as again:
                rows = await again.until(lambda rows: all(r.settled_at is not None for r in rows))
            judge(s, rows, dict.fromkeys(TEXTS, 1))
            assert sorted(s.platforms["x"].texts) == TEXTS
            assert sum(is_digest(call["text"]) for call in s.platforms["x"].calls) == 1

    async def test_G4_a_digest_that_our_own_code_breaks_on_is_given_up_as_a_digest_only(
        self, tmp_path: Path
    ) -> None:
        """It raises before the first byte for the third time: each goes by itself, none is rejected."""
        async with waiting(sqlite_url(tmp_path), places=4, start=False) as s:
            adapter = s.adapters[s.stage.channels["x"]]
            publish = adapter.publish
            tries = 0

            async def breaks(post: Any, **how: Any) -> Any:
                nonlocal tries
                if is_digest(post.text):
                    tries += 1
                    raise ValueError("a text of several lines")
                return await publish(post, **how)

            adapter.publish = breaks  # type: ignore[method-assign]
            async with s.stage.database.transaction() as session:
                await session.execute(update(Delivery).values(attempts=2))
            await s.engine.start()
            rows = await s.stage.until(lambda rows: any(r.reason == "digest_refused" for r in rows))
            assert (tries, {r.state for r in rows} & {"rejected"}) == (1, set())

    @pytest.mark.parametrize("point", [PERMITTED, STARTING, ANSWERED, RECORDED])
    async def test_G3_G4_a_crash_anywhere_leaves_each_told_once_or_waiting(
        self, tmp_path: Path, point: str
    ) -> None:
        """The sender dies at each moment of the digest's way; who comes after it finds out, and doubles nothing."""

        class Dead(BaseException):
            pass

        died = asyncio.Event()

        def reach(name: str) -> None:
            if name == point:
                died.set()
                raise Dead

        async with waiting(sqlite_url(tmp_path), places=1, reach=reach) as s:
            await crashed(s, died)
            async with after(s) as again:
                rows = await again.until(
                    lambda rows: not any(r.state in ("sending", "unknown") for r in rows)
                )
            judge(s, rows, dict.fromkeys(TEXTS, 0 if point in (PERMITTED, STARTING) else 1))

    async def test_G6_a_stop_of_one_that_is_told_stops_the_post_and_the_others_wait_again(
        self, tmp_path: Path
    ) -> None:
        """Pressed between permit and first byte: nothing leaves; the others are told without it."""
        ids: list[str] = []

        def reach(name: str) -> None:
            if name == PERMITTED and ids:
                s.engine.fence.kill(("update", ids.pop()))

        async with waiting(sqlite_url(tmp_path), places=1, reach=reach, start=False) as s:
            ids.append(sorted(await s.stage.rows(Delivery), key=lambda row: row.seq)[3].update_id)
            await s.engine.start()
            rows = await settled(s.stage)
            assert ids == []
            refused = [a for a in await s.stage.rows(Attempt) if a.outcome == "StartRefused"]
            assert (len(refused), len(s.platforms["x"].calls)) == (1, 1)
            judge(s, rows, dict.fromkeys(TEXTS, 1))

    async def test_a_stop_names_those_that_are_in_flight_in_somebody_elses_post(self, tmp_path: Path) -> None:
        """The digest's answer is late: a stop of one of its updates lists it as begun, not as kept back."""
        async with waiting(sqlite_url(tmp_path), places=1, plan=lambda _n, _r: "hang") as s:
            async with asyncio.timeout(30):
                await s.platforms["x"].arrived.wait()
            told = sorted(await s.stage.rows(Delivery), key=lambda row: row.seq)[3]
            report = await s.engine.stop_control.kill_update(told.update_id, "op")
            assert ([t.delivery_id for t in report.in_flight], report.not_started) == ([told.id], 0)

    async def test_a_correction_and_a_retraction_know_where_it_was_told(self, tmp_path: Path) -> None:
        """A reply goes under the digest, a delete takes the digest; the plan says how many others it told."""
        async with waiting(sqlite_url(tmp_path), reserve=2) as s:
            told = (await settled(s.stage))[4]
            async with s.stage.database.read() as session:
                (out,) = (await outgoing_of(session, told.update_id)).deliveries
            assert (out.told_with, out.may_be_out) == (4, True)
            await s.publish(
                "Not so.", priority="correction", deliveries=(about(s, told, Act.REPLY, "Not so."),)
            )
            await s.publish("Gone.", priority="correction", deliveries=(about(s, told, Act.DELETE),))
            await settled(s.stage, 8)
            calls = s.platforms["x"].calls
            assert (calls[2]["reply_to"], calls[3]["method"], calls[3]["path"]) == (
                "r2",
                "DELETE",
                "/posts/r2",
            )

    async def test_a_post_that_was_taken_back_for_one_is_gone_for_all_that_it_told(self, url: str) -> None:
        """The others are corrected by posts of their own, under nothing, and taken back without a second call."""
        async with waiting(url, reserve=2) as s:
            rows = await settled(s.stage)
            others = [rows[1], rows[2]]  # the digest's own, and one more
            for other in others:
                assert not await is_deleted(s, other)
            gone = about(s, rows[4], Act.DELETE)
            await s.publish("Gone.", priority="correction", deliveries=(gone,))
            await settled(s.stage, 7)
            for other in others:
                assert await is_deleted(s, other)
            assert not await is_deleted(s, rows[0]), "a post of its own"
            calls = len(s.platforms["x"].calls)
            for other in others:
                taken = about(s, other, Act.DELETE)
                await s.publish("Gone too.", priority="correction", deliveries=(taken,))
            await settled(s.stage, 9)
            deletions = [row for row in await s.stage.rows(Delivery) if row.act == Act.DELETE]
            assert [row.state for row in deletions] == ["sent"] * 3
            assert len(s.platforms["x"].calls) == calls

    async def test_G4_a_kill_of_one_in_a_post_that_may_be_out_leaves_the_post_to_a_person(
        self, tmp_path: Path
    ) -> None:
        """Nobody can tell whether the digest is there: a stop of one of its updates parts it from nobody."""
        async with waiting(sqlite_url(tmp_path), places=1, plan=lambda _n, _r: "cut") as s:
            s.adapters[s.stage.channels["x"]].find = unclear  # type: ignore[attr-defined]
            rows = await s.stage.until(lambda rows: all(r.state == "held" for r in rows))
            for row in (rows[0], rows[4]):  # its carrier, and one that is told in it
                await s.engine.stop_control.kill_update(row.update_id, "op")
            now = await s.stage.rows(Delivery)
            assert {(r.state, r.reason) for r in now} == {("held", "cannot_tell")}
            assert {r.digest_id for r in now} == {None, rows[0].id}

    async def test_a_person_decides_about_the_post_for_all_that_it_told(self, tmp_path: Path) -> None:
        """Held because nobody can tell: “it is there”, pressed on any of them, makes all of them sent."""
        async with waiting(sqlite_url(tmp_path), places=1, plan=lambda _n, _r: "cut") as s:
            s.adapters[s.stage.channels["x"]].find = unclear  # type: ignore[attr-defined]
            rows = await s.stage.until(lambda rows: all(r.state == "held" for r in rows))
            await s.engine.decisions.decide(rows[4].id, "it_is_there", "op", remote_id="r9")
            assert {r.state for r in await s.stage.rows(Delivery)} == {"sent"}


async def is_deleted(s: Show, told: Delivery) -> bool:
    async with s.stage.database.read() as session:
        (out,) = (await outgoing_of(session, told.update_id)).deliveries
    return out.deleted


def about(s: Show, told: Delivery, act: str, *parts: str) -> PlannedDelivery:
    return PlannedDelivery(s.stage.channels["x"], parts, act=act, of_delivery_id=told.id)


async def know_limits(s: Show) -> None:
    """As a lane does when it opens; with the lane itself, what is foretold would be on its way already."""
    means, channel = s.engine._dispatcher._means, await s.stage.one(Channel)
    windows = windows_of(channel.adapter, channel.settings, means.settings)
    await means.limits.load(s.stage.database, channel.id, windows, SystemClock().now())


class TestForetold:
    async def test_who_will_be_told_in_a_digest_is_said_before(self, tmp_path: Path) -> None:
        """Of what waits and of what is asked about; not of a key moment, nor where the rule is off."""
        async with waiting(sqlite_url(tmp_path), places=1, start=False) as s:
            await know_limits(s)
            plans = await s.engine.forecasts.of_event(s.stage.event_id)
            assert [(p.in_digest, p.forecast.late) for p in plans] == [(False, 0), *[(True, 1)] * 5]
            assert all(0 < p.forecast.last_s <= 50 for p in plans[1:])
            x = s.stage.channels["x"]
            asked = [Asked(x, ["And more."], routine=True), Asked(x, ["And more."])]
            told = await s.engine.forecasts.of_update(asked, rank=2, delay_s=0.0, expires_in_s=55.0)
            assert [one.in_digest for one in told] == [True, False]
            await set_rule(s, on=False)
            told = await s.engine.forecasts.of_update(asked, rank=2, delay_s=0.0, expires_in_s=55.0)
            assert [one.in_digest for one in told] == [False, False]
            assert not any(p.in_digest for p in await s.engine.forecasts.of_event(s.stage.event_id))

    async def test_who_has_no_room_in_the_posts_that_can_still_go_is_told_so(self, tmp_path: Path) -> None:
        """One place for eighteen, and a post tells eight: the other ten are said to be too late, not to be in a digest."""
        async with waiting(sqlite_url(tmp_path), places=1, start=False) as s:
            for n in range(12):
                await s.publish(f"More of it: {n}.", expires_in_s=50.0)
            await s.engine.release.release_due()
            await know_limits(s)
            plans = await s.engine.forecasts.of_event(s.stage.event_id)
            assert [p.in_digest for p in plans] == [False, *[True] * 7, *[False] * 10]
            assert all(p.forecast.late for p in plans[1:])
            x = s.stage.channels["x"]
            asked = [Asked(x, ["And more."], routine=True)]
            (told,) = await s.engine.forecasts.of_update(asked, rank=2, delay_s=0.0, expires_in_s=55.0)
            assert (told.in_digest, told.forecast.late) == (False, 1)
            (told,) = await s.engine.forecasts.of_update(asked, rank=2, delay_s=0.0, expires_in_s=130.0)
            assert (told.in_digest, told.forecast.late) == (False, 0), "a minute later nobody else waits"


async def set_rule(s: Show, *, on: bool) -> None:
    async with s.stage.database.transaction() as session:
        channel = await session.get_one(Channel, s.stage.channels["x"])
        channel.settings = {"username": "valdora", "user_id": "17", "digest": on}
