"""The page behind the link to another address: as ``confirmation_pages.py``, reading it changes nothing, its button does."""

from typing import Any

from fastapi import APIRouter
from sqlalchemy.exc import IntegrityError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from activation import cookies, mail_links
from activation.cookies import Cookie
from activation.parts import Parts, parts_of
from activation.security_settings import email_confirmation
from activation.security_settings.email_confirmation import Link, Replaced
from shared.web.csrf import Expired, guard
from shared.web.forms import read_form

router = APIRouter(include_in_schema=False)

PAGE = "/compte/adresse/confirmer"
DONE = "fait"
"""What the cookie holds instead of the token once that has done its work: the page then survives a reload."""

_TO_SETTINGS = ("/compte/securite", "Aller à la sécurité de mon compte")
_AGAIN = "Si vous voulez toujours changer d’adresse, connectez-vous et recommencez depuis la sécurité de votre compte."
CHANGED: dict[str, Any] = {
    "title": "Votre adresse électronique est changée",
    "text": [
        "Connectez-vous désormais avec la nouvelle adresse. Votre mot de passe reste le même.",
        "Par précaution, vos connexions sur d’autres appareils sont fermées.",
    ],
    "links": [("/espace/", "Aller à mon espace"), _TO_SETTINGS],
    "kind": "success",
}
NOTICES: dict[Link, dict[str, Any]] = {
    Link.EXPIRED: {
        "title": "Ce lien a expiré",
        "text": ["Les liens sont valables 24\u00a0heures. Votre adresse n’a pas changé.", _AGAIN],
        "links": [_TO_SETTINGS],
    },
    Link.ENDED: {
        "title": "Ce lien ne sert plus",
        "text": [
            "Si vous avez déjà confirmé votre nouvelle adresse, connectez-vous avec elle.",
            "Si vous avez demandé un autre courriel, ouvrez le dernier reçu\u00a0: seul son lien fonctionne.",
        ],
        "links": [_TO_SETTINGS],
    },
    Link.TAKEN: {
        "title": "Cette adresse électronique sert déjà à un autre compte",
        "text": ["Chaque adhérent a besoin d’une adresse à lui. La vôtre n’a pas changé.", _AGAIN],
        "links": [_TO_SETTINGS],
    },
    Link.UNKNOWN: {
        "title": "Ce lien n’est pas reconnu",
        "text": [
            "Ouvrez le lien du dernier courriel que vous avez reçu de nous.",
            "Si le lien est coupé en deux lignes, copiez-le en entier dans la barre d’adresse, en haut de votre écran.",
            "Si ce message revient, autorisez les cookies de ce site, ou connectez-vous et recommencez.",
        ],
        "links": [_TO_SETTINGS],
    },
}


@router.api_route(PAGE, methods=["GET", "HEAD"])
async def show(request: Request) -> Response:
    """With a token in the address: keep it and come back without. Then the button, or why there is none."""
    if mail_links.FIELD in request.query_params:
        return mail_links.keep(PAGE, Cookie.EMAIL_CHANGE, request.query_params[mail_links.FIELD])
    token, parts = cookies.read(request, Cookie.EMAIL_CHANGE), parts_of(request)
    if token == DONE:
        return _notice(request, CHANGED)
    async with parts.database.unit_of_work() as work:
        state = await email_confirmation.state_of(work, token)
    if state is Link.OPEN:
        return parts.pages.render(request, "adresse-confirmer.html")
    return _notice(request, NOTICES[state])


@router.post(PAGE)
async def send(request: Request) -> Response:
    """Use the link."""
    if isinstance(await guard(request, await read_form(request)), Expired):
        return RedirectResponse(PAGE, 303)
    parts = parts_of(request)
    await parts.address_limit.let_pass(request)
    token, session = cookies.read(request, Cookie.EMAIL_CHANGE), cookies.read(request, Cookie.SESSION)
    outcome = await _confirm(parts, token, session)
    if isinstance(outcome, Replaced):
        response = RedirectResponse(PAGE, 303)
        cookies.put(response, Cookie.EMAIL_CHANGE, DONE)
        if outcome.session:
            cookies.put(response, Cookie.SESSION, outcome.session)
        return response
    return _notice(request, NOTICES[outcome]) if outcome is Link.TAKEN else RedirectResponse(PAGE, 303)


async def _confirm(parts: Parts, token: str, session: str) -> Replaced | Link:
    try:
        async with parts.database.unit_of_work() as work:
            return await email_confirmation.confirm(work, token, session, parts.notifier)
    except IntegrityError:
        return Link.TAKEN


def _notice(request: Request, notice: dict[str, Any]) -> Response:
    return parts_of(request).pages.render(request, "notice.html", **notice)
