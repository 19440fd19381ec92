"""A member who presses the button again."""

from collections.abc import Callable, Sequence

import httpx

from launcher.member import Member, Sent, UnexpectedPageError


class PatientMember(Member):
    """Somebody who sees « momentanément indisponible » and tries again: the same page, the same answers."""

    TRIES = 20

    def open(self, path: str) -> str:
        return self._again(lambda: super(PatientMember, self).open(path))

    def fetch(self, path: str) -> bytes:
        """What a link to a file gives."""
        self.open(path)
        return self._open_page().content

    def send(self, action: str, files: Sequence[Sent] = (), /, **answers: str) -> str:
        page = self._page

        def press() -> str:
            self._page = page
            return super(PatientMember, self).send(action, files, **answers)

        return self._again(press)

    def _again(self, act: Callable[[], str]) -> str:
        for _ in range(self.TRIES):
            try:
                return act()
            except httpx.TransportError:
                continue
            except UnexpectedPageError:
                if self._page is None or self._page.status_code not in {502, 503, 504}:
                    raise
        raise AssertionError(f"still not available after {self.TRIES} tries")
