"""The member space in a browser, and the desk that answers: asked → answered → told, with JavaScript and without."""

import pytest
from browser.residents import resident, sign_in
from playwright.sync_api import expect
from support.browser import Watched
from support.files_of import pdf
from support.people import DEMONSTRATION

from launcher.staff import colleagues
from launcher.story import Person
from launcher.waiting import received_mail, wait_for

MAELLE = Person("adherent", "300003", "Mme", "D’Almeida-Rivière", ("9", "5", "1978"), "97400")
"""Of the demonstration register: a family with reimbursements of three years."""
PATIENCE = 60
ANSWERS = {
    "document": "Votre document est disponible",
    "address": "Votre changement d’adresse postale est accepté",
    "situation": "Votre changement de situation n’a pas été accepté",
}
"""Kind to the subject of the mail that tells of the answer; its text names the reference."""
PAPER = {"name": "justificatif.pdf", "mimeType": "application/pdf", "buffer": pdf()}


@pytest.fixture(scope="module")
def member(running):
    return resident(running, MAELLE)


STAFF = {one.role: one for one in colleagues(DEMONSTRATION)}
"""A code opens one session: each test has its own colleague."""


def reimbursements(watched, member, look) -> None:
    page = watched.page
    sign_in(watched, member, "/espace/remboursements")
    expect(page.locator("h1")).to_have_text("Remboursements")
    look()
    page.get_by_role("link", name="Plus anciens").click()
    expect(page.get_by_role("link", name="Plus récents", exact=True)).to_be_visible()
    look()
    page.get_by_label("Bénéficiaire").select_option("Noé")
    page.get_by_label("Nature du soin").select_option("dentaire")
    page.get_by_role("button", name="Appliquer").click()
    expect(page.locator(".chips")).to_contain_text("Noé")
    expect(page.locator("tbody tr").first).to_contain_text("Noé")
    look()
    page.locator("tbody a").first.click()
    expect(page.locator("h1")).to_contain_text("Décompte")
    expect(page.locator("main")).to_contain_text("Base de remboursement")
    look()
    watched.open("/espace/remboursements/totaux")
    expect(page.locator("svg[role=img] rect").first).to_be_visible()
    look()
    watched.open("/espace/remboursements?periode=2025")
    for name, ending in (("Relevé de remboursements (PDF)", ".pdf"), ("Liste pour un tableur (CSV)", ".csv")):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        assert download.value.suggested_filename.endswith(ending)
    watched.open("/espace/garanties")
    expect(page.locator("h1")).to_have_text("Tableau des garanties")
    look()
    watched.open("/espace/")
    look()


def ask(watched, member, look) -> dict[str, str]:
    """A document, an address, a situation; returns the pages of each."""
    page, pages = watched.page, {}
    sign_in(watched, member, "/espace/documents")
    watched.press("/espace/documents")
    expect(page.locator("[data-error-summary]")).to_contain_text("Choisissez un document")
    look()
    page.get_by_label("Document", exact=True).select_option("attestation-vitale")
    watched.press("/espace/documents")
    expect(page.get_by_role("status").first).to_contain_text("bien enregistré")
    look()
    pages["document"] = page.url.partition("?")[0]

    watched.open("/espace/adresse")
    look()
    watched.press("/espace/adresse")
    expect(page.locator("[data-error-summary]")).to_contain_text("Saisissez le numéro et la voie")
    look()
    fields = {"street": "8 rue des Exemples", "postcode": "33000", "town": "Bègles"}
    fields |= {"since_day": "1", "since_month": "septembre", "since_year": "2026"}
    for name, value in fields.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=proofs]").set_input_files([PAPER])
    watched.press("/espace/adresse")
    expect(page.locator("[data-error-summary]")).to_contain_text("nous connaissons")
    page.locator("[name=town]").fill("bordeaux")
    page.locator("[name=proofs]").set_input_files([PAPER])
    watched.press("/espace/adresse")
    expect(page.locator("h1")).to_have_text("Vérifiez avant d’envoyer")
    expect(page.locator("main")).to_contain_text("33000 BORDEAUX")
    look()
    with page.expect_navigation():
        page.get_by_role("button", name="Envoyer").last.click()
    expect(page.get_by_role("status").first).to_contain_text("bien enregistré")
    pages["address"] = page.url.partition("?")[0]

    watched.open("/espace/situation")
    look()
    page.get_by_label("Congé parental").check()
    for name, value in {"since_day": "1", "since_month": "1", "since_year": "2027"}.items():
        page.locator(f"[name={name}]").fill(value)
    watched.press("/espace/situation")
    expect(page.locator("main")).to_contain_text("Congé parental")
    with page.expect_navigation():
        page.get_by_role("button", name="Envoyer").last.click()
    pages["situation"] = page.url.partition("?")[0]
    watched.open("/espace/")
    expect(page.locator("main")).to_contain_text("Mes demandes en cours")
    look()
    return pages


