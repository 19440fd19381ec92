"""Settings of this service."""

from typing import Annotated, ClassVar

from pydantic import Field

from shared.contracts.closed_days import ClosedDays
from shared.contracts.working_days import WorkingDays
from shared.security.key_ring import KeyRing
from shared.security.sealing import SealingKey
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """What registration needs to be told besides what every service does."""

    only_outside_production: ClassVar[frozenset[str]] = frozenset({"captcha_answer"})

    fingerprint_keys: KeyRing
    form_keys: KeyRing
    captcha_keys: KeyRing
    notifier_public_key: SealingKey
    """Seals the tokens of links by which letters are followed."""
    captcha_answer: Annotated[str, Field(pattern=r"^([0-9]{6})?$")] = ""
    """Six digits that every captcha then shows."""
    answer_seconds: Annotated[float, Field(ge=0, le=5)] = 0.4
    """No answer to a request leaves earlier, so that its time tells nothing (design §5, *public answers*)."""
    tries_per_minute_per_address: Annotated[int, Field(ge=1)] = 60
    """Forms and captchas that one network address may send and see a minute, to all replicas together."""
    requests_per_hour_per_address: Annotated[int, Field(ge=1)] = 20
    """Forms of them that are well filled in (``research/identity.md`` §2.2)."""
    requests_per_hour_per_number: Annotated[int, Field(ge=1)] = 10
    """Of them, those for one number, from wherever; over it whoever asks is told nothing at the address that they typed: a
    match is judged only where its owner alone hears of it (``identity_check.Checked``)."""
    print_shop_working_days: WorkingDays = WorkingDays.parse("mon-fri")
    """By these and the next the promise of 24 hours is told; the same as ``letters`` has them."""
    print_shop_closed_days: ClosedDays = frozenset()
    failed_requests_kept_days: Annotated[int, Field(ge=1, le=90)] = 30
    """Design §5, *retention*."""
    letter_requests_kept_days: Annotated[int, Field(ge=31, le=1826)] = 365
    """Of requests that made a letter. Not shorter than the policy of letters looks back; long enough to answer who asks
    where their letter is, or who asked for it."""
