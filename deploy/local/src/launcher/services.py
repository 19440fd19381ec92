"""The services and what each is told: the one table behind starting, migrating and importing."""

import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
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
    ("member-space", "import-beneficiaries", "beneficiaries.csv"),
    ("member-space", "import-reimbursements", "reimbursements.csv"),
)
"""Service, verb, and file of deploy/local/demonstration that it loads; a file that is not there is left out."""

OVERRIDES = ("CAPTCHA_ANSWER", "LOG_LEVEL", "PRINT_BATCH_MAX_LETTERS", "PRINT_BATCH_MAX_AGE_SECONDS")
"""Settings of services that whoever starts the launcher may set in the environment."""


def package(name: str) -> str:
    """Return the Python package of a service; its database has the same name."""
    return name.replace("-", "_")


def replicas(places: Places, name: str) -> list[str]:
    """Return the names of a service's replicas: letters, letters-2, …"""
    return [name, *(f"{name}-{number}" for number in range(2, places.replicas + 1))]


def all_replicas(places: Places) -> list[str]:
    """Return the names of all services' replicas."""
    return [replica for name in SERVICES for replica in replicas(places, name)]


def service_of(replica: str) -> str:
    """Return the service that a replica is one of: letters of letters-2."""
    return re.sub(r"-\d$", "", replica)


def port(places: Places, replica: str) -> int:
    """Return the port of a replica of a service."""
    service = service_of(replica)
    number = replica.removeprefix(service).replace("-", "_")
    return places.port(f"{package(service).upper()}_PORT{number}")


Runner = Callable[[str], Sequence[str | Path]]
"""Package → what Python is told to run it."""


def as_package(package: str) -> tuple[str, str]:
    """Return what runs a package as everywhere: `-m package`."""
    return ("-m", package)


def command(name: str, *words: str | Path, runner: Runner = as_package) -> list[str | Path]:
    """Return the command line of a service's verb."""
    return [sys.executable, *runner(package(service_of(name))), *words]


def mark(places: Places) -> dict[str, str]:
    """Return the environment entry by which everything of one run is known."""
    return {"ESPACE_RUN": str(places.var)}


def environment(places: Places, keys: Keys, replica: str, settings: Mapping[str, str]) -> dict[str, str]:
    """Return the whole environment of a replica. `settings` wins; of the machine's own, only the path is handed on."""
    name = service_of(replica)
    common = {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": str(places.var / "home"),
        "PYTHONUNBUFFERED": "1",
        "ENVIRONMENT": "demonstration",
        "SECRETS_DIR": str(keys.of(name)),
        "PUBLIC_URL": places.site,
        "LOG_LEVEL": "INFO",
        "TRACE_FILE": str(places.var / "traces" / f"{replica}.jsonl"),
    }
    listens = {}
    if name in SERVICES:
        listens = {"HOST": "127.0.0.1", "PORT": str(port(places, replica))}
        listens["ACTIVATION_KEYS_URL"] = " ".join(f"{one}/internal/keys" for one in addresses(places, "activation"))
    return mark(places) | common | listens | _own(places).get(name, {}) | dict(settings)


def _own(places: Places) -> dict[str, dict[str, str]]:
    return {
        # whoever tries the system comes from this machine
        "registration": {"REQUESTS_PER_HOUR_PER_ADDRESS": "100000"},
        "letters": {
            "PRINT_BATCH_MAX_LETTERS": "50",
            "PRINT_BATCH_MAX_AGE_SECONDS": "5",
            # whoever tries the system may do so on any day
            "MUTUAL_WORKING_DAYS": "mon-sun,holidays",
            "PRINT_SHOP_WORKING_DAYS": "mon-sun,holidays",
            "CANARY_ADDRESS": "Service courrier MCV PAP|1 rue de l’Exemple|75000 Paris",
        },
        "notifier": {
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(places.port("SMTP_PORT")),
            "SMTP_SENDER": "Espace assuré & adhérent <ne-pas-repondre@espace.example>",
        },
        "member-space": {
            "SERVICE_ADDRESSES": " ".join(f"{name}={one}" for name in SERVICES for one in addresses(places, name))
        },
        PRINT_SHOP: {"GATEWAY_URL": places.site, "SPOOL_DIR": str(places.var / "print-shop" / "spool")},
    }


def addresses(places: Places, name: str) -> list[str]:
    """Return the internal address of every replica of a service: one that is away is not missed."""
    return [f"http://127.0.0.1:{port(places, one)}" for one in replicas(places, name)]
