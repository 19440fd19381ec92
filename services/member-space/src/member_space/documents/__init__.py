"""Documents: those made at once, and those that the desk makes on request."""
