"""Whose account it is, as every event tells it that is for who has confirmed the address (``AboutPerson``)."""

from typing import Any

from activation.models import Account


def about(account: Account) -> dict[str, Any]:
    """Fields of the event: the person, the account, how they are addressed, and where."""
    names = ("person_id", "civility", "given_name", "family_name", "email")
    return {"account_id": account.id, **{name: getattr(account, name) for name in names}}
