"""
Graph API refusals. The status line says little there; the code in the body does.

Source: developers.facebook.com/docs/graph-api/guides/error-handling as summarised in the project's platform
notes, section 2.6, read 2026-11-21. Pairings of code and status are partly unconfirmed.
"""

from __future__ import annotations

from typing import Any

THROTTLES = {
    4: (403, "(#4) Application request limit reached"),
    17: (400, "(#17) User request limit reached"),
    32: (400, "(#32) Page request limit reached"),
    341: (400, "(#341) Feed action request limit reached"),
    368: (400, "(#368) The action attempted has been deemed abusive or is otherwise disallowed"),
    613: (400, "(#613) Calls to this api have exceeded the rate limit."),
    80001: (400, "(#80001) There have been too many calls to this Page account. Wait a bit and try again."),
}

TOKEN_SUBCODES = {
    458: "Error validating access token: The user has not authorized the application.",
    459: "Error validating access token: The user has been checkpointed.",
    460: "Error validating access token: The session has been invalidated because the user changed the password.",
    463: "Error validating access token: Session has expired.",
    464: "Error validating access token: The user is not confirmed.",
    467: "Error validating access token: The session is invalid.",
}


class GraphRefusal(Exception):
    """An answer other than success; raised by the rules, rendered once in the shell."""

    def __init__(
        self,
        code: int,
        message: str,
        *,
        status: int = 400,
        subcode: int | None = None,
        kind: str = "OAuthException",
        transient: bool | None = None,
        title: str | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.subcode = subcode
        self.kind = kind
        self.transient = transient
        self.title = title

    def body(self, trace_id: str) -> dict[str, Any]:
        error: dict[str, Any] = {"message": self.message, "type": self.kind, "code": self.code}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.transient is not None:
            error["is_transient"] = self.transient
        if self.title is not None:
            error["error_user_title"], error["error_user_msg"] = self.title, self.message
        return {"error": {**error, "fbtrace_id": trace_id}}


def throttled(code: int) -> GraphRefusal:
    status, message = THROTTLES[code]
    return GraphRefusal(code, message, status=status, subcode=1996 if code == 613 else None)


def bad_parameter(message: str) -> GraphRefusal:
    return GraphRefusal(100, f"(#100) {message}")


def missing_object(object_id: str) -> GraphRefusal:
    return GraphRefusal(
        100,
        f"Unsupported request. Object with ID '{object_id}' does not exist, cannot be loaded due to missing "
        "permissions, or does not support this operation",
        subcode=33,
        kind="GraphMethodException",
    )


def bad_token(subcode: int | None = None) -> GraphRefusal:
    message = "Invalid OAuth access token." if subcode is None else TOKEN_SUBCODES[subcode]
    return GraphRefusal(190, message, status=401, subcode=subcode)


def broken() -> GraphRefusal:
    return GraphRefusal(
        2,
        "An unexpected error has occurred. Please retry your request later.",
        status=500,
        transient=True,
    )
