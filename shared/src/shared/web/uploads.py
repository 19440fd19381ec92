"""Forms with files: ``read_upload_form`` → ``guard`` → ``parse_upload`` → ``Parsed``, as with any other form."""

import asyncio
from typing import TypeVar

from shared.files.checking import check_file
from shared.files.limits import FORM_SECONDS
from shared.files.refusals import FileRefusedError, Refusal
from shared.web.form import Form
from shared.web.parsed import Parsed, file_fields, parse
from shared.web.reading import read_upload_form
from shared.web.sent import SentFile, SentForm

__all__ = ["SentFile", "SentForm", "parse_upload", "read_upload_form"]

F = TypeVar("F", bound=Form)


async def parse_upload(form_class: type[F], sent: SentForm) -> Parsed[F]:
    """Check the content of the files, then the whole form, as ``parse`` does. Never raises on what a person sent.

    Call it after ``guard``: checking costs a process a file, and is for our own pages' forms.
    """
    chosen = [
        file
        for name, rule in file_fields(form_class).items()
        for file in rule.worth_checking(list(sent.files.get(name, [])))
    ]
    try:
        async with asyncio.timeout(FORM_SECONDS), asyncio.TaskGroup() as checks:
            for file in chosen:
                checks.create_task(_check(file))
    except TimeoutError:
        for file in chosen:
            file.found = file.found or Refusal.BUSY
    return parse(form_class, sent)


async def _check(sent: SentFile) -> None:
    try:
        sent.found = await check_file(sent.file, sent.given_name)
    except FileRefusedError as error:
        sent.found = error.refusal
