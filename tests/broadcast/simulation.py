"""
Whole histories of delivery in virtual time: several workers over one store, a platform that loses answers, crashes,
frozen processes, stops and clocks; one seed, one history.

The workers make every decision with the product's own pure functions (`settle`, `retry`, `lifecycle`, `limits`,
`fence`) over rows in memory. The platform keeps its own ledger of what it really applied; the oracle compares.
Interesting states are counted, because a run that never reached them has shown nothing.

A worker that has nothing to do sleeps until the first moment at which time alone could give it something, and is
nudged by every change of a row; a round in between would find nothing, so leaving it out loses no history.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.broadcast.fence import Fence, Start, scopes_of
from app.broadcast.lifecycle import OPEN, move
from app.broadcast.limits import Limiter, Window
from app.broadcast.retry import RetryRules
from app.broadcast.settle import (
    HOLD,
    PREFER_DUPLICATE_ONCE,
    Change,
    Standing,
    after_attempt,
    after_crash,
    after_look,
    blocks,
)
from app.channels.base import Absent, Finding, Found, Receipt, Unclear
from app.errors import (
    ChannelError,
    ContentRejected,
    CredentialsRejected,
    OutcomeUnknown,
    RateLimited,
    StartRefused,
    Unavailable,
)
from app.models import DeliveryState as S
from tests.broadcast.ledgers import Applied, Broken, Row, judge

EPOCH = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
RULES = RetryRules(cap_s=8.0)
LEASE_S, RENEW_S, MARGIN_S, DEADLINE_S, PERMIT_S = 15.0, 5.0, 1.0, 10.0, 0.5
LOOKS = (2.0, 12.0, 45.0)
VISIBLE_WITHIN_S = 20.0
HORIZON_S = 400.0
ROUND_S = (0.1, 0.5)
SCOPES = scopes_of("e", "u", "c")
NEVER = float("inf")


@dataclass(slots=True)
class Worker:
    id: int
    fence: Fence
    life: int = 0
    alive: bool = True
    frozen_until: float = 0.0
    next_round: float = 0.0
    rounds: int = 0  # of those planned only the last one counts


class World:
    """
    One history.

    Args:
        bug: A seeded mistake that the oracle must catch: one of BUGS, sending again unlooked, outcomes without a
            fence, no last check, no limiter, nobody waits for the one before, nobody takes over from the dead.
    """

    def __init__(self, seed: int, *, bug: str = "") -> None:
        self.dice = random.Random(seed)
        self.bug = bug
        self.now = 0.0
        self.queue: list[tuple[float, int, Worker | None, int, Callable[[], None]]] = []
        self.order = 0
        self.seen: Counter[str] = Counter()
        self.sending = "open"
        self.stop_returned_at: float | None = None
        self.channel_on = True
        self.applied: list[Applied] = []
        self.first_bytes: list[tuple[float, int, int]] = []
        self.calls: list[float] = []
        self.limit = self.dice.choice((3, 6, 50))
        self.window_s = self.dice.choice((5.0, 20.0))
        self.limiter = Limiter([Window("w", self.limit, self.window_s, reserve=0.2)])
        self.faulty = self.dice.choice((0.05, 0.3, 0.6))
        self.workers = [
            Worker(n, Fence(lambda: self.now)) for n in range(1 if self.dice.random() < 0.4 else 2)
        ]
        self.rows = [self._row(n) for n in range(self.dice.randint(2, 7))]
        for worker in self.workers:
            self.plan_round(worker, self.dice.random() * 0.1)
            self.later(worker, RENEW_S, lambda w=worker: self.renew(w))
        for _ in range(self.dice.choice((0, 0, 1, 2, 3))):
            self.at(self.dice.uniform(0.0, 40.0), self.crash)
        for _ in range(self.dice.choice((0, 0, 1, 2))):
            self.at(self.dice.uniform(0.0, 30.0), self.freeze)
        if self.dice.random() < 0.4:
            self.at(self.dice.uniform(0.0, 10.0), self.stop)

    def _row(self, n: int) -> Row:
        dice = self.dice
        return Row(
            id=n,
            lane=dice.choice(("a", "a", "b")),
            rank=dice.choice((0, 1, 2, 2, 2)),
            seq=n,
            parts=dice.choice((1, 1, 1, 2, 3)),
            expires=dice.choice((3.0, 60.0, 300.0, 300.0)),
            policy=PREFER_DUPLICATE_ONCE if dice.random() < 0.2 else HOLD,
            due=dice.uniform(0.0, 1.0),
        )

    # --- time ---

    def at(self, delay_s: float, work: Callable[[], None]) -> None:
        self.order += 1
        heapq.heappush(self.queue, (self.now + delay_s, self.order, None, 0, work))

    def later(self, worker: Worker, delay_s: float, work: Callable[[], None]) -> None:
        """In a worker's own life: a dead one never does it, a frozen one does it when it thaws."""
        self.order += 1
        heapq.heappush(self.queue, (self.now + delay_s, self.order, worker, worker.life, work))

    def run(self) -> Counter[str]:
        queue, pop, push = self.queue, heapq.heappop, heapq.heappush
        while queue and self.now < HORIZON_S:
            self.now, _, worker, life, work = pop(queue)
            if worker is not None:
                if not worker.alive or worker.life != life:
                    continue
                if worker.frozen_until > self.now:
                    self.order += 1
                    push(queue, (worker.frozen_until + 1e-6, self.order, worker, life, work))
                    continue
            work()
            if self.now > 60.0 and self.is_over():
                break
        judge(self)
        return self.seen

    def is_over(self) -> bool:
        return all(row.state not in OPEN for row in self.rows)

    def instant(self, at: float | None = None) -> datetime:
        return EPOCH + timedelta(seconds=self.now if at is None else at)

    def seconds(self, instant: datetime) -> float:
        return (instant - EPOCH).total_seconds()

    # --- what happens to processes ---

    def crash(self) -> None:
        worker = self.dice.choice(self.workers)
        if not worker.alive:
            return
        worker.alive = False
        self.seen["crash"] += 1
        if any(r.state == S.SENDING and r.owner == (worker.id, worker.life) for r in self.rows):
            self.seen["crash_during_send"] += 1
        self.at(self.dice.uniform(0.2, 5.0), lambda: self.restart(worker))

    def restart(self, worker: Worker) -> None:
        worker.alive = True
        worker.life += 1
        worker.fence = Fence(lambda: self.now)
        worker.frozen_until = 0.0
        if len(self.workers) == 1:
            self.recover(sole=True)
        self.plan_round(worker, 0.01)
        self.later(worker, RENEW_S, lambda: self.renew(worker))

    def freeze(self) -> None:
        worker = self.dice.choice(self.workers)
        worker.frozen_until = max(worker.frozen_until, self.now + self.dice.uniform(0.1, 60.0))
        self.seen["freeze"] += 1

    def stop(self) -> None:
        """A stop by one worker: commit, stamps, and the wait for the others' permits."""
        alive = [w for w in self.workers if w.alive and w.frozen_until <= self.now]
        if not alive:
            return
        self.sending = "stop"
        for row in self.rows:
            if row.state == S.QUEUED:
                row.state, row.reason = move(row.state, S.HELD), "stopped"
                row.fence += 1
        if self.bug != "no_check":
            alive[0].fence.kill(("event", "e"))
        in_flight = sum(r.state == S.SENDING for r in self.rows)
        self.seen["stop_during_send" if in_flight else "stop"] += 1

        def returned() -> None:
            self.stop_returned_at = self.now

        self.at(0.0 if len(self.workers) == 1 else 0.9, returned)
        self.at(self.dice.uniform(2.0, 20.0), self.reopen)

    def reopen(self) -> None:
        self.sending = "open"
        self.stop_returned_at = None
        for row in self.rows:
            if row.state == S.HELD and row.reason == "stopped":
                drop = self.dice.random() < 0.3
                row.state = move(row.state, S.WITHDRAWN if drop else S.QUEUED)
                row.due = self.now
                self.seen["dropped" if drop else "kept"] += 1
        self.nudge()

    # --- a worker's round ---

    def plan_round(self, worker: Worker, delay_s: float) -> None:
        worker.rounds += 1
        worker.next_round = self.now + delay_s
        self.later(worker, delay_s, lambda n=worker.rounds: self.tick(worker, n))

    def nudge(self) -> None:
        """A row has changed: whoever sleeps longer than a round looks again."""
        for worker in self.workers:
            if worker.next_round > self.now + ROUND_S[1] and worker.alive:
                self.plan_round(worker, self.dice.uniform(*ROUND_S))

    def tick(self, worker: Worker, number: int) -> None:
        if number != worker.rounds:
            return
        self.expire()
        if len(self.workers) > 1 or self.dice.random() < 0.2:
            self.recover(sole=False)
        self.look(worker)
        self.permit(worker)
        wait_s = self.dice.uniform(*ROUND_S)
        if self.limiter.held_until - self.now > 1.0 or not self.channel_on:
            wait_s += 0.5
        self.plan_round(worker, max(wait_s, self.next_chance() - self.now + wait_s - ROUND_S[0]))

    def next_chance(self) -> float:
        """The first moment at which a round could find something if no row changes until then."""
        now, first = self.now, HORIZON_S
        goes = self.sending == "open" and self.channel_on
        for row in self.rows:
            state = row.state
            if state == S.QUEUED:
                at = row.expires
                if goes:
                    at = min(at, row.due if row.due > now else self.may_start(row))
            elif state == S.SENDING:
                at = row.lease_until + MARGIN_S
            elif state == S.UNKNOWN:
                at = row.lease_until if row.looking else row.due
                if row.permit_at is not None:  # from then on it keeps nobody in its lane waiting
                    at = min(at, row.permit_at + 10.0) if row.permit_at + 10.0 > now else at
            else:
                continue
            if at <= now:
                return now
            first = min(first, at)
        return first

    def may_start(self, row: Row) -> float:
        """When a row that is due but did not start may: with its limit, or when another in its lane changes."""
        for other in self.rows:
            if other.lane == row.lane and other.rank == row.rank and other is not row:
                if other.state == S.SENDING or (other.state == S.QUEUED and other.seq < row.seq):
                    return NEVER
                if other.state == S.UNKNOWN and other.permit_at is not None:
                    free = other.permit_at + 10.0
                    if free > self.now:
                        return free
        return self.now + self.limiter.wait_s(1, self.now, urgent=row.rank <= 1)

    def expire(self) -> None:
        for row in self.rows:
            if row.state == S.QUEUED and row.expires <= self.now:
                row.state, row.reason = move(row.state, S.EXPIRED), "expired"
                row.fence += 1
                self.seen["expired"] += 1
                self.nudge()

    def renew(self, worker: Worker) -> None:
        self.later(worker, RENEW_S, lambda: self.renew(worker))
        for row in self.rows:
            if row.state in (S.SENDING, S.UNKNOWN) and row.owner == (worker.id, worker.life):
                row.lease_until = self.now + LEASE_S

    def recover(self, *, sole: bool) -> None:
        if self.bug == "no_take_over":
            return
        for row in self.rows:
            if row.state == S.SENDING and (sole or row.lease_until + MARGIN_S <= self.now):
                change = after_crash(
                    self.standing(row), intent_at=self.instant(row.intent_at), now=self.instant()
                )
                row.fence += 1
                row.owner = None
                row.ambiguous.add(row.part)
                self.take(row, change)
                self.seen["take_over"] += 1
            elif row.state == S.UNKNOWN and row.looking and row.lease_until <= self.now:
                row.looking = False
                row.fence += 1
                self.nudge()

    def standing(self, row: Row) -> Standing:
        return Standing(
            row.state,
            row.attempts,
            row.looks,
            self.instant(row.expires),
            ambiguous_before=row.part in row.ambiguous,
            duplicates=row.preferred[row.part],
            parts_left=row.parts - row.part,
            policy=row.policy,
            look_after_s=LOOKS,
            repeatable=row.repeatable,
        )

    def permit(self, worker: Worker) -> None:
        if self.sending != "open" or not self.channel_on:
            return
        stamp = worker.fence.stamp(SCOPES)
        heads: dict[tuple[str, int], Row] = {}
        for row in self.rows:
            key = (row.lane, row.rank)
            if row.state == S.QUEUED and (key not in heads or heads[key].seq > row.seq):
                heads[key] = row
        for (lane, rank), row in sorted(heads.items(), key=lambda item: item[0][1]):
            if row.due > self.now:
                continue
            others = [
                (o.state, None if o.permit_at is None else self.instant(o.permit_at))
                for o in self.rows
                if o.lane == lane and o.rank == rank and o is not row and o.state in (S.SENDING, S.UNKNOWN)
            ]
            if others and self.bug != "no_order" and blocks(others, now=self.instant(), hold_max_s=10.0):
                continue
            urgent = rank <= 1
            if self.bug == "burst":
                pass
            elif not self.limiter.take(1, self.now, urgent=urgent):
                self.seen["limited"] += 1
                continue
            row.state = move(row.state, S.SENDING)
            row.fence += 1
            row.owner, row.lease_until = (worker.id, worker.life), self.now + LEASE_S
            row.permit_at = row.intent_at = self.now
            self.nudge()
            start = worker.fence.permit(str(row.id), "", SCOPES, stamp, self.now + PERMIT_S)
            self.later(
                worker,
                self.dice.choice((0.0, 0.01, 0.1, 0.45, 0.6)),
                lambda r=row, f=row.fence, s=start, p=row.part, c=self.now: self.first_byte(
                    worker, r, f, s, p, c
                ),
            )

    def first_byte(
        self, worker: Worker, row: Row, fence: int, start: Start, part: int, charged: float
    ) -> None:
        try:
            if self.bug != "no_check":
                worker.fence.check(start)
            start.started = True
        except StartRefused:
            self.seen[f"refused_{start.refused_as}"] += 1
            self.later(
                worker,
                0.01,
                lambda: self.outcome(worker, row, fence, start, part, StartRefused("no"), charged),
            )
            return
        if self.dice.random() < 0.05:
            start.started = False
            self.later(
                worker,
                0.05,
                lambda: self.outcome(worker, row, fence, start, part, Unavailable("no route"), charged),
            )
            return
        if self.stop_returned_at is not None and self.now > self.stop_returned_at:
            raise Broken(f"G6: a first byte at {self.now}, the stop had returned at {self.stop_returned_at}")
        if self.now > row.expires + PERMIT_S:
            raise Broken("G7: a first byte after the expiry and its permit")
        self.limiter.started(1, charged, self.now)
        charged = self.now
        self.first_bytes.append((self.now, row.id, part))
        self.calls.append(self.now)
        parent = row.remote.get(part - 1)
        answer_s = self.dice.choice((0.05, 0.2, 1.0, 9.0))
        lost = self.dice.random() < self.faulty
        word = (
            self.dice.choice(("lost_applied", "lost", "429", "refuse", "401", "unavailable"))
            if lost
            else "ok"
        )
        if word in ("ok", "lost_applied"):
            # The platform goes on with it whatever becomes of us.
            self.at(answer_s * 0.5, lambda: self.apply(row.id, part, parent))
        if word in ("lost_applied", "lost"):
            answer_s = self.dice.choice((answer_s, DEADLINE_S))
        self.later(worker, answer_s, lambda: self.answer(worker, row, fence, start, part, word, charged))

    def apply(self, row_id: int, part: int, parent: str | None) -> None:
        if part > 1 and parent is None:
            raise Broken("G5: a thread's post without its parent")
        self.applied.append(
            Applied(
                (row_id, part),
                f"r{len(self.applied)}",
                parent,
                self.now,
                self.now + self.dice.uniform(0.0, VISIBLE_WITHIN_S),
            )
        )

    def answer(
        self, worker: Worker, row: Row, fence: int, start: Start, part: int, word: str, charged: float
    ) -> None:
        result: Receipt | Exception
        match word:
            case "ok":
                mine = [a for a in self.applied if a.ref == (row.id, part)]
                result = Receipt(mine[-1].id)
            case "429":
                result = RateLimited("wait", retry_after_s=self.dice.uniform(0.5, 6.0))
            case "refuse":
                result = ContentRejected("no")
            case "401":
                result = CredentialsRejected("token")
            case "unavailable":
                result = Unavailable("documented as not processed")
            case _:
                result = OutcomeUnknown("silence")
        self.later(
            worker,
            self.dice.choice((0.0, 0.01, 0.3)),
            lambda: self.outcome(worker, row, fence, start, part, result, charged),
        )

    def outcome(
        self,
        worker: Worker,
        row: Row,
        fence: int,
        start: Start,
        part: int,
        result: Receipt | Exception,
        charged: float,
    ) -> None:
        """The write after the call."""
        worker.fence.finish(start)
        if isinstance(result, Receipt):
            row.evidence[part] = result.remote_id
        if row.fence != fence and self.bug != "no_fence":
            self.seen["stale_outcome"] += 1
            return
        if row.state != S.SENDING and not (self.bug == "no_fence" and row.state == S.UNKNOWN):
            self.seen["stale_outcome"] += 1
            return
        change = after_attempt(
            self.standing(row),
            result,
            started=start.started,
            intent_at=self.instant(row.intent_at),
            now=self.instant(),
            rules=RULES,
            random=self.dice.random,
        )
        if self.bug == "resend" and change.state == S.UNKNOWN:
            change = Change(S.QUEUED, "bug", self.instant(), change.attempts, 0)
        if change.give_back:
            self.limiter.give_back(1, charged)
        if change.hold_until is not None:
            self.limiter.hold_until(self.seconds(change.hold_until))
        if isinstance(result, OutcomeUnknown):
            row.ambiguous.add(part)
            self.seen["ambiguous"] += 1
        if change.pause_channel:
            self.seen["paused"] += 1
            self.channel_on = False
            self.at(3.0, self.sign_in)
        if start.refused_as == "stopped" and self.sending == "stop":
            change = Change(S.HELD, "stopped", self.instant(), change.attempts, change.looks)
        self.take(row, change)

    def sign_in(self) -> None:
        self.channel_on = True
        self.nudge()

    def take(self, row: Row, change: Change) -> None:
        if change.state != row.state:
            row.state = move(row.state, change.state)
        row.reason, row.attempts, row.looks = change.reason, change.attempts, change.looks
        row.due = self.seconds(change.due_at)
        if change.duplicate_preferred:
            row.preferred[row.part] += 1
            self.seen["duplicate_preferred"] += 1
        if change.part_sent and change.receipt is not None:
            row.remote[row.part] = change.receipt.remote_id
            row.settled_at[row.part] = self.now
            row.part += 1
            self.seen["found" if change.reason == "found" else "sent"] += 1
        if change.state == S.HELD:
            self.seen["held"] += 1
        if change.reason == "proven_absent":
            self.seen["proven_absent"] += 1
        if change.state == S.QUEUED and self.sending == "stop":
            # Comes back to a stopped event: it waits for the same decision as the others.
            row.state, row.reason = move(S.QUEUED, S.HELD), "stopped"
        self.nudge()

    def look(self, worker: Worker) -> None:
        for row in self.rows:
            if row.state == S.UNKNOWN and row.due <= self.now and not row.looking:
                row.looking = True
                row.fence += 1
                row.owner, row.lease_until = (worker.id, worker.life), self.now + LEASE_S
                self.later(worker, 0.2, lambda r=row, f=row.fence, p=row.part: self.looked(r, f, p))

    def looked(self, row: Row, fence: int, part: int) -> None:
        if row.fence != fence or row.state != S.UNKNOWN:
            self.seen["stale_look"] += 1
            return
        row.looking = False
        found = [a for a in self.applied if a.ref == (row.id, part) and a.visible_at <= self.now]
        finding: Finding | ChannelError
        if part in row.evidence:
            finding = Found(Receipt(row.evidence[part]))
        elif self.dice.random() < 0.1:
            finding = Unavailable("cannot read")
        elif self.dice.random() < 0.05:
            finding = Unclear("two alike")
        else:
            finding = Found(Receipt(found[0].id)) if found else Absent()
        self.take(
            row,
            after_look(
                self.standing(row),
                finding,
                intent_at=self.instant(row.intent_at),
                now=self.instant(),
                rules=RULES,
                random=self.dice.random,
            ),
        )


GOALS = (
    "ambiguous",
    "crash_during_send",
    "take_over",
    "found",
    "proven_absent",
    "duplicate_preferred",
    "held",
    "stop_during_send",
    "refused_stopped",
    "refused_late",
    "stale_outcome",
    "limited",
    "paused",
    "expired",
    "freeze",
    "kept",
    "dropped",
)
"""What a run must have reached, or it has shown nothing."""

BUGS = ("resend", "no_fence", "no_check", "burst", "no_order", "no_take_over")
"""Seeded mistakes that the oracle must find: see World."""


def histories(first: int, n: int, *, bug: str = "") -> Counter[str]:
    """Run n histories; raises Broken with the seed of the first that breaks a promise."""
    seen: Counter[str] = Counter()
    for seed in range(first, first + n):
        try:
            seen.update(World(seed, bug=bug).run())
        except Broken as exc:
            raise Broken(f"seed {seed}: {exc}") from exc
    return seen
