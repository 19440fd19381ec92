"""Every table of every service has a rule that forgets it in time, or says why not; and every rule is carried out."""

from importlib import import_module

import pytest
from sqlalchemy import text
from support.every_service import PACKAGES, SETTINGS, create_app
from support.forgetting import due, forget
from typer.testing import CliRunner

from shared.background import Periodic
from shared.database.engine import Database
from shared.database.retention import Forgetting, in_words
from shared.messaging.kept import DEAD_LETTER_JOURNAL, OTHERWISE
from shared.service import Service


def rules_of(package, **given):
    settings = import_module(f"{package}.settings").Settings(**(SETTINGS | given))
    return import_module(f"{package}.retention").rules(settings)


@pytest.fixture(params=PACKAGES)
def package(request):
    return request.param


@pytest.fixture
async def database(package, new_database):
    opened = Database(new_database(package), "tests")
    yield opened
    await opened.close()


async def test_every_table_has_a_rule_or_a_reason(package, database):
    async with database.unit_of_work() as work:
        names = set(await work.session.scalars(text("select tablename from pg_tables where schemaname = 'public'")))
    ruled = {rule.stored.name for rule in (*rules_of(package), DEAD_LETTER_JOURNAL)}
    reasons = import_module(f"{package}.retention").WITHOUT_RULE
    assert names == (ruled | set(reasons) | set(OTHERWISE)) & names
    assert (ruled | set(reasons)) <= names
    assert not ruled & (set(reasons) | set(OTHERWISE))
    assert all(reasons.values())


async def test_every_rule_can_be_told_and_carried_out_by_the_services_own_role(package, database):
    rules = (*rules_of(package), DEAD_LETTER_JOURNAL)
    assert await due(database, rules) == {}
    await forget(database, rules)
    assert len({rule.name for rule in rules}) == len(rules)
    assert all(rule.what for rule in rules)


def test_a_running_service_carries_out_each_of_its_rules(package, monkeypatch):
    made, create = [], Service.__init__
    monkeypatch.setattr(Service, "__init__", lambda self, *given: (create(self, *given), made.append(self))[0])
    create_app(package)
    (service,) = made
    assert [rule.name for rule in service.rules] == [rule.name for rule in (*rules_of(package), DEAD_LETTER_JOURNAL)]
    run = []
    for runner in service._runners:
        if isinstance(runner, Periodic) and isinstance(runner._action, Forgetting):
            assert {rule.every for rule in runner._action._rules} == {runner._seconds}
            run += runner._action._rules
    assert sorted(rule.name for rule in run) == sorted(rule.name for rule in service.rules)


def test_each_service_has_the_command(package, new_database, monkeypatch):
    for name, value in (SETTINGS | {"database_url": new_database(package)}).items():
        monkeypatch.setenv(name.upper(), value)
    commands = import_module(f"{package}.__main__").commands
    for arguments, said in ((["purge", "--dry-run"], "nothing was changed"), (["purge"], "nothing is past its term")):
        done = CliRunner().invoke(commands, arguments)
        assert done.exit_code == 0, done.output
        assert said in done.output
        rows = [line.split() for line in done.output.splitlines() if line.strip()]
        named = {row[0]: row for row in rows}
        for rule in (*rules_of(package), DEAD_LETTER_JOURNAL):
            assert " ".join(named[rule.name]).startswith(f"{rule.name} {in_words(rule.term)} 0 –"), rule.name


def test_terms_are_told_by_settings():
    terms = {
        "registration": {"failed_requests_kept_days": "failed-requests", "letter_requests_kept_days": "letter-requests"},
        "letters": {"letter_stubs_kept_days": "letter-stubs", "parked_letters_kept_days": "parked-letters"},
        "notifier": {"deliveries_kept_days": "deliveries"},
        "activation": {
            "links_kept_days": "confirmation-links", "expired_letters_kept_days": "provisional-passwords",
            "sign_in_failures_kept_days": "failed-sign-ins", "security_journal_kept_days": "security-journal",
            "unconfirmed_accounts_kept_days": "unconfirmed-accounts", "closed_accounts_kept_days": "closed-accounts",
        },
        "member_space": {
            "journal_kept_days": "journal", "timeline_kept_days": "timeline", "evidence_kept_days": "cases",
            "closed_spaces_kept_days": "closed-space-addresses",
        },
    }  # fmt: skip
    for package, named in terms.items():
        before = {rule.name: rule.term.days for rule in rules_of(package)}
        for setting, name in named.items():
            other = before[name] - 1 if name == "failed-sign-ins" else before[name] + 1
            after = {rule.name: rule.term.days for rule in rules_of(package, **{setting: str(other)})}
            assert after[name] == other, setting
        for setting in named:
            with pytest.raises(ValueError, match=setting):
                rules_of(package, **{setting: "0"})
            with pytest.raises(ValueError, match=setting):
                rules_of(package, **{setting: "100000"})
