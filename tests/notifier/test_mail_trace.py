"""The sending of a mail is part of the trace of the event that asked for it, and says nothing of whom it goes to."""

from support.spans import named, recording

from notifier import handlers
from shared.observability.operations import PROCESS
from shared.observability.trace import span_from
from shared.observability.traceparent import trace_id


async def queue(database, event):
    with span_from(None, PROCESS) as span:
        async with database.unit_of_work() as work:
            await handlers.letter_printed(event, work)
    return span.traceparent


async def test_a_mail_is_sent_in_the_trace_of_its_event(database, sender, post, printed, rows, tmp_path):
    with recording(tmp_path) as spans:
        journey = await queue(database, printed)
        await sender.send_due()
    (row,) = await rows()
    sent = named(spans, "send mail")
    assert (sent["trace_id"], sent["parent_id"]) == (trace_id(journey), journey.split("-")[2])
    assert sent["attributes"] == {"espace.delivery_id": str(row.id), "espace.outcome": "sent"}
    assert (sent["kind"], sent["status"]) == ("client", "unset")


async def test_a_refusal_is_told_by_its_code_alone(database, sender, post, printed, tmp_path):
    post.at_rcpt = [f"550 5.1.1 <{printed.email}> unknown"]
    with recording(tmp_path) as spans:
        await queue(database, printed)
        await sender.send_due()
    refused = named(spans, "send mail")
    assert refused["status"] == "error"
    assert (refused["attributes"]["error.type"], refused["attributes"]["espace.outcome"]) == ("550", "parked")
    assert printed.email.partition("@")[0] not in (tmp_path / "spans.jsonl").read_text()


async def test_a_mail_queued_before_traces_were_kept_is_sent(database, sender, post, printed, rows, tmp_path):
    await queue(database, printed)
    async with database.unit_of_work() as work:
        (row,) = await rows()
        (await work.session.merge(row)).traceparent = None
    with recording(tmp_path) as spans:
        await sender.send_due()
    assert named(spans, "send mail")["parent_id"] is None
    assert len(post.accepted) == 1
