"""Every service put together by its own composition root, with one set of keys that fit each other."""

from importlib import import_module
from typing import Any

from fastapi import FastAPI
from nacl.public import PrivateKey

from shared.contracts.event import Message
from shared.security.key_ring import KeyRing, encode_key
from shared.security.signing import public_ring
from shared.service import Service

PACKAGES = ("registration", "activation", "letters", "notifier", "member_space")
NOTIFIER_KEY = PrivateKey(b"n" * 32)
PRINT_SHOP_KEY = PrivateKey(b"s" * 32)


def _ring(kid: str) -> str:
    return f"{kid}:{encode_key(kid.encode().ljust(32, b'.'))}"


SETTINGS = {
    "environment": "test",
    "public_url": "https://espace.exemple.fr",
    "database_url": "postgresql://nobody@127.0.0.1:1/none",
    "broker_url": "amqp://nobody@127.0.0.1:1/none",
    "log_level": "WARNING",
    "fingerprint_keys": _ring("f1"),
    "form_keys": _ring("c1"),
    "captcha_keys": _ring("t1"),
    "provisional_password_peppers": _ring("p1"),
    "password_peppers": _ring("w1"),
    "staff_totp_keys": _ring("o1"),
    "member_totp_keys": _ring("m1"),
    "assertion_keys": _ring("a1"),
    "notifier_private_keys": f"n1:{encode_key(bytes(NOTIFIER_KEY))}",
    "notifier_public_key": f"n1:{encode_key(bytes(NOTIFIER_KEY.public_key))}",
    "print_shop_private_keys": f"s1:{encode_key(bytes(PRINT_SHOP_KEY))}",
    "print_shop_public_key": f"s1:{encode_key(bytes(PRINT_SHOP_KEY.public_key))}",
    "print_shop_token": "of-the-tests-and-long-enough",
    "manifest_signing_keys": _ring("l1"),
    "manifest_verifying_keys": public_ring(KeyRing.parse(_ring("l1"))),
    "mutual_working_days": "mon-sun,holidays",
    "print_shop_working_days": "mon-sun,holidays",
    "smtp_host": "127.0.0.1",
    "smtp_port": "1",
    "smtp_sender": "espace@exemple.fr",
    "activation_keys_url": "http://127.0.0.1:1/internal/keys",
}
"""What any of them needs to be told; each takes its own. The values are those of environment variables."""


def create_app(package: str, **given: str) -> FastAPI:
    """A service's web application, not started."""
    settings = import_module(f"{package}.settings").Settings(**(SETTINGS | given))
    return import_module(f"{package}.app").create_app(settings)


def consumed(monkeypatch: Any) -> dict[str, dict[str, frozenset[type[Message]]]]:
    """Service name to what it consumes (queue to message types), as each composition root asks for it."""
    made: list[Service] = []
    create = Service.__init__

    def kept(self: Service, *arguments: Any) -> None:
        create(self, *arguments)
        made.append(self)

    monkeypatch.setattr(Service, "__init__", kept)
    for package in PACKAGES:
        create_app(package)
    return {service.name: service.consumed for service in made}
