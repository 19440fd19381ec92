"""The terms of use: every version readable, and a new major one accepted before anything else."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files

import pytest
from sqlmodel import select
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from activation.journal import Kind
from activation.models import SecurityEvent, TermsAcceptance
from activation.terms import Shelf, load, published
from activation.visit import Visit, visiting
from shared.contracts.paris import day_in_paris
from shared.security.assertions import HEADER

CHECK = "/internal/session?audience=member-space"
PAGE = "/connexion/conditions"
FIRST_SHA256 = "bb15a71e38086fd6acb248406c57ff4ac97325393930737cc7216ff9e76e775f"
WANTED = {"X-Forwarded-Method": "GET", "X-Forwarded-Uri": "/espace/remboursements?annee=2026"}
TODAY = day_in_paris(datetime.now(UTC))


def shelf(folder, *entries) -> Shelf:
    """``(number, days ago)``: versions of a folder made for the test, each with a text of its own."""
    named = "".join(
        f'[[version]]\nnumber = "{number}"\neffective = {TODAY - timedelta(days=ago)}\nchanges = "Nouveau en {number}"\n'
        for number, ago in entries
    )
    (folder / "versions.toml").write_text(named)
    for number, _ in entries:
        (folder / f"conditions-{number}.txt").write_text(f"Version {number}.\n\n# 1. Objet\n\nTexte de {number}.\n")
    return load(folder)


@pytest.fixture
async def member(world, visitor):
    """Signed in, the first version accepted at activation."""
    await world.confirmed()
    await visitor.sign_in()
    return visitor


def publish(world, terms: Shelf) -> None:
    world.app.state.parts = replace(world.app.state.parts, terms=terms)


def test_the_text_of_the_first_version_never_changes():
    text = (files("activation") / "terms" / "conditions-1.0.txt").read_bytes()
    assert hashlib.sha256(text).hexdigest() == FIRST_SHA256
    assert published().of("1.0").sha256 == FIRST_SHA256


def test_the_current_version_is_the_newest_whose_day_has_come(tmp_path):
    terms = shelf(tmp_path, ("1.0", 30), ("1.1", 10), ("2.0", -5))
    assert terms.current(TODAY).version == "1.1"
    assert [one.version for one in terms.earlier(TODAY)] == ["1.0"]
    assert not terms.asks_again(TODAY)
    later = TODAY + timedelta(days=5)
    assert (terms.current(later).version, terms.asks_again(later)) == ("2.0", True)
    assert terms.current(date(2000, 1, 1)).version == "1.0"


@pytest.mark.parametrize(
    "entries", [(("1.1", 30), ("1.0", 10)), (("1.0", 10), ("1.1", 30)), (("1.0", 10), ("1.0", 5)), (("1", 10),), ()]
)
def test_versions_that_cannot_be_told_apart_are_refused(tmp_path, entries):
    with pytest.raises((ValueError, KeyError)):
        shelf(tmp_path, *entries)


async def test_each_version_is_readable_with_its_day_and_digest(world, visitor, plain, tmp_path):
    publish(world, terms := shelf(tmp_path, ("1.0", 30), ("2.0", 3), ("2.1", -9)))
    for version, words in {
        "1.0": "en vigueur à compter du",
        "2.0": "en vigueur depuis le",
        "2.1": "en vigueur à compter du",
    }.items():
        page = await visitor.get(f"/conditions/{version}")
        assert page.status_code == 200
        for told in (f"Version {version}, {words}", f"Texte de {version}.", terms.of(version).sha256):
            assert told in plain(page)
    now = plain(await visitor.get("/conditions"))
    assert "Texte de 2.0." in now
    assert "Version 1.0 , en vigueur" in now
    assert "Version 2.1" not in now
    for strange in ("9.9", "1", "1.0.0", "..%2f1.0", "1.0\u00e9", "x" * 500):
        assert (await visitor.get(f"/conditions/{strange}")).status_code in {404, 422}, strange


async def test_who_is_signed_in_reads_what_they_accepted(member, visitor, world, plain):
    assert "Vous avez accepté la version 1.0 le" in plain(await member.get("/conditions"))
    assert "Vous avez accepté" not in plain(await world.visitor().get("/conditions"))


async def test_a_new_major_version_comes_before_everything_else(member, world, plain, tmp_path):
    assert HEADER in (await member.get(CHECK, **WANTED)).headers
    publish(world, terms := shelf(tmp_path, ("1.0", 30), ("2.0", 1)))
    sent = await member.get(CHECK, **WANTED)
    assert (sent.status_code, HEADER in sent.headers) == (303, False)
    assert sent.headers["location"] == f"{PAGE}?suite=/espace/remboursements%3Fannee%3D2026"
    refused = await member.get(CHECK, accept="application/json", **WANTED)
    assert (refused.status_code, refused.headers["content-type"]) == (403, "application/problem+json")
    assert "Acceptez d’abord" in refused.json()["title"]

    page = await member.get(sent.headers["location"])
    for told in ("Nouveau en 2.0", "Lire la version 2.0", "Relire la version 1.0", "Se déconnecter", "Besoin d’aide"):
        assert told in plain(page)
    unticked = await member.fill(PAGE, page=sent.headers["location"], version="2.0")
    assert (unticked.status_code, "Cochez la case" in unticked.text) == (422, True)
    assert 'value="/espace/remboursements?annee=2026"' in unticked.text
    assert len(await world.rows(TermsAcceptance)) == 1

    done = await member.fill(PAGE, page=sent.headers["location"], version="2.0", terms="oui")
    assert (done.status_code, done.headers["location"]) == (303, "/espace/remboursements?annee=2026")
    assert HEADER in (await member.get(CHECK, **WANTED)).headers
    (newest,) = [one for one in await world.rows(TermsAcceptance) if one.version == "2.0"]
    assert (newest.text_sha256, newest.channel) == (terms.of("2.0").sha256, "web")
    assert [event.kind for event in await world.rows(SecurityEvent)].count(Kind.TERMS_ACCEPTED) == 1
    assert (await member.get(PAGE)).headers["location"] == "/espace/"


async def test_pages_of_ones_own_account_wait_for_it_too(member, world, tmp_path):
    async def page(request: Request) -> Response:
        return Response() if isinstance(found := await visiting(request, "/compte/essai"), Visit) else found

    world.app.router.routes.append(Route("/compte/essai", page))
    assert (await member.get("/compte/essai")).status_code == 200
    publish(world, shelf(tmp_path, ("1.0", 30), ("2.0", 1)))
    sent = await member.get("/compte/essai")
    assert (sent.status_code, sent.headers["location"]) == (303, f"{PAGE}?suite=/compte/essai")


async def test_a_minor_version_is_not_asked(member, world, tmp_path):
    publish(world, shelf(tmp_path, ("1.0", 30), ("1.1", 1)))
    assert HEADER in (await member.get(CHECK, **WANTED)).headers
    assert (await member.get(PAGE)).status_code == 303


async def test_what_was_accepted_is_what_was_shown(member, world, tmp_path):
    publish(world, shelf(tmp_path, ("1.0", 30), ("2.0", 9)))
    form = await member.form_of(PAGE)
    publish(world, shelf(tmp_path, ("1.0", 30), ("2.0", 9), ("3.0", 1)))
    late = await member.http.post(PAGE, data=form | {"version": "2.0", "terms": "oui"})
    assert (late.status_code, "Une autre version est parue" in late.text) == (422, True)
    assert "version 3.0" in late.text
    assert len(await world.rows(TermsAcceptance)) == 1


async def test_a_form_sent_twice_is_accepted_once(member, world, tmp_path):
    publish(world, shelf(tmp_path, ("1.0", 30), ("2.0", 9)))
    form = await member.form_of(PAGE) | {"version": "2.0", "terms": "oui"}
    answers = [await member.http.post(PAGE, data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(await world.rows(TermsAcceptance)) == 2


async def test_the_page_is_for_who_is_signed_in(world, visitor, tmp_path):
    publish(world, shelf(tmp_path, ("1.0", 30), ("2.0", 9)))
    assert (await visitor.get(PAGE)).headers["location"].startswith("/connexion?suite=")
    await visitor.get("/connexion")
    assert (await visitor.http.post(PAGE, data={"terms": "oui"})).status_code == 303


async def test_a_strange_goal_leads_home(member, world, tmp_path):
    publish(world, shelf(tmp_path, ("1.0", 30), ("2.0", 9)))
    done = await member.fill(PAGE, page=f"{PAGE}?suite=//ailleurs.fr", version="2.0", terms="oui")
    assert done.headers["location"] == "/espace/"


async def test_who_activates_now_accepts_the_current_version(member, world):
    async with world.database.unit_of_work() as work:
        accepted = (await work.session.scalars(select(TermsAcceptance))).one()
        assert accepted.version == published().current(day_in_paris(work.now)).version
