"""Batches of letters: when one closes, what is in it, and how it is offered to the print shop."""
