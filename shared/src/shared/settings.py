"""Settings common to every service: from the environment, secrets also from files (design §5, *shared secrets*)."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, Self, TypeVar

from pydantic import ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SecretsSettingsSource, SettingsConfigDict

from shared.security.key_ring import DEMONSTRATION_PREFIX, KeyRing
from shared.security.sealing import SealingKey


class Environment(StrEnum):
    """Where the service runs. Only ``production`` is strict about demonstration keys and helps."""

    DEMONSTRATION = "demonstration"
    TEST = "test"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """What every service needs to be told.

    Each field is an environment variable of the same name in capitals, or a file of that name in ``SECRETS_DIR``.
    """

    model_config = SettingsConfigDict(frozen=True, extra="ignore", arbitrary_types_allowed=True)
    only_outside_production: ClassVar[frozenset[str]] = frozenset()

    environment: Environment = Environment.PRODUCTION
    host: str = "127.0.0.1"
    port: int = 8000
    log_level: str = "INFO"
    public_url: str
    """Address of the site as people type it, without a slash at the end."""
    database_url: str
    broker_url: str

    @model_validator(mode="after")
    def _nothing_of_the_demonstration_in_production(self) -> Self:
        if self.environment is Environment.PRODUCTION:
            for name in self._of_the_demonstration():
                raise ValueError(f"{name.upper()} is for demonstrations and tests only: production refuses it")
        return self

    def _of_the_demonstration(self) -> list[str]:
        found = [name for name in self.only_outside_production if getattr(self, name)]
        for name in type(self).model_fields:
            value = getattr(self, name)
            kids = [kid for kid, _ in value] if isinstance(value, KeyRing) else []
            kids += [value.kid] if isinstance(value, SealingKey) else []
            if any(kid.startswith(DEMONSTRATION_PREFIX) for kid in kids):
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


SettingsKind = TypeVar("SettingsKind", bound=Settings)


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
