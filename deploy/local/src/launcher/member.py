"""A member at the keyboard, over plain HTTP and without JavaScript: fills the real forms through the gateway."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urljoin

import httpx

from shared.internal_http import tls

Sent = tuple[str, tuple[str, bytes, str]]
"""Field → name, content and type of a file."""


@dataclass
class Form:
    """A form of a page: where it goes and what its fields hold (hidden ones included)."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(found.get("action", "")))
        elif tag == "input" and self.forms and found.get("type") == "hidden":
            self.forms[-1].fields[found["name"]] = found.get("value", "")


class _Cookies(httpx.HTTPTransport):
    """Keeps one site's cookies as a browser does, which treats localhost as secure; Python's cookie jar does not."""

    def __init__(self) -> None:
        super().__init__(verify=tls(), trust_env=False)
        self._kept: dict[str, str] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._kept.items())
        response = super().handle_request(request)
        for line in response.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                self._kept[name] = morsel.value
                if morsel["max-age"] == "0":
                    del self._kept[name]
        return response


class UnexpectedPageError(RuntimeError):
    """The site answered something else than the journey expects; the text says what was seen."""


class Member:
    """Someone who uses the site."""

    def __init__(self, site: str) -> None:
        self._site = site
        self._client = httpx.Client(
            base_url=site, transport=_Cookies(), follow_redirects=True, timeout=30, trust_env=False
        )
        self._page: httpx.Response | None = None

    def open(self, path: str) -> str:
        """Open a page (a path, or a whole address of the site); returns its HTML.

        Raises:
            UnexpectedPageError: the answer is an error.
        """
        self._page = self._client.get(path, headers={"Accept": "text/html"})
        return self._checked()

    def send(self, action: str, files: Sequence[Sent] = (), /, **answers: str) -> str:
        """Fill the form that goes to ``action`` on the open page, send it, and return the page that follows.

        Raises:
            UnexpectedPageError: no such form, or the answer is an error.
        """
        page = self._open_page()
        forms = _Forms()
        forms.feed(page.text)
        form = next((one for one in forms.forms if one.action.split("?")[0] == action), None)
        if form is None:
            raise UnexpectedPageError(f"no form for {action} on {page.url.path}")
        address = urljoin(str(page.url), form.action)
        headers = {"Accept": "text/html", "Origin": self._site}
        data = {**form.fields, "action": "envoyer", **answers}
        self._page = self._client.post(address, data=data, files=files or None, headers=headers)
        return self._checked()

    @property
    def path(self) -> str:
        """Path of the open page."""
        return self._open_page().url.path

    @property
    def heading(self) -> str:
        """Text of the open page's main heading."""
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self._open_page().text, re.DOTALL)
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", found[1])).strip() if found else ""

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _open_page(self) -> httpx.Response:
        if self._page is None:
            raise UnexpectedPageError("no page is open")
        return self._page

    def _checked(self) -> str:
        page = self._open_page()
        if page.is_error:
            refused = re.findall(r'<div class="summary".*?</div>', page.text, re.DOTALL)
            words = re.sub(r"(<[^>]+>|\s)+", " ", " ".join(refused)).strip()
            raise UnexpectedPageError(f"{page.request.method} {page.url.path}: {page.status_code} {words}")
        return page.text
