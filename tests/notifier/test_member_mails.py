"""What the member space tells becomes mails: few words, the right person, once."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from notifier import deliveries, handlers
from notifier.mail import SUBJECTS
from notifier.member_mails import FACTS, mails_of
from shared.contracts.events import (
    MANDATE_EVENTS,
    REQUEST_EVENTS,
    AccessDelegated,
    AccessEnding,
    AccessRevoked,
    AccountClosureWithdrawn,
    AddressChanged,
    AddressChangeReported,
    DocumentReady,
    QuestionAnswered,
    SituationChangeAnswered,
)
from shared.contracts.postal_zone import PostalZone
from shared.database.unit_of_work import Cause
from shared.messaging.failures import PermanentError

PERSON = {"civility": "Mme", "given_name": "Jeanne", "family_name": "GARNIER-DÛPRÉ", "email": "couriel@exemple.fr"}
MEMBER = {**PERSON, "reference": "7K2M-Q9XR"}


@pytest.fixture
def invited(keys, token):
    def make(**changes):
        given = {
            "person_id": uuid4(), "mandate_id": uuid4(), "email": "aidant@exemple.fr", "ends_on": date(2026, 12, 24),
            "sealed_token": keys.public.seal_text(token), "token_expires_at": changes.pop("until", None),
        }  # fmt: skip
        return AccessDelegated(**(given | changes))

    return make


@pytest.fixture
def hear(database, keys):
    """Let the notifier handle an event, as its consumer does."""
    handle = handlers.MemberSpaceHandler(keys.ring)

    async def heard(event):
        async with database.unit_of_work() as work:
            work.cause = Cause(uuid4(), work.now)
            await handle(event, work)
        return work.now

    return heard


def test_every_event_of_the_space_has_a_mail():
    assert set(FACTS) == {*REQUEST_EVENTS, *MANDATE_EVENTS}


@pytest.mark.parametrize("accepted", [True, False])
def test_an_answer_says_which(accepted):
    event = SituationChangeAnswered(**MEMBER, person_id=uuid4(), report_id=uuid4(), accepted=accepted)
    assert [mail.template for mail in mails_of(event)] == [
        "situation-change-accepted" if accepted else "situation-change-refused"
    ]


def test_a_mail_is_told_no_more_than_its_template_says():
    changed = AddressChanged(
        **MEMBER, person_id=uuid4(), report_id=uuid4(), changed_at="2026-11-23T10:00:00Z", postcode="33300",
        address_lines=("3 QUAI DES CHARTRONS", "33300 BORDEAUX"), postal_zone=PostalZone.METROPOLITAN,
    )  # fmt: skip
    (mail,) = mails_of(changed)
    assert mail.params == {"name": "Mme\u00a0Garnier-Dûpré", "reference": "7K2M-Q9XR"}
    assert (mail.template, mail.recipient, mail.cause_id) == ("address-changed", changed.email, changed.report_id)
    ready = DocumentReady(**MEMBER, person_id=uuid4(), request_id=uuid4(), available_until=date(2026, 12, 24))
    assert mails_of(ready)[0].params["available_until"] == "2026-12-24"
    assert "available_until" not in mails_of(ready.model_copy(update={"available_until": None}))[0].params


def test_both_sides_hear_of_the_end_of_an_access():
    event = AccessRevoked(**PERSON, person_id=uuid4(), mandate_id=uuid4(), by="grantor", delegate_email="a@exemple.fr")
    told = [(mail.template, mail.recipient, dict(mail.params)) for mail in mails_of(event)]
    assert told == [
        ("access-revoked", "couriel@exemple.fr", {"name": "Mme\u00a0Garnier-Dûpré"}),
        ("access-revoked-delegate", "a@exemple.fr", {}),
    ]


@pytest.mark.parametrize(("by", "told"), [("grantor", "access-revoked-delegate"), ("delegate", "access-revoked")])
def test_who_closes_their_account_hears_of_that_alone(by, told):
    event = AccessRevoked(
        **PERSON, person_id=uuid4(), mandate_id=uuid4(), by=by, delegate_email="a@exemple.fr", account_closed=True
    )
    assert [mail.template for mail in mails_of(event)] == [told]


def test_what_ends_with_the_freezing_of_an_account_leads_nowhere_that_is_shut():
    event = AccessRevoked(
        **PERSON, person_id=uuid4(), mandate_id=uuid4(), by="grantor", delegate_email="a@exemple.fr",
        reason="account-frozen",
    )  # fmt: skip
    told = [(mail.template, mail.recipient, dict(mail.params)) for mail in mails_of(event)]
    assert told == [
        ("access-revoked-frozen", "couriel@exemple.fr", {"name": "Mme\u00a0Garnier-Dûpré"}),
        ("access-revoked-delegate", "a@exemple.fr", {}),
    ]


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (None, "account-closure-withdrawn"),
        ("account-frozen", "account-closure-stopped"),
        ("account-recovered", "account-closure-stopped"),
    ],
)
def test_a_closing_that_nobody_took_back_is_told_otherwise(reason, told):
    event = AccountClosureWithdrawn(
        **MEMBER, person_id=uuid4(), request_id=uuid4(), account_id=uuid4(), reason=reason
    )  # fmt: skip
    (mail,) = mails_of(event)
    assert (mail.template, mail.recipient, mail.params["reference"]) == (told, "couriel@exemple.fr", "7K2M-Q9XR")


async def test_reports_twice_are_one_mail_and_another_answer_is_another(hear, rows):
    report = AddressChangeReported(**MEMBER, person_id=uuid4(), report_id=uuid4())
    first = QuestionAnswered(**MEMBER, person_id=uuid4(), question_id=uuid4(), message_id=uuid4())
    second = first.model_copy(update={"message_id": uuid4()})
    ending = AccessEnding(**PERSON, person_id=uuid4(), mandate_id=uuid4(), ends_on=date(2026, 12, 24))
    prolonged = ending.model_copy(update={"ends_on": date(2027, 12, 24)})
    for event in (report, report, first, second, first, ending, prolonged, ending):
        await hear(event)
    found = await rows()
    assert sorted(row.template for row in found) == [
        "access-ending", "access-ending", "address-change-reported", "question-answered", "question-answered",
    ]  # fmt: skip
    assert all(isinstance(row.person_id, UUID) and isinstance(row.event_id, UUID) for row in found)


async def test_an_invitation_is_sealed_until_it_is_sent_with_its_link(
    database, sender, post, hear, rows, invited, token
):
    async with database.unit_of_work() as work:
        until = work.now + timedelta(days=7)
    event = invited(until=until)
    await hear(event)
    (row,) = await rows()
    assert (row.template, row.recipient, row.expires_at) == ("access-invitation", "aidant@exemple.fr", until)
    assert (row.sealed_token, row.params) == (event.sealed_token, {"ends_on": "2026-12-24"})
    await sender.send_due()
    (row,) = await rows()
    assert (row.state, row.sealed_token) == ("sent", None)
    (mail,) = post.accepted
    assert mail["Subject"] == SUBJECTS["access-invitation"]
    assert f"/espace/delegations/invitation?jeton={token}" in mail.get_body(("plain",)).get_content()


async def test_an_invitation_that_is_withdrawn_while_it_waits_is_not_sent(database, sender, post, hear, rows, invited):
    async with database.unit_of_work() as work:
        until = work.now + timedelta(days=7)
    waiting, held, other = (invited(until=until, email=f"{name}@exemple.fr") for name in ("waiting", "held", "other"))
    await hear(held)
    async with database.unit_of_work() as work:
        (claim,) = await deliveries.claim(work, 1)
    for event in (waiting, other):
        await hear(event)
    for event in (waiting, held):
        await hear(
            AccessRevoked(
                **PERSON,
                person_id=event.person_id,
                mandate_id=event.mandate_id,
                by="grantor",
                delegate_email=event.email,
            )
        )
    async with database.unit_of_work() as work:
        await deliveries.put_back(work, claim)  # the mail server was away
    while await sender.send_due():
        pass
    assert [mail["To"] for mail in post.accepted if mail["Subject"] == SUBJECTS["access-invitation"]] == [other.email]
    invitations = {row.recipient: row for row in await rows() if row.template == "access-invitation"}
    for event in (waiting, held):
        row = invitations[event.email]
        assert (row.state, row.sealed_token) == ("parked", None)
        assert "expired" in row.reason


async def test_an_invitation_that_cannot_be_opened_is_a_dead_letter(hear, rows, invited):
    with pytest.raises(PermanentError, match="can't be opened"):
        await hear(invited(until="2027-01-01T00:00:00Z", sealed_token="other:AAAA"))
    assert await rows() == []


async def test_every_mail_of_the_space_reaches_its_people(sender, post, hear, rows, invited):
    """Each event over a real mail server; what arrives names neither the person in full nor what it is about."""
    ids = dict.fromkeys(
        ("request_id", "report_id", "question_id", "message_id", "closing_id", "mandate_id", "account_id"), uuid4()
    )
    more = {
        "reason": "proof-missing", "accepted": False, "ends_on": date(2026, 12, 24), "by": "grantor",
        "delegate_email": "aidant@exemple.fr", "changed_at": "2026-11-23T10:00:00Z", "postcode": "33300",
        "address_lines": ("3 QUAI DES CHARTRONS", "33300 BORDEAUX"), "postal_zone": "metropolitan",
        "closed_at": "2026-11-23T10:00:00Z", **ids, **MEMBER,
    }  # fmt: skip
    events = [
        kind.model_validate(
            {"person_id": uuid4(), **{name: more[name] for name in kind.model_fields.keys() & more.keys()}}
        )
        for kind in FACTS
        if kind is not AccessDelegated
    ]
    for event in events:
        await hear(event)
    while await sender.send_due():
        pass
    assert len(post.accepted) == len(events) + 1, "two for an access that was revoked"
    assert {row.state for row in await rows()} == {"sent"}
    for mail in post.accepted:
        said = mail["Subject"] + "".join(part.get_content() for part in mail.iter_parts())
        for word in ("GARNIER", "Jeanne", "proof-missing", "CHARTRONS", "33300"):
            assert word not in said
        assert mail["To"] in {"couriel@exemple.fr", "aidant@exemple.fr"}
