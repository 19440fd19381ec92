"""What these pages ask of ``letters`` (decision 0029), and how it is told that it does not answer.

The assertion of a request is good for one question: a page that acts does not also look.
"""

from typing import Any, TypeVar

from fastapi import Request

from member_space.operations.asking import AwayError, RefusedError, services_of
from shared.web.problem import Problem

AWAY = "Le service des courriers ne répond pas"
AWAY_DETAIL = (
    "Aucun courrier n’est perdu\u00a0: tout reprend avec lui. Réessayez dans quelques minutes. "
    "Si vous veniez d’envoyer une action, regardez d’abord si elle a été faite."
)
GONE = "Le service des courriers ne connaît pas ce lot"
GONE_DETAIL = "Il est peut-être effacé depuis. Repartez de la page «\u00a0Courriers\u00a0»."

Answer = TypeVar("Answer")


class NotNowError(Exception):
    """``letters`` does not answer now, or not in a way that this version understands; the text is French."""


async def ask(request: Request, path: str, answer: type[Answer] | Any, body: Any = None) -> Answer:
    """GET, or POST with a body, below ``/internal/print-room``; the answer as that type.

    Raises:
        NotNowError: as it says; what was sent may have been done all the same.
        Problem: 404, ``letters`` knows nothing of that name.
    """
    try:
        found: Answer = await services_of(request).ask(request, "letters", f"/internal/print-room{path}", answer, body)
    except AwayError as error:
        raise NotNowError(str(error)) from None
    except RefusedError as error:
        if error.status == 404:
            raise Problem(404, GONE, GONE_DETAIL) from None
        raise NotNowError(str(error) or "demande d’une autre version") from None
    return found


async def ask_or_tell(request: Request, path: str, answer: type[Answer] | Any, body: Any = None) -> Answer:
    """The same, for a page that is nothing without the answer.

    Raises:
        Problem: 404 as above; 503 when ``letters`` does not answer.
    """
    try:
        found: Answer = await ask(request, path, answer, body)
    except NotNowError as error:
        raise Problem(503, f"{AWAY} ({error})", AWAY_DETAIL, headers={"Retry-After": "5"}) from None
    return found
