"""Hundreds of people at once in the running system, to be compared with hundreds whom nobody knows.

People of the register, letters and accounts are written where the services would have written them: the way there is walked
by other tests.
"""

import csv
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from support.system import Running

from launcher.story import NEW_PASSWORD
from shared.contracts.person_number import Situation, canonical_number
from shared.contracts.provisional_password import check_symbol
from shared.security.fingerprints import fingerprint
from shared.security.hashing import SecretHasher
from shared.security.key_ring import KeyRing

HOW_MANY = 60
VICTIM, UNCONFIRMED = 58, 59
"""Of these many, one whom nothing else touches, and one who has still to confirm their address."""
REGISTERED, WITH_LETTER, NOBODYS = 400_000, 500_000, 600_000
"""First number of those who may ask for an account, of those whose letter has come, and of nobody."""
PRINTED, WRONG = (symbols + check_symbol(symbols) for symbols in ("PSW7RDTEST0", "WRW7RDTEST1"))
"""What their letters say, and what no letter says."""
BORN, POSTCODE = ("14", "7", "1968"), "35000"
_A, _LETTERS = ord("a"), 26


def name(index: int) -> str:
    """A family name that no other person of the tests has, and none is part of another."""
    return f"Z{chr(_A + index // _LETTERS)}{chr(_A + index % _LETTERS)}rrelon"


def known_address(index: int) -> str:
    return f"connue{index:03}@exemple.fr"


def unknown_address(index: int) -> str:
    return f"ailleu{index:03}@exemple.fr"


def register(running: Running) -> None:
    """Before it starts: people who may ask for an account."""
    file = running.system.demonstration / "register.csv"
    with file.open(encoding="utf-8-sig", newline="") as known:
        columns = csv.DictReader(known, delimiter=";").fieldnames or []
    with file.open("a", encoding="utf-8", newline="") as target:
        rows = csv.DictWriter(target, columns, delimiter=";", restval="")
        rows.writerows(map(_row, range(HOW_MANY)))


def _row(index: int) -> dict[str, str]:
    day, month, year = BORN
    return {
        "reference": f"MANY-{index}", "member_number": str(REGISTERED + index), "civility": "Mme",
        "family_name": name(index), "given_name": "Claude", "birth_date": f"{int(day):02}/{int(month):02}/{year}",
        "address_line_1": f"{index + 1} RUE DES ESSAIS", "postcode": POSTCODE, "town": "RENNES", "country": "FR",
    }  # fmt: skip


def open_accounts(running: Running) -> None:
    """Confirmed accounts with the password of the story, their spaces; and letters that open activation."""
    ring = {one: KeyRing.parse(running.secret("activation", one)) for one in ("password_peppers", "fingerprint_keys")}
    stored = SecretHasher(ring["password_peppers"], "password").hash_now(NEW_PASSWORD)
    letters = KeyRing.parse(running.secret("activation", "provisional_password_peppers"))
    printed = SecretHasher(letters, "provisional-password").hash_now(PRINTED)
    now = datetime.now(UTC)
    person = "'Mme', 'Claude', '{name}', '1968-07-14'"
    accounts, spaces, waiting = [], [], []
    for index in range(HOW_MANY):
        number = canonical_number(Situation.MEMBER, str(WITH_LETTER + index))
        who, address = person.format(name=name(index)), known_address(index)
        account, owner = uuid4(), uuid4()
        accounts.append(
            f"('{account}', '{owner}', {who}, '{address}', '{address}', '{stored}', 'livre', '{stored}', now(), now())"
        )
        spaces.append(f"('{owner}', '{account}', 'Mme', 'Claude', '{name(index)}', '{address}', now())")
        waiting.append(
            f"('{uuid4()}', '{uuid4()}', '{uuid4()}', array['{fingerprint(ring['fingerprint_keys'], number)}'], {who}, "
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
