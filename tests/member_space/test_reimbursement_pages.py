"""The list of reimbursements, a décompte, the totals, and the files of both."""

import csv
import io
import re
import tracemalloc
from datetime import date, timedelta
from itertools import combinations, product
from urllib.parse import urlencode
from uuid import UUID

import pikepdf
import pytest
from pypdf import PdfReader
from sqlalchemy import insert
from support.statements import asked

from member_space.reimbursements import queries, statement_of_payments
from member_space.reimbursements.csv_file import write_csv
from member_space.reimbursements.cursor import Cursor
from member_space.reimbursements.filters import Filters
from member_space.reimbursements.models import Reimbursement
from member_space.reimbursements.reimbursement_import import REIMBURSEMENTS
from member_space.reimbursements.totals import MONTHS

from .conftest import DEMONSTRATION

LINE = {
    "beneficiary": "Jeanne", "kind": "consultation", "act": "Consultation", "spent": 3000, "base": 3000,
    "social_security_share": 1900, "mutual_share": 900, "rest_to_pay": 200, "payee": "person",
}  # fmt: skip


async def store(database, person, lines) -> None:
    """Lines as ``(number, paid on, what differs)``."""
    rows = [
        LINE | {"person_id": person, "number": number, "statement": number, "care_date": day, "paid_on": day} | more
        for number, day, more in lines
    ]
    async with database.unit_of_work() as work:
        await work.session.execute(insert(Reimbursement), rows)


def numbers(html: str) -> list[str]:
    return re.findall(r'/remboursements/(N-\d+)"', html)


def table(html: str, caption: str) -> dict[str, list[str]]:
    """Its rows, the head too: what the first cell says to what the others say, amounts without their sign."""
    inside = html[html.index(f"<caption>{caption}") :].partition("</table>")[0]
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in inside.split("<tr")[1:]]
    plain = [[re.sub(r"<[^>]+>", "", cell).removesuffix("\u00a0€") for cell in row] for row in rows]
    return {first: rest for first, *rest in plain}


def written_in(pdf: bytes) -> str:
    """Text of its pages, on one line."""
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


def link(html: str, rel: str) -> str | None:
    found = re.search(rf'rel="{rel}" href="([^"]+)"', html)
    return found[1].replace("&amp;", "&") if found else None


