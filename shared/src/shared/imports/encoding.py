"""The encoding of a file, checked over its whole length before anything of it is loaded."""

import codecs
from pathlib import Path

from shared.imports.failures import FileRefusedError

_CHUNK = 256 * 1024
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def check_encoding(path: Path) -> None:
    """Make sure that a file is UTF-8, byte order mark or not. Memory: one chunk.

    Raises:
        FileRefusedError: unreadable, or another encoding (windows-1252, UTF-16…).
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    line = 1
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                if chunk.startswith(_UTF_16):
                    raise FileRefusedError(
                        "Ce fichier est en UTF-16. Enregistrez-le en « CSV UTF-8 », puis recommencez."
                    )
                line += decoder.decode(chunk).count("\n")
            decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        line += error.object[: error.start].count(b"\n")
        raise FileRefusedError(
            f"Ce fichier n’est pas en UTF-8 (ligne {line}) ; il est sans doute en Windows-1252. "
            "Enregistrez-le en « CSV UTF-8 », puis recommencez."
        ) from None
    except OSError as error:
        raise FileRefusedError(f"Ce fichier ne peut pas être lu : {error.strerror}.") from None
