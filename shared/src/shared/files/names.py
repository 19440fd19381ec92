"""The name that a person gave a file, made fit to be shown and to be saved under."""

import unicodedata
from pathlib import PurePosixPath

from shared.files.kinds import Kind

NAME_LIMIT = 100
"""Characters, the extension included."""
UNNAMED = "fichier"
_FORBIDDEN = set('<>:"|?*')
"""What Windows has in no name."""


def shown_name(given: str) -> str:
    """The last part of a path, without controls, marks that change the direction of writing, or lone surrogates."""
    last = unicodedata.normalize("NFC", given).replace("\\", "/").rpartition("/")[2]
    kept = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C" and sign not in _FORBIDDEN)
    kept = " ".join(kept.split()).lstrip(".").rstrip(". ")
    return (_shortened(kept) if len(kept) > NAME_LIMIT else kept) or UNNAMED


def saved_name(given: str, kind: Kind) -> str:
    """``shown_name`` with an extension of the kind that the file really is: ``bulletin.exe`` → ``bulletin.exe.pdf``."""
    name = shown_name(given)
    if PurePosixPath(name).suffix.lower() in kind.extensions:
        return name
    return name[: NAME_LIMIT - len(kind.extensions[0])] + kind.extensions[0]


def _shortened(name: str) -> str:
    """Cut before the extension, if it is one."""
    suffix = PurePosixPath(name).suffix
    suffix = suffix if len(suffix) <= 6 else ""
    return name[: NAME_LIMIT - len(suffix)].rstrip(". ") + suffix
