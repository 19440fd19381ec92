"""What may change within a version of a message, and what may not."""

from copy import deepcopy

import jsonschema
import pytest
from contracts.golden_files import of_type

from shared.contracts.compatibility import differences
from shared.contracts.schemas import MESSAGES, schema
from shared.messaging.envelope import open_envelope

OLD = {
    "$id": "urn:x",
    "$defs": {"Town": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}},
    "type": "object",
    "properties": {
        "who": {"type": "string", "format": "uuid", "pattern": "^[a-f]", "maxLength": 36},
        "zone": {"enum": ["near", "far"]},
        "kind": {"const": "letter"},
        "lines": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        "town": {"$ref": "#/$defs/Town", "description": "Where."},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
        "count": {"type": "integer", "minimum": 1, "default": 1},
        "tags": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    "required": ["who", "zone", "kind", "lines", "town"],
}


BREAKS = {
    "a field removed": (lambda s: s["properties"].pop("count"), "count is gone"),
    "a field renamed": (lambda s: s["properties"].update(number=s["properties"].pop("count")), "another name"),
    "a required field removed": (lambda s: [s["properties"].pop("who"), s["required"].remove("who")], "who is gone"),
    "a type": (lambda s: s["properties"]["count"].update(type="number"), 'count: type was "integer" and is "number"'),
    "a format": (lambda s: s["properties"]["who"].update(format="email"), 'who: format was "uuid"'),
    "a format dropped": (lambda s: s["properties"]["who"].pop("format"), 'who: format was "uuid" and is "(not there)"'),
    "a pattern": (lambda s: s["properties"]["who"].update(pattern="^[a-g]"), "who: pattern"),
    "a limit raised": (lambda s: s["properties"]["who"].update(maxLength=40), "who: maxLength was 36 and is 40"),
    "a limit lowered": (lambda s: s["properties"]["lines"].update(minItems=0), "lines: minItems"),
    "a limit added": (lambda s: s["properties"]["lines"].update(maxItems=5), "lines: maxItems"),
    "a default": (lambda s: s["properties"]["count"].update(default=2), "count: default was 1 and is 2"),
    "a default dropped": (lambda s: s["properties"]["note"].pop("default"), "note: default"),
    "items": (lambda s: s["properties"]["lines"]["items"].update(type="integer"), "lines[]: type"),
    "values of a map": (lambda s: s["properties"]["tags"]["additionalProperties"].update(type="integer"), "tags{}: type"),
    "a new required field": (
        lambda s: [s["properties"].update(more={}), s["required"].append("more")],
        "more is new and required: new consumers refuse",
    ),
    "optional made required": (lambda s: s["required"].append("count"), "count was optional and is required"),
    "required made optional": (lambda s: s["required"].remove("who"), "who was required and is optional: old consumers"),
    "a value more": (lambda s: s["properties"]["zone"]["enum"].append("moon"), 'zone may also be "moon": old consumers'),
    "a value less": (lambda s: s["properties"]["zone"]["enum"].remove("far"), 'no longer be "far": new consumers'),
    "a constant become a choice": (
        lambda s: s["properties"].update(kind={"enum": ["letter", "mail"]}),
        'kind may also be "mail"',
    ),
    "a choice become anything": (lambda s: s["properties"].update(zone={}), "zone: values was"),
    "null forbidden": (lambda s: s["properties"].update(note={"type": "string", "default": None}), "note: "),
    "null refused in a choice": (lambda s: s["properties"]["note"]["anyOf"].pop(), "note: anyOf was"),
    "another choice": (lambda s: s["properties"]["note"]["anyOf"][0].update(type="integer"), "note(anyOf 1): type"),
    "behind a reference": (lambda s: s["$defs"]["Town"]["required"].clear(), "town.name was required"),
    "a required field nested": (
        lambda s: [s["$defs"]["Town"]["properties"].update(code={}), s["$defs"]["Town"]["required"].append("code")],
        "town.code is new and required",
    ),
    "closed": (lambda s: s.update(additionalProperties=False), "the message: additionalProperties"),
    "the name": (lambda s: s.update({"$id": "urn:y"}), "the message: $id"),
    "what is not known here": (lambda s: s.update({"if": {"$ref": "#/$defs/Town"}}), "the message: if"),
}  # fmt: skip


@pytest.mark.parametrize("name", BREAKS)
def test_what_breaks_somebody_is_said(name):
    change, sentence = BREAKS[name]
    new = deepcopy(OLD)
    change(new)
    found = differences(OLD, new)
    assert any(sentence in each for each in found), found
    assert differences(new, OLD) or name == "a field removed", "the way back breaks somebody too"


ALLOWED = {
    "nothing": lambda s: None,
    "a new optional field": lambda s: s["properties"].update(more={"type": "string", "default": ""}),
    "a new optional field nested": lambda s: s["$defs"]["Town"]["properties"].update(code={"type": "string"}),
    "words": lambda s: [s.update(title="T", description="D"), s["properties"]["zone"].update(description="Z")],
    "the order": lambda s: [s["properties"]["zone"]["enum"].reverse(), s["required"].reverse()],
    "a definition written in place": lambda s: s["properties"].update(town=s["$defs"].pop("Town")),
    "a choice of one": lambda s: s["properties"].update(kind={"enum": ["letter"]}),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_what_breaks_nobody_is_not_said(name):
    new = deepcopy(OLD)
    ALLOWED[name](new)
    assert differences(OLD, new) == []


def test_a_field_added_where_old_consumers_take_none():
    closed = OLD | {"additionalProperties": False}
    new = deepcopy(closed)
    new["properties"]["more"] = {"type": "string"}
    assert differences(closed, new) == ["more is new where old consumers take no further fields"]


def test_schemas_that_hold_themselves_are_compared_to_the_end():
    tree = {"$ref": "#/$defs/T", "$defs": {"T": {"properties": {"sub": {"$ref": "#/$defs/T"}, "n": {"type": "null"}}}}}
    other = deepcopy(tree)
    other["$defs"]["T"]["properties"]["n"]["type"] = "string"
    assert differences(tree, tree) == []
    assert differences(tree, other) == ['n: type was "null" and is "string"']


@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: kind.name)
def test_every_field_of_every_message_is_watched(kind):
    old = schema(kind)
    assert differences(old, deepcopy(old)) == []
    for name in old["properties"]:
        new = deepcopy(old)
        del new["properties"][name]
        assert any(sentence.startswith(f"{name} is gone") for sentence in differences(old, new))
        other = "integer" if old["properties"][name].get("type") == "boolean" else "boolean"
        new["properties"][name] = {"type": other}
        assert any(sentence.startswith(f"{name}:") for sentence in differences(old, new))


@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: kind.name)
def test_what_is_allowed_does_hold_both_ways(kind):
    """A new optional field: the old schema and model take the new message, the new schema takes the old one."""
    old, new = schema(kind), schema(kind)
    new["properties"]["added_later"] = {"type": "integer"}
    assert differences(old, new) == []
    for path in of_type(kind):
        sent = open_envelope(path.read_bytes()).data
        later = sent | {"added_later": 7}
        jsonschema.validate(later, old)
        jsonschema.validate(later, new)
        jsonschema.validate(sent, new)
        assert kind.received(later) == kind.received(sent)
