"""The contract does not drift: golden messages, committed schemas, and the topology that carries them."""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from contracts.examples import EXAMPLES
from contracts.golden_files import as_sent, golden_files, of_type

from shared.contracts.schemas import FOLDER, MESSAGES, schema_name, schema_text
from shared.messaging.envelope import open_envelope, read_data

KINDS = {kind.type(): kind for kind in MESSAGES}
TOP = Path(__file__).parents[2]


@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: kind.name)
def test_the_committed_schema_is_the_models(kind):
    assert (FOLDER / schema_name(kind)).read_text() == schema_text(kind), "run: make definitions"


def test_no_schema_is_left_over():
    assert {path.name for path in FOLDER.glob("*.json")} == {schema_name(kind) for kind in MESSAGES}


@pytest.mark.parametrize("message", EXAMPLES, ids=lambda message: message.name)
def test_what_a_producer_sends_is_the_newest_golden_message(message):
    assert as_sent(message) == json.loads(of_type(type(message))[-1].read_text()), "run: make definitions"


def test_every_message_type_has_one_example_and_a_golden_file():
    assert len({type(message) for message in EXAMPLES}) == len(EXAMPLES)
    assert {type(message) for message in EXAMPLES} == set(MESSAGES)
    assert {json.loads(path.read_text())["type"] for path in golden_files()} == set(KINDS)


@pytest.mark.parametrize("path", golden_files(), ids=lambda path: path.stem)
def test_every_golden_message_is_accepted_and_fits_its_schema(path):
    envelope = open_envelope(path.read_bytes())
    kind = KINDS[envelope.type]
    checks = jsonschema.Draft202012Validator.FORMAT_CHECKER
    jsonschema.validate(envelope.data, json.loads((FOLDER / schema_name(kind)).read_text()), format_checker=checks)
    assert read_data(kind, envelope).type() == envelope.type


@pytest.mark.parametrize("path", golden_files(), ids=lambda path: path.stem)
def test_a_consumer_ignores_fields_that_a_later_producer_adds(path):
    document = json.loads(path.read_text())
    before = read_data(KINDS[document["type"]], open_envelope(path.read_bytes()))
    document["data"]["added_later"] = {"any": "thing"}
    document["attributeaddedlater"] = "x"
    envelope = open_envelope(json.dumps(document).encode())
    assert read_data(KINDS[envelope.type], envelope) == before


@pytest.mark.parametrize("path", golden_files(), ids=lambda path: path.stem)
def test_a_consumer_needs_no_optional_field(path):
    document = json.loads(path.read_text())
    kind = KINDS[document["type"]]
    required = json.loads((FOLDER / schema_name(kind)).read_text())["required"]
    document["data"] = {name: value for name, value in document["data"].items() if name in required}
    del document["traceparent"]
    assert read_data(kind, open_envelope(json.dumps(document).encode()))
    for name in required:
        lacking = {key: value for key, value in document["data"].items() if key != name}
        with pytest.raises(ValueError, match=name):
            read_data(kind, open_envelope(json.dumps(document | {"data": lacking}).encode()))


@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: kind.name)
def test_a_producer_can_not_send_a_field_of_its_own(kind):
    example = next(message for message in EXAMPLES if type(message) is kind)
    with pytest.raises(ValueError, match="Extra inputs are not permitted"):
        kind(**example.model_dump(), adress="misspelt")


def test_the_broker_definitions_are_in_step():
    made = subprocess.run([sys.executable, "deploy/broker/make_definitions.py", "--check"], cwd=TOP, check=False)
    assert made.returncode == 0
