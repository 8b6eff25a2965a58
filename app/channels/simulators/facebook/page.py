"""
The state of one simulated page: posts, photos, comments, and what the public did to them.

A machine without a clock of its own: every call brings the time along. What happens is also told as an event of
the page's feed, which `feed.py` turns into a webhook.

Source: the project's platform notes, sections 2.2 to 2.4 and 2.7, read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from app.channels.simulators.facebook.errors import GraphRefusal, bad_parameter, missing_object

MAX_MESSAGE_CHARS = 63_206  # unconfirmed, but what every scheduler uses
SCHEDULE_MIN_S, SCHEDULE_MAX_S = 600, 30 * 86_400


@dataclass(slots=True)
class Photo:
    id: str
    url: str
    alt_text: str
    published: bool
    post_id: str | None = None


@dataclass(slots=True)
class Post:
    """A post of the page; a draft until `published`."""

    id: str
    app_id: str
    message: str
    created_at: float
    updated_at: float
    published: bool
    scheduled_at: float | None = None
    link: str = ""
    photo_ids: tuple[str, ...] = ()
    comments: list[Comment] = field(default_factory=list)


@dataclass(slots=True)
class Comment:
    """An answer to a post, or to another answer."""

    id: str
    post_id: str
    parent_id: str  # the post's own id at the top level
    from_id: str
    from_name: str
    message: str
    created_at: float
    app_id: str | None = None
    is_hidden: bool = False
    likes: int = 0
    rank: float = 0.0
    edited: bool = False


Tell = Callable[[str, dict[str, Any]], None]


class PageState:
    """Posts, photos and comments by id. Not safe for threads: one event loop owns it."""

    def __init__(self, page_id: str, page_name: str, random: Random, tell: Tell) -> None:
        self.page_id = page_id
        self.page_name = page_name
        self.posts: dict[str, Post] = {}
        self.photos: dict[str, Photo] = {}
        self.comments: dict[str, Comment] = {}
        self.version = 0
        self._random = random
        self._tell = tell
        self._last_number = 122_000_000_000_000

    # -- posts ------------------------------------------------------------------------------------------------

    def create_post(
        self,
        app_id: str,
        message: str,
        now: float,
        *,
        link: str = "",
        photo_ids: tuple[str, ...] = (),
        published: bool = True,
        scheduled_at: float | None = None,
    ) -> Post:
        """
        Make a post, a draft or a scheduled post.

        Raises:
            GraphRefusal: nothing was made; code 506 where the page's last post says the same.
        """
        if not message and not link and not photo_ids:
            raise bad_parameter("Param message is required: the post would be empty")
        self._check_length(message)
        if scheduled_at is not None:
            if published:
                raise bad_parameter("A scheduled post needs published=false")
            if not now + SCHEDULE_MIN_S <= scheduled_at <= now + SCHEDULE_MAX_S:
                raise bad_parameter("The specified scheduled publish time is invalid.")
        for photo_id in photo_ids:
            if photo_id not in self.photos or self.photos[photo_id].post_id is not None:
                raise missing_object(photo_id)
        if published and self._repeats(message, link, photo_ids):
            raise GraphRefusal(
                506,
                "Duplicate status message",
                title="Duplicate Status Update",
            )
        post = Post(self._new_post_id(), app_id, message, now, now, published, scheduled_at, link, photo_ids)
        self.posts[post.id] = post
        for photo_id in photo_ids:
            self.photos[photo_id].post_id = post.id
        self.version += 1
        if published:
            self._tell_post(post, "add")
        return post

    def edit_post(self, post: Post, app_id: str, fields: dict[str, str], now: float) -> None:
        if post.app_id != app_id:
            raise GraphRefusal(
                200, "(#200) This post was not created by the application and cannot be edited", status=403
            )
        if {"link", "attached_media", "source", "url"} & fields.keys():
            raise bad_parameter("Links and media of a post cannot be changed")
        published = fields.get("is_published")
        if "message" not in fields and published is None:
            raise bad_parameter("Nothing to update")
        if published is not None and (published.lower() not in {"true", "1"} or post.scheduled_at):
            raise bad_parameter("Param is_published can only turn a draft into a published post")
        if "message" in fields:
            self._check_length(fields["message"])
            post.message = fields["message"]
        post.updated_at = now
        self.version += 1
        if published is not None and not post.published:
            post.published = True
            self._tell_post(post, "add")
        elif post.published:
            self._tell_post(post, "edited")

    def delete_post(self, post: Post) -> None:
        del self.posts[post.id]
        for comment in post.comments:
            self.comments.pop(comment.id, None)
        self.version += 1
        if post.published:
            self._tell_post(post, "remove")

    def publish_due(self, now: float) -> None:
        """Publish what was scheduled for a time that has come."""
        for post in self.posts.values():
            if post.scheduled_at is not None and post.scheduled_at <= now:
                post.created_at, post.scheduled_at, post.published = post.scheduled_at, None, True
                self.version += 1
                self._tell_post(post, "add")

    def newest_first(self) -> list[Post]:
        return sorted((post for post in self.posts.values() if post.published), key=_newest, reverse=True)

    def add_photo(self, url: str, alt_text: str, published: bool) -> Photo:
        photo = Photo(self._new_number(), url, alt_text, published)
        self.photos[photo.id] = photo
        return photo

    # -- comments ---------------------------------------------------------------------------------------------

    def comment(
        self,
        on_id: str,
        from_id: str,
        from_name: str,
        message: str,
        now: float,
        *,
        app_id: str | None = None,
    ) -> Comment:
        """Answer a published post or one of its comments."""
        if not message:
            raise bad_parameter("Param message must be a non-empty UTF-8 encoded string")
        above = self.comments.get(on_id)
        post = self.posts.get(above.post_id if above else on_id)
        if post is None or not post.published:
            raise missing_object(on_id)
        number = self._new_number()
        comment = Comment(
            id=f"{post.id.partition('_')[2]}_{number}",
            post_id=post.id,
            parent_id=on_id,
            from_id=from_id,
            from_name=from_name,
            message=message,
            created_at=now,
            app_id=app_id,
            rank=self._random.random(),
        )
        self.comments[comment.id] = comment
        post.comments.append(comment)
        self.version += 1
        self._tell_comment(comment, "add")
        return comment

    def edit_comment(self, comment: Comment, message: str) -> None:
        if not message:
            raise bad_parameter("Param message must be a non-empty UTF-8 encoded string")
        comment.message, comment.edited = message, True
        self.version += 1
        self._tell_comment(comment, "edited")

    def hide_comment(self, comment: Comment, hidden: bool) -> None:
        if comment.is_hidden != hidden:
            comment.is_hidden = hidden
            self.version += 1
            self._tell_comment(comment, "hide" if hidden else "unhide")

    def remove_comment(self, comment: Comment) -> None:
        """Take a comment away, and the answers to it."""
        for below in [one for one in self.posts[comment.post_id].comments if one.parent_id == comment.id]:
            self.remove_comment(below)
        del self.comments[comment.id]
        self.posts[comment.post_id].comments.remove(comment)
        self.version += 1
        self._tell_comment(comment, "remove")

    # -- small steps ------------------------------------------------------------------------------------------

    def _repeats(self, message: str, link: str, photo_ids: tuple[str, ...]) -> bool:
        last = next(iter(self.newest_first()), None)
        return last is not None and (last.message, last.link, last.photo_ids) == (message, link, photo_ids)

    def _check_length(self, message: str) -> None:
        if len(message) > MAX_MESSAGE_CHARS:
            raise bad_parameter(f"Param message must be at most {MAX_MESSAGE_CHARS} characters")

    def _new_number(self) -> str:
        self._last_number += self._random.randrange(3, 900)
        return str(self._last_number)

    def spend_id(self) -> str:
        """The next post's id, given away for nothing."""
        return self._new_post_id()

    def _new_post_id(self) -> str:
        return f"{self.page_id}_{self._new_number()}"

    def _tell_post(self, post: Post, verb: str) -> None:
        value: dict[str, Any] = {
            "from": {"id": self.page_id, "name": self.page_name},
            "item": "photo" if post.photo_ids else "status",
            "verb": verb,
            "post_id": post.id,
            "published": 1,
            "created_time": int(post.created_at),
        }
        if verb != "remove":
            value["message"] = post.message
        self._tell("post", value)

    def _tell_comment(self, comment: Comment, verb: str) -> None:
        value: dict[str, Any] = {
            "from": {"id": comment.from_id, "name": comment.from_name},
            "item": "comment",
            "verb": verb,
            "comment_id": comment.id,
            "post_id": comment.post_id,
            "parent_id": comment.parent_id,
            "created_time": int(comment.created_at),
            "post": {"id": comment.post_id, "permalink_url": f"https://www.facebook.com/{comment.post_id}"},
        }
        if verb != "remove":
            value["message"] = comment.message
        self._tell("comment", value)


def _newest(post: Post) -> tuple[float, str]:
    return post.created_at, post.id
