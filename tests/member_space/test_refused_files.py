"""Files that can't be kept, at each form of a report and of its answer: told next to the field, what was typed is there."""

import re

import pytest
from support import files_of

from shared.files.limits import FILE_LIMIT

from .test_case_rules import ADDRESS, SITUATION
from .test_cases import events, fill, rows, taken

HOSTILE = {
    "vide.pdf": (lambda: b"", "est vide"),
    "gros.pdf": (lambda: b"%PDF-" + bytes(FILE_LIMIT), "dépasse 5 Mo"),
    "script.pdf": (lambda: files_of.SCRIPT, "n’est ni une image ni un PDF : c’est une page web ou un programme"),
    "archive.pdf": (files_of.archive, "n’est ni une image ni un PDF : c’est une archive ou un document de bureautique"),
    "bombe.pdf": (files_of.nested_bomb_pdf, "est trop complexe pour être vérifié"),
}
"""Name → content and what is said of it."""


async def report_address(jeanne, colleague, files):
    typed = ADDRESS | {"complement": "Bât. C", "action": "verifier"}
    return await fill(jeanne, "/espace/adresse", "/espace/adresse", typed, files)


async def report_situation(jeanne, colleague, files):
    typed = SITUATION | {"precision": "Après trente ans", "action": "verifier"}
    return await fill(jeanne, "/espace/situation", "/espace/situation", typed, files)


async def give_document(jeanne, colleague, files):
    await fill(jeanne, "/espace/documents", "/espace/documents", {"document": "attestation-vitale"})
    zoe = colleague()
    path = await taken(zoe)
    return await fill(zoe, path, f"{path}/accepter", {"words": "Voici votre attestation."}, files)


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize(
    ("send", "field", "kept"),
    [
        (
            report_address,
            "proofs",
            ('value="Bât. C"', 'value="12 rue des Exemples"', 'value="bordeaux"', 'value="septembre"'),
        ),
        (report_situation, "proofs", ('value="retraite" checked', "Après trente ans</textarea>", 'value="2027"')),
        (give_document, "document", ("Voici votre attestation.</textarea>",)),
    ],
)
async def test_a_file_that_can_not_be_kept(jeanne, colleague, database, send, field, kept, name) -> None:
    content, words = HOSTILE[name]
    page = await send(jeanne, colleague, [(field, (name, content(), "application/pdf"))])
    assert page.status_code == 422
    said = re.search(rf'<p class="error" id="{field}-error">Erreur\s: (.+?)</p>', page.text)
    assert said, page.text
    assert said[1].replace("\u00a0", " ").startswith(f"« {name} » {words}")
    assert re.search(rf'<input type="file" id="{field}"[^>]+ aria-invalid="true"', page.text)
    for typed in kept:
        assert typed in page.text
    assert await rows(database, "select * from stored_file") == []
    assert [one["state"] for one in await rows(database, "select state from member_case")] in ([], ["taken"])
    assert [name for name, _ in await events(database)] in ([], ["document-requested"])
