import pytest

from shared.security.key_ring import KeyRing
from shared.security.sealing import SealingKey
from shared.settings import ServiceSettings, load_settings

KEY = "A" * 43
BASE = {
    "PUBLIC_URL": "https://espace.mutuelle.test", "DATABASE_URL": "postgresql://x", "BROKER_URL": "amqp://x",
    "HELP_PHONE": "05 00 00 00 00", "HELP_EMAIL": "aide@mutuelle.test",
}  # fmt: skip


class Example(ServiceSettings):
    only_outside_production = frozenset({"captcha_answer"})

    keys: KeyRing
    recipient: SealingKey | None = None
    captcha_answer: str = ""


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name, value in BASE.items():
        monkeypatch.setenv(name, value)


def test_a_secret_comes_from_the_environment_or_from_a_file(monkeypatch, tmp_path):
    (tmp_path / "keys").write_text(f"k1:{KEY}\n")
    monkeypatch.setenv("SECRETS_DIR", str(tmp_path))
    (tmp_path / "recipient").write_text(f"r1:{KEY}\n")
    assert Example().keys.current[0] == "k1"
    assert Example().recipient.kid == "r1"
    monkeypatch.setenv("KEYS", f"k2:{KEY}")
    assert Example().keys.current[0] == "k2"


@pytest.mark.parametrize(
    ("name", "value"), [("CAPTCHA_ANSWER", "123456"), ("KEYS", f"demo-1:{KEY}"), ("KEYS", f"k1:{KEY},demo-1:{KEY}")]
)
def test_production_refuses_what_is_for_demonstrations(monkeypatch, capsys, name, value):
    monkeypatch.setenv("KEYS", f"k1:{KEY}")
    monkeypatch.setenv(name, value)
    monkeypatch.setenv("ENVIRONMENT", "demonstration")
    assert Example()
    monkeypatch.setenv("ENVIRONMENT", "production")
    with pytest.raises(SystemExit) as ended:
        load_settings(Example)
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert f"{name} is for demonstrations and tests only" in said
    assert KEY not in said


def test_a_missing_or_wrong_setting_is_named_and_its_value_is_not_shown(monkeypatch, capsys):
    monkeypatch.setenv("PORT", "a secret typed in the wrong place")
    with pytest.raises(SystemExit):
        load_settings(Example)
    said = capsys.readouterr().err
    assert "KEYS: is not set" in said
    assert "PORT: " in said
    assert "wrong place" not in said


@pytest.mark.parametrize("name", ["HELP_PHONE", "HELP_EMAIL"])
def test_production_needs_a_help_desk_that_exists(monkeypatch, capsys, name):
    monkeypatch.setenv("KEYS", f"k1:{KEY}")
    assert Example()
    monkeypatch.delenv(name)
    with pytest.raises(SystemExit):
        load_settings(Example)
    assert f"{name} must be set in production" in capsys.readouterr().err


@pytest.mark.parametrize(
    "address", ["http://espace.mutuelle.test", "espace.mutuelle.test", "HTTPS//espace.mutuelle.test"]
)
def test_production_sends_no_link_that_others_can_read(monkeypatch, capsys, address):
    monkeypatch.setenv("KEYS", f"k1:{KEY}")
    monkeypatch.setenv("PUBLIC_URL", address)
    with pytest.raises(SystemExit):
        load_settings(Example)
    assert "PUBLIC_URL must begin with https:// in production" in capsys.readouterr().err
    monkeypatch.setenv("ENVIRONMENT", "demonstration")
    assert Example()
