"""X's refusals, in the shapes that it answers them with."""

from typing import Any, Final

_TYPES: Final = "https://api.x.com/2/problems/"


class XProblem(Exception):
    """An answer that is not the one asked for; raised anywhere below a handler."""

    def __init__(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        super().__init__(body.get("detail") or body.get("title") or status)
        self.status = status
        self.body = body
        self.headers = headers or {}


def _problem(status: int, title: str, detail: str, kind: str, **more: Any) -> XProblem:
    type_uri = kind if kind == "about:blank" else _TYPES + kind
    return XProblem(status, {"title": title, "detail": detail, "type": type_uri, "status": status, **more})


def invalid(message: str, **parameters: list[str]) -> XProblem:
    return XProblem(
        400,
        {
            "errors": [{"parameters": parameters, "message": message}],
            "title": "Invalid Request",
            "detail": "One or more parameters to your request was invalid.",
            "type": _TYPES + "invalid-request",
        },
    )


def unauthorized() -> XProblem:
    return _problem(401, "Unauthorized", "Unauthorized", "about:blank")


def legacy(status: int, code: int, message: str) -> XProblem:
    return XProblem(status, {"errors": [{"code": code, "message": message}]})


def credits_depleted() -> XProblem:
    return _problem(
        402,
        "CreditsDepleted",
        "Your enrolled account does not have any credits to fulfill this request.",
        "credits",
        account_id=1720000000000000009,
    )


def forbidden(detail: str) -> XProblem:
    return _problem(403, "Forbidden", detail, "about:blank")


def duplicate() -> XProblem:
    return forbidden("You are not allowed to create a Tweet with duplicate content.")


def not_summoned() -> XProblem:
    return _problem(
        403,
        "Forbidden",
        "You can only reply to or quote posts where you are mentioned or are the author.",
        "not-authorized-for-resource",
    )


def not_visible() -> XProblem:
    return forbidden("You attempted to reply to a Tweet that is deleted or not visible to you.")


def not_permitted() -> XProblem:
    return forbidden("You are not permitted to perform this action.")


def one_cashtag() -> XProblem:
    return forbidden("Posts may contain a maximum of one cashtag.")


def suspended() -> XProblem:
    return _problem(403, "Forbidden", "Your account is suspended.", "user-suspended")


def unsupported_authentication(needed: str) -> XProblem:
    return _problem(
        403,
        "Unsupported Authentication",
        f"Authenticating with this kind of token is forbidden for this endpoint. Supported: {needed}.",
        "unsupported-authentication",
    )


def missing_scope(scope: str) -> XProblem:
    return _problem(
        403, "Forbidden", f"The token lacks the scope {scope}.", "client-forbidden", reason="missing-scope"
    )


def not_found(resource_id: str, parameter: str = "id") -> XProblem:
    return XProblem(404, missing(resource_id, parameter) | {"status": 404})


def missing(resource_id: str, parameter: str) -> dict[str, Any]:
    """One of the `errors` of an answer that is otherwise fine."""
    return {
        "value": resource_id,
        "detail": f"Could not find post with {parameter}: [{resource_id}].",
        "title": "Not Found Error",
        "resource_type": "post",
        "parameter": parameter,
        "resource_id": resource_id,
        "type": _TYPES + "resource-not-found",
    }


def too_many_requests(shape: str) -> XProblem:
    """429: "problem" and "legacy" are the two shapes, "both" is their mixture."""
    body: dict[str, Any] = {}
    if shape in ("legacy", "both"):
        body["errors"] = [{"code": 88, "message": "Rate limit exceeded"}]
    if shape in ("problem", "both"):
        body |= {
            "title": "Too Many Requests",
            "detail": "Too Many Requests",
            "type": "about:blank",
            "status": 429,
        }
    return XProblem(429, body)


def named(kind: str) -> XProblem:
    """The rarer refusals, by name; see REFUSALS."""
    match kind:
        case "client_forbidden":
            detail = "Your client app is not enrolled for this endpoint."
            return _problem(403, "Client Forbidden", detail, "client-forbidden", reason="client-not-enrolled")
        case "oauth1_permissions":
            detail = "Your client app is not configured with the appropriate oauth1 app permissions."
            return _problem(403, "Forbidden", detail, "oauth1-permissions")
        case "app_suspended":
            return _problem(403, "Forbidden", "Your client app is suspended.", "app-suspended")
        case "usage_capped":
            return _problem(
                429, "UsageCapExceeded", "Usage cap exceeded: Monthly product cap", "usage-capped"
            )
        case "rate_limit_exceeded":
            return _problem(429, "Too Many Requests", "Rate limit exceeded", "rate-limit-exceeded")
        case "locked_326":
            return legacy(403, 326, "To protect our users, this account is temporarily locked.")
        case "automated_226":
            return legacy(403, 226, "This request looks like it might be automated.")
        case "over_limit_185":
            return over_update_limit()
        case "suspended_64":
            return legacy(403, 64, "Your account is suspended and is not permitted to access this feature.")
        case "duplicate_187":
            return legacy(403, 187, "Status is a duplicate.")
        case "invalid_url":
            return forbidden("The Tweet contains an invalid URL.")
        case "server_error_500":
            return _problem(500, "Internal Server Error", "Something is broken.", "about:blank")
    return not_permitted()


REFUSALS: Final = (
    "not_permitted",
    "client_forbidden",
    "oauth1_permissions",
    "app_suspended",
    "usage_capped",
    "rate_limit_exceeded",
    "locked_326",
    "automated_226",
    "over_limit_185",
    "suspended_64",
    "duplicate_187",
    "invalid_url",
    "server_error_500",
)


def over_update_limit() -> XProblem:
    return legacy(403, 185, "User is over daily status update limit.")


def too_many_connections() -> XProblem:
    return _problem(
        429,
        "ConnectionException",
        "This stream is currently at the maximum allowed connection limit.",
        "streaming-connection",
        connection_issue="TooManyConnections",
    )


def no_rules() -> XProblem:
    return _problem(
        409,
        "RuleConfigurationIssue",
        "You must define rules before connecting to this stream.",
        "rule-configuration",
    )
