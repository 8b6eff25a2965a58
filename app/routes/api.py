"""
The routes under `/api/v1`, put together once a process.

Reading the signatures of all of them takes a third of a second, and nothing in them belongs to one instance: what they
work on hangs on the application that asks (`app.state.house`). So all instances of a process share them.
"""

from __future__ import annotations

from fastapi import APIRouter

from app.routes import (
    approvals,
    audit,
    channels,
    consent,
    corrections,
    cue_sheet,
    devices,
    drills,
    live_events,
    me,
    media,
    previews,
    proposals,
    rehearsal,
    replies,
    sessions,
    templates_api,
    updates,
    watch,
    webhooks,
)

api = APIRouter(prefix="/api/v1")
for module in (
    sessions,
    me,
    devices,
    proposals,
    live_events,
    cue_sheet,
    consent,
    approvals,
    corrections,
    media,
    templates_api,
    watch,
    previews,
    updates,
    replies,
    channels,
    audit,
    webhooks,
    rehearsal,
    drills,
):
    api.include_router(module.router)
