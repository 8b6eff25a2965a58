"""Who takes a place of a full window: the rule by itself, over random queues."""

from __future__ import annotations

import itertools
import random
from collections import Counter

from app.broadcast.coalescing import MOST_TOLD, Choice, Waiting, choose
from app.broadcast.limits import Limiter, Window
from app.broadcast.plan import Batch

LINE = ("e:x", 2)


def waiting(id_: str, until: float = 50.0, **more: object) -> Waiting:
    given = {"may_merge": not more.get("key", False), **more}
    return Waiting(id_, LINE, Batch(1, until=until), **given)  # type: ignore[arg-type]


def places(n: int, per_s: float = 60.0) -> Limiter:
    return Limiter([Window("w", n, per_s, reserve=0.0)])


class TestChoose:
    def test_while_all_fit_each_goes_by_itself(self) -> None:
        """Three that wait and three places: nobody is merged, key moment or not."""
        queue = [waiting("a"), waiting("k", key=True), waiting("c")]
        assert choose(queue, "a", places(3), 0.0) == Choice("a")

    def test_what_cannot_go_in_time_is_told_in_the_last_place_that_does(self) -> None:
        """Two places for five: the first goes by itself, the second tells the other four."""
        queue = [waiting(name) for name in "abcde"]
        limiter = places(2)
        assert choose(queue, "a", limiter, 0.0) == Choice("a")
        limiter.take(1, 0.0)
        assert choose(queue[1:], "b", limiter, 0.0) == Choice("b", ("c", "d", "e"))

    def test_a_later_place_that_is_still_in_time_is_waited_for(self) -> None:
        """Places every minute, ten minutes to live: eleven of twelve would fit, so the first goes by itself."""
        queue = [waiting(f"{n:02}", until=600.0) for n in range(12)]
        assert choose(queue, "00", places(1), 0.0) == Choice("00")

    def test_a_last_place_without_room_for_all_is_not_waited_for(self) -> None:
        """Two places for seven and a post holds four: the first place tells four, so that the last can tell the rest."""
        queue, limiter = [waiting(name) for name in "abcdefg"], places(2)
        assert choose(queue[:5], "a", limiter, 0.0, most=4) == Choice("a")
        assert choose(queue, "a", limiter, 0.0, most=4) == Choice("a", ("b", "c", "d"))
        limiter.take(1, 0.0)
        assert choose(queue[4:], "e", limiter, 0.0, most=4) == Choice("e", ("f", "g"))

    def test_two_events_on_one_channel_do_not_both_count_on_its_last_place(self) -> None:
        """Two places for three of each: each event tells its own in one of them."""
        queue = [
            Waiting(f"{event}{n}", (f"{event}:x", 2), Batch(1, until=50.0), may_merge=True)
            for n in range(3)
            for event in "ab"
        ]
        limiter = places(2)
        assert choose(queue, "a0", limiter, 0.0) == Choice("a0", ("a1", "a2"))
        assert choose(queue, "b0", limiter, 0.0) == Choice("b0", ("b1", "b2"))

    def test_key_moments_go_first_and_by_themselves(self) -> None:
        """Of what waits behind older ones, the key moment takes the place."""
        queue = [waiting("a"), waiting("b"), waiting("k", key=True), waiting("d")]
        assert choose(queue, "a", places(1), 0.0) == Choice("k")
        assert choose([queue[0], queue[1], queue[3]], "a", places(1), 0.0) == Choice("a", ("b", "d"))

    def test_nothing_comes_between_the_posts_of_a_thread(self) -> None:
        """A thread that has begun goes on, even before a key moment."""
        queue = [waiting("t", begun=True, may_merge=False), waiting("k", key=True), waiting("c")]
        assert choose(queue, "t", places(1), 0.0) == Choice("t")

    def test_what_has_a_picture_or_is_a_thread_is_not_merged_and_not_overtaken(self) -> None:
        """The post ends before it."""
        queue = [waiting("a"), waiting("b"), waiting("p", may_merge=False), waiting("d")]
        assert choose(queue, "a", places(1), 0.0) == Choice("a", ("b",))

    def test_random_queues_lose_nothing_that_could_be_told_and_tell_nothing_twice(self) -> None:
        """
        600 queues, played to their end, beside the same without the rule.

        Each routine update is told once or expires; order holds; a key moment is never told with others; and with a
        place in everybody's life nobody of a queue of routine ones expires.
        """
        dice = random.Random(3)
        seen: Counter[str] = Counter()
        for _ in range(600):
            routine = dice.random() < 0.5
            many, life_s = dice.randint(1, MOST_TOLD), dice.choice((80.0, 200.0, 500.0))
            born = [dice.choice((0.0, dice.uniform(0.0, 100.0))) for _ in range(many)]
            kinds = ["r" if routine or dice.random() < 0.7 else dice.choice("kp") for _ in range(many)]
            limiter = places(dice.choice((1, 2, 4)), dice.choice((60.0, 70.0, 300.0)))
            told = play(sorted(born), kinds, life_s, limiter.copy(), merge=True)
            plain = play(sorted(born), kinds, life_s, limiter, merge=False)
            out = [n for post in told for n in post]
            assert len(out) == len(set(out)), "told twice"
            assert all(len(post) == 1 for post in told for n in post if kinds[n] != "r"), (
                "merged what may not be"
            )
            order = [n for n in out if kinds[n] == "r"]
            assert order == sorted(order), "out of order"
            keys = [n for n in out if kinds[n] == "k"]
            assert keys == sorted(keys)
            if "k" not in kinds:
                assert len(out) >= sum(len(post) for post in plain)
            if routine and limiter.windows[0].per_s <= life_s:
                assert len(out) == many, (born, life_s, told)
            seen["merged"] += any(len(post) > 1 for post in told)
            seen["saved"] += len(out) > sum(len(post) for post in plain)
            seen["alone"] += all(len(post) == 1 for post in told)
            seen["key first"] += any(a > b for a, b in itertools.pairwise(out))
        assert min(seen.values()) > 20, seen


def play(
    born: list[float], kinds: list[str], life_s: float, limiter: Limiter, *, merge: bool
) -> list[list[int]]:
    """Dispatch a queue as it comes: each post as the numbers that it tells."""
    now, left, posts = 0.0, set(range(len(born))), []
    while True:
        left = {n for n in left if born[n] + life_s >= now}
        here = sorted(n for n in left if born[n] <= now)
        if not here:
            if not left:
                return posts
            now = min(born[n] for n in left)
            continue
        wait = limiter.wait_s(1, now)
        if wait > 0:
            now += wait
            continue
        queue = [
            waiting(str(n), born[n] + life_s, key=kinds[n] == "k", may_merge=kinds[n] == "r") for n in here
        ]
        choice = choose(queue, str(here[0]), limiter, now) if merge else Choice(str(here[0]))
        limiter.take(1, now)
        posts.append([int(choice.id), *map(int, choice.others)])
        left -= set(posts[-1])
