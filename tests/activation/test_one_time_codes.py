"""One-time codes by the clock, against the figures of the standard (RFC 6238, appendix B)."""

from datetime import UTC, datetime

import pyotp
import pytest

from activation import one_time_codes as totp
from activation.local_path import desk_path

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The standard's own: the digits 12345678901234567890."""


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize(
    ("seconds", "code", "step"),
    [
        (1111111109, "081804", 0x23523EC),
        (1111111111, "050471", 0x23523ED),
        (1234567890, "005924", 0x273EF07),
        (2000000000, "279037", 0x3F940AA),
        (20000000000, "353130", 0x27BC86AA),
    ],
)
def test_the_figures_of_the_standard(seconds, code, step):
    assert totp.step_of(SECRET, code, at(seconds)) == step
    # the step is the code's own, not that of the moment when it comes
    for late in (-30, 30):
        assert totp.step_of(SECRET, code, at(seconds + late)) == step
    for late in (-60, 60):
        assert totp.step_of(SECRET, code, at(seconds + late)) is None
    assert totp.step_of(SECRET, f"{(int(code) + 1) % 1_000_000:06}", at(seconds)) is None


def test_a_new_secret_has_160_bits_and_is_none_of_a_demonstration(monkeypatch):
    drawn = iter(["DEMO" + "A" * 28, "B" * 32])
    with monkeypatch.context() as patch:
        patch.setattr(pyotp, "random_base32", lambda: next(drawn))
        assert totp.new_secret() == "B" * 32
    secrets = {totp.new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert {len(secret) for secret in secrets} == {32}


def test_what_an_application_reads_and_a_person_types():
    read = pyotp.parse_uri(totp.enrolment_uri(SECRET, "zoe+desk@mutuelle.exemple", "Espace - gestion"))
    assert (read.secret, read.name, read.issuer) == (SECRET, "zoe+desk@mutuelle.exemple", "Espace - gestion")
    assert totp.in_groups(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"


@pytest.mark.parametrize(
    "strange",
    [
        "/gestion",
        "/gestionnaire/",
        "/espace/",
        "//x/gestion/",
        "/gestion/\\x",
        "/gestion/ x",
        "gestion/",
        "/gestion/\n",
        "",
        "/gestion/" + "a" * 600,
    ],
)
def test_a_path_that_is_none_of_the_desk(strange):
    assert desk_path(strange) == "/gestion/"
    assert desk_path("/gestion/x?y=1") == "/gestion/x?y=1"
