"""What is handed from the permit to the call and on to the outcome: one permitted try at one part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from app.broadcast.fence import Start
from app.broadcast.settle import Standing
from app.channels.base import Adapter, Deletes, Edits, Media, OutboundPost, Receipt
from app.errors import ContentRejected
from app.models import Act


class LoadMedia(Protocol):
    """Fetches the pictures of a post; `refs` is what the part keeps of them."""

    async def __call__(self, refs: Sequence[Mapping[str, Any]], lang: str) -> tuple[Media, ...]: ...


class Units(Protocol):
    """How many units of a channel's limits one post costs: SMS segments, else one."""

    def __call__(self, adapter: str, text: str) -> int: ...


def one_unit(adapter: str, text: str) -> int:
    return 1


@dataclass(slots=True)
class Job:
    """
    Attributes:
        target: Remote id of what an edit or delete is about.
        fence: The delivery's at the permit; every later write must still find it.
        told: Deliveries that are told in the same post.
        charged: (time, units, grant id) as charged to the limiter.
    """

    delivery_id: str
    event_id: str
    update_id: str
    channel_id: str
    channel_name: str
    act: str
    part: int
    parts: int
    post: OutboundPost
    media_refs: Sequence[Mapping[str, Any]]
    target: str | None
    attempt_id: str
    fence: int
    standing: Standing
    intent_at: datetime
    expires_at: datetime
    start: Start
    charged: tuple[float, int, str | None]
    probe: bool = False  # its answer says whether the platform is back
    told: tuple[str, ...] = ()
    urgent: bool = False  # a correction or an emergency
    preferred: bool = False  # a duplicate is accepted with this try; kept in the attempt for good

    @property
    def deleting(self) -> bool:
        """Counted by platforms that count deletions by themselves."""
        return self.act == Act.DELETE


async def call(adapter: Adapter, job: Job, may_start: Any) -> Receipt:
    """The one call that can publish."""
    if job.act == Act.DELETE:
        if not isinstance(adapter, Deletes):
            raise ContentRejected("this platform cannot take a post back", code="not_possible")
        await adapter.delete(job.target or "", may_start=may_start)
        return Receipt(job.target or "")
    if job.act == Act.EDIT and job.target:
        if not isinstance(adapter, Edits):
            raise ContentRejected("this platform cannot change a post", code="not_possible")
        return await adapter.edit(job.post, job.target, may_start=may_start)
    return await adapter.publish(job.post, may_start=may_start)
