"""The word that a form carries which a fresh proof opened: of one page, in one session, for a while (decision 0046)."""

import secrets
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from shared.web.opened_forms import GOOD_FOR, OpenedForms


@pytest.fixture
def clock():
    with time_machine.travel(datetime(2026, 12, 1, tzinfo=UTC), tick=False) as traveller:
        yield traveller


def test_a_word_is_good_for_one_page_of_one_session_for_a_while(clock):
    forms, session = OpenedForms([("c1", secrets.token_bytes(32))]), uuid4()
    word = forms.show(session, "/a").word
    assert forms.was_shown(session, "/a", word)
    assert not forms.was_shown(session, "/b", word)
    assert not forms.was_shown(uuid4(), "/a", word)
    assert str(session) not in word
    clock.shift(GOOD_FOR)
    assert forms.was_shown(session, "/a", word)
    clock.shift(timedelta(seconds=1))
    assert not forms.was_shown(session, "/a", word)


def test_it_is_believed_while_its_key_is_in_the_ring(clock):
    old, new, session = ("c1", b"a" * 32), ("c2", b"b" * 32), uuid4()
    word = OpenedForms([old]).show(session, "/a").word
    assert OpenedForms([new, old]).was_shown(session, "/a", word)
    assert OpenedForms([old, new]).was_shown(session, "/a", OpenedForms([new, old]).show(session, "/a").word)
    assert not OpenedForms([new]).was_shown(session, "/a", word)


@given(st.text(max_size=200))
def test_nothing_that_is_typed_is_a_word(typed):
    assert not OpenedForms([("c1", b"a" * 32)]).was_shown(uuid4(), "/a", typed)
