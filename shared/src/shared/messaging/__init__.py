"""Outbox, inbox, relay, consumers: at-least-once delivery with one effect each (design §4)."""
