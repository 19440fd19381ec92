"""The contract does not drift: golden messages, committed schemas, and the topology that carries them."""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from contracts.examples import AT, EXAMPLES

from shared.contracts.schemas import FOLDER, MESSAGES, schema_name, schema_text
from shared.messaging.envelope import open_envelope, read_data, seal_envelope

GOLDEN = Path(__file__).with_name("golden")
KINDS = {kind.type(): kind for kind in MESSAGES}
TOP = Path(__file__).parents[2]


def golden_files():
    return sorted(GOLDEN.glob("*.json"))


@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: kind.name)
def test_the_committed_schema_is_the_models(kind):
    assert (FOLDER / schema_name(kind)).read_text() == schema_text(kind), "run: python -m shared.contracts.schemas"


def test_no_schema_is_left_over():
    assert {path.name for path in FOLDER.glob("*.json")} == {schema_name(kind) for kind in MESSAGES}


@pytest.mark.parametrize("message", EXAMPLES, ids=lambda message: message.name)
def test_what_a_producer_sends_is_the_golden_message(message):
    golden = json.loads((GOLDEN / f"{message.name}.v{message.version}.json").read_text())
    sent = json.loads(seal_envelope(message, AT).body)
    for own_each_time in ("id", "traceparent"):
        assert sent.pop(own_each_time)
        golden.pop(own_each_time)
    assert sent == golden


def test_every_message_type_has_an_example_and_a_golden_file():
    assert {type(message) for message in EXAMPLES} == set(MESSAGES)
    assert {json.loads(path.read_text())["type"] for path in golden_files()} >= set(KINDS)


@pytest.mark.parametrize("path", golden_files(), ids=lambda path: path.stem)
def test_every_golden_message_is_accepted_and_fits_its_schema(path):
    envelope = open_envelope(path.read_bytes())
    kind = KINDS[envelope.type]
    jsonschema.validate(envelope.data, json.loads((FOLDER / schema_name(kind)).read_text()))
    assert read_data(kind, envelope).type() == envelope.type


@pytest.mark.parametrize("path", golden_files(), ids=lambda path: path.stem)
def test_a_consumer_ignores_fields_that_a_later_producer_adds(path):
    document = json.loads(path.read_text())
    document["data"]["added_later"] = {"any": "thing"}
    document["attributeaddedlater"] = "x"
    envelope = open_envelope(json.dumps(document).encode())
    assert read_data(KINDS[envelope.type], envelope)


@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: kind.name)
def test_a_producer_can_not_send_a_field_of_its_own(kind):
    example = next(message for message in EXAMPLES if type(message) is kind)
    with pytest.raises(ValueError, match="Extra inputs are not permitted"):
        kind(**example.model_dump(), adress="misspelt")


def test_the_broker_definitions_are_in_step():
    made = subprocess.run([sys.executable, "deploy/broker/make_definitions.py", "--check"], cwd=TOP, check=False)
    assert made.returncode == 0
