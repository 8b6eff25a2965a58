"""From a platform's callback to stored replies and receipts, through the channel's own adapter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.audience.ingest import Ingest
from app.broadcast.switchboard import Switchboard
from app.channels.base import TakesWebhooks, WebhookAnswer, WebhookRequest
from app.clock import Clock
from app.errors import NotFound

TRUST_S = (
    1.0  # a channel that is changed is noticed this late; a flood would read its row a hundred times a second
)


@dataclass(frozen=True, slots=True)
class RawWebhook:
    """A callback as it came in; `url` is the public address the platform was told."""

    method: str
    url: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


class Webhooks:
    def __init__(self, switchboard: Switchboard, ingest: Ingest, clock: Clock) -> None:
        self._switchboard = switchboard
        self._ingest = ingest
        self._clock = clock
        self._found: dict[str, tuple[float, TakesWebhooks]] = {}
        self.heard_at: dict[str, datetime] = {}  # the last call that was believed, by channel

    async def take(self, channel_id: str, raw: RawWebhook) -> WebhookAnswer:
        """
        Believe nothing unsigned; answer only when what it says is durable.

        Raises:
            NotFound: no such channel, or one that takes no webhooks.
            Forbidden: forged, unsigned or too old.
        """
        adapter = await self._adapter(channel_id)
        answer = adapter.parse_webhook(WebhookRequest(raw.method, raw.url, raw.headers, raw.query, raw.body))
        await self._ingest.take(channel_id, answer.inbound)
        self.heard_at[channel_id] = self._clock.now()
        return answer

    async def _adapter(self, channel_id: str) -> TakesWebhooks:
        now_s = self._clock.monotonic()
        held = self._found.get(channel_id)
        if held is not None and now_s - held[0] < TRUST_S:
            return held[1]
        adapter = await self._switchboard.adapter(channel_id)
        if not isinstance(adapter, TakesWebhooks):
            raise NotFound("This channel takes no webhooks.", code="channel_not_found")
        self._found[channel_id] = (now_s, adapter)
        return adapter
