"""The address blocks of a batch; letters without a printable one are told apart, so that they hold no others."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from letters.address_block import AddressRefusedError, address_block
from letters.models import Letter
from shared.contracts.events import ParkReason
from shared.contracts.postal_zone import PostalZone


class LettersRefusedError(Exception):
    """Some letters of the batch can't be printed: letter id to reason code. The others have to be made again.

    ``details``: for letters that are refused for their address, the finer reason and the line, ``line-too-long:4``
    (``shared.contracts.postal_refusal.detail_in_words`` puts it in words).
    """

    def __init__(self, reasons: Mapping[UUID, ParkReason], details: Mapping[UUID, str] | None = None) -> None:
        self.reasons = reasons
        self.details: Mapping[UUID, str] = details or {}
        super().__init__(f"{len(reasons)} letters refused")


def batch_addresses(letters: Sequence[Letter]) -> dict[UUID, tuple[str, ...]]:
    """The address block of every letter.

    Raises:
        LettersRefusedError: some have none that can be printed.
    """
    blocks: dict[UUID, tuple[str, ...]] = {}
    refused: dict[UUID, AddressRefusedError] = {}
    for letter in letters:
        try:
            blocks[letter.id] = address_block(
                letter.civility, letter.given_name, letter.family_name, letter.address_lines, PostalZone(letter.postal_zone)
            )  # fmt: skip
        except AddressRefusedError as error:
            refused[letter.id] = error
    if refused:
        raise LettersRefusedError(
            {key: error.code for key, error in refused.items()}, {key: error.detail for key, error in refused.items()}
        )
    return blocks
