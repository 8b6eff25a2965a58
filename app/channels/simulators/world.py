"""What one run of the simulators shares: time, dice, ledger, faults, latency, and the webhooks that go out."""

from random import Random

from app.channels.simulators.clock import Clock
from app.channels.simulators.faults import FaultPanel
from app.channels.simulators.latency import Latency
from app.channels.simulators.ledger import Ledger
from app.channels.simulators.settings import SimulatorSettings
from app.channels.simulators.webhooks import WebhookSender


class World:
    """Handed to every platform; built once per process, inside its event loop's lifespan or before it."""

    def __init__(self, settings: SimulatorSettings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or Clock()
        self.ledger = Ledger(settings.ledger_path, settings.ledger_max_entries)
        self.faults = FaultPanel(self.rng("faults"))
        self.latency = Latency(settings.profile, self.rng("latency"))
        self.webhooks = WebhookSender(self.faults, self.rng("webhooks"))

    def rng(self, name: str) -> Random:
        """Dice of one's own: the same seed and name throw the same, whatever others throw."""
        return Random(f"{self.settings.seed}:{name}")

    def reset(self) -> None:
        self.clock.reset()
        self.ledger.reset()
        self.faults.reset()
        self.latency.reset()
        self.webhooks.reset()

    async def start(self) -> None:
        await self.webhooks.start()

    async def aclose(self) -> None:
        await self.webhooks.aclose()
        self.ledger.close()
