"""Posts and people as X writes them: only the fields asked for, empty ones left out, in two spellings."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from app.channels.simulators.clock import iso
from app.channels.simulators.x import text as texts
from app.channels.simulators.x.posts import Account, Post, PostStore, cut_text
from app.channels.simulators.x.problems import invalid
from app.channels.simulators.x.text import words

# Old name to the one of August 2026.
RENAMED: Final = {
    "edit_history_tweet_ids": "edit_history_post_ids",
    "referenced_tweets": "referenced_posts",
    "note_tweet": "note_post",
}
_OLD: Final = {new: old for old, new in RENAMED.items()}
POST_FIELDS: Final = words(
    "id text created_at author_id conversation_id in_reply_to_user_id referenced_tweets entities lang"
    " edit_history_tweet_ids edit_controls public_metrics reply_settings attachments source"
    " possibly_sensitive note_tweet context_annotations geo withheld display_text_range article"
)
USER_FIELDS: Final = words(
    "id name username created_at profile_image_url verified verified_type protected description"
    " public_metrics location url entities pinned_tweet_id"
)
EXPANSIONS: Final = words(
    "author_id referenced_tweets.id referenced_tweets.id.author_id in_reply_to_user_id"
    " attachments.media_keys entities.mentions.username edit_history_tweet_ids"
)
_ALWAYS: Final = frozenset(("id", "text", "edit_history_tweet_ids"))
# Streams and events still write the old names.
EVENT_FIELDS: Final = POST_FIELDS - {"context_annotations", "geo", "withheld", "article", "source"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a read asked for, in old names."""

    post_fields: frozenset[str]
    user_fields: frozenset[str]
    expansions: frozenset[str]
    spelling: str  # how the answer is spelt: "new", "old" or "both"


def _listed(query: dict[str, str], name: str, allowed: frozenset[str]) -> frozenset[str]:
    asked = [part for part in query.get(name, "").split(",") if part]
    old = [_OLD.get(part, part.replace("referenced_posts.", "referenced_tweets.")) for part in asked]
    wrong = [asked[n] for n, part in enumerate(old) if part not in allowed]
    if wrong:
        listed = ",".join(sorted(allowed))
        raise invalid(
            f"The `{name}` query parameter value [{wrong[0]}] is not one of [{listed}]", **{name: wrong}
        )
    return frozenset(old)


def wanted(query: dict[str, str], answers: str, requests: str) -> Wanted:
    """
    Read the field parameters.

    Args:
        answers: Spelling of the answer.
        requests: Spelling that is understood; the other is refused, naming the parameter.
    """
    for name, spelling in (("tweet.fields", "old"), ("post.fields", "new")):
        if name in query and requests not in (spelling, "both"):
            raise invalid(
                f"The query parameter [{name}] is not one of the known ones", **{name: [query[name]]}
            )
    fields = _listed(query, "tweet.fields", POST_FIELDS) | _listed(query, "post.fields", POST_FIELDS)
    return Wanted(
        fields | _ALWAYS,
        _listed(query, "user.fields", USER_FIELDS) | {"id", "name", "username"},
        _listed(query, "expansions", EXPANSIONS),
        answers,
    )


def _moment(epoch_s: float) -> str:
    # Whole seconds; only the id holds the milliseconds.
    return iso(datetime.fromtimestamp(int(epoch_s), UTC))


def user(account: Account, fields: frozenset[str]) -> dict[str, Any]:
    everything: dict[str, Any] = {
        "id": account.id,
        "name": account.name,
        "username": account.username,
        "created_at": _moment(account.created_at_s),
        "profile_image_url": "https://abs.twimg.com/sticky/default_profile_images/default_profile_normal.png",
        "verified": account.verified_type != "none",
        "verified_type": account.verified_type,
        "protected": False,
        "public_metrics": {"followers_count": 0, "following_count": 0, "tweet_count": 0, "listed_count": 0},
    }
    return {name: value for name, value in everything.items() if name in fields}


