"""Every bad answer gets a French message next to its field, and the others are kept (issue 2, *bad input*)."""

from activation.models import Account, NumberAttempts, ProvisionalLetter
from activation.secret_question import QUESTIONS

MISTYPED = "Vérifiez le mot de passe provisoire : un caractère ne va pas avec les autres."
TOO_LONG = "x" * 5000


WRONG_ANSWERS: list[tuple[dict[str, str], str, str]] = [
    ({"situation": ""}, "situation", "Indiquez si vous êtes adhérent ou assuré"),
    ({"situation": "voisin"}, "situation", "Indiquez si vous êtes adhérent ou assuré"),
    ({"number": ""}, "number", "Saisissez votre numéro"),
    ({"number": "12345"}, "number", "Le numéro d’adhérent doit comporter 6 chiffres"),
    ({"number": "12345a"}, "number", "Le numéro d’adhérent doit comporter 6 chiffres"),
    ({"situation": "assure"}, "number", "Le numéro de sécurité sociale doit comporter 13 caractères"),
    ({"situation": "assure", "number": "257037800608424"}, "number", "La clé du numéro de sécurité sociale"),
    (
        {"situation": "assure", "number": "2571378006084"},
        "number",
        "Dans le numéro de sécurité sociale, les 4e et 5e chiffres",
    ),
    ({"provisional_password": ""}, "provisional_password", "Saisissez le mot de passe provisoire"),
    ({"provisional_password": "ABCD"}, "provisional_password", MISTYPED),
    ({"provisional_password": TOO_LONG}, "provisional_password", "200 caractères ou moins"),
    ({"secret_question": ""}, "secret_question", "Choisissez une question secrète"),
    ({"secret_question": "Mon code ?"}, "secret_question", "Choisissez une question de la liste"),
    ({"secret_answer": ""}, "secret_answer", "Saisissez votre réponse"),
    ({"secret_answer": " a. "}, "secret_answer", "La réponse doit comporter au moins 3 lettres ou chiffres"),
    ({"secret_answer": "y" * 101}, "secret_answer", "La réponse doit comporter 100 caractères ou moins"),
    ({"secret_answer": "Azerty"}, "secret_answer", "Choisissez une réponse plus personnelle"),
    ({"secret_answer": "le\x00livre"}, "secret_answer", "un caractère qui ne s’affiche pas"),
    ({"email": ""}, "email", "Saisissez votre adresse électronique"),
    ({"email": "jeanne"}, "email", "Saisissez une adresse électronique au bon format"),
    ({"email": "a@b.fr\nBcc: x@y.fr"}, "email", "un caractère qui ne s’affiche pas"),
    ({"email": "a" * 250 + "@exemple.fr"}, "email", "adresse électronique au bon format"),
    ({"email_confirmation": "autre@exemple.fr"}, "email_confirmation", "doivent être identiques"),
    ({"password": "", "password_confirmation": ""}, "password", "Saisissez un mot de passe"),
    ({"password": "a" * 129}, "password", "128 caractères ou moins"),
    ({"password": "tab\tulation et autres"}, "password", "un caractère qui ne s’affiche pas"),
    (
        {"password_confirmation": "trois lapins"},
        "password_confirmation",
        "Les deux mots de passe doivent être identiques",
    ),
    ({"password_confirmation": TOO_LONG}, "password_confirmation", "1000 caractères ou moins"),
    ({"terms": ""}, "terms", "Cochez la case"),
]


async def test_one_wrong_answer(world, visitor, plain):
    typed = await world.letter()
    unlike = []
    for changed, field, message in WRONG_ANSWERS:
        answer = await visitor.activate(**({"provisional_password": typed} | changed))
        shown = message in plain(answer) and f'id="{field}-error"' in answer.text and "<title>Erreur" in answer.text
        if answer.status_code != 422 or not shown:
            unlike.append((changed, answer.status_code))
    assert unlike == []
    assert await world.rows(NumberAttempts) == []
    assert await world.rows(Account) == []


