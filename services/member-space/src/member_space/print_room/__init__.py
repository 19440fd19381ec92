"""The print room at the desk: batches, what can't be printed, returned mail. ``letters`` knows it all; nothing is kept here."""
