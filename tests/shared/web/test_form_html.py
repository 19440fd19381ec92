"""Structure of the macros' HTML (research/ui.md §3)."""

import pytest
from support.sample_pages import SampleForm

from shared.web.forms import blank, parse


@pytest.fixture
def form_macros(app):
    return app.state.pages.environment.get_template("forms.html").module


async def test_every_control_has_a_label_and_every_described_id_exists(client, elements):
    for page in [(await client.get("/formulaire")).text, (await client.post("/formulaire")).text]:
        found = elements(page).elements
        ids = [str(attrs["id"]) for _, attrs in found if "id" in attrs]
        assert len(ids) == len(set(ids))
        labelled = {attrs.get("for") for tag, attrs in found if tag == "label"}
        for tag, attrs in found:
            if tag in {"input", "select", "textarea"} and attrs.get("type") != "hidden":
                assert attrs["id"] in labelled
            assert set((attrs.get("aria-describedby") or "").split()) <= set(ids)
            if tag == "button":
                assert attrs["type"] in {"submit", "button"}


async def test_only_a_refused_field_is_marked(client, elements, answers, get_token):
    fresh = (await client.get("/formulaire")).text
    assert "aria-invalid" not in fresh
    assert "<title>Créer mon compte – Espace" in fresh
    page = (await client.post("/formulaire", data=answers | await get_token() | {"postcode": "7"})).text
    marked = [attrs["id"] for _, attrs in elements(page).elements if attrs.get("aria-invalid") == "true"]
    assert marked == ["postcode"]
    assert "<title>Erreur : Créer mon compte" in page


async def test_summary_and_field_say_the_same_and_link(client, answers, get_token):
    data = answers | await get_token() | {"birth_date_month": "", "postcode": "7"}
    page = (await client.post("/formulaire", data=data)).text
    assert "Il y a 2 erreurs à corriger" in page
    assert '<a href="#birth_date_month">La date de naissance doit comporter un mois</a>' in page
    assert '<a href="#postcode">Le code postal doit comporter 5 chiffres</a>' in page
    assert page.count("Le code postal doit comporter 5 chiffres") == 2
    assert page.index("erreurs à corriger") < page.index("<h1>")


async def test_order_in_a_field_is_label_hint_error_control(client, answers, get_token):
    page = (await client.post("/formulaire", data=answers | await get_token() | {"postcode": "7"})).text
    places = [
        page.index(text) for text in ('for="postcode"', 'id="postcode-hint"', 'id="postcode-error"', 'id="postcode" ')
    ]
    assert places == sorted(places)
    assert 'aria-describedby="postcode-hint postcode-error"' in page


async def test_the_first_submit_is_the_main_action(client, elements):
    buttons = [attrs for tag, attrs in elements((await client.get("/formulaire")).text).elements if tag == "button"]
    first = next(attrs for attrs in buttons if attrs["type"] == "submit")
    assert (first["value"], first["class"], first["tabindex"], first["aria-hidden"]) == ("envoyer", "vh", "-1", "true")


async def test_what_people_type_stays_text(client, answers, get_token):
    attack = '"><script>alert(1)</script>'
    data = answers | await get_token() | {"family_name": attack, "message": f"</textarea>{attack}" + "x" * 60}
    page = (await client.post("/formulaire", data=data)).text
    assert "<script>" not in page
    assert "&lt;/textarea&gt;" in page


def test_an_optional_field_says_so_and_is_not_required(form_macros):
    html = str(form_macros.text("number", "Numéro", blank(SampleForm), required=False))
    assert '<span class="optional">(facultatif)</span>' in html
    assert "aria-required" not in html


def test_secrets_are_never_written_back(form_macros, answers):
    form = parse(SampleForm, answers)
    assert "phrase" not in str(form_macros.password("password", "Mot de passe", form))


def test_a_summary_takes_plain_messages_and_labels(form_macros):
    html = str(form_macros.error_summary({"form": "Page expirée", "a": "manque"}, {"a": "Nom"}))
    assert "<li>Page expirée</li>" in html
    assert '<a href="#a">Nom : manque</a>' in html
    assert str(form_macros.error_summary({})).strip() == ""


def test_a_chosen_answer_stays_chosen(form_macros):
    form = blank(SampleForm, situation="assure", question="b", terms="oui")
    radios = str(form_macros.radios("situation", "S", form, [("adherent", "A"), ("assure", "B")]))
    assert 'value="assure" checked' in radios
    assert radios.count("checked") == 1
    assert 'value="b" selected' in str(form_macros.select("question", "Q", form, [("a", "A"), ("b", "B")]))
    assert "checked" in str(form_macros.checkbox("terms", "T", form))
