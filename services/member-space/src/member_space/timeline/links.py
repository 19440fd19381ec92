"""Where the desk opens what an entry is about."""

from typing import Any

_CASES = {"document": "request_id", "address-change": "report_id", "situation-change": "report_id"}
"""How kinds of entries begin that are about a case → what holds its id."""


def path(kind: str, details: dict[str, Any]) -> str:
    """Path of the desk's page of that case or question, for who may read the timeline; empty when there is none."""
    id_of_case = next((details.get(name) for start, name in _CASES.items() if kind.startswith(start)), None)
    if id_of_case:
        return f"/gestion/demandes/{id_of_case}"
    return f"/gestion/questions/{details['reference']}" if "question_id" in details else ""
