"""Pages inside a space: their navigation, and whose space they show."""

from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from member_space.access.actions import Action
from member_space.access.space_visit import REFUSED, SpaceVisit
from shared.web.french import polite_name
from shared.web.pages import Pages


@dataclass(frozen=True)
class Section:
    """An entry of the navigation. ``path`` follows the space's base; ``action`` says who sees it."""

    label: str
    path: str
    action: Action


SECTIONS = (
    Section("Accueil", "/", Action.SEE_HOME),
    Section("Remboursements", "/remboursements", Action.SEE_REIMBURSEMENTS),
    Section("Documents", "/documents", Action.SEE_DOCUMENTS),
    Section("Adresse", "/adresse", Action.SEE_REPORTS),
    Section("Situation", "/situation", Action.SEE_REPORTS),
    Section("Garanties", "/garanties", Action.SEE_GUARANTEES),
    Section("Questions", "/questions", Action.SEE_QUESTIONS),
    Section("Déléguer", "/delegations", Action.SEE_MANDATES),
    Section("Profil", "/profil", Action.SEE_PROFILE),
)


def show(request: Request, visit: SpaceVisit, template: str, status: int = 200, /, **context: Any) -> HTMLResponse:
    """A page of the visited space; templates also get ``visit``, ``base``, ``owner`` and ``sections``."""
    pages: Pages = request.app.state.pages
    space = visit.space
    setattr(request.state, REFUSED, status >= 400)
    sections = [one for one in SECTIONS if visit.may(one.action)]
    owner = polite_name(space.civility, space.given_name, space.family_name)
    return pages.render(
        request, template, status, visit=visit, base=visit.base, owner=owner, sections=sections, **context
    )
