"""The forms of questions; both sides' messages follow the same rules."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from member_space.questions.rules import TEXT_LIMIT, TITLE_LIMIT
from shared.files.checking import CheckedFile
from shared.web.forms import Files, Form, MaxLength, Multiline, Parsed, Required

TOO_LONG = f"Votre message doit comporter {TEXT_LIMIT} caractères ou moins"


class ReplyForm(Form):
    """A message in a thread."""

    text: Annotated[str, Multiline(), Required("Saisissez votre message"), MaxLength(TEXT_LIMIT, TOO_LONG)]
    files: Annotated[tuple[CheckedFile, ...], Files()]


class AnswerForm(ReplyForm):
    """The same from the desk."""

    seen: str
    """The last message that was shown beside the form; see ``message_id``."""


class AskForm(Form):
    """A new question; ``topic`` is checked against the configured list by ``with_topic``."""

    topic: Annotated[str, Required("Choisissez le sujet de votre question")]
    title: Annotated[
        str,
        Required("Résumez votre question en quelques mots"),
        MaxLength(TITLE_LIMIT, f"Ce résumé doit comporter {TITLE_LIMIT} caractères ou moins"),
    ]
    text: Annotated[str, Multiline(), Required("Saisissez votre question"), MaxLength(TEXT_LIMIT, TOO_LONG)]
    files: Annotated[tuple[CheckedFile, ...], Files()]


def message_id(given: str) -> UUID | None:
    """Of a hidden field; None for what our pages did not put there."""
    try:
        return UUID(given)
    except ValueError:
        return None


def with_topic(form: Parsed[AskForm], topics: Mapping[str, str]) -> Parsed[AskForm]:
    """The form, refused when its topic is none of the list."""
    given = form.values["topic"]
    if given and given not in topics:
        return form.refuse("topic", "Choisissez un sujet de la liste")
    return form
