"""The privacy check of an event's words: each text put to the guard with the names that are kept off every channel."""

from __future__ import annotations

from collections.abc import Mapping

from app.accounts.vault import Vault
from app.editorial.finding import registered_names
from app.editorial.guard import Guard, GuardDecision
from app.editorial.looking import Looked, look_at, obey, obey_above, strictest
from app.editorial.render import refuse_denial
from app.editorial.said_before import LABEL
from app.models import LiveEvent, Reply


class PrivacyCheck:
    """Asked by whoever writes, corrects or signs words, and again before words that waited go out."""

    def __init__(self, guard: Guard | None, vault: Vault, *, drill: bool) -> None:
        self._guard = guard
        self._vault = vault
        self._drill = drill

    def guarded(
        self,
        event: LiveEvent,
        texts: Mapping[str, str],
        channel_texts: Mapping[str, Mapping[str, str]],
        previous: Mapping[str, tuple[str, ...]],
    ) -> GuardDecision:
        """The strictest decision over every text; spans are those of the text that has it."""
        return strictest(self.looked(event, texts, channel_texts, previous))

    def looked(
        self,
        event: LiveEvent,
        texts: Mapping[str, str],
        channel_texts: Mapping[str, Mapping[str, str]],
        previous: Mapping[str, tuple[str, ...]],
        answered: Reply | None = None,
    ) -> list[Looked]:
        """
        Every text by itself, with the place it stands in.

        An answer is looked at twice: as what it is on this event, and as an answer, which must not confirm to whoever
        asked that somebody is a patient; the question it answers is then the text before it.
        """
        deny = registered_names(self._vault, event)
        places = [("", lang, text) for lang, text in texts.items()]
        places += [(where, lang, text) for where, own in channel_texts.items() for lang, text in own.items()]
        asked = (answered.text or "") if answered is not None else None
        return look_at(self._guard, event, places, deny, previous, asked)

    def obey_title(self, event: LiveEvent, title: str, *, confirmed: bool) -> None:
        """
        Raises:
            Forbidden: the guard blocks these words above a text, or asks and nobody confirmed.
        """
        names = registered_names(self._vault, event)
        obey_above(self._guard, event, [("title", title)], names, confirmed=confirmed)

    def obey_label(self, event: LiveEvent, label: Mapping[str, str], *, confirmed: bool) -> None:
        """
        Raises:
            Forbidden: the guard blocks what a step is called on the page, or asks and nobody confirmed.
        """
        if self._drill:
            refuse_denial(label.values())
        obey(self.guarded(event, {}, {LABEL: label}, {}), confirmed=confirmed)
