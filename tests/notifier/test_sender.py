"""The sender against real SMTP servers that accept, refuse, hang and break."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from notifier import handlers, smtp
from notifier.sender import Sender
from shared.database.engine import Database
from shared.messaging.failures import DependencyDownError


async def queue(database: Database, event, handler=handlers.letter_printed) -> None:
    async with database.unit_of_work() as work:
        await handler(event, work)


async def make_due(database: Database) -> None:
    async with database.unit_of_work() as work:
        await work.session.execute(text("update delivery set next_attempt_at = now() - interval '1 second'"))


async def test_a_mail_is_sent_once(database: Database, sender: Sender, post, printed, rows) -> None:
    await queue(database, printed)
    assert await sender.send_due()
    assert not await sender.send_due()
    (row,) = await rows()
    assert (row.state, row.attempts) == ("sent", 0)
    assert row.sent_at is not None
    (mail,) = post.accepted
    assert mail["To"] == printed.email
    assert mail["Message-ID"] == f"<{row.id}@exemple.fr>"


async def test_confirmation_token_is_erased_once_sent(
    database: Database, sender: Sender, post, activated, keys, token, rows
) -> None:
    await queue(database, activated, handlers.ConfirmationHandler(keys.ring))
    await sender.send_due()
    (row,) = await rows()
    assert (row.state, row.sealed_token) == ("sent", None)
    assert f"jeton={token}" in post.accepted[0].get_body(("plain",)).get_content()


async def test_4xx_is_tried_again_with_the_same_message_id(database, sender: Sender, post, printed, rows) -> None:
    post.answers = ["451 4.7.1 greylisted, try again", "452 4.3.1 full"]
    await queue(database, printed)
    for attempts, minutes in ((1, 1), (2, 5)):
        before = datetime.now(UTC)
        await sender.send_due()
        (row,) = await rows()
        assert (row.state, row.attempts) == ("queued", attempts)
        assert row.next_attempt_at - before >= timedelta(minutes=minutes)
        assert not await sender.send_due(), "not before its time"
        await make_due(database)
    assert row.code == 452
    await sender.send_due()
    (row,) = await rows()
    assert (row.state, row.code, row.reason) == ("sent", None, None)
    assert len({mail["Message-ID"] for mail in post.seen}) == 1
    assert len({mail["Date"] for mail in post.seen}) == 1
    assert (len(post.seen), len(post.accepted)) == (3, 1)


async def test_4xx_for_24_hours_is_parked(database, sender: Sender, post, activated, keys, rows) -> None:
    await queue(database, activated, handlers.ConfirmationHandler(keys.ring))
    async with database.unit_of_work() as work:
        await work.session.execute(text("update delivery set attempts = 26"))
    post.answers = ["451 later"]
    await sender.send_due()
    (row,) = await rows()
    assert (row.state, row.attempts, row.code, row.sealed_token) == ("parked", 27, 451, None)


@pytest.mark.parametrize("where", ["at_rcpt", "answers"])
async def test_5xx_is_parked_without_the_address(database, sender: Sender, post, printed, rows, where) -> None:
    setattr(post, where, [f"550 5.1.1 <{printed.email}>: user couriel.demande unknown, ask a.b@c.fr"])
    await queue(database, printed)
    await sender.send_due()
    (row,) = await rows()
    assert (row.state, row.code, row.attempts) == ("parked", 550, 0)
    assert row.reason.startswith("5.1.1 <…>")
    assert "couriel" not in row.reason.lower()
    assert "@" not in row.reason
    await make_due(database)
    assert not await sender.send_due()


async def test_refused_connection_costs_no_attempt(database, sender: Sender, printed, rows) -> None:
    await queue(database, printed)
    with pytest.raises(DependencyDownError):
        await sender.send_due()
    (row,) = await rows()
    assert (row.state, row.attempts, row.code) == ("queued", 0, None)


async def test_connection_lost_after_data_is_tried_later_with_the_same_id(
    database, sender, post, printed, rows
) -> None:
    """The one window in which a person may get two: the server has it, we can't know."""
    post.answers = ["drop"]
    await queue(database, printed)
    await sender.send_due()
    (row,) = await rows()
    assert (row.state, row.attempts, row.code) == ("queued", 1, None)
    assert "broke" in row.reason
    await make_due(database)
    await sender.send_due()
    assert len(post.accepted) == 2
    assert len({mail["Message-ID"] for mail in post.accepted}) == 1
    assert [row.state for row in await rows()] == ["sent"]


