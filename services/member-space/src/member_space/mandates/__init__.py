"""Mandates: a person lets another one act in their space, for some things and for a time (design §5)."""
