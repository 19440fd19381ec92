"""The connection pool of a service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from shared.database.unit_of_work import UnitOfWork
from shared.messaging import fault_points

STATEMENT_TIMEOUT_MS = 30_000
LOCK_TIMEOUT_MS = 5_000
IDLE_TIMEOUT_MS = 15_000
"""For a transaction that does nothing: the server frees the locks of a client that it can't hear any more."""
ANSWER_TIMEOUT_SECONDS = 35.0
"""For a server that has become silent: longer than it may take for a statement itself."""


def sqlalchemy_url(database_url: str) -> str:
    """``postgresql://…`` with the asyncpg driver named."""
    return make_url(database_url).set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)


class Database:
    """A pool of connections, and units of work on them.

    Every wait is bounded: 5 s for a connection from the pool or from the server, 5 s for a lock, 30 s for a statement,
    35 s for a server that does not answer any more.
    """

    def __init__(self, database_url: str, application_name: str, pool_size: int = 10) -> None:
        self.url = database_url
        self._engine: AsyncEngine = create_async_engine(
            sqlalchemy_url(database_url),
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=5,
            pool_pre_ping=True,
            hide_parameters=True,  # an error must not quote what a person typed
            connect_args={
                "timeout": 5,
                "command_timeout": ANSWER_TIMEOUT_SECONDS,
                "server_settings": {
                    "application_name": application_name,
                    "statement_timeout": str(STATEMENT_TIMEOUT_MS),
                    "lock_timeout": str(LOCK_TIMEOUT_MS),
                    "idle_in_transaction_session_timeout": str(IDLE_TIMEOUT_MS),
                    "tcp_keepalives_idle": "15",
                    "tcp_keepalives_interval": "5",
                    "tcp_keepalives_count": "3",
                    "timezone": "UTC",
                },
            },
        )

    @asynccontextmanager
    async def unit_of_work(self) -> AsyncIterator[UnitOfWork]:
        """One transaction: committed when the block ends, rolled back when it raises. Nobody else commits."""
        async with AsyncSession(self._engine, expire_on_commit=False) as session, session.begin():
            work = UnitOfWork(session)
            yield work
        for kind in work.published:
            fault_points.reached("after-commit", kind)

    async def answers(self) -> bool:
        """Whether the database answers now."""
        async with self._engine.connect() as connection:
            return bool((await connection.execute(text("SELECT 1"))).scalar_one() == 1)

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()
