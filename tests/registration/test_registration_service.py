"""The service as a whole: migrations, settings, what it consumes."""

import asyncio
import json
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import create_async_engine
from support.registration import settings_for

from registration.app import create_service
from registration.models import Table
from shared.contracts.events import (
    AccountActivated,
    AccountClosed,
    AccountFrozen,
    ActivationRefused,
    AddressChanged,
    EmailConfirmed,
    LetterPrinted,
    LetterReturned,
)
from shared.database.engine import sqlalchemy_url
from shared.database.throttle import metadata as throttle
from shared.messaging.tables import metadata as messaging

DEFINITIONS = Path(__file__).parents[2] / "deploy" / "broker" / "definitions.json"


async def test_migrations_make_what_the_models_say(settings) -> None:
    engine = create_async_engine(sqlalchemy_url(settings.database_url))
    async with engine.connect() as connection:
        found = await connection.run_sync(
            lambda sync: compare_metadata(
                MigrationContext.configure(sync, opts={"compare_type": True}), [messaging, throttle, Table.metadata]
            )
        )
    await engine.dispose()
    assert found == []


def test_it_consumes_the_queue_that_the_broker_has(settings) -> None:
    queues = {queue["name"] for queue in json.loads(DEFINITIONS.read_text())["queues"]}
    consumed = create_service(settings).consumed
    assert consumed == {
        "registration.account-state": {AccountActivated, EmailConfirmed, AccountFrozen, AccountClosed},
        "registration.address-changed": {AddressChanged},
        "registration.letters": {LetterPrinted, LetterReturned},
        "registration.activation-refused": {ActivationRefused},
    }
    assert set(consumed) <= queues


@pytest.mark.parametrize("changes", [{"environment": "production"}, {"captcha_answer": "tarau"}])
def test_settings_that_are_refused(settings, changes) -> None:
    with pytest.raises(ValidationError):
        settings_for(settings.database_url, **changes)


def test_production_without_a_fixed_captcha_is_accepted(settings) -> None:
    reachable = {"help_phone": "05 00 00 00 00", "help_email": "aide@mutuelle.test"}
    real = settings_for(settings.database_url, environment="production", captcha_answer="", **reachable)
    assert real.captcha_answer == ""


async def test_it_is_ready_when_its_database_answers(visitor) -> None:
    async with asyncio.timeout(20):
        ready = await visitor.client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["checks"] == {"database": True, "broker": False}
