"""The X simulator's well-known account and its adjustable limits and lifetimes. Nothing here is a secret."""

from dataclasses import dataclass
from typing import Literal

Plan = Literal["pay_per_use", "basic", "free"]


@dataclass(frozen=True, slots=True)
class XSettings:
    """
    Args:
        plan: Which column of the documented rate limits holds.
        premium: Editing needs it.
        self_serve: Self-serve applications reply only when summoned, and use one cashtag.
        long_posts: Premium accounts may say up to 25,000 characters.
        deleted_counts_as_duplicate: Observed sometimes, not documented.
        implicit_mention_summons: Whether answering us is as good as mentioning us is not documented.
        access_token_lifetime_s: OAuth 2 access tokens; shorten it to see refreshing.
        duplicate_window_s: How long a text counts as said already. The real window is undocumented.
        visibility_lag_s: How long after its creation a post cannot be answered yet.
        timeline_lag_s: How far timelines and search run behind creation.
    """

    user_id: str = "1720000000000000001"
    username: str = "valdora_general"
    name: str = "Valdora General Hospital"
    consumer_key: str = "simulatorConsumerKey00001"
    consumer_secret: str = "simulatorConsumerSecret000000000000000000000000001"
    access_token: str = "1720000000000000001-simulatorAccessToken0000000000000001"
    access_token_secret: str = "simulatorAccessTokenSecret00000000000000000001"
    client_id: str = "simulatorClientId0000000000000001"
    client_secret: str = "simulatorClientSecret00000000000000000000000000001"
    bearer_token: str = "simulatorAppOnlyBearerToken0000000000000000000000000000000000001"
    redirect_uri: str = "http://localhost:8000/channels/x/callback"
    plan: Plan = "pay_per_use"
    premium: bool = True
    self_serve: bool = True
    access_token_lifetime_s: float = 7_200
    code_lifetime_s: float = 30
    refresh_token_lifetime_s: float = 15_552_000
    clock_skew_s: float = 300
    edit_window_s: float = 3_600
    edits_allowed: int = 5
    long_posts: bool = False
    duplicate_window_s: float = 86_400
    deleted_counts_as_duplicate: bool = False
    implicit_mention_summons: bool = False
    visibility_lag_s: float = 0
    timeline_lag_s: float = 0
    keep_alive_s: float = 20
