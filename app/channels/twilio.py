"""
SMS through Twilio: one message to one number, what became of it, and what people answer.

Source: github.com/twilio/twilio-oai, twilio_api_v2010.json (April 2026); twilio.com/docs, read 2026.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, ClassVar
from urllib.parse import urlencode, urlsplit

from app.channels.base import (
    Absent,
    AdapterKind,
    Capabilities,
    Failed,
    Finding,
    Found,
    OutboundPost,
    Probe,
    Receipt,
    Unclear,
    WebhookAnswer,
    WebhookRequest,
)
from app.channels.http import Call, ahead_s, json_object, read_mail_date, read_remote_id, send, server_date
from app.channels.measure.sms import plain
from app.channels.twilio_errors import NO_REASON, WORDS, classify
from app.channels.twilio_settings import MAX_VALIDITY_S, WINDOWS, TwilioCredentials, TwilioSettings
from app.channels.twilio_webhooks import STATES, answer_webhook
from app.clock import Clock
from app.errors import ChannelError, ContentRejected, CredentialsRejected, OutcomeUnknown, RecipientRejected
from app.http import Client, HttpRequest, HttpResponse, MayStart

_API = "/2010-04-01/Accounts"
_MAX_PAGES = 5
_MIN_VALIDITY_S = 6
_PLAIN_SIGN = r"[^\w]"
_TRIAL_PREFIX = "Sent from your Twilio trial account - "


class TwilioAdapter:
    """One sender number, or one messaging service."""

    name: ClassVar[str] = "twilio"
    capabilities: ClassVar[Capabilities] = Capabilities(
        measure="sms",
        max_weight=1600,
        recipients=True,
        receipts=True,
        replies=True,
        takes_validity=True,
    )
    # A callback with our ref settles most within a minute; the list is believed about absence after two.
    look_after_s: ClassVar[tuple[float, ...]] = (5.0, 30.0, 60.0, 120.0)

    def __init__(
        self, settings: TwilioSettings, credentials: TwilioCredentials, client: Client, clock: Clock
    ) -> None:
        self._settings = settings
        self._credentials = credentials
        self._client = client
        self._clock = clock
        self._account = f"{settings.base_address}{_API}/{settings.account_sid}"
        if credentials.api_key_sid is not None and credentials.api_key_secret is not None:
            self._auth = (credentials.api_key_sid, credentials.api_key_secret.get_secret_value())
        else:
            self._auth = (settings.account_sid, credentials.auth_token.get_secret_value())

    async def publish(self, post: OutboundPost, *, may_start: MayStart) -> Receipt:
        """Send one message."""
        form = build_message(self._settings, post)
        body, _ = await self._call("POST", f"{self._account}/Messages.json", Call.PUBLISH, form, may_start)
        receipt = read_receipt(body)
        if receipt is None:
            raise OutcomeUnknown("Twilio answered without naming the message.", code="no_id")
        return receipt

    async def find(self, post: OutboundPost, *, sent_after: datetime, last: bool) -> Finding:
        """List what went to this number. Not by date: that filter cannot see what has not been sent on yet."""
        url = f"{self._account}/Messages.json?" + urlencode({"To": post.recipient or "", "PageSize": "100"})
        matches: dict[str, Receipt] = {}
        failed: dict[str, Failed] = {}
        for _ in range(_MAX_PAGES):
            body, headers = await self._call("GET", url, Call.READ)
            not_before = sent_after + timedelta(seconds=ahead_s(headers, self._clock.now()))
            listed = body.get("messages")
            if not isinstance(listed, list):
                return Unclear("Twilio answered without its list of messages.")
            for item in (i for i in listed if isinstance(i, dict)):
                receipt = read_receipt(item)
                if receipt is not None and is_ours(item, post, not_before=not_before):
                    why = failure_of(item)
                    if why is None:
                        matches[receipt.remote_id] = receipt
                    else:
                        failed[receipt.remote_id] = why
            following = body.get("next_page_uri")
            if not isinstance(following, str) or not following:
                break
            # Its path and query alone: the credentials go nowhere else.
            parts = urlsplit(following)
            url = f"{self._settings.base_address}{parts.path}?{parts.query}"
        else:
            if not matches and not failed:
                return Unclear("Twilio's list for this number is too long to read to its end.")
        if len(matches) > 1:
            return Unclear(f"Twilio shows {len(matches)} messages of ours to this number with this text.")
        if matches:
            return Found(next(iter(matches.values())))
        if failed:
            return next(iter(failed.values()))
        return Absent() if last else Unclear("Twilio does not show it yet.")

    def parse_webhook(self, request: WebhookRequest) -> WebhookAnswer:
        """Status callbacks and incoming messages, at one address."""
        signing_key, secondary = self._credentials.signing_key, self._credentials.secondary_auth_token
        return answer_webhook(
            request,
            auth_token=self._credentials.auth_token.get_secret_value(),
            signing_key=None if signing_key is None else signing_key.get_secret_value(),
            account_sid=self._settings.account_sid,
            now=self._clock.now(),
            secondary_token=None if secondary is None else secondary.get_secret_value(),
        )

    async def cancel(self, remote_id: str) -> bool:
        """Stop a message that still waits at Twilio."""
        try:
            body, _ = await self._update(remote_id, {"Status": "canceled"})
        except (ContentRejected, RecipientRejected):
            return False
        return body.get("status") == "canceled"

    async def redact(self, remote_id: str) -> None:
        """Blank the text that Twilio keeps."""
        await self._update(remote_id, {"Body": ""})

    async def probe(self) -> Probe:
        """Look at the account and its balance."""
        body, headers = await self._call("GET", f"{self._account}.json", Call.READ)
        status = str(body.get("status") or "")
        if status in ("suspended", "closed"):
            raise CredentialsRejected(f"The Twilio account is {status}; settle it with Twilio.", code=status)
        balance = await self._balance()
        words = "Twilio accepts our credentials."
        if balance is not None and _is_spent(balance):
            words = f"The Twilio balance is used up ({balance}); add credit."
        return Probe(
            ok=status in ("", "active") and not (balance is not None and _is_spent(balance)),
            words=words,
            account=str(body.get("friendly_name") or self._settings.account_sid),
            balance=balance,
            server_at=server_date(headers),
        )

    async def aclose(self) -> None:
        await self._client.aclose()

    async def _balance(self) -> str | None:
        try:
            body, _ = await self._call("GET", f"{self._account}/Balance.json", Call.READ)
        except ChannelError:
            # Not every key may ask; the account itself has answered.
            return None
        amount, currency = body.get("balance"), body.get("currency")
        return f"{amount} {currency or ''}".strip() if isinstance(amount, str) else None

    async def _update(
        self, remote_id: str, form: Mapping[str, str]
    ) -> tuple[dict[str, Any], Mapping[str, str]]:
        return await self._call("POST", f"{self._account}/Messages/{remote_id}.json", Call.REPEATABLE, form)

    async def _call(
        self,
        method: str,
        url: str,
        call: Call,
        form: Mapping[str, str] | None = None,
        may_start: MayStart | None = None,
    ) -> tuple[dict[str, Any], Mapping[str, str]]:
        request = HttpRequest(method, url, form=form, basic_auth=self._auth)
        response = await send(self._client, request, call, may_start=may_start)
        return self._read(response, call), response.headers

    def _read(self, response: HttpResponse, call: Call) -> dict[str, Any]:
        body = json_object(response)
        if body is None or not 200 <= response.status < 300:
            raise classify(
                response.status,
                response.headers,
                body,
                call,
                self._clock.now(),
                sender=self._settings.from_number,
            )
        return body


def build_message(settings: TwilioSettings, post: OutboundPost) -> dict[str, str]:
    """
    The form of a create call.

    Raises:
        ContentRejected: there is nobody to send to.
    """
    if not post.recipient:
        raise ContentRejected("An SMS needs a number to go to.", code="no_recipient")
    validity_s = settings.validity_s if post.validity_s is None else post.validity_s
    form = {
        "To": post.recipient,
        "Body": post.text,
        "ValidityPeriod": str(min(max(validity_s, _MIN_VALIDITY_S), MAX_VALIDITY_S)),
    }
    if settings.messaging_service_sid is not None:
        form["MessagingServiceSid"] = settings.messaging_service_sid
    else:
        form["From"] = settings.from_number or ""
    if settings.smart_encoded:
        form["SmartEncoded"] = "true"
    if settings.callback_address is not None:
        form["StatusCallback"] = f"{settings.callback_address}?{urlencode({'ref': post.ref})}"
    return form


def read_receipt(body: Mapping[str, Any]) -> Receipt | None:
    """The message's id and segments; with a service the segments are unknown at first and come as "0"."""
    sid = body.get("sid")
    if read_remote_id(sid) is None or not str(sid).startswith(("SM", "MM")):
        return None
    segments = str(body.get("num_segments") or "")
    count = int(segments) if segments.isascii() and segments.isdigit() and len(segments) < 6 else 0
    return Receipt(str(sid), segments=count or None)


