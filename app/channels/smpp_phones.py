"""What phones send through a gateway: whole messages or parts of one, answers or words that stop ours."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from datetime import datetime

from app.channels.base import Inbound
from app.channels.opt_out import Wish, read_wish
from app.channels.phone_numbers import international
from app.channels.smpp_pdu import Delivered
from app.channels.smpp_text import decode, split_header
from app.channels.texted import read_texted

_UNFINISHED = 1000


class Phones:
    """
    Keeps the parts of long messages until they are whole.

    Args:
        regions: Countries whose way of writing numbers the gateway may use.
    """

    def __init__(self, regions: tuple[str, ...] = ()) -> None:
        self._regions = regions
        self._pieces: OrderedDict[tuple[str, int], dict[int, bytes]] = OrderedDict()

    def read(self, delivered: Delivered, now: datetime) -> Inbound | None:
        """A reply or a wish, None until a long message is whole."""
        octets = delivered.message
        if delivered.esm_class & 0x40:
            place, octets = split_header(octets)
            if place is not None:
                whole = self._assemble(delivered.source, place, octets)
                if whole is None:
                    return None
                octets = whole
        text = decode(delivered.data_coding, octets)
        # Gateways give no id; the same words from the same phone within a minute are the gateway repeating itself.
        mark = f"{delivered.source}\0{delivered.destination}\0{now:%Y%m%d%H%M}\0".encode() + octets
        reply_id = hashlib.sha256(mark).hexdigest()[:32]
        return read_texted(self.number_of(delivered), text, now, reply_id=reply_id)

    def read_wish_in(self, delivered: Delivered, now: datetime) -> Inbound | None:
        """The wish in what a gateway calls a receipt, though it speaks of no message; None for any other word."""
        wish = read_wish(decode(delivered.data_coding, delivered.message))
        found = self.read(delivered, now) if wish in (Wish.STOP, Wish.START) else None
        return Inbound(opt_outs=found.opt_outs) if found is not None and found.opt_outs else None

    def number_of(self, delivered: Delivered) -> str:
        """Whose phone it is, as it stands on lists where that can be told."""
        return international(delivered.source, delivered.source_ton, self._regions)

    def _assemble(self, source: str, place: tuple[int, int, int], octets: bytes) -> bytes | None:
        reference, total, number = place
        key = (source, reference)
        pieces = self._pieces.setdefault(key, {})
        pieces[number] = octets
        if len(pieces) < total:
            while len(self._pieces) > _UNFINISHED:
                self._pieces.popitem(last=False)
            return None
        del self._pieces[key]
        return b"".join(pieces[n] for n in sorted(pieces))
