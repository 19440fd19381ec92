"""Routes put together once a process: FastAPI builds each one anew for every application that includes it, and each
test makes its service anew. For the member space that is 0.14 s a test."""

from collections import defaultdict
from dataclasses import replace
from typing import Any

from fastapi import routing

_built: defaultdict[int, list[tuple[Any, Any, Any]]] = defaultdict(list)
"""Id of a route → the route itself (so that its id stays its own), how it was included, what was built."""


def install() -> None:
    """From now on, included in the same way again, a route is the one built before.

    It keeps the first application's dependency overrides: no test has any.
    """
    effective: Any = routing._EffectiveRouteContext
    build = effective.from_api_route

    def once(*, original_route: routing.APIRoute, include_context: Any) -> Any:
        how = replace(include_context, dependency_overrides_provider=None)
        for _, before, built in _built[id(original_route)]:
            if before == how:
                return built
        built = build(original_route=original_route, include_context=include_context)
        _built[id(original_route)].append((original_route, how, built))
        return built

    effective.from_api_route = once
