"""What every page carries."""

import gzip
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256

import pytest
from jinja2 import UndefinedError

from shared.web import french
from shared.web.pages import STATIC_DIR
from shared.web.security_headers import HEADERS


async def test_static_files_are_named_by_their_content(client):
    page = (await client.get("/formulaire")).text
    digest = sha256((STATIC_DIR / "espace.css").read_bytes()).hexdigest()[:8]
    assert f'href="/static/espace.css?v={digest}"' in page
    for address in re.findall(r'"(/static/[^"]+)"', page):
        assert (await client.get(address)).status_code == 200


async def test_pages_narrow_what_they_may_do(client):
    answer = await client.get("/formulaire")
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert not re.search(r"<(script|style)[^>]*>[^<]", answer.text), "nothing inline"
    assert " style=" not in answer.text
    assert not re.search(r"\son\w+=", answer.text)


async def test_a_name_that_the_context_lacks_is_a_mistake(app):
    template = app.state.pages.environment.from_string("{{ nothing }}")
    with pytest.raises(UndefinedError):
        template.render()


async def test_a_service_template_comes_before_the_shared_one(app):
    environment = app.state.pages.environment
    assert environment.get_template("sample.html").filename.endswith("sample_pages/templates/sample.html")
    assert environment.get_template("shared/base.html").filename.endswith("shared/web/templates/base.html")


def test_the_script_and_the_sheet_stay_light():
    """As they travel (ui.md §7: at most 5 KB of script)."""
    assert len(gzip.compress((STATIC_DIR / "espace.js").read_bytes())) <= 5 * 1024
    assert len(gzip.compress((STATIC_DIR / "espace.css").read_bytes())) <= 8 * 1024


def test_dates_are_french():
    assert french.date_fr(date(1957, 3, 27)) == "27 mars 1957"
    assert french.date_fr(date(2026, 8, 1)) == "1er août 2026"
    assert french.date_fr(datetime(2026, 6, 30, 22, 30, tzinfo=UTC)) == "1er juillet 2026"
    assert (
        french.datetime_fr(datetime(1957, 3, 27, 13, 5, tzinfo=UTC))
        == "27\u00a0mars\u00a01957 à\u00a014\u00a0h\u00a005"
    )
    with pytest.raises(ValueError, match="time zone"):
        french.datetime_fr(datetime(2026, 1, 1))  # noqa: DTZ001 - that is the mistake


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Decimal("1234.5"), "1\u202f234,50\u00a0€"),
        (Decimal("0.005"), "0,01\u00a0€"),
        (Decimal("-12.3"), "−12,30\u00a0€"),
        (Decimal("-0.001"), "0,00\u00a0€"),
        (1000000, "1\u202f000\u202f000,00\u00a0€"),
    ],
)
def test_amounts_are_french(amount, text):
    assert french.euros(amount) == text
