"""An OpenAPI document of every route that a service has, pages and internal addresses included: what a fuzzer needs to know.

What a service publishes itself is less (``docs/api``): here the names of forms' fields are told, and of whatever a page reads
from its address. Nothing is promised about answers; what holds for each of them is in ``tests/surface/test_every_route.py``.
"""

import inspect
import re
from collections.abc import Iterable, Mapping
from enum import EnumType
from typing import Any, Literal, get_args, get_origin

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import RouteContext, iter_route_contexts
from pydantic import TypeAdapter

from shared.web.forms import Choices, DateParts, Files, Form, blank

Json = dict[str, Any]
TYPED: Json = {"type": "string", "format": "typed"}
"""What people and attackers type: ``surface.typed`` draws it."""
FILE: Json = {"type": "string", "format": "binary"}
_READ_HERE = re.compile(r"""query_params(?:\.get\(|\[)["']([\w-]+)["']|["']([\w-]+)["'] in request\.query_params""")
READ_ELSEWHERE = {
    "jeton", "suite", "beneficiaire", "periode", "nature", "apres", "avant", "annee", "etat", "sujet", "type", "qui",
    "expiree", "reprise",
}  # fmt: skip
"""Parameters that pages read by a helper or a table of names."""
BESIDE = ("action", "suite", "version", "session", "kept", "captcha_challenge")
"""Fields that a page reads beside those of its form."""


def routes_of(app: FastAPI) -> list[tuple[str, str, RouteContext]]:
    """Method, path and route of all that it answers; HEAD is GET's."""
    found = iter_route_contexts(app.routes)
    return [(method, route.path, route) for route in found for method in sorted((route.methods or set()) - {"HEAD"})]


def document(app: FastAPI, good: Mapping[str, Iterable[str]]) -> Json:
    """The whole surface; ``good``: name of a field or parameter → answers that lead somewhere."""
    paths: dict[str, Json] = {}
    components: Json = {}
    for method, path, route in routes_of(app):
        operation: Json = {"responses": {"default": {"description": "any"}}, "parameters": _parameters(route, good)}
        if method == "POST":
            operation["requestBody"] = {"content": _body(app, route, good, components)}
        paths.setdefault(path, {})[method.lower()] = operation
    return {
        "openapi": "3.1.0", "info": {"title": app.title, "version": "0"}, "paths": paths,
        "components": {"schemas": components},
    }  # fmt: skip


def forms_of(app: FastAPI, endpoint: Any) -> list[type[Form]]:
    """The forms that an endpoint may read: its page's own, or those that its module names."""
    own = getattr(getattr(endpoint, "__self__", None), "form_class", None)
    if own is not None:
        return [own]
    module = inspect.getmodule(endpoint)
    made_at_start = getattr(app.state, "situation_report", None) if "situation" in module.__name__ else None
    named = [*vars(module).values(), made_at_start]
    named = [getattr(one, "form_class", one) for one in named]
    return [one for one in named if isinstance(one, type) and issubclass(one, Form) and one is not Form]


def fields_of(form: type[Form]) -> dict[str, Json | list[str]]:
    """Names of a form's controls → schema of a file, or the answers that it offers (none: anything may be typed)."""
    found: dict[str, Json | list[str]] = {name: [] for name in blank(form).values}
    for name, info in form.model_fields.items():
        if any(isinstance(mark, Files) for mark in info.metadata):
            found[name] = FILE
        for control in [one for one in found if one.startswith(f"{name}_") and _is(info.metadata, Choices)]:
            found[control] = ["oui"]
        if _is(info.metadata, DateParts):
            found |= {f"{name}_day": ["1", "27"], f"{name}_month": ["3", "mars"], f"{name}_year": ["1957", "2026"]}
        if info.annotation is bool:
            found[name] = ["oui"]
        if isinstance(info.annotation, EnumType):
            found[name] = [str(one.value) for one in info.annotation]  # type: ignore[var-annotated]
        if get_origin(info.annotation) is Literal:
            found[name] = [str(one) for one in get_args(info.annotation)]
    return found


def _is(metadata: Iterable[object], mark: type) -> bool:
    return any(isinstance(one, mark) for one in metadata)


def _parameters(route: RouteContext, good: Mapping[str, Iterable[str]]) -> list[Json]:
    inside = re.findall(r"{(\w+)}", route.path)
    asked = _queries(route.dependant) if route.dependant else set()
    source = inspect.getsource(inspect.getmodule(route.endpoint))
    read = {name for pair in _READ_HERE.findall(source) for name in pair if name}
    queries = asked | read | (READ_ELSEWHERE if "query_params" in source else set())
    return [
        *({"name": name, "in": "path", "required": True, "schema": _text(good.get(name, ()))} for name in inside),
        *({"name": name, "in": "query", "schema": _text(good.get(name, ()))} for name in sorted(queries)),
        {"name": "X-Forwarded-For", "in": "header", "schema": {"type": "string", "format": "header"}},
        {"name": "User-Agent", "in": "header", "schema": {"type": "string", "format": "header"}},
        # of the gateway, when it asks who is signed in: the address that a visitor wanted
        {"name": "X-Forwarded-Uri", "in": "header", "schema": {"type": "string", "format": "header"}},
    ]


def _queries(dependant: Dependant) -> set[str]:
    own = {field.alias for field in dependant.query_params}
    return own.union(*(_queries(one) for one in dependant.dependencies))


def _body(app: FastAPI, route: RouteContext, good: Mapping[str, Iterable[str]], components: Json) -> Json:
    if route.dependant and route.dependant.body_params:
        (body,) = route.dependant.body_params
        schema = TypeAdapter(body.field_info.annotation).json_schema(ref_template="#/components/schemas/{model}")
        components.update(schema.pop("$defs", {}))
        return {"application/json": {"schema": schema}}
    fields: dict[str, Json | list[str]] = {name: [] for name in BESIDE}
    for form in forms_of(app, route.endpoint):
        fields |= fields_of(form)
    told = {name: one if isinstance(one, dict) else _text([*good.get(name, ()), *one]) for name, one in fields.items()}
    kind = "multipart/form-data" if FILE in told.values() else "application/x-www-form-urlencoded"
    return {kind: {"schema": {"type": "object", "properties": told, "additionalProperties": False}}}


def _text(known: Iterable[str]) -> Json:
    known = list(known)
    return {"anyOf": [{"enum": known}, TYPED]} if known else TYPED
