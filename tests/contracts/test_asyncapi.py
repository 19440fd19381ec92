"""The AsyncAPI document: in step with the code, valid by its authors' schema, every reference and example right."""

import json
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import jsonschema
import pytest
from contracts.examples import AT, EXAMPLES
from contracts.golden_files import golden_files

from shared.contracts.recorded import alterations
from shared.contracts.schemas import FOLDER
from shared.messaging.envelope import seal_envelope

TOP = Path(__file__).parents[2]
OFFICIAL = Path(__file__).with_name("asyncapi")
DOCUMENT = json.loads((TOP / "docs" / "events" / "asyncapi.json").read_text())
DEFINITIONS = json.loads((TOP / "deploy" / "broker" / "definitions.json").read_text())


@pytest.fixture(scope="module")
def official():
    """The checks of the AsyncAPI Initiative's own schema of version 3.0.0."""
    assert alterations(OFFICIAL) == []
    schema = json.loads((OFFICIAL / "schema-3.0.0.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def test_the_documents_are_in_step_with_the_code():
    made = subprocess.run([sys.executable, "deploy/broker/make_documents.py", "--check"], cwd=TOP, check=False)
    assert made.returncode == 0


def test_it_is_valid_asyncapi(official):
    assert [error.message for error in official.iter_errors(DOCUMENT)] == []


def test_the_official_schema_finds_what_is_wrong(official):
    for spoil in (
        lambda d: d.update(asyncapi="2.6.0"),
        lambda d: d["operations"]["send.registration.account-requested.v1"].pop("action"),
        lambda d: d["channels"]["letters.account-requested"]["bindings"]["amqp"].update({"is": "letterbox"}),
        lambda d: d["servers"]["broker"].pop("host"),
        lambda d: d["components"]["messages"]["account-requested.v1"].update(colour="red"),
    ):
        spoilt = deepcopy(DOCUMENT)
        spoil(spoilt)
        assert list(official.iter_errors(spoilt))


def test_every_reference_leads_somewhere():
    references = list(found(DOCUMENT, "$ref"))
    assert len(references) > 50
    for reference in references:
        assert resolve(reference)


def test_an_operation_speaks_of_messages_of_its_channel():
    for operation in DOCUMENT["operations"].values():
        of_it = operation["channel"]["$ref"] + "/messages/"
        assert operation["messages"]
        assert all(message["$ref"].startswith(of_it) for message in operation["messages"])


def test_channels_are_the_routing_keys_and_queues_of_the_broker():
    exchanges = {kind["exchange"]["name"] for kind in amqp("routingKey").values()}
    bindings = [row for row in DEFINITIONS["bindings"] if row["source"] in exchanges]
    assert set(amqp("routingKey")) == {row["routing_key"] for row in bindings}
    assert set(amqp("queue")) == {row["destination"] for row in bindings}
    told = {
        (row["exchange"], row["routingKey"], channel["address"])
        for channel in DOCUMENT["channels"].values()
        for row in channel.get("x-bindings", ())
    }
    assert told == {(row["source"], row["routing_key"], row["destination"]) for row in bindings}


def test_every_golden_message_is_an_example_that_fits():
    told = {}
    for message in DOCUMENT["components"]["messages"].values():
        for example in message["examples"]:
            told[example["name"]] = example["payload"]
            check_payload(message, example["payload"])
    assert told == {path.stem: json.loads(path.read_text()) for path in golden_files()}


@pytest.mark.parametrize("message", EXAMPLES, ids=lambda message: message.name)
def test_what_a_producer_sends_fits(message):
    sent = json.loads(seal_envelope(message, AT).body)
    told = DOCUMENT["components"]["messages"][f"{message.name}.v{message.version}"]
    check_payload(told, sent)
    assert set(sent) == set(DOCUMENT["components"]["schemas"]["envelope"]["properties"])
    for wrong in ({"type": "fr.espace.other.v1"}, {"data": {}}, {"id": 7}, {"traceparent": ""}):
        with pytest.raises(jsonschema.ValidationError):
            check_payload(told, sent | wrong)


def test_the_schemas_are_the_committed_ones():
    for path in FOLDER.glob("*.json"):
        committed, told = json.loads(path.read_text()), DOCUMENT["components"]["schemas"][path.stem]
        assert (told["properties"].keys(), told["required"]) == (committed["properties"].keys(), committed["required"])
        for name, definition in committed.get("$defs", {}).items():
            assert DOCUMENT["components"]["schemas"][f"{path.stem}.{name}"] == definition


def test_no_secret_is_in_it():
    server = DOCUMENT["servers"]["broker"]
    assert "@" not in server["host"]
    assert list(found(DOCUMENT["servers"], "password")) == []


def amqp(which):
    """Address to AMQP binding of the channels that are routing keys, or queues."""
    bindings = {channel["address"]: channel["bindings"]["amqp"] for channel in DOCUMENT["channels"].values()}
    return {address: binding for address, binding in bindings.items() if binding["is"] == which}


def check_payload(message, payload):
    checks = jsonschema.Draft202012Validator.FORMAT_CHECKER
    schema = {"components": DOCUMENT["components"], **message["payload"]}
    jsonschema.Draft202012Validator(schema, format_checker=checks).validate(payload)


def found(value, key):
    """Every value of a key, however deep."""
    if isinstance(value, dict):
        yield from ([value[key]] if key in value else [])
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from found(each, key)


def resolve(reference):
    place = DOCUMENT
    assert reference.startswith("#/")
    for step in reference.removeprefix("#/").split("/"):
        place = place[step]
    return place
