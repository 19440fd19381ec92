"""Letters with the provisional password, and the print batches that carry them to the print shop."""
