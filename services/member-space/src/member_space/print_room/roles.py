"""Who may see and do what in the print room, as ``letters`` judges for itself."""

from member_space.desk.staff_visit import StaffVisit
from shared.security.assertions import Role


def knows_members(visit: StaffVisit) -> bool:
    """Whether they may see whose letter one is: no id that leads to a person is shown to others."""
    return visit.who.role in {Role.CONSEILLER, Role.RESPONSABLE}


def may_act(visit: StaffVisit) -> bool:
    """Whether they may have a batch printed again, and settle a doubt."""
    return visit.who.role in {Role.RESPONSABLE, Role.EXPLOITATION}
