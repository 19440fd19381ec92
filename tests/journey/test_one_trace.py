"""From the form to the e-mail, over four services and the print shop: one trace, without one secret."""

import json
import time

from launcher.story import Journey
from shared.observability.span_attributes import ALLOWED, ERROR_TYPE

FROM_FORM_TO_NOTICE = {
    ("registration", "POST /compte/creer"),
    ("registration", "publish espace.events:registration.account-requested.v1"),
    ("letters", "process letters.account-requested"),
    ("letters", "post letter"),
    ("letters", "publish espace.events:letters.letter-printed.v1"),
    ("activation", "process activation.letter-printed"),
    ("notifier", "process notifier.letter-printed"),
    ("notifier", "send mail"),
}
FROM_ACTIVATION_TO_LINK = {
    ("activation", "POST /compte/activer"),
    ("activation", "publish espace.events:activation.account-activated.v1"),
    ("registration", "process registration.account-state"),
    ("notifier", "process notifier.confirmation"),
    ("notifier", "send mail"),
}
OF_THE_BATCH = {
    ("letters", "make print batch"),
    ("print-shop", "process print-shop.batches"),
    ("print-shop", "fetch print batch"),
    ("print-shop", "print batch"),
    ("letters", "process letters.print-receipts"),
}


def traces(running):
    """Trace id → its spans, of all services."""
    found = {}
    for file in (running.places.var / "traces").iterdir():
        for line in file.read_text().splitlines():
            span = json.loads(line)
            found.setdefault(span["trace_id"], []).append(span)
    return found


def one_trace_with(running, wanted):
    """The trace that holds all of these spans, waited for: spans reach the file some time after their end."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        for spans in traces(running).values():
            if wanted <= {(span["service"], span["name"]) for span in spans}:
                return spans
        time.sleep(0.1)
    raise AssertionError([{(span["service"], span["name"]) for span in spans} for spans in traces(running).values()])


def test_one_journey_is_one_trace(running, someone):
    journey = Journey(running.places, someone())
    for _, play in journey.steps():
        play()
    journey.member.close()
    for wanted in (FROM_FORM_TO_NOTICE, FROM_ACTIVATION_TO_LINK, OF_THE_BATCH):
        spans = one_trace_with(running, wanted)
        known = {span["span_id"] for span in spans}
        roots = [span for span in spans if span["parent_id"] is None]
        assert len(roots) == 1
        assert all(span["parent_id"] in known for span in spans if span is not roots[0])
    token = journey.confirmation_link.partition("jeton=")[2]
    secrets = {token, journey.password, journey.provisional_password, journey.email, journey.person.family_name}
    for spans in traces(running).values():
        for span in spans:
            assert span["attributes"].keys() <= {*ALLOWED, ERROR_TYPE}
            assert not [secret for secret in secrets if secret.casefold() in json.dumps(span).casefold()]
