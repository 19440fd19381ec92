"""« Où en est mon courrier ? »: what the link of a mail shows, in every state, and what it never shows."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import uuid4

import pytest
import time_machine
from support.forgetting import forget
from support.registration import (
    CREATE,
    RECOVERY,
    activated,
    confirmed,
    frozen,
    printed,
    refused,
    returned,
    token_of,
    without_tokens,
)

from registration import tracking
from registration.forget_person import forget_person
from registration.postal_delay import DELAYS
from registration.retention import rules
from registration.tracking_cookie import COOKIE
from registration.tracking_page import PAGE
from shared.contracts.events import AccountClosed
from shared.contracts.person_id import person_id
from shared.contracts.postal_zone import PostalZone

ASKED = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
"""A Tuesday."""
POSTED = datetime(2026, 3, 3, 16, 0, tzinfo=UTC)
BUTTON = "Demander un nouveau courrier</button>"
LOST = "Ce lien n’est pas reconnu, ou il ne fonctionne plus"
BESIDE_THE_REGISTER = (
    "Jeanne",
    "Garnier",
    "GARNIER",
    "rue des Exemples",
    "BORDEAUX",
    "33000",
    "123456",
    "1957",
    "@example",
)


def plain(page: str) -> str:
    """Its words, without tags and with ordinary spaces."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page.partition("<main")[2].partition("</main>")[0])).split())


@pytest.fixture
def travel():
    """``travel(2.5)``: be so many days after the request."""
    with time_machine.travel(ASKED, tick=False) as clock:
        yield lambda days: clock.move_to(ASKED + timedelta(days=days), tick=False)


@pytest.fixture
async def asked(travel, register, new_visitor, published):
    """``await asked()``: a letter that was asked for at ``ASKED``, as its event tells of it."""

    async def ask(path: str = CREATE, **changes: object) -> dict[str, object]:
        await register(**changes)
        await new_visitor(path=path).ask(postcode=str(changes.get("postcode", "33000")))
        return (await published())[0]

    return ask


@pytest.fixture
def reader(new_visitor):
    """``await reader(event)``: the page that the link of that letter leads to, in a browser of its own."""

    async def open_link(letter: dict[str, object]) -> str:
        visitor = new_visitor(path=PAGE)
        page = await visitor.client.get(f"{PAGE}?jeton={token_of(letter)}", follow_redirects=True)
        assert page.status_code == 200
        assert page.url.path == PAGE
        assert not page.url.query
        return page.text

    return open_link


async def test_the_token_is_in_the_event_for_the_notifier_and_nowhere_else(asked, execute) -> None:
    token = token_of(await asked())
    assert len(token) == 43
    [(kept,)] = await execute("SELECT account_request::text FROM account_request")
    assert tracking.digest(token) in kept
    assert [one for one in (token, *BESIDE_THE_REGISTER) if one in kept] == []
    [(sent,)] = await execute("SELECT convert_from(body, 'UTF8') FROM outbox")
    assert "sealed_tracking" in sent
    assert token not in sent


async def test_the_link_leaves_its_token_in_a_cookie_and_nowhere_else(asked, new_visitor) -> None:
    letter = await asked()
    visitor = new_visitor(path=PAGE)
    answer = await visitor.client.get(f"{PAGE}?jeton={token_of(letter)}")
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert (answer.headers["referrer-policy"], answer.headers["cache-control"]) == ("no-referrer", "no-store")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}={token_of(letter)};")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax", "Max-Age=3600"} <= set(cookie.split("; "))
    page = await visitor.client.get(PAGE)
    assert token_of(letter) not in page.text
    assert page.headers["cache-control"] == "no-store"


async def test_reading_it_changes_nothing_and_works_again(asked, new_visitor, execute) -> None:
    letter = await asked()
    before = await execute("SELECT account_request::text, (SELECT count(*) FROM outbox) FROM account_request")
    for _ in range(3):
        client = new_visitor(path=PAGE).client
        assert (await client.head(f"{PAGE}?jeton={token_of(letter)}", follow_redirects=True)).status_code == 200
        assert LOST not in (await client.get(PAGE)).text
    assert await execute("SELECT account_request::text, (SELECT count(*) FROM outbox) FROM account_request") == before


