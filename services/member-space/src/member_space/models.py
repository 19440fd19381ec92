"""Every table of the member space, each told by the part that owns it."""

from member_space.access.models import UsedAssertion
from member_space.contracts.models import Contract
from member_space.guarantees.models import GuaranteeLine
from member_space.reimbursements.models import Reimbursement
from member_space.spaces.models import Space
from member_space.tables import Table
from member_space.timeline.models import TimelineEntry

__all__ = ["Contract", "GuaranteeLine", "Reimbursement", "Space", "Table", "TimelineEntry", "UsedAssertion"]
