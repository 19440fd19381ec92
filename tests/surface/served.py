"""The five services as they are run, each its own process on its own database, with one broker; no gateway before them.

So nothing that the gateway refuses or adds hides what a service does by itself.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from support.every_service import PACKAGES, SETTINGS
from support.ports import free_ports
from support.replicas import Replicas, side_by_side
from support.servers import PASSWORD, Databases, new_vhost

from launcher.rabbitmq import PrivateRabbit

MANY = "1000000"
GIVEN = {
    "answer_seconds": "0", "captcha_answer": "602602", "tries_per_minute_per_address": MANY,
    "requests_per_hour_per_address": MANY, "requests_per_hour_per_number": MANY, "resets_per_hour_per_address": MANY,
}  # fmt: skip
"""Everything comes from one address here, and waiting is looked at elsewhere."""


class Served:
    """Where each is, and what it has logged."""

    def __init__(self) -> None:
        self.ports = dict(zip(PACKAGES, free_ports(len(PACKAGES)), strict=True))
        self.databases: dict[str, str] = {}
        """Package to the URL of its database."""
        self.replicas: dict[str, Replicas] = {}

    def address(self, package: str) -> str:
        return f"http://127.0.0.1:{self.ports[package]}"

    def settings(self, package: str, broker_url: str) -> Any:
        own = {
            "database_url": self.databases[package], "broker_url": broker_url,
            "service_addresses": " ".join(f"{name.replace('_', '-')}={self.address(name)}" for name in PACKAGES),
            "activation_keys_url": f"{self.address('activation')}/internal/keys",
        }  # fmt: skip
        return import_module(f"{package}.settings").Settings(**SETTINGS | GIVEN | own)


@contextmanager
def served(databases: Databases, rabbit: PrivateRabbit, folder: Path) -> Iterator[Served]:
    """All of them, started and ready."""
    made, vhost = Served(), new_vhost(rabbit)
    names = []
    with ExitStack() as running:
        for package in PACKAGES:
            name, made.databases[package] = databases.new(package)
            names.append(name)
            settings = made.settings(package, rabbit.url(package.replace("_", "-"), PASSWORD, vhost))
            process = side_by_side(package, settings, folder, 1, [made.ports[package]])
            made.replicas[package] = running.enter_context(process)
        yield made
    rabbit.delete_vhost(vhost)
    for name in names:
        databases.drop(name)
