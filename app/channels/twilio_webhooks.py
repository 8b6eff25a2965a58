"""
What Twilio tells: signed status callbacks about messages we sent, and signed messages that people sent us.

A signature covers the address as Twilio was told it and every parameter that came, known or not.

Source: twilio.com/docs/usage/security, "Track outbound message status", "Advanced Opt-Out"; request_validator.py of
the official library; read 2026.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import parse_qs, parse_qsl, urlsplit, urlunsplit

from app.channels.base import DeviceReceipt, Inbound, WebhookAnswer, WebhookRequest
from app.channels.http import read_remote_id
from app.channels.opt_out import Wish
from app.channels.texted import read_texted
from app.channels.twilio_errors import NO_REASON, OPTED_OUT, WORDS
from app.errors import Forbidden, InvalidInput

# Rank and our state. "sent" is ours for "Twilio has it under its id", which every status before the end proves.
STATES: dict[str, tuple[int, str]] = {
    "accepted": (1, "sent"),
    "scheduled": (1, "sent"),
    "queued": (2, "sent"),
    "sending": (3, "sent"),
    "sent": (4, "sent"),
    "partially_delivered": (4, "sent"),
    "delivered": (5, "delivered"),
    "read": (5, "delivered"),
    "undelivered": (5, "rejected"),
    "failed": (5, "rejected"),
    "canceled": (5, "rejected"),
}
_WISHES = frozenset(wish.value for wish in Wish)
_EMPTY_TWIML = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
_DEFAULT_PORTS = {"http": 80, "https": 443}


def signature(key: str, url: str, pairs: Sequence[tuple[str, str]], *, algorithm: str = "sha1") -> str:
    """Base64 HMAC over the address and each parameter's name and value, sorted, without separators."""
    by_name: dict[str, set[str]] = {}
    for name, value in pairs:
        by_name.setdefault(name, set()).add(value)
    text = url + "".join(
        name + value
        for name in sorted(by_name, key=lambda n: n.encode())
        for value in sorted(by_name[name], key=lambda v: v.encode())
    )
    return base64.b64encode(hmac.new(key.encode(), text.encode(), algorithm).digest()).decode()


def addresses(url: str) -> tuple[str, ...]:
    """The address with and without the scheme's default port; which one was signed is not always clear."""
    bare = url.partition("#")[0]
    parts = urlsplit(bare)
    default = _DEFAULT_PORTS.get(parts.scheme)
    host = parts.netloc
    if default is None:
        return (bare,)
    if parts.port is None:
        other = f"{host}:{default}"
    elif parts.port == default:
        other = host.removesuffix(f":{default}")
    else:
        return (bare,)
    return bare, urlunsplit(parts._replace(netloc=other))


def check(
    request: WebhookRequest, *, auth_token: str, signing_key: str | None, secondary_token: str | None = None
) -> list[tuple[str, str]]:
    """
    Check the signature and return the form's parameters, none for a JSON body.

    Args:
        secondary_token: Holds as well, while the account's token is being changed.

    Raises:
        Forbidden: wrong or missing signature, or a body other than the one that was signed.
    """
    headers = {k.lower(): v for k, v in request.headers.items()}
    given = headers.get("x-twilio-signature", "")
    settings = headers.get("x-twilio-webhooks-signature-settings", "")
    tokens = [auth_token] if secondary_token is None else [auth_token, secondary_token]
    keys = {_key_for(settings, token, signing_key) for token in tokens}
    body_hash = parse_qs(urlsplit(request.url).query).get("bodySHA256", [""])[0]
    pairs = [] if body_hash else read_form(request.body)
    if body_hash and not hmac.compare_digest(
        hashlib.sha256(request.body).hexdigest().encode(), body_hash.lower().encode()
    ):
        raise Forbidden(
            "The body is not the one that was signed; nothing was taken from it.", code="bad_signature"
        )
    expected = [
        signature(key, url, pairs, algorithm=algorithm)
        for key, algorithm in keys
        for url in addresses(request.url)
    ]
    # No early exit: every candidate is compared.
    if not given or True not in [hmac.compare_digest(given.encode(), e.encode()) for e in expected]:
        raise Forbidden(
            "This request is not signed by Twilio; nothing was taken from it.", code="bad_signature"
        )
    return pairs


