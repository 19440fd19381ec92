"""What each service answers to the staff's desk about its own queues, outbox and dead letters (decision 0029)."""
