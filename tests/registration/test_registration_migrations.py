"""An upgrade from a version that followed no letters, while that version still runs."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from support.registration import CREATE, printed, returned, settings_for
from support.servers import PASSWORD

from registration.app import create_app
from shared.contracts.person_id import person_id
from shared.database.migrate import migrate

OLD = """
    INSERT INTO account_request (id, submission_id, reference, requested_at, purpose, outcome, person_id)
    VALUES ('{request}', gen_random_uuid(), '{reference}', now() - interval '{days} days', 'activation', 'letter', '{person}')
"""


@pytest.fixture
def old_database(postgres):
    """URL of a database of the version before, and a way to write in it as that version does."""
    name = f"test_{uuid4().hex[:12]}"
    url = postgres.create_role_and_database(name, PASSWORD)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(migrate, "registration", url, "0006").result()

    def write(days: int) -> dict[str, str]:
        letter = {"request_id": str(uuid4()), "person_id": str(person_id("R1")), "email": "jeanne@example.org"}
        told = {"request": letter["request_id"], "person": letter["person_id"], "reference": uuid4().hex[:8].upper()}
        postgres.sql(OLD.format(days=days, **told), database=name)
        return letter

    yield url, write
    postgres.sql(f"drop database {name} with (force)")
    postgres.sql(f"drop role {name}")


@pytest.fixture
def settings(old_database):
    return settings_for(old_database[0])


@pytest.fixture
def app(old_database, settings):
    with ThreadPoolExecutor(1) as pool:
        old_database[1](40)
        pool.submit(migrate, "registration", old_database[0]).result()
    return create_app(settings)


async def test_letters_of_before_have_no_link_and_block_nothing(
    app, old_database, register, hear, new_visitor, outcomes, published
) -> None:
    await register()
    # a replica of the version before goes on writing
    letter = old_database[1](9)
    now = datetime.now(UTC)
    await hear(printed(letter, now - timedelta(days=8)))
    await hear(returned(letter, now))
    await new_visitor(app, CREATE).ask()
    assert await outcomes() == ["letter"] * 3
    assert len(await published()) == 1


async def test_what_is_told_of_them_is_noted(app, old_database, hear, execute) -> None:
    letter = old_database[1](9)
    now = datetime.now(UTC)
    await hear(returned(letter, now, "unclaimed", now - timedelta(days=8)))
    kept = "SELECT returned_at, return_reason, tracking_digest FROM account_request WHERE id = :id"
    assert await execute(kept, id=letter["request_id"]) == [(now, "unclaimed", None)]
