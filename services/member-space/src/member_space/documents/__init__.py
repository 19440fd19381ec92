"""Documents: made at once, or asked of the desk."""
