"""*Créer mon compte*, as a browser without JavaScript sees it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine
from support.registration import ANSWERS, Visitor, errors, settings_for, without_tokens

from registration.app import create_app


async def test_the_empty_form_has_every_field_of_the_guide(visitor: Visitor) -> None:
    page = await visitor.open()
    assert page.status_code == 200
    for name in [*ANSWERS, "captcha_challenge", "form_token", "submission_id"]:
        assert f'name="{name}"' in page.text
    assert "Changer le texte" in page.text
    assert "checked" not in page.text
    assert page.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("answers", "message"), [
    ({"situation": ""}, "Indiquez si vous êtes adhérent, ou simplement assuré du centre 602"),
    ({"situation": "autre"}, "Indiquez si vous êtes adhérent, ou simplement assuré du centre 602"),
    ({"number": ""}, "Saisissez votre numéro d’adhérent"),
    ({"number": "", "situation": "assure"}, "Saisissez votre numéro de sécurité sociale"),
    ({"number": "12345"}, "Le numéro d’adhérent doit comporter 6 chiffres"),
    ({"number": "12345A"}, "Le numéro d’adhérent doit comporter 6 chiffres"),
    ({"number": "2570333999999"}, "Le numéro d’adhérent doit comporter 6 chiffres"),
    ({"number": "123456", "situation": "assure"},
     "Le numéro de sécurité sociale doit comporter 13 caractères, ou 15 avec sa clé"),
    ({"number": "2 57 03 33 999 999 22", "situation": "assure"},
     "La clé du numéro de sécurité sociale (ses 2 derniers chiffres) ne correspond pas aux chiffres qui précèdent"),
    ({"number": "2 57 13 33 999 999", "situation": "assure"},
     "Dans le numéro de sécurité sociale, les 4e et 5e chiffres ne correspondent à aucun mois de naissance"),
    ({"email": ""}, "Saisissez votre adresse électronique"),
    ({"email": "jeanne"}, "Saisissez une adresse électronique au bon format, comme nom@exemple.fr"),
    ({"email": "a@b.example\r\nBcc: x@y.example"},
     "Ce champ contient un caractère qui ne s’affiche pas. Effacez votre réponse et saisissez-la à nouveau"),
    ({"email_confirmation": ""}, "Confirmez votre adresse électronique"),
    ({"email_confirmation": "other@example.org"}, "Les deux adresses électroniques doivent être identiques"),
    ({"family_name": ""}, "Saisissez votre nom de famille"),
    ({"family_name": "X" * 81}, "Le nom de famille doit comporter 80 caractères ou moins"),
    ({"family_name": "Gar\x00nier"},
     "Ce champ contient un caractère qui ne s’affiche pas. Effacez votre réponse et saisissez-la à nouveau"),
    ({"family_name": "<script>"},
     "Le nom de famille ne doit comporter que des lettres, des espaces, des apostrophes et des traits d’union"),
    ({"birth_day": "", "birth_month": "", "birth_year": ""}, "Saisissez votre date de naissance"),
    ({"birth_month": ""}, "La date de naissance doit comporter un mois"),
    ({"birth_day": "30", "birth_month": "2"}, "La date de naissance doit être une date réelle"),
    ({"birth_year": "57"}, "L’année doit comporter 4 chiffres"),
    ({"birth_year": "2999"}, "La date de naissance doit être dans le passé"),
    ({"postcode": ""}, "Saisissez votre code postal"),
    ({"postcode": "3300"}, "Le code postal doit comporter 5 chiffres"),
    ({"captcha": ""}, "Saisissez les 6 chiffres de l’image"),
    ({"captcha": "abc"}, "Saisissez les 6 chiffres de l’image"),
    ({"captcha": "602603"}, "Les chiffres ne correspondent pas. Recopiez la nouvelle série"),
])  # fmt: skip
async def test_a_bad_answer_gets_its_message_and_nothing_is_recorded(
    visitor: Visitor, outcomes, answers: dict[str, str], message: str
) -> None:
    page = await visitor.ask(**answers)
    assert page.status_code == 422
    assert errors(page.text) == [message]
    assert f"Erreur : {message}" in unescape(page.text).replace("\xa0", " ")
    assert "<title>Erreur" in page.text
    assert await outcomes() == []


async def test_right_answers_are_kept_but_not_the_captcha(visitor: Visitor) -> None:
    page = await visitor.ask(family_name="D’Almeida-Rivière", postcode="x")
    for value in ("D’Almeida-Rivière", "jeanne@example.org", "123456", "1957"):
        assert f'value="{value}"' in unescape(page.text)
    assert 'value="602602"' not in page.text
    assert re.search(r'value="adherent" checked', page.text)


@pytest.mark.parametrize("answers", [
    {"number": "12 34-56"},
    {"email": " Jeanne@EXAMPLE.org ", "email_confirmation": "jeanne@example.org"},
    {"birth_day": "27", "birth_month": "mars"},
    {"postcode": "33 000"},
    {"captcha": "602 602"},
    {"situation": "assure", "number": "2 57 03 33 999 999"},
    {"situation": "assure", "number": "257033399999921"},
    {"situation": "assure", "number": "1 85 02 2a 999 996 34"},
    {"family_name": "ÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆÑØ d’O'Brien‑Żółw"},
])  # fmt: skip
async def test_many_ways_of_writing_are_right(visitor: Visitor, outcomes, answers: dict[str, str]) -> None:
    page = await visitor.ask(**answers)
    assert (page.status_code, page.headers["location"]) == (303, "/compte/demande")
    assert await outcomes() == ["unmatched"]


async def test_the_request_page_shows_the_reference_and_survives_a_reload(visitor: Visitor, execute) -> None:
    assert (await visitor.client.get("/compte/demande")).headers["location"] == "/compte"
    await visitor.ask()
    [row] = await execute("SELECT reference FROM account_request")
    first = await visitor.client.get("/compte/demande")
    assert "<h1>Votre demande est bien prise en compte</h1>" in first.text
    assert f"{row.reference[:4]}-{row.reference[4:]}" in first.text
    assert (await visitor.client.get("/compte/demande")).text == first.text


async def test_a_made_up_reference_cookie_is_not_shown(visitor: Visitor) -> None:
    visitor.client.cookies.set("__Host-demande", "WyJBQUFBQUFBQSIsMTc2NDAwMDAwMF0.forged")
    assert (await visitor.client.get("/compte/demande")).status_code == 303


async def test_change_the_text_keeps_every_answer_and_shows_no_error(visitor: Visitor, outcomes) -> None:
    await visitor.open()
    before = visitor.hidden["captcha_challenge"]
    page = visitor.seen(await visitor.post(action="changer", postcode="x", captcha="12"))
    assert page.status_code == 200
    assert "Erreur" not in page.text
    assert 'value="x"' in page.text
    assert 'value="GARNIER"' in page.text
    assert visitor.hidden["captcha_challenge"] != before
    assert (await visitor.post()).status_code == 303
    assert await outcomes() == ["unmatched"]


async def test_the_enter_key_sends_the_form(visitor: Visitor) -> None:
    page = await visitor.open()
    buttons = re.findall(r'<button type="submit"[^>]*value="([^"]*)"', page.text)
    assert buttons[0] == "envoyer"
    assert "changer" in buttons


LOST = "La série de chiffres a expiré ou a déjà servi. Recopiez la nouvelle série"


async def test_a_replayed_captcha_asks_anew(visitor: Visitor, outcomes) -> None:
    await visitor.open()
    used = visitor.hidden["captcha_challenge"]
    assert (await visitor.post()).status_code == 303
    await visitor.open()
    page = visitor.seen(await visitor.post(captcha_challenge=used))
    assert errors(page.text) == [LOST]
    assert 'value="GARNIER"' in page.text
    assert len(await outcomes()) == 1
    assert (await visitor.post()).status_code == 303


async def test_a_wrong_answer_uses_the_challenge_up(visitor: Visitor) -> None:
    await visitor.open()
    used = visitor.hidden["captcha_challenge"]
    visitor.seen(await visitor.post(captcha="111111"))
    assert visitor.hidden["captcha_challenge"] != used
    page = await visitor.post(captcha_challenge=used)
    assert errors(page.text) == [LOST]


async def test_an_expired_captcha_asks_anew(visitor: Visitor) -> None:
    await visitor.open()
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=21), tick=False):
        page = await visitor.post()
    assert errors(page.text) == [LOST]


async def test_another_visitors_captcha_is_refused(visitor: Visitor, new_visitor: Callable[[], Visitor]) -> None:
    other = new_visitor()
    await other.open()
    await visitor.open()
    page = await visitor.post(captcha_challenge=other.hidden["captcha_challenge"])
    assert errors(page.text) == [LOST]


@pytest.mark.parametrize("challenge", ["", "x", "é" * 90, "A" * 5000])
async def test_a_strange_challenge_is_refused(visitor: Visitor, challenge: str) -> None:
    await visitor.open()
    assert errors((await visitor.post(captcha_challenge=challenge)).text) == [LOST]


async def test_an_expired_page_is_shown_again_with_its_answers(visitor: Visitor, outcomes) -> None:
    await visitor.open()
    page = visitor.seen(await visitor.post(form_token="x"))
    assert page.status_code == 422
    assert "Votre page a expiré" in errors(page.text)[0]
    assert 'value="GARNIER"' in page.text
    assert await outcomes() == []
    assert (await visitor.post()).status_code == 303


async def test_a_database_that_is_away_costs_no_answer(new_visitor, settings) -> None:
    away = create_app(settings_for("postgresql://nobody@127.0.0.1:1/none"))
    visitor = new_visitor(away)
    page = await visitor.ask()
    assert page.status_code == 503
    assert "momentanément indisponible" in errors(page.text)[0]
    assert 'value="GARNIER"' in page.text


async def test_a_form_from_another_site_is_refused(visitor: Visitor, outcomes) -> None:
    await visitor.open()
    visitor.client.headers["Origin"] = "https://elsewhere.example"
    assert (await visitor.post()).status_code == 403
    assert await outcomes() == []


async def test_over_long_and_malformed_bodies_are_refused(visitor: Visitor) -> None:
    assert (await visitor.post(family_name="x" * 70_000)).status_code in {400, 413}
    strange = await visitor.client.post("/compte/creer", content=b"\xff\xfe=\xff", headers={
        "Content-Type": "application/x-www-form-urlencoded"})  # fmt: skip
    assert 400 <= strange.status_code < 500


@pytest.mark.parametrize(("path", "words"), [
    ("/", ["Suivre mes remboursements".lower(), "Créer ou activer mon compte", 'action="/connexion"', 'name="password"',
           '<a href="/espace/delegations">Déléguer, autoriser l’accès à mon compte</a>']),
    ("/compte", ["Créer mon compte", "Activer mon compte", 'href="/compte/activer"',
                 'href="/compte/identifiant-oublie"', 'href="/compte/courrier-de-secours"']),
    ("/aide", ["Où trouver mon numéro", "Changer le texte", 'id="activer"', 'href="/compte/courrier-de-secours"',
               'id="rien-recu"', "2 à 4\u00a0jours ouvrés en métropole", "5 à 15\u00a0jours ouvrés à l’étranger"]),
    ("/compte/suivi-du-courrier", ['id="rien-recu"', 'href="/compte/creer"', 'href="/compte/courrier-de-secours"']),
    ("/compte/creer", ['href="/compte/courrier-de-secours"']),
    ("/compte/identifiant-oublie", ["Recevoir mon identifiant"]),
    ("/compte/identifiant-oublie/envoye", ["vient de partir", 'href="/compte/courrier-de-secours"', 'href="/compte/creer"']),
    ("/compte/courrier-de-secours", ["Demander un courrier de secours", 'href="/compte/mot-de-passe-oublie"']),
])  # fmt: skip
async def test_the_other_pages(visitor: Visitor, path: str, words: list[str]) -> None:
    page = await visitor.client.get(path)
    assert page.status_code == 200
    assert all(word in page.text for word in words)
    assert page.text.count("<h1>") == 1
    assert "~" not in page.text
    assert re.search(r"[^\u00a0\u202f\w][;?!](?!\w)", re.sub(r"<[^>]*>|&\w+;", "", page.text)) is None
    assert re.search(r"«[^\u00a0]|[^\u00a0]»", page.text) is None
    assert "'" not in re.sub(r"<[^>]*>", "", unescape(page.text))


async def test_two_pages_differ_by_their_tokens_only(visitor: Visitor) -> None:
    assert without_tokens((await visitor.open()).text) == without_tokens((await visitor.open()).text)
