"""What one service says, another has words for: mails and reasons on the timeline. Seen here since neither knows the other."""

import re
from typing import get_args

import pytest

from letters.returns.command import Why
from member_space.handlers import RECOVERED
from member_space.mandates.ending import FROZEN
from member_space.timeline.codes import (
    ACTIVATION_REFUSALS,
    ENDED_BY,
    LETTER_PROBLEMS,
    MAIL_FAILURES,
    MAILS,
    REQUEST_REFUSALS,
    RETURNS,
    TAKEN_BACK,
)
from member_space.timeline.kept import KEPT
from notifier.mail import SUBJECTS
from notifier.member_mails import FACTS
from registration.judging import REFUSALS
from shared.contracts.events import (
    EVENTS,
    AccessRevoked,
    ActivationRefusal,
    MailFailure,
    ParkReason,
    RequestRefusal,
)
from shared.contracts.print_room import Returned


def test_every_mail_of_the_notifier_has_its_words():
    assert set(MAILS) == set(SUBJECTS)


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (LETTER_PROBLEMS, ParkReason),
        (ACTIVATION_REFUSALS, ActivationRefusal),
        (MAIL_FAILURES, MailFailure),
        (ENDED_BY, AccessRevoked.model_fields["by"].annotation),
    ],
)
def test_every_code_has_its_words(words, codes):
    assert set(words) == set(get_args(codes))


def test_every_open_code_of_a_service_has_its_words():
    assert set(REQUEST_REFUSALS) == set(REFUSALS.values()) >= set(get_args(RequestRefusal))
    assert set(RETURNS) == {one.value for one in Why}
    assert set(re.findall(r"[a-z-]+", str(Returned.model_fields["reason"].metadata[0].pattern))) == set(RETURNS)


def test_what_ends_with_an_account_has_its_words():
    assert set(TAKEN_BACK) == {FROZEN, RECOVERED}


def test_every_event_is_on_the_timeline():
    assert set(KEPT) == set(EVENTS)
    assert set(FACTS) == {kind for kind in EVENTS if kind.source == "member-space"}
