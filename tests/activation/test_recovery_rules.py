"""The plain rules of the links, at their edges (design §5)."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activation.models import DisavowalToken, ResetToken
from activation.recovery.disavowal import LIFETIME as TEN_DAYS
from activation.recovery.disavowal import Report, report_state
from activation.recovery.disavowal_pages import IN_WORDS
from activation.recovery.notices import REPORT, RESET
from activation.recovery.reset_forms import AnswerForm
from activation.recovery.reset_rules import LIFETIME, Link, link_state, may_choose
from activation.security_notices import Change
from shared.web.forms import parse

NOW = datetime(2024, 3, 27, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HERE, ELSEWHERE = b"here", b"elsewhere"


def link(**changed: object) -> ResetToken:
    values = {
        "digest": b"d",
        "account_id": uuid4(),
        "created_at": NOW,
        "expires_at": NOW + LIFETIME,
        "wrong_answers": 0,
    }
    return ResetToken(**(values | changed))


@pytest.mark.parametrize(
    ("changed", "after", "state"),
    [
        ({}, timedelta(0), Link.OPEN),
        ({}, timedelta(minutes=60) - SECOND, Link.OPEN),
        ({}, timedelta(minutes=60), Link.EXPIRED),
        ({"wrong_answers": 2}, SECOND, Link.OPEN),
        ({"wrong_answers": 3}, SECOND, Link.GUESSED),
        ({"wrong_answers": 3, "answered_by": HERE}, SECOND, Link.GUESSED),
        ({"ended_at": NOW}, SECOND, Link.ENDED),
        ({"ended_at": NOW, "used_by": uuid4()}, SECOND, Link.USED),
        ({"used_by": uuid4()}, timedelta(days=1), Link.USED),
    ],
)
def test_what_a_link_is_good_for(changed, after, state):
    assert link_state(link(**changed), NOW + after) is state


def test_no_link_is_good_for_nothing():
    assert link_state(None, NOW) is Link.UNKNOWN
    assert not may_choose(None, HERE, NOW)
    assert report_state(None, NOW) is Report.UNKNOWN


def test_only_the_browser_that_answered_may_choose():
    assert not may_choose(link(), HERE, NOW)
    assert may_choose(link(answered_by=HERE), HERE, NOW)
    assert not may_choose(link(answered_by=HERE), ELSEWHERE, NOW)
    assert not may_choose(link(answered_by=HERE), HERE, NOW + LIFETIME)


@pytest.mark.parametrize(
    ("used_at", "after", "state"),
    [
        (None, timedelta(days=10) - SECOND, Report.OPEN),
        (None, timedelta(days=10), Report.EXPIRED),
        (NOW, timedelta(days=20), Report.USED),
    ],
)
def test_what_a_report_is_good_for(used_at, after, state):
    row = DisavowalToken(
        digest=b"d", account_id=uuid4(), change="new-device", created_at=NOW, expires_at=NOW + TEN_DAYS, used_at=used_at
    )
    assert report_state(row, NOW + after) is state


def test_there_are_words_for_all_of_it():
    assert set(RESET) == set(Link) - {Link.OPEN}
    assert set(REPORT) == set(Report) - {Report.OPEN}
    assert set(IN_WORDS) == set(Change)


@given(st.text(max_size=200))
def test_any_answer_is_read(typed):
    form = parse(AnswerForm, {"secret_answer": typed})
    assert (form.value is None) == bool(form.errors)
