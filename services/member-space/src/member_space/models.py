"""Every table of the member space, each told by the part that owns it."""

from member_space.access.models import UsedAssertion
from member_space.cases.models import Case, CaseFile
from member_space.contracts.models import Beneficiary, Contract
from member_space.files.models import StoredFile
from member_space.guarantees.models import GuaranteeLine
from member_space.journal.models import JournalEntry
from member_space.mandates.models import Mandate, MandateDraft
from member_space.persons.models import PersonIndex
from member_space.profile.models import AccountClosure
from member_space.questions.models import Message, MessageFile, Question
from member_space.reimbursements.models import Reimbursement
from member_space.spaces.models import Space
from member_space.tables import Table
from member_space.timeline.models import TimelineEntry

__all__ = [
    "AccountClosure",
    "Beneficiary",
    "Case",
    "CaseFile",
    "Contract",
    "GuaranteeLine",
    "JournalEntry",
    "Mandate",
    "MandateDraft",
    "Message",
    "MessageFile",
    "PersonIndex",
    "Question",
    "Reimbursement",
    "Space",
    "StoredFile",
    "Table",
    "TimelineEntry",
    "UsedAssertion",
]
