"""Asking a service at its internal address, in the name of who is at the desk: their assertion goes along."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
import structlog
from fastapi import Request
from pydantic import TypeAdapter, ValidationError

from shared.internal_http import internal_client
from shared.security.assertions import HEADER

SECONDS = 10.0
"""Longer than a service takes for its broker (8 s); shorter than a transaction may idle (15 s), for the page holds one."""
CONNECT_SECONDS = 2.0
Answer = TypeVar("Answer")
log = structlog.get_logger()


class AwayError(Exception):
    """The service does not answer, or not in a way that this version understands. The text is French."""


class RefusedError(Exception):
    """The service answered that it will not, or can't now; ``str`` is French, ``status`` is HTTP's."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


@dataclass(frozen=True)
class Services:
    """Where each service is: several addresses are replicas, the first that takes the connection answers."""

    addresses: Mapping[str, Sequence[str]]

    @classmethod
    def parse(cls, text: str) -> "Services":
        """``name=url name=url…``, as the setting says it."""
        found: dict[str, list[str]] = {}
        for entry in text.split():
            name, _, url = entry.partition("=")
            found.setdefault(name, []).append(url.rstrip("/"))
        return cls(found)

    async def ask(
        self, request: Request, service: str, path: str, answer: type[Answer] | Any, body: Any = None, /, **query: Any
    ) -> Answer:
        """GET, or POST with a body; the answer as that type. The assertion of ``request`` is used at that service.

        Raises:
            AwayError, RefusedError: as they say.
        """
        addresses = self.addresses.get(service, ())
        if not addresses:
            raise AwayError("adresse non configurée")
        timeout = httpx.Timeout(SECONDS, connect=CONNECT_SECONDS)
        headers = {HEADER: request.headers.get(HEADER, ""), "Accept": "application/json"}
        async with internal_client(timeout, headers=headers) as client:
            for address in addresses:
                try:
                    method = "GET" if body is None else "POST"
                    got = await client.request(method, address + path, json=body, params=query or None)
                except httpx.ConnectError:
                    continue  # that replica is away: nothing of the request has reached it
                except httpx.HTTPError as error:
                    log.warning("service_away", service=service, exc_type=type(error).__name__)
                    raise AwayError("pas de réponse à temps") from None
                found: Answer = _read(service, got, TypeAdapter(answer))
                return found
        raise AwayError("ne répond pas")


def _read(service: str, got: httpx.Response, kind: TypeAdapter[Answer]) -> Answer:
    if got.status_code == 200:
        try:
            return kind.validate_json(got.content)
        except ValidationError:
            log.warning("service_not_understood", service=service)
            raise AwayError("réponse d’une autre version") from None
    log.warning("service_refused", service=service, status=got.status_code)
    if got.status_code in {404, 422}:
        raise RefusedError(got.status_code, "")
    if got.status_code == 503:
        raise RefusedError(503, _title(got))
    raise AwayError(f"erreur {got.status_code}")


def _title(got: httpx.Response) -> str:
    try:
        return str(got.json()["title"])[:200]
    except (ValueError, KeyError, TypeError):
        return "momentanément indisponible"


def services_of(request: Request) -> Services:
    """Those of the application."""
    services: Services = request.app.state.services
    return services
