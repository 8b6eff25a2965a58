"""
What an adapter is: one small contract, and optional companions for what only some platforms can do.

An adapter makes exactly one call that can publish; preparatory calls may precede it. It never retries, sleeps or
touches a database. Everything it can tell comes back as a Receipt or as one class of ChannelError.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Protocol, runtime_checkable

from pydantic import BaseModel, SecretStr

from app.clock import Clock
from app.errors import LimitObservation
from app.http import Client, MayStart


@dataclass(frozen=True, slots=True)
class Capabilities:
    """
    What a platform can do, read by screens and by the engine.

    Attributes:
        measure: The counting rule in channels.measure: "x", "sms" or "facebook".
        max_weight: Most that one post may weigh by that rule.
        threads: A long text can go out as numbered posts that reply to one another.
        recipients: The channel sends to a list of numbers instead of to a page.
        receipts: The platform later says what reached a device; otherwise `sent` is final.
        media_bytes: The largest picture it takes.
        takes_validity: An expiry can be handed over with the post.
    """

    measure: str
    max_weight: int
    threads: bool = False
    recipients: bool = False
    receipts: bool = False
    replies: bool = False
    edits: bool = False
    deletes: bool = False
    media: bool = False
    max_media: int = 0
    media_bytes: int = 0
    takes_validity: bool = False


@dataclass(frozen=True, slots=True)
class LimitWindow:
    """
    One of the platform's limits as it is written in its documents: configuration, never a constant of the engine.

    Attributes:
        name: The same name that LimitObservation.window carries when an answer speaks about this window.
        limit: Units granted in any `per_s` seconds.
        scope: Who shares it: "user", "app", "account", "page" or "sender".
        unit: What is counted: "post", "delete", "segment", "read:" and the kind of reading, or "call" for all calls.
    """

    name: str
    limit: int
    per_s: float
    scope: str
    unit: str = "post"

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= 1_000_000_000:
            raise ValueError("a limit is from 1 to 1,000,000,000 units")
        if not 0.001 <= self.per_s <= 31 * 86400.0:
            raise ValueError("a limit's time is from 0.001 seconds to 31 days")


@dataclass(frozen=True, slots=True)
class Media:
    """A picture that has been checked and re-encoded already. `remote_id` is set once it has been uploaded."""

    content: bytes
    mime_type: str
    alt_text: str
    name: str = "picture"
    remote_id: str | None = None


@dataclass(frozen=True, slots=True)
class OutboundPost:
    """
    One call's worth of publishing: one part of a delivery, or one recipient's message.

    Attributes:
        ref: Ours, unique for the part or recipient; goes into callback addresses so that a receipt finds home.
        text: Final text of this part, numbering included.
        reply_to: Remote id of the post this one answers: the previous part, or somebody's reply.
        recipient: E.164 number on channels that send to people.
        validity_s: Seconds the platform may keep it waiting, where it takes such a limit.
    """

    ref: str
    text: str
    part: int = 1
    parts: int = 1
    reply_to: str | None = None
    recipient: str | None = None
    media: tuple[Media, ...] = ()
    lang: str = "en"
    validity_s: int | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """
    The platform's acknowledgement: it has this post, under this id.

    Attributes:
        part_ids: Those of the parts of a long message, where the platform later speaks of each by itself.
    """

    remote_id: str
    url: str | None = None
    segments: int | None = None
    limits: tuple[LimitObservation, ...] = ()
    part_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """Reconciliation: the post is there."""

    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Absent:
    """Reconciliation: read after the visibility delay, and it is not there."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Reconciliation: the platform took it, and it has failed since. `words` say why, for people."""

    words: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Unclear:
    """Reconciliation could not tell; `why` is for the person who decides."""

    why: str


Finding = Found | Absent | Failed | Unclear


@dataclass(frozen=True, slots=True)
class InboundReply:
    """
    What somebody of the public wrote, as the platform tells it.

    Attributes:
        remote_id: The platform's id of the message.
        event: "added", "edited" or "removed" upstream.
        answers: Remote id of our post or of the thread's root it belongs to, None for a plain mention or an SMS.
        version: Grows with each upstream change where the platform has such a thing; orders edits.
        texted: From a phone: what its author is called is a number, however the gateway writes it, and nobody's name.
    """

    remote_id: str
    event: str
    at: datetime
    text: str = ""
    author_id: str = ""
    author_name: str = ""
    author_handle: str = ""
    author_url: str = ""
    avatar_url: str = ""
    url: str = ""
    answers: str | None = None
    lang: str | None = None
    version: int = 0
    texted: bool = False


