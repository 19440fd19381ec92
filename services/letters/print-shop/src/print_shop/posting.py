"""Handing a printed batch to the post, but for the spoiled letters."""

from uuid import UUID

from print_shop import words
from print_shop.record import Record
from print_shop.shop import Shop
from print_shop.steps import State, Step
from print_shop.words import fr, letters, number


class CountsDifferError(ValueError):
    """The envelopes that were counted are not those that are due. Its text shows the sum."""


def check_count(all_letters: int, spoiled: int, posted: int) -> None:
    """Compare the envelopes that were counted with those that are due.

    Raises:
        CountsDifferError: more or fewer.
    """
    due = all_letters - spoiled
    if posted == due:
        return
    gap = f"il en manque {number(due - posted)}" if posted < due else f"il y en a {number(posted - due)} de trop"
    sum_ = f"{letters(all_letters)} − {words.spoiled(spoiled)} = {number(due)} à poster"
    raise CountsDifferError(fr(f"{sum_} ; vous en comptez {number(posted)} : {gap}."))


def post(shop: Shop, record: Record, spoiled: tuple[UUID, ...]) -> Record | None:
    """Note that a printed batch is with the post; None when it is not printed, or posted already."""
    with shop.journal.held():
        now = shop.journal.get(record.batch_id)
        if now is None or now.state is not State.TO_POST:
            return None
        now = shop.journal.write(now, Step.POSTED, spoiled=spoiled)
    shop.display.posted(now)
    return now
