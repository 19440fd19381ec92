"""Pages that few people meet, because something is missing, too much or away: accessible like the others."""

from pathlib import Path

import pytest
from browser import colleagues
from browser.residents import resident, sign_in
from playwright.sync_api import expect

from launcher import services
from launcher.places import ROOT

GATEWAY_PAGES = ROOT / "deploy" / "gateway" / "pages"
TOO_MANY = 1_501
"""Lines: one more than a PDF holds."""


@pytest.fixture
def member(running, someone):
    return resident(running, someone())


def test_what_the_gateway_says_by_itself(watched):
    watched.page.route(
        "**/passerelle/*", lambda route: route.fulfill(path=GATEWAY_PAGES / Path(route.request.url).name)
    )
    files = sorted(GATEWAY_PAGES.glob("*.html"))
    assert len(files) >= 7
    for file in files:
        watched.open(f"/passerelle/{file.name}")
        expect(watched.page.locator("h1")).to_be_visible()
        watched.in_every_look()


def test_a_statement_too_long_and_a_space_that_is_not_open_yet(running, watched, member):
    page, sql = watched.page, running.system.postgres.sql
    sign_in(watched, member, "/espace/")
    expect(page.locator("h1")).to_contain_text(member.person.family_name)
    mine = f"(select person_id from space where email = '{member.email}')"
    sql(
        f"""insert into reimbursement (number, person_id, statement, care_date, beneficiary, kind, act, spent, base,
        social_security_share, mutual_share, rest_to_pay, payee, paid_on) select 'TROP-' || n, {mine}, 'TROP-' || n,
        current_date, 'Camille', 'pharmacie', 'Médicaments', 200, 200, 100, 50, 50, 'person', current_date
        from generate_series(1, {TOO_MANY}) n""",
        database="member_space",
    )
    watched.open("/espace/remboursements.pdf")
    expect(page.locator("h1")).to_have_text("Ce relevé serait trop long")
    watched.in_every_look()

    sql(f"delete from space where email = '{member.email}'", database="member_space")
    watched.open("/espace/")
    expect(page.locator("main")).to_contain_text("Nous préparons votre espace")
    watched.open("/espace/ouverture?vue=99")  # it loads itself no more
    expect(page.locator("main")).to_contain_text("prend plus de temps que d’habitude")
    watched.in_every_look()


def test_at_the_desk_while_registration_is_away(running, watched):
    page, replicas = watched.page, services.replicas(running.places, "registration")
    colleagues.sign_in(running, watched, "conseiller")
    watched.open("/gestion/personnes")
    page.locator("[name=looked_for]").fill("300004")
    watched.press("/gestion/personnes")
    expect(page.locator(".notice")).to_contain_text("aucun compte n’a été demandé")
    watched.in_every_look()
    for one in replicas:
        running.do(running.system.end(one))
    try:
        page.locator("[name=looked_for]").fill("300004")
        watched.press("/gestion/personnes")
        expect(page.locator(".notice")).to_contain_text("n’est pas possible pour l’instant")
        watched.in_every_look()
        watched.press("/gestion/deconnexion")
        colleagues.sign_in(running, watched, "exploitation")
        watched.open("/gestion/exploitation")
        expect(page.locator(".notice")).to_contain_text("Absent")
        watched.in_every_look()
    finally:
        for one in replicas:
            running.do(running.system.begin(one))
        running.do(running.system.healthy())
