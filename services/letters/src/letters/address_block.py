"""The address block in the window of the envelope: what is printed there, or why nothing can be.

The rules are ``shared.contracts.postal_window``'s, so that who takes an address down goes by the same.
"""

from collections.abc import Sequence

from shared.contracts.postal_refusal import AddressRefusedError
from shared.contracts.postal_window import MOST_LINES, window
from shared.contracts.postal_zone import PostalZone

__all__ = ["MOST_LINES", "AddressRefusedError", "address_block"]


def address_block(
    civility: str, given_name: str, family_name: str, lines: Sequence[str], zone: PostalZone
) -> tuple[str, ...]:
    """The 2 to 6 lines to print, name first. A name too long for one line takes two when there is room.

    Raises:
        AddressRefusedError: with its ``reason``, and the ``code`` that ``LetterParked`` tells.
    """
    return window(civility, given_name, family_name, lines, abroad=zone is PostalZone.ABROAD)
