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


class _Parser:
    """Alternatives of conjunctions, as the platform reads them: AND before OR, groups in parentheses."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.at = 0
        self.has_positive = False

    def refuse(self) -> BadQuery:
        rest = self.query[self.at :]
        return BadQuery(f"There were errors processing your request: no viable alternative at '{rest}'")

    def peek(self) -> str:
        """What comes next, blanks passed over: "" at the end, "(", ")", "OR", or anything else for a term."""
        while self.at < len(self.query) and self.query[self.at].isspace():
            self.at += 1
        rest = self.query[self.at :]
        if rest[:2] == "OR" and (len(rest) == 2 or rest[2].isspace() or rest[2] == "("):
            return "OR"
        return rest[:1]

    def alternatives(self) -> Matcher:
        choices = [self.conjunction()]
        while self.peek() == "OR":
            self.at += 2
            choices.append(self.conjunction())
        return choices[0] if len(choices) == 1 else lambda post: any(choice(post) for choice in choices)

    def conjunction(self) -> Matcher:
        tests = [self.unit()]
        while self.peek() not in ("", ")", "OR"):
            tests.append(self.unit())
        return tests[0] if len(tests) == 1 else lambda post: all(test(post) for test in tests)

    def unit(self) -> Matcher:
        if self.peek() in ("", ")", "OR"):
            raise self.refuse()
        negative = self.query.startswith("-(", self.at)
        if negative or self.query[self.at] == "(":
            self.at += 2 if negative else 1
            inner = self.alternatives()
            if self.peek() != ")":
                raise self.refuse()
            self.at += 1
            return (lambda post: not inner(post)) if negative else inner
        term = _TERM.match(self.query, self.at)
        if term is None:
            raise self.refuse()
        minus, name, value, phrase, word = term.groups()
        if value is not None and not value.startswith('"'):
            value = value.rstrip(")")  # a closing parenthesis belongs to the group, not to the operand
            self.at = term.start(3) + len(value)
        else:
            self.at = term.end()
        test = _operator(name, value) if name else _word(phrase or word)
        if minus:
            return lambda post: not test(post)
        self.has_positive = True
        return test


def compile_query(query: str) -> Matcher:
    """
    A query as a test of one post.

    Raises:
        BadQuery: It is empty, or something in it is not understood.
    """
    parser = _Parser(query.strip())
    if not parser.query:
        raise BadQuery("A query needs at least one operator that is not negated.")
    found = parser.alternatives()
    if parser.peek():
        raise parser.refuse()
    if not parser.has_positive:
        raise BadQuery("A query needs at least one operator that is not negated.")
    return found
