"""The services and what each is told: the one table behind starting, migrating and importing."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from launcher.keys import Keys
from launcher.places import Places

SERVICES = ("registration", "activation", "letters", "notifier", "member-space")
"""Names as the broker knows them; package, database and port variable follow by rule."""

PRINT_SHOP = "print-shop"

DEMONSTRATION = (
    ("registration", "import-register", "register.csv"),
    ("member-space", "import-guarantees", "guarantees.csv"),
    ("member-space", "import-contracts", "contracts.csv"),
    ("member-space", "import-reimbursements", "reimbursements.csv"),
)
"""Service, verb, and file of deploy/local/demonstration that it loads; a file that is not there is left out."""

OVERRIDES = ("CAPTCHA_ANSWER", "LOG_LEVEL", "PRINT_BATCH_MAX_LETTERS", "PRINT_BATCH_MAX_AGE_SECONDS")
"""Settings of services that whoever starts the launcher may set in the environment."""


def package(name: str) -> str:
    """Return the Python package of a service; its database has the same name."""
    return name.replace("-", "_")


def port(places: Places, name: str) -> int:
    """Return the port of a service."""
    return places.port(f"{package(name).upper()}_PORT")


def command(name: str, *words: str | Path) -> list[str | Path]:
    """Return the command line of a service's verb."""
    return [sys.executable, "-m", package(name), *words]


def mark(places: Places) -> dict[str, str]:
    """Return the environment entry by which everything of one run is known."""
    return {"ESPACE_RUN": str(places.var)}


def environment(places: Places, keys: Keys, name: str, settings: Mapping[str, str]) -> dict[str, str]:
    """Return the whole environment of a service. `settings` wins; of the machine's own, only the path is handed on."""
    common = {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": str(places.var / "home"),
        "PYTHONUNBUFFERED": "1",
        "ENVIRONMENT": "demonstration",
        "SECRETS_DIR": str(keys.of(name)),
        "PUBLIC_URL": places.site,
        "LOG_LEVEL": "INFO",
    }
    listens = {"HOST": "127.0.0.1", "PORT": str(port(places, name))} if name in SERVICES else {}
    return mark(places) | common | listens | _own(places).get(name, {}) | dict(settings)


def _own(places: Places) -> dict[str, dict[str, str]]:
    return {
        "letters": {"PRINT_BATCH_MAX_LETTERS": "50", "PRINT_BATCH_MAX_AGE_SECONDS": "5"},
        "notifier": {
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(places.port("SMTP_PORT")),
            "SMTP_SENDER": "Espace assuré & adhérent <ne-pas-repondre@espace.example>",
        },
        "member-space": {"ACTIVATION_KEYS_URL": f"http://127.0.0.1:{port(places, 'activation')}/internal/keys"},
        PRINT_SHOP: {"GATEWAY_URL": places.site, "SPOOL_DIR": str(places.var / "print-shop" / "spool")},
    }
