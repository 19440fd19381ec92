"""F6: bytes that are no message, a message that is not what it says, one of no known type, and one that meets a bug.

Each goes to the dead letters with its reason at once, whatever waits behind it is handled, and a replay brings it back.
"""

import json
import time
from collections import Counter

from faults.bugs import bug_about
from faults.buried import make_mortuary
from faults.whole import Counts, bound_to, letters_are, make_world, publish, told_to
from support.messaging import until
from support.outcomes import Outcome, record

from launcher import services
from shared.contracts.events import AccountRequested
from shared.contracts.schemas import FOLDER, MESSAGES, schema_name

__all__ = ["make_mortuary", "make_world"]

BURIED_WITHIN = 30.0
"""Seconds from the publish to the dead-letter queue, on a machine that has other things to do. At rest it is 5 at most, as
docs/faults.md says; the table of outcomes tells what it was."""
NEIGHBOURS_WITHIN = 60.0
"""Seconds for all that waits beside the poison, most of them for looking at each effect; 10 at rest."""
PACKAGES = [services.package(name) for name in services.SERVICES]


def bad_json(kind, document):
    return json.dumps(document).encode()[:-1], "undecodable: not an envelope: body"


def bad_schema(kind, document):
    missing = min(json.loads((FOLDER / schema_name(kind)).read_text())["required"])
    data = {name: value for name, value in document["data"].items() if name != missing}
    return json.dumps(document | {"data": data}).encode(), f"undecodable: data is not {kind.type()}: {missing}"


def unknown_type(kind, document):
    later = f"fr.espace.{kind.name}.v{kind.version + 98}"
    return json.dumps(document | {"type": later}).encode(), f"undecodable: unknown type {later}"


POISONS = [(kind, spoil) for kind in MESSAGES for spoil in (bad_json, bad_schema, unknown_type)]


async def test_poison_in_every_queue_is_buried_and_its_neighbours_live(running, world, mortuary, chance):
    told, counts = told_to(running), Counts(running)
    graves = sum(len(bound_to(kind)) for kind, _ in POISONS)
    acts = [lambda poison=poison: mortuary.poison(*poison) for poison in POISONS]
    acts += [lambda one=one: publish(world, [one]) for one in told]
    began = time.monotonic()
    for act in chance.sample(acts, len(acts)):
        await act()
    missing = await world.missing(told, PACKAGES)
    beside = time.monotonic() - began
    await mortuary.all_buried(graves, waiting=graves)
    # their letters are printed and posted: manifests and receipts pass the poison in their queues
    await letters_are("posted", world, requests_of(told))
    slowest = max(mortuary.seconds())
    case = f"3 poisons in each queue, neighbours {beside:.1f} s"
    seen = record(Outcome("F6", case, len(acts), len(missing), 0, counts.total("duplicate"), slowest))
    assert (seen.lost, seen.again) == (0, 0), missing
    assert mortuary.wrong() == []
    assert slowest <= BURIED_WITHIN
    assert beside <= NEIGHBOURS_WITHIN
    assert counts.total("retried") == counts.total("unsettled") == 0

    assert await mortuary.replay() == graves
    await mortuary.all_buried(2 * graves, waiting=graves)
    assert mortuary.wrong() == [], "what nobody can read stays dead, for the same reason"
    assert await mortuary.drop() == graves
    assert await world.dead() == {}


async def test_a_bug_buries_its_message_and_after_it_is_mended_a_replay_gives_the_one_effect(
    running, world, mortuary, chance
):
    # one of each kind: a bug has three quick tries, so more than two replicas' hands hold would wait for each other
    victims, neighbours = (
        [*{kind: (name, told, kind) for name, told, kind in told_to(running)}.values()],
        told_to(running),
    )
    graves = Counter(queue for _, _, kind in victims for queue in bound_to(kind))
    with bug_about(running, victims):
        for one in chance.sample(victims + neighbours, len(victims + neighbours)):
            mortuary.expect(one[1], "unexpected: DBAPIError")
            await publish(world, [one])
        missing = await world.missing(neighbours, PACKAGES)
        await mortuary.all_buried(graves.total(), waiting=graves.total())
    slowest = max(mortuary.seconds())

    counts, mended = Counts(running), time.monotonic()
    await mortuary.replay_and_die()
    assert [await mortuary.replay() for _ in range(2)] == [graves.total(), 0]
    missing += await world.missing(victims, PACKAGES)
    recovery = time.monotonic() - mended
    await until(lambda: counts.reach({}, dict(graves)), 30)
    events = len(victims + neighbours)
    again = counts.total("duplicate")
    case = f"a bug, buried after {slowest:.1f} s, mended and replayed twice"
    seen = record(Outcome("F6", case, events, len(missing), 0, again, recovery))
    assert (seen.lost, seen.again) == (0, graves.total()), missing
    assert slowest <= BURIED_WITHIN
    assert mortuary.wrong() == []
    assert await world.dead() == {}
    await letters_are("posted", world, requests_of(victims + neighbours))


def requests_of(told):
    return [document["data"]["request_id"] for _, document, kind in told if kind is AccountRequested]
