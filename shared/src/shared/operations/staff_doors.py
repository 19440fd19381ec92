"""Lets one of the staff in at a service's internal address, by the assertion of their request to the desk.

``member-space`` forwards it. Each service checks the signature and the role for itself, and takes an assertion once:
whoever holds ``member-space`` can do here no more than the one who is at the desk, once a request, within its seconds.
"""

from collections.abc import Awaitable, Callable

from fastapi import Request

from shared.database.engine import Database
from shared.messaging.inbox import first_time
from shared.security.assertions import AssertionRefusedError, Role, StaffSignedIn, verify_staff
from shared.web.asserted import asserted
from shared.web.problem import Problem
from shared.web.published_keys import KeysUnavailableError, PublishedKeys

USED = "staff-assertion"
"""The inbox's name for them: like a message, one has its effect once. The relay forgets them with the others."""


class StaffDoors:
    """Makes the dependency of a route: ``Depends(doors.only(Role.EXPLOITATION))``."""

    def __init__(self, database: Database, published: PublishedKeys) -> None:
        self._database = database
        self._published = published

    def only(self, *roles: Role) -> Callable[[Request], Awaitable[StaffSignedIn]]:
        """Who it is; the use of the assertion is committed before anything else is done.

        Raises:
            Problem: 401 without a valid assertion, or with one that was used here; 403 for another role; 503 when it
                can't be checked.
        """

        async def admitted(request: Request) -> StaffSignedIn:
            try:
                assertion = await asserted(request, self._published, verify_staff)
            except AssertionRefusedError:
                raise Problem(401) from None
            except KeysUnavailableError:
                raise Problem(503, headers={"Retry-After": "5"}) from None
            async with self._database.unit_of_work() as work:
                if not await first_time(work.session, USED, assertion.id, work.now):
                    raise Problem(401)
            if assertion.who.role not in roles:
                raise Problem(403)
            return assertion.who

        return admitted
