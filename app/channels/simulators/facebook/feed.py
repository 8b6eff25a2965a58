"""
The page's feed as webhooks: envelopes, batches and signatures.

Source: developers.facebook.com/docs/graph-api/webhooks/getting-started as summarised in the project's platform
notes, section 2.4, read 2026-11-21; the signature's vector is in section 8.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any

# At once, then with falling frequency for 36 hours.
RETRY_AFTER_S = (0.0, 5.0, 30.0, 120.0, 600.0, 1800.0, 3600.0, 7200.0, 14_400.0, 28_800.0, 43_200.0)


def envelope(page_id: str, at: int, batch: Sequence[dict[str, Any]]) -> bytes:
    """The body for one or several changes: one entry each, everything beyond ASCII escaped."""
    entries = [{"id": page_id, "time": at, "changes": [{"field": "feed", "value": value}]} for value in batch]
    return json.dumps({"object": "page", "entry": entries}, separators=(",", ":"), ensure_ascii=True).encode()


def signature(app_secret: str, body: bytes) -> str:
    """The value of X-Hub-Signature-256 for these exact bytes."""
    return "sha256=" + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()
