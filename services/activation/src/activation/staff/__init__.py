"""The staff's accounts and sessions: the way into the desk ``/gestion`` (decision 0024)."""
