"""docs/security.md is compared with the code: what is not written there fails here, and so does what is no longer true."""

import ast
import importlib
import json
import re
import subprocess
import sys
import tomllib
from collections import Counter
from datetime import datetime, timedelta
from functools import cache

import pytest
from sqlmodel import SQLModel

from activation import (
    attempts,
    confirmation,
    password_rules,
    resend,
    session_rules,
    sign_in_limits,
    visit,
)
from activation.password_rules import Person, password_problem
from activation.settings import Settings as ActivationSettings
from launcher.keys import HOLDERS
from launcher.places import ROOT
from member_space.questions import rules as question_rules
from registration import captcha_challenge
from registration.letter_policy import LetterPolicy
from registration.settings import Settings as RegistrationSettings
from shared.files import kinds, limits
from shared.messaging import tables
from shared.security import assertions, hashing, session_times
from shared.settings import ProgramSettings
from shared.web import opened_forms, reading

DOCUMENT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
SERVICES = ("registration", "activation", "letters", "notifier", "member_space")
SOURCES = [*ROOT.glob("services/**/src"), ROOT / "shared" / "src"]


@cache
def section(title: str) -> str:
    return DOCUMENT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def named(title: str) -> set[str]:
    """What a section names as code."""
    return set(re.findall(r"`([^`\s]+)`", section(title)))


@cache
def modules() -> list[ast.Module]:
    return [ast.parse(path.read_text(encoding="utf-8")) for source in SOURCES for path in sorted(source.rglob("*.py"))]


def minutes(time: timedelta) -> int:
    return time // timedelta(minutes=1)


def default_of(settings: type[ProgramSettings], name: str) -> object:
    return settings.model_fields[name].default


def hours(time: timedelta) -> int:
    return time // timedelta(hours=1)


def test_the_figures_are_those_of_the_code() -> None:
    argon2, policy = hashing._ARGON2, LetterPolicy()
    told = section("Figures")
    for row in (
        f"{password_rules.SHORTEST} to {password_rules.LONGEST} characters; zxcvbn {password_rules.LOWEST_SCORE} of 4",
        f"Argon2id, {argon2.memory_cost} KiB, {argon2.time_cost} passes, {argon2.parallelism} lane;",
        f"{sign_in_limits.FREE_FAILURES} free, then {minutes(sign_in_limits.FIRST_WAIT)} to",
        f"to {minutes(sign_in_limits.LONGEST_WAIT)} minutes; {sign_in_limits.FAILURES_PER_DAY} a day; ",
        f" a day; {sign_in_limits.FAILURES_IN_A_ROW} in a row",
        f"{attempts.WRONG_PER_WINDOW} wrong in {minutes(attempts.WINDOW)} minutes from one place; ",
        f"{attempts.WRONG_IN_ALL} wrong in all, letters of recovery excepted",
        f"{hours(policy.apart)} hours apart; {policy.most} in {policy.window.days} days",
        f"{hours(confirmation.LIFETIME)} hours; mails {minutes(resend.APART)} minutes apart",
        f"{minutes(session_times.IDLE)} minutes idle; {hours(session_rules.ABSOLUTE)} hours at most",
        f"shown within {minutes(visit.RECENT)} minutes of it; good for {minutes(opened_forms.GOOD_FOR)} minutes,",
        f"{minutes(captcha_challenge.LIFETIME)} minutes, once",
        f"{assertions.LIFETIME_SECONDS} seconds, {assertions.CLOCK_SKEW_SECONDS} of margin",
        f"{reading.BODY_LIMIT} bytes, {reading.FIELD_COUNT} fields, {reading.FIELD_LIMIT} bytes a field",
        f"{reading.UPLOAD_LIMIT} bytes; {limits.FILE_COUNT} files of {limits.FILE_LIMIT} bytes; ",
        f"{limits.FILE_LIMIT} bytes; {', '.join(kind.shown for kind in kinds.KINDS)} ",
        f"{limits.EXPANDED_LIMIT} bytes, {limits.PAGE_LIMIT} pages, {limits.PIXEL_LIMIT} points; ",
        f" points; {limits.CHECK_SECONDS:.0f} seconds, {limits.CHECKS_AT_ONCE} checks",
        f"{question_rules.DAILY_LIMIT} in 24 hours from one space",
        f"{default_of(ActivationSettings, 'tries_per_minute_per_address')} tries a minute at any form of the account; ",
        f"{default_of(RegistrationSettings, 'tries_per_minute_per_address')} tries a minute at any form of the account; ",
        f"{default_of(ActivationSettings, 'resets_per_hour_per_address')} an hour to be sent a link to choose a password; ",
        f"{default_of(RegistrationSettings, 'requests_per_hour_per_address')} an hour of the register's forms",
        f"{default_of(RegistrationSettings, 'requests_per_hour_per_number')} an hour at all of them together",
    ):
        assert row in told, row
    for kind in kinds.KINDS:
        assert all(f"`{ending}`" in told for ending in kind.extensions)


