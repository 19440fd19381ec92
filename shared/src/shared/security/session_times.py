"""How long a signed-in browser may do nothing (design §5): ``activation`` ends its session, pages tell of it before."""

from datetime import timedelta

IDLE = timedelta(minutes=15)
TOUCH_EVERY = timedelta(seconds=30)
"""Use is written down at most this often: a page and its parts cost one write, and a session may end so much earlier."""
