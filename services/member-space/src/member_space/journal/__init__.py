"""Who did what in whose space. It is only ever added to."""
