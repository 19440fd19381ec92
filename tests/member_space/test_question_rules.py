"""The rules of questions, without I/O."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from pydantic import ValidationError

from member_space.french import file_size
from member_space.place import Place
from member_space.questions.models import Question
from member_space.questions.references import is_reference, new_reference
from member_space.questions.rules import age, masked_name, staff_shown
from member_space.questions.state import state_of
from member_space.questions.topics import parse
from member_space.settings import Settings

NOW = datetime(2026, 11, 26, 10, tzinfo=UTC)


def test_references_are_of_their_form_and_do_not_repeat() -> None:
    made = {new_reference() for _ in range(1000)}
    assert len(made) == 1000
    assert all(re.fullmatch(r"Q-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", one) for one in made)
    assert all(map(is_reference, made))
    for odd in ("", "Q-ABCD-EFG", "Q-ABCD-EFGI", "q-abcd-efgh", "Q-ABCD-EFGH\n", "Q-ABCD-EFGH\x00"):
        assert not is_reference(odd)


@pytest.mark.parametrize(
    ("waited", "words"),
    [
        (timedelta(seconds=-5), "moins d’une minute"),
        (timedelta(seconds=59), "moins d’une minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=59), "59 minutes"),
        (timedelta(hours=3), "3 heures"),
        (timedelta(days=2), "2 jours"),
        (timedelta(days=20), "3 semaines"),
    ],
)
def test_an_age_in_words(waited: timedelta, words: str) -> None:
    assert age(NOW - waited, NOW).replace("\u00a0", " ") == words


def test_names_say_no_more_than_needed() -> None:
    assert masked_name("Mme", "Jeanne", "GARNIER") == "Mme\u00a0G…"
    assert masked_name("", "Jeanne", "almeida") == "J.\u00a0A…"
    assert staff_shown("Zoé Lefèvre") == "Zoé\u00a0L."
    assert staff_shown("  Zoé ") == "Zoé"


def test_sizes_of_files() -> None:
    assert [file_size(size) for size in (1, 84 * 1024, 1024 * 1024, 5 * 1024 * 1024 - 1)] == [
        "1\u00a0Ko", "84\u00a0Ko", "1\u00a0Mo", "5\u00a0Mo",
    ]  # fmt: skip
    assert file_size(1_300_000) == "1,2\u00a0Mo"


def test_a_place_in_a_list_is_written_and_read() -> None:
    place = Place(NOW.replace(microsecond=123), uuid4())
    assert Place.read(str(place)) == place
    for odd in ("", "x", str(place)[:-1], "99999999999999999999-" + "0" * 32, "²" * 20 + "-" + "0" * 32):
        assert Place.read(odd) is None


def test_where_a_thread_stands() -> None:
    known = {"id": uuid4(), "reference": "Q-0000-0000", "person_id": uuid4(), "asked_by": uuid4(), "topic": "autre"}
    question = Question(**known, title="x", opened_at=NOW, last_message_at=NOW, waiting_since=NOW)
    assert state_of(question) == "waiting"
    question.waiting_since = None
    assert state_of(question) == "answered"
    question.state = "closed"
    assert state_of(question) == "closed"


def test_topics_are_the_mutuals_own(settings: Settings) -> None:
    assert list(parse(settings.question_topics)) == [
        "remboursement", "contrat", "document", "situation", "espace", "autre",
    ]  # fmt: skip
    assert parse(" voyage = Soins à l’étranger = loin |autre=Autre") == {
        "voyage": "Soins à l’étranger = loin", "autre": "Autre",
    }  # fmt: skip
    given = settings.model_dump()
    for wrong in (
        "",
        "Voyage=x",
        "voyage=",
        "voyage= ",
        "a" * 41 + "=x",
        "a=" + "x" * 81,
        "a=x|a=y",
        "a=x|",
        "{'a': 'x'}",
    ):
        with pytest.raises(ValidationError, match="question_topics"):
            Settings(**given | {"question_topics": wrong})
