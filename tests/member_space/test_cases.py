"""What a member asks for or reports, and what the desk answers: both sides of each case."""

import json
import re
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pikepdf
import pytest
from sqlalchemy import text
from support.case_details import details_of
from support.files_of import locked_pdf, pdf

from member_space.cases import filing, queries
from member_space.cases.models import Case
from member_space.cases.rules import DAILY_LIMIT

from .test_case_rules import ADDRESS, SITUATION

PROOF = ("proofs", ("facture.pdf", pdf(), "application/pdf"))
DESK = "/gestion/demandes"


async def fill(who, path: str, action: str, answers: dict[str, str], files=()):
    return await who.fill(path, action, files, **answers)


async def send(who, html: str, action: str, answers: dict[str, str], files=()):
    return await who.send(html, action, files, **answers)


async def events(database) -> list[tuple[str, dict]]:
    """Type and data of what was published, in its order."""
    async with database.unit_of_work() as work:
        rows = await work.session.execute(text("select type, body from outbox order by created_at, id"))
    return [(row.type.split(".")[2], json.loads(bytes(row.body))["data"]) for row in rows]


async def rows(database, query: str):
    async with database.unit_of_work() as work:
        return (await work.session.execute(text(query))).mappings().all()


async def reference_of(answer) -> str:
    assert answer.status_code == 303, answer.text
    return re.search(r"/([DAS]-[0-9A-Z-]{9})\?envoye=oui", answer.headers["location"])[1]


async def first_case(colleague) -> str:
    """The path of the first case of the desk's list."""
    page = (await colleague.get(DESK)).text
    return re.search(rf'href="({DESK}/[0-9a-f-]{{36}})"', page)[1]


async def taken(colleague) -> str:
    path = await first_case(colleague)
    answer = await fill(colleague, path, f"{path}/prendre", {})
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    return path


async def test_a_document_is_asked_for_made_and_fetched(jeanne, colleague, database) -> None:
    answer = await fill(jeanne, "/espace/documents", "/espace/documents", {"document": "attestation-vitale"})
    reference = await reference_of(answer)
    page = (await jeanne.get(answer.headers["location"])).text
    assert "Votre envoi est bien enregistré" in page
    assert "En préparation" in page
    zoe = colleague()
    listed = (await zoe.get(DESK)).text
    assert reference in listed
    assert "À prendre" in listed
    path = await first_case(zoe)
    before = (await zoe.get(path)).text
    assert "Attestation vitale" not in before
    assert "GARNIER" not in before
    await taken(zoe)
    page = (await zoe.get(path)).text
    assert "Attestation vitale" in page
    assert "GARNIER" in page
    nothing = await fill(zoe, path, f"{path}/accepter", {"words": "Voici."})
    assert nothing.status_code == 422
    assert "Choisissez le document à déposer" in nothing.text
    assert "Voici." in nothing.text
    locked = ("document", ("a.pdf", locked_pdf(), "application/pdf"))
    refused = await fill(zoe, path, f"{path}/accepter", {"words": "Voici."}, [locked])
    assert refused.status_code == 422
    made = ("document", ("Attestation vitale 2026.pdf", pdf(pages=2), "application/pdf"))
    done = await fill(zoe, path, f"{path}/accepter", {"words": "Voici votre attestation."}, [made])
    assert (done.status_code, done.headers["location"]) == (303, path)
    page = (await jeanne.get("/espace/documents")).text
    assert "Disponible" in page
    kind_size_day = r"\(PDF, \d+\xa0Ko, \d+\xa0\S+\xa0\d{4}\)"
    link = re.search(
        rf'href="([^"]+/fichiers/[^"]+)">Attestation vitale 2026.pdf<span class="optional"> {kind_size_day}', page
    )
    assert "Voici votre attestation." in (await jeanne.get(f"/espace/documents/{reference}")).text
    got = await jeanne.get(link[1])
    assert got.headers["content-type"] == "application/pdf"
    assert got.headers["content-disposition"].startswith("attachment;")
    assert len(pikepdf.open(BytesIO(got.content)).pages) == 2
    told = await events(database)
    assert [name for name, _ in told] == ["document-requested", "document-ready"]
    assert {data["reference"] for _, data in told} == {reference}
    assert "vitale" not in str(told)
    acts = await rows(database, "select action, staff from journal_entry order by at")
    assert [(one["action"], one["staff"]) for one in acts] == [
        ("ask_document", False), ("desk_take", True), ("desk_read_case", True), ("desk_fulfil", True),
    ]  # fmt: skip


