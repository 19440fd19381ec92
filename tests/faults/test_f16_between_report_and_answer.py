"""F16: member-space, the broker, or both die between a report and its answer, and again after the answer: nothing is lost."""

import re
import time

import pytest
from faults.seen import outboxes
from support.colleagues import colleague_of, means
from support.files_of import pdf
from support.outcomes import Outcome, record
from support.patience import PatientMember

from launcher import services
from launcher.waiting import wait_for

SPACE, BROKER = "member-space", "rabbitmq"
SINCE = {"since_day": "1", "since_month": "9", "since_year": "2026"}
TOLD = (
    "document-requested", "document-ready", "address-change-reported", "address-changed",
    "situation-change-reported", "situation-change-accepted", "question-asked", "question-answered",
)  # fmt: skip
PROOF, MADE, ASKED, GIVEN = (pdf(pages=number) for number in range(1, 5))
"""Four files that nobody takes for each other: the proof of an address, a document, and a question's and its answer's."""
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
    desk = PatientMember(running.places.site)
    desk.open("/gestion/connexion")
    desk.send("/gestion/connexion", **means(colleague_of(running, "conseiller")))
    yield desk
    desk.close()


def die(running, who):
    """Every process of each at once, with what they have in hand; then they begin again, the broker first."""
    parts = [part for name in who for part in (services.replicas(running.places, name) if name == SPACE else [name])]
    for part in parts:
        running.do(running.system.end(part, kill=True))
    for part in reversed(parts):
        running.do(running.system.begin(part))


def upload(field, name, content):
    return [(field, (name, content, "application/pdf"))]


def report(member, street):
    """One of each; returns their references."""
    member.open("/espace/documents")
    member.send("/espace/documents", document="attestation-vitale")
    filed = {"documents": member.path}
    for path, files, answers in (
        (
            "adresse",
            upload("proofs", "facture.pdf", PROOF),
            {"street": street, "postcode": "33000", "town": "Bordeaux"},
        ),
        ("situation", [], {"situation": "retraite"}),
    ):
        member.open(f"/espace/{path}")
        member.send(f"/espace/{path}", files, **answers, **SINCE, action="verifier")
        member.send(f"/espace/{path}", action="envoyer")
        filed[path] = member.path
    member.open("/espace/questions/nouvelle")
    member.send(
        "/espace/questions/nouvelle", upload("files", "ordonnance.pdf", ASKED),
        topic="remboursement", title="Mes lunettes", text="Où en est mon remboursement ?",
    )  # fmt: skip
    filed["questions"] = member.path
    return {kind: path.rpartition("/")[2] for kind, path in filed.items()}


def answer(running, colleague, filed):
    """All of them, from the desk."""
    for kind, reference in filed.items():
        if kind == "questions":
            continue
        query = "select id from member_case where reference = :'it'"
        case = running.system.postgres.sql(query, database="member_space", it=reference)
        page = f"/gestion/demandes/{case}"
        colleague.open(page)
        colleague.send(f"{page}/prendre")
        files = upload("document", "attestation.pdf", MADE) if kind == "documents" else []
        colleague.open(page)
        colleague.send(f"{page}/accepter", files, words="")
    page = f"/gestion/questions/{filed['questions']}"
    colleague.open(page)
    colleague.send(f"{page}/prendre")
    colleague.send(page, upload("files", "decompte.pdf", GIVEN), text="Il part demain.")


def files_on(member, path):
    """The bytes behind each link of a page."""
    links = re.findall(r'href="([^"]+/fichiers/[^"]+)"', member.open(path))
    return [member.fetch(link) for link in links]


@pytest.mark.parametrize(
    "who",
    [
        pytest.param((SPACE, BROKER), id="both"),
        pytest.param((SPACE,), id="member-space", marks=pytest.mark.soak),
        pytest.param((BROKER,), id="broker", marks=pytest.mark.soak),
    ],
)
def test_a_report_and_its_answer_outlive_those_who_carry_them(running, resident, member, colleague, chance, who):
    sql = running.system.postgres.sql
    began = "select coalesce(max(created_at), now() - interval '1 day') from delivery"
    since = sql(began, database="notifier")
    street = f"{chance.randrange(1, 10**4)} rue des Exemples"

    filed = report(member, street)
    die(running, who)
    answer(running, colleague, filed)
    die(running, who)
    back = time.monotonic()
    running.do(running.system.healthy())

    lines = (
        f"select array_to_string(address_lines, '/') from person where family_name = '{resident.person.family_name}'"
    )
    changed = f"{street}/33000 BORDEAUX"
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
    case = f"{' and '.join(who)} killed after each report and after each answer"
    seen = record(Outcome("F16", case, len(TOLD), lost, doubled, recovery_s=recovery))
    assert (seen.lost, seen.doubled) == (0, 0)
    states = sql("select reference, state from member_case", database="member_space").split()
    assert {f"{reference}|done" for kind, reference in filed.items() if kind != "questions"} <= {*states}
    assert "Il part demain." in member.open(f"/espace/questions/{filed['questions']}")
    served = {kind: files_on(member, f"/espace/{kind}/{reference}") for kind, reference in filed.items()}
    assert served == {"documents": [MADE], "adresse": [PROOF], "situation": [], "questions": [ASKED, GIVEN]}
