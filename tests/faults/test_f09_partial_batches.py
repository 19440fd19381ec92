"""F9: the print shop's worker dies after some of the batches; each sheet is printed once, the rest is offered again."""

import time
from datetime import UTC, date, datetime
from uuid import uuid4

from faults.deaths import Deaths
from faults.paper import sheets
from support.outcomes import Outcome, record

from launcher.waiting import wait_for
from shared.contracts.events import AccountRequested
from shared.contracts.postal_zone import PostalZone
from shared.contracts.print_batch import PrintBatch, PrintReceipt
from shared.database.engine import Database

LETTERS = 60
"""Six batches of ten."""
POINTS = ("before-ack print-shop.batches", f"after-print {PrintBatch.type()}", f"after-publish {PrintReceipt.type()}")


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
