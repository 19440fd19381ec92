"""Writes ``docs/api/member-space.json``: the OpenAPI document of the member space, for who reads it without signing in.

python deploy/make_api_documents.py            write
python deploy/make_api_documents.py --check    exit 1 when it is out of step
"""

import json
import sys
from pathlib import Path

from fastapi import FastAPI

from member_space.api_description import describe
from member_space.routes import install_routes

TARGET = Path(__file__).parents[1] / "docs" / "api" / "member-space.json"


def content() -> str:
    """What the file holds."""
    app = FastAPI()
    install_routes(app)
    return json.dumps(describe(app), indent=1, ensure_ascii=False) + "\n"


def main() -> int:
    """Write the file, or compare with it."""
    in_step = TARGET.exists() and TARGET.read_text() == content()
    if "--check" in sys.argv:
        sys.stderr.write("" if in_step else f"docs/api/{TARGET.name} is out of step: run make definitions\n")
        return 0 if in_step else 1
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(content())
    return 0


if __name__ == "__main__":
    sys.exit(main())
