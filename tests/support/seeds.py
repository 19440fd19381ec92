"""Where chance begins in tests that make up their input: printed at the head of a run, and given again to repeat it."""

import os

SCHEMA_SEED = int(os.environ.get("SCHEMA_SEED") or 20261126)
"""Of the requests to the JSON API and to every route."""
PRINT_ROOM_SEED = int(os.environ.get("PRINT_ROOM_SEED") or 20261127)
"""Of the print shop that does with each batch what shops do."""
