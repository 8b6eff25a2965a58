"""What a simulators process is started with. All values are well known: nothing here is a secret."""

from dataclasses import dataclass, field
from pathlib import Path

from app.channels.simulators.facebook.settings import FacebookSettings
from app.channels.simulators.latency import Profile
from app.channels.simulators.twilio.settings import TwilioSettings
from app.channels.simulators.x.settings import XSettings


@dataclass(frozen=True, slots=True)
class SimulatorSettings:
    """
    Args:
        seed: Latency, faults, floods and disorder repeat with the same seed.
        ledger_path: Append every ledger entry to this file as well, and start from what it holds.
        smpp_port: Where the SMS gateway listens, 0 for a free port; None for no gateway.
        ledger_max_entries: Forget the oldest in memory beyond this many; None keeps all.
    """

    seed: int = 1
    profile: Profile = "fast"
    ledger_path: Path | None = None
    ledger_max_entries: int | None = 1_000_000
    x: XSettings = field(default_factory=XSettings)
    facebook: FacebookSettings = field(default_factory=FacebookSettings)
    smpp_port: int | None = None
    twilio: TwilioSettings = field(default_factory=TwilioSettings)
