"""A question from both sides in a browser: asked with a photo, answered with a PDF, told by a mail without the answer, read."""

import pytest
from browser import colleagues
from playwright.sync_api import expect
from support import files_of
from support.browser import Watched
from support.system import Running

from launcher.story import Journey
from launcher.waiting import received_mail, wait_for

pytestmark = pytest.mark.timeout(300)  # each begins with a whole journey, and its mails and letter
PATIENCE = 60
TITLE, WORDS, ANSWER = "Mes lunettes bleues", "Bonjour,\nvoici ma facture de l’opticien.", "Le virement part demain."


@pytest.fixture
def member(running, someone) -> Journey:
    """Somebody whose space is open."""
    journey = Journey(running.places, someone())
    for _, step in journey.steps():
        step()
    journey.member.close()
    return journey


def both_sides(running: Running, watched: Watched, desk: Watched, member: Journey, look) -> None:
    page = watched.page
    watched.open("/connexion?suite=/espace/questions")
    page.locator("[name=email]").fill(member.email)
    page.locator("[name=password]").fill(member.password)
    watched.press("/connexion")
    page.get_by_role("link", name="Questions").click()
    look(watched)
    page.get_by_role("link", name="Poser une question").click()
    look(watched)
    watched.press("/espace/questions/nouvelle")
    expect(page.locator("[data-error-summary]")).to_contain_text("Il y a 3 erreurs à corriger")
    look(watched)
    page.locator("[name=topic]").select_option("remboursement")
    page.locator("[name=title]").fill(TITLE)
    page.locator("[name=text]").fill(WORDS)
    page.locator("[name=files]").set_input_files(
        [{"name": "facture.pdf", "mimeType": "application/pdf", "buffer": files_of.SCRIPT}]
    )
    watched.press("/espace/questions/nouvelle")
    expect(page.locator("#files-error")).to_contain_text("facture.pdf")
    expect(page.locator("[name=text]")).to_have_value(WORDS)
    photo = {"name": "facture.jpg", "mimeType": "image/jpeg", "buffer": files_of.located_jpeg()}
    page.locator("[name=files]").set_input_files([photo])
    watched.press("/espace/questions/nouvelle")
    expect(page.locator(".notice.success")).to_contain_text("Votre question est bien enregistrée sous la référence")
    reference = page.locator(".notice.success .reference").inner_text()
    look(watched)

    answer_at_desk(running, desk, reference, look)

    inbox = running.places.inbox
    mail = wait_for(lambda: received_mail(inbox, member.email, "vous a répondu"), PATIENCE, "the mail of the answer")
    assert reference in mail["text"]
    for word in ("virement", "lunettes", "facture", "relevé", "Moreau"):
        assert word not in str(mail), word
    closed = wait_for(lambda: received_mail(inbox, member.email, "est close"), PATIENCE, "the mail of the closing")
    assert reference in closed["text"]

    watched.open("/espace/")
    expect(page.locator("nav.sections")).to_contain_text("Questions (1 non lue)")
    look(watched)
    page.get_by_role("link", name="Lire la réponse").click()
    expect(page.locator("main")).to_contain_text("Réponse non lue")
    look(watched)
    page.get_by_role("link", name=TITLE).click()
    expect(page.locator("main")).to_contain_text(ANSWER)
    expect(page.locator("nav.sections")).not_to_contain_text("non lue")
    look(watched)
    with page.expect_download() as download:
        page.get_by_role("link", name="relevé.pdf").click()
    assert download.value.suggested_filename == "relevé.pdf"
    assert download.value.path().read_bytes() == files_of.pdf()


def answer_at_desk(running: Running, desk: Watched, reference: str, look) -> None:
    page, address = desk.page, f"/gestion/questions/{reference}"
    colleagues.sign_in(running, desk, "conseiller")
    page.get_by_role("navigation").get_by_role("link", name="Questions").click()
    expect(page.locator("main")).not_to_contain_text(TITLE)
    look(desk)
    page.get_by_role("link", name=reference).click()
    expect(page.locator("main")).not_to_contain_text("opticien")
    look(desk)
    desk.press(f"{address}/prendre")
    expect(page.locator("h1")).to_have_text(TITLE)
    expect(page.locator("main")).to_contain_text("voici ma facture de l’opticien.")
    look(desk)
    with page.expect_download() as download:
        page.get_by_role("link", name="facture.jpg").click()
    assert b"Jeanne" not in download.value.path().read_bytes(), "without what the telephone had added"
    with page.expect_navigation():
        page.get_by_role("button", name="Envoyer la réponse").last.click()
    expect(page.locator("#text-error")).to_be_visible()
    look(desk)
    page.locator("[name=text]").fill(ANSWER)
    page.locator("[name=files]").set_input_files(
        [{"name": "relevé.pdf", "mimeType": "application/pdf", "buffer": files_of.pdf()}]
    )
    with page.expect_navigation():
        page.get_by_role("button", name="Envoyer la réponse").last.click()
    expect(page.locator(".notice.success")).to_contain_text("Votre réponse est envoyée.")
    look(desk)
    with page.expect_navigation():
        page.get_by_role("button", name="Clore la question").click()
    expect(page.locator(".notice.success")).to_contain_text("Cette question est close, la personne en est prévenue.")
    look(desk)
    desk.open("/gestion/questions?etat=closes&sujet=remboursement")
    expect(page.get_by_role("link", name=reference)).to_be_visible()
    look(desk)


def test_with_javascript(running, watched, desk, member):
    both_sides(running, watched, desk, member, Watched.in_every_look)


def test_without_javascript_on_a_phone(running, watched_without_script, desk_without_script, member):
    both_sides(running, watched_without_script, desk_without_script, member, lambda _: None)
