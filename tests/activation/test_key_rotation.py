"""Every ring of this service is renewed under people who are in the middle of something: none of them notices."""

import asyncio
import os
import secrets
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest
from support.every_service import SETTINGS
from support.staff import at_work

from activation import closing, keys_in_use, sign_in_attempts
from activation.app import create_app
from activation.failure_subjects import FailureSubject
from activation.models import Account, ProvisionalLetter, SignInAttempts, StaffAccount
from activation.secret_question import normal_answer
from shared.contracts.provisional_password import generate, grouped
from shared.database.engine import Database
from shared.security.assertions import HEADER, AssertionRefusedError, verify
from shared.security.fingerprints import fingerprints
from shared.security.key_ring import KeyRing, encode_key

CHECK = "/internal/session?audience=member-space"
RINGS = (
    "fingerprint_keys", "form_keys", "provisional_password_peppers", "password_peppers", "staff_totp_keys",
    "member_totp_keys", "assertion_keys",
)  # fmt: skip
PASSWORD = "trois lapins verts dansent"
WRONG = "quatre lapins verts dansent"


class Renewed:
    """The same service and database as ``world``, with a new key in some rings: a replica after its restart."""

    def __init__(self, world, rings: tuple[str, ...]) -> None:
        self.world = world
        old = {name: list(getattr(world.settings, name)) for name in rings}
        self._new = {name: (f"new-{name[:2]}", secrets.token_bytes(32)) for name in rings}
        self._old = old
        self._databases: list[Database] = []

    def replica(self, order: Callable[[list, tuple], list]):
        """``order(old keys, new key)`` is what its rings hold."""
        rings = {name: KeyRing(dict(order(self._old[name], self._new[name]))) for name in self._old}
        app = create_app(self.world.settings.model_copy(update=rings))
        self._databases.append(app.state.parts.database)
        return app

    @property
    def added(self):
        return self.replica(lambda old, new: [*old, new])

    @property
    def promoted(self):
        return self.replica(lambda old, new: [new, *old])

    @property
    def retired(self):
        return self.replica(lambda _, new: [new])

    def same_browser(self, visitor, app):
        moved = self.world.visitor(httpx.ASGITransport(app))
        moved.http.cookies.update(visitor.http.cookies)
        return moved

    def other_browser(self, app):
        return self.world.visitor(httpx.ASGITransport(app))

    async def close(self) -> None:
        for database in self._databases:
            await database.close()


@pytest.fixture
async def renew(world):
    made: list[Renewed] = []

    def renewed(*rings: str) -> Renewed:
        made.append(Renewed(world, rings))
        return made[-1]

    yield renewed
    for one in made:
        await one.close()


async def test_nobody_is_signed_out_by_any_of_it(world, visitor, renew):
    await world.confirmed()
    await visitor.sign_in()
    change = renew(*RINGS)
    for app in (change.added, change.promoted, change.retired):
        moved = change.same_browser(visitor, app)
        assert HEADER in (await moved.get(CHECK)).headers


@pytest.mark.parametrize("shown_by", ["old", "added", "promoted"])
async def test_a_form_shown_before_is_accepted_after(world, renew, shown_by):
    await world.confirmed()
    change = renew("form_keys")
    apps = {"old": world.app, "added": change.added, "promoted": change.promoted}
    reached = {"old": ("added", "promoted"), "added": ("promoted", "old"), "promoted": ("added",)}[shown_by]
    for after in reached:
        visitor = change.other_browser(apps[shown_by])
        form = await visitor.form_of("/connexion")
        moved = change.same_browser(visitor, apps[after])
        sent = await moved.http.post("/connexion", data=form | {"email": "jeanne@exemple.fr", "password": PASSWORD})
        assert sent.status_code == 303, after


async def test_a_form_of_a_key_that_is_gone_is_shown_again_with_its_answers(world, visitor, renew):
    await world.confirmed()
    change = renew("form_keys")
    form = await visitor.form_of("/connexion")
    moved = change.same_browser(visitor, change.retired)
    late = await moved.http.post("/connexion", data=form | {"email": "jeanne@exemple.fr", "password": PASSWORD})
    assert (late.status_code, "Votre page a expiré" in late.text, "jeanne@exemple.fr" in late.text) == (422, True, True)
    assert (await moved.sign_in()).status_code == 303


