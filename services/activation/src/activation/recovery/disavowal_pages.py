"""« Ce n’était pas moi »: the page behind the link of a notice. Reading it changes nothing, its button freezes the account."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from activation import cookies, link_rows, mail_links
from activation.cookies import Cookie
from activation.models import DisavowalToken
from activation.parts import parts_of
from activation.recovery import freezing
from activation.recovery.disavowal import Report, report_state
from activation.recovery.notices import REPORT
from activation.security_notices import Change
from activation.session_answers import without_ended_session
from shared.web.csrf import Expired, guard
from shared.web.forms import read_form

router = APIRouter(include_in_schema=False)

PAGE = "/compte/signaler"
IN_WORDS = {
    Change.PASSWORD_CHANGED: "Le mot de passe a été changé",
    Change.PASSWORD_RESET: "Le mot de passe oublié a été remplacé",
    Change.SECRET_QUESTION_CHANGED: "La question secrète a été changée",
    Change.EMAIL_CHANGE_ASKED: "Un changement d’adresse électronique a été demandé",
    Change.EMAIL_CHANGED: "L’adresse électronique a été changée",
    Change.SECOND_FACTOR_ADDED: "Un moyen de double vérification a été ajouté",
    Change.SECOND_FACTOR_REMOVED: "Un moyen de double vérification a été retiré",
    Change.RECOVERY_CODES_MADE: "De nouveaux codes de secours ont été créés",
    Change.RECOVERY_CODE_USED: "Un code de secours a été utilisé",
    Change.RECOVERY_LETTER_ASKED: "Un courrier de secours a été demandé",
    Change.ACCOUNT_RECOVERED: "Le compte a été rouvert avec un courrier de secours",
    Change.NEW_DEVICE: "Quelqu’un s’est connecté depuis un nouvel appareil",
}
OTHER = "Un réglage de sécurité du compte a été changé"
"""Of a change that a newer version of this service told of."""


def words(change: str) -> str:
    """What a link is about."""
    return next((said for known, said in IN_WORDS.items() if known == change), OTHER)


@router.api_route(PAGE, methods=["GET", "HEAD"])
async def show(request: Request) -> Response:
    """With a token in the address: keep it and come back without. Then what the button does, or why there is none."""
    if mail_links.FIELD in request.query_params:
        return mail_links.keep(PAGE, Cookie.DISAVOWAL, request.query_params[mail_links.FIELD])
    parts = parts_of(request)
    async with parts.database.unit_of_work() as work:
        link = await link_rows.find(work, DisavowalToken, cookies.read(request, Cookie.DISAVOWAL))
        state = report_state(link, work.now)
    if link is None or state is not Report.OPEN:
        return parts.pages.render(request, "notice.html", **REPORT[state])
    return parts.pages.render(request, "signaler.html", change=words(link.change), at=link.created_at)


@router.post(PAGE)
async def send(request: Request) -> Response:
    """Freeze the account; the page then says so, however often the form is sent."""
    guarded = await guard(request, await read_form(request))
    if isinstance(guarded, Expired):
        return RedirectResponse(PAGE, 303)
    parts = parts_of(request)
    await parts.address_limit.let_pass(request)
    async with parts.database.unit_of_work() as work:
        await freezing.disavow(work, cookies.read(request, Cookie.DISAVOWAL))
    return await without_ended_session(request, RedirectResponse(PAGE, 303))
