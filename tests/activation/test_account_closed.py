"""An account that its owner closed: nobody signs in, nothing tells it from one that never was, and a letter opens it again."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from activation import handlers, sign_in_attempts
from activation.failure_subjects import OF_AN_ACCOUNT, FailureSubject
from activation.models import (
    Account,
    ActivationReceipt,
    ConfirmationToken,
    EmailChange,
    KnownDevice,
    MemberSession,
    SecurityEvent,
    SignInAttempts,
)
from shared.contracts.events import AccountClosed
from shared.security.assertions import HEADER
from shared.security.fingerprints import fingerprints

CHECK = "/internal/session?audience=member-space"


@pytest.fixture
def close(world):
    async def tell(account: Account, at: datetime | None = None, times: int = 1) -> None:
        event = AccountClosed(
            person_id=account.person_id, civility="Mme", given_name="Jeanne", family_name="Garnier",
            email=account.email, reference="C-7K2M-Q9XR", request_id=uuid4(), account_id=account.id,
            closed_at=at or datetime.now(UTC),
        )  # fmt: skip
        for _ in range(times):
            async with world.database.unit_of_work() as work:
                await handlers.account_closed(event, work, keys=world.settings.fingerprint_keys)

    return tell


async def test_its_sessions_end_and_its_password_opens_nothing(world, visitor, close) -> None:
    await world.confirmed()
    await visitor.sign_in()
    assert HEADER in (await visitor.get(CHECK)).headers
    wanted = {"email": "n@exemple.fr", "email_confirmation": "n@exemple.fr"}
    assert (await visitor.fill("/compte/securite/adresse", **wanted)).status_code == 303
    (account,), (device,) = await world.rows(Account), await world.rows(KnownDevice)
    counted = [kind.of(account.id) for kind in OF_AN_ACCOUNT] + [FailureSubject.DEVICE.of(device.id)]
    async with world.database.unit_of_work() as work:
        for subject in counted:
            await sign_in_attempts.reserve(work, subject)
    await close(account, times=2)
    assert HEADER not in (await visitor.get(CHECK)).headers
    for table in (MemberSession, ConfirmationToken, ActivationReceipt, EmailChange, KnownDevice):
        assert await world.rows(table) == []
    assert not [one for one in await world.rows(SignInAttempts) if one.address_fingerprint in counted]
    (closed,) = await world.rows(Account)
    assert closed.closed_at is not None
    assert "jeanne" not in closed.email + closed.address_key
    assert (closed.password_hash, closed.secret_answer_hash, closed.secret_question) == ("closed", "closed", "")
    assert closed.number_fingerprints == []
    kinds = [line.kind for line in await world.rows(SecurityEvent)]
    assert kinds.count("closed") == 1

    another = world.visitor()
    refused, unknown = await another.sign_in(), await another.sign_in(email="personne@exemple.fr")
    assert refused.status_code == unknown.status_code == 422
    assert "ne correspond pas" in refused.text
    assert len(refused.text) - len("jeanne@exemple.fr") == len(unknown.text) - len("personne@exemple.fr")


async def test_a_closing_that_is_told_late_leaves_a_later_account_alone(world, visitor, close) -> None:
    await world.confirmed()
    (account,) = await world.rows(Account)
    await close(account, at=datetime.now(UTC) - timedelta(days=365))
    assert (await visitor.sign_in()).status_code == 303


async def test_a_new_letter_opens_it_again_and_its_address_is_free(world, close) -> None:
    person_id = await world.confirmed()
    (account,) = await world.rows(Account)
    await close(account)
    password = await world.letter(person_id=person_id)
    answer = await world.visitor().activate(provisional_password=password)
    assert (answer.status_code, answer.headers["location"]) == (303, "/compte/cree")
    (again,) = await world.rows(Account)
    assert (again.id, again.closed_at, again.email) == (account.id, None, "jeanne@exemple.fr")


async def test_who_has_its_address_next_owes_nothing_to_its_failures(world, visitor, close) -> None:
    await world.confirmed()
    (account,) = await world.rows(Account)
    for _ in range(6):
        locked = await world.visitor().sign_in(password="quatre tortues rouges nagent")
    assert locked.status_code == 429
    # under an earlier key of the ring, too
    earlier = fingerprints(world.settings.fingerprint_keys, "address:jeanne@exemple.fr")[1]
    await world.sql(
        "insert into sign_in_attempts (address_fingerprint, failed_at, in_a_row, last_at) values (:one, '{}', 100, now())",
        one=earlier,
    )
    await close(account)
    assert await world.rows(SignInAttempts) == []
    await world.confirmed(number="222222")
    assert (await visitor.sign_in()).status_code == 303


async def test_a_closing_that_is_told_late_leaves_failures_alone(world, close) -> None:
    await world.confirmed()
    (account,) = await world.rows(Account)
    await world.visitor().sign_in(password="quatre tortues rouges nagent")
    await close(account, at=datetime.now(UTC) - timedelta(days=365))
    assert [row.in_a_row for row in await world.rows(SignInAttempts)] == [1]
