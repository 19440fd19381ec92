"""Argon2id with the least work that it allows, in the process of the tests: half of their time went into it.

The figures of the product are looked at by ``tests/shared`` and ``tests/contracts``, and what they cost by ``tests/security``,
on processes of their own.
"""

import pytest
from argon2 import PasswordHasher, Type

from shared.security import hashing

QUICK = PasswordHasher(memory_cost=8, time_cost=1, parallelism=1, type=Type.ID)


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """For every hasher, as long as a test of this folder lasts."""
    monkeypatch.setattr(hashing, "_ARGON2", QUICK)
