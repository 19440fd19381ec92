"""Hundreds of people at once in the running system, to be compared with hundreds whom nobody knows.

People of the register, letters and accounts are written where the services would have written them: the way there is walked
by other tests.
"""

import csv
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pyotp
from support.system import Running

from launcher.story import NEW_PASSWORD
from shared.contracts.person_id import person_id
from shared.contracts.person_number import Situation, canonical_number
from shared.contracts.provisional_password import check_symbol
from shared.security.fingerprints import fingerprint
from shared.security.hashing import SecretHasher
from shared.security.key_ring import KeyRing
from shared.security.locking import Locker

HOW_MANY = 400
VICTIM, UNCONFIRMED = 58, 59
"""Of these many, one whom nothing else touches, and one who has still to confirm their address."""
TO_SPARE = range(60, 200)
"""Each for one test, which may do with the account what it likes."""
COUNTED = range(200, HOW_MANY)
"""Each is asked about once on every public form, and compared with somebody whom nobody knows."""
REGISTERED, WITH_LETTER, NOBODYS, WITH_ACCOUNT = 400_000, 500_000, 600_000, 700_000
"""First number of those who may ask for an account, of those whose letter has come, of nobody, and of the accounts' owners."""
FOR_ONE_NUMBER = 20
"""More requests an hour than any test sends for a number, but the one that sends too many."""
SECRET_ANSWER = "les malheurs de sophie"
"""To « livre », as it is compared."""
PRINTED, WRONG = (symbols + check_symbol(symbols) for symbols in ("PSW7RDTEST0", "WRW7RDTEST1"))
"""What their letters say, and what no letter says."""
BORN, POSTCODE = ("14", "7", "1968"), "35000"
_A, _LETTERS = ord("a"), 26
_OWNER = "OWNER"
"""How the back office's reference of the accounts' owners begins."""


def name(index: int) -> str:
    """A family name that no other person of the tests has, and none is part of another."""
    return f"Z{chr(_A + index // _LETTERS)}{chr(_A + index % _LETTERS)}rrelon"


def known_address(index: int) -> str:
    return f"connue{index:03}@exemple.fr"


def unknown_address(index: int) -> str:
    return f"ailleu{index:03}@exemple.fr"


def known_login(index: int) -> str:
    return f"connue{index:03}@mutuelle.exemple"


def unknown_login(index: int) -> str:
    return f"ailleu{index:03}@mutuelle.exemple"


def register(running: Running) -> None:
    """Before it starts: people who may ask for an account, and those who have one."""
    file = running.system.demonstration / "register.csv"
    with file.open(encoding="utf-8-sig", newline="") as known:
        columns = csv.DictReader(known, delimiter=";").fieldnames or []
    with file.open("a", encoding="utf-8", newline="") as target:
        rows = csv.DictWriter(target, columns, delimiter=";", restval="")
        for reference, first in (("MANY", REGISTERED), (_OWNER, WITH_ACCOUNT)):
            rows.writerows(_row(f"{reference}-{index}", first + index, index) for index in range(HOW_MANY))


def _row(reference: str, number: int, index: int) -> dict[str, str]:
    day, month, year = BORN
    return {
        "reference": reference, "member_number": str(number), "civility": "Mme",
        "family_name": name(index), "given_name": "Claude", "birth_date": f"{int(day):02}/{int(month):02}/{year}",
        "address_line_1": f"{index + 1} RUE DES ESSAIS", "postcode": POSTCODE, "town": "RENNES", "country": "FR",
    }  # fmt: skip


def owner(index: int) -> str:
    """The id of the person whose account it is."""
    return str(person_id(f"{_OWNER}-{index}"))


def ring(running: Running, name: str) -> KeyRing:
    """A key ring of activation's."""
    return KeyRing.parse(running.secret("activation", name))


def open_accounts(running: Running) -> None:
    """Confirmed accounts with the password of the story, their spaces; letters that open activation; and staff."""
    peppers, fingerprints = ring(running, "password_peppers"), ring(running, "fingerprint_keys")
    stored = SecretHasher(peppers, "password").hash_now(NEW_PASSWORD)
    answer = SecretHasher(peppers, "secret-answer").hash_now(SECRET_ANSWER)
    letters = ring(running, "provisional_password_peppers")
    printed = SecretHasher(letters, "provisional-password").hash_now(PRINTED)
    now = datetime.now(UTC)
    person = "'Mme', 'Claude', '{name}', '1968-07-14'"
    accounts, spaces, waiting, known = [], [], [], []
    for index in range(HOW_MANY):
        number = canonical_number(Situation.MEMBER, str(WITH_LETTER + index))
        who, address = person.format(name=name(index)), known_address(index)
        account = uuid4()
        accounts.append(
            f"('{account}', '{owner(index)}', {who}, '{address}', '{address}', '{stored}', 'livre', '{answer}', now(), now())"
        )
        spaces.append(f"('{owner(index)}', '{account}', 'Mme', 'Claude', '{name(index)}', '{address}', now())")
        known.append(f"('{owner(index)}', now(), now(), '{address}')")
        waiting.append(
            f"('{uuid4()}', '{uuid4()}', '{uuid4()}', array['{fingerprint(fingerprints, number)}'], {who}, "
            f"'{address}', '{printed}', '{now + timedelta(days=20)}', '{now}', 'valid', 0, 'activation')"
        )
    running.system.postgres.sql(
        "insert into account (id, person_id, civility, given_name, family_name, birth_date, email, address_key, "
        f"password_hash, secret_question, secret_answer_hash, activated_at, confirmed_at) values {', '.join(accounts)}; "
        "insert into provisional_letter (letter_id, request_id, person_id, number_fingerprints, civility, given_name, "
        "family_name, birth_date, email, password_hash, valid_until, posted_at, state, wrong_attempts, purpose) "
        f"values {', '.join(waiting)}",
        database="activation",
    )
    running.system.postgres.sql(
        "insert into space (person_id, account_id, civility, given_name, family_name, email, opened_at) "
        f"values {', '.join(spaces)}",
        database="member_space",
    )
    running.system.postgres.sql(
        f"insert into account_state (person_id, activated_at, confirmed_at, email) values {', '.join(known)}",
        database="registration",
    )
    _hire(running)


def _hire(running: Running) -> None:
    stored = SecretHasher(ring(running, "password_peppers"), "staff-password").hash_now(NEW_PASSWORD)
    secret = Locker(ring(running, "staff_totp_keys"), "staff-totp").lock(pyotp.random_base32())
    staff = [
        f"('{uuid4()}', '{known_login(index)}', '{known_login(index)}', 'Claude', 'conseiller', '{stored}', '{secret}', "
        "0, false, now())"
        for index in range(HOW_MANY)
    ]
    running.system.postgres.sql(
        "insert into staff_account (id, login, login_key, name, role, password_hash, totp_secret, last_totp_step, "
        f"must_change_password, created_at) values {', '.join(staff)}",
        database="activation",
    )
