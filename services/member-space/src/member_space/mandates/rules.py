"""When a mandate holds."""

from datetime import date

from member_space.access.scopes import Scope
from member_space.mandates.models import Mandate


def holds(mandate: Mandate, today: date) -> bool:
    """Accepted, not ended by anybody, and its last day (in Paris) is not over."""
    return mandate.accepted_at is not None and mandate.ended_at is None and today <= mandate.ends_on


def scopes_of(mandate: Mandate) -> frozenset[Scope]:
    """What it allows; a scope that no longer exists allows nothing."""
    return frozenset(scope for scope in Scope if scope in mandate.scopes)