async def test_a_document_expires(jeanne, colleague, database) -> None:
    reference = await reference_of(
        await fill(jeanne, "/espace/documents", "/espace/documents", {"document": "duplicata-carte"})
    )
    zoe = colleague()
    path = await taken(zoe)
    made = ("document", ("carte.pdf", pdf(), "application/pdf"))
    await fill(zoe, path, f"{path}/accepter", {}, [made])
    page = (await jeanne.get(f"/espace/documents/{reference}")).text
    link = re.search(r'href="([^"]+/fichiers/[^"]+)"', page)[1]
    assert (await jeanne.json(f"/espace/api/v1/documents/{reference}"))["expired"] is False
    async with database.unit_of_work() as work:
        await work.session.execute(text("update member_case set available_until = now()::date - 2"))
    assert (await jeanne.json(f"/espace/api/v1/documents/{reference}"))["expired"] is True
    assert "Expiré" in (await jeanne.get("/espace/documents")).text
    gone = await jeanne.get(link)
    assert gone.status_code == 410
    assert "Faites une nouvelle demande" in gone.text


async def test_an_address_is_reviewed_filed_accepted_and_told(jeanne, colleague, database) -> None:
    wrong = await fill(
        jeanne, "/espace/adresse", "/espace/adresse", ADDRESS | {"town": "Bègles", "action": "verifier"}, [PROOF]
    )
    assert wrong.status_code == 422
    assert "nous connaissons" in wrong.text
    assert 'value="12 rue des Exemples"' in wrong.text
    review = await send(jeanne, wrong.text, "/espace/adresse", ADDRESS | {"action": "verifier"}, [PROOF])
    assert review.status_code == 200
    assert "Vérifiez avant d’envoyer" in review.text
    assert "33000 BORDEAUX" in review.text
    assert "facture.pdf" in review.text
    assert await rows(database, "select * from member_case") == []
    changed = await send(jeanne, review.text, "/espace/adresse", {"action": "modifier"})
    assert "Retirer «&nbsp;facture.pdf&nbsp;»" in changed.text
    again = await send(
        jeanne, changed.text, "/espace/adresse", ADDRESS | {"complement": "Bât. C", "action": "verifier"}
    )
    assert "Bât. C" in again.text
    sent = [await send(jeanne, again.text, "/espace/adresse", {"action": "envoyer"}) for _ in range(2)]
    reference = await reference_of(sent[0])
    assert sent[1].headers["location"] == sent[0].headers["location"], "one page sent twice is one report"
    page = (await jeanne.get(f"/espace/adresse/{reference}")).text
    assert "nos courriers partent à votre adresse actuelle" in page
    assert "facture.pdf" in page
    zoe = colleague()
    path = await taken(zoe)
    seen = (await zoe.get(path)).text
    assert "Bât. C<br>12 rue des Exemples<br>33000 BORDEAUX" in seen
    proof = await zoe.get(re.search(r'href="([^"]+/fichiers/[^"]+)"', seen)[1])
    assert proof.content.startswith(b"%PDF")
    acts = await rows(database, "select object_id from journal_entry where action = 'desk_read_case_file'")
    assert [one["object_id"] for one in acts] == [reference]
    await fill(zoe, path, f"{path}/accepter", {"words": ""})
    assert "Accepté" in (await jeanne.get(f"/espace/adresse/{reference}")).text
    told = await events(database)
    assert [name for name, _ in told] == ["address-change-reported", "address-changed"]
    assert told[1][1]["address_lines"] == ["Bât. C", "12 rue des Exemples", "33000 BORDEAUX"]
    assert (told[1][1]["postcode"], told[1][1]["postal_zone"]) == ("33000", "metropolitan")
    assert "address_lines" not in told[0][1], "until it is accepted it goes nowhere"


async def test_a_report_is_told_to_the_address_that_was_known_then(jeanne, open_space, colleague, database) -> None:
    """Whoever reports in somebody's name can't have the mail: neither the form nor a later e-mail address changes its way."""
    await open_space("DEMO-0002", "LEFÈVRE", email="paul@exemple.fr")
    review = await fill(
        jeanne, "/espace/adresse", "/espace/adresse", ADDRESS | {"email": "voleur@exemple.fr", "action": "verifier"}
    )
    await reference_of(
        await send(jeanne, review.text, "/espace/adresse", {"email": "voleur@exemple.fr", "action": "envoyer"})
    )
    await open_space("DEMO-0001", email="nouvelle@exemple.fr")
    zoe = colleague()
    path = await taken(zoe)
    await fill(zoe, path, f"{path}/accepter", {"words": ""})
    told = [(name, data["email"], data["person_id"]) for name, data in await events(database)]
    assert told == [
        ("address-change-reported", "couriel@exemple.fr", str(jeanne.person)),
        ("address-changed", "nouvelle@exemple.fr", str(jeanne.person)),
    ]


