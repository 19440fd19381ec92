"""The inbox in a browser, and as JSON for tests and the demonstration."""

from pathlib import Path
from typing import Any

from fastapi import FastAPI, HTTPException
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader

from launcher import mail_store

_TEMPLATES = Environment(loader=PackageLoader("launcher"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
_PAGE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
# What a mail may do: be seen. No script, no form, nothing fetched; its links open in a window of their own.
_SHOWN = "allow-popups allow-popups-to-escape-sandbox"
_MAIL = _PAGE | {
    "Content-Security-Policy": f"sandbox {_SHOWN}; default-src 'none'; img-src data:; style-src 'unsafe-inline'"
}


def create_app(folder: Path) -> FastAPI:
    """Return the pages over a folder of mails."""
    app = FastAPI(title="Boîte de réception", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/", response_class=HTMLResponse)
    def inbox(to: str = "") -> HTMLResponse:
        return _page("inbox.html", mails=mail_store.newest(folder, to), to=to)

    @app.get("/messages/{name}", response_class=HTMLResponse)
    def message(name: str) -> HTMLResponse:
        return _page("message.html", mail=_known(folder, name), sandbox=_SHOWN)

    @app.get("/messages/{name}/html", response_class=HTMLResponse)
    def html(name: str) -> HTMLResponse:
        return HTMLResponse('<base target="_blank">' + _known(folder, name).html, headers=_MAIL)

    @app.get("/api/messages")
    def messages(to: str = "") -> list[dict[str, Any]]:
        return [mail.as_dict() for mail in mail_store.newest(folder, to)]

    return app


def _known(folder: Path, name: str) -> mail_store.Mail:
    mail = mail_store.find(folder, name)
    if mail is None:
        raise HTTPException(404, "Ce message n’existe pas.")
    return mail


def _page(template: str, **values: Any) -> HTMLResponse:
    return HTMLResponse(_TEMPLATES.get_template(template).render(values), headers=_PAGE)
