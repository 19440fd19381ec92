"""A small service made of every part of the web layer, for the tests."""

import asyncio
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, FastAPI
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from support.sample_pages import upload

from shared.web.csrf import Expired, FormSigner, guard
from shared.web.forms import (
    WHOLE_FORM,
    BirthDate,
    Checkbox,
    EmailAddress,
    Form,
    Matches,
    MaxLength,
    Multiline,
    Otherwise,
    Parsed,
    Postcode,
    Required,
    SameAs,
    Untouched,
    address_key,
    blank,
    parse,
    read_form,
)
from shared.web.health import Readiness, health_router
from shared.web.pages import STATIC_DIR, Pages, Site
from shared.web.problems import Problem
from shared.web.reading import UPLOAD_LIMIT
from shared.web.setup import install_web

router = APIRouter()
KEYS = [("new", b"n" * 32), ("old", b"o" * 32)]
QUESTIONS = [("book", "Quel est le livre pour enfants que vous préférez ?"), ("town", "Dans quelle ville ?")]


class SampleForm(Form):
    """Every kind of field."""

    never_reshown = frozenset({"password", "password_again", "captcha"})
    situation: Annotated[Literal["adherent", "assure"], Otherwise("Indiquez si vous êtes adhérent ou assuré")]
    number: Annotated[
        str, Required("Saisissez votre numéro"), Matches(str.isdecimal, "Votre numéro doit comporter 6 chiffres")
    ]
    email: Annotated[EmailAddress, Required("Saisissez votre adresse électronique")]
    email_again: Annotated[
        EmailAddress,
        Required("Confirmez votre adresse électronique"),
        SameAs("email", "Les deux adresses électroniques doivent être identiques", key=address_key),
    ]
    family_name: Annotated[str, Required("Saisissez votre nom de famille"), MaxLength(40)]
    birth_date: BirthDate
    postcode: Annotated[Postcode, Required("Saisissez votre code postal")]
    question: Annotated[str, Required("Choisissez une question secrète")]
    message: Annotated[str, Multiline(), MaxLength(50, "Le message doit comporter 50 caractères ou moins")]
    password: Annotated[str, Untouched(), Required("Saisissez un mot de passe"), MaxLength(128)]
    password_again: Annotated[
        str, Untouched(), SameAs("password", "Les deux mots de passe doivent être identiques"), MaxLength(128)
    ]
    captcha: Annotated[str, Required("Saisissez les 6 chiffres de l’image")]
    terms: Annotated[Checkbox, Required("Cochez la case pour accepter les conditions d’utilisation")]


class Question(BaseModel):
    """Body of the JSON route."""

    age: int


def make_app(public_url: str = "https://testserver") -> FastAPI:
    """The service; ``app.state.received`` lists the submissions it accepted, ``app.state.kept`` their files;
    ``app.state.readiness`` stops it."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    install_web(app, Pages("support.sample_pages", site=Site(public_url, FormSigner(KEYS))), most=UPLOAD_LIMIT)
    app.state.received, app.state.kept = [], []
    app.state.readiness, app.state.checks = Readiness(), {"database": True, "mail": True}
    app.mount("/static", StaticFiles(directory=STATIC_DIR))
    checks = {name: partial(_check, app, name) for name in app.state.checks}
    app.include_router(health_router(checks, {"database"}, app.state.readiness))
    app.include_router(router)
    app.include_router(upload.router)
    return app


async def _check(app: FastAPI, name: str) -> bool:
    found = app.state.checks[name]
    if isinstance(found, Exception):
        raise found
    if found == "hangs":
        await asyncio.Event().wait()
    return bool(found)


def _page(request: Request, status: int, form: Parsed[SampleForm]) -> Response:
    page: Response = request.app.state.pages.render(request, "sample.html", status, form=form, questions=QUESTIONS)
    return page


@router.get("/formulaire")
async def show(request: Request) -> Response:
    """The form, empty."""
    return _page(request, 200, blank(SampleForm))


@router.post("/formulaire")
async def send(request: Request) -> Response:
    """The form, read."""
    data = await read_form(request)
    if data.get("action") == "changer":
        return _page(request, 200, blank(SampleForm, number=data.get("number", "")))
    form, guarded = parse(SampleForm, data), await guard(request, data)
    if isinstance(guarded, Expired):
        return _page(request, 422, form.refuse(WHOLE_FORM, guarded.message))
    if form.value is None:
        return _page(request, 422, form)
    request.app.state.received.append(guarded.submission_id)
    return RedirectResponse("/fait", 303)


@router.get("/fait")
async def done(request: Request) -> Response:
    """A plain message."""
    page: Response = request.app.state.pages.render(
        request, "notice.html", title="C’est fait", text="Merci.", links=[("/", "Accueil")], kind="success"
    )
    return page


@router.get("/echec")
async def fail() -> None:
    """An unhandled exception."""
    raise RuntimeError("secret-de-la-base")


@router.get("/probleme/{status}")
async def problem(status: int) -> None:
    """A problem with words of its own."""
    raise Problem(status, "Titre & cause", "Que faire", headers={"Retry-After": "60"})


@router.post("/api/questions")
async def ask(question: Question) -> dict[str, int]:
    """A JSON route."""
    return {"age": question.age}
