import random

import pytest


@pytest.fixture
def random_bytes():
    """Function: content and how often → as many copies, each with some of its bytes changed; the same at each run."""

    def damage(content, times):
        chance = random.Random(4)
        for _ in range(times):
            copy = bytearray(content)
            for _ in range(chance.randint(1, 8)):
                copy[chance.randrange(len(copy))] = chance.randrange(256)
            yield bytes(copy)

    return damage
