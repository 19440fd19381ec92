"""The search itself: it finds a secret in every encoding, and tells a number from a fraction of a second."""

import base64
import json
from email.message import EmailMessage
from itertools import product
from urllib.parse import quote_plus, urlencode
from uuid import uuid4

import pytest
from canary.search import Search
from canary.secret import Secret

PASSWORD = Secret("password", "la brouette d’Eulalie tangue à midi")
PROVISIONAL = Secret("provisional password", "7KQX-2MHP-9TRD")
KEY = Secret("key", bytes(range(5, 37)))
MEMBER = Secret("member number", "918273", number=True)
SECRETS = (PASSWORD, PROVISIONAL, KEY, MEMBER)
TEXT = str(PASSWORD.value)


def mailed(cte):
    mail = EmailMessage()
    mail.set_content(TEXT, charset="utf-8", cte=cte)
    return mail.as_bytes()


WAYS = {
    "plain": TEXT.encode(),
    "capitals": TEXT.upper().encode(),
    "without spaces": TEXT.replace(" ", "").encode(),
    "UTF-16": TEXT.encode("utf-16-be"),
    "hexadecimal": TEXT.encode().hex().encode(),
    "hexadecimal, as a dump of octets": TEXT.encode().hex(" ").upper().encode(),
    "base32": base64.b32encode(TEXT.encode()),
    "query": urlencode({"mot": TEXT}).encode(),
    "small percent": quote_plus(TEXT).lower().encode(),
    "Python": repr({"password": TEXT.encode()}).encode(),
    "Erlang": ", ".join(map(str, TEXT.encode())).encode(),
    "JSON": json.dumps({"password": TEXT}).encode(),
    "JSON of UTF-8": json.dumps({"password": TEXT}, ensure_ascii=False).encode(),
    "HTML": TEXT.encode("ascii", "xmlcharrefreplace"),
    "octal": "".join(chr(one) if one < 127 else f"\\{one:03o}" for one in TEXT.encode()).encode(),
    "quoted-printable": mailed("quoted-printable"),
}


def found(tmp_path, content, secrets=SECRETS):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "file").write_bytes(content)
    return {(hit.place, hit.secret.kind) for hit in Search(secrets).hits(tmp_path)}


@pytest.mark.parametrize("way", WAYS)
def test_it_is_found_however_it_is_written(tmp_path, way):
    assert found(tmp_path, b"\0\xff first line\nand " + WAYS[way] + b" after\n") == {("deep/er/file", "password")}


@pytest.mark.parametrize(("before", "encode"), [*product(range(3), (base64.b64encode, base64.urlsafe_b64encode))])
def test_in_base64_wherever_it_begins(tmp_path, before, encode):
    assert found(tmp_path, encode(b"x" * before + TEXT.encode() + b"y" * 9)) == {("deep/er/file", "password")}


@pytest.mark.parametrize("typed", ["7KQX-2MHP-9TRD", "7kqx2mhp9trd", "7kqx 2mhp 9trd"])
def test_a_provisional_password_with_or_without_what_separates_it(tmp_path, typed):
    assert found(tmp_path, f'{{"typed":"{typed}"}}'.encode()) == {("deep/er/file", "provisional password")}


def test_a_key_as_it_is_and_with_the_end_of_a_line_in_it(tmp_path):
    assert b"\n" in KEY.value
    assert found(tmp_path, b"\0" + KEY.value + b"\0") == {("deep/er/file", "key")}


@pytest.mark.parametrize("text", ["member:918273", "number=918273&", "918273", '"918273"\n'])
def test_a_number_is_found(tmp_path, text):
    assert found(tmp_path, text.encode()) == {("deep/er/file", "member number")}


@pytest.mark.parametrize("text", ["12:00:00.918273+00", "1918273", "9182734", "a918273", "918274"])
def test_what_only_looks_like_it_is_none(tmp_path, text):
    assert not found(tmp_path, text.encode())


def test_nothing_is_found_where_nothing_is(tmp_path):
    content = "\n".join(str(uuid4()) for _ in range(20_000)).encode() + bytes(range(256)) * 1000
    assert not found(tmp_path, content, (PASSWORD, PROVISIONAL, MEMBER))


def test_a_secret_never_prints_itself(tmp_path):
    (tmp_path / "file").write_text(TEXT)
    assert TEXT not in repr(Search(SECRETS).hits(tmp_path))
