"""What the core asks of every simulated platform."""

from collections.abc import Sequence
from typing import ClassVar, Protocol, runtime_checkable

from starlette.routing import BaseRoute
from starlette.types import ASGIApp


class CannotSpeak(Exception):
    """The public cannot do this here: no such post, or the post is gone. The message says why."""


class Platform(Protocol):
    """
    One simulated platform. Its constructor takes the World, declares its faults and latency there, and does
    no I/O.
    """

    name: ClassVar[str]
    """Its prefix in addresses, its key in faults, latency and ledger."""

    @property
    def app(self) -> ASGIApp:
        """What is mounted below `/name`; wrapped in a Wire."""
        ...

    @property
    def controls(self) -> Sequence[BaseRoute]:
        """What is mounted below `/_sim/name`: the acts of the public and of the stage hands."""
        ...

    def credentials(self) -> dict[str, object]:
        """Everything a drill needs to configure itself for this platform."""
        ...

    def state(self) -> dict[str, object]:
        """Accounts, posts and replies, for pages and tests."""
        ...

    def speak(self, handle: str, name: str, text: str, in_reply_to: str | None = None) -> str:
        """
        Let a member of the public say something.

        Args:
            in_reply_to: What is answered; None picks our newest.

        Returns:
            The id that the platform gave it.

        Raises:
            CannotSpeak: There is nothing to answer.
        """
        ...

    def reset(self) -> None:
        """Back to the state of a fresh process."""
        ...

    async def start(self) -> None: ...

    async def aclose(self) -> None: ...


@runtime_checkable
class TakesWebhookAddress(Protocol):
    """A platform that can be told where to send its webhooks without its own subscription calls."""

    async def install_webhook(self, url: str) -> None:
        """
        Subscribe this address, handshake included where the platform has one.

        Raises:
            CannotSpeak: The address did not answer as it should.
        """
        ...
