"""``SECOND_FACTOR``: whether members may, or must, prove more than their password."""

from uuid import UUID

from starlette.requests import Request

from activation.parts import Parts, parts_of
from activation.second_factor import factors
from shared.database.unit_of_work import UnitOfWork
from shared.web.problem import Problem

OVERVIEW = "/compte/securite/double-verification"
ENROL_FIRST = f"{OVERVIEW}?obligatoire=1"


async def asks(parts: Parts, work: UnitOfWork, account_id: UUID) -> bool:
    """Whether this account's password alone does not sign in. With ``off``, factors that are there sleep."""
    return parts.second_factor != "off" and await factors.has_any(work, account_id)


async def must_enrol(parts: Parts, work: UnitOfWork, account_id: UUID) -> bool:
    """Whether nothing is open to this account but the pages on which a factor is added."""
    return parts.second_factor == "required" and not await factors.has_any(work, account_id)


def offered(request: Request) -> None:
    """For the routers of these pages.

    Raises:
        Problem: 404, when members have no second factor here.
    """
    if parts_of(request).second_factor == "off":
        raise Problem(404)
