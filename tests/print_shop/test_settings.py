"""In production, letters reach CUPS on this machine alone."""

import pytest
from pydantic import ValidationError

from print_shop.settings import Settings


@pytest.fixture
def told(shop, monkeypatch):
    for name, value in shop.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("BROKER_URL", "amqp://print-shop:a-long-secret@broker/espace")
    monkeypatch.setenv("ENVIRONMENT", "production")
    return monkeypatch


@pytest.mark.parametrize("server", ["localhost:631", "127.0.0.1:631", "[::1]:631", "/run/cups/cups.sock"])
def test_cups_of_this_machine(told, server):
    told.setenv("CUPS_SERVER", server)
    assert Settings().cups_server == server


@pytest.mark.parametrize("server", ["imprimante.exemple.fr:631", "10.0.0.7:631"])
def test_cups_of_another_machine(told, server):
    told.setenv("CUPS_SERVER", server)
    with pytest.raises(ValidationError, match="must be this machine in production"):
        Settings()
    told.setenv("ENVIRONMENT", "demonstration")
    assert Settings().cups_server == server


@pytest.mark.parametrize("server", ["localhost", "localhost:", "http://localhost:631", ""])
def test_no_address(told, server):
    told.setenv("CUPS_SERVER", server)
    with pytest.raises(ValidationError, match="cups_server"):
        Settings()


def test_without_keys_that_verify_nothing_starts(told):
    told.delenv("MANIFEST_VERIFYING_KEYS")
    with pytest.raises(ValidationError, match="manifest_verifying_keys"):
        Settings()
