"""Answers checked, cleaned and shown again."""

from datetime import date
from typing import Annotated

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from pydantic import model_validator
from support.sample_pages import SampleForm

from shared.web.forms import (
    WHOLE_FORM,
    BirthDate,
    DateParts,
    EmailAddress,
    FieldError,
    Form,
    Multiline,
    Postcode,
    Required,
    address_key,
    blank,
    parse,
)


def test_right_answers_make_a_value(answers):
    form = parse(SampleForm, answers)
    assert form.errors == {}
    assert form.value is not None
    assert form.value.birth_date == date(1957, 3, 27)
    assert form.value.email_again == "Marie@exemple.fr"
    assert form.value.postcode == "75012"
    assert form.value.password == " une phrase assez longue ", "a password is kept as typed"
    assert form.value.terms is True


def test_an_empty_form_has_one_message_a_field_in_the_order_of_the_page():
    form = parse(SampleForm, {})
    assert form.value is None
    assert list(form.errors) == [n for n in SampleForm.model_fields if n not in {"message", "password_again"}]
    assert form.errors["situation"] == "Indiquez si vous êtes adhérent ou assuré"
    assert form.errors["birth_date"] == "Saisissez votre date de naissance"
    assert form.errors.controls == {"birth_date": "birth_date_day"}


def test_wrong_answers_are_shown_again_but_secrets_are_not(answers):
    form = parse(SampleForm, answers | {"postcode": "75", "password_again": "autre"})
    assert form.errors == {
        "postcode": "Le code postal doit comporter 5 chiffres",
        "password_again": "Les deux mots de passe doivent être identiques",
    }
    assert form.values["postcode"] == "75"
    assert form.values["birth_date_month"] == "mars"
    assert [form.values[name] for name in ("password", "password_again", "captcha")] == ["", "", ""]


def test_a_comparison_waits_for_the_other_field_to_be_right(answers):
    form = parse(SampleForm, answers | {"email": "marie"})
    assert list(form.errors) == ["email"]


def test_a_long_answer_is_refused_with_its_limit(answers):
    form = parse(SampleForm, answers | {"family_name": "x" * 41, "number": "1" * 201, "message": "x" * 51})
    assert form.errors["family_name"] == "Cette réponse doit comporter 40 caractères ou moins"
    assert form.errors["number"] == "Cette réponse doit comporter 200 caractères ou moins"
    assert form.errors["message"] == "Le message doit comporter 50 caractères ou moins"


class Note(Form):
    title: str
    body: Annotated[str, Multiline()]


@pytest.mark.parametrize("bad", ["a\x00b", "a\nb", "a\x1bb", "a\u202eb", "a\ud800b", "a\x85b"])
def test_characters_that_cannot_be_seen_are_refused(bad):
    form = parse(Note, {"title": bad})
    assert form.errors["title"].startswith("Ce champ contient un caractère qui ne s’affiche pas")
    form.values["title"].encode()


def test_texts_are_trimmed_and_composed():
    form = parse(Note, {"title": "\u00a0\u200bLefe\u0300vre\u202f\n", "body": " un\r\n\tdeux\rtrois\n"})
    assert form.value is not None
    assert form.value.title == "Lefèvre"
    assert form.value.body == "un\n\tdeux\ntrois"


def test_errors_found_by_the_service_take_their_place(answers):
    form = parse(SampleForm, answers | {"postcode": ""})
    form = form.refuse("captcha", "Les chiffres ne correspondent pas").refuse(WHOLE_FORM, "Page expirée")
    assert list(form.errors) == [WHOLE_FORM, "postcode", "captcha"]
    assert form.value is None


def test_a_blank_form_can_be_prefilled():
    form = blank(SampleForm, email="marie@exemple.fr")
    assert (form.value, form.errors, form.values["email"]) == (None, {}, "marie@exemple.fr")
    assert form.values["birth_date_year"] == ""


class Period(Form):
    start: Annotated[date, DateParts("La date de début", "Saisissez la date de début")]
    end: Annotated[date | None, DateParts("La date de fin")]

    @model_validator(mode="after")
    def _in_order(self) -> "Period":
        if self.end and self.end < self.start:
            raise FieldError("La date de fin doit suivre la date de début", field="end")
        return self


def _parts(name: str, text: str) -> dict[str, str]:
    return dict(zip((f"{name}_day", f"{name}_month", f"{name}_year"), text.split("/"), strict=True))


