"""The services' databases with their roles, as the launcher makes them and ``<service> migrate`` fills them."""

from collections.abc import AsyncIterator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg
from asyncpg.exceptions import InsufficientPrivilegeError

from launcher.postgres import PrivatePostgres
from launcher.services import SERVICES, package
from shared.database.migrate import migrate


class Databases:
    """``names`` are those of the databases and of their roles; the owners' end in ``_owner``."""

    def __init__(self, postgres: PrivatePostgres) -> None:
        self.postgres = postgres
        mark = uuid4().hex[:6]
        self.names = [f"{package(name)}_{mark}" for name in SERVICES]
        self.earlier = f"earlier_{mark}"

    def make_all(self) -> None:
        # alembic runs its own event loop, so another thread than the tests'
        with ThreadPoolExecutor(1) as pool:
            for service, name in zip(SERVICES, self.names, strict=True):
                self.make(name)
                pool.submit(migrate, package(service), self.url(f"{name}_owner")).result()

    def make(self, name: str) -> None:
        self.postgres.create_role_and_database(name, f"of-{name}", f"of-{name}_owner")

    def url(self, role: str, database: str = "") -> str:
        """Of a role in its own database, or another."""
        return self.postgres.dsn(database or role.removesuffix("_owner"), role, f"of-{role}")

    @asynccontextmanager
    async def as_role(self, role: str) -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(self.url(role))
        try:
            yield connection
        finally:
            await connection.close()

    def drop_all(self) -> None:
        for name in (*self.names, self.earlier):
            self.postgres.sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            self.postgres.sql(f"DROP ROLE IF EXISTS {name}, {name}_owner")


async def not_refused(connection: asyncpg.Connection, statements: Iterable[str]) -> dict[str, str]:
    """Those that are not refused for lack of a right: statement → ``allowed``, or another error."""
    seen = {}
    for statement in statements:
        try:
            await connection.execute(statement)
        except InsufficientPrivilegeError:
            continue
        except asyncpg.PostgresError as error:
            seen[statement] = f"{type(error).__name__}: {error}"
        else:
            seen[statement] = "allowed"
    return seen
