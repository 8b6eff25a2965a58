"""What a person texted, whoever brought it: an answer, a word that stops or resumes ours, or both. Pure."""

from __future__ import annotations

from datetime import datetime

from app.channels.base import Inbound, InboundReply, OptOut
from app.channels.opt_out import Wish, is_answer_too, read_wish

_MOST_OF_WORD = 32


def read_texted(
    number: str,
    text: str,
    at: datetime,
    *,
    reply_id: str,
    message_id: str = "",
    understood: Wish | None = None,
) -> Inbound:
    """
    Args:
        number: Whose phone it is, as it stands on lists where that can be told.
        reply_id: By which the same message brought twice is one reply.
        message_id: The provider's own name of it; empty where it gives none.
        understood: The wish that the provider took it for. That wins: it knows words, and languages, that we do not. It
            has also answered STOP and START, so those are nobody's answer any more.
    """
    ours = read_wish(text)
    wish = understood or ours
    opt_outs: tuple[OptOut, ...] = ()
    if wish in (Wish.STOP, Wish.START):
        word = text.strip().upper()[:_MOST_OF_WORD]
        opt_outs = (OptOut(number, word, wish is Wish.STOP, at, message_id),)
    if understood in (Wish.STOP, Wish.START) or not is_answer_too(text, ours):
        return Inbound(opt_outs=opt_outs)
    reply = InboundReply(
        remote_id=reply_id,
        event="added",
        at=at,
        text=text,
        author_id=number,
        author_handle=number,
        texted=True,
    )
    return Inbound(replies=(reply,), opt_outs=opt_outs)
