"""What can be made to go wrong on the simulated Twilio, beyond what can go wrong on any wire."""

from __future__ import annotations

from typing import Final

from app.channels.simulators.faults import FaultSpec, Param

REFUSALS: Final = ("21211", "21408", "21606", "21608", "21610", "21611", "21612", "21614", "21617", "21635")
RECEIPTS: Final = ("30002", "30003", "30004", "30005", "30006", "30007", "30008", "30034", "63017")

TWILIO_FAULTS: Final[tuple[FaultSpec, ...]] = (
    FaultSpec("rate_limit", "Refuses for too many requests at once; nothing is processed."),
    FaultSpec("revoke_token", "The credentials no longer work.", (), "all"),
    FaultSpec("refuse", "Refuses the message.", (Param("code", "21611", "Code", REFUSALS),)),
    FaultSpec(
        "callback_first",
        "Reports on a message before the call is answered.",
        (Param("seconds", 0.5, "Seconds"),),
    ),
    FaultSpec("bad_receipt", "Phones do not get it.", (Param("code", "30003", "Code", RECEIPTS),), "all"),
    FaultSpec("no_receipt", "The carrier gives no receipts: messages stay sent.", (), "all"),
    FaultSpec("late_receipt", "Receipts come late.", (Param("seconds", 30.0, "Seconds"),), "all"),
    FaultSpec("problem_errors", "Errors come in the newer shape.", (), "all"),
    FaultSpec("webhook_forged", "Signs webhooks with a wrong token.", (), "all"),
)
