"""Settings common to every service: from the environment, secrets also from files (design §5, *shared secrets*)."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SecretsSettingsSource, SettingsConfigDict

from shared.help_contact import HelpContact
from shared.security.key_ring import DEMONSTRATION_PREFIX, KeyRing
from shared.security.sealing import SealingKey

EVERYBODY_KNOWS = frozenset({"", "guest", "postgres", "rabbitmq", "password", "changeme", "secret", "admin"})
"""Passwords that servers and examples come with."""


class Environment(StrEnum):
    """Where the service runs. Only ``production`` is strict about demonstration keys and helps."""

    DEMONSTRATION = "demonstration"
    TEST = "test"
    PRODUCTION = "production"


class ProgramSettings(BaseSettings):
    """What every program needs to be told.

    Each field is an environment variable of the same name in capitals, or a file of that name in ``SECRETS_DIR``.
    """

    model_config = SettingsConfigDict(frozen=True, extra="ignore", arbitrary_types_allowed=True)
    only_outside_production: ClassVar[frozenset[str]] = frozenset()

    environment: Environment = Environment.PRODUCTION
    log_level: str = "INFO"
    broker_url: str

    @model_validator(mode="after")
    def _nothing_of_the_demonstration_in_production(self) -> Self:
        if self.environment is Environment.PRODUCTION:
            for name in self._of_the_demonstration():
                raise ValueError(f"{name.upper()} is for demonstrations and tests only: production refuses it")
        return self

    @model_validator(mode="after")
    def _no_password_that_everybody_knows_in_production(self) -> Self:
        for name in ("broker_url", "database_url") if self.environment is Environment.PRODUCTION else ():
            address = urlsplit(getattr(self, name, ""))
            # none at all is another matter: a socket or a certificate may tell who it is
            if address.password is not None and address.password.lower() in {*EVERYBODY_KNOWS, address.username}:
                raise ValueError(f"{name.upper()} has a password that everybody knows: production refuses it")
        return self

    def _of_the_demonstration(self) -> list[str]:
        found = [name for name in self.only_outside_production if getattr(self, name)]
        for name in type(self).model_fields:
            value = getattr(self, name)
            kids = [kid for kid, _ in value] if isinstance(value, KeyRing) else []
            kids += [value.kid] if isinstance(value, SealingKey) else []
            secret = value.get_secret_value() if isinstance(value, SecretStr) else ""
            if any(text.startswith(DEMONSTRATION_PREFIX) for text in (*kids, secret)):
                found.append(name)
        return found

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 (the name is the library’s)
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment first, then the folder named by ``SECRETS_DIR``; no ``.env`` file."""
        folder = os.environ.get("SECRETS_DIR")
        files = SecretsSettingsSource(settings_cls, secrets_dir=Path(folder)) if folder else file_secret_settings
        return init_settings, env_settings, files


class ServiceSettings(ProgramSettings):
    """What every service needs besides: where it listens, its database, its site and its help desk."""

    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str
    """Address of the site as people type it, without a slash at the end."""
    database_url: str
    activation_keys_url: str = Field(default="", pattern=r"^(https?://\S+( +https?://\S+)*)?$")
    """JSON Web Key Set at activation's internal address; of several replicas, their addresses with spaces between.

    Without it the service has no page for the staff's operations (decision 0029).
    """
    trusted_proxies: int = Field(default=1, ge=0, le=9)
    """Proxies of ours between people and this service: the gateway, and those before it (``GATEWAY_PROXIES`` there)."""
    help_phone: str = HelpContact.phone
    help_email: str = HelpContact.email
    help_hours: str = HelpContact.hours

    @property
    def help_contact(self) -> HelpContact:
        """What pages and mails say under « Besoin d’aide ? »."""
        return HelpContact(self.help_phone, self.help_email, self.help_hours)

    @model_validator(mode="after")
    def _somebody_can_be_reached_in_production(self) -> Self:
        if self.environment is Environment.PRODUCTION:
            for name in ("phone", "email"):
                if getattr(self.help_contact, name) == getattr(HelpContact, name):
                    raise ValueError(f"HELP_{name.upper()} must be set in production: the default reaches nobody")
        return self

    @model_validator(mode="after")
    def _links_are_encrypted_in_production(self) -> Self:
        if self.environment is Environment.PRODUCTION and not self.public_url.startswith("https://"):
            raise ValueError("PUBLIC_URL must begin with https:// in production: links of mails open accounts")
        return self


SettingsKind = TypeVar("SettingsKind", bound=ProgramSettings)


def load_settings(kind: type[SettingsKind]) -> SettingsKind:
    """The settings, or one clear line per mistake on standard error and exit status 2. Values are never printed."""
    try:
        return kind()
    except ValidationError as error:
        for mistake in error.errors(include_input=False, include_url=False):
            name = ".".join(str(part) for part in mistake["loc"]).upper() or "settings"
            sys.stderr.write(f"{name}: {_in_words(mistake)}\n")
        sys.exit(2)


def _in_words(mistake: Any) -> str:
    if mistake["type"] == "missing":
        return "is not set (environment variable, or file in SECRETS_DIR)"
    return str(mistake["msg"]).removeprefix("Value error, ")
