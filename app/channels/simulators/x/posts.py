"""Accounts and posts: what is there, who answered what, what was edited or taken away, and who is told."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from app.channels.simulators.clock import Clock
from app.channels.simulators.x import text as texts
from app.channels.simulators.x.settings import XSettings

_SNOWFLAKE_EPOCH_MS: Final = 1_288_834_974_657
# Longer texts are cut in `text` and whole in the note.
_CUT: Final = 274


@dataclass(frozen=True, slots=True)
class Account:
    id: str
    username: str
    name: str
    created_at_s: float
    verified_type: str = "none"


@dataclass(slots=True)
class Post:
    """One version of a post. An edit is a new Post whose `history` ends with its own id."""

    id: str
    author: Account
    raw_text: str
    text: str
    urls: list[dict[str, object]]
    created_at_s: float
    conversation_id: str
    editable_until_s: float
    edits_remaining: int
    history: list[str]
    in_reply_to: "Post | None" = None
    quoted_id: str | None = None
    media_keys: tuple[str, ...] = ()
    reply_settings: str = "everyone"
    lang: str = "und"
    is_deleted: bool = False
    is_hidden: bool = False
    replaced_by: str | None = None
    by_hand: bool = False

    @property
    def is_current(self) -> bool:
        return not self.is_deleted and self.replaced_by is None

    def mentions_of(self, username: str) -> bool:
        return any(handle.lower() == username.lower() for _, _, handle in texts.mentions(self.raw_text))


Happening = Literal["create", "edit", "delete"]
Listener = Callable[[Happening, Post], None]


class Snowflakes:
    """Ids that hold their milliseconds, and never repeat or go back."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def reset(self) -> None:
        """After a shifted clock was set back, ids hold true milliseconds again."""
        self._last = 0

    def next_id(self) -> str:
        made = (int(self._clock.epoch_s() * 1000) - _SNOWFLAKE_EPOCH_MS) << 22
        self._last = max(made, self._last + 1)
        return str(self._last)


def id_at(epoch_s: float) -> int:
    """The lowest id of a moment, for comparing."""
    return (int(epoch_s * 1000) - _SNOWFLAKE_EPOCH_MS) << 22


@dataclass(slots=True)
class NewPost:
    """What somebody wants to say, already allowed."""

    author: Account
    text: str
    in_reply_to: Post | None = None
    edit_of: Post | None = None
    quoted_id: str | None = None
    media_keys: tuple[str, ...] = ()
    reply_settings: str = "everyone"
    by_hand: bool = False


