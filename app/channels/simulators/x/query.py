"""The query language of recent search and of stream rules, as far as answers to one's own posts need it."""

import re
from collections.abc import Callable
from typing import Final

from app.channels.simulators.x.posts import Post

Matcher = Callable[[Post], bool]

_TERM: Final = re.compile(r'\s*(-?)(?:([a-z_]+):("[^"]*"|\S+)|("[^"]+")|([@#]?[^\s()"]+))')


class BadQuery(ValueError):
    """The message says which part is not understood."""


def _operator(name: str, value: str) -> Matcher:
    value = value.strip('"')
    match name:
        case "conversation_id":
            return lambda post: post.conversation_id == value
        case "in_reply_to_tweet_id" | "in_reply_to_post_id":
            return lambda post: post.in_reply_to is not None and post.in_reply_to.id == value
        case "from":
            wanted = value.lstrip("@").lower()
            return lambda post: wanted in (post.author.username.lower(), post.author.id)
        case "to":
            wanted = value.lstrip("@").lower()
            return lambda post: (
                post.in_reply_to is not None
                and wanted
                in (
                    post.in_reply_to.author.username.lower(),
                    post.in_reply_to.author.id,
                )
            )
        case "lang":
            return lambda post: post.lang == value
        case "is" if value in ("retweet", "repost"):
            return lambda post: False
        case "is" if value == "reply":
            return lambda post: post.in_reply_to is not None
        case "is" if value == "quote":
            return lambda post: post.quoted_id is not None
        case "has" if value == "links":
            return lambda post: bool(post.urls)
        case "has" if value in ("media", "images"):
            return lambda post: bool(post.media_keys)
        case "has" if value == "mentions":
            return lambda post: "@" in post.raw_text
    raise BadQuery(f"Reference to invalid operator '{name}:{value}'. Operator is not available.")


def _word(word: str) -> Matcher:
    if word.startswith("@"):
        return lambda post: post.mentions_of(word[1:])
    wanted = word.strip('"').lower()
    return lambda post: wanted in post.raw_text.lower()


def compile_query(query: str) -> Matcher:
    """
    A query as a test of one post. Terms are joined by AND; OR and grouping are not imitated.

    Raises:
        BadQuery: It is empty, or something in it is not understood.
    """
    tests: list[tuple[bool, Matcher]] = []
    at = 0
    query = query.strip()
    while at < len(query):
        term = _TERM.match(query, at)
        if term is None or term[5] in ("OR",):
            raise BadQuery(
                f"There were errors processing your request: no viable alternative at '{query[at:]}'"
            )
        negative, name, value, phrase, word = term.groups()
        tests.append((not negative, _operator(name, value) if name else _word(phrase or word)))
        at = term.end()
    if not any(positive for positive, _ in tests):
        raise BadQuery("A query needs at least one operator that is not negated.")
    return lambda post: all(test(post) is positive for positive, test in tests)
