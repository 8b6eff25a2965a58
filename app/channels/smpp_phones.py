"""What phones send through a gateway: whole messages or parts of one, answers or words that stop ours."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from datetime import datetime

from app.channels.base import Inbound, InboundReply, OptOut
from app.channels.opt_out import Wish, is_answer_too, read_wish
from app.channels.phone_numbers import international
from app.channels.smpp_pdu import Delivered
from app.channels.smpp_text import decode, split_header

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
        source = delivered.source
        number = self.number_of(delivered)
        wish = read_wish(text)
        opt_outs: tuple[OptOut, ...] = ()
        if wish in (Wish.STOP, Wish.START):
            opt_outs = (OptOut(number, text.strip().upper()[:32], wish is Wish.STOP, now),)
        if not is_answer_too(text, wish):
            return Inbound(opt_outs=opt_outs)
        # Gateways give no id; the same words from the same phone within a minute are the gateway repeating itself.
        mark = f"{source}\0{delivered.destination}\0{now:%Y%m%d%H%M}\0".encode() + octets
        reply = InboundReply(
            remote_id=hashlib.sha256(mark).hexdigest()[:32],
            event="added",
            at=now,
            text=text,
            author_id=number,
            author_handle=number,
            texted=True,
        )
        return Inbound(replies=(reply,), opt_outs=opt_outs)

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
