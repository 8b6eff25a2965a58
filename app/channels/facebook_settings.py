"""
What a Facebook Page channel is made of.

Source: developers.facebook.com, Pages API, access tokens, rate limits (v26.0), read 2026.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from app.channels.address import BaseAddress
from app.channels.base import LimitWindow

# The Page's own budget is 4,800 times its engaged users a day and is told only in percent; the number here is the
# budget of one engaged user, on the careful side for a page that was quiet until today.
WINDOWS: tuple[LimitWindow, ...] = (
    LimitWindow("page:24h", 4800, 86400.0, "page", "call"),
    LimitWindow("app:1h", 200, 3600.0, "app", "call"),
)


class FacebookSettings(BaseModel):
    """
    May be shown again.

    Attributes:
        digest: When more waits than a limit allows, updates that would be too old are told in one post.
        reread_every: After Facebook said yes, so many posts from one that is read back to the next, to see that it is
            there; emergencies and corrections always are. 0: none.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_address: BaseAddress = "https://graph.facebook.com"
    site_address: BaseAddress = "https://www.facebook.com"
    version: str = Field(default="v26.0", pattern=r"^v\d{1,3}\.\d{1,2}$")
    page_id: str = Field(pattern=r"^[0-9]{1,32}$")
    page_name: str = ""
    app_id: str = Field(pattern=r"^[0-9]{1,32}$")
    windows: tuple[LimitWindow, ...] = ()
    digest: bool = True
    reread_every: int = Field(default=1, ge=0)

    @property
    def limits(self) -> tuple[LimitWindow, ...]:
        """Those given, else the documented ones."""
        return self.windows or WINDOWS

    def whose(self, scope: str) -> str:
        """See SharesLimits."""
        return f"app {self.app_id}" if scope == "app" else self.page_id


class FacebookCredentials(BaseModel):
    """Secrets; `verify_token` is the word agreed on for the webhook's handshake."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    page_token: SecretStr
    app_secret: SecretStr
    verify_token: SecretStr | None = None
