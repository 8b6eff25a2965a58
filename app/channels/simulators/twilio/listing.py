"""The list of messages: filters, GMT days, pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from app.channels.simulators.twilio.account import Message, TwilioAccount
from app.channels.simulators.twilio.errors import TwilioRefusal
from app.channels.simulators.twilio.rendering import API_VERSION

_DATE_FILTERS = ("DateSent", "DateSent<", "DateSent>")


def list_messages(
    account: TwilioAccount,
    params: dict[str, str],
    account_sid: str,
    show: Callable[[Message], dict[str, Any]],
) -> dict[str, Any]:
    """One page, newest first; a filter on the day of sending cannot see what was not sent yet."""
    size = int(params["PageSize"]) if params.get("PageSize", "").isdigit() else 50
    size = min(max(size, 1), 1000)
    token = params.get("PageToken", "").removeprefix("PA")
    before = int(token) if token.isdigit() else None
    days = {name: _day(params[name]) for name in _DATE_FILTERS if params.get(name)}
    shown: list[Message] = []
    more = False
    for message in account.newest_first(params.get("To", ""), params.get("From", ""), before):
        if days and not _sent_within(message, days):
            continue
        if len(shown) == size:
            more = True
            break
        shown.append(message)
    uri = f"/{API_VERSION}/Accounts/{account_sid}/Messages.json"
    filters = {name: value for name, value in params.items() if name not in {"Page", "PageToken"}}
    page = int(params["Page"]) if params.get("Page", "").isdigit() else 0
    next_uri = None
    if more:
        next_params = {**filters, "PageSize": size, "Page": page + 1, "PageToken": f"PA{shown[-1].serial}"}
        next_uri = f"{uri}?{urlencode(next_params)}"
    return {
        "messages": [show(message) for message in shown],
        "page": page,
        "page_size": size,
        "start": page * size,
        "end": page * size + max(len(shown) - 1, 0),
        "first_page_uri": f"{uri}?{urlencode({**filters, 'PageSize': size, 'Page': 0})}",
        "next_page_uri": next_uri,
        "previous_page_uri": None,
        "uri": f"{uri}?{urlencode({**filters, 'PageSize': size, 'Page': page})}",
    }


def _day(raw: str) -> date:
    try:
        return date.fromisoformat(raw[:10])
    except ValueError:
        raise TwilioRefusal(20001, f"{raw} is not a day") from None


def _sent_within(message: Message, days: dict[str, date]) -> bool:
    if not message.sent_at:
        return False
    sent = datetime.fromtimestamp(message.sent_at, UTC).date()
    return (
        sent == days.get("DateSent", sent)
        and sent <= days.get("DateSent<", sent)
        and sent >= days.get("DateSent>", sent)
    )
