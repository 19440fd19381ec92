"""Argon2id with the least work that it allows, in the process of the tests: half of their time went into it.

The figures of the product are looked at by ``tests/shared`` and ``tests/contracts``, and what they cost by ``tests/security``,
on processes of their own.
"""

from argon2 import PasswordHasher, Type

from shared.security import hashing


def make_hashes_quick() -> None:
    """From now on, for every hasher of this process."""
    hashing._ARGON2 = PasswordHasher(memory_cost=8, time_cost=1, parallelism=1, type=Type.ID)