@pytest.fixture
async def many(database, open_space):
    """60 lines of Jeanne's on 20 days, three a day, and two of somebody else's on the same days."""
    jeanne, other = await open_space("DEMO-0001"), await open_space("DEMO-0003", "ALMEIDA")
    first = date(2026, 1, 1)
    await store(database, jeanne, [(f"N-{n:04}", first + timedelta(days=n // 3), {}) for n in range(60)])
    await store(database, other, [("X-0001", first, {}), ("X-0002", first + timedelta(days=9), {})])
    return jeanne


async def test_pages_go_on_and_back_without_losing_or_repeating_a_line(visitor, many) -> None:
    me = visitor(many)
    expected = [f"N-{n:04}" for n in range(59, -1, -1)]
    address, seen, walked = "/espace/remboursements", [], []
    while address:
        page = await me.get(address)
        assert page.status_code == 200
        walked.append(address)
        seen += numbers(page.text)
        address = link(page.text, "next")
    assert seen == expected
    assert len(walked) == 3
    back = link(page.text, "prev")
    page = await me.get(back)
    assert numbers(page.text) == expected[25:50]
    page = await me.get(link(page.text, "prev"))
    assert (page.status_code, page.headers["location"]) == (303, "/espace/remboursements")


async def test_a_line_that_arrives_meanwhile_shifts_nothing(visitor, many, database) -> None:
    me = visitor(many)
    page = await me.get("/espace/remboursements")
    await store(database, many, [("N-9999", date(2026, 11, 1), {})])
    page = await me.get(link(page.text, "next"))
    assert numbers(page.text)[0] == "N-0034"


async def test_the_list_is_narrowed_by_links_and_stays_so_from_page_to_page(visitor, database, open_space) -> None:
    person = await open_space("DEMO-0003", "ALMEIDA")
    lines = [
        (
            f"N-{n:04}",
            date(2025 if n % 2 else 2026, 1, 1) + timedelta(days=n),
            {"beneficiary": "Noé" if n % 3 else "Lise"},
        )
        for n in range(120)
    ]
    await store(database, person, lines)
    me = visitor(person)
    address, seen = "/espace/remboursements?beneficiaire=Lise&periode=2025", []
    while address:
        page = await me.get(address)
        seen += numbers(page.text)
        assert 'aria-label="Filtres appliqués"' in page.text
        address = link(page.text, "next")
    assert seen == [f"N-{n:04}" for n in range(119, -1, -1) if n % 2 and n % 3 == 0]
    nothing = await me.get("/espace/remboursements?nature=dentaire")
    assert nothing.status_code == 200
    assert "Aucun remboursement ne correspond" in nothing.text


@pytest.mark.parametrize(
    "query",
    [
        "?apres=x",
        "?avant=x",
        "?apres=99999999-A",
        "?beneficiaire=%00",
        "?periode=²",
        "?nature=" + "x" * 3000,
        "?apres=00010101-A",
    ],
)
async def test_odd_addresses_are_answered_by_a_page(visitor, many, query) -> None:
    page = await visitor(many).get("/espace/remboursements" + query)
    assert page.status_code == 200


async def test_a_decompte_tells_everything_of_its_lines(visitor, database, open_space) -> None:
    person = await open_space("DEMO-0001")
    day = date(2026, 9, 9)
    crown = {
        "statement": "D-0001", "care_date": date(2026, 9, 2), "kind": "dentaire", "act": "Couronne", "spent": 50000,
        "base": 12000, "social_security_share": 7200, "mutual_share": 40123, "rest_to_pay": 2677,
    }  # fmt: skip
    await store(
        database, person, [("N-0001", day, crown), ("N-0002", day, {"statement": "D-0001", "payee": "professional"})]
    )
    page = await visitor(person).get("/espace/remboursements/D-0001")
    assert page.status_code == 200
    plain = re.sub(r"</?(strong|span)[^>]*>", "", page.text).replace("\u00a0", " ")
    acts = plain.split("<h2>")[1:]
    said = {act.partition("</h2>")[0]: dict(re.findall(r"<dt>(.+?)</dt><dd[^>]*>(.+?)</dd>", act)) for act in acts}
    assert said["Couronne"] == {
        "Date des soins": "2 septembre 2026", "Bénéficiaire": "Jeanne", "Nature du soin": "Dentaire",
        "Montant dépensé": "500,00 €", "Base de remboursement": "120,00 €", "Part de la sécurité sociale": "72,00 €",
        "Part de la mutuelle": "401,23 €", "Reste à payer": "26,77 €", "Versement": "à vous, le 9 septembre 2026",
        "Numéro de la ligne": "N-0001",
    }  # fmt: skip
    other = said["Consultation"]
    assert other["Versement"] == "au professionnel de santé (tiers payant), le 9 septembre 2026"
    assert (other["Montant dépensé"], other["Numéro de la ligne"]) == ("30,00 €", "N-0002")


async def test_somebody_elses_decompte_is_not_there(visitor, many) -> None:
    me = visitor(many)
    theirs, nobodys = await me.get("/espace/remboursements/X-0001"), await me.get("/espace/remboursements/X-9999")
    assert theirs.status_code == nobodys.status_code == 404
    assert (await me.get("/espace/remboursements/N-0001")).status_code == 200


async def test_totals_by_year_and_month_are_drawn_and_told(visitor, database, open_space) -> None:
    person = await open_space("DEMO-0001")
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), date(2026, 3, 15)]
    shares = {"spent": 5000, "social_security_share": 1400, "mutual_share": 3000, "rest_to_pay": 600}
    await store(database, person, [(f"N-{n:04}", day, shares if n == 3 else {}) for n, day in enumerate(days)])
    me = visitor(person)
    page = (await me.get("/espace/remboursements/totaux")).text
    head, of_2026 = ["Dépense", "Sécurité sociale", "Mutuelle", "Reste à payer"], ["110,00", "52,00", "48,00", "10,00"]
    assert table(page, "Totaux par année de versement") == {
        "Année": head, "2026": of_2026, "2025": ["30,00", "19,00", "9,00", "2,00"],
    }  # fmt: skip
    # whatever the drawing shows, the table below it tells: every month, also those without a bar
    told = table(page, "Totaux par mois de versement en 2026")
    assert list(told) == ["Mois", *map(str.capitalize, MONTHS)]
    assert told["Mois"] == head
    assert told["Janvier"] == ["60,00", "38,00", "18,00", "4,00"]
    assert told["Mars"] == ["50,00", "14,00", "30,00", "6,00"]
    assert told["Avril"] == ["0,00"] * 4
    assert page.count('<rect class="part-1"') == 2
    assert 'role="img" aria-labelledby="chart-title chart-about"' in page
    before = (await me.get("/espace/remboursements/totaux?annee=2025")).text
    assert before.count('<rect class="part-1"') == 1
    assert table(before, "Totaux par mois de versement en 2025")["Décembre"] == ["30,00", "19,00", "9,00", "2,00"]


async def test_csv_has_every_line_of_the_list(visitor, many) -> None:
    answer = await visitor(many).get("/espace/remboursements.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="remboursements.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 61
    first = dict(zip(rows[0], rows[1], strict=True))
    assert first["Ligne"] == "N-0059"
    assert first["Dépense"] == "30,00"
    assert first["Date du versement"] == "20/01/2026"


async def test_the_files_keep_what_the_list_is_narrowed_to(visitor, database, open_space) -> None:
    person = await open_space("DEMO-0003", "ALMEIDA")
    lines = [
        (f"N-{n:04}", date(year, 5, 1), {"beneficiary": name, "kind": kind})
        for n, (year, name, kind) in enumerate(
            product((2025, 2026), ("Noé", "Lise"), ("consultation", "dentaire", "optique"))
        )
    ]
    await store(database, person, lines)
    me = visitor(person)
    narrowed = {
        "beneficiaire": ("Noé", {0, 1, 2, 6, 7, 8}),
        "periode": ("2025", set(range(6))),
        "nature": ("optique", {2, 5, 8, 11}),
    }
    for names in (*combinations(narrowed, 1), tuple(narrowed)):
        query = urlencode({name: narrowed[name][0] for name in names})
        wanted = {f"N-{n:04}" for n in set.intersection(*(narrowed[name][1] for name in names))}
        page = (await me.get(f"/espace/remboursements?{query}")).text
        files = {kind: f"/espace/remboursements.{kind}?{query}" for kind in ("csv", "pdf")}
        for address in files.values():
            assert f'href="{address.replace("&", "&amp;")}"' in page
        as_csv = (await me.get(files["csv"])).content.decode("utf-8-sig")
        on_paper = (await me.get(files["pdf"])).content
        assert set(numbers(page)) == wanted
        assert {row["Ligne"] for row in csv.DictReader(io.StringIO(as_csv), delimiter=";")} == wanted
        assert set(re.findall(r"N-\d{4}", written_in(on_paper))) == wanted


async def test_the_pdf_is_tagged_and_holds_every_line(visitor, many) -> None:
    answer = await visitor(many).get("/espace/remboursements.pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "fr"
        assert "/StructTreeRoot" in pdf.Root
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert "Relevé de remboursements" in metadata["dc:title"]
    found = re.findall(r"décompte (N-\d{4})", written_in(answer.content))
    assert found == [f"N-{n:04}" for n in range(59, -1, -1)]


async def test_what_would_be_too_long_on_paper_says_what_to_do(visitor, many, monkeypatch) -> None:
    monkeypatch.setattr(statement_of_payments, "MOST", 59)
    page = await visitor(many).get("/espace/remboursements.pdf?periode=2026")
    assert page.status_code == 422
    assert "Choisissez une période plus courte" in page.text
    assert "/espace/remboursements.csv?periode=2026" in page.text


_MANY = """
    insert into reimbursement (number, person_id, statement, care_date, beneficiary, kind, act, spent, base,
        social_security_share, mutual_share, rest_to_pay, payee, paid_on)
    select 'N-' || lpad(n::text, 6, '0'), ':person', 'N-' || n, day, (array['Jeanne', 'Noé', 'Lise'])[1 + n % 3],
        'consultation', 'Consultation', 3000, 3000, 1900, 900, 200, 'person', day
    from generate_series(0, :lines - 1) n, lateral (select date '2016-12-01' + n * 3600 / :lines as day) d
"""


def fill(person: UUID, lines: int) -> str:
    """Lines of ten years and three people, as SQL."""
    return _MANY.replace(":lines", str(lines)).replace(":person", str(person))


async def test_twenty_thousand_lines_of_ten_years_are_read_by_their_index(
    visitor, database, open_space, change
) -> None:
    person = await open_space("DEMO-0001")
    change(fill(person, 20_000), "analyze reimbursement")
    page = await visitor(person).get("/espace/remboursements?apres=20200101-N-010000")
    assert len(numbers(page.text)) == queries.PAGE
    async with database.unit_of_work() as work:
        with asked() as seen:
            after = Cursor(date(2020, 1, 1), "N-010000")
            await queries.page(work.session, person, Filters(), date(2026, 11, 26), after=after)
            choices = await queries.choices(work.session, person)
        assert (choices.beneficiaries, choices.years) == (["Jeanne", "Lise", "Noé"], list(range(2026, 2015, -1)))
        connection = await work.session.connection()
        explained = [await connection.exec_driver_sql(f"EXPLAIN ANALYZE {query}", given) for query, given in seen]
        plans = ["\n".join(row[0] for row in plan) for plan in explained]
    lines, names, years = plans
    assert "Index Scan Backward using reimbursement_pages" in lines
    assert names.count("Index Only Scan using reimbursement_names") == 2
    assert years.count("using reimbursement_pages") == 2
    assert "Seq Scan" not in "".join(plans)
    with asked() as seen:
        await visitor(person).get("/espace/remboursements/totaux")
    assert sum("RECURSIVE names" in query for query, _ in seen) == 1


async def test_the_csv_has_no_end_and_takes_no_memory(visitor, database, open_space, change) -> None:
    person = await open_space("DEMO-0001")
    change(fill(person, 60_000))
    tracemalloc.start()
    try:
        async with database.unit_of_work() as work:
            year = queries.every_line(work.session, person, Filters(period="2020"), date(2026, 11, 26))
            (await write_csv(year)).close()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 3 * 1024 * 1024  # its 6,000 rows at once take more
    lines = (await visitor(person).get("/espace/remboursements.csv")).content.splitlines()
    assert [line.split(b";")[1] for line in lines[1:]] == [b"N-%06d" % number for number in range(59_999, -1, -1)]


async def test_the_demonstration_is_shown(visitor, load, open_space) -> None:
    await load(REIMBURSEMENTS, DEMONSTRATION / "reimbursements.csv")
    page = await visitor(await open_space("DEMO-0001")).get("/espace/remboursements")
    assert "Couronne dentaire, 100\u00a0% santé" in page.text
