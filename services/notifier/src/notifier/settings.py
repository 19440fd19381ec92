"""What the notifier needs to be told."""

from email.headerregistry import Address
from email.utils import parseaddr
from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator

from shared.security.key_ring import KeyRing
from shared.settings import ServiceSettings

DISPLAY_NAME = "Espace assuré & adhérent"


class Settings(ServiceSettings):
    """Mail server, sender, help desk, and the keys that open sealed tokens."""

    port: int = 8104
    smtp_host: str
    smtp_port: int = Field(25, ge=1, le=65535)
    smtp_starttls: bool = False
    """Encrypt, and refuse a server that can't. Always on in effect when there is a login."""
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_sender: str
    """``name@domain``, or ``Display name <name@domain>``."""
    smtp_reply_to: str = ""
    """Where answers go; without it, nowhere but to the sender."""
    notifier_private_keys: KeyRing = Field(repr=False)
    """X25519; every key is tried by its id, so that ``activation`` may change to a new one at any time."""

    deliveries_kept_days: int = Field(365, ge=60, le=1826)
    """After a mail was queued (design §5, *retention*). Not shorter than the inbox remembers: a delivery, too, keeps a fact
    that is told again from making its mail twice."""

    @field_validator("smtp_sender", "smtp_reply_to")
    @classmethod
    def _is_mailbox(cls, value: str) -> str:
        if value:
            read_mailbox(value)
        return value

    @model_validator(mode="after")
    def _login_is_encrypted(self) -> Self:
        if bool(self.smtp_user) != bool(self.smtp_password.get_secret_value()):
            raise ValueError("SMTP_USER and SMTP_PASSWORD belong together")
        if self.smtp_user and not self.smtp_starttls:
            raise ValueError("SMTP_STARTTLS must be true when there is a login: a password never travels in clear")
        return self


def read_mailbox(text: str) -> Address:
    """The mailbox of a setting; without a name of its own it gets ``DISPLAY_NAME``.

    Raises:
        ValueError: not a mailbox.
    """
    name, address = parseaddr(text)
    local, at, domain = address.rpartition("@")
    if not (local and at and domain) or any(sign in text for sign in "\r\n"):
        raise ValueError("a mailbox is written name@domain or Display name <name@domain>")
    return Address(name or DISPLAY_NAME, local, domain)
