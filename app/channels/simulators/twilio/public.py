"""The phones: what their owners do, what they see, and what the stage hands may set."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from random import Random
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from app.channels.simulators.platform import CannotSpeak
from app.channels.simulators.twilio.account import E164, Message, TwilioAccount
from app.channels.simulators.twilio.rendering import inbound_params, twiml_messages
from app.channels.simulators.twilio.settings import TwilioSettings
from app.channels.simulators.twilio.signing import is_callback_url, without_fragment
from app.channels.simulators.world import World

_PHONES_SHOWN, _TEXTS_SHOWN, _FLOOD_PHONES = 12, 20, 500
_ON_THE_PHONE = frozenset({"sent", "delivered", "received"})


class PublicTwilio:
    """The outside of the account; the platform class adds the API."""

    _world: World
    _ids: Random
    settings: TwilioSettings
    account: TwilioAccount
    inbound_urls: dict[str, str]

    def _send(
        self,
        url: str,
        params: dict[str, str],
        kind: str,
        overrides: dict[str, str],
        delay_s: float = 0.0,
        on_answer: Callable[[bytes], None] | None = None,
    ) -> None:
        raise NotImplementedError

    def public_routes(self) -> list[BaseRoute]:
        return [
            Route("/inbound", self._inbound, methods=["POST"]),
            Route("/pace", self._pace, methods=["POST"]),
            Route("/phone", self._phone_outcome, methods=["POST"]),
            Route("/webhooks", self._webhooks, methods=["POST"]),
        ]

    def text_in(self, source: str, to: str, body: str) -> str:
        """Let a phone send a text to one of our numbers; the webhook and any automatic answer follow."""
        message, asked, _ = self.account.inbound(source, to, body, self._world.clock.epoch_s())
        url = self.inbound_urls.get(to)
        if url:

            def answer(document: bytes) -> None:
                for text in twiml_messages(document.decode("utf-8", "replace")):
                    self.account.reply(to, source, text, self._world.clock.epoch_s())

            plain, overrides = without_fragment(url)
            params = inbound_params(message, self.settings.account_sid, asked)
            self._send(plain, params, "message.inbound", overrides, on_answer=answer)
        return message.sid

    def speak(self, handle: str, name: str, text: str, in_reply_to: str | None = None) -> str:
        """Let a phone that we have texted answer: the given number, or one of those texted last."""
        if in_reply_to is None:
            known = list(islice(reversed(self.account.phones), _FLOOD_PHONES))
            if not known:
                raise CannotSpeak("No phone has been texted yet.")
            in_reply_to = self._ids.choice(known)
        return self.text_in(in_reply_to, self._last_sender(in_reply_to), text)

    async def install_webhook(self, url: str) -> None:
        """Inbound messages of every number go to this address."""
        if not is_callback_url(url):
            raise CannotSpeak("The address must be http or https, its host without an underscore.")
        self.inbound_urls.update({one.number: url for one in self.settings.senders})

    def credentials(self) -> dict[str, object]:
        s = self.settings
        return {
            "account_sid": s.account_sid,
            "auth_token": s.auth_token,
            "api_key_sid": s.api_key_sid,
            "api_key_secret": s.api_key_secret,
            "messaging_service_sid": s.service_sid,
            "senders": [
                {"number": one.number, "kind": one.kind, "segments_per_s": one.segments_per_s}
                for one in s.senders
            ],
            "pool": list(s.pool),
        }

    def state(self) -> dict[str, object]:
        account = self.account
        now = self._world.clock.epoch_s()
        senders = [sender for sender in account.senders.values() if sender.kind != "test"]
        return {
            "version": account.version,
            "senders": [
                {
                    "number": one.number,
                    "kind": one.kind,
                    "segments_per_s": one.rate,
                    "waiting": len(one.waiting),
                    "wait_s": round(one.wait_s(now), 1),
                }
                for one in senders
            ],
            "messages_total": len(account.messages),
            "phones_total": len(account.phones),
            "phones": [self._phone(number) for number in islice(reversed(account.phones), _PHONES_SHOWN)],
            "webhook_url": next(iter(self.inbound_urls.values()), None),
        }

    def _phone(self, number: str) -> dict[str, Any]:
        texts: list[Message] = []
        owners = (self.settings.service_sid, *self.account.senders)
        for message in reversed(self.account.phones[number]):
            if message.status in _ON_THE_PHONE:
                texts.append(message)
            if len(texts) == _TEXTS_SHOWN:
                break
        return {
            "number": number,
            "sender": self._last_sender(number),
            "stopped": any((owner, number) in self.account.opted_out for owner in owners),
            "texts": [
                {
                    "id": one.sid,
                    "inbound": one.direction == "inbound",
                    "text": one.body,
                    "at": one.sent_at or one.created_at,
                    "status": one.status,
                    "segments": one.segments,
                }
                for one in reversed(texts)
            ],
        }

    def _last_sender(self, number: str) -> str:
        """Which of our numbers a phone would answer."""
        for message in reversed(self.account.phones.get(number, [])):
            ours = message.to if message.direction == "inbound" else message.from_
            if ours:
                return ours
        return self.settings.pool[0]

    # -- control surface --------------------------------------------------------------------------------------

    async def _inbound(self, request: Request) -> Response:
        body = await _body(request)
        source = str(body.get("from", ""))
        to = str(body.get("to") or self._last_sender(source))
        text = str(body.get("body", ""))
        if not E164.fullmatch(source):
            raise CannotSpeak("from is the phone's number, such as +12025550123.")
        if to not in self.account.senders:
            raise CannotSpeak(f"{to} is none of the account's numbers.")
        if not text or len(text) > 1600:
            raise CannotSpeak("body is a text of up to 1600 characters.")
        return JSONResponse({"sid": self.text_in(source, to, text)}, 201)

    async def _pace(self, request: Request) -> Response:
        """Let every sender run so many times faster than its carrier would."""
        factor = (await _body(request)).get("factor")
        if isinstance(factor, bool) or not isinstance(factor, (int, float)) or not 0 < factor <= 1_000_000:
            raise CannotSpeak("factor is a number above 0 and at most 1000000.")
        for sender in self.account.senders.values():
            sender.pace = float(factor)
        return JSONResponse({"factor": factor})

    async def _phone_outcome(self, request: Request) -> Response:
        """What becomes of texts to a number: an error code, "silent" (no receipt) or "delivered"."""
        body = await _body(request)
        number, outcome = str(body.get("number", "")), str(body.get("outcome", ""))
        outcomes = self.account.rules.phone_outcomes
        if outcome == "delivered":
            outcomes.pop(number, None)
        elif outcome == "silent":
            outcomes[number] = 0
        elif outcome.isdigit() and outcome.startswith(("30", "63")):
            outcomes[number] = int(outcome)
        else:
            raise CannotSpeak('outcome is "delivered", "silent" or a code such as "30003".')
        return JSONResponse({"number": number, "outcome": outcome})

    async def _webhooks(self, request: Request) -> Response:
        await self.install_webhook(str((await _body(request)).get("url", "")))
        return JSONResponse({"url": next(iter(self.inbound_urls.values()))}, 201)


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        raise CannotSpeak("The body is not JSON.") from None
    if not isinstance(body, dict):
        raise CannotSpeak("The body is not a JSON object.")
    return body
