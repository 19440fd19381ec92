"""Addresses, references, states and words: plain functions."""

import re
from datetime import date, datetime, timedelta

import pytest

from member_space import french
from member_space.address.address_form import AddressForm, lines_of
from member_space.address.towns import is_cedex, on_envelope, towns_of
from member_space.cases.rules import Kind, State, is_reference, new_reference, state_words
from member_space.documents.document_form import DocumentForm
from member_space.situation.situation_form import form_offering
from member_space.situation.situations import OFFERED, situations
from shared.contracts.events.fields import Reference
from shared.contracts.paris import PARIS
from shared.contracts.postal_line import fits, is_printable
from shared.web.forms import parse

ADDRESS = {
    "complement": "", "street": "12 rue des Exemples", "place": "", "postcode": "33 000", "town": "bordeaux",
    "since_day": "1", "since_month": "septembre", "since_year": "2026",
}  # fmt: skip
SITUATION = {"situation": "retraite", "since_day": "1", "since_month": "1", "since_year": "2027", "precision": ""}


@pytest.mark.parametrize(
    "typed", ["Bordeaux🙂", "Bordeaux漢字", "Bord\u200beaux", "Bordeaux !", "Вordeaux", "Bordeaux_"]
)
def test_a_sign_that_is_no_letter_makes_another_town(typed) -> None:
    assert on_envelope("33000", typed) == ""


@pytest.mark.parametrize(
    ("postcode", "typed", "printed"),
    [
        ("75012", "Paris 12e arrondissement", "PARIS"), ("42000", "st etienne", "SAINT-ÉTIENNE"),
        ("69110", "Ste-Foy lès Lyon", "SAINTE-FOY-LÈS-LYON"), ("01400", "l'abergement clemenciat", "L’ABERGEMENT-CLÉMENCIAT"),
        ("93200", "SAINT DENIS", "SAINT-DENIS"), ("89770", "Boeurs en Othe", "BŒURS-EN-OTHE"), ("45560", "Saint-Denis", ""),
        ("69460", "Salles-Arbuissonnas-en-Beaujolais", "SALLES ARBUISSONNAS EN B"),
        ("69460", "salles arbuissonnas en b", "SALLES ARBUISSONNAS EN B"), ("16190", "Bors", "BORS-DE-MONTMOREAU"),
        ("64370", "Castillon", "CASTILLON (CANTON ARTHEZ BEARN"), ("58120", "Château-Chinon", "CHATEAU CHINON"),
        ("58120", "Château-Chinon (Campagne)", "CHATEAU-CHINON CAMPAGNE"), ("33000", "Bègles", ""),
        ("13001", "Marseille 1er", ""), ("13001", "Marseille 1er Arrondissement", "MARSEILLE"),
    ],
)  # fmt: skip
def test_a_town_is_known_however_it_is_written_and_printed_under_its_own_name(postcode, typed, printed) -> None:
    assert on_envelope(postcode, typed) == printed


def test_each_town_of_the_list_is_known_and_has_room_on_an_envelope() -> None:
    codes = [f"{number:05}" for number in range(100_000)]
    named = [(code, town) for code in codes for town in towns_of(code)]
    assert len(named) > 36_000
    for code, town in named:
        last = f"{code} {on_envelope(code, town)}"
        assert len(last) > len("33000 "), (code, town)
        assert is_printable(last), last
        assert fits(last), last


@pytest.mark.parametrize(
    ("postcode", "town"),
    [
        ("69460", "Salles-Arbuissonnas-en-Beaujolais"), ("51290", "Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson"),
        ("64370", "Castillon (Canton d’Arthez-de-Béarn)"), ("13001", "Marseille 1er Arrondissement"),
        ("48220", "Pont de Montvert - Sud Mont Lozère"), ("59910", "Bondues"), ("80190", "Y"),
    ],
)  # fmt: skip
def test_its_people_can_report_an_address_there(postcode, town) -> None:
    form = parse(AddressForm, ADDRESS | {"postcode": postcode, "town": town})
    assert not form.errors
    assert lines_of(form.value)[-1] == f"{postcode} {on_envelope(postcode, town)}"


def test_the_list_of_towns_is_whole() -> None:
    assert towns_of("33000") == ("Bordeaux",)
    assert "Saint-Denis" in towns_of("97400")
    assert towns_of("99999") == ()
    assert is_cedex("Bordeaux CEDEX 2")
    assert not is_cedex("Cedexville")
    assert not is_cedex("Cedex 2")


def test_an_address_becomes_the_lines_of_an_envelope() -> None:
    form = parse(AddressForm, ADDRESS | {"complement": "Bâtiment  B", "place": "BP 12"})
    assert not form.errors
    assert lines_of(form.value) == ("Bâtiment B", "12 rue des Exemples", "BP 12", "33000 BORDEAUX")
    assert form.value.since == date(2026, 9, 1)


