"""F12: a mail server that says « later », « never », nothing, or takes a mail and breaks the line before its answer."""

from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from support.outcomes import Outcome, record
from support.post import MoodyPost

from launcher.waiting import wait_for
from shared.contracts.events import AccountAlreadyOpen
from shared.database.engine import Database

EACH = 10


@pytest.fixture
def post(running):
    """In the place of the system's own mailbox."""
    running.do(running.system.end("mailbox"))
    moody = MoodyPost()
    controller = Controller(moody, hostname="127.0.0.1", port=running.places.port("SMTP_PORT"))
    controller.start()
    yield moody
    controller.stop()
    running.do(running.system.begin("mailbox"))
    running.do(running.system.healthy())


async def tell(url, recipients):
    database = Database(url, "f12")
    try:
        async with database.unit_of_work() as work:
            for recipient in recipients:
                await work.publish(AccountAlreadyOpen(person_id=uuid4(), request_id=uuid4(), email=recipient))
    finally:
        await database.close()


def test_every_mail_arrives_and_only_a_broken_line_makes_a_second_copy(running, post, chance):
    run = uuid4().hex[:8]
    recipients = [f"{way}-{run}-{number}@exemple.fr" for way in post.WAYS for number in range(EACH)]
    running.do(tell(running.secret("registration", "database_url"), chance.sample(recipients, len(recipients))))
    sql = running.system.postgres.sql
    mine = f"from delivery where recipient like '%-{run}-%'"
    due = f"state = 'queued' and attempts > 0 and recipient like '%-{run}-%'"

    def settled():
        # minutes pass: what was put off is due
        sql(f"update delivery set next_attempt_at = now() where {due}", database="notifier")
        ended = sql(f"select count(*) {mine} and state in ('sent', 'parked')", database="notifier")
        return ended == str(len(recipients)) or None

    wait_for(settled, 90, "an end for every mail")
    copies = {way: [len(post.accepted.get(one, [])) for one in recipients if one.startswith(way)] for way in post.WAYS}
    assert all(len(set(ids)) == 1 for ids in post.accepted.values()), "a copy has the Message-ID of the first"
    wanted = [count for way in ("fine", "later", "hang", "drop") for count in copies[way]]
    doubled = sum(count > 1 for way in ("fine", "later", "hang") for count in copies[way])
    again = sum(count - 1 for count in copies["drop"])
    seen = record(Outcome("F12", "4xx, 5xx, hang, drop after DATA", len(recipients), wanted.count(0), doubled, again))
    assert (seen.lost, seen.doubled) == (0, 0)
    assert copies["drop"] == [2] * EACH, "the one window that is open: taken, and the answer lost"
    assert copies["never"] == [0] * EACH

    states = sql(f"select distinct split_part(recipient, '-', 1), state, attempts, code {mine}", database="notifier")
    assert set(states.split()) == {
        "fine|sent|0|",
        "later|sent|1|",
        "hang|sent|1|",
        "drop|sent|1|",
        "never|parked|0|550",
    }
    reasons = sql(f"select string_agg(reason, ' ') {mine}", database="notifier")
    assert "exemple.fr" not in reasons
