"""How someone whom a contract covers stands to its holder."""

HOLDER = "adhérent"
RELATIONS = frozenset({HOLDER, "conjoint", "enfant", "autre"})
"""As the back office's export and the pages name them."""