@pytest.mark.parametrize(
    ("field", "answers", "words"),
    [
        ("street", {"street": ""}, "Saisissez le numéro et la voie"),
        ("street", {"street": "x" * 39}, "38 caractères ou moins"),
        ("complement", {"complement": "x" * 39}, "38 caractères ou moins"),
        ("street", {"street": "12 rue du " + "Œ" * 15}, "38 caractères ou moins"),
        ("street", {"street": "12 rue <b>"}, "sans signe particulier"),
        ("street", {"street": "12 rue des\u200bLilas"}, "sans signe particulier"),
        ("street", {"street": "12 rue du \ufb01l"}, "sans signe particulier"),
        ("street", {"street": "\u2116 12"}, "sans signe particulier"),
        ("street", {"street": "12 улица"}, "sans signe particulier"),
        ("place", {"place": "\U0001f642"}, "sans signe particulier"),
        ("place", {"place": "---"}, "sans signe particulier"),
        ("postcode", {"postcode": ""}, "Saisissez votre code postal"),
        ("postcode", {"postcode": "3300"}, "5 chiffres"),
        ("postcode", {"postcode": "99999"}, "Aucune commune n’a ce code postal"),
        ("town", {"town": ""}, "Saisissez votre commune"),
        ("town", {"town": "Bègles"}, "nous connaissons\u00a0: Bordeaux"),
        ("town", {"town": "33000 Bordeaux"}, "sans chiffre"),
        ("town", {"town": "x" * 61}, "60 caractères ou moins"),
        ("town", {"town": "Bordeaux\U0001f642"}, "sans signe particulier"),
        ("town", {"town": "x" * 27 + " CEDEX"}, "38 caractères ou moins"),
        ("postcode", {"postcode": "00000", "town": "X CEDEX"}, "Aucune commune n’a ce code postal"),
        ("since", {"since_day": "", "since_month": "", "since_year": ""}, "Indiquez depuis quand"),
        ("since", {"since_day": "31", "since_month": "2"}, "date réelle"),
        ("since", {"since_year": "2062"}, "La date du changement doit être dans un an au plus tard"),
    ],
)
def test_each_mistake_in_an_address_has_its_words_beside_its_field(field, answers, words) -> None:
    form = parse(AddressForm, ADDRESS | answers)
    assert [*form.errors] == [field]
    assert words in form.errors[field]
    assert form.values["street"] == (ADDRESS | answers)["street"], "what was typed is kept"


def test_a_cedex_is_believed() -> None:
    form = parse(AddressForm, ADDRESS | {"postcode": "33075", "town": "Bordeaux Cedex 2"})
    assert lines_of(form.value)[-1] == "33075 BORDEAUX CEDEX 2"


def test_another_document_is_to_be_named() -> None:
    assert parse(DocumentForm, {"document": "autre", "precision": ""}).errors == {
        "precision": "Indiquez quel document vous souhaitez"
    }
    assert not parse(DocumentForm, {"document": "attestation-vitale"}).errors
    assert "document" in parse(DocumentForm, {"document": "x"}).errors


def test_a_situation_begins_within_a_year_and_ends_within_ten() -> None:
    form_class, today = form_offering(OFFERED), datetime.now(PARIS).date()

    def errors(name: str, year: int, day: int) -> dict[str, str]:
        given = {f"{name}_year": str(year), f"{name}_month": str(today.month), f"{name}_day": str(day)}
        return parse(form_class, SITUATION | given).errors

    for name, years, words in (("since", 1, "dans un an au plus tard"), ("until", 10, "dans 10\u00a0ans au plus tard")):
        last = min(today.day, 28)
        assert not errors(name, today.year + years, last)
        beyond = errors(name, today.year + years + 1, last)
        assert [*beyond] == [name]
        assert words in beyond[name]


def test_situations_are_those_of_the_guide_and_of_the_setting() -> None:
    assert {*OFFERED.values()} == {"Mise en disponibilité", "Congé parental", "Passage à la retraite"}
    more = situations("temps-partiel:Temps partiel; mobilite : Mobilité")
    assert [*more] == [*OFFERED, "temps-partiel", "mobilite"]
    form = form_offering(more)
    assert not parse(form, SITUATION | {"situation": "mobilite"}).errors
    assert parse(form, SITUATION | {"situation": "x"}).errors == {"situation": "Choisissez une situation de la liste"}
    ends = {"until_day": "31", "until_month": "12", "until_year": "2026"}
    assert "après la date de début" in parse(form, SITUATION | ends).errors["until"]
    with pytest.raises(ValueError, match="key:words"):
        situations("retraite")


@pytest.mark.parametrize("kind", Kind)
def test_a_reference_is_read_aloud_and_carried_by_events(kind) -> None:
    pattern = Reference.__metadata__[0].metadata[0].pattern if hasattr(Reference, "__metadata__") else ""
    found = {new_reference(kind) for _ in range(200)}
    assert len(found) == 200
    assert all(re.fullmatch(r"[DAS]-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", one) for one in found)
    assert all(re.fullmatch(pattern or r".*", one) for one in found)
    assert all(is_reference(kind, one) for one in found)
    other = next(one for one in Kind if one is not kind)
    assert not any(is_reference(other, one) for one in found)


def test_states_are_told_in_words() -> None:
    today = date(2026, 11, 26)
    told = [state_words(Kind.DOCUMENT, state, today, today) for state in State]
    assert told == ["En préparation", "En préparation", "Disponible", "Refusé"]
    assert state_words(Kind.DOCUMENT, State.DONE, today - timedelta(days=1), today) == "Expiré"
    assert state_words(Kind.ADDRESS, State.DONE, None, today) == "Accepté"


def test_ages() -> None:
    assert [french.age(timedelta(minutes=n)) for n in (0, 1, 59, 60, 1439, 1440, 4320)] == [
        "à l’instant", "il y a 1\u00a0minute", "il y a 59\u00a0minutes", "il y a 1\u00a0heure",
        "il y a 23\u00a0heures", "il y a 1\u00a0jour", "il y a 3\u00a0jours",
    ]  # fmt: skip
