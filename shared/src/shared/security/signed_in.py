"""Who an assertion is about: a member, or one of the staff. What is said of one is never read as the other.

Two things keep them apart, each enough by itself: the audience (``DESK`` is the staff's alone) and the claim ``kind``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

DESK = "desk"
"""Audience of the staff's assertions, and of no other."""


class Role(StrEnum):
    """What one of the staff does at the desk ``/gestion``."""

    CONSEILLER = "conseiller"
    """Answers members."""
    RESPONSABLE = "responsable"
    """May do all that a ``conseiller`` may, and more."""
    EXPLOITATION = "exploitation"
    """Looks after queues and messages; sees nothing personal."""


@dataclass(frozen=True)
class SignedIn:
    """The member who is signed in, as ``activation`` asserts it."""

    account_id: UUID
    person_id: UUID
    session_id: UUID
    authenticated_at: datetime | None = None
    """When they last proved their password in this session (aware); None: not known, which is never recent."""


@dataclass(frozen=True)
class StaffSignedIn:
    """The one of the staff who is signed in, as ``activation`` asserts it."""

    staff_id: UUID
    session_id: UUID
    name: str
    """As it is shown; may hold any character."""
    role: Role


def claims_of(who: SignedIn | StaffSignedIn) -> dict[str, str | int]:
    """What an assertion says of them."""
    if isinstance(who, StaffSignedIn):
        return {
            "kind": "staff", "sub": str(who.staff_id), "sid": str(who.session_id), "name": who.name, "role": who.role,
        }  # fmt: skip
    claims: dict[str, str | int] = {
        "kind": "member", "sub": str(who.account_id), "person": str(who.person_id), "sid": str(who.session_id),
    }  # fmt: skip
    if who.authenticated_at is not None:
        claims["auth_time"] = int(who.authenticated_at.timestamp())  # OpenID Connect Core 1.0, §2
    return claims


def member_of(claims: Mapping[str, Any]) -> SignedIn:
    """The member of an assertion's claims.

    Without a kind it is a member: a replica of ``activation`` from before there was staff says none. One from
    before the step-up does not say when the password was proved.

    Raises:
        ValueError, KeyError, TypeError, AttributeError, OverflowError: not about a member.
    """
    if claims.get("kind", "member") != "member":
        raise ValueError("not about a member")
    proved = claims.get("auth_time")
    at = None if proved is None else datetime.fromtimestamp(int(proved), UTC)
    return SignedIn(UUID(claims["sub"]), UUID(claims["person"]), UUID(claims["sid"]), at)


def staff_of(claims: Mapping[str, Any]) -> StaffSignedIn:
    """The one of the staff of an assertion's claims.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: not about staff.
    """
    if claims["kind"] != "staff" or not isinstance(claims["name"], str):
        raise ValueError("not about staff")
    return StaffSignedIn(UUID(claims["sub"]), UUID(claims["sid"]), claims["name"], Role(claims["role"]))
