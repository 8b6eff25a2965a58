"""Where platforms tell us things. Raw bytes in, signature checked by the adapter, 2xx only after the commit."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.requests import ClientDisconnect

from app.audience.webhooks import RawWebhook
from app.errors import TooLarge
from app.routes.deps import HouseDep
from app.routes.problems import responses

router = APIRouter(tags=["webhooks"])

MAX_BYTES = 1 << 20


@router.api_route(
    "/webhooks/{channel_id}/{rest:path}",
    methods=["GET", "POST"],
    summary="A platform's callback",
    responses=responses(403, 404),
    include_in_schema=False,
)
@router.api_route(
    "/webhooks/{channel_id}",
    methods=["GET", "POST"],
    summary="A platform's callback",
    responses=responses(403, 404),
    include_in_schema=False,
)
async def webhook(channel_id: str, request: Request, house: HouseDep, rest: str = "") -> Response:
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BYTES:
                raise TooLarge("The webhook is larger than 1 MiB.", code="too_large")
    except ClientDisconnect:
        return Response(status_code=400)  # nobody hears it; half a webhook is no webhook
    query = request.scope["query_string"].decode("latin-1")
    address = house.switchboard.webhook_address(channel_id) + (f"/{rest}" if rest else "")
    answer = await house.webhooks.take(
        channel_id,
        RawWebhook(
            method=request.method,
            url=address + (f"?{query}" if query else ""),
            headers={name.lower(): value for name, value in request.headers.items()},
            query=dict(request.query_params),
            body=body,
        ),
    )
    return Response(answer.body, answer.status, media_type=answer.media_type)