def test_an_error_of_the_whole_attaches_to_a_named_field():
    form = parse(Period, _parts("start", "1/2/2024") | _parts("end", "1/1/2024"))
    assert form.errors == {"end": "La date de fin doit suivre la date de début"}
    assert form.errors.controls["end"] == "end_day"
    open_ended = parse(Period, _parts("start", "1/2/2024"))
    assert open_ended.value is not None
    assert open_ended.value.end is None


class Birth(Form):
    birth_date: BirthDate


@pytest.mark.parametrize(
    ("typed", "message", "control"),
    [
        ("27//1957", "La date de naissance doit comporter un mois", "month"),
        ("/3/1957", "La date de naissance doit comporter un jour", "day"),
        ("//1957", "La date de naissance doit comporter un jour et un mois", "day"),
        ("27/3/", "La date de naissance doit comporter une année", "year"),
        ("27/3/57", "L’année doit comporter 4 chiffres", "year"),
        ("31/2/1957", "La date de naissance doit être une date réelle", "day"),
        ("a/2/1957", "La date de naissance doit être une date réelle", "day"),
        ("1/13/1957", "La date de naissance doit être une date réelle", "month"),
        ("1/ju/1957", "La date de naissance doit être une date réelle", "month"),
        ("1/3/1899", "La date de naissance doit être postérieure à 1899", "year"),
        ("15/6/2026", "La date de naissance doit être dans le passé", "year"),
        ("15/6/9999", "La date de naissance doit être dans le passé", "year"),
    ],
)
def test_each_fault_of_a_birth_date_has_its_words(typed, message, control):
    # 14 June 22:30 UTC is 15 June in Paris: a person can't be born today.
    with time_machine.travel("2026-06-14T22:30:00+00:00", tick=False):
        form = parse(Birth, _parts("birth_date", typed))
    assert form.errors == {"birth_date": message}
    assert form.errors.controls["birth_date"] == f"birth_date_{control}"


@pytest.mark.parametrize(
    ("month", "number"),
    [
        ("3", 3),
        ("03", 3),
        ("mars", 3),
        ("FÉVRIER", 2),
        ("fevr.", 2),
        ("août", 8),
        ("aout", 8),
        ("juil", 7),
        ("déc.", 12),
    ],
)
def test_months_are_read_as_people_write_them(month, number):
    form = parse(Birth, _parts("birth_date", f"27/{month}/1957"))
    assert form.value is not None
    assert form.value.birth_date == date(1957, number, 27)


class Contact(Form):
    email: Annotated[EmailAddress, Required("Saisissez votre adresse électronique")]
    postcode: Postcode


@pytest.mark.parametrize(
    "bad",
    ["marie", "marie@", "marie@exemple", "Marie <marie@exemple.fr>", "a@b@c.fr", '"a b"@exemple.fr', "é@exemple.fr",
     "marie@exemple.fr, jean@exemple.fr", "a" * 250 + "@exemple.fr", "marie@[127.0.0.1]",
     "=?utf-8?q?a=40ailleurs.example=3e?=@exemple.fr"],
)  # fmt: skip
def test_what_is_no_address_is_refused(bad):
    form = parse(Contact, {"email": bad})
    assert form.errors["email"] == "Saisissez une adresse électronique au bon format, comme nom@exemple.fr"


def test_header_injection_is_refused():
    form = parse(Contact, {"email": "marie@exemple.fr\r\nBcc: tous@exemple.fr"})
    assert form.value is None


def test_an_address_of_the_longest_length_is_accepted():
    email = f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.exemple.fr"
    form = parse(Contact, {"email": email})
    assert len(email) == 254
    assert form.errors == {}


def test_addresses_compare_by_key():
    assert address_key(" Marie.Lefèvre@EXEMPLE.fr ") == address_key("marie.lefe\u0300vre@exemple.FR")
    assert address_key("ﬁn@exemple.fr") == "fin@exemple.fr"
    assert address_key("a@exemple.fr") != address_key("b@exemple.fr")


def test_what_was_typed_is_not_in_the_representation(answers):
    form = parse(SampleForm, answers)
    assert form.value is not None
    assert "phrase" not in repr(form.value)
    assert "phrase" not in str(form.value)


ODD_TEXT = st.text(alphabet=st.characters(), max_size=300)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(blank(SampleForm).values, ODD_TEXT)))
def test_no_answer_makes_parsing_fail(data):
    form = parse(SampleForm, data)
    assert (form.value is None) == bool(form.errors)
    assert set(form.errors) <= {*SampleForm.model_fields, WHOLE_FORM}
    for value in form.values.values():
        value.encode()
