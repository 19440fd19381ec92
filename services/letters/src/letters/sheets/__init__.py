"""Sheets of paper: letters laid out, gathered in one file, and read back before they may leave."""
