"""Returned mail: envelopes that the post brought back, known by the marks of their letters."""
