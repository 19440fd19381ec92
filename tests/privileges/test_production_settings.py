"""No program starts in production with a key, token or password of a demonstration, or that everybody knows."""

import os
from datetime import date

import pytest
from pydantic import SecretStr, ValidationError

from launcher.production_keys import ProductionKeys
from shared.security.key_ring import DEMONSTRATION_PREFIX, encode_key

from .test_secret_holders import ELSEWHERE, PROGRAMS, secrets_of, settings_of

TOLD = {
    "PUBLIC_URL": "https://espace.mutuelle.test", "HELP_PHONE": "05 00 00 00 00", "HELP_EMAIL": "aide@mutuelle.test",
    "SENDER_LINES": "MCV PAP|2 rue du Port|33000 Bordeaux", "SMTP_HOST": "smtp.test", "SMTP_SENDER": "espace@mutuelle.test",
    "ACTIVATION_KEYS_URL": "http://activation:8102/internal/keys", "GATEWAY_URL": "https://espace.mutuelle.test",
    "SPOOL_DIR": "/var/spool/espace",
}  # fmt: skip
EVERY_SECRET = [(program, name) for program in PROGRAMS for name in sorted(secrets_of(program))]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys") / "production"
    ProductionKeys(folder, date(2026, 11, 26)).make("db.test:5432", "mq.test:5672")
    return folder


@pytest.fixture
def start(folder, monkeypatch):
    """``start(program, NAME=…)``: its settings as in production, with its own folder of secrets and nothing else."""
    for name in list(os.environ):
        if name not in {"PATH", "HOME", "LANG"}:
            monkeypatch.delenv(name)

    def started(program, **changed):
        for name, value in (TOLD | {"SECRETS_DIR": str(folder / program)} | changed).items():
            monkeypatch.setenv(name, value)
        return settings_of(program)()

    return started


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_folder_of_secrets_is_all_that_a_production_needs_besides_its_addresses(start, program):
    assert start(program).environment == "production"


@pytest.mark.parametrize(("program", "name"), EVERY_SECRET)
def test_a_demonstrations_secret_is_refused_in_production(start, program, name):
    key = encode_key(b"k" * 32)
    value = DEMONSTRATION_PREFIX + key if name.endswith("_token") else f"{DEMONSTRATION_PREFIX}1:{key}"
    with pytest.raises(ValidationError, match=f"{name.upper()} is for demonstrations and tests only"):
        start(program, **{name.upper(): value})
    if name.endswith(("_keys", "_peppers")):
        with pytest.raises(ValidationError, match=f"{name.upper()} is for demonstrations and tests only"):
            start(program, **{name.upper(): f"k1:{key},{value}"})


@pytest.mark.parametrize(("program", "name"), EVERY_SECRET)
def test_no_secret_has_a_default(program, name):
    assert settings_of(program).model_fields[name].is_required()


@pytest.mark.parametrize("program", PROGRAMS)
def test_secrets_of_others_are_empty_until_they_are_given(program):
    fields = settings_of(program).model_fields
    assert {fields[name].default for name in ELSEWHERE & fields.keys()} <= {SecretStr("")}


@pytest.mark.parametrize("program", PROGRAMS)
def test_passwords_that_everybody_knows_are_refused(start, program):
    addresses = {"BROKER_URL": "amqp://guest:guest@mq:5672/", "DATABASE_URL": "postgresql://letters:letters@db/letters"}
    for name in addresses if "database_url" in settings_of(program).model_fields else ["BROKER_URL"]:
        with pytest.raises(ValidationError, match=f"{name} has a password that everybody knows") as refused:
            start(program, **{name: addresses[name]})
        assert "guest" not in str([mistake["msg"] for mistake in refused.value.errors()])
        os.environ.pop(name)


@pytest.mark.parametrize("program", PROGRAMS)
def test_helps_for_demonstrations_are_refused(start, program):
    values = {"captcha_answer": "123456"}
    for name in settings_of(program).only_outside_production:
        with pytest.raises(ValidationError, match="for demonstrations and tests only"):
            start(program, **{name.upper(): values[name]})
