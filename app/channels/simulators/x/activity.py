"""The account activity stream and its subscriptions."""

from typing import Any, Final

from app.channels.simulators.clock import iso
from app.channels.simulators.world import World
from app.channels.simulators.x import render
from app.channels.simulators.x.posts import Happening, Post, PostStore
from app.channels.simulators.x.problems import XProblem, invalid, not_found, unsupported_authentication
from app.channels.simulators.x.streams import Stream

PRIVATE_EVENTS: Final = frozenset(
    ("post.mention.create", "post.reply.create", "post.quote.create", "post.repost.create")
)
EVENTS: Final = frozenset(("post.create", "post.delete")) | PRIVATE_EVENTS
_MAX_SUBSCRIPTIONS: Final = 1_500


class ActivityStream(Stream):
    """`/2/activity/stream` and its subscriptions."""

    def __init__(self, world: World, store: PostStore) -> None:
        super().__init__(world, store)
        self._subscriptions: dict[str, dict[str, Any]] = {}

    def reset(self) -> None:
        self.close_all()
        self._subscriptions.clear()

    def _meta(self) -> dict[str, Any]:
        return {"total_subscriptions": len(self._subscriptions)}

    def subscribe(self, body: dict[str, Any], kind: str) -> dict[str, Any]:
        """
        Args:
            kind: How the caller signed in; private events need the user's own OAuth 2.0 token.
        """
        event = body.get("event_type")
        user_id = (body.get("filter") or {}).get("user_id")
        if set(body) - {"event_type", "filter", "tag", "webhook_id"}:
            raise invalid("The body has a field that is not defined", body=sorted(body))
        if event not in EVENTS:
            raise invalid(f"event_type [{event}] is not known", event_type=[str(event)])
        if not isinstance(user_id, str) or not user_id.isdigit():
            raise invalid("filter.user_id is needed", filter=[str(user_id)])
        if event in PRIVATE_EVENTS and (kind != "oauth2" or user_id != self._store.own.id):
            raise unsupported_authentication("OAuth 2.0 User Context of the filtered user")
        same = (event, user_id)
        if any((one["event_type"], one["filter"]["user_id"]) == same for one in self._subscriptions.values()):
            raise XProblem(
                409,
                {
                    "title": "DuplicateSubscription",
                    "detail": "Subscribed already.",
                    "type": "about:blank",
                    "status": 409,
                },
            )
        if len(self._subscriptions) >= _MAX_SUBSCRIPTIONS:
            raise XProblem(
                403,
                {
                    "title": "Forbidden",
                    "detail": "Too many subscriptions.",
                    "type": "about:blank",
                    "status": 403,
                },
            )
        now = iso(self._world.clock.now())
        made = {"subscription_id": self._store.ids.next_id(), "created_at": now, "updated_at": now, **body}
        self._subscriptions[made["subscription_id"]] = made
        return {"data": made, "meta": self._meta()}

    def subscriptions(self) -> dict[str, Any]:
        listed = list(self._subscriptions.values())
        return {"data": listed, "meta": self._meta()} if listed else {"meta": self._meta()}

    def unsubscribe(self, subscription_id: str) -> dict[str, Any]:
        if self._subscriptions.pop(subscription_id, None) is None:
            raise not_found(subscription_id, "subscription_id")
        return {"data": {"deleted": True}, "meta": self._meta()}

    def retag(self, subscription_id: str, body: dict[str, Any]) -> dict[str, Any]:
        if subscription_id not in self._subscriptions:
            raise not_found(subscription_id, "subscription_id")
        if set(body) - {"tag", "webhook_id"}:
            raise invalid("Only tag and webhook_id can be changed", body=sorted(body))
        found = self._subscriptions[subscription_id]
        found |= body | {"updated_at": iso(self._world.clock.now())}
        return {"data": found, "meta": self._meta()}

    def hear(self, happening: Happening, post: Post) -> None:
        for subscription in list(self._subscriptions.values()):
            if self._concerns(subscription["event_type"], subscription["filter"]["user_id"], happening, post):
                for connection in list(self._open):
                    self._send(connection, self._event(subscription, post))

    @staticmethod
    def _concerns(event: str, user_id: str, happening: Happening, post: Post) -> bool:
        own = post.author.id == user_id
        if happening == "delete":
            return event == "post.delete" and own
        parent = post.in_reply_to
        match event:
            case "post.create":
                return own
            case "post.reply.create":
                return not own and parent is not None and parent.author.id == user_id
            case "post.mention.create":
                # Explicit mentions only: an answer alone does not count.
                return not own and happening == "create" and "@" in post.raw_text
        return False

    def _event(self, subscription: dict[str, Any], post: Post) -> dict[str, Any]:
        event = subscription["event_type"]
        payload: dict[str, Any] = {"id": post.id, "author_id": post.author.id}
        included: dict[str, Any] = {}
        if event != "post.delete":
            payload = render.post(post, render.EVENT_FIELDS, "old", self._store)
            if self._world.faults.take("x", "stream_no_includes", "*") is None:
                included = {"users": [render.user(post.author, render.USER_FIELDS)]}
        data = {
            "event_uuid": self._store.ids.next_id(),
            "filter": subscription["filter"],
            "event_type": event,
            "payload": payload,
            "includes": included,
        }
        if subscription.get("tag"):
            data["tag"] = subscription["tag"]
        return {"data": data}
