"""Settings of the print shop's worker: the broker, the gateway, its keys, its spool, its printers. No database."""

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator

from shared.help_contact import HelpContact
from shared.security.key_ring import KeyRing
from shared.settings import Environment, ProgramSettings

_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "[::1]"})


class Settings(ProgramSettings):
    """What the worker needs to be told."""

    gateway_url: str
    """Address of the site, without a slash at the end."""
    print_shop_token: SecretStr = Field(min_length=24)
    print_shop_private_keys: KeyRing
    """X25519 keys that open the batches; earlier ones stay until no batch is sealed for them."""
    manifest_verifying_keys: KeyRing
    """Ed25519 public keys of ``letters``: what none of them signed is not printed."""
    spool_dir: Path
    """On a disk that keeps what was written: sealed batches and the journal."""
    cups_server: str = Field(default="localhost:631", pattern=r"^(/\S+|[^\s/]+:\d{1,5})$")
    """``host:port`` of CUPS, or the path of its socket."""
    help_phone: str = HelpContact.phone
    """Whom the operator calls at the mutual."""

    @model_validator(mode="after")
    def _letters_reach_cups_on_this_machine_alone(self) -> Self:
        here = self.cups_server.startswith("/") or self.cups_server.rpartition(":")[0] in _THIS_MACHINE
        if self.environment is Environment.PRODUCTION and not here:
            raise ValueError(
                "CUPS_SERVER must be this machine in production (letters go there in plain): "
                "give its CUPS a queue to the other machine"
            )
        return self
