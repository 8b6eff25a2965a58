"""The endpoints that change something: create and edit, delete, hide, media."""

import base64
import binascii
from typing import Any, Final

from starlette.datastructures import UploadFile

from app.channels.simulators.wire import deed_of
from app.channels.simulators.world import World
from app.channels.simulators.x.gate import USER, Answer, Call, Endpoint
from app.channels.simulators.x.media import MediaStore
from app.channels.simulators.x.posts import PostStore
from app.channels.simulators.x.problems import invalid, not_found, not_permitted
from app.channels.simulators.x.rules import PostRules

_MAX_PART_BYTES: Final = 16 * 1_048_576


class Writing:
    """Handlers over the stores."""

    def __init__(self, world: World, store: PostStore, media: MediaStore) -> None:
        self._world = world
        self._store = store
        self._media = media
        self._rules = PostRules(world, store, media)

    def endpoints(self) -> list[Endpoint]:
        write, upload = "tweet.write", "media.write"
        chunk = "/2/media/upload/{media_id:int}"
        return [
            Endpoint("post.create", "POST", "/2/tweets", self.create, "post.create", USER, write, True),
            Endpoint(
                "post.delete", "DELETE", "/2/tweets/{post_id}", self.delete, "post.delete", USER, write, True
            ),
            Endpoint(
                "post.hide",
                "PUT",
                "/2/tweets/{post_id}/hidden",
                self.hide,
                "post.hide",
                USER,
                "tweet.moderate.write",
            ),
            Endpoint("media.upload", "POST", "/2/media/upload", self.upload, "media.upload", USER, upload),
            Endpoint("media.status", "GET", "/2/media/upload", self.status, "media.chunk", USER, upload),
            Endpoint(
                "media.initialize",
                "POST",
                "/2/media/upload/initialize",
                self.initialize,
                "media.chunk",
                USER,
                upload,
            ),
            Endpoint("media.append", "POST", chunk + "/append", self.append, "media.chunk", USER, upload),
            Endpoint(
                "media.finalize", "POST", chunk + "/finalize", self.finalize, "media.chunk", USER, upload
            ),
            Endpoint(
                "media.metadata", "POST", "/2/media/metadata", self.metadata, "media.metadata", USER, upload
            ),
        ]

    async def create(self, call: Call) -> Answer:
        deed = deed_of(call.request)
        body = await call.json()
        if isinstance(body, dict) and isinstance(body.get("text"), str):
            deed.text = body["text"]
        new = self._rules.read(body)
        if self._world.faults.take("x", "accept_and_drop", "post.create") is not None:
            # Nothing is kept, and nobody is told: only the answer is that of a post.
            deed.fault, deed.remote_id = "accept_and_drop", self._store.ids.next_id()
            return Answer({"data": {"id": deed.remote_id, "text": new.text}}, 201)
        post = self._store.add(new)
        deed.applied, deed.remote_id = True, post.id
        deed.ref = new.edit_of.id if new.edit_of else None
        deed.to = new.in_reply_to.id if new.in_reply_to else None
        answer: dict[str, Any] = {"id": post.id, "text": post.text}
        spelling = self._world.faults.peek("x", "field_spelling")
        answers = str(spelling["answers"]) if spelling else "new"
        if answers != "new":
            answer["edit_history_tweet_ids"] = post.history
        if answers != "old":
            answer["edit_history_post_ids"] = post.history
        return Answer({"data": answer}, 201)

    async def delete(self, call: Call) -> Answer:
        post_id = call.path("post_id")
        post = self._store.get(post_id)
        if post is None:
            raise not_found(post_id)
        if post.author is not self._store.own:
            raise not_permitted()
        self._store.delete(post)
        deed = deed_of(call.request)
        deed.applied, deed.remote_id = True, post_id
        return Answer({"data": {"deleted": True}})

    async def hide(self, call: Call) -> Answer:
        post_id, body = call.path("post_id"), await call.json()
        if not isinstance(body, dict) or set(body) != {"hidden"} or not isinstance(body["hidden"], bool):
            raise invalid("$.hidden: a boolean is expected", hidden=[])
        post = self._store.get(post_id)
        if post is None:
            raise not_found(post_id)
        root = self._store.get(post.conversation_id)
        # Only answers in a conversation that the account began.
        if post.in_reply_to is None or root is None or root.author is not self._store.own:
            raise not_permitted()
        self._store.current_of(post).is_hidden = body["hidden"]
        deed = deed_of(call.request)
        deed.applied, deed.remote_id = True, post_id
        return Answer({"data": {"hidden": body["hidden"]}})

    async def upload(self, call: Call) -> Answer:
        """One shot; also the older form with `command=`, which the guide still shows."""
        if call.request.headers.get("content-type", "").startswith("application/json"):
            body = await call.json()
            try:
                data = base64.b64decode(str(body.get("media", "")), validate=True)
            except binascii.Error:
                raise invalid("media is not base64", media=[]) from None
            return self._done(
                call, self._media.one_shot(data, str(body.get("media_category", "tweet_image")))
            )
        fields, data = await _form(call)
        fields = call.query | fields
        match fields.get("command"):
            case None:
                return self._done(
                    call, self._media.one_shot(data, fields.get("media_category", "tweet_image"))
                )
            case "INIT":
                return self._done(call, self._initialize(fields))
            case "APPEND":
                made = self._media.append(fields.get("media_id", ""), _number(fields, "segment_index"), data)
                return Answer({"data": made})
            case "FINALIZE":
                return Answer({"data": self._finalize(fields.get("media_id", ""))})
        raise invalid("command is not known", command=[fields.get("command", "")])

    def _done(self, call: Call, made: dict[str, Any]) -> Answer:
        deed = deed_of(call.request)
        deed.applied, deed.remote_id = True, made["id"]
        return Answer({"data": made})

    def _initialize(self, fields: dict[str, Any]) -> dict[str, Any]:
        category = str(fields.get("media_category", "tweet_image"))
        return self._media.initialize(str(fields.get("media_type")), _number(fields, "total_bytes"), category)

    async def initialize(self, call: Call) -> Answer:
        body = await call.json()
        return self._done(call, self._initialize(body if isinstance(body, dict) else {}))

    async def append(self, call: Call) -> Answer:
        if call.request.headers.get("content-type", "").startswith("application/json"):
            fields = await call.json()
            data = base64.b64decode(str(fields.get("media", "")))
        else:
            fields, data = await _form(call)
        made = self._media.append(call.path("media_id"), _number(fields, "segment_index"), data)
        return Answer({"data": made})

    def _finalize(self, media_id: str) -> dict[str, Any]:
        slow = self._world.faults.take("x", "media_processing", "media.finalize")
        fails = self._world.faults.take("x", "media_fails", "media.finalize") is not None
        return self._media.finalize(media_id, float(slow["seconds"]) if slow else 0.0, fails)

    async def finalize(self, call: Call) -> Answer:
        return Answer({"data": self._finalize(call.path("media_id"))})

    async def status(self, call: Call) -> Answer:
        if call.query.get("command", "STATUS") != "STATUS":
            raise invalid("command is not known", command=[call.query["command"]])
        return Answer({"data": self._media.status(call.query.get("media_id", ""))})

    async def metadata(self, call: Call) -> Answer:
        body = await call.json()
        try:
            alt_text = body["metadata"]["alt_text"]["text"]
            media_id = str(body["id"])
        except (KeyError, TypeError):
            raise invalid("$.metadata.alt_text.text is expected", metadata=[]) from None
        return Answer({"data": self._media.set_alt_text(media_id, str(alt_text))})


async def _form(call: Call) -> tuple[dict[str, Any], bytes]:
    """The fields of a multipart body, and its file."""
    async with call.request.form(max_part_size=_MAX_PART_BYTES) as form:
        fields = {key: value for key, value in form.items() if isinstance(value, str)}
        file = form.get("media")
        return fields, await file.read() if isinstance(file, UploadFile) else b""


def _number(fields: dict[str, Any], name: str) -> int:
    try:
        return int(fields[name])
    except (KeyError, TypeError, ValueError):
        raise invalid(f"{name}: a number is expected", **{name: [str(fields.get(name))]}) from None
