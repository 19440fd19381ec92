"""What this service does when something happened elsewhere."""

from activation import provisional_letters
from shared.contracts.events import LetterPrinted
from shared.database.unit_of_work import UnitOfWork


async def letter_printed(event: LetterPrinted, work: UnitOfWork) -> None:
    """A letter is in the post: its provisional password opens activation from now on."""
    await provisional_letters.keep(work, event)
