"""One timeline of a person's journey across all services, told by their events."""
