"""Documents on paper and in PDF."""
