"""Every adapter there is. Adding one is adding its line here; the conformance suite then names what is missing."""

from __future__ import annotations

from app.channels import facebook, smpp, twilio, x
from app.channels.base import AdapterKind
from app.errors import NotFound

ADAPTERS: tuple[AdapterKind, ...] = (x.KIND, facebook.KIND, twilio.KIND, smpp.KIND)


def kind(name: str) -> AdapterKind:
    """
    The adapter of that name.

    Raises:
        NotFound: there is none.
    """
    for candidate in ADAPTERS:
        if candidate.name == name:
            return candidate
    known = ", ".join(candidate.name for candidate in ADAPTERS)
    raise NotFound(
        f"No kind of channel is called {name[:40]!r}; there are {known}.", code="unknown_channel_kind"
    )
