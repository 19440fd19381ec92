import csv
import subprocess
import sys
import time

import pyotp
import pytest
import time_machine

from launcher import staff
from launcher.process import LaunchError
from launcher.system import DEMONSTRATION


def test_there_is_one_of_each_role_and_production_would_know_their_secrets():
    people = staff.colleagues(DEMONSTRATION)
    assert [one.role for one in people] == ["conseiller", "responsable", "exploitation"]
    for one in people:
        assert one.secret.startswith("DEMO")
        assert len(one.secret) == 32
        assert one.secret not in repr(one)
        assert one.password not in repr(one)
    assert len({one.secret for one in people} | {one.password for one in people}) == 6


def test_who_to_try_names_login_and_password(tmp_path):
    lines = staff.lines(DEMONSTRATION)
    with (DEMONSTRATION / staff.FILE).open(encoding="utf-8", newline="") as file:
        for line, row in zip(lines, csv.DictReader(file, delimiter=";"), strict=True):
            assert all(row[column] in line for column in ("role", "login", "password"))
            assert row["secret"] not in line
    assert staff.lines(tmp_path) == []


def test_the_code_is_that_of_now():
    one = staff.colleague(DEMONSTRATION, "Conseil@mutuelle.exemple ")
    with time_machine.travel(1_800_000_007, tick=False):
        code = pyotp.TOTP(one.secret).at(1_800_000_007)
        assert staff.code_in_words(one) == f"{code}  (for 23 s; opens one session)"
        assert one.code(1) == pyotp.TOTP(one.secret).at(1_800_000_037)


def test_nobody_is_told_with_who_there_is():
    with pytest.raises(LaunchError, match=r"“x” is nobody.*conseil@mutuelle\.exemple"):
        staff.colleague(DEMONSTRATION, "x")


def test_on_the_command_line():
    command = [sys.executable, "-m", "launcher", "code"]
    one = staff.colleague(DEMONSTRATION, "exploitation@mutuelle.exemple")
    before = int(time.time()) // 30
    told = subprocess.run([*command, one.login], capture_output=True, text=True, check=True).stdout
    codes = {pyotp.TOTP(one.secret).generate_otp(step) for step in range(before, int(time.time()) // 30 + 1)}
    assert told.split()[0] in codes
    failed = subprocess.run([*command, "x"], capture_output=True, text=True, check=False)
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr.startswith("“x” is nobody")
