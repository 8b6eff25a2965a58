"""From a platform's callback to stored replies and receipts, through the channel's own adapter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.audience.ingest import Ingest
from app.broadcast.switchboard import Switchboard
from app.channels.base import TakesWebhooks, WebhookAnswer, WebhookRequest
from app.errors import NotFound


@dataclass(frozen=True, slots=True)
class RawWebhook:
    """A callback as it came in; `url` is the public address the platform was told."""

    method: str
    url: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


class Webhooks:
    def __init__(self, switchboard: Switchboard, ingest: Ingest) -> None:
        self._switchboard = switchboard
        self._ingest = ingest

    async def take(self, channel_id: str, raw: RawWebhook) -> WebhookAnswer:
        """
        Believe nothing unsigned; answer only when what it says is durable.

        Raises:
            NotFound: no such channel, or one that takes no webhooks.
            Forbidden: forged, unsigned or too old.
        """
        adapter = await self._switchboard.adapter(channel_id)
        if not isinstance(adapter, TakesWebhooks):
            raise NotFound("This channel takes no webhooks.", code="channel_not_found")
        answer = adapter.parse_webhook(WebhookRequest(raw.method, raw.url, raw.headers, raw.query, raw.body))
        await self._ingest.take(channel_id, answer.inbound)
        return answer
