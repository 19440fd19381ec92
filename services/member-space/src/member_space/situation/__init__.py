"""Changes of situation, reported to the desk."""
