"""What earlier versions of the worker left in spool and journal: they printed what nobody had signed."""

from print_shop.refusal import unsigned
from print_shop.shop import Shop
from print_shop.steps import State, Step


def take_over(shop: Shop) -> None:
    """Bring unfinished batches of an earlier version to where this one can go on; safe to repeat.

    Printed ones are counted, so that their end can be told. The rest is refused; a print that was cut short stays in doubt.
    """
    for record in shop.journal.records():
        if record.ended or record.letters or (manifest := shop.spool.unsigned_manifest(record.batch_id)) is None:
            continue
        if record.state in {State.OFFERED, State.ARRIVED, State.TO_PRINT}:
            shop.refuse(record, unsigned())
        else:
            shop.journal.write(record, Step.RENEWED, letters=len(manifest.letter_ids), sheets=manifest.sheets)