def answer(watched, colleague, pages: dict[str, str], look) -> None:
    page = watched.page
    watched.open("/gestion/demandes")
    for name, value in {"login": colleague.login, "password": colleague.password, "code": colleague.code()}.items():
        page.locator(f"[name={name}]").fill(value)
    watched.press("/gestion/connexion")
    expect(page.locator("h1")).to_have_text("Demandes et signalements")
    look()
    for kind, address in pages.items():
        watched.open("/gestion/demandes")
        page.get_by_role("link", name=address.rpartition("/")[2]).click()
        expect(page.locator("main")).to_contain_text("Le contenu s’affiche à la personne qui prend la demande")
        look()
        with page.expect_navigation():
            page.get_by_role("button", name="Prendre en charge").last.click()
        expect(page.locator("main")).to_contain_text(f"Prise par {colleague.name}")
        look()
        if kind == "situation":
            page.locator("[name=reason]").select_option("proof-missing")
            page.locator("[name=refusal_words]").fill("Joignez l’attestation de votre employeur.")
            button = "Refuser et prévenir l’adhérent"
        elif kind == "document":
            page.locator("[name=document]").set_input_files([PAPER | {"name": "attestation.pdf"}])
            button = "Déposer et prévenir l’adhérent"
        else:
            button = "Accepter et prévenir l’adhérent"
        with page.expect_navigation():
            page.get_by_role("button", name=button).last.click()
        look()


def told(watched, running, member, pages: dict[str, str], look) -> None:
    page = watched.page
    for kind, subject in ANSWERS.items():
        reference = pages[kind].rpartition("/")[2]

        def answered(subject=subject, reference=reference):
            mail = received_mail(running.places.inbox, member.email, subject)
            return mail if mail and mail["subject"] == subject and reference in mail["text"] else None

        wait_for(answered, PATIENCE, f"« {subject} » about {reference}")
    watched.open(pages["document"])
    expect(page.locator("main")).to_contain_text("Disponible")
    look()
    with page.expect_download() as download:
        page.get_by_role("link", name="attestation.pdf").click()
    assert download.value.suggested_filename == "attestation.pdf"
    watched.open(pages["address"])
    expect(page.locator("main")).to_contain_text("Accepté")
    watched.open(pages["situation"])
    expect(page.locator("main")).to_contain_text("Joignez l’attestation de votre employeur.")
    look()
    watched.open("/espace/documents")
    look()


def both_sides(watched, desk, running, member, colleague, look, look_at_desk) -> None:
    pages = ask(watched, member, look)
    answer(desk, colleague, pages, look_at_desk)
    told(watched, running, member, pages, look)


@pytest.fixture
def desk(running, chromium):
    """The browser of one of the staff."""
    context = chromium.new_context(locale="fr-FR", viewport={"width": 1000, "height": 800})
    watched = Watched(context, running.places.site)
    yield watched
    context.close()
    watched.no_complaints()


@pytest.fixture
def desk_without_script(running, chromium):
    context = chromium.new_context(locale="fr-FR", java_script_enabled=False, viewport={"width": 1000, "height": 800})
    watched = Watched(context, running.places.site)
    yield watched
    context.close()
    watched.no_complaints()


def test_reimbursements_with_javascript(watched, member):
    reimbursements(watched, member, watched.in_every_look)


def test_reimbursements_without_javascript_on_a_phone(watched_without_script, member):
    reimbursements(watched_without_script, member, lambda: None)


def test_asked_answered_told_with_javascript(watched, desk, running, member):
    both_sides(watched, desk, running, member, STAFF["conseiller"], watched.in_every_look, desk.in_every_look)


def test_asked_answered_told_without_javascript(watched_without_script, desk_without_script, running, member):
    people = running, member, STAFF["responsable"]
    both_sides(watched_without_script, desk_without_script, *people, lambda: None, lambda: None)