async def test_letters_printed_before_open_accounts_after(world, renew, fields):
    password = await world.letter()
    app = renew("fingerprint_keys", "provisional_password_peppers").promoted
    visitor = world.visitor(httpx.ASGITransport(app))
    hidden = await visitor.form_of("/compte/activer")
    done = await visitor.http.post("/compte/activer", data=hidden | fields(provisional_password=password))
    assert (done.status_code, done.headers["location"]) == (303, "/compte/cree")


async def test_letters_of_the_new_key_open_accounts_at_a_replica_that_only_knows_it(world, renew, fields):
    """Step 1 of 3: ``registration`` or ``letters`` may already use it."""
    change = renew("fingerprint_keys", "provisional_password_peppers")
    promoted, added = change.promoted.state.parts, change.added
    password = generate()
    await world.receive(
        world.printed(
            password,
            number_fingerprints=fingerprints(promoted.fingerprint_keys, "member:372257"),
            password_hash=promoted.provisional_passwords.hash_now(password),
        )
    )
    visitor = world.visitor(httpx.ASGITransport(added))
    hidden = await visitor.form_of("/compte/activer")
    done = await visitor.http.post("/compte/activer", data=hidden | fields(provisional_password=grouped(password)))
    assert done.status_code == 303


async def test_wrong_provisional_passwords_still_void_the_letter(world, renew):
    await world.letter()
    apps, change = [world.app], renew("fingerprint_keys")
    apps.append(change.promoted)
    for app in apps:
        for _ in range(5):
            await world.visitor(httpx.ASGITransport(app)).activate(provisional_password=grouped(generate()))
    (letter,) = await world.rows(ProvisionalLetter)
    assert (letter.state, letter.wrong_attempts) == ("void", 10)


async def test_failures_counted_under_the_old_key_still_count(world, renew):
    await world.confirmed()
    change = renew("fingerprint_keys")
    promoted, added = change.promoted, change.added
    for app in (world.app, world.app, world.app, promoted, added):
        assert (await change.other_browser(app).sign_in(password=WRONG)).status_code == 422
    for app in (promoted, added, promoted):
        assert (await change.other_browser(app).sign_in()).status_code == 429
    (row,) = await world.rows(SignInAttempts)
    assert (row.in_a_row, len(row.failed_at)) == (5, 5)


async def test_what_a_hundred_failures_closed_stays_closed(world, renew):
    await world.confirmed()
    await world.visitor().sign_in(password=WRONG)
    await world.sql("update sign_in_attempts set in_a_row = 100, failed_at = '{}'")
    change = renew("fingerprint_keys")
    answer = await change.other_browser(change.promoted).sign_in()
    assert (answer.status_code, "Mot de passe oublié" in answer.text) == (429, True)


async def test_carrying_over_makes_one_row_of_two(world):
    async with world.database.unit_of_work() as work:
        for subject in ("f1:x", "f2:x"):
            await sign_in_attempts.reserve(work, subject)
    async with world.database.unit_of_work() as work:
        await sign_in_attempts.carry_over(work, ("f2:x", "f1:x"))
        await sign_in_attempts.carry_over(work, ("f2:x",))
    (row,) = await world.rows(SignInAttempts)
    assert (row.address_fingerprint, row.in_a_row) == ("f2:x", 2)


async def test_passwords_are_renewed_at_sign_in_and_what_is_not_is_told(world, renew):
    await world.confirmed()
    await world.confirmed(email="paul@exemple.fr", number="372258")
    change = renew("password_peppers")
    app = change.promoted
    assert (await change.other_browser(app).sign_in()).status_code == 303
    told = await used(world)
    assert told["passwords", "new-pa"] == told["passwords", "w1"] == 1
    assert told["secret answers", "w1"] == 2
    gone = change.retired
    assert (await change.other_browser(gone).sign_in()).status_code == 303
    assert (await change.other_browser(gone).sign_in(email="paul@exemple.fr")).status_code == 422


