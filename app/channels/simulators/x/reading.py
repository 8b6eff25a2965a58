"""The endpoints that read: lookup, own account, timelines, mentions, search."""

import base64
import binascii
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from app.channels.simulators.world import World
from app.channels.simulators.x import render
from app.channels.simulators.x.gate import ANY, USER, Answer, Call, Endpoint
from app.channels.simulators.x.posts import Account, Post, PostStore, id_at
from app.channels.simulators.x.problems import invalid, missing, not_found
from app.channels.simulators.x.query import BadQuery, compile_query
from app.channels.simulators.x.render import Wanted

_SEARCH_REACH_S: Final = 7 * 86_400
_MENTIONS_REACH: Final = 800
_TIMELINE_REACH: Final = 3_200
_QUERY_CHARS: Final = 512
_FIELDS: Final = frozenset(
    (
        "tweet.fields",
        "post.fields",
        "user.fields",
        "media.fields",
        "poll.fields",
        "place.fields",
        "expansions",
    )
)
_PAGE: Final = frozenset(("since_id", "until_id", "max_results", "start_time", "end_time", "exclude"))


def wanted_by(world: World, call: Call, allowed: frozenset[str]) -> Wanted:
    """
    The fields that a call asks for.

    Args:
        allowed: Its further parameters; any other is refused by name.
    """
    query = call.query
    for name in query.keys() - allowed - _FIELDS:
        raise invalid(f"The query parameter [{name}] is not one of the known ones", **{name: [query[name]]})
    spelling = world.faults.peek("x", "field_spelling")
    if spelling is None:
        return render.wanted(query, "new", "both")
    return render.wanted(query, str(spelling["answers"]), str(spelling["requests"]))


