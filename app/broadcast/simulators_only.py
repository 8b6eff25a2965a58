"""
A drill speaks to the simulators only: every channel's settings, and every address a person is sent to, is held to it.

Asked before a channel is stored, before it is opened and before somebody is led to a platform, so that no way round is
left by what lies in the database already.
"""

from __future__ import annotations

from pydantic import BaseModel

from app.channels.smpp_settings import SmppSettings
from app.errors import InvalidInput

SIMULATED_GATEWAY = "tocsin-sim"
"""What the simulated SMS gateway calls itself when it takes a sign-in."""


class LiveCredentialInDrill(Exception):
    """A drill found a channel that points at a real platform."""


class SimulatorsOnly:
    """
    Attributes:
        gateway: "host:port" of the simulated SMS gateway, as the simulators themselves say; none of ours until then.
    """

    def __init__(self, url: str, *, drill: bool) -> None:
        self._url = url.rstrip("/")
        self._drill = drill
        self.gateway = ""

    def require(self, settings: BaseModel) -> None:
        """
        Raises:
            LiveCredentialInDrill: they point at a real platform.
        """
        if not self._drill:
            return
        if isinstance(settings, SmppSettings):
            if f"{settings.host}:{settings.port}" != self.gateway:
                raise LiveCredentialInDrill(
                    "A drill speaks to the simulated gateway only. This channel points to another one."
                )
            return
        base = str(getattr(settings, "base_address", "")).rstrip("/")
        if not base.startswith(f"{self._url}/"):
            raise LiveCredentialInDrill(
                "A drill speaks to the simulators only. This channel points somewhere else; take it out of this database."
            )

    def require_of_entered(self, settings: BaseModel) -> None:
        """
        The same of what a person enters, who is told where a drill may point.

        Raises:
            InvalidInput: they point at a real platform.
        """
        try:
            self.require(settings)
        except LiveCredentialInDrill as exc:
            gateway = self.gateway if isinstance(settings, SmppSettings) else ""
            raise _real_in_drill(gateway) from exc

    def require_address(self, address: str) -> None:
        """
        Raises:
            InvalidInput: a person in a drill would be sent to the real platform.
        """
        if self._drill and not address.startswith(f"{self._url}/"):
            raise _real_in_drill("")

    def named(self, settings: BaseModel) -> BaseModel:
        """The settings to open with; in a drill the gateway has to say that it is the simulated one."""
        if self._drill and isinstance(settings, SmppSettings):
            # An address proves nothing: at one of this machine may be a real gateway, or the way to one.
            return settings.model_copy(update={"gateway_name": SIMULATED_GATEWAY})
        return settings


def _real_in_drill(gateway: str) -> InvalidInput:
    return InvalidInput(
        "A drill speaks to the simulators only. Give the simulator's address"
        + (f": {gateway}." if gateway else "."),
        code="real_platform_in_drill",
    )
