"""Keys, fingerprints, hashes, sealed boxes, tokens and assertions."""
