"""Every route of the desk says whom it is for: seen when the application is put together, so that none can forget it."""

from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import BaseRoute

from member_space.desk.staff_visit import Allowed
from shared.security.assertions import Role

DESK = "/gestion"


class UndeclaredRolesError(Exception):
    """A route of ``/gestion`` does not say, once, which roles it is for."""


def require(app: FastAPI) -> None:
    """Refuse an application with a route of the desk that is for nobody in particular.

    Raises:
        UndeclaredRolesError: which one.
    """
    declared_roles(app)


def declared_roles(app: FastAPI) -> dict[tuple[str, str], frozenset[Role]]:
    """(method, path) → roles, of every route of the desk.

    Raises:
        UndeclaredRolesError: one has no ``Allowed``, or several.
    """
    found: dict[tuple[str, str], frozenset[Role]] = {}
    for context in iter_route_contexts(app.routes):
        path = context.path or ""
        if path != DESK and not path.startswith(f"{DESK}/"):
            continue
        allowed = list(_allowed(_dependant(context.original_route)))
        if len(allowed) != 1:
            raise UndeclaredRolesError(f"{path}: {len(allowed)} declarations of roles, for example ForConseillers")
        found |= {(method, path): allowed[0].roles for method in context.methods or ()}
    return found


def _dependant(route: BaseRoute) -> Dependant:
    """A mounted application or a bare Starlette route has no dependencies, hence no roles."""
    return route.dependant if isinstance(route, APIRoute) else Dependant()


def _allowed(dependant: Dependant) -> Iterator[Allowed]:
    if isinstance(dependant.call, Allowed):
        yield dependant.call
    for inner in dependant.dependencies:
        yield from _allowed(inner)
