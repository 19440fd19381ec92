"""Settings of ``letters``."""

from datetime import time, timedelta
from functools import cached_property
from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator

from letters.batches.closing import ClosingRules
from letters.canary.asking import CanaryAddress
from letters.sheets.letter_content import Sender
from shared.contracts.closed_days import ClosedDays
from shared.contracts.working_days import WorkingDays
from shared.security.key_ring import KeyRing
from shared.security.sealing import SealingKey
from shared.settings import Environment, ServiceSettings

_NOBODYS_ADDRESS = "Centre de sécurité sociale 602|Espace assuré & adhérent|1 rue de l’Exemple|75000 Paris"


class Settings(ServiceSettings):
    """What ``letters`` needs to be told besides the common settings."""

    provisional_password_peppers: KeyRing
    print_shop_public_key: SealingKey
    manifest_signing_keys: KeyRing
    """Ed25519 seeds: the first signs the manifests of batches."""
    print_shop_token: SecretStr = Field(min_length=24)
    """Bearer token with which the print shop fetches batches."""

    print_batch_max_letters: int = Field(default=500, ge=1, le=500)
    print_batch_max_age_seconds: float = Field(default=3600, gt=0)
    """A batch closes when it is full, or when its oldest letter has waited this long."""
    print_cut_off: time = time(15, 30)
    """Time of day in Paris by which the print shop must have what it posts the same day."""
    mutual_working_days: WorkingDays = WorkingDays.parse("mon-fri")
    mutual_closed_days: ClosedDays = frozenset()
    """Days on which it is closed besides: ``2026-12-24,2026-12-31``."""
    print_shop_working_days: WorkingDays = WorkingDays.parse("mon-fri")
    print_shop_closed_days: ClosedDays = frozenset()
    print_taken_within_hours: float = Field(default=4, gt=0, le=48)
    """Worked hours after which a batch that nobody took is offered again."""
    canary_address: CanaryAddress | None = None
    """``name|line|…|postcode town``: where one test letter a working day goes; none is sent without it."""
    print_file_keep_days: float = Field(default=7, ge=0, le=7)
    """How long a sealed batch is kept after posting (design §5)."""
    posted_letters_kept_days: int = Field(default=30, ge=0, le=365)
    """How long a posted letter says whose it is, after the longest validity of a provisional password (31 days)."""
    parked_letters_kept_days: int = Field(default=90, ge=30, le=365)
    """How long a parked letter is kept after it last began to wait for a batch. Then its person has to ask anew."""
    letter_stubs_kept_days: int = Field(default=365, ge=90, le=1826)
    """How long its ids, states and times are kept after posting. Longer than any message about it can come back."""

    sender_name: str = Field(default="MCV PAP", min_length=1, max_length=40)
    sender_lines: str = _NOBODYS_ADDRESS
    """Lines below the name, separated by ``|``: at most 6 of at most 45 characters."""
    sender_place: str = Field(default="Paris", min_length=1, max_length=40)
    sender_phone: str = Field(default="", max_length=30)

    @field_validator("sender_lines")
    @classmethod
    def _room_for_the_sender(cls, lines: str) -> str:
        if lines.count("|") > 5 or any(len(line.strip()) > 45 for line in lines.split("|")):
            raise ValueError("at most 6 lines of at most 45 characters, separated by |")
        return lines

    @model_validator(mode="after")
    def _a_real_sender_in_production(self) -> Self:
        if self.environment is Environment.PRODUCTION and self.sender_lines == _NOBODYS_ADDRESS:
            raise ValueError("SENDER_LINES must be set in production: the default address is nobody's")
        return self

    @model_validator(mode="after")
    def _days_in_common(self) -> Self:
        _ = self.closing_rules  # refuses calendars without a weekday in common
        return self

    @cached_property
    def print_shop_days(self) -> WorkingDays:
        """The days that the print shop works: those that the promise counts."""
        return self.print_shop_working_days.closed_on(self.print_shop_closed_days)

    @cached_property
    def closing_rules(self) -> ClosingRules:
        """When batches close."""
        return ClosingRules(
            most=self.print_batch_max_letters,
            max_age=timedelta(seconds=self.print_batch_max_age_seconds),
            cut_off=self.print_cut_off,
            days=self.mutual_working_days.closed_on(self.mutual_closed_days) & self.print_shop_days,
            taken_within=timedelta(hours=self.print_taken_within_hours),
        )

    @cached_property
    def sender(self) -> Sender:
        """Who writes the letters."""
        lines = tuple(line.strip() for line in self.sender_lines.split("|"))
        return Sender(self.sender_name, lines, self.sender_place, self.sender_phone)
