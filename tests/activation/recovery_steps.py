"""What people do on their way back to an account, one step a function."""

import re
from datetime import UTC, datetime
from uuid import UUID, uuid4

from httpx import Response

from activation import handlers
from activation.models import Account, SecurityEvent
from shared.contracts.events import AccountClosed, RecoveryLetterRequested

from .conftest import Visitor, World

FORGOTTEN = "/compte/mot-de-passe-oublie"
SENT = f"{FORGOTTEN}/envoye"
LINK = "/compte/mot-de-passe/nouveau"
QUESTION = "/compte/mot-de-passe/question"
REPORT = "/compte/signaler"
CHECK = "/internal/session?audience=member-space"
EMAIL = "jeanne@exemple.fr"
ANSWER = "Les Malheurs de Sophie"
NEW_PASSWORD = "quatre tortues rouges nagent"


def without_tokens(page: str) -> str:
    """A page but for what makes each showing of a form another one."""
    return re.sub(r'(name="(?:form_token|submission_id)" value=)"[^"]*"', r"\1", page)


async def ask(visitor: Visitor, email: str = EMAIL) -> Response:
    """« Mot de passe oublié »."""
    return await visitor.fill(FORGOTTEN, email=email)


async def minutes_pass(world: World, minutes: int) -> None:
    """For what is counted in buckets."""
    await world.sql("update throttle set clear_at = clear_at - make_interval(mins => :minutes)", minutes=minutes)


async def new_link(world: World, email: str = EMAIL) -> str:
    """The token of a mail that was asked for just now, however many were before."""
    await world.sql("delete from throttle")
    before = len(await world.events("password-reset-requested"))
    await ask(world.visitor(), email)
    assert len(await world.events("password-reset-requested")) == before + 1
    return await world.token_in("password-reset-requested")


async def opened(world: World, token: str) -> Visitor:
    """A browser in which the link of the mail was opened."""
    return await opened_by(world.visitor(), token)


async def opened_by(visitor: Visitor, token: str) -> Visitor:
    """The same in that browser."""
    assert (await visitor.get(f"{LINK}?jeton={token}")).status_code == 303
    return visitor


async def answer(visitor: Visitor, typed: str = ANSWER) -> Response:
    """The secret question."""
    return await visitor.fill(QUESTION, secret_answer=typed)


async def choose(visitor: Visitor, password: str = NEW_PASSWORD, **changed: str) -> Response:
    """The new password."""
    return await visitor.fill(LINK, **({"password": password, "password_confirmation": password} | changed))


async def reset(world: World, email: str = EMAIL, password: str = NEW_PASSWORD) -> Response:
    """The whole way, by the mail."""
    visitor = await opened(world, await new_link(world, email))
    await answer(visitor)
    return await choose(visitor, password)


async def report(world: World, token: str) -> Visitor:
    """« Ce n’était pas moi », pressed."""
    visitor = world.visitor()
    await visitor.get(f"{REPORT}?jeton={token}")
    assert (await visitor.fill(REPORT)).status_code == 303
    return visitor


async def frozen(world: World, **changed: object) -> Account:
    """A person's account, confirmed and then frozen by its owner."""
    person_id = await world.confirmed(**changed)
    await reset(world, str(changed.get("email", EMAIL)))
    await report(world, await world.token_in("security-changed"))
    (account,) = [one for one in await world.rows(Account) if one.person_id == person_id]
    assert account.frozen_at is not None
    return account


async def closed(world: World, person_id: UUID) -> None:
    """Their only account is closed, now."""
    (account,) = [one for one in await world.rows(Account) if one.person_id == person_id]
    event = AccountClosed(
        person_id=person_id, civility="Mme", given_name="Jeanne", family_name="Garnier", email=EMAIL,
        reference="C-7K2M-Q9XR", request_id=uuid4(), account_id=account.id, closed_at=datetime.now(UTC),
    )  # fmt: skip
    async with world.database.unit_of_work() as work:
        await handlers.account_closed(event, work, keys=world.settings.fingerprint_keys)


async def kinds(world: World) -> list[str]:
    """What the security journal holds."""
    return [line.kind for line in await world.rows(SecurityEvent)]


async def letter_asked(
    world: World, person_id: UUID, *, times: int = 1, at: datetime | None = None
) -> RecoveryLetterRequested:
    """A letter of recovery is asked for."""
    event = RecoveryLetterRequested(person_id=person_id, request_id=uuid4(), requested_at=at or datetime.now(UTC))
    for _ in range(times):
        async with world.database.unit_of_work() as work:
            await handlers.recovery_letter_requested(event, work, notifier=world.parts.notifier)
    return event


async def letter_printed(world: World, event: RecoveryLetterRequested) -> str:
    """And is in the post; what is printed on it."""
    return await world.letter(person_id=event.person_id, request_id=event.request_id, purpose="recovery")
