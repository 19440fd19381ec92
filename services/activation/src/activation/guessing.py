"""Guessing that is spread over many accounts, so that none of them is tried often (password spraying; ASVS 5, 6.3.5).

Counted from the journals, which are appended only: nothing that succeeds, and no browser that is known, takes a failure
back. Any replica finds the same, because all of them read one database. Counts alone leave this module.
"""

from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import text

from activation.journal import Kind
from activation.metrics import GUESSED_ACCOUNTS, GUESSED_UNKNOWN, GUESSING
from activation.staff.journal import Kind as StaffKind
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork

ALERT = "guessing-over-many-accounts"
"""As the operations page is told."""
EVERY_SECONDS = 60.0
WINDOW = timedelta(minutes=10)
COUNTED = (Kind.SIGN_IN_FAILED, Kind.SECOND_FACTOR_FAILED, Kind.ACTIVATION_FAILED, Kind.SECRET_ANSWER_WRONG)
"""A wrong password, second factor, provisional password or secret answer."""

# who was guessed at: an account is told by its id, whatever was typed; else the keyed fingerprint of what was typed
_FAILURES = text("""
    SELECT count(DISTINCT who) AS accounts,
           count(DISTINCT who) FILTER (WHERE NOT known) AS unknown,
           count(*) AS failures
    FROM (
      SELECT coalesce(account_id::text, subject) AS who, (account_id IS NOT NULL OR kind = :activation) AS known
      FROM security_event WHERE at > :since AND kind = ANY(:kinds)
      UNION ALL
      SELECT coalesce(staff_id::text, subject), staff_id IS NOT NULL
      FROM staff_journal WHERE at > :since AND kind = :refused
    ) AS failed
""")
log = structlog.get_logger()


@dataclass(frozen=True)
class Failures:
    """Of the last ``WINDOW``: of how many accounts or numbers, how many of them were addresses that nobody has, how many in
    all."""

    accounts: int
    unknown: int
    failures: int

    def is_spread(self, threshold: int) -> bool:
        """Whether more accounts were guessed at than people who mistype can explain."""
        return self.accounts > threshold


async def failures(work: UnitOfWork) -> Failures:
    """As the journals say now."""
    given = {
        "since": work.now - WINDOW, "kinds": [kind.value for kind in COUNTED], "refused": StaffKind.REFUSED.value,
        "activation": Kind.ACTIVATION_FAILED.value,
    }  # fmt: skip
    row = (await work.session.execute(_FAILURES, given)).one()
    return Failures(row.accounts, row.unknown, row.failures)


class GuessingWatch:
    """Looks once a minute; tells metrics and log, and the operations page when it asks."""

    def __init__(self, database: Database, threshold: int) -> None:
        self._database, self._threshold = database, threshold
        self._raised = False

    async def look(self) -> bool:
        """Measure, and say so while it lasts. Returns False: the next look is a minute away."""
        async with self._database.unit_of_work() as work:
            found = await failures(work)
        spread = found.is_spread(self._threshold)
        GUESSED_ACCOUNTS.set(found.accounts)
        GUESSED_UNKNOWN.set(found.unknown)
        GUESSING.set(spread)
        if spread:
            log.warning(
                "guessing over many accounts", accounts=found.accounts, unknown=found.unknown, failures=found.failures
            )  # fmt: skip
        elif self._raised:
            log.info("guessing over many accounts has ended")
        self._raised = spread
        return False

    async def alerts(self, work: UnitOfWork) -> list[str]:
        """Codes for the operations page."""
        return [ALERT] if (await failures(work)).is_spread(self._threshold) else []
