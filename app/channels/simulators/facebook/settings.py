"""The well-known ids and tokens of the simulated page and its app. None of them opens anything real."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FacebookSettings:
    """
    Args:
        require_proof: Refuse calls without `appsecret_proof`, as an app with "require app secret" does.
        call_budget: Calls a page may have in a rolling 24 hours: 4,800 for each engaged user, and one user.
        usage_after_calls: Usage headers are absent until there was this much traffic.
    """

    app_id: str = "513000000000001"
    app_secret: str = "simulator-facebook-app-secret"
    other_app_id: str = "513000000000002"
    page_id: str = "104000000000001"
    page_name: str = "Valdora General Hospital"
    page_token: str = "SIMULATOR-PAGE-TOKEN"
    user_id: str = "102000000000009"
    user_token: str = "SIMULATOR-USER-TOKEN"
    verify_token: str = "simulator-facebook-verify-token"
    require_proof: bool = True
    call_budget: int = 4800
    usage_after_calls: int = 5
    newest_version: int = 26
    oldest_version: int = 22
