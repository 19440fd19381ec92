"""Whom the desk may look for: everybody that events have told of, whether they have a space or not."""
