"""The member space in a browser, and the desk that answers: asked → answered → told, with JavaScript and without."""

from pathlib import Path

import pytest
from browser import colleagues
from browser.residents import resident, sign_in
from playwright.sync_api import expect
from support.files_of import pdf

from launcher.story import Person
from launcher.waiting import received_mail, wait_for

MAELLE = Person("adherent", "300003", "Mme", "D’Almeida-Rivière", ("9", "5", "1978"), "97400")
"""Of the demonstration register: a family with reimbursements of three years."""
PATIENCE = 60
ANSWERS = {
    "document": "Un document est disponible dans votre espace",
    "document-refused": "Une demande de document n’a pas abouti",
    "address": "Votre changement d’adresse postale est accepté",
    "situation": "Votre changement de situation est enregistré",
    "situation-refused": "Votre changement de situation n’a pas été accepté",
}
"""What is asked → the subject of the mail that tells of the answer; its text names the reference."""
REFUSALS = {
    "document-refused": ("not-issued-here", "Demandez-la aux impôts."),
    "situation-refused": ("proof-missing", "Joignez l’attestation de votre employeur."),
}
"""What is refused → the reason, and what the member reads besides."""
PAPER = {"name": "justificatif.pdf", "mimeType": "application/pdf", "buffer": pdf()}


@pytest.fixture(scope="module")
def member(running):
    return resident(running, MAELLE)


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
    made_at_once(watched)
    watched.open("/espace/garanties")
    expect(page.locator("h1")).to_have_text("Tableau des garanties")
    look()
    watched.open("/espace/")
    look()


def made_at_once(watched) -> None:
    """The member has a contract: both documents are made, and come as files."""
    page = watched.page
    watched.open("/espace/documents")
    for title, name in (("Carte de tiers payant", "carte"), ("Attestation de droits mutuelle", "attestation-droits")):
        link = page.get_by_role("link", name=f"{title} (PDF)")
        with page.expect_download() as download:
            link.click()
        assert download.value.suggested_filename.startswith(f"{name}-")
        assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
        answer = page.request.get(f"{watched.site}{link.get_attribute('href')}")
        assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")


def ask(watched, member, look) -> dict[str, str]:
    """Two documents, an address, two situations; returns the pages of each."""
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
    watched.open("/espace/documents")
    page.get_by_label("Document", exact=True).select_option("attestation-fiscale")
    watched.press("/espace/documents")
    pages["document-refused"] = page.url.partition("?")[0]

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
    for what, words in (("situation", "Passage à la retraite"), ("situation-refused", "Congé parental")):
        watched.open("/espace/situation")
        page.get_by_label(words).check()
        for name, value in {"since_day": "1", "since_month": "1", "since_year": "2027"}.items():
            page.locator(f"[name={name}]").fill(value)
        watched.press("/espace/situation")
        expect(page.locator("main")).to_contain_text(words)
        with page.expect_navigation():
            page.get_by_role("button", name="Envoyer").last.click()
        pages[what] = page.url.partition("?")[0]
    watched.open("/espace/")
    expect(page.locator("main")).to_contain_text("Mes demandes en cours")
    look()
    return pages


def answer(watched, colleague: str, pages: dict[str, str], look) -> None:
    page = watched.page
    watched.open("/gestion/demandes")
    expect(page.locator("h1")).to_have_text("Demandes et signalements")
    look()
    for what, address in pages.items():
        watched.open("/gestion/demandes")
        page.get_by_role("link", name=address.rpartition("/")[2]).click()
        expect(page.locator("main")).to_contain_text("Le contenu s’affiche à la personne qui prend la demande")
        if what == "document":  # whatever it is, it looks the same before it is taken
            look()
        with page.expect_navigation():
            page.get_by_role("button", name="Prendre en charge").last.click()
        expect(page.locator("main")).to_contain_text(f"Prise par {colleague}")
        look()
        with page.expect_navigation():
            fill_in(page, what).last.click()
        expect(page.locator("main")).to_contain_text("Répondu le")
        look()


def fill_in(page, what: str):
    """The desk's answer; returns the button that sends it."""
    if what in REFUSALS:
        reason, words = REFUSALS[what]
        page.locator("[name=reason]").select_option(reason)
        page.locator("[name=refusal_words]").fill(words)
        return page.get_by_role("button", name="Refuser et prévenir l’adhérent")
    if what == "document":
        page.locator("[name=document]").set_input_files([PAPER | {"name": "attestation.pdf"}])
        return page.get_by_role("button", name="Déposer et prévenir l’adhérent")
    return page.get_by_role("button", name="Accepter et prévenir l’adhérent")


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
    for what in ("address", "situation"):
        watched.open(pages[what])
        expect(page.locator("main")).to_contain_text("Accepté")
        look()
    for what, (_, words) in REFUSALS.items():
        watched.open(pages[what])
        expect(page.locator("main")).to_contain_text("Refusé")
        expect(page.locator("main")).to_contain_text(words)
        look()
    watched.open("/espace/documents")
    look()


def both_sides(watched, desk, running, member, role, look, look_at_desk) -> None:
    pages = ask(watched, member, look)
    one = colleagues.sign_in(running, desk, role)
    answer(desk, one.name, pages, look_at_desk)
    told(watched, running, member, pages, look)


def test_reimbursements_with_javascript(watched, member):
    reimbursements(watched, member, watched.in_every_look)


def test_reimbursements_without_javascript_on_a_phone(watched_without_script, member):
    reimbursements(watched_without_script, member, lambda: None)


def test_asked_answered_told_with_javascript(watched, desk, running, member):
    both_sides(watched, desk, running, member, "conseiller", watched.in_every_look, desk.in_every_look)


def test_asked_answered_told_without_javascript(watched_without_script, desk_without_script, running, member):
    people = running, member, "responsable"
    both_sides(watched_without_script, desk_without_script, *people, lambda: None, lambda: None)
