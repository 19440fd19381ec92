"""Every secret of a run: made once, and given only to the services that need it (design §3 and §5).

Key ids start with `demo-`, which `ENVIRONMENT=production` refuses.
"""

import secrets
from collections.abc import Callable
from pathlib import Path

from nacl.public import PrivateKey

from launcher.files import write_private
from shared.security.key_ring import DEMONSTRATION_PREFIX, KeyRing, encode_key

_KID = f"{DEMONSTRATION_PREFIX}1"

HOLDERS = {
    "fingerprint_keys": ("registration", "activation"),
    "form_keys": ("registration", "activation", "member-space"),
    "captcha_keys": ("registration",),
    "provisional_password_peppers": ("letters", "activation"),
    "password_peppers": ("activation",),
    "staff_totp_keys": ("activation",),
    "member_totp_keys": ("activation",),
    "assertion_keys": ("activation",),
    "notifier_private_keys": ("notifier",),
    "notifier_public_key": ("activation", "member-space"),
    "print_shop_private_keys": ("print-shop",),
    "print_shop_public_key": ("letters",),
    "print_shop_token": ("letters", "print-shop"),
}
"""Secret → the services whose folder holds it; the same content for each."""


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
        return self._kept(f"{name}-password", lambda: secrets.token_urlsafe(24))

    def give(self, service: str, name: str, value: str) -> None:
        """Write a secret into a service's folder, unless it is there already."""
        file = self.of(service) / name
        if not file.exists() or file.read_text() != value:
            write_private(file, value.encode())

    def of(self, service: str) -> Path:
        """Return a service's folder of secrets."""
        return self.folder / service

    def _original(self, name: str) -> str:
        if name.endswith("_public_key"):
            ring = KeyRing.parse(self._original(name.replace("_public_key", "_private_keys")))
            kid, seed = ring.current
            return f"{kid}:{encode_key(bytes(PrivateKey(seed).public_key))}"
        if name.endswith("_token"):
            return self._kept(name, lambda: DEMONSTRATION_PREFIX + secrets.token_urlsafe(32))
        return self._kept(name, lambda: f"{_KID}:{encode_key(secrets.token_bytes(32))}")

    def _kept(self, name: str, make: Callable[[], str]) -> str:
        file = self.folder / "launcher" / name
        if not file.exists():
            write_private(file, make().encode())
        return file.read_text()
