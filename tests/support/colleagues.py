"""The demonstration's staff, ready to sign in."""

from support.system import Running

from launcher import staff
from launcher.staff import Colleague


def colleague_of(running: Running, role: str) -> Colleague:
    """The one of that role. A code opens one session: those that were used are forgotten."""
    (one,) = [each for each in staff.colleagues(running.system.demonstration) if each.role == role]
    running.system.postgres.sql("update staff_account set last_totp_step = 0", database="activation")
    return one


def means(one: Colleague) -> dict[str, str]:
    """What they type to come in now."""
    return {"login": one.login, "password": one.password, "code": one.code()}
