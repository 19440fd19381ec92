"""The demonstration's staff in front of a browser."""

from playwright.sync_api import expect
from support.browser import Watched
from support.system import Running

from launcher import staff
from launcher.staff import Colleague


def sign_in(running: Running, watched: Watched, role: str) -> Colleague:
    """The one of that role, at their home page. A code opens one session: those that were used are forgotten."""
    (one,) = [each for each in staff.colleagues(running.system.demonstration) if each.role == role]
    running.system.postgres.sql("update staff_account set last_totp_step = 0", database="activation")
    watched.open("/gestion/")
    for name, value in {"login": one.login, "password": one.password, "code": one.code()}.items():
        watched.page.locator(f"[name={name}]").fill(value)
    watched.press("/gestion/connexion")
    expect(watched.page.locator("h1")).to_have_text(f"Bonjour {one.name}")
    return one