async def test_not_yet_posted(asked, reader, travel) -> None:
    letter = await asked()
    travel(0.5)
    page = plain(await reader(letter))
    assert "Votre courrier n’est pas encore parti" in page
    assert "au plus tard le 4 mars 2026 à 10 h 00" in page
    assert "Demandé le 3 mars 2026 Envoyé le Pas encore parti" in page
    assert "Valable" not in page
    travel(1.1)
    assert "a du retard Il devait partir au plus tard le 4 mars 2026 à 10 h 00" in plain(await reader(letter))


async def test_the_promise_counts_working_days(asked, reader, travel) -> None:
    travel(3)
    letter = await asked()
    assert "au plus tard le 9 mars 2026 à 10 h 00" in plain(await reader(letter)), "asked on a Friday"


async def test_on_its_way_then_overdue_then_expired(asked, reader, travel, hear) -> None:
    letter = await asked()
    await hear(printed(letter, POSTED))
    travel(2)
    page = plain(await reader(letter))
    assert "Votre courrier est en route Il arrive en général entre le 5 mars 2026 et le 9 mars 2026." in page
    assert "Envoyé le 3 mars 2026" in page
    assert "2 à 4 jours ouvrés" in page
    assert "Valable jusqu’au 24 mars 2026" in page
    travel(6.5)
    assert "Votre courrier est en route" in plain(await reader(letter)), "the last day is Monday, the 9th"
    travel(7)
    assert "Votre courrier devrait être arrivé" in plain(await reader(letter))
    travel(22)
    page = await reader(letter)
    assert "La date limite de ce courrier est passée" in page
    assert BUTTON in page


@pytest.mark.parametrize(("zone", "lines", "postcode", "place"), [
    ("metropolitan", ["12 rue des Exemples", "63000 CLERMONT-FERRAND"], "63000", "C••••••-F•••••• (63)"),
    ("overseas", ["3 RUE DE LA PLAGE", "97400 SAINT DENIS"], "97400", "S••••••-D•••••• (974)"),
    ("abroad", ["4 avenue", "1000 BRUXELLES", "BELGIQUE"], "33000", "BELGIQUE"),
])  # fmt: skip
async def test_the_place_is_masked_and_the_delay_that_of_the_place(
    asked, reader, hear, zone, lines, postcode, place
) -> None:
    letter = await asked(postal_zone=zone, address_lines=lines, postcode=postcode)
    await hear(printed(letter, POSTED))
    page = await reader(letter)
    assert place in page
    assert str(DELAYS[PostalZone(zone)]) in page
    for line in lines[:-1]:
        assert line not in page
    assert postcode not in page


@pytest.mark.parametrize(("reason", "words"), [
    ("unknown-at-address", "La Poste n’a pas trouvé le destinataire"),
    ("incomplete-address", "L’adresse était incomplète"),
    ("refused", "Le courrier a été refusé"),
    ("unclaimed", "personne n’est venu l’y chercher"),
    ("other", "La Poste n’a pas pu le remettre"),
    ("a-reason-that-came-later", "La Poste n’a pas pu le remettre"),
])  # fmt: skip
async def test_it_came_back(asked, reader, travel, hear, reason, words) -> None:
    letter = await asked()
    travel(9)
    await hear(returned(letter, ASKED + timedelta(days=9), reason, POSTED))
    page = await reader(letter)
    text = plain(page)
    assert "Votre courrier nous est revenu" in text
    assert words in text
    assert "Revenu chez nous le 12 mars 2026" in text
    assert "Valable" not in text
    fault_of_address = reason not in {"refused", "unclaimed"}
    assert (BUTTON in page) is not fault_of_address
    assert ("Pas avant que votre adresse soit vérifiée" in text) is fault_of_address
    assert ("faites-la corriger" in text) is fault_of_address


