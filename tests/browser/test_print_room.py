"""The print room's pages and the page of who waits for a letter, in a browser, with JavaScript and without."""

from browser import colleagues
from playwright.sync_api import expect

from launcher.waiting import link_in, received_mail, wait_for

HOME = "/gestion/courriers"


def follow(running, watched, journey, subject, words, look) -> None:
    """The page that the newest mail leads to."""
    mail = wait_for(lambda: received_mail(running.places.inbox, journey.email, subject), 60, f"the mail « {subject} »")
    watched.open(link_in(mail, "/compte/suivi-du-courrier"))
    expect(watched.page.locator("main")).to_contain_text(words)
    assert "jeton" not in watched.page.url
    look(subject)


def lose_the_link(watched, look) -> None:
    watched.open("/compte/suivi-du-courrier?jeton=autre")
    expect(watched.page.locator("h1")).to_contain_text("courrier")
    look("lost")


def look_after(running, watched, journey, look) -> None:
    mark, serial = running.system.postgres.sql(
        "select l.mark || ' ' || b.serial from letter l join print_batch b on b.id = l.batch_id where l.email = :'email'",
        database="letters", email=journey.email,
    ).split()  # fmt: skip
    page = watched.page
    colleagues.sign_in(running, watched, "responsable")
    page.get_by_role("link", name="Courriers").first.click()
    expect(page.locator("h1")).to_have_text("Courriers")
    look("room")
    page.get_by_role("link", name=serial).click()
    expect(page.locator("h1")).to_have_text(f"Lot {serial}")
    expect(page.locator("main")).to_contain_text("Remis à La Poste")
    look("batch")
    watched.picture("lot")
    watched.open(f"{HOME}/non-imprimables")
    look("parked")
    watched.open(f"{HOME}/recherche")
    watched.press(f"{HOME}/recherche")
    expect(page.locator("[data-error-summary]")).to_contain_text("Saisissez un repère ou une référence")
    look("search-mistake")
    page.locator("[name=named]").fill(mark.lower())
    watched.press(f"{HOME}/recherche")
    expect(page.locator("main")).to_contain_text(serial)
    look("found")
    watched.open(f"{HOME}/retours")
    watched.press(f"{HOME}/retours")
    look("returns-mistake")
    page.locator("input[name=reason][value=unknown-at-address]").check()
    page.locator("[name=marks]").fill(f"{mark}\nNIMPORTE\n")
    watched.press(f"{HOME}/retours")
    expect(page.locator("main")).to_contain_text(mark)
    expect(page.locator("main")).to_contain_text("NIMPORTE")
    look("returned")


def test_with_javascript_in_every_look(running, watched, desk, journey):
    follow(running, watched, journey, "provisoire", "en route", lambda _: watched.in_every_look())
    lose_the_link(watched, lambda _: watched.in_every_look())
    look_after(running, desk, journey, lambda _: desk.in_every_look())
    follow(running, watched, journey, "revenu", "revenu", lambda _: watched.in_every_look())


def test_without_javascript_on_a_phone(running, watched_without_script, desk_without_script, journey):
    follow(running, watched_without_script, journey, "provisoire", "en route", lambda _: None)
    look_after(running, desk_without_script, journey, lambda _: None)
    follow(running, watched_without_script, journey, "revenu", "revenu", lambda _: None)
