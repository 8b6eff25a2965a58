"""
What a permit writes for one delivery: that it is taken, and the intent of the try.

Put together once and given values each time, and past the mapper: between a release and the first byte nothing is
dearer than to put a statement together.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Attempt, Delivery, DeliveryState

_DELIVERIES: Any = Delivery.__table__  # type: ignore[attr-defined]
_ATTEMPTS: Any = Attempt.__table__  # type: ignore[attr-defined]
_TO = "to_"  # a column's own name would be taken for its new value by itself


async def take(session: AsyncSession, delivery_id: str, fence: int, values: Mapping[str, Any]) -> bool:
    """
    Change a delivery that still waits as it was read; False where somebody else was faster.

    The row's object, if there is one, keeps what it was read with.
    """
    given = {f"{_TO}{name}": value for name, value in values.items()}
    found = await session.execute(
        _take(tuple(values)), {"delivery_id": delivery_id, "read_fence": fence, **given}
    )
    return found.first() is not None


async def intend(session: AsyncSession, attempt: Mapping[str, Any]) -> None:
    """The intent of a try, before its call; what is not named has no value yet."""
    await session.execute(_intend(), attempt)


@lru_cache(maxsize=8)
def _take(names: tuple[str, ...]) -> Any:
    table = _DELIVERIES
    return (
        update(table)
        .where(
            table.c.id == bindparam("delivery_id"),
            table.c.fence == bindparam("read_fence"),
            table.c.state == DeliveryState.QUEUED,
        )
        .values({name: bindparam(f"{_TO}{name}", type_=table.c[name].type) for name in names})
        .returning(table.c.id)
    )


@lru_cache(maxsize=1)
def _intend() -> Any:
    return insert(_ATTEMPTS)