@dataclass(slots=True)
class PostStore:
    """Everything said so far, newest last."""

    settings: XSettings
    clock: Clock
    listeners: list[Listener] = field(default_factory=list)
    ids: Snowflakes = field(init=False)
    own: Account = field(init=False)
    _posts: dict[str, Post] = field(default_factory=dict)
    _accounts: dict[str, Account] = field(default_factory=dict)
    _by_author: dict[str, list[Post]] = field(default_factory=dict)
    # By the first id of the chain that is answered.
    _answers: dict[str, list[Post]] = field(default_factory=dict)
    # Ids only grow, so the order of arrival is the order of ids.
    _order: list[Post] = field(default_factory=list)
    _order_ids: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ids = Snowflakes(self.clock)
        self.reset()

    def reset(self) -> None:
        settings = self.settings
        self.ids.reset()
        verified = "government" if settings.premium else "none"
        self.own = Account(settings.user_id, settings.username, settings.name, self.clock.epoch_s(), verified)
        self._posts.clear()
        self._by_author.clear()
        self._answers.clear()
        self._order.clear()
        self._order_ids.clear()
        self._accounts = {self.own.username.lower(): self.own}

    def account(self, username: str, name: str | None = None) -> Account:
        """The account of a handle; made when it is new."""
        handle = username.lstrip("@")
        known = self._accounts.get(handle.lower())
        if known is None:
            known = Account(self.ids.next_id(), handle, name or handle, self.clock.epoch_s())
            self._accounts[handle.lower()] = known
        return known

    def find_account(self, key: str) -> Account | None:
        """By id or by handle."""
        by_handle = self._accounts.get(key.lower())
        return by_handle or next((one for one in self._accounts.values() if one.id == key), None)

    def accounts(self) -> list[Account]:
        return list(self._accounts.values())

    def get(self, post_id: str) -> Post | None:
        post = self._posts.get(post_id)
        return None if post is None or post.is_deleted else post

    def newest_first(self, after: int = 0, before: int | None = None) -> Iterator[Post]:
        """The current version of what is there between two ids, both excluded."""
        low = bisect_right(self._order_ids, after)
        high = len(self._order) if before is None else bisect_left(self._order_ids, before)
        return (self._order[n] for n in range(high - 1, low - 1, -1) if self._order[n].is_current)

    @property
    def count(self) -> int:
        return len(self._order)

    def latest(self, count: int) -> list[Post]:
        """The latest versions of anything, the deleted ones too, oldest first."""
        return self._order[-count:]

    def created_since(self, epoch_s: float, author: Account) -> Iterator[Post]:
        """Newest first, deleted ones too."""
        for post in reversed(self._by_author.get(author.id, [])):
            if post.created_at_s < epoch_s:
                return
            yield post

    def add(self, new: NewPost) -> Post:
        now_s = self.clock.epoch_s()
        post_id = self.ids.next_id()
        media_url = None
        if new.media_keys:
            media_url = f"https://x.com/{new.author.username}/status/{post_id}/photo/1"
        text, urls = texts.served(new.text, post_id, media_url)
        parent, old = new.in_reply_to, new.edit_of
        post = Post(
            id=post_id,
            author=new.author,
            raw_text=new.text,
            text=text,
            urls=urls,
            created_at_s=now_s,
            conversation_id=parent.conversation_id if parent else post_id,
            editable_until_s=now_s + self.settings.edit_window_s,
            edits_remaining=self.settings.edits_allowed,
            history=[post_id],
            in_reply_to=parent,
            quoted_id=new.quoted_id,
            media_keys=new.media_keys,
            reply_settings=new.reply_settings,
            lang=texts.language(new.text),
            by_hand=new.by_hand,
        )
        if old is not None:
            post.conversation_id = old.conversation_id
            post.in_reply_to = old.in_reply_to
            post.editable_until_s = old.editable_until_s
            post.edits_remaining = old.edits_remaining - 1
            post.history = [*old.history, post_id]
            old.replaced_by = post_id
        self._posts[post_id] = post
        self._order.append(post)
        self._order_ids.append(int(post_id))
        self._by_author.setdefault(new.author.id, []).append(post)
        if post.in_reply_to is not None:
            self._answers.setdefault(post.in_reply_to.history[0], []).append(post)
        self._tell("edit" if old is not None else "create", post)
        return post

    def delete(self, post: Post) -> None:
        """Take away a post with its whole edit chain."""
        chain = {post.id, *post.history}
        at = post
        while at.replaced_by is not None:
            at = self._posts[at.replaced_by]
            chain |= {at.id, *at.history}
        for post_id in chain:
            self._posts[post_id].is_deleted = True
        self._tell("delete", at)

    def current_of(self, post: Post) -> Post:
        while post.replaced_by is not None:
            post = self._posts[post.replaced_by]
        return post

    def reply_count(self, post: Post) -> int:
        return sum(1 for answer in self._answers.get(post.history[0], ()) if answer.is_current)

    def _tell(self, happening: Happening, post: Post) -> None:
        for listener in self.listeners:
            listener(happening, post)


def cut_text(text: str) -> tuple[str, str | None]:
    """The text as listed, and the whole one when that is longer."""
    if len(text) <= texts.LIMIT:
        return text, None
    return text[:_CUT].rstrip() + "…", text
