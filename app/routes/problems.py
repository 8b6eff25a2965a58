"""AppError to one JSON shape (RFC 9457); the only place that knows both. Nothing of the inside leaks out."""

from __future__ import annotations

import math
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from app.db_faults import CUT, CUT_READING, CUT_WITH_KEY
from app.errors import AppError, TooManyRequests, Unready
from app.routes.field_words import field_of, sentence
from app.routes.page_templates import missing
from app.schemas.bodies import HAS_NUL, NUL, Problem

log = structlog.get_logger()

BAD_JSON = "The body is not readable JSON in UTF-8. Correct it and send again."
MEDIA_TYPE = "application/problem+json"
CLEAR = '"cache", "cookies", "storage"'  # what a wiped tablet is told to forget


def problem(
    status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None, **extra: Any
) -> JSONResponse:
    """Build one answer; `extra` are further members a program can use, such as `spans`."""
    content = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        **extra,
    }
    return JSONResponse(content, status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For a route's OpenAPI entry."""
    return {
        status: {"model": Problem, "content": {MEDIA_TYPE: {}}, "description": HTTPStatus(status).phrase}
        for status in (*statuses, 400, 413, 422)
    }


def _cut(request: Request) -> str:
    """What is true of this request when the connection to the database ended in the middle of it."""
    if request.method in ("GET", "HEAD"):
        return CUT_READING
    # Set by the dependency that reads the key: a header that the route does not look at makes nothing harmless.
    return CUT_WITH_KEY if getattr(request.state, "has_key", False) else CUT


def install(app: FastAPI) -> None:
    """Handlers for our own errors, the framework's, and whatever else breaks."""

    @app.exception_handler(AppError)
    async def ours(request: Request, exc: AppError) -> JSONResponse:
        headers = {}
        if isinstance(exc, TooManyRequests | Unready):
            headers["Retry-After"] = str(max(1, math.ceil(exc.retry_after_s)))
        if exc.code == "device_wiped":
            headers["Clear-Site-Data"] = CLEAR
        detail = _cut(request) if exc.code == "database_away" else exc.detail
        return problem(exc.status, exc.code, detail, headers=headers, **exc.extra)

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, exc: RequestValidationError) -> JSONResponse:
        errors = exc.errors()
        if any(error["type"] in ("json_invalid", "value_error.jsondecode") for error in errors):
            return problem(400, "bad_json", BAD_JSON)
        for error in errors:
            if error["type"] == NUL:
                at = (*error["loc"], error["ctx"]["at"]) if error["ctx"]["at"] else error["loc"]
                return problem(422, NUL, HAS_NUL, field=field_of(at))
        fields = [
            {"field": field_of(error["loc"]) or str(error["loc"][0]), "problem": sentence(error)}
            for error in errors[:20]
        ]
        first = fields[0]
        return problem(422, "invalid_input", first["problem"], field=first["field"], fields=fields)

    @app.exception_handler(HTTPException)
    async def framework(request: Request, exc: HTTPException) -> Response:
        # A person who mistyped an address gets a page; a program gets what programs read.
        if exc.status_code == 404 and "text/html" in request.headers.get("accept", ""):
            return missing()
        if exc.status_code == 400 and exc.detail == "There was an error parsing the body":
            return problem(400, "bad_json", BAD_JSON)  # bytes that are no text; the framework knows no better
        codes = {
            404: "not_found",
            405: "method_not_allowed",
            400: "bad_request",
            413: "too_large",
            408: "too_slow",
        }
        details = {
            404: "There is nothing at this address.",
            405: "This address does not take this method.",
            400: "The request cannot be read. Send it as JSON in UTF-8.",
        }
        return problem(
            exc.status_code,
            codes.get(exc.status_code, "refused"),
            details.get(exc.status_code, str(exc.detail)),
            headers=exc.headers,
        )

    @app.exception_handler(UnicodeDecodeError)
    async def not_utf8(_request: Request, _exc: UnicodeDecodeError) -> JSONResponse:
        return problem(400, "bad_json", BAD_JSON)

    @app.exception_handler(Exception)
    async def broken(request: Request, exc: Exception) -> JSONResponse:
        number = secrets.token_hex(4)
        log.error("request_failed", error_id=number, route=request.scope.get("path"), exc_info=exc)
        return problem(
            500,
            "internal",
            "Something broke on our side, and whether this was done is not sure. Reload and look before you repeat it. "
            f"Tell the engineer this number: {number}.",
            error_id=number,
        )
