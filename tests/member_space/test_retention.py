"""What a space held is forgotten in time, with all that belongs to it; what is younger stays."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, text, update
from support.forgetting import due, forget

from member_space.cases.models import Case, CaseFile
from member_space.contracts.contract_import import CONTRACTS
from member_space.contracts.models import Beneficiary, Contract
from member_space.files.models import StoredFile
from member_space.handlers import email_confirmed
from member_space.mandates.models import Mandate, MandateDraft
from member_space.persons.models import PersonIndex
from member_space.profile.models import AccountClosure
from member_space.questions.models import Message, MessageFile, Question
from member_space.reimbursements.models import Reimbursement
from member_space.retention import rules
from member_space.spaces.models import Space
from member_space.timeline.letter_state import Step, letter_state
from member_space.timeline.models import TimelineEntry
from member_space.timeline.timeline import of_letters

from .conftest import DEMONSTRATION, confirmed

NOW = datetime.now(UTC)
YEARS = timedelta(days=1826)
OLD, YOUNG = YEARS + timedelta(days=1), YEARS - timedelta(days=1)


@pytest.fixture
def add(database):
    async def added(*rows):
        async with database.unit_of_work() as work:
            for row in rows:
                work.session.add(row)
                await work.session.flush()

    return added


@pytest.fixture
def count(database):
    async def counted(*tables):
        async with database.unit_of_work() as work:
            return [await work.session.scalar(select(func.count()).select_from(table)) for table in tables]

    return counted


def file(owner: UUID, at: datetime = NOW, **values) -> StoredFile:
    return StoredFile(
        id=uuid4(),
        owner=owner,
        sha256=b"s" * 32,
        kind="pdf",
        size=1,
        name="a.pdf",
        content=b"x",
        created_at=at,
        **values,
    )


def case(owner: UUID, age: timedelta, *, answered: bool = True) -> Case:
    return Case(
        id=uuid4(), reference=f"D-{uuid4().hex[:8]}", kind="document", subject_id=owner, actor_id=owner, submission_id=uuid4(),
        details={}, state="done" if answered else "filed", filed_at=NOW - age - timedelta(days=9),
        answered_at=NOW - age if answered else None,
    )  # fmt: skip


def question(owner: UUID, age: timedelta, *, waits: bool = False) -> Question:
    return Question(
        id=uuid4(), reference=f"Q-{uuid4().hex[:8]}", person_id=owner, asked_by=owner, topic="other", title="Un titre",
        opened_at=NOW - age, last_message_at=NOW - age, waiting_since=NOW - age if waits else None,
    )  # fmt: skip


def message(thread: Question) -> Message:
    return Message(
        id=uuid4(), question_id=thread.id, from_desk=False, author_id=thread.asked_by, shown_author="Vous", text="Bonjour",
        at=thread.opened_at, submission_id=uuid4(),
    )  # fmt: skip


def mandate(grantor: UUID, **values) -> Mandate:
    given = {
        "given_name": "Paul", "family_name": "Garnier", "email": "paul@exemple.fr", "scopes": ["reimbursements"],
        "ends_on": (NOW + timedelta(days=9)).date(), "created_at": NOW - OLD, "invitation_ends_at": NOW - OLD,
    } | values  # fmt: skip
    return Mandate(id=uuid4(), grantor_id=grantor, **given)


def closing(person: UUID, at: datetime) -> AccountClosure:
    return AccountClosure(
        id=uuid4(), person_id=person, account_id=uuid4(), submission_id=uuid4(), reference=f"C-{uuid4().hex[:8]}",
        requested_at=at, due_at=at, closed_at=at,
    )  # fmt: skip


async def test_answered_cases_go_with_their_files(database, settings, open_space, add, count):
    me = await open_space("DEMO-0001")
    cases = [case(me, OLD), case(me, YOUNG), case(me, OLD, answered=False)]
    files = [file(me) for _ in cases]
    links = [CaseFile(case_id=one.id, file_id=its.id, from_desk=True) for one, its in zip(cases, files, strict=True)]
    await add(*cases, *files, *links)
    assert await due(database, rules(settings)) == {"cases": 1}
    await forget(database, rules(settings))
    assert await count(Case, CaseFile, StoredFile) == [2, 2, 2]
    async with database.unit_of_work() as work:
        assert await work.session.get(Case, cases[0].id) is None
        assert await work.session.get(StoredFile, files[0].id) is None


async def test_threads_go_with_messages_and_files_and_one_that_waits_stays(database, settings, open_space, add, count):
    me = await open_space("DEMO-0001")
    threads = [question(me, OLD), question(me, YOUNG), question(me, OLD, waits=True)]
    messages = [message(thread) for thread in threads for _ in range(2)]
    files = [file(me) for _ in messages]
    links = [MessageFile(message_id=one.id, rank=0, file_id=its.id) for one, its in zip(messages, files, strict=True)]
    await add(*threads, *messages, *files, *links)
    await forget(database, rules(settings))
    assert await count(Question, Message, MessageFile, StoredFile) == [2, 4, 4, 4]
    async with database.unit_of_work() as work:
        assert await work.session.get(Question, threads[0].id) is None


async def test_mandates_go_long_after_their_end_and_unanswered_invitations_soon(database, settings, open_space, add):
    me = await open_space("DEMO-0001")
    month = timedelta(days=31)
    accepted = {"accepted_at": NOW - OLD, "delegate_id": uuid4()}
    gone = [
        mandate(me, **accepted, ended_at=NOW - OLD), mandate(me, **accepted, ends_on=(NOW - OLD).date() - timedelta(2)),
        mandate(me, invitation_ends_at=NOW - month), mandate(me, ended_at=NOW - month, invitation_ends_at=NOW),
    ]  # fmt: skip
    kept = [
        mandate(me, **accepted, ended_at=NOW - YOUNG), mandate(me, **accepted, ends_on=(NOW - YOUNG).date()),
        mandate(me, **accepted), mandate(me, invitation_ends_at=NOW + month),
        mandate(me, invitation_ends_at=NOW - timedelta(days=29)),
    ]  # fmt: skip
    await add(*gone, *kept, MandateDraft(id=uuid4(), grantor_id=me, answers={}, created_at=NOW - timedelta(hours=25)))
    assert await due(database, rules(settings)) == {"invitations": 2, "mandates": 2, "mandate-drafts": 1}
    await forget(database, rules(settings))
    async with database.unit_of_work() as work:
        assert set(await work.session.scalars(select(Mandate.id))) == {one.id for one in kept}


async def test_a_closed_space_loses_its_address_then_itself_and_not_its_contract(
    database, settings, open_space, add, load, count
):
    await load(CONTRACTS, DEMONSTRATION / "contracts.csv")
    contracts = await count(Contract)
    me, other = await open_space("DEMO-0001"), await open_space("DEMO-0003", "ALMEIDA", email="o@exemple.fr")
    await add(closing(me, NOW - timedelta(days=31)), case(me, timedelta(days=40)))

    async def closed_since(days: int) -> None:
        async with database.unit_of_work() as work:
            space = await work.session.get_one(Space, me)
            space.closed_at = NOW - timedelta(days=days)

    async def spaces() -> dict:
        async with database.unit_of_work() as work:
            return {row.person_id: row.email for row in (await work.session.execute(text("select * from space"))).all()}

    await closed_since(29)
    await forget(database, rules(settings))
    assert (await spaces())[me] == "couriel@exemple.fr"
    await closed_since(31)
    await forget(database, rules(settings))
    assert await spaces() == {me: "", other: "o@exemple.fr"}
    await closed_since(1827)
    await forget(database, rules(settings))
    assert set(await spaces()) == {me, other}, "a case and a closing are kept of it"
    async with database.unit_of_work() as work:
        for table in ("member_case", "account_closure"):
            await work.session.execute(text(f"delete from {table}"))
    await forget(database, rules(settings))
    assert set(await spaces()) == {other}
    assert await count(Contract) == contracts


async def test_a_day_ends_at_midnight_in_france(database, settings, add, load):
    await load(CONTRACTS, DEMONSTRATION / "contracts.csv")
    (rule,) = [rule for rule in rules(settings) if rule.name == "contracts"]
    async with database.unit_of_work() as work:
        for day, midnight in ((date(2026, 7, 31), (31, 22)), (date(2026, 11, 30), (30, 23))):
            await work.session.execute(update(Contract).values(until=day))
            ended = (await work.session.scalars(select(rule.since).limit(1))).one()
            assert ended == datetime(day.year, day.month, *midnight, tzinfo=UTC)


async def test_contracts_reimbursements_and_who_has_left_go_five_years_later(database, settings, add, count):
    me, today = uuid4(), NOW.astimezone(ZoneInfo("Europe/Paris")).date()
    gone, stays = today - OLD - timedelta(days=1), today - YOUNG

    def contract(number: str, until: date | None) -> Contract:
        return Contract(
            number=number, person_id=me, coverage="1", modules=[], since=date(2001, 1, 1), until=until, beneficiaries=[]
        )  # fmt: skip

    def covered(number: str, where: str, until: date | None) -> Beneficiary:
        return Beneficiary(
            number=number, person_id=me, contract=where, given_name="Léa", family_name="Garnier", until=until,
            birth_date=date(2001, 1, 1), relation="enfant", since=date(2001, 1, 1),
        )  # fmt: skip

    def paid(number: str, on: date) -> Reimbursement:
        return Reimbursement(
            number=number, person_id=me, statement=number, care_date=on, beneficiary="Léa", kind="consultation", act="Acte",
            spent=1, base=1, social_security_share=1, mutual_share=0, rest_to_pay=0, payee="person", paid_on=on,
        )  # fmt: skip

    await add(contract("gone", gone), contract("ended", stays), contract("runs", None))
    await add(covered("with it", "gone", None), covered("left", "runs", gone), covered("left late", "runs", stays))
    await add(covered("covered", "runs", None), paid("old", gone), paid("young", stays))
    found = await due(database, rules(settings))
    assert found == {"reimbursements": 1, "beneficiaries": 1, "contracts": 1}
    await forget(database, rules(settings))
    async with database.unit_of_work() as work:
        for table, kept in (
            (Contract, {"ended", "runs"}), (Beneficiary, {"left late", "covered"}), (Reimbursement, {"young"}),
        ):  # fmt: skip
            assert set(await work.session.scalars(select(table.number))) == kept
    assert await due(database, rules(settings)) == {}


async def test_a_space_that_was_opened_again_keeps_its_address(database, settings, open_space, add):
    me = await open_space("DEMO-0001")
    async with database.unit_of_work() as work:
        await work.session.execute(text("update space set closed_at = now() - interval '40 days'"))
        await email_confirmed(confirmed("DEMO-0001", email="new@exemple.fr"), work)
    await forget(database, rules(settings))
    async with database.unit_of_work() as work:
        assert (await work.session.get_one(Space, me)).email == "new@exemple.fr"


def step(person: UUID, kind: str, days: float, **details: str) -> TimelineEntry:
    """What happened so many days ago."""
    return TimelineEntry(
        event_id=uuid4(), person_id=person, occurred_at=NOW - timedelta(days=days), kind=kind, details=details
    )


@pytest.mark.parametrize(("kept_days", "age"), [(365, 366), (90, 91)])
@pytest.mark.parametrize(
    ("happened", "told"),
    [
        (["account-activated", "email-confirmed"], Step.OPEN),
        (["account-activated", "email-confirmed", "account-frozen"], Step.FROZEN),
        (["email-confirmed", "account-frozen", "account-activated"], Step.ACTIVATED),
        (["account-frozen", "account-activated", "email-confirmed"], Step.OPEN),
    ],
)
async def test_the_desk_goes_on_to_know_what_became_of_an_account(
    database, settings, open_space, add, kept_days, age, happened, told
):
    me = await open_space("DEMO-0001")
    terms = rules(settings.model_copy(update={"timeline_kept_days": kept_days}))
    request = str(uuid4())
    steps = [step(me, kind, age + 1 - rank / 9) for rank, kind in enumerate(happened, start=1)]
    await add(step(me, "account-requested", age + 2, request_id=request), *steps)

    async def kept() -> list[str]:
        await forget(database, terms)
        async with database.unit_of_work() as work:
            return list(await work.session.scalars(select(TimelineEntry.kind)))

    async def read() -> Step:
        async with database.unit_of_work() as work:
            return letter_state(await of_letters(work.session, me), NOW).step

    assert await kept() == [happened[-1]]
    assert await read() is told
    assert await due(database, terms) == {}
    async with database.unit_of_work() as work:
        await work.session.execute(text("update space set closed_at = now()"))
    assert await kept() == []
    assert await read() is Step.CLOSED


async def test_steps_and_names_of_whom_nothing_else_is_kept(database, settings, open_space, add):
    me, stranger, newcomer = await open_space("DEMO-0001"), uuid4(), uuid4()
    year = timedelta(days=366)
    index = [
        PersonIndex(
            person_id=person, civility="", given_name="Jeanne", family_name="Garnier", name_words="jeanne garnier",
            email_masked="j•••@exemple.fr", told_at=NOW - age,
        )
        for person, age in ((me, year), (stranger, year), (newcomer, timedelta(days=30)))
    ]  # fmt: skip
    steps = [
        TimelineEntry(event_id=uuid4(), person_id=stranger, occurred_at=NOW - year, kind="letter-printed", details={}),
        TimelineEntry(event_id=uuid4(), person_id=newcomer, occurred_at=NOW, kind="letter-printed", details={}),
    ]
    await add(*index, *steps)
    await forget(database, rules(settings))
    async with database.unit_of_work() as work:
        assert set(await work.session.scalars(select(PersonIndex.person_id))) == {me, newcomer}
        assert list(await work.session.scalars(select(TimelineEntry.person_id))) == [newcomer]