async def test_wrong_passwords_made_it_void(asked, reader, travel, hear) -> None:
    letter = await asked()
    await hear(printed(letter, POSTED))
    travel(3)
    await hear(refused(letter, "letter-expired"))
    assert "Votre courrier est en route" in await reader(letter), "of that its date tells"
    await hear(refused(letter, "letter-void"))
    page = await reader(letter)
    text = plain(page)
    assert "Ce courrier n’est plus valable Dix mots de passe provisoires erronés" in text
    assert "Ces essais n’étaient pas les vôtres ? Appelez-nous" in text
    assert "Envoyé le 3 mars 2026" in text
    assert [words for words in ("Valable jusqu’au", "reste valable", "La Poste") if words in text] == []
    assert BUTTON in page
    travel(30)
    assert "Ce courrier n’est plus valable" in await reader(letter), "more than that its date is over"
    await hear(activated(), hours_ago=-999)
    assert "Un mot de passe provisoire a servi" in await reader(letter), "an earlier letter's"


@pytest.mark.parametrize("path", [CREATE, RECOVERY])
async def test_it_was_used(asked, reader, travel, hear, path) -> None:
    letter = await asked(path)
    await hear(printed(letter, POSTED))
    travel(3)
    await hear(activated(), hours_ago=-48)
    page = plain(await reader(letter))
    assert "Un mot de passe provisoire a servi" in page
    assert "Valable jusqu’au" not in page
    assert "Confirmez l’adresse électronique choisie alors" in page
    assert "recommencer l’activation" in page
    await hear(confirmed(), hours_ago=-49)
    page = plain(await reader(letter))
    assert "Connectez-vous avec l’adresse électronique" in page
    assert ("le compte est ouvert" in page) is (path == CREATE)
    assert "owner@example.org" not in page


async def test_what_was_opened_before_says_nothing_of_a_later_letter(asked, reader, hear, travel) -> None:
    await hear(activated(), hours_ago=9)
    await hear(confirmed(), hours_ago=8)
    letter = await asked(RECOVERY)
    await hear(printed(letter, POSTED))
    travel(1)
    assert "Votre courrier est en route" in await reader(letter)


async def test_a_letter_for_recovery_reads_like_any_asked_for_there(
    asked, reader, hear, new_visitor, register, published
) -> None:
    """Whoever asked may be a stranger: the page tells no more of an account than the mail does."""
    await hear(activated(), hours_ago=9)
    await hear(confirmed(), hours_ago=8)
    await asked(RECOVERY)
    await register("R2", numbers=("member:222222",))
    await new_visitor(path=RECOVERY).ask(number="222222")
    letters = [event for event in await published() if event["type"] == "account-requested"]
    assert [letter["purpose"] for letter in letters] == ["recovery", "activation"]
    seen = []
    for letter in letters:
        await hear(printed(letter, POSTED))
        if letter["purpose"] == "activation":  # wrong passwords never make the other void
            await hear(refused(letter, "letter-void"))
        seen.append(re.sub(r"[0-9A-Z]{4}-[0-9A-Z]{4}", "…", without_tokens(await reader(letter))))
    assert seen[0] == seen[1]


async def test_too_soon_and_too_many(asked, reader, travel, new_visitor, published) -> None:
    letter = await asked()
    travel(0.5)
    text = plain(await reader(letter))
    assert "il y a moins de 24 heures. Vous pourrez en demander un autre à partir du 4 mars 2026 à 10 h 00" in text
    assert BUTTON not in await reader(letter)
    for days in (2, 4, 6):
        travel(days)
        await new_visitor(path=CREATE).ask()
    travel(8)
    page = await reader(letter)
    assert "4 courriers ont été demandés en 30 jours" in plain(page)
    assert "à partir du 2 avril 2026 à 11 h 00" in plain(page)
    assert BUTTON not in page


@pytest.mark.parametrize("token", ["", "x", "é" * 43, "A" * 43, "A" * 5000, "../../etc", "a b", "jeton=1"])
async def test_what_is_no_token_of_a_letter_gets_one_neutral_page(asked, new_visitor, token) -> None:
    letter = await asked()
    visitor = new_visitor(path=PAGE)
    await visitor.client.get(f"{PAGE}?jeton={token_of(letter)}")
    page = await visitor.client.get(PAGE, params={"jeton": token}, follow_redirects=True)
    assert page.status_code == 200
    assert LOST in page.text
    assert BUTTON not in page.text
    fresh = await new_visitor(path=PAGE).client.get(PAGE)
    assert without_tokens(page.text) == without_tokens(fresh.text)
    assert all(f'href="{address}"' in page.text for address in (CREATE, RECOVERY))


