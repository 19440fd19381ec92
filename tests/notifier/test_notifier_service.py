"""The whole notifier: migration, queues to mailbox, commands."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import aio_pika
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from support.forgetting import forget
from typer.testing import CliRunner, Result

from notifier.__main__ import commands
from notifier.app import create_app, create_service
from notifier.handlers import letter_printed
from notifier.models import Table
from notifier.retention import rules
from notifier.settings import Settings
from shared.contracts.events import LetterReminderDue, LetterReturned, SecurityChanged
from shared.database.engine import Database, sqlalchemy_url
from shared.messaging.envelope import CONTENT_TYPE, seal_envelope
from shared.messaging.failed import REASON
from shared.messaging.tables import metadata as messaging


def settings(database_url: str, broker_url: str, port: int, ring: str) -> Settings:
    return Settings(
        environment="test", public_url="https://espace.exemple.fr", database_url=database_url, broker_url=broker_url,
        smtp_host="127.0.0.1", smtp_port=port, smtp_sender="ne-pas-repondre@exemple.fr", notifier_private_keys=ring,
    )  # fmt: skip


async def test_migration_makes_the_models(database: Database) -> None:
    engine = create_async_engine(sqlalchemy_url(database.url))
    async with engine.connect() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), [messaging, Table.metadata])
        )
    await engine.dispose()
    assert differences == []


async def test_what_is_settled_is_forgotten_in_time_and_what_waits_is_not(
    database: Database, keys, printed, rows
) -> None:
    async with database.unit_of_work() as work:
        for state, days in (("sent", 366), ("sent", 364), ("parked", 366), ("queued", 366), ("sending", 366)):
            letter = printed.model_copy(update={"letter_id": uuid4(), "email": f"{state}.{days}@exemple.fr"})
            await letter_printed(letter, work)
        name = "split_part(recipient, '@', 1)"
        await work.session.execute(
            text(
                f"UPDATE delivery SET state = split_part({name}, '.', 1),"
                f" created_at = now() - split_part({name}, '.', 2)::int * interval '1 day'"
            )
        )
    await forget(database, rules(settings("postgresql://x/x", "amqp://x/x", 25, keys.ring)))
    kept = sorted(row.recipient.partition("@")[0] for row in await rows())
    assert kept == ["queued.366", "sending.366", "sent.364"]


def test_consumes_exactly_its_queues(keys) -> None:
    service = create_service(settings("postgresql://x/x", "amqp://x/x", 25, keys.ring))
    assert set(service.consumed) == {
        "notifier.letter-printed", "notifier.confirmation", "notifier.notices", "notifier.member-space",
        "notifier.security", "notifier.account-closed", "notifier.letters",
    }  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        {"smtp_sender": "nobody"},
        {"smtp_user": "u"},
        {"smtp_user": "u", "smtp_password": "p"},
        {"environment": "production"},
    ],
)
def test_settings_refuse(keys, wrong) -> None:
    good = settings("postgresql://x/x", "amqp://x/x", 25, keys.ring).model_dump()
    with pytest.raises(ValueError, match=r"mailbox|belong together|never travels in clear|production refuses it"):
        Settings(**(good | wrong))


async def publish_twice(broker_url, event) -> None:
    """At-least-once: the same message is delivered twice."""
    async with await aio_pika.connect(broker_url(event.source)) as connection:
        exchange = await (await connection.channel()).get_exchange("espace.events", ensure=False)
        sealed = seal_envelope(event, datetime.now(UTC))
        for _ in range(2):
            message = aio_pika.Message(sealed.body, content_type=CONTENT_TYPE, message_id=str(sealed.id))
            await exchange.publish(message, event.routing_key())


async def test_a_change_that_no_mail_tells_of_is_buried_and_holds_nobody(
    new_database, broker_url, post, keys, activated
) -> None:
    person = activated.model_dump(include={"person_id", "account_id", "civility", "given_name", "family_name", "email"})
    known = SecurityChanged(**person, change="new-device", changed_at=datetime.now(UTC))
    app = create_app(settings(new_database("notifier"), broker_url("notifier"), post.port, keys.ring))
    async with app.router.lifespan_context(app), await aio_pika.connect(broker_url("notifier")) as connection:
        dead = await (await connection.channel()).get_queue("notifier.security.dead", ensure=False)
        for event in (known.model_copy(update={"change": "not-yet-known"}), known):
            await publish_twice(broker_url, event)
        buried = None
        async with asyncio.timeout(20):
            while buried is None or not post.accepted:
                buried = buried or await dead.get(no_ack=True, fail=False)
                await asyncio.sleep(0.02)
    assert buried.headers[REASON] == "permanent: no mail tells of the change not-yet-known"
    assert [mail["Subject"] for mail in post.accepted] == ["Une connexion depuis un nouvel appareil"]


async def test_events_on_the_broker_become_mails(
    new_database, broker_url, post, keys, activated, printed, token
) -> None:
    other = {"person_id": uuid4(), "letter_id": uuid4(), "request_id": uuid4(), "email": "autre@exemple.fr"}
    letter = {"posted_at": printed.posted_at, "sealed_tracking": keys.public.seal_text(token)}
    reminder = LetterReminderDue(**other, **letter, valid_until=printed.valid_until)
    other["letter_id"] = uuid4()
    returned = LetterReturned(**other, **letter, reason="refused", returned_at=datetime.now(UTC))
    app = create_app(settings(new_database("notifier"), broker_url("notifier"), post.port, keys.ring))
    async with app.router.lifespan_context(app):
        for event in (activated, printed, reminder, returned):
            await publish_twice(broker_url, event)
        async with asyncio.timeout(20):
            while len(post.accepted) < 4:
                await asyncio.sleep(0.02)
    subjects = sorted(mail["Subject"] for mail in post.accepted)
    assert subjects == [
        "Confirmez votre adresse électronique", "Votre courrier nous est revenu",
        "Votre mot de passe provisoire est parti par courrier", "Votre mot de passe provisoire vous attend",
    ]  # fmt: skip
    for mail in post.accepted:
        said = mail.as_string() + "".join(part.get_content() for part in mail.iter_parts())
        for word in ("GARNIER", "Garnier", "Jeanne", "argon2", "0123456789abcdef"):
            assert word not in said


async def run(database_url: str, ring: str, *arguments: str) -> Result:
    environment = {
        "ENVIRONMENT": "test", "PUBLIC_URL": "https://espace.exemple.fr", "DATABASE_URL": database_url,
        "BROKER_URL": "amqp://x/x", "SMTP_HOST": "127.0.0.1", "SMTP_SENDER": "a@exemple.fr",
        "NOTIFIER_PRIVATE_KEYS": ring,
    }  # fmt: skip
    return await asyncio.to_thread(CliRunner().invoke, commands, arguments, env=environment)


async def test_commands_list_and_send_again(database: Database, printed, rows) -> None:
    from notifier import handlers

    async with database.unit_of_work() as work:
        await handlers.letter_printed(printed, work)
        await work.session.execute(text("update delivery set state = 'parked', code = 550, attempts = 3"))
    (row,) = await rows()
    ring = "test-1:" + "A" * 43
    listed = await run(database.url, ring, "deliveries", "--state", "parked")
    assert listed.exit_code == 0, listed.stderr
    assert str(row.id) in listed.stdout
    assert "c…@exemple.fr" in listed.stdout
    assert "couriel" not in listed.stdout
    assert (await run(database.url, ring, "send-again", str(row.id))).exit_code == 0
    (row,) = await rows()
    assert (row.state, row.attempts, row.code) == ("queued", 0, None)
    again = await run(database.url, ring, "send-again", str(row.id))
    assert again.exit_code == 1
    assert "only a parked mail" in again.stderr
    assert (await run(database.url, ring, "send-again", str(uuid4()))).stderr.strip() == "no such delivery"


async def test_a_database_that_is_away_is_told_in_a_line() -> None:
    for verb in (["deliveries"], ["send-again", str(uuid4())]):
        told = await run("postgresql://nobody@127.0.0.1:1/none", "test-1:" + "A" * 43, *verb)
        assert (told.exit_code, told.stdout, told.stderr.count("\n")) == (1, "", 1)
        assert told.stderr.startswith("The database does not answer.")
