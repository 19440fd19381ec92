"""``python -m shared.files.examine < file > result``: the check of one file, with little memory and little time.

A file is hostile until it is checked, and the libraries that read it are written in C: they run here, in a process that
holds no secret, no connection and nobody else's data, and that the kernel ends when it takes too much.

The result is one line of JSON, ``{"kind": …}`` or ``{"refused": …, "because": …}``, then the content to keep when it
is not that of the file itself.
"""

import json
import resource
import sys
from typing import BinaryIO

from shared.files.kinds import HEAD, PDF, is_archive, is_heic, is_program, kind_of
from shared.files.limits import FILE_LIMIT, MEMORY_LIMIT, PROCESSOR_SECONDS
from shared.files.refusals import FileRefusedError, Refusal


def bound_this_process() -> None:
    """Limits that the kernel keeps, for good."""
    for what, most in {
        resource.RLIMIT_AS: MEMORY_LIMIT,
        resource.RLIMIT_CPU: PROCESSOR_SECONDS,
        resource.RLIMIT_FSIZE: FILE_LIMIT * 2,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_CORE: 0,
    }.items():
        resource.setrlimit(what, (most, most))


def examine(file: BinaryIO) -> tuple[str, bytes]:
    """The key of the file's kind, and the content to keep, empty when it is the file as it is.

    Raises:
        FileRefusedError: with the reason.
    """
    head = file.read(HEAD)
    kind = kind_of(head)
    if kind is None:
        raise FileRefusedError(_other(head))
    file.seek(0)
    if kind is PDF:
        from shared.files.pdf import check_pdf  # noqa: PLC0415 - a fifth of a second, for PDFs only

        check_pdf(file)
        return kind.key, b""
    from shared.files.pictures import check_picture  # noqa: PLC0415 - for pictures only

    return kind.key, check_picture(file.read(), kind)


def _other(head: bytes) -> Refusal:
    if not head:
        return Refusal.EMPTY
    for looks_so, refusal in (is_heic, Refusal.HEIC), (is_archive, Refusal.ARCHIVE), (is_program, Refusal.PROGRAM):
        if looks_so(head):
            return refusal
    return Refusal.OTHER_KIND


def main() -> None:
    """Examine standard input; whatever a library fails with, the file is refused."""
    bound_this_process()
    content = b""
    try:
        key, content = examine(sys.stdin.buffer)
        verdict = {"kind": key}
    except FileRefusedError as error:
        verdict = {"refused": error.refusal.name, "because": error.because}
    except (MemoryError, RecursionError) as error:
        verdict = {"refused": Refusal.TOO_COMPLEX.name, "because": type(error).__name__}
    except Exception as error:
        verdict = {"refused": Refusal.DAMAGED.name, "because": type(error).__name__}
    sys.stdout.buffer.write(json.dumps(verdict).encode() + b"\n" + content)


if __name__ == "__main__":
    main()