def constants_of(tree: ast.Module) -> dict[str, object]:
    return {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def test_every_way_in_is_documented() -> None:
    """Each address of the pages that are open to whoever is not signed in, but for those that only show."""
    sources = [
        path for name in ("activation", "registration") for path in (ROOT / "services" / name / "src").rglob("*.py")
    ]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sources]
    everywhere = {name: value for tree in trees for name, value in constants_of(tree).items()}
    paths = {
        str((everywhere | constants_of(tree)).get(ast.unparse(node.args[0]), ast.unparse(node.args[0]).strip("'")))
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".post") and node.args
    }
    known = {"/connexion", "/deconnexion", "/compte/activer", "/compte/cree", "/compte/confirmer", "/gestion/connexion"}
    assert paths >= known
    outside = {path for path in paths if path.startswith("/") and not path.startswith("/internal/")}
    assert outside <= named("Ways in")
    assert "several at once" in section("Ways in")


def test_every_public_form_is_documented() -> None:
    """By its class; where two have one name, by its module too: what holds for one of them says nothing of the other."""
    found = {
        (".".join(path.relative_to(source).with_suffix("").parts), node.name)
        for source in SOURCES
        for path in source.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        and node.name.endswith("Form")
        and any(ast.unparse(one).endswith(("Form", "Part")) for one in node.bases)
    }
    assert len(found) > 15
    often = Counter(name for _, name in found)
    forms = {name if often[name] == 1 else f"{module}.{name}" for module, name in found}
    assert {name for name in named("What is checked") if name.endswith("Form")} == forms


def test_every_parser_is_documented_with_a_test_that_makes_texts_up() -> None:
    rows = [row for row in section("Parsers of what people type").splitlines() if row.startswith("| ")][1:]
    assert len(rows) > 30
    known = set()
    for row in rows:
        _, parsers, tests = (re.findall(r"`([^`]+)`", cell) for cell in row.strip("| ").split(" | "))
        known |= set(parsers)
        for parser in parsers:
            assert importlib.import_module(parser).__doc__
        written = [(ROOT / test).read_text(encoding="utf-8") for test in tests]
        assert written
        assert all("@given" in text for text in written)
        for parser in parsers:
            assert any(parser in text or parser.rpartition(".")[0] in text for text in written), row
    reading = {
        ".".join(path.relative_to(source).with_suffix("").parts)
        for source in SOURCES
        for path in source.rglob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and {ast.unparse(base) for base in node.bases} & {"Rule", "ImportRow"}
    }
    assert len(reading) > 6
    assert reading - known - {"shared.web.rules"} == set()


