"""A page of the desk in its frame: who is there, where they may go, and the way out."""

from typing import Any

from fastapi import Request
from starlette.responses import Response

from member_space.desk.navigation import entries_for
from member_space.desk.staff_visit import StaffVisit
from shared.security.assertions import Role
from shared.web.pages import Pages

ROLE_NAMES = {Role.CONSEILLER: "conseiller", Role.RESPONSABLE: "responsable", Role.EXPLOITATION: "exploitation"}
"""As they are read; staff have no civility here."""


def show(request: Request, visit: StaffVisit, template: str, status: int = 200, /, **context: Any) -> Response:
    """Render a template that extends ``gestion/cadre.html``."""
    pages: Pages = request.app.state.pages
    who = visit.who
    frame = {"staff": who, "role_name": ROLE_NAMES[who.role], "navigation": entries_for(who.role)}
    return pages.render(request, template, status, **frame, **context)
