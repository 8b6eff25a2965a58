"""
A public that answers at a chosen rate, in invented words.

Nobody said these sentences: the rehearsal needs thanks, questions, rumours and pleas in several languages,
and must quote no real person.
"""

import asyncio
from random import Random
from typing import Final

from app.channels.simulators.platform import CannotSpeak, Platform

_THANKS: Final = (
    "Thank you for keeping us posted, {name}.",
    "Danke, dass ihr so offen berichtet.",
    "Merci à toute l'équipe, on pense à vous.",
    "Gracias por informar tan claro.",
    "Grazie di cuore, forza!",
    "شكرا لكم على التحديثات",
    "感谢你们的更新",
    "Dziękujemy za informacje 🙏",
)
_QUESTIONS: Final = (
    "How long will the next step take?",
    "Is the east entrance open for visitors?",
    "Where can families wait?",
    "Wie lange dauert das noch?",
    "Ist die Notaufnahme offen?",
    "Est-ce que les visites sont possibles ce soir ?",
    "¿A qué hora es el próximo aviso?",
    "Which number do I call about a relative?",
    "Is the car park at gate {n} closed?",
    "次の発表はいつですか？",
)
_RUMOURS: Final = (
    "Somebody at the bakery says {n} wards are closed, is that true??",
    "I heard the water is not safe. Share this!",
    "My cousin says they sent everybody home",
    "Man hört, Halle {n} ist gesperrt. Stimmt das?",
    "Il paraît que le pont est fermé",
    "They are hiding the real numbers, wake up",
    "Dicen que ya no aceptan a nadie",
)
_PLEAS: Final = (
    "Please, I cannot reach my mother, she was near gate {n}",
    "We are {n} people in the stairwell, who can help?",
    "Bitte meldet euch, niemand geht ans Telefon",
    "Aidez-nous, nous sommes bloqués au niveau {n}",
    "Por favor, necesitamos agua en la puerta {n}",
    "Need insulin tonight, pharmacy is shut, where do I go?",
)
_OTHER: Final = (
    "First time watching one of these. Amazing.",
    "🙏🙏🙏",
    "following",
    "Greetings from {town}",
    "Check my page for free vouchers http://prizes.example/{n}",
    "{town} is with you ❤️",
)
# Weights from how answers to emergency accounts spread: mostly questions and noise, few pleas.
_KINDS: Final = ((_THANKS, 20), (_QUESTIONS, 34), (_RUMOURS, 12), (_PLEAS, 9), (_OTHER, 25))
_FIRST: Final = (
    "Ada",
    "Bruno",
    "Chiara",
    "Dmitri",
    "Emine",
    "Fatou",
    "Goran",
    "Hana",
    "Ines",
    "Jonas",
    "Kofi",
    "Lena",
)
_LAST: Final = (
    "Ferrow",
    "Quill",
    "Marsh",
    "Okonta",
    "Vell",
    "Santoro",
    "Brandt",
    "Lindqvar",
    "Petrou",
    "Yamari",
)
_TOWNS: Final = ("Valdora", "Eastmere", "Port Lissen", "Oberfurt", "Sainte-Aube")


class Crowd:
    """Invented people with invented sentences; the same dice make the same crowd."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng

    def utterance(self) -> tuple[str, str, str]:
        """Handle, name and text of one answer."""
        rng = self._rng
        first, last, n = rng.choice(_FIRST), rng.choice(_LAST), rng.randrange(2, 40)
        kind = rng.choices([kind for kind, _ in _KINDS], [weight for _, weight in _KINDS])[0]
        text = rng.choice(kind).format(name=first, n=n, town=rng.choice(_TOWNS))
        return f"{first}_{last}{rng.randrange(10, 9999)}".lower()[:15], f"{first} {last}", text


async def flood(platform: Platform, crowd: Crowd, rate_per_s: float, seconds: float) -> int:
    """
    Let the crowd answer our newest post at a mean rate.

    Returns:
        How many answers came in: fewer than asked only when there was nothing to answer.
    """
    loop = asyncio.get_running_loop()
    begun_at = loop.time()
    total, said = round(rate_per_s * seconds), 0
    for n in range(total):
        # Due by its number, not by sleeping a fixed time: high rates must not drift.
        wait_s = begun_at + n / rate_per_s - loop.time()
        if wait_s > 0:
            await asyncio.sleep(wait_s)
        elif n % 50 == 0:
            await asyncio.sleep(0)
        handle, name, text = crowd.utterance()
        try:
            platform.speak(handle, name, text)
        except CannotSpeak:
            continue
        said += 1
    return said
