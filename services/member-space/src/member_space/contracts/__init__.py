"""Contracts and the people that they cover."""