async def test_a_situation_is_refused_with_a_reason(jeanne, colleague, database) -> None:
    review = await fill(jeanne, "/espace/situation", "/espace/situation", SITUATION | {"action": "verifier"})
    assert "Passage à la retraite" in review.text
    assert "1er janvier 2027" in review.text.replace("\u00a0", " ")
    reference = await reference_of(await send(jeanne, review.text, "/espace/situation", {"action": "envoyer"}))
    zoe = colleague()
    path = await taken(zoe)
    for answers, words in (({}, "Choisissez un motif"), ({"reason": "other"}, "Précisez le motif")):
        wrong = await fill(zoe, path, f"{path}/refuser", answers)
        assert wrong.status_code == 422
        assert words in wrong.text
    await fill(
        zoe, path, f"{path}/refuser", {"reason": "proof-missing", "refusal_words": "Joignez votre titre de pension."}
    )
    page = (await jeanne.get(f"/espace/situation/{reference}")).text
    for words in ("Refusé", "Il manque un justificatif", "Joignez votre titre de pension."):
        assert words in page
    told = await events(database)
    assert [name for name, _ in told] == ["situation-change-reported", "situation-change-answered"]
    assert (told[1][1]["accepted"], told[1][1]["reason"]) == (False, "proof-missing")
    assert "pension" not in str(told)
    assert "Joignez votre titre de pension." in (await zoe.get(path)).text, "the desk sees what it wrote"
    late = await fill(zoe, f"{path}", f"{path}/remettre", {}) if "remettre" in (await zoe.get(path)).text else None
    assert late is None, "what is answered can't be put back"


async def test_what_is_no_reference_is_not_found(jeanne) -> None:
    file = f"/fichiers/{uuid4()}"
    for path in ("/espace/documents", "/espace/adresse", "/espace/situation"):
        for reference in ("%00", "D-7K3M-2Q9X%00", "x"):
            assert (await jeanne.get(f"{path}/{reference}")).status_code == 404
            assert (await jeanne.get(f"{path}/{reference}{file}")).status_code == 404
    assert (await jeanne.get(f"/espace/api/v1/documents/%00/files/{uuid4()}")).status_code == 404


async def test_a_page_that_expired_keeps_its_answers(jeanne) -> None:
    data = ADDRESS | {"action": "verifier", "form_token": "x", "submission_id": "x"}
    page = await jeanne.client.post("/espace/adresse", data=data, headers=jeanne.assertion())
    assert page.status_code == 422
    assert 'value="12 rue des Exemples"' in page.text


