"""A mandate's life: written down, reviewed, proposed by a sealed token, accepted by the invited person alone, seen, ended."""

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pikepdf
import pytest
from sqlalchemy import text

from shared.contracts.paris import PARIS
from shared.security.key_ring import KeyRing, encode_key
from shared.security.sealing import unseal_text
from shared.web.invitation_link import COOKIE, PAGE

from .conftest import NOTIFIER_KEY
from .test_reimbursement_pages import store

FORM, LIST = "/espace/delegations/nouvelle", "/espace/delegations"
ANSWERS = {
    "given_name": "Maëlle", "family_name": "Almeida", "email": "Maelle@Exemple.fr", "scopes_remboursements": "oui",
    "days": "31",
}  # fmt: skip


class World:
    """A grantor, the person they invite, a stranger; and what was published."""

    def __init__(self, visitor, database, people) -> None:
        self.database = database
        self.grantor, self.delegate, self.stranger = (visitor(person) for person in people)

    async def invite(self, **differs: str) -> UUID:
        """Through the form and its review; returns the mandate's id."""
        kept = await self.grantor.fill(FORM, FORM, **(ANSWERS | differs))
        assert kept.status_code == 303, errors(kept.text)
        review = kept.headers["Location"]
        sent = await self.grantor.fill(review, review)
        assert sent.headers["Location"] == f"{LIST}?fait=invitation", errors(sent.text)
        return UUID(review.rpartition("/")[2])

    async def told(self, kind: str) -> list[dict]:
        """What was published of one kind, oldest first."""
        rows = await self.sql(
            "select body from outbox where type = :kind order by created_at", kind=f"fr.espace.{kind}.v1"
        )
        return [json.loads(row["body"])["data"] for row in rows]

    async def token(self) -> str:
        """Of the newest invitation, as the notifier reads it."""
        ring = KeyRing.parse(f"n1:{encode_key(bytes(NOTIFIER_KEY))}")
        return unseal_text(ring, (await self.told("access-delegated"))[-1]["sealed_token"])

    async def open_link(self, who, token: str):
        """The mail's link, then the page without the token."""
        who.client.cookies.delete(COOKIE) if COOKIE in who.client.cookies else None
        first = await who.get(f"{PAGE}?jeton={token}")
        assert first.headers["Location"] == PAGE
        return await who.get(PAGE)

    async def sql(self, query: str, **values):
        async with self.database.unit_of_work() as work:
            result = await work.session.execute(text(query), values)
            return result.mappings().all() if result.returns_rows else []


def errors(page: str) -> list[str]:
    return re.findall(r'class="error"[^>]*>Erreur\s*: ([^<]+)<|<li>([^<]+)</li>', page)


@pytest.fixture
async def world(visitor, database, open_space) -> World:
    people = (
        await open_space("DEMO-0001"),
        await open_space("DEMO-0003", "ALMEIDA", email="maelle@exemple.fr", given_name="Maëlle"),
        await open_space("DEMO-0004", "LE BŒUF", email="fx@exemple.fr", given_name="François"),
    )
    day = datetime.now(PARIS).date()
    await store(database, people[0], [("N-0001", day, {"act": "Secret de Jeanne"})])
    return World(visitor, database, people)


