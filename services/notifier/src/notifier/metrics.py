"""Figures for operations."""

from prometheus_client import Counter

DELIVERIES = Counter("espace_deliveries", "Tries to send a mail, by what became of them", ["template", "outcome"])
