"""Ten years and 20,000 lines of one family, as their reader meets them through the gateway, among everybody else's."""

import re
import statistics
import time
from collections.abc import Iterator

from support.system import Running

from launcher.story import Journey, Person

LINES, YEARS, TIMES = 20_000, 10, 10
_FILL = """
    insert into reimbursement (number, person_id, statement, care_date, beneficiary, kind, act, spent, base,
        social_security_share, mutual_share, rest_to_pay, payee, paid_on)
    select 'BENCH-' || lpad(n::text, 6, '0'), p.person_id, 'BENCH-' || lpad((n / 3)::text, 6, '0'), day,
        (array['Jeanne', 'Noé', 'Lise', 'Paul'])[1 + n % 4],
        (array['consultation', 'pharmacie', 'dentaire', 'optique', 'analyse'])[1 + n % 5],
        'Acte ' || n % 40, 3000, 3000, 1900, 900, 200, 'person', day
    from generate_series(1, :lines) n,
        lateral (select current_date - (n * 365 * :years / :lines) as day) d,
        (select person_id from space where email = ':email') p
"""
_SPREAD = (
    "create index by_day on reimbursement (paid_on, number); cluster reimbursement using by_day; drop index by_day"
)
"""In the order of payment, as ten years of exports leave them: no two lines of the family's are neighbours."""


def bench_lists(running: Running, person: Person, lines: int = LINES, times: int = TIMES) -> Iterator[str]:
    """One row an address: smallest, median, largest of some requests."""
    journey = Journey(running.places, person)
    for _, play in journey.steps():
        play()
    fill = _FILL.replace(":lines", str(lines)).replace(":years", str(YEARS)).replace(":email", journey.email)
    for sql in (fill, _SPREAD, "vacuum analyze reimbursement"):
        running.system.postgres.sql(sql, database="member_space")
    member = journey.member
    first = member.open("/espace/remboursements")
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older is not None
    middle = re.sub(r"apres=\d{8}", f"apres={time.localtime().tm_year - YEARS // 2}0630", older[1])
    year = time.localtime().tm_year - 2
    for name, address in {
        "newest page": "/espace/remboursements",
        "page in the middle": middle,
        "narrowed to one beneficiary and kind": "/espace/remboursements?beneficiaire=Lise&nature=dentaire",
        "totals and chart": "/espace/remboursements/totaux",
        "everything as CSV": "/espace/remboursements.csv",
        "100 lines as PDF": f"/espace/remboursements.pdf?periode={year}&beneficiaire=Lise&nature=dentaire",
    }.items():
        took = []
        for _ in range(times):
            began = time.monotonic()
            member.open(address)
            took.append((time.monotonic() - began) * 1000)
        low, middle_one, high = min(took), statistics.median(took), max(took)
        yield f"{lines:,} lines: {name:40} {low:8.0f} {middle_one:8.0f} {high:8.0f} ms  ({times} times)"
    member.close()
