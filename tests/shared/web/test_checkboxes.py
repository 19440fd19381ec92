"""A question with several answers: a checkbox for each."""

from typing import Annotated

import pytest

from shared.web.forms import Choices, Form, Required, blank, parse


class Wishes(Form):
    name: Annotated[str, Required("Saisissez votre nom")]
    wishes: Annotated[tuple[str, ...], Choices(("tea", "cake"), "Choisissez au moins une chose")]
    extras: Annotated[tuple[str, ...], Choices(("milk",))]


OPTIONS = [("tea", "Du thé"), ("cake", "Un gâteau", "aux noix")]


@pytest.fixture
def shown(app, elements):
    macro = app.state.pages.environment.get_template("forms.html").module.checkboxes
    return lambda form: elements(str(macro("wishes", "Vos souhaits", form, OPTIONS))).elements


def test_what_is_ticked_in_the_order_of_the_options():
    data = {"name": "Zoé", "wishes_cake": "oui", "wishes_tea": "oui", "extras_milk": "non", "wishes_wine": "oui"}
    form = parse(Wishes, data)
    assert form.value is not None
    assert (form.value.wishes, form.value.extras) == (("tea", "cake"), ())


def test_nothing_ticked_is_told_at_the_first_box():
    form = parse(Wishes, {"name": "", "wishes": "tea"})
    assert list(form.errors.items()) == [
        ("name", "Saisissez votre nom"), ("wishes", "Choisissez au moins une chose"),
    ]  # fmt: skip
    assert form.errors.controls["wishes"] == "wishes_tea"
    assert "extras" not in form.errors


def test_the_boxes_keep_what_was_ticked(shown):
    form = parse(Wishes, {"name": "", "wishes_cake": "oui"})
    boxes = {attrs["id"]: attrs for tag, attrs in shown(form) if tag == "input"}
    assert [name for name, attrs in boxes.items() if "checked" in attrs] == ["wishes_cake"]
    assert all(attrs["name"] == name and attrs["value"] == "oui" for name, attrs in boxes.items())
    ids = {attrs["id"] for _, attrs in shown(form) if "id" in attrs}
    assert boxes["wishes_cake"]["aria-describedby"] in ids
    assert not any("aria-invalid" in attrs for attrs in boxes.values())
    known = blank(Wishes, wishes_tea="oui")
    assert [attrs["id"] for tag, attrs in shown(known) if "checked" in attrs] == ["wishes_tea"]


def test_a_refused_question_is_marked_and_described(shown):
    found = shown(parse(Wishes, {"name": "Zoé"}))
    fieldset = next(attrs for tag, attrs in found if tag == "fieldset")
    assert fieldset["aria-describedby"] == "wishes-error"
    assert all(attrs["aria-invalid"] == "true" for tag, attrs in found if tag == "input")
