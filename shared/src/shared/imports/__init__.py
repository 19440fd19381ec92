"""Imports of the back office's CSV exports (design §8): streamed, checked line by line, safe to run again."""
