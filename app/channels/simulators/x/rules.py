"""What X refuses to publish, and why: length, cashtags, duplicates, answers uninvited, edits too late, caps."""

from typing import Any, Final

from app.channels.simulators.world import World
from app.channels.simulators.x import text as texts
from app.channels.simulators.x.media import MediaStore
from app.channels.simulators.x.posts import NewPost, Post, PostStore
from app.channels.simulators.x.problems import (
    duplicate,
    forbidden,
    invalid,
    not_found,
    not_permitted,
    not_summoned,
    not_visible,
    one_cashtag,
    over_update_limit,
)
from app.channels.simulators.x.text import words

_KEYS: Final = words(
    "text reply media reply_settings quote_tweet_id poll edit_options made_with_ai paid_partnership"
    " community_id share_with_followers for_super_followers_only geo nullcast card_uri"
    " direct_message_deep_link"
)
_NESTED: Final = {
    "reply": frozenset(("in_reply_to_tweet_id", "exclude_reply_user_ids", "auto_populate_reply_metadata")),
    "media": frozenset(("media_ids", "tagged_user_ids")),
    "edit_options": frozenset(("previous_post_id",)),
    "poll": frozenset(("options", "duration_minutes", "reply_settings")),
}
_REPLY_SETTINGS: Final = frozenset(("following", "mentionedUsers", "subscribers", "verified"))
_CAP_WINDOW_S: Final = 10_800
_PREMIUM_LIMIT: Final = 25_000


def _unknown(where: str, name: str) -> Exception:
    return invalid(
        f"{where}.{name}: is not defined in the schema and the schema does not allow additional properties",
        **{name: []},
    )


def _check_schema(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise invalid("$: an object is expected", body=[])
    for name in body.keys() - _KEYS:
        raise _unknown("$", name)
    for name, allowed in _NESTED.items():
        part = body.get(name)
        if part is None:
            continue
        if not isinstance(part, dict):
            raise invalid(f"$.{name}: an object is expected", **{name: []})
        for inner in part.keys() - allowed:
            raise _unknown(f"$.{name}", inner)
    if not isinstance(body.get("text", ""), str):
        raise invalid("$.text: a string is expected", text=[])
    if "reply_settings" in body and body["reply_settings"] not in _REPLY_SETTINGS:
        raise invalid(
            "$.reply_settings: not one of the known values", reply_settings=[str(body["reply_settings"])]
        )
    return body


def _id(value: Any, name: str) -> str:
    if not isinstance(value, str) or not value.isdigit() or len(value) > 19:
        raise invalid(f"{name} must match ^[0-9]{{1,19}}$", **{name: [str(value)]})
    return value


class PostRules:
    """Turns the body of a create into something to add, or says no."""

    def __init__(self, world: World, store: PostStore, media: MediaStore) -> None:
        self._world = world
        self._settings = world.settings.x
        self._store = store
        self._media = media

    def read(self, raw: Any) -> NewPost:
        """
        Args:
            raw: The JSON body of `POST /2/tweets`.

        Raises:
            XProblem: The refusal.
        """
        body = _check_schema(raw)
        text: str = body.get("text", "")
        media_ids = (body.get("media") or {}).get("media_ids") or []
        if not text and not media_ids:
            raise invalid("$: one of text or media is needed", text=[])
        self._check_cap()
        self._check_text(text, bool(media_ids))
        if body.get("quote_tweet_id") is not None and self._settings.self_serve:
            raise not_permitted()
        new = NewPost(self._store.own, text, reply_settings=body.get("reply_settings", "everyone"))
        if body.get("edit_options"):
            new.edit_of = self._editable(
                _id(body["edit_options"].get("previous_post_id"), "previous_post_id")
            )
        elif body.get("reply"):
            new.in_reply_to = self._answerable(
                _id(body["reply"].get("in_reply_to_tweet_id"), "in_reply_to_tweet_id")
            )
        self._check_duplicate(text, new.edit_of)
        if media_ids:
            # Last, as attaching uses the media up.
            new.media_keys = self._media.attach([str(media_id) for media_id in media_ids])
        return new

    def _check_text(self, text: str, has_media: bool) -> None:
        if not text and has_media:
            return
        limit = _PREMIUM_LIMIT if self._settings.long_posts else texts.LIMIT
        if len(text) > _PREMIUM_LIMIT or not texts.is_sayable(text, limit):
            raise invalid("Your Tweet text is too long, or holds a character that is not allowed.", text=[])
        if self._settings.self_serve and len(texts.cashtags(text)) > 1:
            raise one_cashtag()

    def _check_cap(self) -> None:
        capped = self._world.faults.peek("x", "cap_per_3_hours")
        if capped is None:
            return
        since_s = self._world.clock.epoch_s() - _CAP_WINDOW_S
        if sum(1 for _ in self._store.created_since(since_s, self._store.own)) >= int(capped["posts"]):
            raise over_update_limit()

    def _check_duplicate(self, text: str, edit_of: Post | None) -> None:
        if not text:
            return
        own_chain = set(edit_of.history) if edit_of else set()
        since_s = self._world.clock.epoch_s() - self._settings.duplicate_window_s
        for post in self._store.created_since(since_s, self._store.own):
            counts = self._settings.deleted_counts_as_duplicate or post.is_current
            if counts and post.id not in own_chain and post.raw_text == text:
                raise duplicate()

    def _lag_s(self) -> float:
        lag = self._world.faults.peek("x", "parent_not_visible")
        return float(lag["seconds"]) if lag else self._settings.visibility_lag_s

    def _answerable(self, post_id: str) -> Post:
        parent = self._store.get(post_id)
        if parent is None or self._world.clock.epoch_s() - parent.created_at_s < self._lag_s():
            raise not_visible()
        own = self._store.own
        if parent.author is own or not self._settings.self_serve:
            return parent
        quoted = self._store.get(parent.quoted_id) if parent.quoted_id else None
        implied = parent.in_reply_to is not None and parent.in_reply_to.author is own
        summoned = parent.mentions_of(own.username) or (quoted is not None and quoted.author is own)
        if not summoned and not (implied and self._settings.implicit_mention_summons):
            raise not_summoned()
        return parent

    def _editable(self, post_id: str) -> Post:
        post = self._store.get(post_id)
        if post is None:
            raise not_found(post_id, "previous_post_id")
        post = self._store.current_of(post)
        if post.author is not self._store.own or not self._settings.premium:
            raise not_permitted()
        if self._world.faults.take("x", "edit_refused", "post.create") is not None:
            raise not_permitted()
        late = self._world.clock.epoch_s() > post.editable_until_s
        if late or post.edits_remaining < 1:
            raise forbidden("This Post is no longer eligible for editing.")
        if post.in_reply_to is not None and post.in_reply_to.author is not self._store.own:
            raise not_permitted()
        return post