@dataclass(frozen=True, slots=True)
class DeviceReceipt:
    """
    A later word about one message we sent.

    Attributes:
        ref: The OutboundPost.ref that came back with the callback, when it did.
        state: "sent", "delivered" or "rejected"; never goes backwards.
        rank: Orders reports about one message.
        number: Whose phone it was for, where the platform says so: a STOP in it counts whether or not we know the message.
        of_part: The id may be that of one part of a long message, which says nothing of the others.
        whole: That message's own receipt, where the adapter still knows it.
    """

    remote_id: str
    state: str
    rank: int
    ref: str | None = None
    code: str = ""
    words: str = ""
    opted_out: bool = False
    number: str = ""
    of_part: bool = False
    whole: Receipt | None = None


@dataclass(frozen=True, slots=True)
class OptOut:
    """Somebody said STOP, or START again. `remote_id` is the message's, where the platform names it."""

    number: str
    word: str
    stopped: bool
    at: datetime
    remote_id: str = ""


@dataclass(frozen=True, slots=True)
class Inbound:
    """Everything one webhook or poll brought, in the platform's order. `seen_ids` make a repeat harmless."""

    replies: tuple[InboundReply, ...] = ()
    receipts: tuple[DeviceReceipt, ...] = ()
    opt_outs: tuple[OptOut, ...] = ()
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """A webhook as it came: `url` is the public one the platform was told, `body` the raw bytes."""

    method: str
    url: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class WebhookAnswer:
    """What to do with a webhook and what to answer."""

    inbound: Inbound = field(default_factory=Inbound)
    status: int = 200
    body: bytes = b""
    media_type: str = "text/plain"


@dataclass(frozen=True, slots=True)
class Probe:
    """A look at the channel that publishes nothing. `words` is a sentence for the readiness board."""

    ok: bool
    words: str
    account: str = ""
    limits: tuple[LimitObservation, ...] = ()
    balance: str | None = None
    server_at: datetime | None = None


@runtime_checkable
class Adapter(Protocol):
    """Speaks one platform. See the module docstring for what it must never do."""

    name: ClassVar[str]  # stored with every delivery: never rename
    capabilities: ClassVar[Capabilities]

    async def publish(self, post: OutboundPost, *, may_start: MayStart) -> Receipt:
        """
        Publish one post with one call.

        Args:
            may_start: To be handed to the client with the call that publishes.

        Raises:
            ChannelError: one of its six classes.
            StartRefused: may_start said no; nothing left.
        """

    async def probe(self) -> Probe:
        """Check credentials and permissions without publishing. Raises ChannelError like publish."""

    async def aclose(self) -> None: ...


@runtime_checkable
class Prepares(Protocol):
    """Has slow work before publishing (uploads, a token about to expire) that need not hold a permit."""

    async def prepare(self, post: OutboundPost) -> OutboundPost:
        """
        Do what publishes nothing and return the post to publish. Harmless to repeat, and optional: publish() does
        what is still missing, but then the permit may be too old when the call that publishes begins.
        """


SaveCredentials = Callable[[BaseModel], Awaitable[None]]
LatestCredentials = Callable[[], Awaitable[BaseModel]]
"""Stores renewed credentials durably; it returns before they are used."""


def reveal(credentials: BaseModel) -> dict[str, Any]:
    """Everything in them as JSON values: for the vault, and for nothing else."""
    opened = {
        name: value.get_secret_value() if isinstance(value, SecretStr) else value
        for name, value in credentials
    }
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in opened.items()
        if value is not None
    }


@runtime_checkable
class RenewsCredentials(Protocol):
    """Holds tokens that the platform replaces as they are used."""

    def when_renewed(self, save: SaveCredentials, latest: LatestCredentials | None = None) -> None:
        """
        Name the place that keeps a new pair. Without one nothing is renewed: an unsaved pair locks us out.

        Args:
            latest: What is kept there now; another process may have renewed before us.
        """


@runtime_checkable
class Reconciles(Protocol):
    """Can find out whether an ambiguous post landed."""

    look_after_s: ClassVar[
        tuple[float, ...]
    ]  # seconds after the attempt at which a look is worth it; the last one decides

    async def find(self, post: OutboundPost, *, sent_after: datetime, last: bool) -> Finding:
        """
        Read back. `last` marks the look after which absence counts as proven, where the platform allows that.

        Raises:
            ChannelError: the reading itself failed; it says nothing about the post.
        """


@runtime_checkable
class Rereads(Protocol):
    """Can be asked whether what it said yes to is really there."""

    reread_unit: ClassVar[str]  # the `unit` of the windows that such a reading is counted in

    async def missing(self, remote_ids: Sequence[str]) -> frozenset[str]:
        """
        Which of our posts the platform says it does not have; all the others were named by it as being there.

        Raises:
            ChannelError: the reading itself failed, or its answer left one of them open; it says nothing.
        """


