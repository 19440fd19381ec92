"""Every secret is with those who need it, and private keys are with one service alone (design §3 and §5)."""

import re
from importlib import import_module
from typing import Any

import pytest

from launcher.keys import HOLDERS, Keys
from launcher.services import PRINT_SHOP, SERVICES, package
from shared.security.key_ring import KeyRing
from shared.settings import ProgramSettings

PROGRAMS = (*SERVICES, PRINT_SHOP)
ELSEWHERE = {"smtp_password"}
"""Secrets of other people's servers: operations give them, no launcher makes them."""
SHARED = {"fingerprint_keys", "form_keys", "provisional_password_peppers", "print_shop_token"}
"""Secrets that two services must have in common (design §5, *shared secrets*; forms: one site, one visitor)."""


def settings_of(program: str) -> type[ProgramSettings]:
    found: Any = import_module(f"{package(program)}.settings")
    return found.Settings


def secrets_of(program: str) -> set[str]:
    """The fields that hold keys, tokens or passwords: by their types, and by their names lest one has another type."""
    fields = settings_of(program).model_fields
    by_type = {n for n, field in fields.items() if re.search(r"KeyRing|SealingKey|SecretStr", str(field.annotation))}
    by_name = {n for n in fields if re.search(r"_(keys?|peppers?|tokens?|passwords?|secrets?|seeds?)$", n)}
    return (by_type | by_name) - ELSEWHERE


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_is_given_what_its_settings_name_and_no_more(program, tmp_path):
    keys = Keys(tmp_path)
    keys.make()
    assert {file.name for file in keys.of(program).iterdir()} == secrets_of(program)


def test_private_keys_are_with_one_service_alone():
    holders = {name: set(services) for name, services in HOLDERS.items()}
    secret = {name: services for name, services in holders.items() if not name.endswith("_public_key")}
    assert {name for name, services in secret.items() if len(services) > 1} == SHARED
    for public in (name for name in HOLDERS if name.endswith("_public_key")):
        private = public.replace("_public_key", "_private_keys")
        assert not holders[public] & holders[private]
    assert holders["assertion_keys"] == {"activation"}


def test_no_folder_holds_what_another_services_secret_is_made_of(tmp_path):
    keys = Keys(tmp_path)
    keys.make()
    seen: dict[str, set[str]] = {}
    for program in PROGRAMS:
        for file in keys.of(program).iterdir():
            content = file.read_text()
            parts = [text.partition(":")[2] for text in content.split(",")] if ":" in content else [content]
            for part in parts:
                seen.setdefault(part, set()).add(file.name)
    # one value, one purpose: no key serves as another's
    assert all(len(names) == 1 for names in seen.values())
    assert len(seen) == len(HOLDERS)
    assert all(KeyRing.parse(f"k:{value}") for value, names in seen.items() if names & {"assertion_keys", "form_keys"})


def test_passwords_of_broker_and_database_differ_for_everyone(tmp_path):
    keys = Keys(tmp_path)
    wanted = [f"{name}-{server}" for name in PROGRAMS for server in ("broker", "database", "database-owner")]
    assert len({keys.password(name) for name in wanted}) == len(wanted)
