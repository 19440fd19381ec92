"""What the print shop says of a batch, checked against what is known: counts, runs, deadlines, and what does not add up."""
