"""
What a platform sends by itself: signed callbacks and webhooks, in the background.

Nothing here ever delays an answer. One task watches what is due, a few workers deliver; a failed delivery
comes back at the times its platform would try again. Every platform that sends declares WEBHOOK_FAULTS.
"""

import asyncio
import contextlib
import heapq
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Final

import httpx

from app.channels.simulators import posting
from app.channels.simulators.faults import FaultPanel, FaultSpec, Param

WEBHOOK_FAULTS: Final[tuple[FaultSpec, ...]] = (
    FaultSpec(
        "webhook_duplicate", "Sends every webhook twice.", (Param("copies", 1, "Further copies"),), "all"
    ),
    FaultSpec(
        "webhook_disorder", "Sends webhooks out of order.", (Param("within_s", 2.0, "Within seconds"),), "all"
    ),
    FaultSpec("webhook_omit", "Forgets to send a webhook.", (), "all"),
    FaultSpec("webhook_delay", "Sends webhooks late.", (Param("seconds", 10.0, "Seconds"),), "all"),
)

_WORKERS: Final = 16
_TIMEOUT_S: Final = 15.0


@dataclass(frozen=True, slots=True)
class Webhook:
    """
    One delivery to make.

    Args:
        kind: The action that faults and the log know it by, such as "message.status".
        retry_after_s: Waits before each further try; empty means one try only.
        retry_on: Which failures are tried again: "ct" (no connection), "rt" (no answer), "4xx", "5xx".
        retry_headers: Added from the second try on.
        on_answer: Told the body of a 2xx answer, where a platform reads it.
    """

    platform: str
    kind: str
    url: str
    body: bytes
    headers: Mapping[str, str]
    method: str = "POST"
    delay_s: float = 0.0
    retry_after_s: tuple[float, ...] = ()
    ref: str | None = None
    retry_on: frozenset[str] = frozenset({"ct", "rt", "3xx", "4xx", "5xx"})
    retry_headers: Mapping[str, str] = field(default_factory=dict)
    on_answer: Callable[[bytes], None] | None = None


@dataclass(frozen=True, slots=True)
class WebhookAttempt:
    """What came of one try; `status` is None when there was no answer."""

    platform: str
    kind: str
    url: str
    ref: str | None
    attempt: int
    status: int | None
    error: str | None = None


@dataclass(order=True, slots=True)
class _Due:
    at: float
    n: int
    webhook: Webhook = field(compare=False)
    attempt: int = field(compare=False, default=1)


class WebhookSender:
    """Sends for all platforms of a run. `start` and `aclose` belong to the lifespan of the simulators."""

    def __init__(self, faults: FaultPanel, rng: Random, max_log: int = 10_000) -> None:
        self._faults = faults
        self._rng = rng
        self._heap: list[_Due] = []
        self._n = 0
        self._in_flight = 0
        self._wake = asyncio.Event()
        self._ready: asyncio.Queue[_Due] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []
        self._client: httpx.AsyncClient | None = None
        self._poster = posting.Poster(_TIMEOUT_S)
        self.log: deque[WebhookAttempt] = deque(maxlen=max_log)

    async def start(self) -> None:
        self._tasks = [asyncio.create_task(self._watch())]
        self._tasks += [asyncio.create_task(self._work()) for _ in range(_WORKERS)]

    def send(self, webhook: Webhook) -> None:
        """Take a delivery and return at once; the faults of its platform are applied here."""
        platform, kind = webhook.platform, webhook.kind
        if self._faults.take(platform, "webhook_omit", kind) is not None:
            return
        delay_s = webhook.delay_s
        late = self._faults.take(platform, "webhook_delay", kind)
        if late is not None:
            delay_s += float(late["seconds"])
        mixed = self._faults.take(platform, "webhook_disorder", kind)
        if mixed is not None:
            delay_s += self._rng.uniform(0, float(mixed["within_s"]))
        copies = 1
        doubled = self._faults.take(platform, "webhook_duplicate", kind)
        if doubled is not None:
            copies += int(doubled["copies"])
        for _ in range(copies):
            self._push(webhook, delay_s, 1)

    @property
    def pending(self) -> int:
        """How many are waiting or on their way."""
        return len(self._heap) + self._ready.qsize() + self._in_flight

    def _push(self, webhook: Webhook, delay_s: float, attempt: int) -> None:
        self._n += 1
        due = _Due(asyncio.get_running_loop().time() + delay_s, self._n, webhook, attempt)
        heapq.heappush(self._heap, due)
        self._wake.set()

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            self._wake.clear()
            while self._heap and self._heap[0].at <= loop.time():
                self._ready.put_nowait(heapq.heappop(self._heap))
            wait_s = self._heap[0].at - loop.time() if self._heap else None
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), wait_s)

    def _connections(self) -> httpx.AsyncClient:
        # Made when first needed: reading the machine's certificates takes longer than all else at the start.
        if self._client is None:
            # trust_env off: a proxy of the machine is not part of the simulation.
            self._client = httpx.AsyncClient(timeout=_TIMEOUT_S, trust_env=False, follow_redirects=False)
        return self._client

    async def _work(self) -> None:
        while True:
            due = await self._ready.get()
            self._in_flight += 1
            try:
                await self._deliver(self._connections(), due)
            finally:
                self._in_flight -= 1

    async def _deliver(self, client: httpx.AsyncClient, due: _Due) -> None:
        webhook = due.webhook
        status: int | None = None
        error: str | None = None
        failure, told = "rt", b""
        headers = dict(webhook.headers)
        if due.attempt > 1:
            headers.update(webhook.retry_headers)
        try:
            if posting.is_plain(webhook.method, webhook.url):
                status, told = await self._poster.post(webhook.url, webhook.body, headers)
            else:
                answer = await client.request(
                    webhook.method, webhook.url, content=webhook.body, headers=headers
                )
                status, told = answer.status_code, answer.content
            failure = f"{status // 100}xx"
        except (posting.ReadError, httpx.HTTPError, httpx.InvalidURL) as exc:
            error = type(exc).__name__
            if isinstance(exc, (httpx.ConnectError, httpx.ConnectTimeout)):
                failure = "ct"
        except posting.ConnectError as exc:
            error, failure = type(exc).__name__, "ct"
        self.log.append(
            WebhookAttempt(
                webhook.platform, webhook.kind, webhook.url, webhook.ref, due.attempt, status, error
            )
        )
        if failure == "2xx":
            if webhook.on_answer is not None:
                webhook.on_answer(told)
            return
        if failure in webhook.retry_on and due.attempt <= len(webhook.retry_after_s):
            self._push(webhook, webhook.retry_after_s[due.attempt - 1], due.attempt + 1)

    def reset(self) -> None:
        """Forget what waits and what was logged; what is on its way still arrives."""
        self._heap.clear()
        while not self._ready.empty():
            self._ready.get_nowait()
        self.log.clear()

    async def aclose(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        if self._client is not None:
            await self._client.aclose()
            self._client = None
        await self._poster.aclose()
