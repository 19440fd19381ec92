#!/usr/bin/env python3
"""Writes ``src/member_space/address/communes.csv`` anew from the npm package ``@etalab/decoupage-administratif``.

    npm pack @etalab/decoupage-administratif && tar xzf *.tgz && ./make_communes.py package/data/communes.json

The data is INSEE's, IGN's and La Poste's, under the Licence Ouverte 2.0. One line a postcode: ``postcode;town;town…``. Communes
that merged into a new one are kept under its postcodes: people go on writing their names.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path

TARGET = Path(__file__).parent / "src/member_space/address/communes.csv"


def main() -> None:
    """Read the package's list, write ours."""
    communes = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    codes = {one["code"]: one.get("codesPostaux", []) for one in communes if one["type"] != "arrondissement-municipal"}
    found: dict[str, set[str]] = defaultdict(set)
    for one in communes:
        for code in one.get("codesPostaux") or codes.get(one.get("chefLieu") or one.get("commune"), []):
            found[code].add(one["nom"].replace("'", "’"))
    lines = (";".join((code, *sorted(towns))) for code, towns in sorted(found.items()))
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
