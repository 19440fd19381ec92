"""Debian's Chromium, told to talk to this machine only, and what every page must fulfil."""

import os
import subprocess
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CUT = """[...document.querySelectorAll(".scroll:has(> .stacked)")]
    .filter(list => list.scrollWidth > list.clientWidth).map(list => list.getAttribute("aria-label"))"""
"""Lists that are cards on a narrow screen, and still wider than it."""
PICTURES = os.environ.get("PICTURES_DIR")
"""Where the pictures of the README go (``make pictures``)."""
LOOKS = os.environ.get("LOOKS_DIR")
"""Where a picture of every page in every look goes, for whoever wants to see them all."""
LOOKED_AT: set[str] = set()
"""Titles of the pages that axe has seen in this run."""
SHOWN = {"accueil", "creer", "activer", "espace", "parcours", "lot"}


def picture_of_letter(letter: Path) -> None:
    """The first letter of a printed batch, behind its separator, beside the screenshots."""
    if PICTURES:
        command = ["pdftoppm", "-r", "72", "-f", "2", "-singlefile", "-png", str(letter), f"{PICTURES}/courrier"]
        subprocess.run(command, check=True)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    # not for the whole session: Playwright's event loop would stand in the way of asynchronous tests that follow
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()


class Watched:
    """A page whose console, requests and accessibility are watched."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.site = site
        self.page: Page = context.new_page()
        self.page.set_default_timeout(40_000)  # the first PDF of a process takes long on a busy machine
        # no transitions: contrast is measured on what they end in
        self.page.emulate_media(reduced_motion="reduce")
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("console", self._heard)
        self.page.on("request", self._asked)

    def open(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else self.site + path)

    def press(self, action: str) -> None:
        """Press the main button of the form that goes to a path."""
        form = self.page.locator(f"form[action^='{action}']")
        with self.page.expect_navigation():
            form.locator("button.button[type=submit]").last.click()

    def accessible(self, state: str) -> None:
        """No violation that axe finds; what it found is in the message."""
        if LOOKS:
            name = self.page.url.removeprefix(self.site).partition("?")[0].strip("/").replace("/", "-") or "accueil"
            self.page.screenshot(
                path=f"{LOOKS}/{len(list(Path(LOOKS).iterdir())):03}-{name}-{state}.png", full_page=True
            )
        self.page.evaluate(AXE)
        found = self.page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES)
        told = [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found["violations"]]
        assert not told, f"{self.page.url} ({state}): {told}"
        LOOKED_AT.add(self.page.title())

    def in_every_look(self) -> None:
        """Accessible in light, in dark, and on a narrow screen without sideways scrolling."""
        self.accessible("light")
        self.page.emulate_media(color_scheme="dark")
        self.accessible("dark")
        self.page.emulate_media(color_scheme="light")
        size = self.page.viewport_size
        self.page.set_viewport_size({"width": 320, "height": 800})
        self.accessible("320 px")
        sideways = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert sideways <= 0, f"{self.page.url} scrolls sideways by {sideways} px at 320 px"
        cut = self.page.evaluate(CUT)
        assert not cut, f"{self.page.url}: lists cut off at 320 px: {cut}"
        if size:
            self.page.set_viewport_size(size)

    def picture(self, name: str) -> None:
        if PICTURES and name in SHOWN:
            self.page.screenshot(path=f"{PICTURES}/{name}.png", clip={"x": 0, "y": 0, "width": 1000, "height": 1000})

    def no_complaints(self) -> None:
        assert not self.complaints

    def _heard(self, message) -> None:
        # the browser reports a page that answers 422 or 404 as a failed resource: those answers are meant
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.complaints.append(f"console: {message.text}")

    def _asked(self, request) -> None:
        if not request.url.startswith((self.site, "data:")):
            self.complaints.append(f"asked elsewhere: {request.url}")
