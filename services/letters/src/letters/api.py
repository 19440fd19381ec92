"""Where the print shop fetches its batches. Sealed bytes only: who reads them needs the print shop's private key."""

import hashlib
import hmac
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Response
from pydantic import SecretStr

from letters.models import PrintBatchRow, SealedFile
from shared.database.engine import Database
from shared.web.problem import Problem


def print_shop_api(database: Database, token: SecretStr) -> APIRouter:
    """``GET /impression/lots/{batch_id}`` for the holder of the token."""
    expected = hashlib.sha256(token.get_secret_value().encode()).digest()

    def print_shop_only(authorization: Annotated[str, Header()] = "") -> None:
        scheme, _, given = authorization.partition(" ")
        digest = hashlib.sha256(given.strip().encode()).digest()
        if not hmac.compare_digest(digest, expected) or scheme.lower() != "bearer":
            raise Problem(401, "Accès réservé à l’imprimeur", "Présentez le jeton de l’imprimeur.", headers=_CHALLENGE)

    router = APIRouter(dependencies=[Depends(print_shop_only)])

    @router.get("/impression/lots/{batch_id}")
    async def sealed_batch(batch_id: str) -> Response:
        async with database.unit_of_work() as work:
            batch = await work.session.get(PrintBatchRow, _uuid(batch_id))
            file = await work.session.get(SealedFile, batch.id) if batch else None
        if batch is None:
            raise _unknown()
        if file is None:
            raise Problem(410, "Ce lot n’est plus disponible", "Il a été refusé, ou posté il y a plusieurs jours.")
        headers = {"ETag": f'"{batch.sealed_sha256}"', "Cache-Control": "no-store"}
        return Response(file.content, media_type="application/octet-stream", headers=headers)

    return router


_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="impression"'}


def _unknown() -> Problem:
    return Problem(404, "Ce lot n’existe pas", "Vérifiez le numéro du lot.")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise _unknown() from None
