"""On the running system: guessing is stopped at the figures of design §5, and what is good once is good once."""

from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest
from support.attacker import Attacker, statuses
from support.colleagues import colleague_of, means
from support.many_accounts import BORN, POSTCODE, PRINTED, WITH_LETTER, WRONG, known_address, unknown_address

from activation.guessing import ALERT
from activation.settings import Settings
from launcher.story import CAPTCHA_ANSWER, NEW_PASSWORD
from member_space.operations.words import alert_of
from shared.security.tokens import new_token, token_digest

AT_ONCE = 20
DONE = "bien été activé"


@pytest.fixture(autouse=True)
def _forgiven(forgive):
    """Failures of one test are no matter of the next."""


@pytest.fixture
def sql(running):
    """``sql(text, …)`` at activation's database."""
    return lambda text, **values: running.system.postgres.sql(text, database="activation", **values)


FALSE = "un mot de passe qui ne va pas"


def sign_in(browser: Attacker, index: int, password: str = FALSE):
    return browser.sign_in(known_address(index), password)


def activation(index: int, password: str = WRONG, email: str = "") -> dict[str, str]:
    email, own = email or f"guess{index}@exemple.fr", "trois lapins verts dansent"
    return {
        "situation": "adherent", "number": str(WITH_LETTER + index), "provisional_password": password,
        "secret_question": "livre", "secret_answer": "Les Malheurs de Sophie", "email": email, "email_confirmation": email,
        "password": own, "password_confirmation": own, "terms": "oui",
    }  # fmt: skip


def at_once(count: int, work) -> list:
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(work, range(count)))


def test_five_wrong_passwords_and_then_not_even_the_right_one(attacker, sql):
    browser = attacker()
    assert statuses(sign_in(browser, 20) for _ in range(5)) == [422] * 5
    told = sign_in(browser, 20)
    assert (told.status_code, 50 <= int(told.headers["retry-after"]) <= 60) == (429, True)
    assert sign_in(browser, 20, NEW_PASSWORD).status_code == 429
    # another browser, another spelling: it is the account that waits
    elsewhere = attacker()
    for spelling in (known_address(20).upper(), f"  {known_address(20)} ", "\uff43" + known_address(20)[1:]):
        assert elsewhere.sign_in(spelling, NEW_PASSWORD).status_code == 429
    assert sign_in(elsewhere, 21, NEW_PASSWORD).status_code == 303, "and nobody else"
    # one minute later one more try, and then two minutes
    sql("update sign_in_attempts set failed_at = array(select at - interval '61 seconds' from unnest(failed_at) at)")
    assert statuses(sign_in(browser, 20) for _ in range(2)) == [422, 429]
    told = sign_in(browser, 20)
    assert 110 <= int(told.headers["retry-after"]) <= 120


def test_the_right_password_forgets_what_was_wrong_before(attacker):
    browser = attacker()
    for _ in range(3):
        assert statuses(sign_in(browser, 22) for _ in range(4)) == [422] * 4
        assert sign_in(browser, 22, NEW_PASSWORD).status_code == 303
        browser.cookies.clear()


def test_twenty_guesses_at_once_are_five(running):
    """Nobody gets more tries by sending them at the same time."""
    browsers = [Attacker(running.places.site) for _ in range(AT_ONCE)]
    shown = [browser.form("/connexion").hidden for browser in browsers]

    def guess(number: int) -> int:
        typed = {"email": known_address(23), "password": f"un mot de passe faux {number}"}
        return browsers[number].send("POST", "/connexion", {**shown[number], **typed}).status_code

    assert sorted(at_once(AT_ONCE, guess)) == [422] * 5 + [429] * 15
    for browser in browsers:
        browser.close()


