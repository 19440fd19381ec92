"""On the running system: what each program was given is its own, and no more."""

import asyncpg
import pytest
from asyncpg.exceptions import InsufficientPrivilegeError

from launcher.keys import HOLDERS
from launcher.services import PRINT_SHOP, SERVICES

PASSWORDS = ("broker", "database", "database-owner")


@pytest.mark.parametrize("name", [*SERVICES, PRINT_SHOP])
def test_a_folder_of_secrets_holds_its_own_addresses_and_keys(running, name):
    addresses = {"broker_url"} if name == PRINT_SHOP else {"broker_url", "database_url"}
    given = {file.name: file.read_text() for file in running.system.keys.of(name).iterdir()}
    assert set(given) == addresses | {secret for secret, holders in HOLDERS.items() if name in holders}
    others = [
        running.system.keys.password(f"{other}-{what}") for other in (*SERVICES, PRINT_SHOP) for what in PASSWORDS
    ]
    own = [running.system.keys.password(f"{name}-{what}") for what in ("broker", "database")]
    for password in {*others} - {*own}:
        assert not [secret for secret, content in given.items() if password in content]


@pytest.mark.parametrize("name", SERVICES)
async def test_a_running_service_changes_no_table(running, name):
    connection = await asyncpg.connect((running.system.keys.of(name) / "database_url").read_text())
    try:
        owners = {
            row[0] for row in await connection.fetch("SELECT tableowner FROM pg_tables WHERE schemaname = 'public'")
        }
        assert len(owners) == 1
        assert await connection.fetchval("SELECT current_user::text") not in owners
        for statement in ("CREATE TABLE hole (x int)", "ALTER TABLE inbox ADD hole int", "TRUNCATE outbox"):
            with pytest.raises(InsufficientPrivilegeError):
                await connection.execute(statement)
    finally:
        await connection.close()
