"""One Graph call as its handler sees it, and how the three ways of passing parameters become one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from starlette.datastructures import UploadFile
from starlette.requests import Request

from app.channels.simulators.facebook.errors import bad_parameter
from app.channels.simulators.facebook.tokens import Token
from app.channels.simulators.wire import Deed

TRUE = frozenset({"true", "1", "yes"})


@dataclass(slots=True)
class Call:
    """Parameters, caller and time of a call; `target` is the object in its path, "me" resolved."""

    request: Request
    params: dict[str, str]
    token: Token
    now: float
    deed: Deed
    target: str = ""

    def flag(self, name: str, default: bool) -> bool:
        return self.params[name].lower() in TRUE if name in self.params else default


async def read_params(request: Request) -> dict[str, str]:
    """
    Query, form or JSON body, the body winning; values that are not text become JSON text.

    Raises:
        GraphRefusal: the body cannot be read.
    """
    params = dict(request.query_params)
    if request.method == "GET":
        return params
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        try:
            body: Any = orjson.loads(await request.body() or b"{}")
        except orjson.JSONDecodeError:
            raise bad_parameter("The body is not JSON") from None
        if not isinstance(body, dict):
            raise bad_parameter("The body is not a JSON object")
        params.update({name: _text(value) for name, value in body.items()})
    elif kind in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        async with request.form() as form:
            for name, value in form.multi_items():
                params[name] = value.filename or "upload" if isinstance(value, UploadFile) else value
    return params


def token_text(request: Request, params: dict[str, str]) -> str:
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    return params.get("access_token") or (bearer.strip() if scheme.lower() in {"bearer", "oauth"} else "")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
