"""A printer behind CUPS, spoken to by IPP.

A job is created empty, and gets its document when the journal knows its number: whether a document was given is then a
question that CUPS can answer after any crash.
"""

import httpx

from print_shop.cups_job import ASKED, Job
from print_shop.ipp import (
    CONTENT_TYPE,
    NOT_FOUND,
    PRINTER_STOPPED,
    Answer,
    Attributes,
    IppError,
    JobState,
    Operation,
    decode,
    encode,
)
from print_shop.journal import operator
from print_shop.seen import NOTHING, PrinterAwayError, PrinterRefusesError, Seen, StoppedError, Watch
from print_shop.tickets import Ticket
from print_shop.words import fr
from shared.messaging.backoff import wait_for

POLL_SECONDS = 0.5
_TIMEOUT = httpx.Timeout(60.0, connect=5.0)
_TEMPLATE: Attributes = {"sides": "one-sided", "copies": 1, "job-sheets": "none", "print-scaling": "none"}
"""One side, once, without a banner page, at its own size: the address has to stand in the window."""


class CupsPrinter:
    """``server``: ``host:port``, or the path of a socket."""

    def __init__(self, server: str, queue: str) -> None:
        self._server, self._queue = server, queue

    async def check(self) -> None:
        """See ``Printer.check``."""
        answer = await self._ask(Operation.GET_PRINTER_ATTRIBUTES, {"requested-attributes": ["printer-name"]})
        if answer.status == NOT_FOUND:
            raise PrinterRefusesError(
                f"CUPS ({self._server}) ne connaît pas l’imprimante « {self._queue} » ; lpstat -e montre les siennes"
            )

    async def prepare(self, name: str, pdf: bytes) -> Ticket:  # noqa: ARG002 (given when released)
        """Create an empty job. One of that name that an earlier life left empty is taken away."""
        await self._remove_empty(name)
        answer = await self._ask(Operation.CREATE_JOB, {"job-name": name}, _TEMPLATE)
        if not answer.ok or not answer.jobs():
            raise PrinterRefusesError(f"l’imprimante « {self._queue} » refuse le lot : {_why(answer)}")
        return Ticket(kind="cups", printer=self._queue, job=str(Job(answer.jobs()[0]).id), name=name)

    async def release(self, ticket: Ticket, pdf: bytes) -> None:
        """Give the job its document."""
        about: Attributes = {"job-id": int(ticket.job), "document-format": "application/pdf", "last-document": True}
        answer = await self._ask(Operation.SEND_DOCUMENT, about, document=pdf)
        if not answer.ok:
            raise PrinterRefusesError(f"l’imprimante « {self._queue} » refuse le PDF du lot : {_why(answer)}")

    async def seen(self, ticket: Ticket, sheets: int) -> Seen:
        """Ask CUPS. A job that waits for its document is cancelled first: what is on its way can't be printed then."""
        job = await self._job(ticket)
        if job is not None and job.waits_for_document:
            await self.abandon(ticket)
            job = await self._job(ticket)
            if job is not None and job.state is JobState.CANCELED and not job.began:
                return NOTHING
        where = self.where(ticket)
        return job.seen(where, sheets) if job else Seen("unknown", words=fr(f"{where} : CUPS ne le connaît plus"))

    async def follow(self, ticket: Ticket, sheets: int, watch: Watch) -> Seen:
        """Ask CUPS until the job has ended, as long as that takes."""
        said = ""
        while True:
            try:
                job = await self._job(ticket)
                if job is None or job.has_ended:
                    return await self.seen(ticket, sheets)
                watch.counted(job.sheets)
                why = job.message or (await self._stopped() if job.waits_for_printer else "")
            except PrinterAwayError as error:
                why = str(error)
            if why and why != said:
                watch.waits(why)
            said = why
            if await wait_for(watch.stopping, POLL_SECONDS):
                raise StoppedError

    async def abandon(self, ticket: Ticket) -> None:
        """Cancel the job."""
        await self._ask(Operation.CANCEL_JOB, {"job-id": int(ticket.job)})

    def where(self, ticket: Ticket) -> str:
        """Printer and job."""
        return fr(f"« {ticket.printer} », travail {ticket.job}")

    async def _stopped(self) -> str:
        """Why the printer takes no job; empty when it does."""
        wanted: Attributes = {"requested-attributes": ["printer-state", "printer-state-message"]}
        answer = await self._ask(Operation.GET_PRINTER_ATTRIBUTES, wanted)
        said = {name: values[0] for group in answer.groups for name, values in group.items()}
        if said.get("printer-state") != PRINTER_STOPPED:
            return ""
        why = said.get("printer-state-message") or "sans raison"
        return fr(f"arrêtée dans CUPS ({why}) ; cupsenable {self._queue} la remet en marche")

    async def _remove_empty(self, name: str) -> None:
        about: Attributes = {"which-jobs": "not-completed", "my-jobs": True, "requested-attributes": ASKED}
        for job in map(Job, (await self._ask(Operation.GET_JOBS, about)).jobs()):
            if job.name == name and job.waits_for_document:
                await self._ask(Operation.CANCEL_JOB, {"job-id": job.id})

    async def _job(self, ticket: Ticket) -> Job | None:
        about: Attributes = {"job-id": int(ticket.job), "requested-attributes": ASKED}
        answer = await self._ask(Operation.GET_JOB_ATTRIBUTES, about)
        if answer.status == NOT_FOUND:
            return None
        if not answer.jobs():
            raise PrinterAwayError(f"CUPS ({self._server}) ne dit rien du travail {ticket.job} : {_why(answer)}")
        job = Job(answer.jobs()[0])
        if not job.is_sound:
            raise PrinterAwayError(f"CUPS ({self._server}) ne dit pas où en est le travail {ticket.job}")
        return job if job.name == ticket.name else None

    async def _ask(
        self, operation: Operation, about: Attributes, job: Attributes | None = None, document: bytes = b""
    ) -> Answer:
        who = {"printer-uri": f"ipp://localhost/printers/{self._queue}", "requesting-user-name": operator()}
        request = encode(operation, who | dict(about), job, document)
        socket = self._server if self._server.startswith("/") else None
        try:
            async with httpx.AsyncClient(
                base_url="http://localhost" if socket else f"http://{self._server}",
                transport=httpx.AsyncHTTPTransport(uds=socket), timeout=_TIMEOUT, headers={"Content-Type": CONTENT_TYPE},
            ) as client:  # fmt: skip
                answer = await client.post(f"/printers/{self._queue}", content=request)
                return decode(answer.raise_for_status().content)
        except httpx.HTTPStatusError as error:
            raise PrinterAwayError(f"CUPS ({self._server}) refuse : HTTP {error.response.status_code}") from None
        except (httpx.HTTPError, IppError) as error:
            raise PrinterAwayError(f"CUPS ({self._server}) ne répond pas : {type(error).__name__}") from None


def _why(answer: Answer) -> str:
    words = [str(word) for group in answer.groups for word in group.get("status-message", [])]
    return ", ".join(words) or f"code {answer.status:#06x}"
