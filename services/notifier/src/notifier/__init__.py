"""E-mails and their deliveries."""
