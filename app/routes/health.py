"""Is it up, is it ready, and the numbers for a monitor."""

from __future__ import annotations

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app import __version__
from app.errors import Unready
from app.routes.deps import HouseDep

router = APIRouter(tags=["operations"])


@router.get("/health", summary="The process answers")
async def health(house: HouseDep) -> dict[str, str]:
    return {"status": "ok", "world": str(house.world), "version": __version__}


@router.get("/ready", summary="It should get traffic; false while it starts and while it drains")
async def ready(house: HouseDep) -> dict[str, str]:
    if not house.ready:
        raise Unready("This process is starting or draining. Use another one.", code="draining")
    house.database.require_sound()
    async with house.database.read() as session:
        await session.connection()
    return {"status": "ready"}


@router.get("/metrics", include_in_schema=False)
async def metrics() -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
