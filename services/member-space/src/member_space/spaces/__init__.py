"""Spaces, and whose they are."""