def is_ours(item: Mapping[str, Any], post: OutboundPost, *, not_before: datetime) -> bool:
    """Whether a listed message is the one that was sent; its date has whole seconds."""
    if item.get("direction") not in ("outbound-api", "outbound") or item.get("to") != post.recipient:
        return False
    at = read_mail_date(str(item.get("date_created")))
    if at is None:
        return False
    body, ours = str(item.get("body") or ""), _as_listed(post.text)
    # A second below the start: both sides cut fractions off.
    return at >= not_before.replace(microsecond=0) - timedelta(seconds=1) and any(
        ours.fullmatch(one) for one in (body, body.removeprefix(_TRIAL_PREFIX))
    )


@lru_cache(maxsize=512)  # one text goes to many phones
def _as_listed(text: str) -> re.Pattern[str]:
    """
    A text as Twilio may show it: as it is, or with plain quotes, dashes and spaces for typographic ones.

    Messaging services replace these unless that is switched off, and any sender does where it was asked for. Letters and
    signs for which nothing plain stands are left as they are.
    """
    return re.compile("".join(map(_listed, text)))


def _listed(char: str) -> str:
    itself, instead = re.escape(char), None if char.isalpha() else plain(char)
    if instead is None or instead == char:
        return itself
    # Which of the plain signs it is, Twilio's table says and ours need not; a run of them is no full stop.
    return f"(?:{itself}|{_PLAIN_SIGN if len(instead) == 1 else re.escape(instead)})"


def failure_of(item: Mapping[str, Any]) -> Failed | None:
    """Why a listed message has failed; None while it has not."""
    status = str(item.get("status"))
    if STATES.get(status, (0, ""))[1] != "rejected":
        return None
    code = str(item.get("error_code") or "")
    return Failed(WORDS.get(code) or str(item.get("error_message") or NO_REASON), code or status)


def _is_spent(balance: str) -> bool:
    try:
        return float(balance.split()[0]) <= 0
    except (ValueError, IndexError):
        return False


KIND = AdapterKind(
    name=TwilioAdapter.name,
    label="SMS (Twilio)",
    settings=TwilioSettings,
    credentials=TwilioCredentials,
    capabilities=TwilioAdapter.capabilities,
    build=TwilioAdapter,
    windows=WINDOWS,
)
