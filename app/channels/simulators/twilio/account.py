"""
The state of one simulated Twilio account: its senders, its messages and who has said STOP.

Everything here is a machine without a clock of its own: a call brings the time along, and `advance` says what has
changed by then. Pacing is real: a sender lets out so many segments a second, in order, and a message that waits
longer than its validity dies in the queue. Built to hold a hundred thousand messages: one record each, a heap of
what is due next, no scan over everything on any call but a list.

Source: the project's platform notes, section 3A, read 2026-11-21.
"""

from __future__ import annotations

import heapq
import re
from bisect import bisect_left
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from app.channels.simulators.twilio.errors import MAGIC_FROM, MAGIC_GOOD_FROM, MAGIC_TO, TwilioRefusal
from app.channels.simulators.twilio.segments import segment_count, smart_encode
from app.channels.simulators.twilio.signing import is_callback_url

E164 = re.compile(r"\+[1-9]\d{6,14}")
QUEUE_LIMIT_S = 36_000  # ten hours of a sender's traffic
STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "CANCEL", "REVOKE", "OPTOUT"})
START_WORDS = frozenset({"START", "YES", "UNSTOP"})
HELP_WORDS = frozenset({"HELP", "INFO"})
OPT_OUT_ANSWERS = {
    "STOP": "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    "Reply START to resubscribe.",
    "START": "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
    "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
    "HELP": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}
FINAL = frozenset({"delivered", "undelivered", "failed", "canceled", "received"})
UNSENT = frozenset({"accepted", "scheduled", "queued"})
NEVER_LEFT = frozenset({21610, 30001, 30036})  # these end as failed, the carrier's refusals as undelivered

EXPIRE, RECEIPT, RELEASE, SENDER, ASSIGN = range(5)


