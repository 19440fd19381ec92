"""What a case keeps of its form, by kind."""

from typing import Any


def details_of(kind: str, words: str = "Rue") -> dict[str, Any]:
    """Details that a filed form would leave, with ``words`` where the member writes freely."""
    return {
        "document": {"document": "attestation-vitale", "precision": words},
        "address": {"lines": [words], "postcode": "33000", "since": "2026-11-01"},
        "situation": {"words": words, "since": "2026-11-01", "until": "", "precision": ""},
    }[kind]
