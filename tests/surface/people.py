"""Who asks: members with every kind of link in hand, two whose space has something everywhere, the staff, a print shop."""

import asyncio
import base64
import hashlib
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from http.cookiejar import DefaultCookiePolicy
from itertools import count
from uuid import UUID, uuid4

from sqlalchemy.engine import make_url
from support.every_service import SETTINGS
from support.something import SOMETHING
from surface.served import Served

from activation import models
from activation.cookies import Cookie
from activation.security_notices import Change
from launcher.postgres import PrivatePostgres
from shared.database.engine import Database
from shared.security.assertions import DESK, HEADER, AssertionSigner, Role, SignedIn, StaffSignedIn
from shared.security.hashing import SecretHasher
from shared.security.key_ring import KeyRing
from shared.security.tokens import token_digest
from shared.web.csrf import VISITOR_COOKIE
from shared.web.forms import address_key

MEMBERS = 1_500
"""One for each request: an answer may have ended their session, or their account."""
PASSWORD = "trois lapins verts dansent"
VISITOR = "0123456789abcdef" * 2
STAYS, LEAVES = uuid4(), uuid4()
"""Of the members' spaces: one that no test closes, and the other."""
MANDATE = UUID(int=77)
BEARER = {"Authorization": f"Bearer {SETTINGS['print_shop_token']}"}
NO_COOKIES = DefaultCookiePolicy(allowed_domains=[])
"""Of a client that keeps none."""
_SIGNER = AssertionSigner(KeyRing.parse(SETTINGS["assertion_keys"]))
_STAFF = {role: uuid4() for role in Role}
_members = count()


def token(number: int) -> str:
    """The one that a member has, of every kind."""
    return base64.urlsafe_b64encode(hashlib.sha256(f"member {number}".encode()).digest()).rstrip(b"=").decode()


def headers(package: str, path: str, chance: random.Random) -> dict[str, str]:
    """What the next request brings besides what was made up: now and then nothing, or somebody else's."""
    now = datetime.now(UTC)
    who = SignedIn(uuid4(), LEAVES if "cloture" in path else STAYS, uuid4(), now)
    role = chance.choice(list(Role))
    staff = StaffSignedIn(_STAFF[role], uuid4(), "Zoé Lefèvre", role)
    cookies = {VISITOR_COOKIE: VISITOR}
    found: dict[str, str] = {}
    if package == "activation":
        cookies |= dict.fromkeys(Cookie, token(next(_members) % MEMBERS))
    if path.startswith(("/gestion", "/internal")):
        found[HEADER] = _SIGNER.sign(staff, DESK, now)
    elif path.startswith("/espace"):
        found[HEADER] = _SIGNER.sign(who, "member-space", now)
    elif path.startswith("/impression"):
        found |= BEARER
    strange = chance.choice(["", "A" * 43, token(chance.randrange(MEMBERS)), "a.b.c", '"', "é"])
    if chance.random() < 0.1:
        found = {name: f"{value[:-3]}{strange}" for name, value in found.items()} if strange != "é" else {}
    if chance.random() < 0.1:
        cookies[chance.choice(list(cookies))] = strange
    found["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return found


def settle(made: Served, postgres: PrivatePostgres) -> None:
    """Everybody, before anything is asked."""
    space = make_url(made.databases["member_space"]).database or ""
    spaces = ", ".join(
        f"('{person}', gen_random_uuid(), 'Mme', 'Jeanne', 'GARNIER', 'jeanne@exemple.fr', now())"
        for person in (STAYS, LEAVES)
    )
    columns = "person_id, account_id, civility, given_name, family_name, email, opened_at"
    postgres.sql(f"insert into space ({columns}) values {spaces}", database=space)
    postgres.sql(SOMETHING.replace(":person", str(STAYS)).replace(":mandate", str(MANDATE)), database=space)
    postgres.sql("update stored_file set content = '%PDF-', size = 5", database=space)
    with ThreadPoolExecutor(1) as pool:  # not in the loop of the tests
        pool.submit(asyncio.run, _members_of(made.databases["activation"])).result()


async def _members_of(url: str) -> None:
    hashed = SecretHasher(KeyRing.parse(SETTINGS["password_peppers"]), "password").hash_now(PASSWORD)
    answer = SecretHasher(KeyRing.parse(SETTINGS["password_peppers"]), "secret-answer").hash_now(
        "les malheurs de sophie"
    )
    database = Database(url, "tests")
    async with database.unit_of_work() as work:
        staff = models.StaffAccount(
            login="zoe@exemple.fr", login_key="zoe@exemple.fr", name="Zoé", role=Role.CONSEILLER, password_hash=hashed,
            totp_secret="none", must_change_password=False, created_at=work.now,
        )  # fmt: skip
        work.session.add(staff)
        accounts = [_account(number, hashed, answer, work.now) for number in range(MEMBERS)]
        work.session.add_all(accounts)
        await work.session.flush()
        for number, account in enumerate(accounts):
            work.session.add_all(_links(number, account, staff, work.now))
    await database.close()


def _account(number: int, hashed: str, answer: str, now: datetime) -> models.Account:
    email = f"membre{number}@exemple.fr"
    return models.Account(
        person_id=uuid4(), civility="Mme", given_name="Jeanne", family_name="Garnier", birth_date=date(1957, 3, 27),
        email=email, address_key=address_key(email), password_hash=hashed, secret_question="livre",
        secret_answer_hash=answer, activated_at=now, confirmed_at=now if number % 5 else None,
    )  # fmt: skip


def _links(number: int, account: models.Account, staff: models.StaffAccount, now: datetime) -> list[models.Table]:
    digest, soon = token_digest(token(number)), now + timedelta(hours=1)
    of = {"account_id": account.id, "created_at": now}
    address = f"neuve{number}@exemple.fr"
    password = hashlib.sha256(account.password_hash.encode()).digest()
    answered = {"answered_at": now, "answered_by": token_digest(VISITOR)} if number % 2 else {}
    named = {"civility": "Mme", "given_name": "Jeanne", "family_name": "Garnier", "email": account.email}
    return [
        models.MemberSession(digest=digest, last_seen_at=now, challenge=b"c" * 32, **of),
        models.ResetToken(digest=digest, expires_at=soon, **answered, **of),
        models.EmailChange(digest=digest, email=address, address_key=address, expires_at=soon, **of),
        models.DisavowalToken(digest=digest, change=Change.PASSWORD_CHANGED, expires_at=soon, **of),
        models.SecondStep(digest=digest, password_digest=password, expires_at=soon, challenge=b"c" * 32, **of),
        models.ConfirmationToken(digest=digest, expires_at=soon, **of),
        models.ActivationReceipt(digest=digest, submission_id=uuid4(), last_sent_at=now, **named, **of),
        models.StaffSession(digest=digest, staff_id=staff.id, created_at=now, last_seen_at=now),
    ]
