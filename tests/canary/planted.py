"""What is planted: everything that people type or are given that must stay theirs, and every key of the run."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from canary.secret import Secret

from shared.security.key_ring import KeyRing

_FORM = re.compile(r'name="(form_token|captcha_challenge)" value="([^"]+)"')
_COOKIES = {
    "__Host-session": "session cookie",
    "__Host-activation": "receipt cookie",
    "__Host-demande": "request cookie",
    "__Host-visiteur": "visitor cookie",
    "__Host-gestion": "staff session cookie",
    "__Host-verification": "second step cookie",
    "__Host-appareil": "device cookie",
}
KEYS = frozenset({"key", "password of a server", "token of the print shop"})

SERVERS_OWN = ("postgres/superuser-password", "rabbitmq/admin-password", "rabbitmq/.erlang.cookie")


class Planted:
    """Grows while the story is told."""

    def __init__(self) -> None:
        self._secrets: dict[Secret, None] = {}

    def __iter__(self) -> Iterator[Secret]:
        return iter(self._secrets)

    def add(self, kind: str, value: str | bytes, owner: str = "") -> str | bytes:
        """Plant one, and return it."""
        self._secrets[Secret(kind, value, owner)] = None
        return value

    def words(self, kind: str, value: str) -> str:
        """The same of a text."""
        self.add(kind, value)
        return value

    def code(self, shown: str) -> str:
        """The six digits of an authenticator application: they count where nothing is beside them."""
        self._secrets[Secret("one-time code", shown, number=True)] = None
        return shown

    def number(self, typed: str) -> str:
        """A number as it is typed, and in the form that the services make of it."""
        bare = typed.replace(" ", "")
        if len(bare) == 6:
            self._secrets[Secret("member number", bare, number=True)] = None
            self.add("member number", f"member:{bare}")
        else:
            self.add("NIR", typed)
            # with and without its key
            self.add("NIR", bare[:13])
        return typed

    def of_browser(self, cookies: dict[str, str], page: str) -> None:
        """What a browser holds and what a page hides in its forms."""
        for name, kind in _COOKIES.items():
            if value := cookies.get(name):
                self.add(kind, value)
        for field, value in _FORM.findall(page):
            self.add(field.replace("_", " "), value)

    def keys(self, var: Path) -> None:
        """Everything in the folders of secrets that is none of the public keys, and what the servers keep for themselves."""
        for file in SERVERS_OWN:
            self.add("password of a server's own", (var / file).read_text())
        for file in sorted(
            path for path in (var / "secrets").rglob("*") if path.is_file() and "public_key" not in path.name
        ):
            content = file.read_text()
            if file.name.endswith("_url"):
                self.add("password of a server", urlsplit(content).password or "")
            elif file.name.endswith("-password"):
                self.add("password of a server", content)
            elif file.name == "print_shop_token":
                self.add("token of the print shop", content)
            else:
                for _, key in KeyRing.parse(content):
                    self.add("key", key)
