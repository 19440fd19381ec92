"""Settings of the print shop's worker: the broker, the gateway, its token, its private keys, its spool. No database."""

from pathlib import Path

from pydantic import Field, SecretStr

from shared.security.key_ring import KeyRing
from shared.settings import ProgramSettings


class Settings(ProgramSettings):
    """What the worker needs to be told."""

    gateway_url: str
    """Address of the site, without a slash at the end."""
    print_shop_token: SecretStr = Field(min_length=24)
    print_shop_private_keys: KeyRing
    """X25519 keys that open the batches; earlier ones stay until no batch is sealed for them."""
    spool_dir: Path
    """On a disk that keeps what was written: sealed batches and the journal."""
