"""What this service keeps how long (design §5, *retention*; research/identity.md §6)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Executable,
    SQLColumnExpression,
    and_,
    cast,
    delete,
    exists,
    func,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.orm import aliased
from sqlmodel import col, or_

from member_space.access import used_assertions
from member_space.cases.models import Case, CaseFile
from member_space.contracts.models import Beneficiary, Contract
from member_space.files.models import StoredFile
from member_space.files.storing import WAITING
from member_space.journal.models import JournalEntry
from member_space.mandates.making import DRAFT_KEPT
from member_space.mandates.models import Mandate, MandateDraft
from member_space.models import UsedAssertion
from member_space.persons.models import PersonIndex
from member_space.profile.models import AccountClosure
from member_space.questions.models import Message, MessageFile, Question
from member_space.reimbursements.models import Reimbursement
from member_space.settings import Settings
from member_space.spaces.models import Space
from member_space.timeline.letter_state import OF_ACCOUNT
from member_space.timeline.models import TimelineEntry
from shared.contracts.paris import day_in_paris
from shared.database.retention import Rule

MINUTELY, DAILY = 60.0, 86_400.0


def rules(settings: Settings) -> tuple[Rule, ...]:
    """The terms of these settings, what others refer to after what refers to it."""
    year, evidence = timedelta(days=settings.journal_kept_days), timedelta(days=settings.evidence_kept_days)
    closed = timedelta(days=settings.closed_spaces_kept_days)
    contract_data = timedelta(days=settings.contract_data_kept_days)
    unaccepted = col(Mandate.accepted_at).is_(None)
    return (
        Rule(
            "used-assertions", "ids of requests that were answered", UsedAssertion, col(UsedAssertion.expires_at),
            used_assertions.KEPT, every=MINUTELY,
        ),
        Rule(
            "waiting-files", "files whose form nobody sent in the end", StoredFile, col(StoredFile.created_at), WAITING,
            (col(StoredFile.attached).is_(False),),
        ),
        Rule(
            "mandate-drafts", "mandates in preparation", MandateDraft, col(MandateDraft.created_at), DRAFT_KEPT,
        ),
        Rule("journal", "lines of the journal of a space", JournalEntry, col(JournalEntry.at), year, append_only=True),
        Rule(
            "timeline", "steps of requests and letters, as events told them", TimelineEntry,
            col(TimelineEntry.occurred_at), timedelta(days=settings.timeline_kept_days), (~_says_what_became_of_it(),),
        ),
        Rule(
            "cases", "answered requests and reports, with their files", Case, col(Case.answered_at), evidence,
            along=_files_of_cases,
        ),
        Rule(
            "questions", "threads that nobody wrote in since, with their files", Question,
            col(Question.last_message_at), evidence, (col(Question.waiting_since).is_(None),), along=_messages,
        ),
        Rule(
            "invitations", "invitations that nobody accepted: name and address of the invited", Mandate,
            func.coalesce(col(Mandate.ended_at), col(Mandate.invitation_ends_at)), closed, (unaccepted,),
        ),
        Rule(
            "mandates", "mandates that have ended: who could see what, and when", Mandate,
            func.coalesce(col(Mandate.ended_at), _end_of(Mandate.ends_on)), evidence, (~unaccepted,),
        ),
        Rule(
            "closures", "requests to close an account, carried out or withdrawn", AccountClosure,
            func.coalesce(col(AccountClosure.closed_at), col(AccountClosure.withdrawn_at)), evidence,
        ),
        Rule(
            "reimbursements", "reimbursements, once they were paid", Reimbursement, _end_of(Reimbursement.paid_on),
            contract_data, every=DAILY,
        ),
        Rule(
            "beneficiaries", "whom a contract no longer covers", Beneficiary, _end_of(Beneficiary.until), contract_data,
            every=DAILY,
        ),
        Rule(
            "contracts", "contracts that have ended, with all whom they covered", Contract, _end_of(Contract.until),
            contract_data, every=DAILY,
        ),
        Rule(
            "closed-space-addresses", "e-mail address of whose space is closed", Space, col(Space.closed_at), closed,
            (col(Space.email) != "",), erased={"email": ""},
        ),
        Rule(
            "closed-spaces", "closed spaces that nothing else is kept of", Space, col(Space.closed_at), evidence,
            (~_any_of(Space.person_id, Case.subject_id, Question.person_id, AccountClosure.person_id), ~_in_mandate()),
        ),
        Rule(
            "person-index", "names for the desk's search, of whom nothing else is kept", PersonIndex,
            col(PersonIndex.told_at), timedelta(days=settings.timeline_kept_days),
            (~_any_of(PersonIndex.person_id, Space.person_id, TimelineEntry.person_id),),
        ),
    )  # fmt: skip


def first_day_kept(now: datetime, settings: Settings) -> date:
    """Contract data that ended before that day is past its term. ``now``: aware. Plain rule, the same as in ``rules``."""
    return day_in_paris(now - timedelta(days=settings.contract_data_kept_days))


WITHOUT_RULE: Mapping[str, str] = {
    "member_case_file": "goes with its case",
    "message": "goes with its question",
    "message_file": "goes with its question",
    "guarantee_line": "the same table for everybody: nothing personal",
}
"""Tables that no rule is for → why."""


def _files_of_cases(cases: Sequence[Any]) -> Sequence[Executable]:
    links = delete(CaseFile).where(col(CaseFile.case_id).in_(cases)).returning(col(CaseFile.file_id)).cte("links")
    return (delete(StoredFile).where(col(StoredFile.id).in_(select(links.c.file_id))),)


def _messages(questions: Sequence[Any]) -> Sequence[Executable]:
    messages = select(col(Message.id)).where(col(Message.question_id).in_(questions))
    links = delete(MessageFile).where(col(MessageFile.message_id).in_(messages)).returning(col(MessageFile.file_id))
    files = delete(StoredFile).where(col(StoredFile.id).in_(select(links.cte("links").c.file_id)))
    return files, delete(Message).where(col(Message.question_id).in_(questions))


def _end_of(day: Any) -> SQLColumnExpression[Any]:
    """The midnight that ends a day in France. Without the cast PostgreSQL takes the day for one of the session's zone."""
    # as literals: the index ``reimbursement_age`` is of the same words
    return func.timezone(literal_column("'Europe/Paris'"), cast(col(day) + literal_column("1"), DateTime))


def _any_of(person: Any, *owners: Any) -> ColumnElement[bool]:
    """Whether a row of any of these columns' tables is that person's."""
    return or_(*(exists().where(col(owner) == col(person)) for owner in owners))


def _says_what_became_of_it() -> ColumnElement[bool]:
    """Of an entry: it is the newest that says whether the account of an open space is confirmed, frozen or opened anew."""
    later = aliased(TimelineEntry)
    place = tuple_(col(TimelineEntry.occurred_at), col(TimelineEntry.event_id))
    newer = exists().where(
        col(later.person_id) == col(TimelineEntry.person_id), col(later.kind).in_(OF_ACCOUNT),
        tuple_(col(later.occurred_at), col(later.event_id)) > place,
    )  # fmt: skip
    is_open = exists().where(col(Space.person_id) == col(TimelineEntry.person_id), col(Space.closed_at).is_(None))
    return and_(col(TimelineEntry.kind).in_(OF_ACCOUNT), is_open, ~newer)


def _in_mandate() -> ColumnElement[bool]:
    side = or_(col(Mandate.grantor_id) == Space.person_id, col(Mandate.delegate_id) == Space.person_id)
    return exists().where(side)
