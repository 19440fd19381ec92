"""Sign-ins that wait for the second factor: an opaque token in a cookie, its digest in the table."""

import hashlib
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select

from activation.models import Account
from activation.second_factor.models import SecondStep
from activation.second_factor.web_authentication import new_challenge
from activation.security_settings import owner
from shared.database.unit_of_work import UnitOfWork
from shared.security.tokens import looks_like_token, new_token, token_digest

LIFETIME = timedelta(minutes=10)
ANSWERS = 5
"""Wrong ones of one sign-in; then the password is asked for again."""


async def begin(work: UnitOfWork, account: Account) -> str:
    """The password was right: the token of what comes next."""
    token = new_token()
    work.session.add(
        SecondStep(
            digest=token_digest(token),
            account_id=account.id,
            password_digest=_password_digest(account),
            created_at=work.now,
            expires_at=work.now + LIFETIME,
        )
    )
    return token


async def find(work: UnitOfWork, token: str) -> tuple[SecondStep, Account] | None:
    """The waiting sign-in of a token and whose it is, both locked: the account first, as by who ends its sign-ins.

    None when it is over: too late, or an account that does not sign in with that password any more.
    """
    if not looks_like_token(token):
        return None
    own = col(SecondStep.digest) == token_digest(token)
    account_id = await work.session.scalar(select(SecondStep.account_id).where(own))
    account = await owner.locked(work, account_id) if account_id else None
    if account is None:
        return None
    step = (await work.session.scalars(select(SecondStep).where(own).with_for_update())).one_or_none()
    if step is None or step.expires_at <= work.now:
        return None
    return (step, account) if step.password_digest == _password_digest(account) else None


def is_spent(step: SecondStep) -> bool:
    """Whether it takes no more answers."""
    return step.wrong >= ANSWERS


def give_challenge(step: SecondStep) -> bytes:
    """A new challenge for a passkey; an earlier one is good no more."""
    step.challenge = new_challenge()
    return step.challenge


def count(step: SecondStep) -> bytes:
    """Count an answer before it is looked at, and give away the challenge that it may have signed, once."""
    step.wrong += 1
    taken, step.challenge = step.challenge, None
    return taken or b""


async def end(work: UnitOfWork, token: str) -> None:
    """It led to a session, or was given up."""
    await work.session.execute(delete(SecondStep).where(col(SecondStep.digest) == token_digest(token)))


async def end_all(work: UnitOfWork, account_id: UUID) -> None:
    """None of an account's goes on."""
    await work.session.execute(delete(SecondStep).where(col(SecondStep.account_id) == account_id))


def _password_digest(account: Account) -> bytes:
    return hashlib.sha256(account.password_hash.encode()).digest()
