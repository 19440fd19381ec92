"""What does not add up between the mutual and the print shop. A doubt stays with its batch until it is settled."""

from enum import StrEnum


class Doubt(StrEnum):
    """Nothing was done about the receipt, unless it says otherwise."""

    TAKEN_COUNT = "taken-count"
    """The shop counts other letters or sheets in the file. It has taken the batch all the same."""
    PRINTED_COUNT = "printed-count"
    """Other sheets came out of the printer than the batch has. They are printed all the same."""
    POSTED_COUNT = "posted-count"
    """Posted and spoiled letters together are not the batch's."""
    UNKNOWN_SPOILED = "unknown-spoiled"
    """A spoiled letter is not of the batch."""
    POSTED_OTHERWISE = "posted-otherwise"
    """It was posted before, with other spoiled letters."""
    POSTED_TWICE = "posted-twice"
    """Two runs of it were posted: each person got two letters with one password."""
    POSTED_AFTER_REFUSED = "posted-after-refused"
    """Its letters were made anew when it was refused: what was posted opens nothing."""
    REFUSED_AFTER_POSTED = "refused-after-posted"
    """It is said to be refused, and was said to be posted."""
