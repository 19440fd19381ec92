#!/usr/bin/env python3
"""Writes ``src/member_space/address/communes.csv`` anew from two npm packages.

    npm pack @etalab/decoupage-administratif && tar xzf etalab-*.tgz && mv package communes
    npm pack codes-postaux && tar xzf codes-postaux-*.tgz
    ./make_communes.py communes/data/communes.json package/codes-postaux.json

The data is INSEE's, IGN's and La Poste's, under the Licence Ouverte 2.0. One line a postcode: ``postcode;town;town…``. Communes
that merged into a new one are kept under its postcodes: people go on writing their names. A name that no envelope has room for,
or that says in parentheses which of two it is, is followed by La Poste's own: ``name=LABEL``.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path

TARGET = Path(__file__).parent / "src/member_space/address/communes.csv"
ROOM = 32
"""Characters beside the postcode, capitals with œ spelt out (NF Z10-011)."""


def main() -> None:
    """Read the packages' lists, write ours."""
    communes, post = (json.loads(Path(path).read_text(encoding="utf-8")) for path in sys.argv[1:])
    labels = {(one["codePostal"], one["nomCommune"]): one["libelleAcheminement"] for one in post}
    codes = {one["code"]: one.get("codesPostaux", []) for one in communes if one["type"] != "arrondissement-municipal"}
    found: dict[str, set[str]] = defaultdict(set)
    for one in communes:
        name = one["nom"]
        unfit = len(name.upper().replace("Œ", "OE")) > ROOM or "(" in name
        for code in one.get("codesPostaux") or codes.get(one.get("chefLieu") or one.get("commune"), []):
            found[code].add(name.replace("'", "’") + (f"={labels[code, name]}" if unfit else ""))
    lines = (";".join((code, *sorted(towns))) for code, towns in sorted(found.items()))
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
