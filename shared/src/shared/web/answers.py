"""A problem as a French page for people, or as RFC 9457 problem details for programs."""

from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from shared.web.problem import Problem


def wants_html(request: Request) -> bool:
    """Whether ``Accept`` names HTML: browsers do, programs (``*/*``) don't."""
    accepted = request.headers.get("accept", "")
    return any(part.split(";")[0].strip().lower() == "text/html" for part in accepted.split(","))


def answer_problem(request: Request, problem: Problem, *, reference: str = "", **members: Any) -> Response:
    """The response of a problem. ``reference`` is what a person can quote to the help desk; members are for programs.

    Without ``app.state.pages``, or when the error page itself fails, the answer is problem details.
    """
    pages = getattr(request.app.state, "pages", None) if "app" in request.scope else None
    if pages is not None and wants_html(request):
        try:
            page: Response = pages.render(request, "error.html", problem.status, problem=problem, reference=reference)
        except Exception as error:
            structlog.get_logger().error("error_page_failed", exc_info=error)
        else:
            page.headers.update(problem.headers)
            return page
    return _problem_details(request, problem, reference, members)


def _problem_details(request: Request, problem: Problem, reference: str, members: dict[str, Any]) -> Response:
    content = {
        "type": "about:blank", "title": problem.title, "status": problem.status, "detail": problem.detail,
        "instance": request.url.path, **members,
    }  # fmt: skip
    if reference:
        content["reference"] = reference
    headers = {"Cache-Control": "no-store", **problem.headers}
    return JSONResponse(content, problem.status, headers, media_type="application/problem+json")
