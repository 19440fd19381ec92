"""What the print shop does with a batch is part of the batch's trace, and so are its receipts."""

from support.spans import named, recording

from shared.observability.operations import MAKE_BATCH
from shared.observability.trace import span_from

from .at_work import collected, working


async def test_a_batch_is_fetched_printed_and_told_in_its_trace(shop, offered, letters, tmp_path):
    batch = offered()
    with recording(tmp_path) as spans:
        with span_from(None, MAKE_BATCH):
            await letters.offer(batch)
        async with working(shop):
            told = await collected(letters, 3)
    assert [receipt.outcome for receipt in told] == ["taken", "printed", "posted"]
    made, taken = named(spans, "make print batch"), named(spans, "process print-shop.batches")
    assert taken["parent_id"] == made["span_id"]
    assert taken["attributes"]["espace.batch_id"] == str(batch.batch_id)
    assert taken["attributes"]["espace.outcome"] == "handled"
    assert named(spans, "fetch print batch")["parent_id"] == taken["span_id"]
    assert named(spans, "print batch")["attributes"]["espace.outcome"] == "printed"
    assert sum(span["name"].startswith("publish ") for span in spans) == 3
    assert {span["trace_id"] for span in spans} == {made["trace_id"]}
