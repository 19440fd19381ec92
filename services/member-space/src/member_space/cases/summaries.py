"""What a case is about, line by line: as the member checks it before sending, finds it again, and the desk reads it."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from member_space.cases.rules import Kind
from member_space.documents.kinds import DOCUMENTS
from shared.web.french import date_fr

Summary = list[tuple[str, str]]
"""Label and text; lines of a text are separated by newlines."""


def document(details: Mapping[str, Any]) -> Summary:
    """Of ``documents.document_form``."""
    return _filled(
        [("Document", DOCUMENTS.get(details["document"], details["document"])), ("Précision", details["precision"])]
    )


def address(details: Mapping[str, Any]) -> Summary:
    """Of ``address.pages``."""
    return [("Nouvelle adresse", "\n".join(details["lines"])), ("À partir du", _day(details["since"]))]


def situation(details: Mapping[str, Any]) -> Summary:
    """Of ``situation.pages``. The words are kept with the case: the list of situations may change."""
    return _filled(
        [
            ("Changement", details["words"]),
            ("À partir du", _day(details["since"])),
            ("Jusqu’au", _day(details["until"]) if details["until"] else ""),
            ("Précision", details["precision"]),
        ]
    )


SUMMARIES: dict[Kind, Callable[[Mapping[str, Any]], Summary]] = {
    Kind.DOCUMENT: document,
    Kind.ADDRESS: address,
    Kind.SITUATION: situation,
}


def _day(text: str) -> str:
    return date_fr(date.fromisoformat(text))


def _filled(lines: Summary) -> Summary:
    return [(label, text) for label, text in lines if text]
