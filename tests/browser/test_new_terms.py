"""A release with a new major version of the terms: who accepted the earlier one is asked before their space opens."""

from shutil import copytree

import pytest
from browser.residents import resident, sign_in
from playwright.sync_api import expect

from launcher import services
from launcher.places import ROOT

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
    terms = copytree(ROOT / "services/activation/src/activation", folder / "activation") / "terms"
    (terms / "conditions-2.0.txt").write_text("Version 2.0.\n\n# 1. Objet\n\nUn texte plus court.\n", "utf-8")
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


def test_with_javascript(watched, members):
    walk(watched, members[0], watched.in_every_look)


def test_without_javascript_on_a_phone(watched_without_script, members):
    walk(watched_without_script, members[1], lambda: None)
