"""What pages, API and handlers work with, put together once by ``app.create_app``."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, cast

from starlette.requests import Request

from activation.settings import Settings
from activation.staff.kept_secrets import StaffSecrets, staff_secrets
from activation.terms import Shelf, published
from shared.database.engine import Database
from shared.database.throttle import Rate
from shared.security.assertions import AssertionSigner
from shared.security.hashing import SecretHasher
from shared.security.key_ring import KeyRing
from shared.security.locking import Locker
from shared.security.sealing import SealingKey
from shared.web.address_limit import AddressLimit
from shared.web.opened_forms import OpenedForms
from shared.web.pages import Pages

Policy = Literal["off", "optional", "required"]
"""Of members' second factor."""


@dataclass(frozen=True)
class Parts:
    """The service's dependencies."""

    database: Database
    pages: Pages
    fingerprint_keys: KeyRing
    provisional_passwords: SecretHasher
    passwords: SecretHasher
    secret_answers: SecretHasher
    staff: StaffSecrets
    notifier: SealingKey
    signer: AssertionSigner
    audiences: frozenset[str]
    recovery_codes: SecretHasher
    totp: Locker
    """Of members' one-time codes."""
    second_factor: Policy
    public_url: str
    address_limit: AddressLimit
    reset_limit: AddressLimit
    answer_seconds: float
    terms: Shelf
    opened_forms: OpenedForms


def make_parts(settings: Settings, database: Database, pages: Pages) -> Parts:
    """The parts for these settings. The purposes are those under which hashes are made (design §5)."""
    resets = Rate(settings.resets_per_hour_per_address, timedelta(hours=1))
    tries = Rate(settings.tries_per_minute_per_address, timedelta(minutes=1))
    return Parts(
        database=database,
        pages=pages,
        fingerprint_keys=settings.fingerprint_keys,
        provisional_passwords=SecretHasher(settings.provisional_password_peppers, "provisional-password"),
        passwords=SecretHasher(settings.password_peppers, "password"),
        secret_answers=SecretHasher(settings.password_peppers, "secret-answer"),
        staff=staff_secrets(settings),
        notifier=settings.notifier_public_key,
        signer=AssertionSigner(settings.assertion_keys),
        audiences=settings.session_audiences,
        recovery_codes=SecretHasher(settings.password_peppers, "recovery-code"),
        totp=Locker(settings.member_totp_keys, "member-totp"),
        second_factor=settings.second_factor,
        public_url=settings.public_url,
        address_limit=AddressLimit(database, settings.form_keys, "activation", tries),
        reset_limit=AddressLimit(database, settings.form_keys, "activation.reset", resets),
        answer_seconds=settings.answer_seconds,
        terms=published(),
        opened_forms=OpenedForms(settings.form_keys),
    )


def parts_of(request: Request) -> Parts:
    """The parts of the application that answers this request."""
    return cast("Parts", request.app.state.parts)
