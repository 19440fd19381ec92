"""OpenAPI of ``/espace/api/v1``: made from its routes, with what FastAPI can't see of them (errors, sign-in, mandates)."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import iter_route_contexts

from shared.web.problem import WORDS

API = "/espace/api/v1"
GRANTED = f"{API}/pour/{{mandate_id}}"
_ABOUT = """What the pages of the member space show, as JSON. Amounts are integer cents of euro, dates are ISO 8601.

Requests carry the cookie of a signed-in browser. What is under `/pour/{mandate_id}` is another person's space, in which the
signed-in person acts under a mandate, within its scopes. Errors are problem details (RFC 9457) in French."""
_ERRORS = {
    "401": "Nobody is signed in.",
    "404": "There is no such thing in this space; or no such mandate, or it does not hold, or not for this.",
    "409": "The space is still opening: try again in some seconds; or a `submission_id` was used for something else.",
    "410": "The space was closed at the person's wish.",
    "422": "A value is refused: `errors` says which, and by which rule; or, where only the values together are wrong or a "
    "list of the mutual's does not have one, `detail` says it in French.",
    "503": "For the moment no answer can be given; `Retry-After` says when to try again.",
}
_ERRORS_OF_WRITING = {
    "400": "The body can't be read as JSON.",
    "413": "The body is too large.",
    "429": "Too much was sent in a short time.",
}
_MANDATE = {
    "name": "mandate_id", "in": "path", "required": True, "description": "Under which mandate.",
    "schema": {"type": "string", "format": "uuid"},
}  # fmt: skip
_PROBLEM = {
    "title": "Problem", "type": "object", "description": "RFC 9457. `title` and `detail` are French, for people.",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string"}, "title": {"type": "string", "examples": [WORDS[404][0]]},
        "status": {"type": "integer"}, "detail": {"type": "string"}, "instance": {"type": "string"},
        "reference": {"type": "string", "description": "To quote to the help desk."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object", "required": ["pointer", "rule"],
                "properties": {"pointer": {"type": "string"}, "rule": {"type": "string"}},
            },
        },
    },
}  # fmt: skip


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI 3.1 document of an application's routes of the API."""
    routes = [one for one in iter_route_contexts(app.routes) if (one.path or "").startswith(f"{API}/")]
    document = get_openapi(title="Espace assuré & adhérent", version="1", description=_ABOUT, routes=routes)
    for path, methods in document["paths"].items():
        for operation in methods.values():
            _complete(operation, granted=path.startswith(GRANTED))
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for made_by_fastapi in ("HTTPValidationError", "ValidationError"):
        schemas.pop(made_by_fastapi, None)
    schemas["Problem"] = _PROBLEM
    components["securitySchemes"] = {"session": {"type": "apiKey", "in": "cookie", "name": "__Host-session"}}
    document["security"] = [{"session": []}]
    return document


def _complete(operation: dict[str, Any], *, granted: bool) -> None:
    name = operation["summary"].lower().replace(" ", "_")
    operation["operationId"] = f"{operation['tags'][0]}_{name}{'_under_mandate' if granted else ''}"
    if granted:
        operation["parameters"] = [_MANDATE, *operation.get("parameters", [])]
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    own = {status: answer["description"] for status, answer in operation["responses"].items() if status >= "400"}
    errors = own | (_ERRORS | _ERRORS_OF_WRITING if "requestBody" in operation else _ERRORS)
    operation["responses"] |= {
        status: {"description": words, "content": problem} for status, words in sorted(errors.items())
    }  # fmt: skip
