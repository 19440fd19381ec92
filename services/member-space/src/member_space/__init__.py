"""The member space."""
