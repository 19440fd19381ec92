"""An account is closed: what was sent to its owner is forgotten; what would lead to it does not leave; the rest does."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from notifier.closing import INTO_THE_ACCOUNT, account_closed
from notifier.deliveries import add, claim, mark_sent, park, postpone, put_back
from notifier.handlers import MemberSpaceHandler
from notifier.mail import LINKS
from notifier.member_mails import FACTS
from shared.contracts.events import AccountClosed, MailGivenUp, MailSent, QuestionAnswered
from shared.database.engine import Database
from shared.messaging.envelope import open_envelope
from shared.messaging.tables import outbox

ADDRESS = "jeanne@exemple.fr"


async def give_up(work, claimed) -> None:
    await park(work, claimed, "refused", 550, "no such mailbox")


async def postpone_it(work, claimed) -> None:
    await postpone(work, claimed, 450, "later")


async def crash(work, claimed) -> None:
    """Nobody settles it; what is due when the lease has ended is looked for."""
    await work.session.execute(text("update delivery set next_attempt_at = now()"))


@pytest.fixture
def closed() -> AccountClosed:
    return AccountClosed(
        person_id=uuid4(), civility="Mme", given_name="Jeanne", family_name="GARNIER", email=ADDRESS,
        account_id=uuid4(), request_id=uuid4(), reference="C-7K2M-Q9XR", closed_at=datetime.now(UTC),
    )  # fmt: skip


@pytest.fixture
def queue(database: Database, closed):
    """``await queue("confirmation", state="sent", age=…)``: a delivery of the person, queued so long before the closing."""

    async def queued(template, state="queued", age=timedelta(hours=1), person_id=None, recipient=ADDRESS):
        async with database.unit_of_work() as work:
            cause_id = uuid4()
            await add(work, template, recipient, person_id=person_id or closed.person_id, cause_id=cause_id)
            await work.session.execute(
                text(
                    "update delivery set state = :state, created_at = :at, event_id = cause_id where cause_id = :cause"
                ),
                {"state": state, "at": closed.closed_at - age, "cause": cause_id},
            )
        return cause_id

    return queued


@pytest.fixture
def hear(database: Database):
    async def heard(event) -> None:
        async with database.unit_of_work() as work:
            await account_closed(event, work)

    return heard


@pytest.fixture
def told(database: Database):
    """``await told(MailSent)``: those that the outbox holds."""

    async def read(kind) -> list:
        async with database.unit_of_work() as work:
            bodies = await work.session.scalars(select(outbox.c.body).where(outbox.c.type == kind.type()))
            return [kind.received(open_envelope(body).data) for body in bodies]

    return read


async def test_what_was_sent_is_forgotten_but_of_the_closing(closed, queue, hear, rows) -> None:
    for state in ("sent", "parked"):
        for template in ("confirmation", "question-answered", "password-changed", "account-closure-requested"):
            await queue(template, state)
    await queue("access-accepted", "sent", person_id=uuid4(), recipient="Jeanne@exemple.fr")
    await queue("account-closed", "sent")
    await queue("confirmation", "sent", person_id=uuid4(), recipient="paul@exemple.fr")
    for _ in range(2):
        await hear(closed)
        assert sorted((row.template, row.recipient) for row in await rows()) == [
            ("account-closed", ADDRESS), ("confirmation", "paul@exemple.fr")
        ]  # fmt: skip


async def test_what_waits_leaves_unless_it_leads_to_what_is_closed(closed, queue, hear, rows, told) -> None:
    going = ("account-closed", "letter-posted", "access-revoked", "address-already-used", "account-already-open")
    for template in (*INTO_THE_ACCOUNT, *going):
        await queue(template)
    await queue("question-closed", person_id=uuid4(), recipient="paul@exemple.fr")
    for _ in range(2):
        await hear(closed)
        assert {(row.template, row.state) for row in await rows()} == {
            (template, "queued") for template in (*going, "question-closed")
        }
        assert sorted((mail.template, mail.reason) for mail in await told(MailGivenUp)) == sorted(
            (template, "expired") for template in INTO_THE_ACCOUNT
        )


@pytest.mark.parametrize("then", [mark_sent, put_back, give_up, postpone_it, crash], ids=lambda one: one.__name__)
async def test_one_that_a_sender_has_in_hand_leaves_no_trace(
    closed, queue, hear, rows, told, database, sender, post, then
) -> None:
    await queue("question-answered")
    async with database.unit_of_work() as work:
        (claimed,) = await claim(work, 8)
    await hear(closed)
    async with database.unit_of_work() as work:
        await then(work, claimed)
    assert await rows() == []
    assert await told(MailGivenUp) == await told(MailSent) == []
    assert await sender.send_due() is False
    assert post.seen == []


async def test_the_closing_itself_is_mailed_whichever_queue_is_first(
    closed, hear, database, keys, rows, sender, post
) -> None:
    handler = MemberSpaceHandler(keys.ring)
    question = QuestionAnswered(
        **closed.model_dump(include={"person_id", "civility", "given_name", "family_name", "email"}),
        reference="Q-7K2M-Q9XR", question_id=uuid4(), message_id=uuid4(),
    )  # fmt: skip
    async with database.unit_of_work() as work:
        await handler(question, work)
    later = closed.model_copy(update={"closed_at": datetime.now(UTC)})
    async with database.unit_of_work() as work:
        await handler(later, work)
        await work.session.execute(text("update delivery set created_at = created_at - interval '1 second'"))
    await hear(later)
    while await sender.send_due():
        pass
    assert [mail["To"] for mail in post.accepted] == [ADDRESS]
    assert "C-7K2M-Q9XR" in post.accepted[0].get_body(("plain",)).get_content().replace("\u00a0", " ")
    await hear(later)
    assert [(row.template, row.state) for row in await rows()] == [("account-closed", "sent")]


async def test_an_account_that_was_opened_again_keeps_its_mails(closed, queue, hear, rows) -> None:
    await queue("confirmation", age=-timedelta(minutes=5))
    await queue("question-answered", "sent", age=-timedelta(minutes=5))
    await hear(closed)
    assert {row.template: row.state for row in await rows()} == {"confirmation": "queued", "question-answered": "sent"}


def test_only_mails_that_exist_are_named_and_no_mail_of_the_closing() -> None:
    assert not {"account-closed", "letter-posted", "access-revoked", "access-revoked-delegate"} & set(INTO_THE_ACCOUNT)
    assert "confirmation" in LINKS
    own = {kind.name for kind in FACTS} | {
        "situation-change-accepted", "situation-change-refused", "account-closure-stopped", *LINKS
    }  # fmt: skip
    assert set(INTO_THE_ACCOUNT) - own <= {"reset-link", "email-change"}
