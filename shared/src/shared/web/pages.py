"""HTML pages: one Jinja2 environment per service, its templates before the shared ones."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from shared.help_contact import HelpContact
from shared.security.session_times import IDLE, TOUCH_EVERY
from shared.web import french
from shared.web.csrf import FormSigner, FormToken, remember_visitor, visitor_of

STATIC_DIR = Path(__file__).parent / "static"
"""Served by the gateway under ``/static``, for ever: the address carries a hash of the content."""


@dataclass(frozen=True)
class Site:
    """What the pages of every service have in common. ``public_url`` has no slash at its end."""

    public_url: str
    form_signer: FormSigner
    help_contact: HelpContact = field(default_factory=HelpContact)


class Pages:
    """Renders templates of ``<package>/templates``, then of ``shared/web/templates`` (also as ``shared/…``)."""

    def __init__(self, package: str, *, site: Site) -> None:
        self.site = site
        shared = FileSystemLoader(Path(__file__).parent / "templates")
        own = FileSystemLoader(str(files(package) / "templates"))
        self.environment = Environment(
            loader=ChoiceLoader([own, shared, PrefixLoader({"shared": shared})]),
            autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, auto_reload=False,
        )  # fmt: skip
        self.environment.filters |= {
            "date_fr": french.date_fr, "datetime_fr": french.datetime_fr, "euros": french.euros, "nbsp": french.nbsp,
        }  # fmt: skip
        self.environment.globals |= {"static": static_address(), "site": site, "help_contact": site.help_contact}
        self.environment.globals |= {
            "idle_minutes": IDLE // timedelta(minutes=1), "idle_seconds": (IDLE - TOUCH_EVERY) // timedelta(seconds=1),
        }  # fmt: skip

    def render(self, request: Request, template: str, status: int = 200, /, **context: Any) -> HTMLResponse:
        """The page, never stored by caches; sets the visitor cookie when a form on it needs one.

        Raises:
            jinja2.TemplateError: the template is missing, or uses a name that the context lacks.
        """

        def form_token(_: Request) -> FormToken:
            return self.site.form_signer.issue(visitor_of(request))

        content = self.environment.get_template(template).render(request=request, form_token=form_token, **context)
        response = HTMLResponse(content, status, {"Cache-Control": "no-store"})
        remember_visitor(request, response)
        return response


def static_address() -> Callable[[str], str]:
    """``"espace.css"`` → ``"/static/espace.css?v=<8 hex digits of its content's SHA-256>"``, computed once a file."""
    known: dict[str, str] = {}

    def address(name: str) -> str:
        if name not in known:
            known[name] = sha256((STATIC_DIR / name).read_bytes()).hexdigest()[:8]
        return f"/static/{name}?v={known[name]}"

    return address