async def test_another_s_token_shows_their_letter_alone(
    asked, reader, register, new_visitor, published, travel
) -> None:
    first = await asked()
    travel(2)
    await register("R2", numbers=("member:222222",), address_lines=["1 rue A", "63000 CLERMONT"], postcode="63000")
    await new_visitor().ask(number="222222", postcode="63000")
    second = (await published())[-1]
    one, two = plain(await reader(first)), plain(await reader(second))
    assert ("Demandé le 3 mars 2026" in one, "B•••••• (33)" in one) == (True, True)
    assert ("Demandé le 5 mars 2026" in two, "C•••••• (63)" in two) == (True, True)
    assert token_of(first) != token_of(second)


async def test_nothing_of_the_register_is_shown(asked, reader, travel, hear) -> None:
    letter = await asked()
    pages = [await reader(letter)]
    await hear(printed(letter, POSTED))
    for days in (2, 9, 22):
        travel(days)
        pages.append(await reader(letter))
    for told in (refused(letter, "letter-void"), returned(letter, ASKED, posted_at=POSTED)):
        await hear(told)
        pages.append(await reader(letter))
    await hear(activated(), hours_ago=-1)
    await hear(confirmed(), hours_ago=-2)
    pages.append(await reader(letter))
    for page in pages:
        main = page.partition("<main")[2].partition("</main>")[0]
        assert [one for one in BESIDE_THE_REGISTER if one in main] == []


async def test_the_link_ends_61_days_after_posting(asked, reader, travel, hear, database, settings, execute) -> None:
    letter = await asked()
    await hear(printed(letter, POSTED))
    travel(61.2)
    assert LOST not in await reader(letter)
    await forget(database, rules(settings))
    assert LOST not in await reader(letter)
    travel(61.4)
    assert LOST in await reader(letter)
    await forget(database, rules(settings))
    [row] = await execute("SELECT tracking_digest, news, place, outcome, posted_at FROM account_request")
    assert tuple(row) == (None, None, None, "letter", POSTED)


async def test_of_a_letter_that_was_never_posted_it_ends_too(asked, travel, database, settings, execute) -> None:
    await asked()
    for days, kept in ((150, True), (152, False)):
        travel(days)
        await forget(database, rules(settings))
        assert [digest is not None for (digest,) in await execute("SELECT tracking_digest FROM account_request")] == [
            kept
        ]


def closed(at: datetime) -> AccountClosed:
    return AccountClosed(
        person_id=person_id("R1"), civility="Mme", given_name="Jeanne", family_name="Garnier", email="owner@example.org",
        reference="C-7K2M-Q9XR", request_id=uuid4(), account_id=uuid4(), closed_at=at,
    )  # fmt: skip


@pytest.mark.parametrize("make", [closed, frozen])
async def test_freezing_and_closing_end_it(asked, reader, travel, hear, make) -> None:
    letter = await asked()
    travel(1)
    await hear(make(ASKED - timedelta(hours=1)))
    assert LOST not in await reader(letter), "asked for since"
    await hear(make(ASKED + timedelta(hours=1)))
    assert LOST in await reader(letter)


async def test_a_person_who_has_left_the_register_has_no_link(asked, reader, database) -> None:
    letter = await asked()
    async with database.unit_of_work() as work:
        await forget_person(work, "R1")
    assert LOST in await reader(letter)


@pytest.mark.parametrize("number", ["123456", "999999"])
async def test_after_a_request_everybody_is_told_what_to_do_without_a_mail(register, new_visitor, number) -> None:
    await register()
    visitor = new_visitor(path=CREATE)
    await visitor.ask(number=number)
    page = await visitor.client.get("/compte/demande")
    assert 'href="/aide#rien-recu"' in page.text
    assert "Pas de courriel au bout de 2 jours ouvrés" in plain(page.text)