async def test_the_same_as_json(jeanne, database) -> None:
    async def post(path: str, body: dict):
        return await jeanne.client.post(
            f"/espace/api/v1{path}", json=body,
            headers=jeanne.assertion() | {"Accept": "application/json", "Origin": "https://testserver"},
        )  # fmt: skip

    asked = {"submission_id": str(uuid4()), "document": "attestation-vitale"}
    answers = [await post("/documents", asked) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    found = await jeanne.json("/espace/api/v1/documents")
    assert [(one["reference"], one["state"]) for one in found["cases"]] == [(answers[0].json()["reference"], "filed")]
    address = {"submission_id": str(uuid4()), "street": "1 rue X", "postcode": "33000", "town": "Bordeaux"}
    assert (await post("/addresses", address | {"since": "2026-12-01"})).status_code == 201
    late = await post("/addresses", address | {"since": "2062-12-01", "submission_id": str(uuid4())})
    assert (late.status_code, "dans un an au plus tard" in late.json()["detail"]) == (422, True)
    wrong = await post("/addresses", address | {"since": "2026-12-01", "town": "Bègles"})
    assert wrong.status_code == 422
    assert "nous connaissons" in wrong.json()["detail"]
    situation = {"submission_id": str(uuid4()), "situation": "retraite", "since": "2027-01-01"}
    assert (await post("/situations", situation)).status_code == 201
    assert (await post("/situations", situation | {"situation": "x", "submission_id": str(uuid4())})).status_code == 422
    assert [name for name, _ in await events(database)] == [
        "document-requested", "address-change-reported", "situation-change-reported",
    ]  # fmt: skip


async def test_a_submission_of_something_else_and_the_twenty_first_of_a_day_are_refused(
    jeanne, visitor, open_space, database
) -> None:
    async def post(who, path, body):
        headers = who.assertion() | {"Accept": "application/json"}
        return await who.client.post(f"/espace/api/v1{path}", json=body, headers=headers)

    asked = {"submission_id": str(uuid4()), "document": "attestation-vitale"}
    first = await post(jeanne, "/documents", asked)
    assert (await post(jeanne, "/documents", asked)).json() == first.json()
    stranger = visitor(await open_space("DEMO-0002"))
    assert (await post(stranger, "/documents", asked)).status_code == 409
    situation = {"situation": "retraite", "since": "2027-01-01", "submission_id": asked["submission_id"]}
    assert (await post(jeanne, "/situations", situation)).status_code == 409
    for _ in range(DAILY_LIMIT - 1):
        assert (await post(jeanne, "/documents", asked | {"submission_id": str(uuid4())})).status_code == 201
    for body in (asked | {"submission_id": str(uuid4())}, asked | {"submission_id": str(uuid4())}):
        refused = await post(jeanne, "/documents", body)
        assert (refused.status_code, "20 demandes" in refused.json()["title"]) == (429, True)
    assert len(await rows(database, "select * from member_case")) == DAILY_LIMIT
    assert (await post(stranger, "/documents", asked | {"submission_id": str(uuid4())})).status_code == 201


async def test_one_too_many_keeps_what_was_typed_and_the_files(jeanne, database, monkeypatch) -> None:
    monkeypatch.setattr(filing, "DAILY_LIMIT", 1)
    asked = {"document": "autre", "precision": "Mon relevé de 2020"}
    await reference_of(await fill(jeanne, "/espace/documents", "/espace/documents", asked))
    page = await fill(jeanne, "/espace/documents", "/espace/documents", asked)
    assert (page.status_code, "Mon relevé de 2020</textarea>" in page.text) == (429, True)
    summary = page.text[page.text.index("data-error-summary") :].partition("</div>")[0]
    assert "demandes en 24\u00a0heures. Recommencez demain" in summary
    review = await fill(jeanne, "/espace/adresse", "/espace/adresse", ADDRESS | {"action": "verifier"}, [PROOF])
    full = await send(jeanne, review.text, "/espace/adresse", {"action": "envoyer"})
    assert full.status_code == 429
    assert "demandes en 24\u00a0heures. Recommencez demain" in full.text
    assert 'value="12 rue des Exemples"' in full.text
    assert [name for name, _ in await events(database)] == ["document-requested"]
    monkeypatch.undo()  # the next day
    again = await send(jeanne, full.text, "/espace/adresse", ADDRESS | {"action": "verifier"})
    reference = await reference_of(await send(jeanne, again.text, "/espace/adresse", {"action": "envoyer"}))
    assert "facture.pdf" in (await jeanne.get(f"/espace/adresse/{reference}")).text


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/espace/documents", "document"), ("/espace/adresse", "address"), ("/espace/situation", "situation")],
)
async def test_older_cases_are_a_link_away(jeanne, database, monkeypatch, path, kind) -> None:
    monkeypatch.setattr(queries.page, "__defaults__", (None, 2))
    async with database.unit_of_work() as work:
        for number in range(3):
            case = Case(
                id=uuid4(), reference=f"X-0000-{number:04}", kind=kind, subject_id=jeanne.person, actor_id=jeanne.person,
                submission_id=uuid4(), details=details_of(kind), state="filed", filed_at=work.now + timedelta(days=number),
            )  # fmt: skip
            work.session.add(case)
    page = (await jeanne.get(path)).text
    assert re.findall(rf'href="{path}/(X-[0-9-]+)"', page) == ["X-0000-0002", "X-0000-0001"]
    assert "Les plus récents" not in page
    older = (await jeanne.get(re.search(rf'rel="next" href="({path}\?apres=[^"]+)#liste"', page)[1])).text
    assert re.findall(rf'href="{path}/(X-[0-9-]+)"', older) == ["X-0000-0000"]
    assert ('rel="next"' in older, f'href="{path}#liste">Les plus récents' in older) == (False, True)


async def test_what_is_under_way_is_on_the_home_page(jeanne) -> None:
    assert "Mes demandes en cours" not in (await jeanne.get("/espace/")).text
    reference = await reference_of(
        await fill(jeanne, "/espace/documents", "/espace/documents", {"document": "prise-en-charge"})
    )
    page = (await jeanne.get("/espace/")).text
    assert f'href="/espace/documents/{reference}"' in page
    assert "En préparation" in page
