"""
SMS through a gateway of one's own, over SMPP 3.4.

There is no way to ask a gateway about a message whose answer was lost: only a receipt that comes later can tell, and
is matched by number and first words. Absence is therefore never proven here.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import ClassVar

from app.channels.base import (
    AdapterKind,
    Backoff,
    Capabilities,
    DeviceReceipt,
    Finding,
    Found,
    Inbound,
    OutboundPost,
    Probe,
    Receipt,
    Reconnect,
    Unclear,
)
from app.channels.smpp_errors import NOT_BOUND, STATES, WORDS, classify
from app.channels.smpp_pdu import (
    RESPONSE,
    Address,
    Command,
    Delivered,
    Pdu,
    normal_id,
    read_message_id,
    read_receipt,
    relative_time,
    submit_body,
)
from app.channels.smpp_phones import Phones
from app.channels.smpp_session import Session
from app.channels.smpp_settings import WINDOWS, SmppCredentials, SmppSettings
from app.channels.smpp_text import encode
from app.clock import Clock
from app.errors import ChannelError, ContentRejected, OutcomeUnknown, StartRefused, Unavailable
from app.http import Client, MayStart

_REMEMBERED = 20_000
# In the id that a long message goes by, which must not be taken for its first part's. No gateway's has a space in it.
_FIRST_OF_MORE = " +"
# Receipts repeat at most this much of the text.
_RECEIPT_CHARS = 20


@dataclass(slots=True)
class _Sent:
    """A message until all that will be said about it has been said."""

    ref: str
    digits: str
    start: str
    ids: dict[int, str] = field(default_factory=dict)
    parts: int = 1

    @property
    def receipt(self) -> Receipt | None:
        """That the gateway has every part: with fewer, half a message is no message."""
        if len(self.ids) != self.parts:
            return None
        if self.parts == 1:
            return Receipt(self.ids[0], segments=1)
        ids = tuple(self.ids[n] for n in range(self.parts))
        return Receipt(ids[0] + _FIRST_OF_MORE, segments=self.parts, part_ids=ids)


class SmppAdapter:
    """One account on one gateway; one bound connection."""

    name: ClassVar[str] = "smpp"
    capabilities: ClassVar[Capabilities] = Capabilities(
        measure="sms", max_weight=1600, recipients=True, receipts=True, replies=True, takes_validity=True
    )
    look_after_s: ClassVar[tuple[float, ...]] = (10.0, 30.0, 60.0)
    reconnect: ClassVar[Reconnect] = Reconnect(Backoff(1.0, 60.0), Backoff(1.0, 60.0), Backoff(5.0, 60.0))

    def __init__(
        self, settings: SmppSettings, credentials: SmppCredentials, client: Client, clock: Clock
    ) -> None:
        self._settings = settings
        self._credentials = credentials
        self._client = client  # not needed here; closed with the adapter all the same
        self._clock = clock
        self._session: Session | None = None
        self._one_at_a_time = asyncio.Lock()
        self._reference = 0
        self._by_id: OrderedDict[str, _Sent] = OrderedDict()
        self._unanswered: OrderedDict[str, _Sent] = OrderedDict()
        self._phones = Phones(settings.regions)
        self._inbox: deque[tuple[Inbound, Callable[[], None]]] = deque()
        self._news = asyncio.Event()

    async def publish(self, post: OutboundPost, *, may_start: MayStart) -> Receipt:
        """Send one message, in as many parts as it needs; the later parts follow the first one's acceptance."""
        if not post.recipient:
            raise ContentRejected("An SMS needs a number to go to.", code="no_recipient")
        session = await self._connected()
        bodies = self._bodies(post)
        sent = _Sent(post.ref, post.recipient.lstrip("+"), post.text[:_RECEIPT_CHARS], parts=len(bodies))
        _remember(self._unanswered, post.ref, sent)
        try:
            first = await session.submit(bodies[0], may_start, self._named(sent, 0))
            self._check(session, first)
        except (ChannelError, StartRefused) as exc:
            if not isinstance(exc, OutcomeUnknown):
                # Nothing was taken, so no receipt will ever come.
                self._unanswered.pop(post.ref, None)
            raise
        rest = [session.submit(body, None, self._named(sent, n)) for n, body in enumerate(bodies[1:], 1)]
        for answer in await asyncio.gather(*rest, return_exceptions=True):
            if isinstance(answer, BaseException) or answer.status != 0:
                raise OutcomeUnknown("The gateway took only a part of the message.", code="partly_taken")
        receipt = sent.receipt
        if receipt is None:
            raise OutcomeUnknown("The gateway did not name the message.", code="no_id")
        self._unanswered.pop(post.ref, None)
        return receipt

    def _named(self, sent: _Sent, part: int) -> Callable[[Pdu], None]:
        """Learn a part's id from its answer."""

        def learn(answer: Pdu) -> None:
            message_id = normal_id(read_message_id(answer.body), self._settings.answer_ids)
            if answer.status == 0 and message_id:
                sent.ids[part] = message_id
                _remember(self._by_id, message_id, sent)

        return learn

    async def find(self, post: OutboundPost, *, sent_after: datetime, last: bool) -> Finding:
        """Whether all of it has been named since by answers that came late; silence proves nothing, and receipts go their own way."""
        sent = self._unanswered.get(post.ref)
        if sent is not None and (receipt := sent.receipt) is not None:
            return Found(receipt)
        return Unclear("A gateway cannot be asked; no receipt for this message has come.")

    async def stream_replies(self) -> AsyncIterator[Inbound]:
        """
        Receipts and messages from phones, for as long as the link is up; each is answered once it is durable.

        Raises:
            Unavailable: the link fell; the caller opens it again.
        """
        session = await self._connected()
        yield Inbound()
        while True:
            self._news.clear()
            while self._inbox:
                inbound, taken = self._inbox.popleft()
                yield inbound
                taken()
            if not session.takes_more:
                raise Unavailable("The link to the gateway fell.", code="link_down")
            await self._news.wait()

    async def probe(self) -> Probe:
        """Bind if need be, and look whether the link answers."""
        session = await self._connected()
        try:
            await session.enquire()
        except OutcomeUnknown as exc:
            raise Unavailable("The gateway does not answer.", code="no_answer") from exc
        where = f"{self._settings.host}:{self._settings.port}"
        return Probe(True, f"The gateway at {where} answers.", self._settings.system_id)

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.aclose()
        await self._client.aclose()

    async def _connected(self) -> Session:
        async with self._one_at_a_time:
            if self._session is None or not self._session.takes_more:
                settings = self._settings
                if self._session is not None:
                    await self._session.leave()
                self._session = await Session.open(
                    settings.host,
                    settings.port,
                    tls=ssl.create_default_context() if settings.tls else None,
                    credentials=(
                        settings.system_id,
                        self._credentials.password.get_secret_value(),
                        settings.system_type,
                    ),
                    expected_name=settings.gateway_name,
                    answer_s=settings.answer_s,
                    refused=partial(classify, account=settings.account_statuses),
                    idle_s=settings.idle_s,
                    window=settings.window,
                    on_deliver=self._take,
                    on_end=self._news.set,
                )
            return self._session

    def _bodies(self, post: OutboundPost) -> list[bytes]:
        self._reference = (self._reference + 1) % 256
        encoded = encode(post.text, reference=self._reference)
        if len(encoded.parts) > 255:
            raise ContentRejected("This message has too many parts.", code="too_long")
        validity_s = self._settings.validity_s if post.validity_s is None else post.validity_s
        return [
            submit_body(
                Address.of(self._settings.source),
                Address.of(post.recipient or ""),
                part,
                data_coding=encoded.data_coding,
                has_header=encoded.has_header,
                validity=relative_time(validity_s),
            )
            for part in encoded.parts
        ]

    def _check(self, session: Session, answer: Pdu) -> None:
        if answer.status == NOT_BOUND:
            session.retire()
        if answer.status != 0 or answer.command != Command.SUBMIT_SM | RESPONSE:
            raise classify(answer.status, self._settings.account_statuses)

    def _take(self, delivered: Delivered, taken: Callable[[], None]) -> None:
        if delivered.is_receipt:
            found = self._read_receipt(delivered) or self._phones.read_wish_in(delivered, self._clock.now())
        else:
            found = self._phones.read(delivered, self._clock.now())
        if found is None:
            taken()
            return
        self._inbox.append((found, taken))
        self._news.set()

    def _read_receipt(self, delivered: Delivered) -> Inbound | None:
        words = read_receipt(delivered)
        if not words.message_id:
            return None
        message_id = normal_id(words.message_id, self._settings.receipt_ids)
        named = self._by_id.get(message_id)
        sent = named or self._match(delivered, words.text)
        rank, state = STATES.get(words.stat, (3, "sent"))
        whole = named.receipt if named is not None else None
        # Matched by number and words alone it is likely ours, and may be of an earlier message to the same phone: who
        # keeps the ids of all of them decides. Where other parts may be missing, what became of one is not said of the
        # message, unless that ends it; it waits under its own id until the others are known.
        knows_all = sent is not None and (sent.parts == 1 or whole is not None)
        receipt = DeviceReceipt(
            remote_id=message_id,
            state=state,
            rank=rank,
            ref=sent.ref if sent is not None and (knows_all or state == "rejected") else None,
            code=words.error if state == "rejected" and words.error.strip("0") else words.stat,
            words=WORDS.get(words.stat, "") if state == "rejected" else "",
            of_part=named is None or named.parts > 1,
            whole=whole if named is not None and named.parts > 1 else None,
        )
        return Inbound(receipts=(receipt,))

    def _match(self, delivered: Delivered, start: str) -> _Sent | None:
        """The message whose answer is missing, by its number and first words; None unless it is exactly one."""
        digits = self._phones.number_of(delivered).lstrip("+")
        start = start.strip()
        candidates = [
            sent
            for sent in self._unanswered.values()
            if sent.digits == digits
            and (not start or sent.start.startswith(start) or start.startswith(sent.start))
        ]
        return candidates[0] if len(candidates) == 1 else None


def _remember(shelf: OrderedDict[str, _Sent], key: str, sent: _Sent) -> None:
    shelf[key] = sent
    while len(shelf) > _REMEMBERED:
        shelf.popitem(last=False)


KIND = AdapterKind(
    name=SmppAdapter.name,
    label="SMS (own gateway)",
    settings=SmppSettings,
    credentials=SmppCredentials,
    capabilities=SmppAdapter.capabilities,
    build=SmppAdapter,
    windows=WINDOWS,
)