async def test_from_invitation_to_revocation(world: World) -> None:
    form = (await world.grantor.get(FORM)).text
    assert "elle doit donc être elle-même adhérente ou assurée" in form
    assert "L’invitation reste valable 14&nbsp;jours" in form
    mandate = await world.invite()
    last = datetime.now(PARIS).date() + timedelta(days=31)
    [delegated] = await world.told("access-delegated")
    assert (delegated["email"], delegated["ends_on"]) == ("Maelle@exemple.fr", last.isoformat())
    token = await world.token()
    [row] = await world.sql("select * from mandate")
    assert (row["id"], row["scopes"], row["delegate_id"]) == (mandate, ["remboursements"], None)
    assert token not in json.dumps(dict(row), default=str)
    assert "Invitation envoyée" in (await world.grantor.get(LIST)).text
    assert (await world.delegate.get(f"/espace/pour/{mandate}/remboursements")).status_code == 404

    page = await world.open_link(world.delegate, token)
    assert "<strong>Mme\u00a0Garnier</strong> vous propose" in page.text
    assert "Consulter et télécharger les remboursements" in page.text
    assert "Écrire à la mutuelle" not in page.text
    assert token not in page.text
    accepted = await world.delegate.fill(PAGE, f"{PAGE}/accepter")
    assert accepted.headers["Location"] == f"{LIST}?fait=accepte"
    assert [told["mandate_id"] for told in await world.told("access-accepted")] == [str(mandate)]

    mine = await world.delegate.get(LIST)
    assert f'href="/espace/pour/{mandate}/"' in mine.text
    landing = await world.delegate.get(f"/espace/pour/{mandate}/")
    shown = await world.delegate.get(landing.headers["Location"])
    assert "Secret de Jeanne" in shown.text
    assert "Vous consultez l’espace de" in shown.text

    detail = (await world.grantor.get(f"{LIST}/{mandate}")).text
    assert "Maëlle Almeida" in detail
    assert "a consulté les remboursements" in detail
    assert "Jeanne" not in detail.partition("<h2>Ce que")[2].partition("</main>")[0]
    hers = (await world.delegate.get(f"{LIST}/{mandate}")).text
    assert "a consulté les remboursements" not in hers
    assert (await world.stranger.get(f"{LIST}/{mandate}")).status_code == 404

    ended = await world.grantor.fill(f"{LIST}/{mandate}/fin", f"{LIST}/{mandate}/fin")
    assert ended.headers["Location"] == f"{LIST}?fait=fin"
    for path in ("", "remboursements", "remboursements/N-0001"):
        assert (await world.delegate.get(f"/espace/pour/{mandate}/{path}")).status_code == 404
    [revoked] = await world.told("access-revoked")
    assert (revoked["by"], revoked["delegate_email"]) == ("grantor", "maelle@exemple.fr")
    again = await world.grantor.get(f"{LIST}/{mandate}/fin")
    assert again.headers["Location"] == f"{LIST}/{mandate}"
    # one's own act is in the journal, and not among what the delegate did
    detail = (await world.grantor.get(f"{LIST}/{mandate}")).text.partition("<h2>Ce que")[2]
    assert "a consulté les remboursements" in detail
    assert "mis fin" not in detail
    assert "avez mis fin à un accès" in (await world.grantor.get("/espace/journal")).text
    lines = (await world.grantor.json(f"/espace/api/v1/mandates/{mandate}/journal"))["lines"]
    assert {line["actor"] for line in lines} == {"delegate"}


async def test_of_twenty_acceptances_one_wins(world: World) -> None:
    await world.invite()
    page = await world.open_link(world.delegate, await world.token())
    form = page.text[page.text.index(f'action="{PAGE}/accepter"') :].partition("</form>")[0]
    data = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    cookies = f"{COOKIE}={await world.token()}; __Host-visiteur={world.delegate.client.cookies['__Host-visiteur']}"
    headers = [world.delegate.assertion() | {"Cookie": cookies} for _ in range(20)]
    client = world.delegate.client
    answers = await asyncio.gather(
        *(client.post(f"{PAGE}/accepter", data=data, headers=one) for one in headers)
    )  # fmt: skip
    places = sorted(answer.headers["Location"] for answer in answers)
    assert places == [PAGE] * 19 + [f"{LIST}?fait=accepte"] or places == [f"{LIST}?fait=accepte"] + [PAGE] * 19
    assert len(await world.told("access-accepted")) == 1
    rows = await world.sql("select 1 from journal_entry where action = 'accept_mandate'")
    assert len(rows) == 1


async def test_an_invitation_is_its_addressees_alone(world: World) -> None:
    mandate = await world.invite()
    token = await world.token()
    unknown = "A" * 43
    for who in (world.grantor, world.stranger):
        for given in (token, unknown, token[:-1], "x"):
            page = await world.open_link(who, given)
            assert page.status_code == 200
            assert "Cette invitation ne peut pas être ouverte ici" in page.text, given
            assert "Garnier" not in page.text.partition("<main")[2] or who is world.grantor
            assert f"{PAGE}/accepter" not in page.text
    theirs, strange = [(await world.open_link(world.stranger, one)).text for one in (token, unknown)]
    assert theirs.partition("<main")[2] == strange.partition("<main")[2], (
        "what differs above is the sign-out form's token"
    )
    # posting all the same, with a form of one's own
    await world.open_link(world.delegate, token)
    shown = await world.delegate.get(PAGE)
    data = dict(
        re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', shown.text[shown.text.index("/accepter") :])
    )
    answer = await world.stranger.post(f"{PAGE}/accepter", **data)
    assert answer.headers["Location"] == PAGE
    assert (await world.sql("select delegate_id from mandate where id = :id", id=mandate))[0]["delegate_id"] is None


