"""The committed OpenAPI document is that of the code, and says what programs need to know of each route."""

import json
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).parents[2]
DOCUMENT = json.loads((TOP / "docs" / "api" / "member-space.json").read_text())
FILES = ["image/jpeg", "image/png", "application/pdf"]
OPERATIONS = {
    (method, path): operation for path, methods in DOCUMENT["paths"].items() for method, operation in methods.items()
}


def test_it_is_in_step() -> None:
    command = [sys.executable, TOP / "deploy" / "make_api_documents.py", "--check"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_it_holds_the_api_and_nothing_else() -> None:
    assert OPERATIONS
    paths = {path for _, path in OPERATIONS}
    assert all(path.startswith("/espace/api/v1/") for path in paths)
    own = {path for path in paths if "/pour/{mandate_id}" not in path}
    assert {path.replace("/pour/{mandate_id}", "") for path in paths} == own


def test_every_route_is_described_with_its_errors() -> None:
    for (_, path), operation in OPERATIONS.items():
        assert operation["summary"], path
        assert operation["description"], path
        assert {"401", "404", "409", "422", "503"} <= operation["responses"].keys(), path
        for status, response in operation["responses"].items():
            done = FILES if path.endswith("/files/{file_id}") else ["application/json"]
            assert [*response["content"]] == (done if status in {"200", "201"} else ["application/problem+json"])
        declared = {one["name"] for one in operation["parameters"] if one["in"] == "path"} if "{" in path else set()
        assert all(f"{{{name}}}" in path for name in declared)
        assert path.count("{") == len(declared)
    assert len({operation["operationId"] for operation in OPERATIONS.values()}) == len(OPERATIONS)