@runtime_checkable
class PollsReplies(Protocol):
    """Can be asked for what came back."""

    async def fetch_replies(self, *, cursor: str | None, watch: Sequence[str]) -> Inbound:
        """Replies since `cursor`; `watch` are the remote ids of our roots, newest first. Inbound.cursor is the next one."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """
    How long a platform wants to be left alone after failures in a row.

    Attributes:
        step_s: Added for each further failure; without it the wait doubles.
    """

    first_s: float
    most_s: float
    step_s: float | None = None

    def after(self, failures: int) -> float:
        """Seconds after the n-th failure in a row, counted from 1."""
        if self.step_s is not None:
            return min(self.most_s, self.first_s + self.step_s * (failures - 1))
        return min(self.most_s, self.first_s * 2.0 ** min(failures - 1, 30))


@dataclass(frozen=True, slots=True)
class Reconnect:
    """
    Waits before a stream is opened again.

    Attributes:
        broken: The connection failed or fell.
        refused: The platform answered with an error.
        limited: The platform said that there are too many.
    """

    broken: Backoff
    refused: Backoff
    limited: Backoff


@runtime_checkable
class StreamsReplies(Protocol):
    """Can hold a connection open over which replies come as they are written."""

    reconnect: ClassVar[Reconnect]

    def stream_replies(self) -> AsyncIterator[Inbound]:
        """
        Yield an empty Inbound as soon as the connection is open, then what comes. Asking for the next one says that
        the last one is durable, so a platform that waits for an answer gets it then.

        Ends, or raises ChannelError, when the connection does; the caller reconnects and repairs by fetch_replies.
        """


@runtime_checkable
class TakesWebhooks(Protocol):
    """Is told by the platform."""

    def parse_webhook(self, request: WebhookRequest) -> WebhookAnswer:
        """
        Check the signature on the raw bytes and read the events.

        Raises:
            Forbidden: forged, unsigned or too old; nothing was believed.
            InvalidInput: signed, yet unreadable.
        """


@runtime_checkable
class Edits(Protocol):
    """Can change what is out."""

    async def edit(self, post: OutboundPost, remote_id: str, *, may_start: MayStart) -> Receipt: ...


@runtime_checkable
class Deletes(Protocol):
    """Can take back what is out."""

    async def delete(self, remote_id: str, *, may_start: MayStart) -> None:
        """A post that is gone already counts as deleted."""


@runtime_checkable
class Cancels(Protocol):
    """Can stop what the platform has taken but not yet sent on."""

    async def cancel(self, remote_id: str) -> bool:
        """True when it will not go out any more; False when it was too late."""


@runtime_checkable
class Redacts(Protocol):
    """Can blank a text that the platform keeps."""

    async def redact(self, remote_id: str) -> None: ...


@runtime_checkable
class RechecksReplies(Protocol):
    """Can be asked which replies we show are gone or changed upstream."""

    async def recheck(self, remote_ids: Sequence[str]) -> Inbound:
        """Replies with event "removed" or "edited" for those that are; nothing for the unchanged."""


@runtime_checkable
class SharesLimits(Protocol):
    """Settings that know whom a limit belongs to: several channels may be of one account or app."""

    def whose(self, scope: str) -> str:
        """The name of the one that a `LimitWindow.scope` means; empty where the settings do not say it."""


class Connects(Protocol):
    """
    An account that its owner connects at the platform itself, by the code flow of OAuth 2.0 with PKCE.

    Attributes:
        app: Pydantic model of the credentials that are there before: those of the platform's app.
    """

    app: type[BaseModel]

    def address(self, settings: Any, app: Any, *, redirect_uri: str, state: str, verifier: str) -> str:
        """Where its owner says yes."""

    async def exchange(
        self,
        settings: Any,
        app: Any,
        *,
        code: str,
        redirect_uri: str,
        verifier: str,
        client: Client,
        clock: Clock,
    ) -> BaseModel:
        """
        Credentials for the code that the platform sent its owner back with.

        Raises:
            CredentialsRejected: it does not accept the app. Another ChannelError: it gives none.
        """


@dataclass(frozen=True, slots=True)
class AdapterKind:
    """
    How to make one adapter from a stored channel.

    Attributes:
        settings: Pydantic model of what may be shown again (account name, base address, limits).
        credentials: Pydantic model of what may not (SecretStr fields); stored encrypted.
        build: (settings, credentials, client, clock) -> adapter.
        windows: The platform's limits under default settings; `windows_for` gives those of one channel.
        connects: None where credentials can only be entered.
    """

    name: str
    label: str
    settings: type[BaseModel]
    credentials: type[BaseModel]
    capabilities: Capabilities
    build: Callable[[Any, Any, Client, Clock], Adapter]
    windows: tuple[LimitWindow, ...] = ()
    connects: Connects | None = None

    def windows_for(self, settings: BaseModel) -> tuple[LimitWindow, ...]:
        """The limits of one channel: those in its settings, else the documented ones."""
        return getattr(settings, "limits", ()) or self.windows

    def owner(self, settings: BaseModel, scope: str) -> str:
        """Whom a limit of this scope belongs to on the platform; empty where that is nobody but the channel."""
        if not isinstance(settings, SharesLimits) or not (whose := settings.whose(scope)):
            return ""
        return f"{self.name} {getattr(settings, 'base_address', '')} {whose}"
