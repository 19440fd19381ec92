"""F9: the print shop's worker dies after some of the batches; each sheet is printed once, the rest is offered again.

The long form is the matrix over both sides: a thousand letters, and a death at every point of `letters` and of the worker.
"""

import time
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from faults.deaths import Deaths
from faults.paper import sheets
from support.outcomes import Outcome, record

from launcher.waiting import wait_for
from shared.contracts.events import AccountRequested, LetterBatched, LetterPrinted
from shared.contracts.postal_zone import PostalZone
from shared.contracts.print_batch import PrintBatch, PrintReceipt
from shared.database.engine import Database

LETTERS = 60
"""Six batches of ten."""
JOURNAL = ("spooled", "owned", "taken-told", "printing", "printed", "printed-told", "posted", "end-told")
MATRIX = (
    *(f"{point} {queue}" for queue in ("letters.account-requested", "letters.print-receipts", "letters.mails")
      for point in ("before-commit", "before-ack")),
    *(f"{point} {kind.type()}" for kind in (PrintBatch, LetterBatched, LetterPrinted)
      for point in ("after-commit", "after-publish", "after-mark")),
    f"before-commit {PrintBatch.type()}",
    "before-ack print-shop.batches", f"after-print {PrintBatch.type()}", f"after-publish {PrintReceipt.type()}",
    *(f"{point} journal {step}" for step in JOURNAL for point in ("before-commit", "after-commit")),
)  # fmt: skip
"""Every point at which `letters` or the worker may die with a letter in hand."""
POINTS = ("before-ack print-shop.batches", f"after-print {PrintBatch.type()}", f"after-publish {PrintReceipt.type()}")


THOUSAND = 1000
RARE = frozenset[str]()
"""Points to which a run without other faults may not come."""


def requested(street, number):
    return AccountRequested(
        person_id=uuid4(), civility="Mme", given_name="Camille", family_name="Sixte",
        email=f"{street.lower()}-{number}@exemple.fr",
        request_id=uuid4(), requested_at=datetime.now(UTC), number_fingerprints=("k:" + uuid4().hex,),
        birth_date=date(1971, 5, 20), address_lines=(f"{number} RUE {street}", "35000 RENNES"),
        postal_zone=PostalZone.METROPOLITAN,
    )  # fmt: skip


async def ask(url, events):
    database = Database(url, "f9")
    try:
        async with database.unit_of_work() as work:
            for event in events:
                await work.publish(event)
    finally:
        await database.close()


def test_a_worker_that_dies_prints_no_sheet_twice(running, chance):
    street = "".join(chance.choices("ABCDEFGHJKLMNPQRSTUVWXYZ", k=10))
    deaths, sql = Deaths(running), running.system.postgres.sql
    mine = f"from letter where email like '{street.lower()}-%'"

    def posted(letters):
        return int(sql(f"select count(*) {mine} and state = 'posted'", database="letters")) >= letters or None

    with deaths.started_again():
        deaths.arm(POINTS[0])
        events = [requested(street, number) for number in range(LETTERS)]
        running.do(ask(running.secret("registration", "database_url"), events))
        # the next death is prepared when some more batches are done
        for done, point in zip((10, 20), chance.sample(POINTS[1:], 2), strict=True):
            wait_for(lambda done=done: posted(done), 90, f"{done} letters posted")
            deaths.arm(point)
        last = time.monotonic()
        wait_for(lambda: posted(LETTERS), 120, "every letter posted")
        recovery = time.monotonic() - last
        died = len(deaths.died)
        told = f"from delivery where recipient like '{street.lower()}-%'"
        wait_for(
            lambda: int(sql(f"select count(*) {told} and state = 'sent'", database="notifier")) >= LETTERS or None,
            90, "every mail",
        )  # fmt: skip
    printed = sheets(running, rf"(\d+) RUE {street}")
    doubled = printed.total() - len(printed)
    case = f"worker killed {died} times"
    seen = record(Outcome("F9", case, LETTERS, LETTERS - len(printed), doubled, recovery_s=recovery))
    assert not deaths.armed()
    assert died == len(POINTS)
    assert (seen.lost, seen.doubled) == (0, 0)
    assert sql(f"select count(*) {told}", database="notifier") == str(LETTERS)
    assert int(sql(f"select count(distinct batch_id) {mine}", database="letters")) >= LETTERS // 10


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_a_thousand_letters_and_a_death_at_every_point(running, chance):
    street = "".join(chance.choices("ABCDEFGHJKLMNPQRSTUVWXYZ", k=10))
    deaths, sql = Deaths(running), running.system.postgres.sql
    mine = f"from letter where email like '{street.lower()}-%'"
    told = f"from delivery where recipient like '{street.lower()}-%'"

    def posted():
        return int(sql(f"select count(*) {mine} and state = 'posted'", database="letters"))

    waiting = chance.sample(MATRIX, len(MATRIX))
    began = time.monotonic()
    with deaths.started_again():
        for part in range(0, THOUSAND, THOUSAND // 20):
            deaths.arm(*waiting[: len(MATRIX) // 20 + 1])
            del waiting[: len(MATRIX) // 20 + 1]
            events = [requested(street, number) for number in range(part, part + THOUSAND // 20)]
            running.do(ask(running.secret("registration", "database_url"), events))
            wait_for(lambda part=part: posted() > part or None, 240, f"more than {part} letters posted")
        wait_for(lambda: posted() >= THOUSAND or None, 600, "every letter posted")
        sent = f"select count(*) {told} and state = 'sent'"
        wait_for(lambda: int(sql(sent, database="notifier")) >= THOUSAND or None, 300, "every mail")
        unmet = deaths.armed()
    printed = sheets(running, rf"(\d+) RUE {street}")
    doubled = printed.total() - len(printed)
    case = f"letters and worker killed {len(deaths.died)} times"
    seen = record(Outcome("F9", case, THOUSAND, THOUSAND - len(printed), doubled, recovery_s=time.monotonic() - began))
    assert unmet <= RARE, unmet
    assert (seen.lost, seen.doubled) == (0, 0)
    assert sql(f"select count(*) {told}", database="notifier") == str(THOUSAND)
    marks = sql(
        f"select count(distinct mark), count(*) filter (where password_hash is not null) {mine}", database="letters"
    )
    assert marks == f"{THOUSAND}|0"
