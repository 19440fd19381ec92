"""Every secret of a run: made once, and given only to the services that need it (design §3 and §5).

Key ids start with `demo-`, which `ENVIRONMENT=production` refuses. For production: `production_keys`.
"""

from collections.abc import Callable
from pathlib import Path

from launcher.files import write_private
from launcher.secret_values import HOLDERS, is_public, new_password, value_of
from shared.security.key_ring import DEMONSTRATION_PREFIX

__all__ = ["HOLDERS", "Keys"]

_KID = f"{DEMONSTRATION_PREFIX}1"


class Keys:
    """The secrets in `folder`: the originals in `launcher/`, and one folder of files per service (its SECRETS_DIR)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make(self) -> None:
        """Make what is missing and hand it out; what is there stays as it is."""
        for name, services in HOLDERS.items():
            for service in services:
                self.give(service, name, self._original(name))

    def password(self, name: str) -> str:
        """Return a password of that name, made once."""
        return self._kept(f"{name}-password", new_password)

    def give(self, service: str, name: str, value: str) -> None:
        """Write a secret into a service's folder, unless it is there already."""
        file = self.of(service) / name
        if not file.exists() or file.read_text() != value:
            write_private(file, value.encode())

    def of(self, service: str) -> Path:
        """Return a service's folder of secrets."""
        return self.folder / service

    def _original(self, name: str) -> str:
        def make() -> str:
            return value_of(name, _KID, self._original, token_prefix=DEMONSTRATION_PREFIX)

        # a public key is never an original: it follows its private ones
        return make() if is_public(name) else self._kept(name, make)

    def _kept(self, name: str, make: Callable[[], str]) -> str:
        file = self.folder / "launcher" / name
        if not file.exists():
            write_private(file, make().encode())
        return file.read_text()
