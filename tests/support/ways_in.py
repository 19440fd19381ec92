"""Ways into an account of ``many_accounts``, laid where activation lays them: digests of tokens, a locked secret, hashes.

What is returned is what its owner alone has: in the mailbox, on the telephone, on paper.
"""

import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar
from uuid import uuid4

import httpx
import pyotp
from support import many_accounts
from support.attacker import Attacker
from support.many_accounts import BORN, POSTCODE, PRINTED, SECRET_ANSWER
from support.system import Running

from activation.second_factor import recovery_code
from launcher.story import CAPTCHA_ANSWER, NEW_PASSWORD
from launcher.waiting import received_mail, wait_for
from shared.contracts.person_number import Situation, canonical_number
from shared.security.fingerprints import fingerprint
from shared.security.hashing import SecretHasher
from shared.security.locking import Locker
from shared.security.tokens import new_token, token_digest
from shared.web.forms import address_key

RESET, QUESTION = "/compte/mot-de-passe/nouveau", "/compte/mot-de-passe/question"
REPORT, ADDRESS, STEP = "/compte/signaler", "/compte/adresse/confirmer", "/connexion/verification"
SESSION, DEVICE, SECOND_STEP = "__Host-session", "__Host-appareil", "__Host-verification"
OTHER_PASSWORD = "quatre tortues rouges nagent"
FORGOTTEN, IDENTIFIER, LETTER = (
    "/compte/mot-de-passe-oublie",
    "/compte/identifiant-oublie",
    "/compte/courrier-de-secours",
)
"""The public forms of who can't get in."""
TOLD = "/connexion?mot-de-passe=1"
"""Where who has chosen a password is sent."""
MAIL_SECONDS = 90.0
Result = TypeVar("Result")


@dataclass(frozen=True)
class Owner:
    """Whose account it is."""

    running: Running
    index: int

    @property
    def email(self) -> str:
        return many_accounts.known_address(self.index)

    @property
    def number(self) -> str:
        return str(many_accounts.WITH_ACCOUNT + self.index)

    @property
    def name(self) -> str:
        return many_accounts.name(self.index)

    def sql(self, text: str) -> str:
        """At activation's database; ``{account}`` stands for the account's id, ``{person}`` for the person's."""
        person = f"'{many_accounts.owner(self.index)}'"
        account = f"(select id from account where person_id = {person})"
        return self.running.system.postgres.sql(text.format(account=account, person=person), database="activation")

    def lines(self, kind: str) -> int:
        """Of the security journal."""
        return int(self.sql(f"select count(*) from security_event where account_id = {{account}} and kind = '{kind}'"))

    def link_to_choose_a_password(self) -> str:
        return self._link("reset_token", "wrong_answers", "0")

    def link_to_report(self) -> str:
        return self._link("disavowal_token", "change", "'new-device'")

    def link_to_another_address(self, email: str) -> str:
        return self._link("email_change", "email, address_key", f"'{email}', '{address_key(email)}'")

    def _link(self, table: str, columns: str, values: str) -> str:
        token = new_token()
        self.sql(
            f"insert into {table} (digest, account_id, created_at, expires_at, {columns}) "
            f"values ('\\x{token_digest(token).hex()}', {{account}}, now(), now() + interval '1 hour', {values})"
        )
        return token

    def application(self) -> pyotp.TOTP:
        """On the telephone; no code of it was used yet."""
        secret = pyotp.random_base32()
        locked = Locker(many_accounts.ring(self.running, "member_totp_keys"), "member-totp").lock(secret)
        self.sql(
            f"insert into totp_factor (account_id, secret, last_step, created_at) values ({{account}}, '{locked}', 0, now())"
        )
        return pyotp.TOTP(secret)

    def recovery_code(self) -> str:
        """One of ten; the others are not needed."""
        code = recovery_code.generate(0)
        peppers = many_accounts.ring(self.running, "password_peppers")
        hashed = SecretHasher(peppers, "recovery-code").hash_now(code)
        self.sql(
            "insert into recovery_code (id, account_id, place, code_hash, created_at) "
            f"values ('{uuid4()}', {{account}}, 0, '{hashed}', now())"
        )
        return recovery_code.grouped(code)

    def letter_for_recovery(self) -> None:
        """It has come, and says ``PRINTED``."""
        peppers = many_accounts.ring(self.running, "provisional_password_peppers")
        number = canonical_number(Situation.MEMBER, self.number)
        counted = fingerprint(many_accounts.ring(self.running, "fingerprint_keys"), number)
        printed = SecretHasher(peppers, "provisional-password").hash_now(PRINTED)
        self.sql(
            "insert into provisional_letter (letter_id, request_id, person_id, number_fingerprints, civility, given_name, "
            "family_name, birth_date, email, password_hash, valid_until, posted_at, state, wrong_attempts, purpose) "
            f"values ('{uuid4()}', '{uuid4()}', {{person}}, array['{counted}'], 'Mme', 'Claude', '{self.name}', "
            f"'1968-07-14', '{self.email}', '{printed}', now() + interval '20 days', now(), 'valid', 0, 'recovery')"
        )

    def activation(self, email: str) -> dict[str, str]:
        """What is written into « Activer mon compte » with that letter in hand."""
        return {
            "situation": "adherent", "number": self.number, "provisional_password": PRINTED, "secret_question": "jeu",
            "secret_answer": "la marelle", "email": email, "email_confirmation": email, "password": OTHER_PASSWORD,
            "password_confirmation": OTHER_PASSWORD, "terms": "oui",
        }  # fmt: skip

    def sign_in(self, browser: Attacker, password: str = NEW_PASSWORD) -> httpx.Response:
        return browser.sign_in(self.email, password)

    def enters(self, browser: Attacker, password: str = NEW_PASSWORD) -> bool:
        """Whether the password alone opens the space in that browser."""
        return self.sign_in(browser, password).status_code == 303 and self.is_seen(browser)

    def is_seen(self, browser: Attacker) -> bool:
        """Whether the browser shows the space."""
        answer = browser.open("/espace/")
        assert answer.status_code in {200, 303}
        return answer.status_code == 200 and self.name in answer.text


