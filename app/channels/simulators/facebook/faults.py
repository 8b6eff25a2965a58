"""What can be made to go wrong on the simulated page, beyond what can go wrong on any wire."""

from __future__ import annotations

from typing import Final

from app.channels.simulators.facebook.errors import THROTTLES, TOKEN_SUBCODES, GraphRefusal, bad_parameter
from app.channels.simulators.faults import FaultSpec, Param

_REASONS: Final = {
    "link not scraped": GraphRefusal(1609005, "(#1609005) The link could not be scraped", subcode=1609005),
    "abusive": GraphRefusal(368, THROTTLES[368][1]),
    "too fast": GraphRefusal(368, "(#368) You are posting too fast", subcode=1390008),
    "content refused": GraphRefusal(100, "(#100) The content was refused", subcode=1346003),
    "authorisation needed": GraphRefusal(
        200, "(#200) Page publishing authorization is needed", subcode=1404078
    ),
    "confirm identity": GraphRefusal(200, "(#200) Please confirm your identity", subcode=4854002),
    "photo too large": GraphRefusal(1, "(#1) The photo is too large", subcode=1366046),
    "duplicate": GraphRefusal(506, "Duplicate status message", title="Duplicate Status Update"),
}

FACEBOOK_FAULTS: Final[tuple[FaultSpec, ...]] = (
    FaultSpec(
        "rate_limit",
        "Refuses for too many calls; code 4 comes as HTTP 403.",
        (
            Param("code", "80001", "Code", tuple(str(code) for code in THROTTLES)),
            Param("minutes", 7, "Minutes until it ends"),
        ),
        "all",
    ),
    FaultSpec(
        "revoke_token",
        "The page token no longer works.",
        (Param("subcode", "460", "Subcode", tuple(str(code) for code in TOKEN_SUBCODES)),),
        "all",
    ),
    FaultSpec("permission_lost", "A permission was taken away (code 200)."),
    FaultSpec("code2_after", "Does it, but answers 500 with code 2 and 'retry later'."),
    FaultSpec("accept_and_drop", "Answers with an id, but the post is never on the page."),
    FaultSpec("code2_before", "Answers 500 with code 2 without doing it."),
    FaultSpec("refuse", "Refuses the post.", (Param("reason", "abusive", "Reason", tuple(_REASONS)),)),
    FaultSpec("usage", "Reports this much of the budget as used.", (Param("percent", 90, "Percent"),), "all"),
    FaultSpec("ranked_comments", "Lists comments by rank, whatever order was asked.", (), "all"),
    FaultSpec("missing_from", "Hides who wrote the comments.", (), "all"),
    FaultSpec("empty_page", "Gives an empty page of comments that has a next page.", (), "all"),
    FaultSpec(
        "list_lag",
        "New posts appear late in the page's own list.",
        (Param("seconds", 20.0, "Seconds"),),
        "all",
    ),
    FaultSpec(
        "webhook_batch",
        "Collects changes and sends them in one webhook.",
        (Param("within_s", 2.0, "Collected for seconds"),),
        "all",
    ),
    FaultSpec("webhook_forged", "Signs webhooks with a wrong secret.", (), "all"),
)


def reason(name: str) -> GraphRefusal:
    """A fresh copy of a refusal, since exceptions carry their traceback along."""
    one = _REASONS.get(name)
    if one is None:
        return bad_parameter(name)
    return GraphRefusal(one.code, one.message, status=one.status, subcode=one.subcode, title=one.title)
