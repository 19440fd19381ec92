"""A document takes nothing from elsewhere."""

from collections.abc import Mapping
from typing import Any

from weasyprint.urls import FatalURLFetchingError, URLFetcher


class OwnFilesOnly(URLFetcher):  # type: ignore[misc]  # weasyprint has no types
    """Refuses every address: a document is whole in itself, and a hole in it must never be printed silently."""

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:  # noqa: ARG002
        """Stop the rendering.

        Raises:
            FatalURLFetchingError: always.
        """
        raise FatalURLFetchingError(url)