def test_the_words_of_ours_are_documented_and_refused() -> None:
    words = named("Words of ours") - {"password_rules.py", "word_lists/"}
    assert {"mutuelle", "adherent", "mcv"} <= words
    for word in words:
        for made in (word * (1 + 12 // len(word)), f"{word}1234567890", f"2026{word}2026!!!!"):
            assert password_problem(made, Person()), made


def test_every_key_is_in_the_inventory() -> None:
    assert named("Keys") >= HOLDERS.keys()
    fields = {
        name for kind in every_settings() for name in kind.model_fields if re.search(r"(_keys?|_peppers|_token)$", name)
    }
    assert fields <= HOLDERS.keys()


CRYPTOGRAPHY = {
    "nacl", "argon2", "joserfc", "itsdangerous", "pyotp", "hashlib", "hmac", "secrets", "ssl", "cryptography", "Crypto",
    "Cryptodome", "jwt", "jose", "passlib", "bcrypt", "rsa", "ecdsa", "authlib", "jwcrypto", "OpenSSL", "webauthn",
}  # fmt: skip


def test_only_the_named_libraries_do_cryptography() -> None:
    used = {
        name.partition(".")[0]
        for module in modules()
        for node in ast.walk(module)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([one.name for one in node.names] if isinstance(node, ast.Import) else [node.module or ""])
    }
    assert {"nacl", "argon2", "joserfc"} <= used
    assert used & CRYPTOGRAPHY <= named("Keys")


def every_settings() -> list[type[ProgramSettings]]:
    found = [importlib.import_module(f"{name}.settings") for name in (*SERVICES, "print_shop")]
    return [
        value
        for module in found
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, ProgramSettings) and value.__module__ == module.__name__
    ]


def test_every_connection_is_documented() -> None:
    settings = every_settings()
    assert len(settings) >= len(SERVICES) + 1
    fields = {
        name.upper() for kind in settings for name in kind.model_fields if re.search(r"(_url|_host|_addresses)$", name)
    }
    assert {"DATABASE_URL", "BROKER_URL", "SMTP_HOST"} <= fields
    assert named("Connections") >= fields


def test_every_class_of_data_is_documented() -> None:
    def below(kind: type) -> set[type]:
        return {kind, *(one for each in kind.__subclasses__() for one in below(each))}

    for name in SERVICES:
        importlib.import_module(f"{name}.models")
    found = {str(kind.__tablename__) for kind in below(SQLModel) if hasattr(kind, "__table__")}
    found |= {table.name for table in tables.metadata.tables.values()} | {"throttle", "dead_letter_journal"}
    assert len(found) > 45
    told = section("Classes of data")
    missing = {name for name in found if f"`{name}`" not in told}
    assert not missing


def test_every_log_is_documented() -> None:
    told = section("Logs and journals")
    journals = {"security_event", "staff_journal", "journal_entry", "dead_letter_journal"}
    assert all(f"`{name}`" in told for name in journals)
    assert "365 days" in told
    # lines leave by the standard output and by nothing else
    handlers = {
        ast.unparse(node.func)
        for module in modules()
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and re.search(r"(Syslog|File|Socket|HTTP|SMTP)Handler$|syslog", ast.unparse(node.func))
    }
    assert handlers == set()


def test_log_times_are_in_utc() -> None:
    said = "import structlog; from shared.observability import logs; logs.configure_logs('tests'); "
    said += "structlog.get_logger().info('started')"
    output = subprocess.run(
        [sys.executable, "-c", said], capture_output=True, text=True, check=True, env={"TZ": "America/Lima"}
    ).stdout
    line = json.loads(output)
    assert line["timestamp"].endswith(("Z", "+00:00"))
    assert abs(datetime.fromisoformat(line["timestamp"]) - datetime.now().astimezone()) < timedelta(minutes=5)
    assert line["service"] == "tests"


def test_times_to_mend_are_documented() -> None:
    told = section("Libraries")
    assert "pip-audit" in told
    assert re.search(r"within 2 days.*within 7.*within 30.*within 90", told, re.DOTALL)


def test_every_library_is_locked_with_its_digest() -> None:
    locked = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    outside = [one for one in locked if "registry" in one["source"]]
    assert len(outside) > 80
    ours = [one["name"] for one in locked if "registry" not in one["source"]]
    assert all(set(one["source"]) <= {"editable", "virtual"} for one in locked if one["name"] in ours)
    for one in outside:
        assert one["source"]["registry"] == "https://pypi.org/simple", one["name"]
        files = [*one.get("wheels", []), *([one["sdist"]] if "sdist" in one else [])]
        assert files, one["name"]
        assert all(file["hash"].startswith("sha256:") for file in files), one["name"]


@pytest.mark.parametrize(
    "title",
    [
        "Ways in",
        "Figures",
        "What is checked",
        "Parsers of what people type",
        "Words of ours",
        "Keys",
        "Connections",
        "Classes of data",
    ],
)
def test_a_section_is_there(title) -> None:
    assert len(section(title)) > 300
