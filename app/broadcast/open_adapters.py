"""What an open adapter is made of, and how one that was replaced ends: not before what it has under way."""

from __future__ import annotations

import asyncio
import json

from app.channels.base import Adapter
from app.http import Client
from app.models import Channel

RETIRE_S = 30.0
"""So long an adapter that was replaced stays open: no attempt takes longer."""

Made = tuple[str, str, bytes]
"""Kind, settings, sealed credentials: while they stay the same, so does the adapter."""


def made_of(row: Channel) -> Made:
    return row.adapter, json.dumps(row.settings, sort_keys=True), row.credentials_enc


async def close_later(adapter: Adapter, client: Client) -> None:
    """What it has under way gets its answers first; at once when cancelled."""
    try:
        await asyncio.sleep(RETIRE_S)
    finally:
        await adapter.aclose()
        await client.aclose()