async def test_withdrawn_expired_declined_and_used_say_so(world: World) -> None:
    mandate = await world.invite()
    token = await world.token()
    await world.grantor.fill(f"{LIST}/{mandate}/fin", f"{LIST}/{mandate}/fin")
    assert "a retiré l’invitation" in (await world.open_link(world.delegate, token)).text

    second = await world.invite()
    token = await world.token()
    await world.sql("update mandate set invitation_ends_at = now() where id = :id", id=second)
    page = (await world.open_link(world.delegate, token)).text
    assert "Cette invitation a expiré" in page
    assert f"{PAGE}/accepter" not in page
    assert "restée sans réponse" in (await world.grantor.get(LIST)).text

    third = await world.invite()
    token = await world.token()
    await world.open_link(world.delegate, token)
    declined = await world.delegate.fill(PAGE, f"{PAGE}/refuser")
    assert declined.headers["Location"] == f"{LIST}?fait=refus"
    assert "elle ne sert" in (await world.open_link(world.delegate, token)).text
    assert [told["by"] for told in await world.told("access-revoked")] == ["grantor", "delegate"]
    assert (await world.delegate.get(f"/espace/pour/{third}/")).status_code == 404
    lines = await world.sql("select * from journal_entry where mandate_id = :id", id=third)
    assert [(line["action"], line["actor_id"]) for line in lines] == [("decline_mandate", world.delegate.person)]


async def test_the_delegate_gives_back(world: World) -> None:
    mandate = await world.invite()
    await world.open_link(world.delegate, await world.token())
    await world.delegate.fill(PAGE, f"{PAGE}/accepter")
    await world.delegate.fill(f"{LIST}/{mandate}/fin", f"{LIST}/{mandate}/fin")
    [told] = await world.told("access-revoked")
    assert told["by"] == "delegate"
    assert (await world.delegate.get(f"/espace/pour/{mandate}/")).status_code == 404
    assert "a mis fin à un accès délégué" in (await world.grantor.get("/espace/journal")).text
    assert "Accès terminés" in (await world.delegate.get(LIST)).text


@pytest.mark.parametrize(
    ("differs", "said"),
    [
        ({"given_name": " "}, "Saisissez le prénom"),
        ({"family_name": "x" * 61}, "60 caractères ou moins"),
        ({"email": "maelle"}, "au bon format"),
        ({"email": "COURIEL@exemple.fr"}, "celle-ci est la vôtre"),
        ({"scopes_remboursements": ""}, "Choisissez au moins une chose"),
        ({"days": "366"}, "Choisissez la durée"),
        ({"days": "", "scopes_tout": "oui"}, "Choisissez la durée"),
    ],
)
async def test_what_the_form_refuses(world: World, differs, said) -> None:
    answer = await world.grantor.fill(FORM, FORM, **(ANSWERS | differs))
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="Almeida"' in answer.text or "family_name" in differs
    assert not await world.sql("select 1 from mandate_draft")


async def test_five_at_once_and_no_address_twice(world: World) -> None:
    """The second limit holds also between the review and its confirmation."""
    reviews = []
    for number in range(6):
        kept = await world.grantor.fill(FORM, FORM, **(ANSWERS | {"email": f"p{number}@exemple.fr"}))
        reviews.append(kept.headers["Location"])
    twice = await world.grantor.fill(FORM, FORM, **(ANSWERS | {"email": "P0@exemple.fr"}))
    reviews.append(twice.headers["Location"])
    for review in reviews[:5]:
        assert (await world.grantor.fill(review, review)).status_code == 303
    assert "Vous avez déjà donné ou proposé" in (await world.grantor.fill(reviews[6], reviews[6])).text
    sixth = await world.grantor.fill(reviews[5], reviews[5])
    assert sixth.status_code == 422
    assert "Vous avez déjà 5 accès en cours" in sixth.text
    at_once = await world.grantor.fill(FORM, FORM, **(ANSWERS | {"email": "p9@exemple.fr"}))
    assert "Vous avez déjà 5 accès en cours" in at_once.text
    assert len(await world.sql("select 1 from mandate")) == 5
    # one that is withdrawn makes room; a day sees no more than ten invitations
    gone = reviews[0].rpartition("/")[2]
    await world.grantor.fill(f"{LIST}/{gone}/fin", f"{LIST}/{gone}/fin")
    assert (await world.grantor.fill(reviews[5], reviews[5])).status_code == 303
    await world.sql("update mandate set ended_at = now()")
    await world.sql(
        "insert into mandate (id, grantor_id, given_name, family_name, email, scopes, ends_on, created_at,"
        " invitation_ends_at, ended_at) select gen_random_uuid(), grantor_id, '', '', 'x@exemple.fr', '[]', ends_on,"
        " created_at, created_at, created_at from mandate limit 4"
    )
    assert "10 invitations" in (await world.grantor.fill(FORM, FORM, **ANSWERS)).text


