"""The print shop’s worker: pulls batches of letters, prints them, says what became of them."""