async def test_what_needs_no_key_is_not_told_of(world):
    """Failures that are counted under an id, and closed accounts."""
    await world.confirmed()
    await world.confirmed(email="paul@exemple.fr", number="372258")
    ada, paul = sorted(await world.rows(Account), key=lambda one: one.email)
    async with world.database.unit_of_work() as work:
        for kind in FailureSubject:
            await sign_in_attempts.reserve(work, kind.of(ada.id))
        for subject in ("f2:" + "0a" * 32, "fp-2025:" + "0a" * 32):
            await sign_in_attempts.reserve(work, subject)
        await closing.close(work, paul.id, work.now, world.settings.fingerprint_keys)
    told = await used(world)
    assert told == {
        ("passwords", "w1"): 1, ("secret answers", "w1"): 1, ("counted failures", "fp-2025"): 1,
        ("counted failures", "f2"): 2,  # with that of the open account’s address
    }  # fmt: skip


async def test_a_secret_that_is_proved_can_be_kept_under_the_new_pepper(world, renew):
    await world.confirmed()
    answers = renew("password_peppers").promoted.state.parts.secret_answers
    (account,) = await world.rows(Account)
    answer = normal_answer("Les Malheurs de Sophie")
    assert await answers.verify(account.secret_answer_hash, answer)
    renewed = await answers.renewed(account.secret_answer_hash, answer)
    assert renewed.startswith("new-pa$")
    assert await answers.verify(renewed, answer)
    assert await answers.renewed(renewed, answer) == renewed


@pytest.mark.usefixtures("clock")
async def test_the_staffs_codes_are_locked_anew_at_sign_in(world, renew):
    zoe = await at_work(world)
    change = renew("staff_totp_keys", "password_peppers")
    before = (await world.rows(StaffAccount))[0]
    assert before.totp_secret.startswith("s1:")
    there = replace(zoe, visitor=change.other_browser(change.promoted))
    assert (await there.sign_in()).status_code == 303
    after = (await world.rows(StaffAccount))[0]
    assert (after.totp_secret[:7], after.password_hash[:7]) == ("new-st:", "new-pa$")
    parts = change.retired.state.parts
    assert parts.staff.totp.unlock(after.totp_secret) == zoe.means.secret


async def test_assertions_signed_before_are_believed_after(world, visitor, renew):
    await world.confirmed()
    await visitor.sign_in()
    change = renew("assertion_keys")
    promoted = change.promoted
    signed = {"old": (await visitor.get(CHECK)).headers[HEADER]}
    signed["new"] = (await change.same_browser(visitor, promoted).get(CHECK)).headers[HEADER]
    published = {
        name: (await change.other_browser(app).get("/internal/keys")).json()
        for name, app in {"old": world.app, "added": change.added, "promoted": promoted}.items()
    }
    for by in ("added", "promoted"):
        for assertion in signed.values():
            assert verify(assertion, published[by], "member-space", datetime.now(UTC)).who
    with pytest.raises(AssertionRefusedError):
        verify(signed["new"], published["old"], "member-space", datetime.now(UTC))


async def test_the_command_tells_what_needs_a_key_that_is_old_or_gone(world):
    await world.confirmed()
    await world.letter(number="372258")
    key = encode_key(b"k" * 32)
    told = {name.upper(): value for name, value in SETTINGS.items()} | {
        "DATABASE_URL": world.settings.database_url, "PASSWORD_PEPPERS": f"k1:{key},w1:{key}", "PATH": os.environ["PATH"],
    }  # fmt: skip
    command = [sys.executable, "-m", "activation", "keys-in-use"]
    ran = await asyncio.to_thread(subprocess.run, command, env=told, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    lines = {" ".join(line.split()) for line in ran.stdout.splitlines()}
    assert "password_peppers w1 1 passwords (old key; without it: forgotten password)" in lines
    assert any(line.startswith("fingerprint_keys f2") and "NO SUCH KEY IN THE RING" in line for line in lines)
    assert key not in ran.stdout


async def used(world) -> dict[tuple[str, str], int]:
    """What still needs which key: how many."""
    async with world.database.unit_of_work() as work:
        return {(made.what, kid): count for made, kid, count in await keys_in_use.in_use(work)}
