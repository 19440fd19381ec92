"""What members and colleagues type or have in an address: any text is read or refused, and what is read has its form."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from member_space.address.address_form import AddressForm, lines_of
from member_space.address.towns import in_france, is_cedex, on_envelope, towns_of
from member_space.cases.report import KEPT, _ids
from member_space.contracts.beneficiary_import import BeneficiaryRow
from member_space.contracts.contract_import import ContractRow
from member_space.guarantees.guarantee_import import GuaranteeRow
from member_space.mandates.form import MandateForm
from member_space.persons.names import beginnings, words_of
from member_space.persons.typed import LONGEST, read
from member_space.place import Place
from member_space.questions.desk_queries import Filters as DeskFilters
from member_space.questions.references import is_reference, new_reference
from member_space.reimbursements.cursor import Cursor
from member_space.reimbursements.filters import Choices, Filters
from member_space.reimbursements.kinds import KINDS
from member_space.reimbursements.reimbursement_import import ReimbursementRow
from shared.contracts.person_number import canonical_number
from shared.contracts.postal_line import LONGEST_LINE, fits, is_printable
from shared.contracts.postal_window import window
from shared.files.limits import FILE_COUNT
from shared.imports.row import check_row
from shared.web.forms import parse

ANY = st.text(st.characters(), max_size=120)
ODD = st.text(st.characters(codec="utf-8"), max_size=120)
"""As a form's bytes may hold it: no lone surrogate."""


@given(ANY | st.from_regex(r"\d{1,17}-[0-9a-f]{32}", fullmatch=True))
@example("99999999999999999-" + "f" * 32)
@example("١-" + "0" * 32)
def test_a_place_in_a_list_is_read_or_none(text):
    place = Place.read(text)
    if place is not None:
        assert Place.read(str(place)) == place


@given(st.timedeltas(timedelta(0), timedelta(days=3_000 * 365)), st.uuids())
def test_a_place_is_read_as_it_was_written(since, key):
    at = datetime(1970, 1, 1, tzinfo=UTC) + since
    assert Place.read(str(Place(at, key))) == Place(at, key)


@given(ANY | st.from_regex(r"\d{8}-[A-Za-z0-9-]{1,41}", fullmatch=True))
@example("00000101-A")
def test_a_line_of_reimbursements_is_read_or_none(text):
    cursor = Cursor.read(text)
    if cursor is not None:
        assert Cursor.read(str(cursor)) == cursor
        assert str(cursor) == text


CHOICES = Choices(["Jeanne", "Zoé"], [2026, 2025])
ASKED = st.dictionaries(
    st.sampled_from(["beneficiaire", "periode", "nature", "etat", "sujet", "x"]),
    ANY | st.sampled_from(["Jeanne", "2026", "3-mois", "optique", "autre"]),
)


@given(ASKED)
def test_filters_are_choices_of_the_person_or_none(asked):
    found = CHOICES.read(asked)
    assert found.beneficiary in {"", "Jeanne", "Zoé"}
    assert found.period in {"", "2026", "2025", "3-mois", "12-mois"}
    assert found.kind in {"", *KINDS}
    assert isinstance(found, Filters)
    found.days(datetime(2026, 11, 26, tzinfo=UTC).date())
    assert re.fullmatch(r"(\?[A-Za-z0-9%=&+._-]+)?", found.query)
    desk = DeskFilters.read(asked, {"autre": "Autre"})
    assert re.fullmatch(r"(\?[a-z0-9=&-]+)?", desk.query())


@given(ODD.map(lambda text: text[:LONGEST]) | st.uuids().map(str) | st.text("0123456789AB -./Q", max_size=20))
@example("1 85 05 78 006 084 92")
@example("{00000000-0000-0000-0000-000000000001}")
def test_whatever_is_looked_for_is_one_of_a_few_things(text):
    typed = read(text)
    assert typed.id is None or isinstance(typed.id, UUID)
    assert re.fullmatch(r"([A-Z0-9-]{4,40})?", typed.code)
    assert all(re.fullmatch(r"[a-z0-9]+", word) for word in typed.words)
    assert re.fullmatch(r"([a-z0-9]+:\*( & )?)*", beginnings(list(typed.words)))
    if typed.number is not None:
        canonical_number(*typed.number)
    assert not typed.mistyped or typed.is_nothing


