"""Whatever a name or an address holds, one mail with one body goes to one recipient: it can add neither header, nor
recipient, nor part, nor a line of its own to the words."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from html import unescape
from unicodedata import category
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, example, given, reject, settings
from hypothesis import strategies as st

from notifier.mail import Composer, one_line, wire_address
from notifier.models import Delivery
from notifier.smtp import MailServer, send
from shared.web.french import polite_name

NOW = datetime(2026, 3, 27, 13, 5, tzinfo=UTC)
TURNED, ISOLATED = "\u202egninrom dooG", "\u2067Zoé\u2069"
HOSTILE = st.one_of(
    st.text(),
    st.lists(
        st.sampled_from(
            ["\r\n", "\n", "\r", "\x00", "\x0b", "\x85", "\u2028", "\u202e", "\u2066", ".", "..", "\r\n.\r\n", "--", "=?",
             "?=", "=?utf-8?q?a=0d=0aBcc=3a_b=40evil.example?=", "=?utf-8?b?QmNjOiBiQGV2aWwuZXhhbXBsZQ==?=", "Bcc: ",
             "b@evil.example", "To: ", "Content-Type: text/html", "<script>", "{{ 7*7 }}", "&", "<", ">", '"', "\\", ",",
             ";", ":", " ", "\t", "@", "@exemple.fr", "é", "a" * 70, "MAIL FROM:<a@b.fr>"]
        )
    ).map("".join),
)  # fmt: skip
ADDRESSES = st.one_of(
    HOSTILE,
    st.builds("{}@{}".format, HOSTILE, st.sampled_from(["exemple.fr", "bücher.fr", "[127.0.0.1]", "a.fr\r\nBcc: b@c.fr"])),
    st.builds("a{}@exemple{}.fr".format, HOSTILE, HOSTILE),
    st.from_regex(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,70}@exemple\.fr", fullmatch=True),
    st.emails(),
)  # fmt: skip
ACCEPTED = st.one_of(
    st.emails(), st.from_regex(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}@(exemple|bücher)\.fr", fullmatch=True)
)
MOST = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SOME = settings(MOST, max_examples=40)


@pytest.fixture
def composer(room):
    return Composer(room)


def account_frozen(recipient="zoe@exemple.fr", name="Mme Garnier"):
    params = {"name": name, "frozen_at": NOW.isoformat()}
    return Delivery(
        id=uuid4(), cause_id=uuid4(), template="account-frozen", recipient=recipient, params=params, created_at=NOW
    )


@pytest.fixture
def usual(composer):
    """The lines of the text and of the HTML, with an everyday name."""
    return [body.splitlines() for body in checked(composer.compose(account_frozen()).as_bytes(), "zoe@exemple.fr")]


def checked(wire, recipient):
    """The two bodies of a mail in its bytes, which has the headers of any other mail and no more."""
    mail = message_from_bytes(wire, policy=default)
    assert mail.keys() == [
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "MIME-Version",
        "Content-Type", "Content-Language",
    ]  # fmt: skip
    assert [address.addr_spec for address in mail["To"].addresses] == [recipient]
    assert not any(value.defects for value in mail.values())
    text, html = mail.iter_parts()
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    return text.get_content(), unescape(html.get_content())


@MOST
@given(ADDRESSES)
@example("=?utf-8?q?a=40evil.example=3e?=@exemple.fr")
@example("=?utf-8?b?QmNjOiBiQGV2aWwuZXhhbXBsZQ==?=@exemple.fr")
@example("a" * 64 + "@exemple.fr")
@example("a@exemple.fr\r\nBcc: b@evil.example")
@example("a@exemple.fr, b@evil.example")
@example("Zoé <a@exemple.fr>")
@example("a\u202e@exemple.fr")
def test_an_address_is_one_recipient_or_none(composer, address):
    try:
        recipient = wire_address(address)
    except ValueError:
        with pytest.raises(ValueError, match=r".*"):
            composer.compose(account_frozen(address))
        return
    assert recipient.isascii()
    assert recipient.isprintable()
    assert recipient.count("@") == 1
    assert not set(recipient) & set(' ",;:<>()[]\\')
    checked(composer.compose(account_frozen(address)).as_bytes(), recipient)


@pytest.mark.parametrize("word", ["=?utf-8?q?a?=", "x=?utf-8?b?YQ==?=", "=?"])
def test_a_local_part_that_could_be_decoded_to_another_is_refused(word):
    with pytest.raises(ValueError, match="encoded word"):
        wire_address(f"{word}@exemple.fr")


@MOST
@given(HOSTILE)
@example("\r\n.\r\nMAIL FROM:<a@b.fr>\r\n")
@example(TURNED)
@example("<b>Zoé</b>{{ subject }}")
def test_a_name_is_one_line_of_the_words_and_no_header(composer, usual, name):
    with suppress(UnicodeEncodeError):  # a lone surrogate is no text, and no event can hold one
        name.encode()
        wire = composer.compose(account_frozen(name=name)).as_bytes()
        for body, lines in zip(checked(wire, "zoe@exemple.fr"), usual, strict=True):
            others = body.splitlines()
            assert len(others) == len(lines)
            differing = [line for line, other in zip(others, lines, strict=True) if line != other]
            assert len(differing) <= 1
            assert not any(category(sign) in ("Cc", "Cf") for line in differing for sign in line)


def test_what_turns_words_around_is_taken_out_and_a_name_stays():
    assert one_line(TURNED) == " gninrom dooG"
    assert one_line(ISOLATED) == " Zoé "
    name = polite_name("Mme", "Zoé", "L’HÉNORET-ŒUVRARD")
    assert one_line(name) == name


@SOME
@given(HOSTILE, ACCEPTED)
@example("\r\n.\r\nMAIL FROM:<a@b.fr>\r\nRCPT TO:<b@evil.example>\r\nDATA\r\n", "a@exemple.fr")
@example("\n.\n.\r.\r", "{a}`|~!#$%&'*+-/=?^_@exemple.fr")
@example(TURNED, "a" * 64 + "@exemple.fr")
def test_over_smtp_one_mail_with_one_body_reaches_one_recipient(composer, post, name, address):
    server = MailServer("127.0.0.1", post.port, starttls=False, user="", password="", local_name="localhost")
    post.seen.clear()
    post.envelopes.clear()
    try:
        name.encode()
        recipient = wire_address(address)
    except ValueError:
        reject()
    mail = composer.compose(account_frozen(address, name))
    assert asyncio.run(send(server, mail, "ne-pas-repondre@exemple.fr", recipient)) is None
    assert post.envelopes == [[recipient]]
    (seen,) = post.seen
    text, _ = checked(seen.as_bytes(), recipient)
    assert text.startswith("Bonjour ")
    assert text.splitlines()[-1] == "https://espace.exemple.fr"
