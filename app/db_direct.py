"""
Statements straight to PostgreSQL's driver, inside a transaction that SQLAlchemy begins and ends.

SQLAlchemy's way to the driver costs five times what the driver itself does: 290 us of the clock and 120 us of our
processor for a short statement, 55 and 25 without it. An accept has nine. What goes wrong is handed to SQLAlchemy, so
callers catch what they always catch, and a connection that ended is taken out of the pool. Both reach for names that
are not public; the versions are locked, and the tests of cuts, locks and refused rows hold them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection


class Direct:
    """The driver's connection under one of SQLAlchemy's, in its transaction."""

    def __init__(self, connection: AsyncConnection, adapted: Any) -> None:
        self._connection = connection
        self._adapted = adapted
        self._driver = adapted.driver_connection

    async def fetch(self, sql: str, params: Sequence[Any]) -> list[Any]:
        """
        Raises:
            DBAPIError: as SQLAlchemy does.
        """
        try:
            return await self._fetch(sql, params)
        except BaseException as exc:  # a cancelled one as well: nobody knows what its connection is doing
            await self._connection.run_sync(_hand_over, exc, sql)
            raise

    async def _fetch(self, sql: str, params: Sequence[Any]) -> list[Any]:
        try:
            # SQLAlchemy says BEGIN before its own first statement only; without one each would be for good by itself.
            if self._adapted._transaction is None:
                await self._adapted._start_transaction()
            rows: list[Any] = await self._driver.fetch(sql, *params)
        except Exception as exc:
            self._adapted._handle_exception(exc)
            raise
        return rows


async def directly(connection: AsyncConnection) -> Direct:
    return Direct(connection, (await connection.get_raw_connection()).dbapi_connection)


def _hand_over(connection: Connection, exc: BaseException, sql: str) -> None:
    """Raises what SQLAlchemy would, had it sent the statement; and does with the connection what it would."""
    try:
        raise exc
    except BaseException as said:
        of_driver = isinstance(said, connection.dialect.loaded_dbapi.Error)
        connection._handle_dbapi_exception(said, sql if of_driver else None, None, None, None)
        raise
