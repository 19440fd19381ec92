"""The demonstration's staff in front of a browser."""

from playwright.sync_api import expect
from support.browser import Watched
from support.colleagues import colleague_of, means
from support.system import Running

from launcher.staff import Colleague


def sign_in(running: Running, watched: Watched, role: str) -> Colleague:
    """The one of that role, at their home page."""
    one = colleague_of(running, role)
    watched.open("/gestion/")
    for name, value in means(one).items():
        watched.page.locator(f"[name={name}]").fill(value)
    watched.press("/gestion/connexion")
    expect(watched.page.locator("h1")).to_have_text(f"Bonjour {one.name}")
    return one
