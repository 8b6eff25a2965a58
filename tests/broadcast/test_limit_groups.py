"""Whose a limit is: channels of one account or app have it together, and deletions have one of their own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.broadcast.intents import PlannedDelivery
from app.broadcast.limit_book import PRUNED_AT_ONCE, LimitBook
from app.broadcast.limit_groups import counting, grouped
from app.broadcast.limits import Window
from app.broadcast.settings import EngineSettings, windows_of
from app.broadcast.shared_limits import SharedLimits
from app.clock import ManualClock, SystemClock
from app.db import Database
from app.ids import new_id
from app.models import Act, LimitGrant
from tests.broadcast.house import NOW, sqlite_url
from tests.broadcast.running import show

NOBODY = "redis://127.0.0.1:1/0"
MARTA: Mapping[str, Any] = {"username": "marta", "user_id": "1"}
JONAS: Mapping[str, Any] = {"username": "jonas", "user_id": "2"}
PAGE: Mapping[str, Any] = {"page_id": "10", "app_id": "20"}


def own(channel: Mapping[str, Any], *windows: tuple[str, int, str]) -> dict[str, Any]:
    """A channel whose settings name its limits: (name, a quarter of an hour's, whose)."""
    return {
        **channel,
        "windows": [
            {"name": name, "limit": limit, "per_s": 900.0, "scope": scope} for name, limit, scope in windows
        ],
    }


class Books:
    """One process's limits over one database, and what it takes of them."""

    def __init__(self, database: Database, book: LimitBook, clock: Any) -> None:
        self.database, self.book, self.clock = database, book, clock

    async def add(self, channel_id: str, adapter: str, settings: Mapping[str, Any]) -> None:
        windows = windows_of(adapter, settings, EngineSettings())
        await self.book.load(self.database, channel_id, windows, self.clock.now())

    async def take(self, channel_id: str, n: int, *, urgent: bool = True, deleting: bool = False) -> int:
        """How many of n were granted, each in a permit of its own."""
        got = 0
        for _ in range(n):
            while True:  # a lock that somebody else has for a moment is no answer
                grants, wait_s = await self._once(channel_id, urgent, deleting)
                if grants or wait_s > 1.0:
                    break
                await asyncio.sleep(wait_s)
            got += grants
        return got

    async def _once(self, channel_id: str, urgent: bool, deleting: bool) -> tuple[int, float]:
        async def work(session: AsyncSession) -> tuple[int, float]:
            grants, wait_s, _ = await self.book.take(
                channel_id, 1, session=session, n=1, urgent=urgent, late_s=0.1, deleting=deleting
            )
            await self.book.store_grants(session, channel_id, grants, 0.1, deleting=deleting)
            return len(grants), wait_s

        return await self.database.write(work)


Make = Callable[[Database], Books]


@pytest.fixture(params=["alone", "shared", "database"])
async def make(request: pytest.FixtureRequest) -> AsyncIterator[Make]:
    """A process alone; several over Redis; several while Redis is away."""
    if request.param == "alone":
        clock = ManualClock(NOW)
        yield lambda database: Books(database, LimitBook(new_id, clock), clock)
        return
    url = NOBODY if request.param == "database" else request.getfixturevalue("redis_url")
    limits = SharedLimits(url, SystemClock(), new_id, keep_s=0.1, prefix=new_id())
    yield lambda database: Books(database, LimitBook(new_id, SystemClock(), limits), SystemClock())
    await limits.aclose()


class TestMade:
    async def test_limits_that_are_still_being_read_are_not_there(
        self, database: Database, make: Make
    ) -> None:
        """At every turn of the loop until a channel's limiters are made: either there are none, or both can be asked."""
        books, turns_without = make(database), 0
        loading = asyncio.create_task(books.add("a", "facebook", own(PAGE, ("page", 4, "page"))))
        while not loading.done():
            if books.book.has("a"):
                books.book.limiter("a")
                books.book.limiter("a", deleting=True)
            else:
                turns_without += 1
            await asyncio.sleep(0)
        await loading
        assert turns_without > 1
        assert books.book.has("a")


class TestWhose:
    async def test_G8_two_channels_of_one_page_have_its_limit_together(
        self, database: Database, make: Make
    ) -> None:
        """Three of four taken by one leave one for the other."""
        books, settings = make(database), own(PAGE, ("page", 4, "page"))
        await books.add("a", "facebook", settings)
        await books.add("b", "facebook", settings)
        assert await books.take("a", 3) == 3
        assert await books.take("b", 3) == 1
        assert await books.take("a", 1) == 0

    async def test_G8_two_accounts_of_one_app_have_the_apps_together_and_each_its_own(
        self, database: Database, make: Make
    ) -> None:
        """What the app's refuses, the account's has not counted, however often it was asked."""
        books = make(database)
        windows = (("user", 4, "user"), ("app", 6, "app"))
        await books.add("a", "x", own(MARTA, *windows))
        await books.add("b", "x", own(JONAS, *windows))
        assert await books.take("a", 5) == 4
        assert await books.take("b", 5) == 2
        await books.add("c", "x", {**own(JONAS, *windows), "app": "another"})
        assert await books.take("c", 5) == 2

    @pytest.mark.servers
    async def test_G8_several_processes_at_once_never_pass_a_limit_that_they_share_in_part(
        self, postgres_url: str, redis_url: str
    ) -> None:
        """Two processes, two accounts, one app, all asking at once: the app's six are given, and no more."""
        prefix = new_id()
        windows = (("user", 4, "user"), ("app", 6, "app"))
        async with AsyncExitStack() as stack:
            database = Database(postgres_url)
            await database.start()
            stack.push_async_callback(database.stop)
            processes = []
            for _ in range(2):
                limits = SharedLimits(redis_url, SystemClock(), new_id, keep_s=0.1, prefix=prefix)
                stack.push_async_callback(limits.aclose)
                processes.append(Books(database, LimitBook(new_id, SystemClock(), limits), SystemClock()))
                await processes[-1].add("a", "x", own(MARTA, *windows))
                await processes[-1].add("b", "x", own(JONAS, *windows))
            took = await asyncio.gather(*(one.take(id_, 4) for one in processes for id_ in "ab"))
            assert took[0] + took[2] <= 4 >= took[1] + took[3]
            assert sum(took) == 6

    async def test_G8_a_restart_knows_what_the_other_channel_took(
        self, database: Database, make: Make
    ) -> None:
        """Whichever of the two is read first."""
        settings = own(PAGE, ("page", 4, "page"))
        books = make(database)
        await books.add("a", "facebook", settings)
        assert await books.take("a", 3) == 3
        again = Books(database, LimitBook(new_id, books.clock), books.clock)
        await again.add("b", "facebook", settings)
        await again.add("a", "facebook", settings)
        assert await again.take("b", 3) == 1

    async def test_a_wish_to_be_left_alone_is_for_its_account_and_not_for_the_app(
        self, database: Database
    ) -> None:
        """One account was told to wait: the other one of the same app goes on, also after a restart."""
        clock = ManualClock(NOW)
        for book in (LimitBook(new_id, clock), LimitBook(new_id, clock)):
            books = Books(database, book, clock)
            await books.add("a", "x", MARTA)
            await books.add("b", "x", JONAS)
            if book.wait_s("a", clock.now(), urgent=True) == (0.0, False):
                until = clock.now().replace(hour=23, minute=59)
                await book.observe("a", (), clock.now(), until)
                async with database.transaction() as session:
                    assert await book.store_learned(session, "a", clock.now())
            assert book.wait_s("a", clock.now(), urgent=True)[1]
            assert await books.take("a", 1) == 0
            assert await books.take("b", 1) == 1

    async def test_where_settings_differ_the_strictest_counts_and_a_change_forgets_nothing(
        self, database: Database
    ) -> None:
        """It is one limit: 6 and 4 are 4; raised to 6 in both, what was taken still counts."""
        clock = ManualClock(NOW)
        books = Books(database, LimitBook(new_id, clock), clock)
        await books.add("a", "facebook", own(PAGE, ("page", 6, "page")))
        assert await books.take("a", 3) == 3
        await books.add("b", "facebook", own(PAGE, ("page", 4, "page")))
        assert await books.take("a", 5) == 1
        await books.add("b", "facebook", own(PAGE, ("page", 6, "page")))
        assert await books.take("a", 5) == 2
        assert await books.take("b", 1) == 0

    def test_only_what_the_settings_say_is_shared(self) -> None:
        """Accounts, pages and senders are themselves; an app that is named is another one."""

        def keys(adapter: str, settings: Mapping[str, Any]) -> set[str]:
            return set(grouped("c", windows_of(adapter, settings, EngineSettings())))

        assert len(keys("x", MARTA) & keys("x", JONAS)) == 1
        assert not keys("x", MARTA) & keys("x", {**JONAS, "app": "other"})
        assert not keys("facebook", PAGE) & keys("facebook", {"page_id": "11", "app_id": "21"})
        twilio = {"account_sid": "AC" + "0" * 32, "segments_per_day": 100}
        one, other = ({**twilio, "from_number": number} for number in ("+15005550006", "+15005550007"))
        assert len(keys("twilio", one) & keys("twilio", other)) == 1
        smpp = {"host": "h", "system_id": "a", "source": "+15005550006"}
        assert keys("smpp", smpp) == keys("smpp", {**smpp, "source": "Hospital"})
        assert not keys("smpp", smpp) & keys("smpp", {**smpp, "system_id": "b"})


class TestDeletions:
    async def test_G8_a_deletion_on_x_is_charged_to_the_window_of_deletions(
        self, database: Database, make: Make
    ) -> None:
        """50 in a quarter of an hour, after a restart too; no post is kept waiting by them, nor they by posts."""
        books = make(database)
        await books.add("a", "x", MARTA)
        assert await books.take("a", 51, deleting=True) == 50
        assert await books.take("a", 3) == 3
        again = Books(database, LimitBook(new_id, books.clock), books.clock)
        await again.add("a", "x", MARTA)
        assert await again.take("a", 1, deleting=True) == 0

    def test_where_all_calls_are_counted_a_deletion_is_one(self) -> None:
        """A Page's budget knows no other; X has one for deletions, and an edit there is a post."""
        page = windows_of("facebook", PAGE, EngineSettings())
        assert counting(page, deleting=True) == counting(page, deleting=False) == page
        windows = windows_of("x", MARTA, EngineSettings())
        assert [w.name for w in counting(windows, deleting=True)] == ["delete:15min"]
        assert "delete:15min" not in [w.name for w in counting(windows, deleting=False)]

    async def test_G8_the_engine_charges_a_deletion_there(self, tmp_path: Path) -> None:
        """Three posts and two deletions a quarter of an hour: all three go out, two go, the third says why it waits."""
        windows = (
            Window("user:15min", 3, 900.0, reserve=0.0),
            Window("delete:15min", 2, 900.0, reserve=0.0, unit="delete"),
        )
        settings = EngineSettings(windows={"x": windows}, drain_s=2.0)
        async with show(sqlite_url(tmp_path), channels=("x",), settings=settings) as s:
            posts = [await s.publish(f"Step {n}.") for n in range(3)]
            out = await s.stage.until(lambda rows: [d.state for d in rows] == ["sent"] * 3)
            for post in posts:
                share = PlannedDelivery(
                    out[0].channel_id, (), act=Act.DELETE, of_delivery_id=post.delivery_ids[0]
                )
                await s.publish("Taken back.", priority="correction", deliveries=(share,))
            rows = await s.stage.until(
                lambda rows: (
                    sorted(d.state for d in rows if d.act == Act.DELETE) == ["queued", "sent", "sent"]
                    and any(d.reason == "own_limit" for d in rows)
                )
            )
            (waits,) = [d for d in rows if d.state == "queued"]
            assert (waits.act, waits.reason) == (Act.DELETE, "own_limit")
            assert not s.engine.limits.wait_s(waits.channel_id, SystemClock().now(), urgent=True)[1]


class TestForgotten:
    async def test_grants_that_no_window_counts_any_more_are_dropped(self, database: Database) -> None:
        """Of this channel and of one that is gone; what still counts stays, however many there are."""
        clock = ManualClock(NOW)
        books = Books(database, LimitBook(new_id, clock), clock)
        await books.add("a", "facebook", own(PAGE, ("page", 9_000, "page")))
        assert await books.take("a", 2) == 2
        (key,) = grouped("a", windows_of("facebook", own(PAGE, ("page", 9_000, "page")), EngineSettings()))
        ages = {
            key: (899.0, 1_000.0, *([100_000.0] * (PRUNED_AT_ONCE + 1))),
            "gone": (1_000.0, 32.5 * 86_400.0),
        }

        async def fill(session: AsyncSession) -> None:
            for whose, old in ages.items():
                rows = [
                    {"id": new_id(), "key": whose, "at": NOW - timedelta(seconds=s), "units": 1} for s in old
                ]
                await session.execute(insert(LimitGrant.__table__), rows)  # type: ignore[attr-defined]

        async def prune(session: AsyncSession) -> bool:
            return await books.book.prune(session, NOW)

        await database.write(fill)
        assert [await database.write(prune) for _ in range(2)] == [True, False]
        async with database.read() as session:
            left = list((await session.execute(select(LimitGrant.key))).scalars())
        assert sorted(left) == sorted([key, key, key, "gone"])

    async def test_the_engine_drops_them(self, tmp_path: Path) -> None:
        """Again and again, while it runs."""
        settings = EngineSettings(windows={"x": (Window("w", 2, 600.0),)}, prune_s=0.01, drain_s=2.0)
        async with show(sqlite_url(tmp_path), channels=("x",), settings=settings, start=False) as s:
            async with s.stage.database.transaction() as session:
                at = SystemClock().now() - timedelta(days=1)
                session.add(LimitGrant(id="old", key=s.stage.channels["x"], at=at))
            await s.engine.start()
            async with asyncio.timeout(30):
                while await s.stage.rows(LimitGrant):
                    await asyncio.sleep(0.01)