async def test_everything_is_kept_but_the_passwords(world, visitor, fields):
    typed = await world.letter()
    given = fields(provisional_password=typed, terms="")
    page = (await visitor.activate(**given)).text
    for kept in (
        typed,
        "372257",
        "Les Malheurs de Sophie",
        "jeanne@exemple.fr",
        'value="livre" selected',
        'value="adherent" checked',
    ):
        assert kept in page
    assert given["password"] not in page


async def test_all_errors_are_shown_at_once(visitor):
    page = (await visitor.fill("/compte/activer")).text
    assert page.count('class="error"') == 10
    assert "Il y a 10 erreurs à corriger" in page


WEAK_PASSWORDS = [
    ("onze lettre", "au moins 12 caractères"),
    ("motdepasse2024", "trop courant"),
    ("douzedouze12", "trop facile à deviner"),
    ("les GARNIER du sud-ouest", "ne doit pas contenir votre nom"),
    ("mon chien 37-22-57 aboie", "ne doit pas contenir votre nom"),
    ("né un 27/03/1957 pluvieux", "ne doit pas contenir votre nom"),
]


async def test_a_weak_password_costs_neither_letter_nor_attempt(world, visitor, plain):
    typed = await world.letter()
    for password, message in WEAK_PASSWORDS:
        answer = await visitor.activate(provisional_password=typed, password=password)
        assert (answer.status_code, message in plain(answer)) == (422, True)
        assert 'id="password-error"' in answer.text
    assert (await visitor.activate(provisional_password=typed)).status_code == 303


async def test_an_answer_that_is_known_elsewhere(world, visitor, plain):
    typed = await world.letter()
    known = ("Garnier", "jeanne@exemple.fr", "JEANNE", "372257", "27/03/1957", "Trois lapins verts dansent")
    for secret_answer in known:
        answer = await visitor.activate(provisional_password=typed, secret_answer=secret_answer)
        assert answer.status_code == 422
        assert "La réponse ne doit être ni votre nom, ni votre numéro" in plain(answer)
    assert (await visitor.activate(provisional_password=typed)).status_code == 303


async def test_an_expired_page_keeps_the_answers(world, visitor, fields, plain):
    answer = await visitor.http.post("/compte/activer", data=fields(provisional_password=await world.letter()))
    assert answer.status_code == 422
    assert "Votre page a expiré" in plain(answer)
    assert "Les Malheurs de Sophie" in answer.text
    assert await world.rows(Account) == []


async def test_another_sites_form_is_refused(world, visitor, fields):
    sent = await visitor.form_of("/compte/activer") | fields(provisional_password=await world.letter())
    answer = await visitor.http.post("/compte/activer", data=sent, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert await world.rows(Account) == []


async def test_a_mistyped_check_symbol_never_voids_the_letter(world, visitor, plain):
    typed = await world.letter()
    last = "7" if typed[-1] != "7" else "8"
    for _ in range(12):
        answer = await visitor.activate(provisional_password=typed[:-1] + last)
        assert MISTYPED in plain(answer)
    (letter,) = await world.rows(ProvisionalLetter)
    assert letter.wrong_attempts == 0
    assert (await visitor.activate(provisional_password=typed)).status_code == 303


async def test_the_page_shows_every_field_of_the_guide(visitor, plain):
    page = await visitor.get("/compte/activer")
    for question in QUESTIONS.values():
        assert question in page.text
    for label in (
        "Sélectionnez votre situation", "Votre numéro", "Mot de passe provisoire", "Question secrète", "Réponse secrète",
        "Adresse électronique", "Confirmez votre adresse électronique", "Créez votre mot de passe",
        "Confirmez votre mot de passe", "conditions générales d’utilisation",
    ):  # fmt: skip
        assert label in plain(page)
    assert page.headers["cache-control"] == "no-store"