@dataclass(slots=True, eq=False)
class Message:
    """One message, either way."""

    serial: int
    sid: str
    to: str
    from_: str
    body: str
    direction: str
    status: str
    segments: int
    created_at: float
    updated_at: float
    service_sid: str = ""
    sent_at: float = 0.0
    error_code: int = 0
    validity_s: int = QUEUE_LIMIT_S
    callback: str = ""
    api_key: bool = False
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A message reached a status; the shell reports it to the callback address."""

    message: Message
    status: str
    error_code: int
    at: float


@dataclass(slots=True, eq=False)
class Sender:
    """A number of ours, with the rate its carrier allows."""

    number: str
    segments_per_s: float
    kind: str
    pace: float = 1.0
    waiting: deque[Message] = field(default_factory=deque)
    waiting_segments: int = 0
    free_at: float = 0.0
    armed: bool = False

    @property
    def rate(self) -> float:
        return self.segments_per_s * self.pace

    def wait_s(self, now: float) -> float:
        return max(0.0, self.free_at - now) + self.waiting_segments / self.rate


@dataclass(slots=True)
class TwilioRules:
    """What the account obeys; the control surface may change any of it."""

    receipt_after_s: tuple[float, float] = (0.8, 3.0)
    price_per_segment: float = 0.0079
    opt_out_answers: bool = True
    keep_messages: int = 250_000
    sync_opt_out_with_service: bool = False
    phone_outcomes: dict[str, int] = field(
        default_factory=dict
    )  # number -> error code, 0 for no receipt at all


def opt_out_type(body: str) -> str:
    """Name what a whole message asks for: STOP, START, HELP or nothing."""
    word = body.strip().upper()
    if word in STOP_WORDS:
        return "STOP"
    if word in START_WORDS:
        return "START"
    return "HELP" if word in HELP_WORDS else ""


class TwilioAccount:
    """Messages, senders and opt-outs. Not safe for threads: one event loop owns it."""

    def __init__(
        self,
        senders: Iterable[Sender],
        service_sid: str,
        pool: Iterable[str],
        random: Random,
        rules: TwilioRules | None = None,
        outcome: Callable[[Message], int | None] = lambda message: None,
    ) -> None:
        self.rules = rules or TwilioRules()
        self.senders = {sender.number: sender for sender in senders}
        self.senders[MAGIC_GOOD_FROM] = Sender(MAGIC_GOOD_FROM, 100.0, "test")
        self.service_sid = service_sid
        self.pool = [self.senders[number] for number in pool]
        self.messages: dict[str, Message] = {}
        self.order: list[Message] = []
        self.phones: OrderedDict[str, list[Message]] = OrderedDict()  # last touched last
        self.opted_out: set[tuple[str, str]] = set()
        self.version = 0
        self._random = random
        self._outcome = outcome
        self._timers: list[tuple[float, int, int, Message | Sender]] = []
        self._serial = 0
        self._ticket = 0

    # -- what the API may ask ---------------------------------------------------------------------------------

    def create(self, params: dict[str, str], now: float, *, api_key: bool = False) -> Message:
        """
        Take one message, or refuse it.

        Raises:
            TwilioRefusal: nothing was taken.
        """
        to, body = params.get("To", ""), params.get("Body", "")
        source, service = params.get("From", ""), params.get("MessagingServiceSid", "")
        if not to:
            raise TwilioRefusal(21604)
        if not (source or service):
            raise TwilioRefusal(21603)
        if to in MAGIC_TO:
            raise TwilioRefusal(MAGIC_TO[to], to)
        if not E164.fullmatch(to):
            raise TwilioRefusal(21211, to)
        self._check_source(source, service)
        if not body and "MediaUrl" not in params:
            raise TwilioRefusal(21602)
        if len(body) > 1600:
            raise TwilioRefusal(21617)
        if params.get("StatusCallback") and not is_callback_url(params["StatusCallback"]):
            raise TwilioRefusal(21609, params["StatusCallback"])
        if params.get("SmartEncoded", "").lower() == "true":
            body = smart_encode(body)
        owner = service or self._owner(source)
        silent = (owner, to) in self.opted_out
        if silent and (not service or self.rules.sync_opt_out_with_service):
            raise TwilioRefusal(21610, to)
        validity_s = self._validity(params.get("ValidityPeriod", ""))
        release_at = self._release_at(params, service, now)
        segments = segment_count(body)
        sender = None if service else self.senders[source]
        if sender is not None and sender.wait_s(now) >= QUEUE_LIMIT_S:
            raise TwilioRefusal(21611, source)
        message = self._add(to, source, body, "outbound-api", segments, now)
        message.service_sid, message.validity_s, message.api_key = service, validity_s, api_key
        message.callback = params.get("StatusCallback", "")
        if release_at is not None:
            message.status = "scheduled"
            self._at(release_at, RELEASE, message)
        elif sender is None:
            message.status = "accepted"
            self._at(now, ASSIGN, message)
        else:
            self._enqueue(message, sender, now)
        return message

    def cancel(self, message: Message, now: float) -> Change:
        if message.status not in UNSENT:
            raise TwilioRefusal(30409, message.sid)
        if message.status == "queued":
            self.senders[message.from_].waiting_segments -= message.segments
        return self._move(message, "canceled", now)

    def redact(self, message: Message, now: float) -> None:
        if message.status not in FINAL and message.status != "sent":
            raise TwilioRefusal(20009, message.sid)
        message.body, message.updated_at = "", now
        self.version += 1

    def delete(self, message: Message) -> None:
        if message.status not in FINAL and message.status != "sent":
            raise TwilioRefusal(20009, message.sid)
        message.deleted = True
        del self.messages[message.sid]
        self.phones[self._phone_of(message)].remove(message)
        self.version += 1

    def newest_first(self, to: str, source: str, before_serial: int | None) -> Iterator[Message]:
        """Walk the messages from the newest back, from below a serial number where one is given."""
        rows = self.phones.get(to, []) if to in self.phones else self.order
        end = len(rows) if before_serial is None else bisect_left(rows, before_serial, key=lambda m: m.serial)
        for index in range(end - 1, -1, -1):
            row = rows[index]
            if not row.deleted and (not to or row.to == to) and (not source or row.from_ == source):
                yield row

    # -- what the public does ---------------------------------------------------------------------------------

    def inbound(self, source: str, to: str, body: str, now: float) -> tuple[Message, str, Change | None]:
        """Take a text from a phone; returns it, what it asked for, and our automatic answer where there is one."""
        message = self._add(source, to, body, "inbound", segment_count(body), now)
        message.to, message.from_, message.status = to, source, "received"
        owner, asked, answer = self._owner(to), opt_out_type(body), None
        if asked == "STOP":
            self.opted_out.add((owner, source))
        elif asked == "START":
            self.opted_out.discard((owner, source))
        if owner == self.service_sid:
            message.service_sid = owner
        if asked and self.rules.opt_out_answers:
            answer = self.reply(to, source, OPT_OUT_ANSWERS[asked], now)
        return message, asked, answer

    def reply(self, source: str, to: str, body: str, now: float) -> Change:
        """Put an answer on a phone: Twilio's own words, or what a webhook's document asked for."""
        message = self._add(to, source, body, "outbound-reply", segment_count(body), now)
        message.sent_at = now
        return self._move(message, "delivered", now)

    # -- time -------------------------------------------------------------------------------------------------

    def next_at(self) -> float | None:
        return self._timers[0][0] if self._timers else None

    def advance(self, now: float, limit: int = 1_000_000_000) -> list[Change]:
        """Do what is due, each at its own time, and say what changed; about `limit` changes, then ask again."""
        changes: list[Change] = []
        while self._timers and self._timers[0][0] <= now and len(changes) < limit:
            at, _, kind, subject = heapq.heappop(self._timers)
            if isinstance(subject, Sender):
                self._send_next(subject, at, changes)
            elif subject.deleted:
                continue
            elif kind == EXPIRE and subject.status == "queued":
                self.senders[subject.from_].waiting_segments -= subject.segments
                changes.append(self._fail(subject, 30036, at))
            elif kind == RECEIPT and subject.status == "sent":
                self._receipt(subject, at, changes)
            elif (kind == RELEASE and subject.status == "scheduled") or (
                kind == ASSIGN and subject.status == "accepted"
            ):
                self._assign(subject, at, changes)
        return changes

    def _assign(self, message: Message, at: float, changes: list[Change]) -> None:
        """Give a service's message the sender that is free soonest."""
        if (message.service_sid, message.to) in self.opted_out:
            changes.append(self._fail(message, 21610, at))
            return
        sender = min(self.pool, key=lambda one: one.wait_s(at) + message.segments / one.rate)
        if sender.wait_s(at) >= QUEUE_LIMIT_S:
            changes.append(self._fail(message, 30001, at))
            return
        message.from_ = sender.number
        self._enqueue(message, sender, at)
        changes.append(Change(message, "queued", 0, at))

    def _enqueue(self, message: Message, sender: Sender, now: float) -> None:
        if message.validity_s < sender.wait_s(now):
            self._at(message.created_at + message.validity_s, EXPIRE, message)
        message.status, message.updated_at = "queued", now
        sender.waiting.append(message)
        sender.waiting_segments += message.segments
        if not sender.armed:
            sender.armed = True
            self._at(max(now, sender.free_at), SENDER, sender)

    def _send_next(self, sender: Sender, at: float, changes: list[Change]) -> None:
        while sender.waiting:
            head = sender.waiting[0]
            if head.status == "queued" and at <= head.created_at + head.validity_s:
                break
            sender.waiting.popleft()  # cancelled or expired while it waited
            if head.status == "queued":
                sender.waiting_segments -= head.segments
                changes.append(self._fail(head, 30036, at))
        if not sender.waiting:
            sender.armed = False
            return
        message = sender.waiting.popleft()
        sender.waiting_segments -= message.segments
        sender.free_at = at + message.segments / sender.rate
        self._at(sender.free_at, SENDER, sender)
        message.sent_at = at
        changes.append(self._move(message, "sent", at))
        low, high = self.rules.receipt_after_s
        self._at(at + self._random.uniform(low, high), RECEIPT, message)

    def _receipt(self, message: Message, at: float, changes: list[Change]) -> None:
        code = self.rules.phone_outcomes.get(message.to)
        if code is None:
            code = self._outcome(message)
        if code is None:
            changes.append(self._move(message, "delivered", at))
        elif code:
            changes.append(self._fail(message, code, at))
        # Code 0: this network gives no receipts; the message stays "sent" for ever.

    # -- small steps ------------------------------------------------------------------------------------------

    def _fail(self, message: Message, code: int, at: float) -> Change:
        message.error_code = code
        return self._move(message, "failed" if code in NEVER_LEFT else "undelivered", at)

    def _move(self, message: Message, status: str, at: float) -> Change:
        message.status, message.updated_at = status, at
        self.version += 1
        return Change(message, status, message.error_code, at)

    def _add(self, phone: str, source: str, body: str, direction: str, segments: int, now: float) -> Message:
        self._serial += 1
        sid = f"SM{self._random.getrandbits(128):032x}"
        message = Message(self._serial, sid, phone, source, body, direction, "queued", segments, now, now)
        self.messages[sid] = message
        self.order.append(message)
        self.phones.setdefault(phone, []).append(message)
        self.phones.move_to_end(phone)
        self.version += 1
        if len(self.order) > self.rules.keep_messages + 10_000:
            self._forget(10_000)
        return message

    def _forget(self, count: int) -> None:
        """Drop the oldest, as a retention period would, in one go now and then."""
        for message in self.order[:count]:
            message.deleted = True
            self.messages.pop(message.sid, None)
            phone = self._phone_of(message)
            rows = self.phones.get(phone, [])
            if rows and rows[0] is message:
                rows.pop(0)
            if not rows:
                self.phones.pop(phone, None)
        del self.order[:count]

    def _at(self, at: float, kind: int, subject: Message | Sender) -> None:
        self._ticket += 1
        heapq.heappush(self._timers, (at, self._ticket, kind, subject))

    def _phone_of(self, message: Message) -> str:
        return message.from_ if message.direction == "inbound" else message.to

    def _owner(self, number: str) -> str:
        """An opt-out given to one number of a service holds for the whole service."""
        return self.service_sid if any(sender.number == number for sender in self.pool) else number

    def _check_source(self, source: str, service: str) -> None:
        if service:
            if service != self.service_sid:
                raise TwilioRefusal(21701, service)
            return
        if source in MAGIC_FROM:
            raise TwilioRefusal(MAGIC_FROM[source], source)
        if source not in self.senders:
            raise TwilioRefusal(21606 if E164.fullmatch(source) else 21212, source)

    def _validity(self, raw: str) -> int:
        if not raw:
            return QUEUE_LIMIT_S
        if not raw.isascii() or not raw.isdigit() or not 1 <= int(raw) <= QUEUE_LIMIT_S:
            raise TwilioRefusal(90007, raw)
        return int(raw)

    def _release_at(self, params: dict[str, str], service: str, now: float) -> float | None:
        raw = params.get("SendAt", "")
        if not raw and not params.get("ScheduleType"):
            return None
        if not raw or not service or params.get("ScheduleType") != "fixed":
            raise TwilioRefusal(35117)
        try:
            at = datetime.fromisoformat(raw).timestamp()
        except ValueError:
            raise TwilioRefusal(35114, raw) from None
        if not now + 900 <= at <= now + 35 * 86_400:
            raise TwilioRefusal(35114, raw)
        return at
