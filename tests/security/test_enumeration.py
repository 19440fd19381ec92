"""On the running system: nobody finds out who has an account, a letter or a contract (design §5, *public answers*).

Every public form is asked about 200 people who are known and 200 whom nobody knows: one status, the same headers, the same
page to the last character, and no difference in time. Each is asked about once, for a second request within minutes is done
without what the first one does: a letter, a mail. ``support.telling_apart`` says how; a new form is a line of ``FORMS``.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass

import pytest
from support import many_accounts
from support.attacker import Attacker
from support.many_accounts import BORN, COUNTED, NOBODYS, POSTCODE, REGISTERED, WITH_ACCOUNT, WITH_LETTER
from support.system import Running
from support.telling_apart import Seen, neutral, tell_apart, timed

from launcher.story import CAPTCHA_ANSWER

TRIES = len(COUNTED)
"""Of each kind."""
SPARE = range(50, 53)
"""People whom the 200 tries leave alone."""


@dataclass(frozen=True)
class PublicForm:
    """A form that anybody may send. ``typed(known, index)``: what one of them writes into it."""

    path: str
    typed: Callable[[bool, int], dict[str, str]]
    workers: int = 1
    """At once: one, unless the answer waits rather than works."""
    tries_until_stopped: int = 0
    """How many wrong ones a person has before the answer becomes 429; 0: there is no count per person."""
    done: tuple[str, str] = ("", "")
    """Database, and what counts there what was done for those who are known and for nobody else."""


def create(known: bool, index: int) -> dict[str, str]:
    return identity(REGISTERED if known else NOBODYS, index) | to_write_to(known, index)


def create_again(known: bool, index: int) -> dict[str, str]:
    """Somebody who has an account: no letter leaves."""
    return identity(WITH_ACCOUNT if known else NOBODYS, index) | to_write_to(known, index)


def identifier(known: bool, index: int) -> dict[str, str]:
    return identity(WITH_ACCOUNT if known else NOBODYS, index)


def recovery(known: bool, index: int) -> dict[str, str]:
    return identifier(known, index) | to_write_to(known, index)


def identity(first: int, index: int) -> dict[str, str]:
    day, month, year = BORN
    return {
        "situation": "adherent", "number": str(first + index), "family_name": many_accounts.name(index),
        "birth_day": day, "birth_month": month, "birth_year": year, "postcode": POSTCODE, "captcha": CAPTCHA_ANSWER,
        "action": "envoyer",
    }  # fmt: skip


def to_write_to(known: bool, index: int) -> dict[str, str]:
    email = f"{'connue' if known else 'ailleu'}{index:03}.demande@exemple.fr"
    return {"email": email, "email_confirmation": email}


def activate(known: bool, index: int) -> dict[str, str]:
    email = f"{'connue' if known else 'ailleu'}{index:03}.ici@exemple.fr"
    password = "trois lapins verts dansent"
    return {
        "situation": "adherent", "number": str((WITH_LETTER if known else NOBODYS) + index),
        "provisional_password": many_accounts.WRONG, "secret_question": "livre", "secret_answer": "Les Malheurs de Sophie",
        "email": email, "email_confirmation": email, "password": password, "password_confirmation": password,
        "terms": "oui",
    }  # fmt: skip


def sign_in(known: bool, index: int) -> dict[str, str]:
    address = many_accounts.known_address if known else many_accounts.unknown_address
    return {"email": address(index), "password": "un mot de passe qui ne va pas"}


def reset(known: bool, index: int) -> dict[str, str]:
    return {"email": sign_in(known, index)["email"]}


def desk(known: bool, index: int) -> dict[str, str]:
    login = many_accounts.known_login if known else many_accounts.unknown_login
    return {"login": login(index), "password": "un mot de passe qui ne va pas", "code": "135246"}


IN_WORDS = re.compile(r"(?<=Réessayez dans )[^<]+")
LETTERS = ("registration", "select count(*) from account_request where outcome = 'letter'")
REMINDERS = ("registration", "select count(*) from identifier_request where person_id is not null")
LINKS = ("activation", "select count(*) from reset_token")
FORMS = {
    "create an account": PublicForm("/compte/creer", create, 8, done=LETTERS),
    "create a second account": PublicForm("/compte/creer", create_again, 8),
    "identifier forgotten": PublicForm("/compte/identifiant-oublie", identifier, 8, done=REMINDERS),
    "letter for recovery": PublicForm("/compte/courrier-de-secours", recovery, 8, done=LETTERS),
    "activate": PublicForm("/compte/activer", activate, tries_until_stopped=5),
    "password forgotten": PublicForm("/compte/mot-de-passe-oublie", reset, 8, done=LINKS),
    "sign in": PublicForm("/connexion", sign_in, tries_until_stopped=5),
    "sign in to the desk": PublicForm("/gestion/connexion", desk, tries_until_stopped=5),
}


@pytest.fixture
def visitors(running: Running) -> Iterator[Callable[[PublicForm], Callable[[bool, int], Seen]]]:
    """``visitors(form)``: somebody who sends it, as one of a pair, each time from the page as it is shown."""
    with ExitStack() as opened:

        def new(form: PublicForm) -> Callable[[bool, int], Seen]:
            browser = opened.enter_context(closing(Attacker(running.places.site)))

            def ask(known: bool, number: int) -> Seen:
                browser.cookies.pop("__Host-demande", None)
                typed = form.typed(known, number)
                hidden = browser.form(form.path).hidden
                seen = timed(lambda: browser.send("POST", form.path, {**hidden, **typed}), typed)
                status, headers, _ = seen.answer
                place = dict(headers).get("location", "")
                after = neutral(browser.open(place), typed) if place.startswith("/") else ()
                assert status in {303, 422, 429}, seen.answer
                return Seen((*seen.answer, after), seen.seconds)

            return ask

        yield new


@pytest.mark.timeout(900)  # four hundred hashed answers, on a machine that has other things to do
@pytest.mark.usefixtures("forgive")
@pytest.mark.parametrize("name", FORMS)
def test_two_hundred_who_are_known_and_two_hundred_who_are_not(running, visitors, name):
    form = FORMS[name]

    def new():
        ask = visitors(form)
        return lambda known, number: ask(known, COUNTED[number])

    database, count = form.done
    before = int(running.system.postgres.sql(count, database=database)) if count else 0
    found = tell_apart(new, TRIES, workers=form.workers)
    assert found.problems() == []
    assert sum(found.known.values()) == sum(found.unknown.values()) == TRIES
    # nothing was stopped, expired or refused on the way, which would have been the same for all
    assert len(found.known) == 1
    ((status, *_),) = found.known
    assert status == (303 if form.workers > 1 else 422), "taken, or told to be wrong"
    if count:
        assert int(running.system.postgres.sql(count, database=database)) - before == TRIES, "each of them was served"


@pytest.mark.usefixtures("forgive")
@pytest.mark.parametrize("name", [name for name, form in FORMS.items() if form.tries_until_stopped])
def test_who_is_stopped_is_stopped_alike(visitors, name):
    form = FORMS[name]
    ask = visitors(form)
    for index in SPARE:
        told = {
            known: [ask(known, index).answer for _ in range(form.tries_until_stopped + 2)] for known in (True, False)
        }
        assert [status for status, *_ in told[True]] == [422] * form.tries_until_stopped + [429] * 2
        assert without_seconds(told[True]) == without_seconds(told[False])


@pytest.mark.usefixtures("forgive")
@pytest.mark.parametrize("name", FORMS)
def test_an_address_that_is_stopped_is_stopped_alike(running, visitors, name):
    """A network address that has used up its tries: nothing is looked at any more."""
    ask = visitors(FORMS[name])

    def is_stopped() -> bool:
        ask(False, SPARE[-1])
        for database in ("activation", "registration"):
            used_up = "update throttle set clear_at = clear_at + interval '2 hours'"
            running.system.postgres.sql(used_up, database=database)
        return ask(False, SPARE[-1]).answer[0] == 429

    # what one try leaves says nothing any more after some milliseconds: a purge may come between
    assert any(is_stopped() for _ in range(5))
    told = {known: [ask(known, index).answer for index in SPARE] for known in (True, False)}
    assert [status for status, *_ in told[True]] == [429] * len(SPARE)
    assert without_seconds(told[True]) == without_seconds(told[False])


def without_seconds(answers: list[tuple]) -> list[tuple]:
    """When to come back counts from the moment of the answer."""
    passing = {"retry-after", "content-length"}
    return [
        (status, [(name, "…" if name in passing else value) for name, value in headers], IN_WORDS.sub("…", page), after)
        for status, headers, page, after in answers
    ]
