"""Comes last, by its name: every template of a page was looked at in this run. A page is known by its title."""

import re
from pathlib import Path

import pytest
from support.browser import LOOKED_AT

from launcher.places import ROOT

FOLDERS = [ROOT / "shared/src/shared/web/templates", *sorted(ROOT.glob("services/*/src/*/templates"))]
MAILS_AND_PAPER = {"notifier", "letters"}
FRAMES = {"base.html", "desk.html", "cadre.html", "compte.html", "gestion/cadre.html"}
SITE = "Espace assuré & adhérent"
TITLES = {
    "home.html": "Accueil",
    "error.html": "Cette page n’existe pas",
    "notice.html": r"Votre compte adhérent a bien été activé\.",
    "confirmer.html": "Confirmez votre adresse électronique",
    "adresse.html": "Signaler un changement d’adresse",
    "situation.html": "Signaler un changement de situation",
    "dossier.html": r"(Demande|Changement) .+ [DAS]-\w{4}-\w{4}",
    "gestion/demande.html": r"(Demande|Changement) .+ [DAS]-\w{4}-\w{4}",
    "delegation.html": "Accès de .+",
    "delegation-fin.html": "Retirer l’accès de .+",
    "invitation.html": "Une invitation pour vous",
    "question.html": "Mes lunettes bleues",
    "documents/sans-contrat.html": "Carte de tiers payant",
}
"""Of templates whose own text does not say it: as the tests meet them."""


def page_templates() -> dict[str, Path]:
    """Those of whole pages, by their name in their folder."""
    found = {
        str(path.relative_to(folder)): path
        for folder in FOLDERS
        if folder.parent.name not in MAILS_AND_PAPER
        for path in sorted(folder.rglob("*.html"))
    }
    return {name: found[name] for name in sorted(found.keys() - FRAMES) if "{% extends" in found[name].read_text()}


def title_of(name: str, path: Path) -> str:
    """Pattern of the whole title."""
    text = path.read_text()
    given = re.search(r"{% block title %}(.*?){% endblock %}", text)
    written = re.split(r"{{.*?}}", re.sub(r"{% if .*?{% endif %}", "", given[1] if given else ""))
    pattern = TITLES.get(name) or ".+".join(map(re.escape, written))
    assert pattern.strip("+. "), f"{name} says nothing of its own in its title: name one in TITLES"
    at_desk = re.search(r'{% extends "(gestion/cadre|desk)\.html" %}', text)
    return f"(Erreur\u00a0: )?{pattern} – {'Gestion – ' if at_desk else ''}{SITE}"


@pytest.fixture
def whole_folder(request):
    run = {item.path for item in request.session.items}
    if not run >= set(Path(__file__).parent.glob("test_*.py")):
        pytest.skip("not all of the browser tests are in this run")


@pytest.mark.usefixtures("whole_folder")
def test_every_page_was_looked_at():
    patterns = {name: title_of(name, path) for name, path in page_templates().items()}
    assert len(patterns) > 50
    missing = {n: p for n, p in patterns.items() if not any(re.fullmatch(p, title) for title in LOOKED_AT)}
    assert not missing, f"no axe on: {missing}; seen: {sorted(LOOKED_AT)}"
