"""Which letters the operator means: by their place in the batch, or by the mark that stands on them."""

import re
from collections.abc import Iterable, Iterator
from uuid import UUID

from print_shop.words import fr, letters, number
from shared.contracts.letter_mark import LENGTH, MistypedMarkError, read_mark
from shared.contracts.print_manifest import PrintManifest
from shared.contracts.provisional_password import symbols_in

_PLACES = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?")


class SpoiledRefusedError(ValueError):
    """What was typed or scanned names no letter of the batch, or one twice. Its text has a line for each, and what to do."""


def spoiled_places(manifest: PrintManifest, typed: Iterable[str]) -> list[int]:
    """The places, in their order, of ``12,40-42`` and of marks, which may stand in any mixture.

    Raises:
        SpoiledRefusedError: see there. All that is wrong is told at once.
    """
    found: dict[int, str] = {}
    wrong: list[str] = []
    for word in (word for text in typed for word in re.split(r"[,;\s]+", text) if word):
        try:
            for place in _places(manifest, word):
                if place in found:
                    wrong.append(
                        f"{word} : la lettre nº {place} est déjà nommée par {found[place]}. Retirez l’un des deux."
                    )
                found.setdefault(place, word)
        except SpoiledRefusedError as error:
            wrong.append(str(error))
    if wrong:
        raise SpoiledRefusedError(fr("\n".join(wrong)))
    return sorted(found)


def ids_of(manifest: PrintManifest, places: Iterable[int]) -> tuple[UUID, ...]:
    """The letters at these places."""
    return tuple(manifest.letters[place - 1].id for place in places)


def _places(manifest: PrintManifest, word: str) -> Iterator[int]:
    if len(symbols_in(word)) == LENGTH:
        yield _place_of_mark(manifest, word)
    elif match := _PLACES.fullmatch(word):
        first, last = int(match[1]), int(match[2] or match[1])
        if not 1 <= first <= last <= len(manifest.letters):
            raise SpoiledRefusedError(
                f"{word} : le lot a {letters(len(manifest.letters))}, donnez des places de 1 à {number(len(manifest.letters))}."
            )
        yield from range(first, last + 1)
    else:
        raise SpoiledRefusedError(f"{word} : ni une place (12), ni des places (40-42), ni un repère ({LENGTH} signes).")


def _place_of_mark(manifest: PrintManifest, word: str) -> int:
    try:
        mark = read_mark(word)
    except MistypedMarkError:
        raise SpoiledRefusedError(
            f"{word} : aucune lettre ne peut porter ce repère. Relisez-le, ou scannez-le."
        ) from None
    for place, letter in enumerate(manifest.letters, start=1):
        if letter.mark == mark:
            return place
    raise SpoiledRefusedError(
        f"{word} : cette lettre n’est pas du lot {manifest.serial}. Cherchez son lot sur la lettre."
    )
