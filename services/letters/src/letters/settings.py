"""Settings of ``letters``."""

from functools import cached_property
from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator

from letters.letter_content import Sender
from shared.security.key_ring import KeyRing
from shared.security.sealing import SealingKey
from shared.settings import Environment, ServiceSettings

_NOBODYS_ADDRESS = "Centre de sécurité sociale 602|Espace assuré & adhérent|1 rue de l’Exemple|75000 Paris"


class Settings(ServiceSettings):
    """What ``letters`` needs to be told besides the common settings."""

    provisional_password_peppers: KeyRing
    print_shop_public_key: SealingKey
    print_shop_token: SecretStr = Field(min_length=24)
    """Bearer token with which the print shop fetches batches."""

    print_batch_max_letters: int = Field(default=500, ge=1, le=500)
    print_batch_max_age_seconds: float = Field(default=3600, gt=0)
    """A batch closes when it is full, or when its oldest letter has waited this long."""
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

    @cached_property
    def sender(self) -> Sender:
        """Who writes the letters."""
        lines = tuple(line.strip() for line in self.sender_lines.split("|"))
        return Sender(self.sender_name, lines, self.sender_place, self.sender_phone)
