"""Personal data never shows: whatever stands wherever in a message, what people see of it is masked."""

import copy
import io
import json
from contextlib import redirect_stdout
from pathlib import Path
from uuid import UUID, uuid4

import aio_pika
import pytest
from contracts import examples
from hypothesis import given
from hypothesis import strategies as st

from shared import dead_letter_words as words
from shared.messaging.dead_letters.letter import open_letter, read_letter
from shared.messaging.failed import ATTEMPT, FIRST_FAILED_AT, REASON

GOLDEN_FILES = sorted(Path(examples.__file__).with_name("golden").glob("*.json"))
GOLDEN = {path.stem: json.loads(path.read_text()) for path in GOLDEN_FILES}
QUEUE = "letters.account-requested"
# letters of no word in our own texts, digits as a member number or a NIR has them, and the like of an address
PERSONAL = st.one_of(
    st.text("ßÞðŁżőŤĦ", min_size=3, max_size=30),
    st.text("3456789", min_size=12, max_size=14).map("2".__add__),
    st.text("ßÞðŁ", min_size=3, max_size=9).map(lambda name: f"{name}@exemple.fr"),
    st.text("ßÞðŁ", min_size=3, max_size=9).map(lambda name: f"12 RUE {name}"),
    st.text("ßÞðŁ", min_size=3, max_size=9).map(lambda name: f"fr.espace.{name}.v1"),
)
HOLDERS = st.sampled_from(["text", "number", "list", "object", "name"])


def seen(message) -> str:
    """Everything that people, or a page, or the journal can be told of a message."""
    letter, opened = read_letter(QUEUE, message), open_letter(QUEUE, message)
    told = io.StringIO()
    with redirect_stdout(told):
        words.tell_letters([letter], "letters")
        words.tell_opened(opened)
        words.tell_chosen([letter])
    return f"{letter!r} {opened!r} {told.getvalue()}"


def dead(body, reason="permanent: unknown person", **properties):
    headers = {ATTEMPT: 1, REASON: reason, FIRST_FAILED_AT: "2026-11-23T10:05:00+00:00"}
    return aio_pika.Message(body, headers=headers | properties.pop("headers", {}), **properties)


def put(secret: str, holder: str) -> object:
    number = int(secret) if secret.isdigit() else secret
    return {
        "text": secret, "number": number, "list": [secret, [secret]], "object": {"a": {secret: secret}}, "name": {secret: 1},
    }[holder]  # fmt: skip


def assert_hidden(secret: str, message) -> None:
    assert secret.casefold() not in seen(message).casefold()


@pytest.mark.parametrize("example", examples.EXAMPLES, ids=lambda example: example.name)
def test_no_text_of_a_golden_message_is_shown(example):
    golden = GOLDEN[f"{example.name}.v{example.version}"]
    shown = seen(dead(json.dumps(golden).encode()))
    data = example.model_dump(mode="json")
    personal = {"given_name", "family_name", "email", "birth_date", "address_lines", "password_hash", "sealed_token",
                "number_fingerprints", "serial", "fetch_path", "sealed_sha256", "pdf_sha256"} & set(data)  # fmt: skip
    for name in personal:
        for value in data[name] if isinstance(data[name], list) else [data[name]]:
            assert value not in shown, name
    for name in {"person_id", "request_id", "letter_id", "account_id", "batch_id", "run", "sheets"} & set(data):
        assert str(data[name]) in shown, name
    assert golden["type"] in shown
    assert golden["traceparent"].split("-")[1] in shown


@given(st.sampled_from(sorted(GOLDEN)), PERSONAL, HOLDERS, st.data())
def test_whatever_stands_in_a_field_is_hidden(name, secret, holder, data):
    document = copy.deepcopy(GOLDEN[name])
    field = data.draw(st.sampled_from([*document["data"], "added_later", secret]))
    document["data"][field] = put(secret, holder)
    assert_hidden(secret, dead(json.dumps(document).encode(), f"permanent: {secret} ({secret})"))


@given(st.sampled_from(sorted(GOLDEN)), PERSONAL, HOLDERS, st.data())
def test_whatever_stands_in_an_attribute_is_hidden(name, secret, holder, data):
    document = copy.deepcopy(GOLDEN[name])
    attribute = data.draw(st.sampled_from([*document, "added", secret]))
    document[attribute] = put(secret, holder)
    properties = {
        "message_id": secret,
        "type": secret,
        "headers": {FIRST_FAILED_AT: secret, ATTEMPT: secret, "x": secret},
    }
    assert_hidden(secret, dead(json.dumps(document).encode(), f"undecodable: unknown type {secret}", **properties))


@given(st.sampled_from(sorted(GOLDEN)), PERSONAL, st.data())
def test_of_what_is_no_message_only_size_and_digest_are_shown(name, secret, data):
    document = copy.deepcopy(GOLDEN[name])
    document["data"] = {"family_name": secret}
    raw = json.dumps(document, ensure_ascii=False).encode()
    body = raw[: data.draw(st.integers(0, len(raw) - 1))] + data.draw(st.sampled_from([b"", b"\xff", b"["]))
    assert_hidden(secret, dead(body, "undecodable: not an envelope: body"))


@given(st.recursive(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()), st.lists, max_leaves=9))
def test_any_json_at_all_can_be_shown(value):
    for document in (value, {"data": value}, {"type": "fr.espace.letter-printed.v1", "data": {"person_id": value}}):
        assert seen(dead(json.dumps(document).encode()))
    assert seen(dead(b"[" * 100_000))


def test_what_is_wrong_is_told_by_field():
    document = copy.deepcopy(GOLDEN["letter-printed.v1"])
    document["data"] |= {"letter_id": "none of our ids", "civility": "Maître", "posted_at": "2026-11-23T10:30:00"}
    del document["data"]["valid_until"]
    document["data"] |= {"first": 1, "second": 2}
    opened = open_letter(QUEUE, dead(json.dumps(document).encode()))
    fields = {field.name: (field.value, field.problem) for field in opened.fields}
    assert fields["letter_id"] == ("••• (15 characters)", "uuid_parsing")
    assert fields["civility"] == ("••• (6 characters)", "literal_error")
    assert fields["posted_at"] == ("••• (19 characters)", "")
    assert fields["valid_until"] == ("–", "missing")
    assert fields["person_id"] == (str(UUID(int=1)), "")
    assert fields["given_name"] == ("••• (3 characters)", "")
    assert opened.others == 2


def test_a_version_that_is_not_known_shows_no_field():
    document = GOLDEN["email-confirmed.v1"] | {"type": "fr.espace.email-confirmed.v9"}
    opened = open_letter(
        QUEUE, dead(json.dumps(document).encode(), "undecodable: unknown type fr.espace.email-confirmed.v9")
    )
    assert opened.letter.type == "fr.espace.email-confirmed.v9"
    assert opened.letter.reason == "undecodable: unknown type fr.espace.email-confirmed.v9"
    assert opened.fields == ()
    assert opened.others == len(document["data"])


def test_a_reason_can_not_write_to_the_terminal():
    message = dead(b"{}", "permanent: \x1b[2J\x1b]0;x\x07 done")
    assert "\x1b" not in read_letter(QUEUE, message).reason


def test_an_id_is_taken_from_the_properties_when_the_body_has_none():
    known = uuid4()
    assert read_letter(QUEUE, dead(b"no json", message_id=str(known))).id == known
    assert read_letter(QUEUE, dead(b"no json", message_id="Garnier")).id is None
