"""
How the command line speaks to a running server: the same API as everybody, with a key.

One process owns an SQLite file, so a command that changes something asks that process to do it.
"""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlsplit

import orjson

from app.http import Client, HttpRequest, TransportFailure


class RemoteRefused(Exception):
    """The server said no, or did not answer; the sentence says what to do."""


def call(server: str, key: str, method: str, path: str, body: Any = None) -> Any:
    """
    One API call.

    Raises:
        RemoteRefused: see there.
    """
    parts = urlsplit(server)
    if parts.scheme != "https" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise RemoteRefused(
            "A key goes over https only. Give --server an https address, or one on this machine."
        )
    return asyncio.run(_call(f"{server.rstrip('/')}/api/v1{path}", key, method, body))


async def _call(url: str, key: str, method: str, body: Any) -> Any:
    client = Client(deadline_s=30)
    try:
        answer = await client.send(
            HttpRequest(
                method,
                url,
                headers={"authorization": f"Bearer {key}"},
                json=body,
            )
        )
    except TransportFailure as exc:
        raise RemoteRefused(f"No answer from {url} ({exc.detail}). Is the server running there?") from exc
    finally:
        await client.aclose()
    try:
        content = orjson.loads(answer.body) if answer.body else None
    except orjson.JSONDecodeError as exc:
        raise RemoteRefused(f"{url} does not answer like Tocsin. Check --server.") from exc
    if answer.status >= 400:
        detail = content.get("detail", "") if isinstance(content, dict) else ""
        raise RemoteRefused(f"{detail or 'The server refused.'} ({answer.status})")
    return content
