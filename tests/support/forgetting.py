"""Rules of retention applied in a test, as the running service applies them."""

from collections.abc import Sequence

from shared.database.engine import Database
from shared.database.retention import Forgetting, Rule, look


async def forget(database: Database, rules: Sequence[Rule]) -> None:
    """Everything that is due."""
    forgetting = Forgetting(database, rules)
    while await forgetting():
        pass


async def due(database: Database, rules: Sequence[Rule]) -> dict[str, int]:
    """What a dry run tells: name of a rule → rows, of those that have some."""
    found = [await look(database, rule) for rule in rules]
    return {one.rule.name: one.count for one in found if one.count}