async def test_an_open_one_stays_in_the_list_and_counts_below_a_hundred_newer(world: World) -> None:
    mandate = await world.invite(days="365")
    for ended, until in (("now()", "now() + interval '1 day'"), ("null", "now()")):
        await world.sql(
            "insert into mandate (id, grantor_id, given_name, family_name, email, scopes, ends_on, created_at, ended_at,"
            " invitation_ends_at) select gen_random_uuid(), grantor_id, 'Zoé', 'X', 'x@exemple.fr', '[]', ends_on,"
            f" created_at - interval '2 days', {ended}, {until} from mandate, generate_series(1, 70)"
            " where given_name = 'Maëlle'"
        )
    await world.sql("update mandate set created_at = created_at - interval '9 days' where id = :id", id=mandate)
    page = (await world.grantor.get(LIST)).text
    assert f'href="{LIST}/{mandate}/fin"' in page
    assert "Vous avez déjà donné" in (await world.grantor.fill(FORM, FORM, **ANSWERS)).text


async def test_sent_twice_is_one_mandate_and_one_mail(world: World) -> None:
    kept = await world.grantor.fill(FORM, FORM, **ANSWERS)
    review = kept.headers["Location"]
    answers = await asyncio.gather(*(world.grantor.fill(review, review) for _ in range(6)))
    assert {answer.headers["Location"] for answer in answers} == {f"{LIST}?fait=invitation"}
    assert len(await world.sql("select 1 from mandate")) == len(await world.told("access-delegated")) == 1
    assert 'value="Maëlle"' in (await world.grantor.get(f"{FORM}?brouillon={review.rpartition('/')[2]}")).text
    for stranger in (world.stranger, world.delegate):
        assert (await stranger.get(review)).status_code == 404
        assert (
            "Maëlle"
            not in (await stranger.get(f"{FORM}?brouillon={review.rpartition('/')[2]}")).text.partition("<main")[2]
        )


async def test_a_form_that_comes_back_with_other_answers_is_another_invitation(world: World) -> None:
    page = (await world.grantor.get(FORM)).text
    first = (await world.grantor.send(page, FORM, **ANSWERS)).headers["Location"]
    assert (await world.grantor.send(page, FORM, **ANSWERS)).headers["Location"] == first
    changed = ANSWERS | {"email": "paul@exemple.fr", "scopes_messages": "oui"}
    second = (await world.grantor.send(page, FORM, **changed)).headers["Location"]
    reviews = [(await world.grantor.get(review)).text for review in (first, second)]
    assert ["paul@exemple.fr" in review for review in reviews] == [False, True]
    assert ["Écrire à la mutuelle" in review for review in reviews] == [False, True]
    assert (await world.grantor.fill(first, first)).headers["Location"] == f"{LIST}?fait=invitation"
    # back once more, from an invitation that is on its way
    third = (await world.grantor.send(page, FORM, **changed)).headers["Location"]
    assert third != first
    assert (await world.grantor.fill(third, third)).headers["Location"] == f"{LIST}?fait=invitation"
    told = [one["email"] for one in await world.told("access-delegated")]
    assert told == ["Maelle@exemple.fr", "paul@exemple.fr"]


async def test_one_day_ends_with_the_next_and_its_invitation_no_later(world: World) -> None:
    await world.invite(days="1")
    [row] = await world.sql("select * from mandate")
    tomorrow = datetime.now(PARIS).date() + timedelta(days=1)
    assert row["ends_on"] == tomorrow
    assert row["invitation_ends_at"].astimezone(PARIS).isoformat()[:19] == f"{tomorrow + timedelta(days=1)}T00:00:00"
    assert row["invitation_ends_at"] > datetime.now(UTC)