def test_one_try_at_each_of_many_accounts_is_seen_by_operations(running, attacker, sql):
    """No account is tried often enough to wait, whether it exists or not: it is the whole that is told."""
    # what other tests guessed at is over
    sql(
        "set session_replication_role = replica; update security_event set at = at - interval '10 minutes'; "
        "update staff_journal set at = at - interval '10 minutes'"
    )
    operations, browser = attacker(), attacker()
    typed = means(colleague_of(running, "exploitation"))
    assert operations.fill("/gestion/connexion", typed).status_code == 303
    threshold = Settings.model_fields["guessing_alert_accounts"].default
    who = [address(index) for index in range(threshold // 2) for address in (known_address, unknown_address)]
    assert statuses(browser.sign_in(each, FALSE) for each in who) == [422] * threshold
    words = alert_of(ALERT)
    assert words not in unescape(operations.open("/gestion/exploitation").text)
    assert browser.sign_in(unknown_address(threshold), FALSE).status_code == 422
    assert words in unescape(operations.open("/gestion/exploitation").text)
    assert sign_in(browser, 0, NEW_PASSWORD).status_code == 303, "and nobody is shut out"


def test_provisional_passwords_five_in_ten_minutes_ten_in_all(attacker, sql):
    browser = attacker()
    assert statuses(browser.fill("/compte/activer", activation(24)) for _ in range(5)) == [422] * 5
    told = browser.fill("/compte/activer", activation(24, PRINTED))
    assert told.status_code == 429, "the right one waits too"
    assert 500 < int(told.headers["retry-after"]) <= 600
    sql("update number_attempts set wrong_at = array(select at - interval '601 seconds' from unnest(wrong_at) at)")
    assert statuses(browser.fill("/compte/activer", activation(24)) for _ in range(5)) == [422] * 5
    sql("update number_attempts set wrong_at = '{}'")
    told = browser.fill("/compte/activer", activation(24, PRINTED))
    assert told.status_code == 422, "ten wrong ones have voided the letter"
    assert "ne correspond pas à notre courrier" in told.text
    assert sql("select state from provisional_letter where wrong_attempts >= 10 and purpose = 'activation'") == "void"


def test_a_slip_of_the_finger_costs_no_try(attacker):
    browser = attacker()
    for _ in range(7):
        assert browser.fill("/compte/activer", activation(25, WRONG[:-1] + "0")).status_code == 422
    assert browser.fill("/compte/activer", activation(25, PRINTED)).status_code == 303


def test_of_twenty_uses_of_a_letter_one_opens_an_account(running, sql):
    browsers = [Attacker(running.places.site) for _ in range(AT_ONCE)]
    shown = [browser.form("/compte/activer").hidden for browser in browsers]

    def use(number: int) -> int:
        typed = activation(26, PRINTED, f"course{number}@exemple.fr")
        return browsers[number].send("POST", "/compte/activer", {**shown[number], **typed}).status_code

    seen = at_once(AT_ONCE, use)
    assert seen.count(303) == 1
    assert set(seen) <= {303, 422, 429}
    assert sql("select count(*) from account where email like 'course%'") == "1"
    for browser in browsers:
        browser.close()


def test_of_twenty_presses_on_the_confirmation_button_one_counts(running, sql):
    email, token = known_address(30), new_token()
    whose = "(select id from account where email = :'email')"
    sql(
        f"update account set confirmed_at = null where id = {whose}; "
        "insert into confirmation_token (digest, account_id, created_at, expires_at) "
        f"values (decode('{token_digest(token).hex()}', 'hex'), {whose}, now(), now() + interval '1 hour')",
        email=email,
    )
    browsers = [Attacker(running.places.site) for _ in range(AT_ONCE)]
    for browser in browsers:
        assert browser.open(f"/compte/confirmer?jeton={token}").status_code == 303
    shown = [browser.form("/compte/confirmer").hidden for browser in browsers]
    at_once(AT_ONCE, lambda number: browsers[number].send("POST", "/compte/confirmer", shown[number]))
    done = [browser for browser in browsers if DONE in browser.open("/compte/confirmer").text]
    assert len(done) == 1
    count = f"select count(*) from security_event where kind = 'confirmed' and account_id = {whose}"
    assert sql(count, email=email) == "1"
    # and afterwards it is no link any more
    late = Attacker(running.places.site)
    late.open(f"/compte/confirmer?jeton={token}")
    told = late.open("/compte/confirmer").text
    assert DONE not in told
    assert 'action="/compte/confirmer"' not in told
    for browser in (*browsers, late):
        browser.close()


def test_of_twenty_uses_of_a_colleagues_code_one_comes_in(running):
    typed = means(colleague_of(running, "responsable"))
    browsers = [Attacker(running.places.site) for _ in range(AT_ONCE)]
    shown = [browser.form("/gestion/connexion").hidden for browser in browsers]
    seen = at_once(
        AT_ONCE, lambda number: browsers[number].send("POST", "/gestion/connexion", {**shown[number], **typed})
    )
    assert statuses(seen).count(303) == 1
    assert set(statuses(seen)) <= {303, 422, 429}
    assert sum("__Host-gestion" in browser.cookies for browser in browsers) == 1
    for browser in browsers:
        browser.close()


def request(index: int, **changed: str) -> dict[str, str]:
    """« Créer mon compte » for nobody."""
    day, month, year = BORN
    email = f"captcha{index}@exemple.fr"
    return {
        "situation": "adherent", "number": str(800_000 + index), "email": email, "email_confirmation": email,
        "family_name": "Personne", "birth_day": day, "birth_month": month, "birth_year": year, "postcode": POSTCODE,
        "captcha": CAPTCHA_ANSWER, "action": "envoyer",
    } | changed  # fmt: skip


def test_a_solved_captcha_serves_once(attacker):
    browser = attacker()
    solved = browser.form("/compte/creer").hidden["captcha_challenge"]
    assert browser.fill("/compte/creer", request(1, captcha_challenge=solved)).status_code == 303
    for number in (2, 3):
        told = browser.fill("/compte/creer", request(number, captcha_challenge=solved))
        assert told.status_code == 422
        assert "a déjà servi" in told.text


def test_a_captcha_is_no_other_visitors_and_has_one_try(attacker):
    solver, robot = attacker(), attacker()
    solved = solver.form("/compte/creer").hidden["captcha_challenge"]
    told = robot.fill("/compte/creer", request(4, captcha_challenge=solved))
    assert (told.status_code, "a déjà servi" in told.text) == (422, True)
    shown = solver.form("/compte/creer").hidden
    for wrong in ("000000", CAPTCHA_ANSWER):
        told = solver.send("POST", "/compte/creer", {**shown, **request(5, captcha=wrong)})
        assert told.status_code == 422, "wrong once, it is used up"


def test_of_twenty_uses_of_a_captcha_one_passes(running):
    with_one = Attacker(running.places.site)
    solved = with_one.form("/compte/creer").hidden["captcha_challenge"]
    pages = [with_one.form("/compte/creer").hidden for _ in range(AT_ONCE)]

    def use(number: int) -> int:
        typed = request(10 + number, captcha_challenge=solved)
        return with_one.send("POST", "/compte/creer", {**pages[number], **typed}).status_code

    assert sorted(at_once(AT_ONCE, use)) == [303] + [422] * 19
    with_one.close()


@pytest.mark.parametrize("without", ["captcha", "captcha_challenge"])
def test_without_a_captcha_nothing_is_recorded(attacker, without):
    browser = attacker()
    data = {**browser.form("/compte/creer").hidden, **request(40)}
    del data[without]
    assert browser.send("POST", "/compte/creer", data).status_code == 422