@given(ANY)
def test_words_of_a_name_are_words_of_themselves(text):
    words = words_of(text)
    assert words_of(*words) == words


@given(ANY | st.text("Q-0123456789ABCO", max_size=12))
def test_a_reference_is_eleven_signs(text):
    assert not is_reference(text) or re.fullmatch(r"Q-[0-9A-Z]{4}-[0-9A-Z]{4}", text)
    assert is_reference(new_reference())


@given(ANY | st.lists(st.uuids().map(str) | st.just("x"), max_size=9).map(",".join))
def test_files_of_an_earlier_step_are_a_few_ids(text):
    kept = _ids({KEPT: text})
    assert len(kept) <= FILE_COUNT
    assert len(set(kept)) == len(kept)


LINE = ODD | st.sampled_from(["", "12 rue de l’Église", "Bât. B", "œ" * 20, "ª"])
TOWN = ODD | st.sampled_from(["Bordeaux", "bordeaux cedex 2", "St Denis", "PARIS"])
DAY = st.sampled_from(["1", "27", ""]), st.sampled_from(["11", "mars", ""]), st.sampled_from(["2026", "1957", ""])


@given(st.fixed_dictionaries({
    "complement": LINE, "street": LINE, "place": LINE, "town": TOWN, "postcode": ODD | st.sampled_from(["33000", "75012"]),
    "since_day": DAY[0], "since_month": DAY[1], "since_year": DAY[2],
}))  # fmt: skip
@example({"street": "12 rue X", "postcode": "33000", "town": "bordeaux", "since_day": "1", "since_month": "1",
          "since_year": "2026"})  # fmt: skip
def test_an_address_fits_on_its_envelope_or_is_refused(answers):
    form = parse(AddressForm, answers)
    assert (form.value is None) == bool(form.errors)
    if form.value is not None:
        lines = lines_of(form.value)
        assert 2 <= len(lines) <= 4
        assert all(fits(line) and is_printable(line) for line in lines)
        assert all(0 < len(line) <= LONGEST_LINE for line in window("", "", "Ba", lines, abroad=False))


@given(ANY, ANY | st.sampled_from(["33000", "75012", "97100"]))
def test_any_town_is_one_of_its_postcode_or_none(town, postcode):
    printed = on_envelope(postcode, town)
    assert not printed or towns_of(postcode)
    assert printed == printed.upper()
    assert isinstance(is_cedex(town), bool)
    assert isinstance(in_france(postcode), bool)


@given(st.dictionaries(st.sampled_from(
    ["given_name", "family_name", "email", "days", "scopes_documents", "scopes_remboursements", "scopes_messages"]),
    ODD | st.sampled_from(["oui", "31", "a@exemple.fr", "Zoé"]),
))  # fmt: skip
def test_whoever_is_invited_is_somebody_or_told(answers):
    form = parse(MandateForm, answers)
    assert (form.value is None) == bool(form.errors)
    assert set(form.errors) <= set(MandateForm.model_fields)


@pytest.mark.parametrize("row", [BeneficiaryRow, ContractRow, GuaranteeRow, ReimbursementRow])
@given(data=st.data())
def test_a_line_of_an_export_is_a_row_or_refused_by_column(row, data):
    columns = list(row.model_fields)
    cell = ANY.map(str.strip) | st.sampled_from(["", "27/03/1957", "12,50", "1", "optique", "C-0001", "adhérent", "FR"])
    cells = {name: data.draw(cell) for name in columns}
    found = check_row(row, 3, cells)
    if isinstance(found, list):
        assert found
        assert {refusal.column for refusal in found} <= {*columns, ""}
    else:
        assert not any(cell in repr(found) for cell in cells.values() if len(cell) > 20), "a row tells names alone"