async def test_the_attestation_says_who_what_and_how_long_and_is_tagged(world: World, tmp_path) -> None:
    mandate = await world.invite()
    assert (await world.grantor.get(f"{LIST}/{mandate}/attestation.pdf")).status_code == 404
    await world.open_link(world.delegate, await world.token())
    await world.delegate.fill(PAGE, f"{PAGE}/accepter")
    address = f"{LIST}/{mandate}/attestation.pdf"
    answers = [await who.get(address) for who in (world.grantor, world.delegate)]
    assert (await world.stranger.get(f"{LIST}/{mandate}/attestation.pdf")).status_code == 404
    for answer in answers:
        (tmp_path / "a.pdf").write_bytes(answer.content)
        with pikepdf.open(tmp_path / "a.pdf") as pdf:
            assert pdf.Root.MarkInfo.Marked
            assert pdf.Root.Lang == "fr"
        said = await words_of(answer.content, tmp_path)
        for words in (
            "Mme Jeanne Garnier",
            "Mme Maëlle Almeida",
            "Consulter et télécharger les remboursements",
            "Dernier jour",
            "Chacune des deux personnes peut y mettre fin plus tôt",
        ):
            assert words in said, words
        assert "a pris fin" not in said
    await world.sql("update mandate set ends_on = current_date - 2")
    said = await words_of((await world.grantor.get(address)).content, tmp_path)
    assert "Cet accès a pris fin à l’issue de son dernier jour." in said
    assert "peut y mettre fin plus tôt" not in said


async def words_of(pdf: bytes, folder: Path) -> str:
    """What a reader hears of it."""
    (folder / "read.pdf").write_bytes(pdf)
    process = await asyncio.create_subprocess_exec(
        "pdftotext", folder / "read.pdf", "-", stdout=asyncio.subprocess.PIPE
    )
    return " ".join((await process.communicate())[0].decode().replace("\u00a0", " ").split())


async def test_the_same_as_json(world: World) -> None:
    mandate = await world.invite()
    await world.open_link(world.delegate, await world.token())
    await world.delegate.fill(PAGE, f"{PAGE}/accepter")
    await world.delegate.get(f"/espace/pour/{mandate}/remboursements")
    [given] = await world.grantor.json("/espace/api/v1/mandates")
    [received] = await world.delegate.json("/espace/api/v1/mandates")
    assert (given["side"], given["name"], given["state"]) == ("given", "Maëlle Almeida", "active")
    assert (received["side"], received["name"]) == ("received", "Jeanne Garnier")
    assert given == await world.grantor.json(f"/espace/api/v1/mandates/{mandate}")
    lines = (await world.grantor.json(f"/espace/api/v1/mandates/{mandate}/journal"))["lines"]
    assert [(line["actor"], line["name"], line["action"]) for line in lines] == [
        ("delegate", "Maëlle Almeida", "see_reimbursements"),
        ("delegate", "Maëlle Almeida", "accept_mandate"),
    ]
    json_only = {"Accept": "application/json"}
    for who in (world.delegate, world.stranger):
        assert (await who.get(f"/espace/api/v1/mandates/{mandate}/journal", **json_only)).status_code == 404


async def test_it_asks_for_the_password_again_and_comes_back_with_the_answers(world: World, activation) -> None:
    activation.proved_ago = timedelta(minutes=5, seconds=5)
    kept = await world.grantor.fill(FORM, FORM, **ANSWERS)
    review = kept.headers["Location"]
    proof = f"/connexion/confirmer?suite={review}"
    for ago in (timedelta(minutes=5, seconds=5), timedelta(hours=11), None):
        activation.proved_ago = ago
        assert (await world.grantor.get(review)).headers["Location"] == proof
    activation.proved_ago = timedelta(minutes=4, seconds=50)
    assert "Maelle@exemple.fr" in (await world.grantor.get(review)).text
    # the page was shown in time, its button is pressed too late
    activation.proved_ago = timedelta(seconds=10)
    shown = await world.grantor.get(review)
    data = dict(
        re.findall(
            r'<input type="hidden" name="([^"]+)" value="([^"]*)"', shown.text[shown.text.index(f'action="{review}"') :]
        )
    )
    activation.proved_ago = timedelta(minutes=6)
    assert (await world.grantor.post(review, **data)).headers["Location"] == proof
    assert not await world.sql("select 1 from mandate")
    # what ends an access never waits for a password
    activation.proved_ago = timedelta(0)
    assert (await world.grantor.fill(review, review)).headers["Location"] == f"{LIST}?fait=invitation"
    activation.proved_ago = None
    mandate = review.rpartition("/")[2]
    ended = await world.grantor.fill(f"{LIST}/{mandate}/fin", f"{LIST}/{mandate}/fin")
    assert ended.headers["Location"] == f"{LIST}?fait=fin"
