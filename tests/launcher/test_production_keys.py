"""The secrets of a production: made once, renewed in three steps, told without a key on the screen."""

from datetime import date

import pytest
from typer.testing import CliRunner

from launcher.__main__ import app
from launcher.process import LaunchError
from launcher.production_keys import ProductionKeys, next_kid
from launcher.secret_values import HOLDERS, RINGS
from shared.security.key_ring import KeyRing
from shared.security.sealing import SealingKey, unseal

NOVEMBER, DECEMBER = date(2026, 11, 26), date(2026, 12, 1)
DATABASE, BROKER = "db.test:5432", "mq.test:5672"


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "production"
    ProductionKeys(folder, NOVEMBER).make(DATABASE, BROKER)
    return folder


def contents(folder):
    return {file.relative_to(folder).as_posix(): file.read_text() for file in folder.rglob("*") if file.is_file()}


def test_everything_is_made_for_its_holders_and_read_by_their_owner_alone(folder):
    made = contents(folder)
    expected = {f"{holder}/{name}" for name, holders in HOLDERS.items() for holder in holders}
    assert {name for name in made if name.rpartition("/")[2] in HOLDERS} == expected
    assert {file.stat().st_mode & 0o777 for file in folder.rglob("*") if file.is_file()} == {0o600}
    assert {one.stat().st_mode & 0o777 for one in folder.iterdir()} == {0o700}
    assert "demo-" not in "".join(made.values())
    assert {KeyRing.parse(made[f"{HOLDERS[ring][0]}/{ring}"]).current[0] for ring in RINGS} == {"2026-11a"}


def test_shared_secrets_are_the_same_and_nothing_else_is(folder):
    made = contents(folder)
    for name, holders in HOLDERS.items():
        assert len({made[f"{holder}/{name}"] for holder in holders}) == 1
    assert len({made[f"{holders[0]}/{name}"].partition(":")[2] for name, holders in HOLDERS.items()}) == len(HOLDERS)


def test_every_address_has_a_password_that_operations_can_set(folder):
    made = contents(folder)
    addresses = {name: text for name, text in made.items() if name.endswith("_url")}
    assert len(addresses) == 6 + 2 * 5
    passwords = {text.split("@")[0].rpartition(":")[2] for text in addresses.values()}
    assert len(passwords) == len(addresses)
    told = made["operations/database-passwords.sql"] + made["operations/broker-passwords.sh"]
    assert all(password in told for password in passwords)
    assert made["member-space-migrate/database_url"].startswith("postgresql://member_space_owner:")
    assert made["member-space/database_url"].endswith(f"@{DATABASE}/member_space")


def test_what_is_there_is_never_written_over(folder):
    before = contents(folder)
    with pytest.raises(LaunchError, match="not empty"):
        ProductionKeys(folder, DECEMBER).make(DATABASE, BROKER)
    assert contents(folder) == before


def test_a_ring_is_renewed_in_three_steps(folder):
    keys, files = ProductionKeys(folder, DECEMBER), [folder / holder / "form_keys" for holder in HOLDERS["form_keys"]]
    old = files[0].read_text()
    assert keys.add("form_keys") == "2026-12a"
    assert keys.listed()["form_keys"] == ["2026-11a", "2026-12a"]
    assert {file.read_text().partition(",")[0] for file in files} == {old}
    with pytest.raises(LaunchError, match="promote it first"):
        keys.add("form_keys")
    with pytest.raises(LaunchError, match="promote the newest first"):
        keys.retire("form_keys")
    assert keys.promote("form_keys") == "2026-12a"
    assert {file.read_text().partition(",")[2] for file in files} == {old}
    with pytest.raises(LaunchError, match="first already"):
        keys.promote("form_keys")
    assert keys.retire("form_keys") == "2026-11a"
    assert keys.listed()["form_keys"] == ["2026-12a"]
    with pytest.raises(LaunchError, match="one key"):
        keys.retire("form_keys")
    assert len({file.read_text() for file in files}) == 1


@pytest.mark.parametrize(
    ("private", "public"),
    [("notifier_private_keys", "notifier_public_key"), ("print_shop_private_keys", "print_shop_public_key")],
)
def test_a_public_key_changes_when_its_owner_knows_the_private_one(folder, private, public):
    keys = ProductionKeys(folder, DECEMBER)

    def sealing():
        return SealingKey.parse((folder / HOLDERS[public][0] / public).read_text())

    def ring():
        return KeyRing.parse((folder / HOLDERS[private][0] / private).read_text())

    before = sealing()
    keys.add(private)
    assert sealing().kid == before.kid == "2026-11a"
    keys.promote(private)
    assert sealing().kid == "2026-12a"
    for key in (before, sealing()):
        assert unseal(ring(), key.kid, key.seal(b"hello")) == b"hello"
    keys.retire(private)
    assert unseal(ring(), "2026-12a", sealing().seal(b"hello")) == b"hello"
    assert ring().get("2026-11a") is None


def test_copies_that_differ_are_told_and_left(folder):
    (folder / "registration" / "form_keys").write_text("x:" + "A" * 43)
    before = contents(folder)
    with pytest.raises(LaunchError, match="these differ"):
        ProductionKeys(folder, DECEMBER).add("form_keys")
    assert contents(folder) == before


def test_ids_follow_each_other_and_sort_by_age():
    assert next_kid(NOVEMBER, []) == "2026-11a"
    assert next_kid(NOVEMBER, ["2026-11a:k", "2026-11c:k"]) == "2026-11d"
    assert next_kid(DECEMBER, ["2026-11a:k"]) == "2026-12a"
    with pytest.raises(LaunchError):
        next_kid(NOVEMBER, ["2026-11z:k"])


def test_the_command_says_what_goes_where_and_prints_no_secret(tmp_path):
    folder, run = tmp_path / "keys", CliRunner().invoke
    made = run(app, ["keys", "make", str(folder), "--database", DATABASE, "--broker", BROKER])
    assert made.exit_code == 0
    assert all(program in made.output for program in ("registration", "print-shop", "activation-migrate"))
    said = made.output
    for words in ("rotate add captcha_keys", "list", "rotate promote captcha_keys", "rotate retire captcha_keys"):
        done = run(app, ["keys", *words.split(), str(folder)])
        assert done.exit_code == 0, done.output
        said += done.output
    assert "Restart registration" in said
    secrets = [
        part for text in contents(folder).values() for part in text.replace(",", ":").split(":") if len(part) > 40
    ]
    assert not [secret for secret in secrets if secret in said]
    again = run(app, ["keys", "make", str(folder)])
    assert (again.exit_code, "not empty" in again.output) == (1, True)
    strange = run(app, ["keys", "rotate", "add", "print_shop_token", str(folder)])
    assert (strange.exit_code, "is no ring of keys" in strange.output) == (1, True)
