"""The table of guarantees."""
