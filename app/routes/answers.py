"""Proposals as answers: 202 where a second person has to confirm, the thing itself where there is nobody to ask."""

from __future__ import annotations

from typing import Any

from app.accounts.rights import Actor
from app.models import Proposal
from app.routes.house import House
from app.schemas.access import ProposalAnswer

PROPOSED: dict[int | str, dict[str, Any]] = {
    201: {"description": "Done at once: there is only one person in the house yet."},
    202: {"model": ProposalAnswer, "description": "Proposed; a second person confirms it."},
}


async def proposed(
    house: House, actor: Actor, row: Proposal, *, key: str | None = None, half: str | None = None
) -> ProposalAnswer:
    names = {person.id: person.name for person, _ in await house.people.listed()}
    expired = row.state == "open" and row.expires_at <= house.clock.now()
    return ProposalAnswer.model_validate(
        {
            "id": row.id,
            "kind": row.kind,
            "event_id": row.event_id,
            "subject": row.subject,
            "payload": row.payload,
            "proposed_by": row.proposed_by,
            "proposed_by_name": names.get(row.proposed_by_person or "", ""),
            "proposed_at": row.proposed_at,
            "expires_at": row.expires_at,
            "state": "expired" if expired else row.state,
            "decided_by": row.decided_by,
            "decided_at": row.decided_at,
            "why": row.why,
            "yours": row.proposed_by_person == actor.answers,
            "key": key,
            "half": half,
        }
    )
