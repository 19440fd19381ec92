"""« Activer mon compte »: from number and provisional password to an account (design §5).

No hashing while rows are locked: the attempt is written down, then the passwords are looked at, then everything is
checked again under locks and changed in one transaction.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from activation import number_attempts, provisional_letters, receipts
from activation.activation_form import ActivationForm
from activation.journal import Kind, note
from activation.models import ProvisionalLetter
from activation.open_account import Credentials, open_account
from activation.own_secrets import answer_problem_of, owner_of, password_problem_of
from activation.parts import Parts
from activation.secret_question import normal_answer
from shared.contracts.events import ActivationRefusal, ActivationRefused
from shared.database.unit_of_work import UnitOfWork
from shared.security.fingerprints import fingerprint, fingerprints

VERIFIED_AT_ONCE = 4
"""Hashes looked at for any number, known or not: as many as a person has letters in 30 days (design §5)."""

NO_MATCH = "Le numéro ou le mot de passe provisoire ne correspond pas à notre courrier"
EXPIRED = "Ce mot de passe provisoire a expiré. Demandez un nouveau courrier."


@dataclass(frozen=True)
class Created:
    """The account was made, or looks as if; ``receipt`` is for the browser's cookie."""

    receipt: str


@dataclass(frozen=True)
class Refused:
    """A French message for a field of the form."""

    field: str
    message: str


@dataclass(frozen=True)
class Blocked:
    """Too many wrong attempts; ``until`` is when the number may be tried again from there."""

    until: datetime


async def activate(
    parts: Parts, form: ActivationForm, submission_id: UUID, network: str
) -> Created | Refused | Blocked:
    """Do what the form asks. The same submission sent again changes nothing and is answered the same.

    ``network`` is where it comes from (``shared.web.client_address.network_of``).
    """
    numbers = fingerprints(parts.fingerprint_keys, form.number)
    guesser = fingerprint(parts.fingerprint_keys, f"{form.number} {network}")
    async with parts.database.unit_of_work() as work:
        again = await receipts.issue_again(work, submission_id)
        if again is not None:
            return Created(again)
        until = await number_attempts.reserve(work, guesser)
        if until is not None:
            return Blocked(until)
        reserved_at = work.now
        letters = await provisional_letters.of_number(work, numbers)
    letter = await _matching(parts, letters, form.provisional_password)
    if letter is None:
        await _count_wrong(parts, numbers)
        return Refused("provisional_password", NO_MATCH)
    problem = await _problem(parts, letter, form, reserved_at)
    if problem is not None:
        async with parts.database.unit_of_work() as work:
            await number_attempts.take_back(work, guesser, reserved_at)
            if problem.message == EXPIRED:
                await _tell_refused(work, letter, "letter-expired")
        return problem
    credentials = Credentials(
        email=form.email,
        password_hash=await parts.passwords.hash(form.password),
        secret_question=form.secret_question,
        secret_answer_hash=await parts.secret_answers.hash(normal_answer(form.secret_answer)),
    )
    async with parts.database.unit_of_work() as work:
        receipt = await open_account(work, parts, letter, credentials, submission_id)
        if receipt is None:
            return Refused("provisional_password", NO_MATCH)
        if receipt.opened:
            await number_attempts.take_back(work, guesser, reserved_at)
    return Created(receipt.token)


async def _matching(parts: Parts, letters: list[ProvisionalLetter], typed: str) -> ProvisionalLetter | None:
    """The letter with that password. A multiple of ``VERIFIED_AT_ONCE`` hashes is computed, stand-ins for missing ones."""
    missing = -len(letters) % VERIFIED_AT_ONCE if letters else VERIFIED_AT_ONCE
    hashes = [letter.password_hash for letter in letters] + [None] * missing
    matches = await asyncio.gather(*(parts.provisional_passwords.verify(one, typed) for one in hashes))
    return next((letter for letter, matched in zip(letters, matches, strict=False) if matched), None)


async def _count_wrong(parts: Parts, numbers: tuple[str, ...]) -> None:
    async with parts.database.unit_of_work() as work:
        note(work, Kind.ACTIVATION_FAILED, subject=numbers[0])
        voided = await provisional_letters.count_wrong(work, numbers)
        if voided:
            note(work, Kind.LETTERS_VOIDED, subject=numbers[0])
        for letter in voided:
            await _tell_refused(work, letter, "letter-void")


async def _tell_refused(work: UnitOfWork, letter: ProvisionalLetter, reason: ActivationRefusal) -> None:
    """For the staff's timeline of the person whose letter it is; the visitor learns nothing by it."""
    told = ActivationRefused(
        person_id=letter.person_id, request_id=letter.request_id, letter_id=letter.letter_id, reason=reason
    )
    await work.publish(told)


async def _problem(parts: Parts, letter: ProvisionalLetter, form: ActivationForm, now: datetime) -> Refused | None:
    """What only the holder of the right provisional password may be told."""
    if letter.valid_until <= now:
        return Refused("provisional_password", EXPIRED)
    ring, owner = parts.fingerprint_keys, owner_of(letter, form.email)
    message = await asyncio.to_thread(password_problem_of, ring, owner, form.password)
    if message:
        return Refused("password", message)
    message = answer_problem_of(ring, owner, form.secret_answer, (form.password, form.provisional_password))
    return Refused("secret_answer", message) if message else None
