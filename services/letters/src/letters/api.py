"""Where the print shop fetches its batches. Sealed bytes only: who reads them needs the print shop's private key."""

import hashlib
import hmac
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Header, Response
from pydantic import SecretStr

from letters.models import BatchNote, BatchState, BatchStep, PrintBatchRow, SealedFile
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.web.problem import Problem

Spool = Annotated[str, Header(alias="Print-Shop-Spool", pattern="^[0-9a-f-]{36}$")]
"""Which disk of the print shop asks: an id that it made for itself."""


def print_shop_api(database: Database, token: SecretStr) -> APIRouter:
    """``/impression/lots/{batch_id}/{run}`` for the holder of the token: GET the file, POST to have it for one spool."""
    expected = hashlib.sha256(token.get_secret_value().encode()).digest()

    def print_shop_only(authorization: Annotated[str, Header()] = "") -> None:
        scheme, _, given = authorization.partition(" ")
        digest = hashlib.sha256(given.strip().encode()).digest()
        if not hmac.compare_digest(digest, expected) or scheme.lower() != "bearer":
            raise Problem(401, "Accès réservé à l’imprimeur", "Présentez le jeton de l’imprimeur.", headers=_CHALLENGE)

    router = APIRouter(dependencies=[Depends(print_shop_only)])

    @router.get("/impression/lots/{batch_id}/{run}")
    async def sealed_batch(batch_id: str, run: int) -> Response:
        async with database.unit_of_work() as work:
            batch = await _current(work, batch_id, run)
            file = await work.session.get(SealedFile, batch.id)
            if file is None:
                raise _gone()
            _note_fetched(batch, work)
        headers = {"ETag": f'"{batch.sealed_sha256}"', "Cache-Control": "no-store"}
        return Response(file.content, media_type="application/octet-stream", headers=headers)

    @router.post("/impression/lots/{batch_id}/{run}", status_code=204)
    async def claim(batch_id: str, run: int, spool: Spool) -> None:
        """Give a run to one spool, the first that asks, once it is safe there: nobody else may print it."""
        async with database.unit_of_work() as work:
            _give(await _current(work, batch_id, run), spool, work)

    return router


async def _current(work: UnitOfWork, batch_id: str, run: int) -> PrintBatchRow:
    """The batch, locked; only its newest run is anybody's."""
    batch = await work.session.get(PrintBatchRow, _uuid(batch_id), with_for_update=True)
    if batch is None:
        raise _unknown()
    if run != batch.run:
        raise Problem(409, "Un autre tirage de ce lot est proposé", "Oubliez cette annonce : la suivante la remplace.")
    return batch


def _give(batch: PrintBatchRow, spool: str, work: UnitOfWork) -> None:
    if batch.state == BatchState.REFUSED:
        raise _gone()
    if batch.claimed_by is None:
        batch.claimed_by = spool
        note = BatchNote(id=uuid4(), batch_id=batch.id, at=work.now, step=BatchStep.CLAIMED, run=batch.run)
        work.session.add(note)
    elif batch.claimed_by != spool:
        raise Problem(409, "Ce tirage est confié à un autre poste", "Ne l’imprimez pas.")


def _note_fetched(batch: PrintBatchRow, work: UnitOfWork) -> None:
    if batch.fetched_at is None:
        work.session.add(BatchNote(id=uuid4(), batch_id=batch.id, at=work.now, step=BatchStep.FETCHED, run=batch.run))
    batch.fetched_at = work.now


_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="impression"'}


def _unknown() -> Problem:
    return Problem(404, "Ce lot n’existe pas", "Vérifiez le numéro du lot.")


def _gone() -> Problem:
    return Problem(410, "Ce lot n’est plus disponible", "Il a été refusé, ou posté il y a plusieurs jours.")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise _unknown() from None
