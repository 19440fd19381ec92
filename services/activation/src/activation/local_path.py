"""Where to go after signing in: a page of this site, never another one (OWASP: unvalidated redirects)."""

import re

HOME = "/espace/"
DESK_HOME = "/gestion/"
# one slash, then no second one nor a backslash, which browsers read as one; no control character or space anywhere
_LOCAL = re.compile(r"/(?![/\\])[!-\[\]-~]{0,499}")


def local_path(wanted: str) -> str:
    """The wanted path with its query, or the space's home when it could lead elsewhere."""
    return wanted if _LOCAL.fullmatch(wanted) else HOME


def desk_path(wanted: str) -> str:
    """The same for the staff: a page of the desk, or its home."""
    return wanted if _LOCAL.fullmatch(wanted) and wanted.startswith(DESK_HOME) else DESK_HOME
