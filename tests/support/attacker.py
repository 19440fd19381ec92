"""Somebody who attacks the running system through its gateway: every header, cookie and byte is theirs to choose."""

import re
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urljoin, urlsplit

import httpx

from shared.internal_http import tls

EXPIRED = "Votre page a expiré"
"""What a form says whose token is missing, too old, or another visitor's."""


@dataclass(frozen=True)
class ShownForm:
    """A form as a page shows it."""

    page: str
    action: str
    method: str
    hidden: Mapping[str, str]
    names: frozenset[str]
    multipart: bool


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[tuple[dict[str, str], dict[str, str], set[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(found.get("href", ""))
        elif tag == "form":
            self.forms.append((found, {}, set()))
        elif self.forms and found.get("name"):
            _, hidden, names = self.forms[-1]
            names.add(found["name"])
            if found.get("type") == "hidden":
                hidden[found["name"]] = found.get("value", "")


@dataclass
class Attacker:
    """A client that follows nothing by itself and keeps cookies only as long as it likes."""

    site: str
    source: str = ""
    """The address that requests come from; this machine's usual one unless given."""
    cookies: dict[str, str] = field(default_factory=dict)
    opened: dict[str, httpx.Response] = field(default_factory=dict)
    """What ``crawl`` has seen, by its path."""

    def __post_init__(self) -> None:
        transport = httpx.HTTPTransport(verify=tls(), local_address=self.source or None)
        self._http = httpx.Client(
            base_url=self.site, timeout=60, transport=transport, headers={"Accept-Encoding": "identity"}
        )

    def close(self) -> None:
        self._http.close()

    def send(
        self,
        method: str,
        path: str,
        data: Mapping[str, str] | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        multipart: bool = False,
    ) -> httpx.Response:
        """One request, with the cookies kept so far; those of the answer are kept too."""
        sent = {"Accept": "text/html", **(headers or {})}
        if self.cookies:
            sent.setdefault("Cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        body: dict[str, object] = {}
        if isinstance(data, bytes):
            body = {"content": data}
        elif multipart:
            body = {"files": [(name, (None, value)) for name, value in (data or {}).items()]}
        elif data is not None:
            body = {"data": dict(data)}
        answer = self._http.request(method, path, headers=sent, **body)
        self._keep(answer)
        return answer

    def open(self, path: str, **headers: str) -> httpx.Response:
        return self.send("GET", path, headers=headers)

    def forms(self, path: str) -> list[ShownForm]:
        """Those of a page that is there; redirects are not followed."""
        answer = self.open(path)
        page = _Page()
        page.feed(answer.text)
        return [
            ShownForm(
                path,
                urljoin(path, form.get("action") or path).split("?")[0],
                form.get("method", "get").lower(),
                hidden,
                frozenset(names),
                form.get("enctype", "").startswith("multipart"),
            )
            for form, hidden, names in page.forms
        ]

    def form(self, path: str, action: str = "") -> ShownForm:
        """The form of a page that is sent to ``action`` (the page's own address when it is not given)."""
        wanted = action or path.split("?", maxsplit=1)[0]
        shown = self.forms(path)
        found = next((one for one in shown if one.action == wanted and one.method == "post"), None)
        assert found is not None, f"no form for {wanted} on {path}: {shown}"
        return found

    def fill(
        self, path: str, answers: Mapping[str, str], headers: Mapping[str, str] | None = None, *, action: str = ""
    ) -> httpx.Response:
        """Open a page and send its form, with its hidden fields and these answers."""
        shown = self.form(path, action)
        data = {**shown.hidden, **answers}
        return self.send("POST", shown.action, data, headers, multipart=shown.multipart)

    def sign_in(self, email: str, password: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        return self.fill("/connexion", {"email": email, "password": password}, headers)

    def crawl(self, *begin: str, most: int = 150) -> list[ShownForm]:
        """Every form that is sent by POST on the pages that links lead to; one of each address."""
        waiting, seen, found = list(begin), set(begin), dict[str, ShownForm]()
        while waiting and len(seen) <= most:
            path = waiting.pop(0)
            answer = self.opened[path] = self.open(path)
            if "location" in answer.headers:
                page = _Page()
                page.links = [answer.headers["location"]]
            elif "text/html" in answer.headers.get("content-type", ""):
                page = _Page()
                page.feed(answer.text)
                for shown in self.forms(path) if page.forms else ():
                    if shown.method == "post":
                        found.setdefault(_shape(shown.action), shown)
            else:
                continue
            for link in page.links:
                target = urlsplit(urljoin(self.site + path, link))
                local = target.path + (f"?{target.query}" if target.query else "")
                ours = urlsplit(self.site).netloc == target.netloc and not target.path.startswith("/static/")
                if ours and local not in seen and _shape(local) not in {_shape(one) for one in seen}:
                    seen.add(local)
                    waiting.append(local)
        return list(found.values())

    def exchange(self, *lines: str, body: bytes = b"") -> tuple[int, str]:
        """Status and text of the first answer to a request written by hand, byte by byte; 0 when there was no answer."""
        where = urlsplit(self.site)
        with socket.create_connection(("127.0.0.1", where.port or 80), timeout=30) as connection:
            connection.sendall("\r\n".join((*lines, "", "")).encode("latin-1") + body)
            received = b"".join(iter(lambda: connection.recv(65536), b"")).decode(errors="replace")
        return (int(received.split(" ", 2)[1]) if received.startswith("HTTP/") else 0), received

    def _keep(self, answer: httpx.Response) -> None:
        for line in answer.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
                if morsel["max-age"] == "0":
                    del self.cookies[name]


def _shape(address: str) -> str:
    """An address without what tells one thing from another of its kind."""
    return re.sub(r"[0-9a-f-]{36}|\b[A-Z]-?[0-9A-Z-]{4,}\b|\d+", "*", address.split("?", maxsplit=1)[0])


def headers_of(answer: httpx.Response, *left_out: str) -> list[tuple[str, str]]:
    """Names and values but for those named; sorted."""
    return sorted((name, value) for name, value in answer.headers.multi_items() if name not in left_out)


def statuses(answers: Iterable[httpx.Response]) -> list[int]:
    return [answer.status_code for answer in answers]
