"""Two of the staff, one case, one question: taken, taken over, given back, the late one told; with and without JavaScript."""

from dataclasses import dataclass

import pytest
from browser import colleagues
from browser.residents import resident, sign_in
from playwright.sync_api import expect
from support.browser import Watched
from support.system import Running

from launcher.staff import Colleague
from launcher.story import Journey
from launcher.waiting import received_mail, wait_for

pytestmark = pytest.mark.timeout(300)  # begins with a whole journey, and its mails and letter
TITLE, WORDS = "Mes lunettes bleues", "Le virement part demain."


@pytest.fixture(scope="module")
def member(running, someone) -> Journey:
    return resident(running, someone())


@dataclass
class AtDesk:
    """One of the staff in front of a browser."""

    watched: Watched
    who: Colleague
    looks: bool

    @property
    def page(self):
        return self.watched.page

    def see(self, words: str) -> None:
        """The page says so."""
        expect(self.page.locator("main")).to_contain_text(words)
        if self.looks:
            self.watched.in_every_look()

    def press(self, name: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).last.click()


def ask(watched: Watched, member: Journey) -> tuple[str, str]:
    """A document and a question; returns their references."""
    page = watched.page
    sign_in(watched, member, "/espace/documents")
    page.get_by_label("Document", exact=True).select_option("attestation-vitale")
    watched.press("/espace/documents")
    case = page.url.partition("?")[0].rpartition("/")[2]
    watched.open("/espace/questions/nouvelle")
    page.locator("[name=topic]").select_option("remboursement")
    page.locator("[name=title]").fill(TITLE)
    page.locator("[name=text]").fill("Bonjour,\nquand serai-je remboursée ?")
    watched.press("/espace/questions/nouvelle")
    return case, page.locator(".notice.success .reference").inner_text()


def case_in_two_pairs_of_hands(running: Running, first: AtDesk, second: AtDesk, reference: str) -> None:
    for one in (first, second):
        one.watched.open("/gestion/demandes")
        one.page.get_by_role("link", name=reference).click()
    first.press("Prendre en charge")
    first.press("Déposer et prévenir l’adhérent")
    expect(first.page.locator("[data-error-summary]")).to_contain_text("Choisissez le document à déposer")
    first.see("Attestation vitale")

    second.press("Prendre en charge")
    second.see("Un autre conseiller s’en occupe")
    second.see(f"Vous pouvez reprendre cette demande à {first.who.name}")
    expect(second.page.locator("main")).not_to_contain_text("Attestation vitale")
    second.press("Reprendre la demande")
    second.see(f"Prise par {second.who.name}")
    expect(second.page.locator("main")).to_contain_text("Attestation vitale")

    first.page.locator("[name=reason]").select_option("not-issued-here")
    first.page.locator("[name=refusal_words]").fill(WORDS)
    first.press("Refuser et prévenir l’adhérent")
    first.see(f"Votre réponse n’est pas envoyée\u00a0: {second.who.name} s’occupe maintenant de cette demande.")
    expect(first.page.locator("main .as-typed")).to_have_text(WORDS)

    space_closed(running, second, "cases", "L’espace de cette personne est clos")
    second.press("Remettre dans la liste")
    expect(second.page.locator("main")).to_contain_text("À prendre")
    expect(second.page.locator("main")).not_to_contain_text("Attestation vitale")
    first.watched.open(second.page.url)
    first.press("Prendre en charge")
    first.page.locator("[name=reason]").select_option("not-issued-here")
    first.press("Refuser et prévenir l’adhérent")
    first.see("Répondu le")


def question_in_two_pairs_of_hands(running: Running, first: AtDesk, second: AtDesk, reference: str) -> None:
    for one in (first, second):
        one.watched.open(f"/gestion/questions/{reference}")
    first.press("Prendre en charge")
    expect(first.page.locator("h1")).to_have_text(TITLE)
    second.press("Prendre en charge")
    second.see(f"{first.who.name} a pris cette question avant vous.")
    expect(second.page.locator("main")).not_to_contain_text(TITLE)
    second.watched.open(f"/gestion/questions/{reference}")
    second.see(f"Vous pouvez reprendre cette question à {first.who.name}")
    second.press("Reprendre la question")
    expect(second.page.locator("h1")).to_have_text(TITLE)
    second.see("Cette question est à vous")

    first.page.locator("[name=text]").fill(WORDS)
    first.press("Envoyer la réponse")
    first.see("Votre réponse n’est pas envoyée\u00a0: cette question n’est plus à vous.")
    expect(first.page.locator("main .as-typed")).to_have_text(WORDS)

    space_closed(running, second, "questions", "L’espace de cette personne est clos depuis le")
    second.press("Remettre dans la liste")
    second.see("La question est de nouveau dans la liste.")
    first.watched.open(f"/gestion/questions/{reference}")
    first.press("Prendre en charge")
    first.press("Clore la question")
    first.see("Cette question est close")


def space_closed(running: Running, one: AtDesk, what: str, words: str) -> None:
    """What their page says while the member's space is closed; the page is as it was in the end."""
    member = {
        "cases": "(select subject_id from member_case where taken_name = '{}' and state = 'taken')",
        "questions": "(select person_id from question where taken_name = '{}' and state = 'open')",
    }[what].format(one.who.name)
    for closed in ("now()", "null"):
        change = f"update space set closed_at = {closed} where person_id in {member}"
        running.system.postgres.sql(change, database="member_space")
        one.page.reload()
        if closed == "now()":
            one.see(words)


def both_at_work(running, watched, desks: tuple[Watched, Watched], member, looks: bool) -> None:
    case, question = ask(watched, member)
    roles = ("conseiller", "responsable")
    first, second = (
        AtDesk(desk, colleagues.sign_in(running, desk, role), looks)
        for desk, role in zip(desks, roles, strict=True)
    )  # fmt: skip
    case_in_two_pairs_of_hands(running, first, second, case)
    question_in_two_pairs_of_hands(running, first, second, question)
    for subject, reference in (("n’a pas abouti", case), ("est close", question)):

        def told(subject=subject, reference=reference):
            mail = received_mail(running.places.inbox, member.email, subject)
            return mail if mail and reference in mail["text"] else None

        wait_for(told, 60, f"« {subject} » about {reference}")


def test_with_javascript(running, watched, desk, other_desk, member):
    both_at_work(running, watched, (desk, other_desk), member, looks=True)


def test_without_javascript(
    running, watched_without_script, desk_without_script, other_desk_without_script, member
):  # fmt: skip
    desks = desk_without_script, other_desk_without_script
    both_at_work(running, watched_without_script, desks, member, looks=False)
