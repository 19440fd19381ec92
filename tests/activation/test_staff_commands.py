"""The command line of staff accounts, run as people run it."""

import asyncio
import os
import re
import subprocess
import sys
from dataclasses import replace

import pyotp
import pytest
from support.every_service import SETTINGS
from support.staff import Someone, at_work, code, hire

from activation.models import StaffAccount, StaffJournal, StaffSession
from activation.staff.accounts import HandedOut, StaffError

ZOE = "zoe.lefevre@mutuelle.exemple"
ADD = ("add-staff", ZOE, "--name", "Zoé Lefèvre", "--role", "conseiller")

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def world(make_world):
    """With the keys that the command line is given."""
    return make_world(**{name: SETTINGS[name] for name in ("fingerprint_keys", "password_peppers", "staff_totp_keys")})


@pytest.fixture
def run(world):
    """``await run("list-staff")``: ``activation`` in a process of its own; its status, output and errors."""

    async def run(*words, **given):
        told = {name.upper(): value for name, value in (SETTINGS | given).items()}
        told["DATABASE_URL"] = world.settings.database_url
        environment = {"PATH": os.environ["PATH"], "NO_COLOR": "1", "COLUMNS": "200", **told}
        command = [sys.executable, "-m", "activation", *words]
        ran = await asyncio.to_thread(
            subprocess.run, command, env=environment, capture_output=True, text=True, check=False
        )
        return ran.returncode, ran.stdout, ran.stderr

    return run


def handed_out(printed: str) -> HandedOut:
    """What a person reads on the terminal, and that all three ways tell the same secret."""
    password = re.search(r"Provisional password +([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})\n", printed)[1]
    uri = re.search(r"otpauth://totp/\S+", printed)[0]
    typed = re.search(r"or type +((?:[A-Z2-7]{4} ?){8})\n", printed)[1].replace(" ", "")
    read = pyotp.parse_uri(uri)
    assert (read.secret, read.name, read.issuer) == (typed, ZOE, "Espace adhérent - gestion")
    assert (read.digits, read.interval, len(typed)) == (6, 30, 32)
    assert len(re.findall(r"[▀▄█]", printed)) > 300, "a QR code"
    return HandedOut(ZOE, password, typed)


async def test_what_is_printed_opens_the_desk_and_is_kept_nowhere_readable(world, run):
    status, printed, errors = await run(*ADD, "--who", "Ada")
    assert (status, errors) == (0, "")
    means = handed_out(printed)
    zoe = Someone(world, world.visitor(), means)
    assert (await zoe.sign_in()).status_code == 303
    assert (await zoe.choose()).status_code == 303
    (account,) = await world.rows(StaffAccount)
    assert (account.name, account.role, account.login) == ("Zoé Lefèvre", "conseiller", ZOE)
    assert ("created", "Ada") in {(line.kind, line.done_by) for line in await world.rows(StaffJournal)}
    listed = (await run("list-staff"))[1]
    assert re.search(rf"{ZOE} +Zoé Lefèvre +conseiller +active", listed)
    for secret in (means.password, means.secret):
        assert secret not in listed


async def test_mistakes_are_told_in_a_sentence(run):
    status, printed, errors = await run("disable-staff", ZOE)
    assert (status, printed, errors) == (1, "", f"nobody has the login “{ZOE}”: list-staff shows all\n")
    assert (await run("add-staff", ZOE, "--name", "Zoé", "--role", "directeur"))[0] == 2


@pytest.mark.parametrize(
    ("login", "name", "said"),
    [
        (f" {ZOE.upper()} ", "Zoé", "has an account already"),
        ("zoe", "Zoé", "no e-mail address"),
        ("", "Zoé", "no e-mail address"),
        ("a@b.exemple", "  ", "a name has 1 to 100 characters"),
        ("a@b.exemple", "é" * 101, "a name has 1 to 100 characters"),
        ("a@b.exemple", "Zo\x07é", "a name has 1 to 100 characters"),
    ],
)
async def test_an_account_is_made_once_and_with_care(world, login, name, said):
    await hire(world)
    with pytest.raises(StaffError, match=said):
        await hire(world, login=login, name=name)
    assert len(await world.rows(StaffAccount)) == 1


async def test_a_reset_hands_out_anew_and_ends_what_was(world, run):
    zoe = await at_work(world)
    for _ in range(5):
        await zoe.elsewhere().sign_in(password="toujours faux")
    assert (await zoe.elsewhere().sign_in()).status_code == 429
    status, printed, _ = await run("reset-staff", ZOE, "--role", "responsable")
    means = handed_out(printed)
    assert (status, await world.rows(StaffSession)) == (0, [])
    assert means.secret != zoe.means.secret
    assert (await zoe.check()).status_code == 303
    assert (await zoe.elsewhere().sign_in()).status_code == 422, "old password, old secret"
    assert (await zoe.elsewhere().sign_in(password=means.password)).status_code == 422, "old secret"
    assert (await zoe.elsewhere().sign_in(code=code(means.secret))).status_code == 422, "old password"
    again = replace(zoe.elsewhere(), means=means)
    assert (await again.sign_in()).status_code == 303
    assert (await again.check()).headers["location"] == "/gestion/mot-de-passe"
    assert (await again.account()).role == "responsable"


async def test_who_is_disabled_is_out_at_once_until_a_reset(world, run):
    zoe = await at_work(world)
    assert (await run("disable-staff", f" {ZOE.upper()} ", "--who", "Ada"))[0] == 0
    assert (await zoe.check()).status_code == 303
    assert (await zoe.elsewhere().sign_in()).status_code == 422
    assert "disabled on 2" in (await run("list-staff"))[1]
    means = handed_out((await run("reset-staff", ZOE))[1])
    assert (await replace(zoe.elsewhere(), means=means).sign_in()).status_code == 303


async def test_demonstration_accounts_are_of_the_demonstration_alone(world, run, tmp_path):
    file = tmp_path / "staff.csv"
    secret = "DEMO" + "ABCD" * 7
    file.write_text(
        f"login;name;role;password;secret\n{ZOE};Zoé Lefèvre;conseiller;une démonstration à voir;{secret}\n"
    )
    for environment in ("test", "production"):
        status, _, errors = await run("demonstration-staff", str(file), environment=environment)
        assert status != 0
        assert errors
    assert await world.rows(StaffAccount) == []
    for made in (1, 0):
        status, printed, _ = await run("demonstration-staff", str(file), environment="demonstration")
        assert (status, printed) == (0, f"activation: {made} of 1 demonstration staff accounts made\n")
    zoe = Someone(world, world.visitor(), HandedOut(ZOE, "une démonstration à voir", secret))
    assert (await zoe.sign_in()).headers["location"] == "/gestion/"
    assert (await zoe.check()).status_code == 200
    assert "demonstration-staff" not in (await run("--help"))[1]


async def test_a_database_that_is_away_is_told(run, world):
    world.settings = world.settings.model_copy(update={"database_url": "postgresql://x:x@127.0.0.1:1/x"})
    status, printed, errors = await run(*ADD)
    assert (status, printed) == (1, "")
    assert errors.startswith("The database does not answer.")
