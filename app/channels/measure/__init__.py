"""
How much of a platform's room a text takes. One rule per platform, pure, and one way to ask.

The same rules stand in `frontend/shared/measure.ts`; both read one generated table and are tested from the same cases.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

from app.channels.measure.facebook import measure_facebook
from app.channels.measure.result import Measured, Offender
from app.channels.measure.sms import measure_sms
from app.channels.measure.x import measure_x
from app.errors import InvalidInput

Rule = Literal["x", "sms", "facebook"]
RULES: Final[tuple[str, ...]] = get_args(Rule)


def measure(channel: str, text: str, *, limit: int | None = None) -> Measured:
    """
    Measure a text by a platform's rule.

    Args:
        channel: "x", "sms" or "facebook", as in `Capabilities.measure`.
        limit: The channel's own, where an account may do more or less than usual.

    Raises:
        InvalidInput: No such rule.
    """
    if channel == "x":
        return measure_x(text, limit=limit)
    if channel == "sms":
        return measure_sms(text, limit=limit)
    if channel == "facebook":
        return measure_facebook(text, limit=limit)
    raise InvalidInput(
        f"There is no way to measure for “{channel}”. Ask for one of: {', '.join(RULES)}.",
        code="unknown_channel",
    )


__all__ = ["RULES", "Measured", "Offender", "Rule", "measure"]
