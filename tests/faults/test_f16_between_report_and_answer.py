"""F16: member-space, then the broker, die between a report and its answer, and again after the answer: nothing is lost."""

import time

import pytest
from faults.seen import outboxes
from support.outcomes import Outcome, record
from support.patience import PatientMember
from support.people import DEMONSTRATION

from launcher.staff import colleagues
from launcher.waiting import wait_for

ADDRESS = {
    "street": "9 rue des Exemples", "postcode": "33000", "town": "Bordeaux",
    "since_day": "1", "since_month": "9", "since_year": "2026",
}  # fmt: skip
TOLD = ("document-requested", "address-change-reported", "address-changed")
PATIENCE = 90


@pytest.fixture
def member(running, resident):
    member = PatientMember(running.places.site)
    member.open("/connexion")
    member.send("/connexion", email=resident.email, password=resident.password)
    yield member
    member.close()


@pytest.fixture
def colleague(running):
    one = next(one for one in colleagues(DEMONSTRATION) if one.role == "conseiller")
    desk = PatientMember(running.places.site)
    desk.open("/gestion/connexion")
    desk.send("/gestion/connexion", login=one.login, password=one.password, code=one.code())
    yield desk
    desk.close()


def die(running):
    """Both replicas at once, with what they have in hand; then the broker."""
    parts = ("member-space", "member-space-2", "rabbitmq")
    for part in parts:
        running.do(running.system.end(part, kill=True))
    for part in reversed(parts):
        running.do(running.system.begin(part))


def test_a_report_and_its_answer_outlive_those_who_carry_them(running, resident, member, colleague):
    sql = running.system.postgres.sql
    began = "select coalesce(max(created_at), now() - interval '1 day') from delivery"
    since = sql(began, database="notifier")

    member.open("/espace/documents")
    member.send("/espace/documents", document="attestation-vitale")
    member.open("/espace/adresse")
    member.send("/espace/adresse", **ADDRESS, action="verifier")
    member.send("/espace/adresse", action="envoyer")
    reference = member.path.rpartition("/")[2]
    die(running)

    colleague.open("/gestion/demandes")
    case = sql("select id from member_case where reference = :'it'", database="member_space", it=reference)
    colleague.open(f"/gestion/demandes/{case}")
    colleague.send(f"/gestion/demandes/{case}/prendre")
    colleague.open(f"/gestion/demandes/{case}")
    colleague.send(f"/gestion/demandes/{case}/accepter", words="")
    die(running)
    back = time.monotonic()
    running.do(running.system.healthy())

    lines = (
        f"select array_to_string(address_lines, '/') from person where family_name = '{resident.person.family_name}'"
    )
    changed = "9 rue des Exemples/33000 BORDEAUX"
    wait_for(lambda: sql(lines, database="registration") == changed or None, PATIENCE, "the register's new address")
    mails = f"select template from delivery where recipient = '{resident.email}' and created_at > '{since}'"

    def sent():
        found = sql(f"{mails} and state = 'sent'", database="notifier").split()
        return found if {*TOLD} <= {*found} else None

    wait_for(sent, PATIENCE, "every mail")
    wait_for(lambda: outboxes(running) == 0 or None, PATIENCE, "empty outboxes")
    recovery = time.monotonic() - back
    found = sql(mails, database="notifier").split()
    lost, doubled = len({*TOLD} - {*found}), len(found) - len({*found})
    seen = record(
        Outcome(
            "F16",
            "member-space and broker killed after a report and after its answer",
            3,
            lost,
            doubled,
            recovery_s=recovery,
        )
    )
    assert (seen.lost, seen.doubled) == (0, 0)
    states = sql("select reference, state from member_case order by filed_at", database="member_space").split()
    assert f"{reference}|done" in states
