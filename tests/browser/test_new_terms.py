"""A release with a new major version of the terms: who accepted the earlier one is asked before their space opens."""

from hashlib import sha256
from io import BytesIO
from shutil import copytree
from unicodedata import normalize

import pytest
from browser.residents import resident, sign_in
from playwright.sync_api import expect
from pypdf import PdfReader

from launcher import services
from launcher.places import ROOT

ACTIVATION = ROOT / "services/activation/src/activation"
TEXTS = {
    "1.0": (ACTIVATION / "terms" / "conditions-1.0.txt").read_text("utf-8"),
    "2.0": "Version 2.0.\n\n# 1. Objet\n\nUn texte plus court.\n",
}
PAGE = "/connexion/conditions"
WANTED = "/espace/remboursements?annee=2026"
RELEASE = (
    "import runpy, sys; sys.path.insert(0, {!r}); runpy.run_module('activation', run_name='__main__', alter_sys=True)"
)


@pytest.fixture(scope="module")
def members(running, someone, tmp_path_factory):
    """Two people who accepted version 1.0; then all replicas of activation are those of a release that comes with 2.0."""
    here = [resident(running, someone()) for _ in range(2)]
    folder = tmp_path_factory.mktemp("release")
    terms = copytree(ACTIVATION, folder / "activation") / "terms"
    (terms / "conditions-2.0.txt").write_text(TEXTS["2.0"], "utf-8")
    with (terms / "versions.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[version]]\nnumber = "2.0"\neffective = 2026-11-24\nchanges = "Le texte est plus court."\n')
    published = running.system.parts.runner
    running.system.parts.runner = lambda _: ("-c", RELEASE.format(str(folder)))
    try:
        deploy(running)
        yield here
    finally:
        running.system.parts.runner = published
        deploy(running)


def deploy(running) -> None:
    for replica in services.replicas(running.places, "activation"):
        running.do(running.system.restart(replica))
    running.do(running.system.healthy())


def walk(watched, member, look) -> None:
    page = watched.page
    sign_in(watched, member, WANTED)
    expect(page.locator("h1")).to_have_text("Nos conditions générales d’utilisation ont changé")
    expect(page.locator("main")).to_contain_text("Le texte est plus court.")
    look()
    watched.open("/espace/profil")  # no other page either
    expect(page).to_have_url(f"{watched.site}{PAGE}?suite=/espace/profil")
    page.get_by_role("link", name="Lire la version 2.0", exact=True).click()
    expect(page.locator("main")).to_contain_text("Un texte plus court.")
    look()
    watched.open(f"{PAGE}?suite={WANTED}")
    page.get_by_role("link", name="Relire la version 1.0").click()
    expect(page.locator("main")).to_contain_text("Lire la version actuelle")
    look()
    watched.open(f"{PAGE}?suite={WANTED}")
    watched.press(PAGE)
    expect(page.locator("[data-error-summary]")).to_contain_text("Cochez la case")
    look()
    page.locator("[name=terms]").check()
    watched.press(PAGE)
    expect(page).to_have_url(watched.site + WANTED)
    watched.open("/conditions")
    expect(page.locator("main")).to_contain_text("Vous avez accepté la version 2.0 le")
    look()


@pytest.mark.usefixtures("members")
def test_each_version_is_whole_on_paper(watched):
    """And nothing is there that only a screen is for."""
    for address, text in {"/conditions/1.0": TEXTS["1.0"], "/conditions": TEXTS["2.0"]}.items():
        watched.open(address)
        pages = PdfReader(BytesIO(watched.page.pdf())).pages
        paper = solid("".join(page.extract_text() for page in pages))
        for paragraph in (*text.splitlines(), sha256(text.encode()).hexdigest()):
            assert solid(paragraph.removeprefix("# ")) in paper, paragraph
        on_screen = watched.page.locator(".on-screen").inner_text()
        assert on_screen
        assert solid(on_screen) not in paper


def solid(text: str) -> str:
    """Without spaces, which differ with the lines, and without ligatures."""
    return "".join(normalize("NFKC", text).split())


def test_with_javascript(watched, members):
    walk(watched, members[0], watched.in_every_look)


def test_without_javascript_on_a_phone(watched_without_script, members):
    walk(watched_without_script, members[1], lambda: None)
