"""Webhooks as the platforms sign them, made by other code than the code that checks them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode


@dataclass(frozen=True)
class Signed:
    """One request; `path` is what follows the channel's address."""

    body: bytes
    headers: Mapping[str, str]
    path: str = ""

    def with_header(self, name: str, value: str | None) -> Signed:
        rest = {key: held for key, held in self.headers.items() if key != name}
        return replace(self, headers=rest if value is None else {**rest, name: value})

    @property
    def signature_header(self) -> str:
        return next(name for name in self.headers if "signature" in name and "settings" not in name)


def facebook(secret: str, page_id: str, values: Sequence[Mapping[str, Any]], *, told_s: int) -> Signed:
    changes = [{"field": "feed", "value": {"item": "comment", **value}} for value in values]
    body = {"object": "page", "entry": [{"id": page_id, "time": told_s, "changes": changes}]}
    raw = json.dumps(body, separators=(",", ":"), ensure_ascii=True).encode()
    mark = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    return Signed(raw, {"content-type": "application/json", "x-hub-signature-256": f"sha256={mark}"})


def twilio(
    token: str, address: str, form: Mapping[str, str], *, path: str = "", sha256: bool = False
) -> Signed:
    text = address + path + "".join(name + form[name] for name in sorted(form))
    algorithm = "sha256" if sha256 else "sha1"
    mark = base64.b64encode(hmac.new(token.encode(), text.encode(), algorithm).digest()).decode()
    headers = {"content-type": "application/x-www-form-urlencoded", "x-twilio-signature": mark}
    if sha256:
        headers["x-twilio-webhooks-signature-settings"] = "key=k1,algorithm=HMAC_SHA256"
    return Signed(urlencode(form).encode(), headers, path)


def x(secret: str, own_id: str, posts: Sequence[Mapping[str, Any]]) -> Signed:
    events = [
        {
            "data": {
                "event_uuid": post["id"],
                "filter": {"user_id": own_id},
                "event_type": "post.reply.create",
                "payload": post,
                "includes": {},
            }
        }
        for post in posts
    ]
    raw = json.dumps(events).encode()
    mark = base64.b64encode(hmac.new(secret.encode(), raw, hashlib.sha256).digest()).decode()
    return Signed(raw, {"content-type": "application/json", "x-twitter-webhooks-signature": f"sha256={mark}"})
