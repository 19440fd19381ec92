"""The base of every message: a frozen model that names its own type, source and routing."""

from abc import abstractmethod
from typing import ClassVar, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Message(BaseModel):
    """What one program says to others through the broker.

    Producers forbid unknown fields, so that a misspelt one never leaves. Consumers ignore them (see ``received``),
    so that a newer producer can add an optional one within a version (design §3).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    source: ClassVar[str]
    """The only service that may publish it."""
    name: ClassVar[str]
    """Kebab-case name, without version."""
    version: ClassVar[int] = 1
    exchange: ClassVar[str]

    @classmethod
    def type(cls) -> str:
        """CloudEvents type, for example ``fr.espace.account-requested.v1``."""
        return f"fr.espace.{cls.name}.v{cls.version}"

    @classmethod
    def routing_key(cls) -> str:
        """``<source>.<name>.v<version>``: topic permissions let a service publish its own prefix only."""
        return f"{cls.source}.{cls.name}.v{cls.version}"

    @property
    @abstractmethod
    def subject(self) -> str:
        """Whom or what the message is about: the CloudEvents subject."""

    @classmethod
    def received(cls, data: object) -> Self:
        """Validate the data of a received message, ignoring fields this version does not know.

        Raises:
            pydantic.ValidationError: a known field is missing or wrong.
        """
        return cls.model_validate(data, extra="ignore")


class Event(Message):
    """Something that happened to a person, said once by one service."""

    exchange: ClassVar[str] = "espace.events"

    person_id: UUID

    @property
    def subject(self) -> str:
        """The person."""
        return str(self.person_id)