def _key_for(header: str, auth_token: str, signing_key: str | None) -> tuple[str, str]:
    settings = dict(part.strip().partition("=")[::2] for part in header.split(",") if "=" in part)
    algorithm = settings.get("algorithm", "HMAC_SHA1")
    if algorithm == "HMAC_SHA256":
        return signing_key or auth_token, "sha256"
    if algorithm == "HMAC_SHA1":
        return auth_token, "sha1"
    raise Forbidden("This kind of signature is not known.", code="bad_signature")


def read_form(body: bytes) -> list[tuple[str, str]]:
    """Every parameter of a form, empty ones too."""
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=500)
    except ValueError as exc:
        raise Forbidden("The body is no form.", code="bad_signature") from exc


def answer_webhook(
    request: WebhookRequest,
    *,
    auth_token: str,
    signing_key: str | None,
    account_sid: str,
    now: datetime,
    secondary_token: str | None = None,
) -> WebhookAnswer:
    """
    Read a status callback or an incoming message.

    Raises:
        Forbidden: not signed for this account.
        InvalidInput: signed, yet neither of the two.
    """
    pairs = check(request, auth_token=auth_token, signing_key=signing_key, secondary_token=secondary_token)
    # No column of PostgreSQL takes a NUL.
    form = {name: value.replace("\0", "\ufffd") for name, value in pairs}
    if form.get("AccountSid", account_sid) != account_sid:
        raise Forbidden("This webhook belongs to another Twilio account.", code="wrong_account")
    message_sid = read_remote_id(form.get("MessageSid") or form.get("SmsSid")) or ""
    status = (form.get("MessageStatus") or form.get("SmsStatus") or "").lower()
    if not message_sid:
        raise InvalidInput("The signed webhook names no message.", code="unreadable_webhook")
    if status and status not in ("received", "receiving"):
        receipt = read_status(form, message_sid, status, ref=request.query.get("ref"))
        return WebhookAnswer(inbound=Inbound(receipts=() if receipt is None else (receipt,)), status=204)
    if "From" not in form or "Body" not in form:
        raise InvalidInput("The signed webhook is no message.", code="unreadable_webhook")
    return WebhookAnswer(
        inbound=read_message(form, message_sid, now), body=_EMPTY_TWIML, media_type="text/xml"
    )


def read_status(
    form: Mapping[str, str], message_sid: str, status: str, *, ref: str | None
) -> DeviceReceipt | None:
    """One word about one message; None for a status that is not known yet, which must be tolerated."""
    code = form.get("ErrorCode") or ""
    code = "" if code == "0" else code
    if status not in STATES and code == OPTED_OUT:
        status = "failed"  # whatever else it says
    if status not in STATES:
        return None
    rank, state = STATES[status]
    if state == "rejected":
        words = WORDS.get(code) or form.get("ErrorMessage") or NO_REASON
        code = code or status
    else:
        words = ""
    return DeviceReceipt(
        remote_id=message_sid,
        state=state,
        rank=rank,
        ref=ref or None,
        code=code,
        words=words[:500],
        opted_out=code == OPTED_OUT,
        number=form.get("To", ""),
    )


def read_message(form: Mapping[str, str], message_sid: str, now: datetime) -> Inbound:
    """A message from a person: an answer, or a word that stops or resumes ours."""
    told = form.get("OptOutType", "").upper()
    return read_texted(
        form["From"],
        form["Body"],
        now,
        reply_id=message_sid,
        message_id=message_sid,
        understood=Wish(told) if told in _WISHES else None,
    )