async def test_server_that_hangs_is_left_in_bounded_time(database, sender, post, printed, rows, monkeypatch) -> None:
    monkeypatch.setattr(smtp, "TRY_SECONDS", 0.5)
    post.answers = ["hang"]
    await queue(database, printed)
    began = datetime.now(UTC)
    await sender.send_due()
    assert datetime.now(UTC) - began < timedelta(seconds=10)
    (row,) = await rows()
    assert (row.state, row.attempts) == ("queued", 1)


async def test_sending_is_committed_before_smtp_and_taken_over_after_the_lease(
    database, sender: Sender, post, printed, rows
) -> None:
    from notifier import deliveries

    await queue(database, printed)
    async with database.unit_of_work() as work:
        (lost,) = await deliveries.claim(work, 8)  # and its sender dies here
    (row,) = await rows()
    assert row.state == "sending"
    assert not await sender.send_due(), "the lease holds others off"
    await make_due(database)
    assert await sender.send_due()
    assert len(post.accepted) == 1
    async with database.unit_of_work() as work:
        await deliveries.park(work, lost, "refused", 550, "too late")  # the dead one's claim changes nothing
    assert [row.state for row in await rows()] == ["sent"]


async def test_two_senders_never_take_the_same_mail(database, sender: Sender, post, printed) -> None:
    import asyncio
    from uuid import uuid4

    for _ in range(20):
        await queue(database, printed.model_copy(update={"letter_id": uuid4()}))
    while any(await asyncio.gather(sender.send_due(), sender.send_due())):
        pass
    assert len(post.accepted) == 20
    assert len({mail["Message-ID"] for mail in post.accepted}) == 20


async def test_expired_confirmation_is_parked_unsent(database, sender: Sender, post, activated, keys, rows) -> None:
    late = activated.model_copy(update={"token_expires_at": datetime.now(UTC) - timedelta(seconds=1)})
    await queue(database, late, handlers.ConfirmationHandler(keys.ring))
    await sender.send_due()
    (row,) = await rows()
    assert (row.state, row.sealed_token) == ("parked", None)
    assert "expired" in row.reason
    assert post.seen == []


async def test_mail_that_cannot_be_built_is_parked_and_holds_nobody_up(database, sender, post, printed, rows) -> None:
    from uuid import uuid4

    await queue(database, printed)
    async with database.unit_of_work() as work:
        await work.session.execute(text("update delivery set params = '{}'"))
    await queue(database, printed.model_copy(update={"letter_id": uuid4()}))
    await sender.send_due()
    broken, good = await rows()
    assert (broken.state, good.state) == ("parked", "sent")
    assert "can't be built" in broken.reason


async def test_server_that_comes_back_gets_what_waited(database, sender, printed, free_port, rows) -> None:
    import asyncio

    from aiosmtpd.controller import Controller

    from shared.background import Periodic

    from .conftest import Post

    await queue(database, printed)
    sending = Periodic("sender", 0.1, sender.send_due)
    task = asyncio.create_task(sending.run())
    async with asyncio.timeout(20):
        while [row.next_attempt_at > row.created_at for row in await rows()] != [True]:
            await asyncio.sleep(0.02)  # until it was tried and put back
        post = Post(free_port)
        controller = Controller(post, hostname="127.0.0.1", port=free_port)
        controller.start()
        while [row.state for row in await rows()] != ["sent"]:
            await asyncio.sleep(0.02)
    sending.stop()
    await task
    controller.stop()
    assert len(post.accepted) == 1
    assert [row.attempts for row in await rows()] == [0]


async def test_server_that_refuses_the_login_parks_nothing(database, room, post, printed, rows) -> None:
    from notifier.mail import Composer
    from notifier.smtp import MailServer

    server = MailServer("127.0.0.1", post.port, starttls=False, user="u", password="p", local_name="localhost")
    await queue(database, printed)
    with pytest.raises(DependencyDownError):
        await Sender(database, Composer(room), server, room.sender.addr_spec).send_due()
    assert [(row.state, row.attempts) for row in await rows()] == [("queued", 0)]
    assert post.seen == []