def _entities(found: Post, store: PostStore) -> dict[str, Any]:
    entities: dict[str, Any] = {}
    if found.urls:
        entities["urls"] = found.urls
    handles = []
    for start, end, handle in texts.mentions(found.text):
        known = store.find_account(handle)
        mention = {"start": start, "end": end, "username": handle}
        handles.append(mention | {"id": known.id} if known else mention)
    if handles:
        entities["mentions"] = handles
    return entities


def post(found: Post, fields: frozenset[str], spelling: str, store: PostStore) -> dict[str, Any]:
    """One post; `fields` in old names."""
    text, whole = cut_text(found.text)
    current = store.current_of(found)
    parent = found.in_reply_to
    references = [{"type": "replied_to", "id": parent.id}] if parent else []
    if found.quoted_id:
        references.append({"type": "quoted", "id": found.quoted_id})
    everything: dict[str, Any] = {
        "id": found.id,
        "text": text,
        "edit_history_tweet_ids": current.history,
        "created_at": _moment(found.created_at_s),
        "author_id": found.author.id,
        "conversation_id": found.conversation_id,
        "in_reply_to_user_id": parent.author.id if parent else None,
        "referenced_tweets": references,
        "lang": found.lang,
        "reply_settings": found.reply_settings,
        "possibly_sensitive": False,
        "attachments": {"media_keys": list(found.media_keys)} if found.media_keys else None,
        "note_tweet": {"text": whole} if whole else None,
        "edit_controls": {
            # Nobody edits an answer to somebody else.
            "is_edit_eligible": parent is None or parent.author is found.author,
            "editable_until": _moment(found.editable_until_s),
            "edits_remaining": max(0, current.edits_remaining),
        },
    }
    if "entities" in fields:
        everything["entities"] = _entities(found, store)
    if "public_metrics" in fields:
        everything["public_metrics"] = {
            "retweet_count": 0,
            "reply_count": store.reply_count(found),
            "like_count": 0,
            "quote_count": 0,
            "bookmark_count": 0,
            "impression_count": 0,
        }
    kept = {
        name: value for name, value in everything.items() if name in fields and value not in (None, [], {})
    }
    return respell(kept, spelling)


def respell(values: dict[str, Any], spelling: str) -> dict[str, Any]:
    """Old names into the spelling of the answer."""
    if spelling == "old":
        return values
    spelt: dict[str, Any] = {}
    for name, value in values.items():
        if spelling == "both" and name in RENAMED:
            spelt[name] = value
        spelt[RENAMED.get(name, name)] = value
    return spelt


def includes(posts: Iterable[Post], want: Wanted, store: PostStore) -> dict[str, Any]:
    """The expanded objects, each once."""
    users: dict[str, Account] = {}
    others: dict[str, Post] = {}
    for found in posts:
        if "author_id" in want.expansions:
            users[found.author.id] = found.author
        parent = found.in_reply_to
        if parent is not None:
            if "in_reply_to_user_id" in want.expansions:
                users[parent.author.id] = parent.author
            if (
                want.expansions & {"referenced_tweets.id", "referenced_tweets.id.author_id"}
                and not parent.is_deleted
            ):
                others[parent.id] = parent
            if "referenced_tweets.id.author_id" in want.expansions:
                users[parent.author.id] = parent.author
        if "entities.mentions.username" in want.expansions:
            for _, _, handle in texts.mentions(found.raw_text):
                known = store.find_account(handle)
                if known:
                    users[known.id] = known
    made: dict[str, Any] = {}
    if users:
        made["users"] = [user(account, want.user_fields) for account in users.values()]
    if others:
        rendered = [post(found, want.post_fields, want.spelling, store) for found in others.values()]
        if want.spelling != "new":
            made["tweets"] = rendered
        if want.spelling != "old":
            made["posts"] = rendered
    return made
