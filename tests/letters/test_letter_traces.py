"""Each letter goes on in the trace of its own request, though it is printed with others."""

from sqlalchemy import select
from support.spans import named, recording

from shared.contracts.events import LetterBatched, LetterPrinted
from shared.contracts.print_batch import PrintBatch
from shared.messaging.envelope import open_envelope
from shared.messaging.tables import outbox
from shared.observability.operations import PROCESS
from shared.observability.trace import span_from
from shared.observability.traceparent import trace_id


async def traces_of(world, kind):
    """Trace ids in the envelopes of what was published."""
    async with world.database.unit_of_work() as work:
        rows = await work.session.execute(select(outbox.c.body).where(outbox.c.type == kind.type()))
        return {trace_id(open_envelope(body).traceparent) for (body,) in rows}


async def test_each_letter_goes_on_in_its_own_trace(world, tmp_path):
    journeys = []
    with recording(tmp_path) as spans:
        for _ in range(2):
            with span_from(None, PROCESS) as asked:
                await world.ask()
            journeys.append(asked.traceparent)
        await world.maker().make()
        (batch,) = await world.offered()
        with span_from(None, PROCESS, {"messaging.destination.name": "letters.print-receipts"}) as receipt:
            await world.receive(batch, "posted")
    made = named(spans, "make print batch")
    assert {link["trace_id"] for link in made["links"]} == {trace_id(one) for one in journeys}
    assert made["attributes"] == {
        "espace.batch_id": str(batch.batch_id), "espace.letters": 2, "espace.outcome": "made",
    }  # fmt: skip
    assert await traces_of(world, PrintBatch) == {made["trace_id"]}
    assert await traces_of(world, LetterBatched) == {trace_id(one) for one in journeys}
    assert await traces_of(world, LetterPrinted) == {trace_id(one) for one in journeys}
    posted = [span for span in spans if span["name"] == "post letter"]
    assert {span["parent_id"] for span in posted} == {one.split("-")[2] for one in journeys}
    assert {link["trace_id"] for span in posted for link in span["links"]} == {trace_id(receipt.traceparent)}
    assert "garnier" not in (tmp_path / "spans.jsonl").read_text().casefold()