def mail(owner: Owner, subject: str) -> dict[str, str]:
    """In the member's mailbox."""
    inbox = owner.running.places.inbox
    return wait_for(lambda: received_mail(inbox, owner.email, subject), MAIL_SECONDS, f"« {subject} »")


def identity(owner: Owner, **changed: str) -> dict[str, str]:
    """What anybody who knows the member writes into a public form."""
    day, month, year = BORN
    return {
        "situation": "adherent", "number": owner.number, "family_name": owner.name, "birth_day": day,
        "birth_month": month, "birth_year": year, "postcode": POSTCODE, "captcha": CAPTCHA_ANSWER, "action": "envoyer",
    } | changed  # fmt: skip


def follow(browser: Attacker, page: str, token: str) -> str:
    """Open the link of a mail; the heading of the page that it leads to."""
    answer = browser.open(f"{page}?jeton={token}")
    assert answer.status_code == 303
    return heading(browser, answer.headers["location"])


def heading(browser: Attacker, path: str) -> str:
    """Of the page that is shown in the end."""
    answer = browser.open(path)
    while answer.status_code == 303:
        answer = browser.open(answer.headers["location"])
    assert answer.status_code == 200, answer.status_code
    return re.sub(r"\s+", " ", re.findall(r"<h1[^>]*>(.*?)</h1>", answer.text, re.DOTALL)[0]).strip()


def answer(browser: Attacker, typed: str = SECRET_ANSWER) -> httpx.Response:
    """The secret question."""
    return browser.fill(QUESTION, {"secret_answer": typed})


def choose(browser: Attacker, password: str = OTHER_PASSWORD) -> httpx.Response:
    """A new password."""
    return browser.fill(RESET, {"password": password, "password_confirmation": password})


def reset(browser: Attacker, token: str, password: str = OTHER_PASSWORD) -> None:
    """The whole way."""
    assert follow(browser, RESET, token) == "Votre question secrète"
    assert answer(browser).headers["location"] == RESET
    assert choose(browser, password).headers["location"] == TOLD


def verify(browser: Attacker, code: str) -> httpx.Response:
    """Answer what the sign-in waits for."""
    return browser.fill(STEP, {"code": code})


class Telephone:
    """Shows a code that was not used yet, as its owner waits for."""

    def __init__(self, codes: pyotp.TOTP) -> None:
        self._codes, self._used = codes, 0

    def code(self) -> str:
        """Of now; or, when that was shown, of the next step, which is taken as well."""
        self._used = max(self._used + 1, int(time.time()) // 30)
        return self._codes.at(self._used * 30)

    def wrong(self) -> str:
        """None of those that would be taken within minutes."""
        now = int(time.time())
        near = {self._codes.at(now + 30 * step) for step in range(-5, 20)}
        return next(code for code in ("135246", *map(str, range(300_000, 300_030))) if code not in near)


def at_once(work: Callable[[int], Result], count: int) -> Sequence[Result]:
    """In so many threads."""
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(work, range(count)))
