"""The card and the certificate: whom they name, when there is none, and that everybody can read them."""

import asyncio
import io
import re
import subprocess
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pikepdf
import pytest
from structlog.testing import capture_logs

from member_space.contracts.beneficiary_import import BENEFICIARIES
from member_space.contracts.contract_import import CONTRACTS
from member_space.documents.made_at_once import MADE_AT_ONCE, contracts_of_today
from shared.printing import tagged_pdf

TODAY = date.today()  # noqa: DTZ011 - far from any border of these tests
CONTRACT_HEAD = "reference;number;coverage;modules;since;until;beneficiaries"
PEOPLE_HEAD = "number;contract;reference;given_name;family_name;birth_date;relation;since;until"
NEXT_YEAR, YESTERDAY = TODAY + timedelta(days=365), TODAY - timedelta(days=1)


@pytest.fixture
def given(load):
    """``await given(contracts, people)``: lines below the heads of both imports."""

    async def import_both(contracts, people=()):
        assert (await load(CONTRACTS, "\n".join([CONTRACT_HEAD, *contracts])))[0] == len(contracts)
        if people:
            assert (await load(BENEFICIARIES, "\n".join([PEOPLE_HEAD, *people])))[0] == len(people)

    return import_both


@pytest.fixture
async def garnier(open_space, given):
    """A family of four, of whom one has left and one comes next year."""
    await given(
        [f"DEMO-0001;GAR-2020-1;2;A +;2020-01-01;{NEXT_YEAR};Jeanne:adhérent", "DEMO-0003;ALM-1;1;;2020-01-01;;"],
        [
            "BEN-1;GAR-2020-1;DEMO-0001;Jeanne;GARNIER;1957-03-27;adhérent;2020-01-01;",
            "BEN-2;GAR-2020-1;DEMO-0001;Zoé;L’HÉNORET-ŒUVRARD;2010-02-03;enfant;2021-05-06;2026-12-31".replace(
                "2026-12-31", str(NEXT_YEAR - timedelta(days=9))
            ),
            f"BEN-3;GAR-2020-1;DEMO-0001;Parti;GARNIER;2001-01-01;enfant;2020-01-01;{YESTERDAY}",
            f"BEN-4;GAR-2020-1;DEMO-0001;Futur;GARNIER;2001-01-01;autre;{NEXT_YEAR};",
            "BEN-5;ALM-1;DEMO-0003;Maëlle;ALMEIDA;1980-01-01;adhérent;2020-01-01;",
        ],
    )
    await open_space("DEMO-0003", "ALMEIDA", email="maelle@exemple.fr")
    return await open_space("DEMO-0001")


async def read(pdf: bytes, folder: Path) -> str:
    (folder / "read.pdf").write_bytes(pdf)
    command = ["pdftotext", "-layout", folder / "read.pdf", "-"]
    ran = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True)
    return re.sub(r"\s+", " ", ran.stdout)


@pytest.mark.parametrize("which", MADE_AT_ONCE, ids=lambda one: one.key)
async def test_it_names_those_who_are_covered_today_and_is_tagged(visitor, garnier, which, tmp_path) -> None:
    answer = await visitor(garnier).get(f"/espace{which.path}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.headers["cache-control"] == "no-store"
    said = await read(answer.content, tmp_path)
    for words in (
        "GAR-2020-1", "couverture 2, modules A, +", "GARNIER Jeanne", "27/03/1957", "L’HÉNORET-ŒUVRARD Zoé",
        "03/02/2010", "du 06/05/2021 au " + (NEXT_YEAR - timedelta(days=9)).strftime("%d/%m/%Y"),
        "du 01/01/2020 au " + NEXT_YEAR.strftime("%d/%m/%Y"),
    ):  # fmt: skip
        assert words in said, words
    for words in ("Parti", "Futur", "ALM", "AMC"):
        assert words not in said, words
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "fr"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert which.title in metadata["dc:title"]
        assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/P"} <= tags(pdf.Root.StructTreeRoot)
        fonts = [font for page in pdf.pages for font in page.Resources.Font.values()]
        assert fonts
        assert all(embedded(font) for font in fonts)


def tags(node) -> set[str]:
    """Every structure type below a node."""
    if isinstance(node, pikepdf.Array):
        return set().union(*(tags(one) for one in node), set())
    if not isinstance(node, pikepdf.Dictionary):
        return set()
    own = {str(node.S)} if "/S" in node else set()
    return own | (tags(node.K) if "/K" in node else set())


def embedded(font) -> bool:
    inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
    return any(name in inner.FontDescriptor for name in ("/FontFile", "/FontFile2", "/FontFile3"))


@pytest.mark.parametrize("period", ["2020-01-01;2021-01-01", f"{NEXT_YEAR};", None], ids=["ended", "to come", "none"])
async def test_without_a_running_contract_a_page_says_why(visitor, open_space, given, period) -> None:
    if period:
        await given([f"DEMO-0001;GAR-1;1;;{period};"])
    me = visitor(await open_space("DEMO-0001"))
    for which in MADE_AT_ONCE:
        answer = await me.get(f"/espace{which.path}")
        assert answer.status_code == 409
        assert "Ce document demande un contrat en cours" in answer.text


async def test_of_a_contract_without_known_people_first_names_are_all_there_is(database, open_space, given) -> None:
    await given([f"DEMO-0001;GAR-1;1;B;2020-01-01;{TODAY};Jeanne:adhérent|Zoé:enfant"])
    person = await open_space("DEMO-0001")
    async with database.unit_of_work() as work:
        (contract,) = await contracts_of_today(work.session, person, TODAY)
    assert [(one.given_name, one.birth_date, one.until) for one in contract.covered] == [
        ("Jeanne", None, TODAY), ("Zoé", None, TODAY),
    ]  # fmt: skip


async def test_the_amc_number_is_printed_where_there_is_one(app, visitor, garnier, tmp_path) -> None:
    app.state.amc_number = "12345678"
    said = await read((await visitor(garnier).get("/espace/documents/carte.pdf")).content, tmp_path)
    assert "N° AMC : 12345678" in said


def test_the_list_of_links_says_kind_and_when(app) -> None:
    template = app.state.pages.environment.get_template("documents/faits-sur-place.html")
    visit = SimpleNamespace(mandate=None, today=date(2026, 11, 1))
    some = template.render(base="/espace/pour/x", visit=visit, made_at_once=MADE_AT_ONCE)
    assert re.findall(r'href="([^"]+)"', some) == [f"/espace/pour/x{one.path}" for one in MADE_AT_ONCE]
    assert some.count("(PDF)</a>, établie à la date du 1er\u00a0novembre\u00a02026") == 2
    assert "demandent un contrat en cours" in template.render(base="/espace", visit=visit, made_at_once=())


async def test_a_document_that_takes_too_long_is_to_be_asked_for_again(garnier, visitor, monkeypatch) -> None:
    monkeypatch.setattr(tagged_pdf, "PATIENCE_SECONDS", 0.0)
    with capture_logs() as logs:
        answer = await visitor(garnier).get("/espace/documents/carte.pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert "Votre document n’a pas pu être préparé à temps" in answer.text
    assert "database_away" not in str(logs)


def test_the_gateway_waits_longer_than_a_document_may_take() -> None:
    gateway = (Path(__file__).parents[2] / "deploy/gateway/Caddyfile").read_text()
    waits = max(map(int, re.findall(r"response_header_timeout (\d+)s", gateway)))
    assert waits - 2 > tagged_pdf.PATIENCE_SECONDS