class Reading:
    """Handlers over the stores."""

    def __init__(self, world: World, store: PostStore) -> None:
        self._world = world
        self._store = store

    def endpoints(self) -> list[Endpoint]:
        return [
            Endpoint("search.recent", "GET", "/2/tweets/search/recent", self.search, "search.recent"),
            Endpoint("post.lookup", "GET", "/2/tweets", self.lookup, "post.lookup"),
            Endpoint("post.lookup", "GET", "/2/tweets/{post_id}", self.lookup_one, "post.lookup"),
            Endpoint("user.me", "GET", "/2/users/me", self.me, "user.me", USER, "users.read"),
            Endpoint(
                "user.lookup",
                "GET",
                "/2/users/by/username/{username}",
                self.by_username,
                "user.lookup",
                ANY,
                "users.read",
            ),
            Endpoint("user.posts", "GET", "/2/users/{user_id}/tweets", self.timeline, "user.posts"),
            Endpoint("user.mentions", "GET", "/2/users/{user_id}/mentions", self.mentions, "user.mentions"),
        ]

    def _listed(self, call: Call, before: int | None = None) -> Iterator[Post]:
        """What timelines and search know by now, newer than `since_id`, newest first."""
        lag = self._world.faults.peek("x", "timeline_lag")
        lag_s = float(lag["seconds"]) if lag else self._world.settings.x.timeline_lag_s
        now_s = self._world.clock.epoch_s()
        posts = self._store.newest_first(_number(call.query, "since_id", 0), before)
        return (post for post in posts if lag_s == 0 or post.created_at_s <= now_s - lag_s)

    def _page(
        self, call: Call, want: Wanted, found: Iterator[Post], bounds: tuple[int, int, int], token: str
    ) -> Answer:
        """
        One page, newest first.

        Args:
            bounds: Lowest, highest and default `max_results`.
            token: The parameter that carries the next page's token.
        """
        query = call.query
        low, high, default = bounds
        size = _number(query, "max_results", default)
        if not low <= size <= high:
            given = query.get("max_results", "")
            raise invalid(
                f"The `max_results` query parameter value [{given}] is not between {low} and {high}",
                max_results=[given],
            )
        until = _number(query, "until_id", 0)
        before = _page_start(query[token]) if token in query else 0
        chosen = list(
            islice(
                (
                    post
                    for post in found
                    if (not until or int(post.id) < until) and (not before or int(post.id) < before)
                ),
                size + 1,
            )
        )
        more, chosen = len(chosen) > size, chosen[:size]
        meta: dict[str, Any] = {"result_count": len(chosen)}
        if not chosen:
            return Answer({"meta": meta})
        meta |= {"newest_id": chosen[0].id, "oldest_id": chosen[-1].id}
        if more:
            meta["next_token"] = _page_token(chosen[-1])
        body = {"data": [render.post(post, want.post_fields, want.spelling, self._store) for post in chosen]}
        return Answer(body | self._extras(chosen, want) | {"meta": meta})

    def _extras(self, posts: list[Post], want: Wanted) -> dict[str, Any]:
        extras: dict[str, Any] = {}
        included = render.includes(posts, want, self._store)
        if included:
            extras["includes"] = included
        gone = [
            post.in_reply_to for post in posts if post.in_reply_to is not None and post.in_reply_to.is_deleted
        ]
        if gone and "referenced_tweets.id" in want.expansions:
            extras["errors"] = [missing(post.id, "referenced_tweets.id") for post in gone]
        return extras

    async def lookup(self, call: Call) -> Answer:
        want = wanted_by(self._world, call, frozenset(("ids",)))
        ids = [one for one in call.query.get("ids", "").split(",") if one]
        if not 1 <= len(ids) <= 100 or not all(one.isdigit() for one in ids):
            raise invalid("The `ids` query parameter needs one to a hundred ids", ids=ids)
        posts = [post for post in map(self._store.get, ids) if post is not None]
        gone = [missing(one, "ids") for one in ids if self._store.get(one) is None]
        body: dict[str, Any] = {}
        if posts:
            body["data"] = [render.post(post, want.post_fields, want.spelling, self._store) for post in posts]
            body |= self._extras(posts, want)
        if gone:
            body["errors"] = [*body.get("errors", []), *gone]
        return Answer(body)

    async def lookup_one(self, call: Call) -> Answer:
        want, post_id = wanted_by(self._world, call, frozenset()), call.path("post_id")
        post = self._store.get(post_id)
        if post is None:
            raise not_found(post_id)
        body = {"data": render.post(post, want.post_fields, want.spelling, self._store)}
        return Answer(body | self._extras([post], want))

    async def me(self, call: Call) -> Answer:
        want = wanted_by(self._world, call, frozenset())
        return Answer({"data": render.user(self._store.own, want.user_fields)})

    async def by_username(self, call: Call) -> Answer:
        want = wanted_by(self._world, call, frozenset())
        return Answer({"data": render.user(self._account(call.path("username")), want.user_fields)})

    def _account(self, key: str) -> Account:
        account = self._store.find_account(key)
        if account is None:
            raise not_found(key, "id")
        return account

    async def timeline(self, call: Call) -> Answer:
        want = wanted_by(self._world, call, _PAGE | {"pagination_token"})
        account = self._account(call.path("user_id"))
        skipped = call.query.get("exclude", "").split(",")
        own = (
            post
            for post in self._listed(call)
            if post.author is account and not ("replies" in skipped and post.in_reply_to is not None)
        )
        return self._page(call, want, islice(own, _TIMELINE_REACH), (5, 100, 10), "pagination_token")

    async def mentions(self, call: Call) -> Answer:
        want = wanted_by(self._world, call, _PAGE | {"pagination_token"})
        account = self._account(call.path("user_id"))
        found = (
            post
            for post in self._listed(call)
            if post.author is not account
            and (
                (post.in_reply_to is not None and post.in_reply_to.author is account)
                or ("@" in post.raw_text and post.mentions_of(account.username))
            )
        )
        return self._page(call, want, islice(found, _MENTIONS_REACH), (5, 100, 10), "pagination_token")

    async def search(self, call: Call) -> Answer:
        want = wanted_by(self._world, call, _PAGE | {"query", "next_token", "pagination_token", "sort_order"})
        query = call.query.get("query", "")
        if not 0 < len(query) <= _QUERY_CHARS:
            raise invalid(
                f"The `query` query parameter is longer than {_QUERY_CHARS} characters, or empty",
                query=[query],
            )
        try:
            matches = compile_query(query)
        except BadQuery as exc:
            raise invalid(str(exc), query=[query]) from None
        oldest = id_at(self._world.clock.epoch_s() - _SEARCH_REACH_S)
        token = "pagination_token" if "pagination_token" in call.query else "next_token"
        before = _page_start(call.query[token]) if token in call.query else None
        found = (post for post in self._listed(call, before) if int(post.id) >= oldest and matches(post))
        return self._page(call, want, found, (10, 100, 10), token)


def _number(query: dict[str, str], name: str, default: int) -> int:
    value = query.get(name)
    if value is None:
        return default
    if not value.isdigit() or len(value) > 19:
        raise invalid(f"The `{name}` query parameter value [{value}] is not valid", **{name: [value]})
    return int(value)


def _page_token(last: Post) -> str:
    return base64.urlsafe_b64encode(f"before:{last.id}".encode()).decode().rstrip("=")


def _page_start(token: str) -> int:
    try:
        text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
        return int(text.removeprefix("before:"))
    except (binascii.Error, ValueError):
        raise invalid(f"The pagination token [{token}] is not valid", pagination_token=[token]) from None
