"""The table of guarantees: the edition that holds, one's own columns marked in words."""

import re
from datetime import datetime, timedelta
from importlib.resources import files

from playwright.async_api import async_playwright
from support.browser import ARGUMENTS

from member_space.contracts.contract_import import CONTRACTS
from member_space.guarantees.guarantee_import import GUARANTEES
from shared.contracts.paris import PARIS

from .conftest import DEMONSTRATION
from .test_made_at_once import read


async def test_table_of_guarantees_marks_own_columns_in_words(client, activation, open_space, load) -> None:
    person = await open_space("DEMO-0001")
    for what, name in ((CONTRACTS, "contracts"), (GUARANTEES, "guarantees")):
        await load(what, DEMONSTRATION / f"{name}.csv")
    page = (await client.get("/espace/garanties", headers=activation.header(person))).text
    table = page[page.index("<caption>Garanties") :]
    head = table[: table.index("</thead>")]
    marked = [cell for cell in re.findall(r'<th scope="col">(.*?)</th>', head) if "tre</span>" in cell]
    assert [re.split("<", cell)[0].replace("\u00a0", " ") for cell in marked] == [
        "Couverture 2",
        "Module A",
        "Module C",
    ]
    for post in ("Hospitalisation", "Soins courants", "Dentaire", "Optique", "Aides auditives"):
        assert f"<strong>{post}</strong>" in table
    assert table.count("100\u00a0% santé</th>") == 3
    assert 'scope="row"' in table
    assert 'scope="rowgroup"' in table
    assert 'aria-label="non couvert"' in table


async def test_coming_and_past_editions_are_not_shown(client, activation, open_space, load) -> None:
    person = await open_space("DEMO-0001")
    tomorrow = datetime.now(PARIS).date() + timedelta(days=1)
    edition = "edition;code;rank;post;label;coverage_1\n"
    await load(
        GUARANTEES,
        edition + "01/01/2020;aa;1;Optique;Vieille ligne;1 €\n01/01/2021;bb;1;Optique;Ligne en vigueur;1 €\n",
    )
    await load(GUARANTEES, edition + f"{tomorrow:%d/%m/%Y};aa;1;Optique;Ligne à venir;1 €\n")
    page = (await client.get("/espace/garanties", headers=activation.header(person))).text
    assert "Ligne en vigueur" in page
    assert "Vieille ligne" not in page
    assert "Ligne à venir" not in page


async def test_lines_of_one_rank_stand_in_the_order_of_their_codes(visitor, open_space, load) -> None:
    lines = [f"01/01/2020;{code};7;Optique;Ligne {code};1 €\n" for code in ("cc", "aa", "bb")]
    await load(GUARANTEES, "edition;code;rank;post;label;coverage_1\n" + "".join(lines))
    page = (await visitor(await open_space("DEMO-0001")).get("/espace/garanties")).text
    assert re.findall(r">Ligne (\w+)<", page) == ["aa", "bb", "cc"]


async def test_a_contract_that_has_not_begun_marks_nothing(visitor, open_space, load) -> None:
    tomorrow = datetime.now(PARIS).date() + timedelta(days=1)
    lines = f"DEMO-0001;C-0001;1;01/01/2020\nDEMO-0001;C-0002;2;{tomorrow:%d/%m/%Y}\n"
    await load(CONTRACTS, "reference;number;coverage;since\n" + lines)
    await load(GUARANTEES, DEMONSTRATION / "guarantees.csv")
    page = (await visitor(await open_space("DEMO-0001")).get("/espace/garanties")).text
    assert re.findall(r'<th scope="col">(Couverture.\d)<br>', page.replace("\u00a0", " ")) == ["Couverture 1"]


async def test_without_an_edition_the_page_says_so(client, activation, open_space) -> None:
    person = await open_space("DEMO-0002", "LEFÈVRE", civility="M.", given_name="Paul")
    page = await client.get("/espace/garanties", headers=activation.header(person))
    assert page.status_code == 200
    assert "tableau des garanties n’est pas disponible" in page.text


async def test_on_paper_the_words_are_explained_and_nothing_speaks_of_the_screen(
    visitor, open_space, load, tmp_path
) -> None:
    await load(GUARANTEES, DEMONSTRATION / "guarantees.csv")
    html = (await visitor(await open_space("DEMO-0001")).get("/espace/garanties")).text
    style = files("shared.web").joinpath("static/espace.css").read_text(encoding="utf-8")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        page = await browser.new_page()
        await page.set_content(html)
        await page.add_style_tag(content=style)
        paper = await read(await page.pdf(), tmp_path)
        await browser.close()
    assert "Comprendre ce tableau" in paper
    assert "Un tiret signifie que le soin n’est pas couvert" in paper
    assert "Pour imprimer cette page" in html
    assert "Pour imprimer cette page" not in paper
